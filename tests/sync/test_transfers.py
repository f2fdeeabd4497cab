"""Files between two people through a real server: whole or not there, whatever breaks, and never readable on the way."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from circle_app.domain.manifest import PIECE
from circle_app.domain.schema import NOTES
from circle_app.errors import FileProblem
from circle_app.workspace import filestore, spaces
from circle_app.workspace.commands.files import delete_file
from circle_app.workspace.commands.notes import add_note
from circle_app.workspace.commands.undo import undo
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.files import AUTOMATIC, State, file, files_in, wanted
from circle_app.workspace.queries.status import sync_status
from sync.client import transfers
from sync.client.files import attach, attach_bytes
from tests.support.carrying import (
    FIVE_MB,
    WORDS,
    attached,
    carried,
    content_of,
    restarted,
    seen_by,
    stored,
    until_whole,
)
from tests.support.cutting import CuttingWire
from tests.support.machines import machine
from tests.support.pair import Pair, ana_and_ben
from tests.support.workspaces import StillClock


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    with ana_and_ben(tmp_path) as made:
        yield made


def test_a_file_comes_to_the_other_computer_by_itself(pair: Pair) -> None:
    attached(pair, FIVE_MB, "Protokół محضر.txt")
    assert seen_by(pair.ana, pair.ours).state is State.LEAVING
    assert next(s.waiting for s in sync_status(pair.ana.ws)) >= 1
    assert carried(pair.ana, pair.ours).waiting == 0
    assert seen_by(pair.ana, pair.ours).state is State.HERE
    report = carried(pair.ben, pair.theirs)
    assert report.problem is None
    shown = seen_by(pair.ben, pair.theirs)
    assert (shown.state, shown.name, shown.author_name) == (State.HERE, "Protokół محضر.txt", "Ana")
    assert content_of(pair.ben, pair.theirs) == FIVE_MB
    assert sum(p.stat().st_size for p in stored(pair)) < 1.05 * len(FIVE_MB)


@pytest.mark.parametrize("older", ["DELETE FROM pieces", "UPDATE pieces SET here = 0, there = 0"])
def test_pieces_that_an_older_copy_of_the_workspace_does_not_know_are_found_on_the_disk(pair: Pair, older: str) -> None:
    attached(pair, WORDS)
    carried(pair.ana, pair.ours)
    with pair.ana.ws.writing() as db:
        db.execute(older)  # as in a copy from before, which got the file's row from others, or waited for its pieces
    pair.server.wipe()
    restarted(pair.ana)
    for person, no in ((pair.ana, pair.ours), (pair.ben, pair.theirs)):
        assert carried(person, no).problem is None
        assert seen_by(person, no).state is State.HERE
    assert content_of(pair.ben, pair.theirs) == WORDS


def test_who_only_follows_has_nothing_waiting_that_they_may_not_bring(pair: Pair, tmp_path: Path) -> None:
    with machine(tmp_path / "cem", "Cem") as cem:
        attached(pair, WORDS)
        carried(pair.ana, pair.ours)
        here = cem.join(pair.ana.invite(pair.ours, role="follower"))
        carried(cem, here)
        with cem.ws.writing() as db:
            db.execute("UPDATE pieces SET there = NULL")  # as in a copy that was put back
        restarted(cem)
        assert carried(cem, here).waiting == 0
        assert seen_by(cem, here).state is State.HERE
        with cem.ws.writing() as db:
            db.execute("UPDATE pieces SET there = 0")
        assert next(s.waiting for s in sync_status(cem.ws)) == 0


def test_no_word_of_a_file_is_on_the_server_or_on_the_wire(pair: Pair) -> None:
    attached(pair, FIVE_MB, "stairwell secrets.txt")
    carried(pair.ana, pair.ours)
    carried(pair.ben, pair.theirs)
    pair.ben.ws.checkpoint()
    everywhere = [pair.server.bytes_on_disk(), bytes(pair.wire.recording)]
    everywhere += [p.read_bytes() for m in (pair.ana, pair.ben) for p in m.ws.folder.rglob("*") if p.is_file()]
    assert sum(map(len, everywhere)) > 4 * len(FIVE_MB)
    for data in everywhere:
        assert not any(WORDS[at : at + 10] in data for at in range(len(WORDS) - 10))
        assert b"stairwell" not in data


def test_a_large_file_comes_when_somebody_asks_and_stops_when_they_stop(pair: Pair) -> None:
    content = random.Random(1).randbytes(AUTOMATIC + 1)
    attached(pair, content, "film.bin")
    carried(pair.ana, pair.ours)
    carried(pair.ben, pair.theirs)
    shown = seen_by(pair.ben, pair.theirs)
    assert shown.state is State.THERE
    assert not list(filestore.folder_of(pair.ben.ws).iterdir())
    filestore.wish(pair.ben.ws, pair.theirs, shown.ref.row, True)
    assert seen_by(pair.ben, pair.theirs).state is State.COMING
    stop = pair.ben.ws.subscribe(
        lambda news: (
            "pieces" in news.kinds
            and news.remote
            and seen_by(pair.ben, pair.theirs).fraction > 0.3
            and seen_by(pair.ben, pair.theirs).state is State.COMING
            and filestore.wish(pair.ben.ws, pair.theirs, shown.ref.row, False)
        )
    )
    carried(pair.ben, pair.theirs)
    stop()
    assert seen_by(pair.ben, pair.theirs).state is State.THERE
    here = len(list(filestore.folder_of(pair.ben.ws).iterdir()))
    assert 0 < here < len(shown.manifest.pieces)  # type: ignore[union-attr]
    filestore.wish(pair.ben.ws, pair.theirs, shown.ref.row, True)
    carried(pair.ben, pair.theirs)
    assert content_of(pair.ben, pair.theirs) == content


def test_a_line_that_is_cut_at_many_bytes_brings_the_whole_file_and_nothing_twice(pair: Pair) -> None:
    attached(pair, FIVE_MB)
    carried(pair.ana, pair.ours)
    chance = random.Random(3)
    cuts = [chance.randrange(1, 500_000) for _ in range(40)]
    line = CuttingWire(pair.server.port, iter(cuts))
    spaces.set_space(pair.ben.ws, pair.theirs, server=line.url)
    until_whole(pair.ben, pair.theirs)
    assert line.broken >= 10
    assert content_of(pair.ben, pair.theirs) == FIVE_MB
    assert line.carried < 1.2 * len(FIVE_MB)
    line.close()


def test_sending_over_a_line_that_is_cut_ends_with_the_whole_file(pair: Pair) -> None:
    chance = random.Random(4)
    line = CuttingWire(pair.server.port, iter([chance.randrange(1, 1_500_000) for _ in range(12)]), requests=True)
    spaces.set_space(pair.ana.ws, pair.ours, server=line.url)
    attached(pair, FIVE_MB)
    until_whole(pair.ana, pair.ours)
    assert line.broken >= 5
    carried(pair.ben, pair.theirs)
    assert content_of(pair.ben, pair.theirs) == FIVE_MB
    line.close()


def test_a_file_that_was_taken_away_is_neither_fetched_nor_counted(pair: Pair) -> None:
    ref = attached(pair, FIVE_MB)
    delete_file(pair.ana.ws, ref)
    carried(pair.ana, pair.ours)
    carried(pair.ben, pair.theirs)
    assert files_in(pair.ben.ws, pair.theirs) == ()
    assert not list(filestore.folder_of(pair.ben.ws).iterdir())


def test_a_transfer_that_was_cut_off_goes_on_in_the_next_program(pair: Pair) -> None:
    attached(pair, FIVE_MB)
    carried(pair.ana, pair.ours)
    line = CuttingWire(pair.server.port, iter([2_400_000]))
    spaces.set_space(pair.ben.ws, pair.theirs, server=line.url)
    report = pair.ben.sync(pair.theirs)
    assert report.problem is not None
    begun = seen_by(pair.ben, pair.theirs).fraction
    assert 0.3 < begun < 0.6
    restarted(pair.ben)
    before = line.carried
    until_whole(pair.ben, pair.theirs)
    assert content_of(pair.ben, pair.theirs) == FIVE_MB
    assert line.carried - before < (1.1 - begun) * len(FIVE_MB)
    line.close()


def test_attaching_a_file_by_its_path_ends_at_the_other_computer(pair: Pair, tmp_path: Path) -> None:
    path = tmp_path / "agenda.txt"
    path.write_bytes(WORDS)
    note = add_note(pair.ana.ws, pair.ours, title="Minutes")
    ref = attach(pair.ana.ws, note, table=NOTES, path=path)
    assert file(pair.ana.ws, ref).parent == note
    carried(pair.ana, pair.ours)
    carried(pair.ben, pair.theirs)
    assert content_of(pair.ben, pair.theirs) == WORDS


def test_a_workspace_that_came_back_without_its_files_fetches_them(pair: Pair) -> None:
    attached(pair, FIVE_MB)
    carried(pair.ana, pair.ours)
    filestore.discard(filestore.folder_of(pair.ana.ws), seen_by(pair.ana, pair.ours).manifest.pieces)  # type: ignore[union-attr]
    restarted(pair.ana)
    carried(pair.ana, pair.ours)
    assert content_of(pair.ana, pair.ours) == FIVE_MB


def test_a_piece_whose_arrival_was_not_noted_is_not_fetched_again(pair: Pair) -> None:
    """Cut off between the last byte and the note of it."""
    attached(pair, FIVE_MB)
    carried(pair.ana, pair.ours)
    carried(pair.ben, pair.theirs)
    names = seen_by(pair.ben, pair.theirs).manifest.pieces  # type: ignore[union-attr]
    filestore.note_here(pair.ben.ws, pair.theirs, names, False)
    line = CuttingWire(pair.server.port, iter(()))
    spaces.set_space(pair.ben.ws, pair.theirs, server=line.url)
    restarted(pair.ben)
    carried(pair.ben, pair.theirs)
    assert seen_by(pair.ben, pair.theirs).state is State.HERE
    assert line.carried < PIECE // 2
    line.close()


def test_the_pieces_of_a_file_that_was_taken_away_leave_the_disk_after_a_month(pair: Pair) -> None:
    ref = attached(pair, WORDS)
    carried(pair.ana, pair.ours)
    delete_file(pair.ana.ws, ref)
    for days, left in ((29, 1), (31, 0)):
        clock = StillClock(pair.ana.ws.clock.now_ms() + days * filestore.DAY_MS)
        before, pair.ana.ws.clock = pair.ana.ws.clock, clock
        restarted(pair.ana)
        carried(pair.ana, pair.ours)
        pair.ana.ws.clock = before
        assert len(list(filestore.folder_of(pair.ana.ws).iterdir())) == left
    undo(pair.ana.ws)
    carried(pair.ana, pair.ours)
    assert content_of(pair.ana, pair.ours) == WORDS


def test_a_piece_that_the_disk_does_not_read_holds_up_no_other_file(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = attached(pair, b"on a bad sector", "bad.txt")
    attached(pair, b"on a good one", "good.txt")
    (name,) = file(pair.ana.ws, bad).manifest.pieces  # type: ignore[union-attr]
    whole = filestore.read_piece

    def read(folder: Path, piece: bytes, most: int) -> bytes | None:
        if piece == name and folder == filestore.folder_of(pair.ana.ws):
            raise FileProblem("A part of this file cannot be read from the disk.", code="disk")
        return whole(folder, piece, most)

    monkeypatch.setattr(filestore, "read_piece", read)
    told = carried(pair.ana, pair.ours).problem
    assert told is not None and told.code == "disk"
    carried(pair.ben, pair.theirs)
    states = {shown.name: shown.state for shown in files_in(pair.ben.ws, pair.theirs)}
    assert states["good.txt"] is State.HERE and states["bad.txt"] is not State.HERE
    monkeypatch.undo()  # it is read after all
    assert carried(pair.ana, pair.ours).problem is None
    carried(pair.ben, pair.theirs)
    assert {shown.state for shown in files_in(pair.ben.ws, pair.theirs)} == {State.HERE}


def test_a_circle_with_many_files_is_looked_through_once(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    note = add_note(pair.ana.ws, pair.ours, title="Minutes")
    for n in range(30):
        attach_bytes(pair.ana.ws, note, table=NOTES, name=f"{n}.txt", data=b"%d" % n)
    carried(pair.ana, pair.ours)
    carried(pair.ben, pair.theirs)
    restarted(pair.ben)
    looked = 0
    whole = wanted

    def counted(ws: Workspace, space: int) -> frozenset[bytes]:
        nonlocal looked
        looked += 1
        return whole(ws, space)

    monkeypatch.setattr(transfers, "wanted", counted)
    carried(pair.ben, pair.theirs)
    assert len(files_in(pair.ben.ws, pair.theirs)) == 30 and looked < 5
