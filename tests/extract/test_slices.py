from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from fortnox_assets.extract.financial_years import FinancialYear
from fortnox_assets.extract.slices import Slice, slice_of, slices


@st.composite
def histories(draw):
    """Years of any length, with gaps, one starting wherever the one before ended; ids in any order."""
    ids = draw(st.lists(st.integers(1, 99), min_size=1, max_size=8, unique=True))
    start, years = draw(st.dates(date(1990, 1, 1), date(2020, 12, 31))), []
    for number in ids:
        end = start + timedelta(days=draw(st.integers(0, 560)))
        years.append(FinancialYear(id=number, from_date=start, to_date=end))
        start = end + timedelta(days=draw(st.integers(1, 400)))
    return draw(st.permutations(years))


@given(histories(), st.one_of(st.none(), st.dates()))
def test_every_date_and_no_date_belong_to_exactly_one_slice(years, day):
    assert sum(day in part for part in slices("company", years).values()) == 1


@given(histories())
def test_every_year_is_in_the_slice_of_the_calendar_year_it_starts_in(years):
    parts = slices("company", years)
    assert sorted(year.id for part in parts.values() for year in part.years) == sorted(year.id for year in years)
    for label, part in parts.items():
        assert {year.from_date.year for year in part.years} == {label}
        assert part.first_date is None or part.first_date.year == label


@given(histories())
def test_a_year_s_own_days_belong_to_its_slice(years):
    parts = slices("company", years)
    for year in years:
        assert year.from_date in parts[year.label]
        assert year.to_date in parts[year.label]


def test_two_years_that_start_in_one_calendar_year_share_a_slice(parts, years):
    assert list(parts) == [2021, 2022, 2023]
    assert parts[2023].years == years[2:]
    assert (parts[2022].first_date, parts[2022].last_date) == (date(2022, 5, 1), date(2023, 1, 31))
    assert (parts[2023].first_date, parts[2023].last_date) == (date(2023, 2, 1), None)


def test_a_label_without_years_holds_nothing(years):
    part = slice_of("are-cykel", years, 2019)
    assert part.is_empty
    assert date(2019, 6, 1) not in part
    assert None not in part


def test_the_whole_company_holds_every_date(years):
    part = slice_of("are-cykel", years, None)
    assert part == Slice.whole_company("are-cykel")
    assert date(1900, 1, 1) in part
    assert None in part
