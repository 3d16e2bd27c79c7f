"""The reach of training: who came, who replied afterwards, and what they said."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from lif_adapters.report.drawing.axes import count_axis, row_axis
from lif_adapters.report.drawing.chart import WIDTH, Margins, draw
from lif_adapters.report.drawing.labels import cut
from lif_adapters.report.drawing.marks import (
    BLUE,
    GREY,
    SMALL,
    VERMILION,
    WHITE,
    Layer,
    LegendKey,
    Plot,
)
from lif_adapters.report.entries import counted_entries, in_streams
from lif_adapters.report.figures.training.levels import LEVELS
from lif_adapters.report.model import Drawing, Figure
from lif_adapters.report.tables import TableLayout
from lif_adapters.report.views import ReportViews
from lif_adapters.report.wording import count, first_sentences, listed, percent
from lif_core.values.refs import stream_of
from lif_core.views.training import training
from lif_core.views.training.rows import EvaluationRow, SessionRow

LINES_DRAWN = 26
ROW_HEIGHT = 28
LEFT, RIGHT = 220, 160
PLOT_WIDTH = WIDTH - LEFT - RIGHT

KEYS = (
    LegendKey(label="attended", fill=BLUE, stroke=BLUE),
    LegendKey(label="place not taken", stroke=BLUE),
    LegendKey(label="said so afterwards", fill=GREY, stroke=GREY),
    LegendKey(label="replied otherwise", stroke=GREY),
    LegendKey(label="did not reply", shape="stroke", stroke=GREY),
)
OVERBOOKED = LegendKey(label="places, where more came", shape="M0,-1L0,1", stroke=VERMILION)

ReachRow: TypeAlias = SessionRow | EvaluationRow


def reach_figure(views: ReportViews) -> Figure:
    """Return the figure of who was reached."""
    view = views.training
    return Figure(
        id="reach",
        title="Who was reached",
        chart=training_reach(view.sessions, view.evaluations),
        text=first_sentences(map(_sentence, view.sessions)),
        empty="No session was held.",
        tables=views.lay_out(
            TableLayout(
                name="training.sessions",
                caption="Each session: places, bookings, and who came",
                first=lambda row: row.capacity,
            )
        ),
        entries=counted_entries(
            views.history,
            training,
            in_streams(stream_of("training_course", row.course) for row in view.sessions),
        ),
    )


def _sentence(row: SessionRow) -> str:
    return (
        f"{row.course}, {row.session}: {row.attended:,} of {count(row.capacity, 'place')} filled"
        f" ({percent(row.fill)}); of the booked, {row.turned_up:,} of {row.booked:,} came"
        f" ({percent(row.turn_up)})."
    )


def training_reach(
    sessions: Sequence[SessionRow], evaluations: Sequence[EvaluationRow]
) -> Drawing | None:
    """Draw who came to each session, of its places, with its evaluations below.

    An evaluation has the replies, and the positive ones among them, on the same scale of people.
    """
    if not sessions:
        return None
    groups = _groups(sessions, evaluations)
    drawn = _best_attended(groups)
    rows = [row for group in drawn for row in group]
    plot = Plot(
        width=PLOT_WIDTH,
        height=ROW_HEIGHT * len(rows),
        x=count_axis("people", max(map(_people, rows))),
        y=row_axis(len(rows)),
    )
    note = (
        f"{len(drawn):,} of {count(len(sessions), 'session')} are drawn, those that most attended"
        if len(drawn) < len(groups)
        else ""
    )
    return draw(
        "training",
        "Whom training reached, and what those who replied said",
        _alternative(sessions, evaluations),
        plot,
        list(_layers(plot, rows)),
        margins=Margins(left=LEFT, right=RIGHT),
        keys=(*KEYS, OVERBOOKED) if any(map(_is_overbooked, rows)) else KEYS,
        note=note,
    )


def _groups(
    sessions: Sequence[SessionRow], evaluations: Sequence[EvaluationRow]
) -> list[tuple[ReachRow, ...]]:
    """Return each session with its evaluations."""
    by_session: dict[tuple[str, str], list[EvaluationRow]] = defaultdict(list)
    for row in evaluations:
        by_session[row.course, row.session].append(row)
    return [(row, *by_session[row.course, row.session]) for row in sessions]


def _best_attended(groups: Sequence[tuple[ReachRow, ...]]) -> list[tuple[ReachRow, ...]]:
    """Return as many of the best attended as there is room for, but one at least, in order."""
    order = sorted(range(len(groups)), key=lambda n: (-groups[n][0].attended, n))
    chosen: set[int] = set()
    lines = 0
    for number in order:
        lines += len(groups[number])
        if chosen and lines > LINES_DRAWN:
            break
        chosen.add(number)
    return [groups[number] for number in sorted(chosen)]


def _people(row: ReachRow) -> int:
    return max(row.capacity, row.attended) if isinstance(row, SessionRow) else row.attended


def _is_overbooked(row: ReachRow) -> bool:
    return isinstance(row, SessionRow) and row.attended > row.capacity


def _layers(plot: Plot, lines: Sequence[ReachRow]) -> Iterator[Layer]:
    rows = list(enumerate(lines))
    sessions = [(n, row) for n, row in rows if isinstance(row, SessionRow)]
    evaluations = [(n, row) for n, row in rows if isinstance(row, EvaluationRow)]
    thick = {n: {"y": n + 0.22, "y2": n + 0.78, "x": 0} for n, _ in sessions}
    thin = {n: {"y": n + 0.3, "y2": n + 0.7, "x": 0} for n, _ in evaluations}
    for bars, colour, fill in (
        ([{**thick[n], "x2": row.capacity} for n, row in sessions], BLUE, WHITE),
        ([{**thick[n], "x2": row.attended} for n, row in sessions if row.attended], BLUE, BLUE),
        ([{**thin[n], "x2": row.replies} for n, row in evaluations if row.replies], GREY, WHITE),
        ([{**thin[n], "x2": row.positive} for n, row in evaluations if row.positive], GREY, GREY),
    ):
        yield plot.bars(bars, fill=fill, stroke=colour, strokeWidth=1.5)
    # the places again where more came than there were
    places = [
        {"x": row.capacity, "x2": row.capacity, "y": n + 0.12, "y2": n + 0.88}
        for n, row in sessions
        if _is_overbooked(row)
    ]
    yield plot.rules(places, color=VERMILION, strokeWidth=2.5)
    silent = [
        {"x": row.replies, "x2": row.attended, "y": n + 0.5, "y2": n + 0.5}
        for n, row in evaluations
    ]
    yield plot.rules(silent, color=GREY, strokeWidth=2)
    names = [
        {"y": n + 0.5, "text": cut(f"{row.course} {row.session}", LEFT - 18)}
        for n, row in sessions
    ]
    yield plot.texts(names, indent=8 - LEFT)
    small = {"fontSize": SMALL, "color": GREY}
    levels = [{"y": n + 0.5, "text": cut(_level(row), LEFT - 34, SMALL)} for n, row in evaluations]
    yield plot.texts(levels, indent=24 - LEFT, **small)
    counts = [{"y": n + 0.5, "text": cut(_counts(row), RIGHT - 22, SMALL)} for n, row in rows]
    yield plot.texts(counts, indent=PLOT_WIDTH + 14, **small)


def _level(row: EvaluationRow) -> str:
    when = f"{count(row.months, 'month')} on" if row.months else "straight after"
    words = LEVELS.get(row.level)
    return f"{words.had if words else f'level {row.level}'}, {when}"


def _counts(row: ReachRow) -> str:
    if isinstance(row, SessionRow):
        return f"{row.attended:,} of {count(row.capacity, 'place')}"
    return f"{row.positive:,} of {row.replies:,} who replied"


def _alternative(sessions: Sequence[SessionRow], evaluations: Sequence[EvaluationRow]) -> str:
    """Return what the chart shows, in words."""
    attended = sum(row.attended for row in sessions)
    capacity = sum(row.capacity for row in sessions)
    reach = (
        f"{count(len(sessions), 'session')}: {attended:,} people attended, of"
        f" {count(capacity, 'place')}."
    )
    parts = []
    for level in sorted({row.level for row in evaluations}):
        rows = [row for row in evaluations if row.level == level]
        positive, replies = sum(row.positive for row in rows), sum(row.replies for row in rows)
        words = LEVELS.get(level)
        answer = words.had if words else f"were positive at level {level}"
        parts.append(f"{positive:,} of the {replies:,} who replied {answer}")
    if not parts:
        return reach
    return f"{reach} In {count(len(evaluations), 'evaluation')}, {listed(parts)}."
