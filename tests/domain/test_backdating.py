"""A step that began earlier than its key was pressed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import given
from hypothesis import strategies as st

from circle_app.domain.backdating import Backdated, backdated
from circle_app.domain.liveclock import ClockState, elapsed_s

NOON = 1_795_000_000_000
MINUTE = 60_000
A, B, C = b"a" * 16, b"b" * 16, b"c" * 16


@dataclass(frozen=True)
class _Item:
    row: bytes
    spent_s: int
    started_ms: int | None


def clock(item: bytes, minute: int, *, spent_s: int = 0, paused: bool = False) -> ClockState:
    """Running since so many minutes after the opening."""
    since = None if paused else NOON + minute * MINUTE
    return ClockState("live", item, since, paused, spent_s, 10, NOON, None)


def test_a_step_begun_late_takes_from_the_one_before() -> None:
    items = (_Item(A, 600, NOON), _Item(B, 900, NOON + 10 * MINUTE), _Item(C, 0, NOON + 25 * MINUTE))
    done = backdated(clock(C, 25), items, 7 * 60, NOON + 26 * MINUTE)
    assert done == Backdated(NOON + 18 * MINUTE, NOON, ((B, 480),), ((C, NOON + 18 * MINUTE),))


def test_a_short_step_before_gives_all_and_the_one_before_it_the_rest() -> None:
    items = (_Item(A, 600, NOON), _Item(B, 120, NOON + 10 * MINUTE), _Item(C, 0, NOON + 12 * MINUTE))
    done = backdated(clock(C, 12), items, 5 * 60, NOON + 12 * MINUTE)
    assert dict(done.spent_s) == {B: 0, A: 420}
    assert dict(done.started_ms) == {B: NOON + 7 * MINUTE, C: NOON + 7 * MINUTE}


def test_a_meeting_that_nobody_started_in_time_was_opened_earlier() -> None:
    done = backdated(clock(A, 0), (_Item(A, 0, NOON),), 7 * 60, NOON + MINUTE)
    assert done == Backdated(NOON - 7 * MINUTE, NOON - 7 * MINUTE, (), ((A, NOON - 7 * MINUTE),))


def test_who_went_on_late_after_a_pause_takes_from_the_pause() -> None:
    items = (_Item(A, 600, NOON), _Item(B, 300, NOON + 10 * MINUTE))
    done = backdated(clock(B, 30, spent_s=300), items, 4 * 60, NOON + 31 * MINUTE)
    assert done == Backdated(NOON + 26 * MINUTE, NOON, (), ())


def test_while_paused_the_step_simply_had_more() -> None:
    items = (_Item(A, 600, NOON), _Item(B, 300, NOON + 10 * MINUTE))
    done = backdated(clock(B, 0, spent_s=300, paused=True), items, 4 * 60, NOON + 25 * MINUTE)
    assert done == Backdated(None, NOON, ((B, 540),), ())


@given(
    st.lists(st.tuples(st.integers(0, 1800), st.integers(0, 600)), min_size=1, max_size=6),
    st.integers(0, 1800), st.integers(1, 4 * 3600), st.booleans(), st.integers(0, 900),
)  # fmt: skip
def test_no_second_is_made_or_lost(
    earlier: list[tuple[int, int]], had: int, seconds: int, paused: bool, runs: int
) -> None:
    """The time of the steps and between them is always the time since the opening."""
    at, items = NOON, list[_Item]()
    for n, (spent, gap) in enumerate(earlier):
        items.append(_Item(bytes([n]) * 16, spent, at))
        at += 1000 * (spent + gap)
    items.append(_Item(C, had, at))
    since = at + 1000 * had
    now = since + 1000 * runs
    state = ClockState("live", C, None if paused else since, paused, had, 10, NOON, None)
    done = backdated(state, items, seconds, now)
    after = replace(state, since_ms=done.since_ms, opened_ms=done.opened_ms, spent_s=dict(done.spent_s).get(C, had))
    assert elapsed_s(after, now) == elapsed_s(state, now) + seconds
    new = {item.row: dict(done.spent_s).get(item.row, item.spent_s) for item in items if item.row != C}
    assert all(value >= 0 for value in new.values())
    assert done.opened_ms is not None
    idle = (now - done.opened_ms) // 1000 - elapsed_s(after, now) - sum(new.values())
    before = (now - NOON) // 1000 - elapsed_s(state, now) - sum(item.spent_s for item in items if item.row != C)
    assert 0 <= idle <= before
    assert all(start <= (done.since_ms or now) for _, start in done.started_ms)
