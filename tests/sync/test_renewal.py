"""A workspace that was restored or copied takes a new key, and nothing that anybody wrote is lost, doubled or undone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from circle_app.domain.clock import HLC_MAX
from circle_app.domain.ids import Ref
from circle_app.errors import SyncProblem
from circle_app.workspace import inbox, journal, spaces
from circle_app.workspace.become import former_devices
from circle_app.workspace.commands.notes import add_note, set_note
from circle_app.workspace.commands.tasks import add_task, delete_task, set_task
from circle_app.workspace.doubt import cast_doubt, doubt
from circle_app.workspace.forks import forks
from circle_app.workspace.queries.notes import note
from circle_app.workspace.queries.tasks import tasks
from circle_app.workspace.verify import rebuild, state_hash, verify
from sync import codec
from sync.client import by_hand, circle_members, enrol, renewal
from sync.client.access import access
from sync.client.admit import membership_of
from sync.client.leaving import leave
from sync.client.mark import read_mark, write_mark
from sync.client.opening import opener
from sync.membership.epochs import active_devices, best, must_rotate
from tests.support.machines import Machine, machine
from tests.support.server import RunningServer


@dataclass
class Hall:
    """Ana's and Ben's computers in folders that can be copied and put back."""

    root: Path
    server: RunningServer
    stack: ExitStack
    open: dict[str, tuple[Machine, ExitStack]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Machine:
        if name not in self.open:
            own = self.stack.enter_context(ExitStack())
            self.open[name] = (own.enter_context(machine(self.root / name, name.split("-")[0].title())), own)
        return self.open[name][0]

    def close(self, name: str) -> None:
        self.open.pop(name)[1].close()

    def copy(self, name: str, to: str) -> None:
        """What stands in the folder of a closed program, somewhere else."""
        if name in self.open:
            self.close(name)
        shutil.rmtree(self.root / to, ignore_errors=True)
        shutil.copytree(self.root / name, self.root / to)

    def restore(self, backup: str, name: str) -> None:
        self.close(name)
        self.copy(backup, name)

    def settle(self, *names: str, rounds: int = 3) -> None:
        for _ in range(rounds):
            for name in names:
                report = self[name].sync()
                assert report.problem is None, (name, report.problem)
        states = {name: self[name].state() for name in names}
        assert len(set(states.values())) == 1
        for name in names:
            ws = self[name].ws
            assert journal.waiting(ws) == 0 and doubt(ws, 1) is None
            assert inbox.held(ws, 1) == inbox.quarantined(ws, 1) == ()
            assert verify(ws, opener(ws, self[name].vault)).ok
            before = state_hash(ws)
            rebuild(ws, opener(ws, self[name].vault))
            assert state_hash(ws) == before
        dump = [self[name].sync() for name in names]
        assert all(r.pushed == r.pulled == 0 for r in dump), "nothing moves any more"

    def titles(self, name: str) -> list[str]:
        return sorted(t.title for t in tasks(self[name].ws, space=1))

    def dev(self, name: str) -> bytes:
        return spaces.space(self[name].ws, 1).dev16


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    server = RunningServer(tmp_path / "server")
    with ExitStack() as stack:
        hall = Hall(tmp_path, server, stack)
        no = hall["ana"].found(server=server.url)
        hall["ben"].join(hall["ana"].invite(no))
        for name in ("ana", "ben", "ana"):
            assert hall[name].sync().problem is None
        yield hall
    server.stop()


def numbers_once(hall: Hall, *names: str) -> None:
    """No number of any device has two changesets."""
    for name in names:
        assert forks(hall[name].ws, 1) == ()


def test_a_restored_workspace_gets_its_lost_edits_back_and_reuses_no_number(hall: Hall) -> None:
    add_task(hall["ana"].ws, 1, title="Before the backup")
    assert hall["ana"].sync().problem is None
    hall.copy("ana", "backup")
    add_task(hall["ana"].ws, 1, title="After the backup")
    gone = next(t for t in tasks(hall["ana"].ws, space=1) if t.title == "Before the backup")
    delete_task(hall["ana"].ws, gone.ref)
    assert hall["ana"].sync().problem is None
    before = hall.dev("ana")
    hall.restore("backup", "ana")
    add_task(hall["ana"].ws, 1, title="Written after the restore")
    report = hall["ana"].sync()
    assert report.problem is None and report.renewed == "twin"
    assert hall.dev("ana") != before
    hall.settle("ana", "ben")
    assert hall.titles("ben") == ["After the backup", "Written after the restore"]
    numbers_once(hall, "ana", "ben")
    assert membership_of(hall["ben"].ws, 1).members[spaces.space(hall["ana"].ws, 1).member16].role is not None


def test_what_was_loose_in_the_backup_and_sent_since_is_there_once(hall: Hall) -> None:
    add_task(hall["ana"].ws, 1, title="Not sent when the backup was made")
    hall.copy("ana", "backup")
    assert hall["ana"].sync().problem is None
    hall.restore("backup", "ana")
    ref = next(t.ref for t in tasks(hall["ana"].ws, space=1))
    set_task(hall["ana"].ws, ref, title="Changed after the restore")
    hall.settle("ana", "ben")
    assert hall.titles("ben") == ["Changed after the restore"]
    rows = hall["ben"].ws.rows("SELECT count(*) FROM shadowed WHERE value = 'Not sent when the backup was made'")
    assert rows == [(1,)], "the older title is kept once, under the stamp it was sent with"


def test_the_same_words_once_more_at_the_end_of_time_take_nothing_from_what_was_sent(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No later stamp is left, and others win the cell: so the second edit is the first one to the byte."""
    loses, wins = sorted(("ana", "ben"), key=hall.dev)
    add_task(hall["ana"].ws, 1, title="Forty chairs")
    hall.settle("ana", "ben")
    ref = next(t.ref for t in tasks(hall[wins].ws, space=1))
    with monkeypatch.context() as clock:
        clock.setattr("circle_app.domain.clock.issue", lambda _now_ms, _last: HLC_MAX)
        set_task(hall[wins].ws, ref, title="Shown for ever")
    hall.close(wins)  # its clock does not follow that
    hall.settle(wins, loses)
    ref = next(t.ref for t in tasks(hall[loses].ws, space=1))
    set_task(hall[loses].ws, ref, title="In vain")
    assert hall[loses].sync().problem is None
    set_task(hall[loses].ws, ref, title="In vain")
    cast_doubt(hall[loses].ws, 1, "twin")
    hall.settle(loses, wins)
    for name in (loses, wins):
        assert hall[name].ws.rows("SELECT count(*) FROM shadowed WHERE value = 'In vain'") == [(1,)]


def test_a_change_of_members_made_offline_in_a_restored_workspace_makes_a_fork_that_is_mended(hall: Hall) -> None:
    """Inviting gives a number at once, so two changesets share one: both count, and it is proven to everybody."""
    hall.copy("ana", "backup")
    add_task(hall["ana"].ws, 1, title="In the lost future")
    assert hall["ana"].sync().problem is None
    hall.restore("backup", "ana")
    add_task(hall["ana"].ws, 1, title="With a number of its own")
    link = enrol.invite(hall["ana"].ws, hall["ana"].vault, 1).link
    hall.settle("ana", "ben")
    assert hall.titles("ben") == ["In the lost future", "With a number of its own"]
    (former,) = former_devices(hall["ana"].ws, 1)
    assert [f.dev for f in forks(hall["ben"].ws, 1)] == [former.dev16]
    assert set(membership_of(hall["ben"].ws, 1).forks) == {former.dev16}
    hall["cem"].join(link)
    hall.settle("cem", "ana", "ben")


@pytest.mark.parametrize("first", ["ana", "copy"])
def test_of_twins_that_both_go_on_the_one_that_finds_the_other_takes_a_key_once(hall: Hall, first: str) -> None:
    second = "copy" if first == "ana" else "ana"
    hall.copy("ana", "copy")
    shared = hall.dev("ana")
    for n in range(3):
        for name in (first, second):
            add_task(hall[name].ws, 1, title=f"{name} {n}")
            assert hall[name].sync().problem is None
        assert hall["ben"].sync().problem is None
    hall.settle("ana", "copy", "ben")
    assert hall.titles("ben") == sorted(f"{name} {n}" for name in ("ana", "copy") for n in range(3))
    assert hall.dev(first) == shared != hall.dev(second), "only the other one has to change"
    assert [len(former_devices(hall[name].ws, 1)) for name in (first, second)] == [0, 1]
    numbers_once(hall, "ana", "copy", "ben")
    membership = membership_of(hall["ben"].ws, 1)
    assert membership.is_active(hall.dev("ana")) and membership.is_active(hall.dev("copy"))


def test_twins_that_seal_the_same_number_offline_keep_both_histories(hall: Hall) -> None:
    hall.copy("ana", "copy")
    for name in ("ana", "copy"):
        add_task(hall[name].ws, 1, title=f"Written on {name}")
        enrol.invite(hall[name].ws, hall[name].vault, 1)
        add_task(hall[name].ws, 1, title=f"Later on {name}")
    hall.settle("ana", "copy", "ben")
    assert hall.titles("ben") == ["Later on ana", "Later on copy", "Written on ana", "Written on copy"]
    assert len(forks(hall["ben"].ws, 1)) == 1 and len(membership_of(hall["ben"].ws, 1).forks) == 1
    assert hall.dev("ana") != hall.dev("copy")


def test_of_copies_that_each_leave_offline_both_give_what_they_wrote(hall: Hall) -> None:
    hall.copy("ben", "copy")
    hall.server.stop()
    words = {"ben": ["Before I go"], "copy": ["One", "Two", "Three"]}
    for name, titles in words.items():
        computer = hall[name]
        for title in titles:
            add_task(computer.ws, 1, title=title)
            by_hand.give(computer.ws, computer.vault, 1)  # so that it has a number
        told = leave(computer.ws, computer.vault, 1, engine=computer.engine).problem
        assert told is not None and told.code == "offline"
    hall.server.start()
    for name in ("ben", "copy"):
        assert hall[name].sync().problem is None
        assert spaces.space(hall[name].ws, 1).state == "left"
    hall.settle("ana")
    assert hall.titles("ana") == sorted([*words["ben"], *words["copy"]])


def test_in_doubt_edits_are_kept_and_no_number_is_given(hall: Hall) -> None:
    ana = hall["ana"]
    cast_doubt(ana.ws, 1, "restored")
    add_task(ana.ws, 1, title="Kept")
    with pytest.raises(SyncProblem) as told:
        enrol.invite(ana.ws, ana.vault, 1)
    assert told.value.code == "in_doubt"
    mine = len(journal.stored(ana.ws, 1, dev=hall.dev("ana")))
    hall.server.stop()
    assert ana.sync().problem is not None
    assert len(journal.stored(ana.ws, 1, dev=hall.dev("ana"))) == mine and hall.titles("ana") == ["Kept"]
    hall.server.start()
    hall.settle("ana", "ben")
    assert hall.titles("ben") == ["Kept"]


def test_the_old_key_of_a_restored_computer_is_closed_and_the_new_one_works(hall: Hall) -> None:
    ana, old = hall["ana"], hall.dev("ana")
    cast_doubt(ana.ws, 1, "restored")
    hall.settle("ana", "ben")
    membership = membership_of(hall["ben"].ws, 1)
    assert set(membership.closed) == {old} and not membership.is_active(old)
    assert membership.closed[old].successor == hall.dev("ana")
    new = hall["ben"]
    add_task(ana.ws, 1, title="Under the new key")
    hall.settle("ana", "ben")
    assert hall.titles("ben") == ["Under the new key"]
    assert codec.MEMBERSHIP in {s.kind for s in journal.stored(new.ws, 1, dev=hall.dev("ana"))}


def test_a_backup_that_is_put_back_twice_goes_on_both_times(hall: Hall) -> None:
    hall.copy("ana", "backup")
    for n in range(2):
        add_task(hall["ana"].ws, 1, title="Written nowhere else")
        hall.restore("backup", "ana")
        cast_doubt(hall["ana"].ws, 1, "restored")  # as `backup.restore` does
        add_task(hall["ana"].ws, 1, title=f"After restore {n}")
        hall.settle("ana", "ben")
    assert hall.titles("ben") == ["After restore 0", "After restore 1"]
    numbers_once(hall, "ana", "ben")


def test_a_copy_goes_on_when_its_original_was_put_back_and_closed_their_key(hall: Hall) -> None:
    hall.copy("ana", "copy")
    cast_doubt(hall["ana"].ws, 1, "restored")
    hall.settle("ana", "ben")
    add_task(hall["copy"].ws, 1, title="From the copy")
    hall.settle("copy", "ana", "ben")
    add_task(hall["copy"].ws, 1, title="Under a key of its own")
    hall.settle("copy", "ana", "ben")
    assert hall.titles("ben") == ["From the copy", "Under a key of its own"]
    assert hall.dev("copy") != hall.dev("ana")


def test_a_copy_whose_key_was_closed_makes_no_key_for_the_circle_before_it_has_one_of_its_own(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would leave itself out of its own rekey, which no server takes."""
    hall.copy("ana", "copy")
    cast_doubt(hall["ana"].ws, 1, "restored")
    hall.settle("ana", "ben")
    ben = hall["ben"]
    leave(ben.ws, ben.vault, 1, engine=ben.engine)
    add_task(hall["copy"].ws, 1, title="From the copy")
    with monkeypatch.context() as early:  # it hears of both at the end of an exchange, as from a server that lost them
        early.setattr(renewal, "go_on", lambda *_given: False)
        assert hall["copy"].sync().problem is None
        assert must_rotate(membership_of(hall["copy"].ws, 1))
    hall.settle("copy", "ana")
    assert hall.titles("ana") == ["From the copy"]
    assert not must_rotate(membership_of(hall["ana"].ws, 1))


def test_who_removes_somebody_with_a_key_that_was_closed_makes_the_key_for_that_afterwards(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall.copy("ana", "copy")
    cast_doubt(hall["ana"].ws, 1, "restored")
    hall.settle("ana", "ben")
    add_task(hall["copy"].ws, 1, title="From the copy")
    with monkeypatch.context() as early:
        early.setattr(renewal, "go_on", lambda *_given: False)
        assert hall["copy"].sync().problem is None
    circle_members.remove(hall["copy"].ws, hall["copy"].vault, 1, spaces.space(hall["ben"].ws, 1).member16)
    hall.settle("copy", "ana")
    membership = membership_of(hall["ana"].ws, 1)
    assert not must_rotate(membership)
    assert hall.dev("ben") not in active_devices(membership)


def test_words_typed_before_and_after_a_restore_meet_in_one_text(hall: Hall) -> None:
    ref = add_note(hall["ana"].ws, 1, title="Notes", body="One.\n")
    hall.settle("ana", "ben")
    hall.copy("ana", "backup")
    set_note(hall["ana"].ws, ref, body="One.\nLost with the disk, but sent.\n")
    assert hall["ana"].sync().problem is None
    hall.restore("backup", "ana")
    set_note(hall["ana"].ws, ref, body="Zero.\nOne.\n")
    set_note(hall["ana"].ws, ref, body="Zero.\nOne.\nTwo.\n")
    there = Ref(1, ref.row)
    set_note(hall["ben"].ws, there, body="One.\nBy Ben.\n")
    hall.settle("ana", "ben")
    body = note(hall["ben"].ws, there).body or ""
    assert sorted(body.split("\n")) == ["", "By Ben.", "Lost with the disk, but sent.", "One.", "Two.", "Zero."]


def test_a_key_given_to_the_old_key_is_fetched_before_the_new_one_is_taken_also_when_the_log_is_read_anew(
    hall: Hall,
) -> None:
    """Only the old one can fetch it, and here nobody else could give it again."""
    hall.copy("ana", "backup")
    circle_members.remove(hall["ana"].ws, hall["ana"].vault, 1, spaces.space(hall["ben"].ws, 1).member16)
    add_task(hall["ana"].ws, 1, title="Under the new key")
    assert hall["ana"].sync().problem is None
    hall.restore("backup", "ana")
    ana = hall["ana"]
    write_mark(ana.ws, 1, replace(read_mark(ana.ws, 1), before=bytes(31) + b"\x01"))  # as after a damaged page
    report = ana.sync()
    assert report.problem is None and report.refilled and report.renewed
    assert hall.titles("ana") == ["Under the new key"]
    assert access(ana.ws, ana.vault, 1).current.id == best(membership_of(ana.ws, 1)).id
