"""What the second screen shows for an evening; names have a place in it only when they are switched on."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from circle_app.domain import liveclock
from circle_app.workspace.queries.meetings import AgendaItem
from ui.models.evening import Evening
from ui.models.voting import counted_dots
from ui.views.live_scene import back_at, called, group_cards, heard_line, seats_and_groups, vote_lines
from ui.views.live_words import counted, heard_words, second_line
from ui.views.projector import Part, Scene
from ui.widgets.seats import Seat


def scene(evening: Evening, now_ms: int, *, names: bool = False, agreed: tuple[str, ...] = ()) -> Scene:
    """The second screen as it is at `now_ms`; with what the circle `agreed` on in the place of the step."""
    item = evening.running or evening.next_item
    parts = tuple(_part(step, evening, now_ms) for step in evening.items if step.state != "parked")
    circle = evening.meeting.card.circle_name
    if agreed:
        return Scene(circle, "", _tr("What we agreed on"), "", parts, agreed=agreed)
    if evening.clock.state == "planned":
        return Scene(circle, evening.meeting.title, "", _tr("Welcome. We begin soon."), parts)
    if item is None or evening.clock.state == "closed":
        over = evening.clock.state == "closed" or parts  # an evening without steps is not over because none is left
        return Scene(circle, evening.meeting.title, "", _tr("Thank you for this evening.") if over else "", parts)
    hint = second_line(item) if second_line(item) != item.question.strip() else ""
    question = item.question.strip()
    match evening.mode:
        case "break":
            return Scene(circle, item.title, back_at(evening, now_ms), hint, parts)
        case "round":
            seats = _around(evening, names=names)
            told = heard_line(evening) if names else ""
            turn = evening.round
            heard = heard_words(turn) if turn is not None and turn.order else hint
            return Scene(circle, item.title, question, told or heard, parts, seats=seats)
        case "pairs":
            board = group_cards(evening) if names else ()
            return Scene(circle, item.title, question, _pairs_hint(evening, item), parts, board=board)
        case _:
            board = vote_lines(evening)
            return Scene(circle, item.title, question, _vote_hint(evening, item) or hint, parts, board=board)


def _around(evening: Evening, *, names: bool) -> tuple[Seat, ...]:
    """The people around the ring: by first name, or as dots that nobody can tell apart."""
    seats, _groups = seats_and_groups(evening)
    if not names:
        return tuple(Seat("", b"", seat.state) for seat in seats)
    return tuple(Seat(called(seat.name, evening), seat.key, seat.state) for seat in seats)


def _pairs_hint(evening: Evening, item: AgendaItem) -> str:
    if not evening.groups:
        return second_line(item)
    return _tr("Talking in threes") if item.group_size == 3 else _tr("Talking in pairs")


def _vote_hint(evening: Evening, item: AgendaItem) -> str:
    if evening.mode != "vote":
        return ""
    told = counted_dots(evening)
    if told is not None:
        return counted("%Ln dot(s) counted", told.given)
    return counted("%Ln dot(s) each", item.dots_each) if item.dots_each else ""


def _part(step: AgendaItem, evening: Evening, now_ms: int) -> Part:
    if step.row == evening.clock.item:
        whole = max(60, evening.clock.minutes * 60)
        return Part(step.title, min(1.0, liveclock.elapsed_s(evening.clock, now_ms) / whole), True)
    return Part(step.title, 1.0 if step.state == "done" else 0.0, False)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Live", text)
