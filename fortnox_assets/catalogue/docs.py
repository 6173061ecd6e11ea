"""The page about every endpoint: ``python -m fortnox_assets.catalogue.docs > docs/endpoints.md``."""

import sys
from collections.abc import Iterable, Iterator

from fortnox_assets.catalogue import COPIED, ENDPOINTS, RAW_TABLES
from fortnox_assets.catalogue.endpoint import (
    ChangeFilter,
    DetailNeed,
    Endpoint,
    Field,
    Listing,
    Presence,
    Slicing,
    Table,
)
from fortnox_assets.catalogue.own_tables import OWN_TABLES
from fortnox_assets.catalogue.sie_tables import SIE_TABLES

_GROUPS = {
    "fortnox_registers": "Registers and the company itself",
    "fortnox_sales": "Sales",
    "fortnox_purchasing": "Purchasing",
    "fortnox_ledger": "Ledger and fixed assets",
    "fortnox_payroll": "Payroll",
    "fortnox_time": "Time",
    "fortnox_warehouse": "Warehouse",
    "fortnox_files": "Files",
}
_PARTITIONS = {
    Slicing.COMPANY: "company",
    Slicing.FINANCIAL_YEAR: "company x year, `?financialyear=`",
    Slicing.DATE_PARAMETERS: "company x year, asked for by date ({date})",
    Slicing.DATE_FIELD: "company x year of {date}",
}
_DETAILS = {DetailNeed.NONE: "", DetailNeed.ROWS: "for rows", DetailNeed.COLUMNS: "for columns"}
_CHANGES = {
    ChangeFilter.HONOURED: "honoured",
    ChangeFilter.REJECTED: "rejected",
    ChangeFilter.IGNORED: "ignored",
    ChangeFilter.UNKNOWN: "",
}
_INTRODUCTION = """# Every Fortnox endpoint

This page is written from the endpoint catalogue by `make staging`; change an entry in `fortnox_assets/catalogue`, not
here. It lists the {endpoints} endpoints that Fortnox answers GET requests for, the {copied} that are copied to a table
of the same name, the {sie} tables that a SIE file becomes, and the {own} in which the program says what it has done.

- **Key**: what a row is known by inside one company; `-` is one row a company.
- **Partition**: registers have one partition a company; dated things one for each company and financial year.
- **Detail**: whether one request for each row is needed, because the list leaves out nested rows or columns.
- **Changes**: what Fortnox does with `?lastmodified=`; empty where it is not known.
- **Default**: `yes`, or what it costs to copy. Ask for such an endpoint by name in `fortnox.yaml`.
"""


def page() -> str:
    """The page as Markdown."""
    counts = {"endpoints": len(ENDPOINTS), "copied": len(COPIED), "sie": len(SIE_TABLES), "own": len(OWN_TABLES)}
    lines = [_INTRODUCTION.format(**counts)]
    for group, title in _GROUPS.items():
        lines += _overview(title, [each for each in ENDPOINTS.values() if each.group == group])
    lines += ["## Not copied", "", *_not_copied(), "", "# Fields", ""]
    for table in RAW_TABLES.values():
        lines += _fields(table)
    return "\n".join(lines).rstrip() + "\n"


def _overview(title: str, endpoints: list[Endpoint]) -> Iterator[str]:
    yield from (f"## {title}", "")
    yield from _table(
        ("Endpoint", "What", "Key", "Partition", "Detail", "Changes", "Scope", "Default"),
        ([*_row(each)] for each in endpoints if not each.not_copied),
    )
    yield ""


def _row(endpoint: Endpoint) -> Iterator[str]:
    licence = f" (licence {endpoint.licence})" if endpoint.licence else ""
    yield f"[{endpoint.name}](#{endpoint.name})"
    yield endpoint.description
    yield ", ".join(endpoint.key) or "-"
    yield _PARTITIONS[endpoint.slicing].format(date=endpoint.date_field)
    yield _DETAILS[endpoint.detail]
    yield _CHANGES[endpoint.change_filter]
    yield f"{endpoint.scope}{licence}"
    yield "yes" if endpoint.default else f"no: {endpoint.costs}"


def _not_copied() -> Iterator[str]:
    yield from _table(
        ("Endpoint", "What", "Why not"),
        ([each.name, each.description, each.not_copied] for each in ENDPOINTS.values() if each.not_copied),
    )


def _fields(table: Table) -> Iterator[str]:
    yield from (f"## {table.name}", "", table.description, "")
    if isinstance(table, Endpoint):
        yield from (_calls(table), "")
    yield from _table(("Field", "Type", "What", "Notes"), _field_rows(table, table.fields, ""))
    yield ""


def _calls(endpoint: Endpoint) -> str:
    call = f"`GET {endpoint.path}`"
    if endpoint.listing is Listing.PER_KEY and endpoint.keys_from is not None:
        names = [each.endpoint for each in endpoint.keys_from.every() if each.endpoint]
        call += f", once for each key of {', '.join(names)}" if names else ", once for each month"
    if endpoint.detail is not DetailNeed.NONE:
        call += f", then `GET {endpoint.detail_path}` for each row"
    return f"{call}."


def _field_rows(table: Table, fields: Iterable[Field], prefix: str) -> Iterator[list[str]]:
    for each in fields:
        yield [f"{prefix}{each.name}", str(each.type), each.description, "; ".join(_notes(table, each))]
        yield from _field_rows(table, each.fields, f"{prefix}{each.name}.")


def _notes(table: Table, field: Field) -> Iterator[str]:
    if field.presence is Presence.LIST:
        yield "list only"
    if field.presence is Presence.DETAIL:
        asked_for = isinstance(table, Endpoint) and table.detail is not DetailNeed.NONE
        yield "detail only" if asked_for else "detail only, which is not asked for: empty"
    if field.personal is not None:
        yield f"personal data: {str(field.personal).replace('_', ' ')}"
    if field.values:
        yield " ".join(f"`{value}`" for value in field.values)


def _table(heads: tuple[str, ...], rows: Iterable[list[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(page())
