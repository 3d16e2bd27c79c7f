"""The tables of `sustainability`, one by one, by example."""

from datetime import date, timedelta
from typing import Any

import pytest

from lif_core.aggregates import body as b
from lif_core.aggregates import recommendation as r
from lif_core.aggregates import review as v
from lif_core.decisions.messages import Event
from lif_core.items.improvement import Finding, ImprovementRow
from lif_core.values.evidence import EvidenceLevel
from lif_core.views.sustainability import Sustainability
from lif_core.views.sustainability.rows import ImprovementGroupRow
from tests.audits import shown
from tests.improvement_events import (
    EMBEDDED,
    ON,
    REF,
    STREAM,
    audited,
    checked,
    embedded,
    event,
    issued,
    planned,
    scheduled,
    view,
)
from tests.improvement_histories import as_of, materialised, recorded
from tests.people import POLICE, by, day


def only(*events: Event[Any], valid: str = "2019-12-31") -> ImprovementRow:
    (row,) = view(*events, valid=valid).improvements
    return row


def groups(found: Sustainability, name: str) -> dict[str, ImprovementGroupRow]:
    return {row.group: row for row in found.groups if row.by == name}


# Improvements


def test_an_improvement_says_where_it_arises_from_whose_it_is_and_who_holds_it() -> None:
    row = only(issued(boards=("wscb", "wsab")), planned("wsb/lpp"))

    assert ("review-wscb/1", ("wscb", "wsab"), "wsb/lpp") == (row.source, row.boards, row.owner)


@pytest.mark.parametrize(
    ("addressed", "answer", "finding"),
    [
        (("wscb",), "accepts", "accepted"),
        (("wscb", "wsab"), "accepts", "accepted"),
        (("wscb",), "declines", "declined"),
        (("wscb", "wsab"), "declines", "proposed"),
        (("wsab",), "accepts", "proposed"),
    ],
)
def test_an_answer_that_corrections_put_before_the_question_counts_once_that_is_put(
    addressed: tuple[str, ...], answer: str, finding: str
) -> None:
    """It was declined by nobody as long as nobody had been asked."""
    given: dict[str, Any] = {"recommendation": REF, "by": by("wscb")}
    answered = {
        "accepts": event(r.RecommendationAccepted, **given),
        "declines": event(r.RecommendationDeclined, reasons="No", **given),
    }
    asked = event(
        r.RecommendationIssued,
        day("2018-02-01"),
        recommendation=REF,
        source="review-wscb/1",
        text="Do it",
        addressed=addressed,
    )

    assert finding == only(answered[answer], asked).finding


def test_what_nobody_has_planned_nobody_holds() -> None:
    assert None is only(issued()).owner


def test_a_transfer_changes_who_holds_it_once_it_is_accepted() -> None:
    events = (
        issued(),
        planned("wsb/lpp"),
        event(r.TransferProposed, recommendation=REF, to="wsb/police", reasons="Theirs"),
    )
    accepted = event(r.TransferAccepted, day("2018-06-01"), recommendation=REF, by=POLICE)

    assert "wsb/lpp" == only(*events).owner
    assert "wsb/police" == only(*events, accepted).owner


def test_the_successor_of_a_merged_body_holds_from_the_day_of_the_merger() -> None:
    """However often it was merged; and a circle, which no rule lets through, ends."""
    into_jld = event(b.BodyMerged, day("2018-06-01"), body="wsb/lpp", into="wsb/jld", reasons="1")
    into_jce = event(b.BodyMerged, day("2018-07-01"), body="wsb/jld", into="wsb/jce", reasons="1")
    circle = event(b.BodyMerged, day("2018-08-01"), body="wsb/jce", into="wsb/lpp", reasons="1")
    events = (issued(), planned("wsb/lpp"), into_jld, into_jce, circle)

    assert ["wsb/lpp", "wsb/jld", "wsb/jce", "wsb/jce"] == [
        only(*events, valid=valid).owner
        for valid in ("2018-05-31", "2018-06-01", "2018-07-01", "2018-08-01")
    ]


def test_an_embedding_whose_evidence_fell_begins_no_spell_beside_one_that_stands() -> None:
    """It was accepted on an audit that a correction took away; the change has lasted since April,
    not since June.
    """
    fallen = event(
        r.RecommendationEmbedded,
        day("2018-06-01"),
        recommendation=REF,
        level=EvidenceLevel.INDEPENDENT_AUDIT,
        rests_on=("audit-wscb/of-no-effect",),
        evidence="Audit",
    )
    planned_only = audited("wscb/of-no-effect", "Neglect")
    sustained = view(issued(), planned_only, embedded(), fallen)

    (row,) = sustained.improvements
    assert (1, EMBEDDED, 2) == (row.spells, row.embedded, row.level)
    assert [True, False] == [row.counts for row in sustained.shown]


def test_it_was_last_verified_by_the_last_check_that_was_passed_in_its_latest_spell() -> None:
    first, failed = checked(day("2018-06-01")), checked(day("2018-09-01"), passed=False)
    reopened = event(
        r.RecommendationReopened, day("2018-10-01"), recommendation=REF, due=ON, reasons="Gone"
    )

    assert day("2018-06-01") == only(issued(), embedded(), first, failed).last_verified
    again = (issued(), embedded(), first, failed, reopened, embedded(day("2018-11-01")))
    assert None is only(*again).last_verified
    assert day("2019-01-01") == only(*again, checked(day("2019-01-01"))).last_verified


def test_the_next_check_is_the_first_that_is_yet_to_come() -> None:
    """Due on the day itself it is due, and no longer to come; what has ended has none."""
    events = (issued(), embedded(), scheduled(day("2018-06-01"), day("2018-12-01")))
    withdrawn = event(r.RecommendationWithdrawn, EMBEDDED, recommendation=REF, reasons="Law")

    assert [day("2018-06-01"), day("2018-12-01"), None] == [
        only(*events, valid=valid).next_check
        for valid in ("2018-05-31", "2018-06-01", "2018-12-01")
    ]
    assert None is only(*events, withdrawn, valid="2018-05-31").next_check


def test_a_check_made_ahead_of_its_day_is_not_to_come_any_more() -> None:
    """It is done, as on the calendar: the next one is the one after it."""
    events = (issued(), embedded(), scheduled(day("2018-06-01"), day("2018-12-01")))
    ahead = checked(day("2018-05-20"))

    assert day("2018-12-01") == only(*events, ahead, valid="2018-05-25").next_check


@pytest.mark.parametrize(
    ("events", "valid", "settled"),
    [
        pytest.param((), "2018-05-01", "2017-01-01", id="not embedded: days change nothing"),
        pytest.param((embedded(),), "2019-03-31", None, id="unknown from tomorrow on"),
        pytest.param((embedded(),), "2019-04-01", "2019-04-01", id="unknown"),
        pytest.param(
            (embedded(), checked(day("2018-09-01")), checked(day("2019-04-01"))),
            "2019-04-01",
            None,
            id="sustained, for as long as the last check is fresh",
        ),
        pytest.param(
            (embedded(), checked(day("2018-09-01")), checked(day("2019-04-01"))),
            "2020-04-01",
            "2020-04-01",
            id="no more sustained",
        ),
        pytest.param(
            (embedded(), checked(day("2018-09-01"), passed=False)),
            "2018-09-01",
            None,
            id="gone: a year on, it counts for the bounds",
        ),
        pytest.param(
            (embedded(), scheduled(day("2020-01-01"))), "2019-12-31", None, id="a check to come"
        ),
        pytest.param(
            (embedded(), scheduled(day("2020-01-01"))),
            "2020-01-01",
            "2020-01-01",
            id="no more to come",
        ),
    ],
)
def test_an_improvement_is_settled_once_no_day_can_change_it(
    events: tuple[Event[Any], ...], valid: str, settled: str | None
) -> None:
    """From the day on which the pack came into force, the horizon was reached, or the last check
    fell due, once all its entries are in effect.
    """
    history = [issued(), *events]
    span = materialised(recorded(shown(history)), as_of(day(valid))).parts.span(STREAM)

    assert (settled is not None) == (span.until == date.max)
    if settled is not None:
        assert max(day(settled), *(one.on for one in history)) == span.since


# Evidence


def test_each_level_of_evidence_says_what_rests_on_it() -> None:
    """Unknown is not counted as lasting; what a check or a record shows counts at its level."""
    document = event(
        r.EvidenceRecorded,
        recommendation=REF,
        evidence="e-1",
        route="supervision",
        level=EvidenceLevel.ASSERTION,
        account="A policy",
        documents=("policy 3",),
    )
    other = "wscb/r-2"
    events = [issued(), document, embedded(level=EvidenceLevel.INDEPENDENT_AUDIT)]
    events += (issued(other), embedded(ref=other), checked(day("2018-09-01"), ref=other))

    within, after = view(*events, valid="2018-12-31"), view(*events)
    assert [(0, 0, 0), (0, 0, 1), (1, 0, 0), (1, 1, 0), (0, 0, 0)] == [
        (row.embedded, row.checks, row.records) for row in within.evidence
    ]
    assert [0, 0, 0, 0, 0] == [row.embedded for row in after.evidence]
    assert 2 == after.standing[Finding.UNKNOWN]
    assert "the agency's own audit" == within.evidence[2].name


# Groups


def test_improvements_are_grouped_by_the_kind_of_what_they_arise_from() -> None:
    """A source that is not on record has no kind, and neither has a training course."""
    opened = event(v.ReviewOpened, review="wscb/1", kind="scr", title="A case")
    found = view(
        opened,
        audited("wscb/a-1", "neglect"),
        issued(),
        issued("wscb/r-2", source="audit-wscb/a-1"),
        issued("wscb/r-3", source="review-wscb/2"),
        issued("wscb/r-4", source="training_course-wscb/1"),
    )

    assert {"": 2, "maca": 1, "scr": 1} == {
        kind: row.improvements for kind, row in groups(found, "source").items()
    }


def test_improvements_are_grouped_by_the_committee_or_the_agency_that_owns_them() -> None:
    """As the framework or the register has it; a board is neither, nor is what nobody knows."""
    registered = event(b.BodyRegistered, body="wscb/team", name="Team", kind=b.BodyKind.AGENCY)
    owners = ("wsb/lpp", "wsb/lpp", "wsb/police", "wscb/team", "wscb", "wscb/nobody")
    events = [registered]
    for number, owner in enumerate(owners):
        events += [issued(f"wscb/r-{number}"), planned(owner, f"wscb/r-{number}")]
    found = view(*events)

    assert {"wsb/lpp": 2} == {k: g.improvements for k, g in groups(found, "committee").items()}
    assert {"wsb/police": 1, "wscb/team": 1} == {
        k: g.improvements for k, g in groups(found, "agency").items()
    }


def test_a_joint_improvement_shows_under_each_board() -> None:
    """Of a reference of joint bodies, under the boards that their pack governs."""
    found = groups(view(issued(boards=("wscb", "wsab")), issued("wsb/r-2")), "board")

    assert {"wsab": 2, "wscb": 2} == {board: row.improvements for board, row in found.items()}


def test_the_theme_of_an_improvement_is_that_of_its_audits() -> None:
    """Of the audit it arises from, whoever looks at it later; else of those that look at it or
    check it, each theme once; else none.
    """
    audit_r1 = issued(source="audit-wscb/a-1")
    looking = audited("wscb/a-2", "exploitation", looks_at=(STREAM, "recommendation-wscb/r-2"))
    found = view(
        audited("wscb/a-1", "neglect"),
        looking,
        audited("wscb/a-3", "exploitation"),
        audit_r1,
        issued("wscb/r-2"),
        checked(day("2018-05-01"), ref="wscb/r-2", rests_on=("audit-wscb/a-1",)),
        checked(day("2018-06-01"), ref="wscb/r-2", rests_on=("audit-wscb/a-3",)),
        issued("wscb/r-3"),
        issued("wscb/r-4", source="audit-wscb/unknown"),
    )

    assert {"": 2, "exploitation": 1, "neglect": 2} == {
        theme: row.improvements for theme, row in groups(found, "theme").items()
    }


def test_a_group_has_its_standing_its_checks_and_its_survival() -> None:
    """One of two relapsed within (61, 153]; the other was passed at 365 days, once, and is
    unknown.
    """
    other = "wscb/r-2"
    found = view(
        issued(),
        embedded(),
        scheduled(day("2018-06-01"), day("2018-12-01"), day("2019-12-01")),
        checked(day("2018-06-01")),
        checked(day("2018-09-01"), passed=False),
        issued(other),
        embedded(ref=other),
        checked(day("2019-04-01"), ref=other),
        issued("wscb/r-3"),
    )
    row = groups(found, "board")["wscb"]

    assert (3, 1, 1, 1) == (row.improvements, row.proposed, row.unknown, row.relapsed)
    assert (2, 1, pytest.approx(2 / 3)) == (row.passed, row.failed, row.pass_rate)
    assert (2, 2, 3) == (row.on_time, row.done, row.due)
    assert (2, 1, pytest.approx((0.0945, 0.9055), abs=1e-4)) == (
        row.latest,
        row.latest_passed,
        (row.low, row.high),
    )
    assert (2, 2, 1, 0) == (row.recommendations, row.spells, row.relapses, row.ended)
    assert (2, 0.5, 0.5) == (row.begun, row.lasting_low, row.lasting_high)
    assert (None, "1 spell is at risk on day 365, fewer than 5") == (row.survival, row.reason)


@pytest.mark.parametrize(
    ("days", "survival", "reason"),
    [
        (365, 1.0, None),
        (364, None, "4 spells are at risk on day 365, fewer than 5"),
    ],
)
def test_of_the_horizon_nothing_is_said_where_fewer_than_five_were_followed_so_far(
    days: int, survival: float | None, reason: str | None
) -> None:
    """What was last seen the day before the horizon does not last a year because nobody looked."""
    refs = [f"wscb/r-{number}" for number in range(5)]
    events = [event for ref in refs for event in (issued(ref), embedded(ref=ref))]
    seen = [EMBEDDED + timedelta(days=365)] * 4 + [EMBEDDED + timedelta(days=days)]
    events += [checked(on, ref=ref) for on, ref in zip(seen, refs, strict=True)]
    found = view(*events)

    assert (survival, reason) == (found.lasting.survival, found.lasting.survival_reason)
    for row in found.groups:
        assert (survival, reason) == (row.survival, row.reason)


def test_a_check_made_long_after_it_was_due_is_made_but_not_on_time() -> None:
    """Due on day 60, made on day 400: none of one on time, one of one at all."""
    due, made = EMBEDDED + timedelta(days=60), EMBEDDED + timedelta(days=400)
    found = view(issued(), embedded(), scheduled(due), checked(made))
    row = found.rechecks

    assert (0, 1, 1) == (row.on_time, row.done, row.due)
    assert (0.0, 1.0) == (row.on_time_rate, row.done_rate)


@pytest.mark.parametrize(("late", "on_time"), [(30, 1), (31, 0)])
def test_a_check_is_on_time_for_thirty_days_after_it_was_due(late: int, on_time: int) -> None:
    due = EMBEDDED + timedelta(days=60)
    found = view(issued(), embedded(), scheduled(due), checked(due + timedelta(days=late)))

    assert (on_time, 1) == (found.rechecks.on_time, found.rechecks.done)


def test_the_interval_is_on_the_latest_check_of_each_recommendation() -> None:
    """Three of three, however often each was looked at: from 43.9%."""
    refs = [f"wscb/r-{number}" for number in range(3)]
    events = [event for ref in refs for event in (issued(ref), embedded(ref=ref))]
    days = [EMBEDDED + timedelta(days=number) for number in (30, 60, 90)]
    events += [checked(day, ref=ref) for ref in refs for day in days]
    row = view(*events).rechecks

    assert (9, 3, 3) == (row.passed, row.latest, row.latest_passed)
    assert (0.439, 1.0) == (round(row.low or 0, 3), row.high)


def test_spells_of_one_recommendation_are_beside_its_first() -> None:
    """Two spells of one recommendation: the second was reopened to, and is no other one."""
    reopened = event(
        r.RecommendationReopened, day("2018-10-01"), recommendation=REF, due=ON, reasons="Gone"
    )
    found = view(
        issued(),
        embedded(),
        checked(day("2018-09-01"), passed=False),
        reopened,
        embedded(day("2018-11-01")),
    )

    assert (2, 1) == (found.lasting.spells, found.lasting.recommendations)
    assert (2, 1) == (found.survival.spells, found.survival_of_first.spells)


@pytest.mark.parametrize(
    ("withdrawn", "due"), [("2018-05-31", 0), ("2018-06-01", 1), ("2018-12-31", 2)]
)
def test_no_check_is_due_of_what_was_withdrawn_before(withdrawn: str, due: int) -> None:
    """It may not be checked any more, so nobody has missed it."""
    end = event(r.RecommendationWithdrawn, day(withdrawn), recommendation=REF, reasons="Law")
    found = view(issued(), embedded(), scheduled(day("2018-06-01"), day("2018-12-01")), end)

    assert (0, due) == (found.rechecks.done, found.rechecks.due)


def test_without_spells_a_group_has_no_survival() -> None:
    """Everything declined: nothing is said of how long it lasts, nor of checks."""
    declined = event(r.RecommendationDeclined, recommendation=REF, by=by("wscb"), reasons="No")
    found = view(issued(), declined)
    row = groups(found, "board")["wscb"]

    assert (1, 1, 0) == (found.standing[Finding.DECLINED], row.declined, row.spells)
    rates = {row.pass_rate, row.on_time_rate, row.done_rate, row.low, row.high}
    assert {None} == {*rates, row.survival, row.lasting_low, row.lasting_high}
    assert "0 spells are at risk on day 365, fewer than 5" == row.reason


def test_a_relapse_on_the_day_it_was_embedded_is_a_relapse_at_zero() -> None:
    found = view(issued(), embedded(), checked(EMBEDDED, passed=False))

    assert [(0, 0)] == [(spell.first, spell.last) for spell in found.spells]
    assert [(-1, 0, 1)] == [(row.after, row.by, row.at_risk) for row in found.survival.masses]


def test_of_a_recommendation_that_is_not_on_record_there_is_no_row() -> None:
    with pytest.raises(KeyError, match="wscb/r-2"):
        view(issued()).improvement("wscb/r-2")
