"""Ten thousand ops: written, sealed, pushed through a real server, pulled, opened and merged on a fresh device."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from bench import merging
from bench.measure import median, milli, percentile, rate, ratio, seconds, show
from circle_app.domain.ops import Value
from circle_app.domain.schema import OUTCOMES
from circle_app.workspace import journal
from circle_app.workspace.changes import Opened, Outgoing
from circle_app.workspace.db import Put, Workspace
from circle_app.workspace.queries.search import search
from sync import codec
from sync.client import enrol
from sync.client.access import Access, access, sealer
from sync.client.engine import SyncEngine
from sync.seal import unseal
from sync.vault import Vault

OPS = 10_000
CELLS = 5
ROWS_EACH = 50


def run(scratch: Path) -> None:
    with server(scratch / "server") as address, workspace(scratch / "a") as (ws, vault):
        space = enrol.found_circle(ws, vault, name="Bench", kind="citizen_circle", my_name="Ana", server=address)
        engine = SyncEngine(ws, vault)
        link = enrol.invite(ws, vault, space).link
        engine.sync(space)
        with workspace(scratch / "b") as (other, other_vault):
            joined = enrol.join(other, other_vault, link, my_name="Ben")
            other_engine = SyncEngine(other, other_vault)
            other_engine.sync(joined)
            engine.sync(space)
            written_s = seconds(lambda: _write(ws, space))
            indexed_s = seconds(lambda: search(ws, "planters", limit=1))
            held = access(ws, vault, space)
            sealed_s = seconds(lambda: journal.pack(ws, space, sealer(held, ws.random_bytes), mheads=_heads(ws, space)))
            outgoing = journal.outbox(ws, space, 1000)
            size = sum(len(o.data) for o in outgoing)
            opened = [_opened(o, held) for o in outgoing]
            pushed_s = seconds(lambda: _well(engine, space))
            pulled_s = seconds(lambda: _well(other_engine, joined))
            nothing_s = seconds(lambda: _well(engine, space))
    merged_s = merging.alone(scratch / "c", opened)
    waits = merging.edits_beside(scratch / "d", opened)
    limit_s = median([_bare_upsert(scratch / f"bare{n}.db") for n in range(3)])
    show(
        f"{OPS:,} ops ({OPS // CELLS:,} rows of {CELLS} cells), one run",
        ("bare executemany upsert of the same cells (limit)", rate(OPS, limit_s)),
        (f"written by commands of {ROWS_EACH} rows", rate(OPS, written_s)),
        ("their words indexed, at the first search", rate(OPS, indexed_s)),
        ("sealed (packed, deflated, encrypted, signed)", rate(OPS, sealed_s)),
        ("pushed to the server on loopback", rate(OPS, pushed_s)),
        ("sealed + pushed", rate(OPS, sealed_s + pushed_s)),
        ("pulled, opened, judged, merged on another device", rate(OPS, pulled_s)),
        ("  against the bare upsert", ratio(limit_s, pulled_s)),
        ("merged alone (rows, stamps, search, changesets kept)", rate(OPS, merged_s)),
        ("  against the bare upsert", ratio(limit_s, merged_s)),
        (f"an edit here while all that is merged, p50 of {len(waits)}", milli(percentile(waits, 50))),
        ("  the longest", milli(max(waits))),
        ("bytes on the wire for an op, up", f"{size / OPS:.1f} B"),
        ("changesets", f"{len(outgoing)}"),
        ("a sync with nothing to say", f"{nothing_s * 1e3:.1f} ms"),
    )


def _well(engine: SyncEngine, space: int) -> None:
    report = engine.sync(space)
    if report.problem is not None:
        raise report.problem


def _heads(ws: Workspace, space: int) -> tuple[bytes, ...]:
    from sync.client.admit import membership_of

    return tuple(membership_of(ws, space).heads)


def _write(ws: Workspace, space: int) -> None:
    for start in range(0, OPS // CELLS, ROWS_EACH):
        ws.record(
            space,
            [Put(OUTCOMES, ws.random_bytes(16), _line(start + n)) for n in range(ROWS_EACH)],
            label="bench",
        )


def _line(n: int) -> dict[str, Value]:
    return {
        "kind": "note", "text": f"Line {n}: what somebody said about the planters tonight", "meeting": bytes(16),
        "item": os.urandom(16), "at_ms": 1_790_000_000_000 + n,
    }  # fmt: skip


def _opened(outgoing: Outgoing, held: Access) -> Opened:
    changeset = codec.parse(outgoing.data)
    ops = unseal(changeset, held.epochs).ops
    return Opened(changeset.id, changeset.dev, changeset.seq, changeset.prev, ops, outgoing.data)


def _bare_upsert(path: Path) -> float:
    """The cells of the same rows, each a row of a key-value table, in one FULL transaction."""
    db = apsw.Connection(str(path))
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    db.execute("CREATE TABLE cells (row BLOB, col INT, value, stamp BLOB, PRIMARY KEY (row, col)) WITHOUT ROWID")
    cells = [
        (row, column, value, os.urandom(16))
        for n in range(OPS // CELLS)
        for row in [os.urandom(16)]
        for column, value in enumerate(_line(n).values())
    ]

    def write() -> None:
        db.execute("BEGIN IMMEDIATE")
        db.executemany(
            "INSERT INTO cells VALUES (?, ?, ?, ?) ON CONFLICT (row, col) DO UPDATE SET value = excluded.value, "
            "stamp = excluded.stamp WHERE excluded.stamp > cells.stamp",
            cells,
        )
        db.execute("COMMIT")

    taken = seconds(write)
    db.close()
    return taken


@contextmanager
def workspace(folder: Path) -> Iterator[tuple[Workspace, Vault]]:
    folder.mkdir(parents=True)
    vault = Vault.create(folder)
    with Workspace.create(folder, key=vault.db_key) as ws:
        yield ws, vault


@contextmanager
def server(folder: Path) -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "sync.server", "--data", str(folder), "--port", "0", "--log-level", "error"],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        yield process.stdout.readline().removeprefix("listening on ").strip()
    finally:
        process.terminate()
        process.wait()
