"""Promises: mine, by circle or by person; now, waiting, later or done; each changed where it stands."""

from __future__ import annotations

from datetime import date
from functools import partial

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from circle_app.domain.ids import Ref
from circle_app.domain.schema import TASKS
from circle_app.workspace.commands import tasks as task_commands
from circle_app.workspace.commands.writing import may_edit
from circle_app.workspace.queries.circles import CircleCard, my_circles
from circle_app.workspace.queries.people import me, people
from circle_app.workspace.queries.tasks import Task, task, tasks
from ui.context import AppContext
from ui.dialogs.start_circle import start_circle
from ui.models.taking_back import taking_back
from ui.models.typed_line import Name
from ui.text import date_of_ms, task_state
from ui.views.tasks_card import GroupCard
from ui.views.tasks_groups import Group, Key, fitting, grouped
from ui.views.tasks_line import PromiseLine
from ui.views.tasks_parts import KeysLine, way_back
from ui.views.tasks_row import TaskRow
from ui.views.tasks_words import group_title, nothing_here, summary
from ui.widgets.button import Button
from ui.widgets.card import SHADOW_ROOM
from ui.widgets.choice import Option, Segmented
from ui.widgets.empty import EmptyState
from ui.widgets.fields import SearchField
from ui.widgets.flow import Flow
from ui.widgets.layouts import clear, column, row
from ui.widgets.menu import Menu
from ui.widgets.page import Header, ScrollPage

SHOWN_AT_FIRST = 50
STATES = ("now", "waiting", "later", "done")
WATCHED = frozenset({"tasks", "people", "meetings", "projects", "circle", "spaces"})


class TasksView(ScrollPage):
    """`space` narrows it to one circle, as a tab of its page. `show_ref` takes a promise, or words for a new one."""

    def __init__(self, ctx: AppContext, parent: QWidget | None = None, *, space: int | None = None) -> None:
        side = 36 - SHADOW_ROOM
        top = 26 if space is None else 14
        super().__init__(ctx.theme, gap=12, margins=(side, top, side, 24), parent=parent)
        self._ctx, self._space = ctx, space
        self._rows: dict[Ref, TaskRow] = {}
        self._cards: dict[Key, GroupCard] = {}
        self._order: list[Ref] = []
        self._names: dict[int, tuple[Name, ...]] = {}
        self._most = SHOWN_AT_FIRST
        self._groups: tuple[Group, ...] = ()
        theme = ctx.theme
        self.filter = SearchField(theme, name=self.tr("Find a task"), hint=self.tr("Words, a name, a meeting"))
        self.filter.setMaximumWidth(theme.px(320))
        self.filter.textChanged.connect(lambda _text: self.refresh())
        first = Option("all", self.tr("Everybody")) if space is not None else Option("circle", self.tr("By circle"))
        self.mode = Segmented(
            theme, (Option("mine", self.tr("My tasks")), first, Option("person", self.tr("By person"))),
            name=self.tr("Whose tasks"), code=first.code, wrap=True,
        )  # fmt: skip
        self.state = Segmented(
            theme, tuple(Option(code, task_state(code), "", "teal") for code in STATES),
            name=self.tr("How far they are"), wrap=True,
        )  # fmt: skip
        for choice in (self.mode, self.state):
            choice.chosen.connect(lambda _code: self._turn())
        self.line = PromiseLine(ctx, space=space)
        self.line.made.connect(self._welcome)
        self.header = Header(theme, self.tr("Tasks"), " ", self.filter) if space is None else None
        self._lay_out()
        ctx.bus.watch(self, WATCHED, self.refresh)
        if space is None:
            self.mode.set_code("mine" if self._mine_open() else "circle")
        self.refresh()

    def show_ref(self, ref: object) -> None:
        """Show this promise wherever it stands; words begin a new one; nothing puts the keyboard on the new line."""
        self.refresh()
        if isinstance(ref, Ref):
            self._reveal(ref)
        else:
            self.line.begin(ref if isinstance(ref, str) else "")

    def rows(self) -> tuple[TaskRow, ...]:
        """The lines from top to bottom."""
        return tuple(self._rows[ref] for ref in self._order)

    def refresh(self) -> None:
        """Read the promises anew; while a line is being changed the others keep their places."""
        ws = self._ctx.ws
        every = tasks(ws, space=self._space)
        cards = my_circles(ws)
        self._names = {}
        mine = self._mine(cards)
        self.line.set_circles(cards)
        self.line.assume(mine=self.mode.code() == "mine", state=self.state.code())
        found = fitting(every, self.filter.text())
        chosen = [each for each in found if self.mode.code() != "mine" or each.owner in mine]
        for code in STATES:
            number = sum(1 for each in chosen if each.state == code)
            self.state.set_text(code, f"{task_state(code)}  {number}" if number else task_state(code))
        shown = [each for each in chosen if each.state == self.state.code()]
        today = date_of_ms(ws.clock.now_ms())
        if self.header is not None:
            self.header.set_text(self.tr("Tasks"), summary(every, mine=mine, today=today))
        self._show(shown, mine=mine, today=today, cards=cards)
        self._show_empty(shown, every, cards)

    def _lay_out(self) -> None:
        theme = self.theme
        edges = (SHADOW_ROOM, 0, SHADOW_ROOM, 0)
        choices = Flow(theme, self.mode, self.state, gap=14)
        if self.header is not None:
            self.body.addLayout(row(theme, self.header, margins=edges, center=False))
            self.body.addLayout(column(theme, choices, self.line, gap=12, margins=edges))
        else:
            self.filter.setMinimumWidth(theme.px(200))
            self.body.addLayout(
                column(theme, Flow(theme, self.mode, self.state, self.filter, gap=14), self.line, gap=12, margins=edges)
            )
        self._list = column(theme, gap=4)
        self.body.addLayout(self._list)
        self._rest = column(theme, gap=4)
        self.body.addLayout(self._rest)
        self._keys = KeysLine(theme)
        self.body.addLayout(column(theme, self._keys, margins=(SHADOW_ROOM + 8, 4, SHADOW_ROOM, 0)))
        self.body.addStretch(1)

    def _show(self, shown: list[Task], *, mine: frozenset[Ref], today: date, cards: tuple[CircleCard, ...]) -> None:
        by = {"mine": "day", "all": "day"}.get(self.mode.code(), self.mode.code())
        groups = grouped(shown[: self._most], by=by, today=today, mine=mine)
        if any(line.editing for line in self._rows.values()):
            # a field is open: nothing may move under the hands; the page catches up when it closes
            kept = {each.ref: each for each in shown}
            groups = tuple(
                Group(g.key, tuple(kept.get(t.ref, t) for t in g.tasks)) for g in self._groups
            )  # fmt: skip
        self._groups = groups
        place = self._place_of_focus()
        order = [each.ref for group in groups for each in group.tasks]
        may = {card.space: card.state == "active" and may_edit(self._ctx.ws, card.space, TASKS) for card in cards}
        spare = self._spare(order)
        for group in groups:
            lines = []
            for number, each in enumerate(group.tasks):
                line = self._rows.get(each.ref) or self._take_row(each.ref, spare)
                line.show_task(
                    each, today=today, circle=self._space is None and by != "circle", may=may.get(each.ref.space, False),
                    people=partial(self._people, each.ref.space), last=number == len(group.tasks) - 1,
                )  # fmt: skip
                lines.append(line)
            card = self._card(group)
            card.show_rows(lines)
        for key in [key for key in self._cards if key not in {group.key for group in groups}]:
            gone = self._cards.pop(key)
            self._list.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        for number, group in enumerate(groups):
            if self._list.indexOf(self._cards[group.key]) != number:
                self._list.insertWidget(number, self._cards[group.key])
                self._cards[group.key].show()
        for line in spare:
            line.hide()
            line.deleteLater()
        self._order = order
        self._restore_focus(place)
        clear(self._rest)
        if len(shown) > self._most:
            more = Button(self.theme, self.tr("Show more"), look="ghost")
            more.clicked.connect(lambda _on=False: self._show_more())
            self._rest.addWidget(more, 0, Qt.AlignmentFlag.AlignHCenter)

    def _spare(self, order: list[Ref]) -> list[TaskRow]:
        """Lines whose promise left the page; other promises take them over, which is much quicker than making new ones."""
        kept = set(order)
        return [self._rows.pop(ref) for ref in list(self._rows) if ref not in kept]

    def _take_row(self, ref: Ref, spare: list[TaskRow]) -> TaskRow:
        held = QApplication.focusWidget()
        for line in spare:
            # the keyboard must not travel to another promise unseen
            if held is None or (held is not line and not line.isAncestorOf(held)):
                spare.remove(line)
                self._rows[ref] = line
                return line
        line = TaskRow(self._ctx)
        line.asked.connect(self._do)
        line.menu_asked.connect(self._menu)
        line.ended.connect(lambda: QTimer.singleShot(0, self, self._catch_up))
        self._rows[ref] = line
        return line

    def _catch_up(self) -> None:
        if self.isVisible():
            self.refresh()

    def _card(self, group: Group) -> GroupCard:
        card = self._cards.get(group.key)
        if card is None:
            card = GroupCard(self.theme)
            self._cards[group.key] = card
        first = group.tasks[0]
        count = self.tr("%Ln task(s)", "", len(group.tasks))
        if isinstance(group.key, Ref):
            card.show_head(first.owner_name or "", count=count, person=group.key.row)
        elif isinstance(group.key, int):
            color = self.theme.circle_color(first.color, bytes([group.key % 256]))
            card.show_head(first.circle_name, count=count, color=color)
        else:
            card.show_head(
                group_title(group.key), count=count, tone={"late": "danger", "nobody": "gold"}.get(group.key, "plain")
            )
        return card

    def _do(self, line: TaskRow, what: str) -> None:
        """What a line asks of the page."""
        each, ws = line.task, self._ctx.ws
        if each is None:
            return
        if what in ("up", "down"):
            self._move(line, -1 if what == "up" else 1)
        elif what == "body":
            self.open_text(each.ref)
        elif what == "meeting":
            self._ctx.navigate(*way_back(ws, each))
        elif what == "remove":
            task_commands.delete_task(ws, each.ref)
            self._ctx.toast(self.tr("In the trash: {title}").format(title=each.title), taking_back(ws))
        elif what == "tick" and each.done:
            task_commands.reopen_task(ws, each.ref)
            self._ctx.toast(self.tr("Open again: {title}").format(title=each.title), taking_back(ws))
        elif what == "tick":
            task_commands.finish_task(ws, each.ref)
            self._ctx.toast(self.tr("Kept: {title}").format(title=each.title), taking_back(ws))
        elif what != each.state:
            task_commands.set_task(ws, each.ref, state=what)
            self._ctx.toast(
                self.tr("{state}: {title}").format(state=task_state(what), title=each.title), taking_back(ws)
            )

    def _menu(self, line: TaskRow, where: QPoint) -> None:
        each = line.task
        if each is None:
            return
        menu = Menu(self.theme, self)
        menu.add(self.tr("Change the words"), partial(line.begin_edit, "title"), icon="pencil", key="Enter")
        menu.add(self.tr("Who"), partial(line.begin_edit, "owner"), icon="user", key="A")
        menu.add(self.tr("By when"), partial(line.begin_edit, "due"), icon="calendar-days", key="D")
        menu.add(self.tr("More about it…"), partial(self._do, line, "body"), icon="notebook-pen", key="B")
        menu.addSeparator()
        tick = self.tr("Open it again") if each.done else self.tr("It is kept")
        menu.add(tick, partial(self._do, line, "tick"), icon="check", key="E")
        for code, key, icon in (("now", "N", "zap"), ("waiting", "W", "hourglass"), ("later", "L", "clock")):
            if code != each.state:
                words = self.tr("Put to: {state}").format(state=task_state(code))
                menu.add(words, partial(self._do, line, code), icon=icon, key=key)
        menu.addSeparator()
        menu.add(self.tr("Files…"), partial(self._files, each), icon="paperclip")
        if each.meeting is not None:
            menu.add(self.tr("Go to the meeting it came from"), partial(self._do, line, "meeting"), icon="arrow-right")
        menu.add(self.tr("Take it away"), partial(self._do, line, "remove"), icon="trash-2", key="Del", color="danger")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(where)

    def open_text(self, ref: Ref) -> None:
        """Open the text of a promise. Raises NotFound."""
        from ui.dialogs.task_words import TaskSheet  # brings the editor; the page shows without it

        TaskSheet(self._ctx, ref, self.window()).open()

    def _files(self, each: Task) -> None:
        from ui.dialogs.files import FilesSheet  # brings what reads sealed files; the page shows without it

        FilesSheet(self._ctx, each.ref, TASKS, each.title, self.window()).open()

    def _move(self, line: TaskRow, step: int) -> None:
        place = self._order.index(line.task.ref) + step if line.task and line.task.ref in self._order else -1
        if place < 0:
            self.line.begin()
        elif place < len(self._order):
            self._land(self._order[place])

    def _land(self, ref: Ref) -> None:
        line = self._rows[ref]
        line.setFocus(Qt.FocusReason.TabFocusReason)
        QTimer.singleShot(0, line, lambda: self.ensureWidgetVisible(line, 20, 60))

    def _reveal(self, ref: Ref) -> None:
        """Turn the page so that a promise is on it, and put the keyboard there."""
        wanted = task(self._ctx.ws, ref)
        self.filter.clear()
        if self.mode.code() == "mine" and wanted.owner not in self._mine(my_circles(self._ctx.ws)):
            self.mode.set_code("circle" if self._space is None else "all")
        self.state.set_code(wanted.state)
        self._most = 100_000 if ref not in self._rows else self._most
        self.refresh()
        if ref in self._rows:
            self._land(ref)

    def _welcome(self, ref: Ref) -> None:
        """A new promise was written: undo is one press away, and the line is ready for the next."""
        made = task(self._ctx.ws, ref)
        if self.state.code() == "done":
            self.state.set_code("now")
        self._ctx.toast(self.tr("Promised: {title}").format(title=made.title), taking_back(self._ctx.ws))
        self.refresh()

    def _turn(self) -> None:
        self._most = SHOWN_AT_FIRST
        self.refresh()

    def _show_more(self) -> None:
        self._most += SHOWN_AT_FIRST * 3
        self.refresh()

    def _place_of_focus(self) -> tuple[int, bool]:
        """Which line has the keyboard, and whether its box has it; (-1, False) for none."""
        held = QApplication.focusWidget()
        for place, ref in enumerate(self._order):
            line = self._rows.get(ref)
            if line is not None and held is not None and (held is line or line.isAncestorOf(held)):
                return place, held is line.box
        return -1, False

    def _restore_focus(self, place: tuple[int, bool]) -> None:
        """The line that had the keyboard went away: the one that took its place gets it."""
        number, box = place
        if number < 0 or self._place_of_focus()[0] >= 0 or not self.isVisible():
            return
        if not self._order:
            self.line.begin()
            return
        line = self._rows[self._order[min(number, len(self._order) - 1)]]
        (line.box if box else line).setFocus(Qt.FocusReason.TabFocusReason)

    def _people(self, space: int) -> tuple[Name, ...]:
        if space not in self._names:
            self._names[space] = tuple(Name(person.ref, person.name) for person in people(self._ctx.ws, space))
        return self._names[space]

    def _mine(self, cards: tuple[CircleCard, ...]) -> frozenset[Ref]:
        return frozenset(ref for card in cards if (ref := me(self._ctx.ws, card.space)) is not None)

    def _mine_open(self) -> bool:
        mine = self._mine(my_circles(self._ctx.ws))
        return any(each.owner in mine and not each.done for each in tasks(self._ctx.ws))

    def _show_empty(self, shown: list[Task], every: tuple[Task, ...], cards: tuple[CircleCard, ...]) -> None:
        self._keys.setVisible(bool(shown) and self.line.isVisibleTo(self))
        if shown:
            return
        theme = self.theme
        if not cards:
            empty = EmptyState(
                theme, self.tr("Tasks belong to a circle: somebody says “I will”, and everybody can see it."),
                title=self.tr("Start with a circle"), action=self.tr("Start a circle"), icon="plus", picture="handshake",
            )  # fmt: skip
            empty.pressed.connect(lambda: start_circle(self._ctx, self.window()))
        elif self.filter.text().strip() and every:
            words = self.tr("No task here has “{text}” in it.").format(text=self.filter.text().strip())
            empty = EmptyState(theme, words, small=True, picture="search")
        elif not every:
            empty = EmptyState(
                theme,
                self.tr("When somebody says “I will”, write it down: who, what, by when. For example “Book the hall @mei fri”."),
                title=self.tr("No tasks yet"), action=self.tr("Write the first one"), icon="plus", picture="handshake",
            )  # fmt: skip
            empty.pressed.connect(self.line.begin)
        else:
            empty = EmptyState(theme, nothing_here(self.state.code()), small=True, picture="circle-check")
        self._rest.addWidget(empty)
