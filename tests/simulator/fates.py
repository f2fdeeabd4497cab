"""What befalls computers and servers beyond bad weather: restored, copied, handed a stick, lied to, shown two histories."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

from circle_app.domain.merge import cell_op
from circle_app.domain.ops import SetOp
from circle_app.domain.schema import TASKS
from circle_app.workspace import inbox, journal, spaces
from circle_app.workspace.changes import CONTENT, MEMBERSHIP, ZERO_ID, Seal
from sync import codec
from sync.client import by_hand
from sync.client.access import access, sealer
from sync.client.admit import membership_of, replayed
from sync.client.circle_members import seen_heads
from sync.keys import open_epoch
from sync.membership import ops
from sync.membership.heads import heads_for
from sync.seal import seal
from tests.simulator.device import Device, Edit
from tests.simulator.holding import cells, plain

if TYPE_CHECKING:
    from tests.simulator.story import Story

MOST_DEVICES = 14
TEN_YEARS_MS = 10 * 365 * 86_400_000


def befall(story: Story, act: str, device: Device, chance: random.Random) -> str:
    """Does one act of this file, or of those about files, computers and decisions; how it ended."""
    from tests.simulator import computers, decisions, files

    acts: dict[str, Callable[[Story, Device, random.Random], str]] = {
        "backup": _back_up, "restore": _restore, "twin": _twin, "stick": _stick, "lie": _lie, "role": _role,
        "withhold": _withhold, "two servers": _two_servers, "years": _years, "link": computers.link,
        "withdraw": computers.withdraw, "copy": computers.copy, "put back": computers.put_back,
        "verdict": decisions.verdict, "office": decisions.office, "file": files.file,
        "come back": computers.come_back,
    }  # fmt: skip
    return acts[act](story, device, chance)


def _back_up(_story: Story, device: Device, _chance: random.Random) -> str:
    device.back_up()
    return ""


def _restore(story: Story, device: Device, _chance: random.Random) -> str:
    if not device.restore():
        return "no backup"
    lost = unsure_what_is_nowhere(story)
    return f"{lost} edits were nowhere else"


def unsure_what_is_nowhere(story: Story, *, but_gone: bool = False) -> int:
    """Only what some computer still has can be asked for; a server's copy may be wiped next, so it is not counted on.

    `but_gone` leaves out the computers of who is out of the circle: they do not refill a server that lost its memory,
    neither with their own work nor with what others once gave them. Whoever was out when that
    happened is left out for ever. What only computers have that may be out of use in the end is written down with them.
    """
    from tests.simulator.computers import is_withdrawn

    lost = 0
    kept = [
        (d, c) for d in story.devices for c in spaces.spaces(d.ws)
        if c.state not in spaces.UNFINISHED  # what a kill leaves of joining is forgotten at the next start
        and (c.state != "left" or not (but_gone or (c.space32, c.member16) in story.register.lost))
    ]  # fmt: skip
    ids: set[bytes] = set()
    there: dict[tuple[bytes, bytes], set[object]] = {}
    doubtful: dict[str, dict[tuple[bytes, bytes], set[object]]] = {}
    for device, circle in kept:
        withdrawn = is_withdrawn(story, device, circle)
        ids |= {s.id for s in journal.stored(device.ws, circle.no)}
        ids |= {h.id for h in (*inbox.quarantined(device.ws, circle.no), *inbox.held(device.ws, circle.no))}
        authors, out_of_use = _authors(story, device, circle)
        for edit in cells(device.ws, circle.no):  # two people, or two computers, may say the same at the same time
            name = edit[3].stamp[8:]
            by_whom = doubtful.setdefault(device.name, {}) if withdrawn else there
            said = edit if name in out_of_use and not withdrawn else plain(edit)
            by_whom.setdefault((circle.space32, authors[name]), set()).add(said)
    for owner in story.devices:  # a lost copy may have been the only one of what others had lost before
        for key, edits in owner.edits.items():
            gone = {e for e in edits if not {e, plain(e)} & there.get(key, set())}
            for edit in list(gone) if doubtful else ():
                holders = frozenset(name for name, has in doubtful.items() if plain(edit) in has.get(key, set()))
                if holders:
                    gone.remove(edit)
                    if owner.name not in holders:
                        story.register.only_with.setdefault((owner.name, *key), []).append((edit, holders))
            owner.unsure.setdefault(key, set()).update(gone)
            edits -= gone
            lost += len(gone)
    for struck in (story.register.removed, story.register.withdrawn):
        for key, seen in struck.items():
            struck[key] = [frozenset(some & ids) for some in seen]
    return lost


def _authors(story: Story, device: Device, circle: spaces.Space) -> tuple[dict[bytes, bytes], set[bytes]]:
    """Whose each device is, by the beginning of its id as stamps have it, and which are out of use.

    Of those, what is here may be put aside: it keeps nothing of what another computer said in the same words.
    """
    from tests.simulator.computers import was_withdrawn

    out_of_use = set[bytes]()
    known = {circle.dev16[:8]: circle.member16}
    log = [stored.data for stored in journal.stored(device.ws, circle.no, kind=MEMBERSHIP)]
    if any(not codec.parse(data).mheads for data in log):  # no genesis, nobody else's work: so it is while waiting
        members = replayed(log).log
        known |= {dev[:8]: introductions[0].member for dev, introductions in members.introduced.items()}
        out_of_use = {dev[:8] for dev in members.introduced if was_withdrawn(story.register, members, dev)}
    return known, out_of_use


def _twin(story: Story, device: Device, _chance: random.Random) -> str:
    if len(story.devices) >= MOST_DEVICES or device.twins:
        return "not once more"
    story.devices.append(device.twin())
    return story.devices[-1].name


def _stick(story: Story, device: Device, chance: random.Random) -> str:
    """What one computer has of a circle goes to another one, past every server."""
    circle = _circle(device, chance)
    others = [d for d in story.devices if d is not device and circle and spaces.space_by_id(d.ws, circle.space32)]
    if circle is None or not others:
        return "nobody"
    other = chance.choice(others)
    theirs = spaces.space_by_id(other.ws, circle.space32)
    assert theirs is not None
    if theirs.state != "active" or circle.space32 in other.leaving:
        return "nobody"
    brought = by_hand.give(device.ws, device.vault, circle.no)
    taken = by_hand.receive(other.ws, other.vault, theirs.no, brought)
    return f"{other.name} got {taken.applied}"


def _lie(story: Story, device: Device, chance: random.Random) -> str:
    """A changed program signs what an honest one would not, and slips it to somebody."""
    circle = _circle(device, chance)
    if circle is None:
        return "nobody"
    held = access(device.ws, device.vault, circle.no)
    membership = membership_of(device.ws, circle.no)
    if held.keys.dev not in membership.devices:
        return "nobody yet"
    ends = journal.stored(device.ws, circle.no, dev=held.keys.dev)
    at = chance.choice([(s.seq, s.prev) for s in ends] + [(ends[-1].seq + 1, ends[-1].id)] if ends else [(1, ZERO_ID)])
    heads = chance.choice([membership.heads, (membership.log.changes[0].id,)])
    rows = device.ws.rows("SELECT id FROM tasks WHERE space = ? ORDER BY id", (circle.no,))
    row = chance.choice(rows)[0] if rows else chance.randbytes(16)
    hlc = chance.choice([device.ws.last_hlc, 2**63 - 1, 1])
    op = SetOp(TASKS.number, row, TASKS.column("title").number, f"a lie {chance.random()}", hlc, None)
    somebody = chance.choice(sorted(membership.members))
    forged = chance.choice(
        [b"", b"", b"", ops.encode_op(ops.Promote(ops.PROMOTE, 1, circle.member16)), _removal(somebody)]
    )
    if forged and membership.members[circle.member16].gen is not None:
        forged = b""  # an organizer's would not be a lie
    made = seal(
        space=circle.space32, dev=held.keys.dev, seq=at[0], prev=at[1], mheads=heads, deps=(),
        ops=() if forged else (op,), kind=MEMBERSHIP if forged else CONTENT, clear=forged, signing=held.keys.signing,
        epoch=open_epoch(circle.space32) if forged else held.current, random_bytes=chance.randbytes,
    )  # fmt: skip
    edit: Edit = (op.table, op.row, op.column, cell_op(op, held.keys.dev))
    story.register.forged.setdefault(circle.space32, set()).add(edit)
    story.register.forged_ids.add(made.id)
    victim = chance.choice(story.devices)
    theirs = spaces.space_by_id(victim.ws, circle.space32)
    if theirs is None or theirs.state != "active":
        return "in vain"
    by_hand.receive(victim.ws, victim.vault, theirs.no, [made.data])
    return f"to {victim.name}"


def _removal(member: bytes) -> bytes:
    return ops.encode_op(ops.Remove(ops.REMOVE, 1, member, (), None))


def _role(story: Story, device: Device, chance: random.Random) -> str:
    """An organizer steps down or demotes a younger one."""
    circle = _circle(device, chance)
    if circle is None or story.register.founders[circle.space32].name == device.name.rstrip("2"):
        return "nobody"
    membership = membership_of(device.ws, circle.no)
    me = membership.members.get(circle.member16)
    if me is None or me.gen is None or me.role is not ops.Role.ORGANIZER:
        return "no organizer"
    below = [m for m in membership.members.values() if m.gen is not None and m.gen > me.gen and m.role is not None]
    held = access(device.ws, device.vault, circle.no)
    op: ops.Op = ops.StepDown(ops.STEP_DOWN, 1)
    if below and chance.random() < 0.7:
        other = chance.choice(sorted(below, key=lambda m: m.id))
        heads = seen_heads(device.ws, circle.no, [d.dev for d in other.devices])
        op = ops.Demote(ops.DEMOTE, 1, other.id, heads)
    story.register.fallen.add((circle.space32, op.member if isinstance(op, ops.Demote) else circle.member16))
    journal.append(
        device.ws, circle.no, _sealer(device, circle.no), kind=MEMBERSHIP, clear=ops.encode_op(op),
        mheads=heads_for(membership, held.keys.dev),
    )  # fmt: skip
    if isinstance(op, ops.StepDown):
        spaces.set_space(device.ws, circle.no, role="participant")  # as the app's verb does: no right is left to use
    return type(op).__name__


def _withhold(story: Story, device: Device, chance: random.Random) -> str:
    """The server does not show this computer what one other wrote; the next time it does again."""
    hidden = story.network.hidden
    if hidden.pop(device.name, None) is not None:
        return "shown"
    authors = sorted(circle.dev16 for d in story.devices if d is not device for circle in spaces.spaces(d.ws))
    if authors:
        hidden[device.name] = chance.choice(authors)
    return "hidden"


def _two_servers(story: Story, _device: Device, chance: random.Random) -> str:
    """The server shows two groups of people two histories from here on; or ends that."""
    network = story.network
    if network.other is not None:
        story.forgotten()
        network.one_server()
        return "one again"
    network.two_servers({d.name for d in story.devices if chance.random() < 0.5})
    return "two"


def _years(_story: Story, device: Device, chance: random.Random) -> str:
    device.clock.error_ms = chance.randrange(-TEN_YEARS_MS, TEN_YEARS_MS)
    return str(device.clock.error_ms)


def _circle(device: Device, chance: random.Random) -> spaces.Space | None:
    mine = [c for c in device.circles() if journal.stored(device.ws, c.no, kind=codec.MEMBERSHIP)]
    return chance.choice(mine) if mine else None


def _sealer(device: Device, no: int) -> Seal:
    return sealer(access(device.ws, device.vault, no), device.ws.random_bytes)
