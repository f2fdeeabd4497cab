"""The daily copy of the workspace, and its offer when the file is damaged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QMessageBox

from circle_app.errors import WorkspaceError
from circle_app.workspace import backup, connection, migrations, settings
from circle_app.workspace.commands.notes import add_note
from circle_app.workspace.commands.tasks import add_task
from circle_app.workspace.queries.tasks import tasks
from tests.support.workspaces import MONDAY_MS, StillClock, new_circle
from ui import beginning
from ui.app import CANNOT_OPEN, _open_kindly, make_shell
from ui.beginning import Beginning
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


@pytest.fixture(autouse=True)
def nothing_ends_the_next_loop(qapp: Any) -> Iterator[None]:
    """A window that closes after the program has ended asks it to end once more; the next event loop would obey at once."""
    yield
    QTimer.singleShot(0, qapp.quit)
    qapp.exec()


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


@pytest.fixture
def rotten(tmp_path: Path) -> Path:
    """A folder whose file opens, with a page that rotted and that no first page reads; and a copy from before."""
    ws, vault = open_folder(tmp_path / "data", clock=StillClock(MONDAY_MS))
    with ws:
        space = new_circle(ws)
        settings.put(ws, "me_name", "Ana")
        add_task(ws, space, title="Ask the council")
        backup.back_up(ws, vault.db_key)
        for n in range(60):
            add_note(ws, space, title=f"Note {n}", body="x" * 900)
    file = tmp_path / "data" / connection.FILE_NAME
    data = bytearray(file.read_bytes())
    data[-2000] ^= 1
    file.write_bytes(data)
    return tmp_path / "data"


def _shown(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Closes every window once its file was looked through and found whole; gives the tasks of each."""
    seen: list[list[str]] = []
    monkeypatch.setattr(beginning, "NETWORK_MS", 0)

    def note(self: Beginning) -> None:
        seen.append([t.title for t in tasks(self._shell.context.ws)])
        self._shell.close()

    monkeypatch.setattr(Beginning, "_meet_the_others", note)
    return seen


def test_a_damaged_file_offers_the_newest_copy(qapp: Any, damaged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, seen = _answering(monkeypatch, 0), _shown(monkeypatch)
    assert _open_kindly(qapp, damaged) == 0
    assert seen == [["Ask the council"]]
    assert len(asked) == 1 and "checked copy" in asked[0]
    assert (damaged / "set-aside-1" / connection.FILE_NAME).read_bytes().startswith(b"not a workspace")


def test_what_rotted_out_of_sight_is_found_behind_the_first_page(
    qapp: Any, rotten: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, seen = _answering(monkeypatch, 0), _shown(monkeypatch)
    began: list[Beginning] = []
    look = Beginning._look
    monkeypatch.setattr(Beginning, "_look", lambda self: (began.append(self), look(self)))
    assert _open_kindly(qapp, rotten) == 0
    assert len(began) == 2, "the window was there, and there again with the copy"
    assert seen == [["Ask the council"]]
    assert len(asked) == 1 and "checked copy" in asked[0]
    assert list(rotten.glob("set-aside-*"))


def test_nothing_leaves_a_damaged_file(qapp: Any, rotten: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, seen = _answering(monkeypatch, 1), _shown(monkeypatch)
    before = (rotten / connection.FILE_NAME).read_bytes()
    assert _open_kindly(qapp, rotten) == CANNOT_OPEN
    assert seen == [] and len(asked) == 2
    assert (rotten / connection.FILE_NAME).read_bytes() == before


def test_who_does_not_want_the_copy_finds_everything_as_it_was(
    qapp: Any, damaged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = _answering(monkeypatch, 1)
    assert _open_kindly(qapp, damaged) == CANNOT_OPEN
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
    asked, seen = _answering(monkeypatch, 0), _shown(monkeypatch)
    assert _open_kindly(qapp, tmp_path / "data") == 0
    assert seen == [["Ask the council"]]
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
