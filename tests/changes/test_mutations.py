"""What people do in Fortnox between two syncs arrives, whatever it is and in whatever order."""

from random import Random

import pytest

from fortnox_assets.simulator.work import work

BY_SIE = ("customers", "invoices", "invoice_payments", "vouchers", "accounts", "sie")
BY_VOUCHERS = ("customers", "invoices", "vouchers")


SYNCS = [
    pytest.param("sie", ("customers", "invoices", "invoice_payments", "vouchers"), 5, 1, id="registers and documents"),
    pytest.param("sie", ("vouchers", "accounts", "sie"), 3, 2, id="ledger by SIE"),
    pytest.param("vouchers", ("invoices", "vouchers"), 4, 3, id="ledger by vouchers"),
]


@pytest.mark.parametrize(("ledger", "names", "rounds", "seed"), SYNCS)
def test_after_every_sync_the_tables_are_what_fortnox_has(place, ledger, names, rounds, seed):
    copy, draw = place.copy(ledger=ledger), Random(seed)
    copy.sync(*names)
    tables = [name for name in names if name != "sie"] + (["sie_vouchers", "sie_balances"] if "sie" in names else [])
    ever = {name: copy.keys(name, deleted=False) for name in names if name != "sie"}
    changed = 0
    for _ in range(rounds):
        copy.later(hours=draw.choice([1, 3, 30]))
        for _ in range(draw.randrange(1, 5)):
            work(place.company, draw)
            changed += 1
        copy.sync(*names)
        truth = place.truth(copy, *names)
        for table in tables:
            assert copy.rows(table) == truth.rows(table), table
        for name, keys in ever.items():
            keys.update(copy.keys(name, deleted=False))
            assert copy.keys(name, deleted=True) == keys - truth.keys(name, deleted=False), name
    assert changed >= rounds
