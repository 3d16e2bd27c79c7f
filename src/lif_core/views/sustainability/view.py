"""The improvements that last, and the evidence that they do."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from typing import Any, TypeAlias

import msgspec

from lif_core.aggregates.evidence import Source
from lif_core.items.body import MERGED, Merger, merger_item, registration_item, say_merger
from lif_core.items.evidence import EVIDENCE, audit_evidence_item, say_audit_evidence
from lif_core.items.files import filed
from lif_core.items.improvement import Finding, improvement_item
from lif_core.items.indicators import CONCERNS, indicator_item
from lif_core.items.opening import begun
from lif_core.items.theme import FINDING_THEMES, finding_item, say_finding_themes
from lif_core.projection.projection import PROGRAM, Columns, Projection, Totals
from lif_core.projection.tables import Table
from lif_core.statistics.proportions import Share
from lif_core.statistics.spells import End
from lif_core.statistics.survival import Ends, estimate
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
    Rechecks,
    Sustainability,
)

Group: TypeAlias = tuple[Any, ...]
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
    horizon = everything.as_of.packs.general.horizons.restricted_mean
    figures = everything.columns("figures")
    ends: dict[Group, dict[tuple[int, End], int]] = defaultdict(dict)
    for (*group, end), days in everything.columns("ends").items():
        ends[tuple(group)].update(_ends(str(end), days))
    whole = _sum(columns for (by, _), columns in figures.items() if by == "source")
    earliest = everything.columns("earliest").items()
    return Sustainability(
        **everything.times,
        standing=_standing(whole),
        rechecks=_rechecks(whole),
        evidence=Table(partial(_evidence, everything.columns("evidence"))),
        survival=estimate(_sum(ends[group] for group in ends if group[0] == "source"), horizon),
        survival_earliest=estimate(
            _sum(_ends(str(end), days) for (end,), days in earliest), horizon
        ),
        groups=Table(partial(_groups, figures, ends, horizon)),
        spells=everything.table("spells"),
        improvements=everything.table("improvements"),
        reaudits=everything.table("reaudits"),
        indicators=everything.table("indicators"),
        points=everything.table("points"),
    )


def _sum(counts: Iterable[Mapping[Any, int]]) -> Counter[Any]:
    whole: Counter[Any] = Counter()
    for columns in counts:
        whole.update(columns)
    return whole


def _ends(end: str, days: Columns) -> dict[tuple[int, End], int]:
    return {(int(day), End(end)): number for day, number in days.items()}


def _standing(figures: Mapping[Any, int]) -> dict[Finding, int]:
    """Return how many improvements have come how far."""
    return {finding: figures.get(finding.value, 0) for finding in Finding}


def _rechecks(figures: Mapping[Any, int]) -> Rechecks:
    passed, failed, done, due = (
        figures.get(name, 0) for name in ("passed", "failed", "done", "due")
    )
    return Rechecks(
        passed=passed,
        failed=failed,
        pass_rate=Share(passed, passed + failed).rate,
        done=done,
        due=due,
        coverage=Share(done, due).rate,
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
    figures: Mapping[Group, Mapping[Any, int]], ends: Mapping[Group, Ends], horizon: int
) -> Iterator[ImprovementGroupRow]:
    """Yield a row for each group.

    The survival at the horizon is not shown where no spell was followed that far: a curve that is
    carried on would show the newest improvements, which nobody has checked, as the best.
    """
    for by, group in sorted(figures, key=lambda name: (BY.index(name[0]), name[1])):
        standing, spells = _standing(figures[by, group]), ends.get((by, group), {})
        curve = estimate(spells, horizon)
        step = curve.step(horizon)
        followed = max((day for day, _ in spells), default=0) >= horizon or curve.at(horizon) == 0
        yield ImprovementGroupRow(
            by=by,
            group=group,
            improvements=sum(standing.values()),
            **standing,
            **msgspec.structs.asdict(_rechecks(figures[by, group])),
            spells=curve.spells,
            relapses=curve.relapses,
            ended=curve.withdrawn,
            survival=curve.at(horizon) if followed else None,
            low=step.low if step and followed else None,
            high=step.high if step and followed else None,
            restricted_mean=curve.restricted_mean if followed else None,
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
