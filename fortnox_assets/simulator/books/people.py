"""Made-up names, addresses and numbers. Identity numbers are from the series kept for tests (serials 980-999)."""

from dataclasses import dataclass
from random import Random

_FIRST = [
    "Anna",
    "Erik",
    "Maria",
    "Lars",
    "Karin",
    "Anders",
    "Sara",
    "Per",
    "Emma",
    "Johan",
    "Eva",
    "Nils",
    "Åsa",
    "Mikael",
    "Ingrid",
    "Olof",
    "Birgitta",
    "Göran",
    "Elin",
    "Sven",
    "Lena",
    "Håkan",
    "Malin",
    "Bengt",
    "Kerstin",
    "Jonas",
    "Ulla",
    "Gustav",
    "Linnéa",
    "Rolf",
]
_LAST = [
    "Andersson",
    "Johansson",
    "Karlsson",
    "Nilsson",
    "Eriksson",
    "Larsson",
    "Olsson",
    "Persson",
    "Svensson",
    "Gustafsson",
    "Lindström",
    "Bergström",
    "Sjöberg",
    "Öhman",
    "Åkesson",
    "Hedlund",
    "Wikström",
    "Norén",
    "Ström",
    "Dahl",
    "Fors",
    "Hägg",
    "Björklund",
    "Ek",
    "Lönn",
    "Rosén",
]
_STREETS = [
    "Storgatan",
    "Kyrkvägen",
    "Björkvägen",
    "Skolgatan",
    "Ängsvägen",
    "Åsgatan",
    "Sjövägen",
    "Torggatan",
    "Industrigatan",
    "Ringvägen",
]
_TOWNS = (
    ("830 13", "Åre"),
    ("831 30", "Östersund"),
    ("852 30", "Sundsvall"),
    ("111 22", "Stockholm"),
    ("352 46", "Växjö"),
    ("411 03", "Göteborg"),
    ("903 26", "Umeå"),
    ("582 22", "Linköping"),
)
_TRADES = [
    "Bygg",
    "Måleri",
    "Transport",
    "Fastigheter",
    "Redovisning",
    "Fritid",
    "Turism",
    "Mekaniska",
    "Snickeri",
    "Reklam",
    "Livs",
    "Konsult",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """Where somebody lives or works."""

    street: str
    zip_code: str
    city: str


def person(rng: Random) -> tuple[str, str]:
    """First and last name."""
    return rng.choice(_FIRST), rng.choice(_LAST)


def business(rng: Random) -> str:
    """Name of a company."""
    return f"{rng.choice(_LAST)} {rng.choice(_TRADES)} AB"


def address(rng: Random) -> Address:
    """A Swedish address."""
    zip_code, city = rng.choice(_TOWNS)
    return Address(street=f"{rng.choice(_STREETS)} {rng.randrange(1, 90)}", zip_code=zip_code, city=city)


def check_digit(digits: str) -> str:
    """The last digit of identity, organisation and OCR numbers (the Luhn sum over the digits before it)."""
    doubled = (int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-sum(value // 10 + value % 10 for value in doubled) % 10)


def identity_number(rng: Random) -> str:
    """A personal identity number nobody has."""
    digits = f"{rng.randrange(50, 99)}{rng.randrange(1, 13):02}{rng.randrange(1, 29):02}{rng.randrange(980, 1000)}"
    return f"19{digits[:6]}-{digits[6:]}{check_digit(digits)}"


def organisation_number(rng: Random) -> str:
    """An organisation number of a limited company."""
    digits = f"5590{rng.randrange(0, 100000):05}"
    return f"{digits[:6]}-{digits[6:]}{check_digit(digits)}"


def bank_giro(rng: Random) -> str:
    """A bank giro number."""
    digits = f"{rng.randrange(500, 600)}{rng.randrange(1000):03}"
    return f"{digits[:3]}-{digits[3:]}{check_digit(digits)}"


def email(name: str) -> str:
    """An address at a domain that is kept for examples."""
    ascii_name = name.lower().translate(str.maketrans("åäöéü ", "aaoeu."))
    return f"{ascii_name}@example.com"
