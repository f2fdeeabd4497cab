"""A removed organizer with two devices and an accomplice forges, dates back and signs twice: nothing of it takes effect."""

from __future__ import annotations

import random
from typing import Any

import msgspec
import pytest

from circle_app.errors import BadChangeset
from sync import codec
from sync.membership import ops
from sync.membership.epochs import active_devices, best
from sync.membership.evaluate import evaluate
from sync.membership.log import Log, add
from sync.membership.result import Membership
from tests.support.membership import LEAVE, SECRET, circle_with, promote, remove, roles
from tests.vectors.world import Circle, Device, close_op, device, link_op

TRIES = 10_000
BATCH = 100


def struck_circle() -> tuple[Circle, dict[str, Device], list[bytes]]:
    """Ana founded, Ben and Carl are organizers, Dora takes part. Ana removed Ben, who had a phone, and had invited and
    removed somebody. What Ben knew of.
    """
    circle, people = circle_with("ben", "carl", "dora")
    ben = people["ben"]
    circle.admit(circle.member_op(circle.ana, promote(ben)))
    circle.admit(circle.member_op(ben, promote(people["carl"])))
    people["phone"] = device("phone")
    circle.admit(circle.member_op(people["phone"], link_op(circle.space, people["phone"], ben)))
    circle.admit(circle.member_op(ben, circle.invite(b"b" * 32)))
    people["gone"] = device("gone")
    circle.admit(circle.member_op(people["gone"], circle.join_op(people["gone"], b"b" * 32)))
    circle.admit(circle.member_op(people["phone"], remove(people["gone"])))
    known = [change.id for change in circle.log.changes]
    rotation, _ = circle.rotation(circle.ana, people["carl"], people["dora"], secret=b"n" * 32)
    circle.admit(circle.member_op(circle.ana, msgspec.structs.replace(remove(ben), rekey=rotation)))
    return circle, people, known


def shown(membership: Membership) -> Any:
    """Everything a removed organizer could want to change."""
    return (
        roles(membership), active_devices(membership), best(membership).id, dict(membership.verdicts),
        {i: (x.used, x.revoked) for i, x in membership.invites.items()}, membership.pending, membership.read_only,
        {e.id: (e.counts, dict(e.grants)) for e in membership.epochs.values() if e.counts or e.grants},
    )  # fmt: skip


def of_themselves(log: Log, id: bytes) -> bool:
    """Whether a change says something of its author alone, which may well count: they are out already."""
    change = log.by_id[id]
    if isinstance(change.op, ops.RevokeDevice):
        return any(shown.member == log.author(change) for shown in log.introduced[change.op.dev])
    return isinstance(change.op, ops.Leave | ops.StepDown)


def forged_op(circle: Circle, people: dict[str, Device], chance: random.Random, number: int) -> Any:
    """One op that would gain something if it counted."""
    everybody = [circle.ana, *people.values()]
    others = [circle.ana, people["carl"], people["dora"]]
    target = chance.choice(everybody)
    eve = device(f"eve {number}")
    heads = ((target.keys.dev, target.seq, target.prev),)
    rotation = circle.rotation(people["ben"], people["phone"], secret=chance.randbytes(32))[0]
    new_key, phone = best(circle.membership).id, people["phone"]
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
        lambda: ops.Rekey(ops.REKEY, 1, new_key, rotation.parents, rotation.recipients, rotation.wraps),
        lambda: msgspec.structs.replace(circle.invite(SECRET), epoch=chance.randbytes(16)),
        lambda: ops.Admit(ops.ADMIT, 1, phone.member, 2, phone.card(circle.space)),
        lambda: ops.RevokeDevice(ops.REVOKE_DEVICE, 1, chance.choice([people["ben"], phone]).keys.dev),
        lambda: LEAVE,
        lambda: ops.StepDown(ops.STEP_DOWN, 1),
        lambda: ops.Seen(ops.SEEN, 0),
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
        assert not {id for id in forged if not of_themselves(log, id)} & membership.effective
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
    assert not {id for id in forged if not of_themselves(log, id)} & membership.effective
    assert shown(membership) == before


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_a_participant_forges_changes_nothing_but_what_is_theirs(seed: int) -> None:
    """Dora takes part, with a second computer; with Ben, who was removed, and the link that he made."""
    chance = random.Random(seed)
    circle, people, known = struck_circle()
    dora, spare = people["dora"], device("spare")
    circle.admit(circle.member_op(spare, link_op(circle.space, spare, dora)))
    known.append(circle.log.heads[0])
    before, log, forged = shown_of_others(circle.membership, dora), circle.log, list(known)
    for number in range(150):
        author = chance.choice([dora, dora, spare, people["ben"], people["phone"]])
        author.seq, author.prev = chance.randrange(1, 30), chance.randbytes(32)
        op = chance.choice([
            lambda number=number: forged_op(circle, people, chance, number),
            lambda: ops.NeedKey(ops.NEED_KEY, 0, best(circle.membership).id),
            lambda: ops.Admit(ops.ADMIT, 1, spare.member, 2, spare.card(circle.space)),
            lambda: ops.RevokeDevice(ops.REVOKE_DEVICE, 1, chance.choice([circle.ana, people["carl"]]).keys.dev),
            lambda: close_op(circle.space, spare, dora),
            lambda: circle.join_op(dora, b"b" * 32),
        ])()  # fmt: skip
        if isinstance(op, ops.Join):
            author = dora
            author.seq, author.prev = 0, bytes(32)
        mheads = sorted({chance.choice(forged) for _ in range(chance.randrange(1, 4))})
        data = circle.member_op(author, op, mheads=mheads)
        try:
            log = add(log, codec.parse(data))
        except BadChangeset as error:
            assert error.code in ("invite_unknown", "close_signature"), "its past does not have what it speaks of"
            continue
        forged.append(codec.parse(data).id)
    assert len(forged) > 100
    assert shown_of_others(evaluate(log), dora) == before


def shown_of_others(membership: Membership, but: Device) -> Any:
    """Everything that is not for this one to change: keys that they hand on, and their own place, are."""
    found, active, top, *rest, epochs = shown(membership)
    theirs = {d.dev for d in membership.members[but.member].devices}
    return (
        {m: role for m, role in found.items() if m != but.member}, active - theirs, top, *rest,
        {id: counts for id, (counts, _) in epochs.items() if counts},
    )  # fmt: skip
