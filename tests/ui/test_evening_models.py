"""The small pure parts behind the evening's screens: typed lines, names, rounds, pairs, the face of the clock."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circle_app.domain.ids import Ref
from circle_app.domain.liveclock import ClockState
from circle_app.workspace.commands.attendance import mark_all
from circle_app.workspace.commands.meetings import plan_meeting
from circle_app.workspace.commands.people import add_person
from circle_app.workspace.queries.meetings import attendance
from tests.support.workspaces import new_circle, new_workspace
from ui.models.face import face, figures
from ui.models.names import matches
from ui.models.seating import seating
from ui.models.typed_line import Name, read_line, split_kind

TUESDAY = date(2026, 11, 24)
PEOPLE = tuple(
    Name(Ref(1, bytes([number]) * 16), name)
    for number, name in enumerate(("Sam Okoro", "João Prates", "Samira Haddad", "محمّد علي", "王 芳", "Łucja Nowak"))
)


@pytest.mark.parametrize(
    ("typed", "text", "owner", "due"),
    [
        ("Ask the council @sam fri", "Ask the council", "Sam Okoro", "2026-11-27"),
        ("@João Prates book the van in 2 weeks", "book the van", "João Prates", "2026-12-08"),
        ("اسأل المدرسة @محمد tomorrow", "اسأل المدرسة", "محمّد علي", "2026-11-25"),
        ("问学校 @王 4 dec", "问学校", "王 芳", "2026-12-04"),
        ("call them, @lucja by fri", "call them", "Łucja Nowak", "2026-11-27"),
        ("call them fri, @lucja!", "call them", "Łucja Nowak", "2026-11-27"),
        ("问学校 @王。", "问学校", "王 芳", None),
        ("put the chairs in the sun", "put the chairs in the sun", None, None),
        ("fri", "fri", None, None),
        ("write to me@example.org", "write to me@example.org", None, None),
    ],
)
def test_a_task_line_gives_up_its_owner_and_day(typed, text, owner, due):
    line = read_line(typed, kind="task", people=PEOPLE, today=TUESDAY)
    assert (line.text, line.owner and line.owner.name, line.due) == (text, owner, due)


def test_an_at_that_fits_several_is_left_in_the_words():
    line = read_line("call @s fri", kind="task", people=PEOPLE, today=TUESDAY)
    assert (line.text, line.owner, line.due) == ("call @s", None, "2026-11-27")
    assert [person.name for person in line.doubtful] == ["Sam Okoro", "Samira Haddad"]


def test_only_tasks_are_read_for_names_and_days():
    line = read_line("we meet fri @sam", kind="decision", people=PEOPLE, today=TUESDAY)
    assert (line.text, line.owner, line.due) == ("we meet fri @sam", None, None)


@pytest.mark.parametrize(
    ("typed", "kind"), [("/t x", "task"), ("/D x", "decision"), ("/i x", "idea"), ("/m x", "note")]
)
def test_a_slash_chooses_the_kind(typed, kind):
    assert split_kind(typed, "note") == (kind, "x")


def test_a_slash_in_other_words_is_only_a_slash():
    assert split_kind("/time is up", "note") == ("note", "/time is up")


def test_names_that_begin_so_come_first_and_the_letters_are_marked():
    found = matches(["Carol Romero", "Rosa Vidal", "Ana Rossi"], "ro", name=str)
    assert [(match.thing, match.start, match.end) for match in found] == [
        ("Rosa Vidal", 0, 2), ("Carol Romero", 6, 8), ("Ana Rossi", 4, 6),
    ]  # fmt: skip


@given(st.text(min_size=1, max_size=30), st.text(max_size=4))
def test_marked_letters_always_lie_inside_the_name(name, typed):
    for match in matches([name], typed, name=str):
        assert 0 <= match.start < match.end <= len(name)


def test_figures_are_read_at_a_glance():
    assert [figures(seconds) for seconds in (522, 0, -1, -61, 3725)] == [
        "08:42",
        "00:00",
        "+00:01",
        "+01:01",
        "1:02:05",
    ]


def test_the_face_follows_the_phases_of_a_step():
    clock = ClockState("live", b"i" * 16, 0, False, 0, 10, 0, None)
    told = [
        (face(clock, minutes * 60_000).phase, face(clock, minutes * 60_000).over_minutes) for minutes in (7, 8, 10, 12)
    ]
    assert told == [("running", 0), ("soon", 0), ("soon", 0), ("over", 2)]


def test_who_came_at_once_sits_by_name_whatever_its_letters(tmp_path):
    with new_workspace(tmp_path / "w") as ws:
        space = new_circle(ws)
        meeting = plan_meeting(ws, space, title="Evening")
        here = [add_person(ws, space, name=name) for name in ("Zoe", "łucja", "Ángel", "ben")]
        mark_all(ws, meeting, here, status="present")
        assert [seat.person.name for seat in seating(attendance(ws, meeting))] == ["Ángel", "ben", "łucja", "Zoe"]
