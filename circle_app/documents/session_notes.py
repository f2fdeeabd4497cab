"""The notes of one meeting as a document: everything for the circle itself, or what the public may read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from circle_app.courses.releases import attribution, release_of_origin
from circle_app.documents.blocks import (
    Block,
    Document,
    Heading,
    ListBlock,
    ListItem,
    Paragraph,
    Rule,
    Run,
    Runs,
    Table,
    bullets,
    paragraph,
    text,
)
from circle_app.documents.labels import ENGLISH, Labels
from circle_app.documents.markdown_view import to_blocks
from circle_app.documents.redact import Redact, keep_all, redact_blocks, redactor
from circle_app.domain.ids import Ref
from circle_app.domain.sections import parts
from circle_app.workspace.db import Workspace
from circle_app.workspace.library import releases
from circle_app.workspace.queries.circles import Circle, circle
from circle_app.workspace.queries.meetings import AgendaItem, Meeting, Seat, agenda, attendance, meeting
from circle_app.workspace.queries.notes import notes
from circle_app.workspace.queries.outcomes import Outcome, outcomes
from circle_app.workspace.queries.people import people
from circle_app.workspace.queries.reflections import reflections
from circle_app.workspace.queries.rota import roles_of
from circle_app.workspace.queries.tasks import Task, tasks

Preset = Literal["us", "public"]


def session_notes(
    ws: Workspace, meeting_ref: Ref, *, preset: Preset, private: bool = False, labels: Labels = ENGLISH
) -> Document:
    """The notes of a meeting.

    "us" names people; "public" has totals only, and names and contacts are taken out of every line. Private lines and
    notes, those for the facilitator too, are in neither unless `private` is ticked, and never in "public". Nobody who was
    not marked is called absent.
    """
    session, profile = meeting(ws, meeting_ref), circle(ws, meeting_ref.space)
    ours = preset == "us"
    everyone = people(ws, meeting_ref.space, gone=True)
    redact: Redact = keep_all if ours else redactor(everyone, labels)
    with_private = private and ours
    steps, lines = agenda(ws, meeting_ref), outcomes(ws, meeting_ref)
    shown = [line for line in lines if with_private or not line.private]
    hidden = {line.task.ref for line in lines if line.task and line not in shown}
    promised = [t for t in _promises(ws, meeting_ref, lines) if t.ref not in hidden]
    words = _Words(labels, redact, ours=ours)
    seats = attendance(ws, meeting_ref)
    return Document(
        title=redact(labels.notes_of.format(title=session.title)),
        language=profile.language or "en",
        blocks=(
            *_facts(session, profile, roles_of(ws, meeting_ref) if ours else (), words),
            *_people(seats, steps, words),
            *_agenda(steps, words),
            *_section(labels.decisions, _decisions(shown, seats, words)),
            *_section(labels.tasks, _tasks(promised, words)),
            *_section(labels.outcomes, _by_step(steps, shown, words)),
            *_section(labels.parking_lot, _parked(steps, shown, words)),
            *_section(labels.notes, _notes(ws, meeting_ref, words, private=with_private)),
            *_section(labels.facilitator, _facilitator(session, steps) if with_private else ()),
            *_section(labels.reflection, _looking_back(ws, session, words) if ours else ()),
            *_credits(ws, session, profile, labels),
        ),
    )


@dataclass(frozen=True, slots=True)
class _Words:
    """The labels, what to do with people's words, and whether people are named."""

    labels: Labels
    redact: Redact
    ours: bool


def _section(title: str, blocks: Iterable[Block]) -> tuple[Block, ...]:
    body = tuple(blocks)
    return (Heading(2, text(title)), *body) if body else ()


def _facts(session: Meeting, profile: Circle, roles: Sequence[tuple[str, str]], words: _Words) -> Iterator[Block]:
    labels = words.labels
    number = labels.session.format(number=session.card.number) if session.card.number else ""
    facts = [
        (labels.circle, " · ".join(part for part in (profile.name, number) if part)),
        (labels.when, _when(session, labels)),
    ]
    facts += [(labels.where, session.place or profile.place)] if session.place or profile.place else []
    told = ", ".join(f"{labels.role(role)}: {names}" for role, names in roles)
    facts += [(labels.roles_title, told)] if told else []
    yield ListBlock(
        tuple(ListItem((Paragraph((Run(name, bold=True), Run(f": {words.redact(fact)}"))),)) for name, fact in facts)
    )


def _when(session: Meeting, labels: Labels) -> str:
    if session.starts_at is None:
        return labels.no_date
    try:
        start = datetime.fromisoformat(session.starts_at)
    except ValueError:
        return session.starts_at
    return f"{labels.date(start.date())}, {start:%H:%M}"


def _people(seats: Sequence[Seat], steps: Sequence[AgendaItem], words: _Words) -> Iterator[Block]:
    came = [s for s in seats if s.status in ("present", "late")]
    if not any(s.status for s in seats):
        return
    labels = words.labels
    yield Heading(2, text(labels.who))
    if not words.ours:
        yield paragraph(_totals(came, labels))
        return
    members = [s for s in seats if not s.guest]
    groups = [
        (labels.present, [s for s in members if s.status == "present"]),
        (labels.late, [s for s in members if s.status == "late"]),
        (labels.guests, [s for s in came if s.guest]),
        (labels.left_early, [s for s in came if s.left_ms is not None]),
        (labels.excused, [s for s in seats if s.status == "excused"]),
        (labels.absent, [s for s in seats if s.status == "absent"]),
    ]
    during = {step.ref: step.title for step in steps}
    named = [
        (
            name,
            ", ".join(_left(s, during, labels) if name == labels.left_early else s.person.name for s in group),
            len(group),
        )
        for name, group in groups
        if group
    ]
    children = sum(s.children for s in came)
    if children:
        named.append((labels.children, "", children))
    yield ListBlock(
        tuple(
            ListItem((Paragraph((Run(f"{name} ({count})", bold=True), Run(f": {who}" if who else ""))),))
            for name, who, count in named
        )
    )


def _left(seat: Seat, steps: Mapping[Ref, str], labels: Labels) -> str:
    """Who left, and during which step."""
    step = steps.get(seat.left_item) if seat.left_item is not None else None
    return labels.left_during.format(name=seat.person.name, step=step) if step else seat.person.name


def _totals(came: Sequence[Seat], labels: Labels) -> str:
    guests = sum(s.guest for s in came)
    total = labels.person_total if len(came) == 1 else labels.people_total.format(count=len(came))
    told = [total, *([labels.guests_total.format(count=guests)] if guests else [])]
    if children := sum(s.children for s in came):
        told.append(labels.child_total if children == 1 else labels.children_total.format(count=children))
    return f"{', '.join(told)}."


def _agenda(steps: Sequence[AgendaItem], words: _Words) -> Iterator[Block]:
    if not steps:
        return
    labels = words.labels
    led = words.ours and any(s.lead_name for s in steps)
    yield Heading(2, text(labels.agenda))
    begins = {part.first: part.title for part in parts([step.section for step in steps]) if part.title}
    rows = []
    for place, step in enumerate(steps):
        if place in begins:
            section = Run(words.redact(begins[place]), bold=True, italic=True)
            rows.append(((section,), *([()] if led else []), (), ()))
        rows.append(_agenda_row(step, words, led=led))
    took = sum(_took(s) for s in steps)
    minutes = labels.minutes
    total = [text(labels.total), text(minutes.format(count=sum(s.minutes for s in steps)))]
    total += [text(minutes.format(count=took)) if took else ()]
    head = [text(labels.step), text(labels.planned), text(labels.actual)]
    if led:
        head.insert(1, text(labels.lead))
        total.insert(1, ())
    align = ("", *([""] if led else []), "right", "right")
    yield Table(tuple(head), (*rows, tuple(total)), align)  # type: ignore[arg-type]


def _agenda_row(step: AgendaItem, words: _Words, *, led: bool) -> tuple[Runs, ...]:
    labels = words.labels
    state = {"parked": labels.parked_step, "skipped": labels.skipped_step}.get(step.state or "")
    took = state or (labels.minutes.format(count=_took(step)) if step.spent_s else "")
    lead = [text(step.lead_name or "")] if led else []
    return text(words.redact(step.title)), *lead, text(labels.minutes.format(count=step.minutes)), text(took)


def _took(step: AgendaItem) -> int:
    """Whole minutes, rounded to the nearest but at least one for a step that was opened."""
    return max(1, (step.spent_s + 30) // 60) if step.spent_s else 0


def _decisions(lines: Iterable[Outcome], seats: Sequence[Seat], words: _Words) -> Iterator[Block]:
    found = [line for line in lines if line.kind == "decision" and not line.parked]
    if found:
        yield bullets(
            words.redact(line.text) + _hands(line, words.labels) + _in_room(line, seats, words) for line in found
        )


def _in_room(line: Outcome, seats: Sequence[Seat], words: _Words) -> str:
    """How many were there when it was decided, and, for us, who of the evening was not."""
    came = [seat for seat in seats if seat.status in ("present", "late")]
    there = [seat for seat in came if seat.here_at(line.at_ms)] if line.at_ms is not None else []
    if not there:
        return ""
    labels, missing = words.labels, ", ".join(seat.person.name for seat in came if seat not in there)
    if words.ours and missing:
        return f" ({labels.in_room_without.format(count=len(there), names=missing)})"
    # a count of hands says it already
    return f" ({labels.in_room.format(count=len(there))})" if line.present is None else ""


def _hands(line: Outcome, labels: Labels) -> str:
    told = []
    if (line.hands is not None or line.against is not None) and line.present is not None:
        words = labels.hands_against if line.against else labels.hands
        told.append(words.format(hands=line.hands or 0, present=line.present, against=line.against or 0))
    if line.dots is not None:
        told.append(labels.dots.format(dots=line.dots))
    return f" ({', '.join(told)})" if told else ""


def _promises(ws: Workspace, meeting_ref: Ref, lines: Iterable[Outcome]) -> list[Task]:
    """Tasks made in this meeting, whether by a line or directly, each once."""
    found = {t.ref: t for t in tasks(ws, meeting=meeting_ref)}
    found |= {line.task.ref: line.task for line in lines if line.task is not None}
    return list(found.values())


def _tasks(promised: Iterable[Task], words: _Words) -> Iterator[Block]:
    items = tuple(ListItem((Paragraph(_promise(task, words)),), done=task.done) for task in promised)
    if items:
        yield ListBlock(items)


def _promise(task: Task, words: _Words) -> Runs:
    labels = words.labels
    details = [task.owner_name or labels.nobody] if words.ours else []
    details += [labels.due.format(date=_due(task.due, labels))] if task.due else []
    return text(words.redact(task.title) + (f" ({', '.join(details)})" if details else ""))


def _due(due: str, labels: Labels) -> str:
    try:
        return labels.date(date.fromisoformat(due))
    except ValueError:
        return due


def _by_step(steps: Sequence[AgendaItem], lines: Sequence[Outcome], words: _Words) -> Iterator[Block]:
    """Under each step its lines, decisions first, then promises, ideas and notes, each in the order of writing."""
    kinds = [kind for kind, _ in words.labels.kinds]
    known = {step.ref for step in steps}
    places: list[tuple[Ref | None, str]] = [(s.ref, s.title) for s in steps]
    for place, title in [*places, (None, words.labels.between_steps)]:
        here = [o for o in lines if not o.parked and (o.item if o.item in known else None) == place]
        if not here:
            continue
        here.sort(key=lambda o: kinds.index(o.kind) if o.kind in kinds else len(kinds))
        yield Heading(3, text(words.redact(title) if place else title))
        yield ListBlock(tuple(ListItem((Paragraph(_line(o, words)),)) for o in here))


def _line(line: Outcome, words: _Words) -> Runs:
    labels = words.labels
    author = f" ({line.author_name})" if words.ours and line.author_name else ""
    private = f" [{labels.private}]" if line.private else ""
    said = f": {words.redact(line.text)}{_hands(line, labels)}{author}{private}"
    return Run(labels.kind(line.kind), bold=True), Run(said)


def _parked(steps: Iterable[AgendaItem], lines: Iterable[Outcome], words: _Words) -> Iterator[Block]:
    parked = [step.title for step in steps if step.state == "parked"] + [o.text for o in lines if o.parked]
    if parked:
        yield bullets(words.redact(line) for line in parked)


def _notes(ws: Workspace, meeting_ref: Ref, words: _Words, *, private: bool) -> Iterator[Block]:
    for note in reversed(notes(ws, meeting=meeting_ref)):
        if note.private and not private:
            continue
        if note.title:
            yield Heading(3, text(words.redact(note.title)))
        yield from (_lowered(block) for block in redact_blocks(to_blocks(note.body), words.redact))


def _facilitator(session: Meeting, steps: Iterable[AgendaItem]) -> Iterator[Block]:
    """What whoever led had noted for themselves: about the whole evening, then step by step."""
    yield from (_lowered(block) for block in to_blocks(session.private_notes))
    for step in steps:
        if step.private_notes.strip():
            yield Heading(3, text(step.title))
            yield from (_lowered(block) for block in to_blocks(step.private_notes))


def _looking_back(ws: Workspace, session: Meeting, words: _Words) -> Iterator[Block]:
    """Each question that was asked with its answers, in the order of writing, and what was kept for all."""
    said = reflections(ws, session.ref)
    for code in dict.fromkeys(answer.question_code for answer in said):
        yield Heading(3, text(words.labels.question(code)))
        answers = (answer for answer in said if answer.question_code == code)
        yield bullets(f"{a.text} ({a.author_name})" if a.author_name else a.text for a in answers)
    yield from (_lowered(block) for block in to_blocks(session.reflection))


def _lowered(block: Block) -> Block:
    """A note's own headings stand below the document's."""
    return Heading(min(6, block.level + 3), block.runs) if isinstance(block, Heading) else block


def _credits(ws: Workspace, session: Meeting, profile: Circle, labels: Labels) -> Iterator[Block]:
    origins = profile.origin.splitlines()
    name = release_of_origin(session.origin)
    course = next((entry.release for entry in releases(ws) if entry.hash == name), None)
    if course is not None and attribution(course) not in origins:
        origins.append(attribution(course))
    licence = profile.licence or (course.licence if course else "")
    if origins or licence:
        yield Rule()
    for origin in origins:
        yield Paragraph(text(labels.from_course.format(origin=origin), italic=True))
    if licence:
        yield Paragraph(text(labels.licence.format(licence=licence), italic=True))
