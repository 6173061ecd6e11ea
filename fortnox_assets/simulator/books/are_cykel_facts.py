"""What Åre Cykel AB sells, to whom abroad, and what it started and plans with."""

from decimal import Decimal

from fortnox_assets.simulator.books.goods import Article
from fortnox_assets.simulator.books.parties import Foreign
from fortnox_assets.simulator.books.registers import Member

ARTICLES = (
    Article(number="CY-100", name="Mountainbike 29 tum", price=Decimal("11196.00"), cost=Decimal("6800.00"), stock=14),
    Article(number="CY-110", name="Elcykel Dam 28 tum", price=Decimal("23992.00"), cost=Decimal("15100.00"), stock=6),
    Article(number="CY-120", name="Barncykel 20 tum", price=Decimal("2636.00"), cost=Decimal("1490.00"), stock=22),
    Article(number="RD/29 å", name="Däck 29 x 2,4", price=Decimal("439.20"), cost=Decimal("210.50"), stock=60),
    Article(number="HJ-1", name="Hjälm", price=Decimal("639.20"), cost=Decimal("301.00"), stock=35),
    Article(number="V-1", name="Verkstadstid", price=Decimal("792.00"), unit="h"),
    Article(number="KAFFE", name="Fika i butiken", price=Decimal("53.57"), cost=Decimal("14.20"), vat=12),
    Article(
        number="KARTA", name="Ledkarta Årefjällen", price=Decimal("140.57"), cost=Decimal("70.00"), vat=6, stock=40
    ),
    Article(number="KURS", name="Föreningskurs (momsfri)", price=Decimal("1200.00"), vat=0),
)
ABROAD = (
    Foreign(name="Pyörä Oy", city="Helsinki", country="Finland", country_code="FI", currency="EUR",
            vat_type="EUREVERSEDVAT", vat_number="FI12345671"),
    Foreign(name="Fjellsykkel AS", city="Trondheim", country="Norge", country_code="NO", currency="NOK",
            vat_type="EXPORT"),
    Foreign(name="Aspen Bikes Inc", city="Denver", country="USA", country_code="US", currency="USD",
            vat_type="EXPORT"),
    Foreign(name="Kyoto Cycles KK", city="Kyoto", country="Japan", country_code="JP", currency="JPY",
            vat_type="EXPORT"),
)  # fmt: skip
LIVES = (
    "in_time", "late", "in_time", "short", "in_time", "credited", "in_time", "in_parts", "draft", "in_time",
    "cancelled", "never", "in_time", "paid_and_credited", "in_time", "late", "in_time",
)  # fmt: skip
PURCHASE_LIVES = ("paid", "paid", "in_parts", "paid", "credited", "paid", "cancelled", "paid", "unattested", "paid")
COST_CENTERS = (Member(code="BUTIK", name="Butik"), Member(code="VERK", name="Verkstad"))
PROJECTS = (Member(code="P1", name="Uthyrning vinter"), Member(code="P2", name="Nätbutik", active=False))
OPENING = {
    1220: "240000.00", 1229: "-96000.00", 1460: "310000.00", 1910: "4200.00", 1930: "412350.45", 2081: "-100000.00",
    2091: "-770550.45",
}  # fmt: skip
MONTHLY_BUDGET = {3001: -310000, 4010: 160000, 5010: 18000, 7210: 70000, 7510: 33000}
