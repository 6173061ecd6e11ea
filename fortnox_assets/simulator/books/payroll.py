"""The monthly payroll: salaries, tax and employer's contributions, and what is paid to the tax agency."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from fortnox_assets.simulator.books.amounts import ZERO, money, plain
from fortnox_assets.simulator.books.forms import API
from fortnox_assets.simulator.books.ledger import Entry, Row
from fortnox_assets.simulator.books.office import Office
from fortnox_assets.simulator.books.receipts import BANK
from fortnox_assets.simulator.books.staff import Employee, time_off_and_on, vacation_debt

WITHHELD_TAX, CONTRIBUTIONS_DEBT, CONTRIBUTIONS = 2710, 2731, 7510
VACATION_DEBT, VACATION_CONTRIBUTIONS_DEBT = 2920, 2941
VACATION_CHANGE, VACATION_CONTRIBUTIONS = 7290, 7519
CONTRIBUTION_RATE = Decimal("0.3142")
TAX_DAY = 12


def next_month(day: date) -> date:
    """First day of the month after ``day``'s."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def month_end(day: date) -> date:
    """Last day of ``day``'s month."""
    return next_month(day) - timedelta(days=1)


def pay_salaries(office: Office, employees: tuple[Employee, ...], day: date) -> None:
    """Pay a month's salaries on ``day``, the 25th, and the tax on the 12th of the month after."""
    wages = sum((each.salary for each in employees), ZERO)
    tax = sum((each.tax for each in employees), ZERO)
    fees = money((wages * CONTRIBUTION_RATE).to_integral_value())
    rows = [Row(each.account, each.salary, each.cost_center, text=f"Lön {each.name}") for each in employees]
    rows += [
        Row(WITHHELD_TAX, -tax),
        Row(CONTRIBUTIONS, fees),
        Row(CONTRIBUTIONS_DEBT, -fees),
        Row(BANK, tax - wages),
    ]
    office.ledger.post(Entry(series="K", day=day, text=f"Löner {day:%Y-%m}", rows=tuple(rows)))
    for employee in employees:
        _payslip(office, employee, day)
        time_off_and_on(office, employee, month_end(day))
    debts = (Row(WITHHELD_TAX, tax), Row(CONTRIBUTIONS_DEBT, fees))
    office.at(next_month(day).replace(day=TAX_DAY), partial(_pay_tax, office, debts))


def _pay_tax(office: Office, debts: tuple[Row, ...], day: date) -> None:
    rows = (*debts, Row(BANK, -sum((each.amount for each in debts), ZERO)))
    office.ledger.post(Entry(series="A", day=day, text="Skatt och arbetsgivaravgifter", rows=rows))


def _payslip(office: Office, employee: Employee, day: date) -> None:
    lines: Iterable[tuple[str, str, Decimal]] = (
        ("11", "Månadslön", employee.salary),
        ("921", "Preliminär skatt", -employee.tax),
    )
    for code, text, amount in lines:
        number = office.number("salary rows")
        body = {
            "@url": f"{API}/3/salarytransactions/{number}",
            "Amount": plain(amount),
            "CostCenter": employee.cost_center,
            "Date": day.isoformat(),
            "EmployeeId": employee.number,
            "Expense": "",
            "Number": "1",
            "Project": employee.project,
            "SalaryCode": code,
            "SalaryRow": number,
            "TextRow": text,
            "Total": plain(amount),
            "VAT": "0",
        }
        office.add("salary_transactions", body, day)


def count_vacation(office: Office, employees: tuple[Employee, ...], day: date) -> None:
    """File the vacation debt of a month; at the end of a financial year also book the change of it."""
    debt = vacation_debt(office, employees, day)
    year = office.company.year_of(day)
    if day != year.to_date:
        return
    change = debt + office.ledger.balance(year.id, VACATION_DEBT)
    fees = money(debt * CONTRIBUTION_RATE) + office.ledger.balance(year.id, VACATION_CONTRIBUTIONS_DEBT)
    rows = (
        Row(VACATION_CHANGE, change),
        Row(VACATION_DEBT, -change),
        Row(VACATION_CONTRIBUTIONS, fees),
        Row(VACATION_CONTRIBUTIONS_DEBT, -fees),
    )
    registered = day + timedelta(days=30)
    key = office.ledger.post(Entry(series="K", day=day, text="Semesterlöneskuld", rows=rows, registered=registered))
    link = {"VoucherNumber": key.number, "VoucherSeries": key.series, "VoucherYear": key.year}
    office.company.of("vacation_debt_basis")[-1].body.update(link)
