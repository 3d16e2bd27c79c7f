"""Work that is killed at a write, or loses power: nothing acknowledged is lost, nothing partial.

A few points of each; `python -m tests.faults` tries as many as one wants.
"""

from itertools import pairwise
from random import Random

import pytest

from tests.faults.__main__ import main
from tests.faults.count import Count, Effort
from tests.faults.crash import crashes, kill_points, losses, power_loss
from tests.faults.crashed_backups import crashed_backups
from tests.faults.crashed_keys import crashed_keys
from tests.faults.crashed_migrations import crashed_migrations
from tests.faults.disk import Sync, Write
from tests.faults.failing_disk import failing_disk
from tests.faults.interruption import examined, moments, record, record_recovery
from tests.faults.traced import Manner
from tests.faults.work import work


def test_what_was_acknowledged_is_there_whichever_write_it_is_killed_at() -> None:
    """It is applied once when it is asked again, and views are those of a full replay."""
    count = kill_points(Effort(trials=120, every=7))

    assert 0 == count.wrong, count
    assert count.acknowledged > 300
    assert count.recovering > 10


def test_what_was_acknowledged_is_there_after_a_loss_of_power() -> None:
    count = power_loss(Effort(trials=150, every=11))

    assert 0 == count.wrong, count
    assert count.acknowledged > 300
    assert count.recovering > 10


def test_what_is_answered_from_a_commit_of_a_killed_process_is_there_after_a_loss_of_power() -> (
    None
):
    """It was killed before the commit was on the disk: whoever opens the store next syncs it."""
    recording, chance, total = record(work(2, size=1)), Random(0), Count()
    platter = recording.platter.after_kill()
    for (operation, moment), (following, _) in pairwise(moments(recording)):
        platter.take(operation)
        if isinstance(operation, Write) and isinstance(following, Sync):
            recovery = record_recovery(recording, moment, platter.after_kill(), chance)
            for later, left in crashes(moments(recovery), recovery.platter, losses, chance):
                if later.steps > moment.steps:
                    total += examined(recovery, later, left, chance)

    assert 0 == total.wrong, total
    assert total.acknowledged > 300


@pytest.mark.parametrize("mode", ["NORMAL", "OFF"])
def test_a_recorder_that_does_not_wait_for_the_disk_is_seen_to_lose(mode: str) -> None:
    manner = Manner(pragmas=(f"PRAGMA synchronous = {mode}",))

    assert power_loss(Effort(trials=60, every=11), manner).lost


def test_a_recorder_that_acknowledges_before_it_commits_is_seen_to_lose() -> None:
    assert kill_points(Effort(trials=80, every=3), Manner(commits_late=True)).lost


def test_a_recorder_that_commits_in_pieces_is_seen_to_leave_a_part() -> None:
    assert kill_points(Effort(trials=40, every=3), Manner(in_pieces=True)).partial


def test_a_backup_is_whole_or_what_was_there_before_wherever_it_is_interrupted() -> None:
    """And so is what it is put back as, where another store was moved away."""
    count = crashed_backups(Effort(trials=72))

    assert 0 == count.wrong, count
    assert count.acknowledged > 60


@pytest.mark.parametrize("name", ["sync_file", "sync_folder"])
def test_a_backup_that_does_not_wait_for_the_disk_is_seen_to_be_partial(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"lif_adapters.backup.{name}", lambda _: None)

    assert crashed_backups(Effort(trials=144)).partial


def test_a_store_is_the_older_or_the_newer_one_wherever_its_migration_is_interrupted() -> None:
    """And can be migrated then."""
    count = crashed_migrations(Effort(trials=120, every=5))

    assert 0 == count.wrong, count
    assert crashed_migrations(Effort(trials=40), Manner(in_pieces=True)).partial


def test_no_text_is_lost_with_its_key_and_no_key_that_was_destroyed_comes_back() -> None:
    """Wherever who encrypts and erases is interrupted, and whoever does so next."""
    count = crashed_keys(Effort(trials=400))

    assert 0 == count.wrong, count
    assert count.recovering > 100


def test_a_store_of_keys_that_does_not_wait_for_the_disk_is_seen_to_lose(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("lif_adapters.key_store.sync_folder", lambda _: None)

    assert crashed_keys(Effort(trials=400)).lost


def test_counts_add_up() -> None:
    """With the first example of the two."""
    total = Count(points=1, lost=2, example="a") + Count(points=3, stray=4, example="b")

    assert Count(points=4, lost=2, stray=4, example="a") == total
    assert 6 == total.wrong


def test_the_table_says_what_came_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == main(["kill-points", "--trials", "2"])
    assert "kill-points" in capsys.readouterr().out.splitlines()[-1]


def test_a_disk_that_fails_is_told_as_ours_and_nothing_is_lost() -> None:
    """The program goes on once the disk does: all that it acknowledged, ever, is there."""
    count = failing_disk(Effort(trials=30, every=13))

    assert 0 == count.wrong, count
