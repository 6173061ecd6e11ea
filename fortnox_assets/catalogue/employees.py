"""Employees: nearly every field of theirs is personal data."""

from fortnox_assets.catalogue.endpoint import ChangeFilter, DetailNeed, Endpoint
from fortnox_assets.catalogue.fields import boolean, date, decimal, integer, records, text

GROUP = "fortnox_payroll"

EMPLOYEES = Endpoint(
    name="employees",
    title="Employees",
    group=GROUP,
    description="Employees (anställda) with employment, tax, salary and vacation figures.",
    key=("EmployeeId",),
    path="/3/employees",
    wrapper="Employees",
    scope="salary",
    licence="Lön",
    detail=DetailNeed.COLUMNS,
    detail_path="/3/employees/{EmployeeId}",
    detail_wrapper="Employee",
    change_filter=ChangeFilter.REJECTED,
    fields=(
        text("EmployeeId", "Employee Id, as Fortnox sends it."),
        decimal("AbsenceHoursNonVacationBased", "Absence Hours Non Vacation Based, as Fortnox sends it."),
        decimal("AbsenceHoursVacationBased", "Absence Hours Vacation Based, as Fortnox sends it."),
        decimal("AbsenceWorkdaysNonVacationBased", "Absence Workdays Non Vacation Based, as Fortnox sends it."),
        decimal("AbsenceWorkdaysVacationBased", "Absence Workdays Vacation Based, as Fortnox sends it."),
        text("Address1", "Address1, as Fortnox sends it."),
        text("Address2", "Address2, as Fortnox sends it."),
        decimal("ATFValue", "ATF Value, as Fortnox sends it."),
        decimal("ATKValue", "ATK Value, as Fortnox sends it."),
        boolean("AutoNonRecurringTax", "Auto Non Recurring Tax, as Fortnox sends it."),
        decimal("AverageHourlyWage", "Average Hourly Wage, as Fortnox sends it."),
        decimal("AverageWeeklyHours", "Average Weekly Hours, as Fortnox sends it."),
        text("BankAccountNo", "Bank Account No, as Fortnox sends it."),
        text("City", "City, as Fortnox sends it."),
        text("ClearingNo", "Clearing No, as Fortnox sends it."),
        text("CostCenter", "Cost Center, as Fortnox sends it."),
        text("Country", "Country, as Fortnox sends it."),
        decimal("CurrentCompBalance", "Current Comp Balance, as Fortnox sends it."),
        decimal("CurrentFlexBalance", "Current Flex Balance, as Fortnox sends it."),
        records(
            "DatedSchedules",
            "Dated Schedules, as Fortnox sends it.",
            text("EmployeeId", "Employee Id, as Fortnox sends it."),
            date("FirstDay", "First Day, as Fortnox sends it."),
            text("ScheduleId", "Schedule Id, as Fortnox sends it."),
        ),
        records(
            "DatedWages",
            "Dated Wages, as Fortnox sends it.",
            text("EmployeeId", "Employee Id, as Fortnox sends it."),
            date("FirstDay", "First Day, as Fortnox sends it."),
            decimal("HourlyPay", "Hourly Pay, as Fortnox sends it."),
            decimal("MonthlySalary", "Monthly Salary, as Fortnox sends it."),
        ),
        text("Email", "Email, as Fortnox sends it."),
        date("EmployedTo", "Employed To, as Fortnox sends it."),
        records(
            "EmployeeCategories",
            "Employee Categories, as Fortnox sends it.",
            text("Name", "Name, as Fortnox sends it."),
            text("value", "value, as Fortnox sends it."),
        ),
        records(
            "EmployeeChildren",
            "Employee Children, as Fortnox sends it.",
            integer("ApprovedDays", "Approved Days, as Fortnox sends it."),
            text("Child", "Child, as Fortnox sends it."),
            text("EmployeeId", "Employee Id, as Fortnox sends it."),
            text("Id", "Id, as Fortnox sends it."),
            integer("IngoingWithdrawnDays", "Ingoing Withdrawn Days, as Fortnox sends it."),
            decimal("WithdrawnDays", "Withdrawn Days, as Fortnox sends it."),
        ),
        date("EmploymentDate", "Employment Date, as Fortnox sends it."),
        text(
            "EmploymentForm",
            "Employment Form, as Fortnox sends it.",
            values=(
                "TV",
                "PRO",
                "TID",
                "SVT",
                "VIK",
                "PRJ",
                "PRA",
                "FER",
                "SES",
                "NEJ",
            ),
        ),
        text("FirstName", "First Name, as Fortnox sends it."),
        text("ForaType", "Fora Type, as Fortnox sends it."),
        text("FullName", "Full Name, as Fortnox sends it."),
        decimal("FullTimeEquivalent", "Full Time Equivalent, as Fortnox sends it."),
        decimal("HourlyPay", "Hourly Pay, as Fortnox sends it."),
        boolean("Inactive", "Inactive, as Fortnox sends it."),
        decimal("InitialComp", "Initial Comp, as Fortnox sends it."),
        decimal("InitialFlex", "Initial Flex, as Fortnox sends it."),
        text("JobTitle", "Job Title, as Fortnox sends it."),
        text("LastName", "Last Name, as Fortnox sends it."),
        decimal("MonthlySalary", "Monthly Salary, as Fortnox sends it."),
        decimal("NonRecurringTax", "Non Recurring Tax, as Fortnox sends it."),
        decimal(
            "NonVacationBasedCalendarDaysPartial", "Non Vacation Based Calendar Days Partial, as Fortnox sends it."
        ),
        decimal("NonVacationBasedCalendarDaysWhole", "Non Vacation Based Calendar Days Whole, as Fortnox sends it."),
        records(
            "OpeningSalaries",
            "Opening Salaries, as Fortnox sends it.",
            decimal("Amount", "Amount, as Fortnox sends it."),
            text("EmployeeId", "Employee Id, as Fortnox sends it."),
            text("Period", "Period, as Fortnox sends it."),
            text("ProductGroup", "Product Group, as Fortnox sends it."),
            decimal("Quantity", "Quantity, as Fortnox sends it."),
            text("QuantityUnit", "Quantity Unit, as Fortnox sends it."),
            integer("RowId", "Row Id, as Fortnox sends it."),
            text("SalaryTypeName", "Salary Type Name, as Fortnox sends it."),
            text("SalaryTypeNumber", "Salary Type Number, as Fortnox sends it."),
            text("SortCode", "Sort Code, as Fortnox sends it."),
            text("TextRow", "Text Row, as Fortnox sends it."),
            decimal("Total", "Total, as Fortnox sends it."),
            decimal("VAT", "VAT, as Fortnox sends it."),
        ),
        text(
            "PayslipType",
            "Payslip Type, as Fortnox sends it.",
            values=(
                "pdf",
                "digital",
                "kivra",
            ),
        ),
        text("PersonalIdentityNumber", "Personal Identity Number, as Fortnox sends it."),
        text(
            "PersonelType",
            "Personel Type, as Fortnox sends it.",
            values=(
                "TJM",
                "ARB",
            ),
        ),
        text("Phone1", "Phone1, as Fortnox sends it."),
        text("Phone2", "Phone2, as Fortnox sends it."),
        text("PostCode", "Post Code, as Fortnox sends it."),
        decimal("PreliminaryTaxDeducted", "Preliminary Tax Deducted, as Fortnox sends it."),
        text("Project", "Project, as Fortnox sends it."),
        text(
            "SalaryForm",
            "Salary Form, as Fortnox sends it.",
            values=(
                "MAN",
                "TIM",
            ),
        ),
        text("ScheduleId", "Schedule Id, as Fortnox sends it."),
        text(
            "TaxAllowance",
            "Tax Allowance, as Fortnox sends it.",
            values=(
                "HUV",
                "EXT",
                "TMP",
                "STU",
                "EJ",
                "???",
            ),
        ),
        integer("TaxColumn", "Tax Column, as Fortnox sends it."),
        text("TaxTable", "Tax Table, as Fortnox sends it."),
        decimal("VacationBasedAttendanceDays", "Vacation Based Attendance Days, as Fortnox sends it."),
        decimal("VacationBasedAttendanceHours", "Vacation Based Attendance Hours, as Fortnox sends it."),
        decimal("VacationBasedCalendarDaysWhole", "Vacation Based Calendar Days Whole, as Fortnox sends it."),
        decimal("VacationBasedSalaryTotal", "Vacation Based Salary Total, as Fortnox sends it."),
        decimal("VacationBasedSalaryVariableAddition", "Vacation Based Salary Variable Addition, as Fortnox sends it."),
        decimal("VacationBasedSalaryWorkedTime", "Vacation Based Salary Worked Time, as Fortnox sends it."),
        decimal(
            "VacationCalculationAdvanceVacationDebt", "Vacation Calculation Advance Vacation Debt, as Fortnox sends it."
        ),
        boolean(
            "VacationCalculationIncludeInCalculation",
            "Vacation Calculation Include In Calculation, as Fortnox sends it.",
        ),
        boolean("VacationCalculationSameWagePercent", "Vacation Calculation Same Wage Percent, as Fortnox sends it."),
        boolean("VacationCalculationSoleCustody", "Vacation Calculation Sole Custody, as Fortnox sends it."),
        boolean("VacationCalculationSumOnlyNoDays", "Vacation Calculation Sum Only No Days, as Fortnox sends it."),
        decimal(
            "VacationCalculationTotalVacationSalarySum",
            "Vacation Calculation Total Vacation Salary Sum, as Fortnox sends it.",
        ),
        decimal(
            "VacationCalculationVacationEntitlement", "Vacation Calculation Vacation Entitlement, as Fortnox sends it."
        ),
        decimal(
            "VacationCalculationVariableAdditionSum", "Vacation Calculation Variable Addition Sum, as Fortnox sends it."
        ),
        decimal("VacationDaysPaid", "Vacation Days Paid, as Fortnox sends it."),
        decimal("VacationDaysPendingPaid", "Vacation Days Pending Paid, as Fortnox sends it."),
        decimal("VacationDaysPendingPrepaid", "Vacation Days Pending Prepaid, as Fortnox sends it."),
        decimal("VacationDaysPendingSaved", "Vacation Days Pending Saved, as Fortnox sends it."),
        decimal("VacationDaysPendingSavedYear1", "Vacation Days Pending Saved Year1, as Fortnox sends it."),
        decimal("VacationDaysPendingSavedYear2", "Vacation Days Pending Saved Year2, as Fortnox sends it."),
        decimal("VacationDaysPendingSavedYear3", "Vacation Days Pending Saved Year3, as Fortnox sends it."),
        decimal("VacationDaysPendingSavedYear4", "Vacation Days Pending Saved Year4, as Fortnox sends it."),
        decimal("VacationDaysPendingSavedYear5", "Vacation Days Pending Saved Year5, as Fortnox sends it."),
        decimal("VacationDaysPendingSavedYear6Plus", "Vacation Days Pending Saved Year6 Plus, as Fortnox sends it."),
        decimal("VacationDaysPendingUnpaid", "Vacation Days Pending Unpaid, as Fortnox sends it."),
        decimal("VacationDaysPrepaid", "Vacation Days Prepaid, as Fortnox sends it."),
        decimal("VacationDaysRegisteredPaid", "Vacation Days Registered Paid, as Fortnox sends it."),
        decimal("VacationDaysRegisteredPrepaid", "Vacation Days Registered Prepaid, as Fortnox sends it."),
        decimal("VacationDaysRegisteredSaved", "Vacation Days Registered Saved, as Fortnox sends it."),
        decimal("VacationDaysRegisteredSavedYear1", "Vacation Days Registered Saved Year1, as Fortnox sends it."),
        decimal("VacationDaysRegisteredSavedYear2", "Vacation Days Registered Saved Year2, as Fortnox sends it."),
        decimal("VacationDaysRegisteredSavedYear3", "Vacation Days Registered Saved Year3, as Fortnox sends it."),
        decimal("VacationDaysRegisteredSavedYear4", "Vacation Days Registered Saved Year4, as Fortnox sends it."),
        decimal("VacationDaysRegisteredSavedYear5", "Vacation Days Registered Saved Year5, as Fortnox sends it."),
        decimal(
            "VacationDaysRegisteredSavedYear6Plus", "Vacation Days Registered Saved Year6 Plus, as Fortnox sends it."
        ),
        decimal("VacationDaysRegisteredUnpaid", "Vacation Days Registered Unpaid, as Fortnox sends it."),
        decimal("VacationDaysSaved", "Vacation Days Saved, as Fortnox sends it."),
        decimal(
            "VacationDaysSavedEmploymentRateYear1", "Vacation Days Saved Employment Rate Year1, as Fortnox sends it."
        ),
        decimal(
            "VacationDaysSavedEmploymentRateYear2", "Vacation Days Saved Employment Rate Year2, as Fortnox sends it."
        ),
        decimal(
            "VacationDaysSavedEmploymentRateYear3", "Vacation Days Saved Employment Rate Year3, as Fortnox sends it."
        ),
        decimal(
            "VacationDaysSavedEmploymentRateYear4", "Vacation Days Saved Employment Rate Year4, as Fortnox sends it."
        ),
        decimal(
            "VacationDaysSavedEmploymentRateYear5", "Vacation Days Saved Employment Rate Year5, as Fortnox sends it."
        ),
        decimal(
            "VacationDaysSavedEmploymentRateYear6Plus",
            "Vacation Days Saved Employment Rate Year6 Plus, as Fortnox sends it.",
        ),
        decimal("VacationDaysSavedYear1", "Vacation Days Saved Year1, as Fortnox sends it."),
        decimal("VacationDaysSavedYear2", "Vacation Days Saved Year2, as Fortnox sends it."),
        decimal("VacationDaysSavedYear3", "Vacation Days Saved Year3, as Fortnox sends it."),
        decimal("VacationDaysSavedYear4", "Vacation Days Saved Year4, as Fortnox sends it."),
        decimal("VacationDaysSavedYear5", "Vacation Days Saved Year5, as Fortnox sends it."),
        decimal("VacationDaysSavedYear6Plus", "Vacation Days Saved Year6 Plus, as Fortnox sends it."),
        decimal("VacationDaysUnpaid", "Vacation Days Unpaid, as Fortnox sends it."),
        text("WorkingTimeEnumeration", "Working Time Enumeration, as Fortnox sends it."),
    ),
)

ENDPOINTS = (EMPLOYEES,)
