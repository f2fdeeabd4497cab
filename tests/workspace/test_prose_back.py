"""Steps back and forth in a text into which an editor typed that showed it as it had been before."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from circle_app.domain.ids import Ref
from circle_app.workspace.commands.notes import add_note, set_note
from circle_app.workspace.commands.undo import redo, undo
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.notes import note
from circle_app.workspace.verify import state_hash
from tests.support.exchange import exchange
from tests.support.workspaces import new_space, new_workspace


def goes_back_and_forth(ws: Workspace, ref: Ref, texts: Sequence[str]) -> None:
    assert note(ws, ref).body == texts[-1]
    for _ in range(2):
        for way, wanted in ((undo, texts[-2::-1]), (redo, texts[1:])):
            for words in wanted:
                way(ws)
                assert note(ws, ref).body == words


def test_steps_back_leave_no_words_behind(tmp_path: Path) -> None:
    with new_workspace(tmp_path / "ana", seed=1) as ana, new_workspace(tmp_path / "bo", seed=2) as bo:
        here, there = new_space(ana), new_space(bo)
        ref = add_note(ana, here, title="n", body="Dear all")
        old = note(ana, ref).body_version
        set_note(ana, ref, body="Dearest all", base=old)
        set_note(ana, ref, body="Dear all, come", base=old)
        goes_back_and_forth(ana, ref, ["Dear all", "Dearest all", "Dearest all, come"])
        exchange((ana, here), (bo, there))
        assert note(bo, Ref(there, ref.row)).body == "Dearest all, come"
        assert state_hash(ana) == state_hash(bo)


def test_what_was_typed_within_words_that_went_and_came_back_stands_within_them_again(tmp_path: Path) -> None:
    with new_workspace(tmp_path / "ana", seed=1) as ana:
        ref = add_note(ana, new_space(ana), title="n", body="D")
        set_note(ana, ref, body="Square", base=note(ana, ref).body_version)
        old = note(ana, ref).body_version
        set_note(ana, ref, body="A Square", base=old)
        set_note(ana, ref, body="S-quare", base=old)
        goes_back_and_forth(ana, ref, ["D", "Square", "A Square", "A S-quare"])
