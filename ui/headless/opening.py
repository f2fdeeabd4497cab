"""Open (or make) a workspace for a headless verb, and find circles, meetings and people by the words of a call."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from circle_app.domain.ids import Ref
from circle_app.domain.text import fold
from circle_app.errors import NotFound, RuleBroken, WorkspaceError
from circle_app.workspace import spaces
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries import meetings as meeting_queries
from circle_app.workspace.queries import people as people_queries
from circle_app.workspace.queries.circles import my_circles
from sync.vault import Vault


def passphrase(args: Namespace) -> str | None:
    """The passphrase of the call: from a file, else from CIRCLE_PASSPHRASE, else none."""
    if args.passphrase_file is not None:
        try:
            return str(args.passphrase_file.read_text(encoding="utf-8").rstrip("\r\n"))
        except (OSError, UnicodeDecodeError):
            raise RuleBroken("The passphrase file cannot be read.", "Check its path.") from None
    return os.environ.get("CIRCLE_PASSPHRASE") or None


@contextmanager
def opened(args: Namespace) -> Iterator[tuple[Workspace, Vault]]:
    """The workspace and vault of `--data-dir`, closed afterwards. Raises WorkspaceError if there is none."""
    folder: Path = args.data_dir
    if not (folder / "workspace.db").exists():
        raise WorkspaceError(
            "There is no workspace in this folder yet.", "Make one with: circle --data-dir D init --name NAME"
        )
    vault = Vault.open(folder, passphrase=passphrase(args))
    with Workspace.open(folder, key=vault.db_key) as ws:
        spaces.forget_unfinished(ws)
        yield ws, vault


def the_circle(ws: Workspace, wanted: str | None) -> int:
    """The circle named by name or number; with None, the only one."""
    cards = my_circles(ws)
    if wanted is None:
        if len(cards) == 1:
            return cards[0].space
        raise NotFound("Say which circle you mean.", "Name it with --circle; `circle status` lists them.")
    matches = [c for c in cards if fold(c.name) == fold(wanted) or str(c.space) == wanted]
    if len(matches) != 1:
        raise NotFound(f"There is no single circle called {wanted!r}.", "`circle status` lists them by number.")
    return matches[0].space


def the_meeting(ws: Workspace, space: int, wanted: str) -> Ref:
    """The meeting with this title, number or hexadecimal id."""
    cards = meeting_queries.meetings(ws, space)
    matches = [c.ref for c in cards if c.ref.row.hex() == wanted]
    matches = matches or [c.ref for c in cards if fold(c.title or "") == fold(wanted)]
    matches = matches or [c.ref for c in cards if str(c.number) == wanted]
    if len(matches) != 1:
        raise NotFound(f"There is no single meeting called {wanted!r}.", "Use its title, number or id.")
    return matches[0]


def the_person(ws: Workspace, space: int, wanted: str) -> Ref:
    """The person with this name or hexadecimal id."""
    everyone = people_queries.people(ws, space)
    matches = [p.ref for p in everyone if p.ref.row.hex() == wanted or fold(p.name or "") == fold(wanted)]
    if len(matches) != 1:
        raise NotFound(f"There is no single person called {wanted!r}.", "Use the whole name or the id.")
    return matches[0]
