"""Files on their way between two people: what a test attaches, how it syncs, and what is where."""

from __future__ import annotations

from pathlib import Path

from circle_app.domain.ids import Ref
from circle_app.domain.manifest import PIECE
from circle_app.domain.schema import NOTES
from circle_app.workspace import filestore
from circle_app.workspace.commands.notes import add_note
from circle_app.workspace.queries.files import File, files_in
from sync.client.engine import SyncEngine, SyncReport
from sync.client.files import attach_bytes, read_file
from sync.pieces import piece_name
from tests.support.machines import Machine
from tests.support.pair import Pair

WORDS = b"The stairwell key is under the third flower pot.\n"
FIVE_MB = (WORDS * (5 * PIECE // len(WORDS) + 1))[: 5 * PIECE - 77]
TURNS = 400


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
