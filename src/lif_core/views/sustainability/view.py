"""Whether improvements last: evidence over assertion."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, TypeAlias, assert_never

from lif_core import audit, body, review
from lif_core.evidence import EvidenceLevel
from lif_core.indicator import IndicatorEvent
from lif_core.items.improvement import Improvement
from lif_core.items.indicators import ConcernRow, Measured
from lif_core.messages import Event
from lif_core.projection.projection import (
    AsOf,
    Name,
    Part,
    Projection,
    Shared,
    Summary,
    Table,
    item_as,
)
from lif_core.recommendation import RecommendationEvent
from lif_core.record import Record
from lif_core.statistics.survival import Spell, estimate
from lif_core.views import groups, improvement_parts, improvements, indicators, reaudits
from lif_core.views.sustainability.groups import (
    BodyRow,
    Organ,
    Reviewed,
    ReviewRow,
    ends,
    group_rows,
    grouping,
    rechecks,
    standing,
)
from lif_core.views.sustainability.parts import Known
from lif_core.views.sustainability.reaudits import Audited, AuditRow, LookRow
from lif_core.views.sustainability.rows import (
    EvidenceRow,
    ImprovementRow,
    IndicatorRow,
    PointRow,
    Sustainability,
)

Item: TypeAlias = Improvement | Audited | Measured | Organ | Reviewed
TABLES: Mapping[str, type] = {
    "improvements": ImprovementRow,
    "spells": Spell,
    "indicators": IndicatorRow,
    "points": PointRow,
    "_audits": AuditRow,
    "_looks": LookRow,
    "_concerns": ConcernRow,
    "_reviews": ReviewRow,
    "_bodies": BodyRow,
}


def key(event: Event[Any]) -> tuple[str, ...]:
    if isinstance(event, RecommendationEvent):
        return (f"recommendation-{event.recommendation}",)
    if isinstance(event, IndicatorEvent):
        return (f"indicator-{event.indicator}",)
    match event:
        case audit.AuditPlanned() | audit.AuditConcluded():
            return (f"audit-{event.audit}",)
        case review.CaseNotified() | review.DeathNotified() | review.ReviewOpened():
            return (f"review-{event.review}",)
        case body.BodyRegistered() | body.BodyMerged():
            return (f"body-{event.body}",)
        case _:
            return ()


def evolve(item: Item | None, record: Record) -> Item:
    event = record.event
    if isinstance(event, RecommendationEvent):
        return improvements.evolve(item_as(Improvement, item), event)
    if isinstance(event, IndicatorEvent):
        return indicators.evolve(item_as(Measured, item), event)
    match event:
        case audit.AuditPlanned() | audit.AuditConcluded():
            return reaudits.evolve(item_as(Audited, item), event)
        case review.CaseNotified() | review.DeathNotified() | review.ReviewOpened():
            return Reviewed(ref=event.review, kind=event.kind)
        case body.BodyRegistered() | body.BodyMerged():
            return groups.evolve_body(item_as(Organ, item), event)
        case _:
            raise AssertionError(f"key() let {type(event).__name__} through")


def part(item: Item, shared: Shared, as_of: AsOf) -> Part:
    match item:
        case Improvement():
            known = shared.own.get(f"recommendation-{item.ref}", Known())
            return improvement_parts.part(item, known, shared.all, as_of)
        case Audited():
            return reaudits.part(item, as_of)
        case Measured():
            return indicators.part(item, as_of)
        case Organ():
            return groups.part_of_body(item)
        case Reviewed():
            return groups.part_of_review(item)
        case _:
            assert_never(item)


def share(parts: Mapping[str, Part], as_of: AsOf) -> Shared:
    """All know which bodies were merged; a recommendation, what speaks to it and looks at it."""

    def rows(table: str) -> Iterator[Any]:
        return (row for part in parts.values() for row in part.rows.get(table, ()))

    concerns: dict[str, set[date]] = defaultdict(set)
    for concern in rows("_concerns"):
        concerns[concern.stream].update(concern.days)
    audits: dict[str, set[str]] = defaultdict(set)
    for look in rows("_looks"):
        audits[look.stream].add(look.audit)
    return Shared(
        all={row.body: row.into for row in rows("_bodies") if row.into is not None},
        own={
            stream: Known(
                concerns=tuple(sorted(concerns.get(stream, ()))),
                audits=tuple(sorted(audits.get(stream, ()))),
            )
            for stream in {*concerns, *audits}
        },
    )


def total(
    rows: Mapping[str, Table[Any]], counts: Mapping[Name, int], shared: Shared, as_of: AsOf
) -> Sustainability:
    horizon = as_of.frameworks.general.horizons.restricted_mean
    group = grouping(rows["_reviews"], rows["_audits"], rows["_bodies"], as_of.frameworks)
    return Sustainability(
        valid=as_of.valid.isoformat(),
        known=as_of.known.isoformat() if as_of.known else None,
        standing=standing(counts),
        rechecks=rechecks(counts),
        evidence=tuple(_evidence_row(level, counts) for level in EvidenceLevel),
        survival=estimate(ends(counts), horizon),
        survival_earliest=estimate(ends(counts, "earliest"), horizon),
        groups=tuple(group_rows(counts, group, horizon)),
        spells=rows["spells"],
        improvements=rows["improvements"],
        reaudits=tuple(reaudits.reaudits(rows["_audits"])),
        indicators=rows["indicators"],
        points=rows["points"],
    )


NAMES = {
    EvidenceLevel.ASSERTION: "assertion",
    EvidenceLevel.DOCUMENT: "document",
    EvidenceLevel.OWN_AUDIT: "the agency's own audit",
    EvidenceLevel.INDEPENDENT_AUDIT: "multi-agency or independent audit",
    EvidenceLevel.OUTCOME_DATA: "outcome data with a statistical signal",
}


def _evidence_row(level: EvidenceLevel, counts: Mapping[Name, int]) -> EvidenceRow:
    return EvidenceRow(
        level=level.value,
        name=NAMES[level],
        embedded=counts[("evidence", level.value, "embedded")],
        checks=counts[("evidence", level.value, "checks")],
        records=counts[("evidence", level.value, "records")],
    )


sustainability: Projection[Item, Sustainability] = Projection(
    name="sustainability",
    key=key,
    evolve=evolve,
    summarise=Summary(
        tables=TABLES,
        first=("indicator-", "audit-", "body-", "review-"),
        share=share,
        part=part,
        total=total,
    ),
)
