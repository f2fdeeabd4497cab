"""What earlier meetings left open, as the next agenda shows it: each thing once, with its age in meetings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["task", "topic", "step"]
"""A task that is not done, a line in the parking lot, or a step that was parked or not reached."""


@dataclass(frozen=True, slots=True)
class Held:
    """A meeting that was opened, in UTC ms: only such meetings count for an age."""

    row: bytes
    opened_ms: int


@dataclass(frozen=True, slots=True)
class Left:
    """Something open, and the meeting it comes from (None: from no meeting). `goes_on`: the step that this step goes on with."""

    kind: Kind
    row: bytes
    meeting: bytes | None
    goes_on: bytes | None = None


@dataclass(frozen=True, slots=True)
class Carried:
    """A thing on the next agenda. `age` 1 came up at the meeting before, 2 at the one before that; None in no meeting
    that was held. `since` is the meeting in which it came up first."""

    left: Left
    age: int | None
    since: bytes | None


def carried_to(
    target: bytes, held: Iterable[Held], left: Sequence[Left], steps: Mapping[bytes, Left]
) -> tuple[Carried, ...]:
    """What is carried to the meeting `target`, the oldest first, things of one age in the order given.

    `left` is everything open; `steps` are all steps by row, as `Left`, so that one that was carried before keeps the age
    it had. Nothing that comes from `target` itself is carried to it, nor a step that some other step goes on with: that
    one is on an agenda already. Of several steps that go on with the same one, the last of `left` stands for all.
    """
    in_order = sorted(held, key=lambda meeting: (meeting.opened_ms, meeting.row))
    places = {meeting.row: place for place, meeting in enumerate(in_order)}
    now = places.get(target, len(places))
    taken = {step.goes_on for step in steps.values() if step.goes_on is not None}
    found: dict[tuple[Kind, bytes], Carried] = {}
    for thing in left:
        if thing.meeting == target or (thing.kind == "step" and thing.row in taken):
            continue
        root = _root(thing, steps) if thing.kind == "step" else thing
        came = places.get(root.meeting) if root.meeting is not None else None
        if came is not None and came > now:
            continue
        found[thing.kind, root.row] = Carried(thing, None if came is None else now - came, root.meeting)
    return tuple(sorted(found.values(), key=lambda one: -(one.age or 0)))


def _root(step: Left, steps: Mapping[bytes, Left]) -> Left:
    """The step with which it began; a ring of links, which only damage can make, is left where it is met again."""
    seen = {step.row}
    while step.goes_on is not None and step.goes_on in steps and step.goes_on not in seen:
        seen.add(step.goes_on)
        step = steps[step.goes_on]
    return step
