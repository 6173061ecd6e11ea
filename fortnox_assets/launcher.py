"""Starts runs as processes of the code location, as Dagster does by itself, and knows whether they are still there.

Dagster's own launcher cannot tell: a run whose machine or container went down together with its code location would be
"started" for ever, and its company's next run would wait for it. ``dagster.yaml`` names :class:`WatchedRunLauncher`. It
is loaded by the web interface, the daemon and every run: nothing else of the package may be imported here.
"""

import dagster as dg
from dagster._core.errors import DagsterUserCodeUnreachableError
from dagster._core.launcher import CheckRunHealthResult, DefaultRunLauncher, WorkerStatus
from dagster._grpc.types import CanCancelExecutionRequest, CanCancelExecutionResult
from dagster._serdes import deserialize_value


class WatchedRunLauncher(DefaultRunLauncher):
    """Dagster's launcher, which run monitoring can ask about a run that has started."""

    longest_answer_seconds = 30

    @property
    def supports_check_run_worker_health(self) -> bool:
        """Run monitoring asks only where this says so."""
        return True

    def check_run_worker_health(self, run: dg.DagsterRun) -> CheckRunHealthResult:
        """FAILED where the code location that started the run is gone, or has no such run any more; else RUNNING.

        One that is slow to answer is asked again next time. Runs of the command line are nobody's but its own. Should a
        run have outlived its code location after all, it and the one that is started instead take turns: no two
        copy a table of the same partition at once.
        """
        client = self._get_grpc_client_for_termination(run.run_id)  # type: ignore[no-untyped-call]
        if client is None:
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        try:
            asked = CanCancelExecutionRequest(run_id=run.run_id)
            answer = client.can_cancel_execution(asked, timeout=self.longest_answer_seconds)
        except DagsterUserCodeUnreachableError as error:
            code = getattr(error.__cause__, "code", None)
            if code is not None and code().name == "UNAVAILABLE":
                return CheckRunHealthResult(WorkerStatus.FAILED, "the code location that started the run is gone")
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        if deserialize_value(answer, CanCancelExecutionResult).can_cancel:
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        return CheckRunHealthResult(WorkerStatus.FAILED, "the code location that started the run has it no more")
