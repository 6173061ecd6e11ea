"""Run as a program by the tests: replaces one slice in BigQuery and is killed at the point it is told."""

import argparse
import datetime as dt
import os
import signal
from pathlib import Path

from fortnox_assets.catalogue.endpoint import Table
from fortnox_assets.catalogue.fields import integer, records, text
from fortnox_assets.warehouse.bigquery_access import BigQueryAccess
from fortnox_assets.warehouse.bigquery_jobs import Jobs
from fortnox_assets.warehouse.bigquery_tables import RawDataset
from fortnox_assets.warehouse.columns import Caster
from fortnox_assets.warehouse.results import spill

TABLE = Table(
    name="vouchers",
    title="Vouchers",
    group="fortnox_ledger",
    description="Vouchers.",
    key=("Number",),
    fields=(text("Number", "Number."), records("Rows", "Rows.", integer("Account", "Account."))),
)
POINTS = ("before the load", "load sent", "load done", "merge sent", "merge done")


def die(*_args, **_named):
    os.kill(os.getpid(), signal.SIGKILL)


def kill_at(point, raw):
    """From now on the process dies there."""
    client, jobs = raw.client, raw.jobs
    match point:
        case "before the load":
            client.load_table_from_file = die
        case "load sent":
            send = client.load_table_from_file
            client.load_table_from_file = lambda *args, **named: die(send(*args, **named))
        case "load done":
            client.query = die
        case "merge sent":
            send_query = client.query
            client.query = lambda *args, **named: die(send_query(*args, **named))
        case "merge done":
            client.delete_table = die
    return jobs


def main():
    parser = argparse.ArgumentParser()
    for name in ("project", "location", "dataset", "spool", "run"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--endpoint")
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--point", choices=POINTS)
    args = parser.parse_args()
    access = BigQueryAccess(project=args.project, endpoint=args.endpoint, location=args.location)
    client = access.client()
    raw = RawDataset(access=access, jobs=Jobs(client=client), name=args.dataset)
    kill_at(args.point, raw)
    caster = Caster(TABLE, None, "are-cykel", 2024, dt.datetime.now(dt.UTC), args.run)
    rows = [{"Number": f"{number}", "Rows": [{"Account": 1930}, {"Account": 3001}]} for number in range(args.rows)]
    raw.replace(spill([rows], caster, Path(args.spool)))
    client.close()


if __name__ == "__main__":
    main()
