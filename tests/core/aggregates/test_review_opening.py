"""How a review begins: the grounds in law, what is below them, deaths, referrals; and whose right
it is. All cases are fictional.
"""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from itertools import combinations

import attrs
import pytest
from attrs import frozen

from lif_core.aggregates import review
from lif_core.aggregates.review import (
    CaseNotified,
    CaseReferred,
    CloseReview,
    DecideHold,
    HoldDecided,
    InformAddressees,
    Matter,
    NotifyCase,
    NotifyDeath,
    OpenReview,
    ReferCase,
)
from lif_core.decisions.decider import AnyDecider
from lif_core.decisions.messages import Command
from lif_core.errors import RefusedError
from lif_core.items.clocks import ClockRow
from lif_core.testing import Scenario
from lif_core.values.authority import Authority
from tests.board import Board
from tests.lives import (
    GENERAL,
    NO_GROUND,
    WOLVERHAMPTON,
    became,
    but,
    decide,
    refused,
    scenario_of,
    unmet,
)
from tests.people import CHAIR, MANAGER, by, day

DECIDER: AnyDecider = review.decider
CDOP = Authority(person="C. Panel", role="panel chair", body="wscb/cdop")

REF = "wscb/scr-1"
CASE = NotifyCase(
    by=MANAGER,
    on=day("2017-04-20"),
    review=REF,
    kind="scr",
    subject="A child, in a fictional case.",
    aware=day("2017-04-18"),
)
ADULT = but(CASE, kind="sar", subject="An adult, in a fictional case.")
OPEN = OpenReview(
    by=MANAGER,
    on=day("2017-06-01"),
    review="wscb/tt-1",
    kind="table-top",
    title="Three moves in a year",
    threshold="The child was not seriously harmed.",
)
PEERS = but(OPEN, review="wscb/peers-1", kind="lga-peer", threshold=None)
DEATH = NotifyDeath(
    by=CDOP,
    on=day("2018-01-10"),
    review="wscb/cdr-1",
    kind="cdr",
    subject="A child, in a fictional case.",
    died=day("2018-01-08"),
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
DO_NOT_HOLD = but(
    HOLD, hold=False, criteria=(), reasons="The criteria are not met.", not_met=unmet(*NO_GROUND)
)
INFORM = InformAddressees(
    by=MANAGER, on=day("2017-05-24"), review=REF, matter=Matter.DECISION, to=("national-panel",)
)
REFER = ReferCase(
    by=CDOP,
    on=day("2018-03-02"),
    review="wscb/cdr-1",
    referral="wscb/scr-9",
    kind="scr",
    aware=day("2018-03-01"),
    reasons="Neglect is suspected.",
)
SHARED = ("wscb", "walsall-scb")


after = partial(scenario_of, DECIDER)


def outcome(scenario: Scenario, command: Command) -> str | None:
    """The rule by which *command* is refused, the first ground it was decided on, or `None`."""
    try:
        (event,) = scenario.records(command)
    except RefusedError as refused:
        return refused.rule
    return next(iter(event.grounds), None) if isinstance(event, HoldDecided) else None


# Each rule: what it refuses, the nearest that it allows, and that once


@frozen(kw_only=True)
class Row:
    """After *given*, *rule* refuses one command and allows another; or that after *instead*."""

    rule: str
    refuses: Command
    allows: Command
    given: tuple[Command, ...] = ()
    instead: tuple[Command, ...] | None = None

    @property
    def allowing(self) -> Scenario:
        return after(*(self.given if self.instead is None else self.instead))


RULES = {
    "a death is no case": Row(
        rule="review.death-not-notified", refuses=but(CASE, kind="cdr"), allows=CASE
    ),
    "a review of a death is not opened": Row(
        rule="review.death-not-notified", refuses=but(OPEN, kind="cdr"), allows=OPEN
    ),
    "a case is no death": Row(
        rule="review.not-of-a-death", refuses=but(DEATH, kind="scr"), allows=DEATH
    ),
    "nobody notifies a death before it": Row(
        rule="review.notified-before-death",
        refuses=but(DEATH, on=day("2018-01-07")),
        allows=but(DEATH, on=DEATH.died),
    ),
    "the child lived in the area of the board": Row(
        rule="review.not-resident", refuses=but(DEATH, area="walsall"), allows=DEATH
    ),
    "or of the board that it is for": Row(
        rule="review.not-resident",
        refuses=but(DEATH, boards=("walsall-scb",)),
        allows=but(DEATH, boards=("walsall-scb",), area="walsall"),
    ),
    "or of one of the boards that share the panel": Row(
        rule="review.not-resident",
        refuses=but(DEATH, boards=SHARED, area="dudley"),
        allows=but(DEATH, boards=SHARED, area="walsall"),
    ),
    "below the criteria a reason says why": Row(
        rule="review.threshold-reason", refuses=but(OPEN, threshold=None), allows=OPEN
    ),
    "but of a peer review it is not asked": Row(
        rule="review.threshold-reason", refuses=but(OPEN, threshold=None), allows=PEERS
    ),
    "a criterion is one of the framework": Row(
        rule="review.unknown-criterion",
        given=(CASE,),
        refuses=but(DO_NOT_HOLD, criteria=("harm",)),
        allows=but(DO_NOT_HOLD, criteria=("serious-harm",)),
    ),
    "and one of that kind of review": Row(
        rule="review.unknown-criterion",
        given=(ADULT,),
        refuses=but(DO_NOT_HOLD, criteria=("serious-harm",)),
        allows=but(
            DO_NOT_HOLD,
            criteria=("care-and-support-needs",),
            not_met=unmet("death", "serious-abuse-or-neglect"),
        ),
    ),
    "the panel is told of a child, not of an adult": Row(
        rule="review.not-an-addressee",
        given=(ADULT, HOLD),
        refuses=INFORM,
        instead=(CASE, HOLD),
        allows=INFORM,
    ),
    "and of nothing below the criteria": Row(
        rule="review.not-an-addressee",
        given=(but(CASE, kind="single-agency-review"), but(HOLD, criteria=())),
        refuses=INFORM,
        instead=(but(CASE, kind="lcspr"), HOLD),
        allows=INFORM,
    ),
    "a matter is referred once": Row(
        rule="review.referred-already",
        given=(DEATH, REFER),
        refuses=but(REFER, reasons="Abuse is suspected."),
        allows=but(REFER, referral="wscb/scr-10"),
    ),
    "a review refers to another": Row(
        rule="review.refers-to-itself",
        given=(DEATH,),
        refuses=but(REFER, referral=DEATH.review),
        allows=REFER,
    ),
    "nobody refers what they do not know of": Row(
        rule="review.notified-before-aware",
        given=(DEATH,),
        refuses=but(REFER, on=day("2018-02-28")),
        allows=but(REFER, on=REFER.aware),
    ),
    "a matter is referred to a kind of review that there is": Row(
        rule="review.unknown-kind",
        given=(DEATH,),
        refuses=but(REFER, kind="learning circle"),
        allows=but(REFER, kind="sar"),
    ),
    "and to one that a case is notified for": Row(
        rule="review.not-of-a-case",
        given=(DEATH,),
        refuses=but(REFER, kind="table-top"),
        allows=but(REFER, kind="lcspr"),
    ),
    "a death is not referred to the review of a death": Row(
        rule="review.not-of-a-case",
        given=(CASE,),
        refuses=but(REFER, review=REF, kind="cdr"),
        allows=but(REFER, review=REF),
    ),
    "a case that is notified is not below the criteria": Row(
        rule="review.threshold-reason",
        refuses=but(CASE, kind="table-top"),
        allows=but(CASE, kind="single-agency-review"),
    ),
    "a case is one of boards": Row(
        rule="review.not-a-board",
        refuses=but(CASE, boards=("wscb", "wscb/qac")),
        allows=but(CASE, boards=("wscb", "wsab")),
    ),
    "a review is opened for boards": Row(
        rule="review.not-a-board",
        refuses=but(PEERS, boards=("wsb/police",)),
        allows=but(PEERS, boards=("wscb", "wsab")),
    ),
    "a death is one of boards, not of the panel": Row(
        rule="review.not-a-board",
        refuses=but(DEATH, boards=("wscb", "wscb/cdop")),
        allows=but(DEATH, boards=SHARED),
    ),
}
ROWS = pytest.mark.parametrize("row", RULES.values(), ids=RULES)


@ROWS
def test_what_breaks_a_rule_does_not_begin(row: Row) -> None:
    assert row.rule == after(*row.given).refuses(row.refuses)


@ROWS
def test_the_nearest_that_keeps_it_is_recorded_once(row: Row) -> None:
    """As it was said; and the same again, at once, adds nothing."""
    recorded, quiet = row.allowing.records(row.allows), row.allowing.quiet(row.allows)

    assert ((became(row.allows),), True) == (recorded, quiet)


@pytest.mark.parametrize(
    "command",
    [
        but(DEATH, kind="our own review", area="anywhere"),
        but(OPEN, kind="our own review", threshold=None),
        but(CASE, kind="our own review"),
    ],
    ids=lambda command: type(command).__name__,
)
def test_where_no_framework_governs_a_review_begins_under_any_name(command: Command) -> None:
    """A board without a pack has no areas, no thresholds and no kinds of its own."""
    assert (became(command),) == after(framework=GENERAL).records(command)


def test_where_no_framework_governs_a_matter_is_referred_to_any_kind() -> None:
    """What is a case there, nobody has written down."""
    referral = but(REFER, kind="our own review")

    assert (became(referral),) == after(DEATH, framework=GENERAL).records(referral)


def test_a_reference_taken_by_a_death_is_taken() -> None:
    """A second death under it would mix two children's histories."""
    scenario = after(DEATH)

    assert "review.reference-taken" == scenario.refuses(but(DEATH, subject="Another child."))


def test_the_panel_has_nothing_to_decide_on_about_a_death() -> None:
    """Each death is reviewed: nobody asks whether."""
    scenario = after(DEATH)

    assert "review.no-case" == scenario.refuses(but(HOLD, review=DEATH.review))


def test_a_closed_review_still_refers() -> None:
    """What it shows may be understood only later."""
    closed = CloseReview(by=CHAIR, on=day("2017-07-01"), review=REF)
    referral = but(REFER, review=REF)
    scenario = after(CASE, DO_NOT_HOLD, closed)

    assert (CaseReferred.of(referral),) == scenario.records(referral)


# Grounds in law


def of_all(codes: Sequence[str]) -> list[tuple[str, ...]]:
    """Every choice among *codes*, nothing and all included."""
    return [some for n in range(len(codes) + 1) for some in combinations(codes, n)]


SCR_CRITERIA = (
    "died-in-custody",
    "died-in-secure-home",
    "died-detained",
    "abuse-or-neglect",
    "death",
    "serious-harm",
    "concern-joint-working",
)
SAR_CRITERIA = (
    "care-and-support-needs",
    "concern-joint-working",
    "death",
    "abuse-or-neglect",
    "serious-abuse-or-neglect",
)


def scr_ground(met: Sequence[str]) -> str | None:
    """LSCB Regulations 2006, regulation 5(2), and Working Together 2015, read as sentences."""
    if "abuse-or-neglect" in met and "death" in met:
        return "regulation 5(2)(b)(i)"
    if {"abuse-or-neglect", "serious-harm", "concern-joint-working"} <= set(met):
        return "regulation 5(2)(b)(ii)"
    if "died-in-custody" in met or "died-in-secure-home" in met:
        return "died in custody"
    return "died while detained" if "died-detained" in met else None


def sar_ground(met: Sequence[str]) -> str | None:
    """Care Act 2014, section 44(1) to (4), read as a sentence."""
    if "care-and-support-needs" not in met:
        return None
    if "concern-joint-working" in met:
        if "death" in met and "abuse-or-neglect" in met:
            return "section 44(2)"
        if "serious-abuse-or-neglect" in met:
            return "section 44(3)"
    return "section 44(4)"


@pytest.mark.parametrize("met", of_all(SCR_CRITERIA), ids=" ".join)
def test_regulation_5_says_which_serious_case_reviews_are_held(met: tuple[str, ...]) -> None:
    """Abuse or neglect, and death, or serious harm with concern about joint working; always a
    death in custody, in a secure home or while detained: then they must be.
    """
    ground = scr_ground(met)
    without = "review.no-ground" if met else "review.criteria"
    scenario = after(CASE)

    assert (ground or without) == outcome(scenario, but(HOLD, criteria=met))
    not_met = unmet(*(code for code in SCR_CRITERIA if code not in met))
    declined = outcome(scenario, but(DO_NOT_HOLD, criteria=met, not_met=not_met))
    assert ("review.must-be-held" if ground else None) == declined


@pytest.mark.parametrize("met", of_all(SAR_CRITERIA), ids=" ".join)
def test_section_44_says_which_adult_reviews_must_and_may_be_held(met: tuple[str, ...]) -> None:
    """Two grounds bind the board; in any other case of an adult with needs for care and support it
    may hold one.
    """
    ground = sar_ground(met)
    without = "review.no-ground" if met else "review.criteria"
    must = ground in ("section 44(2)", "section 44(3)")
    scenario = after(ADULT)

    assert (ground or without) == outcome(scenario, but(HOLD, criteria=met))
    not_met = unmet(*(code for code in SAR_CRITERIA if code not in met))
    declined = outcome(scenario, but(DO_NOT_HOLD, criteria=met, not_met=not_met))
    assert ("review.must-be-held" if must else None) == declined


def test_the_law_is_held_against_every_choice_of_criteria() -> None:
    """Both tables above are of all criteria that the pack names, so none is left out."""
    kinds = {kind.kind: kind for kind in WOLVERHAMPTON.review_kinds}

    assert (set(SCR_CRITERIA), set(SAR_CRITERIA)) == tuple(
        {entry.code for entry in kinds[kind].criteria} for kind in ("scr", "sar")
    )


@pytest.mark.parametrize(
    ("case", "criteria", "ground"),
    [
        (CASE, ("abuse-or-neglect", "death"), "regulation 5(2)(b)(i)"),
        (ADULT, ("care-and-support-needs",), "section 44(4)"),
    ],
    ids=["binding", "discretionary"],
)
def test_a_decision_on_a_ground_is_on_record_with_it_and_is_quiet(
    case: NotifyCase, criteria: tuple[str, ...], ground: str
) -> None:
    """Who reads it later sees under which law it was held."""
    command = but(HOLD, criteria=criteria)
    scenario = after(case)

    assert (HoldDecided.of(command, grounds=(ground,)),) == scenario.records(command)
    assert scenario.quiet(command)


def test_a_review_that_must_be_held_is_on_record_as_that_and_not_as_one_that_may_be() -> None:
    """Whatever the order of a pack, a ground of any other case is none where another is met."""
    backwards = attrs.evolve(
        WOLVERHAMPTON,
        review_kinds=tuple(
            attrs.evolve(kind, grounds=kind.grounds[::-1]) for kind in WOLVERHAMPTON.review_kinds
        ),
    )
    scenario = after(ADULT, framework=backwards)
    must = but(HOLD, criteria=SAR_CRITERIA[:4])
    may = but(HOLD, criteria=SAR_CRITERIA[:1])

    assert ("section 44(2)", "section 44(4)") == tuple(
        outcome(scenario, command) for command in (must, may)
    )


def test_a_discretionary_review_that_was_declined_binds_once_more_is_known() -> None:
    """The adult dies, and abuse is suspected: what the board might hold, it now must."""
    needs = ("care-and-support-needs", "concern-joint-working")
    unanswered = but(DO_NOT_HOLD, criteria=needs, not_met=())
    declined = but(unanswered, not_met=unmet("death", "serious-abuse-or-neglect"))
    more = (*needs, "death", "abuse-or-neglect")
    scenario = after(ADULT).after(declined)

    again = but(unanswered, on=day("2017-09-01"), criteria=more)
    assert "review.must-be-held" == scenario.refuses(again)
    assert "section 44(2)" == outcome(scenario, but(HOLD, on=again.on, criteria=more))


@pytest.mark.parametrize("kind", ["rapid-review", "lcspr"])
def test_a_serious_case_needs_abuse_or_neglect_and_death_or_serious_harm(kind: str) -> None:
    """Children Act 2004, section 16C(3), from 29 June 2018 on."""
    scenario = after(but(CASE, kind=kind, on=day("2018-07-02"), aware=day("2018-07-02")))
    held = but(HOLD, on=day("2018-07-20"))
    serious = "section 16C(3): a serious case"

    assert [serious, serious, "review.no-ground", "review.no-ground"] == [
        outcome(scenario, but(held, criteria=criteria))
        for criteria in (
            ("abuse-or-neglect", "death"),
            ("abuse-or-neglect", "serious-harm"),
            ("abuse-or-neglect",),
            ("death", "serious-harm"),
        )
    ]


@pytest.mark.parametrize(
    ("kind", "on"),
    [("rapid-review", "2018-06-28"), ("lcspr", "2018-06-28"), ("scr", "2019-09-29")],
)
def test_a_kind_is_begun_only_while_the_law_has_it(kind: str, on: str) -> None:
    """Serious case reviews ended with the boards, on 29 September 2019 at the latest."""
    began = but(CASE, kind=kind, on=day(on), aware=day(on))
    other = timedelta(days=1 if kind != "scr" else -1)

    assert "review.kind-not-in-force" == after().refuses(began)
    assert (became(but(began, on=began.on + other, aware=day("2018-06-28"))),) == after().records(
        but(began, on=began.on + other, aware=day("2018-06-28"))
    )


# Through the application


def test_a_case_that_was_not_held_may_be_a_table_top_review(board: Board) -> None:
    """It demands scrutiny below the criteria; what it arose from, and why, is on record."""
    close = CloseReview(by=CHAIR, on=day("2017-05-30"), review=REF)
    opened = but(OPEN, arising_from=(f"review-{REF}",))
    decide(board, CASE, DO_NOT_HOLD, INFORM, close)

    assert "review.threshold-reason" == refused(board, but(opened, threshold=None))
    decide(board, opened)
    trail = board.app.why("review-wscb/tt-1")
    assert [became(c) for c in (CASE, DO_NOT_HOLD, INFORM, close)] == [
        record.event for record in trail.rests_on
    ]
    assert [became(opened)] == [record.event for record in trail.entries]


def test_a_table_top_review_arises_from_a_case_that_is_on_record(board: Board) -> None:
    """A case nobody notified was not declined either."""
    opened = but(OPEN, arising_from=(f"review-{REF}",))

    assert "reference.unknown" == refused(board, opened)
    decide(board, CASE)
    assert [became(opened)] == [record.event for record in decide(board, opened)]


@pytest.mark.parametrize(
    "body", ["wscb", "walsall-scb", "wsab", "wscb/scr", "wsb/police", "wsb/rwt"]
)
def test_only_the_panel_notifies_a_death(board: Board, body: str) -> None:
    """Neither a board that shares it, nor a committee, nor an agency, but the panel."""
    assert "authority.not-entitled" == refused(board, but(DEATH, by=by(body)))
    assert [became(DEATH)] == [record.event for record in decide(board, DEATH)]


@pytest.mark.parametrize("area", ["wolverhampton", "walsall"])
def test_a_death_in_either_area_is_one_review_of_both_boards(board: Board, area: str) -> None:
    """The two share the panel: the review shows under each, and once in the totals."""
    decide(board, but(DEATH, boards=SHARED, area=area))
    view = board.accountability("2018-02-01")

    assert dict.fromkeys(SHARED, 1) == {row.board: row.reviews for row in view.boards}
    assert 1 == view.totals.reviews


def test_a_death_outside_both_areas_is_another_panels(board: Board) -> None:
    """Only children normally resident are reviewed here, wherever they died."""
    assert "review.not-resident" == refused(board, but(DEATH, boards=SHARED, area="sandwell"))
    assert 0 == board.accountability("2018-02-01").totals.reviews


def test_a_board_is_told_to_register_before_it_shares_a_review(board: Board) -> None:
    """Its name alone is no body that could answer."""
    command = but(DEATH, boards=("wscb", "dudley-scb"))

    assert "reference.unknown" == refused(board, command)


def test_a_referral_of_the_panel_is_a_case_the_chair_decides_on(board: Board) -> None:
    """The first purpose of reviewing deaths: the case is notified, and the decision is owed."""
    decide(board, DEATH, REFER)
    board.app.follow()
    hold = but(HOLD, on=day("2018-03-20"), review=REFER.referral)

    assert "authority.not-entitled" == refused(board, but(hold, by=CDOP))
    (record,) = decide(board, hold)
    assert HoldDecided.of(hold, grounds=("regulation 5(2)(b)(i)",)) == record.event
    assert "met" == clock(board, "decision", "2018-12-31", REFER.referral).status


def test_what_a_referral_names_may_come_later_and_is_then_that_review(board: Board) -> None:
    """The policy notifies it once; a second following finds nothing to do."""
    decide(board, DEATH, REFER)
    (record,) = board.app.follow().records

    assert isinstance(record.event, CaseNotified)
    assert (REFER.referral, REFER.aware, (f"review-{DEATH.review}",)) == (
        record.event.review,
        record.event.aware,
        record.event.arising_from,
    )
    assert () == board.app.follow().records


# Clocks from notification to decision, by the regime in force when they start


def clock(board: Board, name: str, valid: str, ref: str = REF) -> ClockRow:
    return board.accountability(valid).clock(ref, name)


def running(board: Board, valid: str) -> list[str]:
    return [row.clock for row in board.accountability(valid).clocks]


OF_2015 = [
    "notification", "notification to Ofsted", "decision", "panel told", "panel told", "completion",
]  # fmt: skip


@pytest.mark.parametrize("notified", ["2018-06-28", "2018-06-29", "2018-07-05"])
def test_the_regime_of_2015_goes_on_for_a_board_that_is_not_yet_replaced(
    board: Board, notified: str
) -> None:
    """Known on 28 June 2018 and decided in July: 29 June began a transition, and ended nothing."""
    decide(board, but(CASE, on=day(notified), aware=day("2018-06-28")))
    decide(board, but(HOLD, on=day("2018-07-20")), but(INFORM, on=day("2018-09-20")))

    assert OF_2015 == running(board, "2018-12-31")


def test_an_incident_known_the_day_before_the_new_regime_and_notified_in_it_has_its_clock(
    board: Board,
) -> None:
    """Five working days from Thursday 28 June 2018."""
    decide(board, but(CASE, kind="rapid-review", on=day("2018-06-29"), aware=day("2018-06-28")))
    row = clock(board, "incident notification", "2018-12-31")

    assert (day("2018-07-05"), "met") == (row.due, row.status)


def test_a_clock_that_started_under_the_old_regime_runs_to_its_end_under_it(
    board: Board,
) -> None:
    """A month from 20 June 2018, decided on 25 July: five days late, whatever holds since."""
    decide(board, but(CASE, on=day("2018-06-20"), aware=day("2018-06-19")))
    decide(board, but(HOLD, on=day("2018-07-25")))
    row = clock(board, "decision", "2018-12-31")

    assert (day("2018-07-20"), "late", 5) == (row.due, row.status, row.days_overdue_so_far)


@pytest.mark.parametrize(
    ("told", "status", "overdue"),
    [("2017-06-01", "met", 0), ("2017-06-02", "late", 1), (None, "overdue", 9)],
    ids=["on the 14th day", "on the 15th", "never"],
)
def test_the_panel_is_told_within_14_days_why_there_is_no_review(
    board: Board, told: str | None, status: str, overdue: int
) -> None:
    """Counted in days, not in working days, from the decision of 18 May."""
    decide(board, CASE, DO_NOT_HOLD)
    if told:
        decide(board, but(INFORM, on=day(told)))
    row = clock(board, "panel told why not", "2017-06-10")

    assert (day("2017-06-01"), status, overdue) == (row.due, row.status, row.days_overdue_so_far)


def test_the_clock_of_the_decision_stops_at_the_first(board: Board) -> None:
    """That it was changed in September makes it no later than it was."""
    decide(board, CASE, DO_NOT_HOLD, but(HOLD, on=day("2017-09-01")))
    row = clock(board, "decision", "2017-12-31")

    assert (day("2017-05-18"), "met", 0) == (row.done, row.status, row.days_overdue_so_far)


def test_what_the_panel_was_told_is_told_of_the_decision_that_it_was(board: Board) -> None:
    """Why not, in time; that there was a review after all, four days late."""
    again = but(HOLD, on=day("2017-09-01"))
    decide(board, CASE, DO_NOT_HOLD, INFORM, again)
    waiting = clock(board, "panel told", "2017-09-05")
    decide(board, but(INFORM, on=day("2017-09-12")))
    why_not, told = (
        clock(board, called, "2017-12-31") for called in ("panel told why not", "panel told")
    )

    assert ("open", again.on, None) == (waiting.status, waiting.started, waiting.done)
    assert (INFORM.on, "met", 0) == (why_not.done, why_not.status, why_not.days_overdue_so_far)
    assert (day("2017-09-12"), "late", 4) == (told.done, told.status, told.days_overdue_so_far)


def test_the_panel_is_not_owed_a_reason_why_not_where_there_is_a_review(board: Board) -> None:
    """It is told of the decision, in five working days."""
    decide(board, CASE, HOLD)

    assert OF_2015 == running(board, "2017-06-01")
    assert day("2017-05-25") == clock(board, "panel told", "2017-06-01").due


@pytest.mark.parametrize(
    ("notified", "status"), [("2018-07-06", "met"), ("2018-07-09", "late")], ids=["5th", "6th"]
)
def test_an_incident_is_notified_within_five_working_days_of_the_new_regime(
    board: Board, notified: str, status: str
) -> None:
    """Known on Friday 29 June 2018, the first day of the regime."""
    decide(board, but(CASE, kind="rapid-review", on=day(notified), aware=day("2018-06-29")))
    row = clock(board, "incident notification", "2018-12-31")

    assert (day("2018-07-06"), status) == (row.due, row.status)


def test_a_death_is_to_be_reviewed_and_what_was_opened_has_no_duty(board: Board) -> None:
    """Each death is reviewed, by no day that the law gives; for the others none is made up."""
    decide(board, OPEN, PEERS, DEATH)

    assert ["review of a death"] == running(board, "2018-12-31")
    row = clock(board, "review of a death", "2018-12-31", DEATH.review)
    assert (None, None, "open", 0) == (row.due, row.done, row.status, row.days_overdue_so_far)


def test_a_changed_decision_ends_what_was_owed_for_the_first(board: Board) -> None:
    """Declined and never told why; once it is held, the panel is owed another message."""
    no = but(DO_NOT_HOLD, reasons="Not yet.", on=day("2017-05-02"))
    decide(board, CASE, no, HOLD)

    assert "panel told why not" not in running(board, "2017-12-31")
    assert "panel told" in running(board, "2017-12-31")


def test_a_second_decision_against_a_review_is_told_anew(board: Board) -> None:
    """What the panel was told of the first does not tell it of the second."""
    no = but(DO_NOT_HOLD, reasons="Not yet.", on=day("2017-05-02"))
    again = but(no, on=day("2017-06-01"), reasons="Nothing has changed.")
    decide(board, CASE, no, but(INFORM, on=day("2017-05-03")), again)
    row = clock(board, "panel told why not", "2017-06-10")

    assert (day("2017-06-15"), None, "open") == (row.due, row.done, row.status)


@pytest.mark.parametrize("later", [0, 1], ids=["on the same day", "a day later"])
def test_a_decision_said_again_once_the_panel_was_told_is_quiet(later: int) -> None:
    """It is the decision that the panel was told of, not a new one to be told."""
    no = but(DO_NOT_HOLD, reasons="Not yet.")
    told = but(INFORM, on=no.on + timedelta(days=later))
    scenario = Scenario(decider=DECIDER, framework=WOLVERHAMPTON).after(CASE, no, told)

    assert () == scenario.records(no)


def test_another_decision_is_not_of_a_day_before_the_panel_was_told_of_the_first() -> None:
    """What the panel was told, it was told of the decision that stood then."""
    no = but(DO_NOT_HOLD, reasons="Not yet.")
    told = but(INFORM, on=no.on + timedelta(days=3))
    scenario = Scenario(decider=DECIDER, framework=WOLVERHAMPTON).after(CASE, no, told)

    assert "review.out-of-order" == scenario.refuses(but(HOLD, on=no.on + timedelta(days=1)))
