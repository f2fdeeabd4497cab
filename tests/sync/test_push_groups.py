"""Pushes that are committed together: each is judged alone, all are lost together, and no number is given out twice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from sync import wire
from sync.server import intake
from sync.server.auth import Refused, Replays
from sync.server.config import Config
from sync.server.members import Members
from sync.server.store import Entry, NewRow, SpaceRow, Store, Touching, Trouble, next_mark, space_no
from sync.server.store_choice import open_store
from sync.server.store_drafts import Writer
from tests.support import databases
from tests.support.by_hand import NOW_MS, Device, founder

Pushed = tuple[list[wire.PushResult], SpaceRow]
CIRCLES = 6


class Kept:
    """A store, the sizes of its groups, and circles that are founded in it."""

    def __init__(self, folder: Path, database: str, *, apart: bool = False, circles: int = CIRCLES) -> None:
        self.groups: list[int] = []
        self.config = Config(data=folder, database=database, spaces_apart=apart)
        self.store: Store = open_store(
            self.config, random_bytes=lambda n: b"r" * n, committed=lambda jobs, _s: self.groups.append(jobs)
        )
        self.members = Members()
        self.circles = [founder(bytes([n + 1]) * 32) for n in range(circles)]

    def found(self, of: Device) -> Any:
        genesis = intake.checked_genesis(of.chain[0].data)
        touching = intake.touching(of.space, [intake.Part(genesis)])
        return self.store.write(
            touching, lambda w: intake.create_space(w, genesis, "", config=self.config, now_ms=NOW_MS)
        )

    def push(self, of: Device, data: bytes, *, quota: int = 1 << 30, entry: Entry | None = None) -> Any:
        """One changeset in a job of its own, as a call brings it."""
        parts = [intake.read_part(data)]
        rules = intake.Rules(self.members, Config(data=self.config.data, space_quota_bytes=quota), NOW_MS)

        def keep(writer: Writer) -> Pushed:
            if entry is not None and not writer.is_new(entry):
                raise Refused(401, "replay")
            return intake.push(writer, of.space, parts, rules, vouched=True, author=of.keys.dev)

        return self.store.write(intake.touching(of.space, parts, entry), keep)

    async def log(self, of: Device) -> list[bytes]:
        row = await self.store.space(of.space)
        assert row is not None
        return [s.data for s in await self.store.read(lambda r: r.page(row, 0, limit=500, size=1 << 24))]


@contextmanager
def opened(folder: Path, kind: str) -> Iterator[Kept]:
    database = "" if kind == "sqlite" else databases.fresh_database()
    kept = Kept(folder, database, apart="apart" in kind)
    yield kept
    kept.store.close()
    if database:
        databases.drop(database)


@pytest.fixture(params=["sqlite", "postgres", "postgres, circles apart"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kept]:
    with opened(tmp_path, request.param) as kept:
        yield kept


def of(done: Sequence[Any]) -> list[object]:
    """What each caller was told: the status and code of its changeset, or the error."""
    return [(d[0][0].status, d[0][0].code) if isinstance(d, tuple) else d for d in done]


def test_what_is_refused_in_a_group_is_refused_alone(kept: Kept) -> None:
    replays = Replays(window_ms=1000)

    async def story() -> None:
        ana, ben, eva, ida, uma, zoe = kept.circles
        await founded(kept)
        seen = replays.entry(uma.space, uma.keys.dev, b"1" * 16, now_ms=NOW_MS)
        new = replays.entry(uma.space, uma.keys.dev, b"2" * 16, now_ms=NOW_MS)
        await kept.store.enter(seen)
        flipped = bytearray(ben.write().data)
        flipped[-1] ^= 1
        lost, late = eva.write(), eva.write()
        jobs = [
            kept.push(ana, ana.write().data),
            kept.push(ben, bytes(flipped)[:-1]),
            kept.push(ana, ana.write().data),
            kept.push(eva, late.data),
            kept.push(ida, ida.write().data, quota=10),
            kept.push(uma, uma.write().data, entry=new),
            kept.push(uma, uma.write().data, entry=seen),
            kept.push(zoe, b""),
            kept.push(zoe, ana.chain[-1].data),
            kept.push(zoe, zoe.write().data),
            kept.push(eva, lost.data),
            kept.push(eva, late.data),
        ]
        done = await asyncio.gather(*jobs, return_exceptions=True)
        told = of(done)
        there = ("replay",) if kept.config.database else ()
        assert [t.code if isinstance(t, Refused) else t for t in told] == [
            (0, ""), (2, "malformed"), (0, ""), (2, "gap"), (2, "quota"), (0, ""), *(there or ((0, ""),)),
            (2, "malformed"), (2, "space"), (0, ""), (0, ""), (0, ""),
        ]  # fmt: skip
        assert kept.groups[-1] == len(jobs), "they were to be committed together"
        assert [len(await kept.log(one)) for one in kept.circles] == [3, 1, 3, 1, 2 if there else 3, 2]
        assert await kept.log(eva) == [eva.chain[0].data, lost.data, late.data]

    asyncio.run(story())


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_commit_that_fails_keeps_nothing_and_tells_everybody(tmp_path: Path, kind: str) -> None:
    with opened(tmp_path, kind) as kept:

        def harm(writer: Writer) -> None:
            """On the writer's thread, in the middle of the group: the disk is full, or the database ends."""
            if kept.config.database:
                databases.hang_up(kept.config.database)
            else:
                writer.db.change("PRAGMA max_page_count = 1")

        def heal(writer: Writer) -> None:
            writer.db.change("PRAGMA max_page_count = 1000000")

        async def story() -> None:
            await founded(kept)
            ana, entry = kept.circles[0], Entry(kept.circles[0].space, b"k" * 16, b"n" * 16, NOW_MS)
            chains = [[one.write().data for _ in range(10)] for one in kept.circles]
            jobs = [kept.push(one, data) for one, chain in zip(kept.circles, chains, strict=True) for data in chain]
            jobs.insert(20, kept.store.write(Touching(ana.space, entry=entry), harm))
            done = await asyncio.gather(*jobs, return_exceptions=True)
            assert [d for d in done if not isinstance(d, Trouble)] == []
            assert len(done) == len(jobs) == kept.groups[-1], "they were to be committed together"
            if not kept.config.database:
                await kept.store.write(Touching(ana.space), heal)
            assert [len(await kept.log(one)) for one in kept.circles] == [1] * CIRCLES
            assert (await kept.store.enter(entry))[0], "a request that came to nothing was not answered"
            again = [kept.push(one, data) for one, chain in zip(kept.circles, chains, strict=True) for data in chain]
            assert set(of(await asyncio.gather(*again))) == {(wire.STORED, "")}
            assert [await kept.log(one) for one in kept.circles] == [
                [one.chain[0].data, *chain] for one, chain in zip(kept.circles, chains, strict=True)
            ]

        asyncio.run(story())


def test_two_processes_never_give_out_a_number_twice(tmp_path: Path) -> None:
    database = databases.fresh_database()
    both = [Kept(tmp_path, database, circles=3) for _ in "ab"]
    spaces = [one.space for one in both[0].circles]

    def writes(kept: Kept, name: int, done: list[tuple[bytes, int, bytes]]) -> Callable[[], None]:
        async def story() -> None:
            for at in range(0, 120, 15):
                await asyncio.gather(*(one(n) for n in range(at, at + 15)))

        async def one(n: int) -> None:
            space, id = spaces[n % 3], bytes([name, n]) * 16
            row = await kept.store.write(Touching(space, (id,), (bytes(16),)), lambda w: appended(w, space, id, n))
            done.append((space, row.pos, id))

        return lambda: asyncio.run(story())

    asyncio.run(founded(both[0]))
    told: list[tuple[bytes, int, bytes]] = []
    with ThreadPoolExecutor(2) as people:
        for each in [people.submit(writes(kept, name, told)) for name, kept in enumerate(both)]:
            each.result(60)
    for space in spaces:
        ids = {pos: id for its, pos, id in told if its == space}
        assert sorted(ids) == list(range(2, 82)), "eighty numbers after the genesis, each once"
        row, mark, last = asyncio.run(standing(both[1].store, space))
        for pos in sorted(ids):
            mark = next_mark(mark, ids[pos])
        assert (row.pos, row.mark) == (81, mark) == (81, last)
    for kept in both:
        kept.store.close()
    databases.drop(database)


def appended(writer: Writer, space: bytes, id: bytes, n: int) -> SpaceRow:
    row = writer.space(space)
    assert row is not None
    return writer.append(row, NewRow(bytes(16), n + 1, 0, id, b"x" * 500))


async def founded(kept: Kept) -> None:
    await asyncio.gather(*(kept.found(one) for one in kept.circles))


async def standing(store: Store, space: bytes) -> tuple[SpaceRow, bytes, bytes]:
    """Where a space stands, and its marks after the genesis and at the end."""
    row = await store.space(space)
    assert row is not None
    first, last = await store.read(lambda r: (r.mark_at(row.no, 1), r.mark_at(row.no, row.pos)))
    assert first is not None and last is not None
    return row, first, last


def test_a_request_is_let_in_once_by_all_processes_together(tmp_path: Path) -> None:
    database = databases.fresh_database()
    both = [Kept(tmp_path, database, circles=2) for _ in "ab"]
    ana, ben = both[0].circles
    entries = [Entry(ana.space, ana.keys.dev, bytes([n]) * 16, NOW_MS) for n in range(4)]

    def seen(writer: Writer) -> list[bool]:
        return [writer.is_new(entry) for entry in entries]

    async def story() -> None:
        one, other = (kept.store for kept in both)
        await founded(both[0])
        assert await one.enter(entries[0]) == (True, await one.space(ana.space))
        assert await other.enter(entries[0]) == (False, await one.space(ana.space))
        looks = [other.write(Touching(ana.space, entry=entry), seen) for entry in entries[:2]]
        looks += [other.write(Touching(ben.space, entry=Entry(ben.space, *_rest(entries[0]))), seen)]
        assert await asyncio.gather(*looks) == [[False, True, True, True]] * 3
        assert [(await one.enter(entry))[0] for entry in entries] == [False, False, True, True]
        assert await asyncio.gather(one.write(Touching(ana.space, entry=entries[3]), seen)) == [
            [True, True, True, False]
        ]

    asyncio.run(story())
    for kept in both:
        kept.store.close()
    databases.drop(database)


def _rest(entry: Entry) -> tuple[bytes, bytes, int]:
    return entry.key_id, entry.nonce, entry.until_ms


def test_a_process_remembers_a_request_for_as_long_as_its_time_would_do() -> None:
    replays = Replays(window_ms=1000)
    assert replays.entry(b"s" * 32, b"k" * 16, b"n" * 16, now_ms=5000) == Entry(b"s" * 32, b"k" * 16, b"n" * 16, 7000)
    replays.entry(b"o" * 32, b"k" * 16, b"n" * 16, now_ms=5000)
    for now_ms in (5000, 6000, 7000):
        with pytest.raises(Refused, match="replay"):
            replays.entry(b"s" * 32, b"k" * 16, b"n" * 16, now_ms=now_ms)
    assert replays.entry(b"s" * 32, b"k" * 16, b"n" * 16, now_ms=7001)


def test_the_key_of_an_entry_is_its_spaces_number_first() -> None:
    assert Entry(b"\xff" * 32, b"k", b"n", 1).key == (space_no(b"\xff" * 32), b"k", b"n") == (-1, b"k", b"n")
