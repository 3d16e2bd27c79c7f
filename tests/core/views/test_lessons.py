"""What was learnt, each time it was told again, and whether what was done about it lasted."""

from collections import deque
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from lif_core.aggregates import dissemination as d
from lif_core.aggregates import indicator as i
from lif_core.aggregates import lesson as l  # as the other aggregates
from lif_core.aggregates import recommendation as r
from lif_core.aggregates import review as v
from lif_core.aggregates.body import MeetingRecorded
from lif_core.decisions.corrections import EntryAmended, EntryVoided, Replacement
from lif_core.decisions.messages import Event, evolved
from lif_core.decisions.record import Record
from lif_core.errors import NotEntitledError
from lif_core.projection.as_of import AsOf
from lif_core.projection.fold import fold
from lif_core.queries.reader import Reader
from lif_core.queries.readership import Roles
from lif_core.queries.replay import Step
from lif_core.values.authority import Deliberation
from lif_core.views import PROJECTIONS
from lif_core.views.corrections import corrections
from lif_core.views.death_panel import death_panel
from lif_core.views.decisions import decisions
from lif_core.views.lessons import LessonAnswerRow, Lessons, lessons, shown_to
from lif_core.views.provenance import provenance
from tests.audits import shown
from tests.improvement_events import checked, embedded, event, issued
from tests.improvement_histories import as_of, recorded
from tests.logs import reader
from tests.people import CHAIR, day

LESSON = "wscb/lesson-1"
ANSWER = "recommendation-wscb/r-1"
EMBEDDED = day("2018-04-01")


def on(cls: Any, when: str, **fields: Any) -> Event[Any]:
    return event(cls, day(when), by=CHAIR, **fields)


def found(
    when: str, review: str = "wscb/2", finding: str = "f-1", began: str | None = None
) -> Event[Any]:
    return on(
        v.FindingRecorded,
        when,
        review=review,
        finding=finding,
        factor=v.Factor.SYSTEM,
        what="Nobody asked",
        why="The form does not",
        began=day(began) if began else None,
    )


def told(when: str, review: str = "wscb/2", finding: str = "f-1", **fields: Any) -> Event[Any]:
    return on(l.LessonLinked, when, lesson=LESSON, review=review, finding=finding, **fields)


def answered(answer: str = ANSWER, when: str = "2018-01-02") -> Event[Any]:
    return on(l.LessonLinked, when, lesson=LESSON, answer=answer)


def opened(review: str, when: str = "2017-01-01", **fields: Any) -> Event[Any]:
    return on(v.ReviewOpened, when, review=review, kind="single-agency-review", title="A case")


DRAWN = on(l.LessonDrawn, "2018-01-02", lesson=LESSON, sentence="Ask who lives there")
IMPLEMENTED = on(
    r.RecommendationImplemented, "2018-03-01", recommendation="wscb/r-1", evidence="Done"
)
BEGINNING = (
    opened("wscb/1"),
    found("2018-01-01", "wscb/1"),
    DRAWN,
    told("2018-01-02", "wscb/1"),
    issued(),
    answered(),
    IMPLEMENTED,
    embedded(EMBEDDED),
)


def view(*events: Event[Any], valid: str = "2019-12-31") -> Lessons:
    return fold(lessons, recorded(shown(events)), as_of(day(valid)))


def answer(*events: Event[Any], valid: str = "2019-12-31") -> LessonAnswerRow:
    (row,) = view(*BEGINNING, *events, valid=valid).answers
    return row


# When it was learnt, and told again


def test_a_lesson_was_first_learnt_when_a_finding_told_it() -> None:
    """Which may be before it was drawn; each finding that tells it again is one more time."""
    seen = view(*BEGINNING, found("2019-02-01"), told("2019-02-02"))
    (lesson,) = seen.lessons

    assert ("Ask who lives there", "wscb") == (lesson.sentence, lesson.board)
    assert (day("2018-01-01"), 2, day("2019-02-01")) == (lesson.first, lesson.told, lesson.last)
    assert [(1, "wscb/1"), (2, "wscb/2")] == [(row.number, row.review) for row in seen.tellings]
    assert "A case" == seen.tellings[0].title


def test_each_telling_says_what_was_done_since_the_one_before_and_what_stood_by_then() -> None:
    """A change put in place in between and learning passed on; the change that stood."""
    spread = on(
        d.Disseminated,
        "2018-05-01",
        dissemination="wscb/d-1",
        channel="newsletter",
        title="Ask",
        learning_from=(f"lesson-{LESSON}",),
        audiences=("practitioners",),
    )
    reached = on(
        d.ReachRecorded,
        "2018-06-01",
        dissemination="wscb/d-1",
        audience="practitioners",
        reached=40,
    )
    passed_on = (spread, reached, answered("dissemination-wscb/d-1", "2018-05-02"))
    seen = view(*BEGINNING, *passed_on, found("2019-02-01"), told("2019-02-02"))
    first, again = seen.tellings

    assert ((), ()) == (first.done, first.stood)
    assert {ANSWER, "dissemination-wscb/d-1"} == set(again.done)
    assert (ANSWER,) == again.stood
    assert (2, 1, 40) == (seen.lessons[0].answers, seen.lessons[0].stand, seen.lessons[0].reached)


def test_what_was_found_gone_does_not_stand_any_more() -> None:
    gone = checked(day("2018-12-01"), passed=False)
    seen = view(*BEGINNING, gone, found("2019-02-01"), told("2019-02-02"))

    assert () == seen.tellings[1].stood
    assert 0 == seen.lessons[0].stand


def test_an_indicator_answers_a_lesson_and_is_never_done() -> None:
    defined = on(
        i.IndicatorDefined,
        "2018-01-02",
        indicator="wscb/i-1",
        name="Late",
        unit="days",
        higher_is_better=False,
        kind=i.IndicatorKind.MEASUREMENT,
    )
    rows = view(*BEGINNING, defined, answered("indicator-wscb/i-1")).answers
    row = next(row for row in rows if row.answer == "indicator-wscb/i-1")

    assert ("Late", None, None, 0) == (row.title, row.done, row.days, row.looked_at)


# Recurrence


def test_a_recurrence_is_counted_from_embedded_to_the_day_it_began() -> None:
    """Found later, of what began while the change stood: 1 April to 10 July is 100 days."""
    row = answer(found("2019-02-01", began="2018-07-10"), told("2019-02-02"))

    assert (1, 0, 100) == (row.recurred, row.unknown, row.days)


def test_without_a_recurrence_the_time_runs_to_today() -> None:
    """And it is no sign of lasting where nobody looked."""
    row = answer(valid="2018-04-11")

    assert (0, 0, 10, 0) == (row.recurred, row.unknown, row.days, row.looked_at)


def test_what_began_before_the_change_is_no_recurrence() -> None:
    """It was found after it, and says nothing of it."""
    for began in ("2018-03-31", "2018-04-01"):
        row = answer(found("2019-02-01", began=began), told("2019-02-02"), valid="2019-12-31")

        assert (0, 0, 639) == (row.recurred, row.unknown, row.days)


def test_a_finding_that_does_not_say_when_it_began_is_listed_and_not_counted() -> None:
    events = (found("2019-02-01"), told("2019-02-02"))
    row = answer(*events)
    (listed,) = view(*BEGINNING, *events).recurrences

    assert (0, 1, 639) == (row.recurred, row.unknown, row.days)
    assert ("wscb/2", None, None) == (listed.review, listed.began, listed.days)


def test_after_a_relapse_nothing_recurs_of_it() -> None:
    """Found gone on 1 December: what begins afterwards is no recurrence of what stood."""
    gone = checked(day("2018-12-01"), passed=False)
    row = answer(gone, found("2019-02-01", began="2019-01-01"), told("2019-02-02"))

    assert (0, 0, 244) == (row.recurred, row.unknown, row.days)
    assert day("2018-12-01") == row.ended


def test_beside_it_stands_how_many_later_findings_were_looked_at() -> None:
    """Linked or compared; one that nobody looked at is not among them, nor an earlier one."""
    compared = on(l.FindingCompared, "2019-03-02", lesson=LESSON, review="wscb/3", finding="f-1")
    row = answer(
        found("2019-02-01"),
        told("2019-02-02"),
        found("2019-03-01", "wscb/3"),
        compared,
        found("2019-03-01", "wscb/4"),
    )

    assert 2 == row.looked_at


def test_what_was_compared_and_then_linked_is_looked_at_once() -> None:
    compared = on(l.FindingCompared, "2019-02-01", lesson=LESSON, review="wscb/2", finding="f-1")
    seen = view(*BEGINNING, found("2019-02-01"), compared, told("2019-02-02"))

    assert 1 == seen.answers[0].looked_at
    assert [("wscb/1", True), ("wscb/2", True)] == [(c.review, c.linked) for c in seen.compared]


# Links that stand


def test_an_offer_is_no_link_until_it_is_accepted() -> None:
    offer = told("2019-02-02", offered="wsab")
    accepted = on(l.LinkAccepted, "2019-03-01", lesson=LESSON, review="wscb/2", finding="f-1")
    waiting = view(*BEGINNING, found("2019-02-01"), offer)
    stands = view(*BEGINNING, found("2019-02-01"), offer, accepted)

    assert (1, 1) == (waiting.lessons[0].told, len(waiting.offers))
    assert "wsab" == waiting.offers[0].offered
    assert (2, 0) == (stands.lessons[0].told, len(stands.offers))


def test_what_was_unlinked_counts_no_more() -> None:
    gone = on(
        l.LessonUnlinked, "2019-03-01", lesson=LESSON, review="wscb/2", finding="f-1", reasons="No"
    )
    events = (*BEGINNING, found("2019-02-01"), told("2019-02-02"), gone)

    assert 2 == view(*events, valid="2019-02-28").lessons[0].told
    assert 1 == view(*events).lessons[0].told


def test_the_chain_goes_through_a_lesson() -> None:
    """From a recommendation to every finding that tells what it answers; not through an offer."""

    def before(*events: Event[Any]) -> tuple[str, ...]:
        seen = fold(provenance, recorded([*BEGINNING, *events]), as_of(day("2019-12-31")))
        return seen.before(ANSWER)

    later = found("2019-02-01")
    link = told("2019-02-02")
    accepted = on(l.LinkAccepted, "2019-03-01", lesson=LESSON, review="wscb/2", finding="f-1")
    gone = on(
        l.LessonUnlinked, "2019-03-01", lesson=LESSON, review="wscb/2", finding="f-1", reasons="No"
    )
    compared = on(l.FindingCompared, "2019-03-02", lesson=LESSON, review="wscb/2", finding="f-1")
    offer = told("2019-02-02", offered="wsab")

    assert {"review-wscb/1", f"lesson-{LESSON}"} <= set(before())
    assert "review-wscb/2" in before(later, link)
    for unlinked in ((link, gone), (offer,), (offer, gone), (compared,)):
        assert "review-wscb/2" not in before(later, *unlinked)
    assert "review-wscb/2" in before(later, offer, accepted)


# Who may read it

LATER = (found("2019-02-01", began="2018-07-10"), told("2019-02-02"))
PUBLISHED = on(l.LessonPublished, "2019-06-01", lesson=LESSON, place="page")


def reading_as(*roles: str) -> Reader:
    return reader(
        recorded(shown([*BEGINNING, *LATER])), readership=Roles((*roles, "personal texts"))
    )


def reading(*streams: str) -> Callable[[str], bool]:
    return {f"lesson-{LESSON}", *streams}.__contains__


def counts(seen: Lessons) -> tuple[object, ...]:
    (lesson,) = seen.lessons
    (row,) = seen.answers
    return (lesson.told, row.recurred, row.days, row.looked_at, len(seen.recurrences))


def test_a_reader_who_is_entitled_to_all_sees_all() -> None:
    seen = view(*BEGINNING, *LATER)

    assert seen == shown_to(seen, lambda _: True)


def test_a_link_is_shown_with_both_of_its_ends_or_not_at_all() -> None:
    """Neither in rows nor in counts: all is as if nobody had linked it."""
    seen = view(*BEGINNING, *LATER)
    without = view(*BEGINNING, found("2019-02-01", began="2018-07-10"))
    shown_rows = shown_to(seen, reading("review-wscb/1", ANSWER))

    assert (2, 1, 100, 1, 1) == counts(seen)
    assert (1, 0, 639, 0, 0) == counts(shown_rows)
    assert shown_to(without, reading("review-wscb/1", ANSWER)) == shown_rows


def test_a_reader_without_the_lesson_sees_nothing_of_it() -> None:
    seen = shown_to(view(*BEGINNING, *LATER), lambda stream: not stream.startswith("lesson-"))

    assert [[]] * 6 == [
        list(table)
        for table in (
            seen.lessons,
            seen.tellings,
            seen.answers,
            seen.recurrences,
            seen.compared,
            seen.offers,
        )
    ]


def test_where_both_ends_are_public_anybody_sees_a_link() -> None:
    """The lesson and the review are published, and the review is not taken down again."""
    report = (
        on(v.ReportAccepted, "2019-03-01", review="wscb/1", response="We accept it."),
        on(v.ReportPublished, "2019-04-01", review="wscb/1", place="page"),
    )
    public = view(*BEGINNING, *LATER, *report, PUBLISHED)
    nobody = shown_to(public, lambda _: False)

    assert [(1, 1)] == [(row.told, row.answers) for row in nobody.lessons]
    assert ["wscb/1"] == [row.review for row in nobody.tellings]
    taken_down = on(v.ReportTakenDown, "2019-07-01", review="wscb/1", reasons="A year is over")
    gone = shown_to(view(*BEGINNING, *LATER, *report, PUBLISHED, taken_down), lambda _: False)
    assert [(0, 0)] == [(row.told, row.answers) for row in gone.lessons]


@given(st.sets(st.sampled_from([f"lesson-{LESSON}", "review-wscb/1", "review-wscb/2", ANSWER])))
def test_what_a_reader_sees_is_what_a_store_without_the_hidden_links_shows(may: set[str]) -> None:
    """Whatever they are entitled to: the other links leave no trace in any row or count."""
    links = {
        "review-wscb/1": told("2018-01-02", "wscb/1"),
        "review-wscb/2": told("2019-02-02"),
        ANSWER: answered(),
    }
    others = [e for e in (*BEGINNING, *LATER) if e not in links.values()]
    seen = view(*others, *links.values())
    if f"lesson-{LESSON}" not in may:
        kept: list[Event[Any]] = [e for e in others if not isinstance(e, l.LessonDrawn)]
    else:
        kept = [*others, *(link for stream, link in links.items() if stream in may)]

    assert view(*kept) == shown_to(seen, may.__contains__)


def test_a_reader_is_shown_the_streams_of_their_boards() -> None:
    """By default what is public, which here is nothing; with a role, what is of that board."""
    mine, theirs = reading_as("wscb"), reading_as("wsab")
    seen = view(*BEGINNING, *LATER)

    assert [[], []] == [list(reader.view(lessons).lessons) for reader in (reading_as(), theirs)]
    assert list(seen.lessons) == list(mine.view(lessons).lessons)
    assert list(seen.tellings) == list(reading_as("every stream").view(lessons).tellings)


def test_no_way_of_looking_shows_more() -> None:
    """At a position, stepped through, or under other packs; a difference names its causes, too."""
    nobody, everybody = reading_as(), reading_as("every stream")
    at = AsOf(valid=day("2019-12-31"))

    for step in Step:
        look: dict[str, Any] = {"by": step, "view": lessons}
        if step is not Step.EFFECTIVE:
            look["valid"] = at.valid
        assert not any(moment.changes for moment in nobody.replay(**look))
        assert any(moment.changes for moment in everybody.replay(**look))
    assert [] == list(nobody.view_at(lessons, at).lessons)
    assert [] == list(nobody.under(nobody.frameworks).view(lessons).lessons)
    with pytest.raises(NotEntitledError, match="in the role every stream"):
        nobody.diff(lessons, AsOf(valid=day("2018-01-01")), at)
    with pytest.raises(NotEntitledError):
        reading_as("wscb").diff(lessons, AsOf(valid=day("2018-01-01")), at)

    assert everybody.diff(lessons, AsOf(valid=day("2018-01-01")), at).changes


def test_what_is_in_contradiction_tells_and_answers_nothing() -> None:
    """It is listed, to a reader who may know of it; the lesson does without it."""
    moved = Replacement(embedded(day("2018-02-01")))  # before it was put in place
    entry = 1 + [issued(), IMPLEMENTED, embedded(EMBEDDED)].index(embedded(EMBEDDED))
    fields: dict[str, Any] = {"stream": ANSWER, "entry": entry, "reasons": "The day"}
    seen = view(*BEGINNING, on(EntryAmended, "2019-01-01", replacement=moved, **fields))
    (lesson,) = seen.lessons

    assert [ANSWER] == [row.stream for row in seen.inconsistent]
    assert (1, 0) == (lesson.told, lesson.stand)
    assert [ANSWER] == [row.stream for row in shown_to(seen, reading(ANSWER)).inconsistent]
    assert [] == list(shown_to(seen, reading()).inconsistent)


# Following the chain


def chain_for(*roles: str, of: str = "review-wscb/2") -> tuple[set[str], list[str], list[int]]:
    """The streams of a chain, its links of lessons, and the numbers of the lesson's entries."""
    trail = reading_as(*roles).why(of)
    entries = (*trail.entries, *trail.rests_on, *trail.rested_on_by)
    numbers = [entry.stream_position for entry in entries if entry.stream == f"lesson-{LESSON}"]
    links = [link.event for link in trail.links if link.stream == f"lesson-{LESSON}"]
    return {entry.stream for entry in entries}, links, numbers


def test_a_chain_leads_through_the_links_that_a_reader_may_know_of() -> None:
    """Whoever is of the board goes on to the lesson; to others nothing tells that it is there."""
    everything = {"review-wscb/1", "review-wscb/2", f"lesson-{LESSON}", ANSWER}

    for role in ("wscb", "every stream"):
        streams, links, numbers = chain_for(role)
        assert {f"lesson-{LESSON}", ANSWER} <= streams
        assert (["LessonLinked"] * len(links), [1, 2, 3, 4]) == (links, numbers)
        assert links
    for roles in ((), ("wsab",)):
        assert ({"review-wscb/2"}, [], []) == chain_for(*roles)
        streams, links, numbers = chain_for(*roles, of=f"lesson-{LESSON}")
        assert (set(), [], [1]) == (streams & everything - {f"lesson-{LESSON}"}, links, numbers)


def test_a_published_link_is_followed_by_anybody_and_the_others_leave_no_gap() -> None:
    """An amendment of a hidden link is hidden too, and what voids another counts as before."""
    report = (
        on(v.ReportAccepted, "2019-03-01", review="wscb/1", response="We accept it."),
        on(v.ReportPublished, "2019-04-01", review="wscb/1", place="page"),
    )
    stream = f"lesson-{LESSON}"
    slip: dict[str, Any] = {"stream": stream, "entry": 4, "reasons": "A slip"}
    moved = evolved(told("2019-02-02"), on=day("2019-02-03"))
    history = [
        *BEGINNING,
        *LATER,
        *report,
        PUBLISHED,
        on(EntryAmended, "2019-06-02", **slip, replacement=Replacement(moved)),
        on(EntryVoided, "2019-06-03", stream=stream, entry=5, reasons="Not yet"),
        on(l.LessonPublished, "2019-06-04", lesson=LESSON, place="page"),
    ]
    trail = reader(recorded(shown(history)), readership=Roles(("personal texts",))).why(stream)

    assert [
        (1, "LessonDrawn"),
        (2, "LessonLinked"),
        (3, "LessonLinked"),
        (4, "LessonPublished"),
        (5, "EntryVoided"),
        (6, "LessonPublished"),
    ] == [(entry.stream_position, type(entry.event).__name__) for entry in trail.entries]
    (voided,) = [e.event for e in trail.entries if isinstance(e.event, EntryVoided)]
    assert 4 == voided.entry
    others = {entry.stream for entry in (*trail.rests_on, *trail.rested_on_by)}
    assert {"review-wscb/1", ANSWER} <= others
    assert "review-wscb/2" not in others


def test_what_was_known_of_a_decision_leads_through_no_hidden_link() -> None:
    """Nor does the chain as a view."""
    records = recorded(shown([*BEGINNING, *LATER]))
    position = max(entry.position for entry in records if entry.stream == ANSWER)

    for roles, known in (((), False), (("wsab",), False), (("wscb",), True)):
        mine = reader(records, readership=Roles((*roles, "personal texts")))
        chain = mine.known_when(position)
        assert known == (f"lesson-{LESSON}" in chain.streams)
        assert known == any(e.stream == f"lesson-{LESSON}" for e in chain.on_record)
        chained = mine.view(provenance, valid=day("2019-12-31"))
        assert known == any(link.stream == f"lesson-{LESSON}" for link in chained.links)
        assert f"lesson-{LESSON}" not in {row.stream for row in chained.streams}


# Entries that other views list

AT = Deliberation(meeting="m-1", reasons="R")
MET = on(
    MeetingRecorded, "2018-01-01", body=CHAIR.body, meeting="m-1", required=(), present=(),
    quorate=False,
)  # fmt: skip
STRANGE = opened("wsab/9"), found("2018-06-01", "wsab/9")


def decided(event: Event[Any]) -> Event[Any]:
    """Return the event as it was decided at a meeting that was not quorate."""
    return evolved(event, by=replace(event.by, deliberation=AT))


def corrected(entry: int, on_day: str, other: Event[Any] | None = None) -> Event[Any]:
    """Return what voids an entry of the lesson, or says something *other* in its place."""
    said: dict[str, Any] = {"stream": f"lesson-{LESSON}", "entry": entry, "reasons": "A slip"}
    if other is None:
        return decided(on(EntryVoided, on_day, **said))
    return decided(on(EntryAmended, on_day, replacement=Replacement(other), **said))


def store(*, linked: bool) -> tuple[Record, ...]:
    """Return a store where the lesson is *linked* to another board's review and that corrected,
    or one where nobody ever did so; what is linked and corrected beside that is the same.
    """
    offered = told("2018-07-01", "wsab/9", offered="wsab")
    strange = (
        *(decided(offered), corrected(4, "2018-07-02", evolved(offered, on=day("2018-07-03")))),
        decided(on(l.LinkAccepted, "2018-07-04", lesson=LESSON, review="wsab/9", finding="f-1")),
        *(corrected(6, "2018-07-05"), corrected(7, "2018-07-06")),
        decided(
            on(
                l.LessonUnlinked, "2018-07-07", lesson=LESSON, review="wsab/9", finding="f-1",
                reasons="No",
            )
        ),
        decided(
            on(l.FindingCompared, "2018-07-08", lesson=LESSON, review="wsab/9", finding="f-1")
        ),
    )  # fmt: skip
    hidden = len(strange) if linked else 0
    return recorded(
        shown(
            (
                *(MET, *BEGINNING, *STRANGE, *(strange if linked else ())),
                *(LATER[0], decided(LATER[1]), corrected(4 + hidden, "2019-02-03")),
                decided(evolved(LATER[1], on=day("2019-02-04"))),
            )
        )
    )


@cache
def of_board(*, linked: bool) -> Reader:
    """Return what somebody of the board reads of that store."""
    return reader(store(linked=linked), Roles({"wscb", death_panel.readers, "personal texts"}))


@pytest.mark.parametrize("name", list(PROJECTIONS))
def test_no_view_tells_of_a_link_that_a_reader_may_not_know_of(name: str) -> None:
    """Neither in rows, nor in counts, nor in the numbers of the entries around it."""
    valid, projection = day("2019-12-31"), PROJECTIONS[name]
    hiding, without = of_board(linked=True), of_board(linked=False)

    assert without.view(projection, valid=valid) == hiding.view(projection, valid=valid)
    at = AsOf(valid=valid)
    assert without.view_at(projection, at) == hiding.view_at(projection, at)
    (last,), (expected,) = (
        deque(each.replay(valid=valid, view=projection), maxlen=1) for each in (hiding, without)
    )
    assert expected.view == last.view


@pytest.mark.parametrize("projection", [corrections, decisions], ids=["corrections", "decisions"])
def test_whoever_may_know_of_it_sees_its_corrections_and_how_it_was_decided(
    projection: Any,
) -> None:
    valid, records = day("2019-12-31"), store(linked=True)
    everybody, mine = (
        reader(records, Roles({*roles, "personal texts"}))
        for roles in ({"every stream"}, {"wscb"})
    )
    both = reader(records, Roles({"wscb", "wsab", "personal texts"}))

    assert everybody.view(projection, valid=valid) == both.view(projection, valid=valid)
    assert everybody.view(projection, valid=valid) != mine.view(projection, valid=valid)
    with pytest.raises(NotEntitledError):
        mine.diff(projection, AsOf(valid=day("2018-01-01")), AsOf(valid=valid))


def test_the_links_of_a_chain_leave_no_gap_in_the_numbers() -> None:
    """Not in its entries, nor in what names them."""
    hiding, without = of_board(linked=True), of_board(linked=False)

    for stream in (f"lesson-{LESSON}", "review-wscb/1", "review-wsab/9"):
        assert without.why(stream).links == hiding.why(stream).links


def test_a_contradiction_is_listed_by_the_numbers_that_a_reader_knows() -> None:
    """An acceptance, by an amendment of before its offer; nothing of one that is hidden."""
    offered = told("2018-07-01", "wscb/2", offered="wscb")
    accepted = on(l.LinkAccepted, "2018-07-02", lesson=LESSON, review="wscb/2", finding="f-1")
    moved = evolved(accepted, on=day("2018-06-30"))

    def listed(review: str, *before: Event[Any]) -> list[tuple[int, ...]]:
        events = [evolved(each, review=review) for each in (offered, accepted, moved)]
        amended = corrected(5 + len(before), "2018-07-03", events[2])
        told_of = [*BEGINNING, *STRANGE, found("2018-06-01"), *before, *events[:2], amended]
        views = reader(recorded(shown(told_of)), Roles({"wscb", "personal texts"}))
        at: dict[str, Any] = {"valid": day("2019-12-31")}
        seen = views.view(lessons, **at), views.view(corrections, **at)
        rows = [row for view in seen for row in view.inconsistent]
        return [row.entries for row in rows if row.stream == f"lesson-{LESSON}"]

    assert [(4, 5)] * 2 == listed("wscb/2")
    assert [(4, 5)] * 2 == listed("wscb/2", told("2018-06-20", "wsab/9", offered="wsab"))
    assert [] == listed("wsab/9")
