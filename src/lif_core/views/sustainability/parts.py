"""What streams add to `sustainability`: their rows, and what is counted of them."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from msgspec import Struct

from lif_core.aggregates import body as b
from lif_core.items.files import Files, good_files
from lif_core.items.improvement import (
    Finding,
    Improvement,
    ImprovementRow,
    improvement_row,
    spell_of,
)
from lif_core.items.indicators import Measured, Reading, read, tell
from lif_core.items.opening import Opening
from lif_core.projection.projection import Part
from lif_core.statistics.proportions import Share, newcombe
from lif_core.statistics.spc import Rule, assured
from lif_core.views.sustainability.rows import IndicatorRow, PointRow, ReauditRow

KIND = "kind"
"""The topic on which a review, an audit or a body says of which kind it is, to its stream."""
THEME = "theme"
"""The topic on which an audit says its theme, to its stream and to those that it looks at."""
FILES = "files"
"""The topic on which an audit says what it found, to its reference."""
REPEATED = "repeated"
"""The topic on which an audit says what it found, to the reference of the one it repeats."""


class AuditFiles(Struct, frozen=True):
    """An *audit* concluded *on* a day: the *share* of its files, on a *scale*, that was good."""

    on: date
    audit: str
    scale: str
    share: Share


# A recommendation


def add_improvement(item: Improvement, part: Part) -> None:
    """Add where a recommendation stands; count it in each group that it is in."""
    row = improvement_row(item, part)
    if row is None:
        return
    part.row("improvements", row)
    spells = [spell_of(item.ref, spell) for spell in item.spells]
    for spell in spells:
        part.row("spells", spell)
        part.count("earliest", spell.end.value, spell.day(earliest=True))
    figures = {
        row.finding: 1,
        "passed": row.passed,
        "failed": row.failed,
        "done": row.checks_done,
        "due": row.checks_due,
    }
    for by, group in _groups(item, row, part):
        part.counted("figures", by, group, columns=figures)
        for spell in spells:
            part.count("ends", by, group, spell.end.value, spell.last)
    _count_evidence(item, row, part)


def _groups(item: Improvement, row: ImprovementRow, part: Part) -> Iterator[tuple[str, str]]:
    """Yield each group once: one by `source`, and as many as there are by anything else.

    The theme is that of the audit it arises from, else of those that look at it or check it.
    """
    yield "source", next(iter(part.ask(KIND, row.source)), "")
    streams = {row.source}
    if not row.source.startswith("audit-"):
        checks = item.checks.values()
        streams = {part.key, *(f"audit-{check.audit}" for check in checks if check.audit)}
    themes = {theme for stream in streams for theme in part.ask(THEME, stream)}
    for theme in sorted(themes or {""}):
        yield "theme", theme
    if row.owner is not None:
        entry = part.frameworks.body(row.owner)
        kinds = [entry.kind] if entry else part.ask(KIND, f"body-{row.owner}")
        yield from ((kind, row.owner) for kind in kinds if kind in ("committee", "agency"))
    for board in dict.fromkeys(row.boards):
        yield "board", board


def _count_evidence(item: Improvement, row: ImprovementRow, part: Part) -> None:
    assert item.state is not None
    for check in item.checks.values():
        part.count("evidence", int(check.level), "checks")
    for record in item.state.evidence.values():
        part.count("evidence", int(record.level), "records")
    if row.level is not None and row.finding in (Finding.EMBEDDED, Finding.SUSTAINED):
        part.count("evidence", int(row.level), "embedded")


# What others say of it


def say_review(opening: Opening, part: Part) -> None:
    """Tell what arises from a review of which kind it is."""
    if opening.begun is not None:
        part.say(KIND, part.key, opening.begun.kind)


def say_body(event: b.BodyRegistered, part: Part) -> None:
    """Tell what a body holds of which kind it is."""
    part.say(KIND, part.key, event.kind.value)


def say_audit(files: Files, part: Part) -> None:
    """Tell of which kind and theme an audit is, and what it found."""
    planned, concluded = files.planned, files.concluded
    if planned is None:
        return
    part.say(KIND, part.key, planned.kind)
    looks = [stream for stream in planned.looks_at if stream.startswith("recommendation-")]
    for stream in (part.key, *looks):
        part.say(THEME, stream, planned.theme)
    share = good_files(planned, concluded, part) if concluded else None
    if concluded and share:
        audited = AuditFiles(concluded.on, part.ref, planned.scale, share)
        part.say(FILES, part.ref, audited)
        if planned.follows:
            part.say(REPEATED, planned.follows, audited)


def add_reaudits(first: str, part: Part) -> None:
    """Add a row for each audit that repeats the *first* one, on the same scale."""
    for baseline in part.ask(FILES, first):
        good, whole = 0, 0
        repeated = (audit for audit in part.ask(REPEATED, first) if audit.scale == baseline.scale)
        for audit in sorted(repeated, key=lambda audit: (audit.on, audit.audit)):
            good, whole = good + audit.share.part, whole + audit.share.whole
            row = ReauditRow(
                first=first,
                audit=audit.audit,
                on=audit.on,
                change=newcombe(baseline.share, audit.share),
                pooled=newcombe(baseline.share, Share(good, whole)),
            )
            part.row("reaudits", row)


# An indicator


def add_indicator(item: Measured, part: Part) -> None:
    """Add an indicator and its points; tell what it speaks to of the signals against it."""
    defined, target = item.defined, item.target
    if defined is None:
        return
    reading = read(item, defined, part)
    chart, points = reading.chart, reading.points
    assurance = None
    if chart and target:
        assurance = assured(chart, target.target, higher_is_better=defined.higher_is_better)
    row = IndicatorRow(
        indicator=item.ref,
        name=defined.name,
        unit=defined.unit,
        points=len(points),
        last=points[-1].value if points else None,
        target=target.target if target else None,
        target_on=target.on if target else None,
        assurance=assurance,
        signals=len(chart.signals) if chart else 0,
        chart=chart,
        concerns=reading.concerns,
    )
    part.row("indicators", row)
    for point in _points(reading):
        part.row("points", point)
    tell(defined, reading, part)


def _points(reading: Reading) -> Iterator[PointRow]:
    chart, before = reading.chart, None
    signals: dict[int, list[Rule]] = defaultdict(list)
    for signal in chart.signals if chart else ():
        signals[signal.index].append(signal.rule)
    for index, point in enumerate(reading.points):
        yield PointRow(
            indicator=point.indicator,
            period=point.period,
            value=point.value,
            moving_range=None if before is None else abs(point.value - before),
            mean=chart.mean if chart else None,
            low=chart.low if chart else None,
            high=chart.high if chart else None,
            signals=tuple(signals[index]),
            concern=point.period in reading.concerns,
        )
        before = point.value
