"""Puts one uploaded SIE file where the loads look for it: the right company's folder, never silently over another file.

Killed half-way, the file that was there is under ``replaced`` and the new one is in place or not: filing it again does
the rest. Two people who file at once leave two files of one year, which the next load refuses by name.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fortnox_assets.connections import Connections
from fortnox_assets.extract.financial_years import FinancialYear
from fortnox_assets.extract.ledger import LedgerFile
from fortnox_assets.extract.ledger_rows import Totals
from fortnox_assets.extract.uploaded_sie import (
    CompanyIdentity,
    UploadedSie,
    Uploads,
    is_of,
    uploaded_file,
    uploaded_files,
)
from fortnox_assets.ledger_sources import UPLOADED
from fortnox_assets.settings_errors import SettingsError
from fortnox_assets.sie.errors import SieError
from fortnox_assets.sie.reader import SieReader
from fortnox_assets.sie.records import Record, Voucher
from fortnox_assets.sie.verify import Finding, verify
from fortnox_assets.uploads import REPLACED

_LONGEST_STEM = 80


@dataclass(frozen=True, kw_only=True)
class Filing:
    """A file that may be filed: whose it is, what it has, and what it takes the place of.

    ``path`` is where it goes in the store of uploads. ``replaces`` are the names of files there for the same year with
    other contents; ``is_there`` is the name of one with the same books, and then there is nothing to do.
    """

    company: str
    year: FinancialYear
    file: UploadedSie
    path: str
    replaces: tuple[str, ...]
    is_there: str | None
    totals: Totals
    findings: tuple[Finding, ...]


def examined(connections: Connections, path: Path, company: str | None = None) -> Filing:
    """What filing ``path`` would do; nothing is changed. Without ``company`` the file says whose it is.

    The whole file is read, so that what cannot be loaded is never put in the place of what could. Figures that
    disagree with each other are told and do not stop it.
    Raises: SieError, SettingsError (the year's ledger is not set to come from a file), and what Connections raises.
    """
    file = uploaded_file(path)
    key = company if company is not None else _owner(connections, file)
    others = uploaded_files(connections.uploads.directory(key))
    same_year = [each for each in others if (each.from_date, each.to_date) == (file.from_date, file.to_date)]
    kept = [each for each in others if each not in same_year]
    years = connections.years(key) if connections.is_connected(key) else None
    matched = Uploads.matched([*kept, file], connections.identity(key), years)
    year = _year_of(matched, file)
    _refuse_other_source(connections, key, year)
    totals, findings = _read(path)
    is_there = next((each.name for each in same_year if each.content_hash == file.content_hash), None)
    return Filing(
        company=key,
        year=year,
        file=file,
        path=f"{key}/{_name(file, {each.name for each in kept})}",
        replaces=tuple(each.name for each in same_year if each.content_hash != file.content_hash),
        is_there=is_there,
        totals=totals,
        findings=findings,
    )


def file_away(connections: Connections, filing: Filing, *, replace: bool) -> None:
    """Puts the file in place; what it replaces is moved to the folder ``replaced``, with the moment in its name.

    Raises: SieError, and changes nothing, when it would replace a file and may not; StoreError.
    """
    store, now = connections.uploads.store, datetime.now(UTC)
    if filing.replaces and not replace:
        reason = (
            f"covers {filing.file.covers}, as {filing.replaces[0]} does with other contents; "
            "--replace puts it in that file's place"
        )
        raise SieError(filing.file.name, filing.file.year_line, reason)
    for name in filing.replaces:
        store.move(f"{filing.company}/{name}", f"{filing.company}/{REPLACED}/{now:%Y%m%dT%H%M%S%fZ}-{name}")
    if filing.is_there is None:
        store.put(filing.file.path, filing.path, "text/plain")


def _owner(connections: Connections, file: UploadedSie) -> str:
    """The configured company whose #FNR or #ORGNR the file has; Fortnox is asked for numbers that are not set."""
    companies = connections.settings.companies
    known = [
        key
        for key, each in companies.items()
        if is_of(file, CompanyIdentity(key=key, tenant_id=each.tenant_id, organisation_number=each.organisation_number))
    ]
    found = known or [
        key for key in companies if connections.is_connected(key) and is_of(file, connections.identity(key))
    ]
    if len(found) == 1:
        return found[0]
    says = f"#ORGNR {file.organisation_number or '(none)'}, #FNR {file.internal_id or '(none)'}"
    whose = f"is that of {', '.join(found)}" if found else "is no company of fortnox.yaml"
    raise SieError(file.name, file.owner_line, f"{says} {whose}; say whose it is with --company")


def _year_of(matched: Uploads, file: UploadedSie) -> FinancialYear:
    every: Iterable[LedgerFile] = (each for files in matched.files.values() for each in files)
    return next(each.financial_year for each in every if each.path == file.path)


def _refuse_other_source(connections: Connections, key: str, year: FinancialYear) -> None:
    settings = connections.settings
    source = settings.company(key).ledger_source(year.label)
    if source != UPLOADED:
        raise SettingsError(
            f"{settings.config_path.name}: companies.{key}: the ledger of {year.label} comes from Fortnox ({source}); "
            f"set ledger_by_year: {{{year.label}: sie_file}} there to load it from files, then load the file again"
        )


def _read(path: Path) -> tuple[Totals, tuple[Finding, ...]]:
    totals = Totals()

    def counted(records: Iterable[Record]) -> Iterator[Record]:
        for record in records:
            if isinstance(record, Voucher):
                totals.add(record)
            yield record

    with path.open("rb") as content:
        findings = tuple(verify(counted(SieReader(content, path.name).records())))
    return totals, findings


def _name(file: UploadedSie, taken: set[str]) -> str:
    """The file's own name where it can stand in a folder and no other year's file has it."""
    stem = re.sub(r"[^\w .()+-]", "_", Path(file.name).stem).strip(" .")[:_LONGEST_STEM] or "ledger"
    plain = f"{stem}{Path(file.name).suffix.lower()}"
    return plain if plain not in taken else f"{stem} {file.from_date:%Y%m%d}{Path(file.name).suffix.lower()}"
