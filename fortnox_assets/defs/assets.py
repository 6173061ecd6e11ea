"""One asset for each Fortnox endpoint, and one op for the tables of a SIE file."""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg

from fortnox_assets.catalogue import COPIED
from fortnox_assets.catalogue.endpoint import Endpoint, Table
from fortnox_assets.catalogue.own_tables import DOCUMENTS, LEDGER_SOURCES
from fortnox_assets.catalogue.sie_tables import SIE_TABLES
from fortnox_assets.connections import Connections
from fortnox_assets.coordinator import RAW
from fortnox_assets.defs.checks import complete, incomplete, raw_check_results, raw_check_specs
from fortnox_assets.defs.code_references import code_references
from fortnox_assets.defs.copying import LISTED, NOT_AVAILABLE, TOTAL, Copied, Copying, failures_in_one_line
from fortnox_assets.defs.freshness_policies import DATED, REGISTERS
from fortnox_assets.defs.partitions import COMPANY_YEAR, cell_of, partitions_of
from fortnox_assets.defs.resources import warehouse_tables
from fortnox_assets.extract.progress import Progress
from fortnox_assets.fortnox.errors import IncompleteListing
from fortnox_assets.freshness import fingerprint
from fortnox_assets.settings import Settings
from fortnox_assets.warehouse.columns import FieldSelection, raw_schema
from fortnox_assets.warehouse.io_manager import table_schema
from fortnox_assets.warehouse.results import Unavailable
from fortnox_assets.warehouse.sync_state import StoredTables

DOCUMENTS_COST = (
    "One request for every file. `fortnox-assets documents --company KEY` shows how many; "
    "name the modules under documents in fortnox.yaml to have them copied."
)
# The record of a change of source comes first: after a crash it is there, and the tables follow with the next run.
LEDGER_TABLES = (LEDGER_SOURCES, *SIE_TABLES)
OWNERS = ["team:finance-data"]
CODE_VERSION = "1"
# A run with this tag reads everything again, see ``fortnox-assets sync --full``.
FULL_TAG = "fortnox/full"
# With this one it compares every key in Fortnox with what is stored, which tells what was deleted.
KEYS_TAG = "fortnox/list_keys"


def raw_key(table: str) -> dg.AssetKey:
    """The asset of a raw table."""
    return dg.AssetKey([RAW, table])


def raw_assets(endpoints: Mapping[str, Endpoint], settings: Settings) -> list[dg.AssetsDefinition]:
    """The assets of the chosen endpoints, and the SIE tables."""
    return [*(endpoint_asset(each, endpoints, settings) for each in endpoints.values()), sie_assets(settings)]


def left_out_assets(endpoints: Mapping[str, Endpoint], settings: Settings) -> list[dg.AssetSpec]:
    """The endpoints that are not copied, each with the reason: the reports read their tables, which stay empty."""
    left_out = [each for each in COPIED.values() if each.name not in endpoints]
    return [
        dg.AssetSpec(
            raw_key(each.name),
            description=f"{_description(each)}\n\nNot copied: {_why_not(each)}",
            group_name=each.group,
            owners=OWNERS,
            kinds={"fortnox"},
            tags=_tags(each),
            metadata={"dagster/column_schema": _columns(each, settings)},
        )
        for each in left_out
    ]


def documents_left_out(settings: Settings) -> dg.AssetSpec:
    """The table of fetched files while none are: the reports read it, and it stays empty."""
    return dg.AssetSpec(
        raw_key(DOCUMENTS.name),
        description=f"{_description(DOCUMENTS)}\n\nNot copied: {DOCUMENTS_COST}",
        group_name=DOCUMENTS.group,
        owners=OWNERS,
        kinds={"fortnox"},
        tags=_tags(DOCUMENTS),
        metadata={"dagster/column_schema": _columns(DOCUMENTS, settings)},
    )


def endpoint_asset(endpoint: Endpoint, endpoints: Mapping[str, Endpoint], settings: Settings) -> dg.AssetsDefinition:
    """The asset that copies one endpoint, a partition at a time."""
    key = raw_key(endpoint.name)

    @dg.multi_asset(
        name=endpoint.name,
        specs=[raw_spec(endpoint, settings, _upstream(endpoint, endpoints))],
        check_specs=raw_check_specs(endpoint, key),
        partitions_def=partitions_of(endpoint),
    )
    def copy_endpoint(
        context: dg.AssetExecutionContext,
        fortnox: dg.ResourceParam[Connections],
        progress: dg.ResourceParam[Progress],
        stored: dg.ResourceParam[StoredTables],
    ) -> Iterator[dg.MaterializeResult[Copied] | dg.AssetCheckResult]:
        with failures_in_one_line():
            try:
                copied, metadata = copying_of(context, fortnox, progress, stored).endpoint(endpoint)
            except IncompleteListing as error:
                yield incomplete(key, error)
                raise
        partly = "" if isinstance(copied, Unavailable) else metadata.get(NOT_AVAILABLE, "")
        checked = complete(key, metadata.get(LISTED, 0), metadata.get(TOTAL), partly)
        yield _materialised(key, copied, metadata, checked)

    return copy_endpoint


def sie_assets(settings: Settings) -> dg.AssetsDefinition:
    """The ledger of a company and year as its SIE file has it: its tables, and where they came from."""

    @dg.multi_asset(
        name="sie",
        specs=[raw_spec(table, settings, [raw_key("financial_years")], skippable=True) for table in LEDGER_TABLES],
        check_specs=[spec for table in LEDGER_TABLES for spec in raw_check_specs(table, raw_key(table.name))],
        partitions_def=COMPANY_YEAR,
        can_subset=True,
    )
    def read_sie(
        context: dg.AssetExecutionContext,
        fortnox: dg.ResourceParam[Connections],
        progress: dg.ResourceParam[Progress],
        stored: dg.ResourceParam[StoredTables],
    ) -> Iterator[dg.MaterializeResult[Copied]]:
        copying = copying_of(context, fortnox, progress, stored)
        wanted = [table for table in LEDGER_TABLES if raw_key(table.name) in context.selected_asset_keys]
        with failures_in_one_line():
            for line in copying.coming_changes():
                context.log.warning(line)
            for table, copied, metadata in copying.sie(wanted):
                yield _materialised(raw_key(table.name), copied, metadata)

    return read_sie


def copying_of(
    context: dg.AssetExecutionContext, connections: Connections, progress: Progress, stored: StoredTables
) -> Copying:
    """What copying the running partition needs."""
    return Copying(
        connections=connections,
        cell=cell_of(context),
        run_id=context.run.run_id,
        stored=stored,
        full=context.run.tags.get(FULL_TAG) == "true",
        keys=context.run.tags.get(KEYS_TAG) == "true",
        progress=progress,
    )


def _materialised(
    key: dg.AssetKey, copied: Copied, metadata: Mapping[str, Any], *more: dg.AssetCheckResult
) -> dg.MaterializeResult[Copied]:
    checks = [*raw_check_results(key, copied, metadata.get(NOT_AVAILABLE, "")), *more]
    return dg.MaterializeResult(asset_key=key, value=copied, metadata=metadata, check_results=checks)


def _upstream(endpoint: Endpoint, endpoints: Mapping[str, Endpoint]) -> list[dg.AssetKey]:
    """What must be known first: the years of a dated endpoint, the endpoint whose keys are asked for one by one."""
    names = ["financial_years"] if endpoint.by_financial_year else []
    if endpoint.keys_from is not None and endpoint.keys_from.endpoint is not None:
        names.append(endpoint.keys_from.endpoint)
    return [raw_key(name) for name in names if name in endpoints and name != endpoint.name]


def raw_spec(table: Table, settings: Settings, deps: list[dg.AssetKey], *, skippable: bool = False) -> dg.AssetSpec:
    """What Dagster is told about a raw table."""
    expression: Any = "company"
    columns, references = _columns(table, settings), code_references(table.name)
    if table.by_financial_year:
        expression = {"company": "company", "financial_year": "financial_year"}
    spec = dg.AssetSpec(
        raw_key(table.name),
        deps=deps,
        skippable=skippable,
        description=_description(table),
        group_name=table.group,
        owners=OWNERS,
        kinds={"fortnox", settings.environment.fortnox_warehouse},
        # Another version shows as stale in the web interface: the code's, or other columns.
        code_version=f"{CODE_VERSION}.{fingerprint(*((each.name, each.type) for each in columns.columns))}",
        freshness_policy=DATED if table.by_financial_year else REGISTERS,
        tags=_tags(table),
        metadata={
            "partition_expr": expression,
            "dagster/column_schema": columns,
            "key": ", ".join(table.key),
            **({"dagster/code_references": references} if references else {}),
        },
    )
    return spec.with_io_manager_key("warehouse")


def _description(table: Table) -> str:
    return f"{table.title}. {table.description}"


def _columns(table: Table, settings: Settings) -> dg.TableSchema:
    chosen = settings.chosen_fields(table.name)
    columns = raw_schema(table, FieldSelection(include=chosen.include, exclude=chosen.exclude))
    return table_schema(columns, warehouse_tables(settings))


def _why_not(endpoint: Endpoint) -> str:
    if endpoint.default:
        return "fortnox.yaml leaves it out."
    return f"{endpoint.costs} Name it under endpoints.include in fortnox.yaml to copy it."


def _tags(table: Table) -> dict[str, str]:
    tags = {"personal_data": "yes"} if any(table.personal_fields()) else {}
    if isinstance(table, Endpoint):
        tags["fortnox/scope"] = table.scope or "none"
        tags["fortnox/detail"] = table.detail.value
    return tags
