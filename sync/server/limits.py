"""How often somebody may ask: a bucket of turns for every device and every address, filled again as time goes by.

A device is counted only after its signature was checked, so that nobody can use up another one's turns.
"""

from __future__ import annotations

import ipaddress
import math
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from sync.server.auth import Refused
from sync.server.http import Scope

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_REMEMBERED = 100_000
_FORWARDED = b"x-forwarded-for"


@dataclass(slots=True)
class Buckets:
    """Turns by key: `per_second` come back up to `burst`; 0 per second: no limit. Who is not seen for long is forgotten."""

    per_second: float
    burst: float
    _left: OrderedDict[Hashable, tuple[float, float]] = field(default_factory=OrderedDict)

    def take(self, key: Hashable, *, now_s: float) -> None:
        """Take a turn; raises Refused "busy" with the time to wait when there is none left."""
        if not self.per_second:
            return
        left, at_s = self._left.get(key, (self.burst, now_s))
        left = min(self.burst, left + (now_s - at_s) * self.per_second)
        if left < 1:
            raise Refused(429, "busy", retry_after_s=math.ceil((1 - left) / self.per_second))
        self._left[key] = (left - 1, now_s)
        self._left.move_to_end(key)
        if len(self._left) > _REMEMBERED:
            self._left.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Proxies:
    """Whose word about addresses counts."""

    trusted: tuple[Network, ...]
    _known: dict[str, bool] = field(default_factory=dict)
    """Whether addresses met lately are ours."""

    @staticmethod
    def of(texts: Sequence[str]) -> Proxies:
        """From addresses and networks as people write them; raises ValueError."""
        return Proxies(tuple(ipaddress.ip_network(text, strict=False) for text in texts))

    def address(self, scope: Scope) -> str | None:
        """Where a request came from: the last address on its way that is not one of our proxies. None: from a program
        beside us that speaks for nobody else, or not over a network at all."""
        client = scope.get("client")
        here = None if client is None else _key(client[0])
        if here is None or not self._is_ours(here):
            return here
        told = b",".join(value for name, value in scope["headers"] if name == _FORWARDED)
        for text in reversed(told.decode("latin-1").split(",")):
            there = _key(text.strip())
            if there is None or not self._is_ours(there):
                return there
        return None

    def _is_ours(self, key: str) -> bool:
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[key] = _within(key, self.trusted)
        return known


@lru_cache(10_000)
def _key(text: str) -> str | None:
    """An address as its bucket has it: IPv6 by the /64 that one household has. None when it is none."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped) if mapped else str(ipaddress.ip_network((address, 64), strict=False).network_address)
    return str(address)


def _within(text: str, networks: tuple[Network, ...]) -> bool:
    """Whether an address is in one of the networks; of an IPv6 one its /64 is looked at."""
    address = ipaddress.ip_address(text)
    return any(
        address in network or (network.version == 6 and network.prefixlen > 64 and address == _start(network))
        for network in networks
    )


def _start(network: Network) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    return ipaddress.ip_network((network.network_address, 64), strict=False).network_address
