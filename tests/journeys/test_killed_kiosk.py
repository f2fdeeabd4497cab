"""A window left at the door is killed hard: the next one is locked again, who had come is here, and its owner gets out."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

from tests.journeys.laptop import ROOT, TIME_LIMIT_S, Laptop, environment

WINDOW = """
import json, sys, time
from pathlib import Path
from PySide6.QtTest import QTest
from PySide6.QtCore import Qt
from ui.app import make_application, make_shell, open_folder
from circle_app.workspace import kiosk
from circle_app.workspace.queries.meetings import attendance, meetings

app = make_application()
ws, vault = open_folder(Path(sys.argv[1]))
shell = make_shell(ws, vault)
shell.show()
ref = meetings(ws)[0].ref
if sys.argv[2] == "lock":
    kiosk.begin(ws, ref, "4711")
    shell.kiosk.look()
app.processEvents()
page = shell.kiosk.page
waits = page._pause.interval() if page is not None and page._pause.isActive() else 0
if page is not None and sys.argv[3]:
    page.ask.field.setText(sys.argv[3])
    QTest.keyClick(page.ask.field, Qt.Key.Key_Return)
if page is not None and sys.argv[4]:
    page.pin.wait(False)  # somebody was patient
    page.ask_pin()
    QTest.keyClicks(page.pin.field, sys.argv[4])
    QTest.keyClick(page.pin.field, Qt.Key.Key_Return)
app.processEvents()
here = sorted(seat.person.name for seat in attendance(ws, ref) if seat.here)
print(json.dumps({
    "locked": shell.kiosk.on, "full": shell.isFullScreen(), "here": here,
    "waits": waits, "covers": page is not None and page.isVisible() and page.geometry() == shell.rect(),
}), flush=True)
time.sleep(600)
"""


def window(laptop: Laptop, what: str, name: str, pin: str = "") -> dict[str, object]:
    """Open the window on the folder in a process of its own, take what it tells, and kill it hard."""
    process = subprocess.Popen(
        [sys.executable, "-c", WINDOW, str(laptop.folder), what, name, pin], cwd=ROOT,
        env={**environment(), "QT_QPA_PLATFORM": "offscreen"}, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    told: dict[str, object] = json.loads(process.stdout.readline())
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=TIME_LIMIT_S)
    return told


def test_a_window_killed_at_the_door_is_locked_again(tmp_path: Path) -> None:
    laptop = Laptop(tmp_path / "amina")
    laptop.do("init", "--name", "Amina Diallo")
    laptop.do("start-circle", "--name", "Elm Street")
    for name in ("Ben Okafor", "Chloe Martin"):
        laptop.do("add", "person", name)
    laptop.do("add", "meeting", "The evening")
    locked = {"locked": True, "full": True, "covers": True, "waits": 0}
    assert window(laptop, "lock", "ben okafor") == {**locked, "here": ["Ben Okafor"]}
    assert window(laptop, "", "CHLOE MARTIN") == {**locked, "here": ["Ben Okafor", "Chloe Martin"]}
    came = {**locked, "here": ["Ben Okafor", "Chloe Martin"]}
    assert window(laptop, "", "", pin="0000") == came
    assert window(laptop, "", "", pin="1234") == {**came, "waits": 2_000}, "what was tried before the kill counts"
    assert window(laptop, "", "") == {**came, "waits": 4_000}
    assert laptop.do("unlock-door").out == "the window opens as usual\n"
    assert window(laptop, "", "")["locked"] is False
    assert laptop.do("unlock-door").out == "the window was not locked\n"
