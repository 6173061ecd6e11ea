"""A year's ledger changes its source: told before it happens, recorded once, and back again."""

import pytest
import yaml

from fortnox_assets.catalogue.sie_tables import SIE_TABLES
from fortnox_assets.connections import Connections
from fortnox_assets.defs.copying import Copying
from fortnox_assets.defs.partitions import Cell
from fortnox_assets.settings import load_settings
from fortnox_assets.sie.writer import write
from fortnox_assets.warehouse.duckdb import DuckDBStored

LABEL = 2025


@pytest.fixture
def load(place):
    """Loads one year's ledger by this setting, as the asset does; answers what is told before it begins."""
    copy = place.copy()
    directory = copy.settings.config_path.parent

    def run(**company) -> list[str]:
        chosen = {place.company.key: {"tenant_id": place.company.tenant_id, **company}}
        (directory / "fortnox.yaml").write_text(yaml.safe_dump({"companies": chosen}))
        environment = {
            name.upper(): str(value)
            for name, value in copy.settings.environment.model_dump(exclude={"fortnox_client_secret"}).items()
            if value is not None
        }
        secret = copy.settings.environment.fortnox_client_secret.get_secret_value()
        settings = load_settings({**environment, "FORTNOX_CLIENT_SECRET": secret}, directory)
        with Connections(settings) as connections:
            cell = Cell(company=place.company.key, label=LABEL)
            copying = Copying(
                connections=connections,
                cell=cell,
                run_id="run",
                stored=DuckDBStored(settings.duckdb_path, "fortnox_raw"),
            )
            told = list(copying.coming_changes())
            with copying.ledger_files() as files:
                copy.store(copying.ledger_sources(files)[0])
                for table in SIE_TABLES:
                    copy.store(copying.sie_table(table, files)[0])
        return told

    run.copy = copy
    return run


def upload(load, place, name) -> None:
    [year] = [each for each in place.company.years if each.from_date.year == LABEL]
    folder = load.copy.settings.state_dir / "sie" / place.company.key
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("wb") as out:
        write(place.company.sie(year.id), out)


def test_every_change_of_source_is_told_before_it_happens_and_recorded_once(load, place):
    assert load() == []
    assert load() == []
    upload(load, place, "bokslut.se")
    by_file = {"ledger_by_year": {LABEL: "sie_file"}}
    start = f"ledger  {place.company.key} {LABEL}: comes from"
    assert load(**by_file) == [f"{start} the uploaded file bokslut.se from now on; until now from Fortnox (sie)"]
    assert load.copy.query("select LedgerSource, FileName from fortnox_raw.sie_files") == [("sie_file", "bokslut.se")]
    assert load(**by_file) == []
    assert load(ledger="vouchers") == [
        f"{start} Fortnox (vouchers) from now on; until now from the uploaded file bokslut.se"
    ]
    recorded = (
        "select Number, LedgerSource, FileName, PreviousLedgerSource, PreviousFileName, ContentHash <> '' "
        "from fortnox_raw.ledger_sources order by 1"
    )
    assert load.copy.query(recorded) == [
        (1, "sie", "", None, None, False),
        (2, "sie_file", "bokslut.se", "sie", "", True),
        (3, "vouchers", "", "sie_file", "bokslut.se", False),
    ]


def test_a_record_that_a_crash_left_without_its_ledger_is_not_written_twice(load, place):
    load()
    upload(load, place, "bokslut.se")
    by_file = {"ledger_by_year": {LABEL: "sie_file"}}
    kept, load.copy.store = load.copy.store, _only_the_first(load.copy.store)
    with pytest.raises(ZeroDivisionError):
        load(**by_file)
    load.copy.store = kept
    assert load.copy.query("select LedgerSource from fortnox_raw.sie_files") == [("sie",)]
    assert len(load(**by_file)) == 1
    assert load.copy.query("select LedgerSource from fortnox_raw.sie_files") == [("sie_file",)]
    assert load.copy.query("select count(*) from fortnox_raw.ledger_sources") == [(2,)]


def _only_the_first(store):
    stored = []

    def crash_later(result) -> None:
        if stored:
            result.discard()
            raise ZeroDivisionError
        stored.append(store(result))

    return crash_later
