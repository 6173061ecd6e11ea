from datetime import date

import pytest

from fortnox_assets.catalogue.endpoint import KeySource, Listing, Slicing
from fortnox_assets.catalogue.fields import text
from fortnox_assets.extract.errors import ExtractionError
from fortnox_assets.extract.slices import Slice
from fortnox_assets.extract.snapshot import snapshot

COMPANY = Slice.whole_company("are-cykel")


@pytest.fixture
def rows_of(fortnox, made, tmp_path):
    """Reads an endpoint by the keys of invoices, orders and employees, as they are scripted."""
    catalogue = {
        "invoices": made(slicing=Slicing.DATE_PARAMETERS, date_field="Day"),
        "orders": made(name="orders", path="/3/orders", wrapper="Orders"),
        "vouchers": made(name="vouchers", path="/3/vouchers", slicing=Slicing.FINANCIAL_YEAR),
        "locked_period": made(
            name="locked_period", path="/3/locked", wrapper="LockedPeriod", key=(), listing=Listing.SINGLETON
        ),
    }
    fortnox.documents["/3/locked"] = {"LockedPeriod": {"EndDate": None}}
    fortnox.lists["/3/financialyears"] = [
        {"Id": 2, "FromDate": "2023-11-01", "ToDate": "2024-02-29"},
        {"Id": 5, "FromDate": "2024-03-01", "ToDate": "2025-02-28"},
    ]

    def take(endpoint, part=COMPANY, today=date(2024, 5, 3)):
        extraction = snapshot(fortnox, endpoint, part, tmp_path, today=today, catalogue=catalogue)
        rows = [row for batch in extraction.rows for row in batch]
        assert not [path for path in tmp_path.rglob("*") if path.is_file()]
        return extraction, rows

    return take


@pytest.fixture
def keyed(made):
    def make(source, **changes):
        described = {"name": "finance_invoices", "path": "/3/finance/{Number}", "wrapper": "Finance"}
        return made(**{**described, "listing": Listing.PER_KEY, "keys_from": source, **changes})

    return make


def test_the_keys_are_the_wanted_rows_of_the_whole_other_list(fortnox, keyed, rows_of):
    fortnox.lists["/3/invoices"] = [{"Number": str(number), "Wanted": number % 2 == 0} for number in range(1, 6)]
    fortnox.documents["/3/finance/2"] = {"Number": "2", "Text": "financed"}
    source = KeySource(endpoint="invoices", parameters={"Number": "Number"}, only_where={"Wanted": True})
    extraction, rows = rows_of(keyed(source))
    assert rows == [{"Number": "2", "Text": "financed"}]
    assert fortnox.asked == [("/3/invoices", {}), ("/3/finance/2", {}), ("/3/finance/4", {})]
    assert (extraction.listed, extraction.counts.unanswered, extraction.kept) == (1, 1, 1)


def test_a_key_list_that_starts_over_gives_each_key_once(fortnox, keyed, rows_of):
    fortnox.lists["/3/invoices"] = [[{"Number": "1"}, {"Number": "2"}], [{"Number": "2"}]]
    rows_of(keyed(KeySource(endpoint="invoices", parameters={"Number": "Number"})))
    assert [path for path, _ in fortnox.asked[1:]] == ["/3/finance/2"]


def test_several_sources_fill_the_query_and_an_array_is_several_rows(fortnox, keyed, rows_of):
    fortnox.lists["/3/invoices"] = [{"Number": "1"}]
    fortnox.lists["/3/orders"] = [{"Number": "8"}]
    fortnox.documents["/api/attachments"] = [{"Number": "a"}, {"Number": "b"}]
    source = KeySource(
        endpoint="invoices",
        parameters={"entityid": "Number"},
        constants={"entitytype": "F"},
        also=(KeySource(endpoint="orders", parameters={"entityid": "Number"}, constants={"entitytype": "O"}),),
    )
    extraction, rows = rows_of(keyed(source, path="/api/attachments", wrapper=None))
    assert fortnox.asked[1] == ("/api/attachments", {"entityid": "1", "entitytype": "F"})
    assert fortnox.asked[3] == ("/api/attachments", {"entityid": "8", "entitytype": "O"})
    assert rows == [{"Number": "a"}, {"Number": "b"}]
    assert (extraction.listed, extraction.counts.repeated, extraction.kept) == (4, 2, 2)


def test_the_keys_of_a_yearly_list_are_those_of_every_year(fortnox, keyed, rows_of):
    fortnox.lists["/3/vouchers"] = lambda asked: [{"Number": str(asked["financialyear"])}]
    rows_of(keyed(KeySource(endpoint="vouchers", parameters={"Number": "Number"})))
    assert [path for path, _ in fortnox.asked if path.startswith("/3/finance/")] == ["/3/finance/2", "/3/finance/5"]


class TestDays:
    @pytest.fixture
    def schedules(self, keyed):
        return keyed(
            KeySource(endpoint="orders", parameters={"Number": "Number"}, each_day_of_open_periods=True),
            name="schedule_times",
            path="/3/times/{Number}/{Date}",
            key=("Number", "Day"),
            slicing=Slicing.DATE_FIELD,
            date_field="Day",
        )

    def _asked(self, fortnox):
        return [path.removeprefix("/3/times/") for path, _ in fortnox.asked if path.startswith("/3/times/")]

    def test_each_employee_is_asked_for_each_day_after_the_locked_period(self, fortnox, schedules, rows_of):
        fortnox.documents["/3/locked"] = {"LockedPeriod": {"EndDate": "2024-05-01"}}
        fortnox.lists["/3/orders"] = [{"Number": "A"}, {"Number": "B"}]
        fortnox.documents["/3/times/A/2024-05-03"] = {"Number": "A", "Day": "2024-05-03"}
        extraction, rows = rows_of(schedules)
        assert self._asked(fortnox) == ["A/2024-05-02", "A/2024-05-03", "B/2024-05-02", "B/2024-05-03"]
        assert rows == [{"Number": "A", "Day": "2024-05-03"}]
        assert extraction.counts.unanswered == 3

    def test_nothing_before_the_first_year_or_outside_the_partition_is_asked_for(
        self, fortnox, schedules, parts, rows_of
    ):
        fortnox.lists["/3/orders"] = [{"Number": "A"}]
        rows_of(schedules, parts[2021])
        asked = self._asked(fortnox)
        assert (asked[0], asked[-1], len(asked)) == ("A/2021-05-01", "A/2022-04-30", 365)

    def test_a_locked_or_future_partition_asks_for_no_day(self, fortnox, schedules, parts, rows_of):
        fortnox.lists["/3/orders"] = [{"Number": "A"}]
        rows_of(schedules, parts[2023], today=date(2022, 12, 31))
        fortnox.documents["/3/locked"] = {"LockedPeriod": {"EndDate": "2023-06-30"}}
        rows_of(schedules, parts[2021])
        assert self._asked(fortnox) == []


def test_every_month_that_has_begun_is_asked_for(fortnox, keyed, rows_of):
    endpoint = keyed(
        KeySource(each_month=True),
        path="/3/debt/{Year}/{Month}",
        key=("Year", "Month"),
        fields=(text("Year", "Year."), text("Month", "Month.")),
    )
    fortnox.documents["/3/debt/2024/4"] = {"Year": 2024, "Month": 4}
    extraction, rows = rows_of(endpoint)
    asked = [path.removeprefix("/3/debt/") for path, _ in fortnox.asked if path.startswith("/3/debt/")]
    assert asked == ["2023/11", "2023/12", "2024/1", "2024/2", "2024/3", "2024/4", "2024/5"]
    assert rows == [{"Year": 2024, "Month": 4}]
    assert extraction.counts.unanswered == 6


def test_an_answer_that_is_no_row_is_refused(fortnox, keyed, rows_of):
    fortnox.lists["/3/invoices"] = [{"Number": "1"}]
    fortnox.documents["/3/finance/1"] = ["text"]
    with pytest.raises(ExtractionError, match="finance_invoices: Fortnox answered something else than rows"):
        rows_of(keyed(KeySource(endpoint="invoices", parameters={"Number": "Number"})))
