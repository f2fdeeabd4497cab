"""People who used an invitation and wait until an organizer lets them in, and members whom nobody wrote into the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from circle_app.workspace import spaces
from ui.context import AppContext
from ui.views.people_member import MemberSheet
from ui.widgets.base import Label
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.chip import IconLabel
from ui.widgets.layouts import clear, fill, row

if TYPE_CHECKING:
    from sync.client.circle_members import CircleMember


class WaitingPeople(QWidget):
    """One card for each person who waits or is in without being listed; no height when there is none (hidden, it would not
    hear of the first one).

    The signed log is read away from the window.
    """

    def __init__(self, ctx: AppContext, space: int, circle_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ctx, self._space, self._name = ctx, space, circle_name
        self._found: tuple[CircleMember, ...] = ()
        self._layout = QVBoxLayout(self)
        fill(ctx.theme, self._layout, gap=6)
        if spaces.space(ctx.ws, space).key_salt is not None:
            ctx.bus.watch(self, {"sync", "spaces", "people"}, self.refresh)
            self.refresh()

    def refresh(self) -> None:
        """Look again who waits, and who is not listed."""
        self._ctx.tasks.run(self, self._read, self._show)

    def _read(self) -> tuple[CircleMember, ...]:
        from sync.client.circle_members import circle_members, unlisted

        waiting = (m for m in circle_members(self._ctx.ws, self._space) if m.waiting and not m.me)
        return (*waiting, *unlisted(self._ctx.ws, self._space))

    def _show(self, found: tuple[CircleMember, ...]) -> None:
        if found == self._found:
            return
        self._found = found
        clear(self._layout)
        for member in found:
            if member.waiting:
                self._show_waiting(member.member16)
            else:
                self._show_unlisted(member)

    def _show_waiting(self, member: bytes) -> None:
        theme = self._ctx.theme
        words = self.tr("Somebody with an invitation asks to join {circle}. Ask around who it is before you say yes.")
        go = Button(theme, self.tr("Let them in"), look="hero", height=34)
        go.clicked.connect(lambda _on=False, member=member, go=go: self._let_in(member, go))
        stop = Button(theme, self.tr("Say no…"), look="quiet", height=34)
        stop.setAccessibleName(self.tr("Say no to whoever asks to join {circle}").format(circle=self._name))
        stop.clicked.connect(lambda _on=False, member=member: self.decline_sheet(member).open())
        self._card("hand", words, stop, go)

    def _show_unlisted(self, member: CircleMember) -> None:
        words = self.tr(
            "Somebody is in {circle} who is not in its list of people. They can read everything. Ask around who it is."
        )
        buttons = []
        if member.may_remove:
            end = Button(self._ctx.theme, self.tr("End the membership…"), look="quiet", height=34)
            end.setAccessibleName(
                self.tr("End the membership of whoever is in {circle} unlisted").format(circle=self._name)
            )
            end.clicked.connect(lambda _on=False, id=member.member16: self.unlisted_sheet(id).open())
            buttons.append(end)
        self._card("eye", words, *buttons)

    def _card(self, icon: str, words: str, *buttons: Button) -> None:
        theme = self._ctx.theme
        card = Card(theme, fill_color="gold_soft", border=None, shadow=False, padding=(16, 12, 16, 12))
        line = row(theme, IconLabel(theme, icon, size=20, color="on_gold_soft"), gap=12)
        line.addWidget(Label(theme, words.format(circle=self._name), color="on_gold_soft", wrap=True), 1)
        for button in buttons:
            line.addWidget(button)
        card.body.addLayout(line)
        self._layout.addWidget(card)

    def unlisted_sheet(self, member: bytes) -> MemberSheet:
        """Asks before the membership of somebody ends whom nobody knows by name."""
        ctx, space = self._ctx, self._space

        def work() -> None:
            from sync.client.circle_members import remove

            remove(ctx.ws, ctx.vault, space, member)

        words = self.tr(
            "They keep what they have on their own computer and get nothing new. What they wrote stays. "
            "Every open invitation ends too, because they may know a link; make a new one afterwards."
        )
        return MemberSheet(
            ctx, self.window(), work, title=self.tr("End this membership?"), words=words, go=self.tr("End the membership"),
            done=self.tr("They are no longer in the circle"),
        )  # fmt: skip

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
