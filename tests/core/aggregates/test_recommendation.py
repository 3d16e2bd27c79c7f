"""The rules of a recommendation: each happens, is refused, and is quiet the second time."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from lif_core.aggregates import body, review
from lif_core.aggregates import recommendation as r
from lif_core.commands.application import Application
from lif_core.decisions.decider import AnyDecider, Setting
from lif_core.decisions.messages import Command, Event
from lif_core.errors import MalformedError, RefusedError
from lif_core.framework import Framework, load
from lif_core.log.memory import MemoryRecorder
from lif_core.testing.decider_contract import DeciderContract
from lif_core.testing.scenario import Scenario
from lif_core.values.authority import Authority
from lif_core.values.evidence import EvidenceLevel as Level
from tests.audits import AuditOnAnyDay
from tests.histories import WORLD
from tests.lives import GENERAL, WOLVERHAMPTON
from tests.people import CHAIR, MANAGER, POLICE, POLICY, QUALITY, TEXTS, TRAINING, day

REF = "wscb/r-1"
AUDITS = AuditOnAnyDay(REF)

# Requests, with what most tests do not care about filled in


def issue(
    *,
    on: str = "2018-01-25",
    addressed: tuple[str, ...] = ("wscb", "wsb/police"),
    text: str = "Review the referral form",
) -> r.IssueRecommendation:
    return r.IssueRecommendation(
        by=CHAIR,
        on=day(on),
        recommendation=REF,
        source="review-wscb/review-1",
        text=text,
        addressed=addressed,
    )


def accept(
    *,
    by: Authority = CHAIR,
    on: str = "2018-02-01",
    response: str | None = None,
    for_body: str | None = None,
) -> r.AcceptRecommendation:
    return r.AcceptRecommendation(
        by=by, on=day(on), recommendation=REF, response=response, for_body=for_body
    )


def decline(
    *,
    by: Authority = CHAIR,
    on: str = "2018-02-01",
    reasons: str = "Done elsewhere",
    for_body: str | None = None,
) -> r.DeclineRecommendation:
    return r.DeclineRecommendation(
        by=by, on=day(on), recommendation=REF, reasons=reasons, for_body=for_body
    )


def reply(
    *,
    by: Authority = CHAIR,
    on: str = "2018-02-01",
    reply: str = "Under consideration",
    for_body: str | None = None,
) -> r.ReplyToRecommendation:
    return r.ReplyToRecommendation(
        by=by, on=day(on), recommendation=REF, reply=reply, for_body=for_body
    )


def plan(
    *, on: str = "2018-02-10", due: str = "2018-04-30", owner: str = "wsb/lpp"
) -> r.PlanRecommendation:
    return r.PlanRecommendation(
        by=QUALITY,
        on=day(on),
        recommendation=REF,
        owner=owner,
        due=day(due),
        action="Revise the form",
    )


def change_due(*, on: str = "2018-04-01", due: str = "2018-06-30") -> r.ChangeDueDate:
    return r.ChangeDueDate(
        by=QUALITY, on=day(on), recommendation=REF, due=day(due), reasons="A consultation"
    )


def explain(
    *,
    by: Authority = POLICY,
    on: str = "2018-05-05",
    until: str | None = "2018-06-05",
    explanation: str = "x-1",
) -> r.ExplainRecommendationDelay:
    return r.ExplainRecommendationDelay(
        by=by,
        on=day(on),
        recommendation=REF,
        explanation=explanation,
        reasons="A consultation",
        until=day(until) if until else None,
    )


def propose(
    *, by: Authority = POLICY, on: str = "2018-04-10", to: str = "wsb/jld"
) -> r.ProposeTransfer:
    return r.ProposeTransfer(
        by=by, on=day(on), recommendation=REF, to=to, reasons="It is about training"
    )


def take_over(*, by: Authority = TRAINING, on: str = "2018-04-15") -> r.AcceptTransfer:
    return r.AcceptTransfer(by=by, on=day(on), recommendation=REF)


def escalate(*, on: str = "2018-05-10", concern: str = "No progress") -> r.RaiseEscalation:
    return r.RaiseEscalation(
        by=MANAGER,
        on=day(on),
        recommendation=REF,
        escalation="e-1",
        to="wscb/qac",
        concern=concern,
    )


def answer(
    *, by: Authority = QUALITY, on: str = "2018-05-20", text: str = "A date is agreed"
) -> r.AnswerEscalation:
    return r.AnswerEscalation(by=by, on=day(on), recommendation=REF, escalation="e-1", answer=text)


def implement(*, by: Authority = POLICY, on: str = "2018-04-20") -> r.ImplementRecommendation:
    return r.ImplementRecommendation(
        by=by, on=day(on), recommendation=REF, evidence="The new form is in use"
    )


def embed(
    *,
    on: str = "2018-07-31",
    rests_on: tuple[str, ...] | None = None,
    checks: tuple[str, ...] = (),
    evidence: str = "An audit of ten files",
) -> r.EmbedRecommendation:
    return r.EmbedRecommendation(
        by=QUALITY,
        on=day(on),
        recommendation=REF,
        evidence=evidence,
        rests_on=AUDITS.on(on) if rests_on is None else rests_on,
        checks=checks,
    )


def embedded(
    command: r.EmbedRecommendation, level: Level = Level.INDEPENDENT_AUDIT
) -> r.RecommendationEmbedded:
    return r.RecommendationEmbedded.of(command, level=level)


def schedule(*due: str, on: str = "2018-07-31") -> r.ScheduleChecks:
    return r.ScheduleChecks(
        by=QUALITY, on=day(on), recommendation=REF, due=tuple(day(one) for one in due)
    )


def check(
    *, on: str = "2018-06-01", check: str = "c-1", passed: bool = True
) -> r.CheckRecommendation:
    return r.CheckRecommendation(
        by=QUALITY,
        on=day(on),
        recommendation=REF,
        check=check,
        passed=passed,
        note="Ten files read",
        rests_on=AUDITS.on(on),
    )


def checked(
    command: r.CheckRecommendation, level: Level = Level.INDEPENDENT_AUDIT
) -> r.RecommendationChecked:
    return r.RecommendationChecked.of(command, level=level, verifies=True)


def close(
    *, on: str = "2018-08-15", reasons: str = "Embedded, and monitored"
) -> r.CloseRecommendation:
    return r.CloseRecommendation(by=QUALITY, on=day(on), recommendation=REF, reasons=reasons)


def reopen(*, on: str = "2018-12-12", due: str = "2019-03-31") -> r.ReopenRecommendation:
    return r.ReopenRecommendation(
        by=QUALITY, on=day(on), recommendation=REF, due=day(due), reasons="It did not last"
    )


def withdraw(*, on: str = "2019-01-10") -> r.WithdrawRecommendation:
    return r.WithdrawRecommendation(
        by=CHAIR, on=day(on), recommendation=REF, reasons="The service has ended"
    )


def supersede(*, on: str = "2019-01-10", successor: str = "wscb/r-2") -> r.SupersedeRecommendation:
    return r.SupersedeRecommendation(
        by=CHAIR, on=day(on), recommendation=REF, successor=successor, reasons="A wider one"
    )


# Histories to start from

ISSUED = r.RecommendationIssued.of(issue())
ACCEPTED = (ISSUED, r.RecommendationAccepted.of(accept()))
DECLINED = (
    ISSUED,
    r.RecommendationDeclined.of(decline()),
    r.RecommendationDeclined.of(decline(by=POLICE)),
)
PLANNED = (*ACCEPTED, r.RecommendationPlanned.of(plan()))
ASKED = (*PLANNED, r.TransferProposed.of(propose()))
TRANSFERRED = (*ASKED, r.TransferAccepted.of(take_over()))
ESCALATED = (*PLANNED, r.EscalationRaised.of(escalate()))
IMPLEMENTED = (*PLANNED, r.RecommendationImplemented.of(implement()))
CHECKED = (*IMPLEMENTED, checked(check()))
EMBEDDED = (*CHECKED, embedded(embed(checks=("c-1",))))
MONITORED = (*EMBEDDED, r.ChecksScheduled.of(schedule("2018-12-10", "2019-06-12")))
CLOSED = (*MONITORED, r.RecommendationClosed.of(close()))
RELAPSED = (
    *MONITORED,
    checked(check(on="2018-12-10", check="c-2", passed=False)),
)
REOPENED = (*RELAPSED, r.RecommendationReopened.of(reopen()))
WITHDRAWN = (*PLANNED, r.RecommendationWithdrawn.of(withdraw()))
WITHDRAWN_UNPLANNED = (*ACCEPTED, r.RecommendationWithdrawn.of(withdraw()))
SUPERSEDED = (*PLANNED, r.RecommendationSuperseded.of(supersede()))

History = tuple[r.RecommendationEvent, ...]


def after(history: History) -> Scenario:
    return Scenario(decider=r.decider, given=history, states=AUDITS)


# The whole life, as it may go


MADE_TO_LAST = (
    issue(),
    accept(),
    plan(),
    implement(),
    check(),
    embed(checks=("c-1",)),
    schedule("2018-12-10", "2019-06-12"),
)
WORDED = r.WordRecommendation(
    by=CHAIR, on=day("2018-02-15"), recommendation=REF, wording="Meet every day."
)
ANSWER_WORDED = r.WordAnswer(
    by=CHAIR, on=day("2018-12-01"), recommendation=REF, body="wscb", wording="We agree."
)
ACTION_WORDED = r.WordAction(
    by=CHAIR, on=day("2018-12-01"), recommendation=REF, wording="The procedure is changed."
)
LIVES: dict[str, tuple[Command, ...]] = {
    "closed": (*MADE_TO_LAST, close()),
    "done again": (
        *MADE_TO_LAST,
        check(on="2018-12-10", check="c-2", passed=False),
        reopen(),
        implement(on="2019-02-01"),
    ),
    "embedded without a check": (
        issue(),
        accept(),
        accept(by=POLICE),
        plan(),
        implement(),
        embed(),
        schedule("2018-12-10"),
    ),
    "declined": (issue(), decline(), decline(by=POLICE)),
    "late": (
        issue(),
        reply(),
        accept(),
        plan(),
        change_due(),
        explain(),
        escalate(),
        answer(),
    ),
    "handed over and done": (
        issue(),
        accept(),
        plan(),
        propose(),
        take_over(),
        implement(by=TRAINING),
    ),
    "withdrawn": (issue(), accept(), plan(), withdraw()),
    "superseded": (issue(), accept(), plan(), supersede()),
    "worded for the public": (issue(), WORDED, accept(), ANSWER_WORDED, plan(), ACTION_WORDED),
}


class TestRecommendation(DeciderContract):
    """Made to last or found gone, late, handed over, turned down, withdrawn, superseded."""

    decider = r.decider
    lives = tuple(LIVES.values())
    frameworks = (WOLVERHAMPTON, GENERAL)
    world = WORLD
    states = AUDITS

    def event_of(self, command: Command, framework: Framework) -> Event[Any]:
        """A check and an embedding say what their evidence came to."""
        match command:
            case r.EmbedRecommendation():
                return embedded(command)
            case r.CheckRecommendation():
                return checked(command)
        return super().event_of(command, framework)


# Issued


@pytest.mark.parametrize(
    "command", sorted({c for life in LIVES.values() for c in life[1:]}, key=repr)
)
def test_nothing_is_decided_about_a_recommendation_that_nobody_issued(command: Command) -> None:
    """A decision about what is not on record is more likely a wrong reference."""
    scenario = after(())

    assert "recommendation.unknown" == scenario.refuses(command)


def test_a_reference_stands_for_one_recommendation() -> None:
    """Two texts under one reference could not be told apart afterwards."""
    scenario = after((ISSUED,))

    assert "recommendation.reference-taken" == scenario.refuses(issue(text="Another text"))


def test_a_recommendation_is_addressed_to_somebody() -> None:
    """What nobody is asked to do, nobody answers for."""
    scenario = after(())

    assert "recommendation.addressed-to-nobody" == scenario.refuses(issue(addressed=()))


def test_a_body_is_addressed_once() -> None:
    """Counted twice, its one answer would leave another pending for ever."""
    with pytest.raises(MalformedError) as malformed:
        issue(addressed=("wscb", "wscb"))

    assert "addressed[1]" == malformed.value.field


def test_one_body_is_enough() -> None:
    """A recommendation to a single agency is one like any other."""
    command = issue(addressed=("wsb/police",))

    assert (r.RecommendationIssued.of(command),) == after(()).records(command)


# Answered by each body for itself


@pytest.mark.parametrize("command", [accept(by=QUALITY), decline(by=QUALITY), reply(by=QUALITY)])
def test_only_a_body_addressed_answers(command: Command) -> None:
    """Nobody accepts, declines or replies on behalf of another."""
    scenario = after((ISSUED,))

    assert "recommendation.not-addressed" == scenario.refuses(command)


@pytest.mark.parametrize(
    ("history", "command"),
    [
        (ACCEPTED, accept(response="With a further thought")),
        (DECLINED, decline(reasons="For other reasons")),
    ],
)
def test_a_body_gives_the_same_answer_once(history: History, command: Command) -> None:
    """A second acceptance with other words would leave open which of them counts."""
    scenario = after(history)

    assert "recommendation.answered-already" == scenario.refuses(command)


@pytest.mark.parametrize(
    ("history", "command", "event"),
    [
        (
            ACCEPTED,
            decline(on="2018-02-08"),
            r.RecommendationDeclined.of(decline(on="2018-02-08")),
        ),
        (DECLINED, accept(on="2018-02-08"), r.RecommendationAccepted.of(accept(on="2018-02-08"))),
        (DECLINED, accept(), r.RecommendationAccepted.of(accept())),
    ],
)
def test_a_body_may_change_its_mind_until_it_is_planned(
    history: History, command: Command, event: r.RecommendationEvent
) -> None:
    """Both answers stay on record; the same day is late enough."""
    scenario = after(history)

    assert (event,) == scenario.records(command)


@pytest.mark.parametrize(
    ("history", "command"),
    [(ACCEPTED, decline(on="2018-01-31")), (DECLINED, accept(on="2018-01-31"))],
)
def test_a_change_of_mind_does_not_come_before_the_answer_it_changes(
    history: History, command: Command
) -> None:
    """Sorted by the days they took effect, the earlier answer would win."""
    scenario = after(history)

    assert "recommendation.out-of-order" == scenario.refuses(command)


def test_a_body_does_not_take_back_its_acceptance_once_it_is_planned() -> None:
    """Work under way ends by withdrawal, which says so, not by an answer changed beneath it."""
    scenario = after(PLANNED)

    assert "recommendation.already-planned" == scenario.refuses(decline(on="2018-03-01"))


@pytest.mark.parametrize(
    ("command", "event"),
    [
        (
            accept(by=POLICE, on="2018-03-01"),
            r.RecommendationAccepted.of(accept(by=POLICE, on="2018-03-01")),
        ),
        (
            decline(by=POLICE, on="2018-03-01"),
            r.RecommendationDeclined.of(decline(by=POLICE, on="2018-03-01")),
        ),
    ],
    ids=("accepts", "declines"),
)
@pytest.mark.parametrize(
    "history",
    [PLANNED, IMPLEMENTED, EMBEDDED, CLOSED, RELAPSED, REOPENED],
    ids=("planned", "implemented", "embedded", "closed", "relapsed", "reopened"),
)
def test_a_body_that_has_not_answered_still_can_when_another_has_planned_its_part(
    history: History, command: Command, event: r.RecommendationEvent
) -> None:
    """Each body answers for itself: a quick one does not leave the others pending for ever."""
    scenario = after(history)

    assert (event,) == scenario.records(command)


@pytest.mark.parametrize(
    "command",
    [
        accept(by=POLICE, on="2019-02-01"),
        decline(by=POLICE, on="2019-02-01"),
        decline(on="2019-02-01"),
    ],
    ids=("accepts", "declines", "changes its mind"),
)
@pytest.mark.parametrize(
    "history",
    [WITHDRAWN, SUPERSEDED, WITHDRAWN_UNPLANNED],
    ids=("withdrawn", "superseded", "withdrawn before its plan"),
)
def test_what_has_ended_is_not_answered(history: History, command: Command) -> None:
    """Nobody is asked any more; an acceptance would promise what is not expected."""
    scenario = after(history)

    assert "recommendation.ended" == scenario.refuses(command)


@pytest.mark.parametrize(
    "history",
    [PLANNED, WITHDRAWN, SUPERSEDED],
    ids=("planned", "withdrawn", "superseded"),
)
def test_a_body_may_reply_at_any_stage(history: History) -> None:
    """A letter changes nothing about the plan, and belongs on record."""
    command = reply(by=POLICE, on="2019-02-01")

    assert (r.RecommendationReplied.of(command),) == after(history).records(command)


def test_a_second_reply_is_recorded_as_well() -> None:
    """Letters follow each other; only the very same one is not recorded again."""
    scenario = after((ISSUED, r.RecommendationReplied.of(reply())))
    command = reply(on="2018-02-09", reply="A decision is expected in March")

    assert (r.RecommendationReplied.of(command),) == scenario.records(command)


# Planned, owned, due


@pytest.mark.parametrize(
    "history",
    [(ISSUED,), DECLINED, WITHDRAWN_UNPLANNED],
    ids=("proposed", "declined", "withdrawn"),
)
def test_only_what_was_accepted_is_planned(history: History) -> None:
    """A programme of action holds what somebody has promised to do."""
    scenario = after(history)
    command = plan(on="2019-02-01", due="2019-05-01", owner="wsb/jld")

    assert "recommendation.not-accepted" == scenario.refuses(command)


@pytest.mark.parametrize(
    "history",
    [PLANNED, TRANSFERRED, IMPLEMENTED, REOPENED, WITHDRAWN, SUPERSEDED],
    ids=("planned", "transferred", "implemented", "reopened", "withdrawn", "superseded"),
)
def test_what_was_planned_is_not_planned_again(history: History) -> None:
    """A second plan would silently replace the first one's owner and due date."""
    scenario = after(history)
    command = plan(on="2019-02-01", due="2019-05-01", owner="wsb/jld")

    assert "recommendation.already-planned" == scenario.refuses(command)


def test_it_is_planned_though_one_of_the_bodies_has_declined() -> None:
    """Who accepted does their part, whatever the others decide."""
    scenario = after((*ACCEPTED, r.RecommendationDeclined.of(decline(by=POLICE))))

    assert (r.RecommendationPlanned.of(plan()),) == scenario.records(plan())


def test_when_its_only_acceptance_turns_into_a_decline_it_is_not_planned() -> None:
    """One body has declined, the other has not answered: nobody has accepted any more."""
    turned = r.RecommendationDeclined.of(decline(on="2018-02-08"))
    scenario = after((*ACCEPTED, turned))

    assert "recommendation.not-accepted" == scenario.refuses(plan())


def test_a_plan_does_not_come_before_the_acceptance() -> None:
    """The day of the acceptance is the first on which it can be planned."""
    scenario = after(ACCEPTED)

    assert "recommendation.out-of-order" == scenario.refuses(plan(on="2018-01-31"))


def test_it_may_be_planned_on_the_day_of_the_acceptance() -> None:
    """One meeting may do both."""
    command = plan(on="2018-02-01")

    assert (r.RecommendationPlanned.of(command),) == after(ACCEPTED).records(command)


@pytest.mark.parametrize(
    ("history", "command"),
    [
        (ACCEPTED, plan(on="2018-02-10", due="2018-02-09")),
        (PLANNED, change_due(on="2018-04-01", due="2018-03-31")),
        (EMBEDDED, schedule("2018-12-10", "2018-07-30", on="2018-07-31")),
        (RELAPSED, reopen(on="2018-12-12", due="2018-12-11")),
    ],
    ids=("planned", "due date changed", "checks scheduled", "reopened"),
)
def test_nothing_is_agreed_for_a_day_that_has_passed(history: History, command: Command) -> None:
    """It would be overdue from its first day, by decree."""
    scenario = after(history)

    assert "recommendation.due-in-the-past" == scenario.refuses(command)


@pytest.mark.parametrize(
    ("history", "command", "event"),
    [
        (
            ACCEPTED,
            plan(on="2018-02-10", due="2018-02-10"),
            r.RecommendationPlanned.of(plan(on="2018-02-10", due="2018-02-10")),
        ),
        (
            PLANNED,
            change_due(on="2018-04-01", due="2018-04-01"),
            r.DueDateChanged.of(change_due(on="2018-04-01", due="2018-04-01")),
        ),
        (
            EMBEDDED,
            schedule("2018-07-31", on="2018-07-31"),
            r.ChecksScheduled.of(schedule("2018-07-31", on="2018-07-31")),
        ),
        (
            RELAPSED,
            reopen(on="2018-12-12", due="2018-12-12"),
            r.RecommendationReopened.of(reopen(on="2018-12-12", due="2018-12-12")),
        ),
    ],
    ids=("planned", "due date changed", "checks scheduled", "reopened"),
)
def test_the_day_of_the_decision_itself_may_be_the_day_agreed(
    history: History, command: Command, event: r.RecommendationEvent
) -> None:
    """At once is a due date too."""
    scenario = after(history)

    assert (event,) == scenario.records(command)


def test_a_new_due_date_is_another_one() -> None:
    """A change to the same day would only end the explanation in force."""
    scenario = after(PLANNED)

    assert "recommendation.due-unchanged" == scenario.refuses(change_due(due="2018-04-30"))


def test_an_earlier_due_date_may_be_agreed() -> None:
    """Dates move both ways."""
    command = change_due(due="2018-04-15")

    assert (r.DueDateChanged.of(command),) == after(PLANNED).records(command)


def test_a_due_date_may_be_moved_and_moved_back() -> None:
    """Only the date that holds now is unchanged; each of the three stays on record."""
    scenario = after((*PLANNED, r.DueDateChanged.of(change_due())))
    command = change_due(on="2018-04-20", due="2018-04-30")

    assert (r.DueDateChanged.of(command),) == scenario.records(command)


@pytest.mark.parametrize(
    "history",
    [ACCEPTED, IMPLEMENTED, EMBEDDED, RELAPSED, WITHDRAWN, SUPERSEDED],
    ids=("accepted", "implemented", "embedded", "relapsed", "withdrawn", "superseded"),
)
@pytest.mark.parametrize(
    "command",
    [
        change_due(on="2019-02-01", due="2019-05-01"),
        explain(on="2019-02-01", until="2019-05-01"),
        propose(on="2019-02-01"),
        take_over(on="2019-02-01"),
        implement(on="2019-02-01"),
    ],
    ids=lambda command: type(command).__name__,
)
def test_what_is_not_owed_is_not_moved_explained_handed_over_or_done(
    history: History, command: Command
) -> None:
    """Before the plan nobody owes it; once it is done, or has ended, nobody does any more."""
    scenario = after(history)
    undone = history is ACCEPTED and isinstance(command, r.ImplementRecommendation)
    rule = "accepted-by-another" if undone else "not-owed"  # it may be done without a plan

    assert f"recommendation.{rule}" == scenario.refuses(command)


@pytest.mark.parametrize(
    ("command", "event"),
    [
        (
            change_due(on="2019-02-01", due="2019-05-01"),
            r.DueDateChanged.of(change_due(on="2019-02-01", due="2019-05-01")),
        ),
        (
            explain(on="2019-02-01", until="2019-05-01"),
            r.RecommendationDelayExplained.of(explain(on="2019-02-01", until="2019-05-01")),
        ),
        (propose(on="2019-02-01"), r.TransferProposed.of(propose(on="2019-02-01"))),
    ],
    ids=("due date changed", "delay explained", "transfer proposed"),
)
def test_what_was_reopened_is_owed_again(command: Command, event: r.RecommendationEvent) -> None:
    """Its owner's duty begins anew, and with it what an owner can do."""
    scenario = after(REOPENED)

    assert (event,) == scenario.records(command)


@pytest.mark.parametrize(
    "command",
    [explain(by=TRAINING), propose(by=TRAINING), implement(by=TRAINING)],
    ids=lambda command: type(command).__name__,
)
def test_only_the_owner_speaks_for_it(command: Command) -> None:
    """Another body's word that it is late for a reason, or done, does not count."""
    scenario = after(PLANNED)

    assert "recommendation.owner-only" == scenario.refuses(command)


def test_until_a_transfer_is_accepted_the_old_owner_holds_it() -> None:
    """To be asked is not to own."""
    scenario = after(ASKED)

    assert "recommendation.owner-only" == scenario.refuses(implement(by=TRAINING))


def test_while_a_transfer_waits_the_owner_may_still_finish() -> None:
    """The duty is the owner's until it is somebody else's."""
    scenario = after(ASKED)

    assert (r.RecommendationImplemented.of(implement()),) == scenario.records(implement())


def test_from_a_transfer_on_the_new_owner_speaks_for_it() -> None:
    """The one who took it over says that it is done."""
    command = implement(by=TRAINING)

    assert (r.RecommendationImplemented.of(command),) == after(TRANSFERRED).records(command)


def test_from_a_transfer_on_the_old_owner_does_not_speak_for_it() -> None:
    """Who handed it over has handed over the last word as well."""
    scenario = after(TRANSFERRED)

    assert "recommendation.owner-only" == scenario.refuses(implement(by=POLICY))


@pytest.mark.parametrize("until", ["2018-05-04", "2018-05-05"])
def test_an_explanation_lasts_beyond_the_day_it_is_given(until: str) -> None:
    """Days are counted from the recording to *until*, half-open: this one would explain none."""
    scenario = after(PLANNED)

    assert "recommendation.explanation-ended" == scenario.refuses(
        explain(on="2018-05-05", until=until)
    )


@pytest.mark.parametrize("until", ["2018-05-06", None])
def test_an_explanation_may_last_one_day_or_have_no_end_yet(until: str | None) -> None:
    """An open explanation ends with the new date that is agreed."""
    command = explain(on="2018-05-05", until=until)

    assert (r.RecommendationDelayExplained.of(command),) == after(PLANNED).records(command)


def test_a_transfer_goes_to_another_body() -> None:
    """Its owner owns it already."""
    scenario = after(PLANNED)

    assert "recommendation.owned-already" == scenario.refuses(propose(to="wsb/lpp"))


def test_a_transfer_may_be_offered_to_another_body_while_the_first_has_not_accepted() -> None:
    """The latest offer is the one that can be accepted."""
    command = propose(on="2018-04-12", to="wsb/police")

    assert (r.TransferProposed.of(command),) == after(ASKED).records(command)


def test_a_transfer_is_accepted_only_where_one_was_proposed() -> None:
    """Nobody takes a duty away from its owner."""
    scenario = after(PLANNED)

    assert "recommendation.no-transfer-proposed" == scenario.refuses(take_over())


def test_a_transfer_is_accepted_once() -> None:
    """On another day it would be a second acceptance of an offer that is gone."""
    scenario = after(TRANSFERRED)

    assert "recommendation.no-transfer-proposed" == scenario.refuses(take_over(on="2018-04-16"))


def test_only_the_body_asked_accepts_a_transfer() -> None:
    """A duty is handed to a body by its own consent."""
    scenario = after(ASKED)

    assert "recommendation.transfer-to-another" == scenario.refuses(take_over(by=POLICE))


def test_an_offer_overtaken_by_another_cannot_be_accepted() -> None:
    """The owner has asked somebody else since."""
    asked_again = r.TransferProposed.of(propose(on="2018-04-12", to="wsb/police"))
    scenario = after((*ASKED, asked_again))

    assert "recommendation.transfer-to-another" == scenario.refuses(take_over(by=TRAINING))


def test_a_transfer_is_not_accepted_before_it_was_proposed() -> None:
    """The same day is the earliest."""
    scenario = after(ASKED)

    assert "recommendation.out-of-order" == scenario.refuses(take_over(on="2018-04-09"))


def test_a_transfer_may_be_accepted_on_the_day_it_was_proposed() -> None:
    """Both bodies may sit in one meeting."""
    command = take_over(on="2018-04-10")

    assert (r.TransferAccepted.of(command),) == after(ASKED).records(command)


def test_a_duty_may_be_handed_back() -> None:
    """A body that took it over owns it like any other, and may ask the first one."""
    command = propose(by=TRAINING, on="2018-04-18", to="wsb/lpp")

    assert (r.TransferProposed.of(command),) == after(TRANSFERRED).records(command)


# Who owns what, after a merger of committees

SUCCESSOR = "wscb/learning-and-improvement"
LEARNING = Authority(person="M. Merged", role="committee chair", body=SUCCESSOR)


def merged(ref: str) -> str:
    """Law, Policy and Procedure has been merged into a new committee."""
    return SUCCESSOR if ref == "wsb/lpp" else ref


@pytest.mark.parametrize(
    ("command", "event"),
    [
        (explain(by=LEARNING), r.RecommendationDelayExplained.of(explain(by=LEARNING))),
        (propose(by=LEARNING), r.TransferProposed.of(propose(by=LEARNING))),
        (implement(by=LEARNING), r.RecommendationImplemented.of(implement(by=LEARNING))),
    ],
    ids=("delay explained", "transfer proposed", "implemented"),
)
def test_the_successor_of_a_merged_owner_speaks_for_it(
    command: r.RecommendationCommand, event: r.RecommendationEvent
) -> None:
    """From the merger on it holds what the merged committee held."""
    setting = Setting(load().general, merged)

    assert (event,) == r.decider.decide(command, r.decider.fold(PLANNED), setting)


def test_the_successor_of_another_body_does_not_speak_for_it() -> None:
    """A merger hands on what the merged body held, and nothing else."""
    setting = Setting(load().general, merged)
    command = implement(by=LEARNING)

    with pytest.raises(RefusedError) as refused:
        r.decider.decide(command, r.decider.fold(TRANSFERRED), setting)

    assert "recommendation.owner-only" == refused.value.rule


# Who answers, after a merger of bodies

FOR_POLICY = "wsb/lpp"
ASKED_OF_POLICY = (
    r.RecommendationIssued.of(issue(addressed=(FOR_POLICY, SUCCESSOR, "wsb/police"))),
)


def answered(command: Command, history: History) -> tuple[r.RecommendationEvent, ...]:
    """What an answer leads to once the policy committee has been merged."""
    setting = Setting(load().general, merged)
    decide: AnyDecider = r.decider
    facts: tuple[r.RecommendationEvent, ...] = decide.decide(
        command, r.decider.fold(history), setting
    )
    return facts


def refused_answer(command: Command, history: History) -> str:
    with pytest.raises(RefusedError) as refused:
        answered(command, history)
    return refused.value.rule


@pytest.mark.parametrize(
    ("command", "event"),
    [
        (
            accept(by=LEARNING, for_body=FOR_POLICY),
            r.RecommendationAccepted.of(accept(by=LEARNING, for_body=FOR_POLICY)),
        ),
        (
            decline(by=LEARNING, for_body=FOR_POLICY),
            r.RecommendationDeclined.of(decline(by=LEARNING, for_body=FOR_POLICY)),
        ),
        (
            reply(by=LEARNING, for_body=FOR_POLICY),
            r.RecommendationReplied.of(reply(by=LEARNING, for_body=FOR_POLICY)),
        ),
    ],
    ids=("accepts", "declines", "replies"),
)
def test_a_successor_answers_for_a_body_merged_into_it(
    command: Command, event: r.RecommendationEvent
) -> None:
    """What was asked of the merged committee does not stay pending for ever."""
    assert (event,) == answered(command, ASKED_OF_POLICY)


@pytest.mark.parametrize("answering", [accept, decline, reply])
@pytest.mark.parametrize(
    ("by", "for_body"),
    [(LEARNING, "wsb/police"), (POLICY, FOR_POLICY), (POLICE, FOR_POLICY)],
    ids=("for another body", "the merged body itself", "another body"),
)
def test_only_its_successor_answers_for_a_merged_body(
    answering: Callable[..., Command], by: Authority, for_body: str
) -> None:
    """Nobody else accepts, declines or replies on behalf of another."""
    command = answering(by=by, for_body=for_body)

    assert "authority.not-successor" == refused_answer(command, ASKED_OF_POLICY)


def test_a_successor_answers_for_a_body_that_was_asked() -> None:
    """To succeed a body is not to be asked."""
    asked_of_others = (r.RecommendationIssued.of(issue(addressed=("wsb/police",))),)
    command = accept(by=LEARNING, for_body=FOR_POLICY)

    assert "recommendation.not-addressed" == refused_answer(command, asked_of_others)


def test_a_successors_own_answer_is_another_one() -> None:
    """It was asked as well as the body merged into it: each question gets its answer."""
    own = r.RecommendationAccepted.of(accept(by=LEARNING))
    command = decline(by=LEARNING, for_body=FOR_POLICY)

    assert (r.RecommendationDeclined.of(command),) == answered(command, (*ASKED_OF_POLICY, own))


def test_what_a_merged_body_answered_its_successor_does_not_answer_again() -> None:
    """Its answer stands; a change of it would say something else."""
    given = r.RecommendationAccepted.of(accept(by=POLICY))
    command = accept(by=LEARNING, for_body=FOR_POLICY, on="2018-02-08")

    assert "recommendation.answered-already" == refused_answer(command, (*ASKED_OF_POLICY, given))


def test_a_successor_may_change_the_answer_of_a_merged_body_until_it_is_planned() -> None:
    """It holds what that body held, its answer included."""
    given = r.RecommendationAccepted.of(accept(by=POLICY))
    command = decline(by=LEARNING, for_body=FOR_POLICY, on="2018-02-08")

    assert (r.RecommendationDeclined.of(command),) == answered(command, (*ASKED_OF_POLICY, given))


def test_an_acceptance_by_the_successor_is_the_merged_bodys() -> None:
    """It can be planned on it: one of those addressed has accepted."""
    history = (
        r.RecommendationIssued.of(issue(addressed=(FOR_POLICY,))),
        r.RecommendationAccepted.of(accept(by=LEARNING, for_body=FOR_POLICY)),
    )

    assert (r.RecommendationPlanned.of(plan()),) == after(history).records(plan())


def test_once_all_have_declined_one_by_its_successor_it_is_not_planned() -> None:
    """The successor's word is the last one that was missing."""
    history = (
        r.RecommendationIssued.of(issue(addressed=("wscb", FOR_POLICY))),
        r.RecommendationDeclined.of(decline()),
        r.RecommendationDeclined.of(decline(by=LEARNING, for_body=FOR_POLICY)),
    )

    assert "recommendation.not-accepted" == after(history).refuses(plan())
    assert "recommendation.ended" == after(history).refuses(withdraw())


def test_a_body_may_name_itself_when_it_answers() -> None:
    """It answers for itself either way."""
    command = accept(for_body="wscb")

    assert (r.RecommendationAccepted.of(command),) == after((ISSUED,)).records(command)
    assert "recommendation.answered-already" == after(ACCEPTED).refuses(command)


def register(ref: str) -> body.RegisterBody:
    return body.RegisterBody(
        by=CHAIR, on=day("2017-04-01"), body=ref, name=ref, kind=body.BodyKind.COMMITTEE
    )


def merge(ref: str, into: str, on: str) -> body.MergeBody:
    return body.MergeBody(by=CHAIR, on=day(on), body=ref, into=into, reasons="A smaller structure")


def board(*commands: Command) -> Application:
    """A store in which a review stands, and then *commands* have been recorded."""
    app = Application(
        MemoryRecorder(), clock=lambda: datetime(2020, 1, 1, tzinfo=UTC), readership=TEXTS
    )
    opened = review.OpenReview(
        by=CHAIR,
        on=day("2017-11-01"),
        review="wscb/review-1",
        kind="lga-peer",
        title="A review of practice",
    )
    app.handle_all([opened, register("wscb/qac-2"), register(SUCCESSOR), *commands])
    return app


def test_a_successor_speaks_for_it_from_the_day_of_the_merger() -> None:
    """Also where the successor was itself merged: the last one answers."""
    app = board(
        issue(),
        accept(),
        plan(),
        merge("wsb/lpp", "wscb/qac-2", "2018-04-01"),
        merge("wscb/qac-2", SUCCESSOR, "2018-04-20"),
    )

    (record,) = app.handle(implement(by=LEARNING, on="2018-04-20"))

    assert r.RecommendationImplemented.of(implement(by=LEARNING, on="2018-04-20")) == record.event


def test_a_successor_answers_from_the_day_of_the_merger() -> None:
    """The day before, the committee that was asked still answers for itself."""
    app = board(
        issue(addressed=(FOR_POLICY,)),
        merge(FOR_POLICY, "wscb/qac-2", "2018-02-01"),
        merge("wscb/qac-2", SUCCESSOR, "2018-02-20"),
    )
    command = accept(by=LEARNING, for_body=FOR_POLICY, on="2018-02-20")

    with pytest.raises(RefusedError) as refused:
        app.handle(accept(by=LEARNING, for_body=FOR_POLICY, on="2018-02-19"))

    assert "authority.not-successor" == refused.value.rule
    assert [r.RecommendationAccepted.of(command)] == [
        record.event for record in app.handle(command)
    ]


def test_a_successor_does_not_speak_for_it_before_the_merger() -> None:
    """The day before, the other committee still answers."""
    app = board(issue(), accept(), plan(), merge("wsb/lpp", SUCCESSOR, "2018-04-20"))

    with pytest.raises(RefusedError) as refused:
        app.handle(implement(by=LEARNING, on="2018-04-19"))

    assert "recommendation.owner-only" == refused.value.rule


# Escalated


def test_an_escalation_has_a_reference_of_its_own() -> None:
    """Its answer names it, so two concerns cannot share one."""
    scenario = after(ESCALATED)

    assert "recommendation.escalation-taken" == scenario.refuses(escalate(concern="Another"))


def test_a_second_escalation_under_another_reference_is_recorded() -> None:
    """Concerns may be raised again before the first is answered."""
    command = r.RaiseEscalation(
        by=MANAGER,
        on=day("2018-05-12"),
        recommendation=REF,
        escalation="e-2",
        to="wscb",
        concern="Still no progress",
    )

    assert (r.EscalationRaised.of(command),) == after(ESCALATED).records(command)


@pytest.mark.parametrize("history", [WITHDRAWN, SUPERSEDED], ids=("withdrawn", "superseded"))
@pytest.mark.parametrize(
    "command",
    [
        escalate(on="2019-02-01"),
        schedule("2019-12-10", on="2019-02-01"),
        withdraw(on="2019-02-01"),
        supersede(on="2019-02-01"),
    ],
    ids=lambda command: type(command).__name__,
)
def test_what_has_ended_is_over(history: History, command: Command) -> None:
    """What was withdrawn or superseded is not escalated, followed up, or ended again."""
    scenario = after(history)

    assert "recommendation.ended" == scenario.refuses(command)


@pytest.mark.parametrize(
    "command",
    [schedule("2019-12-10", on="2019-02-01"), withdraw(), supersede()],
    ids=lambda command: type(command).__name__,
)
def test_what_every_body_has_declined_needs_no_other_ending(command: Command) -> None:
    """Their reasons are its outcome."""
    scenario = after(DECLINED)

    assert "recommendation.ended" == scenario.refuses(command)


@pytest.mark.parametrize(
    "history",
    [(ISSUED,), ACCEPTED, PLANNED, IMPLEMENTED, EMBEDDED, CLOSED, RELAPSED, REOPENED],
    ids=(
        "proposed",
        "accepted",
        "planned",
        "implemented",
        "embedded",
        "closed",
        "relapsed",
        "reopened",
    ),
)
@pytest.mark.parametrize(
    ("command", "event"),
    [
        (escalate(on="2019-02-01"), r.EscalationRaised.of(escalate(on="2019-02-01"))),
        (withdraw(on="2019-02-01"), r.RecommendationWithdrawn.of(withdraw(on="2019-02-01"))),
        (supersede(on="2019-02-01"), r.RecommendationSuperseded.of(supersede(on="2019-02-01"))),
    ],
    ids=("escalated", "withdrawn", "superseded"),
)
def test_what_has_not_ended_may_be_escalated_withdrawn_or_superseded(
    history: History, command: Command, event: r.RecommendationEvent
) -> None:
    """A concern, or the end of it, may come at any stage."""
    scenario = after(history)

    assert (event,) == scenario.records(command)


def test_an_answer_names_an_escalation_that_was_raised() -> None:
    """An answer to nothing is more likely a wrong reference."""
    scenario = after(PLANNED)

    assert "recommendation.no-such-escalation" == scenario.refuses(answer())


def test_only_the_body_it_was_raised_to_answers_an_escalation() -> None:
    """The body that raised it does not answer itself."""
    scenario = after(ESCALATED)

    assert "recommendation.escalated-to-another" == scenario.refuses(answer(by=MANAGER))


def test_an_escalation_is_answered_once() -> None:
    """A second answer with other words would leave open when it was answered."""
    scenario = after((*ESCALATED, r.EscalationAnswered.of(answer())))

    assert "recommendation.escalation-answered" == scenario.refuses(answer(text="Another"))


def test_an_escalation_is_not_answered_before_it_was_raised() -> None:
    """How long it waited would be less than nothing."""
    scenario = after(ESCALATED)

    assert "recommendation.out-of-order" == scenario.refuses(answer(on="2018-05-09"))


def test_an_escalation_may_be_answered_on_the_day_it_was_raised() -> None:
    """It then waited no day."""
    command = answer(on="2018-05-10")

    assert (r.EscalationAnswered.of(command),) == after(ESCALATED).records(command)


def test_an_escalation_is_answered_though_the_recommendation_has_ended() -> None:
    """A concern that was raised deserves its answer, whatever became of the matter."""
    scenario = after((*ESCALATED, r.RecommendationWithdrawn.of(withdraw(on="2018-05-15"))))

    assert (r.EscalationAnswered.of(answer()),) == scenario.records(answer())


# Done, evidenced, checked


@pytest.mark.parametrize(
    ("history", "command"),
    [
        (PLANNED, implement(on="2018-02-09")),
        (REOPENED, implement(on="2018-12-11")),
        (IMPLEMENTED, embed(on="2018-04-19")),
        (IMPLEMENTED, check(on="2018-04-19")),
        (MONITORED, close(on="2018-07-30")),
        (RELAPSED, reopen(on="2018-12-09")),
        (PLANNED, withdraw(on="2018-02-09")),
        (PLANNED, supersede(on="2018-02-09")),
    ],
    ids=(
        "implemented before the plan",
        "implemented before the reopening",
        "embedded before it was done",
        "checked before it was done",
        "closed before it was embedded",
        "reopened before the relapse",
        "withdrawn before the plan",
        "superseded before the plan",
    ),
)
def test_nothing_happens_before_what_it_rests_on(history: History, command: Command) -> None:
    """The day of what went before is the earliest."""
    scenario = after(history)

    assert "recommendation.out-of-order" == scenario.refuses(command)


@pytest.mark.parametrize(
    ("history", "command", "event"),
    [
        (
            PLANNED,
            implement(on="2018-02-10"),
            r.RecommendationImplemented.of(implement(on="2018-02-10")),
        ),
        (IMPLEMENTED, embed(on="2018-04-20"), embedded(embed(on="2018-04-20"))),
        (IMPLEMENTED, check(on="2018-04-20"), checked(check(on="2018-04-20"))),
        (MONITORED, close(on="2018-07-31"), r.RecommendationClosed.of(close(on="2018-07-31"))),
        (RELAPSED, reopen(on="2018-12-10"), r.RecommendationReopened.of(reopen(on="2018-12-10"))),
        (
            PLANNED,
            withdraw(on="2018-02-10"),
            r.RecommendationWithdrawn.of(withdraw(on="2018-02-10")),
        ),
        (
            PLANNED,
            supersede(on="2018-02-10"),
            r.RecommendationSuperseded.of(supersede(on="2018-02-10")),
        ),
    ],
    ids=("implemented", "embedded", "checked", "closed", "reopened", "withdrawn", "superseded"),
)
def test_what_rests_on_something_may_happen_on_the_same_day(
    history: History, command: Command, event: r.RecommendationEvent
) -> None:
    """Within a day, the order of recording is the order of events."""
    scenario = after(history)

    assert (event,) == scenario.records(command)


@pytest.mark.parametrize(
    "command",
    [
        change_due(on="2018-02-09", due="2018-06-30"),
        explain(on="2018-02-09", until="2018-06-05"),
        propose(on="2018-02-09"),
    ],
    ids=lambda command: type(command).__name__,
)
def test_nothing_is_moved_explained_or_handed_over_before_it_was_planned(command: Command) -> None:
    """Sorted by day it would come before the plan that it is about, and count for nothing."""
    scenario = after(PLANNED)

    assert "recommendation.out-of-order" == scenario.refuses(command)


@pytest.mark.parametrize(
    ("history", "command"),
    [
        (TRANSFERRED, implement(by=TRAINING, on="2018-04-14")),
        (TRANSFERRED, explain(by=TRAINING, on="2018-04-14")),
        (TRANSFERRED, propose(by=TRAINING, on="2018-04-14", to="wsb/police")),
    ],
    ids=("implemented", "delay explained", "transfer proposed"),
)
def test_nobody_speaks_for_it_for_a_day_on_which_another_body_owned_it(
    history: History, command: Command
) -> None:
    """A body answers from the day on which it took the duty over."""
    scenario = after(history)

    assert scenario.refuses(command) in {
        "recommendation.out-of-order",
        "recommendation.owner-only",
    }


def test_a_word_does_not_show_that_a_change_is_embedded() -> None:
    """Embedding is evidenced by an audit at the least: with nothing named, it is an assertion."""
    scenario = after(IMPLEMENTED)

    assert "recommendation.evidence-too-weak" == scenario.refuses(embed(rests_on=()))


@pytest.mark.parametrize(
    "history",
    [ACCEPTED, PLANNED, EMBEDDED, RELAPSED, REOPENED, WITHDRAWN],
    ids=("accepted", "planned", "embedded", "relapsed", "reopened", "withdrawn"),
)
def test_only_what_was_implemented_is_embedded(history: History) -> None:
    """What is already embedded, or has relapsed since, is not embedded once more."""
    scenario = after(history)

    assert "recommendation.not-implemented" == scenario.refuses(
        embed(on="2019-02-01", evidence="Another audit")
    )


def test_an_embedding_rests_on_checks_that_are_on_record() -> None:
    """A check that nobody recorded shows nothing."""
    scenario = after(CHECKED)

    assert "recommendation.no-such-check" == scenario.refuses(embed(checks=("c-1", "c-9")))


def test_an_embedding_does_not_rest_on_a_failed_check() -> None:
    """A check that found the change gone does not show that it is there."""
    failed = checked(check(passed=False))
    scenario = after((*IMPLEMENTED, failed))

    assert "recommendation.no-such-check" == scenario.refuses(embed(checks=("c-1",)))


def test_an_embedding_does_not_come_before_the_checks_it_rests_on() -> None:
    """What was seen in June does not show anything in May."""
    scenario = after(CHECKED)

    assert "recommendation.out-of-order" == scenario.refuses(
        embed(on="2018-05-31", checks=("c-1",))
    )


def test_an_embedding_may_be_dated_to_the_check_it_rests_on() -> None:
    """The check showed it on that day."""
    command = embed(on="2018-06-01", checks=("c-1",))

    assert (embedded(command),) == after(CHECKED).records(command)


def test_an_embedding_does_not_come_before_a_check_that_found_the_change_gone() -> None:
    """By its dates this is a relapse, which the rules would not know of."""
    failed = checked(check(on="2018-06-01", passed=False))
    scenario = after((*IMPLEMENTED, failed))

    assert "recommendation.out-of-order" == scenario.refuses(embed(on="2018-05-31"))


def test_a_schedule_names_a_day() -> None:
    """A schedule without checks is no monitoring."""
    scenario = after(EMBEDDED)

    assert "recommendation.no-checks" == scenario.refuses(schedule())


def test_a_schedule_of_days_that_are_due_already_is_recorded() -> None:
    """Somebody decided it, on another day; only the very same decision is not recorded again."""
    command = schedule("2019-06-12", on="2018-08-01")
    scenario = after(MONITORED)

    assert (r.ChecksScheduled.of(command),) == scenario.records(command)
    assert () == scenario.records(schedule("2018-12-10", "2019-06-12"))


def test_a_day_of_a_check_is_named_once_in_a_schedule() -> None:
    """One day is one check due."""
    with pytest.raises(MalformedError) as malformed:
        schedule("2019-06-12", "2019-06-12")

    assert "due[1]" == malformed.value.field


@pytest.mark.parametrize(
    "history", [DECLINED, WITHDRAWN, SUPERSEDED], ids=("declined", "withdrawn", "superseded")
)
def test_what_has_ended_is_not_monitored(history: History) -> None:
    """There is nothing to look for any more."""
    scenario = after(history)

    assert "recommendation.ended" == scenario.refuses(schedule("2019-06-12", on="2019-02-01"))


def test_a_schedule_with_one_new_day_is_recorded_as_it_was_decided() -> None:
    """The days that were due before stay due, once."""
    command = schedule("2019-06-12", "2019-12-10", on="2018-08-01")

    assert (r.ChecksScheduled.of(command),) == after(MONITORED).records(command)


def test_a_check_has_a_reference_of_its_own() -> None:
    """What rests on it must rest on one check only."""
    scenario = after(CHECKED)

    assert "recommendation.check-taken" == scenario.refuses(check(on="2018-06-02"))


@pytest.mark.parametrize(
    "history",
    [
        (ISSUED,),
        ACCEPTED,
        DECLINED,
        PLANNED,
        WITHDRAWN,
        SUPERSEDED,
        (*IMPLEMENTED, r.RecommendationWithdrawn.of(withdraw())),
    ],
    ids=(
        "proposed",
        "accepted",
        "declined",
        "planned",
        "withdrawn",
        "superseded",
        "withdrawn when done",
    ),
)
def test_what_was_never_in_place_or_has_ended_cannot_be_checked(history: History) -> None:
    """Before the owner says that it is done there is no change to look for."""
    scenario = after(history)

    assert "recommendation.nothing-to-check" == scenario.refuses(
        check(on="2019-02-01", check="c-3")
    )


@pytest.mark.parametrize("passed", [True, False])
@pytest.mark.parametrize(
    "history",
    [IMPLEMENTED, EMBEDDED, CLOSED, RELAPSED, REOPENED],
    ids=("done", "embedded", "closed", "gone", "reopened"),
)
def test_what_was_put_in_place_can_be_checked_whatever_the_check_finds(
    history: History, passed: bool
) -> None:
    """Checks go on after a closure, after a relapse, and while it is being done again."""
    command = check(on="2019-02-01", check="c-3", passed=passed)

    assert (checked(command),) == after(history).records(command)


@pytest.mark.parametrize(
    "history",
    [EMBEDDED, CLOSED, RELAPSED, REOPENED],
    ids=("embedded", "closed", "gone", "reopened"),
)
def test_a_check_may_be_recorded_late(history: History) -> None:
    """It is a fact of its day: from the first implementation on there was something to see."""
    late = check(on="2018-04-20", check="c-3")
    too_early = check(on="2018-04-19", check="c-3")
    scenario = after(history)

    assert (checked(late),) == scenario.records(late)
    assert "recommendation.out-of-order" == scenario.refuses(too_early)


def test_after_it_was_done_again_a_check_of_the_first_time_may_still_be_recorded() -> None:
    """The second implementation does not undo the first."""
    again = r.RecommendationImplemented.of(implement(on="2019-02-01"))
    late = check(on="2018-04-20", check="c-3")

    assert (checked(late),) == after((*REOPENED, again)).records(late)


def test_a_failed_check_from_before_the_embedding_is_no_relapse() -> None:
    """Recorded late, it shows that the change was not there yet, not that it has gone."""
    late = checked(check(on="2018-07-30", check="c-3", passed=False))
    monitored = r.ChecksScheduled.of(schedule("2018-12-10"))
    scenario = after((*EMBEDDED, late, monitored))

    assert (r.RecommendationClosed.of(close()),) == scenario.records(close())


def test_a_failed_check_of_what_was_only_implemented_is_no_relapse() -> None:
    """What was never shown to be there has not gone; it may still be embedded later."""
    failed = checked(check(passed=False))
    scenario = after((*IMPLEMENTED, failed))

    assert (embedded(embed()),) == scenario.records(embed())


# Ended, begun again


@pytest.mark.parametrize(
    "history",
    [ACCEPTED, PLANNED, RELAPSED, REOPENED, WITHDRAWN],
    ids=("accepted", "planned", "relapsed", "reopened", "withdrawn"),
)
def test_only_what_is_in_place_is_closed(history: History) -> None:
    """What was not done, or has gone since, is still to be followed."""
    scenario = after(history)

    assert "recommendation.not-implemented" == scenario.refuses(close(on="2019-02-01"))


@pytest.mark.parametrize(
    ("history", "on"),
    [(EMBEDDED, "2018-08-15"), (MONITORED, "2019-06-12"), (MONITORED, "2019-06-13")],
    ids=("none at all", "the last one today", "all of them past"),
)
def test_a_closure_needs_a_check_still_to_come(history: History, on: str) -> None:
    """Regular monitoring and follow-up, or it is not closed (framework §2.2)."""
    scenario = after(history)

    assert "recommendation.monitoring-schedule" == scenario.refuses(close(on=on))


def test_one_check_to_come_is_enough_for_a_closure() -> None:
    """The day before the last check due, there is one."""
    command = close(on="2019-06-11")

    assert (r.RecommendationClosed.of(command),) == after(MONITORED).records(command)


def test_what_was_implemented_may_be_closed_when_it_is_monitored() -> None:
    """The committee may stop following what nobody has evidenced, not what nobody has done."""
    scenario = after((*IMPLEMENTED, r.ChecksScheduled.of(schedule("2018-12-10"))))

    assert (r.RecommendationClosed.of(close()),) == scenario.records(close())


def test_it_is_closed_once() -> None:
    """A second closure for other reasons would leave open which of them counts."""
    scenario = after(CLOSED)

    assert "recommendation.closed-already" == scenario.refuses(close(reasons="Other reasons"))


def test_what_was_reopened_is_closed_again_when_it_is_done_again() -> None:
    """The first closure ended with the reopening; the checks still to come stay due."""
    again = r.RecommendationImplemented.of(implement(on="2019-02-01"))
    scenario = after((*CLOSED, r.RecommendationReopened.of(reopen()), again))
    command = close(on="2019-03-01")

    assert (r.RecommendationClosed.of(command),) == scenario.records(command)


@pytest.mark.parametrize(
    "history",
    [(ISSUED,), ACCEPTED, DECLINED, PLANNED, REOPENED, WITHDRAWN, SUPERSEDED],
    ids=("proposed", "accepted", "declined", "planned", "reopened", "withdrawn", "superseded"),
)
def test_only_what_was_done_is_reopened(history: History) -> None:
    """What is still owed needs no reopening; what has ended has a successor, or none."""
    scenario = after(history)

    assert "recommendation.not-implemented" == scenario.refuses(
        reopen(on="2019-02-01", due="2019-06-30")
    )


@pytest.mark.parametrize(
    "history",
    [IMPLEMENTED, EMBEDDED, CLOSED, RELAPSED],
    ids=("implemented", "embedded", "closed", "relapsed"),
)
def test_what_was_done_may_be_reopened(history: History) -> None:
    """It did not last, or was not enough: a committee may say so without a failed check."""
    scenario = after(history)

    assert (r.RecommendationReopened.of(reopen()),) == scenario.records(reopen())


def test_a_recommendation_does_not_succeed_itself() -> None:
    """It would have ended in favour of nothing."""
    scenario = after(PLANNED)

    assert "recommendation.succeeds-itself" == scenario.refuses(supersede(successor=REF))


# What was found void


def without(history: History, event: r.RecommendationEvent) -> History:
    return tuple(one for one in history if one != event)


def test_an_embedding_lapses_with_the_check_it_rests_on() -> None:
    """Without the check it is implemented, no more: it may be embedded on better evidence."""
    scenario = after(without(EMBEDDED, checked(check())))
    command = embed(on="2018-09-01", evidence="Another audit")

    assert (embedded(command),) == scenario.records(command)


def test_an_embedding_that_rests_on_no_check_does_not_lapse_with_one() -> None:
    """Its evidence was another."""
    history = (*IMPLEMENTED, embedded(embed()))
    scenario = after(history)

    assert "recommendation.not-implemented" == scenario.refuses(embed(evidence="Another audit"))
