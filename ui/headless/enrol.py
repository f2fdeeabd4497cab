"""The verbs that make a workspace, start a circle, invite and join."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from circle_app.errors import NotFound, WorkspaceError
from circle_app.workspace import settings
from circle_app.workspace.db import Workspace
from sync.client import enrol
from ui.folder import open_folder
from ui.headless.opening import opened, passphrase, the_circle


def run(args: Namespace) -> int:
    match args.verb:
        case "init":
            _init(args)
        case "start-circle":
            _start(args)
        case "invite":
            _invite(args)
        case "join":
            _join(args)
    return 0


def _init(args: Namespace) -> None:
    folder: Path = args.data_dir
    secret = passphrase(args)
    ws, _vault = open_folder(folder, passphrase=secret, new_passphrase=secret)
    with ws:
        # one without a name is left from a call that was cut off; this one goes on from there
        if settings.get(ws, "me_name") is not None:
            raise WorkspaceError(
                "There is a workspace in this folder already.", "Choose another folder, or use this one."
            )
        settings.put(ws, "me_name", args.name)
        if args.server:
            settings.put(ws, "server", args.server)
    print(f"OK {folder}")


def _start(args: Namespace) -> None:
    with opened(args) as (ws, vault):
        space = enrol.found_circle(
            ws, vault, name=args.name, kind=args.kind, my_name=_my_name(ws), topic=args.topic, place=args.place,
            rhythm=args.rhythm, plan=args.plan, server=args.server or settings.get(ws, "server"),
        )  # fmt: skip
        print(f"ACK {space}", flush=True)


def _invite(args: Namespace) -> None:
    with opened(args) as (ws, vault):
        made = enrol.invite(
            ws, vault, the_circle(ws, args.circle), role=args.role, uses=args.uses, days=args.days, confirm=args.confirm
        )
        print(made.link, flush=True)


def _join(args: Namespace) -> None:
    with opened(args) as (ws, vault):
        space = enrol.join(ws, vault, _link(args.link), my_name=args.name or _my_name(ws))
        print(f"ACK {space}", flush=True)


def _link(words: str) -> str:
    if words == "-":
        return sys.stdin.read().strip()
    if words.startswith("circle:"):
        return words
    path = Path(words)
    if not path.is_file():
        raise NotFound("This is neither an invitation link nor a file.", "A link begins with circle://j/")
    return path.read_text(encoding="utf-8", errors="replace").strip()


def _my_name(ws: Workspace) -> str:
    return str(settings.get(ws, "me_name", ""))
