"""Raw tables as BigQuery describes them: fields from Arrow columns and back, descriptions, policy tags, layout."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa
from google.cloud import bigquery
from google.cloud.bigquery import PolicyTagList, SchemaField
from google.cloud.bigquery.enums import SqlTypeNames

from fortnox_assets.warehouse.bigquery_access import LABELS
from fortnox_assets.warehouse.bigquery_jobs import label_value
from fortnox_assets.warehouse.shapes import metadata_of
from fortnox_assets.warehouse.sync_state import STATE_SCHEMA

# One partition a year; BigQuery allows 10 000 of them. A year outside lands in the partition for the rest.
FIRST_YEAR, AFTER_LAST_YEAR = 1990, 2101
MOST_CLUSTERING_COLUMNS = 4
STATE_LIFETIME_MS = 180 * 24 * 3600 * 1000

_NUMERIC = pa.decimal128(38, 9)
_SCALARS: Mapping[pa.DataType, str] = {
    pa.string(): "STRING",
    pa.int64(): "INTEGER",
    pa.bool_(): "BOOLEAN",
    pa.date32(): "DATE",
    pa.timestamp("us", tz="UTC"): "TIMESTAMP",
    _NUMERIC: "NUMERIC",
}
_SQL_NAMES = {"INTEGER": "INT64", "BOOLEAN": "BOOL"}
_ARROW_TYPES: Mapping[str, pa.DataType] = {
    **{name: kind for kind, name in _SCALARS.items()},
    **{sql: kind for kind, name in _SCALARS.items() if (sql := _SQL_NAMES.get(name))},
    # Types we never make: named here so that a refusal can name them.
    "FLOAT": pa.float64(),
    "FLOAT64": pa.float64(),
    "BYTES": pa.binary(),
    "BIGNUMERIC": pa.decimal256(76, 38),
    "DATETIME": pa.timestamp("us"),
    "TIME": pa.time64("us"),
    "JSON": pa.large_string(),
}


def sql_type(kind: pa.DataType) -> str:
    """GoogleSQL's name of an Arrow type."""
    if pa.types.is_list(kind):
        return f"ARRAY<{sql_type(kind.value_type)}>"
    if pa.types.is_struct(kind):
        return f"STRUCT<{', '.join(f'`{each.name}` {sql_type(each.type)}' for each in kind)}>"
    name = _SCALARS[kind]
    return _SQL_NAMES.get(name, name)


def fields_of(columns: Iterable[pa.Field], policy_tags: Mapping[str, str]) -> list[SchemaField]:
    """The columns as BigQuery's fields; personal data has the policy tag of its category, in records too."""
    return [_field(each, policy_tags, None) for each in columns]


def arrow_schema(fields: Sequence[SchemaField]) -> pa.Schema:
    """The columns of a stored table."""
    return pa.schema([pa.field(each.name, _arrow_type(each)) for each in fields])


def widened(stored: Sequence[SchemaField], wanted: Sequence[SchemaField]) -> list[SchemaField]:
    """``stored`` with what it lacks of ``wanted`` at the end, inside records too.

    Descriptions and policy tags follow ``wanted`` (a tag that somebody else set stays where ours says nothing), and a
    required field becomes nullable. Types are taken from ``stored``: whether they agree is asked before.
    """
    by_name = {each.name.lower(): each for each in wanted}
    kept = [_merged(each, by_name[each.name.lower()]) if each.name.lower() in by_name else each for each in stored]
    have = {each.name.lower() for each in stored}
    return [*kept, *(each for each in wanted if each.name.lower() not in have)]


def same(stored: Sequence[SchemaField], wanted: Sequence[SchemaField]) -> bool:
    """Whether both say the same: a table may be changed only five times in ten seconds, so we do not for nothing."""
    return [_meaning(each) for each in stored] == [_meaning(each) for each in wanted]


def _meaning(each: SchemaField) -> tuple[Any, ...]:
    tags = each.policy_tags.names if each.policy_tags else ()
    about = (each.name, each.field_type, each.mode, each.description or "", tuple(tags))
    return (*about, tuple(_meaning(inside) for inside in each.fields))


def new_table(reference: bigquery.TableReference, wanted: pa.Schema, fields: list[SchemaField]) -> bigquery.Table:
    """The table as it is to be made: a partition a year, rows of a company and key together."""
    about = {key.decode(): value.decode() for key, value in (wanted.metadata or {}).items()}
    table = bigquery.Table(reference, schema=fields)
    table.description = about.get("description")
    table.friendly_name = about.get("title")
    table.labels = {**LABELS, **({"group": label_value(about["group"])} if "group" in about else {})}
    if "financial_year" in wanted.names:
        years = bigquery.PartitionRange(start=FIRST_YEAR, end=AFTER_LAST_YEAR, interval=1)
        table.range_partitioning = bigquery.RangePartitioning(field="financial_year", range_=years)
    nested = {each.name for each in wanted if pa.types.is_nested(each.type)}
    key = [name for name in about.get("key", "").split(",") if name in wanted.names and name not in nested]
    table.clustering_fields = ["company", *key][:MOST_CLUSTERING_COLUMNS]
    return table


def new_state_log(reference: bigquery.TableReference) -> bigquery.Table:
    """The table that every stored slice appends its state to; what is older than half a year goes by itself.

    A slice whose last state is gone is read again as a whole, which does no harm once in half a year.
    """
    moment = SchemaField("stored_at", "TIMESTAMP", description="When the state was stored.")
    table = bigquery.Table(reference, schema=[*fields_of(STATE_SCHEMA, {}), moment])
    table.description = "The state of each slice each time it was stored; the view _sync_state shows the latest."
    table.labels = dict(LABELS)
    table.time_partitioning = bigquery.TimePartitioning(field="stored_at", expiration_ms=STATE_LIFETIME_MS)
    table.clustering_fields = ["company", "endpoint"]
    return table


def _field(column: pa.Field, policy_tags: Mapping[str, str], inherited: str | None) -> SchemaField:
    about = metadata_of(column)
    category = about.get("personal_data") or inherited
    mode, kind = "NULLABLE", column.type
    if pa.types.is_list(kind):
        mode, kind = "REPEATED", kind.value_type
    described = about.get("description", "") + (f" (Personal data: {category}.)" if category else "")
    if pa.types.is_struct(kind):
        # BigQuery knows policy tags on leaves only.
        inside = [_field(each, policy_tags, category) for each in kind]
        return SchemaField(column.name, SqlTypeNames.RECORD.value, mode, description=described, fields=inside)
    tag = policy_tags.get(category or "")
    tags = _tags(PolicyTagList([tag]) if tag else None)
    return SchemaField(column.name, _SCALARS[kind], mode, description=described, **tags)


def _arrow_type(each: SchemaField) -> pa.DataType:
    kind = each.field_type.upper()
    inside = pa.struct(arrow_schema(each.fields)) if kind in ("RECORD", "STRUCT") else _ARROW_TYPES.get(kind, pa.null())
    return pa.list_(inside) if each.mode == "REPEATED" else inside


def _merged(stored: SchemaField, wanted: SchemaField) -> SchemaField:
    inside = widened(stored.fields, wanted.fields) if stored.fields else ()
    return SchemaField(
        stored.name,
        stored.field_type,
        "NULLABLE" if stored.mode == "REQUIRED" else stored.mode,
        description=wanted.description or stored.description,
        fields=tuple(inside),
        **_tags(wanted.policy_tags or stored.policy_tags),
    )


def _tags(policy_tags: PolicyTagList | None) -> dict[str, Any]:
    # None would be sent, and mean that a tag is to be taken away.
    return {"policy_tags": policy_tags} if policy_tags else {}
