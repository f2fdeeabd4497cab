"""The truth about the plan in words: the sum against the slot, when it ends, what to bring, what is still open."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from circle_app.domain.agenda import shortest, sum_against_slot
from circle_app.workspace.queries.carry import LeftOpen
from circle_app.workspace.queries.meetings import AgendaItem, Meeting
from ui.context import AppContext
from ui.text import clock_time
from ui.views.left_open import LeftOpenList
from ui.views.planner_bring import BringList
from ui.views.planner_words import civil, minutes_of, planned_steps, shortest_sentence, slot_sentence
from ui.views.roles_card import RolesPanel
from ui.widgets.base import Label
from ui.widgets.button import LinkButton
from ui.widgets.card import Card
from ui.widgets.layouts import boxed, column, row
from ui.widgets.page import SectionTitle
from ui.widgets.stepper import ProgressBar

SHOWN = 6
"""Things left open beyond this many are counted instead of listed."""


class PlanTruth(Card):
    """`open_left` asks for a step that looks at what earlier meetings left open, `open_coming` for who is coming."""

    open_left = Signal()
    open_coming = Signal()

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        theme = ctx.theme
        super().__init__(theme, padding=(20, 18, 20, 20), gap=12, parent=parent)
        self.setAccessibleName(self.tr("Does it fit?"))
        self.over = False
        self.sum = Label(theme, role="section", wrap=True)
        self.bar = ProgressBar(theme, high=8)
        self.ends = Label(theme, role="body", color="ink2", wrap=True)
        self.shortest = Label(theme, role="second", color="ink2", wrap=True)
        self.coming = Label(theme, role="second", color="ink2", wrap=True)
        self.ask = LinkButton(theme, self.tr("Change"))
        self.ask.setAccessibleName(self.tr("Change who is coming"))
        self.ask.clicked.connect(lambda _on=False: self.open_coming.emit())
        self.roles = RolesPanel(ctx, small=True)
        self.bring = BringList(ctx)
        self.left = LeftOpenList(ctx, name=self.tr("Left open before"), most=SHOWN)
        self.look_back = LinkButton(theme, self.tr("Add a step"))
        self.look_back.setAccessibleName(self.tr("Add a step that looks at what was left open"))
        self.look_back.clicked.connect(lambda _on=False: self.open_left.emit())
        title = Label(theme, self.tr("Left open before"), role="second_strong", color="ink3", wrap=True)
        head = row(theme, gap=8)
        head.addWidget(title, 1)
        head.addWidget(self.look_back)
        self._before = boxed(column(theme, 6, head, self.left, gap=4))
        self.body.addWidget(Label(theme, self.tr("Does it fit?"), role="second_strong", color="ink3"))
        self.body.addWidget(self.sum)
        self.body.addWidget(self.bar)
        self.body.addWidget(self.ends)
        self.body.addWidget(self.shortest)
        self.body.addSpacing(theme.px(2))
        who = SectionTitle(theme, self.tr("Who is coming"), self.ask, role="second_strong")
        who.label.set_color("ink3")
        self.body.addLayout(column(theme, who, self.coming, gap=2))
        self.body.addWidget(self.roles)
        self.body.addWidget(self.bring)
        self.body.addWidget(self._before)
        self.body.addStretch(1)

    def show_plan(
        self, meeting: Meeting, items: tuple[AgendaItem, ...], *, left: tuple[LeftOpen, ...], today: date, coming: str
    ) -> None:
        """Say it anew; `left` is what earlier meetings left open, `coming` is who comes in words."""
        self.coming.setText(coming)
        self.roles.show_meeting(meeting.ref)
        total = sum_against_slot([minutes_of(item) for item in items], meeting.minutes)
        sentence = slot_sentence(total)
        self.over = bool(total.over)
        self.sum.setText(sentence)
        self.sum.set_color("danger" if self.over else "ink")
        self.bar.setVisible(bool(total.slot))
        share = total.planned / total.slot if total.slot else 0.0
        self.bar.set_fraction(share, name=sentence, tone="danger" if total.over else "teal")
        begin = civil(meeting.starts_at)
        self.ends.setVisible(begin is not None and total.planned > 0)
        if begin is not None:
            end = begin + timedelta(minutes=total.planned)
            words = self.tr("Begins {start}, the last step ends {end}.")
            self.ends.setText(
                words.format(start=clock_time(begin.hour, begin.minute), end=clock_time(end.hour, end.minute))
            )
        words = shortest_sentence(total, shortest(planned_steps(items)))
        self.shortest.setText(words)
        self.shortest.setVisible(bool(words))
        self.bring.show_needs(meeting.ref, items)
        self._show_left_open(meeting, left, today)

    def _show_left_open(self, meeting: Meeting, left: tuple[LeftOpen, ...], today: date) -> None:
        self.left.show_left(meeting.ref, left, today)
        self._before.setVisible(bool(left))
