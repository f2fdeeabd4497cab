"""One person in a list: who they are, what they need, what they promised, and the one thing to do next."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QWidget

from circle_app.workspace.queries.people import Person
from ui import text
from ui.theme.theme import Theme
from ui.views.people_words import ASKED, GONE, GUESTS, group_of, role_words, second_line
from ui.widgets.avatar import Avatar
from ui.widgets.button import Button, IconButton
from ui.widgets.chip import Chip
from ui.widgets.listrow import ListRow

NEEDS_SHOWN = 2
NEED_ICONS = MappingProxyType({"step-free": "accessibility", "interpreter": "languages", "children": "users-round"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Everything that a line shows; two equal ones look the same. `promises` counts the open ones."""

    person: Person
    promises: int = 0
    mine: bool = False
    may_change: bool = True
    last: bool = False


class PersonRow(ListRow):
    """`stepped()` asks for the next step (they are in, become a member, come back); `menu_wanted(widget)` for the menu."""

    stepped = Signal()
    menu_wanted = Signal(object)

    def __init__(self, theme: Theme, look: Look, parent: QWidget | None = None) -> None:
        self.look, person = look, look.person
        group = group_of(person)
        step_words = _step_words(group)
        self.step = Button(theme, step_words, look="teal", height=32) if step_words and look.may_change else None
        self.more = IconButton(theme, "ellipsis", _tr("More about {name}").format(name=person.name), size=32)
        behind: list[QWidget] = list(_chips(theme, person, promises=look.promises, mine=look.mine))
        if self.step is not None:
            self.step.setAccessibleName(f"{step_words}: {person.name}")
            behind.append(self.step)
        super().__init__(
            theme, person.name, second_line(person),
            front=Avatar(theme, person.name, key=person.ref.row, size=38, faded=group in (ASKED, GONE)),
            behind=(*behind, self.more), separator=not look.last, strong=True, high=60, inset=6, faded=group == GONE,
            parent=parent,
        )  # fmt: skip
        if self.step is not None:
            self.step.clicked.connect(lambda _on=False: self.stepped.emit())
        self.more.clicked.connect(lambda _on=False: self.menu_wanted.emit(self.more))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu key and the second mouse button open what the three dots open."""
        event.accept()
        self.menu_wanted.emit(self.more)


def holds_keyboard(widget: QWidget) -> bool:
    """Whether the keyboard is in `widget` or in one of its parts."""
    focused: QWidget | None = widget.window().focusWidget()
    return focused is not None and (focused is widget or widget.isAncestorOf(focused))


def _step_words(group: str) -> str:
    return {ASKED: _tr("Is in"), GUESTS: _tr("Make a member"), GONE: _tr("Bring back")}.get(group, "")


def _chips(theme: Theme, person: Person, *, promises: int, mine: bool) -> tuple[Chip, ...]:
    chips = []
    if mine:
        chips.append(Chip(theme, _tr("You"), tone="primary"))
    role = role_words(person.role)
    if role:
        chips.append(Chip(theme, role, tone="plum"))
    chips += [
        Chip(theme, text.need(need), tone="gold", icon=NEED_ICONS.get(need, "")) for need in person.needs[:NEEDS_SHOWN]
    ]
    if len(person.needs) > NEEDS_SHOWN:
        chips.append(Chip(theme, f"+{text.number(len(person.needs) - NEEDS_SHOWN)}", tone="gold"))
    if promises:
        chips.append(Chip(theme, _tr("%Ln task(s)", promises), tone="teal"))
    return tuple(chips)


def _tr(words: str, n: int = -1) -> str:
    return QCoreApplication.translate("People", words, None, n)
