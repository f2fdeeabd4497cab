"""A member who writes more than may wait, under a key that nobody else has, keeps nobody else's words from anybody."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from circle_app.workspace import inbox, journal, spaces
from circle_app.workspace.commands.tasks import add_task
from circle_app.workspace.queries.tasks import tasks
from sync import codec, wire
from sync.client import circle_members
from sync.client.access import access, device_signer
from sync.client.admit import membership_of
from sync.client.epochs import granted_name, keep_envelopes
from sync.envelopes import seal_envelope
from sync.keys import EpochKey
from sync.membership import ops
from sync.membership.epochs import envelope_hash
from sync.membership.heads import heads_for
from sync.seal import seal
from tests.support.machines import Machine, machine
from tests.support.server import RunningServer

MOST = 5


@pytest.fixture
def three(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Machine, Machine, Machine]]:
    monkeypatch.setattr(inbox, "HELD_PER_DEVICE", MOST)
    server = RunningServer(tmp_path / "server")
    with ExitStack() as stack:
        ana, ben, eve = (stack.enter_context(machine(tmp_path / n, n.title())) for n in ("ana", "ben", "eve"))
        ana.found(server=server.url)
        link = ana.invite(1)
        for person in (ben, eve):
            person.join(link)
        for person in (ana, ben, eve, ana, ben, eve):
            assert person.sync(1).problem is None
        yield ana, ben, eve
    server.stop()


def a_key_of_her_own(eve: Machine) -> EpochKey:
    """Eve, an organizer for this, begins an epoch that nobody else gets the key of."""
    held, membership = access(eve.ws, eve.vault, 1), membership_of(eve.ws, 1)
    new = EpochKey.of(space=held.space.space32, secret=os.urandom(32))
    envelope = wire.Envelope(new.id, held.keys.dev, os.urandom(wire.ENVELOPE_BYTES))
    keep_envelopes(eve.ws, 1, new.id, [envelope])
    rekey = ops.Rekey(ops.REKEY, 1, new.id, (), ((held.keys.dev, envelope_hash(envelope.data)),), ())
    circle_members.write(eve.ws, held, membership, rekey)
    assert eve.sync(1).problem is None
    return new


def poison(eve: Machine, key: EpochKey, many: int) -> None:
    """So many changes of Eve's, under that key, sent by a changed program."""
    held, membership = access(eve.ws, eve.vault, 1), membership_of(eve.ws, 1)
    seq, prev = inbox.version_vector(eve.ws, 1)[held.keys.dev]
    made = []
    for _ in range(many):
        sealed = seal(
            space=held.space.space32, dev=held.keys.dev, seq=seq + 1, prev=prev,
            mheads=heads_for(membership, held.keys.dev), deps=(), ops=(), kind=codec.CONTENT, clear=b"",
            signing=held.keys.signing, epoch=key, random_bytes=os.urandom,
        )  # fmt: skip
        seq, prev = seq + 1, sealed.id
        made.append(sealed.data)
    address = held.space.server
    assert address is not None
    reply = eve.engine.server(address).push(device_signer(held), made)
    assert {r.status for r in reply.results} == {wire.STORED}


def hand_over(eve: Machine, key: EpochKey, to: Machine) -> None:
    assert eve.sync(1).problem is None
    dev, held, membership = spaces.space(to.ws, 1).dev16, access(eve.ws, eve.vault, 1), membership_of(eve.ws, 1)
    made = seal_envelope(epoch=key, kem_pk=membership.log.cards[dev].kem_pk, dev=dev)
    keep_envelopes(eve.ws, 1, granted_name(key.id, dev), [wire.Envelope(key.id, dev, made)])
    grant = ops.GrantKey(ops.GRANT_KEY, 0, key.id, dev, envelope_hash(made))
    circle_members.write(eve.ws, held, membership, grant)
    assert eve.sync(1).problem is None


def titles(person: Machine) -> set[str]:
    return {task.title for task in tasks(person.ws, space=1)}


def test_changes_under_a_key_that_nobody_else_has_stop_no_circle(three: tuple[Machine, Machine, Machine]) -> None:
    ana, ben, eve = three
    circle_members.promote(ana.ws, ana.vault, 1, spaces.space(eve.ws, 1).member16)
    for person in (ana, eve):
        assert person.sync(1).problem is None
    key, author = a_key_of_her_own(eve), spaces.space(eve.ws, 1).dev16
    poison(eve, key, 3 * MOST)
    add_task(ben.ws, 1, title="Still here")
    for _ in range(3):
        for person in (ben, ana):
            assert person.sync(1).problem is None, person.name
    assert titles(ana) == titles(ben) == {"Still here"}
    assert {held.why for held in inbox.quarantined(ben.ws, 1)} == {"no_key"} and inbox.held(ben.ws, 1) == ()
    hand_over(eve, key, ben)
    assert ben.sync(1).problem is None
    assert inbox.quarantined(ben.ws, 1) == inbox.held(ben.ws, 1) == (), "it was no harm, and is there once the key is"
    assert len(journal.stored(ben.ws, 1, dev=author)) >= 3 * MOST
