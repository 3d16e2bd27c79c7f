"""The rows of `sustainability`: no figure is about a person."""

from datetime import date

from attrs import frozen
from msgspec import Struct

from lif_core.items.improvement import Finding, ImprovementRow
from lif_core.projection.inconsistent import InconsistentRow
from lif_core.projection.tables import Table, row
from lif_core.statistics.proportions import Difference
from lif_core.statistics.spc import Assured, Chart, Rule
from lif_core.statistics.spells import Spell
from lif_core.statistics.survival import AtRiskRow, Survival, SurvivalStep

row(key=("recommendation",))(Spell)
row(key=("day",))(SurvivalStep)
row(key=("day",))(AtRiskRow)


class Rechecks(Struct, frozen=True, kw_only=True):
    """The checks of improvements: *pass_rate* is never shown without *coverage*.

    So many checks were *passed* and *failed*; *done* of those *due* by now were made.
    """

    passed: int
    failed: int
    pass_rate: float | None
    done: int
    due: int
    coverage: float | None


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

    The columns from *proposed* to *superseded* add up to *improvements*. *relapses* of the
    *spells* relapsed, and others were *ended* by a withdrawal. *survival* at the horizon, with its
    95% interval from *low* to *high*, and the *restricted_mean* up to it are shown only where a
    spell was followed that far.
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
    done: int
    due: int
    coverage: float | None
    spells: int
    relapses: int
    ended: int
    survival: float | None
    low: float | None
    high: float | None
    restricted_mean: float | None


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
    survival: Survival
    survival_earliest: Survival
    groups: Table[ImprovementGroupRow]
    spells: Table[Spell]
    improvements: Table[ImprovementRow]
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
