"""Fetches one year's files in a process of its own, which a test kills: DIRECTORY COMPANY LABEL."""

import os
import sys
from pathlib import Path

from fortnox_assets.connections import Connections
from fortnox_assets.defs.copying import Copying
from fortnox_assets.defs.partitions import Cell
from fortnox_assets.settings import load_settings
from fortnox_assets.warehouse.duckdb import DuckDBStored

directory, company, label = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
settings = load_settings(dict(os.environ), directory)
with Connections(settings) as connections:
    cell = Cell(company=company, label=label)
    copying = Copying(
        connections=connections, cell=cell, run_id="killed", stored=DuckDBStored(settings.duckdb_path, "fortnox_raw")
    )
    copying.documents(settings.documents, print)
