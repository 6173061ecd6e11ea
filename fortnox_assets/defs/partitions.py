"""The only place that knows a partition key's text.

A register is partitioned by company; what has a date or belongs to a ledger by company x financial year. The year's key
is the calendar year in which the financial year starts: stable when a year is extended, and unlike Fortnox's year ids
the same for every company.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import dagster as dg

from fortnox_assets.catalogue.endpoint import Table

COMPANY = dg.DynamicPartitionsDefinition(name="fortnox_company")
FINANCIAL_YEAR = dg.DynamicPartitionsDefinition(name="fortnox_financial_year")
COMPANY_YEAR = dg.MultiPartitionsDefinition({"company": COMPANY, "financial_year": FINANCIAL_YEAR})


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What one run copies: a company, and for dated things the label of a financial year."""

    company: str
    label: int | None = None

    @property
    def key(self) -> str:
        """The Dagster partition key."""
        if self.label is None:
            return self.company
        return dg.MultiPartitionKey({"company": self.company, "financial_year": str(self.label)})


def partitions_of(table: Table) -> dg.PartitionsDefinition[str]:
    """The partitions a raw table is copied in."""
    return COMPANY_YEAR if table.by_financial_year else COMPANY


def cell_of(context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext) -> Cell:
    """The company and year of the running partition."""
    return cell_of_key(context.partition_key)


def cell_of_key(key: str) -> Cell:
    """The company and year of a partition key, as Dagster hands it out or as text."""
    company, _, label = key.partition("|")  # "|" can be part of neither
    return Cell(company=company, label=int(label) if label else None)


def register(instance: dg.DagsterInstance, companies: Iterable[str], labels: Iterable[int]) -> None:
    """Makes companies and financial years known to Dagster; those it knows already stay as they are."""
    instance.add_dynamic_partitions("fortnox_company", sorted(companies))
    instance.add_dynamic_partitions("fortnox_financial_year", [str(label) for label in sorted(labels)])


def forget(instance: dg.DagsterInstance, company: str) -> None:
    """Makes a company unknown to Dagster; the record of its runs stays."""
    instance.delete_dynamic_partition("fortnox_company", company)
