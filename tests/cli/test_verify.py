"""A year's stored ledger against Fortnox's vouchers, as a person asks for it."""

import pytest

WORDS = ("verify", "--company", "are-cykel", "--financial-year", "2025")
SYNC = ("sync", "--company", "are-cykel", "--financial-year", "2025", "--no-reports")
LEDGER = ("financial_years", "company_information", "vouchers", "sie_files", "sie_vouchers")


@pytest.fixture
def synced(ready):
    assert ready.run(*SYNC, *(word for name in LEDGER for word in ("--endpoint", name))).failed == []
    return ready


@pytest.fixture
def vouchers(fortnox):
    """The year's vouchers in Fortnox."""
    company = fortnox.companies["are-cykel"]
    [year] = [each.id for each in company.years if each.from_date.year == 2025]
    return [each.body for each in company.of("vouchers") if each.body["Year"] == year]


def test_a_ledger_as_in_fortnox_differs_in_nothing_and_each_voucher_was_asked_for(synced, fortnox, vouchers):
    fortnox.app.journal.clear()
    ran = synced.run(*WORDS)
    number = len(vouchers)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[-1] == (
        f"are-cykel 2025: {number} vouchers stored, {number} in Fortnox, the rows of {number} compared: 0 differ"
    )
    asked = [each for each in fortnox.app.journal.requests() if each.path.startswith("/3/vouchers/")]
    assert len(asked) == number


def test_rows_that_are_others_in_fortnox_and_vouchers_on_one_side_alone_are_named(synced, fortnox, vouchers):
    changed, gone = vouchers[0], vouchers[-1]
    row = next(each for each in changed["VoucherRows"] if each["Debit"])
    before = row["Debit"]
    row["Debit"] = before + 1
    company = fortnox.companies["are-cykel"]
    company.of("vouchers")[:] = [each for each in company.of("vouchers") if each.body is not gone]
    company.revision += 1
    ran = synced.run(*WORDS)
    assert ran.code == 1
    lines = [line for line in ran.out.splitlines() if line.startswith("differs  ")]
    where = "differs  are-cykel 2025 "
    marks = f", cost centre {row['CostCenter']}" if row.get("CostCenter") else ""
    marks += f", project {row['Project']}" if row.get("Project") else ""
    account, voucher = f"account {row['Account']}", f"{changed['VoucherSeries']} {changed['VoucherNumber']}"
    more, less = f"{account} {before + 1:.2f}{marks} in Fortnox alone", f"{account} {before:.2f}{marks} stored alone"
    assert lines == [
        f"{where}{gone['VoucherSeries']} {gone['VoucherNumber']}: stored alone",
        f"{where}{voucher}: {more}; {less}",
    ]


def test_a_sample_asks_for_so_many_vouchers(synced, fortnox):
    fortnox.app.journal.clear()
    ran = synced.run(*WORDS, "--sample", "3")
    assert ran.out.splitlines()[-1].endswith("the rows of 3 compared: 0 differ")
    asked = [each for each in fortnox.app.journal.requests() if each.path.startswith("/3/vouchers/")]
    assert len(asked) == 3


def test_nothing_stored_and_no_connection_are_one_line(ready):
    assert "there is no stored ledger of the financial year 2025" in ready.run(*WORDS).only(2)
    ready.configure({"files": {"ledger": "sie_file"}})
    said = ready.run("verify", "--company", "files", "--financial-year", "2025").only(2)
    assert said == "files: has no Fortnox connection to compare its ledger with"
