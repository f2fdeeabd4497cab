"""Attached files on one computer: whole or not at all, sealed on disk, and nothing surprising is ever read."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from circle_app.domain.ids import Ref
from circle_app.domain.manifest import FILE_MAX, PIECE
from circle_app.domain.media import Use, use_of
from circle_app.domain.schema import FILES, NOTES
from circle_app.errors import FileProblem, NotFound, RuleBroken
from circle_app.workspace import filestore, spaces
from circle_app.workspace.commands.files import delete_file, rename_file
from circle_app.workspace.commands.notes import add_note, delete_note
from circle_app.workspace.commands.undo import undo
from circle_app.workspace.db import Put, Workspace
from circle_app.workspace.queries.files import State, file, files_of
from circle_app.workspace.queries.search import search
from sync.client.files import attach, attach_bytes, inspect, media_of, read_file
from tests.support.pictures import GPS, drawn, jpeg_with_traces
from tests.support.workspaces import StillClock, new_circle, new_workspace

WORDS = b"The stairwell key is under the third flower pot.\n"
LARGE = WORDS * (3 * PIECE // len(WORDS))


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[Workspace]:
    with new_workspace(tmp_path / "data", key=bytes(32)) as made:
        yield made


@pytest.fixture
def note(ws: Workspace) -> Ref:
    return add_note(ws, new_circle(ws), title="Minutes")


def source(tmp_path: Path, content: bytes, name: str = "plan.txt") -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


def whole(ws: Workspace, ref: Ref) -> bytes:
    return b"".join(read_file(ws, file(ws, ref)))


def on_disk(ws: Workspace) -> list[Path]:
    return sorted(filestore.folder_of(ws).iterdir())


def code_of(action: object, *given: object, **named: object) -> str:
    with pytest.raises(FileProblem) as caught:
        action(*given, **named)  # type: ignore[operator]
    return caught.value.code


@pytest.mark.parametrize("size", [0, 1, 255, PIECE - 1, PIECE, PIECE + 1, len(LARGE)])
def test_a_file_comes_back_as_it_was(ws: Workspace, note: Ref, tmp_path: Path, size: int) -> None:
    ref = attach(ws, note, table=NOTES, path=source(tmp_path, LARGE[:size]))
    assert whole(ws, ref) == LARGE[:size]
    (shown,) = files_of(ws, note)
    assert (shown.ref, shown.name, shown.size, shown.media) == (ref, "plan.txt", size, "text/plain")
    assert (shown.state, shown.author_name, shown.parent) == (State.HERE, "Ana", note)


def test_no_word_of_a_file_lies_on_the_disk(ws: Workspace, note: Ref, tmp_path: Path) -> None:
    ref = attach(ws, note, table=NOTES, path=source(tmp_path, LARGE, "secret plan.txt"))
    b"".join(read_file(ws, file(ws, ref)))
    ws.checkpoint()
    for path in (p for p in ws.folder.rglob("*") if p.is_file()):
        data = path.read_bytes()
        assert not any(WORDS[at : at + 12] in data for at in range(len(WORDS) - 12)), path
        assert b"secret plan" not in data
        assert "secret" not in path.name
    if os.name != "nt":
        assert stat.S_IMODE(filestore.folder_of(ws).stat().st_mode) == 0o700
        assert {stat.S_IMODE(p.stat().st_mode) for p in on_disk(ws)} == {0o600}


def test_the_same_file_twice_has_nothing_in_common(ws: Workspace, note: Ref, tmp_path: Path) -> None:
    path = source(tmp_path, WORDS)
    first, second = (file(ws, attach(ws, note, table=NOTES, path=path)).manifest for _ in range(2))
    assert first is not None and second is not None
    assert first.key != second.key
    assert not set(first.pieces) & set(second.pieces)


@pytest.mark.skipif(os.name == "nt", reason="Windows has none of these")
def test_only_regular_files_are_read(ws: Workspace, note: Ref, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(source(tmp_path, WORDS))
    for path, code in (
        (tmp_path / "pipe", "not_a_file"), (Path("/dev/zero"), "not_a_file"), (tmp_path, "not_a_file"),
        (tmp_path / "link", "link"), (tmp_path / "none", "unreadable"),
    ):  # fmt: skip
        assert code_of(attach, ws, note, table=NOTES, path=path) == code
        assert code_of(inspect, path) == code
    assert on_disk(ws) == []


def test_a_file_that_is_too_large_is_refused_before_it_is_read(ws: Workspace, note: Ref, tmp_path: Path) -> None:
    path = source(tmp_path, b"")
    os.truncate(path, FILE_MAX + 1)
    assert code_of(attach, ws, note, table=NOTES, path=path) == "size"
    assert on_disk(ws) == []


def test_a_file_that_shrinks_or_grows_while_it_is_read_is_refused(ws: Workspace, note: Ref, tmp_path: Path) -> None:
    path = source(tmp_path, LARGE)
    for size in (PIECE + 5, 10 * PIECE):

        def change(_done: float, size: int = size) -> bool:
            os.truncate(path, size)
            return True

        path.write_bytes(LARGE)
        assert code_of(attach, ws, note, table=NOTES, path=path, progress=change) == "changed"
    assert on_disk(ws) == []
    assert files_of(ws, note) == ()


@pytest.mark.parametrize("name", ["report.pdf", "setup.exe"])
def test_programs_are_refused_by_content_and_by_name(ws: Workspace, note: Ref, tmp_path: Path, name: str) -> None:
    content = WORDS if name.endswith("exe") else b"MZ\x90\x00" + WORDS
    assert code_of(inspect, source(tmp_path, content, name)) == "program"
    assert code_of(attach, ws, note, table=NOTES, path=tmp_path / name) == "program"
    assert code_of(attach_bytes, ws, note, table=NOTES, name=name, data=content) == "program"
    assert on_disk(ws) == []


def test_a_photo_goes_without_its_place_unless_the_person_wants_it(ws: Workspace, note: Ref, tmp_path: Path) -> None:
    photo = jpeg_with_traces(drawn("JPG"))
    path = source(tmp_path, photo, "IMG_1.jpg")
    assert inspect(path).traces
    assert not inspect(source(tmp_path, drawn("JPG"), "plain.jpg")).traces
    assert GPS not in whole(ws, attach(ws, note, table=NOTES, path=path))
    assert GPS not in whole(ws, attach_bytes(ws, note, table=NOTES, name="x.jpg", data=photo))
    assert whole(ws, attach(ws, note, table=NOTES, path=path, keep_traces=True)) == photo


def test_stopping_in_the_middle_leaves_nothing(ws: Workspace, note: Ref, tmp_path: Path) -> None:
    path, seen = source(tmp_path, LARGE), list[float]()

    def stop(done: float) -> bool:
        seen.append(done)
        return done < 0.5

    assert code_of(attach, ws, note, table=NOTES, path=path, progress=stop) == "cancelled"
    assert 0.5 <= seen[-1] < 1
    assert on_disk(ws) == []
    assert files_of(ws, note) == ()


@pytest.mark.parametrize("at", range(1, 8))
def test_a_full_disk_is_told_and_leaves_nothing(
    ws: Workspace, note: Ref, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    """The disk fails at the n-th fsync or rename; afterwards everything goes on."""
    count = 0

    def failing(real: object) -> object:
        def call(*given: object) -> object:
            nonlocal count
            count += 1
            if count == at:
                raise OSError(errno.ENOSPC, "no space")
            return real(*given)  # type: ignore[operator]

        return call

    path = source(tmp_path, LARGE)
    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", failing(os.fsync))
        broken.setattr(os, "replace", failing(os.replace))
        try:
            attach(ws, note, table=NOTES, path=path)
        except FileProblem as problem:
            assert problem.code == "disk_full"
            assert "MB" in problem.next_step
            assert on_disk(ws) == []
            assert files_of(ws, note) == ()
    assert whole(ws, attach(ws, note, table=NOTES, path=path)) == LARGE
    assert count >= at


def test_a_listener_that_fails_does_not_lose_what_is_attached(ws: Workspace, note: Ref, tmp_path: Path) -> None:
    def fail(_news: object) -> None:
        raise RuntimeError("a bug in a screen")

    stop = ws.subscribe(fail)
    with pytest.raises(RuntimeError):
        attach(ws, note, table=NOTES, path=source(tmp_path, WORDS))
    stop()
    (shown,) = files_of(ws, note)
    assert whole(ws, shown.ref) == WORDS


def test_a_damaged_or_lost_piece_is_never_shown_and_is_wished_for_again(
    ws: Workspace, note: Ref, tmp_path: Path
) -> None:
    ref = attach(ws, note, table=NOTES, path=source(tmp_path, LARGE))
    second = file(ws, ref).manifest.pieces[1]  # type: ignore[union-attr]
    path = filestore.folder_of(ws) / second.hex()
    for spoil in (
        lambda: path.write_bytes(b"\x00" + path.read_bytes()[1:]),
        lambda: os.truncate(path, 100),
        path.unlink,
    ):
        kept = path.read_bytes()
        spoil()
        pieces = read_file(ws, file(ws, ref))
        assert next(pieces) == LARGE[:PIECE]
        with pytest.raises(FileProblem) as caught:
            next(pieces)
        assert caught.value.code in ("piece_hash", "not_here")
        assert file(ws, ref).state is State.COMING
        path.write_bytes(kept)
        filestore.note_here(ws, ref.space, (second,), True)
    assert whole(ws, ref) == LARGE


def test_rights_and_places_are_asked_before_anything_is_written(ws: Workspace, note: Ref, tmp_path: Path) -> None:
    path = source(tmp_path, WORDS)
    delete_note(ws, note)
    with pytest.raises(NotFound):
        attach(ws, note, table=NOTES, path=path)
    undo(ws)
    spaces.set_space(ws, note.space, role="follower")
    with pytest.raises(RuleBroken):
        attach(ws, note, table=NOTES, path=path)
    assert on_disk(ws) == []


def test_a_file_is_taken_away_and_comes_back_by_undo(ws: Workspace, note: Ref, tmp_path: Path) -> None:
    ref = attach(ws, note, table=NOTES, path=source(tmp_path, WORDS))
    delete_file(ws, ref)
    assert files_of(ws, note) == ()
    undo(ws)
    assert whole(ws, ref) == WORDS
    undo(ws)
    assert files_of(ws, note) == ()


def test_a_file_is_found_by_its_name_and_renamed_safely(ws: Workspace, note: Ref, tmp_path: Path) -> None:
    ref = attach(ws, note, table=NOTES, path=source(tmp_path, WORDS, "محضر Łucja.txt"))
    assert [hit.ref for hit in search(ws, "lucja")] == [ref]
    rename_file(ws, ref, "../x:y.txt")
    assert file(ws, ref).name == "_x_y.txt"


def test_what_a_kill_left_is_swept_after_a_day_and_nothing_else(ws: Workspace, note: Ref, tmp_path: Path) -> None:
    assert isinstance(ws.clock, StillClock)
    ref = attach(ws, note, table=NOTES, path=source(tmp_path, WORDS))
    folder = filestore.folder_of(ws)
    loose, noted = folder / ("ab" * 32), bytes(32)
    for path in (loose, folder / f".{'cd' * 32}.part", folder / noted.hex()):
        path.write_bytes(b"left over")
        os.utime(path, (ws.clock.now_ms() / 1000,) * 2)
    filestore.note_pieces(ws, ref.space, b"r" * 16, (noted,), here=True)
    living = frozenset(file(ws, ref).manifest.pieces)  # type: ignore[union-attr]

    def sweep() -> None:
        filestore.sweep(ws, ref.space, living)
        filestore.sweep_folder(ws)

    sweep()
    assert len(on_disk(ws)) == 4
    ws.clock.forward(minutes=24 * 60 + 1)
    sweep()
    assert [p.name for p in on_disk(ws)] == [name.hex() for name in living]
    assert whole(ws, ref) == WORDS


def test_what_its_author_said_of_a_file_is_not_believed(ws: Workspace, note: Ref) -> None:
    """Somebody with a changed program attaches a program, calls it a document and turns its name round."""
    ref = attach_bytes(ws, note, table=NOTES, name="x.txt", data=WORDS)
    lie = {"media": "application/pdf", "name": "report \u202efdp.exe"}
    ws.record(note.space, (Put(FILES, ref.row, lie),))
    assert file(ws, ref).name == "report fdp.exe"
    assert media_of(ws, file(ws, ref)) == "text/plain"
    assert use_of(media_of(ws, file(ws, ref)), file(ws, ref).name) is Use.NOTHING


def test_a_forgotten_circle_leaves_no_piece(ws: Workspace, note: Ref, tmp_path: Path) -> None:
    attach(ws, note, table=NOTES, path=source(tmp_path, LARGE))
    assert on_disk(ws)
    spaces.forget_space(ws, note.space)
    assert on_disk(ws) == []
    assert ws.rows("SELECT count(*) FROM pieces") == [(0,)]
