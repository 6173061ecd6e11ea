"""What a file is comes from its bytes; what it is called has no say."""

import pytest

from fortnox_assets.documents.content import kind_of
from fortnox_assets.documents.fetch import _name_in, readable

KINDS = {
    b"%PDF-1.7": ("application/pdf", ".pdf"),
    b"\n\n junk before %PDF-1.4": ("application/pdf", ".pdf"),
    b"\x89PNG\r\n\x1a\n\0\0": ("image/png", ".png"),
    b"\xff\xd8\xff\xe0": ("image/jpeg", ".jpg"),
    b"GIF89a": ("image/gif", ".gif"),
    b"II*\0": ("image/tiff", ".tif"),
    b"RIFF\1\2\3\4WEBPVP8": ("image/webp", ".webp"),
    b"\0\0\0\x18ftypheic": ("image/heic", ".heic"),
    b"PK\x03\x04....xl/workbook.xml": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"),
    b"PK\x03\x04....a.txt": ("application/zip", ".zip"),
    b"\xef\xbb\xbf<?xml version='1.0'?><Invoice/>": ("application/xml", ".xml"),
    b"<?xml version='1.0'?><svg onload='x'/>": ("image/svg+xml", ".txt"),
    b"<?xml version='1.0'?><html>": ("text/html", ".txt"),
    b"  <!DOCTYPE html>": ("text/html", ".txt"),
    b"MZ\x90\0": ("application/octet-stream", ".bin"),
    b"Hej p\xe5 dig\r\n": ("text/plain", ".txt"),
    b"": ("application/octet-stream", ".bin"),
}


@pytest.mark.parametrize("content", KINDS)
def test_the_first_bytes_tell(content):
    kind = kind_of(content)
    assert (kind.media_type, kind.ending) == KINDS[content]


@pytest.mark.parametrize(
    ("name", "shown"),
    [("räka.pdf", "räka.pdf"), ("a\0b\nc", "a\ufffdb\ufffdc"), ("\ud800", "?"), ("\u202efdp.exe", "\ufffdfdp.exe")],
)
def test_a_name_is_one_line_that_every_warehouse_holds(name, shown):
    assert readable(name) == shown


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("attachment; filename*=UTF-8''r%C3%A4ka.pdf", "räka.pdf"),
        ('attachment; filename="../../x.pdf"', "../../x.pdf"),
        ("inline", ""),
        ("", ""),
        ("\x00;;=", ""),
    ],
)
def test_a_header_may_name_the_file(header, name):
    assert _name_in(header) == name
