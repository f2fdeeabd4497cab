"""How the running step works and the notes for whoever leads it, by one key beside the clock; never on the projector."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from circle_app.documents.blocks import Block, Heading, Paragraph, Rule, Run, paragraph, text
from circle_app.documents.markdown_view import to_blocks
from circle_app.domain.ids import Ref
from circle_app.workspace.queries.circles import circle
from circle_app.workspace.queries.meetings import AgendaItem
from ui.context import AppContext
from ui.models.evening import Evening
from ui.views.live_over import LiveOver
from ui.views.live_scene import leads_step
from ui.widgets.reading import ReadingView


class LivePeek(LiveOver):
    """Follows the running step, or the first one while none runs yet; the arrows scroll, Escape or its key closes it."""

    def __init__(self, ctx: AppContext, page: QWidget, beside: QWidget) -> None:
        super().__init__(ctx.theme, self.tr("How it works"), page, beside)
        self._ctx = ctx
        self._shown: Ref | None = None
        self.reading = ReadingView(ctx.theme, name=self.tr("How it works"))
        self.body.addWidget(self.reading, 1)

    def toggle(self, evening: Evening) -> None:
        """Open it with the keyboard on the text, or close it."""
        if not self.isHidden():
            self.end()
            return
        self.open_over()
        self._shown = None
        self.show_evening(evening)
        self.reading.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_evening(self, evening: Evening) -> None:
        """Show the step that runs now, if it is open; a longer text begins at its top with each step."""
        if self.isHidden():
            return
        item = evening.running or evening.next_item
        self.reading.show_blocks(self._blocks(evening, item))
        if self._shown != (item.ref if item else None):
            self._shown = item.ref if item else None
            self.reading.verticalScrollBar().setValue(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.end()
            return
        super().keyPressEvent(event)

    def _blocks(self, evening: Evening, item: AgendaItem | None) -> tuple[Block, ...]:
        blocks: list[Block] = []
        if item is not None:
            blocks += [Heading(1, text(item.title))]
            blocks += [paragraph(leads_step(item.lead_name))] if item.lead_name else []
            blocks += [Paragraph((Run(item.question, italic=True),))] if item.question else []
            blocks += to_blocks(item.method) or (paragraph(self.tr("How it works was not written down.")),)
            blocks += [paragraph(self.tr("Bring: {things}").format(things=item.materials))] if item.materials else []
            if item.private_notes.strip():
                blocks += [Heading(2, text(self.tr("Only for the facilitator"))), *to_blocks(item.private_notes)]
        if evening.meeting.private_notes.strip():
            title = self.tr("Only for the facilitator, the whole evening")
            blocks += [Heading(2, text(title)), *to_blocks(evening.meeting.private_notes)]
        agreed = to_blocks(circle(self._ctx.ws, evening.meeting.ref.space).agreements)
        if agreed:
            blocks += [Rule(), Heading(2, text(self.tr("What we agreed on"))), *agreed]
        return tuple(blocks)
