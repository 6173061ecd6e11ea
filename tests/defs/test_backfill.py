"""``fortnox-assets backfill``: which cells it names, and what it leaves for the daemon."""

import pytest
from dagster._core.execution.backfill import BulkActionStatus
from rich.console import Console

from fortnox_assets.cli.backfill import Choice, backfill_of, chosen_cells, run_backfill
from fortnox_assets.connections import Connections
from fortnox_assets.settings_errors import SettingsError


@pytest.fixture
def cells(desk):
    def chosen(**choice: object) -> list[str]:
        with Connections(desk.settings) as connections:
            return [cell.key for cell in chosen_cells(Choice(**choice), connections)]

    return chosen


def test_one_year_of_every_company_that_has_it(cells):
    assert cells(labels=(2023,)) == ["are-cykel|2023", "bjork-konsult|2023"]


def test_every_year_of_one_company(cells):
    assert cells(companies=("bjork-konsult",)) == [f"bjork-konsult|{year}" for year in range(2023, 2027)]


def test_exactly_the_partitions_that_were_named(cells):
    ragged = ("are-cykel|2024", "bjork-konsult|2023", "are-cykel|2024")
    assert cells(partitions=ragged) == ["are-cykel|2024", "bjork-konsult|2023"]


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ({"labels": (2019,)}, "--financial-year 2019: no chosen company has that year; known: 2022, 2023"),
        ({"companies": ("nobody",)}, "there is no company 'nobody'"),
        ({"partitions": ("are-cykel",)}, "must be a company and a year"),
        ({"partitions": ("are-cykel|2019",)}, "are-cykel has no such year; known: 2023"),
        ({"partitions": ("are-cykel|2024",), "labels": (2024,)}, "leave --company and --financial-year out"),
    ],
)
def test_what_there_is_not_is_one_line(cells, choice, words):
    with pytest.raises(SettingsError) as caught:
        cells(**choice)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_register_has_no_years(desk):
    with pytest.raises(SettingsError, match="--endpoint customers: has no financial years"):
        backfill_of(desk.definitions, desk.instance, [], Choice(endpoints=("customers",)))


def test_the_daemon_finds_every_cell_of_every_table_and_no_report(desk, monkeypatch):
    monkeypatch.setenv("DAGSTER_HOME", desk.instance.root_directory)
    choice = Choice(partitions=("are-cykel|2024", "bjork-konsult|2023"), full=True)
    assert run_backfill(desk.settings, choice, Console(quiet=True)) == 0
    (backfill,) = desk.instance.get_backfills()
    assert backfill.status == BulkActionStatus.REQUESTED
    assert backfill.tags == {"fortnox/full": "true"}
    subset = backfill.get_asset_backfill_data(desk.definitions.resolve_asset_graph()).target_subset
    names = {each.path[-1] for each in backfill.asset_selection}
    assert {"invoices", "sie_vouchers"} <= names
    assert "customers" not in names
    assert not any(each.path[0] != "fortnox_raw" for each in backfill.asset_selection)
    keys = {key for each in subset.asset_keys for key in subset.get_partitions_subset(each).get_partition_keys()}
    assert keys == {"are-cykel|2024", "bjork-konsult|2023"}
