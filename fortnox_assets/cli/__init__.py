"""``fortnox-assets``: the same Dagster assets from a terminal.

Exit code 0: everything done; 1: something failed, listed at the end, everything else kept; 2: bad usage or settings.
Modules that take seconds to import are imported where they are used, so that ``--help`` answers at once.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from fortnox_assets.cli.errors import ONE_LINE_ERRORS, exit_code
from fortnox_assets.cli.interrupts import held_back
from fortnox_assets.settings import load_settings

INTERRUPTED = 130  # what typer ends with after Ctrl-C

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Copies Fortnox into DuckDB or BigQuery through Dagster, and builds the reporting tables.",
)

Companies = Annotated[list[str] | None, typer.Option("--company", help="Only this company (repeatable).")]
Years = Annotated[
    list[int] | None, typer.Option("--financial-year", help="Only the financial year that starts in YYYY (repeatable).")
]
Endpoints = Annotated[list[str] | None, typer.Option("--endpoint", help="Only this endpoint (repeatable).")]


@app.command()
def sync(
    company: Companies = None,
    financial_year: Years = None,
    endpoint: Endpoints = None,
    *,
    two_past_years: Annotated[bool, typer.Option(help="Only the current financial year and two before it.")] = False,
    full: Annotated[bool, typer.Option(help="Read everything again instead of what changed.")] = False,
    reports: Annotated[bool, typer.Option(help="Build the reporting tables afterwards.")] = True,
) -> None:
    """Copy the chosen companies, years and endpoints, then build the reports."""
    with held_back():
        from fortnox_assets.cli.run import run_sync
        from fortnox_assets.cli.sync import Request

    request = Request(
        companies=tuple(company or ()),
        labels=tuple(financial_year or ()),
        two_past_years=two_past_years,
        endpoints=tuple(endpoint or ()),
        full=full,
        reports=reports,
    )
    raise typer.Exit(run_sync(load_settings(), request, _console()))


@app.command()
def backfill(
    company: Companies = None,
    financial_year: Years = None,
    partition: Annotated[
        list[str] | None, typer.Option(help="Exactly this company and year, 'are-cykel|2024' (repeatable).")
    ] = None,
    endpoint: Endpoints = None,
    *,
    full: Annotated[bool, typer.Option(help="Read everything again instead of what changed.")] = False,
) -> None:
    """Have Dagster's daemon copy companies and years, each in a run of its own."""
    with held_back():
        from fortnox_assets.cli.backfill import Choice, run_backfill

    choice = Choice(
        companies=tuple(company or ()),
        labels=tuple(financial_year or ()),
        partitions=tuple(partition or ()),
        endpoints=tuple(endpoint or ()),
        full=full,
    )
    raise typer.Exit(run_backfill(load_settings(), choice, _console()))


@app.command()
def companies() -> None:
    """Show each company's connection: reachable, name, financial years."""
    with held_back():
        from fortnox_assets.cli.companies import show_companies

    raise typer.Exit(show_companies(load_settings(), _console()))


@app.command()
def simulator(
    *,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 picks a free one.")] = 8765,
    size: Annotated[str, typer.Option(help="tiny, small, medium, large, or vouchers a year.")] = "tiny",
    seed: Annotated[int, typer.Option(help="The same seed makes the same books.")] = 1,
    rate_limit: Annotated[int, typer.Option(help="Requests per 5 seconds and company; 0 switches it off.")] = 25,
) -> None:
    """Serve a local Fortnox with sample companies."""
    with held_back():
        from fortnox_assets.cli.simulator import serve_simulator

    serve_simulator(_console(), host=host, port=port, size=size, seed=seed, rate_limit=rate_limit)


@app.command()
def demo(
    *,
    directory: Annotated[Path, typer.Option(help="Where the demo keeps its files.")] = Path("data/demo"),
    ledger: Annotated[str, typer.Option(help="sie, or vouchers.")] = "sie",
) -> None:
    """Copy two simulated companies into DuckDB and print their statements; no account needed."""
    with held_back():
        from fortnox_assets.cli.demo import run_demo

    raise typer.Exit(run_demo(directory, ledger, _console()))


@app.command()
def dev(
    *,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the web interface.")] = 3000,
    simulator: Annotated[
        bool, typer.Option("--simulator", help="The demo's companies from a simulated Fortnox, whatever is configured.")
    ] = False,
) -> None:
    """Start Dagster's web interface and daemon; on the demo's data while there is no fortnox.yaml."""
    with held_back():
        from fortnox_assets.cli.dev import run_dev

    raise typer.Exit(run_dev(port, _console(), simulator=simulator))


def _console() -> Console:
    """The terminal itself, also while dbt's own words are sent to a file."""
    return Console(file=sys.stdout)


def main() -> None:
    """The console script: every error a person can cause, and Ctrl-C, is one line on standard error."""
    try:
        app()
    except ONE_LINE_ERRORS as error:
        _complain(str(error))
        sys.exit(exit_code(error))
    except SystemExit as end:
        if end.code == INTERRUPTED:
            _complain("interrupted; what is stored is whole: each partition has its old rows or its new ones")
        raise


def _complain(line: str) -> None:
    Console(stderr=True).print(f"fortnox-assets: {line}", highlight=False, markup=False, soft_wrap=True)
