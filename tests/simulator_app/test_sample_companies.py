"""Claims about the sample companies as they are served: what their lists promise, their details keep."""

import pytest

from fortnox_assets.catalogue import ENDPOINTS
from fortnox_assets.simulator.sample_companies import sample_companies

ROWS_LOOKED_AT = 5


@pytest.fixture
def served(make_desk, unlimited):
    return make_desk(*sample_companies("tiny"), settings=unlimited)


def listed(served, client, endpoint) -> list[dict]:
    query = {**endpoint.parameters, "limit": 500} if endpoint.listing == "pages" else dict(endpoint.parameters)
    years = [{}]
    if endpoint.slicing == "financial_year":
        years = [{"financialyear": each.id} for each in served.app.companies[client.tenant].years]
    rows = []
    for year in years:
        answer = client.get(endpoint.path, params=query | year)
        if answer.status_code == 400:
            assert answer.json()["ErrorInformation"]["code"] == 2001101, endpoint.name
            return []
        found = answer.raise_for_status().json()
        rows += found[endpoint.wrapper] if endpoint.wrapper else found
    return rows


@pytest.fixture(params=[900001, 900002, 900003])
def client(served, request):
    with served.client({"Authorization": f"Bearer {served.token(request.param)}"}) as client:
        client.tenant = request.param
        yield client


def test_every_row_of_a_list_has_the_detail_its_address_names(served, client):
    seen = 0
    for endpoint in ENDPOINTS.values():
        if endpoint.listing != "pages" or endpoint.detail_path is None:
            continue
        rows = listed(served, client, endpoint)
        for row in rows[:ROWS_LOOKED_AT] + rows[-ROWS_LOOKED_AT:]:
            detail = client.get(row["@url"].removeprefix("https://api.fortnox.se"))
            assert detail.status_code == 200, (endpoint.name, row["@url"])
            body = detail.json()[endpoint.detail_wrapper]
            assert body["@url"] == row["@url"]
            seen += 1
    assert seen > 100


def test_every_field_a_company_sends_is_in_the_catalogue_or_known_to_be_undocumented(served, client):
    undocumented = {"Cost", "InvoiceReference", "CommodityCode"}
    unknown = {}
    for endpoint in ENDPOINTS.values():
        fields = {each.name for each in endpoint.fields} | set(endpoint.other_spellings) | undocumented
        for document in served.app.companies[client.tenant].of(endpoint.name):
            extra = {name for name in document.body if name not in fields and not name.startswith("@")}
            if extra:
                unknown.setdefault(endpoint.name, set()).update(extra)
    assert unknown == {}


def test_every_years_sie_file_is_served_and_can_be_read(served, client):
    for year in served.app.companies[client.tenant].years:
        for sie_type in (1, 2, 3, 4):
            answer = client.get(f"/3/sie/{sie_type}", params={"financialyear": year.id})
            assert answer.status_code == 200
            assert f"#SIETYP {sie_type}\r\n".encode() in answer.content
            assert b"#FNR" in answer.content


def test_every_file_in_a_connection_can_be_fetched(served, client):
    for name in ("article_file_connections", "voucher_file_connections", "supplier_invoice_file_connections"):
        for row in listed(served, client, ENDPOINTS[name]):
            answer = client.get(f"/3/archive/{row['FileId']}")
            assert (answer.status_code, bool(answer.content)) == (200, True), row
