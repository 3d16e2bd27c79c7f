"""The rules of a recommendation: refuse, stay quiet when said twice, or say what happened."""

from typing import assert_never

from lif_core.decider import Setting, refuse_earlier, unknown
from lif_core.errors import RefusedError
from lif_core.messages import Command
from lif_core.recommendation import messages as m
from lif_core.recommendation.state import ENDED, OWED, Recommendation, Status

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
            return _answer(command, state)
        case m.PlanRecommendation():
            return _plan(command, state)
        case m.ChangeDueDate():
            return _change_due_date(command, state)
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
            return _embed(command, state)
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
    issued = m.RecommendationIssued.of(command)
    if state is not None and state.issued is not None:
        if state.issued == issued:
            return ()
        raise RefusedError("recommendation.reference-taken", recommendation=command.recommendation)
    if not command.addressed:
        raise RefusedError("recommendation.addressed-to-nobody")
    if len(set(command.addressed)) < len(command.addressed):
        raise RefusedError("recommendation.addressed-twice", addressed=command.addressed)
    return (issued,)


def _answer(
    command: m.AcceptRecommendation | m.DeclineRecommendation | m.ReplyToRecommendation,
    state: Recommendation,
) -> Events:
    if command.by.body not in state.addressed:
        raise RefusedError("recommendation.not-addressed", body=command.by.body)
    if isinstance(command, m.ReplyToRecommendation):
        return _unless_said(m.RecommendationReplied.of(command), state)
    answer: m.RecommendationAccepted | m.RecommendationDeclined
    if isinstance(command, m.AcceptRecommendation):
        answer = m.RecommendationAccepted.of(command)
    else:
        answer = m.RecommendationDeclined.of(command)
    said = state.answers.get(command.by.body)
    if said == answer:
        return ()
    if type(said) is type(answer):
        raise RefusedError("recommendation.answered-already", body=command.by.body)
    if state.status in (Status.WITHDRAWN, Status.SUPERSEDED):
        raise RefusedError("recommendation.ended", status=state.status)
    if said is not None:
        if state.owner is not None:
            raise RefusedError("recommendation.already-planned", status=state.status)
        refuse_earlier("recommendation.out-of-order", command, said.on)
    return (answer,)


def _plan(command: m.PlanRecommendation, state: Recommendation) -> Events:
    planned = m.RecommendationPlanned.of(command)
    if state.moved == planned:
        return ()
    if state.owner is not None:
        raise RefusedError("recommendation.already-planned", status=state.status)
    if state.status not in (Status.ACCEPTED, Status.REOPENED):
        raise RefusedError("recommendation.not-accepted", status=state.status)
    refuse_earlier("recommendation.out-of-order", command, state.since)
    if command.due < command.on:
        raise RefusedError("recommendation.due-in-the-past", due=command.due, on=command.on)
    return (planned,)


def _change_due_date(command: m.ChangeDueDate, state: Recommendation) -> Events:
    changed = m.DueDateChanged.of(command)
    if changed in state.said:
        return ()
    _refuse_unless_owed(state)
    refuse_earlier("recommendation.out-of-order", command, max(state.since, state.redated))
    if command.due < command.on:
        raise RefusedError("recommendation.due-in-the-past", due=command.due, on=command.on)
    if state.due == command.due:
        raise RefusedError("recommendation.due-unchanged", due=command.due)
    return (changed,)


def _explain_delay(
    command: m.ExplainRecommendationDelay, state: Recommendation, setting: Setting
) -> Events:
    explained = m.RecommendationDelayExplained.of(command)
    if explained in state.said:
        return ()
    _refuse_unless_owed(state)
    _refuse_unless_owner(command, state, setting)
    if command.until is not None and command.until <= command.on:
        raise RefusedError("recommendation.explanation-ended", until=command.until)
    refuse_earlier("recommendation.out-of-order", command, state.since)
    return (explained,)


def _propose_transfer(
    command: m.ProposeTransfer, state: Recommendation, setting: Setting
) -> Events:
    proposed = m.TransferProposed.of(command)
    if state.asked == proposed:
        return ()
    _refuse_unless_owed(state)
    _refuse_unless_owner(command, state, setting)
    if command.to in (state.owner, setting.holder(state.owner or "")):
        raise RefusedError("recommendation.owned-already", owner=state.owner)
    refuse_earlier("recommendation.out-of-order", command, state.since)
    return (proposed,)


def _accept_transfer(command: m.AcceptTransfer, state: Recommendation, setting: Setting) -> Events:
    accepted = m.TransferAccepted.of(command)
    if state.taken == accepted:
        return ()
    _refuse_unless_owed(state)
    if state.asked is None:
        raise RefusedError("recommendation.no-transfer-proposed", owner=state.owner)
    if command.by.body not in (state.asked.to, setting.holder(state.asked.to)):
        raise RefusedError("recommendation.transfer-to-another", to=state.asked.to)
    refuse_earlier("recommendation.out-of-order", command, state.asked.on)
    return (accepted,)


def _raise_escalation(command: m.RaiseEscalation, state: Recommendation) -> Events:
    raised = m.EscalationRaised.of(command)
    known = state.escalations.get(command.escalation)
    if known == raised:
        return ()
    if known is not None:
        raise RefusedError("recommendation.escalation-taken", escalation=command.escalation)
    if state.status in (Status.WITHDRAWN, Status.SUPERSEDED):
        raise RefusedError("recommendation.ended", status=state.status)
    return (raised,)


def _answer_escalation(
    command: m.AnswerEscalation, state: Recommendation, setting: Setting
) -> Events:
    raised = state.escalations.get(command.escalation)
    if raised is None:
        raise RefusedError("recommendation.no-such-escalation", escalation=command.escalation)
    if command.by.body not in (raised.to, setting.holder(raised.to)):
        raise RefusedError("recommendation.escalated-to-another", to=raised.to)
    answered = m.EscalationAnswered.of(command)
    known = state.escalation_answers.get(command.escalation)
    if known is not None:
        if known == answered:
            return ()
        raise RefusedError("recommendation.escalation-answered", escalation=command.escalation)
    refuse_earlier("recommendation.out-of-order", command, raised.on)
    return (answered,)


def _implement(
    command: m.ImplementRecommendation, state: Recommendation, setting: Setting
) -> Events:
    implemented = m.RecommendationImplemented.of(command)
    if state.moved == implemented:
        return ()
    _refuse_unless_owed(state)
    _refuse_unless_owner(command, state, setting)
    refuse_earlier("recommendation.out-of-order", command, state.since)
    return (implemented,)


def _embed(command: m.EmbedRecommendation, state: Recommendation) -> Events:
    if command.level < m.EMBEDDED_AT_LEAST:
        least = int(m.EMBEDDED_AT_LEAST)
        raise RefusedError("recommendation.evidence-too-weak", level=command.level, at_least=least)
    embedded = m.RecommendationEmbedded.of(command)
    if state.moved == embedded:
        return ()
    if state.status is not Status.IMPLEMENTED:
        raise RefusedError("recommendation.not-implemented", status=state.status)
    refuse_earlier("recommendation.out-of-order", command, state.since)
    if not state.passed(command.rests_on):
        raise RefusedError("recommendation.no-such-check", rests_on=command.rests_on)
    for check in state.checks.values():
        if check.check in command.rests_on or not check.passed:
            refuse_earlier("recommendation.out-of-order", command, check.on)
    return (embedded,)


def _schedule_checks(command: m.ScheduleChecks, state: Recommendation) -> Events:
    if not command.due:
        raise RefusedError("recommendation.no-checks")
    if state.status in ENDED:
        raise RefusedError("recommendation.ended", status=state.status)
    if early := [day for day in command.due if day < command.on]:
        raise RefusedError("recommendation.due-in-the-past", due=early[0], on=command.on)
    if set(command.due) <= state.checks_due:
        return ()
    return (m.ChecksScheduled.of(command),)


def _check(command: m.CheckRecommendation, state: Recommendation) -> Events:
    checked = m.RecommendationChecked.of(command)
    known = state.checks.get(command.check)
    if known == checked:
        return ()
    if known is not None:
        raise RefusedError("recommendation.check-taken", check=command.check)
    if state.implemented is None or state.status in ENDED:
        raise RefusedError("recommendation.nothing-to-check", status=state.status)
    refuse_earlier("recommendation.out-of-order", command, state.implemented)
    return (checked,)


def _close(command: m.CloseRecommendation, state: Recommendation) -> Events:
    closed = m.RecommendationClosed.of(command)
    if state.closed == closed:
        return ()
    if state.closed is not None:
        raise RefusedError("recommendation.closed-already", on=state.closed.on)
    if state.status not in (Status.IMPLEMENTED, Status.EMBEDDED):
        raise RefusedError("recommendation.not-implemented", status=state.status)
    if not any(day > command.on for day in state.checks_due):
        raise RefusedError("recommendation.monitoring-schedule")
    refuse_earlier("recommendation.out-of-order", command, state.since)
    return (closed,)


def _reopen(command: m.ReopenRecommendation, state: Recommendation) -> Events:
    reopened = m.RecommendationReopened.of(command)
    if state.moved == reopened:
        return ()
    if state.status not in (Status.IMPLEMENTED, Status.EMBEDDED, Status.RELAPSED):
        raise RefusedError("recommendation.not-implemented", status=state.status)
    if command.due < command.on:
        raise RefusedError("recommendation.due-in-the-past", due=command.due, on=command.on)
    refuse_earlier("recommendation.out-of-order", command, state.since)
    return (reopened,)


def _withdraw(command: m.WithdrawRecommendation, state: Recommendation) -> Events:
    withdrawn = m.RecommendationWithdrawn.of(command)
    if state.moved == withdrawn:
        return ()
    if state.status in ENDED:
        raise RefusedError("recommendation.ended", status=state.status)
    refuse_earlier("recommendation.out-of-order", command, state.since)
    return (withdrawn,)


def _supersede(command: m.SupersedeRecommendation, state: Recommendation) -> Events:
    superseded = m.RecommendationSuperseded.of(command)
    if state.moved == superseded:
        return ()
    if command.successor == command.recommendation:
        raise RefusedError("recommendation.succeeds-itself", successor=command.successor)
    if state.status in ENDED:
        raise RefusedError("recommendation.ended", status=state.status)
    refuse_earlier("recommendation.out-of-order", command, state.since)
    return (superseded,)


def _refuse_unless_owner(command: Command, state: Recommendation, setting: Setting) -> None:
    """After a merger of committees the successor owns what the merged one owned."""
    if command.by.body not in (state.owner, setting.holder(state.owner or "")):
        raise RefusedError("recommendation.owner-only", owner=state.owner, body=command.by.body)


def _refuse_unless_owed(state: Recommendation) -> None:
    if state.status not in OWED:
        raise RefusedError("recommendation.not-owed", status=state.status)


def _unless_said(event: m.RecommendationEvent, state: Recommendation) -> Events:
    return () if event in state.said else (event,)
