"""The rules of a review. Lateness is measured by the projections, never refused here."""

from typing import Any, assert_never

from lif_core.aggregates.review import messages as m
from lif_core.aggregates.review.opening_rules import (
    begin,
    decide_hold,
    inform_panel,
    refer_case,
    refuse_unless_of_a_death,
)
from lif_core.aggregates.review.reporting_rules import (
    accept_report,
    close,
    discontinue,
    explain_delay,
    publish,
    send_panel_copy,
    take_down,
)
from lif_core.aggregates.review.state import Review
from lif_core.decisions.decider import Setting, refuse_earlier, refuse_second, unknown
from lif_core.decisions.messages import Command, Event
from lif_core.errors import RefusedError
from lif_core.framework import Framework, ReviewKind

Events = tuple[m.ReviewEvent, ...]
AFTER_CLOSURE = (
    m.InformPanel,
    m.PublishReport,
    m.ReferCase,
    m.SendPanelCopy,
    m.ShareFinding,
    m.TakeDownReport,
)


def decide(command: m.ReviewCommand, state: Review | None, setting: Setting) -> Events:
    framework = setting.framework
    if isinstance(command, m.NotifyCase | m.NotifyDeath | m.OpenReview):
        return begin(command, state, framework)
    if state is None or state.begun is None:
        raise unknown("review.unknown", command)
    if not isinstance(command, AFTER_CLOSURE):
        refuse_second("review.closed", state.closed)
    kind = framework.review_kind(state.kind)
    match command:
        case m.DecideHold():
            return decide_hold(command, state, kind, framework)
        case m.InformPanel():
            return inform_panel(command, state, kind)
        case m.SetScope():
            return _set_scope(command, state, kind)
        case m.AdoptMethod():
            return _adopt_method(command, state, kind, framework)
        case m.AppointReviewer():
            return _appoint_reviewer(command, state, kind)
        case m.InvitePractitioners():
            return _invite_practitioners(command, state, kind)
        case m.RecordContribution():
            return _record_contribution(command, state)
        case m.InviteFamily():
            return (m.FamilyInvited.of(command),)
        case m.DecideNotToInviteFamily():
            return _decide_not_to_invite_family(command, state)
        case m.RecordFamilyResponse():
            return _record_family_response(command, state)
        case m.RecordVoice():
            return (m.VoiceRecorded.of(command),)
        case m.CiteDocument():
            refuse_second("review.accepted-already", state.accepted)
            known = state.documents.get(command.document)
            refuse_second("review.document-cited-already", known)
            return (m.DocumentCited.of(command),)
        case m.ContributeToReview():
            return (m.ContributionMade.of(command),)
        case m.RecordMilestone():
            return _record_milestone(command, state, kind, framework)
        case m.ReferCase():
            return refer_case(command, state, framework)
        case m.RecordFinding():
            return _record_finding(command, state, kind, framework)
        case m.RecordJudgement():
            return _record_judgement(command, state, kind, framework)
        case m.AnalyseDeath():
            return _analyse_death(command, state, kind, framework)
        case m.AddressFinding() | m.TakeNoAction() | m.ShareFinding():
            return _answer_finding(command, state)
        case m.ExplainReviewDelay():
            return explain_delay(command, state, framework)
        case m.AcceptReport():
            return accept_report(command, state, kind)
        case m.SendPanelCopy():
            return send_panel_copy(command, state, kind)
        case m.PublishReport() | m.DecideNotToPublish():
            return publish(command, state)
        case m.TakeDownReport():
            return take_down(command, state)
        case m.DiscontinueReview():
            return discontinue(command, state, kind)
        case m.CloseReview():
            return close(command, state, kind)
        case _:
            assert_never(command)


def _set_scope(command: m.SetScope, state: Review, kind: ReviewKind) -> Events:
    if not set(command.decided_on) - {m.Scale.STATUTORY}:
        raise RefusedError("review.proportionality", decided_on=command.decided_on)
    if state.reviewer is not None:
        _refuse_dependent(kind, state.reviewer.employer, command.organisations)
    _refuse_before(command, state.scope)
    return (m.ScopeSet.of(command),)


def _refuse_before(command: Command, last: Event[Any] | None) -> None:
    """What replaces what was decided last does not come before it."""
    if last is not None:
        refuse_earlier("review.out-of-order", command, last.on)


def _adopt_method(
    command: m.AdoptMethod, state: Review, kind: ReviewKind, framework: Framework
) -> Events:
    framework.refuse_unknown("review.unknown-methodology", command.methodology, kind.methodologies)
    if kind.toolkit and command.toolkit is None:
        raise RefusedError("review.toolkit", kind=kind.kind)
    _refuse_before(command, state.method)
    return (m.MethodAdopted.of(command),)


def _appoint_reviewer(command: m.AppointReviewer, state: Review, kind: ReviewKind) -> Events:
    if command.involved_in_case and kind.independent:
        raise RefusedError("review.independence", involved_in_case=True)
    _refuse_dependent(kind, command.employer, state.under_review)
    _refuse_before(command, state.reviewer)
    return (m.ReviewerAppointed.of(command),)


def _invite_practitioners(
    command: m.InvitePractitioners, state: Review, kind: ReviewKind
) -> Events:
    if state.reviewer is not None:
        _refuse_dependent(kind, state.reviewer.employer, (command.organisation,))
    return (m.PractitionersInvited.of(command),)


def _record_contribution(command: m.RecordContribution, state: Review) -> Events:
    of = [event for event in state.invited if event.organisation == command.organisation]
    if not of:
        raise RefusedError("review.nobody-invited", organisation=command.organisation)
    invited = sum(event.invited for event in of)
    if command.contributed > invited:
        raise RefusedError("review.more-contributed-than-invited", invited=invited)
    refuse_earlier("review.out-of-order", command, min(event.on for event in of))
    known = state.contributed.get(command.organisation)
    if known is not None:
        latest = max(event.on for event in of)
        if known.on >= latest:
            raise RefusedError("review.contribution-recorded-already", on=known.on)
        refuse_earlier("review.out-of-order", command, latest)
    return (m.ContributionRecorded.of(command),)


def _refuse_dependent(
    kind: ReviewKind, employer: str | None, organisations: tuple[str, ...]
) -> None:
    """A lead reviewer is employed by none of the organisations whose actions are reviewed."""
    if kind.independent and employer in organisations:
        raise RefusedError("review.independence", employer=employer)


def _decide_not_to_invite_family(command: m.DecideNotToInviteFamily, state: Review) -> Events:
    """Of the family as a whole, or of one relation; who was invited stays invited."""
    invited = state.family if isinstance(state.family, m.FamilyInvited) else None
    if command.relation is None or command.relation in state.family_invited:
        refuse_second("review.family-invited-already", invited)
    return (m.FamilyNotInvited.of(command),)


def _record_family_response(command: m.RecordFamilyResponse, state: Review) -> Events:
    if not isinstance(state.family, m.FamilyInvited):
        raise RefusedError("review.family-not-invited")
    refuse_earlier("review.out-of-order", command, state.family.on)
    return (m.FamilyResponded.of(command),)


def _record_milestone(
    command: m.RecordMilestone, state: Review, kind: ReviewKind, framework: Framework
) -> Events:
    if command.milestone not in kind.milestones and not framework.open_kinds:
        raise RefusedError(
            "review.unknown-milestone", milestone=command.milestone, known=kind.milestones
        )
    known = state.milestones.get(command.milestone)
    refuse_second("review.milestone-reached-already", known)
    return (m.MilestoneReached.of(command),)


def _record_finding(
    command: m.RecordFinding, state: Review, kind: ReviewKind, framework: Framework
) -> Events:
    if state.held is None:
        raise RefusedError("review.not-held")
    refuse_earlier("review.out-of-order", command, state.held)
    if command.purpose is not None:
        framework.refuse_unlisted("review.unknown-purpose", command.purpose, kind.purposes)
    refuse_second("review.finding-taken", state.findings.get(command.finding))
    refuse_second("review.accepted-already", state.accepted)
    return (m.FindingRecorded.of(command),)


def _record_judgement(
    command: m.RecordJudgement, state: Review, kind: ReviewKind, framework: Framework
) -> Events:
    if state.held is None:
        raise RefusedError("review.not-held")
    refuse_earlier("review.out-of-order", command, state.held)
    framework.refuse_unlisted("review.unknown-area", command.area, kind.areas)
    if kind.scale and command.grade not in (grades := framework.scale(kind.scale).grades):
        raise RefusedError("review.unknown-grade", grade=command.grade, known=grades)
    refuse_second("review.judged-already", state.judged.get(command.area))
    refuse_second("review.accepted-already", state.accepted)
    return (m.JudgementRecorded.of(command),)


def _analyse_death(
    command: m.AnalyseDeath, state: Review, kind: ReviewKind, framework: Framework
) -> Events:
    refuse_unless_of_a_death(kind, framework)
    refuse_second("review.accepted-already", state.accepted)
    framework.refuse_unknown("review.unknown-category", command.category, kind.categories)
    for factor in command.factors:
        framework.refuse_unknown("review.unknown-domain", factor.domain, kind.domains)
        framework.refuse_unknown("review.unknown-influence", factor.influence, kind.influences)
    return (m.DeathAnalysed.of(command),)


def _answer_finding(
    command: m.AddressFinding | m.TakeNoAction | m.ShareFinding, state: Review
) -> Events:
    finding = state.findings.get(command.finding)
    if finding is None:
        raise RefusedError("review.no-such-finding", finding=command.finding)
    refuse_earlier("review.out-of-order", command, finding.on)
    match command:
        case m.AddressFinding():
            return (m.FindingAddressed.of(command),)
        case m.TakeNoAction():
            if command.finding in state.taken_up:
                raise RefusedError("review.finding-taken-up", finding=command.finding)
            return (m.NoActionTaken.of(command),)
        case m.ShareFinding():
            return (m.FindingShared.of(command),)
        case _:
            assert_never(command)
