"""Every small world of organizers: who does what, knowing which of the others' doings; without keys or signatures.

A world is a circle of the founder Ana, Ben whom she promoted, Carl whom Ben promoted, and Pia, a participant; then up to
four more changes. Each knows any closed set of the earlier ones that has all its author's own. Evaluation is pure, so a
log may be put together by hand.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from types import MappingProxyType
from typing import NamedTuple

from circle_app.domain.ids import tagged_hash
from sync.membership import ops
from sync.membership.cards import Card
from sync.membership.log import Introduction, Log, MemberChange
from sync.membership.ops import Op

NAMES = ("ana", "ben", "carl", "pia")
MEMBERS = {name: tagged_hash("cc1/member", name.encode())[:16] for name in NAMES}
DEVICES = {name: tagged_hash("cc1/dev", name.encode())[:16] for name in NAMES}
EPOCH = bytes(16)


class Act(NamedTuple):
    """One change: who, what, and to whom."""

    who: str
    what: str
    whom: str = ""


ACTS = (
    Act("ana", "remove", "ben"), Act("ana", "remove", "carl"), Act("ana", "demote", "ben"), Act("ana", "promote", "pia"),
    Act("ana", "promote", "ben"), Act("ana", "step_down"),
    Act("ben", "remove", "carl"), Act("ben", "demote", "carl"), Act("ben", "promote", "pia"), Act("ben", "remove", "ana"),
    Act("ben", "leave"),
    Act("carl", "promote", "pia"), Act("carl", "remove", "ben"), Act("carl", "remove", "pia"), Act("carl", "promote", "ben"),
)  # fmt: skip
"""What happens in small worlds: all kinds of strike and promotion, by and against every rank."""


class World(NamedTuple):
    """Acts in an order in which each follows what it knows; `knows[i]` are the numbers of the acts it knows."""

    acts: tuple[Act, ...]
    knows: tuple[frozenset[int], ...]


def worlds(size: int, acts: Sequence[Act] = ACTS) -> Iterator[World]:
    """All worlds of so many acts, each once for every order in which it may be told."""
    for chosen in itertools.product(acts, repeat=size):
        for knows in _knowledge(chosen):
            yield World(chosen, knows)


def _knowledge(acts: tuple[Act, ...]) -> Iterator[tuple[frozenset[int], ...]]:
    """For each act, all closed sets of earlier acts that hold its author's own."""
    choices: list[tuple[frozenset[int], ...]] = [()]
    for number, act in enumerate(acts):
        own = {i for i in range(number) if acts[i].who == act.who}
        choices = [
            (*known, closed)
            for known in choices
            for closed in _closed_sets(number, known)
            if own <= closed
        ]  # fmt: skip
    yield from choices


def _closed_sets(number: int, known: tuple[frozenset[int], ...]) -> Iterator[frozenset[int]]:
    for size in range(number + 1):
        for picked in itertools.combinations(range(number), size):
            if all(known[i] <= set(picked) for i in picked):
                yield frozenset(picked)


def log_of(world: World, order: Sequence[int] | None = None) -> Log:
    """The log of a world; `order` is another order of arrival (each act after what it knows)."""
    changes = list(_START)
    number_of: dict[int, MemberChange] = {}
    for i in order or range(len(world.acts)):
        act, known = world.acts[i], world.knows[i]
        past = _START_PAST
        depth = _START[-1].depth
        for j in known:
            past |= 1 << number_of[j].index
            depth = max(depth, number_of[j].depth)
        id = tagged_hash("cc1/id", repr((act, sorted(known), i)).encode())
        change = MemberChange(id, DEVICES[act.who], 10 + i, _op(act), len(changes), past, depth + 1, EPOCH)
        number_of[i] = change
        changes.append(change)
    return _log(changes)


def ids_of(world: World) -> list[bytes]:
    """The change ids of a world's acts."""
    return [
        tagged_hash("cc1/id", repr((a, sorted(k), i)).encode()) for i, (a, k) in enumerate(zip(*world, strict=True))
    ]


def _op(act: Act) -> Op:
    match act.what:
        case "remove":
            return ops.Remove(ops.REMOVE, 1, MEMBERS[act.whom])
        case "demote":
            return ops.Demote(ops.DEMOTE, 1, MEMBERS[act.whom])
        case "promote":
            return ops.Promote(ops.PROMOTE, 1, MEMBERS[act.whom])
        case "leave":
            return ops.Leave(ops.LEAVE, 1)
    return ops.StepDown(ops.STEP_DOWN, 1)


def _card(name: str) -> Card:
    return Card(tagged_hash("cc1/card", name.encode()), b"", DEVICES[name])


def _log(changes: list[MemberChange]) -> Log:
    introduced = {
        DEVICES[name]: (Introduction(changes[at], DEVICES[name], MEMBERS[name], None, _card(name)),)
        for name, at in _INTRODUCED.items()
    }
    heads = {c.id for c in changes if not any(later.past >> c.index & 1 for later in changes)}
    return Log(
        bytes(32), tuple(changes), MappingProxyType({c.id: c for c in changes}),
        MappingProxyType({DEVICES[name]: _card(name) for name in NAMES}), MappingProxyType(introduced), tuple(sorted(heads)),
    )  # fmt: skip


def _start() -> list[MemberChange]:
    """Genesis, one invite, three joins, Ana promotes Ben, Ben promotes Carl; each knows all before it."""
    told: list[tuple[str, Op]] = [
        ("ana", ops.Genesis(ops.GENESIS, 1, MEMBERS["ana"], b"", bytes(16), 1, 2, bytes(32))),
        ("ana", ops.Invite(ops.INVITE, 1, bytes(32), 2, 9, 0, ops.OPEN, EPOCH, bytes(48))),
    ]
    invite = tagged_hash("cc1/dev", bytes(32))[:16]
    told += [(name, ops.Join(ops.JOIN, 1, invite, MEMBERS[name], b"", bytes(64))) for name in ("ben", "carl", "pia")]
    told += [("ana", _op(Act("ana", "promote", "ben"))), ("ben", _op(Act("ben", "promote", "carl")))]
    changes: list[MemberChange] = []
    for index, (who, op) in enumerate(told):
        id = tagged_hash("cc1/id", f"start {index}".encode())
        changes.append(MemberChange(id, DEVICES[who], 1, op, index, (1 << index) - 1, index, EPOCH))
    return changes


_INTRODUCED = {"ana": 0, "ben": 2, "carl": 3, "pia": 4}
_START = tuple(_start())
_START_PAST = (1 << len(_START)) - 1
