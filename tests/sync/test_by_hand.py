"""What goes from hand to hand reaches the server all the same: whoever has it brings it, once, also when they go."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from circle_app.domain.ops import SetOp
from circle_app.domain.schema import TASKS
from circle_app.workspace import inbox, journal, spaces
from circle_app.workspace.changes import CONTENT
from circle_app.workspace.commands.notes import add_note, set_note
from circle_app.workspace.commands.tasks import add_task
from circle_app.workspace.queries.notes import notes
from circle_app.workspace.queries.tasks import tasks
from sync import codec, wire
from sync.client import by_hand, circle_members, enrol
from sync.client.access import access
from sync.client.admit import membership_of
from sync.client.calls import Server, Signer
from sync.client.leaving import leave
from sync.membership.epochs import best
from sync.seal import seal
from tests.support.machines import Machine, machine
from tests.support.server import RunningServer


def changeset_id(data: bytes) -> bytes:
    return codec.parse(data).id


@dataclass
class Hall:
    """Ana founded; Ben, Carl and Dora joined."""

    server: RunningServer
    people: dict[str, Machine]

    def __getitem__(self, name: str) -> Machine:
        return self.people[name]

    def sync(self, *names: str) -> None:
        for name in names:
            report = self.people[name].sync(1)
            assert report.problem is None, (name, report.problem)

    def hand(self, giver: str, taker: str) -> None:
        one, other = self[giver], self[taker]
        by_hand.receive(other.ws, other.vault, 1, by_hand.give(one.ws, one.vault, 1))

    def bodies(self, name: str) -> list[str]:
        return sorted(note.body for note in notes(self[name].ws, space=1))

    def titles(self, name: str) -> list[str]:
        return sorted(task.title for task in tasks(self[name].ws, space=1))


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    server = RunningServer(tmp_path / "server")
    with ExitStack() as stack:
        people = {n: stack.enter_context(machine(tmp_path / n, n.title())) for n in ("ana", "ben", "carl", "dora")}
        link = people["ana"].invite(people["ana"].found(server=server.url))
        for name in ("ben", "carl", "dora"):
            people[name].join(link)
        hall = Hall(server, people)
        hall.sync("ana", "ben", "carl", "dora", "ana")
        yield hall
    server.stop()


def test_who_leaves_brings_what_others_gave_them_first(hall: Hall) -> None:
    add_task(hall["ana"].ws, 1, title="Only on a stick")
    hall.hand("ana", "ben")
    assert leave(hall["ben"].ws, hall["ben"].vault, 1).problem is None
    hall.sync("carl")
    assert hall.titles("carl") == ["Only on a stick"], "Ana's computer did not have to come back"


def test_who_leaves_brings_also_what_builds_on_what_they_had_not_sent(hall: Hall) -> None:
    ana, ben = hall["ana"], hall["ben"]
    circle_members.promote(ana.ws, ana.vault, 1, spaces.space(ben.ws, 1).member16)
    hall.sync("ana", "ben")
    enrol.invite(ben.ws, ben.vault, 1)
    hall.hand("ben", "ana")
    add_task(ana.ws, 1, title="Written after Ben's invitation")
    hall.hand("ana", "ben")
    assert leave(ben.ws, ben.vault, 1).problem is None
    assert spaces.space(ben.ws, 1).state == "left"
    hall.sync("carl")
    assert hall.titles("carl") == ["Written after Ben's invitation"]


def test_who_was_removed_meanwhile_brings_it_too(hall: Hall) -> None:
    add_task(hall["carl"].ws, 1, title="Only on a stick")
    hall.hand("carl", "ben")
    circle_members.remove(hall["ana"].ws, hall["ana"].vault, 1, spaces.space(hall["ben"].ws, 1).member16)
    hall.hand("ana", "ben")
    hall.sync("ana")
    hall["ben"].sync(1)
    hall.sync("dora")
    assert hall.titles("dora") == ["Only on a stick"]


def test_what_was_brought_is_offered_until_it_is_read_back_and_never_again(hall: Hall) -> None:
    add_task(hall["ana"].ws, 1, title="On a stick")
    hall.hand("ana", "ben")
    hall.hand("ana", "carl")
    hall.sync("ben")
    assert len(journal.carried(hall["ben"].ws, 1)) == 1, "a server may still lose what nobody has read"
    hall.sync("ben")
    assert journal.carried(hall["ben"].ws, 1) == ()
    hall.sync("carl")
    assert journal.carried(hall["carl"].ws, 1) == (), "somebody else had brought it"


def test_what_the_server_showed_before_it_could_be_taken_in_is_not_brought_there_again(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waited for what a stick brought later, together with itself once more."""
    ana, ben = hall["ana"], hall["ben"]
    seq = journal.stored(ana.ws, 1, dev=spaces.space(ana.ws, 1).dev16)[-1].seq
    for title in ("The first", "The second"):
        add_task(ana.ws, 1, title=title)
        hall.sync("ana")
    first, second = journal.stored(ana.ws, 1, dev=spaces.space(ana.ws, 1).dev16, after=seq)
    pull = Server.pull

    def without_the_first(server: Server, signer: Signer, after: int, limit: int = 500) -> wire.Page:
        page = pull(server, signer, after, limit)
        return replace(page, items=tuple(item for item in page.items if item.data != first.data))

    with monkeypatch.context() as lossy:
        lossy.setattr(Server, "pull", without_the_first)
        hall.sync("ben")
    assert [held.id for held in inbox.held(ben.ws, 1)] == [second.id]
    hall.hand("ana", "ben")
    assert hall.titles("ben") == ["The first", "The second"]
    assert [codec.parse(data).id for data in journal.carried(ben.ws, 1)] == [first.id]


def test_what_the_server_has_where_its_log_was_read_is_offered_once(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, ben = hall["ana"], hall["ben"]
    add_task(ana.ws, 1, title="Read long ago")
    hall.sync("ana", "ben")
    with ben.ws.writing() as db:  # as it came by hand, and was forgotten to be the server's
        db.execute("UPDATE changesets SET acked = 0, pos = NULL WHERE mine = 0 AND kind = 0")
    offered: list[int] = []
    push = Server.push

    def counted(server: Server, signer: Signer, changesets: Sequence[bytes], **more: Any) -> wire.PushReply:
        offered.append(len(changesets))
        return push(server, signer, changesets, **more)

    monkeypatch.setattr(Server, "push", counted)
    waiting = len(journal.carried(ben.ws, 1))
    assert waiting
    for _ in range(3):
        hall.sync("ben")
    assert offered == [waiting] and journal.carried(ben.ws, 1) == ()


def test_work_that_a_new_key_builds_on_stays_under_the_key_before_it(hall: Hall) -> None:
    """A server meets it first, so under the new key it could not be kept, nor anything that follows it."""
    ana, dora = hall["ana"], hall["dora"]
    circle_members.promote(ana.ws, ana.vault, 1, spaces.space(dora.ws, 1).member16)
    add_task(ana.ws, 1, title="Before the invitation")
    hall.sync("ana")
    enrol.invite(ana.ws, ana.vault, 1)
    hall.sync("ana", "dora")
    circle_members.remove(dora.ws, dora.vault, 1, spaces.space(hall["ben"].ws, 1).member16)
    hall.sync("dora", "ana")
    top = best(membership_of(ana.ws, 1))
    assert access(ana.ws, ana.vault, 1).current.id == top.id and top.older
    hall.server.wipe()
    journal.unacknowledge(ana.ws, 1)  # as when a refill is cut off in its middle
    hall.sync("ana")
    dev = spaces.space(ana.ws, 1).dev16
    sealed = [codec.parse(s.data).epoch for s in journal.stored(ana.ws, 1, kind=codec.CONTENT, dev=dev)]
    assert top.id not in sealed
    add_task(ana.ws, 1, title="Under the new key")
    hall.sync("ana", "dora", "carl")
    assert hall.titles("carl") == hall.titles("dora") == ["Before the invitation", "Under the new key"]


def test_what_a_liar_sealed_under_a_key_they_knew_to_be_given_up_is_with_everybody_or_nobody(hall: Hall) -> None:
    ana, ben = hall["ana"], hall["ben"]
    first = access(ben.ws, ben.vault, 1).current
    circle_members.promote(ana.ws, ana.vault, 1, spaces.space(ben.ws, 1).member16)
    circle_members.remove(ana.ws, ana.vault, 1, spaces.space(hall["dora"].ws, 1).member16)
    hall.sync("ana", "ben")
    enrol.invite(ben.ws, ben.vault, 1)
    hall.sync("ben", "ana")
    circle_members.remove(ana.ws, ana.vault, 1, spaces.space(hall["carl"].ws, 1).member16)
    hall.sync("ana", "ben")
    held = access(ben.ws, ben.vault, 1)
    begin = journal.stored(ben.ws, 1, dev=held.keys.dev)[0]
    lie = SetOp(TASKS.number, bytes(16), TASKS.column("title").number, "a lie", ben.ws.last_hlc, None)
    made = seal(
        space=held.space.space32, dev=held.keys.dev, seq=begin.seq + 1, prev=begin.id, mheads=membership_of(ben.ws, 1).heads,
        deps=(), ops=(lie,), kind=CONTENT, clear=b"", signing=held.keys.signing, epoch=first, random_bytes=os.urandom,
    )  # fmt: skip
    by_hand.receive(ana.ws, ana.vault, 1, [made.data])
    hall.sync("ana", "ben", "ana", "ben")
    assert hall.titles("ana") == hall.titles("ben") == ["a lie"]
    assert journal.carried(ana.ws, 1) == ()


def test_a_text_written_around_work_that_lost_its_right_reads_the_same_for_all(hall: Hall) -> None:
    """Who has that work from hand to hand alone brings it, too: without it nobody could place what follows it."""
    ana, ben, carl = hall["ana"], hall["ben"], hall["carl"]
    note = add_note(ben.ws, 1, title="Plan", body="Chairs")
    hall.hand("ben", "carl")
    set_note(carl.ws, note, body="Chairs, and tables")
    circle_members.remove(ana.ws, ana.vault, 1, spaces.space(ben.ws, 1).member16)
    hall.sync("ana", "carl")
    assert [held.why for held in inbox.quarantined(carl.ws, 1)] == ["not_member"]
    hall.sync("dora", "ana", "carl")
    assert hall.bodies("carl") == hall.bodies("dora") == hall.bodies("ana") == [", and tables"]
    assert inbox.unbrought(carl.ws, 1, {"not_member"}) == (), "it was read back"


@pytest.mark.parametrize("lost", [False, True], ids=["server", "server that lost everything"])
def test_a_spoiled_copy_of_work_without_a_right_is_not_brought(hall: Hall, *, lost: bool) -> None:
    """It would stand on the server in the place of the whole one."""
    ana, ben, carl = hall["ana"], hall["ben"], hall["carl"]
    note = add_note(ben.ws, 1, title="Plan", body="Chairs")
    whole = by_hand.give(ben.ws, ben.vault, 1)
    hall.hand("ben", "carl")
    set_note(carl.ws, note, body="Chairs, and tables")
    circle_members.remove(ana.ws, ana.vault, 1, spaces.space(ben.ws, 1).member16)
    hall.sync("ana", "dora")
    there = {s.id for s in journal.stored(hall["dora"].ws, 1)}
    (work,) = [data for data in whole if codec.parse(data).id not in there]
    spoiled = work[:-1] + bytes([work[-1] ^ 1])
    by_hand.receive(hall["dora"].ws, hall["dora"].vault, 1, [spoiled])
    assert [held.data for held in inbox.quarantined(hall["dora"].ws, 1)] == [spoiled]
    if lost:
        hall.server.wipe()
    hall.sync("dora", "carl", "ana", "dora")
    assert hall.bodies("carl") == hall.bodies("ana") == hall.bodies("dora") == [", and tables"]


def test_work_without_a_right_that_the_server_will_never_take_is_offered_once(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, ben, carl = hall["ana"], hall["ben"], hall["carl"]
    add_task(ben.ws, 1, title="Unseen")
    hall.hand("ben", "carl")
    circle_members.remove(ana.ws, ana.vault, 1, spaces.space(ben.ws, 1).member16)
    hall.sync("ana")
    unseen = {codec.parse(data).id for data in journal.carried(carl.ws, 1)}
    offered: list[bytes] = []
    push = Server.push

    def never_those(server: Server, signer: Signer, changesets: Sequence[bytes], **more: Any) -> wire.PushReply:
        those = [id for id in map(changeset_id, changesets) if id in unseen]
        offered.extend(those)
        if not those:
            return push(server, signer, changesets, **more)
        refused = tuple(wire.PushResult(id, wire.REFUSED, code="not_member") for id in those)
        return replace(push(server, signer, (), **more), results=refused)

    monkeypatch.setattr(Server, "push", never_those)
    for _ in range(3):
        hall.sync("carl")
    assert offered == [*unseen] and len(offered) == 1
