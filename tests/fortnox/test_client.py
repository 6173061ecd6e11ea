import concurrent.futures
import logging
import socket
import socketserver
import threading
from decimal import Decimal

import httpx
import pytest

from fortnox_assets.fortnox.client import Call
from fortnox_assets.fortnox.connect import connect
from fortnox_assets.fortnox.errors import (
    ConnectionClosed,
    ForbiddenPath,
    FortnoxBadRequest,
    FortnoxError,
    FortnoxTransient,
    FortnoxUnavailable,
    UnexpectedAnswer,
)
from fortnox_assets.fortnox.paths import fill

ME = "/3/companyinformation"


def customer(number: int) -> Call:
    return Call(path=f"/3/customers/{number}", wrapper="Customer")


def echo(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json={"Customer": {"Number": request.url.path.rsplit("/", 1)[1]}})


def test_numbers_with_a_fraction_are_exact(client, fortnox):
    fortnox.api = [httpx.Response(200, content=b'{"Total": 0.1, "Vat": 12345678901234567.89, "Rows": 3}')]
    assert client.get(ME) == {"Total": Decimal("0.1"), "Vat": Decimal("12345678901234567.89"), "Rows": 3}


def test_json_is_asked_for_as_json_and_files_as_they_come(client, fortnox):
    fortnox.api = [{}, httpx.Response(200, content=b"%PDF-1.4")]
    client.get(ME)
    assert client.get_bytes("/3/archive/42", {"fileid": "x"}) == b"%PDF-1.4"
    assert [request.headers.get("Accept") for request in fortnox.asked] == ["application/json", None]


def test_a_key_travels_encoded(client, fortnox):
    fortnox.api = echo
    client.get(fill("/3/customers/{CustomerNumber}", {"CustomerNumber": "A/1 å"}))
    assert fortnox.paths == ["/3/customers/A%2F1%20%C3%A5"]


def test_only_get_is_ever_sent_to_the_api(client, fortnox):
    fortnox.api = echo
    list(client.map(customer(number) for number in range(3)))
    assert {request.method for request in fortnox.asked} == {"GET"}


@pytest.mark.parametrize(
    "trouble",
    [
        httpx.Response(500),
        httpx.Response(503, content=b"<html>"),
        httpx.Response(200, content=b""),
        httpx.Response(200, content=b'{"CompanyInformation": {"Comp'),
        httpx.Response(200, content=b"\xff\xfe\xff"),
        httpx.Response(200, content=b'{"Total": NaN}'),
        httpx.Response(200, json={"ErrorInformation": {"error": 1, "message": "Ett fel har uppstått."}}),
        httpx.ReadTimeout("timed out"),
        httpx.ConnectError("refused"),
        httpx.RemoteProtocolError("peer closed connection without sending complete message body"),
        httpx.ReadError("reset by peer"),
        httpx.Response(200, headers={"Content-Encoding": "gzip"}, content=b"\x1f\x8b"),
    ],
    ids=lambda trouble: repr(trouble)[:40],
)
def test_passing_trouble_is_passed_over(client, fortnox, clock, trouble):
    fortnox.api = [trouble, {"CompanyInformation": {}}]
    assert client.get(ME) == {"CompanyInformation": {}}
    assert client.counters.retries == 1
    assert client.counters.requests == 2
    assert sum(clock.slept) == pytest.approx(client.counters.seconds_waited)


def test_a_429_makes_the_whole_company_wait(open_client, fortnox, clock):
    client, other_process = open_client(), open_client()
    start = clock.now
    fortnox.api = [httpx.Response(429, headers={"Retry-After": "12"}), {}, {}]
    client.get(ME)
    assert clock.now - start == pytest.approx(12.0, abs=0.01)
    assert client.counters.snapshot().rate_limited == 1
    assert client.counters.seconds_waited == pytest.approx(12.0, abs=0.01)
    clock.now -= 6
    other_process.get(ME)
    assert clock.now - start == pytest.approx(12.0, abs=0.01)


def test_the_budget_is_kept(open_client, fortnox, clock):
    client = open_client(budget=24)
    fortnox.api = lambda request: httpx.Response(200, json={})
    start = clock.now
    for _ in range(50):
        client.get(ME)
    assert clock.now - start == pytest.approx(10.0, abs=0.2)
    assert client.counters.seconds_waited == pytest.approx(clock.now - start)


def test_trouble_that_stays_names_what_was_asked_and_how_often(client, fortnox):
    fortnox.api = lambda request: httpx.Response(502, headers={"X-Uid": "b4d63a37"})
    with pytest.raises(
        FortnoxTransient, match=r"are-cykel: reading: GET /3/customers/7\?x=1 answered 502.*b4d63a37.* 6 tries"
    ):
        client.get("/3/customers/7", {"x": 1})


def test_an_api_that_cannot_be_reached_names_its_setting(client, fortnox):
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("[Errno 111] Connection refused")

    fortnox.api = refuse
    with pytest.raises(FortnoxTransient, match=r"cannot reach https://api.fortnox.se .*refused.*FORTNOX_API_URL"):
        client.get(ME)


def test_an_address_that_cannot_be_used_is_not_tried_twice(client, fortnox):
    fortnox.api = [httpx.UnsupportedProtocol("Request URL has an unsupported protocol 'htp://'.")]
    with pytest.raises(FortnoxBadRequest, match=r"UnsupportedProtocol.*FORTNOX_API_URL"):
        client.get(ME)


def test_a_defect_of_our_own_is_not_mistaken_for_a_closed_client(client, fortnox):
    fortnox.api = [RuntimeError("a defect")]
    with pytest.raises(RuntimeError, match="a defect"):
        client.get(ME)


def test_a_redirect_is_not_followed(client, fortnox):
    fortnox.api = [httpx.Response(302, headers={"Location": "https://elsewhere.example/3/customers"})]
    with pytest.raises(FortnoxBadRequest, match="answered 302"):
        client.get(ME)
    assert len(fortnox.asked) == 1


def test_an_empty_file_is_doubted_unless_it_may_be_empty(client, fortnox):
    fortnox.api = [httpx.Response(200, content=b""), httpx.Response(200, content=b"#FLAGGA 0")]
    assert client.get_bytes("/3/sie/4") == b"#FLAGGA 0"
    fortnox.api = [httpx.Response(200, content=b"")]
    assert client.get_bytes("/3/archive/42", may_be_empty=True) == b""


def test_an_error_in_place_of_a_file_is_an_error(client, fortnox):
    fortnox.api = [{"ErrorInformation": {"error": 1, "message": "Har inte behörighet för scope.", "code": 2000663}}]
    with pytest.raises(FortnoxUnavailable):
        client.get_bytes("/3/sie/4", {"financialyear": 3})


def test_a_sie_file_may_take_two_minutes_to_begin(client, fortnox):
    fortnox.api = [httpx.Response(200, content=b"#FLAGGA 0"), {}]
    client.get_bytes("/3/sie/4")
    client.get(ME)
    assert [request.extensions["timeout"]["read"] for request in fortnox.asked] == [120.0, 60.0]
    assert {request.extensions["timeout"]["connect"] for request in fortnox.asked + fortnox.token_asked} == {10.0}


def test_what_was_received_is_counted(client, fortnox):
    fortnox.api = [httpx.Response(200, content=b'{"a": 1}')]
    before = client.counters.snapshot()
    client.get(ME)
    done = client.counters.snapshot() - before
    assert (done.requests, done.retries, done.rate_limited, done.bytes_received) == (1, 0, 0, 8)


def test_the_difference_between_the_clocks_is_known(client, fortnox):
    assert client.server_clock_offset is None
    fortnox.api = [httpx.Response(200, json={}, headers={"Date": "Sun, 15 Jun 2025 15:07:40 GMT"}), {}]
    client.get(ME)
    client.get(ME)
    assert client.server_clock_offset == 60.0


def test_map_keeps_the_order_of_the_calls_though_later_ones_are_answered_first(open_client):
    second_answered = threading.Event()

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return httpx.Response(200, json={"access_token": "a", "expires_in": 3600})
        if request.url.path.endswith("/0"):
            assert second_answered.wait(timeout=10)
        if request.url.path.endswith("/1"):
            second_answered.set()
        return echo(request)

    client = open_client(transport=httpx.MockTransport(answer))
    answers = list(client.map(customer(number) for number in range(100)))
    assert [answer["Number"] for _, answer in answers] == [str(number) for number in range(100)]
    assert [call.path for call, _ in answers] == [f"/3/customers/{number}" for number in range(100)]


def test_map_has_several_requests_in_flight(open_client):
    together = threading.Barrier(4, timeout=10)

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return httpx.Response(200, json={"access_token": "a", "expires_in": 3600})
        together.wait()
        return echo(request)

    client = open_client(in_flight=4, transport=httpx.MockTransport(answer))
    assert len(list(client.map(customer(number) for number in range(8)))) == 8


def test_map_reads_only_a_little_ahead(open_client, fortnox):
    fortnox.api = echo
    taken = []

    def calls():
        for number in range(1000):
            taken.append(number)
            yield customer(number)

    answers = open_client(in_flight=3).map(calls())
    assert taken == []
    next(answers)
    assert len(taken) == 12
    next(answers)
    assert len(taken) == 13
    answers.close()


def test_map_answers_none_for_what_is_gone(client, fortnox):
    missing = {"ErrorInformation": {"Error": 1, "Message": "Kan inte hitta kunden.", "Code": 2000433}}

    def api(request: httpx.Request) -> httpx.Response:
        return httpx.Response(404, json=missing) if request.url.path.endswith("/1") else echo(request)

    fortnox.api = api
    assert [answer for _, answer in client.map(map(customer, range(3)))] == [{"Number": "0"}, None, {"Number": "2"}]


def test_the_first_error_of_a_map_comes_in_its_place_and_stops_the_rest(open_client, fortnox):
    def api(request: httpx.Request) -> httpx.Response:
        return httpx.Response(400, json={}) if request.url.path.endswith("/5") else echo(request)

    fortnox.api = api
    answers = open_client(in_flight=2).map(customer(number) for number in range(1000))
    got = []
    with pytest.raises(FortnoxBadRequest, match="/3/customers/5"):
        got.extend(answer["Number"] for _, answer in answers)
    assert got[:1] == ["0"]
    assert len(fortnox.asked) < 30


def test_a_call_without_its_wrapper_is_an_error(client, fortnox):
    fortnox.api = [{"Article": {}}]
    with pytest.raises(UnexpectedAnswer, match="no 'Customer' but: Article"):
        list(client.map([customer(1)]))


def test_a_forbidden_call_in_a_map_is_not_sent(client, fortnox):
    with pytest.raises(ForbiddenPath):
        list(client.map([Call(path="/3/invoices/1/email")]))
    assert not fortnox.asked


@pytest.mark.parametrize("status", [429, 503])
def test_closing_the_client_ends_a_wait_in_another_thread(fortnox, tmp_path, settings, status):
    answered = threading.Event()

    def api(request: httpx.Request) -> httpx.Response:
        answered.set()
        return httpx.Response(status, headers={"Retry-After": "250"})

    fortnox.api = api
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        with connect(settings, transport=httpx.MockTransport(fortnox)) as client:
            waiting = pool.submit(client.get, ME)
            assert answered.wait(timeout=10)
        with pytest.raises(ConnectionClosed, match="closed while a call was waiting"):
            waiting.result(timeout=10)


class WatchedTransport(httpx.BaseTransport):
    """Refuses customer 0 when customer 1 is on its way, which then takes a little longer than it takes to close."""

    def __init__(self, fortnox) -> None:
        self.fortnox = fortnox
        self.begun, self.closed = threading.Event(), threading.Event()
        self.closed_in_the_middle: bool | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/customers/0"):
            assert self.begun.wait(timeout=10)
            return httpx.Response(400, json={})
        if request.url.path.endswith("/customers/1"):
            self.begun.set()
            self.closed_in_the_middle = self.closed.wait(timeout=0.3)
        return self.fortnox(request)

    def close(self) -> None:
        self.closed.set()


def test_connections_are_closed_after_the_requests_on_their_way(fortnox, settings):
    fortnox.api = lambda _: httpx.Response(200, json={"Customer": {}})
    transport = WatchedTransport(fortnox)
    with pytest.raises(FortnoxBadRequest), connect(settings, transport=transport) as client:
        list(client.map([customer(0), customer(1)]))
    assert transport.closed.is_set()
    assert transport.closed_in_the_middle is False


def test_printing_the_settings_shows_no_secret(settings):
    assert "wYq5r0ck1" not in repr(settings)


def test_a_closed_client_asks_nothing(client, fortnox):
    client.close()
    with pytest.raises(ConnectionClosed):
        client.get(ME)
    with pytest.raises(ConnectionClosed):
        next(client.map([customer(1)]))
    assert not fortnox.asked


def test_no_secret_is_shown_whatever_goes_wrong(open_client, fortnox, clock, caplog):
    caplog.set_level(logging.DEBUG)
    secrets = ["wYq5r0ck1", "acc3ss-number", "dGhlLWludGVncmF0aW9uOndZcTVyMGNrMQ"]
    said = []

    def quoting(request: httpx.Request) -> httpx.Response:
        return httpx.Response(401, json={"error": "invalid_client", "error_description": "secret wYq5r0ck1 is wrong"})

    client = open_client()
    said.append(repr(client))
    for api, token in (
        (lambda request: httpx.Response(401), fortnox.grant),
        (lambda request: httpx.Response(500), fortnox.grant),
        (echo, quoting),
    ):
        fortnox.api, fortnox.token = api, token
        clock.now += 7200
        with pytest.raises(FortnoxError) as raised:
            client.get(ME)
        said += [str(raised.value), repr(raised.value), str(raised.value.__cause__), repr(raised.value.__context__)]
    for secret in secrets:
        assert secret not in "\n".join(said) + caplog.text


class _Impolite(socketserver.StreamRequestHandler):
    """Hands out a token; answers the first API request with half a body and a closed connection."""

    asked = 0
    timeout = 10

    def handle(self) -> None:
        request, length = self.rfile.readline(), 0
        while (line := self.rfile.readline()).strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        self.rfile.read(length)
        body = b'{"access_token": "acc3ss-number-0", "expires_in": 3600}'
        if request.startswith(b"GET"):
            type(self).asked += 1
            body = b'{"CompanyInformation": {"CompanyName": "Are Cykel AB"}}'
        sent = body[:20] if type(self).asked == 1 else body
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        self.wfile.write(head.encode() + sent)


@pytest.fixture
def impolite_server(listening):
    _Impolite.asked = 0
    return listening(_Impolite)


def real(address: str) -> dict:
    return {"api_url": address, "auth_url": f"{address}/oauth-v1", "transport": httpx.HTTPTransport()}


def test_half_a_body_over_a_real_connection_is_asked_for_again(open_client, impolite_server, caplog):
    caplog.set_level(logging.DEBUG)
    client = open_client(**real(impolite_server))
    assert client.get(ME) == {"CompanyInformation": {"CompanyName": "Are Cykel AB"}}
    assert client.counters.retries == 1
    assert "acc3ss-number" not in caplog.text
    assert "wYq5r0ck1" not in caplog.text


def test_nobody_listening_is_one_line_that_names_the_setting(open_client):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}"
    with pytest.raises(
        FortnoxTransient, match=rf"cannot reach {address} .*check the network and FORTNOX_AUTH_URL"
    ) as raised:
        open_client(**real(address)).get(ME)
    assert "\n" not in str(raised.value)
