"""``python -m fortnox_assets.catalogue.staging FOLDER``: write the staging layer into a folder."""

import sys
from pathlib import Path

from fortnox_assets.catalogue.staging.files import write

if __name__ == "__main__":
    if len(sys.argv) != 2:  # noqa: PLR2004 - the program's name and one argument
        sys.exit("usage: python -m fortnox_assets.catalogue.staging FOLDER (dbt_project/models/staging)")
    write(Path(sys.argv[1]))
