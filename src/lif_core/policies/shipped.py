"""The policies that ship: what `lif` decides because of an entry, or because a day has come.

Each policy reads as a sentence: an event in, commands out. What may not be so is refused by the
rules, as anybody's command is, and told.
"""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from lif_core.aggregates.audit import ImprovementChecked
from lif_core.aggregates.recommendation import (
    CheckRecommendation,
    RaiseEscalation,
    RecommendationChecked,
    TellOwner,
    TrainingCalledFor,
)
from lif_core.aggregates.review import CaseReferred, NotifyCase
from lif_core.aggregates.training_course import RequestCourse
from lif_core.decisions.messages import Command
from lif_core.decisions.record import Record
from lif_core.framework import Framework, Frameworks
from lif_core.policies.policy import DayPolicy, Policy
from lif_core.values.authority import Authority
from lif_core.values.refs import namespace_of

if TYPE_CHECKING:
    from lif_core.views.accountability import Accountability


def _for(body: str) -> Authority:
    """Return the authority of `lif`, which decides for the body whose decision it follows."""
    return Authority(person="lif", role="policy", body=body)


def notify_a_case_that_was_referred(record: Record, _: Framework) -> Iterator[Command]:
    """Start a review of the case where a death may need one (framework §3.3.1, first purpose)."""
    match record.event:
        case CaseReferred() as referred:
            yield NotifyCase(
                by=_for(referred.by.body),
                on=referred.on,
                review=referred.referral,
                kind=referred.kind,
                subject=f"Referred from {referred.review}: {referred.reasons}",
                aware=referred.aware,
                arising_from=(record.stream,),
            )


def check_what_an_audit_looked_at(record: Record, _: Framework) -> Iterator[Command]:
    """Count what an audit finds of a change as a check of its recommendation (framework §3.5)."""
    match record.event:
        case ImprovementChecked() as found:
            yield CheckRecommendation(
                by=_for(found.by.body),
                on=found.on,
                recommendation=found.recommendation,
                check=f"{found.audit}: {found.check}",
                passed=found.passed,
                note=found.note,
                rests_on=(record.stream,),
                claimed=found.claimed,
            )


def tell_the_owner_of_a_failed_check(record: Record, _: Framework) -> Iterator[Command]:
    """Tell the owner of a change that it was found gone (framework §2.2)."""
    match record.event:
        case RecommendationChecked(passed=False) as found:
            yield TellOwner(
                by=_for(found.by.body),
                on=found.on,
                recommendation=found.recommendation,
                check=found.check,
            )


def ask_for_the_training_that_was_called_for(
    record: Record, framework: Framework
) -> Iterator[Command]:
    """Ask the body that commissions training for what learning calls for (framework §5.4)."""
    match record.event:
        case TrainingCalledFor() as called:
            yield RequestCourse(
                by=_for(called.by.body),
                on=called.on,
                course=called.course,
                title=called.title,
                need=called.need,
                asked=framework.training_body or None,
                arising_from=(record.stream,),
            )


def escalate_overdue(
    view: "Accountability", frameworks: Frameworks, on: date
) -> Iterator[tuple[str, RaiseEscalation]]:
    """Escalate, for its owner, a duty that is open and overdue by more than its pack says."""
    raised = {(row.recommendation, row.escalation) for row in view.escalations}
    for duty in view.duties:
        if duty.due is None:  # and so never overdue
            continue
        ref, days = duty.recommendation, (on - duty.due).days
        framework = frameworks.governing(ref, on)
        escalate = framework.escalate
        if escalate is None or duty.done is not None or days <= escalate.after_days:
            continue
        bodies = (escalate.to,) if escalate.to else _boards(ref, framework)
        for to in bodies:
            which = f"{duty.due}" if len(bodies) == 1 else f"{duty.due} {to}"
            name = f"overdue-{which}"
            if (ref, name) not in raised:
                command = RaiseEscalation(
                    by=_for(duty.owner),
                    on=on,
                    recommendation=ref,
                    escalation=name,
                    to=to,
                    concern=f"Due on {duty.due}, and {days} days overdue on {on}.",
                )
                yield f"{ref}:{which}", command


def _boards(ref: str, framework: Framework) -> tuple[str, ...]:
    """Return the board whose reference it bears; of a joint one, all that the pack governs."""
    namespace = namespace_of(ref)
    if framework.has_board(namespace):
        return (namespace,)
    return tuple(board for board in framework.governs if framework.has_board(board))


POLICIES: tuple[Policy, ...] = tuple(
    Policy(name=react.__name__.replace("_", "-"), react=react)
    for react in (
        notify_a_case_that_was_referred,
        check_what_an_audit_looked_at,
        tell_the_owner_of_a_failed_check,
        ask_for_the_training_that_was_called_for,
    )
)
DAY_POLICIES: tuple[DayPolicy, ...] = (DayPolicy(name="escalate-overdue", look=escalate_overdue),)
