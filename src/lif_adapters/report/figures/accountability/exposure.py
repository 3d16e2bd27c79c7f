"""Days overdue by committee: what each body held, explained and unexplained side by side."""

from collections.abc import Iterator, Sequence

from lif_adapters.report.drawing.axes import count_axis, row_axis, row_labels
from lif_adapters.report.drawing.chart import WIDTH, Margins, draw
from lif_adapters.report.drawing.labels import BodyNames, in_sentence, reference_only
from lif_adapters.report.drawing.marks import BLUE, GREY, SMALL, WHITE, Layer, LegendKey, Plot
from lif_adapters.report.figures.accountability.duties import duty_entries
from lif_adapters.report.model import Drawing, Figure
from lif_adapters.report.tables import TableLayout
from lif_adapters.report.views import ReportViews
from lif_adapters.report.wording import count
from lif_core.views.accountability.rows import BodyRow

BOARD_COLUMNS = (
    "board",
    "reviews",
    "recommendations",
    "joint",
    "duties",
    "open",
    "overdue",
    "explained",
    "unexplained",
)

BODIES_DRAWN = 40
ROW_HEIGHT = 36
LEFT, RIGHT = 226, 190
PLOT_WIDTH = WIDTH - LEFT - RIGHT

KEYS = (
    LegendKey(label="unexplained", fill=BLUE, stroke=BLUE),
    LegendKey(label="explained", stroke=BLUE),
    LegendKey(label="by the first dates agreed", shape="diamond", fill=WHITE),
)


def exposure_figure(views: ReportViews) -> Figure:
    """Return the figure of the days that each body's duties were overdue there."""
    rows = views.accountability.bodies
    return Figure(
        id="exposure",
        title="Days overdue, by committee",
        chart=overdue_exposure(rows, views.body_names),
        empty="No body has held a duty.",
        tables=views.lay_out(
            TableLayout(
                name="accountability.bodies",
                caption="What each body held, and for how long it was overdue there",
                first=lambda row: row.overdue,
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
                first=lambda row: row.overdue,
            ),
        ),
        entries=duty_entries(views),
    )


def overdue_exposure(
    bodies: Sequence[BodyRow], names: BodyNames = reference_only
) -> Drawing | None:
    """Draw the bodies with most overdue days, in the order of their references."""
    if not bodies:
        return None
    drawn = sorted(bodies, key=lambda row: (-row.overdue, row.body))[:BODIES_DRAWN]
    drawn.sort(key=lambda row: row.body)
    most = max(max(row.overdue, row.overdue_by_first_date) for row in drawn)
    plot = Plot(
        width=PLOT_WIDTH,
        height=ROW_HEIGHT * len(drawn),
        x=count_axis("overdue days, of all duties together", most),
        y=row_axis(len(drawn)),
    )
    note = (
        f"{len(drawn)} of {count(len(bodies), 'body', 'bodies')} are drawn, those with most"
        " overdue days"
        if len(bodies) > len(drawn)
        else ""
    )
    return draw(
        "exposure",
        "Overdue days of each body, explained and unexplained",
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
        [{"x": row.overdue_by_first_date, "y": n + 0.5} for n, row in rows],
        shape="diamond",
        fill=WHITE,
        size=70,
    )
    labels = row_labels([names(row.body) for row in bodies], LEFT - 18, ROW_HEIGHT)
    yield plot.texts([*labels], indent=8 - LEFT)
    yield plot.texts(
        [
            {"y": n + (0.3 if row.overdue else 0.5), "text": count(row.overdue, "day")}
            for n, row in rows
        ],
        indent=PLOT_WIDTH + 16,
        fontSize=SMALL,
    )
    parts = [
        {"y": n + 0.7, "text": f"{row.unexplained:,} unexplained, {row.explained:,} explained"}
        for n, row in rows
        if row.overdue
    ]
    yield plot.texts(parts, indent=PLOT_WIDTH + 16, fontSize=SMALL, color=GREY)


def _alternative(bodies: Sequence[BodyRow], names: BodyNames) -> str:
    """Return what the chart shows, in words."""
    late = [row for row in bodies if row.overdue]
    held = count(len(bodies), "body", "bodies")
    if not late:
        return f"{held} held duties, and none of them was ever overdue."
    worst = min(late, key=lambda row: (-row.overdue, row.body))
    unexplained = sum(row.unexplained for row in late)
    explained = sum(row.explained for row in late)
    return (
        f"{held} held duties, {len(late):,} of them overdue ones:"
        f" {count(unexplained + explained, 'day')} in all, {unexplained:,} unexplained and"
        f" {explained:,} explained. Most with {in_sentence(names(worst.body)[0])}:"
        f" {count(worst.overdue, 'day')}, {worst.unexplained:,} unexplained and"
        f" {worst.explained:,} explained."
    )
