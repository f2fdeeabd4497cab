"""Every dialog there is, opened over the window."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QDialog, QWidget

from circle_app.domain.schema import NOTES
from circle_app.workspace import library
from circle_app.workspace.commands.attendance import mark
from circle_app.workspace.commands.outcomes import add_outcome
from circle_app.workspace.queries.checklist import checklist
from circle_app.workspace.queries.cycles import cycles
from circle_app.workspace.queries.files import File, files_of
from circle_app.workspace.queries.meetings import attendance, meeting, meetings
from circle_app.workspace.queries.notes import notes
from circle_app.workspace.queries.outcomes import outcomes
from circle_app.workspace.queries.people import people
from circle_app.workspace.queries.rota import roster
from circle_app.workspace.queries.tasks import tasks
from sync.client.enrol import Invitation
from tests.support.pictures import drawn
from tests.ui.theatre import NOON_MS, PICTURE, TEXT, evening, go, settle
from ui.dialogs import (
    arrival,
    bring,
    check,
    circle_profile,
    coming,
    device_name,
    devices,
    file_sheets,
    files,
    from_library,
    hands,
    invite,
    invite_server,
    join,
    licences,
    move_date,
    one_line,
    papers,
    passphrase,
    person,
    series,
    start_circle,
    successor,
    task_words,
    templates,
)
from ui.dialogs.dots import DotsSheet
from ui.models.evening import read_evening
from ui.models.shelf import shelve_sample
from ui.papers import PaperOf
from ui.shell import Shell
from ui.shortcuts import ShortcutSheet
from ui.states import VOTE, Stage
from ui.views.live_replan import BackdateSheet, ReplanSheet
from ui.views.people_member import promote_sheet


def over(make: Callable[[Shell, Stage], QDialog], shell: Shell, stage: Stage) -> QWidget:
    go(shell, "circle", 1)
    sheet = make(shell, stage)
    sheet.open()
    sheet.activateWindow()
    settle()
    return sheet


def _by_name(name: str, shell: Shell, _stage: Stage) -> QDialog:
    before = set(shell.findChildren(QDialog))
    shell.open_dialog(name, evening(shell))
    return next(dialog for dialog in shell.findChildren(QDialog) if dialog not in before)


def _attached(shell: Shell, name: str) -> File:
    ws = shell.context.ws
    return next(one for note in notes(ws) for one in files_of(ws, note.ref) if one.name == name)


def _printing(shell: Shell, _stage: Stage) -> QDialog:
    sheet = papers.PrintSheet(shell.context, shell)
    sheet.show_ref(PaperOf(evening(shell), "agenda"))
    return sheet


def _arrival(shell: Shell, _stage: Stage) -> QDialog:
    ws, ref = shell.context.ws, evening(shell)
    mark(ws, ref, people(ws, 1)[0].ref, status="present")
    seat = next(seat for seat in attendance(ws, ref) if seat.arrived_ms)
    return arrival.ArrivalSheet(shell.context, meeting(ws, ref), seat, shell)


def _voting(shell: Shell, stage: Stage) -> QDialog:
    ref, _ = stage.running(VOTE)
    for words in ("Planters at the gate", "A bench at the bus stop, in the shade of the plane"):
        add_outcome(stage.ws, ref, kind="idea", text=words, dots=3)
    return DotsSheet(shell.context, read_evening(stage.ws, ref), shell)


def _hands(shell: Shell, _stage: Stage) -> QDialog:
    ws = shell.context.ws
    line = next(line for card in meetings(ws, 1) for line in outcomes(ws, card.ref) if line.kind == "decision")
    return hands.HandsSheet(shell.context, line, present=9, parent=shell)


def invitation(shell: Shell, stage: Stage, *, made: bool) -> QWidget:
    """What an invitation may be like, or the one that was made."""
    sheet = over(SHEETS["InviteDialog"], shell, stage)
    assert isinstance(sheet, invite.InviteDialog)
    sheet._has_server()
    if made:
        sheet.show_invitation(Invitation("https://meet.example/j/" + "k" * 90, b"", NOON_MS))
    settle()
    return sheet


def _move(shell: Shell, _stage: Stage) -> QDialog:
    known = roster(shell.context.ws, cycles(shell.context.ws, 1)[0].ref)
    card = next(card for card in known.dates if card.state == "planned")
    return move_date.MoveSheet(shell.context, known, card, shell)


def _use(shell: Shell, _stage: Stage) -> QDialog:
    shelve_sample(shell.context)
    ws = shell.context.ws
    release = library.release(ws, library.releases(ws)[0].hash)
    return from_library.UseInMeeting(shell.context, release, release.modules[0], parent=shell)


def _promote(shell: Shell, _stage: Stage) -> QDialog:
    joined = next(one for one in people(shell.context.ws, 1) if one.member is not None)
    return promote_sheet(shell.context, joined, shell)


def _check(shell: Shell, _stage: Stage) -> QDialog:
    ws = shell.context.ws
    return check.CheckSheet(shell.context, checklist(ws, cycles(ws, 1)[0].ref)[0].ref, shell)


def _replan(kind: type[QDialog], shell: Shell, stage: Stage) -> QDialog:
    ref, _ = stage.running(after=23)
    return kind(shell.context, ref, shell)


SHEETS: Mapping[str, Callable[[Shell, Stage], QDialog]] = MappingProxyType(
    {
        "ShortcutSheet": lambda s, _: ShortcutSheet(s.theme, s),
        "ArrivalSheet": _arrival,
        "BringSheet": lambda s, _: bring.BringSheet(s.context, people(s.context.ws, 1)[2].ref, s),
        "CheckSheet": _check,
        "CircleProfile": lambda s, _: circle_profile.CircleProfile(s.context, 1, s),
        "ComingDialog": lambda s, _: coming.ComingDialog(s.context, evening(s), s),
        "DeviceNameSheet": lambda s, _: device_name.DeviceNameSheet(
            s.context, s, devs=(b"d" * 16,), title="Ana's computer", name="Laptop"
        ),
        "MemberSheet": _promote,
        "DevicesSheet": lambda s, _: devices.DevicesSheet(s.context, s),
        "AddComputerSheet": lambda s, _: devices.AddComputerSheet(s.context, s),
        "TakeFileSheet": lambda s, _: devices.TakeFileSheet(s.context, s),
        "DotsSheet": _voting,
        "TracesSheet": lambda s, _: file_sheets.TracesSheet(s.theme, 3, lambda _keep: None, s),
        "OpenSheet": lambda s, _: file_sheets.OpenSheet(s.theme, _attached(s, TEXT), s),
        "PictureSheet": lambda s, _: file_sheets.PictureSheet(
            s.theme, _attached(s, PICTURE), QImage.fromData(drawn("PNG", 300, 200)), s
        ),
        "NameSheet": lambda s, _: file_sheets.NameSheet(s.theme, _attached(s, TEXT), s),
        "FilesSheet": lambda s, _: files.FilesSheet(s.context, notes(s.context.ws)[0].ref, NOTES, "A note", s),
        "UseInMeeting": _use,
        "FromLibrary": lambda s, _: from_library.FromLibrary(s.context, meeting=evening(s), parent=s),
        "HandsSheet": _hands,
        "ServerSheet": lambda s, _: invite_server.ServerSheet(s.context, 1, s),
        "InviteDialog": lambda s, _: invite.InviteDialog(s.context, s, space=1),
        "JoinDialog": lambda s, _: join.JoinDialog(s.context, s),
        "KioskSheet": partial(_by_name, "kiosk"),
        "LicencesSheet": lambda s, _: licences.LicencesSheet(s.theme, s),
        "MoveSheet": _move,
        "LineSheet": lambda s, _: one_line.LineSheet(s.context, "Name the cycle", "Spring", lambda _text: None, s),
        "PrintSheet": _printing,
        "PassphraseSheet": lambda s, _: passphrase.PassphraseSheet(s.context, s),
        "PersonDialog": lambda s, _: person.PersonDialog(s.context, s, ref=people(s.context.ws, 1)[2].ref),
        "SeriesSheet": lambda s, _: series.SeriesSheet(s.context, 1, s),
        "SignInSheet": partial(_by_name, "signin"),
        "StartCircleDialog": lambda s, _: start_circle.StartCircleDialog(s.context, s),
        "SuccessorSheet": lambda s, _: successor.SuccessorSheet(s.context, s, space=1),
        "TaskSheet": lambda s, _: task_words.TaskSheet(s.context, tasks(s.context.ws)[0].ref, s),
        "TemplatesSheet": lambda s, _: templates.TemplatesSheet(s.context, evening(s), parent=s),
        "ReplanSheet": partial(_replan, ReplanSheet),
        "BackdateSheet": partial(_replan, BackdateSheet),
        "SearchPalette": partial(_by_name, "search"),
    }
)
"""By the name of its class, every dialog there is."""
