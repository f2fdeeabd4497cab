"""`python -m bench`: prints our figures beside the limits they are measured against, in one run on one machine."""

from __future__ import annotations

import resource
import sys
import tempfile
from pathlib import Path

from bench import editing, exchanging, ringing, starting
from bench.measure import show
from circle_app.collecting import collect_rarely
from circle_app.workspace import settings
from circle_app.workspace.commands import meetings
from circle_app.workspace.db import Workspace
from sync.client import enrol
from sync.vault import Vault


def main() -> int:
    collect_rarely()  # as the app does
    with tempfile.TemporaryDirectory(prefix="circle-bench-") as folder:
        scratch = Path(folder)
        filled = scratch / "filled"
        filled.mkdir()
        vault = Vault.create(filled)
        with Workspace.create(filled, key=vault.db_key) as ws:
            space = enrol.found_circle(ws, vault, name="Bench", kind="citizen_circle", my_name="Ana")
            settings.put(ws, "me_name", "Ana")
            meeting = meetings.plan_meeting(ws, space, title="The evening", starts_at="2026-11-24T18:30")
            editing.run(ws, meeting, scratch)
        exchanging.run(scratch)
        ringing.run(scratch)
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        show("Memory", ("peak of this process, two workspaces and all", f"{peak_mb:,.0f} MB"))
        starting.run(filled)
    return 0


if __name__ == "__main__":
    sys.exit(main())
