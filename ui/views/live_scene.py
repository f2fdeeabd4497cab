"""What the stage and the projector show for an evening: seats, groups, the word, the step; no widgets are made here."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from circle_app.domain import liveclock
from circle_app.workspace.queries.meetings import AgendaItem
from ui.models.evening import Evening
from ui.models.rounds import Round, pairs, seating
from ui.text import isolated
from ui.views.live_stage import BETWEEN, CLOSED, DONE, PAUSED, PLANNED, RUNNING, Speaker
from ui.views.live_words import counted, second_line
from ui.views.outcome_words import first_name
from ui.views.projector import Part, Scene
from ui.widgets.seats import Seat


def stage_state(evening: Evening) -> str:
    """Which controls fit."""
    if evening.clock.state != "live":
        return CLOSED if evening.clock.state == "closed" else PLANNED
    if evening.running is None:
        return BETWEEN if evening.next_item is not None else DONE
    return PAUSED if evening.clock.paused else RUNNING


def stage_words(evening: Evening) -> tuple[str, str]:
    """The title and the question in the middle."""
    item = evening.running
    if item is not None:
        return item.title, f"“{item.question.strip()}”" if item.question.strip() else second_line(item)
    match stage_state(evening):
        case "planned":
            first = evening.next_item
            if first is None:
                return _tr("No steps yet"), _tr("A meeting runs without them too, but a plan helps.")
            return _tr("Ready when you are"), _tr("First: {step}").format(step=first.title)
        case "closed":
            return _tr("The meeting has ended"), _tr("Mend what is open, then make the notes.")
        case "between" if evening.next_item is not None:
            return _tr("Between two steps"), _tr("Next: {step}").format(step=evening.next_item.title)
        case _ if not evening.items:
            return evening.meeting.title, _tr(
                "No steps are planned. Write down what matters, and end when you are done."
            )
        case _:
            return _tr("Every step is done"), _tr("Choose a step on the left to go back to it, or end the meeting.")


def seats_and_groups(
    evening: Evening, turn: Round | None, pairs_turn: int
) -> tuple[tuple[Seat, ...], tuple[tuple[int, ...], ...]]:
    """The people of the room around the clock, and who talks together."""
    item = evening.running
    if item is not None and item.mode == "break":
        return (), ()
    seated = seating(evening.seats)
    shown = tuple(Seat(seat.person.name, seat.person.ref.row, _state(seat.person.ref, turn)) for seat in seated)
    groups = pairs(len(seated), pairs_turn) if item is not None and item.mode == "pairs" else ()
    return shown, groups


def speaker_line(evening: Evening, turn: Round | None) -> Speaker | None:
    """Whose word it is, or what the room does."""
    item = evening.running
    if item is None:
        return None if evening.here else Speaker(_tr("Nobody is checked in yet"))
    if turn is not None:
        return _in_round(evening, turn)
    words = {
        "pairs": Speaker(_tr("Talking in pairs"), _tr("New pairs"), cap="Space"),
        "vote": Speaker(_tr("Show of hands"), counted("%n may vote", evening.here), cap="H"),
        "break": Speaker(_tr("A break for everyone")),
    }
    return words.get(item.mode or "talk", Speaker(_lead(item)) if item.lead_name else None)


def scene(evening: Evening, now_ms: int) -> Scene:
    """The second screen; people have no place on it."""
    item = evening.running or evening.next_item
    parts = tuple(_part(step, evening, now_ms) for step in evening.items if step.state != "parked")
    circle = evening.meeting.card.circle_name
    if item is None or evening.clock.state == "closed":
        return Scene(circle, evening.meeting.title, "", _tr("Thank you for this evening."), parts)
    if evening.clock.state == "planned":
        return Scene(circle, evening.meeting.title, "", _tr("Welcome. We begin soon."), parts)
    hint = second_line(item) if second_line(item) != item.question.strip() else ""
    return Scene(circle, item.title, item.question.strip(), hint, parts)


def _in_round(evening: Evening, turn: Round) -> Speaker:
    people = {seat.person.ref: seat.person for seat in evening.seats}
    if not turn.order:
        return Speaker(_tr("Nobody is checked in yet"))
    if turn.speaking is None:
        return Speaker(_tr("Everyone has spoken"))
    now = people[turn.speaking]
    words = _tr("{name} is speaking").format(name=isolated(_called(now.name, evening)))
    following = people[turn.after].name if turn.after is not None else ""
    second = "·  " + _tr("{name} next").format(name=isolated(_called(following, evening))) if following else ""
    return Speaker(words, second, name=now.name, key=now.ref.row, cap="Space")


def _called(name: str, evening: Evening) -> str:
    """The first name, or the whole one where two in the room share it."""
    first = first_name(name)
    same = sum(first_name(seat.person.name) == first for seat in evening.seats if seat.here)
    return first if same < 2 else name


def _state(ref: object, turn: Round | None) -> str:
    if turn is None:
        return ""
    if ref == turn.speaking:
        return "speaking"
    return "spoken" if ref in turn.spoken else "waiting"


def _part(step: AgendaItem, evening: Evening, now_ms: int) -> Part:
    if step.row == evening.clock.item:
        whole = max(60, evening.clock.minutes * 60)
        return Part(step.title, min(1.0, liveclock.elapsed_s(evening.clock, now_ms) / whole), True)
    return Part(step.title, 1.0 if step.state == "done" else 0.0, False)


def _lead(item: AgendaItem) -> str:
    return _tr("{name} leads this step").format(name=isolated(first_name(item.lead_name)))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Live", text)
