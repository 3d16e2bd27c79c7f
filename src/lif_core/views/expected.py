"""The evaluations that the framework's matrix expects, and whether they were done (Appendix A).

The learning of each review or audit is expected to be evaluated by every method that the pack
names for its source, within a number of months of its conclusion. An evaluation that nobody
planned is listed too.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial

from attrs import frozen
from msgspec import Struct

from lif_core.aggregates.review import Review
from lif_core.framework import Source
from lif_core.items.evaluation import evaluation_item
from lif_core.items.expected_evaluations import (
    EVALUATED,
    SOURCE,
    Evaluated,
    ExpectedRow,
    ExpectedStatus,
    expected_rows,
    impact_item,
    origin_item,
    say_checks,
    say_evaluation,
    say_recommendation,
    say_report,
)
from lif_core.items.source_use import AuditUse, SourceUse, audited, reviewed, use_of
from lif_core.items.title import TITLES, say_title, title_item, title_of
from lif_core.projection.inconsistent import InconsistentRow
from lif_core.projection.projection import PROGRAM, Columns, Name, Part, Projection, Totals
from lif_core.projection.tables import Table, row
from lif_core.values.fields import PersonalText


@row(key=("source",))
class ExpectedSourceRow(Struct, frozen=True, kw_only=True):
    """A source of learning: how many reviews and audits were *concluded*, and the evaluations of
    them: *expected* = *done* + *open* + *missing* + *abandoned*. Some of those done were *late*.
    """

    source: str
    name: str
    concluded: int
    expected: int
    done: int
    late: int
    open: int
    missing: int
    abandoned: int


@row(key=("stream", "source"))
class RoutingRow(Struct, frozen=True, kw_only=True):
    """The *committees* to which the learning of *stream* goes, by its *title*, and the
    *stakeholders* it concerns.

    The committees are those of its source that serve one of its boards, and those that the pack
    ties to no board.
    """

    stream: str
    title: PersonalText | None
    kind: str
    source: str
    concluded: date
    committees: tuple[str, ...]
    stakeholders: tuple[str, ...]


@frozen(kw_only=True)
class ExpectedEvaluations:
    """The view as of the day *valid*, by what was on record at the instant *known*; where that is
    `None`, by all entries.

    Tables are in the order of the conclusions. Nothing is expected of a kind that belongs to no
    source, nor of a case on which it was decided that no review be held.
    """

    valid: str
    known: str | None
    sources: Table[ExpectedSourceRow]
    expected: Table[ExpectedRow]
    routing: Table[RoutingRow]
    inconsistent: Table[InconsistentRow]

    def missing(self) -> tuple[ExpectedRow, ...]:
        """Return the evaluations that should have been done by now, and were not."""
        return tuple(row for row in self.expected if row.status == ExpectedStatus.MISSING)


# Reviews and audits, of which evaluations are expected


def add_audit(audit: AuditUse, part: Part) -> None:
    """Tell the sources of what an audit checked that it evaluates them; add the audit itself."""
    say_checks(audit, part)
    add_use(audit, part)


def add_use(item: Review | AuditUse, part: Part) -> None:
    """Add the evaluations expected of a concluded review or audit, and where its learning goes."""
    use = use_of(item, part)
    if use is None or use.concluded is None or use.source is None:
        return
    source, concluded = use.source, use.concluded
    part.row("routing", _routing_row(part, use, source, concluded))
    part.count("sources", source.source, "concluded")
    part.count("names", source.source, source.name, concluded.toordinal())
    for expected in expected_rows(item, part):
        part.row("expected", expected)
        columns = {expected.status: 1, "late": expected.late}
        part.counted("sources", source.source, columns=columns)


def _routing_row(part: Part, use: SourceUse, source: Source, concluded: date) -> RoutingRow:
    def serves(committee: str) -> bool:
        entry = use.framework.body(committee)
        return entry is None or not entry.boards or bool({*entry.boards} & {*use.boards})

    return RoutingRow(
        stream=part.key,
        title=title_of(part.key, part),
        kind=use.kind,
        source=source.source,
        concluded=concluded,
        committees=tuple(filter(serves, source.committees)),
        stakeholders=source.stakeholders,
    )


def total(everything: Totals) -> ExpectedEvaluations:
    sources = partial(_source_rows, everything.columns("sources"), everything.columns("names"))
    return ExpectedEvaluations(
        **everything.times,
        sources=Table(sources),
        expected=everything.table("expected").by("concluded"),
        routing=everything.table("routing").by("concluded"),
    )


def _source_rows(
    sources: Mapping[Name, Columns], names: Mapping[Name, Columns]
) -> Iterator[ExpectedSourceRow]:
    """Yield a row for each source, under the name that it had when one was last concluded."""
    in_order = sorted(names.items(), key=lambda name: max(name[1]))
    latest = {code: name for (code, name), _ in in_order}
    for (code,), counts in sorted(sources.items()):
        columns = {
            column: counts.get(column, 0) for column in ("concluded", "late", *ExpectedStatus)
        }
        expected = sum(columns[status] for status in ExpectedStatus)
        yield ExpectedSourceRow(source=code, name=latest[code], expected=expected, **columns)


expected_evaluations = Projection(
    name="expected-evaluations",
    view=ExpectedEvaluations,
    parts={
        title_item: say_title,
        evaluation_item: say_evaluation,
        origin_item: say_recommendation,
        impact_item: say_report,
        audited: add_audit,
        reviewed: add_use,
    },
    says={TITLES: str, EVALUATED: Evaluated, SOURCE: str},
    identity=(TITLES, SOURCE),
    total=total,
    edition=PROGRAM,
)
