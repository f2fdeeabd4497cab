"""The notes of a meeting: complete for the circle, without a name or a private word for the public."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from circle_app.documents.blocks import Document
from circle_app.documents.html import to_html
from circle_app.documents.labels import Labels
from circle_app.documents.markdown import to_markdown
from circle_app.documents.markdown_view import to_blocks
from circle_app.documents.session_notes import Preset, session_notes
from circle_app.domain.ids import Ref
from circle_app.workspace.commands import live
from circle_app.workspace.commands.agenda import add_item, set_item
from circle_app.workspace.commands.attendance import add_guest, mark, mark_back, mark_left, set_children
from circle_app.workspace.commands.circles import set_circle
from circle_app.workspace.commands.meetings import plan_meeting, set_meeting
from circle_app.workspace.commands.notes import add_note
from circle_app.workspace.commands.outcomes import add_outcome, park
from circle_app.workspace.commands.people import add_person, set_person
from circle_app.workspace.commands.series import skip_date
from circle_app.workspace.commands.tasks import add_task, finish_task
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.meetings import attendance
from circle_app.workspace.queries.outcomes import outcome
from tests.support.workspaces import StillClock, new_circle, new_workspace


@dataclass(frozen=True, slots=True)
class Evening:
    ws: Workspace
    meeting: Ref
    space: int


@pytest.fixture
def evening(tmp_path: Path) -> Iterator[Evening]:
    """A meeting of two steps with people of every status, every kind of line, and things that must not leak."""
    clock = StillClock()
    with new_workspace(tmp_path / "ana", clock=clock) as ws:
        space = new_circle(ws, name="Elm Street", me="Amina Diallo")
        set_circle(ws, space, place="Community Hall", origin="Walk the street (CC BY-SA 4.0)", licence="CC BY-SA 4.0")
        people = {
            name: add_person(
                ws, space, name=name, contact=f"{name.split()[0].lower()}@secret.example", note="has a dog"
            )
            for name in ("João Prates", "Łucja Nowak", "Sam Okoro", "Mei Tan", "Nora Unmarked")
        }
        meeting = plan_meeting(
            ws, space, title="What could our street become?", starts_at="2026-11-24T18:30", place="Room 2"
        )
        set_meeting(ws, meeting, private_notes="Mei is worried about money")
        first = add_item(ws, meeting, title="Welcome", minutes=10, lead=people["Mei Tan"], private_notes="be brief")
        second = add_item(ws, meeting, title="Choose two to try", minutes=20)
        add_item(ws, meeting, title="Summer party", minutes=5)
        parked = add_item(ws, meeting, title="Who owns the alley", minutes=5)
        live.open_meeting(ws, meeting)
        mark(ws, meeting, people["João Prates"], status="present")
        mark(ws, meeting, people["Łucja Nowak"], status="late")
        mark(ws, meeting, people["Sam Okoro"], status="excused")
        mark(ws, meeting, people["Mei Tan"], status="absent")
        guest = add_guest(ws, meeting, name="Zed")
        mark_left(ws, meeting, guest)
        add_outcome(ws, meeting, kind="note", text="Bins block the pavement, says Sam Okoro (sam@secret.example)")
        clock.forward(minutes=12)
        live.next_step(ws, meeting)
        add_outcome(ws, meeting, kind="decision", text="We try *planters* for six weeks", present=3, hands=2)
        sam = people["Sam Okoro"]
        add_outcome(ws, meeting, kind="task", text="Ask the council for the tree-pit map", owner=sam, due="2026-12-04")
        add_outcome(ws, meeting, kind="task", text="Hidden promise about Mei", owner=people["Mei Tan"], private=True)
        add_outcome(ws, meeting, kind="idea", text="Hidden idea of the evening", private=True, item=first)
        park(ws, meeting, "Summer party date")
        add_note(ws, space, title="From the doors", body="# Heard\n- Zed wants shade\n- [x] asked", meeting=meeting)
        add_note(ws, space, title="Hidden note", body="my own thoughts", meeting=meeting, private=True)
        finish_task(ws, add_task(ws, space, title="Bring the key", meeting=meeting))
        clock.forward(minutes=21)
        live.close_meeting(ws, meeting)
        set_item(ws, parked, state="parked")
        assert outcome(ws, add_outcome(ws, meeting, kind="note", text="After the end", item=second)).item == second
        yield Evening(ws, meeting, space)


def test_a_date_that_was_skipped_has_no_number(tmp_path: Path) -> None:
    with new_workspace(tmp_path / "ana", clock=StillClock()) as ws:
        space = new_circle(ws, name="Elm Street")
        made = plan_meeting(ws, space, title="Holiday", starts_at="2026-12-24T18:30")
        skip_date(ws, made)
        assert "- **Circle**: Elm Street\n" in to_markdown(session_notes(ws, made, preset="us"))


def written(evening: Evening, preset: Preset, *, private: bool = False) -> str:
    return to_markdown(session_notes(evening.ws, evening.meeting, preset=preset, private=private))


def test_notes_for_us_hold_the_whole_evening_in_order(evening: Evening) -> None:
    assert (
        written(evening, "us")
        == """\
# Notes: What could our street become?

- **Circle**: Elm Street · Meeting 1
- **When**: Tuesday 24 November 2026, 18:30
- **Where**: Room 2

## Who was here

- **Here (1)**: João Prates
- **Came later (1)**: Łucja Nowak
- **Guests (1)**: Zed
- **Left early (1)**: Zed (during “Welcome”)
- **Excused (1)**: Sam Okoro
- **Absent (1)**: Mei Tan

## Agenda

| Step | Lead | Planned | Took |
| --- | --- | --: | --: |
| Welcome | Mei Tan | 10 min | 12 min |
| Choose two to try |  | 20 min | 21 min |
| Summer party |  | 5 min |  |
| Who owns the alley |  | 5 min | parked |
| Together |  | 40 min | 33 min |

## What we decided

- We try \\*planters\\* for six weeks (2 of 3 hands) (2 in the room, without Zed)

## What we promised

- [ ] Ask the council for the tree-pit map (Sam Okoro, by Friday 4 December 2026)
- [x] Bring the key (nobody yet)

## Step by step

### Welcome

- **Note**: Bins block the pavement, says Sam Okoro (sam@secret.example) (Amina Diallo)

### Choose two to try

- **Decision**: We try \\*planters\\* for six weeks (2 of 3 hands) (Amina Diallo)
- **Task**: Ask the council for the tree-pit map (Amina Diallo)
- **Note**: After the end (Amina Diallo)

## Parked for later

- Who owns the alley
- Summer party date

## Notes

### From the doors

#### Heard

- Zed wants shade
- [x] asked

___

_With parts of: Walk the street (CC BY-SA 4.0)_

_Licence of those parts: CC BY-SA 4.0_
"""
    )


def test_notes_for_the_public_name_nobody(evening: Evening) -> None:
    public = written(evening, "public")
    for word in ("Amina", "João", "Prates", "Łucja", "Nowak", "Sam", "Okoro", "Mei", "Tan", "Zed", "Nora", "secret.ex"):
        assert word not in public
    assert "3 people were here, 1 of them as guests." in public
    assert "Bins block the pavement, says someone ((contact left out))" in public
    assert "- [ ] Ask the council for the tree-pit map (by Friday 4 December 2026)" in public
    assert "- someone wants shade" in public
    assert "Excused" not in public
    assert "Licence of those parts: CC BY-SA 4.0" in public


def test_children_who_were_there_are_counted_for_us_and_for_the_public(evening: Evening) -> None:
    came = {seat.person.name: seat.person.ref for seat in attendance(evening.ws, evening.meeting) if seat.status}
    set_children(evening.ws, evening.meeting, came["Zed"], 2)
    assert "- **Children (2)**\n" in written(evening, "us")
    assert "3 people were here, 1 of them as guests, with 2 children." in written(evening, "public")
    set_children(evening.ws, evening.meeting, came["Zed"], 1)
    assert "3 people were here, 1 of them as guests, with one child." in written(evening, "public")
    set_children(evening.ws, evening.meeting, came["Zed"], 0)
    set_person(evening.ws, came["Mei Tan"], needs="children")
    assert "hildren" not in written(evening, "us") + written(evening, "public"), "who was absent brought none"


def test_nobody_unmarked_is_named_or_called_absent(evening: Evening) -> None:
    for preset in ("us", "public"):
        assert "Nora" not in written(evening, preset)  # type: ignore[arg-type]


def test_private_lines_and_their_promises_are_only_in_our_notes_and_only_when_ticked(evening: Evening) -> None:
    for notes in (written(evening, "us"), written(evening, "public"), written(evening, "public", private=True)):
        for hidden in ("Hidden", "my own thoughts", "worried", "be brief", "has a dog"):
            assert hidden not in notes
    ticked = written(evening, "us", private=True)
    assert "Hidden promise about Mei" in ticked
    assert "Hidden idea of the evening (Amina Diallo) \\[private\\]" in ticked
    assert "my own thoughts" in ticked
    assert "## Only for the facilitator\n\nMei is worried about money\n\n### Welcome\n\nbe brief\n" in ticked


def test_a_meeting_without_marks_says_nothing_about_people(evening: Evening) -> None:
    empty = plan_meeting(evening.ws, evening.space, title="Later")
    notes = to_markdown(session_notes(evening.ws, empty, preset="us"))
    assert "Who was here" not in notes
    assert "No date yet" in notes
    assert "## Agenda" not in notes


def test_the_words_come_from_the_labels(evening: Evening) -> None:
    german = Labels(
        who="Wer da war", weekdays=("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"), date_pattern="{weekday} {day}."
    )
    notes = to_markdown(session_notes(evening.ws, evening.meeting, preset="us", labels=german))
    assert "## Wer da war" in notes
    assert "Di 24., 18:30" in notes


@pytest.mark.parametrize("preset", ["us", "public"])
def test_the_notes_as_markdown_read_back_and_as_html_hold_the_same_words(evening: Evening, preset: Preset) -> None:
    notes = session_notes(evening.ws, evening.meeting, preset=preset)
    assert to_blocks(to_markdown(notes))[1:] == notes.blocks
    html = to_html(notes)
    assert "We try *planters* for six weeks (2 of 3 hands)" in html
    assert '<th scope="col">Step</th>' in html


WORDS = st.text(st.characters(categories=("L",)), min_size=4, max_size=12)


# The evening grows with every example, so a failure is not made smaller: that would take minutes.
@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(first=WORDS, last=WORDS, contact=WORDS)
def test_public_notes_leak_no_seeded_name_wherever_it_is_written(
    evening: Evening, first: str, last: str, contact: str
) -> None:
    # A mark of its own makes sure that a name is not by chance a word of the notes themselves.
    first, last, contact = f"Xq{first}", f"Xq{last}", f"{contact}@xq.example"
    ws, meeting = evening.ws, evening.meeting
    person = add_person(ws, evening.space, name=f"{first} {last}", contact=contact)
    mark(ws, meeting, person, status="present")
    add_item(ws, meeting, title=f"Round with {first}", minutes=5, lead=person)
    add_outcome(ws, meeting, kind="decision", text=f"{first} {last} speaks", author=person)
    add_outcome(ws, meeting, kind="task", text=f"Call {last} ({contact})", owner=person)
    body = f"**{first}**, _{last}_: <{contact}> [mail](mailto:{contact}) {first[:3]}**{first[3:]}** &#88;{last[1:]} `{first}`"
    add_note(ws, evening.space, title=f"By {first}", body=body, meeting=meeting)
    notes: Document = session_notes(ws, meeting, preset="public")
    for export in (to_markdown(notes), to_html(notes)):
        assert "xq" not in export.lower()


def test_the_notes_tell_who_was_in_the_room_when_it_was_decided(evening: Evening) -> None:
    ours, public = written(evening, "us"), written(evening, "public")
    assert "We try \\*planters\\* for six weeks (2 of 3 hands) (2 in the room, without Zed)" in ours
    assert "Left early (1)**: Zed (during “Welcome”)" in ours
    assert "in the room" not in public, "the count of hands says it already"
    clock = evening.ws.clock
    clock.forward(minutes=1)
    add_outcome(evening.ws, evening.meeting, kind="decision", text="We meet again")
    assert "We meet again (2 in the room)" in written(evening, "public")


def test_who_came_back_was_not_there_in_between(evening: Evening) -> None:
    ws, clock = evening.ws, evening.ws.clock
    seat = next(seat for seat in attendance(ws, evening.meeting) if seat.person.name == "João Prates")
    mark_left(ws, evening.meeting, seat.person.ref)
    clock.forward(minutes=5)
    add_outcome(ws, evening.meeting, kind="decision", text="Without him")
    clock.forward(minutes=5)
    mark_back(ws, evening.meeting, seat.person.ref)
    add_outcome(ws, evening.meeting, kind="decision", text="With him")
    told = written(evening, "us")
    assert "Without him (1 in the room, without João Prates, Zed)" in told
    assert "With him (2 in the room, without Zed)" in told
