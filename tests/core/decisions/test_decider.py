"""Said twice, recorded once; and who answers for whom: what every aggregate shares."""

import pickle
import pkgutil
from importlib import import_module
from typing import Any, TypeVar, cast

import attrs
import pytest
from msgspec.structs import replace

from lif_core import aggregates
from lif_core.aggregates import CATEGORIES, DECIDERS
from lif_core.aggregates.recommendation import (
    AcceptRecommendation,
    RecommendationAccepted,
    RecommendationReplied,
    ReplyToRecommendation,
)
from lif_core.aggregates.review import AcceptReport, ReportAccepted
from lif_core.decisions.decider import AnyDecider, Setting, answers_for, on_record
from lif_core.decisions.messages import Command
from lif_core.errors import RefusedError
from lif_core.framework import load
from lif_core.log.registry import Registry
from lif_core.values.authority import Authority, Deliberation
from tests.people import CHAIR, MANAGER, POLICE, POLICY, TRAINING, day

C = TypeVar("C", bound=Command)


def but(command: C, **changes: Any) -> C:
    """*command*, with these fields changed."""
    changed: C = attrs.evolve(cast("Any", command), **changes)
    return changed


def _aggregate(name: str) -> Any:
    return import_module(f"lif_core.aggregates.{name}")


REPLY = ReplyToRecommendation(
    by=CHAIR, on=day("2018-02-01"), recommendation="wscb/r-1", reply="Under consideration"
)
ACCEPT = AcceptRecommendation(by=CHAIR, on=day("2018-02-01"), recommendation="wscb/r-1")
REPORT = AcceptReport(by=CHAIR, on=day("2018-02-01"), review="wscb/1", response="All is accepted.")


# Said twice, recorded once


def test_of_nothing_nothing_is_on_record() -> None:
    """The first time is the first time."""
    assert not on_record(REPLY, ())


def test_what_was_decided_in_the_same_words_is_on_record() -> None:
    """Wherever it stands, whatever came before or after."""
    replied, accepted = RecommendationReplied.of(REPLY), RecommendationAccepted.of(ACCEPT)

    assert on_record(REPLY, (replied,))
    assert on_record(REPLY, (accepted, replied, accepted))


@pytest.mark.parametrize(
    "changes",
    [
        {"by": MANAGER},
        {"by": replace(CHAIR, deliberation=Deliberation(meeting="board 1"))},
        {"on": day("2018-02-02")},
        {"reply": "Under consideration."},
        {"for_body": "wscb"},
    ],
    ids=["another person", "at a meeting", "another day", "other words", "for a body"],
)
def test_a_decision_that_differs_in_anything_is_another_one(changes: dict[str, Any]) -> None:
    """Nobody can tell which difference was meant, so none is taken for a slip."""
    assert not on_record(but(REPLY, **changes), (RecommendationReplied.of(REPLY),))


def test_another_kind_of_decision_is_another_one() -> None:
    """An acceptance is no reply, though by the same body on the same day."""
    assert not on_record(ACCEPT, (RecommendationReplied.of(REPLY),))


def test_what_a_decision_worked_out_makes_no_difference() -> None:
    """The warnings are not what was said, but what came of it."""
    assert on_record(REPORT, (ReportAccepted.of(REPORT, warnings=("no-voice",)),))


# Where its messages are


def test_every_aggregate_is_found_by_its_category() -> None:
    """It is loaded by the name of its module, so that none of those stands apart."""
    modules = [module.name for module in pkgutil.iter_modules(aggregates.__path__)]
    homes = {name for name in modules if hasattr(_aggregate(name), "decider")}

    assert homes == set(CATEGORIES)
    assert [*CATEGORIES] == [decider.category for decider in DECIDERS]
    assert list(CATEGORIES.values()) == list(DECIDERS)
    with pytest.raises(KeyError):
        CATEGORIES["succession"]


def test_a_registry_of_lif_is_pickled_by_its_name() -> None:
    """What another process reads it with is that of its own program."""
    assert pickle.loads(pickle.dumps(Registry())).deciders is DECIDERS
    assert pickle.loads(pickle.dumps(CATEGORIES)) is CATEGORIES


@pytest.mark.parametrize("decider", DECIDERS, ids=lambda decider: decider.category)
def test_an_aggregate_exports_its_messages(decider: AnyDecider) -> None:
    """Whoever writes `recommendation.RecommendationIssued` need not know at which stage it is."""
    aggregate = _aggregate(decider.category)
    messages = {cls.__name__ for cls in (*decider.command_types, *decider.event_types)}

    assert messages <= set(getattr(aggregate, "__all__", dir(aggregate)))


# Who answers for whom

MERGED = {"wsb/lpp": "wsb/jld"}
SETTING = Setting(load().general, lambda body: MERGED.get(body, body))


@pytest.mark.parametrize(
    ("by", "for_body", "answerer"),
    [
        (POLICE, None, "wsb/police"),
        (POLICE, "wsb/police", "wsb/police"),
        (TRAINING, None, "wsb/jld"),
        (TRAINING, "wsb/lpp", "wsb/lpp"),
    ],
    ids=["itself", "itself by name", "a successor itself", "a successor"],
)
def test_a_body_answers_for_itself_and_for_what_was_merged_into_it(
    by: Authority, for_body: str | None, answerer: str
) -> None:
    """It says for whom where it is not for itself."""
    command = but(ACCEPT, by=by, for_body=for_body)

    assert answerer == answers_for(command, SETTING)


@pytest.mark.parametrize(
    ("by", "for_body", "holder"),
    [
        (POLICE, "wsb/lpp", "wsb/jld"),
        (POLICY, "wsb/lpp", "wsb/jld"),
        (TRAINING, "wsb/police", "wsb/police"),
    ],
    ids=["another body", "the merged body", "for a body not merged"],
)
def test_nobody_else_answers_for_a_body(by: Authority, for_body: str, holder: str) -> None:
    """The refusal says who would."""
    command = but(ACCEPT, by=by, for_body=for_body)

    with pytest.raises(RefusedError) as refused:
        answers_for(command, SETTING)

    assert ("authority.not-successor", {"body": by.body, "holder": holder}) == (
        refused.value.rule,
        refused.value.facts,
    )
