"""Payroll: salary rows, absence, attendance, schedules and vacation debt."""

from fortnox_assets.catalogue.endpoint import ChangeFilter, Endpoint, KeySource, Listing, PersonalData, Slicing
from fortnox_assets.catalogue.field_groups import ABSENCE_CAUSES, ATTENDANCE_CAUSES
from fortnox_assets.catalogue.fields import boolean, date, decimal, integer, records, text

GROUP = "fortnox_payroll"

SALARY_TRANSACTIONS = Endpoint(
    name="salary_transactions",
    title="Salary transactions",
    group=GROUP,
    description="Salary rows of employees (lönetransaktioner).",
    key=("SalaryRow",),
    path="/3/salarytransactions",
    wrapper="SalaryTransactions",
    scope="salary",
    licence="Lön",
    slicing=Slicing.DATE_FIELD,
    date_field="Date",
    detail_path="/3/salarytransactions/{SalaryRow}",
    detail_wrapper="SalaryTransaction",
    fields=(
        integer("SalaryRow", "Fortnox's number of the salary row."),
        decimal("Amount", "Amount for each unit of the salary row.", personal=PersonalData.EMPLOYMENT),
        text("CostCenter", "Cost centre code, which is SIE dimension 1."),
        date("Date", "Day the salary row is for."),
        text("EmployeeId", "Employee number (anställningsnummer)."),
        text("Expense", "Code of the expense, where the row is one.", personal=PersonalData.EMPLOYMENT),
        decimal("Number", "Number of units of the salary row.", personal=PersonalData.EMPLOYMENT),
        text("Project", "Project number, which is SIE dimension 6."),
        text("SalaryCode", "Salary code (lönekod) of the row.", personal=PersonalData.EMPLOYMENT),
        text("TextRow", "Text of the row.", personal=PersonalData.FREE_TEXT),
        decimal("Total", "Amount of the row: number times amount.", personal=PersonalData.EMPLOYMENT),
        decimal("VAT", "VAT amount of the row.", personal=PersonalData.EMPLOYMENT),
    ),
)

ABSENCE_TRANSACTIONS = Endpoint(
    name="absence_transactions",
    title="Absence transactions",
    group=GROUP,
    description="Absence of employees, day by day (frånvaro).",
    key=("id",),
    path="/3/absencetransactions",
    wrapper="AbsenceTransactions",
    scope="salary",
    licence="Lön",
    slicing=Slicing.DATE_FIELD,
    date_field="Date",
    detail_path="/3/absencetransactions/{id}",
    detail_wrapper="AbsenceTransaction",
    fields=(
        text("id", "Fortnox's id of the absence (UUID)."),
        text(
            "CauseCode",
            "Cause code, such as SJK (illness), VAB (care of child) or SEM (vacation).",
            personal=PersonalData.EMPLOYMENT,
            values=ABSENCE_CAUSES,
        ),
        text("CostCenter", "Cost centre code, which is SIE dimension 1."),
        date("Date", "Day of the absence."),
        text("EmployeeId", "Employee number (anställningsnummer)."),
        decimal("Extent", "Share of the day that is absence, in percent.", personal=PersonalData.EMPLOYMENT),
        boolean(
            "HolidayEntitling",
            "Whether the absence earns vacation (semestergrundande).",
            personal=PersonalData.EMPLOYMENT,
        ),
        decimal("Hours", "Hours absent on the day.", personal=PersonalData.EMPLOYMENT),
        text("Project", "Project number, which is SIE dimension 6."),
    ),
)

ATTENDANCE_TRANSACTIONS = Endpoint(
    name="attendance_transactions",
    title="Attendance transactions",
    group=GROUP,
    description="Attendance of employees, day by day (närvaro).",
    key=("id",),
    path="/3/attendancetransactions",
    wrapper="AttendanceTransactions",
    scope="salary",
    licence="Lön",
    slicing=Slicing.DATE_FIELD,
    date_field="Date",
    detail_path="/3/attendancetransactions/{id}",
    detail_wrapper="AttendanceTransaction",
    fields=(
        text("id", "Fortnox's id of the attendance (UUID)."),
        text(
            "CauseCode",
            "Cause code, such as TID (hours worked) or OB1 (unsocial hours).",
            personal=PersonalData.EMPLOYMENT,
            values=ATTENDANCE_CAUSES,
        ),
        text("CostCenter", "Cost centre code, which is SIE dimension 1."),
        date("Date", "Day of the attendance."),
        text("EmployeeId", "Employee number (anställningsnummer)."),
        decimal("Hours", "Hours attended on the day.", personal=PersonalData.EMPLOYMENT),
        text("Project", "Project number, which is SIE dimension 6."),
    ),
)

EXPENSES = Endpoint(
    name="expenses",
    title="Expenses",
    group=GROUP,
    description="Codes that expense claims are registered with (utläggskoder).",
    key=("Code",),
    path="/3/expenses",
    wrapper="Expenses",
    scope="salary",
    licence="Lön",
    detail_path="/3/expenses/{Code}",
    detail_wrapper="Expense",
    change_filter=ChangeFilter.IGNORED,
    fields=(
        text("Code", "Code of the expense."),
        integer("Account", "Account the expense is booked on."),
        text("Text", "Name of the expense."),
    ),
)

SCHEDULE_TIMES = Endpoint(
    name="schedule_times",
    title="Schedule times",
    group=GROUP,
    description="Scheduled hours of an employee on a day (schematid), asked for day by day.",
    key=("EmployeeId", "Date"),
    path="/3/scheduletimes/{EmployeeId}/{Date}",
    wrapper="ScheduleTime",
    scope="salary",
    licence="Lön",
    listing=Listing.PER_KEY,
    slicing=Slicing.DATE_FIELD,
    date_field="Date",
    keys_from=KeySource(endpoint="employees", parameters={"EmployeeId": "EmployeeId"}, each_day_of_open_periods=True),
    default=False,
    costs="One request for each employee and each day after the locked period.",
    fields=(
        text("EmployeeId", "Employee number (anställningsnummer)."),
        date("Date", "Day the schedule is for."),
        decimal("Hours", "Scheduled hours of the day.", personal=PersonalData.EMPLOYMENT),
        decimal("IWH1", "Hours with unsocial hours pay of kind 1 (OB1).", personal=PersonalData.EMPLOYMENT),
        decimal("IWH2", "Hours with unsocial hours pay of kind 2 (OB2).", personal=PersonalData.EMPLOYMENT),
        decimal("IWH3", "Hours with unsocial hours pay of kind 3 (OB3).", personal=PersonalData.EMPLOYMENT),
        decimal("IWH4", "Hours with unsocial hours pay of kind 4 (OB4).", personal=PersonalData.EMPLOYMENT),
        decimal("IWH5", "Hours with unsocial hours pay of kind 5 (OB5).", personal=PersonalData.EMPLOYMENT),
        text("ScheduleId", "Code of the work schedule.", personal=PersonalData.EMPLOYMENT),
    ),
)

VACATION_DEBT_BASIS = Endpoint(
    name="vacation_debt_basis",
    title="Vacation debt basis",
    group=GROUP,
    description="Vacation debt (semesterskuld) of a month, employee by employee, asked for month by month.",
    key=("Year", "Month"),
    path="/3/vacationdebtbasis/{Year}/{Month}",
    wrapper="VacationDebtBasis",
    scope="salary",
    licence="Lön",
    listing=Listing.PER_KEY,
    keys_from=KeySource(each_month=True),
    default=False,
    costs=("One request for each month of every financial year; most companies have no answer for most months."),
    fields=(
        integer("Year", "Calendar year of the month."),
        integer("Month", "Month of the year, 1 to 12."),
        records(
            "Employees",
            "Vacation debt of each employee.",
            decimal("DaysEarned", "Vacation days earned this year.", personal=PersonalData.EMPLOYMENT),
            decimal("DaysSaved", "Vacation days saved from earlier years.", personal=PersonalData.EMPLOYMENT),
            decimal("DaysUnused", "Paid vacation days not yet taken.", personal=PersonalData.EMPLOYMENT),
            decimal("DebtAdvance", "Debt of vacation taken in advance, in kronor.", personal=PersonalData.EMPLOYMENT),
            decimal("DebtEarned", "Debt of days earned this year, in kronor.", personal=PersonalData.EMPLOYMENT),
            decimal("DebtSaved", "Debt of saved days, in kronor.", personal=PersonalData.EMPLOYMENT),
            decimal("DebtUnused", "Debt of days not yet taken, in kronor.", personal=PersonalData.EMPLOYMENT),
            text("EmployeeId", "Employee number (anställningsnummer)."),
            text("EmployeeName", "Name of the employee.", personal=PersonalData.NAME),
            decimal("TotalDebtEmployee", "Debt to the employee in all, in kronor.", personal=PersonalData.EMPLOYMENT),
            decimal(
                "TotalDebtEmployerContribution",
                "Employer's contributions on the debt, in kronor.",
                personal=PersonalData.EMPLOYMENT,
            ),
            decimal(
                "VariableEarned", "Variable pay on days earned this year, in kronor.", personal=PersonalData.EMPLOYMENT
            ),
            decimal(
                "VariableUnused", "Variable pay on days not yet taken, in kronor.", personal=PersonalData.EMPLOYMENT
            ),
            decimal(
                "WageEarned", "Vacation pay for each day earned this year, in kronor.", personal=PersonalData.EMPLOYMENT
            ),
            decimal("WageSaved", "Vacation pay for each saved day, in kronor.", personal=PersonalData.EMPLOYMENT),
            decimal(
                "WageUnused", "Vacation pay for each day not yet taken, in kronor.", personal=PersonalData.EMPLOYMENT
            ),
        ),
        date("LastDay", "Last day of the month the debt is counted at."),
        integer("VoucherNumber", "Number of the voucher the debt was booked by."),
        text("VoucherSeries", "Series of the voucher the debt was booked by."),
        integer("VoucherYear", "Financial year id of the voucher the debt was booked by."),
    ),
)

ENDPOINTS = (
    SALARY_TRANSACTIONS,
    ABSENCE_TRANSACTIONS,
    ATTENDANCE_TRANSACTIONS,
    EXPENSES,
    SCHEDULE_TIMES,
    VACATION_DEBT_BASIS,
)
