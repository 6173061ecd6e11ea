"""Whether the two ways to the same vouchers agree: the SIE file, and Fortnox's list of vouchers."""

import warnings

import dagster as dg

from fortnox_assets.defs.partitions import COMPANY_YEAR, cell_of
from fortnox_assets.warehouse.sync_state import Cell, StoredTables

CHECK = "sie_agrees_with_vouchers"
SHOWN = 10
_DESCRIPTION = (
    "The SIE file and the list of vouchers name the same vouchers. They are asked for one after the other, so a "
    "voucher booked in between is told here once; what the next sync tells again is a difference."
)

Voucher = tuple[int, str, int | None]


def voucher_check(sie_vouchers: dg.AssetKey, vouchers: dg.AssetKey) -> dg.AssetChecksDefinition:
    """The check of one company and year, run in every sync that copies the SIE file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.PreviewWarning)

        @dg.asset_check(
            asset=sie_vouchers,
            name=CHECK,
            description=_DESCRIPTION,
            additional_deps=[vouchers],
            partitions_def=COMPANY_YEAR,
        )
        def compare(
            context: dg.AssetCheckExecutionContext, stored: dg.ResourceParam[StoredTables]
        ) -> dg.AssetCheckResult:
            cell = cell_of(context)
            where: Cell = {"company": cell.company, "financial_year": cell.label or 0}
            return compared(
                _vouchers(stored, "sie_vouchers", where, "FinancialYearId"),
                _vouchers(stored, "vouchers", where, "Year"),
            )

    return compare


def compared(by_sie: set[Voucher], listed: set[Voucher]) -> dg.AssetCheckResult:
    """What the two sets of vouchers say about each other; nothing to compare passes."""
    only_sie, only_list = sorted(by_sie - listed, key=str), sorted(listed - by_sie, key=str)
    comparable = bool(by_sie) and bool(listed)
    missing = [("in SIE alone", only_sie), ("in the list alone", only_list)]
    shown = "; ".join(f"{where}: {', '.join(map(_named, which[:SHOWN]))}" for where, which in missing if which)
    return dg.AssetCheckResult(
        passed=not comparable or not (only_sie or only_list),
        severity=dg.AssetCheckSeverity.WARN,
        description=shown or None if comparable else "only one of the two has vouchers, so there is nothing to compare",
        metadata={
            "vouchers in SIE": len(by_sie),
            "vouchers listed": len(listed),
            "in SIE alone": len(only_sie),
            "in the list alone": len(only_list),
        },
    )


def _vouchers(stored: StoredTables, table: str, cell: Cell, year: str) -> set[Voucher]:
    columns = (year, "VoucherSeries", "VoucherNumber", "_deleted_at")
    found = stored.rows(table, cell, columns)
    return {(year_id, series, number) for year_id, series, number, deleted_at in found if deleted_at is None}


def _named(voucher: Voucher) -> str:
    return f"{voucher[1]}{voucher[2]}"
