"""Everything that can be seen: every page, its tabs and its states, every sheet, every menu, the second screen, the door."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

from PySide6.QtWidgets import QApplication

from tests.ui.scene_menus import MENUS, popped
from tests.ui.scene_sheets import SHEETS, invitation, over
from tests.ui.theatre import SIZE, VIEWS, Make, settle, take_part
from ui.shell import Shell
from ui.states_opened import put_back
from ui.widgets.menu import Menu

SCENES: Mapping[str, Make] = MappingProxyType(
    {
        **VIEWS,
        **{name: partial(over, make) for name, make in SHEETS.items()},
        "InviteDialog, choices": partial(invitation, made=False),
        "InviteDialog, code": partial(invitation, made=True),
        **{f"menu of {name}": partial(popped, ask) for name, ask in MENUS.items()},
    }
)


def put_away(shell: Shell) -> None:
    """Close whatever is open over the window, and open the door."""
    while (popup := QApplication.activePopupWidget()) is not None:
        popup.close()
    for menu in shell.findChildren(Menu):
        menu.close()
    shell.context.second.close()
    shell.banner.hide()
    shell._toast.hide()
    put_back(shell, settle)
    take_part(shell, "organizer")
    shell.resize(*SIZE)
    settle()
