"""The pages of a circle and of a plan in every state and every look, and their sheets: nothing unnamed, cut off, pushed
sideways, overlapping or cut short."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.exceptions import TimeoutError as NotYet
from pytestqt.qtbot import QtBot

from circle_app.workspace.spaces import forget_space, spaces
from tests.ui.test_cycle_looks import elided as cut_short
from tests.ui.test_screens import cut_off, overlapping, pushed_sideways, unnamed
from tests.ui.test_states import SIZES, _keep, elided, hall, settle, squeezed, told_by_tips
from ui.shell import Shell
from ui.states import FURTHER, NAMES, STEPS, Stage
from ui.states_circle import CIRCLE_STATES, LONG_TITLE, TITLES
from ui.states_sheets import CIRCLE_SHEETS
from ui.widgets.button import LinkButton
from ui.widgets.fields import Select
from ui.widgets.page import ScrollPage

__all__ = ["elided", "hall"]
READ = frozenset(
    {*NAMES, *TITLES, LONG_TITLE, *(step["title"] for step in STEPS), *(f"{name} Lind" for name in FURTHER)}
)
"""Titles and names: the words that are never cut short."""


@pytest.fixture(autouse=True)
def alone(hall: tuple[Shell, Stage]) -> Iterator[None]:
    """Each state has the window to itself."""
    yield
    shell, stage = hall
    for sheet in shell.findChildren(QWidget):
        if sheet.isWindow() and sheet is not shell and sheet.isVisible():
            sheet.close()
    shell.navigate("home")
    for one in spaces(stage.ws)[1:]:
        forget_space(stage.ws, one.no)
    settle()


def faults_of(page: QWidget, shell: Shell, elided: list[str]) -> list[str]:
    hard = shell.accessibleDescription() in ("double", "pseudo")
    # what is written short on purpose has all of it in its tool tip
    told = {link.text() for link in page.findChildren(LinkButton) if link.toolTip()}
    told |= {field.currentText() for field in page.findChildren(Select) if field.toolTip()}
    told |= told_by_tips(page)
    found = [fault for fault in cut_off(page) if not fault.startswith(tuple(map(repr, told)))]
    found += [*unnamed(page), *pushed_sideways(page, 48 if hard else 2), *overlapping(page), *squeezed(page)]
    found += cut_short(page)
    if not hard:
        elided.clear()
        page.grab()
        found += [f"{words!r} ends in dots" for words in dict.fromkeys(elided) if words in READ - told]
    return found


def stands(page: QWidget, hall: tuple[Shell, Stage], name: str, elided: list[str], qtbot: QtBot) -> None:
    """In a large window and in a small one."""
    shell, faults = hall[0], []
    for size in SIZES:
        shell.resize(*size)
        settle()
        found: list[str] = []

        def stands_now(found: list[str] = found) -> bool:
            found[:] = faults_of(page, shell, elided)
            return not found

        # what wraps is laid out from the inside out, one turn of the event loop after the other
        with suppress(NotYet):
            qtbot.waitUntil(stands_now, timeout=1500)
        shown = page if isinstance(page, QDialog) else shell
        _keep(shown, f"{name}-{shell.accessibleDescription()}-{size[0]}")
        faults += [f"{size[0]}: {fault}" for fault in found]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("name", sorted(CIRCLE_STATES))
def test_a_page_of_a_circle_stands_in_every_state(
    hall: tuple[Shell, Stage], name: str, elided: list[str], qtbot: QtBot
) -> None:
    shell, stage = hall
    shell.resize(*SIZES[0])
    stands(CIRCLE_STATES[name](stage).show(shell), hall, name, elided, qtbot)


@pytest.mark.parametrize("name", sorted(CIRCLE_SHEETS))
def test_a_sheet_of_a_circle_stands_in_every_look(
    hall: tuple[Shell, Stage], name: str, elided: list[str], qtbot: QtBot
) -> None:
    shell, stage = hall
    sheet = CIRCLE_SHEETS[name](stage, shell.context, shell)
    sheet.open()
    settle()
    held = QApplication.focusWidget()
    assert held is not None and sheet.isAncestorOf(held), "the keyboard is on the sheet"
    stands(sheet, hall, name, elided, qtbot)


def test_a_sheet_for_which_there_is_room_needs_no_bar(hall: tuple[Shell, Stage]) -> None:
    shell, stage = hall
    sheet = CIRCLE_SHEETS["sheet-move"](stage, shell.context, shell)
    sheet.open()
    settle()
    bar = sheet.findChildren(ScrollPage)[0].verticalScrollBar()
    hard = shell.accessibleDescription() in ("double", "pseudo")
    assert hard or bar.maximum() == 0
