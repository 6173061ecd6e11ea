"""Claims about list calls: paging, sorting, parameters, changes, financial years."""

from datetime import datetime

import pytest


@pytest.fixture
def seven(desk, invoice):
    desk.add("invoices", *(invoice(number) for number in (1, 2, 3, 10, 21, 100, 4)))
    return desk


def numbers(answer: dict, wrapper: str = "Invoices", name: str = "DocumentNumber") -> list:
    return [row[name] for row in answer[wrapper]]


def test_a_page_tells_how_many_rows_and_pages_there_are(seven):
    answer = seven.json("/3/invoices?limit=3&page=3")
    assert answer["MetaInformation"] == {"@TotalResources": 7, "@TotalPages": 3, "@CurrentPage": 3}
    assert numbers(answer) == ["4"]


def test_a_page_has_a_hundred_rows_unless_asked_otherwise_and_five_hundred_at_most(desk, invoice):
    desk.add("invoices", *(invoice(number) for number in range(1, 602)))
    assert desk.json("/3/invoices")["MetaInformation"]["@TotalPages"] == 7
    assert len(desk.json("/3/invoices")["Invoices"]) == 100
    assert len(desk.json("/3/invoices?limit=500")["Invoices"]) == 500
    assert desk.get("/3/invoices?limit=501").status_code == 400


def test_an_empty_list_has_no_pages_and_is_page_one(desk):
    assert desk.json("/3/invoices") == {
        "MetaInformation": {"@TotalResources": 0, "@TotalPages": 0, "@CurrentPage": 1},
        "Invoices": [],
    }


def test_a_page_after_the_last_is_refused_but_an_offset_after_the_last_row_is_empty(seven):
    beyond = seven.get("/3/invoices?limit=3&page=4")
    assert (beyond.status_code, beyond.json()["ErrorInformation"]["message"]) == (400, "Angiven sida hittades ej (24).")
    answer = seven.json("/3/invoices?offset=10000")
    assert answer["MetaInformation"] == {"@TotalResources": 0, "@TotalPages": 0, "@CurrentPage": 1}
    assert answer["Invoices"] == []


def test_an_offset_starts_in_the_middle(seven):
    assert numbers(seven.json("/3/invoices?offset=5&limit=2")) == ["100", "4"]


@pytest.mark.parametrize("query", ["page=0", "page=x", "limit=0", "offset=-1", "sortorder=up", "sortby=colour"])
def test_what_cannot_be_read_is_refused(seven, query):
    assert seven.refusal(f"/3/invoices?{query}") == (400, 2000588)


def test_sorting_puts_numbers_in_order_of_size(seven):
    rising = numbers(seven.json("/3/invoices?sortby=documentnumber&sortorder=ascending"))
    assert rising == ["1", "2", "3", "4", "10", "21", "100"]
    assert numbers(seven.json("/3/invoices?sortby=documentnumber&sortorder=descending")) == rising[::-1]


@pytest.mark.parametrize("query", ["nonsense=1", "FromDate=2026-01-01", "Page=1"])
def test_an_unknown_parameter_is_refused_and_case_matters(seven, query):
    assert seven.refusal(f"/3/invoices?{query}") == (400, 2000588)


def test_an_unknown_filter_has_a_code_of_its_own(seven):
    answer = seven.get("/3/invoices?filter=doesntexist")
    assert answer.json() == {
        "ErrorInformation": {"error": 1, "message": "Ett ogiltigt filter har använts.", "code": 2000587}
    }
    assert b"anv\\u00e4nts" in answer.content


def test_text_parameters_match_any_part_of_the_text(seven):
    assert numbers(seven.json("/3/invoices?documentnumber=1")) == ["1", "10", "21", "100"]
    assert numbers(seven.json("/3/invoices?customername=KUND")) == numbers(seven.json("/3/invoices"))


def test_dates_are_compared_with_both_ends_included(desk, invoice):
    desk.add("invoices", *(invoice(number, f"2026-09-0{number}") for number in range(1, 6)))
    assert numbers(desk.json("/3/invoices?fromdate=2026-09-02&todate=2026-09-04")) == ["2", "3", "4"]


def test_filters_choose_invoices_by_their_state(desk, invoice):
    desk.add(
        "invoices",
        invoice(1),
        invoice(2, FinalPayDate="2026-09-20"),
        invoice(3, Booked=False),
        invoice(4, Booked=False, Cancelled=True),
        invoice(5, DueDate="2026-10-15"),
    )
    found = {
        name: numbers(desk.json(f"/3/invoices?filter={name}"))
        for name in ("unpaid", "unpaidoverdue", "fullypaid", "unbooked", "cancelled")
    }
    assert found == {
        "unpaid": ["1", "5"],
        "unpaidoverdue": ["1"],
        "fullypaid": ["2"],
        "unbooked": ["3"],
        "cancelled": ["4"],
    }


def test_payments_are_found_by_the_whole_invoice_number(desk):
    desk.add("invoice_payments", *({"Number": str(n), "InvoiceNumber": n} for n in (1, 10)))
    assert numbers(desk.json("/3/invoicepayments?invoicenumber=1"), "InvoicePayments", "Number") == ["1"]


def test_lastmodified_compares_to_the_second_in_swedish_time(desk, invoice):
    for second in (0, 1, 2):
        desk.add("invoices", invoice(second), modified=datetime.fromisoformat(f"2026-09-01T08:00:0{second}"))
    assert numbers(desk.json("/3/invoices?lastmodified=2026-09-01 08:00:01")) == ["1", "2"]
    assert numbers(desk.json("/3/invoices?lastmodified=2026-09-01 08:00")) == ["0", "1", "2"]
    assert numbers(desk.json("/3/invoices?lastmodified=2026-09-01")) == ["0", "1", "2"]
    assert desk.refusal("/3/invoices?lastmodified=yesterday") == (400, 2000588)


def test_lastmodified_is_refused_by_currencies_and_has_no_effect_on_expenses(desk):
    desk.add("expenses", {"Code": "BIL", "Text": "Bilersättning"}, modified=datetime.fromisoformat("2020-01-01"))
    assert desk.refusal("/3/currencies?lastmodified=2026-09-01") == (400, 2000588)
    assert numbers(desk.json("/3/expenses?lastmodified=2026-09-01"), "Expenses", "Code") == ["BIL"]


def test_financial_years_come_newest_first_and_their_ids_do_not_follow_the_dates(desk):
    assert numbers(desk.json("/3/financialyears"), "FinancialYears", "Id") == [3, 1, 2]


def test_a_day_finds_its_financial_year_and_the_parameter_is_in_small_letters(desk):
    assert numbers(desk.json("/3/financialyears?date=2025-04-30"), "FinancialYears", "Id") == [2]
    assert numbers(desk.json("/3/financialyears?date=2020-01-01"), "FinancialYears", "Id") == []
    assert desk.refusal("/3/financialyears?Date=2025-04-30") == (400, 2000588)


@pytest.fixture
def three_years(desk, voucher):
    desk.add("vouchers", *(voucher(2, n, "2024-06-01") for n in (1, 2)))
    desk.add("vouchers", *(voucher(1, n, f"2025-06-0{n}") for n in (1, 2, 3)))
    desk.add("vouchers", voucher(3, 1, "2026-06-01"))
    return desk


def test_vouchers_without_a_year_are_those_of_the_current_year(three_years):
    answer = three_years.json("/3/vouchers")
    assert [(row["Year"], row["VoucherNumber"]) for row in answer["Vouchers"]] == [(3, 1)]


def test_vouchers_of_a_year_are_asked_for_by_its_id_or_by_a_day_in_it(three_years):
    by_id = three_years.json("/3/vouchers?financialyear=1")
    assert by_id["MetaInformation"]["@TotalResources"] == 3
    assert three_years.json("/3/vouchers?financialyeardate=2025-12-31") == by_id


def test_an_unknown_year_is_not_found(three_years):
    assert three_years.get("/3/vouchers?financialyear=9").status_code == 404


@pytest.mark.parametrize(
    "path", ["vouchers?financialyear=last", "vouchers?fromdate=June", "voucherseries?financialyeardate=2026-06-01"]
)
def test_a_year_or_a_day_that_cannot_be_read_is_refused(three_years, path):
    assert three_years.refusal(f"/3/{path}") == (400, 2000588)


def test_file_connections_without_a_year_are_those_of_all_years(desk):
    desk.add("voucher_file_connections", *({"FileId": f"f{year}", "VoucherYear": year} for year in (1, 2, 3)))
    wrapper = "VoucherFileConnections"
    assert numbers(desk.json("/3/voucherfileconnections"), wrapper, "FileId") == ["f1", "f2", "f3"]
    assert numbers(desk.json("/3/voucherfileconnections?financialyear=2"), wrapper, "FileId") == ["f2"]


def test_numbers_are_compared_by_value_and_texts_as_they_are(desk):
    desk.add("prices", *({"PriceList": "A", "ArticleNumber": number, "FromQuantity": 0} for number in ("1", "1-B")))
    assert len(desk.json("/3/prices?fromquantity=0.0")["Prices"]) == 2
    assert numbers(desk.json("/3/prices?articlenumber=1-B"), "Prices", "ArticleNumber") == ["1-B"]


def test_a_list_without_a_known_rule_for_lastmodified_refuses_it(desk):
    assert desk.refusal("/3/units?lastmodified=2026-09-01") == (400, 2000588)


def test_changes_dates_and_series_narrow_down_a_year(three_years, voucher):
    assert numbers(
        three_years.json("/3/vouchers?financialyear=1&fromdate=2025-06-02"), "Vouchers", "VoucherNumber"
    ) == [2, 3]
    three_years.add("vouchers", voucher(1, 1, "2025-07-01", "B"), modified=datetime.fromisoformat("2026-10-01"))
    assert len(three_years.json("/3/vouchers?financialyear=1&lastmodified=2026-10-01&voucherseries=B")["Vouchers"]) == 1
    assert three_years.json("/3/vouchers?financialyear=2&lastmodified=2026-10-01")["Vouchers"] == []


def test_accounts_and_series_are_per_year_too_and_accounts_come_in_number_order(desk):
    desk.add("accounts", *({"Number": number, "Year": year} for number in (3001, 1930) for year in (1, 3)))
    desk.add("voucher_series", {"Code": "A", "Year": 1}, {"Code": "B", "Year": 3})
    assert numbers(desk.json("/3/accounts"), "Accounts", "Number") == [1930, 3001]
    assert numbers(desk.json("/3/voucherseries?financialyear=1"), "VoucherSeriesCollection", "Code") == ["A"]


def test_a_change_in_the_company_is_seen_by_the_next_call(seven, invoice):
    seven.json("/3/invoices")
    seven.company.of("invoices")[0].body["Total"] = 5
    seven.company.revision += 1
    assert seven.json("/3/invoices")["Invoices"][0]["Total"] == 5
    seven.add("invoices", invoice(200))
    assert seven.json("/3/invoices")["MetaInformation"]["@TotalResources"] == 8


def test_newer_modules_answer_a_bare_array_without_totals(desk):
    desk.add("stock_points", *({"id": str(n), "code": f"L{n}"} for n in range(150)))
    assert len(desk.json("/api/warehouse/stockpoints-v1?state=ALL")) == 100
    assert numbers({"rows": desk.json("/api/warehouse/stockpoints-v1?limit=2&page=2")}, "rows", "code") == ["L2", "L3"]
    assert desk.json("/api/warehouse/stockpoints-v1?page=9") == []


def test_time_registrations_are_chosen_by_day_and_come_whole(desk):
    desk.add("time_registrations", *({"id": str(n), "workedDate": f"2026-09-{n:02}"} for n in range(1, 29)))
    found = desk.json("/api/time/registrations-v2?fromDate=2026-09-03&toDate=2026-09-04")
    assert [row["id"] for row in found] == ["3", "4"]
    assert len(desk.json("/api/time/registrations-v2")) == 28
