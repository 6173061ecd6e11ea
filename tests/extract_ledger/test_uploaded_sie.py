from datetime import date
from pathlib import Path

import pytest

from fortnox_assets.extract.financial_years import FinancialYear
from fortnox_assets.extract.uploaded_sie import CompanyIdentity, Uploads, uploaded_files
from fortnox_assets.sie.errors import SieError

COMPANY = CompanyIdentity(key="are-cykel", tenant_id=900001, organisation_number="556677-8899", name="Åre Cykel AB")
UNKNOWN = CompanyIdentity(key="are-cykel")
YEARS = (
    FinancialYear(id=12, from_date=date(2023, 5, 1), to_date=date(2024, 4, 30), accounting_method="ACCRUAL"),
    FinancialYear(id=7, from_date=date(2024, 5, 1), to_date=date(2025, 4, 30)),
)
PREVIOUS = {0: (date(2023, 5, 1), date(2024, 4, 30))}


@pytest.fixture
def folder(tmp_path, make):
    def upload(name="books.se", **changes) -> Path:
        (tmp_path / name).write_bytes(make(**changes))
        return tmp_path

    return upload


def refusal(directory, company=COMPANY, years=YEARS):
    with pytest.raises(SieError) as caught:
        Uploads.matched(uploaded_files(directory), company, years)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_folder_that_is_not_there_or_holds_other_files_has_no_uploads(tmp_path):
    (tmp_path / "notes.txt").write_text("hej")
    (tmp_path / "old.se").mkdir()
    assert uploaded_files(tmp_path) == uploaded_files(tmp_path / "missing") == ()


def test_every_spelling_of_the_suffix_is_an_upload(folder):
    for name in ("a.se", "b.SE", "c.Sie"):
        directory = folder(name)
    assert [each.name for each in uploaded_files(directory)] == ["a.se", "b.SE", "c.Sie"]


def test_files_find_their_financial_years_by_first_and_last_day(folder):
    folder("new.se")
    uploads = Uploads.matched(uploaded_files(folder("old.se", years=PREVIOUS)), COMPANY, YEARS)
    assert uploads.years == YEARS
    assert {label: [each.name for each in files] for label, files in uploads.files.items()} == {
        2023: ["old.se"],
        2024: ["new.se"],
    }
    (file,) = uploads.files[2023]
    assert (file.financial_year, file.source, file.path.name) == (YEARS[0], "sie_file", "old.se")


def test_two_financial_years_may_start_in_the_same_calendar_year(folder):
    short = {0: (date(2024, 1, 1), date(2024, 4, 30))}
    folder("short.se", years=short)
    years = (FinancialYear(id=3, from_date=date(2024, 1, 1), to_date=date(2024, 4, 30)), YEARS[1])
    uploads = Uploads.matched(uploaded_files(folder("long.se")), COMPANY, years)
    assert [each.name for each in uploads.files[2024]] == ["short.se", "long.se"]


def test_a_file_of_no_financial_year_is_refused(folder):
    years = {0: (date(2024, 1, 1), date(2024, 12, 31))}
    assert refusal(folder(years=years)) == (
        "books.se line 8: covers 2024-01-01 - 2024-12-31, which is no financial year of are-cykel (Åre Cykel AB); "
        "its years are 2023-05-01 - 2024-04-30, 2024-05-01 - 2025-04-30"
    )


def test_a_file_of_another_company_is_refused(folder):
    assert refusal(folder(organisation_number="559999-1234", internal_id="17")) == (
        "books.se line 10: belongs to another company (#ORGNR 559999-1234, #FNR 17); "
        "are-cykel (Åre Cykel AB) has organisation number 556677-8899, database number 900001"
    )


def test_a_file_that_does_not_say_whose_it_is_is_refused(folder):
    assert "(neither #ORGNR nor #FNR)" in refusal(folder(organisation_number="", internal_id=""))


@pytest.mark.parametrize("number", ["5566778899", "556677-8899", "16556677-8899", "16 556677 8899"])
def test_organisation_numbers_are_compared_by_their_ten_digits(folder, number):
    directory = folder(organisation_number=number, internal_id="C:\\Data")
    assert Uploads.matched(uploaded_files(directory), COMPANY, YEARS).files.keys() == {2024}


def test_fortnoxs_database_number_is_enough(folder):
    directory = folder(organisation_number="")
    company = CompanyIdentity(key="are-cykel", tenant_id=900001)
    assert Uploads.matched(uploaded_files(directory), company, YEARS).files.keys() == {2024}


def test_two_files_for_one_year_are_refused_by_name_unless_they_say_the_same(folder, sale, tmp_path, make):
    folder("a.se", generated=date(2025, 1, 1))
    uploads = Uploads.matched(uploaded_files(folder("b.se", generated=date(2025, 2, 2))), COMPANY, YEARS)
    assert [each.name for each in uploads.files[2024]] == ["a.se"]
    (tmp_path / "c.se").write_bytes(make(sale))
    assert refusal(tmp_path) == (
        "c.se line 8: covers 2024-05-01 - 2025-04-30, as a.se does with other contents: remove one of them"
    )


def test_without_fortnox_the_files_say_which_years_there_are(folder):
    folder("new.se")
    uploads = Uploads.matched(uploaded_files(folder("old.se", years=PREVIOUS)), UNKNOWN, None)
    assert uploads.years == (
        FinancialYear(id=20230501, from_date=date(2023, 5, 1), to_date=date(2024, 4, 30)),
        FinancialYear(id=20240501, from_date=date(2024, 5, 1), to_date=date(2025, 4, 30)),
    )
    assert uploads.files[2024][0].financial_year.id == 20240501


def test_without_fortnox_all_files_must_be_one_companys(folder):
    folder("a.se", years=PREVIOUS)
    assert refusal(folder("b.se", organisation_number="559999-1234"), UNKNOWN, None) == (
        "b.se line 10: #ORGNR is 559999-1234, but a.se in the same folder has 556677-8899: "
        "a folder holds the files of one company"
    )


def test_without_fortnox_a_number_in_the_settings_is_held_against_the_files(folder):
    company = CompanyIdentity(key="are-cykel", organisation_number="559999-1234")
    assert refusal(folder(), company, None) == (
        "books.se line 10: belongs to another company (#ORGNR 556677-8899, #FNR 900001); "
        "are-cykel has organisation number 559999-1234"
    )


def test_without_fortnox_overlapping_years_are_refused(folder):
    folder("a.se")
    overlapping = {0: (date(2025, 1, 1), date(2025, 12, 31))}
    assert refusal(folder("b.se", years=overlapping), UNKNOWN, None) == (
        "b.se line 8: covers 2025-01-01 - 2025-12-31, which overlaps a.se (2024-05-01 - 2025-04-30): remove one of them"
    )


def test_vouchers_to_import_and_files_without_vouchers_are_refused(folder, tmp_path):
    assert "this is a type 4I file" in refusal(folder("import.si"))
    (tmp_path / "import.si").unlink()
    assert refusal(folder("balances.se", sie_type=2)) == (
        "balances.se line 3: is of SIE type 2, which has no vouchers; export type 4"
    )


def test_a_damaged_file_is_refused_by_name(tmp_path):
    (tmp_path / "letter.se").write_bytes(b"Hej!\r\n")
    assert refusal(tmp_path).startswith("letter.se line 1: this is no SIE file")
