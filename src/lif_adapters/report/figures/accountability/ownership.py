"""Duties and their holders: who held which recommendation, from when to when, and when late."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import TypeAlias

from lif_adapters.report.cells import NO_WORDS
from lif_adapters.report.drawing.axes import DAY, date_axis, milliseconds, row_axis
from lif_adapters.report.drawing.chart import WIDTH, Margins, draw
from lif_adapters.report.drawing.labels import (
    BodyNames,
    cut,
    fit,
    in_sentence,
    reference_only,
    share_room,
    spread,
    width,
)
from lif_adapters.report.drawing.marks import (
    BLUE,
    GREY,
    GRID,
    INK,
    LINE,
    SMALL,
    WHITE,
    Datum,
    Layer,
    LegendKey,
    Plot,
)
from lif_adapters.report.figures.accountability.duties import duty_entries
from lif_adapters.report.model import Drawing, Figure
from lif_adapters.report.tables import TableLayout
from lif_adapters.report.views import ReportViews
from lif_adapters.report.wording import capital, count, day, first_sentences, listed
from lif_core.views.accountability.rows import DutyRow, OwnershipRow

DUTIES_DRAWN = 18
ROW_HEIGHT = 40
LEFT, RIGHT = 220, 20
PLOT_WIDTH = WIDTH - LEFT - RIGHT
GAP, NAME_ROOM = 8, 84
"""Pixels between two names, and those that one may take that has less until the next."""

KEYS = (
    LegendKey(label="held by the body named", stroke=LINE),
    LegendKey(label="taken on", shape="M0,-1L0,1"),
    LegendKey(label="overdue", fill=BLUE, stroke=BLUE),
    LegendKey(label="first date agreed", shape="diamond"),
    LegendKey(label="due", shape="diamond", fill=INK),
    LegendKey(label="done", shape="circle"),
)
LATER = LegendKey(label="due later than shown", shape="triangle-right", fill=INK)

Holders: TypeAlias = Mapping[str, Sequence[OwnershipRow]]
"""The holders of each duty, in the order of time."""


def ownership_figure(views: ReportViews) -> Figure:
    """Return the figure of who held what, and when."""
    view = views.accountability
    return Figure(
        id="ownership",
        title="Who held what, and when",
        chart=ownership_timeline(
            view.ownership, view.duties, views.valid, views.body_names, views.words
        ),
        text=first_sentences(
            _sentence(row, views)
            for row in sorted(
                view.duties, key=lambda row: (not row.overdue_now, -row.days_overdue_so_far)
            )
            if row.days_overdue_so_far
        ),
        empty="Nothing is planned yet: no recommendation has an owner.",
        tables=views.lay_out(
            TableLayout(
                name="accountability.ownership",
                caption="Each time that a body held a recommendation",
                first=lambda row: row.days_overdue_so_far,
            ),
            TableLayout(
                name="accountability.duties",
                caption="Each recommendation that came to be owed",
                first=lambda row: (row.overdue_now, row.days_overdue_so_far),
            ),
        ),
        entries=duty_entries(views),
    )


def _sentence(row: DutyRow, views: ReportViews) -> str:
    parts = listed(
        f"{share.days_overdue_so_far:,} while {views.body_name(share.body)} held it"
        for share in row.shares
        if share.days_overdue_so_far
    )
    days = f"{count(row.days_overdue_so_far, 'day')} overdue so far"
    now = "overdue now; " if row.overdue_now else ""
    return f"{views.recommendation(row.recommendation)}: {now}{days}, {parts}."


def ownership_timeline(
    ownership: Sequence[OwnershipRow],
    duties: Sequence[DutyRow],
    valid: date,
    names: BodyNames = reference_only,
    words: Mapping[str, str] = NO_WORDS,
) -> Drawing | None:
    """Draw the duties with most days overdue so far, in the order in which they were first held.

    Each is named by its *words* and its reference beside them.

    One that was reopened is drawn with the dates that it has now; its days are all that it had.
    """
    holders = _holders(ownership)
    held = [duty for duty in duties if duty.recommendation in holders]
    if not held:
        return None
    drawn = sorted(held, key=lambda duty: (-duty.days_overdue_so_far, duty.recommendation))[
        :DUTIES_DRAWN
    ]
    drawn.sort(key=lambda duty: (holders[duty.recommendation][0].since, duty.recommendation))
    start, end = _span(drawn, holders, valid)
    x, y = date_axis(start, end), row_axis(len(drawn))
    plot = Plot(width=PLOT_WIDTH, height=ROW_HEIGHT * len(drawn), x=x, y=y)
    later = any(duty.due and duty.due > end for duty in drawn)
    return draw(
        "ownership",
        "Who held each duty, and when it was overdue",
        _alternative(held, holders, start, valid, names),
        plot,
        [
            *_ground(plot, len(drawn), (start, end), valid),
            *_bars(plot, drawn, holders, (start, end), valid, names),
            *_duty_labels(plot, drawn, words),
            *_signs(plot, drawn, end),
        ],
        margins=Margins(left=LEFT, right=RIGHT, bottom=30),
        keys=(*KEYS, LATER) if later else KEYS,
        head=8,
        note=capital("; ".join(_left_out(held, drawn, valid))),
    )


def _holders(ownership: Sequence[OwnershipRow]) -> Holders:
    holders: dict[str, list[OwnershipRow]] = defaultdict(list)
    for row in sorted(ownership, key=lambda row: row.since):
        holders[row.recommendation].append(row)
    return dict(holders)


def _left_out(held: Sequence[DutyRow], drawn: Sequence[DutyRow], valid: date) -> Iterator[str]:
    """Yield what is not drawn."""
    if len(held) > len(drawn):
        duties = count(len(held), "duty", "duties")
        yield f"{len(drawn)} of {duties} are drawn, those with most days overdue so far"
    if any(
        duty.days_overdue_so_far > max(0, (min(duty.done or valid, valid) - _due(duty)).days)
        for duty in drawn
    ):
        yield "days overdue before a duty was reopened are counted, but not drawn"


def _span(duties: Sequence[DutyRow], holders: Holders, valid: date) -> tuple[date, date]:
    """Return the first day held, and *valid* or the last due date, if that is not far off."""
    start = min(holders[duty.recommendation][0].since for duty in duties)
    start = min(start, valid, *(duty.agreed for duty in duties if duty.agreed))
    room = max(60, (valid - start).days // 2)
    far = valid + timedelta(min(room, (date.max - valid).days))
    end = max([valid, *(duty.due for duty in duties if duty.due and duty.due <= far)])
    return (start, end) if start < end else (end - timedelta(1), end)


def _ground(plot: Plot, rows: int, span: tuple[date, date], valid: date) -> Iterator[Layer]:
    """Yield lines between the *rows*, and the day that they are as at."""
    between = [{**_from_to(*span), "y": n, "y2": n} for n in range(1, rows)]
    yield plot.rules(between, color=GRID)
    yield plot.rules(
        [{**_from_to(valid, valid), "y": 0, "y2": rows}], strokeDash=[3, 3], color=LINE
    )
    early = valid - span[0] < (span[1] - span[0]) / 2
    yield plot.texts(
        [{**_from_to(valid, valid), "y": 0, "text": f"as at {day(valid)}"}],
        align="left" if early else "right",
        dy=-7,
        fontSize=SMALL,
        color=GREY,
    )


def _bars(
    plot: Plot,
    duties: Sequence[DutyRow],
    holders: Holders,
    span: tuple[date, date],
    valid: date,
    names: BodyNames,
) -> Iterator[Layer]:
    """Yield a bar for each time that a body held a duty, its overdue part filled, with labels."""
    whole: list[Datum] = []
    late: list[Datum] = []
    begins: list[Datum] = []
    bodies: list[Datum] = []
    for number, duty in enumerate(duties):
        y = {"y": number + 0.58, "y2": number + 0.84}
        done = min(duty.done or valid, valid)
        for row in holders[duty.recommendation]:
            until = min(row.until or done, done)
            if row.since < until:
                whole.append({**y, **_from_to(row.since, until)})
                begins.append({**y, **_from_to(row.since, row.since)})
            if max(row.since, _due(duty)) < until:
                late.append({**y, **_from_to(max(row.since, _due(duty)), until)})
        for text, x in _body_labels(holders[duty.recommendation], span, names):
            bodies.append({"x": x, "y": number + 0.36, "text": text})
    yield plot.bars(whole, fill=WHITE, stroke=LINE, strokeWidth=1)
    yield plot.bars(late, fill=BLUE, stroke=BLUE, strokeWidth=1)
    yield plot.rules(begins, strokeWidth=2)
    yield plot.texts(bodies, fontSize=SMALL)


def _duty_labels(
    plot: Plot, duties: Sequence[DutyRow], words: Mapping[str, str]
) -> Iterator[Layer]:
    """Yield the words of each duty, and under them its reference and its days."""
    heads, days = [], []
    for number, duty in enumerate(duties):
        ref, late = duty.recommendation, count(duty.days_overdue_so_far, "day")
        head, under = words.get(ref), f"{late} overdue so far"
        heads.append({"y": number + 0.36, "text": cut(head or ref, LEFT - 18)})
        if head:
            short = cut(ref, LEFT - 18 - width(f": {under}", SMALL), SMALL)
            under = f"{short}: {under}"
        days.append({"y": number + 0.72, "text": under})
    yield plot.texts(heads, indent=8 - LEFT)
    yield plot.texts(days, indent=8 - LEFT, fontSize=SMALL, color=GREY)


def _body_labels(
    rows: Sequence[OwnershipRow], span: tuple[date, date], names: BodyNames
) -> Iterator[tuple[str, float]]:
    """Yield each body with its overdue days, and where it begins to hold, or as near as may be.

    It is called by as much of its name as there is room for until the next.
    """
    day_width = PLOT_WIDTH / (span[1] - span[0]).days
    ends = [
        f": {count(row.days_overdue_so_far, 'day')}" if row.days_overdue_so_far else ""
        for row in rows
    ]
    wanted = [(row.since - span[0]).days * day_width for row in rows]
    until = [*wanted[1:], PLOT_WIDTH + GAP]
    room = [max(end - start, NAME_ROOM) for start, end in zip(wanted, until, strict=True)]
    for _ in range(2):  # as much as there is room for, and then as much as all have room for
        texts = [
            fit(names(row.body), most - GAP - width(end, SMALL) + 0.01, SMALL)[0] + end
            for row, end, most in zip(rows, ends, room, strict=True)
        ]
        room = share_room([width(text, SMALL) + GAP for text in texts], PLOT_WIDTH + GAP)
    places = spread(wanted, room, PLOT_WIDTH + GAP)
    for text, place in zip(texts, places, strict=True):
        yield text, milliseconds(span[0]) + place / day_width * DAY


def _signs(plot: Plot, duties: Sequence[DutyRow], end: date) -> Iterator[Layer]:
    """Yield the signs of the dates on which duties were due, and done."""
    first: list[Datum] = []
    due: list[Datum] = []
    later: list[Datum] = []
    done: list[Datum] = []
    for number, duty in enumerate(duties):
        y = number + 0.71
        if duty.agreed and duty.agreed != duty.due and duty.agreed <= end:
            first.append({"x": milliseconds(duty.agreed), "y": y})
        if duty.due is not None:
            signs = due if duty.due <= end else later
            signs.append({"x": milliseconds(min(duty.due, end)), "y": y})
        if duty.done and duty.done <= end:
            done.append({"x": milliseconds(duty.done), "y": y})
    yield plot.points(first, shape="diamond", fill=WHITE, size=70)
    yield plot.points(due, shape="diamond", fill=INK, size=70)
    yield plot.points(later, shape="triangle-right", fill=INK, size=90)
    yield plot.points(done, shape="circle", fill=WHITE, size=70)


def _due(duty: DutyRow) -> date:
    """Return the day on which a duty is due; the last one there is where none is agreed."""
    return duty.due or date.max


def _from_to(start: date, end: date) -> dict[str, float]:
    return {"x": milliseconds(start), "x2": milliseconds(end)}


def _alternative(
    duties: Sequence[DutyRow], holders: Holders, start: date, valid: date, names: BodyNames
) -> str:
    """Return what the chart shows, in words."""
    late = [duty for duty in duties if duty.days_overdue_so_far]
    when = f"from {day(start)} to {day(valid)}"
    if not late:
        return f"{count(len(duties), 'duty', 'duties')} {when}, none of them ever overdue."
    longest = min(late, key=lambda duty: (-duty.days_overdue_so_far, duty.recommendation))
    parts = [
        f"{row.days_overdue_so_far:,} while {in_sentence(names(row.body)[0])} held it"
        for row in holders[longest.recommendation]
        if row.days_overdue_so_far
    ]
    by_holder = f": {listed(parts)}" if len(parts) > 1 else ""
    return (
        f"{count(len(duties), 'duty', 'duties')} {when}, {len(late):,} of them overdue at some"
        f" time; longest {in_sentence(longest.recommendation)},"
        f" {count(longest.days_overdue_so_far, 'day')}{by_holder}."
    )
