"""What dbt is told about sources and staging views: descriptions, tests, lineage to Dagster's assets."""

import re
from collections.abc import Iterable
from typing import Any

import yaml

from fortnox_assets.catalogue.endpoint import Field, FieldType, Table
from fortnox_assets.catalogue.staging.columns import Column, Model
from fortnox_assets.catalogue.staging.sql import SOURCE

_HEADER = "# Written from the endpoint catalogue by `make staging`; change it there.\n"
_RULES = """#
# - A column is the field's name in snake_case. Where that is a word of SQL, the row's noun goes before it: asset_group.
# - A field of an object inside the row has the object's name before it: email_information_email_address_to.
# - A list inside the row has a view of its own, <view>__<list>, with the row's key and date and a row_position from 1.
#   A row's column that is called like the key gets the row's noun before it; a date of the parent gives way instead.
# - Empty text is null, deleted rows are left out, a field that fortnox.yaml leaves out is null.
"""
_BOOKKEEPING = {
    "_loaded_at": ("When the copy this row came with began.", "timestamp"),
    "_run_id": ("The Dagster run that stored the row.", "string"),
    "_deleted_at": ("When the row was found to be gone in Fortnox; empty while it is there.", "timestamp"),
    "_unparsed": ("JSON object of the values that did not fit their type, by path.", "string"),
    "_row_key": ("Natural key as a JSON array of texts; empty for rows of a file.", "string"),
    "_list_hash": ("Hash of the row in Fortnox's list, to see whether it has changed.", "string"),
}
_COMMON_TYPES = {
    FieldType.TEXT: "string",
    FieldType.INTEGER: "int64",
    FieldType.DECIMAL: "decimal(38, 9)",
    FieldType.BOOLEAN: "boolean",
    FieldType.DATE: "date",
    FieldType.TIMESTAMP: "timestamp",
}


def sources(tables: Iterable[Table]) -> str:
    """``_sources.yml``: the raw tables."""
    source = {
        "name": SOURCE,
        "description": "Tables copied from Fortnox, one for each endpoint, with Fortnox's own field names.",
        "schema": "{{ env_var('FORTNOX_RAW_DATASET', 'fortnox_raw') }}",
        "tables": [_source_table(each) for each in tables],
    }
    return _HEADER + _yaml({"version": 2, "sources": [source]})


def staging(models: Iterable[Model]) -> str:
    """``_staging.yml``: the views, every column described, their keys tested."""
    return _HEADER + _RULES + _yaml({"version": 2, "models": [_model(each) for each in models]})


def duckdb_type(field: Field) -> str:
    """The type of ``field`` in DuckDB, nested types spelled out. A moment has a time zone there by name only."""
    nested = _nested_type(field, opening="struct({})", member='"{}" {}', many="{}[]")
    return re.sub(r"\btimestamp\b", "timestamp with time zone", nested)


def bigquery_type(field: Field) -> str:
    """The type of ``field`` in BigQuery, nested types spelled out."""
    return _nested_type(field, opening="struct<{}>", member="`{}` {}", many="array<{}>")


def _nested_type(field: Field, *, opening: str, member: str, many: str) -> str:
    if field.type in _COMMON_TYPES:
        return _COMMON_TYPES[field.type]
    inside = [(each.name, _nested_type(each, opening=opening, member=member, many=many)) for each in field.fields]
    struct = opening.format(", ".join(member.format(*each) for each in inside))
    return struct if field.type is FieldType.RECORD else many.format(struct)


def _source_table(table: Table) -> dict[str, Any]:
    partition = [{"name": "company", "description": "Company key from fortnox.yaml.", "data_type": "string"}]
    if table.by_financial_year:
        label = "Calendar year in which the financial year starts."
        partition.append({"name": "financial_year", "description": label, "data_type": "int64"})
    bookkeeping = [
        {"name": name, "description": description, "data_type": kind}
        for name, (description, kind) in _BOOKKEEPING.items()
    ]
    return {
        "name": table.name,
        "description": table.description,
        "config": {"meta": {"dagster": {"asset_key": [SOURCE, table.name]}}},
        "columns": [*partition, *(_source_column(each) for each in table.fields), *bookkeeping],
    }


def _source_column(field: Field) -> dict[str, Any]:
    column: dict[str, Any] = {"name": field.name, "description": field.description, "data_type": bigquery_type(field)}
    meta: dict[str, str] = {}
    if field.personal is not None:
        meta["personal_data"] = str(field.personal)
    if duckdb_type(field) != bigquery_type(field):
        meta["duckdb_type"] = duckdb_type(field)
    return {**column, "config": {"meta": meta}} if meta else column


def _model(model: Model) -> dict[str, Any]:
    described: dict[str, Any] = {"name": model.name, "description": model.description}
    if not model.rows:
        # Rows of a list are told apart by their position, so testing the row they stand in is enough.
        described["data_tests"] = [_unique(model.key)]
    return {**described, "columns": [_model_column(each) for each in model.columns]}


def _unique(key: Iterable[str]) -> dict[str, Any]:
    """A warning, not an error: what Fortnox says twice is reported, and the reports are built all the same."""
    arguments = {"combination_of_columns": list(key)}
    return {"unique_combination": {"arguments": arguments, "config": {"severity": "warn"}}}


def _model_column(column: Column) -> dict[str, Any]:
    described: dict[str, Any] = {"name": column.name, "description": column.description}
    if column.personal is not None:
        described["config"] = {"meta": {"personal_data": str(column.personal)}}
    return described


def _yaml(content: dict[str, Any]) -> str:
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=120)
