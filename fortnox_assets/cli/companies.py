"""``fortnox-assets companies``: does each company's connection work?"""

import json
import sys

from rich.console import Console
from rich.table import Table

from fortnox_assets.cli.mistakes import chosen_companies, refuse_missing_connection
from fortnox_assets.cli.run import print_failures
from fortnox_assets.connection_status import ConnectionStatus, connection_status
from fortnox_assets.connections import Connections
from fortnox_assets.definitions import copied_endpoints
from fortnox_assets.settings import Settings
from fortnox_assets.warehouse.chosen import chosen_warehouse

HEADINGS = ("company", "tenant", "status", "name", "organisation number", "financial years", "token", "last sync")


def show_companies(settings: Settings, console: Console, *, as_json: bool = False) -> int:
    """Prints one row a company, what it lacks, and what is wrong; 0 when all can be copied from, else 1.

    Raises: SettingsError when none is configured, or when Fortnox cannot be asked at all; WarehouseError.
    """
    companies = chosen_companies(settings, ())
    endpoints = copied_endpoints(settings)
    with Connections(settings) as connections, chosen_warehouse(settings).stored() as stored:
        refuse_missing_connection(connections, companies)
        found = [connection_status(connections, key, endpoints, stored) for key in companies]
    if as_json:
        sys.stdout.write(json.dumps([each.as_json() for each in found], indent=2, ensure_ascii=False) + "\n")
    else:
        console.print(_table(found))
        for each in found:
            for remark in each.remarks():
                console.print(f"{each.company}: {remark}", highlight=False, markup=False, soft_wrap=True)
        print_failures(f"failed  {each.company}: {trouble}" for each in found for trouble in each.troubles())
    return 0 if all(each.healthy for each in found) else 1


def _table(found: list[ConnectionStatus]) -> Table:
    table = Table(box=None)
    for heading in HEADINGS:
        table.add_column(heading, overflow="fold", no_wrap=heading == "company")
    for each in found:
        years = ", ".join(map(str, each.financial_years)) or ("none" if each.reachable else "")
        synced = each.last_sync.strftime("%Y-%m-%d %H:%M UTC") if each.last_sync else "never"
        table.add_row(
            each.company,
            str(each.tenant_id or "-"),
            _status(each),
            each.name or ("-" if each.reachable else ""),
            each.organisation_number or ("-" if each.reachable else ""),
            years,
            _token(each),
            synced,
        )
    return table


def _status(each: ConnectionStatus) -> str:
    if not each.healthy:
        return "[red]wrong company[/red]" if each.reachable else "[red]failed[/red]"
    return "[green]reachable[/green]" if each.connected else "[green]uploaded files[/green]"


def _token(each: ConnectionStatus) -> str:
    age = "" if each.token_age_days is None else f", {each.token_age_days:.0f} days old"
    return f"{each.token.replace('_', ' ')}{age}"
