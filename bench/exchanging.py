"""A hundred thousand edits: written, sealed, pushed through a real server, pulled, opened and merged elsewhere."""

from __future__ import annotations

from pathlib import Path

from bench import bare, merging
from bench.circles import Side
from bench.measure import median, milli, percentile, rate, ratio, seconds, show
from bench.workload import PUTS_EACH, write
from circle_app.domain.ops import SetOp
from circle_app.workspace import journal
from circle_app.workspace.changes import Opened, Outgoing
from circle_app.workspace.queries.search import search
from sync import codec
from sync.client.access import Access, access, sealer
from sync.client.admit import membership_of
from sync.seal import unseal

ROUNDS = 3


def run(scratch: Path, ana: Side, ben: Side, edits: int) -> None:
    ws, space = ana.ws, ana.space
    written: list[int] = []
    written_s = seconds(lambda: written.append(write(ws, space, edits)))
    indexed_s = seconds(lambda: search(ws, "planters", limit=1))
    held = access(ws, ana.vault, space)
    heads = tuple(membership_of(ws, space).heads)
    sealed_s = seconds(lambda: journal.pack(ws, space, sealer(held, ws.random_bytes), mheads=heads))
    outgoing = journal.outbox(ws, space, -1)
    opened = [_opened(o, held) for o in outgoing]
    ops = [op for changeset in opened for op in changeset.ops]
    pushed_s = seconds(ana.sync)
    pulled_s = seconds(ben.sync)
    count, size = written[0], sum(len(o.data) for o in outgoing)
    merged_s = median([merging.alone(scratch / f"alone{n}", opened) for n in range(ROUNDS)])
    waits = merging.edits_beside(scratch / "beside", opened)
    upsert_s = median([bare.upsert_seconds(scratch / f"upsert{n}.db", ops) for n in range(ROUNDS)])
    bare_size, bare_push_s, bare_replay_s = _bare_exchange(scratch, ops)
    show(
        f"{count:,} edits of meetings, agenda, attendance, tasks, notes in {len(outgoing)} changesets",
        (f"written by commands of {PUTS_EACH} rows", rate(count, written_s)),
        ("their words indexed, at the first search", rate(count, indexed_s)),
        ("bare executemany upsert of the same cells (limit of a merge)", rate(count, upsert_s)),
        ("merged (rows, stamps, search, changesets kept)", rate(count, merged_s)),
        ("  against the bare upsert", ratio(upsert_s, merged_s)),
        (f"an edit here while all that is merged, p50 of {len(waits)}", milli(percentile(waits, 50))),
        ("  the longest", milli(max(waits))),
        ("bare: sealed and sent to a bare relay", rate(count, bare_push_s)),
        ("sealed (packed, deflated, encrypted, signed)", rate(count, sealed_s)),
        ("pushed to the server on loopback", rate(count, pushed_s)),
        ("sealed and pushed", rate(count, sealed_s + pushed_s)),
        ("  against the bare pipeline", ratio(bare_push_s, sealed_s + pushed_s)),
        ("bare: bytes of an op, sealed", f"{bare_size / count:.1f} B"),
        ("bytes of an op, sealed", f"{size / count:.1f} B"),
        ("bare: fetched, opened, merged", rate(count, bare_replay_s)),
        ("fetched, opened, judged, merged on another device", rate(count, pulled_s)),
        ("  against the bare replay", ratio(bare_replay_s, pulled_s)),
    )


def _opened(outgoing: Outgoing, held: Access) -> Opened:
    changeset = codec.parse(outgoing.data)
    ops = unseal(changeset, held.epochs).ops
    return Opened(changeset.id, changeset.dev, changeset.seq, changeset.prev, ops, outgoing.data)


def _bare_exchange(scratch: Path, ops: list[SetOp]) -> tuple[int, float, float]:
    """Bytes, seconds to seal and send, seconds to fetch, open and merge."""
    push, replay, size = [], [], 0
    for n in range(ROUNDS):
        with bare.relay(scratch / f"relay{n}.db") as line:
            line.pull(0)  # the connection stands
            push.append(seconds(lambda line=line: line.push(bare.seal(ops))))  # type: ignore[misc]
            size = sum(len(s) for s in line.pull(0))
            cells = bare.Cells(scratch / f"replay{n}.db")
            replay.append(seconds(lambda line=line, cells=cells: cells.merge(bare.unseal(line.pull(0)))))  # type: ignore[misc]
            cells.close()
    return size, median(push), median(replay)
