"""A disk that is full, fails, or may not be written: what is typed finds the reserve, and reading always goes on."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import apsw
import pytest

from circle_app import durable
from circle_app.errors import WorkspaceError
from circle_app.workspace import backup, barrier, connection, settings, spaces
from circle_app.workspace.changes import Touched
from circle_app.workspace.commands.tasks import add_task
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.tasks import tasks
from circle_app.workspace.verify import verify
from tests.support.workspaces import new_circle, new_workspace

KEY = bytes(range(32))
NOBODY = 65534
posix_only = pytest.mark.skipif(os.name != "posix", reason="file modes are a POSIX matter")


def _disk(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    """From now on the disk says that so many bytes are free."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(10**9, 10**9 - free, free))  # type: ignore[attr-defined]


def _fill(ws: Workspace) -> None:
    """From now on the file cannot grow, until the reserve is given up (`_give_room`)."""
    db = ws.db.raw()
    db.pragma("max_page_count", db.pragma("page_count"))


def _room_when_given_up(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The room of the reserve counts: the file may grow as soon as it is gone."""
    given_up = barrier.give_up_reserve

    def give_up(folder: Path) -> bool:
        there = given_up(folder)
        if there:
            ws.db.raw().pragma("max_page_count", 1_000_000)
        return there

    monkeypatch.setattr(barrier, "give_up_reserve", give_up)


def _write_much(ws: Workspace, space: int) -> None:
    for n in range(60):
        add_task(ws, space, title=f"Task {n} " + "x" * 900)


def test_a_full_disk_is_given_the_reserve_and_no_edit_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with new_workspace(tmp_path / "w") as ws:
        space = new_circle(ws)
        assert ws.barrier.keep_reserve(ws.random_bytes)
        assert (ws.folder / barrier.RESERVE_NAME).stat().st_size == barrier.RESERVE_BYTES
        _room_when_given_up(ws, monkeypatch)
        _disk(monkeypatch, 0)
        heard: list[Touched] = []
        ws.subscribe(heard.append)
        _fill(ws)
        _write_much(ws, space)
        assert len(tasks(ws)) == 60 and verify(ws).ok
        assert ws.barrier.why == "reserve"
        assert sum("storage" in news.kinds for news in heard) == 1
        assert not (ws.folder / barrier.RESERVE_NAME).exists()
        # the room that is left is for this person's own words
        with pytest.raises(WorkspaceError) as refused:
            ws.apply(space, ())
        assert refused.value.code == "disk_full"
        assert not ws.barrier.keep_reserve(ws.random_bytes) and ws.barrier.why == "reserve"
        _disk(monkeypatch, barrier.ROOM_BYTES)
        ws.apply(space, ())
        assert ws.barrier.keep_reserve(ws.random_bytes) and ws.barrier.why is None


def test_when_the_reserve_is_used_up_edits_are_refused_until_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with new_workspace(tmp_path / "w") as ws:
        space = new_circle(ws)
        ws.barrier.keep_reserve(ws.random_bytes)
        _fill(ws)
        with pytest.raises(WorkspaceError) as refused:
            _write_much(ws, space)
        assert refused.value.code == "disk_full" and "10 MB" in refused.value.next_step
        assert ws.barrier.why == "full"
        kept = len(tasks(ws))
        ws.db.raw().pragma("max_page_count", 1_000_000)
        add_task(ws, space, title="There is room again")
        assert len(tasks(ws)) == kept + 1
        assert ws.barrier.keep_reserve(ws.random_bytes) and ws.barrier.why is None
        assert verify(ws).ok


def test_a_disk_that_is_full_while_the_reserve_is_made_keeps_no_half_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with new_workspace(tmp_path / "w") as ws:
        monkeypatch.setattr(os, "fsync", _full_disk)
        assert not ws.barrier.keep_reserve(ws.random_bytes)
        assert not [path for path in ws.folder.iterdir() if barrier.RESERVE_NAME in path.name]


def test_a_workspace_is_opened_on_a_full_disk_with_the_room_of_the_reserve(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with new_workspace(tmp_path / "w") as ws:
        add_task(ws, new_circle(ws), title="Ask the council")
        ws.barrier.keep_reserve(ws.random_bytes)
    reserve = tmp_path / "w" / barrier.RESERVE_NAME
    opened = connection.open_connection

    def full_while_reserved(*args: Any, **more: Any) -> apsw.Connection:
        if reserve.exists():
            raise barrier.full()
        return opened(*args, **more)

    monkeypatch.setattr(connection, "open_connection", full_while_reserved)
    with Workspace.open(tmp_path / "w", key=None) as ws:
        assert ws.barrier.why == "reserve"
        assert [task.title for task in tasks(ws)] == ["Ask the council"]


def test_an_edit_that_the_disk_refused_bars_nothing_once_it_writes_again(tmp_path: Path) -> None:
    with new_workspace(tmp_path / "w") as ws:
        space = new_circle(ws)
        heard: list[Touched] = []
        ws.subscribe(heard.append)
        with pytest.raises(WorkspaceError) as refused, ws.writing():
            raise apsw.IOError("the disk does not answer")
        assert refused.value.code == "disk_failed"
        assert ws.barrier.why == "failed" and not ws.barrier.lasting
        add_task(ws, space, title="It answers again")
        assert ws.barrier.why is None
        assert sum("storage" in news.kinds for news in heard) == 2


def test_nothing_is_written_into_a_file_that_was_found_damaged(tmp_path: Path) -> None:
    with new_workspace(tmp_path / "w") as ws:
        space = new_circle(ws)
        with pytest.raises(WorkspaceError) as refused, ws.writing():
            raise apsw.CorruptError("database disk image is malformed")
        assert refused.value.code == "workspace_damaged"
        assert ws.barrier.why == "damaged"
        for attempt in (
            lambda: add_task(ws, space, title="Refused"),
            lambda: settings.put(ws, "theme", "dark"),
            lambda: ws.apply(space, ()),
        ):
            with pytest.raises(WorkspaceError) as refused:
                attempt()
            assert refused.value.code == "workspace_damaged"
        assert tasks(ws) == ()


def test_no_trouble_with_the_disk_opens_a_damaged_or_protected_file_again(tmp_path: Path) -> None:
    damaged, locked = barrier.Barrier(tmp_path), barrier.Barrier(tmp_path, protected=True)
    damaged.met("workspace_damaged")
    for found, why in ((damaged, "damaged"), (locked, "protected")):
        for code in ("disk_full", "disk_failed"):
            found.met(code)
            found.wrote()
            assert found.why == why and not found.keep_reserve(os.urandom)
            with pytest.raises(WorkspaceError):
                found.check()


@pytest.fixture
def protected() -> Iterator[Path]:
    """A workspace with one task in a folder that we may read and not write; left with a log, as by a crash."""
    place = Path(tempfile.mkdtemp(prefix="protected-"))
    folder = place / "w"
    with new_workspace(folder, key=KEY) as ws:
        add_task(ws, new_circle(ws), title="Ask the council")
        shutil.copytree(folder, place / "crashed")
    shutil.rmtree(folder)
    (place / "crashed").rename(folder)
    place.chmod(0o755)
    for path in folder.iterdir():
        path.chmod(0o444)
    folder.chmod(0o555)
    root = os.geteuid() == 0
    if root:  # whom no mode keeps from writing
        os.seteuid(NOBODY)
    try:
        yield folder
    finally:
        if root:
            os.seteuid(0)
        folder.chmod(0o755)
        shutil.rmtree(place)


@posix_only
def test_a_write_protected_folder_is_read_and_left_as_it_is(protected: Path) -> None:
    before = {path.name: path.read_bytes() for path in protected.iterdir()}
    left = set(Path(tempfile.gettempdir()).glob("circles-*"))
    with Workspace.open(protected, key=KEY) as ws:
        assert ws.barrier.why == "protected" and ws.barrier.lasting
        assert [task.title for task in tasks(ws)] == ["Ask the council"]
        spaces.forget_unfinished(ws)
        space = spaces.spaces(ws)[0].no
        with pytest.raises(WorkspaceError) as refused:
            add_task(ws, space, title="Refused")
        assert refused.value.code == "workspace_protected" and refused.value.next_step
        with pytest.raises(WorkspaceError) as refused:
            backup.back_up(ws, KEY)
        assert not ws.barrier.keep_reserve(ws.random_bytes)
        assert [task.title for task in tasks(ws)] == ["Ask the council"]
    assert {path.name: path.read_bytes() for path in protected.iterdir()} == before
    assert set(Path(tempfile.gettempdir()).glob("circles-*")) == left


@posix_only
def test_a_protected_folder_that_is_open_elsewhere_is_refused_and_no_copy_is_left(
    protected: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = set(Path(tempfile.gettempdir()).glob("circles-*"))
    monkeypatch.setattr(connection, "lock_protected", _open_elsewhere)
    with pytest.raises(WorkspaceError) as refused:
        Workspace.open(protected, key=KEY)
    assert refused.value.code == "workspace_open"
    assert set(Path(tempfile.gettempdir()).glob("circles-*")) == left


def _open_elsewhere(_folder: Path) -> None:
    raise WorkspaceError("This workspace is already open.", "", code="workspace_open")


def test_a_file_that_a_virus_scanner_holds_for_a_moment_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    held = [_held(32), _held(5), _held(33)]

    def work() -> str:
        if held:
            raise held.pop()
        return "done"

    assert durable.patiently(work) == "done" and len(waited) == 3
    held += [_held(32)] * 1000
    with pytest.raises(PermissionError):
        durable.patiently(work)
    assert sum(waited[3:]) == pytest.approx(durable.PATIENCE_S)
    held[:] = [PermissionError(13, "not ours")]
    waited.clear()
    with pytest.raises(PermissionError):
        durable.patiently(work)
    assert not waited


def _held(winerror: int) -> PermissionError:
    fault = PermissionError(13, "The process cannot access the file")
    fault.winerror = winerror  # type: ignore[attr-defined,unused-ignore]
    return fault


def _full_disk(_descriptor: int) -> None:
    raise OSError(28, "No space left on device")
