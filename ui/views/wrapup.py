"""Before people go: every promise gets a name and a day, decisions are read out, the next date stands."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from circle_app.domain.ids import Ref
from circle_app.domain.schema import AGENDA_ITEMS, MEETINGS
from circle_app.errors import NotFound
from circle_app.workspace.commands import live as live_commands
from circle_app.workspace.commands.writing import may_edit
from circle_app.workspace.queries.carry import left_open
from circle_app.workspace.queries.meetings import AgendaItem, Seat, agenda, attendance, meeting
from circle_app.workspace.queries.outcomes import Outcome, outcomes
from circle_app.workspace.queries.people import me
from circle_app.workspace.queries.tasks import tasks
from ui.context import AppContext
from ui.models.door import sums
from ui.models.seating import seating
from ui.models.taking_back import taking_back
from ui.models.typed_line import Name
from ui.text import isolated, number
from ui.views.checkin_side import plural
from ui.views.files_panel import FilesPanel
from ui.views.outcome_words import Day, outcome_line
from ui.views.stages import crumb_words, mark_stepper, meeting_stepper, stage_line
from ui.views.wrapup_next import NEXT_KEY, NextMeetingCard
from ui.views.wrapup_promises import PromisesCard
from ui.views.wrapup_reflection import ReflectionCard
from ui.widgets.avatar import AvatarStack
from ui.widgets.base import Label
from ui.widgets.button import Button, LinkButton
from ui.widgets.card import Card, held
from ui.widgets.chip import IconLabel
from ui.widgets.layouts import clear, column, row
from ui.widgets.listrow import ElidedLabel
from ui.widgets.page import Header, ScrollPage, SectionTitle
from ui.widgets.tabbing import tab_through

NARROW_BELOW = 800
MISSED_NAMED = 8
WATCHED = frozenset(
    {"outcomes", "tasks", "files", "meetings", "agenda_items", "attendance", "people", "circle", "reflections"}
)


class WrapUpView(ScrollPage):
    """`show_ref` takes a meeting."""

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(ctx.theme, gap=12, margins=(26, 18, 26, 18), parent=parent)
        self._ctx = ctx
        self._ref: Ref | None = None
        theme = ctx.theme
        self.stepper = meeting_stepper(ctx, self)
        self.crumb = ElidedLabel(theme, role="second", color="ink3")
        self.end = Button(theme, self.tr("End meeting"), icon="flag")
        self.end.clicked.connect(lambda _on=False: self._end())
        self.make_notes = Button(
            theme, self.tr("Make the notes"), look="primary", icon="notebook-pen", key="Ctrl Enter"
        )
        self.make_notes.clicked.connect(lambda _on=False: self._to_notes())
        self.head = Header(theme, self.tr("Wrapping up"), " ", self.end, self.make_notes)
        self.promises = PromisesCard(ctx)
        self.decided = _Decisions(ctx)
        self.next = NextMeetingCard(ctx)
        self.who = _WhoCame(ctx, self)
        self.files = FilesPanel(ctx, MEETINGS)
        self.reflection = ReflectionCard(ctx)
        self._lay_out()
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(self._to_notes)
        QShortcut(QKeySequence(NEXT_KEY), self).activated.connect(self._to_next)
        ctx.bus.watch(self, WATCHED, self.refresh)

    def show_ref(self, ref: Ref | None) -> None:
        """Wrap this meeting up; the keyboard waits in the first gap."""
        if ref is None:
            return
        if ref != self._ref:
            self.reflection.flush()
            self.next.day.clear()
        anew = ref != self._ref
        self._ref = ref
        self.refresh(anew=anew)
        self._land()

    def refresh(self, *, anew: bool = False) -> None:
        """Show what the workspace holds now; half-typed fields are left alone."""
        if self._ref is None:
            return
        ws = self._ctx.ws
        try:
            found = meeting(ws, self._ref)
        except NotFound:
            self._ref = None
            self._ctx.navigate("meetings")
            return
        seats = attendance(ws, self._ref)
        day = Day.at(ws.clock.now_ms(), found.zone, me=me(ws, self._ref.space), seats=seats)
        lines = outcomes(ws, self._ref)
        promised = {line.task.ref: line.task for line in lines if line.task is not None}
        promised |= {task.ref: task for task in tasks(ws, meeting=self._ref)}
        open_tasks = tuple(task for task in promised.values() if not task.done)
        people = tuple(Name(seat.person.ref, seat.person.name) for seat in seats)
        self.crumb.setText(crumb_words(found))
        self.head.set_text(self.tr("Wrapping up"), found.title)
        self.end.setVisible(found.state == "live")
        mark_stepper(self.stepper, "wrapup", found.state)
        earlier = tuple(one for one in left_open(ws, self._ref) if one.kind == "task" and one.ref not in promised)
        self.promises.show_tasks(open_tasks, earlier=earlier, people=people, today=day.today)
        self.decided.show_lines(tuple(line for line in lines if line.kind == "decision" and not line.parked), day)
        self.next.show_meeting(found, day.today)
        self.who.show_seats(seats)
        self.files.show_files(self._ref, *(line.ref for line in lines), *promised)
        self.reflection.show_meeting(found, day, people, anew=anew)
        may = found.state == "live" and may_edit(ws, self._ref.space, AGENDA_ITEMS)
        self.reflection.offer_round(may and not _round_to_come(agenda(ws, self._ref)))
        self._arrange()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # a stack of pages moves the keyboard while it turns them over; we come after it
        QTimer.singleShot(0, self, self._land)
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Two columns, or one where the window or the words leave no room for both."""
        columns = [each.minimumSize().width() for each in self._parts]
        edges = self.body.contentsMargins()
        needed = sum(columns) + self._columns.spacing() + edges.left() + edges.right()
        narrow = self.room() < max(self.theme.px(NARROW_BELOW), needed)
        ways = QBoxLayout.Direction
        self._columns.setDirection(ways.TopToBottom if narrow else ways.LeftToRight)
        self.stepper.setVisible(self.room() >= self.theme.px(620))

    def focusNextPrevChild(self, onward: bool) -> bool:
        """Tab goes as the page is laid out, also over what came to be since the last time."""
        first, second = (self.promises, self.decided, self.reflection, self.files), (self.next, self.who)
        tab_through(self.stepper, self.head, *first, *second)
        return super().focusNextPrevChild(onward)

    def open_check_in(self) -> None:
        """Go back to the door to mend who was here."""
        self._ctx.navigate("checkin", self._ref)

    def _land(self) -> None:
        """The keyboard lands where the work begins, once the page is shown."""
        if self.isVisible():
            self._reach(self.promises.first_gap() or self.reflection.answer)

    def _reach(self, part: QWidget) -> None:
        part.setFocus(Qt.FocusReason.TabFocusReason)
        # with large text it may lie below the fold
        self.ensureWidgetVisible(part, 0, self.theme.px(40))

    def _lay_out(self) -> None:
        theme = self.theme
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.setSpacing(theme.px(4))
        first = column(theme, self.promises, self.decided, self.reflection, held(Card(theme), self.files), None, gap=2)
        self._parts = (first, column(theme, self.next, self.who, None, gap=2))
        for part, share in zip(self._parts, (60, 38), strict=True):
            self._columns.addLayout(part, share)
        # cards keep room for their shadow, so the head moves in by as much
        line = stage_line(theme, self.crumb, self.stepper)
        self.body.addLayout(column(theme, line, self.head, gap=12, margins=(10, 0, 10, 0)))
        self.body.addLayout(self._columns, 1)

    def _end(self) -> None:
        if self._ref is not None:
            live_commands.close_meeting(self._ctx.ws, self._ref)
            self._ctx.toast(self.tr("The meeting has ended"), taking_back(self._ctx.ws))

    def _to_next(self) -> None:
        self._reach(self.next.beginning())

    def _to_notes(self) -> None:
        self.reflection.flush()
        if self._ref is not None:
            self._ctx.navigate("export", self._ref)


def _round_to_come(items: tuple[AgendaItem, ...]) -> bool:
    """Whether a round still stands on the agenda, or runs."""
    return any(item.mode == "round" and item.state is None for item in items)


class _Decisions(Card):
    """What was decided, to be read out once more."""

    def __init__(self, ctx: AppContext) -> None:
        super().__init__(ctx.theme, gap=8)
        self._shown: tuple[str, ...] | None = None
        self.body.addWidget(Label(ctx.theme, self.tr("What we decided"), role="section"))
        self._lines = QVBoxLayout()
        self._lines.setSpacing(ctx.theme.px(10))
        self.body.addLayout(self._lines)

    def show_lines(self, lines: tuple[Outcome, ...], day: Day) -> None:
        told = tuple(f"{line.text}\n{outcome_line(line, day)}" for line in lines)
        if told == self._shown:
            return
        self._shown = told
        clear(self._lines)
        for line in lines:
            words = column(
                self.theme,
                Label(self.theme, line.text, role="medium", wrap=True),
                Label(self.theme, outcome_line(line, day), role="small", color="ink3"),
                gap=2,
            )
            beside = row(self.theme, IconLabel(self.theme, "gavel", size=18, tone="plum"), gap=12)
            beside.addLayout(words, 1)
            self._lines.addLayout(beside)
        if not lines:
            empty = self.tr("No decision was written down. Was there one? Add it in the live page.")
            self._lines.addWidget(Label(self.theme, empty, color="ink3", wrap=True))


class _WhoCame(Card):
    """Who was here, in one line of faces and one of numbers."""

    def __init__(self, ctx: AppContext, view: WrapUpView) -> None:
        super().__init__(ctx.theme, gap=8)
        mend = LinkButton(ctx.theme, self.tr("Mend the list"))
        mend.clicked.connect(lambda _on=False: view.open_check_in())
        self.body.addWidget(SectionTitle(ctx.theme, self.tr("Who was here"), mend))
        self.faces = AvatarStack(ctx.theme, shown=8, size=32)
        self.words = Label(ctx.theme, role="body", color="ink2", wrap=True)
        self.body.addLayout(row(ctx.theme, self.faces, None))
        self.body.addWidget(self.words)
        self.missed = Label(ctx.theme, role="second", color="ink3", wrap=True)
        self.body.addWidget(self.missed)

    def show_seats(self, seats: tuple[Seat, ...]) -> None:
        counted = sums(seats)
        came = [seat for seat in seats if seat.status in ("present", "late")]
        ordered = (*seating(seats), *(seat for seat in came if not seat.here))
        self.faces.setVisible(bool(ordered))
        self.faces.set_people(tuple((seat.person.name, seat.person.ref.row) for seat in ordered))
        guests = sum(seat.guest for seat in came)
        parts = [
            self.tr("{came} of {all} from the circle").format(
                came=number(len(came) - guests), all=number(counted.members)
            )
        ]
        told = (("%Ln guest(s)", guests), ("%Ln excused", counted.excused), ("%Ln left early", counted.left))
        parts += [plural(text, count) for text, count in told if count]
        self.words.setText(" · ".join(parts) if came else self.tr("Nobody was checked in."))
        self._show_missed(seats if came else ())

    def _show_missed(self, seats: tuple[Seat, ...]) -> None:
        """By name, so that somebody gets in touch; who said nothing is missed, never called absent."""
        excused = [seat for seat in seats if seat.status == "excused"]
        missed = [seat for seat in seats if seat.status in (None, "absent") and not seat.guest]
        told = ((self.tr("Could not come: {names}"), excused), (self.tr("We missed: {names}"), missed))
        lines = [words.format(names=_names(who)) for words, who in told if who]
        self.missed.setText("\n".join(lines))
        self.missed.setVisible(bool(lines))


def _names(seats: list[Seat]) -> str:
    """The first few by name, the others as a number."""
    named = ", ".join(isolated(seat.person.name) for seat in seats[:MISSED_NAMED])
    more = len(seats) - MISSED_NAMED
    return f"{named}, {plural('and %Ln more', more)}" if more > 0 else named
