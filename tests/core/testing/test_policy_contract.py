"""The contract of a policy finds what it says it does, and those of `lif` are held to it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import attrs
import pytest
from hypothesis import settings

from lif_core.aggregates.challenge import Manner, RaiseChallenge
from lif_core.aggregates.recommendation import RecommendationIssued
from lif_core.decisions.messages import Command
from lif_core.decisions.record import Record
from lif_core.framework import Framework
from lif_core.policies.policy import Policy
from lif_core.policies.shipped import POLICIES
from lif_core.testing.policy_contract import PolicyContract
from lif_core.values.authority import Authority
from tests.core.testing.test_projection_contract import quick as quick


def challenge(record: Record, name: str, concern: str = "See to it") -> RaiseChallenge:
    return RaiseChallenge(
        by=Authority(person="lif", role="policy", body="wscb"),
        on=record.event.on,
        challenge=f"wscb/{name.replace('/', ' ')}",
        manner=Manner.CHALLENGE,
        to="wsb/police",
        concern=concern,
    )


def challenge_each(record: Record, framework: Framework) -> Iterator[Command]:
    if isinstance(record.event, RecommendationIssued):
        yield challenge(record, record.event.recommendation)


GOOD = Policy(name="challenge-each", react=challenge_each)


def never_reacts() -> Policy:
    return attrs.evolve(GOOD, react=lambda record, framework: ())


def asks_what_it_has_not_asked() -> Policy:
    seen: set[str] = set()

    def remembering(record: Record, framework: Framework) -> Iterator[Command]:
        if record.stream not in seen:
            seen.add(record.stream)
            yield from challenge_each(record, framework)

    return attrs.evolve(GOOD, react=remembering)


def numbers_what_it_asks() -> Policy:
    numbers = count()

    def numbering(record: Record, framework: Framework) -> Iterator[Command]:
        if isinstance(record.event, RecommendationIssued):
            yield challenge(record, f"c-{next(numbers)}")

    return attrs.evolve(GOOD, react=numbering)


def fails_at_what_it_does_not_expect() -> Policy:
    def failing(record: Record, framework: Framework) -> Iterator[Command]:
        event: Any = record.event
        assert event.by.body != "wsb/jld"
        yield from challenge_each(record, framework)

    return attrs.evolve(GOOD, react=failing)


def asks_as_many_as_it_has_seen() -> Policy:
    numbers = count()

    def counting(record: Record, framework: Framework) -> Iterator[Command]:
        if isinstance(record.event, RecommendationIssued):
            yield challenge(record, record.stream, f"{next(numbers)}")

    return attrs.evolve(GOOD, react=counting)


FAULTS: tuple[tuple[Callable[[], Policy], str], ...] = (
    (never_reacts, "it_reacts"),
    (asks_what_it_has_not_asked, "it_is_pure"),
    (numbers_what_it_asks, "it_is_pure"),
    (fails_at_what_it_does_not_expect, "it_reacts_once"),
    (asks_as_many_as_it_has_seen, "its_reactions_do_not_depend_on_how_far_it_has_read"),
    (numbers_what_it_asks, "what_it_asks_is_quiet_the_second_time"),
)
TESTS = [name for name in dir(PolicyContract) if name.startswith("test_")]


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("fault", "test"), FAULTS, ids=lambda value: getattr(value, "__name__", value)
)
def test_a_policy_with_a_fault_fails_the_test_that_names_it(
    fault: Callable[[], Policy], test: str
) -> None:
    class Contract(PolicyContract):
        policy = fault()

    with pytest.raises(Exception, match=r"."):
        getattr(Contract(), f"test_{test}")()


def test_every_test_of_the_contract_finds_a_fault() -> None:
    assert {f"test_{test}" for _, test in FAULTS} == {*TESTS}


class TestChallengeEach(PolicyContract):
    policy = GOOD


@pytest.mark.parametrize("shipped", POLICIES, ids=lambda policy: str(policy.name))
@pytest.mark.parametrize("test", TESTS)
def test_what_ships_keeps_the_contract(shipped: Policy, test: str) -> None:
    class Contract(PolicyContract):
        policy = shipped

    with few_examples():
        getattr(Contract(), test)()


@contextmanager
def few_examples() -> Iterator[None]:
    profile = settings.get_current_profile_name()
    settings.register_profile("few", settings(max_examples=6, database=None, derandomize=True))
    settings.load_profile("few")
    yield
    settings.load_profile(profile)
