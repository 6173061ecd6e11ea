from dataclasses import asdict
from datetime import date, timedelta
from itertools import pairwise

import pytest

from fortnox_assets.catalogue import ENDPOINTS
from fortnox_assets.catalogue.endpoint import FieldType, Presence
from fortnox_assets.simulator.sample_companies import sample_companies

# Answered from the company itself or from its SIE files, not from documents.
WITHOUT_DOCUMENTS = {"sie"}


def everything(company):
    documents = {name: [(each.body, each.modified) for each in found] for name, found in company.documents.items()}
    return (
        documents,
        company.opening_balances,
        company.budget,
        {key: asdict(file) for key, file in company.files.items()},
    )


def test_the_same_seed_gives_the_same_books():
    first, second = sample_companies(seed=7), sample_companies(seed=7)
    assert [everything(each) for each in first] == [everything(each) for each in second]


def test_another_seed_gives_other_books():
    first, second = sample_companies(seed=1), sample_companies(seed=2)
    assert everything(first[0]) != everything(second[0])


def test_the_companies_are_the_three_that_are_documented(companies):
    assert [(key, each.tenant_id, each.name) for key, each in companies.items()] == [
        ("are-cykel", 900001, "Åre Cykel AB"),
        ("bjork-konsult", 900002, "Björk Konsult AB"),
        ("cedergrens-bygg", 900003, "Cedergrens Bygg AB"),
    ]


def test_financial_years_follow_each_other_without_gap_or_overlap(company):
    years = sorted(company.years, key=lambda each: each.from_date)
    for before, year in pairwise(years):
        assert year.from_date - before.to_date == timedelta(days=1)
    filed = [each.body["FromDate"] for each in company.of("financial_years")]
    assert filed == [year.from_date.isoformat() for year in reversed(years)]


def test_the_shapes_of_the_years_are_those_that_make_reports_go_wrong(companies):
    cykel, konsult, bygg = (each.years for each in companies.values())
    assert [(year.from_date, year.to_date) for year in cykel] == [
        (date(year, 1, 1), date(year, 12, 31)) for year in (2023, 2024, 2025, 2026)
    ]
    assert [year.id for year in sorted(konsult, key=lambda each: each.from_date)] == [3, 1, 2, 4]
    assert all(year.from_date.month == 5 for year in konsult)
    assert (bygg[0].from_date, bygg[0].to_date) == (date(2022, 7, 1), date(2023, 12, 31))
    assert [year.from_date for year in bygg if year.from_date.year == 2025] == [date(2025, 1, 1), date(2025, 11, 1)]
    assert bygg[-1].from_date == date(2026, 11, 1)
    assert [year.closed for year in bygg] == [True, True, True, False, False]


@pytest.mark.parametrize("endpoint", sorted(set(ENDPOINTS) - WITHOUT_DOCUMENTS))
def test_every_endpoint_has_data_in_some_company(companies, endpoint):
    assert any(company.documents.get(endpoint) for company in companies.values())


def departures(fields, body, path, *, whole):
    names = {each.name: each for each in fields}
    keys = {key for key in body if not key.startswith("@")}
    yield from (f"{path}.{key} is not a field" for key in keys - set(names))
    if whole:
        wanted = {name for name, field in names.items() if field.presence is not Presence.LIST}
        yield from (f"{path}.{key} is missing" for key in wanted - keys)
    for key in keys & set(names):
        if names[key].type in (FieldType.RECORD, FieldType.RECORDS):
            inner = body[key] if isinstance(body[key], list) else [body[key]] if body[key] else []
            for each in inner:
                yield from departures(names[key].fields, each, f"{path}.{key}", whole=whole)


@pytest.mark.parametrize("endpoint", sorted(set(ENDPOINTS) - WITHOUT_DOCUMENTS))
def test_documents_have_exactly_the_fields_of_the_catalogue(companies, endpoint):
    fields = ENDPOINTS[endpoint].fields
    for company in companies.values():
        for document in company.documents.get(endpoint, []):
            assert not list(departures(fields, document.body, endpoint, whole=bool(fields)))


def test_keys_are_unique_in_every_company(company):
    for name, endpoint in ENDPOINTS.items():
        if not endpoint.key:
            continue
        bodies = [each.body for each in company.documents.get(name, [])]
        if name == "contract_templates":
            # The list calls it ContractTemplate, the detail TemplateNumber.
            bodies = [body | {"ContractTemplate": body["TemplateNumber"]} for body in bodies]
        keys = [tuple(str(body[part]) for part in endpoint.key) for body in bodies]
        assert len(set(keys)) == len(keys), name


def test_modules_a_company_does_not_pay_for_are_empty(company):
    for name, endpoint in ENDPOINTS.items():
        if endpoint.licence and endpoint.licence not in company.licences:
            assert not company.documents.get(name) or name == "asset_types", name


def test_the_stock_on_the_balance_sheet_was_counted_at_the_last_year_end(companies, read):
    company = companies["are-cykel"]
    stocked = sum(each.body["StockValue"] for each in company.of("articles"))
    booked = read(company).accounts(3)[1460]["BalanceCarriedForward"]
    assert abs(stocked - booked) <= 30000


@pytest.mark.parametrize(
    "today", [date(2025, 1, 1), date(2026, 5, 1), date(2026, 10, 31), date(2026, 11, 1), date(2028, 2, 29)]
)
def test_the_books_can_end_on_any_day(today):
    for company in sample_companies(today=today):
        assert any(year.holds(today) for year in company.years)
        for document in company.of("vouchers"):
            assert document.body["TransactionDate"] <= today.isoformat()
            live = [row for row in document.body["VoucherRows"] if not row["Removed"]]
            assert sum(row["Debit"] - row["Credit"] for row in live) == 0


def test_the_current_year_has_exactly_as_many_vouchers_as_asked_for():
    company = sample_companies(vouchers=700)[0]
    assert sum(1 for each in company.of("vouchers") if each.body["Year"] == 4) == 700


def test_a_medium_company_has_ten_thousand_vouchers_and_a_thousand_invoices():
    company = sample_companies("medium")[0]
    assert sum(1 for each in company.of("vouchers") if each.body["Year"] == 4) == 10_000
    assert sum(1 for each in company.of("invoices") if each.body["InvoiceDate"] >= "2026") >= 1_000


def test_budgets_of_cost_centres_add_up_to_the_accounts(companies):
    for key in ("are-cykel", "bjork-konsult"):
        for lines in companies[key].budget.values():
            totals = {(line.account, line.period): line.amount for line in lines if not line.cost_center}
            for cell, total in totals.items():
                parts = [each.amount for each in lines if (each.account, each.period) == cell and each.cost_center]
                assert sum(parts) == total


def test_files_named_by_connections_are_stored(company):
    for endpoint in ("voucher_file_connections", "supplier_invoice_file_connections", "attachments"):
        for document in company.of(endpoint):
            file_id = document.body.get("FileId") or document.body["fileId"]
            assert company.files[file_id].content


def test_factored_invoices_stand_as_the_invoices_do(companies):
    company = companies["bjork-konsult"]
    invoices = {int(each.body["DocumentNumber"]): each.body for each in company.of("invoices")}
    factored = [each.body for each in company.of("finance_invoices")]
    assert {body["InvoiceNumber"] for body in factored} == {n for n, body in invoices.items() if body["NoxFinans"]}
    assert all(body["CurrentCapitalBalance"] == invoices[body["InvoiceNumber"]]["Balance"] for body in factored)


def test_every_scope_of_the_catalogue_is_granted(company):
    assert {each.scope for each in ENDPOINTS.values()} <= company.scopes
