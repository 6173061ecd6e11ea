from decimal import Decimal

RATES = {25: 2611, 12: 2621, 6: 2631}


def test_rows_freight_fee_vat_and_rounding_make_the_total(books):
    for body in books.invoices(booked=False):
        net = sum(row["TotalExcludingVAT"] for row in body["InvoiceRows"])
        assert net == body["Net"]
        total = net + body["Freight"] + body["AdministrationFee"] + body["TotalVAT"] + body["RoundOff"]
        assert total == body["Total"]
        assert body["TotalToPay"] == body["Total"] - (body["TaxReduction"] or 0)


def test_swedish_invoices_are_whole_kronor_and_others_are_not_rounded(books):
    for body in books.invoices(booked=False):
        if body["Currency"] == "SEK":
            assert body["Total"] % 1 == 0
            assert abs(body["RoundOff"]) <= Decimal("0.50")
        else:
            assert body["RoundOff"] == 0


def test_a_rows_total_is_quantity_times_price_less_its_discount(books):
    for body in books.invoices(booked=False):
        for row in body["InvoiceRows"]:
            gross = Decimal(row["DeliveredQuantity"]) * row["Price"]
            if row["DiscountType"] == "PERCENT":
                expected = gross * (1 - row["Discount"] / 100)
            else:
                expected = gross - row["Discount"].copy_sign(gross)
            assert abs(row["Total"] - expected) <= Decimal("0.005")


def test_prices_with_vat_are_gross_on_the_row_and_net_beside_it(companies, read):
    body = next(body for body in read(companies["bjork-konsult"]).invoices() if body["VATIncluded"])
    for row in body["InvoiceRows"]:
        assert row["Total"] > row["TotalExcludingVAT"]
        assert abs(row["TotalExcludingVAT"] * (100 + row["VAT"]) / 100 - row["Total"]) < Decimal("0.01")
        assert row["Price"] > row["PriceExcludingVAT"]


def test_both_kinds_of_discount_occur(companies, read):
    rows = [row for body in read(companies["bjork-konsult"]).invoices() for row in body["InvoiceRows"]]
    assert {row["DiscountType"] for row in rows if row["Discount"]} == {"PERCENT", "AMOUNT"}


def test_a_booked_invoice_and_its_voucher_have_the_same_figures(books):
    vouchers = {(body["Year"], body["VoucherSeries"], body["VoucherNumber"]): body for body in books.vouchers()}
    for body in books.invoices():
        if body["Currency"] != "SEK":
            continue
        voucher = vouchers[body["VoucherYear"], body["VoucherSeries"], body["VoucherNumber"]]
        sums = {}
        for row in voucher["VoucherRows"]:
            sums[row["Account"]] = sums.get(row["Account"], 0) + row["Debit"] - row["Credit"]
        assert -sum(sums.get(account, 0) for account in RATES.values()) == body["TotalVAT"]
        assert -sums.get(3520, 0) == body["Freight"]
        assert -sums.get(3540, 0) == body["AdministrationFee"]
        assert -sums.get(3740, 0) == body["RoundOff"]
        assert sums.get(1513, 0) == (body["TaxReduction"] or 0)
        assert sums.get(1510, 0) + sums.get(1910, 0) == body["TotalToPay"]


def test_credit_invoices_are_negative_and_name_what_they_credit(companies, read):
    for company in companies.values():
        bodies = {body["DocumentNumber"]: body for body in read(company).invoices()}
        for body in bodies.values():
            if body["Credit"] == "true":
                original = bodies[body["CreditInvoiceReference"]]
                assert body["Total"] == -original["Total"]
                assert original["CreditInvoiceReference"] == body["DocumentNumber"]
                assert original["Credit"] == "false"


def test_rot_invoices_reduce_what_the_customer_pays_by_a_share_of_the_labour(companies, read):
    company = companies["cedergrens-bygg"]
    reduced = [body for body in read(company).invoices() if body["TaxReduction"]]
    assert {body["VATIncluded"] for body in reduced} == {True, False}
    applications = {each.body["ReferenceNumber"]: each.body for each in company.of("tax_reductions")}
    for body in reduced:
        assert body["TaxReductionType"] == "rot"
        assert body["TaxReduction"] == int(body["BasisTaxReduction"] * Decimal("0.30"))
        assert applications[body["DocumentNumber"]]["AskedAmount"] == body["TaxReduction"]


def test_texts_and_numbers_are_typed_as_fortnox_types_them(companies, read):
    body = read(companies["are-cykel"]).invoices()[0]
    assert isinstance(body["DocumentNumber"], str)
    assert body["Credit"] in ("true", "false")
    assert isinstance(body["CurrencyRate"], Decimal)
    assert isinstance(body["InvoiceRows"][0]["DeliveredQuantity"], str)
    assert isinstance(body["InvoiceRows"][0]["VAT"], int)
    assert body["InvoicePeriodStart"] == ""
    assert body["DeliveryDate"] is None
    supplier = companies["are-cykel"].of("supplier_invoices")[0].body
    assert all(isinstance(supplier[name], str) for name in ("Total", "VAT", "Balance", "CurrencyRate"))
    assert supplier["Credit"] is False
