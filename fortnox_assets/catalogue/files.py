"""Files: the archive and the inbox, and what is attached to what."""

from fortnox_assets.catalogue.endpoint import Endpoint, KeySource, Listing, Slicing
from fortnox_assets.catalogue.fields import boolean, integer, records, text

GROUP = "fortnox_files"

ARCHIVE = Endpoint(
    name="archive",
    title="Archive",
    group=GROUP,
    description="Root folder of the archive (arkivplats): one row, with the files and folders in it.",
    key=("Id",),
    path="/3/archive",
    wrapper="Folder",
    scope="archive",
    listing=Listing.SINGLETON,
    detail_path="/3/archive/{Id}",
    fields=(
        text("Id", "Id, as Fortnox sends it."),
        text("Email", "Email, as Fortnox sends it."),
        records(
            "Files",
            "Files, as Fortnox sends it.",
            text("ArchiveFileId", "Archive File Id, as Fortnox sends it."),
            text("Comments", "Comments, as Fortnox sends it."),
            text("Id", "Id, as Fortnox sends it."),
            text("Name", "Name, as Fortnox sends it."),
            text("Path", "Path, as Fortnox sends it."),
            integer("Size", "Size, as Fortnox sends it."),
        ),
        records(
            "Folders",
            "Folders, as Fortnox sends it.",
            text("Id", "Id, as Fortnox sends it."),
            text("Name", "Name, as Fortnox sends it."),
        ),
        text("Name", "Name, as Fortnox sends it."),
    ),
)

INBOX = Endpoint(
    name="inbox",
    title="Inbox",
    group=GROUP,
    description="Root folder of the inbox (inkorg): one row, with the files and folders in it.",
    key=("Id",),
    path="/3/inbox",
    wrapper="Folder",
    scope="inbox",
    listing=Listing.SINGLETON,
    detail_path="/3/inbox/{Id}",
    fields=(
        text("Id", "Id, as Fortnox sends it."),
        text("Email", "Email, as Fortnox sends it."),
        records(
            "Files",
            "Files, as Fortnox sends it.",
            text("ArchiveFileId", "Archive File Id, as Fortnox sends it."),
            text("Comments", "Comments, as Fortnox sends it."),
            text("Id", "Id, as Fortnox sends it."),
            text("Name", "Name, as Fortnox sends it."),
            text("Path", "Path, as Fortnox sends it."),
            integer("Size", "Size, as Fortnox sends it."),
        ),
        records(
            "Folders",
            "Folders, as Fortnox sends it.",
            text("Id", "Id, as Fortnox sends it."),
            text("Name", "Name, as Fortnox sends it."),
        ),
        text("Name", "Name, as Fortnox sends it."),
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
        text("FileId", "File Id, as Fortnox sends it."),
        text("VoucherDescription", "Voucher Description, as Fortnox sends it."),
        integer("VoucherNumber", "Voucher Number, as Fortnox sends it."),
        text("VoucherSeries", "Voucher Series, as Fortnox sends it."),
        integer("VoucherYear", "Voucher Year, as Fortnox sends it."),
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
        text("FileId", "File Id, as Fortnox sends it."),
        text("Name", "Name, as Fortnox sends it."),
        text("SupplierInvoiceNumber", "Supplier Invoice Number, as Fortnox sends it."),
        text("SupplierName", "Supplier Name, as Fortnox sends it."),
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
        text("FileId", "File Id, as Fortnox sends it."),
        text("ArticleNumber", "Article Number, as Fortnox sends it."),
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
        text("FileId", "File Id, as Fortnox sends it."),
        text("AssetId", "Asset Id, as Fortnox sends it."),
        text("Name", "Name, as Fortnox sends it."),
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
        integer("Id", "Id, as Fortnox sends it."),
        text("ArticleNumber", "Article Number, as Fortnox sends it."),
        text("URLConnection", "URL Connection, as Fortnox sends it."),
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
        integer("Id", "Id, as Fortnox sends it."),
        text("ExternalURLConnection", "External URL Connection, as Fortnox sends it."),
        text("SupplierInvoiceNumber", "Supplier Invoice Number, as Fortnox sends it."),
        text("Url", "Url, as Fortnox sends it."),
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
        also=(
            KeySource(endpoint="orders", parameters={"entityid": "DocumentNumber"}, constants={"entitytype": "O"}),
            KeySource(endpoint="offers", parameters={"entityid": "DocumentNumber"}, constants={"entitytype": "OF"}),
            KeySource(endpoint="contracts", parameters={"entityid": "DocumentNumber"}, constants={"entitytype": "C"}),
        ),
    ),
    default=False,
    costs="One request for every invoice, order, offer and contract.",
    fields=(
        text("id", "id, as Fortnox sends it."),
        text("entityId", "entity Id, as Fortnox sends it."),
        text(
            "entityType",
            "entity Type, as Fortnox sends it.",
            values=(
                "OF",
                "O",
                "F",
                "C",
                "LGR_IO",
                "LGR_IG",
            ),
        ),
        text("fileId", "file Id, as Fortnox sends it."),
        boolean("includeOnSend", "include On Send, as Fortnox sends it."),
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
