"""The first page: the main figures, and what is not known."""

from collections.abc import Iterator

from lif_adapters.report.model import Fact
from lif_adapters.report.views import Views
from lif_adapters.report.wording import are, count, has, listed, percent, some
from lif_core.items.improvement import Finding
from lif_core.statistics.survival import End
from lif_core.values.evidence import TrainingLevel


def facts(views: Views) -> tuple[Fact, ...]:
    """The main figures, each with the figure of the report that it is of."""
    return (*_of_accountability(views), *_of_sustainability(views), *_of_training(views))


def _of_accountability(views: Views) -> Iterator[Fact]:
    found = views.accountability.totals
    if found.made:
        yield Fact(
            "Recommendations: answers",
            f"{found.accepted:,} of {found.made:,}",
            f"accepted; {found.declined:,} declined, {found.pending:,} pending",
            "responses",
        )
    if clocks := found.clocks_met + found.clocks_late + found.clocks_open + found.clocks_overdue:
        yield Fact(
            "Statutory clocks",
            f"{found.clocks_met:,} of {clocks:,}",
            f"met; {found.clocks_late:,} late, {found.clocks_overdue:,} overdue now",
            "clocks",
        )
    if found.duties:
        yield Fact(
            "Overdue",
            count(found.overdue, "day"),
            f"over {count(found.duties, 'duty', 'duties')}: {found.explained:,} explained,"
            f" {found.unexplained:,} not",
            "exposure",
        )


def _of_sustainability(views: Views) -> Iterator[Fact]:
    found = views.sustainability
    ever = {spell.recommendation for spell in found.spells}
    gone = {spell.recommendation for spell in found.spells if spell.end is End.RELAPSED}
    if ever:
        yield Fact(
            "Embedded",
            count(len(ever), "improvement"),
            f"of which {some(len(gone))} {has(len(gone))} relapsed",
            "survival",
        )
    row = found.rechecks
    if row.due or row.passed or row.failed:
        yield Fact(
            "Re-checks",
            f"{row.passed:,} of {row.passed + row.failed:,}",
            f"passed; {row.done:,} of {row.due:,} due were made",
            "rechecks",
        )
    if found.reaudits:
        change = found.reaudits[-1].pooled
        verdict = "demonstrated" if change.demonstrated else "not demonstrated"
        yield Fact(
            "Files good or better",
            f"{change.after.part:,} of {change.after.whole:,}",
            f"from {change.before.part:,} of {change.before.whole:,}: {verdict}",
            "reaudits",
        )


def _of_training(views: Views) -> Iterator[Fact]:
    found = views.training
    if found.sessions:
        places = sum(row.capacity for row in found.sessions)
        yield Fact("Training", f"{found.attended:,} of {places:,}", "places filled", "reach")
    for one in found.levels:
        if one.level == TrainingLevel.PRACTICE and one.replies:
            yield Fact(
                f"Changed practice, {count(one.months or 0, 'month')} on",
                f"{one.positive:,} of {one.replies:,}",
                f"who replied; at least {percent(one.positive_at_least)} of those who came",
                "impact",
            )


def not_known(views: Views) -> tuple[str, ...]:
    """What nobody has said or looked at, so that no figure is taken for more than it is."""
    return (
        *_not_answered(views),
        *_not_held(views),
        *_not_looked_at(views),
        *_not_counted(views),
    )


def _not_answered(views: Views) -> Iterator[str]:
    found = views.accountability
    if many := found.totals.pending:
        yield f"{count(many, 'answer')} to a recommendation {are(many)} still waited for."
    for row in found.notes:
        if row.waiting_for:
            waiting = listed(map(views.name, row.waiting_for[:5]))
            more = f" and {len(row.waiting_for) - 5} more" if len(row.waiting_for) > 5 else ""
            yield f"Whether the briefing note of {row.audit} reached {waiting}{more}."


def _not_held(views: Views) -> Iterator[str]:
    """Committees that held duties, and of whose meetings nothing is on record."""
    found = views.accountability
    met = {row.body for row in found.representation}
    silent = [row.body for row in found.bodies if row.kind == "committee" and row.body not in met]
    if silent:
        named = listed(map(views.name, silent[:5]))
        more = f" and {len(silent) - 5} more" if len(silent) > 5 else ""
        yield f"Who came to the meetings of {named}{more}: none is on record."


def _not_looked_at(views: Views) -> Iterator[str]:
    found, training = views.sustainability, views.training
    if many := found.standing.get(Finding.UNKNOWN, 0):
        yield f"Whether {count(many, 'embedded improvement')} lasted: nobody checked in time."
    if missing := found.rechecks.due - found.rechecks.done:
        yield f"{count(missing, 'check')} that {are(missing)} due {are(missing)} not made."
    if many := sum(row.attended - row.replies for row in training.evaluations):
        yield f"What {count(many, 'reply', 'replies')} not given after training would have said."
    asked = {(row.course, row.session) for row in training.evaluations}
    if many := sum((r.course, r.session) not in asked for r in training.sessions):
        yield f"What {count(many, 'session')} of training changed: nobody has been asked."
    if many := training.mix.attended - training.mix.of:
        yield f"From which agency {count(many, 'person', 'people')} came to training."


def _not_counted(views: Views) -> Iterator[str]:
    counted = sum(len(records) for records in views.history.counted.values())
    if many := len(views.history.records) - counted:
        yield (
            f"{count(many, 'entry', 'entries')} on record {are(many)} not counted: they take"
            " effect later, or a correction has made them void."
        )
