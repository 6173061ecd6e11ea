"""What a sales document comes to: row totals, VAT, rounding and tax reduction.

Rows + freight + fee + VAT + rounding = total, as in Fortnox's own example (1590 + 95 + 421.25 - 0.25 = 2106).
"""

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from fortnox_assets.simulator.books.amounts import KRONA, ZERO, money, plain, whole
from fortnox_assets.simulator.books.documents import Body

FULL_VAT = 25
ROT_SHARE = Decimal("0.30")
_HUNDRED = Decimal(100)


@dataclass(frozen=True, kw_only=True, slots=True)
class Currency:
    """A currency at the rate of a day: ``unit`` of it cost ``rate`` kronor."""

    code: str = "SEK"
    rate: Decimal = KRONA
    unit: int = 1

    def kronor(self, amount: Decimal) -> Decimal:
        """``amount`` of the currency in kronor, to the öre."""
        return amount if self.code == "SEK" else money(amount * self.rate / self.unit)


SEK = Currency()


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One row of an offer, order or invoice; ``price`` includes VAT when the document says so."""

    account: int
    description: str
    quantity: Decimal
    price: Decimal
    vat: int = FULL_VAT
    article: str = ""
    unit: str = "st"
    discount: Decimal = ZERO
    discount_type: str = "PERCENT"
    cost: Decimal = ZERO
    cost_center: str = ""
    project: str = ""
    housework: str | None = None
    hours: int | None = None

    @property
    def total(self) -> Decimal:
        """Quantity times price less discount. A discount of type AMOUNT is for the whole row."""
        gross = self.quantity * self.price
        if self.discount_type == "AMOUNT":
            return money(gross - self.discount.copy_sign(gross))
        return money(gross * (1 - self.discount / _HUNDRED))

    def net(self, *, vat_included: bool) -> Decimal:
        """The row without VAT."""
        return money(self.total / (1 + self.vat / _HUNDRED)) if vat_included else self.total


@dataclass(frozen=True, kw_only=True, slots=True)
class Totals:
    """Sums of a document, in its currency. ``vat`` is by rate in per cent."""

    gross: Decimal
    net: Decimal
    freight: Decimal
    fee: Decimal
    vat: dict[int, Decimal]
    round_off: Decimal
    total: Decimal
    tax_reduction: Decimal
    tax_reduction_basis: Decimal

    @property
    def to_pay(self) -> Decimal:
        """What the customer pays; the tax agency pays the tax reduction."""
        return self.total - self.tax_reduction


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """What applies to the whole document."""

    currency: Currency = SEK
    vat_included: bool = False
    vat_free: bool = False
    freight: Decimal = ZERO
    fee: Decimal = ZERO
    rot: bool = False


def totals(lines: tuple[Line, ...], terms: Terms) -> Totals:
    """The document's sums; documents in kronor are rounded to whole kronor."""
    extras = terms.freight + terms.fee
    vat = {} if terms.vat_free else _vat(lines, extras, vat_included=terms.vat_included)
    net = sum((line.net(vat_included=terms.vat_included) for line in lines), ZERO)
    exact = net + extras + sum(vat.values(), ZERO)
    total = whole(exact) if terms.currency.code == "SEK" else exact
    basis = _housework(lines, vat_included=terms.vat_included) if terms.rot else ZERO
    return Totals(
        gross=sum((money(line.quantity * line.price) for line in lines), ZERO),
        net=net,
        freight=terms.freight,
        fee=terms.fee,
        vat=vat,
        round_off=total - exact,
        total=total,
        tax_reduction=money((basis * ROT_SHARE).quantize(KRONA, ROUND_DOWN)),
        tax_reduction_basis=basis,
    )


def _vat(lines: tuple[Line, ...], extras: Decimal, *, vat_included: bool) -> dict[int, Decimal]:
    bases: dict[int, Decimal] = {FULL_VAT: extras} if extras else {}
    taxes: dict[int, Decimal] = {}
    for line in lines:
        net = line.net(vat_included=vat_included)
        bases[line.vat] = bases.get(line.vat, ZERO) + net
        taxes[line.vat] = taxes.get(line.vat, ZERO) + line.total - net
    if not vat_included:
        taxes = {rate: money(base * rate / _HUNDRED) for rate, base in bases.items()}
    return {rate: tax for rate, tax in sorted(taxes.items()) if rate}


def _housework(lines: tuple[Line, ...], *, vat_included: bool) -> Decimal:
    """Labour including VAT, which the tax reduction is counted on."""
    work = (line for line in lines if line.housework)
    return sum((line.total if vat_included else money(line.total * (1 + line.vat / _HUNDRED)) for line in work), ZERO)


def sums(found: Totals, terms: Terms) -> Body:
    """The document's sum fields."""
    freight_vat = ZERO if terms.vat_free else money(found.freight * FULL_VAT / _HUNDRED)
    fee_vat = ZERO if terms.vat_free else money(found.fee * FULL_VAT / _HUNDRED)
    return {
        "AdministrationFee": found.fee,
        "AdministrationFeeVAT": fee_vat,
        "BasisTaxReduction": found.tax_reduction_basis,
        "Currency": terms.currency.code,
        "CurrencyRate": terms.currency.rate,
        "CurrencyUnit": terms.currency.unit,
        "Freight": found.freight,
        "FreightVAT": freight_vat,
        "Gross": found.gross,
        "HouseWork": terms.rot,
        "Net": found.net,
        "RoundOff": found.round_off,
        "TaxReduction": int(found.tax_reduction) if terms.rot else None,
        "TaxReductionType": "rot" if terms.rot else "none",
        "Total": found.total,
        "TotalToPay": found.to_pay,
        "TotalVAT": sum(found.vat.values(), ZERO),
        "VATIncluded": terms.vat_included,
    }


def row(line: Line, row_id: int, terms: Terms) -> Body:
    """What rows of offers, orders and invoices have in common. Contribution figures are texts in Fortnox."""
    net = line.net(vat_included=terms.vat_included)
    contribution = net - money(line.cost * line.quantity)
    percent = money(contribution / net * _HUNDRED) if net else ZERO
    return {
        "AccountNumber": line.account,
        "ArticleNumber": line.article,
        "ContributionPercent": plain(percent),
        "ContributionValue": plain(contribution),
        "CostCenter": line.cost_center,
        "Description": line.description,
        "Discount": line.discount,
        "DiscountType": line.discount_type,
        "HouseWork": line.housework is not None,
        "HouseWorkHoursToReport": line.hours,
        "HouseWorkType": line.housework,
        "Price": line.price,
        "Project": line.project,
        "RowId": row_id,
        "Total": line.total,
        "Unit": line.unit,
        "VAT": 0 if terms.vat_free else line.vat,
        "VATCode": None,
    }
