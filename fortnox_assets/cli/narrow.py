"""Before a sync: what ``fortnox.yaml`` no longer has copied goes from what is stored."""

from rich.console import Console

from fortnox_assets.cli.confirm import confirm
from fortnox_assets.left_on_disk import remove_left_over
from fortnox_assets.narrowing import narrowings
from fortnox_assets.settings import Settings
from fortnox_assets.warehouse.upkeep import Upkeep


def narrow(settings: Settings, upkeep: Upkeep, console: Console, *, yes: bool) -> bool:
    """Says which stored values are no longer wanted, asks, and removes them in every partition; whether there were any.

    Raises: SettingsError without a terminal and without ``yes``, DeclinedError, WarehouseError; then nothing is done.
    """
    found = narrowings(settings, upkeep)
    if not found:
        return False
    filled = [each for each in found if each.rows]
    if filled:
        console.print(f"{settings.config_path.name} leaves out fields that are stored; their values will be removed:")
        for each in filled:
            console.print(f"  {each}", highlight=False, markup=False, soft_wrap=True)
        confirm("Remove them, for every company and year?", yes=yes, console=console)
    upkeep.apply([edit for each in found for edit in each.edits])
    tables = {each.table for each in found}
    remove_left_over(settings.state_dir, lambda left: left.table in tables)
    return bool(filled)
