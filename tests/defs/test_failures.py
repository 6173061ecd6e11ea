"""Who is told about a failed run, and what."""

import json
from dataclasses import dataclass, field

import dagster as dg
import pytest
from werkzeug import Request, Response

from fortnox_assets.defs.failures import run_failures
from fortnox_assets.notifier import Notice, NotifyError, WebhookNotifier
from fortnox_assets.simulator.server import background

NOTICE = Notice(job="sync_registers", partition="are-cykel", run_id="r1", reasons=("customers: no consent",))


@dataclass
class Inbox:
    """A place that accepts notices, or does not."""

    status: int = 200
    received: list[dict] = field(default_factory=list)

    def __call__(self, environ, start_response):
        self.received.append(json.loads(Request(environ).get_data()))
        return Response(b"ok", self.status)(environ, start_response)


@pytest.fixture
def inbox():
    found = Inbox()
    with background(found) as url:
        found.url = f"{url}/T000/secret"
        yield found


@pytest.fixture
def failing(desk, monkeypatch):
    """Evaluates the sensor for a run that really failed."""
    desk.simulator.tokens.consents.discard(900001)
    result = desk.copy("are-cykel", None, "customers")
    desk.simulator.tokens.consents.add(900001)
    (event,) = [each for each in result.all_events if each.event_type == dg.DagsterEventType.RUN_FAILURE]
    context = dg.build_run_status_sensor_context(
        sensor_name="run_failures",
        dagster_event=event,
        dagster_instance=desk.instance,
        dagster_run=result.dagster_run,
    ).for_run_failure()

    def evaluate(**environment: str) -> str:
        for name, value in {**desk.environment, **environment}.items():
            monkeypatch.setenv(name, value)
        run_failures()(context)
        return result.run_id

    return evaluate


def test_the_log_is_told_where_and_why(failing, capfd):
    run_id = failing()
    said = capfd.readouterr().err
    assert f"sync_registers of are-cykel failed (run {run_id})" in said
    assert "customers: are-cykel: " in said


def test_slack_is_told_in_one_message_with_a_link(failing, inbox):
    run_id = failing(FORTNOX_SLACK_WEBHOOK_URL=inbox.url, FORTNOX_DAGSTER_URL="https://dagster.example.com/")
    (message,) = inbox.received
    assert message.keys() == {"text"}
    assert message["text"].splitlines()[0] == f"sync_registers of are-cykel failed (run {run_id})"
    assert message["text"].splitlines()[-1] == f"https://dagster.example.com/runs/{run_id}"


def test_a_webhook_is_told_every_part_by_name(failing, inbox):
    run_id = failing(FORTNOX_WEBHOOK_URL=inbox.url)
    (message,) = inbox.received
    assert message["run_id"] == run_id
    assert message["partition"] == "are-cykel"
    assert len(message["reasons"]) == 1


def test_one_who_does_not_accept_keeps_nobody_else_from_being_told(failing, inbox):
    with background(Inbox(status=500)) as other, pytest.raises(NotifyError, match=r"FORTNOX_SLACK_WEBHOOK_URL.*: 500"):
        failing(FORTNOX_SLACK_WEBHOOK_URL=f"{other}/secret", FORTNOX_WEBHOOK_URL=inbox.url)
    assert len(inbox.received) == 1


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/secret", "no address/secret"])
def test_an_address_is_a_secret(url):
    notifier = WebhookNotifier(name="FORTNOX_WEBHOOK_URL", url=url, slack=False)
    with pytest.raises(NotifyError) as caught:
        notifier.tell(NOTICE)
    assert "secret" not in f"{caught.value} {notifier!r}"


def test_many_reasons_are_counted():
    many = Notice(job="j", partition="", run_id="r", reasons=tuple(f"reason {number}" for number in range(25)))
    lines = many.text.splitlines()
    assert len(lines) == 12
    assert lines[0] == "j failed (run r)"
    assert lines[-1] == "and 15 more"
