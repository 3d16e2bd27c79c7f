"""`lif demo`: a worked history, fictional, from a notified case to a re-audit two years later."""

from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from typing import Annotated, Any

import attrs
from cyclopts import Parameter

from lif_adapters.cli import output
from lif_adapters.cli.options import db_url
from lif_adapters.cli.reading import write_view
from lif_adapters.wiring import connect
from lif_core.aggregates.training_course import CommissionCourse
from lif_core.commands.application import Application
from lif_core.errors import RefusedError
from lif_core.log.mapper import LifMapper
from lif_core.log.requests import Request, load
from lif_core.statistics.proportions import Difference, percentage
from lif_core.views import (
    PROJECTIONS,
    Accountability,
    Sustainability,
    Training,
    accountability,
    sustainability,
    training,
)

REVIEW = "wscb/scr-child-k"
DEMO_DB = "sqlite:lif-demo.db"
LOOKED_AT = date(2019, 6, 30)


def demo_requests(mapper: LifMapper) -> list[Request]:
    """The commands of the worked history, in the order in which they were recorded."""
    text = files("lif_adapters.cli").joinpath("demo.jsonl").read_text("utf-8")
    return [load(line, mapper) for line in text.splitlines()]


def demo(
    *, db: Annotated[str, Parameter(name="--db", help="A new store for it.")] = DEMO_DB
) -> None:
    """Record a worked, fictional history in a new store, and show what can be seen of it."""
    url = db_url(db)
    with connect(url) as app:
        refused = record_demo(app)
        output.say("Everything here is invented: the people, the case, and what each agency did.")
        output.say(
            f"Recorded in {url}: the review of Child K, and what came of it over two years."
        )
        output.say(
            "When each entry was recorded is supplied, as it would be from an older register."
        )
        output.say()
        for line in (*_as_known(app), *_figures(app, refused)):
            output.say(line)
        for name in ("accountability", "sustainability"):
            output.say()
            output.say(f"lif view {name} --valid {LOOKED_AT}")
            output.say()
            found = app.view(PROJECTIONS[name], valid=LOOKED_AT)
            write_view(found, None, app.mapper, output.Format.TABLE)
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
        "commands IssueRecommendation",
    ):
        output.say(f"  lif {line}" + ("" if line.startswith("commands") else f" --db {url}"))


def record_demo(app: Application) -> RefusedError | None:
    """Record the worked history; returns the refusal of its one request that breaks a rule."""
    requests = demo_requests(app.mapper)
    at = next(n for n, one in enumerate(requests) if isinstance(one.command, CommissionCourse))
    app.handle_all(requests[:at])
    refused = None
    try:
        command: Any = requests[at].command
        app.handle(attrs.evolve(command, procurement=None))
    except RefusedError as error:
        refused = error
    app.handle_all(requests[at:])
    return refused


def _as_known(app: Application) -> Iterator[str]:
    yield "What was known of the chair's decision whether to hold the review, due 2017-05-20:"
    for day in (date(2017, 5, 21), date(2017, 5, 24)):
        row = app.view(accountability, valid=day, known=day).clock(REVIEW, "decision")
        taken = f"to hold it, taken on {row.done}, {row.latency} days after notification"
        told = taken if row.done else "not on record"
        lag = f", recorded {row.recording_lag} days later" if row.recording_lag is not None else ""
        status = _days(row.overdue) if row.overdue else row.status
        yield f"  as known on {day}: {told}{lag}: {status}"
    yield ""


def _figures(app: Application, refused: RefusedError | None) -> Iterator[str]:
    yield f"Up to {LOOKED_AT}:"
    yield from _of_accountability(app.view(accountability, valid=LOOKED_AT))
    yield from _of_training(app.view(training, valid=LOOKED_AT), refused)
    yield from _of_sustainability(app.view(sustainability, valid=LOOKED_AT))


def _of_accountability(found: Accountability) -> Iterator[str]:
    notified = found.clock(REVIEW, "notification")
    yield f"  notified {notified.done}, due {notified.due}: {notified.status}"
    told = found.clock(REVIEW, "panel told")
    yield f"  panel told {told.done}, due {told.due}: {told.status}"
    report = found.clock(REVIEW, "completion")
    yield (
        f"  report accepted {report.done}, due {report.due}: {report.overdue} days late ="
        f" {report.unexplained} unexplained + {report.explained} explained"
    )
    copy = found.clock(REVIEW, "panel copy")
    yield (
        f"  panel copy {copy.started}, published {copy.done}, on working day"
        f" {copy.working_days} after it; the 7th is the earliest: {copy.status}"
    )
    totals = found.totals
    yield (
        f"  recommendations: {totals.made} made = {totals.accepted} accepted"
        f" + {totals.declined} declined + {totals.pending} pending"
    )
    for duty in found.duties:
        if duty.overdue:
            parts = " + ".join(f"{share.overdue} ({share.body})" for share in duty.shares)
            yield f"  {duty.recommendation} was {duty.overdue} days overdue = {parts}"
    for escalation in found.escalations:
        answered = f"in {escalation.days} days" if escalation.answered else "not yet"
        yield (
            f"  escalation of {escalation.recommendation} to {escalation.to}: answered {answered}"
        )
    for note in found.notes:
        waiting = ", ".join(note.waiting_for)
        said = f"{note.acknowledged} of {note.sent} agencies acknowledged it"
        yield f"  briefing note: {said}; waiting for {waiting}"


def _of_training(found: Training, refused: RefusedError | None) -> Iterator[str]:
    if refused is not None:
        yield f"  tried and refused, external course without procurement reference: {refused.rule}"
    for session in found.sessions:
        yield (
            f"  course: {session.attended} of {session.capacity} places filled"
            f" ({_percent(session.fill)}); of the booked {session.turned_up}/{session.booked} came"
            f" ({_percent(session.turn_up)})"
        )
    for one in found.evaluations:
        yield (
            f"  after {one.months} months {one.replies} of {one.attended} replied;"
            f" {one.positive} changed practice: {_percent(one.positive_of_replies)} of replies,"
            f" at least {_percent(one.positive_at_least)} of attendees"
        )


def _of_sustainability(found: Sustainability) -> Iterator[str]:
    for spell in found.spells:
        if spell.end == "relapsed":
            gone = f"found gone at {spell.last}: a relapse within ({spell.first}, {spell.last}]"
            yield f"  {spell.recommendation}: in place {spell.first} days on, {gone}"
        else:
            shown = f"last shown in place {spell.last} days after it was embedded"
            yield f"  {spell.recommendation}: {shown}; not checked since"
    for row in found.reaudits:
        yield f"  re-audit {row.on}: {_change(row.change)}"
        if row.pooled != row.change:
            yield f"  both re-audits together: {_change(row.pooled)}"
    for indicator in found.indicators:
        if indicator.chart is not None:
            usual = indicator.chart
            yield (
                f"  indicator {indicator.indicator}: mean {usual.mean:g},"
                f" limits {usual.low:.3f} and {usual.high:.3f}"
            )
    for point in found.points:
        if point.signals:
            worse = "worse" if point.concern else "better"
            rules = ", ".join(point.signals)
            yield f"  signal of {point.period}: {point.value:g}, {worse}, {rules}"


def _change(change: Difference) -> str:
    before, after = change.before, change.after
    verdict = "demonstrated" if change.demonstrated else "not demonstrated"
    return (
        f"{after.part} of {after.whole} files good or better, from {before.part} of"
        f" {before.whole}; 95% interval of the change [{change.low:.3f}, {change.high:.3f}]:"
        f" {verdict}"
    )


def _percent(rate: float | None) -> str:
    return "" if rate is None else percentage(rate)


def _days(count: int) -> str:
    return f"{count} day overdue" if count == 1 else f"{count} days overdue"
