"""One text while edits are taken in: which follow, which cross, which wait, and where each stands in its chain.

An edit is numbered in the chain of its peer as loro numbers letters, so that the document can be made at any time, and is
made only when two edits cross.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import apsw

from circle_app.domain.ids import tagged_hash
from circle_app.domain.merge import NO_BASE, CellOp, order
from circle_app.domain.ops import stamp_of
from circle_app.domain.prose import Edit, atoms, has_effect, heads_of, is_masked, stepped, steps_between, version
from circle_app.workspace.connection import every, first
from circle_app.workspace.prose_rows import (
    CELL,
    Built,
    End,
    Key,
    built,
    keep,
    op_name,
    placed,
    prev_of,
    read_state,
    waiting,
    write_state,
)

CHAIN_MAX = 1 << 30
"""Numbers after which a chain is not continued, so that they never run out."""
SNAPSHOT_AFTER = 100
"""Edits played onto a stored document before it is stored anew."""
LONG, MANY = 20_000, 40
"""A text of so many letters with so many steps is edited by the document, which does not copy it for each of them."""

_WAITING, _BEATEN = None, -1


class Text:
    """One text while edits are taken in, inside the caller's transaction: begin, take, close."""

    def __init__(self, db: apsw.Connection, key: Key, shown: str) -> None:
        self._db, self._key, self._shown = db, key, shown
        self._state = read_state(db, key)
        self._plain = shown if self._state.plain is None else self._state.plain
        self._heads = set(self._state.heads)
        self._ends: dict[bytes, End] = {}
        self._tips: dict[int, int] = {}
        self._after: dict[End, bytes] = {}
        self._claims: Mapping[bytes, bytes] | None = None
        self._new: list[tuple[CellOp, End]] = []
        self._weave: Any = None
        self._played = 0
        self.recount = False

    def edit_to(self, new: str, stated: bytes | None, issued: int, own: bytes) -> CellOp | None:
        """Makes and takes in the edit of this device that leaves `new` where the editor showed `stated`."""
        from circle_app.domain.prose_wire import encode_edit

        heads, before, mends = self._displayed(stated)
        steps = steps_between(before, new)
        if not steps:
            return None
        ordered = sorted(heads, reverse=True)
        prev = next((h for h in ordered if h[8:] == own), None)
        mine = self._state.mine
        if prev is None and mine is not None and heads == self._state.heads and mine[0][8:] == own:
            prev = mine[0]
        edit = Edit(int.from_bytes(prev[:8], "big") if prev else 0, tuple(sorted(ordered[1:])), steps, mends)
        op = CellOp(stamp_of(issued, own), encode_edit(edit), ordered[0] if ordered else NO_BASE)
        keep(self._db, self._key, op, False)
        if mine is not None and prev == mine[0]:
            # nobody but this device continues its chain, so its end is known without asking
            self._ends[mine[0]] = mine[1]
            self._tips[mine[1][0]] = mine[1][1]
        self.take({op: edit}, own=True)
        self._state.mine = (op.stamp, self._ends[op.stamp])
        return op

    def take(self, fresh: Mapping[CellOp, Edit], *, own: bool = False) -> None:
        """Gives edits their places; those that build on something that is not here wait.

        Nothing waits for an edit that is made here and now (`own`), so what waits is not looked at then.
        """
        try:
            todo = self._without_twins([built(op, edit) for op, edit in fresh.items()])
            if own:
                if self._weave is not None or not self._follow(todo):
                    self._cross(todo)
            elif self._state.waiting or self._weave is not None or not self._follow(todo):
                todo += waiting(self._db, self._key, {one.op for one in todo})
                self._state.waiting = self._cross(todo)
        except _Anew:
            self.place_all()

    def text_at(self, deps: Iterable[bytes]) -> str:
        """The plain text at the version that these stamps name."""
        if frozenset(deps) == self._state.heads and not self._new:
            return self._plain
        self._load()
        return str(self._weave.text_at([self._ends[d] for d in deps if d in self._ends]))

    def placed_edit(self, stamp: bytes) -> Built | None:
        """The edit of a stamp, if it has its place."""
        return next((built(one.op, one.edit) for one in placed(self._db, self._key, stamp)), None)

    def close(self) -> str:
        """Writes down what changed, and returns the text to be shown."""
        state, db, key = self._state, self._db, self._key
        db.executemany(
            f"UPDATE texts SET place = ?, peer = ?, tail = ? WHERE {CELL} AND stamp = ? AND vhash = ? AND base = ?",
            [(state.places + n, *end, *key, *op_name(op)) for n, (op, end) in enumerate(self._new)],
        )
        state.places += len(self._new)
        self._store_document()
        shown, state.plain = self._plain, None
        if self.recount:
            state.gone = first(db, f"SELECT count(*) FROM texts WHERE {CELL} AND gone = 1", key)[0]
        if state.gone:
            from circle_app.workspace.prose_mask import masked

            seen = masked(placed(db, key))
            if seen is not None:
                shown, state.plain = seen, self._plain
        state.told = version(sorted(self._heads), shown=None if state.plain is None else shown)
        write_state(db, key, state)
        return shown

    def _displayed(self, stated: bytes | None) -> tuple[frozenset[bytes], str, tuple[bytes, ...]]:
        """What an editor that hands back `stated` had shown: the version, the plain text of it, and what it mends."""
        state = self._state
        if stated is not None and stated != state.told:
            heads = frozenset(heads_of(stated))
            if not is_masked(stated) and all(self._end(h) for h in heads):
                return heads, self.text_at(heads), ()
        if state.plain is None:
            return state.heads, self._plain, ()
        from circle_app.workspace.prose_mask import hidden

        return state.heads, state.plain, tuple(sorted(hidden(placed(self._db, self._key))))

    def _without_twins(self, todo: Sequence[Built]) -> list[Built]:
        """Of several edits with one stamp (which no honest device makes) the greatest counts."""
        left = []
        for one in todo:
            twins = every(
                self._db, f"SELECT stamp, value, base, place FROM texts WHERE {CELL} AND stamp = ?",
                (*self._key, one.op.stamp),
            )  # fmt: skip
            if len(twins) > 1:
                self._settle_twins(twins)
                if any(place is not None and place >= 0 for *_, place in twins):
                    raise _Anew
                if max((CellOp(s, v, b) for s, v, b, _ in twins), key=order) != one.op:
                    continue
            left.append(one)
        return left

    def _settle_twins(self, twins: Sequence[tuple[bytes, bytes, bytes, int | None]]) -> None:
        best = max((CellOp(s, v, b) for s, v, b, _ in twins), key=order)
        for stamp, value, base, place in twins:
            op = CellOp(stamp, value, base)
            if op != best and place != _BEATEN and not (place is not None and place >= 0):
                self._mark(op, _BEATEN)

    def _mark(self, op: CellOp, place: int | None) -> None:
        self._db.execute(
            f"UPDATE texts SET place = ? WHERE {CELL} AND stamp = ? AND vhash = ? AND base = ?",
            (place, *self._key, *op_name(op)),
        )

    def _follow(self, todo: Sequence[Built]) -> bool:
        """Takes edits in that follow one another from what is there; False, with nothing done, when two cross."""
        text, heads, done = self._plain, frozenset(self._heads), []
        for one in sorted(todo, key=lambda e: e.op.stamp):
            if not one.deps >= heads or any(self._end(dep) is None for dep in one.deps - heads):
                break
            if len(one.edit.steps) > MANY and len(text) > LONG:
                break
            start = self._start(one)
            fits = has_effect(len(text), one.edit.steps)
            text = stepped(text, one.edit.steps) if fits else text
            end = (start[0], start[1] + atoms(one.edit.steps if fits else ()))
            self._note(one, start, end)
            heads = frozenset({one.op.stamp})
            done.append((one.op, end))
        if len(done) < len(todo):
            self._forget_places()
            return False
        self._plain, self._heads = text, set(heads)
        self._new += done
        self._mine_continued(done)
        return True

    def _cross(self, todo: Sequence[Built]) -> int:
        """Takes edits in by the document of the text, as far as what they build on is there; returns how many wait."""
        self._load()
        left = sorted(todo, key=lambda e: order(e.op))
        while True:
            still = [one for one in left if not self._play(one)]
            if len(still) == len(left):
                break
            left = still
        self._plain = str(self._weave.text())
        self._mine_continued(self._new)
        return len(left)

    def _play(self, one: Built) -> bool:
        if not all(dep in self._ends for dep in one.deps):
            return False
        start, builds_on = self._start(one), [self._ends[d] for d in one.deps]
        end = self._weave.add(builds_on, start, one.edit.steps, on_top=one.deps >= self._heads)
        self._note(one, start, end)
        self._heads = (self._heads - one.deps) | {one.op.stamp}
        self._new.append((one.op, end))
        self._played += 1
        return True

    def _note(self, one: Built, start: End, end: End) -> None:
        self._ends[one.op.stamp], self._after[start] = end, one.op.stamp
        self._tips[end[0]] = max(end[1], self._tips.get(end[0], 0))

    def _forget_places(self) -> None:
        for places in (self._ends, self._tips, self._after):
            places.clear()

    def place_all(self) -> None:
        """Gives every edit its place anew: a chain was claimed twice, or a stamp was given out twice."""
        db, key = self._db, self._key
        db.execute(f"DELETE FROM text_documents WHERE {CELL}", key)
        db.execute(f"UPDATE texts SET place = NULL, peer = NULL, tail = NULL WHERE {CELL}", key)
        best: dict[bytes, Built] = {}
        for one in waiting(db, key, frozenset()):
            best[one.op.stamp] = max(one, best.get(one.op.stamp, one), key=lambda b: order(b.op))
        for one in waiting(db, key, frozenset()):
            if best[one.op.stamp] != one:
                self._mark(one.op, _BEATEN)
        self._weave, self._new, self._heads = None, [], set()
        self._forget_places()
        self._state.places, self._state.mine, self._claims = 0, None, _claims(list(best.values()))
        self._state.waiting = self._cross(list(best.values()))

    def _load(self) -> None:
        """The document of the text, with every edit that has its place."""
        if self._weave is not None:
            return
        from circle_app.workspace.prose_weave import Weave

        held = first(self._db, f"SELECT document, places, heads FROM text_documents WHERE {CELL}", self._key)
        document, places, told = held or (None, 0, b"")
        self._weave = Weave(document)
        heads = set(heads_of(told))
        for number, (op, edit, end, _) in enumerate(placed(self._db, self._key)):
            self._ends[op.stamp] = end
            self._tips[end[0]] = max(end[1], self._tips.get(end[0], 0))
            if number < places:
                continue
            one = built(op, edit)
            start = self._where_it_began(one, end)
            self._weave.add([self._ends[d] for d in one.deps], start, edit.steps, on_top=one.deps >= heads)
            heads = (heads - one.deps) | {op.stamp}
            self._played += 1

    def _where_it_began(self, one: Built, end: End) -> End:
        prev = prev_of(one)
        before = self._ends.get(prev) if prev is not None else None
        return before if before is not None and before[0] == end[0] else (end[0], 0)

    def _store_document(self) -> None:
        if self._weave is not None and self._played >= SNAPSHOT_AFTER:
            self._db.execute(
                "INSERT OR REPLACE INTO text_documents (space, tab, row, col, document, places, heads) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (*self._key, self._weave.snapshot(), self._state.places, version(sorted(self._heads))),
            )

    def _start(self, one: Built) -> End:
        """Where the chain of an edit stands: it continues the one it names, unless somebody else does or it is too long."""
        prev = prev_of(one)
        before = self._end(prev) if prev is not None else None
        if prev is not None and before is not None and before[1] <= CHAIN_MAX:
            if self._claims is not None:
                if self._claims[prev] == one.op.stamp:
                    return before
            elif self._tip(before[0]) == before[1]:
                return before
            elif self._rival(before) > one.op.stamp:
                raise _Anew
        peer = int.from_bytes(tagged_hash("cc1/peer", one.op.stamp)[:8], "big") >> 1
        while self._tip(peer):
            peer = (peer + 1) % (1 << 63)
        return (peer, 0)

    def _rival(self, end: End) -> bytes:
        """The stamp of the edit that continues a chain from there."""
        if end in self._after:
            return self._after[end]
        found = first(
            self._db, f"SELECT stamp FROM texts WHERE {CELL} AND peer = ? AND tail > ? ORDER BY tail LIMIT 1",
            (*self._key, *end),
        )  # fmt: skip
        return bytes(found[0])

    def _end(self, stamp: bytes) -> End | None:
        if stamp not in self._ends and self._weave is not None:
            return None  # with the document came every place there is
        if stamp not in self._ends:
            found = first(
                self._db, f"SELECT peer, tail FROM texts WHERE {CELL} AND stamp = ? AND place >= 0",
                (*self._key, stamp),
            )  # fmt: skip
            if found is None:
                return None
            self._ends[stamp] = (found[0], found[1])
        return self._ends[stamp]

    def _tip(self, peer: int) -> int:
        if peer not in self._tips:
            if self._weave is not None:
                return 0  # with the document came every chain there is
            found = first(self._db, f"SELECT max(tail) FROM texts WHERE {CELL} AND peer = ?", (*self._key, peer))
            self._tips[peer] = found[0] or 0
        return self._tips[peer]

    def _mine_continued(self, placed: Sequence[tuple[CellOp, End]]) -> None:
        """Somebody continued the chain of this device (a restored copy does): its end has to be asked for again."""
        mine = self._state.mine
        if mine is not None and any(end[0] == mine[1][0] for _, end in placed):
            self._state.mine = None


class _Anew(Exception):
    """Places were given that another set of edits would not give; never leaves this file."""


def _claims(edits: Sequence[Built]) -> dict[bytes, bytes]:
    """Who continues which chain, among the edits that find everything they build on: the smallest stamp."""
    ready: set[bytes] = set()
    left = list(edits)
    while True:
        still = [one for one in left if not one.deps <= ready]
        ready |= {one.op.stamp for one in left} - {one.op.stamp for one in still}
        if len(still) == len(left):
            break
        left = still
    claims: dict[bytes, bytes] = {}
    for one in edits:
        prev = prev_of(one)
        if prev is not None and one.op.stamp in ready:
            claims[prev] = min(one.op.stamp, claims.get(prev, one.op.stamp))
    return claims
