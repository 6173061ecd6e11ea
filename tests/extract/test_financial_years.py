from datetime import date

import pytest

from fortnox_assets.extract.errors import FinancialYearError
from fortnox_assets.extract.financial_years import FinancialYear, financial_years, open_years, windows


def _row(number, first, last, **more):
    return {"Id": number, "FromDate": first, "ToDate": last, "AccountingMethod": "ACCRUAL", **more}


def test_years_come_by_their_first_day_whatever_their_ids(fortnox):
    fortnox.lists["/3/financialyears"] = [
        _row(1, "2024-01-01", "2024-12-31"),
        _row(2, "2022-07-13", "2023-12-31", AccountingMethod=""),
    ]
    found = financial_years(fortnox)
    assert [year.id for year in found] == [2, 1]
    assert found[0] == FinancialYear(id=2, from_date=date(2022, 7, 13), to_date=date(2023, 12, 31))
    assert found[0].label == 2022
    assert found[1].accounting_method == "ACCRUAL"


def test_a_year_list_that_is_read_again_counts_once(fortnox):
    year = _row(1, "2024-01-01", "2024-12-31")
    fortnox.lists["/3/financialyears"] = [[year, _row(2, "2023-01-01", "2023-12-31")], [year]]
    assert [each.id for each in financial_years(fortnox)] == [1]


def test_a_company_without_years_has_none(fortnox):
    fortnox.lists["/3/financialyears"] = []
    assert financial_years(fortnox) == ()


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (_row(None, "2024-01-01", "2024-12-31"), "Id is None"),
        (_row(5, "", "2024-12-31"), "financial year 5: FromDate is ''"),
        (_row(5, "2024-01-01", "2024-13-31"), "ToDate is '2024-13-31'"),
        (_row(5, "2024-01-01", "2023-12-31"), "ToDate 2023-12-31 is before 2024-01-01"),
    ],
)
def test_a_year_that_cannot_be_read_is_refused_by_name(fortnox, row, message):
    fortnox.lists["/3/financialyears"] = [row]
    with pytest.raises(FinancialYearError, match=message):
        financial_years(fortnox)


def test_two_years_that_start_on_one_day_are_refused(fortnox):
    fortnox.lists["/3/financialyears"] = [_row(1, "2024-01-01", "2024-12-31"), _row(2, "2024-01-01", "2024-06-30")]
    with pytest.raises(FinancialYearError, match="years 2 and 1 both start on 2024-01-01"):
        financial_years(fortnox)


def test_the_days_of_a_gap_belong_to_the_year_before_it(years):
    _, before_the_gap, after_it, _ = windows(years)
    assert date(2023, 1, 15) in before_the_gap
    assert date(2023, 1, 15) not in after_it


def test_the_ends_are_open_and_the_first_year_takes_what_has_no_date(years):
    first, *between, last = windows(years)
    assert date(1999, 1, 1) in first
    assert None in first
    assert date(2099, 1, 1) in last
    assert all(None not in window for window in (*between, last))


def test_open_years_have_begun_and_have_days_that_are_not_locked(years):
    def ids(today, locked_until=None):
        return [year.id for year in open_years(years, today, locked_until)]

    assert ids(date(2023, 3, 1)) == [7, 3, 9]
    assert ids(date(2023, 3, 1), date(2022, 4, 30)) == [3, 9]
    # The gap's days belong to year 3, and are not locked by locking the year itself.
    assert ids(date(2023, 3, 1), date(2022, 12, 31)) == [3, 9]
    assert ids(date(2023, 3, 1), date(2023, 1, 31)) == [9]
    assert ids(date(2025, 1, 1), date(2024, 12, 31)) == [1]
    assert ids(date(2020, 1, 1)) == []
