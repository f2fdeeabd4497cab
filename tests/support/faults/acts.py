"""What people do in circles: a first start, edits, an evening, undo, packing, syncing, a removal, a join."""

from __future__ import annotations

from typing import cast

from circle_app.domain.ids import Ref
from circle_app.workspace import settings, spaces
from circle_app.workspace.commands import agenda, attendance, live, meetings, outcomes, tasks
from circle_app.workspace.commands.undo import redo, undo
from circle_app.workspace.queries.people import people as all_people
from circle_app.workspace.queries.tasks import tasks as all_tasks
from sync.client import circle_members
from tests.support.faults.steps import opened, opened_by_ana, packed, promised, synced, together
from tests.support.faults.world import Doing, World, shut
from tests.support.machines import Machine


def nobody(world: World) -> None:
    world.folder.mkdir(exist_ok=True)


def with_cleo(world: World) -> None:
    together(world)
    with world.person("ana") as ana, world.person("cleo") as cleo:
        cleo.join(ana.invite(1))
        ana.sync()


def _much_from_ben(world: World) -> None:
    together(world)
    with world.person("ben") as ben:
        for n in range(12):
            for m in range(25):
                tasks.add_task(ben.ws, 1, title=f"of Ben {n} {m}", due="2026-12-04", body="x")
            ben.sync()


def loose(world: World) -> None:
    together(world)
    with world.person("ana") as ana:
        for n in range(260):
            promised(ana.ws, f"loose {n}")


def much_packed(world: World) -> None:
    together(world)
    with world.person("ana") as ana:
        for n in range(6):
            promised(ana.ws, f"packed {n}")
            packed(ana)


def invited(world: World) -> None:
    together(world)
    with world.person("ana") as ana:
        (world.folder / "link").write_text(ana.invite(1), "utf-8")


def first_start(world: World, doing: Doing) -> None:
    """The app is started for the first time, a name is given and a circle founded."""
    ana = opened_by_ana(world, doing)
    doing.step("", lambda: settings.put(ana.ws, "me_name", "Ana"))
    circle = cast(int, doing.step("", lambda: ana.found(server=None)))
    doing.step("+first", lambda: promised(ana.ws, "first", circle))
    doing.step("", lambda: shut(ana))


def founded_again(world: World, doing: Doing) -> None:
    """Whoever sees no circle founds it again."""
    from circle_app.workspace.queries.circles import my_circles

    with world.person("ana") as ana:
        if not my_circles(ana.ws):
            ana.found(server=None)


def edit(world: World, doing: Doing) -> None:
    ana = opened_by_ana(world, doing)
    for n in range(3):
        ref = cast(Ref, doing.step(f"+new {n} {world.chance}", lambda n=n: promised(ana.ws, f"new {n} {world.chance}")))
        doing.step("", lambda ref=ref, n=n: tasks.set_task(ana.ws, ref, body=f"changed {n}"))
    doing.step("", lambda: settings.keep_draft(ana.ws, "composer", "half a sentence"))
    doing.step("", lambda: shut(ana))


def meeting(world: World, doing: Doing) -> None:
    """An evening: planned, opened, people checked in, a decision and a task written, closed."""
    ana = opened_by_ana(world, doing)
    ws = ana.ws
    evening = cast(Ref, doing.step("", lambda: meetings.plan_meeting(ws, 1, title="Evening", minutes=90)))
    for n in range(2):
        doing.step("", lambda n=n: agenda.add_item(ws, evening, title=f"Item {n}", minutes=20))
    doing.step("", lambda: live.open_meeting(ws, evening))
    for person in [p.ref for p in all_people(ws, 1)][:2]:
        doing.step("", lambda person=person: attendance.mark(ws, evening, person, status="present"))
    doing.step("", lambda: outcomes.add_outcome(ws, evening, kind="decision", text="We bake on Mondays", private=False))
    said = f"said in the evening {world.chance}"
    doing.step(f"+{said}", lambda: promised(ws, said))
    doing.step("", lambda: live.next_step(ws, evening))
    doing.step("", lambda: live.close_meeting(ws, evening))
    doing.step("", lambda: shut(ana))


def taking_back(world: World, doing: Doing) -> None:
    ana = opened_by_ana(world, doing)
    doing.step("+slip", lambda: promised(ana.ws, "slip"))
    doing.step("-slip", lambda: undo(ana.ws))
    doing.step("+slip", lambda: redo(ana.ws))
    doing.step("+kept", lambda: promised(ana.ws, "kept"))
    doing.step("-kept", lambda: undo(ana.ws))
    doing.step("", lambda: shut(ana))


def pack(world: World, doing: Doing) -> None:
    ana = opened_by_ana(world, doing)
    doing.step("", lambda: packed(ana))
    doing.step("+after the pack", lambda: promised(ana.ws, "after the pack"))
    doing.step("", lambda: shut(ana))


def sync_once(world: World, doing: Doing) -> None:
    ana = opened_by_ana(world, doing)
    doing.step("+before the sync", lambda: promised(ana.ws, "before the sync"))
    doing.step("", lambda: synced(ana))
    doing.step("+after the sync", lambda: promised(ana.ws, "after the sync"))
    doing.step("", lambda: synced(ana))
    doing.step("", lambda: shut(ana))


def remove_ben(world: World, doing: Doing) -> None:
    """A removal with its new key, while something unsent waits."""
    ana = opened_by_ana(world, doing)
    doing.step("+before the removal", lambda: promised(ana.ws, "before the removal"))
    doing.step("", lambda: _removed(ana))
    doing.step("+after the removal", lambda: promised(ana.ws, "after the removal"))
    doing.step("", lambda: synced(ana))
    doing.step("", lambda: shut(ana))


def ben_is_removed(world: World, doing: Doing) -> None:
    with world.person("ana") as ana:
        _removed(ana)


def _removed(ana: Machine) -> None:
    """As from the list of people: who is shown as gone already is not removed twice."""
    for person in all_people(ana.ws, 1):
        member = next((m for m in circle_members.circle_members(ana.ws, 1) if m.member16 == person.member), None)
        if person.name == "ben" and member is not None and member.may_remove:
            circle_members.remove(ana.ws, ana.vault, 1, member.member16)


def join(world: World, doing: Doing) -> None:
    dora = opened(world, doing, "dora")
    link = (world.folder / "link").read_text("utf-8")
    doing.step("", lambda: _joined(dora, link))
    doing.step("+of Dora", lambda: promised(dora.ws, "of Dora", spaces.spaces(dora.ws)[0].no))
    doing.step("", lambda: synced(dora))
    doing.step("", lambda: shut(dora))


def dora_joins(world: World, doing: Doing) -> None:
    with world.person("dora") as dora:
        _joined(dora, (world.folder / "link").read_text("utf-8"))


def _joined(dora: Machine, link: str) -> None:
    if not any(s.state == "active" for s in spaces.spaces(dora.ws)):
        dora.join(link)


def much_to_read(world: World) -> None:
    _much_from_ben(world)
    with world.person("ana") as ana:
        assert len(all_tasks(ana.ws)) == 3
