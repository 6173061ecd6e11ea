"""Which financial year is meant."""

from datetime import date

from fortnox_assets.simulator.company import SimulatedCompany
from fortnox_assets.simulator.errors import bad_parameter, not_found


def known_year(company: SimulatedCompany, asked: str) -> str:
    """The id of a financial year as it was asked for. Raises: Refusal when the company has no such year."""
    if not asked.isdecimal():
        raise bad_parameter()
    if int(asked) not in {year.id for year in company.years}:
        raise not_found("financial_years")
    return str(int(asked))


def default_year(company: SimulatedCompany) -> str:
    """The id of the year that holds today, or of the latest when none does."""
    return year_on(company, company.now().date().isoformat()) or str(max(company.years, key=lambda y: y.to_date).id)


def year_on(company: SimulatedCompany, day: str) -> str:
    """The id of the year that holds ``day``; empty when none does."""
    return next((str(year.id) for year in company.years if year.holds(date.fromisoformat(day))), "")


def day_text(text: str | None) -> str:
    """The day of a parameter as YYYY-MM-DD, empty for none. Raises: Refusal when it is no day."""
    if text is None:
        return ""
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        raise bad_parameter() from None
