"""What screen readers hear of painted pictures: rings and bars have a role and a value, news are spoken politely."""

from __future__ import annotations

from types import MappingProxyType

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QWidget

from ui.widgets.base import PaintedButton, PaintedWidget

_ROLES = MappingProxyType(
    {"bar": QAccessible.Role.ProgressBar, "picture": QAccessible.Role.Graphic, "row": QAccessible.Role.ListItem}
)


def announce(widget: QWidget, words: str, *, at_once: bool = False) -> None:
    """Have a screen reader say `words` without moving the focus; `at_once` interrupts what it is saying."""
    event = QAccessibleAnnouncementEvent(widget, words)
    if at_once:
        event.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
    QAccessible.updateAccessibility(event)


def install() -> None:
    """Tell Qt about our painted widgets, once for the program."""
    QAccessible.installFactory(_describe)


def _describe(_class_name: str, thing: object) -> QAccessibleInterface | None:
    if not isinstance(thing, PaintedWidget | PaintedButton):
        return None
    role = _ROLES.get(thing.heard_as)
    return None if role is None else QAccessibleWidget(thing, role, thing.accessibleName())
