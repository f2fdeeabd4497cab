"""My computers: which speak for me in each circle, taking another one into use, and taking a lost one out of use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFileDialog, QLayout, QWidget

from circle_app.errors import CircleError
from circle_app.workspace import spaces
from circle_app.workspace.queries.circles import my_circles
from ui import text
from ui.context import AppContext
from ui.dialogs.device_name import DeviceNameSheet
from ui.problems import sentence
from ui.views.people_member import MemberSheet
from ui.views.synccentre_words import moment
from ui.widgets.base import Label
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.chip import Chip, IconLabel
from ui.widgets.fields import TextField
from ui.widgets.flow import Flow
from ui.widgets.labelled import Labelled
from ui.widgets.layouts import clear, column, row
from ui.widgets.sheet import Sheet

if TYPE_CHECKING:
    from sync.client.devices import Device
    from sync.client.linking import LinkFile


@dataclass(frozen=True, slots=True)
class InCircle:
    """The computers of one person in one circle, with the names given to them here."""

    space: int
    circle: str
    devices: tuple[tuple[Device, str], ...]


def read_devices(ctx: AppContext, space: int | None, member16: bytes | None) -> tuple[InCircle, ...]:
    """Out of the signed log: not for the GUI thread."""
    from sync.client.devices import devices_of
    from sync.client.linking import device_name

    found = []
    for card in my_circles(ctx.ws):
        here = spaces.space(ctx.ws, card.space)
        if here.key_salt is None or here.demo or here.state != "active" or space not in (None, card.space):
            continue
        listed = devices_of(ctx.ws, ctx.vault, card.space, member16)
        found.append(InCircle(card.space, card.name, tuple((d, device_name(ctx.ws, d.dev)) for d in listed)))
    return tuple(found)


class DevicesSheet(Sheet):
    """One's own computers in every circle, or those of a member of one circle (for organizers)."""

    def __init__(
        self,
        ctx: AppContext,
        parent: QWidget,
        *,
        space: int | None = None,
        member16: bytes | None = None,
        name: str = "",
    ) -> None:
        super().__init__(ctx.theme, "", width=600, parent=parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._ctx, self._space, self._member = ctx, space, member16
        self._found: tuple[InCircle, ...] | None = None
        self._names: dict[bytes, Button] = {}
        self._held: bytes | None = None
        title = self.tr("Computers of {name}").format(name=name) if member16 else self.tr("My computers")
        self.setWindowTitle(title)
        self.heading.setText(title)
        theme = ctx.theme
        words = self.tr(
            "Each computer has keys of its own. One that is lost or stolen keeps what it had; take it out of use, and it gets "
            "nothing new and nothing it writes counts any more."
        )
        self.body.addWidget(Label(theme, words, color="ink2", wrap=True))
        self.lines = column(theme, gap=8)
        self.body.addLayout(self.lines)
        self.body.addStretch(1)
        if member16 is None:
            self.add = Button(theme, self.tr("Add my other computer…"), look="teal", icon="laptop")
            self.add.clicked.connect(lambda _on=False: AddComputerSheet(ctx, self).open())
            self.take = Button(theme, self.tr("I have a file from there…"), look="outline", icon="file-up")
            self.take.clicked.connect(lambda _on=False: TakeFileSheet(ctx, self).open())
            self.body.addWidget(Flow(theme, self.add, self.take, gap=10))
        done = Button(theme, self.tr("Done"), look="primary")
        done.clicked.connect(lambda _on=False: self.accept())
        self.foot().addStretch(1)
        self.foot().addWidget(done)
        ctx.bus.watch(self, {"sync", "spaces", "settings"}, self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Read the log anew, away from the window."""
        self._ctx.tasks.run(self, lambda: read_devices(self._ctx, self._space, self._member), self._show)

    def _show(self, found: tuple[InCircle, ...]) -> None:
        if found == self._found:
            return
        theme = self._ctx.theme
        self._held = next((dev for dev, button in self._names.items() if button is self.focusWidget()), self._held)
        self._found, self._names = found, {}
        clear(self.lines)
        if not found:
            self.lines.addWidget(
                Label(theme, self.tr("No circle here is shared with others yet."), color="ink3", wrap=True)
            )
        for one in found:
            card = Card(theme, fill_color="sunken", border=None, shadow=False, padding=(16, 12, 16, 12), gap=8)
            card.body.addWidget(Label(theme, one.circle, role="strong", wrap=True))
            for device, name in one.devices:
                card.body.addLayout(self._line(one, device, name))
            self.lines.addWidget(card)
        QTimer.singleShot(0, self, self._settle)

    def _settle(self) -> None:
        """The new lines are shown now: the sheet fits them, and the keyboard is where it was."""
        self.fit()
        if self._held in self._names:
            self._names[self._held].setFocus(Qt.FocusReason.OtherFocusReason)
        self._held = None

    def _line(self, one: InCircle, device: Device, name: str) -> QLayout:
        theme = self._ctx.theme
        title = self._title(device, name)
        told = []
        if device.last_ms is not None:
            told.append(self.tr("wrote last {when}").format(when=moment(device.last_ms, self._ctx.ws.clock.now_ms())))
        told.append(self.tr("%Ln change(s) here", "", device.wrote))
        words = column(theme, Label(theme, title, role="medium", wrap=True),
                       Label(theme, "  ·  ".join(told), role="second", color="ink3", wrap=True), gap=1)  # fmt: skip
        why = self._why(device)
        if why:
            words.addWidget(Label(theme, why, role="second", color="ink3", wrap=True))
        line = row(theme, IconLabel(theme, "laptop", size=18, color="ink2"), gap=12)
        line.addLayout(words, 1)
        call = Button(theme, self.tr("Name…"), look="quiet", height=32)
        call.setAccessibleName(self.tr("Give a name: {what}").format(what=f"{title}, {one.circle}"))
        call.clicked.connect(lambda _on=False: self.name_sheet(one, device, name).open())
        self._names[device.dev] = call
        line.addWidget(call)
        if device.state != "in_use":
            gone = self.tr("replaced") if device.state == "replaced" else self.tr("out of use")
            line.addWidget(Chip(theme, gone, tone="plain"))
        elif device.may_withdraw:
            end = Button(theme, self.tr("Take out of use…"), look="quiet", height=32)
            end.setAccessibleName(self.tr("Take out of use: {what}").format(what=f"{title}, {one.circle}"))
            end.clicked.connect(lambda _on=False: withdraw_sheet(self._ctx, self, one, device, title).open())
            line.addWidget(end)
        return line

    def name_sheet(self, one: InCircle, device: Device, name: str) -> DeviceNameSheet:
        """Asks for a name: of this computer in every circle, of another one in this circle alone."""
        shared = (
            [d.dev for each in self._found or () for d, _ in each.devices if d.this] if device.this else [device.dev]
        )
        title = f"{self._title(device, name)}, {one.circle}" if not device.this else self._title(device, name)
        return DeviceNameSheet(self._ctx, self, devs=shared, title=title, name=name)

    def _why(self, device: Device) -> str:
        """What became of a computer that is not in use."""
        if device.state == "withdrawn":
            return self.tr("It gets nothing new; what it wrote before it was taken out of use stays.")
        if device.state == "replaced" and device.since_ms is not None:
            when = moment(device.since_ms, self._ctx.ws.clock.now_ms())
            return self.tr("It goes on under a new key since {when}; what it wrote before stays.").format(when=when)
        if device.state == "replaced":
            return self.tr("It goes on under a new key; what it wrote before stays.")
        return ""

    def _title(self, device: Device, name: str) -> str:
        if device.this:
            return name or self.tr("This computer")
        if name:
            return name
        return self.tr("The first computer") if device.first else self.tr("Another computer")


def withdraw_sheet(ctx: AppContext, parent: QWidget, one: InCircle, device: Device, title: str) -> MemberSheet:
    """Asks before a computer is taken out of use: that cannot be taken back."""

    def work() -> None:
        from sync.client.devices import withdraw_device

        withdraw_device(ctx.ws, ctx.vault, one.space, device.dev)

    words = _tr(
        "It keeps what it had until today. From the next sync on it gets nothing new, the circle has a new key, and whatever "
        "it writes is put aside. This cannot be taken back; the computer can be added anew later."
    )
    return MemberSheet(
        ctx, parent, work, title=_tr("Take it out of use?"), words=f"{title}, {one.circle}. {words}",
        go=_tr("Take out of use"), done=_tr("Out of use. The others hear of it with the next sync."),
    )  # fmt: skip


class AddComputerSheet(Sheet):
    """Makes the file for the other computer and shows the code that opens it."""

    def __init__(self, ctx: AppContext, parent: QWidget) -> None:
        super().__init__(ctx.theme, "", width=560, parent=parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._ctx = ctx
        self.setWindowTitle(self.tr("Add my other computer"))
        self.heading.setText(self.tr("Add my other computer"))
        theme = ctx.theme
        steps = (
            self.tr("1. Save a file and bring it to the other computer, on a stick for example. No network is needed."),
            self.tr("2. Start Citizen Circles there, then Settings, My computers, “I have a file from there”."),
            self.tr("3. Type the code that is shown here. Delete the file afterwards."),
        )
        for step in steps:
            self.body.addWidget(Label(theme, step, color="ink2", wrap=True))
        self.code = Label(theme, role="stage", wrap=True, selectable=True, center=True)
        self.code.hide()
        self.note = Label(theme, role="second", color="ink3", wrap=True)
        self.body.addWidget(self.code)
        self.body.addWidget(self.note)
        self.body.addStretch(1)
        self.save = self.add_buttons(self.tr("Save the file…"), self.tr("Close"))

    def accept(self) -> None:
        """Ask where to put the file, then make it: it takes a second, away from the window."""
        if not self.save.isEnabled():
            return
        place, _kind = QFileDialog.getSaveFileName(
            self, self.tr("Save the file"), self.tr("my other computer") + ".circlelink"
        )  # fmt: skip
        if place:
            self.make(Path(place))

    def make(self, place: Path) -> None:
        """Write the file and show its code."""
        ctx = self._ctx
        self.save.setEnabled(False)

        def work() -> LinkFile:
            from sync.client.linking import offer

            made = offer(ctx.ws, ctx.vault)
            try:
                place.write_bytes(made.data)
            except OSError as fault:
                raise CircleError("The file cannot be saved there.", "Choose another place.") from fault
            return made

        ctx.tasks.run(self, work, self._made, self._failed)

    def _made(self, made: LinkFile) -> None:
        self.save.setEnabled(True)
        self.code.setText(made.code)
        self.code.setAccessibleName(self.tr("The code: {code}").format(code=" ".join(made.code)))
        self.code.show()
        self.note.setText(
            self.tr("The file is saved. Whoever has both file and code can read your circles, so keep them apart; "
                    "once it was used, the file opens no door any more.")
        )  # fmt: skip
        self.fit()
        self._ctx.runner.nudge()

    def _failed(self, problem: CircleError) -> None:
        self.save.setEnabled(True)
        self.say_problem(sentence(problem))


class TakeFileSheet(Sheet):
    """Takes this computer into use by a file from the other one and its code."""

    def __init__(self, ctx: AppContext, parent: QWidget, *, choose: Callable[[], str] | None = None) -> None:
        super().__init__(ctx.theme, "", width=520, parent=parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._ctx, self._choose = ctx, choose or self._ask
        self._data = b""
        self.setWindowTitle(self.tr("A file from my other computer"))
        self.heading.setText(self.tr("A file from my other computer"))
        theme = ctx.theme
        self.file = Button(theme, self.tr("Choose the file…"), look="outline", icon="folder-open")
        self.file.clicked.connect(lambda _on=False: self.open_file())
        self.code = TextField(theme, name=self.tr("Code"), hint="XXXX-XXXX-XXXX-XXXX", role="field_big", height=46)
        self.code.returnPressed.connect(self.accept)
        self.body.addWidget(Flow(theme, self.file))
        hint = self.tr("It is on the screen of the other computer.")
        self.body.addWidget(Labelled(theme, self.tr("Code"), self.code, hint=hint))
        self.body.addStretch(1)
        self.go = self.add_buttons(self.tr("Bring my circles here"), self.tr("Not now"))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.file.setFocus(Qt.FocusReason.OtherFocusReason)

    def open_file(self) -> None:
        """Choose and read the file; what it is, is seen when it is opened."""
        place = self._choose()
        if not place:
            return
        try:
            self._data = Path(place).read_bytes()
        except OSError:
            self.say_problem(self.tr("This file cannot be read. Choose another one."))
            return
        self.file.set_label(text.isolated(Path(place).name))
        self.code.setFocus(Qt.FocusReason.OtherFocusReason)

    def accept(self) -> None:
        """Open the file and take in what it holds."""
        if not self.go.isEnabled():
            return
        if not self._data:
            self.say_problem(self.tr("Choose the file first."))
            return
        ctx, data, code = self._ctx, self._data, self.code.text()
        self.go.setEnabled(False)

        def work() -> tuple[int, ...]:
            from sync.client.linking import take

            return take(ctx.ws, ctx.vault, data, code)

        ctx.tasks.run(self, work, self._taken, self._failed)

    def _taken(self, taken: tuple[int, ...]) -> None:
        ctx = self._ctx
        words = self.tr("%Ln circle(s) (is|are) on this computer now.", "", len(taken))
        ctx.toast(words if taken else self.tr("Everything in this file is here already."))
        ctx.runner.nudge()
        super().accept()

    def _failed(self, problem: CircleError) -> None:
        self.go.setEnabled(True)
        self.say_problem(sentence(problem))

    def _ask(self) -> str:
        return QFileDialog.getOpenFileName(self, self.tr("Choose the file"), "", "*.circlelink")[0]


def _tr(words: str) -> str:
    return QCoreApplication.translate("Devices", words)
