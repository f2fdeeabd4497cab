"""Computers and roles on screen: add one by file and code, take one out of use, step down, and decide about what came late."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from circle_app.workspace import spaces
from circle_app.workspace.commands.tasks import add_task, delete_task
from circle_app.workspace.doubt import cast_doubt
from circle_app.workspace.queries.people import people
from circle_app.workspace.queries.tasks import tasks
from sync.client import circle_members
from sync.client.by_hand import give, receive
from sync.client.devices import devices_of, withdraw_device
from sync.client.enrol import invite
from sync.client.linking import offer, take
from tests.support.machines import Machine, machine
from tests.support.server import RunningServer
from tests.ui.test_synccentre import centre, founded, words
from ui.dialogs.device_name import DeviceNameSheet
from ui.dialogs.devices import AddComputerSheet, DevicesSheet, TakeFileSheet, withdraw_sheet
from ui.models.refused import things_to_look_at
from ui.shell import Shell
from ui.views.people_member import demote_sheet, step_down_sheet
from ui.views.synccentre_aside import AsideCard
from ui.widgets.button import Button


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    running = RunningServer(tmp_path / "server")
    yield running
    running.stop()


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Machine]:
    with machine(tmp_path / "other", "Other") as made:
        yield made


def titles(ws: object) -> set[str]:
    return {t.title for t in tasks(ws)}  # type: ignore[arg-type]


def my_computers(shell: Shell, qtbot: QtBot, count: int) -> DevicesSheet:
    sheet = DevicesSheet(shell.context, shell)
    sheet.open()
    qtbot.waitUntil(lambda: words(sheet).count(" here") >= count and len(ends(sheet)) == 1, timeout=20_000)
    return sheet


def ends(sheet: DevicesSheet) -> list[Button]:
    return [b for b in sheet.findChildren(Button) if b.text() == "Take out of use…" and b.isVisible()]


def test_the_file_and_the_code_on_screen_take_the_other_computer_into_use(
    shell: Shell, other: Machine, tmp_path: Path, qtbot: QtBot
) -> None:
    space = founded(shell, None)
    ws = shell.context.ws
    add_task(ws, space, title="Book the van")
    sheet = AddComputerSheet(shell.context, shell)
    sheet.open()
    file = tmp_path / "stick.circlelink"
    sheet.make(file)
    qtbot.waitUntil(lambda: sheet.code.isVisible(), timeout=20_000)
    (there,) = take(other.ws, other.vault, file.read_bytes(), sheet.code.text())
    assert titles(other.ws) == {"Book the van"}
    receive(ws, shell.context.vault, space, give(other.ws, other.vault, there))
    sheet.reject()
    listed = my_computers(shell, qtbot, 2)
    said = words(listed)
    assert "This computer" in said and "Another computer" in said
    assert "Elm Street" in ends(listed)[0].accessibleName()
    listed.reject()


def test_a_file_that_cannot_be_saved_is_said_and_another_place_can_be_chosen(
    shell: Shell, tmp_path: Path, qtbot: QtBot
) -> None:
    founded(shell, None)
    sheet = AddComputerSheet(shell.context, shell)
    sheet.open()
    sheet.make(tmp_path / "no" / "such" / "folder")
    qtbot.waitUntil(lambda: sheet.problem.isVisible(), timeout=20_000)
    assert "another place" in sheet.problem.text() and sheet.save.isEnabled()
    sheet.reject()


def test_this_computer_is_taken_into_use_and_a_wrong_code_is_said_in_words(
    shell: Shell, other: Machine, tmp_path: Path, qtbot: QtBot
) -> None:
    there = other.found()
    add_task(other.ws, there, title="Bring chairs")
    made = offer(other.ws, other.vault)
    file = tmp_path / "stick.circlelink"
    file.write_bytes(made.data)
    sheet = TakeFileSheet(shell.context, shell, choose=lambda: str(file))
    sheet.open()
    sheet.accept()
    assert "file first" in sheet.problem.text()
    sheet.file.click()
    sheet.code.setText("0000-0000-0000-0000")
    sheet.accept()
    qtbot.waitUntil(lambda: "does not open" in sheet.problem.text(), timeout=20_000)
    sheet.code.setText(made.code)
    sheet.accept()
    qtbot.waitUntil(lambda: titles(shell.context.ws) == {"Bring chairs"}, timeout=20_000)
    qtbot.waitUntil(lambda: "1 circle is on this computer" in shell._toast.text(), timeout=20_000)


def test_a_lost_computer_is_taken_out_of_use_after_a_plain_question(shell: Shell, other: Machine, qtbot: QtBot) -> None:
    space = founded(shell, None)
    ctx = shell.context
    made = offer(ctx.ws, ctx.vault)
    (there,) = take(other.ws, other.vault, made.data, made.code)
    receive(ctx.ws, ctx.vault, space, give(other.ws, other.vault, there))
    listed = my_computers(shell, qtbot, 2)
    ends(listed)[0].click()
    asked = next(d for d in listed.findChildren(QDialog) if d.isVisible())
    assert "cannot be taken back" in words(asked) and "keeps what it had" in words(asked)
    asked.accept()
    lost = other.ws.device(there)

    def state() -> str:
        return next(d.state for d in devices_of(ctx.ws, ctx.vault, space) if d.dev == lost)

    qtbot.waitUntil(lambda: state() == "withdrawn", timeout=20_000)
    qtbot.waitUntil(lambda: words(listed).count("This computer") == 1 and "Take out of use" not in words(listed))
    assert withdraw_sheet is not None
    listed.reject()


def joined(shell: Shell, server: RunningServer, ben: Machine) -> tuple[int, int]:
    """Amina founds, Ben joins: the numbers of the circle there and there."""
    space = founded(shell, server.url)
    ctx = shell.context
    link = invite(ctx.ws, ctx.vault, space).link
    assert ctx.engine.sync(space).problem is None
    theirs = ben.join(link)
    assert ben.sync(theirs).problem is None and ctx.engine.sync(space).problem is None
    return space, theirs


def test_the_last_organizer_is_told_what_to_do_first_and_then_steps_down(
    shell: Shell, server: RunningServer, other: Machine, qtbot: QtBot
) -> None:
    space, theirs = joined(shell, server, other)
    ctx = shell.context
    me, ben = sorted(people(ctx.ws, space), key=lambda person: person.name)
    sheet = step_down_sheet(ctx, me, shell)
    sheet.open()
    sheet.accept()
    qtbot.waitUntil(lambda: "only organizer" in sheet.problem.text(), timeout=20_000)
    ben16 = spaces.space(other.ws, theirs).member16
    circle_members.promote(ctx.ws, ctx.vault, space, ben16)
    sheet.accept()
    qtbot.waitUntil(lambda: spaces.space(ctx.ws, space).role == "participant", timeout=20_000)
    assert ben.name == "Other"


def test_a_promotion_is_taken_back_by_whoever_gave_it(
    shell: Shell, server: RunningServer, other: Machine, qtbot: QtBot
) -> None:
    space, theirs = joined(shell, server, other)
    ctx = shell.context
    ben16 = spaces.space(other.ws, theirs).member16
    circle_members.promote(ctx.ws, ctx.vault, space, ben16)
    ben = next(person for person in people(ctx.ws, space) if person.member == ben16)
    assert ben.role == "organizer"
    sheet = demote_sheet(ctx, ben, shell)
    sheet.open()
    sheet.accept()
    qtbot.waitUntil(
        lambda: next(p.role for p in people(ctx.ws, space) if p.member == ben16) == "participant", timeout=20_000
    )


def test_what_somebody_wrote_after_being_removed_is_previewed_taken_in_and_discarded_again(
    shell: Shell, server: RunningServer, other: Machine, qtbot: QtBot
) -> None:
    space, theirs = joined(shell, server, other)
    ctx = shell.context
    chairs = add_task(ctx.ws, space, title="Chairs")
    assert ctx.engine.sync(space).problem is None and other.sync(theirs).problem is None
    circle_members.remove(ctx.ws, ctx.vault, space, spaces.space(other.ws, theirs).member16)
    add_task(other.ws, theirs, title="Forty lamps", due="2026-12-04")
    delete_task(other.ws, type(chairs)(theirs, chairs.row))
    receive(ctx.ws, ctx.vault, space, give(other.ws, other.vault, theirs))
    assert things_to_look_at(ctx.ws, shell.settings) >= 1
    view = centre(shell)
    qtbot.waitUntil(lambda: view.findChild(AsideCard) is not None, timeout=20_000)
    card = view.findChild(AsideCard)
    assert card is not None
    said = words(card)
    assert "Other\u2069 wrote" in said and "without being in it" in said
    assert "new: Task “\u2068Forty lamps\u2069”" in said and "when: Friday 4 December 2026" in said
    assert "Task “\u2068Chairs\u2069”: delete it" in said
    assert titles(ctx.ws) == {"Chairs"}, "looking at it takes nothing in"
    card.take.click()
    qtbot.waitUntil(lambda: titles(ctx.ws) == {"Forty lamps"}, timeout=20_000)
    qtbot.waitUntil(lambda: "for everybody" in shell._toast.text(), timeout=20_000)
    shell._toast._take_back()
    qtbot.waitUntil(lambda: titles(ctx.ws) == {"Chairs"}, timeout=20_000)
    qtbot.waitUntil(lambda: not [c for c in view.findChildren(AsideCard) if c.isVisible()], timeout=20_000)
    qtbot.waitUntil(lambda: things_to_look_at(ctx.ws, shell.settings) == 0, timeout=20_000)


def naming(sheet: DevicesSheet) -> list[Button]:
    return [b for b in sheet.findChildren(Button) if b.text() == "Name…" and b.isVisible()]


def test_a_computer_is_named_and_keeps_the_name_in_every_circle(shell: Shell, other: Machine, qtbot: QtBot) -> None:
    first, second = founded(shell, None), founded(shell, None)
    ws, vault = shell.context.ws, shell.context.vault
    made = offer(ws, vault)
    for space, there in zip((first, second), take(other.ws, other.vault, made.data, made.code), strict=True):
        receive(ws, vault, space, give(other.ws, other.vault, there))
    sheet = DevicesSheet(shell.context, shell)
    sheet.open()
    qtbot.waitUntil(lambda: len(naming(sheet)) == 4, timeout=20_000)
    assert naming(sheet)[0].accessibleName() == "Give a name: This computer, Elm Street"
    naming(sheet)[0].setFocus()
    QTest.keyClick(naming(sheet)[0], Qt.Key.Key_Space)
    (asked,) = [s for s in sheet.findChildren(DeviceNameSheet) if s.isVisible()]
    qtbot.waitUntil(asked.name.hasFocus)
    asked.name.setText("  The kitchen   laptop ")
    QTest.keyClick(asked.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: words(sheet).count("The kitchen laptop") == 2, timeout=20_000)
    qtbot.waitUntil(lambda: len(naming(sheet)) == 4 and sheet.focusWidget() is naming(sheet)[0])
    assert naming(sheet)[0].accessibleName() == "Give a name: The kitchen laptop, Elm Street"
    naming(sheet)[1].click()
    (asked,) = [s for s in sheet.findChildren(DeviceNameSheet) if s.isVisible()]
    assert "Another computer, Elm Street" in words(asked)
    asked.name.setText("The old one")
    asked.accept()
    # The sheet that asked says both words, too, until it is gone and the list is made anew.
    told = ["The old one", "Another computer"]
    qtbot.waitUntil(lambda: [words(sheet).count(w) for w in told] == [1, 1], timeout=20_000)
    sheet.reject()


def test_what_became_of_a_computer_is_said_in_one_sentence(
    shell: Shell, server: RunningServer, other: Machine, qtbot: QtBot
) -> None:
    space = founded(shell, server.url)
    ctx = shell.context
    assert ctx.engine.sync(space).problem is None
    made = offer(ctx.ws, ctx.vault)
    (there,) = take(other.ws, other.vault, made.data, made.code)
    receive(ctx.ws, ctx.vault, space, give(other.ws, other.vault, there))
    withdraw_device(ctx.ws, ctx.vault, space, other.ws.device(there))
    cast_doubt(ctx.ws, space, "restored")
    for _ in range(3):
        assert ctx.engine.sync(space).problem is None
    sheet = DevicesSheet(ctx, shell)
    sheet.open()
    qtbot.waitUntil(lambda: len(naming(sheet)) == 3, timeout=20_000)
    said = words(sheet)
    assert said.count("It goes on under a new key since") == 1
    assert said.count("It gets nothing new; what it wrote before it was taken out of use stays.") == 1
    sheet.reject()
