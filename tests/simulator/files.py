"""Files that people attach, fetch, let go and take away, and whether everybody has them in the end."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from circle_app.domain.ids import Ref
from circle_app.domain.schema import BY_NAME
from circle_app.errors import FileProblem
from circle_app.workspace import filestore, spaces
from circle_app.workspace.commands.files import delete_file, rename_file
from circle_app.workspace.commands.notes import add_note
from circle_app.workspace.queries.files import State, files_in
from sync.client.admit import membership_of
from sync.client.files import attach_bytes, read_file
from sync.client.transfers import ASK_AGAIN_S
from sync.membership.ops import Role
from tests.simulator.device import Device

if TYPE_CHECKING:
    from tests.simulator.story import Story

SIZES = (0, 1, 300, 5000, 5000, 70_000, (1 << 20) + 200_000)
KINDS = ("tasks", "meetings", "notes", "projects", "outcomes")
ROUNDS = 8
"""Exchanges of each computer within which every file that somebody can bring has to be everywhere."""


def file(story: Story, device: Device, chance: random.Random) -> str:
    """One thing done with a file. Raises CircleError as the app's verbs do."""
    mine = device.circles()
    if not mine:
        return "no circle"
    circle = chance.choice(mine)
    there = files_in(device.ws, circle.no)
    if not there or chance.random() < 0.4:
        return _attach(story, device, circle.no, chance)
    found = chance.choice(there)
    match chance.randrange(8):
        case 0:
            delete_file(device.ws, found.ref)
            return "taken away"
        case 1:
            rename_file(device.ws, found.ref, f"renamed {chance.random()}.txt")
            return "renamed"
        case 2 if found.state is State.HERE and found.manifest is not None:  # as the app offers it
            filestore.let_go(device.ws, circle.no, found.ref.row, found.manifest.pieces)
            return "let go"
        case 3 | 4:
            filestore.wish(device.ws, circle.no, found.ref.row, chance.random() < 0.8)
            return "wished"
    data = b"".join(read_file(device.ws, found))
    if data != story.register.files[found.ref.row]:
        raise AssertionError(f"{device.name} read another file")
    return f"read {len(data)}"


def _attach(story: Story, device: Device, no: int, chance: random.Random) -> str:
    rows = [
        (kind, row) for kind in KINDS
        for (row,) in device.ws.rows(f'SELECT id FROM "{kind}" WHERE space = ? AND deleted IS NOT 1 ORDER BY id', (no,))
    ]  # fmt: skip
    if not rows:
        rows = [("notes", add_note(device.ws, no, title="For a file").row)]
    kind, row = chance.choice(rows)
    data = b"text " + chance.randbytes(chance.choice(SIZES))
    before = {f.ref.row for f in files_in(device.ws, no)}
    try:
        attach_bytes(device.ws, Ref(no, row), table=BY_NAME[kind], name="plan.txt", data=data)
    finally:
        made = {f.ref.row for f in files_in(device.ws, no)} - before
        story.register.files |= dict.fromkeys(made, data)
    return f"attached {len(data)}"


def check_files(story: Story, there: list[tuple[Device, spaces.Space]]) -> str:
    """What is wrong with the files of one circle, once everybody asked for all of them; "" for nothing."""
    for device, circle in there:
        for found in files_in(device.ws, circle.no):
            filestore.wish(device.ws, circle.no, found.ref.row, True)
    story.time.now_ms += (
        round(ASK_AGAIN_S * 1000) + 60_000
    )  # a server that lost pieces alone is noticed when asked again
    for _ in range(ROUNDS):
        for device, circle in there:
            report = device.engine.sync(circle.no)
            story.trace.note("files", device.name, report.more)
    bringers = [(d, c) for d, c in there if membership_of(d.ws, c.no).members[c.member16].role is not Role.FOLLOWER]
    for device, circle in there:
        for found in files_in(device.ws, circle.no):
            if found.manifest is None:
                continue  # somebody renamed what a withdrawn computer could not send
            expected = story.register.files.get(found.ref.row)
            if expected is None:
                return f"{device.name} has a file that nobody attached"
            try:
                data = b"".join(read_file(device.ws, found))
            except FileProblem as problem:
                if all(any(_has(d, name) for d, _ in bringers) for name in found.manifest.pieces):
                    return f"{device.name} cannot read what others have: {problem.code} {found.state}"
                continue
            if data != expected:
                return f"{device.name} reads another file than was attached"
    return ""


def _has(device: Device, name: bytes) -> bool:
    return (device.ws.folder / filestore.FOLDER / name.hex()).exists()
