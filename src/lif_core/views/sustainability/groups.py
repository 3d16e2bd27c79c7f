"""The improvements by what they have in common, from counts."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

import attrs
from attrs import frozen

from lif_core import body
from lif_core.framework import Frameworks
from lif_core.items.improvement import Finding
from lif_core.projection.projection import AT_ONCE, Name, Part
from lif_core.statistics.proportions import Share
from lif_core.statistics.survival import End, Ends, estimate
from lif_core.views.sustainability.reaudits import AuditRow
from lif_core.views.sustainability.rows import GroupRow, Rechecks

BY = ("source", "committee", "agency", "board", "theme")


@frozen(kw_only=True)
class Reviewed:
    """A review, by its kind."""

    ref: str
    kind: str


@frozen(kw_only=True)
class Organ:
    """A body: what it was registered as, and what it was merged into."""

    ref: str
    registered: body.BodyRegistered | None = None
    merged: body.BodyMerged | None = None


def evolve_body(item: Organ | None, event: body.BodyRegistered | body.BodyMerged) -> Organ:
    item = item or Organ(ref=event.body)
    if isinstance(event, body.BodyMerged):
        return attrs.evolve(item, merged=event)
    return attrs.evolve(item, registered=event)


@frozen(kw_only=True)
class ReviewRow:
    """A review, and its *kind*."""

    review: str
    kind: str


@frozen(kw_only=True)
class BodyRow:
    """A body that was registered, or merged *into* another."""

    body: str
    kind: str | None
    into: str | None


def part_of_review(item: Reviewed) -> Part:
    return Part(rows={"_reviews": (ReviewRow(review=item.ref, kind=item.kind),)}, settled=AT_ONCE)


def part_of_body(item: Organ) -> Part:
    row = BodyRow(
        body=item.ref,
        kind=item.registered.kind.value if item.registered else None,
        into=item.merged.into if item.merged else None,
    )
    return Part(rows={"_bodies": (row,)}, settled=AT_ONCE)


# Which group


Grouping = Callable[[str, str], tuple[tuple[str, str], ...]]
"""The groups shown that what is counted under a name belongs to."""


def grouping(
    reviews: Iterable[ReviewRow],
    audits: Iterable[AuditRow],
    bodies: Iterable[BodyRow],
    frameworks: Frameworks,
) -> Grouping:
    """By kinds and themes, as far as they are on record; what has none is in the group `""`."""
    audited = {row.audit: row for row in audits}
    kinds = {f"review-{row.review}": row.kind for row in reviews}
    kinds |= {f"audit-{row.audit}": row.kind for row in audited.values()}
    registered = {row.body: row.kind for row in bodies}

    def group(by: str, name: str) -> tuple[tuple[str, str], ...]:
        match by:
            case "source":
                return (("source", kinds.get(name, "")),)
            case "audits":
                found = {audited[ref].theme for ref in name.split("\n") if ref in audited}
                return tuple(("theme", theme) for theme in found or {""})
            case "owner":
                entry = frameworks.body(name)
                kind = entry.kind if entry else registered.get(name)
                return ((kind, name),) if kind in ("committee", "agency") else ()
            case _:
                return ((by, name),)

    return group


# The figures


def group_rows(counts: Mapping[Name, int], group: Grouping, horizon: int) -> Iterator[GroupRow]:
    figures: dict[tuple[str, str], Counter[Name]] = defaultdict(Counter)
    for name, count in counts.items():
        if name[0] == "by":
            for found in group(str(name[1]), str(name[2])):
                figures[found][name[3:]] += count
    for by, shown in sorted(figures, key=lambda one: (BY.index(one[0]), one[1])):
        yield _row(by, shown, figures[by, shown], horizon)


def _row(by: str, group: str, figures: Mapping[Name, int], horizon: int) -> GroupRow:
    """Of what lasts to the horizon nothing is said where no spell was followed so far: then a
    curve carried on would show the newest, which nobody has checked, as the best.
    """
    stand, checks, spells = standing(figures), rechecks(figures), ends(figures)
    curve = estimate(spells, horizon)
    step = curve.step(horizon)
    followed = max((day for day, _ in spells), default=0) >= horizon or curve.at(horizon) == 0
    return GroupRow(
        by=by,
        group=group,
        improvements=sum(stand.values()),
        **stand,
        **attrs.asdict(checks),
        spells=curve.spells,
        relapses=curve.relapses,
        ended=curve.withdrawn,
        survival=curve.at(horizon) if followed else None,
        low=step.low if step and followed else None,
        high=step.high if step and followed else None,
        restricted_mean=curve.restricted_mean if followed else None,
    )


def standing(figures: Mapping[Name, int]) -> dict[str, int]:
    """How many improvements stand how: each once, so that they add up."""
    return {one.value: figures[("standing", one.value)] for one in Finding}


def rechecks(figures: Mapping[Name, int]) -> Rechecks:
    passed, failed = figures[("passed",)], figures[("failed",)]
    done, due = figures[("done",)], figures[("due",)]
    return Rechecks(
        passed=passed,
        failed=failed,
        pass_rate=Share(passed, passed + failed).rate,
        done=done,
        due=due,
        coverage=Share(done, due).rate,
    )


def ends(figures: Mapping[Name, int], kind: str = "spell") -> Ends:
    """How many spells ended how, on which day; or, of the kind `earliest`, by the left bound."""
    return {
        (int(name[1]), End(str(name[2]))): count
        for name, count in figures.items()
        if name[0] == kind
    }
