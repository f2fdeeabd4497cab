"""Who sits at this computer, and the example circles to look around in."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from circle_app.workspace import spaces
from circle_app.workspace.commands.people import set_person
from circle_app.workspace.queries.people import me, person
from ui.context import AppContext
from ui.models.demo_circle import leave_demo, open_demo
from ui.widgets.autosave import Autosave
from ui.widgets.base import Label
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.fields import TextField
from ui.widgets.labelled import Labelled
from ui.widgets.layouts import row


class MeCard(Card):
    """The name is kept as it is typed; circles hear of it when the field is left."""

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(ctx.theme, parent=parent)
        self._ctx = ctx
        self._before = ctx.settings.name
        theme = ctx.theme
        self.name = TextField(theme, name=self.tr("Your name"), text=self._before, role="field_big", height=46)
        self.field = Labelled(
            theme,
            self.tr("Your name"),
            self.name,
            hint=self.tr("What the others in your circles see. A first name is enough."),
        )
        self.body.addWidget(Label(theme, self.tr("You"), role="section"))
        self.body.addWidget(self.field)
        self.computers = Button(theme, self.tr("My computers…"), look="outline", icon="laptop")
        self.computers.clicked.connect(lambda _on=False: self._show_computers())
        self.body.addLayout(row(theme, self.computers, None))
        self._save = Autosave(self.name, self._keep)
        self.name.left.connect(self.rename)
        self.name.returnPressed.connect(self.rename)

    def rename(self) -> None:
        """Carry a changed name into the circles where the old one stood."""
        ctx, name = self._ctx, " ".join(self.name.text().split())
        if name in ("", self._before):
            return
        self._save.flush()
        for space in spaces.spaces(ctx.ws):
            mine = me(ctx.ws, space.no)
            if mine is not None and space.state == "active" and person(ctx.ws, mine).name == self._before:
                set_person(ctx.ws, mine, name=name)
        self._before = name
        ctx.toast(self.tr("The others will see you as {name}.").format(name=name))

    def _show_computers(self) -> None:
        from ui.dialogs.devices import DevicesSheet

        DevicesSheet(self._ctx, self.window()).open()

    def _keep(self, typed: str) -> bool:
        name = " ".join(typed.split())
        if not name:
            self.field.say(self.tr("A first name is enough, but it needs one."))
            return False
        self.field.say("")
        self._ctx.settings.put("me_name", name)
        return True


class DemoCard(Card):
    """Opens the examples, or takes them away without a trace."""

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(ctx.theme, parent=parent)
        self._ctx = ctx
        theme = ctx.theme
        self.says = Label(theme, color="ink2", wrap=True)
        self.go = Button(theme, "", look="outline", icon="sprout")
        self.body.addWidget(Label(theme, self.tr("Demo circles"), role="section"))
        self.body.addWidget(self.says)
        self.body.addLayout(row(theme, self.go, None))
        self.go.clicked.connect(lambda _on=False: self.turn())
        ctx.bus.watch(self, {"spaces"}, self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Say whether the examples are here."""
        here = self._here()
        self.go.setEnabled(True)
        if here:
            self.says.setText(
                self.tr("Three examples with people, meetings and tasks are here. They are never sent anywhere.")
            )
            self.go.set_label(self.tr("Take the demo away"), icon="trash-2")
        else:
            self.says.setText(
                self.tr(
                    "Three examples with people, meetings and tasks, to look around in. They stay on this computer."
                )
            )
            self.go.set_label(self.tr("Open the demo"), icon="sprout")

    def turn(self) -> None:
        """Open the examples, or take them away; what is taken away can be opened again as it was at first."""
        ctx = self._ctx
        self.go.setEnabled(False)
        if self._here():
            ctx.tasks.run(self, lambda: leave_demo(ctx.ws), self._gone)
            return
        name = ctx.settings.name
        ctx.tasks.run(self, lambda: open_demo(ctx.ws, name), lambda space: ctx.navigate("circle", space))

    def _gone(self, _answer: None) -> None:
        self.refresh()
        self._ctx.toast(self.tr("The demo is gone without a trace."))

    def _here(self) -> bool:
        return any(space.demo for space in spaces.spaces(self._ctx.ws))
