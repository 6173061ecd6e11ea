"""The check rides along with the company's own data and costs no request a table."""


def evaluations(result):
    return {each.check_name: each for each in result.get_asset_check_evaluations()}


def test_a_healthy_connection_is_told_with_the_registers_of_a_company(desk):
    result = desk.copy("are-cykel", None, "company_information")
    found = evaluations(result)["connection_healthy"]
    assert found.passed, found.description
    assert found.metadata["name"].value == "Åre Cykel AB"


def test_a_scope_that_is_missing_is_a_warning_and_no_token_is_shown(desk, monkeypatch):
    company = desk.company("are-cykel")
    monkeypatch.setattr(company, "scopes", company.scopes - {"salary"})
    found = evaluations(desk.copy("are-cykel", None, "company_information"))["connection_healthy"]
    assert (found.passed, found.severity.value) == (False, "WARN")
    assert found.description == "scopes missing: salary; run fortnox-assets authorize are-cykel"
    shown = f"{found.description} {found.metadata}"
    assert [token for token in desk.simulator.tokens._access if token in shown] == []


def test_other_registers_are_copied_without_it(desk):
    desk.simulator.journal.clear()
    result = desk.copy("are-cykel", None, "customers")
    assert "connection_healthy" not in evaluations(result)
    assert not desk.simulator.journal.requests(path="/3/companyinformation")
