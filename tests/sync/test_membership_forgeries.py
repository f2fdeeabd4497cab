"""A removed organizer with two devices and an accomplice forges, dates back and signs twice: nothing of it takes effect."""

from __future__ import annotations

import random
from typing import Any

import pytest

from sync import codec
from sync.membership import ops
from sync.membership.epochs import active_devices, best
from sync.membership.evaluate import evaluate
from sync.membership.log import add
from sync.membership.result import Membership
from tests.support.membership import circle_with, promote, remove, roles
from tests.vectors.world import Circle, Device, device, link_op

TRIES = 10_000
BATCH = 100


def struck_circle() -> tuple[Circle, dict[str, Device], list[bytes]]:
    """Ana founded, Ben and Carl are organizers, Dora takes part; Ana removed Ben, who had a phone. What Ben knew of."""
    circle, people = circle_with("ben", "carl", "dora")
    ben = people["ben"]
    circle.admit(circle.member_op(circle.ana, promote(ben)))
    circle.admit(circle.member_op(ben, promote(people["carl"])))
    people["phone"] = device("phone")
    circle.admit(circle.member_op(people["phone"], link_op(circle.space, people["phone"], ben)))
    circle.admit(circle.member_op(ben, circle.invite(b"b" * 32)))
    known = [change.id for change in circle.log.changes]
    circle.admit(circle.member_op(circle.ana, remove(ben)))
    return circle, people, known


def shown(membership: Membership) -> Any:
    """Everything a removed organizer could want to change."""
    return (
        roles(membership), active_devices(membership), best(membership).id, dict(membership.verdicts),
        {i: (x.used, x.revoked) for i, x in membership.invites.items()}, membership.pending, membership.read_only,
        {e.id: (e.counts, dict(e.grants)) for e in membership.epochs.values() if e.counts or e.grants},
    )  # fmt: skip


def forged_op(circle: Circle, people: dict[str, Device], chance: random.Random, number: int) -> Any:
    """One op that would gain something if it counted."""
    everybody = [circle.ana, *people.values()]
    others = [circle.ana, people["carl"], people["dora"]]
    target = chance.choice(everybody)
    eve = device(f"eve {number}")
    heads = ((target.keys.dev, target.seq, target.prev),)
    rotation = circle.rotation(people["ben"], people["phone"], secret=chance.randbytes(32))[0]
    return chance.choice([
        lambda: promote(people["dora"]),
        lambda: promote(people["ben"]),
        lambda: promote(people["carl"]),
        lambda: remove(target) if target is not people["ben"] else remove(circle.ana),
        lambda: ops.Remove(ops.REMOVE, 1, chance.choice(others).member, heads, rotation),
        lambda: ops.Demote(ops.DEMOTE, 1, chance.choice([circle.ana, people["carl"]]).member, heads),
        lambda: ops.Admit(ops.ADMIT, 1, eve.member, 2, eve.card(circle.space)),
        lambda: ops.Admit(ops.ADMIT, 1, people["ben"].member, 2, people["ben"].card(circle.space)),
        lambda: circle.invite(chance.randbytes(32), uses=chance.randrange(1, 9)),
        lambda: ops.RevokeDevice(ops.REVOKE_DEVICE, 1, chance.choice(others).keys.dev, heads),
        lambda: ops.Rekey(ops.REKEY, 1, rotation.epoch, rotation.parents, rotation.recipients, rotation.wraps),
        lambda: ops.GrantKey(ops.GRANT_KEY, 0, circle.epoch.id, people["ben"].keys.dev, chance.randbytes(32)),
        lambda: ops.Accept(ops.ACCEPT, 1, (chance.randbytes(32),)),
        lambda: ops.Reject(ops.REJECT, 1, tuple(chance.sample([c.id for c in circle.log.changes], 3))),
        lambda: ops.RevokeInvite(ops.REVOKE_INVITE, 1, next(iter(circle.membership.invites))),
        lambda: (chance.randrange(50, 200), 1),
    ])()  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_nothing_that_a_removed_organizer_forges_takes_effect(seed: int) -> None:
    chance = random.Random(seed)
    circle, people, known = struck_circle()
    before = shown(circle.membership)
    tried = 0
    while tried < TRIES // 4:
        log, forged, heads_of_mine = circle.log, [], list(known)
        for number in range(BATCH):
            author = chance.choice([people["ben"], people["phone"]])
            # Equivocating: the next number is any, also one that was used; back-dating: only what Ben knew, or made up since.
            author.seq, author.prev = chance.randrange(1, 30), chance.randbytes(32)
            mheads = sorted({chance.choice(heads_of_mine) for _ in range(chance.randrange(1, 4))})
            data = circle.member_op(author, forged_op(circle, people, chance, tried + number), mheads=mheads)
            changeset = codec.parse(data)
            log = add(log, changeset)
            forged.append(changeset.id)
            heads_of_mine.append(changeset.id)
        membership = evaluate(log)
        assert not set(forged) & membership.effective
        assert shown(membership) == before
        tried += BATCH


def test_forgeries_that_know_of_the_removal_gain_as_little() -> None:
    chance = random.Random(9)
    circle, people, known = struck_circle()
    before = shown(circle.membership)
    log, forged = circle.log, []
    for number in range(200):
        author = chance.choice([people["ben"], people["phone"]])
        mheads = sorted({*circle.log.heads, chance.choice(known)})
        changeset = codec.parse(circle.member_op(author, forged_op(circle, people, chance, number), mheads=mheads))
        log = add(log, changeset)
        forged.append(changeset.id)
    membership = evaluate(log)
    assert not set(forged) & membership.effective
    assert shown(membership) == before
