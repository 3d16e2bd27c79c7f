"""The life of a board's annual report: what reviews and audits changed, for services and for those
who use them (framework §2.2; Care Act 2014, Schedule 2, paragraph 4).
"""

from datetime import date
from typing import TypeAlias, assert_never

from msgspec import Struct
from msgspec.structs import replace

from lif_core.decisions.decider import (
    Decider,
    Setting,
    latest,
    refuse_earlier,
    refuse_second,
    unknown,
)
from lif_core.decisions.messages import Command, Event
from lif_core.errors import RefusedError
from lif_core.values.fields import BodyRef, Code, PersonalText, ReportRef, StreamRef, message

# Commands and events


@message
class BeginAnnualReport(Command):
    """A board reports on [*since*, *until*]; *boards* are those it is joint to, where several."""

    report: ReportRef
    since: date
    until: date
    boards: tuple[BodyRef, ...] = ()


@message
class AnnualReportBegun(BeginAnnualReport, Event[BeginAnnualReport]):
    """The report is begun; the figures of its period are those of the view `annual-report`."""


@message
class ExplainImpact(Command):
    """The board explains the impact of a review (with no *source*, of all) on improving
    *services*, and on reducing *harm*: deaths and serious harm (framework §2.2).
    """

    report: ReportRef
    services: PersonalText
    harm: PersonalText
    source: StreamRef | None = None


@message
class ImpactExplained(ExplainImpact, Event[ExplainImpact]):
    """The explanation is part of the report."""


@message
class PublishAnnualReport(Command):
    """The report is public, at *place*."""

    report: ReportRef
    place: Code


@message
class AnnualReportPublished(PublishAnnualReport, Event[PublishAnnualReport]):
    """Anybody can read it."""


AnnualReportCommand: TypeAlias = BeginAnnualReport | ExplainImpact | PublishAnnualReport
AnnualReportEvent: TypeAlias = AnnualReportBegun | ImpactExplained | AnnualReportPublished


# State


class ReportingYear(Struct, frozen=True, kw_only=True):
    """The state of a board's annual report: all that its rules ask about its past."""

    begun: AnnualReportBegun | None = None
    explained: ImpactExplained | None = None
    published: AnnualReportPublished | None = None


def evolve(state: ReportingYear | None, event: AnnualReportEvent) -> ReportingYear:
    state = state or ReportingYear()
    match event:
        case AnnualReportBegun():
            return replace(state, begun=event)
        case ImpactExplained():
            return replace(state, explained=state.explained or event)
        case AnnualReportPublished():
            return replace(state, published=event)
        case _:
            assert_never(event)


# Rules


def _begin(
    command: BeginAnnualReport, state: ReportingYear | None
) -> tuple[AnnualReportBegun, ...]:
    refuse_second("report.reference-taken", state.begun if state else None)
    if command.until < command.since:
        raise RefusedError(
            "report.ends-before-it-begins", since=command.since, until=command.until
        )
    return (AnnualReportBegun.of(command),)


def _publish(
    command: PublishAnnualReport, begun: AnnualReportBegun, explained: ImpactExplained | None
) -> tuple[AnnualReportPublished, ...]:
    if explained is None:
        raise RefusedError("report.impact-unexplained")
    refuse_earlier("report.out-of-order", command, max(begun.until, explained.on))
    return (AnnualReportPublished.of(command),)


def decide(
    command: AnnualReportCommand, state: ReportingYear | None, setting: Setting
) -> tuple[AnnualReportEvent, ...]:
    if isinstance(command, BeginAnnualReport):
        return _begin(command, state)
    if state is None or state.begun is None:
        raise unknown("report.unknown", command)
    refuse_second("report.published-already", state.published)
    match command:
        case ExplainImpact():
            return (ImpactExplained.of(command),)
        case PublishAnnualReport():
            return _publish(command, state.begun, state.explained)
        case _:
            assert_never(command)


decider: Decider[AnnualReportCommand, AnnualReportEvent, ReportingYear] = Decider(
    category="annual_report",
    commands=AnnualReportCommand,
    events=AnnualReportEvent,
    opens=(AnnualReportBegun,),
    rests_on={AnnualReportPublished: (latest(ImpactExplained),)},
    decide=decide,
    evolve=evolve,
)
