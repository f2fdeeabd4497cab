"""The coloured band on Home: the next meeting with its ring of people, or the invitation to plan one."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QLinearGradient, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from circle_app.workspace.queries.meetings import MeetingCard, Seat
from ui import text
from ui.context import AppContext
from ui.theme.theme import Theme
from ui.widgets.avatar import AvatarStack
from ui.widgets.base import Label, PaintedWidget
from ui.widgets.button import Button
from ui.widgets.canvas import Canvas
from ui.widgets.card import SHADOW_ROOM, paint_card_shadow
from ui.widgets.layouts import fill, row
from ui.widgets.seats import Seat as RingSeat
from ui.widgets.seats import SeatRing

RING = 196
WORDS = 440
"""The title keeps at least this much of the line before the ring may stand beside it."""

FEW_SEATS = 3
"""An empty ring shows the three seats that every circle begins with."""


def begin_meeting(context: AppContext, parent: QWidget) -> None:
    """As `ui.new_meeting`, which is loaded when somebody asks for it and not before the page shows."""
    from ui.new_meeting import new_meeting

    new_meeting(context, parent)


class Band(PaintedWidget):
    """The warm gradient with its shadow; words go into `words` (a QVBoxLayout), a ring beside them."""

    def __init__(self, theme: Theme, ring: SeatRing | None = None, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._ring = ring
        self.words = QVBoxLayout()
        fill(theme, self.words, gap=6)
        layout = QHBoxLayout(self)
        room = SHADOW_ROOM
        fill(theme, layout, gap=24, margins=(room + 32, room + 24, room + 40, room + 24))
        layout.addLayout(self.words, 1)
        if ring is not None:
            ring.setFixedSize(theme.px(RING), theme.px(RING))
            layout.addWidget(ring, 0, Qt.AlignmentFlag.AlignVCenter)

    def fit(self, width: int) -> None:
        """Arrange for a band of this many pixels, before the layout asks how much room is needed at least."""
        if self._ring is not None:
            self._ring.setVisible(self._inside(width) - self._beside() >= self.theme.px(WORDS))

    def _inside(self, width: int) -> int:
        edges = self.layout().contentsMargins()
        return width - edges.left() - edges.right()

    def _beside(self) -> int:
        return self.theme.px(RING) + self.layout().spacing()

    def paintEvent(self, event: QPaintEvent) -> None:
        with Canvas(self, self.theme) as canvas:
            painter = canvas.painter
            rect = canvas.whole(self.theme.px(SHADOW_ROOM))
            radius = self.theme.px(22)
            paint_card_shadow(canvas, rect, radius, strength=1.9)
            shade = QLinearGradient(rect.topLeft(), rect.bottomRight())
            if canvas.rtl:
                shade = QLinearGradient(rect.topRight(), rect.bottomLeft())
            for place, token in ((0, "hero_start"), (0.6, "hero_middle"), (1, "hero_end")):
                shade.setColorAt(place, canvas.color(token))
            path = QPainterPath()
            path.addRoundedRect(rect, radius, radius)
            painter.setClipPath(path)
            painter.fillPath(path, shade)
            if self._ring is not None and self._ring.isVisible():
                middle = QPointF(self._ring.geometry().center())
                for reach, alpha in ((1.9, 10), (1.4, 10)):
                    canvas.disc(middle, self._ring.width() / 2 * reach, fill=self.theme.color("on_hero", alpha))


class Hero(Band):
    """The next (or the live) meeting."""

    def __init__(self, context: AppContext, card: MeetingCard, seats: tuple[Seat, ...], *, today: date) -> None:
        theme = context.theme
        ring = SeatRing(theme, hero=True)
        super().__init__(theme, ring)
        coming = [seat for seat in seats if seat.coming == "yes"]
        unsure = sum(seat.coming == "maybe" for seat in seats)
        around = coming or [seat for seat in seats if not seat.guest]
        ring.set_seats(
            tuple(RingSeat(seat.person.name, seat.person.ref.row) for seat in around) or (RingSeat(),) * FEW_SEATS,
            number=text.number(card.planned_minutes or card.minutes),
            caption=self.tr("minutes, %Ln step(s)", "", card.steps),
        )
        self.setAccessibleName(card.title)
        add = self.words.addWidget
        add(Label(theme, self._when(card, today), role="second_strong", color="on_hero", wrap=True))
        add(Label(theme, card.title, role="hero", color="on_hero", wrap=True))
        add(Label(theme, self._where(card), role="lead", color="on_hero", wrap=True))
        self.words.addStretch(1)
        self.words.addSpacing(theme.px(14))
        live = card.state == "live"
        first = Button(theme, self.tr("Go on") if live else self.tr("Open the plan"), look="hero", height=42)
        first.clicked.connect(lambda _checked=False: context.navigate("live" if live else "plan", card.ref))
        second = Button(theme, self.tr("Check-in sheet"), look="hero_outline", height=42)
        second.clicked.connect(lambda _checked=False: context.navigate("checkin", card.ref))
        people = tuple((seat.person.name, seat.person.ref.row) for seat in coming)
        stack = AvatarStack(theme, people, ring="hero_paper")
        words = self._coming(len(coming), unsure) if not live else self._here(card.present)
        said = Label(theme, words, role="medium", color="on_hero")
        self._foot = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._buttons = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        fill(theme, self._buttons, first, second, None, gap=10)
        fill(theme, self._foot, self._buttons, row(theme, stack, said, None, gap=10), gap=10)
        self._foot.setStretch(1, 1)
        self._stack = stack
        self._width_of_buttons = first.sizeHint().width() + theme.px(10) + second.sizeHint().width()
        self._width_of_people = stack.sizeHint().width() + theme.px(20) + said.sizeHint().width()
        self.words.addLayout(self._foot)

    def fit(self, width: int) -> None:
        super().fit(width)
        room = self._inside(width) - (0 if self._ring is None or self._ring.isHidden() else self._beside())
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        both = self._width_of_buttons + self._width_of_people
        self._stack.setVisible(room >= self._width_of_people)
        self._foot.setDirection(across if room >= both else down)
        self._buttons.setDirection(across if room >= self._width_of_buttons else down)

    def _when(self, card: MeetingCard, today: date) -> str:
        if card.state == "live":
            return self.tr("Happening now · {circle}").format(circle=card.circle_name)
        day = text.day_of(card.starts_at)
        if day is None:
            return self.tr("Your next circle · no date yet")
        return self.tr("Your next circle · {when}").format(when=text.relative_day(day, today))

    def _where(self, card: MeetingCard) -> str:
        start = text.start_of(card.starts_at)
        day = f"{text.day_long(start.date())}, {text.time_span(card.starts_at, card.minutes)}" if start else ""
        return "   ·   ".join(part for part in (day, card.place or card.circle_name) if part)

    def _coming(self, coming: int, unsure: int) -> str:
        if not coming and not unsure:
            return self.tr("Nobody has said yet whether they come")
        if not unsure:
            return self.tr("%Ln coming", "", coming)
        return self.tr("{coming} coming, {unsure} not sure").format(
            coming=text.number(coming), unsure=text.number(unsure)
        )

    def _here(self, present: int) -> str:
        return self.tr("%Ln here", "", present)


class NoMeetingHero(Band):
    """Nothing is planned yet."""

    def __init__(self, context: AppContext) -> None:
        theme = context.theme
        ring = SeatRing(theme, hero=True)
        ring.set_seats((RingSeat(),) * FEW_SEATS, number=text.number(FEW_SEATS), caption=self.tr("are enough"))
        super().__init__(theme, ring)
        add = self.words.addWidget
        add(Label(theme, self.tr("Your next circle"), role="second_strong", color="on_hero"))
        add(Label(theme, self.tr("When do you meet next?"), role="hero", color="on_hero", wrap=True))
        hint = self.tr("A date, a question and a few steps make an evening.")
        add(Label(theme, hint, role="lead", color="on_hero", wrap=True))
        self.words.addStretch(1)
        plan = Button(theme, self.tr("Plan a meeting"), look="hero", icon="calendar-plus", height=42)
        plan.clicked.connect(lambda _checked=False: begin_meeting(context, self))
        library = Button(theme, self.tr("Look in the Library"), look="hero_outline", height=42)
        library.clicked.connect(lambda _checked=False: context.navigate("library"))
        self.words.addLayout(row(theme, plan, library, None, gap=10))
