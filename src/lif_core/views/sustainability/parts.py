"""What one recommendation adds to the view of improvements: rows, and what is counted of it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from attrs import frozen

from lif_core.items.boards import boards_of
from lif_core.items.improvement import Finding, Improvement, checks_done, finding, spell_of
from lif_core.projection.projection import AT_ONCE, AsOf, Name, Part
from lif_core.recommendation.state import ENDED
from lif_core.statistics.survival import Spell
from lif_core.views.sustainability.rows import ImprovementRow


@frozen(kw_only=True)
class Known:
    """What a recommendation learns from others: the days of *concerns* against it, and which
    *audits* look at it.
    """

    concerns: tuple[date, ...] = ()
    audits: tuple[str, ...] = ()


def part(item: Improvement, known: Known, merged: Mapping[str, str], as_of: AsOf) -> Part:
    """*merged*: into which body another was.

    Not settled while a check is to fall due, while nobody knows yet whether it lasts, or where the
    board's horizons are to change.
    """
    if item.issued is None:
        return Part(settled=AT_ONCE)
    horizons = as_of.frameworks.governing(item.ref, as_of.valid).horizons
    row = _row(item, finding(item, horizons, as_of.valid, known.concerns), merged, as_of)
    spells = tuple(spell_of(item.ref, spell) for spell in item.spells)
    return Part(
        rows={"improvements": (row,), "spells": spells},
        counts=_counts(item, row, spells, known.audits),
        settled=_settled(item, row, as_of),
    )


def _settled(item: Improvement, row: ImprovementRow, as_of: AsOf) -> date | None:
    """Not before its checks are due, the horizon is reached, and no pack is to change that."""
    governing = as_of.frameworks.governing(item.ref, as_of.valid)
    horizons = governing.horizons
    if any(pack.horizons != horizons for pack in as_of.frameworks.later(item.ref, as_of.valid)):
        return None
    days = [governing.in_force, *item.checks_due]
    if row.finding == Finding.UNKNOWN:
        days.append(item.spells[-1].on + timedelta(days=horizons.sustained))
    settled = row.finding != Finding.EMBEDDED and max(days) <= as_of.valid
    return max(days) if settled else None


def _row(
    item: Improvement, found: Finding, merged: Mapping[str, str], as_of: AsOf
) -> ImprovementRow:
    assert item.issued is not None
    assert item.state is not None
    spell = item.spells[-1] if item.spells else None
    done, due = checks_done(item, as_of.valid)
    passed = sum(check.passed for check in item.checks.values())
    coming = (day for day in item.checks_due if day > as_of.valid)
    governing = as_of.frameworks.governing(item.ref, item.issued.on)
    return ImprovementRow(
        recommendation=item.ref,
        source=item.issued.source,
        boards=boards_of(item.ref, item.issued.boards, governing),
        owner=_holder(item.state.owner, merged) if item.state.owner else None,
        finding=found.value,
        level=spell.level if spell else None,
        embedded=spell.on if spell else None,
        relapsed=spell.relapsed if spell else None,
        last_verified=max(spell.passes, default=None) if spell else None,
        next_check=None if item.state.status in ENDED else next(coming, None),
        spells=len(item.spells),
        passed=passed,
        failed=len(item.checks) - passed,
        checks_done=done,
        checks_due=due,
    )


def _holder(owner: str, merged: Mapping[str, str]) -> str:
    """The body that holds what *owner* held: the successor, where it was merged."""
    seen = {owner}
    while (into := merged.get(owner)) and into not in seen:
        owner = into
        seen.add(owner)
    return owner


def _counts(
    item: Improvement, row: ImprovementRow, spells: tuple[Spell, ...], looking: tuple[str, ...]
) -> Mapping[Name, int]:
    """The same figures of everything and of each group; the rest of everything alone."""
    assert item.state is not None
    figures: Counter[Name] = Counter(("spell", one.last, one.end.value) for one in spells)
    figures[("standing", row.finding)] = 1
    figures[("passed",)] = row.passed
    figures[("failed",)] = row.failed
    figures[("done",)] = row.checks_done
    figures[("due",)] = row.checks_due
    counts: Counter[Name] = Counter(figures)
    for by, group in _groups(item, row, looking):
        counts.update({("by", by, group, *name): n for name, n in figures.items()})
    counts.update(("earliest", one.day(earliest=True), one.end.value) for one in spells)
    counts.update(("evidence", int(one.level), "checks") for one in item.checks.values())
    counts.update(("evidence", int(one.level), "records") for one in item.state.evidence.values())
    if row.level is not None and row.finding in (Finding.EMBEDDED, Finding.SUSTAINED):
        counts[("evidence", int(row.level), "embedded")] = 1
    return {name: n for name, n in counts.items() if n}


def _groups(
    item: Improvement, row: ImprovementRow, looking: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    """By what is known here; which kinds and themes that comes to is known in the end.

    *audits* are those that the theme is of, one a line, so that one theme counts once.
    """
    audits = {*looking, *(check.audit for check in item.checks.values() if check.audit)}
    category, _, ref = row.source.partition("-")
    yield "source", row.source
    yield "audits", ref if category == "audit" else "\n".join(sorted(audits))
    if row.owner is not None:
        yield "owner", row.owner
    for board in dict.fromkeys(row.boards):
        yield "board", board
