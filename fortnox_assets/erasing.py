"""Erases a person, or a whole company, from what is stored: first as a plan that can be shown, then all or nothing."""

import shutil
from collections.abc import Iterable, Iterator, Sequence
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
    """What erasing means in one company. ``silent`` edits go along and are not worth a line."""

    company: str
    steps: tuple[Step, ...]
    silent: tuple[Edit, ...]
    remembered: AddRow
    tables: frozenset[str]

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
    for mention in MENTIONS[person]:
        for where in _wheres(mention, stored, company, person, number):
            # What did not fit its type is kept raw, whatever field it was in; what was new has no mark.
            unmarked = set(upkeep.columns(mention.table)) - set(raw_schema(RAW_TABLES[mention.table]).names)
            silent.append(EmptyFields(table=mention.table, paths=(UNPARSED, *sorted(unmarked)), where=where))
            if mention.own and not anonymise:
                edits.append(DeleteRows(table=mention.table, where=where))
            else:
                edits.append(EmptyFields(table=mention.table, paths=mention.personal, where=where))
    steps = _counted(upkeep, edits)
    rows = sum(each.rows for each in steps)
    return Plan(
        company=company,
        steps=steps,
        silent=tuple(silent),
        remembered=record(company, person, ANONYMISED if anonymise else DELETED, rows, number),
        tables=frozenset(each.table for each in MENTIONS[person]),
    )


def plan_company(upkeep: Upkeep, company: str) -> Plan:
    """What goes when the whole company is forgotten. Raises: WarehouseError."""
    where = Where(company=company)
    steps = _counted(upkeep, [DeleteRows(table=table, where=where) for table in (*RAW_TABLES, SYNC_STATE)])
    shown = tuple(each for each in steps if each.edit.table != SYNC_STATE)
    return Plan(
        company=company,
        steps=shown,
        silent=(DeleteRows(table=SYNC_STATE, where=where),),
        remembered=record(company, COMPANY, FORGOTTEN, sum(each.rows for each in shown)),
        tables=frozenset(RAW_TABLES),
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
    locked is waited for afterwards, and its rows are edited too. Raises: WarehouseError, BusyError; a crash leaves all
    of it done, or nothing.
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


def _wheres(mention: Mention, stored: StoredTables, company: str, person: Person, number: str) -> Iterator[Where]:
    if mention.through is None:
        yield Where(company=company, field=mention.number, values=(number,))
        return
    (key,) = RAW_TABLES[mention.through].key
    rows = stored.rows(mention.through, {"company": company}, (number_field(person, mention.through), key))
    if documents := tuple(sorted({str(document) for theirs, document in rows if theirs == number})):
        yield Where(company=company, field=mention.number, values=documents, also=tuple(mention.only_where.items()))


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
