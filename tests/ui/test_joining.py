"""Joining over a real server: the link that one person's window made brings another person's window into the circle."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from circle_app.workspace.queries.circles import my_circles
from circle_app.workspace.queries.people import people
from tests.support.machines import machine
from tests.support.server import RunningServer
from ui.dialogs.join import JoinDialog
from ui.shell import Shell


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    running = RunningServer(tmp_path / "server")
    yield running
    running.stop()


def asked(shell: Shell, text: str) -> JoinDialog:
    sheet = JoinDialog(shell.context, shell)
    sheet.open()
    QApplication.processEvents()
    sheet.text.setPlainText(text)
    return sheet


def test_a_pasted_invitation_brings_the_circle_and_its_people(
    shell: Shell, server: RunningServer, tmp_path: Path, qtbot: QtBot
) -> None:
    shell.context.ws.clock.ms = time.time_ns() // 1_000_000  # type: ignore[attr-defined]
    with machine(tmp_path / "ana", "Ana") as ana:
        theirs = ana.found(server=server.url, topic="Bees")
        link = ana.invite(theirs, uses=1)
        sheet = asked(shell, f"Dear Amina,\n\n{link}\n\nSee you on Tuesday!")
        assert "127.0.0.1" in sheet.says.text()
        sheet.go.click()
        qtbot.waitUntil(lambda: sheet.space is not None, timeout=20_000)
        ws = shell.context.ws
        card = my_circles(ws)[0]
        assert (card.name, card.topic) == ("Elm Street", "Bees")
        assert shell.place == ("circle", card.space)
        assert {person.name for person in people(ws, card.space)} == {"Ana", "Amina Diallo"}
        ana.sync(theirs)
        assert {person.name for person in people(ana.ws, theirs)} == {"Ana", "Amina Diallo"}


def test_an_invitation_that_is_used_up_is_explained(
    shell: Shell, server: RunningServer, tmp_path: Path, qtbot: QtBot
) -> None:
    shell.context.ws.clock.ms = time.time_ns() // 1_000_000  # type: ignore[attr-defined]
    with machine(tmp_path / "ana", "Ana") as ana, machine(tmp_path / "ben", "Ben") as ben:
        link = ana.invite(ana.found(server=server.url), uses=1)
        ben.join(link)
    sheet = asked(shell, link)
    sheet.go.click()
    qtbot.waitUntil(lambda: "new one" in sheet.problem.text(), timeout=20_000)
    assert sheet.go.isEnabled() and sheet.text.toPlainText() == link
    assert my_circles(shell.context.ws) == ()
