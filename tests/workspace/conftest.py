"""A workspace whose clock stands still, with one circle in it, for whichever test asks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from circle_app.workspace.db import Workspace
from tests.support.workspaces import StillClock, new_circle, new_workspace


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def ws(tmp_path: Path, clock: StillClock) -> Iterator[Workspace]:
    with new_workspace(tmp_path / "ana", clock=clock) as opened:
        yield opened


@pytest.fixture
def space(ws: Workspace) -> int:
    return new_circle(ws)
