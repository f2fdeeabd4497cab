"""Getting back on time: the three honest choices with what follows from each, and a step that began earlier."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QIntValidator, QKeyEvent, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from circle_app.domain.agenda import Forecast, WaysBack
from circle_app.domain.backdating import backdated
from circle_app.domain.ids import Ref
from circle_app.errors import CircleError, NotFound
from circle_app.workspace.commands import replanning
from ui import problems
from ui.context import AppContext
from ui.models.beginning import begin_meeting
from ui.models.evening import Evening, read_evening
from ui.models.taking_back import taking_back
from ui.text import isolated, number
from ui.theme.theme import Theme
from ui.views.live_words import counted, end_words
from ui.views.outcome_words import time_of
from ui.widgets.base import Label, PaintedButton
from ui.widgets.button import Button
from ui.widgets.canvas import Canvas
from ui.widgets.chip import Chip, IconLabel, KeyCap
from ui.widgets.fields import TextField
from ui.widgets.labelled import Labelled
from ui.widgets.layouts import column, fill
from ui.widgets.sheet import Sheet

LOOK_AGAIN_MS = 5_000
"""The room goes on talking while the sheet is open."""
USUAL_MINUTES = 5
LONGEST_MINUTES = 600
LARGE_TEXT = 1.4
"""Text size from which the end of the evening stands below a choice instead of beside it."""


class ReplanSheet(Sheet):
    """One press takes a choice: 1, 2 or 3, a click, or Enter on it. Each is one change that can be taken back."""

    def __init__(self, ctx: AppContext, meeting: Ref, parent: QWidget | None = None) -> None:
        super().__init__(ctx.theme, "", width=600, parent=parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Back on time"))
        self.heading.setText(self.tr("Back on time"))
        self._ctx, self._meeting = ctx, meeting
        self._ways: WaysBack | None = None
        self._evening: Evening | None = None
        self.now = Label(ctx.theme, role="body", color="ink2", wrap=True)
        self.body.addWidget(self.now)
        self.choices = (
            WayCard(ctx.theme, "1", icon="timer"), WayCard(ctx.theme, "2", icon="archive"), WayCard(ctx.theme, "3", icon="clock"),
        )  # fmt: skip
        for card, take in zip(self.choices, (self._shorten, self._park, self._end_later), strict=True):
            card.clicked.connect(lambda _on=False, take=take: self._take(take))
            card.walked.connect(self._walk)
            self.body.addWidget(card)
        self.body.addStretch(1)
        plan = Button(ctx.theme, self.tr("Change the plan…"), icon="list-ordered", look="ghost")
        plan.clicked.connect(lambda _on=False: self._to_plan())
        close = Button(ctx.theme, self.tr("Close"))
        close.clicked.connect(lambda _on=False: self.reject())
        self.foot().addWidget(plan)
        self.foot().addStretch(1)
        self.foot().addWidget(close)
        self._again = QTimer(self, interval=LOOK_AGAIN_MS)
        self._again.timeout.connect(self.look)
        ctx.bus.watch(self, {"meetings", "agenda_items"}, self.look)
        self.look()
        first = next((card for card in self.choices if card.isEnabled() and not card.isHidden()), None)
        (first or close).setFocus(Qt.FocusReason.TabFocusReason)

    def look(self) -> None:
        """Show what could be done at this moment."""
        ws = self._ctx.ws
        try:
            evening = self._evening = read_evening(ws, self._meeting)
        except NotFound:
            self.reject()
            return
        now_ms = evening.now_ms(ws)
        self._ways = ways = evening.ways_back(now_ms)
        self._say_now(evening.forecast(now_ms))
        for card in self.choices:
            card.setVisible(ways is not None)
        if ways is None:
            return
        titles = {item.row: item.title for item in evening.items}
        old = {step.row: step.minutes for step in evening.still_to_come()}
        lines = [
            self.tr("{step}: {minutes} instead of {before} min").format(
                step=isolated(titles[row]), minutes=number(minutes), before=number(old[row])
            )
            for row, minutes in ways.shorter.minutes
        ]
        won = ways.later - ways.shorter.still_over
        self.choices[0].show_way(
            counted("Take %Ln minute(s) from flexible steps", won) if lines else self.tr("Shorten flexible steps"),
            lines or [self.tr("No step that is still to come can be shorter.")],
            self._ends(ways.if_shorter) if lines else None,
        )
        parked = [isolated(titles[row]) for row in ways.parked]
        self.choices[1].show_way(
            counted("Park %Ln step(s) for another evening", len(parked)) if parked else self.tr("Park steps"),
            parked or [self.tr("No step that is still to come is marked flexible.")],
            self._ends(ways.if_parked) if parked else None,
        )
        self.choices[2].show_way(
            self.tr("End later"),
            [counted("%Ln minute(s) later than planned; say it to the room", ways.later)],
            self._ends(ways.if_later),
        )

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._again.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._again.stop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The cards answer to their numbers from anywhere in the sheet."""
        cards = [card for card in self.choices if card.isEnabled() and not card.isHidden()]
        for card in cards:
            if event.text() == card.key:
                card.click()
                return
        super().keyPressEvent(event)

    def _walk(self, step: int) -> None:
        cards = [card for card in self.choices if card.isEnabled()]
        here = next(at for at, card in enumerate(cards) if card.hasFocus())
        card = cards[(here + step) % len(cards)]
        card.setFocus(Qt.FocusReason.TabFocusReason)
        self._page.ensureWidgetVisible(card)

    def _say_now(self, seen: Forecast) -> None:
        ends, _tone = self._ends(seen)
        words = ends if seen.over else self.tr("You are on time. {ends}").format(ends=ends)
        if words != self.now.text():
            self.now.setText(words)

    def _ends(self, seen: Forecast) -> tuple[str, str]:
        assert self._evening is not None
        return end_words(seen, self._evening.meeting.zone, planned=False)

    def _take(self, take: Callable[[WaysBack], str]) -> None:
        if self._ways is None:
            return
        try:
            words = take(self._ways)
        except CircleError as problem:
            self.say_problem(problems.sentence(problem))
            return
        self._ctx.toast(words, taking_back(self._ctx.ws))
        self.accept()

    def _shorten(self, ways: WaysBack) -> str:
        replanning.set_lengths(self._ctx.ws, self._meeting, dict(ways.shorter.minutes))
        return self._ends(ways.if_shorter)[0]

    def _park(self, ways: WaysBack) -> str:
        replanning.put_aside(self._ctx.ws, self._meeting, ways.parked)
        titles = (
            [isolated(item.title) for item in self._evening.items if item.row in ways.parked] if self._evening else []
        )
        return self.tr("Parked for another evening: {step}").format(step=", ".join(titles))

    def _end_later(self, ways: WaysBack) -> str:
        replanning.end_later(self._ctx.ws, self._meeting, ways.later)
        return self._ends(ways.if_later)[0]

    def _to_plan(self) -> None:
        self.reject()
        self._ctx.navigate("plan", self._meeting)


class WayCard(PaintedButton):
    """One choice: what is done, to which steps, and when the evening then ends. `walked(step)` for the arrow keys."""

    walked = Signal(int)

    def __init__(self, theme: Theme, key: str, *, icon: str) -> None:
        super().__init__(theme)
        self.key = key
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._mark = IconLabel(self.theme, icon, size=18, tone="plain")
        self._cap = KeyCap(self.theme, key)
        self._name = Label(self.theme, role="item", wrap=True)
        self._lines = Label(self.theme, role="second", color="ink2", wrap=True)
        self._ends = Chip(self.theme, "")
        layout = QHBoxLayout(self)
        fill(self.theme, layout, gap=12, margins=(14, 12, 14, 12))
        layout.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        words = column(self.theme, self._name, self._lines, gap=2)
        layout.addLayout(words, 1)
        if self.theme.scale < LARGE_TEXT:
            layout.addWidget(self._ends, 0, Qt.AlignmentFlag.AlignTop)
        else:
            words.addWidget(self._ends, 0, Qt.AlignmentFlag.AlignLeading)
        layout.addWidget(self._cap, 0, Qt.AlignmentFlag.AlignTop)

    def show_way(self, name: str, lines: list[str], ends: tuple[str, str] | None) -> None:
        """Nobody can take a choice without an end."""
        told = "\n".join(lines)
        if (name, told) != (self._name.text(), self._lines.text()):
            self._name.setText(name)
            self._lines.setText(told)
            self.updateGeometry()
        self._ends.setVisible(ends is not None)
        self._cap.setVisible(ends is not None)
        if ends is not None:
            self._ends.set_text(ends[0], tone=ends[1])
        self.setEnabled(ends is not None)
        self.setAccessibleName(f"{name}. {ends[0]}" if ends is not None else name)
        self.setAccessibleDescription(told)

    def sizeHint(self) -> QSize:
        width = self.theme.px(520)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(self.theme.px(260), self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.walked.emit(1 if event.key() == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        with Canvas(self, self.theme) as canvas:
            radius = self.theme.px(14)
            on = self.lit and self.isEnabled()
            canvas.box(
                canvas.whole(1), fill="primary_soft" if on else "surface", border="primary" if on else "border", radius=radius
            )  # fmt: skip
            if self.ringed:
                canvas.focus_ring(canvas.whole(0.5), radius)


class BackdateSheet(Sheet):
    """ "Started 7 minutes ago?": type the minutes, Enter keeps them; what it means is said while typing."""

    def __init__(self, ctx: AppContext, meeting: Ref, parent: QWidget | None = None) -> None:
        super().__init__(ctx.theme, "", width=460, parent=parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._ctx, self._meeting = ctx, meeting
        self._evening = read_evening(ctx.ws, meeting)
        item = self._evening.running
        title = item.title if item is not None else self._evening.meeting.title
        words = self.tr("“{step}” began earlier?").format(step=title)
        self.setWindowTitle(words)
        self.heading.setText(words)
        name = self.tr("Minutes earlier than the clock says") if item else self.tr("Minutes ago")
        self.field = TextField(
            ctx.theme, name=name, text=str(USUAL_MINUTES), role="field_big", height=52, icon="alarm-clock"
        )
        self.field.setValidator(QIntValidator(0, LONGEST_MINUTES, self.field))
        self.field.returnPressed.connect(self.accept)
        self.field.textChanged.connect(lambda _text: self._explain())
        self.told = Label(ctx.theme, role="body", color="ink2", wrap=True)
        self.body.addWidget(Labelled(ctx.theme, name, self.field))
        self.body.addWidget(self.told)
        self.body.addStretch(1)
        self._go = self.add_buttons(self.tr("Keep"), self.tr("Cancel"))
        self._explain()
        self.field.setFocus()
        self.field.selectAll()

    def minutes(self) -> int:
        """What is typed; 0 for nothing."""
        text = self.field.text().strip()
        return int(text) if text.isdecimal() else 0

    def accept(self) -> None:
        minutes = self.minutes()
        if not minutes:
            self.reject()
            return
        try:
            if self._evening.clock.state == "planned":
                begin_meeting(self._ctx.ws, self._meeting, minutes_ago=minutes)
            else:
                replanning.backdate(self._ctx.ws, self._meeting, minutes)
        except CircleError as problem:
            self.say_problem(problems.sentence(problem))
            return
        self._ctx.toast(self.told.text(), taking_back(self._ctx.ws))
        super().accept()

    def _explain(self) -> None:
        minutes = self.minutes()
        self._go.setEnabled(minutes > 0)
        self.told.setText(told_earlier(self._evening, minutes, self._evening.now_ms(self._ctx.ws)) if minutes else "")
        self.grow()


def told_earlier(evening: Evening, minutes: int, now_ms: int) -> str:
    """What follows when the running step, or the meeting, began so many minutes earlier."""
    zone = evening.meeting.zone
    if evening.running is None:
        return _tr("The meeting then began at {time}.").format(time=time_of(now_ms - minutes * 60_000, zone))
    done = backdated(evening.clock, evening.items, minutes * 60, now_ms)
    begun = dict(done.started_ms).get(evening.running.row, done.since_ms or now_ms)
    parts = [_tr("It then began at {time}.").format(time=time_of(begun, zone))]
    spent = dict(done.spent_s)
    for item in evening.items:
        if item.row in spent and item.row != evening.running.row:
            left = counted("%Ln minute(s)", round(spent[item.row] / 60))
            parts.append(_tr("“{step}” keeps {minutes}.").format(step=isolated(item.title), minutes=left))
    if done.opened_ms != evening.clock.opened_ms:
        parts.append(_tr("The meeting then began at {time}.").format(time=time_of(done.opened_ms, zone)))
    return " ".join(parts)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Live", text)
