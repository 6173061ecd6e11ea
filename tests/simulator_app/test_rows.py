"""Claims about what a list row, a detail and a single object look like."""

from decimal import Decimal

from fortnox_assets.catalogue import ENDPOINTS
from fortnox_assets.catalogue.endpoint import Presence

# Keys of recorded answers of 2023: /3/invoices/, /3/customers/, /3/articles/; those of /3/vouchers are documented.
RECORDED_INVOICE_ROW = {
    "@url",
    "Balance",
    "Booked",
    "Cancelled",
    "CostCenter",
    "Currency",
    "CurrencyRate",
    "CurrencyUnit",
    "CustomerName",
    "CustomerNumber",
    "DocumentNumber",
    "DueDate",
    "ExternalInvoiceReference1",
    "ExternalInvoiceReference2",
    "InvoiceDate",
    "InvoiceType",
    "NoxFinans",
    "OCR",
    "VoucherNumber",
    "VoucherSeries",
    "VoucherYear",
    "WayOfDelivery",
    "TermsOfPayment",
    "Project",
    "Sent",
    "Total",
    "FinalPayDate",
}
RECORDED_CUSTOMER_ROW = {
    "@url",
    "Address1",
    "Address2",
    "City",
    "CustomerNumber",
    "Email",
    "Name",
    "OrganisationNumber",
    "Phone",
    "ZipCode",
}
RECORDED_ARTICLE_ROW = {
    "@url",
    "ArticleNumber",
    "Description",
    "DisposableQuantity",
    "EAN",
    "Housework",
    "PurchasePrice",
    "SalesPrice",
    "QuantityInStock",
    "ReservedQuantity",
    "StockPlace",
    "StockValue",
    "Unit",
    "VAT",
    "WebshopArticle",
}
DOCUMENTED_VOUCHER_ROW = {
    "@url",
    "Comments",
    "Description",
    "ReferenceNumber",
    "ReferenceType",
    "TransactionDate",
    "VoucherNumber",
    "VoucherSeries",
    "Year",
    "ApprovalState",
}


def test_an_invoice_row_has_the_recorded_keys_and_its_currency_rate_as_text(desk, invoice):
    desk.add("invoices", invoice(1))
    [row] = desk.json("/3/invoices")["Invoices"]
    assert set(row) == RECORDED_INVOICE_ROW
    assert row["CurrencyRate"] == "1"
    assert row["@url"] == "https://api.fortnox.se/3/invoices/1"
    assert desk.json("/3/invoices/1")["Invoice"]["CurrencyRate"] == 1


def test_a_customer_row_has_the_recorded_keys_and_empty_text_for_null(desk):
    desk.add("customers", {"CustomerNumber": "7", "Name": "Kund", "Phone1": "08-1", "Address1": None})
    [row] = desk.json("/3/customers")["Customers"]
    assert set(row) == RECORDED_CUSTOMER_ROW
    assert (row["Phone"], row["Address1"]) == ("08-1", "")
    detail = desk.json("/3/customers/7")["Customer"]
    assert detail["Address1"] is None
    assert "Phone" not in detail


def test_an_article_row_sends_quantities_and_prices_as_text(desk):
    desk.add(
        "articles", {"ArticleNumber": "1", "QuantityInStock": Decimal("12.50"), "SalesPrice": None, "Housework": False}
    )
    [row] = desk.json("/3/articles")["Articles"]
    assert set(row) == RECORDED_ARTICLE_ROW
    assert (row["QuantityInStock"], row["SalesPrice"]) == ("12.5", None)
    assert desk.json("/3/articles/1")["Article"]["QuantityInStock"] == Decimal("12.5")


def test_a_voucher_row_has_no_rows_and_the_detail_has(desk, voucher):
    desk.add("vouchers", voucher(3, 1, "2026-06-01"))
    [row] = desk.json("/3/vouchers")["Vouchers"]
    assert set(row) == DOCUMENTED_VOUCHER_ROW
    assert row["@url"] == "https://api.fortnox.se/3/vouchers/A/1?financialyear=3"
    detail = desk.json("/3/vouchers/A/1?financialyear=3")["Voucher"]
    assert set(detail) == DOCUMENTED_VOUCHER_ROW | {"VoucherRows", "CostCenter", "Project"}


def test_a_supplier_invoice_row_says_cancelled_and_sends_amounts_as_text(desk):
    vouchers = [{"Number": 1, "ReferenceType": "SUPPLIERINVOICE", "Series": "D", "Year": 3}]
    desk.add("supplier_invoices", {"GivenNumber": "1", "Cancelled": False, "Total": "6250", "Vouchers": vouchers})
    [row] = desk.json("/3/supplierinvoices")["SupplierInvoices"]
    assert (row["Cancelled"], row["Total"], row["AuthorizerName"], row["Vouchers"]) == (False, "6250", "", vouchers)
    assert "SupplierInvoiceRows" not in row


def test_numbers_are_sent_with_every_digit_and_without_idle_zeros(desk, voucher):
    body = voucher(3, 1, "2026-06-01")
    body["VoucherRows"][0] |= {"Debit": Decimal("12345678901234567.89"), "Credit": Decimal("50.00")}
    desk.add("vouchers", body)
    content = desk.get("/3/vouchers/A/1?financialyear=3").content
    assert b'"Debit":12345678901234567.89' in content
    assert b'"Credit":50,' in content


def test_undocumented_keys_of_a_document_are_in_the_detail_only(desk, invoice):
    desk.add("invoices", invoice(1))
    assert desk.json("/3/invoices/1")["Invoice"]["Cost"] == 0
    assert "Cost" not in desk.json("/3/invoices")["Invoices"][0]


def test_every_list_shows_exactly_the_fields_the_catalogue_gives_to_lists(desk):
    spelling = {"contracts": {"InvoiceInterval": "Invoiceinterval"}}
    for name, endpoint in ENDPOINTS.items():
        if endpoint.listing != "pages":
            continue
        year = {"VoucherYear": 3, "Year": 3}
        known = {each.name for each in endpoint.fields}
        desk.add(name, dict.fromkeys(endpoint.key, "1") | {k: v for k, v in year.items() if k in known})
        row = desk.json(f"{endpoint.path}")[endpoint.wrapper][-1]
        wanted = {each.name for each in endpoint.fields if each.presence is not Presence.DETAIL}
        wanted = {spelling.get(name, {}).get(each, each) for each in wanted}
        assert {key for key in row if not key.startswith("@")} == wanted, name


def test_every_sort_the_catalogue_asks_for_is_one_the_list_knows(desk):
    for endpoint in ENDPOINTS.values():
        if endpoint.sort_by:
            answer = desk.get(f"{endpoint.path}?sortby={endpoint.sort_by}&sortorder=ascending&limit=500")
            assert answer.status_code == 200, endpoint.name


def test_every_endpoint_of_the_catalogue_answers(desk):
    for endpoint in ENDPOINTS.values():
        if "{" not in endpoint.path:
            query = "&".join(f"{name}={value}" for name, value in endpoint.parameters.items())
            assert desk.get(f"{endpoint.path}?{query}").status_code == 200, endpoint.name


def test_single_objects_stand_under_their_wrapper(desk):
    assert desk.json("/3/settings/lockedperiod") == {"LockedPeriod": {"EndDate": None}}
    information = desk.json("/3/companyinformation")["CompanyInformation"]
    assert (information["DatabaseNumber"], information["CompanyName"]) == (900001, "Åre Cykel AB")
    assert desk.json("/3/settings/company")["CompanySettings"]["DatabaseNumber"] == "900001"
    assert desk.json("/api/warehouse/tenants-v4") == {"activated": True, "tenantId": 900001}


def test_a_fixed_asset_stands_alone_under_the_plural(desk):
    desk.add("assets", {"Id": 4, "Number": "M1", "Description": "Lift"})
    assert desk.json("/3/assets/4")["Assets"]["Number"] == "M1"


def test_the_rows_of_a_stock_count_are_a_call_of_their_own(desk):
    desk.add("warehouse_stocktaking", {"id": 5, "date": "2026-06-30", "rows": [{"itemId": "A"}]})
    assert desk.json("/api/warehouse/stocktaking-v1/5/rows") == [{"itemId": "A"}]


def test_endpoints_without_a_list_are_found_by_their_key(desk):
    desk.add("finance_invoices", {"InvoiceNumber": 12, "Status": "OPEN"})
    desk.add("schedule_times", {"EmployeeId": "7", "Date": "2026-09-01", "Hours": Decimal(8)})
    desk.add(
        "attachments", {"id": "a", "entityId": 12, "entityType": "F"}, {"id": "b", "entityId": 12, "entityType": "O"}
    )
    assert desk.json("/3/noxfinansinvoices/12")["NoxFinansInvoice"]["Status"] == "OPEN"
    assert desk.json("/3/scheduletimes/7/2026-09-01")["ScheduleTime"]["Hours"] == 8
    found = desk.json("/api/fileattachments/attachments-v1?entityid=12&entitytype=F")
    assert [row["id"] for row in found] == ["a"]
