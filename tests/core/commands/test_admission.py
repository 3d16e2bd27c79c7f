"""What every command is held against, whatever its aggregate: rights, references, repeats."""

from datetime import UTC, date, datetime
from typing import Any, TypeVar, cast

import attrs
import pytest
from msgspec.structs import replace

from lif_core.aggregates.audit import ConcludeAudit, GradeCount, PlanAudit, ShareAuditTool
from lif_core.aggregates.body import BodyKind, EndBody, MergeBody, RecordMeeting, RegisterBody
from lif_core.aggregates.procedure import DraftProcedure
from lif_core.aggregates.recommendation import (
    AcceptRecommendation,
    IssueRecommendation,
    PlanRecommendation,
    RecordEvidence,
    ReplyToRecommendation,
)
from lif_core.aggregates.review import (
    AcceptReport,
    DecideHold,
    DecideNotToPublish,
    DiscontinueReview,
    Factor,
    NotifyCase,
    NotifyDeath,
    OpenReview,
    PublishReport,
    RecordFinding,
    RecordVoice,
    ReviewOpened,
    ScopeBasis,
    SetScope,
)
from lif_core.commands.application import Application
from lif_core.decisions.corrections import AmendEntry, Replacement, VoidEntry
from lif_core.decisions.messages import Command
from lif_core.decisions.record import Record
from lif_core.errors import RefusedError
from lif_core.framework import Framework, Frameworks, Right, load
from lif_core.log.memory import MemoryRecorder
from lif_core.values.authority import Authority
from lif_core.views.accountability import accountability
from tests.lives import NO_GROUND, unmet
from tests.people import CHAIR, MANAGER, POLICE, QUALITY, TEXTS, TRAINING, by, day

C = TypeVar("C", bound=Command)


def but(command: C, **changes: Any) -> C:
    """*command*, with these fields changed."""
    changed: C = attrs.evolve(cast("Any", command), **changes)
    return changed


GENERAL = load().general
(WOLVERHAMPTON,) = load("wolverhampton-2017").packs
LATER = day("2018-03-01")
RAPID_FROM = "2018-06-29"  # from which on there are rapid reviews

ADULTS = Authority(person="A. Adult", role="independent chair", body="wsab")
PERFORMANCE = Authority(person="P. Lead", role="committee chair", body="wscb/pmc")
ADULTS_QUALITY = Authority(person="R. Lead", role="committee chair", body="wsab/qpc")
NEEDS = ("care-and-support-needs",)


def store(*packs: Framework, recorder: MemoryRecorder | None = None) -> Application:
    """A store that is read with *packs*, by default the shipped ones."""
    return Application(
        recorder or MemoryRecorder(),
        clock=lambda: datetime(2020, 1, 1, tzinfo=UTC),
        frameworks=Frameworks(GENERAL, packs) if packs else None,
        readership=TEXTS,
    )


def from_march(**changes: Any) -> Framework:
    """The Wolverhampton pack, changed from 1 March 2018 on."""
    return attrs.evolve(WOLVERHAMPTON, name="later", in_force=LATER, **changes)


def refused(app: Application, command: Command) -> str:
    with pytest.raises(RefusedError) as refusal:
        app.handle(command)
    return refusal.value.rule


def names(records: tuple[Record, ...]) -> list[str]:
    return [type(record.event).__name__ for record in records]


# Requests, with what most tests do not care about filled in


def opened(
    review: str = "wscb/1", *, on: str = "2018-01-10", kind: str = "lga-peer"
) -> OpenReview:
    return OpenReview(by=CHAIR, on=day(on), review=review, kind=kind, title="A review of practice")


def notified(review: str = "wscb/2") -> NotifyCase:
    return NotifyCase(
        by=MANAGER,
        on=day("2018-01-10"),
        review=review,
        kind="sar",
        subject="An adult, in a fictional case.",
        aware=day("2018-01-10"),
    )


def held(by: Authority = CHAIR) -> DecideHold:
    return DecideHold(
        by=by,
        on=day("2018-02-01"),
        review="wscb/2",
        hold=True,
        reasons="There is concern about joint working.",
        criteria=(
            "care-and-support-needs",
            "concern-joint-working",
            "death",
            "abuse-or-neglect",
        ),
    )


def child_case(kind: str = "scr", on: str = "2018-01-10") -> NotifyCase:
    """A child's case, of the children's board."""
    return but(notified("wscb/3"), kind=kind, subject="A child, in a fictional case.", on=day(on))


def child_decision(by: Authority = CHAIR, *, hold: bool = True) -> DecideHold:
    return but(
        held(by),
        review="wscb/3",
        hold=hold,
        criteria=("abuse-or-neglect", "death") if hold else (),
        not_met=() if hold else unmet(*NO_GROUND),
    )


def scoped(by: Authority, on: str) -> SetScope:
    return SetScope(
        by=by,
        on=day(on),
        review="wscb/1",
        scope="One year of referrals.",
        rationale="The procedure changed at its beginning.",
        decided_on=(ScopeBasis.LEARNING,),
    )


def found(review: str = "wscb/1", on: str = "2018-02-20") -> RecordFinding:
    return RecordFinding(
        by=MANAGER,
        on=day(on),
        review=review,
        finding="f-1",
        factor=Factor.SYSTEM,
        what="Assessments were not shared.",
        why="No procedure said who starts them.",
    )


def accepted_report(
    review: str = "wscb/1", *, by: Authority = CHAIR, on: str = "2018-04-01"
) -> AcceptReport:
    return AcceptReport(by=by, on=day(on), review=review, response="All is accepted.")


def issued(
    recommendation: str = "wscb/r-1", *, source: str = "review-wscb/1"
) -> IssueRecommendation:
    return IssueRecommendation(
        by=CHAIR,
        on=day("2018-01-20"),
        recommendation=recommendation,
        source=source,
        text="Review the referral form",
        addressed=("wscb",),
    )


def accepted() -> AcceptRecommendation:
    return AcceptRecommendation(by=CHAIR, on=day("2018-01-25"), recommendation="wscb/r-1")


def planned(*, by: Authority = QUALITY, on: str = "2018-02-10") -> PlanRecommendation:
    return PlanRecommendation(
        by=by,
        on=day(on),
        recommendation="wscb/r-1",
        owner="wsb/lpp",
        due=day("2018-04-30"),
        action="Revise the form",
    )


def audit_planned(audit: str = "wscb/a-1", on: str = "2018-02-01") -> PlanAudit:
    return PlanAudit(
        by=QUALITY,
        on=day(on),
        audit=audit,
        kind="maca",
        theme="neglect",
        basis="Referrals rose by a fifth in a year.",
        scale="ofsted",
    )


def audit_concluded() -> ConcludeAudit:
    return ConcludeAudit(
        by=QUALITY,
        on=day("2018-04-01"),
        audit="wscb/a-1",
        grades=(GradeCount(grade="good", files=3),),
        summary="Plans were good where the history was known.",
    )


def registered(
    ref: str = "wsb/housing", *, by: Authority = CHAIR, on: str = "2018-01-08"
) -> RegisterBody:
    return RegisterBody(
        by=by, on=day(on), body=ref, name="A housing provider", kind=BodyKind.AGENCY
    )


def merged(ref: str, into: str, *, by: Authority = CHAIR, on: str = "2018-06-01") -> MergeBody:
    return MergeBody(by=by, on=day(on), body=ref, into=into, reasons="One committee is enough")


def void(stream: str, *, entry: int = 1, on: str = "2018-06-01") -> VoidEntry:
    return VoidEntry(
        by=CHAIR, on=day(on), stream=stream, entry=entry, reasons="Of another register"
    )


# The pack under which a stream began


def test_a_review_is_finished_by_the_rules_under_which_it_began() -> None:
    """A framework that comes into force later cannot strand what was under way."""
    app = store(WOLVERHAMPTON, from_march(review_kinds=()))
    app.handle_all([opened(), found()])

    assert ["ReportAccepted"] == names(app.handle(accepted_report()))


def test_a_review_that_begins_later_begins_under_the_later_rules() -> None:
    """What the new pack does not name cannot begin any more, from its first day on."""
    app = store(WOLVERHAMPTON, from_march(review_kinds=()))

    assert ["ReviewOpened"] == names(app.handle(opened("wscb/3", on="2018-02-28")))
    assert "review.unknown-kind" == refused(app, opened("wscb/4", on="2018-03-01"))


def test_a_review_that_began_before_any_framework_is_finished_without_one() -> None:
    """The first pack does not know the kind of what was under way when it came."""
    app = store()
    app.handle_all([opened(on="2016-11-01", kind="learning circle"), found(on="2016-12-01")])

    assert ["ReportAccepted"] == names(app.handle(accepted_report()))


def test_a_later_framework_asks_no_more_of_a_review_under_way() -> None:
    """That the family is invited is asked of reviews that begin under the pack that asks it."""
    kinds = tuple(attrs.evolve(kind, family=True) for kind in WOLVERHAMPTON.review_kinds)
    app = store(WOLVERHAMPTON, from_march(review_kinds=kinds))
    new = "wscb/3"
    app.handle_all([opened(), found(), opened(new, on="2018-03-01"), found(new, "2018-03-20")])

    assert ["ReportAccepted"] == names(app.handle(accepted_report()))
    assert "review.family" == refused(app, accepted_report(new))


def test_an_audit_is_concluded_by_the_scale_on_which_it_was_planned() -> None:
    """Its grades were given by it, whatever scale the board uses since."""
    app = store(WOLVERHAMPTON, from_march(scales=()))
    app.handle(audit_planned())

    assert ["AuditConcluded"] == names(app.handle(audit_concluded()))
    assert "audit.unknown-scale" == refused(app, audit_planned("wscb/a-2", "2018-03-01"))


def test_of_a_stream_begun_anew_the_new_beginning_counts() -> None:
    """The first one is void: it was dated into another framework's time."""
    app = store(WOLVERHAMPTON, from_march(review_kinds=()))
    app.handle_all([opened(), void("review-wscb/1")])

    assert "review.unknown-kind" == refused(app, opened(on="2018-03-01"))


# The rights in force on the day of the decision


def test_a_right_is_held_against_decisions_from_the_day_it_is_in_force() -> None:
    """Who may decide is a question of the day of deciding, not of when the matter began."""
    anybody = Right(commands=("PlanRecommendation",))
    app = store(
        attrs.evolve(WOLVERHAMPTON, rights=(anybody,)), from_march(rights=WOLVERHAMPTON.rights)
    )
    app.handle_all([opened(), issued(), accepted()])

    assert "authority.not-entitled" == refused(app, planned(by=POLICE, on="2018-03-01"))
    assert ["RecommendationPlanned"] == names(app.handle(planned(by=POLICE, on="2018-02-28")))


def test_where_a_right_has_ended_the_board_and_its_committees_decide() -> None:
    """The new framework says nothing of the decision: it is the own board's, as any is."""
    only = Right(commands=("PlanRecommendation",), bodies=("wsb/police",))
    app = store(attrs.evolve(WOLVERHAMPTON, rights=(only,)), from_march(rights=()))
    app.handle_all([opened(), issued(), accepted()])

    assert "authority.not-entitled" == refused(app, planned(by=QUALITY, on="2018-02-28"))
    assert "authority.not-entitled" == refused(app, planned(by=POLICE, on="2018-03-01"))
    assert ["RecommendationPlanned"] == names(app.handle(planned(by=QUALITY, on="2018-03-01")))


# A right of the own board


@pytest.mark.parametrize("by", [ADULTS, QUALITY, POLICE], ids=lambda by: str(by.body))
def test_another_board_or_a_committee_does_not_decide_on_a_review(by: Authority) -> None:
    """The decision is the board's whose review it is."""
    app = store()
    app.handle(notified())

    assert "authority.not-entitled" == refused(app, held(by))
    assert ["HoldDecided"] == names(app.handle(held()))


@pytest.mark.parametrize(
    "command",
    [
        accepted_report("wscb/2", by=ADULTS),
        PublishReport(
            by=ADULTS, on=day("2018-05-01"), review="wscb/2", place="https://example.org/1"
        ),
        DecideNotToPublish(
            by=ADULTS, on=day("2018-05-01"), review="wscb/2", reasons="It would identify somebody."
        ),
    ],
    ids=lambda command: type(command).__name__,
)
def test_another_board_does_not_answer_for_a_report(command: Command) -> None:
    """Its own board accepts it, and publishes it or does not."""
    app = store()
    app.handle_all([notified(), held()])

    assert "authority.not-entitled" == refused(app, command)


def test_a_right_of_the_own_board_may_be_any_of_its_bodies() -> None:
    """Where a pack names neither kinds nor bodies, its committees and its agencies have it too."""
    right = Right(commands=("RecordVoice",))
    app = store(attrs.evolve(WOLVERHAMPTON, rights=(right,)))
    app.handle(notified())

    def voice(by: Authority) -> RecordVoice:
        return RecordVoice(by=by, on=day("2018-02-01"), review="wscb/2", voice="What they wished.")

    assert "authority.not-entitled" == refused(app, voice(ADULTS))
    assert "authority.not-entitled" == refused(app, voice(by("wsab/qpc")))
    assert ["VoiceRecorded"] == names(app.handle(voice(QUALITY)))
    assert ["VoiceRecorded"] == names(app.handle(voice(POLICE)))


# A right in one role only


@pytest.mark.parametrize("hold", [True, False])
def test_whether_to_hold_a_serious_case_review_is_decided_by_the_chair(hold: bool) -> None:
    """A manager may advise; the decision is the chair's alone, whatever it is."""
    app = store()
    app.handle(child_case())

    assert "authority.not-in-role" == refused(app, child_decision(MANAGER, hold=hold))
    assert ["HoldDecided"] == names(app.handle(child_decision(CHAIR, hold=hold)))


@pytest.mark.parametrize("by", [ADULTS, QUALITY, POLICE], ids=lambda by: str(by.body))
def test_the_role_alone_does_not_entitle(by: Authority) -> None:
    """The chair of another board chairs another board."""
    app = store()
    app.handle(child_case())
    chair = replace(by, role="independent chair")

    assert "authority.not-entitled" == refused(app, child_decision(chair))


@pytest.mark.parametrize("kind", ["single-agency-review", "rapid-review", "lcspr"])
def test_where_the_framework_names_no_role_another_of_the_board_may_decide(kind: str) -> None:
    """Only the entry for serious case reviews reserves the decision to the chair."""
    app = store()
    on = RAPID_FROM if kind != "single-agency-review" else "2018-01-10"
    app.handle(child_case(kind, on))
    decision = but(child_decision(), on=day(on))

    assert "authority.not-entitled" == refused(app, but(decision, by=POLICE))
    assert ["HoldDecided"] == names(app.handle(but(decision, by=MANAGER)))


def test_another_of_the_board_may_decide_on_a_safeguarding_adult_review() -> None:
    """The Care Act gives the decision to the board, and names no one of it."""
    app = store()
    app.handle(notified())

    assert ["HoldDecided"] == names(app.handle(held(MANAGER)))


def test_where_no_framework_governs_the_own_board_and_its_committees_decide() -> None:
    """The general pack names no role; that a reference is its board's needs no pack."""
    app = store(attrs.evolve(WOLVERHAMPTON, governs=()))
    app.handle(child_case())

    assert "authority.not-entitled" == refused(app, child_decision(POLICE))
    assert "authority.not-entitled" == refused(app, child_decision(ADULTS))
    assert ["HoldDecided"] == names(app.handle(child_decision(QUALITY)))


def test_a_role_is_asked_from_the_day_its_right_is_in_force() -> None:
    """As every right is: what was decided in February needed no role."""
    right = Right(commands=("DecideHold",), roles=("independent chair",))
    app = store(attrs.evolve(WOLVERHAMPTON, rights=()), from_march(rights=(right,)))
    app.handle(child_case())
    march = but(child_decision(MANAGER), on=LATER)

    assert "authority.not-in-role" == refused(app, march)
    assert ["HoldDecided"] == names(app.handle(child_decision(MANAGER)))


def test_of_several_rights_to_one_decision_the_last_for_its_kind_holds() -> None:
    """An entry for one kind takes the place of the one for all, and only for this kind."""
    rights = (
        Right(commands=("DecideHold",), kinds=("committee",)),
        Right(commands=("DecideHold",), bodies=("wsb/police",), of=("rapid-review",)),
    )
    app = store(attrs.evolve(WOLVERHAMPTON, rights=rights))
    rapid = child_case("rapid-review", RAPID_FROM)
    app.handle_all([rapid, but(child_case(), review="wscb/4")])
    other = but(child_decision(QUALITY), review="wscb/4")
    decision = but(child_decision(), on=rapid.on)

    assert "authority.not-entitled" == refused(app, but(decision, by=QUALITY))
    assert ["HoldDecided"] == names(app.handle(but(decision, by=POLICE)))
    assert "authority.not-entitled" == refused(app, but(other, by=POLICE))
    assert ["HoldDecided"] == names(app.handle(other))


def test_an_organisation_decides_for_itself_in_a_review_of_its_own_work() -> None:
    """The body that began it decides in it, and the board and its committees; nobody else does."""
    scope = scoped(POLICE, "2018-01-20")
    own, boards = store(), store()
    own.handle(but(opened(kind="single-agency-review"), by=POLICE))
    boards.handle(opened(kind="single-agency-review"))

    assert "authority.not-entitled" == refused(boards, scope)
    assert ["ScopeSet"] == names(own.handle(scope))


# A body that was merged


@pytest.mark.parametrize(
    ("on", "rule"), [("2018-06-01", "authority.merged"), ("2018-05-31", None)], ids=str
)
def test_a_body_decides_nothing_from_the_day_it_was_merged(on: str, rule: str | None) -> None:
    """From then on its successor speaks for it; the day before it spoke for itself."""
    app = store()
    app.handle_all([opened(), merged("wscb/qac", "wscb/pmc")])
    command = but(found(on=on), by=QUALITY)

    if rule is None:
        assert ["FindingRecorded"] == names(app.handle(command))
    else:
        assert rule == refused(app, command)
        assert ["FindingRecorded"] == names(app.handle(but(command, by=PERFORMANCE)))


def test_what_a_merged_body_decided_before_stays_quiet_when_repeated() -> None:
    """A retry that comes after the merger adds nothing, and is no error."""
    app = store()
    said = but(found(), by=QUALITY)
    app.handle_all([opened(), said, merged("wscb/qac", "wscb/pmc", on="2018-02-20")])

    assert () == app.handle(said)
    assert "authority.merged" == refused(app, but(said, finding="f-2"))


CDOP = Authority(person="C. Panel", role="panel chair", body="wscb/cdop")
FROM_THE_MERGER = pytest.mark.parametrize(
    ("on", "entitled"), [("2018-06-01", True), ("2018-05-31", False)], ids=str
)


def death(by: Authority, on: str) -> NotifyDeath:
    return NotifyDeath(
        by=by,
        on=day(on),
        review="wscb/cdr-1",
        kind="cdr",
        subject="A child, in a fictional case.",
        died=day("2018-05-20"),
        area="wolverhampton",
        expected=False,
    )


def outcome(app: Application, command: Command) -> str:
    """What *command* becomes, or the rule by which it is refused."""
    try:
        (record,) = app.handle(command)
    except RefusedError as refusal:
        return refusal.rule
    return type(record.event).__name__


@FROM_THE_MERGER
def test_what_a_body_had_a_right_to_the_body_it_was_merged_into_has(
    on: str, entitled: bool
) -> None:
    """The panel of the pack is gone: somebody still notifies deaths, and nobody before that."""
    app = store()
    app.handle(merged("wscb/cdop", "wscb/qac"))

    assert ("DeathNotified" if entitled else "authority.not-entitled") == outcome(
        app, death(QUALITY, on)
    )
    assert ("authority.merged" if entitled else "DeathNotified") == outcome(
        app, but(death(CDOP, on), review="wscb/cdr-2")
    )
    assert "authority.not-entitled" == outcome(app, but(death(PERFORMANCE, on), review="wscb/3"))


def test_a_right_goes_all_the_way_through_two_mergers() -> None:
    """Who is merged into the successor had it, and has it no more."""
    app = store()
    app.handle_all(
        [
            merged("wscb/cdop", "wscb/qac"),
            merged("wscb/qac", "wscb/pmc", on="2018-06-10"),
        ]
    )

    assert "DeathNotified" == outcome(app, death(QUALITY, "2018-06-09"))
    second = but(death(PERFORMANCE, "2018-06-09"), review="wscb/cdr-2")
    assert "authority.not-entitled" == outcome(app, second)
    assert "DeathNotified" == outcome(app, but(second, on=day("2018-06-10")))


@FROM_THE_MERGER
@pytest.mark.parametrize("who", [ADULTS, ADULTS_QUALITY], ids=lambda who: str(who.body))
def test_a_board_and_its_committees_decide_on_reviews_of_the_board_merged_into_it(
    who: Authority, on: str, entitled: bool
) -> None:
    """What the children's board began, the board of both carries on; and no other board does."""
    app = store()
    app.handle_all([opened(), merged("wscb", "wsab")])

    assert "authority.not-entitled" == outcome(app, scoped(by("walsall-scb"), on))
    found = outcome(app, scoped(who, on))
    assert ("ScopeSet" if entitled else "authority.not-entitled") == found


def test_a_committee_of_the_successor_is_no_board() -> None:
    """The merger gives it what committees had, and nothing that was the board's."""
    app = store()
    app.handle_all([notified(), held(), merged("wscb", "wsab")])
    end = DiscontinueReview(
        by=ADULTS_QUALITY, on=day("2018-07-01"), review="wscb/2", reasons="An inquest."
    )
    may = but(held(ADULTS), review="wscb/4", on=day("2018-06-20"), criteria=NEEDS)
    app.handle_all([notified("wscb/4"), may])

    assert "authority.not-entitled" == outcome(app, but(end, review="wscb/4"))
    assert "ReviewDiscontinued" == outcome(app, but(end, review="wscb/4", by=ADULTS))


def test_the_chair_of_the_successor_decides_what_was_the_chairs() -> None:
    """The role is asked of it as it was of the board that is gone."""
    app = store()
    app.handle_all([child_case(), merged("wscb", "wsab")])
    member = but(child_decision(by("wsab")), on=day("2018-06-20"))

    assert "authority.not-in-role" == outcome(app, member)
    assert "HoldDecided" == outcome(app, but(member, by=ADULTS))


# Bodies


@pytest.mark.parametrize("by", [QUALITY, TRAINING, POLICE], ids=lambda by: str(by.body))
def test_only_a_board_registers_and_merges_bodies(by: Authority) -> None:
    """Who may decide goes by what bodies there are, so that no body makes another."""
    app = store()

    assert "authority.not-entitled" == refused(app, registered(by=by))
    assert "authority.not-entitled" == refused(app, merged("wsb/jld", "wsb/lpp", by=by))


@pytest.mark.parametrize("by", [CHAIR, ADULTS], ids=lambda by: str(by.body))
def test_either_board_registers_and_merges_bodies(by: Authority) -> None:
    """Agencies and joint committees are those of both."""
    app = store()

    assert ["BodyRegistered"] == names(app.handle(registered(by=by)))
    assert ["BodyMerged"] == names(app.handle(merged("wsb/jld", "wsb/lpp", by=by)))


def test_a_body_does_not_entitle_itself() -> None:
    """Registered by itself as a board, it could decide what boards decide."""
    new = Authority(person="N. New", role="chair", body="wsb/new")
    command = RegisterBody(
        by=new, on=day("2018-01-08"), body="wsb/new", name="A board", kind=BodyKind.BOARD
    )

    assert "authority.not-entitled" == refused(store(), command)


def test_bodies_may_be_merged_in_stages_and_not_in_a_circle() -> None:
    """Each would answer for the others, and nobody for any."""
    app = store()
    app.handle_all([merged("wsb/jld", "wsb/lpp"), merged("wsb/lpp", "wsb/jce")])

    assert "body.merged-in-a-circle" == refused(app, merged("wsb/jce", "wsb/lpp"))
    assert "body.merged-in-a-circle" == refused(app, merged("wsb/jce", "wsb/jld"))
    assert ["BodyMerged"] == names(app.handle(merged("wsb/jce", "wscb/qac")))


NEWCOMER = Authority(person="N. New", role="chair", body="newcomer")


def begun(ref: str, who: Authority, kind: BodyKind = BodyKind.BOARD) -> RegisterBody:
    return RegisterBody(by=who, on=day("2018-01-08"), body=ref, name="A new body", kind=kind)


@pytest.mark.parametrize(
    ("who", "rule"),
    [
        (NEWCOMER, None),  # itself
        (ADULTS, None),  # another board invites it
        (QUALITY, "authority.not-entitled"),
        (POLICE, "authority.not-entitled"),
    ],
    ids=lambda who: getattr(who, "body", None),
)
def test_a_namespace_is_begun_by_its_board_or_by_another_board(
    who: Authority, rule: str | None
) -> None:
    """No committee and no agency makes a board."""
    assert (rule or "BodyRegistered") == outcome(store(), begun("newcomer", who))


def test_once_a_namespace_has_its_board_that_board_alone_registers_in_it() -> None:
    """Whoever invited it has no say in it."""
    app = store()
    app.handle(begun("newcomer", ADULTS))
    panel = begun("newcomer/panel", ADULTS, BodyKind.COMMITTEE)

    assert "authority.not-entitled" == refused(app, panel)
    assert "BodyRegistered" == outcome(app, but(panel, by=NEWCOMER))


@pytest.mark.parametrize("who", [ADULTS, NEWCOMER], ids=lambda who: str(who.body))
def test_a_body_is_merged_by_its_own_board_and_no_other(who: Authority) -> None:
    """What it holds and may decide would go to whoever says so."""
    app = store()
    app.handle(begun("newcomer", NEWCOMER))

    for ref in ("wscb/qac", "wscb"):
        assert "authority.not-entitled" == refused(app, merged(ref, who.body, by=who))
        assert "BodyMerged" == outcome(app, merged(ref, who.body))


def test_a_body_that_stands_alone_acts_as_the_board_of_its_namespace() -> None:
    """A trust with no board on record reviews its own work, in its own name."""
    app, trust = store(), Authority(person="T. Lead", role="governance lead", body="trust")
    review = but(opened("trust/1"), by=trust, kind="look back")
    app.handle_all([begun("trust", trust, BodyKind.AGENCY), review])
    finding = but(found("trust/1"), by=trust)

    assert "authority.not-entitled" == refused(app, but(finding, by=MANAGER))
    assert "FindingRecorded" == outcome(app, finding)
    assert "ReportAccepted" == outcome(app, accepted_report("trust/1", by=trust))


# What a stream itself opens to others


def test_who_began_an_audit_carries_it_through_and_another_agency_does_not() -> None:
    """An agency audits itself (framework §3.5)."""
    app = store()
    plan = but(audit_planned(), by=POLICE, kind="single-agency")
    shown = ShareAuditTool(
        by=POLICE, on=day("2018-02-10"), audit="wscb/a-1", tool="A form", committee="wscb/qac"
    )
    app.handle(plan)

    assert "authority.not-entitled" == refused(app, but(shown, by=by("wsb/rwt")))
    assert "AuditToolShared" == outcome(app, shown)


def test_whom_a_stream_names_may_bring_what_partners_bring() -> None:
    """A body from outside that was addressed shows what it did; another one does not."""
    app, outside = store(), replace(NEWCOMER, role="lead")
    app.handle_all([begun("newcomer", NEWCOMER), begun("stranger", by("stranger")), opened()])
    app.handle(but(issued(), addressed=("newcomer",)))
    evidence = RecordEvidence(
        by=outside,
        on=day("2018-03-01"),
        recommendation="wscb/r-1",
        evidence="e-1",
        route="policy-protocol",
        account="Our own policy says so.",
    )

    assert "authority.not-entitled" == refused(app, but(evidence, by=by("stranger")))
    assert "EvidenceRecorded" == outcome(app, evidence)


# Corrections


@pytest.mark.parametrize(
    ("who", "rule"),
    [
        (QUALITY, None),  # who decided it
        (CHAIR, None),  # the stream's own board
        (ADULTS, "correction.of-another-body"),
        (POLICE, "correction.of-another-body"),
        (PERFORMANCE, "correction.of-another-body"),
    ],
    ids=lambda who: getattr(who, "body", None),
)
def test_an_entry_is_corrected_by_who_decided_it_or_by_the_board_of_its_stream(
    who: Authority, rule: str | None
) -> None:
    """One board's record is not another's to change."""
    app = store()
    app.handle_all([opened(), but(found(), by=QUALITY)])
    command = but(void("review-wscb/1", entry=2), by=who)

    assert (rule or "EntryVoided") == outcome(app, command)


def test_a_pack_may_let_others_correct() -> None:
    """Such as a committee that keeps the register."""
    right = Right(commands=("VoidEntry",), bodies=("wscb/pmc",))
    app = store(attrs.evolve(WOLVERHAMPTON, rights=(*WOLVERHAMPTON.rights, right)))
    app.handle_all([opened(), found()])

    assert "EntryVoided" == outcome(app, but(void("review-wscb/1", entry=2), by=PERFORMANCE))


def test_a_body_does_not_amend_its_entry_into_another_ones() -> None:
    """What the police decided did not come from the trust; the board may say that it did."""
    app = store()
    app.handle(but(opened(), by=POLICE))
    amend = AmendEntry(
        by=POLICE,
        on=day("2018-03-01"),
        stream="review-wscb/1",
        entry=1,
        replacement=Replacement(ReviewOpened.of(but(opened(), by=by("wsb/rwt")))),
        reasons="The trust's",
    )

    assert "correction.in-anothers-name" == refused(app, amend)
    assert "EntryAmended" == outcome(app, but(amend, by=CHAIR))


def test_a_merged_body_corrects_nothing() -> None:
    """Its successor does."""
    app = store()
    app.handle_all([opened(), but(found(), by=QUALITY), merged("wscb/qac", "wscb/pmc")])
    command = but(void("review-wscb/1", entry=2), by=QUALITY)

    assert "authority.merged" == refused(app, command)
    assert "EntryVoided" == outcome(app, but(command, by=PERFORMANCE))


# Said twice, recorded once


def test_a_repeat_is_quiet_before_any_rule_is_asked() -> None:
    """What it names has been voided, and nobody could say it now for the first time."""
    app = store()
    app.handle_all([opened(), issued(), void("review-wscb/1")])

    assert () == app.handle(issued())
    assert "reference.unknown" == refused(app, issued("wscb/r-2"))


def test_a_repeat_by_who_has_lost_the_right_is_quiet() -> None:
    """The decision was theirs when they took it, by the packs the store was read with then."""
    recorder = MemoryRecorder()
    anybody = Right(commands=("PlanRecommendation",))
    before = store(attrs.evolve(WOLVERHAMPTON, rights=(anybody,)), recorder=recorder)
    before.handle_all([opened(), issued(), accepted(), planned(by=POLICE)])
    app = store(WOLVERHAMPTON, recorder=recorder)

    assert () == app.handle(planned(by=POLICE))
    assert "authority.not-entitled" == refused(app, planned(by=POLICE, on="2018-02-11"))


def test_a_decision_by_another_person_is_another_decision() -> None:
    """Only what is the same in every word is a repeat."""
    app = store()
    app.handle_all([opened(), issued()])
    reply = ReplyToRecommendation(
        by=CHAIR, on=day("2018-02-01"), recommendation="wscb/r-1", reply="Under consideration"
    )
    app.handle(reply)

    assert () == app.handle(reply)
    assert ["RecommendationReplied"] == names(app.handle(but(reply, by=MANAGER)))


def test_a_repeat_within_one_transaction_is_quiet() -> None:
    """Nothing of it is on record yet, and still it is said once."""
    records = store().handle_all([opened(), opened(), issued(), issued(), opened()])

    assert ["ReviewOpened", "RecommendationIssued"] == names(records)


# What has begun


def test_what_was_begun_and_is_void_cannot_be_referred_to() -> None:
    """What followed its beginning does not make it a review."""
    app = store()
    app.handle_all([notified(), held(), void("review-wscb/2")])

    assert "reference.unknown" == refused(app, issued(source="review-wscb/2"))


def test_what_was_begun_again_can_be_referred_to_again() -> None:
    """The voiding was the mistake, and is voided."""
    app = store()
    app.handle_all([notified(), held(), void("review-wscb/2"), void("review-wscb/2", entry=3)])

    assert ["RecommendationIssued"] == names(app.handle(issued(source="review-wscb/2")))


def test_a_body_whose_registration_is_void_decides_nothing() -> None:
    """That it met does not put it in the register."""
    provider = Authority(person="H. Lead", role="manager", body="wsb/housing")
    meeting = RecordMeeting(
        by=CHAIR,
        on=day("2018-01-20"),
        body="wsb/housing",
        meeting="january",
        required=(),
        present=(),
        quorate=True,
    )
    app = store()
    app.handle_all([registered(), meeting, void("body-wsb/housing")])

    assert "reference.unknown" == refused(app, but(opened(), by=provider))


def test_a_body_of_the_framework_is_there_without_a_beginning() -> None:
    """Its stream may hold no more than its merger, or nothing."""
    app = store()
    app.handle(merged("wscb/qac", "wscb/pmc"))

    assert ["ReviewOpened"] == names(app.handle(but(opened(), by=QUALITY)))


@pytest.mark.parametrize("on", [day("2018-01-09"), day("1900-01-01")], ids=str)
def test_nothing_but_a_correction_takes_effect_before_its_stream_began(on: date) -> None:
    """The day before, there was no review; when a voiding is dated does not matter."""
    app = store()
    app.handle(opened())

    assert "stream.before-opening" == refused(app, but(found(), on=on))
    assert ["EntryVoided"] == names(app.handle(but(void("review-wscb/1"), on=on)))


def test_a_back_dated_merger_closes_no_circle_either() -> None:
    """Recorded later, effective earlier: from June on neither body would have a successor."""
    app = Application(
        MemoryRecorder(), clock=lambda: datetime(2018, 7, 1, tzinfo=UTC), readership=TEXTS
    )
    june = MergeBody(by=CHAIR, on=day("2018-06-01"), body="wsb/jld", into="wsb/lpp", reasons="One")
    march = MergeBody(
        by=CHAIR, on=day("2018-03-01"), body="wsb/lpp", into="wsb/jld", reasons="One"
    )
    app.handle(june)

    with pytest.raises(RefusedError) as caught:
        app.handle(march)
    assert "body.merged-in-a-circle" == caught.value.rule


@pytest.mark.parametrize(
    ("first", "second", "holder"),
    [("wsb/jld", "wsb/lpp", "wsb/lpp"), ("wsb/lpp", "wsb/jld", "wsb/jld")],
)
def test_of_a_circle_closed_on_one_day_the_merger_recorded_last_has_no_effect(
    first: str, second: str, holder: str
) -> None:
    """Only a correction can close one; whoever the view names as the holder is who may decide."""
    app = store()
    app.handle_all([opened(), found(), issued(), accepted(), planned()])
    app.handle_all([merged(first, second), merged(second, "wscb/qac")])
    (entry,) = app.history(f"body-{second}")
    amended = attrs.evolve(cast("Any", entry.event), into=first)
    app.handle(
        AmendEntry(
            by=ADULTS,
            on=entry.event.on,
            stream=entry.stream,
            entry=1,
            replacement=Replacement(amended),
            reasons="The name of another committee was taken over from the minutes",
        )
    )

    july = day("2018-07-01")
    meetings = [
        RecordMeeting(
            by=Authority(person="L. Lead", role="committee chair", body=body),
            on=july,
            body=body,
            meeting="2018-07",
            required=(),
            present=(),
            quorate=True,
        )
        for body in ("wsb/jld", "wsb/lpp")
    ]
    other = "wsb/jld" if holder == "wsb/lpp" else "wsb/lpp"
    outcomes = {meeting.body: outcome(app, meeting) for meeting in meetings}
    assert {holder: "MeetingRecorded", other: "authority.merged"} == outcomes
    held_now = [
        row.body for row in app.view(accountability, valid=july).ownership if not row.until
    ]
    assert [holder] == held_now


def test_a_refusal_does_not_tell_what_became_of_a_board() -> None:
    """In a joint namespace, the children's board may not know that the adults' one has ended."""
    app = store()
    drafted = DraftProcedure(
        by=Authority(person="C. Chair", role="independent chair", body="wscb"),
        on=LATER,
        procedure="wsb/1",
        title="Pre-birth assessment",
        arising_from=(),
    )

    def facts() -> Any:
        with pytest.raises(RefusedError) as refusal:
            app.handle(drafted)
        assert "authority.not-entitled" == refusal.value.rule
        return refusal.value.facts

    before = facts()
    app.handle(EndBody(by=ADULTS, on=LATER, body="wsab", reasons="Its partners say so"))
    assert before == facts()
