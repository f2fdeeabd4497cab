"""Ten changes on a full circle, sent and fetched; and a sync with nothing to say: time, requests, and bytes on the line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench import bare
from bench.circles import Side
from bench.counting import Counting
from bench.measure import median, micro, milli, percentile, ratio, seconds, show
from circle_app.domain.ops import SetOp
from circle_app.domain.schema import TASKS
from circle_app.workspace.db import Put
from circle_app.workspace.spaces import space as space_row
from sync.client.engine import SyncEngine

ROUNDS = 25
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


def take(ana: Side, ben: Side) -> Latest:
    """Figures of a circle as it is."""
    push, pull, nothing = [], [], []
    for n in range(ROUNDS):
        _ten(ana, n)
        push.append(seconds(ana.sync))
        pull.append(seconds(ben.sync))
        ben.sync()
        nothing.append(seconds(ben.sync))
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


def run(scratch: Path, few: Latest, many: Latest, few_edits: int, many_edits: int) -> None:
    bare_push, bare_pull, bare_nothing = _bare(scratch)
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


def _bare(scratch: Path) -> tuple[float, float, float]:
    push, pull, nothing = [], [], []
    cells = bare.Cells(scratch / "latest.db")
    with bare.relay(scratch / "latest-relay.db") as line:
        last = [0]
        for turn in range(ROUNDS * 4):
            before, ops = last[0], _fresh(turn)
            push.append(seconds(_kept(last, lambda ops=ops: line.push(bare.seal(ops)))))  # type: ignore[misc]
            pull.append(seconds(lambda before=before: cells.merge(bare.unseal(line.pull(before)))))  # type: ignore[misc]
            nothing.append(seconds(lambda: line.pull(last[0])))
    cells.close()
    return percentile(push, 50), percentile(pull, 50), percentile(nothing, 50)


def _fresh(turn: int) -> list[SetOp]:
    """Ten cells that were never set before."""
    text = "Change: sixty bytes of what is to be done by next evening!"
    return [SetOp(7, turn.to_bytes(8, "big") + bytes([n]) * 8, 1, text, 2**60 + n, None) for n in range(CHANGES)]


def _kept(held: list[int], work: Callable[[], int]) -> Callable[[], None]:
    def run() -> None:
        held[0] = work()

    return run


def _three(counted: tuple[int, int, int]) -> str:
    return f"{counted[0]:,} B, {counted[1]:,} B, {counted[2]}"
