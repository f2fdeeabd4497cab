"""The verbs that print or check the whole state: dump and verify."""

from __future__ import annotations

import json
from argparse import Namespace

from circle_app.workspace import dump as dumping
from circle_app.workspace import verify as verifying
from sync.client.opening import opener
from ui.headless.opening import opened

DAMAGED = 5


def run(args: Namespace) -> int:
    return _dump(args) if args.verb == "dump" else _verify(args)


def _dump(args: Namespace) -> int:
    with opened(args) as (ws, _vault):
        print(json.dumps(dumping.dump(ws), ensure_ascii=False, sort_keys=True, indent=1))
    return 0


def _verify(args: Namespace) -> int:
    with opened(args) as (ws, vault):
        opening = opener(ws, vault)
        report = verifying.verify(ws, opening)
        if args.rebuild:
            before = verifying.state_hash(ws)
            verifying.rebuild(ws, opening)
            after = verifying.state_hash(ws)
            print(f"rebuilt: {'same state' if before == after else 'state differs'}")
            if before != after:
                return DAMAGED
        print(f"state {verifying.state_hash(ws).hex()}")
        for line in report.problems:
            print(line)
        print("all is well" if report.ok else "damage found")
        return 0 if report.ok else DAMAGED
