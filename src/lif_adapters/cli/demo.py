"""`lif demo`: a worked history, fictional, from a notified case to a re-audit two years later."""

import re
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from shlex import quote
from typing import Annotated, Any

import attrs
from cyclopts import Parameter

from lif_adapters.cli import output
from lif_adapters.cli.options import db_url, keyring
from lif_adapters.cli.tables import write_view
from lif_adapters.wiring import connect
from lif_core.aggregates.training_course import CommissionCourse
from lif_core.commands.application import Application
from lif_core.errors import RefusedError
from lif_core.log.mapper import LifMapper
from lif_core.log.requests import Request, load
from lif_core.queries.readership import PERSONAL_TEXTS, Roles
from lif_core.statistics.proportions import Difference, Verdict, percentage
from lif_core.views import PROJECTIONS
from lif_core.views.accountability import Accountability, accountability
from lif_core.views.lessons import Lessons, lessons
from lif_core.views.sustainability import Sustainability, sustainability
from lif_core.views.training import Training, training

REVIEW = "wscb/scr-child-k"
DEMO_DB = "sqlite:lif-demo.db"
LOOKED_AT = date(2019, 6, 30)


def demo_requests(mapper: LifMapper) -> list[Request]:
    """Return the commands of the worked history, in the order in which they were recorded."""
    text = files("lif_adapters.cli").joinpath("demo.jsonl").read_text("utf-8")
    return [load(line, mapper) for line in text.splitlines()]


def demo(
    *, db: Annotated[str, Parameter(name="--db", help="A new store for it.")] = DEMO_DB
) -> None:
    """Record a worked, fictional history in a new store, and show what can be seen of it."""
    url = db_url(db)
    with connect(url, readership=Roles(("wscb", PERSONAL_TEXTS)), keys=keyring()) as app:
        refusal = record_demo(app)
        output.say("Everything here is invented: the people, the case, and what each agency did.")
        output.say(
            f"Recorded in {_shown(url)}: the review of Child K, and what came of it over two"
            " years."
        )
        output.say(
            "When each entry was recorded is supplied, as it would be from an older register."
        )
        output.say()
        for line in (*_as_known(app), *_figures(app, refusal)):
            output.say(line)
        for name in ("accountability", "sustainability"):
            output.say()
            output.say(f"lif view {name} --valid {LOOKED_AT}")
            output.say()
            answer = app.view(PROJECTIONS[name], valid=LOOKED_AT)
            write_view(answer, None, app.mapper, output.OutputFormat.TABLE)
    output.say()
    output.say(
        "Names, and texts that may tell about a person, are redacted unless a role grants them."
    )
    output.say("Here everybody is invented, so give it to yourself:")
    output.write_text(f"  export LIF_ROLES={quote(f'wscb,{PERSONAL_TEXTS}')}")
    output.say()
    output.say("Where to look next:")
    for line in (
        "why recommendation-wscb/r-2",
        f"show review-{REVIEW}",
        "view accountability --table clocks --valid 2017-05-21 --known 2017-05-21",
        f"knew review-{REVIEW} 2",
        "diff accountability --valid 2017-05-21 --known 2017-05-21 --to-known 2017-05-24",
        "replay --by recorded --view accountability",
        "view training --format json",
        "view lessons",
        "commands IssueRecommendation",
    ):
        output.write_text(  # on one line, to be copied
            f"  lif {line}"
            + ("" if line.startswith("commands") else f" --db {quote(_shown(url))}")
        )


def _shown(url: str) -> str:
    """Return *url* without a password in it."""
    return re.sub(r"(?<=//)([^/@:]*):[^/@]*@", r"\1@", url)


def record_demo(app: Application) -> RefusedError | None:
    """Record the worked history; return the refusal of its one request that breaks a rule."""
    requests = demo_requests(app.mapper)
    index = next(n for n, r in enumerate(requests) if isinstance(r.command, CommissionCourse))
    app.handle_all(requests[:index])
    refusal = None
    try:
        command: Any = requests[index].command
        app.handle(attrs.evolve(command, procurement=None))
    except RefusedError as error:
        refusal = error
    app.handle_all(requests[index:])
    return refusal


def _as_known(app: Application) -> Iterator[str]:
    yield "What was known of the chair's decision whether to hold the review, due 2017-05-20:"
    for day in (date(2017, 5, 21), date(2017, 5, 24)):
        row = app.view(accountability, valid=day, known=day).clock(REVIEW, "decision")
        taken = f"to hold it, taken on {row.done}, {row.latency} days after notification"
        known = taken if row.done else "not on record"
        lag = f", recorded {row.recording_lag} days later" if row.recording_lag is not None else ""
        status = _days(row.days_overdue_so_far) if row.days_overdue_so_far else row.status
        yield f"  as known on {day}: {known}{lag}: {status}"
    yield ""


def _figures(app: Application, refusal: RefusedError | None) -> Iterator[str]:
    yield f"Up to {LOOKED_AT}:"
    yield from _of_accountability(app.view(accountability, valid=LOOKED_AT))
    yield from _of_training(app.view(training, valid=LOOKED_AT), refusal)
    yield from _of_sustainability(app.view(sustainability, valid=LOOKED_AT))
    yield from _of_lessons(app.view(lessons, valid=LOOKED_AT))


def _of_accountability(view: Accountability) -> Iterator[str]:
    notified = view.clock(REVIEW, "notification")
    yield f"  notified {notified.done}, due {notified.due}: {notified.status}"
    informed = view.clock(REVIEW, "panel told")
    yield f"  panel told {informed.done}, due {informed.due}: {informed.status}"
    report = view.clock(REVIEW, "completion")
    yield (
        f"  report accepted {report.done}, due {report.due}:"
        f" {report.days_overdue_so_far} days late ="
        f" {report.unexplained} unexplained + {report.explained} explained"
    )
    copy = view.clock(REVIEW, "panel copy")
    yield (
        f"  panel copy {copy.done}, published {copy.started}, on working day"
        f" {copy.working_days} after it; the 7th is the earliest: {copy.status}"
    )
    totals = view.totals
    yield (
        f"  recommendations: {totals.made} made = {totals.accepted} accepted"
        f" + {totals.declined} declined + {totals.pending} pending"
    )
    yield f"  recommendations overdue now: {totals.overdue_now} of {totals.duties_open} open"
    overdue = view.overdue_board_duties
    named = ", ".join(row.duty for row in overdue)
    yield f"  duties of the boards themselves, overdue and never begun: {len(overdue)} ({named})"
    for duty in view.duties:
        if duty.days_overdue_so_far:
            parts = " + ".join(
                f"{share.days_overdue_so_far} ({share.body})" for share in duty.shares
            )
            days = f"{duty.days_overdue_so_far} days overdue so far"
            yield f"  {duty.recommendation}: {days} = {parts}"
    for escalation in view.escalations:
        answered = f"in {escalation.days} days" if escalation.answered else "not yet"
        yield (
            f"  escalation of {escalation.recommendation} to {escalation.to}: answered {answered}"
        )
    for note in view.notes:
        waiting = ", ".join(note.waiting_for)
        acknowledged = f"{note.acknowledged} of {note.sent} agencies acknowledged it"
        yield f"  briefing note: {acknowledged}; waiting for {waiting}"


def _of_training(view: Training, refusal: RefusedError | None) -> Iterator[str]:
    if refusal is not None:
        yield f"  tried and refused, external course without procurement reference: {refusal.rule}"
    for session in view.sessions:
        yield (
            f"  course: {session.attended} of {session.capacity} places filled"
            f" ({_percent(session.fill)}); of the booked {session.turned_up}/{session.booked} came"
            f" ({_percent(session.turn_up)})"
        )
    for row in view.evaluations:
        yield (
            f"  after {row.months} months {row.replies} of {row.attended} replied;"
            f" {row.positive} changed practice: {_percent(row.positive_of_replies)} of replies,"
            f" at least {_percent(row.positive_at_least)} of attendees"
        )


def _of_sustainability(view: Sustainability) -> Iterator[str]:
    for spell in view.spells:
        if spell.end == "relapsed":
            gone = f"found gone at {spell.last}: a relapse within ({spell.first}, {spell.last}]"
            yield f"  {spell.recommendation}: in place {spell.first} days on, {gone}"
        else:
            shown = f"last shown in place {spell.last} days after it was embedded"
            yield f"  {spell.recommendation}: {shown}; not checked since"
    for improvement in view.improvements:
        if improvement.level is not None:
            claim = f"; E{improvement.claimed} was claimed" if improvement.claimed else ""
            yield (
                f"  {improvement.recommendation}: embedded on evidence E{improvement.level}{claim}"
            )
    lasting = view.lasting
    bounds = (
        f"between {_percent(lasting.low)} and {_percent(lasting.high)} of {lasting.begun}"
        if lasting.low is not None
        else f"not known: {lasting.bounds_reason}"
    )
    yield f"  what lasts {lasting.horizon} days: {bounds}"
    for row in view.reaudits:
        yield f"  re-audit {row.on}: {_change(row.change, row.level)}"
        if row.pooled is not None and row.pooled != row.change:
            yield f"  both re-audits together: {_change(row.pooled, row.level)}"
            if row.pooled.verdict is Verdict.NOT_SHOWN:
                yield f"    {_not_shown(row.pooled, row.looks)}"
    for indicator in view.indicators:
        if indicator.chart is not None:
            usual = indicator.chart
            yield (
                f"  indicator {indicator.indicator}: mean {usual.mean:g},"
                f" limits {usual.low:.3f} and {usual.high:.3f}"
            )
    for point in view.points:
        if point.signals:
            rules = ", ".join(point.signals)
            yield f"  signal of {point.period}: {point.value:g}, {point.direction}, {rules}"


def _of_lessons(view: Lessons) -> Iterator[str]:
    for lesson in view.lessons:
        yield f"  lesson: {lesson.sentence}"
        yield f"    told by {lesson.told} findings, first on {lesson.first}, last on {lesson.last}"
    for answer in view.answers:
        looked_at = f"of {answer.looked_at} later findings looked at"
        yield (
            f"    {answer.answer}, embedded {answer.embedded}: {looked_at},"
            f" {answer.recurred} tells it again, {answer.days} days on, while it stood"
        )


def _not_shown(change: Difference, looks: int | None) -> str:
    before, after = change.before.rate or 0, change.after.rate or 0
    grew = "More than doubled" if after > 2 * before else "Changed"
    planned = f"{looks} looks were planned" if looks else "looks were not planned"
    return (
        f"{grew}, from {_percent(before)} to {_percent(after)}, and yet not shown: {planned}, so"
        " each look has to be surer, and chance could still have done this"
    )


def _change(change: Difference, level: float) -> str:
    before, after = change.before, change.after
    return (
        f"{after.part} of {after.whole} files good or better, from {before.part} of"
        f" {before.whole}; {100 * level:g}% interval of the change"
        f" [{change.low:.3f}, {change.high:.3f}]: {change.verdict or 'no verdict'}"
    )


def _percent(rate: float | None) -> str:
    return "" if rate is None else percentage(rate)


def _days(count: int) -> str:
    return f"{count} day overdue" if count == 1 else f"{count} days overdue"
