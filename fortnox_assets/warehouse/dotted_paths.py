"""Dotted paths of fields, held against the columns that a table really has; the same whatever the warehouse."""

from collections.abc import Iterable

import pyarrow as pa

Steps = tuple[str, ...]


def stored_paths(columns: pa.Schema, paths: Iterable[str]) -> list[Steps]:
    """Those of the paths that lead to something stored.

    One that goes on into what is stored as a plain value, as in a table kept from before its type changed, ends there.
    """
    found = (_reached(pa.struct(list(columns)), tuple(path.split("."))) for path in paths)
    return list(dict.fromkeys(each for each in found if each))


def is_stored(columns: pa.Schema, path: Steps) -> bool:
    """Whether all of the path is there."""
    return stored_paths(columns, [".".join(path)]) == [path]


def below(paths: Iterable[Steps], name: str) -> frozenset[Steps]:
    """The rest of those paths that go through ``name``."""
    return frozenset(path[1:] for path in paths if path[0] == name)


def _reached(kind: pa.DataType, path: Steps) -> Steps | None:
    if pa.types.is_list(kind):
        return _reached(kind.value_type, path)
    if not path or not pa.types.is_struct(kind):
        return ()
    inside = {each.name: each.type for each in kind}
    if path[0] not in inside:
        return None
    rest = _reached(inside[path[0]], path[1:])
    return None if rest is None else (path[0], *rest)
