"""The first look at a SIE file: encoding, content hash and identification lines, in one pass and little memory.

``#FORMAT PC8`` says nothing about the bytes, so the encoding is told from them: a byte order mark or valid UTF-8 with
at least one character of several bytes means UTF-8; otherwise code page 437 and Latin-1 are told apart by the bytes
they use for the Swedish letters, and code page 437, the standard's only legal one, wins unless Latin-1 has more.
"""

import codecs
import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from fortnox_assets.sie.errors import SieError

LONGEST_LINE_BYTES = 16 * 1024 * 1024
CP437_LETTERS = bytes.fromhex("8684948f8e9982")  # å ä ö Å Ä Ö é
LATIN_1_LETTERS = bytes.fromhex("e5e4f6c5c4d6e9")
END_MARKS = b" \t\r\n\x1a\x00"

IDENTITY_LABELS = frozenset(
    [
        "FLAGGA",
        "PROGRAM",
        "FORMAT",
        "GEN",
        "SIETYP",
        "PROSA",
        "FTYP",
        "FNR",
        "ORGNR",
        "BKOD",
        "ADRESS",
        "FNAMN",
        "RAR",
        "TAXAR",
        "OMFATTN",
        "KPTYP",
        "VALUTA",
    ]
)
# These change at every export, though the books are the same; #KSUMMA follows from them.
_UNHASHED = frozenset({b"GEN", b"PROGRAM", b"FLAGGA", b"ADRESS", b"KSUMMA"})
_IDENTITY_BYTES = frozenset(label.encode() for label in IDENTITY_LABELS)
_COUNTED = frozenset({b"VER", b"IB", b"UB", b"RES"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What the first pass found. ``identity_lines`` are (line number, bytes), ends trimmed."""

    encoding: str
    marked: bool
    sound: bool
    content_hash: str
    size: int
    identity_lines: tuple[tuple[int, bytes], ...]
    labels: frozenset[str]


class _Letters:
    """Weighs the evidence for each encoding."""

    def __init__(self) -> None:
        self.marked = False
        self._utf8 = True
        self._multi_byte = False
        self._counts: Counter[str] = Counter()

    def see(self, line: bytes) -> None:
        if line.isascii():
            return
        self._multi_byte = True
        if self._utf8:
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                self._utf8 = False
        self._counts["cp437"] += len(line) - len(line.translate(None, CP437_LETTERS))
        self._counts["latin-1"] += len(line) - len(line.translate(None, LATIN_1_LETTERS))

    @property
    def sound(self) -> bool:
        return self._utf8

    def encoding(self) -> str:
        if self.marked or (self._utf8 and self._multi_byte):
            return "utf-8"
        return "latin-1" if self._counts["latin-1"] > self._counts["cp437"] else "cp437"


def survey(file: BinaryIO, name: str) -> Survey:
    """Reads ``file`` once from its start.

    Raises: SieError when it is empty, SIE 5 (XML), UTF-16 or no SIE file at all.
    """
    letters, digest, size = _Letters(), hashlib.sha256(), 0
    identity_lines: list[tuple[int, bytes]] = []
    labels: set[bytes] = set()
    started = False
    for number, raw in raw_lines(file, name):
        size += len(raw)
        if number == 1:
            letters.marked = raw.startswith(codecs.BOM_UTF8)
            raw = raw.removeprefix(codecs.BOM_UTF8)  # noqa: PLW2901  # the mark is no part of the first record
        line = raw.strip(END_MARKS)
        if not line:
            continue
        if not started:
            _refuse_other_formats(line, name, number)
            started = True
        letters.see(line)
        label = _label(line)
        if label in _IDENTITY_BYTES:
            identity_lines.append((number, line))
        elif label in _COUNTED:
            labels.add(label)
        if label not in _UNHASHED:
            digest.update(line + b"\n")
    if not started:
        raise SieError(name, None, "the file is empty")
    return Survey(
        encoding=letters.encoding(),
        marked=letters.marked,
        sound=letters.sound,
        content_hash=digest.hexdigest(),
        size=size,
        identity_lines=tuple(identity_lines),
        labels=frozenset(label.decode() for label in labels),
    )


def raw_lines(file: BinaryIO, name: str) -> Iterator[tuple[int, bytes]]:
    """Line numbers and lines of ``file`` from its start. Raises: SieError on a line no SIE file has (over 16 MB)."""
    file.seek(0)
    number = 0
    while raw := file.readline(LONGEST_LINE_BYTES):
        number += 1
        if len(raw) == LONGEST_LINE_BYTES:
            raise SieError(name, number, f"the line is longer than {LONGEST_LINE_BYTES} bytes; this is no SIE file")
        yield number, raw


def _label(line: bytes) -> bytes:
    if not line.startswith(b"#"):
        return b""
    parts = line[1:64].split(None, 1)
    return parts[0].upper() if parts else b""


def _refuse_other_formats(line: bytes, name: str, number: int) -> None:
    if line.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise SieError(name, number, "the file is UTF-16; SIE files are code page 437 (export it again)")
    if line.startswith(b"<"):
        kind = "a SIE 5 file (XML)" if b"sie" in line.lower() or b"?xml" in line.lower() else "XML or HTML"
        raise SieError(name, number, f"this is {kind}, which is not read; export SIE type 4 instead")
    if not line.startswith(b"#"):
        raise SieError(name, number, "this is no SIE file: its first line is no record (#FLAGGA is expected)")
