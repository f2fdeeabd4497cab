"""A course becomes meetings of a circle with every line of its text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from circle_app.courses.adopt import make_circle_content, make_meeting
from circle_app.courses.markdown_course import read_course
from circle_app.courses.releases import attribution, content_hash, release_of_origin
from circle_app.errors import RuleBroken
from circle_app.workspace import spaces
from circle_app.workspace.commands.circles import set_circle
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.circles import circle
from circle_app.workspace.queries.meetings import agenda, meeting, meetings
from tests.courses.test_markdown_course import COURSES, OWN, REAL
from tests.support.workspaces import new_circle, new_space, new_workspace


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[Workspace]:
    with new_workspace(tmp_path / "ana") as opened:
        yield opened


@pytest.mark.parametrize("folder", COURSES)
def test_every_line_of_the_course_is_on_an_agenda(ws: Workspace, folder: Path) -> None:
    space = new_circle(ws)
    refs = make_circle_content(ws, space, read_course(folder))
    lines = {line.rstrip("\n") for ref in refs for item in agenda(ws, ref) for line in item.method.split("\n")}
    pages = sorted((folder / "modules").glob("*/_posts/*.md"))
    assert pages
    for page in pages:
        body = page.read_text(encoding="utf-8").split("---\n", 2)[2]
        assert set(body.split("\n")) <= lines, page


@pytest.mark.skipif(not REAL.is_dir(), reason="the real course is not here")
def test_the_real_course_becomes_six_meetings_with_24_timed_items(ws: Workspace) -> None:
    space = new_circle(ws)
    release = read_course(REAL)
    make_circle_content(ws, space, release)
    cards = meetings(ws, space)
    assert [c.title for c in cards] == [m.title for m in release.modules]
    assert [c.number for c in cards] == [1, 2, 3, 4, 5, 6]
    assert [c.planned_minutes for c in cards] == [c.minutes for c in cards] == [90, 90, 90, 90, 90, 80]
    assert sum(c.steps for c in cards) == 24


def test_steps_keep_their_order_question_mode_and_origin(ws: Workspace) -> None:
    space = new_circle(ws)
    release = read_course(OWN)
    ref = make_meeting(ws, space, release, release.modules[1])
    steps = agenda(ws, ref)
    assert [s.title for s in steps] == ["What we heard", "Walk & notice", "One map", "Closing round"]
    assert (steps[2].question, steps[2].mode) == ("Which two places should we begin with?", "vote")
    assert steps[1].materials == "Coats, a torch, a copy of the map for each pair"
    assert release_of_origin(steps[0].origin) == release_of_origin(meeting(ws, ref).origin) == content_hash(release)


def test_some_steps_of_a_module_make_a_shorter_meeting(ws: Workspace) -> None:
    space = new_circle(ws)
    release = read_course(OWN)
    module = release.modules[0]
    ref = make_meeting(ws, space, release, module, items=module.items[:2])
    assert meeting(ws, ref).minutes == 40
    with pytest.raises(RuleBroken):
        make_meeting(ws, space, release, module, items=release.modules[1].items)


def test_the_course_is_credited_once_and_the_licence_kept(ws: Workspace) -> None:
    space = new_circle(ws)
    set_circle(ws, space, origin="Riverside Circle")
    release = read_course(OWN)
    make_circle_content(ws, space, release)
    assert circle(ws, space).origin.splitlines() == ["Riverside Circle", attribution(release)]
    assert (circle(ws, space).licence, circle(ws, space).language) == ("CC BY-SA 4.0", "en")


def test_a_participant_may_adopt_a_meeting_without_changing_the_profile(ws: Workspace) -> None:
    space = new_space(ws, role="participant")
    release = read_course(OWN)
    ref = make_meeting(ws, space, release, release.modules[0])
    assert meeting(ws, ref).card.steps == 4
    assert circle(ws, space).origin == ""


def test_a_member_of_a_led_course_may_not_adopt_and_nothing_is_written(ws: Workspace) -> None:
    space = new_circle(ws, kind="course")
    spaces.set_space(ws, space, role="participant")
    with pytest.raises(RuleBroken):
        make_circle_content(ws, space, read_course(OWN))
    assert meetings(ws, space) == ()
