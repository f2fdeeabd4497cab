"""Every command can be taken back and done again, by name, also after a restart; a new one cannot be forgotten here."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from circle_app.errors import NotFound, RuleBroken
from circle_app.workspace.commands.undo import redo, redo_name, undo, undo_name
from circle_app.workspace.db import Workspace
from circle_app.workspace.labels import LONGEST, labelled, parted
from circle_app.workspace.queries.conflicts import conflicts
from tests.simulator.edits import Hands
from tests.support.every_command import BEFORE, TRIES, every_name, exports, scene, shown
from tests.support.workspaces import StillClock, new_workspace
from ui.undo_words import done_words, known_codes


def test_every_command_is_tried_here() -> None:
    assert sorted(TRIES) == sorted(every_name())


@pytest.mark.parametrize("name", sorted(TRIES))
def test_a_command_is_one_step_back_and_one_step_forth(tmp_path: Path, name: str) -> None:
    clock = StillClock()
    with new_workspace(tmp_path / "ana", clock=clock) as ws:
        stage = scene(ws)
        clock.forward(minutes=3)
        BEFORE.get(name, lambda _stage: None)(stage)
        clock.forward(minutes=2)
        before = shown(ws), exports(ws, stage.space), conflicts(ws, stage.space)
        steps = ws.rows("SELECT count(*) FROM undo")[0][0]
        TRIES[name](stage)
        after = shown(ws), exports(ws, stage.space), len(conflicts(ws, stage.space))
        assert ws.rows("SELECT count(*) FROM undo")[0][0] == steps + 1, "one command is one step"
        label = undo_name(ws)
        assert label is not None and parted(label)[0] in known_codes(), f"ui/undo_words has no words for {label!r}"
        assert "something without a name" not in done_words(label)
    with Workspace.open(tmp_path / "ana", key=None, clock=clock) as ws:
        clock.forward(minutes=1)
        assert undo(ws) == label == redo_name(ws)
        assert (shown(ws), exports(ws, stage.space)) == before[:2]
        assert [(c.kind, c.column, c.lost) for c in conflicts(ws, stage.space)] == [
            (c.kind, c.column, c.lost) for c in before[2]
        ]
    with Workspace.open(tmp_path / "ana", key=None, clock=clock) as ws:
        assert redo(ws) == label == undo_name(ws)
        assert (shown(ws), exports(ws, stage.space), len(conflicts(ws, stage.space))) == after


@pytest.mark.parametrize("seed", range(3))
def test_two_hundred_random_commands_come_back_and_go_again_with_the_same_papers(tmp_path: Path, seed: int) -> None:
    clock = StillClock()
    with new_workspace(tmp_path / "ana", clock=clock) as ws:
        stage = scene(ws)
        ends = [(shown(ws), exports(ws, stage.space))]
        first = ws.rows("SELECT count(*) FROM undo")[0][0]
        hands = Hands(ws, stage.space, random.Random(seed), "Ana", edition=4)
        while ws.rows("SELECT count(*) FROM undo")[0][0] < first + 200:
            act = hands.chance.choice([act for act in hands.acts() if act.__name__ not in ("_undo", "_difference")])
            try:
                act()
            except (NotFound, RuleBroken):
                continue
            clock.forward(seconds=20)
        done = ws.rows("SELECT count(*) FROM undo")[0][0] - first
        ends.append((shown(ws), exports(ws, stage.space)))
    assert ends[0][1] != ends[1][1]
    for way, end in ((undo, ends[0]), (redo, ends[1]), (undo, ends[0]), (redo, ends[1])):
        with Workspace.open(tmp_path / "ana", key=None, clock=clock) as ws:
            for _ in range(done):
                assert way(ws) is not None
            assert shown(ws) == end[0]
            assert exports(ws, stage.space) == end[1]


def test_a_label_keeps_the_first_words_of_what_it_is_about() -> None:
    assert parted(labelled("Add a note", "  One\nTwo")) == ("Add a note", "One")
    assert parted(labelled("Add a note", "\x1f \n")) == ("Add a note", "")
    code, about = parted(labelled("Add a note", "word " * 50))
    assert code == "Add a note" and len(about) <= LONGEST and about.endswith("…")
    assert done_words("A sentence of a later version") == "A sentence of a later version"
    assert done_words(labelled("Mark here", "Dora {x}")) == "mark \u2068Dora {x}\u2069 here"
