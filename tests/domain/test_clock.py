"""The hybrid clock: stamps grow, follow what they replace, and are not dragged along by a wrong clock."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from circle_app.domain.clock import AHEAD_MS, HLC_MAX, hlc_at, issue, issue_over, millis_of, receive
from circle_app.domain.ops import stamp_of

times = st.integers(-(10**12), 10**15)
stamps = st.integers(0, HLC_MAX)


@given(times, st.integers(0, 2**63))
def test_every_issued_stamp_is_greater_than_the_last(now_ms: int, last: int) -> None:
    assert issue(now_ms, last) > last
    assert issue(now_ms, last) >= hlc_at(now_ms)


@given(stamps, stamps)
def test_an_edit_over_a_value_has_the_greater_stamp(hlc: int, base: int) -> None:
    assert issue_over(hlc, base) > base or base == HLC_MAX
    assert issue_over(hlc, base) >= hlc


@given(times, stamps, stamps)
def test_a_received_stamp_pulls_at_most_two_minutes_ahead(now_ms: int, last: int, received: int) -> None:
    after = receive(now_ms, last, received)
    assert after >= last
    assert after <= max(last, hlc_at(now_ms + AHEAD_MS))
    if received <= hlc_at(now_ms):
        assert after >= received


def test_the_time_inside_a_stamp_can_be_read() -> None:
    assert millis_of(stamp_of(hlc_at(1_795_000_000_123) + 7, bytes(16))) == 1_795_000_000_123
