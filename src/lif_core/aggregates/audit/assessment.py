"""The level of what an audit says it found, by the one rule for evidence."""

# The stages import this module, which names their events in its types only.
from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from lif_core.aggregates.evidence import (
    NOBODYS,
    Assessor,
    AuditOutcome,
    HeldChange,
    Showing,
    Source,
    assessor_of,
    audit_evidence,
    held_on,
)
from lif_core.decisions.decider import Setting
from lif_core.values.evidence import EvidenceLevel
from lif_core.values.refs import stream_of

if TYPE_CHECKING:
    from lif_core.aggregates.audit.conclusion import ShowImpact
    from lif_core.aggregates.audit.fieldwork import CheckImprovement
    from lif_core.aggregates.audit.state import Audit


def level_of_outcome(command: CheckImprovement, state: Audit, setting: Setting) -> EvidenceLevel:
    """Return the level of what the audit found of a recommendation, which it has looked at."""
    evidence = audit_evidence(state, for_itself=setting.framework.is_own_audit(state.kind))
    assert evidence is not None, "it is concluded"
    outcome = AuditOutcome(command.recommendation, command.on, command.passed)
    evidence = replace(evidence, outcomes=(*evidence.outcomes, outcome))
    held = held_in(setting, command.on)
    showing = _showing(command.recommendation, command.on, held, passed=command.passed)
    assessor = Assessor(lambda _: evidence, assessor_of(setting).holder)
    return assessor.level(showing, (stream_of("audit", command.audit),))


def level_of_impact(
    command: ShowImpact, assessor: Assessor, held: Callable[[str], HeldChange]
) -> EvidenceLevel:
    """Return the level at which the impact is shown of each of its recommendations: the lowest."""
    rests_on = (stream_of("audit", command.audit), *command.rests_on)
    showings = [_showing(ref, command.on, held) for ref in command.recommendations]
    return min(
        assessor.level(showing, rests_on, command.documents)
        for showing in showings or [Showing(on=command.on)]
    )


def impact_level(command: ShowImpact, state: Audit, setting: Setting) -> EvidenceLevel:
    """Return the level of an impact, as it is decided."""
    assessor = assessor_of(setting)
    evidence = audit_evidence(state, for_itself=setting.framework.is_own_audit(state.kind))
    itself = stream_of("audit", command.audit)

    def source(stream: str) -> Source | None:
        return evidence if stream == itself else assessor.source(stream)

    return level_of_impact(
        command, Assessor(source, assessor.holder), held_in(setting, command.on)
    )


def held_in(setting: Setting, on: date) -> Callable[[str], HeldChange]:
    """Return the function that looks up who held a change on a day, as it is on record."""

    def held(ref: str) -> HeldChange:
        state: Any = setting.state_of(stream_of("recommendation", ref))
        return NOBODYS if state is None else held_on(on, state.held)

    return held


def _showing(
    ref: str, on: date, held: Callable[[str], HeldChange], *, passed: bool = True
) -> Showing:
    change = held(ref)
    return Showing(
        on=on,
        recommendation=ref,
        owners=(change.owner,) if change.owner else (),
        in_place=change.in_place,
        passed=passed,
    )
