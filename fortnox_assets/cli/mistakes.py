"""Mistakes that can be seen before anything is asked of Fortnox: then nothing begins, and there is one line to read."""

import tempfile
from collections.abc import Callable, Iterable

from fortnox_assets.catalogue import COPIED
from fortnox_assets.catalogue.own_tables import DOCUMENTS
from fortnox_assets.connections import Connections
from fortnox_assets.definitions import copied_endpoints
from fortnox_assets.defs.assets import LEDGER_TABLES
from fortnox_assets.settings import Settings
from fortnox_assets.settings_errors import SettingsError
from fortnox_assets.warehouse.chosen import chosen_warehouse


def chosen_companies(settings: Settings, wanted: Iterable[str]) -> tuple[str, ...]:
    """The companies asked for, all of them unless some are named. Raises: SettingsError for one nobody configured."""
    companies = tuple(dict.fromkeys(wanted)) or tuple(settings.companies)
    if not companies:
        raise SettingsError.no_companies(settings.config_path.name)
    for company in companies:
        settings.company(company)
    return companies


def refuse_unknown_endpoints(settings: Settings, names: Iterable[str]) -> None:
    """Raises SettingsError for a name that is no raw table, or that ``fortnox.yaml`` does not have copied."""
    known = {*copied_endpoints(settings), *(table.name for table in LEDGER_TABLES)}
    known |= {DOCUMENTS.name} if settings.documents else set()
    for name in names:
        if name in COPIED and name not in known:
            raise SettingsError(
                f"--endpoint: {name} is not copied; change endpoints in {settings.config_path.name} to have it copied"
            )
        if name not in known:
            raise SettingsError.unknown("--endpoint", "copied endpoint", name, known)


def refuse_missing_connection(connections: Connections, companies: Iterable[str]) -> None:
    """Raises SettingsError when Fortnox is needed and cannot be asked: no credentials, no place for its state."""
    if any(connections.is_connected(company) for company in companies):
        connections.settings.credentials()
    refuse_unwritable_state(connections.settings)


def refuse_unwritable_state(settings: Settings) -> None:
    """Raises SettingsError when nothing can be written to the state directory."""
    try:
        settings.state_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.state_dir):
            return
    except OSError as error:
        reason = f"{settings.state_dir}: cannot be written: {error.strerror}"
        raise SettingsError(f"environment: FORTNOX_STATE_DIR: {reason}; choose another directory") from None


def refuse_unusable_warehouse(settings: Settings, tell: Callable[[str], None]) -> None:
    """Raises WarehouseError when the warehouse cannot be opened; ``tell`` hears of another run that is waited for."""
    chosen_warehouse(settings).check(tell)
