"""The cards of a circle's overview, each made anew from what the workspace holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

from PySide6.QtCore import QCoreApplication, QDate, QLocale
from PySide6.QtWidgets import QWidget

from circle_app.domain.ids import Ref
from circle_app.workspace.commands.tasks import finish_task
from circle_app.workspace.queries.circles import CircleCard
from circle_app.workspace.queries.meetings import MeetingCard
from circle_app.workspace.queries.outcomes import Outcome
from circle_app.workspace.queries.people import Person
from circle_app.workspace.queries.projects import Project
from circle_app.workspace.queries.tasks import Task
from ui.context import AppContext
from ui.dialogs.coming import ask_coming
from ui.doing import done
from ui.new_meeting import new_meeting
from ui.text import date_of_ms, day_of, day_short, due_chip, isolated, number
from ui.theme.theme import Theme
from ui.views.circle_bars import Bar, RhythmBars
from ui.views.meetings_rows import steps_words, when_words
from ui.widgets.avatar import Avatar, AvatarStack
from ui.widgets.base import Label
from ui.widgets.button import Button, LinkButton
from ui.widgets.card import Card
from ui.widgets.chip import Chip, ChipButton, IconLabel
from ui.widgets.choice import CheckBox
from ui.widgets.empty import EmptyState
from ui.widgets.layouts import row
from ui.widgets.listrow import ListRow
from ui.widgets.page import SectionTitle

SHOWN = 5


def next_card(ctx: AppContext, card: CircleCard, window: QWidget, *, allowed: bool = True) -> Card:
    """The next meeting with its plan and check-in, or the invitation to plan one, for who is `allowed` to."""
    theme, upcoming = ctx.theme, card.next_meeting
    box = _card(theme)
    if upcoming is None:
        empty = EmptyState(
            theme, _tr("Plan the next evening: a title, a day, and four to six steps."), title=_tr("No meeting planned"),
            action=_tr("Plan a meeting") if allowed else "", icon="calendar-plus", picture="calendar-days", small=True,
        )  # fmt: skip
        empty.pressed.connect(lambda: new_meeting(ctx, window, space=card.space))
        box.body.addWidget(empty)
        return box
    live = upcoming.state == "live"
    over = Label(
        theme, _tr("Live now") if live else _tr("Next"), role="second_strong", color="danger" if live else "primary"
    )
    box.body.addWidget(over)
    title = Label(theme, upcoming.title, role="section", wrap=True)
    box.body.addWidget(title)
    words = [when_words(upcoming.starts_at, upcoming.minutes, _today(ctx)), upcoming.place or ""]
    box.body.addWidget(Label(theme, "  ·  ".join(w for w in words if w), color="ink2", wrap=True))
    facts: list[QWidget] = [Chip(theme, steps_words(upcoming.steps, upcoming.planned_minutes))]
    if not upcoming.steps:
        facts = [Chip(theme, _tr("No steps yet"), tone="gold")]
    if not live:
        told = _n("%Ln coming", upcoming.coming) if upcoming.coming else _tr("Who is coming?")
        tone = "teal" if upcoming.coming else "plain"
        coming = ChipButton(theme, told, tone=tone, icon="users-round")
        coming.clicked.connect(lambda _on=False: ask_coming(ctx, upcoming.ref, window))
        facts.append(coming)
    box.body.addLayout(row(theme, *facts, None, gap=6))
    box.body.addSpacing(theme.px(6))
    plan = Button(theme, _tr("Back to the meeting") if live else _tr("Open the plan"), look="primary")
    plan.clicked.connect(lambda _on=False: ctx.navigate("live" if live else "plan", upcoming.ref))
    check = Button(theme, _tr("Check-in sheet"))
    check.clicked.connect(lambda _on=False: ctx.navigate("checkin", upcoming.ref))
    box.body.addLayout(row(theme, plan, check, None, gap=8))
    return box


def rhythm_card(ctx: AppContext, held: Sequence[MeetingCard]) -> Card:
    """How many came to the last meetings."""
    theme = ctx.theme
    box = _card(theme)
    box.body.addWidget(SectionTitle(theme, _tr("Rhythm")))
    shown = [meeting for meeting in held if meeting.present]
    if not shown:
        words = _tr("After the first meeting you see here how many came each time.")
        box.body.addWidget(Label(theme, words, color="ink2", wrap=True))
        return box
    bars = RhythmBars(theme)
    bars.set_bars(tuple(_bar(meeting) for meeting in shown))
    box.body.addWidget(bars)
    return box


def promises_card(ctx: AppContext, open_tasks: Sequence[Task], show: Callable[[Ref | None], object]) -> Card:
    """Open tasks with their owner and date; ticking one finishes it and can be undone."""
    theme = ctx.theme
    box = _card(theme)
    late = sum(1 for task in open_tasks if due_chip(task.due, _today(ctx))[1] == "danger")
    link = LinkButton(theme, _n("See all %Ln", len(open_tasks)))
    link.clicked.connect(lambda _on=False: show(None))
    parts: list[QWidget] = [Chip(theme, _n("%Ln open", len(open_tasks)))] if open_tasks else []
    if late:
        parts.append(Chip(theme, _n("%Ln late", late), tone="danger"))
    if len(open_tasks) > SHOWN:
        parts.append(link)
    box.body.addWidget(SectionTitle(theme, _tr("Tasks"), *parts))
    if not open_tasks:
        words = _tr("What people take on in a meeting stands here, with a name and a date.")
        box.body.addWidget(Label(theme, words, color="ink2", wrap=True))
    for place, task in enumerate(open_tasks[:SHOWN]):
        box.body.addWidget(_task_row(ctx, task, show, last=place == min(SHOWN, len(open_tasks)) - 1))
    return box


def decisions_card(ctx: AppContext, made: Sequence[Outcome]) -> Card:
    """The newest decisions, each leading to its meeting."""
    theme = ctx.theme
    box = _card(theme)
    counted = [Chip(theme, number(len(made)), tone="plum")] if made else []
    box.body.addWidget(SectionTitle(theme, _tr("Decisions we keep"), *counted))
    newest = sorted(made, key=lambda line: line.at_ms or 0, reverse=True)
    if not newest:
        words = _tr("Write a decision during a meeting with D, and it is kept here.")
        box.body.addWidget(Label(theme, words, color="ink2", wrap=True))
    for place, line in enumerate(newest[:SHOWN]):
        when = day_short(date_of_ms(line.at_ms)) if line.at_ms else ""
        icon = IconLabel(theme, "gavel", size=16, tone="plum")
        one = ListRow(theme, line.text, when, front=icon, separator=place < min(SHOWN, len(newest)) - 1, whole=True)
        one.opened.connect(lambda line=line: ctx.navigate("line", line.ref) if line.meeting else None)
        box.body.addWidget(one)
    return box


def projects_card(
    ctx: AppContext, found: Sequence[Project], show: Callable[[Ref | None], object], *, allowed: bool = True
) -> Card:
    """Active projects with their open promises; who is `allowed` may begin one."""
    theme = ctx.theme
    box = _card(theme)
    box.body.addWidget(SectionTitle(theme, _tr("Projects")))
    if not found:
        words = _tr("A project gathers tasks and notes on one page, such as “Six planters”.")
        box.body.addWidget(Label(theme, words, color="ink2", wrap=True))
        if allowed:
            start = Button(theme, _tr("Start a project"), look="soft", icon="folder")
            start.clicked.connect(lambda _on=False: show(None))
            box.body.addLayout(row(theme, start, None))
    for place, project in enumerate(found[:SHOWN]):
        words = f"{_n('%Ln open', project.open_tasks)}, {_n('%Ln note(s)', project.notes)}"
        icon = IconLabel(theme, "folder", size=16, tone="gold")
        one = ListRow(theme, project.title, words, front=icon, separator=place < min(SHOWN, len(found)) - 1, whole=True)
        one.opened.connect(lambda project=project: show(project.ref))
        box.body.addWidget(one)
    return box


def people_card(ctx: AppContext, found: Sequence[Person], see_all: Callable[[], object]) -> Card:
    """Who is in, who is invited."""
    theme = ctx.theme
    box = _card(theme)
    link = LinkButton(theme, _n("See all %Ln", len(found)))
    link.clicked.connect(lambda _on=False: see_all())
    box.body.addWidget(SectionTitle(theme, _tr("People"), link))
    members = [person for person in found if person.status == "member"]
    stack = AvatarStack(theme, tuple((person.name, person.ref.row) for person in members), shown=9, size=36)
    box.body.addLayout(row(theme, stack, None))
    invited = [person for person in found if person.status == "invited"]
    waiting = [person for person in members if not person.confirmed]
    facts = []
    if invited:
        facts.append(Chip(theme, _n("%Ln invited", len(invited)), tone="gold"))
    if waiting:
        facts.append(Chip(theme, _n("%Ln not confirmed", len(waiting))))
    if facts:
        box.body.addLayout(row(theme, *facts, None, gap=6))
    return box


def _task_row(ctx: AppContext, task: Task, show: Callable[[Ref | None], object], *, last: bool) -> ListRow:
    theme = ctx.theme
    tick = CheckBox(theme, name=_tr("Done: {title}").format(title=task.title))
    behind: list[QWidget] = []
    words, tone = due_chip(task.due, _today(ctx))
    if words:
        behind.append(Chip(theme, words, tone=tone))
    if task.owner_name and task.owner:
        behind.append(Avatar(theme, task.owner_name, key=task.owner.row, size=28))
    one = ListRow(
        theme, task.title, task.meeting_title or "", front=tick, behind=tuple(behind), separator=not last, whole=True
    )
    one.opened.connect(lambda: show(task.ref))

    def finish() -> None:
        words = _tr("Done: {title}").format(title=isolated(task.title))
        if not done(ctx, partial(finish_task, ctx.ws, task.ref), words):
            tick.setChecked(False)

    tick.clicked.connect(lambda _on=False: finish())
    return one


def _bar(meeting: MeetingCard) -> Bar:
    day = day_of(meeting.starts_at) or (date_of_ms(meeting.closed_ms) if meeting.closed_ms else None)
    label = QLocale().toString(QDate(day.year, day.month, day.day), _tr("d MMM")) if day else number(meeting.number)
    said = day_short(day) if day else meeting.title
    return Bar(label, meeting.present, f"{said}: {_n('%Ln came', meeting.present)}")


def _card(theme: Theme) -> Card:
    return Card(theme, padding=(20, 16, 20, 16), gap=8)


def _today(ctx: AppContext) -> date:
    return date_of_ms(ctx.ws.clock.now_ms())


def _tr(text: str) -> str:
    return QCoreApplication.translate("CircleCards", text)


def _n(text: str, n: int) -> str:
    return QCoreApplication.translate("CircleCards", text, None, n)
