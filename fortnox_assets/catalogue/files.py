"""Files: the archive and the inbox, and what is attached to what."""

from fortnox_assets.catalogue.endpoint import Endpoint, KeySource, Listing, PersonalData, Slicing
from fortnox_assets.catalogue.field_groups import FILES, FOLDERS
from fortnox_assets.catalogue.fields import boolean, integer, text

GROUP = "fortnox_files"

ARCHIVE = Endpoint(
    name="archive",
    title="Archive",
    group=GROUP,
    description="Root folder of the archive (arkivplats): one row, with the files and folders in it.",
    key=(),
    path="/3/archive",
    wrapper="Folder",
    scope="archive",
    listing=Listing.SINGLETON,
    detail_path="/3/archive/{Id}",
    fields=(
        text("Id", "Fortnox's id of the folder."),
        text("Email", "Email address that documents for this folder are sent to."),
        FILES,
        FOLDERS,
        text("Name", "Name of the folder."),
    ),
)

INBOX = Endpoint(
    name="inbox",
    title="Inbox",
    group=GROUP,
    description="Root folder of the inbox (inkorg): one row, with the files and folders in it.",
    key=(),
    path="/3/inbox",
    wrapper="Folder",
    scope="inbox",
    listing=Listing.SINGLETON,
    detail_path="/3/inbox/{Id}",
    fields=(
        text("Id", "Fortnox's id of the folder."),
        text("Email", "Email address that documents for this folder are sent to."),
        FILES,
        FOLDERS,
        text("Name", "Name of the folder."),
    ),
)

VOUCHER_FILE_CONNECTIONS = Endpoint(
    name="voucher_file_connections",
    title="Voucher file connections",
    group=GROUP,
    description="Files attached to vouchers, for each financial year.",
    key=("FileId",),
    path="/3/voucherfileconnections",
    wrapper="VoucherFileConnections",
    scope="connectfile",
    slicing=Slicing.FINANCIAL_YEAR,
    detail_path="/3/voucherfileconnections/{FileId}",
    detail_wrapper="VoucherFileConnection",
    fields=(
        text("FileId", "Fortnox's id of the attached file."),
        text(
            "VoucherDescription",
            "Text of the voucher or, in newer answers, of the file.",
            personal=PersonalData.FREE_TEXT,
        ),
        integer("VoucherNumber", "Number of the voucher the file is attached to."),
        text("VoucherSeries", "Series of the voucher the file is attached to."),
        integer("VoucherYear", "Financial year id of the voucher the file is attached to."),
    ),
)

SUPPLIER_INVOICE_FILE_CONNECTIONS = Endpoint(
    name="supplier_invoice_file_connections",
    title="Supplier invoice file connections",
    group=GROUP,
    description="Files attached to supplier invoices.",
    key=("FileId",),
    path="/3/supplierinvoicefileconnections",
    wrapper="SupplierInvoiceFileConnections",
    scope="connectfile",
    detail_path="/3/supplierinvoicefileconnections/{FileId}",
    detail_wrapper="SupplierInvoiceFileConnection",
    fields=(
        text("FileId", "Fortnox's id of the attached file."),
        text("Name", "Name of the attached file.", personal=PersonalData.FREE_TEXT),
        text("SupplierInvoiceNumber", "Fortnox's number (GivenNumber) of the invoice the file is attached to."),
        text("SupplierName", "Name of the supplier.", personal=PersonalData.NAME),
    ),
)

ARTICLE_FILE_CONNECTIONS = Endpoint(
    name="article_file_connections",
    title="Article file connections",
    group=GROUP,
    description="Files attached to articles.",
    key=("FileId",),
    path="/3/articlefileconnections",
    wrapper="ArticleFileConnections",
    scope="connectfile",
    detail_path="/3/articlefileconnections/{FileId}",
    detail_wrapper="ArticleFileConnection",
    fields=(
        text("FileId", "Fortnox's id of the attached file."),
        text("ArticleNumber", "Number of the article (artikelnummer)."),
    ),
)

ASSET_FILE_CONNECTIONS = Endpoint(
    name="asset_file_connections",
    title="Asset file connections",
    group=GROUP,
    description="Files attached to fixed assets.",
    key=("FileId",),
    path="/3/assetfileconnections",
    wrapper="AssetFileConnections",
    scope="connectfile",
    fields=(
        text("FileId", "Fortnox's id of the attached file."),
        text("AssetId", "Id of the asset the file is attached to."),
        text("Name", "Name of the attached file.", personal=PersonalData.FREE_TEXT),
    ),
)

ARTICLE_URL_CONNECTIONS = Endpoint(
    name="article_url_connections",
    title="Article URL connections",
    group=GROUP,
    description="Web addresses attached to articles.",
    key=("Id",),
    path="/3/articleurlconnections",
    wrapper="ArticleUrlConnections",
    scope="article",
    detail_path="/3/articleurlconnections/{Id}",
    detail_wrapper="ArticleUrlConnection",
    fields=(
        integer("Id", "Fortnox's id of the connection."),
        text("ArticleNumber", "Number of the article (artikelnummer)."),
        text("URLConnection", "Web address that is attached."),
    ),
)

SUPPLIER_INVOICE_EXTERNAL_URL_CONNECTIONS = Endpoint(
    name="supplier_invoice_external_url_connections",
    title="Supplier invoice external URL connections",
    group=GROUP,
    description="Web addresses attached to supplier invoices.",
    key=("Id",),
    path="/3/supplierinvoiceexternalurlconnections/{Id}",
    wrapper="SupplierInvoiceExternalURLConnection",
    scope="connectfile",
    listing=Listing.NONE,
    not_copied="Fortnox has no list of them, and no other answer carries their ids.",
    fields=(
        integer("Id", "Fortnox's id of the connection."),
        text("ExternalURLConnection", "Web address that is attached."),
        text("SupplierInvoiceNumber", "Fortnox's number (GivenNumber) of the invoice the address is attached to."),
        text("Url", "Web address of the connection in the API."),
    ),
)

ATTACHMENTS = Endpoint(
    name="attachments",
    title="Attachments",
    group=GROUP,
    description="Files attached to offers, orders, invoices and contracts, asked for document by document.",
    key=("id",),
    path="/api/fileattachments/attachments-v1",
    wrapper=None,
    scope="connectfile",
    listing=Listing.PER_KEY,
    keys_from=KeySource(
        endpoint="invoices",
        parameters={"entityid": "DocumentNumber"},
        constants={"entitytype": "F"},
        rows_have={"entityType": "F"},
        also=tuple(
            KeySource(
                endpoint=endpoint,
                parameters={"entityid": "DocumentNumber"},
                constants={"entitytype": kind},
                rows_have={"entityType": kind},
            )
            for endpoint, kind in (("orders", "O"), ("offers", "OF"), ("contracts", "C"))
        ),
    ),
    default=False,
    costs="One request for every invoice, order, offer and contract.",
    fields=(
        text("id", "Fortnox's id of the attachment (UUID)."),
        text("entityId", "Number of the document the file is attached to."),
        text(
            "entityType",
            "Kind of document: F invoice, O order, OF offer, C contract, LGR_IO and LGR_IG warehouse.",
            values=("OF", "O", "F", "C", "LGR_IO", "LGR_IG"),
        ),
        text("fileId", "Fortnox's id of the file."),
        boolean("includeOnSend", "Whether the file is sent along with the document."),
    ),
)

ENDPOINTS = (
    ARCHIVE,
    INBOX,
    VOUCHER_FILE_CONNECTIONS,
    SUPPLIER_INVOICE_FILE_CONNECTIONS,
    ARTICLE_FILE_CONNECTIONS,
    ASSET_FILE_CONNECTIONS,
    ARTICLE_URL_CONNECTIONS,
    SUPPLIER_INVOICE_EXTERNAL_URL_CONNECTIONS,
    ATTACHMENTS,
)
