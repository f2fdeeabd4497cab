"""Two computers and a server: whatever happens on the way, both end with the same state and nothing is lost."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from circle_app.domain.schema import CIRCLE
from circle_app.workspace import inbox, journal, spaces
from circle_app.workspace.commands.circles import set_circle
from circle_app.workspace.commands.meetings import plan_meeting
from circle_app.workspace.commands.notes import add_note
from circle_app.workspace.commands.tasks import add_task, finish_task, set_task
from circle_app.workspace.db import Put
from circle_app.workspace.queries.circles import circle
from circle_app.workspace.queries.notes import notes
from circle_app.workspace.queries.places import CIRCLE_ROW
from circle_app.workspace.queries.tasks import tasks
from circle_app.workspace.verify import verify
from sync import codec
from sync.client.access import access, device_signer
from sync.client.opening import opener
from tests.support.machines import Machine, machine
from tests.support.pair import Pair, ana_and_ben, titles
from tests.support.server import Answering, RunningServer


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    with ana_and_ben(tmp_path) as both:
        yield both


def test_edits_made_apart_come_together(pair: Pair) -> None:
    one = add_task(pair.ana.ws, pair.ours, title="Bring chairs")
    pair.settle()
    finish_task(pair.ana.ws, one)
    set_task(pair.ben.ws, one._replace(space=pair.theirs), title="Bring twelve chairs")
    add_task(pair.ben.ws, pair.theirs, title="Book the room")
    plan_meeting(pair.ana.ws, pair.ours, title="First evening")
    pair.settle()
    assert titles(pair.ana, pair.ours) == {"Bring twelve chairs", "Book the room"}
    (chairs,) = [t for t in tasks(pair.ben.ws, space=pair.theirs) if "chairs" in t.title]
    assert chairs.state == "done"
    for person in (pair.ana, pair.ben):
        assert verify(person.ws, opener(person.ws, person.vault)).ok


def test_offline_loses_nothing(pair: Pair) -> None:
    pair.wire.cut = True
    for n in range(20):
        add_task(pair.ana.ws, pair.ours, title=f"Written offline {n}")
        assert pair.ana.sync(pair.ours).problem is not None
    waiting = journal.waiting(pair.ana.ws)
    assert waiting >= 20
    add_task(pair.ben.ws, pair.theirs, title="Meanwhile")
    pair.ben.sync(pair.theirs)
    pair.wire.cut = False
    pair.settle()
    assert len(titles(pair.ben, pair.theirs)) == 21


def test_a_lost_reply_and_further_edits_lose_nothing(pair: Pair) -> None:
    add_task(pair.ana.ws, pair.ours, title="Sent, answer lost")
    pair.ana.engine.server(pair.wire.url).info()
    pair.wire.lose_replies = 1
    assert pair.ana.sync(pair.ours).problem is not None
    assert journal.waiting(pair.ana.ws) > 0
    add_task(pair.ana.ws, pair.ours, title="Edited after")
    pair.settle()
    assert titles(pair.ben, pair.theirs) == {"Sent, answer lost", "Edited after"}


def test_nothing_new_is_one_small_request(pair: Pair) -> None:
    before = len(pair.wire.recording)
    report = pair.ana.sync(pair.ours)
    assert (report.pushed, report.pulled, report.quarantined, report.waiting) == (0, 0, 0, 0)
    spent = bytes(pair.wire.recording[before:])
    assert spent.count(b"HTTP/1.1 200") == 1
    assert len(spent) < 1200


def test_the_server_and_the_wire_never_see_a_word(pair: Pair) -> None:
    canaries = ["Kanarienvogel", "canary-name", "secret-place", "geheimes Ziel", "ünïcödé-wört"]
    set_circle(pair.ana.ws, pair.ours, name=canaries[0], place=canaries[2])
    add_task(pair.ana.ws, pair.ours, title=canaries[1])
    add_note(pair.ana.ws, pair.ours, title=canaries[3], body=canaries[4] * 50)
    pair.settle()
    assert notes(pair.ben.ws, space=pair.theirs)[0].title == canaries[3]
    seen = pair.server.bytes_on_disk() + bytes(pair.wire.recording)
    assert len(seen) > 10_000
    for word in [*canaries, "Elm Street", "Ben", "Bring"]:
        for form in (word.encode(), word.encode("utf-16-le")):
            if len(form) > 3:
                assert form not in seen, word


def test_a_wiped_server_is_refilled_by_whoever_comes_first(pair: Pair) -> None:
    add_task(pair.ana.ws, pair.ours, title="Before the fire")
    pair.settle()
    pair.server.wipe()
    add_task(pair.ben.ws, pair.theirs, title="After the fire")
    report = pair.ben.sync(pair.theirs)
    assert report.problem is None, report.problem
    pair.settle()
    assert titles(pair.ana, pair.ours) == {"Before the fire", "After the fire"}
    held = {s.id for s in journal.stored(pair.ana.ws, pair.ours)}
    page = pair.ana.engine.server(pair.wire.url).pull(_signer(pair.ana, pair.ours), 0)
    assert {codec.parse(i.data).id for i in page.items} == held


def test_a_server_restored_from_an_old_copy_gets_back_what_it_lost(pair: Pair, tmp_path: Path) -> None:
    pair.server.stop()
    shutil.copytree(pair.server.folder, tmp_path / "backup")
    pair.server.start()
    for n in range(3):
        add_task(pair.ana.ws, pair.ours, title=f"Lost {n}")
    pair.settle()
    pair.server.stop()
    shutil.rmtree(pair.server.folder)
    shutil.copytree(tmp_path / "backup", pair.server.folder)
    pair.server.start()
    for n in range(9):  # others fill the log beyond where Ana had read, so only the running hash can tell
        add_task(pair.ben.ws, pair.theirs, title=f"Since {n}")
        assert pair.ben.sync(pair.theirs).problem is None
    pair.settle()
    assert len(titles(pair.ben, pair.theirs)) == 12


def test_a_circle_moves_to_another_server_and_back(pair: Pair, tmp_path: Path) -> None:
    add_task(pair.ana.ws, pair.ours, title="Before moving")
    pair.settle()
    other = RunningServer(tmp_path / "other")
    for person, no in ((pair.ana, pair.ours), (pair.ben, pair.theirs)):
        spaces.set_space(person.ws, no, server=other.url)
    add_task(pair.ben.ws, pair.theirs, title="On the way")
    pair.settle()
    assert titles(pair.ana, pair.ours) == {"Before moving", "On the way"}
    for person, no in ((pair.ana, pair.ours), (pair.ben, pair.theirs)):
        spaces.set_space(person.ws, no, server=pair.server.url)
    add_task(pair.ana.ws, pair.ours, title="Back home")
    pair.settle()
    page = pair.ana.engine.server(pair.server.url).pull(_signer(pair.ana, pair.ours), 0)
    assert {codec.parse(i.data).id for i in page.items} == {s.id for s in journal.stored(pair.ana.ws, pair.ours)}
    other.stop()


def test_two_servers_between_two_people_lose_nothing_once_they_agree(pair: Pair, tmp_path: Path) -> None:
    other = RunningServer(tmp_path / "other")
    spaces.set_space(pair.ben.ws, pair.theirs, server=other.url)
    add_task(pair.ana.ws, pair.ours, title="Here")
    add_task(pair.ben.ws, pair.theirs, title="There")
    assert pair.ana.sync(pair.ours).problem is None and pair.ben.sync(pair.theirs).problem is None
    spaces.set_space(pair.ben.ws, pair.theirs, server=pair.server.url)
    pair.settle()
    assert titles(pair.ana, pair.ours) == {"Here", "There"}
    other.stop()


def test_a_restarted_server_is_no_news(pair: Pair) -> None:
    pair.server.stop()
    pair.server.start()
    add_task(pair.ana.ws, pair.ours, title="Still here")
    pair.settle()


def test_a_captive_portal_is_named_and_forgotten(pair: Pair) -> None:
    portal = Answering(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 12\r\n\r\n<html>login<")
    spaces.set_space(pair.ana.ws, pair.ours, server=portal.url)
    add_task(pair.ana.ws, pair.ours, title="In the café")
    report = pair.ana.sync(pair.ours)
    assert report.problem is not None and report.problem.code == "captive_portal"
    assert report.waiting > 0
    portal.close()
    spaces.set_space(pair.ana.ws, pair.ours, server=pair.wire.url)
    pair.settle()


def test_a_participant_of_a_course_cannot_change_its_plan_even_with_a_changed_program(tmp_path: Path) -> None:
    server = RunningServer(tmp_path / "server")
    with machine(tmp_path / "ana", "Ana") as ana, machine(tmp_path / "ben", "Ben") as ben:
        ours = ana.found(server=server.url, kind="course", plan="Ours")
        theirs = ben.join(ana.invite(ours))
        ben.ws.record(theirs, (Put(CIRCLE, CIRCLE_ROW, {"plan": "Mine"}),))
        assert ben.sync(theirs).problem is None
        assert ana.sync(ours).quarantined == 1
        assert circle(ana.ws, ours).plan == "Ours"
        assert [q.why for q in inbox.quarantined(ana.ws, ours)] == ["not_allowed"]
    server.stop()


def _signer(person: Machine, no: int):
    return device_signer(access(person.ws, person.vault, no))
