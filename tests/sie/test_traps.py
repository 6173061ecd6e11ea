"""What real files hold that the standard does not foresee: read with a remark, or refused with the line."""

from datetime import date
from decimal import Decimal

import pytest

from fortnox_assets.sie.errors import KEPT_PER_KIND, SieError
from fortnox_assets.sie.reader import read
from fortnox_assets.sie.records import ObjectRef


def remarks(document):
    return [(each.line, each.message) for each in document.tolerances]


def voucher(*rows, head="#VER A 1 20240601 text"):
    return (head, "{", *rows, "}")


@pytest.mark.parametrize(
    ("written", "meant", "remark"),
    [
        (".20", "0.20", "amount without a digit on one side of the dot: .20"),
        ("-.20", "-0.20", "amount without a digit on one side of the dot: -.20"),
        ("12.", "12", "amount without a digit on one side of the dot: 12."),
        ("12,50", "12.50", "amount with a decimal comma: 12,50"),
        ("+3", "3", "amount with a plus sign: +3"),
        ("1.005", "1.005", "amount with more than two decimals: 1.005"),
    ],
)
def test_an_odd_amount_that_leaves_no_doubt_is_read_and_reported(parsed, voucher_line, written, meant, remark):
    document = parsed(*voucher(f"#TRANS 1930 {{}} {written}"))
    assert document.vouchers[0].transactions[0].amount == Decimal(meant)
    assert remarks(document) == [(voucher_line + 2, remark)]


@pytest.mark.parametrize(
    "amount", ["1,234", "1.234,50", "1 2", "", '""', "1e5", "x", "-", "1-", "\u00bd", "--1", ".", "1" * 19]
)
def test_a_doubtful_amount_is_refused(parsed, voucher_line, amount):
    if amount == "1 2":
        amount = '"1 2"'
    with pytest.raises(SieError, match=rf"books.se line {voucher_line + 2}: .*amount"):
        parsed(*voucher(f"#TRANS 1930 {{}} {amount}"))


def test_quoted_numbers_and_dates_are_legal(parsed):
    document = parsed(*voucher('#TRANS "1930" {"1" "A"} "12.50" "20240602"', head='#VER "A" "1" "20240601"'))
    row = document.vouchers[0].transactions[0]
    assert (row.account, row.amount, row.objects) == (1930, Decimal("12.50"), (ObjectRef(1, "A"),))
    assert document.tolerances == ()


def test_an_object_list_may_have_blanks_inside_its_braces(parsed):
    document = parsed(*voucher('#TRANS 1930 { "1" "1010"} 5', '#TRANS 1930 {1 ""} 5'))
    assert [each.objects for each in document.vouchers[0].transactions] == [(ObjectRef(1, "1010"),), ()]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("#TRANS 1930 5", "the object list is missing"),
        ("#TRANS 1930 {1} 5", "dimension without an object"),
        ("#TRANS 1930 {KS 1} 5", "'KS' is no dimension number"),
        ("#TRANS 1930 {1 A 5", "object list is not closed"),
        ("#TRANS Bank {} 5", "'Bank' is no account number"),
        ("#TRANS " + "1" * 5000 + " {} 5", "is no account number"),
        ('#TRANS 1930 {} 5 "" "cut of', "a quoted field is not closed"),
        ('#TRANS 1930 {} 5 "" "say "hi" to"', "a quote stands inside a field"),
        ("#TRANS 1930 {} 5 20241301", "there is no such day"),
        ("#TRANS 1930 {} 5 yesterday", "is no date of a row"),
        ("#TRANS 1930 {} 5 {} text", "an object list stands where a value is expected"),
        ("#VER A 2 20240601", "stands inside a voucher whose } is missing"),
        ("not a record", "stands inside a voucher whose } is missing"),
    ],
)
def test_a_voucher_row_that_cannot_be_right_is_refused_with_its_line(parsed, voucher_line, row, reason):
    with pytest.raises(SieError, match=f"^books.se line {voucher_line + 2}: ") as caught:
        parsed(*voucher(row))
    assert reason in str(caught.value)


@pytest.mark.parametrize(
    ("lines", "offset", "reason"),
    [
        (("#VER A 1 20240601", "#VER A 2 20240602", "{", "}"), 1, "must follow #VER"),
        (("#VER A 1 20240601",), 0, "must follow #VER"),
        (("#VER A 1 20240601", "{", "#TRANS 1930 {} 5"), 0, "cut off"),
        (("#TRANS 1930 {} 5",), 0, "outside a voucher's braces"),
        (("#KONTO 1930 Bank", "{", "}"), 1, "stands outside a voucher"),
        (("#NYTT", "{", "#DEL"), 1, "cut off"),
        (("#VER A x 20240601", "{", "}"), 0, "'x' is no voucher number"),
        (("#VER A 1", "{", "}"), 0, "'' is no voucher date"),
        (("#IB 0 1930 x",), 0, "'x' is no amount"),
        (("#IB 0 1930",), 0, "the amount is missing"),
        (("#PSALDO 0 202413 1930 {} 5",), 0, "'202413' is no month"),
        (("#KONTO Bank 1930",), 0, "'Bank' is no account number"),
    ],
)
def test_broken_structure_is_refused_with_its_line(parsed, voucher_line, lines, offset, reason):
    with pytest.raises(SieError, match=f"^books.se line {voucher_line + offset}: ") as caught:
        parsed(*lines)
    assert reason in str(caught.value)


def test_hyphenated_dates_are_read_and_reported(parsed, voucher_line):
    document = parsed(*voucher("#TRANS 1930 {} 5", head="#VER A 1 2024-06-01"))
    assert document.vouchers[0].date == date(2024, 6, 1)
    assert remarks(document) == [(voucher_line, "voucher date written with hyphens: 2024-06-01")]


def test_an_unreadable_registration_date_is_left_empty_and_reported(parsed, voucher_line):
    document = parsed(*voucher(head="#VER A 1 20240601 text snart"))
    assert document.vouchers[0].registration_date is None
    assert (voucher_line, "registration date left empty: 'snart' is no registration date (YYYYMMDD)") in remarks(
        document
    )


def test_empty_vouchers_and_vouchers_outside_the_year_are_kept_and_reported(parsed, voucher_line):
    document = parsed(*voucher(), *voucher("#TRANS 1930 {} 5", head="#VER A 2 20250501"))
    assert [each.number for each in document.vouchers] == [1, 2]
    assert remarks(document) == [
        (voucher_line, "voucher without rows: A 1"),
        (voucher_line + 3, "voucher dated outside the financial year: A 2 2025-05-01"),
    ]


def test_vouchers_with_the_same_series_and_number_are_all_kept(parsed):
    depreciation = voucher("#TRANS 7832 {} 5", head='#VER "#" 1 20240601')
    document = parsed(*(depreciation * 3), *voucher(head='#VER "" "" 20240601'))
    assert [(each.series, each.number) for each in document.vouchers] == [("#", 1)] * 3 + [("", None)]


def test_account_numbers_may_be_short_or_long(parsed):
    document = parsed("#KONTO 19301 Bank", "#RES 0 301 5", *voucher("#TRANS 19301 {} 5", "#TRANS 9999 {} -5"))
    assert document.accounts[0].number == 19301
    assert document.balances[-1].account == 301


def test_an_empty_organisation_number_is_no_reason_to_refuse(make, header):
    lines = tuple("#ORGNR " if line.startswith("#ORGNR") else line for line in header)
    assert read(make(header=lines)).identity.organisation_number == ""


def test_a_missing_sie_type_is_told_from_the_contents(make, header):
    lines = tuple(line for line in header if not line.startswith("#SIETYP"))
    with_vouchers = read(make("#IB 0 1930 0", *voucher("#TRANS 1930 {} 0"), header=lines))
    assert (with_vouchers.identity.sie_type, remarks(with_vouchers)) == (4, [(1, "#SIETYP is missing, read as type 4")])
    assert read(make("#IB 0 1930 0", header=lines)).identity.sie_type == 1


def test_a_file_may_end_with_an_end_mark_but_not_hold_one_before(make, voucher_line):
    data = make(*voucher("#TRANS 1930 {} 0"))
    document = read(data + b"\x1a\x00\x00")
    assert remarks(document) == [(voucher_line + 4, "end mark (CTRL-Z) after the last record")]
    with pytest.raises(SieError, match=f"line {voucher_line + 4}: an end mark"):
        read(data + b"\x1a\r\n" + data)


def test_control_characters_are_left_out_and_reported(make, voucher_line):
    document = read(make("#KONTO 1930 Ba\x07nk"))
    assert document.accounts[0].name == "Bank"
    assert remarks(document) == [(voucher_line, "control character left out")]


def test_damaged_quotes_in_names_are_read_and_reported(parsed, voucher_line):
    document = parsed('#KONTO 1480 "F"rskott till lev"', '#KONTO 1481 "cut of')
    assert [each.name for each in document.accounts] == ['F"rskott till lev', "cut of"]
    assert [line for line, _message in remarks(document)] == [voucher_line, voucher_line + 1]


def test_things_listed_twice_keep_their_first_name_and_are_reported(parsed, voucher_line):
    document = parsed(
        "#KONTO 1930 Bank", "#KONTO 1930 Kassa", "#DIM 1 KS", "#DIM 1 X", "#OBJEKT 1 a A", "#OBJEKT 1 a B"
    )
    assert (document.accounts[0].name, document.dimensions[0].name, document.objects[0].name) == ("Bank", "KS", "A")
    assert [line for line, _message in remarks(document)] == [voucher_line + 1, voucher_line + 3, voucher_line + 5]


def test_facts_about_an_account_without_a_name_are_kept_and_reported(parsed, voucher_line):
    document = parsed("#SRU 1930 7281", "#KTYP 1930 Q")
    assert (document.accounts[0].name, document.accounts[0].sru_codes) == ("", ("7281",))
    assert {line for line, _message in remarks(document)} == {voucher_line, voucher_line + 1}


def test_a_month_without_an_object_list_is_the_accounts_total(parsed, voucher_line):
    document = parsed("#PSALDO 0 202405 1930 12.5")
    assert (document.period_balances[0].objects, document.period_balances[0].amount) == ((), Decimal("12.5"))
    assert remarks(document) == [(voucher_line, "#PSALDO without an object list, read as the account's total")]


def test_stray_text_outside_vouchers_is_left_out_and_reported(parsed, voucher_line):
    assert remarks(parsed("Slut på filen")) == [(voucher_line, "line that is no record left out: Slut på filen")]


def test_a_departure_on_every_line_is_counted_and_does_not_fill_memory(parsed, voucher_line):
    rows = ["#TRANS 1930 {} 1,5"] * (KEPT_PER_KIND + 25)
    document = parsed(*voucher(*rows))
    assert len(document.tolerances) == KEPT_PER_KIND + 1
    assert document.tolerances[-1].message == "amount with a decimal comma: 25 more lines like this, the last one here"
    assert document.tolerances[-1].line == voucher_line + 1 + len(rows)
