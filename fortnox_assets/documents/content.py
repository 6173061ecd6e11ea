"""What a file is, told from its first bytes, never from its name: a media type, and the ending it is stored with."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """A media type and the ending of a stored file. What a viewer would run or render (HTML, SVG) ends in .txt."""

    media_type: str
    ending: str


BINARY = Kind("application/octet-stream", ".bin")
TEXT = Kind("text/plain", ".txt")
PDF = Kind("application/pdf", ".pdf")
ZIP = Kind("application/zip", ".zip")
# Anchored at the first byte; in this order.
_SIGNATURES: tuple[tuple[re.Pattern[bytes], Kind], ...] = tuple(
    (re.compile(pattern, re.DOTALL), Kind(media_type, ending))
    for pattern, media_type, ending in (
        (rb"\x89PNG\r\n\x1a\n", "image/png", ".png"),
        (rb"\xff\xd8\xff", "image/jpeg", ".jpg"),
        (rb"GIF8[79]a", "image/gif", ".gif"),
        (rb"II\*\0|MM\0\*", "image/tiff", ".tif"),
        (rb"RIFF.{4}WEBP", "image/webp", ".webp"),
        (rb".{4}ftyp(?:hei[cxms]|hev[cxms]|mif1|msf1)", "image/heic", ".heic"),
        (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage", ".bin"),
        (rb"\{\\rtf", "application/rtf", ".rtf"),
    )
)
_ZIPPED = {
    b"word/": Kind("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx"),
    b"xl/": Kind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"),
    b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet": Kind(
        "application/vnd.oasis.opendocument.spreadsheet", ".ods"
    ),
    b"mimetypeapplication/vnd.oasis.opendocument.text": Kind("application/vnd.oasis.opendocument.text", ".odt"),
}
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(\?xml|!doctype html|html|svg)", re.IGNORECASE)
# A PDF's header may stand anywhere in its first 1024 bytes (ISO 32000, implementation note 13).
_PDF_WITHIN = 1024
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def kind_of(first: bytes) -> Kind:
    """The kind of a file that begins with ``first`` (some thousand bytes of it, or all)."""
    if b"%PDF-" in first[:_PDF_WITHIN]:
        return PDF
    for signature, kind in _SIGNATURES:
        if signature.match(first):
            return kind
    if first.startswith(b"PK\x03\x04"):
        return next((kind for mark, kind in _ZIPPED.items() if mark in first), ZIP)
    if markup := _MARKUP.match(first):
        word = markup[1].lower()
        if word == b"?xml" and b"<svg" not in first and b"<html" not in first.lower():
            return Kind("application/xml", ".xml")
        return Kind("image/svg+xml" if b"<svg" in first else "text/html", ".txt")
    return BINARY if not first or _CONTROL.search(first) else TEXT
