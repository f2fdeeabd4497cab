"""A restored or copied data folder is found when it is opened, before anything is written under a used number."""

from __future__ import annotations

import errno
import shutil
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from circle_app.workspace import journal
from circle_app.workspace.become import former_devices
from circle_app.workspace.commands.tasks import add_task
from circle_app.workspace.doubt import doubt
from circle_app.workspace.told import missing
from sync.client import by_hand, witness
from sync.client.access import access, sealer
from sync.client.admit import membership_of
from sync.client.witness import Witness
from tests.support.machines import Machine, machine
from tests.support.pair import Pair, ana_and_ben


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    with ana_and_ben(tmp_path) as both:
        yield both


def attended(person: Machine, state: Path, *, machine_name: str = "a machine") -> Witness:
    made = Witness.of(person.ws, state, machine=machine_name)
    made.ask()
    person.ws.before_sending(made.note)
    return made


def reopened(person: Machine, pair: Pair) -> None:
    person.engine.close()
    person.ws.close()


def test_a_folder_that_went_on_normally_is_never_doubted(pair: Pair, tmp_path: Path) -> None:
    state = tmp_path / "state"
    for n in range(3):
        assert Witness.of(pair.ana.ws, state, machine="m").ask() is None
        watch = attended(pair.ana, state, machine_name="m")
        add_task(pair.ana.ws, pair.ours, title=f"Task {n}")
        pair.settle()
        watch.note()
    assert doubt(pair.ana.ws, pair.ours) is None and former_devices(pair.ana.ws, pair.ours) == ()


def test_a_folder_put_back_to_an_older_state_is_found_offline_and_gets_a_key(pair: Pair, tmp_path: Path) -> None:
    state = tmp_path / "state"
    attended(pair.ana, state)
    pair.settle()
    reopened(pair.ana, pair)
    shutil.copytree(tmp_path / "ana", tmp_path / "backup")
    with machine(tmp_path / "ana", "Ana") as ana:
        attended(ana, state)
        add_task(ana.ws, pair.ours, title="Lost with the disk, but sent")
        assert ana.sync(pair.ours).problem is None
    shutil.rmtree(tmp_path / "ana")
    shutil.copytree(tmp_path / "backup", tmp_path / "ana")
    with machine(tmp_path / "ana", "Ana") as ana:
        witness = Witness.of(ana.ws, state, machine="a machine")
        assert witness.ask() == "restored" == doubt(ana.ws, pair.ours)
        ana.ws.before_sending(witness.note)
        add_task(ana.ws, pair.ours, title="After the restore")
        report = ana.sync(pair.ours)
        assert report.problem is None and report.renewed == "restored"
        pair.ben.sync(pair.theirs)
        assert ana.state() == pair.ben.state()
    with machine(tmp_path / "ana", "Ana") as ana:
        assert Witness.of(ana.ws, state, machine="a machine").ask() is None, "mended once and for all"
    shutil.rmtree(tmp_path / "ana")
    shutil.copytree(tmp_path / "backup", tmp_path / "ana")
    with machine(tmp_path / "ana", "Ana") as ana:
        assert Witness.of(ana.ws, state, machine="a machine").ask() == "restored", "the same backup again"


@pytest.mark.parametrize("moved", ["another machine", "another folder"])
def test_a_copied_folder_is_found_and_the_original_is_not_disturbed(pair: Pair, tmp_path: Path, moved: str) -> None:
    state = tmp_path / "state"
    attended(pair.ana, state)
    pair.settle()
    reopened(pair.ana, pair)
    there = tmp_path / ("ana" if moved == "another machine" else "elsewhere")
    with ExitStack() as stack:
        if moved == "another folder":
            shutil.copytree(tmp_path / "ana", there)
        copy = stack.enter_context(machine(there, "Ana"))
        name = "another" if moved == "another machine" else "a machine"
        other_state = tmp_path / "their state" if moved == "another machine" else state
        assert Witness.of(copy.ws, other_state, machine=name).ask() == "copied"
        assert copy.sync(pair.ours).renewed == "copied"
        assert Witness.of(copy.ws, other_state, machine=name).ask() is None
    if moved == "another folder":
        with machine(tmp_path / "ana", "Ana") as ana:
            assert Witness.of(ana.ws, state, machine="a machine").ask() is None


def test_a_witness_that_is_gone_or_spoilt_says_nothing(pair: Pair, tmp_path: Path) -> None:
    state = tmp_path / "state"
    witness = attended(pair.ana, state)
    witness.path.write_bytes(b"{")
    assert Witness.of(pair.ana.ws, state, machine="a machine").ask() is None
    assert witness.path.read_bytes() != b"{"
    shutil.rmtree(state)
    assert Witness.of(pair.ana.ws, state, machine="a machine").ask() is None and witness.path.exists()


def test_what_a_server_holds_back_is_told_by_those_who_saw_it(pair: Pair, tmp_path: Path) -> None:
    """Cem has what Ben wrote; Ana gets Cem's work by hand, and with it word of Ben's."""
    link = pair.ana.invite(pair.ours)
    with machine(tmp_path / "cem", "Cem") as cem:
        at_cem = cem.join(link)
        pair.settle()
        for n in range(2):
            add_task(pair.ben.ws, pair.theirs, title=f"Of Ben {n}")
            held = access(pair.ben.ws, pair.ben.vault, pair.theirs)
            heads = membership_of(pair.ben.ws, pair.theirs).heads
            journal.pack(pair.ben.ws, pair.theirs, sealer(held, pair.ben.ws.random_bytes), mheads=heads)
        by_hand.receive(cem.ws, cem.vault, at_cem, by_hand.give(pair.ben.ws, pair.ben.vault, pair.theirs))
        add_task(cem.ws, at_cem, title="Of Cem, who saw it")
        given = by_hand.give(cem.ws, cem.vault, at_cem)
        of_ben = {s.data for s in journal.stored(cem.ws, at_cem, dev=pair.ben.ws.device(pair.theirs))}
        by_hand.receive(pair.ana.ws, pair.ana.vault, pair.ours, [d for d in given if d not in of_ben])
        (held_back,) = missing(pair.ana.ws, pair.ours)
        assert (held_back.teller, held_back.dev, held_back.count) == (
            cem.ws.device(at_cem), pair.ben.ws.device(pair.theirs), 2,
        )  # fmt: skip
        assert cem.sync(at_cem).problem is None, "carries Ben's work to the server, too"
        assert pair.ana.sync(pair.ours).problem is None
        assert missing(pair.ana.ws, pair.ours) == ()


def test_nothing_leaves_while_another_thread_still_writes_the_witness(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sync sends while somebody gives changes to a stick: both may only after the numbers are on the disk."""
    with machine(tmp_path / "ana", "Ana") as ana:
        watch = Witness.of(ana.ws, tmp_path / "state")
        watch.note()
        no = ana.found()
        add_task(ana.ws, no, title="Chairs")
        writing, go_on, second = threading.Event(), threading.Event(), threading.Event()
        whole = witness.write_whole

        def slow(path: Path, data: bytes) -> None:
            writing.set()
            assert go_on.wait(10)
            whole(path, data)

        monkeypatch.setattr(witness, "write_whole", slow)
        first = threading.Thread(target=watch.note)
        first.start()
        assert writing.wait(10)
        other = threading.Thread(target=lambda: (watch.note(), second.set()))
        other.start()
        assert not second.wait(0.3)
        go_on.set()
        assert second.wait(10)
        first.join()
        other.join()


def test_no_number_leaves_that_the_disk_did_not_let_be_witnessed(
    pair: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    attended(pair.ana, tmp_path / "state")
    add_task(pair.ana.ws, pair.ours, title="Chairs")

    def full(_path: Path, _data: bytes) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(witness, "write_whole", full)
    for _ in range(2):
        report = pair.ana.sync(pair.ours)
        assert report.problem is not None and report.problem.code == "disk_full" and report.pushed == 0
    monkeypatch.undo()
    pair.settle()
    assert Witness.of(pair.ana.ws, tmp_path / "state", machine="a machine").ask() is None
