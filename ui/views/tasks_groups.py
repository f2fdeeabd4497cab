"""How promises are put together on the page: by day, by circle or by person; pure, so that it is easy to trust."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date

from circle_app.domain.ids import Ref
from circle_app.domain.text import fold, fold_name
from circle_app.workspace.queries.tasks import Task
from ui.text import day_of

WEEK_DAYS = 7

Key = str | int | Ref


@dataclass(frozen=True, slots=True)
class Group:
    """`key` is "late", "week", "dated", "undated", "done", "nobody", "me", a circle's number or a person's Ref."""

    key: Key
    tasks: tuple[Task, ...]


def fitting(tasks: Iterable[Task], words: str) -> tuple[Task, ...]:
    """Those that hold every typed word in title, circle, project, meeting or owner; accents do not matter."""
    wanted = fold_name(words).split()
    if not wanted:
        return tuple(tasks)
    return tuple(task for task in tasks if all(word in _letters(task) for word in wanted))


def grouped(tasks: Iterable[Task], *, by: str, today: date, mine: Collection[Ref]) -> tuple[Group, ...]:
    """Tasks in their groups, empty ones left out. `by` is "circle", "person" or "day"."""
    if by == "circle":
        return _collect(tasks, lambda task: task.ref.space)
    if by == "person":
        found = _collect(
            tasks, lambda task: "nobody" if task.owner is None else "me" if task.owner in mine else task.owner
        )
        return tuple(sorted(found, key=_person_rank))
    order = ("late", "week", "dated", "undated", "done")
    return tuple(
        sorted(_collect(tasks, lambda task: _when(task, today)), key=lambda group: order.index(str(group.key)))
    )


def _collect(tasks: Iterable[Task], key: Callable[[Task], Key]) -> tuple[Group, ...]:
    kept: dict[Key, list[Task]] = {}
    for task in tasks:
        kept.setdefault(key(task), []).append(task)
    return tuple(Group(name, tuple(found)) for name, found in kept.items())


def _when(task: Task, today: date) -> str:
    if task.done:
        return "done"
    day = day_of(task.due)
    if day is None:
        return "undated"
    away = (day - today).days
    return "late" if away < 0 else "week" if away < WEEK_DAYS else "dated"


def _person_rank(group: Group) -> tuple[int, str]:
    """Promises that nobody carries come first: they are what a circle should talk about."""
    if isinstance(group.key, str):
        return (0 if group.key == "nobody" else 1), ""
    return 2, fold(group.tasks[0].owner_name or "")


def _letters(task: Task) -> str:
    told = (task.title, task.circle_name, task.project_title, task.meeting_title, task.owner_name)
    return fold_name(" ".join(part for part in told if part))
