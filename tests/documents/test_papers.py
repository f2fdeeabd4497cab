"""The papers that lie on the table in the hall."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from circle_app.courses.demo import fill_demo
from circle_app.documents.markdown import to_markdown
from circle_app.documents.papers import agenda_sheet, task_list
from circle_app.documents.session_notes import session_notes
from circle_app.documents.signin import sign_in_sheet
from circle_app.domain.ids import Ref
from circle_app.workspace.commands.agenda import add_item, set_item
from circle_app.workspace.commands.live import close_meeting, open_meeting
from circle_app.workspace.commands.meetings import plan_meeting
from circle_app.workspace.commands.outcomes import add_outcome, park, set_outcome
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.meetings import agenda, next_meeting
from circle_app.workspace.queries.outcomes import parking_lot
from circle_app.workspace.queries.signin import FREE_ROWS
from tests.support.workspaces import StillClock, new_space, new_workspace
from ui.printing.pdf import write_pdf

MONDAY_NOON_MS = 1_795_435_200_000  # 2026-11-23T12:00Z


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[Workspace]:
    with new_workspace(tmp_path / "ana", clock=StillClock(MONDAY_NOON_MS)) as opened:
        fill_demo(opened, new_space(opened), now_ms=MONDAY_NOON_MS, zone="Europe/London")
        yield opened


@pytest.fixture
def evening(ws: Workspace) -> Ref:
    card = next_meeting(ws, MONDAY_NOON_MS)
    assert card is not None
    return card.ref


def test_who_does_what_stands_on_the_agenda_and_in_our_notes_and_not_in_those_for_the_public(
    ws: Workspace, evening: Ref
) -> None:
    written = to_markdown(agenda_sheet(ws, evening))
    assert "Facilitates: **Łucja Nowak**  ·  Hosts: **Omar Haddad**" in written
    assert "Takes notes: **Kofi Mensah**  ·  Keeps time: **Tom Byrne**" in written
    ours = to_markdown(session_notes(ws, evening, preset="us"))
    assert "**Who does what**: Facilitates: Łucja Nowak, Hosts: Omar Haddad" in ours
    public = to_markdown(session_notes(ws, evening, preset="public"))
    assert "Facilitates" not in public and "Omar" not in public
    alone = plan_meeting(ws, evening.space, title="Another evening")
    assert "Facilitates" not in to_markdown(agenda_sheet(ws, alone))


def test_the_agenda_has_a_clock_time_for_each_step_and_fits_one_page(
    qapp: Any, ws: Workspace, evening: Ref, tmp_path: Path
) -> None:
    set_item(ws, agenda(ws, evening)[0].ref, private_notes="be brief")
    sheet = agenda_sheet(ws, evening)
    written = to_markdown(sheet)
    assert "Elm Street Greening · Tuesday 24 November 2026, 18:30 · Community Hall, Room 2" in written
    assert "| 18:55 | **Round: one thing to change**" in written
    assert "| 19:50 | Together |  | 80 min |" in written
    assert "be brief" not in written
    write_pdf(sheet, tmp_path / "agenda.pdf")
    with pypdfium2.PdfDocument(tmp_path / "agenda.pdf") as pdf:
        assert len(pdf) == 1


def test_a_meeting_without_a_date_counts_minutes_instead(ws: Workspace, evening: Ref) -> None:
    undated = plan_meeting(ws, evening.space, title="Some day")
    written = to_markdown(agenda_sheet(ws, undated))
    assert "No date yet" in written and "|" not in written, "no table without a step"
    for title in ("Welcome", "Walk"):
        add_item(ws, undated, title=title, minutes=10)
    written = to_markdown(agenda_sheet(ws, undated))
    assert "| 10 | **Walk** |  | 10 min |" in written
    assert "| 20 | Together |  | 20 min |" in written


def test_the_sign_in_sheet_numbers_everybody_and_leaves_room_for_guests(ws: Workspace, evening: Ref) -> None:
    written = to_markdown(sign_in_sheet(ws, evening))
    assert "| 1 | Amina Diallo |  |" in written
    assert f"| {14 + FREE_ROWS} |  |  |" in written
    assert "example" not in written
    assert "7946" not in written


def test_a_hand_can_sign_in_every_row_of_the_sheet(qapp: Any, ws: Workspace, evening: Ref, tmp_path: Path) -> None:
    write_pdf(sign_in_sheet(ws, evening), tmp_path / "sheet.pdf")
    with pypdfium2.PdfDocument(tmp_path / "sheet.pdf") as pdf:
        page = pdf[0].get_textpage()
        words = page.get_text_range()
        amina, greta, signature = (page.get_charbox(words.index(word)) for word in ("Amina", "Greta", "Signature"))
        wide = pdf[0].get_size()[0]
    millimetre = 72 / 25.4
    assert amina[1] - greta[1] >= 9 * millimetre
    assert amina[0] <= 40 * millimetre, "the number takes little room"
    assert wide - 20 * millimetre - signature[0] >= 75 * millimetre


def test_the_list_of_promises_holds_the_open_ones_by_date(ws: Workspace, evening: Ref) -> None:
    lines = [line for line in to_markdown(task_list(ws, evening.space)).splitlines() if line.startswith("- [ ]")]
    assert len(lines) == 5
    assert lines[0] == "- [ ] Book the van for the soil delivery _(João Prates, by Saturday 21 November 2026)_"
    assert not any("Knock at the doors" in line for line in lines)


def test_the_next_agenda_names_what_is_still_open_once_and_nothing_private(ws: Workspace, evening: Ref) -> None:
    space = evening.space
    before = plan_meeting(ws, space, title="Before", steps=[{"title": "Talk"}])
    open_meeting(ws, before)
    for number in range(8):
        add_outcome(ws, before, kind="task", text=f"Promise {number}")
    park(ws, before, "Among us")
    set_outcome(ws, parking_lot(ws, space)[-1].ref, private=True)
    close_meeting(ws, before)
    shown = to_markdown(agenda_sheet(ws, evening))
    assert "## Still open" in shown
    assert "Among us" not in shown
    assert shown.count("open since the last meeting") + shown.count("open for ") <= 6
    assert "more" in shown
    later = plan_meeting(ws, space, title="Much later", starts_at="2031-01-01T18:30")
    assert "Still open" not in to_markdown(agenda_sheet(ws, later))
