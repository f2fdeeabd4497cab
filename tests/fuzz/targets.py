"""Every parser that meets bytes of others, with good bytes to begin from and the one kind of error it may answer with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Feed = Callable[[bytes], object]


@dataclass(frozen=True, slots=True)
class Target:
    """`refuses` are the errors that are a proper answer; anything else that comes out is a bug."""

    name: str
    feed: Feed
    refuses: tuple[type[BaseException], ...]
    seeds: tuple[bytes, ...]


def words(data: bytes) -> str:
    """Bytes as the text that reaches a text parser: whatever an operating system or a paste can bring."""
    return data.decode("utf-8", "replace")


def all_targets() -> dict[str, Target]:
    """By name."""
    from tests.fuzz import targets_files, targets_protocol, targets_server, targets_words

    made = (targets_protocol, targets_server, targets_files, targets_words)
    return {target.name: target for module in made for target in module.targets()}
