"""Turns what is wrong with the settings into one line: where, what was found, what is allowed."""

import difflib
from collections.abc import Iterable, Mapping
from typing import Any, Self

from pydantic import ValidationError
from pydantic_core import ErrorDetails


class SettingsError(ValueError):
    """A setting that cannot be used; the message is one line for the person who wrote it."""

    @classmethod
    def no_companies(cls, file: str) -> Self:
        """The error for a sync before there is a ``fortnox.yaml``."""
        return cls(f"{file}: not found; copy fortnox.example.yaml to it and fill in your companies")

    @classmethod
    def unknown(cls, where: str, what: str, name: str, known: Iterable[str]) -> Self:
        """The error for a name nobody knows, with the names that look like it."""
        names = sorted(known)
        close = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(close)}?" if close else f"known: {', '.join(names)}"
        return cls(f"{where}: there is no {what} {name!r}; {hint}")


def explain(error: ValidationError, source: str, found: Mapping[str, Any], *, upper: bool = False) -> str:
    """The first fault pydantic saw, as ``source: key: found X; allowed: Y``. Secrets are never among what it shows."""
    first = error.errors(include_url=False, include_input=False)[0]
    steps = [step for step in first["loc"] if step != "[key]"]
    key = ".".join(str(step) for step in steps)
    value = _value_at(found, steps)
    shown = "" if value is None or isinstance(value, dict) else f"found {value!r}; "
    return f"{source}: {key.upper() if upper else key}: {shown}{_allowed(first)}"


def _value_at(found: Any, steps: list[Any]) -> Any:
    for step in steps:
        if not isinstance(found, Mapping) or step not in found:
            return None
        found = found[step]
    return found


def _allowed(first: ErrorDetails) -> str:
    context = first.get("ctx", {})
    wordings = {
        "extra_forbidden": "is not a key that can be set here",
        "literal_error": f"allowed: {context.get('expected')}",
        "missing": "is missing",
        "too_short": "needs at least one entry",
        "string_pattern_mismatch": f"must match {context.get('pattern')}",
        "value_error": str(context.get("error")),
    }
    return wordings.get(first["type"], first["msg"][0].lower() + first["msg"][1:])
