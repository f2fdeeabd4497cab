"""Papers for the room: the agenda on a page, and the list of promises."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import accumulate

from circle_app.documents.blocks import (
    Block,
    Document,
    Heading,
    ListBlock,
    ListItem,
    Paragraph,
    Run,
    Runs,
    Table,
    bullets,
    lines_of,
    paragraph,
    text,
)
from circle_app.documents.labels import ENGLISH, Labels
from circle_app.documents.markdown_view import to_blocks
from circle_app.domain.ids import Ref
from circle_app.domain.rules import ASIDE
from circle_app.domain.sections import parts
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.carry import carried_over
from circle_app.workspace.queries.circles import circle
from circle_app.workspace.queries.materials import needed
from circle_app.workspace.queries.meetings import AgendaItem, Meeting, agenda, meeting
from circle_app.workspace.queries.rota import roles_of
from circle_app.workspace.queries.tasks import tasks

OPEN_MOST = 6
"""Things left open beyond this many are counted on the agenda."""


def agenda_sheet(ws: Workspace, meeting_ref: Ref, *, methods: bool = False, labels: Labels = ENGLISH) -> Document:
    """The steps by sections with clock time, length, lead and question (and how they work, with `methods`), then what to
    bring, the circle's agreements and, on the next agenda, what earlier meetings left open, with its age in meetings.
    Steps that were put aside are not on it.

    Made for one page; nothing private is on it.
    """
    session = meeting(ws, meeting_ref)
    rows: list[tuple[Runs, ...]] = []
    steps = taking_place(ws, meeting_ref)
    begins = {part.first: part for part in parts([step.section for step in steps]) if part.title}
    *times, end = clock_times(session, steps)
    for place, (step, at) in enumerate(zip(steps, times, strict=True)):
        if place in begins:
            part = begins[place]
            together = sum(one.minutes for one in steps[part.first : part.last + 1])
            minutes = labels.minutes.format(count=together)
            rows.append(((), (Run(part.title, bold=True, italic=True),), (), (Run(minutes, italic=True),)))
        about = [Run(step.title, bold=True)]
        about += [Run(f"\n{step.question}")] if step.question else []
        how = "  ·  ".join(lines_of(to_blocks(step.method))) if methods else ""
        about += [Run(f"\n{how}", italic=True)] if how else []
        rows.append(
            (text(at), tuple(about), text(step.lead_name or ""), text(labels.minutes.format(count=step.minutes)))
        )
    blocks: list[Block] = [sheet_head(ws, session, labels), *_roles(ws, meeting_ref, labels)]
    if rows:
        in_all = labels.minutes.format(count=sum(step.minutes for step in steps))
        rows.append((text(end), text(labels.total), (), text(in_all)))
        blocks += [steps_table(rows, labels), *_bring(ws, meeting_ref, steps, labels)]
        blocks += _agreements(ws, meeting_ref, labels)
    blocks += _still_open(ws, meeting_ref, labels)
    return Document(session.title, tuple(blocks), sheet_language(ws, meeting_ref), "one page")


def clock_times(session: Meeting, steps: Sequence[AgendaItem]) -> list[str]:
    """When each step begins as planned, and the end; minutes from the beginning where no hour is known."""
    start = start_of(session)
    minutes = accumulate((step.minutes for step in steps), initial=0)
    return [f"{start + timedelta(minutes=minute):%H:%M}" if start else str(minute) for minute in minutes]


def steps_table(rows: Sequence[tuple[Runs, ...]], labels: Labels) -> Table:
    """Steps with their time, lead and minutes."""
    head = (text(labels.at), text(labels.step), text(labels.lead), text(labels.planned))
    return Table(head, tuple(rows), ("", "", "", "right"))


def _agreements(ws: Workspace, ref: Ref, labels: Labels) -> tuple[Block, ...]:
    """What the circle agreed on, as a list; nothing when it has not agreed on anything yet."""
    lines = lines_of(to_blocks(circle(ws, ref.space).agreements))
    return (Heading(2, text(labels.agreements)), bullets(lines)) if lines else ()


def _roles(ws: Workspace, meeting_ref: Ref, labels: Labels) -> tuple[Paragraph, ...]:
    """Who holds which role of the evening, on one line; nothing while nobody does."""
    runs: list[Run] = []
    for role, names in roles_of(ws, meeting_ref):
        runs += [Run(f"{'  ·  ' if runs else ''}{labels.role(role)}: "), Run(names, bold=True)]
    return (Paragraph(tuple(runs)),) if runs else ()


def _still_open(ws: Workspace, meeting_ref: Ref, labels: Labels) -> tuple[Block, ...]:
    """The oldest few as boxes to tick, the others as a number, so that the page stays one; nothing that is private."""
    left = [one for one in carried_over(ws, meeting_ref, ws.clock.now_ms()) if not one.private]
    if not left:
        return ()
    items = []
    for one in left[:OPEN_MOST]:
        owner = [one.task.owner_name or labels.nobody] if one.task else []
        age = [labels.open_once if one.age == 1 else labels.open_for.format(count=one.age)] if one.age else []
        told = f" ({', '.join(owner + age)})" if owner + age else ""
        items.append(ListItem((Paragraph((Run(one.title), Run(told, italic=True))),), done=False))
    more = len(left) - OPEN_MOST
    rest = (paragraph(labels.and_more.format(count=more)),) if more > 0 else ()
    return (Heading(2, text(labels.still_open)), ListBlock(tuple(items)), *rest)


def _bring(ws: Workspace, ref: Ref, steps: Sequence[AgendaItem], labels: Labels) -> tuple[Paragraph, ...]:
    """What the evening needs and who brings it, on one line; nothing while no step needs anything."""
    runs: list[Run] = []
    for need in needed(ws, ref, steps):
        runs.append(Run(f"{'  ·  ' if runs else ' '}{need.thing}{' ' if need.names else ''}"))
        runs += [Run(f"({', '.join(need.names)})", italic=True)] if need.names else []
    return (Paragraph((Run(f"{labels.bring}:", bold=True), *runs)),) if runs else ()


def task_list(ws: Workspace, space: int, *, labels: Labels = ENGLISH) -> Document:
    """Every open promise of a circle with its owner and date, the earliest first."""
    items = []
    for task in tasks(ws, space=space):
        if task.done:
            continue
        details = [task.owner_name or labels.nobody]
        details += [labels.due.format(date=_day(task.due, labels))] if task.due else []
        items.append(
            ListItem((Paragraph((Run(f"{task.title} "), Run(f"({', '.join(details)})", italic=True))),), done=False)
        )
    profile = circle(ws, space)
    return Document(
        f"{profile.name}: {labels.tasks}", (ListBlock(tuple(items)),) if items else (), profile.language or "en"
    )


def sheet_head(ws: Workspace, session: Meeting, labels: Labels) -> Paragraph:
    """The circle, the day and the place of a meeting, on one line."""
    start = start_of(session)
    when = f"{labels.date(start.date())}, {start:%H:%M}" if start else labels.no_date
    place = session.place or circle(ws, session.ref.space).place
    return paragraph(" · ".join(part for part in (session.card.circle_name, when, place) if part))


def taking_place(ws: Workspace, meeting_ref: Ref) -> tuple[AgendaItem, ...]:
    """The steps of an evening without those that were put aside."""
    return tuple(step for step in agenda(ws, meeting_ref) if step.state not in ASIDE)


def start_of(session: Meeting) -> datetime | None:
    try:
        return datetime.fromisoformat(session.starts_at) if session.starts_at else None
    except ValueError:
        return None


def _day(due: str, labels: Labels) -> str:
    try:
        return labels.date(date.fromisoformat(due))
    except ValueError:
        return due


def sheet_language(ws: Workspace, ref: Ref) -> str:
    """The language of the circle, for hyphens and voices."""
    return circle(ws, ref.space).language or "en"
