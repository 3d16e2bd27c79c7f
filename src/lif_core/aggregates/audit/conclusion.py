"""An audit is concluded: its grades are final, and its impact is shown."""

from lif_core.aggregates.audit.assessment import impact_level
from lif_core.aggregates.audit.grades import GradeCount, refuse_unknown_grades
from lif_core.aggregates.audit.state import Audit
from lif_core.aggregates.evidence import refuse_other_streams
from lif_core.decisions.decider import Setting, refuse_earlier, refuse_second
from lif_core.decisions.messages import Command, Event
from lif_core.errors import RefusedError
from lif_core.framework import AuditKind
from lif_core.values.evidence import EvidenceLevel
from lif_core.values.fields import (
    AuditRef,
    Code,
    PersonalText,
    RecommendationRef,
    StreamRef,
    message,
)


@message
class ConcludeAudit(Command):
    """The audit is done; *grades* counts its case files, if it has any, by grade.

    *references* are those of the files, which identify nobody: a repeat can then show that it took
    others.
    """

    audit: AuditRef
    grades: tuple[GradeCount, ...]
    summary: PersonalText
    references: tuple[Code, ...] = ()


@message
class AuditConcluded(ConcludeAudit, Event[ConcludeAudit]):
    """The grades are final. *warnings* are codes of what the audit lacked then."""

    warnings: tuple[Code, ...] = ()


@message
class ShowImpact(Command):
    """The audit shows an *impact* on children or adults (framework §3.5), of the change of each of
    the *recommendations*.

    Beside itself, it *rests_on* other audits and on indicators, and on *documents*. *claimed* is
    the level of evidence that is claimed.
    """

    audit: AuditRef
    impact: PersonalText
    recommendations: tuple[RecommendationRef, ...] = ()
    rests_on: tuple[StreamRef, ...] = ()
    documents: tuple[Code, ...] = ()
    claimed: EvidenceLevel | None = None


@message
class ImpactShown(ShowImpact, Event[ShowImpact]):
    """The impact is on record; *level* is what the evidence came to that day."""

    level: EvidenceLevel


def conclude(
    command: ConcludeAudit, state: Audit, kind: AuditKind, setting: Setting
) -> tuple[AuditConcluded, ...]:
    assert state.planned is not None
    framework, planner = setting.framework, state.planned.by.body
    if kind.own and command.by.body not in (planner, setting.holder(planner)):
        raise RefusedError("audit.own-agency", body=command.by.body, planned_by=planner)
    grades = [count.grade for count in command.grades]
    refuse_unknown_grades(framework, state.planned.scale, set(grades))
    if len(set(grades)) < len(grades):
        raise RefusedError("audit.graded-twice", grades=grades)
    counted = {count.grade: count.files for count in command.grades if count.files}
    if kind.files and not counted:
        raise RefusedError("audit.no-files")
    if state.files and counted != state.graded:
        raise RefusedError("audit.counts-differ", said=counted, graded=dict(state.graded))
    _refuse_other_references(command, state, sum(counted.values()))
    refuse_second("audit.concluded-already", state.concluded)
    for event in (*state.files.values(), *state.submitted.values()):
        refuse_earlier("audit.out-of-order", command, event.on)
    return (AuditConcluded.of(command, warnings=_lacking(state, kind)),)


def _refuse_other_references(command: ConcludeAudit, state: Audit, files: int) -> None:
    """Refuse references that are not those of the files: one for each, and those that were graded
    one by one.
    """
    references = set(command.references)
    if command.references and (
        len(command.references) != files or (state.files and references != set(state.files))
    ):
        raise RefusedError("audit.references-differ", references=len(references), files=files)


def _lacking(state: Audit, kind: AuditKind) -> tuple[str, ...]:
    """Return the warnings: a code for each thing that the audit lacks."""
    agencies = state.planned.agencies if state.planned else ()
    lacking = {
        "tool-not-shared": bool(kind.shared_with)
        and not set(kind.shared_with) & set(state.shared),
        "not-all-submitted": bool(kind.standards)
        and not (state.submitted and set(agencies) <= set(state.submitted)),
        "nothing-reported": kind.training and not state.reported,
    }
    return tuple(code for code, lacks in lacking.items() if lacks)


def show_impact(command: ShowImpact, state: Audit, setting: Setting) -> tuple[ImpactShown, ...]:
    if state.concluded is None:
        raise RefusedError("audit.not-concluded")
    refuse_other_streams(command.rests_on)
    refuse_earlier("audit.out-of-order", command, state.concluded.on)
    return (ImpactShown.of(command, level=impact_level(command, state, setting)),)
