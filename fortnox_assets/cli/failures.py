"""What failed, each as one line a person can act on."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import dagster as dg
from dagster._core.errors import DagsterAssetCheckFailedError
from dagster._core.execution.plan.objects import StepFailureData
from dagster_shared.error import SerializableErrorInfo

from fortnox_assets.warehouse.errors import WarehouseError

_OURS = WarehouseError.__name__


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """One thing that failed: where (company, company and year, or the reports), which asset, why in one line."""

    where: str
    asset: str
    reason: str

    @property
    def company(self) -> str:
        """The company, or ``reports``."""
        return self.where.split(maxsplit=1)[0]


def failures(where: str, result: dg.ExecuteInProcessResult) -> Iterator[Trouble]:
    """Each step of a run that failed, and a run that failed before its first step.

    A check that stops what depends on a table has done its work: what it found is in :func:`found`.
    Raises: KeyboardInterrupt when that is why; Dagster takes it for a failure like any other.
    """
    steps = [event for event in result.all_events if event.event_type == dg.DagsterEventType.STEP_FAILURE]
    ends = [event for event in result.all_events if event.event_type == dg.DagsterEventType.RUN_FAILURE]
    errors = [event.step_failure_data.error for event in steps] + [event.job_failure_data.error for event in ends]
    if any(_interrupted(each) for each in errors):
        raise KeyboardInterrupt
    for event in steps:
        if _is_a_check(event.step_failure_data.error):
            continue
        yield Trouble(where=where, asset=event.step_key or "", reason=_reason_of_step(event.step_failure_data))
    if not steps and not result.success:
        yield Trouble(where=where, asset="run", reason=_reason(ends[-1].job_failure_data.error if ends else None))


def found(result: dg.ExecuteInProcessResult) -> Iterator[str]:
    """A line for each check that found errors in the books: the table, the check, how many in which company."""
    for each in result.get_asset_check_evaluations():
        wrong = not each.passed and each.severity is dg.AssetCheckSeverity.ERROR
        if wrong and "by company" in each.metadata:
            yield f"{each.asset_key.path[-1]}: {each.check_name}: {each.description}"


def lines(troubles: Iterable[Trouble]) -> Iterator[str]:
    """A line for each reason: what failed for the same one in a company's assets and years stands together."""
    together: dict[tuple[str, str], list[Trouble]] = {}
    for each in troubles:
        # The line names company and asset already; without them the reason may be that of others too.
        reason = re.sub(rf"(?<=: )\w+\.{re.escape(each.asset)}: ", "", each.reason.removeprefix(f"{each.company}: "))
        together.setdefault((each.company, reason), []).append(each)
    for (company, reason), same in together.items():
        assets = ", ".join(dict.fromkeys(each.asset for each in same))
        yield f"failed  {_places(company, same)}: {assets}: {reason}"


def _places(company: str, same: list[Trouble]) -> str:
    wheres = list(dict.fromkeys(each.where for each in same))
    if len(wheres) == 1:
        return wheres[0]
    return f"{company} " + ", ".join(where.removeprefix(company).strip() or "registers" for where in wheres)


def _reason_of_step(data: StepFailureData) -> str:
    if data.user_failure_data and data.user_failure_data.description:
        return " ".join(data.user_failure_data.description.split())
    return _reason(data.error)


def _is_a_check(error: SerializableErrorInfo | None) -> bool:
    return error is not None and error.cls_name == DagsterAssetCheckFailedError.__name__


def _interrupted(error: SerializableErrorInfo | None) -> bool:
    while error:
        if error.cls_name == dg.DagsterExecutionInterruptedError.__name__:
            return True
        error = error.cause
    return False


def _reason(error: SerializableErrorInfo | None) -> str:
    """What the asset or the warehouse said, without what Dagster wraps around it."""
    while error and error.cause and (error.cls_name or "").startswith("Dagster"):
        error = error.cause
    if error is None:
        return "failed without saying why"
    said = " ".join(error.message.split())
    name, _, text = said.partition(": ")
    if not text or not name.endswith(error.cls_name or ""):
        return said
    return text if error.cls_name == _OURS else f"{error.cls_name}: {text}"
