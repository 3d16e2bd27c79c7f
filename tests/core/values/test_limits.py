"""Limits of what a request may hold: checked in linear time, and said in its schema."""

import json
from typing import Any

import pytest

from lif_core.errors import MalformedError
from lif_core.log.mapper import LifMapper
from lif_core.log.requests import FAULTS, load, parse, schema
from lif_core.values.fields import LIST_LENGTH

MAPPER = LifMapper()
BODIES = [f"wscb/a-{number}" for number in range(LIST_LENGTH)]


def line(**fields: Any) -> str:
    """Return a recommendation with these *fields*, as a line of a file."""
    command = {
        "command": "IssueRecommendation",
        "by": {"person": "A. Chair", "role": "chair", "body": "wscb"},
        "on": "2018-01-25",
        "recommendation": "wscb/r-1",
        "source": "review-wscb/scr-child-k",
        "text": "Update the procedure",
        "addressed": BODIES[:1],
    }
    return json.dumps({**command, **fields})


def test_a_list_has_a_bound_that_its_schema_says() -> None:
    """What the contract allows is taken, and one more is refused in words that say how many."""
    fields = schema("IssueRecommendation", MAPPER)["properties"]
    load(line(addressed=BODIES), MAPPER)
    with pytest.raises(MalformedError) as refused:
        load(line(addressed=[*BODIES, "wscb/more"]), MAPPER)

    assert fields["addressed"]["maxItems"] == LIST_LENGTH
    assert str(refused.value) == "addressed: 10,001 members; a list has at most 10,000"


def test_a_member_listed_twice_at_the_end_of_a_long_list_is_named() -> None:
    """It is told by its place, without comparing each member with each."""
    with pytest.raises(MalformedError) as refused:
        load(line(addressed=[*BODIES[:-1], BODIES[-2]]), MAPPER)

    assert str(refused.value) == "addressed[9999]: wscb/a-9998 is listed twice"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[" * 100_000, "nested too deeply"),
        (line(text=json.loads("[" * 80 + "]" * 80)), "nested too deeply"),
        ("9" * 5_000, "a number of more digits than can be read"),
        ("NaN", "not JSON: NaN is no number"),
        ('{"a": -Infinity}', "not JSON: -Infinity is no number"),
    ],
    ids=["bomb", "deep", "digits", "nan", "infinity"],
)
def test_what_is_no_request_is_refused_in_one_sentence(text: str, problem: str) -> None:
    """A parser's own words, and its limits, are nobody's business."""
    with pytest.raises(MalformedError) as refused:
        parse(text)

    assert str(refused.value) == problem


def test_of_a_hundred_thousand_faults_a_hundred_are_told() -> None:
    """A request that is wrong everywhere is answered as soon as any other."""
    with pytest.raises(MalformedError) as refused:
        load(line(**{f"strange-{number}": 1 for number in range(100_000)}), MAPPER)

    assert len(refused.value.errors) == FAULTS


def test_types_are_named_in_the_words_of_json() -> None:
    """Nobody who writes JSON has to know what Python calls it."""
    with pytest.raises(MalformedError) as refused:
        load(line(text=None, addressed={}, on=5, recommendation=["wscb/r-1"]), MAPPER)

    assert [each.problem for each in refused.value.errors] == [
        "expected a day, such as 2018-01-25, got a whole number",
        "expected text, got a list",
        "expected text, got null",
        "expected a list, got an object",
    ]
