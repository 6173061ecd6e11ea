"""Filing an uploaded SIE file: whose it is, which year, and never over another one unasked."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from fortnox_assets.connections import Connections
from fortnox_assets.extract.financial_years import FinancialYear
from fortnox_assets.extract.uploaded_sie import CompanyIdentity
from fortnox_assets.filing import examined, file_away
from fortnox_assets.settings import load_settings
from fortnox_assets.settings_errors import SettingsError
from fortnox_assets.sie.errors import SieError
from fortnox_assets.sie.records import Account, Balance, BalanceKind, Identity, SieDocument, Transaction, Voucher
from fortnox_assets.sie.writer import write

YEAR = {0: (dt.date(2024, 5, 1), dt.date(2025, 4, 30))}
PREVIOUS = {0: (dt.date(2023, 5, 1), dt.date(2024, 4, 30))}
NUMBER = "556123-4567"


def books(sale: str = "1000.00", years=YEAR, **facts) -> SieDocument:
    """A company that opened with 500.00 in the bank and 500.00 in equity, and made one sale."""
    opening, amount = Decimal("500.00"), Decimal(sale)
    kind = BalanceKind
    balances = [(kind.IB, 1930, opening), (kind.IB, 2081, -opening), (kind.UB, 1930, opening + amount)]
    balances += [(kind.UB, 2081, -opening), (kind.RES, 3001, -amount)]
    rows = (Transaction(account=1930, amount=amount), Transaction(account=3001, amount=-amount))
    day = years[0][0] + dt.timedelta(days=40)
    return SieDocument(
        identity=Identity(
            **{"program": "Bokslut", "program_version": "1", "organisation_number": NUMBER, "company_name": "Övn AB"}
            | facts,
            years=years,
        ),
        accounts=tuple(Account(number=number, name=f"Konto {number}") for number in (1930, 2081, 3001)),
        balances=tuple(Balance(kind=k, year_number=0, account=a, amount=m) for k, a, m in balances),
        vouchers=(Voucher(series="A", number=1, date=day, text="Försäljning", transactions=rows),),
    )


@pytest.fixture
def exported(tmp_path):
    def make(name="books.se", *sale, **facts) -> Path:
        path = tmp_path / "desk" / name
        path.parent.mkdir(exist_ok=True)
        with path.open("wb") as out:
            write(books(*sale, **facts), out)
        return path

    return make


@pytest.fixture
def office(tmp_path):
    """Opens the connections of a directory whose fortnox.yaml has these companies."""

    def open_with(companies=None) -> Connections:
        chosen = companies or {"ovn": {"ledger": "sie_file", "organisation_number": NUMBER}}
        (tmp_path / "fortnox.yaml").write_text(yaml.safe_dump({"companies": chosen}))
        return Connections(load_settings({"FORTNOX_STATE_DIR": str(tmp_path / "state")}, tmp_path))

    return open_with


@pytest.fixture
def put(office):
    """Files a path as load-sie does; each time with fresh connections, as each command has."""

    def file(path, *, replace=False, company=None, companies=None):
        connections = office(companies)
        filing = examined(connections, path, company)
        file_away(connections, filing, replace=replace)
        return filing

    return file


def refusal(put, path, kind=SieError, **how) -> str:
    with pytest.raises(kind) as caught:
        put(path, **how)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def folder(tmp_path) -> list[str]:
    found = tmp_path / "state" / "sie" / "ovn"
    return sorted(each.name for each in found.iterdir() if each.is_file()) if found.exists() else []


def test_the_file_itself_says_whose_it_is_and_which_year(put, exported, tmp_path):
    filing = put(exported())
    assert (filing.company, filing.year.label, filing.year.id) == ("ovn", 2024, 20240501)
    assert (filing.totals.vouchers, filing.totals.transactions, filing.totals.absolute_sum) == (1, 2, 2000)
    assert folder(tmp_path) == ["books.se"]


def test_a_database_number_says_it_too(put, exported):
    companies = {"a": {"tenant_id": 17, "ledger": "sie_file"}, "b": {"tenant_id": 18, "ledger": "sie_file"}}
    filing = put(exported(internal_id="18", organisation_number=""), companies=companies)
    assert filing.company == "b"


def test_a_file_of_nobody_is_one_line(put, exported):
    said = refusal(put, exported(organisation_number="559999-1234"))
    assert said.endswith(
        "#ORGNR 559999-1234, #FNR (none) is no company of fortnox.yaml; say whose it is with --company"
    )


def test_a_file_of_two_companies_asks_which(put, exported):
    same = {"ledger": "sie_file", "organisation_number": NUMBER}
    said = refusal(put, exported(), companies={"one": same, "two": same})
    assert said.endswith("is that of one, two; say whose it is with --company")


def test_a_file_of_another_company_is_refused_and_not_kept(put, exported, tmp_path):
    said = refusal(put, exported(organisation_number="559999-1234"), company="ovn")
    assert "belongs to another company (#ORGNR 559999-1234); ovn has organisation number 556123-4567" in said
    assert folder(tmp_path) == []


def test_another_file_for_a_year_is_refused_until_replace_is_said_and_then_kept(put, exported, tmp_path):
    put(exported())
    later = exported("later.se", "1200.00")
    said = refusal(put, later)
    assert said.endswith(
        "covers 2024-05-01 - 2025-04-30, as books.se does with other contents; --replace puts it in that file's place"
    )
    assert folder(tmp_path) == ["books.se"]
    assert put(later, replace=True).replaces == ("books.se",)
    assert folder(tmp_path) == ["later.se"]
    [kept] = (tmp_path / "state" / "sie" / "ovn" / "replaced").iterdir()
    assert kept.name.endswith("-books.se")


def test_the_same_books_are_not_filed_twice(put, exported, tmp_path):
    put(exported())
    assert put(exported("again.se", generated=dt.date(2026, 1, 1))).is_there == "books.se"
    assert folder(tmp_path) == ["books.se"]


def test_years_of_one_company_stand_beside_each_other_under_one_name(put, exported, tmp_path):
    put(exported())
    put(exported(years=PREVIOUS))
    assert folder(tmp_path) == ["books 20230501.se", "books.se"]


def test_an_overlapping_year_is_refused(put, exported):
    put(exported())
    said = refusal(put, exported(years={0: (dt.date(2025, 1, 1), dt.date(2025, 12, 31))}))
    assert "overlaps books.se (2024-05-01 - 2025-04-30): remove one of them" in said


def test_a_damaged_file_is_never_put_in_the_place_of_a_good_one(put, exported, tmp_path):
    put(exported())
    bad = exported("bad.se")
    bad.write_bytes(bad.read_bytes().replace(b"#TRANS 1930 {} 1000", b"#TRANS 1930 {} 1x00"))
    assert "'1x00' is no amount" in refusal(put, bad, replace=True)
    assert folder(tmp_path) == ["books.se"]


def test_figures_that_disagree_are_told_and_do_not_stop_it(put, exported):
    path = exported()
    path.write_bytes(path.read_bytes().replace(b"#UB 0 1930 1500", b"#UB 0 1930 1400"))
    [finding] = put(path).findings
    assert (finding.check, finding.account, finding.difference) == ("ib_plus_transactions_ne_ub", 1930, -100)


def test_a_name_from_elsewhere_never_leaves_the_folder(put, exported, tmp_path):
    put(exported("..;$(rm) book\ns.SE"))
    assert folder(tmp_path) == ["__(rm) book_s.se"]


def test_a_year_set_to_come_from_fortnox_is_not_filed(office, exported):
    # A connected company whose years are known: only the setting stands between the file and the ledger.
    companies = {"ovn": {"tenant_id": 900001, "ledger_by_year": {2024: "vouchers"}}}
    connections = office(companies)
    connections._years["ovn"] = (FinancialYear(id=7, from_date=YEAR[0][0], to_date=YEAR[0][1]),)
    connections._identities["ovn"] = CompanyIdentity(key="ovn", tenant_id=900001)
    with pytest.raises(SettingsError) as caught:
        examined(connections, exported(internal_id="900001"), "ovn")
    assert str(caught.value) == (
        "fortnox.yaml: companies.ovn: the ledger of 2024 comes from Fortnox (vouchers); set ledger_by_year: "
        "{2024: sie_file} there to load it from files, then load the file again"
    )


def test_killed_between_moving_and_putting_the_same_command_does_the_rest(put, office, exported, tmp_path, monkeypatch):
    put(exported())
    later = exported("later.se", "1200.00")
    connections = office()
    filing = examined(connections, later)
    monkeypatch.setattr(type(connections.uploads.store), "put", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        file_away(connections, filing, replace=True)
    monkeypatch.undo()
    assert folder(tmp_path) == []
    put(later)
    assert folder(tmp_path) == ["later.se"]
