"""``fortnox-assets companies``: does each company's connection work?"""

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from fortnox_assets.connections import COMPANY_TROUBLE, Connections
from fortnox_assets.settings import Settings
from fortnox_assets.settings_errors import SettingsError


def show_companies(settings: Settings, console: Console) -> int:
    """Prints one row a company; 0 when all of them answer, else 1. SettingsError when none is configured."""
    if not settings.companies:
        raise SettingsError.no_companies(settings.config_path.name)
    table = Table(box=None)
    for heading in ("company", "tenant", "name in Fortnox", "organisation number", "financial years", "status"):
        table.add_column(heading, overflow="fold")
    troubles = 0
    with Connections(settings) as connections:
        for key, company in settings.companies.items():
            cells, reached = _row(connections, key)
            troubles += not reached
            table.add_row(key, str(company.tenant_id or "-"), *cells)
    console.print(table)
    return 1 if troubles else 0


def _row(connections: Connections, key: str) -> tuple[list[str], bool]:
    try:
        identity = connections.identity(key)
        years = ", ".join(str(label) for label in connections.labels(key)) or "none"
    except COMPANY_TROUBLE as error:
        return ["", "", "", escape(str(error))], False
    return [identity.name or "-", identity.organisation_number or "-", years, "[green]reachable[/green]"], True
