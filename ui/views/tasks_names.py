"""People offered under a field while a name is typed, by any part of the name in any script."""

from __future__ import annotations

import re
from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QStringListModel
from PySide6.QtWidgets import QCompleter, QStyledItemDelegate

from ui.models.names import matches
from ui.models.typed_line import Name
from ui.theme.theme import Theme
from ui.widgets.fields import TextField, scroll_bar_style

_MENTION = re.compile(r"(?:^|\s)@([^@\s]*)$")


class NameOffer(QCompleter):
    """For a field that holds a name and nothing else; `activated[str]` fires for the one that was taken."""

    def __init__(self, theme: Theme, field: TextField, people: Callable[[], tuple[Name, ...]]) -> None:
        model = QStringListModel()
        super().__init__(model, field)
        model.setParent(self)
        self._field, self._names, self._people = field, model, people
        self.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self.setMaxVisibleItems(8)
        self._theme = theme
        self._dress()
        theme.changed.connect(self._dress)
        # heard before the completer itself looks at the field
        field.textEdited.connect(self._edited)
        field.setCompleter(self)

    @property
    def taking(self) -> bool:
        """Whether a name of the open list is marked: Enter is then for the list."""
        return self.popup().isVisible() and self.popup().currentIndex().isValid()

    def _edited(self, text: str) -> None:
        self._offer(text.lstrip("@"))

    def _offer(self, word: str) -> None:
        found = matches(self._people(), word, name=lambda person: person.name) if word else ()
        self._names.setStringList([match.thing.name for match in found])

    def _dress(self) -> None:
        theme = self._theme
        color, px = theme.color, theme.px
        popup = self.popup()
        popup.setFont(theme.font("body"))
        popup.setItemDelegate(QStyledItemDelegate(popup))
        popup.setStyleSheet(
            f"QListView {{ background: {color('surface').name()}; color: {color('ink').name()}; outline: none;"
            f" border: 1px solid {color('border').name()}; }}"
            f"QListView::item {{ min-height: {px(32)}px; padding: 0 {px(8)}px; border-radius: {px(8)}px; }}"
            f"QListView::item:selected {{ background: {color('primary_soft').name()};"
            f" color: {color('on_primary_soft').name()}; }}" + scroll_bar_style(theme)
        )


class MentionOffer(NameOffer):
    """For a whole line: offers names for the "@word" before the cursor and puts the taken one in its place."""

    def __init__(self, theme: Theme, field: TextField, people: Callable[[], tuple[Name, ...]]) -> None:
        super().__init__(theme, field, people)
        self._before = self._after = ""

    def pathFromIndex(self, index: QModelIndex | QPersistentModelIndex) -> str:
        """The line as it is with this name in it."""
        return f"{self._before}{super().pathFromIndex(index)} {self._after}"

    def _edited(self, text: str) -> None:
        place = self._field.cursorPosition()
        found = _MENTION.search(text[:place])
        if found is None:
            self._offer("")
            return
        self._before, self._after = text[: found.start(1)], text[place:].lstrip()
        self._offer(found[1])
