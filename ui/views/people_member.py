"""What an organizer decides about a member's key to the circle, and the way out for oneself."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QWidget

from circle_app.errors import CircleError
from circle_app.workspace import spaces
from circle_app.workspace.queries.people import Person
from ui.context import AppContext
from ui.problems import sentence
from ui.widgets.base import Label
from ui.widgets.menu import Menu
from ui.widgets.sheet import Sheet


class MemberSheet(Sheet):
    """A step that cannot be taken back, said in plain words first; a refusal is said here and changes nothing."""

    def __init__(
        self,
        ctx: AppContext,
        parent: QWidget,
        work: Callable[[], object],
        *,
        title: str,
        words: str,
        go: str,
        done: str,
    ) -> None:
        super().__init__(ctx.theme, title, width=500, parent=parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._ctx, self._work, self._after = ctx, work, done
        self.body.addWidget(Label(ctx.theme, words, color="ink2", wrap=True))
        self.body.addStretch(1)
        self.go = self.add_buttons(go, self.tr("Not now"))

    def accept(self) -> None:
        """Take the step away from the window; the sheet closes when it is taken."""
        if not self.go.isEnabled():
            return
        self.go.setEnabled(False)
        self._ctx.tasks.run(self, self._work, self._done, self._failed)

    def _done(self, _answer: object) -> None:
        self._ctx.runner.nudge()
        self._ctx.toast(self._after)
        super().accept()

    def _failed(self, problem: CircleError) -> None:
        self.go.setEnabled(True)
        self.say_problem(sentence(problem))


def add_member_lines(menu: Menu, ctx: AppContext, person: Person, *, mine: bool, window: QWidget) -> None:
    """Lines for people who joined from their own computer: make an organizer, end the membership, leave."""
    space = spaces.space(ctx.ws, person.ref.space)
    if space.state != "active" or not joined_by_device(ctx, person):
        return
    if mine:
        menu.addSeparator()
        menu.add(_tr("My computers…"), lambda: _computers(ctx, person, window, mine=True), icon="laptop")
        if space.role == "organizer":
            menu.add(
                _tr("Step down as an organizer…"),
                lambda: step_down_sheet(ctx, person, window).open(),
                icon="arrow-down",
            )
        menu.add(_tr("Start a successor circle…"), lambda: _successor(ctx, person.ref.space, window), icon="sprout")
        menu.add(_tr("Leave this circle…"), lambda: leave_sheet(ctx, person, window).open(), icon="log-out")
    elif space.role == "organizer" and person.status != "gone":
        menu.addSeparator()
        if person.role != "organizer":
            menu.add(_tr("Make an organizer…"), lambda: promote_sheet(ctx, person, window).open(), icon="award")
        else:
            menu.add(_tr("Make a participant…"), lambda: demote_sheet(ctx, person, window).open(), icon="arrow-down")
        menu.add(_tr("Their computers…"), lambda: _computers(ctx, person, window, mine=False), icon="laptop")
        menu.add(_tr("End the membership…"), lambda: remove_sheet(ctx, person, window).open(), icon="user-x")


def joined_by_device(ctx: AppContext, person: Person) -> bool:
    """Whether somebody holds keys of the circle: then the signed log says who they are, not the list alone."""
    space = spaces.space(ctx.ws, person.ref.space)
    return person.member is not None and space.key_salt is not None and not space.demo


def promote_sheet(ctx: AppContext, person: Person, window: QWidget) -> MemberSheet:
    """Asks before somebody becomes an organizer."""
    ws, no, member = ctx.ws, person.ref.space, person.member
    assert member is not None

    def work() -> None:
        from sync.client.circle_members import promote

        promote(ws, ctx.vault, no, member)

    words = _tr(
        "Organizers invite people, let them in and end memberships. You can make them a participant again, as whoever made "
        "somebody an organizer may."
    )
    return MemberSheet(
        ctx, window, work, title=_tr("Make {name} an organizer?").format(name=person.name), words=words,
        go=_tr("Make an organizer"), done=_tr("{name} is an organizer now").format(name=person.name),
    )  # fmt: skip


def demote_sheet(ctx: AppContext, person: Person, window: QWidget) -> MemberSheet:
    """Asks before an organizer becomes a participant again."""
    ws, no, member = ctx.ws, person.ref.space, person.member
    assert member is not None

    def work() -> None:
        from sync.client.roles import demote

        demote(ws, ctx.vault, no, member)

    words = _tr(
        "They stay in the circle and go on writing, but invite nobody and end no membership any more. What they decided "
        "before, and you have seen, stays."
    )
    return MemberSheet(
        ctx, window, work, title=_tr("Make {name} a participant?").format(name=person.name), words=words,
        go=_tr("Make a participant"), done=_tr("{name} is a participant now").format(name=person.name),
    )  # fmt: skip


def step_down_sheet(ctx: AppContext, person: Person, window: QWidget) -> MemberSheet:
    """Asks before one gives the organizer's role back; the last organizer is told what to do first."""
    ws, no = ctx.ws, person.ref.space

    def work() -> None:
        from sync.client.roles import step_down

        step_down(ws, ctx.vault, no)

    words = _tr(
        "You stay in the circle as a participant. Another organizer can make you one again. A circle needs at least one: "
        "if you are the only one, make somebody else an organizer first."
    )
    return MemberSheet(
        ctx, window, work, title=_tr("Step down in {circle}?").format(circle=person.circle_name), words=words,
        go=_tr("Step down"), done=_tr("You are a participant of {circle} now").format(circle=person.circle_name),
    )  # fmt: skip


def _computers(ctx: AppContext, person: Person, window: QWidget, *, mine: bool) -> None:
    from ui.dialogs.devices import DevicesSheet

    member = None if mine else person.member
    DevicesSheet(ctx, window, space=person.ref.space, member16=member, name=person.name).open()


def _successor(ctx: AppContext, space: int, window: QWidget) -> None:
    from ui.dialogs.successor import SuccessorSheet

    SuccessorSheet(ctx, window, space=space).open()


def remove_sheet(ctx: AppContext, person: Person, window: QWidget) -> MemberSheet:
    """Asks before somebody's membership ends."""
    ws, no, member = ctx.ws, person.ref.space, person.member
    assert member is not None

    def work() -> None:
        from sync.client.circle_members import remove

        remove(ws, ctx.vault, no, member)

    words = _tr(
        "They keep what they have on their own computer and get nothing new. What they wrote stays. "
        "Every open invitation ends too, because they may know a link; make a new one afterwards."
    )
    return MemberSheet(
        ctx, window, work, title=_tr("End the membership of {name}?").format(name=person.name), words=words,
        go=_tr("End the membership"), done=_tr("{name} is no longer in the circle").format(name=person.name),
    )  # fmt: skip


def leave_sheet(ctx: AppContext, person: Person, window: QWidget) -> MemberSheet:
    """Asks before one leaves a circle oneself."""
    ws, no = ctx.ws, person.ref.space

    def work() -> None:
        from sync.client.leaving import leave

        leave(ws, ctx.vault, no, engine=ctx.engine)

    words = _tr(
        "What is on this computer stays here to read. Nothing new arrives, and you cannot write in it any more."
    )
    title = _tr("Leave {circle}?").format(circle=person.circle_name)
    done = _tr("You left {circle}. It stays here to read.").format(circle=person.circle_name)
    return MemberSheet(ctx, window, work, title=title, words=words, go=_tr("Leave the circle"), done=done)


def _tr(words: str) -> str:
    return QCoreApplication.translate("Membership", words)
