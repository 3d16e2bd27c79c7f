"""The warnings that a decision may bear: it was taken all the same, and its entry says so."""

from collections.abc import Mapping
from typing import Any

from lif_core.decisions.messages import Event

WARNINGS: Mapping[str, str] = {
    "note": "it is a note, which verifies nothing and meets no check that is due: it rests on no"
    " audit and no indicator that shows the change, or its owner made it alone",
    "claimed-above": "the level that is claimed is above what the evidence on record comes to",
    "named-before": "an earlier embedding or check rests on the same audit or indicator: nothing"
    " of a later day may have been looked at",
    "by-its-owner": "a body decided on what it owes itself",
    "no-scope": "no scope was set by then (§2.2)",
    "no-reviewer": "no lead reviewer was appointed by then (§2.2)",
    "no-practitioners-invited": "no practitioner was invited by then (§2.2)",
    "no-voice": "the voice of the child or adult was not recorded by then (§2.2)",
    "no-method": "no method was adopted by then (§3.1)",
    "tool-not-shared": "the audit's schedule and tool were shared with no committee (§3.5)",
    "not-all-submitted": "not every agency has submitted its self-evaluation (§3.5)",
    "nothing-reported": "nothing of what it showed of training was reported (§5.3)",
}
"""The meanings of the codes in the field *warnings* of an event."""


def warnings_of(event: Event[Any]) -> dict[str, str]:
    """Return the warnings that *event* bears, by their codes; an unknown one stands for itself."""
    codes: tuple[str, ...] = getattr(event, "warnings", ())
    return {code: WARNINGS.get(code, code) for code in codes}
