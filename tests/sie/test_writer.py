import io
from datetime import date
from decimal import Decimal

import pytest

from fortnox_assets.sie.reader import read
from fortnox_assets.sie.records import (
    Account,
    Balance,
    BalanceKind,
    Dimension,
    Identity,
    ObjectRef,
    PeriodBalance,
    PeriodKind,
    SieDocument,
    SieObject,
    Transaction,
    Voucher,
)
from fortnox_assets.sie.writer import UnwritableError, write

DOCUMENT = SieDocument(
    identity=Identity(
        program="Fortnox",
        program_version="3.57.11",
        generated=date(2025, 8, 29),
        internal_id="503072",
        company_name="Åkerö AB",
        address=("", "Gatan 7", "123 45 Växjö", ""),
        years={-1: (date(2023, 5, 1), date(2024, 4, 30)), 0: (date(2024, 5, 1), date(2025, 4, 30))},
        organisation_number="555555-5555",
        balances_up_to=date(2025, 4, 30),
        chart="EUBAS97",
    ),
    accounts=(Account(number=1930, name="Bank", sru_codes=("7281",)),),
    dimensions=(Dimension(number=1, name="Kostnadsställe"),),
    objects=(SieObject(dimension=1, object="1", name="Kontor 1"),),
    balances=(
        Balance(kind=BalanceKind.IB, year_number=0, account=1930, amount=Decimal("1997.00"), quantity=Decimal(0)),
        Balance(kind=BalanceKind.UB, year_number=0, account=1930, amount=Decimal("3.70"), quantity=Decimal(0)),
    ),
    period_balances=(
        PeriodBalance(
            kind=PeriodKind.PSALDO,
            year_number=0,
            period="202505",
            account=1930,
            amount=Decimal(0),
            quantity=Decimal(0),
        ),
    ),
    vouchers=(
        Voucher(
            series="A",
            number=1,
            date=date(2024, 5, 6),
            text="text",
            registration_date=date(2024, 8, 12),
            transactions=(
                Transaction(
                    account=4550,
                    objects=(ObjectRef(1, "2010"), ObjectRef(6, "1001")),
                    amount=Decimal("500.00"),
                    text="row text",
                    quantity=Decimal(0),
                ),
                Transaction(account=3740, amount=Decimal("-0.00"), quantity=Decimal(0)),
            ),
        ),
    ),
)

EXPECTED = """\
#FLAGGA 0
#FORMAT PC8
#SIETYP 4
#PROGRAM "Fortnox" 3.57.11
#GEN 20250829
#FNR 503072
#FNAMN "Åkerö AB"
#ADRESS "" "Gatan 7" "123 45 Växjö" ""
#RAR 0 20240501 20250430
#RAR -1 20230501 20240430
#ORGNR 555555-5555
#OMFATTN 20250430
#KPTYP EUBAS97

#KONTO 1930 "Bank"
#SRU 1930 7281

#DIM 1 "Kostnadsställe"
#OBJEKT 1 "1" "Kontor 1"

#IB 0 1930 1997 0
#UB 0 1930 3.7 0

#PSALDO 0 202505 1930 {} 0 0

#VER A 1 20240506 "text" 20240812
{
#TRANS 4550 {1 "2010" 6 "1001"} 500 "" "row text" 0
#TRANS 3740 {} 0 "" "" 0
}
"""


def written(document, **options):
    out = io.BytesIO()
    write(document, out, **options)
    return out.getvalue()


def document_called(name, program="Fortnox"):
    return SieDocument(identity=Identity(program=program, company_name=name))


def test_a_file_is_laid_out_as_fortnox_lays_it_out():
    assert written(DOCUMENT).decode("cp437") == EXPECTED.replace("\n", "\r\n")


def test_a_letter_code_page_437_lacks_is_refused_with_the_text_it_stands_in():
    with pytest.raises(UnwritableError, match="cp437 has no '€' "):
        written(document_called("Fem € AB"))


def test_a_letter_code_page_437_lacks_can_be_written_as_a_question_mark_even_under_a_checksum():
    data = written(document_called("Fem € AB"), replace=True, checksum=True)
    assert read(data, whole_year=False).identity.company_name == "Fem ? AB"


@pytest.mark.parametrize("text", ["two\nlines", "end\x1a", "nul\x00"])
def test_control_characters_are_refused(text):
    with pytest.raises(UnwritableError, match="control character"):
        written(document_called(text))


def test_an_amount_finer_than_ore_is_refused():
    row = Transaction(account=1930, amount=Decimal("0.005"))
    voucher = Voucher(series="A", number=1, date=date(2024, 5, 6), transactions=(row,))
    with pytest.raises(UnwritableError, match=r"0\.005 is no amount"):
        written(SieDocument(identity=Identity(), vouchers=(voucher,)))


def test_a_final_backslash_is_refused_where_backslashes_are_literal():
    with pytest.raises(UnwritableError, match="ends in a backslash"):
        written(document_called("C:\\", program="Bokslut"))
