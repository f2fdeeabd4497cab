"""The banner about the disk: one sentence, one next step, and it goes when the disk is well again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import apsw
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from circle_app.errors import WorkspaceError
from circle_app.workspace import barrier, settings
from circle_app.workspace.backup import FOLDER
from circle_app.workspace.commands.notes import add_note
from circle_app.workspace.commands.tasks import add_task
from circle_app.workspace.db import Workspace
from circle_app.workspace.newer import note_newer
from circle_app.workspace.queries.notes import note
from circle_app.workspace.room import look_again
from tests.support.workspaces import new_circle
from ui import beginning
from ui.keeping import DailyCopy
from ui.models.live_text import LiveText
from ui.shell import Shell
from ui.sidebar import SyncCard
from ui.views.circle import CircleView
from ui.views.synccentre import SyncCentreView


def _meet(shell: Shell, fault: apsw.Error) -> None:
    with pytest.raises(WorkspaceError), shell.context.ws.writing():
        raise fault


def test_there_is_no_banner_while_all_is_well(shell: Shell) -> None:
    assert not shell.banner.isVisible() and shell.banner.words() == ""


def test_a_full_disk_is_told_and_the_banner_goes_when_there_is_room(
    shell: Shell, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ws = shell.context.ws
    free = [0]
    monkeypatch.setattr(barrier.Barrier, "_has_room", lambda _self: bool(free[0]))
    _meet(shell, apsw.FullError("database or disk is full"))
    qtbot.waitUntil(shell.banner.isVisible)
    assert "disk is full" in shell.banner.words() and "10 MB" in shell.banner.words()
    assert shell.banner.accessibleName() == shell.banner.words()
    DailyCopy(shell.context, shell).look()
    shell.banner.look()
    qtbot.wait(50)
    assert shell.banner.isVisible()
    assert not (ws.folder / FOLDER).exists()  # a copy would fill the disk again
    free[0] = 1
    shell.banner.step.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(shell.banner.step, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not shell.banner.isVisible())
    assert ws.barrier.why is None and (ws.folder / barrier.RESERVE_NAME).exists()


def test_with_the_reserve_one_goes_on_writing_under_the_banner(
    shell: Shell, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ws = shell.context.ws
    space = new_circle(ws)
    assert look_again(ws)
    monkeypatch.setattr(barrier.Barrier, "_has_room", lambda _self: False)
    _meet(shell, apsw.FullError("database or disk is full"))
    qtbot.waitUntil(shell.banner.isVisible)
    assert "reserve" in shell.banner.words()
    add_task(ws, space, title="The evening goes on")
    qtbot.wait(20)
    assert shell.banner.isVisible()


def test_nothing_is_called_saved_while_the_disk_refuses(
    shell: Shell, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(barrier.Barrier, "_has_room", lambda _self: False)
    shell.navigate("sync")
    page = shell.view("sync")
    assert isinstance(page, SyncCentreView) and page.saved.text().startswith("Everything")
    _meet(shell, apsw.FullError("database or disk is full"))
    qtbot.waitUntil(lambda: page.saved.text().startswith("Nothing"))
    card = shell.findChild(SyncCard)
    assert card is not None
    qtbot.waitUntil(lambda: card.accessibleName().startswith("Nothing is saved"))
    monkeypatch.setattr(barrier.Barrier, "_has_room", lambda _self: True)
    shell.banner.look()
    qtbot.waitUntil(lambda: page.saved.text().startswith("Everything"))
    assert card.accessibleName().startswith("Everything is saved")


def test_a_disk_that_failed_is_tried_again_by_itself(shell: Shell, qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.storage.LOOK_MS", 20)
    _meet(shell, apsw.IOError("disk I/O error"))
    qtbot.waitUntil(lambda: "did not take" in shell.banner.words())
    qtbot.waitUntil(lambda: not shell.banner.isVisible())
    assert shell.context.ws.barrier.why is None


def test_of_a_damaged_file_nothing_is_sent_and_the_next_step_closes_the_app(shell: Shell, qtbot: Any) -> None:
    ws = shell.context.ws
    _meet(shell, apsw.CorruptError("database disk image is malformed"))
    qtbot.waitUntil(shell.banner.isVisible)
    assert "damaged" in shell.banner.words()
    shell.runner.nudge()
    assert shell.runner.state is None
    with pytest.raises(WorkspaceError):
        settings.put(ws, "me_name", "Ana")
    shell.banner.step.click()
    assert not shell.isVisible()


def test_everything_can_be_looked_at_in_a_protected_folder(shell: Shell, qtbot: Any) -> None:
    ws = shell.context.ws
    space = new_circle(ws)
    ws.barrier.why = "protected"
    shell.banner.refresh()
    assert "write-protected" in shell.banner.words()
    said: list[str] = []
    shell.say = _heard(said)  # type: ignore[method-assign]
    for place in ("home", "circle", "meetings", "people", "tasks", "notes", "library", "sync", "settings", "trash"):
        shell.navigate(place, space if place == "circle" else None)
        assert shell.place[0] == place
        qtbot.wait(20)
    assert said == []
    shell.navigate("home")


def _heard(said: list[str]) -> Callable[..., None]:
    return lambda text, undo=None: said.append(text)


def test_words_that_a_full_disk_refused_keep_the_window_open_once(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    ws = shell.context.ws
    space = new_circle(ws)
    ref = add_note(ws, space, title="Minutes", body="Before")
    shell.navigate("notes", ref)
    (editor,) = (each for each in shell.view("notes").findChildren(LiveText) if each._ref == ref)
    editor._area.setPlainText("Typed when the disk was full")
    with monkeypatch.context() as full:
        full.setattr(Workspace, "record", _refused)
        assert not shell.close() and shell.isVisible()
        assert "not saved" in shell._toast.text()
        assert editor._area.toPlainText() == "Typed when the disk was full"
    assert shell.close()
    assert note(ws, ref).body == "Typed when the disk was full"


def test_who_closes_again_leaves_the_words(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    ws = shell.context.ws
    ref = add_note(ws, new_circle(ws), title="Minutes", body="Before")
    shell.navigate("notes", ref)
    (editor,) = (each for each in shell.view("notes").findChildren(LiveText) if each._ref == ref)
    editor._area.setPlainText("Typed when the disk was full")
    monkeypatch.setattr(Workspace, "record", _refused)
    assert not shell.close()
    assert shell.close() and note(ws, ref).body == "Before"


def test_a_circle_that_a_newer_app_changed_says_so_on_its_page(shell: Shell) -> None:
    space = new_circle(shell.context.ws)
    shell.navigate("circle", space)
    page = shell.view("circle")
    assert isinstance(page, CircleView) and page.newer.isHidden()
    note_newer(shell.context.ws, space, True)
    page.refresh()
    assert not page.newer.isHidden() and "update" in page.newer.text()


def test_the_sync_begins_once_the_disk_has_room_for_what_it_has_to_keep_first(
    shell: Shell, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[Workspace] = []

    def attend(ws: Workspace) -> None:
        tries.append(ws)
        if len(tries) < 3:
            raise barrier.full()

    began: list[int] = []
    monkeypatch.setattr("ui.folder.attend", attend)
    monkeypatch.setattr(beginning, "AGAIN_MS", 5)
    monkeypatch.setattr(beginning.Beginning, "_look", lambda _self: None)  # the window may be painted already
    monkeypatch.setattr(shell.runner, "start", lambda: began.append(len(tries)))
    beginning.Beginning(shell)._meet_the_others()
    qtbot.waitUntil(lambda: bool(began))
    assert began == [3] and "disk is full" in shell._toast.text()


def _refused(*_: object, **__: object) -> None:
    raise barrier.full()
