"""What organizers decide after the fact: about what was put aside, and about each other's roles; by the app's verbs."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from circle_app.domain.merge import cell_op
from sync.client import roles, verdicts
from sync.client.admit import membership_of
from sync.membership.ops import Role
from tests.simulator.device import Device

if TYPE_CHECKING:
    from tests.simulator.story import Story


def verdict(story: Story, _device: Device, chance: random.Random) -> str:
    """Some of what is aside at an organizer's is taken in, or put aside for good, for everybody."""
    found = [(d, c, _aside(d, c.no)) for d in story.devices for c in d.circles() if c.role == "organizer"]
    found = [one for one in found if one[2]]
    if not found:
        return "nothing aside"
    device, circle, aside = chance.choice(found)
    some = chance.sample(aside, chance.randrange(1, len(aside) + 1))
    if chance.random() < 0.6:
        return f"accepted {verdicts.accept(device.ws, device.vault, circle.no, [a.id for a in some])} of {len(some)}"
    known = [a for a in some if a.ops is not None]
    story.register.rejected |= {a.id for a in known}
    story.register.overruled |= {(o.table, o.row, o.column, cell_op(o, a.dev)) for a in known for o in a.ops or ()}
    verdicts.reject(device.ws, device.vault, circle.no, [a.id for a in known])
    return f"rejected {len(known)}"


def office(story: Story, _device: Device, chance: random.Random) -> str:
    """An organizer steps down, or demotes a younger one; not the founder, whose computer the judge asks."""
    found = [
        (d, c) for d in story.devices for c in d.circles()
        if c.role == "organizer" and story.register.founders[c.space32].person != d.person
    ]  # fmt: skip
    if not found:
        return "nobody"
    device, circle = chance.choice(found)
    membership = membership_of(device.ws, circle.no)
    others = sorted(m.id for m in membership.members.values() if m.role is Role.ORGANIZER and m.id != circle.member16)
    if others and chance.random() < 0.7:
        other = chance.choice(others)
        story.register.fallen.add((circle.space32, other))
        roles.demote(device.ws, device.vault, circle.no, other)
        return f"{device.name} demoted {other.hex()[:8]}"
    story.register.fallen.add((circle.space32, circle.member16))
    roles.step_down(device.ws, device.vault, circle.no)
    return f"{device.name} stepped down"


def _aside(device: Device, no: int) -> tuple[verdicts.Aside, ...]:
    return verdicts.put_aside(device.ws, device.vault, no)
