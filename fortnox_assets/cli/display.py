"""Shows a sync to the person who started it: a live bar in a terminal, plain lines anywhere else."""

from time import monotonic
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from fortnox_assets.connections import Connections
from fortnox_assets.fortnox.counters import RequestCounts
from fortnox_assets.settings import Settings

PLAIN_LINE_SECONDS = 10.0
WINDOW_SECONDS = 5.0
WORTH_SHOWING = 0.01


class CompanyLine:
    """Follows the runs of one company (``began``, ``ended``), and the endpoint being read (extract's ``Progress``)."""

    def __init__(self, console: Console, bars: Progress, settings: Settings) -> None:
        self._console = console
        self._bars = bars
        self._live = console.is_terminal
        self._connections: Connections | None = None
        self._counts: RequestCounts | None = None
        self._budget = settings.environment.fortnox_requests_per_window / WINDOW_SECONDS
        self._task: TaskID | None = None
        self._where = ""
        self._began_at = self._last_line = self._endpoint_began = monotonic()
        self._endpoints_done = 0

    def began(self, where: str, assets: int) -> None:
        """A partition of so many assets begins."""
        self._where, self._began_at, self._endpoints_done = where, monotonic(), 0
        self._connections = None
        self._counts = None
        if self._live:
            self._task = self._bars.add_task(where, total=assets, what="")
        else:
            self._console.print(f"{where}: {assets} assets ...", highlight=False, soft_wrap=True)

    def connected(self, connections: Connections) -> None:
        """The run that begins asks Fortnox through these."""
        self._connections = connections

    def asked(self, counts: RequestCounts) -> None:
        """What the run's requests have come to, in another process."""
        self._counts = counts

    def ended(self, where: str, *, rows: int, failed: int) -> None:
        """It ended; one line stays: rows, requests, share of the rate budget, seconds."""
        if self._task is not None:
            self._bars.remove_task(self._task)
            self._task = None
        mark = f"[red]{failed} failed[/red]" if failed else "[green]done[/green]"
        seconds = monotonic() - self._began_at
        traffic = self._traffic(seconds)
        counted = f"{rows:>8,} rows".replace(",", " ") if rows else " " * 13
        self._console.print(
            f"{where:<24} {counted}  {seconds:6.1f} s  {mark}  {traffic}", highlight=False, soft_wrap=True
        )

    def listed(self, endpoint: str, rows: int, total: int | None) -> None:
        """Some of the list rows have arrived."""
        self._say(endpoint, f"{rows} of {total} listed" if total is not None else f"{rows} listed")

    def detailed(self, endpoint: str, done: int, total: int) -> None:
        """Some of the detail calls are answered."""
        if done <= 1:
            self._endpoint_began = monotonic()
        elapsed = monotonic() - self._endpoint_began
        left = f", {elapsed / done * (total - done):.0f} s left" if done > 1 and elapsed > 1 else ""
        self._say(endpoint, f"{done} of {total} details{left}")

    def done(self, endpoint: str, rows: int) -> None:
        """An endpoint has arrived whole."""
        self._endpoints_done += 1
        if self._task is not None:
            self._bars.update(self._task, completed=self._endpoints_done, what=f"{endpoint}: {rows} rows")

    def _say(self, endpoint: str, what: str) -> None:
        traffic = self._traffic(monotonic() - self._began_at)
        if self._task is not None:
            self._bars.update(self._task, what=f"{endpoint}: {what} ({traffic})")
        elif not self._live and monotonic() - self._last_line > PLAIN_LINE_SECONDS:
            self._last_line = monotonic()
            self._console.print(f"{self._where}: {endpoint}: {what} ({traffic})", highlight=False, soft_wrap=True)

    def _traffic(self, seconds: float) -> str:
        """Requests so far, how often Fortnox said no, and the share of the rate budget that was used."""
        spent = self._counts if self._connections is None else self._connections.traffic()
        if spent is None:
            return ""
        limited = f", {spent.rate_limited} rate limited" if spent.rate_limited else ""
        share = spent.requests / max(seconds, 1) / self._budget
        used = f", {share:.0%} of the rate budget" if share >= WORTH_SHOWING else ""
        return f"{spent.requests} requests{used}{limited}"


class SyncDisplay(CompanyLine):
    """Shows a sync: one bar for each company that is being copied. Itself it follows what this process copies."""

    def __init__(self, console: Console, settings: Settings) -> None:
        bars = Progress(
            SpinnerColumn(),
            TextColumn("[bold]{task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[what]}"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        )
        super().__init__(console, bars, settings)
        self._settings = settings

    def __enter__(self) -> Self:
        if self._live:
            self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            self._bars.stop()

    def another(self) -> CompanyLine:
        """A line for one more company."""
        return CompanyLine(self._console, self._bars, self._settings)
