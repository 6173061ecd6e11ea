import io
import zlib

import pytest

from fortnox_assets.sie.errors import SieError
from fortnox_assets.sie.reader import read
from fortnox_assets.sie.records import Identity
from fortnox_assets.sie.writer import SieWriter, UnwritableError

HEAD = ("#FLAGGA 0", "#KSUMMA", "#FORMAT PC8", "#SIETYP 1", "#RAR 0 20240101 20241231")
SUMMED = '#FORMATPC8#SIETYP1#RAR02024010120241231#KONTO1930Bank "Å" 1#OIB0193016P 11'.encode("cp437")
RECORDS = ('#KONTO\t1930  "Bank \\"Å\\" 1"', '#OIB 0 1930 { "1" "6P 1"} 1')


def test_a_right_checksum_counts_labels_and_fields_without_separators_quotes_and_braces(make, opened):
    reader = opened(make(*RECORDS, f"#KSUMMA {zlib.crc32(SUMMED)}", header=HEAD))
    assert len(list(reader.records())) == 2
    assert reader.checksum_verified is True


def test_a_wrong_checksum_is_refused_with_its_line(make):
    with pytest.raises(SieError, match=r"^books.se line 8: #KSUMMA is 123456789 but the records give \d+"):
        read(make(*RECORDS, "#KSUMMA 123456789", header=HEAD), name="books.se")


def test_a_checksum_that_is_never_closed_means_a_file_cut_off(make):
    with pytest.raises(SieError, match=r"^books.se line 2: this #KSUMMA is never closed"):
        read(make(*RECORDS, header=HEAD), name="books.se")


def test_a_closing_checksum_without_an_opening_one_is_refused(make):
    with pytest.raises(SieError, match="line 11: #KSUMMA closes a checksum that was never opened"):
        read(make("#KSUMMA 1"))


def test_a_file_without_checksum_has_none_to_verify(make, opened):
    reader = opened(make())
    list(reader.records())
    assert reader.checksum_verified is None


def test_a_checksum_is_not_verified_in_another_encoding_and_that_is_reported(make, opened):
    reader = opened(make(*RECORDS, "#KSUMMA 1", header=HEAD, encoding="utf-8"))
    list(reader.records())
    assert reader.checksum_verified is None
    assert "#KSUMMA not verified, because the file is not code page 437" in [each.message for each in reader.tolerances]


def test_a_checksum_can_only_be_written_in_code_page_437():
    with pytest.raises(UnwritableError, match="code page 437 only"):
        SieWriter(io.BytesIO(), Identity(), encoding="utf-8", checksum=True)
