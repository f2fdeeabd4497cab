"""The three panels of the live page: side by side, with smaller controls, or under each other."""

from __future__ import annotations

from PySide6.QtCore import QMargins, QSize
from PySide6.QtWidgets import QBoxLayout

from ui.theme.theme import Theme
from ui.views.live_agenda import AgendaScroll, AgendaSteps
from ui.views.live_bar import LiveFoot
from ui.views.live_carry import LiveCarry
from ui.views.live_head import LiveHead
from ui.views.live_outcomes import OutcomesPanel
from ui.views.live_parking import ParkingCard
from ui.views.live_stage import StagePanel
from ui.widgets.base import Label
from ui.widgets.button import IconButton
from ui.widgets.layouts import boxed, column, row
from ui.widgets.page import ScrollPage

STACKED_BELOW, COMPACT_BELOW, LEAST_AGENDA = 800, 1120, 180
"""Widths at 100 % text below which the panels stand under each other, or the controls shrink; and of the agenda."""
LOW_BELOW = 720
"""The height at 100 % text below which the agenda gets the room of all but one parked thought."""


class LivePanels:
    """Agenda, stage and outcomes under the head of the page; `layout` holds them."""

    def __init__(
        self,
        theme: Theme,
        agenda_title: str,
        head: LiveHead,
        steps: AgendaSteps,
        span: Label,
        peek: IconButton,
        carry: LiveCarry,
        parking: ParkingCard,
        stage: StagePanel,
        outcomes: OutcomesPanel,
    ) -> None:
        self._theme, self._head, self._parking = theme, head, parking
        self.stage, self.outcomes = stage, outcomes
        self._agenda_scroll = scroll = AgendaScroll(theme, steps)
        title = row(theme, Label(theme, agenda_title, role="heading"), None, span, peek, gap=6)
        agenda = boxed(column(theme, title, scroll, gap=10))
        carry.turned.connect(lambda on: agenda.setVisible(not on))
        self._fitting = self.stacked = False
        """Whether they stand under each other, on a page that scrolls."""
        self.left = boxed(column(theme, agenda, carry, parking, gap=10, margins=(0, 10, 0, 0)))
        self.layout = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self.layout.setSpacing(theme.px(14))
        for panel, share in ((self.left, 30), (stage, 56), (outcomes, 36)):
            self.layout.addWidget(panel, share)

    def fit(self, page: ScrollPage, foot: LiveFoot) -> None:
        """Arrange them on their page, with the controls at its foot where they would be scrolled away."""
        if self._fitting:  # the foot takes some of the room: it is looked at again below
            return
        self._fitting = True
        # a scroll bar that comes or goes changes nothing of what stands where, or that would bring it back
        steady = page.width() - page.verticalScrollBar().sizeHint().width()
        for _ in range(2):
            room = page.viewport().size()
            self.arrange(room, page.body.contentsMargins(), page.body.spacing(), steady=steady)
            foot.place(page, shown=self.stacked)
            if page.viewport().size() == room:
                break
        self._fitting = False

    def arrange(self, room: QSize, edges: QMargins, gap: int, *, steady: int) -> None:
        """Whatever the words and the window (`room` pixels with these edges) allow; `gap` is between head and panels.

        `steady` pixels of width are there with or without a scroll bar.
        """
        px = self._theme.px
        inside, sure = room.width() - edges.left() - edges.right(), steady - edges.left() - edges.right()
        compact = steady < px(COMPACT_BELOW) or sure < self._width_needed(compact=False)
        stacked = steady < px(STACKED_BELOW) or sure < self._width_needed(compact=True)
        self.stage.set_compact(compact)
        self.outcomes.set_compact(compact and (not stacked or inside < self._lines_need(compact=False)))
        self._parking.set_compact(compact and not stacked)
        self._parking.set_low(room.height() < px(LOW_BELOW) and not stacked)
        small = stacked or room.height() < px(LOW_BELOW)
        self._head.arrange(
            small=small,
            compact=compact,
            stacked=stacked or inside < self._head.width_needed(compact=compact, small=small),
            stepper=inside >= self._head.stepper_needs(),
            width=inside,
        )
        # the circle leaves its controls on the same screen; where it cannot, the time stands in a line
        wide = inside if stacked else self.stage.width()
        taken = self._head.heightForWidth(inside) + self.stage.height_around_ring(wide) + gap
        self.stage.set_room(room.height() - taken - edges.top() - edges.bottom(), stacked=stacked)
        self.stacked = stacked
        down = QBoxLayout.Direction.TopToBottom
        self.layout.setDirection(down if stacked else QBoxLayout.Direction.LeftToRight)
        order = (self.stage, self.outcomes, self.left) if stacked else (self.left, self.stage, self.outcomes)
        if [self.layout.indexOf(panel) for panel in order] != [0, 1, 2]:
            for panel in order:
                self.layout.removeWidget(panel)
            for panel, share in zip(order, (0, 0, 0) if stacked else (30, 56, 36), strict=True):
                self.layout.addWidget(panel, share)
        widest = max(px(320), self._parking.width_needed(compact=compact))
        self.left.setMaximumWidth(16_777_215 if stacked else widest)
        self.outcomes.setMinimumHeight(px(420) if stacked else 0)
        self._agenda_scroll.set_whole(stacked)

    def _width_needed(self, *, compact: bool) -> int:
        """Pixels for the three panels beside each other."""
        px = self._theme.px
        outcomes = self._lines_need(compact=compact)
        agenda = max(px(LEAST_AGENDA if compact else LEAST_AGENDA + 40), self._parking.width_needed(compact=compact))
        return agenda + self.stage.width_needed(compact=compact) + outcomes + 2 * self.layout.spacing()

    def _lines_need(self, *, compact: bool) -> int:
        """Pixels for the panel of the lines."""
        return self.outcomes.composer.width_needed(compact=compact) + self._theme.px(24 if compact else 36)
