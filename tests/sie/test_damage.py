"""However a file is damaged, reading it either succeeds or says in one line what is wrong."""

from hypothesis import given, settings
from hypothesis import strategies as st

from fortnox_assets.sie.errors import SieError
from fortnox_assets.sie.reader import read
from fortnox_assets.sie.verify import verify

WHOLE = """\
#FLAGGA 0
#FORMAT PC8
#SIETYP 4
#PROGRAM "Fortnox" 3.57.11
#GEN 20250829 "eva"
#FNAMN "Åkerö AB"
#RAR 0 20240501 20250430
#ORGNR 555555-5555
#KONTO 1930 "Bank"
#UNDERDIM 21 "Del" 1
#OBJEKT 1 "KS 1" "Butik"
#IB 0 1930 12.5 0
#OUB 0 1930 {1 "KS 1"} 12.5
#PSALDO 0 202405 6212 {} 1887 0
#VER D 1 20240516 "Telia" 20240812
{
#TRANS 1930 {} -1887 "" "" 0
#RTRANS 6212 {1 "KS 1" 6 "P"} 1887 20240517 "rätt" 2 "anna"
#TRANS 6212 {1 "KS 1" 6 "P"} 1887 "" "rätt" 2
}
""".encode("cp437")

damage = st.one_of(
    st.binary(max_size=6),
    st.sampled_from([b"\n", b"{", b"}", b'"', b"\\", b"\x1a", b"\xff", b"#KSUMMA\n", b" ", b"9" * 5000, b"\n#VER "]),
)


def refusal(data, *, whole_year):
    try:
        read(data, name="books.se", whole_year=whole_year)
    except SieError as error:
        return str(error)
    return None


@settings(deadline=None, max_examples=200)
@given(position=st.integers(0, len(WHOLE)), cut=st.integers(0, 12), inserted=damage, again=st.integers(0, len(WHOLE)))
def test_damage_is_read_or_refused_in_one_line(position, cut, inserted, again):
    data = WHOLE[:position] + inserted + WHOLE[position + cut :]
    data = data[:again] + inserted + data[again:]
    error = refusal(data, whole_year=False)
    if error is None:
        list(verify(read(data, whole_year=False)))
    else:
        assert error.startswith("books.se")
        assert len(error.splitlines()) == 1


@settings(deadline=None, max_examples=100)
@given(end=st.integers(WHOLE.index(b"#VER") + len("#VER"), len(WHOLE) - len("}\n")))
def test_a_file_cut_off_inside_its_voucher_is_always_refused(end):
    assert refusal(WHOLE[:end], whole_year=True)
