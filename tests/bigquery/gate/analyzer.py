"""Asks Google's own GoogleSQL analyzer (the ``zetasql`` package) whether BigQuery would understand a statement.

It parses and type-checks against the tables it is told of, and counts what it could check and what it had to leave to
the engine. It does not run anything.
"""

import re
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import wasmtime
import zetasql.core.wasm_client
import zetasql.types as zt
from zetasql.api import Analyzer, Parser, TypeFactory
from zetasql.core.local_service import ZetaSqlLocalService

Fields = Sequence[Mapping[str, object]]
Lookup = Callable[[str, str, str], Fields | None]

KINDS = {
    **dict.fromkeys(("INT64", "INTEGER"), "INT64"),
    **dict.fromkeys(("FLOAT64", "FLOAT"), "DOUBLE"),
    **dict.fromkeys(("BOOL", "BOOLEAN"), "BOOL"),
    **{name: name for name in ("STRING", "NUMERIC", "BIGNUMERIC", "BYTES", "DATE", "DATETIME", "TIME", "TIMESTAMP")},
    "JSON": "JSON",
}
ANALYZED = frozenset(
    f"AST{name}Statement"
    for name in (
        *("Query", "Insert", "Update", "Delete", "Merge", "Truncate", "CreateTable", "CreateView"),
        *("Begin", "Commit", "Rollback", "Assert"),
    )
)
# What is checked by its syntax alone, because the analyzer has no use for the rest of it.
PARSED_ONLY = frozenset(f"AST{name}Statement" for name in ("Drop", "AlterTable", "CreateSchema", "DropSchema"))
PRECISE = re.compile(r"\b(?:BIG)?(?:NUMERIC|DECIMAL)\s*\(|\b(?:STRING|BYTES)\s*\(\s*[0-9]", re.IGNORECASE)
NOT_A_TABLE = ("INFORMATION_SCHEMA", "__TABLES__")


class RefusedError(Exception):
    """The analyzer's own words about a statement that BigQuery would not run."""


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A statement or script with what it is to be understood with."""

    sql: str
    project: str
    dataset: str | None = None
    parameters: Sequence[Mapping[str, object]] = ()
    positional: bool = False


def compiled_once() -> wasmtime.Config:
    """Settings that keep the compiled analyzer on disk: 0.3 seconds instead of 15 from the second start on."""
    config = wasmtime.Config()
    config.cache = True
    return config


zetasql.core.wasm_client.Config = compiled_once


def type_of(column: Mapping[str, object]) -> object:
    """The analyzer's type of a column as BigQuery's REST API describes it."""
    name = str(column["type"]).upper()
    if name in ("RECORD", "STRUCT"):
        kind = TypeFactory.create_struct_type([(each["name"], type_of(each)) for each in column["fields"]])
    else:
        kind = simple(name)
    return TypeFactory.create_array_type(kind) if str(column.get("mode", "")).upper() == "REPEATED" else kind


def simple(name: str) -> object:
    """The analyzer's type called ``name``."""
    return TypeFactory.create_simple_type(getattr(zt.TypeKind, f"TYPE_{KINDS[name]}"))


def language(*, precise_types: bool = True) -> object:
    """GoogleSQL as BigQuery has it, with or without types that have a precision."""
    options = zt.LanguageOptions.maximum_features()
    options.product_mode = zt.ProductMode.PRODUCT_EXTERNAL
    options.reserved_keywords = ["QUALIFY"]
    if not precise_types:
        unwanted = zt.LanguageFeature.FEATURE_PARAMETERIZED_TYPES
        options.enabled_language_features = [each for each in options.enabled_language_features if each != unwanted]
    return options


@dataclass
class Gate:
    """Checks statements against the tables that ``lookup`` knows; ``counts`` says how many, by kind."""

    lookup: Lookup
    counts: Counter[str] = field(default_factory=Counter)
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock)
    _variables: dict[str, object] = field(default_factory=dict)
    _made: dict[str, list[dict[str, object]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._language = language()
        self._functions = zt.ZetaSQLBuiltinFunctionOptions(language_options=self._language)

    def check(self, statement: Statement) -> list[dict[str, object]] | None:
        """The columns of the table or view that the last statement makes, None when it makes none.

        Raises: RefusedError.
        """
        with self._one_at_a_time:
            try:
                script = Parser.parse_script_static(statement.sql, self._language)
            except Exception as error:  # noqa: BLE001  # whatever the WebAssembly side raises
                raise self._refused(error) from None
            made = None
            source = statement.sql.encode()
            self._variables = {}
            for node in script.statement_list_node.statement_list:
                kind, sql = type(node).__name__, text_of(node, source)
                if kind == "ASTVariableDeclaration" and node.default_value is None:
                    names = [each.id_string for each in node.variable_list.identifier_list]
                    self._variables |= dict.fromkeys(names, simple(text_of(node.type, source).upper()))
                    self.counts[f"parsed: {kind}"] += 1
                    continue
                if kind == "ASTSingleAssignment":
                    # What is assigned must be understood, and be of a type that goes with the variable's.
                    sql = f"SELECT IF(TRUE, {text_of(node.variable, source)}, {text_of(node.expression, source)})"
                made = self._one(sql, kind, statement)
                self._refuse_precise_casts(node, source, statement)
            return made

    def _one(self, sql: str, kind: str, statement: Statement) -> list[dict[str, object]] | None:
        if kind not in ANALYZED and kind != "ASTSingleAssignment":
            self.counts[f"{'parsed' if kind in PARSED_ONLY else 'skipped'}: {kind}"] += 1
            return None
        tables = self._tables(sql, statement)
        if tables is None:
            return None
        # Our scripts have statements in common, and each costs a fiftieth of a second.
        same = repr((sql, tables, statement.parameters, statement.positional, sorted(self._variables)))
        if same not in self._made:
            try:
                understood = Analyzer.analyze_statement_static(sql, self._options(statement), self._catalog(tables))
            except Exception as error:  # noqa: BLE001  # likewise
                raise self._refused(error) from None
            names = ("column_definition_list", "output_column_list")
            columns = next((found for name in names if (found := getattr(understood, name, None))), ())
            self._made[same] = [described(each) for each in columns]
        self.counts[f"checked: {kind}"] += 1
        return self._made[same]

    def _refuse_precise_casts(self, node: object, source: bytes, statement: Statement) -> None:
        """BigQuery knows NUMERIC(18, 2) as a column's type and nowhere else; the analyzer knows it everywhere."""
        query = node if type(node).__name__ == "ASTQueryStatement" else getattr(node, "query", None)
        if query is None:
            return
        sql = text_of(query, source)
        if not PRECISE.search(sql):
            return
        tables = self._tables(sql, statement)
        if tables is None:
            return
        options = self._options(statement)
        options.language_options = language(precise_types=False)
        try:
            Analyzer.analyze_statement_static(sql, options, self._catalog(tables))
        except Exception as error:  # noqa: BLE001  # likewise
            raise self._refused(error) from None

    def _refused(self, error: Exception) -> RefusedError:
        self.counts["refused"] += 1
        return RefusedError(re.sub(r"^\[\w+\]\s*", "", str(error).splitlines()[0]))

    def _tables(self, sql: str, statement: Statement) -> list[tuple[list[str], Fields]] | None:
        try:
            service = ZetaSqlLocalService.get_instance()
            found = service.extract_table_names_from_statement(sql_statement=sql, options=self._language)
        except Exception as error:  # noqa: BLE001  # likewise
            raise self._refused(error) from None
        tables = []
        for each in found.table_name:
            path = list(each.table_name_segment)
            parts = ".".join(path).split(".")
            if any(part.upper().startswith(NOT_A_TABLE) for part in parts):
                self.counts["skipped: metadata tables"] += 1
                return None
            parts = [statement.project, statement.dataset or "", *parts][-3:] if len(parts) < 3 else parts
            fields = self.lookup(*parts)
            if fields is None:
                # The engine says that there is no such table, in BigQuery's words.
                self.counts["skipped: unknown table"] += 1
                return None
            tables.append((path, fields))
        return tables

    def _options(self, statement: Statement) -> object:
        options = zt.AnalyzerOptions(language_options=self._language)
        if statement.positional:
            options.parameter_mode = zt.ParameterMode.PARAMETER_POSITIONAL
            options.positional_query_parameters = [parameter_type(each) for each in statement.parameters]
        else:
            named = zt.AnalyzerOptions.QueryParameter
            options.query_parameters = [
                named(name=each["name"], type=parameter_type(each)) for each in statement.parameters
            ]
        return options

    def _catalog(self, tables: Sequence[tuple[list[str], Fields]]) -> object:
        root = zt.SimpleCatalog(name="root", builtin_function_options=self._functions)
        for name, kind in self._variables.items():
            root.constant.append(zt.SimpleConstant(name_path=[name], type=kind))
        for path, fields in tables:
            node = root
            for part in path[:-1]:
                node = self._inside(node, part)
            if not any(each.name.lower() == path[-1].lower() for each in node.table):
                columns = [
                    zt.SimpleColumn(name=each["name"], type=type_of(each), is_writable_column=True) for each in fields
                ]
                node.table.append(zt.SimpleTable(name=path[-1], column=columns))
        return root

    @staticmethod
    def _inside(node: object, name: str) -> object:
        for each in node.catalog:
            if each.name.lower() == name.lower():
                return each
        node.catalog.append(zt.SimpleCatalog(name=name))
        return node.catalog[-1]


def text_of(node: object, source: bytes) -> str:
    """The part of a script that a node of its syntax tree stands for."""
    place = node.parse_location_range
    return source[place.start : place.end].decode()


def parameter_type(parameter: Mapping[str, object]) -> object:
    """The analyzer's type of a query parameter as the REST API describes it; ours are scalars and arrays of them."""
    kind = parameter["parameterType"]
    if kind["type"].upper() == "ARRAY":
        return TypeFactory.create_array_type(simple(kind["arrayType"]["type"].upper()))
    return simple(kind["type"].upper())


def described(column: object) -> dict[str, object]:
    """A column of the analyzer as the REST API would describe it."""
    kind = column.type if hasattr(column, "type") else column.column.type
    return {"name": column.name, **described_type(kind)}


def described_type(kind: object) -> dict[str, object]:
    """A type of the analyzer as the REST API would describe it."""
    if kind.is_array():
        return {**described_type(kind.as_array().element_type), "mode": "REPEATED"}
    if kind.is_struct():
        inside = kind.as_struct().field
        return {
            "type": "RECORD",
            "fields": [{"name": each.field_name, **described_type(each.field_type)} for each in inside],
        }
    name = zt.TypeKind(kind.type_kind).name.removeprefix("TYPE_")
    return {"type": {"DOUBLE": "FLOAT64"}.get(name, name)}
