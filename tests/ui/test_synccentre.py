"""The sync centre: where everything is in words, differences that are settled, and changes that were put aside."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from circle_app.domain.ops import Value
from circle_app.workspace import inbox, spaces
from circle_app.workspace.commands.tasks import add_task, set_task
from circle_app.workspace.commands.undo import undo
from circle_app.workspace.queries.conflicts import Conflict, conflicts
from circle_app.workspace.queries.people import people
from circle_app.workspace.queries.tasks import task
from sync.client.enrol import found_circle, invite
from sync.refusals import REFUSALS
from tests.support.machines import machine
from tests.support.server import RunningServer
from ui.models.authors import Authors
from ui.models.demo_circle import open_demo
from ui.models.refused import things_to_look_at
from ui.shell import Shell
from ui.views.synccentre import SyncCentreView
from ui.views.synccentre_differences import DifferenceCard
from ui.views.synccentre_needs import RefusedCard
from ui.views.synccentre_values import value_words
from ui.views.synccentre_words import problem_words, refused_words
from ui.widgets.base import Label
from ui.widgets.chip import Chip
from ui.widgets.listrow import ListRow


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    running = RunningServer(tmp_path / "server")
    yield running
    running.stop()


def centre(shell: Shell) -> SyncCentreView:
    shell.navigate("sync")
    for _ in range(4):
        QApplication.processEvents()
    view = shell.view("sync")
    assert isinstance(view, SyncCentreView)
    return view


def founded(shell: Shell, server: str | None) -> int:
    ctx = shell.context
    ctx.ws.clock.ms = time.time_ns() // 1_000_000  # type: ignore[attr-defined]
    return found_circle(ctx.ws, ctx.vault, name="Elm Street", kind="citizen_circle", my_name="Amina", server=server)


def lines(view: SyncCentreView) -> dict[str, tuple[str, str]]:
    """Second line and chip of each circle."""
    return {
        line.title.whole_text(): (line.second.whole_text(), line.findChildren(Chip)[0].text())
        for line in view.findChildren(ListRow)
        if line.isVisible()
    }


def words(widget: object) -> str:
    return " ".join(label.text() for label in widget.findChildren(Label))  # type: ignore[attr-defined]


def test_without_a_server_everything_is_saved_here(shell: Shell) -> None:
    founded(shell, None)
    open_demo(shell.context.ws, "Amina")
    view = centre(shell)
    assert "saved on this computer" in view.saved.text() and "nothing leaves" in view.says.text()
    assert lines(view)["Elm Street"][1] == "Only on this computer"
    assert next(iter(lines(view))) == "Elm Street", "examples come last"
    assert {chip for _, chip in list(lines(view).values())[1:]} == {"Stays here"}


def test_offline_is_said_calmly_and_nothing_is_called_failed(shell: Shell) -> None:
    space = founded(shell, "https://circles.example.org")
    spaces.note_sync(shell.context.ws, space, problem="offline")
    view = centre(shell)
    second, chip = lines(view)["Elm Street"]
    assert "cannot be reached just now" in second and "wait" in chip
    assert "saved" in view.saved.text() and "wait for the network" in view.says.text()
    assert not any(word in (second + view.says.text()).lower() for word in ("error", "fail"))


def test_sync_now_sends_and_says_so(shell: Shell, server: RunningServer, qtbot: QtBot) -> None:
    founded(shell, server.url)
    view = centre(shell)
    assert "wait" in lines(view)["Elm Street"][1]
    view.now.click()
    qtbot.waitUntil(lambda: lines(view).get("Elm Street", ("", ""))[1] == "Sent to the others", timeout=20_000)
    qtbot.waitUntil(lambda: "sent to the others" in view.says.text(), timeout=20_000)
    assert view.now.isEnabled()


def test_a_difference_shows_both_names_and_the_other_can_be_taken(
    shell: Shell, server: RunningServer, tmp_path: Path, qtbot: QtBot
) -> None:
    space = founded(shell, server.url)
    ctx = shell.context
    ws = ctx.ws
    van = add_task(ws, space, title="Book the van", due="2026-11-24")
    link = invite(ws, ctx.vault, space).link
    assert ctx.engine.sync(space).problem is None
    with machine(tmp_path / "ben", "Ben") as ben:
        theirs = ben.join(link)
        set_task(ben.ws, type(van)(theirs, van.row), due="2026-11-28")
        ws.clock.forward(seconds=60)  # type: ignore[attr-defined]
        set_task(ws, van, due="2026-11-27")
        assert ben.sync(theirs).problem is None
    assert ctx.engine.sync(space).problem is None
    assert len(conflicts(ws, space)) == 1 and things_to_look_at(ws, shell.settings) == 1
    view = centre(shell)
    qtbot.waitUntil(lambda: view.findChild(DifferenceCard) is not None)
    card = view.findChild(DifferenceCard)
    assert card is not None
    said = words(card)
    assert "Task “\u2068Book the van\u2069”: when" in said
    for part in ("You\u2069 wrote", "Ben\u2069 wrote", "Friday 27 November 2026", "Saturday 28 November 2026"):
        assert part in said
    card.take.click()
    assert task(ws, van).due == "2026-11-28" and conflicts(ws, space) == ()
    qtbot.waitUntil(lambda: not [c for c in view.findChildren(DifferenceCard) if c.isVisible()])
    undo(ws)
    assert task(ws, van).due == "2026-11-27"


def test_what_was_put_aside_is_explained_and_put_by_without_deleting(shell: Shell, qtbot: QtBot) -> None:
    space = founded(shell, None)
    ws = shell.context.ws
    mine = spaces.space(ws, space).dev16
    inbox.quarantine(ws, space, id=b"a" * 32, dev=b"x" * 16, seq=3, code="not_allowed", data=b"bytes")
    inbox.quarantine(ws, space, id=b"b" * 32, dev=mine, seq=9, code="fork", data=b"bytes")
    view = centre(shell)
    qtbot.waitUntil(lambda: view.findChild(RefusedCard) is not None)
    card = view.findChild(RefusedCard)
    assert card is not None
    said = words(card)
    assert "2 changes in Elm Street were put aside" in said
    assert "this circle does not know" in said and "from this computer" in said and "role does not allow" in said
    card.read.click()
    qtbot.waitUntil(lambda: not [c for c in view.findChildren(RefusedCard) if c.isVisible()])
    assert len(inbox.quarantined(ws, space)) == 2
    assert things_to_look_at(ws, shell.settings) == 0
    ws.clock.forward(seconds=1)  # type: ignore[attr-defined]
    inbox.quarantine(ws, space, id=b"c" * 32, dev=mine, seq=10, code="gap", data=b"bytes")
    assert things_to_look_at(ws, shell.settings) == 1


def test_many_of_one_kind_are_counted_in_one_line(shell: Shell) -> None:
    ws = shell.context.ws
    space = founded(shell, None)
    for number in range(30):
        inbox.quarantine(
            ws, space, id=bytes([number]) * 32, dev=b"x" * 16, seq=number + 1, code="sealed", data=b"bytes"
        )
    inbox.quarantine(ws, space, id=b"z" * 32, dev=b"y" * 16, seq=1, code="signature", data=b"bytes")
    card = RefusedCard(shell.context, space, "Elm Street", inbox.quarantined(ws, space), Authors({b"x" * 8: "Ben"}))
    said = words(card)
    assert "30 changes from \u2068Ben\u2069, the last one today" in said and "31 changes in Elm Street" in said
    assert said.count("could not be opened") == 1 and "and 1 more" not in said


@pytest.mark.parametrize("code", sorted(REFUSALS))
def test_every_reason_has_words(code: str) -> None:
    held = inbox.Held(b"i" * 32, b"d" * 16, 1, code, None, b"", 0)
    title, why = refused_words(held, Authors({b"d" * 8: "Ben"}), 0)
    assert "Ben" in title and REFUSALS[code][0] in why


def test_an_unknown_problem_still_has_words(shell: Shell) -> None:
    assert "try again" in problem_words("something_new")


def test_values_are_said_as_people_write_them(shell: Shell) -> None:
    ws = shell.context.ws
    space = founded(shell, None)
    ref = add_task(ws, space, title="Book the van")
    ana = people(ws, space)[0].ref

    def said(kind: str, column: str, value: Value) -> str:
        conflict = Conflict(ref, kind, column, value, None, b"s" * 16, 0, 0, False, b"t" * 16)
        return value_words(ws, conflict, value)

    assert said("tasks", "owner", ana.row) == "Amina"
    assert said("tasks", "owner", b"?" * 16) == "somebody who left"
    assert said("tasks", "due", None) == said("tasks", "title", "") == "nothing"
    assert said("tasks", "state", "waiting") == "Waiting"
    assert said("agenda_items", "minutes", 14) == "14 min"
    assert said("people", "confirmed", 1) == "is in"
    assert said("attendance", "status", "late") == "Came late"
    assert said("meetings", "starts_at", "2026-11-24T18:30") == "Tuesday 24 November 2026, 18:30"
    assert said("notes", "body", "word " * 400).endswith("word…")


def test_in_a_narrow_window_the_two_stand_below_each_other(shell: Shell, qtbot: QtBot) -> None:
    space = founded(shell, None)
    ref = add_task(shell.context.ws, space, title="Book the van")
    conflict = Conflict(ref, "tasks", "title", "A", "B", b"s" * 16, 0, 0, False, b"t" * 16)
    card = DifferenceCard(shell.context, conflict, Authors())
    qtbot.addWidget(card)
    card.show()
    for width, beside in ((900, True), (400, False)):
        card.resize(width, 400)
        QApplication.processEvents()
        keep, take = (b.mapTo(card, b.rect().center()) for b in (card.keep, card.take))
        assert (take.x() > keep.x() + 100) == beside and (take.y() > keep.y() + 50) == (not beside)
