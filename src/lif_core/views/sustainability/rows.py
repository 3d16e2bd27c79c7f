"""What `sustainability` shows: plain rows, each improvement once, no figure about a person."""

from datetime import date

from attrs import frozen
from msgspec import Struct

from lif_core.items.improvement import Finding, ImprovementRow
from lif_core.projection.tables import Table, row
from lif_core.statistics.proportions import Difference
from lif_core.statistics.spc import Assured, Chart, Rule
from lif_core.statistics.survival import AtRiskRow, Spell, Step, Survival

row(key=("recommendation",))(Spell)
row(key=("day",))(Step)
row(key=("day",))(AtRiskRow)


class Rechecks(Struct, frozen=True, kw_only=True):
    """The re-audit pass rate is never shown without its coverage."""

    passed: int
    failed: int
    pass_rate: float | None
    done: int
    due: int
    coverage: float | None


@row(key=("level",))
class EvidenceRow(Struct, frozen=True, kw_only=True):
    """A level of evidence, E0 to E4: improvements that are *embedded* or sustained and rest on it,
    *checks* made at it, and *records* of evidence of it.
    """

    level: int
    name: str
    embedded: int
    checks: int
    records: int


@row(key=("by", "group"))
class ImprovementGroupRow(Struct, frozen=True, kw_only=True):
    """The improvements of a *group*: *by* `source` (the kind of review or audit they arise from),
    `committee` or `agency` (the body that owns them), `board`, or `theme` (of audits).

    Where each stands, with the unknown in a column of its own; checks with their coverage; and of
    the *spells*, how many relapsed or *ended* by withdrawal, *survival* at the horizon with its
    95% interval, and the *restricted_mean* up to it, where a spell was followed so far.
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
    """Files good or better before and after; *pooled*: over this audit and those between."""

    first: str
    audit: str
    on: date
    change: Difference
    pooled: Difference


@row(key=("indicator",))
class IndicatorRow(Struct, frozen=True, kw_only=True):
    """The XmR chart of an indicator, and how many *signals* it has; *concerns*: the days of
    unresolved signals the wrong way.

    *target*, set on *target_on*, is the one in force; *assurance* says whether it can be relied on
    to be met, by the chart's limits.
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
    """A point of an indicator, with its chart's *mean* and limits beside it, where there is one.

    *moving_range*: from the point before. *signals* are the rules met at it; *concern*: one of
    them is the wrong way, and unresolved.
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
    """As it was at *valid*, as *known* then (an instant; `None`: all that is recorded)."""

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

    def improvement(self, recommendation: str) -> ImprovementRow:
        """The row of *recommendation*; `KeyError` where there is none."""
        for improvement in self.improvements:
            if improvement.recommendation == recommendation:
                return improvement
        raise KeyError(recommendation)
