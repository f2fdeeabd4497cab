"""The server's process never holds the code that could open anything."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OPENING = (
    "sync.letters",
    "sync.pieces",
    "sync.seal",
    "sync.keys",
    "sync.pieces",
    "sync.envelopes",
    "sync.vault",
    "sync.body",
    "sync.invitation",
    "sync.client",
)


def test_the_server_cannot_load_what_opens() -> None:
    code = "import sys, sync.server.__main__; print('\\n'.join(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert "sync.server.app" in loaded
    assert [name for name in loaded if name.startswith(OPENING)] == []
    assert [name for name in loaded if name.startswith(("circle_app.workspace", "peewee"))] == []
