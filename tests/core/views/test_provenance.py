"""What rests on what: by example, and against a naive recount of any history."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lif_core.aggregates import DECIDERS
from lif_core.aggregates import recommendation as r
from lif_core.aggregates.audit import PlanAudit
from lif_core.aggregates.body import MergeBody
from lif_core.aggregates.indicator import DefineIndicator, IndicatorKind
from lif_core.aggregates.lesson import FindingCompared, LessonLinked, LessonUnlinked
from lif_core.aggregates.review import AddressFinding, Factor, OpenReview, RecordFinding
from lif_core.aggregates.training_course import ProvideCourse
from lif_core.commands.application import Application
from lif_core.decisions.corrections import (
    CORRECTED,
    AmendEntry,
    EntryAmended,
    EntryVoided,
    Replacement,
    VoidEntry,
    is_correction,
)
from lif_core.decisions.decider import Decider, Setting
from lif_core.decisions.messages import Command, Event
from lif_core.decisions.record import Record
from lif_core.errors import RefusedError
from lif_core.framework import load
from lif_core.log.mapper import LifMapper
from lif_core.log.memory import MemoryRecorder
from lif_core.log.registry import Registry
from lif_core.projection.as_of import AsOf
from lif_core.projection.fold import fold
from lif_core.testing.strategies import World, events, of_class
from lif_core.values.authority import Authority
from lif_core.values.fields import Names, RecommendationRef, message
from lif_core.views.provenance import Provenance, Trail, linking, provenance, provenance_of
from tests.naive_view import standing_of
from tests.people import CHAIR, EVERYTHING, QUALITY, TEXTS, TRAINING, day

REVIEW, REC, NEXT = "review-wscb/1", "recommendation-wscb/r-1", "recommendation-wscb/r-2"
COURSE, AUDIT, REPEAT = "training_course-wsb/c-1", "audit-wscb/a-1", "audit-wscb/a-2"
FIGURE = "indicator-wscb/i-1"
END = day("2019-12-31")


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = datetime(2019, 1, 2, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


# A chain: from case to finding to recommendation to training to audit to outcome


def issue(ref: str = "wscb/r-1", **changes: Any) -> r.IssueRecommendation:
    fields: dict[str, Any] = {
        "by": CHAIR,
        "on": day("2018-01-25"),
        "recommendation": ref,
        "source": REVIEW,
        "text": "Train supervisors",
        "addressed": ("wscb",),
        "findings": ("f-1", "f-2"),
    }
    return r.IssueRecommendation(**{**fields, **changes})


def check(
    name: str = "c-1", *, on: str = "2018-11-20", audit: str | None = "wscb/a-2"
) -> r.CheckRecommendation:
    return r.CheckRecommendation(
        by=QUALITY,
        on=day(on),
        recommendation="wscb/r-1",
        check=name,
        passed=True,
        note="In place",
        rests_on=(f"audit-{audit}",) if audit else (),
    )


def plan_audit(ref: str, follows: str | None = None) -> PlanAudit:
    return PlanAudit(
        by=QUALITY,
        on=day("2018-10-01"),
        audit=ref,
        kind="maca",
        theme="neglect",
        basis="A rise",
        scale="ofsted",
        follows=follows,
    )


def void(entry: int, stream: str = REC) -> VoidEntry:
    return VoidEntry(
        by=CHAIR, on=day("2018-12-01"), stream=stream, entry=entry, reasons="Another was meant"
    )


def finding(name: str) -> RecordFinding:
    return RecordFinding(
        by=CHAIR,
        on=day("2018-01-20"),
        review="wscb/1",
        finding=name,
        factor=Factor.SYSTEM,
        what="No one asked",
        why="No one had to",
    )


CASE = (
    OpenReview(
        by=CHAIR,
        on=day("2018-01-10"),
        review="wscb/1",
        kind="single-agency-review",
        title="A case",
    ),
    finding("f-1"),
    finding("f-2"),
    issue(),
    AddressFinding(
        by=CHAIR,
        on=day("2018-01-26"),
        review="wscb/1",
        finding="f-1",
        recommendation="wscb/r-1",
    ),
)
ACTION = (
    r.AcceptRecommendation(by=CHAIR, on=day("2018-01-25"), recommendation="wscb/r-1"),
    r.PlanRecommendation(
        by=CHAIR,
        on=day("2018-01-26"),
        recommendation="wscb/r-1",
        owner="wscb/qac",
        due=day("2018-06-30"),
        action="A course",
    ),
    ProvideCourse(
        by=TRAINING,
        on=day("2018-03-01"),
        course="wsb/c-1",
        title="Supervision",
        arising_from=(REC,),
    ),
    r.ImplementRecommendation(
        by=QUALITY, on=day("2018-06-20"), recommendation="wscb/r-1", evidence="The course was held"
    ),
)
OUTCOME = (
    plan_audit("wscb/a-1"),
    plan_audit("wscb/a-2", follows="wscb/a-1"),
    check(),
    DefineIndicator(
        by=QUALITY,
        on=day("2018-07-01"),
        indicator="wscb/i-1",
        name="Referrals",
        kind=IndicatorKind.MEASUREMENT,
        unit="a month",
        higher_is_better=False,
        speaks_to=("wscb/r-1",),
    ),
)
CHAIN: tuple[Command, ...] = (*CASE, *ACTION, *OUTCOME)


def store(*commands: Command, clock: Clock | None = None) -> Application:
    app = Application(MemoryRecorder(), clock=clock or Clock(), readership=TEXTS)
    app.handle_all(commands)
    return app


@pytest.fixture
def app() -> Application:
    return store(*CHAIN)


def seen(app: Application, known: date | datetime | None = None) -> Provenance:
    return app.view(provenance, valid=END, known=known)


def streams(records: Iterable[Record]) -> set[str]:
    return {record.stream for record in records}


def test_the_streams_that_a_stream_rests_on_come_nearest_first(app: Application) -> None:
    """The repeated audit follows the first and checks the recommendation; the case is farthest."""
    view = seen(app)

    assert (AUDIT, REC, REVIEW) == view.before(REPEAT)
    assert (REC, REVIEW) == view.before(COURSE)
    assert () == view.before(REVIEW)


def test_the_streams_that_rest_on_a_stream_come_nearest_first(app: Application) -> None:
    """From the case to what was done, measured and checked."""
    view = seen(app)

    assert (REC, COURSE, FIGURE, REPEAT) == view.after(REVIEW)
    assert (REPEAT,) == view.after(AUDIT)
    assert () == view.after(COURSE)
    assert () == view.after("review-wscb/nowhere")


def test_each_link_says_what_says_it_and_through_which_finding(app: Application) -> None:
    """A recommendation with two findings has a link for each; the review tells of one as well."""
    links = [
        (one.earlier, one.later, one.event, one.field, one.finding, one.stream, one.entry, one.on)
        for one in seen(app).links
    ]
    issued, planned = "RecommendationIssued", day("2018-10-01")

    assert [
        (REVIEW, REC, issued, "source", "f-1", REC, 1, day("2018-01-25")),
        (REVIEW, REC, issued, "source", "f-2", REC, 1, day("2018-01-25")),
        (REVIEW, REC, "FindingAddressed", "recommendation", "f-1", REVIEW, 4, day("2018-01-26")),
        (REC, COURSE, "CourseProvided", "arising_from", None, COURSE, 1, day("2018-03-01")),
        (REC, FIGURE, "IndicatorDefined", "speaks_to", None, FIGURE, 1, day("2018-07-01")),
        (AUDIT, REPEAT, "AuditPlanned", "follows", None, REPEAT, 1, planned),
        (REC, REPEAT, "RecommendationChecked", "rests_on", None, REC, 5, day("2018-11-20")),
    ] == links


def test_a_link_that_two_entries_tell_of_is_one_from_the_day_of_the_first(
    app: Application,
) -> None:
    """The second check was recorded later, and made earlier."""
    app.handle(check("c-2", on="2018-11-01"))
    links = [link for link in seen(app).links if link.event == "RecommendationChecked"]

    assert [(6, day("2018-11-01"))] == [(link.entry, link.on) for link in links]


def test_of_two_entries_on_one_day_the_first_recorded_counts(app: Application) -> None:
    app.handle(check("c-2"))
    links = [link for link in seen(app).links if link.event == "RecommendationChecked"]

    assert [5] == [link.entry for link in links]


def test_each_stream_but_a_body_has_a_row(app: Application) -> None:
    """Corrections are no entries of it, nor are entries that are void."""
    app.handle(void(5))
    app.handle(
        MergeBody(by=CHAIR, on=day("2018-12-01"), body="wsb/lpp", into="wsb/jld", reasons="One")
    )
    rows = {row.stream: row for row in seen(app).streams}

    assert {REVIEW, REC, COURSE, AUDIT, REPEAT, FIGURE} == set(rows)
    assert ("recommendation", 4) == (rows[REC].category, rows[REC].entries)
    assert (day("2018-01-25"), day("2018-06-20")) == (rows[REC].opened, rows[REC].latest)


def test_a_voided_link_is_gone_from_when_that_is_known(app: Application) -> None:
    """The check was of another audit: what was known before is the same for ever."""
    clock = app.clock
    assert isinstance(clock, Clock)
    before = clock.now
    clock.now += timedelta(days=1)
    app.handle(void(5))

    assert (COURSE, FIGURE) == seen(app).after(REC)
    assert (COURSE, FIGURE, REPEAT) == seen(app, before).after(REC)
    assert {COURSE, FIGURE} == streams(app.why(REC).rested_on_by)
    assert {COURSE, FIGURE, REPEAT} == streams(app.why(REC, known=before).rested_on_by)
    assert {AUDIT} == streams(app.why(REPEAT).rests_on)


def test_a_correction_that_is_void_itself_leaves_the_link(app: Application) -> None:
    app.handle_all([void(5), void(6)])

    assert (COURSE, FIGURE, REPEAT) == seen(app).after(REC)
    assert {COURSE, FIGURE, REPEAT} == streams(app.why(REC).rested_on_by)


def test_a_link_that_an_amendment_adds_is_there() -> None:
    """The check named no audit when it was recorded."""
    app = store(*CASE, *ACTION, *OUTCOME[:2], check(audit=None))
    named = Replacement(
        r.RecommendationChecked.of(
            check(), level=r.EvidenceLevel.ASSERTION, verifies=False, warnings=("note",)
        )
    )
    assert (COURSE,) == seen(app).after(REC)
    app.handle(
        AmendEntry(
            by=QUALITY,
            on=day("2018-12-01"),
            stream=REC,
            entry=5,
            replacement=named,
            reasons="It was of the repeated audit",
        )
    )

    assert (COURSE, REPEAT) == seen(app).after(REC)
    assert {COURSE, REPEAT} == streams(app.why(REC).rested_on_by)


def test_a_link_is_there_from_the_day_it_takes_effect(app: Application) -> None:
    """What was planned later did not bear on it then."""
    view = app.view(provenance, valid=day("2018-06-30"))

    assert (REVIEW,) == view.before(REC)
    assert (COURSE,) == view.after(REC)
    assert {REVIEW} == streams(app.why(REC, valid=day("2018-06-30")).rests_on)


def test_a_circle_comes_to_an_end() -> None:
    """A recommendation arises from the one that later takes its place: each rests on the other."""
    again = r.SupersedeRecommendation(
        by=CHAIR,
        on=day("2018-02-01"),
        recommendation="wscb/r-2",
        successor="wscb/r-1",
        reasons="One is enough",
    )
    app = store(*CASE, issue("wscb/r-2", source=REC, findings=()), again)
    view = seen(app)

    assert (REVIEW, NEXT) == view.before(REC)
    assert (NEXT,) == view.after(REC)
    assert (REC, REVIEW) == view.before(NEXT)
    trail = app.why(REC)
    assert {REVIEW, NEXT} == streams(trail.rests_on)
    assert set() == streams(trail.rested_on_by)
    assert 5 == len(trail.links)


# The trail of a stream


def test_a_trail_goes_all_the_way_both_ways(app: Application) -> None:
    """Its entries are those recorded, in the order in which they took effect."""
    trail = app.why(REC)

    assert [1, 2, 3, 4, 5] == [record.stream_position for record in trail.entries]
    assert {REVIEW} == streams(trail.rests_on)
    assert {COURSE, FIGURE, REPEAT} == streams(trail.rested_on_by)
    for part in (trail.rests_on, trail.rested_on_by):
        assert sorted(part, key=lambda one: (one.event.on, one.position)) == list(part)
    assert tuple(link for link in seen(app).links if link.earlier != AUDIT) == trail.links


def test_a_trail_has_the_links_that_join_its_streams_and_no_others(app: Application) -> None:
    """What else a later stream rests on is no part of the chain."""
    other = ProvideCourse(
        by=TRAINING,
        on=day("2018-11-02"),
        course="wsb/c-2",
        title="Neglect",
        arising_from=(REC, AUDIT),
    )
    app.handle(other)
    joined = {(link.earlier, link.later) for link in app.why(REVIEW).links}

    assert (REC, "training_course-wsb/c-2") in joined
    assert (AUDIT, "training_course-wsb/c-2") not in joined


def test_only_what_may_link_is_kept_while_a_log_is_read() -> None:
    """To name one's own stream, or a body, is no link; corrections may take links away."""
    kept = linking(Registry())

    assert {r.RecommendationIssued, r.RecommendationChecked, *CORRECTED} <= kept
    assert not {r.RecommendationAccepted, r.RecommendationPlanned} & kept


def test_a_trail_keeps_to_what_is_asked_whatever_is_recorded_meanwhile(app: Application) -> None:
    """Links and entries are of one moment: what another records while it reads is left out."""
    rows_by_stream = app.recorder.rows_by_stream

    def interrupted(**asked: Any) -> Any:
        """As `rows_by_stream`, with a new entry recorded before the log is read."""
        app.recorder.rows_by_stream = rows_by_stream  # type: ignore[method-assign]
        app.handle(check("c-9", audit="wscb/a-1"))
        return rows_by_stream(**asked)

    app.recorder.rows_by_stream = interrupted  # type: ignore[method-assign]
    before: Trail = app.why(REVIEW)

    assert "c-9" not in {getattr(one.event, "check", "") for one in before.rested_on_by}
    assert (REC, AUDIT) in {(link.earlier, link.later) for link in app.why(AUDIT).links}


# An aggregate of one's own

DoubtRef = Annotated[str, Names("doubt")]


@message
class RaiseDoubt(Command):
    """A partner doubts a recommendation."""

    doubt: DoubtRef
    doubted: RecommendationRef


@message
class DoubtRaised(RaiseDoubt, Event[RaiseDoubt]):
    """The doubt is on record."""


def _decide(
    command: RaiseDoubt, state: DoubtRaised | None, setting: Setting
) -> tuple[DoubtRaised, ...]:
    return () if state else (DoubtRaised.of(command),)


doubt: Decider[RaiseDoubt, DoubtRaised, DoubtRaised] = Decider(
    category="doubt",
    commands=tuple[RaiseDoubt],
    events=tuple[DoubtRaised],
    opens=(DoubtRaised,),
    decide=_decide,
    evolve=lambda _, event: event,
)


def test_an_aggregate_of_ones_own_is_linked_by_the_marks_of_its_fields() -> None:
    """In a trail by itself, in a view by the projection of its registry; ours leaves it out."""
    registry = Registry((*DECIDERS, doubt))
    app = Application(
        MemoryRecorder(), clock=Clock(), mapper=LifMapper(registry), readership=TEXTS
    )
    raised = RaiseDoubt(by=CHAIR, on=day("2018-04-01"), doubt="wscb/1", doubted="wscb/r-1")
    app.handle_all([*CASE, raised])

    assert (REC, "doubt-wscb/1") == app.view(provenance_of(registry)).after(REVIEW)
    assert {REC, "doubt-wscb/1"} == streams(app.why(REVIEW).rested_on_by)
    assert (REC,) == app.view(provenance).after(REVIEW)


# Any history

REGISTRY = Registry()
FRAMEWORKS = load()
MAPPER = LifMapper(REGISTRY)
REFS = ("wscb/1", "wscb/2")
WORLD = World(
    refs=REFS,
    bodies=("wscb",),
    streams=tuple(f"{one}-{ref}" for one, ref in product(REGISTRY.categories, REFS)),
    registry=REGISTRY,
)
ENTRIES = [cls for cls in REGISTRY.events.values() if cls not in CORRECTED]
LINKING = [cls for cls in ENTRIES if cls in linking(REGISTRY)]


@st.composite
def histories(draw: st.DrawFn) -> list[Record]:
    """Logs of any entries at all, also such as no rule would let through, and corrections."""
    log: list[Record] = []
    told: dict[str, list[Event[Any]]] = defaultdict(list)
    by = Authority(person="A. Person", role="chair", body="wscb")
    for number in range(1, draw(st.integers(2, 16))):
        event: Event[Any]
        what = draw(st.sampled_from(("link", "link", "link", "any", "void", "amend")))
        if what in ("link", "any") or not told:
            event = draw(events(WORLD, *(LINKING if what == "link" else ENTRIES)))
        else:
            stream = draw(st.sampled_from(sorted(told)))
            entry = draw(st.integers(1, len(told[stream])))
            event = draw(_correction(stream, entry, told[stream][entry - 1], what, by))
        stream = REGISTRY.stream(event)
        told[stream].append(event)
        at = datetime(2019, 1, 1, tzinfo=UTC) + timedelta(days=number)
        log.append(Record(number, stream, len(told[stream]), at, event))
    return log


def _correction(
    stream: str, entry: int, wrong: Event[Any], what: str, by: Authority
) -> st.SearchStrategy[Event[Any]]:
    fields: dict[str, Any] = {"by": by, "on": END, "stream": stream, "entry": entry}
    if what == "void" or is_correction(wrong):
        return st.just(EntryVoided(**fields, reasons="Wrong"))
    decider = REGISTRY.decider(wrong)
    assert decider is not None
    subject = decider.subject
    right = of_class(type(wrong), WORLD, **{subject: st.just(getattr(wrong, subject))})
    return right.map(
        lambda event: EntryAmended(**fields, replacement=Replacement(event), reasons="Wrong")
    )


def is_link(event: Event[Any]) -> bool:
    """Whether what *event* names is joined to its stream: not by an offer, nor by its end."""
    if isinstance(event, LessonLinked):
        return event.offered is None
    return not isinstance(event, LessonUnlinked | FindingCompared)


def recount(records: Sequence[Record], valid: date) -> set[tuple[str, str]]:
    """Every (earlier, later) that are joined at all: pairs of pairs, until there is no new one."""
    told: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        told[record.stream].append(record)
    joined = set()
    for stream in told.values():
        standing = [one for one in standing_of(stream) if one.event.on <= valid]
        if stream[0].stream.startswith("body-"):
            continue  # bodies are no link of a chain, nor what they say of streams
        links: set[tuple[str, str, str | None]] = set()
        for record in sorted(standing, key=lambda record: (record.event.on, record.position)):
            event = record.event
            if isinstance(event, LessonUnlinked):
                gone = event.answer if event.review is None else f"review-{event.review}"
                which = None if event.review is None else event.finding
                links = {each for each in links if not (gone in each[:2] and which == each[2])}
            if not is_link(event):
                continue
            for field, named, forward in REGISTRY.references(event):
                if not named.startswith("body-"):
                    pair = (record.stream, named) if forward else (named, record.stream)
                    about = field == "review" and record.stream.startswith("lesson-")
                    links.add((*pair, getattr(event, "finding", None) if about else None))
        joined |= {(earlier, later) for earlier, later, _ in links}
    while more := {(a, d) for a, b in joined for c, d in joined if b == c} - joined:
        joined |= more
    return {(earlier, later) for earlier, later in joined if earlier != later}


@given(records=histories(), valid=st.sampled_from(WORLD.days) | st.just(END))
def test_before_and_after_are_two_sides_of_one_thing(records: list[Record], valid: date) -> None:
    """What a stream rests on has it among what rests on it, and a recount agrees."""
    view = fold(provenance, records, AsOf(valid=valid, known=None, frameworks=FRAMEWORKS))
    joined = recount(records, valid)

    assert joined == {(a, b) for b in WORLD.streams for a in view.before(b)}
    assert joined == {(a, b) for a in WORLD.streams for b in view.after(a)}


@given(records=histories(), valid=st.none() | st.sampled_from(WORLD.days), data=st.data())
def test_a_trail_is_what_the_view_says(
    records: list[Record], valid: date | None, data: st.DataObject
) -> None:
    """It reads only the entries that may link, and finds the same, known at any time."""
    app = Application(
        MemoryRecorder(),
        clock=Clock(),
        frameworks=FRAMEWORKS,
        mapper=MAPPER,
        readership=EVERYTHING,
    )
    app.recorder.append(lambda _: [MAPPER.to_stored_event(record) for record in records])
    known = data.draw(st.none() | st.sampled_from([record.recorded_at for record in records]))
    view = app.view(provenance, valid=valid or date.max, known=known)
    history = list(app.history(valid=valid, known=known))
    on_record = streams(history)
    for stream in WORLD.streams:
        if stream not in on_record:
            with pytest.raises(RefusedError, match=r"stream\.unknown"):
                app.why(stream, valid=valid, known=known)
            continue
        trail = app.why(stream, valid=valid, known=known)
        before, after = set(view.before(stream)), set(view.after(stream))

        assert [one for one in history if one.stream == stream] == list(trail.entries)
        assert before & on_record == streams(trail.rests_on)
        assert (after - before) & on_record == streams(trail.rested_on_by)
        assert view.through(stream) == trail.links
        listed = [one for one in history if one.stream in {*before, *after}]
        assert sorted(listed, key=lambda one: one.position) == sorted(
            (*trail.rests_on, *trail.rested_on_by), key=lambda one: one.position
        )
