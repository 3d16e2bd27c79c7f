"""What each body answered to what was recommended to it, by where that came from."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from lif_adapters.report.charts.axes import beside, rows_of, uncounted
from lif_adapters.report.charts.drawing import (
    BLUE,
    GREY,
    GRID,
    INK,
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
from lif_adapters.report.charts.labels import Called, lines, many, plainly
from lif_core.views.accountability.rows import MatrixRow

MOST, MOST_SOURCES = 40, 6
HIGH, LINE = 34, 14
LEFT, RIGHT = 206, 16
WIDE = WIDTH - LEFT - RIGHT
CELL, TALL = 26, 20
DASH = (3, 2)

SIGNS = (
    Key(label="accepted", fill=BLUE, stroke=BLUE),
    Key(label="declined", stroke=VERMILION),
    Key(label="pending", stroke=GREY, dash=DASH),
)


def response_matrix(rows: Sequence[MatrixRow], called: Called = plainly) -> Drawn | None:
    """Bodies by sources; in each cell how many were accepted, declined and are pending, always in
    that order from left to right.
    """
    rows = [row for row in rows if row.made]
    if not rows:
        return None
    bodies = _most(rows, "body", MOST)
    sources = _most(rows, "source", MOST_SOURCES)
    within = [row for row in rows if row.body in bodies and row.source in sources]
    plot = Plot(
        width=WIDE, height=HIGH * len(bodies), x=uncounted(len(sources)), y=rows_of(len(bodies))
    )
    note = _left_out(rows, bodies, sources)
    heads = _heads(sources)
    return drawn(
        "responses",
        "What each body answered, by the source of the recommendations",
        _words(rows),
        plot,
        [*_headings(plot, heads), *_layers(plot, within, bodies, sources, called)],
        margins=Margins(left=LEFT, right=RIGHT, bottom=10),
        signs=SIGNS,
        head=LINE * max(map(len, heads)) + 6,
        note=note,
    )


def _most(rows: Sequence[MatrixRow], name: str, most: int) -> list[str]:
    """Those with most that is pending, then most that was made, in the order of reference."""
    waiting: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for row in rows:
        which = row.body if name == "body" else row.source
        pending, made = waiting[which]
        waiting[which] = (pending + row.pending, made + row.made)
    return sorted(sorted(waiting, key=lambda ref: (*(-n for n in waiting[ref]), ref))[:most])


def _heads(sources: Sequence[str]) -> list[list[str]]:
    return [lines(source, min(WIDE / len(sources) - 8, 160), SMALL, 3) for source in sources]


def _headings(plot: Plot, heads: Sequence[Sequence[str]]) -> Iterator[Layer]:
    """Each source over its column, down to the same line."""
    for number, head in enumerate(heads):
        for up, text in enumerate(reversed(head)):
            x, y = number * WIDE / len(heads), -10 - LINE * up
            yield plot.words(text, x=x, y=y, fontSize=SMALL, color=GREY)


def _layers(
    plot: Plot,
    rows: Sequence[MatrixRow],
    bodies: Sequence[str],
    sources: Sequence[str],
    called: Called,
) -> Iterator[Layer]:
    across = WIDE / len(sources)
    between = [{"x": 0, "x2": len(sources), "y": n, "y2": n} for n in range(len(bodies) + 1)]
    yield plot.rules(between, color=GRID)
    looks = (
        ("accepted", BLUE, BLUE, WHITE, ()),
        ("declined", WHITE, VERMILION, INK, ()),
        ("pending", WHITE, GREY, INK, DASH),
    )
    for place, (answer, fill, stroke, ink, dash) in enumerate(looks):
        cells, texts = [], []
        for row in rows:
            count = {"accepted": row.accepted, "declined": row.declined, "pending": row.pending}
            if not count[answer]:
                continue
            left = sources.index(row.source) + place * (CELL + 3) / across
            top = bodies.index(row.body) + (HIGH - TALL) / 2 / HIGH
            box = {"x": left, "x2": left + CELL / across, "y": top, "y2": top + TALL / HIGH}
            cells.append(box)
            middle = {"x": left + CELL / across / 2, "y": top + TALL / HIGH / 2}
            texts.append({**middle, "text": f"{count[answer]}"})
        look = {"strokeDash": list(dash)} if dash else {}
        yield plot.bars(cells, fill=fill, stroke=stroke, strokeWidth=1.5, **look)
        yield plot.texts(texts, align="center", color=ink, fontSize=SMALL)
    yield plot.texts([*beside([called(ref) for ref in bodies], LEFT - 18, HIGH)], at=8 - LEFT)


def _left_out(rows: Sequence[MatrixRow], bodies: Sequence[str], sources: Sequence[str]) -> str:
    every = len({row.body for row in rows}), len({row.source for row in rows})
    if every == (len(bodies), len(sources)):
        return ""
    return (
        f"{len(bodies)} of {many(every[0], 'body', 'bodies')} and {len(sources)} of"
        f" {many(every[1], 'source')} are drawn, those with most pending"
    )


def _words(rows: Sequence[MatrixRow]) -> str:
    made, accepted, declined, pending = (
        sum(row.made for row in rows),
        sum(row.accepted for row in rows),
        sum(row.declined for row in rows),
        sum(row.pending for row in rows),
    )
    bodies = len({row.body for row in rows})
    waiting = len({row.body for row in rows if row.pending})
    told = f", from {many(waiting, 'body', 'bodies')}" if pending else ""
    return (
        f"{many(bodies, 'body', 'bodies')} {'was' if bodies == 1 else 'were'} asked"
        f" {many(made, 'time')}, by"
        f" {many(len({row.source for row in rows}), 'source')}: {accepted:,} accepted,"
        f" {declined:,} declined, {pending:,} pending{told}."
    )
