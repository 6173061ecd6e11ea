"""What people do in Fortnox all day: they change, book, pay, cancel and delete, and numbers are used again."""

from collections.abc import Callable
from decimal import Decimal
from random import Random

from fortnox_assets.simulator.company import NotAllowedError, Row, SimulatedCompany

LATELY = 12


def work(company: SimulatedCompany, draw: Random) -> str:
    """One thing that is allowed in the company's books, chosen by ``draw``; what it was."""
    while True:
        act = draw.choice(ACTS)
        try:
            act(company, draw)
        except (NotAllowedError, KeyError, IndexError):  # locked, booked already, or there is none
            continue
        return act.__name__


def edit_voucher(company: SimulatedCompany, draw: Random) -> None:
    """A row of a voucher is struck, and its amount booked on another account."""
    body = draw.choice([each.body for each in company.of("vouchers") if each.body["VoucherSeries"] == "A"])
    live = [place for place, row in enumerate(body["VoucherRows"]) if not row["Removed"] and row["Debit"]]
    place = draw.choice(live)
    amount = body["VoucherRows"][place]["Debit"]
    company.edit_voucher(body["Year"], "A", body["VoucherNumber"], strike=[place], add=[Row(5460, amount, "")])


def delete_last_voucher(company: SimulatedCompany, draw: Random) -> None:
    """The last voucher of a series is deleted; the next one gets its number."""
    year = max(company.years, key=lambda each: each.from_date)
    company.delete_last_voucher(year.id, draw.choice(["A", "B"]))


def delete_customer(company: SimulatedCompany, draw: Random) -> None:
    """A customer without invoices is deleted."""
    used = {each.body["CustomerNumber"] for each in company.of("invoices")}
    numbers = [each.body["CustomerNumber"] for each in company.of("customers")]
    company.delete_customer(draw.choice([number for number in numbers if number not in used]))


def add_invoice(company: SimulatedCompany, draw: Random) -> None:
    """An invoice is written, not booked."""
    number = draw.choice(company.of("customers")).body["CustomerNumber"]
    company.add_invoice(number, Decimal(draw.randrange(100, 9000)))


def book_invoice(company: SimulatedCompany, draw: Random) -> None:
    """One of the latest invoices is booked, and so a voucher is."""
    company.book_invoice(_late_invoice(company, draw))


def pay_invoice(company: SimulatedCompany, draw: Random) -> None:
    """An invoice is paid: payment, voucher and balance."""
    unpaid = [each.body for each in company.of("invoices") if each.body["Booked"] and each.body["Balance"] > 0]
    company.pay_invoice(draw.choice(unpaid)["DocumentNumber"])


def cancel_invoice(company: SimulatedCompany, draw: Random) -> None:
    """An invoice is cancelled; it stays with its flag."""
    company.cancel_invoice(_late_invoice(company, draw))


def _late_invoice(company: SimulatedCompany, draw: Random) -> str:
    number: str = draw.choice(company.of("invoices")[-LATELY:]).body["DocumentNumber"]
    return number


ACTS: tuple[Callable[[SimulatedCompany, Random], None], ...] = (
    edit_voucher,
    delete_last_voucher,
    delete_customer,
    add_invoice,
    add_invoice,
    book_invoice,
    pay_invoice,
    cancel_invoice,
)
