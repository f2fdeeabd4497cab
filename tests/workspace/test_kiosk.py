"""The lock at the door: a PIN that only this computer knows, kept over a restart."""

from __future__ import annotations

from pathlib import Path

import pytest

from circle_app.errors import RuleBroken
from circle_app.workspace import kiosk, settings
from circle_app.workspace.commands.meetings import plan_meeting
from circle_app.workspace.db import Workspace
from circle_app.workspace.dump import dump
from tests.support.workspaces import StillClock, new_circle, new_workspace


def test_a_lock_outlives_the_program_and_opens_with_its_pin_alone(tmp_path: Path) -> None:
    with new_workspace(tmp_path) as ws:
        ref = plan_meeting(ws, new_circle(ws), title="Elm Street")
        before = dump(ws)
        assert kiosk.locked_to(ws) is None and not kiosk.fits(ws, "")
        kiosk.begin(ws, ref, "4711")
        assert dump(ws) == before, "a lock is a matter of this computer alone"
    with Workspace.open(tmp_path, key=None, clock=StillClock()) as ws:
        assert kiosk.locked_to(ws) == ref
        assert not any(kiosk.fits(ws, wrong) for wrong in ("", "4712", "471", "47110"))
        assert kiosk.fits(ws, " ٤٧١١ ")
        kiosk.end(ws)
        assert kiosk.locked_to(ws) is None and not kiosk.fits(ws, "4711")


def test_the_pin_itself_is_kept_nowhere(tmp_path: Path) -> None:
    with new_workspace(tmp_path) as ws:
        ref = plan_meeting(ws, new_circle(ws), title="Elm Street")
        kiosk.begin(ws, ref, "80172635")
        first = settings.get(ws, kiosk.PIN)
        kiosk.begin(ws, ref, "80172635")
        assert first != settings.get(ws, kiosk.PIN), "one PIN looks different each evening"
    assert not any(b"80172635" in file.read_bytes() for file in tmp_path.iterdir() if file.is_file())


@pytest.mark.parametrize("pin", ["", "123", "1234567890123", "12a4", "four", "12-34"])
def test_what_is_no_pin_locks_nothing(tmp_path: Path, pin: str) -> None:
    with new_workspace(tmp_path) as ws:
        ref = plan_meeting(ws, new_circle(ws), title="Elm Street")
        with pytest.raises(RuleBroken):
            kiosk.begin(ws, ref, pin)
        assert kiosk.locked_to(ws) is None


@pytest.mark.parametrize("kept", ["", "1", "x:00", "1:zz", ":"])
def test_a_damaged_setting_locks_nobody_out(tmp_path: Path, kept: str) -> None:
    with new_workspace(tmp_path) as ws:
        settings.put(ws, kiosk.PLACE, kept)
        settings.put(ws, kiosk.PIN, kept)
        assert kiosk.locked_to(ws) is None
        assert not kiosk.fits(ws, "1234")
