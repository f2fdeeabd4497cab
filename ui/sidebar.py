"""The way around: six places, my circles, how saving and syncing stand, and me; folds to a rail of icons."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from ui.theme.theme import Theme
from ui.widgets.avatar import Avatar
from ui.widgets.base import Label, PaintedButton, PaintedWidget
from ui.widgets.button import IconButton
from ui.widgets.canvas import Canvas
from ui.widgets.chip import IconLabel
from ui.widgets.fields import scroll_bar_style
from ui.widgets.layouts import clear, fill, set_margins
from ui.widgets.listrow import ElidedLabel
from ui.widgets.nav import NavItem
from ui.widgets.page import own_viewport
from ui.widgets.seats import Logo
from ui.widgets.tip import plain_tip

WIDE, NARROW, LEAST_ROW = 236, 68, 28

Circle = tuple[int, str, str]
"""A circle's number, name and colour."""


class Sidebar(PaintedWidget):
    """`chosen(place, ref)` when something is pressed. It knows words and numbers, not where they come from."""

    chosen = Signal(str, object)
    new_circle = Signal()

    def __init__(
        self, theme: Theme, places: tuple[tuple[str, str, str, str], ...], parent: QWidget | None = None
    ) -> None:
        """`places` are (code, words, icon, shortcut)."""
        super().__init__(theme, parent)
        self._narrow = False
        self._items: dict[str, NavItem] = {}
        self._circle_items: dict[int, NavItem] = {}
        self._circles: tuple[Circle, ...] | None = None
        self._current: tuple[str, object] = ("", None)
        self.setAccessibleName(self.tr("Places"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self._title = Label(theme, "Citizen Circles", role="brand")
        self._head = QHBoxLayout()
        self._head.setSpacing(theme.px(10))
        self._head.addWidget(Logo(theme, size=32))
        self._head.addWidget(self._title, 1)
        self._nav = QVBoxLayout()
        fill(theme, self._nav, gap=3)
        for code, words, icon, key in places:
            item = NavItem(theme, words, icon=icon, key=key)
            item.clicked.connect(lambda _checked=False, code=code: self.chosen.emit(code, None))
            self._items[code] = item
            self._nav.addWidget(item)
        self._caps = Label(theme, self.tr("My circles").upper(), role="caps", color="ink3")
        self._caps.setAccessibleName(self.tr("My circles"))
        self._plus = IconButton(theme, "plus", self.tr("Start or join a circle"), color="ink3", size=36)
        self._plus.clicked.connect(lambda _checked=False: self.new_circle.emit())
        self._caps_row = QHBoxLayout()
        set_margins(theme, self._caps_row, (12, 10, 0, 0))
        self._caps_row.addWidget(self._caps, 1)
        self._caps_row.addWidget(self._plus)
        self._nav.addLayout(self._caps_row)
        self._circle_box = QVBoxLayout()
        fill(theme, self._circle_box, gap=3)
        self._nav.addLayout(self._circle_box)
        self._nav.addStretch(1)
        self._sync = SyncCard(theme)
        self._sync.clicked.connect(lambda _checked=False: self.chosen.emit("sync", None))
        self._avatar = Avatar(theme, "", size=30)
        self._name = ElidedLabel(theme, "", role="second_strong")
        self._settings = IconButton(theme, "settings", self.tr("Settings"))
        self._settings.clicked.connect(lambda _checked=False: self.chosen.emit("settings", None))
        self._foot = QHBoxLayout()
        self._build()

    def _build(self) -> None:
        px = self.theme.px
        middle = QWidget()
        middle.setLayout(self._nav)
        scroll = self._scroll = QScrollArea()
        own_viewport(scroll)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(middle)
        scroll.verticalScrollBar().setStyleSheet(scroll_bar_style(self.theme))
        for widget in (scroll.viewport(), middle):
            palette = QPalette(widget.palette())
            palette.setColor(QPalette.ColorRole.Window, Qt.GlobalColor.transparent)
            widget.setPalette(palette)
            widget.setAutoFillBackground(False)
        self._foot.setSpacing(px(10))
        set_margins(self.theme, self._foot, (7, 4, 4, 0))
        self._foot.addWidget(self._avatar)
        self._foot.addWidget(self._name, 1)
        self._foot.addWidget(self._settings)
        outer = QVBoxLayout(self)
        fill(self.theme, outer, gap=6, margins=(14, 18, 14, 14))
        set_margins(self.theme, self._head, (6, 0, 0, 14))
        outer.addLayout(self._head)
        outer.addWidget(scroll, 1)
        outer.addWidget(self._sync)
        outer.addLayout(self._foot)
        self.setFixedWidth(px(WIDE))

    @property
    def narrow(self) -> bool:
        return self._narrow

    def set_narrow(self, narrow: bool) -> None:
        """Fold to 68 px of icons with tool tips, or open to words."""
        if narrow == self._narrow:
            return
        self._narrow = narrow
        px = self.theme.px
        for item in (*self._items.values(), *self._circle_items.values()):
            item.set_narrow(narrow)
        for words in (self._title, self._caps, self._plus, self._name):
            words.setVisible(not narrow)
        set_margins(self.theme, self._caps_row, (0 if narrow else 12, 10, 0, 0))
        set_margins(self.theme, self._head, (4 if narrow else 6, 0, 0, 14))
        self._foot.setDirection(QHBoxLayout.Direction.BottomToTop if narrow else QHBoxLayout.Direction.LeftToRight)
        set_margins(self.theme, self._foot, (0 if narrow else 7, 4, 0 if narrow else 4, 0))
        for widget in (self._avatar, self._settings):
            self._foot.setAlignment(widget, Qt.AlignmentFlag.AlignCenter)
        # the rail has no room for a bar; wheel and Tab still scroll it
        bars = Qt.ScrollBarPolicy
        self._scroll.setVerticalScrollBarPolicy(bars.ScrollBarAlwaysOff if narrow else bars.ScrollBarAsNeeded)
        self._sync.set_narrow(narrow)
        self.layout().setContentsMargins(px(12 if narrow else 14), px(18), px(12 if narrow else 14), px(14))
        self.setFixedWidth(px(NARROW if narrow else WIDE))
        self._squeeze()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._squeeze()

    def _squeeze(self) -> None:
        """On a low window the places of the rail move together, so that none hides behind the foot."""
        self.layout().activate()
        gaps = self._nav.spacing() * len(self._items)
        each = (self._scroll.height() - gaps) // len(self._items)
        for item in self._items.values():
            usual = item.sizeHint().height()
            item.setFixedHeight(max(self.theme.px(LEAST_ROW), min(usual, each)) if self._narrow else usual)

    def set_circles(self, circles: tuple[Circle, ...]) -> None:
        """The list under MY CIRCLES."""
        if circles == self._circles:
            return
        self._circles = circles
        clear(self._circle_box)
        self._circle_items = {}
        for number, name, color in circles:
            item = NavItem(self.theme, name, square=color or "primary")
            item.set_narrow(self._narrow)
            item.clicked.connect(lambda _checked=False, number=number: self.chosen.emit("circle", number))
            self._circle_items[number] = item
            self._circle_box.addWidget(item)
        self.set_current(*self._current)

    def set_current(self, place: str, ref: object = None) -> None:
        """Mark where we are; a meeting's pages count as Meetings."""
        self._current = (place, ref)
        section = "meetings" if place in ("plan", "checkin", "live", "wrapup", "export") else place
        for code, item in self._items.items():
            item.setChecked(code == section)
        for number, item in self._circle_items.items():
            item.setChecked(place == "circle" and ref == number)

    def set_badge(self, place: str, count: int) -> None:
        self._items[place].set_badge(count)

    def set_me(self, name: str, key: bytes = b"") -> None:
        self._avatar.set_person(name, key=key)
        self._name.setText(name)

    def set_sync(self, title: str, second: str, *, icon: str, needs_you: bool) -> None:
        self._sync.show_state(title, second, icon=icon, needs_you=needs_you)

    def paintEvent(self, event: QPaintEvent) -> None:
        with Canvas(self, self.theme) as canvas:
            canvas.painter.fillRect(canvas.whole(0), canvas.color("side"))
            canvas.painter.fillRect(canvas.rect(self.width() - 1, 0, 1, self.height()), canvas.color("border"))


class SyncCard(PaintedButton):
    """Two lines in words: what is saved, and what still waits. Being offline is not an error."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._narrow = False
        self._icon = IconLabel(theme, "cloud-check", size=18, tone="teal", round_shape=True)
        self._title = ElidedLabel(theme, "", role="second_strong")
        self._second = ElidedLabel(theme, "", role="small", color="ink3")
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(self._title)
        words.addWidget(self._second)
        words.addStretch(1)
        layout = QHBoxLayout(self)
        set_margins(theme, layout, (13, 8, 10, 8))
        layout.setSpacing(theme.px(10))
        layout.addWidget(self._icon)
        layout.addLayout(words, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_narrow(self, narrow: bool) -> None:
        self._narrow = narrow
        self._title.setVisible(not narrow)
        self._second.setVisible(not narrow and bool(self._second.whole_text()))
        side = self.theme.px(6 if narrow else 13)
        self.layout().setContentsMargins(side, self.theme.px(8), side, self.theme.px(8))
        self.updateGeometry()

    def show_state(self, title: str, second: str, *, icon: str, needs_you: bool) -> None:
        self._title.setText(title)
        self._second.setText(second)
        self._second.setVisible(bool(second) and not self._narrow)
        self._icon.set_icon(icon, tone="gold" if needs_you else "teal")
        said = f"{title}. {second}" if second else title
        self.setAccessibleName(said)
        self.setToolTip(plain_tip(said))

    def sizeHint(self) -> QSize:
        return QSize(
            self.theme.px(44), max(self.theme.px(44 if self._narrow else 58), self.layout().sizeHint().height())
        )

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        with Canvas(self, self.theme) as canvas:
            radius = self.theme.px(12)
            if not self._narrow or self.lit:
                canvas.box(canvas.whole(), fill="surface", border="line" if self.lit else "border", radius=radius)
            if self.ringed:
                canvas.focus_ring(canvas.whole(1), radius)
