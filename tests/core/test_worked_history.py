"""The worked history: commands through the public API, and every figure recomputed by hand."""

from collections.abc import Iterator
from datetime import date

import pytest

from lif_adapters.cli.demo import REVIEW, demo_requests, record_demo
from lif_adapters.wiring import connect
from lif_core.commands.application import Application
from lif_core.statistics.proportions import Difference
from lif_core.statistics.spells import End, Spell
from lif_core.values.evidence import TrainingLevel
from lif_core.views.accountability import accountability
from lif_core.views.sustainability import sustainability
from lif_core.views.training import training
from tests.people import TEXTS, day

END = day("2019-06-30")


@pytest.fixture(scope="module")
def app() -> Iterator[Application]:
    with connect("memory:", readership=TEXTS) as application:
        application.handle_all(demo_requests(application.mapper))
        yield application


def clock(app: Application, name: str, at: date = END) -> tuple[object, ...]:
    row = app.view(accountability, valid=at, known=at).clock(REVIEW, name)
    return (row.due, row.done, row.status)


@pytest.mark.parametrize(
    ("name", "due", "done", "status"),
    [
        ("notification", "2017-04-20", "2017-04-20", "met"),
        ("decision", "2017-05-20", "2017-05-18", "met"),
        ("panel told", "2017-05-25", "2017-05-24", "met"),
        ("completion", "2017-11-18", "2018-01-25", "late"),
        ("panel copy", "2018-02-06", "2018-02-06", "met"),
    ],
)
def test_each_statutory_clock(
    app: Application, name: str, due: str, done: str, status: str
) -> None:
    """Notification counts the Easter bank holidays; weekends only would say 18 April."""
    assert (day(due), day(done), status) == clock(app, name)


def test_the_decision_was_overdue_as_known_before_it_was_recorded(app: Application) -> None:
    """Effective on 18 May, recorded on 23 May: on 21 May nobody could know of it."""
    before = app.view(accountability, valid=day("2017-05-21"), known=day("2017-05-21"))
    after = app.view(accountability, valid=day("2017-05-24"), known=day("2017-05-24"))

    row = before.clock(REVIEW, "decision")
    assert ("overdue", None, 1) == (row.status, row.done, row.days_overdue_so_far)
    row = after.clock(REVIEW, "decision")
    assert ("met", 28, 5) == (row.status, row.latency, row.recording_lag)


def test_explained_days_run_from_when_the_explanation_was_recorded(app: Application) -> None:
    """68 days late = 17 unexplained + 51 explained."""
    row = app.view(accountability, valid=END).clock(REVIEW, "completion")

    assert (68, 17, 51) == (row.days_overdue_so_far, row.unexplained, row.explained)


def test_the_panel_had_its_copy_seven_working_days_before(app: Application) -> None:
    assert 7 == app.view(accountability, valid=END).clock(REVIEW, "panel copy").working_days


def test_overdue_days_are_apportioned_to_who_held_it(app: Application) -> None:
    """R2 moved on 1 June: 71 days = 32 of Law, Policy and Procedure + 39 of JL&D."""
    view = app.view(accountability, valid=END)

    shares = {row.recommendation: row for row in view.duties}["wscb/r-2"].shares
    assert [("wsb/lpp", 32), ("wsb/jld", 39)] == [(s.body, s.days_overdue_so_far) for s in shares]
    assert (32, 39, 71) == (
        view.overdue_days("wsb/lpp"),
        view.overdue_days("wsb/jld"),
        view.totals.days_overdue_so_far,
    )


def test_as_it_stood_on_1_june_the_old_owner_had_it_for_32_days(app: Application) -> None:
    view = app.view(accountability, valid=day("2018-06-01"))

    assert (32, 0) == (view.overdue_days("wsb/lpp"), view.overdue_days("wsb/jld"))


def test_every_recommendation_made_is_accepted_declined_or_pending(app: Application) -> None:
    totals = app.view(accountability, valid=END).totals

    assert (4, 3, 1, 0) == (totals.made, totals.accepted, totals.declined, totals.pending)


def test_seven_of_nine_agencies_acknowledge_the_briefing_note(app: Application) -> None:
    (note,) = app.view(accountability, valid=END).notes

    assert (7, 9) == (note.acknowledged, note.sent)


def test_a_relapse_lies_between_the_last_pass_and_the_first_fail(app: Application) -> None:
    """R1 in (132, 316] days; R2 censored at 179, its last pass (to 30 June it would be 300)."""
    view = app.view(sustainability, valid=END)

    assert (
        Spell(recommendation="wscb/r-1", end=End.RELAPSED, first=132, last=316),
        Spell(recommendation="wscb/r-2", end=End.LASTING, first=179, last=179),
    ) == view.spells


def interval(change: Difference) -> tuple[object, ...]:
    low, high = round(change.low, 3), round(change.high, 3)
    return (change.after.part, change.after.whole, low, high, change.verdict)


def test_what_two_looks_do_not_carry_is_not_shown(app: Application) -> None:
    """4 of 12 good or better at first, 8 of 12, and 17 of 24 in both re-audits together: the count
    has doubled, and at 97.5% each, chance could still have done it.
    """
    first, second = app.view(sustainability, valid=END).reaudits

    assert (4, 12) == (first.change.before.part, first.change.before.whole)
    assert (1, 2, 2, 0.975) == (first.look, second.look, first.looks, first.level)
    assert (8, 12, -0.105, 0.633, "not shown") == interval(first.change)
    assert (9, 12) == (second.change.after.part, second.change.after.whole)
    assert second.pooled is not None
    assert (17, 24, -0.01, 0.638, "not shown") == interval(second.pooled)


def test_an_indicator_signals_beyond_its_limits(app: Application) -> None:
    """(60, 62, 58) four times gives limits of 52.745 and 67.255; a 68 is better than usual."""
    view = app.view(sustainability, valid=END)

    (row,) = view.indicators
    assert row.chart is not None
    assert (60, 52.745, 67.255) == (
        row.chart.mean,
        round(row.chart.low, 3),
        round(row.chart.high, 3),
    )
    assert [(day("2019-05-31"), 68, ("beyond the limits",), False)] == [
        (point.period, point.value, point.signals, point.concern)
        for point in view.points
        if point.signals
    ]
    assert () == row.concerns


def test_what_was_raised_was_answered(app: Application) -> None:
    """A concern about R2, put to the board on 10 May and answered on 5 July; and a challenge."""
    view = app.view(accountability, valid=END)

    assert [("wscb/r-2", 56)] == [(row.recommendation, row.days) for row in view.escalations]
    assert [day("2018-12-20")] == [row.answered for row in view.challenges]
    assert [("wsb/jld", 4, 5), ("wscb", 20, 24), ("wscb/qac", 11, 12)] == [
        (row.body, row.present, row.required) for row in view.representation
    ]


def test_an_external_course_needs_a_procurement_reference() -> None:
    """Refused without one, then accepted."""
    with connect("memory:", readership=TEXTS) as application:
        refused = record_demo(application)

        assert refused is not None
        assert "course.procurement-reference" == refused.rule
        assert 1 == application.view(training, valid=END).courses


def test_training_figures_have_their_denominators(app: Application) -> None:
    view = app.view(training, valid=END)

    (session,), (after,) = view.sessions, view.evaluations
    assert (7, 9, 5) == (session.cancelled, session.absent, session.walked_in)
    assert (81, 0.81, 76, 92) == (
        session.attended,
        session.fill,
        session.turned_up,
        session.booked,
    )
    assert 82.6 == round(100 * (session.turn_up or 0), 1)
    assert (TrainingLevel.PRACTICE, 40, 81, 26, 0.65) == (
        after.level,
        after.replies,
        after.attended,
        after.positive,
        after.positive_of_replies,
    )
    assert 32.1 == round(100 * (after.positive_at_least or 0), 1)


def test_recorded_twice_it_is_recorded_once(app: Application) -> None:
    """Command ids make a file of commands safe to run again."""
    before = list(app.history())
    again = app.handle_all(demo_requests(app.mapper))

    assert before == list(app.history()) == list(again)
