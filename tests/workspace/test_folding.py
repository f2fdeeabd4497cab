"""Words are found however another keyboard writes them, also in a file whose words were folded by an earlier version."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from circle_app.domain import text
from circle_app.workspace import wordindex
from circle_app.workspace.commands.notes import add_note, delete_note
from circle_app.workspace.commands.tasks import add_task
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.search import search
from circle_app.workspace.verify import rebuild
from tests.support.workspaces import StillClock, new_circle, new_workspace

WRITTEN = (
    ("Sinéad O’Connor", "sinead o'connor"), ("Mykola Hryʼhorovych", "hry'horovych"), ("Anne‑Marie Straße", "anne-marie strasse"),
    ("Nguyễn Thị Đào", "nguyen thi dao"), ("Işık İpek", "ISIK IPEK"), ("علی‌رضا کریمی", "عليرضا كريمي"), ("مریم کریمی", "كريمي"),
    ("⁨شيماء⁩ فاطمة", "شيماء فاطمه"), ("گەورە", "گهوره"), ("بچے", "بچي"), ("دָּוִד".replace("د", "ד"), "דוד"), ("世界", "世"),
)  # fmt: skip
"""As one person wrote it, and as another types it."""


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[Workspace]:
    with new_workspace(tmp_path / "data") as made:
        yield made


def found(ws: Workspace, words: str) -> set[str]:
    return {hit.title for hit in search(ws, words, 1000)}


def folded_before(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Index what is there as the version before did: it knew of no number."""
    with monkeypatch.context() as before:
        before.setattr(wordindex, "search_words", text.fold)
        wordindex.keep_up(ws)
    with ws.writing() as db:
        db.execute("DELETE FROM engine WHERE name = 'folding'")


@pytest.mark.parametrize(("written", "typed"), WRITTEN)
def test_words_are_found_however_another_keyboard_writes_them(ws: Workspace, written: str, typed: str) -> None:
    space = new_circle(ws)
    add_note(ws, space, title=written)
    add_note(ws, space, title="Something else")
    assert found(ws, typed) == {written}
    assert search(ws, written)[0].title == written


def test_a_word_that_is_parted_by_what_is_not_seen_is_found_whole_and_by_its_parts(ws: Workspace) -> None:
    add_note(ws, new_circle(ws), title="کتاب‌ها")
    for typed in ("کتاب‌ها", "كتابها", "كتاب ها", "کتاب", "ها"):
        assert found(ws, typed) == {"کتاب‌ها"}, typed


def test_the_line_that_was_meant_is_shown_beside_it(ws: Workspace) -> None:
    add_note(ws, new_circle(ws), title="Names", body="Ben\nمریم کریمی\nChi")
    assert search(ws, "كريمي")[0].snippet == "مریم کریمی"


def test_a_file_that_was_folded_by_an_earlier_version_is_folded_anew(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    space = new_circle(ws)
    add_note(ws, space, title="مریم کریمی")
    gone = add_note(ws, space, title="کریمی gone")
    add_task(ws, space, title="کریمی task")
    folded_before(ws, monkeypatch)
    delete_note(ws, gone)
    assert ws.rows("SELECT count(*) FROM search WHERE search MATCH ?", (text.match_expression("كريمي"),)) == [(0,)]
    assert found(ws, "كريمي") == {"مریم کریمی", "کریمی task"}
    assert ws.rows("SELECT count(*) FROM search") == [(4,)], (
        "the circle, somebody in it, and what was found: nothing twice"
    )
    stood = ws.state()
    wordindex.keep_up(ws)
    assert ws.state() == stood, "it is done once"


def test_neither_a_new_file_nor_one_computed_anew_is_folded_twice(ws: Workspace) -> None:
    space = new_circle(ws)
    add_note(ws, space, title="مریم کریمی")
    assert not wordindex._folded_otherwise(ws.db.raw())
    with ws.writing() as db:
        db.execute("DELETE FROM engine WHERE name = 'folding'")
    rebuild(ws, lambda _space, _data: ())
    assert not wordindex._folded_otherwise(ws.db.raw())
    assert found(ws, "كريمي") == {"مریم کریمی"}


def test_opening_a_file_folds_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with new_workspace(tmp_path / "w") as made:
        add_note(made, new_circle(made), title="مریم کریمی")
        folded_before(made, monkeypatch)
    with Workspace.open(tmp_path / "w", key=None, clock=StillClock()) as ws:
        assert wordindex._folded_otherwise(ws.db.raw()) and not wordindex.behind(ws.db.raw())
        assert found(ws, "كريمي") == {"مریم کریمی"}


def test_where_nothing_can_be_written_what_was_indexed_before_is_found(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_note(ws, new_circle(ws), title="Marmalade")
    folded_before(ws, monkeypatch)
    ws.barrier.met("workspace_damaged")
    assert found(ws, "marmalade") == {"Marmalade"}


_FOLDING = """
import sys
from pathlib import Path
from circle_app.workspace import wordindex
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.search import search
wordindex.ROWS_AT_ONCE = 20
steps, of = 0, int(sys.argv[2])
def stopping(what):
    def done(*args):
        global steps
        what(*args)
        steps += 1
        if steps == of:
            print("here", flush=True)
            sys.stdin.read()  # inside of the transaction, until it is killed
    return done
wordindex.note_folding = stopping(wordindex.note_folding)
wordindex.catch_up = stopping(wordindex.catch_up)
search(Workspace.open(Path(sys.argv[1]), key=None), "word")
"""


@pytest.mark.parametrize("step", [1, 2, 5])
def test_killed_while_words_are_folded_anew_every_word_is_found_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    titles = {f"کریمی {number}" for number in range(100)}
    with new_workspace(tmp_path / "w") as made:
        space = new_circle(made)
        for title in sorted(titles):
            add_note(made, space, title=title)
        folded_before(made, monkeypatch)
    command = [sys.executable, "-c", _FOLDING, str(tmp_path / "w"), str(step)]
    root = Path(__file__).resolve().parents[2]
    ends = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, **ends, env={**os.environ, "PYTHONPATH": str(root)}) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"here\n"
        process.send_signal(signal.SIGKILL)
    with Workspace.open(tmp_path / "w", key=None, clock=StillClock()) as ws:
        assert wordindex._folded_otherwise(ws.db.raw()) == (step == 1)
        assert found(ws, "كريمي") == titles
        assert ws.rows("PRAGMA integrity_check") == [("ok",)]
