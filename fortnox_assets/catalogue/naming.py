"""How Fortnox's names become column and model names."""

import re

_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def snake_case(name: str) -> str:
    """``name`` in lower case with underscores between its words.

    A run of capitals is one word: ``VATIncluded`` -> ``vat_included``, ``OCR`` -> ``ocr``, ``Address1`` -> ``address1``.
    """
    return _WORD_START.sub("_", name).lower()
