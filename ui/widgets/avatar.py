"""People as coloured discs with initials: one, or a few overlapping ones with "+7"."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme.theme import Theme, person_color
from ui.widgets.base import PaintedWidget
from ui.widgets.canvas import Canvas, initials
from ui.widgets.tip import plain_tip

STEP = 0.84
"""How far the next of some overlapping discs is, in discs: no letter is covered."""


class Avatar(PaintedWidget):
    """One person; `key` is the row id that chooses the colour (the name stands in when there is none)."""

    def __init__(
        self,
        theme: Theme,
        name: str,
        *,
        key: bytes | str = "",
        size: float = 32,
        faded: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, parent)
        side = theme.px(size)
        self.setFixedSize(side, side)
        self._faded = faded
        self.set_person(name, key=key)

    def set_person(self, name: str, *, key: bytes | str = "") -> None:
        self._name, self._color = name, person_color(key or name)
        self.setAccessibleName(name)
        self.setToolTip(plain_tip(name))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with Canvas(self, self.theme) as canvas:
            middle = canvas.whole(0).center()
            canvas.avatar(middle, self.width() / 2 - 0.5, initials(self._name), self._color, faded=self._faded)


class AvatarStack(PaintedWidget):
    """Up to `shown` people overlapping and a number for the rest. `people` are (name, key) pairs."""

    def __init__(
        self,
        theme: Theme,
        people: tuple[tuple[str, bytes | str], ...] = (),
        *,
        shown: int = 5,
        size: float = 30,
        ring: str = "surface",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, parent)
        self._shown, self._size, self._ring = shown, size, ring
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_people(people)

    def set_people(self, people: tuple[tuple[str, bytes | str], ...]) -> None:
        self._people = people
        self.setAccessibleName(", ".join(name for name, _ in people))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        side = self.theme.px(self._size)
        count = min(len(self._people), self._shown) + (len(self._people) > self._shown)
        step = side * STEP
        return QSize(round(max(0, count - 1) * step + side + 4) if count else 0, side + 4)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        side = self.theme.px(self._size)
        radius = side / 2
        x = radius + 2
        with Canvas(self, self.theme) as canvas:
            for name, key in self._people[: self._shown]:
                canvas.disc(canvas.point(x, radius + 2), radius + 2, fill=self._ring)
                canvas.avatar(canvas.point(x, radius + 2), radius, initials(name), person_color(key or name))
                x += side * STEP
            rest = len(self._people) - self._shown
            if rest <= 0:
                return
            canvas.disc(canvas.point(x, radius + 2), radius + 2, fill=self._ring)
            paper = self._ring == "hero_paper"
            if not paper:
                canvas.disc(canvas.point(x, radius + 2), radius, fill="hover")
            around = canvas.rect(x - radius, 2, side, side)
            words = "on_hero_paper" if paper else "ink2"
            canvas.text(around, f"+{rest}", font=self.theme.font("key"), color=words, align="center", elide=False)
