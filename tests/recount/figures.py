"""All figures of the second implementation, by view and table."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

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
    return {
        "accountability": accountability(streams, passing, pack, valid),
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
