import datetime as dt
from collections import defaultdict

from fortnox_assets.simulator.company import VoucherDocument

BY_VOUCHERS = "bjork-konsult"


def key_of(company, body):
    return company, body["Year"], body["VoucherSeries"], body["VoucherNumber"]


def keyed(query, sql):
    return {tuple(row[:4]): row[4:] if len(row) > 5 else row[4] for row in query(sql)}


VOUCHER = "select company, financial_year_id, voucher_series, voucher_number, {} from books.fct_voucher"


def test_every_voucher_is_there_with_its_rows_and_debit(query, documents):
    expected = {}
    for company, body in documents("vouchers"):
        booked = [row for row in body["VoucherRows"] if not row["Removed"]]
        debit = sum(row["Debit"] - row["Credit"] for row in booked if row["Debit"] > row["Credit"])
        expected[key_of(company, body)] = (len(booked), debit, body["ReferenceType"])
    assert keyed(query, VOUCHER.format("row_count, debit_total, reference_type")) == expected


def test_a_file_tells_how_long_registration_took_and_fortnox_does_not(query, companies):
    expected = {}
    for company in companies:
        for voucher in company.of("vouchers"):
            assert isinstance(voucher, VoucherDocument)
            lag = (voucher.registered - dt.date.fromisoformat(voucher.body["TransactionDate"])).days
            expected[key_of(company.key, voucher.body)] = None if company.key == BY_VOUCHERS else lag
    assert keyed(query, VOUCHER.format("registered_lag_days")) == expected


def test_vouchers_that_turn_others_around_are_corrections(query, documents):
    expected = {key_of(c, body) for c, body in documents("vouchers") if body["Description"].startswith("Rättelse")}
    found = keyed(query, VOUCHER.format("is_correction, mirror_of, voucher_text"))
    corrections = {key: rest for key, rest in found.items() if rest[0]}
    assert set(corrections) == expected
    assert len(expected) > 5
    assert all(text.removeprefix("Rättelse av verifikation ") == mirror for _, mirror, text in corrections.values())


def test_struck_and_added_rows_are_kept_with_who_and_when(query, companies):
    expected = set()
    for company in companies:
        for voucher in company.of("vouchers"):
            by_file = company.key != BY_VOUCHERS
            who, when = (voucher.changed_by, voucher.changed_on) if by_file else (None, None)
            for place, row in enumerate(voucher.body["VoucherRows"]):
                change = "struck" if row["Removed"] else "added" if place in voucher.added_rows and by_file else None
                if change:
                    amount = row["Debit"] - row["Credit"]
                    expected.add((*key_of(company.key, voucher.body), change, row["Account"], amount, who, when))
    sql = """
        select company, financial_year_id, voucher_series, voucher_number,
            change, account, amount, changed_by, changed_date
        from books.fct_voucher_row_history
    """
    found = query(sql)
    assert len(found) == len(set(found))
    assert set(found) == expected
    assert {row[4] for row in found if row[0] == "are-cykel"} == {"struck", "added"}
    assert [row[4] for row in found if row[0] == BY_VOUCHERS] == ["struck"]


def vouchers_with_files(documents):
    """Vouchers with a file of their own, and those of supplier invoices and invoices that have one."""
    with_file = {
        (company, body["VoucherYear"], body["VoucherSeries"], int(body["VoucherNumber"]))
        for company, body in documents("voucher_file_connections")
    }
    on_suppliers = {(c, body["SupplierInvoiceNumber"]) for c, body in documents("supplier_invoice_file_connections")}
    attached = {(c, str(b["entityId"])) for c, b in documents("attachments") if b["entityType"] == "F"}
    for company, body in documents("vouchers"):
        number = company, body["ReferenceNumber"]
        kind = body["ReferenceType"]
        bought = kind == "SUPPLIERINVOICE" and number in on_suppliers
        if bought or (kind in ("INVOICE", "CASHINVOICE") and number in attached):
            with_file.add(key_of(company, body))
    return with_file


def test_coverage_counts_files_of_vouchers_and_of_the_invoices_they_book(query, documents):
    with_file = vouchers_with_files(documents)
    expected = defaultdict(lambda: (0, 0))
    for company, body in documents("vouchers"):
        series = company, body["Year"], body["VoucherSeries"]
        covered, bare = expected[series]
        has = key_of(company, body) in with_file
        expected[series] = (covered + has, bare + (not has))
    sql = "select company, financial_year_id, voucher_series, with_file, without_file from books.rpt_document_coverage"
    found = {tuple(row[:3]): tuple(row[3:]) for row in query(sql)}
    assert found == expected
    assert {series for (_, _, series), (covered, _) in found.items() if covered} == {"A", "B", "D"}


def test_a_file_is_linked_to_what_it_is_attached_to(query, documents):
    kinds = {"F": "invoice", "O": "order", "OF": "offer", "C": "contract"}
    expected = {(c, b["fileId"], kinds[b["entityType"]], str(b["entityId"])) for c, b in documents("attachments")}
    sql = """
        select distinct company, file_id, object_type, object_number from books.fct_document_link
        where object_type in ('invoice', 'order', 'offer', 'contract')
    """
    assert set(query(sql)) == expected


def test_a_file_was_fetched_at_a_moment_and_not_at_some_machine_s_local_time(query):
    found = query(
        "select distinct typeof(fetched_at), epoch(fetched_at) from books.fct_document_link where sha256 != ''"
    )
    moment = dt.datetime(2026, 9, 30, 10, tzinfo=dt.UTC)
    assert found == [("TIMESTAMP WITH TIME ZONE", moment.timestamp())]


def test_a_voucher_leads_to_its_fetched_file_in_one_join(query, documents):
    linked = [
        (company, body["VoucherYear"], body["VoucherSeries"], int(body["VoucherNumber"]), body["FileId"])
        for company, body in documents("voucher_file_connections")
    ]
    found = query("""
        select vouchers.company, vouchers.financial_year_id, vouchers.voucher_series, vouchers.voucher_number,
            links.file_id, links.file_status, links.location, links.size_bytes
        from books.fct_voucher as vouchers
        inner join books.fct_document_link as links
            using (company, financial_year_id, voucher_series, voucher_number)
        where links.object_type = 'voucher'
    """)
    assert sorted(row[:5] for row in found) == sorted(linked)
    assert {status for *_, status, _, _ in found} == {"stored", "missing"}
    for *_, file_id, status, location, size in found:
        assert (location, size) == ((f"file:///documents/{file_id}.pdf", 100) if status == "stored" else (None, None))
    stored = {row[:4] for row in found if row[5] == "stored"}
    assert query("select sum(with_stored_file) from books.rpt_document_coverage") == [(len(stored),)]
