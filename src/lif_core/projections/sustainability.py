"""Whether improvements last: evidence over assertion."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, TypeAlias

import attrs
from attrs import frozen

from lif_core import audit, indicator
from lif_core.framework import Frameworks
from lif_core.messages import Event
from lif_core.projections import improvements
from lif_core.projections.improvements import Finding, Improvement, checks_done, finding, spell_of
from lif_core.projections.projection import AsOf, Projection, item_as
from lif_core.projections.proportions import Difference, Share, newcombe
from lif_core.projections.spc import Chart, chart
from lif_core.projections.survival import Spell, Survival, survival
from lif_core.recommendation import RecommendationEvent
from lif_core.record import Record


@frozen(kw_only=True)
class Audited:
    """An audit of case files, planned and concluded."""

    ref: str
    planned: audit.AuditPlanned | None = None
    concluded: audit.AuditConcluded | None = None


@frozen(kw_only=True)
class Measured:
    """An indicator and its points."""

    ref: str
    defined: indicator.IndicatorDefined | None = None
    points: tuple[indicator.PointRecorded, ...] = ()
    resolved: date | None = None


Item: TypeAlias = Improvement | Audited | Measured


def key(event: Event[Any]) -> tuple[str, ...]:
    if isinstance(event, RecommendationEvent):
        return (f"recommendation-{event.recommendation}",)
    match event:
        case audit.AuditPlanned() | audit.AuditConcluded():
            return (f"audit-{event.audit}",)
        case (
            indicator.IndicatorDefined() | indicator.PointRecorded() | indicator.ConcernResolved()
        ):
            return (f"indicator-{event.indicator}",)
        case _:
            return ()


def evolve(item: Item | None, record: Record) -> Item:
    event = record.event
    if isinstance(event, RecommendationEvent):
        return improvements.evolve(item_as(Improvement, item), event)
    match event:
        case audit.AuditPlanned(audit=ref):
            return attrs.evolve(item_as(Audited, item) or Audited(ref=ref), planned=event)
        case audit.AuditConcluded(audit=ref):
            return attrs.evolve(item_as(Audited, item) or Audited(ref=ref), concluded=event)
        case indicator.IndicatorDefined(indicator=ref):
            return attrs.evolve(item_as(Measured, item) or Measured(ref=ref), defined=event)
        case indicator.PointRecorded(indicator=ref):
            measured = item_as(Measured, item) or Measured(ref=ref)
            return attrs.evolve(measured, points=(*measured.points, event))
        case indicator.ConcernResolved(indicator=ref):
            return attrs.evolve(item_as(Measured, item) or Measured(ref=ref), resolved=event.on)
        case _:
            raise AssertionError(f"key() let {type(event).__name__} through")


# The view


@frozen(kw_only=True)
class ImprovementRow:
    """One recommendation. *level* is that of the evidence it was last embedded with (E0 to E4).

    Re-audit: *passed* and *failed* checks, with the coverage, *checks_done* of *checks_due*.
    """

    recommendation: str
    finding: str
    level: int | None
    embedded: date | None
    relapsed: date | None
    spells: int
    passed: int
    failed: int
    checks_done: int
    checks_due: int


@frozen(kw_only=True)
class Rechecks:
    """The re-audit pass rate is never shown without its coverage."""

    passed: int
    failed: int
    pass_rate: float | None
    done: int
    due: int
    coverage: float | None


@frozen(kw_only=True)
class ReauditRow:
    """Files good or better before and after; *pooled*: over this audit and those between."""

    first: str
    audit: str
    on: date
    change: Difference
    pooled: Difference


@frozen(kw_only=True)
class IndicatorRow:
    """The XmR chart of an indicator; *concerns*: the days of unresolved signals the wrong way."""

    indicator: str
    name: str
    unit: str
    points: int
    last: float | None
    chart: Chart | None
    concerns: tuple[date, ...]


@frozen(kw_only=True)
class Sustainability:
    """As it was at *valid*, as *known* then (an instant; `None`: all that is recorded)."""

    valid: str
    known: str | None
    standing: dict[str, int]
    rechecks: Rechecks
    survival: Survival
    survival_earliest: Survival
    spells: tuple[Spell, ...]
    improvements: tuple[ImprovementRow, ...]
    reaudits: tuple[ReauditRow, ...]
    indicators: tuple[IndicatorRow, ...]

    def improvement(self, recommendation: str) -> ImprovementRow:
        """The row of *recommendation*; `KeyError` where there is none."""
        for row in self.improvements:
            if row.recommendation == recommendation:
                return row
        raise KeyError(recommendation)


def summarise(items: Mapping[str, Item], as_of: AsOf) -> Sustainability:
    found = [item for item in items.values() if isinstance(item, Improvement) and item.issued]
    audits = {item.ref: item for item in items.values() if isinstance(item, Audited)}
    measured = [item for item in items.values() if isinstance(item, Measured) and item.defined]
    indicators = tuple(_indicator_row(item, as_of) for item in measured)
    concerns = _concerns(measured, indicators)
    rows = tuple(_row(item, concerns[item.ref], as_of) for item in found)
    spells = tuple(spell_of(item.ref, spell) for item in found for spell in item.spells)
    horizon = as_of.frameworks.general.horizons.restricted_mean
    counted = Counter(row.finding for row in rows)
    return Sustainability(
        valid=as_of.valid.isoformat(),
        known=as_of.known.isoformat() if as_of.known else None,
        standing={name.value: counted[name.value] for name in Finding},
        rechecks=_rechecks(rows),
        survival=survival(spells, horizon),
        survival_earliest=survival(spells, horizon, earliest=True),
        spells=spells,
        improvements=rows,
        reaudits=tuple(_reaudits(audits, as_of.frameworks)),
        indicators=indicators,
    )


def _row(item: Improvement, concerns: tuple[date, ...], as_of: AsOf) -> ImprovementRow:
    horizons = as_of.frameworks.governing(item.ref, as_of.valid).horizons
    spell = item.spells[-1] if item.spells else None
    done, due = checks_done(item, as_of.valid)
    passed = sum(check.passed for check in item.checks.values())
    return ImprovementRow(
        recommendation=item.ref,
        finding=finding(item, horizons, as_of.valid, concerns).value,
        level=spell.level if spell else None,
        embedded=spell.on if spell else None,
        relapsed=spell.relapsed if spell else None,
        spells=len(item.spells),
        passed=passed,
        failed=len(item.checks) - passed,
        checks_done=done,
        checks_due=due,
    )


def _rechecks(rows: Iterable[ImprovementRow]) -> Rechecks:
    rows = list(rows)
    checks = Share(sum(row.passed for row in rows), sum(row.passed + row.failed for row in rows))
    coverage = Share(sum(row.checks_done for row in rows), sum(row.checks_due for row in rows))
    return Rechecks(
        passed=checks.part,
        failed=checks.whole - checks.part,
        pass_rate=checks.rate,
        done=coverage.part,
        due=coverage.whole,
        coverage=coverage.rate,
    )


def _reaudits(audits: Mapping[str, Audited], frameworks: Frameworks) -> Iterable[ReauditRow]:
    following: dict[str, list[tuple[audit.AuditConcluded, Share]]] = defaultdict(list)
    for item in audits.values():
        if item.planned and item.planned.follows and (good := _good(item, frameworks)):
            before = audits.get(item.planned.follows)
            if before and before.planned and before.planned.scale == item.planned.scale:
                following[item.planned.follows].append(good)
    for first in sorted(following):
        baseline = _good(audits[first], frameworks) if first in audits else None
        if baseline is None:
            continue
        part, whole = 0, 0
        for concluded, files in sorted(
            following[first], key=lambda one: (one[0].on, one[0].audit)
        ):
            part, whole = part + files.part, whole + files.whole
            yield ReauditRow(
                first=first,
                audit=concluded.audit,
                on=concluded.on,
                change=newcombe(baseline[1], files),
                pooled=newcombe(baseline[1], Share(part, whole)),
            )


def _good(item: Audited, frameworks: Frameworks) -> tuple[audit.AuditConcluded, Share] | None:
    """The files graded good or better, of those graded; `None` where there are none."""
    if item.planned is None or item.concluded is None:
        return None
    framework = frameworks.governing(item.ref, item.concluded.on)
    scale = next((scale for scale in framework.scales if scale.name == item.planned.scale), None)
    if scale is None:
        return None
    good = scale.grades[: scale.good]
    counts = item.concluded.grades
    part = sum(count.files for count in counts if count.grade in good)
    whole = sum(count.files for count in counts)
    return (item.concluded, Share(part, whole)) if whole else None


def _indicator_row(item: Measured, as_of: AsOf) -> IndicatorRow:
    assert item.defined is not None
    horizons = as_of.frameworks.governing(item.ref, as_of.valid).horizons
    points = sorted(item.points, key=lambda point: point.period)
    drawn = chart(
        [point.value for point in points],
        baseline=horizons.baseline,
        side=horizons.run_side,
        trend=horizons.run_trend,
    )
    signals = drawn.signals if drawn else ()
    wrong = {
        points[signal.index].period
        for signal in signals
        if signal.upwards is not item.defined.higher_is_better
    }
    return IndicatorRow(
        indicator=item.ref,
        name=item.defined.name,
        unit=item.defined.unit,
        points=len(points),
        last=points[-1].value if points else None,
        chart=drawn,
        concerns=tuple(sorted(day for day in wrong if not item.resolved or day > item.resolved)),
    )


def _concerns(
    measured: Iterable[Measured], rows: Iterable[IndicatorRow]
) -> Mapping[str, tuple[date, ...]]:
    found: dict[str, tuple[date, ...]] = defaultdict(tuple)
    for item, row in zip(measured, rows, strict=True):
        for ref in item.defined.speaks_to if item.defined else ():
            found[ref] += row.concerns
    return found


sustainability: Projection[Item, Sustainability] = Projection(
    name="sustainability", key=key, evolve=evolve, summarise=summarise
)
