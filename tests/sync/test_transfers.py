"""Files between two people through a real server: whole or not there, whatever breaks, and never readable on the way."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from circle_app.domain.ids import Ref
from circle_app.domain.manifest import PIECE
from circle_app.domain.schema import NOTES
from circle_app.workspace import filestore, spaces
from circle_app.workspace.commands.files import delete_file
from circle_app.workspace.commands.notes import add_note
from circle_app.workspace.queries.files import AUTOMATIC, File, State, file, files_in
from circle_app.workspace.queries.notes import notes
from circle_app.workspace.queries.status import sync_status
from sync.client.engine import SyncEngine, SyncReport
from sync.client.files import attach, attach_bytes, read_file
from sync.client.transfers import TRIES
from sync.pieces import piece_name
from tests.support.cutting import CuttingWire
from tests.support.machines import Machine
from tests.support.pair import Pair, ana_and_ben

WORDS = b"The stairwell key is under the third flower pot.\n"
FIVE_MB = (WORDS * (5 * PIECE // len(WORDS) + 1))[: 5 * PIECE - 77]
TURNS = 400


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    with ana_and_ben(tmp_path) as made:
        yield made


def attached(pair: Pair, content: bytes, name: str = "plan.txt") -> Ref:
    note = add_note(pair.ana.ws, pair.ours, title="Minutes")
    return attach_bytes(pair.ana.ws, note, table=NOTES, name=name, data=content)


def carried(person: Machine, no: int) -> SyncReport:
    """Sync until nothing is left to do."""
    for _ in range(TURNS):
        report = person.sync(no)
        if not report.more:
            return report
    raise AssertionError("the transfers do not end")


def until_whole(person: Machine, no: int) -> None:
    """Sync, whatever breaks, until everything is where it belongs."""
    for _ in range(TURNS):
        report = person.sync(no)
        if report.problem is None and not report.more and report.waiting == 0:
            return
        assert report.problem is None or report.problem.code in ("cut_off", "offline"), report.problem
    raise AssertionError("the transfers do not end")


def seen_by(person: Machine, no: int) -> File:
    (found,) = files_in(person.ws, no)
    return found


def content_of(person: Machine, no: int) -> bytes:
    return b"".join(read_file(person.ws, seen_by(person, no)))


def restarted(person: Machine) -> None:
    """The same computer, started again."""
    person.engine.close()
    person.engine = SyncEngine(person.ws, person.vault)


def stored(pair: Pair) -> list[Path]:
    return sorted(p for p in (pair.server.folder / "blobs").rglob("*") if p.is_file())


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
            "files" in news.kinds
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


def copies(pair: Pair) -> list[Path]:
    """Whole pieces that are whole in another place, too."""
    found: dict[bytes, list[Path]] = {}
    places = [*stored(pair), *(p for m in (pair.ana, pair.ben) for p in sorted(filestore.folder_of(m.ws).iterdir()))]
    for path in places:
        found.setdefault(piece_name(path.read_bytes()), []).append(path)
    return [path for name, same in found.items() for path in same if len(same) > 1 and path.name == name.hex()]


def until_quiet(person: Machine, no: int) -> None:
    for _ in range(TURNS):
        report = person.sync(no)
        if report.problem is None and not report.more:
            return
    raise AssertionError("the transfers do not end")
