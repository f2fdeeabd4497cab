"""A server gets its room back from files that were taken away long ago, and loses nothing that somebody may want."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from circle_app.domain.ids import Ref
from circle_app.domain.manifest import Manifest, pack_manifest
from circle_app.domain.schema import FILES
from circle_app.workspace import filestore
from circle_app.workspace.commands.files import delete_file
from circle_app.workspace.db import Put
from circle_app.workspace.queries.files import files_in
from circle_app.workspace.queries.status import sync_status
from circle_app.workspace.queries.trash import trash
from sync.client.calls import Server, Signer
from tests.support.carrying import FIVE_MB, WORDS, attached, carried, content_of, restarted, stored, until_quiet
from tests.support.machines import Machine
from tests.support.pair import Pair, ana_and_ben
from tests.support.workspaces import StillClock


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    with ana_and_ben(tmp_path) as made:
        yield made


def _bytes(pair: Pair) -> int:
    space = pair.ana.ws.rows("SELECT space32 FROM spaces WHERE no = ?", (pair.ours,))[0][0]
    row = pair.server.reads(lambda reader: reader.space(space))
    assert row is not None
    return row.bytes


def _later(pair: Pair, days: int, *, server: bool = True, who: tuple[str, ...] = ("ana", "ben")) -> None:
    """So many days go by, for these people and the server, and the people start their computers again."""
    now_ms = pair.server.app.service.now_ms() + days * filestore.DAY_MS
    if server:
        pair.server.stop()
        pair.server._now_ms = lambda: now_ms
        pair.server.start()
    for name in who:
        person: Machine = getattr(pair, name)
        person.ws.clock = StillClock(now_ms)
        restarted(person)


def test_after_three_months_in_the_trash_the_server_gets_its_room_back(pair: Pair) -> None:
    before = _bytes(pair)
    ref = attached(pair, FIVE_MB)
    carried(pair.ana, pair.ours)
    carried(pair.ben, pair.theirs)
    assert _bytes(pair) > before + len(FIVE_MB)
    delete_file(pair.ana.ws, ref)
    until_quiet(pair.ana, pair.ours)
    until_quiet(pair.ben, pair.theirs)
    _later(pair, 89)
    until_quiet(pair.ben, pair.theirs)
    until_quiet(pair.ana, pair.ours)
    assert len(stored(pair)) == 5 and "files" in {one.row.kind for one in trash(pair.ana.ws, pair.ours)}
    _later(pair, 2)
    until_quiet(pair.ben, pair.theirs)
    assert len(stored(pair)) == 5  # a participant asks for nothing
    until_quiet(pair.ana, pair.ours)
    assert stored(pair) == []
    assert _bytes(pair) < before + 20_000
    assert "files" not in {one.row.kind for one in trash(pair.ana.ws, pair.ours)}


def test_what_was_given_back_is_not_asked_about_again(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    delete_file(pair.ana.ws, attached(pair, WORDS))
    until_quiet(pair.ana, pair.ours)
    _later(pair, 91)
    asked: list[int] = []
    drop = Server.drop_blobs

    def counted(server: Server, signer: Signer, names: list[bytes]) -> None:
        asked.append(len(names))
        drop(server, signer, names)

    monkeypatch.setattr("sync.client.calls.Server.drop_blobs", counted)
    for _ in range(3):
        until_quiet(pair.ana, pair.ours)
        restarted(pair.ana)
    assert asked == [1]


def test_a_clock_that_runs_ahead_ends_nobodys_time_to_take_a_file_back(pair: Pair) -> None:
    ref = attached(pair, WORDS)
    carried(pair.ana, pair.ours)
    delete_file(pair.ana.ws, ref)
    until_quiet(pair.ana, pair.ours)
    _later(pair, 3650, server=False, who=("ana",))
    until_quiet(pair.ana, pair.ours)
    until_quiet(pair.ana, pair.ours)
    assert len(stored(pair)) == 1


def test_pieces_that_another_file_names_stay(pair: Pair) -> None:
    """A member wrote a second row with somebody's pieces and took it away: that ends nothing."""
    ref = attached(pair, WORDS)
    carried(pair.ana, pair.ours)
    manifest = files_in(pair.ana.ws, pair.ours)[0].manifest
    assert manifest is not None
    twin = _twin(pair, ref, manifest)
    delete_file(pair.ana.ws, twin)
    until_quiet(pair.ana, pair.ours)
    _later(pair, 91)
    until_quiet(pair.ana, pair.ours)
    assert len(stored(pair)) == 1
    until_quiet(pair.ben, pair.theirs)
    assert content_of(pair.ben, pair.theirs) == WORDS


def test_pieces_of_a_file_that_was_taken_away_before_it_left_are_neither_sent_nor_counted(pair: Pair) -> None:
    delete_file(pair.ana.ws, attached(pair, FIVE_MB))
    until_quiet(pair.ana, pair.ours)
    assert stored(pair) == []
    assert [status.waiting for status in sync_status(pair.ana.ws)] == [0]


def _twin(pair: Pair, ref: Ref, manifest: Manifest) -> Ref:
    twin = Ref(ref.space, b"twin" * 4)
    (held,) = pair.ana.ws.rows("SELECT parent, parent_table FROM files WHERE id = ?", (ref.row,))
    cells = {"name": "twin.txt", "media": "text/plain", "manifest": pack_manifest(manifest), "parent": held[0],
             "parent_table": held[1], "at_ms": 1}  # fmt: skip
    pair.ana.ws.record(ref.space, (Put(FILES, twin.row, cells),))
    return twin
