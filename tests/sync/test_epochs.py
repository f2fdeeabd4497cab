"""A removed member reads nothing that comes later, and everybody else reads everything, whatever was cut off or offline."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from circle_app.errors import BadChangeset, SyncProblem
from circle_app.workspace import inbox, journal, spaces
from circle_app.workspace.commands.tasks import add_task
from circle_app.workspace.queries.tasks import tasks
from circle_app.workspace.verify import verify
from sync import codec, wire
from sync.client import by_hand, circle_members, epochs, owed
from sync.client.access import access, device_signer, sealer
from sync.client.admit import membership_of
from sync.client.leaving import leave
from sync.client.opening import opener
from sync.client.transport import Reply
from sync.envelopes import open_envelope
from sync.membership.epochs import best, must_rotate
from sync.membership.ops import GrantKey
from sync.seal import unseal
from tests.support.lying import honest, lie
from tests.support.machines import Machine, machine
from tests.support.server import RunningServer


@dataclass
class Four:
    """Ana founded; Ben, Carl and Dora joined. Each has the circle as number 1."""

    server: RunningServer
    ana: Machine
    ben: Machine
    carl: Machine
    dora: Machine
    link: str

    @property
    def everybody(self) -> tuple[Machine, ...]:
        return self.ana, self.ben, self.carl, self.dora

    def settle(self, *who: Machine) -> None:
        for person in (*who, *who, *who):
            report = person.sync(1)
            assert report.problem is None, (person.name, report.problem)


@pytest.fixture
def four(tmp_path: Path) -> Iterator[Four]:
    server = RunningServer(tmp_path / "server")
    with ExitStack() as machines:
        people = [machines.enter_context(machine(tmp_path / n, n.title())) for n in ("ana", "ben", "carl", "dora")]
        people[0].found(server=server.url)
        link = people[0].invite(1)
        for person in people[1:]:
            person.join(link)
        made = Four(server, *people, link)
        made.settle(*people)
        yield made
    server.stop()


def member(person: Machine) -> bytes:
    return spaces.space(person.ws, 1).member16


def remove(by: Machine, whom: Machine) -> None:
    circle_members.remove(by.ws, by.vault, 1, member(whom))


def titles(person: Machine) -> set[str]:
    return {t.title for t in tasks(person.ws, space=1)}


def current(person: Machine) -> bytes:
    return access(person.ws, person.vault, 1).current.id


def server_files(server: RunningServer) -> list[tuple[str, bytes]]:
    """Every changeset and every envelope in the server's database, as somebody finds them who took the disk."""
    with closing(sqlite3.connect(server.folder / "server.db")) as db:
        found = [("changeset", bytes(row[0])) for row in db.execute("SELECT data FROM changesets ORDER BY pos")]
        return found + [("envelope", bytes(row[0])) for row in db.execute("SELECT data FROM envelopes")]


def read_by(thief: Machine, files: list[tuple[str, bytes]]) -> set[object]:
    """All values that somebody can open with the keys that they hold, and with every envelope they find."""
    held = access(thief.ws, thief.vault, 1)
    changesets = [codec.parse(data) for kind, data in files if kind == "changeset"]
    keys = dict(held.epochs)
    for epoch in {c.epoch for c in changesets} - keys.keys():
        for kind, data in files:
            if kind == "envelope":
                try:
                    made = open_envelope(
                        envelope=data, kem=held.keys.kem, space=held.space.space32, epoch_id=epoch, dev=held.keys.dev
                    )
                    keys[made.id] = made
                except BadChangeset:
                    continue
    values: set[object] = set()
    for changeset in changesets:
        try:
            values |= {op.value for op in unseal(changeset, keys).ops}
        except BadChangeset as error:
            assert error.code == "no_key"
    return values


def test_a_removed_member_reads_nothing_that_comes_later(four: Four) -> None:
    add_task(four.carl.ws, 1, title="Before")
    four.settle(*four.everybody)
    remove(four.ana, four.ben)
    add_task(four.ana.ws, 1, title="By Ana, later")
    four.settle(four.ana, four.carl, four.dora)
    add_task(four.carl.ws, 1, title="By Carl, later")
    four.settle(four.carl, four.ana, four.dora)
    for person in (four.ana, four.carl, four.dora):
        assert titles(person) == {"Before", "By Ana, later", "By Carl, later"}
        assert person.state() == four.ana.state()
        assert verify(person.ws, opener(person.ws, person.vault)).ok
    assert len({current(p) for p in (four.ana, four.carl, four.dora)}) == 1
    files = server_files(four.server)
    stolen = read_by(four.ben, files)
    assert "Before" in stolen
    assert not {"By Ana, later", "By Carl, later"} & stolen
    assert {"By Ana, later", "By Carl, later"} <= read_by(four.dora, files)


def test_what_was_not_sent_yet_is_sealed_anew(four: Four) -> None:
    """Carl wrote and packed offline; Ben is removed before Carl is back."""
    four.server.stop()
    add_task(four.carl.ws, 1, title="Written offline")
    assert four.carl.sync(1).problem is not None
    held = access(four.carl.ws, four.carl.vault, 1)  # packed as before a membership change that is written offline
    journal.pack(four.carl.ws, 1, sealer(held, four.carl.ws.random_bytes), mheads=membership_of(four.carl.ws, 1).heads)
    (packed,) = journal.outbox(four.carl.ws, 1)
    four.server.start()
    remove(four.ana, four.ben)
    four.settle(four.ana)
    four.settle(four.carl, four.ana, four.dora)
    kept = next(s for s in journal.stored(four.ana.ws, 1) if s.id == packed.id)
    assert codec.parse(kept.data).epoch == current(four.ana) != codec.parse(packed.data).epoch
    assert titles(four.dora) == titles(four.ana) == {"Written offline"}
    assert "Written offline" not in read_by(four.ben, server_files(four.server))


def test_after_somebody_left_the_next_organizer_changes_the_key(four: Four) -> None:
    leave(four.ben.ws, four.ben.vault, 1, engine=four.ben.engine)
    before = current(four.ana)
    four.settle(four.ana, four.carl, four.dora)
    assert current(four.ana) == current(four.carl) == current(four.dora) != before
    add_task(four.carl.ws, 1, title="Among ourselves")
    four.settle(four.carl, four.ana)
    assert "Among ourselves" in titles(four.ana)
    assert "Among ourselves" not in read_by(four.ben, server_files(four.server))


def test_a_new_key_does_not_follow_one_by_somebody_who_had_lost_the_right(four: Four) -> None:
    ana, dora = four.ana, four.dora
    circle_members.promote(ana.ws, ana.vault, 1, member(dora))
    four.settle(*four.everybody)
    remove(ana, dora)
    leave(four.ben.ws, four.ben.vault, 1, engine=four.ben.engine)
    assert dora.sync(1).problem is None  # makes a new key beside her removal
    four.settle(ana, four.carl)
    membership = membership_of(four.carl.ws, 1)
    assert [e.change.dev == spaces.space(dora.ws, 1).dev16 for e in membership.epochs.values() if not e.counts] == [
        True
    ]
    assert not must_rotate(membership)
    assert current(ana) == current(four.carl) == best(membership).id


def test_two_organizers_removing_at_once_leave_neither_of_the_removed_a_key(four: Four) -> None:
    circle_members.promote(four.ana.ws, four.ana.vault, 1, member(four.ben))
    four.settle(*four.everybody)
    remove(four.ana, four.carl)
    remove(four.ben, four.dora)
    four.settle(four.ana, four.ben)
    add_task(four.ben.ws, 1, title="Among ourselves")
    four.settle(four.ben, four.ana)
    assert current(four.ana) == current(four.ben)
    assert not must_rotate(membership_of(four.ana.ws, 1))
    assert titles(four.ana) == titles(four.ben) == {"Among ourselves"}
    for gone in (four.carl, four.dora):
        assert "Among ourselves" not in read_by(gone, server_files(four.server))


def test_two_organizers_removing_the_same_person_agree_on_one_key_and_newcomers_read_both(
    four: Four, tmp_path: Path
) -> None:
    circle_members.promote(four.ana.ws, four.ana.vault, 1, member(four.ben))
    four.settle(*four.everybody)
    for organizer in (four.ana, four.ben):
        remove(organizer, four.carl)
        add_task(organizer.ws, 1, title=f"Under the key of {organizer.name}")
    four.server.stop()
    for organizer in (four.ana, four.ben):
        organizer.sync(1)  # packed under a key of its own each
    four.server.start()
    four.settle(four.ana, four.ben, four.dora)
    assert current(four.ana) == current(four.ben) == current(four.dora)
    both = {"Under the key of Ana", "Under the key of Ben"}
    link = four.ana.invite(1)
    with machine(tmp_path / "eva", "Eva") as eva:
        eva.join(link)
        four.settle(eva, four.ana, four.ben, four.dora, eva)
        for person in (four.ana, four.ben, four.dora, eva):
            assert titles(person) == both
            assert person.state() == four.ana.state()
        assert current(eva) == current(four.dora)


def test_a_newcomer_after_two_rotations_reads_everything(four: Four, tmp_path: Path) -> None:
    add_task(four.ana.ws, 1, title="First")
    remove(four.ana, four.ben)
    add_task(four.ana.ws, 1, title="Second")
    four.settle(four.ana, four.carl)
    remove(four.ana, four.carl)
    add_task(four.ana.ws, 1, title="Third")
    link = four.ana.invite(1)
    with machine(tmp_path / "eva", "Eva") as eva:
        eva.join(link)
        assert titles(eva) == {"First", "Second", "Third"}
        add_task(eva.ws, 1, title="By Eva")
        four.settle(eva, four.ana, four.dora)
        assert titles(four.dora) == titles(eva) == {"First", "Second", "Third", "By Eva"}
        assert len(access(eva.ws, eva.vault, 1).epochs) == 3
        assert not {"Third", "By Eva"} & read_by(four.carl, server_files(four.server))


def test_who_joins_by_an_older_invitation_gets_the_new_key_from_the_next_organizer(four: Four, tmp_path: Path) -> None:
    leave(four.ben.ws, four.ben.vault, 1, engine=four.ben.engine)
    four.settle(four.ana, four.carl)
    add_task(four.carl.ws, 1, title="Under the new key")
    four.settle(four.carl)
    with machine(tmp_path / "eva", "Eva") as eva:
        eva.join(four.link)
        add_task(eva.ws, 1, title="By Eva")
        assert eva.sync(1).problem is None
        assert titles(eva) == {"By Eva"}
        assert {h.why for h in inbox.held(eva.ws, 1)} <= {"no_key", "gap"}
        four.settle(four.ana, eva, four.carl)
        assert titles(eva) == titles(four.carl) == {"By Eva", "Under the new key"}
        assert inbox.held(eva.ws, 1) == ()


def test_a_new_key_goes_out_together_with_a_later_grant_of_it(four: Four, tmp_path: Path) -> None:
    """The envelope of the grant is for somebody whom the new key's own change does not name."""
    circle_members.promote(four.ana.ws, four.ana.vault, 1, member(four.carl))
    four.settle(four.ana, four.carl)
    remove(four.ana, four.ben)
    with machine(tmp_path / "eva", "Eva") as eva:
        eva.join(four.carl.invite(1))
        four.settle(four.carl)
        by_hand.receive(four.ana.ws, four.ana.vault, 1, by_hand.give(four.carl.ws, four.carl.vault, 1))
        owed.grant(four.ana.ws, access(four.ana.ws, four.ana.vault, 1), membership_of(four.ana.ws, 1))
        grants = [c for c in membership_of(four.ana.ws, 1).log.changes if isinstance(c.op, GrantKey)]
        assert [c.dev for c in grants] == [four.ana.ws.device(1)]
        four.settle(four.ana, eva, four.carl)
        assert current(eva) == current(four.carl) == current(four.ana)


def test_cut_off_before_the_key_arrives_nothing_is_lost(four: Four) -> None:
    """The removal is here, its envelope is not: the line broke in between."""
    remove(four.ana, four.ben)
    add_task(four.ana.ws, 1, title="Later")
    four.settle(four.ana)

    def no_envelopes(_method: str, path: str, reply: Reply) -> Reply:
        if "/envelope/" in path:
            raise SyncProblem("The line broke.", "", code="offline")
        return reply

    lie(four.carl, no_envelopes)
    problem = four.carl.sync(1).problem
    assert problem is not None and problem.code == "offline"
    assert titles(four.carl) == set()
    assert "no_key" in {h.why for h in inbox.held(four.carl.ws, 1)}
    add_task(four.carl.ws, 1, title="Meanwhile")
    honest(four.carl)
    four.settle(four.carl, four.ana, four.dora)
    assert titles(four.carl) == titles(four.dora) == {"Later", "Meanwhile"}
    assert inbox.held(four.carl.ws, 1) == ()


def test_a_wrong_envelope_is_not_taken_and_asked_for_again(four: Four) -> None:
    remove(four.ana, four.ben)
    four.settle(four.ana)

    def another(_method: str, path: str, reply: Reply) -> Reply:
        return Reply(200, msgspec.msgpack.encode(wire.OwnEnvelopes((bytes(1168),)))) if "/envelope/" in path else reply

    lie(four.carl, another)
    assert four.carl.sync(1).problem is None
    assert len(access(four.carl.ws, four.carl.vault, 1).epochs) == 1
    honest(four.carl)
    four.settle(four.carl)
    assert current(four.carl) == current(four.ana)


def test_cut_off_after_the_key_was_made_and_before_the_removal_nothing_changes(four: Four) -> None:
    held, membership = access(four.ana.ws, four.ana.vault, 1), membership_of(four.ana.ws, 1)
    assert epochs.new_rotation(four.ana.ws, held, membership, without=member(four.ben)) is not None
    add_task(four.ana.ws, 1, title="Everybody")
    four.settle(*four.everybody)
    assert titles(four.ben) == {"Everybody"}
    assert current(four.ana) == current(four.ben)


def test_cut_off_after_the_removal_and_before_the_new_key_is_in_use_it_is_used_all_the_same(four: Four) -> None:
    remove(four.ana, four.ben)
    new = current(four.ana)
    old = next(e for e in access(four.ana.ws, four.ana.vault, 1).epochs if e != new)
    spaces.adopt_epoch_keys(four.ana.ws, 1, {}, current=old)
    add_task(four.ana.ws, 1, title="Later")
    four.settle(four.ana, four.carl)
    assert current(four.ana) == new
    assert titles(four.carl) == {"Later"}
    assert "Later" not in read_by(four.ben, server_files(four.server))


def test_a_wiped_server_gets_the_envelopes_back_from_who_made_them(four: Four) -> None:
    remove(four.ana, four.ben)
    add_task(four.ana.ws, 1, title="Later")
    four.settle(four.ana, four.dora)
    four.server.wipe()
    four.settle(four.dora)
    four.settle(four.ana)
    four.settle(four.carl)
    assert titles(four.carl) == {"Later"}
    assert current(four.carl) == best(membership_of(four.ana.ws, 1)).id


def test_nobody_gets_the_envelope_of_somebody_else(four: Four) -> None:
    remove(four.ana, four.ben)
    four.settle(four.ana)
    given = set()
    for person in (four.ana, four.carl, four.dora):
        held = access(person.ws, person.vault, 1)
        server = person.engine.server(four.server.url)
        given.update(server.envelopes(device_signer(held), current(four.ana)))
    assert len(given) == 3 and b"" not in given
    held = access(four.ben.ws, four.ben.vault, 1)
    with pytest.raises(SyncProblem) as caught:
        four.ben.engine.server(four.server.url).envelopes(device_signer(held), current(four.ana))
    assert caught.value.code == "no_access"
