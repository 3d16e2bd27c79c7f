"""The sums that agree in `accountability` for any history: each table is counted again from
another one.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from lif_core.views.accountability import Accountability

DAYS = ("overdue", "explained", "unexplained")
CLOCKS = ("met", "late", "open", "overdue", "ended")
ANSWERS = ("made", "accepted", "declined", "pending", "replied")


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
    """Ownership has no gap, ends with who holds it now, and adds up to the duty."""
    times = defaultdict(list)
    for row in view.ownership:
        times[row.recommendation].append(row)
    assert [duty.recommendation for duty in view.duties] == list(times)
    for duty in view.duties:
        held = times[duty.recommendation]
        assert [one.until for one in held] == [*(one.since for one in held[1:]), None]
        assert duty.owner == held[-1].body
        assert (duty.overdue,) == total(held, "overdue") == total(duty.shares, "overdue")
        for share in duty.shares:
            of_it = [one for one in held if one.body == share.body]
            columns = (*DAYS, "overdue_by_first_date")
            assert total([share], *columns) == total(of_it, *columns)
        for one in held:
            end = one.until or date.fromisoformat(view.valid)
            assert 0 <= one.overdue <= (end - one.since).days
            assert 0 <= one.explained <= one.overdue == one.explained + one.unexplained
            assert 0 <= one.overdue_by_first_date <= (end - one.since).days


def bodies_and_lineages(view: Accountability) -> None:
    whole = view.totals
    columns = ("open", *DAYS, "overdue_by_first_date")
    assert (whole.duties_open, *total([whole], *DAYS)) == total(view.bodies, "open", *DAYS)
    assert total(view.ownership, *columns[1:]) == total(view.bodies, *columns[1:])
    assert total(view.bodies, *columns) == total(view.lineages, *columns)
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
        kind = "reviews" if item.item.startswith("review-") else "recommendations"
        for column in DAYS:
            again[column] += (len(item.boards) - 1) * getattr(item, column)
        again[kind] += len(item.boards) - 1
        again["joint"] += len(item.boards)
    for row in view.clocks:
        status = "late" if row.status == "short" else row.status
        again[f"clocks_{status}"] += len(set(row.boards)) - 1
    for column in ("reviews", "recommendations", *DAYS, *(f"clocks_{one}" for one in CLOCKS)):
        (whole,), (of_boards,) = total([view.totals], column), total(view.boards, column)
        assert again[column] == of_boards - whole
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
        assert 0 <= row.explained <= row.overdue == row.explained + row.unexplained
        done = row.done is not None
        assert (done, done) == (row.latency is not None, row.slack is not None)
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
        assert body.made == body.accepted + body.declined + body.pending
    for answer in view.answers:
        waits = answer.waiting is not None
        assert (waits, not waits) == (answer.answer == "pending", answer.latency is not None)
    told = Counter(row.to for row in view.escalations)
    assert told == Counter({row.to: row.raised for row in view.escalation_totals})
    for row in view.escalation_totals:
        assert row.raised == row.answered + row.open
