"""What people were doing when it happened, by name."""

from __future__ import annotations

from tests.support.faults import acts, acts_files, acts_rejoin, acts_successor
from tests.support.faults.steps import Scenario, alone

SCENARIOS = {
    s.name: s
    for s in (
        Scenario("first start", acts.nobody, acts.first_start, after=acts.founded_again),
        Scenario("edit", alone, acts.edit),
        Scenario("meeting", alone, acts.meeting),
        Scenario("undo", alone, acts.taking_back),
        Scenario("pack", acts.loose, acts.pack),
        Scenario("push", acts.much_packed, acts.sync_once),
        Scenario("pull", acts.much_to_read, acts.sync_once),
        Scenario("removal", acts.with_cleo, acts.remove_ben, after=acts.ben_is_removed),
        Scenario("join", acts.invited, acts.join, who="dora", after=acts.dora_joins),
        Scenario("rejoin", acts_rejoin.left_before, acts_rejoin.rejoining, who="dora", after=acts_rejoin.back_again),
        Scenario(
            "successor", acts_successor.with_much, acts_successor.going_on, after=acts_successor.whole_or_not_there
        ),
        Scenario("migration", alone, acts_files.migrate, after=acts_files.migrated_wholly),
        Scenario("export", alone, acts_files.export, after=acts_files.exported_wholly),
        Scenario("key file", alone, acts_files.passphrase),
        Scenario("attaching", alone, acts_files.attach_a_file, after=acts_files.files_are_whole),
        Scenario("backup", alone, acts_files.backing_up, after=acts_files.copies_are_whole),
        Scenario("renewal", acts_files.restored_behind, acts_files.renewing, after=acts_files.what_was_sent_comes_back),
        Scenario("restore", acts_files.with_a_copy, acts_files.restoring, after=acts_files.the_old_file_is_somewhere),
    )
}
