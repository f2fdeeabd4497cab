"""Vectors of texts: values that are edits and values that are none, and sets of edits with the text they make."""

from __future__ import annotations

import hashlib
import random
from typing import Any

import apsw
import msgspec

from circle_app.domain.merge import NO_BASE, CellOp
from circle_app.domain.ops import stamp_of
from circle_app.domain.prose import Edit
from circle_app.domain.prose_wire import encode_edit
from circle_app.workspace.prose import take_in
from circle_app.workspace.tables import ENGINE

DEVICES = [hashlib.sha256(f"text device {n}".encode()).digest()[:8] for n in range(3)]
KEY = (1, 10, bytes(16), 2)
_STAMP = bytes(range(16))


def texts() -> dict[str, Any]:
    return {
        "about": "Texts of docs/protocol.md. The `edits` of a story make `text` in any order; those in `gone` were withdrawn.",
        "good": [{"name": name, "value": encode_edit(edit).hex()} for name, edit in _good()],
        "bad": [{"name": name, "value": value.hex()} for name, value in _bad()],
        "stories": [_told(*story) for story in _stories()],
    }


def made_text(edits: list[CellOp], gone: frozenset[bytes]) -> str:
    """What a workspace makes of edits, those with a stamp in `gone` withdrawn."""
    db = apsw.Connection(":memory:")
    try:
        db.execute(ENGINE)
        shown = ""
        for op in edits:
            text, strange = take_in(db, KEY, shown, [op], gone=op.stamp in gone)
            assert strange == []
            shown = shown if text is None else text
        return shown
    finally:
        db.close()


def _good() -> list[tuple[str, Edit]]:
    return [
        ("nothing", Edit(0, (), ())),
        ("a beginning", Edit(0, (), (0, "Dear council"))),
        ("put in and take away, behind two others", Edit(2**40, (_STAMP,), (4, "é🙂\n\t", 0, 2))),
        ("mends", Edit(0, (), (0, 1), (_STAMP, bytes(16)))),
    ]


def _bad() -> list[tuple[str, bytes]]:
    pack = msgspec.msgpack.encode
    return [
        ("no bytes", b""),
        ("not an array", pack({"steps": []})),
        ("bytes behind its end", pack([1, 0, [], []]) + b"\x00"),
        ("cut off", pack([1, 0, [], [0, "abc"]])[:-1]),
        ("too few fields", pack([1, 0, []])),
        ("another format", pack([2, 0, [], []])),
        ("a format that is true", pack([True, 0, [], []])),
        ("a prev below nothing", pack([1, -1, [], []])),
        ("a prev of 2^63", pack([1, 2**63, [], []])),
        ("a head of 15 bytes", pack([1, 0, [bytes(15)], []])),
        ("a head that is text", pack([1, 0, ["x" * 16], []])),
        ("a place without what to do", pack([1, 0, [], [0]])),
        ("a place below nothing", pack([1, 0, [], [-1, "a"]])),
        ("a place that is text", pack([1, 0, [], ["a", "a"]])),
        ("puts in nothing", pack([1, 0, [], [0, ""]])),
        ("takes away nothing", pack([1, 0, [], [0, 0]])),
        ("takes away less than nothing", pack([1, 0, [], [0, -1]])),
        ("puts in bytes", pack([1, 0, [], [0, b"a"]])),
        ("puts in a number with a point", pack([1, 0, [], [0, 1.0]])),
        ("puts in a NUL", pack([1, 0, [], [0, "a\x00"]])),
        ("puts in a carriage return", pack([1, 0, [], [0, "\r\n"]])),
        ("puts in a delete", pack([1, 0, [], [0, "\x7f"]])),
        ("half of a sign", pack([1, 0, [], [0, b"x"]]).replace(b"\xc4\x01x", b"\xa1\xff")),
        ("mends of 17 bytes", pack([1, 0, [], [], [bytes(17)]])),
        ("nested without end", b"\x94\x01\x00\x90" + b"\x91" * 5_000 + b"\x90"),
        ("a length beyond its bytes", b"\x94\x01\x00\x90\xdd\xff\xff\xff\xff"),
    ]


def _stories() -> list[tuple[str, list[CellOp], frozenset[bytes]]]:
    first = _op(0, 1, (), 0, (0, "Trees and benches."))
    left = _op(0, 2, (first,), 1, (17, " of oak"))
    right = _op(1, 3, (first,), 0, (0, 5, 0, "Tall trees"))
    both = _op(2, 4, (left, right), 0, (0, "Please: "))
    hidden = _op(1, 3, (first,), 0, (0, 5, 0, "SPAM"))
    above = _op(2, 4, (hidden,), 0, (4, " (and shrubs)"))
    mended = _op(0, 5, (above,), 1, (0, 4, 0, "Trees"), mends=(hidden,))
    return [
        ("one after the other", [first, left], frozenset()),
        ("two at once", [first, left, right], frozenset()),
        ("joined", [first, left, right, both], frozenset()),
        ("two beginnings", [first, _op(1, 1, (), 0, (0, "Another."))], frozenset()),
        ("the same place", [first, _op(1, 3, (first,), 0, (5, "AA")), _op(2, 3, (first,), 0, (5, "BB"))], frozenset()),
        ("does not fit", [first, _op(1, 3, (first,), 0, (99, "x"))], frozenset()),
        ("a chain claimed twice", [first, left, _op(0, 3, (first,), 1, (0, "Old "))], frozenset()),
        ("waits for what is not there", [first, both], frozenset()),
        ("withdrawn, with words above", [first, hidden, above], frozenset({hidden.stamp})),
        ("withdrawn and mended", [first, hidden, above, mended], frozenset({hidden.stamp})),
        ("many", _many(), frozenset()),
    ]


def _many() -> list[CellOp]:
    chance = random.Random(11)
    made: list[CellOp] = []
    for n in range(60):
        seen = tuple(chance.sample(made, min(len(made), chance.randint(1, 2))))
        steps = (chance.randint(0, 6), chance.choice(["ab", "é", "🙂", " ", 1, 2]))
        own = [op for op in seen if op.stamp[8:] == DEVICES[n % 3]]
        prev = int.from_bytes(own[0].stamp[:8], "big") if own else 0
        made.append(_op(n % 3, 10 + n, seen, prev, steps))
    return made


def _op(
    who: int,
    hlc: int,
    seen: tuple[CellOp, ...],
    prev: int,
    steps: tuple[int | str, ...],
    mends: tuple[CellOp, ...] = (),
) -> CellOp:
    stamps = sorted(op.stamp for op in seen)
    edit = Edit(prev, tuple(stamps[:-1]), steps, tuple(op.stamp for op in mends))
    return CellOp(stamp_of(hlc, DEVICES[who]), encode_edit(edit), stamps[-1] if stamps else NO_BASE)


def _told(name: str, edits: list[CellOp], gone: frozenset[bytes]) -> dict[str, Any]:
    return {
        "name": name, "edits": [[op.stamp.hex(), op.value.hex(), op.base.hex()] for op in edits if type(op.value) is bytes],
        "gone": sorted(stamp.hex() for stamp in gone), "text": made_text(edits, gone),
    }  # fmt: skip
