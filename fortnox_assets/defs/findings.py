"""What the reports found in the books, as Dagster checks: each check of ``seed_checks`` on the table it is about.

And on every mart one check that blocks: an asset of yours that depends on a mart is not built while an error is found
in anything the mart rests on. Warnings block nothing. The marts themselves are built in any case, see ADR 0014.
"""

import csv
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import dagster as dg

from fortnox_assets.defs.copying import failures_in_one_line
from fortnox_assets.defs.dbt import REPORTING, prepared_manifest
from fortnox_assets.places import DBT_PROJECT
from fortnox_assets.settings import Settings
from fortnox_assets.warehouse.chosen import chosen_warehouse

STEP = "findings"
FINDINGS = "qa_findings"
RESTS_ON_NO_ERRORS = "rests_on_no_errors"
SAMPLE = 10

# Reports are made of the rows and the years that these two marts show, not of the marts.
_MADE_FROM = {"fct_general_ledger": "int_ledger_rows", "dim_financial_year": "int_financial_years"}
_SEEDED = DBT_PROJECT / "seeds" / "seed_checks.csv"
_COUNTS = """
select check_name, severity, company, count(*) as findings
from {schema}.qa_findings
group by check_name, severity, company
order by check_name, severity, company
"""
_SAMPLES = """
select check_name, company, financial_year_id, severity, object, value, first_seen
from (
    select *, row_number() over (
        partition by check_name
        order by case severity when 'error' then 1 when 'warn' then 2 else 3 end, abs(value) desc, company, object
    ) as place
    from {schema}.qa_findings
) as ranked
where place <= {sample}
order by check_name, place
"""
_ERRORS = "select check_name, count(*) from {schema}.qa_findings where severity = 'error' group by check_name"
_SAMPLE_COLUMNS = ("company", "financial year", "severity", "object", "value", "first seen")


@dataclass(frozen=True, kw_only=True)
class Check:
    """A line of ``seed_checks``; ``about`` is the mart whose figures a finding puts in doubt."""

    name: str
    about: str
    description: str


@dataclass(frozen=True, kw_only=True)
class Found:
    """Everything found. ``counts``: check -> severity -> company -> findings; ``samples``: check -> the largest few."""

    counts: Mapping[str, Mapping[str, Mapping[str, int]]]
    samples: Mapping[str, Sequence[Sequence[Any]]]


def finding_checks(settings: Settings) -> list[dg.AssetChecksDefinition]:
    """The checks, run after every build of the reports."""
    checks = seeded_checks()
    beneath = rests_on(json.loads(prepared_manifest(settings).read_text(encoding="utf-8")), checks)
    errors = _ErrorsOfRun(settings)
    return [_counting(settings, checks), *(_gate(mart, names, errors) for mart, names in beneath.items())]


def _counting(settings: Settings, checks: Sequence[Check]) -> dg.AssetChecksDefinition:
    specs = [
        dg.AssetCheckSpec(
            each.name,
            asset=_mart(each.about),
            description=each.description,
            additional_deps=_findings_beside(each.about),
        )
        for each in checks
    ]

    @dg.multi_asset_check(name=STEP, specs=specs, can_subset=True)
    def count(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        with failures_in_one_line():
            found = read_findings(settings)
        for key in sorted(context.selected_asset_check_keys):
            yield check_result(key, found)

    return count


class _ErrorsOfRun:
    """Check -> how many errors it found, read once for the steps of a run that share a process."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._run_id = ""
        self._errors: dict[str, int] = {}

    def of(self, run_id: str) -> dict[str, int]:
        if run_id != self._run_id:
            schema = self._settings.environment.fortnox_reporting_dataset
            self._errors = dict(chosen_warehouse(self._settings).query(_ERRORS.format(schema=schema)))
            self._run_id = run_id
        return self._errors


def _gate(mart: str, names: Sequence[str], errors: _ErrorsOfRun) -> dg.AssetChecksDefinition:
    """A step of its own: what a failed check stops is all that depends on any table of its step."""

    @dg.asset_check(
        asset=_mart(mart),
        name=RESTS_ON_NO_ERRORS,
        description=f"No error was found by what checks the tables that {mart} is made of: {', '.join(names)}.",
        additional_deps=_findings_beside(mart),
        blocking=True,
    )
    def gate(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
        with failures_in_one_line():
            found = errors.of(context.run.run_id)
        return gate_result({name: found[name] for name in names if name in found})

    return gate


def _findings_beside(mart: str) -> list[dg.AssetKey]:
    return [] if mart == FINDINGS else [_mart(FINDINGS)]


def seeded_checks(seed: Path = _SEEDED) -> list[Check]:
    """The checks the reports make, as their seed lists them."""
    with seed.open(encoding="utf-8", newline="") as lines:
        return [
            Check(name=row["check_name"], about=row["about"], description=row["description"])
            for row in csv.DictReader(lines)
        ]


def rests_on(manifest: Mapping[str, Any], checks: Sequence[Check]) -> dict[str, list[str]]:
    """Mart -> the checks about it and about everything dbt makes it of; without marts that no check concerns.

    And without the findings themselves: who reads them wants them most when there are some.
    """
    models = {key: node for key, node in manifest["nodes"].items() if node["resource_type"] == "model"}
    about: dict[str, list[str]] = defaultdict(list)
    for each in checks:
        about[each.about].append(each.name)
    found = {}
    for key, model in models.items():
        if "marts" in model["fqn"]:
            under = {models[each]["name"] for each in _upstream(manifest["parent_map"], key) if each in models}
            tables = sorted(table for table in about if {table, _MADE_FROM.get(table)} & under)
            found[str(model["name"])] = [name for table in tables for name in about[table]]
    return {mart: names for mart, names in sorted(found.items()) if names and mart != FINDINGS}


def _upstream(parents: Mapping[str, Sequence[str]], key: str) -> set[str]:
    found, waiting = {key}, [key]
    while waiting:
        new = set(parents.get(waiting.pop(), ())) - found
        found |= new
        waiting.extend(new)
    return found


def read_findings(settings: Settings) -> Found:
    """What ``qa_findings`` holds. Raises: WarehouseError when it has not been built."""
    schema, warehouse = settings.environment.fortnox_reporting_dataset, chosen_warehouse(settings)
    counts: dict[str, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for name, severity, company, number in warehouse.query(_COUNTS.format(schema=schema)):
        counts[name][severity][company] = number
    samples = defaultdict(list)
    for name, *row in warehouse.query(_SAMPLES.format(schema=schema, sample=SAMPLE)):
        samples[name].append(row)
    return Found(counts=counts, samples=samples)


def check_result(key: dg.AssetCheckKey, found: Found) -> dg.AssetCheckResult:
    """A check that found something fails with its worst severity; what is only worth knowing is counted and passes."""
    by_severity = found.counts.get(key.name, {})
    companies: dict[str, int] = defaultdict(int)
    for of_company in by_severity.values():
        for company, number in of_company.items():
            companies[company] += number
    metadata: dict[str, Any] = {"findings": sum(companies.values())}
    if companies:
        metadata |= {"by company": dict(companies), "sample": _table(found.samples.get(key.name, ()))}
    return dg.AssetCheckResult(
        asset_key=key.asset_key,
        check_name=key.name,
        passed=not by_severity.keys() & {"error", "warn"},
        severity=dg.AssetCheckSeverity.ERROR if "error" in by_severity else dg.AssetCheckSeverity.WARN,
        description=", ".join(f"{company}: {number}" for company, number in companies.items()) or None,
        metadata=metadata,
    )


def gate_result(errors: Mapping[str, int]) -> dg.AssetCheckResult:
    """The check that stops what depends on a mart."""
    return dg.AssetCheckResult(
        passed=not errors,
        severity=dg.AssetCheckSeverity.ERROR,
        description=", ".join(f"{name}: {number}" for name, number in errors.items()) or None,
        metadata={"errors": sum(errors.values()), "by check": dict(errors)} if errors else {"errors": 0},
    )


def _table(rows: Sequence[Sequence[Any]]) -> dg.MarkdownMetadataValue:
    head = [f"| {' | '.join(_SAMPLE_COLUMNS)} |", "|" + " --- |" * len(_SAMPLE_COLUMNS)]
    body = ["| " + " | ".join(_shown(value) for value in row) + " |" for row in rows]
    return dg.MetadataValue.md("\n".join([*head, *body]))


def _shown(value: object) -> str:
    shown = f"{value:,.2f}".replace(",", " ") if isinstance(value, Decimal) else "" if value is None else str(value)
    return shown.replace("|", r"\|")


def _mart(name: str) -> dg.AssetKey:
    return dg.AssetKey([REPORTING, name])
