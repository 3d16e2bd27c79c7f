"""A recommendation is put to the bodies that are to answer it."""

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

    *source* is the stream that it arises from; *findings* are those of that review. *boards* are
    the boards it is joint to, where they are more than the one whose reference it bears. *themes*
    are what it is about, beside those of its findings.
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
