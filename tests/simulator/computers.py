"""People with several computers: one more is taken into use by a file and a code, one is withdrawn, copies are put back."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from circle_app.workspace import spaces
from circle_app.workspace.become import own_devices
from sync.client import linking
from sync.client.admit import membership_of
from sync.client.devices import devices_of, withdraw_device
from sync.membership.log import Log
from tests.simulator.device import Device
from tests.simulator.fates import MOST_DEVICES, unsure_what_is_nowhere
from tests.simulator.membership import Comings, Register

if TYPE_CHECKING:
    from tests.simulator.story import Story


def link(story: Story, device: Device, chance: random.Random) -> str:
    """A file for another computer of the same person is made, and used: at once or later, and now and then once more."""
    waiting = [entry for entry in story.link_files if entry[0].person == device.person]
    if not waiting or chance.random() < 0.3:
        made = linking.offer(device.ws, device.vault)
        waiting = [(device, made.data, made.code)]
        story.link_files += waiting
        if chance.random() < 0.4:
            return "made"
    entry = chance.choice(waiting)
    if chance.random() < 0.5:
        story.link_files.remove(entry)
    first, data, code = entry
    others = [d for d in story.devices if d.person == device.person and d is not first]
    if len(story.devices) < MOST_DEVICES and (not others or chance.random() < 0.8):
        letter = "abcdefghijklmn"[sum(d.person == device.person for d in story.devices)]
        others = [
            Device(device.person + letter, story.folder, story.time, story.network, story.generator(chance.random()))
        ]
        story.devices += others
    if not others:
        return "nowhere"
    other = chance.choice(others)
    # a computer that is in a circle already goes on in it until it hears that its owner left by another one
    other.leaving |= {space32 for space32 in first.leaving if spaces.space_by_id(other.ws, space32) is None}
    taken = linking.take(other.ws, other.vault, data, code.lower().replace("-", " "))
    for circle in (spaces.space(other.ws, no) for no in taken):
        _spoil_used_file(story, circle, membership_of(other.ws, circle.no).log)
    unsure_what_is_nowhere(story)  # whoever used the file before may be out of use by this
    return f"{other.name} took {len(taken)} circles"


def _spoil_used_file(story: Story, circle: spaces.Space, log: Log) -> None:
    """Whoever uses a file that was used before gets nothing by it: its key counts as withdrawn from the second time on."""
    for bridge in sorted({shown.parent for shown in log.introduced[circle.dev16] if shown.parent is not None}):
        if (circle.space32, bridge) in story.used_files:
            story.register.withdrawn.setdefault((circle.space32, bridge), [])
        story.used_files.add((circle.space32, bridge))


def withdraw(story: Story, device: Device, chance: random.Random) -> str:
    """A computer is taken out of use: one's own other one, or that of somebody further from the founder.

    Not the one that the judge asks afterwards.
    """
    choices = []
    for circle in device.circles():
        judge = story.register.founders[circle.space32]
        spared = own_devices(judge.ws, spaces.space_by_id(judge.ws, circle.space32).no)
        for member in sorted(membership_of(device.ws, circle.no).members):
            found = devices_of(device.ws, device.vault, circle.no, member)
            choices += [(circle, one.dev) for one in found if one.may_withdraw and one.dev not in spared]
    if not choices:
        return "none"
    circle, dev = chance.choice(choices)
    seen = story.register.seen(device, circle.no, [dev])
    story.register.withdrawn.setdefault((circle.space32, dev), []).append(seen)
    try:
        withdraw_device(device.ws, device.vault, circle.no, dev)
    finally:
        unsure_what_is_nowhere(story)  # it may be the only one that still has what others lost
    return dev.hex()[:8]


def come_back(story: Story, _device: Device, chance: random.Random) -> str:
    """Somebody who left, or was removed, joins again if there is an invitation."""
    gone = [d for d in story.devices if any(s.state == "left" for s in spaces.spaces(d.ws))]
    if not gone:
        return "nobody"
    told = Comings(chance.choice(gone), story.register, chance).come_back()
    unsure_what_is_nowhere(story)  # what was here of the place before is forgotten
    return told


def copy(_story: Story, device: Device, _chance: random.Random) -> str:
    device.keep_copy()
    return ""


def put_back(story: Story, device: Device, _chance: random.Random) -> str:
    if not device.put_back():
        return "no copy"
    return f"{unsure_what_is_nowhere(story)} edits were nowhere else"


def is_withdrawn(story: Story, device: Device, circle: spaces.Space) -> bool:
    """Whether this computer, or one that vouched for it or that it was before, was taken out of use."""
    if circle.state not in (
        "active",
        "left",
    ):  # who waits for a decision can be let in, and withdrawn before they heard
        return (circle.space32, circle.dev16) in story.register.withdrawn
    return was_withdrawn(story.register, membership_of(device.ws, circle.no).log, circle.dev16)


def was_withdrawn(register: Register, log: Log, dev16: bytes) -> bool:
    """The same of any device in a circle's log."""
    todo, known = [dev16], set[bytes]()
    while todo:
        dev = todo.pop()
        if (log.space, dev) in register.withdrawn:
            return True
        known.add(dev)
        parents = {shown.parent for shown in log.introduced.get(dev, ()) if shown.parent is not None}
        todo += sorted(parents - known)
    return False
