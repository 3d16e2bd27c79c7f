"""The rules of a review. Lateness is measured by the projections, never refused here."""

from typing import assert_never

from lif_core.decider import Setting, once, refuse_earlier, unknown
from lif_core.errors import RefusedError
from lif_core.review import messages as m
from lif_core.review.state import Review

Events = tuple[m.ReviewEvent, ...]

NOBODY_INVITED = "no-practitioners-invited"


def decide(command: m.ReviewCommand, state: Review | None, setting: Setting) -> Events:
    if isinstance(command, m.NotifyCase | m.OpenReview):
        return _begin(command, state, setting)
    if state is None or state.begun is None:
        raise unknown("review.unknown", command)
    if state.closed is not None and not isinstance(command, m.CloseReview):
        raise RefusedError("review.closed", on=state.closed.on)
    match command:
        case m.DecideHold():
            return _decide_hold(command, state, setting)
        case m.InformPanel():
            return _inform_panel(command, state)
        case m.SetScope():
            return _set_scope(command, state)
        case m.AppointReviewer():
            return _appoint_reviewer(command, state)
        case m.InvitePractitioners():
            invited = m.PractitionersInvited.of(command)
            return () if invited in state.invited else (invited,)
        case m.InviteFamily():
            return once(m.FamilyInvited.of(command), state.family)
        case m.DecideNotToInviteFamily():
            return _decide_not_to_invite_family(command, state)
        case m.RecordFamilyResponse():
            return _record_family_response(command, state)
        case m.RecordVoice():
            return once(m.VoiceRecorded.of(command), state.last)
        case m.RecordFinding():
            return _record_finding(command, state)
        case m.AddressFinding() | m.TakeNoAction():
            return _address_finding(command, state)
        case m.ExplainReviewDelay():
            return _explain_delay(command, state, setting)
        case m.AcceptReport():
            return _accept_report(command, state, setting)
        case m.SendPanelCopy():
            return _send_panel_copy(command, state)
        case m.PublishReport() | m.DecideNotToPublish():
            return _publish(command, state)
        case m.CloseReview():
            return _close(command, state, setting)
        case _:
            assert_never(command)


def _begin(command: m.NotifyCase | m.OpenReview, state: Review | None, setting: Setting) -> Events:
    begun: m.CaseNotified | m.ReviewOpened
    if isinstance(command, m.NotifyCase):
        begun = m.CaseNotified.of(command)
    else:
        begun = m.ReviewOpened.of(command)
    if state is not None and state.begun is not None:
        if state.begun == begun:
            return ()
        raise RefusedError("review.reference-taken", review=command.review)
    setting.framework.review_kind(command.kind)
    if isinstance(command, m.NotifyCase) and command.on < command.aware:
        raise RefusedError("review.notified-before-aware", on=command.on, aware=command.aware)
    return (begun,)


def _decide_hold(command: m.DecideHold, state: Review, setting: Setting) -> Events:
    decided = m.HoldDecided.of(command)
    if state.hold == decided:
        return ()
    if isinstance(state.begun, m.ReviewOpened):
        raise RefusedError("review.no-case", kind=state.kind)
    if state.held is not None:
        raise RefusedError("review.held-already", on=state.held)
    kind = setting.framework.review_kind(state.kind)
    if kind.decided_by is not None and command.by.role != kind.decided_by:
        raise RefusedError("review.decided-by-another", role=command.by.role, by=kind.decided_by)
    if command.hold and kind.criteria and not command.criteria:
        raise RefusedError("review.criteria", kind=state.kind)
    return (decided,)


def _inform_panel(command: m.InformPanel, state: Review) -> Events:
    if state.hold is None:
        raise RefusedError("review.not-decided")
    refuse_earlier("review.out-of-order", command, state.hold.on)
    return once(m.PanelInformed.of(command), state.informed, "review.panel-informed-already")


def _set_scope(command: m.SetScope, state: Review) -> Events:
    if not set(command.decided_on) - {m.Scale.STATUTORY}:
        raise RefusedError("review.proportionality", decided_on=command.decided_on)
    if state.reviewer is not None and state.reviewer.employer in command.organisations:
        raise RefusedError("review.independence", employer=state.reviewer.employer)
    return once(m.ScopeSet.of(command), state.scope)


def _appoint_reviewer(command: m.AppointReviewer, state: Review) -> Events:
    if command.involved_in_case:
        raise RefusedError("review.independence", involved_in_case=True)
    if state.scope is not None and command.employer in state.scope.organisations:
        raise RefusedError("review.independence", employer=command.employer)
    return once(m.ReviewerAppointed.of(command), state.reviewer)


def _decide_not_to_invite_family(command: m.DecideNotToInviteFamily, state: Review) -> Events:
    if isinstance(state.family, m.FamilyInvited):
        raise RefusedError("review.family-invited-already", on=state.family.on)
    return once(m.FamilyNotInvited.of(command), state.family)


def _record_family_response(command: m.RecordFamilyResponse, state: Review) -> Events:
    if not isinstance(state.family, m.FamilyInvited):
        raise RefusedError("review.family-not-invited")
    return once(m.FamilyResponded.of(command), state.last)


def _record_finding(command: m.RecordFinding, state: Review) -> Events:
    if state.held is None:
        raise RefusedError("review.not-held")
    known = state.findings.get(command.finding)
    return once(m.FindingRecorded.of(command), known, "review.finding-taken")


def _address_finding(command: m.AddressFinding | m.TakeNoAction, state: Review) -> Events:
    if command.finding not in state.findings:
        raise RefusedError("review.no-such-finding", finding=command.finding)
    event: m.FindingAddressed | m.NoActionTaken
    if isinstance(command, m.AddressFinding):
        event = m.FindingAddressed.of(command)
    else:
        event = m.NoActionTaken.of(command)
    return once(event, state.addressed.get(command.finding))


def _explain_delay(command: m.ExplainReviewDelay, state: Review, setting: Setting) -> Events:
    clocks = [clock for clock in setting.framework.clocks if state.kind in clock.kinds]
    if setting.framework.clocks and command.clock not in {clock.name for clock in clocks}:
        raise RefusedError("review.unknown-clock", clock=command.clock, kind=state.kind)
    if command.until is not None and command.until <= command.on:
        raise RefusedError("review.explanation-ended", until=command.until)
    return once(m.ReviewDelayExplained.of(command), state.last)


def _accept_report(command: m.AcceptReport, state: Review, setting: Setting) -> Events:
    if state.accepted is not None:
        said = m.ReportAccepted.of(command, warnings=state.accepted.warnings)
        return once(said, state.accepted, "review.accepted-already")
    if state.held is None:
        raise RefusedError("review.not-held")
    refuse_earlier("review.out-of-order", command, state.held)
    if not state.findings:
        raise RefusedError("review.no-findings")
    if setting.framework.review_kind(state.kind).family and state.family is None:
        raise RefusedError("review.family")
    return (m.ReportAccepted.of(command, warnings=() if state.invited else (NOBODY_INVITED,)),)


def _send_panel_copy(command: m.SendPanelCopy, state: Review) -> Events:
    if state.accepted is None:
        raise RefusedError("review.not-accepted")
    refuse_earlier("review.out-of-order", command, state.accepted.on)
    return once(m.PanelCopySent.of(command), state.copied, "review.panel-copy-sent-already")


def _publish(command: m.PublishReport | m.DecideNotToPublish, state: Review) -> Events:
    if state.accepted is None:
        raise RefusedError("review.not-accepted")
    refuse_earlier("review.out-of-order", command, state.accepted.on)
    if isinstance(command, m.PublishReport):
        known = state.published if isinstance(state.published, m.ReportPublished) else None
        return once(m.ReportPublished.of(command), known, "review.published-already")
    return once(m.NonPublicationDecided.of(command), state.published, "review.published-already")


def _close(command: m.CloseReview, state: Review, setting: Setting) -> Events:
    if state.closed is not None:
        return once(m.ReviewClosed.of(command), state.closed, "review.closed")
    decided_not_to = state.hold is not None and not state.hold.hold
    if not decided_not_to:
        if state.accepted is None:
            raise RefusedError("review.not-accepted")
        refuse_earlier("review.out-of-order", command, state.accepted.on)
        if state.open_findings:
            raise RefusedError("review.findings-open", findings=state.open_findings)
        if setting.framework.review_kind(state.kind).published and state.published is None:
            raise RefusedError("review.publication-undecided")
    return (m.ReviewClosed.of(command),)
