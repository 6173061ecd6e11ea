"""The order of the tests: files that take long come first, so that the workers of a parallel run end together."""

from pathlib import Path

import pytest

TESTS = Path(__file__).parent
LONGEST_FIRST = (
    "line",
    "cli/test_sie_there_and_back.py",
    "cli/test_uploaded_files.py",
    "bigquery",
    "cli/test_documents.py",
    "daemon",
    "changes",
    "wheel",
    "defs",
    "cli",
    "dbt",
    "dbt_finance",
    "dbt_subledgers",
    "dbt_sales",
    "warehouse",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sorts by place in ``LONGEST_FIRST``; the rest comes last, in its own order."""
    items.sort(key=lambda item: _rank(item.path.relative_to(TESTS).as_posix()))


def _rank(path: str) -> int:
    named = (rank for rank, start in enumerate(LONGEST_FIRST) if path == start or path.startswith(f"{start}/"))
    return next(named, len(LONGEST_FIRST))
