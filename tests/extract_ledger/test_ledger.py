import tracemalloc
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from fortnox_assets.catalogue.sie_tables import SIE_TABLES
from fortnox_assets.extract.errors import SpoolError
from fortnox_assets.extract.ledger import ROWS_PER_BATCH, TRANSACTIONS_PER_BATCH, LedgerFile, download, sie_rows
from fortnox_assets.sie.errors import SieError


class Answering:
    """A client that answers one body and remembers what it was asked."""

    def __init__(self, body):
        self.body = body
        self.asked = []

    def get_bytes(self, path, parameters=None):
        self.asked.append((path, dict(parameters or {})))
        return self.body


@pytest.fixture
def ledger(tmp_path, year, make):
    def write(*vouchers, source="sie_file", **changes):
        path = tmp_path / "books.se"
        path.write_bytes(make(*vouchers, **changes))
        return LedgerFile(path=path, name="books.se", financial_year=year, source=source)

    return write


def rows(file, table):
    return [row for batch in sie_rows(file, table) for row in batch]


@pytest.mark.parametrize("table", SIE_TABLES, ids=lambda table: table.name)
def test_rows_have_exactly_the_catalogues_fields(ledger, sale, table):
    found = rows(ledger(sale), table.name)
    assert found
    for row in found:
        assert list(row) == [field.name for field in table.fields]
        assert row["FinancialYearId"] == 7
        for field in table.fields:
            for inner in row[field.name] if field.fields else ():
                assert list(inner) == [each.name for each in field.fields]


def test_keys_tell_rows_apart(ledger, sale):
    file = ledger(sale, sale)
    for table in SIE_TABLES:
        keys = [tuple(row[name] for name in table.key) for row in rows(file, table.name)]
        assert len(set(keys)) == len(keys)


def test_the_file_row_says_what_was_read_and_what_it_adds_up_to(ledger, sale):
    file = ledger(sale, replace(sale, number=2, transactions=()))
    (row,) = rows(file, "sie_files")
    assert (row["LedgerSource"], row["FileName"], row["SieType"]) == ("sie_file", "books.se", 4)
    assert (row["Program"], row["ProgramVersion"], row["Generated"]) == ("Fortnox", "3.57.11", date(2025, 8, 29))
    assert (row["FortnoxNumber"], row["OrganisationNumber"], row["CompanyName"]) == (
        "900001",
        "556677-8899",
        "Åre Cykel AB",
    )
    assert (row["FromDate"], row["ToDate"]) == (date(2024, 5, 1), date(2025, 4, 30))
    assert (row["PreviousFromDate"], row["PreviousToDate"]) == (date(2023, 5, 1), date(2024, 4, 30))
    assert (row["BalancesUpTo"], row["ChartOfAccounts"], row["Currency"]) == (date(2025, 4, 30), "EUBAS97", "SEK")
    assert (row["Encoding"], row["Bytes"], row["ChecksumVerified"]) == ("cp437", file.path.stat().st_size, None)
    assert (row["Vouchers"], row["Transactions"], row["AbsoluteSum"]) == (2, 2, Decimal("249.98"))
    assert [each["Message"] for each in row["Tolerances"]] == ["voucher without rows: B 2"]
    assert len(row["ContentHash"]) == 64


def test_a_file_fortnox_made_has_no_file_name_and_keeps_its_source(ledger, sale):
    for source in ("sie", "vouchers"):
        (row,) = rows(ledger(sale, source=source), "sie_files")
        assert (row["LedgerSource"], row["FileName"]) == (source, "")


def test_voucher_rows_keep_every_kind_with_place_objects_and_exact_amounts(ledger, sale):
    (row,) = rows(ledger(sale), "sie_vouchers")
    assert (row["VoucherSeries"], row["VoucherNumber"], row["TransactionDate"]) == ("B", 1, date(2024, 6, 1))
    assert (row["Text"], row["RegistrationDate"], row["Signature"]) == ("Kundfaktura 17", date(2024, 6, 3), "eva")
    first, struck, booked = row["Transactions"]
    assert [each["Kind"] for each in row["Transactions"]] == ["TRANS", "BTRANS", "TRANS"]
    assert [each["RowNumber"] for each in row["Transactions"]] == [1, 2, 3]
    assert (first["CostCenter"], first["Project"], first["Objects"], first["TransactionDate"]) == (None, None, [], None)
    assert (struck["Text"], struck["Signature"], struck["Quantity"]) == ("fel", "bo", None)
    assert (booked["Amount"], booked["Quantity"]) == (Decimal("-124.99"), Decimal(2))
    assert (booked["CostCenter"], booked["Project"]) == ("KS 1", "P1")
    assert booked["Objects"][2] == {"Dimension": 21, "Object": "X"}


def test_vouchers_with_the_same_number_are_kept_and_told_apart_by_line(ledger, sale):
    found = rows(ledger(sale, sale), "sie_vouchers")
    assert [each["VoucherNumber"] for each in found] == [1, 1]
    assert found[0]["Line"] < found[1]["Line"]


def test_chart_balances_and_budget_become_rows(ledger, sale):
    file = ledger(sale)
    assert rows(file, "sie_accounts") == [
        {
            "FinancialYearId": 7,
            "Account": 1510,
            "Name": "Kundfordringar",
            "AccountType": "T",
            "Unit": "",
            "SruCodes": [{"Code": "7251"}],
        }
    ]
    assert [(each["Dimension"], each["Parent"]) for each in rows(file, "sie_dimensions")] == [(1, None), (21, 1)]
    assert [(each["Object"], each["Name"]) for each in rows(file, "sie_objects")] == [("KS 1", "Butiken")]
    opening, by_object = rows(file, "sie_balances")
    assert (opening["Kind"], opening["YearNumber"], opening["Account"], opening["Amount"]) == ("IB", 0, 1510, 0)
    assert (by_object["Kind"], by_object["Objects"]) == ("OUB", [{"Dimension": 1, "Object": "KS 1"}])
    (budget,) = rows(file, "sie_period_balances")
    assert (budget["Kind"], budget["Period"], budget["Amount"]) == ("PBUDGET", "202406", Decimal(-1000))


def test_batches_stay_small_however_many_or_long_the_vouchers(ledger, sale):
    short = replace(sale, transactions=sale.transactions[:1])
    batches = list(sie_rows(ledger(*[short] * (ROWS_PER_BATCH + 5)), "sie_vouchers"))
    assert [len(batch) for batch in batches] == [ROWS_PER_BATCH, 5]
    long = replace(sale, transactions=sale.transactions[:1] * (TRANSACTIONS_PER_BATCH // 2))
    assert [len(batch) for batch in sie_rows(ledger(long, long, long), "sie_vouchers")] == [2, 1]


def test_a_defect_in_a_voucher_is_found_before_any_row_of_the_file_table(ledger, sale):
    file = ledger(sale)
    file.path.write_bytes(file.path.read_bytes().replace(b" 124.99 ", b" 124.99.1 "))
    with pytest.raises(SieError, match=r"^books.se line \d+: '124.99.1' is no amount"):
        next(sie_rows(file, "sie_files"))


def test_a_file_of_another_year_is_refused(ledger, sale, year):
    file = replace(ledger(sale), financial_year=replace(year, to_date=date(2025, 3, 31)))
    with pytest.raises(SieError) as caught:
        next(sie_rows(file, "sie_files"))
    assert str(caught.value) == (
        "books.se line 8: covers 2024-05-01 - 2025-04-30, not the financial year 2024-05-01 - 2025-03-31"
    )


def test_a_year_is_asked_for_once_by_fortnoxs_id_and_the_file_goes_away(tmp_path, year, sale, make):
    client = Answering(make(sale))
    with download(client, year, "sie", tmp_path / "spool") as file:
        assert client.asked == [("/3/sie/4", {"financialyear": 7})]
        assert (file.financial_year, file.source) == (year, "sie")
        assert len(rows(file, "sie_vouchers")) == len(rows(file, "sie_files")) == 1
        assert file.path.parent == tmp_path / "spool"
    assert list((tmp_path / "spool").iterdir()) == []


def test_an_answer_for_another_year_or_without_vouchers_is_refused_and_removed(tmp_path, year, make):
    other = {0: (date(2023, 5, 1), date(2024, 4, 30))}
    for body, reason in (
        (make(years=other), "Fortnox SIE 2024 line 8: covers 2023-05-01 - 2024-04-30, not the financial year"),
        (make(sie_type=3), "Fortnox SIE 2024 line 3: is of SIE type 3, which has no vouchers; export type 4"),
        (b"", "Fortnox SIE 2024: the file is empty"),
    ):
        with pytest.raises(SieError) as caught, download(Answering(body), year, "sie", tmp_path):
            pytest.fail("the file was taken")
        assert str(caught.value).startswith(reason)
        assert list(tmp_path.iterdir()) == []


def test_a_directory_that_cannot_be_made_is_named(tmp_path, year, sale, make):
    (tmp_path / "spool").write_text("in the way")
    with (
        pytest.raises(SpoolError, match=r"spool: cannot keep a SIE file: File exists"),
        download(Answering(make(sale)), year, "sie", tmp_path / "spool"),
    ):
        pytest.fail("the file was kept")


def test_memory_does_not_grow_with_the_number_of_vouchers(tmp_path, year, sale, make):
    path = tmp_path / "large.se"
    body = make(sale)
    one = body[body.index(b"#VER") :]
    with path.open("wb") as out:
        out.write(body)
        for _ in range(30_000):
            out.write(one)
    assert path.stat().st_size > 5_000_000
    file = LedgerFile(path=path, name=path.name, financial_year=year, source="sie_file")
    tracemalloc.start()
    count = sum(len(batch) for batch in sie_rows(file, "sie_vouchers"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 30_001
    assert peak < 25_000_000
