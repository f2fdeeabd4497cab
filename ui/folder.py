"""Opens the data folder of one person, with or without windows: keys and workspace, both made on the first start."""

from __future__ import annotations

import os
from pathlib import Path

from circle_app.domain.ids import RandomBytes
from circle_app.workspace import spaces
from circle_app.workspace.connection import own_folder
from circle_app.workspace.db import Clock, Workspace
from sync.vault import Vault


def open_folder(
    folder: Path,
    *,
    passphrase: str | None = None,
    new_passphrase: str | None = None,
    clock: Clock | None = None,
    random_bytes: RandomBytes = os.urandom,
    look_later: bool = False,
) -> tuple[Workspace, Vault]:
    """Open the keys and the workspace of a data folder, making both on the first start. Raises CircleError.

    `new_passphrase` is the one for keys that are made here; `look_later` is told at `Workspace.open`.
    """
    if (folder / "workspace.db").exists():
        vault = Vault.open(folder, passphrase=passphrase)
        ws = Workspace.open(folder, key=vault.db_key, clock=clock, random_bytes=random_bytes, look_later=look_later)
        spaces.forget_unfinished(ws)  # founding or joining was cut off
        return ws, vault
    own_folder(folder)
    # keys without a workspace are left from a first start that was cut off
    if (folder / "device.key").exists():
        vault = Vault.open(folder, passphrase=passphrase)
    else:
        vault = Vault.create(folder, passphrase=new_passphrase, random_bytes=random_bytes)
    return Workspace.create(folder, key=vault.db_key, clock=clock, random_bytes=random_bytes), vault


def attend(ws: Workspace, state: Path | None = None) -> None:
    """Find out whether this folder was restored or copied, and let no number leave without a witness from here on.

    The witness stands in the user's folder for the state of programs, which no copy of the data folder takes along.
    """
    from sync.client.witness import Witness  # after the first paint

    witness = Witness.of(ws, state or _state_folder())
    witness.ask()
    ws.before_sending(witness.note)


def _state_folder() -> Path:
    from platformdirs import user_state_path

    return user_state_path("citizen-circles", appauthor=False)
