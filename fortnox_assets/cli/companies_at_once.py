"""Several companies at a time, each in a process of its own.

Fortnox gives every company a rate budget of its own, so companies need not wait for each other; and a process that ends
gives back all its memory, uses another core, and takes no other company with it when it is killed. What they have in
common is the warehouse's lock, which each holds for one write at a time, never while it asks Fortnox. When the process
that started them is killed, they end too.
"""

import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from time import monotonic, sleep
from typing import Any, Protocol

from fortnox_assets.cli.errors import ONE_LINE_ERRORS
from fortnox_assets.cli.failures import Trouble
from fortnox_assets.cli.instance import dagster_instance
from fortnox_assets.cli.interrupts import held_back
from fortnox_assets.cli.sync import Display, Outcome, Request, Sync
from fortnox_assets.connections import Connections
from fortnox_assets.definitions import copying_definitions
from fortnox_assets.defs.partitions import Cell
from fortnox_assets.defs.resources import Follower
from fortnox_assets.fortnox.counters import RequestCounts
from fortnox_assets.settings import Settings

SECONDS_BETWEEN_TOLD = 0.2
# After its starter's death a process has so long to end in good order, which takes it less than one.
SECONDS_TO_END = 60.0
_STARTS_WITHOUT_MAIN = get_context("spawn")


class CompanyDisplay(Follower, Display, Protocol):
    """Who shows one company's sync."""

    def asked(self, counts: RequestCounts) -> None:
        """What the company's requests have come to."""


class Displays(Protocol):
    """Who shows the syncs of several companies."""

    def another(self) -> CompanyDisplay:
        """A display for one more company."""


@dataclass(frozen=True, kw_only=True)
class CompanyJob:
    """What one process is to copy."""

    settings: Settings
    request: Request
    company: str
    cells: tuple[Cell, ...]


@dataclass(kw_only=True)
class _Running:
    process: BaseProcess
    pipe: Connection
    display: CompanyDisplay
    job: CompanyJob
    outcome: Outcome | None = None


@dataclass(kw_only=True)
class _Asked:
    """Ctrl-C so far, and whom to pass it on to."""

    times: int = 0
    running: list[_Running] = field(default_factory=list)

    def again(self, *_: object) -> None:
        """Everybody is asked to stop; who asks twice gets it at once: what is stored is whole either way."""
        self.times += 1
        for each in self.running:
            if each.process.pid is not None:
                with suppress(ProcessLookupError):
                    os.kill(each.process.pid, signal.SIGINT if self.times == 1 else signal.SIGKILL)


def copy_companies(jobs: Sequence[CompanyJob], at_once: int, displays: Displays) -> Iterator[Outcome]:
    """Runs every job, at most ``at_once`` of them together, and gives each one's outcome as it ends.

    A process that ends without outcome is one failure of its company. After Ctrl-C no further company begins, and those
    that are running end as they do alone.
    """
    waiting, asked = list(jobs), _Asked()
    with _passed_on(asked):
        while asked.running or (waiting and not asked.times):
            while waiting and len(asked.running) < at_once and not asked.times:
                asked.running.append(_started(waiting.pop(0), displays))
            for each in _with_news(asked.running):
                if not _listen(each):
                    asked.running.remove(each)
                    yield _ended(each, stopped=asked.times > 0)
    if asked.times:
        yield Outcome(interrupted=True)


@contextmanager
def _passed_on(asked: _Asked) -> Iterator[None]:
    before = signal.signal(signal.SIGINT, asked.again)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        for each in asked.running:  # only when something else went wrong here
            each.process.kill()
            each.process.join()


def _started(job: CompanyJob, displays: Displays) -> _Running:
    ours, theirs = _STARTS_WITHOUT_MAIN.Pipe(duplex=False)
    process = _STARTS_WITHOUT_MAIN.Process(target=_work, args=(job, theirs), name=job.company)
    # The mask is inherited: a Ctrl-C while it imports is kept until it can be answered.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    theirs.close()
    return _Running(process=process, pipe=ours, display=displays.another(), job=job)


def _with_news(running: list[_Running]) -> list[_Running]:
    ready = wait([each.pipe for each in running])
    return [each for each in running if each.pipe in ready]


def _listen(each: _Running) -> bool:
    """Passes on one message; False when the process has said all it had to say."""
    try:
        word, arguments, counts = each.pipe.recv()
    except (EOFError, OSError):  # killed, perhaps in the middle of a message
        return False
    if word == "outcome":
        each.outcome = arguments[0]
        return True
    each.display.asked(counts)
    getattr(each.display, word)(*arguments[0], **arguments[1])
    return True


def _ended(each: _Running, *, stopped: bool) -> Outcome:
    each.process.join()
    each.pipe.close()
    if each.outcome is not None:
        return each.outcome
    if stopped:
        return Outcome(interrupted=True)
    code = each.process.exitcode or 0
    how = f"by signal {-code}" if code < 0 else f"with exit code {code}"
    reason = f"its process ended {how}; what is stored is whole: run again"
    return Outcome(troubles=[Trouble(where=each.job.company, asset="sync", reason=reason)])


def _work(job: CompanyJob, pipe: Connection) -> None:
    """What a company's process does."""
    os.setsid()  # Ctrl-C in the terminal reaches it through the one who started it, once
    threading.Thread(target=_end_with_parent, daemon=True).start()
    relay = _Relay(pipe)
    try:
        with held_back():
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
            definitions = copying_definitions(job.settings, relay)
        with dagster_instance(job.settings) as instance:
            outcome = Sync(job.settings, definitions, instance, relay).copy(job.cells, job.request)
    except KeyboardInterrupt:
        outcome = Outcome(interrupted=True)
    except ONE_LINE_ERRORS as error:
        outcome = Outcome(troubles=[Trouble(where=job.company, asset="sync", reason=str(error))])
    relay.say("outcome", (outcome,))
    pipe.close()
    sys.stdout.flush()
    sys.stderr.flush()
    # Everything is closed. An orderly end of the interpreter would have DuckDB's binding list what Dagster still holds.
    os._exit(0)


def _end_with_parent(seconds: float = SECONDS_TO_END) -> None:
    """Whoever started this was killed: nobody would hear how it ends, and nobody could stop it.

    It is interrupted, which Dagster notes with its run. An interrupt can be lost, in a destructor for one; so it is
    killed ``seconds`` later, which leaves whole rows all the same.
    """
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGINT)
        sleep(seconds)
        os.kill(os.getpid(), signal.SIGKILL)


class _Relay:
    """Tells the display in the other process; what changes many times a second is told now and then."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._connections: Connections | None = None
        self._last = 0.0
        self.began = partial(self._tell, "began")
        self.ended = partial(self._tell, "ended")
        self.done = partial(self._tell, "done")

    def connected(self, connections: Connections) -> None:
        """The run that begins asks Fortnox through these."""
        self._connections = connections

    def listed(self, endpoint: str, rows: int, total: int | None) -> None:
        """Some of the list rows have arrived."""
        self._now_and_then("listed", endpoint, rows, total)

    def detailed(self, endpoint: str, done: int, total: int) -> None:
        """Some of the detail calls are answered."""
        self._now_and_then("detailed", endpoint, done, total)

    def say(self, word: str, arguments: tuple[Any, ...]) -> None:
        """Sends one message; when nobody is there any more, nobody need hear it."""
        counts = RequestCounts() if self._connections is None else self._connections.traffic()
        with suppress(BrokenPipeError):
            self._pipe.send((word, arguments, counts))

    def _tell(self, word: str, *arguments: Any, **named: Any) -> None:
        self.say(word, (arguments, named))

    def _now_and_then(self, word: str, *arguments: Any) -> None:
        if monotonic() - self._last >= SECONDS_BETWEEN_TOLD:
            self._last = monotonic()
            self._tell(word, *arguments)
