"""``fortnox-assets load-sie``: an exported SIE 4 file becomes a year's ledger."""

from pathlib import Path

from rich.console import Console
from rich.table import Table

from fortnox_assets.cli.mistakes import chosen_companies, refuse_missing_connection, refuse_unusable_warehouse
from fortnox_assets.cli.run import run_sync
from fortnox_assets.cli.sync import Request
from fortnox_assets.connections import Connections
from fortnox_assets.defs.assets import LEDGER_TABLES
from fortnox_assets.extract.uploaded_sie import SUFFIXES
from fortnox_assets.filing import Filing, examined, file_away
from fortnox_assets.ledger_sources import UPLOADED, InUse, in_use
from fortnox_assets.settings import Settings
from fortnox_assets.settings_errors import SettingsError
from fortnox_assets.sie.errors import SieError
from fortnox_assets.warehouse.chosen import chosen_warehouse
from fortnox_assets.warehouse.sync_state import Cell

MOST_FINDINGS_SHOWN = 10


def run_load_sie(path: Path, company: str | None, console: Console, settings: Settings, request: Request) -> int:
    """Files ``path``, shows what it takes the place of, and loads that year; 0 when all of it worked, else 1.

    ``request`` says whether it may replace (``full``) and whether reports are built. Raises: one of the
    one-line errors, with nothing changed.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise SettingsError(f"{path.name}: a SIE file's name ends in {', '.join(sorted(SUFFIXES))}")
    companies = chosen_companies(settings, (company,) if company else ())
    with Connections(settings) as connections:
        refuse_missing_connection(connections, companies)
        refuse_unusable_warehouse(settings, console.print)
        filing = examined(connections, path, company)
        cell: Cell = {"company": filing.company, "financial_year": filing.year.label}
        with chosen_warehouse(settings).stored() as stored:
            before = in_use(stored, cell).get(filing.year.id)
        _show(filing, before, console)
        if before is not None and not filing.replaces and not request.full:
            _refuse_other_ledger(filing, before)
        file_away(connections, filing, replace=request.full)
    tables = tuple(table.name for table in LEDGER_TABLES)
    chosen = Request(
        companies=(filing.company,), labels=(filing.year.label,), endpoints=tables, reports=request.reports
    )
    return run_sync(settings, chosen, console)


def _refuse_other_ledger(filing: Filing, before: InUse) -> None:
    """Raises SieError when the file would put other books, or another source, in the place of what is stored."""
    source = before.source
    if source.ledger_source != UPLOADED or source.content_hash != filing.file.content_hash:
        reason = f"would replace the stored ledger of {filing.year.label}, which comes from {source}"
        raise SieError(filing.file.name, None, f"{reason}; --replace does it")


def _show(filing: Filing, before: InUse | None, console: Console) -> None:
    """What is stored now and what will be, before it happens."""
    year, totals = filing.year, filing.totals
    console.print(
        f"{filing.file.name}: {filing.company}, financial year {year.label} ({year.from_date} - {year.to_date})",
        highlight=False, markup=False, soft_wrap=True,
    )  # fmt: skip
    table = Table(box=None)
    for heading in ("", "source", "vouchers", "rows", "absolute sum"):
        table.add_column(heading, justify="left" if heading in ("", "source") else "right", overflow="fold")
    if before is not None:
        numbers = (before.vouchers, before.transactions, f"{before.absolute_sum:.2f}")
        table.add_row("stored", str(before.source), *map(str, numbers))
    added = (totals.vouchers, totals.transactions, f"{totals.absolute_sum:.2f}")
    table.add_row("this file", f"the uploaded file {filing.is_there or filing.file.name}", *map(str, added))
    console.print(table)
    for each in filing.findings[:MOST_FINDINGS_SHOWN]:
        what = f"account {each.account}" if each.account is not None else each.voucher
        line = f"note  {each.check} {what}: {each.expected} expected, {each.found} found"
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    if (more := len(filing.findings) - MOST_FINDINGS_SHOWN) > 0:
        console.print(f"note  and {more} more figures of the file that disagree; see qa_findings")
