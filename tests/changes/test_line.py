"""Through Dagster and the command line's own way: what a run says about itself."""

import dagster as dg
import pytest
from rich.console import Console

from fortnox_assets.cli.display import SyncDisplay
from fortnox_assets.cli.instance import dagster_instance
from fortnox_assets.cli.run import _print_outcome
from fortnox_assets.cli.sync import Request, Sync
from fortnox_assets.connections import Connections
from fortnox_assets.definitions import copying_definitions
from fortnox_assets.defs.reconciliation import compared

ENDPOINTS = ("customers", "vouchers", "sie_files", "sie_vouchers")


@pytest.fixture
def sync(place):
    """A sync through Dagster; answers its outcome and the evaluations of the voucher check."""
    copy = place.copy()

    def run(**wanted):
        console = Console(quiet=True)
        with (
            Connections(copy.settings) as connections,
            pytest.MonkeyPatch.context() as patch,
            SyncDisplay(console, copy.settings) as display,
        ):
            patch.setenv("DAGSTER_HOME", str(copy.settings.state_dir / "dagster"))
            with dagster_instance(copy.settings) as instance:
                definitions = copying_definitions(copy.settings, display)
                request = Request(endpoints=ENDPOINTS, reports=False, labels=(2026,), **wanted)
                outcome = Sync(copy.settings, definitions, instance, display).run(request, connections)
                key = dg.AssetCheckKey(dg.AssetKey(["fortnox_raw", "sie_vouchers"]), "sie_agrees_with_vouchers")
                records = instance.event_log_storage.get_asset_check_execution_history(key, limit=1)
        return outcome, records[0].event.asset_check_evaluation

    run.copy = copy
    return run


def test_a_sync_through_dagster_reads_changes_and_says_so(sync, place):
    first, check = sync()
    assert first.troubles == []
    assert first.rows > 100
    assert sum(first.differences.values()) == 0
    assert check.passed
    assert check.metadata["vouchers in SIE"].value == check.metadata["vouchers listed"].value > 50

    place.company.of("customers").pop()
    year = max(place.company.years, key=lambda each: each.from_date)
    place.company.delete_last_voucher(year.id, "A")
    second, check = sync()
    assert second.troubles == []
    assert second.differences["deleted"] == 2
    assert second.requests < first.requests
    assert check.passed

    full, _ = sync(full=True)
    assert full.rows > 100
    assert sum(full.differences.values()) == 0


def test_the_summary_tells_rows_changes_and_requests(sync, place, capsys):
    sync()
    place.company.of("customers").pop()
    place.company._touch()
    outcome, _ = sync()
    console = Console()
    _print_outcome(outcome, console)
    assert "0 rows (1 deleted) in 2 partitions, " in capsys.readouterr().out


def test_vouchers_that_only_one_of_the_two_has_are_named():
    result = compared({(4, "A", 1), (4, "A", 2)}, {(4, "A", 1), (4, "B", 7)})
    assert not result.passed
    assert result.severity is dg.AssetCheckSeverity.WARN
    assert result.description == "in SIE alone: A2; in the list alone: B7"
    assert compared(set(), {(4, "A", 1)}).passed
