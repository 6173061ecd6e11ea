"""Run as a program by the tests: writes slices through Dagster in a process that can be killed or starved of disk."""

import argparse
import datetime as dt
import os
import resource
import signal
import sys
from pathlib import Path

import dagster as dg

from fortnox_assets.catalogue.endpoint import Table
from fortnox_assets.catalogue.fields import decimal, text
from fortnox_assets.warehouse.columns import Caster
from fortnox_assets.warehouse.duckdb import FortnoxDuckDBIOManager
from fortnox_assets.warehouse.errors import WarehouseError
from fortnox_assets.warehouse.results import Snapshot, spill

TABLE = Table(
    name="vouchers",
    title="Vouchers",
    group="fortnox_ledger",
    description="Vouchers.",
    key=("Number",),
    fields=(text("Number", "Number."), decimal("Amount", "Amount."), text("Text", "Text.")),
)
COMPANY = dg.DynamicPartitionsDefinition(name="company")
YEAR = dg.DynamicPartitionsDefinition(name="year")
PARTITIONS = dg.MultiPartitionsDefinition({"company": COMPANY, "financial_year": YEAR})


def write(args, label):
    @dg.asset(
        key=["fortnox_raw", TABLE.name],
        partitions_def=PARTITIONS,
        metadata={"partition_expr": {"company": "company", "financial_year": "financial_year"}},
    )
    def vouchers() -> Snapshot:
        caster = Caster(TABLE, None, args.company, label, dt.datetime.now(dt.UTC), args.run)
        batches = (
            [{"Number": f"{n}", "Amount": 1, "Text": os.urandom(500).hex()} for n in range(start, start + 500)]
            for start in range(0, args.rows, 500)
        )
        snapshot = spill(batches, caster, Path(args.spool))
        limit_files(args.largest_stored_file)
        return snapshot

    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions("company", [args.company])
        instance.add_dynamic_partitions("year", [str(label)])
        manager = FortnoxDuckDBIOManager(database=args.database, schema="fortnox_raw")
        key = dg.MultiPartitionKey({"company": args.company, "financial_year": str(label)})
        dg.materialize([vouchers], partition_key=key, instance=instance, resources={"io_manager": manager})


def limit_files(size):
    """A write beyond ``size`` bytes now fails, as it does on a full disk."""
    if size:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def kill_while_inserting():
    """From now on the first batch that the warehouse reads is the last thing this process does."""
    batches = sys.modules["fortnox_assets.warehouse.results"]._batches

    def deadly(source, schema):
        yield next(iter(batches(source, schema)))
        os.kill(os.getpid(), signal.SIGKILL)

    sys.modules["fortnox_assets.warehouse.results"]._batches = deadly


def main():
    parser = argparse.ArgumentParser()
    for name in ("database", "spool", "company", "run"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--years", required=True, nargs="+", type=int)
    parser.add_argument("--rows", type=int, default=1500)
    parser.add_argument("--killed-while-inserting", action="store_true")
    parser.add_argument("--largest-file", type=int, default=0)
    parser.add_argument("--largest-stored-file", type=int, default=0)
    args = parser.parse_args()
    if args.killed_while_inserting:
        kill_while_inserting()
    limit_files(args.largest_file)
    try:
        for label in args.years:
            write(args, label)
    except WarehouseError as error:
        sys.exit(f"said: {error}")
    except dg.DagsterExecutionHandleOutputError as error:
        sys.exit(f"said: {error.__cause__}")


if __name__ == "__main__":
    main()
