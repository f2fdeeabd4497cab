"""Which class shows which place; each is imported when somebody first goes there."""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from ui.context import AppContext

PLACES = MappingProxyType(
    {
        "home": ("ui.views.home", "HomeView"),
        "meetings": ("ui.views.meetings", "MeetingsView"),
        "tasks": ("ui.views.tasks", "TasksView"),
        "notes": ("ui.views.notes", "NotesView"),
        "people": ("ui.views.people", "PeopleView"),
        "library": ("ui.views.library", "LibraryView"),
        "circle": ("ui.views.circle", "CircleView"),  # ref: the circle's number
        "plan": ("ui.views.planner", "PlannerView"),  # ref: the meeting, as in the next four
        "checkin": ("ui.views.checkin", "CheckInView"),
        "live": ("ui.views.live", "LiveView"),
        "wrapup": ("ui.views.wrapup", "WrapUpView"),
        "export": ("ui.views.export", "ExportView"),
        "settings": ("ui.views.settings", "SettingsView"),
        "sync": ("ui.views.synccentre", "SyncCentreView"),
        "trash": ("ui.views.trash", "TrashView"),  # ref: the circle's number, or None for all
        "onboarding": ("ui.views.onboarding", "OnboardingView"),
    }
)
"""Beside these, "meeting" goes to whichever of plan, live and export fits the meeting's state, "line" to a line of a meeting."""

DIALOGS = MappingProxyType(
    {
        "search": ("ui.views.search", "SearchPalette"),
        "start_circle": ("ui.dialogs.start_circle", "StartCircleDialog"),
        "join": ("ui.dialogs.join", "JoinDialog"),
        "kiosk": ("ui.dialogs.kiosk", "KioskSheet"),  # ref: the meeting
        "print": ("ui.dialogs.papers", "PrintSheet"),  # ref: the paper of a meeting
        "signin": ("ui.dialogs.signin", "SignInSheet"),  # ref: the meeting
    }
)
"""Dialogs that open over any place, also through `navigate`: `Class(context, parent)`, a QDialog; `show_ref` is optional."""


def load(where: tuple[str, str]) -> type[Any]:
    """The class behind an entry of PLACES or DIALOGS."""
    module, name = where
    return getattr(import_module(module), name)  # type: ignore[no-any-return]


def make_view(place: str, context: AppContext) -> QWidget:
    """The view of a place. KeyError for a place that does not exist."""
    view = load(PLACES[place])(context)
    assert isinstance(view, QWidget)
    return view
