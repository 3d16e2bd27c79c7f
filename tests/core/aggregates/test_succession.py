"""Who answers after mergers: one holder on each day, whatever corrections left on record."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lif_core.aggregates.succession import UNOWNED, Passage, Succession, Tenure
from tests.people import day

Mergers = Mapping[str, Passage]
BODIES = ("a", "b", "c", "d", "e")
FIRST = day("2018-01-01")
DAYS = tuple(FIRST + timedelta(days) for days in range(6))
MERGERS = st.lists(
    st.tuples(*(st.sampled_from(each) for each in (BODIES, BODIES, DAYS))),
    unique_by=lambda merger: merger[0],
).map(
    lambda mergers: {
        body: Passage(into, on, position=position)
        for position, (body, into, on) in enumerate(mergers, 1)
        if into != body
    }
)
"""Any that corrections may leave: in stages, backwards in time, in one circle or in two."""

STAGES = {"a": ("b", day("2018-01-01")), "b": ("c", day("2018-02-01"))}


def by_the_definition(mergers: Mergers) -> dict[str, str]:
    """Each merger in the order of its day, and within it of recording, unless its body would then
    be its own successor.
    """
    found: dict[str, str] = {}
    for body in sorted(mergers, key=lambda body: (mergers[body].on, mergers[body].position)):
        into = end = mergers[body][0]
        while end in found:
            end = found[end]
        if end != body:
            found[body] = into
    return found


def holder_by_the_definition(mergers: Mergers, ref: str, on: date) -> str:
    found = by_the_definition({body: one for body, one in mergers.items() if one[1] <= on})
    while ref in found:
        ref = found[ref]
    return ref


def test_a_body_that_was_not_merged_holds_its_own() -> None:
    succession = Succession.of({})

    assert ("a", "a", ()) == (
        succession.holder("a", FIRST),
        succession.heir("a"),
        succession.lineage("a"),
    )
    assert (Tenure("a", FIRST),) == succession.tenures("a", FIRST)


@pytest.mark.parametrize(
    ("on", "holder"),
    [("2017-12-31", "a"), ("2018-01-01", "b"), ("2018-01-31", "b"), ("2018-02-01", "c")],
)
def test_a_merger_takes_effect_on_its_day(on: str, holder: str) -> None:
    """In stages: a into b in January, b into c in February."""
    assert holder == Succession.of(STAGES).holder("a", day(on))


def test_a_merger_into_a_body_that_was_merged_before_leads_to_its_successor() -> None:
    """Merged in March into one that had been merged in January."""
    succession = Succession.of({"a": ("b", day("2018-03-01")), "b": ("c", day("2018-01-01"))})

    assert "a" == succession.holder("a", day("2018-02-28"))
    assert "c" == succession.holder("a", day("2018-03-01"))
    assert (
        Tenure("a", FIRST),
        Tenure("b", day("2018-03-01")),  # of no day
        Tenure("c", day("2018-03-01")),
    ) == succession.tenures("a", FIRST)


def test_tenures_follow_one_another_until_the_thing_is_given_to_another() -> None:
    succession, since = Succession.of(STAGES), day("2018-01-15")

    assert (
        Tenure("a", since),
        Tenure("b", since),
        Tenure("c", day("2018-02-01")),
    ) == succession.tenures("a", since)
    before_february = succession.tenures("a", since, until=day("2018-02-01"))
    assert (Tenure("a", since), Tenure("b", since)) == before_february


def test_a_lineage_is_of_whoever_holds_on_the_day() -> None:
    succession = Succession.of(STAGES)

    assert [("a", "b"), (), ()] == [succession.lineage(ref) for ref in ("c", "b", "a")]
    january = day("2018-01-31")
    assert [(), ("a",), ()] == [succession.lineage(ref, january) for ref in ("c", "b", "a")]


@pytest.mark.parametrize(
    ("back", "holder"),
    [("2018-03-01", "c"), ("2018-01-15", "b"), ("2017-12-01", "b"), ("2018-02-01", "c")],
)
def test_of_a_circle_the_merger_that_takes_effect_last_has_no_effect(
    back: str, holder: str
) -> None:
    """a into b on 1 January, b into c on 1 February, and c back into a: the last successor before
    the circle closes holds everything. On one day, b and c: the merger of c comes last.
    """
    succession = Succession.of({**STAGES, "c": ("a", day(back))})

    assert {holder} == {succession.heir(ref) for ref in ("a", "b", "c")}
    others = tuple(sorted({"a", "b", "c"} - {holder}))
    assert others == succession.lineage(holder)


def test_a_merger_without_effect_has_none_on_any_day() -> None:
    """Who came to hold something is not taken back when a later merger closes a circle."""
    succession = Succession.of({**STAGES, "c": ("a", day("2018-03-01"))})

    assert ["a", "b", "c", "c", "c"] == [
        succession.holder("a", day(on))
        for on in ("2017-12-31", "2018-01-01", "2018-02-01", "2018-03-01", "2099-01-01")
    ]
    assert "c" == succession.tenures("a", FIRST)[-1].body
    assert (Tenure("c", FIRST),) == succession.tenures("c", FIRST)


def test_a_body_merged_into_a_circle_is_held_by_the_one_that_holds_the_circle() -> None:
    circle = {"a": ("b", day("2018-01-01")), "b": ("a", day("2018-02-01"))}
    succession = Succession.of({**circle, "c": ("a", day("2018-03-01"))})

    assert "b" == succession.heir("c")
    assert ("a", "c") == succession.lineage("b")


@given(MERGERS, st.sampled_from(BODIES), st.sampled_from(DAYS))
def test_whatever_is_on_record_the_holder_is_as_if_each_merger_came_on_its_day(
    mergers: Mergers, ref: str, on: date
) -> None:
    """Looked up body by body, it is what all mergers in the order of their days lead to."""
    asked: list[str] = []

    def merged(body: str) -> Passage | None:
        asked.append(body)
        return mergers.get(body)

    assert holder_by_the_definition(mergers, ref, on) == Succession(merged).holder(ref, on)
    assert set(asked) <= set(BODIES)
    assert 2 * len(BODIES) >= len(asked)


@given(MERGERS, st.sampled_from(BODIES), st.sampled_from(DAYS), st.sampled_from(DAYS))
def test_holder_tenures_and_lineage_say_the_same(
    mergers: Mergers, ref: str, since: date, on: date
) -> None:
    """Whoever a page shows as the owner is who may act."""
    succession = Succession.of(mergers)
    on = max(since, on)
    tenures = succession.tenures(ref, since, until=on + timedelta(1))

    assert succession.holder(ref, on) == tenures[-1].body
    assert (ref, since) == (tenures[0].body, tenures[0].since)
    assert sorted(tenures, key=lambda one: one.since) == list(tenures)
    holder = succession.holder(ref, on)
    assert (ref == holder) == (ref not in succession.lineage(holder, on))
    assert {succession.holder(body, on) for body in succession.lineage(ref, on)} <= {ref}


@given(MERGERS, st.sampled_from(BODIES), st.sampled_from(DAYS))
def test_a_holder_is_held_by_nobody_else(mergers: Mergers, ref: str, on: date) -> None:
    succession = Succession.of(mergers)
    holder = succession.holder(ref, on)

    assert holder == succession.holder(holder, on)


@given(MERGERS, st.sampled_from(BODIES), st.sampled_from(DAYS), st.sampled_from(DAYS))
def test_mergers_to_come_change_nothing_before_their_day(
    mergers: Mergers, ref: str, on: date, until: date
) -> None:
    """A view that knows only what has taken effect says what one says that knows all."""
    earlier = {body: merger for body, merger in mergers.items() if merger[1] <= on}

    assert Succession.of(earlier).holder(ref, on) == Succession.of(mergers).holder(ref, on)
    in_time = {body: merger for body, merger in mergers.items() if merger[1] < until}
    assert Succession.of(in_time).tenures(ref, FIRST) == Succession.of(mergers).tenures(
        ref, FIRST, until
    )


# Split, and ended

SPLIT = Passage("c", FIRST, (("recommendation-x", "b"),), whole=False)
NOBODY = Passage(UNOWNED, FIRST, whole=False)


@pytest.mark.parametrize(("stream", "holder"), [("recommendation-x", "b"), ("", "c"), ("y", "c")])
def test_after_a_split_each_stream_is_held_by_the_body_it_was_given_to(
    stream: str, holder: str
) -> None:
    """From its day on; whatever was not given away is held by the body that has the rest."""
    succession = Succession.of({"a": SPLIT})

    assert holder == succession.holder("a", FIRST, stream) == succession.heir("a", stream)
    assert "a" == succession.holder("a", FIRST - timedelta(1), stream)
    before = Tenure("a", FIRST - timedelta(9))
    assert (before, Tenure(holder, FIRST)) == succession.tenures(
        "a", FIRST - timedelta(9), stream=stream
    )


def test_what_a_part_was_given_goes_on_with_its_merger() -> None:
    """a is split, b gets a stream, and b is merged into d two days later."""
    later = FIRST + timedelta(2)
    succession = Succession.of({"a": SPLIT, "b": ("d", later)})

    assert "b" == succession.holder("a", FIRST, "recommendation-x")
    assert "d" == succession.holder("a", later, "recommendation-x")
    assert "c" == succession.holder("a", later)


def test_what_a_body_held_that_ended_is_held_by_nobody() -> None:
    succession = Succession.of({"a": ("b", FIRST), "b": NOBODY})

    assert UNOWNED == succession.heir("a") == succession.heir("b")
    assert UNOWNED == succession.heir(UNOWNED)


def test_a_line_ends_with_a_split_or_an_end() -> None:
    """The days of a body that was split are its own, and those of what was merged into it."""
    succession = Succession.of({"a": ("b", FIRST), "b": SPLIT, "c": NOBODY})

    assert ("b", "b", "c") == tuple(map(succession.line, ("a", "b", "c")))
    assert ("a",) == succession.lineage("b")
    assert () == succession.lineage("c")
