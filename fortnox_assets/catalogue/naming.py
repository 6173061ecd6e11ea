"""How Fortnox's names become column and model names.

A column is the field's name in snake_case. Where that is a word of SQL (``Group``, ``Date``, ``Type``) the row's noun
goes before it: ``asset_group``, ``salary_transaction_date``, ``customer_type``.
"""

import re

_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=\bEU)(?=VAT)")

# Reserved in BigQuery or DuckDB, and the names of types, which are allowed but read badly.
_SQL_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
        all analyse analyze and any array as asc at between both by case cast check collate column constraint contains
        create cross cube current date default deferrable define desc describe distinct do else end enum escape except
        exclude exists extract false fetch following for foreign from full group grouping groups hash having if ignore
        in initially inner intersect interval into is join lambda lateral leading left like limit lookup merge natural
        new no not null nulls of offset on only or order outer over partition pivot placing preceding primary proto
        qualify range recursive references respect returning right rollup rows select set show some struct summarize
        symmetric table tablesample then time timestamp to trailing treat true type unbounded union unique unnest
        unpivot using variadic when where window with within
        """,
    )
)
_SINGULAR_AS_IT_IS = ("basis", "goods", "series", "settings")


def snake_case(name: str) -> str:
    """``name`` in lower case with underscores between its words.

    A run of capitals is one word: ``VATIncluded`` -> ``vat_included``, ``OCR`` -> ``ocr``; digits stay with the word
    before them: ``Address1`` -> ``address1``.
    """
    return _WORD_START.sub("_", name).lower()


def is_sql_word(name: str) -> bool:
    """Whether ``name`` has to be quoted to be a column name."""
    return name.lower() in _SQL_WORDS


def column_name(field: str, noun: str) -> str:
    """The staged column of ``field``; ``noun`` is what one row is, such as ``invoice``."""
    name = snake_case(field)
    return f"{noun}_{name}" if is_sql_word(name) else name


def singular(name: str) -> str:
    """What one row of a table or list called ``name`` (snake_case) is: ``currencies`` -> ``currency``."""
    if name.endswith("children"):
        return name.removesuffix("ren")
    if name.endswith("ies"):
        return f"{name.removesuffix('ies')}y"
    if name.endswith("s") and not name.endswith(("ss", *_SINGULAR_AS_IT_IS)):
        return name.removesuffix("s")
    return name
