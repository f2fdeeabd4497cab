"""Copies of the workspace: whole, few, and put back without losing the file they replace."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import apsw
import pytest

from circle_app.errors import WorkspaceError
from circle_app.workspace import backup, connection
from circle_app.workspace.commands.tasks import add_task
from circle_app.workspace.db import Workspace
from circle_app.workspace.doubt import doubt
from circle_app.workspace.queries.tasks import tasks
from circle_app.workspace.verify import verify
from tests.support.workspaces import StillClock, new_circle, new_workspace

KEY = bytes(range(32))


def _titles(folder: Path) -> set[str]:
    with Workspace.open(folder, key=KEY) as ws:
        return {t.title for t in tasks(ws)}


def _ms(day: str) -> int:
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp() * 1000)


def test_a_copy_is_put_back_and_the_file_from_before_is_kept(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    with new_workspace(folder, key=KEY) as ws:
        space = new_circle(ws)
        add_task(ws, space, title="before the copy")
        made = backup.back_up(ws, KEY)
        add_task(ws, space, title="after the copy")
    aside = backup.restore(folder, KEY, made.path)
    assert _titles(folder) == {"before the copy"}
    assert _titles(aside) == {"before the copy", "after the copy"}
    assert {p.name for p in folder.iterdir()} >= {"workspace.db", "backups", aside.name}
    assert not (folder / "restoring").exists()


def test_a_restored_computer_gives_no_number_before_it_has_a_new_key(tmp_path: Path) -> None:
    with new_workspace(tmp_path / "w", key=KEY) as ws:
        space = new_circle(ws)
        made = backup.back_up(ws, KEY)
    backup.restore(tmp_path / "w", KEY, made.path)
    with Workspace.open(tmp_path / "w", key=KEY) as ws:
        assert doubt(ws, space) == "restored"


def test_a_damaged_file_is_replaced_by_its_copy_and_kept(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    with new_workspace(folder, key=KEY) as ws:
        add_task(ws, new_circle(ws), title="safe")
        made = backup.back_up(ws, KEY)
    file = folder / connection.FILE_NAME
    damaged = bytes(4096) + file.read_bytes()[4096:]
    file.write_bytes(damaged)
    with pytest.raises(WorkspaceError) as refused:
        Workspace.open(folder, key=KEY)
    assert refused.value.code == "workspace_unreadable"
    aside = backup.restore(folder, KEY, made.path)
    assert _titles(folder) == {"safe"}
    assert (aside / connection.FILE_NAME).read_bytes() == damaged


@pytest.mark.parametrize("spoil", ["cut", "flipped", "of somebody else", "missing"])
def test_a_copy_that_does_not_hold_changes_nothing(tmp_path: Path, spoil: str) -> None:
    folder = tmp_path / "w"
    with new_workspace(folder, key=KEY) as ws:
        space = new_circle(ws)
        for n in range(60):
            add_task(ws, space, title=f"here {n}", body="x" * 300)
        copy = backup.back_up(ws, KEY).path
    raw = copy.read_bytes()
    match spoil:
        case "cut":
            copy.write_bytes(raw[: len(raw) // 2])
        case "flipped":
            copy.write_bytes(raw[:30_000] + bytes([raw[30_000] ^ 1]) + raw[30_001:])
        case "of somebody else":
            copy = copy.with_name("other.db")
            with new_workspace(tmp_path / "other", key=bytes(32)) as other:
                shutil.copyfile(backup.back_up(other, bytes(32)).path, copy)
        case _:
            copy = tmp_path / "nowhere.db"
    with pytest.raises(WorkspaceError) as refused:
        backup.restore(folder, KEY, copy)
    assert refused.value.code == ("backup_missing" if spoil == "missing" else "backup_damaged")
    assert len(_titles(folder)) == 60
    assert not list(folder.glob("set-aside-*")) and not (folder / "restoring").exists()


def test_a_log_is_never_left_beside_another_file(tmp_path: Path) -> None:
    """As a kill leaves it: the last edits are in the log alone, and the file cannot be opened any more."""
    folder = tmp_path / "w"
    with new_workspace(folder, key=KEY) as ws:
        add_task(ws, new_circle(ws), title="safe")
        made = backup.back_up(ws, KEY)
        ws.checkpoint()
        add_task(ws, 1, title="in the log")
        shutil.copytree(folder, tmp_path / "killed", ignore=shutil.ignore_patterns("*-shm"))
    killed = tmp_path / "killed"
    log = (killed / "workspace.db-wal").read_bytes()
    (killed / "workspace.db").write_bytes(bytes(8192))
    aside = backup.restore(killed, KEY, killed / backup.FOLDER / made.path.name)
    assert _titles(killed) == {"safe"}
    assert (aside / "workspace.db-wal").read_bytes() == log


def test_an_open_workspace_is_not_replaced(tmp_path: Path) -> None:
    with new_workspace(tmp_path / "w", key=KEY) as ws:
        made = backup.back_up(ws, KEY)
        with pytest.raises(WorkspaceError) as refused:
            backup.restore(tmp_path / "w", KEY, made.path)
        assert refused.value.code == "workspace_open"


def test_copies_are_thinned_to_days_weeks_and_months(tmp_path: Path) -> None:
    start = _ms("2025-01-01T12:00")
    made = [start + n * backup.DAY_MS // 2 for n in range(2 * 500)]
    staying = sorted(backup.kept(made), reverse=True)
    assert staying[0] == max(made)
    days = {datetime.fromtimestamp(ms / 1000, UTC).date() for ms in staying}
    newest = datetime.fromtimestamp(max(made) / 1000, UTC).date()
    assert sum((newest - day).days < 7 for day in days) == 7
    assert 7 + 3 + 10 <= len(staying) <= 7 + 4 + 12
    assert (newest - min(days)).days > 300


def test_the_newest_copy_stays_whatever_the_clock_said(tmp_path: Path) -> None:
    clock = StillClock(_ms("2036-01-01T00:00"))
    with new_workspace(tmp_path / "w", key=KEY, clock=clock) as ws:
        backup.back_up(ws, KEY)
        assert not backup.is_due(ws)
        clock.ms = _ms("2026-11-24T20:00")
        assert backup.is_due(ws)
        backup.back_up(ws, KEY)
        assert len(backup.backups(ws.folder / backup.FOLDER)) == 2


def test_a_copy_elsewhere_brings_all_that_is_needed_to_open_it(tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    with new_workspace(tmp_path / "w", key=KEY) as ws:
        add_task(ws, new_circle(ws), title="safe")
        (ws.folder / "device.key").write_bytes(b"key")
        (ws.folder / "files").mkdir()
        (ws.folder / "files" / ("0" * 64)).write_bytes(b"sealed")
        made = backup.back_up(ws, KEY, stick)
    assert (stick / "device.key").read_bytes() == b"key"
    assert (stick / "files" / ("0" * 64)).read_bytes() == b"sealed"
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    backup.restore(fresh, KEY, made.path)
    assert _titles(fresh) == {"safe"}


def test_two_people_with_one_stick_keep_what_both_have(tmp_path: Path) -> None:
    """The key file and the older copies of the one must not go for those of the other."""
    stick, keys = tmp_path / "stick", (b"a" * 32, b"b" * 32)
    clock = StillClock()
    for n, key in enumerate(keys):
        with new_workspace(tmp_path / str(n), key=key, clock=clock) as ws:
            new_circle(ws)
            (ws.folder / "device.key").write_bytes(key)
            if not n:
                backup.back_up(ws, key, stick)
                (ws.folder / "device.key").write_bytes(b"under a new passphrase")
                clock.forward(minutes=1)
                backup.back_up(ws, key, stick)
                continue
            for place in (stick, tmp_path / "0"):
                before = {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}
                with pytest.raises(WorkspaceError) as told:
                    backup.back_up(ws, key, place)
                assert told.value.code == "backup_foreign"
                assert {path: path.read_bytes() for path in place.rglob("*") if path.is_file()} == before
            backup.back_up(ws, key, tmp_path / "another stick")


def test_a_restored_file_is_put_in_place_only_with_its_doubt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk may refuse to move the log into the file at the very end, and then numbers would be given twice."""
    with new_workspace(tmp_path / "w", key=KEY) as ws:
        new_circle(ws)
        made = backup.back_up(ws, KEY)
    readers: list[apsw.Connection] = []

    def verified(ws: Workspace) -> object:
        readers.append(connection.open_connection(ws.folder / connection.FILE_NAME, KEY))
        readers[0].execute("BEGIN")
        readers[0].execute("SELECT * FROM spaces").fetchall()
        return verify(ws)

    monkeypatch.setattr(backup, "verify", verified)
    with pytest.raises(WorkspaceError):
        backup.restore(tmp_path / "w", KEY, made.path)
    readers[0].close()
    monkeypatch.undo()
    backup.restore(tmp_path / "w", KEY, made.path)
    with Workspace.open(tmp_path / "w", key=KEY) as ws:
        assert doubt(ws, 1) == "restored"
