"""Says something to a screen reader without moving the focus."""

from __future__ import annotations

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget


def announce(widget: QWidget, words: str) -> None:
    """Speaks `words` when a screen reader is on; silent otherwise."""
    QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, words))
