"""The files beside the workspace: for their owner alone, encrypted like it, few, and never half migrated."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import apsw
import pytest

from circle_app.domain.merge import NO_BASE, CellOp
from circle_app.domain.ops import stamp_of
from circle_app.domain.schema import TASKS
from circle_app.workspace import connection, migrations
from circle_app.workspace.commands.tasks import add_task
from circle_app.workspace.db import Workspace
from circle_app.workspace.project import KEEP_UNPROJECTED, kept
from tests.support.workspaces import MONDAY_MS, new_circle, new_workspace

KEY = bytes(range(32))
posix_only = pytest.mark.skipif(os.name != "posix", reason="file modes are a POSIX matter")


def step(name: str) -> migrations.Step:
    def create(db: apsw.Connection) -> None:
        db.execute(f"CREATE TABLE {name} (x)")

    return create


@posix_only
def test_every_file_is_for_its_owner_alone_even_where_others_may_read(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with new_workspace(tmp_path / "w", key=KEY) as ws:
            add_task(ws, new_circle(ws), title="Marmalade")
            migrations.migrate(ws.db.raw(), ws.folder, KEY, steps=(*migrations.STEPS, step("extra")))
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in ws.folder.iterdir()}
            folder = stat.S_IMODE(ws.folder.stat().st_mode)
    finally:
        os.umask(before)
    assert folder == 0o700
    assert {"workspace.db", "workspace.db-wal", "before-version-2.db"} <= modes.keys()
    assert set(modes.values()) == {0o600}


@posix_only
def test_a_file_that_was_open_to_others_is_closed_to_them(tmp_path: Path) -> None:
    new_workspace(tmp_path / "w", key=KEY).close()
    path = tmp_path / "w" / connection.FILE_NAME
    path.chmod(0o644)
    Workspace.open(tmp_path / "w", key=KEY).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_copy_from_before_a_migration_is_unreadable_without_the_key_and_old_ones_go(tmp_path: Path) -> None:
    with new_workspace(tmp_path / "w", key=KEY) as ws:
        add_task(ws, new_circle(ws), title="Marmalade")
        steps = (*migrations.STEPS, *(step(f"extra{n}") for n in range(4)))
        migrations.migrate(ws.db.raw(), ws.folder, KEY, steps=steps)
    copies = sorted(path.name for path in (tmp_path / "w").glob("before-version-*"))
    assert copies == ["before-version-4.db", "before-version-5.db"]
    for path in (tmp_path / "w").iterdir():
        assert b"Marmalade" not in path.read_bytes() and b"SQLite format" not in path.read_bytes()


def test_a_copy_that_the_disk_did_not_let_into_its_usual_mode_can_be_read_all_the_same(tmp_path: Path) -> None:
    """The switch is asked for when the copy is opened to be checked; a disk may refuse it, and the copy is whole."""
    with new_workspace(tmp_path / "w", key=KEY) as ws:
        add_task(ws, new_circle(ws), title="Marmalade")
        copy = tmp_path / "copy.db"
        migrations.keep_copy(ws.db.raw(), copy, KEY)
    held = connection.open_connection(copy, KEY)
    assert held.pragma("journal_mode", "delete") == "delete"
    held.close()
    held = connection.open_connection(copy, KEY, read_only=True)
    connection.check(held, thorough=True)
    assert held.execute("SELECT title FROM tasks").fetchall() == [("Marmalade",)]
    held.close()


def test_of_two_kept_ops_with_one_stamp_only_the_one_that_can_be_shown_moves(tmp_path: Path) -> None:
    """A member's changed program wrote a text and a number into one cell of a column that was not known here then."""
    with new_workspace(tmp_path / "w") as ws:
        space = new_circle(ws)
        cell = (TASKS.number, b"r" * 16)
        title = TASKS.column("title").number
        ops = [CellOp(stamp_of(MONDAY_MS << 16, b"d" * 16), value, NO_BASE) for value in ("text", 7)]
        with ws.writing() as db:
            db.executemany(KEEP_UNPROJECTED, [kept(space, cell, title, op) for op in ops])
            migrations.project_kept(db)
        assert ws.rows("SELECT title FROM tasks") == [("text",)]
        assert ws.rows("SELECT value FROM unprojected") == [(7,)]


_MIGRATING = """
import sys
from pathlib import Path
from circle_app.workspace import migrations
from circle_app.workspace.db import Workspace
def slow(db):
    for n in range(50):
        db.execute(f"CREATE TABLE extra{n} (x)")
        db.execute("INSERT INTO settings VALUES (?, ?)", (f"extra{n}", "x" * 10_000))
        print(n, flush=True)
        if n + 1 == int(sys.argv[2]):
            sys.stdin.read()  # until it is killed
migrations.migrate.__kwdefaults__["steps"] = (*migrations.STEPS, slow)
Workspace.open(Path(sys.argv[1]), key=bytes(range(32)))
"""


@pytest.mark.parametrize("after", [1, 10, 49])
def test_killed_in_the_middle_of_a_migration_the_file_is_as_before(tmp_path: Path, after: int) -> None:
    with new_workspace(tmp_path / "w", key=KEY) as ws:
        add_task(ws, new_circle(ws), title="Marmalade")
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-c", _MIGRATING, str(tmp_path / "w"), str(after)]
    ends = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, **ends, env={**os.environ, "PYTHONPATH": str(root)}) as process:
        assert process.stdout is not None
        for _ in range(after):
            assert process.stdout.readline()
        process.send_signal(signal.SIGKILL)
    with Workspace.open(tmp_path / "w", key=KEY) as ws:
        assert ws.db.raw().pragma("user_version") == 1
        assert ws.rows("SELECT title FROM tasks") == [("Marmalade",)]
        assert ws.rows("SELECT name FROM sqlite_schema WHERE name LIKE 'extra%'") == []
