"""Every Fortnox endpoint and every table it can become: data, and three ways to look it up.

``ENDPOINTS`` is everything Fortnox can be asked for, ``COPIED`` what becomes a table of its own, ``RAW_TABLES``
every raw table: the copied endpoints, the tables a SIE file becomes, and what the program itself keeps. They keep the
order of the documentation: group by group.
"""

from collections.abc import Mapping
from types import MappingProxyType

from fortnox_assets.catalogue import (
    assets,
    contracts,
    employees,
    files,
    ledger,
    payroll,
    purchasing,
    registers,
    sales,
    settings,
    time,
    warehouse,
)
from fortnox_assets.catalogue.endpoint import Endpoint, Table
from fortnox_assets.catalogue.own_tables import OWN_TABLES
from fortnox_assets.catalogue.sie_tables import SIE_TABLES

_MODULES = (
    registers,
    settings,
    sales,
    contracts,
    purchasing,
    ledger,
    assets,
    employees,
    payroll,
    time,
    warehouse,
    files,
)

ENDPOINTS: Mapping[str, Endpoint] = MappingProxyType(
    {each.name: each for module in _MODULES for each in module.ENDPOINTS}
)
COPIED: Mapping[str, Endpoint] = MappingProxyType(
    {name: each for name, each in ENDPOINTS.items() if not each.not_copied}
)
RAW_TABLES: Mapping[str, Table] = MappingProxyType(
    {**COPIED, **{table.name: table for table in SIE_TABLES}, **OWN_TABLES}
)


def allowed_paths() -> tuple[str, ...]:
    """Every path the client may ask for, with ``{placeholders}`` where a row's values go: lists and details."""
    paths = {each.path for each in ENDPOINTS.values()} | {
        each.detail_path for each in ENDPOINTS.values() if each.detail_path
    }
    return tuple(sorted(paths))
