"""Where a raw table is described, so that the web interface can open the file."""

import re
import warnings
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import dagster as dg

from fortnox_assets import catalogue

_NAME = re.compile(r'^\s+name="(\w+)",$')


def code_references(table: str) -> dg.CodeReferencesMetadataValue | None:
    """The line of the catalogue that names the table; None where no line does (tables of SIE files made in a loop)."""
    found = _lines().get(table)
    if found is None:
        return None
    path, line = found
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.BetaWarning)
        reference = dg.LocalFileCodeReference(file_path=str(path), line_number=line, label="catalogue")
        return dg.CodeReferencesMetadataValue(code_references=[reference])


@cache
def _lines() -> Mapping[str, tuple[Path, int]]:
    return dict(_described())


def _described() -> Iterator[tuple[str, tuple[Path, int]]]:
    for path in sorted(Path(catalogue.__file__).parent.glob("*.py")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if match := _NAME.match(line):
                yield match[1], (path, number)
