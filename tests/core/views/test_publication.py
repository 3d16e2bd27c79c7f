"""The publication register: what is in it by example, and that nothing confidential ever is."""

import json
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import asdict

from lif_adapters.json_values import json_value
from lif_core.aggregates import indicator as i
from lif_core.aggregates import recommendation as r
from lif_core.aggregates import review
from lif_core.aggregates.body import BodyKind, RegisterBody
from lif_core.decisions.corrections import VoidEntry
from lif_core.decisions.messages import Event
from lif_core.framework import load
from lif_core.log.mapper import LifMapper
from lif_core.log.registry import Registry
from lif_core.projection.fold import fold
from lif_core.projection.projection import AsOf
from lif_core.testing.records import records_of
from lif_core.testing.strategies import World, events
from lif_core.views import PROJECTIONS
from lif_core.views.publication import Publication, PublicationRow, publication
from lif_core.views.register import PublicRegister, register
from tests.audits import conclude
from tests.board import Board
from tests.canaries import with_canaries
from tests.lives import NO_GROUND, unmet
from tests.people import CHAIR, POLICY, by, day

SCR = "wscb/scr-1"
STREAM = f"review-{SCR}"
CANARY = "CANARY-7f3a"
MAPPER = LifMapper()


def view(board: Board, valid: str, known: str | None = None) -> Publication:
    return board.app.view(publication, valid=day(valid), known=day(known) if known else None)


def row(board: Board, valid: str) -> PublicationRow:
    (found,) = view(board, valid).reviews
    return found


@pytest.fixture
def board() -> Board:
    """A serious case review, held on 1 February 2018, its report accepted on 1 August."""
    board = Board()
    case: dict[str, Any] = {"by": CHAIR, "review": SCR}
    board.decide(
        review.NotifyCase,
        "2018-01-10",
        **case,
        kind="scr",
        subject=CANARY,
        aware=day("2018-01-05"),
        boards=("wscb", "wsab"),
    )
    board.decide(
        review.DecideHold,
        "2018-02-01",
        **case,
        hold=True,
        reasons=CANARY,
        criteria=("abuse-or-neglect", "death"),
    )
    board.decide(
        review.RecordFinding,
        "2018-03-01",
        **case,
        finding="f-1",
        factor=review.Factor.SYSTEM,
        what=CANARY,
        why=CANARY,
    )
    board.decide(review.DecideNotToInviteFamily, "2018-03-02", **case, reasons=CANARY)
    board.decide(review.AcceptReport, "2018-08-01", **case, response=CANARY)
    return board


def publish(board: Board, on: str, **more: Any) -> None:
    board.decide(review.PublishReport, on, by=CHAIR, review=SCR, place="website", **more)


def ask(board: Board, ref: str, *, source: str = STREAM) -> None:
    board.decide(
        r.IssueRecommendation,
        "2018-08-02",
        by=CHAIR,
        recommendation=ref,
        source=source,
        text=CANARY,
        addressed=("wsb/lpp",),
    )


def implement(board: Board, ref: str) -> None:
    ask(board, ref)
    board.decide(r.AcceptRecommendation, "2018-08-03", by=POLICY, recommendation=ref)
    board.decide(
        r.PlanRecommendation,
        "2018-08-04",
        recommendation=ref,
        owner="wsb/lpp",
        due=day("2018-09-01"),
        action=CANARY,
    )
    board.decide(
        r.ImplementRecommendation, "2018-08-20", by=POLICY, recommendation=ref, evidence=CANARY
    )


def embed(board: Board, ref: str) -> None:
    rests_on = conclude(board, "2018-09-01", ref, ref=f"{ref}/embedded")
    board.decide(
        r.EmbedRecommendation, "2018-09-01", recommendation=ref, evidence=CANARY, rests_on=rests_on
    )


def check(board: Board, ref: str, on: str, *, passed: bool) -> None:
    board.decide(
        r.CheckRecommendation,
        on,
        recommendation=ref,
        check=on,
        passed=passed,
        note=CANARY,
        rests_on=conclude(board, on, ref, ref=f"{ref}/{on}"),
    )


# What it says


def test_a_review_is_in_the_register_from_the_decision_to_hold_it(board: Board) -> None:
    """A case that was only notified is no review yet, and may never be one."""
    assert () == view(board, "2018-01-31").reviews

    held = row(board, "2018-02-01")
    assert ("under way", day("2018-02-01"), None) == (held.status, held.held, held.report_accepted)
    assert ("wscb", "wsab") == held.boards
    assert held.kind.startswith("Serious Case Review")


def test_a_report_waits_for_the_decision_to_publish_it(board: Board) -> None:
    found = row(board, "2018-08-10")

    assert ("reported", day("2018-08-01"), None) == (
        found.status,
        found.report_accepted,
        found.published,
    )


def test_a_published_report_is_shown_with_its_place_and_public_summary(board: Board) -> None:
    publish(board, "2018-08-31", summary="Services did not share what they knew.")
    found = row(board, "2018-09-30")

    assert ("published", day("2018-08-31"), "website", 30) == (
        found.status,
        found.published,
        found.place,
        found.days_online,
    )
    assert "Services did not share what they knew." == found.summary
    assert (False, False) == (found.redacted, found.withheld)


def test_days_online_end_when_the_report_is_taken_down(board: Board) -> None:
    publish(board, "2018-08-31")
    board.decide(review.TakeDownReport, "2019-09-01", by=CHAIR, review=SCR, reasons=CANARY)

    assert 365 == row(board, "2019-08-31").days_online
    down = row(board, "2020-01-01")
    assert ("taken down", day("2019-09-01"), 366) == (
        down.status,
        down.taken_down,
        down.days_online,
    )


def test_redacted_is_said_without_what_was_redacted(board: Board) -> None:
    publish(board, "2018-08-31", redactions=CANARY)

    assert row(board, "2018-09-01").redacted


def test_a_withheld_report_is_shown_as_withheld_until_it_is_published(board: Board) -> None:
    board.decide(review.DecideNotToPublish, "2018-08-20", by=CHAIR, review=SCR, reasons=CANARY)
    publish(board, "2018-10-01")

    withheld = row(board, "2018-09-01")
    assert ("withheld", True, None) == (withheld.status, withheld.withheld, withheld.place)
    later = row(board, "2018-10-02")
    assert ("published", False) == (later.status, later.withheld)


def test_a_review_that_ended_without_a_report_is_discontinued() -> None:
    board = Board()
    case: dict[str, Any] = {"review": "wsab/sar-1", "by": by("wsab")}
    board.decide(
        review.NotifyCase,
        "2018-01-10",
        **case,
        kind="sar",
        subject="An adult",
        aware=day("2018-01-05"),
    )
    board.decide(
        review.DecideHold,
        "2018-02-01",
        **case,
        hold=True,
        reasons="Concern",
        criteria=("care-and-support-needs",),
    )
    board.decide(review.DiscontinueReview, "2018-03-01", **case, reasons="Joined with another")

    assert "under way" == row(board, "2018-02-28").status
    assert "discontinued" == row(board, "2018-03-01").status


def test_a_review_of_another_kind_is_in_the_register_only_once_it_is_published() -> None:
    """A table-top review need not be published; one that was is public all the same."""
    board = Board()
    case: dict[str, Any] = {"review": "wscb/t-1", "by": CHAIR}
    board.decide(
        review.OpenReview, "2018-01-01", **case, kind="table-top", title="T", threshold="No harm"
    )
    board.decide(
        review.RecordFinding,
        "2018-01-02",
        **case,
        finding="f-1",
        factor=review.Factor.SYSTEM,
        what="What",
        why="Why",
    )
    board.decide(review.AcceptReport, "2018-02-01", **case, response="Accepted")
    board.decide(review.PublishReport, "2018-03-01", **case, place="website")

    assert () == view(board, "2018-02-28").reviews
    assert "published" == row(board, "2018-03-01").status


def test_a_case_that_is_not_to_be_held_is_not_in_it() -> None:
    board = Board()
    case: dict[str, Any] = {"review": SCR, "by": CHAIR}
    board.decide(
        review.NotifyCase, "2018-01-10", **case, kind="scr", subject="K", aware=day("2018-01-05")
    )
    not_held: dict[str, Any] = {"hold": False, "reasons": "No harm", "not_met": unmet(*NO_GROUND)}
    board.decide(review.DecideHold, "2018-02-01", **case, **not_held)

    assert () == view(board, "2018-12-31").reviews


def test_a_publication_that_is_found_void_is_known_no_longer(board: Board) -> None:
    publish(board, "2018-08-31")
    entry = len(list(board.app.history(STREAM)))
    board.decide(
        VoidEntry, "2018-09-10", by=CHAIR, stream=STREAM, entry=entry, reasons="Not put online"
    )

    assert "reported" == row(board, "2018-12-31").status
    (known,) = view(board, "2018-09-09", known="2018-09-09").reviews
    assert "published" == known.status


def test_what_was_never_published_was_not_taken_down(board: Board) -> None:
    """The publication is void, and with it what followed from it."""
    publish(board, "2018-08-31")
    entry = len(list(board.app.history(STREAM)))
    board.decide(review.TakeDownReport, "2018-09-05", by=CHAIR, review=SCR, reasons=CANARY)
    board.decide(
        VoidEntry, "2018-09-10", by=CHAIR, stream=STREAM, entry=entry, reasons="Not put online"
    )
    found = row(board, "2018-12-31")

    assert ("reported", None, None) == (found.status, found.taken_down, found.days_online)


# Where improvements are being made


def test_the_public_sees_where_each_recommendation_stands(board: Board) -> None:
    """One waits; one was declined; one is in place; of three embedded, one lasted, one relapsed,
    and nobody looked at the third in time.
    """
    ask(board, "wscb/r-1")
    ask(board, "wscb/r-2")
    board.decide(
        r.DeclineRecommendation,
        "2018-08-10",
        by=POLICY,
        recommendation="wscb/r-2",
        reasons=CANARY,
    )
    implement(board, "wscb/r-3")
    for ref in ("wscb/r-4", "wscb/r-5", "wscb/r-6"):
        implement(board, ref)
        embed(board, ref)
    check(board, "wscb/r-4", "2019-03-01", passed=True)
    check(board, "wscb/r-5", "2019-03-01", passed=False)

    (before,) = view(board, "2019-02-28").improvements
    assert (6, 1, 1, 1, 3) == (
        before.made,
        before.waiting,
        before.declined,
        before.implemented,
        before.embedded,
    )
    check(board, "wscb/r-4", "2019-09-02", passed=True)
    (after,) = view(board, "2019-09-02").improvements
    assert (6, 0, 1, 1, 1) == (
        after.made,
        after.embedded,
        after.sustained,
        after.relapsed,
        after.in_doubt,
    )


def test_the_groups_of_where_they_stand_add_up_to_those_made(board: Board) -> None:
    for ref in ("wscb/r-1", "wscb/r-2"):
        implement(board, ref)
    board.decide(
        r.WithdrawRecommendation,
        "2018-08-25",
        by=CHAIR,
        recommendation="wscb/r-2",
        reasons=CANARY,
    )
    (found,) = view(board, "2018-12-31").improvements
    groups = asdict(found)

    assert 2 == groups.pop("made")
    assert groups.pop("review") == SCR
    assert {"implemented": 1, "ended": 1} == {name: n for name, n in groups.items() if n}


def test_a_boards_improvements_count_those_of_all_its_reviews(board: Board) -> None:
    """What joint bodies number is of both boards; what bears a board's reference is its own."""
    board.decide(
        review.OpenReview,
        "2018-01-01",
        by=CHAIR,
        review="wscb/2",
        kind="single-agency-review",
        title="A",
    )
    ask(board, "wscb/r-1")
    ask(board, "wscb/r-2", source="review-wscb/2")
    ask(board, "wsb/r-3")

    (of_review,) = view(board, "2018-12-31").improvements
    assert 2 == of_review.made
    assert [("wsab", 1), ("wscb", 3)] == [
        (one.board, one.made) for one in view(board, "2018-12-31").boards
    ]


# Nothing confidential


def test_no_confidential_text_of_a_whole_life_is_in_it(board: Board) -> None:
    """Every personal text in these histories is the same unlikely word."""
    publish(board, "2018-08-31", redactions=CANARY, summary="Services did not share.")
    implement(board, "wscb/r-1")
    embed(board, "wscb/r-1")
    check(board, "wscb/r-1", "2019-03-01", passed=False)
    found = written(view(board, "2019-12-31"))

    assert CANARY not in found
    assert "A. Chair" not in found
    assert "Services did not share." in found


def notify_death(board: Board, ref: str) -> None:
    board.decide(
        review.NotifyDeath,
        "2018-05-02",
        by=by("wscb/cdop"),
        review=ref,
        kind="cdr",
        subject=CANARY,
        died=day("2018-05-01"),
        area="wolverhampton",
        expected=False,
    )


def test_the_review_of_a_childs_death_never_appears_nor_what_it_asked_for(board: Board) -> None:
    ask(board, "wscb/r-1")
    before = view(board, "2018-12-31")
    panel: dict[str, Any] = {"by": by("wscb/cdop"), "review": "wscb/cdr-1"}
    notify_death(board, "wscb/cdr-1")
    board.decide(
        review.AnalyseDeath,
        "2018-06-01",
        **panel,
        category="10",
        modifiable=review.Modifiable.YES,
    )
    ask(board, "wscb/r-2", source="review-wscb/cdr-1")
    case = panel | {"by": CHAIR}
    board.decide(review.AcceptReport, "2018-08-01", **case, response=CANARY)
    board.decide(review.PublishReport, "2018-09-01", **case, place="website")

    assert before == view(board, "2018-12-31")


@pytest.mark.parametrize("notified", [True, False])
def test_a_board_that_no_pack_governs_publishes_no_review_of_a_death_either(
    notified: bool,
) -> None:
    """It has kinds of its own: what was notified or analysed as a death is one."""
    board = Board()
    case: dict[str, Any] = {"by": by("other"), "review": "other/1"}
    board.decide(
        RegisterBody, "2018-01-01", by=CHAIR, body="other", name="Other", kind=BodyKind.BOARD
    )
    if notified:
        board.decide(
            review.NotifyDeath,
            "2018-05-02",
            **case,
            kind="own",
            subject=CANARY,
            died=day("2018-05-01"),
            area="there",
            expected=True,
        )
    else:
        board.decide(review.OpenReview, "2018-05-02", **case, kind="own", title=CANARY)
        board.decide(
            review.AnalyseDeath,
            "2018-05-02",
            **case,
            category="any",
            modifiable=review.Modifiable.NO,
        )
    board.decide(
        review.RecordFinding,
        "2018-05-03",
        **case,
        finding="f-1",
        factor=review.Factor.SYSTEM,
        what=CANARY,
        why=CANARY,
    )
    board.decide(review.AcceptReport, "2018-08-01", **case, response=CANARY)
    board.decide(review.PublishReport, "2018-09-01", **case, place="website")

    assert () == view(board, "2018-12-31").reviews


REGISTRY = Registry()
WORLD = World(refs=("wscb/scr-1", "wscb/2"), streams=(STREAM, "review-wscb/2", "audit-wscb/2"))
PERSONAL_EVENTS: tuple[type[Event[Any]], ...] = (
    *get_args(review.ReviewEvent),
    *get_args(r.RecommendationEvent),
)


def written(shown: Publication | PublicRegister) -> str:
    return json.dumps(json_value(shown, MAPPER), ensure_ascii=False)


AS_OF = AsOf(valid=day("2019-06-30"), known=None, frameworks=load())
BEGINNING: list[Event[Any]] = [
    review.CaseNotified(
        by=CHAIR,
        on=day("2018-01-10"),
        review=SCR,
        kind="scr",
        subject="K",
        aware=day("2018-01-05"),
    ),
    review.HoldDecided(
        by=CHAIR, on=day("2018-01-11"), review=SCR, hold=True, reasons="Harm", criteria=("death",)
    ),
    review.ReportPublished(by=CHAIR, on=day("2018-02-01"), review=SCR, place="website"),
    r.RecommendationIssued(
        by=CHAIR,
        on=day("2018-01-12"),
        recommendation="wscb/r-1",
        source=STREAM,
        text="Do",
        addressed=("wscb",),
    ),
    r.RecommendationWorded(
        by=CHAIR, on=day("2018-02-01"), recommendation="wscb/r-1", wording="Do so."
    ),
]


@given(st.lists(events(WORLD, *PERSONAL_EVENTS), max_size=30))
def test_no_canary_in_any_personal_field_of_any_history_is_ever_seen(
    more: list[Event[Any]],
) -> None:
    """Whatever follows what, allowed or not: corrections can make any order."""
    log = records_of([with_canaries(event, CANARY) for event in BEGINNING + more])

    assert "wscb/r-1" in {record.stream.partition("-")[2] for record in log}
    assert CANARY in repr(log)
    assert CANARY not in written(fold(publication, log, AS_OF))
    assert CANARY not in written(fold(register, log, AS_OF))


DEATH = events(World(refs=("wscb/cdr-9",)), *get_args(review.ReviewEvent))


@given(st.lists(events(WORLD, *PERSONAL_EVENTS), max_size=15), st.lists(DEATH, max_size=15))
def test_a_history_of_a_childs_death_changes_nothing_in_the_register(
    more: list[Event[Any]], of_death: list[Event[Any]]
) -> None:
    """However its review goes on: the register is the same with it and without."""
    first = review.DeathNotified(
        by=by("wscb/cdop"),
        on=day("2017-12-01"),
        review="wscb/cdr-9",
        kind="cdr",
        subject="S",
        died=day("2017-11-30"),
        area="wolverhampton",
        expected=True,
    )
    of_it = [event for event in of_death if not isinstance(event, review.CaseNotified)]
    of_it = [event for event in of_it if not isinstance(event, review.ReviewOpened)]
    without = fold(publication, records_of(BEGINNING + more), AS_OF)

    assert without == fold(publication, records_of([*BEGINNING, *more, first, *of_it]), AS_OF)


@given(st.lists(events(WORLD, *get_args(r.RecommendationEvent)), max_size=30))
def test_what_was_made_is_the_sum_of_where_it_stands(more: list[Event[Any]]) -> None:
    found = fold(publication, records_of(BEGINNING + more), AS_OF)

    assert [SCR] == [one.review for one in found.improvements]
    assert "wscb" in [one.board for one in found.boards]
    for one in (*map(asdict, found.improvements), *map(asdict, found.boards)):
        assert 2 * one["made"] == sum(count for count in one.values() if isinstance(count, int))


@pytest.mark.parametrize("name", ["publication", "register"])
def test_the_days_of_rare_events_are_not_public(board: Board, name: str) -> None:
    """A chart of rare events is of the days between them, and who knows a day knows a case."""
    define: dict[str, Any] = {"name": "Deaths", "unit": "deaths", "higher_is_better": False}
    board.decide(
        i.DefineIndicator, "2018-01-10", indicator="wscb/d", kind=i.IndicatorKind.COUNT, **define
    )
    for number in range(14):
        days: dict[str, Any] = {
            "occurrence": f"case-{number}",
            "day": day(f"2016-02-{2 * number + 1:02}"),
        }
        board.decide(i.RecordOccurrence, "2018-03-07", indicator="wscb/d", **days)
    public = board.app.view(PROJECTIONS[name], valid=day("2019-12-31"))
    shown = str(json_value(public, MAPPER))

    assert not [text for text in ("case-", "2016-02-", "wscb/d'") if text in shown]
