"""Employees, and the days they work, are away and are scheduled to work."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from fortnox_assets.simulator.books.amounts import ZERO, money, plain
from fortnox_assets.simulator.books.documents import Body
from fortnox_assets.simulator.books.forms import API, blank
from fortnox_assets.simulator.books.office import Office
from fortnox_assets.simulator.books.people import address, email, identity_number, person

_RATES = ("Year1", "Year2", "Year3", "Year4", "Year5", "Year6Plus")
_DAYS = ("Paid", "Saved", "Unpaid", "Prepaid", *(f"Saved{year}" for year in _RATES))
_FORM = blank(
    texts="Address2 AverageHourlyWage City CostCenter Country HourlyPay NonRecurringTax Phone2 Project "
    "WorkingTimeEnumeration",
    nulls="EmployedTo",
    amounts="ATFValue ATKValue AbsenceHoursNonVacationBased AbsenceHoursVacationBased "
    "AbsenceWorkdaysNonVacationBased AbsenceWorkdaysVacationBased CurrentCompBalance CurrentFlexBalance "
    "InitialComp InitialFlex NonVacationBasedCalendarDaysPartial NonVacationBasedCalendarDaysWhole "
    "PreliminaryTaxDeducted VacationBasedAttendanceDays VacationBasedAttendanceHours "
    "VacationBasedCalendarDaysWhole VacationBasedSalaryTotal VacationBasedSalaryVariableAddition "
    "VacationBasedSalaryWorkedTime VacationCalculationAdvanceVacationDebt "
    "VacationCalculationTotalVacationSalarySum VacationCalculationVacationEntitlement "
    "VacationCalculationVariableAdditionSum " + " ".join(f"VacationDays{name}" for name in _DAYS),
    flags="AutoNonRecurringTax Inactive VacationCalculationSameWagePercent VacationCalculationSoleCustody "
    "VacationCalculationSumOnlyNoDays",
) | blank(
    amounts=" ".join(
        [f"VacationDaysPending{name}" for name in _DAYS]
        + [f"VacationDaysRegistered{name}" for name in _DAYS]
        + [f"VacationDaysSavedEmploymentRate{year}" for year in _RATES]
    )
)
# What is alike for everybody on a monthly salary.
_ORDINARY = {
    "AverageWeeklyHours": "40",
    "Country": "Sverige",
    "EmploymentForm": "TV",
    "ForaType": "-",
    "FullTimeEquivalent": Decimal(1),
    "PayslipType": "digital",
    "SalaryForm": "MAN",
    "ScheduleId": "HELTID",
    "TaxAllowance": "HUV",
    "TaxColumn": 1,
    "TaxTable": "33",
    "VacationCalculationIncludeInCalculation": True,
    "VacationDaysPaid": Decimal(25),
}
WEEKEND = 5
TAX_SHARE = Decimal("0.30")


@dataclass(frozen=True, kw_only=True, slots=True)
class Employee:
    """Somebody on the payroll; ``account`` is where the wage is booked."""

    number: str
    name: str
    salary: Decimal
    account: int
    cost_center: str = ""
    project: str = ""

    @property
    def tax(self) -> Decimal:
        """Preliminary tax withheld from a month's salary, in whole kronor."""
        return money((self.salary * TAX_SHARE).to_integral_value())


def employ(office: Office, day: date, salary: int, account: int, cost_center: str = "") -> Employee:
    """Register an employee."""
    number, (first, last), where = str(office.number("employees")), person(office.rng), address(office.rng)
    dated = {"EmployeeId": number, "FirstDay": day.isoformat()}
    body: Body = {
        "@url": f"{API}/3/employees/{number}",
        **_FORM,
        **_ORDINARY,
        **blank(lists="EmployeeCategories EmployeeChildren OpeningSalaries"),
        "Address1": where.street,
        "BankAccountNo": f"{office.rng.randrange(1000000, 9999999)}",
        "City": where.city,
        "ClearingNo": f"{office.rng.randrange(3300, 3400)}",
        "CostCenter": cost_center,
        "DatedSchedules": [dated | {"ScheduleId": "HELTID"}],
        "DatedWages": [dated | {"HourlyPay": "0", "MonthlySalary": str(salary)}],
        "Email": email(f"{first} {last}"),
        "EmployeeId": number,
        "EmploymentDate": day.isoformat(),
        "FirstName": first,
        "FullName": f"{first} {last}",
        "JobTitle": "Montör" if account == 7010 else "Tjänsteman",  # noqa: PLR2004 - account of manual workers
        "LastName": last,
        "MonthlySalary": str(salary),
        "PersonalIdentityNumber": identity_number(office.rng),
        "PersonelType": "ARB" if account == 7010 else "TJM",  # noqa: PLR2004 - account of manual workers
        "Phone1": f"070-{office.rng.randrange(1000000, 9999999)}",
        "PostCode": where.zip_code,
    }
    office.add("employees", body, day)
    return Employee(
        number=number, name=body["FullName"], salary=money(salary), account=account, cost_center=cost_center
    )


def time_off_and_on(office: Office, employee: Employee, month_end: date) -> None:
    """Register a month's sick day and overtime of an employee."""
    sick = month_end.replace(day=office.rng.randrange(2, 25))
    shared = {"CostCenter": employee.cost_center, "EmployeeId": employee.number, "Project": employee.project}
    first, second = office.identity(), office.identity()
    absence = {
        "@url": f"{API}/3/absencetransactions/{first}",
        "CauseCode": office.rng.choice(("SJK", "SEM", "VAB")),
        "Date": sick.isoformat(),
        "Extent": Decimal(100),
        "HolidayEntitling": True,
        "Hours": Decimal(8),
        "id": first,
    }
    office.add("absence_transactions", shared | absence, sick)
    overtime = {
        "@url": f"{API}/3/attendancetransactions/{second}",
        "CauseCode": "OT1",
        "Date": month_end.isoformat(),
        "Hours": plain(Decimal(office.rng.randrange(1, 9)) / 2),
        "id": second,
    }
    office.add("attendance_transactions", shared | overtime, month_end)


def schedules(office: Office, employees: tuple[Employee, ...], first: date) -> None:
    """File the hours each employee is scheduled for, each day from ``first`` to today."""
    for day in _days(first, office.today):
        for employee in employees:
            body = {
                "Date": day.isoformat(),
                "EmployeeId": employee.number,
                "Hours": "0" if day.weekday() >= WEEKEND else "8",
                **dict.fromkeys(("IWH1", "IWH2", "IWH3", "IWH4", "IWH5"), "0"),
                "ScheduleId": "HELTID",
            }
            office.add("schedule_times", body, first)


def vacation_debt(office: Office, employees: tuple[Employee, ...], month_end: date) -> Decimal:
    """File what the company owes in vacation at the end of a month; returns the debt before contributions."""
    months = (month_end.month - 4) % 12 + 1
    rows = [_vacation_row(each, months) for each in employees]
    body = {
        "Employees": rows,
        "LastDay": month_end.isoformat(),
        "Month": month_end.month,
        "VoucherNumber": None,
        "VoucherSeries": None,
        "VoucherYear": None,
        "Year": month_end.year,
    }
    office.add("vacation_debt_basis", body, month_end)
    return sum((each["TotalDebtEmployee"] for each in rows), ZERO)


def _vacation_row(employee: Employee, months: int) -> Body:
    days = money(Decimal(25) * months / 12)
    debt = money(employee.salary * months / 100)
    none = "DaysSaved DaysUnused DebtAdvance DebtSaved DebtUnused VariableEarned VariableUnused WageSaved WageUnused"
    return blank(amounts=none) | {
        "DaysEarned": days,
        "DebtEarned": debt,
        "EmployeeId": employee.number,
        "EmployeeName": employee.name,
        "TotalDebtEmployee": debt,
        "TotalDebtEmployerContribution": money(debt * Decimal("0.3142")),
        "WageEarned": employee.salary,
    }


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=each) for each in range((last - first).days + 1))
