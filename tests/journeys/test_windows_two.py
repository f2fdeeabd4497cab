"""Two people at two windows, by keyboard: a course, an invitation, an evening without the server, and one same ending."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from circle_app.workspace.dump import dump
from circle_app.workspace.library import releases
from circle_app.workspace.queries.circles import my_circles
from circle_app.workspace.queries.meetings import agenda, attendance, meetings
from circle_app.workspace.queries.people import people
from circle_app.workspace.queries.status import sync_status
from circle_app.workspace.queries.tasks import tasks
from circle_app.workspace.verify import state_hash
from tests.journeys.hands import CTRL, ENTER, ESCAPE, SPACE, Hands
from tests.support.server import RunningServer
from ui.app import make_shell, open_folder

COURSE = Path(__file__).resolve().parents[2] / "assets" / "courses" / "listening-and-greening"
TITLE, EVENING = "Quince alley course", "Opening evening"


@pytest.fixture
def newcomer(qapp: QApplication, tmp_path: Path, qtbot: QtBot) -> Iterator[Callable[[str], Hands]]:
    """Makes the window of somebody new, with its own data folder and the background sync at work."""
    with ExitStack() as windows:
        yield lambda name: windows.enter_context(_window(tmp_path, name, qtbot))


def test_two_windows_part_work_alone_and_end_the_same(
    newcomer: Callable[[str], Hands], server: RunningServer, tmp_path: Path
) -> None:
    amina, ben = newcomer("Amina Diallo"), newcomer("Ben Okafor")
    _import_a_course(amina, tmp_path / "course")
    _start_a_circle_from_it(amina)
    link = _invite(amina, server.url)
    _join(ben, link)
    amina.until(lambda: _names(amina) == {"Amina Diallo", "Ben Okafor"})
    _plan(amina)
    ben.until(lambda: any(card.title == EVENING and card.steps == 2 for card in meetings(ben.shell.context.ws)))

    server.stop()
    _hold_the_evening(amina)
    _add_a_step_and_come_late(ben)
    assert all(_waiting(hands) for hands in (amina, ben))
    server.start()

    for hands in (amina, ben, amina):
        _sync(hands)
    amina.until(lambda: _state(amina) == _state(ben))
    _export(ben, tmp_path / "notes.md")


def _import_a_course(amina: Hands, folder: Path) -> None:
    shutil.copytree(COURSE, folder)
    about = folder / "_data" / "course.yml"
    about.write_text(about.read_text(encoding="utf-8").replace("Listen to your street", TITLE), encoding="utf-8")
    amina.come()
    amina.press(Qt.Key.Key_6, held=CTRL)
    amina.tab_to("Import a course")
    amina.choose_folder(folder)
    amina.until(lambda: TITLE in [release.title for release in releases(amina.shell.context.ws)])


def _start_a_circle_from_it(amina: Hands) -> None:
    amina.tab_to("Make a circle from it")
    amina.press(SPACE)
    name = QApplication.focusWidget()
    assert isinstance(name, QLineEdit) and name.text() == TITLE
    amina.replace("Quince Alley")
    amina.tab_to("Start the circle")
    amina.press(SPACE)
    amina.until(lambda: amina.at("circle"))
    ws = amina.shell.context.ws
    assert [card.name for card in my_circles(ws)] == ["Quince Alley"]
    assert len(meetings(ws)) == 3
    assert sum(card.steps for card in meetings(ws)) == 12


def _invite(amina: Hands, address: str) -> str:
    amina.tab_to("Invite")
    amina.press(SPACE)
    assert amina.hears() == "Address of the server"
    amina.press(address, ENTER)
    amina.until(lambda: amina.hears() == "Make the invitation")
    amina.press(SPACE)
    amina.until(lambda: amina.hears() == "Copy the link")
    amina.press(SPACE)
    link = QApplication.clipboard().text()
    assert link.startswith("circle://j/")
    amina.press(ESCAPE)
    amina.until(lambda: not _waiting(amina))
    return link


def _join(ben: Hands, link: str) -> None:
    ben.come()
    ben.tab_to("Join with an invitation")
    ben.press(SPACE)
    assert ben.hears() == "Invitation"
    ben.paste(f"Dear Ben,\n\n{link}\n\nSee you on Tuesday!")
    ben.tab_to("Join")
    ben.press(SPACE)
    ben.until(lambda: ben.at("circle"))
    assert [card.name for card in my_circles(ben.shell.context.ws)] == ["Quince Alley"]


def _plan(amina: Hands) -> None:
    amina.come()
    amina.press(Qt.Key.Key_N, held=CTRL)
    assert amina.at("plan") and amina.hears() == "Add a step"
    amina.press("Welcome 10 min", ENTER, "Walk the alley 40 min", ENTER)
    amina.tab_to("Meeting title")
    amina.replace(EVENING)
    amina.press(Qt.Key.Key_Tab)
    _sync(amina)


def _hold_the_evening(amina: Hands) -> None:
    amina.come()
    amina.choose("Check-in", "Plan")
    amina.press(SPACE, "ami", ENTER, "Dora Lind")
    amina.press(ENTER, held=CTRL)
    amina.press(Qt.Key.Key_F5)
    amina.press(Qt.Key.Key_D, "We plant before we ask", ENTER)
    amina.press("/t Ask about the quince tree @ben fri", ENTER, ESCAPE)
    amina.press(Qt.Key.Key_N, Qt.Key.Key_E)
    assert amina.at("wrapup")


def _add_a_step_and_come_late(ben: Hands) -> None:
    ben.come()
    ben.press(Qt.Key.Key_2, held=CTRL)
    ben.tab_to(EVENING)
    ben.press(ENTER)
    assert ben.at("plan")
    ben.tab_to("Add a step")
    ben.press("Tea together 15 min", ENTER)
    ben.choose("Check-in", "Plan")
    ben.press(SPACE, "ben")
    ben.press(Qt.Key.Key_L, held=CTRL)


def _export(ben: Hands, file: Path) -> None:
    ws = ben.shell.context.ws
    (card,) = (card for card in meetings(ws) if card.title == EVENING)
    assert card.state == "closed"
    assert {item.title for item in agenda(ws, card.ref)} == {"Welcome", "Walk the alley", "Tea together"}
    assert {seat.person.name: seat.status for seat in attendance(ws, card.ref)} == {
        "Amina Diallo": "present", "Ben Okafor": "late", "Dora Lind": "present",
    }  # fmt: skip
    assert [(task.title, task.owner_name) for task in tasks(ws)] == [("Ask about the quince tree", "Ben Okafor")]
    ben.come()
    ben.press(Qt.Key.Key_2, held=CTRL)
    ben.tab_to(EVENING)
    ben.press(ENTER)
    assert ben.at("export")
    ben.tab_to("PDF")
    ben.press(Qt.Key.Key_Right)
    ben.save_as(file)
    notes = file.read_text(encoding="utf-8")
    for line in ("We plant before we ask", "Ask about the quince tree (Ben Okafor", "Dora Lind", "Tea together"):
        assert line in notes, notes


def _sync(hands: Hands) -> None:
    """A person who does not want to wait for the background: to what is saved and sent, sync, and back."""
    hands.come()
    hands.tab_to("Everything is saved")
    hands.press(SPACE)
    hands.until(lambda: hands.at("sync") and hands.hears().startswith("Sync now"))
    hands.press(SPACE)
    hands.until(lambda: not _waiting(hands))
    hands.press(Qt.Key.Key_Left, held=Qt.KeyboardModifier.AltModifier)


def _waiting(hands: Hands) -> int:
    return sum(status.waiting for status in sync_status(hands.shell.context.ws))


def _names(hands: Hands) -> set[str]:
    return {person.name for person in people(hands.shell.context.ws)}


def _state(hands: Hands) -> tuple[object, str]:
    ws = hands.shell.context.ws
    return state_hash(ws), json.dumps(dump(ws), sort_keys=True, default=repr)


@contextmanager
def _window(folder: Path, name: str, qtbot: QtBot) -> Iterator[Hands]:
    ws, vault = open_folder(folder / name.split()[0].lower())
    with ws:
        shell = make_shell(ws, vault)
        shell.resize(1280, 800)
        shell.show()
        shell.runner.start()
        hands = Hands(shell, qtbot)
        hands.come()
        hands.press(name, ENTER)
        yield hands
        shell.close()
        shell.shut_down()
        shell.deleteLater()
