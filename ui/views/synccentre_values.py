"""What two people wrote at the same time, in words: the thing, the part of it, and both values."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from circle_app.domain.ids import Ref
from circle_app.domain.ops import Value
from circle_app.errors import NotFound
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.circles import circle
from circle_app.workspace.queries.conflicts import Conflict
from circle_app.workspace.queries.meetings import agenda_item, meeting
from circle_app.workspace.queries.notes import note
from circle_app.workspace.queries.outcomes import outcome
from circle_app.workspace.queries.people import person
from circle_app.workspace.queries.projects import project
from circle_app.workspace.queries.tasks import task
from ui import text

LONGEST = 400
_PEOPLE = frozenset({"owner", "lead", "author", "person"})
_FLAGS = frozenset({"deleted", "flexible", "private", "parked", "confirmed", "everyone", "done", "clock_paused"})


def thing(ws: Workspace, conflict: Conflict) -> str:
    """ "Promise “Book the van”: when"."""
    kinds = {
        "circle": _tr("Circle"), "people": _tr("Person"), "meetings": _tr("Meeting"), "agenda_items": _tr("Step"),
        "attendance": _tr("Who was here"), "outcomes": _tr("Outcome"), "tasks": _tr("Promise"),
        "task_completions": _tr("Promise"), "projects": _tr("Project"), "notes": _tr("Note"),
        "contributions": _tr("Contribution"), "comments": _tr("Comment"),
    }  # fmt: skip
    name = _title(ws, conflict)
    kind = kinds.get(conflict.kind, "")
    head = _tr("{kind} “{title}”").format(kind=kind, title=text.isolated(name)) if name else kind
    return f"{head}: {_part(conflict.column)}"


def value_words(ws: Workspace, conflict: Conflict, value: Value) -> str:
    """A value as people write it; long texts end in an ellipsis."""
    column = conflict.column
    if value is None or value == "":
        return _tr("nothing")
    if isinstance(value, bytes):
        return _named(ws, Ref(conflict.ref.space, value)) if column in _PEOPLE else _tr("another choice")
    if column in _FLAGS:
        return _tr("yes") if value else _tr("no")
    if isinstance(value, int):
        if column.endswith("_ms"):
            return f"{text.day_short(text.date_of_ms(value))}, {text.time_of_ms(value)}"
        return _tr("%n min", value) if column.endswith("minutes") else text.number(value)
    words = str(value)
    if column in ("due", "first_date"):
        day = text.day_of(words)
        return text.day_long(day) if day else words
    if column == "starts_at":
        start = text.start_of(words)
        return f"{text.day_long(start.date())}, {text.clock_time(start.hour, start.minute)}" if start else words
    if column == "state" and conflict.kind == "tasks":
        return text.task_state(words)
    if column == "status":
        return text.attendance(words) if conflict.kind == "attendance" else text.person_status(words)
    return words if len(words) <= LONGEST else words[:LONGEST].rstrip() + "…"


def _part(column: str) -> str:
    return {
        "deleted": _tr("whether it is deleted"), "name": _tr("name"), "title": _tr("title"), "text": _tr("words"),
        "body": _tr("text"), "due": _tr("when"), "owner": _tr("who"), "lead": _tr("who leads"), "state": _tr("how it stands"),
        "status": _tr("how it stands"), "minutes": _tr("minutes"), "starts_at": _tr("when"), "place": _tr("place"),
        "topic": _tr("topic"), "rhythm": _tr("how often you meet"), "plan": _tr("plan"), "question": _tr("question"),
        "method": _tr("how it works"), "materials": _tr("materials"), "contact": _tr("how to reach them"),
        "needs": _tr("needs"), "languages": _tr("languages"), "offers": _tr("offers"), "note": _tr("note"),
        "purpose": _tr("purpose"), "kind": _tr("kind"), "color": _tr("colour"), "pos": _tr("place in the order"),
        "agreements": _tr("agreements"), "private_notes": _tr("private notes"), "mode": _tr("way of working"),
    }.get(column, column.replace("_", " "))  # fmt: skip


def _title(ws: Workspace, conflict: Conflict) -> str:
    ref = conflict.ref
    try:
        match conflict.kind:
            case "circle":
                return circle(ws, ref.space).name
            case "people":
                return person(ws, ref).name
            case "meetings":
                return meeting(ws, ref).title
            case "agenda_items":
                return agenda_item(ws, ref).title
            case "outcomes":
                return outcome(ws, ref).text
            case "tasks":
                return task(ws, ref).title
            case "projects":
                return project(ws, ref).title
            case "notes":
                return note(ws, ref).title
    except NotFound:
        return ""
    return ""


def _named(ws: Workspace, ref: Ref) -> str:
    try:
        return person(ws, ref).name
    except NotFound:
        return _tr("somebody who left")


def _tr(words: str, n: int = -1) -> str:
    return QCoreApplication.translate("Differences", words, None, n)
