"""Which devices speak for a member: who was linked by whom, and who was revoked.

A device is revoked by itself, by a device of its member that is nearer to the first one, or by an organizer who may end
the membership. So revocations run from the root of that tree to its leaves and never in circles: a stolen device can
neither undo what was revoked above it nor revoke, dated back, who revoked it. Source: docs/protocol.md, Devices. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sync.membership.log import Introduction, MemberChange
from sync.membership.ops import RevokeDevice
from sync.membership.standing import SELF, Grant, Strike, after, saw, shielded


@dataclass(frozen=True, slots=True)
class DeviceState:
    """A device that was let in: `links` are the changes that brought it, `revoked` those that ended it.

    `depth` is its distance from its member's first device.
    """

    dev: bytes
    member: bytes
    depth: int
    links: tuple[MemberChange, ...]
    revoked: tuple[Strike, ...]

    def speaks(self, change: MemberChange, strikes: Iterable[Strike], grant: Grant | None = None) -> bool:
        """Whether a change by this device was made while it was one of its member's, by what is in the pasts alone.

        `strikes` are those against the member: see `shielded`. With a grant: whether it was for that right, which revocations
        by less senior organizers do not touch.
        """
        linked = any(link is change or after(change, link) for link in self.links)
        return linked and all(
            saw(r.change, change) or shielded(change, r, strikes, grant)
            for r in self.revoked if grant is None or r.touches(grant)
        )  # fmt: skip


def settled(
    member: bytes,
    known: Sequence[Introduction],
    revokes: Sequence[MemberChange],
    by_organizers: Mapping[bytes, Sequence[Strike]],
    strikes: Sequence[Strike],
) -> dict[bytes, DeviceState]:
    """The devices of one member, level by level from its first.

    `revokes` are the revocations that its own devices wrote, `by_organizers` those by organizers that count, by device,
    `strikes` what counts against the member.
    """
    against = {dev: list(strikes) for dev, strikes in by_organizers.items()}
    found: dict[bytes, DeviceState] = {}
    level = _grouped(i for i in known if i.parent is None)
    depth = 0
    while level:
        for dev, links in sorted(level.items()):
            found[dev] = _state(
                DeviceState(dev, member, depth, tuple(links), tuple(against.get(dev, ()))), revokes, strikes
            )
        for revoke in revokes:
            assert isinstance(revoke.op, RevokeDevice)
            if revoke.dev in level and revoke.op.dev not in found and found[revoke.dev].speaks(revoke, strikes):
                against.setdefault(revoke.op.dev, []).append(Strike(revoke, None, SELF))
        level = _grouped(
            i
            for i in known
            if i.parent in level and i.dev not in found and _may_link(found[i.parent], i.change, strikes)
        )
        depth += 1
    return found


def _state(above: DeviceState, revokes: Sequence[MemberChange], strikes: Sequence[Strike]) -> DeviceState:
    """A device that withdrew itself counts as revoked by that, unless somebody above it had revoked it before."""
    own = [r for r in revokes if r.dev == above.dev and isinstance(r.op, RevokeDevice) and r.op.dev == above.dev]
    revoked = (*above.revoked, *(Strike(r, None, SELF) for r in own if above.speaks(r, strikes)))
    return DeviceState(above.dev, above.member, above.depth, above.links, revoked)


def _may_link(parent: DeviceState, link: MemberChange, strikes: Sequence[Strike]) -> bool:
    """The parent's signature carries no past: a link counts as made when its changeset was."""
    return all(after(revoke.change, link) or shielded(link, revoke, strikes) for revoke in parent.revoked)


def _grouped(introductions: Iterable[Introduction]) -> dict[bytes, list[MemberChange]]:
    found: dict[bytes, list[MemberChange]] = {}
    for intro in introductions:
        found.setdefault(intro.dev, []).append(intro.change)
    return found
