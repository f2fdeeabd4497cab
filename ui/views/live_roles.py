"""Who does what tonight, in the head of the live page: as many roles with their names as there is room for."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.contributions import contributions
from ui.context import AppContext
from ui.models.evening import Evening
from ui.text import isolated, number
from ui.theme.theme import Theme
from ui.views.live_over import LiveOver
from ui.views.live_scene import called
from ui.views.role_words import ICONS, role_words
from ui.views.roles_card import RolesPanel
from ui.widgets.base import PaintedButton
from ui.widgets.canvas import Canvas, line_height, text_width
from ui.widgets.page import ScrollPage
from ui.widgets.tip import plain_tip

FIRST = ("facilitate", "time", "notes", "host", "wrangle")
"""The roles in the order in which a running evening asks for them."""
ICON, BESIDE, BETWEEN, EDGE = 15, 5, 14, 8
"""Pixels at 100 % text: an icon, the room to its name, to the next one, and at both ends."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a role: what they are called in the room, their whole names, and whether one of them is here."""

    role: str
    called: str
    names: str
    here: bool = True


def holders(ws: Workspace, evening: Evening) -> tuple[Holder, ...]:
    """The roles that somebody holds. Before the evening begins nobody is missed."""
    held: dict[str, dict[str, bool]] = {}
    here = {seat.person.ref for seat in evening.seats if seat.here}
    begun = evening.clock.state == "live"
    for one in contributions(ws, evening.meeting.ref.space, meeting=evening.meeting.ref):
        if one.kind in FIRST and one.person_name:
            held.setdefault(one.kind, {})[one.person_name] = not begun or one.person in here
    return tuple(
        Holder(
            role, ", ".join(called(name, evening) for name in held[role]), ", ".join(map(isolated, held[role])),
            any(held[role].values()),
        )
        for role in FIRST
        if role in held
    )  # fmt: skip


class RolesLine(PaintedButton):
    """Icons with first names; what has no room is a number ("+3"). Takes no room while nobody holds a role."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._held: tuple[Holder, ...] = ()
        self.setFont(theme.font("chip"))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.hide()

    def show_holders(self, held: tuple[Holder, ...]) -> None:
        """Nothing is painted anew while they stay the same."""
        self.setVisible(bool(held))
        if held == self._held:
            return
        self._held = held
        told = [_told(one) for one in held]
        self.setAccessibleName(_tr("Who does what: {roles}").format(roles="; ".join(told)))
        self.setToolTip(plain_tip("\n".join((*told, _tr("Change it (F)")))))
        self.updateGeometry()
        self.update()

    def shown(self) -> tuple[tuple[Holder, ...], str]:
        """The roles there is room for, and the words for the others."""
        for count in range(len(self._held), -1, -1):
            if self._width(count) <= self.width() or not count:
                return self._held[:count], self._rest(count)
        return (), ""

    def sizeHint(self) -> QSize:
        px = self.theme.px
        return QSize(self._width(len(self._held)), max(px(30), round(line_height(self.font())) + px(10)))

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self._width(0), self._width(len(self._held))), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        px, font = self.theme.px, self.font()
        held, rest = self.shown()
        with Canvas(self, self.theme) as canvas:
            if self.lit:
                canvas.box(canvas.whole(), fill="hover", radius=self.height() / 2)
            x = float(px(EDGE))
            for one in held:
                ink = "ink2" if one.here else "on_gold_soft"
                canvas.icon(ICONS[one.role], ink, x=x, y=(self.height() - px(ICON)) / 2, size=px(ICON))
                x += px(ICON) + px(BESIDE)
                wide = text_width(font, one.called)
                canvas.text(canvas.rect(x, 0, wide + 1, self.height()), one.called, font=font, color=ink, elide=False)
                x += wide + px(BETWEEN)
            if rest:
                if not held:
                    canvas.icon("users", "ink2", x=x, y=(self.height() - px(ICON)) / 2, size=px(ICON))
                    x += px(ICON) + px(BESIDE)
                room = canvas.rect(x, 0, text_width(font, rest) + 1, self.height())
                canvas.text(room, rest, font=font, color="ink3" if held else "ink2", elide=False)
            if self.ringed:
                canvas.focus_ring(canvas.whole(0.5), self.height() / 2)

    def _width(self, count: int) -> int:
        """Pixels for so many roles with their names and the words for the others."""
        px, font = self.theme.px, self.font()
        words = [one.called for one in self._held[:count]]
        wide = sum(px(ICON) + px(BESIDE) + text_width(font, word) for word in words)
        gaps = px(BETWEEN) * (len(words) - 1) if words else 0
        rest = self._rest(count)
        if rest:
            wide += text_width(font, rest)
            gaps += px(BETWEEN) if words else px(ICON) + px(BESIDE)
        return round(wide + gaps) + 2 * px(EDGE) + 2

    def _rest(self, count: int) -> str:
        left = len(self._held) - count
        if not left:
            return ""
        return f"+{number(left)}" if count else _tr("Roles")


class LiveRoles(LiveOver):
    """The five roles beside a running meeting, to be given with a press; Escape or its key closes it."""

    def __init__(self, ctx: AppContext, page: QWidget, beside: QWidget) -> None:
        super().__init__(ctx.theme, _tr("Who does what"), page, beside)
        self.panel = RolesPanel(ctx, small=True, explained=True)
        scroll = ScrollPage(ctx.theme, gap=0, margins=(2, 2, 8, 2), background="surface")
        scroll.body.addWidget(self.panel)
        scroll.body.addStretch(1)
        self.body.addWidget(scroll, 1)

    def toggle(self, evening: Evening) -> None:
        """Open it with the keyboard on the first role, or close it."""
        if not self.isHidden():
            self.end()
            return
        self.panel.show_meeting(evening.meeting.ref)
        self.open_over()
        first = next(iter(self.panel.cells()), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.end()
            return
        super().keyPressEvent(event)


def _told(one: Holder) -> str:
    words = f"{role_words(one.role)}: {one.names}"
    return words if one.here else _tr("{role}, not in the room").format(role=words)


def _tr(text: str) -> str:
    return QCoreApplication.translate("LiveRoles", text)
