"""The bodies that were answerable, for what, and how late; explained days are shown apart.

All intervals are half-open days. There is no composite score, and no figure about a named person.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, TypeAlias, TypeVar

from lif_core.aggregates.recommendation import IssuerJudgement
from lif_core.aggregates.succession import Succession
from lif_core.items.board_duties import (
    board_duty_rows,
    board_entries_item,
    count_board,
    owing_boards,
)
from lif_core.items.body import (
    MERGED,
    Merger,
    full_succession,
    meetings_item,
    merger_item,
    say_merger,
)
from lif_core.items.briefing_note import briefing_note_item
from lif_core.items.challenge import challenge_item
from lif_core.items.clocks import case_item
from lif_core.items.duty import duty_item
from lif_core.items.meeting import MEETINGS, MeetingHeld
from lif_core.projection.projection import PROGRAM, AsOf, Name, Projection, Totals
from lif_core.projection.tables import Table, names_of
from lif_core.statistics.binomial import chance_limits
from lif_core.statistics.median import censored_median
from lif_core.statistics.proportions import Share
from lif_core.views.accountability.parts import (
    NOT_JUDGED,
    TIMINGS,
    add_body,
    add_briefing_note,
    add_case,
    add_challenge,
    add_duty,
)
from lif_core.views.accountability.rows import (
    Accountability,
    AccountabilityTotals,
    BoardRow,
    BodyRow,
    ClockTotalRow,
    EscalationTotalRow,
    JudgementTotalRow,
    LineageRow,
    MatrixRow,
    ResponseRow,
    SourcedAnswer,
)

R = TypeVar("R")
Counts: TypeAlias = Mapping[Name, Mapping[Any, int]]
"""Counts of one group: for each row, the number in each of its columns."""


def total(everything: Totals) -> Accountability:
    bodies, boards, clocks = (
        everything.columns(group) for group in ("bodies", "boards", "clock_totals")
    )
    by_source = everything.table("by_source")
    again, succession = everything.columns("held_again"), full_succession(everything)
    totals = _totals(everything.columns("totals").get((), {}), bodies, clocks)
    body_kind = partial(_body_kind, everything.columns("kinds"), everything.as_of)
    clock_days = partial(_clock_days, everything.columns("latency"), everything.as_of)
    escalation_days = partial(_escalation_days, everything.columns("escalated"), everything.as_of)
    return Accountability(
        **everything.times,
        totals=totals,
        bodies=_table(BodyRow, bodies, "body", more=body_kind, rates=partial(_compared, totals)),
        lineages=Table(partial(_lineages, bodies, again, succession)),
        clock_totals=_table(ClockTotalRow, clocks, "clock", more=clock_days),
        clocks=everything.table("clocks"),
        board_duties=Table(partial(board_duty_rows, owing_boards(everything), everything.as_of)),
        duties=everything.table("duties"),
        ownership=everything.table("ownership"),
        unowned=everything.table("unowned"),
        responses=Table(partial(_answers, ResponseRow, by_source, "body")),
        matrix=Table(partial(_answers, MatrixRow, by_source, "body", "source")),
        answers=everything.table("answers"),
        unsigned=everything.table("unsigned"),
        explanations=everything.table("explanations"),
        progress=everything.table("progress"),
        judged=everything.table("judged"),
        judgement_totals=Table(partial(_judgements, everything.columns("judgements"))),
        escalation_totals=_table(
            EscalationTotalRow, everything.columns("escalations"), "to", more=escalation_days
        ),
        escalations=everything.table("escalations"),
        challenges=everything.table("challenges"),
        notes=everything.table("notes"),
        representation=everything.table("representation"),
        boards=_table(BoardRow, boards, "board", rates=_exposure),
        joint=everything.table("joint"),
    )


def _totals(counts: Mapping[Any, int], bodies: Counts, clocks: Counts) -> AccountabilityTotals:
    """Return the totals: *counts*, and the sums over all bodies and clocks."""
    totals = dict(counts)
    for columns in bodies.values():
        _add_to(totals, {column: columns.get(column, 0) for column in OF_BODIES})
        _add_to(totals, {"duties_open": columns.get("open", 0)})
    for columns in clocks.values():
        _add_to(totals, {f"clocks_{status}": number for status, number in columns.items()})
    return _row(AccountabilityTotals, totals, **_exposure(totals))


OF_BODIES = (
    "overdue_now",
    "undated",
    "due",
    "ever_late",
    "days_overdue_so_far",
    "explained",
    "offered",
    "unexplained",
    "by_first_date",
    "accrued",
    "open_days",
)
"""The columns of the totals that are the sums over all bodies."""


def _exposure(columns: Mapping[Any, int]) -> Mapping[str, float | None]:
    """Return how many days have accrued for every hundred for which duties were held open."""
    open_days = columns.get("open_days", 0)
    return {"exposure": 100 * columns.get("accrued", 0) / open_days if open_days else None}


def _compared(
    totals: AccountabilityTotals, columns: Mapping[Any, int]
) -> Mapping[str, float | None]:
    """Return the exposure of a body, and how many of its duties chance alone makes late."""
    due = columns.get("due", 0)
    low, high = chance_limits(Share(totals.ever_late, totals.due), due) if due else (None, None)
    return {**_exposure(columns), "chance_low": low, "chance_high": high}


def _body_kind(kinds: Counts, as_of: AsOf, body: str) -> Mapping[str, Any]:
    """Return the kind of a *body*, as a pack has it, or else as it is registered."""
    entry = as_of.packs.body(body)
    return {"kind": entry.kind if entry else next(iter(kinds.get((body,), ())), None)}


def _clock_days(latency: Counts, as_of: AsOf, clock: str) -> Mapping[str, Any]:
    """Return how long a *clock* takes, by the days that it took and has been running for."""
    done, running, ended = (latency.get((clock, how), {}) for how in ("done", "running", "ended"))
    today = as_of.valid.toordinal()
    so_far = Counter({max(0, today - start): number for start, number in running.items()})
    return {
        "latency_median": censored_median(done, so_far + Counter(ended)),
        "longest_open": max(so_far, default=None),
    }


def _escalation_days(escalated: Counts, as_of: AsOf, to: str) -> Mapping[str, Any]:
    """Return how long a body takes to answer concerns raised *to* it."""
    answered, still_open = (escalated.get((to, status), {}) for status in ("answered", "open"))
    today = as_of.valid.toordinal()
    waiting = {today - raised: number for raised, number in still_open.items()}
    return {"days_median": censored_median(answered, waiting)}


def _lineages(bodies: Counts, held_again: Counts, succession: Succession) -> Iterator[LineageRow]:
    """Yield what each body that answers today and all merged into it have held, together."""
    lines: dict[Name, dict[Any, int]] = {}
    for (body,), columns in bodies.items():
        _add_to(lines.setdefault((succession.line(body),), {}), columns)
    for heir, columns in held_again.items():
        _add_to(lines[heir], {column: -number for column, number in columns.items()})
    yield from _rows(
        LineageRow,
        lines,
        "body",
        more=lambda body: {"merged": succession.lineage(body)},
        rates=_exposure,
    )


def _answers(kind: type[R], answers: Iterable[SourcedAnswer], /, *names: str) -> Iterator[R]:
    """Yield what was made to each body and what it answered, by the columns *names*."""
    counts: dict[Name, dict[Any, int]] = {}
    for answer in answers:
        name = tuple(getattr(answer, column) for column in names)
        column, timing = answer.answer.replace(" ", "_"), answer.timing
        columns = {"made": 1, column: 1, "replied": answer.replied}
        if timing:
            columns |= {"timed": 1, TIMINGS.get(timing, timing): 1}
        _add_to(counts.setdefault(name, {}), columns)
    yield from _rows(kind, counts, *names)


def _judgements(counts: Counts) -> Iterator[JudgementTotalRow]:
    """Yield how many of those done were judged how, in the order of the scale."""
    for judgement in (*(each.value for each in IssuerJudgement), NOT_JUDGED):
        number = counts.get((judgement,), {}).get("done", 0)
        yield JudgementTotalRow(judgement=judgement, recommendations=number)


def _add_to(sums: dict[Any, int], columns: Mapping[Any, int]) -> None:
    for column, number in columns.items():
        sums[column] = sums.get(column, 0) + number


def _table(kind: type[R], counts: Counts, /, *names: str, **more: Any) -> Table[R]:
    return Table(partial(_rows, kind, counts, *names, **more))


def _rows(
    kind: type[R],
    counts: Counts,
    /,
    *names: str,
    more: Callable[[str], Mapping[str, Any]] = lambda _: {},
    rates: Callable[[Mapping[Any, int]], Mapping[str, Any]] = lambda _: {},
) -> Iterator[R]:
    """Yield a row for each name in *counts*, whose parts are the columns *names*.

    `more(name)` gives the columns that are not counted, by the first part of the name;
    `rates(columns)` those that are worked out from the counts.
    """
    for name in sorted(counts):
        columns = counts[name]
        known = dict(zip(names, name, strict=True))
        yield _row(kind, columns, **known, **more(name[0]), **rates(columns))


def _row(kind: type[R], columns: Mapping[Any, int], /, **known: Any) -> R:
    """Return a row: what is *known* of it, and the number in each of its other *columns*."""
    others = (name for name in names_of(kind) if name not in known)
    return kind(**known, **{name: columns.get(name, 0) for name in others})


accountability = Projection(
    name="accountability",
    view=Accountability,
    parts={
        merger_item: say_merger,
        meetings_item: add_body,
        briefing_note_item: add_briefing_note,
        challenge_item: add_challenge,
        case_item: add_case,
        duty_item: add_duty,
        board_entries_item: count_board,
    },
    says={MERGED: Merger, MEETINGS: MeetingHeld},
    facts={"by_source": SourcedAnswer},
    identity=(MERGED,),
    total=total,
    edition=PROGRAM,
)
