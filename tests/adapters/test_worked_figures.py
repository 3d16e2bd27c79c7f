"""The worked history's every figure, in the JSON that the command line prints.

The history is told sentence by sentence; under each stand the figures in it, where a program that
reads the JSON finds them, and the values worked out by hand. All of it is fictional.
"""

import io
import json
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from attrs import frozen

from lif_adapters.cli.main import run
from lif_core.aggregates import indicator as i
from lif_core.aggregates import recommendation as r
from lif_core.aggregates.review import OpenReview
from tests.audits import conclude
from tests.board import Board
from tests.command_line import JSON, answer, lines, output, value_at
from tests.people import CHAIR, POLICY, QUALITY, day

Question: TypeAlias = tuple[str, ...]
Ask: TypeAlias = Callable[..., JSON]

DEMO = files("lif_adapters.cli").joinpath("demo.jsonl").read_text("utf-8").splitlines()
REVIEW = "review-wscb/scr-child-k"
FIRST_AUDIT = "audit-wscb/maca-neglect-2018-01"
COURSE = "training_course-wsb/neglect-over-time"
END = ("--valid", "2019-06-30")


def view(name: str, *times: str) -> Question:
    return ("view", name, *(times or END))


def show(stream: str) -> Question:
    return ("show", stream)


def as_of(on: str) -> Question:
    """Return the question for the clocks on a day, as they were known on it."""
    return view("accountability", "--valid", on, "--known", on)


NOW, LASTING, COURSES = view("accountability"), view("sustainability"), view("training")
THAT_YEAR = view("annual-report", "--valid", "2018-06-30")
ON_1_JUNE = view("accountability", "--valid", "2018-06-01")


@frozen
class Expected:
    """A *value* in the answer to a *question*, at a *path* such as `totals.duties`."""

    question: Question
    path: str
    value: object

    def __str__(self) -> str:
        return f"{' '.join(self.question[1:])}: {self.path}"


def columns(question: Question, within: str, **values: object) -> Iterator[Expected]:
    """Yield each column of the row, or of the figures, *within* the answer."""
    for column, value in values.items():
        yield Expected(question, f"{within}.{column}", value)


def close(value: float) -> object:
    """Return a value that is equal to the three decimals that the history tells."""
    return pytest.approx(value, abs=0.0005)


FIGURES = [
    # SCR Child K, WSCB (Wolverhampton).
    *columns(THAT_YEAR, "reviews[board=wscb]", kind="scr", concluded=1),
    *columns(NOW, "boards[board=wscb]", reviews=2, joint=0, clocks_met=6, clocks_late=1),
    *columns(NOW, "totals", reviews=2, clocks_met=6, clocks_late=1, clocks_overdue=0),
    *columns(show(REVIEW), "entries[name=CaseNotified.v1].event", kind="scr", subject="Child K"),
    # Aware 11 Apr 2017; notified 20 Apr: on time (Easter; counting weekends only would say
    # 18 Apr). Good Friday was the 14th, Easter Monday the 17th: the five days are
    # 12, 13, 18, 19 and 20.
    *columns(
        NOW,
        "clocks[clock=notification]",
        boards=["wscb"],
        started="2017-04-11",
        due="2017-04-20",
        done="2017-04-20",
        status="met",
        working_days=5,
        latency=9,
        slack=0,
        days_overdue_so_far=0,
        recording_lag=0,
    ),
    # Decision due 20 May; the chair decides HOLD effective 18 May, recorded 23 May: latency 28
    # days. From 20 April: 10 days of April and 18 of May.
    *columns(
        NOW,
        "clocks[clock=decision]",
        started="2017-04-20",
        due="2017-05-20",
        done="2017-05-18",
        status="met",
        latency=28,
        slack=2,
        days_overdue_so_far=0,
        recording_lag=5,
    ),
    *columns(NOW, "clock_totals[clock=decision]", started=1, met=1, latency_median=28),
    *columns(show(REVIEW), "entries[name=HoldDecided.v1].event", on="2017-05-18", hold=True),
    Expected(
        show(REVIEW),
        "entries[name=HoldDecided.v1].recorded_at",
        "2017-05-23T10:00:00+00:00",
    ),
    Expected(view("publication"), "reviews[review=wscb/scr-child-k].held", "2017-05-18"),
    # As known on 21 May: overdue 1 day. As known on 24 May: met, recording lag 5 days.
    *columns(
        as_of("2017-05-21"),
        "clocks[clock=decision]",
        due="2017-05-20",
        done=None,
        status="overdue",
        days_overdue_so_far=1,
        explained=0,
        unexplained=1,
        latency=None,
        so_far=31,  # 10 days of April and 21 of May
        slack=None,
        recording_lag=None,
    ),
    *columns(
        as_of("2017-05-21"), "clock_totals[clock=decision]", met=0, overdue=1, longest_open=31
    ),
    *columns(as_of("2017-05-21"), "boards[board=wscb]", clocks_met=2, clocks_overdue=1),
    *columns(
        as_of("2017-05-24"),
        "clocks[clock=decision]",
        done="2017-05-18",
        status="met",
        days_overdue_so_far=0,
        latency=28,
        recording_lag=5,
        so_far=None,
    ),
    *columns(
        as_of("2017-05-24"), "clock_totals[clock=decision]", met=1, overdue=0, longest_open=None
    ),
    # Panel told 24 May (due 25). Five working days from the decision: 19, 22, 23, 24, 25.
    # Ofsted is told of it too, and of the case: each addressee has a clock of its own.
    *columns(
        NOW,
        "clocks[clock=panel told,to=national-panel]",
        started="2017-05-18",
        due="2017-05-25",
        done="2017-05-24",
        status="met",
        slack=1,
        working_days=4,
    ),
    # Completion due 18 Nov; an explanation (trial pending) recorded 5 Dec; board accepts the
    # report 25 Jan 2018: 68 days late = 17 unexplained + 51 explained.
    # 12 days of November from the 18th, 31 of December, 24 of January and the 24th itself: 68.
    # From 18 November to 5 December 17; from then on 27 of December and 24 of January: 51.
    *columns(
        NOW,
        "clocks[clock=completion]",
        started="2017-05-18",
        due="2017-11-18",
        done="2018-01-25",
        status="late",
        days_overdue_so_far=68,
        unexplained=17,
        explained=51,
        slack=-68,
    ),
    *columns(NOW, "clock_totals[clock=completion]", started=1, met=0, late=1),
    Expected(show(REVIEW), "entries[name=ReviewDelayExplained.v1].event.on", "2017-12-05"),
    Expected(
        view("publication"), "reviews[review=wscb/scr-child-k].report_accepted", "2018-01-25"
    ),
    *columns(
        as_of("2017-12-04"),
        "clocks[clock=completion]",
        days_overdue_so_far=16,
        explained=0,
        unexplained=16,
    ),
    *columns(
        as_of("2017-12-06"),
        "clocks[clock=completion]",
        days_overdue_so_far=18,
        explained=1,
        unexplained=17,
    ),
    # Panel copy 6 Feb, published 15 Feb: exactly 7 working days: 7, 8, 9, 12, 13, 14, 15.
    *columns(
        NOW,
        "clocks[clock=panel copy]",
        started="2018-02-15",
        due="2018-02-06",
        done="2018-02-06",
        status="met",
        working_days=7,
        slack=0,
    ),
    Expected(view("publication"), "reviews[review=wscb/scr-child-k].published", "2018-02-15"),
    # R1-R3 accepted, R4 declined with reasons.
    *columns(
        NOW, "totals", recommendations=4, made=4, accepted=3, declined=1, pending=0, replied=4
    ),
    *columns(NOW, "responses[body=wscb]", made=4, accepted=3, declined=1, pending=0, replied=4),
    *columns(
        NOW,
        f"matrix[body=wscb,source={REVIEW}]",
        made=4,
        accepted=3,
        declined=1,
        pending=0,
        replied=4,
    ),
    Expected(NOW, "answers[recommendation=wscb/r-1].answer", "accepted"),
    Expected(NOW, "answers[recommendation=wscb/r-2].answer", "accepted"),
    Expected(NOW, "answers[recommendation=wscb/r-3].answer", "accepted"),
    Expected(NOW, "answers[recommendation=wscb/r-4].answer", "declined"),
    Expected(LASTING, "improvements[recommendation=wscb/r-4].finding", "declined"),
    Expected(LASTING, "standing.declined", 1),
    *columns(THAT_YEAR, "periods[board=wscb]", made=4, accepted=3, declined=1, pending=0),
    *columns(
        THAT_YEAR,
        "not_implemented[reference=wscb/r-4]",
        event="RecommendationDeclined",
        body="wscb",
        on="2018-01-25",
        reasons="No board can join systems that the law keeps apart; sharing agreements are"
        " reviewed instead.",
    ),
    *columns(view("publication"), "boards[board=wscb]", made=4, declined=1),
    # R2 due 30 Apr, moved from Law, Policy and Procedure to JL&D on 1 Jun, implemented 10 Jul: 71
    # days = 32 + 39. The 30th and 31 days of May; 30 days of June and nine of July.
    *columns(
        NOW,
        "duties[recommendation=wscb/r-2]",
        owner="wsb/jld",
        agreed="2018-04-30",
        due="2018-04-30",
        done="2018-07-10",
        outcome="implemented",
        days_overdue_so_far=71,
    ),
    Expected(NOW, "duties[recommendation=wscb/r-2].shares[body=wsb/lpp].days_overdue_so_far", 32),
    Expected(NOW, "duties[recommendation=wscb/r-2].shares[body=wsb/jld].days_overdue_so_far", 39),
    *columns(
        NOW,
        "ownership[recommendation=wscb/r-2,body=wsb/lpp]",
        since="2018-01-25",
        until="2018-06-01",
        days_overdue_so_far=32,
        explained=0,
        unexplained=32,
        by_first_date=32,
    ),
    *columns(
        NOW,
        "ownership[recommendation=wscb/r-2,body=wsb/jld]",
        since="2018-06-01",
        until="2018-07-10",
        days_overdue_so_far=39,
        explained=0,
        unexplained=39,
        by_first_date=39,
    ),
    *columns(NOW, "bodies[body=wsb/lpp]", held=1, open=0, days_overdue_so_far=32, unexplained=32),
    *columns(NOW, "bodies[body=wsb/jld]", held=2, open=0, days_overdue_so_far=39, unexplained=39),
    *columns(
        NOW, "lineages[body=wsb/lpp]", merged=[], held=1, days_overdue_so_far=32, unexplained=32
    ),
    *columns(
        NOW,
        "lineages[body=wsb/jld]",
        merged=["wsb/jce"],
        held=2,
        days_overdue_so_far=39,
        unexplained=39,
    ),
    *columns(
        NOW,
        "boards[board=wscb]",
        duties=3,
        open=0,
        days_overdue_so_far=71,
        explained=0,
        unexplained=71,
        by_first_date=71,
    ),
    *columns(
        NOW,
        "totals",
        duties=3,
        duties_open=0,
        overdue_now=0,
        days_overdue_so_far=71,
        explained=0,
        unexplained=71,
        by_first_date=71,
        accrued=71,
    ),
    *columns(ON_1_JUNE, "ownership[recommendation=wscb/r-2,body=wsb/lpp]", days_overdue_so_far=32),
    *columns(ON_1_JUNE, "ownership[recommendation=wscb/r-2,body=wsb/jld]", days_overdue_so_far=0),
    *columns(
        ON_1_JUNE, "bodies[body=wsb/jld]", held=2, open=2, overdue_now=1, days_overdue_so_far=0
    ),
    # R1 embedded 31 Jul 2018; check passed 10 Dec; failed 12 Jun 2019: relapse within (132, 316]
    # days. To 10 December 1 + 31 + 30 + 31 + 30 + 9 = 132; to 12 June 22 + 31 + 28 + 31 + 30 + 31
    # + 11 = 184 more.
    *columns(
        LASTING,
        "improvements[recommendation=wscb/r-1]",
        finding="relapsed",
        embedded="2018-07-31",
        last_verified="2018-12-10",
        relapsed="2019-06-12",
        passed=1,
        failed=1,
    ),
    *columns(LASTING, "spells[recommendation=wscb/r-1]", end="relapsed", first=132, last=316),
    # Both were embedded less than a year before: there is nothing yet to bound, and of two
    # nothing is estimated.
    *columns(LASTING, "lasting", recommendations=2, spells=2, begun=0, low=None, survival=None),
    *columns(LASTING, "survival", spells=2, relapses=1),
    *columns(LASTING, "by_day_of_discovery", spells=2, relapses=1, withdrawn=0, median=None),
    # R2 embedded 3 Sep 2018, last pass 1 Mar 2019: censored at 179 days (to 30 Jun it would be a
    # wrong 300). 28 + 31 + 30 + 31 + 31 + 28 = 179.
    *columns(
        LASTING,
        "improvements[recommendation=wscb/r-2]",
        finding="embedded",
        embedded="2018-09-03",
        last_verified="2019-03-01",
        relapsed=None,
    ),
    *columns(LASTING, "spells[recommendation=wscb/r-2]", end="lasting", first=179, last=179),
    *columns(LASTING, "by_day_of_discovery.at_risk[day=90]", at_risk=2, censored=0),
    *columns(LASTING, "by_day_of_discovery.at_risk[day=180]", at_risk=1, censored=1, relapsed=0),
    # MACA on neglect, 15 Jan 2018: Ofsted grades 1/3/6/2 of 12 files = 4 of 12 good or better.
    *columns(
        show(FIRST_AUDIT),
        "entries[name=AuditPlanned.v1].event",
        kind="maca",
        theme="neglect",
        scale="ofsted",
    ),
    *columns(
        show(FIRST_AUDIT),
        "entries[name=AuditConcluded.v1].event",
        on="2018-01-15",
        grades=[
            {"grade": "outstanding", "files": 1},
            {"grade": "good", "files": 3},
            {"grade": "requires improvement", "files": 6},
            {"grade": "inadequate", "files": 2},
        ],
    ),
    *columns(
        LASTING,
        "reaudits[on=2018-11-19].change",
        before={"part": 4, "whole": 12},
        after={"part": 8, "whole": 12},
    ),
    # Briefing note 20 Feb: 7 of 9 agencies acknowledge.
    Expected(show(FIRST_AUDIT), "entries[name=BriefingNoteIssued.v1].event.on", "2018-02-20"),
    *columns(
        NOW,
        "notes[audit=wscb/maca-neglect-2018-01]",
        sent=9,
        acknowledged=7,
        waiting_for=["wsb/probation", "wsb/voluntary"],
    ),
    # External course 12 Mar: refused without a procurement reference, then accepted.
    *columns(
        COURSES,
        "catalogue[course=wsb/neglect-over-time]",
        status="commissioned",
        procurement="PR-2018-014",
        in_pool=False,
        begun="2018-03-12",
        sessions=1,
        attended=81,
    ),
    Expected(COURSES, "courses", 1),
    # Capacity 100, booked 92, cancelled 7, no-show 9, walk-in 5: attended 81, fill 81%, turn-up of
    # the booked 76/92 = 82.6%. 92 - 7 - 9 = 76 of the booked, and 5 more.
    *columns(
        COURSES,
        "sessions[session=2018-04]",
        capacity=100,
        booked=92,
        cancelled=7,
        absent=9,
        walked_in=5,
        attended=81,
        fill=0.81,
        turned_up=76,
        turn_up=close(0.826),
    ),
    Expected(COURSES, "attended", 81),
    # Three-month replies 40 of 81; 26 changed practice: 65% of replies, at least 32.1% of
    # attendees.
    *columns(
        COURSES,
        "evaluations[session=2018-04]",
        level=3,
        months=3,
        replies=40,
        attended=81,
        positive=26,
        positive_of_replies=0.65,
        positive_at_least=close(0.321),
    ),
    *columns(COURSES, "levels[level=3]", sessions=1, replies=40, attended=81, positive=26),
    *columns(COURSES, "levels[level=3]", positive_of_replies=0.65, positive_at_least=close(0.321)),
    # Re-audit 19 Nov: 8 of 12, at two looks [-0.105, 0.633]: not shown.
    *columns(
        LASTING,
        "reaudits[on=2018-11-19].change",
        difference=close(4 / 12),
        low=close(-0.105),
        high=close(0.633),
        verdict="not shown",
    ),
    Expected(LASTING, "reaudits[on=2018-11-19].first", "wscb/maca-neglect-2018-01"),
    # 20 May 2019: 9 of 12; pooled 17 of 24, at two looks [-0.010, 0.638]: not shown.
    Expected(LASTING, "reaudits[on=2019-05-20].change.after", {"part": 9, "whole": 12}),
    *columns(
        LASTING,
        "reaudits[on=2019-05-20].pooled",
        before={"part": 4, "whole": 12},
        after={"part": 17, "whole": 24},
        difference=close(17 / 24 - 4 / 12),
        low=close(-0.010),
        high=close(0.638),
        verdict="not shown",
    ),
]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Return a function that asks `lif` about the worked history, each thing once."""
    store = str(tmp_path_factory.mktemp("worked") / "demo.db")
    output("demo", "--db", store)

    @cache
    def ask(command: str, *args: str) -> JSON:
        words = (command, *args, "--db", store)
        return answer(*words) if command == "view" else {"entries": lines(*words)}

    return ask


@pytest.mark.parametrize("figure", FIGURES, ids=str)
def test_every_figure_of_the_worked_history_is_in_the_json(figure: Expected, ask: Ask) -> None:
    assert figure.value == value_at(ask(*figure.question), figure.path)


def test_nothing_else_was_overdue_relapsed_or_demonstrated(ask: Ask) -> None:
    """No other row has a figure of the same kind."""
    now, lasting = ask(*NOW), ask(*LASTING)

    assert ["wscb/r-2"] == [
        row["recommendation"] for row in now["duties"] if row["days_overdue_so_far"]
    ]
    assert ["completion"] == [row["clock"] for row in now["clocks"] if row["days_overdue_so_far"]]
    assert {"wsb/lpp": 32, "wsb/jld": 39, "wscb/qac": 0} == {
        row["body"]: row["days_overdue_so_far"] for row in now["bodies"]
    }
    assert ["wscb/r-1", "wscb/r-2"] == [row["recommendation"] for row in lasting["spells"]]
    assert ["2018-11-19", "2019-05-20"] == [row["on"] for row in lasting["reaudits"]]


# What was refused


def recorded(store: Path, *commands: str) -> int:
    file = store.with_suffix(".jsonl")
    file.write_text("".join(line + "\n" for line in commands), "utf-8")
    with redirect_stdout(io.StringIO()):
        return run(["record", str(file), "--create", "--db", str(store)])


def test_the_course_without_a_procurement_reference_is_recorded_nowhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is refused by its rule; with the reference it is accepted, and no entry names the first
    attempt.
    """
    store = tmp_path / "store.db"
    index = next(n for n, line in enumerate(DEMO) if '"CommissionCourse"' in line)
    command = {k: v for k, v in json.loads(DEMO[index]).items() if k != "procurement"}
    question = ("view", "training", *END, "--db", str(store))

    assert 0 == recorded(store, *DEMO[:index])
    before, log = answer(*question), lines("log", "--db", str(store))
    capsys.readouterr()
    assert 3 == recorded(store, json.dumps(command))
    assert "course.procurement-reference" in capsys.readouterr().err
    assert (before, log) == (answer(*question), lines("log", "--db", str(store)))
    assert 0 == before["courses"]
    assert 0 == recorded(store, DEMO[index])
    entries = lines("log", "--db", str(store))
    assert [*log, entries[-1]] == entries
    assert "CourseCommissioned.v1" == entries[-1]["name"]
    assert ("PR-2018-014", "demo-049") == (
        entries[-1]["event"]["procurement"],
        entries[-1]["command_id"],
    )
    assert "commissioned" == value_at(answer(*question), "catalogue[sessions=0].status")


@pytest.mark.parametrize(
    ("notified", "status", "overdue", "working_days"),
    [
        ("2017-04-18", "met", 0, 3),
        ("2017-04-19", "met", 0, 4),  # counting weekends only it would be a day late
        ("2017-04-20", "met", 0, 5),
        ("2017-04-21", "late", 1, 6),
    ],
)
def test_easter_gives_the_notification_two_days_more(
    tmp_path: Path, notified: str, status: str, overdue: int, working_days: int
) -> None:
    """12, 13, 18, 19 and 20 April: neither Good Friday nor Easter Monday is a working day."""
    store = tmp_path / "store.db"
    command = {**json.loads(DEMO[0]), "on": notified, "recorded_at": f"{notified}T10:00:00+00:00"}

    assert 0 == recorded(store, json.dumps(command))
    row = value_at(answer(*NOW, "--db", str(store)), "clocks[clock=notification]")
    assert ("2017-04-20", status, overdue, working_days) == (
        row["due"],
        row["status"],
        row["days_overdue_so_far"],
        row["working_days"],
    )


# The numbers that the statistics are checked with


def lasting(board: Board, ref: str, days: int, *, passed: bool) -> None:
    """Record an improvement embedded on 1 March 2018, and a check so many *days* later."""
    about: dict[str, Any] = {"recommendation": ref}
    board.decide(
        r.IssueRecommendation,
        "2018-01-12",
        by=CHAIR,
        **about,
        source="review-wscb/peer",
        text="Say who starts an assessment",
        addressed=("wscb",),
    )
    board.decide(r.AcceptRecommendation, "2018-01-12", by=CHAIR, **about)
    plan: dict[str, Any] = {
        "owner": "wsb/lpp",
        "due": day("2018-06-01"),
        "action": "Write it down",
    }
    board.decide(r.PlanRecommendation, "2018-01-15", by=CHAIR, **about, **plan)
    board.decide(r.ImplementRecommendation, "2018-02-01", by=POLICY, **about, evidence="Seen")
    ref = about["recommendation"]
    rests_on = conclude(board, "2018-03-01", ref, ref=f"{ref}-embedded")
    seen: dict[str, Any] = {**about, "evidence": "Sampled", "rests_on": rests_on}
    board.decide(r.EmbedRecommendation, "2018-03-01", by=QUALITY, **seen)
    on = (day("2018-03-01") + timedelta(days=days)).isoformat()
    check: dict[str, Any] = {"check": "c-1", "passed": passed, "note": "Sampled"}
    rests_on = conclude(board, on, ref, ref=f"{ref}-checked")
    board.decide(r.CheckRecommendation, on, **about, **check, rests_on=rests_on)


def test_the_survival_of_six_spells() -> None:
    """Spells 90+, 120, 180+, 200, 365+, 400+.

    At 120 five were at risk, and at 200 three: 4/5, and 4/5 of 2/3. Greenwood: 1/(5*4) + 1/(3*2),
    the root of which is 0.46547, of 0.5333: 0.2483. Up to 365: 120 + 0.8 * 80 + 0.5333 * 165.
    """
    board = Board()
    peer = {"review": "wscb/peer", "kind": "lga-peer", "title": "Peer review"}
    board.decide(OpenReview, "2018-01-10", by=CHAIR, **peer)
    ends = ((90, True), (120, False), (180, True), (200, False), (365, True), (400, True))
    for number, (days, passed) in enumerate(ends):
        lasting(board, f"wscb/r-{number}", days, passed=passed)
    view = board.sustainability("2019-12-31")
    curve, bound = view.by_day_of_discovery, view.lasting

    assert (6, 2, 0) == (curve.spells, curve.relapses, curve.withdrawn)
    assert [(120, 5, 1), (200, 3, 1)] == [(s.day, s.at_risk, s.relapses) for s in curve.steps]
    # Of five at risk 0.8 is stated; of the three on day 200 nothing is.
    assert [0.8, None] == [step.survival for step in curve.steps]
    assert (365, 272.0) == (curve.tau, round(curve.restricted_mean or 0, 9))
    assert (2, 2, 0.333, 0.667) == (
        bound.verified,
        bound.failed,
        round(bound.low or 0, 3),
        round(bound.high or 0, 3),
    )
    assert "2 spells are at risk on day 365, fewer than 5" == bound.survival_reason


def measured(*values: float) -> Board:
    """Return a board whose indicator has a point a month, recorded the day after each period."""
    board = Board()
    about: dict[str, Any] = {"indicator": "wscb/on-time", "name": "On time", "unit": "%"}
    about["kind"] = i.IndicatorKind.MEASUREMENT
    board.decide(i.DefineIndicator, "2018-01-01", **about, higher_is_better=False)
    for number, value in enumerate(values):
        period = date(2018 + number // 12, 1 + number % 12, 28)
        published = (period + timedelta(days=1)).isoformat()
        point: dict[str, Any] = {"period": period, "value": value}
        board.decide(i.RecordPoint, published, indicator="wscb/on-time", **point)
    return board


def test_the_chart_of_twelve_points_and_the_one_that_signals() -> None:
    """(60, 62, 58) four times: the ranges are 2, 4, 2 thrice and 2, 4: 30 over 11. 2.66 times that
    is 7.2545 on either side of 60; a 68 signals.
    """
    board = measured(*[60, 62, 58] * 4, 68)
    (before,) = board.sustainability("2018-12-31").indicators
    after = board.sustainability("2019-12-31")
    (row,) = after.indicators

    assert before.chart is not None
    assert (12, 0, ()) == (before.points, before.signals, before.concerns)
    assert (60.0, round(30 / 11, 9)) == (
        before.chart.mean,
        round(before.chart.moving_range or 0, 9),
    )
    assert (52.745, 67.255) == (round(before.chart.low, 3), round(before.chart.high, 3))
    assert row.chart is not None
    assert (52.745, 67.255) == (round(row.chart.low, 3), round(row.chart.high, 3))
    assert (13, 1, (day("2019-01-28"),)) == (row.points, row.signals, row.concerns)
    assert [(day("2019-01-28"), 68.0, ("beyond the limits",))] == [
        (point.period, point.value, point.signals) for point in after.points if point.signals
    ]
