"""The grades of each audit of case files, as they were given: what a re-audit is held against."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import attrs
from attrs import frozen

from lif_core.audit import AuditConcluded, AuditPlanned, GradeCount
from lif_core.messages import Event
from lif_core.record import Record
from lif_core.views import AsOf, Projection


@frozen(kw_only=True)
class GradesRow:
    """An audit of case *files* that was concluded, and how many had which grade of its *scale*.
    Grades are ordinal: counted, never averaged.

    *follows*: the first audit that it repeats.
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
    """As it was at *valid*, as *known* then (an instant; `None`: all that is recorded)."""

    valid: str
    known: str | None
    audits: tuple[GradesRow, ...]


def key(event: Event[Any]) -> tuple[str, ...]:
    match event:
        case AuditPlanned(audit=ref) | AuditConcluded(audit=ref):
            return (f"audit-{ref}",)
        case _:
            return ()


def evolve(row: GradesRow | None, record: Record) -> GradesRow:
    event = record.event
    assert isinstance(event, AuditPlanned | AuditConcluded)
    row = row or GradesRow(
        audit=event.audit, follows=None, theme=None, on=None, scale=None, grades=(), files=0
    )
    if isinstance(event, AuditPlanned):
        return attrs.evolve(row, follows=event.follows, theme=event.theme, scale=event.scale)
    files = sum(count.files for count in event.grades)
    return attrs.evolve(row, on=event.on, grades=event.grades, files=files)


def summarise(items: Mapping[str, GradesRow], as_of: AsOf) -> Grades:
    return Grades(
        valid=as_of.valid.isoformat(),
        known=as_of.known.isoformat() if as_of.known else None,
        audits=tuple(row for row in items.values() if row.files),
    )


grades: Projection[GradesRow, Grades] = Projection(
    name="grades", key=key, evolve=evolve, summarise=summarise
)
