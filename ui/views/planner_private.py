"""What whoever leads notes for themselves about the whole evening: out of the way until somebody writes it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from circle_app.domain.ids import Ref
from circle_app.domain.schema import MEETINGS
from circle_app.errors import CircleError
from circle_app.workspace.commands.meetings import set_meeting
from ui.context import AppContext
from ui.models.live_text import LiveText
from ui.problems import sentence as problem_sentence
from ui.widgets.button import Button
from ui.widgets.growing import GrowingArea
from ui.widgets.labelled import Labelled
from ui.widgets.layouts import fill, row


class PrivateNotes(QWidget):
    """A press opens the field; it is open by itself where something stands in it. `saved` fires after every kept change."""

    saved = Signal()

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ctx, theme = ctx, ctx.theme
        self._ref: Ref | None = None
        self._allowed = True
        self.open = Button(theme, self.tr("Notes only for the facilitator"), look="ghost", icon="lock", height=30)
        self.open.clicked.connect(lambda _on=False: self._begin())
        self.area = GrowingArea(
            theme, name=self.tr("Only for the facilitator, the whole evening"), rows=1, most=10,
            hint=self.tr("The key is with Rosa. Mei does not want to be asked first."),
        )  # fmt: skip
        hint = self.tr("Never on the projector, on paper only where you tick it. In the live meeting L shows it.")
        self.box = Labelled(theme, self.tr("Only for the facilitator"), self.area, hint=hint)
        self.box.layout().setContentsMargins(0, theme.px(8), 0, 0)
        fill(theme, QVBoxLayout(self), row(theme, self.open, None, gap=0), self.box, gap=0)
        self._text = LiveText(self.area, ctx.ws, MEETINGS, "private_notes", self._keep)
        self._text.saved.connect(self.saved)

    def show_meeting(self, ref: Ref, *, anew: bool) -> None:
        """Show what the workspace holds; with `anew` the field turns to another meeting."""
        self._ref = ref
        self._text.show(ref, anew=anew)
        if anew:
            self.box.say("")
        self._unfold(bool(self.area.toPlainText()) or (not anew and not self.box.isHidden()))

    def set_allowed(self, allowed: bool) -> None:
        """Whether this person may write them, or only read."""
        self._allowed = allowed
        self.area.setReadOnly(not allowed)
        self._unfold(not self.box.isHidden())

    def flush(self) -> None:
        """Save what is typed but not yet saved."""
        self._text.flush()

    def _begin(self) -> None:
        self._unfold(True)
        self.area.setFocus(Qt.FocusReason.OtherFocusReason)

    def _unfold(self, on: bool) -> None:
        self.box.setVisible(on)
        self.open.setVisible(not on and self._allowed)

    def _keep(self, text: str, base: bytes) -> bool:
        if self._ref is None:
            return True
        try:
            set_meeting(self._ctx.ws, self._ref, bases={"private_notes": base}, private_notes=text)
        except CircleError as problem:
            self.box.say(problem_sentence(problem))
            return False
        self.box.say("")
        return True
