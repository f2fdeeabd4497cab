"""Every command there is, tried once on a circle that has one of everything; and what people can see of that circle."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from importlib import import_module

from circle_app.documents import papers
from circle_app.documents.blocks import Document
from circle_app.documents.html import to_html
from circle_app.documents.markdown import to_markdown
from circle_app.documents.role_cards import role_cards
from circle_app.documents.session_notes import session_notes
from circle_app.documents.signin import sign_in_sheet
from circle_app.domain.ids import Ref
from circle_app.domain.manifest import Manifest
from circle_app.domain.rownumbers import read_rows
from circle_app.domain.schema import BY_NAME, NOTES, TASKS
from circle_app.workspace import commands, spaces
from circle_app.workspace.commands import (
    agenda,
    attendance,
    carry,
    checklist,
    circles,
    comments,
    conflicts,
    contributions,
    cycles,
    files,
    live,
    meetings,
    notes,
    outcomes,
    people,
    projects,
    reflections,
    replanning,
    series,
    signin,
    tasks,
    templates,
    trash,
    turns,
    votes,
)
from circle_app.workspace.db import Workspace
from circle_app.workspace.dump import dump
from circle_app.workspace.queries import conflicts as differences
from circle_app.workspace.queries.meetings import meetings as all_meetings
from circle_app.workspace.queries.signin import read_signed
from tests.support.plain_edits import add_cycle
from tests.support.rivals import rival_edits
from tests.support.workspaces import new_circle

SHARED = frozenset({"naming", "undo", "undo_texts", "writing"})
"""Modules of commands that hold none themselves: what all share, and the way back."""
PARTS = frozenset({"agenda.place_after", "agenda.step_puts", "cycles.cycle_put"})
"""What commands of several modules are made of; it records nothing."""
STANDING = frozenset({"signin.keep_order"})
"""What cannot be taken back: what was printed is on paper."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One of everything, in the middle of an evening; `planned` is another one, with one step."""

    ws: Workspace
    space: int
    me: Ref
    dora: Ref
    ben: Ref
    meeting: Ref
    steps: tuple[Ref, ...]
    planned: Ref
    step: Ref
    line: Ref
    topic: Ref
    task: Ref
    project: Ref
    note: Ref
    brought: Ref
    cycle: Ref
    check: Ref
    template: Ref
    said: Ref
    groups: Ref
    comment: Ref
    file: Ref
    gone: Ref


def scene(ws: Workspace) -> Scene:
    """Makes the circle; what was done for it can be taken back like everything."""
    space = new_circle(ws)
    me = people.add_person(ws, space, name="Me", member=spaces.my_member(ws, space))
    dora, ben = (people.add_person(ws, space, name=name) for name in ("Dora", "Ben"))
    meeting = meetings.plan_meeting(ws, space, title="Evening", starts_at="2026-11-24T18:30", zone="Europe/Berlin")
    steps = agenda.add_items(
        ws, meeting, [{"title": title, "flexible": True} for title in ("Welcome", "Round", "Close")]
    )
    cycle = add_cycle(ws, space, title="Winter", first_date="2026-12-01", starts="18:30", days=14)
    planned = meetings.plan_meeting(ws, space, title="Another evening", starts_at="2026-12-01T18:30", cycle=cycle)
    step = agenda.add_item(ws, planned, title="Beginning")
    for person in (dora, ben):
        attendance.mark(ws, meeting, person, status="present")
    turns.have_spoken(ws, steps[1], dora)
    live.open_meeting(ws, meeting)
    line = outcomes.add_outcome(ws, meeting, kind="task", text="Bring a kettle", owner=dora)
    topic = outcomes.park(ws, meeting, "A garden")
    task = tasks.add_task(ws, space, title="Book the van")
    project = projects.add_project(ws, space, title="House")
    note = notes.add_note(ws, space, title="Letter", body="Dear all")
    brought = contributions.add_contribution(ws, space, person=ben, kind="bring", text="Bread", meeting=meeting)
    (check,) = checklist.add_checks(ws, cycle, [{"title": "Book a room", "phase": "before"}])
    template = templates.add_template(ws, space, title="Usual", steps=[{"title": "Welcome"}])
    said = reflections.add_reflection(ws, meeting, text="Courage")
    groups = turns.make_groups(ws, meeting, steps[1])
    assert groups is not None
    comment = comments.add_comment(ws, task, table=TASKS, text="Which van?")
    manifest = Manifest(b"k" * 32, 3, (b"n" * 32,))
    file = files.add_file(ws, note, table=NOTES, row=b"f" * 16, name="a.txt", media="text/plain", manifest=manifest)
    gone = notes.add_note(ws, space, title="Old letter")
    notes.delete_note(ws, gone)
    for number, ref in enumerate((task, line), start=1):
        kind, column = ("tasks", "title") if ref == task else ("outcomes", "kind")
        cells = {column: "Book a tandem" if ref == task else "idea"}
        rival_edits(ws, ref, kind, cells, at_ms=ws.clock.now_ms() - 60_000, seq=number)  # type: ignore[arg-type]
    return Scene(
        ws, space, me, dora, ben, meeting, steps, planned, step, line, topic, task, project, note, brought, cycle, check,
        template, said, groups, comment, file, gone,
    )  # fmt: skip


def _difference(s: Scene) -> differences.Conflict:
    return next(one for one in differences.conflicts(s.ws, s.space) if one.kind == "tasks")


def _parked_step(s: Scene) -> Ref:
    replanning.put_aside(s.ws, s.meeting, [s.steps[2].row])
    return s.steps[2]


BEFORE: dict[str, Callable[[Scene], object]] = {
    "attendance.mark_back": lambda s: attendance.mark_left(s.ws, s.meeting, s.dora),
    "carry.take_up_step": _parked_step,
    "carry.let_step_go": _parked_step,
    "series.hold_date": lambda s: series.skip_date(s.ws, s.planned),
    "live.previous_step": lambda s: live.next_step(s.ws, s.meeting),
    "live.resume": lambda s: live.pause(s.ws, s.meeting),
    "live.reopen_meeting": lambda s: live.close_meeting(s.ws, s.meeting),
    "people.make_member": lambda s: people.set_person(s.ws, s.ben, status="guest"),
    "tasks.reopen_task": lambda s: tasks.finish_task(s.ws, s.task),
    "votes.show_of_hands": lambda s: votes.count_dots(s.ws, s.steps[1], {}, each=3, present=2),
}
"""What has to be so before a command can be tried."""

TRIES: dict[str, Callable[[Scene], object]] = {
    "agenda.add_item": lambda s: agenda.add_item(s.ws, s.planned, title="More"),
    "agenda.add_items": lambda s: agenda.add_items(s.ws, s.planned, [{"title": "a"}, {"title": "b"}], after=s.step),
    "agenda.set_item": lambda s: agenda.set_item(s.ws, s.step, title="Start", method="All stand up", minutes=3),
    "agenda.begin_section": lambda s: agenda.begin_section(s.ws, s.steps[1], "Heart"),
    "agenda.move_to_section": lambda s: agenda.move_to_section(s.ws, s.steps[0], 1, "Heart"),
    "agenda.delete_item": lambda s: agenda.delete_item(s.ws, s.step),
    "attendance.mark": lambda s: attendance.mark(s.ws, s.meeting, s.ben, status="excused"),
    "attendance.mark_all": lambda s: attendance.mark_all(s.ws, s.planned, (s.ben, s.dora), status="present"),
    "attendance.clear_mark": lambda s: attendance.clear_mark(s.ws, s.meeting, s.dora),
    "attendance.mark_left": lambda s: attendance.mark_left(s.ws, s.meeting, s.dora),
    "attendance.mark_back": lambda s: attendance.mark_back(s.ws, s.meeting, s.dora),
    "attendance.set_arrival": lambda s: attendance.set_arrival(s.ws, s.meeting, s.dora, at_ms=s.ws.clock.now_ms() - 60_000),
    "attendance.set_children": lambda s: attendance.set_children(s.ws, s.meeting, s.dora, 2, needs=("children",)),
    "attendance.set_coming": lambda s: attendance.set_coming(s.ws, s.planned, s.dora, "no"),
    "attendance.add_guest": lambda s: attendance.add_guest(s.ws, s.meeting, name="Gil"),
    "carry.take_up_topic": lambda s: carry.take_up_topic(s.ws, s.planned, s.topic),
    "carry.take_up_step": lambda s: carry.take_up_step(s.ws, s.planned, s.steps[2]),
    "carry.let_topic_go": lambda s: carry.let_topic_go(s.ws, s.topic),
    "carry.let_step_go": lambda s: carry.let_step_go(s.ws, s.steps[2]),
    "checklist.add_checks": lambda s: checklist.add_checks(s.ws, s.cycle, [{"title": "Thank", "phase": "after"}]),
    "checklist.set_check": lambda s: checklist.set_check(s.ws, s.check, title="Book a hall", owner=s.dora),
    "checklist.tick": lambda s: checklist.tick(s.ws, s.check, done=True),
    "checklist.delete_check": lambda s: checklist.delete_check(s.ws, s.check),
    "circles.set_circle": lambda s: circles.set_circle(s.ws, s.space, name="Oak", plan="Meet. Talk."),
    "comments.add_comment": lambda s: comments.add_comment(s.ws, s.note, table=NOTES, text="Well said"),
    "comments.delete_comment": lambda s: comments.delete_comment(s.ws, s.comment),
    "conflicts.keep_shown": lambda s: conflicts.keep_shown(s.ws, _difference(s)),
    "conflicts.take_lost": lambda s: conflicts.take_lost(s.ws, _difference(s)),
    "conflicts.keep_both": lambda s: conflicts.keep_both(s.ws, _difference(s)),
    "conflicts.keep_all": lambda s: conflicts.keep_all(s.ws, differences.conflicts(s.ws, s.space)),
    "contributions.add_contribution": lambda s: contributions.add_contribution(s.ws, s.space, person=s.me, kind="host"),
    "contributions.set_contribution": lambda s: contributions.set_contribution(s.ws, s.brought, done=True, text="Cake"),
    "contributions.delete_contribution": lambda s: contributions.delete_contribution(s.ws, s.brought),
    "cycles.set_cycle": lambda s: cycles.set_cycle(s.ws, s.cycle, title="Cold", days=7, starts="19:00"),
    "cycles.delete_cycle": lambda s: cycles.delete_cycle(s.ws, s.cycle),
    "files.add_file": lambda s: files.add_file(
        s.ws, s.note, table=NOTES, row=b"g" * 16, name="b.txt", media="text/plain",
        manifest=Manifest(b"k" * 32, 3, (b"m" * 32,)),
    ),
    "files.rename_file": lambda s: files.rename_file(s.ws, s.file, "c.txt"),
    "files.delete_file": lambda s: files.delete_file(s.ws, s.file),
    "live.open_meeting": lambda s: live.open_meeting(s.ws, s.planned),
    "live.next_step": lambda s: live.next_step(s.ws, s.meeting),
    "live.previous_step": lambda s: live.previous_step(s.ws, s.meeting),
    "live.go_to_step": lambda s: live.go_to_step(s.ws, s.meeting, s.steps[2]),
    "live.pause": lambda s: live.pause(s.ws, s.meeting),
    "live.resume": lambda s: live.resume(s.ws, s.meeting),
    "live.add_minutes": lambda s: live.add_minutes(s.ws, s.meeting, 2),
    "live.close_meeting": lambda s: live.close_meeting(s.ws, s.meeting),
    "live.reopen_meeting": lambda s: live.reopen_meeting(s.ws, s.meeting),
    "live.take_clock": lambda s: live.take_clock(s.ws, s.meeting),
    "meetings.plan_meeting": lambda s: meetings.plan_meeting(s.ws, s.space, title="Third"),
    "meetings.set_meeting": lambda s: meetings.set_meeting(s.ws, s.meeting, title="Late", reflection="Good", minutes=60),
    "meetings.delete_meeting": lambda s: meetings.delete_meeting(s.ws, s.meeting),
    "notes.add_note": lambda s: notes.add_note(s.ws, s.space, title="News", body="None", meeting=s.meeting),
    "notes.set_note": lambda s: notes.set_note(s.ws, s.note, title="Card", body="Dear all, come"),
    "notes.delete_note": lambda s: notes.delete_note(s.ws, s.note),
    "outcomes.add_outcome": lambda s: outcomes.add_outcome(s.ws, s.meeting, kind="decision", text="We plant"),
    "outcomes.set_outcome": lambda s: outcomes.set_outcome(s.ws, s.line, text="Bring two kettles", present=9, hands=5),
    "outcomes.convert_outcome": lambda s: outcomes.convert_outcome(s.ws, s.line, "decision"),
    "outcomes.delete_outcome": lambda s: outcomes.delete_outcome(s.ws, s.line),
    "outcomes.park": lambda s: outcomes.park(s.ws, s.meeting, "Bees"),
    "people.add_person": lambda s: people.add_person(s.ws, s.space, name="Cem"),
    "people.set_person": lambda s: people.set_person(s.ws, s.dora, name="Dorothea", needs=("children",)),
    "people.confirm_person": lambda s: people.confirm_person(s.ws, s.dora),
    "people.make_member": lambda s: people.make_member(s.ws, s.ben),
    "people.remove_person": lambda s: people.remove_person(s.ws, s.ben),
    "projects.add_project": lambda s: projects.add_project(s.ws, s.space, title="Garden", purpose="Green"),
    "projects.set_project": lambda s: projects.set_project(s.ws, s.project, purpose="To live in"),
    "projects.delete_project": lambda s: projects.delete_project(s.ws, s.project),
    "reflections.add_reflection": lambda s: reflections.add_reflection(s.ws, s.meeting, text="Patience", nameless=True),
    "reflections.ask_another": lambda s: reflections.ask_another(s.ws, s.meeting, "thanks"),
    "reflections.set_reflection": lambda s: reflections.set_reflection(s.ws, s.said, text="More courage"),
    "reflections.delete_reflection": lambda s: reflections.delete_reflection(s.ws, s.said),
    "replanning.set_lengths": lambda s: replanning.set_lengths(s.ws, s.meeting, {s.steps[1].row: 4}),
    "replanning.put_aside": lambda s: replanning.put_aside(s.ws, s.meeting, [s.steps[2].row]),
    "replanning.end_later": lambda s: replanning.end_later(s.ws, s.meeting, 10),
    "replanning.backdate": lambda s: replanning.backdate(s.ws, s.meeting, 2),
    "series.begin_cycle": lambda s: series.begin_cycle(
        s.ws, s.space, title="Spring", titles=("One", "Two"), first=date(2027, 3, 2), clock="19:00", apart=14,
    ),
    "series.add_date": lambda s: series.add_date(s.ws, s.cycle, title="Another"),
    "series.take_in": lambda s: series.take_in(s.ws, s.cycle, [s.meeting]),
    "series.move_date": lambda s: series.move_date(s.ws, s.planned, date(2026, 12, 3)),
    "series.skip_date": lambda s: series.skip_date(s.ws, s.planned),
    "series.hold_date": lambda s: series.hold_date(s.ws, s.planned),
    "series.give_roles": lambda s: series.give_roles(s.ws, s.space, {(s.planned, "host"): s.dora, (s.planned, "time"): s.ben}),
    "signin.mark_signed": lambda s: signin.mark_signed(
        s.ws, s.meeting, read_signed(s.ws, s.meeting, read_rows("1-4, 6 = Gil")),
    ),
    "tasks.add_task": lambda s: tasks.add_task(s.ws, s.space, title="Chairs", owner=s.dora, due="2026-12-04"),
    "tasks.set_task": lambda s: tasks.set_task(s.ws, s.task, title="Book a bus", body="A red one", due="2026-12-05"),
    "tasks.finish_task": lambda s: tasks.finish_task(s.ws, s.task),
    "tasks.reopen_task": lambda s: tasks.reopen_task(s.ws, s.task),
    "tasks.delete_task": lambda s: tasks.delete_task(s.ws, s.task),
    "tasks.complete_for_me": lambda s: tasks.complete_for_me(s.ws, s.task),
    "templates.add_template": lambda s: templates.add_template(s.ws, s.space, title="Short", steps=[{"title": "Hello"}]),
    "templates.set_template": lambda s: templates.set_template(s.ws, s.template, title="Long", steps=[{"title": "Hi"}]),
    "templates.delete_template": lambda s: templates.delete_template(s.ws, s.template),
    "trash.restore": lambda s: trash.restore(s.ws, "notes", s.gone),
    "turns.have_spoken": lambda s: turns.have_spoken(s.ws, s.steps[1], s.ben),
    "turns.pass_on": lambda s: turns.pass_on(s.ws, s.steps[1], s.ben),
    "turns.clear_turn": lambda s: turns.clear_turn(s.ws, s.steps[1], s.dora),
    "turns.order_turns": lambda s: turns.order_turns(s.ws, s.steps[1], [s.ben, s.dora]),
    "turns.make_groups": lambda s: turns.make_groups(s.ws, s.meeting, s.steps[1]),
    "turns.delete_groups": lambda s: turns.delete_groups(s.ws, s.groups),
    "votes.count_dots": lambda s: votes.count_dots(s.ws, s.steps[1], {s.topic: 3}, each=2, present=2, decided=s.topic),
    "votes.show_of_hands": lambda s: votes.show_of_hands(s.ws, s.steps[1]),
}  # fmt: skip
"""How each command is tried, by module and name."""


def every_name() -> Iterator[str]:
    """The public functions of all modules of commands that take a workspace."""
    for module in pkgutil.iter_modules(commands.__path__):
        if module.name in SHARED:
            continue
        loaded = import_module(f"{commands.__name__}.{module.name}")
        for name, function in inspect.getmembers(loaded, inspect.isfunction):
            first = next(iter(inspect.signature(function).parameters), "")
            if not name.startswith("_") and function.__module__ == loaded.__name__ and first == "ws":
                if f"{module.name}.{name}" not in PARTS | STANDING:
                    yield f"{module.name}.{name}"


def exports(ws: Workspace, space: int) -> dict[str, bytes]:
    """Every paper that could be made of a circle, as it would be saved."""
    documents: dict[str, Document] = {"tasks": papers.task_list(ws, space)}
    for card in all_meetings(ws, space):
        name = card.ref.row.hex()
        documents[f"agenda {name}"] = papers.agenda_sheet(ws, card.ref)
        documents[f"roles {name}"] = role_cards(ws, card.ref)
        documents[f"sign-in {name}"] = sign_in_sheet(ws, card.ref)
        documents[f"ours {name}"] = session_notes(ws, card.ref, preset="us", private=True)
        documents[f"public {name}"] = session_notes(ws, card.ref, preset="public")
    saved = {f"{name}.md": to_markdown(document).encode() for name, document in documents.items()}
    return saved | {f"{name}.html": to_html(document).encode() for name, document in documents.items()}


def shown(ws: Workspace) -> dict[str, object]:
    """Every row that is not deleted and says something, without its deletion mark."""
    tables = dump(ws)["circles"][0]["tables"]
    found = {
        name: [row for row in rows if row.get("deleted") != 1 and _speaks(name, row)] for name, rows in tables.items()
    }
    return {
        name: [{column: value for column, value in row.items() if column != "deleted"} for row in rows]
        for name, rows in found.items()
        if rows
    }


def _speaks(name: str, row: dict[str, object]) -> bool:
    """Not so a row that exists once for two others and holds nothing but these."""
    table = BY_NAME[name]
    silent = {"id", "deleted", *((table.natural or ()) if table.shared else ())}
    return not row.keys() <= silent
