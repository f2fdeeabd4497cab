"""Cells that a member with a changed program wrote: whatever they hold, every page still opens and every verb still works."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from circle_app.documents import papers, signin
from circle_app.documents.html import to_html
from circle_app.documents.markdown import to_markdown
from circle_app.documents.session_notes import session_notes
from circle_app.domain.ids import Ref
from circle_app.domain.ops import SetOp, Value
from circle_app.domain.schema import TABLES, Kind, Table
from circle_app.errors import CircleError
from circle_app.workspace.changes import ZERO_ID, Opened
from circle_app.workspace.commands import agenda as steps
from circle_app.workspace.commands import attendance as seats
from circle_app.workspace.commands import live, meetings, people, series, tasks, turns
from circle_app.workspace.commands.outcomes import add_outcome
from circle_app.workspace.db import Workspace
from circle_app.workspace.dump import dump
from circle_app.workspace.queries import (
    brings,
    carry,
    checklist,
    comments,
    conflicts,
    contributions,
    cycles,
    notes,
    outcomes,
    projects,
    reflections,
    rota,
    search,
    status,
    templates,
)
from circle_app.workspace.queries import circles as read_circles
from circle_app.workspace.queries import meetings as read_meetings
from circle_app.workspace.queries import people as read_people
from circle_app.workspace.queries import tasks as read_tasks
from circle_app.workspace.queries import turns as read_turns
from circle_app.workspace.verify import verify
from tests.support.workspaces import MONDAY_MS, new_circle, new_workspace

WORDS: tuple[str, ...] = (
    "", "0", " ", "\x00", "\ufeff", "\u202e", "x" * 3000, "live", "planned", "closed", "done", "present", "yes", "member",
    "guest", "gone", "task", "decision", "note", "idea", "course", "2026-11-24", "2026-11-24T18:30", "0001-01-01T00:00",
    "9999-12-31T23:59", "2026-11-24T18:30+14:00", "2026-02-30", "-1-1-1", "9999-99-99", "Europe/Berlin", "../../etc/passwd",
    "/etc/passwd", "posixrules", "America", "a\x00b", "#ffffff", "url(x)", "<b>x</b>", "[x](file:///etc/passwd)",
    "![x](http://127.0.0.1/x)", "```\n" * 30, "> " * 400 + "x", "* " * 400 + "x", "z" * 200, "zzzz", "000", "\U0001f468\u200d",
    ",,,,", "course:" + "f" * 64 + "#1", "e\u0301" * 500,
)  # fmt: skip
NUMBERS = (0, 1, -1, 2**31, -(2**31), 2**53, 2**63 - 1, -(2**63), MONDAY_MS, 10**15)
ROWS = tuple(bytes([n]) * 16 for n in range(1, 4))


def hostile(chance: random.Random, kind: Kind) -> Value:
    match kind:
        case Kind.TEXT:
            return chance.choice(WORDS)
        case Kind.INT:
            return chance.choice(NUMBERS)
        case Kind.FLAG:
            return chance.choice((0, 1))
        case Kind.REF:
            return chance.choice(ROWS)
        case Kind.PACKED:
            return chance.choice(
                (
                    b"",
                    b"\x01",
                    b"[" * 65_536,
                    b'[{"title":{}},{"title":"x","minutes":1e999}]',
                    bytes(65_536),
                    b"\x01" + b"\xff" * 72,
                )
            )


class Villain:
    """A device whose changesets reach the workspace as if opened and judged."""

    def __init__(self, ws: Workspace, space: int, seed: int) -> None:
        self.ws, self.space, self.chance = ws, space, random.Random(seed)
        self.seq, self.prev, self.dev = 0, ZERO_ID, b"villain-device-1"

    def says(self, *cells: tuple[Table, bytes, str, Value]) -> None:
        self.seq += 1
        hlc = (MONDAY_MS + self.seq) << 16
        ops = tuple(SetOp(t.number, row, t.column(name).number, value, hlc, None) for t, row, name, value in cells)
        own = self.seq.to_bytes(32, "big")
        self.ws.apply(self.space, [Opened(own, self.dev, self.seq, self.prev, ops, b"data")])
        self.prev = own

    def rages(self, rows: tuple[bytes, ...]) -> None:
        """A third of all cells of some rows of every table."""
        cells = [
            (table, row, column.name, hostile(self.chance, column.kind))
            for table in TABLES
            for row in rows
            for column in table.columns
            if self.chance.random() < 0.4 and (column.number or self.chance.random() < 0.1)
        ]
        self.says(*cells)


def every_page(ws: Workspace, space: int) -> Iterator[tuple[str, Callable[[], object]]]:
    yield "home", lambda: read_circles.my_circles(ws)
    yield "circle", lambda: read_circles.circle(ws, space)
    yield "people", lambda: read_people.people(ws)
    yield "tasks", lambda: (read_tasks.tasks(ws), read_tasks.count_mine(ws))
    yield "projects", lambda: projects.projects(ws)
    yield "notes", lambda: notes.notes(ws)
    yield "parked", lambda: (outcomes.parking_lot(ws, space), outcomes.decisions(ws, space))
    yield "contributions", lambda: contributions.contributions(ws, space)
    yield "cycles", lambda: (cycles.cycles(ws, space), templates.templates(ws, space), read_turns.pairings(ws, space))
    yield "conflicts", lambda: conflicts.conflicts(ws, space)
    yield "search", lambda: search.search(ws, "live x")
    yield "status", lambda: status.sync_status(ws)
    yield "next", lambda: read_meetings.next_meeting(ws, MONDAY_MS)
    yield "dump", lambda: dump(ws)
    yield "task list", lambda: both(papers.task_list(ws, space))
    for row in ROWS:
        ref = Ref(space, row)
        for kind in (read_meetings.meeting, read_meetings.clock, read_meetings.agenda_item, read_people.person):
            yield kind.__name__, lambda kind=kind, ref=ref: kind(ws, ref)
        for of_row in (cycles.cycle, cycles.dates_of, checklist.checklist, reflections.reflections, read_turns.turns):
            yield of_row.__name__, lambda of_row=of_row, ref=ref: of_row(ws, ref)
        for of_dates in (rota.roster, rota.rota_of):
            yield of_dates.__name__, lambda of_dates=of_dates, ref=ref: shared_out(of_dates(ws, ref), ref)
        yield "brings", lambda ref=ref: (brings.brings(ws, space), brings.brings(ws, space, ref))
        for read in (read_tasks.task, notes.note, projects.project, outcomes.outcome):
            yield read.__name__, lambda read=read, ref=ref: read(ws, ref)
        yield "carried", lambda ref=ref: (carry.left_open(ws, ref), carry.carried_over(ws, ref, MONDAY_MS))
        for of_meeting in (read_meetings.agenda, read_meetings.attendance, outcomes.outcomes, comments.comments):
            yield of_meeting.__name__, lambda of_meeting=of_meeting, ref=ref: of_meeting(ws, ref)
        yield "our notes", lambda ref=ref: both(session_notes(ws, ref, preset="us", private=True))
        yield "public notes", lambda ref=ref: both(session_notes(ws, ref, preset="public"))
        yield "agenda sheet", lambda ref=ref: both(papers.agenda_sheet(ws, ref))
        yield "sign-in sheet", lambda ref=ref: both(signin.sign_in_sheet(ws, ref))


def shared_out(known: rota.Rota, ref: Ref) -> None:
    """All that screens ask of a rota."""
    rota.proposal(known)
    rota.candidates(known, ref, "host")
    known.turns()
    if isinstance(known, rota.Roster):
        assert known.first_day is None or known.last_day is None or known.first_day <= known.last_day


def both(document: object) -> None:
    to_markdown(document)  # type: ignore[arg-type]
    to_html(document)  # type: ignore[arg-type]


def every_verb(ws: Workspace, space: int) -> Iterator[tuple[str, Callable[[], object]]]:
    yield "plan", lambda: meetings.plan_meeting(ws, space, title="Evening", starts_at="2026-12-01T18:30")
    yield "person", lambda: people.add_person(ws, space, name="Ben")
    yield "task", lambda: tasks.add_task(ws, space, title="Chairs")
    for row in ROWS:
        ref = Ref(space, row)
        yield "step", lambda ref=ref: steps.add_items(ws, ref, [{"title": f"Step {n}"} for n in range(3)])
        yield "move to the end", lambda ref=ref: steps.move_to_section(ws, ref, len(ROWS), "")
        yield "a section", lambda ref=ref: steps.begin_section(ws, ref, "Heart")
        yield "into a section", lambda ref=ref: steps.move_to_section(ws, ref, 0, "Heart")
        yield "open", lambda ref=ref: live.open_meeting(ws, ref)
        for verb in (live.next_step, live.add_minutes, live.pause, live.resume, live.previous_step, live.close_meeting):
            yield verb.__name__, lambda verb=verb, ref=ref: verb(ws, ref)
        yield "reopen", lambda ref=ref: live.reopen_meeting(ws, ref)
        yield "line", lambda ref=ref: add_outcome(ws, ref, kind="task", text="Bring soup", due="2026-12-04")
        yield "mark", lambda ref=ref: seats.mark(ws, ref, ref, status="present")
        yield "one more date", lambda ref=ref: series.add_date(ws, ref, title="More")
        yield "move a date", lambda ref=ref: series.move_date(ws, ref, date(2026, 12, 8), along=True)
        yield "skip a date", lambda ref=ref: series.skip_date(ws, ref)
        yield "hold a date", lambda ref=ref: series.hold_date(ws, ref)
        yield "give a role", lambda ref=ref: series.give_roles(ws, space, {(ref, "host"): ref, (ref, "time"): None})
        yield "speak", lambda ref=ref: turns.have_spoken(ws, ref, ref)
        yield "finish", lambda ref=ref: tasks.finish_task(ws, ref)


@pytest.mark.parametrize("seed", range(12))
def test_no_cell_breaks_a_page_or_a_verb(tmp_path: Path, seed: int) -> None:
    with new_workspace(tmp_path / "w") as ws:
        space = new_circle(ws)
        villain = Villain(ws, space, seed)
        for _ in range(3):
            villain.rages(ROWS)
            for ways in (every_page, every_verb, every_page):
                for name, go in ways(ws, space):
                    try:
                        go()
                    except (CircleError, IndexError) as fault:
                        assert isinstance(fault, CircleError) or name == "move", name
        assert verify(ws).ok


def test_tables_and_columns_of_a_later_version_are_kept_beside_those_of_this_one(tmp_path: Path) -> None:
    with new_workspace(tmp_path / "w") as ws:
        space = new_circle(ws)
        hlc = MONDAY_MS << 16
        strange = [(999, 0, 1), (0, 0, "x"), (65_535, 65_535, b"x"), (3, 400, None), (3, 4, 2**63 - 1), (3, 4, "long")]
        ops = tuple(SetOp(table, ROWS[0], column, value, hlc, None) for table, column, value in strange)
        ws.apply(space, [Opened(b"i" * 32, b"d" * 16, 1, ZERO_ID, ops, b"data")])
        assert ws.rows("SELECT count(*) FROM unprojected") == [(len(strange),)]
        assert verify(ws).ok


def test_a_difference_at_the_end_of_time_is_shown(tmp_path: Path) -> None:
    with new_workspace(tmp_path / "w") as ws:
        space = new_circle(ws)
        ref = tasks.add_task(ws, space, title="Chairs")
        lie = SetOp(7, ref.row, 1, "a lie", 2**63 - 1, None)
        ws.apply(space, [Opened(b"v" * 32, b"\xff" * 16, 1, ZERO_ID, (lie,), b"data")])
        tasks.set_task(ws, ref, title="Ten chairs")  # its stamp cannot be greater
        assert ("a lie", "Ten chairs") in [(c.shown, c.lost) for c in conflicts.conflicts(ws, space)]
        assert verify(ws).ok


def test_lengths_that_do_not_add_up_leave_the_home_page_alone(tmp_path: Path) -> None:
    with new_workspace(tmp_path / "w") as ws:
        space = new_circle(ws)
        meeting = meetings.plan_meeting(ws, space, title="Evening")
        table = next(t for t in TABLES if t.name == "agenda_items")
        cells = [(table, row, "meeting", meeting.row) for row in ROWS] + [
            (table, r, "minutes", 2**63 - 1) for r in ROWS
        ]
        Villain(ws, space, 1).says(*cells)
        assert read_circles.my_circles(ws)[0].next_meeting is not None
