"""Corrections: an entry is voided or amended by a later one, and what was known stays known."""

from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest
from attrs import define
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from lif_core.aggregates import recommendation as r
from lif_core.aggregates.indicator import (
    DefineIndicator,
    IndicatorDefined,
    IndicatorKind,
    PointRecorded,
    RecordPoint,
)
from lif_core.aggregates.review import OpenReview
from lif_core.commands.application import Application
from lif_core.decisions import corrections
from lif_core.decisions.corrections import (
    AmendEntry,
    CorrectionCommand,
    EntryAmended,
    EntryVoided,
    Replacement,
    VoidEntry,
    corrected,
    is_correction,
)
from lif_core.decisions.messages import Command, Event
from lif_core.decisions.record import Record
from lif_core.errors import MalformedError, RefusedError
from lif_core.log.memory import MemoryRecorder
from lif_core.values.evidence import EvidenceLevel as Level
from lif_core.views import PROJECTIONS
from lif_core.views.accountability import accountability
from lif_core.views.sustainability import sustainability
from tests.audits import audit_commands
from tests.people import CHAIR, EVERYTHING, POLICY, day

# One stream, by its entries

CHART = "indicator-wscb/i-1"


def define_indicator(*, indicator: str = "wscb/i-1", on: str = "2018-01-10") -> DefineIndicator:
    return DefineIndicator(
        by=CHAIR,
        on=day(on),
        indicator=indicator,
        name="Assessments in time",
        kind=IndicatorKind.MEASUREMENT,
        unit="per cent",
        higher_is_better=True,
    )


def record_point(
    value: float = 60.0,
    *,
    indicator: str = "wscb/i-1",
    period: str = "2018-01-31",
    on: str = "2018-02-14",
) -> RecordPoint:
    return RecordPoint(by=CHAIR, on=day(on), indicator=indicator, period=day(period), value=value)


def void(
    entry: int, *, stream: str = CHART, reasons: str = "Not a figure", on: str = "2018-05-01"
) -> VoidEntry:
    return VoidEntry(by=CHAIR, on=day(on), stream=stream, entry=entry, reasons=reasons)


def amend(
    entry: int,
    event: Event[Any],
    *,
    stream: str = CHART,
    reasons: str = "A miscount",
    on: str = "2018-05-01",
) -> AmendEntry:
    return AmendEntry(
        by=CHAIR,
        on=day(on),
        stream=stream,
        entry=entry,
        replacement=Replacement(event),
        reasons=reasons,
    )


DEFINED = IndicatorDefined.of(define_indicator())
POINT = PointRecorded.of(record_point())
REVISED = PointRecorded.of(record_point(61.0))
REVISED_AGAIN = PointRecorded.of(record_point(62.0))
NEXT = PointRecorded.of(record_point(64.0, period="2018-02-28", on="2018-03-14"))


def voided(entry: int) -> EntryVoided:
    return EntryVoided.of(void(entry))


def amended(entry: int, event: Event[Any]) -> EntryAmended:
    return EntryAmended.of(amend(entry, event))


def entries(*events: Event[Any]) -> tuple[Record, ...]:
    """A stream in which *events* were recorded, numbered from 1."""
    return tuple(
        Record(
            position=10 * at,
            stream=CHART,
            stream_position=at,
            recorded_at=datetime(2018, 5, at, tzinfo=UTC),
            event=event,
        )
        for at, event in enumerate(events, 1)
    )


def says(*events: Event[Any]) -> tuple[Event[Any], ...]:
    """What a stream of *events* says once corrected."""
    return tuple(record.event for record in corrected(entries(*events)))


def decide(
    command: CorrectionCommand, *events: Event[Any], about: str | None = CHART
) -> tuple[Event[Any], ...]:
    return corrections.decide(command, entries(*events), about)


def refused(command: CorrectionCommand, *events: Event[Any], about: str | None = CHART) -> str:
    with pytest.raises(RefusedError) as refusal:
        decide(command, *events, about=about)
    return refusal.value.rule


# What a corrected stream says


def test_without_a_correction_a_stream_says_what_was_recorded() -> None:
    """Nothing is interpreted that nobody corrected."""
    records = entries(DEFINED, POINT)

    assert records == corrected(records)


def test_a_voided_entry_says_nothing() -> None:
    """The others keep their places, and the correction itself is no statement either."""
    stream = (DEFINED, POINT, NEXT, voided(2))

    assert (DEFINED, NEXT) == says(*stream)


def test_an_amended_entry_says_the_replacement_where_it_stood() -> None:
    """The order of recording, and when it was recorded, are those of the entry."""
    records = entries(DEFINED, POINT, NEXT, amended(2, REVISED))

    plain = tuple(replace(record, versions=()) for record in corrected(records))
    assert entries(DEFINED, REVISED, NEXT) == plain


def test_of_two_amendments_the_last_wins() -> None:
    """A figure may be revised more than once."""
    stream = (DEFINED, POINT, amended(2, REVISED), amended(2, REVISED_AGAIN))

    assert (DEFINED, REVISED_AGAIN) == says(*stream)


def test_an_amendment_to_another_kind_has_no_effect() -> None:
    """No decision leads to one; whoever wrote it to the store past `lif` breaks no view."""
    stream = (DEFINED, POINT, amended(2, DEFINED))

    assert (DEFINED, POINT) == says(*stream)


def test_voiding_a_void_restores_the_entry() -> None:
    """The voiding was itself the mistake."""
    stream = (DEFINED, POINT, voided(2), voided(3))

    assert (DEFINED, POINT) == says(*stream)


def test_voiding_the_void_of_a_void_voids_again() -> None:
    """Each correction counts for what those after it leave of it."""
    stream = (DEFINED, POINT, voided(2), voided(3), voided(4))

    assert (DEFINED,) == says(*stream)


def test_voiding_an_amendment_restores_what_was_recorded() -> None:
    """The revision was the mistake."""
    stream = (DEFINED, POINT, amended(2, REVISED), voided(3))

    assert (DEFINED, POINT) == says(*stream)


def test_voiding_the_last_amendment_restores_the_one_before() -> None:
    """Not the first figure: that one had been revised."""
    stream = (DEFINED, POINT, amended(2, REVISED), amended(2, REVISED_AGAIN), voided(4))

    assert (DEFINED, REVISED) == says(*stream)


def test_an_entry_voided_and_restored_keeps_its_amendment() -> None:
    """To void and to restore an entry says nothing about what it should have said."""
    stream = (DEFINED, POINT, amended(2, REVISED), voided(2), voided(4))

    assert (DEFINED, REVISED) == says(*stream)


def test_what_was_known_after_each_entry_can_be_told_from_the_entries_up_to_it() -> None:
    """A correction changes what is known from its recording on, and nothing before."""
    stream = (DEFINED, POINT, voided(2), voided(3), amended(2, REVISED))

    assert [
        (DEFINED,),
        (DEFINED, POINT),
        (DEFINED,),
        (DEFINED, POINT),
        (DEFINED, REVISED),
    ] == [says(*stream[:known]) for known in range(1, 6)]


@st.composite
def corrected_streams(draw: st.DrawFn) -> tuple[Event[Any], ...]:
    """Three entries, and then corrections of any earlier entry, corrections among them."""
    stream: list[Event[Any]] = [DEFINED, POINT, NEXT]
    for at in range(4, 4 + draw(st.integers(0, 8))):
        entry = draw(st.integers(1, at - 1))
        value = draw(st.sampled_from((REVISED, REVISED_AGAIN)))
        stream.append(draw(st.sampled_from((voided(entry), amended(entry, value)))))
    return tuple(stream)


def stands(stream: tuple[Event[Any], ...], entry: int) -> bool:
    """By definition: no later voiding of the entry that itself stands."""
    return not any(
        isinstance(event, EntryVoided) and event.entry == entry and stands(stream, at)
        for at, event in enumerate(stream, 1)
    )


def naively_corrected(stream: tuple[Event[Any], ...]) -> list[Event[Any]]:
    found = []
    for entry, event in enumerate(stream, 1):
        revisions = [
            later.replacement.event
            for at, later in enumerate(stream, 1)
            if isinstance(later, EntryAmended) and later.entry == entry and stands(stream, at)
            if type(later.replacement.event) is type(event)
        ]
        if stands(stream, entry) and not is_correction(event):
            found.append([event, *revisions][-1])
    return found


@given(corrected_streams())
def test_any_corrections_of_corrections_come_to_what_their_definition_says(
    stream: tuple[Event[Any], ...],
) -> None:
    """Read from the end, and counted naively, they come to the same."""
    assert naively_corrected(stream) == list(says(*stream))


# The rules


@pytest.mark.parametrize(
    ("command", "event"),
    [(void(2), voided(2)), (amend(2, REVISED), amended(2, REVISED))],
    ids=("void", "amend"),
)
def test_a_correction_is_recorded_as_it_was_decided(
    command: CorrectionCommand, event: Event[Any]
) -> None:
    """By whom, from when, and why."""
    assert (event,) == decide(command, DEFINED, POINT)


@pytest.mark.parametrize(
    ("command", "event"),
    [(void(2), voided(2)), (amend(2, REVISED), amended(2, REVISED))],
    ids=("void", "amend"),
)
def test_a_correction_said_twice_is_recorded_once(
    command: CorrectionCommand, event: Event[Any]
) -> None:
    """Whoever is not sure that it was recorded may simply record it again."""
    assert () == decide(command, DEFINED, POINT, event)


@pytest.mark.parametrize(
    ("command", "event"),
    [(void(2), voided(2)), (amend(2, REVISED), amended(2, REVISED))],
    ids=("void", "amend"),
)
def test_a_correction_said_twice_is_recorded_once_whatever_was_recorded_between(
    command: CorrectionCommand, event: Event[Any]
) -> None:
    """A colleague's entry in between makes no second correction of it, and no refusal."""
    assert () == decide(command, DEFINED, POINT, event, NEXT)


@pytest.mark.parametrize("command", [void(3), amend(3, REVISED)], ids=("void", "amend"))
def test_what_is_corrected_is_on_record(command: CorrectionCommand) -> None:
    """Neither an entry to come, nor the correction itself."""
    assert "correction.no-such-entry" == refused(command, DEFINED, POINT)


@pytest.mark.parametrize(
    "command",
    [void(2, reasons="Another reason"), amend(2, REVISED)],
    ids=("void", "amend"),
)
def test_a_voided_entry_is_not_corrected(command: CorrectionCommand) -> None:
    """It says nothing that could be wrong; whoever wants it back voids the voiding."""
    assert "correction.voided-already" == refused(command, DEFINED, POINT, voided(2))


@pytest.mark.parametrize(
    ("command", "event"),
    [(void(2), voided(2)), (amend(2, REVISED), amended(2, REVISED))],
    ids=("void", "amend"),
)
def test_a_restored_entry_may_be_corrected_again(
    command: CorrectionCommand, event: Event[Any]
) -> None:
    """Even in the same words as before: the first voiding no longer stands."""
    assert (event,) == decide(command, DEFINED, POINT, voided(2), voided(3))


def test_a_voiding_is_voided_once() -> None:
    """What it voided stands again already."""
    stream = (DEFINED, POINT, voided(2), voided(3))

    assert "correction.voided-already" == refused(void(3, reasons="Again"), *stream)


def test_a_correction_may_be_voided() -> None:
    """A mistake is made in correcting too."""
    assert (voided(3),) == decide(void(3), DEFINED, POINT, amended(2, REVISED))


@pytest.mark.parametrize(
    ("correction", "replacement"),
    [
        (voided(2), voided(1)),
        (amended(2, REVISED), amended(2, REVISED_AGAIN)),
        (voided(2), REVISED),
    ],
)
def test_a_correction_is_not_amended(correction: Event[Any], replacement: Event[Any]) -> None:
    """It is voided, and another one recorded: so every correction says one thing for ever."""
    command = amend(3, replacement)

    assert "correction.of-a-correction" == refused(command, DEFINED, POINT, correction)


def test_an_amendment_to_what_the_entry_says_already_is_refused() -> None:
    """It would say that something was wrong, and nothing was."""
    assert "correction.changes-nothing" == refused(amend(2, POINT), DEFINED, POINT)


def test_an_amendment_made_already_is_not_made_for_other_reasons() -> None:
    """The entry says so since the first one; whose reasons are on record."""
    command = amend(2, REVISED, reasons="Counted once more")

    assert "correction.changes-nothing" == refused(command, DEFINED, POINT, amended(2, REVISED))


@pytest.mark.parametrize("back", [POINT, REVISED], ids=("what was recorded", "the first revision"))
def test_an_entry_may_be_amended_back(back: Event[Any]) -> None:
    """What it says now is what counts, not what it once said."""
    stream = (DEFINED, POINT, amended(2, REVISED), amended(2, REVISED_AGAIN))

    assert (amended(2, back),) == decide(amend(2, back), *stream)


def test_an_amended_entry_may_be_amended_again() -> None:
    """By its own number, not by that of its amendment."""
    command = amend(2, REVISED_AGAIN)

    assert (amended(2, REVISED_AGAIN),) == decide(command, DEFINED, POINT, amended(2, REVISED))


@pytest.mark.parametrize(
    ("entry", "replacement"),
    [(2, DEFINED), (1, POINT), (2, voided(1))],
    ids=("another event", "the other way round", "a correction"),
)
def test_an_entry_is_amended_to_one_of_its_kind(entry: int, replacement: Event[Any]) -> None:
    """What happened was something else: then it is voided, and the other thing recorded."""
    assert "correction.other-kind" == refused(amend(entry, replacement), DEFINED, POINT)


def test_an_entry_is_amended_to_one_about_the_same_thing() -> None:
    """An entry in the wrong stream is voided there, and recorded where it belongs."""
    other = PointRecorded.of(record_point(indicator="wscb/i-2"))

    assert "correction.other-stream" == refused(
        amend(2, other), DEFINED, POINT, about="indicator-wscb/i-2"
    )


def test_a_replacement_may_change_every_field_but_what_it_is_about() -> None:
    """The day of it, its period and its value were wrong."""
    other = PointRecorded.of(record_point(50.0, period="2017-12-31", on="2018-01-20"))

    assert (amended(2, other),) == decide(amend(2, other), DEFINED, POINT)


# End to end: what is known now, and what was known then

REF = "wscb/r-1"
STREAM = f"recommendation-{REF}"
SHOWN = "audit-wscb/shown"
VALID = day("2018-12-31")


@define
class Clock:
    """The present instant, which a test moves."""

    now: datetime = datetime(2018, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def store(*commands: Command, clock: Clock | None = None) -> Application:
    """A store in which a review stands, and then *commands* have been recorded."""
    app = Application(MemoryRecorder(), clock=clock or Clock(), readership=EVERYTHING)
    opened = OpenReview(
        by=CHAIR,
        on=day("2017-11-01"),
        review="wscb/review-1",
        kind="lga-peer",
        title="A review of practice",
    )
    app.handle_all([opened, *commands])
    return app


def issue(
    *, on: str = "2018-01-25", recommendation: str = REF, text: str = "Review the referral form"
) -> r.IssueRecommendation:
    return r.IssueRecommendation(
        by=CHAIR,
        on=day(on),
        recommendation=recommendation,
        source="review-wscb/review-1",
        text=text,
        addressed=("wscb",),
    )


def accept(*, recommendation: str = REF) -> r.AcceptRecommendation:
    return r.AcceptRecommendation(by=CHAIR, on=day("2018-02-01"), recommendation=recommendation)


def plan(
    *, due: str = "2018-04-30", owner: str = "wsb/lpp", recommendation: str = REF
) -> r.PlanRecommendation:
    return r.PlanRecommendation(
        by=CHAIR,
        on=day("2018-02-10"),
        recommendation=recommendation,
        owner=owner,
        due=day(due),
        action="Revise the form",
    )


def planned(due: str, *, owner: str = "wsb/lpp") -> r.RecommendationPlanned:
    return r.RecommendationPlanned.of(plan(due=due, owner=owner))


def implement() -> r.ImplementRecommendation:
    return r.ImplementRecommendation(
        by=POLICY, on=day("2018-05-10"), recommendation=REF, evidence="The new form is in use"
    )


def check(*, passed: bool = True) -> r.CheckRecommendation:
    return r.CheckRecommendation(
        by=CHAIR,
        on=day("2018-06-01"),
        recommendation=REF,
        check="c-1",
        passed=passed,
        note="Ten files read",
        rests_on=(SHOWN,),
    )


def checked(*, passed: bool = True) -> r.RecommendationChecked:
    command, level = check(passed=passed), Level.INDEPENDENT_AUDIT
    return r.RecommendationChecked.of(command, level=level, verifies=True)


def embed(
    *,
    on: str = "2018-07-31",
    checks: tuple[str, ...] = ("c-1",),
    rests_on: tuple[str, ...] = (),
) -> r.EmbedRecommendation:
    return r.EmbedRecommendation(
        by=CHAIR,
        on=day(on),
        recommendation=REF,
        evidence="An audit of ten files",
        checks=checks,
        rests_on=rests_on,
    )


AUDIT = audit_commands("wscb/shown", day("2018-06-01"), REF)
LIFE = (issue(), accept(), plan(), implement(), *AUDIT, check(), embed())
ISSUE, ACCEPT, PLAN, IMPLEMENT, CHECK, EMBED = range(1, 7)

CORRECTIONS: dict[str, CorrectionCommand] = {
    "a voided issue": void(ISSUE, stream=STREAM),
    "a voided answer": void(ACCEPT, stream=STREAM),
    "a voided plan": void(PLAN, stream=STREAM),
    "an amended plan": amend(PLAN, planned("2018-03-31"), stream=STREAM),
    "a voided implementation": void(IMPLEMENT, stream=STREAM),
    "a voided check": void(CHECK, stream=STREAM),
    "a check amended to failed": amend(CHECK, checked(passed=False), stream=STREAM),
    "a voided embedding": void(EMBED, stream=STREAM),
}


def seen(app: Application, *, known: datetime | date | None = None) -> dict[str, bytes]:
    """Every view of the store, byte by byte."""
    return {
        name: msgspec.json.encode(app.view(projection, valid=VALID, known=known), enc_hook=tuple)
        for name, projection in PROJECTIONS.items()
    }


def finding(app: Application, *, known: date | None = None) -> str:
    return app.view(sustainability, valid=VALID, known=known).improvement(REF).finding


@pytest.mark.parametrize("command", CORRECTIONS.values(), ids=CORRECTIONS)
def test_what_was_known_before_a_correction_stays_what_was_known(
    command: CorrectionCommand,
) -> None:
    """A view, and the history, as known the day before are the same after it, byte by byte."""
    clock = Clock()
    app = store(*LIFE, clock=clock)
    known = clock.now
    before = (seen(app, known=known), list(app.history(known=known)))
    clock.now = datetime(2019, 1, 7, tzinfo=UTC)
    app.handle(command)

    assert before == (seen(app, known=known), list(app.history(known=known)))


@pytest.mark.parametrize("command", CORRECTIONS.values(), ids=CORRECTIONS)
def test_what_is_known_after_a_correction_is_different(command: CorrectionCommand) -> None:
    """Else the test above would hold for corrections that do nothing."""
    app = store(*LIFE)
    before = seen(app)
    app.handle(command)

    assert before != seen(app)


@pytest.mark.parametrize("command", CORRECTIONS.values(), ids=CORRECTIONS)
def test_a_correction_that_is_voided_leaves_every_view_as_it_was(
    command: CorrectionCommand,
) -> None:
    """All that is left of both is that they are on record, which `corrections` shows."""
    app = store(*LIFE)
    before = seen(app)
    (record,) = app.handle(command)
    app.handle(void(record.stream_position, stream=STREAM))
    after = seen(app)

    assert {"corrections"} == {name for name in before if before[name] != after[name]}


def test_a_correction_says_where_it_stands_in_its_stream() -> None:
    """It is an entry like any other, and its number is what a voiding of it names."""
    app = store(*LIFE)

    (record,) = app.handle(void(CHECK, stream=STREAM))

    assert (STREAM, 7) == (record.stream, record.stream_position)


def test_a_correction_said_twice_at_once_is_recorded_once() -> None:
    """As any other decision."""
    app = store(*LIFE)
    app.handle(void(CHECK, stream=STREAM))

    assert () == app.handle(void(CHECK, stream=STREAM))


def test_of_an_entry_amended_twice_the_last_amendment_counts() -> None:
    """An agreed due date was entered wrongly, and once more wrongly."""
    app = store(issue(), accept(), plan())
    app.handle(amend(PLAN, planned("2018-03-31"), stream=STREAM))
    app.handle(amend(PLAN, planned("2018-06-30"), stream=STREAM))
    (duty,) = app.view(accountability, valid=VALID).duties

    assert day("2018-06-30") == duty.agreed


def test_the_rules_go_by_what_an_amended_entry_says_now() -> None:
    """The owner on record was the wrong committee; the right one says that it is done."""
    app = store(issue(), accept(), plan(owner="wsb/jld"))
    app.handle(amend(PLAN, planned("2018-04-30", owner="wsb/lpp"), stream=STREAM))

    (record,) = app.handle(implement())

    assert r.RecommendationImplemented.of(implement()) == record.event


def test_an_embedding_lapses_when_the_check_it_rests_on_is_voided() -> None:
    """It is implemented, no more, from when the voiding was known."""
    clock = Clock()
    app = store(*LIFE, clock=clock)
    clock.now = datetime(2019, 1, 7, tzinfo=UTC)
    app.handle(void(CHECK, stream=STREAM))

    assert ("embedded", "implemented") == (
        finding(app, known=day("2019-01-06")),
        finding(app, known=day("2019-01-07")),
    )


def test_an_embedding_lapses_when_the_check_it_rests_on_had_in_fact_failed() -> None:
    """A check amended to failed shows as little as one that was voided."""
    app = store(*LIFE)
    app.handle(amend(CHECK, checked(passed=False), stream=STREAM))

    assert "implemented" == finding(app)


def test_an_embedding_that_lapsed_leaves_no_spell_of_improvement() -> None:
    """Nothing that was not shown to be there is counted as having lasted."""
    app = store(*LIFE)
    app.handle(void(CHECK, stream=STREAM))
    view = app.view(sustainability, valid=VALID)

    assert () == view.spells


def test_an_embedding_comes_back_with_the_check_it_rests_on() -> None:
    """The voiding of the check was the mistake."""
    app = store(*LIFE)
    (record,) = app.handle(void(CHECK, stream=STREAM))
    app.handle(void(record.stream_position, stream=STREAM))

    assert "embedded" == finding(app)


def test_what_lapsed_may_be_embedded_anew() -> None:
    """The rules know of the lapse too."""
    app = store(*LIFE)
    app.handle(void(CHECK, stream=STREAM))
    again = embed(on="2018-09-01", checks=(), rests_on=(SHOWN,))

    (record,) = app.handle(again)

    level = Level.INDEPENDENT_AUDIT
    assert r.RecommendationEmbedded.of(again, level=level) == record.event


def test_the_name_of_a_voided_check_is_free_again() -> None:
    """It is recorded as it should have been; the embedding still does not rest on it."""
    app = store(*LIFE)
    app.handle(void(CHECK, stream=STREAM))

    (record,) = app.handle(
        r.CheckRecommendation(
            by=CHAIR,
            on=day("2018-06-01"),
            recommendation=REF,
            check="c-1",
            passed=False,
            rests_on=(SHOWN,),
            note="Ten other files read",
        )
    )

    assert (8, "implemented") == (record.stream_position, finding(app))


@pytest.mark.parametrize(
    ("replacement", "rule"),
    [
        (r.RecommendationAccepted.of(accept()), "correction.other-kind"),
        (
            r.RecommendationPlanned.of(plan(recommendation="wscb/r-2")),
            "correction.other-stream",
        ),
        (planned("2018-04-30", owner="wscb/nobody"), "reference.unknown"),
    ],
)
def test_a_replacement_is_of_its_kind_about_its_stream_and_names_what_there_is(
    replacement: Event[Any], rule: str
) -> None:
    """And where it is refused, nothing is recorded."""
    app = store(issue(), accept(), plan())
    with pytest.raises(RefusedError) as refusal:
        app.handle(amend(PLAN, replacement, stream=STREAM))

    assert (rule, 4) == (refusal.value.rule, len(list(app.history())))


@pytest.mark.parametrize(
    ("stream", "rule"),
    [
        ("recommendation-wscb/r-9", "correction.no-such-entry"),
        ("concern-wscb/r-1", "stream.unknown-category"),
    ],
)
def test_only_what_is_on_record_is_corrected(stream: str, rule: str) -> None:
    """A correction of nothing is more likely a wrong reference."""
    app = store(issue())

    with pytest.raises(RefusedError) as refusal:
        app.handle(void(1, stream=stream))

    assert rule == refusal.value.rule


def test_a_replacement_is_checked_as_the_entry_was() -> None:
    """An amendment is no way to record what could not have been recorded: a blank text."""
    app = store(issue())
    recorded = r.RecommendationIssued.of(issue())
    blank = r.RecommendationIssued(
        by=recorded.by,
        on=recorded.on,
        recommendation=recorded.recommendation,
        source=recorded.source,
        text=" ",
        addressed=recorded.addressed,
    )

    with pytest.raises(MalformedError) as malformed:
        app.handle(amend(ISSUE, blank, stream=STREAM))

    assert "replacement.event.text" == malformed.value.field


def test_a_first_entry_dated_far_too_late_can_be_corrected_today() -> None:
    """A slip of the pen is what corrections are for."""
    app = store(issue(on="2018-12-25"))
    command = amend(ISSUE, r.RecommendationIssued.of(issue()), stream=STREAM)

    (record,) = app.handle(command)

    assert EntryAmended.of(command) == record.event


@pytest.mark.parametrize(
    "command",
    [
        void(PLAN, stream=STREAM, on="2018-01-01"),
        amend(PLAN, planned("2018-03-31"), stream=STREAM, on="2018-01-01"),
    ],
    ids=("void", "amend"),
)
def test_a_correction_is_not_held_against_the_day_its_stream_began(
    command: CorrectionCommand,
) -> None:
    """That day may be what is wrong."""
    app = store(issue(), accept(), plan())

    assert 1 == len(app.handle(command))


def test_what_was_voided_may_be_decided_again_in_the_same_words() -> None:
    """It stands no longer, so that to say it once more is to decide it anew."""
    app = store(issue(), accept(), plan())
    app.handle(void(PLAN, stream=STREAM))

    (record,) = app.handle(plan())

    assert r.RecommendationPlanned.of(plan()) == record.event


def test_what_an_amended_entry_says_now_is_what_was_said() -> None:
    """A repeat in the amended words is quiet; one in the first words is another decision."""
    app = store(issue(), accept(), plan())
    app.handle(amend(PLAN, planned("2018-03-31"), stream=STREAM))

    assert () == app.handle(plan(due="2018-03-31"))
    with pytest.raises(RefusedError) as refusal:
        app.handle(plan())
    assert "recommendation.already-planned" == refusal.value.rule


def test_a_voided_first_entry_can_be_recorded_anew_on_its_day() -> None:
    """What followed it took effect later, and still stands."""
    app = store(issue(text="A text from another case"), accept())
    app.handle(void(ISSUE, stream=STREAM))

    (record,) = app.handle(issue())

    assert r.RecommendationIssued.of(issue()) == record.event


def test_nothing_new_rests_on_a_recommendation_whose_issue_is_void() -> None:
    """A successor that was never issued would leave the duty with nobody."""
    other = "wscb/r-2"
    app = store(issue(), issue(recommendation=other))
    app.handle(void(ISSUE, stream=f"recommendation-{other}"))

    with pytest.raises(RefusedError) as refusal:
        app.handle(
            r.SupersedeRecommendation(
                by=CHAIR,
                on=day("2018-06-01"),
                recommendation=REF,
                successor=other,
                reasons="A wider one",
            )
        )

    assert "reference.unknown" == refusal.value.rule
