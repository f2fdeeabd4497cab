"""What Space and its neighbours do in the room: the word goes on, is let pass, or people meet others."""

from __future__ import annotations

from circle_app.domain.ids import Ref
from circle_app.workspace.commands import agenda, turns
from circle_app.workspace.db import Workspace
from ui.models.evening import Evening


def go_on(ws: Workspace, evening: Evening, *, back: bool, only: str = "") -> None:
    """The next one speaks, or with `back` the last one again; in pairs everybody meets somebody new, or with `back` those
    from before. `only` is the mode in which alone anything happens."""
    item = evening.running
    if item is None or (only and evening.mode != only):
        return
    if evening.mode == "pairs":
        if not back:
            turns.make_groups(ws, evening.meeting.ref, item.ref)
        elif len(evening.groups) > 1:
            turns.delete_groups(ws, evening.groups[-1].ref)
        return
    now = evening.round
    person = None if now is None else now.last if back else now.speaking
    if person is not None:
        (turns.clear_turn if back else turns.have_spoken)(ws, item.ref, Ref(item.ref.space, person))


def steer(ws: Workspace, evening: Evening, what: str) -> None:
    """pass: the one speaking would rather not; groups: everybody meets somebody new; size: pairs or threes."""
    match what:
        case "pass":
            let_pass(ws, evening)
        case "size":
            other_size(ws, evening)
        case "groups":
            go_on(ws, evening, back=False, only="pairs")


def let_pass(ws: Workspace, evening: Evening) -> None:
    """The one speaking would rather not."""
    item, now = evening.running, evening.round
    if item is not None and now is not None and now.speaking is not None:
        turns.pass_on(ws, item.ref, Ref(item.ref.space, now.speaking))


def other_size(ws: Workspace, evening: Evening) -> None:
    """Threes instead of pairs, or pairs again; groups that were made are made anew in that size."""
    item = evening.running
    if item is None or evening.mode != "pairs":
        return
    size = 2 if item.group_size == 3 else 3
    if evening.groups:
        turns.make_groups(ws, evening.meeting.ref, item.ref, size=size)
    else:
        agenda.set_item(ws, item.ref, group_size=size)
