"""A person with a computer: a vault, a workspace and a sync engine in one folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from circle_app.workspace.db import Workspace
from circle_app.workspace.dump import dump
from circle_app.workspace.verify import state_hash
from sync.client import enrol
from sync.client.engine import SyncEngine, SyncReport
from sync.vault import Vault


@dataclass
class Machine:
    """One person's computer; `state` is what two of them compare."""

    name: str
    ws: Workspace
    vault: Vault
    engine: SyncEngine

    def found(self, **given: Any) -> int:
        wanted = {"name": "Elm Street", "kind": "citizen_circle", "my_name": self.name, **given}
        return enrol.found_circle(self.ws, self.vault, **wanted)

    def invite(self, no: int, **given: Any) -> str:
        """An invitation that the server knows of already."""
        made = enrol.invite(self.ws, self.vault, no, **given)
        report = self.engine.sync(no)
        assert report.problem is None, report.problem
        return made.link

    def join(self, link: str) -> int:
        return enrol.join(self.ws, self.vault, link, my_name=self.name, engine=self.engine)

    def sync(self, no: int = 1) -> SyncReport:
        return self.engine.sync(no)

    def state(self) -> tuple[Any, str]:
        """Everything that synced devices share: the dump and the state hash."""
        return state_hash(self.ws), json.dumps(dump(self.ws), sort_keys=True, default=repr)


@contextmanager
def machine(folder: Path, name: str) -> Iterator[Machine]:
    """A person's computer with a workspace in `folder`, made if there is none."""
    folder.mkdir(parents=True, exist_ok=True)
    fresh = not (folder / "device.key").exists()
    vault = Vault.create(folder) if fresh else Vault.open(folder)
    opener = Workspace.create if fresh else Workspace.open
    with opener(folder, key=vault.db_key) as ws:
        person = Machine(name, ws, vault, SyncEngine(ws, vault))
        yield person
        person.engine.close()
