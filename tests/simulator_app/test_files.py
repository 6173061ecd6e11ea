"""Claims about what is sent as bytes: SIE files, and files in the archive and the inbox."""

import pytest

from fortnox_assets.sie import reader
from fortnox_assets.simulator.app import SimulatorSettings
from fortnox_assets.simulator.company import StoredFile

FILE = {"Id": "row-1", "ArchiveFileId": "file-1", "Name": "kvitto.pdf", "Size": 4}


@pytest.fixture
def archive(desk):
    desk.company.files["file-1"] = StoredFile(name="kvitto.pdf", content_type="application/pdf", content=b"%PDF")
    desk.add(
        "archive",
        {"Id": "root", "Name": "root", "Email": "", "Files": [], "Folders": [{"Id": "f1", "Name": "Kvitton"}]},
        {"Id": "f1", "Name": "Kvitton", "Email": "", "Files": [FILE], "Folders": []},
    )
    return desk


def test_a_sie_file_is_code_page_437_with_windows_line_ends(desk):
    answer = desk.get("/3/sie/4?financialyear=1")
    assert answer.status_code == 200
    assert "Åre Cykel".encode("cp437") in answer.content
    assert answer.content.count(b"\r\n") == answer.content.count(b"\n")
    document = reader.read(answer.content)
    assert document.identity.years[0][0].isoformat() == "2025-05-01"


def test_a_sie_file_without_a_year_is_the_current_years(desk):
    assert b"#RAR 0 20260501 20270430" in desk.get("/3/sie/1").content


def test_a_simulator_can_send_utf_8_as_some_exports_do(make_desk):
    desk = make_desk(settings=SimulatorSettings(sie_encoding="utf-8"))
    assert "Åre Cykel".encode() in desk.get("/3/sie/4").content


@pytest.mark.parametrize("path", ["/3/sie/5", "/3/sie/4?financialyear=x"])
def test_there_is_no_other_kind_of_sie_file(desk, path):
    assert desk.refusal(path) == (400, 2000588)


def test_bytes_are_refused_to_whoever_names_a_content_type(archive):
    for path in ("/3/sie/4", "/3/archive/file-1", "/3/inbox/file-1"):
        answer = archive.get(path, headers={"Accept": "application/octet-stream"})
        assert (answer.status_code, answer.json()["ErrorInformation"]["Code"]) == (400, 1000030)


@pytest.mark.parametrize("path", ["/3/archive/file-1", "/3/archive/row-1", "/3/archive?fileid=file-1"])
def test_a_file_is_found_by_either_of_its_ids(archive, path):
    answer = archive.get(path)
    assert (answer.status_code, answer.content) == (200, b"%PDF")
    assert answer.headers["Content-Type"] == "application/pdf"


def test_the_archive_is_a_tree_of_folders(archive):
    root = archive.json("/3/archive")["Folder"]
    assert root["Folders"] == [{"@url": "https://api.fortnox.se/3/archive/f1", "Id": "f1", "Name": "Kvitton"}]
    by_id = archive.json("/3/archive/f1")["Folder"]
    assert by_id["Files"] == [{"@url": "https://api.fortnox.se/3/archive/row-1", **FILE}]
    assert archive.json("/3/archive?path=Kvitton")["Folder"] == by_id
    assert archive.get("/3/archive/nothing").status_code == 404


def test_an_inbox_has_its_nine_folders_even_when_it_is_empty(desk):
    root = desk.json("/3/inbox")["Folder"]
    assert root["@url"] == "https://api.fortnox.se/3/inbox"
    assert len(root["Folders"]) == 9
    assert desk.json("/3/inbox/inbox_s")["Folder"]["Files"] == []
