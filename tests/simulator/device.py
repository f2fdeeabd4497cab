"""One person's computer: a real workspace in a folder, a clock that may be wrong, and a way to die at any moment."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from circle_app.domain.merge import CellOp
from circle_app.workspace import backup, spaces
from circle_app.workspace.changes import Touched
from circle_app.workspace.connection import FILE_NAME
from circle_app.workspace.db import Workspace
from circle_app.workspace.filestore import FOLDER as FILES
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
    """The program of `device` was killed here; not an Exception, as no code may catch it."""

    def __init__(self, device: Device) -> None:
        super().__init__(device.name)
        self.device = device


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

    def steady_ms(self) -> int:
        return self.now_ms()

    def hold(self, kept: str | None) -> str | None:
        return None


@dataclass
class Device:
    """`edits` has every edit that this person was told is saved, by circle id and member id, also after crashes.

    `unsure` are those whose only copy was lost with a disk: they may be there, or not. `twins` counts its copies.
    `dated` are the files whose times follow this computer's clock, as a real disk's would.
    `dies_in` counts moments (a commit, a request, an answer) until the program is killed; 0 is never.
    """

    name: str
    folder: Path
    time: TrueTime
    network: Network
    chance: random.Random
    clock: SimClock = field(init=False)
    edits: dict[tuple[bytes, bytes], set[Edit]] = field(default_factory=dict)
    unsure: dict[tuple[bytes, bytes], set[Edit]] = field(default_factory=dict)
    leaving: set[bytes] = field(default_factory=set)
    twins: int = 0
    dies_in: int = 0
    lives: int = 0
    dated: dict[str, int] = field(default_factory=dict)
    ws: Workspace = field(init=False)
    vault: Vault = field(init=False)
    engine: SyncEngine = field(init=False)
    _leaving_then: set[bytes] = field(default_factory=set)
    _leaving_at: dict[Path, set[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.clock = SimClock(self.time)
        self.vault = Vault.create(self._home, random_bytes=self.chance.randbytes)
        self._open(Workspace.create)

    def killed(self) -> None:
        """What a kill leaves on the disk, opened again; the dead program closes its files only afterwards."""
        dead = self._home
        self.lives += 1
        self.dies_in = 0
        _copy(dead, self._home)
        dead_ws = self.ws
        self.vault = Vault.open(self._home)
        self._open(Workspace.open)
        dead_ws.close()
        shutil.rmtree(dead)

    def back_up(self) -> None:
        """A copy of the folder as it is now, as a backup program makes it."""
        shutil.rmtree(self._backup, ignore_errors=True)
        _copy(self._home, self._backup)
        self._leaving_then = set(self.leaving)

    def restore(self) -> bool:
        """The disk is gone and the last backup is put in its place; False when there is none."""
        if not self._backup.exists():
            return False
        dead, dead_ws = self._home, self.ws
        self.lives += 1
        self.dies_in = 0
        shutil.copytree(self._backup, self._home)
        self.vault = Vault.open(self._home)
        self._open(Workspace.open)
        dead_ws.close()
        shutil.rmtree(dead)
        self.leaving = set(self._leaving_then)
        return True

    def keep_copy(self) -> None:
        """A copy on a memory stick, as the app makes it."""
        self._leaving_at[backup.back_up(self.ws, None, self._stick).path] = set(self.leaving)

    def put_back(self) -> bool:
        """One of the app's copies takes the place of the workspace, by the app's own verb; False when there is none."""
        copies = backup.backups(self._stick)
        if not copies:
            return False
        copy = self.chance.choice(copies).path
        self.dies_in = 0
        self.engine.close()
        self.ws.close()
        try:
            backup.restore(self._home, None, copy, clock=self.clock, random_bytes=self.chance.randbytes)
            self.leaving = set(self._leaving_at[copy])
        finally:
            self._open(Workspace.open)
        return True

    def twin(self) -> Device:
        """The folder copied to another computer; both go on."""
        self.twins += 1
        other = object.__new__(Device)
        for name, value in self.__dict__.items():
            setattr(other, name, value)
        other.name, other.lives, other.twins, other.dies_in = f"{self.name}{self.twins + 1}", 0, 0, 0
        other.chance = random.Random(self.chance.random())
        other.clock = SimClock(self.time, self.clock.error_ms)
        other.edits = {key: set(edits) for key, edits in self.edits.items()}
        other.unsure = {key: set(edits) for key, edits in self.unsure.items()}
        other.leaving = set(self.leaving)
        other.dated, other._leaving_at = dict(self.dated), {}
        _copy(self._home, other._home)
        other.vault = Vault.open(other._home)
        other._open(Workspace.open)
        return other

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
    def person(self) -> str:
        """Whose computer it is: copies and further computers have longer names."""
        return self.name[:3]

    @property
    def _home(self) -> Path:
        return self.folder / f"{self.name}-{self.lives}"

    @property
    def _backup(self) -> Path:
        return self.folder / f"{self.name}-backup"

    @property
    def _stick(self) -> Path:
        return self.folder / f"{self.name}-stick"

    def _open(self, opened: Callable[..., Workspace]) -> None:
        self.ws = opened(self._home, key=None, clock=self.clock, random_bytes=self.chance.randbytes)
        self.ws.subscribe(self._remember)
        self.ws.subscribe(lambda _news: self._moment())
        self.engine = SyncEngine(self.ws, self.vault, connect=self._line, monotonic=self._seconds)

    def _line(self, _address: str) -> Server:
        transport = SimTransport(self.network, self.name, self._moment)
        return Server(transport, self.clock.now_ms, self.chance.randbytes)

    def _remember(self, news: Touched) -> None:
        """Every edit is a loose op for a while; it is seen right after its commit."""
        if news.remote or "sync" not in news.kinds:
            return
        for space32, member, table, row, column, stamp, value, base in self.ws.rows(
            "SELECT s.space32, s.member16, o.tab, o.row, o.col, o.stamp, o.value, o.base "
            "FROM local_ops o JOIN spaces s ON s.no = o.space"
        ):
            edit = (table, row, column, CellOp(stamp, value, base))
            self.edits.setdefault((space32, member), set()).add(edit)

    def _seconds(self) -> float:
        """Time goes by with what is asked of servers."""
        return self.time.now_ms / 1000 + self.network.requests / 3

    def _date_files(self) -> None:
        folder, now_ns = self._home / FILES, self.clock.now_ms() * 1_000_000
        for entry in os.scandir(folder) if folder.is_dir() else ():
            if self.dated.get(entry.name) != entry.stat().st_mtime_ns:
                os.utime(entry.path, ns=(now_ns, now_ns))
                self.dated[entry.name] = now_ns

    def _moment(self) -> None:
        self._date_files()
        if self.dies_in:
            self.dies_in -= 1
            if not self.dies_in:
                raise Killed(self)


def _copy(source: Path, target: Path) -> None:
    """What is on the disk at this moment."""
    target.mkdir()
    for name in KILLED_FILES:
        if (source / name).exists():
            shutil.copyfile(source / name, target / name)
    if (source / FILES).is_dir():
        shutil.copytree(source / FILES, target / FILES)
