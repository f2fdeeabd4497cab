"""`python -m bench`: prints our figures beside the limits they are measured against, in one run on one machine.

`python -m bench edit sync` takes only some of them: edit, text, sync, files, ring, stage, memory, start,
server.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from bench import carrying, editing, exchanging, latest, memory, ringing, serving, staging, starting, writing
from bench.circles import pair, server
from bench.workload import write
from circle_app.collecting import collect_rarely

MANY, FEW = 100_000, 1_000
PARTS = ("edit", "text", "sync", "files", "ring", "stage", "memory", "start", "server")


def main(wanted: list[str]) -> int:
    parts = wanted or PARTS
    if unknown := set(parts) - set(PARTS):
        print(f"not known: {', '.join(sorted(unknown))}; choose of {', '.join(PARTS)}")
        return 2
    collect_rarely()  # as the app does
    with tempfile.TemporaryDirectory(prefix="circle-bench-") as folder:
        scratch = Path(folder)
        if "edit" in parts:
            editing.run(scratch)
        if "text" in parts:
            writing.run(scratch)
        if {"sync", "memory", "start"} & set(parts):
            _full(scratch, parts)
        if "files" in parts:
            carrying.run(scratch)
        if "ring" in parts:
            ringing.run(scratch)
        if "stage" in parts:
            staging.run(scratch)
        if "server" in parts:
            serving.run(scratch / "server")
            serving.run_postgres(scratch)
    return 0


def _full(scratch: Path, parts: list[str] | tuple[str, ...]) -> None:
    """The figures of a circle with MANY edits."""
    with server(scratch / "server") as address:
        with pair(scratch / "many", address) as (ana, ben):
            if "sync" in parts:
                exchanging.run(scratch, ana, ben, MANY)
                with latest.limit(scratch) as least, pair(scratch / "few", address) as (few_ana, few_ben):
                    write(few_ana.ws, few_ana.space, FEW)
                    few_ana.sync()
                    few_ben.sync()
                    many = latest.take(ana, ben, least)
                    latest.run(least, latest.take(few_ana, few_ben, least), many, FEW, MANY)
            else:
                write(ana.ws, ana.space, MANY)
                ana.sync()
            if "memory" in parts:
                memory.run(scratch, ana)
        if "start" in parts:
            starting.run(scratch / "many" / "a")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
