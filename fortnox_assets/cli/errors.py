"""Which errors are a person's to cure, and so one line and an exit code instead of a traceback."""

from fortnox_assets.cli.confirm import DeclinedError
from fortnox_assets.cli.loopback import ConsentError
from fortnox_assets.connections import COMPANY_TROUBLE
from fortnox_assets.extract.errors import SelectionError
from fortnox_assets.settings_errors import SettingsError
from fortnox_assets.warehouse.errors import WarehouseError


class DagsterHomeError(Exception):
    """Dagster cannot remember runs; one line that says where, why and what to do."""


USAGE = (SettingsError, SelectionError)
ONE_LINE_ERRORS = (*COMPANY_TROUBLE, SelectionError, WarehouseError, DagsterHomeError, ConsentError, DeclinedError)


def exit_code(error: Exception) -> int:
    """2 for bad usage or settings, 1 for what failed in spite of them."""
    return 2 if isinstance(error, USAGE) else 1
