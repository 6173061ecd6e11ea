"""A person consents with a browser that follows the printed link; the simulator is the page it leads to."""

import json
import socket
import stat
import threading
import urllib.error
import urllib.request
from urllib.parse import parse_qs, urlsplit

import pytest

from fortnox_assets.catalogue import COPIED
from fortnox_assets.catalogue.scopes import scopes_needed
from fortnox_assets.cli.loopback import ConsentError, Receiver
from fortnox_assets.simulator.faults import Fault

TENANT = "&tenant=900001"


@pytest.fixture
def port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        number = free.getsockname()[1]
    return str(number)


@pytest.fixture
def browser(monkeypatch):
    """Follows the link as a person would who chooses ``choice`` on the page; remembers links and pages."""
    seen = {"links": [], "pages": [], "choice": TENANT, "changed": lambda link: link}

    def follow(link: str) -> None:
        try:
            with urllib.request.urlopen(seen["changed"](link) + seen["choice"], timeout=10) as answer:
                seen["pages"].append(answer.read().decode())
        except urllib.error.HTTPError as error:
            seen["pages"].append(error.read().decode())

    def opened(link: str) -> bool:
        seen["links"].append(link)
        seen["thread"] = threading.Thread(target=follow, args=(link,))
        seen["thread"].start()
        return True

    monkeypatch.setattr("webbrowser.open", opened)
    yield seen
    if "thread" in seen:
        seen["thread"].join()


def asked(link: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}


def renewing(terminal, **config):
    terminal.configure({"are-cykel": {"tenant_id": 900001, "auth": "refresh_token"}}, **config)


def test_consent_is_stored_and_the_company_can_be_read(terminal, browser, port):
    renewing(terminal)
    assert "run fortnox-assets authorize are-cykel" in terminal.run("companies").failed[0]
    ran = terminal.run("authorize", "are-cykel", "--port", port)
    assert (ran.code, ran.err) == (0, "")
    assert "are-cykel: connected to Åre Cykel AB (tenant 900001), " in ran.out
    assert browser["pages"] == ["Thank you. You can close this page and go back to the terminal."]
    path = terminal.state / "tokens" / "are-cykel.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    shown = terminal.run("companies", "--json")
    assert shown.code == 0
    [found] = json.loads(shown.out)
    assert found["token"] == "refresh_token"
    assert found["token_age_days"] == 0
    assert found["scopes_granted"] == asked(browser["links"][0])["scope"].split()


def test_the_scopes_asked_for_are_those_of_the_selected_endpoints_and_no_more(terminal, browser, port):
    renewing(terminal, endpoints={"include": ["invoices", "schedule_times"]})
    ran = terminal.run("authorize", "are-cykel", "--port", port)
    assert ran.code == 0
    query = asked(browser["links"][0])
    assert query["scope"] == "bookkeeping companyinformation invoice salary settings"
    assert (query["response_type"], query["access_type"]) == ("code", "offline")
    assert "account_type" not in query
    assert query["redirect_uri"] == f"http://localhost:{port}/callback"
    assert browser["links"][0] in ran.out


def test_scopes_of_everything_are_the_catalogue_s():
    scopes = scopes_needed(COPIED.values())
    assert scopes >= {each.scope for each in COPIED.values()}
    assert "deletevoucher" not in scopes


def test_client_credentials_ask_for_a_service_account_are_tried_out_and_store_nothing(terminal, browser, port, fortnox):
    terminal.configure({"are-cykel": {"tenant_id": 900001}})
    fortnox.app.tokens.consents.discard(900001)
    assert terminal.run("companies").code == 1
    ran = terminal.run("authorize", "are-cykel", "--port", port)
    assert (ran.code, ran.err) == (0, "")
    assert asked(browser["links"][0])["account_type"] == "service"
    assert not (terminal.state / "tokens" / "are-cykel.json").exists()
    assert terminal.run("companies").code == 0


def test_a_declined_consent_is_one_line(terminal, browser, port):
    renewing(terminal)
    browser["choice"] = "&deny=1"
    ran = terminal.run("authorize", "are-cykel", "--port", port)
    assert (ran.code, ran.err) == (
        1,
        "fortnox-assets: the company's administrator declined; nothing was stored\n",
    )
    assert browser["pages"] == ["That did not work. The terminal says why."]


def test_an_answer_to_another_request_is_one_line(terminal, browser, port):
    renewing(terminal)
    browser["changed"] = lambda link: link.replace("state=", "state=x")
    ran = terminal.run("authorize", "are-cykel", "--port", port)
    assert ran.code == 1
    assert ran.err.startswith("fortnox-assets: an answer to another request came back (wrong state)")
    assert not (terminal.state / "tokens").exists()


def test_a_consent_for_another_company_is_one_line_that_names_both(terminal, browser, port):
    renewing(terminal)
    browser["choice"] = "&tenant=900002"
    ran = terminal.run("authorize", "are-cykel", "--port", port)
    assert ran.code == 1
    assert ran.err == (
        "fortnox-assets: are-cykel: the access token is for tenant 900002, but tenant_id is 900001; "
        "correct tenant_id or authorize the right company\n"
    )
    assert not (terminal.state / "tokens" / "are-cykel.json").exists()


def test_another_company_s_opaque_token_is_found_out_by_asking_fortnox(terminal, browser, port, monkeypatch):
    renewing(terminal)
    monkeypatch.setattr("fortnox_assets.fortnox.auth.tenant_of", lambda token: None)
    browser["choice"] = "&tenant=900002"
    ran = terminal.run("authorize", "are-cykel", "--port", port)
    assert ran.code == 1
    assert ran.err.startswith("fortnox-assets: are-cykel: the consent is for tenant 900002 (")


def test_nobody_answering_is_one_line(terminal, monkeypatch, port):
    renewing(terminal)
    monkeypatch.setattr("webbrowser.open", lambda link: False)
    ran = terminal.run("authorize", "are-cykel", "--port", port, "--timeout", "0.05")
    assert (ran.code, ran.err) == (1, "fortnox-assets: nobody answered within 0.05 seconds; run again\n")
    assert "/oauth-v1/auth?client_id=" in ran.out


def test_no_browser_is_opened_when_none_is_wanted(terminal, browser, port):
    renewing(terminal)
    terminal.run("authorize", "are-cykel", "--port", port, "--timeout", "0.05", "--no-browser")
    assert browser["links"] == []


def test_a_port_that_is_taken_is_one_line(terminal, browser):
    renewing(terminal)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        ran = terminal.run("authorize", "are-cykel", "--port", str(number))
    assert ran.code == 1
    assert ran.err.startswith(f"fortnox-assets: port {number} cannot be listened on: Address already in use")
    assert browser["links"] == []


def test_a_scope_the_company_does_not_have_is_one_line(terminal, browser, port, fortnox, monkeypatch):
    renewing(terminal)
    company = fortnox.companies["are-cykel"]
    monkeypatch.setattr(company, "scopes", company.scopes - {"salary"})
    ran = terminal.run("authorize", "are-cykel", "--port", port)
    assert ran.err.startswith("fortnox-assets: the integration is not registered for every scope asked for")


def test_a_refused_code_is_one_line_and_what_was_stored_stays(terminal, browser, port, fortnox):
    renewing(terminal)
    assert terminal.run("authorize", "are-cykel", "--port", port).code == 0
    path = terminal.state / "tokens" / "are-cykel.json"
    before = path.read_bytes()
    fortnox.app.faults.script(Fault.RESET, "/oauth-v1/token", times=1)
    ran = terminal.run("authorize", "are-cykel", "--port", port)
    assert ran.code == 1
    assert ran.err.startswith("fortnox-assets: are-cykel: getting an access token: POST /oauth-v1/token: ")
    assert ran.err.count("\n") == 1
    assert path.read_bytes() == before


def test_a_company_nobody_configured_cannot_be_authorized(terminal):
    renewing(terminal)
    assert "there is no company 'nobody'" in terminal.run("authorize", "nobody").only(2)


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({}, "wrong state"),
        ({"state": ["mine"]}, "has no code"),
        ({"state": ["mine"], "error": ["server_error"]}, "Fortnox answered 'server_error'"),
        ({"state": ["mïne"], "code": ["c"]}, "wrong state"),
    ],
)
def test_an_answer_that_is_none_says_what_it_lacks(query, says):
    receiver = Receiver(port=1, state="mine")
    assert not receiver.take(query)
    with pytest.raises(ConsentError, match=says):
        receiver.code(1)
