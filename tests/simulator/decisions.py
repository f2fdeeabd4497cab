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


def verdict(story: Story, device: Device, chance: random.Random) -> str:
    """Some of what is aside here is taken in, or put aside for good, for everybody."""
    mine = device.circles()
    circle = chance.choice(mine) if mine else None
    aside = verdicts.put_aside(device.ws, device.vault, circle.no) if circle else ()
    if circle is None or not aside:
        return "nothing aside"
    some = chance.sample(aside, chance.randrange(1, len(aside) + 1))
    if chance.random() < 0.6:
        return f"accepted {verdicts.accept(device.ws, device.vault, circle.no, [a.id for a in some])} of {len(some)}"
    known = [a for a in some if a.ops is not None]
    story.register.rejected |= {a.id for a in known}
    story.register.overruled |= {(o.table, o.row, o.column, cell_op(o, a.dev)) for a in known for o in a.ops or ()}
    verdicts.reject(device.ws, device.vault, circle.no, [a.id for a in known])
    return f"rejected {len(known)}"


def office(story: Story, device: Device, chance: random.Random) -> str:
    """An organizer steps down, or demotes a younger one."""
    mine = device.circles()
    if not mine:
        return "nobody"
    circle = chance.choice(mine)
    if story.register.founders[circle.space32].person == device.person:
        return "not the founder"  # whose computer the judge asks
    membership = membership_of(device.ws, circle.no)
    others = sorted(m.id for m in membership.members.values() if m.role is Role.ORGANIZER and m.id != circle.member16)
    if others and chance.random() < 0.7:
        other = chance.choice(others)
        story.register.fallen.add((circle.space32, other))
        roles.demote(device.ws, device.vault, circle.no, other)
        return f"demoted {other.hex()[:8]}"
    story.register.fallen.add((circle.space32, circle.member16))
    roles.step_down(device.ws, device.vault, circle.no)
    return "stepped down"
