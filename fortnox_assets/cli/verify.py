"""``fortnox-assets verify``: a year's stored ledger against Fortnox's vouchers, asked for one by one."""

from collections.abc import Sequence

from rich.console import Console
from rich.progress import Progress

from fortnox_assets.cli.mistakes import refuse_missing_connection
from fortnox_assets.connections import Connections
from fortnox_assets.settings import Settings
from fortnox_assets.settings_errors import SettingsError
from fortnox_assets.sie_export import NothingStoredError, StoredYear, stored_years
from fortnox_assets.verification import Verification, verify
from fortnox_assets.warehouse.chosen import chosen_warehouse
from fortnox_assets.warehouse.sync_state import StoredTables

MOST_SHOWN = 50


def run_verify(settings: Settings, company: str, label: int, sample: int | None, console: Console) -> int:
    """Prints how many vouchers were compared and each that differs; 0 when none does, else 1.

    Raises: one of the one-line errors; SettingsError for a company that has no Fortnox connection or nothing stored.
    """
    settings.company(company)
    with Connections(settings) as connections, chosen_warehouse(settings).stored() as stored:
        if not connections.is_connected(company):
            raise SettingsError(f"{company}: has no Fortnox connection to compare its ledger with")
        refuse_missing_connection(connections, (company,))
        years = _years(settings, stored, company, label)
        with Progress(console=console, transient=True) as progress:
            found = [_verified(connections, company, each, sample, progress) for each in years]
    for each in found:
        _show(company, label, each, console)
    return 1 if any(each.differences for each in found) else 0


def _years(settings: Settings, stored: StoredTables, company: str, label: int) -> Sequence[StoredYear]:
    try:
        return stored_years(stored, company, label, settings.as_of)
    except NothingStoredError as error:
        raise SettingsError(str(error)) from None


def _verified(
    connections: Connections, company: str, year: StoredYear, sample: int | None, progress: Progress
) -> Verification:
    task = progress.add_task(f"{company}: vouchers", total=None)
    return verify(
        connections.client(company),
        year,
        sample,
        lambda done, total: progress.update(task, completed=done, total=total),
    )


def _show(company: str, label: int, found: Verification, console: Console) -> None:
    def say(line: str) -> None:
        console.print(line, highlight=False, markup=False, soft_wrap=True)

    for each in found.differences[:MOST_SHOWN]:
        say(f"differs  {company} {label} {each}")
    if (more := len(found.differences) - MOST_SHOWN) > 0:
        say(f"differs  and {more} more vouchers")
    say(
        f"{company} {label}: {found.stored} vouchers stored, {found.listed} in Fortnox, the rows of {found.asked} "
        f"compared: {len(found.differences)} differ"
    )
