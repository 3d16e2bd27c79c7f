"""How many days each body's duties were overdue, explained and not, side by side."""

from collections.abc import Iterator, Sequence

from lif_adapters.report.charts.axes import beside, counted, rows_of
from lif_adapters.report.charts.drawing import (
    BLUE,
    GREY,
    SMALL,
    WHITE,
    WIDTH,
    Drawn,
    Key,
    Layer,
    Margins,
    Plot,
    drawn,
)
from lif_adapters.report.charts.labels import Called, days, many, named, plainly
from lif_core.views.accountability.rows import BodyRow

MOST = 40
HIGH = 36
LEFT, RIGHT = 226, 190
WIDE = WIDTH - LEFT - RIGHT

SIGNS = (
    Key(label="unexplained", fill=BLUE, stroke=BLUE),
    Key(label="explained", stroke=BLUE),
    Key(label="by the first dates agreed", shape="diamond", fill=WHITE),
)


def overdue_exposure(bodies: Sequence[BodyRow], called: Called = plainly) -> Drawn | None:
    """The bodies with most overdue days, in the order of their references.

    *called*: what the body of a reference may be called.
    """
    if not bodies:
        return None
    shown = sorted(bodies, key=lambda row: (-row.overdue, row.body))[:MOST]
    shown.sort(key=lambda row: row.body)
    most = max(max(row.overdue, row.overdue_by_first_date) for row in shown)
    plot = Plot(
        width=WIDE,
        height=HIGH * len(shown),
        x=counted("overdue days, of all duties together", most),
        y=rows_of(len(shown)),
    )
    note = (
        f"{len(shown)} of {many(len(bodies), 'body', 'bodies')} are drawn, those with most"
        " overdue days"
        if len(bodies) > len(shown)
        else ""
    )
    return drawn(
        "exposure",
        "Overdue days of each body, explained and unexplained",
        _words(bodies, called),
        plot,
        list(_layers(plot, shown, called)),
        margins=Margins(left=LEFT, right=RIGHT),
        signs=SIGNS,
        note=note,
    )


def _layers(plot: Plot, shown: Sequence[BodyRow], called: Called) -> Iterator[Layer]:
    rows = list(enumerate(shown))
    bar = {n: {"y": n + 0.24, "y2": n + 0.76} for n, _ in rows}
    yield plot.bars(
        [{**bar[n], "x": 0, "x2": row.unexplained} for n, row in rows if row.unexplained],
        fill=BLUE,
        stroke=BLUE,
        strokeWidth=1.5,
    )
    yield plot.bars(
        [
            {**bar[n], "x": row.unexplained, "x2": row.unexplained + row.explained}
            for n, row in rows
            if row.explained
        ],
        fill=WHITE,
        stroke=BLUE,
        strokeWidth=1.5,
    )
    yield plot.points(
        [{"x": row.overdue_by_first_date, "y": n + 0.5} for n, row in rows],
        shape="diamond",
        fill=WHITE,
        size=70,
    )
    names = [called(row.body) for row in shown]
    yield plot.texts([*beside(names, LEFT - 18, HIGH)], at=8 - LEFT)
    yield plot.texts(
        [{"y": n + (0.3 if row.overdue else 0.5), "text": days(row.overdue)} for n, row in rows],
        at=WIDE + 16,
        fontSize=SMALL,
    )
    parts = [
        {"y": n + 0.7, "text": f"{row.unexplained:,} unexplained, {row.explained:,} explained"}
        for n, row in rows
        if row.overdue
    ]
    yield plot.texts(parts, at=WIDE + 16, fontSize=SMALL, color=GREY)


def _words(bodies: Sequence[BodyRow], called: Called) -> str:
    late = [row for row in bodies if row.overdue]
    held = many(len(bodies), "body", "bodies")
    if not late:
        return f"{held} held duties, and none of them was ever overdue."
    most = min(late, key=lambda row: (-row.overdue, row.body))
    unexplained = sum(row.unexplained for row in late)
    explained = sum(row.explained for row in late)
    return (
        f"{held} held duties, {len(late):,} of them overdue ones:"
        f" {days(unexplained + explained)} in all, {unexplained:,} unexplained and"
        f" {explained:,} explained. Most with {named(called(most.body)[0])}: {days(most.overdue)},"
        f" {most.unexplained:,} unexplained and {most.explained:,} explained."
    )
