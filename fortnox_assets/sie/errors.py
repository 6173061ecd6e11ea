"""Why a SIE file is refused, and how small departures from the standard are reported."""

from collections import Counter

from fortnox_assets.sie.records import Tolerance

KEPT_PER_KIND = 1000


class SieError(ValueError):
    """A SIE file that cannot be used, as one line: ``books.se line 1041: a quoted field is not closed``.

    ``line`` is None when the file as a whole is at fault.
    """

    def __init__(self, file: str, line: int | None, reason: str) -> None:
        self.file = file
        self.line = line
        self.reason = reason = " ".join(reason.splitlines())
        super().__init__(f"{file}: {reason}" if line is None else f"{file} line {line}: {reason}")


class DefectError(ValueError):
    """A value or line that cannot be read; the reader adds file and line."""


class ToleranceLog:
    """Tolerances with their line numbers.

    A file with the same departure on millions of lines must not fill memory: the first 1000 of a kind are kept one by
    one, the rest are counted, and the count stands on the last of those lines.
    """

    def __init__(self) -> None:
        self._kept: list[Tolerance] = []
        self._seen: Counter[str] = Counter()
        self._last: dict[str, int] = {}

    def add(self, line: int, kind: str, found: str = "") -> None:
        """Note that ``kind`` was met on ``line``; ``found`` is what stood there."""
        self._seen[kind] += 1
        self._last[kind] = line
        if self._seen[kind] <= KEPT_PER_KIND:
            self._kept.append(Tolerance(line, f"{kind}: {found}" if found else kind))

    def all(self) -> tuple[Tolerance, ...]:
        """Every tolerance so far, by line."""
        more = [
            Tolerance(self._last[kind], f"{kind}: {count - KEPT_PER_KIND} more lines like this, the last one here")
            for kind, count in self._seen.items()
            if count > KEPT_PER_KIND
        ]
        return tuple(sorted(self._kept + more, key=lambda each: each.line))
