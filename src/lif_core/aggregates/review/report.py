"""The final report of a review, and the board's response to it."""

from datetime import date

from lif_core.aggregates.review.opening import held_since
from lif_core.aggregates.review.state import Review
from lif_core.decisions.decider import refuse_earlier, refuse_second
from lif_core.decisions.messages import Command, Event
from lif_core.errors import RefusedError
from lif_core.framework import ReviewKind
from lif_core.values.fields import Code, PersonalText, ReviewRef, message


@message
class AcceptReport(Command):
    """The board accepts the final report, with its *response* to the findings (framework §2.2)."""

    review: ReviewRef
    response: PersonalText


@message
class ReportAccepted(AcceptReport, Event[AcceptReport]):
    """The report is final. *warnings* are codes of what it lacked when it was accepted.

    *gates* are as those of `HoldDecided`.
    """

    warnings: tuple[Code, ...] = ()
    gates: tuple[Code, ...] = ()

    @property
    def reaches(self) -> tuple[str, ...]:
        """The milestones that the review reaches by it."""
        return ("report accepted",)


def accept(command: AcceptReport, state: Review, kind: ReviewKind) -> tuple[ReportAccepted, ...]:
    refuse_second("review.accepted-already", state.accepted)
    held = held_since(state)
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
    rests_on = [held, *(finding.on for finding in state.findings.values())]
    if kind.family and state.family is not None:
        rests_on.append(state.family.on)
    rests_on += [event.on for event in (*state.judged.values(), *state.documents.values())]
    if state.analysed is not None:
        rests_on.append(state.analysed.on)
    refuse_earlier("review.out-of-order", command, max(rests_on))
    return (ReportAccepted.of(command, warnings=_lacking(state, kind, command.on)),)


def _lacking(state: Review, kind: ReviewKind, on: date) -> tuple[str, ...]:
    """Return the codes of what the principles ask for and the review lacks (framework §2.2)."""
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


def accepted(state: Review) -> ReportAccepted:
    """Return the acceptance of the report; refuse where there is none yet."""
    if state.accepted is None:
        raise RefusedError("review.not-accepted")
    return state.accepted
