"""The demo circles are in mid-run on whatever day they are opened."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from circle_app.courses.demo import fill_demo, fill_second_demo
from circle_app.documents.session_notes import session_notes
from circle_app.workspace import spaces
from circle_app.workspace.commands.people import add_person
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.circles import circle, my_circles
from circle_app.workspace.queries.contributions import contributions
from circle_app.workspace.queries.meetings import agenda, attendance, meetings, next_meeting
from circle_app.workspace.queries.notes import notes
from circle_app.workspace.queries.outcomes import decisions, parking_lot
from circle_app.workspace.queries.people import people
from circle_app.workspace.queries.projects import projects
from circle_app.workspace.queries.tasks import tasks
from tests.support.workspaces import StillClock, new_circle, new_space, new_workspace

MONDAY_NOON_MS = 1_795_435_200_000  # 2026-11-23T12:00Z
ZONE = "Europe/London"


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[Workspace]:
    with new_workspace(tmp_path / "ana", clock=StillClock(MONDAY_NOON_MS)) as opened:
        yield opened


@pytest.fixture
def elm(ws: Workspace) -> int:
    space = new_space(ws, space32=b"e" * 32)
    fill_demo(ws, space, now_ms=MONDAY_NOON_MS, zone=ZONE)
    return space


def test_the_circle_has_fourteen_people_and_a_profile(ws: Workspace, elm: int) -> None:
    card = my_circles(ws)[0]
    assert (card.name, card.people, card.readiness.ready) == ("Elm Street Greening", 14, True)
    assert card.rhythm == "Every second Tuesday, 18:30"
    assert circle(ws, elm).first_date == "2026-10-27"
    assert {need for p in people(ws, elm) for need in p.needs} == {"step-free", "interpreter", "children"}


def test_the_next_meeting_is_tomorrow_with_six_steps_of_eighty_minutes(ws: Workspace, elm: int) -> None:
    card = next_meeting(ws, MONDAY_NOON_MS)
    assert card is not None
    assert (card.title, card.starts_at, card.number) == ("What could our street become?", "2026-11-24T18:30", 3)
    assert (card.steps, card.planned_minutes, card.minutes, card.coming) == (6, 80, 90, 12)
    steps = agenda(ws, card.ref)
    assert [s.minutes for s in steps] == [10, 15, 14, 20, 12, 9]
    assert steps[2].lead_name == "Mei Tan"
    assert [s.state for s in steps] == [None] * 6
    assert [c.person_name for c in contributions(ws, elm, meeting=card.ref)].count("Rosa Vidal") == 1


def test_past_evenings_have_marks_times_and_lines(ws: Workspace, elm: int) -> None:
    first, second = (m for m in meetings(ws, elm) if m.state == "closed")
    assert (first.present, second.present) == (11, 12)
    assert {s.status for s in attendance(ws, first.ref)} == {"present", "late", "excused", "absent", None}
    assert sum(s.guest and s.here for s in attendance(ws, second.ref)) == 1
    assert all(s.spent_s > 0 and s.state == "done" for s in agenda(ws, first.ref))
    assert len(decisions(ws, elm)) == 3
    assert [p.text for p in parking_lot(ws, elm)] == ["Who owns the alley behind 36?", "Summer party date"]


def test_promises_are_open_late_and_kept(ws: Workspace, elm: int) -> None:
    every = {t.title: t for t in tasks(ws, space=elm)}
    assert every["Ask the council for the tree-pit map"].due == "2026-12-04"
    assert every["Ask the council for the tree-pit map"].owner_name == "Sam Okoro"
    assert every["Book the van for the soil delivery"].due == "2026-11-21"
    assert not every["Book the van for the soil delivery"].done
    assert sum(t.done for t in every.values()) == 3
    assert sum(bool(t.due and t.due < "2026-11-23") for t in every.values() if not t.done) == 1
    assert {p.title: p.open_tasks for p in projects(ws, elm)} == {
        "Planters at the school gate": 2, "Tree pits on the north side": 1
    }  # fmt: skip
    assert len(notes(ws, space=elm)) == 2


def test_the_session_notes_of_a_demo_evening_are_complete(ws: Workspace, elm: int) -> None:
    second = [m for m in meetings(ws, elm) if m.state == "closed"][1]
    public, ours = (str(session_notes(ws, second.ref, preset=p)) for p in ("public", "us"))  # type: ignore[arg-type]
    assert "Greta Holm" in ours
    assert "Greta" not in public
    assert "We begin with the school gate" in public


def test_a_person_already_in_the_circle_is_not_told_twice(ws: Workspace) -> None:
    space = new_circle(ws, me="Amina Diallo")
    fill_demo(ws, space, now_ms=MONDAY_NOON_MS, zone=ZONE)
    assert len(people(ws, space, guests=False)) == 14
    amina = next(p for p in people(ws, space) if p.name == "Amina Diallo")
    assert amina.member == spaces.my_member(ws, space)


def test_the_two_small_circles_stand_beside_it(ws: Workspace, elm: int) -> None:
    buses, repair = new_space(ws, space32=b"b" * 32), new_space(ws, space32=b"r" * 32)
    fill_second_demo(ws, buses, repair, now_ms=MONDAY_NOON_MS, zone=ZONE)
    cards = {c.name: c for c in my_circles(ws)}
    assert (cards["Night Buses"].people, cards["Repair Café"].people) == (9, 11)
    assert len(decisions(ws, buses)) == 3
    assert cards["Repair Café"].next_meeting is None
    assert sum(not t.done for t in tasks(ws)) == 8


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Los_Angeles", "Nowhere/Atall", "UTC"])
@pytest.mark.parametrize("day", range(0, 365, 91))
def test_the_next_meeting_is_always_ahead_wherever_and_whenever(tmp_path: Path, zone: str, day: int) -> None:
    now_ms = MONDAY_NOON_MS + day * 86_400_000
    with new_workspace(tmp_path / "w", clock=StillClock(now_ms)) as ws:
        space = new_space(ws)
        fill_demo(ws, space, now_ms=now_ms, zone=zone)
        card = next_meeting(ws, now_ms)
        assert card is not None
        assert card.title == "What could our street become?"
        assert card.starts_ms is not None
        assert 0 < card.starts_ms - now_ms < 2 * 86_400_000


def test_the_demo_leaves_without_trace(ws: Workspace, elm: int) -> None:
    space = new_circle(ws, name="Real")
    add_person(ws, space, name="Bo")
    spaces.forget_space(ws, elm)
    assert [c.name for c in my_circles(ws)] == ["Real"]
    assert tasks(ws) == ()
    assert len(people(ws)) == 2
