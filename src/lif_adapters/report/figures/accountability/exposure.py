"""Overdue by committee: what is so now, and the days so far, explained and unexplained apart."""

from collections.abc import Iterator, Sequence

from lif_adapters.report.drawing.axes import count_axis, row_axis, row_labels
from lif_adapters.report.drawing.chart import WIDTH, Margins, draw
from lif_adapters.report.drawing.labels import BodyNames, in_sentence, reference_only
from lif_adapters.report.drawing.marks import BLUE, GREY, SMALL, WHITE, Layer, LegendKey, Plot
from lif_adapters.report.figures.accountability.duties import duty_entries
from lif_adapters.report.model import Drawing, Figure
from lif_adapters.report.tables import TableLayout
from lif_adapters.report.views import ReportViews
from lif_adapters.report.wording import count, count_or_none, were
from lif_core.views.accountability.rows import BodyRow

BOARD_COLUMNS = (
    "board",
    "reviews",
    "recommendations",
    "joint",
    "duties",
    "open",
    "overdue_now",
    "days_overdue_so_far",
    "explained",
    "unexplained",
    "by_first_date",
    "accrued",
    "open_days",
    "exposure",
)

BODIES_DRAWN = 20
NAMED = 12
"""How many bodies the words for the chart name."""
ROW_HEIGHT = 36
LEFT, RIGHT = 220, 190
PLOT_WIDTH = WIDTH - LEFT - RIGHT

KEYS = (
    LegendKey(label="unexplained", fill=BLUE, stroke=BLUE),
    LegendKey(label="explained", stroke=BLUE),
    LegendKey(label="by the first dates agreed", shape="diamond", fill=WHITE),
)


def exposure_figure(views: ReportViews) -> Figure:
    """Return the figure of what is overdue now with each body, and for how long it was so far."""
    rows = views.accountability.bodies
    return Figure(
        id="exposure",
        title="Overdue now and so far, by committee",
        text=tuple(_by_chance(views)),
        chart=overdue_exposure(rows, views.body_names),
        empty="No body has held a duty.",
        tables=views.lay_out(
            TableLayout(
                name="accountability.bodies",
                caption="What each body held, what of it is overdue now, and the days so far",
            ),
            TableLayout(
                name="accountability.lineages",
                caption="The same with the bodies that were merged into each",
                keep=lambda row: bool(row.merged),
            ),
            TableLayout(
                name="accountability.boards",
                caption="By board",
                columns=BOARD_COLUMNS,
            ),
            TableLayout(
                name="accountability.joint",
                caption="Items of more than one board",
                first=lambda row: row.days_overdue_so_far,
            ),
        ),
        entries=duty_entries(views),
    )


def _by_chance(views: ReportViews) -> Iterator[str]:
    """Yield how many duties were ever late, and which bodies chance alone does not account for."""
    totals = views.accountability.totals
    if not totals.due:
        return
    late = totals.ever_late
    yield (
        f"Of {count(totals.due, 'duty', 'duties')} that came due, {count_or_none(late)}"
        f" {were(late)} late at some time. At that rate, chance alone leaves all but one body in"
        " twenty within its limits; more than that can be read from no comparison."
    )
    for row in views.accountability.bodies:
        low, high = row.chance_low, row.chance_high
        if low is not None and high is not None and not low <= row.ever_late <= high:
            yield (
                f"{views.body_name(row.body)}: {row.ever_late:,} of {row.due:,}, where chance"
                f" alone leaves {low:,} to {high:,}."
            )


def overdue_exposure(
    bodies: Sequence[BodyRow], names: BodyNames = reference_only
) -> Drawing | None:
    """Draw the bodies with most days overdue so far, in the order of their references."""
    if not bodies:
        return None
    drawn = sorted(bodies, key=lambda row: (-row.days_overdue_so_far, row.body))[:BODIES_DRAWN]
    drawn.sort(key=lambda row: row.body)
    most = max(max(row.days_overdue_so_far, row.by_first_date) for row in drawn)
    plot = Plot(
        width=PLOT_WIDTH,
        height=ROW_HEIGHT * len(drawn),
        x=count_axis("days overdue so far, of all duties together", most),
        y=row_axis(len(drawn)),
    )
    note = (
        f"{len(drawn)} of {count(len(bodies), 'body', 'bodies')} are drawn, those with most"
        " days overdue so far"
        if len(bodies) > len(drawn)
        else ""
    )
    return draw(
        "exposure",
        "Days overdue so far of each body, explained and unexplained",
        _alternative(bodies, names),
        plot,
        list(_layers(plot, drawn, names)),
        margins=Margins(left=LEFT, right=RIGHT),
        keys=KEYS,
        note=note,
    )


def _layers(plot: Plot, bodies: Sequence[BodyRow], names: BodyNames) -> Iterator[Layer]:
    rows = list(enumerate(bodies))
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
        [{"x": row.by_first_date, "y": n + 0.5} for n, row in rows],
        shape="diamond",
        fill=WHITE,
        size=70,
    )
    labels = row_labels([names(row.body) for row in bodies], LEFT - 18, ROW_HEIGHT)
    yield plot.texts([*labels], indent=8 - LEFT)
    yield plot.texts(
        [
            {
                "y": n + (0.3 if row.days_overdue_so_far else 0.5),
                "text": count(row.days_overdue_so_far, "day"),
            }
            for n, row in rows
        ],
        indent=PLOT_WIDTH + 16,
        fontSize=SMALL,
    )
    parts = [
        {"y": n + 0.7, "text": f"{row.unexplained:,} unexplained, {row.explained:,} explained"}
        for n, row in rows
        if row.days_overdue_so_far
    ]
    yield plot.texts(parts, indent=PLOT_WIDTH + 16, fontSize=SMALL, color=GREY)


def _alternative(bodies: Sequence[BodyRow], names: BodyNames) -> str:
    """Return what the chart shows, in words, body by body and in no order of merit."""
    late = sorted((row for row in bodies if row.days_overdue_so_far), key=lambda row: row.body)
    held = count(len(bodies), "body", "bodies")
    if not late:
        return f"{held} held duties, and none of them was ever overdue."
    unexplained = sum(row.unexplained for row in late)
    explained = sum(row.explained for row in late)
    parts = [
        f"{in_sentence(names(row.body)[0])} {row.days_overdue_so_far:,}" for row in late[:NAMED]
    ]
    more = f" and {len(late) - NAMED:,} more" if len(late) > NAMED else ""
    return (
        f"{held} held duties, {len(late):,} of them ones that came to be overdue:"
        f" {count(unexplained + explained, 'day')} so far in all, {unexplained:,} unexplained and"
        f" {explained:,} explained. By body, in the order of their references: {', '.join(parts)}"
        f"{more}."
    )
