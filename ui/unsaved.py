"""Whether a window holds words that were typed and could not be kept, as on a full disk."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from circle_app.errors import CircleError
from ui.models.live_text import LiveText
from ui.widgets.autosave import Autosave


def unsaved(window: QWidget) -> bool:
    """Tries once more to keep them; whether some are left."""
    left = False
    typed: list[Autosave | LiveText] = [*window.findChildren(Autosave), *window.findChildren(LiveText)]
    for each in typed:
        try:
            each.flush()
        except CircleError:  # the words stay in the field
            left = True
        left |= each.pending
    return left
