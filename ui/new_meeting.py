"""Begin a new meeting from anywhere: in the only circle, or in the one picked from a short menu."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QWidget

from circle_app.errors import CircleError
from circle_app.workspace.commands.meetings import plan_meeting
from circle_app.workspace.commands.undo import undo
from circle_app.workspace.queries.circles import circle, my_circles
from circle_app.workspace.queries.cycles import cycles
from circle_app.workspace.queries.meetings import meetings
from ui.context import AppContext
from ui.models.next_date import suggest
from ui.text import date_of_ms, number
from ui.widgets.menu import Menu

translate = QCoreApplication.translate


def new_meeting(context: AppContext, parent: QWidget, *, space: int | None = None) -> None:
    """Plan a meeting and open its plan. Without `space` it asks which circle, if there is more than one."""
    cards = [card for card in my_circles(context.ws) if card.state == "active"]
    if space is not None:
        _begin(context, space)
    elif not cards:
        context.toast(translate("NewMeeting", "Start or join a circle first; then you can plan its meetings."))
    elif len(cards) == 1:
        _begin(context, cards[0].space)
    else:
        menu = Menu(context.theme, parent)
        for card in cards:
            menu.add(card.name, partial(_begin, context, card.space), icon="users-round")
        menu.popup(QCursor.pos())


def _begin(context: AppContext, space: int) -> None:
    earlier = meetings(context.ws, space)
    title = translate("NewMeeting", "Meeting {number}").format(number=number(len(earlier) + 1))
    profile = circle(context.ws, space)
    series = cycles(context.ws, space)
    usual = suggest(
        earlier, profile.rhythm, date_of_ms(context.ws.clock.now_ms()), apart=series[-1].days if series else None
    )
    try:
        ref = plan_meeting(
            context.ws,
            space,
            title=title,
            starts_at=usual.starts_at,
            zone=usual.zone,
            minutes=usual.minutes,
            place=usual.place or profile.place or None,
            cycle=series[-1].ref if series else None,
        )
    except CircleError as problem:
        context.problem(problem)
        return
    context.navigate("plan", ref)
    context.toast(translate("NewMeeting", "A new meeting is planned."), lambda: _take_back(context))


def _take_back(context: AppContext) -> None:
    undo(context.ws)
    context.navigate("meetings")
