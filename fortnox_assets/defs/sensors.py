"""Makes new companies and financial years known to Dagster and asks for their first load."""

import json
from collections.abc import Iterator

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from fortnox_assets.connections import COMPANY_TROUBLE, Connections
from fortnox_assets.defs.jobs import SYNC_FINANCIAL_YEAR, SYNC_REGISTERS
from fortnox_assets.defs.partitions import COMPANY, FINANCIAL_YEAR, Cell
from fortnox_assets.settings import load_settings

SECONDS_BETWEEN_LOOKS = 3600


def new_partitions(loading: list[UnresolvedAssetJobDefinition]) -> dg.SensorDefinition:
    """The sensor that starts the first load of what is new, with the jobs of ``loading``."""

    @dg.sensor(
        name="new_companies_and_years",
        jobs=loading,
        minimum_interval_seconds=SECONDS_BETWEEN_LOOKS,
        description="Registers companies of fortnox.yaml and their financial years, and loads what is new.",
    )
    def look(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        asked = set(json.loads(context.cursor)) if context.cursor else set()
        cells = list(_configured_cells(context))
        return dg.SensorResult(
            run_requests=[_load(cell) for cell in cells if cell.key not in asked],
            dynamic_partitions_requests=[
                COMPANY.build_add_request(sorted({cell.company for cell in cells})),
                FINANCIAL_YEAR.build_add_request(sorted({str(cell.label) for cell in cells if cell.label is not None})),
            ],
            cursor=json.dumps(sorted(asked | {cell.key for cell in cells})),
        )

    return look


def _configured_cells(context: dg.SensorEvaluationContext) -> Iterator[Cell]:
    """The companies of fortnox.yaml and their years; a company that cannot be reached is left for the next look."""
    with Connections(load_settings()) as connections:
        for company in connections.settings.companies:
            try:
                labels = connections.labels(company)
            except COMPANY_TROUBLE as error:
                context.log.warning("%s: %s", company, error)
                continue
            yield Cell(company=company)
            yield from (Cell(company=company, label=label) for label in labels)


def _load(cell: Cell) -> dg.RunRequest:
    job = SYNC_REGISTERS if cell.label is None else SYNC_FINANCIAL_YEAR
    return dg.RunRequest(run_key=f"first load of {cell.key}", job_name=job, partition_key=cell.key)
