"""A sample of the simulator's stories, every story that once broke, and proof that the judge can see a loss."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from random import Random

import pytest

from circle_app.domain.merge import CellOp
from circle_app.errors import BadChangeset
from circle_app.workspace import spaces
from circle_app.workspace.commands.notes import add_note
from sync.client import by_hand
from sync.envelopes import open_envelope, seal_envelope
from sync.keys import EpochKey, KemKey
from tests.simulator.elsewhere import Elsewhere, elsewhere
from tests.simulator.fates import unsure_what_is_nowhere
from tests.simulator.holding import cells, plain
from tests.simulator.hpke import seeded
from tests.simulator.judge import Broken, check, heal
from tests.simulator.run import begun, run, saved
from tests.simulator.story import Story

REGRESSIONS = sorted((Path(__file__).resolve().parent.parent / "regressions").glob("*.json"))
STEPS = 150
WITH_NEW_KEYS = 28


@pytest.mark.parametrize("seed", range(8))
def test_after_any_weather_nothing_is_lost_and_all_agree(seed: int) -> None:
    outcome = run(seed, range(STEPS))
    assert not outcome.fault, outcome.detail


@pytest.mark.parametrize("kept", REGRESSIONS, ids=lambda p: p.stem)
def test_what_once_broke_holds(kept: Path) -> None:
    seed, steps, edition = saved(kept)
    outcome = run(seed, steps, edition=edition)
    assert not outcome.fault, outcome.detail


@pytest.fixture(scope="module")
def other() -> Iterator[Elsewhere]:
    with elsewhere(4711) as teller:
        yield teller


@pytest.mark.parametrize("seed", range(24, 36))
def test_the_same_seed_is_the_same_story_in_another_process_too(other: Elsewhere, seed: int) -> None:
    assert other.trace(seed, 60) == run(seed, range(60)).trace


def test_a_story_with_new_keys_hangs_on_its_seed_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    first = run(WITH_NEW_KEYS, range(60)).trace
    assert run(WITH_NEW_KEYS, range(60)).trace == first
    monkeypatch.setattr("tests.simulator.surroundings.seeded", nullcontext)
    assert run(WITH_NEW_KEYS, range(60)).trace != first


@pytest.mark.parametrize("suite", [nullcontext, seeded])
def test_both_suites_open_what_they_sealed_and_nothing_else(
    suite: Callable[[Random], AbstractContextManager[None]],
) -> None:
    epoch = EpochKey.of(space=bytes(32), secret=b"k" * 32)
    ana, ben = (KemKey.from_seed(seed * 32) for seed in (b"a", b"b"))

    def opened(envelope: bytes, kem: KemKey, *, dev: bytes = b"d" * 16) -> EpochKey:
        return open_envelope(envelope=envelope, kem=kem, space=epoch.space, epoch_id=epoch.id, dev=dev)

    with suite(Random(1)):
        sealed = seal_envelope(epoch=epoch, kem_pk=ana.public, dev=b"d" * 16)
        assert opened(sealed, ana) == epoch
        damaged = (sealed[:-1], bytes([sealed[0] ^ 1]) + sealed[1:], sealed[:-1] + bytes([sealed[-1] ^ 1]))
        for envelope, kem, dev in (*((d, ana, b"d") for d in damaged), (sealed, ben, b"d"), (sealed, ana, b"e")):
            with pytest.raises(BadChangeset) as refused:
                opened(envelope, kem, dev=dev * 16)
            assert refused.value.code == "envelope"


@pytest.fixture
def healed() -> Iterator[Story]:
    with begun(25) as story:
        story.tell(range(80))
        heal(story)
        check(story)
        yield story


@pytest.mark.parametrize(
    "harm",
    [
        "DELETE FROM shadowed",
        "DELETE FROM texts",
        "UPDATE notes SET body = body || ' and more'",
        "UPDATE meetings SET title = 'another'",
        "UPDATE changesets SET acked = 0 WHERE mine = 1",
        "INSERT INTO quarantine SELECT space, id, dev, seq, 'not_member', 0, 1, data FROM changesets",
        "UPDATE changesets SET data = zeroblob(9) WHERE kind = 0",
    ],
)
def test_the_judge_sees_what_is_lost_changed_unsent_or_set_aside(healed: Story, harm: str) -> None:
    with healed.devices[0].ws.writing() as db:
        db.execute(harm)
    with pytest.raises(Broken):
        check(healed)


def test_the_judge_sees_that_a_file_is_another_than_was_attached(healed: Story) -> None:
    assert healed.register.files
    healed.register.files = {row: data + b"!" for row, data in healed.register.files.items()}
    with pytest.raises(Broken, match="another file"):
        check(healed)


@pytest.mark.parametrize("handed", [False, True])
def test_what_a_disk_lost_is_a_promise_only_if_a_computer_in_use_has_it(handed: bool) -> None:
    """In this story a withdrawn computer is the only other one that has it; nobody asks that."""
    seed, steps, edition = saved(REGRESSIONS[0].with_name("seed_1100138_3.json"))
    with begun(seed, edition=edition) as story:
        story.tell(steps[:-1])
        founder, owner, withdrawn = (next(d for d in story.devices if d.name == n) for n in ("Ana", "Cem", "Benb"))
        if handed:
            by_hand.receive(founder.ws, founder.vault, 1, by_hand.give(withdrawn.ws, withdrawn.vault, 1))
        known = {plain(e) for e in cells(withdrawn.ws, 1)} & {plain(e) for es in owner.edits.values() for e in es}
        story.tell(steps[-1:])
        lost = known - {plain(e) for e in cells(owner.ws, 1)}
        excused = {plain(e) for some in story.register.only_with.values() for e, _ in some}
        assert lost
        assert lost & excused == (set() if handed else lost)


@pytest.mark.parametrize("withdrawn", [False, True])
def test_the_same_words_of_a_computer_out_of_use_keep_nothing_of_another_one(withdrawn: bool) -> None:
    """Everybody has what Ben's copy said; that Ben said it at the same moment nobody knows any more."""
    with begun(25) as story:
        ben = story.devices[1]
        copy = ben.twin()
        story.devices.append(copy)
        for round in range(2):
            for device in (ben, copy, story.devices[0]):
                add_note(device.ws, 1, title=f"{device.name} {round}")
                assert device.engine.sync(1).problem is None
        mine, theirs = spaces.space(ben.ws, 1), spaces.space(copy.ws, 1)
        assert mine.dev16 != theirs.dev16, "it took a key of its own"
        saved_by = {d.name: d.edits[mine.space32, mine.member16] for d in (ben, copy)}
        table, row, column, op = next(e for e in saved_by["Ben2"] if e[3].value == "Ben2 1")
        assert op.stamp[8:] == theirs.dev16[:8]
        same = (table, row, column, CellOp(op.stamp[:8] + mine.dev16[:8], op.value, op.base))
        saved_by["Ben"].add(same)
        if withdrawn:
            story.register.withdrawn[mine.space32, theirs.dev16] = []
        unsure_what_is_nowhere(story)
        excused = {edit for some in story.register.only_with.values() for edit, _ in some}
        assert (same in saved_by["Ben"] - excused) is not withdrawn


def test_the_judge_excuses_what_a_promotion_without_effect_allowed_only_while_it_is_aside() -> None:
    seed, steps, edition = saved(REGRESSIONS[0].with_name("seed_1100139_3.json"))
    with begun(seed, edition=edition) as story:
        story.tell(steps)
        heal(story)
        check(story)
        with story.devices[0].ws.writing() as db:
            db.execute("DELETE FROM quarantine WHERE code = 'not_allowed'")
        with pytest.raises(Broken, match="Ana lacks"):
            check(story)
