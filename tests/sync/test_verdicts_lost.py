"""A word of an organizer that lost its effect leaves nothing behind: not even where it came in time."""

from __future__ import annotations

import itertools
from pathlib import Path

from circle_app.domain.ops import SetOp
from circle_app.workspace.verify import state_hash
from sync import codec
from sync.membership import ops
from tests.support.membership import circle_with, promote, remove
from tests.sync.test_forks import reader
from tests.vectors.world import HLC, ROW


def test_what_an_organizer_took_in_goes_when_they_turn_out_to_be_removed_in_any_order(tmp_path: Path) -> None:
    """Carl may not change what the circle is called. Ben takes that in, beside his own removal."""
    circle, people = circle_with("ben", "carl")
    circle.admit(circle.member_op(circle.ana, promote(people["ben"])))
    beyond = people["carl"].write(circle.epoch, circle.log.heads, [SetOp(1, ROW, 0, "Carl's", HLC, None)])
    beside = circle.log.heads
    gone = remove(people["ben"])
    taken = circle.member_op(people["ben"], ops.Accept(ops.ACCEPT, 1, (codec.parse(beyond).id,)), mheads=beside)
    removal = circle.member_op(circle.ana, gone, mheads=beside)
    ends = set()
    for n, order in enumerate(itertools.permutations((beyond, taken, removal))):
        who = reader(tmp_path / str(n), circle)
        for data in order:
            who.take([data])
        ends.add((state_hash(who.ws), tuple(who.aside().items())))
        assert who.aside() == {codec.parse(beyond).id: "not_allowed"}, n
        who.ws.close()
    assert len(ends) == 1
