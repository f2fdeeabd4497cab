"""One person's computer: a real workspace in a folder, a clock that may be wrong, and a way to die at any moment."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from circle_app.domain.merge import CellOp
from circle_app.workspace import spaces
from circle_app.workspace.changes import Touched
from circle_app.workspace.connection import FILE_NAME
from circle_app.workspace.db import Workspace
from sync.client.calls import Server
from sync.client.engine import SyncEngine
from sync.vault import FILE_NAME as VAULT_FILE
from sync.vault import Vault
from tests.simulator.network import Network, SimTransport

YEAR_MS = 365 * 86_400_000
KILLED_FILES = (FILE_NAME, FILE_NAME + "-wal", VAULT_FILE)
"""What a killed program leaves behind; the shared-memory file is made anew."""

Edit = tuple[int, bytes, int, CellOp]
"""(table, row, column, op)."""


class Killed(BaseException):
    """The program was killed here; not an Exception, as no code may catch it."""


@dataclass
class TrueTime:
    """The true time in UTC ms, which no device knows."""

    now_ms: int


@dataclass
class SimClock:
    """A computer's clock: the true time and an error."""

    time: TrueTime
    error_ms: int = 0

    def now_ms(self) -> int:
        return self.time.now_ms + self.error_ms


@dataclass
class Device:
    """`edits` has every edit that this person was told is saved, by circle id and device id, also after crashes.

    `dies_in` counts moments (a commit, a request, an answer) until the program is killed; 0 is never.
    """

    name: str
    folder: Path
    time: TrueTime
    network: Network
    chance: random.Random
    clock: SimClock = field(init=False)
    edits: dict[tuple[bytes, bytes], set[Edit]] = field(default_factory=dict)
    leaving: set[bytes] = field(default_factory=set)
    dies_in: int = 0
    lives: int = 0
    ws: Workspace = field(init=False)
    vault: Vault = field(init=False)
    engine: SyncEngine = field(init=False)

    def __post_init__(self) -> None:
        self.clock = SimClock(self.time)
        self.vault = Vault.create(self._home, random_bytes=self.chance.randbytes)
        self._open(Workspace.create)

    def killed(self) -> None:
        """What a kill leaves on the disk, opened again; the dead program closes its files only afterwards."""
        dead = self._home
        self.lives += 1
        self.dies_in = 0
        self._home.mkdir()
        for name in KILLED_FILES:
            if (dead / name).exists():
                shutil.copyfile(dead / name, self._home / name)
        dead_ws = self.ws
        self.vault = Vault.open(self._home)
        self._open(Workspace.open)
        dead_ws.close()
        shutil.rmtree(dead)

    def reopen(self) -> None:
        """The window is closed and opened again."""
        self.engine.close()
        self.ws.close()
        self._open(Workspace.open)

    def circles(self) -> list[spaces.Space]:
        """The circles that this person may still work in, as far as this computer knows."""
        return [s for s in spaces.spaces(self.ws) if s.state == "active" and s.space32 not in self.leaving]

    def close(self) -> None:
        self.engine.close()
        self.ws.close()

    @property
    def _home(self) -> Path:
        return self.folder / f"{self.name}-{self.lives}"

    def _open(self, opened: Callable[..., Workspace]) -> None:
        self.ws = opened(self._home, key=None, clock=self.clock, random_bytes=self.chance.randbytes)
        self.ws.subscribe(self._remember)
        self.ws.subscribe(lambda _news: self._moment())
        self.engine = SyncEngine(self.ws, self.vault, connect=self._line)

    def _line(self, _address: str) -> Server:
        transport = SimTransport(self.network, self.name, self._moment)
        return Server(transport, self.clock.now_ms, self.chance.randbytes)

    def _remember(self, news: Touched) -> None:
        """Every edit is a loose op for a while; it is seen right after its commit."""
        if news.remote or "sync" not in news.kinds:
            return
        for space32, dev, table, row, column, stamp, value, base in self.ws.rows(
            "SELECT s.space32, s.dev16, o.tab, o.row, o.col, o.stamp, o.value, o.base "
            "FROM local_ops o JOIN spaces s ON s.no = o.space"
        ):
            edit = (table, row, column, CellOp(stamp, value, base))
            self.edits.setdefault((space32, dev), set()).add(edit)

    def _moment(self) -> None:
        if self.dies_in:
            self.dies_in -= 1
            if not self.dies_in:
                raise Killed
