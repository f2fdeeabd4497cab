"""Whatever anybody forges, signs twice or dates back, and in whatever order it comes: all end with the same circle."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from circle_app.domain.ops import SetOp
from circle_app.errors import BadChangeset
from circle_app.workspace import inbox
from circle_app.workspace.verify import state_hash
from sync import codec
from sync.membership import ops
from tests.support.membership import LEAVE, SECRET, circle_with, promote, revoke
from tests.sync.test_forks import reader
from tests.vectors.world import HLC, Circle, Device, close_op, device, link_op

STEPS = 14
ORDERS = 4


@dataclass
class Story:
    """What a handful of devices write, rightly or not; `before` is where each of them stood before each step."""

    chance: random.Random
    circle: Circle
    devices: dict[str, Device]
    before: dict[str, list[tuple[int, bytes]]]
    made: list[bytes] = field(default_factory=list)
    contents: list[bytes] = field(default_factory=list)
    heads: list[bytes] = field(default_factory=list)

    def step(self, number: int) -> None:
        chance = self.chance
        name = chance.choice(list(self.devices))
        who = self.devices[name]
        mheads = self.circle.log.heads
        if chance.random() < 0.4:
            mheads = tuple(sorted({chance.choice(self.heads) for _ in range(chance.randrange(1, 3))}))
        if chance.random() < 0.15 and who.seq > 1 and self.before[name]:
            who.seq, who.prev = chance.choice(self.before[name])
        self.before[name].append((who.seq, who.prev))
        if chance.random() < 0.45:
            row, column = bytes([chance.randrange(3)]) * 16, chance.randrange(2)
            edit = SetOp(chance.choice([1, 4, 9]), row, column, f"{name} {number}", HLC + chance.randrange(50), None)
            self.made.append(who.write(self.circle.epoch, mheads, [edit]))
            self.contents.append(codec.parse(self.made[-1]).id)
            return
        author, op = self._op(who, number)
        try:
            data = self.circle.member_op(author, op, mheads=mheads)
            self.heads.append(self.circle.admit(data))
        except BadChangeset:  # its past does not have what it speaks of: never written
            if author is who:
                who.seq, who.prev = self.before[name][-1]
            return
        if author is not who:
            self.devices[author.name], self.before[author.name] = author, [(1, author.prev)]
        self.made.append(data)

    def _op(self, who: Device, number: int) -> tuple[Device, Any]:
        """Who writes it, and what."""
        chance, circle = self.chance, self.circle
        target, new = chance.choice(list(self.devices.values())), device(f"new {number} {chance.random()}")
        seen = tuple(
            (d.keys.dev, max(1, seq), id)
            for name, d in self.devices.items()
            if d.member == target.member
            for seq, id in [chance.choice([*self.before[name], (d.seq, d.prev)])]
        )
        some = (chance.choice(self.contents),) if self.contents else (bytes(32),)
        return chance.choice([
            lambda: (who, promote(target)),
            lambda: (who, ops.Remove(ops.REMOVE, 1, target.member, seen)),
            lambda: (who, ops.Demote(ops.DEMOTE, 1, target.member, seen)),
            lambda: (who, ops.RevokeDevice(ops.REVOKE_DEVICE, 1, target.keys.dev, seen)),
            lambda: (who, chance.choice([LEAVE, ops.StepDown(ops.STEP_DOWN, 1)])),
            lambda: (who, ops.Admit(ops.ADMIT, 1, target.member, chance.choice([1, 2]), target.card(circle.space))),
            lambda: (who, ops.Accept(ops.ACCEPT, 1, some)),
            lambda: (who, ops.Reject(ops.REJECT, 1, some)),
            lambda: (who, chance.choice([revoke(circle), ops.Seen(ops.SEEN, 0), close_op(circle.space, target, who)])),
            lambda: (new, link_op(circle.space, new, who)),
            lambda: (new, circle.join_op(new, SECRET)),
        ])()  # fmt: skip


def begun(seed: int) -> Story:
    circle, people = circle_with("ben", "carl", "dora", uses=4)
    devices = {"ana": circle.ana, **people}
    circle.admit(circle.member_op(circle.ana, promote(people["ben"])))
    story = Story(random.Random(seed), circle, devices, {name: [] for name in devices})
    story.heads = [change.id for change in circle.log.changes]
    return story


def ends_of(folder: Path, seed: int) -> set[Any]:
    """How it ends for everybody who gets all of it, each in another order."""
    story = begun(seed)
    start = replace(story.circle, admitted=list(story.circle.admitted))
    for number in range(STEPS):
        story.step(number)
    ends = set()
    for n in range(ORDERS):
        who = reader(folder / f"{seed} {n}", start)
        order, size = list(story.made), (1, 3, 100, 2)[n]
        if n:
            random.Random(seed * 100 + n).shuffle(order)
        for at in range(0, len(order), size):
            who.take(order[at : at + size])
        assert inbox.held(who.ws, who.no) == ()
        ends.add((state_hash(who.ws), tuple(sorted(who.aside().items()))))
        who.ws.close()
    return ends


@pytest.mark.parametrize("seed", [*range(6), 79])
def test_forgeries_in_any_order_end_in_one_state(tmp_path: Path, seed: int) -> None:
    assert len(ends_of(tmp_path, seed)) == 1
