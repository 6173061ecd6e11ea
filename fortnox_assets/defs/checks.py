"""What every copied partition says about itself besides its rows: was it available, did all of it fit."""

import warnings
from collections.abc import Iterator, Mapping

import dagster as dg

from fortnox_assets.catalogue.endpoint import Endpoint, Table
from fortnox_assets.defs.partitions import partitions_of
from fortnox_assets.fortnox.errors import IncompleteListing
from fortnox_assets.warehouse.results import Snapshot, Unavailable

AVAILABLE = "available"
COMPLETE = "complete"
KNOWN_FIELDS = "known_fields"
PARSED_VALUES = "parsed_values"

_DESCRIPTIONS = {
    AVAILABLE: "The company's licences and scopes let the endpoint be read.",
    COMPLETE: "As many list rows arrived as Fortnox says there are (@TotalResources), and none twice.",
    KNOWN_FIELDS: "Fortnox sent no field the catalogue does not know.",
    PARSED_VALUES: "Every value fitted its column, and none was hidden by a missing right (API_NORIGHT).",
}


def raw_check_specs(table: Table, key: dg.AssetKey) -> list[dg.AssetCheckSpec]:
    """The checks of one raw asset, partitioned as it is."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.PreviewWarning)
        return [
            dg.AssetCheckSpec(name, asset=key, description=description, partitions_def=partitions_of(table))
            for name, description in _DESCRIPTIONS.items()
            if name != COMPLETE or isinstance(table, Endpoint)
        ]


def complete(key: dg.AssetKey, listed: int, total: int | None, lacking: str = "") -> dg.AssetCheckResult:
    """Of a list that was read to its end: the client refuses one whose rows and total differ.

    ``lacking`` says which of its rows could not be asked for, so that it is not complete, though nothing is wrong.
    """
    counts = {"listed": listed} if total is None else {"listed": listed, "@TotalResources": total}
    return dg.AssetCheckResult(
        asset_key=key,
        check_name=COMPLETE,
        passed=not lacking,
        severity=dg.AssetCheckSeverity.WARN if lacking else dg.AssetCheckSeverity.ERROR,
        description=lacking or None,
        metadata=counts,
    )


def incomplete(key: dg.AssetKey, error: IncompleteListing) -> dg.AssetCheckResult:
    """Of a list whose rows and total still differed after it had been read again: nothing of it is stored."""
    total = {} if error.total_resources is None else {"@TotalResources": error.total_resources}
    return dg.AssetCheckResult(
        asset_key=key,
        check_name=COMPLETE,
        passed=False,
        description=str(error),
        metadata={"listed": error.received, **total},
    )


def raw_check_results(
    key: dg.AssetKey, result: Snapshot | Unavailable, lacking: str = ""
) -> Iterator[dg.AssetCheckResult]:
    """What the rows that were just read say. Warnings: nothing is lost, and nothing downstream is stopped.

    ``lacking`` says which rows are not available where the others are.
    """
    if isinstance(result, Unavailable):
        yield _warning(key, AVAILABLE, {}, result.reason)
        yield _warning(key, KNOWN_FIELDS, {})
        yield _warning(key, PARSED_VALUES, {})
        return
    yield _warning(key, AVAILABLE, {}, lacking)
    shapes = {f"{path} ({result.report.unknown_shapes[path]})": n for path, n in result.report.unknown_fields.items()}
    yield _warning(key, KNOWN_FIELDS, shapes)
    hidden = {f"{path} (API_NORIGHT)": count for path, count in result.report.no_right.items()}
    yield _warning(key, PARSED_VALUES, {**result.report.unparsed, **hidden})


def _warning(key: dg.AssetKey, name: str, counts: Mapping[str, int], reason: str = "") -> dg.AssetCheckResult:
    found = ", ".join(f"{path}: {count}" for path, count in sorted(counts.items()))
    return dg.AssetCheckResult(
        asset_key=key,
        check_name=name,
        passed=not counts and not reason,
        severity=dg.AssetCheckSeverity.WARN,
        description=reason or found or None,
        metadata={"rows affected": sum(counts.values()), "by field": dict(counts)} if counts else {},
    )
