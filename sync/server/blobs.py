"""Where sealed pieces of files are kept: a folder or any S3-compatible store, by space and hash.

The database says which ones are there (store.py). An object comes first and its row afterwards, so that a crash
between the two leaves at most an object nobody asks for; `scrub.py` finds those.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store

from circle_app.errors import CircleError

TROUBLE = (BaseError, OSError)
"""What a store may raise that is nobody's fault here and may pass: it is full, slow, or cannot be reached."""

_STAGING = "staging"
_LEFT_S = 3600.0
_ASK_S = timedelta(seconds=15)
_ASK_AGAIN_S = timedelta(seconds=40)


class Blobs(Protocol):
    """A store of opaque bytes; every call blocks."""

    def put(self, space: bytes, name: bytes, data: bytes) -> None:
        """Keep the bytes; when this returns they outlive a power cut."""

    def get(self, space: bytes, name: bytes, *, start: int, end: int) -> bytes | None:
        """The bytes from `start` to `end`, or None when there is no such object."""

    def names(self) -> Iterator[Kept]:
        """Everything that is there, in no order; unfinished writes are not."""

    def drop(self, space: bytes, name: bytes) -> None:
        """Take an object away; one that is not there is no mistake."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One object: whose, its name, and when it was written (UTC ms)."""

    space: bytes
    name: bytes
    at_ms: int


def open_blobs(place: str, *, data: Path) -> Blobs:
    """The store at `place`: "" or a folder, or `s3://bucket/prefix` with AWS_* in the environment. Raises CircleError."""
    if not place.startswith("s3://"):
        return Folder(Path(place) if place else data / "blobs")
    try:
        store = S3Store.from_url(
            place,
            client_options={"timeout": _ASK_S, "allow_http": os.environ.get("AWS_ALLOW_HTTP", "").lower() == "true"},
            retry_config={"max_retries": 3, "retry_timeout": _ASK_AGAIN_S},
        )
    except (BaseError, ValueError) as error:
        raise CircleError(
            "The address of the store for files makes no sense.", "It looks like s3://bucket/prefix."
        ) from error
    return Bucket(store)


def is_whole(data: bytes, name: bytes) -> bool:
    """Whether these bytes are the ones that the name stands for."""
    return hashlib.sha256(data).digest() == name


class Bucket:
    """Objects of an S3-compatible store: a put is whole or nothing, and durable once it is answered."""

    def __init__(self, store: S3Store | LocalStore) -> None:
        self._store = store

    def put(self, space: bytes, name: bytes, data: bytes) -> None:
        obstore.put(self._store, _path(space, name), data, use_multipart=False)

    def get(self, space: bytes, name: bytes, *, start: int, end: int) -> bytes | None:
        try:
            return bytes(obstore.get_range(self._store, _path(space, name), start=start, end=end))
        except FileNotFoundError:
            return None

    def names(self) -> Iterator[Kept]:
        for page in obstore.list(self._store, chunk_size=1000):
            for meta in page:
                kept = _parsed(meta["path"], at_ms=int(meta["last_modified"].timestamp() * 1000))
                if kept is not None:
                    yield kept

    def drop(self, space: bytes, name: bytes) -> None:
        try:
            obstore.delete(self._store, _path(space, name))
        except FileNotFoundError:
            return


class Folder(Bucket):
    """A folder of this machine. obstore's own put renames without fsync, so a power cut could leave a name with
    nothing behind it, even one that was acknowledged before and put again: here a file is on the disk before it
    gets its name, and its name before anybody hears of it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        super().__init__(LocalStore(folder))
        for left in (folder / _STAGING).glob("*"):  # of a server that was killed; other processes may be at work
            if time.time() - left.stat().st_mtime > _LEFT_S:
                left.unlink(missing_ok=True)

    def put(self, space: bytes, name: bytes, data: bytes) -> None:
        staged, path = f"{_STAGING}/{secrets.token_hex(16)}", _path(space, name)
        try:
            obstore.put(self._store, staged, data, use_multipart=False)
            _settle(self._folder / staged)
            obstore.rename(self._store, staged, path)
        except TROUBLE:
            (self._folder / staged).unlink(missing_ok=True)
            raise
        for folder in (self._folder / path).parents:
            _settle(folder)
            if folder == self._folder:
                return


def _path(space: bytes, name: bytes) -> str:
    return f"{space.hex()}/{name.hex()[:2]}/{name.hex()}"


def _parsed(path: str, *, at_ms: int) -> Kept | None:
    parts = path.split("/")
    try:
        kept = Kept(bytes.fromhex(parts[0]), bytes.fromhex(parts[-1]), at_ms)
    except ValueError:
        return None
    return kept if path == _path(kept.space, kept.name) else None


def _settle(path: Path) -> None:
    """Have the system write a file or folder to the disk itself."""
    if os.name == "nt" and path.is_dir():
        return  # Windows keeps names of files in its own journal and opens no folders
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
