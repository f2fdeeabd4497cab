"""What the second screen shows for an evening; names have a place in it only when they are switched on."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from circle_app.domain import liveclock
from circle_app.domain.text import title_of
from circle_app.domain.votes import share
from circle_app.workspace.queries.meetings import AgendaItem
from ui.models.evening import Evening
from ui.models.voting import asked_for, choices, counted_dots
from ui.text import number
from ui.views.live_scene import back_at, called, group_cards, heard_line, seats_and_groups
from ui.views.live_words import counted, heard_words, second_line
from ui.views.projector import Part, Scene
from ui.widgets.board import Line
from ui.widgets.seats import Seat


def scene(evening: Evening, now_ms: int, *, names: bool = False, agreed: tuple[str, ...] = ()) -> Scene:
    """The second screen as it is at `now_ms`; with what the circle `agreed` on in the place of the step."""
    item = evening.running or evening.next_item
    parts = tuple(_part(step, evening, now_ms) for step in evening.items if step.state != "parked")
    circle = evening.meeting.card.circle_name
    if agreed:
        return Scene(circle, "", _tr("What we agreed on"), "", parts, agreed=agreed)
    if item is None or evening.clock.state == "closed":
        return Scene(circle, evening.meeting.title, "", _tr("Thank you for this evening."), parts)
    if evening.clock.state == "planned":
        return Scene(circle, evening.meeting.title, "", _tr("Welcome. We begin soon."), parts)
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
            board = _votes(evening, item)
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
        return counted("%n dot(s) counted", told.given)
    return counted("%n dot(s) each", item.dots_each) if item.dots_each else ""


def _votes(evening: Evening, item: AgendaItem) -> tuple[Line, ...]:
    """The ideas, with their dots once these are counted; or the decisions with their hands."""
    if evening.mode != "vote" and not item.dots_each:
        return ()
    if not item.dots_each:
        return tuple(
            Line(title_of(line.text))
            if line.hands is None
            else Line(
                title_of(line.text),
                _tr("{hands} of {all}").format(hands=number(line.hands), all=number(line.present or line.hands)),
                share(line.hands, line.present or line.hands),
                strong=2 * line.hands > (line.present or 0),
            )
            for line in asked_for(evening)[-3:]
        )
    told, lines = counted_dots(evening), choices(evening)
    if told is None:
        return tuple(Line(title_of(line.text)) for line in lines)
    most = max(1, told.ranked[0][1]) if told.ranked else 1
    return tuple(
        Line(title_of(line.text), number(line.dots or 0), (line.dots or 0) / most, strong=line.ref.row in told.leaders)
        for line in lines
    )


def _part(step: AgendaItem, evening: Evening, now_ms: int) -> Part:
    if step.row == evening.clock.item:
        whole = max(60, evening.clock.minutes * 60)
        return Part(step.title, min(1.0, liveclock.elapsed_s(evening.clock, now_ms) / whole), True)
    return Part(step.title, 1.0 if step.state == "done" else 0.0, False)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Live", text)
