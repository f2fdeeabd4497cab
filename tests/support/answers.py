"""Answers as raw bytes, for servers that tests play themselves."""

from __future__ import annotations

from sync.wire import MEDIA_TYPE


def http(status: str, *headers: str, body: bytes = b"") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *headers, "", ""]).encode() + body


OURS = f"Content-Type: {MEDIA_TYPE}"
"""The header of an answer that is our own server's."""
