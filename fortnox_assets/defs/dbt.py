"""The dbt project as assets: every model, attached to the raw tables it reads, with its tests as checks."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import dagster as dg
from dagster._core.definitions.metadata import TableMetadataSet
from dagster_dbt import (
    DagsterDbtTranslator,
    DagsterDbtTranslatorSettings,
    DbtCliInvocation,
    DbtCliResource,
    DbtProject,
    dbt_assets,
)
from filelock import FileLock

from fortnox_assets.catalogue import RAW_TABLES
from fortnox_assets.defs.assets import OWNERS
from fortnox_assets.defs.column_lineage import back_to_fortnox, column_lineage, lineage_metadata
from fortnox_assets.defs.copying import failures_in_one_line
from fortnox_assets.defs.freshness_policies import REPORTS
from fortnox_assets.defs.statements import LATEST, SHOWN, statements
from fortnox_assets.places import DBT_PROJECT
from fortnox_assets.settings import Settings
from fortnox_assets.settings_errors import SettingsError
from fortnox_assets.warehouse.chosen import chosen_warehouse
from fortnox_assets.warehouse.columns import FieldSelection

REPORTING = "fortnox_reporting"
STAGING = "fortnox_reporting_staging"
PARTIAL_PARSE = "partial_parse.msgpack"
RUN_RESULTS = "run_results.json"
COLUMNS = "columns"
_COSTS = ("bytes_processed", "bytes_billed", "slot_ms")
_GROUPS = {"dim": "dimensions", "fct": "facts", "rpt": "reports", "qa": "quality"}


class ReportingTranslator(DagsterDbtTranslator):
    """Names dbt's models as the contract has them: marts under ``fortnox_reporting``, all else under its staging."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """Sources keep the key their ``meta`` gives, which is the raw asset's."""
        if dbt_resource_props["resource_type"] == "source":
            return super().get_asset_key(dbt_resource_props)
        return dg.AssetKey([REPORTING if _is_mart(dbt_resource_props) else STAGING, dbt_resource_props["name"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """Left to right: seeds, staging, intermediate, then marts by what they are."""
        if dbt_resource_props["resource_type"] == "seed":
            return "seeds"
        if _is_mart(dbt_resource_props):
            return _GROUPS.get(dbt_resource_props["name"].split("_")[0], "reports")
        return str(dbt_resource_props["fqn"][1])

    def get_asset_spec(self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None) -> dg.AssetSpec:
        """As dagster-dbt describes it, and how fresh a mart is kept."""
        spec = super().get_asset_spec(manifest, unique_id, project)
        policy = REPORTS if spec.key.path[0] == REPORTING else None
        return spec.replace_attributes(freshness_policy=policy) if policy else spec

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:  # noqa: ARG002 - the same for all
        """The team that answers for the figures."""
        return OWNERS


def _is_mart(props: Mapping[str, Any]) -> bool:
    return props["resource_type"] == "model" and "marts" in props["fqn"]


def reporting_assets(settings: Settings) -> list[dg.AssetsDefinition]:
    """The dbt models as one Dagster op: they share the warehouse's one writer, and dbt orders them itself."""

    @dbt_assets(
        manifest=prepared_manifest(settings),
        name="dbt_build",
        # What they count is in qa_findings, which has checks of its own (findings.py).
        exclude="tag:findings",
        # Says where the SQL file of each model lies: in the checkout, or inside the installed package.
        project=_project(settings),
        dagster_dbt_translator=ReportingTranslator(settings=DagsterDbtTranslatorSettings(enable_code_references=True)),
    )
    def dbt_build(context: dg.AssetExecutionContext, dbt: DbtCliResource) -> Iterator[Any]:
        with failures_in_one_line():
            yield from _build(context, dbt, settings)

    return [dbt_build]


def _build(context: dg.AssetExecutionContext, dbt: DbtCliResource, settings: Settings) -> Iterator[Any]:
    os.environ.update(settings.subprocess_environment())
    target = settings.state_dir / "dbt" / "runs" / context.run.run_id
    warehouse = chosen_warehouse(settings)
    with warehouse.building():
        chosen = {name: settings.chosen_fields(name) for name in RAW_TABLES}
        warehouse.ensure_raw_tables(
            {name: FieldSelection(include=each.include, exclude=each.exclude) for name, each in chosen.items()}
        )
        _reuse_parse(_target(settings), target)
        command = ["build", "--exclude-resource-type", "unit_test", "--no-use-colors"]
        invocation = dbt.cli(command, context=context, target_path=target, raise_on_error=False)
        # A DuckDB file lets nobody else in while dbt runs, so the rows are counted afterwards.
        events = list(invocation.stream())
        counts, shown = row_counts(settings), _statements(settings, events)
    scanned, origins = scanned_bytes(target / RUN_RESULTS), _origins(invocation, target, context, events)
    for event in events:
        yield _of_model(_of_model(_with_figures(event, context, counts, shown), scanned), origins)
    if error := invocation.get_error():
        raise error
    shutil.rmtree(target, ignore_errors=True)


def _statements(settings: Settings, events: list[Any]) -> Mapping[str, dg.MetadataValue[Any]]:
    """The latest figures of the main statements; none when a build did not come to them."""
    built = {event.output_name for event in events if isinstance(event, dg.Output)}
    if not {f"{REPORTING}__{name}" for name in SHOWN} <= built:
        return {}
    schema = settings.environment.fortnox_reporting_dataset
    return statements(chosen_warehouse(settings).query, schema, settings.as_of.isoformat())


def _with_figures(
    event: Any,
    context: dg.AssetExecutionContext,
    counts: Mapping[dg.AssetKey, int],
    shown: Mapping[str, dg.MetadataValue[Any]],
) -> Any:
    """A table's output with how many rows it has, and a statement's with its figures; a view has no rows of its own."""
    if not isinstance(event, dg.Output):
        return event
    key = context.asset_key_for_output(event.output_name)
    rows, figures = counts.get(key), shown.get(key.path[-1])
    more: dict[str, Any] = {} if rows is None else dict(TableMetadataSet(row_count=rows))
    if figures is not None:
        more[LATEST] = figures
    return event.with_metadata({**event.metadata, **more}) if more else event


def _of_model(event: Any, said: Mapping[str, Mapping[str, Any]]) -> Any:
    """A model's output with what is ``said`` of it by its dbt id."""
    if not isinstance(event, dg.Output):
        return event
    return event.with_metadata({**event.metadata, **said.get(_node(event), {})})


def _node(output: dg.Output[Any]) -> str:
    return str(output.metadata["unique_id"].value)


def _origins(
    invocation: DbtCliInvocation, target: Path, context: dg.AssetExecutionContext, events: list[Any]
) -> Mapping[str, Mapping[str, Any]]:
    """What the columns of the models that were built are made of, by the id of the model."""
    manifest, translator = invocation.manifest, invocation.dagster_dbt_translator

    def key_of(node: str) -> dg.AssetKey:
        return translator.get_asset_key(manifest["nodes"].get(node) or manifest["sources"][node])

    built = [_node(event) for event in events if isinstance(event, dg.Output)]
    lineage = column_lineage(manifest, target, built, context.log)
    shown = back_to_fortnox(lineage, [node for node in lineage if _is_mart(manifest["nodes"][node])])
    return {
        node: {**lineage_metadata(columns, key_of), **({COLUMNS: shown[node]} if node in shown else {})}
        for node, columns in lineage.items()
    }


def scanned_bytes(run_results: Path) -> Mapping[str, Mapping[str, int]]:
    """What each model of a dbt run read (``bytes processed``) and is billed, by its id; DuckDB says nothing."""
    if not run_results.exists():
        return {}
    results = json.loads(run_results.read_text(encoding="utf-8"))["results"]
    told = {each["unique_id"]: each.get("adapter_response") or {} for each in results}
    return {
        node: {name.replace("_", " "): response[name] for name in _COSTS if response.get(name) is not None}
        for node, response in told.items()
    }


def row_counts(settings: Settings) -> Mapping[dg.AssetKey, int]:
    """The rows of every table dbt has made, by its asset. Raises: WarehouseError."""
    dataset = settings.environment.fortnox_reporting_dataset
    prefixes = {dataset: REPORTING, f"{dataset}_staging": STAGING}
    counts = chosen_warehouse(settings).row_counts(prefixes)
    return {dg.AssetKey([prefixes[schema], name]): rows for (schema, name), rows in counts.items()}


def _reuse_parse(parsed: Path, target: Path) -> None:
    """Gives dbt what it parsed last time: reading the whole project again takes longer than most models."""
    target.mkdir(parents=True, exist_ok=True)
    if (parsed / PARTIAL_PARSE).exists():
        shutil.copyfile(parsed / PARTIAL_PARSE, target / PARTIAL_PARSE)


def dbt_resource(settings: Settings) -> DbtCliResource:
    """The dbt of this Python environment, whether or not it is on the PATH."""
    return DbtCliResource(project_dir=_project(settings), dbt_executable=_executable())


def _executable() -> str:
    beside_python = Path(sys.executable).parent / "dbt"
    found = str(beside_python) if beside_python.exists() else shutil.which("dbt")
    if found is None:
        raise SettingsError(f"dbt: there is no such program beside {sys.executable} or on the PATH; install dbt-core")
    return found


def _project(settings: Settings) -> DbtProject:
    return DbtProject(
        project_dir=DBT_PROJECT,
        target_path=_target(settings),
        profiles_dir=DBT_PROJECT,
        target=settings.environment.fortnox_warehouse,
    )


def _target(settings: Settings) -> Path:
    return settings.state_dir / "dbt" / settings.environment.fortnox_warehouse


def prepared_manifest(settings: Settings) -> Path:
    """The manifest of the dbt project for these settings, made anew when the project or they have changed.

    Raises: SettingsError with dbt's own words when the project cannot be parsed.
    """
    target = _target(settings)
    manifest, mark = target / "manifest.json", target / "made_from"
    variables = {key: value for key, value in settings.subprocess_environment().items() if value}
    made_from = _fingerprint(variables)
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"FORTNOX_STATE_DIR: {settings.state_dir}: cannot be written: {error.strerror}") from None
    with FileLock(target / "lock"):
        if not manifest.exists() or not mark.exists() or mark.read_text(encoding="utf-8") != made_from:
            _parse(target, variables)
            mark.write_text(made_from, encoding="utf-8")
    return manifest


def _parse(target: Path, variables: Mapping[str, str]) -> None:
    command = [_executable(), "--quiet", "parse", "--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)]
    paths = ["--target-path", str(target), "--log-path", str(target)]
    result = subprocess.run(  # noqa: S603 - dbt of our own environment
        [*command, *paths], env={**os.environ, **variables}, capture_output=True, text=True, check=False
    )
    if result.returncode:
        lines = [line for line in (result.stdout + result.stderr).splitlines() if line.strip()]
        raise SettingsError(f"dbt_project: cannot be parsed: {' '.join(lines[-3:])}")


def _fingerprint(variables: Mapping[str, str]) -> str:
    """Of what is in the files, not of their dates: those of an unpacked wheel can be the same in every version."""
    seen = hashlib.sha256(json.dumps([version("dbt-core"), sorted(variables.items())]).encode())
    for path in sorted(path for path in DBT_PROJECT.rglob("*") if path.suffix in {".sql", ".yml", ".csv", ".md"}):
        seen.update(f"{path.relative_to(DBT_PROJECT)}\n".encode())
        seen.update(path.read_bytes())
    return seen.hexdigest()
