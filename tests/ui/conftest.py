"""What every test of the interface needs: the shipped fonts, English number forms, and a real window on a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from tests.support.workspaces import StillClock
from tests.ui.hall import Hall, gather, open_hall
from ui.app import make_application, make_shell, open_folder
from ui.shell import Shell
from ui.theme.theme import Theme


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    """pytest-qt's application, made as the app makes its own."""
    return make_application()


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    """The light look at 100 % text size, installed."""
    made = Theme(scheme="light")
    made.install(qapp)
    return made


@pytest.fixture
def hall(tmp_path: Path, qapp: QApplication) -> Iterator[Hall]:
    """A hall whose people are here and whose meeting runs; modules that begin elsewhere have their own."""
    from circle_app.workspace.commands import live

    made = open_hall(tmp_path)
    gather(made)
    live.open_meeting(made.ws, made.meeting)
    yield made
    made.ctx.second.close()
    made.close()


@pytest.fixture
def shell(qapp: QApplication, tmp_path: Path) -> Iterator[Shell]:
    """The real window on a new data folder of somebody called Amina, with a clock that stands still."""
    ws, vault = open_folder(tmp_path / "data", clock=StillClock())
    with ws:
        from circle_app.workspace import settings

        settings.put(ws, "me_name", "Amina Diallo")
        settings.put(ws, "theme", "light")
        made = make_shell(ws, vault)
        made.show()
        yield made
        made.shut_down()
        made.close()
        made.deleteLater()
