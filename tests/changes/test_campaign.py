"""A short fault campaign; benchmarks/fault_campaign.py runs it for as long as one likes."""

import importlib.util
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parents[2] / "benchmarks" / "fault_campaign.py"


@pytest.fixture(scope="module")
def fault_campaign():
    spec = importlib.util.spec_from_file_location("fault_campaign", PROGRAM)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


TROUBLES = ("answers", "killed at a request", "refresh answer lost")


def test_after_every_round_of_faults_the_tables_are_what_fortnox_has(fault_campaign, tmp_path):
    with fault_campaign.campaign(tmp_path, ledger="vouchers", seed=11, sample=1) as running:
        for trouble in TROUBLES:
            running.round(trouble)
        report = running.finish()
    assert report.examples == []
    assert (report.rows_lost, report.rows_doubled, report.rows_stale) == (0, 0, 0)
    # Where its answer was lost a refresh token is sent again, refused, and needs a new consent; elsewhere never.
    assert (report.refresh_tokens_spent_twice, report.refresh_answers_lost, report.reauthorised) == (0, 1, 1)
    assert report.refresh_tokens_sent_again >= 1
    # What it would be worth otherwise: faults did happen, and rows were compared after each round.
    assert sum(report.faults.values()) > 0
    assert report.compared >= report.rounds == len(TROUBLES)
    assert report.rows_compared > 200 * len(TROUBLES)
    assert report.most_requests_in_5_seconds <= running.app.limiter.limit.requests


def test_the_campaign_notices_a_refresh_token_that_is_spent_twice(fault_campaign, tmp_path):
    with fault_campaign.campaign(tmp_path, sample=1) as running:
        spent = running._kept()
        for _ in range(2):
            running.app.tokens._spent[spent] = running.company.tenant_id
            running.app.tokens._suspect(spent)
        assert running.finish().refresh_tokens_spent_twice == 2
        running.may_send_again = 2
        running.app.tokens._suspect(spent)
        running._authorise()
        running.app.tokens._suspect(spent)
        report = running.finish()
    assert (report.refresh_tokens_sent_again, report.refresh_tokens_spent_twice) == (1, 3)
