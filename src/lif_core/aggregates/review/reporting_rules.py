"""The rules of how a review ends: report, response, publication, closure."""

from datetime import date

from lif_core.aggregates.review import messages as m
from lif_core.aggregates.review.opening_rules import refuse_unless_panel
from lif_core.aggregates.review.state import Review
from lif_core.decisions.decider import refuse_earlier, refuse_second
from lif_core.errors import RefusedError
from lif_core.framework import Framework, ReviewKind

Events = tuple[m.ReviewEvent, ...]


def explain_delay(command: m.ExplainReviewDelay, state: Review, framework: Framework) -> Events:
    assert state.begun is not None
    begun = state.begun.on
    clocks = [clock.name for clock in framework.clocks if clock.runs_for(state.kind, begun)]
    if framework.clocks and command.clock not in clocks:
        raise RefusedError("review.unknown-clock", clock=command.clock, kind=state.kind)
    if command.until is not None and command.until <= command.on:
        raise RefusedError("review.explanation-ended", until=command.until)
    return (m.ReviewDelayExplained.of(command),)


def accept_report(command: m.AcceptReport, state: Review, kind: ReviewKind) -> Events:
    refuse_second("review.accepted-already", state.accepted)
    if state.held is None:
        raise RefusedError("review.not-held")
    if kind.findings and not state.findings:
        raise RefusedError("review.no-findings")
    if kind.family and state.family is None:
        raise RefusedError("review.family")
    if kind.death and state.analysed is None:
        raise RefusedError("review.not-analysed")
    if kind.areas and not state.judged:
        raise RefusedError("review.no-judgement")
    if kind.documents and not state.documents:
        raise RefusedError("review.no-document")
    rests_on = [state.held, *(finding.on for finding in state.findings.values())]
    if kind.family and state.family is not None:
        rests_on.append(state.family.on)
    rests_on += [event.on for event in (*state.judged.values(), *state.documents.values())]
    if state.analysed is not None:
        rests_on.append(state.analysed.on)
    refuse_earlier("review.out-of-order", command, max(rests_on))
    return (m.ReportAccepted.of(command, warnings=_lacking(state, kind, command.on)),)


def _lacking(state: Review, kind: ReviewKind, on: date) -> tuple[str, ...]:
    """What the principles ask of a review (framework §2.2) and this one does not have."""
    if not kind.principles:
        return ()
    invited = any(event.invited and event.on <= on for event in state.invited)
    lacking = {
        "no-scope": state.since.get("scope", date.max) > on,
        "no-reviewer": state.since.get("reviewer", date.max) > on,
        "no-practitioners-invited": not invited,
        "no-voice": state.since.get("voice", date.max) > on,
        "no-method": bool(kind.methodologies) and state.since.get("method", date.max) > on,
    }
    return tuple(code for code, lacks in lacking.items() if lacks)


def send_panel_copy(command: m.SendPanelCopy, state: Review, kind: ReviewKind) -> Events:
    refuse_unless_panel(kind)
    if state.accepted is None:
        raise RefusedError("review.not-accepted")
    refuse_earlier("review.out-of-order", command, state.accepted.on)
    refuse_second("review.panel-copy-sent-already", state.copied)
    return (m.PanelCopySent.of(command),)


def publish(command: m.PublishReport | m.DecideNotToPublish, state: Review) -> Events:
    """What was withheld may be published later; what is public cannot be withheld again."""
    if state.accepted is None:
        raise RefusedError("review.not-accepted")
    refuse_earlier("review.out-of-order", command, state.accepted.on)
    if isinstance(command, m.DecideNotToPublish):
        refuse_second("review.publication-decided-already", state.published)
        return (m.NonPublicationDecided.of(command),)
    public = isinstance(state.published, m.ReportPublished) and state.taken_down is None
    refuse_second("review.publication-decided-already", state.published if public else None)
    if state.taken_down is not None:
        refuse_earlier("review.out-of-order", command, state.taken_down.on)
    return (m.ReportPublished.of(command),)


def take_down(command: m.TakeDownReport, state: Review) -> Events:
    if not isinstance(state.published, m.ReportPublished):
        raise RefusedError("review.not-published")
    refuse_earlier("review.out-of-order", command, state.published.on)
    refuse_second("review.taken-down-already", state.taken_down)
    return (m.ReportTakenDown.of(command),)


def discontinue(command: m.DiscontinueReview, state: Review, kind: ReviewKind) -> Events:
    """What the law asks for is not discontinued, nor what nobody has decided to hold."""
    refuse_second("review.accepted-already", state.accepted)
    if state.held is None:
        raise RefusedError("review.not-held")
    if kind.death:
        raise RefusedError("review.must-be-held", kind=kind.kind)
    binding = {ground.ground for ground in kind.grounds if ground.mandatory}
    if state.hold is not None and state.hold.ground in binding:
        raise RefusedError("review.must-be-held", ground=state.hold.ground)
    refuse_earlier("review.out-of-order", command, max(state.held, state.answered))
    _refuse_open_findings(state)
    return (m.ReviewDiscontinued.of(command),)


def close(command: m.CloseReview, state: Review, kind: ReviewKind) -> Events:
    if state.hold is not None and not state.hold.hold:
        refuse_earlier("review.out-of-order", command, state.hold.on)
        return (m.ReviewClosed.of(command),)
    if state.accepted is None:
        raise RefusedError("review.not-accepted")
    _refuse_open_findings(state)
    if kind.published and state.published is None:
        raise RefusedError("review.publication-undecided")
    rests_on = max((state.published or state.accepted).on, state.answered)
    refuse_earlier("review.out-of-order", command, rests_on)
    return (m.ReviewClosed.of(command),)


def _refuse_open_findings(state: Review) -> None:
    if state.open_findings:
        raise RefusedError("review.findings-open", findings=state.open_findings)
