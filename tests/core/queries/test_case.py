"""The case of a review: what belongs to it, and what of a shared stream is another case's."""

from collections.abc import Sequence
from typing import Any

import pytest

from lif_core.aggregates import audit as a
from lif_core.aggregates import lesson as l  # as the other aggregates
from lif_core.aggregates import review as v
from lif_core.decisions.corrections import EntryAmended, EntryVoided, Replacement
from lif_core.decisions.messages import Event
from lif_core.errors import NotEntitledError, RefusedError
from lif_core.queries.case import CaseHistory
from lif_core.queries.readership import Readership, Roles
from lif_core.testing.records import records_of
from lif_core.values.evidence import EvidenceLevel
from tests.improvement_events import audited, event, issued
from tests.logs import reader
from tests.people import CHAIR, EVERYTHING, QUALITY, day

HERE, THERE = "review-wscb/1", "review-wscb/2"
AUDIT = "audit-wscb/both"


def opened(review: str, **fields: Any) -> Event[Any]:
    return event(
        v.ReviewOpened, review=review, kind="single-agency-review", title=review, **fields
    )


def looked(recommendation: str, on: str = "2018-03-02", note: str = "Seen") -> Event[Any]:
    return event(
        a.ImprovementChecked,
        day(on),
        audit="wscb/both",
        recommendation=recommendation,
        check=f"check of {recommendation}",
        passed=True,
        note=note,
        level=EvidenceLevel.INDEPENDENT_AUDIT,
    )


def corrected(cls: Any, stream: str, entry: int, on: str = "2018-05-01", **more: Any) -> Any:
    return cls(by=QUALITY, on=day(on), stream=stream, entry=entry, reasons="Mistyped", **more)


TWO_CASES = (
    opened("wscb/1"),
    opened("wscb/2"),
    issued("wscb/r-1", source=HERE),
    issued("wscb/r-2", source=THERE),
    audited(
        "wscb/both", "neglect", looks_at=("recommendation-wscb/r-1", "recommendation-wscb/r-2")
    ),
)


def case(
    *events: Event[Any],
    valid: str = "2019-12-31",
    known: str | None = None,
    readership: Readership = EVERYTHING,
    stream: str = HERE,
) -> CaseHistory:
    records = records_of(events)
    return reader(records, readership).case(
        stream, valid=day(valid), known=day(known) if known else None
    )


def numbers(seen: CaseHistory, stream: str = AUDIT) -> Sequence[int]:
    return [
        entry.record.stream_position for entry in seen.entries if entry.record.stream == stream
    ]


def hidden(seen: CaseHistory) -> Sequence[tuple[str, int]]:
    return [(record.stream, record.stream_position) for record in seen.left_out]


def test_a_case_is_the_review_and_all_that_rests_on_it() -> None:
    seen = case(*TWO_CASES)

    assert (HERE, "recommendation-wscb/r-1", AUDIT) == seen.streams
    assert {AUDIT} == seen.shared
    assert {THERE, "recommendation-wscb/r-2"} == set(seen.others)


def test_a_review_that_arose_from_this_one_is_another_case() -> None:
    """And so is what rests on it, whichever of the two the case is of."""
    events = (TWO_CASES[0], opened("wscb/2", arising_from=(HERE,)), *TWO_CASES[2:4])

    assert (HERE, "recommendation-wscb/r-1") == case(*events).streams
    assert (THERE, "recommendation-wscb/r-2") == case(*events, stream=THERE).streams


def test_of_a_shared_stream_what_names_the_other_case_alone_is_left_out() -> None:
    """The first entry stays: without it, nobody knows what the stream is."""
    seen = case(*TWO_CASES, looked("wscb/r-1"), looked("wscb/r-2"))

    assert [1, 2] == numbers(seen)
    assert [(AUDIT, 3)] == hidden(seen)


def test_what_corrects_an_entry_that_is_left_out_is_left_out_with_it() -> None:
    void = corrected(EntryVoided, AUDIT, 3)
    seen = case(*TWO_CASES, looked("wscb/r-1"), looked("wscb/r-2"), void)

    assert [1, 2] == numbers(seen)
    assert [(AUDIT, 3), (AUDIT, 4)] == hidden(seen)


def test_an_entry_that_named_the_other_case_by_mistake_stays_with_its_amendment() -> None:
    amended = corrected(EntryAmended, AUDIT, 2, replacement=Replacement(looked("wscb/r-1")))
    seen = case(*TWO_CASES, looked("wscb/r-2"), amended)
    (entry,) = (each for each in seen.entries if each.record.position == 6)

    assert [1, 2, 3] == numbers(seen)
    assert (3,) == entry.corrections
    assert looked("wscb/r-1") == entry.amended


def test_a_link_that_is_void_joins_nothing() -> None:
    seen = case(*TWO_CASES, corrected(EntryVoided, "recommendation-wscb/r-1", 1))

    assert (HERE,) == seen.streams


def test_the_walk_goes_through_no_lesson() -> None:
    """A lesson joins cases: what answers it may be another case's."""
    lesson: dict[str, Any] = {"by": CHAIR, "lesson": "wscb/l-1"}
    seen = case(
        *TWO_CASES,
        l.LessonDrawn(on=day("2018-02-01"), sentence="Ask", **lesson),
        l.LessonLinked(on=day("2018-02-02"), review="wscb/1", finding="f-1", **lesson),
        l.LessonLinked(on=day("2018-02-03"), answer="recommendation-wscb/r-2", **lesson),
    )

    assert "lesson-wscb/l-1" in seen.streams
    assert "recommendation-wscb/r-2" not in seen.streams
    assert [("lesson-wscb/l-1", 3)] == hidden(seen)


def test_a_link_of_a_lesson_that_the_reader_may_not_know_of_leads_nowhere() -> None:
    lesson: dict[str, Any] = {"by": CHAIR, "lesson": "wscb/l-1"}
    events = (
        *TWO_CASES,
        l.LessonDrawn(on=day("2018-02-01"), sentence="Ask", **lesson),
        l.LessonLinked(on=day("2018-02-02"), review="wscb/1", finding="f-1", **lesson),
    )

    assert "lesson-wscb/l-1" in case(*events).streams
    assert "lesson-wscb/l-1" not in case(*events, readership=Roles(())).streams


@pytest.mark.parametrize(
    ("valid", "known", "expected"),
    [
        ("2018-03-01", None, [1]),
        ("2018-03-02", None, [1, 2]),
        ("2019-12-31", "2018-01-06", [1]),
    ],
)
def test_a_case_is_as_of_both_times(valid: str, known: str | None, expected: list[int]) -> None:
    """Each entry is recorded a day after the one before it, from 2 January 2018."""
    assert expected == numbers(case(*TWO_CASES, looked("wscb/r-1"), valid=valid, known=known))


@pytest.mark.parametrize(("valid", "known"), [("2017-12-31", None), ("2019-12-31", "2017-12-31")])
def test_a_review_that_had_not_begun_is_unknown(valid: str, known: str | None) -> None:
    with pytest.raises(RefusedError, match=r"stream\.unknown"):
        case(*TWO_CASES, valid=valid, known=known)


def test_a_correction_is_shown_with_the_entry_whatever_day_it_is_of() -> None:
    void = corrected(EntryVoided, AUDIT, 2, on="2019-06-01")
    seen = case(*TWO_CASES, looked("wscb/r-1"), void, valid="2018-12-31")

    assert [1, 2, 3] == numbers(seen)
    assert ["voided by entry 3"] == [each.why for each in seen.entries if each.why]


@pytest.mark.parametrize("stream", ["review-wscb/3", "recommendation-wscb/r-1"])
def test_a_case_is_of_a_review_on_record(stream: str) -> None:
    with pytest.raises(RefusedError, match=r"stream\.unknown"):
        case(*TWO_CASES, stream=stream)


def test_a_childs_death_is_shown_to_those_alone_to_whom_its_view_is() -> None:
    death = event(
        v.DeathNotified,
        review="wscb/d-1",
        kind="child-death-review",
        subject="Child L",
        died=day("2018-01-01"),
        area="wscb",
        expected=True,
    )

    assert 1 == len(case(death, stream="review-wscb/d-1").entries)
    with pytest.raises(NotEntitledError, match="child-death-panel"):
        case(death, stream="review-wscb/d-1", readership=Roles(()))
