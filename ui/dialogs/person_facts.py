"""What a circle knows about somebody beside what they say: how often they came and what they promised."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from circle_app.domain.ids import Ref
from circle_app.workspace.queries.people import Person
from circle_app.workspace.queries.tasks import Task
from ui import text
from ui.context import AppContext
from ui.views.people_words import came_words, role_words
from ui.widgets.avatar import Avatar
from ui.widgets.base import Label
from ui.widgets.card import Card
from ui.widgets.chip import Chip
from ui.widgets.layouts import column, row
from ui.widgets.listrow import ListRow

SHOWN = 4


def facts(ctx: AppContext, who: Person, promises: tuple[Task, ...], open_task: Callable[[Ref], object]) -> QWidget:
    """A card with the face, the circle, the evenings and the first open promises; a promise can be opened."""
    theme = ctx.theme
    card = Card(theme, fill_color="sunken", shadow=False, border=None, padding=(16, 14, 16, 12), gap=4)
    came = came_words(who)
    words = column(
        theme,
        Label(theme, who.circle_name, role="strong", wrap=True),
        Label(theme, came or _tr("No meeting has ended yet"), role="second", color="ink2", wrap=True),
        gap=2,
    )
    top = row(theme, Avatar(theme, who.name, key=who.ref.row, size=44), gap=14)
    top.addLayout(words, 1)
    role = role_words(who.role)
    if role:
        top.addWidget(Chip(theme, role, tone="plum"))
    if promises:
        top.addWidget(Chip(theme, _tr("%Ln task(s)", len(promises)), tone="teal"))
    card.body.addLayout(top)
    today = text.date_of_ms(ctx.ws.clock.now_ms())
    shown = promises[:SHOWN]
    if shown:
        card.body.addSpacing(theme.px(6))
    for promise in shown:
        due, tone = text.due_chip(promise.due, today)
        chips = (Chip(theme, due, tone=tone),) if due else ()
        line = ListRow(theme, promise.title, behind=chips, separator=promise is not shown[-1], high=40)
        line.opened.connect(partial(open_task, promise.ref))
        card.body.addWidget(line)
    return card


def _tr(words: str, n: int = -1) -> str:
    return QCoreApplication.translate("People", words, None, n)
