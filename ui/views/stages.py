"""The stepper over a meeting's life, the same on every page of it: plan, check-in, live, wrap-up, papers."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QHBoxLayout, QWidget

from circle_app.workspace.queries.meetings import Meeting
from ui.context import AppContext
from ui.text import number
from ui.theme.theme import Theme
from ui.widgets.listrow import ElidedLabel
from ui.widgets.stepper import Stepper

_BEHIND = {"planned": (), "live": ("plan", "checkin"), "closed": ("plan", "checkin", "live")}


def meeting_stepper(ctx: AppContext, view: QWidget) -> Stepper:
    """Goes to the other pages of the meeting that `view` shows (its `_ref`), in any order."""
    stepper = Stepper(
        ctx.theme,
        (
            ("plan", _tr("Plan")), ("checkin", _tr("Check-in")), ("live", _tr("Live")),
            ("wrapup", _tr("Wrap-up")), ("export", _tr("Papers")),
        ),
        name=_tr("Stages of the meeting"),
    )  # fmt: skip
    stepper.chosen.connect(lambda place: ctx.navigate(place, getattr(view, "_ref", None)))
    return stepper


def mark_stepper(stepper: Stepper, current: str, state: str) -> None:
    """Show where we are, and tick what lies behind a meeting in this state (planned, live or closed)."""
    stepper.set_state(current, _BEHIND.get(state, ()))


def stage_line(theme: Theme, crumb: ElidedLabel, stepper: Stepper) -> QHBoxLayout:
    """The first line of such a page: whose meeting it is, and the stepper at the far side, where it is on every page."""
    crumb.yields = True
    line = QHBoxLayout()
    line.setSpacing(theme.px(12))
    line.addWidget(crumb, 1)
    line.addWidget(stepper)
    return line


def crumb_words(found: Meeting) -> str:
    """Whose meeting it is, and which of theirs, unless that is its title anyway or it does not take place."""
    which = _tr("Meeting {number}").format(number=number(found.card.number))
    if found.title == which or not found.card.number:
        return found.card.circle_name
    return f"{found.card.circle_name}  ·  {which}"


def _tr(text: str) -> str:
    return QCoreApplication.translate("Stages", text)
