"""The summary of a report: the main figures, and what is not known."""

from collections.abc import Iterator, Sequence

from lif_adapters.report.figures.sustainability.survival import embedded, relapsed
from lif_adapters.report.figures.training.levels import LEVELS
from lif_adapters.report.model import Fact
from lif_adapters.report.views import ReportViews
from lif_adapters.report.wording import (
    answers,
    are,
    capital,
    count,
    count_or_none,
    has,
    listed,
    percent,
)
from lif_core.items.improvement import Finding
from lif_core.values.evidence import TrainingLevel

NAMED = 5
"""How many bodies a sentence names."""


def facts(views: ReportViews) -> tuple[Fact, ...]:
    """Return the main figures, each with the figure of the report that has more of it."""
    return (
        *_facts_of_accountability(views),
        *_facts_of_decisions(views),
        *_facts_of_sustainability(views),
        *_facts_of_training(views),
    )


def _facts_of_accountability(views: ReportViews) -> Iterator[Fact]:
    totals, owed = views.accountability.totals, views.accountability.board_duties
    if totals.duties:
        yield Fact(
            "Overdue now",
            f"{totals.overdue_now:,} of {totals.duties_open:,}",
            f"recommendations that are open; days overdue so far, over"
            f" {count(totals.duties, 'duty', 'duties')}: {totals.days_overdue_so_far:,},"
            f" {totals.explained:,} of them explained, {totals.unexplained:,} not",
            "exposure",
        )
    if owed:
        overdue = len(views.accountability.overdue_board_duties)
        still = sum(row.status == "open" for row in owed)
        yield Fact(
            "Owed by the boards themselves",
            f"{overdue:,} of {len(owed):,}",
            f"overdue now, with nothing on record; {still:,} open",
            "board-duties",
        )
    done = totals.clocks_met + totals.clocks_late
    if clocks := done + totals.clocks_open + totals.clocks_overdue:
        yield Fact(
            "Statutory clocks",
            f"{totals.clocks_met:,} of {clocks:,}",
            f"met; {totals.clocks_late:,} late, {totals.clocks_overdue:,} overdue now",
            "clocks",
        )
    if totals.made:
        yield Fact(
            "Recommendations: answers",
            f"{totals.accepted:,} of {totals.made:,}",
            f"accepted; {', '.join([*answers(totals)][1:])}",
            "responses",
        )


def _facts_of_decisions(views: ReportViews) -> Iterator[Fact]:
    view = views.decisions
    if view.inquorate:
        yield Fact(
            "Decisions",
            f"{view.inquorate:,} of {len(view.decisions):,}",
            "of which it is on record how they were come to: taken at a meeting that was not"
            " quorate",
            "decisions",
        )


def _facts_of_sustainability(views: ReportViews) -> Iterator[Fact]:
    view = views.sustainability
    improvements, relapses = len(embedded(view.spells)), len(relapsed(view.spells))
    lasting = view.lasting
    if improvements:
        bounds = f"{percent(lasting.low)} to {percent(lasting.high)}"
        known = f"of those begun {lasting.horizon:,} days ago, {bounds} lasted"
        yield Fact(
            "Embedded",
            count(improvements, "improvement"),
            f"of which {count_or_none(relapses)} {has(relapses)} relapsed; "
            + (known if lasting.low is not None else f"{lasting.bounds_reason}"),
            "survival",
        )
    row = view.rechecks
    if row.due or row.passed or row.failed:
        yield Fact(
            "Re-checks",
            f"{row.latest_passed:,} of {row.latest:,}",
            f"passed, by the latest of each; of {row.due:,} due {row.on_time:,} were made on"
            f" time, {row.done:,} at all",
            "rechecks",
        )
    if view.reaudits:
        change = view.reaudits[-1].pooled or view.reaudits[-1].change
        verdict = change.verdict or "no verdict"
        yield Fact(
            "Files good or better",
            f"{change.after.part:,} of {change.after.whole:,}",
            f"from {change.before.part:,} of {change.before.whole:,}: {verdict}",
            "reaudits",
        )


def _facts_of_training(views: ReportViews) -> Iterator[Fact]:
    view = views.training
    if view.sessions:
        places = sum(row.capacity for row in view.sessions)
        yield Fact("Training", f"{view.attended:,} of {places:,}", "places filled", "reach")
    for row in view.levels:
        if row.level == TrainingLevel.PRACTICE and row.replies:
            changed = capital(LEVELS[TrainingLevel.PRACTICE].past)
            yield Fact(
                f"{changed}, {count(row.months or 0, 'month')} on",
                f"{row.positive:,} of {row.replies:,}",
                f"who replied; at least {percent(row.positive_at_least)} of those who came",
                "impact",
            )


def not_known(views: ReportViews) -> tuple[str, ...]:
    """Return what nobody has said or looked at, so that no figure is taken for more than it is."""
    return (
        *_not_consistent(views),
        *_not_owned(views),
        *_not_answered(views),
        *_meetings_not_recorded(views),
        *_not_checked(views),
        *_training_not_evaluated(views),
        *_not_counted(views),
    )


def _not_consistent(views: ReportViews) -> Iterator[str]:
    """Name what corrections left in contradiction: it is in no figure."""
    tables = (
        views.accountability.inconsistent,
        views.sustainability.inconsistent,
        views.learning_cycle.inconsistent,
        views.training.inconsistent,
        views.annual_report.inconsistent,
    )
    streams = sorted({row.stream for table in tables for row in table})
    if streams:
        named = listed(streams[:NAMED])
        more = f" and {len(streams) - NAMED} more" if len(streams) > NAMED else ""
        yield (
            f"How {named}{more} stand: corrections left entries that contradict each other, and"
            " no figure counts them."
        )


def _not_owned(views: ReportViews) -> Iterator[str]:
    """Say how many duties nobody owns."""
    if unowned := len(views.accountability.unowned):
        yield (
            f"Who is to do {count(unowned, 'duty', 'duties')}: the body that held"
            f" {'it' if unowned == 1 else 'them'} is no more, and nobody has taken"
            f" {'it' if unowned == 1 else 'them'} on."
        )


def _not_answered(views: ReportViews) -> Iterator[str]:
    view = views.accountability
    if pending := view.totals.pending:
        yield f"{count(pending, 'answer')} to a recommendation {are(pending)} still waited for."
    for row in view.notes:
        if row.waiting_for:
            agencies = _names(views, row.waiting_for)
            yield f"Whether the briefing note of {row.audit} reached {agencies}."


def _meetings_not_recorded(views: ReportViews) -> Iterator[str]:
    """Name the committees that held duties and have no meeting on record."""
    view = views.accountability
    met = {row.body for row in view.representation}
    silent = [row.body for row in view.bodies if row.kind == "committee" and row.body not in met]
    if silent:
        yield f"Who came to the meetings of {_names(views, silent)}: none is on record."


def _names(views: ReportViews, refs: Sequence[str]) -> str:
    names = listed(map(views.body_name, refs[:NAMED]))
    return f"{names} and {len(refs) - NAMED} more" if len(refs) > NAMED else names


def _not_checked(views: ReportViews) -> Iterator[str]:
    view = views.sustainability
    if unknown := view.standing.get(Finding.UNKNOWN, 0):
        yield f"Whether {count(unknown, 'embedded improvement')} lasted: nobody checked in time."
    if notes := view.rechecks.notes:
        yield f"What {count(notes, 'check')} rested on: on no audit's evidence, or by the owner."
    if missing := view.rechecks.due - view.rechecks.done:
        yield f"{count(missing, 'check')} that {are(missing)} due {are(missing)} not made."


def _training_not_evaluated(views: ReportViews) -> Iterator[str]:
    view = views.training
    if silent := sum(row.attended - row.replies for row in view.evaluations):
        replies = count(silent, "reply", "replies")
        yield f"What {replies} not given after training would have said."
    evaluated = {(row.course, row.session) for row in view.evaluations}
    if missing := sum((row.course, row.session) not in evaluated for row in view.sessions):
        yield f"What {count(missing, 'session')} of training changed: nobody has been asked."
    if unknown := view.mix.attended - view.mix.of:
        yield f"From which agency {count(unknown, 'person', 'people')} came to training."


def _not_counted(views: ReportViews) -> Iterator[str]:
    counted = sum(len(records) for records in views.history.counted.values())
    if left_out := len(views.history.records) - counted:
        yield (
            f"{count(left_out, 'entry', 'entries')} on record {are(left_out)} not counted: they"
            " take effect later, or have no effect since something was corrected or ended."
        )
