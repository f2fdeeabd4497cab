"""The server's SQLite file: one process at a time, and files of older servers go on with everything in them."""

from __future__ import annotations

from pathlib import Path

import apsw
import pytest

from circle_app.errors import CircleError
from sync.server.store import next_mark, space_no
from sync.server.store_sqlite import FILE, SqliteStore
from tests.support.by_hand import NOW_MS, data, founder, line, statuses
from tests.support.server import RunningServer

OLD = """
CREATE TABLE meta(name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE spaces(
  no INTEGER PRIMARY KEY, space BLOB NOT NULL UNIQUE, created_ms INTEGER NOT NULL,
  pos INTEGER NOT NULL DEFAULT 0, mark BLOB NOT NULL, members_mark BLOB NOT NULL, bytes INTEGER NOT NULL DEFAULT 0);
CREATE TABLE changesets(
  no INTEGER NOT NULL, pos INTEGER NOT NULL, dev BLOB NOT NULL, seq INTEGER NOT NULL, kind INTEGER NOT NULL,
  id BLOB NOT NULL, mark BLOB NOT NULL, data BLOB NOT NULL);
CREATE UNIQUE INDEX by_pos ON changesets(no, pos);
CREATE UNIQUE INDEX by_seq ON changesets(no, dev, seq);
CREATE TABLE envelopes(
  no INTEGER NOT NULL, epoch BLOB NOT NULL, dev BLOB NOT NULL, data BLOB NOT NULL, PRIMARY KEY(no, epoch, dev)
  ) WITHOUT ROWID;
CREATE INDEX by_created ON spaces(created_ms);
CREATE INDEX by_id ON changesets(no, id);
CREATE INDEX membership ON changesets(no, pos) WHERE kind = 1;
"""


def test_the_file_of_an_older_server_is_taken_along(tmp_path: Path) -> None:
    ana = founder()
    genesis = ana.chain[0]
    mark = next_mark(bytes(32), genesis.id)
    folder = tmp_path / "old"
    folder.mkdir()
    with apsw.Connection(str(folder / FILE)) as old:
        old.execute(OLD)
        old.execute("INSERT INTO meta VALUES('server_id', ?), ('server_gen', ?)", (b"i" * 32, b"g" * 16))
        size = len(genesis.data)
        old.execute("INSERT INTO spaces VALUES(1, ?, 7, 1, ?, ?, ?)", (ana.space, mark, mark, size))
        row = (1, 1, ana.keys.dev, 1, 1, genesis.id, mark, genesis.data)
        old.execute("INSERT INTO changesets VALUES(?, ?, ?, ?, ?, ?, ?, ?)", row)
        old.execute("INSERT INTO envelopes VALUES(1, ?, ?, x'00')", (bytes(16), ana.keys.dev))
    old.close()
    server = RunningServer(folder, now_ms=lambda: NOW_MS)
    assert (line(server).info().server_id, line(server).info().gen) == (b"i" * 32, b"g" * 16)
    assert [i.data for i in line(server).pull(ana.signer, 0).items] == data(genesis)
    assert statuses(line(server).push(ana.signer, data(ana.write()))) == [(0, "")]
    no = space_no(ana.space)
    assert server.reads(lambda reader: reader.envelopes(no, bytes(16), ana.keys.dev)) == {}, "brought back by clients"
    assert server.reads(lambda reader: list(reader.rows("SELECT DISTINCT no FROM changesets"))) == [(no,)]
    server.stop()


def test_a_folder_serves_one_process_and_is_free_afterwards(tmp_path: Path) -> None:
    first = SqliteStore(tmp_path / "data")
    with pytest.raises(CircleError, match="Another server"):
        SqliteStore(tmp_path / "data")
    first.close()
    SqliteStore(tmp_path / "data").close()


def test_a_file_of_a_newer_server_is_left_alone(tmp_path: Path) -> None:
    SqliteStore(tmp_path).close()
    with apsw.Connection(str(tmp_path / FILE)) as file:
        file.execute("PRAGMA user_version = 99")
    file.close()
    with pytest.raises(CircleError, match="newer server"):
        SqliteStore(tmp_path)
