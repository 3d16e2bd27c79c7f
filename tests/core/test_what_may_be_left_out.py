"""What is still accepted with an optional field left out, or by another body: each with a reason.

Everything that boards decide on is decided, and before each decision the same is tried without
each of its optional fields, and by other bodies. What is accepted in some place stands here; what
does not stand here is refused in every place.
"""

from collections.abc import Mapping, Sequence

import pytest

from lif_core.framework import load
from lif_core.log.registry import Registry
from tests.left_out import Accepted, accepted

FIELDS: Mapping[str, Sequence[str]] = {
    "said where there is something to say, and no rule reads it": (
        "AcceptRecommendation.response",
        "AcknowledgeEdition.own_framework",
        "AnalyseDeath.factors",
        "ConcludeAudit.references",
        "ExplainImpact.source",
        "IssueRecommendation.findings",
        "NotifyCase.told",
        "PlanAudit.method",
        "PlanAudit.sample",
        "ProvideCourse.single_agency",
        "PublishReport.redactions",
        "PublishReport.summary",
        "RaiseChallenge.answer_by",
        "RecordEvaluation.measure",
        "RecordFinding.purpose",
        "RecordFinding.themes",
        "RecordMeeting.deputies",
        "RecordMilestone.note",
    ),
    "links, which views show and no rule counts": (
        "BeginAnnualReport.boards",
        "CommissionCourse.arising_from",
        "CompleteEvaluation.carried_by",
        "DefineIndicator.speaks_to",
        "Disseminate.bodies",
        "DraftProcedure.arising_from",
        "PlanAudit.follows",
        "PlanAudit.looks_at",
        "RaiseChallenge.about",
        "RequestCourse.arising_from",
        "SubmitSelfEvaluation.evidence",
    ),
    "evidence: with less of it, the level that is worked out is lower": (
        "CheckRecommendation.rests_on",
        "EmbedRecommendation.claimed",
        "EmbedRecommendation.routes",
        "RecordEvidence.claimed",
        "RecordEvidence.documents",
        "RecordEvidence.rests_on",
        "RecordOutcome.rests_on",
        "ShowImpact.claimed",
    ),
    "without it the stricter reading holds": (
        "ExplainRecommendationDelay.until",  # it expires after 90 days
        "NotifyCase.criteria",  # a decline answers every ground, whatever they are
        "SendRecommendation.answer_by",  # then the time that the pack gives
        "PlanAudit.looks",  # each look needs more than the one before
        "SplitBody.rest",  # what goes to nobody is unowned, and shown so
    ),
    "a figure that may not be known; what is given is held to the others": (
        "AdoptTerms.quorum",
        "PlanRecommendation.due",  # to be agreed: it is open, listed as undated, and never late
        "PlanAudit.agencies",  # then those of the own board, and whom it names, take part
        "RecordAttendance.mix",
        "RecordFinding.began",  # then it is listed, and counted as no recurrence
        "RecordReplyOfSome.among",  # then it is some of all that were asked
    ),
}
OTHERS: Mapping[str, Sequence[str]] = {
    "what a partner of the own board brings (rights.md)": (
        "BookPlaces by an agency",
        "CallForTraining by an agency",
        "CheckRecommendation by an agency",
        "ContributeToReview by an agency",
        "Disseminate by an agency",
        "NameDeputy by an agency",
        "NotifyCase by an agency",
        "OpenReview by an agency",
        "PlanAudit by an agency",
        "PlanEvaluation by an agency",
        "RaiseChallenge by an agency",
        "RaiseEscalation by an agency",
        "RecordEvidence by an agency",
        "RequestCourse by an agency",
        "SignJobDescription by an agency",
        "TellOwner by an agency",
    ),
    "the other body is a party too, and answers for itself": (
        "AcceptRecommendation by an agency",
        "AcknowledgeBriefingNote by an agency",
        "AcknowledgeEdition by an agency",
        "AdoptProcedure by an agency",
        "AdoptProcedure by another board",
        "DeclineRecommendation by an agency",
    ),
    "a board links what it has learnt to a lesson of another, which stands once that accepts it": (
        "AcceptLink by its committee",
        "LinkLesson by another board",
        "LinkLesson by its committee",
    ),
    "the clock of a ledger is that of all its boards": ("CorrectClock by another board",),
    "a namespace that has no body yet is begun by any board": ("RegisterBody by another board",),
}
IN_ROLE = {"DecideHold"}
"""Of a serious case review, as the chair alone (Working Together 2015)."""


@pytest.fixture(scope="module")
def outcome() -> Accepted:
    return accepted()


def listed(table: Mapping[str, Sequence[str]]) -> set[str]:
    names = [name for group in table.values() for name in group]
    assert len(set(names)) == len(names), "two reasons for one"
    return set(names)


def test_every_decision_is_tried(outcome: Accepted) -> None:
    """Or a new one would be held to nothing: add it to lif_core/testing/lives.py."""
    assert set(Registry().commands) == outcome.decided


def test_what_may_be_left_out_stands_here_with_its_reason(outcome: Accepted) -> None:
    """A field that a rule reads is no field that one leaves out to pass the rule."""
    assert listed(FIELDS) == outcome.fields


def test_who_else_may_decide_stands_here_with_its_reason(outcome: Accepted) -> None:
    """Another board, its committee, an agency, a body that is not on record."""
    assert listed(OTHERS) == outcome.others


def test_a_decision_of_one_role_is_nobody_elses(outcome: Accepted) -> None:
    assert IN_ROLE == outcome.in_role


def test_no_shipped_pack_opens_a_decision_to_any_body_of_any_kind() -> None:
    """But to parties, whom the rules of the life bind, as the table of rights says."""
    packs = load().packs
    wide = {name for pack in packs for right in pack.rights if right.any_board
            for name in right.commands}  # fmt: skip

    assert {"MandateEdition"} == wide
