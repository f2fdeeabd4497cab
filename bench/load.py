"""A crowd of callers in a process of its own: `python -m bench.load PORT FILE` sends what the file holds and tells how long.

The file is a MessagePack array with the requests of each connection. It says `ready` when they are connected, begins at
a line on standard input, and prints seconds, answers, those that were not 200, p50 and p99 in microseconds.
"""

from __future__ import annotations

import selectors
import socket
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

_LENGTH = b"content-length: "


@dataclass(slots=True)
class Connection:
    """One caller: sends a request, waits for the whole answer, sends the next."""

    line: socket.socket
    requests: list[bytes]
    next: int = 0
    sent_s: float = 0.0
    heard: bytearray = field(default_factory=bytearray)

    def send(self) -> bool:
        """Send the next request; False when there is none left."""
        if self.next == len(self.requests):
            return False
        self.sent_s = time.perf_counter()
        self.line.sendall(self.requests[self.next])
        self.next += 1
        return True

    def status(self) -> int | None:
        """The status of the answer once it is whole."""
        self.heard += self.line.recv(1 << 20)
        end = self.heard.find(b"\r\n\r\n")
        if end < 0:
            return None
        begin = self.heard.find(_LENGTH) + len(_LENGTH)
        length = int(self.heard[begin : self.heard.find(b"\r", begin)])
        if len(self.heard) < end + 4 + length:
            return None
        status = int(self.heard[9:12])
        self.heard.clear()
        return status


def main(port: int, file: Path) -> None:
    crowd = []
    for requests in msgspec.msgpack.decode(file.read_bytes(), type=list[list[bytes]]):
        line = socket.create_connection(("127.0.0.1", port))
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        crowd.append(Connection(line, requests))
    print("ready", flush=True)
    sys.stdin.readline()
    begin_s = time.perf_counter()
    statuses, times = ask(crowd)
    taken_s = time.perf_counter() - begin_s
    times.sort()
    other = sum(status != 200 for status in statuses)
    print(taken_s, len(statuses), other, times[len(times) // 2] * 1e6, times[len(times) * 99 // 100] * 1e6, flush=True)


def ask(crowd: list[Connection]) -> tuple[list[int], list[float]]:
    """Everything that everybody has to send; statuses and times of the answers."""
    statuses, times = [], []
    with selectors.DefaultSelector() as selector:
        for connection in crowd:
            selector.register(connection.line, selectors.EVENT_READ, connection)
            connection.send()
        left = len(crowd)
        while left:
            for key, _ in selector.select():
                connection = key.data
                status = connection.status()
                if status is None:
                    continue
                statuses.append(status)
                times.append(time.perf_counter() - connection.sent_s)
                if not connection.send():
                    selector.unregister(connection.line)
                    left -= 1
    return statuses, times


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
