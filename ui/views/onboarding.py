"""The first steps: a name (no e-mail), then three ways in: look around, start a circle, or join one."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from circle_app.errors import CircleError
from ui.context import AppContext
from ui.models.demo_circle import open_demo
from ui.models.shelf import shelve_sample
from ui.problems import sentence
from ui.widgets.base import Label
from ui.widgets.card import CardButton
from ui.widgets.chip import IconLabel
from ui.widgets.choice import Option, Segmented
from ui.widgets.fields import TextField
from ui.widgets.layouts import column, fill, row
from ui.widgets.page import ScrollPage
from ui.widgets.seats import Logo, Seat, SeatRing

FREE_SEATS = 8
OFFERED = (1.0, 1.3, 1.5, 2.0)
"""Text sizes to begin with; the settings have every one."""
BESIDE_FROM = 720
"""The width at 100 % text from which the three ways stand side by side."""


class OnboardingView(ScrollPage):
    """Shown to someone new; every way in saves the name first."""

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(ctx.theme, gap=14, parent=parent)
        self._ctx = ctx
        theme = ctx.theme
        self.ring = SeatRing(theme, minimum=196)
        self.ring.setFixedSize(theme.px(196), theme.px(196))
        self.name = TextField(
            theme,
            name=self.tr("Your name"),
            hint=self.tr("Amina Diallo"),
            text=ctx.settings.name,
            role="field_big",
            height=52,
        )
        self.name.setMaximumWidth(theme.px(420))
        self.name.setMinimumWidth(theme.px(260))
        self.name.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter)
        self.below = Label(theme, role="second", color="ink3", center=True, wrap=True)
        self.look = self._way(
            "sprout",
            "teal",
            self.tr("Look around"),
            self.tr("A demo circle in the middle of its evenings. It goes again without a trace."),
        )
        self.start = self._way(
            "users-round",
            "primary",
            self.tr("Start a circle"),
            self.tr("Three people and a topic are enough. Begin now, the others can follow."),
        )
        self.join = self._way("mail", "plum", self.tr("Join with an invitation"),
                              self.tr("Somebody sent you a link or a file. Paste it, and you are in."))  # fmt: skip
        self.text_size = Segmented(
            theme,
            tuple(Option(f"{scale:g}", self.tr("{percent} %").format(percent=round(scale * 100))) for scale in OFFERED),
            name=self.tr("Text size"), code=f"{theme.scale:g}", wrap=True,
        )  # fmt: skip
        self._lay_out()
        self._connect()
        self._seat()

    def show_ref(self, ref: object) -> None:
        """Nothing to choose from here; the keyboard waits in the name."""
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # after the window has become active, else the focus would go to the first control of the page
        QTimer.singleShot(0, self, lambda: self.name.setFocus(Qt.FocusReason.OtherFocusReason))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.room() / self._ctx.theme.scale
        beside = wide >= BESIDE_FROM
        self._ways.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)
        self.ring.setVisible(self.height() / self._ctx.theme.scale >= 660)

    def _way(self, icon: str, tone: str, title: str, words: str) -> CardButton:
        theme = self._ctx.theme
        card = CardButton(theme, title, padding=(22, 20, 22, 20), gap=6)
        card.setAccessibleDescription(words)
        card.body.addWidget(IconLabel(theme, icon, size=24, tone=tone))
        card.body.addSpacing(theme.px(6))
        for label in (Label(theme, title, role="section", wrap=True), Label(theme, words, color="ink2", wrap=True)):
            # three of them share the width that there is
            label.setMinimumWidth(theme.px(150))
            card.body.addWidget(label)
        card.body.addStretch(1)
        return card

    def _lay_out(self) -> None:
        theme = self._ctx.theme
        center = Qt.AlignmentFlag.AlignHCenter
        brand = Label(theme, "Citizen Circles", role="brand")
        size = Label(theme, self.tr("Text size"), role="second", color="ink3")
        top = row(theme, Logo(theme), brand, 24, size)
        top.insertStretch(3, 1)
        top.addWidget(self.text_size)
        self.body.addLayout(top)
        self.body.addStretch(1)
        self.body.addWidget(self.ring, 0, center)
        self.body.addWidget(
            Label(theme, self.tr("Welcome. What do people call you?"), role="page", center=True, wrap=True)
        )
        hint = Label(theme, self.tr("No e-mail, no password. Everything stays on this computer and works without internet."),
                     role="lead", color="ink2", center=True, wrap=True)  # fmt: skip
        self.body.addWidget(hint)
        self.body.addSpacing(theme.px(4))
        self.body.addLayout(row(theme, None, column(theme, self.name, self.below, gap=6), None))
        self.body.addSpacing(theme.px(10))
        self._ways = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        fill(theme, self._ways, gap=14)
        for card in (self.look, self.start, self.join):
            self._ways.addWidget(card, 1)
        inner = QWidget()
        inner.setLayout(self._ways)
        inner.setMaximumWidth(theme.px(1000))
        middle = row(theme, gap=0, center=False)
        middle.addStretch(1)
        middle.addWidget(inner, 40)
        middle.addStretch(1)
        self.body.addLayout(middle)
        self.body.addStretch(2)

    def _connect(self) -> None:
        self.name.textChanged.connect(lambda _text: self._seat())
        self.name.returnPressed.connect(
            lambda: self.look.setFocus(Qt.FocusReason.TabFocusReason) if self._named() else None
        )
        self.look.opened.connect(self._look_around)
        self.start.opened.connect(lambda: self._open("start_circle"))
        self.join.opened.connect(lambda: self._open("join"))
        self.text_size.chosen.connect(self._resize_text)

    def _seat(self) -> None:
        """The person takes the first seat as the name is typed."""
        name = " ".join(self.name.text().split())
        self.below.setText("")
        self.below.hide()
        seats = (Seat(name, name.encode("utf-8")), *(Seat() for _ in range(FREE_SEATS)))
        said = self.tr("A circle of free seats")
        if name:
            said = self.tr("A circle of seats; {name} has taken the first").format(name=name)
        free = FREE_SEATS if name else FREE_SEATS + 1
        self.ring.set_seats(seats, number=str(free), caption=self.tr("free seats"), name=said)

    def _named(self) -> bool:
        """Keep the name; without one say kindly what is missing."""
        name = " ".join(self.name.text().split())
        if not name:
            self.below.setText(self.tr("A first name is enough. You can change it later."))
            self.below.set_color("primary")
            self.below.show()
            self.name.setFocus(Qt.FocusReason.OtherFocusReason)
            return False
        self._ctx.settings.put("me_name", name)
        shelve_sample(self._ctx)
        return True

    def _look_around(self) -> None:
        if not self._named():
            return
        ctx = self._ctx
        self.look.setEnabled(False)
        self.below.setText(self.tr("Three circles are taking their seats…"))
        self.below.set_color("ink3")
        self.below.show()

        def done(_space: int) -> None:
            self.look.setEnabled(True)
            self.below.hide()
            ctx.navigate("home")

        name = ctx.settings.name
        ctx.tasks.run(self, lambda: open_demo(ctx.ws, name), done, self._demo_failed)

    def _demo_failed(self, problem: CircleError) -> None:
        self.look.setEnabled(True)
        self.below.setText(sentence(problem))
        self.below.set_color("danger")

    def _open(self, dialog: str) -> None:
        if not self._named():
            return
        from ui.dialogs.join import join_circle
        from ui.dialogs.start_circle import start_circle

        {"start_circle": start_circle, "join": join_circle}[dialog](self._ctx, self.window())

    def _resize_text(self, code: str) -> None:
        name = " ".join(self.name.text().split())
        if name:
            # the page is built anew in the new size
            self._ctx.settings.put("me_name", name)
        self._ctx.settings.put("text_scale", code)
        self._ctx.theme.set_text(scale=float(code))
