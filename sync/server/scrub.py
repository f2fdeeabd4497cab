"""Compares the files that are there with what the database says of them: `python -m sync.server.scrub --data DIR`.

A crash between object and row leaves an object that nobody asks for: it is dropped once it is old. A row whose object is
gone or spoilt is struck, so that whoever holds the piece brings it again. A file database belongs to one process: stop the
server first. PostgreSQL may be scrubbed while servers run.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import secrets
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from circle_app.errors import CircleError
from sync.server.blobs import TROUBLE, Blobs, Kept, is_whole, open_blobs
from sync.server.config import Config
from sync.server.store import Reader, Store, Touching
from sync.server.store_choice import open_store
from sync.server.store_drafts import Writer

OLD_MS = 24 * 3600 * 1000
"""Objects younger than this may belong to a request that is under way."""
_PAGE = 500


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """What was found: pieces that are in order, rows that were struck, objects that were dropped."""

    whole: int
    lost: int
    dropped: int


async def scrub(store: Store, blobs: Blobs, *, now_ms: int, every_byte: bool) -> Scrubbed:
    """Set both sides right; `every_byte` reads and hashes everything, else it only looks whether it is there."""
    whole, lost, after = 0, 0, (b"", b"")
    while page := await store.read(lambda reader: reader.blobs(after, _PAGE)):  # noqa: B023 (awaited right here)
        for space, name, size in page:
            if _is_there(blobs, space, name, size, every_byte=every_byte):
                whole += 1
            else:
                lost += 1
                await store.write(Touching(space), lambda writer: _strike(writer, space, name))  # noqa: B023
        after = page[-1][:2]
    dropped = 0
    for kept in blobs.names():
        if kept.at_ms < now_ms - OLD_MS and not await store.read(lambda reader: _is_known(reader, kept)):  # noqa: B023
            blobs.drop(kept.space, kept.name)
            dropped += 1
    return Scrubbed(whole, lost, dropped)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m sync.server.scrub", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the server")
    parser.add_argument("--database", default=os.environ.get("CIRCLES_DATABASE", ""), help="as for the server")
    parser.add_argument("--blobs", default="", help="as for the server")
    parser.add_argument("--every-byte", action="store_true", help="read and hash every piece")
    given = parser.parse_args(arguments)
    try:
        found = asyncio.run(_scrubbed(Config(given.data, given.database, blobs=given.blobs), given.every_byte))
    except CircleError as error:
        print(error, file=sys.stderr)
        return 2
    except TROUBLE as error:
        print(f"The store of files does not answer ({type(error).__name__}). Try again later.", file=sys.stderr)
        return 1
    print(f"{found.whole} pieces in order, {found.lost} lost or spoilt, {found.dropped} dropped that nobody asked for")
    return 0


async def _scrubbed(config: Config, every_byte: bool) -> Scrubbed:
    blobs, store = open_blobs(config.blobs, data=config.data), open_store(config, random_bytes=secrets.token_bytes)
    try:
        return await scrub(store, blobs, now_ms=time.time_ns() // 1_000_000, every_byte=every_byte)
    finally:
        store.close()


def _is_there(blobs: Blobs, space: bytes, name: bytes, size: int, *, every_byte: bool) -> bool:
    start = 0 if every_byte else size - 1
    try:
        data = blobs.get(space, name, start=start, end=size)
    except TROUBLE:
        blobs.get(space, name, start=0, end=1)  # raises again when the store is away; else the piece got shorter
        return False
    return data is not None and len(data) == size - start and (not every_byte or is_whole(data, name))


def _strike(writer: Writer, space: bytes, name: bytes) -> None:
    row = writer.space(space)
    if row is not None:
        writer.forget_blob(row, name=name)


def _is_known(reader: Reader, kept: Kept) -> bool:
    row = reader.space(kept.space)
    return row is not None and reader.blob_size(row.no, kept.name) is not None


if __name__ == "__main__":
    sys.exit(main())
