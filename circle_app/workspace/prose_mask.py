"""What a text shows once edits of it were withdrawn, because their author had no right to them after all.

Others may have built on a withdrawn edit, so it keeps its place in the text's history. All edits are played again into a
document of their own, in which a withdrawn edit leaves marks: letters it put in become ghosts, letters it took away come
back as pairs. Authors who had seen the edit are understood in the text as they saw it; what is shown leaves the ghosts out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from circle_app.domain.prose import Steps, has_effect
from circle_app.workspace.prose_rows import Built, End, Placed, built, prev_of

GHOST, BACK = "\x00", "\x01"
"""A letter that a withdrawn edit put in, and the mark before a letter that one took away; no edit holds either."""

_PAIR = re.compile(BACK + "(.)", re.DOTALL)


def masked(edits: Sequence[Placed]) -> str | None:
    """The text without the withdrawn ones of its edits; None when nothing is hidden."""
    gone = hidden(edits)
    if not gone:
        return None
    from circle_app.workspace.prose_weave import Weave

    weave = Weave()
    ends: dict[bytes, End] = {}
    heads: set[bytes] = set()
    for one in edits:
        edit = built(one.op, one.edit)
        start = _start(edit, one.end, ends)
        steps = _Seen(edit.edit.steps, ghost=edit.op.stamp in gone)
        ends[edit.op.stamp] = weave.add([ends[d] for d in edit.deps], start, steps, on_top=edit.deps >= heads)
        heads = (heads - edit.deps) | {edit.op.stamp}
    return _PAIR.sub(r"\1", weave.text().replace(GHOST, ""))


def hidden(edits: Sequence[Placed]) -> frozenset[bytes]:
    """The stamps of withdrawn edits that no accepted edit built on them has mended."""
    gone = {one.op.stamp for one in edits if one.gone}
    if not gone:
        return frozenset()
    past: dict[bytes, frozenset[bytes]] = {}
    for one in edits:
        deps = built(one.op, one.edit).deps
        # only what was withdrawn matters of the past
        past[one.op.stamp] = frozenset().union(*(past[d] for d in deps), deps & gone)
        if not one.gone:
            gone_and_mended = past[one.op.stamp].intersection(one.edit.mends)
            gone -= gone_and_mended
    return frozenset(gone)


class _Seen:
    """The steps of an edit, from the text its author saw to the text with ghosts and pairs."""

    def __init__(self, steps: Steps, *, ghost: bool) -> None:
        self._steps, self._ghost = steps, ghost

    def __call__(self, raw: str) -> Steps:
        letters = _letters(raw)
        if not has_effect(len(letters), self._steps):
            return ()
        done: list[int | str] = []
        pairs = iter(self._steps)
        for place, what in zip(pairs, pairs, strict=True):
            at = int(place)
            now = self._put(raw, letters, at, what) if type(what) is str else self._take(raw, letters, at, int(what))
            for n in range(0, len(now), 2):
                raw = _stepped(raw, int(now[n]), now[n + 1])
            done += now
            letters = _letters(raw)
        return tuple(done)

    def _put(self, raw: str, letters: Sequence[int], at: int, text: str) -> list[int | str]:
        return [letters[at - 1] + 1 if at else 0, GHOST * len(text) if self._ghost else text]

    def _take(self, raw: str, letters: Sequence[int], at: int, count: int) -> list[int | str]:
        steps: list[int | str] = []
        run = letters[at : at + count]
        while run:
            first = last = run[-1]
            while len(run) > 1 and run[-2] == first - 1:
                run = run[:-1]
                first = run[-1]
            run = run[:-1]
            steps += [first, last + 1 - first]
            back = "".join(BACK + sign for sign in raw[first : last + 1] if sign != GHOST)
            if self._ghost and back:
                steps += [first, back]
        return steps


def _letters(raw: str) -> Sequence[int]:
    """Where the letters stand that an author saw: ghosts are among them, what came back is not."""
    if BACK not in raw:
        return range(len(raw))
    found, at = [], 0
    while at < len(raw):
        if raw[at] == BACK:
            at += 2
            continue
        found.append(at)
        at += 1
    return found


def _stepped(raw: str, at: int, what: int | str) -> str:
    return raw[:at] + what + raw[at:] if isinstance(what, str) else raw[:at] + raw[at + what :]


def _start(edit: Built, end: End, ends: dict[bytes, End]) -> End:
    """Chains are the same here, only their numbers are others."""
    prev = prev_of(edit)
    before = ends.get(prev) if prev is not None else None
    return before if before is not None and before[0] == end[0] else (end[0], 0)
