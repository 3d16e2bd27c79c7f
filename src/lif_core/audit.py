"""The life of an audit: planned on a basis, its case files graded, its learning acknowledged."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias, assert_never

import attrs
from attrs import frozen

from lif_core.decider import (
    Decider,
    Setting,
    answers_for,
    plus,
    refuse_earlier,
    refuse_second,
    unknown,
)
from lif_core.errors import RefusedError
from lif_core.fields import AuditRef, BodyRef, Code, Count, PersonalText, Text, message
from lif_core.messages import Command, Event


@frozen(kw_only=True)
class GradeCount:
    """How many case *files* have this *grade*. Grades are ordinal: counted, never averaged."""

    grade: Code
    files: Count


# What can be decided, and what is then on record


@message
class PlanAudit(Command):
    """An audit is planned: its *theme*, and the referrals and trends it was chosen on (framework
    §3.6).

    *scale* is a scale of the framework; *follows* is the first audit that this one repeats.
    """

    audit: AuditRef
    kind: Code
    theme: Code
    basis: PersonalText
    scale: Code
    follows: AuditRef | None = None


@message
class AuditPlanned(PlanAudit, Event[PlanAudit]):
    """The audit is on the schedule."""


@message
class ConcludeAudit(Command):
    """The case files have been graded; *grades* counts the files of each grade given."""

    audit: AuditRef
    grades: tuple[GradeCount, ...]
    summary: PersonalText


@message
class AuditConcluded(ConcludeAudit, Event[ConcludeAudit]):
    """The grades are final."""


@message
class IssueBriefingNote(Command):
    """The 'Learning from Audit Briefing Note' goes to the partner agencies (framework §3.6)."""

    audit: AuditRef
    note: PersonalText
    agencies: tuple[BodyRef, ...]


@message
class BriefingNoteIssued(IssueBriefingNote, Event[IssueBriefingNote]):
    """Each of the *agencies* is expected to say what it takes from it."""


@message
class AcknowledgeBriefingNote(Command):
    """An agency says what is relevant to it, and what it will do (framework §3.6).

    *for_body*: the agency it answers for, where that was merged into it.
    """

    audit: AuditRef
    relevant: Text
    will_do: Text
    for_body: BodyRef | None = None


@message
class BriefingNoteAcknowledged(AcknowledgeBriefingNote, Event[AcknowledgeBriefingNote]):
    """`for_body`, or `by.body`, has taken up the learning."""


AuditCommand: TypeAlias = PlanAudit | ConcludeAudit | IssueBriefingNote | AcknowledgeBriefingNote
AuditEvent: TypeAlias = (
    AuditPlanned | AuditConcluded | BriefingNoteIssued | BriefingNoteAcknowledged
)


# What the rules ask about the past


@frozen(kw_only=True)
class Audit:
    """What an audit has come to."""

    planned: AuditPlanned | None = None
    concluded: AuditConcluded | None = None
    note: BriefingNoteIssued | None = None
    acknowledged: Mapping[str, BriefingNoteAcknowledged] = MappingProxyType({})


def evolve(state: Audit | None, event: AuditEvent) -> Audit:
    state = state or Audit()
    match event:
        case AuditPlanned():
            return attrs.evolve(state, planned=event)
        case AuditConcluded():
            return attrs.evolve(state, concluded=event)
        case BriefingNoteIssued():
            return attrs.evolve(state, note=event)
        case BriefingNoteAcknowledged():
            known = plus(state.acknowledged, event.for_body or event.by.body, event)
            return attrs.evolve(state, acknowledged=known)
        case _:
            assert_never(event)


# The rules


def decide(command: AuditCommand, state: Audit | None, setting: Setting) -> tuple[AuditEvent, ...]:
    if isinstance(command, PlanAudit):
        return _plan(command, state, setting)
    if state is None or state.planned is None:
        raise unknown("audit.unknown", command)
    match command:
        case ConcludeAudit():
            return _conclude(command, state, state.planned, setting)
        case IssueBriefingNote():
            return _issue_note(command, state)
        case AcknowledgeBriefingNote():
            return _acknowledge(command, state, setting)
        case _:
            assert_never(command)


def _plan(command: PlanAudit, state: Audit | None, setting: Setting) -> tuple[AuditEvent, ...]:
    refuse_second("audit.reference-taken", state.planned if state else None)
    setting.framework.scale(command.scale)
    if command.follows == command.audit:
        raise RefusedError("audit.follows-itself", audit=command.audit)
    return (AuditPlanned.of(command),)


def _conclude(
    command: ConcludeAudit, state: Audit, planned: AuditPlanned, setting: Setting
) -> tuple[AuditEvent, ...]:
    grades = [count.grade for count in command.grades]
    scale = setting.framework.scale(planned.scale)
    if strange := set(grades) - set(scale.grades):
        raise RefusedError("audit.unknown-grade", grades=sorted(strange), scale=scale.name)
    if len(set(grades)) < len(grades):
        raise RefusedError("audit.graded-twice", grades=grades)
    if not sum(count.files for count in command.grades):
        raise RefusedError("audit.no-files")
    refuse_second("audit.concluded-already", state.concluded)
    return (AuditConcluded.of(command),)


def _issue_note(command: IssueBriefingNote, state: Audit) -> tuple[AuditEvent, ...]:
    if state.concluded is None:
        raise RefusedError("audit.not-concluded")
    if not command.agencies:
        raise RefusedError("audit.note-to-nobody")
    refuse_earlier("audit.out-of-order", command, state.concluded.on)
    refuse_second("audit.note-issued-already", state.note)
    return (BriefingNoteIssued.of(command),)


def _acknowledge(
    command: AcknowledgeBriefingNote, state: Audit, setting: Setting
) -> tuple[AuditEvent, ...]:
    if state.note is None:
        raise RefusedError("audit.no-note")
    agency = answers_for(command, setting)
    if agency not in state.note.agencies:
        raise RefusedError("audit.note-not-sent-to", body=agency)
    refuse_earlier("audit.out-of-order", command, state.note.on)
    refuse_second("audit.acknowledged-already", state.acknowledged.get(agency))
    return (BriefingNoteAcknowledged.of(command),)


decider: Decider[AuditCommand, AuditEvent, Audit] = Decider(
    category="audit",
    commands=AuditCommand,
    events=AuditEvent,
    opens=(AuditPlanned,),
    decide=decide,
    evolve=evolve,
)
