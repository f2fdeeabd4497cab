"""The circle's own tabs in every look: nothing unnamed, cut off, elided, overlapping or pushed sideways; all of it mirrors."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QWidget
from pytestqt.exceptions import TimeoutError as NotYet
from pytestqt.qtbot import QtBot

from circle_app.workspace.commands.attendance import set_coming
from circle_app.workspace.commands.series import skip_date
from circle_app.workspace.queries.cycles import cycles
from circle_app.workspace.queries.rota import roster
from tests.ui.test_screens import SIZES, cut_off, overlapping, pushed_sideways, screens, unnamed, visit
from ui.shell import Shell
from ui.theme.theme import Theme
from ui.views.circle import OWN_TABS, CircleView
from ui.widgets.avatar import Avatar
from ui.widgets.base import Label
from ui.widgets.evengrid import EvenGrid
from ui.widgets.listrow import ElidedLabel
from ui.widgets.personcell import PersonCell, cells_grid

__all__ = ["screens"]


def elided(view: QWidget) -> list[str]:
    """Words that end in an ellipsis, and wrapped ones that are higher than their room."""
    found = [
        f"{label.whole_text()!r} is elided"
        for label in view.findChildren(ElidedLabel)
        if label.isVisibleTo(view) and label.text() != label.whole_text()
    ]
    found += [
        f"{label.text()!r} has a word that is wider than {label.width()} px"
        for label in view.findChildren(Label)
        if label.isVisibleTo(view) and label.wordWrap() and longest_word(label) > label.width() + 1
    ]
    return found + [
        f"{label.text()!r} has {label.height()} of {label.heightForWidth(label.width())} px"
        for label in view.findChildren(Label)
        if label.isVisibleTo(view) and label.wordWrap() and label.text()
        and label.height() < label.heightForWidth(label.width())
    ]  # fmt: skip


def longest_word(label: Label) -> float:
    """How wide the longest piece is that no line can break."""
    metrics = QFontMetricsF(label.font())
    words = (word for word in re.split(r"\s+|(?<=-)", label.text()) if "~~" not in word)
    return max((metrics.horizontalAdvance(word) for word in words), default=0.0)


def trouble(shell: Shell) -> None:
    """Somebody who holds a role cannot come, and one date is skipped."""
    ws = shell.context.ws
    known = roster(ws, cycles(ws, 1)[0].ref)
    if any(card.state == "skipped" for card in known.dates):
        return
    (at, _role), held = next(cell for cell in known.held.items() if cell[0][0] == known.dates[3].ref)
    assert held[0].person is not None
    set_coming(ws, at, held[0].person, "no")
    skip_date(ws, known.dates[4].ref)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size[0]))
@pytest.mark.parametrize("tab", ["overview", "meetings", *OWN_TABS])
def test_nothing_on_a_tab_is_unnamed_cut_off_elided_overlapping_or_pushed_sideways(
    screens: Shell,
    tab: str,
    size: tuple[int, int],
    qtbot: QtBot,
) -> None:
    view = visit(screens, "circle", size)
    assert isinstance(view, CircleView)
    trouble(screens)
    page = view.tab(tab)
    hard = screens.theme.scale > 1 or screens.settings.language == "xx"

    def faults() -> list[str]:
        sideways = pushed_sideways(page, 48 if hard else 2)
        return [*unnamed(page), *cut_off(page), *sideways, *overlapping(page), *elided(page)]

    # what wraps is laid out from the inside out, one turn of the event loop after the other
    with suppress(NotYet):
        qtbot.waitUntil(lambda: faults() == [], timeout=3000)
    assert faults() == []


def test_cells_of_one_width_stand_as_many_in_a_line_as_find_room_and_mirror(qtbot: QtBot, theme: Theme) -> None:
    def placed(direction: Qt.LayoutDirection, width: int) -> list[QRect]:
        cells = [PersonCell(theme, "Hosts", name=name, free="Who?") for name in ("Mei Tan", "", "Omar Haddad")]
        grid = EvenGrid(theme, *cells, least=104, gap=8)
        qtbot.addWidget(grid)
        grid.setLayoutDirection(direction)
        grid.resize(width, grid.heightForWidth(width))
        grid.show()
        return [cell.geometry() for cell in cells]

    there, mirrored = (placed(way, 340) for way in (Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft))
    assert [rect.y() for rect in there] == [0, 0, 0] and len({rect.width() for rect in there}) == 1
    assert [rect.x() for rect in mirrored] == [340 - rect.right() - 1 for rect in there]
    narrow = placed(Qt.LayoutDirection.LeftToRight, 220)
    assert [rect.x() for rect in narrow] == [0, narrow[1].x(), 0] and narrow[2].y() > narrow[0].bottom()
    assert len({rect.x() for rect in placed(Qt.LayoutDirection.LeftToRight, 120)}) == 1


def test_a_long_name_in_a_cell_takes_as_many_lines_as_it_needs(qtbot: QtBot, theme: Theme) -> None:
    cell = PersonCell(theme, "Facilitates", name="Adaeze Ångström-Featherstonehaugh", warning="cannot come")
    qtbot.addWidget(cell)
    cell.resize(124, cell.heightForWidth(124))
    cell.show()
    assert elided(cell) == []
    for label in cell.findChildren(Label):
        assert cell.rect().contains(label.geometry()), label.text()


def test_no_word_of_a_name_is_cut_off_and_cells_of_one_line_look_alike(qtbot: QtBot, theme: Theme) -> None:
    names = ("Mei Tan", "Adaeze Ångström-Featherstonehaugh", "")
    for width in (700, 520, 460, 300, 150):
        cells = [PersonCell(theme, "Takes notes", name=name, free="Who?") for name in names]
        grid = cells_grid(theme, cells, least=104)
        qtbot.addWidget(grid)
        grid.resize(width, grid.heightForWidth(width))
        grid.show()
        qtbot.waitUntil(lambda cells=cells: not any(map(elided, cells)), timeout=2000)
        above = {
            cell.findChildren(Avatar)[0].geometry().bottom() < cell.findChildren(Label)[1].y() for cell in cells[:2]
        }
        assert len(above) == 1, width
        assert (len({cell.y() for cell in cells}) == 1) == (width >= 460), width
