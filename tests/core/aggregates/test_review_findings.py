"""What a review finds: purposes, judgements, what a death shows, and what is passed on. All cases
are fictional.
"""

from functools import partial

import pytest
from attrs import frozen

from lif_core.aggregates import review
from lif_core.aggregates.dissemination import Disseminate
from lif_core.aggregates.review import (
    AcceptReport,
    AnalyseDeath,
    CloseReview,
    DeathFactor,
    DecideHold,
    Factor,
    Modifiable,
    NotifyCase,
    NotifyDeath,
    OpenReview,
    RecordFinding,
    RecordJudgement,
    ReviewClosed,
    ShareFinding,
)
from lif_core.decisions.decider import AnyDecider
from lif_core.decisions.messages import Command
from lif_core.errors import MalformedError
from lif_core.testing import Scenario
from lif_core.values.authority import Authority
from tests.board import Board
from tests.lives import GENERAL, WOLVERHAMPTON, became, but, decide, refused, scenario_of
from tests.people import CHAIR, MANAGER, by, day

DECIDER: AnyDecider = review.decider
CDOP = Authority(person="C. Panel", role="panel chair", body="wscb/cdop")

REF = "wscb/cdr-1"
DEATH = NotifyDeath(
    by=CDOP,
    on=day("2018-01-10"),
    review=REF,
    kind="cdr",
    subject="A child, in a fictional case.",
    died=day("2018-01-08"),
    area="wolverhampton",
    expected=False,
)
CASE = NotifyCase(
    by=MANAGER,
    on=day("2018-01-10"),
    review=REF,
    kind="scr",
    subject="A child, in a fictional case.",
    aware=day("2018-01-08"),
)
HOLD = DecideHold(
    by=CHAIR,
    on=day("2018-01-15"),
    review=REF,
    hold=True,
    reasons="There is concern about joint working.",
    criteria=("abuse-or-neglect", "death"),
)
AUTHORITY = OpenReview(
    by=MANAGER, on=day("2018-01-10"), review=REF, kind="ofsted-s136", title="The local authority"
)
BOARD = but(AUTHORITY, kind="ofsted-s15a", title="The board")
PEERS = but(AUTHORITY, kind="lga-peer", title="Peers from two councils")
FINDING = RecordFinding(
    by=CDOP,
    on=day("2018-03-01"),
    review=REF,
    finding="f-1",
    factor=Factor.SYSTEM,
    what="Cots were not looked at.",
    why="No visit asks for it.",
)
STRENGTH = but(
    FINDING, finding="f-2", factor=Factor.GOOD_PRACTICE, what="Teams met daily.", why="It is led."
)
SHARE = ShareFinding(
    by=CHAIR, on=day("2018-04-01"), review=REF, finding="f-2", dissemination="wsb/news-1"
)
JUDGEMENT = RecordJudgement(
    by=MANAGER, on=day("2018-03-01"), review=REF, area="board", grade="good"
)
PLACE = DeathFactor(domain="B", factor="sleeping place", influence="2")
ANALYSIS = AnalyseDeath(
    by=CDOP,
    on=day("2018-03-01"),
    review=REF,
    category="10",
    modifiable=Modifiable.YES,
    factors=(PLACE,),
)
ACCEPT = AcceptReport(by=CHAIR, on=day("2018-03-20"), review=REF, response="All is accepted.")
CLOSE = CloseReview(by=CHAIR, on=day("2018-05-01"), review=REF)


after = partial(scenario_of, DECIDER)


def of(code: str, *, domain: str = "B", influence: str = "2") -> AnalyseDeath:
    """An analysis with that category, and one factor."""
    factor = DeathFactor(domain=domain, factor="sleeping place", influence=influence)
    return but(ANALYSIS, category=code, factors=(factor,))


# Each rule: what it refuses, the nearest that it allows, and that once


@frozen(kw_only=True)
class Row:
    """After *given*, *rule* refuses one command and allows another; or that after *instead*."""

    rule: str
    refuses: Command
    allows: Command
    given: tuple[Command, ...]
    instead: tuple[Command, ...] | None = None

    @property
    def allowing(self) -> Scenario:
        return after(*(self.given if self.instead is None else self.instead))


RULES = {
    "a finding is for a purpose of its kind of review": Row(
        rule="review.unknown-purpose",
        given=(DEATH,),
        refuses=but(FINDING, purpose="blame"),
        allows=but(FINDING, purpose="area-concern"),
    ),
    "or for none": Row(
        rule="review.unknown-purpose",
        given=(DEATH,),
        refuses=but(FINDING, purpose="A"),
        allows=FINDING,
    ),
    "a kind that has no purposes has no purpose": Row(
        rule="review.unknown-purpose",
        given=(CASE, HOLD),
        refuses=but(FINDING, purpose="area-concern"),
        instead=(DEATH,),
        allows=but(FINDING, purpose="area-concern"),
    ),
    "nor is there an area to judge where none is named": Row(
        rule="review.unknown-area",
        given=(PEERS,),
        refuses=JUDGEMENT,
        instead=(BOARD,),
        allows=JUDGEMENT,
    ),
    "nothing is found before it is held": Row(
        rule="review.out-of-order",
        given=(CASE, HOLD),
        refuses=but(FINDING, on=day("2018-01-14")),
        allows=but(FINDING, on=HOLD.on),
    ),
    "nor judged before that day": Row(
        rule="review.out-of-order",
        given=(but(CASE, kind="ofsted-s15a"), but(HOLD, criteria=())),
        refuses=but(JUDGEMENT, on=day("2018-01-14")),
        allows=but(JUDGEMENT, on=HOLD.on),
    ),
    "the report was accepted with the judgements that it has": Row(
        rule="review.accepted-already",
        given=(AUTHORITY, FINDING, but(JUDGEMENT, area="adoption"), ACCEPT),
        refuses=but(JUDGEMENT, area="leadership"),
        instead=(AUTHORITY, FINDING, but(JUDGEMENT, area="adoption")),
        allows=but(JUDGEMENT, area="leadership"),
    ),
    "and with the analysis that it has": Row(
        rule="review.accepted-already",
        given=(DEATH, ANALYSIS, ACCEPT),
        refuses=but(ANALYSIS, category="1"),
        instead=(DEATH, ANALYSIS),
        allows=but(ANALYSIS, category="1"),
    ),
    "an area is one that this inspection judges": Row(
        rule="review.unknown-area",
        given=(BOARD,),
        refuses=but(JUDGEMENT, area="adoption"),
        instead=(AUTHORITY,),
        allows=but(JUDGEMENT, area="adoption"),
    ),
    "a grade is one of its scale": Row(
        rule="review.unknown-grade",
        given=(BOARD,),
        refuses=but(JUDGEMENT, grade="satisfactory"),
        allows=but(JUDGEMENT, grade="requires improvement"),
    ),
    "and not of another scale": Row(
        rule="review.unknown-grade",
        given=(BOARD,),
        refuses=but(JUDGEMENT, grade="green"),
        allows=JUDGEMENT,
    ),
    "an area is judged once": Row(
        rule="review.judged-already",
        given=(AUTHORITY, but(JUDGEMENT, area="adoption")),
        refuses=but(JUDGEMENT, area="adoption", grade="outstanding"),
        allows=but(JUDGEMENT, area="leadership", grade="outstanding"),
    ),
    "nothing is judged before it is held": Row(
        rule="review.not-held",
        given=(but(CASE, kind="ofsted-s15a"),),
        refuses=JUDGEMENT,
        instead=(but(CASE, kind="ofsted-s15a"), but(HOLD, criteria=())),
        allows=JUDGEMENT,
    ),
    "only a death is analysed": Row(
        rule="review.not-of-a-death",
        given=(CASE, HOLD),
        refuses=ANALYSIS,
        instead=(DEATH,),
        allows=ANALYSIS,
    ),
    "a death has one of ten categories": Row(
        rule="review.unknown-category", given=(DEATH,), refuses=of("11"), allows=of("1")
    ),
    "a factor lies in one of four domains": Row(
        rule="review.unknown-domain",
        given=(DEATH,),
        refuses=of("10", domain="E"),
        allows=of("10", domain="D"),
    ),
    "every one of them does": Row(
        rule="review.unknown-domain",
        given=(DEATH,),
        refuses=but(
            ANALYSIS, factors=(PLACE, DeathFactor(domain="E", factor="cold", influence="1"))
        ),
        allows=but(
            ANALYSIS, factors=(PLACE, DeathFactor(domain="A", factor="cold", influence="1"))
        ),
    ),
    "a factor has one of five influences": Row(
        rule="review.unknown-influence",
        given=(DEATH,),
        refuses=of("10", influence="4"),
        allows=of("10", influence="1*"),
    ),
    "only a finding on record is passed on": Row(
        rule="review.no-such-finding",
        given=(PEERS, STRENGTH),
        refuses=but(SHARE, finding="f-9"),
        allows=SHARE,
    ),
    "and not before it was found": Row(
        rule="review.out-of-order",
        given=(PEERS, STRENGTH),
        refuses=but(SHARE, on=day("2018-02-28")),
        allows=but(SHARE, on=STRENGTH.on),
    ),
}
ROWS = pytest.mark.parametrize("row", RULES.values(), ids=RULES)


@ROWS
def test_what_breaks_a_rule_is_not_recorded(row: Row) -> None:
    assert row.rule == after(*row.given).refuses(row.refuses)


@ROWS
def test_the_nearest_that_keeps_it_is_recorded_once(row: Row) -> None:
    """As it was said; and the same again, at once, adds nothing."""
    recorded, quiet = row.allowing.records(row.allows), row.allowing.quiet(row.allows)

    assert ((became(row.allows),), True) == (recorded, quiet)


# The review of a death (framework §3.3.1)


@pytest.mark.parametrize(
    "purpose", ["review-needed", "area-concern", "public-health", "coordinated-response"]
)
def test_a_death_is_reviewed_for_four_purposes(purpose: str) -> None:
    """As regulation 6 lists them: each may have findings of its own."""
    command = but(FINDING, purpose=purpose)

    assert (became(command),) == after(DEATH).records(command)


def test_the_purposes_of_a_death_are_those_four() -> None:
    """A fifth one in the pack would be one that the regulation does not know."""
    (kind,) = (kind for kind in WOLVERHAMPTON.review_kinds if kind.kind == "cdr")

    assert ["review-needed", "area-concern", "public-health", "coordinated-response"] == [
        entry.code for entry in kind.purposes
    ]


@pytest.mark.parametrize("category", [str(number) for number in range(1, 11)])
def test_each_of_the_ten_categories_is_taken(category: str) -> None:
    command = of(category)

    assert (became(command),) == after(DEATH).records(command)


@pytest.mark.parametrize("domain", ["A", "B", "C", "D"])
@pytest.mark.parametrize("influence", ["0", "1", "1*", "2", "3"])
def test_each_domain_may_have_each_influence(domain: str, influence: str) -> None:
    """Form C asks of each of four domains how far a factor in it explains the death."""
    command = of("10", domain=domain, influence=influence)

    assert (became(command),) == after(DEATH).records(command)


@pytest.mark.parametrize("modifiable", list(Modifiable))
def test_whether_it_could_have_been_otherwise_may_be_unknown(modifiable: Modifiable) -> None:
    """Too little known is an answer, and without factors there may be nothing to change."""
    command = but(ANALYSIS, modifiable=modifiable, factors=())

    assert (became(command),) == after(DEATH).records(command)


def test_the_same_factor_is_not_counted_twice() -> None:
    """Listed twice, it would weigh double in every figure made of it."""
    with pytest.raises(MalformedError):
        but(ANALYSIS, factors=(PLACE, PLACE))


def test_a_later_analysis_replaces_the_earlier_and_may_be_returned_to() -> None:
    """The panel thinks again when the inquest ends, and once more when it is quashed."""
    again = but(ANALYSIS, on=day("2018-06-01"), category="1")
    scenario = after(DEATH).after(ANALYSIS, again)

    assert (became(ANALYSIS), became(again)) == scenario.given[1:]
    returned = but(ANALYSIS, on=day("2018-07-01"))
    assert (became(returned),) == scenario.records(returned)
    assert scenario.quiet(ANALYSIS), "a retry that comes late undoes nothing"


def test_where_no_framework_governs_a_death_is_analysed_in_its_own_words() -> None:
    """The codes of form C are those of this pack."""
    scenario = after(but(DEATH, kind="our own review"), framework=GENERAL)
    command = of("unexplained", domain="home", influence="some")

    assert (became(command),) == scenario.records(command)


# Judgements (framework §3.4)


@pytest.mark.parametrize("grade", ["outstanding", "good", "requires improvement", "inadequate"])
@pytest.mark.parametrize(
    ("inspection", "area"),
    [(BOARD, "board")]
    + [
        (AUTHORITY, area)
        for area in (
            "help-and-protection",
            "looked-after",
            "adoption",
            "care-leavers",
            "leadership",
            "overall",
        )
    ],
    ids=lambda value: value if isinstance(value, str) else value.kind,
)
def test_each_area_of_an_inspection_may_have_each_of_four_grades(
    inspection: OpenReview, area: str, grade: str
) -> None:
    """The board is judged in one area, the authority in six."""
    command = but(JUDGEMENT, area=area, grade=grade)

    assert (became(command),) == after(inspection).records(command)


def test_where_no_framework_governs_an_inspection_is_judged_in_its_own_words() -> None:
    """It has no areas and no scale that could be held against it."""
    scenario = after(but(PEERS, kind="our own review"), framework=GENERAL)
    command = but(JUDGEMENT, area="reception", grade="three stars")

    assert (became(command),) == scenario.records(command)


def test_where_no_framework_governs_a_finding_has_a_purpose_of_its_own() -> None:
    """It lists none that the finding could be held against."""
    scenario = after(but(PEERS, kind="our own review"), framework=GENERAL)
    command = but(FINDING, purpose="morale")

    assert (became(command),) == scenario.records(command)


# Strengths, passed on (framework §3.4.2)


def test_good_practice_that_is_passed_on_needs_no_other_action() -> None:
    """Sharing it is what the framework asks to be done with it."""
    open_, shared = after(PEERS, STRENGTH, ACCEPT), after(PEERS, STRENGTH, ACCEPT, SHARE)

    assert "review.findings-open" == open_.refuses(CLOSE)
    assert (ReviewClosed.of(CLOSE),) == shared.records(CLOSE)


@pytest.mark.parametrize("factor", [Factor.SYSTEM, Factor.INDIVIDUAL])
def test_a_newsletter_is_no_answer_to_what_went_wrong(factor: Factor) -> None:
    """Told to everybody, it is still not put right."""
    wrong = but(FINDING, finding="f-2", factor=factor)
    scenario = after(PEERS, wrong, ACCEPT, SHARE)

    assert "review.findings-open" == scenario.refuses(CLOSE)


def test_a_finding_may_be_passed_on_in_two_ways() -> None:
    """A newsletter reaches others than a conference does; each is said once."""
    conference = but(SHARE, dissemination="wsb/conference-1")
    scenario = after(PEERS, STRENGTH, SHARE)

    assert (became(conference),) == scenario.records(conference)
    assert scenario.quiet(SHARE, conference)


# Through the application


def test_a_strength_is_shared_by_something_that_happened(board: Board) -> None:
    """That it will be shared is not that it was: the newsletter is on record, and rests on it."""
    newsletter = Disseminate(
        by=by("wsb/jce"),
        on=day("2018-04-01"),
        dissemination="wsb/news-1",
        channel="newsletter",
        title="Meeting daily",
        learning_from=(f"review-{REF}",),
        audiences=("practitioners",),
    )
    decide(board, PEERS, STRENGTH)

    assert "reference.unknown" == refused(board, SHARE)
    decide(board, newsletter, SHARE)
    after_it = {record.stream for record in board.app.why(f"review-{REF}").rested_on_by}
    assert {"dissemination-wsb/news-1"} == after_it


@pytest.mark.parametrize("body", ["wscb", "walsall-scb", "wsab", "wscb/qac", "wsb/rwt"])
def test_only_the_panel_analyses_a_death(board: Board, body: str) -> None:
    """The boards receive its analysis, and change nothing in it."""
    decide(board, DEATH)

    assert "authority.not-entitled" == refused(board, but(ANALYSIS, by=by(body)))
    decide(board, ANALYSIS)


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("walsall-scb", "authority.not-entitled"),
        ("wscb/cdop", "authority.not-entitled"),
        ("wscb", None),
    ],
)
def test_the_board_that_leads_a_shared_review_answers_its_report(
    board: Board, body: str, rule: str | None
) -> None:
    """One review has one report; the other board answers the recommendations, for itself."""
    both = ("wscb", "walsall-scb")
    decide(board, but(DEATH, boards=both, area="walsall"), ANALYSIS)
    accept = but(ACCEPT, by=by(body))

    if rule is None:
        decide(board, accept)
        assert "review.accepted-already" == refused(board, but(accept, response="Again."))
    else:
        assert rule == refused(board, accept)


def test_a_review_of_a_death_without_any_finding_is_complete(board: Board) -> None:
    """A death may have no factor that can be changed, and nothing to be learnt from."""
    analysis = but(ANALYSIS, category="4", modifiable=Modifiable.NO, factors=())

    decide(board, DEATH)
    assert "review.not-analysed" == refused(board, ACCEPT)
    decide(board, analysis, ACCEPT, CLOSE)
    assert became(CLOSE) == list(board.app.history(f"review-{REF}"))[-1].event
