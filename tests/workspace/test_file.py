"""The workspace file: encrypted, locked, checked, migrated by verified steps, and alive after a kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import apsw
import pytest

from circle_app.courses.releases import Release
from circle_app.errors import NotFound, WorkspaceError
from circle_app.workspace import connection, library, migrations, settings, spaces
from circle_app.workspace.commands import tasks
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.search import search
from circle_app.workspace.queries.tasks import tasks as read_tasks
from circle_app.workspace.verify import state_hash, verify
from tests.support.workspaces import new_circle, new_workspace

KEY = bytes(range(32))


def test_no_word_can_be_read_from_the_folder(tmp_path: Path) -> None:
    with new_workspace(tmp_path / "w", key=KEY) as ws:
        space = new_circle(ws, name="Zanzibar quilts")
        tasks.add_task(ws, space, title="Fetch the marmalade")
        settings.put(ws, "me_name", "Marguerite")
        settings.keep_draft(ws, "composer", "halfway typed persimmon")
        _scan(tmp_path)
    _scan(tmp_path)


def test_a_wrong_key_changes_nothing(tmp_path: Path) -> None:
    new_workspace(tmp_path / "w", key=KEY).close()
    for key in (None, bytes(32)):
        with pytest.raises(WorkspaceError) as refused:
            Workspace.open(tmp_path / "w", key=key)
        assert refused.value.code == "workspace_unreadable"
    Workspace.open(tmp_path / "w", key=KEY).close()


def test_the_second_opener_is_told(tmp_path: Path) -> None:
    with new_workspace(tmp_path / "w"):
        with pytest.raises(WorkspaceError) as refused:
            Workspace.open(tmp_path / "w", key=None)
        assert refused.value.code == "workspace_open"
    Workspace.open(tmp_path / "w", key=None).close()


def test_opening_nothing_and_making_twice_are_refused_kindly(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError):
        Workspace.open(tmp_path, key=None)
    new_workspace(tmp_path / "w").close()
    with pytest.raises(WorkspaceError):
        new_workspace(tmp_path / "w")


def test_a_newer_file_is_left_alone(tmp_path: Path) -> None:
    with new_workspace(tmp_path / "w") as ws:
        ws.db.raw().pragma("user_version", 99)
    with pytest.raises(WorkspaceError, match="newer") as refused:
        Workspace.open(tmp_path / "w", key=None)
    assert refused.value.code == "workspace_newer"


@pytest.mark.parametrize("key", [None, KEY])
def test_a_migration_keeps_a_verified_copy_and_is_whole_or_absent(tmp_path: Path, key: bytes | None) -> None:
    with new_workspace(tmp_path / "w", key=key) as ws:
        tasks.add_task(ws, new_circle(ws), title="Before")
        db = ws.db.raw()

        def breaks(db: apsw.Connection) -> None:
            db.execute("CREATE TABLE half (x)")
            raise OSError("power cut")

        def works(db: apsw.Connection) -> None:
            db.execute("CREATE TABLE whole (x)")

        with pytest.raises(OSError, match="power cut"):
            migrations.migrate(db, ws.folder, key, steps=(*migrations.STEPS, breaks))
        assert db.pragma("user_version") == 1
        assert not db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'half'").fetchall()
        migrations.migrate(db, ws.folder, key, steps=(*migrations.STEPS, works))
        assert db.pragma("user_version") == 2
    copy = connection.open_connection(tmp_path / "w" / "before-version-2.db", key)
    assert copy.execute("SELECT title FROM tasks").fetchall() == [("Before",)]
    assert copy.pragma("user_version") == 1
    copy.close()
    assert not list((tmp_path / "w").glob("*.tmp*"))


def test_a_damaged_file_is_noticed_at_opening(tmp_path: Path) -> None:
    with new_workspace(tmp_path / "w", key=KEY) as ws:
        space = new_circle(ws)
        for n in range(200):
            tasks.add_task(ws, space, title=f"Task {n}")
    path = tmp_path / "w" / connection.FILE_NAME
    data = bytearray(path.read_bytes())
    for at in range(4096 * 3, len(data), 4096):
        data[at + 50] ^= 0x55
    path.write_bytes(data)
    with pytest.raises(WorkspaceError):
        Workspace.open(tmp_path / "w", key=KEY)
    assert path.read_bytes() == bytes(data)


def test_an_old_library_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "OLDEST_SQLITE", 9_000_000)
    with pytest.raises(WorkspaceError, match="too old"):
        new_workspace(tmp_path / "w")


def test_after_a_kill_every_confirmed_edit_is_there(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    with new_workspace(folder, key=KEY) as ws:
        new_circle(ws)
    for kills in range(5):
        confirmed = _write_until_killed(folder, after=3 + 7 * kills)
        with Workspace.open(folder, key=KEY) as ws:
            titles = {t.title for t in read_tasks(ws)}
            assert set(confirmed) <= titles
            assert len(titles - {*_earlier(folder), *confirmed}) <= 1
            assert verify(ws).ok
            assert len(search(ws, "promise", limit=10_000)) == len(titles)
            (folder / "seen.txt").write_text("\n".join(sorted(titles)), encoding="utf-8")


def test_two_threads_read_and_write_one_workspace(tmp_path: Path) -> None:
    with new_workspace(tmp_path / "w") as ws:
        space = new_circle(ws)
        failures: list[BaseException] = []

        def work(name: str) -> None:
            try:
                for n in range(40):
                    tasks.add_task(ws, space, title=f"{name} {n}")
                    read_tasks(ws)
            except BaseException as fault:
                failures.append(fault)
                raise

        threads = [threading.Thread(target=work, args=(name,)) for name in ("left", "right")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not failures
        assert len(read_tasks(ws)) == 80
        assert verify(ws).ok


def test_a_full_disk_refuses_the_edit_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    with new_workspace(tmp_path / "w") as ws:
        space = new_circle(ws)
        db = ws.db.raw()
        db.pragma("max_page_count", db.pragma("page_count") + 4)
        with pytest.raises(WorkspaceError) as refused:
            _add_many(ws, space)
        assert refused.value.code == "disk_full"
        with pytest.raises(WorkspaceError) as refused:
            settings.keep_draft(ws, "composer", "x" * 100_000)
        assert refused.value.code == "disk_full"
        kept = read_tasks(ws)
        assert verify(ws).ok
        db.pragma("max_page_count", 1_000_000)
        tasks.add_task(ws, space, title="There is room again")
        assert len(read_tasks(ws)) == len(kept) + 1


def test_local_things_stay_local(tmp_path: Path) -> None:
    with new_workspace(tmp_path / "w") as ws:
        space = new_circle(ws)
        before = state_hash(ws)
        settings.put(ws, "theme", "dark")
        settings.keep_draft(ws, "note", "text")
        spaces.add_epoch_key(ws, space, b"e" * 16, b"k" * 32)
        spaces.note_sync(ws, space, problem="offline")
        assert state_hash(ws) == before
        assert settings.get(ws, "theme") == "dark" and settings.get(ws, "none", "x") == "x"
        assert settings.draft(ws, "note") == "text"
        settings.keep_draft(ws, "note", "")
        assert settings.draft(ws, "note") is None
        current = spaces.current_epoch(ws, space)
        assert current is not None and current.secret == b"k" * 32 and "kkkk" not in repr(current)


def test_a_circle_leaves_without_a_trace(tmp_path: Path) -> None:
    with new_workspace(tmp_path / "w") as ws:
        space = new_circle(ws)
        tasks.add_task(ws, space, title="Persimmon")
        spaces.forget_space(ws, space)
        assert search(ws, "persimmon") == () and read_tasks(ws) == ()
        for (name,) in ws.rows("SELECT name FROM sqlite_schema WHERE type = 'table'"):
            columns = {c for (c,) in ws.rows("SELECT name FROM pragma_table_info(?)", (name,))}
            if "space" in columns:
                assert ws.rows(f'SELECT count(*) FROM "{name}"') == [(0,)]
        with pytest.raises(NotFound):
            tasks.add_task(ws, space, title="x")


def test_a_release_is_kept_under_its_hash(tmp_path: Path) -> None:
    release = Release("Course", "about", "en", "CC BY", "here", "hello", ())
    with new_workspace(tmp_path / "w") as ws:
        name = library.add_release(ws, release)
        assert library.add_release(ws, release) == name
        assert library.release(ws, name) == release
        assert [entry.title for entry in library.releases(ws)] == ["Course"]
        library.remove_release(ws, name)
        with pytest.raises(NotFound):
            library.release(ws, name)


_WRITER = """
import sys
from pathlib import Path
from circle_app.workspace.commands import tasks
from circle_app.workspace.db import Workspace
ws = Workspace.open(Path(sys.argv[1]), key=bytes(range(32)))
n = 0
while True:
    title = f"promise {sys.argv[2]}-{n}"
    tasks.add_task(ws, 1, title=title, due="2026-12-04")
    print(title, flush=True)
    n += 1
"""


def _write_until_killed(folder: Path, *, after: int) -> list[str]:
    """Runs a process that writes and confirms; kills it hard after some confirmations; returns those it gave."""
    root = Path(__file__).resolve().parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    command = [sys.executable, "-c", _WRITER, str(folder), str(after)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        confirmed = [process.stdout.readline().strip() for _ in range(after)]
        process.send_signal(signal.SIGKILL)
        rest = process.stdout.read()
    # A line cut short by the kill was not confirmed.
    return confirmed + rest.splitlines()[: rest.count("\n")]


def _add_many(ws: Workspace, space: int) -> None:
    for n in range(2_000):
        tasks.add_task(ws, space, title=f"Task {n}", body="x" * 500)


def _earlier(folder: Path) -> set[str]:
    seen = folder / "seen.txt"
    return set(seen.read_text(encoding="utf-8").splitlines()) if seen.exists() else set()


def _scan(folder: Path) -> None:
    for path in folder.rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        for word in (b"Zanzibar", b"zanzibar", b"marmalade", b"Marguerite", b"persimmon", b"CREATE TABLE"):
            assert word not in data, (path, word)
