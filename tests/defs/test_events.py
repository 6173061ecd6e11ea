"""What the sensor has copied when Fortnox says that something has changed."""

import json
from decimal import Decimal

import dagster as dg
import pytest

from fortnox_assets.defs.events import LONGEST_SILENCE_SECONDS, fortnox_events
from fortnox_assets.fortnox.events import Patience
from fortnox_assets.simulator.events import serving_events

pytestmark = pytest.mark.filterwarnings("ignore:Non-compliant tag keys:DeprecationWarning")

QUICK = Patience(longest=0.4, idle=0.2)
NOWHERE = "ws://127.0.0.1:1/topics-v1"
START = ("vouchers", "invoices", "customers")


class Listener:
    def __init__(self, desk, monkeypatch) -> None:
        self.desk = desk
        self.patch = monkeypatch
        self.now = 1_000_000.0
        tables = [
            key.path[-1]
            for each in desk.definitions.assets
            if isinstance(each, dg.AssetsDefinition)
            for key in each.keys
        ]
        raw = [name for name in tables if not name.startswith(("stg_", "int_", "dim_", "fct_", "rpt_", "qa_", "seed_"))]
        self.sensor = fortnox_events([], raw, QUICK, clock=lambda: self.now)
        feed = desk.simulator.events
        moment = desk.company("are-cykel").now()
        offsets = {topic: feed.add(topic, "heard-before-v1", 4711, moment) for topic in START}
        self.cursor = json.dumps({"offsets": offsets, "heard_at": self.now, "polled_at": 0.0})

    def tick(self) -> dict[tuple[str, str], set[str] | None]:
        with dg.build_sensor_context(instance=self.desk.instance, cursor=self.cursor) as context:
            result = self.sensor._raw_fn(context)
        self.cursor = result.cursor
        self.keys = [each.run_key for each in result.run_requests]
        return {
            (each.job_name, each.partition_key): each.asset_selection and {key.path[-1] for key in each.asset_selection}
            for each in result.run_requests
        }


@pytest.fixture
def listener(desk, monkeypatch):
    for name, value in desk.environment.items():
        monkeypatch.setenv(name, value)
    with serving_events(desk.simulator.events, desk.simulator.tokens) as url:
        monkeypatch.setenv("FORTNOX_EVENTS_URL", url)
        yield Listener(desk, monkeypatch)


def test_a_booked_invoice_copies_its_endpoints_and_the_ledger_of_its_year(listener):
    company = listener.desk.company("are-cykel")
    invoice = company.add_invoice("1", Decimal(100))
    company.book_invoice(invoice.body["DocumentNumber"])
    found = listener.tick()
    assert found.keys() == {("sync_financial_year", "are-cykel|2026")}
    (tables,) = found.values()
    assert {"invoices", "invoice_payments", "vouchers", "sie_vouchers"} <= tables
    assert "orders" not in tables
    assert listener.tick() == {}


def test_a_deleted_customer_copies_the_register(listener):
    feed, company = listener.desk.simulator.events, listener.desk.company("bjork-konsult")
    feed.add("customers", "customer-deleted-v1", company.tenant_id, company.now(), entityId="9")
    assert listener.tick() == {("sync_registers", "bjork-konsult"): {"customers"}}


def test_a_voucher_of_an_old_year_copies_that_year_alone(listener):
    feed, company = listener.desk.simulator.events, listener.desk.company("bjork-konsult")
    feed.add("vouchers", "voucher-updated-v1", company.tenant_id, company.now(), id="A-1", year=3)
    assert {key for _, key in listener.tick()} == {"bjork-konsult|2023"}


def test_many_events_are_one_run(listener):
    feed, company = listener.desk.simulator.events, listener.desk.company("bjork-konsult")
    for number in range(20):
        feed.add("customers", "customer-updated-v2", company.tenant_id, company.now(), entityId=str(number))
    assert len(listener.tick()) == 1


def test_a_tick_that_is_made_again_asks_for_the_same_runs(listener):
    feed, company = listener.desk.simulator.events, listener.desk.company("bjork-konsult")
    feed.add("customers", "customer-updated-v2", company.tenant_id, company.now(), entityId="1")
    before = listener.cursor
    listener.tick()
    first, listener.cursor = listener.keys, before
    listener.tick()
    assert listener.keys == first


def test_events_of_a_company_nobody_configured_are_left_alone(listener):
    feed, company = listener.desk.simulator.events, listener.desk.company("bjork-konsult")
    feed.add("customers", "customer-updated-v2", 4711, company.now(), entityId="1")
    assert listener.tick() == {}


def test_without_a_connection_open_years_are_polled_hourly(listener, monkeypatch):
    monkeypatch.setenv("FORTNOX_EVENTS_URL", NOWHERE)
    offsets = json.loads(listener.cursor)["offsets"]
    polled = listener.tick()
    assert {key for _, key in polled} >= {"are-cykel|2026", "bjork-konsult|2026"}
    assert set(polled.values()) == {None}
    assert listener.tick() == {}
    listener.now += 3600
    assert listener.tick() == polled
    assert json.loads(listener.cursor)["offsets"] == offsets


def test_after_a_silence_longer_than_events_are_kept_the_open_years_are_copied(listener):
    listener.now += LONGEST_SILENCE_SECONDS + 1
    assert ("sync_financial_year", "are-cykel|2026") in listener.tick()
    assert listener.tick() == {}


def test_a_company_without_consent_keeps_nobody_else_from_being_heard(listener):
    feed, company = listener.desk.simulator.events, listener.desk.company("bjork-konsult")
    feed.add("customers", "customer-updated-v2", company.tenant_id, company.now(), entityId="1")
    listener.desk.simulator.tokens.consents.discard(900001)
    try:
        assert set(listener.tick()) == {("sync_registers", "bjork-konsult")}
    finally:
        listener.desk.simulator.tokens.consents.add(900001)
