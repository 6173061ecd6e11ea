"""The sensor that makes new companies and years known and has what is new or has moved copied."""

import datetime as dt
import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import dagster as dg
import pytest
import yaml

from fortnox_assets.cli.demo import demo_environment, unlimited_simulator
from fortnox_assets.definitions import build_definitions
from fortnox_assets.places import DAGSTER_YAML
from fortnox_assets.settings_errors import SettingsError
from fortnox_assets.sie.writer import write
from fortnox_assets.simulator.sample_companies import sample_companies
from fortnox_assets.simulator.server import background

# Dagster says this of the tags it gives every run of a partition with two dimensions.
pytestmark = pytest.mark.filterwarnings("ignore:Non-compliant tag keys:DeprecationWarning")


@pytest.fixture(scope="module")
def simulator():
    return unlimited_simulator(sample_companies("tiny"))


@pytest.fixture(scope="module")
def definitions(configured):
    return build_definitions(configured(None))


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    directory = tmp_path_factory.mktemp("dagster")
    shutil.copyfile(DAGSTER_YAML, directory / "dagster.yaml")
    with dg.DagsterInstance.from_config(str(directory)) as instance:
        yield instance


@pytest.fixture
def office(simulator, definitions, home, state, tmp_path, monkeypatch):
    """The sensor in an environment whose fortnox.yaml a test writes."""
    with background(simulator) as url:
        for name, value in {**demo_environment(state, url), "FORTNOX_CONFIG": str(tmp_path / "fortnox.yaml")}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.chdir(tmp_path)
        yield Office(simulator, definitions, home)
    for partitions in ("fortnox_company", "fortnox_financial_year"):
        for key in home.get_dynamic_partitions(partitions):
            home.delete_dynamic_partition(partitions, key)


class Office:
    def __init__(self, simulator, definitions, instance) -> None:
        self.simulator = simulator
        self.definitions = definitions
        self.instance = instance
        self.cursor = None
        self.skipped = None

    def configure(self, *companies: str, **rest: object) -> None:
        tenants = {each.key: each.tenant_id for each in self.simulator.companies.values()}
        chosen = {key: {"tenant_id": tenants[key]} for key in companies}
        with open("fortnox.yaml", "w", encoding="utf-8") as file:  # noqa: PTH123 - in the test's own directory
            yaml.safe_dump({"companies": chosen, **rest}, file)

    def later(self, seconds: float = 3600) -> list[dg.RunRequest]:
        """A tick when so much time has passed since the last look."""
        known = json.loads(self.cursor)
        self.cursor = json.dumps({**known, "looked_at": known["looked_at"] - seconds})
        return self.tick()

    def tick(self, name: str = "new_companies_and_years") -> list[dg.RunRequest]:
        """One tick as the daemon makes it: partitions are added, the cursor is kept."""
        repository = self.definitions.get_repository_def()
        sensor = repository.get_sensor_def(name)
        # With a reference, as the daemon has it: an instance alone does not look new partitions up.
        about = {"instance_ref": self.instance.get_ref(), "cursor": self.cursor, "repository_def": repository}
        with dg.build_sensor_context(**about) as context:
            data = sensor.evaluate_tick(context)
        for request in data.dynamic_partitions_requests or ():
            self.instance.add_dynamic_partitions(request.partitions_def_name, request.partition_keys)
        self.cursor = data.cursor or self.cursor
        self.skipped = data.skip_message
        return list(data.run_requests or ())

    def partitions(self) -> tuple[list[str], list[str]]:
        return (
            list(self.instance.get_dynamic_partitions("fortnox_company")),
            list(self.instance.get_dynamic_partitions("fortnox_financial_year")),
        )


def requested(requests: list[dg.RunRequest]) -> set[tuple[str, str]]:
    return {(each.job_name, each.partition_key) for each in requests}


def test_a_new_company_is_registered_and_loaded_with_all_its_years(office):
    office.configure("bjork-konsult")
    requests = office.tick()
    years = sorted(str(year.from_date.year) for year in office.simulator.companies[900002].years)
    assert office.partitions() == (["bjork-konsult"], years)
    assert requested(requests) == {
        ("sync_registers", "bjork-konsult"),
        *(("sync_financial_year", f"bjork-konsult|{year}") for year in years),
    }


def test_nothing_happens_at_the_second_look(office):
    office.configure("bjork-konsult")
    office.tick()
    before = office.partitions()
    assert office.later() == []
    assert office.partitions() == before


def test_a_company_added_later_is_loaded_alone(office):
    office.configure("bjork-konsult")
    office.tick()
    office.configure("bjork-konsult", "are-cykel")
    keys = {each.partition_key.split("|")[0] for each in office.tick()}
    assert keys == {"are-cykel"}


def test_two_financial_years_that_begin_in_one_calendar_year_are_one_load(office):
    office.configure("cedergrens-bygg")
    keys = [each.partition_key for each in office.tick()]
    assert len(keys) == len(set(keys))
    assert len(keys) - 1 < len(office.simulator.companies[900003].years)


def test_fortnox_is_asked_hourly_and_when_fortnox_yaml_changes(office):
    office.configure("bjork-konsult")
    office.tick()
    office.simulator.journal.clear()
    assert office.later(seconds=600) == []
    assert office.simulator.journal.requests(900002) == ()
    office.configure("bjork-konsult", first_load={"past_years": 1})
    office.tick()
    asked = len(office.simulator.journal.requests(900002))
    assert asked > 0
    office.later()
    assert len(office.simulator.journal.requests(900002)) == 2 * asked


def test_only_the_past_years_of_the_setting_are_loaded_and_all_are_registered(office):
    office.configure("bjork-konsult", first_load={"past_years": 1})
    assert requested(office.tick()) == {
        ("sync_registers", "bjork-konsult"),
        ("sync_financial_year", "bjork-konsult|2025"),
        ("sync_financial_year", "bjork-konsult|2026"),
    }
    assert office.partitions()[1] == ["2023", "2024", "2025", "2026"]
    assert office.later() == []
    office.configure("bjork-konsult", first_load={"past_years": 2})
    assert requested(office.tick()) == {("sync_financial_year", "bjork-konsult|2024")}


@pytest.fixture
def moved(office):
    """Björk's latest year begins a month later, as does the day on which the one before it ends."""
    company = office.simulator.companies[900002]
    before = company.years

    def move():
        days = {2: {"to_date": dt.date(2026, 5, 31)}, 4: {"from_date": dt.date(2026, 6, 1)}}
        company.years = tuple(replace(each, **days.get(each.id, {})) for each in before)
        bodies = {each.body["Id"]: each.body for each in company.of("financial_years")}
        for body in bodies.values():
            body.update({2: {"ToDate": "2026-05-31"}, 4: {"FromDate": "2026-06-01"}}.get(body["Id"], {}))
        company.revision += 1

    kept = [(each.body, dict(each.body)) for each in company.of("financial_years")]
    yield move
    company.years = before
    for body, values in kept:
        body.update(values)
    company.revision += 1


def test_years_whose_days_have_moved_are_copied_again_and_no_others(office, moved):
    office.configure("bjork-konsult")
    office.tick()
    moved()
    requests = office.later()
    assert requested(requests) == {
        ("sync_financial_year", "bjork-konsult|2025"),
        ("sync_financial_year", "bjork-konsult|2026"),
    }
    assert office.later() == []


def test_a_year_that_moves_back_is_copied_once_more(office, moved):
    office.configure("bjork-konsult")
    office.tick()
    there = {each.run_key for each in (moved(), office.later())[1]}
    company = office.simulator.companies[900002]
    for each in company.of("financial_years"):
        each.body.update({2: {"ToDate": "2026-04-30"}, 4: {"FromDate": "2026-05-01"}}.get(each.body["Id"], {}))
    company.revision += 1
    back = office.later()
    assert len(back) == len(there) == 2
    assert there & {each.run_key for each in back} == set()


def test_a_year_that_is_gone_from_fortnox_is_emptied_once(office):
    office.configure("bjork-konsult")
    office.tick()
    known = json.loads(office.cursor)
    known["cells"]["bjork-konsult|2019"] = "some days"
    office.cursor = json.dumps(known)
    assert requested(office.later()) == {("sync_financial_year", "bjork-konsult|2019")}
    assert office.later() == []


def test_an_endpoint_that_is_new_is_loaded_for_everyone_alone(office):
    office.configure("bjork-konsult")
    office.tick()
    known = json.loads(office.cursor)
    known["tables"] = sorted(set(known["tables"]) - {"customers", "invoices"})
    office.cursor = json.dumps(known)
    requests = office.tick()
    assert {each.partition_key for each in requests} == {
        "bjork-konsult",
        *(f"bjork-konsult|{year}" for year in office.partitions()[1]),
    }
    names = {each.job_name: {key.path[-1] for key in each.asset_selection} for each in requests}
    assert names == {"sync_registers": {"customers"}, "sync_financial_year": {"invoices"}}


def test_another_choice_of_endpoints_asks_for_a_reload(office):
    office.configure("bjork-konsult", endpoints={"exclude": ["invoices"]})
    office.tick()
    office.tick()
    assert "reload the code location" in office.skipped


def test_a_cursor_of_version_0_1_0_starts_nothing_again(office):
    office.configure("bjork-konsult")
    keys = {each.partition_key for each in office.tick()}
    office.cursor = json.dumps(sorted(keys))
    assert office.tick() == []
    assert json.loads(office.cursor)["cells"]["bjork-konsult|2026"] != ""


def test_a_tick_that_is_made_again_asks_for_the_same_runs(office):
    office.configure("bjork-konsult")
    first = {each.run_key for each in office.tick()}
    office.cursor = None
    assert {each.run_key for each in office.tick()} == first


def test_a_company_that_does_not_answer_waits_for_the_next_look_and_holds_up_nobody(office):
    office.configure("are-cykel", "bjork-konsult")
    office.simulator.tokens.consents.discard(900001)
    try:
        first = {each.partition_key.split("|")[0] for each in office.tick()}
    finally:
        office.simulator.tokens.consents.add(900001)
    assert first == {"bjork-konsult"}
    assert office.partitions()[0] == ["bjork-konsult"]
    second = {each.partition_key.split("|")[0] for each in office.later()}
    assert second == {"are-cykel"}


def test_every_first_load_can_run(office):
    """The partition keys the sensor asks for are keys the jobs have."""
    office.configure("are-cykel", "bjork-konsult", "cedergrens-bygg")
    requests = office.tick()
    for each in requests:
        job = office.definitions.resolve_job_def(each.job_name)
        known = job.partitions_def.get_partition_keys(dynamic_partitions_store=office.instance)
        assert each.partition_key in known
    assert len({each.run_key for each in requests}) == len(requests)


def test_without_fortnox_yaml_there_is_nothing_to_do(office):
    assert office.tick() == []
    assert office.partitions() == ([], [])


def test_a_broken_fortnox_yaml_fails_the_look_with_one_line_and_loses_nothing(office, tmp_path):
    office.configure("are-cykel")
    office.tick()
    before = office.cursor
    (tmp_path / "fortnox.yaml").write_text("companies: {are-cykel: {tenant: 1}}", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"companies\.are-cykel\.tenant"):
        office.tick()
    assert office.cursor == before


@pytest.fixture
def uploads(office, simulator, tmp_path, monkeypatch):
    """Puts a year of Åre Cykel, exported by Fortnox, into the store of uploads; its company has no connection."""
    monkeypatch.setenv("FORTNOX_SIE_STORE", f"file:{tmp_path / 'uploads'}")
    chosen = {"ovn": {"ledger": "sie_file", "organisation_number": "559001-0013"}}
    (tmp_path / "fortnox.yaml").write_text(yaml.safe_dump({"companies": chosen}), encoding="utf-8")
    owner = simulator.companies[900001]

    def put(year: int, place: str, *, settled: bool = True) -> Path:
        path = tmp_path / "uploads" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as out:
            write(owner.sie(next(each.id for each in owner.years if each.from_date.year == year)), out)
        if settled:
            os.utime(path, (1_000_000_000, 1_000_000_000))
        return path

    return put


def uploaded_partitions(office) -> list[str]:
    requests = office.tick("uploaded_sie_files")
    assert all(each.job_name == "sync_financial_year" for each in requests)
    assert all(dg.AssetKey(["fortnox_raw", "sie_vouchers"]) in each.asset_selection for each in requests)
    return [str(each.partition_key) for each in requests]


def test_a_file_put_into_a_companys_folder_is_loaded_once_and_again_when_it_changes(office, uploads):
    path = uploads(2025, "ovn/2025.se")
    assert uploaded_partitions(office) == ["ovn|2025"]
    assert office.partitions() == (["ovn"], ["2025"])
    assert uploaded_partitions(office) == []
    os.utime(path, (1_000_000_009, 1_000_000_009))
    assert uploaded_partitions(office) == ["ovn|2025"]


def test_a_file_at_the_top_is_filed_under_its_company_when_it_has_settled(office, uploads, tmp_path):
    uploads(2025, "new.se", settled=False)
    assert uploaded_partitions(office) == []
    uploads(2025, "new.se")
    assert uploaded_partitions(office) == ["ovn|2025"]
    found = sorted(str(each.relative_to(tmp_path / "uploads")) for each in (tmp_path / "uploads").rglob("*.se"))
    assert found == ["ovn/filed/new.se", "ovn/new.se"]


def test_a_file_that_cannot_be_used_stops_no_other(office, uploads, tmp_path):
    uploads(2025, "ovn/2025.se")
    (tmp_path / "uploads" / "letter.se").write_text("Hej")
    os.utime(tmp_path / "uploads" / "letter.se", (1, 1))
    assert uploaded_partitions(office) == ["ovn|2025"]
    assert (tmp_path / "uploads" / "letter.se").exists()
