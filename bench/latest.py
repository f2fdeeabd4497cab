"""Ten changes on a full circle, sent and fetched; and a sync with nothing to say: time, requests, and bytes on the line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench import bare
from bench.circles import Side
from bench.counting import Counting
from bench.measure import median, micro, milli, ratio, seconds, show
from circle_app.domain.ops import SetOp
from circle_app.domain.schema import TASKS
from circle_app.workspace.db import Put
from circle_app.workspace.spaces import space as space_row
from sync.client.engine import SyncEngine

ROUNDS = 40
CHANGES = 10


@dataclass(frozen=True, slots=True)
class Latest:
    """Seconds to send and to fetch ten changes and to sync without any; bytes of each, up and down; requests."""

    push_s: float
    pull_s: float
    nothing_s: float
    push_bytes: tuple[int, int, int]
    pull_bytes: tuple[int, int, int]
    nothing_bytes: tuple[int, int, int]


@dataclass(slots=True)
class Limit:
    """The same with a bare relay, taken in turn with ours; seconds as in `Latest`."""

    line: bare.Line
    cells: bare.Cells
    push_s: list[float] = field(default_factory=list)
    pull_s: list[float] = field(default_factory=list)
    nothing_s: list[float] = field(default_factory=list)
    last: int = 0

    def take(self) -> None:
        before, ops = self.last, _fresh(len(self.push_s))
        self.push_s.append(seconds(lambda: self._push(ops)))
        self.pull_s.append(seconds(lambda: self.cells.merge(bare.unseal(self.line.pull(before)))))
        self.nothing_s.append(seconds(lambda: self.line.pull(self.last)))

    def _push(self, ops: list[SetOp]) -> None:
        self.last = self.line.push(bare.seal(ops))


@contextmanager
def limit(scratch: Path) -> Iterator[Limit]:
    """A bare relay and somebody who keeps what comes from it."""
    cells = bare.Cells(scratch / "latest.db")
    with bare.relay(scratch / "latest-relay.db") as line:
        yield Limit(line, cells)
    cells.close()


def take(ana: Side, ben: Side, least: Limit) -> Latest:
    """Figures of a circle as it is; those of the limit are taken in turn with them."""
    push, pull, nothing = [], [], []
    for n in range(ROUNDS):
        _ten(ana, n)
        push.append(seconds(ana.sync))
        pull.append(seconds(ben.sync))
        ben.sync()
        nothing.append(seconds(ben.sync))
        least.take()
    address = space_row(ana.ws, ana.space).server
    assert address is not None
    counting = Counting(address)
    a, b = ana.through(counting.address), ben.through(counting.address)
    for _ in range(2):  # the second time connections stand and the server is known
        _ten(ana, 0)
        sent = _counted(counting, a, ana.space)
        fetched = _counted(counting, b, ben.space)
        _counted(counting, b, ben.space)
        silent = _counted(counting, b, ben.space)
    counting.close()
    a.close()
    b.close()
    return Latest(median(push), median(pull), median(nothing), sent, fetched, silent)


def run(least: Limit, few: Latest, many: Latest, few_edits: int, many_edits: int) -> None:
    bare_push, bare_pull, bare_nothing = median(least.push_s), median(least.pull_s), median(least.nothing_s)
    show(
        f"{CHANGES} changes on {many_edits:,} edits ({ROUNDS} times, p50)",
        ("bare: sealed and sent to a bare relay", milli(bare_push)),
        ("a whole sync that sends them", milli(many.push_s)),
        ("  against bare", ratio(many.push_s, bare_push)),
        (f"  against the same on {few_edits:,} edits", ratio(many.push_s, few.push_s)),
        ("  bytes up, down, requests", _three(many.push_bytes)),
        ("bare: fetched, opened and merged", milli(bare_pull)),
        ("a whole sync that fetches them", milli(many.pull_s)),
        ("  against bare", ratio(many.pull_s, bare_pull)),
        (f"  against the same on {few_edits:,} edits", ratio(many.pull_s, few.pull_s)),
        ("  bytes up, down, requests", _three(many.pull_bytes)),
    )
    show(
        f"A sync with nothing to say, on {many_edits:,} edits (p50)",
        ("bare: one http.client round trip to a bare relay", micro(bare_nothing)),
        ("a whole sync", micro(many.nothing_s)),
        ("  against bare", ratio(many.nothing_s, bare_nothing)),
        ("  bytes up, down, requests", _three(many.nothing_bytes)),
    )


def _ten(side: Side, n: int) -> None:
    for m in range(CHANGES):
        values = {"title": f"Change {n}.{m}: sixty bytes of what is to be done by the next evening"}
        side.ws.record(side.space, [Put(TASKS, side.ws.random_bytes(16), {**values, "state": "now"})], label="bench")


def _counted(counting: Counting, engine: SyncEngine, space: int) -> tuple[int, int, int]:
    counting.reset()
    report = engine.sync(space)
    assert report.problem is None
    return counting.up, counting.down, counting.requests


def _fresh(turn: int) -> list[SetOp]:
    """Ten cells that were never set before."""
    text = "Change: sixty bytes of what is to be done by next evening!"
    return [SetOp(7, turn.to_bytes(8, "big") + bytes([n]) * 8, 1, text, 2**60 + n, None) for n in range(CHANGES)]


def _three(counted: tuple[int, int, int]) -> str:
    return f"{counted[0]:,} B, {counted[1]:,} B, {counted[2]}"
