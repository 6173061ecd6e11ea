from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from fortnox_assets.catalogue.endpoint import DetailNeed, Listing, Paging, Slicing
from fortnox_assets.extract.errors import ExtractionError, SpoolError
from fortnox_assets.extract.slices import Slice
from fortnox_assets.extract.snapshot import snapshot

COMPANY = Slice.whole_company("are-cykel")
TODAY = date(2023, 9, 30)


@pytest.fixture
def rows_of(fortnox, tmp_path):
    """Takes a snapshot and answers its numbers with the rows it brought."""

    def take(endpoint, part=COMPANY, **options):
        extraction = snapshot(fortnox, endpoint, part, tmp_path, today=TODAY, **options)
        return extraction, [row for batch in extraction.rows for row in batch]

    return take


def _documents(*days, **more):
    return [{"Number": str(number), "Day": day, **more} for number, day in enumerate(days, 1)]


def test_every_page_of_a_register_is_read(fortnox, made, rows_of):
    fortnox.lists["/3/invoices"] = _documents("", "", "", "", "")
    extraction, rows = rows_of(made())
    assert rows == fortnox.lists["/3/invoices"]
    assert (extraction.listed, extraction.total_resources, extraction.kept) == (5, 5, 5)
    assert fortnox.asked == [("/3/invoices", {})]


def test_a_list_is_asked_for_in_the_order_of_its_key(fortnox, made, rows_of):
    fortnox.lists["/3/invoices"] = []
    rows_of(made(sort_by="number", parameters={"state": "ALL"}))
    assert fortnox.asked == [("/3/invoices", {"state": "ALL", "sortby": "number", "sortorder": "ascending"})]


def test_batches_hold_at_most_two_thousand_rows(fortnox, made, tmp_path):
    fortnox.page_size = 500
    fortnox.lists["/3/invoices"] = _documents(*[""] * 4500)
    batches = list(snapshot(fortnox, made(), COMPANY, tmp_path).rows)
    assert [len(batch) for batch in batches] == [2000, 2000, 500]


def test_a_listing_that_starts_over_counts_once(fortnox, made, rows_of):
    fortnox.lists["/3/invoices"] = [_documents("", "", ""), _documents("", "", "", "")]
    extraction, rows = rows_of(made())
    assert [row["Number"] for row in rows] == ["1", "2", "3", "4"]
    assert (extraction.listed, extraction.total_resources) == (4, 4)


def test_a_bare_array_has_no_total(fortnox, made, rows_of):
    fortnox.lists["/api/time"] = _documents("", "", "")
    endpoint = made(path="/api/time", wrapper=None, listing=Listing.ARRAY, paging=Paging.WHOLE)
    extraction, rows = rows_of(endpoint)
    assert len(rows) == 3
    assert extraction.total_resources is None
    assert fortnox.pagings == ["whole"]


@pytest.mark.parametrize(("wrapper", "answer"), [("Setting", {"Setting": {"Text": "a"}}), (None, {"Text": "a"})])
def test_one_object_is_one_row_and_needs_no_key(fortnox, made, rows_of, wrapper, answer):
    fortnox.documents["/3/setting"] = answer
    extraction, rows = rows_of(made(path="/3/setting", wrapper=wrapper, key=(), listing=Listing.SINGLETON))
    assert rows == [{"Text": "a"}]
    assert (extraction.listed, extraction.kept) == (1, 1)


def test_one_object_the_company_does_not_have_is_no_row(made, rows_of):
    extraction, rows = rows_of(made(path="/3/setting", wrapper="Setting", key=(), listing=Listing.SINGLETON))
    assert rows == []
    assert (extraction.kept, extraction.counts.unanswered) == (0, 1)


def test_one_object_that_says_nothing_is_no_row(fortnox, made, rows_of):
    fortnox.documents["/3/setting"] = {"Setting": {"Number": None, "Text": ""}}
    extraction, rows = rows_of(made(path="/3/setting", wrapper="Setting", listing=Listing.SINGLETON))
    assert rows == []
    assert (extraction.kept, extraction.counts.unanswered) == (0, 1)


def test_one_object_without_its_wrapper_is_refused(fortnox, made, rows_of):
    fortnox.documents["/3/setting"] = {"Other": {}}
    with pytest.raises(ExtractionError, match="settings: Fortnox answered without the object Setting"):
        rows_of(made(name="settings", path="/3/setting", wrapper="Setting", key=(), listing=Listing.SINGLETON))


class TestDetails:
    @pytest.fixture
    def endpoint(self, made):
        return made(detail=DetailNeed.ROWS, detail_path="/3/invoices/{Number}", detail_wrapper="Invoice")

    def test_the_detail_of_every_row_is_merged_over_it_in_listing_order(self, fortnox, endpoint, rows_of):
        fortnox.lists["/3/invoices"] = _documents(*[""] * 7, Text="from the list", OnlyListed=True)
        for number in range(1, 8):
            fortnox.documents[f"/3/invoices/{number}"] = {"Number": str(number), "Text": Decimal("1.50")}
        extraction, rows = rows_of(endpoint)
        assert [row["Number"] for row in rows] == list("1234567")
        assert {(row["Text"], row["OnlyListed"]) for row in rows} == {(Decimal("1.50"), True)}
        assert (extraction.details, extraction.vanished, extraction.kept) == (7, 0, 7)

    def test_a_few_details_are_asked_for_at_once(self, fortnox, endpoint, rows_of):
        fortnox.lists["/3/invoices"] = _documents(*[""] * 9)
        fortnox.documents |= {f"/3/invoices/{number}": {} for number in range(1, 10)}
        rows_of(endpoint)
        assert fortnox.most_in_flight == 3

    def test_a_document_deleted_after_the_list_was_read_is_left_out_and_counted(self, fortnox, endpoint, rows_of):
        lists = iter([_documents("", "", ""), _documents("", "", "")[::2]])
        fortnox.lists["/3/invoices"] = lambda _: next(lists)
        fortnox.documents |= {"/3/invoices/1": {}, "/3/invoices/3": {}}
        extraction, rows = rows_of(endpoint)
        assert [row["Number"] for row in rows] == ["1", "3"]
        assert (extraction.listed, extraction.details, extraction.vanished, extraction.kept) == (3, 2, 1, 2)

    def test_a_document_that_is_listed_but_cannot_be_had_is_refused(self, fortnox, endpoint, rows_of, tmp_path):
        fortnox.lists["/3/invoices"] = _documents("", "", "")
        fortnox.documents |= {"/3/invoices/1": {}}
        with pytest.raises(
            ExtractionError, match=r'invoices: Fortnox lists \["2"\] but has no detail of it \(2 such\)'
        ):
            rows_of(endpoint)
        assert not [path for path in tmp_path.rglob("*") if path.is_file()]

    def test_details_can_be_switched_off(self, fortnox, endpoint, rows_of):
        fortnox.lists["/3/invoices"] = _documents("", "")
        extraction, rows = rows_of(endpoint, details=False)
        assert rows == fortnox.lists["/3/invoices"]
        assert extraction.details == 0

    def test_details_that_do_not_exist_cannot_be_asked_for(self, made, rows_of):
        with pytest.raises(ValueError, match="invoices has no detail call"):
            rows_of(made(), details=True)

    def test_keys_are_one_encoded_segment_and_parameters_come_from_the_row(self, fortnox, made, rows_of):
        fortnox.lists["/3/invoices"] = [{"Number": "A/1 å", "Year": 3}]
        fortnox.documents["/3/invoices/A%2F1%20%C3%A5"] = {"Text": "found"}
        endpoint = made(
            detail=DetailNeed.ROWS, detail_path="/3/invoices/{Number}", detail_parameters={"financialyear": "Year"}
        )
        _, rows = rows_of(endpoint)
        assert rows[0]["Text"] == "found"
        assert fortnox.asked[-1] == ("/3/invoices/A%2F1%20%C3%A5", {"financialyear": 3})

    def test_a_detail_that_is_an_array_becomes_its_field(self, fortnox, made, rows_of):
        fortnox.lists["/3/invoices"] = _documents("")
        fortnox.documents["/3/invoices/1/rows"] = [{"Line": "a"}]
        _, rows = rows_of(made(detail=DetailNeed.ROWS, detail_path="/3/invoices/{Number}/rows", detail_field="Rows"))
        assert rows == [{"Number": "1", "Day": "", "Rows": [{"Line": "a"}]}]

    def test_a_detail_that_is_not_one_document_is_refused(self, fortnox, endpoint, rows_of, tmp_path):
        fortnox.lists["/3/invoices"] = _documents("")
        fortnox.documents["/3/invoices/1"] = [{}, {}]
        with pytest.raises(ExtractionError, match=r'invoices: the detail of \["1"\] is not one document'):
            rows_of(endpoint)
        assert not [path for path in tmp_path.rglob("*") if path.is_file()]


class TestFinancialYear:
    @pytest.fixture
    def endpoint(self, made):
        return made(name="vouchers", key=("Year", "Number"), slicing=Slicing.FINANCIAL_YEAR)

    def test_each_year_of_the_label_is_asked_for_by_its_own_id(self, fortnox, endpoint, parts, rows_of):
        fortnox.lists["/3/invoices"] = lambda asked: _documents("", "", "", Year=asked["financialyear"])
        extraction, rows = rows_of(endpoint, parts[2023])
        assert [(row["Year"], row["Number"]) for row in rows] == [(year, n) for year in (9, 1) for n in "123"]
        assert [asked["financialyear"] for _, asked in fortnox.asked] == [9, 1]
        assert (extraction.listed, extraction.total_resources) == (6, 6)

    def test_one_year_that_starts_over_leaves_the_other_alone(self, fortnox, endpoint, parts, rows_of):
        attempts = {9: _documents(""), 1: [_documents("", ""), _documents("", "", "")]}
        fortnox.lists["/3/invoices"] = lambda asked: [
            [{**row, "Year": asked["financialyear"]} for row in rows]
            for rows in (attempts[1] if asked["financialyear"] == 1 else [attempts[9]])
        ]
        extraction, rows = rows_of(endpoint, parts[2023])
        assert [(row["Year"], row["Number"]) for row in rows] == [(9, "1"), (1, "1"), (1, "2"), (1, "3")]
        assert (extraction.listed, extraction.total_resources) == (4, 4)

    def test_an_answer_for_another_year_is_refused(self, fortnox, endpoint, parts, rows_of):
        fortnox.lists["/3/invoices"] = _documents("", Year=4)
        with pytest.raises(ExtractionError, match=r"vouchers: asked for financial year 7, Fortnox answered .* year 4"):
            rows_of(endpoint, parts[2021])

    def test_what_points_at_a_voucher_of_another_year_is_left_to_that_year(self, fortnox, made, parts, rows_of):
        fortnox.lists["/3/invoices"] = [{"Number": "1", "VoucherYear": 7}, {"Number": "2", "VoucherYear": 3}]
        extraction, rows = rows_of(made(slicing=Slicing.FINANCIAL_YEAR), parts[2021])
        assert [row["Number"] for row in rows] == ["1"]
        assert extraction.outside_window == 1

    def test_a_label_without_years_is_empty_and_asks_nothing(self, fortnox, endpoint, rows_of, watcher):
        extraction, rows = rows_of(endpoint, Slice.without_years("are-cykel", 2019), progress=watcher)
        assert rows == fortnox.asked == []
        assert (extraction.listed, extraction.kept) == (0, 0)
        assert watcher.told == [("done", "vouchers", 0)]


class TestDates:
    @pytest.fixture
    def filtered(self, made):
        return made(slicing=Slicing.DATE_PARAMETERS, date_field="Day")

    @pytest.fixture
    def read_off(self, made):
        return made(slicing=Slicing.DATE_FIELD, date_field="Day", detail=DetailNeed.ROWS, detail_path="/3/i/{Number}")

    @pytest.mark.parametrize(
        ("label", "asked"),
        [
            (2021, {}),
            (2022, {"fromdate": "2022-05-01", "todate": "2023-01-31"}),
            (2023, {"fromdate": "2023-02-01"}),
        ],
    )
    def test_only_closed_ends_are_asked_for_and_none_where_undated_rows_belong(
        self, fortnox, filtered, parts, rows_of, label, asked
    ):
        fortnox.lists["/3/invoices"] = []
        rows_of(filtered, parts[label])
        assert fortnox.asked == [("/3/invoices", asked)]

    def test_what_a_date_filter_hides_is_brought_by_the_first_year(self, fortnox, filtered, parts, rows_of):
        documents = _documents("2021-06-01", "", "2022-06-01")
        fortnox.lists["/3/invoices"] = lambda asked: [
            row
            for row in documents
            if not asked or (row["Day"] and asked["fromdate"] <= row["Day"] <= asked.get("todate", "9999"))
        ]
        kept = {label: [row["Number"] for row in rows_of(filtered, part)[1]] for label, part in parts.items()}
        assert kept == {2021: ["1", "2"], 2022: ["3"], 2023: []}

    def test_rows_outside_the_window_are_left_out_and_counted(self, fortnox, filtered, parts, rows_of):
        fortnox.lists["/3/invoices"] = _documents("2022-04-30", "2022-05-01", "2023-01-31", "2023-02-01")
        extraction, rows = rows_of(filtered, parts[2022])
        assert [row["Number"] for row in rows] == ["2", "3"]
        assert (extraction.listed, extraction.kept, extraction.outside_window) == (4, 2, 2)

    def test_the_date_of_a_row_decides_before_its_detail_is_fetched(self, fortnox, read_off, parts, rows_of):
        fortnox.lists["/3/invoices"] = _documents("2021-01-01", "2022-06-01", "2023-08-01")
        fortnox.documents["/3/i/2"] = {"Text": "detail"}
        extraction, rows = rows_of(read_off, parts[2022])
        assert rows == [{"Number": "2", "Day": "2022-06-01", "Text": "detail"}]
        assert fortnox.asked == [("/3/invoices", {}), ("/3/i/2", {})]
        assert (extraction.details, extraction.outside_window) == (1, 2)

    def test_every_row_is_kept_by_exactly_one_partition(self, fortnox, made, parts, rows_of):
        days = ["1999-01-01", "2022-04-30", "2022-05-01", "2023-01-15", "2099-01-01", "", None, "no date"]
        fortnox.lists["/3/invoices"] = _documents(*days)
        endpoint = made(slicing=Slicing.DATE_FIELD, date_field="Day")
        kept = {label: [row["Number"] for row in rows_of(endpoint, part)[1]] for label, part in parts.items()}
        assert kept == {2021: ["1", "2", "6", "7", "8"], 2022: ["3", "4"], 2023: ["5"]}
        assert rows_of(endpoint, parts[2021])[0].counts.undated == 3

    def test_a_moment_belongs_to_its_day_in_sweden(self, fortnox, made, parts, rows_of):
        fortnox.lists["/3/invoices"] = _documents("2022-04-30T21:59:59Z", "2022-04-30T22:00:00Z")
        _, rows = rows_of(made(slicing=Slicing.DATE_FIELD, date_field="Day"), parts[2022])
        assert [row["Number"] for row in rows] == ["2"]

    def test_where_a_year_at_most_can_be_asked_for_every_day_is_asked_for_once(self, fortnox, made, parts, rows_of):
        fortnox.lists["/3/invoices"] = lambda asked: [
            {"Number": day, "Day": day}
            for day in ("1999-12-31", "2001-01-01", "2022-04-30", "2022-05-01", "2023-02-01", "2024-12-31")
            if asked["since"] <= day <= asked["until"]
        ]
        endpoint = made(
            slicing=Slicing.DATE_PARAMETERS,
            date_field="Day",
            date_parameters=("since", "until"),
            longest_span_days=365,
        )
        brought = [row["Number"] for part in parts.values() for row in rows_of(endpoint, part)[1]]
        assert brought == ["2001-01-01", "2022-04-30", "2022-05-01", "2023-02-01", "2024-12-31"]
        spans = [tuple(date.fromisoformat(day) for day in asked.values()) for _, asked in fortnox.asked]
        assert all((until - since).days < 365 for since, until in spans)
        assert all((later[0] - earlier[1]).days == 1 for earlier, later in pairwise(spans))
        assert spans[-1][1] == date(2025, 6, 30)


def test_a_row_without_key_is_refused_without_telling_what_else_is_in_it(fortnox, made, rows_of):
    fortnox.lists["/3/invoices"] = [{"Number": "", "Year": 7, "Text": "secret"}]
    with pytest.raises(ExtractionError, match=r"invoices: .* row without key: Year='7', Number=''$"):
        rows_of(made(key=("Year", "Number")))


def test_another_spelling_of_a_field_is_read_as_the_field(fortnox, made, rows_of):
    fortnox.lists["/3/invoices"] = _documents("", text="list")
    fortnox.documents["/3/i/1"] = {"text": "detail"}
    endpoint = made(other_spellings={"text": "Text"}, detail=DetailNeed.ROWS, detail_path="/3/i/{Number}")
    assert rows_of(endpoint)[1] == [{"Number": "1", "Day": "", "Text": "detail"}]
    assert rows_of(endpoint, details=False)[1] == [{"Number": "1", "Day": "", "Text": "list"}]


def test_progress_hears_of_rows_details_and_the_end(fortnox, made, rows_of, watcher):
    fortnox.lists["/3/invoices"] = _documents("", "", "")
    fortnox.documents |= {f"/3/i/{number}": {} for number in (1, 2, 3)}
    rows_of(made(detail=DetailNeed.ROWS, detail_path="/3/i/{Number}"), progress=watcher)
    assert watcher.told == [
        ("listed", "invoices", 2, 3),
        ("listed", "invoices", 3, 3),
        ("detailed", "invoices", 3, 3),
        ("done", "invoices", 3),
    ]


def test_the_disk_is_clean_when_the_rows_are_read_or_the_extraction_is_left(fortnox, made, tmp_path):
    fortnox.lists["/3/invoices"] = _documents("", "", "")

    def files():
        return [path for path in tmp_path.rglob("*") if path.is_file()]

    extraction = snapshot(fortnox, made(), COMPANY, tmp_path)
    assert files()
    list(extraction.rows)
    assert not files()
    with snapshot(fortnox, made(), COMPANY, tmp_path):
        assert files()
    assert not files()


def test_an_extraction_that_fails_leaves_nothing_on_disk(fortnox, made, tmp_path):
    fortnox.lists["/3/invoices"] = [{"Number": "1"}, {"Number": ""}]
    with pytest.raises(ExtractionError):
        snapshot(fortnox, made(), COMPANY, tmp_path)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_an_unwritable_spool_directory_is_one_clear_error_and_asks_nothing(fortnox, made, tmp_path):
    (tmp_path / "are-cykel").write_text("in the way")
    with pytest.raises(SpoolError, match="cannot keep rows here"):
        snapshot(fortnox, made(), COMPANY, tmp_path)
    assert fortnox.asked == []


def test_an_endpoint_that_cannot_be_copied_says_why(made, rows_of):
    with pytest.raises(ValueError, match="sie cannot be copied: It is a file"):
        rows_of(made(name="sie", listing=Listing.NONE, not_copied="It is a file."))
