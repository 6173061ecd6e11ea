"""The entries themselves: complete, consistent with each other, described."""

import re

import pytest

from fortnox_assets.catalogue import COPIED, ENDPOINTS, RAW_TABLES, allowed_paths
from fortnox_assets.catalogue.endpoint import (
    ChangeFilter,
    DetailNeed,
    FieldType,
    Listing,
    PersonalData,
    Presence,
    Slicing,
)
from fortnox_assets.catalogue.naming import snake_case
from fortnox_assets.catalogue.own_tables import OWN_TABLES
from fortnox_assets.catalogue.sie_tables import SIE_TABLES

GROUPS = {
    "fortnox_registers",
    "fortnox_sales",
    "fortnox_purchasing",
    "fortnox_ledger",
    "fortnox_payroll",
    "fortnox_time",
    "fortnox_warehouse",
    "fortnox_files",
}
# Seen in real answers though not documented, and found under another name.
UNDOCUMENTED = {
    "invoices": {"InvoiceReference", "InvoiceRows.Cost"},
    "orders": {"OrderRows.Cost"},
    "articles": {"CommodityCode"},
}
BY_YEAR = {
    "accounts": Slicing.FINANCIAL_YEAR,
    "voucher_series": Slicing.FINANCIAL_YEAR,
    "vouchers": Slicing.FINANCIAL_YEAR,
    "voucher_file_connections": Slicing.FINANCIAL_YEAR,
    "invoices": "InvoiceDate",
    "orders": "OrderDate",
    "offers": "OfferDate",
    "time_registrations": "workedDate",
    "article_registrations": "purchaseDate",
    "supplier_invoices": "InvoiceDate",
    "invoice_payments": "PaymentDate",
    "supplier_invoice_payments": "PaymentDate",
    "salary_transactions": "Date",
    "absence_transactions": "Date",
    "attendance_transactions": "Date",
    "schedule_times": "Date",
    "warehouse_purchase_orders": "orderDate",
    "warehouse_incoming_goods": "date",
    "warehouse_production_orders": "productionDate",
    "warehouse_manual_deliveries": "date",
    "warehouse_stocktaking": "date",
}

every_endpoint = pytest.mark.parametrize("endpoint", ENDPOINTS.values(), ids=ENDPOINTS)


def placeholders(path):
    return set(re.findall(r"{(\w+)}", path or ""))


def listed(endpoint):
    return {each.name for each in endpoint.fields if each.presence is not Presence.DETAIL}


def test_every_endpoint_fortnox_answers_get_for_has_an_entry(documented_fields):
    assert set(ENDPOINTS) == set(documented_fields)
    assert len(ENDPOINTS) == 71


def test_names_are_unique_over_all_raw_tables():
    assert len(RAW_TABLES) == len(COPIED) + len(SIE_TABLES) + len(OWN_TABLES)
    assert all(name == table.name for name, table in RAW_TABLES.items())


@every_endpoint
def test_no_documented_field_is_lost_and_none_is_invented(endpoint, documented_fields):
    fields = dict(_paths(endpoint.fields))
    documented = {endpoint.other_spellings.get(name, name) for name in documented_fields[endpoint.name]}
    assert documented - set(fields) == set()
    assert set(fields) - documented == UNDOCUMENTED.get(endpoint.name, set())


@every_endpoint
def test_it_belongs_to_a_group_and_says_what_it_is(endpoint):
    assert endpoint.group in GROUPS
    assert len(endpoint.description.split()) >= 4
    assert endpoint.description.endswith(".")
    assert endpoint.scope


@every_endpoint
def test_its_key_and_date_are_in_the_list_answer(endpoint):
    assert set(endpoint.key) <= listed(endpoint)
    assert endpoint.date_field is None or endpoint.date_field in listed(endpoint)
    assert all(endpoint.field(name).type not in (FieldType.RECORD, FieldType.RECORDS) for name in endpoint.key)


@every_endpoint
def test_its_detail_call_can_be_made_from_a_list_row(endpoint):
    if endpoint.listing is not Listing.SINGLETON:
        assert placeholders(endpoint.detail_path) <= listed(endpoint)
    assert set(endpoint.detail_parameters.values()) <= listed(endpoint)


@every_endpoint
def test_its_path_can_be_filled(endpoint):
    if endpoint.keys_from is None:
        assert endpoint.listing is Listing.NONE or not placeholders(endpoint.path)
        return
    for source in endpoint.keys_from.every():
        given = set(source.parameters)
        given |= {"Date"} if source.each_day_of_open_periods else set()
        given |= {"Year", "Month"} if source.each_month else set()
        assert placeholders(endpoint.path) <= given
        if source.endpoint:
            origin = ENDPOINTS[source.endpoint]
            assert set(source.parameters.values()) | set(source.only_where) <= listed(origin)


@every_endpoint
def test_fields_that_only_a_detail_has_come_from_an_endpoint_that_has_one(endpoint):
    if any(each.presence is Presence.DETAIL for each in endpoint.fields):
        assert endpoint.detail_path


@every_endpoint
def test_what_repeats_inside_a_row_is_fetched_unless_the_list_has_it(endpoint):
    nested = [each for each in endpoint.fields if each.type is FieldType.RECORDS]
    only_in_detail = [each.name for each in nested if each.presence is Presence.DETAIL]
    asked_for = endpoint.detail is not DetailNeed.NONE
    # The quantities an account opens with are not worth one request for each account and year.
    assert asked_for or only_in_detail in ([], ["OpeningQuantities"])


def test_dated_things_are_partitioned_by_year_and_registers_by_company():
    found = {each.name: each.date_field or each.slicing for each in ENDPOINTS.values() if each.by_financial_year}
    assert found == {**BY_YEAR, "sie": Slicing.FINANCIAL_YEAR}


def test_lists_that_filter_by_date_say_how():
    by_parameters = {
        each.name: each.date_parameters for each in COPIED.values() if each.slicing is Slicing.DATE_PARAMETERS
    }
    lower = ("fromdate", "todate")
    camel = ("fromDate", "toDate")
    assert by_parameters == {
        "invoices": lower,
        "orders": lower,
        "offers": lower,
        "time_registrations": camel,
        "article_registrations": camel,
    }


def test_the_change_filter_is_as_observed():
    observed = {each.name: each.change_filter for each in ENDPOINTS.values()}
    for name in ("accounts", "articles", "customers", "invoices", "invoice_payments", "orders", "offers", "vouchers"):
        assert observed[name] is ChangeFilter.HONOURED
    rejecting = {name for name, change in observed.items() if change is ChangeFilter.REJECTED}
    assert rejecting == {"currencies", "contract_templates", "employees"}
    assert {name for name, change in observed.items() if change is ChangeFilter.IGNORED} == {"expenses"}


def test_only_what_cannot_be_copied_is_left_out_and_says_why():
    left_out = {name: ENDPOINTS[name].not_copied for name in set(ENDPOINTS) - set(COPIED)}
    assert set(left_out) == {"sie", "supplier_invoice_external_url_connections"}
    assert all(table.name in left_out["sie"] for table in SIE_TABLES)


def test_what_takes_a_request_for_each_key_is_off_by_default():
    off = {each.name for each in COPIED.values() if not each.default}
    assert off == {"schedule_times", "vacation_debt_basis", "attachments"}


def test_rows_show_by_which_of_several_sources_of_keys_they_came():
    several = [each for each in COPIED.values() if each.keys_from is not None and each.keys_from.also]
    assert [each.name for each in several] == ["attachments"]
    for endpoint in several:
        marks = [each.rows_have for each in endpoint.keys_from.every()]
        assert all(marks)
        assert len({tuple(each.items()) for each in marks}) == len(marks)
        assert {name for each in marks for name in each} <= {each.name for each in endpoint.fields}


def test_the_client_is_allowed_every_list_and_detail_and_nothing_that_changes_data():
    paths = allowed_paths()
    assert "/3/vouchers/{VoucherSeries}/{VoucherNumber}" in paths
    assert "/3/archive/{Id}" in paths
    assert len(set(paths)) == len(paths)
    changing = re.compile(r"/(print|email|einvoice|eprint|printreminder|externalprint)$")
    assert not [path for path in paths if changing.search(path)]


def test_every_field_is_described_in_words_that_say_more_than_its_name(every_field):
    poor = [
        f"{table.name}.{path}: {each.description}"
        for table, path, each in every_field
        if len(each.description.split()) < 3
        or not each.description.endswith(".")
        or _letters(each.description) == _letters(each.name)
    ]
    assert poor == []


def test_numbers_are_exact_and_identifiers_are_text(every_field):
    kinds = {f"{table.name}.{path}": each.type for table, path, each in every_field}
    for name in ("invoices.CurrencyRate", "invoices.InvoiceRows.DeliveredQuantity", "supplier_invoices.Total"):
        assert kinds[name] is FieldType.DECIMAL
    for name in ("invoices.DocumentNumber", "invoice_payments.InvoiceNumber", "customers.CustomerNumber"):
        assert kinds[name] is FieldType.TEXT
    for name in ("vouchers.VoucherNumber", "vouchers.Year", "vouchers.VoucherRows.Account", "customers.SalesAccount"):
        assert kinds[name] is FieldType.INTEGER
    for name in ("assets.AcquisitionDate", "contracts.LastInvoiceDate", "assets.History.Date"):
        assert kinds[name] is FieldType.DATE
    assert kinds["invoices.Credit"] is FieldType.BOOLEAN


def test_columns_that_documents_are_joined_by_have_one_type(every_field):
    joined = ("DocumentNumber", "CustomerNumber", "SupplierNumber", "ArticleNumber", "GivenNumber", "Project")
    joined += ("InvoiceNumber", "SupplierInvoiceNumber", "CostCenter", "VoucherSeries", "VoucherNumber", "VoucherYear")
    for name in joined:
        assert len({each.type for _, _, each in every_field if each.name == name}) == 1, name


def test_known_personal_data_is_marked(every_field):
    marks = {f"{table.name}.{path}": each.personal for table, path, each in every_field}
    expected = {
        PersonalData.IDENTITY_NUMBER: (
            "customers.OrganisationNumber",
            "invoices.OrganisationNumber",
            "suppliers.OrganisationNumber",
            "employees.PersonalIdentityNumber",
            "tax_reductions.SocialSecurityNumber",
        ),
        PersonalData.NAME: (
            "customers.Name",
            "invoices.CustomerName",
            "invoices.YourReference",
            "employees.FullName",
            "voucher_series.Approver.Name",
            "customer_references.CustomerReferenceRows.Reference",
            "vacation_debt_basis.Employees.EmployeeName",
            "time_registrations.customer.name",
            "sie_vouchers.Signature",
        ),
        PersonalData.CONTACT: (
            "customers.Address1",
            "customers.Email",
            "customers.Phone1",
            "suppliers.VisitingAddress",
            "orders.DeliveryAddress1",
            "invoices.EmailInformation.EmailAddressTo",
            "employees.PostCode",
            "tax_reductions.PropertyDesignation",
        ),
        PersonalData.BANK_ACCOUNT: (
            "suppliers.IBAN",
            "suppliers.BG",
            "employees.BankAccountNo",
            "employees.ClearingNo",
        ),
        PersonalData.EMPLOYMENT: (
            "employees.MonthlySalary",
            "employees.TaxTable",
            "employees.DatedWages.HourlyPay",
            "salary_transactions.Amount",
            "absence_transactions.CauseCode",
            "time_registrations.workedHours",
        ),
        PersonalData.FREE_TEXT: (
            "customers.Comments",
            "invoices.Remarks",
            "vouchers.Description",
            "vouchers.VoucherRows.TransactionInformation",
            "salary_transactions.TextRow",
            "time_registrations.note",
            "sie_vouchers.Transactions.Text",
        ),
    }
    for mark, names in expected.items():
        assert {name: marks[name] for name in names} == dict.fromkeys(names, mark)


def test_fields_that_sound_personal_are_marked_wherever_they_are(every_field):
    sounds = re.compile(r"^(Email|Phone\d?|Address\d|FirstName|LastName|OurReference|YourReference|IBAN|CustomerName)$")
    about_the_company = {"company_settings", "archive", "inbox"}
    unmarked = [
        f"{table.name}.{path}"
        for table, path, each in every_field
        if sounds.match(each.name) and each.personal is None and table.name not in about_the_company
    ]
    assert unmarked == []


def test_personal_fields_are_found_inside_records():
    found = set(ENDPOINTS["invoices"].personal_fields())
    assert {"CustomerName", "EmailInformation.EmailBody", "InvoiceRows.Description"} <= found


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("DocumentNumber", "document_number"),
        ("VATIncluded", "vat_included"),
        ("OCR", "ocr"),
        ("Address1", "address1"),
        ("EUVATAccount", "eu_vat_account"),
        ("costCenterCode", "cost_center_code"),
        ("orderValueInSEK", "order_value_in_sek"),
    ],
)
def test_a_name_in_snake_case(name, expected):
    assert snake_case(name) == expected


def _paths(fields, prefix=""):
    for each in fields:
        yield f"{prefix}{each.name}", each
        yield from _paths(each.fields, f"{prefix}{each.name}.")


def _letters(words):
    return re.sub(r"\W", "", words).lower()
