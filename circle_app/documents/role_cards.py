"""Role cards: a page in large letters for each role of an evening, with what to do and tonight's steps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from circle_app.documents.blocks import Block, Document, Heading, Paragraph, Run, Table, bullets, text
from circle_app.documents.labels import ENGLISH, Labels
from circle_app.documents.papers import clock_times, sheet_head, sheet_language, steps_table, taking_place
from circle_app.domain.ids import Ref
from circle_app.domain.rules import WILLING
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.meetings import AgendaItem, Meeting, Seat, attendance, meeting
from circle_app.workspace.queries.rota import roles_of

WITH_STEPS = frozenset({"facilitate", "time", "notes"})
"""Roles that follow the agenda; the others need to know when it begins and ends."""


def role_cards(ws: Workspace, meeting_ref: Ref, *, labels: Labels = ENGLISH) -> Document:
    """A card for each role, also for one that nobody has taken yet."""
    session, steps = meeting(ws, meeting_ref), taking_place(ws, meeting_ref)
    held = dict(roles_of(ws, meeting_ref))
    needed = _needed(attendance(ws, meeting_ref), labels)
    blocks: list[Block] = []
    for role in WILLING:
        duties = labels.duty(role)
        blocks += [
            Heading(1, text(f"{labels.role(role)}: {held.get(role, '…')}")),
            Paragraph((Run(session.title, bold=True),)),
            sheet_head(ws, session, labels),
        ]
        for title, lines in (
            (labels.card_before, duties.before), (labels.card_during, duties.during), (labels.card_after, duties.after),
        ):  # fmt: skip
            if lines:
                blocks += [Heading(2, text(title)), bullets(lines)]
        if role == "host" and needed:
            blocks += [Heading(2, text(labels.card_needs)), bullets(needed)]
        if role in WITH_STEPS and steps:
            blocks += [Heading(2, text(labels.card_tonight)), _steps(session, steps, labels)]
    title = f"{labels.cards_title}: {session.title}"
    return Document(title, tuple(blocks), sheet_language(ws, meeting_ref), "cards")


def _needed(seats: Iterable[Seat], labels: Labels) -> list[str]:
    """What those need who may come, counted and without names: cards lie about."""
    expected = [seat for seat in seats if seat.coming != "no" and seat.status not in ("excused", "absent")]
    counted = Counter(need for seat in expected for need in seat.person.needs if need != "children")
    counted["children"] = sum(seat.children for seat in expected)
    known = [code for code, _ in labels.needs]
    order = sorted(counted, key=lambda code: (known.index(code) if code in known else len(known), code))
    return [f"{dict(labels.needs).get(code, code)}: {counted[code]}" for code in order if counted[code]]


def _steps(session: Meeting, steps: tuple[AgendaItem, ...], labels: Labels) -> Table:
    rows = [
        (text(at), text(step.title), text(step.lead_name or ""), text(labels.minutes.format(count=step.minutes)))
        for step, at in zip(steps, clock_times(session, steps), strict=False)
    ]
    return steps_table(rows, labels)
