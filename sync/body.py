"""BODY: what a changeset says once it is open, as typed ops.

`decode_body` gives SET ops as instances of circle_app.domain.ops.SetOp (of a private subclass without fields of
its own), built by msgspec in C: no Python loop touches them. Op codes this version does not know are kept raw.
Source: docs/protocol.md, The body.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, NamedTuple

import msgspec
from msgspec import Meta

from circle_app.domain.ops import INT_MAX, SetOp
from sync.refusals import refuse
from sync.wire import MAX_DEPS, MAX_INFLATED, MAX_OPS, MAX_SEQ, Id8, Id16, Id32

MAX_HLC: Final = 2**63 - 1
LARGE: Final = 131_072
"""Bodies over so many bytes are looked through before anything is built: a byte of a bomb becomes up to a hundred."""
_VALUE_TYPES: Final = frozenset((int, str, bytes, type(None)))
_U16 = Annotated[int, Meta(ge=0, le=65_535)]
_Hlc = Annotated[int, Meta(ge=0, le=MAX_HLC)]


class Dep(NamedTuple):
    """The author had seen device `dev` up to `seq`, whose id begins with `id8`."""

    dev: Id16
    seq: Annotated[int, Meta(ge=1, le=MAX_SEQ)]
    id8: Id8


@dataclass(frozen=True, slots=True)
class Body:
    """An opened BODY. `others` holds the raw MessagePack of ops with unknown codes; `rnd` hides the commitment."""

    rnd: bytes
    deps: tuple[Dep, ...]
    ops: tuple[SetOp, ...]
    others: tuple[bytes, ...] = ()


class _WireSet(SetOp):
    """SetOp with the limits the decoder enforces; msgspec reads annotations, hence the subclass."""

    __slots__ = ()
    table: _U16
    row: Id16
    column: _U16
    value: Any
    hlc: _Hlc
    base: Id16 | None


class _WireBody(msgspec.Struct, array_like=True, frozen=True):
    ver: int
    rnd: Id32
    deps: Annotated[tuple[Dep, ...], Meta(max_length=MAX_DEPS)]
    sets: tuple[_WireSet, ...]
    others: tuple[msgspec.Raw, ...] = ()


class _LooseBody(msgspec.Struct, array_like=True, frozen=True):
    ver: int
    rnd: Id32
    deps: Annotated[tuple[Dep, ...], Meta(max_length=MAX_DEPS)]
    sets: tuple[_LooseSet, ...]
    others: tuple[msgspec.Raw, ...] = ()


class _LooseSet(msgspec.Struct, array_like=True, frozen=True):
    table: _U16
    row: Id16
    column: _U16
    value: Any
    hlc: _Hlc
    base: Id16 | None


class _Outline(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A body of which nothing is built yet."""

    ver: msgspec.Raw
    rnd: msgspec.Raw
    deps: msgspec.Raw
    sets: msgspec.Raw
    others: msgspec.Raw = msgspec.Raw()


class _OutlineSet(msgspec.Struct, array_like=True, frozen=True, gc=False):
    table: msgspec.Raw
    row: msgspec.Raw
    column: msgspec.Raw
    value: msgspec.Raw
    hlc: msgspec.Raw
    base: msgspec.Raw


class _OtherStart(msgspec.Struct, array_like=True, frozen=True):
    code: Annotated[int, Meta(ge=1, le=255)]


_body = msgspec.msgpack.Decoder(_WireBody)
_loose_body = msgspec.msgpack.Decoder(_LooseBody)
_outline = msgspec.msgpack.Decoder(_Outline)
_raws = msgspec.msgpack.Decoder(tuple[msgspec.Raw, ...])
_outline_set = msgspec.msgpack.Decoder(_OutlineSet)
_other = msgspec.msgpack.Decoder(_OtherStart)
_SIMPLE: Final = tuple(
    b < 0x80 or 0xA0 <= b <= 0xC0 or 0xC4 <= b <= 0xC6 or 0xCC <= b <= 0xD3 or 0xD9 <= b <= 0xDB or b >= 0xE0
    for b in range(256)
)
"""Whether a MessagePack value that begins with this byte is nil, an integer, a text or bytes."""
_MALFORMED = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


def encode_body(
    *, rnd: bytes, deps: Sequence[tuple[bytes, int, bytes]], ops: Sequence[SetOp], others: Sequence[bytes] = ()
) -> bytes:
    """BODY as bytes: `[1, rnd32, deps, sets, others]`. Raises BadChangeset when a reader would refuse it."""
    raw = msgspec.msgpack.encode((1, rnd, tuple(deps), tuple(ops), tuple(msgspec.Raw(o) for o in others)))
    if len(raw) > MAX_INFLATED:
        raise refuse("inflated")
    decode_body(raw)
    return raw


def decode_body(raw: bytes) -> Body:
    """The ops of a BODY. Raises BadChangeset: body (shape or a value of a type no cell may hold), ops (too many)."""
    if len(raw) > LARGE:
        _check_outline(raw)
    ver, rnd, deps, sets, others = _decode(raw)
    if ver != 1:
        raise refuse("body")
    if len(sets) + len(others) > MAX_OPS:
        raise refuse("ops")
    _check_values(sets)
    for other in others:
        try:
            _other.decode(other)
        except _MALFORMED as error:
            raise refuse("body") from error
    return Body(rnd, deps, sets, tuple(bytes(o) for o in others))


def _check_outline(raw: bytes) -> None:
    """Refuses a body with a value of a type no cell holds, or with more ops than there may be, without building them."""
    try:
        outline = _outline.decode(raw)
        if _length(bytes(outline.sets)) + _length(bytes(outline.others)) > MAX_OPS:
            raise refuse("ops")
        sets = [_outline_set.decode(one) for one in _raws.decode(outline.sets)]
    except _MALFORMED as error:
        raise refuse("body") from error
    if any(not _SIMPLE[bytes(one.value)[0]] for one in sets):
        raise refuse("body")


def _length(array: bytes) -> int:
    """How many elements a MessagePack array says it has; 0 for what is no array."""
    match array[:1]:
        case b"\xdc":
            return int.from_bytes(array[1:3], "big")
        case b"\xdd":
            return int.from_bytes(array[1:5], "big")
    return 0


def _decode(
    raw: bytes,
) -> tuple[int, bytes, tuple[Dep, ...], tuple[SetOp, ...], tuple[msgspec.Raw, ...]]:
    try:
        body = _body.decode(raw)
        return body.ver, body.rnd, body.deps, body.sets, body.others
    except msgspec.ValidationError:
        return _decode_loosely(raw)
    except _MALFORMED as error:
        raise refuse("body") from error


def _decode_loosely(
    raw: bytes,
) -> tuple[int, bytes, tuple[Dep, ...], tuple[SetOp, ...], tuple[msgspec.Raw, ...]]:
    """The slow path: a NamedTuple refuses longer arrays, yet a later version may append fields to a SET."""
    try:
        body = _loose_body.decode(raw)
    except _MALFORMED as error:
        raise refuse("body") from error
    sets = tuple(SetOp(s.table, s.row, s.column, s.value, s.hlc, s.base) for s in body.sets)
    return body.ver, body.rnd, body.deps, sets, body.others


def _check_values(sets: tuple[SetOp, ...]) -> None:
    """msgspec cannot tell str and bytes apart in one union, so `value` is untyped there and checked here."""
    if not {type(op[3]) for op in sets} <= _VALUE_TYPES:
        raise refuse("body")
    if any(type(op[3]) is int and op[3] > INT_MAX for op in sets):
        raise refuse("body")
