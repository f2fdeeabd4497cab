"""Who comes and goes: inviting, joining, promoting, removing, leaving, ending invitations; offline as often as not."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from circle_app.workspace import journal, spaces
from circle_app.workspace.changes import MEMBERSHIP
from sync.client import circle_members, enrol
from sync.client.admit import membership_of
from sync.client.leaving import leave
from sync.invitation import read_link
from sync.membership.result import Member
from tests.simulator.device import Device, Edit


@dataclass
class Register:
    """What is known about all circles from outside: who founded them, links that went around, who was told to go.

    `removed` has for each (circle, member) what their removers had seen of them: sets of changeset ids. `lost` are
    those who had left for good when the server lost its memory: they do not come back to refill it. `fallen` were
    organizers: what they wrote as such and nobody had seen is put aside. `forged` has, by circle, the edits in
    changesets that liars made by hand: they may count or not, but for everybody alike.

    `withdrawn` is as `removed`, for (circle, device), `authors` who wrote what was seen then. `past` are the places of
    those who left and came back as somebody else, and by which computer. `rejected` are changesets that an organizer
    put aside for good, and `overruled` their edits. `files` is what was attached, by row. `only_with` has, by the name of a
    computer and (circle, member), edits that its disk lost and the only computers that then had them.
    """

    founders: dict[bytes, Device] = field(default_factory=dict)
    links: list[str] = field(default_factory=list)
    left: set[tuple[bytes, bytes]] = field(default_factory=set)
    removed: dict[tuple[bytes, bytes], list[frozenset[bytes]]] = field(default_factory=dict)
    lost: set[tuple[bytes, bytes]] = field(default_factory=set)
    fallen: set[tuple[bytes, bytes]] = field(default_factory=set)
    forged: dict[bytes, set[Edit]] = field(default_factory=dict)
    forged_ids: set[bytes] = field(default_factory=set)
    withdrawn: dict[tuple[bytes, bytes], list[frozenset[bytes]]] = field(default_factory=dict)
    authors: dict[bytes, bytes] = field(default_factory=dict)
    past: dict[tuple[bytes, bytes], Device] = field(default_factory=dict)
    rejected: set[bytes] = field(default_factory=set)
    overruled: set[Edit] = field(default_factory=set)
    files: dict[bytes, bytes] = field(default_factory=dict)
    only_with: dict[tuple[str, bytes, bytes], list[tuple[Edit, frozenset[str]]]] = field(default_factory=dict)

    def seen(self, device: Device, no: int, devices: Iterable[bytes]) -> frozenset[bytes]:
        """What is here of some devices of somebody who is about to lose a right."""
        found = {s.id: dev for dev in devices for s in journal.stored(device.ws, no, dev=dev)}
        self.authors |= found
        return frozenset(found)


@dataclass(frozen=True, slots=True)
class Comings:
    """One membership act of one device. Methods raise CircleError as the app's verbs do."""

    device: Device
    register: Register
    chance: random.Random
    more: bool = False
    """Whether people also come back, and are let in or declined one by one."""

    def one_act(self) -> str:
        choices: tuple[Callable[[], object], ...] = (
            self.invite, self.invite, self.join, self.join, self.join, self._promote, self._promote, self._remove,
            self._leave, self._end_invitation, self._confirm,
        )  # fmt: skip
        if self.more:
            choices += (
                self._invite_to_ask,
                self.join,
                self._promote,
                self._promote,
                self._remove,
                self._remove,
                self._decline,
            )
        action = self.chance.choice(choices)
        action()
        return action.__name__

    def found(self, server: str) -> int:
        kind = self.chance.choice(("citizen_circle", "study_group", "course", "other_led"))
        no = enrol.found_circle(
            self.device.ws, self.device.vault, name="Elm Street", kind=kind, my_name=self.device.name, server=server
        )
        self.register.founders[spaces.space(self.device.ws, no).space32] = self.device
        return no

    def invite(self, *, uses: int | None = None, confirm: bool = False) -> None:
        circle = self._circle()
        if circle is not None:
            role = self.chance.choice(("participant", "participant", "participant", "follower"))
            made = enrol.invite(
                self.device.ws, self.device.vault, circle.no, role=role, uses=uses or self.chance.randrange(1, 4),
                days=3650, confirm=confirm,
            )  # fmt: skip
            self.register.links.append(made.link)

    def join(self) -> None:
        device = self.device
        known = {s.space32 for s in spaces.spaces(device.ws) if s.state in ("active", "left")} | device.leaving
        open_to_me = [x for x in self.register.links if read_link(x).space not in known]
        if open_to_me:
            enrol.join(
                device.ws, device.vault, self.chance.choice(open_to_me), my_name=device.name, engine=device.engine
            )

    def _invite_to_ask(self) -> None:
        self.invite(confirm=True)

    def come_back(self) -> str:
        """Somebody who left, or was removed, joins anew: with other keys, and so as somebody else."""
        device = self.device
        gone = {s.space32: s for s in spaces.spaces(device.ws) if s.state == "left"}
        open_to_me = [x for x in self.register.links if read_link(x).space in gone]
        if not open_to_me:
            return "no way back"
        link = self.chance.choice(open_to_me)
        space32 = read_link(link).space
        was = (space32, gone[space32].member16)
        try:
            enrol.join(device.ws, device.vault, link, my_name=device.name, engine=device.engine)
        finally:
            now = spaces.space_by_id(device.ws, space32)
            if now is None or now.member16 != was[1]:
                if space32 in device.leaving:
                    self.register.past[was] = device
                device.leaving.discard(space32)
        return f"{device.name} is back"

    def _decline(self) -> None:
        circle = self._circle()
        waiting = [m for m in circle_members.circle_members(self.device.ws, circle.no) if m.waiting] if circle else []
        if circle is not None and waiting:
            member = self.chance.choice(waiting).member16
            self.register.removed.setdefault((circle.space32, member), [])
            circle_members.decline(self.device.ws, self.device.vault, circle.no, member)

    def _promote(self) -> None:
        circle, member = self._somebody()
        if circle is not None:
            circle_members.promote(self.device.ws, self.device.vault, circle.no, member)

    def _remove(self) -> None:
        circle, member = self._somebody()
        if circle is None:
            return
        devices = [d.dev for m in self._members(circle.no) if m.id == member for d in m.devices]
        seen = self.register.seen(self.device, circle.no, devices if self.more else devices[:1])
        before = self._log_length(circle.no)
        try:
            circle_members.remove(self.device.ws, self.device.vault, circle.no, member)
        finally:
            if self._log_length(circle.no) > before:
                self.register.removed.setdefault((circle.space32, member), []).append(seen)

    def _leave(self) -> None:
        circle = self._circle()
        if circle is None or self.register.founders[circle.space32].person == self.device.person:
            return  # nor does a copy of the founder's computer
        before = self._log_length(circle.no)
        try:
            leave(self.device.ws, self.device.vault, circle.no, engine=self.device.engine)
        finally:
            # who is told that it cannot be, as a computer in doubt gives no number, is there as before
            if not self.more or self._log_length(circle.no) > before:
                self.device.leaving.add(circle.space32)
                self.register.left.add((circle.space32, circle.member16))

    def _end_invitation(self) -> None:
        circle = self._circle()
        there = circle_members.open_invitations(self.device.ws, circle.no) if circle else ()
        if circle is not None and there:
            invitation = self.chance.choice(there)
            circle_members.end_invitation(self.device.ws, self.device.vault, circle.no, invitation.id)

    def _confirm(self) -> None:
        circle = self._circle()
        if circle is not None:
            confirm_all(self.device, circle.no)

    def _circle(self) -> spaces.Space | None:
        mine = self.device.circles()
        return self.chance.choice(mine) if mine else None

    def _somebody(self) -> tuple[spaces.Space | None, bytes]:
        circle = self._circle()
        if circle is None:
            return None, b""
        members = [m.member16 for m in circle_members.circle_members(self.device.ws, circle.no) if m.role]
        return (circle, self.chance.choice(members)) if members else (None, b"")

    def _log_length(self, no: int) -> int:
        return len(journal.stored(self.device.ws, no, kind=MEMBERSHIP))

    def _members(self, no: int) -> list[Member]:
        return list(membership_of(self.device.ws, no).members.values())


def confirm_all(device: Device, no: int) -> int:
    """Lets in everybody who waits; returns how many. Raises RuleBroken for who is no organizer."""
    waiting = [m for m in circle_members.circle_members(device.ws, no) if m.waiting]
    for member in waiting:
        circle_members.confirm(device.ws, device.vault, no, member.member16)
    return len(waiting)
