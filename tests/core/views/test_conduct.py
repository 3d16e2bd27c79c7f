"""How each review was carried out, by example; and recounted from the events of any history."""

from collections import Counter, defaultdict
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from lif_core.aggregates import review as v
from lif_core.decisions.messages import Event
from lif_core.projection.fold import fold
from lif_core.testing.records import records_of
from lif_core.testing.strategies import World, events
from lif_core.values.authority import Deliberation, Dissent, Paper
from lif_core.views.conduct import (
    Conduct,
    ConductRow,
    DocumentRow,
    FamilyRow,
    FindingThemeRow,
    HoldRow,
    LeadRow,
    MethodRow,
    PractitionersRow,
    ReviewFindingRow,
    ScopeRow,
    StepRow,
    VoiceRow,
    conduct,
)
from tests.board import Board
from tests.core.views.test_publication import AS_OF
from tests.lives import (
    ACCEPT,
    ADDRESS,
    APPOINT,
    CASE,
    CITE,
    CLOSE,
    CONDUCT,
    DEATH,
    DISCONTINUE,
    FAMILY,
    FINDING,
    HELD,
    HOLD,
    INFORM,
    ISSUE,
    JUDGEMENT,
    METHOD,
    NEWS,
    NO_ACTION,
    NO_FAMILY,
    OPEN,
    SHARE,
    STRENGTH,
    WITHHOLD,
    but,
    decide,
)
from tests.people import MANAGER, day

REF = "wscb/scr-1"
BROTHER = but(
    FAMILY[0],
    on=day("2017-06-20"),
    relation="brother",
    explanation="His school told him.",
    surviving_child=True,
)
SISTER = but(
    NO_FAMILY,
    on=day("2017-06-20"),
    reasons="She is three.",
    relation="sister",
    surviving_child=True,
)
PERSONAL = but(
    FINDING, finding="f-3", factor=v.Factor.INDIVIDUAL, what="A call was missed.", why="One of 90."
)


def view(board: Board, valid: str = "2018-12-31") -> Conduct:
    return board.app.view(conduct, valid=day(valid))


def review(board: Board, valid: str = "2018-12-31") -> ConductRow:
    (row,) = view(board, valid).reviews
    return row


@pytest.fixture
def board() -> Board:
    """A review as far as its report, with a scope, a lead, people, a family and three findings."""
    board = Board()
    decide(board, *HELD, INFORM, METHOD, *CONDUCT, *FAMILY, BROTHER, SISTER)
    decide(board, FINDING, STRENGTH, PERSONAL, ACCEPT)
    return board


def test_a_review_in_a_row(board: Board) -> None:
    """Nothing that was decided of it is left out, and its family is not its surviving children."""
    assert (
        ConductRow(
            review=REF,
            title="A child, in a fictional case.",
            kind=review(board).kind,
            boards=("wscb",),
            standing="reported",
            begun=day("2017-04-20"),
            threshold=None,
            arising_from=(),
            held=day("2017-05-18"),
            grounds=review(board).grounds,
            decided_on=("complexity",),
            organisations=("wsb/police", "wsb/rwt"),
            lead="I. Reviewer",
            employer=APPOINT.employer,
            independent=True,
            methodology="systems",
            toolkit="scr-toolkit 2",
            invited=3,
            contributed=2,
            family_asked=1,
            family_answered=1,
            family_not_asked=0,
            children_asked=1,
            children_answered=0,
            children_not_asked=1,
            voices=1,
            documents=0,
            system=1,
            individual=1,
            good_practice=1,
            unanswered=3,
            response="All is accepted.",
            warnings=(),
            reported=day("2017-11-10"),
            ended=None,
            ended_because=None,
        ),
    ) == view(board).reviews
    assert review(board).kind.startswith("Serious Case Review")
    assert 1 == len(review(board).grounds)


def test_the_decision_to_hold_says_what_it_rests_on(board: Board) -> None:
    paper, dissent = Paper(title="The chronology"), Dissent(body="wsb/police", reasons="Too soon.")
    weighed = Deliberation(options=("A SAR",), papers=(paper,), dissent=(dissent,))
    board = Board()
    decide(board, CASE, but(HOLD, by=replace(HOLD.by, deliberation=weighed)))
    assert (
        HoldRow(
            review=REF,
            on=day("2017-05-18"),
            by="wscb",
            meeting=None,
            quorate=None,
            hold=True,
            criteria=("abuse-or-neglect", "death"),
            grounds=review(board).grounds,
            reasons="There is concern about joint working.",
            options=("A SAR",),
            papers=("The chronology",),
            dissent=("wsb/police: Too soon.",),
        ),
    ) == view(board).holds


def test_scale_method_and_lead_are_kept_though_later_ones_replace_them(board: Board) -> None:
    """The row of the review has those in force; their tables have all, with what was declared."""
    board = Board()
    decide(board, *HELD, *CONDUCT[:2], METHOD)
    decide(board, but(CONDUCT[0], on=day("2017-09-01"), scope="Four years."))
    decide(board, but(METHOD, on=day("2017-09-01"), toolkit="scr-toolkit 3"))
    decide(
        board, but(APPOINT, on=day("2017-09-04"), reviewer="A. Other", employer="wsb/probation")
    )

    assert ["Two years, two agencies.", "Four years."] == [row.scope for row in view(board).scopes]
    assert (
        ScopeRow(
            review=REF,
            on=day("2017-06-01"),
            scope="Two years, two agencies.",
            rationale="Both knew the family throughout.",
            decided_on=("complexity",),
            organisations=("wsb/police", "wsb/rwt"),
        )
        == view(board).scopes[0]
    )
    first = day("2017-06-01")
    assert (
        MethodRow(review=REF, on=first, methodology="systems", toolkit="scr-toolkit 2")
        == view(board).methods[0]
    )
    assert (
        LeadRow(
            review=REF,
            on=day("2017-06-08"),
            lead="I. Reviewer",
            employer=APPOINT.employer,
            involved_in_case=False,
            declaration="No part in the case.",
        )
        == view(board).leads[0]
    )
    assert ("A. Other", "wsb/probation", "scr-toolkit 3") == (
        review(board).lead,
        review(board).employer,
        review(board).toolkit,
    )


def test_who_was_invited_and_who_contributed_by_organisation(board: Board) -> None:
    """Numbers only; what they said, every time."""
    invited = but(CONDUCT[2], on=day("2017-08-01"), invited=2)
    board = Board()
    decide(board, *HELD, *CONDUCT, invited)
    decide(board, but(CONDUCT[3], on=day("2017-09-01"), contributed=4, perspectives="At night."))
    decide(board, but(invited, organisation="wsb/rwt"))

    assert (
        PractitionersRow(
            review=REF,
            organisation="wsb/police",
            invited=5,
            first=day("2017-07-03"),
            contributed=4,
            perspectives=("Nobody knew whom to ask at night.", "At night."),
        ),
        PractitionersRow(
            review=REF,
            organisation="wsb/rwt",
            invited=2,
            first=day("2017-08-01"),
            contributed=None,
            perspectives=(),
        ),
    ) == view(board).practitioners
    assert (7, 4) == (review(board).invited, review(board).contributed)


def test_the_family_is_shown_step_by_step_surviving_children_apart(board: Board) -> None:
    """Why somebody was not asked stands beside what those who were asked were told, and said."""
    steps = [
        (1, "2017-06-19", False, "invited", "mother", "A letter explained how to contribute."),
        (2, "2017-06-20", True, "invited", "brother", "His school told him."),
        (3, "2017-06-20", True, "not invited", "sister", "She is three."),
        (4, "2017-07-24", False, "responded", "mother", "Contributed."),
    ]

    assert (
        tuple(
            FamilyRow(
                review=REF,
                number=number,
                on=day(on),
                surviving_child=child,
                step=step,
                relation=relation,
                words=words,
            )
            for number, on, child, step, relation, words in steps
        )
        == view(board).family
    )


def test_the_voice_of_the_child_is_in_its_own_words(board: Board) -> None:
    said = VoiceRow(review=REF, number=1, on=day("2017-07-24"), voice="What was shown at school.")

    assert (said,) == view(board).voices


def test_a_finding_is_shown_with_what_followed_from_it(board: Board) -> None:
    """One has an action, one was shared, one has a reason why nothing is done."""
    decide(board, ISSUE, but(ADDRESS, on=day("2017-11-13")), NEWS, SHARE)
    decide(board, but(NO_ACTION, finding="f-3", on=day("2017-11-14")))
    system, strength, individual = view(board).findings

    assert (
        ReviewFindingRow(
            review=REF,
            finding="f-1",
            on=day("2017-10-16"),
            factor="system",
            themes=(),
            purpose=None,
            what="Assessments were not shared.",
            why="No procedure said who starts them.",
            answered=day("2017-11-13"),
            recommendations=("wscb/r-1",),
            actions=("Say who starts an assessment",),
            disseminations=(),
            reasons=None,
        )
        == system
    )
    assert (("wsb/news-1",), day("2017-11-12"), None) == (
        strength.disseminations,
        strength.answered,
        strength.reasons,
    )
    assert ((), (), "It has been put right.") == (
        individual.recommendations,
        individual.disseminations,
        individual.reasons,
    )
    assert 0 == review(board).unanswered


def test_an_action_taken_later_answers_a_finding_that_had_a_reason_for_none(board: Board) -> None:
    decide(board, NO_ACTION, ISSUE, ADDRESS)

    assert (None, ("wscb/r-1",)) == (
        view(board).findings[0].reasons,
        view(board).findings[0].recommendations,
    )


def test_the_warnings_that_were_given_stay(board: Board) -> None:
    """A report that nobody was asked to contribute to."""
    board = Board()
    decide(board, *HELD, NO_FAMILY, FINDING, ACCEPT)

    assert (
        "no-scope",
        "no-reviewer",
        "no-practitioners-invited",
        "no-voice",
        "no-method",
    ) == review(board).warnings
    assert None is review(board).independent


def test_a_review_that_was_discontinued_says_why(board: Board) -> None:
    board = Board()
    decide(board, OPEN, DISCONTINUE)

    assert ("discontinued", day("2017-12-01"), "The inquest answers it.") == (
        review(board).standing,
        review(board).ended,
        review(board).ended_because,
    )


def test_a_review_that_was_closed_is_closed_from_that_day(board: Board) -> None:
    """An inspection needs no publication."""
    board = Board()
    inspected = but(OPEN, kind="ofsted-s15a", threshold=None)
    decide(board, inspected, but(JUDGEMENT), FINDING, ACCEPT, ISSUE, ADDRESS, CLOSE)

    assert ("reported", None) == (
        review(board, "2018-01-14").standing,
        review(board, "2018-01-14").ended,
    )
    assert ("closed", day("2018-01-15")) == (review(board).standing, review(board).ended)


def test_steps_that_other_views_only_count_are_told_in_words(board: Board) -> None:
    """A delay explained, a judgement, a contribution, a report withheld."""
    delay = v.ExplainReviewDelay(
        by=MANAGER,
        on=day("2017-12-01"),
        review=REF,
        explanation="e-1",
        clock="completion",
        reasons="The trial.",
    )
    decide(board, WITHHOLD, delay)
    assert (
        StepRow(
            review=REF,
            number=1,
            on=day("2017-11-22"),
            step="withheld",
            by="wscb",
            about=None,
            words="It would identify a living child.",
        ),
        StepRow(
            review=REF,
            number=2,
            on=day("2017-12-01"),
            step="delay",
            by="wscb",
            about="completion",
            words="The trial.",
        ),
    ) == view(board).steps


def test_a_document_is_listed_with_its_publisher(board: Board) -> None:
    decide(board, but(OPEN, review="wsb/g-1", kind="guidance"), but(CITE, review="wsb/g-1"))

    assert (
        DocumentRow(
            review="wsb/g-1",
            document="working-together-2015",
            title="Working Together to Safeguard Children",
            publisher="HM Government",
            issued=None,
            cited=day("2017-05-02"),
        ),
    ) == view(board).documents


def test_a_review_of_a_death_has_no_title(board: Board) -> None:
    """Its subject says who the child was."""
    board = Board()
    decide(board, DEATH)

    assert (None, ()) == (review(board).title, review(board).arising_from)


# Any history

WORLD = World(
    refs=("wscb/1", "wscb/2"),
    bodies=("wscb", "wsb/police"),
    streams=("review-wscb/1", "recommendation-wscb/1"),
)


@given(st.lists(events(WORLD, *get_args(v.ReviewEvent)), max_size=30))
def test_every_word_of_any_history_is_in_the_view_of_its_review(
    history: list[Event[Any]],
) -> None:
    """As many rows as there are events of each kind, of all reviews that have begun."""
    view = fold(conduct, records_of(history), AS_OF)
    streams: dict[str, list[Any]] = defaultdict(list)
    for event in history:
        if event.on <= AS_OF.valid:
            streams[event.review].append(event)  # type: ignore[attr-defined]  # all are of one
    begun = {
        ref: entries
        for ref, entries in streams.items()
        if any(isinstance(e, v.CaseNotified | v.DeathNotified | v.ReviewOpened) for e in entries)
    }
    counts = Counter(type(event) for entries in begun.values() for event in entries)

    assert sorted(begun) == [row.review for row in view.reviews]
    assert counts[v.HoldDecided] == len(view.holds)
    assert counts[v.ScopeSet] == len(view.scopes)
    assert counts[v.MethodAdopted] == len(view.methods)
    assert counts[v.ReviewerAppointed] == len(view.leads)
    assert counts[v.VoiceRecorded] == len(view.voices)
    assert counts[v.ContributionRecorded] == sum(
        len(row.perspectives) for row in view.practitioners
    )
    steps = Counter(row.step for row in view.family)
    assert counts[v.FamilyInvited] == steps["invited"]
    assert counts[v.FamilyNotInvited] == steps["not invited"]
    assert counts[v.FamilyResponded] == steps["responded"]
    for row in view.reviews:
        entries = begun[row.review]
        invited = [event.invited for event in entries if isinstance(event, v.PractitionersInvited)]
        assert sum(invited) == row.invited
        factors = {
            event.finding: event.factor
            for event in sorted(entries, key=lambda event: event.on)
            if isinstance(event, v.FindingRecorded)
        }
        assert len(factors) == row.system + row.individual + row.good_practice


def test_findings_are_put_together_by_their_themes(board: Board) -> None:
    """A review counts once for a theme, however many of its findings are of it."""
    board = Board()
    decide(board, *HELD, but(FINDING, themes=("neglect",)))
    decide(board, but(STRENGTH, themes=("neglect", "joint working")))
    decide(board, but(OPEN, review="wscb/p-1"))
    decide(board, but(PERSONAL, review="wscb/p-1", themes=("neglect",)))

    assert (
        FindingThemeRow(
            theme="joint working", reviews=1, findings=1, system=0, individual=0, good_practice=1
        ),
        FindingThemeRow(
            theme="neglect", reviews=2, findings=3, system=1, individual=1, good_practice=1
        ),
    ) == view(board).themes
