"""The rows of `sustainability`: no figure is about a person."""

from datetime import date

from attrs import frozen
from msgspec import Struct

from lif_core.items.improvement import Finding, ImprovementRow, ShownRow
from lif_core.projection.inconsistent import InconsistentRow
from lif_core.projection.tables import Table, row
from lif_core.statistics.kaplan_meier import DiscoveryStep, DiscoverySurvival, RiskRow
from lif_core.statistics.proportions import Difference
from lif_core.statistics.spc import Assured, Chart, Rule
from lif_core.statistics.spells import Spell
from lif_core.statistics.turnbull import IntervalSurvival, MassRow

row(key=("recommendation",))(Spell)
row(key=("after",))(MassRow)
row(key=("day",))(DiscoveryStep)
row(key=("day",))(RiskRow)


class Lasting(Struct, frozen=True, kw_only=True):
    """What lasts *horizon* days: the bounds that assume nothing first, and then the estimate.

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
    """An audit that repeats the *first* one: the *change* in the share of files good or better.

    *pooled* is the change to this audit and the repeats before it, taken together.
    """

    first: str
    audit: str
    on: date
    change: Difference
    pooled: Difference


@row(key=("indicator",))
class IndicatorRow(Struct, frozen=True, kw_only=True):
    """An indicator: how many *points* it has, its XmR *chart*, and the number of its *signals*.

    *target* was set on *target_on*; *assurance* says whether the process can be relied on to meet
    it, by the chart's limits. *concerns* are the periods of unresolved signals in the wrong
    direction.
    """

    indicator: str
    name: str
    unit: str
    points: int
    last: float | None
    target: float | None
    target_on: date | None
    assurance: Assured | None
    signals: int
    chart: Chart | None
    concerns: tuple[date, ...]


@row(key=("indicator", "period"))
class PointRow(Struct, frozen=True, kw_only=True):
    """A point of an indicator, with the *mean* and the limits of its chart, where there is one.

    *moving_range* is the distance from the point before. *signals* are the rules that are met at
    the point; it is a *concern* where one of them is unresolved and in the wrong direction.
    """

    indicator: str
    period: date
    value: float
    moving_range: float | None
    mean: float | None
    low: float | None
    high: float | None
    signals: tuple[Rule, ...]
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
