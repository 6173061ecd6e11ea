"""Where the files that are not Python lie: beside the package in a checkout, inside it when installed from a wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).parent
_ROOT = _PACKAGE if (_PACKAGE / "dbt_project").exists() else _PACKAGE.parent

DBT_PROJECT = _ROOT / "dbt_project"
DAGSTER_YAML = _ROOT / "dagster.yaml"
