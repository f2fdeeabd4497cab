"""What is inside the packed cells of a meeting: people in an order, groups of people, earlier stays, the steps of a template.

Every reader takes any bytes, as anybody may have written them: what cannot be read is left out.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from circle_app.domain.ids import ROW_ID_BYTES
from circle_app.domain.ops import Value
from circle_app.domain.schema import AGENDA_ITEMS, PACKED_MAX

_STAY = struct.Struct(">QQ16s")
_NO_ROW = bytes(ROW_ID_BYTES)
STEP_COLUMNS = (
    "title", "minutes", "min_minutes", "flexible", "question", "method", "mode", "materials", "private_notes", "section",
    "group_size", "dots_each",
)  # fmt: skip
"""The columns of a step that a template keeps."""


@dataclass(frozen=True, slots=True)
class Stay:
    """When somebody came and left (UTC milliseconds), and the row id of the step that ran when they left."""

    arrived_ms: int
    left_ms: int
    item: bytes | None = None


def pack_ids(ids: Iterable[bytes]) -> bytes:
    """Row ids one after the other."""
    return b"".join(ids)


def unpack_ids(data: bytes | None) -> tuple[bytes, ...]:
    whole = data or b""
    return tuple(whole[at : at + ROW_ID_BYTES] for at in range(0, len(whole) - ROW_ID_BYTES + 1, ROW_ID_BYTES))


def pack_groups(groups: Iterable[Sequence[bytes]]) -> bytes:
    """Each group as its number of people (one byte) and their row ids."""
    return b"".join(bytes([len(group)]) + pack_ids(group) for group in groups)


def unpack_groups(data: bytes | None) -> tuple[tuple[bytes, ...], ...]:
    rest, groups = data or b"", []
    while rest:
        size = 1 + rest[0] * ROW_ID_BYTES
        if rest[0] == 0 or len(rest) < size:
            break
        groups.append(unpack_ids(rest[1:size]))
        rest = rest[size:]
    return tuple(groups)


def pack_stays(stays: Iterable[Stay]) -> bytes:
    """Each stay as two times (u64) and a row id (zeros: none)."""
    return b"".join(_STAY.pack(stay.arrived_ms, stay.left_ms, stay.item or _NO_ROW) for stay in stays)


def unpack_stays(data: bytes | None) -> tuple[Stay, ...]:
    whole = data or b""
    found = _STAY.iter_unpack(whole[: len(whole) // _STAY.size * _STAY.size])
    return tuple(
        Stay(came, left, item if item != _NO_ROW else None) for came, left, item in found if came <= left < 2**47
    )


def pack_steps(steps: Iterable[Mapping[str, Value]]) -> bytes:
    """The columns of steps that a template keeps, as JSON."""
    kept = [{name: step[name] for name in STEP_COLUMNS if step.get(name) is not None} for step in steps]
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()


def unpack_steps(data: bytes | None) -> tuple[dict[str, str | int], ...]:
    """Steps with a title, each with those of its columns that it may show."""
    try:
        listed = json.loads((data or b"[]")[:PACKED_MAX])
    except (ValueError, RecursionError):
        return ()
    steps = [_step(one) for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return tuple(step for step in steps if step.get("title"))


def _step(given: Mapping[object, object]) -> dict[str, str | int]:
    return {
        name: value
        for name in STEP_COLUMNS
        if isinstance(value := given.get(name), (str, int)) and AGENDA_ITEMS.column(name).shows(value)
    }


def with_other_id(table: str, column: str, data: bytes, ids: tuple[bytes, bytes]) -> bytes:
    """The cell with one person's row id replaced (`ids`: the old and the new one), where it holds people."""
    old, new = ids
    if (table, column) == ("meetings", "signin"):
        return pack_ids(new if one == old else one for one in unpack_ids(data))
    if (table, column) == ("pairings", "groups"):
        return pack_groups([new if one == old else one for one in group] for group in unpack_groups(data))
    return data
