"""A mapping that grows is the dict of what was put into it, whatever else follows from it."""

import pickle
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lif_core.decisions.decider import COPIED, plus
from lif_core.decisions.growing_mapping import GrowingMapping

NAMES = range(13)
STEPS = st.lists(st.tuples(st.integers(0, 30), st.sampled_from(NAMES), st.integers()), max_size=40)


@given(STEPS)
def test_each_is_the_dict_that_it_would_be(steps: list[tuple[int, int, int]]) -> None:
    """Each step goes on from any of those before; none of them changes by that."""
    grown: list[GrowingMapping[int, int]] = [GrowingMapping.of({})]
    dicts: list[dict[int, int]] = [{}]
    for before, name, value in steps:
        at = before % len(grown)
        grown.append(grown[at].followed_by(name, value))
        dicts.append({**dicts[at], name: value})
    for expected, mapping in zip(dicts, grown, strict=True):
        assert expected == mapping
        assert list(expected.items()) == list(mapping.items())
        assert [expected.get(name) for name in NAMES] == [mapping.get(name) for name in NAMES]
        assert (len(expected), repr(expected)) == (len(mapping), repr(mapping))
        assert mapping == pickle.loads(pickle.dumps(mapping))
    assert [one == other for one, other in pairwise(dicts)] == [
        one == other for one, other in pairwise(grown)
    ]


def test_a_name_that_only_a_later_one_has_is_not_in_it() -> None:
    first = GrowingMapping.of({"a": 1})
    first.followed_by("b", 2)

    assert "b" not in first
    with pytest.raises(KeyError, match="b"):
        first["b"]


def test_many_names_share_what_holds_them() -> None:
    """A thousand more are not a thousand copies; few are a plain dict."""
    mapping: Mapping[int, int] = {}
    for number in range(COPIED):
        mapping = plus(mapping, number, number)
    assert isinstance(mapping, dict)
    for number in range(COPIED, 1_000):
        before, mapping = mapping, plus(mapping, number, number)
        assert len(before) + 1 == len(mapping)

    assert isinstance(mapping, GrowingMapping)
    assert mapping._shared is plus(mapping, -1, 0)._shared  # type: ignore[attr-defined]


def test_threads_that_follow_the_same_one_each_have_their_own() -> None:
    first = GrowingMapping.of(dict.fromkeys(range(100), 0))
    with ThreadPoolExecutor(8) as threads:
        grown = list(threads.map(lambda name: first.followed_by(name, name), range(100, 200)))

    assert [[*range(100), name] for name in range(100, 200)] == [list(each) for each in grown]
