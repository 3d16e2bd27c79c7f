"""The grades of each audit of case files, which a re-audit is compared with."""

from datetime import date

from attrs import define, frozen
from msgspec import Struct

from lif_core.aggregates.audit import AuditConcluded, AuditPlanned, GradeCount
from lif_core.decisions.record import Record
from lif_core.projection.inconsistent import INCONSISTENT, InconsistentRow
from lif_core.projection.projection import Item, Part, Projection, Totals
from lif_core.projection.tables import Table, row


@row(key=("audit",))
class GradesRow(Struct, frozen=True, kw_only=True):
    """An audit of case *files* that was concluded, and how many had which grade of its *scale*.

    Grades are ordinal: counted, never averaged. *follows*: the first audit that it repeats.
    """

    audit: str
    follows: str | None
    theme: str | None
    on: date | None
    scale: str | None
    grades: tuple[GradeCount, ...]
    files: int


@frozen(kw_only=True)
class Grades:
    """The grades at *valid*, as *known* then (an instant; `None`: all that is recorded)."""

    valid: str
    known: str | None
    audits: Table[GradesRow]


@define(kw_only=True)
class AuditGrading:
    """An audit: its plan, and its conclusion."""

    planned: AuditPlanned | None = None
    concluded: AuditConcluded | None = None


def evolve(audit: AuditGrading | None, record: Record) -> AuditGrading:
    audit, event = audit or AuditGrading(), record.event
    if isinstance(event, AuditPlanned):
        audit.planned = event
    elif isinstance(event, AuditConcluded):
        audit.concluded = event
    return audit


def add_audit(audit: AuditGrading, part: Part) -> None:
    planned, concluded = audit.planned, audit.concluded
    if concluded is None or not (files := sum(count.files for count in concluded.grades)):
        return
    part.row(
        "audits",
        GradesRow(
            audit=part.ref,
            follows=planned.follows if planned else None,
            theme=planned.theme if planned else None,
            on=concluded.on,
            scale=planned.scale if planned else None,
            grades=concluded.grades,
            files=files,
        ),
    )


def total(totals: Totals) -> Grades:
    return Grades(**totals.times, audits=totals.table("audits"))


grades = Projection(
    name="grades",
    view=Grades,
    parts={Item("grades", (AuditPlanned, AuditConcluded), evolve): add_audit},
    facts={INCONSISTENT: InconsistentRow},
    total=total,
)
