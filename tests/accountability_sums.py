"""The sums that agree in `accountability` for any history: each table is counted again from
another one.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import Any

from scipy.stats import binom

from lif_core.views.accountability import Accountability

DAYS = (
    "days_overdue_so_far",
    "explained",
    "offered",
    "unexplained",
    "by_first_date",
    "accrued",
    "open_days",
)
CLOCKS = ("met", "late", "done", "open", "overdue", "ended")
KINDS = ("accepted", "accepted_in_part", "declined", "pending", "ended")
ANSWERS = ("made", *KINDS, "replied")
TIMINGS = ("overdue_now", "late", "met", "open", "not_known", "dropped")


def total(rows: Iterable[Any], *columns: str) -> tuple[int, ...]:
    """The sums of some *columns* of a table."""
    found = [tuple(getattr(row, column) for column in columns) for row in rows]
    return tuple(sum(row[at] for row in found) for at in range(len(columns)))


def everything_adds_up(view: Accountability) -> None:
    duties_by_who_held_them(view)
    bodies_and_lineages(view)
    boards_with_what_is_joint(view)
    clocks(view)
    answers_and_escalations(view)


def duties_by_who_held_them(view: Accountability) -> None:
    """Ownership ends with who holds it now, or held it last, and adds up to the duty."""
    times = defaultdict(list)
    for row in view.ownership:
        times[row.recommendation].append(row)
    assert [duty.recommendation for duty in view.duties] == list(times)
    for duty in view.duties:
        held = times[duty.recommendation]
        assert all(one.until and one.until <= two.since for one, two in pairwise(held))
        assert (held[-1].until is None) == (duty.done is None)
        assert duty.owner == held[-1].body
        assert total([duty], *DAYS) == total(held, *DAYS) == total(duty.shares, *DAYS)
        for share in duty.shares:
            of_it = [one for one in held if one.body == share.body]
            assert total([share], *DAYS) == total(of_it, *DAYS)
        for one in held:
            end = one.until or date.fromisoformat(view.valid)
            assert one.open_days == (end - one.since).days >= 0
            assert 0 <= one.explained <= one.days_overdue_so_far <= one.open_days
            assert one.days_overdue_so_far == one.explained + one.unexplained
            assert 0 <= one.offered <= one.unexplained
            assert 0 <= one.by_first_date <= one.open_days
            assert 0 <= one.accrued <= one.open_days


def bodies_and_lineages(view: Accountability) -> None:
    whole, columns = view.totals, ("overdue_now", "undated", *DAYS)
    assert (whole.duties_open, *total([whole], *columns)) == total(view.bodies, "open", *columns)
    assert total(view.ownership, *DAYS) == total(view.bodies, *DAYS) == total(view.duties, *DAYS)
    assert total(view.bodies, "open", *columns) == total(view.lineages, "open", *columns)
    assert total(view.duties, "overdue_now", "undated") == total([whole], "overdue_now", "undated")
    assert whole.unplanned == sum(not duty.planned for duty in view.duties)
    assert total([whole], "due", "ever_late") == total(view.bodies, "due", "ever_late")
    for row in view.bodies:
        assert 0 <= row.overdue_now + row.undated <= row.open <= row.held
        assert row.ever_late <= row.due <= row.held
        assert (row.accrued > 0) == (row.ever_late > 0)
        limits = binom.interval(0.95, row.due, whole.ever_late / whole.due) if row.due else ()
        assert (limits or (None, None)) == (row.chance_low, row.chance_high)
    rated: tuple[Any, ...] = (whole, *view.bodies, *view.lineages, *view.boards)
    for each in rated:
        rate = 100 * each.accrued / each.open_days if each.open_days else None
        assert rate == each.exposure
    names = [ref for row in view.lineages for ref in (row.body, *row.merged)]
    assert len(set(names)) == len(names)
    assert {row.body for row in view.bodies} <= set(names)
    for line in view.lineages:
        refs = {line.body, *line.merged}
        held = {row.recommendation for row in view.ownership if row.body in refs}
        assert line.held == len(held) > 0


def boards_with_what_is_joint(view: Accountability) -> None:
    """Boards less totals is what joint items count more than once."""
    again = Counter[str]()
    for item in view.joint:
        again["open"] += (len(item.boards) - 1) * item.open
        again["overdue_now"] += (len(item.boards) - 1) * item.overdue_now
        kind = "reviews" if item.item.startswith("review-") else "recommendations"
        for column in DAYS:
            again[column] += (len(item.boards) - 1) * getattr(item, column)
        again[kind] += len(item.boards) - 1
        again["joint"] += len(item.boards)
    for row in view.clocks:
        status = "late" if row.status == "short" else row.status
        again[f"clocks_{status}"] += len(set(row.boards)) - 1
    columns = ("reviews", "recommendations", "overdue_now", *DAYS)
    for column in (*columns, *(f"clocks_{one}" for one in CLOCKS)):
        (whole,), (of_boards,) = total([view.totals], column), total(view.boards, column)
        assert again[column] == of_boards - whole
    assert again["open"] == total(view.boards, "open")[0] - view.totals.duties_open
    assert (again["joint"],) == total(view.boards, "joint")


def clocks(view: Accountability) -> None:
    statuses = tuple(f"clocks_{one}" for one in CLOCKS)
    assert total([view.totals], *statuses) == total(view.clock_totals, *CLOCKS)
    assert (len(view.clocks),) == total(view.clock_totals, "started")
    for of_all in view.clock_totals:
        rows = [row for row in view.clocks if row.clock == of_all.clock]
        running = [row.so_far for row in rows if row.so_far is not None]
        assert len(running) == of_all.open + of_all.overdue
        assert max(running, default=None) == of_all.longest_open
        assert of_all.started == sum(total([of_all], *CLOCKS)) == len(rows)
    for row in view.clocks:
        assert 0 <= row.explained <= row.days_overdue_so_far == row.explained + row.unexplained
        assert 0 <= row.offered <= row.unexplained
        done = row.done is not None
        assert done == (row.latency is not None)
        assert (done and row.due is not None) == (row.slack is not None)  # or latency alone
        assert (row.status in ("open", "overdue")) == (row.so_far is not None)


def answers_and_escalations(view: Accountability) -> None:
    whole = total([view.totals], *ANSWERS)
    assert whole == total(view.responses, *ANSWERS) == total(view.matrix, *ANSWERS)
    assert sorted((row.body, row.source) for row in view.matrix) == [
        (row.body, row.source) for row in view.matrix
    ]
    for body in view.responses:
        of_it = [row for row in view.matrix if row.body == body.body]
        assert total([body], *ANSWERS) == total(of_it, *ANSWERS)
        assert body.made == sum(total([body], *KINDS))
        assert body.timed == sum(total([body], *TIMINGS))
    for answer in view.answers:
        waits = answer.waiting is not None
        given = answer.latency is not None
        assert (waits, given) == (
            answer.answer == "pending",
            answer.answer not in ("pending", "ended"),
        )
        assert (answer.due is None) == (answer.timing is None)
    timed = tuple(f"answers_{name}" for name in ("timed", *TIMINGS))
    assert total([view.totals], *timed) == total(view.responses, "timed", *TIMINGS)
    done = sum(row.outcome == "implemented" for row in view.duties)
    assert total(view.judgement_totals, "recommendations") >= (done,)
    told = Counter(row.to for row in view.escalations)
    assert told == Counter({row.to: row.raised for row in view.escalation_totals})
    for row in view.escalation_totals:
        assert row.raised == row.answered + row.open
