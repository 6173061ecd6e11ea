"""At most so many requests in any window, counted over every process and thread on the machine.

Fortnox allows 25 requests in any 5 seconds for an integration and company together
(https://www.fortnox.se/developer/guides-and-good-to-know/rate-limits-for-fortnox-api); we use 24, so that one that
arrives late does no harm, and do not send them in a burst: a burst delayed on its way would meet the next one inside
Fortnox's window. Each request reserves a time slot in a small SQLite file of the company, sleeps until then, and notes
when it really left. After a 429 all slots still to come are pushed forward.
"""

import contextlib
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fortnox_assets.fortnox.errors import StateUnusable

DEFAULT_BUDGET = 24
DEFAULT_WINDOW_SECONDS = 5.0
# Of an even spacing. The rest makes up for requests that leave late, so that the whole budget can be used.
CLOSEST = 0.8
LONGEST_LOCK_WAIT_SECONDS = 30.0
# Slots further ahead than any wait we grant mean that the machine's clock was set back.
LONGEST_AHEAD_SECONDS = 1800.0

_TABLES = """
    create table if not exists slots (id integer primary key autoincrement, at real not null);
    create index if not exists slots_by_time on slots (at);
    create table if not exists pause (id integer primary key check (id = 1), until real not null);
"""


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A reserved moment, in epoch seconds."""

    id: int
    at: float


class Throttle:
    """``budget`` requests in any ``window`` seconds, shared through the SQLite file ``path``.

    Raises: StateUnusable when the file cannot be used.
    """

    def __init__(
        self,
        path: Path,
        budget: int = DEFAULT_BUDGET,
        window: float = DEFAULT_WINDOW_SECONDS,
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self.budget = budget
        self.window = window
        self._gap = CLOSEST * window / budget
        self._path = path
        self._clock = clock
        self._sleep = sleep

    def wait(self) -> float:
        """Return when a request may leave; the answer is how many seconds that took."""
        slot = self.reserve()
        waited = 0.0
        while True:
            ahead = max(0.0, slot.at - self._clock())
            if ahead:
                self._sleep(ahead)
                waited += ahead
            confirmed = self._confirm(slot)
            if confirmed.at <= slot.at:
                return waited
            slot = confirmed

    def reserve(self) -> Slot:
        """The next free slot, now at the earliest; the caller sleeps until then."""
        with self._transaction() as database:
            now = self._clock()
            database.execute(
                "delete from slots where at < ? or at > ?", (now - 2 * self.window, now + LONGEST_AHEAD_SECONDS)
            )
            database.execute("delete from pause where until > ?", (now + LONGEST_AHEAD_SECONDS,))
            newest = database.execute("select max(at) from slots").fetchone()[0]
            # The slot that must have left the window before the next one may enter it.
            leaving = database.execute(
                "select at from slots order by at desc limit 1 offset ?", (self.budget - 1,)
            ).fetchone()
            pause = database.execute("select until from pause").fetchone()
            at = max(
                now,
                newest + self._gap if newest else now,
                leaving[0] + self.window if leaving else now,
                pause[0] if pause else now,
            )
            inserted = database.execute("insert into slots (at) values (?) returning id", (at,)).fetchone()
            return Slot(id=inserted[0], at=at)

    def push(self, seconds: float) -> None:
        """Let no request leave for ``seconds``: Fortnox has seen too many. Slots already reserved move together."""
        with self._transaction() as database:
            now = self._clock()
            until = now + seconds
            database.execute(
                "insert into pause values (1, ?) on conflict (id) do update set until = max(until, excluded.until)",
                (until,),
            )
            first = database.execute("select min(at) from slots where at > ?", (now,)).fetchone()[0]
            if first is not None and first < until:
                database.execute("update slots set at = at + ? where at > ?", (until - first, now))

    def slots(self) -> list[float]:
        """When requests left lately or will leave, in epoch seconds, oldest first."""
        with self._transaction() as database:
            return [at for (at,) in database.execute("select at from slots order by at")]

    def _confirm(self, slot: Slot) -> Slot:
        """``slot`` as it stands now: moved by a push, or used, in which case the moment of use is what counts."""
        with self._transaction() as database:
            found = database.execute("select at from slots where id = ?", (slot.id,)).fetchone()
            if found is not None and found[0] > slot.at:
                return Slot(id=slot.id, at=found[0])
            left = max(slot.at, self._clock())
            # Whoever slept through two windows finds its row pruned, and writes it again.
            database.execute("insert or replace into slots (id, at) values (?, ?)", (slot.id, left))
            return slot

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """An exclusive transaction on a connection of its own, so that neither threads nor forks can share one."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with contextlib.closing(self._connection()) as database:
                # Closing without a commit takes everything back.
                database.execute("begin immediate")
                yield database
                database.execute("commit")
        except (sqlite3.Error, OSError) as error:
            raise StateUnusable(
                f"the request log {self._path} cannot be used: {error}; check that the disk has room and the directory "
                "can be written, or delete the file"
            ) from error

    def _connection(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._path, timeout=LONGEST_LOCK_WAIT_SECONDS, isolation_level=None)
        try:
            # A power cut may cost the log, which covers ten seconds; waiting for the disk would cost every request.
            database.execute("pragma synchronous = off")
            if not database.execute("select 1 from sqlite_master where name = 'pause'").fetchone():
                database.executescript(_TABLES)
        except BaseException:
            database.close()
            raise
        return database
