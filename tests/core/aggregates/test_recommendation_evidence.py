"""How a change becomes practice, and how strongly that is shown. All cases are fictional."""

from typing import Any

import attrs
import pytest

from lif_core.aggregates import recommendation as r
from lif_core.aggregates.audit import CheckImprovement
from lif_core.aggregates.body import MergeBody
from lif_core.aggregates.review import OpenReview
from lif_core.aggregates.succession import UNOWNED
from lif_core.decisions.decider import AnyDecider, Setting
from lif_core.decisions.messages import Command, Event
from lif_core.errors import RefusedError
from lif_core.framework import Framework
from lif_core.testing import Scenario
from lif_core.testing.decider_contract import DeciderContract
from lif_core.values.evidence import EvidenceLevel as Level
from tests.audits import AuditOnAnyDay, conclude
from tests.board import Board
from tests.histories import WORLD
from tests.lives import GENERAL, WOLVERHAMPTON, but
from tests.lives import became as plainly_became
from tests.people import CHAIR, MANAGER, POLICE, POLICY, QUALITY, TRAINING, by, day

DECIDER: AnyDecider = r.decider
REF = "wscb/r-1"
AUDITS = AuditOnAnyDay(REF)
(SHOWN,), (GONE,) = AUDITS.on("2018-05-01"), AUDITS.on("2018-12-10")
HOSPITAL = by("wsb/rwt")

ISSUE = r.IssueRecommendation(
    by=CHAIR,
    on=day("2018-01-25"),
    recommendation=REF,
    source="review-wscb/review-1",
    text="Speak to the child alone.",
    addressed=("wscb", "wsb/police"),
)
ACCEPT = r.AcceptRecommendation(by=CHAIR, on=day("2018-02-01"), recommendation=REF)
DECLINE = r.DeclineRecommendation(
    by=CHAIR, on=day("2018-02-01"), recommendation=REF, reasons="It is done."
)
PLAN = r.PlanRecommendation(
    by=QUALITY,
    on=day("2018-02-10"),
    recommendation=REF,
    owner="wsb/lpp",
    due=day("2018-04-30"),
    action="Revise the procedure.",
)
IMPLEMENT = r.ImplementRecommendation(
    by=POLICY, on=day("2018-04-20"), recommendation=REF, evidence="Version 3"
)
EVIDENCE = r.RecordEvidence(
    by=POLICE,
    on=day("2018-05-10"),
    recommendation=REF,
    evidence="e-1",
    route="team-meetings",
    account="On the agenda of each team.",
    documents=("agenda 2018-05",),
)
CHECK = r.CheckRecommendation(
    by=QUALITY,
    on=day("2018-06-01"),
    recommendation=REF,
    check="c-1",
    passed=True,
    note="Ten files read.",
    rests_on=(SHOWN,),
)
EMBED = r.EmbedRecommendation(
    by=QUALITY,
    on=day("2018-07-31"),
    recommendation=REF,
    evidence="An audit of ten files",
    checks=("c-1",),
)
TELL = r.TellOwner(by=QUALITY, on=day("2018-06-02"), recommendation=REF, check="c-1")
CALL = r.CallForTraining(
    by=QUALITY,
    on=day("2018-02-12"),
    recommendation=REF,
    course="wsb/seeing-the-child",
    title="Seeing the child",
    need="Practitioners ask how.",
)
REDATE = r.ChangeDueDate(
    by=QUALITY,
    on=day("2018-04-01"),
    recommendation=REF,
    due=day("2018-06-30"),
    reasons="A consultation",
)
REOPEN = r.ReopenRecommendation(
    by=QUALITY,
    on=day("2018-12-12"),
    recommendation=REF,
    due=day("2019-03-31"),
    reasons="It did not last.",
    action="Revise it with those who use it.",
)
WITHDRAW = r.WithdrawRecommendation(
    by=CHAIR, on=day("2018-08-10"), recommendation=REF, reasons="The service has ended."
)
SUPERSEDE = r.SupersedeRecommendation(
    by=CHAIR,
    on=day("2018-08-10"),
    recommendation=REF,
    successor="wscb/r-2",
    reasons="A wider one",
)

PLANNED = (ISSUE, ACCEPT, PLAN)
DONE = (*PLANNED, IMPLEMENT)
CHECKED = (*DONE, CHECK)


def became(command: Command) -> Event[Any]:
    """The event that *command* becomes; the audits here are of several bodies."""
    match command:
        case r.TellOwner():
            return r.OwnerTold.of(command, owner="wsb/lpp")
        case r.RecordEvidence():
            return r.EvidenceRecorded.of(command, level=Level.DOCUMENT)
        case r.CheckRecommendation():
            level = Level.INDEPENDENT_AUDIT
            return r.RecommendationChecked.of(command, level=level, verifies=True)
        case r.EmbedRecommendation():
            return r.RecommendationEmbedded.of(command, level=Level.INDEPENDENT_AUDIT)
    return plainly_became(command)


def happens(scenario: Scenario, command: Command) -> bool:
    """Return whether *command* leads to its event, and is quiet when it is repeated."""
    return scenario.records(command) == (became(command),) and scenario.quiet(command)


def after(*said: Command, framework: Framework = WOLVERHAMPTON) -> Scenario:
    """The scenario in which all that was *said* is on record, whatever the rules say of it."""
    given = tuple(map(became, said))
    return Scenario(decider=DECIDER, given=given, framework=framework, states=AUDITS)


def after_the_merger(command: Command, *said: Command) -> tuple[Event[Any], ...]:
    """What *command* leads to once Law, Policy and Procedure was merged into JL&D, and the
    hospital trust into a new one.
    """
    merged = {"wsb/lpp": "wsb/jld", "wsb/rwt": "wsb/new-trust"}
    setting = Setting(WOLVERHAMPTON, lambda body: merged.get(body, body), state_of=AUDITS.get)
    recorded: tuple[Event[Any], ...] = DECIDER.decide(
        command, DECIDER.fold(after(*said).given), setting
    )
    return recorded


# Evidence, by route and level


@pytest.mark.parametrize("route", [entry.code for entry in WOLVERHAMPTON.routes])
def test_evidence_is_of_any_of_the_five_routes(route: str) -> None:
    """Policy, supervision, joint working, team meetings, training (framework §4.3)."""
    assert happens(after(*DONE), but(EVIDENCE, route=route))


@pytest.mark.parametrize("command", [but(EVIDENCE, route="email"), but(EMBED, routes=("email",))])
def test_a_route_that_the_framework_does_not_name_is_refused(command: Command) -> None:
    """Nothing is embedded by a message; without a pack, any route is taken."""
    assert "recommendation.unknown-route" == after(*CHECKED).refuses(command)
    assert happens(after(*CHECKED, framework=GENERAL), command)


def test_an_embedding_names_the_routes_it_took() -> None:
    """One, several or none of the framework's."""
    routes = ("policy-protocol", "team-meetings")

    assert happens(after(*CHECKED), but(EMBED, routes=routes))
    assert "recommendation.unknown-route" == after(*CHECKED).refuses(
        but(EMBED, routes=(*routes, "email"))
    )


@pytest.mark.parametrize("said", [(ISSUE,), PLANNED, DONE], ids=["issued", "planned", "done"])
@pytest.mark.parametrize(
    ("rests_on", "documents", "level"),
    [((), (), Level.ASSERTION), ((), ("a", "b"), Level.DOCUMENT)],
    ids=["word", "documents"],
)
def test_weak_evidence_can_be_recorded_at_any_time(
    rests_on: tuple[str, ...],
    documents: tuple[str, ...],
    level: Level,
    said: tuple[Command, ...],
) -> None:
    """An agency may begin before it is planned; what is weak is on record as weak."""
    command = but(EVIDENCE, rests_on=rests_on, documents=documents, claimed=Level.OUTCOME_DATA)

    assert (r.EvidenceRecorded.of(command, level=level),) == after(*said).records(command)


def test_evidence_has_a_reference_of_its_own() -> None:
    """One account of two documents would leave open how strong it is."""
    scenario = after(*DONE, EVIDENCE)

    assert "recommendation.evidence-taken" == scenario.refuses(but(EVIDENCE, documents=()))
    assert "recommendation.evidence-taken" == scenario.refuses(but(EVIDENCE, by=HOSPITAL))
    assert happens(scenario, but(EVIDENCE, evidence="e-2"))


@pytest.mark.parametrize(
    "ended",
    [
        (ISSUE, DECLINE, but(DECLINE, by=POLICE)),
        (*PLANNED, WITHDRAW),
        (*PLANNED, SUPERSEDE),
    ],
    ids=["declined", "withdrawn", "superseded"],
)
def test_no_evidence_is_recorded_of_what_has_ended(ended: tuple[Command, ...]) -> None:
    """There is no change left that it could speak for; what was said before stays quiet."""
    late = but(EVIDENCE, on=day("2018-09-01"))

    assert "recommendation.ended" == after(*ended).refuses(late)
    assert () == after(*ended[:-1], late, ended[-1]).records(late)


def test_after_a_merger_evidence_is_shown_for_the_merged_body_by_its_successor() -> None:
    """And by nobody else."""
    command = but(EVIDENCE, by=by("wsb/new-trust"), for_body="wsb/rwt")

    assert (became(command),) == after_the_merger(command, *DONE)
    with pytest.raises(RefusedError) as refused:
        after_the_merger(but(command, by=POLICE), *DONE)
    assert "authority.not-successor" == refused.value.rule


# As strong as what it rests on


def test_an_embedding_is_as_strong_as_the_strongest_check_it_rests_on() -> None:
    """Not as one that it does not rest on; levels are never averaged."""
    word = but(CHECK, check="c-2", rests_on=())
    noted = r.RecommendationChecked.of(word, level=Level.ASSERTION, verifies=False)
    scenario = attrs.evolve(after(*CHECKED), given=(*after(*CHECKED).given, noted))

    assert happens(scenario, but(EMBED, checks=("c-1", "c-2")))
    assert "recommendation.evidence-too-weak" == scenario.refuses(but(EMBED, checks=("c-2",)))


def test_a_claim_is_kept_and_counts_for_nothing() -> None:
    """What is said to be E4 with nothing named is an assertion."""
    claimed = but(EMBED, checks=(), claimed=Level.OUTCOME_DATA)
    modest = but(EMBED, claimed=Level.ASSERTION)

    assert "recommendation.evidence-too-weak" == after(*CHECKED).refuses(claimed)
    (event,) = after(*CHECKED).records(modest)
    assert isinstance(event, r.RecommendationEmbedded)
    assert (Level.ASSERTION, Level.INDEPENDENT_AUDIT) == (event.claimed, event.level)


@pytest.mark.parametrize(
    ("command", "warnings"),
    [
        (but(CHECK, check="c-2", rests_on=()), ("note",)),
        (but(CHECK, check="c-2", rests_on=(), claimed=Level.DOCUMENT), ("note", "claimed-above")),
        (but(CHECK, check="c-2", claimed=Level.INDEPENDENT_AUDIT), ()),
        (but(CHECK, check="c-2", on=day("2018-06-02")), ("named-before",)),
        (but(CHECK, check="c-2", on=day("2018-12-10"), rests_on=(GONE,)), ()),
        (but(EMBED, checks=(), rests_on=(SHOWN,)), ("named-before",)),
        (but(EMBED, claimed=Level.OUTCOME_DATA), ("claimed-above",)),
    ],
)
def test_what_shows_less_than_it_seems_is_recorded_with_a_warning(
    command: Command, warnings: tuple[str, ...]
) -> None:
    """What can never count is not taken in silence; the audit of May shows nothing of June."""
    (event,) = after(*CHECKED).records(command)

    assert isinstance(event, r.RecommendationChecked | r.RecommendationEmbedded)
    assert warnings == event.warnings


@pytest.mark.parametrize(
    "command",
    [
        but(EVIDENCE, rests_on=("review-wscb/review-1",)),
        but(CHECK, rests_on=("training_course-wsb/c",)),
        but(EMBED, rests_on=(SHOWN, f"recommendation-{REF}")),
    ],
    ids=["recorded", "checked", "embedded"],
)
def test_evidence_is_an_audit_an_indicator_or_a_document(command: Command) -> None:
    """A review says what should change; it does not show that it has."""
    assert "evidence.other-stream" == after(*DONE).refuses(command)


# Judged by its owner


@pytest.mark.parametrize(
    ("said", "command"),
    [(PLANNED, REDATE), (CHECKED, EMBED)],
    ids=["due date changed", "embedded"],
)
@pytest.mark.parametrize(
    ("body", "warnings"), [(POLICY, ("by-its-owner",)), (QUALITY, ()), (CHAIR, ())], ids=str
)
def test_a_body_that_decides_on_what_it_owes_itself_is_on_record_with_a_warning(
    said: tuple[Command, ...], command: Any, body: Any, warnings: tuple[str, ...]
) -> None:
    """It is not refused: a small board has nobody else."""
    decided = but(command, by=body)
    scenario = after(*said)

    assert (but(became(decided), warnings=warnings),) == scenario.records(decided)
    assert scenario.quiet(decided)


@pytest.mark.parametrize(
    ("said", "command"), [(PLANNED, REDATE), (CHECKED, EMBED)], ids=["due date", "embedding"]
)
def test_after_a_merger_the_successor_is_its_owner_too(
    said: tuple[Command, ...], command: Any
) -> None:
    """What the merged committee owed, it owes itself."""
    (of_successor,) = after_the_merger(but(command, by=TRAINING), *said)
    (of_another,) = after_the_merger(command, *said)

    assert [("by-its-owner",), ()] == [
        event.warnings  # type: ignore[attr-defined]  # both events have them
        for event in (of_successor, of_another)
    ]


# Training, called for


def test_a_course_is_called_for_once() -> None:
    """Another need is another course."""
    scenario = after(ISSUE, CALL)

    assert "recommendation.course-called-for" == scenario.refuses(but(CALL, need="Another."))
    assert happens(scenario, but(CALL, course="wsb/another-course"))
    assert happens(after(ISSUE), CALL)


@pytest.mark.parametrize(
    "ended",
    [
        (ISSUE, DECLINE, but(DECLINE, by=POLICE)),
        (*PLANNED, WITHDRAW),
        (*PLANNED, SUPERSEDE),
    ],
    ids=["declined", "withdrawn", "superseded"],
)
def test_no_course_is_called_for_by_what_has_ended(ended: tuple[Command, ...]) -> None:
    """There is nothing left to train for; what was called for before stays quiet."""
    late = but(CALL, on=day("2018-09-01"))

    assert "recommendation.ended" == after(*ended).refuses(late)
    assert () == after(*ended[:-1], late, ended[-1]).records(late)


# Its owner, told


def test_its_owner_is_told_of_a_check_that_is_on_record() -> None:
    """Of another there is nothing to tell."""
    assert "recommendation.no-such-check" == after(*CHECKED).refuses(but(TELL, check="c-2"))


def test_its_owner_is_not_told_of_a_check_before_it_was_made() -> None:
    """On its day, for the first time."""
    scenario = after(*CHECKED)
    on_its_day = but(TELL, on=CHECK.on)

    assert "recommendation.out-of-order" == scenario.refuses(but(TELL, on=day("2018-05-31")))
    assert (r.OwnerTold.of(on_its_day, owner="wsb/lpp"),) == scenario.records(on_its_day)
    assert scenario.quiet(on_its_day)


def test_there_is_an_owner_to_tell() -> None:
    """Where a body that held it ended, or what was checked was never anybody's, there is none."""
    ended = Setting(WOLVERHAMPTON, lambda body: UNOWNED, state_of=AUDITS.get)
    with pytest.raises(RefusedError, match="owned-by-nobody"):
        DECIDER.decide(TELL, DECIDER.fold(after(*CHECKED).given), ended)

    assert "recommendation.owned-by-nobody" == after(ISSUE, CHECK).refuses(TELL)


def test_who_did_it_without_a_plan_is_told() -> None:
    """Doing it made it theirs."""
    unplanned = tuple(one for one in CHECKED if one is not PLAN)

    assert (r.OwnerTold.of(TELL, owner=IMPLEMENT.by.body),) == after(*unplanned).records(TELL)


def test_its_owner_is_told_of_each_check_once() -> None:
    """Told on another day, it was told before."""
    scenario = after(*CHECKED, TELL)
    again = but(TELL, on=day("2018-06-09"))
    next_check = but(CHECK, on=day("2018-09-01"), check="c-2", passed=False, rests_on=(GONE,))
    next_told = but(TELL, on=day("2018-09-02"), check="c-2")
    event = r.OwnerTold.of(next_told, owner="wsb/lpp")

    assert "recommendation.owner-told-already" == scenario.refuses(again)
    assert () == scenario.records(TELL)
    assert (event,) == scenario.after(next_check).records(next_told)


def test_after_a_merger_the_successor_of_its_owner_is_told() -> None:
    """The merged committee reads nothing any more."""
    (event,) = after_the_merger(TELL, *CHECKED)

    assert r.OwnerTold.of(TELL, owner="wsb/jld") == event


# Begun again


def test_a_reopening_says_what_is_done_this_time() -> None:
    """Or not yet: then the first plan stands."""
    relapsed = but(CHECK, on=day("2018-12-10"), check="c-2", passed=False, rests_on=(GONE,))
    scenario = after(*CHECKED, EMBED, relapsed)

    assert happens(scenario, REOPEN)
    assert happens(scenario, but(REOPEN, action=None))


# Every decision, whoever retries it


FAILED = but(CHECK, on=day("2018-12-10"), check="c-2", passed=False, rests_on=(GONE,))


class TestRecommendation(DeciderContract):
    """Taught, shown, checked, embedded, found gone, begun again."""

    decider = DECIDER
    lives = ((*PLANNED, CALL, REDATE, IMPLEMENT, EVIDENCE, CHECK, TELL, EMBED, FAILED, REOPEN),)
    frameworks = (WOLVERHAMPTON, GENERAL)
    world = WORLD

    states = AUDITS

    def event_of(self, command: Command, framework: Framework) -> Event[Any]:
        """The owner who was told is on record, and what the evidence came to."""
        return became(command)


# Lives, through the public API, under the rights of the pack


@pytest.fixture
def board() -> Board:
    """A recommendation that Law, Policy and Procedure has put in place."""
    board = Board()
    board.decide(
        OpenReview, "2018-01-02", by=MANAGER, review="wscb/p-1", kind="lga-peer", title="A review"
    )
    board.decide(
        r.IssueRecommendation,
        "2018-01-25",
        by=MANAGER,
        recommendation=REF,
        source="review-wscb/p-1",
        text="Speak to the child alone.",
        addressed=("wscb",),
    )
    board.decide(r.AcceptRecommendation, "2018-02-01", by=CHAIR, recommendation=REF)
    board.app.handle(PLAN)
    board.decide(
        r.ImplementRecommendation, "2018-04-20", by=POLICY, recommendation=REF, evidence="V3"
    )
    return board


def show(board: Board, evidence: str, body: str, route: str) -> None:
    board.decide(
        r.RecordEvidence,
        "2018-05-10",
        by=by(body),
        recommendation=REF,
        evidence=evidence,
        route=route,
        account="As they do it.",
    )


def audit(board: Board, ref: str, on: str, check: str, *, passed: bool) -> None:
    """A multi-agency audit looks whether it lasts, and the policies do the rest."""
    conclude(board, on, REF, ref=ref)
    board.decide(
        CheckImprovement,
        on,
        audit=ref,
        recommendation=REF,
        check=check,
        passed=passed,
        note="In ten of twelve files." if passed else "In two of twelve files.",
    )
    board.app.follow()


def history(board: Board, kind: type[Event[Any]]) -> list[Any]:
    return [
        record.event
        for record in board.app.history(f"recommendation-{REF}")
        if isinstance(record.event, kind)
    ]


def test_a_change_is_shown_by_agencies_embedded_on_an_audit_found_gone_and_begun_again(
    board: Board,
) -> None:
    """From evidence to relapse, the owner is told of what failed and of nothing else."""
    show(board, "e-1", "wsb/police", "team-meetings")
    show(board, "e-2", "wsb/rwt", "reflective-practice")
    audit(board, "wscb/maca-1", "2018-06-01", "c-1", passed=True)
    embed: dict[str, Any] = {
        "recommendation": REF,
        "evidence": "Ten files of twelve.",
        "routes": ("team-meetings", "reflective-practice"),
        "checks": ("wscb/maca-1: c-1",),
    }
    with pytest.raises(RefusedError) as too_weak:
        board.decide(r.EmbedRecommendation, "2018-07-31", **embed | {"checks": ()})
    board.decide(r.EmbedRecommendation, "2018-07-31", **embed)
    lasting = board.sustainability("2018-08-01").improvement(REF).finding
    audit(board, "wscb/maca-2", "2018-12-10", "c-2", passed=False)
    gone = board.sustainability("2018-12-10").improvement(REF).finding
    board.app.handle(REOPEN)

    assert "recommendation.evidence-too-weak" == too_weak.value.rule
    assert ["embedded", "relapsed", "reopened"] == [
        lasting,
        gone,
        board.sustainability("2018-12-12").improvement(REF).finding,
    ]
    assert [("wscb/maca-2: c-2", "wsb/lpp")] == [
        (e.check, e.owner) for e in history(board, r.OwnerTold)
    ]
    assert [REOPEN.action] == [e.action for e in history(board, r.RecommendationReopened)]


def test_two_audits_that_give_their_checks_the_same_reference_are_both_heard(
    board: Board,
) -> None:
    """A check is named for its audit: the second one's relapse is not taken for the first."""
    audit(board, "wscb/maca-1", "2018-06-01", "check 1", passed=True)
    board.decide(
        r.EmbedRecommendation,
        "2018-07-31",
        recommendation=REF,
        evidence="Ten files of twelve.",
        checks=("wscb/maca-1: check 1",),
    )
    audit(board, "wscb/maca-2", "2018-12-10", "check 1", passed=False)

    assert [("wscb/maca-1: check 1", True), ("wscb/maca-2: check 1", False)] == [
        (event.check, event.passed) for event in history(board, r.RecommendationChecked)
    ]
    assert "relapsed" == board.sustainability("2018-12-10").improvement(REF).finding


def test_the_successor_of_its_owner_is_told_after_a_merger(board: Board) -> None:
    """Through the register of bodies, with no decision of the recommendation itself."""
    board.decide(
        MergeBody, "2018-05-01", by=CHAIR, body="wsb/lpp", into="wsb/jld", reasons="One meeting."
    )
    audit(board, "wscb/maca-1", "2018-06-01", "c-1", passed=False)

    assert ["wsb/jld"] == [event.owner for event in history(board, r.OwnerTold)]


def test_a_committee_that_judges_its_own_change_is_warned_of_and_an_agency_is_not_asked(
    board: Board,
) -> None:
    """Committees embed (framework §5.1); whose change it was is on record."""
    audit(board, "wscb/maca-1", "2018-06-01", "c-1", passed=True)
    embed: dict[str, Any] = {
        "recommendation": REF,
        "evidence": "Ten files of twelve.",
        "checks": ("wscb/maca-1: c-1",),
    }
    with pytest.raises(RefusedError) as refused:
        board.decide(r.EmbedRecommendation, "2018-07-31", by=POLICE, **embed)
    board.decide(r.EmbedRecommendation, "2018-07-31", by=POLICY, **embed)

    assert "authority.not-entitled" == refused.value.rule
    assert [("by-its-owner",)] == [e.warnings for e in history(board, r.RecommendationEmbedded)]
