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
    yes: Annotated[bool, typer.Option("--yes", help="Remove stored fields that are left out now, unasked.")] = False,
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
        yes=yes,
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
def authorize(
    company: Annotated[str, typer.Argument(help="The company's key in fortnox.yaml.")],
    *,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of this machine the browser comes back to.")] = 8766,
    timeout: Annotated[float, typer.Option(min=0.01, help="Seconds to wait for the consent.")] = 600.0,
    browser: Annotated[bool, typer.Option(help="Open a browser; the link is printed in any case.")] = True,
) -> None:
    """Have a company's administrator approve the integration, and store what is needed to connect."""
    with held_back():
        from fortnox_assets.cli.authorize import Way
        from fortnox_assets.cli.authorize import authorize as run_authorize

    way = Way(port=port, seconds=timeout, browser=browser)
    raise typer.Exit(run_authorize(load_settings(), company, way, _console()))


@app.command()
def load_sie(
    file: Annotated[Path, typer.Argument(help="A SIE 4 file of a whole financial year.")],
    *,
    company: Annotated[str | None, typer.Option(help="Whose it is; otherwise its #FNR or #ORGNR says.")] = None,
    replace: Annotated[bool, typer.Option(help="Take the place of another file or of Fortnox's ledger.")] = False,
    reports: Annotated[bool, typer.Option(help="Build the reporting tables afterwards.")] = True,
) -> None:
    """Load a financial year's ledger from an exported SIE 4 file."""
    with held_back():
        from fortnox_assets.cli.load_sie import run_load_sie
        from fortnox_assets.cli.sync import Request

    request = Request(full=replace, reports=reports)
    raise typer.Exit(run_load_sie(file, company, _console(), load_settings(), request))


@app.command()
def export_sie(
    *,
    company: Annotated[str, typer.Option(help="Whose ledger.")],
    year: Annotated[int, typer.Option(help="The financial year that starts in YYYY.")],
    sie_type: Annotated[int, typer.Option("--type", min=4, max=4, help="SIE type: 4, with all vouchers.")] = 4,
    output: Annotated[
        Path | None, typer.Option(help="The file to write; default: named after company and year.")
    ] = None,
    encoding: Annotated[str, typer.Option(help="cp437, as SIE prescribes, or utf-8.")] = "cp437",
) -> None:
    """Write a financial year's ledger from the warehouse as a SIE 4 file."""
    del sie_type  # the only one there is
    with held_back():
        from fortnox_assets.cli.export_sie import run_export_sie

    raise typer.Exit(run_export_sie(load_settings(), company, year, output, encoding, _console()))


@app.command()
def verify(
    *,
    company: Annotated[str, typer.Option(help="Whose ledger.")],
    financial_year: Annotated[int, typer.Option(help="The financial year that starts in YYYY.")],
    sample: Annotated[
        int | None, typer.Option(min=1, help="Compare the rows of so many vouchers; default: of all, one request each.")
    ] = None,
) -> None:
    """Compare a year's stored ledger with Fortnox's vouchers, row by row; nothing is changed."""
    with held_back():
        from fortnox_assets.cli.verify import run_verify

    raise typer.Exit(run_verify(load_settings(), company, financial_year, sample, _console()))


@app.command()
def documents(
    *,
    company: Annotated[str, typer.Option(help="Whose files.")],
    voucher: Annotated[
        str | None, typer.Option(help="Only this voucher's: series/number/year, such as A/17/2024.")
    ] = None,
    launch: Annotated[bool, typer.Option("--open", help="Open the voucher's files.")] = False,
) -> None:
    """Show what fetching files costs and which vouchers have one; with --voucher, links to its files."""
    with held_back():
        from fortnox_assets.cli.documents import run_documents, run_voucher

    settings = load_settings()
    if voucher is None:
        raise typer.Exit(run_documents(settings, company, _console()))
    raise typer.Exit(run_voucher(settings, company, voucher, _console(), launch=launch))


@app.command()
def companies(
    *,
    json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
) -> None:
    """Show each company's connection: reachable, the right company, scopes, licences, token, last sync."""
    with held_back():
        from fortnox_assets.cli.companies import show_companies

    raise typer.Exit(show_companies(load_settings(), _console(), as_json=json))


@app.command()
def erase(
    company: Annotated[str, typer.Option("--company", help="The company's key in fortnox.yaml.")],
    customer: Annotated[str | None, typer.Option(help="Number of the customer to erase.")] = None,
    supplier: Annotated[str | None, typer.Option(help="Number of the supplier to erase.")] = None,
    employee: Annotated[str | None, typer.Option(help="EmployeeId of the employee to erase.")] = None,
    *,
    anonymise: Annotated[bool, typer.Option("--anonymise", help="Keep their rows, without what is personal.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    reports: Annotated[bool, typer.Option(help="Build the reporting tables anew.")] = True,
) -> None:
    """Erase a person from everything that is stored, and keep later syncs from bringing them back."""
    with held_back():
        from fortnox_assets.cli.erase import Erasure, one_person, run_erase

    person, number = one_person(customer, supplier, employee)
    wanted = Erasure(company=company, person=person, number=number, anonymise=anonymise, yes=yes, reports=reports)
    raise typer.Exit(run_erase(load_settings(), wanted, _console()))


@app.command()
def forget_company(
    company: Annotated[str, typer.Argument(help="The company's key.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    reports: Annotated[bool, typer.Option(help="Build the reporting tables anew.")] = True,
) -> None:
    """Remove everything of a company: rows, files, tokens."""
    with held_back():
        from fortnox_assets.cli.erase import run_forget

    raise typer.Exit(run_forget(load_settings(), company, _console(), yes=yes, reports=reports))


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
