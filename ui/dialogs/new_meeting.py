"""A new meeting without a form: it is made at once, with the next date of the rhythm, and its plan opens."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from PySide6.QtCore import QCoreApplication, QPoint, QTimeZone
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QMenu, QWidget

from circle_app.domain.ids import Ref
from circle_app.workspace.commands.meetings import plan_meeting
from circle_app.workspace.commands.undo import undo
from circle_app.workspace.queries.circles import CircleCard, my_circles
from circle_app.workspace.queries.meetings import MeetingCard, meetings
from ui.context import AppContext
from ui.views.planner_words import civil


def new_meeting(ctx: AppContext, window: QWidget, *, space: int | None = None) -> Ref | None:
    """Make a meeting in `space`, or in the circle chosen from a menu; without a circle, start one first."""
    circles = my_circles(ctx.ws)
    if not circles:
        from ui.dialogs.start_circle import start_circle

        start_circle(ctx, window)
        return None
    if space is None and len(circles) > 1:
        space = _ask(ctx, circles, window)
        if space is None:
            return None
    return make_meeting(ctx, circles[0].space if space is None else space)


def make_meeting(ctx: AppContext, space: int) -> Ref:
    """Make the meeting with what the last ones suggest, open its plan, and offer to take it back."""
    earlier = meetings(ctx.ws, space)
    card = next(card for card in my_circles(ctx.ws) if card.space == space)
    today = datetime.fromtimestamp(ctx.ws.clock.now_ms() / 1000).astimezone().date()
    last = max((m for m in earlier if civil(m.starts_at)), key=lambda m: m.starts_at or "", default=None)
    zone = bytes(QTimeZone.systemTimeZoneId().data()).decode("ascii", "replace")
    ref = plan_meeting(
        ctx.ws, space, title=_tr("Meeting {number}").format(number=len(earlier) + 1), starts_at=next_start(last, card.rhythm, today),
        zone=(last.zone if last else None) or zone or None, minutes=last.minutes if last else 90,
        place=(last.place if last else None) or card.place or None,
    )  # fmt: skip
    ctx.navigate("plan", ref)
    ctx.toast(_tr("A new meeting is on the table"), lambda: undo(ctx.ws))
    return ref


def next_start(last: MeetingCard | None, rhythm: str, today: date) -> str | None:
    """The next date of a weekly, two-weekly or four-weekly rhythm after the last dated meeting; None if unknown."""
    begin = civil(last.starts_at) if last else None
    days = rhythm_days(rhythm)
    if begin is None or days is None:
        return None
    begin += timedelta(days=days)
    while begin.date() <= today:
        begin += timedelta(days=days)
    return begin.strftime("%Y-%m-%dT%H:%M")


def rhythm_days(rhythm: str) -> int | None:
    """Days between meetings for a rhythm in the words of the start sheet; None for free text."""
    words = rhythm.strip().lower()
    if words.startswith(("every second", "every two weeks", "every other")):
        return 14
    if words.startswith(("weekly", "every week")):
        return 7
    if words.startswith(("monthly", "every month")):
        return 28
    return None


def _ask(ctx: AppContext, circles: tuple[CircleCard, ...], window: QWidget) -> int | None:
    menu = QMenu(window)
    menu.setAccessibleName(_tr("For which circle?"))
    menu.addSection(_tr("For which circle?"))
    chosen = {menu.addAction(card.name or _tr("A circle without a name")): card.space for card in circles}
    menu.setActiveAction(next(iter(chosen)))
    at = QCursor.pos() if window.geometry().contains(QCursor.pos()) else window.mapToGlobal(QPoint(200, 120))
    action = menu.exec(at)
    return chosen.get(action) if action is not None else None


def _tr(text: str) -> str:
    return QCoreApplication.translate("NewMeeting", text)
