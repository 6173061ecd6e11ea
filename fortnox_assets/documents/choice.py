"""Which of the files linked in Fortnox a person wants: ``documents`` of ``fortnox.yaml``."""

import datetime as dt
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from fortnox_assets.documents.modules import Module

Hours = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Megabytes = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class DocumentsSelection(BaseModel):
    """Which files linked in Fortnox are fetched; without it none are, because each one costs a request.

    ``from_date`` and ``to_date`` are days of what a file is linked to, both included; with either of them, files of
    what has no date are left out. Sizes are in millions of bytes, the quota is one company's.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    modules: Annotated[tuple[Module, ...], Field(min_length=1)]
    from_date: dt.date | None = None
    to_date: dt.date | None = None
    largest_megabytes: Megabytes = 50.0
    quota_megabytes: Megabytes | None = None
    try_again_hours: Hours = 24.0

    @property
    def largest_bytes(self) -> int:
        """The most bytes a fetched file may have."""
        return int(self.largest_megabytes * 1_000_000)

    @property
    def quota_bytes(self) -> int | None:
        """The most bytes a company's files may have together; None for no end."""
        return None if self.quota_megabytes is None else int(self.quota_megabytes * 1_000_000)
