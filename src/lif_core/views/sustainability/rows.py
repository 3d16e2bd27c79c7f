"""The rows of `sustainability`: no figure is about a person."""

from datetime import date
from enum import StrEnum

from attrs import frozen
from msgspec import Struct

from lif_core.aggregates.indicator import IndicatorKind
from lif_core.aggregates.indicator_chart import Direction
from lif_core.items.improvement import Finding, ImprovementRow, ShownRow
from lif_core.projection.inconsistent import InconsistentRow
from lif_core.projection.tables import Table, row
from lif_core.statistics.kaplan_meier import DiscoveryStep, DiscoverySurvival, RiskRow
from lif_core.statistics.proportions import Difference
from lif_core.statistics.spc import Assured, Chart, ChartKind, SignalRule
from lif_core.statistics.spells import Spell
from lif_core.statistics.turnbull import IntervalSurvival, MassRow
from lif_core.values.fields import PersonalText

row(key=("recommendation",))(Spell)
row(key=("after",))(MassRow)
row(key=("day",))(DiscoveryStep)
row(key=("day",))(RiskRow)


class Lasting(Struct, frozen=True, kw_only=True):
    """The share that lasts *horizon* days: bounds that assume nothing first, then the estimate.

    *spells* are those of all *recommendations* that were ever embedded. Of the *begun* spells that
    began at least so long ago, *verified* were seen in place then or later without an earlier
    fail, and *failed* by then: what lasts is in [*low*, *high*]; *bounds_reason* says why there
    are none. *survival* is Turnbull's estimate from all spells, and *of_first_spells* that from
    the first of each recommendation, as spells of one recommendation are not independent;
    *survival_reason* and *first_reason* say why one is not stated.
    """

    horizon: int
    recommendations: int
    spells: int
    begun: int
    verified: int
    failed: int
    low: float | None
    high: float | None
    bounds_reason: str | None
    survival: float | None
    survival_reason: str | None
    of_first_spells: float | None
    first_reason: str | None


class Rechecks(Struct, frozen=True, kw_only=True):
    """The checks of improvements: *pass_rate* is never shown without coverage.

    So many checks were *passed* and *failed*. The interval from *low* to *high* (Wilson's, 95%) is
    on the *latest* check of each recommendation only, *latest_passed* of which were passed, as
    repeats are not independent. Of the checks *due* by now so many were made *on_time*, and *done*
    at all. *notes* are checks that verify nothing, and count for none of these; *notes_against*
    of them say that a change is gone.
    """

    passed: int
    failed: int
    pass_rate: float | None
    latest: int
    latest_passed: int
    low: float | None
    high: float | None
    on_time: int
    on_time_rate: float | None
    done: int
    done_rate: float | None
    due: int
    notes: int
    notes_against: int


@row(key=("level",))
class EvidenceRow(Struct, frozen=True, kw_only=True):
    """A level of evidence, E0 to E4: how many improvements that are embedded or sustained rest on
    it (*embedded*), how many *checks* were made at it, how many *records* of evidence are of it.
    """

    level: int
    name: str
    embedded: int
    checks: int
    records: int


@row(key=("by", "group"))
class ImprovementGroupRow(Struct, frozen=True, kw_only=True):
    """The improvements of a *group*, formed *by* `source` (the kind of review or audit they arise
    from), `committee` or `agency` (the body that owns them), `board`, or `theme` (of audits).

    The columns from *proposed* to *superseded* add up to *improvements*; those from *passed* to
    *notes* are as in `rechecks`. *relapses* of the *spells* relapsed, and others were *ended* by a
    withdrawal. Of those *begun* at least a horizon ago the share in [*lasting_low*,
    *lasting_high*] lasts, whatever became of those nobody checked. *survival* is the estimate from
    all spells of the group; where it is `None`, *reason* says why.
    """

    by: str
    group: str
    improvements: int
    proposed: int
    accepted: int
    declined: int
    planned: int
    implemented: int
    embedded: int
    sustained: int
    unknown: int
    concern: int
    relapsed: int
    reopened: int
    withdrawn: int
    superseded: int
    passed: int
    failed: int
    pass_rate: float | None
    latest: int
    latest_passed: int
    low: float | None
    high: float | None
    on_time: int
    on_time_rate: float | None
    done: int
    done_rate: float | None
    due: int
    notes: int
    notes_against: int
    recommendations: int
    spells: int
    relapses: int
    ended: int
    begun: int
    lasting_low: float | None
    lasting_high: float | None
    survival: float | None
    reason: str | None


@row(key=("first", "audit"))
class ReauditRow(Struct, frozen=True, kw_only=True):
    """An audit of a *theme* that repeats the *first* one: the *change* in the share of files good
    or better.

    It is the *look* of this number, of the *looks* that were planned; the intervals are of its
    *level*, so that all looks together are wrong once in twenty times. A look beyond the plan has
    no verdict, as *reason* says. *pooled* is the change to this audit and the repeats before it,
    taken together, where all list the references of their files, none twice, and state how they
    were drawn; *pooled_reason* says why it is not stated.
    """

    first: str
    audit: str
    theme: PersonalText
    on: date
    look: int
    looks: int | None
    level: float
    change: Difference
    reason: str | None
    pooled: Difference | None
    pooled_reason: str | None


class LimitsKind(StrEnum):
    """The kind of limits of a chart: `locked` once its baseline has all its points."""

    TRIAL = "trial"
    LOCKED = "locked"


@row(key=("indicator",))
class IndicatorRow(Struct, frozen=True, kw_only=True):
    """An indicator: how many *points* it has, how many rare *events* were recorded as such, and
    its *chart*: XmR, or T or G where events are rare. *reason* says why there is none.

    *limits* are on trial until its baseline has all its points. *baseline* is the first period of
    the latest one that was decided, for *baseline_reasons*. *direction* is that of the latest
    signal under it, and *signals* counts all. *target* was set on *target_on*; *assurance* says
    whether the process can be relied on to meet it, by locked limits. *concerns* are the days of
    unresolved signals for the worse; those published by the day *resolved* were looked at.
    """

    indicator: str
    name: str
    kind: IndicatorKind
    unit: str
    points: int
    last: float | None
    events: int
    target: float | None
    target_on: date | None
    assurance: Assured | None
    baseline: date | None
    baseline_reasons: PersonalText | None
    limits: LimitsKind | None
    chart: Chart | None
    reason: str | None
    signals: int
    direction: Direction
    concerns: tuple[date, ...]
    resolved: date | None


@row(key=("indicator", "period"))
class PointRow(Struct, frozen=True, kw_only=True):
    """A point of an indicator, with the *mean* and the limits of its XmR chart, if it has one.

    *moving_range* is the distance from the point before, under the same baseline. *signals* are
    the rules that are met at the point, for the better, the worse or neither (*direction*); it is
    a *concern* where one of them is unresolved and for the worse.
    """

    indicator: str
    period: date
    value: float
    moving_range: float | None
    mean: float | None
    low: float | None
    high: float | None
    limits: LimitsKind | None
    signals: tuple[SignalRule, ...]
    direction: Direction
    concern: bool


@row(key=("indicator", "occurrence"))
class GapRow(Struct, frozen=True, kw_only=True):
    """The time between two rare events, from *begun* to the *day* of the *occurrence*: so many
    *days*, and *opportunities* where they were counted.

    *mean* and limits are those of the T or the G *chart*, if it has one. A longer gap is for the
    better where fewer events are.
    """

    indicator: str
    occurrence: str
    begun: date
    day: date
    days: int
    opportunities: int | None
    chart: ChartKind | None
    mean: float | None
    low: float | None
    high: float | None
    limits: LimitsKind | None
    signals: tuple[SignalRule, ...]
    direction: Direction
    concern: bool


@frozen(kw_only=True)
class Sustainability:
    """The view as of the day *valid*, by what was on record at the instant *known*; where that is
    `None`, by all entries.
    """

    valid: str
    known: str | None
    standing: dict[Finding, int]
    rechecks: Rechecks
    evidence: Table[EvidenceRow]
    lasting: Lasting
    survival: IntervalSurvival
    survival_of_first: IntervalSurvival
    by_day_of_discovery: DiscoverySurvival
    groups: Table[ImprovementGroupRow]
    spells: Table[Spell]
    improvements: Table[ImprovementRow]
    shown: Table[ShownRow]
    reaudits: Table[ReauditRow]
    indicators: Table[IndicatorRow]
    points: Table[PointRow]
    gaps: Table[GapRow]
    inconsistent: Table[InconsistentRow]

    def improvement(self, recommendation: str) -> ImprovementRow:
        """Return the row of a *recommendation*.

        Raises:
            KeyError: there is none.
        """
        for improvement in self.improvements:
            if improvement.recommendation == recommendation:
                return improvement
        raise KeyError(recommendation)
