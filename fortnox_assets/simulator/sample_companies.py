"""The sample companies: three businesses whose books differ in everything that makes reports go wrong."""

from dataclasses import replace
from datetime import date
from typing import Literal

from fortnox_assets.simulator.books import are_cykel, bjork_konsult, cedergrens_bygg
from fortnox_assets.simulator.books.founding import Setting
from fortnox_assets.simulator.books.routine import Volume
from fortnox_assets.simulator.company import SimulatedCompany

Size = Literal["tiny", "small", "medium", "large"]
VOUCHERS: dict[Size, int] = {"tiny": 0, "small": 1_000, "medium": 10_000, "large": 100_000}
TODAY = date(2026, 9, 30)
_TINY = Volume(invoices=12, purchases=9, earlier_invoices=12, earlier_purchases=9)
_MOST_INVOICES, _MOST_PURCHASES = 5_000, 4_000
# An earlier year has a tenth of the current year's vouchers, but never more than a small company's.
_MOST_EARLIER = 100


def sample_companies(
    size: Size = "tiny", *, vouchers: int | None = None, seed: int = 1, today: date = TODAY
) -> list[SimulatedCompany]:
    """Three companies with complete books up to ``today``; the same arguments give the same books.

    ``are-cykel`` (tenant 900001) has the volume: ``size`` tiny is about a hundred vouchers a year; small, medium and
    large 1 000, 10 000 and 100 000 in its current year; or exactly ``vouchers``, when a year has not got more anyhow.
    ``bjork-konsult`` (900002) and ``cedergrens-bygg`` (900003) are about the tricky years and stay small.
    """
    busy = Setting(today=today, seed=seed, volume=_volume(VOUCHERS[size] if vouchers is None else vouchers))
    calm = replace(busy, volume=_TINY)
    return [are_cykel.build(busy), bjork_konsult.build(calm), cedergrens_bygg.build(calm)]


def _volume(vouchers: int) -> Volume:
    if vouchers == 0:
        return _TINY
    invoices = max(min(vouchers // 10, _MOST_INVOICES), 1)
    purchases = max(min(vouchers // 12, _MOST_PURCHASES), 1)
    return Volume(
        invoices=invoices,
        purchases=purchases,
        earlier_invoices=max(min(invoices // 10, _MOST_EARLIER), 8),
        earlier_purchases=max(min(purchases // 10, _MOST_EARLIER), 8),
        vouchers=vouchers,
    )
