"""Which columns each column of a dbt model is made of, so that the web interface can follow a figure to its endpoint.

Read off the SQL that dbt has compiled and the columns the project declares, with sqlglot: a second for all models, and
nothing is asked of the warehouse. dagster-dbt's own ``fetch_column_metadata`` asks the warehouse about every model and
all that it reads, keeps that connection open in this process, and parses a model's SQL once for each of its columns.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from logging import Logger
from pathlib import Path
from typing import Any

import dagster as dg
from dagster._core.definitions.metadata import TableMetadataSet
from sqlglot import MappingSchema, exp
from sqlglot.errors import SqlglotError
from sqlglot.lineage import Node, lineage

# By column of a model: the dbt ids of what it reads, with the column there.
Columns = Mapping[str, list[tuple[str, str]]]
_Tables = Mapping[tuple[str, str], tuple[str, Mapping[str, str]]]


def column_lineage(
    manifest: Mapping[str, Any], target: Path, nodes: Iterable[str], log: Logger
) -> Mapping[str, Columns]:
    """The columns of those ``nodes`` that are models, as dbt compiled them into ``target``.

    A model whose SQL sqlglot cannot read is left out, and ``log`` is told: a drawing is missing then, no figure.
    """
    found = {}
    for node in nodes:
        model = manifest["nodes"].get(node)
        if model is None or model["resource_type"] != "model":
            continue
        path = target / "compiled" / model["package_name"] / model["original_file_path"]
        try:
            found[node] = _columns(manifest, model, path.read_text(encoding="utf-8"))
        except (SqlglotError, RecursionError) as error:
            log.warning("%s: no column lineage: %s", model["name"], str(error).partition("\n")[0])
    return found


def lineage_metadata(columns: Columns, key_of: Callable[[str], dg.AssetKey]) -> dict[str, Any]:
    """What a materialisation says of it; ``key_of`` gives the asset of a dbt id."""
    deps = {
        column: [dg.TableColumnDep(asset_key=key_of(node), column_name=name) for node, name in origins]
        for column, origins in columns.items()
    }
    return dict(TableMetadataSet(column_lineage=dg.TableColumnLineage(deps_by_column=deps)))


def back_to_fortnox(lineage: Mapping[str, Columns], nodes: Iterable[str]) -> Mapping[str, dg.MetadataValue[Any]]:
    """A table for each of ``nodes``: its columns, and the raw columns and seeds that they go back to in the end.

    Dagster's open-source web interface stores column lineage and does not draw it, but it does show a table. A model
    that is not in ``lineage``, because it was not built this time, ends the way.
    """

    @cache
    def ends(node: str, column: str) -> frozenset[str]:
        if node not in lineage:
            return frozenset({f"{node.rpartition('.')[2]}.{column}"})
        return frozenset().union(*(ends(*each) for each in lineage[node].get(column, ())))

    def table(node: str) -> str:
        rows = (f"| {column} | {', '.join(sorted(ends(node, column)))} |" for column in lineage[node])
        return "\n".join(["| column | goes back to |", "| :-- | :-- |", *rows])

    return {node: dg.MetadataValue.md(table(node)) for node in nodes if node in lineage}


def _columns(manifest: Mapping[str, Any], model: Mapping[str, Any], sql: str) -> Columns:
    dialect = manifest["metadata"]["adapter_type"]
    schema = MappingSchema(dialect=dialect)
    read = {}
    for node, parent in _parents(manifest, model["unique_id"]):
        table = exp.to_table(parent["relation_name"], dialect=dialect)
        schema.add_table(table, dict.fromkeys(parent["columns"], "unknown"), dialect=dialect)
        read[_place(table)] = node, {column.lower(): column for column in parent["columns"]}
    # Trimming copies the whole query for every column, and is for showing it.
    graph = lineage(None, sql, schema, dialect=dialect, trim_selects=False)
    ends = {column.lower(): _ends(node, read, dialect) for column, node in graph.items()}
    return {column: ends[column.lower()] for column in model["columns"] if ends.get(column.lower())}


def _parents(manifest: Mapping[str, Any], node: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for parent in manifest["parent_map"].get(node, []):
        found = manifest["nodes"].get(parent) or manifest["sources"].get(parent)
        if found is not None and found.get("relation_name"):
            yield parent, found


def _ends(column: Node, read: _Tables, dialect: str) -> list[tuple[str, str]]:
    """The columns of tables that ``column`` ends in; none for a constant or a count of rows."""
    found = set()
    for each in column.walk():
        table = None if each.downstream else each.expression.find(exp.Table)
        if table is None or _place(table) not in read:
            continue
        node, columns = read[_place(table)]
        name = exp.to_column(each.name, dialect=dialect).name.lower()
        if name in columns:
            found.add((node, columns[name]))
    return sorted(found)


def _place(table: exp.Table) -> tuple[str, str]:
    return table.db.lower(), table.name.lower()
