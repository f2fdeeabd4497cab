"""The verbs about the whole state: print it, check it, keep a copy of it, put a copy back."""

from __future__ import annotations

import json
from argparse import Namespace

from circle_app.errors import NotFound
from circle_app.workspace import backup, kiosk
from circle_app.workspace import dump as dumping
from circle_app.workspace import verify as verifying
from circle_app.workspace.queries.circles import my_circles
from sync.client.opening import opener
from sync.vault import Vault
from ui.headless.opening import opened, passphrase

DAMAGED = 5


def run(args: Namespace) -> int:
    verbs = {"dump": _dump, "verify": _verify, "backup": _backup, "restore": _restore, "unlock-door": _unlock_door}
    return verbs[args.verb](args)


def _backup(args: Namespace) -> int:
    with opened(args) as (ws, vault):
        made = backup.back_up(ws, vault.db_key, args.into)
    print(f"ACK {made.path}", flush=True)
    return 0


def _restore(args: Namespace) -> int:
    vault = Vault.open(args.data_dir, passphrase=passphrase(args))
    copy = args.copy or next((b.path for b in backup.backups(args.data_dir / backup.FOLDER)), None)
    if copy is None:
        raise NotFound("There is no copy of this workspace.", "Name one: circle --data-dir D restore FILE")
    aside = backup.restore(args.data_dir, vault.db_key, copy)
    print(f"ACK {copy}", flush=True)
    print(f"the workspace from before is kept in {aside}")
    return 0


def _unlock_door(args: Namespace) -> int:
    with opened(args) as (ws, _vault):
        locked = kiosk.locked_to(ws) is not None
        kiosk.end(ws)
    print("the window opens as usual" if locked else "the window was not locked")
    return 0


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
        for card in my_circles(ws):
            print(f"circle {card.space}: {verifying.state_words(ws, card.space)}")
        for line in report.problems:
            print(line)
        print("all is well" if report.ok else "damage found")
        return 0 if report.ok else DAMAGED
