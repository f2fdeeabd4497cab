"""Doing what somebody asked for: said with an Undo when it was done, with the reason when it could not be."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from circle_app.errors import CircleError
from ui.models.taking_back import taking_back
from ui.problems import sentence

if TYPE_CHECKING:
    from ui.context import AppContext
    from ui.widgets.sheet import Sheet


def done(ctx: AppContext, command: Callable[[], object], words: str) -> bool:
    """One command; `words` say that it was done. False when a message says why it was not."""
    try:
        command()
    except CircleError as problem:
        ctx.problem(problem)
        return False
    ctx.toast(words, taking_back(ctx.ws))
    return True


def done_in(sheet: Sheet, command: Callable[[], object]) -> bool:
    """One command of a sheet, which says itself why it could not be done; False then."""
    try:
        command()
    except CircleError as problem:
        sheet.say_problem(sentence(problem))
        return False
    sheet.say_problem("")
    return True
