"""Whom training reached, who replied afterwards, and what they said."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from lif_adapters.report.charts.axes import counted, rows_of
from lif_adapters.report.charts.drawing import (
    BLUE,
    GREY,
    SMALL,
    VERMILION,
    WHITE,
    WIDTH,
    Drawn,
    Key,
    Layer,
    Margins,
    Plot,
    drawn,
)
from lif_adapters.report.charts.labels import cut, listed, many
from lif_core.views.training.rows import EvaluationRow, SessionRow

MOST = 40
HIGH = 28
LEFT, RIGHT = 240, 150
WIDE = WIDTH - LEFT - RIGHT

LEVELS = {
    1: "were satisfied",
    2: "had learned",
    3: "had changed practice",
    4: "had seen better outcomes",
}
SIGNS = (
    Key(label="attended", fill=BLUE, stroke=BLUE),
    Key(label="place not taken", stroke=BLUE),
    Key(label="said so afterwards", fill=GREY, stroke=GREY),
    Key(label="replied otherwise", stroke=GREY),
    Key(label="did not reply", shape="stroke", stroke=GREY),
)
OVER = Key(label="places, where more came", shape="M0,-1L0,1", stroke=VERMILION)
Line: TypeAlias = SessionRow | EvaluationRow


def training_reach(
    sessions: Sequence[SessionRow], evaluations: Sequence[EvaluationRow]
) -> Drawn | None:
    """Each session's attended of its places, and under it each evaluation: the replies, and of
    them the positive ones, on the same scale of people.
    """
    if not sessions:
        return None
    groups = _groups(sessions, evaluations)
    drawn_groups = _fullest(groups)
    shown = [line for group in drawn_groups for line in group]
    plot = Plot(
        width=WIDE,
        height=HIGH * len(shown),
        x=counted("people", max(_most(line) for line in shown)),
        y=rows_of(len(shown)),
    )
    note = (
        f"{len(drawn_groups):,} of {many(len(sessions), 'session')} are drawn, those that most"
        " attended"
        if len(drawn_groups) < len(groups)
        else ""
    )
    return drawn(
        "training",
        "Whom training reached, and what those who replied said",
        _words(sessions, evaluations),
        plot,
        list(_layers(plot, shown)),
        margins=Margins(left=LEFT, right=RIGHT),
        signs=(*SIGNS, OVER) if any(_over(line) for line in shown) else SIGNS,
        note=note,
    )


def _groups(
    sessions: Sequence[SessionRow], evaluations: Sequence[EvaluationRow]
) -> list[tuple[Line, ...]]:
    """Each session with its evaluations."""
    found: dict[tuple[str, str], list[EvaluationRow]] = defaultdict(list)
    for row in evaluations:
        found[row.course, row.session].append(row)
    return [(one, *found[one.course, one.session]) for one in sessions]


def _fullest(groups: Sequence[tuple[Line, ...]]) -> list[tuple[Line, ...]]:
    """As many of the best attended as there is room for, in the order given; one at least."""
    order = sorted(range(len(groups)), key=lambda n: (-groups[n][0].attended, n))
    kept: set[int] = set()
    lines = 0
    for number in order:
        lines += len(groups[number])
        if kept and lines > MOST:
            break
        kept.add(number)
    return [groups[number] for number in sorted(kept)]


def _most(line: Line) -> int:
    return max(line.capacity, line.attended) if isinstance(line, SessionRow) else line.attended


def _over(line: Line) -> bool:
    return isinstance(line, SessionRow) and line.attended > line.capacity


def _layers(plot: Plot, lines: Sequence[Line]) -> Iterator[Layer]:
    rows = list(enumerate(lines))
    held = [(n, row) for n, row in rows if isinstance(row, SessionRow)]
    asked = [(n, row) for n, row in rows if isinstance(row, EvaluationRow)]
    thick = {n: {"y": n + 0.22, "y2": n + 0.78, "x": 0} for n, _ in held}
    thin = {n: {"y": n + 0.3, "y2": n + 0.7, "x": 0} for n, _ in asked}
    for bars, colour, fill in (
        ([{**thick[n], "x2": row.capacity} for n, row in held], BLUE, WHITE),
        ([{**thick[n], "x2": row.attended} for n, row in held if row.attended], BLUE, BLUE),
        ([{**thin[n], "x2": row.replies} for n, row in asked if row.replies], GREY, WHITE),
        ([{**thin[n], "x2": row.positive} for n, row in asked if row.positive], GREY, GREY),
    ):
        yield plot.bars(bars, fill=fill, stroke=colour, strokeWidth=1.5)
    # the places again where more came than there were
    over = [
        {"x": row.capacity, "x2": row.capacity, "y": n + 0.12, "y2": n + 0.88}
        for n, row in held
        if _over(row)
    ]
    yield plot.rules(over, color=VERMILION, strokeWidth=2.5)
    could = [
        {"x": row.replies, "x2": row.attended, "y": n + 0.5, "y2": n + 0.5} for n, row in asked
    ]
    yield plot.rules(could, color=GREY, strokeWidth=2)
    yield plot.texts(
        [{"y": n + 0.5, "text": cut(_session(row), LEFT - 18)} for n, row in held], at=8 - LEFT
    )
    small = {"fontSize": SMALL, "color": GREY}
    asked_for = [{"y": n + 0.5, "text": cut(_asked(row), LEFT - 34, SMALL)} for n, row in asked]
    yield plot.texts(asked_for, at=24 - LEFT, **small)
    told = [{"y": n + 0.5, "text": cut(_told(row), RIGHT - 22, SMALL)} for n, row in rows]
    yield plot.texts(told, at=WIDE + 14, **small)


def _session(row: SessionRow) -> str:
    return f"{row.course} {row.session}"


def _asked(row: EvaluationRow) -> str:
    when = f"{many(row.months, 'month')} on" if row.months else "straight after"
    return f"{LEVELS.get(row.level, f'level {row.level}')}, {when}"


def _told(row: Line) -> str:
    if isinstance(row, SessionRow):
        return f"{row.attended:,} of {many(row.capacity, 'place')}"
    return f"{row.positive:,} of {row.replies:,} who replied"


def _words(sessions: Sequence[SessionRow], evaluations: Sequence[EvaluationRow]) -> str:
    attended = sum(row.attended for row in sessions)
    capacity = sum(row.capacity for row in sessions)
    told = (
        f"{many(len(sessions), 'session')}: {attended:,} people attended, of"
        f" {many(capacity, 'place')}."
    )
    parts = []
    for level in sorted({row.level for row in evaluations}):
        rows = [row for row in evaluations if row.level == level]
        positive, replies = sum(r.positive for r in rows), sum(r.replies for r in rows)
        said = LEVELS.get(level, f"were positive at level {level}")
        parts.append(f"{positive:,} of the {replies:,} who replied {said}")
    return f"{told} In {many(len(evaluations), 'evaluation')}, {listed(parts)}." if parts else told
