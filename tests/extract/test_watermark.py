from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fortnox_assets.extract.watermark import since

STOCKHOLM = ZoneInfo("Europe/Stockholm")
AROUND_THE_FOLD = st.integers(0, 6 * 3600).map(
    lambda seconds: datetime(2026, 10, 24, 22, tzinfo=UTC) + timedelta(seconds=seconds)
)


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        ("2026-07-01T10:00:00+00:00", "2026-07-01 11:50:00"),
        ("2026-12-01T10:00:00+00:00", "2026-12-01 10:50:00"),
        # Clocks go back at 01:00 UTC: 02:40 in summer time may be followed by 02:00 in winter time.
        ("2026-10-25T00:50:00+00:00", "2026-10-25 01:40:00"),
        ("2026-10-25T01:30:00+00:00", "2026-10-25 02:20:00"),
        # Clocks go forward at 01:00 UTC: there is no 02:30.
        ("2026-03-29T01:05:00+00:00", "2026-03-29 01:55:00"),
    ],
)
def test_changes_are_asked_for_in_swedish_time_ten_minutes_early(moment, text):
    assert since(datetime.fromisoformat(moment)) == text


@settings(deadline=None)
@given(watermark=AROUND_THE_FOLD, after=st.integers(0, 4 * 3600))
def test_no_change_after_the_watermark_has_an_earlier_reading(watermark, after):
    change = watermark + timedelta(seconds=after)
    assert change.astimezone(STOCKHOLM).strftime("%Y-%m-%d %H:%M:%S") >= since(watermark)
