import pytest

from fortnox_assets.sie.records import Account

NAME = '#FNAMN "Åkerö Ängsällskap för idé"'


@pytest.mark.parametrize("encoding", ["cp437", "utf-8", "latin-1"])
def test_the_encoding_is_told_from_the_bytes(make, opened, header, encoding):
    lines = tuple(NAME if line.startswith("#FNAMN") else line for line in header)
    reader = opened(make(header=lines, encoding=encoding))
    assert reader.encoding == encoding
    assert reader.identity.company_name == "Åkerö Ängsällskap för idé"
    remarks = [] if encoding == "cp437" else [f"file is not code page 437, the only legal one: read as {encoding}"]
    assert [each.message for each in reader.tolerances] == remarks


def test_a_byte_order_mark_means_utf_8_and_is_no_part_of_the_first_record(make, opened, header):
    reader = opened(b"\xef\xbb\xbf" + make(header=header, encoding="utf-8"))
    assert (reader.encoding, reader.identity.read_flag) == ("utf-8", "0")
    assert "byte order mark left out" in [each.message for each in reader.tolerances]
    assert list(reader.records()) == []


def test_plain_ascii_is_code_page_437(opened):
    reader = opened(b"#FLAGGA 0\n#SIETYP 1\n#RAR 0 20240101 20241231\n")
    assert (reader.encoding, reader.tolerances) == ("cp437", ())


def test_a_stray_letter_from_another_encoding_is_kept_and_reported(make, opened, voucher_line):
    data = make("#KONTO 1220 Verktyg för ängsskötsel", "#KONTO 1230 FXretag").replace(b"FXretag", b"F\xf6retag")
    reader = opened(data)
    names = [each.name for each in reader.records() if isinstance(each, Account)]
    assert reader.encoding == "cp437"
    assert names[1] == "F÷retag"
    assert [(each.line, each.message.split(":")[0]) for each in reader.tolerances] == [
        (voucher_line + 1, "character that is not cp437, kept as it reads")
    ]


def test_letters_already_lost_in_a_utf_8_file_are_reported(make, opened):
    reader = opened(make("#KONTO 1220 F\ufffdretag", encoding="utf-8"))
    assert [each.name for each in reader.records() if isinstance(each, Account)] == ["F\ufffdretag"]
    assert len(reader.tolerances) == 2
