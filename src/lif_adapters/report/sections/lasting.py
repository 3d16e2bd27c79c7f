"""Whether what was put in place lasts."""

from collections import defaultdict
from collections.abc import Callable, Iterator

from lif_adapters.report import charts
from lif_adapters.report.behind import About, among, beginning
from lif_adapters.report.tables import Shown
from lif_adapters.report.views import FigurePlan, SectionPlan, Views
from lif_adapters.report.wording import (
    SAID,
    count,
    day,
    difference,
    has,
    listed,
    percent,
    some,
    told,
    were,
)
from lif_core.items.improvement import Finding
from lif_core.statistics.survival import End, Spell
from lif_core.views import sustainability
from lif_core.views.sustainability.rows import PointRow, ReauditRow

OF = "95% interval of the change "
DRAWN = 24
"""How many indicators have a chart in the report; the points of all are in a file."""

GROUPED = (
    "group",
    "by",
    "improvements",
    "embedded",
    "sustained",
    "unknown",
    "relapsed",
    "passed",
    "failed",
    "done",
    "due",
    "survival",
    "low",
    "high",
)
IMPROVED = (
    "recommendation",
    "owner",
    "finding",
    "level",
    "embedded",
    "relapsed",
    "last_verified",
    "next_check",
    "spells",
    "passed",
    "failed",
    "checks_done",
    "checks_due",
)
CHARTED = ("moving_range", "mean", "low", "high", "signals", "concern")


def lasting(views: Views) -> SectionPlan:
    """Where improvements stand, how long they last, and what re-audits and indicators show."""
    return SectionPlan(
        id="sustainability",
        title="Whether it lasted",
        lead=_lead(views),
        figures=(
            _standing(views),
            _survival(views),
            _rechecks(views),
            _groups(views),
            _reaudits(views),
            _indicators(views),
            *_charts(views),
        ),
    )


def _lead(views: Views) -> str:
    found = views.sustainability
    if not found.improvements:
        return "There is no recommendation whose improvement could last."
    curve, rechecks = found.survival, found.rechecks
    if not curve.spells:
        return "No improvement is embedded: none has been shown to be in practice yet."
    ever = {spell.recommendation for spell in found.spells}
    gone = {spell.recommendation for spell in found.spells if spell.end is End.RELAPSED}
    made = rechecks.passed + rechecks.failed
    said = f"{count(len(ever), 'improvement')} came to be embedded; {some(len(gone))}"
    said += f" {has(len(gone))} relapsed."
    if rechecks.due:
        said += f" Of {count(rechecks.due, 'check')} due, {some(rechecks.done)}"
        said += f" {were(rechecks.done)} made."
    if not made:
        return f"{said} No check was made."
    passed = f"{some(rechecks.passed)} {were(rechecks.passed)} passed"
    return f"{said} Of {count(made, 'check')} made, {passed}."


def _standing(views: Views) -> FigurePlan:
    found = views.sustainability
    stands = [f"{many:,} {name}" for name, many in found.standing.items() if many]
    return FigurePlan(
        id="standing",
        title="Where improvements stand",
        says=(f"Of {count(len(found.improvements), 'recommendation')}: {listed(stands)}.",)
        if stands
        else (),
        empty="No recommendation is on record.",
        about=About(sustainability, beginning("recommendation", "indicator")),
        shows=(
            Shown(
                name="sustainability.standing",
                caption="How many stand where; nobody elsewhere",
                columns=tuple(name for name, many in found.standing.items() if many),
                upright=True,
                means=Finding,
                keep=lambda row: any(row.values()),
            ),
            Shown(
                name="sustainability.improvements",
                caption="Each recommendation as an improvement",
                columns=IMPROVED,
                first=lambda row: (row.finding in ("relapsed", "concern", "unknown"), row.spells),
            ),
        ),
    )


def _survival(views: Views) -> FigurePlan:
    found = views.sustainability
    spells = found.spells
    return FigurePlan(
        id="survival",
        title="How long improvements last",
        chart=charts.survival_curve(found.survival, found.survival_earliest, spells),
        says=(*_of_curve(views), *(map(_of_spell, spells) if len(spells) <= SAID else ())),
        empty="No improvement was ever embedded, so none could last or relapse.",
        about=About(
            sustainability, among(f"recommendation-{spell.recommendation}" for spell in spells)
        ),
        shows=(
            Shown(
                name="sustainability.survival",
                caption="The curve, with a relapse counted on the day it was found",
                folded=True,
                upright=True,
                keep=lambda row: row.spells > 0,
            ),
            Shown(
                name="sustainability.survival.steps",
                caption="The curve, step by step",
                folded=True,
            ),
            Shown(
                name="sustainability.survival.at_risk",
                caption="How many were at risk",
                folded=True,
            ),
            Shown(
                name="sustainability.survival_earliest",
                caption="The curve, with a relapse counted on the day after the last pass",
                folded=True,
                upright=True,
                keep=lambda row: row.relapses > 0,
            ),
            Shown(
                name="sustainability.survival_earliest.steps",
                caption="That curve, step by step",
                folded=True,
            ),
            Shown(
                name="sustainability.spells",
                caption="Each spell of being embedded",
                first=lambda row: (row.end is End.RELAPSED, row.last),
            ),
        ),
    )


def _of_curve(views: Views) -> Iterator[str]:
    """What the curve comes to, or that there is too little of it to come to anything."""
    curve = views.sustainability.survival
    if not curve.spells:
        return
    if not any(step.low is not None for step in curve.steps):
        yield f"{charts.few(curve)}: the curve tells of these only, and estimates nothing."
        return
    last = [step for step in curve.steps if step.day <= curve.horizon]
    if last and last[-1].low is not None and last[-1].high is not None:
        step = last[-1]
        yield (
            f"{percent(step.survival)} are estimated to last {count(curve.horizon, 'day')},"
            f" 95% interval {percent(step.low)} to {percent(step.high)}, from"
            f" {count(curve.spells, 'spell')} with {count(curve.relapses, 'relapse')}."
        )


def _of_spell(spell: Spell) -> str:
    match spell.end:
        case End.RELAPSED if spell.first == spell.last:
            return (
                f"{spell.recommendation}: found gone on the day it was last shown in place,"
                f" {count(spell.last, 'day')} after it was embedded."
            )
        case End.RELAPSED:
            return (
                f"{spell.recommendation}: in place {spell.first:,} days on, found gone at"
                f" {spell.last:,}: a relapse within ({spell.first}, {spell.last}] days."
            )
        case End.WITHDRAWN:
            return f"{spell.recommendation}: withdrawn {count(spell.last, 'day')} on."
        case End.LASTING:
            return (
                f"{spell.recommendation}: last shown in place {count(spell.last, 'day')} after it"
                " was embedded, and censored there."
            )


def _rechecks(views: Views) -> FigurePlan:
    row = views.sustainability.rechecks
    made = row.passed + row.failed
    covered = f"{row.done:,} of {row.due:,} due {were(row.done)} made ({percent(row.coverage)})"
    return FigurePlan(
        id="rechecks",
        title="Re-checks, and how many were made",
        says=(
            f"{row.passed:,} of {count(made, 'check')} passed ({percent(row.pass_rate)});"
            f" {covered if row.due else 'none was due'}.",
        )
        if made or row.due
        else (),
        empty="No check was due, and none was made.",
        about=About(sustainability, beginning("recommendation")),
        shows=(
            Shown(
                name="sustainability.rechecks",
                caption="Checks passed, and checks made of those due",
                upright=True,
                keep=lambda row: row.passed + row.failed + row.due > 0,
            ),
            Shown(
                name="sustainability.evidence",
                caption="What improvements and checks rest on",
                keep=lambda row: row.embedded + row.checks + row.records > 0,
            ),
        ),
    )


def _reaudits(views: Views) -> FigurePlan:
    rows = views.sustainability.reaudits
    audits = {f"audit-{row.audit}" for row in views.grades.audits}
    return FigurePlan(
        id="reaudits",
        title="What audits and re-audits show",
        says=told(sentence for row in rows for sentence in _of_reaudit(row)),
        empty="No audit of case files was concluded.",
        about=About(sustainability, among(audits)),
        shows=(
            Shown(
                name="sustainability.reaudits",
                caption="Files good or better, before and after",
                first=lambda row: row.on,
            ),
            Shown(
                name="grades.audits",
                caption="Grades as they were given",
                first=lambda row: row.on or views.valid,
            ),
        ),
    )


def _of_reaudit(row: ReauditRow) -> Iterator[str]:
    yield f"{row.audit}, {day(row.on)}: {difference(row.change, of=OF)}."
    if row.pooled != row.change:
        yield f"All re-audits of {row.first} up to then together: {difference(row.pooled, of=OF)}."


def _groups(views: Views) -> FigurePlan:
    return FigurePlan(
        id="groups",
        title="By source, committee, agency, board and theme",
        empty="No recommendation is on record.",
        about=About(sustainability, beginning("recommendation", "indicator", "audit", "review")),
        shows=(
            Shown(
                name="sustainability.groups",
                caption="Where improvements stand, and for how long they last",
                columns=GROUPED,
                first=lambda row: row.improvements,
            ),
        ),
    )


def _indicators(views: Views) -> FigurePlan:
    rows = views.sustainability.indicators
    return FigurePlan(
        id="indicators",
        title="Indicators",
        says=told(
            f"{row.name}: {count(len(row.concerns), 'signal')} the wrong way, not resolved."
            for row in rows
            if row.concerns
        ),
        empty="No indicator is measured.",
        about=About(sustainability, beginning("indicator")),
        shows=(
            Shown(
                name="sustainability.indicators",
                caption="Each indicator, with the limits of its chart",
                first=lambda row: len(row.concerns),
            ),
        ),
    )


def _charts(views: Views) -> Iterator[FigurePlan]:
    """A control chart of each indicator that has one; of many, those with most concerns."""
    found = views.sustainability
    points: dict[str, list[PointRow]] = defaultdict(list)
    for point in found.points:
        points[point.indicator].append(point)
    drawn = [row for row in found.indicators if row.chart is not None]
    drawn.sort(key=lambda row: -len(row.concerns))
    for number, row in enumerate(drawn[:DRAWN], 1):
        ref = row.indicator
        yield FigurePlan(
            id=f"xmr-{number}",
            title=row.name,
            chart=charts.xmr_chart(row.name, row.unit, points[ref], row.target),
            empty="It has no chart.",
            about=About(sustainability, among((f"indicator-{ref}",))),
            shows=(
                Shown(
                    name="sustainability.points",
                    caption=f"Points of {ref}",
                    columns=("period", "value", *CHARTED),
                    keep=_of(ref),
                    first=lambda point: point.period,
                ),
            ),
        )


def _of(indicator: str) -> Callable[[PointRow], bool]:
    return lambda point: point.indicator == indicator
