"""What this computer knows about each circle it holds: who it is there, where it syncs, and the epoch keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from circle_app.domain.schema import TABLES
from circle_app.errors import NotFound
from circle_app.workspace import filestore
from circle_app.workspace.changes import Touched
from circle_app.workspace.db import Workspace
from circle_app.workspace.wordindex import loose_ops_removed

_COLUMNS = "no, space32, dev16, member16, server, key_salt, role, state, demo"

UNFINISHED = ("founding", "joining")
"""States of a circle in which founding or joining has not come to its end, and never will if the program was ended then."""

LASTING_MS = 10 * 60_000
"""How much older than the last sync the time on disk may be."""


@dataclass(frozen=True, slots=True)
class Space:
    """A circle as this workspace holds it. `role`: organizer | participant | follower. `state`: active | left | closed."""

    no: int
    space32: bytes
    dev16: bytes
    member16: bytes
    server: str | None
    key_salt: bytes | None
    role: str
    state: str
    demo: bool


@dataclass(frozen=True, slots=True)
class EpochKey:
    epoch16: bytes
    secret: bytes = field(repr=False)
    current: bool = False


def spaces(ws: Workspace) -> tuple[Space, ...]:
    """Every circle in this workspace, in the order of joining."""
    return tuple(_space(row) for row in ws.rows(f"SELECT {_COLUMNS} FROM spaces ORDER BY no"))


def space(ws: Workspace, no: int) -> Space:
    """One circle; raises NotFound."""
    found = ws.rows(f"SELECT {_COLUMNS} FROM spaces WHERE no = ?", (no,))
    if not found:
        raise NotFound("This circle is not on this computer any more.")
    return _space(found[0])


def is_here(ws: Workspace, no: int) -> bool:
    """Whether a circle is (still) on this computer."""
    return bool(ws.rows("SELECT 1 FROM spaces WHERE no = ?", (no,)))


def space_by_id(ws: Workspace, space32: bytes) -> Space | None:
    """The circle with this 32-byte id, if it is held here."""
    found = ws.rows(f"SELECT {_COLUMNS} FROM spaces WHERE space32 = ?", (space32,))
    return _space(found[0]) if found else None


def add_space(
    ws: Workspace,
    *,
    space32: bytes,
    dev16: bytes,
    member16: bytes,
    server: str | None = None,
    key_salt: bytes | None = None,
    role: str = "participant",
    state: str = "active",
    demo: bool = False,
) -> int:
    """Takes a circle into the workspace; returns its number here."""
    with ws.writing() as db:
        db.execute(
            "INSERT INTO spaces (space32, dev16, member16, server, key_salt, role, joined_ms, state, demo) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (space32, dev16, member16, server, key_salt, role, ws.clock.now_ms(), state, int(demo)),
        )
        no = int(db.last_insert_rowid())
    ws.forget_devices()
    ws.announce(Touched(frozenset({"spaces"})))
    return no


def set_space(
    ws: Workspace, no: int, *, server: str | None = None, role: str | None = None, state: str | None = None
) -> None:
    """Changes what is given; None leaves a column as it is (an empty `server` forgets it)."""
    with ws.writing() as db:
        db.execute(
            "UPDATE spaces SET server = CASE WHEN ?2 = '' THEN NULL ELSE coalesce(?2, server) END, "
            "role = coalesce(?3, role), state = coalesce(?4, state) WHERE no = ?1",
            (no, server, role, state),
        )
    ws.announce(Touched(frozenset({"spaces"})))


def note_sync(ws: Workspace, no: int, *, problem: str | None = None) -> None:
    """Notes that a sync ended: well (the time is kept), or with a problem code.

    A time shortly after the one on disk is only remembered: what was sent or fetched brought its own there, and a disk need
    not be written to because nothing happened.
    """
    now_ms = ws.clock.now_ms()
    if problem is None:
        ws.synced_ms[no] = now_ms
    found = ws.rows("SELECT last_sync_ms, problem FROM spaces WHERE no = ?", (no,))
    if found and found[0][1] == problem and (problem or 0 <= now_ms - (found[0][0] or 0) < LASTING_MS):
        ws.announce(Touched(frozenset({"sync"})))
        return
    with ws.writing() as db:
        if problem is None:
            db.execute("UPDATE spaces SET last_sync_ms = ?, problem = NULL WHERE no = ?", (now_ms, no))
        else:
            db.execute("UPDATE spaces SET problem = ? WHERE no = ?", (problem, no))
    ws.announce(Touched(frozenset({"sync"})))


def my_member(ws: Workspace, no: int) -> bytes:
    """The 16-byte member id of this workspace's person in a circle; raises NotFound."""
    return space(ws, no).member16


def add_epoch_key(ws: Workspace, no: int, epoch16: bytes, secret: bytes, *, current: bool = True) -> None:
    """Keeps the 32-byte key of an epoch; the current one seals new changesets."""
    with ws.writing() as db:
        if current:
            db.execute("UPDATE epoch_keys SET current = 0 WHERE space = ?", (no,))
        db.execute(
            "INSERT OR REPLACE INTO epoch_keys (space, epoch16, secret, current, added_ms) VALUES (?, ?, ?, ?, ?)",
            (no, epoch16, secret, int(current), ws.clock.now_ms()),
        )


def adopt_epoch_keys(ws: Workspace, no: int, secrets: Mapping[bytes, bytes], *, current: bytes) -> None:
    """Keeps new epoch keys, by epoch id, and seals under `current` from now on: all of it or nothing.

    `current` is one of them or was kept before.
    """
    with ws.writing() as db:
        db.executemany(
            "INSERT OR IGNORE INTO epoch_keys (space, epoch16, secret, current, added_ms) VALUES (?, ?, ?, 0, ?)",
            [(no, epoch16, secret, ws.clock.now_ms()) for epoch16, secret in secrets.items()],
        )
        db.execute("UPDATE epoch_keys SET current = (epoch16 = ?) WHERE space = ?", (current, no))


def epoch_keys(ws: Workspace, no: int) -> dict[bytes, bytes]:
    """Every epoch key held for a circle, by epoch id."""
    return dict(ws.rows("SELECT epoch16, secret FROM epoch_keys WHERE space = ?", (no,)))


def current_epoch(ws: Workspace, no: int) -> EpochKey | None:
    """The epoch under which new changesets are sealed, if its key is here."""
    found = ws.rows("SELECT epoch16, secret FROM epoch_keys WHERE space = ? AND current = 1", (no,))
    return EpochKey(found[0][0], found[0][1], current=True) if found else None


def is_waiting(ws: Workspace, no: int) -> bool:
    """Whether a circle was asked to let this person in and has not answered yet."""
    return space(ws, no).state == "waiting"


def step_aside(ws: Workspace, no: int) -> None:
    """A circle makes room for a new copy of itself, and stays readable until that is whole (`succeed`)."""
    with ws.writing() as db:
        db.execute("UPDATE spaces SET space32 = ? WHERE no = ?", (space(ws, no).space32 + no.to_bytes(8, "big"), no))


def aside(ws: Workspace, space32: bytes) -> tuple[Space, ...]:
    """The copies of a circle that stepped aside, in the order of joining."""
    found = ws.rows(
        f"SELECT {_COLUMNS} FROM spaces WHERE length(space32) > 32 AND substr(space32, 1, 32) = ? ORDER BY no",
        (space32,),
    )
    return tuple(_space(row) for row in found)


def come_back(ws: Workspace, space32: bytes) -> None:
    """The newest copy that stepped aside is the circle again, unless there is another."""
    copies = aside(ws, space32)
    if copies and space_by_id(ws, space32) is None:
        with ws.writing() as db:
            db.execute("UPDATE spaces SET space32 = ? WHERE no = ?", (space32, copies[-1].no))


def succeed(ws: Workspace, old: int, new: int) -> None:
    """A copy that stepped aside goes; the sealed files that lie here stay for the new one."""
    with ws.writing() as db:
        db.execute("UPDATE OR REPLACE pieces SET space = ? WHERE space = ? AND here = 1", (new, old))
        db.execute("UPDATE OR IGNORE wishes SET space = ? WHERE space = ?", (new, old))
    forget_space(ws, old)


def forget_space(ws: Workspace, no: int) -> None:
    """Removes every trace of a circle from this computer; other people's copies are not touched."""
    held = filestore.pieces_of_none_but(ws, no)
    with ws.writing() as db:
        db.execute("DELETE FROM search WHERE rowid IN (SELECT id FROM search_rows WHERE space = ?)", (no,))
        engine = (
            "search_rows", "unindexed", "local_ops", "changesets", "marks", "inbox", "quarantine", "shadowed",
            "unprojected", "forks", "told", "own_devices", "pieces", "wishes", "texts", "prose", "text_documents",
        )  # fmt: skip
        for table in (*(t.name for t in TABLES), *engine, "epoch_keys", "undo"):
            db.execute(f'DELETE FROM "{table}" WHERE space = ?', (no,))
        db.execute("DELETE FROM engine WHERE name IN (?, ?)", (f"newer.{no}", f"doubt.{no}"))
        db.execute("DELETE FROM spaces WHERE no = ?", (no,))
        db.execute("DELETE FROM settings WHERE name GLOB ?1 OR name GLOB ?1 || '.*'", (f"sync.*.{no}",))
        loose_ops_removed(db)
    filestore.discard(filestore.folder_of(ws), held)
    ws.forget_devices()
    ws.announce(Touched(frozenset({"spaces", *(t.name for t in TABLES)})))


def forget_unfinished(ws: Workspace) -> None:
    """What an interruption in the middle of founding or joining left behind; nobody ever saw it."""
    if ws.barrier.lasting:  # a write-protected folder: it is taken away another time
        return
    for held in spaces(ws):
        if held.state in UNFINISHED:
            forget_space(ws, held.no)
    for held in spaces(ws):
        come_back(ws, held.space32)


def _space(row: tuple[int, bytes, bytes, bytes, str | None, bytes | None, str, str, int]) -> Space:
    return Space(row[0], row[1][:32], *row[2:8], demo=bool(row[8]))
