"""What the tests of every aggregate's life share: a command changed, and the event it becomes; and
the decisions about one review, in the order in which they are taken. All cases are fictional.
"""

from datetime import UTC, datetime, time
from typing import Any, TypeVar, cast

import attrs
from msgspec import Struct
from msgspec.structs import replace

from lif_core.aggregates.audit import CheckImprovement, ShowImpact
from lif_core.aggregates.dissemination import Disseminate
from lif_core.aggregates.improvement_plan import RecordOutcome
from lif_core.aggregates.recommendation import IssueRecommendation
from lif_core.aggregates.review import (
    AcceptReport,
    AddressFinding,
    AdoptMethod,
    AnalyseDeath,
    AppointReviewer,
    CiteDocument,
    CloseReview,
    DeathFactor,
    DecideHold,
    DecideNotToInviteFamily,
    DecideNotToPublish,
    DiscontinueReview,
    Factor,
    HoldDecided,
    InformAddressees,
    InviteFamily,
    InvitePractitioners,
    Matter,
    Modifiable,
    NotifyCase,
    NotifyDeath,
    OpenReview,
    PublishReport,
    RecordContribution,
    RecordFamilyResponse,
    RecordFinding,
    RecordJudgement,
    RecordVoice,
    ReportAccepted,
    ScopeBasis,
    SetScope,
    ShareFinding,
    TakeDownReport,
    TakeNoAction,
    UnmetCriterion,
    WordFinding,
)
from lif_core.decisions.decider import AnyDecider
from lif_core.decisions.messages import Command, Event
from lif_core.decisions.record import Record
from lif_core.errors import RefusedError
from lif_core.framework import Framework, load
from lif_core.log.registry import Registry
from lif_core.testing import Scenario
from lif_core.values.authority import Authority
from lif_core.values.evidence import EvidenceLevel
from tests.board import Board
from tests.people import CHAIR, MANAGER, by, day

V = TypeVar("V")
NO_GROUND = (
    "death",
    "concern-joint-working",
    "died-in-custody",
    "died-in-secure-home",
    "died-detained",
)
"""The criteria of which each ground to hold a serious case review has one, or all that make it."""


def unmet(*criteria: str) -> tuple[UnmetCriterion, ...]:
    """These *criteria*, each found not to be met."""
    return tuple(
        UnmetCriterion(criterion=criterion, reasons="It was looked into.")
        for criterion in criteria
    )


(WOLVERHAMPTON,) = load("wolverhampton-2017").packs
GENERAL = load().general
EVENT = {
    command: next(event for event in Registry().events.values() if issubclass(event, command))
    for command in Registry().commands.values()
}

LEVELS = {
    CheckImprovement: EvidenceLevel.OWN_AUDIT,
    ShowImpact: EvidenceLevel.OWN_AUDIT,
    RecordOutcome: EvidenceLevel.ASSERTION,
}


def but(value: V, **changes: Any) -> V:
    """Return *value*, a command, an event or a part of one, with these fields changed."""
    evolve: Any = replace if isinstance(value, Struct) else attrs.evolve
    changed: V = evolve(value, **changes)
    return changed


def became(command: Command) -> Event[Any]:
    """The event that *command* becomes where it is accepted and nothing is worked out but a level:
    that of an audit by one body, or of nothing named.
    """
    level = LEVELS.get(type(command))
    return EVENT[type(command)].of(command, **({} if level is None else {"level": level}))


def scenario_of(
    decider: AnyDecider, *commands: Command, framework: Framework = WOLVERHAMPTON
) -> Scenario:
    """Return the scenario in which *commands* are on record, whatever the rules say of them."""
    return Scenario(decider=decider, given=tuple(map(became, commands)), framework=framework)


def happens(scenario: Scenario, command: Command) -> bool:
    """Return whether *command* is recorded as it was said, and is quiet when it is repeated."""
    return (became(command),) == scenario.records(command) and scenario.quiet(command)


def name(value: object) -> str | None:
    """For the ids of parametrized tests."""
    return type(value).__name__ if isinstance(value, Command) else None


def at(on: str, *commands: Command) -> tuple[Command, ...]:
    """The *commands*, all on that day."""
    return tuple(but(command, on=day(on)) for command in commands)


def decide(board: Board, *commands: Command) -> tuple[Record, ...]:
    """Each is recorded on the day on which it takes effect; the records of the last."""
    recorded: tuple[Record, ...] = ()
    for command in commands:
        board.now = max(board.now, datetime.combine(command.on, time(10), UTC))
        recorded = board.app.handle(command)
    return recorded


def refused(board: Board, command: Command) -> str | None:
    """The rule by which *command* is refused, `None` where it is not."""
    board.now = max(board.now, datetime.combine(command.on, time(10), UTC))
    try:
        board.app.handle(command)
    except RefusedError as refusal:
        return refusal.rule
    return None


def as_said(event: Event[Any]) -> Event[Any]:
    """*event* without what was worked out of it: its grounds, or what a report lacked."""
    worked_out: dict[str, object]
    match event:
        case HoldDecided():
            worked_out = {"grounds": ()}
        case ReportAccepted():
            worked_out = {"warnings": ()}
        case _:
            return event
    changed: Event[Any] = attrs.evolve(cast("Any", event), **worked_out)
    return changed


# The decisions about one review

ADULTS = Authority(person="A. Adult", role="independent chair", body="wsab")
CDOP = Authority(person="C. Panel", role="panel chair", body="wscb/cdop")

REF = "wscb/scr-1"
CASE = NotifyCase(
    by=MANAGER,
    on=day("2017-04-20"),
    review=REF,
    kind="scr",
    subject="A child, in a fictional case.",
    aware=day("2017-04-18"),
    criteria=("abuse-or-neglect",),
)
OPEN = OpenReview(
    by=MANAGER, on=day("2017-04-20"), review=REF, kind="lga-peer", title="A look from outside"
)
DEATH = NotifyDeath(
    by=CDOP,
    on=day("2017-04-20"),
    review=REF,
    kind="cdr",
    subject="A child, in a fictional case.",
    died=day("2017-04-18"),
    area="wolverhampton",
    expected=False,
)
HOLD = DecideHold(
    by=CHAIR,
    on=day("2017-05-18"),
    review=REF,
    hold=True,
    reasons="There is concern about joint working.",
    criteria=("abuse-or-neglect", "death"),
)
INFORM = InformAddressees(
    by=MANAGER,
    on=day("2017-05-24"),
    review=REF,
    matter=Matter.DECISION,
    to=("national-panel",),
)
SCOPE = SetScope(
    by=CHAIR,
    on=day("2017-06-01"),
    review=REF,
    scope="Two years, two agencies.",
    rationale="Both knew the family throughout.",
    decided_on=(ScopeBasis.COMPLEXITY,),
    organisations=("wsb/police", "wsb/rwt"),
)
METHOD = AdoptMethod(
    by=CHAIR,
    on=day("2017-06-01"),
    review=REF,
    methodology="systems",
    toolkit="scr-toolkit 2",
)
APPOINT = AppointReviewer(
    by=CHAIR,
    on=day("2017-06-08"),
    review=REF,
    reviewer="I. Reviewer",
    declaration="No part in the case.",
    involved_in_case=False,
    employed_otherwise="Self-employed.",
)
CONDUCT = (
    SCOPE,
    APPOINT,
    InvitePractitioners(
        by=MANAGER, on=day("2017-07-03"), review=REF, organisation="wsb/police", invited=3
    ),
    RecordContribution(
        by=MANAGER,
        on=day("2017-07-24"),
        review=REF,
        organisation="wsb/police",
        contributed=2,
        perspectives="Nobody knew whom to ask at night.",
    ),
    RecordVoice(by=MANAGER, on=day("2017-07-24"), review=REF, voice="What was shown at school."),
)
FAMILY = (
    InviteFamily(
        by=MANAGER,
        on=day("2017-06-19"),
        review=REF,
        relation="mother",
        explanation="A letter explained how to contribute.",
    ),
    RecordFamilyResponse(
        by=MANAGER, on=day("2017-07-24"), review=REF, relation="mother", response="Contributed."
    ),
)
NO_FAMILY = DecideNotToInviteFamily(
    by=CHAIR, on=day("2017-06-19"), review=REF, reasons="There is no known family."
)
FINDING = RecordFinding(
    by=MANAGER,
    on=day("2017-10-16"),
    review=REF,
    finding="f-1",
    factor=Factor.SYSTEM,
    what="Assessments were not shared.",
    why="No procedure said who starts them.",
)
STRENGTH = but(FINDING, finding="f-2", factor=Factor.GOOD_PRACTICE, what="Teams met.", why="Led.")
ANALYSIS = AnalyseDeath(
    by=CDOP,
    on=day("2017-10-16"),
    review=REF,
    category="10",
    modifiable=Modifiable.YES,
    factors=(DeathFactor(domain="B", factor="sleeping place", influence="2"),),
)
JUDGEMENT = RecordJudgement(
    by=MANAGER, on=day("2017-10-16"), review=REF, area="board", grade="good"
)
CITE = CiteDocument(
    by=MANAGER,
    on=day("2017-05-02"),
    review=REF,
    document="working-together-2015",
    title="Working Together to Safeguard Children",
    publisher="HM Government",
)
ACCEPT = AcceptReport(by=CHAIR, on=day("2017-11-10"), review=REF, response="All is accepted.")
ISSUE = IssueRecommendation(
    by=CHAIR,
    on=day("2017-11-10"),
    recommendation="wscb/r-1",
    source=f"review-{REF}",
    text="Say who starts an assessment",
    addressed=("wscb",),
)
ADDRESS = AddressFinding(
    by=MANAGER, on=day("2017-11-10"), review=REF, finding="f-1", recommendation="wscb/r-1"
)
NEWS = Disseminate(
    by=by("wsb/jce"),
    on=day("2017-11-12"),
    dissemination="wsb/news-1",
    channel="newsletter",
    title="Meeting daily",
    learning_from=(f"review-{REF}",),
    audiences=("practitioners",),
)
SHARE = ShareFinding(
    by=MANAGER, on=day("2017-11-12"), review=REF, finding="f-2", dissemination="wsb/news-1"
)
NO_ACTION = TakeNoAction(
    by=CHAIR, on=day("2017-11-10"), review=REF, finding="f-1", reasons="It has been put right."
)
WORDED = WordFinding(
    by=CHAIR, on=day("2018-01-20"), review=REF, finding="f-1", wording="Meetings were too rare."
)
COPY = InformAddressees(
    by=MANAGER, on=day("2017-11-13"), review=REF, matter=Matter.REPORT, to=("national-panel",)
)
PUBLISH = PublishReport(by=CHAIR, on=day("2017-11-22"), review=REF, place="https://example.org/1")
WITHHOLD = DecideNotToPublish(
    by=CHAIR, on=day("2017-11-22"), review=REF, reasons="It would identify a living child."
)
TAKE_DOWN = TakeDownReport(
    by=CHAIR, on=day("2018-11-22"), review=REF, reasons="A year has passed."
)
DISCONTINUE = DiscontinueReview(
    by=CHAIR, on=day("2017-12-01"), review=REF, reasons="The inquest answers it."
)
CLOSE = CloseReview(by=CHAIR, on=day("2018-01-15"), review=REF)

HELD = (CASE, HOLD)
MAY = (  # held, where it need not be
    but(CASE, kind="sar"),
    but(HOLD, criteria=("care-and-support-needs",)),
)
REPORTED = (*HELD, *FAMILY, FINDING, ACCEPT)
ANSWERS = (ISSUE, ADDRESS, NEWS, SHARE)
