"""Employees: nearly every field of theirs is personal data."""

from fortnox_assets.catalogue.endpoint import ChangeFilter, DetailNeed, Endpoint, PersonalData
from fortnox_assets.catalogue.field_groups import EMPLOYMENT_FORMS
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
        text("EmployeeId", "Employee number (anställningsnummer)."),
        decimal(
            "AbsenceHoursNonVacationBased", "Hours absent that do not earn vacation.", personal=PersonalData.EMPLOYMENT
        ),
        decimal("AbsenceHoursVacationBased", "Hours absent that earn vacation.", personal=PersonalData.EMPLOYMENT),
        decimal(
            "AbsenceWorkdaysNonVacationBased",
            "Working days absent that do not earn vacation.",
            personal=PersonalData.EMPLOYMENT,
        ),
        decimal(
            "AbsenceWorkdaysVacationBased", "Working days absent that earn vacation.", personal=PersonalData.EMPLOYMENT
        ),
        text("Address1", "First line of the postal address.", personal=PersonalData.CONTACT),
        text("Address2", "Second line of the postal address.", personal=PersonalData.CONTACT),
        decimal("ATFValue", "Shortened working time (ATF) balance, in hours.", personal=PersonalData.EMPLOYMENT),
        decimal("ATKValue", "Working time account (ATK) balance.", personal=PersonalData.EMPLOYMENT),
        boolean(
            "AutoNonRecurringTax",
            "Whether tax on one-off pay is worked out automatically.",
            personal=PersonalData.EMPLOYMENT,
        ),
        decimal("AverageHourlyWage", "Average pay for each hour, in kronor.", personal=PersonalData.EMPLOYMENT),
        decimal("AverageWeeklyHours", "Average hours a week.", personal=PersonalData.EMPLOYMENT),
        text("BankAccountNo", "Bank account salary is paid to.", personal=PersonalData.BANK_ACCOUNT),
        text("City", "Town of the postal address.", personal=PersonalData.CONTACT),
        text("ClearingNo", "Clearing number of the bank account.", personal=PersonalData.BANK_ACCOUNT),
        text("CostCenter", "Cost centre the employee's salary is booked on unless a row says otherwise."),
        text("Country", "Country of the postal address, by name.", personal=PersonalData.EMPLOYMENT),
        decimal("CurrentCompBalance", "Compensatory leave (komp) left, in hours.", personal=PersonalData.EMPLOYMENT),
        decimal("CurrentFlexBalance", "Flexible time left, in hours.", personal=PersonalData.EMPLOYMENT),
        records(
            "DatedSchedules",
            "Work schedules with the day each starts.",
            text("EmployeeId", "Employee number (anställningsnummer)."),
            date("FirstDay", "First day the schedule applies.", personal=PersonalData.EMPLOYMENT),
            text("ScheduleId", "Code of the work schedule.", personal=PersonalData.EMPLOYMENT),
        ),
        records(
            "DatedWages",
            "Salaries with the day each starts.",
            text("EmployeeId", "Employee number (anställningsnummer)."),
            date("FirstDay", "First day the salary applies.", personal=PersonalData.EMPLOYMENT),
            decimal("HourlyPay", "Pay for each hour, in kronor.", personal=PersonalData.EMPLOYMENT),
            decimal("MonthlySalary", "Salary for each month, in kronor.", personal=PersonalData.EMPLOYMENT),
        ),
        text("Email", "Email address of the employee.", personal=PersonalData.CONTACT),
        date("EmployedTo", "Last day of the employment; empty while it goes on.", personal=PersonalData.EMPLOYMENT),
        records(
            "EmployeeCategories",
            "Categories the employee belongs to.",
            text("Name", "Name of the category.", personal=PersonalData.EMPLOYMENT),
            text("value", "Value of the category.", personal=PersonalData.EMPLOYMENT),
        ),
        records(
            "EmployeeChildren",
            "Children the employee has parental leave for.",
            integer("ApprovedDays", "Days of parental leave approved for the child.", personal=PersonalData.EMPLOYMENT),
            text("Child", "Child the days are for, as the employer has written it.", personal=PersonalData.NAME),
            text("EmployeeId", "Employee number (anställningsnummer)."),
            text("Id", "Fortnox's id of the child."),
            integer(
                "IngoingWithdrawnDays",
                "Days of parental leave taken before the employee was registered.",
                personal=PersonalData.EMPLOYMENT,
            ),
            decimal("WithdrawnDays", "Days of parental leave taken.", personal=PersonalData.EMPLOYMENT),
        ),
        date("EmploymentDate", "First day of the employment.", personal=PersonalData.EMPLOYMENT),
        text(
            "EmploymentForm",
            "Form of employment, such as TV (until further notice) or PRO (trial).",
            personal=PersonalData.EMPLOYMENT,
            values=EMPLOYMENT_FORMS,
        ),
        text("FirstName", "First name of the employee.", personal=PersonalData.NAME),
        text("ForaType", "Category the employee is insured in with Fora, as a code.", personal=PersonalData.EMPLOYMENT),
        text("FullName", "First and last name of the employee.", personal=PersonalData.NAME),
        decimal("FullTimeEquivalent", "Extent of the employment, 1 being full time.", personal=PersonalData.EMPLOYMENT),
        decimal("HourlyPay", "Pay for each hour, in kronor.", personal=PersonalData.EMPLOYMENT),
        boolean("Inactive", "Whether the employee is inactive."),
        decimal("InitialComp", "Compensatory leave (komp) at the start, in hours.", personal=PersonalData.EMPLOYMENT),
        decimal("InitialFlex", "Flexible time at the start, in hours.", personal=PersonalData.EMPLOYMENT),
        text("JobTitle", "Title of the employee.", personal=PersonalData.EMPLOYMENT),
        text("LastName", "Last name of the employee.", personal=PersonalData.NAME),
        decimal("MonthlySalary", "Salary for each month, in kronor.", personal=PersonalData.EMPLOYMENT),
        decimal("NonRecurringTax", "Tax rate on one-off pay, in percent.", personal=PersonalData.EMPLOYMENT),
        decimal(
            "NonVacationBasedCalendarDaysPartial",
            "Calendar days of part-time absence that do not earn vacation.",
            personal=PersonalData.EMPLOYMENT,
        ),
        decimal(
            "NonVacationBasedCalendarDaysWhole",
            "Whole calendar days that do not earn vacation.",
            personal=PersonalData.EMPLOYMENT,
        ),
        records(
            "OpeningSalaries",
            "Salary rows carried over from another payroll system.",
            decimal("Amount", "Amount for each unit.", personal=PersonalData.EMPLOYMENT),
            text("EmployeeId", "Employee number (anställningsnummer)."),
            text("Period", "Period the opening row is for.", personal=PersonalData.EMPLOYMENT),
            text("ProductGroup", "Group the salary type belongs to.", personal=PersonalData.EMPLOYMENT),
            decimal("Quantity", "Number of units.", personal=PersonalData.EMPLOYMENT),
            text("QuantityUnit", "Unit the opening row is counted in.", personal=PersonalData.EMPLOYMENT),
            integer("RowId", "Fortnox's id of the opening row."),
            text("SalaryTypeName", "Name of the salary type.", personal=PersonalData.EMPLOYMENT),
            text("SalaryTypeNumber", "Number of the salary type.", personal=PersonalData.EMPLOYMENT),
            text("SortCode", "Code the rows are sorted by.", personal=PersonalData.EMPLOYMENT),
            text("TextRow", "Text of the row.", personal=PersonalData.FREE_TEXT),
            decimal("Total", "Amount of the opening row with quantity counted in.", personal=PersonalData.EMPLOYMENT),
            decimal("VAT", "VAT amount of the opening row.", personal=PersonalData.EMPLOYMENT),
        ),
        text(
            "PayslipType",
            "How the payslip is delivered.",
            personal=PersonalData.EMPLOYMENT,
            values=("pdf", "digital", "kivra"),
        ),
        text(
            "PersonalIdentityNumber",
            "Personal identity number (personnummer) of the employee.",
            personal=PersonalData.IDENTITY_NUMBER,
        ),
        text(
            "PersonelType",
            "Whether the employee is salaried (TJM) or a worker (ARB).",
            personal=PersonalData.EMPLOYMENT,
            values=("TJM", "ARB"),
        ),
        text("Phone1", "First phone number.", personal=PersonalData.CONTACT),
        text("Phone2", "Second phone number.", personal=PersonalData.CONTACT),
        text("PostCode", "Postal code of the postal address.", personal=PersonalData.CONTACT),
        decimal(
            "PreliminaryTaxDeducted", "Preliminary tax deducted so far, in kronor.", personal=PersonalData.EMPLOYMENT
        ),
        text("Project", "Project the employee's salary is booked on unless a row says otherwise."),
        text(
            "SalaryForm",
            "Whether pay is by month (MAN) or by hour (TIM).",
            personal=PersonalData.EMPLOYMENT,
            values=("MAN", "TIM"),
        ),
        text("ScheduleId", "Code of the work schedule.", personal=PersonalData.EMPLOYMENT),
        text(
            "TaxAllowance",
            "What kind of income it is for tax: main, secondary, none and so on.",
            personal=PersonalData.EMPLOYMENT,
            values=("HUV", "EXT", "TMP", "STU", "EJ"),
        ),
        integer("TaxColumn", "Column of the tax table.", personal=PersonalData.EMPLOYMENT),
        text("TaxTable", "Number of the tax table.", personal=PersonalData.EMPLOYMENT),
        decimal("VacationBasedAttendanceDays", "Days attended that earn vacation.", personal=PersonalData.EMPLOYMENT),
        decimal("VacationBasedAttendanceHours", "Hours attended that earn vacation.", personal=PersonalData.EMPLOYMENT),
        decimal(
            "VacationBasedCalendarDaysWhole",
            "Whole calendar days that earn vacation.",
            personal=PersonalData.EMPLOYMENT,
        ),
        decimal(
            "VacationBasedSalaryTotal",
            "Salary that earns vacation in all, in kronor.",
            personal=PersonalData.EMPLOYMENT,
        ),
        decimal(
            "VacationBasedSalaryVariableAddition",
            "Variable pay that earns vacation, in kronor.",
            personal=PersonalData.EMPLOYMENT,
        ),
        decimal(
            "VacationBasedSalaryWorkedTime",
            "Salary for worked time that earns vacation, in kronor.",
            personal=PersonalData.EMPLOYMENT,
        ),
        decimal(
            "VacationCalculationAdvanceVacationDebt",
            "Vacation taken in advance that is owed to the employer, in kronor.",
            personal=PersonalData.EMPLOYMENT,
        ),
        boolean(
            "VacationCalculationIncludeInCalculation",
            "Whether the employee is part of the yearly vacation calculation.",
            personal=PersonalData.EMPLOYMENT,
        ),
        boolean(
            "VacationCalculationSameWagePercent",
            "Whether vacation pay follows the same-salary rule (sammalöneregeln).",
            personal=PersonalData.EMPLOYMENT,
        ),
        boolean(
            "VacationCalculationSoleCustody",
            "Whether the employee is a single parent, which gives more days of care.",
            personal=PersonalData.EMPLOYMENT,
        ),
        boolean(
            "VacationCalculationSumOnlyNoDays",
            "Whether vacation is paid as a sum without days.",
            personal=PersonalData.EMPLOYMENT,
        ),
        decimal(
            "VacationCalculationTotalVacationSalarySum",
            "Sum of salary that vacation pay is counted on, in kronor.",
            personal=PersonalData.EMPLOYMENT,
        ),
        decimal(
            "VacationCalculationVacationEntitlement",
            "Vacation days the employee has a right to in a year.",
            personal=PersonalData.EMPLOYMENT,
        ),
        decimal(
            "VacationCalculationVariableAdditionSum",
            "Variable pay that vacation pay is counted on, in kronor.",
            personal=PersonalData.EMPLOYMENT,
        ),
        decimal(
            "VacationDaysPaid",
            "Paid vacation days at the start of the vacation year.",
            personal=PersonalData.EMPLOYMENT,
        ),
        decimal(
            "VacationDaysPendingPaid",
            "Paid vacation days that are planned but not yet paid out.",
            personal=PersonalData.EMPLOYMENT,
        ),
        decimal(
            "VacationDaysPendingPrepaid",
            "Vacation days given in advance that are planned but not yet paid out.",
            personal=PersonalData.EMPLOYMENT,
        ),
        decimal(
            "VacationDaysPendingSaved",
            "Saved vacation days that are planned but not yet paid out.",
            personal=PersonalData.EMPLOYMENT,
        ),
        decimal(
            "VacationDaysPendingSavedYear1",
            "Saved vacation days from the first year back that are planned but not yet paid out.",
            personal=PersonalData.EMPLOYMENT,
        ),
        decimal(
            "VacationDaysPendingSavedYear2",
            "Saved vacation days from the second year back that are planned but not yet paid out.",
            personal=PersonalData.EMPLOYMENT,
        ),
        decimal(
            "VacationDaysPendingSavedYear3",
            "Saved vacation days from the third year back that are planned but not yet paid out.",
            personal=PersonalData.EMPLOYMENT,
        ),
        decimal(
            "VacationDaysPendingSavedYear4",
            "Saved vacation days from the fourth year back that are planned but not yet paid out.",
            personal=PersonalData.EMPLOYMENT,
        ),
        decimal(
            "VacationDaysPendingSavedYear5",
            "Saved vacation days from the fifth year back that are planned but not yet paid out.",
            personal=PersonalData.EMPLOYMENT,
        ),
        decimal(
            "VacationDaysPendingSavedYear6Plus",
            "Saved vacation days from the sixth year back and earlier that are planned but not yet paid out.",
            personal=PersonalData.EMPLOYMENT,
        ),
        decimal(
            "VacationDaysPendingUnpaid",
            "Unpaid vacation days that are planned but not yet paid out.",
            personal=PersonalData.EMPLOYMENT,
        ),
        decimal("VacationDaysPrepaid", "Vacation days given in advance.", personal=PersonalData.EMPLOYMENT),
        decimal(
            "VacationDaysRegisteredPaid", "Paid vacation days that have been taken.", personal=PersonalData.EMPLOYMENT
        ),
        decimal(
            "VacationDaysRegisteredPrepaid",
            "Vacation days given in advance that have been taken.",
            personal=PersonalData.EMPLOYMENT,
        ),
        decimal(
            "VacationDaysRegisteredSaved", "Saved vacation days that have been taken.", personal=PersonalData.EMPLOYMENT
        ),
        decimal(
            "VacationDaysRegisteredSavedYear1",
            "Saved vacation days from the first year back that have been taken.",
            personal=PersonalData.EMPLOYMENT,
        ),
        decimal(
            "VacationDaysRegisteredSavedYear2",
            "Saved vacation days from the second year back that have been taken.",
            personal=PersonalData.EMPLOYMENT,
        ),
        decimal(
            "VacationDaysRegisteredSavedYear3",
            "Saved vacation days from the third year back that have been taken.",
            personal=PersonalData.EMPLOYMENT,
        ),
        decimal(
            "VacationDaysRegisteredSavedYear4",
            "Saved vacation days from the fourth year back that have been taken.",
            personal=PersonalData.EMPLOYMENT,
        ),
        decimal(
            "VacationDaysRegisteredSavedYear5",
            "Saved vacation days from the fifth year back that have been taken.",
            personal=PersonalData.EMPLOYMENT,
        ),
        decimal(
            "VacationDaysRegisteredSavedYear6Plus",
            "Saved vacation days from the sixth year back and earlier that have been taken.",
            personal=PersonalData.EMPLOYMENT,
        ),
        decimal(
            "VacationDaysRegisteredUnpaid",
            "Unpaid vacation days that have been taken.",
            personal=PersonalData.EMPLOYMENT,
        ),
        decimal("VacationDaysSaved", "Saved vacation days in all.", personal=PersonalData.EMPLOYMENT),
        decimal(
            "VacationDaysSavedEmploymentRateYear1",
            "Extent of the employment when days from the first year back were earned, in percent.",
            personal=PersonalData.EMPLOYMENT,
        ),
        decimal(
            "VacationDaysSavedEmploymentRateYear2",
            "Extent of the employment when days from the second year back were earned, in percent.",
            personal=PersonalData.EMPLOYMENT,
        ),
        decimal(
            "VacationDaysSavedEmploymentRateYear3",
            "Extent of the employment when days from the third year back were earned, in percent.",
            personal=PersonalData.EMPLOYMENT,
        ),
        decimal(
            "VacationDaysSavedEmploymentRateYear4",
            "Extent of the employment when days from the fourth year back were earned, in percent.",
            personal=PersonalData.EMPLOYMENT,
        ),
        decimal(
            "VacationDaysSavedEmploymentRateYear5",
            "Extent of the employment when days from the fifth year back were earned, in percent.",
            personal=PersonalData.EMPLOYMENT,
        ),
        decimal(
            "VacationDaysSavedEmploymentRateYear6Plus",
            "Extent of the employment when days from the sixth year back and earlier were earned, in percent.",
            personal=PersonalData.EMPLOYMENT,
        ),
        decimal(
            "VacationDaysSavedYear1", "Vacation days saved from the first year back.", personal=PersonalData.EMPLOYMENT
        ),
        decimal(
            "VacationDaysSavedYear2", "Vacation days saved from the second year back.", personal=PersonalData.EMPLOYMENT
        ),
        decimal(
            "VacationDaysSavedYear3", "Vacation days saved from the third year back.", personal=PersonalData.EMPLOYMENT
        ),
        decimal(
            "VacationDaysSavedYear4", "Vacation days saved from the fourth year back.", personal=PersonalData.EMPLOYMENT
        ),
        decimal(
            "VacationDaysSavedYear5", "Vacation days saved from the fifth year back.", personal=PersonalData.EMPLOYMENT
        ),
        decimal(
            "VacationDaysSavedYear6Plus",
            "Vacation days saved from the sixth year back and earlier.",
            personal=PersonalData.EMPLOYMENT,
        ),
        decimal("VacationDaysUnpaid", "Unpaid vacation days.", personal=PersonalData.EMPLOYMENT),
        text(
            "WorkingTimeEnumeration",
            "Kind of working time, as the employer reports it for statistics.",
            personal=PersonalData.EMPLOYMENT,
        ),
    ),
)

ENDPOINTS = (EMPLOYEES,)
