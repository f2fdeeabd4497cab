"""What the server says about its work: an event and its figures, as a line for people or as JSON for programs.

Ids are cut short, and there are no addresses, paths, names or keys; so a log may be kept and shown.
"""

from __future__ import annotations

import json
import logging
import sys
from dataclasses import dataclass
from typing import Any

SHORT = 16


@dataclass(frozen=True, slots=True)
class Said:
    """A log message that knows its parts."""

    event: str
    facts: dict[str, Any]

    def __str__(self) -> str:
        return " ".join([self.event, *(f"{name}={_plain(value)}" for name, value in self.facts.items())])


def said(event: str, **facts: Any) -> Said:
    """An event with its figures; bytes are ids, of which the first digits are told."""
    return Said(event, {name: _short(value) for name, value in facts.items()})


def begin(*, level: str, form: str) -> None:
    """Log to standard error from now on, as `text` or `json`."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(AsJson() if form == "json" else logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)


class AsJson(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {"ms": int(record.created * 1000), "level": record.levelname.lower(), "by": record.name}
        if isinstance(record.msg, Said):
            line |= {"event": record.msg.event, **record.msg.facts}
        else:
            line |= {"event": "message", "text": record.getMessage()}
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str, ensure_ascii=True)


def _short(value: object) -> object:
    return value.hex()[:SHORT] if isinstance(value, bytes) else value


def _plain(value: object) -> str:
    return ",".join(str(v) for v in value) or "-" if isinstance(value, list | tuple) else str(value)
