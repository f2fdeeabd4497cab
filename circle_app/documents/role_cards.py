"""Role cards: a page in large letters for each role of an evening, with what to do and tonight's steps."""

from __future__ import annotations

from circle_app.documents.blocks import Block, Document, Heading, Paragraph, Run, Table, bullets, text
from circle_app.documents.labels import ENGLISH, Labels
from circle_app.documents.papers import clock_times, sheet_head, sheet_language, steps_table, taking_place
from circle_app.domain.ids import Ref
from circle_app.domain.rules import WILLING
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.meetings import AgendaItem, Meeting, meeting
from circle_app.workspace.queries.rota import roles_of

WITH_STEPS = frozenset({"facilitate", "time", "notes"})
"""Roles that follow the agenda; the others need to know when it begins and ends."""


def role_cards(ws: Workspace, meeting_ref: Ref, *, labels: Labels = ENGLISH) -> Document:
    """A card for each role, also for one that nobody has taken yet."""
    session, steps = meeting(ws, meeting_ref), taking_place(ws, meeting_ref)
    held = dict(roles_of(ws, meeting_ref))
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
        if role in WITH_STEPS and steps:
            blocks += [Heading(2, text(labels.card_tonight)), _steps(session, steps, labels)]
    title = f"{labels.cards_title}: {session.title}"
    return Document(title, tuple(blocks), sheet_language(ws, meeting_ref), "cards")


def _steps(session: Meeting, steps: tuple[AgendaItem, ...], labels: Labels) -> Table:
    rows = [
        (text(at), text(step.title), text(step.lead_name or ""), text(labels.minutes.format(count=step.minutes)))
        for step, at in zip(steps, clock_times(session, steps), strict=False)
    ]
    return steps_table(rows, labels)
