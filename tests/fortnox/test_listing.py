import math
from decimal import Decimal

import httpx
import pytest

from fortnox_assets.fortnox.errors import IncompleteListing, UnexpectedAnswer


def row(number: int) -> dict:
    return {"CustomerNumber": str(number), "Name": f"Kund {number}"}


def number_of(found: dict) -> str:
    return found["CustomerNumber"]


class Register:
    """A customer list of Fortnox; ``before_page`` may change it, as people do while we read."""

    def __init__(self, size: int) -> None:
        self.rows = [row(number) for number in range(size)]
        self.before_page = {}
        self.readings = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        page, limit = int(request.url.params["page"]), int(request.url.params["limit"])
        self.readings += page == 1
        self.before_page.get((self.readings, page), lambda: None)()
        pages = math.ceil(len(self.rows) / limit)
        if page > max(pages, 1):
            message = "Angiven sida hittades ej (24)."
            return httpx.Response(400, json={"ErrorInformation": {"error": 1, "message": message}})
        return httpx.Response(
            200,
            json={
                "MetaInformation": {"@TotalResources": len(self.rows), "@TotalPages": pages, "@CurrentPage": page},
                "Customers": self.rows[(page - 1) * limit : page * limit],
            },
        )


class Consumer:
    """Keeps rows as extraction does: everything since the last restart."""

    def __init__(self) -> None:
        self.rows = []
        self.restarts = 0

    def restart(self) -> None:
        self.rows.clear()
        self.restarts += 1

    def read(self, client, **how) -> list[str]:
        how = {"wrapper": "Customers", "key": number_of, **how}
        for page in client.listing("/3/customers", on_restart=self.restart, **how):
            self.rows += page.rows
        return [number_of(each) for each in self.rows]


@pytest.fixture
def register(fortnox) -> Register:
    fortnox.api = Register(1200)
    return fortnox.api


@pytest.fixture
def consumer() -> Consumer:
    return Consumer()


@pytest.fixture
def one_at_a_time(open_client):
    """A client that asks for page 3 only after page 2, so that a test can say what happens in between."""
    return open_client(in_flight=1)


ALL = [str(number) for number in range(1200)]


def test_every_page_is_read_with_the_largest_limit_and_the_callers_parameters(client, register, fortnox):
    pages = list(client.listing("/3/customers", {"sortby": "customernumber"}, wrapper="Customers", key=number_of))
    assert [(page.number, len(page.rows), page.total_resources, page.total_pages) for page in pages] == [
        (1, 500, 1200, 3),
        (2, 500, 1200, 3),
        (3, 200, 1200, 3),
    ]
    assert sorted(fortnox.paths) == [f"/3/customers?sortby=customernumber&limit=500&page={page}" for page in (1, 2, 3)]


def test_an_empty_list_is_complete(client, fortnox, consumer):
    fortnox.api = Register(0)
    assert consumer.read(client) == []


def test_an_empty_list_may_lack_its_wrapper(client, fortnox, consumer):
    fortnox.api = [{"MetaInformation": {"@TotalResources": 0, "@TotalPages": 0, "@CurrentPage": 1}}]
    assert consumer.read(client) == []


def test_a_row_removed_while_reading_restarts_the_listing(one_at_a_time, register, consumer):
    register.before_page[(1, 2)] = lambda: register.rows.pop(0)
    assert consumer.read(one_at_a_time) == ALL[1:]
    assert consumer.restarts == 1


def test_a_row_added_while_reading_restarts_the_listing(one_at_a_time, register, consumer):
    register.before_page[(1, 3)] = lambda: register.rows.insert(0, row(5000))
    assert consumer.read(one_at_a_time) == ["5000", *ALL]
    assert consumer.restarts == 1


def test_a_row_replaced_by_another_is_noticed_though_the_totals_agree(one_at_a_time, register, consumer):
    def one_goes_one_comes() -> None:
        register.rows.insert(0, row(5000))
        register.rows.pop()

    register.before_page[(1, 2)] = one_goes_one_comes
    assert consumer.read(one_at_a_time) == ["5000", *ALL[:-1]]
    assert consumer.restarts == 1


def test_a_list_that_shrinks_below_the_page_asked_for_restarts(one_at_a_time, register, consumer):
    def most_go() -> None:
        del register.rows[100:]

    register.before_page[(1, 3)] = most_go
    assert consumer.read(one_at_a_time) == ALL[:100]
    assert consumer.restarts == 1


def test_a_missing_row_is_a_failure_after_three_attempts_with_the_numbers(client, fortnox, consumer):
    register = Register(700)

    def losing(request: httpx.Request) -> httpx.Response:
        body = register(request).json()
        body["Customers"] = body["Customers"][:-1] if request.url.params["page"] == "2" else body["Customers"]
        return httpx.Response(200, json=body)

    fortnox.api = losing
    with pytest.raises(
        IncompleteListing, match=r"received 699 rows, 699 of them distinct, on 2 pages, .* 700"
    ) as raised:
        consumer.read(client)
    assert (raised.value.received, raised.value.total_resources) == (699, 700)
    assert register.readings == 3
    assert consumer.restarts == 2


def test_a_row_sent_twice_instead_of_another_is_a_failure(client, fortnox, consumer):
    register = Register(10)
    register.rows[3] = register.rows[2]
    fortnox.api = register
    with pytest.raises(IncompleteListing, match="received 10 rows, 9 of them distinct"):
        consumer.read(client)


def test_totals_that_never_hold_still_are_a_failure(one_at_a_time, register, consumer):
    for reading in (1, 2, 3):
        register.before_page[(reading, 2)] = register.rows.pop
    with pytest.raises(IncompleteListing, match=r"page 1 counted 1198 rows on 3 pages, page 2 1197 rows on 3 pages"):
        consumer.read(one_at_a_time)


def test_without_a_restart_nothing_is_handed_out_before_all_is_there(one_at_a_time, register):
    register.before_page[(1, 2)] = lambda: register.rows.pop(0)
    pages = list(one_at_a_time.listing("/3/customers", wrapper="Customers", key=number_of))
    assert [number_of(each) for page in pages for each in page.rows] == ALL[1:]


def test_pages_reads_once_and_judges(one_at_a_time, register):
    assert sum(len(page.rows) for page in one_at_a_time.pages("/3/customers", wrapper="Customers")) == 1200
    register.before_page[(2, 2)] = lambda: register.rows.pop(0)
    with pytest.raises(IncompleteListing):
        list(one_at_a_time.pages("/3/customers", wrapper="Customers"))


def test_a_list_without_totals_is_one_page(client, fortnox, consumer):
    fortnox.api = [{"Customers": [row(1), row(2)]}]
    assert consumer.read(client) == ["1", "2"]


def test_a_full_page_without_totals_is_not_believed_to_be_all(client, fortnox, consumer):
    rows = [row(number) for number in range(700)]

    def api(request: httpx.Request) -> httpx.Response:
        page = int(request.url.params["page"])
        return httpx.Response(200, json={"Customers": rows[(page - 1) * 500 : page * 500]})

    fortnox.api = api
    assert len(consumer.read(client)) == 700


def test_a_list_of_one_may_be_an_object(client, fortnox, consumer):
    fortnox.api = [{"MetaInformation": {"@TotalResources": 1, "@TotalPages": 1}, "Customers": row(7)}]
    assert consumer.read(client) == ["7"]


@pytest.mark.parametrize("body", [{"Customer": {}}, ["text"], {"Customers": ["text"]}])
def test_an_answer_of_another_shape_is_an_error_not_an_empty_list(client, fortnox, consumer, body):
    fortnox.api = [body]
    with pytest.raises(UnexpectedAnswer, match="are-cykel: listing /3/customers"):
        consumer.read(client)


def bare(rows: list[dict], largest: int):
    """A list of the /api modules: a bare array, with no more than ``largest`` rows whatever is asked for."""

    def api(request: httpx.Request) -> httpx.Response:
        asked = request.url.params
        limit = min(int(asked.get("limit", 10**9)), largest)
        first = int(asked["offset"]) if "offset" in asked else (int(asked.get("page", 1)) - 1) * limit
        return httpx.Response(200, json=rows[first : first + limit])

    return api


@pytest.mark.parametrize("paging", ["page", "offset"])
@pytest.mark.parametrize("size", [0, 1, 499, 500, 501, 1000, 1234])
@pytest.mark.parametrize("largest", [500, 100])
def test_a_bare_array_is_read_to_its_end_even_when_the_server_allows_smaller_pages(
    client, fortnox, consumer, paging, size, largest
):
    fortnox.api = bare([row(number) for number in range(size)], largest)
    assert consumer.read(client, wrapper=None, paging=paging) == [str(number) for number in range(size)]
    assert consumer.restarts == 0


def test_a_page_past_the_end_ends_a_list_without_totals(client, fortnox, consumer):
    past = httpx.Response(400, json={"ErrorInformation": {"error": 1, "message": "Angiven sida hittades ej (24)."}})
    fortnox.api = [[row(1), row(2)], past]
    assert consumer.read(client, wrapper=None, paging="page") == ["1", "2"]


@pytest.mark.parametrize("key", [number_of, None])
def test_a_server_that_ignores_paging_is_noticed(client, fortnox, consumer, key):
    fortnox.api = lambda request: httpx.Response(200, json=[row(1), row(2)])
    assert consumer.read(client, wrapper=None, paging="page", key=key) == ["1", "2"]
    assert len(fortnox.asked) == 2


def test_a_whole_answer_is_asked_for_without_paging(client, fortnox):
    fortnox.api = [{"CompanyInformation": {"CompanyName": "Åre Cykel AB", "Value": 1.5}}]
    (page,) = client.listing("/3/companyinformation", wrapper="CompanyInformation", paging="whole")
    assert page.rows == [{"CompanyName": "Åre Cykel AB", "Value": Decimal("1.5")}]
    assert fortnox.paths == ["/3/companyinformation"]


def test_an_unknown_way_of_paging_is_refused_at_once(client):
    with pytest.raises(ValueError, match="paging is meta, page, offset or whole"):
        client.listing("/3/customers", wrapper="Customers", paging="cursor")
