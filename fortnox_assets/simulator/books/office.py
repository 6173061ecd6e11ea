"""The office where a sample company's books are kept: what every business event needs at hand."""

import heapq
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from random import Random

from fortnox_assets.simulator.books.documents import Body, CompanyData, Document, StoredFile
from fortnox_assets.simulator.books.ledger import Ledger

# What happens on the same day happens in this order.
MORNING, ORDINARY, VAT_RETURN, YEAR_END, NEW_YEAR, AFTERTHOUGHT = range(6)

Action = Callable[[date], object]


class Office:
    """Diary, ledger, number series and dice of one company. Everything repeats exactly for the same seed."""

    def __init__(self, company: CompanyData, seed: str, today: date) -> None:
        self.company = company
        self.today = today
        self.rng = Random(seed)  # noqa: S311 - sample data must repeat, nothing here is secret
        self.ledger = Ledger(company, self.rng)
        self._numbers: Counter[str] = Counter()
        self._diary: list[tuple[date, int, int, Action]] = []

    def at(self, day: date, action: Action, order: int = ORDINARY) -> None:
        """Let ``action`` happen on ``day``; what lies after today never does."""
        if day <= self.today:
            heapq.heappush(self._diary, (day, order, self.number("diary"), action))

    def live(self) -> None:
        """Let everything in the diary happen, in order of date."""
        while self._diary:
            day, _, _, action = heapq.heappop(self._diary)
            action(day)

    def number(self, series: str, first: int = 1) -> int:
        """The next number of a running series of documents; numbers start at ``first``."""
        self._numbers[series] += 1
        return self._numbers[series] + first - 1

    def add(self, endpoint: str, body: Body, day: date | None = None) -> Document:
        """File a document that was made on ``day``."""
        document = Document(body, self.moment(day or self.company.years[0].from_date))
        self.company.of(endpoint).append(document)
        return document

    def moment(self, day: date) -> datetime:
        """A moment of the working day; never later than the company's clock."""
        return self.ledger.moment(day)

    def identity(self) -> str:
        """A new UUID."""
        return str(uuid.UUID(int=self.rng.getrandbits(128), version=4))

    def store(self, name: str, content: bytes, content_type: str = "application/pdf") -> str:
        """Put a file into the archive and return its id."""
        file_id = self.identity()
        self.company.files[file_id] = StoredFile(name=name, content_type=content_type, content=content)
        return file_id
