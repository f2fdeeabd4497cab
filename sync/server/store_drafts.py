"""What a group of write jobs is about to change: drafted in memory, read through by the jobs after it, then written at once.

So a job that fails leaves nothing behind without a savepoint, and a database far away is asked a few times for a whole
group, not a few times for each changeset.
"""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from dataclasses import dataclass, field, replace
from typing import Any

from sync import wire
from sync.server.store import MEMBERSHIP, NO_MARK, Clash, Db, Entry, NewRow, Reader, SpaceRow, next_mark, space_no

_NEW_SPACE = "INSERT INTO spaces(no, space, created_ms, pos, mark, members_mark, bytes) VALUES(?, ?, ?, ?, ?, ?, ?)"
_SPACE = "UPDATE spaces SET pos = ?, mark = ?, members_mark = ?, bytes = ? WHERE no = ?"
_CHANGESET = "INSERT INTO changesets(no, pos, dev, seq, kind, id, mark, data) VALUES(?, ?, ?, ?, ?, ?, ?, ?)"
_ENVELOPE = "INSERT INTO envelopes(no, epoch, dev, hash, data) VALUES(?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"


@dataclass(slots=True)
class Drafts:
    """The group's knowledge (None: known to be absent) and what it will write."""

    spaces: dict[bytes, SpaceRow | None] = field(default_factory=dict)
    ids: dict[tuple[int, bytes], int | None] = field(default_factory=dict)
    heads: dict[tuple[int, bytes], tuple[int, bytes] | None] = field(default_factory=dict)
    envelopes: dict[tuple[int, bytes, bytes, bytes], bytes] = field(default_factory=dict)
    seen: set[tuple[int, bytes, bytes]] = field(default_factory=set)
    """Of the entries that the group named: those that another process has let in before."""
    founded: dict[bytes, SpaceRow] = field(default_factory=dict)
    grown: dict[int, SpaceRow] = field(default_factory=dict)
    changesets: list[tuple[Any, ...]] = field(default_factory=list)
    _undo: list[tuple[MutableMapping[Any, Any], Any, Any]] = field(default_factory=list)
    _kept: int = 0

    def put(self, where: MutableMapping[Any, Any], key: Any, value: Any) -> None:
        """Draft one value, so that `drop` finds the way back."""
        self._undo.append((where, key, where.get(key, _NOTHING)))
        where[key] = value

    def keep(self) -> None:
        """The job that drafted since the last `keep` or `drop` went well."""
        self._undo.clear()
        self._kept = len(self.changesets)

    def drop(self) -> None:
        """The job that drafted since the last `keep` or `drop` failed."""
        for where, key, before in reversed(self._undo):
            if before is _NOTHING:
                del where[key]
            else:
                where[key] = before
        self._undo.clear()
        del self.changesets[self._kept :]

    @property
    def news(self) -> set[int]:
        """The numbers of the spaces that got changesets."""
        return {row[0] for row in self.changesets}

    def statements(self) -> Iterable[tuple[str, list[tuple[Any, ...]]]]:
        """What has to be written, in an order in which two processes never wait for each other in a circle."""
        founded = sorted((r.no, s, r) for s, r in self.founded.items())
        yield _NEW_SPACE, [(no, s, r.created_ms, 0, NO_MARK, NO_MARK, 0) for no, s, r in founded]
        yield _CHANGESET, self.changesets
        yield _ENVELOPE, [(*key, data) for key, data in self.envelopes.items()]
        grown = sorted(self.grown.items())
        yield _SPACE, [(r.pos, r.mark, r.members_mark, r.bytes, no) for no, r in grown]


_NOTHING = object()


class Writer(Reader):
    """What a write job may do; only ever used on the writer thread, inside its transaction."""

    def __init__(self, db: Db, drafts: Drafts) -> None:
        super().__init__(db)
        self.drafts = drafts
        self.changed = False

    def change(self, sql: str, bindings: tuple[Any, ...] = ()) -> int:
        """Change a table that has no drafts, now; how many rows it touched. Undone, too, when the job fails."""
        if not self.changed:
            self.db.change("SAVEPOINT job")
            self.changed = True
        return self.db.change(sql, bindings)

    def keep(self) -> None:
        if self.changed:
            self.db.change("RELEASE SAVEPOINT job")
        self.changed = False
        self.drafts.keep()

    def drop(self) -> None:
        if self.changed:
            self.db.change("ROLLBACK TO SAVEPOINT job")
            self.db.change("RELEASE SAVEPOINT job")
        self.changed = False
        self.drafts.drop()

    def space(self, space: bytes) -> SpaceRow | None:
        known = self.drafts.spaces
        if space not in known:
            known[space] = super().space(space)
        row = known[space]
        return None if row is None else self.drafts.grown.get(row.no, row)

    def is_new(self, entry: Entry) -> bool:
        """Whether no other process has seen a request that the job named in its `Touching`."""
        return entry.key not in self.drafts.seen

    def count_spaces(self, *, since_ms: int = 0) -> int:
        here = sum(row.created_ms > since_ms for row in self.drafts.founded.values())
        return here + super().count_spaces(since_ms=since_ms)

    def head(self, no: int, dev: bytes) -> tuple[int, bytes] | None:
        known = self.drafts.heads
        if (no, dev) not in known:
            known[(no, dev)] = super().head(no, dev)
        return known[(no, dev)]

    def pos_of(self, no: int, changeset_id: bytes) -> int | None:
        known = self.drafts.ids
        if (no, changeset_id) not in known:
            known[(no, changeset_id)] = super().pos_of(no, changeset_id)
        return known[(no, changeset_id)]

    def stands(self, no: int, changeset_id: bytes, dev: bytes, seq: int) -> bool:
        wanted = (no, dev, seq, changeset_id)
        here = any((r[0], r[2], r[3], r[5]) == wanted for r in self.drafts.changesets)
        return here or super().stands(no, changeset_id, dev, seq)

    def membership_log(self, no: int) -> list[bytes]:
        here = [row[7] for row in self.drafts.changesets if row[0] == no and row[4] == MEMBERSHIP]
        return super().membership_log(no) + here

    def envelopes(self, no: int, epoch: bytes, dev: bytes) -> dict[bytes, bytes]:
        here = {key[3]: data for key, data in self.drafts.envelopes.items() if key[:3] == (no, epoch, dev)}
        return super().envelopes(no, epoch, dev) | here

    def add_space(self, space: bytes, *, now_ms: int) -> SpaceRow | None:
        """Begin a space; None when its number belongs to another one. Raises Clash when it was begun since the job asked."""
        no = space_no(space)
        taken = [row[0] for row in self.rows("SELECT space FROM spaces WHERE no = ?", (no,))]
        taken += [other for other, row in self.drafts.founded.items() if row.no == no]
        if space in taken:
            raise Clash
        if taken:
            return None
        row = SpaceRow(no, 0, NO_MARK, NO_MARK, 0, now_ms)
        self.drafts.put(self.drafts.spaces, space, row)
        self.drafts.put(self.drafts.founded, space, row)
        return row

    def append(self, row: SpaceRow, new: NewRow) -> SpaceRow:
        """Keep one changeset at the next position and return the space as it is afterwards."""
        drafts, no = self.drafts, row.no
        mark = next_mark(row.mark, new.id)
        members_mark = next_mark(row.members_mark, new.id) if new.kind == MEMBERSHIP else row.members_mark
        after = SpaceRow(no, row.pos + 1, mark, members_mark, row.bytes + len(new.data), row.created_ms)
        head = self.head(no, new.dev)
        drafts.changesets.append((no, after.pos, new.dev, new.seq, new.kind, new.id, mark, new.data))
        drafts.put(drafts.ids, (no, new.id), after.pos)
        if head is None or new.seq > head[0]:
            drafts.put(drafts.heads, (no, new.dev), (new.seq, new.id))
        drafts.put(drafts.grown, no, after)
        return after

    def keep_envelope(
        self, row: SpaceRow, *, epoch: bytes, dev: bytes, name: bytes, data: bytes, most: int = wire.MAX_OWN_ENVELOPES
    ) -> SpaceRow:
        """Keep an envelope with the hash `name`, and return the space as it is afterwards; it takes no position.

        A device may be handed a key more than once: what one member sealed badly, another may make good. No more than a
        few are kept, `most` with this one.
        """
        held = self.envelopes(row.no, epoch, dev)
        if name in held or len(held) >= most:
            return row
        self.drafts.put(self.drafts.envelopes, (row.no, epoch, dev, name), data)
        return self.resize(row, len(data))

    def keep_blob(self, row: SpaceRow, *, name: bytes, size: int, now_ms: int) -> SpaceRow:
        """Write down that a blob is kept for this space, and return the space as it is afterwards."""
        sql = "INSERT INTO blobs(no, hash, size, kept_ms) VALUES(?, ?, ?, ?) ON CONFLICT DO NOTHING"
        return self.resize(row, size * self.change(sql, (row.no, name, size, now_ms)))

    def forget_blob(self, row: SpaceRow, *, name: bytes) -> SpaceRow:
        """Strike a blob that is not there (any more); the space gets its room back."""
        size = self.blob_size(row.no, name)
        self.change("DELETE FROM blobs WHERE no = ? AND hash = ?", (row.no, name))
        return self.resize(row, -(size or 0))

    def resize(self, row: SpaceRow, more: int) -> SpaceRow:
        """Let a space count so many bytes more (or fewer), and return it as it is afterwards."""
        after = replace(row, bytes=row.bytes + more)
        self.drafts.put(self.drafts.grown, row.no, after)
        return after
