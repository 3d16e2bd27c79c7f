"""What a correction does to what rested on the entry, and what it leaves in contradiction."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given

from lif_core.aggregates import CATEGORIES, DECIDERS
from lif_core.aggregates import recommendation as r
from lif_core.aggregates.audit import AuditConcluded, AuditPlanned, FileGraded, GradeCount
from lif_core.aggregates.edition import (
    EditionAcknowledged,
    EditionIssued,
    EditionMandated,
    EditionProposed,
)
from lif_core.aggregates.improvement_plan import (
    OutcomeRecorded,
    PlanAdopted,
    PlanClosed,
    PrioritySet,
)
from lif_core.aggregates.review import OpenReview
from lif_core.aggregates.training_course import (
    AttendanceRecorded,
    CourseProvided,
    PlacesBooked,
    SessionScheduled,
)
from lif_core.decisions.corrections import AmendEntry, EntryVoided, Replacement, VoidEntry
from lif_core.decisions.decider import AnyDecider, Support
from lif_core.decisions.messages import Command, Event
from lif_core.decisions.record import Record
from lif_core.decisions.standing import contradictions, standing, standing_in, supports_of
from lif_core.errors import RefusedError
from lif_core.log.requests import load
from lif_core.log.streams import as_records
from lif_core.testing.catalogue import everything
from lif_core.values.authority import Authority
from lif_core.values.evidence import EvidenceLevel
from lif_core.values.refs import category_of
from lif_core.views import PROJECTIONS
from tests.audits import conclude
from tests.board import CHAIR, QUALITY, Board
from tests.examples import example
from tests.logs import logs
from tests.naive_standing import NaiveStream
from tests.people import POLICY, day

REF, STREAM = "wscb/r-1", "recommendation-wscb/r-1"
OTHERS = Authority(person="O. Wner", role="chair", body="wsb/jld")


@pytest.fixture
def board() -> Board:
    """A recommendation to two bodies, which one of them accepted, and its committee planned."""
    board = reviewed()
    issue(board, "2018-01-10")
    accept(board, "2018-01-12")
    plan(board, "2018-01-15")
    return board


def reviewed() -> Board:
    board = Board()
    review: dict[str, Any] = {"review": "wscb/r", "kind": "table-top", "title": "A case"}
    board.decide(OpenReview, "2018-01-02", by=CHAIR, threshold="No serious harm", **review)
    return board


def issue(board: Board, on: str, recorded: str | None = None) -> None:
    board.decide(
        r.IssueRecommendation,
        on,
        by=CHAIR,
        recorded=recorded,
        recommendation=REF,
        source="review-wscb/r",
        text="Write it",
        addressed=("wscb", POLICY.body),
    )


def accept(board: Board, on: str, by: Authority = CHAIR) -> None:
    board.decide(r.AcceptRecommendation, on, by=by, recommendation=REF)


def implement(board: Board, on: str) -> None:
    board.decide(r.ImplementRecommendation, on, by=POLICY, recommendation=REF, evidence="Done")


def plan(board: Board, on: str) -> None:
    board.decide(
        r.PlanRecommendation,
        on,
        recommendation=REF,
        owner=POLICY.body,
        due=day("2018-04-30"),
        action="Write it",
    )


def withdraw(board: Board, on: str) -> None:
    board.decide(r.WithdrawRecommendation, on, by=CHAIR, recommendation=REF, reasons="Not wanted")


def embed(board: Board, on: str) -> None:
    rests_on = conclude(board, on, REF, ref="wscb/embedded")
    board.decide(
        r.EmbedRecommendation, on, recommendation=REF, evidence="An audit", rests_on=rests_on
    )


def check(board: Board, on: str, name: str = "c-1", *, passed: bool = True) -> None:
    rests_on = conclude(board, on, REF, ref=f"wscb/{name}")
    said: dict[str, Any] = {"check": name, "passed": passed, "note": "Looked"}
    board.decide(r.CheckRecommendation, on, recommendation=REF, rests_on=rests_on, **said)


def number(board: Board, kind: type[Event[Any]], which: int = -1) -> int:
    """The number of the *which*-th entry of a kind."""
    records = [one for one in board.app.history(STREAM) if isinstance(one.event, kind)]
    return records[which].stream_position


def void(board: Board, entry: int, on: str) -> None:
    board.decide(VoidEntry, on, by=CHAIR, stream=STREAM, entry=entry, reasons="It was another")


def amend(board: Board, entry: int, on: str, command: Command, **worked_out: Any) -> None:
    event = board.app.mapper.registry.events[
        next(
            name
            for name, cls in board.app.mapper.registry.events.items()
            if issubclass(cls, type(command))
        )
    ]
    board.decide(
        AmendEntry,
        on,
        by=CHAIR,
        stream=STREAM,
        entry=entry,
        replacement=Replacement(event.of(command, **worked_out)),
        reasons="The day was wrong",
    )


def call_for_training(board: Board, on: str) -> None:
    course: dict[str, Any] = {"course": "wsb/c-1", "title": "Neglect", "need": "It is missed"}
    board.decide(r.CallForTraining, on, recommendation=REF, **course)


def findings(board: Board, valid: str) -> list[str]:
    return [row.finding for row in board.sustainability(valid).improvements]


def current(board: Board) -> r.Recommendation:
    """The state that decisions are held against, as views fold it."""
    records = standing_in(list(board.app.history(STREAM)), CATEGORIES).records
    state = r.decider.fold(record.event for record in records)  # type: ignore[misc]
    assert isinstance(state, r.Recommendation)
    return state


# What rested on a voided entry


@pytest.mark.parametrize("name", sorted(PROJECTIONS.keys() - {"provenance", "corrections"}))
def test_nothing_of_a_voided_recommendation_comes_alive_under_a_new_one(
    board: Board, name: str
) -> None:
    """The same reference, issued anew: every view is that of a board that never had the first.

    Some read nothing of it but the course that it called for, or the concern raised about it.
    """
    call_for_training(board, "2018-01-16")
    concern: dict[str, Any] = {"escalation": "e-1", "to": "wscb", "concern": "It does not move"}
    board.decide(r.RaiseEscalation, "2018-01-17", recommendation=REF, **concern)
    board.app.save(PROJECTIONS[name], valid=day("2018-06-01"))
    void(board, 1, "2018-02-01")
    issue(board, "2018-03-01")
    fresh = reviewed()
    issue(fresh, "2018-03-01")

    expected = fresh.app.view(PROJECTIONS[name], valid=day("2018-06-01"))
    for afresh in (False, True):
        seen = board.app.view(PROJECTIONS[name], valid=day("2018-06-01"), afresh=afresh)
        assert expected == seen


def test_a_link_is_that_of_the_new_one(board: Board) -> None:
    """In `provenance`, which names the entry, the fifth of the stream is the one."""
    void(board, 1, "2018-02-01")
    issue(board, "2018-03-01")
    view = board.app.view(PROJECTIONS["provenance"], valid=day("2018-06-01"))

    assert [(STREAM, 5)] == [(row.stream, row.entry) for row in view.links]


def test_a_new_one_is_answered_and_planned_anew(board: Board) -> None:
    """An answer never belongs to a recommendation that was issued later."""
    void(board, 1, "2018-02-01")
    issue(board, "2018-03-01")

    assert r.Status.PROPOSED == current(board).status
    accept(board, "2018-03-02")
    assert r.Status.ACCEPTED == current(board).status
    (row,) = [one for one in board.accountability("2018-06-01").responses if one.body == "wscb"]
    assert (1, 1, 0) == (row.made, row.accepted, row.pending)


def test_a_voided_implementation_takes_embedding_checks_and_spell(board: Board) -> None:
    """Nobody made the change: it is overdue, and neither sustained nor unknown."""
    implement(board, "2018-04-20")
    embed(board, "2018-05-01")
    check(board, "2018-09-01")
    check(board, "2019-05-01", "c-2")
    before = board.app.view(PROJECTIONS["sustainability"], valid=day("2019-06-01"))
    void(board, number(board, r.RecommendationImplemented), "2019-05-20")
    (row,) = board.sustainability("2019-06-01").improvements
    view = board.accountability("2019-06-01")

    assert ("planned", 0, 0, 0) == (row.finding, row.spells, row.passed, row.checks_done)
    assert ("planned", 397) == (view.duties[0].outcome, view.duties[0].days_overdue_so_far)
    assert before.improvements == board.sustainability("2019-06-01", "2019-05-19").improvements
    implement(board, "2019-06-02")
    (row,) = board.sustainability("2019-07-01").improvements
    assert ("implemented", 0, 0) == (row.finding, row.spells, row.passed)


def test_any_acceptance_is_enough_for_a_plan() -> None:
    """Two bodies accepted it: without the first it is planned still, without both it is not."""
    board = reviewed()
    issue(board, "2018-01-10")
    accept(board, "2018-01-12")
    accept(board, "2018-01-13", by=POLICY)
    plan(board, "2018-01-15")
    void(board, 2, "2018-02-01")
    assert r.Status.PLANNED == current(board).status
    void(board, 3, "2018-02-02")

    assert r.Status.PROPOSED == current(board).status


def test_a_voided_transfer_takes_what_the_new_owner_said(board: Board) -> None:
    """It never held the duty, so that its word that it is done was nobody's."""
    transfer: dict[str, Any] = {"recommendation": REF}
    board.decide(
        r.ProposeTransfer, "2018-02-01", by=POLICY, to=OTHERS.body, reasons="x", **transfer
    )
    board.decide(r.AcceptTransfer, "2018-02-05", by=OTHERS, **transfer)
    board.decide(r.ImplementRecommendation, "2018-03-01", by=OTHERS, evidence="Done", **transfer)
    assert r.Status.IMPLEMENTED == current(board).status

    void(board, number(board, r.TransferProposed), "2018-03-05")

    assert (r.Status.PLANNED, POLICY.body) == (current(board).status, current(board).owner)


def test_what_lapsed_is_not_corrected(board: Board) -> None:
    """Neither voided nor amended: it has no effect, whatever it says."""
    void(board, 1, "2018-02-01")
    with pytest.raises(RefusedError) as refused:
        void(board, 2, "2018-02-02")

    assert ("correction.without-effect", (1,)) == (
        refused.value.rule,
        refused.value.facts["rested_on"],
    )


def test_what_was_voided_comes_back_with_all_that_rested_on_it(board: Board) -> None:
    """As long as nothing was recorded in its absence."""
    before = board.app.view(PROJECTIONS["accountability"], valid=day("2018-06-01"))
    void(board, 1, "2018-02-01")
    void(board, 4, "2018-02-02")

    assert before == board.app.view(PROJECTIONS["accountability"], valid=day("2018-06-01"))


def test_what_was_replaced_does_not_come_back(board: Board) -> None:
    """There would be two under one reference."""
    void(board, 1, "2018-02-01")
    issue(board, "2018-03-01")
    with pytest.raises(RefusedError) as refused:
        void(board, 4, "2018-03-02")

    assert ("correction.decided-since", 5) == (refused.value.rule, refused.value.facts["since"])


# Endings absorb


def test_an_amended_withdrawal_leaves_no_other_outcome(board: Board) -> None:
    """Withdrawn in March, as it turns out, and so not implemented in April."""
    implement(board, "2018-04-20")
    command = r.WithdrawRecommendation(
        by=CHAIR, on=day("2018-05-01"), recommendation=REF, reasons="x"
    )
    board.decide(r.WithdrawRecommendation, "2018-05-01", by=CHAIR, recommendation=REF, reasons="x")
    earlier = r.WithdrawRecommendation(
        by=command.by, on=day("2018-03-01"), recommendation=REF, reasons="x"
    )
    amend(board, number(board, r.RecommendationWithdrawn), "2018-05-02", earlier)
    view = board.accountability("2018-06-01")

    assert ("withdrawn", day("2018-03-01"), 0) == (
        view.duties[0].outcome,
        view.duties[0].done,
        view.duties[0].days_overdue_so_far,
    )
    assert ["withdrawn"] == [
        row.finding for row in board.sustainability("2018-06-01").improvements
    ]
    assert () == tuple(view.inconsistent)


def test_an_ending_absorbs_nothing_that_what_came_before_it_rests_on(board: Board) -> None:
    """Withdrawn in April; its plan, as amended, is of May: a transfer of March was of no plan."""
    proposed: dict[str, Any] = {"recommendation": REF, "to": "wsb/jld", "reasons": "Theirs"}
    board.decide(r.ProposeTransfer, "2018-03-01", by=POLICY, **proposed)
    board.decide(r.WithdrawRecommendation, "2018-04-01", by=CHAIR, recommendation=REF, reasons="x")
    planned: dict[str, Any] = {"owner": POLICY.body, "due": day("2018-06-30"), "action": "Do it"}
    later = r.PlanRecommendation(by=QUALITY, on=day("2018-05-02"), recommendation=REF, **planned)
    amend(board, number(board, r.RecommendationPlanned), "2018-05-03", later)

    assert [(3, 4)] == [row.entries for row in board.accountability("2018-06-01").inconsistent]
    assert 0 == board.accountability("2018-06-01").totals.recommendations


@pytest.mark.parametrize("save", [False, True])
def test_a_view_that_does_not_show_an_ending_heeds_it(board: Board, *, save: bool) -> None:
    """Training is called for in March; then it turns out that it was withdrawn in February."""
    training = PROJECTIONS["training"]
    call_for_training(board, "2018-03-01")
    withdraw(board, "2018-05-01")
    if save:
        board.app.save(training, valid=day("2018-06-01"))
    called = board.app.view(training, valid=day("2018-06-01")).catalogue
    earlier = r.WithdrawRecommendation(
        by=CHAIR, on=day("2018-02-01"), recommendation=REF, reasons="Not wanted"
    )
    amend(board, number(board, r.RecommendationWithdrawn), "2018-05-02", earlier)

    assert ["wsb/c-1"] == [row.course for row in called]
    assert () == tuple(board.app.view(training, valid=day("2018-06-01")).catalogue)
    view = board.app.view(training, valid=day("2018-06-01"), known=day("2018-05-01"))
    assert called == view.catalogue


def test_what_was_recorded_ahead_is_absorbed_without_a_correction(board: Board) -> None:
    """Training is called for from March on, and the recommendation is withdrawn in February."""
    call_for_training(board, "2018-03-01")
    withdraw(board, "2018-02-01")
    training = PROJECTIONS["training"]

    assert () == tuple(board.app.view(training, valid=day("2018-06-01")).catalogue)


def test_nothing_is_recorded_after_an_ending(board: Board) -> None:
    """A reply would change nothing and be seen nowhere; one from before it is late, and counts."""
    withdraw(board, "2018-03-01")
    reply: dict[str, Any] = {"by": POLICY, "recommendation": REF, "reply": "We look into it"}
    with pytest.raises(RefusedError) as refused:
        board.decide(r.ReplyToRecommendation, "2018-03-01", **reply)
    board.decide(r.ReplyToRecommendation, "2018-02-28", recorded="2018-03-02", **reply)

    assert "stream.ended" == refused.value.rule
    (row,) = [one for one in board.accountability("2018-06-01").responses if one.body != "wscb"]
    assert 1 == row.replied


# Contradictions


def embedded_before_implemented(board: Board) -> None:
    implement(board, "2018-04-20")
    embed(board, "2018-05-01")
    later = r.ImplementRecommendation(
        by=POLICY, on=day("2018-06-20"), recommendation=REF, evidence="Done"
    )
    amend(board, number(board, r.RecommendationImplemented), "2018-07-01", later)


@pytest.mark.parametrize("valid", ["2018-05-01", "2018-06-20", "2019-01-01"])
def test_entries_that_contradict_each_other_are_listed_and_counted_nowhere(
    board: Board, valid: str
) -> None:
    """Embedded on 1 May, and implemented, as amended, on 20 June."""
    embedded_before_implemented(board)
    why = "RecommendationEmbedded takes effect before what it rests on"

    for view in (board.accountability(valid), board.sustainability(valid)):
        assert [(STREAM, (4, 5), why)] == [
            (row.stream, row.entries, row.why) for row in view.inconsistent
        ]
    assert 0 == board.accountability(valid).totals.recommendations
    assert 0 == sum(board.sustainability(valid).standing.values())


def test_before_any_of_them_took_effect_there_is_no_contradiction(board: Board) -> None:
    """On 30 April it is planned and due today."""
    embedded_before_implemented(board)

    assert () == tuple(board.accountability("2018-04-30").inconsistent)
    assert ["planned"] == findings(board, "2018-04-30")


def test_a_contradiction_ends_when_it_is_mended(board: Board) -> None:
    """The embedding was later too."""
    embedded_before_implemented(board)
    later = r.EmbedRecommendation(
        by=QUALITY,
        on=day("2018-07-10"),
        recommendation=REF,
        evidence="An audit",
        rests_on=conclude(board, "2018-07-05", REF, ref="wscb/again"),
    )
    level = EvidenceLevel.INDEPENDENT_AUDIT
    amend(board, number(board, r.RecommendationEmbedded), "2018-07-11", later, level=level)

    assert () == tuple(board.sustainability("2018-08-01").inconsistent)
    assert ["embedded"] == findings(board, "2018-08-01")


def test_a_plan_that_nobody_accepted_any_more_contradicts(board: Board) -> None:
    """The bodies it was put to are, as amended, others than the one that accepted it."""
    other = r.IssueRecommendation(
        by=CHAIR,
        on=day("2018-01-10"),
        recommendation=REF,
        source="review-wscb/r",
        text="Write it",
        addressed=(POLICY.body,),
    )
    amend(board, 1, "2018-02-01", other)
    (row,) = board.accountability("2018-06-01").inconsistent

    assert ((2, 3), "RecommendationPlanned takes effect while it is proposed") == (
        row.entries,
        row.why,
    )


def test_an_answer_to_another_escalation_contradicts(board: Board) -> None:
    """It answers e-1, and what was raised is, as amended, e-2."""
    raised: dict[str, Any] = {"recommendation": REF, "to": "wscb", "concern": "It does not move"}
    board.decide(r.RaiseEscalation, "2018-05-01", escalation="e-1", **raised)
    board.decide(
        r.AnswerEscalation,
        "2018-05-10",
        by=CHAIR,
        recommendation=REF,
        escalation="e-1",
        answer="x",
    )
    other = r.RaiseEscalation(by=QUALITY, on=day("2018-05-01"), escalation="e-2", **raised)
    amend(board, 4, "2018-06-01", other)
    (row,) = board.accountability("2018-06-01").inconsistent

    assert ((4, 5), "EscalationAnswered names another than what it rests on") == (
        row.entries,
        row.why,
    )


def test_an_entry_amended_into_the_name_of_another_contradicts_it(board: Board) -> None:
    """Two are e-2 then, and each view would make of them what its own fold happens to make."""
    raised: dict[str, Any] = {"recommendation": REF, "to": "wscb", "concern": "It does not move"}
    board.decide(r.RaiseEscalation, "2018-05-01", escalation="e-1", **raised)
    board.decide(r.RaiseEscalation, "2018-05-08", escalation="e-2", **raised)
    same: Any = r.RaiseEscalation(by=QUALITY, on=day("2018-05-01"), escalation="e-2", **raised)
    amend(board, 4, "2018-06-01", same)
    (row,) = board.accountability("2018-06-01").inconsistent

    assert ((4, 5), "EscalationRaised bears the name of another entry") == (row.entries, row.why)
    amend(board, 4, "2018-06-02", attrs.evolve(same, escalation="e-3"))
    assert () == tuple(board.accountability("2018-06-02").inconsistent)


TAKEN = ("taken", "already", "answered", "cancelled", "dropped", "for", "over")
"""How rules end that refuse a second one."""


def test_what_only_one_entry_can_bear_the_rules_give_to_no_second_one() -> None:
    """Each kind of entry of which a decider says so, decided again on the next day."""
    board = Board()
    board.now = datetime(2022, 1, 1, tzinfo=UTC)
    once = {kind for decider in DECIDERS for kind in decider.once}
    for each in everything():
        command: Any = load(json.dumps(each), board.app.mapper).command
        (record, *_) = board.app.handle(command)
        if type(record.event) not in once:
            continue
        once.remove(type(record.event))
        with pytest.raises(RefusedError) as refused:
            board.app.handle(attrs.evolve(command, on=command.on + timedelta(days=1)))

        assert refused.value.rule.rpartition("-")[2] in TAKEN, record
    assert set() == once


# What each kind of entry rests on

DECLARED = [
    pytest.param(decider, event, support, id=f"{event.__name__} on {support.kinds[0].__name__}")
    for decider in DECIDERS
    for event, supports in decider.rests_on.items()
    for support in supports
]


@pytest.mark.parametrize(("decider", "event", "support"), DECLARED)
def test_an_entry_lapses_with_each_thing_that_it_rests_on(
    decider: AnyDecider, event: type[Event[Any]], support: Support
) -> None:
    """In every kind of stream: its support is void, and recorded again it is another one."""
    resting = example(event)
    if support.where:
        resting = attrs.evolve(resting, **dict([support.where]))
    kind = support.kinds[-1]
    borne = example(kind)
    if support.by:
        field = support.of or support.by
        (key,) = support.keys(resting)
        field = {"answered_for": "for_body", "reaches": "milestone"}.get(field, field)
        if field != "end":  # which both examples share
            borne = attrs.evolve(borne, **{field: key})
    events = [example(decider.opens[-1]), borne, resting]
    assert [1, 2, 3] == numbers(events, decider)
    voided = EntryVoided(by=CHAIR, on=day("2018-02-01"), stream="any", entry=2, reasons="Wrong")

    assert [1] == numbers([*events, voided], decider)
    assert [1, 5] == numbers([*events, voided, borne], decider)


def numbers(events: Sequence[Event[Any]], decider: AnyDecider) -> list[int]:
    return [one.stream_position for one in standing(as_records(events), decider).records]


ON_THE_OPENING_ALONE = {
    "FindingCompared",
    "LessonLinked",
    "LessonPublished",
    "AuditCancelled",
    "AuditConcluded",
    "AuditToolShared",
    "BaselineSet",
    "BodyEnded",
    "BodyMerged",
    "BodyRenamed",
    "BodySplit",
    "CaseReferred",
    "ChallengeAnswered",
    "ChallengeResolved",
    "ChecksScheduled",
    "ConcernResolved",
    "ContributionMade",
    "CourseIncluded",
    "DeputyNamed",
    "DocumentCited",
    "EditionMandated",
    "EscalationRaised",
    "EvidenceRecorded",
    "FamilyInvited",
    "FamilyNotInvited",
    "FileGraded",
    "ImpactExplained",
    "JobDescriptionSigned",
    "LearningTakenUp",
    "MeetingRecorded",
    "MethodAdopted",
    "OccurrenceRecorded",
    "OrganisationHelped",
    "PlanClosed",
    "PointRecorded",
    "PractitionersInvited",
    "PrioritySet",
    "ProcedureEndorsed",
    "ProcedureRetired",
    "ProgrammePromoted",
    "ProgrammeReviewed",
    "ReachRecorded",
    "ProgressRecorded",
    "RecommendationAccepted",
    "RecommendationAcceptedInPart",
    "RecommendationDeclined",
    "RecommendationReplied",
    "RecommendationSent",
    "RecommendationWorded",
    "ReviewDelayExplained",
    "ReviewerAppointed",
    "ScopeSet",
    "SelfEvaluationSubmitted",
    "SomeReplied",
    "StandardAdopted",
    "SummaryPresented",
    "TargetSet",
    "TermsAdopted",
    "TrainingCalledFor",
    "TrainingReported",
    "VoiceRecorded",
}
"""The entries that need no other of their stream to have been before them."""


def test_whoever_adds_an_event_says_what_it_rests_on() -> None:
    """In the `rests_on` of its decider, or here: so that no ghost is left by oversight."""
    undeclared = {
        event.__name__
        for decider in DECIDERS
        for event in decider.event_types
        if event not in {*decider.rests_on, *decider.opens, *decider.ends}
    }

    assert undeclared == ON_THE_OPENING_ALONE


def test_whatever_is_declared_is_an_event_of_the_same_stream() -> None:
    for decider in DECIDERS:
        events = set(decider.event_types)
        kinds = {
            kind for rests in decider.rests_on.values() for rest in rests for kind in rest.kinds
        }

        assert {*decider.rests_on, *kinds, *decider.ends, *decider.outlasts} <= events


def test_every_mandate_is_needed_for_the_issue_of_an_edition() -> None:
    """One of two boards never mandated it: so it was not to be issued, nor acknowledged."""
    proposed, mandated = example(EditionProposed), example(EditionMandated)
    other = attrs.evolve(mandated, for_body="wsab")
    events = [proposed, mandated, other, example(EditionIssued), example(EditionAcknowledged)]
    voided = EntryVoided(by=CHAIR, on=day("2018-02-01"), stream="any", entry=2, reasons="Wrong")

    assert [1, 3] == numbers([*events, voided], CATEGORIES["edition"])


def test_an_audit_counts_the_files_that_were_graded() -> None:
    """Two files were graded good; one of them is void, and the conclusion still counts both."""
    planned, graded = example(AuditPlanned), example(FileGraded)
    second = attrs.evolve(graded, file="file-2")
    grades = (GradeCount(grade=graded.grade, files=2),)
    concluded = attrs.evolve(example(AuditConcluded), grades=grades)
    events = [planned, graded, second, concluded]
    voided = EntryVoided(by=CHAIR, on=day("2018-02-01"), stream="any", entry=3, reasons="Wrong")

    assert [] == marks(events, "audit")
    assert [((2, 4), "counts other files than were graded")] == marks([*events, voided], "audit")


def test_attendance_counts_the_places_that_were_booked() -> None:
    provided, scheduled = example(CourseProvided), example(SessionScheduled)
    booked = attrs.evolve(example(PlacesBooked), session=scheduled.session, places=3)
    more = attrs.evolve(booked, booking="b-2", places=2)
    attended = attrs.evolve(example(AttendanceRecorded), session=scheduled.session, booked=5)
    events = [provided, scheduled, booked, more, attended]
    voided = EntryVoided(by=CHAIR, on=day("2018-02-01"), stream="any", entry=4, reasons="Wrong")

    assert [] == marks(events, "training_course")
    assert [((3, 5), "counts other bookings than there are")] == marks(
        [*events, voided], "training_course"
    )


def test_a_plan_is_closed_once_its_priorities_have_ended() -> None:
    priority, outcome = example(PrioritySet), example(OutcomeRecorded)
    events = [
        example(PlanAdopted),
        priority,
        attrs.evolve(outcome, priority=priority.priority),
        example(PlanClosed),
    ]
    voided = EntryVoided(by=CHAIR, on=day("2018-02-01"), stream="any", entry=3, reasons="Wrong")

    assert [] == marks(events, "improvement_plan")
    assert [((2, 4), "closes the plan while priorities are open")] == marks(
        [*events, voided], "improvement_plan"
    )


def marks(events: Sequence[Event[Any]], category: str) -> list[tuple[Any, ...]]:
    records = standing(as_records(events), CATEGORIES[category]).records
    return [(m.entries, m.why) for one in records if (m := one.contradicts) is not None]


# By definition


@given(records=logs(max_size=24))
def test_what_stands_is_what_the_definition_says(records: Sequence[Record]) -> None:
    """Of any history with any corrections."""
    for name in {record.stream for record in records}:
        stream = [record for record in records if record.stream == name]
        decider = CATEGORIES[category_of(name)]

        assert NaiveStream(stream, decider).standing() == list(standing(stream, decider).records)


def test_without_its_decider_a_stream_is_read_by_its_corrections_alone(board: Board) -> None:
    """As of a program that does not know it."""
    void(board, 1, "2018-02-01")
    records = list(board.app.history(STREAM))

    assert [2, 3] == [record.stream_position for record in standing(records, None).records]
    assert list(records[:2]) == list(standing(records[:2], None).records)
    assert () == standing_in((), CATEGORIES).records


def test_no_history_of_decisions_alone_contradicts_itself(board: Board) -> None:
    """What the rules let pass is in order: only a correction leaves a contradiction."""
    implement(board, "2018-04-20")
    embed(board, "2018-05-01")
    check(board, "2018-09-01", passed=False)
    board.decide(
        r.ReopenRecommendation,
        "2018-09-10",
        recommendation=REF,
        due=day("2018-12-01"),
        reasons="x",
    )
    records = list(board.app.history(STREAM))

    assert [] == list(contradictions(records, supports_of(records, r.decider), r.decider))
