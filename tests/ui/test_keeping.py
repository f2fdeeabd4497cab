"""The daily copy of the workspace, and its offer when the file is damaged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QMessageBox

from circle_app.errors import WorkspaceError
from circle_app.workspace import backup, connection, migrations
from circle_app.workspace.commands.tasks import add_task
from circle_app.workspace.queries.tasks import tasks
from tests.support.workspaces import MONDAY_MS, StillClock, new_circle
from ui.app import _open_kindly, make_shell
from ui.folder import open_folder
from ui.keeping import DailyCopy


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    """A folder whose file cannot be read, with a copy from before one of its edits."""
    ws, vault = open_folder(tmp_path / "data", clock=StillClock(MONDAY_MS))
    with ws:
        add_task(ws, new_circle(ws), title="Ask the council")
        backup.back_up(ws, vault.db_key)
    (tmp_path / "data" / connection.FILE_NAME).write_bytes(b"not a workspace at all" * 1000)
    return tmp_path / "data"


def _answering(monkeypatch: pytest.MonkeyPatch, button: int) -> list[str]:
    """Presses one of the buttons of every question, and gives what was asked and told."""
    asked: list[str] = []

    def press(box: QMessageBox) -> int:
        asked.append(box.text())
        box.buttons()[button].click()
        return 0

    monkeypatch.setattr(QMessageBox, "exec", press)
    monkeypatch.setattr(QMessageBox, "warning", lambda _parent, _title, text: asked.append(text))
    return asked


def test_a_damaged_file_offers_the_newest_copy(qapp: Any, damaged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = _answering(monkeypatch, 0)
    opened = _open_kindly(damaged)
    assert opened is not None
    with opened[0] as ws:
        assert [t.title for t in tasks(ws)] == ["Ask the council"]
    assert len(asked) == 1 and "checked copy" in asked[0]
    assert (damaged / "set-aside-1" / connection.FILE_NAME).read_bytes().startswith(b"not a workspace")


def test_who_does_not_want_the_copy_finds_everything_as_it_was(
    qapp: Any, damaged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = _answering(monkeypatch, 1)
    assert _open_kindly(damaged) is None
    assert len(asked) == 2
    assert not list(damaged.glob("set-aside-*"))
    with pytest.raises(WorkspaceError):
        open_folder(damaged)


def test_a_file_of_a_newer_app_offers_the_copy_from_before(
    qapp: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ws, vault = open_folder(tmp_path / "data", clock=StillClock(MONDAY_MS))
    with ws:
        space = new_circle(ws)
        add_task(ws, space, title="Ask the council")
        steps = (*migrations.STEPS, lambda db: None)
        migrations.migrate(ws.db.raw(), ws.folder, vault.db_key, steps=steps)
        add_task(ws, space, title="Written by the newer app")
    asked = _answering(monkeypatch, 0)
    opened = _open_kindly(tmp_path / "data")
    assert opened is not None
    with opened[0] as ws:
        assert [t.title for t in tasks(ws)] == ["Ask the council"]
    assert len(asked) == 1 and "newer Citizen Circles" in asked[0] and "before that update" in asked[0]
    assert (tmp_path / "data" / "set-aside-1" / connection.FILE_NAME).exists()


def test_a_copy_is_made_once_a_day(qapp: Any, qtbot: Any, tmp_path: Path) -> None:
    clock = StillClock(MONDAY_MS)
    ws, vault = open_folder(tmp_path / "data", clock=clock)
    with ws:
        shell = make_shell(ws, vault)
        daily = DailyCopy(shell.context, shell)
        place = ws.folder / backup.FOLDER
        daily.look()
        qtbot.waitUntil(lambda: len(backup.backups(place)) == 1)
        qtbot.waitUntil(lambda: not backup.is_due(ws))
        daily.look()
        clock.forward(minutes=25 * 60)
        daily.look()
        qtbot.waitUntil(lambda: len(backup.backups(place)) == 2)
        shell.close()
        shell.shut_down()
