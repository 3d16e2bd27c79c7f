"""An audit: planned, carried out, what agencies said of themselves in it, what it showed."""

from datetime import date

from attrs import define, field

from lif_core.aggregates import audit as a
from lif_core.decisions.record import Record
from lif_core.errors import RefusedError
from lif_core.framework import AuditKind
from lif_core.projection.projection import Item, Part
from lif_core.values.refs import namespace_of


@define(kw_only=True)
class Audited:
    """An audit, and the *impacts* shown, which its state does not keep.

    It is a draft, which folding changes in place.
    """

    ref: str
    state: a.Audit = field(factory=a.Audit)
    impacts: list[a.ImpactShown] = field(factory=list)

    @property
    def on_schedule(self) -> bool:
        """Return whether it was planned, and not cancelled."""
        return self.state.planned is not None and self.state.cancelled is None

    @property
    def planned(self) -> a.AuditPlanned:
        """Its plan, where it has one."""
        assert self.state.planned is not None
        return self.state.planned

    @property
    def concluded(self) -> date | None:
        return self.state.concluded.on if self.state.concluded else None

    @property
    def board(self) -> str:
        return namespace_of(self.ref)

    def kind(self, part: Part) -> AuditKind:
        """Return its kind, by the framework in force when it was planned.

        Where that does not have it, it is known by its code alone.
        """
        try:
            return part.governing(self.ref, self.planned.on).audit_kind(self.planned.kind)
        except RefusedError:
            return AuditKind(kind=self.planned.kind, name=self.planned.kind)

    def is_evaluation(self, kind: AuditKind) -> bool:
        """Return whether agencies evaluate themselves in it."""
        return bool(kind.standards or self.state.submitted)


def evolve(item: Audited | None, record: Record) -> Audited:
    event: a.AuditEvent = record.event  # type: ignore[assignment]  # by the item's events
    item = item or Audited(ref=event.audit)
    item.state = a.evolve(item.state, event)
    if isinstance(event, a.ImpactShown):
        item.impacts.append(event)
    return item


audited = Item("audit", a.AuditEvent, evolve)
reporting = Item(
    "audit of training", (a.AuditPlanned, a.AuditCancelled, a.TrainingReported), evolve
)
"""The events that say what an audit is, and what it reports of training."""
