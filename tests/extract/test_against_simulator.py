"""Extraction through the real client from the simulator: every document, once, in one partition."""

from collections import Counter
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation

import httpx
import pytest
from pydantic import SecretStr

from fortnox_assets.catalogue import COPIED, ENDPOINTS, allowed_paths
from fortnox_assets.catalogue.endpoint import DetailNeed, Listing, Presence, Slicing
from fortnox_assets.extract.financial_years import financial_years
from fortnox_assets.extract.listing import day_of, key_of
from fortnox_assets.extract.slices import Slice, slice_of, slices
from fortnox_assets.extract.snapshot import snapshot
from fortnox_assets.fortnox.connect import ConnectionSettings, connect
from fortnox_assets.fortnox.errors import FortnoxUnavailable
from fortnox_assets.simulator.app import CLIENT_ID, CLIENT_SECRET, SimulatorSettings, create_app
from fortnox_assets.simulator.faults import Fault, Faults
from fortnox_assets.simulator.rate_limit import RateLimit
from fortnox_assets.simulator.sample_companies import sample_companies
from fortnox_assets.simulator.serialisation import field_value

TODAY = date(2026, 9, 30)
NO_LIMIT = SimulatorSettings(rate_limit=RateLimit(requests=0))


def connected(app, company, directory):
    settings = ConnectionSettings(
        company=company.key,
        tenant_id=company.tenant_id,
        client_id=CLIENT_ID,
        client_secret=SecretStr(CLIENT_SECRET),
        state_dir=directory,
        allowed_paths=allowed_paths(),
        budget=10**6,
    )
    return connect(settings, transport=httpx.WSGITransport(app), sleep=lambda _: None)


@pytest.fixture(scope="module")
def companies():
    return {each.key: each for each in sample_companies(size="tiny", today=TODAY)}


@pytest.fixture(scope="module")
def clients(companies, tmp_path_factory):
    app = create_app(companies.values(), settings=NO_LIMIT)
    with ExitStack() as opened:
        yield {
            key: opened.enter_context(connected(app, each, tmp_path_factory.mktemp(key)))
            for key, each in companies.items()
        }


def parts_of(client, company, endpoint):
    """Every partition of the endpoint, and one of a year the company does not have."""
    if endpoint.slicing is Slicing.COMPANY:
        return [Slice.whole_company(company)]
    years = financial_years(client)
    return [slice_of(company, years, 1999), *slices(company, years).values()]


def plain(value):
    """What a value says, whichever way Fortnox writes it in this call: 1 and "1", null and "", true and "true"."""
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items() if name[0] != "@"}
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, bool) or value in (None, "", []):
        return str(value).lower() if value else ""
    try:
        return format(Decimal(str(value)).normalize(), "f")
    except InvalidOperation:
        return str(value)


def expected_rows(company, endpoint):
    """The documents an extraction must bring, by key."""
    found = {}
    for document in company.of(endpoint.name):
        body = document.body
        if endpoint.name == "schedule_times" and not _is_open(company, day_of(body["Date"])):
            continue
        found[identity(endpoint, body)] = body
    return found


def identity(endpoint, body):
    """The key, also where only the list has it; the one object a company has needs none."""
    if endpoint.listing is Listing.SINGLETON:
        return ()
    return key_of(endpoint, {name: field_value(endpoint, body, name) for name in endpoint.key})


def _is_open(company, day):
    return day <= TODAY and (company.locked_until is None or day > company.locked_until)


def extracted(client, company, endpoint, directory):
    """The rows of every partition together."""
    found = []
    for part in parts_of(client, company, endpoint):
        extraction = snapshot(client, endpoint, part, directory, today=TODAY)
        rows = [row for batch in extraction.rows for row in batch]
        assert len(rows) == extraction.kept
        assert not part.is_empty or not rows
        found += rows
    return found


def shown(endpoint, body):
    """The fields of a document an extraction can see."""
    hidden = {Presence.DETAIL} if endpoint.detail is DetailNeed.NONE else set()
    return {each.name: body[each.name] for each in endpoint.fields if each.name in body and each.presence not in hidden}


@pytest.mark.parametrize("name", [name for name, each in COPIED.items() if each.listing is not Listing.NONE])
def test_every_document_of_every_company_is_extracted_once_in_one_partition(clients, companies, tmp_path, name):
    endpoint = ENDPOINTS[name]
    for key, company in companies.items():
        wanted = expected_rows(company, endpoint)
        try:
            found = extracted(clients[key], key, endpoint, tmp_path)
        except FortnoxUnavailable:
            assert endpoint.scope not in company.scopes or endpoint.licence not in company.licences, key
            continue
        if endpoint.listing is Listing.SINGLETON and name != "eu_vat_limit_regulation":
            # What nobody has filled in follows from the company itself; only the yearly sales then say nothing.
            wanted = wanted or {(): {}}
        assert Counter(identity(endpoint, row) for row in found) == Counter(wanted.keys()), key
        for row in found:
            fields = shown(endpoint, wanted[identity(endpoint, row)])
            assert plain({name: row.get(name) for name in fields}) == plain(fields), key


def test_the_sample_companies_have_something_to_extract(companies):
    """Without documents the test above shows nothing."""
    filled = {name for name in COPIED if any(company.of(name) for company in companies.values())}
    assert {"vouchers", "invoices", "supplier_invoices", "customers", "accounts", "salary_transactions"} <= filled


@pytest.fixture
def alone(tmp_path):
    """A company of its own, whose data a test may change, with its faults and its client."""
    faults = Faults()
    company = sample_companies(size="tiny", today=TODAY)[0]
    app = create_app([company], faults=faults, settings=NO_LIMIT)
    with connected(app, company, tmp_path) as client:
        yield company, faults, client


def in_small_pages(name, **changes):
    return replace(ENDPOINTS[name], parameters={**ENDPOINTS[name].parameters, "limit": 5}, **changes)


@pytest.mark.parametrize("fault", [Fault.ROW_INSERTED, Fault.ROW_DELETED])
def test_a_list_that_changes_while_it_is_read_is_extracted_as_it_is_in_the_end(alone, tmp_path, fault):
    company, faults, client = alone
    faults.script(fault, path="/3/customers", page=2)
    endpoint = in_small_pages("customers", detail=DetailNeed.NONE)
    before = len(company.of("customers"))
    extraction = snapshot(client, endpoint, Slice.whole_company(company.key), tmp_path)
    rows = [row for batch in extraction.rows for row in batch]
    assert len(company.of("customers")) == before + (1 if fault is Fault.ROW_INSERTED else -1)
    assert {row["CustomerNumber"] for row in rows} == {each.body["CustomerNumber"] for each in company.of("customers")}
    assert len(rows) == extraction.kept == extraction.listed == extraction.total_resources


def test_a_document_deleted_between_list_and_detail_is_counted_as_vanished(alone, tmp_path):
    company, faults, client = alone
    last = company.of("customers")[-1]
    script = faults.script(Fault.CHANGE, path="/3/customers/")
    script.change = lambda changed: changed.of("customers").remove(last)
    extraction = snapshot(client, ENDPOINTS["customers"], Slice.whole_company(company.key), tmp_path)
    numbers = [row["CustomerNumber"] for batch in extraction.rows for row in batch]
    assert extraction.vanished == 1
    assert sorted(numbers) == sorted(each.body["CustomerNumber"] for each in company.of("customers"))
    assert last.body["CustomerNumber"] not in numbers


def test_vouchers_without_details_take_one_request_a_page(alone, tmp_path):
    company, _, client = alone
    part = list(slices(company.key, financial_years(client)).values())[-1]
    before = client.counters.snapshot()
    extraction = snapshot(client, ENDPOINTS["vouchers"], part, tmp_path, details=False)
    assert (client.counters.snapshot() - before).requests == len(part.years)
    rows = [row for batch in extraction.rows for row in batch]
    assert rows
    assert all("VoucherRows" not in row for row in rows)


def test_an_endpoint_the_company_has_no_licence_for_is_unavailable_and_leaves_nothing_behind(alone, tmp_path):
    company, _, client = alone
    company.licences = frozenset()
    with pytest.raises(FortnoxUnavailable):
        snapshot(client, ENDPOINTS["stock_points"], Slice.whole_company(company.key), tmp_path / "spool")
    assert not [path for path in (tmp_path / "spool").rglob("*") if path.is_file()]
