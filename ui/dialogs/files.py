"""The files of one thing that has no page of its own: a task, or a line of a meeting."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from circle_app.domain.ids import Ref
from circle_app.domain.schema import Table
from ui.context import AppContext
from ui.text import isolated
from ui.views.files_panel import FilesPanel
from ui.widgets.button import Button
from ui.widgets.sheet import Sheet

LONGEST = 120
"""Letters of what the row says that stand at the top."""


class FilesSheet(Sheet):
    """The files that hang on a row of `table`; `title` is what the row says."""

    def __init__(self, ctx: AppContext, ref: Ref, table: Table, title: str, parent: QWidget | None = None) -> None:
        super().__init__(ctx.theme, isolated(title[:LONGEST]), width=620, parent=parent)
        self.setWindowTitle(self.tr("Files"))
        self.files = FilesPanel(ctx, table)
        self.files.setMinimumHeight(ctx.theme.px(220))
        self.files.show_files(ref)
        self.body.addWidget(self.files)
        self.body.addStretch(1)
        close = Button(ctx.theme, self.tr("Close"), look="primary")
        close.clicked.connect(lambda _on=False: self.accept())
        self.foot().addStretch(1)
        self.foot().addWidget(close)
        self.finished.connect(lambda _result: self.deleteLater())
