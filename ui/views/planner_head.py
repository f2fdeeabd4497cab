"""The head of the planner: the meeting's title, day, start, slot, place and private notes, each edited where it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time

from PySide6.QtCore import QDate, QLocale, QTimeZone, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from circle_app.domain.agenda import format_minutes, parse_clock, parse_minutes
from circle_app.errors import CircleError, RuleBroken
from circle_app.workspace.commands import meetings as meeting_commands
from circle_app.workspace.queries.meetings import Meeting, meeting
from circle_app.workspace.queries.rows import edits_shown
from ui.context import AppContext
from ui.date_words import read_date
from ui.problems import sentence as problem_sentence
from ui.views.planner_private import PrivateNotes
from ui.views.planner_words import civil
from ui.widgets.autosave import Autosave
from ui.widgets.canvas import text_width
from ui.widgets.fields import TextField
from ui.widgets.labelled import Labelled
from ui.widgets.layouts import fill

DAY_SHOWN = "ddd d MMM yyyy"
"""The day as the field shows it, in the words of the interface's language; it is read back the same way."""

TITLE_PX = (34, 30, 26, 22, 19)
"""The sizes of a title, from the usual one down, at 100 %."""

USUAL_START = time(18, 30)
"""What a day without a time of day begins with: after work, and easily changed beside it."""

COLUMNS = {"title": "title", "day": "starts_at", "start": "starts_at", "minutes": "minutes", "place": "place"}
"""The column of the meeting behind each field."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a field showed when somebody began to type: the edit behind it, and the day and hour of the meeting."""

    edit: bytes | None
    begin: datetime | None


class PlanHead(QWidget):
    """`saved` fires after every kept change."""

    saved = Signal()

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ctx = ctx
        self._meeting: Meeting | None = None
        self._seen: dict[str, _Seen] = {}
        theme = ctx.theme
        self.title = TextField(
            theme,
            name=self.tr("Meeting title"),
            hint=self.tr("What is this evening about?"),
            role="page",
            height=54,
            bare=True,
        )
        self.day = TextField(theme, name=self.tr("Day"), hint=self.tr("tue, in 2 weeks, 4 dec"), icon="calendar-days")
        self.start = TextField(theme, name=self.tr("Start"), hint="18:30", icon="clock")
        self.slot = TextField(theme, name=self.tr("How long"), hint=self.tr("90 or 1:30"), icon="hourglass")
        self.place = TextField(theme, name=self.tr("Place"), hint=self.tr("Community Hall, Room 2"), icon="map-pin")
        self.boxes = {
            "day": Labelled(theme, self.tr("Day"), self.day),
            "start": Labelled(theme, self.tr("Start"), self.start),
            "minutes": Labelled(theme, self.tr("How long"), self.slot),
            "place": Labelled(theme, self.tr("Place"), self.place),
            "title": Labelled(theme, "", self.title),
        }
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(theme.px(14))
        self._grid.setVerticalSpacing(theme.px(12))
        layout = QVBoxLayout(self)
        self.private = PrivateNotes(ctx)
        self.private.saved.connect(self.saved)
        fill(theme, layout, self.boxes["title"], 12, self._grid, 4, self.private, gap=0)
        self._across = 0
        self.set_across(4)
        self.title.textChanged.connect(lambda _text: self._fit_title())
        self._autosaves = {
            name: Autosave(field, save)
            for name, field, save in (
                ("title", self.title, self._save_title), ("day", self.day, self._save_day),
                ("start", self.start, self._save_start), ("minutes", self.slot, self._save_slot),
                ("place", self.place, self._save_place),
            )
        }  # fmt: skip
        for autosave in self._autosaves.values():
            autosave.saved.connect(self.saved)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_title()

    def _fit_title(self) -> None:
        """A long title is written smaller, so that all of it is seen."""
        margins, words = self.title.textMargins(), self.title.text()
        room = self.title.width() - margins.left() - margins.right() - self._ctx.theme.px(6)
        fonts = [self._ctx.theme.font("page", px=px) for px in TITLE_PX]
        font = next((font for font in fonts if text_width(font, words) <= room), fonts[-1])
        if font != self.title.font():
            self.title.setFont(font)

    def set_across(self, count: int) -> None:
        """How many fields stand side by side: four when there is room, two when it is tight."""
        if count == self._across:
            return
        self._across = count
        shares = {"day": 5, "start": 3, "minutes": 3, "place": 6}
        for place in range(4):
            self._grid.setColumnStretch(place, 0)
        for number, (name, share) in enumerate(shares.items()):
            self._grid.addWidget(self.boxes[name], number // count, number % count)
            self._grid.setColumnStretch(number % count, share if count == 4 else 1)

    def show_meeting(self, found: Meeting) -> None:
        """Show what the workspace holds; a half-typed field of the same meeting keeps its text."""
        anew = self._meeting is None or self._meeting.ref != found.ref
        if anew:
            self.flush()
        self._meeting = found
        begin = civil(found.starts_at)
        values = {
            "title": found.title or "",
            "day": _day_words(begin.date()) if begin else "",
            "start": begin.strftime("%H:%M") if begin else "",
            "minutes": format_minutes(found.minutes) if found.minutes else "",
            "place": found.place or "",
        }
        edits = edits_shown(self._ctx.ws, "meetings", found.ref)
        for name, text in values.items():
            self._autosaves[name].show(text, anew=anew)
            if anew or self._autosaves[name].shows(text):
                self._seen[name] = _Seen(edits.get(COLUMNS[name]), begin)
            if anew:
                self.boxes[name].say("")
        self.private.show_meeting(found.ref, anew=anew)

    def stops(self) -> list[QWidget]:
        """What Tab reaches last in the head, in order."""
        return [self.place, self.private.open, self.private.area]

    def set_allowed(self, allowed: bool) -> None:
        """Whether this person may change the meeting, or only read about it."""
        for field in (self.title, self.day, self.start, self.slot, self.place):
            field.setReadOnly(not allowed)
        self.private.set_allowed(allowed)

    def flush(self) -> None:
        """Save what is typed but not yet saved."""
        if self._meeting is not None:
            for autosave in self._autosaves.values():
                autosave.flush()
            self.private.flush()

    def _save_title(self, text: str) -> bool:
        return self._keep("title", lambda: {"title": text})

    def _save_place(self, text: str) -> bool:
        return self._keep("place", lambda: {"place": text})

    def _save_slot(self, text: str) -> bool:
        return self._keep("minutes", lambda: {"minutes": parse_minutes(text) if text.strip() else None})

    def _save_day(self, text: str) -> bool:
        return self._keep("day", lambda: self._starting(text, None))

    def _save_start(self, text: str) -> bool:
        return self._keep("start", lambda: self._starting(None, text))

    def _starting(self, day: str | None, clock: str | None) -> dict[str, object]:
        """The fields for a new day or a new time of day (None keeps what was); an empty day takes the date away."""
        begin = civil(self._meeting.starts_at) if self._meeting else None
        if day is not None and not day.strip():
            return {"starts_at": None}
        if day is not None:
            at = begin.time() if begin else USUAL_START
            return self._stamp(datetime.combine(self._read_day(day), at))
        if begin is None:
            raise RuleBroken(self.tr("Which day is it?"), self.tr("Type the day first, such as “tue” or “4 dec”."))
        return self._stamp(datetime.combine(begin.date(), parse_clock(clock or "")))

    def _read_day(self, text: str) -> date:
        shown = QLocale().toDate(text.strip(), DAY_SHOWN)
        if shown.isValid():
            return date(shown.year(), shown.month(), shown.day())
        today = datetime.fromtimestamp(self._ctx.ws.clock.now_ms() / 1000).astimezone().date()
        return read_date(text, today)

    def _stamp(self, begin: datetime) -> dict[str, object]:
        zone = bytes(QTimeZone.systemTimeZoneId().data()).decode("ascii", "replace")
        fields: dict[str, object] = {"starts_at": begin.strftime("%Y-%m-%dT%H:%M")}
        if self._meeting is not None and not self._meeting.zone and zone:
            fields["zone"] = zone
        return fields

    def _keep(self, name: str, fields: Callable[[], dict[str, object]]) -> bool:
        if self._meeting is None:
            return True
        ws, ref = self._ctx.ws, self._meeting.ref
        try:
            # read anew: what came in a moment ago may not be shown yet
            self._meeting = meeting(ws, ref)
            # what somebody else wrote into the field meanwhile is not lost, but stands beside it as a difference
            bases = {COLUMNS[name]: self._base(name)}
            meeting_commands.set_meeting(ws, ref, bases=bases, **fields())
        except CircleError as problem:
            self.boxes[name].say(problem_sentence(problem))
            return False
        self.boxes[name].say("")
        return True

    def _base(self, name: str) -> bytes | None:
        """The edit that is typed over: the one that its field showed.

        Day and hour are one column: who moves the day answers a new hour too, as the hour goes along to the new day.
        """
        assert self._meeting is not None
        seen, now = self._seen[name], civil(self._meeting.starts_at)
        same = {
            "day": seen.begin is not None and now is not None and seen.begin.date() == now.date(),
            "start": seen.begin is not None and now is not None and seen.begin.time() == now.time(),
        }
        if same.get(name):
            return edits_shown(self._ctx.ws, "meetings", self._meeting.ref).get(COLUMNS[name])
        return seen.edit


def _day_words(day: date) -> str:
    return QLocale().toString(QDate(day.year, day.month, day.day), DAY_SHOWN)
