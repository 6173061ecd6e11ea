"""Claims about detail calls: keys in paths, years, what is not there, and calls that change something."""

import pytest


@pytest.mark.parametrize("number", ["1", "A/B", "å ö", "50%", "a?b", "X/Y/Z"])
def test_a_key_is_found_however_it_must_be_encoded(desk, number):
    desk.add("articles", {"ArticleNumber": number})
    [row] = desk.json("/3/articles")["Articles"]
    path = row["@url"].removeprefix("https://api.fortnox.se")
    assert desk.json(path)["Article"]["ArticleNumber"] == number


def test_an_encoded_slash_is_found_in_the_middle_of_a_path(desk):
    desk.add("prices", {"PriceList": "A", "ArticleNumber": "1/2", "FromQuantity": 0})
    assert desk.json("/3/prices/A/1%2F2/0")["Price"]["ArticleNumber"] == "1/2"


def test_addresses_are_encoded_as_fortnox_does(desk):
    desk.add("units", {"Code": "förp"})
    assert desk.json("/3/units")["Units"][0]["@url"] == "https://api.fortnox.se/3/units/f%C3%B6rp"


@pytest.mark.parametrize(
    ("path", "code"),
    [("accounts", 2000423), ("articles", 2000428), ("customers", 2000433), ("invoices", 2000434), ("orders", 2000439)],
)
def test_what_is_not_there_is_a_404_in_capitals(desk, path, code):
    answer = desk.get(f"/3/{path}/123456789")
    assert answer.status_code == 404
    assert set(answer.json()["ErrorInformation"]) == {"Error", "Message", "Code"}
    assert answer.json()["ErrorInformation"]["Code"] == code


def test_an_unknown_route_is_told_apart(desk):
    assert desk.refusal("/3/nonsense") == (404, 2000762)
    assert desk.refusal("/3/nonsense/1/print") == (404, 2000762)


def test_a_voucher_is_looked_for_in_the_current_year_unless_a_year_is_given(desk, voucher):
    desk.add("vouchers", voucher(1, 1, "2025-06-01"), voucher(1, 2, "2025-06-01"), voucher(3, 1, "2026-06-01"))
    assert desk.json("/3/vouchers/A/1")["Voucher"]["Year"] == 3
    assert desk.json("/3/vouchers/A/1?financialyear=1")["Voucher"]["Year"] == 1
    assert desk.get("/3/vouchers/A/2").status_code == 404


def test_accounts_are_looked_for_by_year_too(desk):
    desk.add("accounts", {"Number": 1930, "Year": 1}, {"Number": 1930, "Year": 3})
    assert desk.json("/3/accounts/1930?financialyear=1")["Account"]["Year"] == 1


@pytest.mark.parametrize("action", ["print", "email", "einvoice", "eprint"])
def test_sending_a_document_marks_it_as_sent_and_is_remembered(desk, invoice, action):
    desk.add("invoices", invoice(1))
    assert desk.get(f"/3/invoices/1/{action}").status_code == 200
    assert desk.json("/3/invoices/1")["Invoice"]["Sent"] is True
    assert [(each.path, each.fault) for each in desk.app.journal.mutations] == [(f"/3/invoices/1/{action}", action)]


def test_a_reminder_is_counted_and_dated(desk, invoice):
    desk.add("invoices", invoice(1))
    desk.get("/3/invoices/1/printreminder")
    found = desk.json("/3/invoices/1")["Invoice"]
    assert (found["Reminders"], found["LastRemindDate"]) == (1, "2026-09-30")
    assert len(desk.app.journal.mutations) == 1


def test_a_preview_changes_nothing(desk, invoice):
    desk.add("invoices", invoice(1))
    assert desk.get("/3/invoices/1/preview").content.startswith(b"%PDF")
    assert desk.json("/3/invoices/1")["Invoice"]["Sent"] is False
    assert desk.app.journal.mutations == []


def test_only_reading_is_served(desk):
    token = desk.token()
    with desk.client({"Authorization": f"Bearer {token}"}) as client:
        assert client.post("/3/invoices", json={}).status_code == 405
