"""Generated histories of improvements: what reviews and audits asked for, done, checked, measured.

They follow the order of a life, at any speed, so that most of them come to something; some of what
they name is not on record, as after corrections.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from lif_core.aggregates import audit as a
from lif_core.aggregates import body as b
from lif_core.aggregates import indicator as i
from lif_core.aggregates import recommendation as r
from lif_core.aggregates import review as v
from lif_core.aggregates.body import BodyKind
from lif_core.decisions.messages import Event
from lif_core.decisions.record import Record
from lif_core.framework import load
from lif_core.log.registry import Registry
from lif_core.projection.materialised import Materialised
from lif_core.projection.projection import AsOf
from lif_core.testing.records import records_of
from lif_core.values.evidence import EvidenceLevel
from lif_core.views.sustainability import Sustainability, sustainability
from tests.audits import SEVERAL, audit_of
from tests.people import QUALITY, by

FRAMEWORKS = load()
REGISTRY = Registry()
FIRST = date(2018, 1, 1)
REFS = ("wscb/1", "wscb/2", "wsb/3", "elsewhere/4")
SOURCES = ("review-wscb/1", "review-wscb/2", "audit-wscb/1", "training_course-wscb/1")
OWNERS = ("wscb", "wsb/jld", "wsb/lpp", "wsb/police", "elsewhere/team", "elsewhere/none")
AUDITS = ("wscb/1", "wscb/2", "wscb/3")
NAMED = ((), ("audit-wscb/1",), ("audit-wscb/2", "audit-wscb/3"), ("indicator-wscb/1",))
BOARDS = ((), ("wscb",), ("wscb", "wsab"))
GRADES = tuple(
    a.GradeCount(grade=grade, files=files) for grade, files in (("good", 6), ("inadequate", 5))
)


@st.composite
def histories(draw: st.DrawFn) -> tuple[Record, ...]:
    """The records of a few recommendations, and of what speaks to them."""
    events = [
        *_bodies(draw),
        *_reviews(draw),
        *(one for ref in AUDITS for one in _audit(draw, ref)),
        *(one for ref in REFS for one in _recommendation(draw, ref)),
        *_indicator(draw),
    ]
    return recorded(events)


def recorded(events: Iterable[Event[Any]]) -> tuple[Record, ...]:
    """Return *events* as records, all of one instant."""
    return tuple(records_of(events, every=timedelta(0)))


class Walk:
    """The days of a life, each some time after the one before."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw
        self._day = FIRST + timedelta(days=draw(st.integers(0, 300)))

    def on(self) -> date:
        self._day += timedelta(days=self._draw(st.sampled_from((0, 1, 30, 91, 200, 400))))
        return self._day


def _any(draw: st.DrawFn, *values: Any) -> Any:
    return draw(st.sampled_from(values))


def _bodies(draw: st.DrawFn) -> Iterator[Event[Any]]:
    walk = Walk(draw)
    if draw(st.booleans()):
        yield b.BodyRegistered(
            by=QUALITY, on=walk.on(), body="elsewhere/team", name="Team", kind=BodyKind.AGENCY
        )
    if draw(st.booleans()):
        into = _any(draw, "wsb/jld", "wsb/police", "elsewhere/none")
        yield b.BodyMerged(by=QUALITY, on=walk.on(), body="wsb/lpp", into=into, reasons="One")
    if draw(st.booleans()):
        yield b.BodyMerged(
            by=QUALITY, on=walk.on(), body="wsb/jld", into="wsb/lpp", reasons="A circle"
        )


def _reviews(draw: st.DrawFn) -> Iterator[Event[Any]]:
    for ref in ("wscb/1", "wscb/2"):
        if draw(st.booleans()):
            kind = _any(draw, "scr", "table-top")
            yield v.ReviewOpened(
                by=QUALITY, on=Walk(draw).on(), review=ref, kind=kind, title="A case"
            )


def _audit(draw: st.DrawFn, ref: str) -> Iterator[Event[Any]]:
    if draw(st.booleans()):
        return
    walk = Walk(draw)
    looks = draw(st.sets(st.sampled_from((*REFS, "of a course")), max_size=2))
    yield a.AuditPlanned(
        by=QUALITY,
        on=walk.on(),
        audit=ref,
        kind=_any(draw, "maca", "single-agency"),
        theme=_any(draw, "neglect", "exploitation"),
        basis="Referrals",
        scale="ofsted",
        follows=_any(draw, None, "wscb/1"),
        looks_at=tuple(f"recommendation-{one}" for one in sorted(looks)),
    )
    if draw(st.booleans()):
        yield a.AuditConcluded(
            by=QUALITY, on=walk.on(), audit=ref, grades=_any(draw, (), GRADES), summary="Done"
        )


def _recommendation(draw: st.DrawFn, ref: str) -> Iterator[Event[Any]]:
    """As far as it comes: each further stage is one more draw."""
    walk = Walk(draw)
    about: dict[str, Any] = {"by": QUALITY, "recommendation": ref}
    stages = draw(st.integers(0, 8))
    if stages >= 1:
        yield r.RecommendationIssued(
            **about,
            on=walk.on(),
            source=_any(draw, *SOURCES),
            text="Do it",
            addressed=("wscb",),
            boards=_any(draw, *BOARDS),
        )
    if stages >= 2:
        answer: dict[str, Any] = {**about, "by": by("wscb"), "on": walk.on()}
        if _any(draw, False, False, True):
            yield r.RecommendationDeclined(**answer, reasons="No")
            return
        yield r.RecommendationAccepted(**answer)
    if stages >= 3:
        owner = _any(draw, *OWNERS)
        yield r.RecommendationPlanned(
            **about, on=walk.on(), owner=owner, due=FIRST, action="Rewrite"
        )
    if stages >= 4:
        yield r.RecommendationImplemented(**about, on=walk.on(), evidence="Done")
    if stages >= 5:
        yield from _spell(draw, walk, about)
    if stages >= 7:
        yield r.RecommendationReopened(**about, on=walk.on(), due=FIRST, reasons="Gone")
        yield r.RecommendationImplemented(**about, on=walk.on(), evidence="Again")
        yield from _spell(draw, walk, about)
    if stages in (6, 8):
        yield r.RecommendationWithdrawn(**about, on=walk.on(), reasons="The law changed")


def _spell(draw: st.DrawFn, walk: Walk, about: Mapping[str, Any]) -> Iterator[Event[Any]]:
    levels = st.sampled_from(EvidenceLevel)
    if draw(st.booleans()):
        yield r.EvidenceRecorded(
            **about,
            on=walk.on(),
            evidence=str(draw(st.integers(0, 99))),
            route="supervision",
            level=draw(levels),
            account="Shown",
            rests_on=_any(draw, *NAMED),
            documents=_any(draw, (), ("a policy",)),
        )
    embedded = walk.on()
    rests_on, audit = _shown(draw, about["recommendation"], embedded)
    yield from audit
    yield r.RecommendationEmbedded(
        **about, on=embedded, level=draw(levels), evidence="Audit", rests_on=rests_on
    )
    due = draw(st.sets(st.integers(0, 600), max_size=2))
    if due:
        days = tuple(sorted(embedded + timedelta(days=n) for n in due))
        yield r.ChecksScheduled(**about, on=embedded, due=days)
    for number in range(draw(st.integers(0, 3))):
        on = walk.on()
        rests_on, audit = _shown(draw, about["recommendation"], on)
        yield from audit
        yield r.RecommendationChecked(
            **about,
            on=on,
            check=f"{on} {number}",
            passed=_any(draw, True, True, True, False),
            note="Sampled",
            rests_on=rests_on,
            claimed=draw(st.none() | levels),
            level=draw(levels),
            verifies=draw(st.booleans()),
        )


def _shown(draw: st.DrawFn, ref: str, on: date) -> tuple[tuple[str, ...], tuple[Event[Any], ...]]:
    """What a change is said to rest on, and the entries of an audit made for it, if there is one.

    The level that an entry was decided at is any: no figure uses it.
    """
    if _any(draw, False, False, True):
        return _any(draw, *NAMED), ()
    audit = f"{ref}-{on}-{draw(st.integers(0, 999))}"
    agencies = _any(draw, (), ("wsb/police",), SEVERAL)
    events = audit_of(audit, on, ref, agencies=agencies, by=by(_any(draw, *OWNERS)))
    return (f"audit-{audit}",), events


def _indicator(draw: st.DrawFn) -> Iterator[Event[Any]]:
    walk = Walk(draw)
    about: dict[str, Any] = {"by": QUALITY, "indicator": "wscb/1"}
    if draw(st.booleans()):
        yield i.IndicatorDefined(
            **about,
            on=walk.on(),
            name="On time",
            kind=draw(st.sampled_from(i.IndicatorKind)),
            unit="%",
            higher_is_better=draw(st.booleans()),
            speaks_to=_any(draw, (), REFS),
        )
    if draw(st.booleans()):
        yield i.TargetSet(
            **about, on=walk.on(), target=_any(draw, -5.0, 0.0, 5.0), reasons="Agreed"
        )
    start = walk.on()
    for number, value in enumerate(
        draw(st.lists(st.sampled_from((-1, 0, 0, 1, 40)), max_size=20))
    ):
        on = start + timedelta(days=30 * number)
        yield i.PointRecorded(**about, on=on, period=on, value=float(value))
    for number, gap in enumerate(draw(st.lists(st.integers(0, 90), max_size=15))):
        start += timedelta(days=gap)
        opportunities = draw(st.sampled_from((3, 3, 3, 40, None)))
        yield i.OccurrenceRecorded(
            **about, on=start, occurrence=f"o-{number}", day=start, opportunities=opportunities
        )
    if draw(st.booleans()):
        yield i.BaselineSet(**about, on=walk.on(), since=walk.on(), reasons="Counted otherwise")
    if draw(st.booleans()):
        yield i.ConcernResolved(**about, on=walk.on(), reasons="A recording change")


# The view, and its parts


def as_of(valid: date) -> AsOf:
    return AsOf(valid=valid, known=None, frameworks=FRAMEWORKS)


def materialised(records: Iterable[Record], at: AsOf) -> Materialised[Sustainability]:
    """The view made of *records*, with all its parts."""
    streams: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        streams[record.stream].append(record)
    view = Materialised(sustainability, lambda names: {name: streams[name] for name in names}, at)
    view.build(streams.values())
    return view


def parts_of(view: Materialised[Sustainability]) -> dict[str, tuple[Any, ...]]:
    """What each part adds: rows, counts and what it says, by its key."""
    parts = {}
    for key in view.parts.held:
        added = view.parts.added(key)
        said = [(topic, name, bytes(facts)) for topic, name, facts in added.said]
        parts[key] = (dict(view.parts.rows_of(key)), added.counts, added.slopes, said)
    return parts
