"""Who was answerable, for what, and how late."""

from collections.abc import Iterator, Sequence

from lif_adapters.report import charts
from lif_adapters.report.behind import About, among, beginning
from lif_adapters.report.hindsight import ThenRow
from lif_adapters.report.tables import Shown
from lif_adapters.report.views import FigurePlan, SectionPlan, Views
from lif_adapters.report.wording import are, count, day, some, told, were
from lif_core.aggregates import body, challenge
from lif_core.aggregates import recommendation as r
from lif_core.decisions.record import Record
from lif_core.items.clocks import ClockRow
from lif_core.values.working_days import local_day
from lif_core.views import accountability
from lif_core.views.accountability.rows import DutyRow, Totals

BOARD = (
    "board",
    "reviews",
    "recommendations",
    "joint",
    "duties",
    "open",
    "overdue",
    "explained",
    "unexplained",
)


def owing(views: Views) -> SectionPlan:
    """Duties and clocks, and what was said of them."""
    return SectionPlan(
        id="accountability",
        title="Who was answerable, and how late",
        lead=_lead(views),
        figures=(
            _clocks(views),
            _hindsight(views),
            _ownership(views),
            _exposure(views),
            _raised(views),
            _notes(views),
            _representation(views),
        ),
    )


def _lead(views: Views) -> str:
    totals = views.accountability.totals
    if not totals.reviews and not totals.recommendations:
        return "No review and no recommendation is on record."
    return f"{_kept(totals)} {_owed(totals)}"


def _kept(totals: Totals) -> str:
    """Clocks that are done, of which some were met; and those that are overdue now."""
    done, overdue = totals.clocks_met + totals.clocks_late, totals.clocks_overdue
    said = "No statutory clock is done."
    if done:
        met = totals.clocks_met
        said = f"Of {count(done, 'statutory clock')} done, {some(met)} {were(met)} met."
    if overdue:
        said += f" {count(overdue, 'other')} {are(overdue)} overdue now."
    return said


def _owed(totals: Totals) -> str:
    """Duties, those still open, and the days that they were overdue, explained and not."""
    if not totals.duties:
        return "Nothing is planned yet, so nobody owes anything."
    still = totals.duties_open
    said = (
        f"{count(totals.duties, 'recommendation')} came to be owed; {some(still)} {are(still)}"
        " still open."
    )
    if not totals.overdue:
        return f"{said} No day was overdue."
    days = count(totals.overdue, "day")
    return (
        f"{said} Together they were overdue for {days}: {totals.unexplained:,} unexplained and"
        f" {totals.explained:,} explained."
    )


def _clocks(views: Views) -> FigurePlan:
    rows = views.accountability.clocks
    return FigurePlan(
        id="clocks",
        title="Statutory clocks",
        says=told(sentence for row in rows for sentence in _of_clock(row)),
        empty="No clock has started: no review that has clocks was begun.",
        about=About(accountability, among(f"review-{row.review}" for row in rows)),
        shows=(
            Shown(
                name="accountability.clocks",
                caption="Each clock of each review",
                columns=(
                    "review",
                    "clock",
                    "started",
                    "due",
                    "done",
                    "status",
                    "overdue",
                    "explained",
                    "unexplained",
                    "latency",
                    "so_far",
                    "working_days",
                    "slack",
                    "recording_lag",
                ),
                first=lambda row: (row.overdue, row.status == "open"),
            ),
            Shown(name="accountability.clock_totals", caption="Each clock over all reviews"),
        ),
    )


def _of_clock(row: ClockRow) -> Iterator[str]:
    what = f"{row.review}, {row.clock}"
    if row.overdue:
        late = "late" if row.done else "overdue"
        yield (
            f"{what}: due {day(row.due)}, {f'done {day(row.done)}' if row.done else 'not done'}:"
            f" {count(row.overdue, 'day')} {late} = {row.unexplained:,} unexplained"
            f" + {row.explained:,} explained."
        )
    elif row.status == "short":
        yield f"{what}: {count(row.working_days or 0, 'working day')} were left, too few."


def _hindsight(views: Views) -> FigurePlan:
    rows = views.hindsight.clocks
    return FigurePlan(
        id="hindsight",
        title="What was known at the time",
        when="each row as it was on the day that it names, as known by the end of it",
        says=told(map(_of_then, rows)),
        empty="Whatever was done in time was also on record in time.",
        about=About(
            accountability,
            among(f"review-{row.review}" for row in rows),
            record=lambda record: _known_by(record, rows),
        ),
        shows=(Shown(name="hindsight.clocks", caption="Clocks as they were known on a day"),),
    )


def _known_by(record: Record, rows: Sequence[ThenRow]) -> bool:
    """Whether it was on record on one of the days on which its review is looked at."""
    day = local_day(record.recorded_at)
    return any(f"review-{row.review}" == record.stream and day <= row.known for row in rows)


def _of_then(row: ThenRow) -> str:
    asked = f"As known on {day(row.known)}, {row.review}, {row.clock}"
    if row.done is not None:
        began, lag = count(row.latency or 0, "day"), count(row.recording_lag or 0, "day")
        return f"{asked}: {row.status}, {began} after it began, recorded {lag} later."
    if row.overdue is not None:
        return f"{asked}: not on record, {count(row.overdue, 'day')} overdue."
    return f"{asked}: that it had begun was not on record."


def _ownership(views: Views) -> FigurePlan:
    found = views.accountability
    return FigurePlan(
        id="ownership",
        title="Who held what, and when",
        chart=charts.ownership_timeline(found.ownership, found.duties, views.valid, views.called),
        says=told(
            _of_duty(row, views)
            for row in sorted(found.duties, key=lambda row: -row.overdue)
            if row.overdue
        ),
        empty="Nothing is planned yet: no recommendation has an owner.",
        about=_of_duties(views),
        shows=(
            Shown(
                name="accountability.ownership",
                caption="Each time that a body held a recommendation",
                first=lambda row: row.overdue,
            ),
            Shown(
                name="accountability.duties",
                caption="Each recommendation that came to be owed",
                first=lambda row: row.overdue,
            ),
        ),
    )


def _of_duty(row: DutyRow, views: Views) -> str:
    parts = " + ".join(
        f"{share.overdue:,} ({views.name(share.body)})" for share in row.shares if share.overdue
    )
    return f"{row.recommendation} was {count(row.overdue, 'day')} overdue = {parts}."


def _of_duties(views: Views) -> About:
    """The recommendations that came to be owed, and the mergers of those who owed them."""
    owed = frozenset(f"recommendation-{row.recommendation}" for row in views.accountability.duties)
    return About(
        accountability,
        lambda stream: stream in owed or stream.startswith("body-"),
        lambda event: not isinstance(event, body.MeetingRecorded),
    )


def _exposure(views: Views) -> FigurePlan:
    rows = views.accountability.bodies
    return FigurePlan(
        id="exposure",
        title="Days overdue, by committee",
        chart=charts.overdue_exposure(rows, views.called),
        empty="No body has held a duty.",
        about=_of_duties(views),
        shows=(
            Shown(
                name="accountability.bodies",
                caption="What each body held, and for how long it was overdue there",
                first=lambda row: row.overdue,
            ),
            Shown(
                name="accountability.lineages",
                caption="The same with the bodies that were merged into each",
                keep=lambda row: bool(row.merged),
            ),
            Shown(
                name="accountability.boards",
                caption="By board",
                columns=BOARD,
            ),
            Shown(
                name="accountability.joint",
                caption="Items of more than one board",
                first=lambda row: row.overdue,
            ),
        ),
    )


def _raised(views: Views) -> FigurePlan:
    found = views.accountability
    raised = len(found.escalations) + len(found.challenges)
    waiting = sum(row.answered is None for row in found.escalations)
    waiting += sum(not (row.answered or row.resolved) for row in found.challenges)
    waits = "waits for an answer" if waiting < 2 else "wait for an answer"
    streams = [f"recommendation-{row.recommendation}" for row in found.escalations]
    streams += [f"challenge-{row.challenge}" for row in found.challenges]
    return FigurePlan(
        id="raised",
        title="Concerns and challenges raised",
        says=(
            f"{count(raised, 'matter')} {were(raised)} raised, of which {some(waiting)} {waits}.",
        )
        if raised
        else (),
        empty="Nobody has raised a concern about a delay, and no body has challenged another.",
        about=About(
            accountability,
            among(streams),
            lambda event: isinstance(
                event, r.EscalationRaised | r.EscalationAnswered | challenge.ChallengeEvent
            ),
        ),
        shows=(
            Shown(
                name="accountability.escalations",
                caption="Concerns raised about a recommendation",
                first=lambda row: (row.answered is None, row.days),
            ),
            Shown(
                name="accountability.escalation_totals",
                caption="The same, by the body they were raised to",
            ),
            Shown(
                name="accountability.challenges",
                caption="Matters that one body put to another",
                first=lambda row: (row.answered is None, row.days),
            ),
        ),
    )


def _notes(views: Views) -> FigurePlan:
    rows = views.accountability.notes
    return FigurePlan(
        id="notes",
        title="Briefing notes",
        says=told(
            f"{row.audit}: {row.acknowledged:,} of {count(row.sent, 'agency', 'agencies')}"
            f" acknowledged the briefing note."
            for row in rows
        ),
        empty="No briefing note was sent.",
        about=About(
            accountability,
            among(f"audit-{row.audit}" for row in rows),
        ),
        shows=(
            Shown(
                name="accountability.notes",
                caption="Who acknowledged each briefing note",
                first=lambda row: row.sent - row.acknowledged,
            ),
        ),
    )


def _representation(views: Views) -> FigurePlan:
    rows = views.accountability.representation
    required, present = sum(row.required for row in rows), sum(row.present for row in rows)
    return FigurePlan(
        id="representation",
        title="Who came to the meetings",
        says=(f"{present:,} of {count(required, 'required seat')} were filled.",) if rows else (),
        empty="No meeting is on record.",
        about=About(
            accountability,
            beginning("body"),
            lambda event: isinstance(event, body.MeetingRecorded),
        ),
        shows=(
            Shown(
                name="accountability.representation",
                caption="Seats of required agencies, over the meetings of each committee",
                first=lambda row: row.required - row.present,
            ),
        ),
    )
