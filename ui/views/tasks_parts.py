"""Small parts of the promises page: who carries it as a disc, and the way back to the line of its meeting."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy

from circle_app.domain.ids import Ref
from circle_app.errors import NotFound
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.outcomes import outcome
from circle_app.workspace.queries.tasks import Task
from ui.shortcuts import key_name
from ui.theme.theme import Theme, person_color
from ui.widgets.base import Label, PaintedButton
from ui.widgets.canvas import Canvas, initials, line_height, text_width
from ui.widgets.chip import KeyCap
from ui.widgets.flow import Flow
from ui.widgets.layouts import boxed, row
from ui.widgets.tip import plain_tip

READABLE = 90


def way_back(ws: Workspace, promise: Task) -> tuple[str, Ref | None]:
    """Where a promise comes from, for `navigate`: its very line, or its meeting where the line was taken away."""
    if promise.outcome is not None:
        try:
            return "line", outcome(ws, promise.outcome).ref
        except NotFound:
            pass
    return "meeting", promise.meeting


class KeysLine(Flow):
    """The keys of a promise in small print, to be learned in passing."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, gap=14)
        keys = (
            (key_name("Return"), self.tr("change")), ("A", self.tr("who")), ("D", self.tr("when")),
            ("B", self.tr("its text")),
            (key_name("Space"), self.tr("kept")), ("W", self.tr("waiting")), ("L", self.tr("later")),
            (key_name("Del"), self.tr("take away")),
        )  # fmt: skip
        for key, words in keys:
            self.add(boxed(row(theme, KeyCap(theme, key), Label(theme, words, role="small", color="ink3"), gap=6)))


class OwnerButton(PaintedButton):
    """The person who carries a promise; a dashed seat while nobody does."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._name, self._color = "", ""
        self.setFixedSize(theme.px(36), theme.px(36))
        self.set_person("", b"")

    def set_person(self, name: str, key: bytes) -> None:
        """Show this person; an empty name is nobody."""
        self._name, self._color = name, person_color(key or name)
        spoken = self.tr("Who: {name}").format(name=name) if name else self.tr("Who? Nobody yet")
        self.setAccessibleName(spoken)
        owned = self.tr("{name} (A gives it to somebody else)").format(name=name)
        self.setToolTip(plain_tip(owned) if name else self.tr("Who? (A)"))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        px = self.theme.px
        with Canvas(self, self.theme) as canvas:
            middle, radius = canvas.whole(0).center(), px(15)
            if self._name:
                canvas.avatar(middle, radius, initials(self._name), self._color)
            else:
                canvas.painter.setPen(QPen(canvas.color("line"), 1.4, Qt.PenStyle.DashLine))
                canvas.painter.setBrush(canvas.color("hover") if self.lit else Qt.BrushStyle.NoBrush)
                canvas.painter.drawEllipse(middle, radius - 1, radius - 1)
                size = px(16)
                canvas.icon("user-plus", "ink3", x=(self.width() - size) / 2, y=(self.height() - size) / 2, size=size)
            if self.lit and self._name:
                canvas.disc(middle, radius, border="ink2", thick=1.4)
            if self.ringed:
                canvas.focus_ring(canvas.whole(0.5), self.height())


class FromLink(PaintedButton):
    """ "from Third evening": leads to what belongs to a promise; ends in an ellipsis where room is short."""

    def __init__(self, theme: Theme, *, icon: str = "calendar-days") -> None:
        super().__init__(theme)
        self._icon = icon
        self.setFont(theme.font("second"))
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def set_label(self, text: str) -> None:
        self.setText(text)
        self.setAccessibleName(text)
        self.setToolTip(plain_tip(text))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        px = self.theme.px
        return QSize(
            round(text_width(self.font(), self.text())) + px(24), max(px(24), round(line_height(self.font())) + px(4))
        )

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self.theme.px(READABLE), self.sizeHint().width()), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        px = self.theme.px
        with Canvas(self, self.theme) as canvas:
            font = self.font()
            font.setUnderline(self.lit)
            size = px(13)
            canvas.icon(self._icon, "ink3", x=px(2), y=(self.height() - size) / 2, size=size)
            rect = canvas.rect(px(18), 0, self.width() - px(20), self.height())
            canvas.text(rect, self.text(), font=font, color="primary" if self.lit else "ink3")
            if self.ringed:
                canvas.focus_ring(canvas.whole(0.5), px(8))
