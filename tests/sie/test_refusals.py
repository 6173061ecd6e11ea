"""Files that are no SIE file of a whole financial year."""

import pytest

from fortnox_assets.sie.errors import SieError
from fortnox_assets.sie.reader import read

VOUCHER = ("#VER A 1 20240601 text", "{", "#TRANS 1930 {} 5", "#TRANS 3001 {} -5", "}")


def changed(header, label, line):
    return tuple(line if each.startswith(label) else each for each in header if each.startswith(label) is False or line)


def refusal(data, name="books.se"):
    with pytest.raises(SieError) as caught:
        read(data, name=name)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_vouchers_to_import_are_recognised_by_a_year_without_dates(make, header):
    data = make(*VOUCHER, header=changed(header, "#RAR", "#RAR 0  "))
    assert refusal(data) == (
        "books.se line 7: this is a type 4I file, vouchers to import and no whole financial year "
        "(#RAR 0 has no dates); export SIE type 4 instead"
    )


def test_vouchers_to_import_are_recognised_by_missing_balances(make, header):
    assert "it has vouchers and no balances" in refusal(make(*VOUCHER, header=header))


def test_vouchers_to_import_are_recognised_by_their_file_name(make):
    assert "its name ends in .si" in refusal(make(*VOUCHER), name="BOOKS.SI")


def test_vouchers_to_import_can_be_read_where_no_whole_year_is_needed(make, header):
    data = make(*VOUCHER, header=changed(header, "#RAR", ""))
    document = read(data, name="books.si", whole_year=False)
    assert len(document.vouchers) == 1
    assert document.identity.years == {}


def test_a_new_companys_year_without_vouchers_or_balances_is_whole(make, header):
    assert read(make(header=header)).vouchers == ()


def test_balances_without_a_year_are_refused(make, header):
    lines = changed(changed(header, "#RAR", ""), "#SIETYP", "#SIETYP 1")
    assert "#RAR 0 with the first and last day of the financial year is missing" in refusal(make(header=lines))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("#RAR 0 20240501", "'' is no last day of the year"),
        ("#RAR 0 20240501 20250431", "there is no such day"),
        ("#RAR 0 20250430 20240501", "before it starts"),
        ("#RAR x 20240501 20250430", "'x' is no year number"),
    ],
)
def test_a_year_that_cannot_be_right_is_refused_with_its_line(make, header, line, reason):
    message = refusal(make(header=changed(header, "#RAR", line)))
    assert message.startswith("books.se line 7: ")
    assert reason in message


def test_a_year_given_twice_with_different_dates_is_refused(make):
    assert "books.se line 11: #RAR 0 is given twice" in refusal(make("#RAR 0 20240101 20241231"))


def test_sie_5_is_recognised_and_refused():
    data = b'<?xml version="1.0"?>\n<Sie xmlns="http://www.sie.se/sie5"/>'
    assert refusal(data) == "books.se line 1: this is a SIE 5 file (XML), which is not read; export SIE type 4 instead"


def test_other_things_are_no_sie_file(make):
    assert "is XML or HTML" in refusal(b"<html><body>error</body></html>")
    assert "no SIE file" in refusal(b"%PDF-1.7\n")
    assert "UTF-16" in refusal("#FLAGGA 0".encode("utf-16"))
    assert refusal(b"") == refusal(b"\r\n \x1a") == "books.se: the file is empty"


def test_an_unknown_sie_type_is_refused(make, header):
    message = refusal(make(header=changed(header, "#SIETYP", "#SIETYP 7")))
    assert message == "books.se line 3: #SIETYP '7' is not read; types 1 to 4 are"


def test_a_line_longer_than_any_record_is_refused_without_reading_it_whole(make):
    assert "is longer than" in refusal(b"#FNAMN " + b"x" * (17 * 1024 * 1024))
