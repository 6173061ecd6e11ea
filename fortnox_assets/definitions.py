"""Dagster's front door: everything it sees, built from the settings.

``workspace.yaml``, ``dagster dev``, the command line and the tests all enter through :func:`build_definitions`.
"""

from collections.abc import Mapping

import dagster as dg

from fortnox_assets.catalogue import COPIED
from fortnox_assets.catalogue.endpoint import Endpoint
from fortnox_assets.defs.assets import documents_left_out, left_out_assets, raw_assets, raw_key
from fortnox_assets.defs.connection import connection_check
from fortnox_assets.defs.dbt import dbt_resource, reporting_assets
from fortnox_assets.defs.documents import documents_asset
from fortnox_assets.defs.events import fortnox_events
from fortnox_assets.defs.failures import run_failures
from fortnox_assets.defs.findings import finding_checks
from fortnox_assets.defs.jobs import building_job, copying_jobs
from fortnox_assets.defs.rebuilding import rebuilding
from fortnox_assets.defs.reconciliation import voucher_check
from fortnox_assets.defs.resources import Follower, Nobody, resources
from fortnox_assets.defs.schedules import schedules
from fortnox_assets.defs.sensors import new_partitions
from fortnox_assets.defs.uploads import new_uploads
from fortnox_assets.documents.modules import endpoints_of
from fortnox_assets.extract.errors import SelectionError
from fortnox_assets.extract.selection import chosen_endpoints
from fortnox_assets.instance_files import store_events_without_waiting
from fortnox_assets.settings import Selection, Settings, load_settings
from fortnox_assets.settings_errors import SettingsError
from fortnox_assets.warehouse.errors import WarehouseError

ALWAYS = ("company_information", "financial_years")


def build_definitions(settings: Settings, follower: Follower | None = None) -> dg.Definitions:
    """All assets, checks, jobs, sensors and resources for ``settings``.

    Raises: SettingsError when the settings cannot be used, SelectionError for an endpoint that cannot be copied.
    """
    store_events_without_waiting()
    endpoints = copied_endpoints(settings)
    raw = _copying_assets(endpoints, settings)
    left_out = [*left_out_assets(endpoints, settings), *([] if settings.documents else [documents_left_out(settings)])]
    reports = reporting_assets(settings)
    copying, building = copying_jobs(raw), building_job(reports)
    tables = sorted(key.path[-1] for each in raw for key in each.keys)
    return dg.Definitions(
        assets=[*raw, *left_out, *reports],
        asset_checks=[*_asset_checks(endpoints), *finding_checks(settings)],
        jobs=[*copying, building],
        schedules=schedules(copying),
        sensors=[
            new_partitions(copying, settings, tables),
            new_uploads(copying),
            fortnox_events(copying, tables),
            rebuilding(building),
            run_failures(),
        ],
        resources={**resources(settings, follower or Nobody()), "dbt": dbt_resource(settings)},
        executor=dg.in_process_executor,
    )


def copying_definitions(settings: Settings, follower: Follower) -> dg.Definitions:
    """What a process that only copies needs: no reports, and so none of dbt. Raises: as :func:`build_definitions`."""
    endpoints = copied_endpoints(settings)
    raw = _copying_assets(endpoints, settings)
    return dg.Definitions(
        assets=raw,
        asset_checks=_asset_checks(endpoints),
        jobs=copying_jobs(raw),
        resources=resources(settings, follower),
        executor=dg.in_process_executor,
    )


def _copying_assets(endpoints: Mapping[str, Endpoint], settings: Settings) -> list[dg.AssetsDefinition]:
    files = [documents_asset(settings.documents, settings)] if settings.documents else []
    return [*raw_assets(endpoints, settings), *files]


def _asset_checks(endpoints: Mapping[str, Endpoint]) -> list[dg.AssetChecksDefinition]:
    """The checks that are more than what copying an asset says of itself."""
    connection = connection_check(raw_key("company_information"), endpoints)
    vouchers = [voucher_check(raw_key("sie_vouchers"), raw_key("vouchers"))] if "vouchers" in endpoints else []
    return [connection, *vouchers]


def copied_endpoints(settings: Settings) -> dict[str, Endpoint]:
    """The endpoints of the settings' choice, the two that every report rests on, and those that tell of files."""
    wanted = settings.config.endpoints if settings.config else Selection()
    names = {*chosen_endpoints(COPIED, wanted.include, wanted.exclude), *ALWAYS}
    names |= endpoints_of(settings.documents.modules) if settings.documents else set()
    return {name: each for name, each in COPIED.items() if name in names}


@dg.definitions
def defs() -> dg.Definitions:
    """The definitions for the environment Dagster runs in.

    Raises: DagsterInvalidDefinitionError with the one line of what a person can correct. Dagster shows that as it is,
    anything else as the cause of an error of its own.
    """
    try:
        return build_definitions(load_settings())
    except (SettingsError, SelectionError, WarehouseError) as error:
        raise dg.DagsterInvalidDefinitionError(str(error)) from None
