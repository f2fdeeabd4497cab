"""A hall for tests of the evening: a real workspace with a circle, people and a meeting, and a context for its views."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from circle_app.domain.ids import Ref
from circle_app.workspace.commands import agenda, attendance, circles, live, meetings, people
from circle_app.workspace.db import Workspace
from circle_app.workspace.spaces import add_space
from tests.support.workspaces import StillClock, seeded
from ui.bus import Bus
from ui.context import AppContext
from ui.settings import Settings
from ui.syncing import SyncDoor
from ui.tasks import Background
from ui.theme.theme import Theme
from ui.views.live import LiveView

NAMES = (
    "Amina Diallo", "João Prates", "Łucja Nowak", "Sam Okoro", "Mei Tan", "Ravi Menon", "Greta Holm", "Omar Haddad",
    "Rosa Vidal", "Kofi Mensah", "Ines Costa", "Tom Byrne", "Rowan Fields", "محمّد علي",
)  # fmt: skip
STEPS = (
    ("Welcome & check-in", 10, "talk", "", "One word for how you arrive"),
    ("What we heard", 15, "talk", "", "Door-knocking results, 3 streets"),
    ("Round: one thing to change", 14, "round",
     "If you could change one thing between here and the school, what would it be?", "Everyone speaks once, no replies"),
    ("Choose two to try", 20, "vote", "", "Dot vote, then consent"),
    ("Who does what", 12, "pairs", "", "Tasks with a name and a date"),
    ("Closing round", 9, "round", "What do you take home?", "One thing you take home"),
)  # fmt: skip
START_MS = 1_795_545_000_000
"""Tuesday 24 November 2026, 18:30 in London."""


@dataclass(slots=True)
class Hall:
    """`went` are the places that were asked for, `said` the toasts as (text, undo)."""

    ws: Workspace
    clock: StillClock
    ctx: AppContext
    space: int
    meeting: Ref
    people: tuple[Ref, ...]
    steps: tuple[Ref, ...]
    went: list[tuple[str, object]] = field(default_factory=list)
    said: list[tuple[str, Callable[[], object] | None]] = field(default_factory=list)

    def close(self) -> None:
        self.ctx.tasks.close()
        self.ctx.bus.close()
        self.ws.close()


def open_hall(
    folder: Path,
    *,
    names: tuple[str, ...] = NAMES,
    scheme: str = "light",
    scale: float = 1.0,
    theme: Theme | None = None,
) -> Hall:
    """A circle with these people and a planned meeting of six steps; the first person is the one at this laptop."""
    clock = StillClock(START_MS - 20 * 60_000)
    ws = Workspace.create(folder, key=None, clock=clock, random_bytes=seeded(7))
    space = add_space(ws, space32=b"s" * 32, dev16=b"d" * 16, member16=b"m" * 16, role="organizer")
    circles.set_circle(
        ws, space, name="Elm Street Greening", kind="citizen_circle", color="#1E6B62", place="Community Hall"
    )
    refs = tuple(
        people.add_person(ws, space, name=name, confirmed=True, **({"member": b"m" * 16} if not place else {}))
        for place, name in enumerate(names)
    )
    for ref, needs in zip(refs[2:], ("step-free", "children", "interpreter,children"), strict=False):
        people.set_person(ws, ref, needs=needs)
    meeting = meetings.plan_meeting(
        ws, space, title="What could our street become?", starts_at="2026-11-24T18:30", zone="Europe/London", minutes=90,
        place="Community Hall, Room 2",
    )  # fmt: skip
    steps = agenda.add_items(
        ws, meeting,
        [{"title": t, "minutes": m, "mode": mode, "question": q, "method": how} for t, m, mode, q, how in STEPS],
    )  # fmt: skip
    went: list[tuple[str, object]] = []
    said: list[tuple[str, Callable[[], object] | None]] = []
    door = SyncDoor(ws, None)  # type: ignore[arg-type]
    ctx = AppContext(
        ws=ws, vault=None, runner=door, bus=Bus(ws), theme=theme or Theme(scheme=scheme, scale=scale),  # type: ignore[arg-type]
        settings=Settings(ws), tasks=Background(lambda problem: said.append((str(problem), None))),
        navigate=lambda place, ref=None: went.append((place, ref)),
        toast=lambda text, undo=None: said.append((text, undo)),
        problem=lambda problem: said.append((problem.sentence, None)),
    )  # fmt: skip
    return Hall(ws, clock, ctx, space, meeting, refs, steps, went, said)


def gather(hall: Hall, count: int = 12) -> None:
    """People arrive one after the other; then it is half past six."""
    for person in hall.people[:count]:
        hall.clock.forward(seconds=1)
        attendance.mark(hall.ws, hall.meeting, person, status="present")
    hall.clock.ms = START_MS


def live_page(hall: Hall, qtbot: QtBot) -> LiveView:
    """The live page in an active window, with the keyboard on it."""
    view = LiveView(hall.ctx)
    qtbot.addWidget(view)
    view.resize(1372, 900)
    view.show()
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    view.show_ref(hall.meeting)
    return view


def press(*keys: Qt.Key | str) -> None:
    """Press keys wherever the keyboard is, and let the news arrive."""
    for key in keys:
        target = QApplication.focusWidget()
        assert target is not None, "the keyboard is nowhere"
        if isinstance(key, str):
            QTest.keyClicks(target, key)
        else:
            QTest.keyClick(target, key)
        QApplication.processEvents()


def go(hall: Hall, step: int) -> None:
    """Go on with the step of this place, counted from 0."""
    live.go_to_step(hall.ws, hall.meeting, hall.steps[step])
