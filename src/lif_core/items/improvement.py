"""A recommendation as an improvement: embedded with evidence, checked, lasting or relapsed."""

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeAlias

from attrs import define, field, frozen
from msgspec import Struct

from lif_core.aggregates import recommendation as r
from lif_core.aggregates.recommendation import ENDED
from lif_core.decisions.record import Record
from lif_core.framework import Horizons
from lif_core.items.boards import boards_of
from lif_core.items.body import succession_for
from lif_core.items.evidence import assessor_for
from lif_core.items.indicators import CONCERNS
from lif_core.projection.projection import Item, Part
from lif_core.projection.tables import row
from lif_core.statistics.spells import End, Spell
from lif_core.values.fields import PersonalText


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

    Checks that verify nothing are left out. It lasts until it has *relapsed*, was *reopened*, or
    was *ended* by a withdrawal. *level* is that of its evidence, and *claimed* the one claimed.
    """

    on: date
    level: int
    claimed: int | None
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
    """A recommendation, and the checks of it that were *scheduled*: for each day due, the day on
    which a body first put it on the calendar, and the body.

    *issued* is `None` where its issue is void. It is a draft, which folding changes in place.
    """

    ref: str
    issued: r.RecommendationIssued | None = None
    state: r.Recommendation | None = None
    scheduled: dict[date, tuple[date, str]] = field(factory=dict)

    @property
    def checks_due(self) -> tuple[date, ...]:
        """The days on which checks are due."""
        return tuple(sorted(self.scheduled))


def evolve(item: Improvement | None, record: Record) -> Improvement:
    event: r.RecommendationEvent = record.event  # type: ignore[assignment]  # by the item's events
    item = item or Improvement(ref=event.recommendation)
    item.state = r.evolve(item.state, event)
    match event:
        case r.RecommendationIssued():
            item.issued = event
        case r.ChecksScheduled(due=due):
            for day in due:
                item.scheduled.setdefault(day, (event.on, event.by.body))
        case _:
            pass
    return item


improvement_item = Item("improvement", r.RecommendationEvent, evolve)


# Its life, at the levels that its evidence has

ShowingEvent: TypeAlias = r.EvidenceRecorded | r.RecommendationEmbedded | r.RecommendationChecked


@frozen(kw_only=True)
class Life:
    """The life of an improvement: its *state*, its *spells* of being embedded, and the entries by
    which it was *shown*, at the levels that they have by the evidence that stands.
    """

    state: r.Recommendation
    spells: tuple[Embedding, ...]
    shown: tuple[ShowingEvent, ...]

    @property
    def checks(self) -> tuple[r.RecommendationChecked, ...]:
        """The checks that verify something, in the order of their days."""
        return tuple(check for check in self.state.checks.values() if check.verifies)

    @property
    def notes(self) -> tuple[r.RecommendationChecked, ...]:
        """The checks that verify nothing."""
        return tuple(check for check in self.state.checks.values() if not check.verifies)


def lived(item: Improvement, part: Part) -> Life:
    """Return the life of an improvement; *part* asks for what its evidence can show.

    So the projection needs what `assessor_for` needs.
    """
    assert item.state is not None
    return life_of(item.state, part)


def life_of(state: r.Recommendation, part: Part) -> Life:
    """Return the life of a recommendation in this *state*, as `lived` does."""
    return part.derive(_life, state)


def _life(recorded: r.Recommendation, part: Part) -> Life:
    state, spells, shown = recorded, list[Embedding](), list[ShowingEvent]()
    for before, event, after in r.lived(recorded, assessor_for(part)):
        state = after
        _live(spells, event, before)
        if isinstance(event, ShowingEvent):
            shown.append(event)
    return Life(state=state, spells=tuple(spells), shown=tuple(shown))


def _live(spells: list[Embedding], event: r.RecommendationEvent, state: r.Recommendation) -> None:
    """Begin, check or end a spell, as *event* does, before which the state is *state*."""
    match event:
        case r.RecommendationEmbedded() if r.is_embedded_by(event, state):
            spells.append(Embedding(on=event.on, level=event.level, claimed=event.claimed))
        case r.RecommendationChecked(verifies=True) if spells:
            _check(spells[-1], event)
        case r.RecommendationReopened() if spells:
            _end(spells[-1], reopened=event.on)
        case r.RecommendationWithdrawn() | r.RecommendationSuperseded() if spells:
            _end(spells[-1], ended=event.on)
        case _:
            pass


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


@row(key=("recommendation", "what", "reference"))
class ShownRow(Struct, frozen=True, kw_only=True):
    """An entry by which a change was shown: an `embedding` (by its day), a `check` or a piece of
    `evidence`, at the *level* that it has by the streams and *documents* that it *rests_on*.

    *claimed* is the level that was claimed, which nothing rests on. *passed* is of a check, and
    *counts* says whether it verifies anything, or whether the embedding begins a spell.
    """

    recommendation: str
    what: str
    reference: str
    on: date
    passed: bool | None
    level: int
    claimed: int | None
    counts: bool | None
    rests_on: tuple[str, ...]
    documents: tuple[str, ...]


def shown_rows(life: Life) -> Iterator[ShownRow]:
    """Yield a row for each entry by which a change was shown."""
    begun = {spell.on for spell in life.spells}
    for event in life.shown:
        passed, counts = None, None
        match event:
            case r.RecommendationEmbedded():
                what, reference, counts = "embedding", f"{event.on}", event.on in begun
            case r.RecommendationChecked():
                what, reference, passed = "check", event.check, event.passed
                counts = event.verifies
            case r.EvidenceRecorded():
                what, reference = "evidence", event.evidence
        yield ShownRow(
            recommendation=event.recommendation,
            what=what,
            reference=reference,
            on=event.on,
            passed=passed,
            level=int(event.level),
            claimed=None if event.claimed is None else int(event.claimed),
            counts=counts,
            rests_on=event.rests_on,
            documents=event.documents,
        )


@row(key=("recommendation",))
class ImprovementRow(Struct, frozen=True, kw_only=True):
    """One recommendation: its *text*, the stream it arises from (*source*), its *boards*, the body
    that holds it now (*owner*), and how far it has come (*finding*).

    *level* is that of the evidence it was last embedded with (E0 to E4), and *claimed* the level
    that was claimed for it. *embedded*, *relapsed* and *last_verified* (by a check that passed)
    are days of its latest spell; *next_check* is the first day to come on which a check is due
    that was not made ahead of it, unless the recommendation has ended. *passed* and *failed*
    count its checks, of which *latest_passed* says how the latest ended; *notes* are checks that
    verify nothing, and *notes_against* those of them that say that the change is gone. Of the
    *checks_due* by now *checks_done* were made, and *on_time* as soon as the pack asks.
    """

    recommendation: str
    text: PersonalText
    source: str
    boards: tuple[str, ...]
    owner: str | None
    finding: str
    level: int | None
    claimed: int | None
    embedded: date | None
    relapsed: date | None
    last_verified: date | None
    next_check: date | None
    spells: int
    passed: int
    failed: int
    latest_passed: bool | None
    notes: int
    notes_against: int
    on_time: int
    checks_done: int
    checks_due: int


def improvement_row(item: Improvement, life: Life, part: Part) -> ImprovementRow | None:
    """Return how far a recommendation has come today; `None` where its issue is void.

    *part* asks for mergers and for concerns, so the projection needs `say_merger` and
    `say_concerns`.
    """
    if item.issued is None:
        return None
    owner = life.state.owner
    spell = life.spells[-1] if life.spells else None
    checks = [check for check in due_checks(item, life, part) if check.counts]
    due = [check for check in checks if part.reached(check.due)]
    coming = checks[len(due) :] if life.state.status not in ENDED else []
    governing = part.governing(item.ref, item.issued.on)
    passed = sum(check.passed for check in life.checks)
    latest = max(reversed(life.checks), key=lambda check: check.on, default=None)
    return ImprovementRow(
        recommendation=item.ref,
        text=item.issued.text,
        source=item.issued.source,
        boards=boards_of(item.ref, item.issued.boards, governing),
        owner=succession_for(part).heir(owner, part.key) if owner else None,
        finding=finding(item, life, part).value,
        level=spell.level if spell else None,
        claimed=spell.claimed if spell else None,
        embedded=spell.on if spell else None,
        relapsed=spell.relapsed if spell else None,
        last_verified=max(spell.passes, default=None) if spell else None,
        next_check=next((check.due for check in coming if check.made is None), None),
        spells=len(life.spells),
        passed=passed,
        failed=len(life.checks) - passed,
        latest_passed=latest.passed if latest else None,
        notes=len(life.notes),
        notes_against=sum(not note.passed for note in life.notes),
        on_time=sum(check.on_time for check in due),
        checks_done=sum(check.made is not None for check in due),
        checks_due=len(due),
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


def finding(item: Improvement, life: Life, part: Part) -> Finding:
    """Return how far an improvement has come today, by the horizons in force today."""
    if life.state.status is not r.Status.EMBEDDED or not life.spells:
        return Finding(life.state.status.value)
    spell, horizons = life.spells[-1], part.governing(item.ref).horizons
    if _lasted(spell, horizons):
        last = max(spell.passes)
        if any(spell.on <= day <= last for day in part.ask(CONCERNS, item.ref)):
            return Finding.CONCERN
        fresh = not have_passed(horizons.fresh + 1, last, part)
        return Finding.SUSTAINED if fresh else Finding.UNKNOWN
    if have_passed(horizons.sustained, spell.on, part):
        return Finding.UNKNOWN
    return Finding.EMBEDDED


def have_passed(days: int, since: date, part: Part) -> bool:
    """Return whether so many *days* have passed *since* then; they never do past the last date."""
    return days <= (date.max - since).days and part.reached(since + timedelta(days=days))


def _lasted(spell: Embedding, horizons: Horizons) -> bool:
    """Return whether the checks show that it lasted to the horizon, however long ago."""
    passes = sorted(spell.passes)
    if len(passes) < horizons.checks or spell.relapsed is not None:
        return False
    spread = (passes[-1] - passes[0]).days >= horizons.apart
    return spread and (passes[-1] - spell.on).days >= horizons.sustained


@frozen
class DueCheck:
    """A check that is *due* on a day: the day on which it was *made*, and whether *on_time*.

    *counts* is `False` of one that came to be due only after the recommendation had ended.
    """

    due: date
    counts: bool = True
    made: date | None = None
    on_time: bool = False


def due_checks(item: Improvement, life: Life, part: Part) -> tuple[DueCheck, ...]:
    """Return the checks that are due, on any day, by their days, each with the one made for it.

    In the order of their days, each check is for the day due that is nearest to it, the earlier of
    two, of those that were on the calendar when it was made. One of several that are nearest to
    the same day counts; each other is for the earliest day due that has passed and has none, if
    any. So a check is for one day at most, and one that was missed makes none after it late. It is
    *on time* up to as many days after the day due as the pack in force today allows. A note is no
    check.
    """
    allowed = part.governing(item.ref).horizons.on_time
    ended = life.state.since if life.state.status in ENDED else date.max
    due = [day for day in item.checks_due if day <= ended]
    checked: dict[date, date] = {}
    others: list[date] = []
    for day in sorted(check.on for check in life.checks):
        begun = [each for each in due if item.scheduled[each][0] <= day]
        nearest = min(begun, key=lambda each: abs(each - day), default=None)
        if nearest is None or checked.setdefault(nearest, day) is not day:
            others.append(day)
    for day in others:
        missed = (each for each in due if item.scheduled[each][0] <= day and each < day)
        first = next((each for each in missed if each not in checked), None)
        if first is not None:
            checked[first] = day
    return tuple(
        _due_check(day, checked.get(day), allowed, day <= ended) for day in item.checks_due
    )


def _due_check(due: date, checked: date | None, allowed: int, counts: bool) -> DueCheck:
    on_time = checked is not None and (checked - due).days <= allowed
    return DueCheck(due, counts=counts, made=checked, on_time=on_time)
