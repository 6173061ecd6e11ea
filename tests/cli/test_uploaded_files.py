from collections.abc import Callable
from pathlib import Path

import pytest

from fortnox_assets.sie.writer import write

LEDGER = ("sync", "--endpoint", "sie_files", "--endpoint", "sie_vouchers", "--no-reports")
TWO_YEARS = ("--financial-year", "2025", "--financial-year", "2026")
NOT_SET = {"FORTNOX_CLIENT_ID": "", "FORTNOX_CLIENT_SECRET": ""}


@pytest.fixture
def folder(ready) -> Path:
    ready.configure({"are-cykel": {"tenant_id": 900001, "ledger": "sie_file"}})
    made = ready.state / "sie" / "are-cykel"
    made.mkdir(parents=True)
    return made


@pytest.fixture
def upload(folder, fortnox) -> Callable[..., Path]:
    """Puts a company's year into the folder of are-cykel."""

    def put(year: int, name: str, company: str = "are-cykel") -> Path:
        owner = fortnox.companies[company]
        [found] = [each for each in owner.years if each.from_date.year == year]
        with (folder / name).open("wb") as out:
            write(owner.sie(found.id), out)
        return folder / name

    return put


def replace(path: Path, old: bytes, new: bytes) -> None:
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new, 1))


def cover_another_year(path: Path) -> None:
    replace(path, b"#RAR 0 20250101", b"#RAR 0 20250201")


def become_no_sie_file(path: Path) -> None:
    path.write_text("minutes of the annual meeting\n")


def become_type_4i(path: Path) -> None:
    path.write_bytes(
        b'#FLAGGA 0\r\n#PROGRAM "Kassa" 1.0\r\n#FORMAT PC8\r\n#SIETYP 4\r\n#FNAMN "\x8fre Cykel AB"\r\n'
        b'#VER A 1 20250131 "Dagskassa"\r\n{\r\n#TRANS 1910 {} 100.00\r\n#TRANS 3001 {} -100.00\r\n}\r\n'
    )


def become_balances_only(path: Path) -> None:
    replace(path, b"#SIETYP 4", b"#SIETYP 1")
    path.write_bytes(path.read_bytes().partition(b"#VER")[0])


DEFECTS = {
    cover_another_year: "covers 2025-02-01 - 2025-12-31, which is no financial year of are-cykel (Åre Cykel AB); its",
    become_no_sie_file: "line 1: this is no SIE file: ",
    become_type_4i: "#RAR 0",
    become_balances_only: "is of SIE type 1, which has no vouchers; export type 4",
}


@pytest.mark.parametrize("spoil", DEFECTS)
def test_a_file_that_cannot_be_used_is_one_line(ready, upload, spoil):
    spoil(upload(2025, "2025.se"))
    [line] = ready.run(*LEDGER, "--financial-year", "2025").failed
    assert line.startswith("failed  are-cykel 2025: sie: 2025.se")
    assert DEFECTS[spoil] in line


def test_a_file_that_turns_bad_is_one_line_for_all_years_and_stored_rows_stay(ready, upload):
    upload(2026, "2026.se")
    old = upload(2025, "2025.se")
    assert ready.run(*LEDGER, *TWO_YEARS).failed == []
    stored = ready.count("sie_vouchers")

    become_no_sie_file(old)
    [line] = ready.run(*LEDGER, *TWO_YEARS).failed
    assert line.startswith("failed  are-cykel 2025, 2026: sie: 2025.se line 1: ")
    assert ready.count("sie_vouchers") == stored


def test_a_file_of_another_company_names_both(ready, upload):
    upload(2025, "2025.se", company="bjork-konsult")
    [line] = ready.run(*LEDGER, "--financial-year", "2025").failed
    assert line.startswith("failed  are-cykel 2025: sie: 2025.se line ")
    assert line.endswith(
        "belongs to another company (#ORGNR 559001-0021, #FNR 900002); are-cykel (Åre Cykel AB) has "
        "organisation number 559001-0013, database number 900001"
    )


def test_two_different_files_for_one_year_are_refused_by_name(ready, upload):
    upload(2025, "a.se")
    replace(upload(2025, "b.se"), b"#GEN ", b"#PROSA corrected\r\n#GEN ")
    [line] = ready.run(*LEDGER, "--financial-year", "2025").failed
    assert line.endswith("covers 2025-01-01 - 2025-12-31, as a.se does with other contents: remove one of them")


def test_a_corrupt_voucher_is_named_by_line_and_spoils_no_other_year(ready, upload):
    upload(2026, "2026.se")
    replace(upload(2025, "2025.se"), b"#VER", b"#VER A 9999 20250101 x\r\n{\r\n#TRANS 1910 {} 1x.00\r\n}\r\n#VER")
    [line] = ready.run(*LEDGER, *TWO_YEARS).failed
    assert line.startswith("failed  are-cykel 2025: sie: 2025.se line ")
    assert line.endswith("'1x.00' is no amount (digits, a dot and at most two decimals)")
    assert ready.query("select distinct financial_year from fortnox_raw.sie_vouchers") == [(2026,)]


def test_a_year_without_a_file_is_listed_and_its_rows_stay(ready, upload, folder):
    words = (*LEDGER, "--financial-year", "2025")
    path = upload(2025, "2025.se")
    assert ready.run(*words).failed == []
    stored = ready.count("sie_vouchers")

    path.unlink()
    ran = ready.run(*words)
    assert ran.failed == []
    [line] = ran.not_available
    assert line == (
        "not available  are-cykel: sie_files, sie_vouchers "
        f"(no uploaded SIE file for the financial year 2025 in {folder})"
    )
    assert ready.count("sie_vouchers") == stored


def test_a_company_of_files_needs_no_credentials_although_it_has_a_tenant(ready, upload):
    upload(2025, "2025.se")
    ran = ready.run("sync", "--endpoint", "customers", *LEDGER[1:], **NOT_SET)
    assert (ran.failed, ran.not_available) == ([], [])
    assert ready.count("sie_vouchers") == 110 - 1
    assert ready.count("customers") == 0
    shown = ready.run("companies", **NOT_SET)
    assert shown.failed == []
    assert "uploaded files" in shown.out


def test_a_company_of_files_without_any_says_where_to_put_them(ready, folder):
    ready.configure({"ovn": {"ledger": "sie_file"}, "bjork-konsult": {"tenant_id": 900002}})
    said = f"no SIE file (.se, .si, .sie) in {ready.state}/sie/ovn; put its SIE 4 files there"
    assert ready.run("companies").failed == [f"failed  ovn: {said}"]
    ran = ready.run("sync", "--endpoint", "customers", "--no-reports")
    assert ran.failed == [f"failed  ovn: financial_years: {said}"]
    assert ready.count("customers", "bjork-konsult") > 0
