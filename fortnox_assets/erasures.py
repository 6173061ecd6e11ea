"""Whom a company has had erased: remembered by keyed hashes of their numbers, and kept from coming back.

The record of an erasure holds no personal data: a hash of the number with a key of its own, which stands beside it.
The key keeps a number from having the same hash twice. It does not hide which of a company's few numbers it is, and
need not: the documents, which stay, show the number of somebody who has no name. See ADR 13.
"""

import datetime as dt
import getpass
import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import pyarrow as pa

from fortnox_assets.catalogue import RAW_TABLES
from fortnox_assets.catalogue.field_selection import without
from fortnox_assets.catalogue.people import MENTIONS, Mention, Person, number_field
from fortnox_assets.extract.client import Row
from fortnox_assets.warehouse.sync_state import StoredTables
from fortnox_assets.warehouse.upkeep import AddRow

ERASURE = "_erasure"
COMPANY = "company"
DELETED, ANONYMISED, FORGOTTEN = "deleted", "anonymised", "forgotten"
SCHEMA = pa.schema(
    [
        pa.field(name, kind, metadata={"description": description})
        for name, kind, description in (
            ("company", pa.string(), "Company key from fortnox.yaml."),
            ("erased_at", pa.timestamp("us", tz="UTC"), "When it was done."),
            ("erased_by", pa.string(), "User of the operating system who did it."),
            ("kind", pa.string(), "customer, supplier or employee; or company, when all of it was forgotten."),
            ("mode", pa.string(), "deleted, anonymised or forgotten."),
            ("rows", pa.int64(), "Rows that were deleted or lost values."),
            ("key", pa.string(), "Key of number_hash, of this row alone."),
            ("number_hash", pa.string(), "Keyed BLAKE2b hash of the number, by which later syncs know whom to skip."),
        )
    ],
    metadata={"description": "Which people, and companies, were erased: who did it, when, and nothing about them."},
)


def record(company: str, kind: str, mode: str, rows: int, number: str | None = None) -> AddRow:
    """The row that remembers an erasure done now by the user of this process."""
    key = secrets.token_hex(16)
    values = {
        "company": company,
        "erased_at": dt.datetime.now(dt.UTC),
        "erased_by": getpass.getuser(),
        "kind": kind,
        "mode": mode,
        "rows": rows,
        "key": key,
        "number_hash": None if number is None else _hash(number, key),
    }
    return AddRow(table=ERASURE, schema=SCHEMA, values=values)


def _hash(number: str, key: str) -> str:
    return blake2b(number.encode(), key=bytes.fromhex(key), digest_size=32).hexdigest()


@dataclass(frozen=True, kw_only=True)
class _Erased:
    person: Person
    mode: str
    key: str
    number_hash: str


@dataclass
class Erasures:
    """The erasures of one company. Ask :meth:`keep` with every row of ``table`` that comes from Fortnox."""

    erased: tuple[_Erased, ...]
    _known: dict[tuple[Person, str], str | None] = field(default_factory=dict, repr=False)

    @classmethod
    def stored(cls, stored: StoredTables, company: str) -> "Erasures":
        """Those the warehouse remembers. Raises: WarehouseError."""
        rows = stored.rows(ERASURE, {"company": company}, ("kind", "mode", "key", "number_hash"))
        people = {str(each): each for each in Person}
        return cls(
            tuple(
                _Erased(person=people[kind], mode=mode, key=key, number_hash=number_hash)
                for kind, mode, key, number_hash in rows
                if kind in people
            )
        )

    def mode(self, person: Person, number: object) -> str | None:
        """How the person with this number was erased; None for those who were not."""
        text = "" if number is None else str(number)
        if (person, text) not in self._known:
            found = [
                each.mode
                for each in self.erased
                if each.person is person and hmac.compare_digest(each.number_hash, _hash(text, each.key))
            ]
            self._known[person, text] = DELETED if DELETED in found else found[0] if found else None
        return self._known[person, text]

    def keeper(self, table: str, stored: StoredTables, company: str) -> Callable[[Row], Row | None] | None:
        """What of a row of ``table`` may be stored, None of a row meaning nothing; None when nobody there was erased.

        Raises: WarehouseError.
        """
        people = {each.person for each in self.erased}
        judges = [
            self._judge(person, mention, stored, company)
            for person in people
            for mention in MENTIONS[person]
            if mention.table == table
        ]
        if not judges:
            return None

        def keep(row: Row) -> Row | None:
            kept: Row | None = row
            for judge in judges:
                kept = None if kept is None else judge(kept)
            return kept

        return keep

    @property
    def version(self) -> str:
        """Another text as soon as somebody else is erased."""
        return " ".join(sorted(each.number_hash for each in self.erased))

    def _judge(
        self, person: Person, mention: Mention, stored: StoredTables, company: str
    ) -> Callable[[Row], Row | None]:
        paths = frozenset(tuple(path.split(".")) for path in mention.personal)
        known = frozenset(each.name for each in RAW_TABLES[mention.table].fields)
        steps = tuple(mention.number.split("."))
        if mention.through is not None:
            documents = self._documents(person, mention.through, stored, company)
            wanted = mention.only_where

            def of_a_document(row: Row) -> Row | None:
                theirs = all(str(row.get(name)) == value for name, value in wanted.items())
                return _emptied(row, paths, known) if theirs and str(row.get(mention.number)) in documents else row

            return of_a_document
        if mention.in_records:
            return lambda row: self._records(row, person, steps, paths)

        def own_or_document(row: Row) -> Row | None:
            mode = self.mode(person, _at(row, steps))
            if mode is None:
                return row
            return None if mention.own and mode == DELETED else _emptied(row, paths, known)

        return own_or_document

    def _records(self, row: Row, person: Person, steps: tuple[str, ...], paths: frozenset[tuple[str, ...]]) -> Row:
        name, records = steps[0], row.get(steps[0])
        if not isinstance(records, list):
            return row
        inside = frozenset(path[1:] for path in paths)
        kept = []
        for each in records:
            mode = self.mode(person, _at(each, steps[1:]))
            if mode != DELETED:
                kept.append(each if mode is None else without(each, inside))
        return {**row, name: kept}

    def _documents(self, person: Person, table: str, stored: StoredTables, company: str) -> set[str]:
        """The numbers of the stored documents that have the number of somebody erased."""
        (key,) = RAW_TABLES[table].key
        rows = stored.rows(table, {"company": company}, (number_field(person, table), key))
        return {str(document) for number, document in rows if self.mode(person, number) is not None}


def _at(row: Any, steps: tuple[str, ...]) -> object:
    for step in steps:
        row = row.get(step) if isinstance(row, Mapping) else None
    return row


def _emptied(row: Row, paths: frozenset[tuple[str, ...]], known: frozenset[str]) -> Row:
    """The row without what is personal, and without what nobody has looked at yet."""
    kept: Row = without({name: value for name, value in row.items() if name in known}, paths)
    return kept
