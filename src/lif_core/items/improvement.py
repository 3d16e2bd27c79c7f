"""A recommendation as an improvement: embedded with evidence, checked, lasting or relapsed."""

from datetime import date, timedelta
from enum import StrEnum
from typing import TypeAlias

from attrs import define, field
from msgspec import Struct

from lif_core.aggregates import recommendation as r
from lif_core.aggregates.recommendation import ENDED
from lif_core.decisions.record import Record
from lif_core.framework import Horizons
from lif_core.items.boards import boards_of
from lif_core.items.body import succession_for
from lif_core.items.indicators import CONCERNS
from lif_core.projection.projection import Item, Part
from lif_core.projection.tables import row
from lif_core.statistics.spells import End, Spell


class Finding(StrEnum):
    """The stage that an improvement has come to.

    One that is `unknown` is neither sustained nor relapsed: nobody checked it in time.
    """

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    PLANNED = "planned"
    IMPLEMENTED = "implemented"
    EMBEDDED = "embedded"
    SUSTAINED = "sustained"
    UNKNOWN = "unknown"
    CONCERN = "concern"  # an indicator that speaks to it signals the wrong way
    RELAPSED = "relapsed"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


@define(kw_only=True)
class Embedding:
    """One time that an improvement was embedded, from the day *on*, and the *checks* since.

    It lasts until it has *relapsed*, was *reopened*, or was *ended* by a withdrawal.
    """

    on: date
    level: int
    checks: list[r.RecommendationChecked] = field(factory=list)
    relapsed: date | None = None
    ended: date | None = None
    reopened: date | None = None

    @property
    def passes(self) -> tuple[date, ...]:
        """The days of the checks that were passed before any relapse."""
        until = self.relapsed or date.max
        return tuple(check.on for check in self.checks if check.passed and check.on <= until)


@define(kw_only=True)
class Improvement:
    """A recommendation with all its *checks*, by reference, and its *spells* of being embedded.

    *issued* is `None` where its issue is void. *scheduled* has, for each day of *checks_due*, the
    body that first put it on the calendar. It is a draft, which folding changes in place.
    """

    ref: str
    issued: r.RecommendationIssued | None = None
    state: r.Recommendation | None = None
    spells: list[Embedding] = field(factory=list)
    checks: dict[str, r.RecommendationChecked] = field(factory=dict)
    checks_due: tuple[date, ...] = ()
    scheduled: dict[date, str] = field(factory=dict)


ImprovementEvent: TypeAlias = (
    r.RecommendationIssued
    | r.RecommendationAccepted
    | r.RecommendationDeclined
    | r.RecommendationPlanned
    | r.TransferAccepted
    | r.RecommendationImplemented
    | r.EvidenceRecorded
    | r.RecommendationEmbedded
    | r.ChecksScheduled
    | r.RecommendationChecked
    | r.RecommendationReopened
    | r.RecommendationWithdrawn
    | r.RecommendationSuperseded
)


def evolve(item: Improvement | None, record: Record) -> Improvement:
    event: ImprovementEvent = record.event  # type: ignore[assignment]  # by the item's events
    item = item or Improvement(ref=event.recommendation)
    item.state = r.evolve(item.state, event)
    match event:
        case r.RecommendationIssued():
            item.issued = event
        case r.ChecksScheduled(due=due):
            item.scheduled = {**dict.fromkeys(due, event.by.body), **item.scheduled}
            item.checks_due = tuple(sorted(item.scheduled))
        case r.RecommendationEmbedded(level=level) if item.state.status is r.Status.EMBEDDED:
            item.spells.append(Embedding(on=event.on, level=level))
        case r.RecommendationChecked(check=check):
            item.checks[check] = event
            if item.spells:
                _check(item.spells[-1], event)
        case r.RecommendationReopened():
            if item.spells:
                _end(item.spells[-1], reopened=event.on)
        case r.RecommendationWithdrawn() | r.RecommendationSuperseded():
            if item.spells:
                _end(item.spells[-1], ended=event.on)
        case _:
            pass
    return item


improvement_item = Item("improvement", ImprovementEvent, evolve)


def _end(spell: Embedding, *, reopened: date | None = None, ended: date | None = None) -> None:
    """End a *spell*, unless it has ended already; a withdrawal after a relapse ends nothing."""
    if spell.reopened is None and spell.ended is None:
        spell.reopened = reopened
        spell.ended = ended if not spell.relapsed else None


def _check(spell: Embedding, event: r.RecommendationChecked) -> None:
    if spell.reopened or spell.ended:
        return
    spell.checks.append(event)
    if not event.passed and spell.relapsed is None:
        spell.relapsed = event.on


# What views show of it


@row(key=("recommendation",))
class ImprovementRow(Struct, frozen=True, kw_only=True):
    """One recommendation: the stream it arises from (*source*), its *boards*, the body that holds
    it now (*owner*), and how far it has come (*finding*).

    *level* is that of the evidence it was last embedded with (E0 to E4). *embedded*, *relapsed*
    and *last_verified* (by a check that was passed) are days of its latest spell; *next_check* is
    the day of the first check that is yet to come, unless the recommendation has ended.
    *passed* and *failed* count its checks; *checks_done* of the *checks_due* by now were made.
    """

    recommendation: str
    source: str
    boards: tuple[str, ...]
    owner: str | None
    finding: str
    level: int | None
    embedded: date | None
    relapsed: date | None
    last_verified: date | None
    next_check: date | None
    spells: int
    passed: int
    failed: int
    checks_done: int
    checks_due: int


def improvement_row(item: Improvement, part: Part) -> ImprovementRow | None:
    """Return how far a recommendation has come today; `None` where its issue is void.

    *part* asks for mergers and for concerns, so the projection needs `say_merger` and
    `say_concerns`.
    """
    if item.issued is None:
        return None
    assert item.state is not None
    owner = item.state.owner
    spell = item.spells[-1] if item.spells else None
    due = [day for day in item.checks_due if part.reached(day)]
    coming = item.checks_due[len(due) :] if item.state.status not in ENDED else ()
    done, expected = checks_done(item, due[-1]) if due else (0, 0)
    passed = sum(check.passed for check in item.checks.values())
    governing = part.governing(item.ref, item.issued.on)
    return ImprovementRow(
        recommendation=item.ref,
        source=item.issued.source,
        boards=boards_of(item.ref, item.issued.boards, governing),
        owner=succession_for(part).heir(owner) if owner else None,
        finding=finding(item, part).value,
        level=spell.level if spell else None,
        embedded=spell.on if spell else None,
        relapsed=spell.relapsed if spell else None,
        last_verified=max(spell.passes, default=None) if spell else None,
        next_check=coming[0] if coming else None,
        spells=len(item.spells),
        passed=passed,
        failed=len(item.checks) - passed,
        checks_done=done,
        checks_due=expected,
    )


def survival_spell(ref: str, spell: Embedding) -> Spell:
    """Return a *spell* as survival analysis takes it.

    One that lasts is censored at its last passed check, not today: nobody has verified it since.
    """
    verified = max(((day - spell.on).days for day in spell.passes), default=0)
    if spell.relapsed is not None:
        last = (spell.relapsed - spell.on).days
        return Spell(recommendation=ref, end=End.RELAPSED, first=min(verified, last), last=last)
    if spell.ended is not None:
        last = (spell.ended - spell.on).days
        return Spell(recommendation=ref, end=End.WITHDRAWN, first=verified, last=last)
    return Spell(recommendation=ref, end=End.LASTING, first=verified, last=verified)


def finding(item: Improvement, part: Part) -> Finding:
    """Return how far an improvement has come today, by the horizons in force today."""
    assert item.state is not None
    if item.state.status is not r.Status.EMBEDDED or not item.spells:
        return Finding(item.state.status.value)
    spell, horizons = item.spells[-1], part.governing(item.ref).horizons
    if _sustained(spell, horizons):
        last = max(spell.passes)
        against = any(spell.on <= day <= last for day in part.ask(CONCERNS, item.ref))
        return Finding.CONCERN if against else Finding.SUSTAINED
    if _have_passed(horizons.sustained, spell.on, part):
        return Finding.UNKNOWN
    return Finding.EMBEDDED


def _have_passed(days: int, since: date, part: Part) -> bool:
    """Return whether so many *days* have passed *since* then; they never do past the last date."""
    return days <= (date.max - since).days and part.reached(since + timedelta(days=days))


def _sustained(spell: Embedding, horizons: Horizons) -> bool:
    passes = sorted(spell.passes)
    if len(passes) < horizons.checks or spell.relapsed is not None:
        return False
    spread = (passes[-1] - passes[0]).days >= horizons.apart
    return spread and (passes[-1] - spell.on).days >= horizons.sustained


def checks_done(item: Improvement, valid: date) -> tuple[int, int]:
    """Return how many of the checks due by *valid* were made, and how many were due.

    A check counts for the earliest day due that has none yet, if it was made after the day due
    before that one. After a withdrawal, or once it is superseded, no check is due any more.
    """
    if item.state is not None and item.state.status in ENDED:
        valid = min(valid, item.state.since)
    days_due = [day for day in item.checks_due if day <= valid]
    days_checked = sorted(check.on for check in item.checks.values())
    done, previous = 0, date.min
    for day_due in days_due:
        checked = next((day for day in days_checked if day > previous), None)
        if checked is not None:
            days_checked.remove(checked)
            done += 1
        previous = day_due
    return done, len(days_due)
