"""Texts: one pause of typing kept for good, and two people's crossing edits merged, beside bare loro with the same edits."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from loro import ExportMode, LoroDoc, VersionVector

from bench.circles import workspace
from bench.editing import Bare
from bench.measure import median, micro, percentile, ratio, seconds, show
from circle_app.domain.merge import CellOp
from circle_app.domain.ops import SetOp, stamp_of
from circle_app.domain.prose import Edit, Steps, stepped
from circle_app.domain.prose_wire import encode_edit
from circle_app.domain.schema import NOTES
from circle_app.workspace.changes import Opened
from circle_app.workspace.commands.notes import add_note, set_note
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.notes import note
from sync.client import enrol

BODY = NOTES.column("body").number
BEGINNING = "What we heard in the hall, line by line. " * 95
PAUSES = 600
AT_ONCE = 50
"""Steps of one edit: what somebody types between two pauses, or a device sends after a while."""
ROUNDS = 3


def run(scratch: Path) -> None:
    with workspace(scratch / "texts") as (ws, vault):
        space = enrol.found_circle(ws, vault, name="Bench", kind="citizen_circle", my_name="Ana")
        _typing(ws, space, Bare(scratch / "bare-texts.db"))
        for count in (1_000, 10_000):
            _crossing(ws, space, count)


def _typing(ws: Workspace, space: int, limit: Bare) -> None:
    """A person types a word, pauses, and it is kept: alone, and after somebody else's edits came in between."""
    ref = add_note(ws, space, title="Typing", body=BEGINNING)
    chance, times, least = random.Random(5), [], []
    for n in range(PAUSES):
        shown = note(ws, ref)
        at = chance.randrange(len(shown.body))
        text = f"{shown.body[:at]} word{n}{shown.body[at:]}"
        least.append(seconds(partial(limit.edit, n)))
        times.append(seconds(partial(set_note, ws, ref, body=text, base=shown.body_version)))
    limit.close()
    bare = _document()
    text_of = bare.get_text("t")
    text_of.insert(0, BEGINNING)

    def typed(n: int) -> None:
        text_of.insert(n * 5, f" word{n}")
        bare.commit()

    bare_times = [seconds(partial(typed, n)) for n in range(PAUSES)]
    show(
        f"A pause in typing, kept for good, in a text of {len(BEGINNING):,} letters ({PAUSES} of them)",
        ("difference, edit, text, row, undo; one FULL transaction, p50", micro(percentile(times, 50))),
        ("the same, p99", micro(percentile(times, 99))),
        ("bare state row + log row in one FULL transaction, p50", micro(percentile(least, 50))),
        ("  p50 against it", ratio(percentile(times, 50), percentile(least, 50))),
        ("bare loro, in memory, not kept, p50", micro(percentile(bare_times, 50))),
    )


def _crossing(ws: Workspace, space: int, count: int) -> None:
    """Two people edit one text `count` times each while apart; then it is merged. In time of the processor."""
    left, right = _edits(count, 1), _edits(count, 2)
    bare = median([_bare(left, right) for _ in range(ROUNDS)])
    ours, sizes = [], []
    for n in range(ROUNDS):
        took, size = _ours(ws, space, left, right, n)
        ours.append(took)
        sizes.append(size)
    show(
        f"Crossing edits of one text merged, {count:,} + {count:,} in edits of {AT_ONCE} steps",
        ("bare loro: import of the other's update, and the text", f"{bare * 1e3:,.1f} ms"),
        ("ours: decode, places, merge, text, row, words; committed", f"{median(ours) * 1e3:,.1f} ms"),
        ("  against bare loro", ratio(median(ours), bare)),
        ("bytes of a step before compression, all told", f"{sizes[0] / count:.1f}"),
    )


def _document() -> LoroDoc:
    return LoroDoc()  # type: ignore[no-untyped-call]


def _worked(work: Callable[[], object]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin


def _edits(count: int, seed: int) -> list[Steps]:
    chance, length, made = random.Random(seed), len(BEGINNING), []
    for _ in range(count // AT_ONCE):
        steps: list[int | str] = []
        for _ in range(AT_ONCE):
            at = chance.randint(0, length)
            if chance.random() < 0.8:
                word = "".join(chance.choices("abcdefgh ", k=chance.randint(1, 8)))
                steps += [at, word]
                length += len(word)
            else:
                gone = min(chance.randint(1, 8), length)
                at = min(at, length - gone)
                steps += [at, gone]
                length -= gone
        made.append(tuple(steps))
    return made


def _bare(left: list[Steps], right: list[Steps]) -> float:
    ours, theirs = _document(), _document()
    ours.peer_id, theirs.peer_id = 1, 2
    ours.get_text("t").insert(0, BEGINNING)
    ours.commit()
    theirs.import_(ours.export(ExportMode.Snapshot()))
    for document, edits in ((ours, left), (theirs, right)):
        text = document.get_text("t")
        for steps in edits:
            pairs = iter(steps)
            for at, what in zip(pairs, pairs, strict=True):
                if isinstance(what, str):
                    text.insert(int(at), what)
                else:
                    text.delete(int(at), what)
        document.commit()
    update = theirs.export(ExportMode.Updates(VersionVector()))  # type: ignore[no-untyped-call]
    return _worked(lambda: (ours.import_(update), ours.get_text("t").to_string()))


def _ours(ws: Workspace, space: int, left: list[Steps], right: list[Steps], n: int) -> tuple[float, int]:
    ref = add_note(ws, space, title=f"Crossing {n}", body=BEGINNING)
    base = note(ws, ref).body_version
    mine, _ = _chain(ref.row, base, left, b"left....", n)
    others, size = _chain(ref.row, base, right, b"right...", n)
    ws.apply(space, mine)
    took = _worked(lambda: ws.apply(space, others))
    assert len(note(ws, ref).body) > len(stepped(BEGINNING, ()))
    return took, size


def _chain(row: bytes, base: bytes, edits: list[Steps], who: bytes, n: int) -> tuple[list[Opened], int]:
    """The changesets of somebody who wrote these edits one after the other; and the bytes of what they say."""
    made, size, prev = [], 0, 0
    dev = who * 2
    hlc = int.from_bytes(base[:8], "big")
    for number, steps in enumerate(edits):
        hlc += 1 << 16
        value = encode_edit(Edit(prev, (), steps))
        op = SetOp(NOTES.number, row, BODY, value, hlc, base)
        base, prev = CellOp(stamp_of(hlc, dev), value, base).stamp, hlc
        size += len(value) + 48
        ident = row + who + number.to_bytes(8, "big")
        made.append(Opened(ident, dev, n * 1_000 + number + 1, bytes(32), (op,), value))
    return made, size
