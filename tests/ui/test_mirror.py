"""For those who read from right to left, every page is the mirror image of itself."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QScrollBar, QWidget

from circle_app.courses.demo import fill_demo
from circle_app.domain.ids import Ref
from circle_app.workspace import settings
from circle_app.workspace.commands.live import next_step, open_meeting
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.meetings import meetings
from sync.vault import Vault
from tests.support.workspaces import StillClock, new_space, seeded
from ui.app import make_shell
from ui.language import speak
from ui.shell import Shell
from ui.views.registry import PLACES

PAGES = sorted(place for place, (module, _) in PLACES.items() if find_spec(module))
OF_MEETINGS = {"plan": "planned", "checkin": "planned", "wrapup": "closed", "export": "closed", "live": "live"}
SIZE = (1440, 900)
SPARE = 3
"""Pixels that rounding may cost."""

Places = dict[str, list[QRect]]


@pytest.fixture(scope="module")
def pages(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Places, Places]]:
    """Where the controls of each page are, read from the left and read from the right."""
    left = places(qapp, tmp_path_factory.mktemp("left"), Qt.LayoutDirection.LeftToRight)
    right = places(qapp, tmp_path_factory.mktemp("right"), Qt.LayoutDirection.RightToLeft)
    speak(qapp, "en")
    return {page: (left[page], right[page]) for page in PAGES}


def places(app: QApplication, folder: Path, direction: Qt.LayoutDirection) -> dict[str, Places]:
    app.setLayoutDirection(direction)
    vault = Vault.create(folder)
    clock = StillClock(1_795_455_000_000)
    with Workspace.create(folder, key=vault.db_key, clock=clock, random_bytes=seeded(11)) as ws:
        settings.put(ws, "me_name", "Amina Diallo")
        settings.put(ws, "theme", "light")
        fill_demo(ws, new_space(ws), now_ms=ws.clock.now_ms(), zone="UTC")
        running = [card.ref for card in meetings(ws, 1) if card.state == "planned"][1]
        open_meeting(ws, running)
        next_step(ws, running)
        shell = make_shell(ws, vault)
        shell.resize(*SIZE)
        shell.show()
        found = {page: controls(visit(shell, page)) for page in PAGES}
        shell.shut_down()
        shell.close()
        shell.deleteLater()
    return found


def visit(shell: Shell, page: str) -> Shell:
    ref: Ref | int | None = 1 if page == "circle" else None
    if page in OF_MEETINGS:
        ref = next(card.ref for card in meetings(shell.context.ws, 1) if card.state == OF_MEETINGS[page])
    shell.navigate(page, ref)
    for _ in range(5):
        QApplication.processEvents()
    return shell


def controls(window: QWidget) -> Places:
    """Every control that can be seen, by its name, as rectangles in the window."""
    found: Places = {}
    for part in window.findChildren(QWidget):
        if not isinstance(part, QAbstractButton | QLineEdit | QComboBox) or part.visibleRegion().isEmpty():
            continue
        if isinstance(part.parentWidget(), QScrollBar | QLineEdit) or part.objectName().startswith("qt_"):
            continue
        area = QRect(part.mapTo(window, QPoint(0, 0)), part.size())
        found.setdefault(f"{type(part).__name__} {part.accessibleName() or part.toolTip()}", []).append(area)
    return {name: sorted(areas, key=lambda area: (area.y(), area.x())) for name, areas in found.items()}


def mirrored(area: QRect) -> QRect:
    return QRect(SIZE[0] - area.x() - area.width(), area.y(), area.width(), area.height())


def away(first: QRect, second: QRect) -> int:
    """By how many pixels two rectangles differ at most."""
    pairs = zip(first.getRect(), second.getRect(), strict=True)
    return max(abs(here - there) for here, there in pairs)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_read_from_the_right_is_its_own_mirror_image(pages: dict[str, tuple[Places, Places]], page: str) -> None:
    left, right = pages[page]
    assert left.keys() == right.keys()
    assert sum(map(len, left.values())) > 3
    faults = [
        f"{name}: {area.getRect()} became {other.getRect()}, not {mirrored(area).getRect()}"
        for name, areas in left.items()
        for area, other in zip(areas, sorted(right[name], key=lambda each: (each.y(), -each.x())), strict=True)
        if away(mirrored(area), other) > SPARE
    ]
    assert faults == []
