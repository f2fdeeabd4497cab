"""A request as h11 reads it: what the server's own reading of ordinary ones is compared with."""

from __future__ import annotations

import h11


def told_by_h11(data: bytes) -> tuple[str, bytes, bytes, list[tuple[bytes, bytes]], bytes] | None:
    """What h11 reads; None when it refuses, or waits for more of the head."""
    connection = h11.Connection(h11.SERVER, 32 << 10)
    connection.receive_data(data)
    try:
        request = connection.next_event()
        if not isinstance(request, h11.Request):
            return None
        body = b""
        while isinstance(piece := connection.next_event(), h11.Data):
            body += piece.data
    except h11.RemoteProtocolError:
        return None
    path, _, query = request.target.partition(b"?")
    return request.method.decode(), path, query, [(name, value) for name, value in request.headers], body
