"""The invitations by which somebody could still join, each with the means to end it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui import text
from ui.context import AppContext
from ui.widgets.base import Label
from ui.widgets.button import Button
from ui.widgets.layouts import boxed, clear, fill, row

if TYPE_CHECKING:
    from sync.client.circle_members import OpenInvitation


class OpenInvitations(QWidget):
    """Read away from the window; `counted(int)` tells how many there are. Hidden when there is none."""

    counted = Signal(int)

    def __init__(self, ctx: AppContext, space: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ctx, self._space = ctx, space
        self._layout = QVBoxLayout(self)
        fill(ctx.theme, self._layout, gap=4)
        self.hide()

    def read(self) -> None:
        """Ask the signed log anew."""
        ctx, space = self._ctx, self._space

        def work() -> tuple[OpenInvitation, ...]:
            from sync.client.circle_members import open_invitations

            now = ctx.ws.clock.now_ms()
            return tuple(one for one in open_invitations(ctx.ws, space) if not 0 < one.expires_ms < now)

        ctx.tasks.run(self, work, self._show)

    def _show(self, found: tuple[OpenInvitation, ...]) -> None:
        theme = self._ctx.theme
        clear(self._layout)
        if found:
            self._layout.addWidget(
                Label(theme, self.tr("Invitations that still open the door"), role="second_strong", color="ink2")
            )
        for one in found:
            end = Button(theme, self.tr("End it"), look="quiet", height=30)
            end.setAccessibleName(self.tr("End the invitation: {what}").format(what=self._words(one)))
            end.clicked.connect(lambda _on=False, one=one, end=end: self._end(one, end))
            line = row(theme, gap=10)
            line.addWidget(Label(theme, self._words(one), role="second", wrap=True), 1)
            line.addWidget(end)
            self._layout.addWidget(boxed(line))
        self.setVisible(bool(found))
        self.counted.emit(len(found))

    def _words(self, one: OpenInvitation) -> str:
        role = self.tr("to read along") if one.role == "follower" else self.tr("to take part")
        used = self.tr("used {used} of {uses} times").format(used=text.number(one.used), uses=text.number(one.uses))
        if not one.expires_ms:
            return f"{role}, {used}"
        until = self.tr("until {day}").format(day=text.day_short(text.date_of_ms(one.expires_ms)))
        return f"{role}, {used}, {until}"

    def _end(self, one: OpenInvitation, button: Button) -> None:
        ctx, space = self._ctx, self._space
        button.setEnabled(False)

        def work() -> None:
            from sync.client.circle_members import end_invitation

            end_invitation(ctx.ws, ctx.vault, space, one.id)

        ctx.tasks.run(self, work, self._ended)

    def _ended(self, _answer: None) -> None:
        self._ctx.toast(self.tr("This invitation has ended. Nobody else can use it after the next sync."))
        self._ctx.runner.nudge()
        self.read()
