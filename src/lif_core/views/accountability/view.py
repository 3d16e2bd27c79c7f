"""Who was answerable, for what, and how late; explained apart, never netted.

All intervals are half-open days. There is no composite score, and no figure about a named person.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, TypeAlias, TypeVar

from lif_core.aggregates.succession import Succession
from lif_core.items.body import MERGED, Merger, merged, organ, say_merger, succession_of
from lif_core.items.challenge import challenged
from lif_core.items.clocks import timed
from lif_core.items.duty import owed
from lif_core.items.note import noted
from lif_core.projection.projection import PROGRAM, Name, Projection
from lif_core.projection.projection import Totals as Everything
from lif_core.projection.tables import Table, names_of
from lif_core.statistics.median import censored_median
from lif_core.views.accountability.parts import (
    add_body,
    add_case,
    add_challenge,
    add_duty,
    add_note,
)
from lif_core.views.accountability.rows import (
    Accountability,
    BoardRow,
    BodyRow,
    ClockTotalRow,
    EscalationTotalRow,
    LineageRow,
    MatrixRow,
    ResponseRow,
    Totals,
)

R = TypeVar("R")
Counted: TypeAlias = Mapping[Name, Mapping[Any, int]]
"""Counts, by the row that they are of, by the column."""


def total(everything: Everything) -> Accountability:
    as_of = everything.as_of
    bodies, boards, matrix, clock_totals = (
        everything.columns(group) for group in ("bodies", "boards", "matrix", "clock_totals")
    )
    succession = succession_of(everything)
    figures = everything.columns("totals").get((), {})
    for columns in matrix.values():
        _plus(figures, columns)
    for columns in (*bodies.values(), *boards.values()):
        columns["unexplained"] = columns.get("overdue", 0) - columns.get("explained", 0)
    for columns in bodies.values():
        days = {column: number for column, number in columns.items() if column != "held"}
        _plus(figures, {**days, "duties_open": days.get("open", 0)})
    for columns in clock_totals.values():
        _plus(figures, {f"clocks_{column}": number for column, number in columns.items()})
    kinds = everything.columns("kinds")
    latency, escalated = everything.columns("latency"), everything.columns("escalated")
    today = as_of.valid.toordinal()

    def body_row(ref: str) -> Mapping[str, Any]:
        entry = as_of.packs.body(ref)
        registered = next(iter(kinds.get((ref,), ())), None)
        return {"kind": entry.kind if entry else registered}

    def clock_row(clock: str) -> Mapping[str, Any]:
        done, running, ended = (
            latency.get((clock, how), {}) for how in ("done", "running", "ended")
        )
        so_far = {max(0, today - start): number for start, number in running.items()}
        return {
            "latency_median": censored_median(done, Counter(so_far) + Counter(ended)),
            "longest_open": max(so_far, default=None),
        }

    def escalation_row(to: str) -> Mapping[str, Any]:
        answered, still = (escalated.get((to, how), {}) for how in ("answered", "open"))
        waiting = {today - raised: number for raised, number in still.items()}
        return {"days_median": censored_median(answered, waiting)}

    return Accountability(
        **everything.times,
        totals=_row(Totals, figures),
        bodies=_table(BodyRow, bodies, "body", more=body_row),
        lineages=Table(partial(_lineages, bodies, everything.columns("held_again"), succession)),
        clock_totals=_table(ClockTotalRow, clock_totals, "clock", more=clock_row),
        clocks=everything.table("clocks"),
        duties=everything.table("duties"),
        ownership=everything.table("ownership"),
        responses=Table(partial(_responses, matrix)),
        matrix=_table(MatrixRow, matrix, "body", "source"),
        answers=everything.table("answers"),
        escalation_totals=_table(
            EscalationTotalRow, everything.columns("escalations"), "to", more=escalation_row
        ),
        escalations=everything.table("escalations"),
        challenges=everything.table("challenges"),
        notes=everything.table("notes"),
        representation=everything.table("representation"),
        boards=_table(BoardRow, boards, "board"),
        joint=everything.table("joint"),
    )


def _lineages(
    bodies: Counted, held_again: Counted, succession: Succession
) -> Iterator[LineageRow]:
    """Yield what each body that answers today and those merged into it have held, together."""
    lines: dict[Name, dict[Any, int]] = {}
    for (ref,), columns in bodies.items():
        _plus(lines.setdefault((succession.heir(ref),), {}), columns)
    for heir, columns in held_again.items():
        _plus(lines[heir], {column: -number for column, number in columns.items()})
    yield from _rows(
        LineageRow, lines, "body", more=lambda ref: {"merged": succession.lineage(ref)}
    )


def _responses(matrix: Counted) -> Iterator[ResponseRow]:
    """Yield what each body was asked and answered, whatever the source."""
    answers: dict[Name, dict[Any, int]] = {}
    for (ref, _), columns in matrix.items():
        _plus(answers.setdefault((ref,), {}), columns)
    yield from _rows(ResponseRow, answers, "body")


def _plus(into: dict[Any, int], columns: Mapping[Any, int]) -> None:
    for column, number in columns.items():
        into[column] = into.get(column, 0) + number


def _table(kind: type[R], counted: Counted, /, *names: str, **more: Any) -> Table[R]:
    return Table(partial(_rows, kind, counted, *names, **more))


def _rows(
    kind: type[R],
    counted: Counted,
    /,
    *names: str,
    more: Callable[[str], Mapping[str, Any]] = lambda _: {},
) -> Iterator[R]:
    """Yield a row for each of what was *counted*, called by *names*; no count says *more*."""
    for of in sorted(counted):
        yield _row(kind, counted[of], **dict(zip(names, of, strict=True)), **more(of[0]))


def _row(kind: type[R], counted: Mapping[Any, int], /, **known: Any) -> R:
    columns = [name for name in names_of(kind) if name not in known]
    return kind(**known, **{column: counted.get(column, 0) for column in columns})


accountability = Projection(
    name="accountability",
    view=Accountability,
    parts={
        merged: say_merger,
        organ: add_body,
        noted: add_note,
        challenged: add_challenge,
        timed: add_case,
        owed: add_duty,
    },
    says={MERGED: Merger},
    total=total,
    edition=PROGRAM,
)
