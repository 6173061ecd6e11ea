"""Claims about what a company's connection may not see."""

from decimal import Decimal

from fortnox_assets.simulator.access import Restrictions


def test_a_scope_the_company_did_not_consent_to_is_missing(desk):
    desk.company.scopes = desk.company.scopes - {"invoice"}
    assert desk.refusal("/3/invoices") == (400, 2000663)


def test_a_token_may_carry_fewer_scopes_than_were_consented_to(desk):
    token = desk.token(scope="bookkeeping")
    with desk.client({"Authorization": f"Bearer {token}"}) as client:
        assert client.get("/3/financialyears").status_code == 200
        assert client.get("/3/invoices").json()["ErrorInformation"]["code"] == 2000663


def test_a_module_the_company_does_not_pay_for_is_missing(desk):
    desk.company.licences = frozenset()
    assert desk.refusal("/3/employees") == (400, 2001101)
    assert desk.get("/3/customers").status_code == 200


def test_a_register_the_service_account_may_not_see_is_forbidden(desk):
    desk.app.api.restrict(900001, Restrictions(rights=frozenset({"suppliers"})))
    answer = desk.get("/3/suppliers")
    assert answer.status_code == 403
    assert answer.json() == {
        "ErrorInformation": {"Error": 1, "Message": "Saknar behörighet för leverantörsregister.", "Code": 2003275}
    }
    assert desk.get("/3/suppliers", tenant=900002).status_code == 200


def test_legacy_contracts_are_not_available_in_a_new_company(desk):
    desk.app.api.restrict(900001, Restrictions(features=frozenset({"contracts"})))
    answer = desk.get("/3/contracts")
    assert (answer.status_code, answer.json()["ErrorInformation"]["message"]) == (400, "Feature inte tillgänglig")


def test_hidden_numbers_arrive_as_the_words_api_noright_in_list_detail_and_rows(desk, invoice):
    desk.add("invoices", invoice(1))
    assert desk.json("/3/invoices")["Invoices"][0]["Total"] == Decimal(125)
    desk.app.api.restrict(900001, Restrictions(fields={"invoices": frozenset({"Total", "InvoiceRows.Price"})}))
    assert desk.json("/3/invoices")["Invoices"][0]["Total"] == "API_NORIGHT"
    detail = desk.json("/3/invoices/1")["Invoice"]
    assert (detail["Total"], detail["InvoiceRows"][0]["Price"]) == ("API_NORIGHT", "API_NORIGHT")
    assert detail["Net"] == 100


def test_a_token_opens_its_own_company_only(desk, invoice):
    desk.add("invoices", invoice(1))
    assert desk.get("/3/invoices/1").status_code == 200
    assert desk.get("/3/invoices/1", tenant=900002).status_code == 404


def test_the_twenty_sixth_request_within_five_seconds_is_refused(make_desk):
    desk = make_desk()
    token = desk.token()
    with desk.client({"Authorization": f"Bearer {token}"}) as client:
        assert [client.get("/3/units").status_code for _ in range(25)] == [200] * 25
        refused = client.get("/3/units")
        assert (refused.status_code, refused.content, "Retry-After" in refused.headers) == (429, b"{}", False)
        desk.clock.now += 4.9
        assert client.get("/3/units").status_code == 429
        desk.clock.now += 0.2
        assert client.get("/3/units").status_code == 200


def test_two_companies_have_two_budgets_and_two_tokens_of_one_share_theirs(make_desk):
    desk = make_desk()
    for _ in range(25):
        assert desk.get("/3/units").status_code == 200
    assert desk.get("/3/units").status_code == 429
    assert desk.get("/3/units", tenant=900002).status_code == 200
