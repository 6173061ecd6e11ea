r"""Splits one line of a SIE file into its fields (SIE 4B, section 5).

Fields are separated by blanks and tabs and may stand in double quotes, where ``\"`` is a quote. A backslash before
anything else is itself; Fortnox alone also doubles it, so ``\\`` is one backslash in Fortnox's files only. Objects
stand in one pair of braces, ``{1 "KS1" 6 "P 1"}``, and count as one field.
"""

import re
from functools import lru_cache

from fortnox_assets.sie.errors import DefectError
from fortnox_assets.sie.records import ObjectRef
from fortnox_assets.sie.values import natural_number

Objects = tuple[ObjectRef, ...]
Field = str | Objects

# Possessive quantifiers: a long damaged line fails in linear time.
_QUOTED = {False: r'"((?:[^"\\]++|\\"?+)*+)"', True: r'"((?:[^"\\]++|\\["\\]?+)*+)"'}
_BARE = {False: r'((?:[^ \t"\\]++|\\"?+)++)', True: r'((?:[^ \t"\\]++|\\["\\]?+)++)'}
_END = r"(?:[ \t]++|\Z)"


def _field_pattern(*, doubled: bool) -> re.Pattern[str]:
    return re.compile(f"(?:{_QUOTED[doubled]}|{_BARE[doubled]}){_END}")


def _objects_pattern(*, doubled: bool) -> re.Pattern[str]:
    return re.compile(rf'\{{((?:[^"{{}}]++|{_QUOTED[doubled]})*+)\}}{_END}')


def _inside_pattern(*, doubled: bool) -> re.Pattern[str]:
    return re.compile(f'(?:{_QUOTED[doubled]}|{_BARE[doubled]})(?:[ \\t]++|\\Z|(?="))')


_FIELDS = {doubled: _field_pattern(doubled=doubled) for doubled in (False, True)}
_LISTS = {doubled: _objects_pattern(doubled=doubled) for doubled in (False, True)}
_INSIDE = {doubled: _inside_pattern(doubled=doubled) for doubled in (False, True)}
_CHECKED = {doubled: re.compile(f"{_QUOTED[doubled]}|[ \\t{{}}]++") for doubled in (False, True)}


class Lexer:
    """Reads lines of one file; ``doubled`` when the file doubles its backslashes."""

    def __init__(self, *, doubled: bool) -> None:
        self._doubled = doubled
        self._field = _FIELDS[doubled]
        self._list = _LISTS[doubled]

    def fields(self, line: str, *, objects: bool = False) -> list[Field]:
        """The fields of ``line``, which has no blanks around it; braces are an object list only where ``objects``.

        Raises: DefectError for an unclosed quote, a quote inside a field, an unclosed or uneven object list.
        """
        found: list[Field] = []
        position, end, match_field = 0, len(line), self._field.match
        while position < end:
            if objects and line[position] == "{":
                match = self._list.match(line, position)
                if match is None:
                    raise DefectError("an object list is not closed, or is closed in the middle of a field")
                found.append(object_list(match[1], self._doubled))
            else:
                match = match_field(line, position)
                if match is None:
                    raise DefectError(_broken_field(line, position))
                found.append(self._unescaped(match[1] if match[2] is None else match[2]))
            position = match.end()
        return found

    def loose_fields(self, line: str) -> list[Field]:
        """The fields of a line with broken quotes, in records no figure depends on: what is unclosed ends the line."""
        found: list[Field] = []
        position, end = 0, len(line)
        while position < end:
            match = self._field.match(line, position)
            if match is None:
                found.append(line[position:].strip('" \t'))
                break
            found.append(self._unescaped(match[1] if match[2] is None else match[2]))
            position = match.end()
        return found

    def checked_text(self, line: str) -> str:
        """The part of ``line`` a #KSUMMA counts: no separators, enclosing quotes, escape backslashes or braces."""
        bare = _CHECKED[self._doubled].sub(lambda match: match[1] or "", line)
        return self._unescaped(bare)

    def _unescaped(self, text: str) -> str:
        if "\\" not in text:
            return text
        if self._doubled:
            return re.sub(r'\\(["\\])', r"\1", text)
        return text.replace('\\"', '"')


def _broken_field(line: str, position: int) -> str:
    if line[position] == '"' and '"' not in line[position + 1 :]:
        return "a quoted field is not closed"
    return 'a quote stands inside a field (it must be written \\")'


@lru_cache(maxsize=8192)
def object_list(inside: str, doubled: bool) -> Objects:  # noqa: FBT001  # lru_cache wants plain arguments
    """The pairs of an object list, braces taken off; pairs with an empty object are left out (nothing is marked).

    Raises: DefectError when a part is missing or a dimension is no number.
    """
    parts: list[str] = []
    lexer = Lexer(doubled=doubled)
    position, text = 0, inside.strip(" \t")
    while position < len(text):
        match = _INSIDE[doubled].match(text, position)
        if match is None:
            raise DefectError("a quote is misplaced in an object list")
        parts.append(lexer._unescaped(match[1] if match[2] is None else match[2]))  # noqa: SLF001  # same module
        position = match.end()
    if len(parts) % 2:
        raise DefectError(f"the object list {{{inside}}} holds a dimension without an object")
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return tuple(ObjectRef(natural_number(dimension, "dimension number"), code) for dimension, code in pairs if code)
