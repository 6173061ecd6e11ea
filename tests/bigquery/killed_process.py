"""Run as a program by the tests: writes one slice in BigQuery and is killed at the point it is told."""

import argparse
import dataclasses
import datetime as dt
import os
import signal
from pathlib import Path

from sync_states import state_at

from fortnox_assets.catalogue.endpoint import Table
from fortnox_assets.catalogue.fields import integer, records, text
from fortnox_assets.extract.spool import SpooledRow
from fortnox_assets.warehouse.bigquery_access import BigQueryAccess
from fortnox_assets.warehouse.bigquery_jobs import Jobs
from fortnox_assets.warehouse.bigquery_tables import RawDataset
from fortnox_assets.warehouse.columns import Caster
from fortnox_assets.warehouse.results import Changes, spill

TABLE = Table(
    name="vouchers",
    title="Vouchers",
    group="fortnox_ledger",
    description="Vouchers.",
    key=("Number",),
    fields=(text("Number", "Number."), records("Rows", "Rows.", integer("Account", "Account."))),
)
POINTS = ("before the load", "load sent", "load done", "write sent", "write done")


def die(*_args, **_named):
    os.kill(os.getpid(), signal.SIGKILL)


def kill_at(point, client):
    """From now on the process dies there."""
    match point:
        case "before the load":
            client.load_table_from_file = die
        case "load sent":
            send = client.load_table_from_file
            client.load_table_from_file = lambda *args, **named: die(send(*args, **named))
        case "load done":
            client.query = die
        case "write sent":
            send_query = client.query
            client.query = lambda *args, **named: die(send_query(*args, **named))
        case "write done":
            client.delete_table = die


def write(raw, spool, kind, hour):
    """Stores 300 vouchers at 8; later a snapshot of numbers 100 to 299, or changes that come to the same."""
    numbers = range(300) if hour == 8 else range(100, 300)
    rows = [
        SpooledRow({"Number": f"{number}", "Rows": [{"Account": 1930}, {"Account": 3001}]}, f'["{number}"]', b"\x01")
        for number in numbers
    ]
    caster = Caster(TABLE, None, "are-cykel", 2024, dt.datetime.now(dt.UTC), f"run-{hour}")
    snapshot = dataclasses.replace(spill([rows], caster, spool), state=state_at(hour))
    if kind == "snapshot" or hour == 8:
        raw.replace(snapshot)
    else:
        raw.merge(Changes.of(snapshot, state_at(hour), tuple(f'["{number}"]' for number in range(100))))


def main():
    parser = argparse.ArgumentParser()
    for name in ("project", "location", "dataset", "spool", "kind"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--endpoint")
    parser.add_argument("--hour", type=int, required=True)
    parser.add_argument("--point", choices=POINTS, required=True)
    args = parser.parse_args()
    access = BigQueryAccess(project=args.project, endpoint=args.endpoint, location=args.location)
    client = access.client()
    kill_at(args.point, client)
    write(
        RawDataset(access=access, jobs=Jobs(client=client), name=args.dataset), Path(args.spool), args.kind, args.hour
    )
    client.close()


if __name__ == "__main__":
    main()
