import io
from datetime import date
from decimal import Decimal

import pytest

from fortnox_assets.sie.errors import SieError
from fortnox_assets.sie.reader import SieReader, read
from fortnox_assets.sie.records import ObjectRef, TransactionKind

FORTNOX_FILE = """\
#FLAGGA 0
#FORMAT PC8
#SIETYP 4
#PROGRAM "Fortnox" 3.57.11
#GEN 20250829
#FNR 503072
#FNAMN "Åkerö & Söner AB"
#ADRESS "Ek Ö" "Gatan 7" "123 45 Växjö" "070-0000000"
#RAR 0 20240501 20250430
#RAR -1 20230501 20240430
#ORGNR 555555-5555
#OMFATTN 20250430
#KPTYP EUBAS97

#KONTO 1930 "Bank"
#SRU 1930 7281
#KONTO 6212 "Mobiltelefon"
#SRU 6212 7513

#DIM 1 "Kostnadsställe"
#DIM 6 "Projekt"
#OBJEKT 1 "KS 1" "Försäljning"

#IB 0 1930 195687.27 0
#UB 0 1930 193800.27 0
#UB -1 1930 195687.27 0
#RES 0 6212 1887 0

#PSALDO 0 202405 6212 {} 1887 0
#PBUDGET 0 202406 6212 {1 "KS 1"} 2000 0

#VER D 1 20240516 "Telia \\"maj\\" C:\\\\ny" 20240812 "kö"
{
#TRANS 1930 {} -1887 "" "" 0
#BTRANS 6212 {} 1800 20240517 "fel" 0 "anna"
#RTRANS 6212 {1 "KS 1" 6 "P}1"} 1887 20240517 "rätt" 2 "anna"
#TRANS 6212 {1 "KS 1" 6 "P}1"} 1887 "" "rätt" 2
}
"""


@pytest.fixture(scope="module")
def document():
    return read(FORTNOX_FILE.encode("cp437"), name="books.se")


def test_a_fortnox_file_says_who_wrote_it_and_what_it_covers(document):
    identity = document.identity
    assert (identity.program, identity.program_version, identity.generated) == (
        "Fortnox",
        "3.57.11",
        date(2025, 8, 29),
    )
    assert (identity.internal_id, identity.organisation_number) == ("503072", "555555-5555")
    assert identity.company_name == "Åkerö & Söner AB"
    assert identity.address == ("Ek Ö", "Gatan 7", "123 45 Växjö", "070-0000000")
    assert identity.years == {
        0: (date(2024, 5, 1), date(2025, 4, 30)),
        -1: (date(2023, 5, 1), date(2024, 4, 30)),
    }
    assert (identity.balances_up_to, identity.chart, identity.currency) == (date(2025, 4, 30), "EUBAS97", "")
    assert document.tolerances == ()


def test_chart_balances_and_months_keep_their_figures_exactly(document):
    assert [(each.number, each.name, each.sru_codes) for each in document.accounts] == [
        (1930, "Bank", ("7281",)),
        (6212, "Mobiltelefon", ("7513",)),
    ]
    assert [(each.number, each.name) for each in document.dimensions] == [(1, "Kostnadsställe"), (6, "Projekt")]
    assert [(each.kind, each.year_number, each.amount) for each in document.balances] == [
        ("IB", 0, Decimal("195687.27")),
        ("UB", 0, Decimal("193800.27")),
        ("UB", -1, Decimal("195687.27")),
        ("RES", 0, Decimal(1887)),
    ]
    budget = document.period_balances[1]
    assert (budget.kind, budget.period, budget.amount) == ("PBUDGET", "202406", Decimal(2000))
    assert budget.objects == (ObjectRef(1, "KS 1"),)


def test_a_voucher_keeps_struck_and_added_rows_apart_from_booked_ones(document):
    (voucher,) = document.vouchers
    assert (voucher.series, voucher.number, voucher.date) == ("D", 1, date(2024, 5, 16))
    assert (voucher.registration_date, voucher.signature) == (date(2024, 8, 12), "kö")
    assert [each.kind for each in voucher.transactions] == [
        TransactionKind.TRANS,
        TransactionKind.BTRANS,
        TransactionKind.RTRANS,
        TransactionKind.TRANS,
    ]
    assert sum(each.amount for each in voucher.booked()) == 0
    struck = voucher.transactions[1]
    assert (struck.transaction_date, struck.text, struck.signature) == (date(2024, 5, 17), "fel", "anna")


def test_objects_may_hold_blanks_and_braces_and_quantities_are_kept(document):
    row = document.vouchers[0].transactions[3]
    assert row.objects == (ObjectRef(1, "KS 1"), ObjectRef(6, "P}1"))
    assert row.quantity == 2
    assert row.line == 37


def test_fortnox_doubles_its_backslashes_and_escapes_quotes(document):
    assert document.vouchers[0].text == 'Telia "maj" C:\\ny'


def test_other_programs_backslashes_are_literal(parsed):
    document = parsed('#FNR "C:\\Data\\\\x"', "#VER A 1 20240601 \\\\server\\x", "{", "}")
    assert document.identity.internal_id == "C:\\Data\\\\x"
    assert document.vouchers[0].text == "\\\\server\\x"


def test_records_can_be_read_again_from_the_start():
    reader = SieReader(io.BytesIO(FORTNOX_FILE.encode("cp437")), "books.se")
    assert list(reader.records()) == list(reader.records())


def test_tabs_line_feeds_alone_and_blank_lines_are_as_good_as_blanks_and_crlf():
    data = FORTNOX_FILE.replace("\n", "\r\n\r\n").replace(" {} ", "\t{ }\t").replace("#VER ", "  #VER\t ")
    assert read(data.encode("cp437")) == read(FORTNOX_FILE.encode("cp437"))


def test_unknown_records_and_trailing_fields_are_ignored_without_remark(parsed):
    document = parsed(
        "#NYTT a b",
        "#SAMMANSATT x",
        "{",
        "#DEL 1",
        "}",
        "#VER A 1 20240601 text 20240602 sign more fields",
        "{",
        "#NOTERING hej",
        '#TRANS 1930 {} 1 "" "" 0 sign more',
        '#TRANS 3001 {} -1 "" "" 0 sign more',
        "}",
    )
    assert len(document.vouchers[0].transactions) == 2
    assert document.tolerances == ()


def test_identification_after_the_chart_still_counts(parsed):
    assert parsed("#KONTO 1930 Bank", "#VALUTA EUR").identity.currency == "EUR"


def test_object_balances_keep_their_objects(parsed):
    balance = parsed('#OIB 0 1510 {6 "P 1"} 12.5 3').balances[-1]
    assert (balance.kind, balance.objects) == ("OIB", (ObjectRef(6, "P 1"),))
    assert (balance.amount, balance.quantity) == (Decimal("12.5"), Decimal(3))


def test_a_dimension_inside_another_names_its_parent(parsed):
    document = parsed("#DIM 1 KS", "#UNDERDIM 21 Grupp 1")
    assert [(each.number, each.parent) for each in document.dimensions] == [(1, None), (21, 1)]


def test_account_types_units_and_several_sru_codes_gather_on_the_account(parsed):
    document = parsed("#KONTO 3001 Sålt", "#KTYP 3001 I", "#ENHET 3001 st", "#SRU 3001 7410", "#SRU 3001 7411")
    (account,) = document.accounts
    assert (account.account_type, account.unit, account.sru_codes) == ("I", "st", ("7410", "7411"))


@pytest.mark.parametrize("sie_type", [1, 2, 3])
def test_types_without_vouchers_are_read(make, header, sie_type):
    lines = tuple(line.replace("#SIETYP 4", f"#SIETYP {sie_type}") for line in header)
    document = read(make("#IB 0 1930 5", "#PSALDO 0 202405 1930 {} 5", header=lines))
    assert document.identity.sie_type == sie_type
    assert len(document.balances) == len(document.period_balances) == 1


def test_the_content_hash_ignores_when_and_by_which_version_a_file_was_exported(opened):
    first = opened(FORTNOX_FILE.encode("cp437"))
    again = FORTNOX_FILE.replace("20250829", "20250830").replace("3.57.11", "3.58").replace("Gatan 7", "Gatan 8")
    assert opened(again.replace("#FLAGGA 0", "#FLAGGA 1").encode("cp437")).content_hash == first.content_hash
    changed = FORTNOX_FILE.replace("#RES 0 6212 1887", "#RES 0 6212 1888")
    assert opened(changed.encode("cp437")).content_hash != first.content_hash


def test_an_error_is_one_line_with_file_line_and_reason(parsed, voucher_line):
    with pytest.raises(SieError) as caught:
        parsed("#VER A 1 20240601", "{", "#TRANS 1930 {} 1e5", "}")
    assert str(caught.value) == (
        f"books.se line {voucher_line + 2}: '1e5' is no amount (digits, a dot and at most two decimals)"
    )
    assert (caught.value.file, caught.value.line) == ("books.se", voucher_line + 2)
