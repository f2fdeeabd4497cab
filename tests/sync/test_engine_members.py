"""People leave and come back, late membership changes arrive, and every computer draws the same conclusion."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from circle_app.errors import BadChangeset, RuleBroken, SyncProblem
from circle_app.workspace import inbox, journal, spaces
from circle_app.workspace.commands.tasks import add_task
from circle_app.workspace.queries.tasks import tasks
from circle_app.workspace.verify import verify
from sync.client import enrol
from sync.client.access import access
from sync.client.admit import membership_of
from sync.client.calls import Server
from sync.client.circle_members import circle_members, end_invitation, open_invitations, promote, remove, write
from sync.client.engine import SyncEngine
from sync.client.leaving import leave
from sync.client.opening import opener
from sync.membership import evaluate, ops
from tests.support.machines import Machine, machine
from tests.support.server import RunningServer, Wire


@dataclass
class Circle:
    server: RunningServer
    ana: Machine
    ben: Machine
    link: str

    def member(self, person: Machine) -> bytes:
        return spaces.space(person.ws, 1).member16


@pytest.fixture
def both(tmp_path: Path) -> Iterator[Circle]:
    server = RunningServer(tmp_path / "server")
    with ExitStack() as open_things:
        ana = open_things.enter_context(machine(tmp_path / "ana", "Ana"))
        ben = open_things.enter_context(machine(tmp_path / "ben", "Ben"))
        link = ana.invite(ana.found(server=server.url))
        ben.join(link)
        assert ana.sync().problem is None
        yield Circle(server, ana, ben, link)
    server.stop()


def withdraw_invitations(person: Machine) -> None:
    for invitation in open_invitations(person.ws, 1):
        end_invitation(person.ws, person.vault, 1, invitation.id)


def test_who_left_reads_nothing_new_and_keeps_what_was_there(both: Circle) -> None:
    add_task(both.ben.ws, 1, title="Last word")
    assert leave(both.ben.ws, both.ben.vault, 1, engine=both.ben.engine).problem is None
    assert spaces.space(both.ben.ws, 1).state == "left"
    add_task(both.ana.ws, 1, title="Among ourselves")
    assert both.ana.sync().problem is None
    both.ben.sync()
    assert {t.title for t in tasks(both.ana.ws, space=1)} == {"Last word", "Among ourselves"}
    assert {t.title for t in tasks(both.ben.ws, space=1)} == {"Last word"}
    with pytest.raises(RuleBroken):
        add_task(both.ben.ws, 1, title="Ghost")


def test_leaving_offline_is_sent_later(both: Circle) -> None:
    both.server.stop()
    report = leave(both.ben.ws, both.ben.vault, 1, engine=both.ben.engine)
    assert report.problem is not None and report.problem.code == "offline"
    both.server.start()
    assert both.ben.sync().problem is None
    assert spaces.space(both.ben.ws, 1).state == "left"
    assert journal.waiting(both.ben.ws) == 0


def test_who_leaves_before_the_new_key_came_still_gives_what_they_wrote(
    both: Circle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with machine(tmp_path / "cem", "Cem") as cem:
        cem.join(both.link)
        both.ana.sync()
        remove(both.ana.ws, both.ana.vault, 1, both.member(cem))
        both.ana.sync()
    with monkeypatch.context() as line:
        line.setattr(Server, "envelopes", _cut_off)
        assert both.ben.sync().problem is not None
    add_task(both.ben.ws, 1, title="Last word")
    assert leave(both.ben.ws, both.ben.vault, 1, engine=both.ben.engine).problem is None
    assert both.ana.sync().problem is None
    assert {t.title for t in tasks(both.ana.ws, space=1)} == {"Last word"}
    assert [m.role for m in circle_members(both.ana.ws, 1) if not m.me] == ["", ""]


def test_what_is_written_before_two_new_keys_are_known_is_sealed_under_one_that_servers_take(
    both: Circle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, ben = both.ana, both.ben
    with machine(tmp_path / "cem", "Cem") as cem, machine(tmp_path / "dee", "Dee") as dee:
        cem.join(both.link)
        dee.join(both.link)
        ana.sync()
        promote(ana.ws, ana.vault, 1, both.member(ben))
        for person in (ana, ben):
            assert person.sync().problem is None
        remove(ben.ws, ben.vault, 1, both.member(cem))
        assert ben.sync().problem is None
        with monkeypatch.context() as line:
            line.setattr(Server, "envelopes", _cut_off)
            assert ana.sync().problem is not None
        add_task(ana.ws, 1, title="Between two keys")
        remove(ana.ws, ana.vault, 1, both.member(dee))
    for person in (ana, ben, ana, ben):
        assert person.sync().problem is None
    assert {t.title for t in tasks(ben.ws, space=1)} == {"Between two keys"}
    assert ana.state() == ben.state()


def _cut_off(*_: object) -> tuple[bytes, ...]:
    raise SyncProblem("The line is cut.", "", code="cut_off")


def test_the_only_organizer_does_not_leave_others_alone(both: Circle) -> None:
    with pytest.raises(RuleBroken) as told:
        leave(both.ana.ws, both.ana.vault, 1)
    assert told.value.code == "last_organizer"
    promote(both.ana.ws, both.ana.vault, 1, both.member(both.ben))
    assert leave(both.ana.ws, both.ana.vault, 1, engine=both.ana.engine).problem is None
    assert both.ben.sync().problem is None
    assert enrol.invite(both.ben.ws, both.ben.vault, 1).link


def test_who_left_may_come_back_by_a_new_invitation(both: Circle) -> None:
    leave(both.ben.ws, both.ben.vault, 1, engine=both.ben.engine)
    no = both.ben.join(both.ana.invite(1))
    add_task(both.ben.ws, no, title="Back again")
    assert both.ben.sync(no).problem is None
    both.ana.sync()
    assert "Back again" in {t.title for t in tasks(both.ana.ws, space=1)}


def test_a_wiped_server_gets_back_who_left_and_who_was_promoted(both: Circle, tmp_path: Path) -> None:
    with machine(tmp_path / "cem", "Cem") as cem:
        cem.join(both.link)
        add_task(cem.ws, 1, title="Of Cem")
        cem.sync()
        leave(cem.ws, cem.vault, 1, engine=cem.engine)
    promote(both.ana.ws, both.ana.vault, 1, both.member(both.ben))
    withdraw_invitations(both.ana)
    both.ana.sync()
    both.ben.sync()
    both.server.wipe()
    report = both.ben.sync()
    assert report.problem is None and report.refilled
    assert both.ana.sync().problem is None
    assert both.ana.state() == both.ben.state()


def test_a_server_restored_from_before_somebody_joined_gets_their_join_back_from_others(
    both: Circle, tmp_path: Path
) -> None:
    both.server.stop()
    shutil.copytree(both.server.folder, tmp_path / "backup")
    both.server.start()
    with machine(tmp_path / "cem", "Cem") as cem:
        cem.join(both.link)
        add_task(cem.ws, 1, title="Of Cem")
        cem.sync()
    both.ben.sync()
    both.server.stop()
    shutil.rmtree(both.server.folder)
    shutil.copytree(tmp_path / "backup", both.server.folder)
    both.server.start()
    add_task(both.ben.ws, 1, title="Of Ben, who had seen the join")
    report = both.ben.sync()
    assert report.problem is None and report.refilled
    assert both.ana.sync().problem is None
    assert {t.title for t in tasks(both.ana.ws, space=1)} == {"Of Cem", "Of Ben, who had seen the join"}


def test_a_late_word_about_an_invitation_counts_whatever_was_merged_before(both: Circle, tmp_path: Path) -> None:
    """Ana withdraws the invitation before she hears of Cem; Ben had merged Cem's work already."""
    with machine(tmp_path / "cem", "Cem") as cem:
        cem.join(both.link)
        add_task(cem.ws, 1, title="Of Cem")
        cem.sync()
        both.ben.sync()
        assert "Of Cem" in {t.title for t in tasks(both.ben.ws, space=1)}
        withdraw_invitations(both.ana)
        both.ana.sync()
        assert both.ben.sync().problem is None
        both.ana.sync()
        assert both.ana.state() == both.ben.state()
        for person in (both.ana, both.ben):
            assert tasks(person.ws, space=1) == ()
            assert {q.why for q in inbox.quarantined(person.ws, 1)} == {"not_member"}
            assert verify(person.ws, opener(person.ws, person.vault)).ok
        assert {t.title for t in tasks(cem.ws, space=1)} == {"Of Cem"}  # one's own work stays with oneself


def test_a_removed_member_does_not_offer_everything_again_and_again(both: Circle) -> None:
    remove(both.ana.ws, both.ana.vault, 1, both.member(both.ben))
    both.ana.sync()
    line = Wire(both.server.port)
    spaces.set_space(both.ben.ws, 1, server=line.url)
    sizes = []
    for _ in range(3):
        before = len(line.recording)
        problem = both.ben.sync().problem
        assert problem is not None and problem.code == "no_access"
        sizes.append(len(line.recording) - before)
    assert max(sizes[1:]) < 2000 < sizes[0]
    assert journal.waiting(both.ben.ws) == 0
    line.close()


def test_a_circle_that_a_newer_app_changed_can_only_be_read_until_the_update(
    both: Circle, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = evaluate._Fold.result

    def knows_the_op(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(evaluate._Fold, "result", lambda fold: replace(told(fold), read_only=False))

    add_task(both.ben.ws, 1, title="Written before")
    held = access(both.ana.ws, both.ana.vault, 1)
    write(both.ana.ws, held, membership_of(both.ana.ws, 1), ops.Unknown(99, 1))
    with monkeypatch.context() as newer:
        knows_the_op(newer)
        assert both.ana.sync().problem is None
    both.ben.sync()
    report = both.ben.sync()
    assert report.problem is not None and report.problem.code == "update"
    with pytest.raises(RuleBroken) as refused:
        add_task(both.ben.ws, 1, title="Written without knowing the rules")
    assert refused.value.code == "update"
    assert [task.title for task in tasks(both.ben.ws)] == ["Written before"]
    with pytest.raises(BadChangeset) as outdated:
        enrol.invite(both.ana.ws, both.ana.vault, 1)
    assert outdated.value.code == "update_needed"
    knows_the_op(monkeypatch)  # the update
    with closing(SyncEngine(both.ben.ws, both.ben.vault)) as updated:
        assert updated.sync(1).problem is None
    add_task(both.ben.ws, 1, title="Written after the update")
