"""How a review is carried out: by which method, who leads it, who contributes, on what it rests.
All cases are fictional.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

import attrs
import pytest
from attrs import frozen

from lif_core.aggregates import review
from lif_core.aggregates.review import (
    AcceptReport,
    AddressFinding,
    AdoptMethod,
    AnalyseDeath,
    AppointReviewer,
    CiteDocument,
    CloseReview,
    ContributeToReview,
    DecideHold,
    DiscontinueReview,
    Factor,
    InvitePractitioners,
    Modifiable,
    NotifyCase,
    OpenReview,
    RecordContribution,
    RecordFinding,
    RecordJudgement,
    RecordMilestone,
    ReferCase,
    ScopeBasis,
    SetScope,
    ShareFinding,
    TakeDownReport,
)
from lif_core.commands.application import Application
from lif_core.decisions.decider import AnyDecider
from lif_core.decisions.messages import Command, fields_of
from lif_core.framework import DutyEntry, Framework, Frameworks, load
from lif_core.log.memory import MemoryRecorder
from lif_core.testing import Scenario
from lif_core.testing.decider_contract import DeciderContract
from lif_core.views.accountability import accountability
from tests.board import Board
from tests.histories import WORLD
from tests.lives import (
    GENERAL,
    NO_GROUND,
    WOLVERHAMPTON,
    as_said,
    became,
    but,
    decide,
    name,
    refused,
    scenario_of,
    unmet,
)
from tests.people import CHAIR, MANAGER, POLICE, TEXTS, by, day

DECIDER: AnyDecider = review.decider
(WT_2023,) = load("working-together-2023").packs

REF = "wscb/scr-1"
CASE = NotifyCase(
    by=MANAGER,
    on=day("2017-04-20"),
    review=REF,
    kind="scr",
    subject="A child, in a fictional case.",
    aware=day("2017-04-18"),
)
HOLD = DecideHold(
    by=CHAIR,
    on=day("2017-05-18"),
    review=REF,
    hold=True,
    reasons="There is concern about joint working.",
    criteria=("abuse-or-neglect", "death"),
)
HELD = (CASE, HOLD)
ADULT = (but(CASE, kind="sar"), HOLD)
OWN = (but(CASE, kind="single-agency-review"), but(HOLD, criteria=()))
OPEN = OpenReview(
    by=POLICE, on=day("2017-04-20"), review=REF, kind="single-agency-review", title="Our referrals"
)
METHOD = AdoptMethod(
    by=CHAIR,
    on=day("2017-06-01"),
    review=REF,
    methodology="systems",
    toolkit="scr-toolkit 2",
)
SCOPE = SetScope(
    by=CHAIR,
    on=day("2017-06-01"),
    review=REF,
    scope="Two years, two agencies.",
    rationale="Both knew the family throughout.",
    decided_on=(ScopeBasis.COMPLEXITY,),
    organisations=("wsb/police",),
)
APPOINT = AppointReviewer(
    by=CHAIR,
    on=day("2017-06-08"),
    review=REF,
    reviewer="I. Reviewer",
    declaration="No part in the case.",
    involved_in_case=False,
    employer="wsb/rwt",
)
INVITE = InvitePractitioners(
    by=MANAGER, on=day("2017-07-03"), review=REF, organisation="wsb/police", invited=3
)
CONTRIBUTION = RecordContribution(
    by=MANAGER,
    on=day("2017-07-24"),
    review=REF,
    organisation="wsb/police",
    contributed=3,
    perspectives="Nobody knew whom to ask at night.",
)
MORE_INVITED = but(INVITE, on=day("2017-08-14"), invited=2)
MORE_CONTRIBUTED = but(
    CONTRIBUTION, on=day("2017-08-21"), contributed=5, perspectives="Nor whom to ask by day."
)
CITE = CiteDocument(
    by=MANAGER,
    on=day("2017-06-01"),
    review=REF,
    document="working-together-2015",
    title="Working Together to Safeguard Children",
    publisher="HM Government",
    issued=day("2015-03-26"),
)
CONTRIBUTE = ContributeToReview(
    by=POLICE, on=day("2017-06-15"), review=REF, contribution="The log of two years."
)
MILESTONE = RecordMilestone(by=CHAIR, on=day("2024-03-01"), review=REF, milestone="panel response")
FINDING = RecordFinding(
    by=MANAGER,
    on=day("2017-10-16"),
    review=REF,
    finding="f-1",
    factor=Factor.SYSTEM,
    what="Assessments were not shared.",
    why="No procedure said who starts them.",
)
ACCEPT = AcceptReport(by=CHAIR, on=day("2018-01-25"), review=REF, response="All is accepted.")
PUBLISH = review.PublishReport(by=CHAIR, on=day("2018-02-07"), review=REF, place="website")
WITHHOLD = review.DecideNotToPublish(
    by=CHAIR, on=day("2018-02-07"), review=REF, reasons="It would identify a living child."
)
CLOSE = CloseReview(by=CHAIR, on=day("2018-03-01"), review=REF)
CLOSED = (CASE, but(HOLD, hold=False, criteria=(), not_met=unmet(*NO_GROUND)), CLOSE)


after = partial(scenario_of, DECIDER)


# Each rule: what it refuses, the nearest that it allows, and that once


@frozen(kw_only=True)
class Row:
    """After *given*, *rule* refuses one command and allows another; or that after *instead*."""

    rule: str
    refuses: Command
    allows: Command
    given: tuple[Command, ...] = HELD
    instead: tuple[Command, ...] | None = None
    framework: Framework = WOLVERHAMPTON

    @property
    def refusing(self) -> Scenario:
        return after(*self.given, framework=self.framework)

    @property
    def allowing(self) -> Scenario:
        given = self.given if self.instead is None else self.instead
        return after(*given, framework=self.framework)


PRACTICE_REVIEW = (but(CASE, kind="lcspr", on=day("2024-01-10"), aware=day("2024-01-08")),)
RAPID_REVIEW = (but(PRACTICE_REVIEW[0], kind="rapid-review"),)
RULES = {
    "a serious case review adopts a systems methodology": Row(
        rule="review.unknown-methodology",
        refuses=but(METHOD, methodology="root cause"),
        allows=METHOD,
    ),
    "an adult review any that suits it": Row(
        rule="review.unknown-methodology",
        refuses=but(METHOD, methodology="root cause"),
        instead=ADULT,
        allows=but(METHOD, methodology="root cause"),
    ),
    "with the version of the toolkit": Row(
        rule="review.toolkit", refuses=but(METHOD, toolkit=None), allows=METHOD
    ),
    "which for adults was being developed": Row(
        rule="review.toolkit",
        refuses=but(METHOD, toolkit=None),
        instead=ADULT,
        allows=but(METHOD, toolkit=None),
    ),
    "who was not invited has not contributed": Row(
        rule="review.nobody-invited",
        refuses=CONTRIBUTION,
        instead=(*HELD, INVITE),
        allows=CONTRIBUTION,
    ),
    "nor has one organisation because another was": Row(
        rule="review.nobody-invited",
        given=(*HELD, but(INVITE, organisation="wsb/ccg")),
        refuses=CONTRIBUTION,
        allows=but(CONTRIBUTION, organisation="wsb/ccg"),
    ),
    "no more contribute than were invited": Row(
        rule="review.more-contributed-than-invited",
        given=(*HELD, INVITE),
        refuses=but(CONTRIBUTION, contributed=4),
        allows=CONTRIBUTION,
    ),
    "in all, where they were invited twice": Row(
        rule="review.more-contributed-than-invited",
        given=(*HELD, INVITE, but(INVITE, on=day("2017-07-10"), invited=2)),
        refuses=but(CONTRIBUTION, contributed=6),
        allows=but(CONTRIBUTION, contributed=5),
    ),
    "nor of one organisation because of another's": Row(
        rule="review.more-contributed-than-invited",
        given=(*HELD, INVITE, but(INVITE, organisation="wsb/ccg", invited=2)),
        refuses=but(CONTRIBUTION, contributed=4),
        allows=but(CONTRIBUTION, contributed=0),
    ),
    "nobody contributes before an invitation": Row(
        rule="review.out-of-order",
        given=(*HELD, INVITE),
        refuses=but(CONTRIBUTION, on=day("2017-07-02")),
        allows=but(CONTRIBUTION, on=INVITE.on),
    ),
    "what an organisation contributed is said once": Row(
        rule="review.contribution-recorded-already",
        given=(*HELD, INVITE, but(INVITE, organisation="wsb/ccg"), CONTRIBUTION),
        refuses=but(CONTRIBUTION, contributed=2),
        allows=but(CONTRIBUTION, organisation="wsb/ccg"),
    ),
    "nor twice after one more invitation": Row(
        rule="review.contribution-recorded-already",
        given=(*HELD, INVITE, CONTRIBUTION, MORE_INVITED, MORE_CONTRIBUTED),
        refuses=but(MORE_CONTRIBUTED, on=day("2017-08-22")),
        instead=(*HELD, INVITE, CONTRIBUTION, MORE_INVITED),
        allows=MORE_CONTRIBUTED,
    ),
    "an invitation of that day came before it": Row(
        rule="review.contribution-recorded-already",
        given=(*HELD, INVITE, CONTRIBUTION, but(MORE_INVITED, on=CONTRIBUTION.on)),
        refuses=MORE_CONTRIBUTED,
        instead=(*HELD, INVITE, CONTRIBUTION, but(MORE_INVITED, on=day("2017-07-25"))),
        allows=MORE_CONTRIBUTED,
    ),
    "an invitation of another organisation is none of this": Row(
        rule="review.contribution-recorded-already",
        given=(*HELD, INVITE, CONTRIBUTION, but(MORE_INVITED, organisation="wsb/ccg")),
        refuses=but(MORE_CONTRIBUTED, contributed=3),
        instead=(*HELD, INVITE, CONTRIBUTION, MORE_INVITED),
        allows=but(MORE_CONTRIBUTED, contributed=3),
    ),
    "a report that was accepted rests on no other document": Row(
        rule="review.accepted-already",
        given=(*HELD, FINDING, ACCEPT),
        refuses=CITE,
        instead=(*HELD, FINDING),
        allows=CITE,
    ),
    "a document is cited once": Row(
        rule="review.document-cited-already",
        given=(*HELD, CITE),
        refuses=but(CITE, title="Working together, again"),
        allows=but(CITE, document="care-act-2014", title="Care Act 2014", issued=None),
    ),
    "a rapid review has not the milestones of a practice review": Row(
        rule="review.unknown-milestone",
        given=RAPID_REVIEW,
        refuses=MILESTONE,
        instead=PRACTICE_REVIEW,
        allows=MILESTONE,
        framework=WT_2023,
    ),
    "a milestone is one of that kind of review": Row(
        rule="review.unknown-milestone",
        given=PRACTICE_REVIEW,
        refuses=but(MILESTONE, milestone="ministers told"),
        allows=MILESTONE,
        framework=WT_2023,
    ),
    "a milestone is reached on one day": Row(
        rule="review.milestone-reached-already",
        given=(*PRACTICE_REVIEW, MILESTONE),
        refuses=but(MILESTONE, on=day("2024-03-02")),
        instead=PRACTICE_REVIEW,
        allows=but(MILESTONE, note="It agrees."),
        framework=WT_2023,
    ),
    "practitioners are not led by a colleague": Row(
        rule="review.independence",
        given=(*HELD, APPOINT),
        refuses=but(INVITE, organisation="wsb/rwt"),
        allows=INVITE,
    ),
    "nor is a table top review": Row(
        rule="review.independence",
        given=(but(OPEN, kind="table-top"), SCOPE),
        refuses=but(APPOINT, employer="wsb/police"),
        instead=(but(OPEN, kind="table-top"),),
        allows=but(APPOINT, employer="wsb/police"),
    ),
}
ROWS = pytest.mark.parametrize("row", RULES.values(), ids=RULES)


@ROWS
def test_what_breaks_a_rule_is_not_recorded(row: Row) -> None:
    assert row.rule == row.refusing.refuses(row.refuses)


@ROWS
def test_the_nearest_that_keeps_it_is_recorded_once(row: Row) -> None:
    """As it was said; and the same again, at once, adds nothing."""
    recorded, quiet = row.allowing.records(row.allows), row.allowing.quiet(row.allows)

    assert ((became(row.allows),), True) == (recorded, quiet)


NEW = (
    METHOD,
    CONTRIBUTION,
    CITE,
    CONTRIBUTE,
    but(MILESTONE, on=day("2018-03-02")),
    RecordJudgement(by=CHAIR, on=day("2018-03-02"), review=REF, area="board", grade="good"),
    AnalyseDeath(
        by=by("wscb/cdop"),
        on=day("2018-03-02"),
        review=REF,
        category="1",
        modifiable=Modifiable.NO,
    ),
    DiscontinueReview(by=CHAIR, on=day("2018-03-02"), review=REF, reasons="The family moved."),
)
LATER = (
    ReferCase(
        by=CHAIR,
        on=day("2018-03-02"),
        review=REF,
        referral="wscb/scr-2",
        kind="scr",
        aware=day("2018-03-01"),
        reasons="Another child is named.",
    ),
    ShareFinding(
        by=CHAIR, on=day("2018-03-02"), review=REF, finding="f-1", dissemination="wsb/news-1"
    ),
    TakeDownReport(by=CHAIR, on=day("2019-03-02"), review=REF, reasons="The year is over."),
    review.InformAddressees(
        by=MANAGER,
        on=day("2018-03-02"),
        review=REF,
        matter=review.Matter.DECISION,
        to=("national-panel",),
    ),
    review.InformAddressees(
        by=MANAGER,
        on=day("2018-03-02"),
        review=REF,
        matter=review.Matter.REPORT,
        to=("national-panel",),
    ),
    but(PUBLISH, on=day("2018-03-02")),
)


@pytest.mark.parametrize("command", NEW + LATER, ids=name)
def test_nothing_is_done_in_a_review_nobody_began(command: Command) -> None:
    """A reference with a typing error must not quietly become a second review."""
    assert "review.unknown" == after().refuses(command)


@pytest.mark.parametrize("command", NEW, ids=name)
def test_nothing_is_done_in_a_review_that_has_ended(command: Command) -> None:
    """What was not done in its time was not done."""
    assert "review.closed" == after(*CLOSED).refuses(command)


@pytest.mark.parametrize("command", LATER, ids=name)
def test_what_comes_of_a_review_may_come_after_its_end(command: Command) -> None:
    """Passed on, referred, told, published, taken down: that it is closed is no reason against
    it.
    """
    decided = WITHHOLD if isinstance(command, review.PublishReport) else PUBLISH
    scenario = after(*HELD, FINDING, ACCEPT, decided, CLOSE)

    assert (became(command),) == scenario.records(command)
    assert scenario.quiet(command)


@pytest.mark.parametrize("command", [CONTRIBUTION, MORE_CONTRIBUTED], ids=["first", "second"])
def test_what_was_contributed_is_quiet_when_it_is_said_again_at_the_end(
    command: Command,
) -> None:
    """A further invitation opens the record again for more, not for the same."""
    scenario = after(*HELD, INVITE, CONTRIBUTION, MORE_INVITED, MORE_CONTRIBUTED)

    assert () == scenario.records(command)


# Method and sources


def test_a_method_can_be_changed_and_changed_back() -> None:
    """Each is a decision of its own: the one in force is the last, and none comes before it."""
    newer = but(METHOD, on=day("2017-07-01"), toolkit="scr-toolkit 3")
    back = but(METHOD, on=day("2017-08-01"))
    scenario = after(*HELD).after(METHOD, newer)

    assert (became(back),) == scenario.records(back)
    assert () == scenario.records(newer)
    assert () == scenario.records(METHOD)
    assert "review.out-of-order" == scenario.refuses(but(METHOD, toolkit="scr-toolkit 1"))


def test_a_scope_and_a_lead_do_not_come_before_those_they_replace() -> None:
    """A late retry does not bring back what was replaced."""
    for first in (SCOPE, APPOINT):
        later = but(first, on=day("2017-09-01"))
        scenario = after(*HELD, later)

        assert "review.out-of-order" == scenario.refuses(first)
        assert (became(first),) == after(*HELD).records(first)


class TestConductOfAReview(DeciderContract):
    """Held, contributed to, with documents and milestones of its own; no framework governs it."""

    decider = DECIDER
    lives = ((*HELD, INVITE, CONTRIBUTION, CITE, CONTRIBUTE, MILESTONE),)
    world = WORLD


def test_where_no_framework_governs_any_method_and_milestone_is_its_own() -> None:
    """A board without a pack names both itself."""
    scenario = after(*HELD, framework=GENERAL)
    method = but(METHOD, methodology="appreciative inquiry", toolkit=None)

    assert (became(method),) == scenario.records(method)
    assert (became(MILESTONE),) == scenario.records(MILESTONE)


@pytest.mark.parametrize(
    "other",
    [but(CONTRIBUTE, contribution="Two officers."), but(CONTRIBUTE, by=by("wsb/ccg"))],
    ids=["more of it", "of another body"],
)
def test_every_contribution_to_a_review_of_others_is_on_record(other: Command) -> None:
    """A body may contribute more than once, and is not spoken for by another (framework
    §3.4.2).
    """
    scenario = after(but(OPEN, kind="ofsted-s136"), CONTRIBUTE)

    assert (became(other),) == scenario.records(other)
    assert scenario.quiet(CONTRIBUTE, other)


# Milestones and clocks


def test_the_framework_of_2017_names_no_milestones() -> None:
    """Every deadline of it runs between decisions."""
    refusals = {
        kind.kind: after(but(CASE, kind=kind.kind)).refuses(MILESTONE)
        for kind in WOLVERHAMPTON.review_kinds
    }

    assert {"review.unknown-milestone"} == set(refusals.values())


def test_a_clock_may_stop_at_a_milestone_of_its_kind_of_review() -> None:
    """What the framework names, and no other decision stands for, can be late as well."""
    duty = DutyEntry(
        name="panel response",
        kinds=("lcspr",),
        start="decided to hold",
        stop="panel response",
        working_days=15,
    )
    pack = attrs.evolve(
        WT_2023,
        name="ours",
        governs=("wscb",),
        bodies=WOLVERHAMPTON.bodies,
        rights=(),
        duties=(duty,),
    )
    now = datetime(2025, 1, 1, tzinfo=UTC)
    app = Application(
        MemoryRecorder(),
        clock=lambda: now,
        frameworks=Frameworks(GENERAL, (pack,)),
        readership=TEXTS,
    )
    hold = but(
        HOLD, on=day("2024-02-01"), criteria=("abuse-or-neglect", "serious-harm", "improvements")
    )
    app.handle_all([*PRACTICE_REVIEW, hold])
    (waiting,) = app.view(accountability, valid=day("2024-02-22")).clocks
    app.handle(MILESTONE)
    (row,) = app.view(accountability, valid=day("2024-12-31")).clocks

    assert ("open", None, day("2024-02-22")) == (waiting.status, waiting.done, waiting.due)
    assert ("late", day("2024-03-01"), 8) == (row.status, row.done, row.days_overdue_so_far)


# Who leads


def led_by(organisation: str, *, involved: bool = False) -> AppointReviewer:
    return but(APPOINT, by=POLICE, employer=organisation, involved_in_case=involved)


OWN_KINDS = ("single-agency-review", "ofsted-s136", "ofsted-s15a", "lga-peer", "guidance")


@pytest.mark.parametrize("kind", OWN_KINDS)
@pytest.mark.parametrize("involved", [False, True])
def test_what_an_organisation_looks_at_itself_it_may_lead_itself(
    kind: str, involved: bool
) -> None:
    """Independence is asked of reviews of serious cases: its own work it knows (framework
    §1.3).
    """
    scenario = after(but(OPEN, kind=kind), SCOPE, INVITE)
    command = led_by("wsb/police", involved=involved)

    assert (became(command),) == scenario.records(command)


@pytest.mark.parametrize(
    "kind",
    [
        kind.kind
        for kind in WOLVERHAMPTON.review_kinds
        if kind.kind not in (*OWN_KINDS, "rapid-review")
    ],
)
@pytest.mark.parametrize(
    "lead", [led_by("wsb/police"), led_by("wsb/rwt", involved=True)], ids=["employed", "involved"]
)
def test_every_other_review_is_led_from_outside(kind: str, lead: AppointReviewer) -> None:
    """A death, a case below the criteria and a practice review no less than a serious case."""
    scenario = after(but(CASE, kind=kind), HOLD, SCOPE)

    assert "review.independence" == scenario.refuses(lead)


@pytest.mark.parametrize("given", [(SCOPE,), (INVITE,)], ids=["in scope", "invited"])
def test_an_organisation_is_under_review_when_in_scope_or_invited(
    given: Sequence[Command],
) -> None:
    """Either way its actions are looked at."""
    scenario = after(*HELD, *given)

    assert "review.independence" == scenario.refuses(but(APPOINT, employer="wsb/police"))
    assert (became(APPOINT),) == scenario.records(APPOINT)


# Through the application


def test_an_agency_carries_out_its_own_review_and_answers_it() -> None:
    """It opens, scopes, leads, accepts and ends it; what is published is still the board's."""
    board = Board()
    theirs: dict[str, Any] = {"by": POLICE}
    none = review.TakeNoAction(
        by=POLICE, on=day("2018-01-26"), review=REF, finding="f-1", reasons="It is done."
    )
    decide(board, OPEN, but(SCOPE, **theirs), led_by("wsb/police", involved=True))
    decide(board, but(INVITE, **theirs), but(CONTRIBUTION, **theirs), but(FINDING, **theirs))
    decide(board, but(ACCEPT, **theirs), none)

    assert "authority.not-entitled" == refused(board, but(PUBLISH, **theirs))
    decide(board, PUBLISH, but(CLOSE, **theirs))
    assert "ReviewClosed" == type(list(board.app.history(f"review-{REF}"))[-1].event).__name__


def test_the_board_may_answer_for_a_review_of_an_agency() -> None:
    """That the organisation may does not shut the board out."""
    board = Board()
    decide(board, OPEN, but(FINDING, by=POLICE))

    assert [became(ACCEPT)] == [as_said(record.event) for record in decide(board, ACCEPT)]


def test_a_document_of_a_review_needs_no_stream_of_its_own() -> None:
    """Guidance is published elsewhere: it is cited by its code, not by what is on record here."""
    board = Board()
    decide(board, but(OPEN, kind="guidance"), CITE)

    assert "review.document-cited-already" == refused(board, but(CITE, publisher="DfE"))


def test_a_contribution_counts_people_and_names_none() -> None:
    """What is on record of those who contributed is how many, and what they saw."""
    fields = set(fields_of(RecordContribution).names)

    assert {"by", "on", "review", "organisation", "contributed", "perspectives"} == fields


def test_a_finding_is_answered_by_a_recommendation_that_is_on_record() -> None:
    """An answer that names nothing would close the finding on a promise."""
    board = Board()
    answer = AddressFinding(
        by=CHAIR, on=day("2018-01-25"), review=REF, finding="f-1", recommendation="wscb/r-1"
    )
    decide(board, *HELD, FINDING)

    assert "reference.unknown" == refused(board, answer)
