"""The level of evidence of a change, E0 to E4: worked out from the entries that are named for it.

One rule gives it: to decisions by what is on record, and to views by what was on record then. What
somebody claims is kept as their claim, and is asked for by no rule.
"""

# An audit states levels, so it imports this module, which names its state in types only.
from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from attrs import field, frozen
from msgspec import Struct

from lif_core.aggregates.indicator import Indicator
from lif_core.aggregates.indicator_chart import wanted_signal
from lif_core.aggregates.succession import UNOWNED
from lif_core.decisions.decider import Setting
from lif_core.errors import RefusedError
from lif_core.framework import Horizons
from lif_core.values.evidence import EMBEDDED_AT_LEAST, EvidenceLevel
from lif_core.values.refs import category_of, ref_of, stream_of

if TYPE_CHECKING:
    from lif_core.aggregates.audit.state import Audit

CATEGORIES = ("audit", "indicator")
"""The categories of streams that can be evidence; documents have codes."""


class AuditOutcome(Struct, frozen=True):
    """The finding of an audit on a *recommendation*, on a day: the change in place, or gone."""

    recommendation: str
    on: date
    passed: bool


class AuditEvidence(Struct, frozen=True, tag="audit"):
    """An audit that is *concluded*: its *makers* planned it, took part in it and concluded it.

    *own*: an agency did it for itself. It *looks_at* the recommendations that its plan names, and
    at those of its *outcomes*.
    """

    concluded: date
    makers: tuple[str, ...]
    own: bool
    looks_at: tuple[str, ...]
    outcomes: tuple[AuditOutcome, ...]


class IndicatorEvidence(Struct, frozen=True, tag="indicator"):
    """An indicator, as far as it is on record, and the *horizons* by which its chart is drawn."""

    state: Indicator
    horizons: Horizons


Source: TypeAlias = AuditEvidence | IndicatorEvidence


@frozen(kw_only=True)
class Showing:
    """A change that is to be shown, of a *recommendation*, on the day *on*.

    *owners* are the bodies whose own audit it would be. The change is *in_place* since a day, as
    its owner said. *passed* is whether it is said to be in place, or gone. Where it is of no
    recommendation, an audit need not look at one, and no indicator speaks to it.
    """

    on: date
    recommendation: str | None = None
    owners: tuple[str, ...] = ()
    in_place: date | None = None
    passed: bool = True


class HeldChange(Struct, frozen=True):
    """A recommendation from the day *on*: its *owner*, and since when the change is *in_place*."""

    on: date
    owner: str | None
    in_place: date | None


NOBODYS = HeldChange(date.min, None, None)


def held_on(day: date, changes: Iterable[HeldChange]) -> HeldChange:
    """Return who held a change on a *day*, and since when it was in place: the last by then of
    the *changes*, which are in the order of their recording.
    """
    by_then = sorted((each for each in changes if each.on <= day), key=lambda each: each.on)
    return by_then[-1] if by_then else NOBODYS


class Strongest(NamedTuple):
    """The *level* of the strongest of some evidence, and whether an audit counts among it."""

    level: EvidenceLevel
    audited: bool


@frozen
class Assessor:
    """Works out levels: `source(stream)` is what a stream can be evidence of, `None` for nothing;
    `holder(body, on, stream)` is the body that holds on that day what *body* held: this stream.
    """

    source: Callable[[str], Source | None]
    holder: Callable[[str, date, str], str] = field(default=lambda body, *_: body)

    def level(
        self, showing: Showing, rests_on: Iterable[str], documents: Iterable[str] = ()
    ) -> EvidenceLevel:
        """Return the level of the strongest evidence that is named, which is E0 for none."""
        return self.strongest(showing, rests_on, documents).level

    def strongest(
        self, showing: Showing, rests_on: Iterable[str], documents: Iterable[str] = ()
    ) -> Strongest:
        """Return the level of the strongest evidence that is named, and whether an audit is among
        what counts.
        """
        strongest, audited = EvidenceLevel.ASSERTION, False
        for stream, level in self._levels(showing, rests_on):
            strongest = max(strongest, level)
            audited |= level >= EMBEDDED_AT_LEAST and category_of(stream) == "audit"
        if any(True for _ in documents):
            strongest = max(strongest, EvidenceLevel.DOCUMENT)
        return Strongest(strongest, audited)

    def is_owner(self, body: str, showing: Showing) -> bool:
        """Return whether *body* is an owner: itself, a predecessor or a successor."""
        holders = {self._holder(owner, showing) for owner in showing.owners}
        return self._holder(body, showing) in holders

    def _holder(self, body: str, showing: Showing) -> str:
        """Return who answers for *body* in this matter; one that is no more, itself."""
        ref = showing.recommendation
        stream = stream_of("recommendation", ref) if ref is not None else ""
        holder = self.holder(body, showing.on, stream)
        return body if holder == UNOWNED else holder

    def _levels(
        self, showing: Showing, rests_on: Iterable[str]
    ) -> Iterator[tuple[str, EvidenceLevel]]:
        for stream in rests_on:
            match self.source(stream):
                case AuditEvidence() as audit:
                    yield stream, self._of_audit(audit, showing)
                case IndicatorEvidence() as indicator:
                    yield stream, _of_indicator(indicator, showing)
                case None:
                    pass

    def _of_audit(self, audit: AuditEvidence, showing: Showing) -> EvidenceLevel:
        if not _looked_at(audit, showing):
            return EvidenceLevel.ASSERTION
        if audit.own:
            return EvidenceLevel.OWN_AUDIT
        makers = {self._holder(body, showing) for body in audit.makers}
        if len(makers) > 1:
            return EvidenceLevel.INDEPENDENT_AUDIT
        # Without an owner, nothing says that the one who made it is another.
        owned = not showing.owners or self.is_owner(min(makers), showing)
        return EvidenceLevel.OWN_AUDIT if owned else EvidenceLevel.INDEPENDENT_AUDIT


def _looked_at(audit: AuditEvidence, showing: Showing) -> bool:
    """Return whether an audit looked at the change by then: it was concluded once the change was
    in place, it was to look at the recommendation or says what it found of it, and says no other.
    """
    if audit.concluded > showing.on or (showing.in_place and audit.concluded < showing.in_place):
        return False
    if showing.recommendation is None:
        return True
    outcomes = [
        outcome
        for outcome in audit.outcomes
        if outcome.recommendation == showing.recommendation and outcome.on <= showing.on
    ]
    if outcomes:
        return outcomes[-1].passed is showing.passed
    return showing.recommendation in audit.looks_at


def _of_indicator(indicator: IndicatorEvidence, showing: Showing) -> EvidenceLevel:
    """Return E4 where a signal in the wanted direction began once the change was in place."""
    defined, in_place = indicator.state.defined, showing.in_place
    if defined is None or defined.on > showing.on or in_place is None or not showing.passed:
        return EvidenceLevel.ASSERTION
    if showing.recommendation not in defined.speaks_to:
        return EvidenceLevel.ASSERTION
    signal = wanted_signal(indicator.state, indicator.horizons, after=in_place, by=showing.on)
    return EvidenceLevel.ASSERTION if signal is None else EvidenceLevel.OUTCOME_DATA


# What a stream can be evidence of, by its state


def audit_evidence(state: Audit, *, for_itself: bool) -> AuditEvidence | None:
    """Return what an audit can show; `None` where it is void, cancelled or not concluded.

    *for_itself*: it is of a kind that an agency does for itself.
    """
    if state.planned is None or state.cancelled is not None or state.concluded is None:
        return None
    makers = (state.planned.by.body, *state.planned.agencies, state.concluded.by.body)
    outcomes = sorted(state.checked.values(), key=lambda event: event.on)
    return AuditEvidence(
        concluded=state.concluded.on,
        makers=tuple(dict.fromkeys(makers)),
        own=for_itself,
        looks_at=tuple(map(ref_of, _recommendations(state.planned.looks_at))),
        outcomes=tuple(AuditOutcome(e.recommendation, e.on, e.passed) for e in outcomes),
    )


def _recommendations(streams: Iterable[str]) -> Iterator[str]:
    return (stream for stream in streams if category_of(stream) == "recommendation")


def assessor_of(setting: Setting) -> Assessor:
    """Return the assessor of a decision: by the other streams as they are on record."""

    def source(stream: str) -> Source | None:
        state, category = setting.state_of(stream), category_of(stream)
        if state is None or category not in CATEGORIES:
            return None
        if category == "audit":
            return audit_evidence(state, for_itself=setting.framework.is_own_audit(state.kind))
        return IndicatorEvidence(state, setting.framework.horizons)

    return Assessor(source, lambda body, _, stream: setting.holder_in(body, stream))


def refuse_other_streams(rests_on: Iterable[str]) -> None:
    """Refuse evidence that is neither an audit nor an indicator."""
    for stream in rests_on:
        if category_of(stream) not in CATEGORIES:
            raise RefusedError("evidence.other-stream", stream=stream, evidence=CATEGORIES)
