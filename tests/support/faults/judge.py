"""What must hold once the app has started again: everything acknowledged is there, once and whole, and syncing converges."""

from __future__ import annotations

from collections import Counter

from circle_app.workspace import inbox, journal, spaces
from circle_app.workspace.queries.circles import my_circles
from circle_app.workspace.verify import rebuild, state_hash, verify
from sync.client.opening import opener
from tests.support.faults.steps import Scenario, synced
from tests.support.faults.world import Doing, World
from tests.support.machines import Machine


class Lost(AssertionError):
    """A promise was broken; the text says which."""


def judge(world: World, scenario: Scenario, said: list[str]) -> None:
    """Raises Lost unless every promise holds; `said` is what the person heard before it happened."""
    if scenario.after is not None:
        scenario.after(world, Doing(_nothing, lambda step: step()))
    with world.person(scenario.who) as person:
        _told(person, said)
        _whole(person)
        left_over = [p.name for p in person.ws.folder.iterdir() if p.name.endswith((".new", ".tmp", ".part"))]
        _expect(len(left_over) <= 2, f"rests pile up: {left_over}")
    if (world.folder / "server").exists():
        _converged(world, scenario)


def _told(person: Machine, said: list[str]) -> None:
    """The last thing that was said of each task decides: done means done; wished only may be either."""
    last: dict[str, str] = {}
    for line in said:
        last[line[2:]] = line[:2]
    rows = person.ws.rows("SELECT title, due, body, deleted FROM tasks")
    shown = Counter(title for title, _, _, deleted in rows if not deleted)
    for title, mark in last.items():
        _expect(shown[title] <= 1, f"{title!r} is there {shown[title]} times")
        if mark == "!+":
            _expect(shown[title] == 1, f"{title!r} was acknowledged and is gone")
        if mark == "!-":
            _expect(shown[title] == 0, f"{title!r} was taken back and is there")
    for title, due, body, _ in rows:
        _expect(bool(title and due and body), f"half an edit: {title!r} {due!r} {body!r}")


def _whole(person: Machine) -> None:
    ws = person.ws
    opening = opener(ws, person.vault)
    report = verify(ws, opening)
    _expect(report.ok, f"verify: {report.problems}")
    rebuild(ws, opening)
    _expect(state_hash(ws) == report.state, "another state after rebuilding")
    for space in spaces.spaces(ws):
        if space.state in spaces.UNFINISHED:
            _expect(all(card.space != space.no for card in my_circles(ws)), "half a circle is shown")
            continue
        own = journal.stored(ws, space.no, dev=space.dev16)
        _expect([s.seq for s in own] == list(range(1, len(own) + 1)), "own numbers have a gap or a twin")
        keys = ws.rows("SELECT epoch16, length(secret), current FROM epoch_keys WHERE space = ?", (space.no,))
        _expect(sum(current for *_, current in keys) == 1, "not exactly one current key")
        _expect(all(length == 32 for _, length, _ in keys), "half a key")


def _converged(world: World, scenario: Scenario) -> None:
    names = [p.name for p in sorted(world.folder.iterdir()) if p.is_dir() and p.name != "server"]
    names.sort(key=lambda name: name != scenario.who)
    for name in (*names, *names, *names):
        with world.person(name) as person:
            if name == "ben" and scenario.name == "removal":
                continue
            synced(person)
    first = None
    for name in names:
        if name == "ben" and scenario.name == "removal":
            continue
        with world.person(name) as person:
            no = spaces.spaces(person.ws)[0].no
            _expect(journal.waiting(person.ws) == 0, f"{name} still has something to send")
            _expect(inbox.quarantined(person.ws, no) == (), f"{name} set something aside")
            _expect(inbox.held(person.ws, no) == (), f"{name} waits for something")
            _whole(person)
            chains = {(s.dev, s.seq, s.id) for s in journal.stored(person.ws, no)}
            _expect(len({c[:2] for c in chains}) == len(chains), "a number was used twice")
            seen = (chains, *person.state())
            first = first or seen
            _expect(seen == first, f"{name} has another state than {names[0]}")


def _expect(holds: bool, what: str) -> None:
    if not holds:
        raise Lost(what)


def _nothing(_: str) -> None:
    """Nobody listens any more."""
