"""All figures of the second implementation, by view and table."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from tests.recount import answers, audits, charts, clocks, gaps, improvements, training
from tests.recount.bodies import succession
from tests.recount.duties import accountability
from tests.recount.rows import Figures, Rows
from tests.recount.times import streams_at

__all__ = ["figures"]


def figures(
    log: Iterable[Mapping[str, Any]],
    pack: Mapping[str, Any],
    valid: date,
    known: datetime | None,
) -> Figures:
    """Compute what the log says on *valid*, as known at *known*, under a *pack*."""
    streams = streams_at(log, valid, known)
    passing = succession(streams)
    duties = accountability(streams, passing, pack, valid)
    responses = answers.tables(streams, pack, valid)
    running = clocks.tables(streams, pack, valid)
    totals = {
        name: value
        for tables in (duties, responses, running)
        for name, value in tables["totals"].rows[0].items()
    }
    return {
        "accountability": {
            **duties,
            **responses,
            **running,
            "totals": Rows((), [totals]),
            "escalations": answers.escalations(streams, valid),
        },
        "sustainability": {
            **improvements.tables(streams, passing, pack, valid),
            **audits.tables(streams, pack),
            "gaps": gaps.table(streams, charts.charts(streams)),
            "points": Rows(
                ("indicator", "period"),
                [row for chart in charts.charts(streams).values() for row in chart.rows()],
            ),
        },
        "training": training.tables(streams),
        "corrections": {
            "inconsistent": Rows(
                ("stream",),
                [{"stream": s.name} for s in streams.values() if s.inconsistent],
                distinct=True,
            ),
            "without_effect": Rows(
                ("stream", "entry"),
                [
                    {"stream": s.name, "entry": number}
                    for s in streams.values()
                    for number in s.without_effect
                ],
            ),
        },
    }
