"""Files: receipts and invoices behind vouchers, what lies in the archive and the inbox, attachments to what is sent."""

from fortnox_assets.simulator.books.documents import Body, Document
from fortnox_assets.simulator.books.fixed_assets import asset_file
from fortnox_assets.simulator.books.forms import API
from fortnox_assets.simulator.books.office import Office

INBOX = {
    "inbox_s": "Leverantörsfakturor",
    "inbox_v": "Verifikationer",
    "inbox_d": "Dagskassor",
    "inbox_a": "Anläggningsregister",
    "inbox_b": "Bankfiler",
    "inbox_l": "Lönefiler",
    "inbox_kf": "Kundfakturor",
    "inbox_o": "Order",
    "inbox_of": "Offerter",
}
ATTACHED = {"offers": "OF", "orders": "O", "invoices": "F", "contracts": "C"}
_MOST_FILES = 60


def file_papers(office: Office) -> None:
    """Attach files to some of what the company has booked, bought and sent; archive them; leave two in the inbox."""
    _vouchers(office)
    _supplier_invoices(office)
    asset_file(office)
    for endpoint, kind in ATTACHED.items():
        for document in office.company.of(endpoint)[::5][:_MOST_FILES]:
            _attach(office, document, kind)
    _archive(office)
    _inbox(office)


def _vouchers(office: Office) -> None:
    manual = [each for each in office.company.of("vouchers") if each.body["VoucherSeries"] == "A"]
    for document in manual[::3][:_MOST_FILES]:
        body = document.body
        file_id = office.store(f"verifikation-{body['VoucherSeries']}{body['VoucherNumber']}.pdf", _page(body))
        office.company.of("voucher_file_connections").append(
            Document(
                {
                    "@url": f"{API}/3/voucherfileconnections/{file_id}",
                    "FileId": file_id,
                    "VoucherDescription": body["Description"],
                    "VoucherNumber": str(body["VoucherNumber"]),
                    "VoucherSeries": body["VoucherSeries"],
                    "VoucherYear": body["Year"],
                },
                document.modified,
            )
        )


def _page(body: Body) -> bytes:
    return f"%PDF-1.4\n% {body['@url']}\n%%EOF\n".encode()


def _supplier_invoices(office: Office) -> None:
    for place, document in enumerate(office.company.of("supplier_invoices")[:_MOST_FILES]):
        body = document.body
        if place % 2:
            continue
        file_id = office.store(f"{body['InvoiceNumber']}.pdf", _page(body))
        office.company.of("supplier_invoice_file_connections").append(
            Document(
                {
                    "@url": f"{API}/3/supplierinvoicefileconnections/{file_id}",
                    "FileId": file_id,
                    "Name": f"{body['InvoiceNumber']}.pdf",
                    "SupplierInvoiceNumber": body["GivenNumber"],
                    "SupplierName": body["SupplierName"],
                },
                document.modified,
            )
        )
        if place == 0:
            link = {"ExternalURLConnection": "https://www.example.com/faktura/1", "Id": 1, "Url": ""}
            link |= {"SupplierInvoiceNumber": int(body["GivenNumber"])}
            office.add("supplier_invoice_external_url_connections", link)


def _attach(office: Office, document: Document, kind: str) -> None:
    body = document.body
    attachment = {
        "entityId": int(body["DocumentNumber"]),
        "entityType": kind,
        "fileId": office.store(f"bilaga-{kind}-{body['DocumentNumber']}.pdf", _page(body)),
        "id": office.identity(),
        "includeOnSend": True,
    }
    office.company.of("attachments").append(Document(attachment, document.modified))


def _archive(office: Office) -> None:
    """Every stored file lies in the archive's root folder, under its own id and the archive's."""
    rows = [
        _file_row("archive", file_id, office.identity(), office.company.files[file_id].name, size)
        for file_id, size in [(each, len(file.content)) for each, file in office.company.files.items()]
    ]
    office.add("archive", _folder("archive", rows, []))


def _inbox(office: Office) -> None:
    """Two files nobody has seen to lie in the inbox itself; Fortnox's own folders in it are empty."""
    folders = [{"@url": f"{API}/3/inbox/{each}", "Id": each, "Name": name} for each, name in INBOX.items()]
    rows = []
    for name in ("ny-leverantörsfaktura.pdf", "nytt-kvitto.pdf"):
        content = b"%PDF-1.4\n%%EOF\n"
        file_id = office.store(name, content)
        rows.append(_file_row("inbox", file_id, office.identity(), name, len(content)))
    office.add("inbox", _folder("inbox", rows, folders))


def _file_row(endpoint: str, file_id: str, archive_id: str, name: str, size: int) -> Body:
    return {
        "@url": f"{API}/3/{endpoint}/{file_id}",
        "ArchiveFileId": archive_id,
        "Comments": "",
        "Id": file_id,
        "Name": name,
        "Path": "/",
        "Size": size,
    }


def _folder(endpoint: str, files: list[Body], folders: list[Body]) -> Body:
    return {
        "@url": f"{API}/3/{endpoint}",
        "Email": "",
        "Files": files,
        "Folders": folders,
        "Id": "root",
        "Name": "root",
    }
