"""Headings of columns in plain words; a field that has none here is headed by its own name."""

from collections.abc import Mapping

from lif_adapters.report.wording import title

HEADINGS: Mapping[str, str] = {
    "accrued": "Days past the date then in force",
    "by_first_date": "Days past the first date agreed",
    "chance_high": "By chance alone, to",
    "chance_low": "By chance alone, from",
    "checks_done": "Checks made",
    "claimed": "Level claimed",
    "days_median": "Median of days",
    "done_rate": "Share ever made",
    "explained": "Explained days",
    "exposure": "Days late per 100 held",
    "fill": "Share of places filled",
    "latency": "Days from start to done",
    "latency_median": "Median of days to done",
    "looks": "Looks planned",
    "many": "How many",
    "next_check": "Next check due",
    "notes": "Checks that show nothing",
    "notes_against": "Of these, saying it is gone",
    "offered": "Days with an explanation offered",
    "on_time_rate": "Share made on time",
    "open_days": "Days held while open",
    "pass_rate": "Share passed",
    "positive_at_least": "At least, of those who came",
    "positive_of_replies": "Of those who replied",
    "quorate": "With a quorum",
    "recording_lag": "Days until recorded",
    "shares": "Days overdue so far, by holder",
    "slack": "Days left when done",
    "so_far": "Days so far",
    "spells": "Times embedded",
    "stop": "Done by",
    "turn_up": "Share of the booked who came",
    "undated": "Without a date",
    "unexplained": "Unexplained days",
    "waiting": "Days waited so far",
    "working_days": "Working days it took",
}
"""The headings of fields that mean the same wherever they stand."""

IN_TABLES: Mapping[str, Mapping[str, str]] = {
    "accountability.answers": {"latency": "Days to the answer", "sent": "Sent on"},
    "accountability.bodies": {"due": "Came due"},
    "accountability.clock_totals": {"longest_open": "Longest still open, days"},
    "accountability.notes": {"note": "Note"},
    "agenda.items": {"detail": "Which", "bodies": "Whose"},
    "dissemination.reviews": {"often": "Times shared"},
    "hindsight.clocks": {"known": "As known on"},
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
        "survival": "Estimated to last",
    },
    "sustainability.improvements": {
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
        "on_time": "Made on time",
    },
    "sustainability.shown": {"counts": "Verifies", "level": "Evidence level"},
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
