"""Audits and indicators as evidence, said to whoever names them."""

from collections.abc import Callable
from datetime import date

from lif_core.aggregates import audit as a
from lif_core.aggregates import recommendation as r
from lif_core.aggregates.evidence import (
    Assessor,
    HeldChange,
    IndicatorEvidence,
    Source,
    audit_evidence,
    held_on,
)
from lif_core.items.body import succession_for
from lif_core.items.indicators import IndicatorSeries, say_concerns
from lif_core.items.state import state_fold
from lif_core.projection.projection import Item, Part

EVIDENCE = "evidence"
"""The topic on which an audit or an indicator says what it can show, to its own stream."""
HELD = "held"
"""The topic on which a recommendation says who owned it and what was in place, to its own name."""

audit_evidence_item = Item(
    "audit as evidence",
    (a.AuditPlanned, a.AuditCancelled, a.ImprovementChecked, a.AuditConcluded),
    state_fold(a.evolve),
)


def say_audit_evidence(state: a.Audit, part: Part) -> None:
    """Say what an audit can show, once it is concluded."""
    evidence = evidence_of_audit(state, part)
    if evidence is not None:
        part.say(EVIDENCE, part.key, evidence)


def evidence_of_audit(state: a.Audit, part: Part) -> Source | None:
    """Return what an audit can show, by the pack that was in force when it was planned."""
    if state.planned is None:
        return None
    framework = part.governing(part.ref, state.planned.on)
    return audit_evidence(state, for_itself=framework.is_own_audit(state.kind))


def say_indicator_evidence(series: IndicatorSeries, part: Part) -> None:
    """Say what an indicator can show, where it speaks to any recommendation."""
    if series.defined is not None and series.defined.speaks_to:
        part.say(EVIDENCE, part.key, evidence_of_indicator(series, part))


def evidence_of_indicator(series: IndicatorSeries, part: Part) -> IndicatorEvidence:
    """Return what an indicator can show, by the rules for charts that are in force today."""
    return IndicatorEvidence(series.state, part.governing(series.ref).horizons)


def say_indicator(series: IndicatorSeries, part: Part) -> None:
    """Say the days of concern in an indicator's chart, and what the indicator can show."""
    say_concerns(series, part)
    say_indicator_evidence(series, part)


held_item = Item(
    "owner and change",
    (r.RecommendationPlanned, r.TransferAccepted, r.RecommendationImplemented),
    state_fold(r.evolve),
)


def say_held(state: r.Recommendation, part: Part) -> None:
    """Say who owned a recommendation, and since when its change was in place, on which days."""
    for change in state.held:
        part.say(HELD, part.ref, change)


def held_for(part: Part, day: date) -> Callable[[str], HeldChange]:
    """Return the function that looks up who held a change on a *day*."""
    return lambda ref: held_on(day, part.ask(HELD, ref))


def assessor_for(part: Part) -> Assessor:
    """Return the assessor of a view: by what streams say, and the mergers that *part* asks for.

    The projection needs `say_audit_evidence`, `say_indicator_evidence` and `say_merger`.
    """

    def source(stream: str) -> Source | None:
        return next(iter(part.ask(EVIDENCE, stream)), None)

    return Assessor(source, succession_for(part).holder)
