"""Texts that several people write at once: any order, repetition, division and withdrawal of edits ends in one text."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from circle_app.domain.ops import SetOp
from circle_app.domain.prose import Edit
from circle_app.domain.prose_wire import encode_edit
from circle_app.domain.schema import NOTES
from circle_app.workspace.changes import Opened
from circle_app.workspace.db import Workspace
from circle_app.workspace.dump import dump
from circle_app.workspace.verify import rebuild, state_hash, verify
from circle_app.workspace.withdraw import keep_withdrawn, withdraw
from tests.support.exchange import plain_open
from tests.support.workspaces import new_space, new_workspace
from tests.workspace.test_merging import DEVICES, chained

ROW = bytes([7]) * 16
BODY = NOTES.column("body").number
_WITHOUT = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


def some_history(chance: random.Random, length: int, *, hostile: bool) -> list[tuple[int, list[SetOp]]]:
    """Edits of three devices, one a changeset, each on some earlier ones; hostile ones do not fit, or claim chains twice."""
    made: list[tuple[int, SetOp]] = []
    for n in range(length):
        who = chance.randrange(3)
        hlc = chance.randint(1, 4) if hostile and chance.random() < 0.2 else n + 10
        seen = chance.sample(made, min(len(made), chance.randint(0, 3)))
        stamps = sorted({op.hlc.to_bytes(8, "big") + DEVICES[dev][:8] for dev, op in seen})
        own = [op.hlc for dev, op in made if dev == who]
        prev = chance.choice(own) if own and (hostile or chance.random() < 0.7) else 0
        steps: list[int | str] = []
        for _ in range(chance.randint(0, 3)):
            at = chance.randint(0, 12 if hostile else 0)
            steps += [at, chance.choice(["ab", "é🙂", "\n", 1, 3]) if hostile else chance.choice("abcdef") * 3]
        value = encode_edit(Edit(prev, tuple(stamps[1:]), tuple(steps)))
        made.append((who, SetOp(NOTES.number, ROW, BODY, value, hlc, stamps[0] if stamps else None)))
    return [(who, [op]) for who, op in made]


def taken_in(ws: Workspace, space: int, changesets: Sequence[Opened], order: random.Random, times: int) -> None:
    left = list(changesets) * times
    order.shuffle(left)
    while left:
        cut = order.randint(1, len(left))
        ws.apply(space, left[:cut])
        del left[:cut]


@pytest.mark.parametrize("hostile", [False, True])
@settings(max_examples=40, deadline=None, suppress_health_check=_WITHOUT)
@given(seed=st.integers(0, 2**32), length=st.integers(1, 14))
def test_any_order_and_repetition_ends_in_one_text(
    tmp_path_factory: pytest.TempPathFactory, hostile: bool, seed: int, length: int
) -> None:
    chance = random.Random(seed)
    changesets = chained(some_history(chance, length, hostile=hostile))
    seen = set()
    for n in range(3):
        with new_workspace(tmp_path_factory.mktemp("any") / "w", seed=n) as ws:
            space = new_space(ws)
            taken_in(ws, space, changesets, chance, n + 1)
            seen.add((state_hash(ws), repr(dump(ws))))
            assert verify(ws, plain_open).ok
            rebuild(ws, plain_open)
            seen.add((state_hash(ws), repr(dump(ws))))
    assert len(seen) == 1


@settings(max_examples=40, deadline=None, suppress_health_check=_WITHOUT)
@given(seed=st.integers(0, 2**32), length=st.integers(2, 12), hostile=st.booleans())
def test_withdrawing_ends_in_one_text_whenever_it_happens(
    tmp_path_factory: pytest.TempPathFactory, seed: int, length: int, hostile: bool
) -> None:
    chance = random.Random(seed)
    changesets = chained(some_history(chance, length, hostile=hostile))
    gone = [c for c in changesets if chance.random() < 0.4]
    others = [c for c in changesets if c not in gone]
    seen = set()
    for n in range(3):
        with new_workspace(tmp_path_factory.mktemp("any") / "w", seed=n) as ws:
            space = new_space(ws)
            early = chance.sample(others, chance.randint(0, len(others)))
            if n == 0:  # never merged at all
                taken_in(ws, space, early, chance, 1)
                for changeset in chance.sample(gone, len(gone)):
                    keep_withdrawn(ws, space, changeset.dev, changeset.ops)
            else:
                taken_in(ws, space, [*early, *gone], chance, 1)
                withdraw(ws, space, gone, staying=others)
            taken_in(ws, space, others, chance, 1)
            seen.add((state_hash(ws), repr(dump(ws))))
            assert verify(ws, plain_open).ok
            rebuild(ws, plain_open)
            seen.add((state_hash(ws), repr(dump(ws))))
            taken_in(ws, space, gone, chance, 1)
            whole = (state_hash(ws), repr(dump(ws)))
        with new_workspace(tmp_path_factory.mktemp("any") / "w", seed=n) as ws:
            space = new_space(ws)
            taken_in(ws, space, changesets, chance, 1)
            assert (state_hash(ws), repr(dump(ws))) == whole
    assert len(seen) == 1
