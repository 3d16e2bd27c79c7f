"""Processes that are killed, or many at one moment, a few times each."""

import pytest

from tests.faults import versions
from tests.faults.count import Effort
from tests.faults.crowd import EACH, PROCESSES, crowd, first_starts
from tests.faults.killed import KINDS, killed, killed_backups


@pytest.mark.parametrize("role", KINDS)
def test_who_is_killed_again_and_again_does_the_work_that_is_done_uninterrupted(role: str) -> None:
    count = killed(role, Effort(trials=1), size=6)

    assert 0 == count.wrong, count


def test_a_backup_that_is_killed_is_whole_or_not_there() -> None:
    count = killed_backups(Effort(trials=3))

    assert 0 == count.wrong, count


def test_of_many_on_few_streams_each_is_recorded_once() -> None:
    """Two at a time ask the very same command under one id."""
    count = crowd(Effort(trials=1))

    assert 0 == count.wrong, count
    assert PROCESSES * EACH == count.acknowledged


def test_of_many_that_make_one_store_at_once_each_records_in_it() -> None:
    count = first_starts(Effort(trials=1))

    assert 0 == count.wrong, count
    assert PROCESSES == count.acknowledged


@pytest.mark.skipif(not versions.is_at_hand(), reason="no history of the repository is here")
def test_an_older_version_beside_this_one_loses_and_alters_nothing() -> None:
    """Before the store is brought up, while it is, and when the older one may write no more."""
    count = versions.versions(Effort(trials=1))

    assert 0 == count.wrong, count
    assert count.acknowledged
