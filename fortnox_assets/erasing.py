"""Erases a person, or a whole company, from what is stored: first as a plan that can be shown, then all or nothing."""

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fortnox_assets.catalogue import RAW_TABLES
from fortnox_assets.catalogue.people import MENTIONS, Mention, Person, number_field, unnumbered
from fortnox_assets.cell_lock import CellLock
from fortnox_assets.erasures import ANONYMISED, COMPANY, DELETED, FORGOTTEN, record
from fortnox_assets.left_on_disk import remove_left_over
from fortnox_assets.warehouse.columns import raw_schema
from fortnox_assets.warehouse.errors import WarehouseError
from fortnox_assets.warehouse.sync_state import SYNC_STATE, StoredTables
from fortnox_assets.warehouse.upkeep import AddRow, DeleteRows, Edit, EmptyFields, Upkeep, Where

SHORTEST_NAME = 4
UNPARSED = "_unparsed"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One edit, and how many rows it touches."""

    edit: DeleteRows | EmptyFields
    rows: int

    def __str__(self) -> str:
        rows = f"{self.rows} row{'' if self.rows == 1 else 's'}"
        if isinstance(self.edit, DeleteRows):
            return f"{self.edit.table}: {rows} deleted"
        return f"{self.edit.table}: {rows} lose {', '.join(self.edit.paths)}"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What erasing means in one company. ``silent`` edits go along and are not worth a line.

    ``kept`` are the tables kept from before a type changed, when it was planned; the edits reach into them too.
    """

    company: str
    steps: tuple[Step, ...]
    silent: tuple[Edit, ...]
    remembered: AddRow
    tables: frozenset[str]
    kept: Mapping[str, tuple[str, ...]]

    @property
    def rows(self) -> int:
        """Rows touched, counted once an edit."""
        return sum(each.rows for each in self.steps)


def plan_person(
    upkeep: Upkeep, stored: StoredTables, company: str, person: Person, number: str, *, anonymise: bool
) -> Plan:
    """What goes when the person is erased; no steps when nothing stored is about them. Raises: WarehouseError.

    Their own rows are deleted, or with ``anonymise`` lose what is personal; documents keep amounts, dates and numbers
    in either case.
    """
    edits: list[DeleteRows | EmptyFields] = []
    silent: list[Edit] = []
    kept = upkeep.kept()
    someone = _Someone(company=company, person=person, number=number)
    for mention in MENTIONS[person]:
        for where in someone.wheres(mention, stored, kept):
            for table in (mention.table, *kept.get(mention.table, ())):
                # What did not fit its type is kept raw, whatever field it was in; what was new has no mark.
                columns = set(upkeep.columns(table))
                if table != mention.table:
                    _refuse_rows_of_nobody(table, columns, where)
                unmarked = columns - set(raw_schema(RAW_TABLES[mention.table]).names)
                silent.append(EmptyFields(table=table, paths=(UNPARSED, *sorted(unmarked)), where=where))
                if mention.own and not anonymise:
                    edits.append(DeleteRows(table=table, where=where))
                else:
                    edits.append(EmptyFields(table=table, paths=mention.personal, where=where))
    steps = _counted(upkeep, edits)
    rows = sum(each.rows for each in steps)
    return Plan(
        company=company,
        steps=steps,
        silent=tuple(silent),
        remembered=record(company, person, ANONYMISED if anonymise else DELETED, rows, number),
        tables=frozenset(each.table for each in MENTIONS[person]),
        kept=kept,
    )


def plan_company(upkeep: Upkeep, company: str) -> Plan:
    """What goes when the whole company is forgotten. Raises: WarehouseError."""
    where, kept = Where(company=company), upkeep.kept()
    for table in (old := _names(kept)):
        _refuse_rows_of_nobody(table, set(upkeep.columns(table)), where)
    steps = _counted(upkeep, [DeleteRows(table=table, where=where) for table in (*RAW_TABLES, *old, SYNC_STATE)])
    shown = tuple(each for each in steps if each.edit.table != SYNC_STATE)
    return Plan(
        company=company,
        steps=shown,
        silent=(DeleteRows(table=SYNC_STATE, where=where),),
        remembered=record(company, COMPANY, FORGOTTEN, sum(each.rows for each in shown)),
        tables=frozenset(RAW_TABLES),
        kept=kept,
    )


def mentions_by_name(stored: StoredTables, company: str, person: Person, number: str) -> Iterator[tuple[str, int]]:
    """Tables where the person's name stands in a text without their number, and in how many rows: these stay.

    They are vouchers and other bookkeeping, which the law has kept as it is. Raises: WarehouseError.
    """
    register = MENTIONS[person][0].table
    column = "FullName" if person is Person.EMPLOYEE else "Name"
    rows = stored.rows(register, {"company": company}, (number_field(person, register), column))
    names = {name for found, name in rows if found == number and name and len(name) >= SHORTEST_NAME}
    for table, columns in unnumbered(person) if names else ():
        texts = stored.rows(table.name, {"company": company}, columns)
        if count := sum(any(name in text for text in _texts(row) for name in names) for row in texts):
            yield table.name, count


def carry_out(plan: Plan, upkeep: Upkeep, state_dir: Path) -> None:
    """Does it while no sync of this host has one of the tables, and remembers it in the same transaction.

    A sync looks up who was erased when it has its partition's lock. A partition nobody had begun when the others were
    locked is waited for afterwards, and its rows are edited too. Raises: WarehouseError, also when another company's
    sync has put a table away meanwhile, which then still has rows to go; BusyError; a crash leaves all of it done, or
    nothing.
    """
    edits: list[Edit] = [*plan.silent, *(each.edit for each in plan.steps)]
    last: list[Edit] = [plan.remembered]
    locks = state_dir / "locks"
    with ExitStack() as held:
        had: set[Path] = set()
        while last or _lock_files(locks, plan) - had:
            for path in sorted(_lock_files(locks, plan) - had):
                held.callback(_locked(locks, path).release)
                had.add(path)
            upkeep.apply([*edits, *last])
            last = []
        if set(_names(upkeep.kept())) - set(_names(plan.kept)):
            raise WarehouseError("a sync has put a table away meanwhile, and what it holds is not erased: run it again")
    remove_left_over(state_dir, lambda left: left.company == plan.company and left.table in plan.tables)


def files_of(state_dir: Path, company: str) -> list[Path]:
    """Files and folders of a company on local disk, its tokens not among them."""
    wanted = [*(state_dir / name / company for name in ("spool", "sie", "documents", "locks"))]
    wanted += (state_dir / "throttle").glob(f"{company}.sqlite*")
    return [path for path in wanted if path.exists()]


def remove_files(paths: Iterable[Path]) -> None:
    """Removes them, folders with what is in them. Raises: OSError."""
    for path in paths:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


@dataclass(frozen=True, kw_only=True)
class _Someone:
    company: str
    person: Person
    number: str

    def wheres(self, mention: Mention, stored: StoredTables, kept: Mapping[str, tuple[str, ...]]) -> Iterator[Where]:
        """Which rows of a table are meant."""
        if mention.through is None:
            yield Where(company=self.company, field=mention.number, values=(self.number,))
        elif documents := self._documents(mention.through, stored, kept):
            also = tuple(mention.only_where.items())
            yield Where(company=self.company, field=mention.number, values=documents, also=also)

    def _documents(self, table: str, stored: StoredTables, kept: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
        """The numbers of their documents."""
        (key,) = RAW_TABLES[table].key
        columns = (number_field(self.person, table), key)
        rows = (row for name in (table, *kept.get(table, ())) for row in stored.rows(name, self._cell, columns))
        return tuple(sorted({str(document) for theirs, document in rows if self._is(theirs)}))

    def _is(self, number: Any) -> bool:
        """Whether it is theirs; a table kept from before may have it as another type."""
        return number is not None and str(number) == self.number

    @property
    def _cell(self) -> dict[str, str | int]:
        return {"company": self.company}


def _names(kept: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(name for names in kept.values() for name in names)


def _refuse_rows_of_nobody(table: str, columns: set[str], where: Where) -> None:
    """Raises: WarehouseError for a table kept from before that does not tell whose its rows are."""
    if missing := sorted(set(where.columns) - columns):
        raise WarehouseError(
            f"{table}: has no {', '.join(missing)} to tell whose its rows are: drop it and run again; nothing is erased"
        )


def _counted(upkeep: Upkeep, edits: Sequence[DeleteRows | EmptyFields]) -> tuple[Step, ...]:
    counts = upkeep.preview(edits)
    return tuple(Step(edit=edit, rows=rows) for edit, rows in zip(edits, counts, strict=True) if rows)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _texts(list(value.values()))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)


def _lock_files(locks: Path, plan: Plan) -> set[Path]:
    return {path for path in (locks / plan.company).glob("*.lock") if path.name.split(".")[1] in plan.tables}


def _locked(locks: Path, path: Path) -> CellLock:
    label, table = path.name.split(".")[:2]
    lock = CellLock(locks, table, path.parent.name, int(label) if label.isdecimal() else None)
    lock.acquire()
    return lock
