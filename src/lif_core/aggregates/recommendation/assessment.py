"""The level of what is said of a change, by the entries it names: once decided, and ever after.

An entry says at which level it was decided. Where an audit that it names is voided, concluded or
amended since, the level is another: so decisions and views work it out anew.
"""

# The stages import this module, which names their events in its types only.
from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lif_core.aggregates.evidence import Assessor, Showing, held_on
from lif_core.values.evidence import EMBEDDED_AT_LEAST, EvidenceLevel

if TYPE_CHECKING:
    from lif_core.aggregates.recommendation.embedding import EmbedRecommendation, RecordEvidence
    from lif_core.aggregates.recommendation.monitoring import CheckRecommendation
    from lif_core.aggregates.recommendation.state import Recommendation


class CheckedAt(NamedTuple):
    """The *level* of a check, and whether it *verifies* anything: else it is a note."""

    level: EvidenceLevel
    verifies: bool


def level_of_embedding(
    command: EmbedRecommendation, state: Recommendation, assessor: Assessor
) -> EvidenceLevel:
    """Return the level of an embedding: of what it names, or of a check that it rests on."""
    showing = _showing(command, state)
    level = assessor.level(showing, command.rests_on, command.documents)
    checks = [state.checks[check] for check in command.checks if check in state.checks]
    return max([level, *(check.level for check in checks if check.passed and check.verifies)])


def assess_check(
    command: CheckRecommendation, state: Recommendation, assessor: Assessor
) -> CheckedAt:
    """Return the level of a check. It verifies nothing below that of an agency's own audit, or by
    the owner alone without an audit.
    """
    showing = _showing(command, state, passed=command.passed)
    level, audited = assessor.strongest(showing, command.rests_on, command.documents)
    if level < EMBEDDED_AT_LEAST:
        return CheckedAt(level, False)
    return CheckedAt(level, audited or not assessor.is_owner(command.by.body, showing))


def level_of_record(
    command: RecordEvidence, state: Recommendation, assessor: Assessor
) -> EvidenceLevel:
    """Return the level of the evidence that a body shows; its own audit is an owner's too."""
    showing = _showing(command, state, owners=(command.answered_for,))
    return assessor.level(showing, command.rests_on, command.documents)


def warnings_of_evidence(
    command: EmbedRecommendation | CheckRecommendation,
    state: Recommendation,
    level: EvidenceLevel,
) -> tuple[str, ...]:
    """Return the warnings about what *command* rests on: `claimed-above` where more is claimed
    than it comes to, and `named-before` where an earlier embedding or check of the recommendation
    rests on the same, so that nothing of a later day may have been looked at.
    """
    named = {
        stream
        for event in state.rested
        if event.on < command.on
        for stream in getattr(event, "rests_on", ())
    }
    warnings = {
        "claimed-above": command.claimed is not None and command.claimed > level,
        "named-before": not named.isdisjoint(command.rests_on),
    }
    return tuple(warning for warning, applies in warnings.items() if applies)


def _showing(
    command: EmbedRecommendation | CheckRecommendation | RecordEvidence,
    state: Recommendation,
    *,
    passed: bool = True,
    owners: tuple[str, ...] = (),
) -> Showing:
    # An entry of an earlier day is about what was in place by then, and who owned it then.
    change = held_on(command.on, state.held)
    return Showing(
        on=command.on,
        recommendation=command.recommendation,
        owners=(*owners, *([change.owner] if change.owner else [])),
        in_place=change.in_place,
        passed=passed,
    )
