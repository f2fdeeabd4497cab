"""What the first page asks for is what the long lists would say, without reading all of them."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from circle_app.domain.ids import Ref
from circle_app.workspace.commands.tasks import add_task, finish_task, set_task
from circle_app.workspace.queries.meetings import LATE_START_MS, MeetingCard, pick_next
from circle_app.workspace.queries.people import me
from circle_app.workspace.queries.tasks import count_mine, done_since, first_open, my_tasks, open_dues, tasks
from tests.support.workspaces import MONDAY_MS, new_circle, new_workspace

ZONES = (None, "Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Berlin")

cards = st.builds(
    lambda n, day, hour, zone, minutes, state: MeetingCard(
        Ref(1, n.to_bytes(16, "big")), "", None, "", 1, f"2026-11-{day:02}T{hour:02}:30" if day else None, zone, minutes,
        None, state, 0, 0, 0, 0, None, None,
    ),
    st.integers(0, 2**64), st.integers(0, 30), st.integers(0, 23), st.sampled_from(ZONES),
    st.sampled_from((0, 90, 4_000)), st.sampled_from(("planned", "planned", "closed")),
)  # fmt: skip


@given(found=st.lists(cards, max_size=12), at_day=st.integers(-20, 20))
def test_the_next_meeting_is_the_first_one_that_is_not_over_anywhere_in_the_world(
    found: list[MeetingCard], at_day: int
) -> None:
    now_ms = MONDAY_MS + at_day * 86_400_000
    listed = tuple(sorted(found, key=lambda card: (card.starts_at is None, card.starts_at or "")))
    coming = [
        card.starts_ms
        for card in listed
        if card.state == "planned"
        and card.starts_ms is not None
        and card.starts_ms + card.minutes * 60_000 + LATE_START_MS > now_ms
    ]
    chosen = pick_next(listed, now_ms)
    assert (chosen.starts_ms if chosen else None) == min(coming, default=None)


def test_the_first_page_counts_and_lists_as_the_tasks_page_does(tmp_path: Path) -> None:
    with new_workspace(tmp_path / "w") as ws:
        space = new_circle(ws)
        mine = me(ws, space)
        assert mine is not None
        for n in range(12):
            ref = add_task(ws, space, title=f"Promise {n}", due=f"2026-12-{12 - n:02}" if n % 3 else None)
            if n % 2:
                set_task(ws, ref, owner=mine)
            if n % 5 == 0:
                finish_task(ws, ref)
        opened = [task for task in tasks(ws) if not task.done]
        assert list(first_open(ws, 6)) == opened[:6]
        assert sorted(open_dues(ws), key=str) == sorted((task.due for task in opened), key=str)
        assert [task.ref for task in done_since(ws, 0)] == [task.ref for task in tasks(ws) if task.done]
        assert done_since(ws, ws.clock.now_ms() + 1) == ()
        assert count_mine(ws) == sum(not task.done for task in my_tasks(ws)) > 0
