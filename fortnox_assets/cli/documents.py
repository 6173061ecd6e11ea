"""``fortnox-assets documents``: what fetching files takes, how many vouchers have one, and a voucher's own."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, get_args

import typer
from rich.console import Console
from rich.table import Table

from fortnox_assets.connections import Connections
from fortnox_assets.definitions import copied_endpoints
from fortnox_assets.documents.bring import Desk
from fortnox_assets.documents.modules import NEEDED, Module
from fortnox_assets.settings import DocumentsSelection, Settings
from fortnox_assets.settings_errors import SettingsError
from fortnox_assets.storage import StoreError
from fortnox_assets.warehouse.chosen import chosen_warehouse

LINKS_LAST = timedelta(hours=1)
REQUESTS_A_MINUTE = 288
_VOUCHER = re.compile(r"(?P<series>[^/]+)/(?P<number>[0-9]{1,18})/(?P<year>[0-9]{4})")
FILES = """
select links.file_id, links.object_type, links.object_number, links.file_name, links.file_status, links.location
from {schema}.fct_document_link as links
inner join {schema}.dim_financial_year as years
    on links.company = years.company and links.financial_year_id = years.financial_year_id
where links.company = ? and links.voucher_series = ? and links.voucher_number = ? and years.financial_year = ?
order by links.object_type, links.file_id
"""
COVERAGE = """
select financial_year, voucher_series, vouchers, with_file, without_file, with_stored_file
from {schema}.rpt_document_coverage
where company = ?
order by financial_year, voucher_series
"""


def run_documents(settings: Settings, company: str, console: Console) -> int:
    """Prints what fetching the company's files would cost, year by year, and the coverage report; 0.

    Links are counted as the last sync copied them. Raises: one of the one-line errors.
    """
    settings.company(company)
    choice = settings.documents or DocumentsSelection(modules=get_args(Module))
    _print_costs(settings, company, choice, console)
    if not settings.documents:
        where = f"documents.modules in {settings.config_path.name}"
        console.print(f"Nothing is fetched until {where} names what you want the files of.", highlight=False)
    rows = _query(settings, COVERAGE, [company])
    headings = ("year", "series", "vouchers", "with file", "without", "in the store")
    console.print(_table("Vouchers with files", headings, rows))
    return 0


def run_voucher(settings: Settings, company: str, voucher: str, console: Console, *, launch: bool) -> int:
    """Prints a link to each file of a voucher (SERIES/NUMBER/YEAR), or opens them; 0 when there is one, else 1.

    Raises: one of the one-line errors.
    """
    settings.company(company)
    named = _VOUCHER.fullmatch(voucher)
    if named is None:
        raise SettingsError(f"--voucher: found {voucher!r}; say series/number/year, such as A/17/2024")
    rows = _query(settings, FILES, [company, named["series"], int(named["number"]), int(named["year"])])
    if not rows:
        console.print(f"{company} {voucher}: no file is linked", highlight=False, markup=False)
        return 1
    opened = 0
    for file_id, kind, number, name, status, location in rows:
        about = f"{name or file_id}  ({kind} {number})"
        if status != "stored":
            console.print(f"{about}: {status or 'not fetched'}", highlight=False, markup=False, soft_wrap=True)
            continue
        link = _link(location, name or file_id, console)
        console.print(f"{about}: {link}", highlight=False, markup=False, soft_wrap=True)
        opened += 1
        if launch:
            typer.launch(link)
    return 0 if opened else 1


def _print_costs(settings: Settings, company: str, choice: DocumentsSelection, console: Console) -> None:
    lines, total = [], 0
    store = settings.document_store
    with Connections(settings) as connections, chosen_warehouse(settings).stored() as stored:
        for label in connections.labels(company):
            desk = Desk(stored=stored, store=store, part=connections.slice(company, label), choice=choice)
            planned, _, _ = desk.planned()
            there = len(planned.there) + len(planned.copied) + len(planned.elsewhere)
            lines.append((label, len(planned.fetch) + there, there, planned.expected_requests))
            total += planned.expected_requests
    console.print(_table("Files", ("year", "linked", "there or settled", "expected requests"), lines))
    minutes = total / REQUESTS_A_MINUTE
    console.print(f"{total} requests, at Fortnox's limit about {minutes:.0f} minutes.", highlight=False)
    copied = copied_endpoints(settings)
    for module in choice.modules:
        if missing := [name for name in NEEDED[module] if name not in copied]:
            console.print(
                f"Files of {module} are not counted: {missing[0]} is not copied.", highlight=False, soft_wrap=True
            )


def _link(location: str, name: str, console: Console) -> str:
    if not location.startswith("gs://"):
        return location
    from fortnox_assets.documents.signing import signed_link  # noqa: PLC0415 - takes seconds, and only buckets need it

    try:
        return signed_link(location, name, LINKS_LAST)
    except StoreError as error:
        console.print(f"note  {error}", highlight=False, markup=False, soft_wrap=True)
        return location


def _table(title: str, headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> Table:
    table = Table(title=title, title_justify="left", box=None)
    for heading in headings:
        table.add_column(heading, justify="left" if heading == "series" else "right")
    for row in rows:
        table.add_row(*map(str, row))
    return table


def _query(settings: Settings, sql: str, values: list[Any]) -> list[tuple[Any, ...]]:
    schema = settings.environment.fortnox_reporting_dataset
    return chosen_warehouse(settings).query(sql.format(schema=schema), values)
