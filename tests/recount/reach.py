"""Which rules a history had at work, so that those that none had show."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.recount.compare import Look

Row = Mapping[str, Any]


def reached(look: Look) -> set[str]:
    """Return the rules that made something of what the views say."""
    return set(_in_log(look)) | set(_in_views(look))


def _in_log(look: Look) -> Iterator[str]:
    for record in look.log:
        yield f"entry: {record['name'].partition('.')[0]}"


def _in_views(look: Look) -> Iterator[str]:
    for view, table, name, holds in SIGNS:
        rows = look.views[view][table] if view in look.views else []
        if any(holds(row) for row in ([rows] if isinstance(rows, dict) else rows)):
            yield f"figure: {name}"


def positive(column: str) -> Callable[[Row], bool]:
    return lambda row: bool(row[column])


SIGNS: tuple[tuple[str, str, str, Callable[[Row], bool]], ...] = (
    ("corrections", "without_effect", "lapsed", lambda row: "rested" in row["why"]),
    ("corrections", "without_effect", "absorbed by an ending", lambda row: "ended" in row["why"]),
    ("corrections", "inconsistent", "inconsistent", lambda row: True),
    ("accountability", "duties", "overdue now", positive("overdue_now")),
    ("accountability", "duties", "undated", positive("undated")),
    ("accountability", "duties", "done without a plan", lambda row: not row["planned"]),
    ("accountability", "duties", "explained days", positive("explained")),
    ("accountability", "duties", "offered days", positive("offered")),
    (
        "accountability",
        "duties",
        "three figures that differ",
        lambda r: len({r["days_overdue_so_far"], r["by_first_date"], r["accrued"]}) == 3,
    ),
    ("accountability", "ownership", "unowned", lambda row: row["body"] == "(unowned)"),
    ("accountability", "ownership", "held for no day", lambda row: row["since"] == row["until"]),
    ("accountability", "bodies", "late of due", positive("ever_late")),
    ("accountability", "answers", "answers not known", lambda row: row["timing"] == "not known"),
    ("accountability", "answers", "answers late", lambda row: row["timing"] == "late"),
    ("accountability", "clocks", "clocks explained", positive("explained")),
    ("accountability", "clocks", "done ahead", lambda row: (row["latency"] or 0) < 0),
    ("accountability", "clocks", "done too soon", lambda row: row["status"] == "short"),
    ("sustainability", "standing", "sustained", positive("sustained")),
    ("sustainability", "standing", "unknown", positive("unknown")),
    ("sustainability", "standing", "concern", positive("concern")),
    ("sustainability", "standing", "relapsed", positive("relapsed")),
    ("sustainability", "rechecks", "notes", positive("notes")),
    ("sustainability", "rechecks", "checks on time", positive("on_time")),
    ("sustainability", "shown", "outcome data", lambda row: row["level"] == 4),
    ("sustainability", "shown", "own audit", lambda row: row["level"] == 2),
    ("sustainability", "shown", "claimed above", lambda row: (row["claimed"] or 0) > row["level"]),
    ("sustainability", "spells", "spells that relapsed", lambda row: row["end"] == "relapsed"),
    ("sustainability", "spells", "spells withdrawn", lambda row: row["end"] == "withdrawn"),
    ("sustainability", "lasting", "a curve at the horizon", lambda r: r["survival"] is not None),
    ("sustainability", "lasting", "bounds", lambda row: row["low"] is not None),
    ("sustainability", "points", "limits locked", lambda row: row["limits"] == "locked"),
    ("sustainability", "points", "limits on trial", lambda row: row["limits"] == "trial"),
    ("sustainability", "points", "signals", positive("signals")),
    ("sustainability", "points", "points of concern", positive("concern")),
    ("sustainability", "gaps", "T charts", lambda row: row["chart"] == "T"),
    ("sustainability", "gaps", "G charts", lambda row: row["chart"] == "G"),
    ("sustainability", "reaudits", "verdicts", lambda r: bool(r["change"]["verdict"])),
    ("sustainability", "reaudits", "looks beyond the plan", lambda r: not r["change"]["verdict"]),
    ("sustainability", "reaudits", "pooled", positive("pooled")),
    ("training", "sessions", "sessions", positive("attended")),
    ("training", "evaluations", "replies", positive("replies")),
)
