"""An audit is put on the schedule, its tool is shared, or it is taken off the schedule."""

from datetime import date

from lif_core.aggregates.audit.state import Audit
from lif_core.decisions.decider import Setting, answers_for, refuse_before_last, refuse_second
from lif_core.decisions.messages import Command, Event, OnBehalf
from lif_core.errors import RefusedError
from lif_core.framework import Framework
from lif_core.values.fields import (
    AuditKindCode,
    AuditRef,
    BodyRef,
    Code,
    Count,
    PersonalText,
    ScaleNameCode,
    StreamRef,
    Text,
    message,
)


@message
class PlanAudit(Command):
    """An audit is planned, with its *theme* and the *basis* it was chosen on: referrals, trends
    (framework §3.6).

    *scale* is a scale of the framework; *follows* is the first audit that this one repeats.
    *looks_at* are the streams whose learning it verifies: reviews, recommendations, courses.
    *agencies* are those that take part; *due* is the day by which it is to be concluded.
    *sample* says how its case files are drawn. The first audit of a series plans how many *looks*
    at it will be taken by repeats: so many verdicts are to be given at all.
    """

    audit: AuditRef
    kind: AuditKindCode
    theme: Code
    basis: PersonalText
    scale: ScaleNameCode
    follows: AuditRef | None = None
    looks_at: tuple[StreamRef, ...] = ()
    agencies: tuple[BodyRef, ...] = ()
    method: Text | None = None
    due: date | None = None
    sample: Text | None = None
    looks: Count | None = None


@message
class AuditPlanned(PlanAudit, Event[PlanAudit]):
    """The audit is on the schedule."""


@message
class ShareAuditTool(Command):
    """Schedule and tool go to the *committee* that follows such audits (framework §3.5)."""

    audit: AuditRef
    tool: Text
    committee: BodyRef


@message
class AuditToolShared(ShareAuditTool, Event[ShareAuditTool]):
    """The committee knows when the audit is done, and with what."""


@message
class CancelAudit(Command):
    """The audit will not be done, for these *reasons*."""

    audit: AuditRef
    reasons: PersonalText


@message
class AuditCancelled(CancelAudit, Event[CancelAudit]):
    """The audit is off the schedule."""


def plan(
    command: PlanAudit, state: Audit | None, framework: Framework
) -> tuple[AuditPlanned, ...]:
    refuse_second("audit.reference-taken", state.planned if state else None)
    kind = framework.audit_kind(command.kind)
    framework.scale(command.scale)
    if command.follows == command.audit:
        raise RefusedError("audit.follows-itself", audit=command.audit)
    if command.looks is not None and (command.looks == 0 or command.follows is not None):
        raise RefusedError(
            "audit.looks-of-the-first", looks=command.looks, follows=command.follows
        )
    planner = framework.body(command.by.body)
    if kind.own and planner is not None and planner.kind != "agency":
        raise RefusedError("audit.own-agency", body=command.by.body)
    if kind.own and set(command.agencies) - {command.by.body}:
        raise RefusedError("audit.own-agency", agencies=command.agencies, body=command.by.body)
    if command.due is not None and command.due < command.on:
        raise RefusedError("audit.due-in-the-past", due=command.due, on=command.on)
    return (AuditPlanned.of(command),)


def share_tool(command: ShareAuditTool, state: Audit) -> tuple[AuditToolShared, ...]:
    refuse_second("audit.concluded-already", state.concluded)
    refuse_before_last("audit.out-of-order", command, state.shared.get(command.committee))
    return (AuditToolShared.of(command),)


def cancel(command: CancelAudit, state: Audit) -> tuple[AuditCancelled, ...]:
    refuse_second("audit.concluded-already", state.concluded)
    return (AuditCancelled.of(command),)


def participant(command: OnBehalf, state: Audit, setting: Setting) -> str:
    """Return the agency that *command* counts for; refuse one that was not planned to take part.

    Where no agencies were planned, any may.
    """
    agency = answers_for(command, setting)
    planned = state.planned.agencies if state.planned else ()
    if planned and agency not in planned:
        raise RefusedError("audit.not-taking-part", body=agency)
    return agency
