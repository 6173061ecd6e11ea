"""A year goes out of the warehouse as SIE and comes in again: nothing is another figure than before."""

import datetime as dt
import io
import shutil
from decimal import Decimal

import pytest
import yaml

from fortnox_assets.catalogue.sie_tables import SIE_TABLES
from fortnox_assets.connections import Connections
from fortnox_assets.defs.copying import Copying
from fortnox_assets.defs.partitions import Cell
from fortnox_assets.settings import load_settings
from fortnox_assets.sie.reader import read
from fortnox_assets.sie.records import (
    Account,
    Balance,
    BalanceKind,
    Dimension,
    Identity,
    ObjectRef,
    PeriodBalance,
    PeriodKind,
    SieDocument,
    SieObject,
    Transaction,
    TransactionKind,
    Voucher,
)
from fortnox_assets.sie.verify import verify
from fortnox_assets.sie.writer import SieWriter, UnwritableError, write
from fortnox_assets.sie_export import NothingStoredError, stored_years
from fortnox_assets.warehouse.duckdb import DuckDBStored

LABEL = 2025
TODAY = dt.date(2026, 11, 21)
COLUMNS = "VoucherSeries, VoucherNumber, TransactionDate, Text, Transactions"
LEDGER = f"select {COLUMNS} from fortnox_raw.sie_vouchers order by Line"
BALANCES = "select * exclude (Line, _loaded_at, _run_id) from fortnox_raw.sie_balances order by Line"

UNUSUAL = SieDocument(
    identity=Identity(
        program="Bokslut",
        organisation_number="556123-4567",
        internal_id="C:\\Data\\x",
        company_name='Övn "ett" AB',
        years={0: (dt.date(2025, 5, 1), dt.date(2026, 4, 30)), -1: (dt.date(2024, 5, 1), dt.date(2025, 4, 30))},
        chart="BAS2014",
        currency="EUR",
        balances_up_to=dt.date(2026, 4, 30),
    ),
    accounts=(
        Account(number=1930, name="Bank", account_type="T", sru_codes=("7281", "7282")),
        Account(number=30010, name="Försäljning {25 %}", unit="st"),
    ),
    dimensions=(Dimension(number=1, name="Kostnadsställe"), Dimension(number=21, name="Del", parent=1)),
    objects=(SieObject(dimension=1, object="KS 1", name="Butiken"),),
    balances=(
        Balance(kind=BalanceKind.IB, year_number=0, account=1930, amount=Decimal("151678.15"), quantity=Decimal("1.5")),
        Balance(kind=BalanceKind.UB, year_number=0, account=1930, amount=Decimal("1.00")),
        Balance(kind=BalanceKind.OUB, year_number=0, account=1930, objects=(ObjectRef(1, "KS 1"),), amount=Decimal(1)),
        Balance(kind=BalanceKind.RES, year_number=-1, account=30010, amount=Decimal(-7)),
    ),
    period_balances=(
        PeriodBalance(kind=PeriodKind.PSALDO, year_number=0, period="202506", account=30010, amount=Decimal("-99.99")),
        PeriodBalance(kind=PeriodKind.PBUDGET, year_number=0, period="202506", account=30010, amount=Decimal(-5)),
    ),
    vouchers=(
        Voucher(series="#", number=1, date=dt.date(2025, 5, 2), text="ett"),
        Voucher(
            series="#",
            number=1,
            date=dt.date(2025, 6, 3),
            text='"två" \\ och',
            registration_date=dt.date(2025, 6, 9),
            signature="Åsa",
            transactions=(
                Transaction(account=1930, amount=Decimal("100.00"), text="\\\\srv\\x"),
                Transaction(kind=TransactionKind.RTRANS, account=30010, amount=Decimal("-99.99"), signature="bo"),
                Transaction(
                    account=30010,
                    amount=Decimal("-99.99"),
                    objects=(ObjectRef(1, "KS 1"), ObjectRef(6, "P}1"), ObjectRef(21, "x")),
                    transaction_date=dt.date(2025, 6, 4),
                    quantity=Decimal("-2.125"),
                ),
                Transaction(kind=TransactionKind.BTRANS, account=30010, amount=Decimal("-1.00"), text="fel"),
            ),
        ),
        Voucher(
            series="B",
            number=None,
            date=dt.date(2026, 4, 30),
            transactions=(Transaction(account=1930, amount=Decimal(0)),),
        ),
    ),
)


def exported(stored, company="ovn", label=LABEL) -> bytes:
    [year] = stored_years(stored, company, label, TODAY)
    out = io.BytesIO()
    writer = SieWriter(out, year.identity, checksum=True)
    for record in year.records():
        writer.write(record)
    writer.close()
    return out.getvalue()


@pytest.fixture
def load(place, tmp_path):
    """Loads a file as the year's ledger of a company without Fortnox, into a warehouse of its own."""
    copy = place.copy()

    def run(content: bytes):
        directory = copy.settings.config_path.parent / "uploaded"
        shutil.rmtree(directory, ignore_errors=True)
        (directory / "state" / "sie" / "ovn").mkdir(parents=True)
        (directory / "state" / "sie" / "ovn" / "books.se").write_bytes(content)
        (directory / "fortnox.yaml").write_text(yaml.safe_dump({"companies": {"ovn": {"ledger": "sie_file"}}}))
        settings = load_settings({"FORTNOX_STATE_DIR": str(directory / "state")}, directory)
        copy.settings = settings
        with Connections(settings) as connections:
            cell = Cell(company="ovn", label=LABEL)
            copying = Copying(
                connections=connections,
                cell=cell,
                run_id="run",
                stored=DuckDBStored(settings.duckdb_path, "fortnox_raw"),
            )
            with copying.ledger_files() as files:
                for table in SIE_TABLES:
                    copy.store(copying.sie_table(table, files)[0])
        return copy

    return run


def test_whatever_a_file_has_goes_out_and_comes_in_again_the_same(load):
    content = io.BytesIO()
    write(UNUSUAL, content)
    copy = load(content.getvalue())
    ledger, balances = copy.query(LEDGER), copy.query(BALANCES)
    first = exported(DuckDBStored(copy.settings.duckdb_path, "fortnox_raw"))
    again = read(first)
    assert again.identity.years == UNUSUAL.identity.years
    assert (again.identity.currency, again.identity.internal_id) == ("EUR", "C:\\Data\\x")
    parts = ("accounts", "dimensions", "objects", "balances", "period_balances", "vouchers")
    assert {part: getattr(again, part) for part in parts} == {part: getattr(UNUSUAL, part) for part in parts}
    copy = load(first)
    assert (copy.query(LEDGER), copy.query(BALANCES)) == (ledger, balances)
    assert exported(DuckDBStored(copy.settings.duckdb_path, "fortnox_raw")) == first


@pytest.mark.parametrize("ledger", ["sie", "vouchers"])
def test_fortnoxs_ledger_goes_out_and_comes_in_again_whichever_way_it_was_copied(place, load, ledger):
    key = place.company.key
    copy = place.copy(ledger=ledger)
    with Connections(copy.settings) as connections:
        for name in ("sie", "vouchers", "accounts"):
            copy._sync_one(connections, name, LABEL, full=False, store=copy.store)
    first = exported(DuckDBStored(copy.settings.duckdb_path, "fortnox_raw"), key)
    document = read(first)
    assert list(verify(document)) == []
    [year] = [each for each in place.company.years if each.from_date.year == LABEL]
    assert ledger_of(document) == ledger_of(place.company.sie(year.id))
    assert closing(document) == closing(place.company.sie(year.id))
    assert exported(DuckDBStored(load(first).settings.duckdb_path, "fortnox_raw")) == first


def ledger_of(document: SieDocument) -> list[tuple]:
    """The booked rows, without what only SIE files tell."""
    return sorted(
        (each.series, each.number, each.date, each.text, row.account, row.amount, row.objects, row.text)
        for each in document.vouchers
        for row in each.booked()
    )


def closing(document: SieDocument) -> dict[tuple, Decimal]:
    kinds = (BalanceKind.IB, BalanceKind.UB, BalanceKind.RES)
    mine = [each for each in document.balances if each.year_number == 0 and each.kind in kinds and each.amount]
    return {(each.kind, each.account): each.amount for each in mine}


def test_what_is_not_stored_is_one_line(place):
    with pytest.raises(NothingStoredError, match="ovn: there is no stored ledger of the financial year 1999; run"):
        stored_years(DuckDBStored(place.copy().settings.duckdb_path, "fortnox_raw"), "ovn", 1999, TODAY)


def test_a_letter_the_code_page_lacks_is_refused_and_not_replaced(load):
    content = io.BytesIO()
    vouchers = (Voucher(series="A", number=1, date=dt.date(2025, 5, 2), text="Škoda"),)
    write(SieDocument(identity=UNUSUAL.identity, balances=UNUSUAL.balances, vouchers=vouchers), content, "utf-8")
    copy = load(content.getvalue())
    with pytest.raises(UnwritableError, match="cp437 has no 'Š'"):
        exported(DuckDBStored(copy.settings.duckdb_path, "fortnox_raw"))
