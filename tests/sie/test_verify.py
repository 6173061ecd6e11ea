from decimal import Decimal

from fortnox_assets.sie.verify import verify

SALE = ("#VER A 7 20240601 sale", "{", "#TRANS 1930 {} 125", "#TRANS 3001 {} -100", "#TRANS 2611 {} -25", "}")
SOUND = (
    "#IB 0 1930 50",
    "#IB 0 2081 -50",
    "#UB 0 1930 175",
    "#UB 0 2081 -50",
    "#UB 0 2611 -25",
    "#RES 0 3001 -100",
    "#UB -1 1930 50",
    "#UB -1 2081 -50",
)


def findings(parsed, header, *lines):
    return [
        (each.check, each.account or each.voucher, each.difference) for each in verify(parsed(*lines, header=header))
    ]


def test_a_sound_file_has_no_findings(parsed, header):
    assert findings(parsed, header, *SOUND, *SALE) == []


def test_an_unbalanced_voucher_is_found_and_shows_in_the_balances(parsed, header):
    lines = [line.replace("125", "120") for line in (*SOUND, *SALE)]
    assert findings(parsed, header, *lines) == [
        ("voucher_unbalanced", "A 7", Decimal(-5)),
        ("ib_plus_transactions_ne_ub", 1930, Decimal(5)),
    ]


def test_struck_and_added_rows_do_not_count(parsed, header):
    lines = (*SALE[:2], "#BTRANS 1930 {} 99", "#RTRANS 1930 {} 125", *SALE[2:])
    assert findings(parsed, header, *SOUND, *lines) == []


def test_opening_balances_that_do_not_sum_to_zero_are_found(parsed, header):
    lines = [line.replace("2081 -50", "2081 -40") for line in SOUND]
    assert findings(parsed, header, *lines, *SALE) == [
        ("opening_balances_do_not_sum_to_zero", "", Decimal(10)),
    ]


def test_a_wrong_result_is_found(parsed, header):
    lines = [line.replace("#RES 0 3001 -100", "#RES 0 3001 -90") for line in SOUND]
    assert findings(parsed, header, *lines, *SALE) == [("transactions_ne_res", 3001, Decimal(10))]


def test_a_missing_balance_counts_as_zero(parsed, header):
    lines = [line for line in SOUND if "2611" not in line and "3001" not in line]
    assert findings(parsed, header, *lines, *SALE) == [
        ("ib_plus_transactions_ne_ub", 2611, Decimal(25)),
        ("transactions_ne_res", 3001, Decimal(100)),
    ]


def test_an_opening_balance_that_was_not_carried_over_is_found(parsed, header):
    lines = [line.replace("#UB -1 1930 50", "#UB -1 1930 60") for line in SOUND]
    assert findings(parsed, header, *lines, *SALE) == [("ib_ne_previous_ub", 1930, Decimal(-10))]


def test_balances_are_not_compared_with_vouchers_in_files_without_vouchers(parsed, header):
    lines = tuple(line.replace("#SIETYP 4", "#SIETYP 1") for line in header)
    assert findings(parsed, lines, *SOUND) == []


def test_a_stream_of_records_is_enough(opened, make, header):
    reader = opened(make(*SOUND, *SALE, header=header))
    assert list(verify(reader.records())) == []
