"""What people should know of a circle's devices and server over time, in words; each is said until it is read or over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from PySide6.QtCore import QCoreApplication

from circle_app.workspace import settings, spaces
from circle_app.workspace.become import former_devices
from circle_app.workspace.db import Workspace
from circle_app.workspace.doubt import doubt
from circle_app.workspace.forks import forks
from circle_app.workspace.told import Missing, contradicted, missing
from ui.models.authors import Authors, authors


@dataclass(frozen=True, slots=True)
class Notice:
    """`name` tells it from others for ever; one that `stays` cannot be put by, it ends with what it tells."""

    name: str
    words: str
    stays: bool = False


def notices(ws: Workspace, no: int) -> tuple[Notice, ...]:
    """What there is to say of one circle, without what was read already; not for the GUI thread."""
    space = spaces.space(ws, no)
    found = []
    if doubt(ws, no) is not None:
        found.append(
            Notice("doubt", _tr("This computer's circles come from an older copy, or were copied. It takes a new key at the "
            "next exchange; until then everything you write is kept here."), stays=True)
        )  # fmt: skip
    former = former_devices(ws, no)
    found += [Notice(f"renewed.{d.dev16.hex()}", _renewed(d.why)) for d in former]
    refilled = settings.get(ws, refilled_name(no))
    if refilled is not None and space.role == "organizer":
        found.append(
            Notice(
                f"refilled.{refilled}", _tr("The server had lost part of this circle. Everything was sent to it again.")
            )
        )
    held_back, mine = missing(ws, no), {d.dev16 for d in former}
    two = sorted(({f.dev for f in forks(ws, no)} | set(contradicted(ws, no))) - mine)
    if held_back or two:
        found += _about_others(authors(ws, no), urlsplit(space.server or "").hostname or "", held_back, two)
    return tuple(n for n in found if n.stays or settings.get(ws, _read_name(no, n)) is None)


def _about_others(people: Authors, server: str, held_back: tuple[Missing, ...], two: list[bytes]) -> Iterator[Notice]:
    for held in held_back:
        words = _tr("{server} holds back %Ln change(s) of {author} that {reader} saw.", held.count)
        told = words.format(server=server, author=people.says(held.dev), reader=people.says(held.teller))
        yield Notice("missing", told, stays=True)
    for dev in two:
        words = _tr("There are two histories of a computer of {author}: it was copied, or somebody does not play fair. Both "
        "are kept.")  # fmt: skip
        yield Notice(f"histories.{dev.hex()}", words.format(author=people.says(dev)))


def put_by(ws: Workspace, no: int, shown: tuple[Notice, ...]) -> None:
    """These were read."""
    for notice in shown:
        if not notice.stays:
            settings.put(ws, _read_name(no, notice), "1")


def refilled_name(no: int) -> str:
    """The setting that says when a server was given again what it had lost."""
    return f"sync.refilled.{no}"


def _renewed(why: str) -> str:
    if why == "restored":
        return _tr(
            "This computer's circles were restored from an older copy. What had been sent since came back, and this "
            "computer goes on under a key of its own."
        )
    return _tr(
        "A copy of this computer's circles is, or was, in use elsewhere under your name. Nothing was lost, and this "
        "computer took a key of its own. If it was not you, withdraw the other device."
    )


def _read_name(no: int, notice: Notice) -> str:
    return f"notice.{no}.{notice.name}"


def _tr(text: str, n: int = -1) -> str:
    return QCoreApplication.translate("Notices", text, "", n)
