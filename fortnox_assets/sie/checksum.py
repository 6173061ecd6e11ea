"""#KSUMMA: a CRC-32 over every record between the first #KSUMMA and the closing one (SIE 4B, section 6)."""

import zlib

from fortnox_assets.sie.errors import DefectError
from fortnox_assets.sie.lexer import Lexer


class Checksum:
    """Follows the records of one file. ``verified`` is True once the closing #KSUMMA agreed, None without one."""

    def __init__(self, lexer: Lexer) -> None:
        self._lexer = lexer
        self._crc = 0
        self.open_since: int | None = None
        self.verified: bool | None = None

    @property
    def value(self) -> int:
        """The checksum of the records counted so far."""
        return self._crc

    def count(self, record: str) -> None:
        """Adds a record's text, code page 437, if a #KSUMMA is open."""
        if self.open_since is not None:
            self._crc = zlib.crc32(self._lexer.checked_text(record).encode("cp437"), self._crc)

    def mark(self, value: str, line: int) -> None:
        """Takes a #KSUMMA record. Raises: DefectError when the value is not that of the records between."""
        if not value:
            self.open_since, self._crc = line, 0
            return
        if self.open_since is None:
            raise DefectError("#KSUMMA closes a checksum that was never opened")
        if not value.isdigit() or int(value) != self._crc:
            raise DefectError(
                f"#KSUMMA is {value} but the records give {self._crc}: the file was changed or damaged; export it again"
            )
        self.open_since, self.verified = None, True
