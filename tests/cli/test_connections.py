import pytest
from werkzeug.wrappers import Request, Response

from fortnox_assets.simulator.server import background

CUSTOMERS = ("sync", "--endpoint", "customers", "--no-reports")
WRONG_SECRET = "wr0ngS3cretOfTheCliTests"
NOT_SET = {"FORTNOX_CLIENT_ID": "", "FORTNOX_CLIENT_SECRET": ""}
NOBODY = "http://127.0.0.1:1"


@Request.application
def web_page(request):
    return Response("<html><head><title>Welcome</title></head><body>It works!</body></html>", mimetype="text/html")


@pytest.fixture(scope="module")
def web_server():
    with background(web_page) as url:
        yield url


def both_ways(ready, **variables):
    """The reasons why each company failed, which a sync and ``companies`` both give."""
    ran = ready.run(*CUSTOMERS, **variables)
    assert ran.code == 1
    assert ran.out == "0 rows in 0 partitions; 2 failed\n"
    reasons = [line.removeprefix("failed  ").split(": ", 2) for line in ran.failed]
    assert [(company, what) for company, what, _ in reasons] == [
        ("are-cykel", "financial_years"),
        ("bjork-konsult", "financial_years"),
    ]
    shown = ready.run("companies", **variables)
    assert [line.split()[:3] for line in shown.out.splitlines()[1:]] == [
        ["are-cykel", "900001", "failed"],
        ["bjork-konsult", "900002", "failed"],
    ]
    assert len(shown.failed) == 2
    return [reason for _, _, reason in reasons] + [line.split(": ", 1)[1] for line in shown.failed]


def test_a_wrong_client_secret_says_which_variables_to_check(ready):
    for reason in both_ways(ready, FORTNOX_CLIENT_SECRET=WRONG_SECRET):
        assert reason.startswith("getting an access token: POST /oauth-v1/token answered 401: invalid_client: ")
        assert reason.endswith("; check FORTNOX_CLIENT_ID and FORTNOX_CLIENT_SECRET")


def test_an_unknown_tenant_says_what_to_check(ready):
    ready.configure({"are-cykel": {"tenant_id": 123456}})
    [line] = ready.run(*CUSTOMERS).failed
    assert line.startswith(
        "failed  are-cykel: financial_years: getting an access token: POST /oauth-v1/token answered "
    )
    assert line.endswith(
        "; check tenant_id, and that this company has consented to the integration with a service account"
    )
    [line] = ready.run("companies").failed
    assert line.endswith(
        "; check tenant_id, and that this company has consented to the integration with a service account"
    )


@pytest.mark.parametrize("setting", ["FORTNOX_API_URL", "FORTNOX_AUTH_URL"])
def test_an_address_where_nobody_answers_is_named_with_its_setting(ready, setting):
    for reason in both_ways(ready, **{setting: NOBODY}):
        assert f"cannot reach {NOBODY} (ConnectError: [Errno 111] Connection refused)" in reason
        assert f"; check the network and {setting}; gave up after 6 tries in " in reason


def test_an_address_that_answers_with_a_web_page_is_not_taken_for_fortnox(ready, web_server):
    for reason in both_ways(ready, FORTNOX_API_URL=web_server):
        assert reason.startswith("reading: GET /3/")
        assert "answered 200 with 70 bytes that are not JSON; gave up after 6 tries" in reason
    for reason in both_ways(ready, FORTNOX_AUTH_URL=web_server):
        assert "POST /token answered 200 without a readable access token" in reason


@pytest.mark.parametrize("command", [CUSTOMERS, ("companies",)])
def test_missing_credentials_are_one_line_for_all_companies(terminal, command):
    said = terminal.run(*command, **NOT_SET).only(2)
    assert said == "environment: FORTNOX_CLIENT_ID: is not set; put it in .env (see .env.example)"
    said = terminal.run(*command, FORTNOX_CLIENT_SECRET="").only(2)
    assert said == "environment: FORTNOX_CLIENT_SECRET: is not set; put it in .env (see .env.example)"


def test_a_company_that_cannot_be_reached_does_not_keep_the_others_from_being_copied(ready, fortnox):
    fortnox.app.tokens.consents.discard(900001)
    ran = ready.run(*CUSTOMERS, "--endpoint", "offers", "--financial-year", "2026")
    [line] = ran.failed
    assert line.startswith("failed  are-cykel: financial_years: getting an access token: ")
    for table in ("customers", "offers"):
        assert ready.count(table, "bjork-konsult") > 0
        assert ready.count(table, "are-cykel") == 0

    shown = ready.run("companies")
    assert len(shown.failed) == 1
    [failed, reachable] = [" ".join(line.split()) for line in shown.out.splitlines()[1:3]]
    assert failed == "are-cykel 900001 failed none never"
    assert reachable.startswith(
        "bjork-konsult 900002 reachable Björk Konsult AB 559001-0021 2023, 2024, 2025, 2026 client credentials 20"
    )
    assert shown.out.splitlines()[3:] == ["bjork-konsult: licences missing: Anläggningsregister, Lager"]

    fortnox.app.tokens.consents.add(900001)
    assert ready.run(*CUSTOMERS).failed == []
    assert ready.count("customers", "are-cykel") == 12


def test_a_year_is_not_called_unknown_while_the_company_that_may_have_it_cannot_be_asked(ready, fortnox):
    fortnox.app.tokens.consents.discard(900001)
    ran = ready.run("sync", "--company", "are-cykel", "--financial-year", "2024", "--no-reports")
    [line] = ran.failed
    assert line.startswith("failed  are-cykel: financial_years: getting an access token: ")


def test_companies_that_all_answer_are_exit_code_0(terminal):
    ran = terminal.run("companies")
    assert ran.failed == []
    assert "are-cykel" in ran.out
    assert ran.out.count("reachable") == 2
