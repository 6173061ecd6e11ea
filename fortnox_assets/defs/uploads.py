"""Notices SIE files that somebody has put down: files them under their company, and has their years loaded."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from fortnox_assets.connections import COMPANY_TROUBLE, Connections
from fortnox_assets.defs.assets import LEDGER_TABLES, raw_key
from fortnox_assets.defs.jobs import SYNC_FINANCIAL_YEAR
from fortnox_assets.defs.partitions import COMPANY, FINANCIAL_YEAR, Cell
from fortnox_assets.filing import examined, file_away
from fortnox_assets.ledger_sources import UPLOADED
from fortnox_assets.settings import load_settings
from fortnox_assets.uploads import FILED

SECONDS_BETWEEN_UPLOADS = 60
SECONDS_TO_SETTLE = 30


def new_uploads(loading: list[UnresolvedAssetJobDefinition]) -> dg.SensorDefinition:
    """The sensor that files SIE files left at the top of the store of uploads, and loads what is new or has changed.

    A file that cannot be used is told of at every look and stops no other. One that would take the place of another
    is left where it is: that needs a person's ``load-sie --replace``.
    """

    @dg.sensor(
        name="uploaded_sie_files",
        jobs=loading,
        minimum_interval_seconds=SECONDS_BETWEEN_UPLOADS,
        description="Files uploaded SIE files under their company and loads the years whose file is new or changed.",
    )
    def look(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        seen: dict[str, str] = json.loads(context.cursor) if context.cursor else {}
        with Connections(load_settings()) as connections:
            _file_loose_ones(context, connections)
            found = dict(_uploaded_cells(context, connections))
        new = [(cell, mark) for cell, mark in found.items() if seen.get(cell.key) != mark]
        return dg.SensorResult(
            run_requests=[_load_upload(cell, mark) for cell, mark in new],
            dynamic_partitions_requests=[
                COMPANY.build_add_request(sorted({cell.company for cell, _ in new})),
                FINANCIAL_YEAR.build_add_request(sorted({str(cell.label) for cell, _ in new})),
            ],
            cursor=json.dumps({**seen, **{cell.key: mark for cell, mark in found.items()}}),
        )

    return look


def _file_loose_ones(context: dg.SensorEvaluationContext, connections: Connections) -> None:
    try:
        # One that is still being written would be filed without its end.
        settled = datetime.now(UTC) - timedelta(seconds=SECONDS_TO_SETTLE)
        loose = [each for each in connections.uploads.files() if each.modified is None or each.modified < settled]
    except COMPANY_TROUBLE as error:
        context.log.warning("%s", error)
        return
    for each in loose:
        try:
            filing = examined(connections, connections.uploads.local(each))
            file_away(connections, filing, replace=False)
            connections.uploads.store.move(each.path, f"{filing.company}/{FILED}/{each.name}")
        except COMPANY_TROUBLE as error:
            context.log.warning("%s", error)
        else:
            context.log.info("%s is filed as %s", each.name, filing.path)


def _uploaded_cells(context: dg.SensorEvaluationContext, connections: Connections) -> Iterator[tuple[Cell, str]]:
    """The company and year of every uploaded file that is in use, with what tells this version of it from others."""
    for company, settings in connections.settings.companies.items():
        if UPLOADED not in {settings.ledger, *settings.ledger_by_year.values()}:
            continue
        try:
            marks = {each.name: f"{each.size} {each.modified}" for each in connections.uploads.files(company)}
            for label, files in connections.uploaded(company).files.items():
                if settings.ledger_source(label) == UPLOADED:
                    text = "; ".join(f"{file.name} {marks.get(file.name)}" for file in files)
                    yield Cell(company=company, label=label), text
        except COMPANY_TROUBLE as error:
            context.log.warning("%s: %s", company, error)


def _load_upload(cell: Cell, mark: str) -> dg.RunRequest:
    return dg.RunRequest(
        run_key=f"uploaded {cell.key} {mark}",
        job_name=SYNC_FINANCIAL_YEAR,
        partition_key=cell.key,
        asset_selection=[raw_key(table.name) for table in LEDGER_TABLES],
    )
