"""Two who wrote the same thing at the same time: a card with both values, settled with one key and opened again by undo."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QWidget

from circle_app.domain.ops import Value
from circle_app.workspace.commands.conflicts import both, keep_both, keep_shown, take_lost
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.conflicts import Conflict, open_conflict
from ui import text
from ui.context import AppContext
from ui.doing import done
from ui.models.authors import Authors
from ui.views.synccentre_values import thing, value_words
from ui.views.synccentre_words import moment
from ui.widgets.base import Label
from ui.widgets.button import Button
from ui.widgets.canvas import Canvas
from ui.widgets.card import SHADOW_ROOM, Card
from ui.widgets.flow import Flow
from ui.widgets.layouts import row

NARROW = 320
KEEP, TAKE, BOTH = Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3


class DifferenceCard(Card):
    """Both values side by side, each with its author and its key. `settled(card)` and `walked(card, step)` tell the list."""

    settled = Signal(object)
    walked = Signal(object, int)

    def __init__(self, ctx: AppContext, conflict: Conflict, authors: Authors, parent: QWidget | None = None) -> None:
        super().__init__(ctx.theme, padding=(20, 16, 20, 16), gap=10, parent=parent)
        self._ctx, self.conflict = ctx, conflict
        theme = ctx.theme
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.body.addWidget(Label(theme, thing(ctx.ws, conflict), role="heading", wrap=True))
        why = Label(theme, self._why(), role="second", color="ink2", wrap=True)
        self.body.addWidget(why)
        keep, take = self._words()
        self.keep = Button(theme, keep, look="teal", height=34, key="1")
        self.take = Button(theme, take, look="outline", height=34, key="2")
        self._pair = row(theme, gap=12, center=False)
        shown_by, lost_by = (
            self._name(conflict.shown_by, conflict.shown_stamp),
            self._name(conflict.lost_by, conflict.stamp),
        )
        who = authors.says(shown_by), authors.says(lost_by)
        shown = self._side(conflict.shown, who[0], conflict.shown_ms, self.keep, chosen=True)
        lost = self._side(conflict.lost, who[1], conflict.lost_ms, self.take, chosen=False)
        self._pair.addWidget(shown, 1)
        self._pair.addWidget(lost, 1)
        self.body.addLayout(self._pair)
        self.keep.clicked.connect(lambda _on=False: self.settle(keep_shown))
        self.take.clicked.connect(lambda _on=False: self.settle(take_lost))
        self.both: Button | None = None
        if both(conflict) is not None:
            self.both = Button(theme, self.tr("Keep both texts"), look="ghost", height=34, key="3")
            self.both.clicked.connect(lambda _on=False: self.settle(keep_both))
            self.body.addWidget(Flow(theme, self.both))
        for button in self.buttons():
            button.installEventFilter(self)
        self.setAccessibleName(thing(ctx.ws, conflict))
        self.setAccessibleDescription(
            self.tr("{why} Key 1: {first}. Key 2: {second}.").format(
                why=self._why(), first=self.keep.accessibleName(), second=self.take.accessibleName()
            )
        )

    def buttons(self) -> tuple[Button, ...]:
        return (self.keep, self.take) if self.both is None else (self.keep, self.take, self.both)

    def settle(self, how: Callable[[Workspace, Conflict], None]) -> None:
        """Settle it by one of the commands, unless somebody did meanwhile; a message takes it back."""
        ws = self._ctx.ws
        now = open_conflict(ws, self.conflict)
        if now is None:
            self._ctx.toast(self.tr("This was settled meanwhile."))
        elif not done(self._ctx, partial(how, ws, now), self.tr("Settled. The other text stays in the history.")):
            return
        self.settled.emit(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._key(event):
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The keys of the card count on its buttons, too: there the arrows would only go to the next button."""
        return isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self._key(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            with Canvas(self, self.theme) as canvas:
                canvas.focus_ring(canvas.whole(self.theme.px(SHADOW_ROOM)), self.theme.px(16))

    def minimumSizeHint(self) -> QSize:
        """As wide as one of the two: they stand below each other before the page is pushed wider."""
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), self.theme.px(NARROW)), hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = event.size().width() >= self.theme.px(2 * NARROW)
        self._pair.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)

    def _key(self, event: QKeyEvent) -> bool:
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
        if step:
            self.walked.emit(self, step)
            return True
        place = {KEEP: 0, TAKE: 1, BOTH: 2}.get(Qt.Key(event.key()), 3)
        if place >= len(self.buttons()):
            return False
        self.buttons()[place].click()
        return True

    def _why(self) -> str:
        if self.conflict.late:
            return self.tr(
                "It was deleted, and then somebody who did not know wrote in it. Nothing is lost; say what stays."
            )
        return self.tr("Two people wrote this at the same time. Nothing is lost; say which one stays.")

    def _words(self) -> tuple[str, str]:
        if self.conflict.late:
            return self.tr("Leave it deleted"), self.tr("Bring it back")
        return self.tr("Keep this"), self.tr("Take this")

    @staticmethod
    def _name(known: bytes, stamp: bytes) -> bytes:
        return known or stamp[8:]

    def _side(self, value: Value, who: str, at_ms: int, button: Button, *, chosen: bool) -> QWidget:
        ctx, theme = self._ctx, self._ctx.theme
        words = value_words(ctx.ws, self.conflict, value)
        when = moment(at_ms, ctx.ws.clock.now_ms())
        button.setAccessibleName(f"{button.text()}: {words}")
        box = Card(theme, fill_color="sunken" if chosen else "surface", shadow=False, padding=(14, 12, 14, 12), gap=6)
        deleted = self.conflict.late and chosen
        head = self.tr("{name} deleted it, {when}") if deleted else self.tr("{name} wrote, {when}")
        head = head.format(name=text.isolated(who), when=when)
        box.body.addWidget(Label(theme, head, role="second", color="ink3", wrap=True))
        box.body.addWidget(Label(theme, words, role="medium", wrap=True, selectable=True))
        box.body.addStretch(1)
        foot = (Label(theme, self.tr("shown now"), role="second", color="ink3"),) if chosen and not deleted else ()
        box.body.addWidget(Flow(theme, button, *foot, gap=10))
        box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        return box
