import tracemalloc

from fortnox_assets.sie.reader import SieReader
from fortnox_assets.sie.records import Voucher

MEGABYTE = 1024 * 1024


def test_reading_needs_no_more_memory_for_more_vouchers(tmp_path, make):
    path = tmp_path / "large.se"
    row = '#TRANS 6212 {1 "KS1" 6 "P1"} 1887.50 20240601 "mobiltelefon i juni" 0\r\n#TRANS 1930 {} -1887.50\r\n'
    with path.open("wb") as out:
        out.write(make())
        for number in range(6000):
            out.write(f'#VER A {number} 20240601 "faktura"\r\n{{\r\n{row * 10}}}\r\n'.encode("cp437"))
    assert path.stat().st_size > 5 * MEGABYTE
    with path.open("rb") as file:
        tracemalloc.start()
        reader = SieReader(file, path.name)
        rows = sum(len(each.transactions) for each in reader.records() if isinstance(each, Voucher))
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert rows == 120_000
    assert peak < MEGABYTE
