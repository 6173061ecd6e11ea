"""Short ways to write a :class:`Field`, one for each type, so that a catalogue entry reads as a list."""

from dataclasses import replace
from typing import TypedDict, Unpack

from fortnox_assets.catalogue.endpoint import Field, FieldType, PersonalData, Presence


class _Marks(TypedDict, total=False):
    personal: PersonalData | None
    presence: Presence
    values: tuple[str, ...]


def text(name: str, description: str, **marks: Unpack[_Marks]) -> Field:
    """A text field; ``values`` lists the values Fortnox documents (others are kept, never refused)."""
    return Field(name=name, type=FieldType.TEXT, description=description, **marks)


def integer(name: str, description: str, **marks: Unpack[_Marks]) -> Field:
    """A 64-bit whole number."""
    return Field(name=name, type=FieldType.INTEGER, description=description, **marks)


def decimal(name: str, description: str, **marks: Unpack[_Marks]) -> Field:
    """An exact number: money, rates, quantities, hours."""
    return Field(name=name, type=FieldType.DECIMAL, description=description, **marks)


def boolean(name: str, description: str, **marks: Unpack[_Marks]) -> Field:
    """True or false, also where Fortnox sends the words as text."""
    return Field(name=name, type=FieldType.BOOLEAN, description=description, **marks)


def date(name: str, description: str, **marks: Unpack[_Marks]) -> Field:
    """A calendar date without time zone."""
    return Field(name=name, type=FieldType.DATE, description=description, **marks)


def timestamp(name: str, description: str, **marks: Unpack[_Marks]) -> Field:
    """A moment, stored in UTC; a text without zone is read as Europe/Stockholm."""
    return Field(name=name, type=FieldType.TIMESTAMP, description=description, **marks)


def record(name: str, description: str, *fields: Field, **marks: Unpack[_Marks]) -> Field:
    """One object inside the row."""
    return Field(name=name, type=FieldType.RECORD, description=description, fields=fields, **marks)


def records(name: str, description: str, *fields: Field, **marks: Unpack[_Marks]) -> Field:
    """A list of objects inside the row, such as the rows of an invoice."""
    return Field(name=name, type=FieldType.RECORDS, description=description, fields=fields, **marks)


def only_in_list(*fields: Field) -> tuple[Field, ...]:
    """The same fields, marked as carried by the list answer alone."""
    return tuple(replace(each, presence=Presence.LIST) for each in fields)


def only_in_detail(*fields: Field) -> tuple[Field, ...]:
    """The same fields, marked as carried by the detail answer alone."""
    return tuple(replace(each, presence=Presence.DETAIL) for each in fields)
