"""The entries of a stream are values, though those that follow one another share a list."""

from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from lif_core.aggregates import recommendation as r
from lif_core.decisions.decider import on_record
from lif_core.decisions.messages import Event
from lif_core.log.entries import SCANNED, Entries
from lif_core.testing.strategies import World, commands
from tests.people import CHAIR, QUALITY, day

LONG = SCANNED + 10


def reply(number: int) -> Any:
    return r.ReplyToRecommendation(
        by=CHAIR, on=day("2018-02-01"), recommendation="wscb/1", reply=f"Reply {number}"
    )


def replied(number: int) -> Event[Any]:
    return r.RecommendationReplied.of(reply(number))


def long(length: int = LONG) -> Entries:
    entries = Entries.of(())
    for number in range(length):
        entries = entries.followed_by(replied(number))
    return entries


class EntriesAreTuples(RuleBasedStateMachine):
    """Whatever follows whatever, each is as it was made."""

    @initialize()
    def empty(self) -> None:
        self.made: list[tuple[Entries, tuple[Event[Any], ...]]] = [(Entries.of(()), ())]

    @rule(which=st.integers(0, 999), first=st.integers(0, 3), count=st.integers(1, SCANNED))
    def follow(self, which: int, first: int, count: int) -> None:
        entries, events = self.made[which % len(self.made)]
        for number in range(first, first + count):
            entries = entries.followed_by(replied(number))
            events = (*events, replied(number))
        self.made.append((entries, events))

    @rule(number=st.integers(0, SCANNED + 5), by=st.sampled_from((CHAIR, QUALITY)))
    def said(self, number: int, by: Any) -> None:
        command = attrs.evolve(reply(number), by=by)
        for entries, events in self.made:
            assert entries.said(command) == on_record(command, events)

    @invariant()
    def each_is_as_it_was_made(self) -> None:
        for entries, events in getattr(self, "made", ()):
            assert len(entries) == len(events)
            assert tuple(entries) == events


TestEntriesAreTuples = EntriesAreTuples.TestCase
TestEntriesAreTuples.settings = settings(stateful_step_count=12)


def test_one_more_entry_copies_none() -> None:
    """Thousands of entries cost a thousandth of what copying each time would."""
    entries = long(3)
    longer = entries.followed_by(replied(3))

    assert entries._shared is longer._shared
    assert entries.followed_by(replied(4))._shared is not longer._shared


def test_an_entry_past_the_end_is_none_of_its_entries() -> None:
    entries = long(2)
    entries.followed_by(replied(2))

    assert replied(1) == entries[1]
    with pytest.raises(IndexError):
        entries[2]


@pytest.mark.parametrize("length", [SCANNED, SCANNED + 1, LONG])
def test_what_was_said_is_known_however_many_entries_there_are(length: int) -> None:
    """To the word: another day, another body and another kind of decision are others."""
    entries = long(length)
    last = reply(length - 1)

    assert entries.said(last)
    assert entries.said(reply(0))
    assert not entries.said(reply(length))
    assert not entries.said(attrs.evolve(last, on=day("2018-02-02")))
    assert not entries.said(attrs.evolve(last, by=QUALITY))
    accept = r.AcceptRecommendation(by=CHAIR, on=last.on, recommendation="wscb/1")
    assert not entries.said(accept)
    assert entries.followed_by(r.RecommendationAccepted.of(accept)).said(accept)


def test_what_was_said_in_entries_that_were_given_up_was_not_said() -> None:
    """As after a group that was refused: the same list went on, and does not count."""
    entries = long()
    given_up = entries.followed_by(replied(LONG))
    assert given_up.said(reply(LONG))

    assert not entries.said(reply(LONG))
    assert not entries.followed_by(replied(LONG + 1)).said(reply(LONG))


@given(commands(World()))
def test_every_command_can_be_looked_up(command: Any) -> None:
    """An index needs fields that have a hash."""
    assert not long().said(command)
