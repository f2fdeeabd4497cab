"""What needs a person: two who wrote the same thing at the same time, and changes that were put aside."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QWidget

from circle_app.domain.ops import Value
from circle_app.workspace.commands.conflicts import keep_shown, take_lost
from circle_app.workspace.inbox import Held
from circle_app.workspace.queries.conflicts import Conflict
from ui import text
from ui.context import AppContext
from ui.models.authors import Authors
from ui.models.refused import mark_read, mark_unread
from ui.models.taking_back import taking_back
from ui.views.synccentre_values import thing, value_words
from ui.views.synccentre_words import moment, refused_words
from ui.widgets.base import Label
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.chip import IconLabel
from ui.widgets.layouts import column, row

REFUSED_SHOWN = 5
NARROW = 320


class DifferenceCard(Card):
    """Both values side by side, each with its author and its button; settling one can be undone."""

    def __init__(self, ctx: AppContext, conflict: Conflict, authors: Authors, parent: QWidget | None = None) -> None:
        super().__init__(ctx.theme, padding=(20, 16, 20, 16), gap=10, parent=parent)
        self._ctx, self.conflict = ctx, conflict
        theme = ctx.theme
        self.body.addWidget(Label(theme, thing(ctx.ws, conflict), role="heading", wrap=True))
        self.body.addWidget(
            Label(theme, self.tr("Two people wrote this at the same time. Nothing is lost; say which one stays."),
                  role="second", color="ink2", wrap=True)
        )  # fmt: skip
        self.keep = Button(theme, self.tr("Keep this"), look="teal", height=34)
        self.take = Button(theme, self.tr("Take this"), look="outline", height=34)
        self._pair = row(theme, gap=12, center=False)
        shown = self._side(conflict.shown, conflict.shown_stamp, conflict.shown_ms, self.keep, authors, chosen=True)
        lost = self._side(conflict.lost, conflict.stamp, conflict.lost_ms, self.take, authors, chosen=False)
        self._pair.addWidget(shown, 1)
        self._pair.addWidget(lost, 1)
        self.body.addLayout(self._pair)
        self.keep.clicked.connect(lambda _on=False: self.settle(take=False))
        self.take.clicked.connect(lambda _on=False: self.settle(take=True))

    def minimumSizeHint(self) -> QSize:
        """As wide as one of the two: they stand below each other before the page is pushed wider."""
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), self.theme.px(NARROW)), hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = event.size().width() >= self.theme.px(2 * NARROW)
        self._pair.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)

    def settle(self, *, take: bool) -> None:
        """Keep what is shown, or take the other value."""
        ws = self._ctx.ws
        (take_lost if take else keep_shown)(ws, self.conflict)
        self._ctx.toast(self.tr("Settled. The other text stays in the history."), taking_back(ws))

    def _side(
        self, value: Value, stamp: bytes, at_ms: int, button: Button, authors: Authors, *, chosen: bool
    ) -> QWidget:
        ctx, theme = self._ctx, self._ctx.theme
        words = value_words(ctx.ws, self.conflict, value)
        device = stamp[8:]
        who = self.tr("You") if authors.is_mine(device) else authors.of_device(device) or self.tr("Somebody")
        when = moment(at_ms, ctx.ws.clock.now_ms())
        button.setAccessibleName(f"{button.text()}: {words}")
        box = Card(theme, fill_color="sunken" if chosen else "surface", shadow=False, padding=(14, 12, 14, 12), gap=6)
        head = self.tr("{name} wrote, {when}").format(name=text.isolated(who), when=when)
        box.body.addWidget(Label(theme, head, role="second", color="ink3", wrap=True))
        box.body.addWidget(Label(theme, words, role="medium", wrap=True, selectable=True))
        box.body.addStretch(1)
        foot = [self.tr("shown now")] if chosen else []
        box.body.addLayout(
            row(theme, button, *(Label(theme, w, role="second", color="ink3") for w in foot), None, gap=10)
        )
        box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        return box


class RefusedCard(Card):
    """The changes of one circle that were put aside: from whom, why, and what happens next."""

    def __init__(
        self,
        ctx: AppContext,
        space: int,
        circle_name: str,
        refused: tuple[Held, ...],
        authors: Authors,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(ctx.theme, padding=(20, 16, 20, 16), gap=10, parent=parent)
        self._ctx, self._space = ctx, space
        theme, now = ctx.theme, ctx.ws.clock.now_ms()
        title = self.tr("%n change(s) in {circle} (was|were) put aside", "", len(refused)).format(circle=circle_name)
        self.body.addWidget(Label(theme, title, role="heading", wrap=True))
        for held in refused[-REFUSED_SHOWN:]:
            head, why = refused_words(held, authors, now)
            line = row(theme, IconLabel(theme, "inbox", size=18, tone="gold"), gap=12, center=False)
            line.addLayout(
                column(theme, Label(theme, head, role="medium", wrap=True),
                       Label(theme, why, role="second", color="ink2", wrap=True), gap=2), 1
            )  # fmt: skip
            self.body.addLayout(line)
        more = len(refused) - REFUSED_SHOWN
        if more > 0:
            self.body.addWidget(Label(theme, self.tr("and %n more", "", more), role="second", color="ink3"))
        note = self.tr("They stay where they are and are looked at again whenever something new arrives.")
        self.read = Button(theme, self.tr("I have read this"), look="quiet", height=34)
        self.read.clicked.connect(lambda _on=False: self.put_by())
        foot = row(theme, gap=12)
        foot.addWidget(Label(theme, note, role="second", color="ink3", wrap=True), 1)
        foot.addWidget(self.read)
        self.body.addLayout(foot)

    def put_by(self) -> None:
        """Take the card away until something new is put aside; nothing is deleted."""
        ctx, space = self._ctx, self._space
        mark_read(ctx.ws, ctx.settings, space)
        ctx.toast(self.tr("Put by. Nothing was deleted."), lambda: mark_unread(ctx.settings, space))
