"""Any row, any part of it and any value in plain words: no code, id or number of a row is ever shown to anybody."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

from circle_app.domain.ids import Ref
from circle_app.domain.ops import Value
from circle_app.domain.schema import BY_NAME, BY_NUMBER, Kind
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.rows import Named, named, next_in_order, target
from ui import text
from ui.views.circle_words import rhythm_words

LONGEST = 400
TITLE_MOST = 80


def row_words(ws: Workspace, kind: str, ref: Ref) -> str:
    """ "Promise “Book the van”", "Attendance of Ben at “Evening 3”"; also of what was deleted."""
    return named_words(named(ws, kind, ref) or Named(ref, kind, "", deleted=False))


def named_words(row: Named) -> str:
    """As `row_words`, of a row that was read already."""
    head = kind_words(row.kind)
    if row.title:
        return _tr("{kind} “{title}”").format(kind=head, title=text.isolated(_short(row.title, TITLE_MOST)))
    person = next((about.title for about in row.about if about.kind == "people"), "")
    thing = next((about.title for about in row.about if about.kind != "people"), "")
    if person and thing:
        return _tr("{kind} of {name}, “{title}”").format(
            kind=head, name=text.isolated(person), title=text.isolated(_short(thing, TITLE_MOST))
        )
    if person or thing:
        return _tr("{kind} of {name}").format(kind=head, name=text.isolated(person or _short(thing, TITLE_MOST)))
    return head


def kind_words(kind: str) -> str:
    """What a row of a table is called."""
    return {
        "circle": _tr("Circle"), "people": _tr("Person"), "meetings": _tr("Meeting"), "agenda_items": _tr("Step"),
        "attendance": _tr("Attendance"), "outcomes": _tr("Outcome"), "tasks": _tr("Task"),
        "task_completions": _tr("Task done"), "projects": _tr("Project"), "notes": _tr("Note"),
        "contributions": _tr("Contribution"), "comments": _tr("Comment"), "files": _tr("File"),
        "turns": _tr("Turn"), "pairings": _tr("Groups"), "templates": _tr("Template"), "cycles": _tr("Cycle"),
        "checklist": _tr("To do for the cycle"), "reflections": _tr("Reflection"),
    }.get(kind, _tr("Something newer than this app"))  # fmt: skip


def part_words(kind: str, column: str) -> str:
    """What a column is called, for the end of "Task “Book the van”: when"."""
    special = {
        ("circle", "kind"): _tr("kind of group"), ("circle", "name"): _tr("name"), ("people", "name"): _tr("name"),
        ("attendance", "status"): _tr("whether they came"), ("people", "status"): _tr("how they stand"),
        ("attendance", "person"): _tr("who"), ("contributions", "person"): _tr("who"),
        ("task_completions", "person"): _tr("who"), ("tasks", "everyone"): _tr("whether it is for everybody"),
        ("tasks", "done_ms"): _tr("when it was done"), ("task_completions", "done_ms"): _tr("when it was done"),
        ("contributions", "done"): _tr("whether it was done"), ("turns", "person"): _tr("who"),
        ("cycles", "days"): _tr("days from one date to the next"), ("templates", "steps"): _tr("steps"),
        ("checklist", "done_ms"): _tr("when it was done"), ("pairings", "at_ms"): _tr("when they were made"),
        ("cycles", "starts"): _tr("hour"),
    }  # fmt: skip
    return special.get((kind, column)) or _parts().get(column, _tr("a part newer than this app"))


def value_words(ws: Workspace, kind: str, ref: Ref, column: str, value: Value) -> str:
    """A value as people write it; long texts end in an ellipsis."""
    if value is None or value == "":
        return _tr("nothing")
    known = next((c for c in BY_NAME[kind].columns if c.name == column), None)
    if isinstance(value, bytes):
        return _row_value(ws, kind, ref, column, value)
    if known is not None and known.kind is Kind.FLAG:
        return _yes(column, bool(value))
    if isinstance(value, int):
        return _number(column, value)
    if column == "pos":
        return _place(ws, kind, ref, value)
    return _text(kind, column, value)


def _text(kind: str, column: str, words: str) -> str:
    if column in ("due", "first_date"):
        day = text.day_of(words)
        return text.day_full(day) if day else _short(words)
    if column == "starts_at":
        start = text.start_of(words)
        return f"{text.day_full(start.date())}, {text.clock_time(start.hour, start.minute)}" if start else _short(words)
    if column == "color":
        return _color(words)
    if column == "language":
        spoken = QLocale(words.replace("-", "_"))
        return spoken.nativeLanguageName() if spoken.language() != QLocale.Language.C else _short(words)
    if column == "zone":
        return words.rpartition("/")[2].replace("_", " ")
    if column == "rhythm":
        return rhythm_words(words)
    if column == "starts":
        start = text.start_of(f"2000-01-01T{words}")
        return text.clock_time(start.hour, start.minute) if start else _short(words)
    if column == "willing":
        return ", ".join(_role(part.strip()) or _short(part.strip()) for part in words.split(",") if part.strip())
    if column == "question_code":
        return _tr("another choice")
    if column == "needs":
        return ", ".join(text.need(part.strip()) for part in words.split(",") if part.strip())
    if column == "media":
        return _media(words)
    return _code(kind, column, words) or _short(words)


def _code(kind: str, column: str, words: str) -> str:
    """The word for one of the few that a column may hold; "" when it holds free text, or a word of a newer version."""
    match (kind, column):
        case ("tasks", "state"):
            return text.task_state(words)
        case ("attendance", "status"):
            return text.attendance(words)
        case ("people", "status"):
            return text.person_status(words)
        case ("people", "role"):
            names = {"organizer": _tr("Organizer"), "participant": _tr("Participant"), "follower": _tr("Reads along")}
            return names.get(words, "")
        case ("circle", "kind"):
            groups = {"other": _tr("Group in which everybody plans"), "other_led": _tr("Group led by its organizers")}
            return groups.get(words) or text.kind_of_circle(words)
        case ("outcomes", "kind"):
            return text.outcome_kind(words)
        case ("agenda_items", "mode"):
            return text.mode(words)
        case ("attendance", "coming"):
            return {"yes": _tr("coming"), "maybe": _tr("not sure"), "no": _tr("cannot come")}.get(words, "")
        case ("agenda_items", "state"):
            return {"done": _tr("done"), "parked": _tr("parked"), "skipped": _tr("skipped")}.get(words, "")
        case ("meetings", "state"):
            return {
                "planned": _tr("planned"), "live": _tr("running"), "closed": _tr("ended"), "skipped": _tr("skipped"),
            }.get(words, "")  # fmt: skip
        case ("projects", "state"):
            return {"active": _tr("going on"), "done": _tr("finished")}.get(words, "")
        case ("contributions", "kind"):
            return _role(words)
        case ("checklist", "phase"):
            return {"before": _tr("before"), "during": _tr("during"), "after": _tr("after")}.get(words, "")
    return ""


def _role(word: str) -> str:
    return {
        "facilitate": _tr("facilitates"), "host": _tr("hosts"), "wrangle": _tr("makes sure it happens"),
        "notes": _tr("takes notes"), "time": _tr("keeps the time"), "prepare": _tr("prepares"),
        "bring": _tr("brings something"),
    }.get(word, "")  # fmt: skip


def _number(column: str, value: int) -> str:
    if column.endswith("_ms"):
        return f"{text.day_short(text.date_of_ms(value))}, {text.time_of_ms(value)}"
    if column.endswith("minutes"):
        return _tr("%Ln min", value)
    if column == "spent_s":
        return _tr("%Ln min", round(value / 60)) if value >= 60 else _tr("%Ln second(s)", value)
    if column == "days":
        return _tr("%Ln day(s)", value)
    if column == "parent_table":
        table = BY_NUMBER.get(value)
        return kind_words(table.name if table else "")
    return text.number(value)


def _yes(column: str, value: bool) -> str:
    pair = {
        "deleted": (_tr("deleted"), _tr("still there")), "private": (_tr("private"), _tr("for everybody")),
        "parked": (_tr("parked"), _tr("not parked")), "confirmed": (_tr("is in"), _tr("not sure yet")),
        "clock_paused": (_tr("paused"), _tr("running")),
    }.get(column, (_tr("yes"), _tr("no")))  # fmt: skip
    return pair[0] if value else pair[1]


def _row_value(ws: Workspace, kind: str, ref: Ref, column: str, value: bytes) -> str:
    pointed = target(kind, column)
    if pointed is None:
        return _tr("another choice")
    found = named(ws, pointed, Ref(ref.space, value))
    if pointed == "people":
        return found.title if found is not None and found.title else _tr("somebody who left")
    if found is None or not found.title:
        return _tr("something that is not there any more")
    words = f"“{_short(found.title, TITLE_MOST)}”"
    return _tr("{what} (deleted)").format(what=words) if found.deleted else words


def _place(ws: Workspace, kind: str, ref: Ref, value: str) -> str:
    """A place in an order is named by what would come next."""
    following = next_in_order(ws, kind, ref, value)
    return _tr("before “{title}”").format(title=_short(following, TITLE_MOST)) if following else _tr("at the end")


def _color(words: str) -> str:
    return {
        "#B2442A": _tr("brick red"), "#1E6B62": _tr("sea green"), "#7A4A8C": _tr("plum"), "#2F5F9E": _tr("blue"),
        "#8A5A12": _tr("ochre"), "#A63D62": _tr("raspberry"), "#4F6A28": _tr("olive"), "#4A5A66": _tr("slate"),
    }.get(words.upper(), _tr("a colour of their own"))  # fmt: skip


def _media(words: str) -> str:
    family = words.partition("/")[0]
    return {
        "image": _tr("a picture"), "audio": _tr("a recording"), "video": _tr("a film"), "text": _tr("a text"),
    }.get(family, _tr("a document"))  # fmt: skip


def _short(words: str, most: int = LONGEST) -> str:
    return words if len(words) <= most else words[:most].rstrip() + "…"


def _parts() -> dict[str, str]:
    return {
        "deleted": _tr("whether it is deleted"), "name": _tr("name"), "title": _tr("title"), "text": _tr("words"),
        "body": _tr("text"), "due": _tr("when"), "owner": _tr("who"), "lead": _tr("who leads"), "author": _tr("who wrote it"),
        "person": _tr("who"), "member": _tr("which computer is theirs"), "state": _tr("how it stands"),
        "status": _tr("how it stands"), "minutes": _tr("length"), "min_minutes": _tr("shortest length"),
        "extra_minutes": _tr("time added"), "spent_s": _tr("time used"), "starts_at": _tr("when"), "zone": _tr("time zone"),
        "place": _tr("place"), "topic": _tr("topic"), "rhythm": _tr("how often you meet"), "plan": _tr("plan"),
        "question": _tr("question"), "method": _tr("how it works"), "materials": _tr("what to bring"),
        "contact": _tr("how to reach them"), "needs": _tr("needs"), "languages": _tr("languages"), "offers": _tr("offers"),
        "note": _tr("note"), "purpose": _tr("purpose"), "kind": _tr("kind"), "kind_label": _tr("what you call yourselves"),
        "color": _tr("colour"), "pos": _tr("place in the order"), "agreements": _tr("agreements"),
        "private_notes": _tr("private notes"), "mode": _tr("way of working"), "language": _tr("language"),
        "first_date": _tr("first date"), "origin": _tr("where it comes from"), "licence": _tr("licence"),
        "confirmed": _tr("whether they are in"), "role": _tr("role"), "clock_item": _tr("running step"),
        "clock_since_ms": _tr("clock"), "clock_paused": _tr("whether the clock is paused"), "opened_ms": _tr("when it began"),
        "closed_ms": _tr("when it ended"), "reflection": _tr("looking back"), "meeting": _tr("meeting"),
        "flexible": _tr("whether it may be shortened"), "section": _tr("section"), "started_ms": _tr("when it began"),
        "arrived_ms": _tr("when they came"), "left_ms": _tr("when they left"), "left_item": _tr("during which step they left"),
        "coming": _tr("whether they are coming"), "item": _tr("step"), "at_ms": _tr("when it was written"),
        "private": _tr("who may read it"), "task": _tr("task"), "present": _tr("people present"),
        "hands": _tr("hands raised"), "parked": _tr("whether it is parked"), "done_ms": _tr("when it was done"),
        "done": _tr("whether it was done"), "project": _tr("project"), "outcome": _tr("line it came from"),
        "everyone": _tr("whether it is for everybody"), "parent_table": _tr("what it is about"),
        "parent": _tr("what it is about"), "media": _tr("kind of file"), "manifest": _tr("content"),
        "willing": _tr("roles they would take"), "cycle": _tr("cycle"), "driver": _tr("who drives the clock"),
        "question_code": _tr("question of the day"), "signin": _tr("order of the sign-in sheet"),
        "group_size": _tr("people in a group"), "dots_each": _tr("dots for each person"),
        "carried": _tr("step it goes on with"), "stays": _tr("earlier stays"), "dots": _tr("dots"),
        "against": _tr("hands against"), "proof": _tr("whose it is"), "spoken_ms": _tr("when they spoke"),
        "passed": _tr("whether they passed"), "turn": _tr("number"), "groups": _tr("who with whom"),
        "children": _tr("children they brought along"),
        "days": _tr("days"), "phase": _tr("before or after"), "starts": _tr("hour"), "steps": _tr("steps"),
    }  # fmt: skip


def _tr(words: str, n: int = -1) -> str:
    return QCoreApplication.translate("Cells", words, None, n)
