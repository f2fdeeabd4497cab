"""What the stage and the projector show for an evening: seats, groups, the word, the step; no widgets are made here."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from circle_app.domain import liveclock
from circle_app.domain.text import title_of
from circle_app.domain.turns import Round
from circle_app.domain.votes import Tally, share
from circle_app.workspace.queries.meetings import AgendaItem
from ui.models.evening import Evening
from ui.models.voting import asked_for, choices, counted_dots
from ui.text import isolated, number
from ui.views.live_bar import BETWEEN, CLOSED, DONE, PAUSED, PLANNED, RUNNING
from ui.views.live_stage import Speaker
from ui.views.live_words import counted, second_line
from ui.views.outcome_words import first_name, hands_words, time_of
from ui.widgets.board import Line
from ui.widgets.seats import Seat

LONG_IDEA = 48
"""Letters beyond which an idea is shortened in the line under the circle; the outcomes beside it have it whole."""


def stage_state(evening: Evening) -> str:
    """Which controls fit."""
    if evening.clock.state != "live":
        return CLOSED if evening.clock.state == "closed" else PLANNED
    if evening.running is None:
        return BETWEEN if evening.next_item is not None else DONE
    return PAUSED if evening.clock.paused else RUNNING


def stage_words(evening: Evening, now_ms: int) -> tuple[str, str]:
    """The title and the question in the middle; during a break, when it ends."""
    item = evening.running
    if item is not None and item.mode == "break":
        return item.title, back_at(evening, now_ms) or item.question.strip()
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


def seats_and_groups(evening: Evening) -> tuple[tuple[Seat, ...], tuple[tuple[int, ...], ...]]:
    """The people of the room around the clock, and who talks together."""
    seating, turn = evening.seating, evening.round
    shown = tuple(
        Seat(seat.person.name, seat.person.ref.row, _state(seat.person.ref.row, turn)) for seat in seating.seats
    )
    return shown, seating.groups


def group_cards(evening: Evening) -> tuple[Line, ...]:
    """Who talks with whom, a card for each group with its number."""
    return tuple(
        Line(_names(evening, group), mark=number(place)) for place, group in enumerate(evening.seating.groups, 1)
    )


def vote_lines(evening: Evening) -> tuple[Line, ...]:
    """The ideas, with their dots and the most first once these are counted; or the decisions with their hands."""
    item = evening.running
    if item is None:
        return ()
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
    lines = tuple(sorted(lines, key=lambda line: -(line.dots or 0)))
    return tuple(
        Line(title_of(line.text), number(line.dots or 0), (line.dots or 0) / most, strong=line.ref.row in told.leaders)
        for line in lines
    )


def counted_lines(evening: Evening) -> tuple[Line, ...]:
    """What was voted for, once it is counted."""
    return tuple(line for line in vote_lines(evening) if line.share is not None)


def speaker_line(evening: Evening, now_ms: int) -> Speaker | None:
    """Whose word it is, or what the room does."""
    item, turn = evening.running, evening.round
    if item is None:
        return None if evening.here else Speaker(_tr("Nobody is checked in yet"))
    if turn is not None:
        return _in_round(evening, turn, now_ms)
    match evening.mode:
        case "pairs":
            return _in_pairs(evening, item)
        case "vote" if item.dots_each:
            told = counted_dots(evening)
            if told is not None and told.leaders:
                return _leading(evening, told)
            return Speaker(_tr("Dot vote"), "·  " + counted("%Ln dot(s) each", item.dots_each), cap="V")
        case "vote":
            return _hands(evening) or Speaker(
                _tr("Show of hands"), "·  " + counted("%Ln may vote", evening.here), cap="H"
            )
        case "break":
            return Speaker(_tr("A break for everyone"))
        case _:
            return Speaker(leads_step(item.lead_name)) if item.lead_name else None


def _leading(evening: Evening, told: Tally) -> Speaker:
    """What has the most dots, or that several have as many."""
    if told.level:
        return Speaker(
            counted("%Ln ideas are level", len(told.leaders)), "·  " + counted("%Ln dot(s)", told.ranked[0][1]), cap="V"
        )
    words = next(title_of(line.text) for line in choices(evening) if line.ref.row == told.leaders[0])
    most = counted("%Ln dot(s)", told.ranked[0][1])
    return Speaker(isolated(_short(words)), f"·  {most}", cap="V")


def _hands(evening: Evening) -> Speaker | None:
    """What the hands of the newest decision of the step said; None before they are counted."""
    line = next(iter(asked_for(evening)[-1:]), None)
    if line is None or line.hands is None:
        return None
    return Speaker(isolated(_short(title_of(line.text))), f"·  {hands_words(line)}", cap="H")


def _short(words: str) -> str:
    return words if len(words) <= LONG_IDEA else words[: LONG_IDEA - 1].rstrip() + "…"


def back_at(evening: Evening, now_ms: int) -> str:
    """ "Back at 19:40", while the time of the running step runs; "" while it is paused."""
    clock = evening.clock
    if clock.item is None or clock.paused:
        return ""
    end_ms = now_ms + 1000 * liveclock.remaining_s(clock, now_ms)
    return _tr("Back at {time}").format(time=time_of(end_ms, evening.meeting.zone))


def called(name: str, evening: Evening) -> str:
    """The first name, or the whole one where two in the room share it."""
    first = first_name(name)
    same = sum(first_name(seat.person.name) == first for seat in evening.seats if seat.here)
    return first if same < 2 else name


def stage_news(evening: Evening) -> str:
    """What a screen reader says when the word goes on, people meet others or dots are counted; "" when there is none of it."""
    turn = evening.round
    if turn is not None:
        found = _in_round(evening, turn, 0)
        return " ".join((found.words + ".", found.second.removeprefix("·").strip())).strip()
    if evening.mode == "vote":
        dots = counted_dots(evening)
        by_dots = evening.running is not None and bool(evening.running.dots_each)
        seen = _leading(evening, dots) if dots is not None and dots.leaders else None if by_dots else _hands(evening)
        if seen is None:
            return ""
        return f"{seen.words}, {seen.second.removeprefix('·').strip()}"
    seating = evening.seating
    told = [f"{number(place)}: {_names(evening, group)}" for place, group in enumerate(seating.groups, 1)]
    return ". ".join(told)


def heard_line(evening: Evening) -> str:
    """ "João is speaking · Łucja next", for a screen that shows names."""
    turn = evening.round
    if turn is None or not turn.order:
        return ""
    found = _in_round(evening, turn, 0)
    return f"{found.words}  {found.second}".strip()


def seat_words(evening: Evening, place: int) -> str:
    """What a screen reader says of one seat: who, how their turn stands or in which group, and which seat of how many."""
    seating, turn = evening.seating, evening.round
    person = seating.seats[place].person
    parts = [person.name]
    if turn is not None:
        parts += {
            "speaking": [_tr("is speaking")], "spoken": [_tr("has spoken")], "passed": [_tr("let it pass")],
        }.get(_state(person.ref.row, turn), [_tr("waits")])  # fmt: skip
    group = next((at for at, group in enumerate(seating.groups, 1) if place in group), None)
    if group is not None:
        parts.append(_tr("group {number}").format(number=number(group)))
        others = tuple(at for at in seating.groups[group - 1] if at != place)
        parts.append(_tr("with {names}").format(names=_names(evening, others)))
    parts.append(_tr("seat {place} of {all}").format(place=number(place + 1), all=number(len(seating.seats))))
    return ", ".join(parts)


def _in_round(evening: Evening, turn: Round, now_ms: int) -> Speaker:
    people = {seat.person.ref.row: seat.person for seat in evening.seats}
    if not turn.order:
        return Speaker(_tr("Nobody is checked in yet"))
    if turn.speaking is None:
        passed = sum(person in turn.passed for person in turn.order)
        if not passed:
            return Speaker(_tr("Everyone has spoken"))
        return Speaker(_tr("Everyone has had a turn"), "·  " + counted("%Ln let it pass", passed))
    now = people[turn.speaking]
    words = _tr("{name} is speaking").format(name=isolated(called(now.name, evening)))
    following = people[turn.after].name if turn.after is not None else ""
    parts = [_tr("{name} next").format(name=isolated(called(following, evening)))] if following else []
    if share := _share(evening, turn, now_ms):
        parts.append(share)
    return Speaker(
        words, "".join(f"·  {part}  " for part in parts).rstrip(), name=now.name, key=now.ref.row, cap="Space"
    )


def _share(evening: Evening, turn: Round, now_ms: int) -> str:
    """How long each of those still waiting may take; "" when the time is up, or before it is known."""
    left_s = liveclock.remaining_s(evening.clock, now_ms) if now_ms else 0
    each_s = left_s // max(1, len(turn.waiting))
    if each_s < 5 or len(turn.waiting) < 2:
        return ""
    if each_s >= 90:
        return counted("about %Ln min each", round(each_s / 60))
    return counted("about %Ln s each", each_s // 5 * 5)


def _in_pairs(evening: Evening, item: AgendaItem) -> Speaker:
    threes = item.group_size == 3
    other = _tr("Pairs") if threes else _tr("Threes")
    if not evening.groups:
        if evening.here < 2:
            return Speaker(_tr("Nobody to pair yet") if evening.here else _tr("Nobody is checked in yet"))
        words = _tr("Who talks with whom?")
        return Speaker(words, "·  " + (_tr("Make threes") if threes else _tr("Make pairs")), cap="Space", switch=other)
    words = _tr("Talking in threes") if threes else _tr("Talking in pairs")
    alone = evening.seating.alone
    left = "·  " + counted("%Ln without a partner", alone) + "  " if alone else ""
    again = _tr("New threes") if threes else _tr("New pairs")
    return Speaker(words, f"{left}·  {again}", cap="Space", switch=other)


def _names(evening: Evening, group: tuple[int, ...]) -> str:
    seats = evening.seating.seats
    return " · ".join(isolated(called(seats[at].person.name, evening)) for at in group)


def _state(row: bytes, turn: Round | None) -> str:
    if turn is None:
        return ""
    if row == turn.speaking:
        return "speaking"
    if row in turn.passed:
        return "passed"
    return "spoken" if row in turn.spoken else "waiting"


def leads_step(name: str) -> str:
    """Who leads the running step, by first name."""
    return _tr("{name} leads this step").format(name=isolated(first_name(name)))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Live", text)
