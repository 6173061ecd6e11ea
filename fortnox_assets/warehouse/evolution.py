"""How a stored table follows the catalogue: it may gain columns and fields inside records, never lose or change one."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyarrow as pa

from fortnox_assets.warehouse.errors import WarehouseError

_WAY_OUT = (
    "fortnox-assets sync --full begins a new table and keeps this one under another name; the other companies' and "
    "years' rows are copied into the new one by their next sync"
)
_KEPT = re.compile(r"(.+)__until_[0-9]{8}_[0-9]{6}")
PARTITION_COLUMNS = frozenset({"company", "financial_year"})


class ChangedTableError(WarehouseError):
    """A stored table that cannot become the wanted one by adding to it."""


def kept_as(name: str) -> str:
    """The name under which a table is kept that a new one takes the place of."""
    return f"{name}__until_{dt.datetime.now(dt.UTC):%Y%m%d_%H%M%S}"


def kept_tables(names: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Those of the tables that are kept so, oldest first, by the name of the table that each of them was."""
    found: dict[str, tuple[str, ...]] = {}
    for name in sorted(names):
        if was := _KEPT.fullmatch(name):
            found[was[1]] = (*found.get(was[1], ()), name)
    return found


@dataclass(frozen=True, kw_only=True)
class Evolution:
    """What a stored table lacks: whole columns, and columns that need a wider type because a record inside grew."""

    new: Mapping[str, pa.DataType]
    widened: Mapping[str, pa.DataType]


def evolution(table: str, stored: pa.Schema, wanted: pa.Schema) -> Evolution:
    """What to add to ``stored`` so that rows of ``wanted`` can be put in. Names are compared without regard to case.

    Raises: ChangedTableError when a column, or a field inside a record, has another type than the stored one, and when
    a partition column is missing (the stored rows would have none, and never be replaced).
    """
    have = {each.name.lower(): each for each in stored}
    new = {each.name: each.type for each in wanted if each.name.lower() not in have}
    for name in PARTITION_COLUMNS & set(new):
        raise ChangedTableError(
            f"{table}: is stored without {name}, by which its rows are now replaced; nothing was written: {_WAY_OUT}"
        )
    widened = {}
    for each in wanted:
        if each.name in new:
            continue
        before = have[each.name.lower()]
        after = _merged(f"{table}.{each.name}", before.type, each.type)
        if after != before.type:
            widened[before.name] = after
    return Evolution(new=new, widened=widened)


def _merged(path: str, stored: pa.DataType, wanted: pa.DataType) -> pa.DataType:
    if pa.types.is_list(stored) and pa.types.is_list(wanted):
        inside = _merged(path, stored.value_type, wanted.value_type)
        # The name of a list's item differs from one engine to the next and means nothing.
        return stored if inside == stored.value_type else pa.list_(inside)
    if pa.types.is_struct(stored) and pa.types.is_struct(wanted):
        return _merged_record(path, stored, wanted)
    if pa.types.is_timestamp(stored) and pa.types.is_timestamp(wanted) and bool(stored.tz) == bool(wanted.tz):
        return stored
    if stored != wanted:
        raise ChangedTableError(
            f"{path}: is stored as {stored} but is now {wanted}; "
            f"the stored rows are kept and nothing was written: {_WAY_OUT}"
        )
    return stored


def _merged_record(path: str, stored: pa.StructType, wanted: pa.StructType) -> pa.DataType:
    wanted_types = {each.name.lower(): each.type for each in wanted}
    kept = [
        pa.field(each.name, _merged(f"{path}.{each.name}", each.type, wanted_types.get(each.name.lower(), each.type)))
        for each in stored
    ]
    have = {each.name.lower() for each in stored}
    added = [pa.field(each.name, each.type) for each in wanted if each.name.lower() not in have]
    same = not added and all(before.type == after.type for before, after in zip(stored, kept, strict=True))
    return stored if same else pa.struct([*kept, *added])
