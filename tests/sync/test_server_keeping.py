"""An operator backs a server up while it runs, restores it, and is told when something in it is not whole."""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path

import apsw
import psycopg
import pytest

from circle_app.errors import CircleError
from sync import codec, wire
from sync.server.__main__ import main
from sync.server.keeping import backup, check, new_gen, restore
from sync.server.store_sqlite import FILE
from tests.support.by_hand import NOW_MS, Device, data, founder, line, statuses
from tests.support.server import RunningServer

PIECE = b"sealed piece of a file" * 50


def filled(server: RunningServer) -> Device:
    """A circle with some changesets and a file."""
    ana = founder()
    line(server).create_space(ana.chain[0].data)
    line(server).push(ana.signer, data(*[ana.write() for _ in range(5)]))
    line(server).put_blob(ana.signer, PIECE)
    return ana


def test_a_backup_of_a_running_server_is_whole_and_private(tmp_path: Path) -> None:
    server = RunningServer(tmp_path / "data", now_ms=lambda: NOW_MS)
    ana = filled(server)
    found = backup(server.folder, tmp_path / "copy")
    assert (found.spaces, found.changesets, found.wrong) == (1, 6, ())
    line(server).push(ana.signer, data(ana.write()))
    assert backup(server.folder, tmp_path / "copy").changesets == 7
    server.stop()
    files = [path for path in (tmp_path / "copy").rglob("*") if path.is_file()]
    assert {path.name for path in files} == {FILE, hashlib.sha256(PIECE).hexdigest()}
    assert stat.S_IMODE((tmp_path / "copy" / FILE).stat().st_mode) == 0o600


def test_after_a_restore_clients_notice_and_bring_back_what_the_copy_lacks(tmp_path: Path) -> None:
    server = RunningServer(tmp_path / "data", now_ms=lambda: NOW_MS)
    ana = filled(server)
    before = line(server).info()
    backup(server.folder, tmp_path / "copy")
    late = ana.write()
    line(server).push(ana.signer, data(late))
    with pytest.raises(CircleError, match="Another server"):
        restore(server.folder, tmp_path / "copy")
    server.stop()
    restore(server.folder, tmp_path / "copy")
    server.start()
    after = line(server).info()
    assert (after.server_id, after.gen != before.gen) == (before.server_id, True)
    assert [i.data for i in line(server).pull(ana.signer, 0).items] == data(*ana.chain[:-1])
    assert statuses(line(server).push(ana.signer, data(late))) == [(wire.STORED, "")]
    fetched: list[bytes] = []
    line(server).get_blob(ana.signer, hashlib.sha256(PIECE).digest(), fetched.append)
    assert b"".join(fetched) == PIECE
    server.stop()


def test_a_restore_into_an_empty_folder_is_a_move(tmp_path: Path) -> None:
    server = RunningServer(tmp_path / "data", now_ms=lambda: NOW_MS)
    ana = filled(server)
    backup(server.folder, tmp_path / "copy")
    server.stop()
    restore(tmp_path / "elsewhere", tmp_path / "copy")
    moved = RunningServer(tmp_path / "elsewhere", now_ms=lambda: NOW_MS)
    assert len(line(moved).pull(ana.signer, 0).items) == 6
    moved.stop()


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        ("UPDATE changesets SET data = x'91' WHERE pos = 3", "3 is no changeset any more"),
        ("UPDATE changesets SET data = (SELECT data FROM changesets WHERE pos = 2) WHERE pos = 3", "3 is another"),
        ("UPDATE changesets SET seq = 9 WHERE pos = 4", "4 is another"),
        ("DELETE FROM changesets WHERE pos = 3", "nothing stands between 2 and 4"),
        ("DELETE FROM changesets WHERE pos = 6", "should reach to 6 and reaches to 5"),
        ("UPDATE changesets SET mark = zeroblob(32) WHERE pos = 5", "the mark at 5"),
        ("UPDATE spaces SET members_mark = zeroblob(32)", "its marks differ"),
        ("UPDATE spaces SET bytes = 7", "it counts 7 bytes"),
    ],
)
def test_what_is_not_whole_is_found_and_not_kept_as_a_backup(tmp_path: Path, harm: str, told: str) -> None:
    server = RunningServer(tmp_path / "data", now_ms=lambda: NOW_MS)
    filled(server)
    server.stop()
    assert check(server.folder, "").wrong == ()
    backup(server.folder, tmp_path / "copy")
    good = (tmp_path / "copy" / FILE).read_bytes()
    file = apsw.Connection(str(server.folder / FILE))
    file.execute(harm)
    file.close()
    assert any(told in sentence for sentence in check(server.folder, "").wrong)
    assert main(["check", "--data", str(server.folder)]) == 1
    with pytest.raises(CircleError, match="damaged"):
        backup(server.folder, tmp_path / "copy")
    assert (tmp_path / "copy" / FILE).read_bytes() == good
    assert main(["backup", "--data", str(server.folder), str(tmp_path / "copy")]) == 2


def test_a_file_that_is_cut_off_is_told(tmp_path: Path) -> None:
    server = RunningServer(tmp_path / "data", now_ms=lambda: NOW_MS)
    filled(server)
    server.stop()
    path = server.folder / FILE
    path.write_bytes(path.read_bytes()[: 3 * 8192])
    assert check(server.folder, "").wrong
    with pytest.raises(CircleError):
        backup(server.folder, tmp_path / "copy")
    assert not (tmp_path / "copy" / FILE).exists()


def test_both_databases_are_checked_and_get_a_new_generation(tmp_path: Path, database: str) -> None:
    server = RunningServer(tmp_path / "data", now_ms=lambda: NOW_MS, database=database)
    ana = filled(server)
    gen = line(server).info().gen
    assert (check(server.folder, database).changesets, check(server.folder, database).wrong) == (6, ())
    server.stop()
    new_gen(server.folder, database)
    server.start()
    assert line(server).info().gen != gen
    assert codec.parse(line(server).pull(ana.signer, 5).items[0].data).id == ana.chain[5].id
    if database:
        with psycopg.connect(database) as harm:
            harm.execute("UPDATE changesets SET seq = 9 WHERE pos = 4")
        assert any("4 is another" in sentence for sentence in check(None, database).wrong)
    server.stop()
