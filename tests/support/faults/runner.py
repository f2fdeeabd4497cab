"""Runs a scenario with a fault at a chosen moment, each in a process of its own, and judges what is left.

One process prepares the world and forks for every moment: a fork starts in a millisecond where Python takes half a second.
It must have no threads and no open database itself.
"""

from __future__ import annotations

import gc
import os
import random
import shutil
import signal
import tempfile
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from circle_app.errors import CircleError
from circle_app.workspace.barrier import RESERVE_NAME
from tests.simulator.run import MEMORY
from tests.support.faults.files import files_on
from tests.support.faults.judge import judge
from tests.support.faults.plan import Disk, Fault, Plan
from tests.support.faults.record import Image, Record, images
from tests.support.faults.steps import Scenario
from tests.support.faults.vfs import sqlite_on
from tests.support.faults.world import Doing, World


@dataclass(slots=True)
class Outcome:
    """What came of one scenario: how many moments it has, at how many something went wrong, and what was broken then."""

    scenario: str
    moments: int
    tried: int = 0
    hits: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child ended: `killed` by the fault, what it `said`, and the trace of what it did not expect."""

    killed: bool
    said: list[str]
    trace: str


@contextmanager
def stage(scenario: Scenario) -> Iterator[Path]:
    """The world before the scenario, in a folder that is gone afterwards; in memory where the system has such a place."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        before = Path(folder) / "before"
        before.mkdir()
        built = forked(lambda _say: _built(scenario, before))
        assert not built.trace, built.trace
        yield before


def moments_of(scenario: Scenario, before: Path) -> int:
    """How many times the scenario changes the disk."""
    ended = _acted(scenario, before, before.with_name("count"), Plan())
    assert not ended.trace, ended.trace
    shutil.rmtree(before.with_name("count"))
    return int(ended.said[-1].split()[1])


def faults_at(scenario: Scenario, plans: Sequence[Plan], before: Path, moments: int, lives: int = 1) -> Outcome:
    """Tries each plan on a fresh copy of the world. With more `lives`, further kills at random moments follow, each in what
    the last one left, before anything is judged."""
    outcome = Outcome(scenario.name, moments)
    work = before.with_name("work")
    for plan in plans:
        shutil.copytree(before, work)
        said: list[str] = []
        trace, killed = "", False
        chance = random.Random(plan.at)
        for life in range(lives):
            now = plan if life == 0 else Plan(plan.fault, chance.randrange(1, moments + 1), parts=plan.parts)
            ended = _acted(scenario, None, work, now, life)
            said += [line for line in ended.said if line[:1] in "?!"]
            killed = killed or ended.killed
            trace = ended.trace
            for line in ended.said:
                if line.startswith("refused "):
                    outcome.refused[line[8:]] = outcome.refused.get(line[8:], 0) + 1
            if trace:
                break
        outcome.tried += 1
        outcome.hits += killed or any(line.startswith("hit") for line in ended.said)
        if not trace:
            trace = forked(lambda _say, said=said: _judged(scenario, work, said)).trace  # type: ignore[misc]
        if trace:
            outcome.broken.append(f"{scenario.name} {plan}:\n{trace}")
        shutil.rmtree(work)
    return outcome


def _built(scenario: Scenario, before: Path) -> None:
    world = World(before, "before")
    scenario.build(world)
    world.close()


def _acted(scenario: Scenario, before: Path | None, work: Path, plan: Plan, life: int = 0) -> Ended:
    if before is not None:
        shutil.copytree(before, work)
    return forked(lambda say: _act(scenario, work, plan, life, say))


def recorded(scenario: Scenario, before: Path) -> Record:
    """Acts once and keeps every change of the disk, with what was said in between and what the server then had."""
    work = before.with_name("recorded")
    kept = before.with_name("record")
    shutil.copytree(before, work)
    servers = before.with_name("servers")
    shutil.copytree(before / "server", servers / "0") if (before / "server").exists() else servers.mkdir()

    def act(_say: Callable[[str], None]) -> None:
        record = Record()
        _act(scenario, work, Plan(), 0, lambda line: record.changed("said", line), record, servers)
        record.save(kept)

    ended = forked(act)
    assert not ended.trace, ended.trace
    shutil.rmtree(work)
    return Record.load(kept)


def cuts(scenario: Scenario, before: Path, chance: random.Random, *, each: int, sample: int) -> Outcome:
    """Judges what power cuts leave at every point of a scenario, or at a sample of the images."""
    record = recorded(scenario, before)
    root = str(before.with_name("recorded") / scenario.who)
    found = images(record, before / scenario.who, root, chance, each)
    outcome = Outcome(scenario.name, len(record.entries))
    chosen: Iterable[Image] = found
    if sample:
        listed = list(found)
        chosen = chance.sample(listed, min(sample, len(listed)))
    work = before.with_name("work")
    for image in chosen:
        shutil.copytree(before, work, ignore=shutil.ignore_patterns(scenario.who, "server"))
        image.write(work / scenario.who)
        if (before / "server").exists():
            shutil.copytree(before.with_name("servers") / str(image.server), work / "server")
        said = [line for line in image.said if line[:1] in "?!"]
        trace = forked(lambda _say, said=said: _judged(scenario, work, said)).trace  # type: ignore[misc]
        outcome.tried += 1
        outcome.hits += 1
        if trace:
            outcome.broken.append(f"{scenario.name}, power cut after {image.cut} changes:\n{trace}")
        shutil.rmtree(work)
    return outcome


def _act(
    scenario: Scenario,
    work: Path,
    plan: Plan,
    life: int,
    say: Callable[[str], None],
    record: Record | None = None,
    servers: Path | None = None,
) -> None:
    world = World(work, f"life {life}")
    disk = Disk(world.home(scenario.who), plan, record.changed if record else None)
    if record is not None and servers is not None:
        world.after_request = lambda: _copied(work, servers, record)
    if (work / "server").exists():
        _ = world.network
    if plan.fault is Fault.RESERVED:
        (world.home(scenario.who) / RESERVE_NAME).write_bytes(b"room")
    with ExitStack() as watched:
        watched.enter_context(sqlite_on(disk))
        watched.enter_context(files_on(disk))

        def attempt(step: Callable[[], object]) -> object:
            try:
                return step()
            except CircleError as refused:
                if not disk.hit:
                    raise
                assert refused.sentence, "refused without a sentence"
                say(f"refused {refused.code}")
                disk.healed = True
                return step()

        scenario.act(world, Doing(say, attempt))
    if disk.hit:
        say(f"hit {disk.hit}")
    say(f"moments {disk.seen}")


def _copied(work: Path, servers: Path, record: Record) -> None:
    """The server as it stands after a request; it has its own disk, which the cut does not touch."""
    number = sum(1 for kind, *_ in record.entries if kind == "server") + 1
    shutil.copytree(work / "server", servers / str(number))
    record.changed("server", number)  # type: ignore[arg-type]


def _judged(scenario: Scenario, work: Path, said: list[str]) -> None:
    world = World(work, "judge")
    judge(world, scenario, said)
    world.close()


def forked(run: Callable[[Callable[[str], None]], None]) -> Ended:
    """Runs something in a child of its own; what it says comes back, also when it was killed."""
    ears, mouth = os.pipe()
    traces, trace_end = os.pipe()
    gc.collect()
    child = os.fork()
    if child == 0:
        try:
            os.close(ears), os.close(traces)
            _told(run, mouth, trace_end)
        finally:
            os._exit(0)
    os.close(mouth), os.close(trace_end)
    said = _all_of(ears).decode().splitlines()
    trace = _all_of(traces).decode()
    _, status = os.waitpid(child, 0)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    if not killed and status and not trace:
        trace = f"the program ended with status {status}"
    return Ended(killed, said, trace)


def _told(run: Callable[[Callable[[str], None]], None], mouth: int, trace_end: int) -> None:
    ran: Future[None] = Future()
    try:
        run(lambda line: _tell(mouth, line))
    except Exception as error:  # noqa: BLE001 (handed on: what broke is the result)
        ran.set_exception(error)
        os.write(trace_end, "".join(traceback.format_exception(error)).encode()[-20_000:])


def _tell(mouth: int, line: str) -> None:
    os.write(mouth, line.encode() + b"\n")


def _all_of(end: int) -> bytes:
    found = b""
    while part := os.read(end, 65536):
        found += part
    os.close(end)
    return found


def every_kill(moments: int, chance: random.Random) -> list[Plan]:
    """A kill before each moment, and one in the middle of each write."""
    return [Plan(Fault.KILL, n) for n in range(1, moments + 1)] + [
        Plan(Fault.TORN, n, parts=chance.choice((1, 2, 4, 7))) for n in range(1, moments + 1)
    ]


def every_refusal(moments: int) -> list[Plan]:
    """A full disk, a failing one, and no file handles: once and for good, at each moment; and a write-protected one."""
    return [Plan(Fault.READ_ONLY, 1, sticky=True)] + [
        Plan(fault, n, sticky)
        for fault in (Fault.FULL, Fault.FAILS, Fault.HANDLES)
        for sticky in (False, True)
        for n in range(1, moments + 1)
    ]
