"""The rows of the check-in list: a person with the letters that matched, and what pressing does or what is known."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFont, QPaintEvent, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from circle_app.domain.ids import Ref
from ui.theme.theme import Theme, person_color
from ui.widgets.base import Label, PaintedButton
from ui.widgets.canvas import Canvas, initials, key_cap_width, line_height, text_width
from ui.widgets.chip import TONES


@dataclass(frozen=True, slots=True)
class DoorRow:
    """One line. `ref` None is the walk-in line. `mark` and `tone` are a chip; `key` the key that acts; `start` and `end`
    bound the letters that matched."""

    ref: Ref | None
    name: str
    second: str
    mark: str = ""
    tone: str = "teal"
    key: str = ""
    does: str = ""
    start: int = 0
    end: int = 0
    free: bool = False
    """Whether a free circle stands at the end, to be pressed."""


class DoorList(QWidget):
    """Lines that are chosen from the search field (Up and Down) or pressed; `head` names them when there are any."""

    pressed = Signal(object)
    asked = Signal(object, object)

    def __init__(self, theme: Theme, head: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._rows: list[_Row] = []
        self.widths: dict[tuple[str, str], float] = {}
        self._chosen = -1
        self.head = Label(theme, head, role="second_strong", color="ink3")
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(theme.px(2))
        if head:
            self._layout.addWidget(self.head)
        self.setAccessibleName(head)

    def rows(self) -> tuple[DoorRow, ...]:
        return tuple(row.row for row in self._rows if not row.isHidden())

    def set_head(self, words: str) -> None:
        self.head.setText(words)
        self.setAccessibleName(words)

    def set_rows(self, rows: tuple[DoorRow, ...], *, chosen: int = -1) -> None:
        """Show these lines, the `chosen` one framed; spare widgets are kept for the next letters."""
        self._chosen = chosen
        for place, row in enumerate(rows):
            if place == len(self._rows):
                self._rows.append(_Row(self.theme, row, self))
                self._layout.addWidget(self._rows[place])
            self._rows[place].show_row(row, chosen=place == chosen)
            self._rows[place].show()
        for spare in self._rows[len(rows) :]:
            spare.hide()
        self.setVisible(bool(rows))

    def chosen_widget(self) -> QWidget | None:
        """The framed line, to scroll to."""
        return self._rows[self._chosen] if 0 <= self._chosen < len(self._rows) else None


class _Row(PaintedButton):
    def __init__(self, theme: Theme, row: DoorRow, owner: DoorList) -> None:
        super().__init__(theme, owner)
        self._owner = owner
        self.row = row
        self._chosen = False
        # the search field keeps the keyboard, so that the next name can be typed at once
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._high: dict[int, int] = {}
        self._least = self.sizeHint().height()
        self.clicked.connect(lambda _checked=False: owner.pressed.emit(self.row))

    def show_row(self, row: DoorRow, *, chosen: bool) -> None:
        if row != self.row or chosen != self._chosen:
            self._high = {}
            self.updateGeometry()
        self.row, self._chosen = row, chosen
        self.setAccessibleName(", ".join(part for part in (row.name, row.second, row.mark or row.does) if part))
        self.setToolTip("")
        self.update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._owner.asked.emit(self.row, event.globalPos())

    def sizeHint(self) -> QSize:
        words = line_height(self.theme.font("item")) + line_height(self.theme.font("second"))
        return QSize(self.theme.px(300), round(words) + self.theme.px(18))

    def minimumSizeHint(self) -> QSize:
        return QSize(self.theme.px(200), self.sizeHint().height())

    def heightForWidth(self, width: int) -> int:
        """A long name goes on in another line rather than end in dots."""
        if width not in self._high:
            room, high = self._room(width), self._least
            if max(self._width("item", self.row.name), self._width("second", self.row.second)) > room:
                item, below = self._fonts()
                rows = _lines(self.row.name, item, room)[1]
                rows += _lines(self.row.second, below, room)[1] if self.row.second else 0
                high = max(high, round(rows + self.theme.px(18)))
            self._high = {width: high}
        return self._high[width]

    def _width(self, role: str, words: str) -> float:
        """Pixels of words on one line; each is measured once for all lines of the list."""
        known = self._owner.widths
        if (role, words) not in known:
            known[role, words] = text_width(self.theme.font(role), words)
        return known[role, words]

    def _fonts(self) -> tuple[QFont, QFont]:
        return self.theme.font("item"), self.theme.font("second")

    def _room(self, width: int) -> float:
        """Pixels for the words between the avatar and the end of a line that is so wide."""
        return max(self.theme.px(60), width - self.theme.px(62) - self._far() - self.theme.px(8))

    def _far(self) -> float:
        """Pixels that the chip, the key or the free circle take at the end of the line."""
        px, row = self.theme.px, self.row
        if row.mark:
            return self._width("chip", row.mark) + px(58)
        if row.key and (self._chosen or row.ref is None):
            return key_cap_width(self.theme, row.key) + self._width("chip", row.does) + px(32)
        return px(50)

    def paintEvent(self, event: QPaintEvent) -> None:
        px, row = self.theme.px, self.row
        with Canvas(self, self.theme) as canvas:
            if self._chosen:
                canvas.box(canvas.whole(1), fill="primary_soft", border="primary", radius=px(12), thick=1.5)
            elif self.lit:
                canvas.box(canvas.whole(1), fill="hover", radius=px(12))
            middle = canvas.point(px(32), self.height() / 2)
            if row.ref is None:
                size = px(20)
                canvas.icon("user-plus", "primary", x=px(22), y=(self.height() - size) / 2, size=size)
            else:
                color = person_color(row.ref.row)
                canvas.avatar(middle, px(17), initials(row.name), color, faded=not row.mark and not self._chosen)
            self._paint_end(canvas)
            self._paint_words(canvas, px(62), self._room(self.width()))

    def _paint_words(self, canvas: Canvas, x: float, room: float) -> None:
        """The matched letters stand out by weight; one text layout keeps joined letters and both directions right."""
        row, (item, below) = self.row, self._fonts()
        ink, soft = ("on_primary_soft", "on_primary_soft") if self._chosen else ("ink", "ink3")
        # measured in the weight of matched letters, painted in the lighter one
        name, high = _lines(row.name, item, room, thin=self.theme.font("medium", px=15), strong=(row.start, row.end))
        second, low = _lines(row.second, below, room) if row.second else (None, 0.0)
        top = (self.height() - high - low) / 2
        self._paint_lines(canvas, name, x, top, line_height(item), ink)
        if second is not None:
            self._paint_lines(canvas, second, x, top + high, line_height(below), soft)

    def _paint_lines(self, canvas: Canvas, layout: QTextLayout, x: float, y: float, high: float, color: str) -> None:
        canvas.painter.setPen(canvas.color(color))
        for at in range(layout.lineCount()):
            line = layout.lineAt(at)
            place = canvas.rect(x, y + at * high, line.naturalTextWidth(), high).topLeft()
            # words of the other direction stand at the far end of their own line
            line.draw(canvas.painter, QPointF(place.x() - line.naturalTextRect().x(), place.y()))

    def _paint_end(self, canvas: Canvas) -> None:
        """The chip, the key or the free circle at the end of the line, in the room of `_far`."""
        px, row = self.theme.px, self.row
        chip = self.theme.font("chip")
        if row.mark:
            fill, words = TONES[row.tone]
            width = text_width(chip, row.mark) + px(44)
            pill = canvas.rect(self.width() - width - px(14), self.height() / 2 - px(13), width, px(26))
            canvas.box(pill, fill=fill, radius=px(13))
            x = self.width() - width - px(14)
            canvas.tick(canvas.point(x + px(18), self.height() / 2), px(11), words, px(1.8))
            around = canvas.rect(x + px(30), pill.y(), width - px(34), pill.height())
            canvas.text(around, row.mark, font=chip, color=words, elide=False)
        elif row.key and (self._chosen or row.ref is None):
            color = "on_primary_soft" if self._chosen else "ink3"
            cap, does = key_cap_width(self.theme, row.key), text_width(chip, row.does)
            x = self.width() - px(16) - does - px(8 if row.does else 0) - cap
            canvas.key_cap(x, self.height() / 2, row.key, color)
            around = canvas.rect(x + cap + px(8), 0, does + 2, self.height())
            canvas.text(around, row.does, font=chip, color=color, elide=False)
        elif row.free:
            canvas.disc(canvas.point(self.width() - px(30), self.height() / 2), px(9), border="line", thick=1.6)


def _lines(
    text: str, font: QFont, room: float, *, thin: QFont | None = None, strong: tuple[int, int] = (0, 0)
) -> tuple[QTextLayout, float]:
    """The text broken into lines of `room` pixels, and their height; with `thin`, only the `strong` letters are in `font`."""
    layout = QTextLayout(text, thin or font)
    how = QTextOption()
    how.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(how)
    if thin is not None and strong[1]:
        weight = QTextCharFormat()
        weight.setFontWeight(font.weight())
        part = QTextLayout.FormatRange()
        part.start, part.length, part.format = strong[0], strong[1] - strong[0], weight
        layout.setFormats([part])
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(room)
    layout.endLayout()
    return layout, layout.lineCount() * line_height(font)
