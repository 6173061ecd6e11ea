"""Listening to the simulated Fortnox's WebSocket: nothing lost, nothing twice, no secret told."""

import datetime as dt
from decimal import Decimal

import pytest
from pydantic import SecretStr

from fortnox_assets.fortnox.errors import FortnoxTransient, FortnoxUnauthorised
from fortnox_assets.fortnox.events import Patience, Subscription, listen
from fortnox_assets.simulator.app import CLIENT_ID, CLIENT_SECRET, create_app
from fortnox_assets.simulator.events import serving_events
from fortnox_assets.simulator.sample_companies import sample_companies

QUICK = Patience(longest=0.3, idle=0.15)


class Fortnox:
    def __init__(self, app, url) -> None:
        self.app = app
        self.url = url

    def company(self, tenant=900001):
        return self.app.companies[tenant]

    def token(self, tenant=900001) -> SecretStr:
        form = {"grant_type": "client_credentials"}
        return SecretStr(self.app.tokens.token(CLIENT_ID, form, str(tenant))["access_token"])

    def hear(self, *topics, offsets=None, tokens=None, secret=CLIENT_SECRET):
        wanted = Subscription(
            url=self.url,
            client_secret=SecretStr(secret),
            tokens=[self.token()] if tokens is None else tokens,
            topics=topics,
            offsets=offsets or {},
        )
        return listen(wanted, QUICK)


@pytest.fixture
def fortnox():
    app = create_app(sample_companies("tiny"))
    with serving_events(app.events, app.tokens) as url:
        yield Fortnox(app, url)


def test_events_since_an_offset_are_heard_in_order(fortnox):
    company = fortnox.company()
    for _ in range(3):
        company.add_invoice("1", Decimal(100))
    first = fortnox.hear("invoices", offsets={"invoices": 0})
    assert [each.offset for each in first.events] == [1, 2]
    assert {(each.type, each.tenant) for each in first.events} == {("invoice-created-v1", 900001)}
    company.cancel_invoice(first.events[-1].entity)
    second = fortnox.hear("invoices", offsets=first.offsets)
    assert [(each.type, each.offset) for each in second.events] == [("invoice-cancelled-v1", 3)]
    assert fortnox.hear("invoices", offsets=second.offsets).events == ()


def test_a_voucher_event_names_its_financial_year(fortnox):
    company = fortnox.company()
    invoice = company.add_invoice("1", Decimal(100))
    fortnox.app.events.add("vouchers", "voucher-created-v1", 900001, company.now(), id="A-1", year=4)
    company.book_invoice(invoice.body["DocumentNumber"])
    (event,) = fortnox.hear("vouchers", offsets={"vouchers": 0}).events
    assert event.year == company.year_of(company.now().date()).id
    assert "-" in event.entity


def test_a_topic_without_offset_is_heard_from_now_on(fortnox):
    fortnox.company().add_invoice("1", Decimal(100))
    heard = fortnox.hear("invoices")
    assert heard.events == ()
    assert heard.offsets == {}


def test_only_companies_whose_token_was_given_are_heard(fortnox):
    for tenant in (900001, 900002, 900001):
        fortnox.app.events.add("customers", "customer-created-v1", tenant, fortnox.company().now(), entityId="7")
    heard = fortnox.hear("customers", offsets={"customers": 0}, tokens=[fortnox.token(900002)])
    assert {each.tenant for each in heard.events} == {900002}


def test_an_offset_that_is_not_kept_any_more_is_told(fortnox):
    company = fortnox.company()
    long_ago = company.now() - dt.timedelta(days=15)
    for moment in (long_ago, company.now()):
        fortnox.app.events.add("customers", "customer-created-v1", 900001, moment, entityId="7")
    heard = fortnox.hear("customers", "invoices", offsets={"customers": 0, "invoices": 0})
    assert heard.forgotten == ("customers",)
    assert "customers" not in heard.offsets
    assert heard.offsets["invoices"] == 0


def test_a_refused_token_keeps_nobody_else_from_being_heard(fortnox):
    heard = fortnox.hear("customers", tokens=[SecretStr("stale"), fortnox.token()])
    assert heard.refused_tokens == 1


@pytest.mark.parametrize("refused", [{"tokens": [SecretStr("stale-token")]}, {"secret": "wrong-secret"}])
def test_when_no_token_is_accepted_it_says_so_and_quotes_nothing(fortnox, refused):
    with pytest.raises(FortnoxUnauthorised) as caught:
        fortnox.hear("customers", **refused)
    assert "stale-token" not in str(caught.value)
    assert "wrong-secret" not in str(caught.value)


def test_a_connection_that_fails_may_pass(fortnox):
    fortnox.url = "ws://127.0.0.1:1/topics-v1"
    with pytest.raises(FortnoxTransient, match="WebSocket failed: ConnectionRefusedError"):
        fortnox.hear("customers")


def test_printing_a_subscription_shows_no_secret(fortnox):
    shown = repr(Subscription(url="ws://x", client_secret=SecretStr("s3cret"), tokens=[SecretStr("t0ken")], topics=()))
    assert "s3cret" not in shown
    assert "t0ken" not in shown
