"""Reads statements and tables as JSON, writes what the GoogleSQL analyzer says of each as JSON.

In: ``{"project": ..., "tables": {"dataset.table": [field, ...]}, "statements": [{"name", "sql", "makes", "parameters",
"positional"}, ...]}``, where ``makes`` is the table a statement makes, which later ones may read. Out: ``{"refused":
{name: words}, "counts": {kind: number}}``.
"""

import json
import sys

from analyzer import Gate, RefusedError, Statement


def main() -> None:
    """Checks what comes on standard input."""
    asked = json.load(sys.stdin)
    tables = {name.lower(): fields for name, fields in asked["tables"].items()}
    gate = Gate(lambda _, dataset, table: tables.get(f"{dataset}.{table}".lower()))
    refused = {}
    for each in asked["statements"]:
        statement = Statement(
            sql=each["sql"],
            project=asked["project"],
            parameters=each.get("parameters", ()),
            positional=each.get("positional", False),
        )
        try:
            made = gate.check(statement)
        except RefusedError as error:
            refused[each["name"]] = str(error)
            continue
        if each.get("makes"):
            tables[each["makes"].lower()] = made
    json.dump({"refused": refused, "counts": gate.counts}, sys.stdout)


if __name__ == "__main__":
    main()
