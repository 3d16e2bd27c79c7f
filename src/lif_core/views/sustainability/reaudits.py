"""Audits of case files, held against the first one that they repeat."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

import attrs
from attrs import frozen

from lif_core import audit
from lif_core.framework import Frameworks
from lif_core.projection.projection import AT_ONCE, AsOf, Part
from lif_core.statistics.proportions import Share, newcombe
from lif_core.views.sustainability.rows import ReauditRow


@frozen(kw_only=True)
class Audited:
    """An audit, planned and concluded."""

    ref: str
    planned: audit.AuditPlanned | None = None
    concluded: audit.AuditConcluded | None = None


def evolve(item: Audited | None, event: audit.AuditPlanned | audit.AuditConcluded) -> Audited:
    item = item or Audited(ref=event.audit)
    if isinstance(event, audit.AuditPlanned):
        return attrs.evolve(item, planned=event)
    return attrs.evolve(item, concluded=event)


@frozen(kw_only=True)
class AuditRow:
    """An audit that was planned, and the share of its *files* that was good or better."""

    audit: str
    kind: str
    theme: str
    scale: str
    follows: str | None
    concluded: date | None
    files: Share | None


@frozen(kw_only=True)
class LookRow:
    """A *stream* that an *audit* looks at: a recommendation's."""

    stream: str
    audit: str


def part(item: Audited, as_of: AsOf) -> Part:
    planned, concluded = item.planned, item.concluded
    if planned is None:
        return Part(settled=AT_ONCE)
    row = AuditRow(
        audit=item.ref,
        kind=planned.kind,
        theme=planned.theme,
        scale=planned.scale,
        follows=planned.follows,
        concluded=concluded.on if concluded else None,
        files=_files(planned, concluded, as_of.frameworks) if concluded else None,
    )
    looks = tuple(
        LookRow(stream=stream, audit=item.ref)
        for stream in planned.looks_at
        if stream.startswith("recommendation-")
    )
    return Part(rows={"_audits": (row,), "_looks": looks}, settled=AT_ONCE)


def _files(
    planned: audit.AuditPlanned, concluded: audit.AuditConcluded, frameworks: Frameworks
) -> Share | None:
    """The files graded good or better, of those graded; `None` where there are none.

    By the scale of the framework that was in force when the audit began, as they were graded.
    """
    framework = frameworks.governing(planned.audit, planned.on)
    scale = next((scale for scale in framework.scales if scale.name == planned.scale), None)
    if scale is None:
        return None
    good = scale.grades[: scale.good]
    part = sum(count.files for count in concluded.grades if count.grade in good)
    whole = sum(count.files for count in concluded.grades)
    return Share(part, whole) if whole else None


def reaudits(audits: Iterable[AuditRow]) -> Iterator[ReauditRow]:
    """Each audit with files that repeats another one with files, on the same scale."""
    planned = {row.audit: row for row in audits}
    following: dict[str, list[tuple[date, str, Share]]] = defaultdict(list)
    for row in planned.values():
        first = planned.get(row.follows or "")
        if first and first.scale == row.scale and row.concluded and row.files:
            following[first.audit].append((row.concluded, row.audit, row.files))
    for ref in sorted(following):
        baseline = planned[ref].files
        if baseline is None:
            continue
        part, whole = 0, 0
        for on, again, files in sorted(following[ref], key=lambda one: one[:2]):
            part, whole = part + files.part, whole + files.whole
            yield ReauditRow(
                first=ref,
                audit=again,
                on=on,
                change=newcombe(baseline, files),
                pooled=newcombe(baseline, Share(part, whole)),
            )
