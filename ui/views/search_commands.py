"""What can be done from the search: every command with its shortcut, and writing down what was just typed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from circle_app.domain.schema import NOTES, TASKS, Table
from circle_app.workspace.commands.notes import add_note
from circle_app.workspace.commands.undo import redo, redo_name, undo, undo_name
from circle_app.workspace.commands.writing import may_edit
from circle_app.workspace.queries.circles import CircleCard, my_circles
from circle_app.workspace.queries.meetings import next_meeting
from ui.context import AppContext
from ui.models.names import matches
from ui.models.taking_back import taking_back
from ui.new_meeting import new_meeting
from ui.papers import PaperOf
from ui.shortcuts import ShortcutSheet, key_name, places
from ui.theme.theme import Theme
from ui.undo_words import done_words
from ui.views.search_found import Found

translate = QCoreApplication.translate

SHOWN_MOST = 8


def commands(ctx: AppContext, window: QWidget) -> tuple[Found, ...]:
    """Everything that can be done now, the usual things first."""
    return (*_making(ctx, window), *_meeting(ctx), *_places(ctx), *_papers(ctx), *_others(ctx, window))


def fitting_commands(ctx: AppContext, window: QWidget, words: str) -> tuple[Found, ...]:
    """Those whose words hold what was typed; all of them for nothing typed."""
    every = commands(ctx, window)
    if not words.strip():
        return every
    return tuple(match.thing for match in matches(every, words, name=lambda line: line.title))


def writing_down(ctx: AppContext, words: str) -> tuple[Found, ...]:
    """Keeping the typed words themselves, as a promise or as a note."""
    group = translate("Search", "Write it down")
    lines = []
    if _writable(ctx, TASKS):
        title = translate("Search", "Task: “{words}”").format(words=words)
        hint = translate("Search", "Choose who and when on the Tasks page")
        lines.append(Found(group, title, hint, "square-check-big", "teal", partial(ctx.navigate, "tasks", words)))
    for card in _writable(ctx, NOTES)[:2]:
        title = translate("Search", "Note: “{words}”").format(words=words)
        lines.append(Found(group, title, card.name, "notebook-pen", "gold", partial(_note, ctx, card.space, words)))
    return tuple(lines)


def _making(ctx: AppContext, window: QWidget) -> list[Found]:
    lines = []
    if my_circles(ctx.ws):
        words = translate("Search", "New meeting")
        lines.append(_do(words, "calendar-plus", partial(new_meeting, ctx, window), key="Ctrl+N"))
    if _writable(ctx, TASKS):
        lines.append(_do(translate("Search", "New task"), "square-check-big", partial(ctx.navigate, "tasks", "")))
    cards = _writable(ctx, NOTES)
    for card in cards:
        words = translate("Search", "New note")
        if len(cards) > 1:
            words = translate("Search", "New note in {circle}").format(circle=card.name)
        lines.append(_do(words, "notebook-pen", partial(_note, ctx, card.space, "")))
    lines.append(_do(translate("Search", "Start a circle"), "circle-plus", partial(ctx.navigate, "start_circle")))
    lines.append(_do(translate("Search", "Join a circle"), "log-in", partial(ctx.navigate, "join")))
    return lines


def _meeting(ctx: AppContext) -> list[Found]:
    card = next_meeting(ctx.ws, ctx.ws.clock.now_ms())
    if card is None:
        return []
    steps = (
        ("plan", translate("Search", "Plan the next meeting"), "list-ordered"),
        ("checkin", translate("Search", "Check people in"), "user-check"),
        ("live", translate("Search", "Go to the live meeting"), "play"),
        ("wrapup", translate("Search", "Wrap up the meeting"), "flag"),
    )
    return [_do(words, icon, partial(ctx.navigate, place, card.ref), second=card.title) for place, words, icon in steps]


def _papers(ctx: AppContext) -> list[Found]:
    """What lies on the table in the hall, and the table at the door, of the next meeting."""
    card = next_meeting(ctx.ws, ctx.ws.clock.now_ms())
    if card is None:
        return []
    papers = (
        ("agenda", translate("Search", "Print the agenda")),
        ("signin", translate("Search", "Print the sign-in sheet")),
        ("cards", translate("Search", "Print the role cards")),
        ("promises", translate("Search", "Print the task list")),
    )
    lines = [
        _do(words, "printer", partial(ctx.navigate, "print", PaperOf(card.ref, code)), second=card.title)
        for code, words in papers
    ]
    back = translate("Search", "Type back the signed sheet, by its numbers")
    lines.append(_do(back, "list-ordered", partial(ctx.navigate, "signin", card.ref), key="F7", second=card.title))
    alone = translate("Search", "Let people check themselves in")
    lines.append(_do(alone, "user-check", partial(ctx.navigate, "kiosk", card.ref), key="F6", second=card.title))
    return lines


def _places(ctx: AppContext) -> list[Found]:
    go_to = translate("Search", "Go to {place}")
    lines = [
        Found(_group(), go_to.format(place=words), "", icon, "plain", partial(ctx.navigate, place), key)
        for place, words, icon, key in places()
    ]
    lines.append(_do(translate("Search", "Settings"), "settings", partial(ctx.navigate, "settings"), key="Ctrl+,"))
    lines.append(_do(translate("Search", "Saving and syncing"), "cloud-check", partial(ctx.navigate, "sync")))
    lines.append(_do(translate("Search", "Trash: what was deleted"), "trash-2", partial(ctx.navigate, "trash")))
    return lines


def _others(ctx: AppContext, window: QWidget) -> list[Found]:
    lines = []
    name = undo_name(ctx.ws)
    if name:
        words = translate("Search", "Take back the last change")
        second = translate("Search", "Undo: {what}").format(what=done_words(name))
        lines.append(_do(words, "undo-2", partial(_take_back, ctx), key="Ctrl+Z", second=second))
    again = redo_name(ctx.ws)
    if again:
        words = translate("Search", "Do again what was taken back last")
        second = translate("Search", "Redo: {what}").format(what=done_words(again))
        lines.append(_do(words, "redo-2", partial(_do_again, ctx), key="Ctrl+Shift+Z", second=second))
    lines.append(_do(translate("Search", "Sync now"), "refresh-cw", ctx.runner.nudge))
    dark = ctx.theme.dark
    look = translate("Search", "Light look") if dark else translate("Search", "Dark look")
    lines.append(_do(look, "sun" if dark else "moon", partial(_turn_look, ctx, "light" if dark else "dark")))
    keys = translate("Search", "Keys that save time")
    lines.append(_do(keys, "command", partial(_show_keys, ctx.theme, window), key="F1"))
    return lines


def _do(words: str, icon: str, go: Callable[[], object], *, key: str = "", second: str = "") -> Found:
    return Found(_group(), words, second, icon, "plain", go, key_name(key) if key else "")


def _group() -> str:
    return translate("Search", "Do")


def _writable(ctx: AppContext, table: Table) -> tuple[CircleCard, ...]:
    return tuple(card for card in my_circles(ctx.ws) if card.state == "active" and may_edit(ctx.ws, card.space, table))


def _note(ctx: AppContext, space: int, words: str) -> None:
    ref = add_note(ctx.ws, space, title=words)
    ctx.navigate("notes", ref)
    ctx.toast(translate("Search", "A new note begins."), taking_back(ctx.ws))


def _take_back(ctx: AppContext) -> None:
    name = undo(ctx.ws)
    if name is not None:
        ctx.toast(translate("Search", "Taken back: {what}").format(what=done_words(name)))


def _do_again(ctx: AppContext) -> None:
    name = redo(ctx.ws)
    if name is not None:
        ctx.toast(translate("Search", "Done again: {what}").format(what=done_words(name)))


def _turn_look(ctx: AppContext, scheme: str) -> None:
    ctx.settings.remember("theme", scheme)
    ctx.theme.set_scheme(scheme)


def _show_keys(theme: Theme, window: QWidget) -> None:
    ShortcutSheet(theme, window).open()
