"""The rules of a review. Lateness is measured by the projections, never refused here."""

from datetime import date
from typing import assert_never

from lif_core.decider import Setting, refuse_earlier, refuse_second, unknown
from lif_core.errors import RefusedError
from lif_core.framework import Framework
from lif_core.review import messages as m
from lif_core.review.state import Review

Events = tuple[m.ReviewEvent, ...]


def decide(command: m.ReviewCommand, state: Review | None, setting: Setting) -> Events:
    framework = setting.framework
    if isinstance(command, m.NotifyCase | m.OpenReview):
        return _begin(command, state, framework)
    if state is None or state.begun is None:
        raise unknown("review.unknown", command)
    refuse_second("review.closed", state.closed)
    match command:
        case m.DecideHold():
            return _decide_hold(command, state, framework)
        case m.InformPanel():
            return _inform_panel(command, state)
        case m.SetScope():
            return _set_scope(command, state)
        case m.AppointReviewer():
            return _appoint_reviewer(command, state)
        case m.InvitePractitioners():
            return _invite_practitioners(command, state)
        case m.InviteFamily():
            return (m.FamilyInvited.of(command),)
        case m.DecideNotToInviteFamily():
            return _decide_not_to_invite_family(command, state)
        case m.RecordFamilyResponse():
            return _record_family_response(command, state)
        case m.RecordVoice():
            return (m.VoiceRecorded.of(command),)
        case m.RecordFinding():
            return _record_finding(command, state)
        case m.AddressFinding() | m.TakeNoAction():
            return _address_finding(command, state)
        case m.ExplainReviewDelay():
            return _explain_delay(command, state, framework)
        case m.AcceptReport():
            return _accept_report(command, state, framework)
        case m.SendPanelCopy():
            return _send_panel_copy(command, state)
        case m.PublishReport() | m.DecideNotToPublish():
            return _publish(command, state)
        case m.CloseReview():
            return _close(command, state, framework)
        case _:
            assert_never(command)


def _begin(
    command: m.NotifyCase | m.OpenReview, state: Review | None, framework: Framework
) -> Events:
    refuse_second("review.reference-taken", state.begun if state else None)
    kind = framework.review_kind(command.kind)
    if isinstance(command, m.OpenReview):
        if kind.criteria:
            raise RefusedError("review.case-not-notified", kind=command.kind)
        return (m.ReviewOpened.of(command),)
    if command.on < command.aware:
        raise RefusedError("review.notified-before-aware", on=command.on, aware=command.aware)
    return (m.CaseNotified.of(command),)


def _decide_hold(command: m.DecideHold, state: Review, framework: Framework) -> Events:
    if isinstance(state.begun, m.ReviewOpened):
        raise RefusedError("review.no-case", kind=state.kind)
    if state.held is not None:
        raise RefusedError("review.held-already", on=state.held)
    if state.hold is not None:
        refuse_earlier("review.out-of-order", command, state.hold.on)
    kind = framework.review_kind(state.kind)
    if kind.decided_by is not None and command.by.role != kind.decided_by:
        raise RefusedError("review.decided-by-another", role=command.by.role, by=kind.decided_by)
    if command.hold and kind.criteria and not command.criteria:
        raise RefusedError("review.criteria", kind=state.kind)
    return (m.HoldDecided.of(command),)


def _inform_panel(command: m.InformPanel, state: Review) -> Events:
    if state.hold is None:
        raise RefusedError("review.not-decided")
    refuse_earlier("review.out-of-order", command, state.hold.on)
    refuse_second("review.panel-informed-already", state.informed)
    return (m.PanelInformed.of(command),)


def _set_scope(command: m.SetScope, state: Review) -> Events:
    if not set(command.decided_on) - {m.Scale.STATUTORY}:
        raise RefusedError("review.proportionality", decided_on=command.decided_on)
    if state.reviewer is not None:
        _refuse_dependent(state.reviewer.employer, command.organisations)
    return (m.ScopeSet.of(command),)


def _appoint_reviewer(command: m.AppointReviewer, state: Review) -> Events:
    if command.involved_in_case:
        raise RefusedError("review.independence", involved_in_case=True)
    _refuse_dependent(command.employer, state.under_review)
    return (m.ReviewerAppointed.of(command),)


def _invite_practitioners(command: m.InvitePractitioners, state: Review) -> Events:
    if state.reviewer is not None:
        _refuse_dependent(state.reviewer.employer, (command.organisation,))
    return (m.PractitionersInvited.of(command),)


def _refuse_dependent(employer: str | None, organisations: tuple[str, ...]) -> None:
    """A lead reviewer is employed by none of the organisations whose actions are reviewed."""
    if employer in organisations:
        raise RefusedError("review.independence", employer=employer)


def _decide_not_to_invite_family(command: m.DecideNotToInviteFamily, state: Review) -> Events:
    invited = state.family if isinstance(state.family, m.FamilyInvited) else None
    refuse_second("review.family-invited-already", invited)
    return (m.FamilyNotInvited.of(command),)


def _record_family_response(command: m.RecordFamilyResponse, state: Review) -> Events:
    if not isinstance(state.family, m.FamilyInvited):
        raise RefusedError("review.family-not-invited")
    return (m.FamilyResponded.of(command),)


def _record_finding(command: m.RecordFinding, state: Review) -> Events:
    if state.held is None:
        raise RefusedError("review.not-held")
    refuse_second("review.finding-taken", state.findings.get(command.finding))
    refuse_second("review.accepted-already", state.accepted)
    return (m.FindingRecorded.of(command),)


def _address_finding(command: m.AddressFinding | m.TakeNoAction, state: Review) -> Events:
    finding = state.findings.get(command.finding)
    if finding is None:
        raise RefusedError("review.no-such-finding", finding=command.finding)
    refuse_earlier("review.out-of-order", command, finding.on)
    if isinstance(command, m.AddressFinding):
        return (m.FindingAddressed.of(command),)
    return (m.NoActionTaken.of(command),)


def _explain_delay(command: m.ExplainReviewDelay, state: Review, framework: Framework) -> Events:
    clocks = [clock.name for clock in framework.clocks if state.kind in clock.kinds]
    if framework.clocks and command.clock not in clocks:
        raise RefusedError("review.unknown-clock", clock=command.clock, kind=state.kind)
    if command.until is not None and command.until <= command.on:
        raise RefusedError("review.explanation-ended", until=command.until)
    return (m.ReviewDelayExplained.of(command),)


def _accept_report(command: m.AcceptReport, state: Review, framework: Framework) -> Events:
    refuse_second("review.accepted-already", state.accepted)
    if state.held is None:
        raise RefusedError("review.not-held")
    kind = framework.review_kind(state.kind)
    if kind.findings and not state.findings:
        raise RefusedError("review.no-findings")
    if kind.family and state.family is None:
        raise RefusedError("review.family")
    rests_on = [state.held, *(finding.on for finding in state.findings.values())]
    if kind.family and state.family is not None:
        rests_on.append(state.family.on)
    refuse_earlier("review.out-of-order", command, max(rests_on))
    return (m.ReportAccepted.of(command, warnings=_lacking(state, command.on)),)


def _lacking(state: Review, on: date) -> tuple[str, ...]:
    """What the principles ask of a review (framework §2.2) and this one does not have."""
    lacking = {
        "no-scope": state.scope is None or state.scope.on > on,
        "no-reviewer": state.reviewer is None or state.reviewer.on > on,
        "no-practitioners-invited": not any(
            event.invited and event.on <= on for event in state.invited
        ),
        "no-voice": state.voice is None or state.voice.on > on,
    }
    return tuple(code for code, lacks in lacking.items() if lacks)


def _send_panel_copy(command: m.SendPanelCopy, state: Review) -> Events:
    if state.accepted is None:
        raise RefusedError("review.not-accepted")
    refuse_earlier("review.out-of-order", command, state.accepted.on)
    refuse_second("review.panel-copy-sent-already", state.copied)
    return (m.PanelCopySent.of(command),)


def _publish(command: m.PublishReport | m.DecideNotToPublish, state: Review) -> Events:
    """What was withheld may be published later; what is public cannot be withheld again."""
    if state.accepted is None:
        raise RefusedError("review.not-accepted")
    refuse_earlier("review.out-of-order", command, state.accepted.on)
    if isinstance(command, m.DecideNotToPublish):
        refuse_second("review.publication-decided-already", state.published)
        return (m.NonPublicationDecided.of(command),)
    published = state.published if isinstance(state.published, m.ReportPublished) else None
    refuse_second("review.publication-decided-already", published)
    return (m.ReportPublished.of(command),)


def _close(command: m.CloseReview, state: Review, framework: Framework) -> Events:
    if state.hold is not None and not state.hold.hold:
        refuse_earlier("review.out-of-order", command, state.hold.on)
        return (m.ReviewClosed.of(command),)
    if state.accepted is None:
        raise RefusedError("review.not-accepted")
    if state.open_findings:
        raise RefusedError("review.findings-open", findings=state.open_findings)
    if framework.review_kind(state.kind).published and state.published is None:
        raise RefusedError("review.publication-undecided")
    refuse_earlier("review.out-of-order", command, (state.published or state.accepted).on)
    return (m.ReviewClosed.of(command),)
