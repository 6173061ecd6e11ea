"""``fortnox-assets erase`` and ``forget-company``: shows what goes, asks, does it, and rebuilds what was made of it."""

import re
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
from rich.console import Console

from fortnox_assets.catalogue.people import Person
from fortnox_assets.cli.confirm import confirm
from fortnox_assets.cli.display import SyncDisplay
from fortnox_assets.cli.failures import lines
from fortnox_assets.cli.instance import dagster_instance
from fortnox_assets.cli.mistakes import refuse_unusable_warehouse, refuse_unwritable_state
from fortnox_assets.cli.run import print_failures
from fortnox_assets.cli.sync import Sync
from fortnox_assets.connections import token_store
from fortnox_assets.definitions import build_definitions
from fortnox_assets.defs.partitions import forget
from fortnox_assets.erasing import (
    Plan,
    carry_out,
    files_of,
    mentions_by_name,
    plan_company,
    plan_person,
    remove_files,
)
from fortnox_assets.settings import Settings
from fortnox_assets.settings_errors import SettingsError
from fortnox_assets.warehouse.chosen import chosen_warehouse


@dataclass(frozen=True, kw_only=True)
class Erasure:
    """Whom to erase, and how. ``yes``: without asking; ``reports``: the reporting tables are built anew."""

    company: str
    person: Person
    number: str
    anonymise: bool = False
    yes: bool = False
    reports: bool = True


def one_person(customer: str | None, supplier: str | None, employee: str | None) -> tuple[Person, str]:
    """The one that was named. Raises: SettingsError for none, or several."""
    options = {Person.CUSTOMER: customer, Person.SUPPLIER: supplier, Person.EMPLOYEE: employee}
    named = [(person, number) for person, number in options.items() if number]
    if len(named) != 1:
        raise SettingsError("name one of --customer, --supplier and --employee")
    return named[0]


def run_erase(settings: Settings, wanted: Erasure, console: Console) -> int:
    """Erases one person; 0 when nothing of them is left that is said to go, 1 when the reports could not be built.

    Raises: SettingsError when nothing is stored of them, or nobody can be asked; DeclinedError, WarehouseError,
    BusyError; then nothing was changed.
    """
    settings.company(wanted.company)
    refuse_unusable_warehouse(settings, console.print)
    upkeep = chosen_warehouse(settings).upkeep()
    with chosen_warehouse(settings).stored() as stored:
        plan = plan_person(upkeep, stored, wanted.company, wanted.person, wanted.number, anonymise=wanted.anonymise)
        named = list(mentions_by_name(stored, wanted.company, wanted.person, wanted.number))
    who = f"{wanted.person} {wanted.number} of {wanted.company}"
    if not plan.steps:
        raise SettingsError(f"nothing is stored about {who}, or it has been erased already")
    _say(console, f"What goes of {who}:")
    for step in plan.steps:
        _say(console, f"  {step}")
    for table, rows in named:
        _say(console, f"  {table}: {rows} rows have the name in a text and stay, as bookkeeping law demands")
    confirm(f"Erase {who} for good?", yes=wanted.yes, console=console)
    carry_out(plan, upkeep, settings.state_dir)
    return _afterwards(settings, plan, console, reports=wanted.reports)


def run_forget(settings: Settings, company: str, console: Console, *, yes: bool, reports: bool) -> int:
    """Removes everything of a company, which need not be configured any more; 0, or 1 when the reports were not built.

    Raises: SettingsError when nothing is kept of it; DeclinedError, WarehouseError, StateUnusable, BusyError.
    """
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", company):
        raise SettingsError(f"{company!r} is not a company key: lower-case letters, digits and hyphens")
    refuse_unwritable_state(settings)
    refuse_unusable_warehouse(settings, console.print)
    upkeep, store = chosen_warehouse(settings).upkeep(), token_store(settings)
    plan, files = plan_company(upkeep, company), files_of(settings.state_dir, company)
    tokens = store.load(company) is not None
    if not (plan.steps or files or tokens):
        raise SettingsError(f"nothing is kept of a company {company!r}")
    _say(console, f"What goes of {company}:")
    for step in plan.steps:
        _say(console, f"  {step}")
    for path in files:
        _say(console, f"  {path}")
    _say(console, f"  {'its tokens' if tokens else 'no tokens, there are none'}")
    confirm(f"Remove everything of {company} for good?", yes=yes, console=console)
    store.forget(company)
    carry_out(plan, upkeep, settings.state_dir)
    _remove(files_of(settings.state_dir, company))
    if company in settings.companies:
        _say(console, f"{settings.config_path.name} still has {company}: remove it, or the next sync copies it again")
    return _afterwards(settings, plan, console, reports=reports, forgotten=company)


def _afterwards(
    settings: Settings, plan: Plan, console: Console, *, reports: bool, forgotten: str | None = None
) -> int:
    """Builds the reports anew, so that they hold nothing of it either, and rewrites the warehouse's file."""
    troubles = []
    with dagster_instance(settings) as instance:
        if forgotten is not None:
            forget(instance, forgotten)
        if reports:
            troubles = _reports(settings, instance, console)
    chosen_warehouse(settings).upkeep().compact()
    _say(console, f"{plan.rows} rows erased" + ("" if reports else "; the reports show them until the next sync"))
    print_failures(troubles)
    return 1 if troubles else 0


def _reports(settings: Settings, instance: dg.DagsterInstance, console: Console) -> list[str]:
    with SyncDisplay(console, settings) as display:
        definitions = build_definitions(settings, display)
        return list(lines(Sync(settings, definitions, instance, display).build_reports().troubles))


def _remove(files: list[Path]) -> None:
    try:
        remove_files(files)
    except OSError as error:
        raise SettingsError(f"{error.filename}: cannot be removed: {error.strerror}; remove it and run again") from None


def _say(console: Console, line: str) -> None:
    console.print(line, highlight=False, markup=False, soft_wrap=True)
