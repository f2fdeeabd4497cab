"""What the search over everything offers: rows of every circle by their words, and what was opened lately."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from circle_app.domain.ids import Ref
from circle_app.domain.schema import BY_NUMBER, OUTCOMES
from circle_app.domain.text import fold
from circle_app.errors import NotFound
from circle_app.workspace import settings
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.circles import CircleCard, circle, my_circles
from circle_app.workspace.queries.files import file
from circle_app.workspace.queries.meetings import meeting
from circle_app.workspace.queries.notes import note
from circle_app.workspace.queries.outcomes import outcome
from circle_app.workspace.queries.people import Person, people, person
from circle_app.workspace.queries.projects import project
from circle_app.workspace.queries.search import Hit, search
from circle_app.workspace.queries.tasks import task
from ui.context import AppContext
from ui.models.names import matches
from ui.text import kind_of_circle
from ui.views.notes_marks import first_words

translate = QCoreApplication.translate

RECENT, RECENT_MOST, EACH_MOST, ONLY_MOST = "recent", 8, 6, 30
LOOKS = {
    # kind: icon, tone, where Enter goes
    "circle": ("users-round", "teal", "circle"),
    "people": ("user", "plum", "people"),
    "meetings": ("calendar-days", "primary", "meeting"),
    "agenda_items": ("list-ordered", "primary", "meeting"),
    "outcomes": ("message-circle", "plain", "line"),
    "tasks": ("square-check-big", "teal", "tasks"),
    "notes": ("notebook-pen", "gold", "notes"),
    "projects": ("folder-open", "gold", "notes"),
    "comments": ("message-square", "plain", "circle"),
    "files": ("paperclip", "plain", "circle"),
    "contributions": ("hand", "plain", "meeting"),
    "templates": ("list-ordered", "primary", "circle"),
    "checklist": ("square-check-big", "teal", "circle"),
    "reflections": ("message-circle", "plain", "meeting"),
}
ORDER = (
    "meetings",
    "tasks",
    "notes",
    "projects",
    "outcomes",
    "agenda_items",
    "contributions",
    "reflections",
    "checklist",
    "templates",
    "files",
    "comments",
)


@dataclass(frozen=True, slots=True)
class Found:
    """One line of the search. `group` is the title it stands under, `key` a shortcut to show, `go` what Enter does."""

    group: str
    title: str
    second: str
    icon: str
    tone: str
    go: Callable[[], object]
    key: str = ""


def found_rows(ctx: AppContext, words: str, *, only_people: bool = False) -> tuple[Found, ...]:
    """Circles and people by any part of their name, everything else by the beginnings of its words; the best first."""
    ws = ctx.ws
    named = matches(people(ws), words, name=lambda who: who.name)
    if only_people:
        return tuple(_person_line(ctx, match.thing) for match in named[:ONLY_MOST])
    cards = matches(my_circles(ws), words, name=lambda card: card.name)
    begun = [_circle_line(ctx, m.thing) for m in cards[:EACH_MOST] if _begins_word(m.thing.name, m.start)]
    begun += [_person_line(ctx, m.thing) for m in named[:EACH_MOST] if _begins_word(m.thing.name, m.start)]
    # a name that only holds the letters somewhere inside comes after what has them at the beginning of a word
    inside = [_circle_line(ctx, m.thing) for m in cards[:EACH_MOST] if not _begins_word(m.thing.name, m.start)]
    inside += [_person_line(ctx, m.thing) for m in named[:EACH_MOST] if not _begins_word(m.thing.name, m.start)]
    by_kind: dict[str, list[Hit]] = {}
    for hit in search(ws, words, 60):
        if hit.kind in LOOKS and hit.kind not in ("circle", "people"):
            by_kind.setdefault(hit.kind, []).append(hit)
    hits = [_hit_line(ctx, hit) for kind in ORDER for hit in by_kind.get(kind, ())[:EACH_MOST]]
    return (*begun, *hits, *inside)


def recent_rows(ctx: AppContext) -> tuple[Found, ...]:
    """What was opened from the search lately, as far as it is still there."""
    group = translate("Search", "Lately")
    lines = []
    for kind, ref in _remembered(ctx.ws):
        try:
            title, second = _titles(ctx.ws, kind, ref)
        except NotFound:
            continue
        lines.append(_line(ctx, kind, ref, title=title, second=second, group=group))
    return tuple(lines[:RECENT_MOST])


def _begins_word(name: str, start: int) -> bool:
    return start == 0 or not name[start - 1].isalnum()


def _person_line(ctx: AppContext, who: Person) -> Found:
    return _line(ctx, "people", who.ref, title=who.name, second=who.circle_name)


def _circle_line(ctx: AppContext, card: CircleCard) -> Found:
    second = card.topic or kind_of_circle(card.kind, card.kind_label)
    return _line(ctx, "circle", Ref(card.space, b""), title=card.name, second=second)


def _hit_line(ctx: AppContext, hit: Hit) -> Found:
    parts = [hit.circle_name]
    if fold(hit.snippet) != fold(hit.title):
        parts.append(first_words(hit.snippet))
    target = hit.meeting if LOOKS[hit.kind][2] == "meeting" and hit.kind != "meetings" else hit.ref
    kind = hit.kind if target is not None else "circle"
    if hit.kind == "files":
        kind, target = _hangs_on(ctx.ws, hit.ref)
    line = _line(ctx, kind, target or Ref(hit.ref.space, b""), title=hit.title, second="  ·  ".join(parts))
    icon, tone, _ = LOOKS[hit.kind]
    return Found(group_words(hit.kind), line.title, line.second, icon, tone, line.go)


def _hangs_on(ws: Workspace, ref: Ref) -> tuple[str, Ref]:
    """The kind and the row that a file is found at."""
    circle_itself = ("circle", Ref(ref.space, b""))
    try:
        found = file(ws, ref)
        table = BY_NUMBER.get(found.parent_table or 0)
        if found.parent is None or table is None:
            return circle_itself
        if table is OUTCOMES:
            return "outcomes", outcome(ws, found.parent).ref
        return (table.name, found.parent) if table.name in _PAGES else circle_itself
    except NotFound:
        return circle_itself


_PAGES = frozenset({"notes", "projects", "tasks", "meetings"})


def _line(ctx: AppContext, kind: str, ref: Ref, *, title: str, second: str, group: str = "") -> Found:
    icon, tone, place = LOOKS[kind]

    def go() -> None:
        _remember(ctx.ws, kind, ref)
        ctx.navigate(place, ref.space if place == "circle" and kind != "checklist" else ref)

    return Found(group or group_words(kind), title, second, icon, tone, go)


def group_words(kind: str) -> str:
    """The title over the lines of a kind."""
    return {
        "circle": translate("Search", "Circles"),
        "people": translate("Search", "People"),
        "meetings": translate("Search", "Meetings"),
        "agenda_items": translate("Search", "Steps of meetings"),
        "outcomes": translate("Search", "Said and decided"),
        "tasks": translate("Search", "Tasks"),
        "notes": translate("Search", "Notes"),
        "projects": translate("Search", "Projects"),
        "comments": translate("Search", "Comments"),
        "files": translate("Search", "Files"),
        "contributions": translate("Search", "What people bring"),
        "templates": translate("Search", "Templates"),
        "checklist": translate("Search", "Checklists"),
        "reflections": translate("Search", "Taken home"),
    }[kind]


def _titles(ws: Workspace, kind: str, ref: Ref) -> tuple[str, str]:
    """Title and second line of a row; raises NotFound when it is gone."""
    if kind == "circle":
        return circle(ws, ref.space).name, circle(ws, ref.space).topic
    if kind == "people":
        return person(ws, ref).name, person(ws, ref).circle_name
    if kind == "tasks":
        return task(ws, ref).title, task(ws, ref).circle_name
    if kind == "outcomes":
        line = outcome(ws, ref)
        return first_words(line.text), meeting(ws, line.meeting).title if line.meeting else ""
    if kind == "notes":
        return note(ws, ref).title or translate("Search", "A note"), note(ws, ref).circle_name
    if kind == "projects":
        return project(ws, ref).title, project(ws, ref).circle_name
    return meeting(ws, ref).title, meeting(ws, ref).card.circle_name


def _remembered(ws: Workspace) -> tuple[tuple[str, Ref], ...]:
    try:
        kept = json.loads(settings.get(ws, RECENT, "[]"))
        return tuple((str(kind), Ref(int(space), bytes.fromhex(row))) for kind, space, row in kept if kind in LOOKS)
    except (ValueError, TypeError):
        return ()


def _remember(ws: Workspace, kind: str, ref: Ref) -> None:
    kind = "meetings" if LOOKS[kind][2] == "meeting" else kind
    kept = [(kind, ref), *(each for each in _remembered(ws) if each != (kind, ref))][:RECENT_MOST]
    settings.remember(ws, RECENT, json.dumps([[name, one.space, one.row.hex()] for name, one in kept]))
