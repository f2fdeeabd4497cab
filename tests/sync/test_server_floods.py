"""What somebody with a link, or somebody who was shown out, can pile up on a server is bounded."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from circle_app.errors import SyncProblem
from sync import codec, wire
from sync.client.access import invite_signer
from sync.membership import ops
from sync.membership.cards import member_id
from tests.support.by_hand import NOW_MS, Device, data, founder, invited, joiner, line, statuses
from tests.support.server import RunningServer


@pytest.fixture
def server(tmp_path: Path, database: str) -> Iterator[RunningServer]:
    running = RunningServer(tmp_path / "server", now_ms=lambda: NOW_MS, database=database, max_member_changes=8)
    yield running
    running.stop()


@pytest.fixture
def ana(server: RunningServer) -> Device:
    ana = founder()
    line(server).create_space(ana.chain[0].data)
    return ana


def length(server: RunningServer, ana: Device) -> int:
    return line(server).pull(ana.signer, 0).head.pos


def test_who_left_cannot_go_on_leaving(server: RunningServer, ana: Device) -> None:
    invite = invited(ana)
    line(server).push(ana.signer, data(ana.chain[-1]))
    ben = joiner(ana, invite)
    leave = ops.encode_op(ops.Leave(ops.LEAVE, 1))
    leaves = [ben.write(kind=codec.MEMBERSHIP, clear=leave) for _ in range(3)]
    line(server).push(ben.signer, data(ben.chain[0], leaves[0]))
    before = length(server, ana)
    line(server).create_space(ana.chain[0].data, log=data(*leaves))
    assert length(server, ana) == before


def test_an_invitation_that_waits_for_a_confirmation_is_used_up_by_those_who_wait(
    server: RunningServer, ana: Device
) -> None:
    invite = invited(ana, uses=2, mode=ops.CONFIRMED)
    line(server).push(ana.signer, data(ana.chain[-1]))
    answers = []
    for n in range(4):
        ben = joiner(ana, invite, root=bytes([n]) * 32)
        try:
            reply = line(server).push(invite_signer(ana.space, invite.signing), data(ben.chain[0]))
            answers += statuses(reply)
        except SyncProblem as problem:
            answers.append((wire.REFUSED, problem.code))
    assert [status for status, _ in answers] == [wire.STORED, wire.STORED, wire.REFUSED, wire.REFUSED]


def test_nobody_fills_the_list_of_membership_changes_without_end(server: RunningServer, ana: Device) -> None:
    for n in range(12):
        invited(ana, secret=bytes([n]) * 32)
    note = ana.write()
    reply = line(server).push(ana.signer, data(*ana.chain[1:]))
    assert statuses(reply)[:7] == [(wire.STORED, "")] * 7
    assert statuses(reply)[7] == (wire.REFUSED, "quota")
    assert note.id not in {r.id for r in reply.results if r.status == wire.STORED}
    ana.chain[8:] = []
    ana.heads = (ana.chain[-1].id,)
    assert statuses(line(server).push(ana.signer, data(ana.write()))) == [(wire.STORED, "")]


def test_who_fills_the_list_of_membership_changes_can_still_be_removed(server: RunningServer, ana: Device) -> None:
    invite = invited(ana, uses=9)
    line(server).push(ana.signer, data(ana.chain[-1]))
    crowd = [joiner(ana, invite, root=bytes([n]) * 32) for n in range(6)]
    asks = ops.encode_op(ops.NeedKey(ops.NEED_KEY, 0, ana.epoch.id))
    kept = 0
    for ben in crowd:
        for _ in range(3):
            ben.write(kind=codec.MEMBERSHIP, clear=asks)
        try:
            answers = statuses(line(server).push(ben.signer, data(*ben.chain)))
        except SyncProblem as problem:
            answers = [(wire.REFUSED, problem.code)]
        stored = sum(status == wire.STORED for status, _ in answers)
        assert stored <= 2, "a quarter of eight"
        kept += stored
    assert kept == 5, "a third is for organizers"
    gone = ops.Remove(ops.REMOVE, 1, member_id(crowd[0].keys.signing.public))
    ana.write(kind=codec.MEMBERSHIP, clear=ops.encode_op(gone))
    assert statuses(line(server).push(ana.signer, data(ana.chain[-1]))) == [(wire.STORED, "")]
    with pytest.raises(SyncProblem, match="does not know you"):
        line(server).pull(crowd[0].signer, 0)


@pytest.mark.skipif(os.name != "posix", reason="file modes are a POSIX matter")
def test_other_users_of_the_servers_machine_read_nothing(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        running = RunningServer(tmp_path / "private", now_ms=lambda: NOW_MS)
        ana = founder()
        line(running).create_space(ana.chain[0].data)
        modes = {(path.is_dir(), stat.S_IMODE(path.stat().st_mode)) for path in running.folder.rglob("*")}
        running.stop()
    finally:
        os.umask(before)
    assert modes == {(False, 0o600), (True, 0o700)}
    assert stat.S_IMODE(running.folder.stat().st_mode) == 0o700
