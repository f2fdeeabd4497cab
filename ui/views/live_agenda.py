"""The agenda beside a live meeting: a line of steps with what was planned, what it took, and where the room is now."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from circle_app.domain.ids import Ref
from ui.theme.theme import Theme
from ui.widgets.base import PaintedButton
from ui.widgets.canvas import Canvas, in_lines, line_height, text_width
from ui.widgets.page import ScrollPage
from ui.widgets.tip import plain_tip

DONE, NOW, NEXT, SKIPPED = "done", "now", "next", "skipped"
MOST_SECOND = 3
"""Lines that a question or a method takes at most; all of it is read with L."""


@dataclass(frozen=True, slots=True)
class StepLine:
    """What one step shows. `minutes` are words ("9 min"); `drift` is "+4" or empty; `below` tells the running step's
    progress in words, `fraction` the same as a bar; `spoken` is what a screen reader says; `section` begins here."""

    ref: Ref
    title: str
    second: str
    minutes: str
    state: str
    drift: str = ""
    late: bool = False
    below: str = ""
    fraction: float = 0.0
    spoken: str = ""
    section: str = ""


class AgendaSteps(QWidget):
    """The steps from top to bottom. `opened(ref)` on Enter or click, `asked(ref, position)` for the menu; Up and Down move."""

    opened = Signal(object)
    asked = Signal(object, object)
    turned = Signal()
    """Another step runs now, or the steps are others."""

    def __init__(self, theme: Theme, *, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.brief = False
        """Only titles, where all that is said of the steps would not stand on the page at once."""
        self.setAccessibleName(name)
        self._rows: list[_Step] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        # spare height stays below the steps, so that the thread between them has no gaps
        self._layout.addStretch(1)

    def lines(self) -> tuple[StepLine, ...]:
        """What is shown, from top to bottom."""
        return tuple(row.line for row in self._rows)

    def set_lines(self, lines: tuple[StepLine, ...]) -> None:
        """Show these steps; rows are kept, so the keyboard stays where it is."""
        before = [(row.line.ref, row.line.state) for row in self._rows]
        while len(self._rows) > len(lines):
            row = self._rows.pop()
            self._layout.removeWidget(row)
            row.hide()  # it is there until the next turn of the loop
            row.deleteLater()
        for place, line in enumerate(lines):
            if place == len(self._rows):
                row = _Step(self.theme, line, self)
                self._rows.append(row)
                self._layout.insertWidget(place, row)
            self._rows[place].show_line(line, first=place == 0, last=place == len(lines) - 1)
            self._rows[place].before = lines[place - 1].state if place else ""
        if before != [(line.ref, line.state) for line in lines]:
            self.turned.emit()

    def height_needed(self, *, brief: bool) -> int:
        """Pixels for all steps as wide as they are now, with what is said of them or with their titles alone."""
        return sum(round(row.height_needed(brief=brief)) for row in self._rows)

    def set_brief(self, brief: bool) -> None:
        if brief != self.brief:
            self.brief = brief
            for row in self._rows:
                row.updateGeometry()
                row.update()

    def running(self) -> QWidget | None:
        """The row of the step that runs now."""
        return next((row for row in self._rows if row.line.state == NOW), None)

    def move_focus(self, row: _Step, step: int) -> None:
        """Put the keyboard one row up or down."""
        place = self._rows.index(row) + step
        if 0 <= place < len(self._rows):
            self._rows[place].setFocus(Qt.FocusReason.TabFocusReason)


class AgendaScroll(ScrollPage):
    """The steps in a panel: the running one is kept in sight, and where not everything has room, titles are enough."""

    def __init__(self, theme: Theme, steps: AgendaSteps) -> None:
        super().__init__(theme, gap=0, margins=(0, 0, 6, 0))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._steps, self._whole = steps, False
        self.body.addWidget(steps)
        self.body.addStretch(1)
        # the steps get their places first, then their words, and with them other places
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._fit)
        self._after = QTimer(self, singleShot=True, interval=0)
        self._after.timeout.connect(self._look)
        steps.turned.connect(self._later.start)
        self.verticalScrollBar().rangeChanged.connect(lambda _least, _most: self._after.start())

    def set_whole(self, whole: bool) -> None:
        """Take the height that all steps need, in a page that scrolls by itself."""
        self._whole = whole
        self._fit()
        self.setMinimumHeight(self._steps.height_needed(brief=False) if whole else self.theme.px(120))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._later.start()

    def _fit(self) -> None:
        self._steps.set_brief(not self._whole and self._steps.height_needed(brief=False) > self.viewport().height())
        self._after.start()

    def _look(self) -> None:
        row = self._steps.running()
        if row is not None and not self._whole:
            px = self.theme.px
            top = row.mapTo(self.content, row.rect().topLeft()).y()
            # what comes next is seen as well, when there is room for it
            self.ensureVisible(0, top + row.height() + px(44), 0, 0)
            self.ensureVisible(0, top - px(4), 0, 0)


class _Step(PaintedButton):
    def __init__(self, theme: Theme, line: StepLine, owner: AgendaSteps) -> None:
        super().__init__(theme, owner)
        self._owner = owner
        self._first = self._last = False
        self.before = ""
        self.line = line
        # what it needs is asked for each width: told by the width it has, a page whose scroll bar comes and goes with
        # the lines of a title would never come to rest
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.clicked.connect(lambda _checked=False: owner.opened.emit(self.line.ref))

    def show_line(self, line: StepLine, *, first: bool, last: bool) -> None:
        if (line, first, last) == (self.line, self._first, self._last) and self.accessibleName():
            return
        grown = _measured(line) != _measured(self.line)
        self.line, self._first, self._last = line, first, last
        told = line.spoken or line.title
        self.setAccessibleName(f"{line.section}. {told}" if line.section else told)
        self.setToolTip(plain_tip(f"{line.title}\n{line.second}" if line.second else line.title))
        if grown:
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self.theme.px(240), self.heightForWidth(self.width()))

    def minimumSizeHint(self) -> QSize:
        return QSize(self.theme.px(160), self.theme.px(36))

    def heightForWidth(self, width: int) -> int:
        return round(self.height_needed(brief=self._owner.brief, width=width))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match Qt.Key(event.key()):
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.click()
            case Qt.Key.Key_Down:
                self._owner.move_focus(self, 1)
            case Qt.Key.Key_Up:
                self._owner.move_focus(self, -1)
            case _:
                super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._owner.asked.emit(self.line.ref, event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:
        with Canvas(self, self.theme) as canvas:
            self._paint_thread(canvas)
            if self.line.section:
                self._paint_section(canvas)
            if self.line.state == NOW:
                self._paint_now(canvas)
            else:
                self._paint_plain(canvas)
            if self.ringed:
                x = self.theme.px(28)
                high = self.height() - self._top(self.width()) - 3
                canvas.focus_ring(canvas.rect(x, 1, self.width() - x - 1, high), self.theme.px(12))

    def height_needed(self, *, brief: bool, width: int | None = None) -> float:
        """Pixels for the step in this width, or as wide as it is now."""
        px, running = self.theme.px, self.line.state == NOW
        wide = self.width() if width is None else width
        title, second, top = self._title_lines(wide), self._second_lines(wide, brief=brief), self._top(wide)
        words = line_height(self.theme.font("item")) * len(title)
        words += line_height(self.theme.font("second")) * len(second) + (px(2) if second else 0)
        if self.line.drift and not running:  # it stands below the minutes
            words = max(words, px(2) + line_height(self.theme.font("item")) + line_height(self.theme.font("time")))
        if running:
            bar = px(10) + px(6) + px(6) + line_height(self.theme.font("small")) if self.line.below else 0
            return top + words + bar + px(34)
        return top + words + px(18 if brief else 22)

    def _title_lines(self, wide: int) -> list[str]:
        return in_lines(self.line.title, self.theme.font("item"), self._title_width(wide))

    def _second_lines(self, wide: int, *, brief: bool) -> list[str]:
        """What is said of the step, in a few lines; the last one holds the rest."""
        if not self.line.second or (brief and self.line.state != NOW):
            return []
        lines = in_lines(self.line.second, self.theme.font("second"), self._second_width(wide))
        return [*lines[: MOST_SECOND - 1], " ".join(lines[MOST_SECOND - 1 :])] if len(lines) > MOST_SECOND else lines

    def _top(self, wide: int) -> float:
        """The height of the section's name above the step."""
        return (
            line_height(self.theme.font("second_strong")) * len(self._section_lines(wide)) + self.theme.px(12)
            if self.line.section
            else 0.0
        )

    def _section_lines(self, wide: int) -> list[str]:
        return in_lines(self.line.section, self.theme.font("second_strong"), wide - self.theme.px(44))

    def _paint_section(self, canvas: Canvas) -> None:
        """Its name; what comes after is painted below it."""
        px, named = self.theme.px, self.theme.font("second_strong")
        x, high = px(40), line_height(named)
        for row, words in enumerate(self._section_lines(self.width())):
            canvas.text(
                canvas.rect(x, px(4) + row * high, self.width() - x - px(4), high), words, font=named, color="ink2"
            )
        canvas.painter.translate(0, self._top(self.width()))

    def _title_width(self, wide: int) -> float:
        """Pixels for a line of the title, beside the minutes where they stand there."""
        px, line = self.theme.px, self.line
        if line.state == NOW:
            return wide - px(60)
        time = self.theme.font("time")
        return wide - px(40) - max(text_width(time, line.minutes), text_width(time, line.drift)) - px(12)

    def _second_width(self, wide: int) -> float:
        """Pixels for a line below the title, beside how much the time was another one."""
        px, line = self.theme.px, self.line
        if line.state == NOW:
            return wide - px(60)
        drift = text_width(self.theme.font("time"), line.drift) + px(12) if line.drift else 0
        return wide - px(44) - drift

    def _paint_thread(self, canvas: Canvas) -> None:
        px = self.theme.px
        x, middle = px(13), self._top(self.width()) + self._middle()
        for begin, end, done in (
            (0.0, middle - px(12), self.before == DONE),
            (middle + px(12), float(self.height()), self.line.state == DONE),
        ):
            if (begin == 0 and self._first) or (begin and self._last) or end <= begin:
                continue
            canvas.box(canvas.rect(x - px(1), begin, px(2), end - begin), fill="teal" if done else "border")

    def _paint_now(self, canvas: Canvas) -> None:
        px, line = self.theme.px, self.line
        dot = canvas.point(px(13), self._middle())
        canvas.disc(dot, px(12), fill="primary_soft")
        canvas.disc(dot, px(6.5), fill="danger" if line.late else "primary")
        frame = canvas.rect(px(32), px(1), self.width() - px(33), self.height() - self._top(self.width()) - px(10))
        canvas.box(frame, fill="primary_soft", border=self.theme.color("primary", 80), radius=px(14))
        x, width = px(46), self._title_width(self.width())
        y = self._paint_words(canvas, x, px(11.0), first="on_primary_soft", second="on_primary_soft")
        if not line.below:
            return
        y += px(10)
        bar = canvas.rect(x, y, width, px(6))
        canvas.box(bar, fill=self.theme.color("primary", 50), radius=px(3))
        if line.fraction > 0:
            long = max(px(6), min(1.0, line.fraction) * width)
            canvas.box(canvas.rect(x, y, long, px(6)), fill="danger" if line.late else "primary", radius=px(3))
        small = self.theme.font("small")
        row = canvas.rect(x, y + px(10), width, line_height(small))
        canvas.text(row, line.below, font=small, color="on_primary_soft")
        # how it stands comes before how long it was to be
        if text_width(small, line.below) + px(10) + text_width(small, line.minutes) <= width:
            canvas.text(row, line.minutes, font=small, color="on_primary_soft", align="end", elide=False)

    def _paint_plain(self, canvas: Canvas) -> None:
        px, line = self.theme.px, self.line
        dot = canvas.point(px(13), self._middle())
        if line.state == DONE:
            canvas.disc(dot, px(10), fill="teal")
            canvas.tick(dot, px(10), "bg", px(2))
        elif line.state == SKIPPED:
            canvas.disc(dot, px(8.5), fill="sunken", border="border", thick=1.6)
            self._paint_dash(canvas, dot)
        else:
            canvas.disc(dot, px(8.5), fill="bg", border="line", thick=1.6)
        if self.lit:
            x = px(30)
            high = self.height() - self._top(self.width()) - px(8)
            canvas.box(canvas.rect(x, 1, self.width() - x, high), fill="hover", radius=px(10))
        time = self.theme.font("time")
        quiet = line.state in (DONE, SKIPPED)
        x = px(40)
        self._paint_words(canvas, x, px(6.0), first="ink3" if quiet else "ink", second="ink3")
        title_high = line_height(self.theme.font("item"))
        around = canvas.rect(x, px(6), self.width() - x - px(4), title_high)
        canvas.text(around, line.minutes, font=time, color="ink2", align="end", elide=False)
        if line.drift:
            below = canvas.rect(x, px(8) + title_high, self.width() - x - px(4), line_height(time))
            canvas.text(below, line.drift, font=time, color="danger" if line.late else "teal", align="end", elide=False)

    def _paint_words(self, canvas: Canvas, x: float, y: float, *, first: str, second: str) -> float:
        title, below = self.theme.font("item"), self.theme.font("second")
        for words in self._title_lines(self.width()):
            canvas.text(
                canvas.rect(x, y, self._title_width(self.width()), line_height(title)), words, font=title, color=first
            )
            y += line_height(title)
        lines = self._second_lines(self.width(), brief=self._owner.brief)
        y += self.theme.px(2) if lines else 0
        for words in lines:
            canvas.text(
                canvas.rect(x, y, self._second_width(self.width()), line_height(below)), words, font=below, color=second
            )
            y += line_height(below)
        return y

    def _paint_dash(self, canvas: Canvas, dot: QPointF) -> None:
        half = self.theme.px(4)
        canvas.painter.fillRect(round(dot.x() - half), round(dot.y()), half * 2, 2, canvas.color("line"))

    def _middle(self) -> float:
        """The height of the dot: the middle of the title line."""
        px = self.theme.px
        top = px(11) if self.line.state == NOW else px(6)
        return top + line_height(self.theme.font("item")) / 2


def _measured(line: StepLine) -> tuple[object, ...]:
    """What the height of a row comes from."""
    return line.title, line.second, line.minutes, line.drift, line.state, bool(line.below), line.section
