"""From bytes to the lines of text that hold something, with what was odd about them logged."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from fortnox_assets.sie.checksum import Checksum
from fortnox_assets.sie.errors import DefectError, SieError, ToleranceLog
from fortnox_assets.sie.survey import CP437_LETTERS, END_MARKS, LATIN_1_LETTERS, raw_lines

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_STRAY = {"cp437": LATIN_1_LETTERS, "latin-1": CP437_LETTERS, "utf-8": b""}
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_END_MARK = b"\x1a"
_CHUNK_BYTES = 65536


class TextLines:
    """The lines of one file from its start: blanks around them removed, blank ones and #KSUMMA left out.

    Iterating raises SieError when the checksum is wrong or never closed, or an end mark stands before the end.
    """

    def __init__(self, file: BinaryIO, name: str, encoding: str, checksum: Checksum, log: ToleranceLog) -> None:
        self._file = file
        self._name = name
        self._encoding = encoding
        self._checksum = checksum
        self._log = log

    def __iter__(self) -> Iterator[tuple[int, str]]:
        for number, raw in raw_lines(self._file, self._name):
            ended = _END_MARK in raw
            if ended:
                self._end_mark(raw, number)
            text = self._text(raw, number)
            if text.startswith("#KSUMMA"):
                self._ksumma(text, number)
            elif text:
                if self._checksum.open_since is not None:
                    self._checksum.count(text)
                yield number, text
            if ended:
                break
        if self._checksum.open_since is not None:
            raise SieError(
                self._name, self._checksum.open_since, "this #KSUMMA is never closed: the file is cut off; export again"
            )

    def _text(self, raw: bytes, number: int) -> str:
        line = raw.partition(_END_MARK)[0]
        if number == 1:
            line = line.removeprefix(_BYTE_ORDER_MARK)
        text = line.decode(self._encoding, "replace").strip(" \t\r\n")
        if not line.isascii():
            stray = _STRAY[self._encoding]
            if "\ufffd" in text or len(line) != len(line.translate(None, stray)):
                self._log.add(number, f"character that is not {self._encoding}, kept as it reads", text[:80])
        if _CONTROL.search(text):
            self._log.add(number, "control character left out")
            text = _CONTROL.sub("", text).strip(" \t")
        return text

    def _end_mark(self, raw: bytes, number: int) -> None:
        rest = raw.partition(_END_MARK)[2].strip(END_MARKS)
        while not rest and (chunk := self._file.read(_CHUNK_BYTES)):
            rest = chunk.strip(END_MARKS)
        if rest:
            raise SieError(self._name, number, "an end mark (CTRL-Z) stands in the middle of the file")
        self._log.add(number, "end mark (CTRL-Z) after the last record")

    def _ksumma(self, text: str, number: int) -> None:
        if self._encoding != "cp437":
            self._log.add(number, "#KSUMMA not verified, because the file is not code page 437")
            return
        try:
            self._checksum.mark(text.removeprefix("#KSUMMA").strip(' \t"'), number)
        except DefectError as defect:
            raise SieError(self._name, number, str(defect)) from None
