"""Makes new companies, financial years and endpoints known to Dagster, and has what is new or has moved copied."""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from fortnox_assets.catalogue import RAW_TABLES
from fortnox_assets.connections import Connections
from fortnox_assets.defs.companies import cells_by_company
from fortnox_assets.defs.partitions import COMPANY, FINANCIAL_YEAR, Cell, cell_of_key
from fortnox_assets.defs.requests import copying
from fortnox_assets.freshness import window_of
from fortnox_assets.settings import ConfigFile, Settings, load_settings

SECONDS_BETWEEN_TICKS = 60
# Fortnox is asked this often; a change of fortnox.yaml is looked into at the next tick.
SECONDS_BETWEEN_LOOKS = 3600
NO_YEAR = "none"
OTHER_CHOICE = "fortnox.yaml chooses other endpoints or fields than Dagster has loaded: reload the code location"


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the sensor has seen to: its cursor.

    ``cells`` has the window of days each cell was last asked to be copied with, empty for registers.
    ``looked_at`` is in epoch seconds, ``config`` a hash of ``fortnox.yaml``.
    """

    looked_at: float = 0.0
    config: str = ""
    tables: tuple[str, ...] = ()
    cells: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, cursor: str | None) -> "Known":
        """What a cursor says; nothing is known without one."""
        found = json.loads(cursor) if cursor else {}
        if isinstance(found, list):  # of version 0.1.0, which knew nothing of windows
            return cls(cells=dict.fromkeys(found, ""))
        return cls(**{**found, "tables": tuple(found.get("tables", ()))})

    def cursor(self) -> str:
        """The text that :meth:`of` reads."""
        about = {"looked_at": self.looked_at, "config": self.config, "tables": self.tables, "cells": self.cells}
        return json.dumps(about, sort_keys=True)


def new_partitions(
    jobs: list[UnresolvedAssetJobDefinition],
    loaded: Settings,
    tables: Iterable[str],
    clock: Callable[[], float] = time.time,
) -> dg.SensorDefinition:
    """The sensor of definitions made for ``loaded`` settings, which copy ``tables`` with ``jobs``."""
    names = tuple(sorted(tables))

    @dg.sensor(
        name="new_companies_and_years",
        jobs=jobs,
        minimum_interval_seconds=SECONDS_BETWEEN_TICKS,
        description=(
            "Registers companies of fortnox.yaml and their financial years, copies what is new, and copies again the "
            "years whose first or last day somebody has moved. Looks when fortnox.yaml changes, and every hour."
        ),
    )
    def look(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        # Before Fortnox is asked: a broken fortnox.yaml fails the tick with its own one line.
        settings, known, now = load_settings(), Known.of(context.cursor), clock()
        stale = _chosen(settings.config) != _chosen(loaded.config)
        if stale:
            context.log.warning(OTHER_CHOICE)
        config = _fingerprint(settings)
        same = (config, names) == (known.config, known.tables)
        if same and now - known.looked_at < SECONDS_BETWEEN_LOOKS:
            return dg.SkipReason(
                OTHER_CHOICE if stale else "nothing has changed in fortnox.yaml; Fortnox is asked hourly"
            )
        found = list(_found(context, settings))
        found += _gone(found, known)
        requests = list(_requests(found, known, names))
        copied = {each.partition_key for each in requests}
        windows = {each.cell.key: each.window for each in found if each.cell.key in {*copied, *known.cells}}
        seen = Known(looked_at=now, config=config, tables=names, cells={**known.cells, **windows})
        return dg.SensorResult(
            run_requests=requests,
            dynamic_partitions_requests=_partitions(each.cell for each in found),
            cursor=seen.cursor(),
            skip_reason=None if requests else dg.SkipReason(OTHER_CHOICE if stale else "nothing is new"),
        )

    return look


@dataclass(frozen=True, kw_only=True)
class Found:
    """A cell there is, the window of its days, and whether it is among those that are loaded from the beginning."""

    cell: Cell
    window: str = ""
    wanted: bool = True


def _found(context: dg.SensorEvaluationContext, settings: Settings) -> Iterator[Found]:
    with Connections(settings) as connections:
        for company, years in cells_by_company(connections, context.log):
            yield Found(cell=Cell(company=company))
            first = _first_label(settings, [cell.label for cell in years if cell.label is not None])
            for cell in years:
                window = window_of(connections.slice(company, cell.label))
                yield Found(cell=cell, window=window, wanted=cell.label is None or cell.label >= first)


def _first_label(settings: Settings, labels: list[int]) -> int:
    """The first year that is loaded of itself, as ``first_load.past_years`` says."""
    past = settings.config.first_load.past_years if settings.config else None
    current = max((label for label in labels if label <= settings.as_of.year), default=0)
    return 0 if past is None else current - past


def _requests(found: list[Found], known: Known, names: tuple[str, ...]) -> Iterator[dg.RunRequest]:
    """Runs for what is new and what has moved. Their keys are the same until the cursor is stored."""
    new_tables = set(names) - set(known.tables) if known.tables else set()
    for each in found:
        key, before = each.cell.key, known.cells.get(each.cell.key)
        if before is None:
            if each.wanted:
                yield copying(each.cell, f"first load of {key}")
        elif before not in ("", each.window):
            yield copying(each.cell, f"{key} moved, seen after {known.looked_at}")
        elif tables := {
            name for name in new_tables if RAW_TABLES[name].by_financial_year == (each.cell.label is not None)
        }:
            yield copying(each.cell, f"new endpoints of {key}, seen after {known.looked_at}", tables=tables)


def _gone(found: list[Found], known: Known) -> list[Found]:
    """Cells of companies that answered whose financial year is no more: copied once again, they become empty."""
    answered, there = {each.cell.company for each in found}, {each.cell.key for each in found}
    cells = (cell_of_key(key) for key in sorted(set(known.cells) - there))
    return [Found(cell=cell, window=NO_YEAR) for cell in cells if cell.company in answered]


def _partitions(cells: Iterable[Cell]) -> list[dg.AddDynamicPartitionsRequest]:
    every = list(cells)
    return [
        COMPANY.build_add_request(sorted({cell.company for cell in every})),
        FINANCIAL_YEAR.build_add_request(sorted({str(cell.label) for cell in every if cell.label is not None})),
    ]


def _chosen(config: ConfigFile | None) -> object:
    """What the definitions depend on."""
    return (config.endpoints, config.fields, config.new_fields, config.documents) if config else None


def _fingerprint(settings: Settings) -> str:
    return sha256(settings.config.model_dump_json().encode()).hexdigest()[:16] if settings.config else ""
