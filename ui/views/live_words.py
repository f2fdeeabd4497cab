"""What a live meeting says about time: each step's line, the captions of the clock, the end, and what is read aloud."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QCoreApplication

from circle_app.domain import liveclock
from circle_app.domain.agenda import Forecast
from circle_app.domain.turns import Round
from circle_app.workspace.queries.meetings import AgendaItem, Meeting
from ui.models.evening import Evening
from ui.models.face import Face
from ui.plurals import english
from ui.text import in_digits, number, time_span
from ui.views.live_agenda import DONE, NEXT, NOW, SKIPPED, StepLine
from ui.views.outcome_words import time_of
from ui.views.planner_words import section_heads
from ui.widgets.clockring import ClockRing


def step_lines(evening: Evening, now_ms: int, turn: Round | None) -> tuple[StepLine, ...]:
    """The agenda as it stands at `now_ms`; `turn` is the running round, if the running step is one."""
    heads = section_heads(evening.items)
    lines = (_line(item, evening, now_ms, turn) for item in evening.items)
    return tuple(replace(line, section=heads[line.ref][0]) if line.ref in heads else line for line in lines)


def second_line(item: AgendaItem) -> str:
    """The first line of how a step works, without Markdown marks; else its question."""
    for text in (item.method, item.question):
        for line in text.splitlines():
            bare = line.strip().lstrip("#>*-+ ").strip()
            if bare:
                return bare.replace("**", "").replace("__", "")
    return ""


def captions(face: Face) -> tuple[str, str]:
    """The words above and below the figures; they change at 80 %, at the end and over time, never the colour alone."""
    below = counted("of %Ln minute(s)", face.minutes)
    match face.phase:
        case "paused":
            return _tr("paused"), below
        case "soon":
            return _tr("nearly time"), below
        case "over" if not face.over_minutes:
            return _tr("time is up"), below
        case "over":
            return _tr("over time"), counted("%Ln min over", face.over_minutes)
        case "running":
            return _tr("time left"), below
        case _:
            return "", ""


def spoken_time(face: Face) -> str:
    """The clock as a screen reader says it."""
    minutes, seconds = divmod(abs(face.left_s), 60)
    told = " ".join(
        part
        for part in (counted("%Ln minute(s)", minutes) if minutes else "", counted("%Ln second(s)", seconds))
        if part
    )
    if face.mark == "up":
        return _tr("Time is up")
    if face.phase == "over":
        return _tr("Time is up since {time}").format(time=told)
    return _tr("Time left in this step: {time}").format(time=told)


ANOTHER_DAY = 12 * 60
"""Minutes from which the end is on another day than planned: nobody is late or early by half a day."""


def end_words(foreseen: Forecast, zone: str | None, *, planned: bool) -> tuple[str, str]:
    """The words and tone of the chip that says when the meeting ends."""
    at = time_of(foreseen.end_ms, zone)
    if 0 < foreseen.over < ANOTHER_DAY:
        late = counted("%Ln min over", foreseen.over)
        return _tr("Ends {time} · {late}").format(time=at, late=late), "gold"
    if 0 < foreseen.spare < ANOTHER_DAY and not planned:
        spare = counted("%Ln min spare", foreseen.spare)
        return _tr("Ends {time} · {spare}").format(time=at, spare=spare), "teal"
    return _tr("Ends {time}").format(time=at), "teal"


def span(meeting: Meeting) -> str:
    """ "18:30 – 20:00", with what was added to it this evening; the length when no time is set."""
    minutes = meeting.minutes + meeting.extra_minutes
    return time_span(meeting.starts_at, minutes) or minutes_word(minutes)


def show_face(ring: ClockRing, shown: Face, evening: Evening, now_ms: int) -> None:
    """Put the time on a ring: the running step's, or the minutes of the whole evening when none runs."""
    if shown.phase != "idle":
        above, below = captions(shown)
        ring.set_time(
            clock=in_digits(shown.figures), fraction=shown.fraction, above=above, below=below, over=shown.phase == "over",
            warn=shown.mark == "soon", late=shown.mark == "late", name=spoken_time(shown),
        )  # fmt: skip
        return
    planned = evening.clock.state == "planned"
    told = [item for item in evening.items if planned or item.spent_s]
    steps = counted("in %Ln step(s)", len(told)) if told else ""
    if planned:
        minutes = sum(item.minutes for item in told) or evening.meeting.minutes
        ring.set_time(clock=number(minutes), fraction=0.0, above=_tr("minutes planned"), below=steps)
        return
    ring.set_time(clock=number(_together(evening, now_ms)), fraction=0.0, above=_tr("minutes together"), below=steps)


def _together(evening: Evening, now_ms: int) -> int:
    """Whole minutes of all steps; of the time since the opening when there are no steps."""
    if evening.items:
        return round(sum(item.spent_s for item in evening.items) / 60)
    opened, closed = evening.clock.opened_ms, evening.clock.closed_ms
    return max(0, (closed or now_ms) - opened) // 60_000 if opened is not None else 0


def step_news(evening: Evening) -> str:
    """What a screen reader says when the step changes."""
    item = evening.running
    if item is not None:
        minutes = counted("%Ln minute(s)", item.minutes + item.extra_minutes)
        return " ".join(part for part in (f"{item.title}.", f"{minutes}.", item.question) if part)
    if evening.clock.state == "closed":
        return _tr("The meeting has ended")
    return _tr("Every step is done") if evening.next_item is None else _tr("Between two steps")


def pause_news(evening: Evening) -> str:
    """What a screen reader says when the clock is stopped or goes on."""
    return _tr("The clock stands") if evening.clock.paused else _tr("The clock goes on")


def here_words(count: int) -> str:
    return counted("%Ln here", count)


def heard_words(turn: Round) -> str:
    return _tr("{spoken} of {all} have spoken").format(spoken=number(turn.heard), all=number(len(turn.order)))


def minutes_word(minutes: int) -> str:
    return _tr("{minutes} min").format(minutes=number(minutes))


def counted(text: str, n: int) -> str:
    """A counted text in the right form, also where no translation is installed."""
    return english(QCoreApplication.translate("Live", text, None, n), n)


def _line(item: AgendaItem, evening: Evening, now_ms: int, turn: Round | None) -> StepLine:
    planned = item.minutes + item.extra_minutes
    if item.row == evening.clock.item:
        elapsed = liveclock.elapsed_s(evening.clock, now_ms)
        below = heard_words(turn) if turn is not None and turn.order else _passed(elapsed, planned)
        share = turn.heard / len(turn.order) if turn is not None and turn.order else elapsed / max(60, planned * 60)
        # its question stands on the stage, whole
        second = second_line(item) if second_line(item) != item.question.strip() else ""
        return StepLine(
            item.ref, item.title, second, minutes_word(planned), NOW, below=below, fraction=share,
            late=elapsed > planned * 60, spoken=_tr("Now: {step}, {below}").format(step=item.title, below=below),
        )  # fmt: skip
    if item.state == "done":
        took = round(item.spent_s / 60)
        drift = took - item.minutes
        return StepLine(
            item.ref, item.title, second_line(item), minutes_word(took), DONE,
            drift=_signed(drift), late=drift > 0,
            spoken=_tr("Done: {step}, took {took}, planned {planned}").format(
                step=item.title, took=minutes_word(took), planned=minutes_word(item.minutes)
            ),
        )  # fmt: skip
    if item.state is not None:
        word = _tr("parked") if item.state == "parked" else _tr("skipped")
        return StepLine(item.ref, item.title, second_line(item), word, SKIPPED, spoken=f"{item.title}, {word}")
    return StepLine(
        item.ref, item.title, second_line(item), minutes_word(planned), NEXT, drift=_signed(item.extra_minutes),
        late=item.extra_minutes > 0, spoken=_to_come(item),
    )  # fmt: skip


def _to_come(item: AgendaItem) -> str:
    minutes = minutes_word(item.minutes + item.extra_minutes)
    if not item.extra_minutes:
        return _tr("To come: {step}, {minutes}").format(step=item.title, minutes=minutes)
    words = _tr("To come: {step}, {minutes}, planned {planned}")
    return words.format(step=item.title, minutes=minutes, planned=minutes_word(item.minutes))


def _signed(minutes: int) -> str:
    """ "+4", "−6", nothing for none."""
    return f"{'+' if minutes > 0 else '−'}{number(abs(minutes))}" if minutes else ""


def _passed(elapsed_s: int, planned: int) -> str:
    return _tr("{passed} of {all} min").format(passed=number(elapsed_s // 60), all=number(planned))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Live", text)
