"""What the first page asks for is what the long lists would say, without reading all of them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circle_app.domain.ids import Ref
from circle_app.workspace.commands.agenda import add_item
from circle_app.workspace.commands.attendance import set_coming
from circle_app.workspace.commands.live import close_meeting, open_meeting
from circle_app.workspace.commands.meetings import plan_meeting
from circle_app.workspace.commands.people import add_person
from circle_app.workspace.commands.tasks import add_task, finish_task, set_task
from circle_app.workspace.queries.circles import my_circles, next_of
from circle_app.workspace.queries.meetings import (
    LATE_START_MS,
    MeetingCard,
    agenda,
    attendance,
    meeting_cards,
    meetings,
    next_meeting,
    pick_next,
    slots,
)
from circle_app.workspace.queries.people import me, people
from circle_app.workspace.queries.tasks import count_due, count_mine, done_since, first_open, tasks
from tests.support.mine import my_tasks
from tests.support.workspaces import MONDAY_MS, new_circle, new_space, new_workspace

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


def test_what_is_read_of_few_meetings_is_what_the_long_list_says_of_them(tmp_path: Path) -> None:
    with new_workspace(tmp_path / "w") as ws:
        elm, oak = new_circle(ws, name="Elm"), new_space(ws, space32=bytes(32))
        add_person(ws, oak, name="Ben", confirmed=True)
        waiting = plan_meeting(ws, elm, title="Waits for its day")
        assert next_of(my_circles(ws), MONDAY_MS) == meetings(ws)[0] and meetings(ws)[0].ref == waiting
        plan_meeting(ws, oak, title="Over", starts_at="2026-10-01T18:30")
        for n, space in enumerate((elm, oak, elm)):
            ref = plan_meeting(ws, space, title=f"Evening {n}", starts_at=f"2026-12-{20 - n}T18:30", minutes=90)
            add_item(ws, ref, title="Step", minutes=10 + n)
            for person in people(ws, space):
                set_coming(ws, ref, person.ref, "yes")
        every = meetings(ws)
        assert [slot.ref for slot in slots(ws, MONDAY_MS)] == [c.ref for c in every if c.title != "Over"]
        assert [slot.ref for slot in slots(ws, 0)] == [card.ref for card in every]
        assert meeting_cards(ws, [card.ref for card in every]) == {card.ref: card for card in every}
        assert meeting_cards(ws, [every[1].ref, Ref(7, bytes(16))]) == {every[1].ref: every[1]}
        coming = pick_next(every, MONDAY_MS)
        assert coming is not None and coming.title == "Evening 2" and coming.steps == 1 and coming.coming == 1
        assert next_of(my_circles(ws), MONDAY_MS) == next_meeting(ws, MONDAY_MS) == coming
        live = next(card.ref for card in every if card.title == "Evening 0")
        open_meeting(ws, live)
        close_meeting(ws, live)
        open_meeting(ws, next(card.ref for card in every if card.title == "Evening 1"))
        first = next(card.ref for card in meetings(ws) if card.title == "Evening 2")
        open_meeting(ws, first)
        ws.clock.forward(minutes=5)  # type: ignore[attr-defined]
        close_meeting(ws, first)
        shown = my_circles(ws)
        assert next_of(shown, MONDAY_MS) == next_meeting(ws, MONDAY_MS) == shown[1].next_meeting
        assert shown[0].last_meeting == next(card for card in meetings(ws) if card.ref == first)
        assert live not in [slot.ref for slot in slots(ws, MONDAY_MS)]


def test_one_meeting_is_read_by_its_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with new_workspace(tmp_path / "w") as ws:
        ref = plan_meeting(ws, new_circle(ws), title="Evening")
        asked: list[tuple[str, Any]] = []
        rows = ws.rows

        def noted(sql: str, parameters: Any = ()) -> list[tuple[Any, ...]]:
            asked.append((sql, parameters))
            return rows(sql, parameters)

        monkeypatch.setattr(ws, "rows", noted)
        meeting_cards(ws, [ref])
        agenda(ws, ref)
        attendance(ws, ref)
        add_item(ws, ref, title="Step")
        steps = [str(step) for sql, given in asked for step in rows(f"EXPLAIN QUERY PLAN {sql}", given)]
        assert sum("_meeting (space=? AND meeting=?)" in step for step in steps) == 6
        # how often people came is counted over the past evenings of this circle, and of no other one
        whole = [step for step in steps if "USING PRIMARY KEY (space=?)" in step and " c " not in step]
        assert whole and all(" past " in step for step in whole)
        assert not [step for step in steps if "SCAN past" in step]


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
        for day in range(13):
            before = date(2026, 12, 1) + timedelta(days=day)
            assert count_due(ws, before) == sum(task.due is not None and task.due < str(before) for task in opened)
        assert [task.ref for task in done_since(ws, 0)] == [task.ref for task in tasks(ws) if task.done]
        assert done_since(ws, ws.clock.now_ms() + 1) == ()
        assert count_mine(ws) == sum(not task.done for task in my_tasks(ws)) > 0
