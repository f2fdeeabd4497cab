"""A text that was taken out together with its whole row is there again, word by word, when its author's right is."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

from circle_app.workspace.commands.notes import add_note, set_note
from circle_app.workspace.verify import state_hash
from circle_app.workspace.withdraw import withdraw
from tests.support.exchange import packed
from tests.support.workspaces import new_circle, new_space, new_workspace


def test_a_text_comes_back_whole_whatever_the_order_in_which_its_row_went(tmp_path: Path) -> None:
    with new_workspace(tmp_path / "a", seed=1) as ana:
        here = new_circle(ana)
        set_note(ana, add_note(ana, here, title="Notes", body="milk"), body="milk and honey")
        changesets = packed(ana, here)
    (only,) = [c for c in changesets if c.ops]
    states = set()
    last = [op for op in only.ops if op.table == 10][-4:]
    others = [op for op in only.ops if op not in last]
    for n, order in enumerate(itertools.permutations(last)):
        with new_workspace(tmp_path / str(n), seed=2) as ben:
            there = new_space(ben)
            shuffled = replace(only, ops=(*order, *others))
            ben.apply(there, changesets)
            withdraw(ben, there, [shuffled])
            assert ben.rows("SELECT count(*) FROM notes") == [(0,)]
            ben.apply(there, [shuffled])
            assert ben.rows("SELECT title, body FROM notes") == [("Notes", "milk and honey")]
            states.add(state_hash(ben))
    assert len(states) == 1
