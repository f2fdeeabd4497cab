"""The sheets that open from the pages of a circle and of a plan, each over a circle of its own."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

from PySide6.QtWidgets import QWidget

from circle_app.workspace.commands.templates import add_template, kept_steps
from circle_app.workspace.queries.checklist import checklist
from circle_app.workspace.queries.cycles import cycles, dates_of
from circle_app.workspace.queries.meetings import agenda
from circle_app.workspace.queries.rota import roster
from ui.context import AppContext
from ui.dialogs.bring import BringSheet
from ui.dialogs.check import CheckSheet
from ui.dialogs.coming import ComingDialog
from ui.dialogs.from_library import FromLibrary
from ui.dialogs.move_date import MoveSheet
from ui.dialogs.series import SeriesSheet
from ui.dialogs.templates import TemplatesSheet
from ui.states import CROWD, Stage
from ui.states_circle import LONG_TITLE, all_meetings, brought, found, long_words, six
from ui.widgets.sheet import Sheet


class Opens(Protocol):
    """Makes a sheet over the window."""

    def __call__(self, stage: Stage, ctx: AppContext, window: QWidget) -> Sheet: ...


def _series(stage: Stage, ctx: AppContext, window: QWidget) -> Sheet:
    return SeriesSheet(ctx, found(stage, 3).space, window)


def _series_next(stage: Stage, ctx: AppContext, window: QWidget) -> Sheet:
    circle = all_meetings(stage)
    return SeriesSheet(ctx, circle.space, window)


def _move(stage: Stage, ctx: AppContext, window: QWidget) -> Sheet:
    circle, cycle = six(stage)
    known = roster(circle.ws, cycle)
    sheet = MoveSheet(ctx, known, known.dates[1], window)
    sheet.which.set_code("along")
    sheet.day.setText("in 2 weeks")
    return sheet


def _bring(stage: Stage, ctx: AppContext, window: QWidget) -> Sheet:
    circle, cycle = six(stage)
    brought(circle, cycle)
    return BringSheet(ctx, circle.everybody(2)[1], window)


def _check(stage: Stage, ctx: AppContext, window: QWidget) -> Sheet:
    circle = long_words(stage)
    (first, *_) = checklist(circle.ws, cycles(circle.ws, circle.space)[-1].ref)
    return CheckSheet(ctx, first.ref, window)


def _coming(stage: Stage, ctx: AppContext, window: QWidget) -> Sheet:
    circle, cycle = six(stage, CROWD)
    return ComingDialog(ctx, dates_of(circle.ws, cycle)[1].ref, window)


def _templates(stage: Stage, ctx: AppContext, window: QWidget) -> Sheet:
    circle, cycle = six(stage)
    meeting = dates_of(circle.ws, cycle)[1].ref
    for title in ("Our usual evening", LONG_TITLE):
        add_template(circle.ws, circle.space, title=title, steps=kept_steps(agenda(circle.ws, meeting)))
    return TemplatesSheet(ctx, meeting, after=None, parent=window)


def _from_library(stage: Stage, ctx: AppContext, window: QWidget) -> Sheet:
    circle, cycle = six(stage)
    return FromLibrary(ctx, meeting=dates_of(circle.ws, cycle)[1].ref, after=None, parent=window)


CIRCLE_SHEETS: Mapping[str, Opens] = MappingProxyType(
    {
        "sheet-series": _series,
        "sheet-series-next": _series_next,
        "sheet-move": _move,
        "sheet-bring": _bring,
        "sheet-check": _check,
        "sheet-coming": _coming,
        "sheet-templates": _templates,
        "sheet-from-library": _from_library,
    }
)
"""By name."""
