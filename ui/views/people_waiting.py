"""People who used an invitation and wait until an organizer lets them in."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from circle_app.workspace import spaces
from ui.context import AppContext
from ui.views.people_member import MemberSheet
from ui.widgets.base import Label
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.chip import IconLabel
from ui.widgets.layouts import clear, fill, row


class WaitingPeople(QWidget):
    """One card for each person who waits, no height when nobody does (hidden, it would not hear of the first one).

    The signed log is read away from the window.
    """

    def __init__(self, ctx: AppContext, space: int, circle_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ctx, self._space, self._name = ctx, space, circle_name
        self._waiting: tuple[bytes, ...] = ()
        self._layout = QVBoxLayout(self)
        fill(ctx.theme, self._layout, gap=6)
        if spaces.space(ctx.ws, space).key_salt is not None:
            ctx.bus.watch(self, {"sync", "spaces", "people"}, self.refresh)
            self.refresh()

    def refresh(self) -> None:
        """Look again who waits."""
        self._ctx.tasks.run(self, self._read, self._show)

    def _read(self) -> tuple[bytes, ...]:
        from sync.client.circle_members import circle_members

        return tuple(m.member16 for m in circle_members(self._ctx.ws, self._space) if m.waiting and not m.me)

    def _show(self, waiting: tuple[bytes, ...]) -> None:
        theme = self._ctx.theme
        if waiting == self._waiting:
            return
        self._waiting = waiting
        clear(self._layout)
        for member in waiting:
            card = Card(theme, fill_color="gold_soft", border=None, shadow=False, padding=(16, 12, 16, 12))
            words = self.tr(
                "Somebody with an invitation asks to join {circle}. Ask around who it is before you say yes."
            )
            go = Button(theme, self.tr("Let them in"), look="hero", height=34)
            go.clicked.connect(lambda _on=False, member=member, go=go: self._let_in(member, go))
            stop = Button(theme, self.tr("Say no…"), look="quiet", height=34)
            stop.setAccessibleName(self.tr("Say no to whoever asks to join {circle}").format(circle=self._name))
            stop.clicked.connect(lambda _on=False, member=member: self.decline_sheet(member).open())
            line = row(theme, IconLabel(theme, "hand", size=20, color="on_gold_soft"), gap=12)
            line.addWidget(Label(theme, words.format(circle=self._name), color="on_gold_soft", wrap=True), 1)
            line.addWidget(stop)
            line.addWidget(go)
            card.body.addLayout(line)
            self._layout.addWidget(card)

    def decline_sheet(self, member: bytes) -> MemberSheet:
        """Asks before somebody is told no: a yes later does not undo it."""
        ctx, space = self._ctx, self._space

        def work() -> None:
            from sync.client.circle_members import decline

            decline(ctx.ws, ctx.vault, space, member)

        words = self.tr(
            "Their app tells them that they were not let in, and no organizer can say yes to this request any more. Whoever "
            "holds the invitation can ask again: end it under “Invite” if it should let nobody in."
        )
        return MemberSheet(
            ctx, self.window(), work, title=self.tr("Say no to this request?"), words=words, go=self.tr("Say no"),
            done=self.tr("They are told with the next sync."),
        )  # fmt: skip

    def _let_in(self, member: bytes, button: Button) -> None:
        ctx, space = self._ctx, self._space
        button.setEnabled(False)

        def work() -> None:
            from sync.client.circle_members import confirm

            confirm(ctx.ws, ctx.vault, space, member)

        ctx.tasks.run(self, work, self._done)

    def _done(self, _answer: None) -> None:
        self.refresh()
        self._ctx.toast(self.tr("Welcome them: they are in with the next sync."))
        self._ctx.runner.nudge()
