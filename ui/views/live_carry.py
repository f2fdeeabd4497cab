"""What is still open, beside a live meeting: one line with the sums; O opens the list in place of the agenda."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from circle_app.domain.ids import Ref
from circle_app.workspace.queries.carry import LeftOpen, left_open
from ui.context import AppContext
from ui.models.evening import Evening
from ui.views.left_open import LeftOpenList, sum_words
from ui.views.outcome_words import Day
from ui.widgets.base import Label
from ui.widgets.button import IconButton
from ui.widgets.chip import IconLabel, KeyCap
from ui.widgets.layouts import boxed, fill, row
from ui.widgets.listrow import ListRow
from ui.widgets.page import ScrollPage


class LiveCarry(QWidget):
    """`turned(open)` when the list takes the agenda's place or gives it back; `closed` when the page gets the keyboard."""

    turned = Signal(bool)
    closed = Signal()
    reached = Signal(QWidget)
    """A line got the keyboard: where the panels stand under each other, it may lie below the fold."""

    def __init__(self, ctx: AppContext) -> None:
        super().__init__()
        self._ctx = ctx
        self._evening: Evening | None = None
        theme = ctx.theme
        self.line = ListRow(
            theme, self.tr("Still open"), " ", front=IconLabel(theme, "repeat", size=17), behind=(KeyCap(theme, "O"),),
            separator=False, high=48, inset=10,
        )  # fmt: skip
        self.line.opened.connect(self.toggle)
        self.close_list = IconButton(theme, "x", self.tr("Back to the agenda (O)"), size=32)
        self.close_list.clicked.connect(lambda _on=False: self.toggle())
        head = row(theme, Label(theme, self.tr("Still open"), role="heading"), None, self.close_list, gap=8)
        self.list = LeftOpenList(ctx, name=self.tr("Still open"))
        self.list.left_list.connect(self.close_panel)
        self.list.reached.connect(self._show_line)
        self.list.place_after(self._running)
        hint = self.tr("Space: kept, or taken up tonight. Del: let go.")
        self._scroll = scroll = ScrollPage(theme, gap=2, margins=(0, 0, 6, 0))
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setMinimumHeight(theme.px(120))
        scroll.body.addWidget(self.list)
        scroll.body.addWidget(Label(theme, hint, role="small", color="ink3", wrap=True))
        scroll.body.addStretch(1)
        self.panel = QWidget()
        fill(theme, QVBoxLayout(self.panel), boxed(head), scroll, gap=8)
        self.panel.hide()
        fill(theme, QVBoxLayout(self), self.panel, self.line, gap=0)
        self.line.hide()
        self._set_growing(growing=False)

    @property
    def open(self) -> bool:
        """Whether the list stands in place of the agenda."""
        return not self.panel.isHidden()

    def show_evening(self, evening: Evening) -> None:
        """Show what is open now."""
        self._evening = evening
        ref = evening.meeting.ref
        left = left_open(self._ctx.ws, ref) + _tonight(evening)
        today = Day.at(self._ctx.ws.clock.now_ms(), evening.meeting.zone).today
        sums = sum_words(left)
        self.line.second.setText(sums)
        self.line.setAccessibleName(self.tr("Still open: {sums}").format(sums=sums))
        self.line.setVisible(bool(left) and not self.open)
        self.list.show_left(ref, left, today)
        if not left and self.open:
            self.close_panel()

    def toggle(self) -> None:
        """O: open the list with the keyboard on its first line, or go back to the agenda."""
        if self.open:
            self.close_panel()
        elif self.list.rows():
            self._turn(on=True)
            self.list.focus_row(0)

    def show_line(self, ref: Ref) -> None:
        """Open the list with the keyboard on this line."""
        if not self.open:
            self._turn(on=True)
        self.list.focus_line(ref)

    def close_panel(self) -> None:
        if self.open:
            # the page takes the keyboard before the lines go, so that the next key steers the meeting
            self.closed.emit()
            self._turn(on=False)

    def _turn(self, *, on: bool) -> None:
        self.panel.setVisible(on)
        self.line.setVisible(not on and bool(self.list.rows()))
        self._set_growing(growing=on)
        self.turned.emit(on)

    def _show_line(self, line: QWidget) -> None:
        self._scroll.ensureWidgetVisible(line, 0, self._ctx.theme.px(20))
        self.reached.emit(line)

    def _set_growing(self, *, growing: bool) -> None:
        policy = QSizePolicy.Policy.Expanding if growing else QSizePolicy.Policy.Maximum
        self.setSizePolicy(QSizePolicy.Policy.Preferred, policy)

    def _running(self) -> Ref | None:
        item = self._evening.running if self._evening is not None else None
        return item.ref if item is not None else None


def _tonight(evening: Evening) -> tuple[LeftOpen, ...]:
    """What was parked in this meeting itself."""
    topics = (line for line in evening.parked if line.meeting == evening.meeting.ref)
    steps = (item for item in evening.items if item.state == "parked")
    return (
        *(LeftOpen("topic", one.ref, one.text, 0, private=one.private, topic=one) for one in topics),
        *(LeftOpen("step", one.ref, one.title, 0) for one in steps),
    )
