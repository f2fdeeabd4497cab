"""The second screen: the question in large type, the time as a ring, the steps as a strip, and what the room does; or
what the circle agreed on."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QCloseEvent, QFont, QGuiApplication, QKeyEvent, QLinearGradient, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.theme.theme import Theme
from ui.widgets.base import Label, PaintedWidget
from ui.widgets.board import Board, Line
from ui.widgets.canvas import Canvas, in_two_lines, text_width
from ui.widgets.clockring import ClockRing
from ui.widgets.sayings import Sayings
from ui.widgets.seats import Logo, Seat

REFERENCE_WIDTH, REFERENCE_HEIGHT = 1440, 900
SMALLEST = (1024, 600)
FULL_BOARD = 8
"""Lines beyond which a board takes room from the ring."""
MOST_NAMES = 30
"""So many first names have room around the ring."""
SHARE_OF_ONE_SCREEN = 0.86
"""How much of the only screen the window takes: it can be moved, and all of it is seen."""


@dataclass(frozen=True, slots=True)
class Part:
    """One step in the strip: its title and how much of it is done, 0 to 1; `now` for the running one."""

    title: str
    done: float
    now: bool


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything the second screen shows. `seats` stand around the ring, without names as dots; `board` are groups or votes;
    `agreed` are what the circle agreed on, in the place of all these."""

    circle: str
    step: str
    question: str
    hint: str
    parts: tuple[Part, ...]
    seats: tuple[Seat, ...] = ()
    board: tuple[Line, ...] = ()
    agreed: tuple[str, ...] = ()


class ProjectorWindow(PaintedWidget):
    """A window of its own; `closed` fires when it goes. F11 or Escape close it, Shift+F11 asks for names or none, A for
    the agreements or the step."""

    closed = Signal()
    names_asked = Signal()
    agreements_asked = Signal()

    def __init__(self, theme: Theme, *, title: str) -> None:
        super().__init__(theme)
        self.setWindowTitle(title)
        self.setMinimumSize(800, 480)
        self.resize(REFERENCE_WIDTH, REFERENCE_HEIGHT)
        self._circle = Label(theme, role="body", color="ink2")
        self._logo = Logo(theme, size=54)
        self._step = Label(theme, role="item", color="primary", wrap=True)
        self._question = Label(theme, role="projector", wrap=True)
        self._hint = Label(theme, role="body", color="ink2", wrap=True)
        self.ring = ClockRing(theme, names=False, minimum=200, far=True)
        self.board = Board(theme)
        self.agreed = Sayings(theme)
        self.strip = _Strip(theme)
        self._held = False
        self._lay_out()

    def set_scene(self, scene: Scene) -> None:
        """Show this step; a step without a question shows its title large."""
        self._circle.setText(scene.circle)
        self._step.setText(scene.step if scene.question else "")
        self._step.setVisible(bool(scene.question and scene.step))
        self._question.setText(scene.question or scene.step)
        self._hint.setText(scene.hint)
        self._hint.setVisible(bool(scene.hint))
        self.board.set_lines(scene.board)
        self.board.setVisible(bool(scene.board))
        self.agreed.set_lines(scene.agreed)
        self.agreed.setVisible(bool(scene.agreed))
        self.ring.setVisible(not scene.agreed)
        self.ring.set_seats(scene.seats, names=len(scene.seats) <= MOST_NAMES)
        # names are read from afar: around the ring they get half of the screen, on a full board more
        named = any(seat.name for seat in scene.seats)
        self._middle.setStretch(1, 8 if named else 3 if len(scene.board) > FULL_BOARD else 6)
        self.strip.set_parts(scene.parts)
        self._fit()

    def words(self) -> tuple[str, ...]:
        """Every text on the screen."""
        labels = (self._circle, self._step, self._question, self._hint)
        board = (text for line in self.board.lines() for text in (line.text, line.figure) if text)
        names = (seat.name for seat in self.ring.seats if seat.name)
        said = (*(label.text() for label in labels), *self.strip.titles(), *self.agreed.lines(), *board)
        return (*said, *names)

    def open_beside(self, window: QWidget) -> None:
        """Full screen on another screen when there is one, otherwise a window that can be dragged to it."""
        here = window.screen()
        others = [screen for screen in QGuiApplication.screens() if screen is not here]
        if not others:
            self.resize(self.size().boundedTo(here.availableSize() * SHARE_OF_ONE_SCREEN))
            self.show()
            return
        self.setGeometry(others[0].geometry())
        self.showFullScreen()

    def hold(self, held: bool) -> None:
        """Neither a key nor the window system closes or changes a window that is held."""
        self._held = held
        self.setEnabled(not held)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F11 and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.names_asked.emit()
            return
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_F11):
            self.close()
            return
        if event.key() == Qt.Key.Key_A:
            self.agreements_asked.emit()
            return
        super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._held:
            event.ignore()
            return
        self.closed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        with Canvas(self, self.theme) as canvas:
            shade = QLinearGradient(QPointF(0, 0), QPointF(self.width(), self.height()))
            shade.setColorAt(0, canvas.color("screen_start"))
            shade.setColorAt(1, canvas.color("screen_end"))
            canvas.painter.fillRect(QRectF(0, 0, self.width(), self.height()), shade)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self._circle, 1)
        top.addWidget(self._logo)
        self._words = QVBoxLayout()
        self._words.addStretch(1)
        self._words.addWidget(self._step)
        self._words.addWidget(self._question)
        self._words.addWidget(self._hint)
        self._listed = QVBoxLayout()
        self._listed.addWidget(self.board)
        self._words.addLayout(self._listed, 6)
        self._words.addWidget(self.agreed, 12)
        self._words.addStretch(1)
        self._middle = QHBoxLayout()
        self._middle.addLayout(self._words, 8)
        self._middle.addWidget(self.ring, 6)
        self._outer = QVBoxLayout(self)
        self._outer.addLayout(top)
        self._outer.addLayout(self._middle, 1)
        self._outer.addWidget(self.strip)

    def _fit(self) -> None:
        """Every size follows the window, because the room sits at the same distance from any projector."""
        unit = min(self.width() / REFERENCE_WIDTH, self.height() / REFERENCE_HEIGHT * 1.1)
        near, far = (72, 80) if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else (80, 72)
        self._outer.setContentsMargins(*(round(side * unit) for side in (near, 46, far, 56)))
        self._logo.setFixedSize(round(54 * unit), round(54 * unit))
        self._middle.setSpacing(round(40 * unit))
        self._words.setSpacing(round(16 * unit))
        self._listed.setContentsMargins(0, round(16 * unit) if self.board.lines() else 0, 0, 0)
        for label, role, size in ((self._circle, "medium", 24), (self._step, "item", 26), (self._hint, "body", 25)):
            label.setFont(_sized(self.theme, role, size * unit))
        self._fit_question(unit)
        self.board.set_unit(unit)
        self.agreed.set_unit(unit)
        self.strip.set_unit(unit)

    def _fit_question(self, unit: float) -> None:
        """60 px for ordinary questions; long ones step down so that every word is seen, and all beside a board."""
        room = round((self.width() - 152 * unit) * 8 / (8 + self._middle.stretch(1)) - 40 * unit)
        tall = round((self.height() - 420 * unit) * (0.4 if self.board.lines() else 1))
        for size in (60, 52, 44, 36, 30, 24, 19)[2 if self.board.lines() else 0 :]:
            self._question.setFont(_sized(self.theme, "projector", size * unit))
            needed = self._question.heightForWidth(max(room, 200))
            if needed <= tall:
                return


def _sized(theme: Theme, role: str, pixels: float) -> QFont:
    font = QFont(theme.font(role))
    font.setPixelSize(max(9, round(pixels)))
    return font


class _Strip(PaintedWidget):
    """The steps as bars in a row, finished ones in teal, the running one partly filled, each with its title below."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._parts: tuple[Part, ...] = ()
        self._unit = 1.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def titles(self) -> tuple[str, ...]:
        return tuple(part.title for part in self._parts)

    def set_parts(self, parts: tuple[Part, ...]) -> None:
        self._parts = parts
        self.setAccessibleName(", ".join(part.title for part in parts))
        self.update()

    def set_unit(self, unit: float) -> None:
        self._unit = unit
        self.setFixedHeight(round(82 * unit))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        unit = self._unit
        with Canvas(self, self.theme) as canvas:
            wide = self.width() / max(1, len(self._parts))
            gap = min(12 * unit, wide * 0.2)
            for place, part in enumerate(self._parts):
                x, long = place * wide, wide - gap
                canvas.box(canvas.rect(x, 0, long, 8 * unit), fill=self.theme.color("line", 80), radius=4 * unit)
                if part.done > 0:
                    filled = max(min(8 * unit, long), min(1.0, part.done) * long)
                    tone = "primary" if part.now else "teal"
                    canvas.box(canvas.rect(x, 0, filled, 8 * unit), fill=tone, radius=4 * unit)
            for place, lines in self._titled(wide - gap).items():
                self._paint_title(canvas, place, lines, wide)

    def _titled(self, long: float) -> dict[int, tuple[str, ...]]:
        """The titles by place, each on one line or two: all when they fit, else only the running step's."""
        lines = {place: self._lines(part, long) for place, part in enumerate(self._parts)}
        if all(lines.values()):
            return lines
        return {place: lines[place] or (part.title,) for place, part in enumerate(self._parts) if part.now}

    def _lines(self, part: Part, long: float) -> tuple[str, ...]:
        """The title broken between words for its bar; nothing when it needs more room."""
        font = self._font(part)
        found = tuple(line for line in in_two_lines(part.title, font, long) if line)
        return found if all(text_width(font, line) <= long for line in found) else ()

    def _font(self, part: Part) -> QFont:
        return _sized(self.theme, "item" if part.now else "medium", 20 * self._unit)

    def _paint_title(self, canvas: Canvas, place: int, lines: tuple[str, ...], wide: float) -> None:
        unit, part = self._unit, self._parts[place]
        font = self._font(part)
        # alone in its line, it may be longer than its bar
        long = max(wide, *(text_width(font, line) + 2 for line in lines))
        x = max(0.0, min(place * wide, self.width() - long))
        for row, line in enumerate(lines):
            box = canvas.rect(x, (18 + 27 * row) * unit, min(long, self.width()), 30 * unit)
            canvas.text(box, line, font=font, color="ink" if part.now else "ink3")
