"""A recommendation as an improvement: evidenced, checked, lasting, relapsed, begun again."""

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
from lif_core.items.body import succession_asked
from lif_core.items.indicators import CONCERNS
from lif_core.projection.projection import Item, Part
from lif_core.projection.tables import row
from lif_core.statistics.survival import End, Spell


class Finding(StrEnum):
    """Where an improvement stands. `unknown` is neither sustained nor failed: nobody looked in
    time.
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
    """One spell: from *on*, with the checks since, in their order; *ended* if withdrawn in it."""

    on: date
    level: int
    checks: list[r.RecommendationChecked] = field(factory=list)
    relapsed: date | None = None
    ended: date | None = None
    reopened: date | None = None

    @property
    def passes(self) -> tuple[date, ...]:
        """The days of the passed checks before any relapse."""
        until = self.relapsed or date.max
        return tuple(check.on for check in self.checks if check.passed and check.on <= until)


@define(kw_only=True)
class Improvement:
    """*issued* is `None` where its issue is void. *checks* are all of them, by reference.

    *scheduled*: which body first put each day of *checks_due* on the calendar.
    It is a draft, which folding changes in place, as a `Duty` is.
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
                _checked(item.spells[-1], event)
        case r.RecommendationReopened():
            if item.spells:
                _over(item.spells[-1], reopened=event.on)
        case r.RecommendationWithdrawn() | r.RecommendationSuperseded():
            if item.spells:
                _over(item.spells[-1], ended=event.on)
        case _:
            pass
    return item


improved = Item("improvement", ImprovementEvent, evolve)


def _over(spell: Embedding, *, reopened: date | None = None, ended: date | None = None) -> None:
    """A spell that has relapsed, or was begun again, is not ended a second time."""
    if spell.reopened is None and spell.ended is None:
        spell.reopened = reopened
        spell.ended = ended if not spell.relapsed else None


def _checked(spell: Embedding, event: r.RecommendationChecked) -> None:
    if spell.reopened or spell.ended:
        return
    spell.checks.append(event)
    if not event.passed and spell.relapsed is None:
        spell.relapsed = event.on


# What it comes to


@row(key=("recommendation",))
class ImprovementRow(Struct, frozen=True, kw_only=True):
    """One recommendation: the stream it arises from (*source*), the *boards* it is of, the body
    that holds it now (*owner*), and where it stands (*finding*).

    *level* is that of the evidence it was last embedded with (E0 to E4). *embedded*, *relapsed*
    and *last_verified* (by a check that was passed) are days of its latest spell; *next_check* is
    the first that is yet to come, unless the recommendation has ended.
    Re-audit: *passed* and *failed* checks, with the coverage, *checks_done* of *checks_due*.
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
    """Return where a recommendation stands today; `None` where its issue is void.

    *part* asks which bodies were merged (`say_merger`), and what indicators speak against it
    (`say_concerns`).
    """
    if item.issued is None:
        return None
    assert item.state is not None
    owner = item.state.owner
    spell = item.spells[-1] if item.spells else None
    due = [day for day in item.checks_due if part.reached(day)]
    coming = item.checks_due[len(due) :] if item.state.status not in ENDED else ()
    done, owed = checks_done(item, due[-1]) if due else (0, 0)
    passed = sum(check.passed for check in item.checks.values())
    governing = part.governing(item.ref, item.issued.on)
    return ImprovementRow(
        recommendation=item.ref,
        source=item.issued.source,
        boards=boards_of(item.ref, item.issued.boards, governing),
        owner=succession_asked(part).heir(owner) if owner else None,
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
        checks_due=owed,
    )


def spell_of(ref: str, spell: Embedding) -> Spell:
    """Censored at the last positive verification, not today; withdrawal competes."""
    verified = max(((day - spell.on).days for day in spell.passes), default=0)
    if spell.relapsed is not None:
        last = (spell.relapsed - spell.on).days
        return Spell(recommendation=ref, end=End.RELAPSED, first=min(verified, last), last=last)
    if spell.ended is not None:
        last = (spell.ended - spell.on).days
        return Spell(recommendation=ref, end=End.WITHDRAWN, first=verified, last=last)
    return Spell(recommendation=ref, end=End.LASTING, first=verified, last=verified)


def finding(item: Improvement, part: Part) -> Finding:
    """Return where it stands today, by the horizons in force today."""
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
    """Return whether so many *days* have passed *since*; past the last date they never do."""
    return days <= (date.max - since).days and part.reached(since + timedelta(days=days))


def _sustained(spell: Embedding, horizons: Horizons) -> bool:
    passes = sorted(spell.passes)
    if len(passes) < horizons.checks or spell.relapsed is not None:
        return False
    spread = (passes[-1] - passes[0]).days >= horizons.apart
    return spread and (passes[-1] - spell.on).days >= horizons.sustained


def checks_done(item: Improvement, valid: date) -> tuple[int, int]:
    """Of the checks due by *valid*, how many were made, and how many there were.

    A check counts for the earliest one due that none has been made for, unless it was made by the
    day of the one due before. What was withdrawn or superseded is not checked any more: nothing
    is due after that.
    """
    if item.state is not None and item.state.status in ENDED:
        valid = min(valid, item.state.since)
    due = [day for day in item.checks_due if day <= valid]
    made = sorted(check.on for check in item.checks.values())
    done, before = 0, date.min
    for day in due:
        found = next((on for on in made if on > before), None)
        if found is not None:
            made.remove(found)
            done += 1
        before = day
    return done, len(due)
