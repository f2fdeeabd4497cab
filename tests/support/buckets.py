"""An S3-compatible store on a loopback port, and the places where a server may keep files."""

from __future__ import annotations

import contextlib
import os
import secrets
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

from moto.server import ThreadedMotoServer


@contextlib.contextmanager
def bucket() -> Iterator[str]:
    """An empty place in a store on this machine, with the AWS_* variables that lead there."""
    name = f"circles-{secrets.token_hex(8)}"  # every store of one process shares its memory
    store = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    store.start()
    host, port = store.get_host_and_port()
    url = f"http://{host}:{port}"
    leading_there = {
        "AWS_ENDPOINT_URL": url, "AWS_ACCESS_KEY_ID": "somebody", "AWS_SECRET_ACCESS_KEY": "something",
        "AWS_REGION": "us-east-1", "AWS_ALLOW_HTTP": "true",
    }  # fmt: skip
    try:
        with patch.dict(os.environ, leading_there):
            asked = urllib.request.Request(f"{url}/{name}", method="PUT")
            urllib.request.urlopen(asked, timeout=15).close()
            yield f"s3://{name}/pieces"
    finally:
        store.stop()


@contextlib.contextmanager
def place(kind: str, folder: Path) -> Iterator[str]:
    """Where a server keeps files: by itself ("folder"), or in a bucket ("bucket")."""
    if kind == "folder":
        yield str(folder / "pieces")
    else:
        with bucket() as address:
            yield address
