"""What is said of a recommendation on its way: sent, answered in part, explained, not yet dated,
done without a plan, how far it has come, and what its issuer makes of it.
"""

from typing import Any

import pytest

from lif_core.aggregates import recommendation as r
from lif_core.aggregates.body import MergeBody
from lif_core.decisions.messages import Command
from lif_core.testing.decider_contract import DeciderContract
from tests.board import Board
from tests.core.aggregates.test_recommendation import (
    ACCEPTED,
    DECLINED,
    IMPLEMENTED,
    ISSUED,
    PLANNED,
    REF,
    REOPENED,
    WITHDRAWN,
    accept,
    after,
    change_due,
    decline,
    explain,
    implement,
    issue,
    plan,
)
from tests.histories import WORLD
from tests.lives import GENERAL, WOLVERHAMPTON, but, refused
from tests.people import CHAIR, MANAGER, POLICE, POLICY, QUALITY, TRAINING, by, day

SEND = r.SendRecommendation(by=CHAIR, on=day("2018-01-26"), recommendation=REF, to="wsb/police")
IN_PART = r.AcceptRecommendationInPart(
    by=POLICE,
    on=day("2018-02-03"),
    recommendation=REF,
    accepted="The form is changed.",
    declined="No second form: the law has one.",
)
SOME = r.RecordReplyOfSome(
    by=CHAIR,
    on=day("2018-02-10"),
    recommendation=REF,
    reply="Some of them say that they agree.",
    among=("wscb", "wsb/police"),
)
UNDATED = but(plan(), due=None)
TAKE = r.AcceptRecommendationExplanation(
    by=CHAIR, on=day("2018-05-06"), recommendation=REF, explanation="x-1"
)
PROGRESS = r.RecordProgress(
    by=POLICY, on=day("2018-03-01"), recommendation=REF, note="A draft is out."
)
JUDGE = r.JudgeRecommendation(
    by=CHAIR,
    on=day("2018-05-01"),
    recommendation=REF,
    judgement=r.IssuerJudgement.ALTERNATIVE,
    reasons="Another form does the same.",
)
EXPLAINED = (*PLANNED, r.RecommendationDelayExplained.of(explain()))


class TestOnItsWay(DeciderContract):
    """Answered by a day, in part; planned without a date, explained, done and judged."""

    decider = r.decider
    lives = (
        (issue(), SEND, SOME, IN_PART, UNDATED, PROGRESS, change_due(), explain(), TAKE),
        (issue(), accept(), implement(by=CHAIR), but(JUDGE, by=CHAIR)),
    )
    frameworks = (WOLVERHAMPTON, GENERAL)
    world = WORLD

    def event_of(self, command: Command, framework: Any) -> Any:
        """The board did what it asked of itself, and judges that."""
        if command == JUDGE:
            return r.RecommendationJudged.of(JUDGE, warnings=("by-its-owner",))
        return super().event_of(command, framework)


# Sent


def test_it_is_sent_once_to_a_body_that_was_asked() -> None:
    """The time to answer runs from one day."""
    scenario = after((ISSUED,))

    assert (r.RecommendationSent.of(SEND),) == scenario.records(SEND)
    assert "recommendation.not-addressed" == scenario.refuses(but(SEND, to="wsb/jld"))
    assert "recommendation.sent-already" == scenario.after(SEND).refuses(
        but(SEND, on=day("2018-01-27"))
    )


def test_it_is_sent_by_the_body_that_issued_it() -> None:
    assert "recommendation.issuer-only" == after((ISSUED,)).refuses(but(SEND, by=POLICE))


def test_it_is_not_sent_before_it_was_issued() -> None:
    assert "recommendation.out-of-order" == after((ISSUED,)).refuses(
        but(SEND, on=day("2018-01-24"))
    )


@pytest.mark.parametrize(("answer_by", "taken"), [("2018-01-25", False), ("2018-01-26", True)])
def test_no_answer_is_asked_for_by_a_day_before_it_was_sent(answer_by: str, taken: bool) -> None:
    command = but(SEND, answer_by=day(answer_by))
    scenario = after((ISSUED,))

    if taken:
        assert (r.RecommendationSent.of(command),) == scenario.records(command)
    else:
        assert "recommendation.due-in-the-past" == scenario.refuses(command)


# Answered in part


def test_what_is_accepted_in_part_may_be_planned() -> None:
    scenario = after((ISSUED,)).after(IN_PART)

    assert (r.RecommendationPlanned.of(plan()),) == scenario.records(plan())


def test_in_part_is_an_answer_of_its_own() -> None:
    """Given once; changed to another until it is planned, and not afterwards."""
    scenario = after((ISSUED,)).after(IN_PART)
    fully, none = accept(by=POLICE, on="2018-02-04"), decline(by=POLICE, on="2018-02-04")

    assert "recommendation.answered-already" == scenario.refuses(but(IN_PART, accepted="More"))
    assert (r.RecommendationAccepted.of(fully),) == scenario.records(fully)
    assert (r.RecommendationDeclined.of(none),) == scenario.records(none)
    assert "recommendation.already-planned" == scenario.after(plan()).refuses(none)


def test_only_a_body_that_was_asked_accepts_in_part() -> None:
    assert "recommendation.not-addressed" == after((ISSUED,)).refuses(but(IN_PART, by=TRAINING))
    assert "recommendation.ended" == after(WITHDRAWN).refuses(but(IN_PART, on=day("2019-02-01")))


def test_a_decline_in_the_place_of_a_part_leaves_nothing_accepted() -> None:
    scenario = after((ISSUED,)).after(IN_PART, decline(), decline(by=POLICE, on="2018-02-04"))

    assert "recommendation.not-accepted" == scenario.refuses(plan())


# A reply of some


def test_the_issuer_records_that_some_have_replied() -> None:
    """Among some of those asked, or any; it is nobody's answer."""
    scenario = after((ISSUED,))
    any_of_them = but(SOME, among=())

    assert (r.SomeReplied.of(any_of_them),) == scenario.records(any_of_them)
    assert "recommendation.issuer-only" == scenario.refuses(but(SOME, by=POLICE))
    assert "recommendation.not-addressed" == scenario.refuses(but(SOME, among=("wsb/jld",)))
    assert "recommendation.out-of-order" == scenario.refuses(but(SOME, on=day("2018-01-24")))
    assert "recommendation.not-accepted" == scenario.after(SOME).refuses(plan())


# A plan without a date


def test_a_plan_may_have_no_date_yet() -> None:
    """It is owed; the first date is agreed later."""
    scenario = after(ACCEPTED).after(UNDATED)

    assert (r.DueDateChanged.of(change_due()),) == scenario.records(change_due())
    assert (r.RecommendationImplemented.of(implement()),) == scenario.records(implement())


def test_there_is_no_delay_to_explain_without_a_date() -> None:
    """An explanation that can never count is refused."""
    scenario = after(ACCEPTED).after(UNDATED)

    assert "recommendation.undated" == scenario.refuses(explain())


# Done without a plan


def test_what_was_accepted_may_be_done_without_a_plan() -> None:
    """By a body that accepted it, which owns it then: another does not do it again."""
    done = implement(by=CHAIR)
    scenario = after(ACCEPTED)

    assert (r.RecommendationImplemented.of(done),) == scenario.records(done)
    assert "recommendation.already-planned" == scenario.after(done).refuses(plan(on="2018-05-01"))
    assert "recommendation.not-owed" == scenario.after(done).refuses(
        implement(by=CHAIR, on="2018-05-01")
    )


@pytest.mark.parametrize("who", [POLICE, POLICY, MANAGER])
def test_only_a_body_that_accepted_it_does_it_without_a_plan(who: Any) -> None:
    """The police were asked, and have not answered; the manager is of the board that has."""
    scenario = after(ACCEPTED)
    command = implement(by=who)

    if who is MANAGER:
        assert (r.RecommendationImplemented.of(command),) == scenario.records(command)
    else:
        assert "recommendation.accepted-by-another" == scenario.refuses(command)


@pytest.mark.parametrize("history", [(ISSUED,), DECLINED])
def test_what_nobody_accepted_is_not_done(history: Any) -> None:
    assert "recommendation.not-owed" == after(history).refuses(implement(by=CHAIR))


# Explained


def test_an_explanation_has_a_reference_of_its_own() -> None:
    scenario = after(EXPLAINED)

    assert "recommendation.explanation-taken" == scenario.refuses(explain(on="2018-05-07"))
    another = explain(on="2018-05-07", explanation="x-2")
    assert (r.RecommendationDelayExplained.of(another),) == scenario.records(another)


def test_the_issuer_accepts_an_explanation_once() -> None:
    scenario = after(EXPLAINED)

    assert (r.RecommendationExplanationAccepted.of(TAKE),) == scenario.records(TAKE)
    assert "recommendation.explanation-over" == scenario.after(TAKE).refuses(
        but(TAKE, on=day("2018-05-07"))
    )
    assert "recommendation.no-such-explanation" == scenario.refuses(but(TAKE, explanation="x-9"))


@pytest.mark.parametrize("who", [POLICY, POLICE, TRAINING])
def test_no_body_accepts_an_explanation_of_what_is_not_owed_to_it(who: Any) -> None:
    """Neither the owner, nor a body that was asked, nor any other."""
    assert "recommendation.owed-to-another" == after(EXPLAINED).refuses(but(TAKE, by=who))


def test_a_board_of_it_accepts_what_a_committee_issued() -> None:
    """A duty is owed to who issued it, and to its boards; but no owner accepts its own word."""
    issued = but(issue(), by=QUALITY)
    owned_by_board = but(plan(), owner="wscb")
    history = (
        r.RecommendationIssued.of(issued),
        r.RecommendationAccepted.of(accept()),
    )
    planned = (*history, r.RecommendationPlanned.of(plan()))
    own = (*history, r.RecommendationPlanned.of(owned_by_board))

    assert (r.RecommendationExplanationAccepted.of(TAKE),) == after(planned).after(
        explain()
    ).records(TAKE)
    assert "recommendation.owed-to-another" == after(own).after(explain(by=CHAIR)).refuses(TAKE)
    assert (r.RecommendationExplanationAccepted.of(but(TAKE, by=QUALITY)),) == after(own).after(
        explain(by=CHAIR)
    ).records(but(TAKE, by=QUALITY))


def test_a_body_that_owes_itself_accepts_its_own_word_with_a_warning() -> None:
    scenario = after((*ACCEPTED, r.RecommendationPlanned.of(but(plan(), owner="wscb"))))
    warned = r.RecommendationExplanationAccepted.of(TAKE, warnings=("by-its-owner",))

    assert (warned,) == scenario.after(explain(by=CHAIR)).records(TAKE)


@pytest.mark.parametrize("on", ["2018-05-04", "2018-06-05"])
def test_an_explanation_is_accepted_while_it_lasts(on: str) -> None:
    """Given on 5 May, until 5 June."""
    rule = {"2018-05-04": "out-of-order", "2018-06-05": "explanation-ended"}[on]

    assert f"recommendation.{rule}" == after(EXPLAINED).refuses(but(TAKE, on=day(on)))


def test_what_a_new_date_has_ended_is_not_accepted() -> None:
    """It could never count."""
    redated = after(EXPLAINED).after(change_due(on="2018-05-06"))

    assert "recommendation.explanation-over" == redated.refuses(TAKE)
    assert "recommendation.not-owed" == after(EXPLAINED).after(implement(on="2018-05-06")).refuses(
        TAKE
    )


def test_an_explanation_of_the_first_time_is_not_accepted_in_the_second() -> None:
    given = (*REOPENED[:3], r.RecommendationDelayExplained.of(explain()), *REOPENED[3:])

    assert "recommendation.explanation-over" == after(given).refuses(
        but(TAKE, on=day("2018-12-20"))
    )


def test_a_successor_accepts_what_was_owed_to_the_merged_body() -> None:
    """The quality committee issued it; training succeeds that committee."""
    board = Board()
    ref: dict[str, Any] = {"recommendation": REF}
    asked: dict[str, Any] = {"source": "audit-wscb/a-1", "text": "Do it", "addressed": ("wscb",)}
    from lif_core.aggregates.audit import PlanAudit

    board.decide(
        PlanAudit,
        "2018-01-01",
        audit="wscb/a-1",
        kind="maca",
        theme="t",
        basis="b",
        scale="ofsted",
    )
    board.decide(r.IssueRecommendation, "2018-01-10", **ref, **asked)
    board.decide(r.AcceptRecommendation, "2018-01-20", by=CHAIR, **ref)
    board.decide(
        r.PlanRecommendation,
        "2018-01-25",
        by=CHAIR,
        **ref,
        owner="wsb/lpp",
        action="Do",
        due=day("2018-04-30"),
    )
    board.decide(
        r.ExplainRecommendationDelay, "2018-05-01", by=POLICY, **ref, explanation="x", reasons="Y"
    )
    board.decide(MergeBody, "2018-05-02", by=CHAIR, body="wscb/qac", into="wsb/jld", reasons="One")
    take = r.AcceptRecommendationExplanation(
        by=by("wsb/jce"), on=day("2018-05-03"), **ref, explanation="x"
    )

    assert "recommendation.owed-to-another" == refused(board, take)
    assert None is refused(board, but(take, by=TRAINING))


# Progress


def test_progress_is_a_note_of_who_answers_for_it_and_changes_nothing() -> None:
    scenario = after(PLANNED)

    assert (r.ProgressRecorded.of(PROGRESS),) == scenario.records(PROGRESS)
    assert (r.RecommendationImplemented.of(implement()),) == scenario.after(PROGRESS).records(
        implement()
    )
    assert "recommendation.owner-only" == scenario.refuses(but(PROGRESS, by=CHAIR))


def test_before_a_plan_progress_is_told_by_a_body_that_accepted_it() -> None:
    scenario, note = after(ACCEPTED), but(PROGRESS, by=CHAIR)

    assert (r.ProgressRecorded.of(note),) == scenario.records(note)
    assert "recommendation.accepted-by-another" == scenario.refuses(but(PROGRESS, by=POLICE))


def test_no_progress_is_told_before_the_issue_or_after_the_end() -> None:
    early, late = but(PROGRESS, on=day("2018-01-24")), but(PROGRESS, on=day("2019-02-01"))

    assert "recommendation.out-of-order" == after(PLANNED).refuses(early)
    assert "recommendation.ended" == after(WITHDRAWN).refuses(late)


# Judged


def test_the_issuer_judges_what_was_done() -> None:
    """The judgement in force is the last; it changes no state."""
    scenario = after(IMPLEMENTED)
    later = but(JUDGE, on=day("2018-06-01"), judgement=r.IssuerJudgement.AS_ASKED)

    assert (r.RecommendationJudged.of(JUDGE),) == scenario.records(JUDGE)
    assert (r.RecommendationJudged.of(later),) == scenario.after(JUDGE).records(later)
    assert "recommendation.out-of-order" == scenario.after(later).refuses(JUDGE)


@pytest.mark.parametrize("who", [POLICY, POLICE])
def test_no_other_body_judges_it(who: Any) -> None:
    """Least of all the owner, who has said what it has to say."""
    assert "recommendation.issuer-only" == after(IMPLEMENTED).refuses(but(JUDGE, by=who))


def test_only_what_was_done_is_judged() -> None:
    assert "recommendation.not-implemented" == after(PLANNED).refuses(JUDGE)
    assert "recommendation.out-of-order" == after(IMPLEMENTED).refuses(
        but(JUDGE, on=day("2018-04-19"))
    )
    assert "recommendation.ended" == after(WITHDRAWN).refuses(but(JUDGE, on=day("2019-02-01")))
