"""The parking lot beside a live meeting: thoughts kept for later, added without leaving the step."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout

from circle_app.domain.ids import Ref
from circle_app.workspace.commands import outcomes as outcome_commands
from circle_app.workspace.queries.outcomes import Outcome
from ui.context import AppContext
from ui.drafts import Draft, place_of
from ui.models.taking_back import taking_back
from ui.text import isolated
from ui.views.live_words import counted
from ui.widgets.base import Label
from ui.widgets.bullet import Bullet
from ui.widgets.button import IconButton
from ui.widgets.card import Card
from ui.widgets.chip import IconLabel, KeyCap
from ui.widgets.fields import TextField
from ui.widgets.layouts import clear, row
from ui.widgets.tip import plain_tip

SHOWN, SHOWN_LOW = 3, 1
"""So many thoughts stand there, and so many where the page is low."""


class ParkingCard(Card):
    """Shows the newest few lines; K or the plus opens a field, Enter keeps the thought, Escape closes the field."""

    closed = Signal()

    def __init__(self, ctx: AppContext) -> None:
        super().__init__(ctx.theme, fill_color="sunken", shadow=False, radius=14, padding=(14, 8, 10, 10), gap=4)
        self._ctx = ctx
        self._meeting: Ref | None = None
        self._shown: tuple[Outcome, ...] | None = None
        self._count = Label(ctx.theme, role="small", color="ink3")
        self.add = IconButton(ctx.theme, "plus", self.tr("Park a thought (K)"), size=32)
        self.add.clicked.connect(lambda _on=False: self.begin())
        self._title = Label(ctx.theme, self.tr("Parking lot"), role="strong")
        self._cap = KeyCap(ctx.theme, "K")
        self.body.addLayout(
            row(
                ctx.theme,
                IconLabel(ctx.theme, "clock", size=17),
                self._title,
                None,
                self._count,
                self._cap,
                self.add,
                gap=8,
            )
        )
        self._lines = QVBoxLayout()
        self._lines.setSpacing(ctx.theme.px(4))
        self.body.addLayout(self._lines)
        self._more = Label(ctx.theme, role="small", color="ink3", wrap=True)
        self._more.hide()
        self.body.addWidget(self._more)
        self._low = False
        self.field = TextField(ctx.theme, name=self.tr("A thought for later"), hint=self.tr("A thought for later…"))
        self.field.returnPressed.connect(self._keep)
        self._draft = Draft(ctx.ws, self.field)
        self.field.installEventFilter(self)
        self.field.hide()
        self.body.addWidget(self.field)

    def set_compact(self, compact: bool) -> None:
        """For narrow panels: no count, no key cap."""
        self._cap.setVisible(not compact)
        self._count.setVisible(not compact)

    def set_low(self, low: bool) -> None:
        """For low pages: the newest thought, and how many more there are."""
        if low != self._low:
            self._low = low
            self._show_newest()

    def width_needed(self, *, compact: bool) -> int:
        """Pixels for the first line of the card."""
        parts = [self._title, self.add] + ([] if compact else [self._count, self._cap])
        edges = self.body.contentsMargins()
        gaps = self.theme.px(17 + 8 * (len(parts) + 1))
        words = sum(max(part.sizeHint().width(), part.minimumWidth()) for part in parts)  # some are of a fixed size
        return words + gaps + edges.left() + edges.right()

    def set_meeting(self, meeting: Ref) -> None:
        """The meeting in which new thoughts are parked; a half-typed one is there again, also after a crash."""
        self._meeting = meeting
        self._draft.move_to(place_of("parked", meeting))
        if self.field.text():
            self.field.show()

    def show_lines(self, parked: tuple[Outcome, ...]) -> None:
        """Every parked thought of the circle, oldest first; the newest are shown."""
        if parked == self._shown:
            return
        self._shown = parked
        self._count.setText(counted("%Ln for later", len(parked)) if parked else "")
        self.setToolTip(plain_tip("\n".join(line.text for line in parked)))
        self._show_newest()

    def _show_newest(self) -> None:
        parked = self._shown or ()
        clear(self._lines)
        shown = parked[-(SHOWN_LOW if self._low else SHOWN) :]
        for line in shown:
            self._lines.addWidget(Bullet(self.theme, line.text))
        more = len(parked) - len(shown)
        self._more.setText(self.tr("{more} · O shows all").format(more=counted("and %Ln more", more)))
        self._more.setVisible(more > 0)

    def begin(self) -> None:
        """Open the field."""
        if self._meeting is None:
            return
        self.field.show()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                self._close()
                return True
        return False

    def _keep(self) -> None:
        text = self.field.text().strip()
        if text and self._meeting is not None:
            outcome_commands.park(self._ctx.ws, self._meeting, text)
            self._ctx.toast(self.tr("Parked: {thought}").format(thought=isolated(text)), taking_back(self._ctx.ws))
        self._close()

    def _close(self) -> None:
        self._draft.done()
        # the page takes the keyboard before the field goes, so that the next key steers the meeting
        self.closed.emit()
        self.field.hide()
