from collections import Counter, defaultdict
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def in_kronor(body, amount):
    rate = Decimal(body["CurrencyRate"]) / Decimal(body["CurrencyUnit"])
    return (Decimal(amount) * rate).quantize(CENT, ROUND_HALF_UP)


def test_open_customer_invoices_make_up_the_receivables_account(books):
    claims = sum(in_kronor(body, body["Balance"]) for body in books.invoices())
    assert claims == books.accounts(books.current().id)[1510]["BalanceCarriedForward"]


def test_open_supplier_invoices_make_up_the_payables_account(company, books):
    bodies = [each.body for each in company.of("supplier_invoices")]
    debts = sum(in_kronor(body, body["Balance"]) for body in bodies if body["Booked"] and not body["Cancelled"])
    assert -debts == books.accounts(books.current().id)[2440]["BalanceCarriedForward"]


def test_tax_reductions_not_yet_paid_make_up_their_receivables_account(companies, read):
    company = companies["cedergrens-bygg"]
    books = read(company)
    applications = [each.body for each in company.of("tax_reductions")]
    open_ones = sum(body["AskedAmount"] for body in applications if body["VoucherNumber"] is None)
    assert open_ones
    assert any(body["VoucherNumber"] for body in applications)
    assert open_ones == books.accounts(books.current().id)[1513]["BalanceCarriedForward"]


def test_balance_is_total_to_pay_less_booked_payments_and_write_offs(company, books):
    paid = defaultdict(Decimal)
    for payment in (each.body for each in company.of("invoice_payments")):
        if payment["Booked"]:
            paid[str(payment["InvoiceNumber"])] += payment["AmountCurrency"]
            paid[str(payment["InvoiceNumber"])] += sum(each["Amount"] for each in payment["WriteOffs"])
    for body in books.invoices():
        if body["InvoiceType"] == "CASHINVOICE":
            assert body["Balance"] == 0
            assert body["FinalPayDate"] == body["InvoiceDate"]
            continue
        assert body["Balance"] == body["TotalToPay"] - paid[body["DocumentNumber"]]
        assert (body["FinalPayDate"] is None) == (body["Balance"] != 0), body["DocumentNumber"]


def test_supplier_balance_is_total_less_payments(company):
    paid = defaultdict(Decimal)
    for payment in (each.body for each in company.of("supplier_invoice_payments")):
        paid[payment["InvoiceNumber"]] += payment["AmountCurrency"]
    for body in (each.body for each in company.of("supplier_invoices")):
        left = Decimal(0) if body["Cancelled"] else Decimal(body["Total"]) - paid[body["GivenNumber"]]
        assert Decimal(body["Balance"]) == left


def vouchers_by_key(books):
    return {(body["Year"], body["VoucherSeries"], body["VoucherNumber"]): body for body in books.vouchers()}


def key_of(body):
    return body["VoucherYear"], body["VoucherSeries"], body["VoucherNumber"]


def test_documents_and_vouchers_point_at_each_other(company, books):
    vouchers = vouchers_by_key(books)
    pairs = (
        ("invoices", "DocumentNumber", {"INVOICE", "CASHINVOICE"}),
        ("supplier_invoices", "GivenNumber", {"SUPPLIERINVOICE"}),
        ("supplier_invoice_payments", "Number", {"SUPPLIERPAYMENT"}),
    )
    for endpoint, number, kinds in pairs:
        booked = [each.body for each in company.of(endpoint) if each.body["Booked"]]
        assert booked
        for body in booked:
            voucher = vouchers[key_of(body)]
            assert voucher["ReferenceType"] in kinds
            assert voucher["ReferenceNumber"] == str(body[number])
        referring = [body for body in vouchers.values() if body["ReferenceType"] in kinds]
        assert Counter(map(key_of, booked)) == Counter(
            (body["Year"], body["VoucherSeries"], body["VoucherNumber"]) for body in referring
        )


def test_customer_payments_point_at_vouchers_that_close_the_claim(company, books):
    vouchers = vouchers_by_key(books)
    for payment in (each.body for each in company.of("invoice_payments")):
        if not payment["Booked"]:
            assert payment["VoucherNumber"] is None
            continue
        voucher = vouchers[key_of(payment)]
        assert voucher["ReferenceType"] == "INVOICEPAYMENT"
        assert voucher["TransactionDate"] == payment["PaymentDate"]
        assert 1510 in {row["Account"] for row in voucher["VoucherRows"]}


def test_unbooked_and_cancelled_invoices_exist_and_post_nothing(companies, read):
    for company in companies.values():
        bodies = read(company).invoices(booked=False)
        idle = [body for body in bodies if not body["Booked"]]
        assert idle
        assert all(key_of(body) == (None, None, None) for body in idle)
    every = [body for company in companies.values() for body in read(company).invoices(booked=False)]
    assert any(body["Cancelled"] for body in every)
    assert any(not body["Booked"] and not body["Cancelled"] for body in every)


def test_the_companies_have_every_kind_of_payment_behaviour(companies, read):
    bodies = [body for company in companies.values() for body in read(company).invoices()]
    payments = [each.body for company in companies.values() for each in company.of("invoice_payments")]
    today = "2026-09-30"
    assert any(0 < body["Balance"] < body["TotalToPay"] for body in bodies), "partly paid"
    assert any(body["Balance"] > 0 and body["DueDate"] < today and body["Reminders"] for body in bodies), "overdue"
    assert any(body["Balance"] < 0 for body in bodies), "open credit"
    assert any(each["WriteOffs"] for each in payments), "written off"
    assert any(not each["Booked"] for each in payments), "payment not booked"
    assert {body["InvoiceType"] for body in bodies} >= {"INVOICE", "CASHINVOICE", "INTRESTINVOICE", "AGREEMENTINVOICE"}
    assert {body["Currency"] for body in bodies} == {"SEK", "EUR", "USD", "NOK", "JPY"}
    assert any(body["CurrencyUnit"] == 100 for body in bodies)
    moved = {row["Account"] for company in companies.values() for _, row, _ in read(company).rows()}
    assert {3960, 7960, 6351, 1513, 2970, 1730, 2614, 2645, 2647} <= moved
