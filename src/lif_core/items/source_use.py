"""A review or an audit as a use of a source of learning: when it was begun, held, concluded."""

from collections.abc import Mapping
from datetime import date
from typing import TypeAlias

from attrs import define, field, frozen

from lif_core.aggregates import audit as a
from lif_core.aggregates import review as r
from lif_core.decisions.record import Record
from lif_core.framework import Framework, Source
from lif_core.items.boards import boards_of
from lif_core.items.state import state_fold
from lif_core.projection.projection import Item, Part

ReviewEvent: TypeAlias = (
    r.CaseNotified
    | r.DeathNotified
    | r.ReviewOpened
    | r.HoldDecided
    | r.ReportAccepted
    | r.ReviewClosed
    | r.ReviewDiscontinued
)
Work: TypeAlias = (
    a.FileGraded
    | a.SelfEvaluationSubmitted
    | a.TrainingReported
    | a.ImprovementChecked
    | a.AuditConcluded
)
AuditEvent: TypeAlias = a.AuditPlanned | Work


reviewed = Item("review as a use", ReviewEvent, state_fold(r.evolve))


@define(kw_only=True)
class AuditUse:
    """An audit: its plan, the first day of work on it, what it *checked*, its conclusion.

    It is a draft, which folding changes in place.
    """

    planned: a.AuditPlanned | None = None
    worked: date | None = None
    checked: dict[tuple[str, str], a.ImprovementChecked] = field(factory=dict)
    concluded: date | None = None


def evolve_audit(audit: AuditUse | None, record: Record) -> AuditUse:
    event: AuditEvent = record.event  # type: ignore[assignment]  # by the item's events
    audit = audit or AuditUse()
    if isinstance(event, a.AuditPlanned):
        audit.planned = event
        return audit
    audit.worked = audit.worked or event.on
    if isinstance(event, a.ImprovementChecked):
        audit.checked[event.recommendation, event.check] = event
    elif isinstance(event, a.AuditConcluded):
        audit.concluded = event.on
    return audit


audited = Item("audit as a use", AuditEvent, evolve_audit)


@frozen(kw_only=True)
class SourceUse:
    """A review or an audit, of the *source* that the *framework* in force when it began says.

    *held*: a case that was notified is first decided on; an audit is held from the first day of
    work on it. *concluded*: its report was accepted, it was concluded, or it was held and closed.
    """

    kind: str
    boards: tuple[str, ...]
    framework: Framework
    source: Source | None
    begun: date
    held: date | None
    concluded: date | None

    @property
    def code(self) -> str:
        """The code of its source; empty for none."""
        return self.source.source if self.source else ""

    @property
    def days(self) -> Mapping[str, date]:
        """The days on which it was begun, held and concluded, as far as it was."""
        days = {"begun": self.begun, "held": self.held, "concluded": self.concluded}
        return {what: day for what, day in days.items() if day is not None}


def use_of(item: r.Review | AuditUse, part: Part) -> SourceUse | None:
    """Return the use that a review or an audit is; `None` where what began it is void."""
    if isinstance(item, AuditUse):
        if (planned := item.planned) is None:
            return None
        days = item.worked, item.concluded
        return _use(part, planned.kind, (), planned.on, *days)
    if (begun := item.begun) is None:
        return None
    ended = item.accepted or (item.closed if item.held else None)
    return _use(part, begun.kind, begun.boards, begun.on, item.held, ended.on if ended else None)


def _use(
    part: Part,
    kind: str,
    named: tuple[str, ...],
    begun: date,
    held: date | None,
    concluded: date | None,
) -> SourceUse:
    framework = part.governing(part.ref, begun)
    return SourceUse(
        kind=kind,
        boards=tuple(dict.fromkeys(boards_of(part.ref, named, framework))),
        framework=framework,
        source=framework.source_of(kind),
        begun=begun,
        held=held,
        concluded=concluded,
    )
