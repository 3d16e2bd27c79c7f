"""Headings of columns in plain words; a field that has none here is headed by its own name."""

from collections.abc import Mapping

from lif_adapters.report.wording import title

HEADINGS: Mapping[str, str] = {
    "accrued": "Days past the date then in force",
    "by_first_date": "Days past the first date agreed",
    "chance_high": "By chance alone, to",
    "chance_low": "By chance alone, from",
    "days_median": "Median of days",
    "done_rate": "Share ever made",
    "explained": "Explained days",
    "exposure": "Days late per 100 held",
    "fill": "Share of places filled",
    "latency_median": "Median of days to done",
    "on_time_rate": "Share made on time",
    "open_days": "Days held while open",
    "pass_rate": "Share passed",
    "positive_at_least": "At least, of those who came",
    "positive_of_replies": "Of those who replied",
    "quorate": "With a quorum",
    "recording_lag": "Days until recorded",
    "turn_up": "Share of the booked who came",
    "unexplained": "Unexplained days",
}
"""The headings of fields that mean the same wherever they stand."""

IN_TABLES: Mapping[str, Mapping[str, str]] = {
    "accountability.answers": {
        "latency": "Days to the answer",
        "sent": "Sent on",
        "waiting": "Days waited so far",
    },
    "accountability.board_duties": {
        "latency": "Days from start to done",
        "so_far": "Days so far",
        "stop": "Done by",
    },
    "accountability.bodies": {"due": "Came due"},
    "accountability.clock_totals": {"longest_open": "Longest still open, days"},
    "accountability.clocks": {
        "latency": "Days from start to done",
        "slack": "Days left when done",
        "so_far": "Days so far",
        "working_days": "Working days it took",
    },
    "accountability.duties": {"shares": "Days overdue so far, by holder"},
    "agenda.items": {"detail": "Which", "many": "How many"},
    "dissemination.practice": {"waiting": "Days waited so far"},
    "dissemination.reviews": {"often": "Times shared", "waiting": "Days waited so far"},
    "hindsight.clocks": {"known": "As known on", "latency": "Days from start to done"},
    "learning-cycle.funnel": {"furthest": "Stand there"},
    "learning-cycle.recommendations": {"reached": "Stages reached"},
    "lessons.answers": {"days": "Days until told again", "looked_at": "Findings looked at"},
    "lessons.lessons": {"first": "First told", "last": "Last told", "told": "Times told"},
    "register.promises": {"finding": "Stands"},
    "sustainability.groups": {
        "begun": "Embedded long enough ago to tell",
        "high": "Passed (95% interval), to",
        "lasting_high": "Lasted, at most",
        "lasting_low": "Lasted, at least",
        "latest": "Checked",
        "latest_passed": "Of these passed at the latest check",
        "low": "Passed (95% interval), from",
        "reason": "Why no estimate",
        "spells": "Times embedded",
        "survival": "Estimated to last",
    },
    "sustainability.improvements": {
        "checks_done": "Checks made",
        "claimed": "Level claimed",
        "next_check": "Next check due",
        "notes": "Checks that show nothing",
        "spells": "Times embedded",
        "finding": "Stands",
        "level": "Evidence level",
        "on_time": "Checks on time",
    },
    "sustainability.lasting": {
        "begun": "Embedded long enough ago to tell",
        "bounds_reason": "Why no bounds",
        "failed": "Relapsed by then",
        "first_reason": "Why no estimate from first times",
        "high": "Lasted, at most",
        "horizon": "Days to last",
        "low": "Lasted, at least",
        "spells": "Times embedded",
        "of_first_spells": "Estimated to last, by first times",
        "survival": "Estimated to last",
        "survival_reason": "Why no estimate",
        "verified": "Seen in place then or later",
    },
    "sustainability.rechecks": {
        "done": "Ever made",
        "due": "Checks due",
        "high": "Passed (95% interval), to",
        "latest": "Recommendations checked",
        "latest_passed": "Of these passed at the latest check",
        "low": "Passed (95% interval), from",
        "notes": "Checks that show nothing",
        "notes_against": "Of these, saying it is gone",
        "on_time": "Made on time",
    },
    "sustainability.reaudits": {"looks": "Looks planned"},
    "sustainability.shown": {
        "claimed": "Level claimed",
        "counts": "Verifies",
        "level": "Evidence level",
    },
    "sustainability.spells": {
        "end": "Ended as",
        "first": "Last seen in place, days on",
        "last": "Found gone or last seen, days on",
    },
    "sustainability.survival.masses": {"after": "After day", "by": "By day", "mass": "Share"},
    "sustainability.survival_of_first.masses": {
        "after": "After day",
        "by": "By day",
        "mass": "Share",
    },
}
"""The headings of fields that mean something of their own in a table, by its name."""


def heading(table: str, field: str) -> str:
    """Return the heading of the column of a *field* in a *table*."""
    return IN_TABLES.get(table, {}).get(field) or HEADINGS.get(field) or title(field)
