"""The place where a circle meets its members' computers: asked for before the first invitation."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from circle_app.errors import CircleError
from circle_app.workspace import spaces
from circle_app.workspace.queries.circles import circle
from ui.context import AppContext
from ui.problems import sentence
from ui.widgets.base import Label
from ui.widgets.button import Button
from ui.widgets.fields import TextField
from ui.widgets.labelled import Labelled
from ui.widgets.layouts import fill, row
from ui.widgets.sheet import Sheet


class ChooseServer(QWidget):
    """`chosen()` fires when the circle has its server; an address that may not be used is explained at the field."""

    chosen = Signal()

    def __init__(self, ctx: AppContext, space: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ctx, self._space = ctx, space
        theme = ctx.theme
        words = self.tr(
            "To join from their own computers, people need one place where changes are picked up: a server of your circle, "
            "your library or your town. It only ever sees sealed envelopes, never a word of yours."
        )
        self.address = TextField(
            theme, name=self.tr("Address of the server"), hint="https://circles.example.org", icon="globe",
            text=spaces.space(ctx.ws, space).server or ctx.settings.get("server"),
        )  # fmt: skip
        self.labelled = Labelled(theme, self.tr("Address of the server"), self.address)
        self.go = Button(theme, self.tr("Use this server"), look="teal")
        layout = QVBoxLayout(self)
        fill(
            theme,
            layout,
            Label(theme, words, color="ink2", wrap=True),
            self.labelled,
            row(theme, None, self.go),
            gap=12,
        )
        self.address.returnPressed.connect(self.take)
        self.address.textChanged.connect(lambda _text: self.labelled.say(""))
        self.go.clicked.connect(lambda _on=False: self.take())

    def take(self) -> None:
        """Check the address and keep it for this circle, and for the next ones when none was kept before."""
        typed = self.address.text().strip()
        if not typed:
            self.labelled.say(self.tr("Ask whoever runs the server for its address; it begins with https://"))
            return

        def work() -> str:
            # the network libraries load here, away from the window
            from sync.client.transport import checked_address

            return checked_address(typed)

        self._ctx.tasks.run(self, work, self._keep, self._refused)

    def _keep(self, address: str) -> None:
        ctx = self._ctx
        spaces.set_space(ctx.ws, self._space, server=address)
        if not ctx.settings.get("server"):
            ctx.settings.put("server", address)
        ctx.runner.nudge()
        self.chosen.emit()

    def _refused(self, problem: CircleError) -> None:
        self.labelled.say(sentence(problem))
        self.address.set_wrong(True)


class ServerSheet(Sheet):
    """Choosing (or changing) the server of one circle."""

    def __init__(self, ctx: AppContext, space: int, parent: QWidget | None = None) -> None:
        super().__init__(ctx.theme, "", width=560, parent=parent)
        title = self.tr("Where {circle} meets online").format(circle=circle(ctx.ws, space).name)
        self.setWindowTitle(title)
        self.heading.setText(title)
        self.server = ChooseServer(ctx, space)
        self.body.addWidget(self.server)
        self.body.addStretch(1)
        leave = Button(ctx.theme, self.tr("Close"), look="ghost")
        leave.clicked.connect(lambda _on=False: self.reject())
        self.foot().addStretch(1)
        self.foot().addWidget(leave)
        self.server.chosen.connect(self.accept)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.server.address.setFocus(Qt.FocusReason.OtherFocusReason)
