"""The publication register: what the public may read, and where improvements are being made
(framework §1.1, §1.3, §2.2).

Nothing in it is confidential. It holds references, dates, counts, and the two texts that a board
writes for the public: where a report is, and its public summary. No text that may tell about a
person is read, and nothing of the review of a child's death, nor of what such a review asked for:
those are in the view `child-deaths`, where small counts are hidden.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, TypeAlias

from attrs import frozen

from lif_core import recommendation as r
from lif_core.errors import RefusedError
from lif_core.framework import Frameworks, ReviewKind
from lif_core.items.boards import boards_of
from lif_core.items.improvement import Finding
from lif_core.messages import Event
from lif_core.projection.projection import AsOf, Projection
from lif_core.record import Record
from lif_core.review import (
    DeathNotified,
    NonPublicationDecided,
    ReportPublished,
    Review,
    ReviewEvent,
)
from lif_core.review import evolve as review_evolve
from lif_core.views import fold
from lif_core.views.sustainability.rows import ImprovementRow
from lif_core.views.sustainability.view import sustainability

Kept: TypeAlias = tuple[Record, ...]


def key(event: Event[Any]) -> tuple[str, ...]:
    if isinstance(event, ReviewEvent):
        return (f"review-{event.review}",)
    return sustainability.key(event)


def keep(kept: Kept | None, record: Record) -> Kept:
    """A stream's records, in the order they took effect: to be folded by another view as well."""
    return (*(kept or ()), record)


# What several views ask


def reviews_in(items: Mapping[str, Kept]) -> Iterator[Review]:
    """Each review that has begun, in the order of the references."""
    for kept in items.values():
        state = None
        for record in kept:
            if isinstance(record.event, ReviewEvent):
                state = review_evolve(state, record.event)
        if state is not None and state.begun is not None:
            yield state


def issued_in(items: Mapping[str, Kept]) -> Iterator[r.RecommendationIssued]:
    """The issue of each recommendation, in the order of the references."""
    for kept in items.values():
        found = [one.event for one in kept if isinstance(one.event, r.RecommendationIssued)]
        yield from found[-1:]


def improvements_in(items: Mapping[str, Kept], as_of: AsOf) -> dict[str, ImprovementRow]:
    """Each recommendation, as the view `sustainability` finds it."""
    records = [record for kept in items.values() for record in kept]
    counted = [record for record in records if sustainability.key(record.event)]
    view = fold(sustainability, counted, as_of)
    return {row.recommendation: row for row in view.improvements}


def findings_in(items: Mapping[str, Kept], as_of: AsOf) -> dict[str, Finding]:
    """Where each recommendation stands."""
    return {ref: Finding(row.finding) for ref, row in improvements_in(items, as_of).items()}


def kind_of(state: Review, frameworks: Frameworks) -> ReviewKind:
    """The kind of a review, by the framework in force when it began; by its code alone where an
    amended entry names one that this does not have.
    """
    assert state.begun is not None
    framework = frameworks.governing(state.begun.review, state.begun.on)
    try:
        return framework.review_kind(state.kind)
    except RefusedError:
        return ReviewKind(kind=state.kind, name=state.kind)


def of_a_death(state: Review, kind: ReviewKind) -> bool:
    """Whether it reviews a child's death, by its kind or by what was recorded of it."""
    return kind.death or state.analysed is not None or isinstance(state.begun, DeathNotified)


STANDING: Mapping[str, tuple[Finding, ...]] = {
    "waiting": (Finding.PROPOSED,),
    "accepted": (Finding.ACCEPTED, Finding.PLANNED, Finding.REOPENED),
    "implemented": (Finding.IMPLEMENTED,),
    "embedded": (Finding.EMBEDDED,),
    "sustained": (Finding.SUSTAINED,),
    "in_doubt": (Finding.UNKNOWN, Finding.CONCERN),
    "relapsed": (Finding.RELAPSED,),
    "declined": (Finding.DECLINED,),
    "ended": (Finding.WITHDRAWN, Finding.SUPERSEDED),
}


def standing(findings: Iterable[Finding]) -> dict[str, int]:
    """How many stand how, each in one group of `STANDING`; the groups add up to those *made*."""
    counted = Counter(findings)
    groups = {name: sum(counted[one] for one in group) for name, group in STANDING.items()}
    return {"made": counted.total(), **groups}


# The view


@frozen(kw_only=True)
class PublicationRow:
    """A review whose report is to be published, or was.

    *status*: `under way`, `reported` (publication is not decided yet), `published`, `withheld`,
    `taken down` or `discontinued`. *redacted* and *withheld* say that it is so, and never why.
    *days_online*: how long the report was there for anybody, so far.
    """

    review: str
    kind: str
    boards: tuple[str, ...]
    held: date
    report_accepted: date | None
    status: str
    published: date | None
    place: str | None
    summary: str | None
    redacted: bool
    withheld: bool
    taken_down: date | None
    days_online: int | None


@frozen(kw_only=True)
class ImprovementsRow:
    """How many recommendations of a review were *made*, and where each stands now.

    made = waiting (for an answer) + accepted (and being worked on) + implemented (its owner says
    so) + embedded (in practice, with evidence) + sustained (checked, and lasting) + in_doubt (not
    checked in time, or an indicator speaks against it) + relapsed + declined + ended (withdrawn
    or superseded).
    """

    review: str
    made: int
    waiting: int
    accepted: int
    implemented: int
    embedded: int
    sustained: int
    in_doubt: int
    relapsed: int
    declined: int
    ended: int


@frozen(kw_only=True)
class BoardImprovementsRow:
    """The same of all that a board's reviews and audits asked for, reviews of deaths excepted.

    One that is joint to several boards shows under each.
    """

    board: str
    made: int
    waiting: int
    accepted: int
    implemented: int
    embedded: int
    sustained: int
    in_doubt: int
    relapsed: int
    declined: int
    ended: int


@frozen(kw_only=True)
class Publication:
    """As it was at *valid*, as *known* then (an instant; `None`: all that is recorded)."""

    valid: str
    known: str | None
    reviews: tuple[PublicationRow, ...]
    improvements: tuple[ImprovementsRow, ...]
    boards: tuple[BoardImprovementsRow, ...]


def summarise(items: Mapping[str, Kept], as_of: AsOf) -> Publication:
    kinds = [(state, kind_of(state, as_of.frameworks)) for state in reviews_in(items)]
    deaths = {_stream(state) for state, kind in kinds if of_a_death(state, kind)}
    shown = [
        (state, kind)
        for state, kind in kinds
        if _stream(state) not in deaths and _registered(state, kind)
    ]
    found = findings_in(items, as_of)
    asked = [event for event in issued_in(items) if event.source not in deaths]
    return Publication(
        valid=as_of.valid.isoformat(),
        known=as_of.known.isoformat() if as_of.known else None,
        reviews=tuple(_row(state, kind, as_of) for state, kind in shown),
        improvements=tuple(
            ImprovementsRow(
                review=_stream(state).partition("-")[2],
                **standing(found[e.recommendation] for e in asked if e.source == _stream(state)),
            )
            for state, _ in shown
        ),
        boards=tuple(_boards(asked, found, as_of)),
    )


def _stream(state: Review) -> str:
    assert state.begun is not None
    return f"review-{state.begun.review}"


def _registered(state: Review, kind: ReviewKind) -> bool:
    """Held, and of a kind that is published; or published, whatever its kind."""
    if state.held is None:
        return False
    return kind.published or isinstance(state.published, ReportPublished)


def _row(state: Review, kind: ReviewKind, as_of: AsOf) -> PublicationRow:
    begun, held = state.begun, state.held
    assert begun is not None
    assert held is not None
    framework = as_of.frameworks.governing(begun.review, begun.on)
    public = state.published if isinstance(state.published, ReportPublished) else None
    down = state.taken_down if public else None
    until = down.on if down else as_of.valid
    return PublicationRow(
        review=begun.review,
        kind=kind.name,
        boards=boards_of(begun.review, begun.boards, framework),
        held=held,
        report_accepted=state.accepted.on if state.accepted else None,
        status=_status(state),
        published=public.on if public else None,
        place=public.place if public else None,
        summary=public.summary if public else None,
        redacted=public is not None and public.redactions is not None,
        withheld=isinstance(state.published, NonPublicationDecided),
        taken_down=down.on if down else None,
        days_online=max(0, (until - public.on).days) if public else None,
    )


def _status(state: Review) -> str:
    match state.published:
        case ReportPublished():
            return "taken down" if state.taken_down else "published"
        case NonPublicationDecided():
            return "withheld"
        case _ if state.accepted is not None:
            return "reported"
        case _:
            return "discontinued" if state.closed else "under way"


def _boards(
    asked: Iterable[r.RecommendationIssued], found: Mapping[str, Finding], as_of: AsOf
) -> Iterator[BoardImprovementsRow]:
    of_board: dict[str, list[Finding]] = {}
    for event in asked:
        ref = event.recommendation
        framework = as_of.frameworks.governing(ref, event.on)
        for board in boards_of(ref, event.boards, framework):
            of_board.setdefault(board, []).append(found[ref])
    for board in sorted(of_board):
        yield BoardImprovementsRow(board=board, **standing(of_board[board]))


publication: Projection[Kept, Publication] = Projection(
    name="publication", key=key, evolve=keep, summarise=summarise
)
