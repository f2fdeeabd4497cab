"""The four kinds of circle as cards with one sentence each, chosen by pressing or with the arrow keys."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QWidget

from ui.theme.theme import Theme
from ui.widgets.base import Label, PartButton
from ui.widgets.canvas import Canvas
from ui.widgets.chip import IconLabel
from ui.widgets.layouts import column, fill

TWO_FROM = 390
"""The width at 100 % text from which two cards stand side by side."""


class KindCards(QWidget):
    """`chosen(code)` when another kind is taken: citizen_circle, study_group, course or other."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Kind of circle"))
        self._cards: dict[str, _Kind] = {}
        self._theme = theme
        self._across = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(theme.px(10))
        self._grid.setSizeConstraint(QGridLayout.SizeConstraint.SetNoConstraint)
        for code, icon, name, sentence in (
            (
                "citizen_circle",
                "users-round",
                self.tr("Citizen Circle"),
                self.tr("Neighbours meet face to face on a local topic. Everybody edits."),
            ),
            (
                "study_group",
                "book-open",
                self.tr("Study Group"),
                self.tr("A team learns together, near or far. Everybody edits."),
            ),
            ("course", "graduation-cap", self.tr("Course"), self.tr("Organizers prepare it and others take part.")),
            ("other", "sprout", self.tr("Something else"), self.tr("You say what you are and who edits.")),
        ):
            card = _Kind(theme, code, icon=icon, name=name, sentence=sentence)
            card.clicked.connect(lambda _on=False, code=code: self._pick(code))
            self._cards[code] = card
        self._arrange(2)
        self.set_code("citizen_circle")

    def code(self) -> str:
        return next(code for code, card in self._cards.items() if card.isChecked())

    def set_code(self, code: str) -> None:
        """Mark a kind without firing `chosen`."""
        for own, card in self._cards.items():
            card.setChecked(own == code)
            card.setFocusPolicy(Qt.FocusPolicy.StrongFocus if own == code else Qt.FocusPolicy.ClickFocus)

    def minimumSizeHint(self) -> QSize:
        """One card wide: the second column goes below when there is no room."""
        least = max(card.minimumSizeHint().width() for card in self._cards.values())
        return QSize(least, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # no word is wider than its card
        beside = 2 * self.minimumSizeHint().width() + self._grid.spacing()
        self._arrange(2 if self.width() >= max(self._theme.px(TWO_FROM), beside) else 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 2, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -2}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        if abs(step) == 1 and self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            step = -step
        codes = list(self._cards)
        code = codes[(codes.index(self.code()) + step) % len(codes)]
        self._pick(code)
        self._cards[code].setFocus(Qt.FocusReason.TabFocusReason)

    def _arrange(self, across: int) -> None:
        if across == self._across:
            return
        self._across = across
        for place, card in enumerate(self._cards.values()):
            self._grid.addWidget(card, place // across, place % across)
        for place in range(2):
            self._grid.setColumnStretch(place, 1 if place < across else 0)

    def _pick(self, code: str) -> None:
        before = self.code()
        self.set_code(code)
        if code != before:
            self.chosen.emit(code)


class _Kind(PartButton):
    """One kind: icon, name, sentence; framed in the strong colour when chosen."""

    ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)

    def __init__(self, theme: Theme, code: str, *, icon: str, name: str, sentence: str) -> None:
        super().__init__(theme)
        self._icon = icon
        self.setText(name)
        self.setAccessibleName(name)
        self.setAccessibleDescription(sentence)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._mark = IconLabel(theme, icon, size=18, tone="plain")
        self._name = Label(theme, name, role="item", wrap=True)
        self._sentence = Label(theme, sentence, role="second", color="ink2", wrap=True)
        layout = QHBoxLayout(self)
        words = column(theme, self._name, self._sentence, None, gap=2)
        fill(theme, layout, gap=12, margins=(14, 12, 14, 12))
        layout.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)
        self.toggled.connect(self._dress)

    def sizeHint(self) -> QSize:
        width = self.theme.px(300)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(max(self.theme.px(180), self.layout().minimumSize().width()), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        with Canvas(self, self.theme) as canvas:
            radius = self.theme.px(14)
            on = self.isChecked()
            fill_color = "primary_soft" if on else "hover" if self.lit else "surface"
            edge = "primary" if on else "border"
            canvas.box(canvas.whole(1), fill=fill_color, border=edge, radius=radius, thick=1.6 if on else 1)
            if self.ringed:
                canvas.focus_ring(canvas.whole(0.5), radius)

    def _dress(self, on: bool) -> None:
        self._mark.set_icon(self._icon, tone="primary" if on else "plain")
        self._name.set_color("on_primary_soft" if on else "ink")
        self._sentence.set_color("on_primary_soft" if on else "ink2")
