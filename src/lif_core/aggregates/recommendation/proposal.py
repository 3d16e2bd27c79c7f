"""A recommendation is put to the bodies that are to answer it, and sent to each."""

from datetime import date

from lif_core.aggregates.recommendation.state import Recommendation
from lif_core.decisions.decider import Setting, refuse_earlier, refuse_second
from lif_core.decisions.messages import Command, Event
from lif_core.errors import RefusedError
from lif_core.values.fields import (
    BodyRef,
    Code,
    PersonalText,
    RecommendationRef,
    StreamRef,
    message,
)


@message
class IssueRecommendation(Command):
    """A review or an audit asks bodies for a change (framework §1.4).

    *source* is the stream that it arises from; *findings* are those of that review, which says
    itself that they are taken up (`AddressFinding`). *boards* are the boards it is joint to,
    where they are more than the one whose reference it bears. *themes* are what it is about,
    beside those of its findings.
    """

    recommendation: RecommendationRef
    source: StreamRef
    text: PersonalText
    addressed: tuple[BodyRef, ...]
    findings: tuple[Code, ...] = ()
    boards: tuple[BodyRef, ...] = ()
    themes: tuple[Code, ...] = ()


@message
class RecommendationIssued(IssueRecommendation, Event[IssueRecommendation]):
    """The recommendation has been put to the bodies addressed; none has answered yet."""


@message
class SendRecommendation(Command):
    """The recommendation is sent to one of the bodies it was put to: the day from which the time
    *to* answer it runs for that body.

    It is to *answer_by* a day where one is named, and else within the time that the pack gives.
    """

    recommendation: RecommendationRef
    to: BodyRef
    answer_by: date | None = None


@message
class RecommendationSent(SendRecommendation, Event[SendRecommendation]):
    """The body has been sent it; without this, its time runs from the day of issue."""


def issue(
    command: IssueRecommendation, state: Recommendation | None, setting: Setting
) -> tuple[RecommendationIssued, ...]:
    refuse_second("recommendation.reference-taken", state.issued if state else None)
    if not command.addressed:
        raise RefusedError("recommendation.addressed-to-nobody")
    if command.findings:
        _refuse_unknown_findings(command, setting)
    return (RecommendationIssued.of(command),)


def _refuse_unknown_findings(command: IssueRecommendation, setting: Setting) -> None:
    """Refuse findings that its source, which is a review, has not made by then."""
    source = setting.state_of(command.source)
    if source is None:
        return
    findings = getattr(source, "findings", {})
    for finding in command.findings:
        if finding not in findings:
            raise RefusedError("recommendation.no-such-finding", finding=finding)
        refuse_earlier("recommendation.out-of-order", command, findings[finding].on)


def send(
    command: SendRecommendation, state: Recommendation, setting: Setting
) -> tuple[RecommendationSent, ...]:
    assert state.issued is not None
    refuse_unless_issuer(command, state, setting)
    if command.to not in state.addressed:
        raise RefusedError("recommendation.not-addressed", body=command.to)
    refuse_second("recommendation.sent-already", state.sent.get(command.to))
    refuse_earlier("recommendation.out-of-order", command, state.issued.on)
    if command.answer_by is not None and command.answer_by < command.on:
        raise RefusedError("recommendation.due-in-the-past", due=command.answer_by, on=command.on)
    return (RecommendationSent.of(command),)


# Rules about who issued it, for the other stages too


def is_issuer(command: Command, state: Recommendation, setting: Setting) -> bool:
    """Return whether the body that gives *command* issued it, or succeeds the body that did."""
    issuer = state.issued.by.body if state.issued else ""
    return command.by.body in (issuer, setting.holder(issuer))


def refuse_unless_issuer(command: Command, state: Recommendation, setting: Setting) -> None:
    if not is_issuer(command, state, setting):
        issuer = state.issued.by.body if state.issued else None
        raise RefusedError("recommendation.issuer-only", issuer=issuer, body=command.by.body)


def owed_to(state: Recommendation, setting: Setting) -> tuple[str, ...]:
    """Return the bodies that the duty is owed to: the one that issued it, and its boards."""
    assert state.issued is not None
    boards = setting.framework.boards_for(state.issued.recommendation, state.issued.boards)
    bodies = (state.issued.by.body, *boards)
    return tuple(dict.fromkeys((*bodies, *map(setting.holder, bodies))))
