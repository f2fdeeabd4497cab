"""Turns a release into meetings of a circle, through the same commands that a person's own planning uses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from circle_app.courses.releases import Item, Module, Release, attribution, content_hash
from circle_app.domain.ids import Ref
from circle_app.domain.schema import CIRCLE
from circle_app.errors import RuleBroken
from circle_app.workspace.commands.agenda import add_items
from circle_app.workspace.commands.circles import set_circle
from circle_app.workspace.commands.meetings import plan_meeting
from circle_app.workspace.commands.writing import may_edit
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.circles import circle

UNTIMED_MINUTES = 10
"""What a step gets when its author suggested no timing: enough to be seen in the sum, easy to change."""


def make_circle_content(ws: Workspace, space: int, release: Release) -> tuple[Ref, ...]:
    """One meeting for each module, in order, without dates; the course is credited in the circle's profile."""
    return tuple(make_meeting(ws, space, release, module) for module in release.modules)


def make_meeting(
    ws: Workspace, space: int, release: Release, module: Module, *, items: Sequence[Item] | None = None
) -> Ref:
    """A meeting from one module (or from those of its items that were picked), as long as its steps together.

    Planning it is the last command, so that one undo takes the meeting away with its steps.
    """
    chosen = _chosen(module, items)
    origin = _origin(release, module)
    minutes = sum(_minutes(item) for item in chosen)
    _credit(ws, space, release)
    steps = [_fields(item, origin) for item in chosen]
    return plan_meeting(ws, space, title=module.title, minutes=minutes, origin=origin, steps=steps)


def add_to_meeting(
    ws: Workspace,
    meeting: Ref,
    release: Release,
    module: Module,
    *,
    items: Sequence[Item] | None = None,
    after: Ref | None = None,
) -> tuple[Ref, ...]:
    """The steps of a module (or those that were picked) in a meeting that exists, after a step or at its end.

    Adding them is the last command, so that one undo takes the steps out again.
    """
    chosen = _chosen(module, items)
    origin = _origin(release, module)
    _credit(ws, meeting.space, release)
    return add_items(ws, meeting, [_fields(item, origin) for item in chosen], after=after)


def _chosen(module: Module, items: Sequence[Item] | None) -> tuple[Item, ...]:
    chosen = tuple(module.items if items is None else items)
    if any(item not in module.items for item in chosen):
        raise RuleBroken("These steps are not all from this part of the course.", "Choose them again.", code="course")
    return chosen


def _origin(release: Release, module: Module) -> str:
    """Where a meeting or step comes from; the number keeps meetings without a date in the order of the course."""
    return f"{content_hash(release).hex()}/{release.modules.index(module):03d}/{module.key}"


def _fields(item: Item, origin: str) -> Mapping[str, object]:
    fields: dict[str, object] = {
        "title": item.title,
        "minutes": _minutes(item),
        "method": item.body,
        "origin": f"{origin}/{item.key}",
    }
    optional = {"question": item.question, "mode": item.mode, "materials": item.materials}
    return fields | {name: value for name, value in optional.items() if value}


def _minutes(item: Item) -> int:
    return UNTIMED_MINUTES if item.minutes is None else item.minutes


def _credit(ws: Workspace, space: int, release: Release) -> None:
    """Names the course in the circle's profile; who may not change that is still credited through the meeting's origin."""
    if not may_edit(ws, space, CIRCLE):
        return
    profile = circle(ws, space)
    credits = profile.origin.splitlines()
    if attribution(release) in credits:
        return
    fields: dict[str, Any] = {"origin": "\n".join([*credits, attribution(release)])}
    if release.licence and not profile.licence:
        fields["licence"] = release.licence
    if release.language and not profile.language:
        fields["language"] = release.language
    set_circle(ws, space, **fields)
