"""The rules of a review. All cases are fictional."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

import pytest

from lif_core.aggregates import review
from lif_core.aggregates.review import (
    AcceptReport,
    AcceptReviewExplanation,
    AddresseesInformed,
    AddressFinding,
    AdoptMethod,
    AppointReviewer,
    CaseNotified,
    CloseReview,
    DecideHold,
    DecideNotToInviteFamily,
    DecideNotToPublish,
    ExplainReviewDelay,
    Factor,
    FamilyInvited,
    FindingAddressed,
    FindingRecorded,
    HoldDecided,
    InformAddressees,
    InviteFamily,
    InvitePractitioners,
    Matter,
    NonPublicationDecided,
    NotifyCase,
    OpenReview,
    PractitionersInvited,
    PublishReport,
    RecordFamilyResponse,
    RecordFinding,
    RecordVoice,
    ReportAccepted,
    ReportPublished,
    ReviewClosed,
    ReviewDelayExplained,
    ReviewerAppointed,
    ReviewExplanationAccepted,
    ReviewOpened,
    ScopeBasis,
    ScopeSet,
    SetScope,
    ShareFinding,
    TakeNoAction,
)
from lif_core.decisions.decider import AnyDecider
from lif_core.decisions.messages import Command, Event
from lif_core.framework import Framework
from lif_core.testing.decider_contract import DeciderContract
from tests.histories import WORLD
from tests.lives import (
    GENERAL,
    NO_GROUND,
    WOLVERHAMPTON,
    as_said,
    became,
    but,
    name,
    scenario_of,
    unmet,
)
from tests.people import CHAIR, MANAGER, POLICE, day

DECIDER: AnyDecider = review.decider

REF = "wscb/scr-1"

NOTIFY = NotifyCase(
    by=MANAGER,
    on=day("2017-04-20"),
    review=REF,
    kind="scr",
    subject="A child, in a fictional case.",
    aware=day("2017-04-18"),
)
OPEN = OpenReview(
    by=MANAGER, on=day("2017-04-20"), review=REF, kind="lga-peer", title="A peer review"
)
HOLD = DecideHold(
    by=CHAIR,
    on=day("2017-05-18"),
    review=REF,
    hold=True,
    reasons="There is concern about joint working.",
    criteria=("abuse-or-neglect", "serious-harm", "concern-joint-working"),
)
DO_NOT_HOLD = but(
    HOLD, hold=False, criteria=(), reasons="The criteria are not met.", not_met=unmet(*NO_GROUND)
)
INFORM = InformAddressees(
    by=MANAGER, on=day("2017-05-24"), review=REF, matter=Matter.DECISION, to=("national-panel",)
)
SCOPE = SetScope(
    by=CHAIR,
    on=day("2017-06-01"),
    review=REF,
    scope="Two years, two agencies.",
    rationale="Both knew the family throughout.",
    decided_on=(ScopeBasis.COMPLEXITY,),
    organisations=("wsb/police", "wsb/rwt"),
)
METHOD = AdoptMethod(
    by=CHAIR,
    on=day("2017-06-01"),
    review=REF,
    methodology="systems",
    toolkit="scr-toolkit 2",
)
APPOINT = AppointReviewer(
    by=CHAIR,
    on=day("2017-06-08"),
    review=REF,
    reviewer="I. Reviewer",
    declaration="No part in the case.",
    involved_in_case=False,
    employed_otherwise="Self-employed.",
)
PRACTITIONERS = InvitePractitioners(
    by=MANAGER, on=day("2017-07-03"), review=REF, organisation="wsb/police", invited=3
)
FAMILY = InviteFamily(
    by=MANAGER,
    on=day("2017-06-19"),
    review=REF,
    relation="mother",
    explanation="A letter explained how to contribute.",
)
NO_FAMILY = DecideNotToInviteFamily(
    by=CHAIR, on=day("2017-06-19"), review=REF, reasons="There is no known family."
)
RESPONSE = RecordFamilyResponse(
    by=MANAGER, on=day("2017-07-24"), review=REF, relation="mother", response="Contributed."
)
VOICE = RecordVoice(
    by=MANAGER, on=day("2017-07-24"), review=REF, voice="What the child showed at school."
)
FINDING = RecordFinding(
    by=MANAGER,
    on=day("2017-10-16"),
    review=REF,
    finding="f-1",
    factor=Factor.SYSTEM,
    what="Assessments were not shared.",
    why="No procedure said who starts them.",
)
FINDING_2 = but(FINDING, finding="f-2", factor=Factor.GOOD_PRACTICE)
DELAY = ExplainReviewDelay(
    by=CHAIR,
    on=day("2017-12-05"),
    review=REF,
    explanation="e-1",
    clock="completion",
    reasons="A trial is pending.",
    until=day("2018-01-31"),
)
TAKE = AcceptReviewExplanation(by=CHAIR, on=day("2017-12-06"), review=REF, explanation="e-1")
ACCEPT = AcceptReport(by=CHAIR, on=day("2018-01-25"), review=REF, response="All is accepted.")
ADDRESS = AddressFinding(
    by=MANAGER, on=day("2018-01-25"), review=REF, finding="f-1", recommendation="wscb/r-1"
)
NO_ACTION = TakeNoAction(
    by=CHAIR, on=day("2018-01-25"), review=REF, finding="f-2", reasons="It is good already."
)
COPY = InformAddressees(
    by=MANAGER, on=day("2018-01-29"), review=REF, matter=Matter.REPORT, to=("national-panel",)
)
PUBLISH = PublishReport(by=CHAIR, on=day("2018-02-07"), review=REF, place="https://example.org/1")
DO_NOT_PUBLISH = DecideNotToPublish(
    by=CHAIR, on=day("2018-02-01"), review=REF, reasons="It would identify a living child."
)
CLOSE = CloseReview(by=CHAIR, on=day("2018-03-01"), review=REF)

GROUND = "regulation 5(2)(b)(ii)"

HELD = (NOTIFY, HOLD)
PRINCIPLES = (SCOPE, METHOD, APPOINT, PRACTITIONERS, VOICE)
REPORTED = (*HELD, PRACTITIONERS, FAMILY, FINDING, ACCEPT)
ANSWERED = (*REPORTED, ADDRESS, PUBLISH)
LIFE = (
    NOTIFY,
    HOLD,
    INFORM,
    SCOPE,
    METHOD,
    APPOINT,
    FAMILY,
    PRACTITIONERS,
    RESPONSE,
    VOICE,
    FINDING,
    FINDING_2,
    DELAY,
    TAKE,
    ACCEPT,
    ADDRESS,
    NO_ACTION,
    COPY,
    PUBLISH,
    CLOSE,
)
OTHER_WAYS = (OPEN, NO_FAMILY, DO_NOT_PUBLISH)


after = partial(scenario_of, DECIDER)


# The whole life


class TestReview(DeciderContract):
    """From the notified case to the closed review."""

    decider = DECIDER
    lives = (LIFE,)
    frameworks = (WOLVERHAMPTON, GENERAL)
    world = WORLD

    def event_of(self, command: Command, framework: Framework) -> Event[Any]:
        """A pack names the ground in law on which a review is held."""
        if command == HOLD and framework is WOLVERHAMPTON:
            return HoldDecided.of(HOLD, grounds=(GROUND,))
        return super().event_of(command, framework)


@pytest.mark.parametrize(
    ("given", "command"),
    [((), OPEN), (HELD, NO_FAMILY), (REPORTED, DO_NOT_PUBLISH), ((*HELD, FINDING_2), NO_ACTION)],
    ids=name,
)
def test_the_other_ways_that_a_life_can_go_are_quiet_the_second_time(
    given: Sequence[Command], command: Command
) -> None:
    """Reasoned decisions against something are decisions like any other."""
    scenario = after(*given)

    assert ((became(command),), True) == (scenario.records(command), scenario.quiet(command))


@pytest.mark.parametrize("command", [c for c in LIFE + OTHER_WAYS[1:] if c != NOTIFY], ids=name)
def test_nothing_can_be_decided_about_a_review_nobody_began(command: Command) -> None:
    """A reference with a typing error must not quietly become a second review."""
    scenario = after()

    assert "review.unknown" == scenario.refuses(command)


def test_a_review_whose_beginning_is_not_on_record_is_unknown() -> None:
    """Where the first entry was voided, what is left of the stream does not make a review."""
    scenario = after(HOLD)

    assert "review.unknown" == scenario.refuses(INFORM)


# Begun


@pytest.mark.parametrize("begin", [NOTIFY, OPEN], ids=name)
def test_a_reference_is_taken_by_the_first_review_that_has_it(begin: Command) -> None:
    """A second case under the same reference would mix two children's histories."""
    scenario = after(begin)
    other = but(NOTIFY, subject="Another child, in a fictional case.")

    assert "review.reference-taken" == scenario.refuses(other)


def test_a_case_cannot_be_opened_once_more_under_another_kind() -> None:
    """Its kind decides its rules, so it is said once."""
    scenario = after(OPEN)

    assert "review.reference-taken" == scenario.refuses(but(OPEN, kind="guidance"))


def test_the_reference_of_a_closed_review_stays_taken() -> None:
    """A closed review is still somebody's history."""
    scenario = after(*ANSWERED, CLOSE)

    assert "review.reference-taken" == scenario.refuses(OPEN)


def test_the_notification_of_a_closed_review_can_be_repeated() -> None:
    """A retry from a referring system is no error, however late."""
    scenario = after(*ANSWERED, CLOSE)

    assert () == scenario.records(NOTIFY)


@pytest.mark.parametrize("begin", [NOTIFY, OPEN], ids=name)
def test_a_kind_that_the_framework_does_not_name_is_refused(
    begin: NotifyCase | OpenReview,
) -> None:
    """What it would have to satisfy is not known."""
    scenario = after()

    assert "review.unknown-kind" == scenario.refuses(but(begin, kind="learning circle"))


@pytest.mark.parametrize(
    "kind",
    [kind.kind for kind in WOLVERHAMPTON.review_kinds if not (kind.death or kind.threshold)],
)
def test_every_kind_of_the_framework_can_be_notified(kind: str) -> None:
    """A death is notified in its own way; below the criteria a review is opened, with a reason."""
    entry = WOLVERHAMPTON.review_kind(kind)
    command = but(NOTIFY, kind=kind, on=max(NOTIFY.on, entry.in_force))

    assert (CaseNotified.of(command),) == after().records(command)


def test_any_kind_is_allowed_where_no_framework_governs() -> None:
    """A board without a pack still has a life cycle."""
    command = but(OPEN, kind="learning circle")

    assert (ReviewOpened.of(command),) == after(framework=GENERAL).records(command)


def test_nobody_can_notify_a_case_before_they_knew_of_it() -> None:
    """One of the two dates must be wrong, and the first clock runs between them."""
    command = but(NOTIFY, on=day("2017-04-17"))

    assert "review.notified-before-aware" == after().refuses(command)


def test_a_case_can_be_notified_on_the_day_it_became_known() -> None:
    """That is what the five working days are there to encourage."""
    command = but(NOTIFY, on=NOTIFY.aware)

    assert (CaseNotified.of(command),) == after().records(command)


@pytest.mark.parametrize("kind", ["scr", "sar", "rapid-review", "lcspr"])
def test_a_statutory_review_cannot_begin_without_a_decision_to_hold_it(kind: str) -> None:
    """Opened instead of notified, it would be held with no decider, no reasons and no criteria."""
    scenario = after()
    on = max(OPEN.on, WOLVERHAMPTON.review_kind(kind).in_force)

    assert "review.case-not-notified" == scenario.refuses(but(OPEN, kind=kind, on=on))


@pytest.mark.parametrize(
    "kind", [kind.kind for kind in WOLVERHAMPTON.review_kinds if not (kind.case or kind.death)]
)
def test_a_review_below_the_statutory_criteria_can_be_opened(kind: str) -> None:
    """There is no case decision to take."""
    command = but(OPEN, kind=kind, threshold="Nobody was seriously harmed.")

    assert (ReviewOpened.of(command),) == after().records(command)


# Decided


def test_a_review_that_no_case_was_notified_for_is_under_way_already() -> None:
    """There is nothing left to decide about holding it."""
    scenario = after(OPEN)

    assert "review.no-case" == scenario.refuses(HOLD)


@pytest.mark.parametrize("again", [but(HOLD, reasons="Other reasons."), DO_NOT_HOLD])
def test_a_review_that_is_held_cannot_be_decided_on_again(again: DecideHold) -> None:
    """People were told of the first decision; a mistake in it is corrected, openly."""
    scenario = after(*HELD)

    assert "review.held-already" == scenario.refuses(again)


def test_a_decision_against_a_review_can_be_changed() -> None:
    """New information may show that the criteria are met after all."""
    command = but(HOLD, on=day("2017-09-01"))
    scenario = after(NOTIFY, DO_NOT_HOLD)

    assert (HoldDecided.of(command, grounds=(GROUND,)),) == scenario.records(command)


def test_a_second_decision_against_a_review_has_its_own_reasons() -> None:
    """It was asked for again and refused again; both answers are on record."""
    command = but(DO_NOT_HOLD, on=day("2017-09-01"), reasons="Nothing new is known.")
    scenario = after(NOTIFY, DO_NOT_HOLD)

    assert (HoldDecided.of(command),) == scenario.records(command)


@pytest.mark.parametrize("kind", ["scr", "sar"])
def test_a_statutory_review_is_held_on_named_criteria(kind: str) -> None:
    """Without them nobody can later check the decision."""
    scenario = after(but(NOTIFY, kind=kind))

    assert "review.criteria" == scenario.refuses(but(HOLD, criteria=()))


@pytest.mark.parametrize(
    ("kind", "command"), [("scr", DO_NOT_HOLD), ("single-agency-review", but(HOLD, criteria=()))]
)
def test_no_criteria_are_asked_where_none_are_met(kind: str, command: DecideHold) -> None:
    """A decision against a review, and a review below the threshold, need reasons only."""
    scenario = after(but(NOTIFY, kind=kind))

    assert (HoldDecided.of(command),) == scenario.records(command)


def test_the_panel_cannot_be_told_what_is_not_decided() -> None:
    """What would it be told?"""
    scenario = after(NOTIFY)

    assert "review.not-decided" == scenario.refuses(INFORM)


@pytest.mark.parametrize("decision", [HOLD, DO_NOT_HOLD])
def test_the_panel_is_told_of_either_decision(decision: DecideHold) -> None:
    """A decision not to hold a review goes to the panel as well."""
    scenario = after(NOTIFY, decision)

    assert (AddresseesInformed.of(INFORM),) == scenario.records(INFORM)


def test_the_panel_is_told_of_a_decision_once() -> None:
    """Two different days cannot both be the day it was told."""
    scenario = after(*HELD, INFORM)

    assert "review.informed-already" == scenario.refuses(but(INFORM, on=day("2017-05-25")))


def test_the_panel_can_be_told_that_the_decision_has_changed() -> None:
    """It knew that there would be no review, and now there is one."""
    changed = but(HOLD, on=day("2017-09-01"))
    command = but(INFORM, on=day("2017-09-04"))
    scenario = after(NOTIFY, DO_NOT_HOLD, INFORM, changed)

    assert (AddresseesInformed.of(command),) == scenario.records(command)


# Nothing before what it rests on


@pytest.mark.parametrize(
    ("given", "command", "earliest"),
    [
        (HELD, INFORM, HOLD.on),
        ((NOTIFY, DO_NOT_HOLD), HOLD, DO_NOT_HOLD.on),
        (HELD, FINDING, HOLD.on),
        ((*HELD, FAMILY), RESPONSE, FAMILY.on),
        ((*HELD, FINDING), ADDRESS, FINDING.on),
        ((*HELD, FINDING_2), NO_ACTION, FINDING_2.on),
        (
            (but(NOTIFY, kind="rapid-review"), HOLD, *PRINCIPLES, but(FINDING, on=NOTIFY.on)),
            ACCEPT,
            HOLD.on,
        ),
        ((*HELD, *PRINCIPLES, FAMILY, FINDING), ACCEPT, FINDING.on),
        (
            (*HELD, *PRINCIPLES, FAMILY, but(FINDING_2, on=day("2017-11-06")), FINDING),
            ACCEPT,
            day("2017-11-06"),
        ),
        (
            (*HELD, *PRINCIPLES, FINDING, but(NO_FAMILY, on=day("2017-11-20"))),
            ACCEPT,
            day("2017-11-20"),
        ),
        (REPORTED, COPY, ACCEPT.on),
        (REPORTED, PUBLISH, ACCEPT.on),
        (REPORTED, DO_NOT_PUBLISH, ACCEPT.on),
        ((*REPORTED, ADDRESS, but(PUBLISH, on=ACCEPT.on)), CLOSE, ACCEPT.on),
        (ANSWERED, CLOSE, PUBLISH.on),
        (
            (*REPORTED, PUBLISH, but(ADDRESS, on=day("2018-02-20"))),
            CLOSE,
            day("2018-02-20"),
        ),
        ((NOTIFY, DO_NOT_HOLD), CLOSE, DO_NOT_HOLD.on),
    ],
    ids=[
        "panel after the decision",
        "another decision after the first",
        "finding after the decision",
        "response after the invitation",
        "action after the finding",
        "no action after the finding",
        "report after the decision",
        "report after the finding",
        "report after the last finding",
        "report after the decision about the family",
        "panel copy after the report",
        "publication after the report",
        "non-publication after the report",
        "close after the report",
        "close after publication",
        "close after the last answer",
        "close after the decision not to hold",
    ],
)
def test_nothing_takes_effect_before_what_it_rests_on(
    given: Sequence[Command], command: Command, earliest: date
) -> None:
    """The same day is allowed, the day before is an error in one of the dates."""
    scenario = after(*given)
    same_day = but(command, on=earliest)
    too_early = but(command, on=date.fromordinal(earliest.toordinal() - 1))

    (recorded,) = scenario.records(same_day)
    assert became(same_day) == as_said(recorded)
    assert "review.out-of-order" == scenario.refuses(too_early)


# Carried out


@pytest.mark.parametrize("decided_on", [(), (ScopeBasis.STATUTORY,)])
def test_statutory_status_alone_does_not_decide_the_scale(
    decided_on: tuple[ScopeBasis, ...],
) -> None:
    """A response in proportion looks at the case, not only at its legal category."""
    scenario = after(*HELD)

    assert "review.proportionality" == scenario.refuses(but(SCOPE, decided_on=decided_on))


@pytest.mark.parametrize(
    "decided_on", [(ScopeBasis.LEARNING,), (ScopeBasis.STATUTORY, ScopeBasis.SCALE_OF_ISSUES)]
)
def test_statutory_status_may_be_one_ground_among_others(
    decided_on: tuple[ScopeBasis, ...],
) -> None:
    """It is a fact about the case, and may be weighed."""
    command = but(SCOPE, decided_on=decided_on)

    assert (ScopeSet.of(command),) == after(*HELD).records(command)


def test_the_scope_can_be_set_anew() -> None:
    """What is learned on the way may widen it."""
    wider = but(SCOPE, on=day("2017-08-01"), scope="Four years, two agencies.")

    assert (ScopeSet.of(wider),) == after(*HELD, SCOPE).records(wider)


def test_somebody_involved_in_the_case_cannot_lead_its_review() -> None:
    """Nobody examines their own part."""
    scenario = after(*HELD)

    assert "review.independence" == scenario.refuses(but(APPOINT, involved_in_case=True))


def test_an_employee_of_a_reviewed_organisation_cannot_lead() -> None:
    """Their employer's actions are what the review looks at."""
    scenario = after(*HELD, SCOPE)

    assert "review.independence" == scenario.refuses(but(APPOINT, employer="wsb/police"))


def test_the_scope_cannot_be_widened_to_the_reviewers_employer() -> None:
    """The order in which the two were decided makes nobody independent."""
    scenario = after(*HELD, but(APPOINT, employer="wsb/police"))

    assert "review.independence" == scenario.refuses(SCOPE)


@pytest.mark.parametrize("employer", [None, "wsb/probation"])
def test_a_reviewer_from_outside_the_scope_can_lead(employer: str | None) -> None:
    """Employed elsewhere, or by nobody."""
    command = but(APPOINT, employer=employer)

    assert (ReviewerAppointed.of(command),) == after(*HELD, SCOPE).records(command)


def test_the_scope_can_leave_out_the_reviewers_employer() -> None:
    """Only the organisations under review count."""
    scenario = after(*HELD, but(APPOINT, employer="wsb/probation"))

    assert (ScopeSet.of(SCOPE),) == scenario.records(SCOPE)


def test_another_reviewer_can_take_over() -> None:
    """People fall ill, or turn out to know the case after all."""
    other = but(APPOINT, on=day("2017-09-01"), reviewer="J. Reviewer")

    assert (ReviewerAppointed.of(other),) == after(*HELD, APPOINT).records(other)


@pytest.mark.parametrize(
    "other", [but(PRACTITIONERS, organisation="wsb/rwt"), but(PRACTITIONERS, invited=4)]
)
def test_each_invitation_to_practitioners_is_on_record(other: InvitePractitioners) -> None:
    """Each organisation has its own, and may have more than one."""
    scenario = after(*HELD, PRACTITIONERS)

    assert (PractitionersInvited.of(other),) == scenario.records(other)


def test_a_family_that_was_invited_cannot_be_decided_against() -> None:
    """The invitation has reached them."""
    scenario = after(*HELD, FAMILY)

    assert "review.family-invited-already" == scenario.refuses(NO_FAMILY)


def test_a_family_can_be_invited_after_a_decision_not_to() -> None:
    """The reasons against it may fall away, such as the end of a trial."""
    command = but(FAMILY, on=day("2017-09-01"))
    scenario = after(*HELD, NO_FAMILY)

    assert (FamilyInvited.of(command),) == scenario.records(command)


def test_a_second_decision_not_to_invite_the_family_has_its_own_reasons() -> None:
    """It was considered again, and the register shows that."""
    command = but(NO_FAMILY, reasons="They asked not to be approached.")
    scenario = after(*HELD, NO_FAMILY)

    assert (became(command),) == scenario.records(command)


def test_every_member_of_a_family_is_invited_once() -> None:
    """Repeating the first invitation after the second adds nothing."""
    sibling = but(FAMILY, relation="surviving sibling, with an advocate")
    scenario = after(*HELD, FAMILY, sibling)

    assert () == scenario.records(FAMILY)


@pytest.mark.parametrize("given", [HELD, (*HELD, NO_FAMILY)])
def test_a_family_that_was_not_invited_has_not_responded(given: Sequence[Command]) -> None:
    """First they must know of the review."""
    scenario = after(*given)

    assert "review.family-not-invited" == scenario.refuses(RESPONSE)


def test_a_family_may_respond_more_than_once() -> None:
    """Each thing they say is kept."""
    more = but(RESPONSE, on=day("2017-08-01"), response="Asked for a change to the draft.")
    scenario = after(*HELD, FAMILY, RESPONSE)

    assert (became(more),) == scenario.records(more)


def test_the_voice_of_a_child_or_adult_can_be_recorded_at_any_time() -> None:
    """It does not wait for a decision to hold the review."""
    scenario = after(NOTIFY)

    assert (became(VOICE),) == scenario.records(VOICE)


# Found


@pytest.mark.parametrize("given", [(NOTIFY,), (NOTIFY, DO_NOT_HOLD)])
@pytest.mark.parametrize("command", [FINDING, ACCEPT], ids=name)
def test_a_review_that_is_not_held_finds_and_reports_nothing(
    given: Sequence[Command], command: Command
) -> None:
    """A finding is a result of the review, not a reason to have one."""
    scenario = after(*given)

    assert "review.not-held" == scenario.refuses(command)


@pytest.mark.parametrize("factor", list(Factor))
def test_a_review_that_was_opened_can_find_at_once(factor: Factor) -> None:
    """An inspection or a peer review needs no decision about a case."""
    command = but(FINDING, factor=factor)

    assert (FindingRecorded.of(command),) == after(OPEN).records(command)


def test_a_finding_keeps_its_reference() -> None:
    """Recommendations point to it."""
    scenario = after(*HELD, FINDING)

    assert "review.finding-taken" == scenario.refuses(but(FINDING, why="Another reason."))


def test_another_finding_has_another_reference() -> None:
    """What went well stands beside what did not."""
    scenario = after(*HELD, FINDING)

    assert (FindingRecorded.of(FINDING_2),) == scenario.records(FINDING_2)


@pytest.mark.parametrize("command", [ADDRESS, but(NO_ACTION, finding="f-1")], ids=name)
def test_only_a_finding_on_record_can_be_answered(
    command: AddressFinding | TakeNoAction,
) -> None:
    """An answer to nothing would hide that the finding is still open."""
    scenario = after(*HELD, FINDING)

    assert (became(command),) == scenario.records(command)
    assert "review.no-such-finding" == scenario.refuses(but(command, finding="f-9"))


def test_nothing_is_found_after_the_report_is_accepted() -> None:
    """The board answered what was in it; what is found later is another review's."""
    scenario = after(*REPORTED)

    assert "review.accepted-already" == scenario.refuses(FINDING_2)


def test_a_decision_to_take_no_action_can_be_changed() -> None:
    """A recommendation may take up the finding after all."""
    scenario = after(*HELD, FINDING, but(NO_ACTION, finding="f-1"))

    assert (FindingAddressed.of(ADDRESS),) == scenario.records(ADDRESS)


def test_a_finding_that_a_recommendation_took_up_is_not_left_alone_as_well() -> None:
    """What is no longer to be done about it is said of the recommendation."""
    nothing, other = but(NO_ACTION, finding="f-1"), but(ADDRESS, finding="f-2")
    scenario = after(*HELD, FINDING, FINDING_2)

    assert "review.finding-taken-up" == scenario.after(ADDRESS).refuses(nothing)
    assert (became(nothing),) == scenario.after(other).records(nothing)
    assert scenario.quiet(nothing, ADDRESS, nothing)


def test_good_practice_that_was_passed_on_may_need_no_other_action() -> None:
    """Passing it on is not the recommendation that would be undone."""
    shared = ShareFinding(
        by=CHAIR, on=NO_ACTION.on, review=REF, finding="f-2", dissemination="wsb/news-1"
    )
    scenario = after(*HELD, FINDING_2, shared)

    assert (became(NO_ACTION),) == scenario.records(NO_ACTION)


def test_a_finding_may_have_two_recommendations_and_each_is_said_once() -> None:
    """Repeating the first after the second adds nothing."""
    second = but(ADDRESS, recommendation="wscb/r-2")
    scenario = after(*HELD, FINDING, ADDRESS).after(second)

    assert became(second) == scenario.given[-1]
    assert () == scenario.records(ADDRESS)


# Reported


@pytest.mark.parametrize(
    ("kind", "clock"),
    [("scr", "online"), ("scr", "soon"), ("sar", "notification"), ("cdr", "completion")],
)
def test_only_a_clock_that_runs_for_this_kind_can_be_explained(kind: str, clock: str) -> None:
    """An explanation of no deadline would explain nothing."""
    scenario = after(but(NOTIFY, kind=kind))

    assert "review.unknown-clock" == scenario.refuses(but(DELAY, clock=clock))


@pytest.mark.parametrize(
    ("kind", "clock", "framework"),
    [
        ("scr", "notification", WOLVERHAMPTON),
        ("sar", "adult review completion", WOLVERHAMPTON),
        ("scr", "our own target", GENERAL),
    ],
)
def test_a_clock_of_this_kind_or_of_a_board_without_a_pack_can_be_explained(
    kind: str, clock: str, framework: Framework
) -> None:
    """A board that no pack governs names its own deadlines."""
    command = but(DELAY, clock=clock)
    scenario = after(but(NOTIFY, kind=kind), framework=framework)

    assert (ReviewDelayExplained.of(command),) == scenario.records(command)


@pytest.mark.parametrize("until", [DELAY.on, day("2017-12-04")])
def test_an_explanation_cannot_have_ended_when_it_is_given(until: date) -> None:
    """Days that are past are not explained afterwards."""
    scenario = after(*HELD)

    assert "review.explanation-ended" == scenario.refuses(but(DELAY, until=until))


@pytest.mark.parametrize("until", [None, day("2017-12-06")])
def test_an_explanation_lasts_a_day_or_longer(until: date | None) -> None:
    """It may have no end yet."""
    command = but(DELAY, until=until)

    assert (ReviewDelayExplained.of(command),) == after(*HELD).records(command)


def test_an_explanation_of_a_review_has_a_reference_of_its_own() -> None:
    scenario = after(*HELD).after(DELAY)

    assert "review.explanation-taken" == scenario.refuses(but(DELAY, reasons="Another"))
    assert "review.no-such-explanation" == scenario.refuses(but(TAKE, explanation="e-2"))


def test_a_board_accepts_the_explanation_of_a_review_once() -> None:
    """The chair's board has it in its reference; the police owe nothing to themselves."""
    scenario = after(*HELD).after(DELAY)

    assert (ReviewExplanationAccepted.of(TAKE),) == scenario.records(TAKE)
    assert "review.owed-to-another" == scenario.refuses(but(TAKE, by=POLICE))
    assert "review.explanation-accepted-already" == scenario.after(TAKE).refuses(
        but(TAKE, on=day("2017-12-07"))
    )


@pytest.mark.parametrize(
    ("on", "rule"), [("2017-12-04", "out-of-order"), ("2018-01-31", "explanation-ended")]
)
def test_an_explanation_of_a_review_is_accepted_while_it_lasts(on: str, rule: str) -> None:
    """Given on 5 December, until 31 January: an acceptance on that day could never count."""
    scenario = after(*HELD).after(DELAY)

    assert f"review.{rule}" == scenario.refuses(but(TAKE, on=day(on)))


def test_a_report_without_findings_is_not_accepted() -> None:
    """A review says what happened and why."""
    scenario = after(*HELD, PRACTITIONERS, FAMILY)

    assert "review.no-findings" == scenario.refuses(ACCEPT)


@pytest.mark.parametrize("kind", ["scr", "sar"])
def test_a_report_waits_for_a_decision_about_the_family(kind: str) -> None:
    """They are invited, or it is said why not."""
    scenario = after(but(NOTIFY, kind=kind), HOLD, FINDING)

    assert "review.family" == scenario.refuses(ACCEPT)


@pytest.mark.parametrize("decision", [FAMILY, NO_FAMILY], ids=name)
def test_either_decision_about_the_family_lets_a_report_be_accepted(decision: Command) -> None:
    """A reasoned decision not to invite them is a decision."""
    scenario = after(*HELD, *PRINCIPLES, FINDING, decision)

    assert (ReportAccepted.of(ACCEPT),) == scenario.records(ACCEPT)


SIBLING = but(NO_FAMILY, relation="surviving sibling", reasons="He is two years old.")


@pytest.mark.parametrize(
    "given", [(SIBLING,), (SIBLING, but(SIBLING, relation="father"))], ids=["one", "two"]
)
def test_a_decision_about_one_relation_does_not_settle_the_family(
    given: Sequence[Command],
) -> None:
    """The others are neither invited nor left out for a reason."""
    scenario = after(*HELD, *PRINCIPLES, FINDING, *given)

    assert "review.family" == scenario.refuses(ACCEPT)
    for decision in (FAMILY, NO_FAMILY):
        assert (ReportAccepted.of(ACCEPT),) == scenario.after(decision).records(ACCEPT)


def test_a_decision_about_one_relation_is_on_record_once() -> None:
    """It settles nothing, and is still a decision with reasons."""
    scenario = after(*HELD)

    assert (became(SIBLING),) == scenario.records(SIBLING)
    assert scenario.quiet(SIBLING)


def test_a_kind_that_has_no_family_asks_for_none() -> None:
    """A peer review is about services."""
    scenario = after(OPEN, *PRINCIPLES, FINDING)

    assert (ReportAccepted.of(ACCEPT),) == scenario.records(ACCEPT)


@pytest.mark.parametrize(
    ("lacking", "warning"),
    [
        (SCOPE, "no-scope"),
        (METHOD, "no-method"),
        (APPOINT, "no-reviewer"),
        (PRACTITIONERS, "no-practitioners-invited"),
        (VOICE, "no-voice"),
    ],
    ids=name,
)
def test_a_report_that_lacks_what_the_principles_ask_is_accepted_with_a_warning(
    lacking: Command, warning: str
) -> None:
    """It is not refused: the register shows what it lacked."""
    given = (command for command in PRINCIPLES if command != lacking)
    scenario = after(*HELD, FAMILY, FINDING, *given)

    assert (ReportAccepted.of(ACCEPT, warnings=(warning,)),) == scenario.records(ACCEPT)


def test_a_report_that_lacks_everything_says_all_of_it() -> None:
    """One warning does not hide another."""
    warnings = ("no-scope", "no-reviewer", "no-practitioners-invited", "no-voice", "no-method")
    scenario = after(*HELD, FAMILY, FINDING)

    assert (ReportAccepted.of(ACCEPT, warnings=warnings),) == scenario.records(ACCEPT)


@pytest.mark.parametrize(
    "given",
    [
        (),
        (but(PRACTITIONERS, invited=0),),
        (but(PRACTITIONERS, on=day("2018-01-26")),),
    ],
    ids=["no invitation", "an invitation to nobody", "an invitation afterwards"],
)
def test_a_report_to_which_nobody_was_invited_is_accepted_with_a_warning(
    given: Sequence[Command],
) -> None:
    """An invitation counts where it reached somebody who could still contribute."""
    scenario = after(*HELD, SCOPE, METHOD, APPOINT, VOICE, FAMILY, FINDING, *given)
    accepted = ReportAccepted.of(ACCEPT, warnings=("no-practitioners-invited",))

    assert (accepted,) == scenario.records(ACCEPT)


def test_a_report_accepted_with_a_warning_is_accepted_once() -> None:
    """Invitations sent afterwards neither remove the warning nor make a second acceptance."""
    scenario = after(*HELD, FAMILY, FINDING).after(
        ACCEPT, but(PRACTITIONERS, on=day("2018-02-01"))
    )

    assert () == scenario.records(ACCEPT)


def test_a_report_is_accepted_once() -> None:
    """The clock stops on one day."""
    scenario = after(*REPORTED)

    assert "review.accepted-already" == scenario.refuses(but(ACCEPT, on=day("2018-01-26")))


# Published and closed


@pytest.mark.parametrize("command", [COPY, PUBLISH, DO_NOT_PUBLISH, CLOSE], ids=name)
def test_a_report_that_is_not_accepted_goes_nowhere(command: Command) -> None:
    """What the board has not answered is a draft."""
    scenario = after(*HELD, FAMILY, FINDING, ADDRESS)

    assert "review.not-accepted" == scenario.refuses(command)


def test_a_case_nobody_has_decided_on_cannot_be_closed() -> None:
    """The decision is owed first."""
    scenario = after(NOTIFY)

    assert "review.not-accepted" == scenario.refuses(CLOSE)


def test_the_panel_gets_one_copy() -> None:
    """The notice before publication runs from one day."""
    scenario = after(*REPORTED, COPY)
    other = but(COPY, on=day("2018-01-30"))

    assert "review.informed-already" == scenario.refuses(other)


def test_the_panel_can_have_its_copy_without_a_publication() -> None:
    """Whether the report is published may be decided later."""
    assert (AddresseesInformed.of(COPY),) == after(*REPORTED).records(COPY)


@pytest.mark.parametrize(
    "command", [but(PUBLISH, place="https://example.org/2"), DO_NOT_PUBLISH], ids=name
)
def test_a_published_report_is_public(command: Command) -> None:
    """It is published once, and cannot be decided against afterwards."""
    scenario = after(*REPORTED, PUBLISH)

    assert "review.publication-decided-already" == scenario.refuses(command)


def test_a_decision_not_to_publish_is_taken_once() -> None:
    """Other reasons for it would be a correction."""
    scenario = after(*REPORTED, DO_NOT_PUBLISH)
    other = but(DO_NOT_PUBLISH, reasons="Another reason.")

    assert "review.publication-decided-already" == scenario.refuses(other)


@pytest.mark.parametrize("given", [REPORTED, (*REPORTED, DO_NOT_PUBLISH)])
@pytest.mark.parametrize("redactions", [None, "Dates of birth, to protect a sibling."])
def test_a_report_can_be_published_even_after_a_decision_not_to(
    given: Sequence[Command], redactions: str | None
) -> None:
    """The reasons against it may fall away; transparency is the rule."""
    command = but(PUBLISH, redactions=redactions)

    assert (ReportPublished.of(command),) == after(*given).records(command)


def test_a_report_can_be_kept_back_with_reasons() -> None:
    """Rarely, publication would do harm."""
    scenario = after(*REPORTED)

    assert (NonPublicationDecided.of(DO_NOT_PUBLISH),) == scenario.records(DO_NOT_PUBLISH)


def test_a_review_does_not_close_over_an_open_finding() -> None:
    """Every finding gets an action, or a reasoned decision to take none."""
    scenario = after(*ANSWERED, FINDING_2)

    assert "review.findings-open" == scenario.refuses(CLOSE)


@pytest.mark.parametrize("answer", [NO_ACTION, but(ADDRESS, finding="f-2")], ids=name)
def test_a_review_closes_when_every_finding_is_answered(answer: Command) -> None:
    """Either answer will do."""
    scenario = after(*ANSWERED, FINDING_2, answer)

    assert (ReviewClosed.of(CLOSE),) == scenario.records(CLOSE)


@pytest.mark.parametrize("kind", ["scr", "sar"])
def test_a_statutory_review_does_not_close_before_publication_is_decided(kind: str) -> None:
    """The public can see it, or can see why not."""
    given = (but(NOTIFY, kind=kind), HOLD, PRACTITIONERS, FAMILY, FINDING, ACCEPT, ADDRESS)

    assert "review.publication-undecided" == after(*given).refuses(CLOSE)


@pytest.mark.parametrize("decision", [PUBLISH, DO_NOT_PUBLISH], ids=name)
def test_either_decision_about_publication_lets_a_review_close(decision: Command) -> None:
    """A reasoned decision not to publish is a decision."""
    scenario = after(*REPORTED, ADDRESS, decision)

    assert (ReviewClosed.of(CLOSE),) == scenario.records(CLOSE)


@pytest.mark.parametrize(
    "given",
    [
        (but(NOTIFY, kind="single-agency-review"), HOLD, FINDING, ACCEPT, ADDRESS),
        (OPEN, FINDING, ACCEPT, ADDRESS),
        (NOTIFY, DO_NOT_HOLD),
    ],
    ids=["below the criteria", "opened", "not held"],
)
def test_what_need_not_be_published_closes_without_a_decision(given: Sequence[Command]) -> None:
    """Where nothing is held there is nothing to publish; below the criteria nothing must be."""
    assert (ReviewClosed.of(CLOSE),) == after(*given).records(CLOSE)


@pytest.mark.parametrize(
    "command",
    [
        but(VOICE, voice="Something else."),
        but(FINDING, finding="f-9"),
        but(DO_NOT_PUBLISH, on=day("2018-03-02")),
        but(SCOPE, on=day("2018-03-02")),
        but(CLOSE, on=day("2018-03-02")),
    ],
    ids=name,
)
def test_nothing_new_is_decided_about_a_closed_review(command: Command) -> None:
    """What is learned later begins another one."""
    scenario = after(*ANSWERED, CLOSE)

    assert "review.closed" == scenario.refuses(command)
