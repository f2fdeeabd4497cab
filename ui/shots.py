"""`python -m ui.shots FOLDER [--only NAME]`: every screen in light and dark and in two sizes, with the demo circle."""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from PySide6.QtWidgets import QDialog

from circle_app.workspace import kiosk
from circle_app.workspace.commands.attendance import mark
from circle_app.workspace.commands.people import add_person
from circle_app.workspace.queries.meetings import meetings
from circle_app.workspace.queries.notes import notes
from circle_app.workspace.queries.people import people
from circle_app.workspace.spaces import forget_space
from ui.dialogs.devices import DevicesSheet
from ui.dialogs.successor import SuccessorSheet
from ui.evening import Moment, evening
from ui.rehearsal import Rehearsal, rehearsal
from ui.shell import Shell
from ui.shortcuts import ShortcutSheet
from ui.states import STATES, Stage
from ui.states_circle import CIRCLE_STATES
from ui.states_opened import OPENED, Opened, on_top, press, put_back
from ui.states_sheets import CIRCLE_SHEETS
from ui.views.live import LiveView

SIZES = ((1440, 900), (1100, 700))
SCHEMES = ("light", "dark")
AROUND = ("meetings", "tasks", "notes", "people", "library", "settings", "sync", "trash")
"""Places beside the evening's own; they are visited the day before."""
DIALOGS = ("search", "start_circle", "join", "shortcuts", "computers", "successor")
NAMES = (
    "محمّد علي", "Adaeze Ångström-Featherstonehaugh", "Björk Jónsdóttir", "Chloé de la Fontaine", "Dmitri Orlov",
    "Eun-ji Park", "فاطمة الزهراء", "Gökhan Yıldız", "Hélène Dufour", "Ivana Horvat", "Jürgen Groß", "Kwame Boateng",
    "陳小明",
)  # fmt: skip
"""Short, long, and written from right to left: those who fill a circle up."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw the screens into a folder, a line for each file."""
    parser = argparse.ArgumentParser(prog="dev.py shots", description="A picture of every screen.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", metavar="NAME", help="one screen, such as home, live or checkin")
    parser.add_argument("--scale", type=int, default=100, help="text size in percent, up to 200")
    parser.add_argument("--rtl", action="store_true", help="mirrored, as for Arabic or Hebrew")
    parser.add_argument("--people", type=int, default=0, help="so many people in the circle, such as 40")
    parser.add_argument("--states", action="store_true", help="the pages of an evening in every state, instead")
    args = parser.parse_args(arguments)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    args.folder.mkdir(parents=True, exist_ok=True)
    kept = 0
    with (
        tempfile.TemporaryDirectory(prefix="shots-") as scratch,
        rehearsal(Path(scratch) / "data", scale=args.scale / 100, mirrored=args.rtl) as stage,
    ):
        shown = states(stage, args.only) if args.states else screens(stage, only=args.only, crowd=args.people)
        for moment in shown:
            kept += _shoot(stage, moment, args.folder)
            if args.only:
                break
    return 0 if kept else parser.error(f"there is no screen called {args.only}")


def screens(stage: Rehearsal, *, only: str | None = None, crowd: int = 0) -> Iterator[Moment]:
    """The moments of the evening, and on the day before it every other place and dialog; or `only` one of them."""
    for moment in evening(stage):
        if moment.name == "checkin":
            _let_in(stage)
        if only in (None, moment.name):
            yield moment
        if moment.name == "checkin" and only in (None, "kiosk"):
            yield from _at_the_door(stage)
        if moment.name == "home":
            _fill_up(stage, crowd)
        elif moment.name == "circle":
            yield from _around(stage, only)


def states(stage: Rehearsal, only: str | None = None) -> Iterator[Moment]:
    """Every state of the pages of an evening, what the second screen shows then, and every state of a circle; or `only` one."""
    next(moment for moment in evening(stage) if moment.name == "home")
    shell = stage.shell
    made = {**{name: Opened(make, ()) for name, make in STATES.items()}, **OPENED}
    for name, opened in made.items():
        if only not in (None, name):
            continue
        place, ref = opened.make(Stage(stage.ws, 1, stage.clock))
        shell.navigate(place, ref)
        stage.come_forward()
        press(shell, opened.keys, stage.settle)
        yield Moment(name, on_top(shell))
        view = shell.view(place)
        if only is None and name in STATES and isinstance(view, LiveView):
            view.toggle_projector()
            for looks in ("second", "names"):
                stage.settle()
                yield Moment(f"{name}-{looks}", view.projector())
                shell.context.second.switch_names()
            if name == "live-planned":
                shell.context.second.switch_agreements()
                stage.settle()
                yield Moment(f"{name}-agreements", view.projector())
            view.toggle_projector()
        put_back(shell, stage.settle)
        stage.come_forward()
    yield from _circles(stage, only)


def _circles(stage: Rehearsal, only: str | None) -> Iterator[Moment]:
    """Every state of the pages of a circle and of a plan, and the sheets that open from them."""
    shell, on = stage.shell, Stage(stage.ws, 1, stage.clock)
    for name, make in CIRCLE_STATES.items():
        if only in (None, name):
            page = make(on)
            page.show(shell)
            stage.settle()
            yield Moment(name)
            shell.navigate("home")
            forget_space(stage.ws, page.space)
    for name, opens in CIRCLE_SHEETS.items():
        if only in (None, name):
            sheet = opens(on, shell.context, shell)
            sheet.open()
            stage.settle()
            yield Moment(name, sheet)
            sheet.reject()
            stage.come_forward()


def _around(stage: Rehearsal, only: str | None) -> Iterator[Moment]:
    shell = stage.shell
    for place in AROUND:
        if only in (None, place):
            shell.navigate(place, notes(stage.ws)[0].ref if place == "notes" else None)
            stage.settle()
            yield Moment(place)
    shell.navigate("home")
    for name in DIALOGS:
        if only not in (None, name):
            continue
        dialog = _open(shell, name)
        stage.settle()
        yield Moment(name, dialog)
        dialog.reject()
        stage.come_forward()


def _open(shell: Shell, name: str) -> QDialog:
    if name == "shortcuts":
        sheet = ShortcutSheet(shell.theme, shell)
        sheet.open()
        return sheet
    if name == "computers":
        computers = DevicesSheet(shell.context, shell)
        computers.open()
        return computers
    if name == "successor":
        successor = SuccessorSheet(shell.context, shell, space=1)
        successor.open()
        return successor
    before = set(shell.findChildren(QDialog))
    shell.open_dialog(name)
    return next(dialog for dialog in shell.findChildren(QDialog) if dialog not in before)


def _shoot(stage: Rehearsal, moment: Moment, folder: Path) -> int:
    """Every look of one moment; gives how many pictures were kept."""
    theme, window = stage.shell.theme, moment.window or stage.shell
    before = window.size()
    sizes: Sequence[tuple[int, int]] = [(before.width(), before.height())] if isinstance(window, QDialog) else SIZES
    for scheme in SCHEMES:
        theme.set_scheme(scheme)
        for width, height in sizes:
            window.resize(width, height)
            file = folder / f"{moment.name}-{scheme}-{width}.png"
            stage.picture(file, window=window)
            print(file.name, flush=True)
    theme.set_scheme(SCHEMES[0])
    window.resize(before)
    stage.settle()
    return len(SCHEMES) * len(sizes)


def _fill_up(stage: Rehearsal, crowd: int) -> None:
    """More people in the first circle, until there are `crowd`."""
    for number in range(len(people(stage.ws, 1, guests=False)), crowd):
        name = NAMES[number % len(NAMES)]
        add_person(stage.ws, 1, name=f"{name} {number}", confirmed=True)


def _at_the_door(stage: Rehearsal) -> Iterator[Moment]:
    """The page where people check themselves in, before and after the name."""
    ws, settle = stage.ws, stage.settle
    kiosk.begin(ws, next(card.ref for card in meetings(ws, 1) if card.state == "planned" and card.steps == 6), "4711")
    settle()
    yield Moment("kiosk")
    kiosk.end(ws)
    settle()


def _let_in(stage: Rehearsal) -> None:
    """Those who were added come as well."""
    meeting = next(card.ref for card in meetings(stage.ws, 1) if card.state == "planned" and card.steps == 6)
    for person in people(stage.ws, 1, guests=False):
        if person.name.startswith(NAMES):
            mark(stage.ws, meeting, person.ref, status="present")


if __name__ == "__main__":
    raise SystemExit(main())
