"""Files as the world sends them: names that are paths, endings that lie, large, gone, or found by one id only."""

from dataclasses import dataclass
from datetime import datetime

from fortnox_assets.simulator.books.documents import Body, Document, StoredFile
from fortnox_assets.simulator.company import SimulatedCompany

LARGE = b"%PDF-1.7\n" + bytes(range(256)) * 19_600
EVERYWHERE = frozenset({"archive", "fileid", "inbox"})


@dataclass(frozen=True, kw_only=True)
class Hostile:
    """A file to link: content None where Fortnox has lost it, ``found_by`` the requests that answer it."""

    name: str
    content: bytes | None
    found_by: frozenset[str] = EVERYWHERE


FILES: dict[str, Hostile] = {
    "up": Hostile(name="../../../etc/passwd.pdf", content=b"%PDF-1.4 up"),
    "absolute": Hostile(name="/etc/cron.d/x", content=b"\x89PNG\r\n\x1a\n absolute"),
    "nul": Hostile(name="kvitto\0.pdf\n.exe", content=b"MZ\x90\x00 nul"),
    "long": Hostile(name="x" * 300 + ".pdf", content=b"\xff\xd8\xff long"),
    "swedish": Hostile(name="räksmörgås åäö.pdf", content=b"%PDF-1.4 swedish"),
    "same-1": Hostile(name="kvitto.pdf", content=b"%PDF-1.4 one"),
    "same-2": Hostile(name="kvitto.pdf", content=b"%PDF-1.4 two"),
    "twin": Hostile(name="kvitto kopia.pdf", content=b"%PDF-1.4 two"),
    "script": Hostile(name="faktura.pdf", content=b"<!DOCTYPE html><script>1</script>"),
    "large": Hostile(name="stor.pdf", content=LARGE),
    "by file id": Hostile(name="a.pdf", content=b"%PDF-1.4 by file id", found_by=frozenset({"fileid"})),
    "in the inbox": Hostile(name="b.pdf", content=b"%PDF-1.4 inbox", found_by=frozenset({"inbox"})),
    "../gone": Hostile(name="borta.pdf", content=None),
}


def link_hostile_files(company: SimulatedCompany, year_id: int, when: datetime) -> None:
    """Links every one of ``FILES`` to something of the year, each module in turn: vouchers, invoices, assets, articles.

    KeyError or IndexError for a company that lacks one of these.
    """
    links = _links(company, year_id)
    for place, (file_id, each) in enumerate(FILES.items()):
        if each.content is not None:
            company.files[file_id] = StoredFile(
                name=each.name, content_type="application/pdf", content=each.content, found_by=each.found_by
            )
        endpoint, field, body = links[place % len(links)]
        company.of(endpoint).append(Document({**body, field: file_id, "id": f"link-{place}"}, when))
    company.revision += 1


def _links(company: SimulatedCompany, year_id: int) -> list[tuple[str, str, Body]]:
    """Endpoint, field of the file's id and the rest of a link for each module."""
    year = company.year(year_id)

    def of_year(endpoint: str, day: str) -> Body:
        bodies = (each.body for each in company.of(endpoint))
        return next(each for each in bodies if year.from_date.isoformat() <= each[day] <= year.to_date.isoformat())

    voucher = next(each.body for each in company.of("vouchers") if each.body["Year"] == year_id)
    bought, sold = of_year("supplier_invoices", "InvoiceDate"), of_year("invoices", "InvoiceDate")
    numbers = {name: voucher[name] for name in ("VoucherSeries", "VoucherNumber")}
    attached = {"entityType": "F", "entityId": int(sold["DocumentNumber"]), "includeOnSend": False}
    return [
        ("voucher_file_connections", "FileId", {**numbers, "VoucherYear": year_id, "VoucherDescription": ""}),
        ("supplier_invoice_file_connections", "FileId", {"SupplierInvoiceNumber": bought["GivenNumber"], "Name": ""}),
        ("attachments", "fileId", attached),
        ("article_file_connections", "FileId", {"ArticleNumber": company.of("articles")[0].body["ArticleNumber"]}),
    ]
