"""Real workspaces for tests: a clock that tests move, seeded randomness, and a circle to work in."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

from circle_app.domain.ids import RandomBytes
from circle_app.workspace import spaces
from circle_app.workspace.commands.circles import set_circle
from circle_app.workspace.commands.people import add_person
from circle_app.workspace.db import Workspace

MONDAY_MS = 1_795_000_000_000


@dataclass(slots=True)
class StillClock:
    """A clock that moves only when a test says so."""

    ms: int = MONDAY_MS

    def now_ms(self) -> int:
        return self.ms

    def steady_ms(self) -> int:
        return self.ms

    def hold(self, kept: str | None) -> str | None:
        return None

    def forward(self, *, seconds: float = 0, minutes: float = 0) -> None:
        self.ms += int(1000 * (seconds + 60 * minutes))


def seeded(seed: int) -> RandomBytes:
    return random.Random(seed).randbytes


def new_workspace(
    folder: Path, *, seed: int = 1, clock: StillClock | None = None, key: bytes | None = None
) -> Workspace:
    return Workspace.create(folder, key=key, clock=clock or StillClock(), random_bytes=seeded(seed))


def new_space(ws: Workspace, *, space32: bytes = bytes(31) + b"\x01", role: str = "organizer") -> int:
    """A circle without any content yet; two workspaces with one `space32` hold the same circle."""
    return spaces.add_space(
        ws, space32=space32, dev16=ws.random_bytes(16), member16=ws.random_bytes(16), server=None, role=role
    )


def new_circle(ws: Workspace, *, name: str = "Elm Street", kind: str = "citizen_circle", me: str = "Ana") -> int:
    """A circle with a name and its founder in it."""
    space = new_space(ws)
    set_circle(ws, space, name=name, kind=kind)
    add_person(ws, space, name=me, confirmed=True, member=spaces.my_member(ws, space))
    return space
