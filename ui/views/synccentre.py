"""Where everything is: saved on this computer, waiting, sent to the others, and what needs you, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from circle_app.workspace import spaces
from circle_app.workspace.inbox import Held
from circle_app.workspace.queries.conflicts import Conflict, conflicts
from circle_app.workspace.queries.status import SpaceStatus, sync_status
from ui.context import AppContext
from ui.dialogs.invite_server import ServerSheet
from ui.models.authors import Authors, authors
from ui.models.notices import Notice, notices
from ui.models.refused import unread
from ui.problems import sentence
from ui.views.synccentre_aside import AsideCard, AsideGroup, groups
from ui.views.synccentre_list import ChosenCard, DifferenceList
from ui.views.synccentre_needs import RefusedCard
from ui.views.synccentre_notices import NoticeCard
from ui.views.synccentre_words import details, standing
from ui.widgets.base import Label
from ui.widgets.button import Button
from ui.widgets.card import SHADOW_ROOM, Card
from ui.widgets.chip import Chip, IconLabel
from ui.widgets.layouts import clear, column, row
from ui.widgets.listrow import ListRow
from ui.widgets.page import Header, ScrollPage, SectionTitle

if TYPE_CHECKING:
    from sync.client.runner import SyncState

SIDE = 36 - SHADOW_ROOM


@dataclass(frozen=True, slots=True)
class Needs:
    """What needs a person in one circle."""

    status: SpaceStatus
    differences: tuple[Conflict, ...]
    refused: tuple[Held, ...]
    authors: Authors
    aside: tuple[AsideGroup, ...]
    notices: tuple[Notice, ...] = ()


class SyncCentreView(ScrollPage):
    """Everything is saved here first; the network only carries it to the others."""

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(ctx.theme, gap=2, margins=(SIDE, 26, SIDE, 24), parent=parent)
        self._ctx = ctx
        theme = ctx.theme
        self._seen: object = None
        self.now = Button(theme, self.tr("Sync now"), look="primary", icon="refresh-cw", key="F5")
        self.now.clicked.connect(lambda _on=False: self.sync_now())
        QShortcut(QKeySequence("F5"), self, self.sync_now, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        header = Header(
            theme, self.tr("Saved and sent"),
            self.tr("Everything you write is kept on this computer first. The network only carries it to the others."), self.now,
        )  # fmt: skip
        self.body.addLayout(row(theme, header, margins=(SHADOW_ROOM, 0, SHADOW_ROOM, 0), center=False))
        self.saved = Label(theme, role="section", wrap=True)
        self.says = Label(theme, color="ink2", wrap=True)
        self._mark = IconLabel(theme, "cloud-check", size=26, tone="teal", round_shape=True)
        top = Card(theme, padding=(22, 18, 22, 18))
        line = row(theme, self._mark, gap=18)
        line.addLayout(column(theme, self.saved, self.says, gap=4), 1)
        top.body.addLayout(line)
        self.body.addWidget(top)
        self._lists: dict[int, DifferenceList] = {}
        self._differences, self._needs, self._chosen = column(theme, gap=2), column(theme, gap=2), column(theme, gap=2)
        self.body.addLayout(self._differences)
        self.body.addLayout(self._needs)
        self._circles = Card(theme, padding=(18, 14, 18, 10), gap=0)
        self._lines = column(theme, gap=0)
        self._circles.body.addLayout(self._lines)
        self.body.addWidget(self._circles)
        self.body.addLayout(self._chosen)
        self.body.addStretch(1)
        ctx.bus.watch(
            self,
            {"sync", "spaces", "circle", "people", "settings", "tasks", "notes", "meetings", "storage"},
            self.refresh,
        )
        ctx.runner.changed.connect(self._runner_moved)
        self.refresh()

    def show_ref(self, ref: object) -> None:
        """Nothing to choose from here."""
        self.refresh()
        self.now.setFocus(Qt.FocusReason.OtherFocusReason)

    def sync_now(self) -> None:
        """Exchange with every server at once; the words change when something comes of it."""
        if not any(status.server for status in sync_status(self._ctx.ws)):
            self._ctx.toast(self.tr("No circle here has a server. Everything is saved on this computer."))
            return
        self._ctx.runner.nudge()

    def refresh(self) -> None:
        """Read how every circle stands anew; what needs somebody is looked up away from the window."""
        statuses = sync_status(self._ctx.ws)
        self._say(statuses)
        self._list(statuses)
        self._ctx.tasks.run(self, lambda: self._look(statuses), self._show_needs)

    def _runner_moved(self, _state: SyncState) -> None:
        if self.isVisible():
            self._say(sync_status(self._ctx.ws))

    def _say(self, statuses: tuple[SpaceStatus, ...]) -> None:
        state = self._ctx.runner.state
        waiting = sum(status.waiting for status in statuses if status.server)
        refuses = self._ctx.ws.barrier.refuses
        saved = self.tr("Everything is saved on this computer.")
        self.saved.setText(self.tr("Nothing can be saved on this computer now.") if refuses else saved)
        syncing = state is not None and state.phase == "syncing"
        if not any(status.server for status in statuses):
            words = self.tr("No circle here uses a server, so nothing leaves this computer.")
        elif syncing:
            words = self.tr("Exchanging with the others just now…")
        elif waiting:
            words = self.tr(
                "%Ln change(s) (waits|wait) for the network and (goes|go) out by (itself|themselves).", "", waiting
            )
        else:
            words = self.tr("Everything has been sent to the others.")
        if state is not None and state.phase == "trouble" and state.problem is not None:
            words = f"{words} {sentence(state.problem)}"
        self.says.setText(words)
        if refuses:
            self._mark.set_icon("triangle-alert", tone="gold")
        else:
            self._mark.set_icon("cloud-upload" if waiting else "cloud-check", tone="teal")

    def _list(self, statuses: tuple[SpaceStatus, ...]) -> None:
        theme = self.theme
        known = {space.no: space for space in spaces.spaces(self._ctx.ws)}
        every = ((status, known[status.space]) for status in statuses if status.space in known)
        shown = tuple(sorted(every, key=lambda pair: pair[1].demo))
        if (shown, theme.scale) == self._seen:
            return
        self._seen = (shown, theme.scale)
        clear(self._lines)
        self._circles.setVisible(bool(shown))
        self._lines.addWidget(SectionTitle(theme, self.tr("Your circles")))
        self._lines.addSpacing(theme.px(6))
        for status, space in shown:
            asked = space.state == "waiting"
            words, tone, icon = standing(status, demo=space.demo, left=space.state == "left", asked=asked)
            second = self.tr("An example to look around in; it is never sent") if space.demo else self._details(status)
            front = IconLabel(theme, icon, size=18, tone=tone, round_shape=True)
            line = ListRow(
                theme, self._name(status, asked=asked), second, front=front,
                behind=(Chip(theme, words, tone=tone),), separator=status is not shown[-1][0], strong=True, high=62, inset=6,
            )  # fmt: skip
            if space.demo:
                line.opened.connect(lambda no=space.no: self._ctx.navigate("circle", no))
            else:
                line.setToolTip(self.tr("Choose the server of this circle"))
                line.opened.connect(lambda no=space.no: self._choose_server(no))
            self._lines.addWidget(line)

    def _name(self, status: SpaceStatus, *, asked: bool) -> str:
        if asked:
            return self.tr("A circle you asked to join")
        return status.name or self.tr("A circle without a name")

    def _details(self, status: SpaceStatus) -> str:
        return details(status, self._ctx.ws.clock.now_ms())

    def _look(self, statuses: tuple[SpaceStatus, ...]) -> tuple[Needs, ...]:
        ws, found = self._ctx.ws, []
        for status in statuses:
            differences = conflicts(ws, status.space)
            refused = unread(ws, self._ctx.settings, status.space) if status.quarantined else ()
            told = notices(ws, status.space) if status.server else ()
            if differences or refused or told:
                known = authors(ws, status.space)
                aside = self._aside(status, known) if refused else ()
                decided = {one.id for group in aside for one in group.found}
                rest = tuple(held for held in refused if held.id not in decided)
                found.append(Needs(status, differences, rest, known, aside, told))
        return tuple(found)

    def _aside(self, status: SpaceStatus, known: Authors) -> tuple[AsideGroup, ...]:
        """What an organizer may decide about; nothing for others, who read about it below."""
        space = spaces.space(self._ctx.ws, status.space)
        if space.role != "organizer" or space.state != "active" or space.key_salt is None or space.demo:
            return ()
        from sync.client.verdicts import put_aside

        return groups(status.space, status.name, put_aside(self._ctx.ws, self._ctx.vault, status.space), known)

    def _show_needs(self, found: tuple[Needs, ...]) -> None:
        ctx = self._ctx
        clear(self._needs)
        clear(self._chosen)
        by_space = {needs.status.space: needs for needs in found}
        for space in self._lists.keys() - by_space.keys():
            self._lists.pop(space).deleteLater()
        for space, needs in by_space.items():
            if needs.notices:
                self._needs.addWidget(NoticeCard(ctx, space, needs.status.name, needs.notices))
            asked = tuple(conflict for conflict in needs.differences if conflict.needs_you)
            if asked and space not in self._lists:
                self._lists[space] = DifferenceList(ctx)
                self._differences.addWidget(self._lists[space])
            if space in self._lists:
                self._lists[space].show_open(asked, needs.authors, needs.status.name)
            chosen = tuple(conflict for conflict in needs.differences if not conflict.needs_you)
            if chosen:
                self._chosen.addWidget(ChosenCard(ctx, chosen, needs.authors))
            for group in needs.aside:
                self._needs.addWidget(AsideCard(ctx, group))
            if needs.refused:
                self._needs.addWidget(
                    RefusedCard(ctx, needs.status.space, needs.status.name, needs.refused, needs.authors)
                )

    def _choose_server(self, space: int) -> None:
        sheet = ServerSheet(self._ctx, space, self.window())
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.open()
