"""How many requests a sync makes, against the smallest number that could do.

    python benchmarks/sync_requests.py [--vouchers 10000] [--invoices 5000] [--customers 2000]

One company over four financial years is copied the first time, then with nothing changed, with one row in a hundred
changed, and with one in twenty deleted. The smallest number is what a reader needs who knows nothing but what Fortnox
offers: a list page for every 500 rows, because only that tells what is gone; one detail for each new or changed
document whose rows or columns the list leaves out; one SIE file for each year that is not locked. Vouchers are told
by SIE: of their list one request is needed to see that none is missing, and the pages only when one is.
"""

import argparse
import json
import math
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from copy import copy, deepcopy
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import yaml

from fortnox_assets.simulator.app import Simulator, SimulatorSettings, create_app
from fortnox_assets.simulator.company import Document, SimulatedCompany
from fortnox_assets.simulator.journal import LoggedRequest
from fortnox_assets.simulator.rate_limit import RateLimit
from fortnox_assets.simulator.sample_companies import sample_companies
from fortnox_assets.simulator.server import background

sys.path.insert(0, str(Path(__file__).parent))
from fault_campaign import _settings, copy_once

PAGE = 500
UNLIMITED = 1_000_000
NAMES = ("customers", "invoices", "invoice_payments", "supplier_invoices", "vouchers", "sie")
PATHS = {
    "customers": "/3/customers",
    "invoices": "/3/invoices",
    "invoice_payments": "/3/invoicepayments",
    "supplier_invoices": "/3/supplierinvoices",
    "vouchers": "/3/vouchers",
    "sie": "/3/sie/4",
}
NUMBERED_BY = {"customers": "CustomerNumber", "invoices": "DocumentNumber"}
WITH_DETAIL = ("customers", "invoices", "invoice_payments", "supplier_invoices")


@dataclass
class Sync:
    """One sync: requests made and needed by endpoint, and of what the difference is made."""

    what: str
    made: dict[str, int] = field(default_factory=dict)
    needed: dict[str, int] = field(default_factory=dict)
    above: dict[str, dict[str, int]] = field(default_factory=dict)
    seconds_at_the_rate_limit: float = 0.0


def grown(company: SimulatedCompany, name: str, number: int) -> None:
    """Copies documents of the company until there are so many of the endpoint."""
    documents, key = company.of(name), NUMBERED_BY[name]
    sources = list(documents)
    highest = max(int(each.body[key]) for each in sources)
    for place in range(number - len(sources)):
        added = copy(sources[place % len(sources)])
        added.body = deepcopy(added.body)
        added.body[key] = str(highest + 1 + place)
        documents.append(added)
    company._touch()  # noqa: SLF001 - as its own changes do


def changed(company: SimulatedCompany) -> Counter[str]:
    """Every hundredth customer, invoice and voucher changes; how many did, by endpoint."""
    touched: Counter[str] = Counter()
    for name in ("customers", "invoices", "vouchers"):
        chosen = [each for each in company.of(name) if _may_change(company, each)][::100]
        for each in chosen:
            each.body["Comments"] = "changed"
            company._touch(each)  # noqa: SLF001 - as its own changes do
        touched[name] = len(chosen)
    return touched


def deleted(company: SimulatedCompany) -> Counter[str]:
    """Every twentieth customer, invoice and payment is gone, and as many of the last vouchers."""
    for name in ("customers", "invoices", "invoice_payments"):
        del company.of(name)[::20]
    year = max(company.years, key=lambda each: each.from_date)
    for series in {each.body["VoucherSeries"] for each in company.of("vouchers") if each.body["Year"] == year.id}:
        numbers = [each for each in company.of("vouchers") if _of(each, year.id, series)]
        for _ in range(len(numbers) // 20):
            company.delete_last_voucher(year.id, series)
    company._touch()  # noqa: SLF001 - as its own changes do
    return Counter()


def _of(document: Document, year: int, series: str) -> bool:
    return (document.body["Year"], document.body["VoucherSeries"]) == (year, series)


def _may_change(company: SimulatedCompany, document: Document) -> bool:
    day = document.body.get("TransactionDate") or document.body.get("InvoiceDate")
    return company.locked_until is None or day is None or str(day) > company.locked_until.isoformat()


def needed(company: SimulatedCompany, *, first: bool, gone: bool, touched: Counter[str]) -> dict[str, int]:
    """The smallest number of requests that brings what the company has, by endpoint."""
    found = {}
    for name in ("customers", "invoices", "invoice_payments", "supplier_invoices"):
        rows = len(company.of(name))
        found[name] = math.ceil(rows / PAGE) + (rows if first else touched[name])
    per_year = Counter(each.body["Year"] for each in company.of("vouchers"))
    years = [each for each in company.years if first or not _locked(company, each.id)]
    pages = sum(max(1, math.ceil(per_year[each.id] / PAGE)) for each in years)
    found["vouchers"] = pages if first or gone else len(years)
    found["sie"] = len(years)
    return found


def _locked(company: SimulatedCompany, year_id: int) -> bool:
    year = next(each for each in company.years if each.id == year_id)
    return company.locked_until is not None and year.to_date <= company.locked_until


def measured(app: Simulator, what: str, need: dict[str, int]) -> Sync:
    """What the sync that just ended asked for, and what the requests above the need were."""
    asked = app.journal.requests()
    found = Sync(what=what, needed=need)
    for name, path in PATHS.items():
        mine = [each for each in asked if each.path == path or each.path.startswith(f"{path}/")]
        found.made[name] = len(mine)
        found.above[name] = above(mine, path, need[name], len(app.companies[asked[-1].tenant].years))
    rest = [each for each in asked if not any(each.path.startswith(path) for path in PATHS.values())]
    found.made["years and locked period"] = len([each for each in rest if each.path.startswith("/3/")])
    found.needed["years and locked period"] = 2
    found.seconds_at_the_rate_limit = round(sum(found.made.values()) / 24 * 5, 1)
    return found


def above(mine: Sequence[LoggedRequest], path: str, need: int, years: int) -> dict[str, int]:
    """Why there were more requests than needed; the last reason is negative where fewer pages were read than exist."""
    lists = [each for each in mine if each.path == path]
    filtered = [each for each in lists if "lastmodified" in each.query]
    counting = [each for each in lists if "limit=1&" in f"{each.query}&"]
    pages = Counter(each.query for each in lists if each not in filtered and each not in counting)
    by_years = (
        "date=" not in "".join(pages)
        and "financialyear" not in "".join(pages)
        and max(pages.values(), default=0) >= years
    )
    same = sum(pages.values()) - len(pages)
    for_years = len(pages) * (years - 1) if by_years else 0
    told = len(filtered) + len(counting)
    return {
        "to ask what changed": len(filtered),
        "to count": len(counting),
        "the same list for each year": for_years,
        "listed again, to be sure of what is gone": same - for_years,
        "pages begun by years, and details changed within the overlap": len(mine) - need - told - same,
    }


def run(company: SimulatedCompany, directory: Path) -> list[Sync]:
    """The four syncs."""
    app = create_app([company], settings=SimulatorSettings(rate_limit=RateLimit(requests=0)))
    chosen = {"companies": {company.key: {"tenant_id": company.tenant_id}}}
    (directory / "fortnox.yaml").write_text(yaml.safe_dump(chosen), encoding="utf-8")
    happens: dict[str, Callable[[SimulatedCompany], Counter[str]]] = {
        "first load": lambda _: Counter(),
        "nothing changed": lambda _: Counter(),
        "1 % changed": changed,
        "5 % deleted": deleted,
    }
    found = []
    with background(app) as url:
        settings = _settings(directory, url, UNLIMITED)
        for what, act in happens.items():
            now = company.now() + timedelta(hours=1)
            company.now = lambda now=now: now
            touched = act(company)
            app.journal.clear()
            began = time.process_time()
            copy_once(settings, company.key, NAMES)
            print(f"{what}: {time.process_time() - began:.0f} CPU seconds", file=sys.stderr)
            found.append(
                measured(
                    app, what, needed(company, first=what == "first load", gone="deleted" in what, touched=touched)
                )
            )
    return found


def main() -> None:
    """Prints a table, and the same as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vouchers", type=int, default=10_000)
    parser.add_argument("--invoices", type=int, default=5_000)
    parser.add_argument("--customers", type=int, default=2_000)
    wanted = parser.parse_args()
    company = sample_companies(vouchers=wanted.vouchers)[0]
    grown(company, "invoices", wanted.invoices)
    grown(company, "customers", wanted.customers)
    with tempfile.TemporaryDirectory() as directory:
        found = run(company, Path(directory))
    print("| sync | endpoint | requests | smallest | above it |\n|---|---|---:|---:|---|")
    for each in found:
        for name, made in each.made.items():
            above = ", ".join(f"{count} {why}" for why, count in each.above.get(name, {}).items() if count)
            print(f"| {each.what} | {name} | {made} | {each.needed[name]} | {above} |")
        total = sum(each.made.values()), sum(each.needed.values())
        print(f"| {each.what} | all | {total[0]} | {total[1]} | {each.seconds_at_the_rate_limit} s at the rate limit |")
    print(json.dumps([vars(each) for each in found]))


if __name__ == "__main__":
    main()
