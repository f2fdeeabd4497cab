"""Every command can be taken back and done again, by name, also after a restart; a new one cannot be forgotten here."""

from __future__ import annotations

import ast
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from circle_app.errors import NotFound, RuleBroken
from circle_app.workspace import commands
from circle_app.workspace.commands import agenda, cycles, signin
from circle_app.workspace.commands.undo import redo, redo_name, undo, undo_name
from circle_app.workspace.db import Workspace
from circle_app.workspace.labels import LONGEST, labelled, parted
from circle_app.workspace.queries.conflicts import conflicts
from circle_app.workspace.queries.meetings import meeting
from circle_app.workspace.verify import state_hash
from tests.simulator.edits import Hands
from tests.simulator.story import EDITION
from tests.support.every_command import (
    BEFORE,
    PARTS,
    SHARED,
    STANDING,
    TRIES,
    Scene,
    every_name,
    exports,
    scene,
    shown,
)
from tests.support.workspaces import StillClock, new_workspace
from ui.undo_words import done_words, known_codes

NOT_AMONG_THEM = ("_undo", "_difference", "_print", "_look")
"""What random commands leave out: the way back itself, what there is nothing to settle of, paper, and what writes nothing."""


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


def test_what_commands_are_made_of_writes_nothing(tmp_path: Path) -> None:
    parts: dict[str, Callable[[Scene], object]] = {
        "agenda.place_after": lambda s: agenda.place_after(s.ws, s.meeting, s.steps[0]),
        "agenda.step_puts": lambda s: agenda.step_puts(s.ws, s.meeting, [{"title": "More"}]),
        "cycles.cycle_put": lambda s: cycles.cycle_put(s.ws, s.space, title="Spring"),
    }
    assert parts.keys() == PARTS
    with new_workspace(tmp_path / "ana") as ws:
        stage = scene(ws)
        before = state_hash(ws), undo_name(ws)
        for part in parts.values():
            assert part(stage)
        assert (state_hash(ws), undo_name(ws)) == before


def test_what_was_printed_stays_and_is_no_step_back(tmp_path: Path) -> None:
    standing: dict[str, Callable[[Scene], object]] = {"signin.keep_order": lambda s: signin.keep_order(s.ws, s.meeting)}
    assert standing.keys() == STANDING
    with new_workspace(tmp_path / "ana") as ws:
        stage = scene(ws)
        before, label = state_hash(ws), undo_name(ws)
        for command in standing.values():
            assert command(stage)
        assert state_hash(ws) != before
        assert undo_name(ws) == label
        printed = meeting(ws, stage.meeting).signin
        assert printed
        for _ in range(5):
            assert undo(ws)
        assert meeting(ws, stage.meeting).signin == printed


def test_nothing_but_commands_writes_by_what_they_share() -> None:
    """Whoever else recorded something by it would be no command, and not among those that are tried here."""
    root = Path(commands.__path__[0]).parents[2]
    found, direct = set(), set()
    for path in (*root.glob("circle_app/**/*.py"), *root.glob("sync/**/*.py"), *root.glob("ui/**/*.py")):
        if path.parent.name == "commands":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(commands.__name__):
                found |= {f"{(node.module or '').rpartition('.')[2]}.{alias.name}" for alias in node.names}
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "record":
                direct.add(path.stem)
    shared = {name for name in found if name.partition(".")[0] in SHARED - {"undo"}}
    assert shared == {
        "writing.may_edit", "writing.required", "writing.existing", "writing.new_row", "writing.check_rights",
        "writing.NO_BASES", "writing.Bases",
    }  # fmt: skip
    assert direct == {"enrol", "asking", "successor"}, "how a circle begins, which nobody takes back"


@pytest.mark.parametrize("seed", range(3))
def test_two_hundred_random_commands_come_back_and_go_again_with_the_same_papers(tmp_path: Path, seed: int) -> None:
    clock = StillClock()
    with new_workspace(tmp_path / "ana", clock=clock) as ws:
        stage = scene(ws)
        ends = [(shown(ws), exports(ws, stage.space))]
        first = ws.rows("SELECT count(*) FROM undo")[0][0]
        hands = Hands(ws, stage.space, random.Random(seed), "Ana", edition=EDITION)
        while ws.rows("SELECT count(*) FROM undo")[0][0] < first + 200:
            act = hands.chance.choice([act for act in hands.acts() if act.__name__ not in NOT_AMONG_THEM])
            try:
                act()
            except (NotFound, RuleBroken):
                continue
            clock.forward(seconds=20)
        done = ws.rows("SELECT count(*) FROM undo")[0][0] - first
        ends.append((shown(ws), exports(ws, stage.space)))
    assert ends[0][1] != ends[1][1]
    for _ in range(2):
        with Workspace.open(tmp_path / "ana", key=None, clock=clock) as ws:
            for _ in range(done):
                assert undo(ws) is not None
            assert (shown(ws), exports(ws, stage.space)) == ends[0]
        with Workspace.open(tmp_path / "ana", key=None, clock=clock) as ws:
            # words taken out of a text as it was shown long ago may have been gone: taking that back leaves nothing to do again
            undone, done = done, 0
            while redo(ws) is not None:
                done += 1
            assert undone - 5 < done <= undone
            assert (shown(ws), exports(ws, stage.space)) == ends[1]


def test_a_label_keeps_the_first_words_of_what_it_is_about() -> None:
    assert parted(labelled("Add a note", "  One\nTwo")) == ("Add a note", "One")
    assert parted(labelled("Add a note", "\x1f \n")) == ("Add a note", "")
    code, about = parted(labelled("Add a note", "word " * 50))
    assert code == "Add a note" and len(about) <= LONGEST and about.endswith("…")
    assert done_words("A sentence of a later version") == "A sentence of a later version"
    assert done_words(labelled("Mark here", "Dora {x}")) == "mark \u2068Dora {x}\u2069 here"
