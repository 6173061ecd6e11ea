"""What one partition holds: a company, and a label's financial years with the days that belong to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from fortnox_assets.extract.financial_years import FinancialYear, Window, in_order, windows


@dataclass(frozen=True, kw_only=True)
class Slice:
    """One partition of one company.

    ``label`` is None for the whole company. ``first_date`` and ``last_date`` are the first and last day whose documents
    belong here, None where that end is open; a label without years holds nothing at all.
    """

    company: str
    label: int | None
    years: tuple[FinancialYear, ...] = ()
    first_date: date | None = None
    last_date: date | None = None
    takes_undated: bool = True

    @classmethod
    def whole_company(cls, company: str) -> "Slice":
        """Everything the company has, whatever its date."""
        return cls(company=company, label=None)

    @classmethod
    def without_years(cls, company: str, label: int) -> "Slice":
        """The partition of a label in which this company starts no financial year: it is empty."""
        return cls(company=company, label=label, takes_undated=False)

    @property
    def is_empty(self) -> bool:
        """Whether nothing can belong here, so that nothing needs to be asked."""
        return self.label is not None and not self.years

    @property
    def window(self) -> Window:
        """The days that belong here."""
        return Window(first_date=self.first_date, last_date=self.last_date, takes_undated=self.takes_undated)

    def __contains__(self, day: date | None) -> bool:
        """Whether a document of this day, or without one, belongs here."""
        return not self.is_empty and day in self.window


def slices(company: str, years: Sequence[FinancialYear]) -> dict[int, Slice]:
    """The company's partitions by label; every day, and what has no day, belongs to exactly one of them."""
    found: dict[int, Slice] = {}
    for year, window in zip(in_order(years), windows(years), strict=True):
        before = found.get(year.label)
        found[year.label] = Slice(
            company=company,
            label=year.label,
            years=(*before.years, year) if before else (year,),
            first_date=before.first_date if before else window.first_date,
            last_date=window.last_date,
            takes_undated=before.takes_undated if before else window.takes_undated,
        )
    return found


def slice_of(company: str, years: Sequence[FinancialYear], label: int | None) -> Slice:
    """The partition of one label; of the whole company for None; empty for a label without years."""
    if label is None:
        return Slice.whole_company(company)
    return slices(company, years).get(label) or Slice.without_years(company, label)
