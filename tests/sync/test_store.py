"""Both databases keep the same promises to what stands above them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync import wire
from sync.server.config import Config
from sync.server.store import NewRow, SpaceRow, Store, Touching, space_no
from sync.server.store_choice import open_store
from sync.server.store_drafts import Writer
from tests.support import databases

SPACE = b"\xff\x00\x80" + b"s" * 29
OTHER = b"\x00" * 31 + b"o"
DEV = b"\x00" * 15 + b"\xfe"


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


@pytest.fixture(params=["sqlite", "postgres", "postgres, circles apart"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    database = "" if request.param == "sqlite" else databases.fresh_database()
    config = Config(data=tmp_path / "data", database=database, spaces_apart="apart" in request.param)
    store = open_store(config, random_bytes=lambda n: b"r" * n)
    yield store
    store.close()
    if database:
        databases.drop(database)


def change(n: int, *, seq: int = 1, kind: int = 0, data: bytes = b"") -> NewRow:
    return NewRow(DEV, seq, kind, n.to_bytes(32, "big"), data or b"\x00'\\\xff%s?" + bytes([n]))


def begin(space: bytes = SPACE, *changes: NewRow, writer: Writer) -> SpaceRow:
    row = writer.add_space(space, now_ms=2**53 - 1)
    assert row is not None
    for each in changes:
        row = writer.append(row, each)
    return row


def test_any_byte_and_the_largest_numbers_come_back(store: Store, loop: asyncio.AbstractEventLoop) -> None:
    largest = change(1, seq=2**53 - 1, data=bytes(range(256)) * 5000)

    async def story() -> None:
        written = await store.write(Touching(SPACE), lambda w: begin(SPACE, largest, writer=w))
        assert await store.space(SPACE) == written
        assert written.created_ms == 2**53 - 1
        assert await store.space(OTHER) is None
        page = await store.read(lambda r: r.page(written, 0, limit=9, size=9))
        assert [(s.pos, s.data) for s in page] == [(1, largest.data)]
        assert await store.read(lambda r: r.head(written.no, DEV)) == (2**53 - 1, largest.id)
        assert await store.read(lambda r: r.page(written, 2**53 - 1, limit=500, size=9)) == []
        assert await store.read(lambda r: r.mark_at(written.no, 2**53 - 1)) is None

    loop.run_until_complete(story())


def test_a_space_is_never_shown_for_another_one_with_its_number(store: Store, loop: asyncio.AbstractEventLoop) -> None:
    twin = SPACE[:8] + b"t" * 24
    assert space_no(twin) == space_no(SPACE)

    async def story() -> None:
        await store.write(Touching(SPACE), lambda w: begin(writer=w))
        assert await store.space(twin) is None
        assert await store.write(Touching(twin), lambda w: w.space(twin)) is None
        assert await store.write(Touching(twin), lambda w: w.add_space(twin, now_ms=1)) is None

    loop.run_until_complete(story())


def test_two_changesets_with_one_number_are_both_kept_and_the_first_is_the_head(
    store: Store, loop: asyncio.AbstractEventLoop
) -> None:
    async def story() -> None:
        branches = [change(1), change(2, seq=2), change(3, seq=2)]
        row = await store.write(Touching(SPACE), lambda w: begin(SPACE, *branches, writer=w))
        assert await store.read(lambda r: r.head(row.no, DEV)) == (2, branches[1].id)
        late = change(4, seq=1)
        touching = Touching(SPACE, (late.id,), (DEV,))
        row = await store.write(touching, lambda w: w.append(row, late))
        assert await store.read(lambda r: r.head(row.no, DEV)) == (2, branches[1].id)
        assert [await store.read(lambda r, b=b: r.pos_of(row.no, b.id)) for b in (*branches, late)] == [1, 2, 3, 4]

    loop.run_until_complete(story())


def test_a_job_that_fails_leaves_nothing_and_spoils_nobody_elses(store: Store, loop: asyncio.AbstractEventLoop) -> None:
    def fails(writer: Writer) -> None:
        row = writer.space(SPACE) or begin(writer=writer)
        row = writer.append(row, change(8, kind=1))
        writer.keep_envelope(row, epoch=b"e" * 16, dev=DEV, name=bytes(32), data=b"envelope")
        writer.keep_blob(row, name=b"b" * 32, size=5, now_ms=1)
        assert writer.membership_log(row.no)[-1] == change(8, kind=1).data
        raise LookupError

    def goes(n: int) -> object:
        def job(writer: Writer) -> SpaceRow:
            return writer.append(writer.space(SPACE) or begin(writer=writer), change(n, seq=n))

        return job

    async def story() -> None:
        jobs = [fails, goes(1), fails, goes(2), goes(3), fails]
        touching = Touching(SPACE, (change(1).id,), (DEV,))
        done = await asyncio.gather(*(store.write(touching, job) for job in jobs), return_exceptions=True)
        assert [type(d) for d in done] == [LookupError, SpaceRow, LookupError, SpaceRow, SpaceRow, LookupError]
        row = await store.space(SPACE)
        assert row == done[4]
        page = await store.read(lambda r: r.page(row, 0, limit=9, size=9000))
        assert [s.data for s in page] == [change(n).data for n in (1, 2, 3)]
        assert await store.read(lambda r: r.envelopes(row.no, b"e" * 16, DEV)) == {}
        assert await store.read(lambda r: r.blob_size(row.no, b"b" * 32)) is None
        assert await store.read(lambda r: r.membership_log(row.no)) == []

    loop.run_until_complete(story())


def test_a_write_that_the_database_refuses_spoils_itself_alone(store: Store, loop: asyncio.AbstractEventLoop) -> None:
    async def story() -> None:
        row = await store.write(Touching(SPACE), lambda w: begin(SPACE, change(1), writer=w))
        stale = SpaceRow(row.no, 0, row.mark, row.members_mark, row.bytes, row.created_ms)
        jobs = [
            lambda w: w.append(w.space(SPACE), change(2, seq=2)),
            lambda w: begin(OTHER, change(5), writer=w),
            lambda w: w.append(stale, change(9, seq=9)),  # a position that is taken
        ]
        done = await asyncio.gather(
            *(store.write(Touching(s), job) for s, job in zip((SPACE, OTHER, SPACE), jobs, strict=True)),
            return_exceptions=True,
        )
        assert isinstance(done[2], Exception)
        assert await store.space(SPACE) == done[0]
        assert await store.space(OTHER) == done[1]

    loop.run_until_complete(story())


def test_what_was_drafted_before_is_seen_by_the_jobs_of_the_same_group(
    store: Store, loop: asyncio.AbstractEventLoop
) -> None:
    def look(writer: Writer) -> tuple[object, ...]:
        row = writer.space(SPACE)
        assert row is not None
        return (
            writer.pos_of(row.no, change(1).id), writer.head(row.no, DEV), writer.membership_log(row.no),
            writer.envelopes(row.no, b"e" * 16, DEV), writer.count_spaces(),
        )  # fmt: skip

    def fill(writer: Writer) -> None:
        row = begin(SPACE, change(1, kind=1), writer=writer)
        row = writer.keep_envelope(row, epoch=b"e" * 16, dev=DEV, name=b"1" * 32, data=b"one")
        assert writer.keep_envelope(row, epoch=b"e" * 16, dev=DEV, name=b"1" * 32, data=b"one") == row
        for number in range(10):
            row = writer.keep_envelope(row, epoch=b"e" * 16, dev=DEV, name=bytes([number]) * 32, data=b"more")

    async def story() -> None:
        _, drafted = await asyncio.gather(*(store.write(Touching(SPACE), job) for job in (fill, look)))
        kept = await store.write(Touching(SPACE), look)
        held = {b"1" * 32: b"one"} | {bytes([n]) * 32: b"more" for n in range(wire.MAX_OWN_ENVELOPES - 1)}
        assert drafted == kept == (1, (1, change(1).id), [change(1).data], held, 1)

    loop.run_until_complete(story())


def test_a_page_ends_where_its_bytes_do_and_where_the_space_stood(
    store: Store, loop: asyncio.AbstractEventLoop
) -> None:
    async def story() -> None:
        many = [change(n, seq=n, data=bytes(1000)) for n in range(1, 41)]
        row = await store.write(Touching(SPACE), lambda w: begin(SPACE, *many, writer=w))
        for size, count in ((0, 1), (999, 1), (2000, 2), (39_999, 39), (40_000, 40)):
            assert len(await store.read(lambda r, s=size: r.page(row, 0, limit=500, size=s))) == count
        earlier = SpaceRow(row.no, 7, row.mark, row.members_mark, row.bytes, row.created_ms)
        assert [s.pos for s in await store.read(lambda r: r.page(earlier, 5, limit=500, size=9000))] == [6, 7]

    loop.run_until_complete(story())
