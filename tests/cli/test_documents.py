"""What a person sees of files: what they cost before they are fetched, and a voucher's own afterwards."""

import json
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from fortnox_assets.cli.documents import LINKS_LAST as LASTING
from fortnox_assets.documents.signing import signed_link
from fortnox_assets.storage import StoreError

LINKS = ("financial_years", "company_information", "vouchers", "voucher_file_connections", "sie_files", "sie_vouchers")
YEAR = ("--company", "are-cykel", "--financial-year", "2025")


def words(names: tuple[str, ...]) -> list[str]:
    return [word for name in names for word in ("--endpoint", name)]


def test_the_cost_is_shown_first_and_the_files_of_a_voucher_afterwards(ready, fortnox):
    owner = fortnox.companies["are-cykel"]
    [year] = [each.id for each in owner.years if each.from_date.year == 2025]
    links = [each.body for each in owner.of("voucher_file_connections") if each.body["VoucherYear"] == year]
    assert ready.run("sync", *YEAR, *words(LINKS)).failed == []
    before = ready.run("documents", "--company", "are-cykel")
    assert before.code == 0
    lines = [line.split() for line in before.out.splitlines()]
    assert ["2025", str(len(links)), "0", str(len(links))] in lines
    assert "Nothing is fetched until documents.modules in fortnox.yaml names what you want the files of." in before.out
    assert "Files of invoice are not counted: attachments is not copied." in before.out
    voucher = f"{links[0]['VoucherSeries']}/{links[0]['VoucherNumber']}/2025"
    assert ready.run("documents", "--company", "are-cykel", "--voucher", voucher).out.endswith(": not fetched\n")

    ready.configure({"are-cykel": {"tenant_id": 900001}}, documents={"modules": ["voucher"]})
    assert ready.run("sync", *YEAR, *words((*LINKS, "documents"))).failed == []
    assert ready.query("select count(*), count(Path) from fortnox_raw.documents") == [(len(links), len(links))]
    found = ready.run("documents", "--company", "are-cykel", "--voucher", voucher)
    address = found.out.split()[-1]
    assert address.startswith("file:///")
    assert Path(unquote(urlsplit(address).path)).read_bytes() == owner.files[links[0]["FileId"]].content
    after = [line.split() for line in ready.run("documents", "--company", "are-cykel").out.splitlines()]
    assert ["2025", str(len(links)), str(len(links)), "0"] in after
    assert ready.run("documents", "--company", "are-cykel", "--voucher", "A/999999/2025").code == 1
    said = ready.run("documents", "--company", "are-cykel", "--voucher", "A17").only(2)
    assert said == "--voucher: found 'A17'; say series/number/year, such as A/17/2024"


@pytest.fixture
def service_account(tmp_path, monkeypatch):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    facts = {
        "type": "service_account",
        "project_id": "books",
        "private_key_id": "1",
        "private_key": key.private_bytes(*form).decode(),
        "client_email": "copier@books.iam.gserviceaccount.com",
        "token_uri": "https://oauth2.invalid/token",
    }
    (tmp_path / "key.json").write_text(json.dumps(facts))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "key.json"))


def test_a_link_to_a_bucket_is_signed_without_asking_anybody_and_ends(service_account):
    link = urlsplit(signed_link("gs://papers/of us/ab/ab12.pdf", "kvitto åäö.pdf", LASTING))
    asked = parse_qs(link.query)
    assert (link.netloc, unquote(link.path)) == ("storage.googleapis.com", "/papers/of us/ab/ab12.pdf")
    assert asked["X-Goog-Expires"] == ["3600"]
    assert asked["response-content-disposition"] == ["inline; filename*=UTF-8''kvitto%20%C3%A5%C3%A4%C3%B6.pdf"]
    assert len(asked["X-Goog-Signature"][0]) == 512


def test_without_credentials_the_reason_is_one_line(monkeypatch, tmp_path):
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "nothing.json"))
    with pytest.raises(StoreError, match=r"^gs://papers/a\.pdf: no link can be signed: ") as caught:
        signed_link("gs://papers/a.pdf", "a.pdf", LASTING)
    assert "\n" not in str(caught.value)
