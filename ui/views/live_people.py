"""Who is here, beside a running meeting: the door opens over the lines, so that nobody has to leave the page."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from circle_app.domain.ids import Ref
from circle_app.errors import NotFound
from ui.context import AppContext
from ui.models.door import sums
from ui.views.checkin_door import DoorPanel
from ui.views.checkin_side import plural
from ui.widgets.base import Label
from ui.widgets.button import IconButton
from ui.widgets.card import Card
from ui.widgets.chip import KeyCap
from ui.widgets.layouts import row

LEAST_WIDTH, MARGIN = 400, 6


class LivePeople(Card):
    """Lies over `beside` in `page`. `begin` opens it, Escape closes it; `closed()` hands the keyboard back."""

    closed = Signal()

    def __init__(self, ctx: AppContext, page: QWidget, beside: QWidget) -> None:
        super().__init__(ctx.theme, gap=10, parent=page)
        theme = ctx.theme
        self._page, self._beside = page, beside
        self._ref: Ref | None = None
        self.title = Label(theme, self.tr("Who is here"), role="section")
        self.count = Label(theme, role="second", color="ink3")
        leave = IconButton(theme, "x", self.tr("Close (Esc)"), size=34)
        leave.clicked.connect(lambda _on=False: self.end())
        self.door = DoorPanel(ctx)
        head = row(theme, self.title, self.count, None, KeyCap(theme, "Esc"), leave, gap=10)
        self.body.addLayout(head)
        self.body.addWidget(self.door, 1)
        self.setAccessibleName(self.tr("Who is here"))
        self.door.left.connect(self.end)
        self.door.changed.connect(self._tell)
        page.installEventFilter(self)
        beside.installEventFilter(self)
        self.hide()
        ctx.bus.watch(self, {"attendance", "people", "meetings", "circle"}, self.refresh)

    def toggle(self, ref: Ref | None) -> None:
        """Open the door of this meeting, or close it."""
        if not self.isHidden():
            self.end()
        elif ref is not None:
            self.door.aim(ref)
            self._ref = ref
            self.refresh()
            self._place()
            self.show()
            self.raise_()
            self.door.land()

    def end(self) -> None:
        """Close it; the page takes the keyboard first, so that the next key steers the meeting."""
        self.closed.emit()
        self.hide()

    def refresh(self) -> None:
        """Show what the workspace holds now; the letters typed stay."""
        try:
            self.door.refresh()
        except NotFound:
            self.end()
            return
        self._tell()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.LayoutRequest) and not self.isHidden():
            QTimer.singleShot(0, self, self._place)
        return False

    def _tell(self) -> None:
        self.count.setText(plural("%n in the room", sums(self.door.seats).here))

    def _place(self) -> None:
        """Over the lines at the far side, at least as wide as a name needs; all of the page where that is narrow."""
        theme, page = self.theme, self._page
        whole = page.rect().adjusted(theme.px(MARGIN), theme.px(MARGIN), -theme.px(MARGIN), -theme.px(MARGIN))
        beside = QRect(self._beside.mapTo(page, self._beside.rect().topLeft()), self._beside.size())
        width = min(max(beside.width() + theme.px(20), theme.px(LEAST_WIDTH)), whole.width())
        top = min(max(beside.top(), whole.top()), whole.top() + whole.height() // 3)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        left = whole.left() if mirrored else whole.right() + 1 - width
        self.setGeometry(left, top, width, whole.bottom() + 1 - top)
