"""Planning one meeting: its steps on the left, the chosen step in the middle, the truth about time beside them."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from circle_app.domain.ids import Ref
from circle_app.domain.schema import AGENDA_ITEMS
from circle_app.domain.sections import neighbours, part_at, sections, stepped
from circle_app.errors import NotFound
from circle_app.workspace.commands import agenda as agenda_commands
from circle_app.workspace.commands.writing import may_edit
from circle_app.workspace.queries.carry import carried_over
from circle_app.workspace.queries.meetings import AgendaItem, agenda, meeting
from circle_app.workspace.queries.people import people
from ui.context import AppContext
from ui.dialogs.coming import answers, answers_words, ask_coming
from ui.drafts import Draft, place_of
from ui.models.plan_starters import look_back_step, simple_plan
from ui.models.taking_back import taking_back
from ui.papers import PaperOf
from ui.text import date_of_ms, isolated
from ui.views.planner_editor import StepEditor
from ui.views.planner_head import PlanHead
from ui.views.planner_menu import PlanMenu
from ui.views.planner_steps import Drop, StepList
from ui.views.planner_truth import PlanTruth
from ui.views.planner_words import step_rows, typed_step
from ui.views.stages import mark_stepper, meeting_stepper
from ui.widgets.base import Label
from ui.widgets.button import Button, IconButton, LinkButton
from ui.widgets.card import SHADOW_ROOM
from ui.widgets.chip import Chip
from ui.widgets.empty import EmptyState
from ui.widgets.fields import TextField
from ui.widgets.flow import Flow
from ui.widgets.layouts import column, fill, row
from ui.widgets.page import ScrollPage
from ui.widgets.slot import tab_along

NEW_STEP_MINUTES = 10
SAVED_SHOWN_MS = 4000
WIDE, MIDDLE = 1080, 720
"""Widths at 100 % text from which the page has three columns, or two."""


class PlannerView(ScrollPage):
    """`show_ref` takes a meeting."""

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(ctx.theme, gap=16, margins=(36 - SHADOW_ROOM, 26, 36 - SHADOW_ROOM, 24), parent=parent)
        self.setWidgetResizable(True)
        self._ctx = ctx
        self._ref: Ref | None = None
        self._items: tuple[AgendaItem, ...] = ()
        self._columns = 0
        theme = ctx.theme
        self.stepper = meeting_stepper(ctx, self)
        self.crumb = LinkButton(theme, "", color="ink2", shrinks=True)
        self.crumb.clicked.connect(lambda _on=False: self._to_circle())
        self.tick = Chip(theme, self.tr("Saved"), tone="teal", icon="check")
        self.tick.hide()
        self._quiet = QTimer(self, singleShot=True, interval=SAVED_SHOWN_MS)
        self._quiet.timeout.connect(self.tick.hide)
        self.more = IconButton(theme, "ellipsis", self.tr("More about this meeting"))
        self.printer = IconButton(theme, "printer", self.tr("Print the agenda or role cards (Ctrl+P)"))
        self.printer.clicked.connect(lambda _on=False: self._print())
        self.head = PlanHead(ctx)
        self.steps = StepList(theme)
        self.editor = StepEditor(ctx)
        self.truth = PlanTruth(ctx)
        self.fits = Label(theme, role="strong", color="ink2", wrap=True)
        self.line = TextField(
            theme, name=self.tr("Add a step"), hint=self.tr("Add: closing round 10 min"), icon="plus", key="Enter"
        )
        self._draft = Draft(ctx.ws, self.line)
        self.add = Button(theme, self.tr("Step"), look="soft", icon="plus", key="Ctrl Enter")
        self.borrow = Button(theme, self.tr("From the Library"), look="ghost", icon="library")
        self.reuse = Button(theme, self.tr("Templates"), look="ghost", icon="layers")
        self.empty = EmptyState(
            theme,
            self.tr("A good evening has four to six steps: arrive, hear each other, choose, promise, close."),
            title=self.tr("Put the first step on the table"), action=self.tr("Use a simple plan"), icon="sprout",
            picture="list-checks", small=True,
        )  # fmt: skip
        self._lay_out()
        self._connect()

    def show_ref(self, ref: Ref | None) -> None:
        """Open the plan of this meeting. Raises NotFound for one that is gone, so that the window stays where it is."""
        if ref is None:
            return
        meeting(self._ctx.ws, ref)
        another = ref != self._ref
        if self._ref is not None and another:
            self.head.flush()
            self.editor.flush()
            self.steps.mark(None)
        self._ref = ref
        self._draft.move_to(place_of("step", ref))
        self.refresh()
        if not self._items:
            self.line.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self.steps.current is not None:
            self.steps.focus_row(self.steps.current)
        if another:
            # the keyboard left the rows that were here, and the page went along with it
            self.verticalScrollBar().setValue(0)

    def refresh(self) -> None:
        """Show what the workspace holds now; typing in progress is left alone."""
        if self._ref is None:
            return
        ws = self._ctx.ws
        try:
            found = meeting(ws, self._ref)
        except NotFound:
            self._ref = None
            self.editor.forget()
            self._ctx.navigate("meetings", None)
            return
        self._items = agenda(ws, self._ref)
        self.crumb.set_label(found.card.circle_name)
        self._arrange()
        mark_stepper(self.stepper, "plan", found.state)
        self.head.show_meeting(found)
        current = self._current_after_change()
        self.steps.set_rows(step_rows(found.starts_at, self._items), current=current)
        tab_along([*self.head.stops(), *self.steps.stops(), self.line])
        told = answers_words(answers(ws, self._ref))
        now_ms = ws.clock.now_ms()
        left = carried_over(ws, self._ref, now_ms)
        self.truth.show_plan(found, self._items, left=left, today=date_of_ms(now_ms), coming=told)
        self._allow(may_edit(ws, self._ref.space, AGENDA_ITEMS))
        self.fits.setText(self.truth.sum.text())
        self.fits.set_color("danger" if self.truth.over else "ink2")
        self.empty.setVisible(not self._items)
        self.editor.setVisible(bool(self._items))
        self._show_step()

    def _allow(self, allowed: bool) -> None:
        """Where only organizers plan, the others read."""
        for part in (self.line, self.add, self.borrow, self.reuse, self.more):
            part.setVisible(allowed)
        self.head.set_allowed(allowed)
        self.editor.set_allowed(allowed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def add_step(self, title: str = "", minutes: int | None = None, *, last: bool = False) -> None:
        """A new step after the chosen one (or as the last), chosen at once."""
        if self._ref is None:
            return
        after = None if last or not self._items else self.steps.current
        new = agenda_commands.add_item(
            self._ctx.ws,
            self._ref,
            title=title or self.tr("New step"),
            minutes=minutes or NEW_STEP_MINUTES,
            after=after,
        )
        self.refresh()
        self.steps.mark(new)
        self._show_step()
        if not last:
            self.editor.focus_title()

    def _lay_out(self) -> None:
        theme = self._ctx.theme
        self._top = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        fill(
            theme,
            self._top,
            row(theme, self.crumb, self.printer, self.more, self.tick, None, gap=6),
            self.stepper,
            gap=10,
        )
        self._top.setStretch(0, 1)
        self._top.setContentsMargins(theme.px(SHADOW_ROOM), 0, theme.px(SHADOW_ROOM), 0)
        self.body.addLayout(self._top)
        self.body.addLayout(row(theme, self.head, margins=(SHADOW_ROOM, 0, SHADOW_ROOM, 0), center=False))
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(theme.px(14))
        self._grid.setVerticalSpacing(theme.px(10))
        self._left = QWidget()
        left = QHBoxLayout(self._left)
        under = Flow(theme, self.add, self.borrow, self.reuse, gap=6)
        # the cards beside it keep room for their shadow; the list begins where they do
        fill(theme, left, SHADOW_ROOM, gap=0)
        left.addLayout(column(theme, 8, self.fits, self.steps, self.line, under, None, gap=10), 1)
        self._middle = QWidget()
        middle = QVBoxLayout(self._middle)
        fill(theme, middle, self.editor, self.empty, None, gap=0)
        self.body.addLayout(self._grid)
        self.body.addStretch(1)
        self._arrange()

    def _connect(self) -> None:
        self.steps.chosen.connect(lambda _ref: self._show_step())
        self.steps.opened.connect(lambda _ref: self.editor.focus_title())
        self.steps.removed.connect(self._remove)
        self.steps.moved.connect(self._move)
        self.editor.removed.connect(lambda: self._remove(self.steps.current))
        self.editor.closed.connect(lambda: self.steps.focus_row(self.steps.current))
        self.steps.stepped.connect(self._move_by)
        self.editor.moved.connect(self._move_current)
        self.line.returnPressed.connect(self._add_typed)
        self.add.clicked.connect(lambda _on=False: self._add_here())
        self.more.clicked.connect(lambda _on=False: self._more_menu())
        self.borrow.clicked.connect(lambda _on=False: self._borrow())
        self.reuse.clicked.connect(lambda _on=False: self._templates())
        self.empty.pressed.connect(self._simple_plan)
        self.truth.open_left.connect(self._look_back)
        self.truth.left.place_after(lambda: self.steps.current)
        self.truth.left.left_list.connect(self.truth.look_back.setFocus)
        self.truth.open_coming.connect(lambda: self._ref and ask_coming(self._ctx, self._ref, self.window()))
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self._add_here)
        QShortcut(QKeySequence("Ctrl+P"), self).activated.connect(self._print)
        for part in (self.head, self.editor):
            part.saved.connect(self._say_saved)
        watched = {"meetings", "agenda_items", "people", "tasks", "outcomes", "circle", "attendance", "contributions"}
        self._ctx.bus.watch(self, watched, self.refresh)

    def _arrange(self) -> None:
        """Three columns, two (the truth under the steps), or one below the other, by the width there is."""
        wide = self.room() / self._ctx.theme.scale
        columns = 3 if wide >= WIDE else 2 if wide >= MIDDLE else 1
        self.head.set_across(4 if wide >= 820 else 2)
        # the words of the other pages give way before the name of the circle does
        beside = self.stepper.minimumSizeHint().width() + self._ctx.theme.px(200)
        self.crumb.setMinimumWidth(max(0, min(self.crumb.sizeHint().width(), self.room() - beside)))
        if columns == self._columns:
            return
        self._columns = columns
        stacked = columns == 1
        # where the card with the whole truth stands below, its first line comes along to the top
        self.fits.setVisible(columns < 3)
        self._top.setDirection(QBoxLayout.Direction.TopToBottom if stacked else QBoxLayout.Direction.LeftToRight)
        top = Qt.AlignmentFlag.AlignTop
        for part in (self._left, self._middle, self.truth):
            self._grid.removeWidget(part)
        places = {3: ((0, 0), (0, 1), (0, 2)), 2: ((0, 0), (0, 1), (1, 0)), 1: ((0, 0), (1, 0), (2, 0))}[columns]
        shares = {3: (7, 10, 6), 2: (8, 10, 0), 1: (1, 0, 0)}[columns]
        for part, (line, place) in zip((self._left, self._middle, self.truth), places, strict=True):
            deep = 2 if columns == 2 and part is self._middle else 1
            self._grid.addWidget(part, line, place, deep, 1, top)
        for place, share in enumerate(shares):
            self._grid.setColumnStretch(place, share)

    def _current_after_change(self) -> Ref | None:
        refs = [item.ref for item in self._items]
        current = self.steps.current
        if current in refs:
            return current
        before = [row.ref for row in self.steps.rows()]
        if current in before:
            # the chosen step went away: its neighbour takes over
            place = min(before.index(current), len(refs) - 1)
            return refs[place] if refs else None
        return refs[0] if refs else None

    def _show_step(self) -> None:
        for number, item in enumerate(self._items, start=1):
            if item.ref == self.steps.current:
                everybody = people(self._ctx.ws, item.ref.space, gone=True)
                members = tuple(p for p in everybody if p.status != "gone" or p.ref == item.lead)
                part = part_at([one.section for one in self._items], number - 1)
                begins = part.first == number - 1
                self.editor.show_item(item, members, number=number, section=part.title, begins=begins)
                return
        self.editor.forget()

    def _move(self, ref: Ref, place: int, drop: Drop) -> None:
        others = [item.ref for item in self._items if item.ref != ref]
        titles = dict(zip([item.ref for item in self._items], sections([i.section for i in self._items]), strict=True))
        if drop.section is None:
            section = neighbours(titles, others, ref, place)
        elif drop.under:
            section = titles[drop.section]
        else:
            section = titles[others[place - 1]] if place else ""
        self._move_to(ref, place, section)

    def _move_current(self, step: int) -> None:
        if self.steps.current is not None:
            self._move_by(self.steps.current, step)

    def _move_by(self, ref: Ref, step: int) -> None:
        led = stepped([(item.ref, item.section) for item in self._items], ref, step)
        if led is not None:
            self._move_to(ref, *led)

    def _move_to(self, ref: Ref, place: int, section: str) -> None:
        agenda_commands.move_to_section(self._ctx.ws, ref, place, section)
        self.refresh()
        self.steps.choose(ref)

    def _remove(self, ref: Ref | None) -> None:
        title = next((item.title for item in self._items if item.ref == ref), None)
        if ref is None or title is None:
            return
        self.editor.flush()
        agenda_commands.delete_item(self._ctx.ws, ref)
        self.editor.forget()
        self.refresh()
        if self.steps.current is not None:
            self.steps.focus_row(self.steps.current)
        words = self.tr("“{title}” is in the trash").format(title=isolated(title))
        self._ctx.toast(words, taking_back(self._ctx.ws))

    def _add_typed(self) -> None:
        title, minutes = typed_step(self.line.text())
        if not title:
            return
        self.add_step(title, minutes, last=True)
        self._draft.done()

    def _add_here(self) -> None:
        if self.line.hasFocus() and self.line.text().strip():
            self._add_typed()
            return
        self.editor.flush()
        self.add_step()

    def _borrow(self) -> None:
        from ui.dialogs.from_library import FromLibrary

        if self._ref is not None:
            self.editor.flush()
            sheet = FromLibrary(self._ctx, meeting=self._ref, after=self.steps.current, parent=self.window())
            sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            sheet.open()

    def _templates(self) -> None:
        from ui.dialogs.templates import TemplatesSheet

        if self._ref is not None:
            self.editor.flush()
            sheet = TemplatesSheet(self._ctx, self._ref, after=self.steps.current, parent=self.window())
            sheet.used.connect(self._show_used)
            sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            sheet.open()

    def _show_used(self, made: tuple[Ref, ...]) -> None:
        self.refresh()
        if made:
            self.steps.choose(made[0])
            self.steps.focus_row(made[0])

    def _simple_plan(self) -> None:
        if self._ref is None:
            return
        first, *_ = agenda_commands.add_items(self._ctx.ws, self._ref, simple_plan())
        self.refresh()
        self.steps.choose(first)
        self._ctx.toast(self.tr("Six steps are on the table; change what you like"), taking_back(self._ctx.ws))

    def _look_back(self) -> None:
        """A last step for what earlier meetings left open; the list itself is beside the live meeting."""
        if self._ref is None:
            return
        step = look_back_step()
        (new,) = agenda_commands.add_items(self._ctx.ws, self._ref, [step])
        self.refresh()
        self.steps.choose(new)
        self._ctx.toast(
            self.tr("“{title}” is in the plan").format(title=isolated(str(step["title"]))), taking_back(self._ctx.ws)
        )

    def _more_menu(self) -> None:
        if self._ref is not None:
            menu = PlanMenu(self._ctx, self._ref, self, printing=self._print, templates=self._templates)
            menu.open_under(self.more)

    def _print(self) -> None:
        """The agenda, or another paper of this evening, with the words typed last."""
        if self._ref is not None:
            self.head.flush()
            self.editor.flush()
            self._ctx.navigate("print", PaperOf(self._ref, "agenda"))

    def _to_circle(self) -> None:
        if self._ref is not None:
            self._ctx.navigate("circle", self._ref.space)

    def _say_saved(self) -> None:
        self.tick.show()
        self._quiet.start()
