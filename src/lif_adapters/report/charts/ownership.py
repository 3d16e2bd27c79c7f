"""Who held which duty, from when to when, and when it was late."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import TypeAlias

from lif_adapters.report.charts.axes import DAY, dated, day_of, moment, rows_of
from lif_adapters.report.charts.drawing import (
    BLUE,
    GREY,
    GRID,
    INK,
    LINE,
    SMALL,
    WHITE,
    WIDTH,
    Drawn,
    Key,
    Layer,
    Margins,
    Plot,
    Row,
    drawn,
)
from lif_adapters.report.charts.labels import (
    Called,
    apart,
    cut,
    days,
    fitting,
    listed,
    many,
    named,
    plainly,
    shares,
    width,
)
from lif_core.views.accountability.rows import DutyRow, OwnershipRow

MOST = 40
HIGH = 40
LEFT, RIGHT = 156, 20
WIDE = WIDTH - LEFT - RIGHT
GAP, NEAR = 8, 84
"""Pixels between two names, and those that one may take that has less until the next."""

SIGNS = (
    Key(label="held by the body named", stroke=LINE),
    Key(label="taken on", shape="M0,-1L0,1"),
    Key(label="overdue", fill=BLUE, stroke=BLUE),
    Key(label="first date agreed", shape="diamond"),
    Key(label="due", shape="diamond", fill=INK),
    Key(label="done", shape="circle"),
)
LATER = Key(label="due later than shown", shape="triangle-right", fill=INK)


Holders: TypeAlias = Mapping[str, Sequence[OwnershipRow]]
"""Who held each duty, in the order of time."""


def ownership_timeline(
    ownership: Sequence[OwnershipRow],
    duties: Sequence[DutyRow],
    valid: date,
    called: Called = plainly,
) -> Drawn | None:
    """The duties with most overdue days, in the order in which they were first held.

    One that was reopened is drawn with the dates that it has now; its days are all that it had.
    """
    held = _holders(ownership)
    known = [duty for duty in duties if duty.recommendation in held]
    if not known:
        return None
    shown = sorted(known, key=lambda duty: (-duty.overdue, duty.recommendation))[:MOST]
    shown.sort(key=lambda duty: (held[duty.recommendation][0].since, duty.recommendation))
    start, end = _span(shown, held, valid)
    x, y = dated(start, end), rows_of(len(shown))
    plot = Plot(width=WIDE, height=HIGH * len(shown), x=x, y=y)
    note = "; ".join(_left_out(known, shown, valid))
    note = note[:1].upper() + note[1:]
    late = [duty for duty in shown if duty.due > end]
    return drawn(
        "ownership",
        "Who held each duty, and when it was overdue",
        _words(known, held, start, valid, called),
        plot,
        [
            *_ground(plot, len(shown), (start, end), valid),
            *_held(plot, shown, held, (start, end), valid, called),
            *_dates(plot, shown, end),
        ],
        margins=Margins(left=LEFT, right=RIGHT, bottom=30),
        signs=(*SIGNS, LATER) if late else SIGNS,
        head=8,
        note=note,
    )


def _left_out(known: Sequence[DutyRow], shown: Sequence[DutyRow], valid: date) -> Iterator[str]:
    if len(known) > len(shown):
        count = many(len(known), "duty", "duties")
        yield f"{len(shown)} of {count} are drawn, those with most overdue days"
    if any(
        duty.overdue > max(0, (min(duty.done or valid, valid) - duty.due).days) for duty in shown
    ):
        yield "days overdue before a duty was reopened are counted, but not drawn"


def _span(shown: Sequence[DutyRow], held: Holders, valid: date) -> tuple[date, date]:
    """From the first day held to *valid* or the last due date, if that is not far off."""
    start = min(held[duty.recommendation][0].since for duty in shown)
    start = min(start, valid, *(duty.agreed for duty in shown))
    room = max(60, (valid - start).days // 2)
    far = valid + timedelta(min(room, (date.max - valid).days))
    end = max([valid, *(duty.due for duty in shown if duty.due <= far)])
    return (start, end) if start < end else (end - timedelta(1), end)


def _ground(plot: Plot, count: int, span: tuple[date, date], valid: date) -> Iterator[Layer]:
    """Lines between the rows, and the day as at which they are."""
    between = [{**_between(*span), "y": n, "y2": n} for n in range(1, count)]
    yield plot.rules(between, color=GRID)
    yield plot.rules(
        [{**_between(valid, valid), "y": 0, "y2": count}], strokeDash=[3, 3], color=LINE
    )
    early = valid - span[0] < (span[1] - span[0]) / 2
    yield plot.texts(
        [{**_between(valid, valid), "y": 0, "text": f"as at {day_of(valid)}"}],
        align="left" if early else "right",
        dy=-7,
        fontSize=SMALL,
        color=GREY,
    )


def _held(
    plot: Plot,
    shown: Sequence[DutyRow],
    held: Holders,
    span: tuple[date, date],
    valid: date,
    called: Called,
) -> Iterator[Layer]:
    """A bar for each time that a body held it, its overdue part filled; the body above it."""
    whole: list[Row] = []
    late: list[Row] = []
    begun: list[Row] = []
    bodies: list[Row] = []
    for number, duty in enumerate(shown):
        y = {"y": number + 0.58, "y2": number + 0.84}
        done = min(duty.done or valid, valid)
        for row in held[duty.recommendation]:
            until = min(row.until or done, done)
            if row.since < until:
                whole.append({**y, **_between(row.since, until)})
                begun.append({**y, **_between(row.since, row.since)})
            if max(row.since, duty.due) < until:
                late.append({**y, **_between(max(row.since, duty.due), until)})
        for text, x in _bodies(held[duty.recommendation], span, called):
            bodies.append({"x": x, "y": number + 0.36, "text": text})
    yield plot.bars(whole, fill=WHITE, stroke=LINE, strokeWidth=1)
    yield plot.bars(late, fill=BLUE, stroke=BLUE, strokeWidth=1)
    yield plot.rules(begun, strokeWidth=2)
    yield plot.texts(bodies, fontSize=SMALL)
    refs = [
        {"y": number + 0.36, "text": cut(duty.recommendation, LEFT - 18)}
        for number, duty in enumerate(shown)
    ]
    lates = [
        {"y": number + 0.72, "text": f"{days(duty.overdue)} overdue"}
        for number, duty in enumerate(shown)
    ]
    yield plot.texts(refs, at=8 - LEFT)
    yield plot.texts(lates, at=8 - LEFT, fontSize=SMALL, color=GREY)


def _bodies(
    rows: Sequence[OwnershipRow], span: tuple[date, date], called: Called
) -> Iterator[tuple[str, float]]:
    """Each body with its overdue days, where it begins to hold, or as near as there is room; by
    as much of its name as there is room for until the next.
    """
    day = WIDE / (span[1] - span[0]).days
    late = [f": {days(row.overdue)}" if row.overdue else "" for row in rows]
    wanted = [(row.since - span[0]).days * day for row in rows]
    until = [*wanted[1:], WIDE + GAP]
    room = [max(end - start, NEAR) for start, end in zip(wanted, until, strict=True)]
    for _ in range(2):  # as much as there is room for, and then as much as all have room for
        texts = [
            fitting(called(row.body), most - GAP - width(told, SMALL) + 0.01, SMALL)[0] + told
            for row, told, most in zip(rows, late, room, strict=True)
        ]
        room = shares([width(text, SMALL) + GAP for text in texts], WIDE + GAP)
    begins = apart(wanted, room, WIDE + GAP)
    for text, begin in zip(texts, begins, strict=True):
        yield text, moment(span[0]) + begin / day * DAY


def _dates(plot: Plot, shown: Sequence[DutyRow], end: date) -> Iterator[Layer]:
    first: list[Row] = []
    due: list[Row] = []
    later: list[Row] = []
    done: list[Row] = []
    for number, duty in enumerate(shown):
        y = number + 0.71
        if duty.agreed != duty.due and duty.agreed <= end:
            first.append({"x": moment(duty.agreed), "y": y})
        (due if duty.due <= end else later).append({"x": moment(min(duty.due, end)), "y": y})
        if duty.done and duty.done <= end:
            done.append({"x": moment(duty.done), "y": y})
    yield plot.points(first, shape="diamond", fill=WHITE, size=70)
    yield plot.points(due, shape="diamond", fill=INK, size=70)
    yield plot.points(later, shape="triangle-right", fill=INK, size=90)
    yield plot.points(done, shape="circle", fill=WHITE, size=70)


def _between(start: date, end: date) -> dict[str, float]:
    return {"x": moment(start), "x2": moment(end)}


def _words(
    known: Sequence[DutyRow], held: Holders, start: date, valid: date, called: Called
) -> str:
    late = [duty for duty in known if duty.overdue]
    when = f"from {day_of(start)} to {day_of(valid)}"
    if not late:
        return f"{many(len(known), 'duty', 'duties')} {when}, none of them ever overdue."
    most = min(late, key=lambda duty: (-duty.overdue, duty.recommendation))
    parts = [
        f"{row.overdue:,} while {named(called(row.body)[0])} held it"
        for row in held[most.recommendation]
        if row.overdue
    ]
    told = f": {listed(parts)}" if len(parts) > 1 else ""
    return (
        f"{many(len(known), 'duty', 'duties')} {when}, {len(late):,} of them overdue at some time;"
        f" longest {named(most.recommendation)}, {days(most.overdue)}{told}."
    )


def _holders(ownership: Sequence[OwnershipRow]) -> Holders:
    held: dict[str, list[OwnershipRow]] = defaultdict(list)
    for row in sorted(ownership, key=lambda row: row.since):
        held[row.recommendation].append(row)
    return dict(held)
