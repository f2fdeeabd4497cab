"""The page of one circle: its ring of seats and name on top, and tabs for everything that belongs to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QStackedWidget, QVBoxLayout, QWidget

from circle_app.domain.ids import Ref
from circle_app.domain.schema import MEETINGS
from circle_app.errors import NotFound
from circle_app.workspace.commands.writing import may_edit
from circle_app.workspace.newer import is_newer
from circle_app.workspace.queries.checklist import is_check
from circle_app.workspace.queries.circles import Circle, circle
from circle_app.workspace.queries.people import Person, people
from ui.context import AppContext
from ui.dialogs.circle_profile import CircleProfile
from ui.dialogs.successor import SuccessorSheet
from ui.models.demo_circle import leave_demo
from ui.new_meeting import new_meeting
from ui.text import kind_of_circle, number
from ui.views.circle_agreements import CircleAgreements
from ui.views.circle_brings import CircleBrings
from ui.views.circle_checklist import CircleChecklist
from ui.views.circle_cycle import CircleCycle
from ui.views.circle_overview import CircleOverview
from ui.views.circle_words import readiness_line, rhythm_words
from ui.views.meetings import MeetingsView
from ui.views.registry import PLACES, load
from ui.widgets.base import Label
from ui.widgets.button import Button, IconButton, LinkButton
from ui.widgets.canvas import in_lines
from ui.widgets.chip import Chip
from ui.widgets.choice import Option, Segmented
from ui.widgets.fields import Select
from ui.widgets.flow import Flow
from ui.widgets.layouts import column, fill, row
from ui.widgets.menu import Menu
from ui.widgets.seats import Seat, SeatRing


@runtime_checkable
class Lent(Protocol):
    """The page of another place, narrowed to this circle: promises, notes, people."""

    def show_ref(self, ref: object) -> None: ...


OWN_TABS: dict[str, Callable[[AppContext, int], QWidget]] = {
    "cycle": CircleCycle, "brings": CircleBrings, "checklist": CircleChecklist,
    "agreements": CircleAgreements,
}  # fmt: skip
"""Tabs that are nowhere else a page of their own."""
LOW_BELOW = 500
"""The height at 100 % text under which only the name and the standing fit above the tabs."""
BESIDE_FROM, BESIDE_NAME = 760, 580
"""The width at 100 % text from which the buttons stand in one line, and what the ring and they leave of it to the name."""


class CircleView(QWidget):
    """`show_ref` takes the circle's number, or a thing of its checklist."""

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ctx = ctx
        self.space: int | None = None
        self._tabs: dict[str, QWidget] = {}
        self._was_low = False
        theme = ctx.theme
        self.ring = SeatRing(theme, minimum=150)
        self.kind = Label(theme, role="second_strong", color="ink3")
        self.name = Label(theme, role="page", wrap=True)
        self.where = Label(theme, role="lead", color="ink2", wrap=True)
        self.standing = Chip(theme, "", tone="teal")
        self.demo = Chip(theme, self.tr("Demo"), tone="plum", icon="sprout")
        self.demo.setToolTip(self.tr("These people are made up, and live on this computer only."))
        self.newer = Chip(theme, self.tr("To be read only: update the app"), tone="gold", icon="refresh-cw")
        self.newer.setToolTip(self.tr("Somebody here uses a newer version, which changed what this one does not know."))
        self.go_demo = LinkButton(theme, self.tr("Take the demo away"))
        self.go_demo.clicked.connect(lambda _on=False: self._leave_demo())
        self.plan = Button(theme, self.tr("Plan a meeting"), look="primary", icon="calendar-plus")
        self.invite = Button(theme, self.tr("Invite"), icon="user-plus")
        self.more = IconButton(theme, "ellipsis", self.tr("More about this circle"))
        pages = (
            Option("overview", self.tr("Overview")), Option("meetings", self.tr("Meetings")),
            Option("cycle", self.tr("Cycle")), Option("brings", self.tr("Who brings what")),
            Option("checklist", self.tr("Checklist")),
            Option("tasks", self.tr("Tasks")), Option("notes", self.tr("Projects & notes")),
            Option("people", self.tr("People")), Option("agreements", self.tr("Agreements")),
        )  # fmt: skip
        spoken = self.tr("Pages of this circle")
        self.tabs = Segmented(theme, pages, name=spoken, tabs=True, wrap=True)
        # in a low window, or with large text, rows of tabs would leave no room for the page
        self.pick = Select(theme, tuple((page.code, page.text) for page in pages), name=spoken)
        self.pick.hide()
        self._stack = QStackedWidget()
        self._lay_out()
        self.tabs.chosen.connect(lambda code: self.show_tab(code))
        self.pick.chosen.connect(lambda code: self.show_tab(code))
        self.plan.clicked.connect(lambda _on=False: self._plan_one())
        self.invite.clicked.connect(lambda _on=False: self._invite())
        self.more.clicked.connect(lambda _on=False: self._more_menu())
        ctx.bus.watch(self, {"circle", "people", "spaces"}, self.refresh)

    def show_ref(self, ref: object) -> None:
        """Open this circle; another circle than before begins at its overview. Raises NotFound for one that is gone."""
        space = ref.space if isinstance(ref, Ref) else ref
        if not isinstance(space, int):
            return
        circle(self._ctx.ws, space)
        if space != self.space:
            held = QApplication.focusWidget()
            self.space = space
            self._empty_tabs()
            self.tabs.set_code("overview")
            if held is not None and self.isAncestorOf(held):
                QTimer.singleShot(0, self, self._land)
        self.refresh()
        if isinstance(ref, Ref) and is_check(self._ctx.ws, ref):
            self.show_tab("checklist", ref)
        else:
            self.show_tab(self.tabs.code())

    def show_tab(self, code: str, ref: Ref | None = None) -> None:
        """Show one of the tabs, with `ref` opened in it; it is made when first visited."""
        if self.space is None:
            return
        self.tabs.set_code(code)
        self.pick.set_code(code)
        fresh = code not in self._tabs
        if fresh:
            self._tabs[code] = self._make_tab(code, self.space)
            self._stack.addWidget(self._tabs[code])
        tab = self._tabs[code]
        self._stack.setCurrentWidget(tab)
        if isinstance(tab, Lent) and (fresh or ref is not None):
            tab.show_ref(ref)

    def tab(self, code: str) -> QWidget:
        """The page behind a tab."""
        self.show_tab(code)
        return self._tabs[code]

    def refresh(self) -> None:
        """Read the circle's profile and people anew."""
        if self.space is None:
            return
        try:
            profile = circle(self._ctx.ws, self.space)
        except NotFound:
            # somebody left it (or took the demo away) while this page was open
            self.space = None
            self._empty_tabs()
            if self.isVisible():
                self._ctx.navigate("home")
            return
        members = tuple(p for p in people(self._ctx.ws, self.space, guests=False) if p.status == "member")
        self._show_head(profile, members)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # a stack of pages moves the keyboard while it turns them over; we come after it
        QTimer.singleShot(0, self, self._land)

    def _land(self) -> None:
        """The keyboard waits where the next step is, and never on what takes something away."""
        if self.plan.isVisible():
            self.plan.setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """On low windows (or with large text) the ring makes room for the page."""
        super().resizeEvent(event)
        theme = self._ctx.theme
        high = self.height() / theme.scale
        side = theme.px(156 if high >= 640 else 96)
        if side != self.ring.width():
            self.ring.setFixedSize(side, side)
            self.refresh()
        for part in (self.ring, self.kind, self.where):
            part.setVisible(not self._is_low())
        self._fit_actions()
        self._fit_name()
        if self._is_low() != self._was_low:
            self._was_low = self._is_low()
            self.tabs.setVisible(not self._was_low)
            self.pick.setVisible(self._was_low)
            self.refresh()

    def _is_low(self) -> bool:
        """Whether only the name and the standing fit above the tabs; Settings take the demo away as well."""
        return self.height() / self._ctx.theme.scale < LOW_BELOW

    def _lay_out(self) -> None:
        theme = self._ctx.theme
        head = QWidget()
        words = column(theme, self.kind, self.name, self.where, gap=3)
        words.addSpacing(theme.px(6))
        words.addWidget(Flow(theme, self.standing, self.newer, self.demo, self.go_demo))
        words.addStretch(1)
        line = row(theme, self.ring, gap=26, margins=(36, 22, 36, 0), center=False)
        line.addLayout(words, 1)
        self._actions = Flow(theme, self.plan, self.invite, self.more)
        line.addLayout(column(theme, self._actions, None))
        head.setLayout(line)
        layout = QVBoxLayout(self)
        fill(theme, layout, head, gap=0)
        layout.addLayout(column(theme, self.tabs, margins=(26, 8, 12, 0), gap=0))
        layout.addLayout(column(theme, self.pick, margins=(36, 0, 36, 0)))
        layout.addWidget(self._stack, 1)

    def _show_head(self, profile: Circle, members: tuple[Person, ...]) -> None:
        free = max(profile.readiness.needed, len(members)) - len(members)
        seats = tuple(Seat(p.name, p.ref.row) for p in members) + tuple(Seat() for _ in range(free))
        caption = self.tr("person") if len(members) == 1 else self.tr("people")
        spoken = f"{number(len(members))} {caption}"
        small = self.ring.width() < self._ctx.theme.px(120)
        self.ring.set_seats(seats, number=number(len(members)), caption="" if small else caption, name=spoken)
        self.kind.setText(kind_of_circle(profile.kind, profile.kind_label))
        self.name.setText(profile.name)
        self.where.setText(
            "\u00a0\u00a0·  ".join(
                part for part in (profile.topic, rhythm_words(profile.rhythm), profile.place) if part
            )
        )
        ready = profile.readiness.ready
        self.standing.set_text(readiness_line(profile.readiness), tone="teal" if ready else "gold")
        self.newer.setVisible(is_newer(self._ctx.ws, profile.space))
        self.demo.setVisible(profile.demo and not self._is_low())
        self.go_demo.setVisible(profile.demo and not self._is_low())
        self.plan.setVisible(may_edit(self._ctx.ws, profile.space, MEETINGS))
        # in a small window it waits behind the dots
        tight = self._is_low() and self.width() / self._ctx.theme.scale < BESIDE_FROM
        self.invite.setVisible(self._may_invite(profile) and not tight)
        self.setAccessibleName(profile.name)
        self._fit_actions()
        self._fit_name()

    def _may_invite(self, profile: Circle) -> bool:
        return profile.role == "organizer" and not profile.demo

    def _fit_actions(self) -> None:
        """In one line at the far side where there is room: no wider than those which may be pressed here."""
        wide = self.width() >= self._ctx.theme.px(BESIDE_FROM)
        self._actions.setMinimumWidth(self._actions.sizeHint().width() if wide else 0)

    def _fit_name(self) -> None:
        """A name that would take three lines is written smaller, and so is every name in a low window."""
        font = self._ctx.theme.font("page")
        lines = in_lines(self.name.text(), font, self.width() - self._ctx.theme.px(BESIDE_NAME))
        self.name.set_role("stage" if self._is_low() or len(lines) > 2 else "page")

    def _make_tab(self, code: str, space: int) -> QWidget:
        if code == "overview":
            return CircleOverview(self._ctx, space, self.show_tab)
        if code == "meetings":
            return MeetingsView(self._ctx, space=space)
        if code in OWN_TABS:
            return OWN_TABS[code](self._ctx, space)
        made = load(PLACES[code])(self._ctx, space=space)
        assert isinstance(made, QWidget) and isinstance(made, Lent)
        return made

    def _empty_tabs(self) -> None:
        for tab in self._tabs.values():
            self._stack.removeWidget(tab)
            tab.hide()
            tab.deleteLater()
        self._tabs = {}

    def _plan_one(self) -> None:
        new_meeting(self._ctx, self.window(), space=self.space)

    def _invite(self) -> None:
        from ui.dialogs.invite import InviteDialog

        if self.space is None:
            return
        dialog = InviteDialog(self._ctx, self.window(), space=self.space)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _more_menu(self) -> None:
        if self.space is None:
            return
        menu = Menu(self._ctx.theme, self)
        if self.invite.isHidden() and self._may_invite(circle(self._ctx.ws, self.space)):
            menu.add(self.tr("Invite"), self._invite, icon="user-plus")
        menu.add(self.tr("Change name, topic, place…"), self._edit, icon="pencil")
        menu.add(self.tr("Trash"), lambda: self._ctx.navigate("trash", self.space), icon="trash-2")
        if not circle(self._ctx.ws, self.space).demo:
            menu.add(self.tr("Start a successor circle…"), self._go_on_anew, icon="sprout")
        menu.open_under(self.more)

    def _edit(self) -> None:
        if self.space is not None:
            dialog = CircleProfile(self._ctx, self.space, self.window())
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.open()

    def _go_on_anew(self) -> None:
        if self.space is not None:
            SuccessorSheet(self._ctx, self.window(), space=self.space).open()

    def _leave_demo(self) -> None:
        leave_demo(self._ctx.ws)
        self._ctx.navigate("home")
        self._ctx.toast(self.tr("The demo is gone without a trace."))
