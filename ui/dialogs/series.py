"""Planning a cycle: about six dates at once, seen as they will be before anything is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Qt, QTimeZone, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from circle_app.domain import series
from circle_app.domain.agenda import format_minutes, parse_clock, parse_minutes
from circle_app.domain.ids import Ref
from circle_app.errors import CircleError, RuleBroken
from circle_app.workspace.commands.series import begin_cycle, evenings_of
from circle_app.workspace.queries.circles import circle
from circle_app.workspace.queries.cycles import cycles, dates_of
from circle_app.workspace.queries.meetings import MeetingCard, meetings
from circle_app.workspace.queries.rota import loose_dates
from ui.context import AppContext
from ui.date_words import read_date, typed_day
from ui.models.next_date import rhythm_days
from ui.models.taking_back import taking_back
from ui.problems import sentence
from ui.text import date_of_ms, day_full, day_short, number, start_of
from ui.widgets.base import Label
from ui.widgets.chip import Chip
from ui.widgets.choice import CheckBox, Option, Segmented
from ui.widgets.evengrid import EvenGrid
from ui.widgets.fields import TextField
from ui.widgets.flow import Flow
from ui.widgets.labelled import Labelled
from ui.widgets.sheet import Sheet

USUAL_CLOCK = "18:30"
RHYTHM_DAYS = (7, 14, 28)
SHOWN = 12
"""So many dates are shown as chips; a number says how many more there are."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the sheet holds, read: `count` new dates from `first` on."""

    first: date
    clock: str
    apart: int
    count: int
    minutes: int

    def days(self) -> tuple[date, ...]:
        return series.days_of(self.first, self.apart, self.count) if self.count else ()


class SeriesSheet(Sheet):
    """Nothing is planned before it is accepted; `begun(cycle)` fires then."""

    begun = Signal(object)

    def __init__(self, ctx: AppContext, space: int, parent: QWidget | None = None) -> None:
        super().__init__(ctx.theme, "", width=600, parent=parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._ctx, self._space = ctx, space
        self._today = date_of_ms(ctx.ws.clock.now_ms())
        earlier = cycles(ctx.ws, space)
        self._loose = tuple(loose_dates(ctx.ws, space))
        words = self.tr("Go on with a next cycle") if earlier else self.tr("Choose the dates of your cycle")
        self.setWindowTitle(words)
        self.heading.setText(words)
        theme = ctx.theme
        self.fields = {
            "title": TextField(theme, name=self.tr("What is this cycle called?")),
            "first": TextField(
                theme, name=self.tr("First date"), hint=self.tr("tue, in 2 weeks, 8 dec"), icon="calendar-days"
            ),
            "clock": TextField(theme, name=self.tr("Begins at"), hint=USUAL_CLOCK, icon="clock"),
            "count": TextField(theme, name=self.tr("How many dates?"), hint="6", icon="list-ordered"),
            "minutes": TextField(theme, name=self.tr("How long?"), hint=self.tr("90 or 1:30"), icon="hourglass"),
            "place": TextField(theme, name=self.tr("Place"), icon="map-pin"),
        }
        self.boxes = {name: Labelled(theme, field.accessibleName(), field) for name, field in self.fields.items()}
        self.rhythm = Segmented(
            theme,
            (
                Option("7", self.tr("Every week")), Option("14", self.tr("Every second week")),
                Option("28", self.tr("Every four weeks")),
            ),
            name=self.tr("How often"), wrap=True,
        )  # fmt: skip
        self.known = CheckBox(
            theme,
            self.tr("%Ln meeting(s) planned already belong to it", "", len(self._loose)),
            checked=bool(self._loose),
        )
        self.known.setVisible(bool(self._loose))
        self.preview = Flow(theme, gap=6)
        self.summary = Label(theme, role="medium", color="teal", wrap=True)
        self._lay_out()
        self._suggest(earlier[-1].ref if earlier else None, len(earlier) + 1)
        self.add_buttons(self.tr("Plan these dates"), self.tr("Cancel"))
        for field in self.fields.values():
            field.textChanged.connect(lambda _text: self._tell())
        self.rhythm.chosen.connect(lambda _code: self._tell())
        self.known.toggled.connect(lambda _on: self._suggest_again())
        self._tell()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.fields["first"].setFocus(Qt.FocusReason.OtherFocusReason)
        self.fields["first"].selectAll()

    def accept(self) -> None:
        """Plan them in one step; what cannot be is said under its field and the sheet stays."""
        wish = self._wish(say=True)
        if wish is None:
            return
        ws, held = self._ctx.ws, [card for card in meetings(self._ctx.ws, self._space) if card.state != "skipped"]
        titles = [
            self.tr("Meeting {number}").format(number=number(len(held) + place)) for place in range(1, wish.count + 1)
        ]
        try:
            made = begin_cycle(
                ws, self._space, title=self.fields["title"].text(), titles=titles, first=wish.first, clock=wish.clock,
                apart=wish.apart, zone=self._zone(), minutes=wish.minutes, place=self.fields["place"].text() or None,
                known=[card.ref for card in self._taken()],
            )  # fmt: skip
        except CircleError as problem:
            self.say_problem(sentence(problem))
            return
        back = taking_back(ws)
        self.begun.emit(made)
        super().accept()
        self._ctx.toast(self.tr("%Ln date(s) planned", "", wish.count + len(self._taken())), back)

    def _lay_out(self) -> None:
        theme, boxes = self.theme, self.boxes
        self.body.addWidget(boxes["title"])
        self.body.addWidget(EvenGrid(theme, boxes["first"], boxes["clock"], boxes["count"], least=150, gap=12))
        self.body.addWidget(Labelled(theme, self.tr("How often?"), self.rhythm))
        self.body.addWidget(EvenGrid(theme, boxes["minutes"], boxes["place"], least=200, gap=12))
        self.body.addWidget(self.known)
        self.body.addWidget(self.summary)
        self.body.addWidget(self.preview)
        self.body.addStretch(1)

    def _suggest(self, earlier: Ref | None, turn: int) -> None:
        """Fill the fields with what the circle did so far."""
        ws = self._ctx.ws
        profile = circle(ws, self._space)
        dates = dates_of(ws, earlier) if earlier else ()
        all_dated = [card for card in meetings(ws, self._space) if start_of(card.starts_at)]
        like: MeetingCard | None = max(all_dated, key=lambda card: card.starts_at or "", default=None)
        days = next((one.days for one in cycles(ws, self._space)[::-1] if one.days), None)
        apart = series.turn(days or rhythm_days(profile.rhythm))
        evenings = evenings_of(dates) or (evenings_of(all_dated) if self._loose or like else ())
        begin = start_of(like.starts_at) if like else None
        self.rhythm.set_code(str(min(RHYTHM_DAYS, key=lambda known: abs(known - apart))))
        self.fields["title"].setText(self.tr("Cycle {number}").format(number=number(turn)))
        self.fields["clock"].setText(begin.strftime("%H:%M") if begin else USUAL_CLOCK)
        self.fields["minutes"].setText(format_minutes(like.minutes if like else 90))
        self.fields["place"].setText((like.place if like else None) or profile.place or "")
        first = series.next_first(evenings, apart, self._today)
        self.fields["first"].setText(typed_day(first, self._today))
        self._suggest_again()

    def _suggest_again(self) -> None:
        self.fields["count"].setText(number(max(0, series.USUAL - len(self._taken()))))

    def _taken(self) -> tuple[MeetingCard, ...]:
        return self._loose if self.known.isChecked() else ()

    def _tell(self) -> None:
        """The dates as they would be."""
        self.preview.clear()
        wish = self._wish(say=False)
        if wish is None:
            self.summary.setText(self.tr("Fill in a first date to see them all."))
            return
        try:
            days = wish.days()
        except RuleBroken as problem:
            self.summary.setText(sentence(problem))
            return
        if days:
            span = self.tr("From {first} to {last}").format(first=day_full(days[0]), last=day_full(days[-1]))
            self.summary.setText(span if len(days) > 1 else day_full(days[0]))
        else:
            self.summary.setText(self.tr("No new dates: those planned already make the cycle."))
        for day in days[:SHOWN]:
            self.preview.add(Chip(self.theme, day_short(day), tone="teal"))
        if len(days) > SHOWN:
            self.preview.add(Chip(self.theme, self.tr("and %Ln more", "", len(days) - SHOWN)))
        self.preview.updateGeometry()

    def _wish(self, *, say: bool) -> Wish | None:
        """What is typed; None when a field cannot be read, which is then said under it if `say`."""
        texts = {name: field.text().strip() for name, field in self.fields.items()}
        read: dict[str, object] = {}
        for name, reading in (
            ("first", lambda: read_date(texts["first"], self._today)),
            ("clock", lambda: parse_clock(texts["clock"]).strftime("%H:%M")),
            ("count", lambda: _count(texts["count"])), ("minutes", lambda: parse_minutes(texts["minutes"])),
        ):  # fmt: skip
            try:
                read[name] = reading()
                self.boxes[name].say("")
            except CircleError as problem:
                if say:
                    self.boxes[name].say(sentence(problem))
                    self.fields[name].setFocus(Qt.FocusReason.OtherFocusReason)
                return None
        return Wish(apart=int(self.rhythm.code()), **read)  # type: ignore[arg-type]

    def _zone(self) -> str | None:
        dated = next((card.zone for card in self._loose if card.zone), None)
        return dated or bytes(QTimeZone.systemTimeZoneId().data()).decode("ascii", "replace") or None


def _count(text: str) -> int:
    """A number of dates, in the digits of any script."""
    if not text.isdecimal() or int(text) > series.MOST:
        raise RuleBroken(
            f"A series has between 1 and {series.MOST} dates.", "Most circles choose about six.", code="dates"
        )
    return int(text)
