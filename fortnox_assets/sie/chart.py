"""Collects accounts, dimensions and objects, whose facts are spread over several records in any order."""

from dataclasses import dataclass, field

from fortnox_assets.sie import values
from fortnox_assets.sie.errors import ToleranceLog
from fortnox_assets.sie.records import Account, Dimension, SieObject

CHART_LABELS = frozenset({"KONTO", "KTYP", "ENHET", "SRU", "DIM", "UNDERDIM", "OBJEKT"})
_ACCOUNT_TYPES = {"T", "S", "K", "I"}


@dataclass(slots=True)
class _Account:
    line: int
    name: str | None = None
    account_type: str = ""
    unit: str = ""
    sru_codes: list[str] = field(default_factory=list)


class Chart:
    """The chart of one file; small beside its vouchers, so it is kept until the file ends."""

    def __init__(self, log: ToleranceLog) -> None:
        self._log = log
        self._accounts: dict[int, _Account] = {}
        self._dimensions: dict[int, Dimension] = {}
        self._objects: dict[tuple[int, str], SieObject] = {}

    def add(self, label: str, fields: list[str], line: int) -> None:
        """Takes one chart record. Raises: DefectError for an account or dimension that is no number."""
        padded = [*fields, "", "", ""]
        if label in ("DIM", "UNDERDIM"):
            self._dimension(padded, line, has_parent=label == "UNDERDIM")
        elif label == "OBJEKT":
            self._object(padded, line)
        else:
            self._account(label, padded, line)

    def records(self) -> "tuple[Account | Dimension | SieObject, ...]":
        """Everything collected, in the file's order."""
        return (*self._finished_accounts(), *self._dimensions.values(), *self._objects.values())

    def _account(self, label: str, fields: list[str], line: int) -> None:
        account = self._accounts.setdefault(values.account_number(fields[0]), _Account(line))
        if label == "KONTO":
            if account.name is not None:
                self._log.add(line, "account listed twice, the first name stands", fields[0])
            else:
                account.name, account.line = fields[1], line
        elif label == "KTYP":
            account.account_type = fields[1].upper()
            if account.account_type not in _ACCOUNT_TYPES:
                self._log.add(line, "account type is none of T, S, K, I", fields[1])
        elif label == "ENHET":
            account.unit = fields[1]
        elif fields[1] and fields[1] not in account.sru_codes:
            account.sru_codes.append(fields[1])

    def _finished_accounts(self) -> list[Account]:
        finished = []
        for number, found in self._accounts.items():
            if found.name is None:
                self._log.add(found.line, "facts about an account without #KONTO, its name is empty", str(number))
            finished.append(
                Account(
                    number=number,
                    name=found.name or "",
                    account_type=found.account_type,
                    unit=found.unit,
                    sru_codes=tuple(found.sru_codes),
                    line=found.line,
                )
            )
        return finished

    def _dimension(self, fields: list[str], line: int, *, has_parent: bool) -> None:
        number = values.whole_number(fields[0], "dimension number")
        parent = values.whole_number(fields[2], "number of a parent dimension") if has_parent and fields[2] else None
        if number in self._dimensions:
            self._log.add(line, "dimension listed twice, the first name stands", fields[0])
        else:
            self._dimensions[number] = Dimension(number=number, name=fields[1], parent=parent, line=line)

    def _object(self, fields: list[str], line: int) -> None:
        key = (values.whole_number(fields[0], "dimension number"), fields[1])
        if key in self._objects:
            self._log.add(line, "object listed twice, the first name stands", f"{fields[0]} {fields[1]}")
        else:
            self._objects[key] = SieObject(dimension=key[0], object=key[1], name=fields[2], line=line)
