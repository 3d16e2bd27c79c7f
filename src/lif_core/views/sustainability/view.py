"""The improvements that last, and the evidence that they do."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from typing import Any, TypeAlias

import msgspec
from attrs import define, evolve, field

from lif_core.aggregates.evidence import Source
from lif_core.framework import Horizons
from lif_core.items.body import MERGED, Merger, merger_item, registration_item, say_merger
from lif_core.items.evidence import EVIDENCE, audit_evidence_item, say_audit_evidence
from lif_core.items.files import filed
from lif_core.items.improvement import Finding, improvement_item
from lif_core.items.indicators import CONCERNS, indicator_item
from lif_core.items.opening import begun
from lif_core.items.theme import FINDING_THEMES, finding_item, say_finding_themes
from lif_core.projection.projection import PROGRAM, AsOf, Projection, Totals
from lif_core.projection.tables import Table
from lif_core.statistics.bounds import bounds
from lif_core.statistics.kaplan_meier import kaplan_meier
from lif_core.statistics.proportions import Share, wilson
from lif_core.statistics.spells import End, Spells
from lif_core.statistics.turnbull import IntervalSurvival, turnbull
from lif_core.values.evidence import EvidenceLevel
from lif_core.views.sustainability.parts import (
    FILES,
    KIND,
    REPEATED,
    THEME,
    AuditFiles,
    add_improvement,
    add_indicator,
    add_reaudits,
    say_audit,
    say_body,
    say_review,
)
from lif_core.views.sustainability.rows import (
    EvidenceRow,
    ImprovementGroupRow,
    Lasting,
    Rechecks,
    Sustainability,
)

Group: TypeAlias = tuple[Any, ...]
SpellEnd: TypeAlias = tuple[int, int, End]
"""The first and the last day of a spell, and the way in which it ended."""
COUNTED = (
    "passed",
    "failed",
    "latest",
    "latest_passed",
    "on_time",
    "done",
    "due",
    "notes",
    "notes_against",
)
"""The columns that count checks, in groups."""
BY = ("source", "committee", "agency", "board", "theme")
NAMES = {
    EvidenceLevel.ASSERTION: "assertion",
    EvidenceLevel.DOCUMENT: "document",
    EvidenceLevel.OWN_AUDIT: "the agency's own audit",
    EvidenceLevel.INDEPENDENT_AUDIT: "multi-agency or independent audit",
    EvidenceLevel.OUTCOME_DATA: "outcome data with a statistical signal",
}


def total(everything: Totals) -> Sustainability:
    """Return the view. Each improvement is in one group by source, so these add up to all."""
    figures, of_groups = everything.columns("figures"), _group_spells(everything)
    horizons = _horizons((name for by, name in figures if by == "board"), everything.as_of)
    whole = _sum(columns for (by, _), columns in figures.items() if by == "source")
    spells = GroupSpells()
    for (by, _), group in of_groups.items():
        if by == "source":
            spells.add(group)
    survival = _turnbull(spells.all, horizons)
    of_first = _turnbull(spells.first, horizons)
    return Sustainability(
        **everything.times,
        standing=_standing(whole),
        rechecks=_rechecks(whole),
        evidence=Table(partial(_evidence, everything.columns("evidence"))),
        lasting=_lasting(spells, survival, of_first),
        survival=survival,
        survival_of_first=of_first,
        by_day_of_discovery=kaplan_meier(
            spells.all, horizons.restricted_mean, floor=horizons.at_risk
        ),
        groups=Table(partial(_groups, figures, of_groups, horizons, everything.as_of)),
        spells=everything.table("spells"),
        improvements=everything.table("improvements"),
        shown=everything.table("shown"),
        reaudits=everything.table("reaudits"),
        indicators=everything.table("indicators"),
        points=everything.table("points"),
        gaps=everything.table("gaps"),
    )


def _horizons(boards: Iterable[str], as_of: AsOf) -> Horizons:
    """Return the horizons of what *boards* show together: of their floors, the highest."""
    packs = (as_of.packs.governing(board, as_of.valid) for board in boards)
    general = as_of.packs.general.horizons
    floor = max((pack.horizons.at_risk for pack in packs), default=general.at_risk)
    return evolve(general, at_risk=floor)


def _sum(counts: Iterable[Mapping[Any, int]]) -> Counter[Any]:
    whole: Counter[Any] = Counter()
    for columns in counts:
        whole.update(columns)
    return whole


@define
class GroupSpells:
    """The spells of a group: *all* of them, the *first* of each recommendation, and those that
    have *begun* at least a horizon ago.
    """

    all: Counter[SpellEnd] = field(factory=Counter)
    first: Counter[SpellEnd] = field(factory=Counter)
    begun: Counter[SpellEnd] = field(factory=Counter)

    def add(self, other: "GroupSpells") -> None:
        """Add the spells of another group, which are none of these."""
        self.all.update(other.all)
        self.first.update(other.first)
        self.begun.update(other.begun)


def _group_spells(everything: Totals) -> Mapping[Group, GroupSpells]:
    groups: dict[Group, GroupSpells] = defaultdict(GroupSpells)
    for (by, group, end, first, later, old), days in everything.columns("ends").items():
        spells = groups[by, group]
        for last, count in days.items():
            spell = (int(first), int(last), End(end))
            spells.all[spell] += count
            if not later:
                spells.first[spell] += count
            if old:
                spells.begun[spell] += count
    return groups


def _turnbull(spells: Spells, horizons: Horizons) -> IntervalSurvival:
    return turnbull(spells, horizons.restricted_mean, floor=horizons.at_risk)


def _lasting(
    spells: GroupSpells, survival: IntervalSurvival, of_first: IntervalSurvival
) -> Lasting:
    bound = bounds(spells.begun, survival.horizon)
    return Lasting(
        horizon=survival.horizon,
        recommendations=of_first.spells,
        spells=survival.spells,
        begun=bound.spells,
        verified=bound.verified,
        failed=bound.failed,
        low=bound.low,
        high=bound.high,
        bounds_reason=bound.reason,
        survival=survival.survival,
        survival_reason=survival.reason,
        of_first_spells=of_first.survival,
        first_reason=of_first.reason,
    )


def _standing(figures: Mapping[Any, int]) -> dict[Finding, int]:
    """Return how many improvements have come how far."""
    return {finding: figures.get(finding.value, 0) for finding in Finding}


def _rechecks(figures: Mapping[Any, int]) -> Rechecks:
    counts = {name: figures.get(name, 0) for name in COUNTED}
    passed, failed, due = counts["passed"], counts["failed"], counts["due"]
    latest = Share(counts["latest_passed"], counts["latest"])
    low, high = wilson(latest) if latest.whole else (None, None)
    return Rechecks(
        **counts,
        pass_rate=Share(passed, passed + failed).rate,
        low=low,
        high=high,
        on_time_rate=Share(counts["on_time"], due).rate,
        done_rate=Share(counts["done"], due).rate,
    )


def _evidence(counted: Mapping[Group, Mapping[Any, int]]) -> Iterator[EvidenceRow]:
    for level in EvidenceLevel:
        columns = counted.get((level.value,), {})
        yield EvidenceRow(
            level=level.value,
            name=NAMES[level],
            embedded=columns.get("embedded", 0),
            checks=columns.get("checks", 0),
            records=columns.get("records", 0),
        )


def _groups(
    figures: Mapping[Group, Mapping[Any, int]],
    of_groups: Mapping[Group, GroupSpells],
    horizons: Horizons,
    as_of: AsOf,
) -> Iterator[ImprovementGroupRow]:
    """Yield a row for each group: of a board, by its own floor, else by that of all together."""
    for by, group in sorted(figures, key=lambda name: (BY.index(name[0]), name[1])):
        standing, spells = _standing(figures[by, group]), of_groups.get((by, group), GroupSpells())
        curve = _turnbull(spells.all, _horizons([group], as_of) if by == "board" else horizons)
        bound = bounds(spells.begun, curve.horizon)
        yield ImprovementGroupRow(
            by=by,
            group=group,
            improvements=sum(standing.values()),
            **standing,
            **msgspec.structs.asdict(_rechecks(figures[by, group])),
            recommendations=spells.first.total(),
            spells=curve.spells,
            relapses=curve.relapses,
            ended=sum(n for (_, _, end), n in spells.all.items() if end is End.WITHDRAWN),
            begun=bound.spells,
            lasting_low=bound.low,
            lasting_high=bound.high,
            survival=curve.survival,
            reason=curve.reason,
        )


sustainability = Projection(
    name="sustainability",
    view=Sustainability,
    parts={
        indicator_item: add_indicator,
        filed: say_audit,
        audit_evidence_item: say_audit_evidence,
        merger_item: say_merger,
        registration_item: say_body,
        begun: say_review,
        finding_item: say_finding_themes,
        improvement_item: add_improvement,
    },
    says={
        CONCERNS: date,
        EVIDENCE: Source,
        MERGED: Merger,
        KIND: str,
        THEME: str,
        FINDING_THEMES: str,
        FILES: AuditFiles,
        REPEATED: AuditFiles,
    },
    groups={REPEATED: add_reaudits},
    identity=(MERGED, KIND, THEME),
    total=total,
    edition=PROGRAM,
)
