"""The staging layer as files."""

from collections.abc import Mapping
from pathlib import Path

from fortnox_assets.catalogue import RAW_TABLES
from fortnox_assets.catalogue.staging.columns import models
from fortnox_assets.catalogue.staging.properties import sources, staging
from fortnox_assets.catalogue.staging.sql import sql


def staging_files() -> Mapping[str, str]:
    """Every file of the staging layer: name -> content."""
    every = [model for table in RAW_TABLES.values() for model in models(table)]
    views = {f"{model.name}.sql": sql(model) for model in every}
    return {**views, "_sources.yml": sources(RAW_TABLES.values()), "_staging.yml": staging(every)}


def write(folder: Path) -> None:
    """Write the layer into ``folder`` and delete views there that the catalogue no longer gives."""
    files = staging_files()
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("stg_fortnox__*.sql"):
        if old.name not in files:
            old.unlink()
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
