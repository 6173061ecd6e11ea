"""Reads what a SIE file says about itself, wherever in the file those records stand."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from fortnox_assets.sie import values
from fortnox_assets.sie.errors import DefectError, SieError, ToleranceLog
from fortnox_assets.sie.lexer import Field, Lexer
from fortnox_assets.sie.records import Identity
from fortnox_assets.sie.survey import Survey

_TYPES = {"1": 1, "2": 2, "3": 3, "4": 4, "4E": 4, "4I": 4}
_FIRST_TYPE, _VOUCHER_TYPE = 1, 4
_BALANCE_LABELS = {"IB", "UB", "RES"}
_TEXTS = {
    "FLAGGA": "read_flag",
    "FORMAT": "file_format",
    "PROSA": "comment",
    "FTYP": "company_type",
    "FNR": "internal_id",
    "ORGNR": "organisation_number",
    "BKOD": "industry_code",
    "FNAMN": "company_name",
    "TAXAR": "tax_year",
    "KPTYP": "chart",
    "VALUTA": "currency",
}


def read_identity(found: Survey, name: str, lexer: Lexer, log: ToleranceLog) -> Identity:
    """The identification records of a file as one value.

    Raises: SieError when #SIETYP or the year of #RAR 0 cannot be right.
    """
    reading = _Reading(name, log)
    for number, raw in found.identity_lines:
        text = raw.decode(found.encoding, "replace")
        label, _, rest = text[1:].replace("\t", " ").partition(" ")
        rest = text[1 + len(label) :].strip(" \t")
        reading.record(label.upper(), _fields(lexer, rest, number, log), number)
    return reading.finished(has_vouchers="VER" in found.labels)


def _fields(lexer: Lexer, rest: str, number: int, log: ToleranceLog) -> list[str]:
    try:
        fields: list[Field] = lexer.fields(rest)
    except DefectError as defect:
        log.add(number, "identification read in spite of its quotes", str(defect))
        fields = lexer.loose_fields(rest)
    return [each for each in fields if isinstance(each, str)]


class _Reading:
    def __init__(self, name: str, log: ToleranceLog) -> None:
        self._name = name
        self._log = log
        self._identity = Identity(sie_type=0, read_flag="", file_format="")
        self._years: dict[int, tuple[date, date]] = {}

    def record(self, label: str, fields: list[str], line: int) -> None:
        first = fields[0] if fields else ""
        second = fields[1] if len(fields) > 1 else ""
        if label in _TEXTS:
            self._set(**{_TEXTS[label]: first})
            return
        readers: dict[str, Callable[[], None]] = {
            "SIETYP": lambda: self._type(first, line),
            "PROGRAM": lambda: self._set(program=first, program_version=second),
            "GEN": lambda: self._set(generated=self._day(first, "#GEN date", line), generated_by=second),
            "OMFATTN": lambda: self._set(balances_up_to=self._day(first, "#OMFATTN date", line)),
            "ADRESS": lambda: self._set(address=tuple(fields)),
            "RAR": lambda: self._year(fields, line),
        }
        readers[label]()

    def finished(self, *, has_vouchers: bool) -> Identity:
        identity = replace(self._identity, years=dict(sorted(self._years.items(), reverse=True)))
        if identity.sie_type == 0:
            identity = replace(identity, sie_type=_VOUCHER_TYPE if has_vouchers else _FIRST_TYPE)
            self._log.add(1, f"#SIETYP is missing, read as type {identity.sie_type}")
        elif has_vouchers and identity.sie_type != _VOUCHER_TYPE:
            self._log.add(1, f"#SIETYP {identity.sie_type} but there are vouchers, read as type 4")
            identity = replace(identity, sie_type=_VOUCHER_TYPE)
        return identity

    def _set(self, **facts: object) -> None:
        self._identity = replace(self._identity, **facts)  # type: ignore[arg-type]  # names are checked by replace

    def _type(self, text: str, line: int) -> None:
        if text.upper() not in _TYPES:
            raise SieError(self._name, line, f"#SIETYP '{text}' is not read; types 1 to 4 are")
        if not text.isdigit():
            self._log.add(line, "#SIETYP with a letter", text)
        self._set(sie_type=_TYPES[text.upper()])

    def _day(self, text: str, what: str, line: int) -> date | None:
        if not text:
            return None
        try:
            found, remark = values.day(text, what)
        except DefectError as defect:
            self._log.add(line, f"{what} left empty", str(defect))
            return None
        if remark:
            self._log.add(line, remark, text)
        return found

    def _year(self, fields: list[str], line: int) -> None:
        texts = [each for each in fields[1:3] if each]
        try:
            number = values.whole_number(fields[0] if fields else "", "year number")
            if not texts:
                self._log.add(line, "#RAR without dates", str(number))
                return
            first, first_remark = values.day(texts[0], "first day of the year")
            last, last_remark = values.day(texts[1] if len(texts) > 1 else "", "last day of the year")
        except DefectError as defect:
            raise SieError(self._name, line, f"#RAR: {defect}") from None
        for remark, text in ((first_remark, texts[0]), (last_remark, texts[1])):
            if remark:
                self._log.add(line, remark, text)
        if last < first:
            raise SieError(self._name, line, f"#RAR: the year ends {last} before it starts {first}")
        if self._years.setdefault(number, (first, last)) != (first, last):
            raise SieError(self._name, line, f"#RAR {number} is given twice with different dates")


def refuse_partial_year(identity: Identity, found: Survey, name: str) -> None:
    """Refuses a file that cannot stand for a financial year. Raises: SieError."""
    line = next((number for number, raw in found.identity_lines if raw.upper().startswith(b"#RAR")), None)
    import_only = name.lower().endswith(".si") or ("VER" in found.labels and not _BALANCE_LABELS & found.labels)
    if identity.sie_type == _VOUCHER_TYPE and (import_only or 0 not in identity.years):
        why = "#RAR 0 has no dates" if 0 not in identity.years else "it has vouchers and no balances"
        if name.lower().endswith(".si") and 0 in identity.years:
            why = "its name ends in .si"
        reason = f"this is a type 4I file, vouchers to import and no whole financial year ({why})"
        raise SieError(name, line, f"{reason}; export SIE type 4 instead")
    if 0 not in identity.years:
        raise SieError(name, line, "#RAR 0 with the first and last day of the financial year is missing")
