"""Search or do anything: one field over everything, opened with Ctrl+K from anywhere."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeyEvent, QPaintEvent, QPixmap, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from circle_app.domain.text import fold
from ui.accessible import announce
from ui.context import AppContext
from ui.shortcuts import key_name
from ui.views.search_commands import SHOWN_MOST, commands, fitting_commands, writing_down
from ui.views.search_found import Found, found_rows, recent_rows
from ui.views.search_row import FoundRow
from ui.widgets.base import Label
from ui.widgets.canvas import Canvas
from ui.widgets.card import SHADOW_ROOM, paint_card_shadow
from ui.widgets.chip import KeyCap
from ui.widgets.fields import SearchField
from ui.widgets.layouts import clear, column, fill, row
from ui.widgets.page import ScrollPage

WIDE, HIGH = 660, 560
PAUSE_MS = 60
STEPS = {
    Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Tab: 1, Qt.Key.Key_Backtab: -1, Qt.Key.Key_PageDown: 8,
    Qt.Key.Key_PageUp: -8,
}  # fmt: skip


class SearchPalette(QDialog):
    """Up and Down choose, Enter does it, Escape closes. ">" asks for commands only, "@" for people only."""

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ctx = ctx
        self._lines: list[FoundRow] = []
        self._at = 0
        theme = ctx.theme
        self.setWindowTitle(self.tr("Search or do anything"))
        self.setWindowFlag(Qt.WindowType.FramelessWindowHint)
        self._behind: QPixmap | None = None
        # only there is a window let through for certain; elsewhere what lies behind is painted under the shadow
        self._let_through = QGuiApplication.platformName().startswith("wayland")
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground, self._let_through)
        self.field = SearchField(
            theme, name=self.tr("Search or do anything"), hint=self.tr("Search or do anything…"), big=True
        )
        self.field.installEventFilter(self)
        self._page = ScrollPage(theme, gap=0, margins=(0, 0, 4, 0), background="surface")
        self._page.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list = column(theme, gap=1)
        self._page.body.addLayout(self._list)
        self._page.body.addStretch(1)
        layout = QVBoxLayout(self)
        side = SHADOW_ROOM + 12
        fill(theme, layout, self.field, gap=8)
        layout.addWidget(self._page, 1)
        layout.addLayout(self._foot())
        layout.setContentsMargins(side, side, side, side - 2)
        self._timer = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._timer.timeout.connect(self.refresh)
        self.field.textChanged.connect(lambda _text: self._timer.start())
        self.refresh()

    def show_ref(self, ref: object) -> None:
        """Take over what was typed elsewhere."""
        if isinstance(ref, str):
            self.field.setText(ref)
            self.refresh()

    def lines(self) -> tuple[Found, ...]:
        """What is offered now, from top to bottom."""
        return tuple(line.found for line in self._lines)

    def chosen(self) -> Found | None:
        """The line that Enter would take."""
        return self._lines[self._at].found if self._lines else None

    def refresh(self) -> None:
        """Look for what is typed now."""
        self._timer.stop()
        typed = self.field.text().strip()
        words = typed.lstrip(">@").strip()
        found = self._look(typed, words)
        clear(self._list)
        self._lines = []
        group = ""
        for one in found:
            if one.group != group:
                group = one.group
                self._list.addSpacing(self._ctx.theme.px(6))
                caps = Label(self._ctx.theme, group.upper(), role="caps", color="ink3")
                caps.setAccessibleName(group)
                self._list.addLayout(row(self._ctx.theme, caps, None, margins=(10, 0, 0, 0)))
            line = FoundRow(self._ctx.theme, one, words)
            line.clicked.connect(lambda _on=False, one=one: self._go(one))
            self._list.addWidget(line)
            self._lines.append(line)
        if not found:
            self._list.addWidget(self._nothing(words))
        self._choose(0)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Arrows choose among the lines while the keyboard stays in the field."""
        if watched is not self.field or event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        key = Qt.Key(event.key())
        if key in STEPS:
            self._settle()
            count = max(1, len(self._lines))
            target = self._at + STEPS[key]
            self._choose(target % count if abs(STEPS[key]) == 1 else min(max(target, 0), count - 1))
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._settle()
            if self._lines:
                self._go(self._lines[self._at].found)
            return True
        if key == Qt.Key.Key_Escape:
            self.reject()
            return True
        return False

    def showEvent(self, event: QShowEvent) -> None:
        """Over the upper middle of the window, never larger than it."""
        super().showEvent(event)
        px, window = self._ctx.theme.px, self.parentWidget()
        wide, high = px(WIDE), px(HIGH)
        if window is not None:
            wide, high = min(wide, window.width() - 32), min(high, window.height() - 48)
        self.resize(wide, high)
        if window is not None:
            corner = QPoint((window.width() - wide) // 2, max(16, (window.height() - high) // 4))
            self.move(window.mapToGlobal(corner))
            if not self._let_through:
                self._behind = window.grab(QRect(corner, self.size()))
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.field.end(False)

    def setVisible(self, visible: bool) -> None:
        """A dialog that opens chooses all words of its first field; here the next letter must come after them."""
        super().setVisible(visible)
        if visible:
            self.field.end(False)

    def paintEvent(self, event: QPaintEvent) -> None:
        with Canvas(self, self._ctx.theme) as canvas:
            if self._behind is not None:
                canvas.painter.drawPixmap(0, 0, self._behind)
            rect, radius = canvas.whole(SHADOW_ROOM + 0.5), self._ctx.theme.px(20)
            paint_card_shadow(canvas, rect, radius, strength=2)
            canvas.box(rect, fill="surface", border="border", radius=radius)

    def _look(self, typed: str, words: str) -> tuple[Found, ...]:
        ctx = self._ctx
        window = self.parentWidget() or self
        if typed.startswith(">"):
            return fitting_commands(ctx, window, words)
        if typed.startswith("@"):
            return found_rows(ctx, words, only_people=True)
        if not words:
            return (*recent_rows(ctx), *commands(ctx, window)[: SHOWN_MOST + 4])
        rows = found_rows(ctx, words)
        doing = fitting_commands(ctx, window, words)[:SHOWN_MOST]
        # a command that begins with the typed letters is what was meant; else what was written comes first
        first = (*doing, *rows) if doing and fold(doing[0].title).startswith(fold(words)) else (*rows, *doing)
        return (*first, *writing_down(ctx, words))

    def _go(self, found: Found) -> None:
        self.accept()
        found.go()

    def _choose(self, place: int) -> None:
        for number, line in enumerate(self._lines):
            line.set_chosen(number == place)
        self._at = place if self._lines else 0
        if not self._lines:
            return
        line = self._lines[self._at]
        announce(self.field, line.accessibleName())
        if place == 0:
            self._page.verticalScrollBar().setValue(0)
        else:
            self._page.ensureWidgetVisible(line, 0, 30)

    def _settle(self) -> None:
        """Letters typed a moment ago count before a key chooses among the lines."""
        if self._timer.isActive():
            self.refresh()

    def _nothing(self, words: str) -> Label:
        told = self.tr("Nothing here has “{words}” in it.").format(words=words)
        label = Label(self._ctx.theme, told, role="lead", color="ink3", center=True, wrap=True)
        label.setContentsMargins(20, 40, 20, 40)
        return label

    def _foot(self) -> QHBoxLayout:
        theme = self._ctx.theme
        keys = (
            ("↑ ↓", self.tr("choose")), (key_name("Return"), self.tr("go")), (">", self.tr("commands")),
            ("@", self.tr("people")), (key_name("Esc"), self.tr("close")),
        )  # fmt: skip
        foot = row(theme, gap=6, margins=(10, 0, 10, 0))
        for key, words in keys:
            foot.addWidget(KeyCap(theme, key))
            foot.addWidget(Label(theme, words, role="small", color="ink3"))
            foot.addSpacing(theme.px(8))
        foot.addStretch(1)
        return foot
