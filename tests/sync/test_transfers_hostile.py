"""Files through servers that lie, lose and fill up, disks that rot, lines that break, and members who mean harm."""

from __future__ import annotations

import errno
import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from circle_app.domain.ids import Ref
from circle_app.domain.manifest import PIECE, Manifest, pack_manifest, piece_count
from circle_app.domain.schema import FILES, NOTES
from circle_app.errors import FileProblem
from circle_app.workspace import filestore, spaces
from circle_app.workspace.commands.notes import add_note
from circle_app.workspace.db import Put
from circle_app.workspace.queries.files import AUTOMATIC, AUTOMATIC_ALL, State, file, files_in, wanted
from circle_app.workspace.queries.notes import notes
from sync.client import transfers
from sync.client.files import attach_bytes, read_file
from sync.client.transfers import TRIES
from tests.support.carrying import (
    FIVE_MB,
    WORDS,
    attached,
    carried,
    content_of,
    copies,
    restarted,
    seen_by,
    stored,
    until_quiet,
)
from tests.support.cutting import CuttingWire
from tests.support.pair import Pair, ana_and_ben


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    with ana_and_ben(tmp_path) as made:
        yield made


def test_a_server_that_lost_everything_gets_the_files_back(pair: Pair) -> None:
    attached(pair, FIVE_MB)
    carried(pair.ana, pair.ours)
    pair.server.wipe()
    assert not stored(pair)
    carried(pair.ana, pair.ours)
    carried(pair.ana, pair.ours)
    carried(pair.ben, pair.theirs)
    assert content_of(pair.ben, pair.theirs) == FIVE_MB


def test_pieces_the_server_lost_are_waited_for_and_brought_back_by_whoever_has_them(pair: Pair) -> None:
    attached(pair, FIVE_MB)
    carried(pair.ana, pair.ours)
    stored(pair)[2].unlink()
    for _ in range(2):  # the server finds out when somebody asks for it
        carried(pair.ben, pair.theirs)
    shown = seen_by(pair.ben, pair.theirs)
    assert (shown.state, shown.author_name) == (State.WAITING, "Ana")
    assert 0.7 < shown.fraction < 1
    restarted(pair.ana)
    carried(pair.ana, pair.ours)
    carried(pair.ben, pair.theirs)
    assert content_of(pair.ben, pair.theirs) == FIVE_MB


@pytest.mark.parametrize("how", ["garbage", "short", "other"])
def test_what_a_lying_server_gives_is_never_believed(pair: Pair, how: str) -> None:
    attached(pair, FIVE_MB)
    carried(pair.ana, pair.ours)
    first, second = stored(pair)[:2]
    kept = first.read_bytes()
    first.write_bytes({"garbage": bytes(len(kept)), "short": kept[:-5], "other": second.read_bytes()}[how])
    for _ in range(TRIES + 2):
        carried(pair.ben, pair.theirs)
    shown = seen_by(pair.ben, pair.theirs)
    assert shown.state in (State.WAITING, State.COMING)
    assert shown.fraction < 1
    first.write_bytes(kept)
    restarted(pair.ana)  # a server that noticed by itself has forgotten the piece, and is brought it again
    carried(pair.ana, pair.ours)
    restarted(pair.ben)
    carried(pair.ben, pair.theirs)
    assert content_of(pair.ben, pair.theirs) == FIVE_MB


def test_a_full_server_is_told_in_words_and_notes_go_on(pair: Pair) -> None:
    pair.server.stop()
    pair.server.settings["space_quota_bytes"] = 2_000_000
    pair.server.start()
    attached(pair, FIVE_MB)
    report = carried(pair.ana, pair.ours)
    assert report.problem is not None
    assert (report.problem.code, report.waiting) == ("quota", 1)
    assert "no room" in report.problem.sentence
    assert 0 < seen_by(pair.ana, pair.ours).fraction < 1
    pair.ben.sync(pair.theirs)
    assert [n.title for n in notes(pair.ben.ws)] == ["Minutes"]
    pair.server.stop()
    pair.server.settings["space_quota_bytes"] = 1 << 30
    pair.server.start()
    assert carried(pair.ana, pair.ours).problem is None
    carried(pair.ben, pair.theirs)
    assert content_of(pair.ben, pair.theirs) == FIVE_MB


def test_a_piece_that_rotted_on_this_disk_is_found_and_fetched_again(pair: Pair) -> None:
    attached(pair, FIVE_MB)
    carried(pair.ana, pair.ours)
    name = seen_by(pair.ana, pair.ours).manifest.pieces[1]  # type: ignore[union-attr]
    path = filestore.folder_of(pair.ana.ws) / name.hex()
    kept = path.read_bytes()
    path.write_bytes(kept[:100] + b"\x00" + kept[101:])
    with pair.ana.ws.writing() as db:
        db.execute("UPDATE pieces SET at_ms = at_ms - ?", (8 * filestore.DAY_MS,))
    restarted(pair.ana)
    carried(pair.ana, pair.ours)
    assert path.read_bytes() == kept
    assert content_of(pair.ana, pair.ours) == FIVE_MB


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_on_the_way_every_file_ends_whole_everywhere(pair: Pair, seed: int) -> None:
    """Cut lines, restarts, rot on both disks, pieces the server loses, files attached on both sides in between."""
    chance = random.Random(seed)
    cuts = (chance.randrange(1, 900_000) for _ in range(25))
    lines = {m.name: CuttingWire(pair.server.port, cuts, requests=chance.random() < 0.5) for m in (pair.ana, pair.ben)}
    spaces.set_space(pair.ana.ws, pair.ours, server=lines["Ana"].url)
    spaces.set_space(pair.ben.ws, pair.theirs, server=lines["Ben"].url)
    both = ((pair.ana, pair.ours), (pair.ben, pair.theirs))
    content: dict[str, bytes] = {}
    for step in range(24):
        person, no = chance.choice(both)
        match chance.choice(("attach", "sync", "sync", "restart", "rot", "lose")):
            case "attach" if len(content) < 5:
                data = chance.randbytes(chance.choice((0, 10, 300_000, PIECE, 2 * PIECE + 5)))
                content[f"{step}.dat"] = data
                note = add_note(person.ws, no, title=f"Note {step}")
                attach_bytes(person.ws, note, table=NOTES, name=f"{step}.dat", data=data)
            case "restart":
                restarted(person)
            case "lose" | "rot" as fault:
                # never the last copy that is whole
                for place in (p for p in copies(pair) if (p in stored(pair)) is (fault == "lose")):
                    place.unlink() if fault == "lose" else place.write_bytes(b"rot")
                    break
            case _:
                person.sync(no)
    for _ in range(3):  # the server and the disks find out about what is gone when somebody looks; then it is mended
        for person, no in both:
            with person.ws.writing() as db:
                db.execute("UPDATE pieces SET at_ms = at_ms - ?", (8 * filestore.DAY_MS,))
            restarted(person)
            until_quiet(person, no)
    for person, no in both:
        found = {f.name: f for f in files_in(person.ws, no)}
        assert found.keys() == content.keys()
        for name, data in content.items():
            whole = [f"{f.name} {f.state} {f.fraction}" for f in found.values()]
            assert b"".join(read_file(person.ws, found[name])) == data, whole
    for line in lines.values():
        line.close()


def test_nobody_fills_a_disk_with_files_that_nobody_asked_for(pair: Pair) -> None:
    """Rows of a changed program: two hundred files that are said to have ten megabytes, and one of honest size."""
    note = add_note(pair.ana.ws, pair.ours, title="Flood")
    honest = attach_bytes(pair.ana.ws, note, table=NOTES, name="honest.txt", data=WORDS)
    names = tuple(bytes([n]) * 32 for n in range(piece_count(AUTOMATIC)))
    for number in range(200):
        cell = pack_manifest(Manifest(number.to_bytes(32, "big"), AUTOMATIC, names))
        row = number.to_bytes(16, "big")
        pair.ana.ws.record(
            pair.ours, (Put(FILES, row, {"name": "x", "manifest": cell, "parent": note.row, "at_ms": number}),)
        )
    carried(pair.ana, pair.ours)
    pair.ben.sync(pair.theirs)
    fetched = wanted(pair.ben.ws, pair.theirs)
    assert len(fetched) * AUTOMATIC <= AUTOMATIC_ALL + AUTOMATIC
    assert honest.row in fetched
    assert sum(f.state in (State.WAITING, State.COMING) for f in files_in(pair.ben.ws, pair.theirs)) <= 102


def test_a_full_disk_stops_a_fetch_in_words_and_it_goes_on_later(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    attached(pair, FIVE_MB)
    carried(pair.ana, pair.ours)
    written = 0

    def full(descriptor: int, mode: str) -> object:
        nonlocal written
        written += 1
        if written > 30:
            os.close(descriptor)
            raise OSError(errno.ENOSPC, "no space")
        return open(descriptor, mode)

    with monkeypatch.context() as broken:
        broken.setattr(transfers, "open", full, raising=False)
        report = pair.ben.sync(pair.theirs)
    assert report.problem is not None
    assert report.problem.code == "disk_full"
    assert 0 < seen_by(pair.ben, pair.theirs).fraction < 1
    carried(pair.ben, pair.theirs)
    assert content_of(pair.ben, pair.theirs) == FIVE_MB


def test_a_row_with_the_wrong_key_does_not_take_the_pieces_of_others(pair: Pair) -> None:
    """A member names the pieces of somebody's file with another key: it does not open, and harms nothing."""
    ref = attached(pair, WORDS)
    good = file(pair.ana.ws, ref).manifest
    assert good is not None
    cell = pack_manifest(Manifest(bytes(32), good.size, good.pieces))
    pair.ana.ws.record(pair.ours, (Put(FILES, b"w" * 16, {"name": "x", "manifest": cell}),))
    with pytest.raises(FileProblem) as caught:
        list(read_file(pair.ana.ws, file(pair.ana.ws, Ref(pair.ours, b"w" * 16))))
    assert caught.value.code == "piece_sealed"
    assert b"".join(read_file(pair.ana.ws, file(pair.ana.ws, ref))) == WORDS
