"""The bare pipeline: the least that encrypted, signed sync could cost with the same libraries and none of the features.

Ops are tuples in memory; a thousand of them are one MessagePack array, deflated at level 1, encrypted once, signed once,
sent with http.client to a relay that checks nothing, and merged by one upsert for each cell, in one FULL transaction.
"""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import apsw
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from bench.measure import seconds
from circle_app.domain.ops import SetOp

EACH = 1_000
_KEY = ChaCha20Poly1305(bytes(32))
_SIGNING = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
_CHECKING = _SIGNING.public_key()
_LAST = bytes(16)

_ops = msgspec.msgpack.Decoder(list[tuple[int, bytes, int, str | int | None, int, bytes | None]])
_untyped = msgspec.msgpack.Decoder(list[list[object]])


def seal(ops: Sequence[SetOp]) -> list[bytes]:
    """Changesets of a thousand ops each."""
    sealed = []
    for start in range(0, len(ops), EACH):
        body = zlib.compress(msgspec.msgpack.encode(ops[start : start + EACH]), 1)
        nonce = os.urandom(12)
        ciphertext = nonce + _KEY.encrypt(nonce, body, None)
        sealed.append(_SIGNING.sign(ciphertext) + ciphertext)
    return sealed


def unseal(sealed: Sequence[bytes]) -> list[list[object]]:
    ops: list[list[object]] = []
    for data in sealed:
        _CHECKING.verify(data[:64], data[64:])
        ops += _untyped.decode(zlib.decompress(_KEY.decrypt(data[64:76], data[76:], None)))
    return ops


class Cells:
    """A table of cells, the newest of each: what a merge has to write at least."""

    def __init__(self, path: Path) -> None:
        self._db = apsw.Connection(str(path))
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS cells (tab INT, row BLOB, col INT, value, stamp BLOB, "
            "PRIMARY KEY (tab, row, col)) WITHOUT ROWID"
        )

    def merge(self, ops: Sequence[Sequence[object]]) -> None:
        """One upsert for each op, in one transaction."""
        cells = [(op[0], op[1], op[2], op[3], op[4].to_bytes(8, "big") + _LAST) for op in ops]  # type: ignore[attr-defined]
        self._db.execute("BEGIN IMMEDIATE")
        self._db.executemany(
            "INSERT INTO cells VALUES (?, ?, ?, ?, ?) ON CONFLICT (tab, row, col) DO UPDATE SET value = excluded.value, "
            "stamp = excluded.stamp WHERE excluded.stamp > cells.stamp",
            cells,
        )
        self._db.execute("COMMIT")

    def close(self) -> None:
        self._db.close()


def upsert_seconds(path: Path, ops: Sequence[SetOp]) -> float:
    """How long it takes to merge ops that are in memory."""
    cells = Cells(path)
    taken = seconds(lambda: cells.merge(ops))
    cells.close()
    return taken


class Line:
    """A kept-open connection to a bare relay."""

    def __init__(self, port: int) -> None:
        self._http = http.client.HTTPConnection("127.0.0.1", port)

    def push(self, sealed: Sequence[bytes]) -> int:
        """Sends changesets; the number of the last one."""
        return msgspec.msgpack.decode(self._asked("POST", "/", msgspec.msgpack.encode(sealed)), type=int)

    def pull(self, after: int) -> list[bytes]:
        found = msgspec.msgpack.decode(self._asked("GET", f"/{after}", None), type=list[tuple[int, bytes]])
        return [data for _, data in found]

    def _asked(self, method: str, path: str, body: bytes | None) -> bytes:
        self._http.request(method, path, body)
        reply = self._http.getresponse()
        assert reply.status == 200
        return reply.read()

    def close(self) -> None:
        self._http.close()


@contextmanager
def relay(path: Path) -> Iterator[Line]:
    """A running bare relay and a line to it."""
    process = subprocess.Popen([sys.executable, "-m", "bench.relay", str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        line = Line(int(process.stdout.readline()))
        yield line
        line.close()
    finally:
        process.terminate()
        process.wait()
