"""The first screen of a report: what needs a decision, what is not known, and what is so now."""

from collections.abc import Iterator, Sequence

from lif_adapters.report.figures.agenda import agenda_figure, agenda_groups, agenda_lead
from lif_adapters.report.figures.sustainability.reaudits import VERDICTS
from lif_adapters.report.figures.sustainability.survival import embedded, relapsed
from lif_adapters.report.figures.training.levels import LEVELS
from lif_adapters.report.model import Fact, FirstScreen, NotKnown
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
from lif_core.values.refs import stream_of

NAMED = 5
"""How many bodies a sentence names."""


STANDING = {
    Finding.EMBEDDED: "embedded, and not yet for long enough to tell",
    Finding.CONCERN: "of concern",
    Finding.UNKNOWN: "not known",
    Finding.RELAPSED: "relapsed",
    Finding.REOPENED: "reopened",
}
"""The words for how improvements stand that came to be embedded."""


def first_screen(views: ReportViews) -> FirstScreen:
    """Return the first that is read."""
    return FirstScreen(
        lead=agenda_lead(views),
        groups=agenda_groups(views),
        figure=agenda_figure(views),
        not_known=not_known(views),
        now=facts_now(views),
        so_far=facts_so_far(views),
    )


def facts_now(views: ReportViews) -> tuple[Fact, ...]:
    """Return what is so on the day of the report, each with the figure that has more of it."""
    return (*_duties_now(views), *_improvements_now(views), *_answers_now(views))


def facts_so_far(views: ReportViews) -> tuple[Fact, ...]:
    """Return what came to be so over all the time on record, up to the day of the report."""
    return (
        *_facts_of_accountability(views),
        *_facts_of_decisions(views),
        *_facts_of_sustainability(views),
        *_facts_of_training(views),
    )


def _duties_now(views: ReportViews) -> Iterator[Fact]:
    totals, owed = views.accountability.totals, views.accountability.board_duties
    if totals.duties_open:
        yield Fact(
            "Overdue now",
            f"{totals.overdue_now:,} of {totals.duties_open:,}",
            f"{'recommendation' if totals.duties_open == 1 else 'recommendations'} still to be"
            " done",
            "exposure",
        )
    elif totals.duties:
        yield Fact(
            "Overdue now",
            "None",
            f"{count(totals.duties, 'recommendation')} came to be owed, and none is still to be"
            " done",
            "exposure",
        )
    if running := totals.clocks_open + totals.clocks_overdue:
        yield Fact(
            "Statutory clocks overdue now",
            f"{totals.clocks_overdue:,} of {running:,}",
            "that run now",
            "clocks",
        )
    if owed:
        overdue = len(views.accountability.overdue_board_duties)
        yield Fact(
            "Duties of the boards themselves overdue now",
            f"{overdue:,} of {sum(row.status in ('open', 'overdue') for row in owed):,}",
            "not done yet; of those overdue nothing is on record",
            "board-duties",
        )


def _improvements_now(views: ReportViews) -> Iterator[Fact]:
    """Say how many of the improvements that ever came to be embedded stand now, by the checks."""
    view = views.sustainability
    if improvements := len(embedded(view.spells)):
        others = [
            f"{many:,} {words}"
            for finding, words in STANDING.items()
            if (many := view.standing.get(finding, 0))
        ]
        yield Fact(
            "Shown to last, now",
            f"{view.standing.get(Finding.SUSTAINED, 0):,} of {improvements:,}",
            "; ".join(
                (
                    f"{'improvement' if improvements == 1 else 'improvements'} that came to be"
                    " embedded",
                    *others,
                )
            ),
            "standing",
        )


def _answers_now(views: ReportViews) -> Iterator[Fact]:
    totals = views.accountability.totals
    if totals.pending:
        overdue = totals.answers_overdue_now
        detail = (
            f"asked for; {overdue:,} past the day by which to answer"
            if totals.answers_timed
            else ("asked for; no day is on record by which to answer")
        )
        yield Fact(
            "Answers waited for now", f"{totals.pending:,} of {totals.made:,}", detail, "responses"
        )


def _facts_of_accountability(views: ReportViews) -> Iterator[Fact]:
    totals = views.accountability.totals
    if totals.duties:
        yield Fact(
            "Days overdue so far",
            f"{totals.days_overdue_so_far:,}",
            f"over {count(totals.duties, 'duty', 'duties')} together: {totals.explained:,}"
            f" explained, {totals.unexplained:,} not",
            "exposure",
        )
    if done := totals.clocks_met + totals.clocks_late:
        yield Fact(
            "Statutory clocks met so far",
            f"{totals.clocks_met:,} of {done:,}",
            "that are done",
            "clocks",
        )
    if totals.made:
        yield Fact(
            "Answers so far",
            f"{totals.accepted:,} of {totals.made:,}",
            f"accepted; {', '.join([*answers(totals)][1:])}",
            "responses",
        )


def _facts_of_decisions(views: ReportViews) -> Iterator[Fact]:
    view = views.decisions
    if view.inquorate:
        yield Fact(
            "Decided without a quorum so far",
            f"{view.inquorate:,} of {len(view.decisions):,}",
            "decisions of which it is on record how they were come to",
            "decisions",
        )


def _facts_of_sustainability(views: ReportViews) -> Iterator[Fact]:
    view = views.sustainability
    improvements, relapses = len(embedded(view.spells)), len(relapsed(view.spells))
    lasting = view.lasting
    if improvements:
        bounds = f"{percent(lasting.low)} to {percent(lasting.high)}"
        known = f"of those embedded {lasting.horizon:,} days ago or earlier, {bounds} lasted"
        yield Fact(
            "Embedded so far",
            f"{improvements:,}",
            f"{'improvement' if improvements == 1 else 'improvements'}, of which"
            f" {count_or_none(relapses)} {has(relapses)} relapsed; "
            + (
                known
                if lasting.low is not None
                else f"none was embedded {lasting.horizon:,} days ago or earlier"
            ),
            "survival",
        )
    row = view.rechecks
    if row.due or row.passed or row.failed:
        yield Fact(
            "Re-checks passed so far",
            f"{row.latest_passed:,} of {row.latest:,}",
            f"by the latest of each; of {row.due:,} due {row.on_time:,} were made on"
            f" time, {row.done:,} at all",
            "rechecks",
        )
    if view.reaudits:
        change = view.reaudits[-1].pooled or view.reaudits[-1].change
        verdict = VERDICTS[change.verdict]
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
        yield Fact("Training so far", f"{view.attended:,} of {places:,}", "places filled", "reach")
    for row in view.levels:
        if row.level == TrainingLevel.PRACTICE and row.replies:
            changed = capital(LEVELS[TrainingLevel.PRACTICE].past)
            yield Fact(
                f"{changed}, {count(row.months or 0, 'month')} on",
                f"{row.positive:,} of {row.replies:,}",
                f"who replied; at least {percent(row.positive_at_least)} of those who came",
                "impact",
            )


def not_known(views: ReportViews) -> tuple[NotKnown, ...]:
    """Return what nobody has said or looked at, so that no figure is taken for more than it is."""
    kinds = (
        NotKnown("Unknown", tuple(_unknown_outcomes(views))),
        NotKnown("Unverified", tuple(_unverified_claims(views))),
        NotKnown("Undated", tuple(_undated_duties(views))),
        NotKnown("Unrecorded", tuple(_unrecorded_events(views))),
        NotKnown("Unanswered", tuple(_unanswered_questions(views))),
    )
    return tuple(kind for kind in kinds if kind.lines)


def _unknown_outcomes(views: ReportViews) -> Iterator[str]:
    """Say of what it is not known whether it lasted, or changed anything."""
    if unknown := views.sustainability.standing.get(Finding.UNKNOWN, 0):
        yield f"Whether {count(unknown, 'embedded improvement')} lasted: nobody checked in time."
    evaluated = {(row.course, row.session) for row in views.training.evaluations}
    sessions = views.training.sessions
    if missing := sum((row.course, row.session) not in evaluated for row in sessions):
        yield f"What {count(missing, 'session')} of training changed: nobody has been asked."


def _unverified_claims(views: ReportViews) -> Iterator[str]:
    """Say of what nothing was shown, or nothing that counts as evidence."""
    view = views.sustainability
    if done := view.standing.get(Finding.IMPLEMENTED, 0):
        yield (
            f"Whether what {count(done, 'recommendation')} asked for is in practice:"
            f" {'it is' if done == 1 else 'they are'} said to be done, and nothing on record shows"
            " it."
        )
    unchecked = [row for row in view.improvements if row.finding == Finding.EMBEDDED]
    if never := sum(row.last_verified is None for row in unchecked):
        still = f"{count(never, 'embedded improvement')} {are(never)} still in place"
        yield f"Whether {still}: no check that counts has been passed yet."
    if notes := view.rechecks.notes:
        yield f"What {count(notes, 'check')} rested on: on no audit's evidence, or by the owner."
    if missing := view.rechecks.due - view.rechecks.done:
        yield f"{count(missing, 'check')} that {are(missing)} due {are(missing)} not made."


def _undated_duties(views: ReportViews) -> Iterator[str]:
    if undated := views.accountability.totals.undated:
        yield (
            f"By when {count(undated, 'recommendation')} {are(undated)} to be done: still open,"
            " with no date agreed."
        )


def _unrecorded_events(views: ReportViews) -> Iterator[str]:
    """Say what happened, or may have, without being on record."""
    view = views.accountability
    met = {row.body for row in view.representation}
    silent = [
        row.body
        for row in view.bodies
        if row.kind == "committee"
        and row.body not in met
        and views.history.shows(stream_of("body", row.body))
    ]
    if silent:
        yield f"Who came to the meetings of {_names(views, silent)}: none is on record."
    decisions = views.decisions.decisions
    if meetings := sum(row.meeting is not None and row.quorate is None for row in decisions):
        decided = count(meetings, "decision")
        yield f"Whether there was a quorum for {decided}: the meeting is not on record here."
    if unknown := views.training.mix.attended - views.training.mix.of:
        yield f"From which agency {count(unknown, 'person', 'people')} came to training."
    if left_out := views.history.uncounted:
        yield (
            f"{count(left_out, 'entry', 'entries')} on record {are(left_out)} not counted: they"
            " take effect later, or have no effect since something was corrected or ended."
        )


def _unanswered_questions(views: ReportViews) -> Iterator[str]:
    view = views.accountability
    if pending := view.totals.pending:
        undated = "" if view.totals.answers_timed else ", with no day on record by which to answer"
        waited_for = (
            f"{count(pending, 'answer')} to a recommendation {are(pending)} still waited for"
        )
        yield f"{waited_for}{undated}."
    if findings := sum(row.answered is None for row in views.conduct.findings):
        yield (
            f"{count(findings, 'finding')} of reviews {has(findings)} neither an action nor a"
            " reason for none."
        )
    raised = sum(row.answered is None for row in view.escalations)
    raised += sum(not (row.answered or row.resolved) for row in view.challenges)
    if raised:
        yield f"{count(raised, 'concern')} raised {are(raised)} not answered."
    for row in view.notes:
        if row.waiting_for:
            agencies = _names(views, row.waiting_for)
            yield f"Whether the briefing note of {row.audit} reached {agencies}."
    if silent := sum(row.attended - row.replies for row in views.training.evaluations):
        replies = count(silent, "reply", "replies")
        yield f"What {replies} not given after training would have said."


def _names(views: ReportViews, refs: Sequence[str]) -> str:
    names = listed(map(views.body_name, refs[:NAMED]))
    return f"{names} and {len(refs) - NAMED} more" if len(refs) > NAMED else names
