"""The rules of a recommendation: refuse, stay quiet when said twice, or say what happened."""

from datetime import date
from typing import assert_never

from lif_core.aggregates.recommendation import messages as m
from lif_core.aggregates.recommendation.state import ENDED, OWED, Recommendation, Status
from lif_core.decisions.decider import Setting, answers_for, refuse_earlier, refuse_second, unknown
from lif_core.decisions.messages import Command
from lif_core.errors import RefusedError
from lif_core.values.evidence import EMBEDDED_AT_LEAST

Events = tuple[m.RecommendationEvent, ...]


def decide(
    command: m.RecommendationCommand, state: Recommendation | None, setting: Setting
) -> Events:
    if isinstance(command, m.IssueRecommendation):
        return _issue(command, state)
    if state is None or state.issued is None:
        raise unknown("recommendation.unknown", command)
    match command:
        case m.AcceptRecommendation() | m.DeclineRecommendation() | m.ReplyToRecommendation():
            return _answer(command, state, setting)
        case m.PlanRecommendation():
            return _plan(command, state)
        case m.ChangeDueDate():
            return _change_due_date(command, state, setting)
        case m.ExplainRecommendationDelay():
            return _explain_delay(command, state, setting)
        case m.ProposeTransfer():
            return _propose_transfer(command, state, setting)
        case m.AcceptTransfer():
            return _accept_transfer(command, state, setting)
        case m.RaiseEscalation():
            return _raise_escalation(command, state)
        case m.AnswerEscalation():
            return _answer_escalation(command, state, setting)
        case m.ImplementRecommendation():
            return _implement(command, state, setting)
        case m.EmbedRecommendation():
            return _embed(command, state, setting)
        case m.RecordEvidence():
            return _record_evidence(command, state, setting)
        case m.CallForTraining():
            _refuse_ended(state)
            refuse_second("recommendation.course-called-for", state.courses.get(command.course))
            return (m.TrainingCalledFor.of(command),)
        case m.TellOwner():
            return _tell_owner(command, state, setting)
        case m.ScheduleChecks():
            return _schedule_checks(command, state)
        case m.CheckRecommendation():
            return _check(command, state)
        case m.CloseRecommendation():
            return _close(command, state)
        case m.ReopenRecommendation():
            return _reopen(command, state)
        case m.WithdrawRecommendation():
            return _withdraw(command, state)
        case m.SupersedeRecommendation():
            return _supersede(command, state)
        case _:
            assert_never(command)


def _issue(command: m.IssueRecommendation, state: Recommendation | None) -> Events:
    refuse_second("recommendation.reference-taken", state.issued if state else None)
    if not command.addressed:
        raise RefusedError("recommendation.addressed-to-nobody")
    return (m.RecommendationIssued.of(command),)


def _answer(
    command: m.AcceptRecommendation | m.DeclineRecommendation | m.ReplyToRecommendation,
    state: Recommendation,
    setting: Setting,
) -> Events:
    """A body may change its answer until it is planned; a first one is never too late."""
    answerer = answers_for(command, setting)
    if answerer not in state.addressed:
        raise RefusedError("recommendation.not-addressed", body=answerer)
    if isinstance(command, m.ReplyToRecommendation):
        return (m.RecommendationReplied.of(command),)
    if state.status in (Status.WITHDRAWN, Status.SUPERSEDED):
        raise RefusedError("recommendation.ended", status=state.status)
    said = state.answers.get(answerer)
    if isinstance(said, type(command)):
        raise RefusedError("recommendation.answered-already", body=answerer)
    if said is not None:
        _refuse_planned(state)
        refuse_earlier("recommendation.out-of-order", command, said.on)
    if isinstance(command, m.AcceptRecommendation):
        return (m.RecommendationAccepted.of(command),)
    return (m.RecommendationDeclined.of(command),)


def _plan(command: m.PlanRecommendation, state: Recommendation) -> Events:
    _refuse_planned(state)
    if state.status not in (Status.ACCEPTED, Status.REOPENED):
        raise RefusedError("recommendation.not-accepted", status=state.status)
    refuse_earlier("recommendation.out-of-order", command, state.since)
    _refuse_past(command.due, command)
    return (m.RecommendationPlanned.of(command),)


def _change_due_date(command: m.ChangeDueDate, state: Recommendation, setting: Setting) -> Events:
    _refuse_unless_owed(state)
    refuse_earlier("recommendation.out-of-order", command, max(state.since, state.redated))
    _refuse_past(command.due, command)
    if state.due == command.due:
        raise RefusedError("recommendation.due-unchanged", due=command.due)
    return (m.DueDateChanged.of(command, warnings=_of_its_owner(command, state, setting)),)


def _explain_delay(
    command: m.ExplainRecommendationDelay, state: Recommendation, setting: Setting
) -> Events:
    _refuse_unless_owed(state)
    _refuse_unless_owner(command, state, setting)
    refuse_earlier("recommendation.out-of-order", command, state.since)
    if command.until is not None and command.until <= command.on:
        raise RefusedError("recommendation.explanation-ended", until=command.until)
    return (m.RecommendationDelayExplained.of(command),)


def _propose_transfer(
    command: m.ProposeTransfer, state: Recommendation, setting: Setting
) -> Events:
    _refuse_unless_owed(state)
    _refuse_unless_owner(command, state, setting)
    refuse_earlier("recommendation.out-of-order", command, state.since)
    if command.to in (state.owner, setting.holder(state.owner or "")):
        raise RefusedError("recommendation.owned-already", owner=state.owner)
    return (m.TransferProposed.of(command),)


def _accept_transfer(command: m.AcceptTransfer, state: Recommendation, setting: Setting) -> Events:
    _refuse_unless_owed(state)
    if state.asked is None:
        raise RefusedError("recommendation.no-transfer-proposed", owner=state.owner)
    if command.by.body not in (state.asked.to, setting.holder(state.asked.to)):
        raise RefusedError("recommendation.transfer-to-another", to=state.asked.to)
    refuse_earlier("recommendation.out-of-order", command, state.asked.on)
    return (m.TransferAccepted.of(command),)


def _raise_escalation(command: m.RaiseEscalation, state: Recommendation) -> Events:
    """Also of one that was declined: that may be the concern."""
    known = state.escalations.get(command.escalation)
    refuse_second("recommendation.escalation-taken", known)
    if state.status in (Status.WITHDRAWN, Status.SUPERSEDED):
        raise RefusedError("recommendation.ended", status=state.status)
    return (m.EscalationRaised.of(command),)


def _answer_escalation(
    command: m.AnswerEscalation, state: Recommendation, setting: Setting
) -> Events:
    raised = state.escalations.get(command.escalation)
    if raised is None:
        raise RefusedError("recommendation.no-such-escalation", escalation=command.escalation)
    if command.by.body not in (raised.to, setting.holder(raised.to)):
        raise RefusedError("recommendation.escalated-to-another", to=raised.to)
    if command.escalation in state.escalations_answered:
        raise RefusedError("recommendation.escalation-answered", escalation=command.escalation)
    refuse_earlier("recommendation.out-of-order", command, raised.on)
    return (m.EscalationAnswered.of(command),)


def _implement(
    command: m.ImplementRecommendation, state: Recommendation, setting: Setting
) -> Events:
    _refuse_unless_owed(state)
    _refuse_unless_owner(command, state, setting)
    refuse_earlier("recommendation.out-of-order", command, state.since)
    return (m.RecommendationImplemented.of(command),)


def _record_evidence(command: m.RecordEvidence, state: Recommendation, setting: Setting) -> Events:
    framework = setting.framework
    framework.refuse_unknown("recommendation.unknown-route", command.route, framework.routes)
    answers_for(command, setting)
    _refuse_ended(state)
    refuse_second("recommendation.evidence-taken", state.evidence.get(command.evidence))
    return (m.EvidenceRecorded.of(command),)


def _embed(command: m.EmbedRecommendation, state: Recommendation, setting: Setting) -> Events:
    """It rests on checks that were passed by then, and follows no failed one that came later."""
    framework = setting.framework
    for route in command.routes:
        framework.refuse_unknown("recommendation.unknown-route", route, framework.routes)
    if command.level < EMBEDDED_AT_LEAST:
        least = int(EMBEDDED_AT_LEAST)
        raise RefusedError("recommendation.evidence-too-weak", level=command.level, at_least=least)
    if state.status is not Status.IMPLEMENTED:
        raise RefusedError("recommendation.not-implemented", status=state.status)
    refuse_earlier("recommendation.out-of-order", command, state.since)
    if not state.passed(command.rests_on):
        known = ", ".join(state.checks)
        raise RefusedError("recommendation.no-such-check", rests_on=command.rests_on, known=known)
    for check in state.checks.values():
        if check.check in command.rests_on or not check.passed:
            refuse_earlier("recommendation.out-of-order", command, check.on)
    shown = [state.checks[check].level for check in command.rests_on]
    shown += [one.level for one in state.evidence.values() if one.on <= command.on]
    if command.rests_on and command.level > max(shown):
        raise RefusedError(
            "recommendation.evidence-overstated", level=command.level, shown=int(max(shown))
        )
    warnings = _of_its_owner(command, state, setting)
    return (m.RecommendationEmbedded.of(command, warnings=warnings),)


def _of_its_owner(command: Command, state: Recommendation, setting: Setting) -> tuple[str, ...]:
    """Not refused, and on record: a body decided on what it owes itself."""
    owns = command.by.body in (state.owner, setting.holder(state.owner or ""))
    return ("by-its-owner",) if owns else ()


def _schedule_checks(command: m.ScheduleChecks, state: Recommendation) -> Events:
    if not command.due:
        raise RefusedError("recommendation.no-checks")
    _refuse_ended(state)
    _refuse_past(min(command.due), command)
    return (m.ChecksScheduled.of(command),)


def _check(command: m.CheckRecommendation, state: Recommendation) -> Events:
    """A check is a fact: it may be recorded late, but not from before there was something to
    check.
    """
    refuse_second("recommendation.check-taken", state.checks.get(command.check))
    if state.implemented is None or state.status in ENDED:
        raise RefusedError("recommendation.nothing-to-check", status=state.status)
    refuse_earlier("recommendation.out-of-order", command, state.implemented)
    return (m.RecommendationChecked.of(command),)


def _tell_owner(command: m.TellOwner, state: Recommendation, setting: Setting) -> Events:
    check = state.checks.get(command.check)
    if check is None:
        raise RefusedError("recommendation.no-such-check", check=command.check)
    refuse_earlier("recommendation.out-of-order", command, check.on)
    if state.owner is None:
        raise RefusedError("recommendation.owned-by-nobody")
    if command.check in state.told:
        raise RefusedError("recommendation.owner-told-already", check=command.check)
    return (m.OwnerTold.of(command, owner=setting.holder(state.owner)),)


def _close(command: m.CloseRecommendation, state: Recommendation) -> Events:
    refuse_second("recommendation.closed-already", state.closed)
    if state.status not in (Status.IMPLEMENTED, Status.EMBEDDED):
        raise RefusedError("recommendation.not-implemented", status=state.status)
    if not any(day > command.on for day in state.checks_due):
        raise RefusedError("recommendation.monitoring-schedule")
    refuse_earlier("recommendation.out-of-order", command, state.since)
    return (m.RecommendationClosed.of(command),)


def _reopen(command: m.ReopenRecommendation, state: Recommendation) -> Events:
    if state.status not in (Status.IMPLEMENTED, Status.EMBEDDED, Status.RELAPSED):
        raise RefusedError("recommendation.not-implemented", status=state.status)
    refuse_earlier("recommendation.out-of-order", command, state.since)
    _refuse_past(command.due, command)
    return (m.RecommendationReopened.of(command),)


def _withdraw(command: m.WithdrawRecommendation, state: Recommendation) -> Events:
    _refuse_ended(state)
    refuse_earlier("recommendation.out-of-order", command, state.since)
    return (m.RecommendationWithdrawn.of(command),)


def _supersede(command: m.SupersedeRecommendation, state: Recommendation) -> Events:
    if command.successor == command.recommendation:
        raise RefusedError("recommendation.succeeds-itself", successor=command.successor)
    _refuse_ended(state)
    refuse_earlier("recommendation.out-of-order", command, state.since)
    return (m.RecommendationSuperseded.of(command),)


# What several rules ask


def _refuse_unless_owner(command: Command, state: Recommendation, setting: Setting) -> None:
    """After a merger of committees the successor owns what the merged one owned."""
    if command.by.body not in (state.owner, setting.holder(state.owner or "")):
        raise RefusedError("recommendation.owner-only", owner=state.owner, body=command.by.body)


def _refuse_unless_owed(state: Recommendation) -> None:
    if state.status not in OWED:
        raise RefusedError("recommendation.not-owed", status=state.status)


def _refuse_planned(state: Recommendation) -> None:
    if state.owner is not None:
        raise RefusedError("recommendation.already-planned", status=state.status)


def _refuse_ended(state: Recommendation) -> None:
    if state.status in ENDED:
        raise RefusedError("recommendation.ended", status=state.status)


def _refuse_past(due: date, command: Command) -> None:
    if due < command.on:
        raise RefusedError("recommendation.due-in-the-past", due=due, on=command.on)
