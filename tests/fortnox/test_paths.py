import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fortnox_assets.catalogue import allowed_paths
from fortnox_assets.fortnox.errors import ForbiddenPath
from fortnox_assets.fortnox.paths import ACTIONS, AllowedPaths, encode_key, fill

CATALOGUE = AllowedPaths(allowed_paths())

TRICKS = [
    "/3/invoices/1/{}",
    "/3/invoices/1/{}/",
    "/3/invoices/{}",
    "/3/{}/invoices",
    "/{}",
    "/3/invoices/1//{}",
    "/3/invoices/1/{};v=1",
    "/3/invoices/1/{}%20",
    "/3/invoices/1%2F{}",
    "/3/invoices/1%252F{}",
    "/3/invoices/1%5C{}",
    "/3/articles/..%2Finvoices%2F1%2F{}",
    "/3/articles/../invoices/1/{}",
    "/3/articles/%2E%2E/invoices/1/{}",
    "/3/vouchers/A/{}",
    "/3/invoices/1/{}?x=1",
    "/3/invoices/1/{}#x",
    "//api.fortnox.se/3/invoices/1/{}",
    "https://api.fortnox.se/3/invoices/1/{}",
]


def spellings(action: str) -> list[str]:
    escaped = "".join(f"%{ord(letter):02X}" for letter in action)
    return [action, action.upper(), action.title(), escaped, escaped.replace("%", "%25"), escaped.lower(), action + "."]


@pytest.mark.parametrize("trick", TRICKS)
@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_an_action_cannot_be_called_however_it_is_spelt(trick, action, client, fortnox):
    for spelling in spellings(action):
        for call in (client.get, client.get_bytes):
            with pytest.raises(ForbiddenPath):
                call(trick.format(spelling))
    assert not fortnox.asked
    assert not fortnox.token_asked


def test_a_client_cannot_be_made_that_may_call_an_action():
    with pytest.raises(ForbiddenPath, match="email"):
        AllowedPaths(["/3/invoices/{DocumentNumber}/email"])


@pytest.mark.parametrize(
    "path",
    [
        "/3/nowhere",
        "/3/customers/",
        "/3/customers/1/more",
        "/3/Customers",
        "/3/customers/..",
        "/3/customers/.",
        "/3/customers/a b",
        "/3/customers/1?page=2",
        "3/customers",
        "",
        "/3/customers/1\n",
    ],
)
def test_what_is_not_in_the_catalogue_is_not_called(path):
    with pytest.raises(ForbiddenPath):
        CATALOGUE.check(path)


@pytest.mark.parametrize(
    "path", ["/3/invoices", "/3/emailsenders", "/3/printtemplates", "/3/sie/4", "/3/archive/a-b", "/3/inbox/x"]
)
def test_what_reads_is_called_though_its_name_resembles_an_action(path):
    CATALOGUE.check(path)


@pytest.mark.parametrize(
    ("key", "segment"),
    [
        ("A/1", "A%2F1"),
        ("åäö", "%C3%A5%C3%A4%C3%B6"),
        ("100%", "100%25"),
        ("a b?c#d", "a%20b%3Fc%23d"),
        ("1.5", "1.5"),
        (".", "%2E"),
        ("..", "%2E%2E"),
        ("%2E%2E", "%252E%252E"),
        (17, "17"),
    ],
)
def test_a_key_is_one_segment_whatever_it_holds(key, segment):
    path = fill("/3/articles/{ArticleNumber}", {"ArticleNumber": key})
    assert path == f"/3/articles/{segment}"
    CATALOGUE.check(path)
    assert httpx.URL("https://api.fortnox.se" + path).raw_path.decode() == path


@pytest.mark.parametrize("key", ["PRINT", "email"])
def test_an_article_may_be_called_what_an_action_is_called(key):
    CATALOGUE.check(fill("/3/articles/{ArticleNumber}", {"ArticleNumber": key}))


@pytest.mark.parametrize("key", ["", None])
def test_an_empty_key_does_not_turn_a_detail_into_a_list(key):
    with pytest.raises(ForbiddenPath, match="no value for CustomerNumber"):
        fill("/3/customers/{CustomerNumber}", {"CustomerNumber": key})


def test_a_missing_key_is_named():
    with pytest.raises(ForbiddenPath, match="VoucherNumber"):
        fill("/3/vouchers/{VoucherSeries}/{VoucherNumber}", {"VoucherSeries": "A"})


def test_relative_keys_of_a_document_are_refused():
    with pytest.raises(ForbiddenPath):
        fill("/3/vouchers/{VoucherSeries}/{VoucherNumber}", {"VoucherSeries": "..", "VoucherNumber": "1"})


@given(st.text(min_size=1))
def test_an_encoded_key_has_no_separator_and_decodes_to_itself(key):
    try:
        segment = encode_key(key)
    except UnicodeEncodeError:
        return  # half a surrogate pair is no text
    assert not set(segment) & set("/?#\\ ")
    assert httpx.URL(f"http://x/{segment}").path == f"/{key}"
