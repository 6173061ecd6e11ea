"""What people do in Fortnox all day: they change, book, pay, cancel and delete, and numbers are used again."""

from collections.abc import Callable
from decimal import Decimal
from random import Random

from fortnox_assets.simulator.company import NotAllowedError, Row, SimulatedCompany


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
    locked = company.locked_until.isoformat() if company.locked_until else ""
    body = draw.choice([each.body for each in company.of("vouchers") if each.body["TransactionDate"] > locked])
    place = draw.choice([place for place, row in enumerate(body["VoucherRows"]) if not row["Removed"] and row["Debit"]])
    added = Row(5460, body["VoucherRows"][place]["Debit"], "")
    company.edit_voucher(body["Year"], body["VoucherSeries"], body["VoucherNumber"], strike=[place], add=[added])


def edit_customer(company: SimulatedCompany, draw: Random) -> None:
    """A comment on a customer is written, which the list of customers does not show."""
    customer = draw.choice(company.of("customers"))
    customer.body["Comments"] = f"Anteckning {company.revision}"
    customer.modified = company.now().replace(microsecond=0)
    company.revision += 1


def delete_last_voucher(company: SimulatedCompany, draw: Random) -> None:
    """The last voucher of a series is deleted; the next one gets its number."""
    year = max(company.years, key=lambda each: each.from_date)
    company.delete_last_voucher(year.id, draw.choice(["A", "B"]))


def delete_customer(company: SimulatedCompany, draw: Random) -> None:
    """A customer is deleted: one without invoices, where there is one."""
    used = {each.body["CustomerNumber"] for each in company.of("invoices")}
    numbers = [each.body["CustomerNumber"] for each in company.of("customers")]
    company.delete_customer(draw.choice([number for number in numbers if number not in used] or numbers))


def add_invoice(company: SimulatedCompany, draw: Random) -> None:
    """An invoice is written, not booked."""
    number = draw.choice(company.of("customers")).body["CustomerNumber"]
    company.add_invoice(number, Decimal(draw.randrange(100, 9000)))


def book_invoice(company: SimulatedCompany, draw: Random) -> None:
    """An invoice is booked, and so a voucher is."""
    company.book_invoice(_draft(company, draw))


def pay_invoice(company: SimulatedCompany, draw: Random) -> None:
    """An invoice is paid: payment, voucher and balance."""
    unpaid = [each.body for each in company.of("invoices") if each.body["Booked"] and each.body["Balance"] > 0]
    company.pay_invoice(draw.choice(unpaid)["DocumentNumber"])


def cancel_invoice(company: SimulatedCompany, draw: Random) -> None:
    """An invoice is cancelled; it stays with its flag."""
    company.cancel_invoice(_draft(company, draw))


def _draft(company: SimulatedCompany, draw: Random) -> str:
    bodies = [each.body for each in company.of("invoices")]
    number: str = draw.choice([each for each in bodies if not each["Booked"] and not each["Cancelled"]])[
        "DocumentNumber"
    ]
    return number


ACTS: tuple[Callable[[SimulatedCompany, Random], None], ...] = (
    edit_voucher,
    edit_customer,
    delete_last_voucher,
    delete_customer,
    add_invoice,
    add_invoice,
    book_invoice,
    pay_invoice,
    cancel_invoice,
)
