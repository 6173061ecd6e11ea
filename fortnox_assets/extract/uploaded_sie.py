"""SIE files people put into a company's folder: whose they are, and which financial year each stands for."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

from fortnox_assets.extract.financial_years import FinancialYear, in_order
from fortnox_assets.extract.ledger import LedgerFile, refuse_without_vouchers
from fortnox_assets.sie.errors import SieError
from fortnox_assets.sie.reader import SieReader

SUFFIXES = frozenset({".se", ".si", ".sie"})
_PERSONAL_OR_COMPANY_DIGITS = 10
_DIGITS_WITH_CENTURY = 12


@dataclass(frozen=True, kw_only=True)
class CompanyIdentity:
    """What is known of a company a file may belong to; None for what is not known.

    ``tenant_id`` is the settings', ``tenant_found`` the DatabaseNumber Fortnox itself says.
    """

    key: str
    tenant_id: int | None = None
    tenant_found: str | None = None
    organisation_number: str | None = None
    name: str | None = None

    def __str__(self) -> str:
        return f"{self.key} ({self.name})" if self.name else self.key


@dataclass(frozen=True, kw_only=True)
class UploadedSie:
    """One file of the folder. ``year_line`` and ``owner_line`` are where it says what it covers and whose it is."""

    path: Path
    name: str
    from_date: date
    to_date: date
    internal_id: str
    organisation_number: str
    content_hash: str
    year_line: int | None
    owner_line: int | None

    @property
    def covers(self) -> str:
        """First and last day, for messages."""
        return f"{self.from_date} - {self.to_date}"


@dataclass(frozen=True, kw_only=True)
class Uploads:
    """A company's files by the label of their financial year, and the years they stand for."""

    files: Mapping[int, tuple[LedgerFile, ...]]
    years: tuple[FinancialYear, ...]

    @classmethod
    def matched(
        cls, uploaded: Sequence[UploadedSie], company: CompanyIdentity, years: Sequence[FinancialYear] | None
    ) -> "Uploads":
        """Each file with the financial year it covers exactly; where ``years`` is None the files say which there are.

        Raises: SieError, naming the file, when it belongs to another company, covers no financial year, overlaps
        another file's year, or two files with different contents cover one year.
        """
        for file in uploaded:
            _refuse_another_company(file, company)
        distinct = _one_a_year(uploaded)
        if years is None:
            _refuse_several_companies(distinct)
            _refuse_overlaps(distinct)
            years = _years_of(distinct)
        matched: dict[int, list[LedgerFile]] = {}
        for file in distinct:
            year = _year_of(file, company, years)
            ledger = LedgerFile(path=file.path, name=file.name, financial_year=year, source="sie_file")
            matched.setdefault(year.label, []).append(ledger)
        return cls(files={label: tuple(files) for label, files in matched.items()}, years=tuple(years))


def uploaded_files(directory: Path) -> tuple[UploadedSie, ...]:
    """What the SIE files (.se, .si, .sie) of ``directory`` cover, by name; nothing when there is no such directory.

    Raises: SieError for the first file that is no SIE 4 file of a whole year.
    """
    if not directory.is_dir():
        return ()
    found = (path for path in directory.iterdir() if path.suffix.lower() in SUFFIXES and path.is_file())
    return tuple(uploaded_file(path) for path in sorted(found))


def uploaded_file(path: Path) -> UploadedSie:
    """What one SIE file covers and whose it says it is. Raises: SieError when it is no SIE 4 file of a whole year."""
    try:
        with path.open("rb") as content:
            reader = SieReader(content, path.name)
    except OSError as error:
        raise SieError(path.name, None, f"cannot be read: {error.strerror}") from error
    refuse_without_vouchers(reader)
    first, last = reader.identity.years[0]
    return UploadedSie(
        path=path,
        name=path.name,
        from_date=first,
        to_date=last,
        internal_id=reader.identity.internal_id,
        organisation_number=reader.identity.organisation_number,
        content_hash=reader.content_hash,
        year_line=reader.line_of("RAR"),
        owner_line=reader.line_of("ORGNR") or reader.line_of("FNR"),
    )


def is_of(file: UploadedSie, company: CompanyIdentity) -> bool:
    """Whether the file says by #FNR or #ORGNR that it is the company's."""
    same_number = company.tenant_id is not None and file.internal_id.strip() == str(company.tenant_id)
    mine, its = _digits(company.organisation_number or ""), _digits(file.organisation_number)
    return same_number or bool(its and mine == its)


def _refuse_another_company(file: UploadedSie, company: CompanyIdentity) -> None:
    known = company.tenant_id is not None or company.organisation_number
    if not known or is_of(file, company):
        return
    says = ", ".join(
        f"#{label} {text}" for label, text in (("ORGNR", file.organisation_number), ("FNR", file.internal_id)) if text
    )
    wanted = [f"organisation number {company.organisation_number}"] if company.organisation_number else []
    wanted += [f"database number {company.tenant_id}"] if company.tenant_id is not None else []
    reason = f"belongs to another company ({says or 'neither #ORGNR nor #FNR'}); {company} has {', '.join(wanted)}"
    raise SieError(file.name, file.owner_line, reason)


def _refuse_several_companies(files: Iterable[UploadedSie]) -> None:
    named = [file for file in files if _digits(file.organisation_number)]
    for one, other in pairwise(named):
        if _digits(one.organisation_number) != _digits(other.organisation_number):
            reason = (
                f"#ORGNR is {other.organisation_number}, but {one.name} in the same folder has "
                f"{one.organisation_number}: a folder holds the files of one company"
            )
            raise SieError(other.name, other.owner_line, reason)


def _one_a_year(files: Iterable[UploadedSie]) -> tuple[UploadedSie, ...]:
    """The files by year, without repetitions of the same content."""
    kept: dict[tuple[date, date], UploadedSie] = {}
    for file in files:
        other = kept.setdefault((file.from_date, file.to_date), file)
        if other.content_hash != file.content_hash:
            reason = f"covers {file.covers}, as {other.name} does with other contents: remove one of them"
            raise SieError(file.name, file.year_line, reason)
    return tuple(sorted(kept.values(), key=lambda file: (file.from_date, file.to_date)))


def _refuse_overlaps(ordered: Iterable[UploadedSie]) -> None:
    for earlier, later in pairwise(ordered):
        if later.from_date <= earlier.to_date:
            reason = f"covers {later.covers}, which overlaps {earlier.name} ({earlier.covers}): remove one of them"
            raise SieError(later.name, later.year_line, reason)


def _years_of(files: Iterable[UploadedSie]) -> tuple[FinancialYear, ...]:
    """The years of a company that is known from its files only; the first day serves as id (20240501)."""
    return in_order(
        [
            FinancialYear(id=int(file.from_date.strftime("%Y%m%d")), from_date=file.from_date, to_date=file.to_date)
            for file in files
        ]
    )


def _year_of(file: UploadedSie, company: CompanyIdentity, years: Sequence[FinancialYear]) -> FinancialYear:
    for year in years:
        if (year.from_date, year.to_date) == (file.from_date, file.to_date):
            return year
    known = ", ".join(f"{year.from_date} - {year.to_date}" for year in in_order(years)) or "none"
    reason = f"covers {file.covers}, which is no financial year of {company}; its years are {known}"
    raise SieError(file.name, file.year_line, reason)


def _digits(text: str) -> str:
    """The digits of a number; of an organisation number with century (165566778899) the ten that identify."""
    digits = re.sub(r"[^0-9]", "", text)
    return digits[-_PERSONAL_OR_COMPANY_DIGITS:] if len(digits) == _DIGITS_WITH_CENTURY else digits
