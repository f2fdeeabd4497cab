"""Inviting from the window: the server is asked for, the link is whole and works, the code and the file hold the same."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from circle_app.domain.schema import PEOPLE
from circle_app.workspace import journal, spaces
from circle_app.workspace.db import Put
from circle_app.workspace.queries.people import people
from sync.client.circle_members import circle_members, end_invitation, open_invitations
from sync.client.enrol import found_circle, invite, join
from sync.invitation import read_link
from tests.support.machines import machine
from tests.support.server import RunningServer
from ui.dialogs.invite import InviteDialog
from ui.dialogs.invite_qr import QrCode
from ui.shell import Shell
from ui.theme.theme import Theme
from ui.views.people_member import MemberSheet, leave_sheet, promote_sheet, remove_sheet
from ui.views.people_waiting import WaitingPeople
from ui.widgets.button import Button

SERVER = "https://circles.example.org"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    running = RunningServer(tmp_path / "server")
    yield running
    running.stop()


def founded(shell: Shell, server: str | None = SERVER) -> int:
    ctx = shell.context
    ctx.ws.clock.ms = time.time_ns() // 1_000_000  # type: ignore[attr-defined]
    return found_circle(ctx.ws, ctx.vault, name="Elm Street", kind="citizen_circle", my_name="Amina", server=server)


def asked(shell: Shell, space: int) -> InviteDialog:
    # the exchange with the made-up server has no part in these tests
    shell.runner.nudge = lambda: None  # type: ignore[method-assign]
    sheet = InviteDialog(shell.context, shell, space=space)
    sheet.open()
    QApplication.processEvents()
    return sheet


def doors_on_the_page(shell: Shell, qtbot: QtBot, space: int, count: int) -> Callable[[], list[Button]]:
    """The buttons of the card about who waits at the door, once so many are there."""
    shell.navigate("people")
    assert shell.context.engine.sync(space).problem is None
    waiting = shell.view("people").findChild(WaitingPeople)
    assert waiting is not None

    def doors() -> list[Button]:
        return [button for button in waiting.findChildren(Button) if button.isVisible()]

    qtbot.waitUntil(lambda: len(doors()) == count)
    return doors


def shut_the_door(shell: Shell, qtbot: QtBot, space: int, doors: Callable[[], list[Button]]) -> None:
    """Presses the first button, says yes to its question, and sends it."""
    assert "Elm Street" in doors()[0].accessibleName()
    doors()[0].click()
    (sheet,) = [s for s in shell.findChildren(MemberSheet) if s.isVisible()]
    sheet.accept()
    qtbot.waitUntil(lambda: not doors(), timeout=20_000)
    assert shell.context.engine.sync(space).problem is None


def test_an_invitation_says_who_can_use_it_until_when(shell: Shell, qtbot: QtBot) -> None:
    space = founded(shell)
    sheet = asked(shell, space)
    sheet.role._pick("follower")
    assert "read everything" in sheet.says.text()
    sheet.uses.set_code("5")
    sheet.days.set_code("7")
    sheet.go.click()
    qtbot.waitUntil(lambda: sheet.invitation is not None)
    made = sheet.invitation
    assert made is not None
    assert read_link(made.link).server == SERVER
    (kept,) = open_invitations(shell.context.ws, space)
    assert (kept.role, kept.uses) == ("follower", 5)
    assert kept.expires_ms == shell.context.ws.clock.now_ms() + 7 * 86_400_000

    def said() -> str:
        return " ".join(label.text() for label in sheet.findChildren(type(sheet.says)) if label.isVisible())

    qtbot.waitUntil(lambda: "Up to 5 people can read along in \u2068Elm Street\u2069 with it, until" in said())


def test_the_link_is_copied_and_saved_whole(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    sheet = asked(shell, founded(shell))
    sheet.go.click()
    qtbot.waitUntil(lambda: sheet.invitation is not None)
    assert sheet.invitation is not None
    sheet.copy()
    assert QGuiApplication.clipboard().text() == sheet.invitation.link
    sheet.save(tmp_path / "Elm Street.circle")
    assert (tmp_path / "Elm Street.circle").read_text("ascii").strip() == sheet.invitation.link
    sheet.save(tmp_path / "no such folder" / "x.circle")
    assert "another folder" in sheet.problem.text()


def test_a_circle_without_a_server_asks_for_one_first(shell: Shell, qtbot: QtBot) -> None:
    space = founded(shell, server=None)
    sheet = asked(shell, space)
    choose = sheet.server
    assert choose is not None and not sheet.go.isVisible()
    choose.address.setText("http://example.org")
    choose.go.click()
    qtbot.waitUntil(lambda: "https" in choose.labelled.below.text())
    assert spaces.space(shell.context.ws, space).server is None
    choose.address.setText(SERVER + "/")
    choose.go.click()
    qtbot.waitUntil(lambda: sheet.go.isVisible())
    assert spaces.space(shell.context.ws, space).server == SERVER
    assert shell.settings.get("server") == SERVER, "the next circle starts with it"


def test_an_open_invitation_can_be_ended(shell: Shell, qtbot: QtBot) -> None:
    space = founded(shell)
    invite(shell.context.ws, shell.context.vault, space, uses=5)
    sheet = asked(shell, space)
    qtbot.waitUntil(sheet.open_ones.isVisible)
    (end,) = sheet.open_ones.findChildren(Button)
    end.click()
    qtbot.waitUntil(lambda: not sheet.open_ones.isVisible())
    assert open_invitations(shell.context.ws, space) == ()


def test_a_participant_is_told_who_can_invite(
    shell: Shell, server: RunningServer, tmp_path: Path, qtbot: QtBot
) -> None:
    ctx = shell.context
    ctx.ws.clock.ms = time.time_ns() // 1_000_000  # type: ignore[attr-defined]
    with machine(tmp_path / "ben", "Ben") as ben:
        link = ben.invite(ben.found(server=server.url))
        space = join(ctx.ws, ctx.vault, link, my_name="Amina", engine=ctx.engine)
    before = len(journal.stored(ctx.ws, space))
    sheet = asked(shell, space)
    sheet.go.click()
    qtbot.waitUntil(lambda: "Only organizers" in sheet.problem.text())
    assert sheet.go.isEnabled() and len(journal.stored(ctx.ws, space)) == before


def test_the_code_holds_a_finder_in_three_corners_and_nothing_for_no_text(theme: Theme) -> None:
    code = QrCode(theme, name="code")
    code.show_text("circle://j/" + "A" * 140)
    size = len(code.modules)
    finder = tuple((True, *(y in (0, 6) for _ in range(5)), True) for y in (0, 6))
    for x, y in ((0, 0), (size - 7, 0), (0, size - 7)):
        assert (code.modules[y][x : x + 7], code.modules[y + 6][x : x + 7]) == finder
    assert {len(line) for line in code.modules} == {size}
    code.show_text("")
    assert code.modules == ()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_code_is_painted_dark_on_white_module_for_module(theme: Theme, qtbot: QtBot, scheme: str) -> None:
    theme.set_scheme(scheme)
    code = QrCode(theme, name="code")
    qtbot.addWidget(code)
    code.resize(code.sizeHint())
    code.show_text("circle://j/" + "A" * 140)
    picture = code.grab().toImage()
    count = len(code.modules)
    step = code.width() // (count + 8)
    start = (code.width() - step * (count + 8)) / 2 + 4 * step
    for y, line in enumerate(code.modules):
        for x, on in enumerate(line):
            seen = picture.pixelColor(int(start + (x + 0.5) * step), int(start + (y + 0.5) * step))
            assert seen.lightness() == (0 if on else 255), (x, y)


def test_somebody_who_joined_is_made_an_organizer_and_another_is_removed(
    shell: Shell, server: RunningServer, tmp_path: Path, qtbot: QtBot
) -> None:
    space = founded(shell, server=server.url)
    ctx = shell.context
    link = invite(ctx.ws, ctx.vault, space, uses=2).link
    assert ctx.engine.sync(space).problem is None
    with machine(tmp_path / "ben", "Ben") as ben, machine(tmp_path / "cem", "Cem") as cem:
        ben.join(link)
        cem.join(link)
    assert ctx.engine.sync(space).problem is None
    shell.runner.nudge = lambda: None  # type: ignore[method-assign]
    who = {p.name: p for p in people(ctx.ws, space)}
    promote_sheet(ctx, who["Ben"], shell).accept()
    remove_sheet(ctx, who["Cem"], shell).accept()

    def roles() -> dict[bytes | None, str]:
        return {m.member16: m.role for m in circle_members(ctx.ws, space)}

    qtbot.waitUntil(
        lambda: roles() == {who["Amina"].member: "organizer", who["Ben"].member: "organizer", who["Cem"].member: ""}
    )
    qtbot.waitUntil(lambda: [p.name for p in people(ctx.ws, space)] == ["Amina", "Ben"])


def test_the_only_organizer_of_a_circle_with_others_cannot_leave_and_is_told_why(
    shell: Shell, server: RunningServer, tmp_path: Path, qtbot: QtBot
) -> None:
    space = founded(shell, server=server.url)
    ctx = shell.context
    link = invite(ctx.ws, ctx.vault, space).link
    assert ctx.engine.sync(space).problem is None
    with machine(tmp_path / "ben", "Ben") as ben:
        ben.join(link)
    assert ctx.engine.sync(space).problem is None
    mine = next(p for p in people(ctx.ws, space) if p.name == "Amina")
    sheet = leave_sheet(ctx, mine, shell)
    sheet.open()
    sheet.accept()
    qtbot.waitUntil(lambda: "only organizer" in sheet.problem.text())
    assert spaces.space(ctx.ws, space).state == "active"


def test_who_joined_while_the_invitation_ended_waits_on_the_page_and_is_let_in(
    shell: Shell, server: RunningServer, tmp_path: Path, qtbot: QtBot
) -> None:
    space = founded(shell, server=server.url)
    ctx = shell.context
    link = invite(ctx.ws, ctx.vault, space).link
    assert ctx.engine.sync(space).problem is None
    shell.runner.nudge = lambda: None  # type: ignore[method-assign]
    (invitation,) = open_invitations(ctx.ws, space)
    end_invitation(ctx.ws, ctx.vault, space, invitation.id)
    with machine(tmp_path / "dora", "Dora") as dora:
        theirs = dora.join(link)
        doors = doors_on_the_page(shell, qtbot, space, 2)
        doors()[1].click()
        qtbot.waitUntil(lambda: not doors())
        assert ctx.engine.sync(space).problem is None
        assert dora.sync(theirs).problem is None
        assert ctx.engine.sync(space).problem is None
    assert {p.name for p in people(ctx.ws, space)} == {"Amina", "Dora"}


def test_who_waits_can_be_told_no_after_one_question(
    shell: Shell, server: RunningServer, tmp_path: Path, qtbot: QtBot
) -> None:
    space = founded(shell, server=server.url)
    ctx = shell.context
    link = invite(ctx.ws, ctx.vault, space, confirm=True).link
    assert ctx.engine.sync(space).problem is None
    shell.runner.nudge = lambda: None  # type: ignore[method-assign]
    with machine(tmp_path / "dora", "Dora") as dora:
        theirs = dora.join(link)
        doors = doors_on_the_page(shell, qtbot, space, 2)
        shut_the_door(shell, qtbot, space, doors)
        problem = dora.sync(theirs).problem
        assert problem is not None and problem.code == "invitation_spent"
    assert {p.name for p in people(ctx.ws, space)} == {"Amina"}


def test_who_is_in_without_being_listed_is_told_and_can_be_shown_out(
    shell: Shell, server: RunningServer, tmp_path: Path, qtbot: QtBot
) -> None:
    space = founded(shell, server=server.url)
    ctx = shell.context
    link = invite(ctx.ws, ctx.vault, space).link
    assert ctx.engine.sync(space).problem is None
    shell.runner.nudge = lambda: None  # type: ignore[method-assign]
    with machine(tmp_path / "dora", "Dora") as dora:
        theirs = dora.join(link)
        (row,) = [p.ref.row for p in people(dora.ws, theirs) if p.name == "Dora"]
        dora.ws.record(theirs, (Put(PEOPLE, row, {"deleted": 1}),))
        assert dora.sync(theirs).problem is None
        doors = doors_on_the_page(shell, qtbot, space, 1)
        shut_the_door(shell, qtbot, space, doors)
        problem = dora.sync(theirs).problem
        assert problem is not None and problem.code == "no_access"
