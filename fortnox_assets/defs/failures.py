"""Tells people about failed runs, see ``notifier``."""

from collections.abc import Iterator

import dagster as dg

from fortnox_assets.coordinator import PARTITION_TAG
from fortnox_assets.notifier import Notice, NotifyError, notifiers
from fortnox_assets.settings import load_settings

LONGEST_REASON = 300


def run_failures() -> dg.SensorDefinition:
    """The sensor that tells about every failed run of this code location once."""

    @dg.run_failure_sensor(
        name="run_failures",
        description="Tells about failed runs: in the log, and to Slack or a webhook where one is set.",
    )
    def tell(context: dg.RunFailureSensorContext) -> None:
        environment = load_settings().environment
        run = context.dagster_run
        base = environment.fortnox_dagster_url
        notice = Notice(
            job=run.job_name,
            partition=run.tags.get(PARTITION_TAG, ""),
            run_id=run.run_id,
            reasons=tuple(_reasons(context)),
            link=f"{base.rstrip('/')}/runs/{run.run_id}" if base else "",
        )
        # Each is told whatever happens to the others; Dagster shows what failed and does not come back to this run.
        failed = []
        for each in notifiers(environment, context.log):
            try:
                each.tell(notice)
            except NotifyError as error:
                failed.append(str(error))
        if failed:
            raise NotifyError("; ".join(failed))

    return tell


def _reasons(context: dg.RunFailureSensorContext) -> Iterator[str]:
    """A line for each step that failed, in our own words: others' may hold what is nobody's business."""
    steps = context.get_step_failure_events()
    for event in steps:
        data = event.step_failure_data
        if data.user_failure_data and data.user_failure_data.description:
            said = data.user_failure_data.description
        else:
            said = f"stopped by {data.error.cls_name}" if data.error else "stopped"
        yield f"{event.step_key}: {' '.join(said.split())[:LONGEST_REASON]}"
    if not steps:
        yield "the run ended before any of its steps failed; its page in Dagster says why"
