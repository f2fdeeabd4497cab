"""An acknowledgement says what its author has seen, and nothing else: edits in one are not taken, whoever wrote it."""

from __future__ import annotations

import itertools
from pathlib import Path

from circle_app.domain.ops import SetOp
from circle_app.workspace.verify import state_hash
from sync import codec
from sync.seal import seal
from tests.support.membership import circle_with, remove
from tests.sync.test_forks import reader
from tests.vectors.world import HLC, ROW, Circle, Device


def acknowledged(circle: Circle, person: Device, *ops: SetOp) -> bytes:
    sealed = seal(
        space=circle.space, dev=person.keys.dev, seq=person.seq + 1, prev=person.prev, mheads=circle.log.heads,
        deps=[(circle.ana.keys.dev, 1, bytes(8))], ops=ops, kind=codec.ACK, clear=b"", signing=person.keys.signing,
        epoch=circle.epoch, random_bytes=person.random,
    )  # fmt: skip
    person.seq, person.prev = person.seq + 1, sealed.id
    return sealed.data


def test_edits_in_an_acknowledgement_are_taken_by_nobody_in_any_order(tmp_path: Path) -> None:
    circle, people = circle_with("ben")
    ben = people["ben"]
    gone = remove(ben)
    plain = acknowledged(circle, ben)
    edits = acknowledged(circle, ben, SetOp(4, ROW, 1, "In an acknowledgement", HLC, None))
    after = ben.write(circle.epoch, circle.log.heads, [SetOp(4, ROW, 1, "After it", HLC + 1, None)])
    removal = circle.member_op(circle.ana, gone)
    ends = set()
    for n, order in enumerate(itertools.permutations((plain, edits, after, removal))):
        who = reader(tmp_path / str(n), circle)
        for data in order:
            who.take([data])
        assert "body" in who.aside().values() or codec.parse(edits).id in who.aside()
        assert codec.parse(edits).id not in who.merged(ben.keys.dev)
        ends.add(state_hash(who.ws))
        who.ws.close()
    assert len(ends) == 1
