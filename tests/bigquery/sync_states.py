"""States of syncs as the tests store them."""

import datetime as dt

from fortnox_assets.warehouse.sync_state import SyncKind, SyncState


def state_at(hour: int, kind: SyncKind = SyncKind.CHANGES) -> SyncState:
    """The state of a sync that began at this hour."""
    moment = dt.datetime(2026, 9, 30, hour, tzinfo=dt.UTC)
    return SyncState(kind=kind, watermark=moment, listed_at=moment, full_at=moment, shape="s", window="w", run_id="r")
