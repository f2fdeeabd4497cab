"""The sign-in sheet: a numbered row for everybody, and free ones for people who walk in."""

from __future__ import annotations

from circle_app.documents.blocks import Document, Table, text
from circle_app.documents.labels import ENGLISH, Labels
from circle_app.documents.papers import sheet_head, sheet_language
from circle_app.domain.ids import Ref
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.meetings import meeting
from circle_app.workspace.queries.signin import sheet_rows

WIDTHS = (9, 43, 48)
"""Number, name and signature, in percent of the line."""


def sign_in_sheet(ws: Workspace, meeting_ref: Ref, *, labels: Labels = ENGLISH) -> Document:
    """Number, name and room for a signature; no contacts and no needs, as it lies open on the table."""
    session = meeting(ws, meeting_ref)
    rows = tuple(
        (text(str(row.number)), text(row.person.name if row.person else "—" if row.gone else ""), ())
        for row in sheet_rows(ws, meeting_ref)
    )
    head = (text(labels.row), text(labels.name), text(labels.signature))
    table = Table(head, rows, widths=WIDTHS, roomy=True)
    return Document(session.title, (sheet_head(ws, session, labels), table), sheet_language(ws, meeting_ref))
