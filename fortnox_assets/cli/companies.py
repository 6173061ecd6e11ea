"""``fortnox-assets companies``: does each company's connection work?"""

from rich.console import Console
from rich.table import Table

from fortnox_assets.cli.mistakes import chosen_companies, refuse_missing_connection
from fortnox_assets.cli.run import print_failures
from fortnox_assets.connections import COMPANY_TROUBLE, Connections
from fortnox_assets.settings import Settings


def show_companies(settings: Settings, console: Console) -> int:
    """Prints one row a company, and why for those that do not answer; 0 when all of them do, else 1.

    Raises: SettingsError when none is configured, or when Fortnox cannot be asked at all.
    """
    companies = chosen_companies(settings, ())
    table = Table(box=None)
    for heading in ("company", "tenant", "name", "organisation number", "financial years", "status"):
        table.add_column(heading, overflow="fold", no_wrap=heading == "company")
    failed: list[str] = []
    with Connections(settings) as connections:
        refuse_missing_connection(connections, companies)
        for key in companies:
            try:
                cells = _cells(connections, key)
            except COMPANY_TROUBLE as error:
                cells = ["", "", "", "[red]failed[/red]"]
                failed.append(f"failed  {key}: {str(error).removeprefix(f'{key}: ')}")
            table.add_row(key, str(settings.company(key).tenant_id or "-"), *cells)
    console.print(table)
    print_failures(failed)
    return 1 if failed else 0


def _cells(connections: Connections, key: str) -> list[str]:
    identity = connections.identity(key)
    years = ", ".join(str(label) for label in connections.labels(key)) or "none"
    status = "reachable" if connections.is_connected(key) else "uploaded files"
    return [identity.name or "-", identity.organisation_number or "-", years, f"[green]{status}[/green]"]
