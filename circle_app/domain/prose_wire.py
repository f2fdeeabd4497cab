"""The bytes of an edit of a text (protocol, Texts): built and read in C, refused before anything large is made of them.

Not needed before the first paint; so nothing that is imports this file at its top.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from circle_app.domain.ops import STAMP_BYTES
from circle_app.domain.prose import Edit, Steps

FORMAT = 1

_Stamp = Annotated[bytes, Meta(min_length=STAMP_BYTES, max_length=STAMP_BYTES)]
_CONTROL = tuple(chr(code) for code in (*range(9), *range(11, 32), 127))
"""What no edit puts in: of the control characters texts have line feeds and tabs alone."""


class _Wire(msgspec.Struct, array_like=True, frozen=True):
    format: Annotated[int, Meta(ge=FORMAT, le=FORMAT)]
    prev: Annotated[int, Meta(ge=0, le=2**63 - 1)]
    heads: tuple[_Stamp, ...]
    steps: tuple[int | str, ...]
    mends: tuple[_Stamp, ...] = ()


_reader = msgspec.msgpack.Decoder(_Wire)
_writer = msgspec.msgpack.Encoder()


def encode_edit(edit: Edit) -> bytes:
    """The value of the SET: `[1, prev, heads, steps]`, and `mends` behind them when there are any."""
    fields = (FORMAT, edit.prev, edit.heads, edit.steps)
    return _writer.encode((*fields, edit.mends) if edit.mends else fields)


def decode_edit(value: object) -> Edit | None:
    """The edit that a value says, or None: such a value is kept and not shown."""
    if type(value) is not bytes:
        return None
    try:
        read = _reader.decode(value)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    if not _hold(read.steps):
        return None
    return Edit(read.prev, read.heads, read.steps, read.mends)


def _hold(steps: Steps) -> bool:
    """Whether positions and what is done there alternate as they must."""
    if len(steps) % 2:
        return False
    put = []
    for at, what in zip(steps[::2], steps[1::2], strict=True):
        if type(at) is not int or at < 0:
            return False
        if type(what) is str:
            put.append(what)
        elif int(what) < 1:
            return False
    if not all(put):
        return False
    joined = "".join(put)
    return not any(sign in joined for sign in _CONTROL)
