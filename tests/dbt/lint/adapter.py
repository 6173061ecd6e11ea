"""What ``adapter`` is while sqlfluff lints: DuckDB, without dbt. Lets the linter render the project's own macros."""

from collections.abc import Callable
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context


def quote(name: str) -> str:
    """``name`` in the quotes of an identifier."""
    return f'"{name}"'


@pass_context
def dispatch(context: Context, macro_name: str, package: str = "") -> Callable[..., Any]:
    """DuckDB's version of a macro, from the file that asks for it."""
    macro: Callable[..., Any] = context.resolve(f"duckdb__{macro_name}")
    return macro
