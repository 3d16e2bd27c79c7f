"""The whole life of a review of every kind, and whose right each decision in it is. All cases are
fictional.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from lif_core.aggregates import review
from lif_core.aggregates.dissemination import Disseminate
from lif_core.aggregates.recommendation import IssueRecommendation
from lif_core.aggregates.review import (
    AcceptReport,
    AnalyseDeath,
    AppointReviewer,
    CloseReview,
    ContributeToReview,
    DecideHold,
    DecideNotToPublish,
    DiscontinueReview,
    ExplainReviewDelay,
    HoldDecided,
    InformAddressees,
    NotifyCase,
    NotifyDeath,
    OpenReview,
    PublishReport,
    RecordJudgement,
    ReferCase,
    ReportAccepted,
    ReviewCommand,
    SetScope,
    TakeDownReport,
    TakeNoAction,
    WordFinding,
)
from lif_core.decisions.decider import AnyDecider
from lif_core.decisions.messages import Command, Event
from lif_core.framework import Framework
from lif_core.testing.decider_contract import DeciderContract
from lif_core.values.authority import Authority
from tests.board import Board
from tests.histories import WORLD
from tests.lives import (
    ACCEPT,
    ADDRESS,
    ADULTS,
    ANALYSIS,
    ANSWERS,
    APPOINT,
    CASE,
    CDOP,
    CITE,
    CLOSE,
    CONDUCT,
    COPY,
    DEATH,
    DISCONTINUE,
    FAMILY,
    FINDING,
    HELD,
    HOLD,
    INFORM,
    ISSUE,
    JUDGEMENT,
    MAY,
    METHOD,
    NO_ACTION,
    NO_FAMILY,
    OPEN,
    PUBLISH,
    REF,
    REPORTED,
    SCOPE,
    STRENGTH,
    TAKE_DOWN,
    WITHHOLD,
    WOLVERHAMPTON,
    WORDED,
    as_said,
    at,
    became,
    but,
    decide,
    name,
    refused,
)
from tests.people import CHAIR, MANAGER, POLICE, QUALITY, by, day

DECIDER: AnyDecider = review.decider

STRANGER = by("wsb/rwt")
SECOND = day("2018-12-01")
DELAY = ExplainReviewDelay(
    by=CHAIR,
    on=day("2017-11-20"),
    review=REF,
    explanation="e-1",
    clock="completion",
    reasons="An inquest.",
)


# The whole life of every kind, through the application


def life(kind: str, *commands: Command, ref: str = REF) -> tuple[Command, ...]:
    """The *commands*, about a review of that *kind* under that reference."""
    about = [_about(command, ref) for command in commands]
    return (but(about[0], kind=kind), *about[1:])


def _about(command: Command, ref: str) -> Command:
    match command:
        case IssueRecommendation():
            return but(command, source=f"review-{ref}")
        case Disseminate():
            return but(command, learning_from=(f"review-{ref}",))
        case _:
            return but(command, review=ref)


def from_2018(*commands: Command) -> tuple[Command, ...]:
    """The *commands* 501 days later, notified on Monday 3 September 2018; known on that day."""
    later = [but(command, on=command.on + timedelta(501)) for command in commands]
    return (but(later[0], aware=later[0].on), *later[1:])


def for_adults(*commands: Command) -> tuple[Command, ...]:
    """The *commands*, decided by the adults' board."""
    return tuple(
        but(command, by=replace(command.by, body="wsab"))
        if command.by.body == "wscb" and not isinstance(command, IssueRecommendation)
        else command
        for command in commands
    )


FOUND = (FINDING, STRENGTH)
TOLD = (but(HELD[0], told=("ofsted",)), *HELD[1:])
LEARNT = (ACCEPT, *ANSWERS)
MUST = ("care-and-support-needs", "concern-joint-working", "serious-abuse-or-neglect")
LIVES = {
    "scr": life(
        "scr",
        *TOLD,
        but(INFORM, to=("national-panel", "ofsted")),
        METHOD,
        *CONDUCT,
        *FAMILY,
        *FOUND,
        *LEARNT,
        COPY,
        PUBLISH,
        CLOSE,
        WORDED,
    ),
    "sar": life(
        "sar",
        *for_adults(
            CASE,
            but(HOLD, criteria=MUST),
            but(METHOD, toolkit=None, methodology="significant incident learning"),
            *CONDUCT,
            *FAMILY,
            *FOUND,
            *LEARNT,
            WITHHOLD,
            CLOSE,
        ),
        ref="wsab/sar-1",
    ),
    "table-top": life(
        "table-top",
        but(OPEN, threshold="Nobody was seriously harmed."),
        *CONDUCT,
        *FAMILY,
        *FOUND,
        *LEARNT,
        CLOSE,
    ),
    "single-agency-review": life(
        "single-agency-review",
        *(
            but(command, by=POLICE)
            for command in (OPEN, SCOPE, but(APPOINT, employer="wsb/police"), *CONDUCT[2:])
        ),
        *FOUND,
        but(ACCEPT, by=POLICE),
        *ANSWERS,
        but(CLOSE, by=POLICE),
    ),
    "cdr": life(
        "cdr",
        but(DEATH, boards=("wscb", "walsall-scb")),
        *CONDUCT,
        but(FINDING, purpose="public-health"),
        ANALYSIS,
        ACCEPT,
        ISSUE,
        ADDRESS,
        CLOSE,
    ),
    "ofsted-s136": life(
        "ofsted-s136",
        OPEN,
        *(
            ContributeToReview(by=who, on=day("2017-05-02"), review=REF, contribution="Its plan.")
            for who in (CHAIR, POLICE)
        ),
        *(but(JUDGEMENT, area=area) for area in ("help-and-protection", "adoption", "overall")),
        *FOUND,
        *LEARNT,
        CLOSE,
    ),
    "ofsted-s15a": life(
        "ofsted-s15a",
        OPEN,
        but(JUDGEMENT, grade="requires improvement"),
        *FOUND,
        *LEARNT,
        PUBLISH,
        CLOSE,
    ),
    "lga-peer": life("lga-peer", OPEN, *FOUND, *LEARNT, CLOSE),
    "guidance": life("guidance", OPEN, CITE, *FOUND, *LEARNT, CLOSE),
    "rapid-review": life(
        "rapid-review",
        *from_2018(
            but(CASE, told=("national-panel",)),
            *at("2017-04-21", HOLD, INFORM, FINDING),
            *at("2017-05-09", ACCEPT, NO_ACTION),
            but(CLOSE, on=day("2017-06-01")),
        ),
    ),
    "lcspr": life(
        "lcspr",
        *from_2018(
            CASE,
            HOLD,
            INFORM,
            *CONDUCT,
            *FAMILY,
            *FOUND,
            *LEARNT,
            *at("2017-11-13", COPY, PUBLISH),
            CLOSE,
        ),
    ),
}
EACH = pytest.mark.parametrize("kind", LIVES)


def of_the_review(kind: str) -> list[ReviewCommand]:
    """What is decided in the review itself, without what is decided because of it."""
    return [command for command in LIVES[kind] if isinstance(command, ReviewCommand)]


REFER = ReferCase(
    by=CDOP,
    on=day("2018-03-02"),
    review=REF,
    referral="wscb/scr-9",
    kind="scr",
    aware=day("2018-03-01"),
    reasons="Neglect is suspected.",
)
GROUNDS = {
    HOLD.criteria: "regulation 5(2)(b)(i)",
    MUST: "section 44(3)",
    ("care-and-support-needs",): "section 44(4)",
}
SERIOUS = "section 16C(3): a serious case"
WARNINGS = ("no-scope", "no-reviewer", "no-practitioners-invited", "no-voice")


class TestReviewOfEachKind(DeciderContract):
    """From its beginning to its close, or discontinued, or taken down."""

    decider = DECIDER
    lives = (
        *map(of_the_review, LIVES),
        (*MAY, NO_FAMILY, DISCONTINUE),
        (*of_the_review("ofsted-s15a"), TAKE_DOWN),
        (DEATH, REFER),
    )
    frameworks = (WOLVERHAMPTON,)
    world = WORLD

    def event_of(self, command: Command, framework: Framework) -> Event[Any]:
        """The ground in law on which it is held, and what a report lacked, stand beside it."""
        match command:
            case DecideHold():
                ground = GROUNDS[command.criteria] if command.on.year == 2017 else SERIOUS
                return HoldDecided.of(command, grounds=(ground,))
            case AcceptReport() if command in LIVES["rapid-review"]:
                return ReportAccepted.of(command, warnings=WARNINGS)
        return super().event_of(command, framework)


def test_every_kind_of_review_of_the_framework_has_a_life_here() -> None:
    """A kind that the pack gains, and nobody has lived through, is only a name."""
    assert {kind.kind for kind in WOLVERHAMPTON.review_kinds} == set(LIVES)


@EACH
def test_a_review_of_each_kind_is_lived_through_and_ends_closed(board: Board, kind: str) -> None:
    """Every decision becomes one entry, unchanged; after the last there is no other."""
    decide(board, *LIVES[kind])
    said = of_the_review(kind)
    entries = [as_said(record.event) for record in board.app.history(f"review-{said[0].review}")]

    assert [became(command) for command in said] == entries
    late = but(CITE, by=said[0].by, review=said[0].review, on=day("2019-06-03"))
    assert "review.closed" == refused(board, late)


@EACH
def test_a_life_said_again_adds_nothing(board: Board, kind: str) -> None:
    """A file of decisions may be sent twice."""
    decide(board, *LIVES[kind])

    assert () == board.app.handle_all(LIVES[kind])


@pytest.mark.parametrize(
    "kind", ["scr", "sar", "table-top", "single-agency-review", "cdr", "lcspr"]
)
def test_a_case_that_was_reviewed_by_the_principles_lacks_nothing(board: Board, kind: str) -> None:
    """Scope, an independent lead, practitioners, the voice, a method: no warning is left."""
    decide(board, *LIVES[kind])
    (accepted,) = (
        record.event for record in board.app.history() if isinstance(record.event, ReportAccepted)
    )

    assert () == accepted.warnings


@EACH
def test_the_clocks_of_a_life_are_those_of_its_kind_and_regime(board: Board, kind: str) -> None:
    """All met, in these lives; and none that the framework does not set."""
    decide(board, *LIVES[kind])
    rows = board.accountability("2019-12-31").clocks
    expected = {
        "scr": [
            "notification", "notification to Ofsted", "decision", "panel told", "panel told",
            "completion", "panel copy",
        ],
        "sar": ["adult review completion"],
        "cdr": ["review of a death"],
        "rapid-review": [
            "incident notification", "incident notification to the panel", "rapid review",
        ],
        "lcspr": ["practice review publication"],
    }  # fmt: skip

    assert expected.get(kind, []) == [row.clock for row in rows]
    assert {"done" if kind == "cdr" else "met"} >= {row.status for row in rows}


# Whose right each decision is

OF_THE_BOARD = (
    DecideHold,
    AcceptReport,
    PublishReport,
    DecideNotToPublish,
    TakeDownReport,
    DiscontinueReview,
    WordFinding,
)
OF_THE_PANEL = (NotifyDeath, AnalyseDeath)
OF_A_PARTNER = (NotifyCase, OpenReview, ContributeToReview)
OF_BOARD_OR_COMMITTEE = (
    SetScope,
    AppointReviewer,
    TakeNoAction,
    ExplainReviewDelay,
    InformAddressees,
    RecordJudgement,
    CloseReview,
)


def rule_for(command: Command) -> str | None:
    """The rule by which an agency that did not begin it is refused this decision, if any.

    What a partner brings is no decision on the review: a case, a review to be held, a
    contribution.
    """
    return None if isinstance(command, OF_A_PARTNER) else "authority.not-entitled"


@EACH
def test_an_agency_takes_no_decision_that_is_the_boards_or_the_panels(kind: str) -> None:
    """Each step of each life, asked for by an agency: refused by its right, or by none."""
    ways = LIVES[kind]
    found = {}
    for step, command in enumerate(ways):
        board = Board()
        decide(board, *ways[:step])
        if isinstance(command, ReviewCommand):
            found[name(command)] = refused(board, but(command, by=STRANGER))

    assert {name(command): rule_for(command) for command in of_the_review(kind)} == found


TURNS = {
    "taken down": ((*REPORTED, PUBLISH), TAKE_DOWN),
    "withheld": (REPORTED, WITHHOLD),
    "discontinued": (MAY, but(DISCONTINUE, on=SECOND)),
    "explained": (HELD, DELAY),
    "left alone": ((*HELD, FINDING), NO_ACTION),
}


@pytest.mark.parametrize(("given", "command"), TURNS.values(), ids=TURNS)
def test_the_turns_that_a_life_may_take_are_no_agencys_either(
    board: Board, given: Sequence[Command], command: Command
) -> None:
    """Not all of the lives above take them."""
    decide(board, *given)

    assert "authority.not-entitled" == refused(board, but(command, by=STRANGER))
    assert refused(board, command) is None


BODIES = pytest.mark.parametrize(
    ("who", "rule"),
    [
        (CHAIR, None),
        (MANAGER, None),
        (QUALITY, None),
        (ADULTS, "authority.not-entitled"),
        (by("wsb/jld"), None),
        (by("wsab/qpc"), "authority.not-entitled"),
        (by("wsb/rwt"), "authority.not-entitled"),
        (by("walsall-scb"), "authority.not-entitled"),
    ],
    ids=lambda who: who.body if isinstance(who, Authority) else None,
)
STEERING = {
    "scope": (HELD, SCOPE),
    "lead": (HELD, APPOINT),
    "delay": (HELD, DELAY),
    "panel": (HELD, INFORM),
    "panel copy": (REPORTED, COPY),
    "judgement": ((but(OPEN, kind="ofsted-s15a"),), JUDGEMENT),
    "close": ((*REPORTED, NO_ACTION, PUBLISH), CLOSE),
    "no action": ((*HELD, FINDING), NO_ACTION),
}


@BODIES
@pytest.mark.parametrize(("given", "command"), STEERING.values(), ids=STEERING)
def test_a_committee_of_the_board_may_steer_its_review_and_no_other_body(
    board: Board, given: Sequence[Command], command: Command, who: Authority, rule: str | None
) -> None:
    """One of its own, or one that serves both boards; not the other board or its committees, not
    an agency of both, and not the neighbouring board.
    """
    decide(board, *given)

    assert rule == refused(board, but(command, by=who))


@pytest.mark.parametrize("command", [ACCEPT, PUBLISH, TAKE_DOWN], ids=name)
def test_a_committee_does_not_answer_for_its_board(board: Board, command: Command) -> None:
    """It may steer the review; the response is the board's, and so is what the public sees."""
    decide(board, *HELD, *FAMILY, FINDING)
    steps = (ACCEPT, PUBLISH, TAKE_DOWN)
    decide(board, *steps[: steps.index(command)])

    assert "authority.not-entitled" == refused(board, but(command, by=QUALITY))
    assert refused(board, command) is None


@pytest.mark.parametrize(
    ("who", "kind", "rule"),
    [
        (MANAGER, "sar", None),
        (QUALITY, "sar", "authority.not-entitled"),
        (ADULTS, "sar", "authority.not-entitled"),
        (QUALITY, "table-top", "authority.not-entitled"),
        (MANAGER, "scr", "authority.not-in-role"),
        (CHAIR, "scr", "review.must-be-held"),
    ],
)
def test_who_decides_to_hold_a_review_decides_to_discontinue_it(
    board: Board, who: Authority, kind: str, rule: str | None
) -> None:
    """The board, and of a serious case its independent chair; a committee does not undo it."""
    begun = {
        "sar": MAY,
        "scr": HELD,
        "table-top": (but(OPEN, kind="table-top", threshold="Nobody was harmed."),),
    }
    decide(board, *begun[kind])

    assert rule == refused(board, but(DISCONTINUE, by=who))


@pytest.mark.parametrize(
    ("kind", "rule"), [("single-agency-review", None), ("lga-peer", "authority.not-entitled")]
)
@pytest.mark.parametrize("command", [DELAY, DISCONTINUE, ACCEPT, CLOSE], ids=name)
def test_an_organisation_explains_discontinues_accepts_and_closes_its_own_review(
    board: Board, command: Command, kind: str, rule: str | None
) -> None:
    """Of a look from outside the board does."""
    given = [but(OPEN, kind=kind, by=POLICE), FINDING, NO_ACTION]
    begun = (*given, ACCEPT) if command is CLOSE else given
    decide(board, *begun)
    found = refused(board, but(command, by=POLICE))
    clocks = "review.unknown-clock"  # no clock runs for either kind

    assert (rule or (clocks if command is DELAY else None)) == found


def test_every_right_of_the_framework_over_a_review_is_in_these_tests() -> None:
    """A right that the pack gains is one that somebody must be refused for lack of."""
    rights = {command for right in WOLVERHAMPTON.rights for command in right.commands}
    of_reviews = {kind.__name__ for kind in DECIDER.command_types}
    open_to_all = {kind.__name__ for kind in OF_A_PARTNER}
    tested = {kind.__name__ for kind in (*OF_THE_BOARD, *OF_THE_PANEL, *OF_BOARD_OR_COMMITTEE)}

    assert tested <= rights & of_reviews
    assert set() == rights & open_to_all
