"""The parts of `sustainability`: what one stream adds to it, in rows and in counts."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from attrs import evolve
from msgspec import Struct

from lif_core.aggregates import body as b
from lif_core.aggregates.indicator import IndicatorDefined
from lif_core.aggregates.indicator_chart import Direction, Phase, direction, directions
from lif_core.items.evidence import say_indicator_evidence
from lif_core.items.files import Files, good_files
from lif_core.items.improvement import (
    Finding,
    Improvement,
    ImprovementRow,
    Life,
    have_passed,
    improvement_row,
    lived,
    shown_rows,
    survival_spell,
)
from lif_core.items.indicators import IndicatorSeries, charted, say_charted_concerns
from lif_core.items.opening import Opening
from lif_core.items.theme import themes_of
from lif_core.projection.projection import Part
from lif_core.statistics.proportions import Difference, Share, look_alpha, newcombe, overall
from lif_core.statistics.spc import Chart, Signal, assured
from lif_core.values.refs import stream_of
from lif_core.views.sustainability.rows import (
    GapRow,
    IndicatorRow,
    LimitsKind,
    PointRow,
    ReauditRow,
)

KIND = "kind"
"""The topic on which a review, an audit or a body says its kind, to its own stream."""
THEME = "theme"
"""The topic on which an audit says its theme, to its own stream and those that it looks at."""
FILES = "files"
"""The topic on which an audit says its share of good files, to its own reference."""
REPEATED = "repeated"
"""The topic on which an audit says the same, to the reference of the audit that it repeats."""


class AuditFiles(Struct, frozen=True):
    """An *audit* of a *theme* concluded *on* a day, and the *share* of its files that was good on
    a *scale*.

    So many *looks* were planned at it. *references* are those of its files; *sampled* is whether
    it is stated how they were drawn. *position* is that of its conclusion in the log.
    """

    on: date
    position: int
    audit: str
    theme: str
    scale: str
    share: Share
    looks: int | None
    sampled: bool
    references: tuple[str, ...]


# A recommendation


def add_improvement(item: Improvement, part: Part) -> None:
    """Add how far a recommendation has come, and count it in each of its groups."""
    if item.issued is None:
        return
    life = lived(item, part)
    row = improvement_row(item, life, part)
    assert row is not None, "it is issued"
    part.row("improvements", row)
    for shown in shown_rows(life):
        part.row("shown", shown)
    horizon = part.frameworks.general.horizons.restricted_mean
    ends = []
    for number, embedding in enumerate(life.spells):
        spell = survival_spell(item.ref, embedding)
        part.row("spells", spell)
        begun = have_passed(horizon, embedding.on, part)
        ends.append((spell.end.value, spell.first, int(number > 0), int(begun), spell.last))
    figures = {
        row.finding: 1,
        "passed": row.passed,
        "failed": row.failed,
        "latest": row.latest_passed is not None,
        "latest_passed": row.latest_passed is True,
        "on_time": row.on_time,
        "done": row.checks_done,
        "due": row.checks_due,
        "notes": row.notes,
        "notes_against": row.notes_against,
    }
    for by, group in _groups(life, row, part):
        part.counted("figures", by, group, columns=figures)
        for end in ends:
            part.count("ends", by, group, *end)
    _count_evidence(life, row, part)


def _groups(life: Life, row: ImprovementRow, part: Part) -> Iterator[tuple[str, str]]:
    """Yield each group that a recommendation is in, as what groups are formed by and its name.

    It is in exactly one by `source`. Its themes are its own and those of its findings; or else
    that of the audit it arises from, or those of the audits that look at it or check it.
    """
    yield "source", next(iter(part.ask(KIND, row.source)), "")
    streams = {row.source}
    if not row.source.startswith("audit-"):
        checks = life.state.checks.values()
        streams = {part.key, *(stream for check in checks for stream in check.rests_on)}
    recorded = themes_of(life.state.issued, part) if life.state.issued else ()
    themes = {*recorded} or {theme for stream in streams for theme in part.ask(THEME, stream)}
    for theme in sorted(themes or {""}):
        yield "theme", theme
    if row.owner is not None:
        entry = part.frameworks.body(row.owner)
        kinds = [entry.kind] if entry else part.ask(KIND, stream_of("body", row.owner))
        yield from ((kind, row.owner) for kind in kinds if kind in ("committee", "agency"))
    for board in dict.fromkeys(row.boards):
        yield "board", board


def _count_evidence(life: Life, row: ImprovementRow, part: Part) -> None:
    for check in life.state.checks.values():
        part.count("evidence", int(check.level), "checks")
    for record in life.state.evidence.values():
        part.count("evidence", int(record.level), "records")
    if row.level is not None and row.finding in (Finding.EMBEDDED, Finding.SUSTAINED):
        part.count("evidence", int(row.level), "embedded")


# The streams that say something to others


def say_review(opening: Opening, part: Part) -> None:
    """Say the kind of a review, for the recommendations that arise from it."""
    if opening.begun is not None:
        part.say(KIND, part.key, opening.begun.kind)


def say_body(event: b.BodyRegistered, part: Part) -> None:
    """Say the kind of a body, for the recommendations that it holds."""
    part.say(KIND, part.key, event.kind.value)


def say_audit(files: Files, part: Part) -> None:
    """Say the kind and the theme of an audit, and its share of good files."""
    planned, concluded = files.planned, files.concluded
    if planned is None:
        return
    part.say(KIND, part.key, planned.kind)
    looked_at = [stream for stream in planned.looks_at if stream.startswith("recommendation-")]
    for stream in (part.key, *looked_at):
        part.say(THEME, stream, planned.theme)
    share = good_files(planned, concluded, part) if concluded else None
    if concluded and share:
        files_found = AuditFiles(
            on=concluded.on,
            position=files.position,
            audit=part.ref,
            theme=planned.theme,
            scale=planned.scale,
            share=share,
            looks=planned.looks,
            sampled=planned.sample is not None,
            references=files.references,
        )
        part.say(FILES, part.ref, files_found)
        if planned.follows:
            part.say(REPEATED, planned.follows, files_found)


def add_reaudits(first: str, part: Part) -> None:
    """Add a row for each audit that repeats the *first* one, on the same scale.

    Each is a look at the same question, so each has its share of one twentieth. Looks are counted
    as they were recorded: one of an earlier day, recorded later, shifts no other.
    """
    for baseline in part.ask(FILES, first):
        repeats = [audit for audit in part.ask(REPEATED, first) if audit.scale == baseline.scale]
        repeats.sort(key=lambda audit: audit.position)
        for look, audit in enumerate(repeats, 1):
            alpha = look_alpha(look, baseline.looks)
            beyond = None
            if baseline.looks is not None and look > baseline.looks:
                looks = "look was" if baseline.looks == 1 else "looks were"
                beyond = f"{baseline.looks} {looks} planned, and this is look {look}"
            pooled_reason = _not_pooled(baseline, repeats[:look])
            pooled = None
            if pooled_reason is None:
                together = overall([repeat.share for repeat in repeats[:look]])
                pooled = _change(baseline.share, together, alpha, beyond)
            row = ReauditRow(
                first=first,
                audit=audit.audit,
                theme=audit.theme,
                on=audit.on,
                look=look,
                looks=baseline.looks,
                level=1 - alpha,
                change=_change(baseline.share, audit.share, alpha, beyond),
                reason=beyond,
                pooled=pooled,
                pooled_reason=pooled_reason,
            )
            part.row("reaudits", row)


def _change(before: Share, after: Share, alpha: float, beyond: str | None) -> Difference:
    """Return the change; without a verdict where the look is *beyond* those that were planned."""
    change = newcombe(before, after, alpha)
    return evolve(change, verdict=None) if beyond else change


def _not_pooled(baseline: AuditFiles, repeats: Sequence[AuditFiles]) -> str | None:
    """Return why the files of *repeats* cannot be taken together, and held against those of the
    *baseline*; `None` where they can.
    """
    for repeat in repeats:
        if not repeat.sampled:
            return f"{repeat.audit} does not state how its files were drawn"
        if len(repeat.references) != repeat.share.whole:
            return f"{repeat.audit} does not list its files"
    references = [reference for repeat in repeats for reference in repeat.references]
    again = len(references) - len(set(references))
    if again:
        return f"{again} files were looked at again"
    known = len(set(baseline.references).intersection(references))
    return f"{known} files were looked at in the first audit, too" if known else None


# An indicator


def add_indicator(series: IndicatorSeries, part: Part) -> None:
    """Add an indicator, its points and its gaps, and say its concerns to what it speaks to."""
    defined, target = series.defined, series.state.target
    if defined is None:
        return
    charted_series = charted(series, defined, part)
    latest = charted_series.phases[-1]
    chart, points = (
        latest.chart,
        [point for phase in charted_series.phases for point in phase.points],
    )
    decided = max(series.state.baselines, key=lambda baseline: baseline.since, default=None)
    assurance = None
    if chart and chart.locked and not latest.is_of_gaps and target:
        assurance = assured(chart, target.target, higher_is_better=defined.higher_is_better)
    row = IndicatorRow(
        indicator=series.ref,
        name=defined.name,
        kind=defined.kind,
        unit=defined.unit,
        points=len(points),
        last=points[-1].value if points else None,
        events=len(series.state.occurrences),
        target=target.target if target else None,
        target_on=target.on if target else None,
        assurance=assurance,
        baseline=latest.since,
        baseline_reasons=decided.reasons if decided else None,
        limits=limits_of(chart),
        chart=chart,
        reason=latest.reason,
        signals=sum(len(phase.chart.signals) for phase in charted_series.phases if phase.chart),
        direction=_latest_direction(latest, defined),
        concerns=charted_series.concerns,
        resolved=series.resolved,
    )
    part.row("indicators", row)
    for phase in charted_series.phases:
        _add_points(phase, defined, charted_series.concerns, part)
        _add_gaps(phase, defined, charted_series.concerns, part)
    say_charted_concerns(defined, charted_series, part)
    say_indicator_evidence(series, part)


def limits_of(chart: Chart | None) -> LimitsKind | None:
    if chart is None:
        return None
    return LimitsKind.LOCKED if chart.locked else LimitsKind.TRIAL


def _latest_direction(phase: Phase, defined: IndicatorDefined) -> Direction:
    """Return the direction of the latest point that signals; of none, neither."""
    signals = phase.chart.signals if phase.chart else ()
    latest = max((signal.index for signal in signals), default=0)
    return _direction([signal for signal in signals if signal.index == latest], phase, defined)


def _direction(signals: Sequence[Signal], phase: Phase, defined: IndicatorDefined) -> Direction:
    assert phase.chart is not None or not signals
    return directions(
        [direction(signal, phase.chart, defined) for signal in signals] if phase.chart else []
    )


def _signals(phase: Phase, *, of_gaps: bool) -> tuple[Chart | None, dict[int, list[Signal]]]:
    """Return the chart of the points, or *of_gaps*, with its signals by the number of a point."""
    signals: dict[int, list[Signal]] = defaultdict(list)
    if phase.is_of_gaps is not of_gaps:
        return None, signals
    for signal in phase.chart.signals if phase.chart else ():
        signals[signal.index].append(signal)
    return phase.chart, signals


def _add_points(
    phase: Phase, defined: IndicatorDefined, concerns: Sequence[date], part: Part
) -> None:
    chart, signals = _signals(phase, of_gaps=False)
    previous = None
    for index, point in enumerate(phase.points):
        row = PointRow(
            indicator=point.indicator,
            period=point.period,
            value=point.value,
            moving_range=None if previous is None else abs(point.value - previous),
            mean=chart.mean if chart else None,
            low=chart.low if chart else None,
            high=chart.high if chart else None,
            limits=limits_of(chart),
            signals=tuple(signal.rule for signal in signals[index]),
            direction=_direction(signals[index], phase, defined),
            concern=bool(signals[index]) and point.period in concerns,
        )
        part.row("points", row)
        previous = point.value


def _add_gaps(
    phase: Phase, defined: IndicatorDefined, concerns: Sequence[date], part: Part
) -> None:
    chart, signals = _signals(phase, of_gaps=True)
    for index, gap in enumerate(phase.gaps):
        row = GapRow(
            indicator=defined.indicator,
            occurrence=gap.occurrence,
            begun=gap.begun,
            day=gap.day,
            days=gap.days,
            opportunities=gap.opportunities,
            chart=chart.kind if chart else None,
            mean=chart.mean if chart else None,
            low=chart.low if chart else None,
            high=chart.high if chart else None,
            limits=limits_of(chart),
            signals=tuple(signal.rule for signal in signals[index]),
            direction=_direction(signals[index], phase, defined),
            concern=bool(signals[index]) and gap.day in concerns,
        )
        part.row("gaps", row)
