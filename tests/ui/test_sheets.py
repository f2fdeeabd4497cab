"""The sheets of first steps and planning in large text and long words: named, whole, and never to be scrolled sideways."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from circle_app.workspace import library, settings
from circle_app.workspace.commands.meetings import plan_meeting
from circle_app.workspace.commands.people import add_person
from circle_app.workspace.queries.meetings import meetings
from tests.support.workspaces import StillClock, new_circle
from tests.ui.test_screens import cut_off, overlapping, pushed_sideways, unnamed
from ui.app import make_shell, open_folder
from ui.dialogs.circle_profile import CircleProfile
from ui.dialogs.coming import ComingDialog
from ui.dialogs.from_library import FromLibrary, UseInMeeting
from ui.dialogs.join import JoinDialog
from ui.dialogs.start_circle import StartCircleDialog
from ui.language import speak
from ui.models.shelf import shelve_sample
from ui.shell import Shell
from ui.widgets.sheet import Sheet

LOOKS = {
    "light": {"theme": "light"},
    "dark": {"theme": "dark"},
    "double": {"theme": "light", "text_scale": "2"},
    "pseudo": {"theme": "light", "language": "xx"},
}


@pytest.fixture(params=sorted(LOOKS))
def window(request: pytest.FixtureRequest, qapp: QApplication, tmp_path: Path) -> Iterator[Shell]:
    ws, vault = open_folder(tmp_path / "data", clock=StillClock())
    with ws:
        settings.put(ws, "me_name", "Amina Diallo")
        for name, value in LOOKS[request.param].items():
            settings.put(ws, name, value)
        space = new_circle(ws, name="Elm Street Greening")
        plan_meeting(ws, space, title="What could our street become?")
        shell = make_shell(ws, vault)
        shelve_sample(shell.context)
        shell.show()
        yield shell
        shell.shut_down()
        shell.close()
        shell.deleteLater()
        speak(qapp, "en")


def start(shell: Shell) -> Sheet:
    sheet = StartCircleDialog(shell.context, shell)
    sheet.kind.set_code("other")
    sheet.kind.chosen.emit("other")
    for name in ("Łucja Nowak-Wiśniewska of Elm Street", "محمّد علي"):
        sheet.founders.field.setText(name)
        sheet.founders.take()
    return sheet


def profile(shell: Shell) -> Sheet:
    return CircleProfile(shell.context, 1, shell)


def join(shell: Shell) -> Sheet:
    return JoinDialog(shell.context, shell)


def borrow(shell: Shell) -> Sheet:
    ws = shell.context.ws
    ref = plan_meeting(ws, 1, title="Tuesday")
    return FromLibrary(shell.context, meeting=ref, parent=shell)


def coming(shell: Shell) -> Sheet:
    ws = shell.context.ws
    for number in range(14):
        add_person(ws, 1, name=f"Łucja Nowak-Wiśniewska the {number}th")
    return ComingDialog(shell.context, meetings(ws, 1)[0].ref, shell)


def use(shell: Shell) -> Sheet:
    release = library.releases(shell.context.ws)[0].release
    return UseInMeeting(shell.context, release, release.modules[0], parent=shell)


@pytest.mark.parametrize("make", [start, profile, join, borrow, use, coming], ids=lambda make: make.__name__)
def test_a_sheet_is_whole_in_every_look(window: Shell, make: Callable[[Shell], Sheet]) -> None:
    sheet = make(window)
    sheet.open()
    for _ in range(4):
        QApplication.processEvents()
    room = sheet.screen().availableGeometry()
    assert sheet.width() <= room.width() and sheet.height() <= room.height()
    hard = window.theme.scale > 1 or window.settings.language == "xx"
    assert [*unnamed(sheet), *cut_off(sheet), *pushed_sideways(sheet, 48 if hard else 2), *overlapping(sheet)] == []
    sheet.reject()
