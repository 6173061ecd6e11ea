from collections.abc import Iterator
from pathlib import Path

import pytest

from fortnox_assets.catalogue import RAW_TABLES
from fortnox_assets.catalogue.endpoint import Field, Table

FIELDS = Path(__file__).with_name("fortnox_fields.txt")


def field_paths(fields: tuple[Field, ...], prefix: str = "") -> Iterator[tuple[str, Field]]:
    for each in fields:
        yield f"{prefix}{each.name}", each
        yield from field_paths(each.fields, f"{prefix}{each.name}.")


@pytest.fixture(scope="session")
def documented_fields():
    """What Fortnox documents in its list and detail answers: endpoint -> dotted paths."""
    lines = FIELDS.read_text(encoding="utf-8").splitlines()
    return {name: set(paths.split()) for name, paths in (line.split(":") for line in lines)}


@pytest.fixture(scope="session")
def every_field() -> list[tuple[Table, str, Field]]:
    return [(table, path, each) for table in RAW_TABLES.values() for path, each in field_paths(table.fields)]
