"""The planner's list of steps: start times, titles and minutes; chosen by arrows, moved by dragging or Alt+Up/Down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from circle_app.domain.ids import Ref
from ui.text import number as digits
from ui.theme.theme import Theme
from ui.widgets.base import Label, PaintedButton
from ui.widgets.canvas import Canvas, in_lines, line_height, text_width
from ui.widgets.layouts import fill, set_margins
from ui.widgets.tip import plain_tip

PARTED = "  ·  "
"""Between the parts of what stands under a title."""


@dataclass(frozen=True, slots=True)
class StepRow:
    """What one row shows. `at` is the start in words ("18:30", or "0:10" into a meeting without a time), `below` are the
    parts of a reminder."""

    ref: Ref
    title: str
    at: str
    minutes: str
    below: str = ""
    done: bool = False
    section: str = ""
    together: str = ""
    """The section that begins here, and its minutes in words."""


@dataclass(frozen=True, slots=True)
class Drop:
    """Where a dragged step is let go: above or under the head of the section that begins at a step; None elsewhere."""

    section: Ref | None = None
    under: bool = False


class StepList(QWidget):
    """One row per step, under the heads of their sections. `moved` carries the step, the place it goes to, counted among
    the other steps, and a `Drop`; `stepped` the step and -1 or 1, by keyboard."""

    chosen = Signal(object)
    opened = Signal(object)
    removed = Signal(object)
    moved = Signal(object, int, object)
    stepped = Signal(object, int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._rows: dict[Ref, _Row] = {}
        self._heads: dict[Ref, SectionHead] = {}
        self._order: tuple[Ref, ...] = ()
        self._current: Ref | None = None
        self._drop: int | None = None
        self._beside = Drop()
        self.setAccessibleName(QCoreApplication.translate("StepList", "Steps of the meeting"))
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, theme.px(4), 0, theme.px(4))
        self._layout.setSpacing(theme.px(6))
        self._layout.addStretch(1)

    @property
    def current(self) -> Ref | None:
        return self._current

    def rows(self) -> tuple[StepRow, ...]:
        """What is shown, from top to bottom."""
        return tuple(self._rows[ref].row for ref in self._order)

    def set_rows(self, rows: Sequence[StepRow], *, current: Ref | None) -> None:
        """Show these steps; rows that stay keep their widget and with it the keyboard."""
        order = tuple(row.ref for row in rows)
        for ref in [ref for ref in self._rows if ref not in order]:
            self._let_go(self._rows.pop(ref))
        headed = {row.ref for row in rows if row.section}
        for ref in [ref for ref in self._heads if ref not in headed]:
            self._let_go(self._heads.pop(ref))
        shown: list[QWidget] = []
        for place, row in enumerate(rows):
            if row.ref in headed:
                if row.ref not in self._heads:
                    self._heads[row.ref] = SectionHead(self.theme)
                self._heads[row.ref].show_section(row.section, row.together)
                shown.append(self._heads[row.ref])
            if row.ref not in self._rows:
                self._rows[row.ref] = _Row(self, row)
            self._rows[row.ref].set_row(row, number=place + 1, of=len(rows))
            shown.append(self._rows[row.ref])
        for place, part in enumerate(shown):
            if self._layout.indexOf(part) != place:
                self._layout.removeWidget(part)
                self._layout.insertWidget(place, part)
        self._order = order
        self.mark(current)

    def heads(self) -> tuple[tuple[str, str], ...]:
        """The sections with their minutes, from top to bottom."""
        found = (self._heads[ref] for ref in self._order if ref in self._heads)
        return tuple((head.title.text(), head.minutes.text()) for head in found)

    def mark(self, ref: Ref | None) -> None:
        """Show `ref` as the chosen step, without telling anybody. Tab stops at the chosen row alone."""
        self._current = ref if ref in self._rows else None
        stop = self._current or (self._order[0] if self._order else None)
        for key, row in self._rows.items():
            row.setChecked(key == self._current)
            row.setFocusPolicy(Qt.FocusPolicy.StrongFocus if key == stop else Qt.FocusPolicy.ClickFocus)

    def stops(self) -> list[QWidget]:
        """The rows from top to bottom, for the line of Tab stops."""
        return [self._rows[ref] for ref in self._order]

    def focus_row(self, ref: Ref | None) -> None:
        """Give the keyboard to one row, if it is there."""
        if ref is not None and ref in self._rows:
            self._rows[ref].setFocus(Qt.FocusReason.OtherFocusReason)

    def choose(self, ref: Ref) -> None:
        """Choose a step as a person would, and say so."""
        self.mark(ref)
        self.chosen.emit(ref)

    def step_key(self, ref: Ref, event: QKeyEvent) -> bool:
        """What a key on a row means; false when it means nothing here."""
        place = self._order.index(ref)
        moves = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if event.key() in moves:
            step = moves[Qt.Key(event.key())]
            if event.modifiers() & Qt.KeyboardModifier.AltModifier:
                self.stepped.emit(ref, step)
                return True
            target = place + step
            if not 0 <= target < len(self._order):
                return True
            self.choose(self._order[target])
            self.focus_row(self._order[target])
            return True
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit(ref)
            return True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            self.choose(ref)
            self.opened.emit(ref)
            return True
        return False

    def drag_to(self, ref: Ref, y: float) -> None:
        """Show where the dragged step would land."""
        self._drop = sum(1 for key in self._order if y > self._middle(key))
        below = self._order[self._drop] if self._drop < len(self._order) else None
        head = self._heads.get(below) if below is not None else None
        self._beside = Drop(below, under=y > head.geometry().center().y()) if head is not None else Drop()
        self._rows[ref].set_dragged(True)
        self.update()

    def drop(self, ref: Ref) -> None:
        """Let go: tell the new place, if it is one."""
        drop, self._drop = self._drop, None
        self._rows[ref].set_dragged(False)
        self.update()
        if drop is None:
            return
        place = self._order.index(ref)
        target = drop - 1 if drop > place else drop
        if target != place or self._beside.section is not None:
            self.moved.emit(ref, target, self._beside)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._drop is None or not self._order:
            return
        with Canvas(self, self.theme) as canvas:
            last = self._drop == len(self._order)
            key = self._order[self._drop - 1 if last else self._drop]
            above = self._beside.section is not None and not self._beside.under
            row = (self._heads[key] if above else self._rows[key]).geometry()
            gap = self._layout.spacing() / 2
            y = row.bottom() + gap if last else row.top() - gap
            canvas.box(canvas.rect(0, y - 1.5, canvas.width, 3), fill="primary", radius=2)

    def _let_go(self, part: QWidget) -> None:
        self._layout.removeWidget(part)
        part.hide()
        part.deleteLater()

    def _middle(self, ref: Ref) -> float:
        return float(self._rows[ref].geometry().center().y())


class SectionHead(QWidget):
    """The name of a section above its steps, with their minutes at the far side."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.title = Label(theme, role="second_strong", color="ink2", wrap=True)
        self.minutes = Label(theme, role="time", color="ink3")
        line = QHBoxLayout(self)
        fill(theme, line, self.title, self.minutes, gap=8)
        line.setStretch(0, 1)
        set_margins(theme, line, (2, 8, 28, 0))

    def show_section(self, title: str, minutes: str) -> None:
        self.title.setText(title)
        self.minutes.setText(minutes)


class _Row(PaintedButton):
    """Time, title with a second line, minutes; warm when chosen; a grip under the pointer."""

    def __init__(self, steps: StepList, row: StepRow) -> None:
        super().__init__(steps.theme, steps)
        self._steps = steps
        self.row = row
        self._press: QPointF | None = None
        self._dragging = self._faded = False
        self.setCheckable(True)
        # a fixed height would be the one for another width
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.clicked.connect(lambda _on=False: steps.choose(self.row.ref))

    def set_row(self, row: StepRow, *, number: int, of: int) -> None:
        self.row = row
        self.setText(row.title)
        words = QCoreApplication.translate("StepList", "Step {number} of {of}: {title}, {at}, {minutes}")
        told = words.format(number=digits(number), of=digits(of), title=row.title, at=row.at, minutes=row.minutes)
        self.setAccessibleName(f"{row.section}. {told}" if row.section else told)
        self.setToolTip(plain_tip(row.title))
        self.updateGeometry()
        self.update()

    def set_dragged(self, on: bool) -> None:
        self._faded = on
        self.update()

    def nextCheckState(self) -> None:
        """Pressing chooses through the list, which marks one row only."""

    def sizeHint(self) -> QSize:
        wide = self.theme.px(300)
        return QSize(wide, self.heightForWidth(wide))

    def minimumSizeHint(self) -> QSize:
        return QSize(self.theme.px(200), self.theme.px(56))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        """A title takes as many lines as it needs; what stands under it is a reminder, and one line."""
        start, end = self._words(width)
        title, second = self.theme.font("item"), self.theme.font("second")
        high = line_height(title) * len(in_lines(self.row.title, title, end - start))
        high += line_height(second) if self.row.below else 0
        return max(self.theme.px(56), round(high + self.theme.px(16)))

    def _box_from(self) -> float:
        """Where the box begins, after the time."""
        small = self.theme.font("time")
        return max(text_width(small, "00:00"), text_width(small, self.row.at)) + self.theme.px(12)

    def _words(self, width: float) -> tuple[float, float]:
        """Where the title begins and ends."""
        px = self.theme.px
        minutes = width - px(28) - text_width(self.theme.font("time"), self.row.minutes)
        return self._box_from() + px(14), minutes - px(10)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._steps.step_key(self.row.ref, event):
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._press = event.position() if event.button() == Qt.MouseButton.LeftButton else None
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._press is not None:
            far = (event.position() - self._press).manhattanLength() >= QApplication.startDragDistance()
            if far or self._dragging:
                self._dragging = True
                self._steps.drag_to(self.row.ref, self.mapToParent(event.position()).y())
                return
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._press = None
        if self._dragging:
            self._dragging = False
            self.setDown(False)
            self._steps.drop(self.row.ref)
            return
        super().mouseReleaseEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        px = self.theme.px
        with Canvas(self, self.theme) as canvas:
            if self._faded:
                canvas.painter.setOpacity(0.45)
            chosen = self.isChecked()
            small = self.theme.font("time")
            start = self._box_from()
            box = canvas.rect(start, 0.5, canvas.width - start - 0.5, canvas.height - 1)
            if chosen:
                canvas.box(box, fill="primary_soft", border="primary", radius=px(12))
            else:
                canvas.box(box, fill="hover" if self.lit else "surface", border="border", radius=px(12))
            canvas.text(
                canvas.rect(0, 0, start - px(6), canvas.height), self.row.at, font=small,
                color="primary" if chosen else "ink3", elide=False,
            )  # fmt: skip
            end = text_width(small, self.row.minutes)
            grip = px(20)
            if self.lit or chosen:
                side = px(16)
                canvas.icon(
                    "grip-vertical", "on_primary_soft" if chosen else "ink3",
                    x=canvas.width - grip - px(4), y=(canvas.height - side) / 2, size=side,
                )  # fmt: skip
            x = canvas.width - grip - px(8) - end
            words = "on_primary_soft" if chosen else "ink2"
            canvas.text(
                canvas.rect(x, 0, end + 1, canvas.height), self.row.minutes, font=small, color=words, elide=False
            )
            self._paint_words(canvas, chosen)
            if self.ringed:
                canvas.focus_ring(box, px(12))

    def _paint_words(self, canvas: Canvas, chosen: bool) -> None:
        title, second = self.theme.font("item"), self.theme.font("second")
        high, low = line_height(title), line_height(second) if self.row.below else 0.0
        x, end = self._words(canvas.width)
        room = max(0.0, end - x)
        lines = in_lines(self.row.title, title, room)
        top = (canvas.height - high * len(lines) - low) / 2
        ink = "on_primary_soft" if chosen else "ink3" if self.row.done else "ink"
        for place, words in enumerate(lines):
            canvas.text(canvas.rect(x, top + high * place, room, high), words, font=title, color=ink)
        if self.row.below:
            soft = "on_primary_soft" if chosen else "ink3"
            under = whole_parts(self.row.below, second, room)
            canvas.text(canvas.rect(x, top + high * len(lines), room, low), under, font=second, color=soft)


def whole_parts(below: str, font: QFont, room: float) -> str:
    """As many of the parts as are seen whole in `room` pixels, the first one in any case."""
    parts = below.split(PARTED)
    while len(parts) > 1 and text_width(font, PARTED.join(parts)) > room:
        parts.pop()
    return PARTED.join(parts)
