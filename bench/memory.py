"""How much memory it takes to fetch a full circle on a fresh device: a child process joins, and says so before and after."""

from __future__ import annotations

import gc
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.circles import Side, workspace
from bench.measure import peak_mb, seconds, show
from circle_app.collecting import collect_rarely
from sync.client import enrol


def run(scratch: Path, ana: Side) -> None:
    """`ana` holds the circle and invites."""
    link = enrol.invite(ana.ws, ana.vault, ana.space).link
    ana.sync()
    done = subprocess.run(
        [sys.executable, "-m", "bench.memory", str(scratch / "fresh"), link],
        capture_output=True, text=True, check=True, timeout=300,
    )  # fmt: skip
    before_mb, after_mb, taken_s = map(float, done.stdout.split())
    show(
        "A fresh device joins the full circle",
        ("from the invitation to everything merged", f"{taken_s:.2f} s"),
        ("peak memory before", f"{before_mb:,.0f} MB"),
        ("peak memory at the end", f"{after_mb:,.0f} MB"),
        ("  more", f"{after_mb - before_mb:,.0f} MB"),
    )


def _child(folder: Path, link: str) -> None:
    collect_rarely()
    with workspace(folder) as (ws, vault):
        with tempfile.TemporaryDirectory() as other, workspace(Path(other) / "w"):
            pass  # everything is loaded
        import sync.client.bounded  # noqa: F401  # as in any app that has synced before

        gc.collect()
        before_mb = peak_mb()
        taken_s = seconds(lambda: enrol.join(ws, vault, link, my_name="Cleo"))
        print(before_mb, peak_mb(), taken_s)


if __name__ == "__main__":
    _child(Path(sys.argv[1]), sys.argv[2])
