"""Which files belong to a company's financial year, by what they are linked to, out of the raw tables.

A file belongs to the year of the voucher or document it is linked to. What has no year of its own (an article, an
invoice that is not copied) belongs to the first year. A file linked to several things counts once, with the first of
them in the order of the chosen modules.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from fortnox_assets.catalogue import COPIED
from fortnox_assets.documents.modules import ENTITY_TYPES, FOLDERS, NEEDED, Module
from fortnox_assets.extract.slices import Slice
from fortnox_assets.warehouse.sync_state import Cell, StoredTables

Row = Mapping[str, Any]
_UNKNOWN = (None, None)


@dataclass(frozen=True, kw_only=True)
class Link:
    """A file and what it is linked to. ``name``, ``size`` and ``other_id`` where a folder listing tells them."""

    file_id: str
    module: Module
    object_number: str
    document_date: date | None
    name: str = ""
    size: int | None = None
    other_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class LinkTables:
    """The raw tables of one company, asked for the links of one of its partitions (``part``)."""

    stored: StoredTables
    part: Slice

    def links(self, modules: Sequence[Module]) -> dict[str, Link]:
        """The partition's links by file id, as the tables are now. Raises: WarehouseError."""
        found: dict[str, Link] = {}
        for module in modules:
            for link in self._of(module):
                found.setdefault(link.file_id, link)
        return self._named(found)

    def _of(self, module: Module) -> Iterator[Link]:
        if module == "voucher":
            yield from self._of_vouchers()
            return
        links, documents = [*NEEDED[module], ""][:2]
        homes = self._homes(documents, NEEDED[module][documents]) if documents else {}
        for row in self._rows(self._company, links, NEEDED[module][links]):
            file_id, number, name = _read(module, row)
            year, day = homes.get(number, _UNKNOWN)
            here = self.part.label == year if year is not None else day in self.part
            if file_id and here:
                yield Link(file_id=file_id, module=module, object_number=number, document_date=day, name=name)

    def _of_vouchers(self) -> Iterator[Link]:
        tables = NEEDED["voucher"]
        days = {
            (row["Year"], row["VoucherSeries"], row["VoucherNumber"]): row["TransactionDate"]
            for row in self._rows(self._cell, "vouchers", tables["vouchers"])
        }
        for row in self._rows(self._cell, "voucher_file_connections", tables["voucher_file_connections"]):
            key = (row["VoucherYear"], row["VoucherSeries"], row["VoucherNumber"])
            number = f"{row['VoucherSeries']} {row['VoucherNumber']}"
            yield Link(file_id=row["FileId"], module="voucher", object_number=number, document_date=days.get(key))

    def _homes(self, table: str, columns: Sequence[str]) -> dict[str, tuple[int | None, date | None]]:
        """Year label and date of every document of a table by its number; the label is None where it has no year."""
        number, day = columns
        yearly = COPIED[table].by_financial_year
        wanted = (*columns, "financial_year") if yearly else tuple(columns)
        rows = self._rows(self._company, table, wanted)
        return {str(row[number]): (row["financial_year"] if yearly else None, row[day]) for row in rows}

    def _named(self, links: dict[str, Link]) -> dict[str, Link]:
        """The links with what the listings of archive and inbox say of their files."""
        files: dict[str, Row] = {}
        for folder in FOLDERS:
            for row in self._rows(self._company, folder, ("Files",)):
                for file in row["Files"] or ():
                    files.update({each: file for each in (file["Id"], file["ArchiveFileId"]) if each})
        return {each: _with_listing(link, files.get(each)) for each, link in links.items()}

    @property
    def _company(self) -> Cell:
        return {"company": self.part.company}

    @property
    def _cell(self) -> Cell:
        return self._company if self.part.label is None else {**self._company, "financial_year": self.part.label}

    def _rows(self, cell: Cell, table: str, columns: Iterable[str]) -> Iterator[Row]:
        names = (*columns, "_deleted_at")
        for values in self.stored.rows(table, cell, names):
            row = dict(zip(names, values, strict=True))
            if row["_deleted_at"] is None:
                yield row


def _read(module: Module, row: Row) -> tuple[str | None, str, str]:
    """File id, number of what it is linked to and name; no file id for a row of another module."""
    if module in ENTITY_TYPES:
        mine = row["entityType"] == ENTITY_TYPES[module]
        return row["fileId"] if mine else None, str(row["entityId"]), ""
    number = {"supplier_invoice": "SupplierInvoiceNumber", "asset": "AssetId", "article": "ArticleNumber"}[module]
    return row["FileId"], str(row[number]), row.get("Name") or ""


def _with_listing(link: Link, file: Row | None) -> Link:
    if file is None:
        return link
    other = next((each for each in (file["Id"], file["ArchiveFileId"]) if each and each != link.file_id), None)
    return replace(link, name=file["Name"] or link.name, size=file["Size"], other_id=other)
