"""`lif report`: every figure where people look for it, the same to the byte, and safe to open."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from msgspec.structs import replace

from lif_adapters.cli.demo import demo_requests, record_demo
from lif_adapters.cli.main import run
from lif_adapters.markdown_text import escaped
from lif_adapters.report import build, files_of, report_of, write
from lif_adapters.report.definitions import definition
from lif_adapters.report.drawing.chart import WIDTH
from lif_adapters.report.drawing.marks import SMALL
from lif_adapters.report.headings import IN_TABLES
from lif_adapters.report.history import History
from lif_adapters.report.model import Report, ViewTable, ranges
from lif_adapters.report.tables import TableLayout, figure_table
from lif_adapters.report.views import LISTS
from lif_adapters.report.wording import excerpt, first_sentences
from lif_adapters.wiring import connect
from lif_core.aggregates import indicator as i
from lif_core.aggregates import recommendation as r
from lif_core.aggregates import review as v
from lif_core.aggregates.body import BodyKind, RegisterBody
from lif_core.decisions.corrections import AmendEntry, Replacement, VoidEntry
from lif_core.decisions.record import Record
from lif_core.errors import MalformedError
from lif_core.framework import load
from lif_core.log.mapper import LifMapper
from lif_core.projection.as_of import AsOf
from lif_core.projection.tables import row
from lif_core.queries.reader import Reader
from lif_core.queries.readership import PERSONAL_TEXTS, Roles
from lif_core.views import PROJECTIONS
from lif_core.views.accountability.rows import BodyRow
from tests.audits import conclude
from tests.board import Board
from tests.canaries import with_canaries
from tests.core.views.test_lessons import store
from tests.html_page import Node, page_of
from tests.improvement_histories import histories
from tests.people import CHAIR, EVERYTHING, MANAGER, POLICY, TRAINING, day

MAPPER = LifMapper()
TEXTS = Roles((PERSONAL_TEXTS,))
"""The readership of whoever may read what may tell about a person, and no more."""
END = day("2019-06-30")
LIF = [sys.executable, "-c", "from lif_adapters.cli.main import main; main()"]
REC = "wscb/r-1"
STREAM = f"recommendation-{REC}"
SOURCE = "review-wscb/peer-2018"
HOSTILE = "</title><script>alert('x')</script><img src=http://evil.example/ onerror=x>|*_`[a](b)"
CANARY = "zugzwang"


def written(report: Report) -> Mapping[str, str]:
    """Return the files of the *report*, in memory."""
    return {name: "".join(pieces) for name, pieces in files_of(report, MAPPER)}


def built(reader: Reader, valid: str = "2019-06-30", *, personal: bool = True) -> Report:
    return build(reader, valid=day(valid), personal=personal)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the URL of a store of the worked history."""
    url = f"sqlite:{tmp_path_factory.mktemp('demo') / 'demo.db'}"
    with connect(url, readership=TEXTS) as app:
        record_demo(app)
    return url


@pytest.fixture(scope="module")
def files(demo: str) -> Mapping[str, str]:
    with connect(demo, readership=TEXTS) as app:
        return written(built(app))


@pytest.fixture(scope="module")
def page(files: Mapping[str, str]) -> Node:
    return page_of(files["report.html"])


# The worked history


WORKED = [
    ("clocks", "notification – 11 Apr 2017 20 Apr 2017 20 Apr 2017 met"),
    ("clocks", "decision – 20 Apr 2017 20 May 2017 18 May 2017 met 0 0 0 28 19 2 5"),
    ("clocks", "panel told national-panel 18 May 2017 25 May 2017 24 May 2017 met"),
    ("clocks", "completion – 18 May 2017 18 Nov 2017 25 Jan 2018 late 68 51 17"),
    ("clocks", "68 days late, of which 17 unexplained and 51 explained"),
    ("clocks", "panel copy national-panel 15 Feb 2018 6 Feb 2018 6 Feb 2018 met 0 0 0 -9 7 0 0"),
    (
        "hindsight",
        "As known on 21 May 2017, “Child K” (wscb/scr-child-k), decision: not on record, 1 day",
    ),
    (
        "hindsight",
        "As known on 24 May 2017, “Child K” (wscb/scr-child-k), decision: met, 28 days after it",
    ),
    ("hindsight", "recorded 5 days later"),
    (
        "ownership",
        "(wscb/r-2): 71 days overdue so far, 32 while Law, Policy and Procedure Committee held it",
    ),
    ("ownership", "25 Jan 2018 1 Jun 2018 32 0 0 32 32 32 127"),
    ("ownership", "1 Jun 2018 10 Jul 2018 39 0 0 39 39 39 39"),
    ("ownership", "30 Apr 2018 30 Apr 2018 10 Jul 2018 no no yes yes 71"),
    ("exposure", "committee 2 0 0 0 2 1 0 2 39 0 0 39 39 39"),
    ("exposure", "committee 1 0 0 0 1 1 0 1 32 0 0 32 32 32 127 25.197"),
    ("notes", "7 of 9 agencies acknowledged the briefing note"),
    ("notes", "9 7 Probation services, Voluntary sector"),
    ("responses", "4 3 0 1 0 0 4 0 0 0 0 0 0 0"),
    ("reasons", "declined 25 Jan 2018 No board can join systems that the law keeps apart"),
    ("standing", "relapsed 3 3 31 Jul 2018 12 Jun 2019 10 Dec 2018"),
    ("standing", "embedded 2 3 3 Sep 2018 – 1 Mar 2019"),
    (
        "survival",
        "embedded on 31 July 2018, last seen in place on 10 December 2018, and found gone",
    ),
    ("survival", "it was lost by 12 June 2019 at the latest, and on which day is not known"),
    ("survival", "last seen in place on 1 March 2019, 179 days on; nobody has checked since"),
    ("survival", "lasting 179 179"),
    ("reaudits", "outstanding 1, good 3, requires improvement 6, inadequate 2"),
    ("reasons", "Join the agencies' record systems"),
    ("rechecks", "Passed (95% interval), from 9.5%"),
    ("reaudits", "8 of 12 files good or better, from 4 of 12: no change is shown, as chance"),
    ("reaudits", "8 of 12, from 4 of 12; [-0.105, 0.633]: not shown"),
    ("reaudits", "9 of 12, from 4 of 12"),
    (
        "reaudits",
        "17 of 24, from 4 of 12; [-0.010, 0.638]: not shown",
    ),
    ("reach", "100 92 7 9 5 81 81% 76 82.6%"),
    ("reach", "81 of 100 places filled (81%); of the booked, 76 of 92 came (82.6%)"),
    ("impact", "40 of 81 replied; 26 changed practice: 65% of replies, at least 32.1% of those"),
    ("courses", "commissioned no no PR-2018-014"),
]


@pytest.mark.parametrize(("figure", "text"), WORKED)
def test_every_figure_of_the_worked_history_is_on_the_page(
    page: Node, figure: str, text: str
) -> None:
    assert text in page.by_id(figure).text


@pytest.mark.parametrize(("figure", "text"), WORKED)
def test_and_in_the_markdown_under_the_same_heading(
    page: Node, files: Mapping[str, str], figure: str, text: str
) -> None:
    heading = page.by_id(f"{figure}-heading").text
    under = files["report.md"].split(f"### {heading}\n")[1].split("\n#")[0]

    assert text in " ".join(re.sub(r"[|\\]", " ", under.replace("\\", "")).split())


def test_each_figure_names_its_two_times_its_definition_and_its_entries(page: Node) -> None:
    """The chart stands above the table that it was drawn from."""
    text = page.by_id("ownership").text

    assert "As it was on 30 Jun 2019, as known from all that is recorded" in text
    assert (
        "A time for which body held a duty while it was open, [ since , until ), and the days"
        " overdue in it" in text
    )
    assert "counted from 35 entries in 4 streams" in text
    assert "recommendation-wscb/r-2" in text
    assert ["figure", "table", "table"] == [
        node.tag for node in page.by_id("ownership").every("figure", "table")
    ]


def test_the_first_that_is_read_is_what_needs_a_decision(page: Node) -> None:
    """Then what is not known, then what is so now, and only then the sections."""
    sections = [node.attributes.get("id") for node in page.every("section")]
    text = page.by_id("decide").text

    assert ["decide", "agenda", "not-known", "now", "accountability"] == sections[:5]
    assert "8 matters need the board's decision." in text
    assert (
        "Agree who starts an assessment before birth, and by when, and check that it happens."
        " wscb/r-1 Found gone on 12 June 2019, 18 days ago, and not reopened since" in text
    )
    assert "the meeting was not quorate" in text


def test_the_title_names_the_boards_and_the_period(page: Node) -> None:
    (heading,) = page.every("h1")

    assert (
        "Wolverhampton Safeguarding Adults Board and Wolverhampton Safeguarding Children Board"
        " Learning and improvement, 20 April 2017 to 30 June 2019"
    ) == heading.text


def test_what_is_so_now_leads_to_each_figure(page: Node) -> None:
    """A figure over all time is under another heading, and its name says so."""
    facts = list(page.by_id("now").every("dd"))
    names = [node.text for node in page.by_id("now").every("dt")]
    links = [link.attributes["href"] for link in page.by_id("now").every("a")]

    assert [
        "Overdue now",
        "Duties of the boards themselves overdue now",
        "Shown to last, now",
    ] == (names[:3])
    assert "None 3 recommendations came to be owed, and none is still to be done" == facts[0].text
    assert "3 of 6 not done yet; of those overdue nothing is on record" == facts[1].text
    assert ("Days overdue so far", "71 over 3 duties together: 0 explained, 71 not") == (
        names[3],
        facts[3].text,
    )
    assert len(facts) == len(links)
    assert [] == [link for link in links if not link or page.by_id(link[1:]) is None]


def test_what_is_not_known_is_said_kind_by_kind(page: Node) -> None:
    text = page.by_id("not-known").text
    kinds = [node.text for node in page.by_id("not-known").every("dt")]

    assert ["Unverified", "Unrecorded", "Unanswered"] == kinds
    assert "Whether the briefing note of wscb/maca-neglect-2018-01 reached Probation" in text
    assert "What 41 replies not given after training would have said." in text
    assert "It is for the board" in page.by_id("about").text


def test_what_nothing_is_on_record_about_is_one_line_at_the_end(page: Node) -> None:
    """No section and no figure of it takes room; its words are one click away."""
    board = a_board()
    quiet = looked_at(board)
    text = quiet.by_id("nothing").text
    headings = {node.text for node in quiet.every("h2", "h3")}

    assert "Nothing on record about: statutory clocks; " in text
    assert "Whether it lasted" in headings
    assert {"Briefing notes", "Training: reach and impact"}.isdisjoint(headings)
    assert "No session was held." in quiet.by_id("reach").text
    assert "Nothing on record about" in page.text


# The same to the byte


def reported(demo: str, out: Path, seed: str) -> dict[str, bytes]:
    """Return the files of a report made in a process of its own."""
    done = subprocess.run(
        [*LIF, "report", "--out", str(out), "--db", demo, "--valid", "2019-06-30"],
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        check=True,
        text=True,
    )
    assert "" == done.stderr
    assert sorted(done.stdout.split()) == sorted(map(str, (f for f in out.rglob("*.*"))))
    return {str(f.relative_to(out)): f.read_bytes() for f in out.rglob("*") if f.is_file()}


def test_two_runs_on_the_same_history_give_the_same_bytes(
    demo: str, files: Mapping[str, str], tmp_path: Path
) -> None:
    report = reported(demo, tmp_path / "one", "1")

    assert report == reported(demo, tmp_path / "two", "2")
    encodings = {".csv": "utf-8-sig"}
    assert {
        name: text.encode(encodings.get(Path(name).suffix, "utf-8"))
        for name, text in files.items()
    } == report


def test_as_known_then_it_is_the_same_whatever_is_recorded_later() -> None:
    board = a_board()
    known = day("2018-02-01")
    before = written(build(board.app, known=known))
    accepted: dict[str, Any] = {"by": CHAIR, "recorded": "2018-03-01", "recommendation": REC}
    board.decide(r.AcceptRecommendation, "2018-01-20", **accepted)

    assert before == written(build(board.app, known=known))
    assert before != written(build(board.app, valid=known))


# Other histories


def a_board() -> Board:
    """Return a board with a recommendation to the children's board."""
    board = Board()
    about = {"review": "wscb/peer-2018", "kind": "lga-peer", "title": "Peer review"}
    board.decide(v.OpenReview, "2018-01-10", by=CHAIR, **about)
    issue(board, REC)
    return board


def issue(board: Board, ref: str) -> None:
    board.decide(
        r.IssueRecommendation,
        "2018-01-12",
        by=CHAIR,
        recommendation=ref,
        source=SOURCE,
        text="Say who starts an assessment",
        addressed=("wscb",),
    )


def embedded(board: Board, ref: str) -> None:
    """Accept a recommendation, plan it, put it in place, embed it, and check it once."""
    board.decide(r.AcceptRecommendation, "2018-01-14", by=CHAIR, recommendation=ref)
    board.decide(
        r.PlanRecommendation,
        "2018-01-15",
        by=CHAIR,
        recommendation=ref,
        owner="wsb/lpp",
        due=day("2018-03-01"),
        action="Write it down",
    )
    done = {"recommendation": ref, "evidence": "Seen"}
    board.decide(r.ImplementRecommendation, "2018-02-01", by=POLICY, **done)
    rests_on = conclude(board, "2018-03-01", ref, ref=f"{ref}-embedded")
    board.decide(r.EmbedRecommendation, "2018-03-01", by=POLICY, rests_on=rests_on, **done)
    board.decide(
        r.CheckRecommendation,
        "2018-06-01",
        recommendation=ref,
        check="c-1",
        passed=True,
        note="Seen",
        rests_on=conclude(board, "2018-06-01", ref, ref=f"{ref}-checked"),
    )


def looked_at(board: Board) -> Node:
    page = page_of(written(built(board.app))["report.html"])
    accessible(page)
    return page


def test_of_an_empty_history_it_says_that_there_is_nothing() -> None:
    page = looked_at(Board())

    assert "Nothing is on record yet that a figure could be made from." in page.text
    assert "nothing is on record" in page.text
    assert [] == [*page.every("table"), *page.every("svg")]
    assert "No improvement was ever embedded" in page.by_id("survival").text


def test_of_one_event_it_says_what_that_is() -> None:
    board = Board()
    board.decide(v.OpenReview, "2018-01-10", by=CHAIR, review=REC, kind="lga-peer", title="Peer")

    assert "1 entry, the last at position 1, recorded on 10 Jan 2018, 10:00:00 UTC" in (
        looked_at(board).text
    )


def test_what_the_boards_themselves_owe_is_named(page: Node) -> None:
    """Nobody began it, so that nothing else would tell."""
    text = page.by_id("board-duties").text

    assert (
        "Wolverhampton Safeguarding Children Board, section 11 audit: due 1 Jan 2018, nothing on"
        " record: 545 days overdue." in text
    )


def test_bodies_are_compared_by_what_chance_alone_leaves() -> None:
    """Twelve duties of each of two bodies: none of the one's was ever late, all of the other's.

    At half of all, chance alone leaves a body 3 to 9 of 12 (scipy).
    """
    board = a_board()
    for number in range(24):
        owner = "wsb/lpp" if number < 12 else "wsb/jld"
        ref = f"wscb/r-{number + 2}"
        issue(board, ref)
        board.decide(r.AcceptRecommendation, "2018-01-14", by=CHAIR, recommendation=ref)
        owed: dict[str, Any] = {"owner": owner, "due": day("2018-03-31"), "action": "Agree it"}
        board.decide(r.PlanRecommendation, "2018-01-25", by=CHAIR, recommendation=ref, **owed)
        done = "2018-03-31" if number < 12 else "2018-05-01"
        by = POLICY if number < 12 else TRAINING
        board.decide(r.ImplementRecommendation, done, by=by, recommendation=ref, evidence="Done")
    text = looked_at(board).by_id("exposure").text

    assert "Of 24 duties that came due, 12 were late at some time." in text
    assert "all but one body in twenty within its limits" in text
    assert (
        "Joint Learning and Development Committee: 12 of 12, where chance alone leaves 3 to 9."
        in text
    )


def test_answers_of_every_kind_add_up_to_those_asked_for() -> None:
    """In the lead and in the summary: the rare kinds are named where there are any."""
    board = a_board()
    issue(board, "wscb/r-2")
    board.decide(
        r.AcceptRecommendationInPart,
        "2018-02-01",
        by=CHAIR,
        recommendation=REC,
        accepted="The procedure",
        declined="The new post",
    )
    withdrawn: dict[str, Any] = {"recommendation": "wscb/r-2", "reasons": "Overtaken by the law"}
    board.decide(r.WithdrawRecommendation, "2018-02-01", by=CHAIR, **withdrawn)
    page = looked_at(board)
    every = "0 accepted, 1 accepted in part, 0 declined, 0 pending, 1 ended before they were"

    assert f"2 answers: {every} answered." in page.by_id("answers").text
    assert every.partition(", ")[2] in page.by_id("now").text


def test_where_everything_is_declined_nothing_is_owed_and_all_reasons_are_there() -> None:
    board = a_board()
    issue(board, "wscb/r-2")
    for ref in (REC, "wscb/r-2"):
        reasons = f"It is done already, says {ref}"
        board.decide(
            r.DeclineRecommendation, "2018-02-01", by=CHAIR, recommendation=ref, reasons=reasons
        )
    page = looked_at(board)

    assert "2 recommendations asked for 2 answers: 0 accepted, 2 declined, 0 pending." in (
        page.by_id("answers").text
    )
    assert "2 decisions not to do what was found or asked for: 2 declined." in (
        page.by_id("reasons").text
    )
    assert "It is done already, says wscb/r-2" in page.by_id("reasons").text
    assert "Nothing is planned yet" in page.by_id("ownership").text


def test_where_all_is_censored_the_curve_says_that_nothing_relapsed() -> None:
    board = a_board()
    embedded(board, REC)
    page = looked_at(board)

    assert (
        "1 improvement came to be embedded; none has relapsed."
        in page.by_id("sustainability").text
    )
    assert "last seen in place on 1 June 2018, 92 days on" in page.by_id("survival").text
    assert 1 == len([*page.by_id("survival").every("svg")])
    assert "Whether 1 embedded improvement lasted: nobody checked in time." in (
        page.by_id("not-known").text
    )


def test_what_was_not_on_record_in_time_is_told_as_it_was_known_then() -> None:
    """The board was told on 9 January; nobody knew it until it was recorded, and it was met."""
    board = Board()
    case: dict[str, Any] = {"review": "wscb/scr-1", "kind": "scr", "subject": "A child"}
    late: dict[str, Any] = {"by": MANAGER, "recorded": "2018-02-01", "aware": day("2018-01-02")}
    board.decide(v.NotifyCase, "2018-01-03", **late, **case)
    text = looked_at(board).by_id("hindsight").text

    assert (
        "As known on 10 Jan 2018, “A child” (wscb/scr-1), notification: that it had begun was not"
        in text
    )
    assert (
        "As known on 2 Feb 2018, “A child” (wscb/scr-1), notification: met, 1 day after it began"
        in text
    )


def test_each_indicator_has_its_chart_with_its_points() -> None:
    board = Board()
    for ref in ("wscb/i-1", "wscb/i-2"):
        board.decide(
            i.DefineIndicator,
            "2018-01-01",
            indicator=ref,
            name=f"Files seen, {ref}",
            kind=i.IndicatorKind.MEASUREMENT,
            unit="%",
            higher_is_better=True,
        )
        for month, value in enumerate((60, 62, 58) * 4, 1):
            period = day(f"2018-{month:02}-28")
            fields: dict[str, Any] = {"indicator": ref, "period": period, "value": float(value)}
            board.decide(i.RecordPoint, "2019-01-10", **fields)
    page = looked_at(board)

    chart = page.by_id("xmr-2")
    assert "Files seen, wscb/i-2" == page.by_id("xmr-2-heading").text
    assert 1 == len([*chart.every("svg")])
    assert "28 Dec 2018 58 4 60 52.745 67.255 locked neither no" in chart.text
    assert 12 == len([*chart.every("tr")][1:])
    assert "counted from 13 entries in 1 stream" in chart.text


@settings(max_examples=5, suppress_health_check=list(HealthCheck), deadline=None)
@given(histories())
def test_of_any_history_of_improvements_there_is_a_page(records: tuple[Record, ...]) -> None:
    as_of = AsOf(valid=END, known=None, frameworks=load())
    report = report_of(History(records, as_of, TEXTS))

    accessible(page_of(written(report)["report.html"]))


# The entries behind


def behind(report: Report, figure: str) -> list[int]:
    return [entry.record.position for entry in report.entries if figure in entry.figures]


def test_the_entries_behind_a_figure_are_those_that_count_and_what_corrected_them() -> None:
    """A void entry counts for nothing, but the correction that made it void is listed."""
    board = a_board()
    declined = {"recommendation": REC, "reasons": "It is done already"}
    board.decide(r.DeclineRecommendation, "2018-01-15", by=CHAIR, **declined)
    board.decide(VoidEntry, "2018-01-16", by=CHAIR, stream=STREAM, entry=2, reasons="A slip")
    issued: Any = next(record.event for record in board.app.history(STREAM))
    replacement = Replacement(attrs.evolve(issued, text="Say it at once"))
    board.decide(
        AmendEntry,
        "2018-01-17",
        by=CHAIR,
        stream=STREAM,
        entry=1,
        replacement=replacement,
        reasons="Clearer",
    )
    board.decide(r.AcceptRecommendation, "2019-12-01", by=CHAIR, recommendation=REC)
    report = built(board.app)

    assert [2, 4, 5] == behind(report, "responses")
    assert [] == behind(report, "ownership")
    assert "2 entries on record are not counted" in str(report.first.not_known)


def test_what_is_in_contradiction_is_said_and_behind_no_figure() -> None:
    """Accepted in January, and issued, as amended, in March."""
    board = a_board()
    accepted: dict[str, Any] = {"recommendation": REC}
    board.decide(r.AcceptRecommendation, "2018-01-15", by=CHAIR, **accepted)
    assert [2, 3] == behind(built(board.app), "responses")
    issued: Any = next(record.event for record in board.app.history(STREAM))
    board.decide(
        AmendEntry,
        "2018-03-20",
        by=CHAIR,
        stream=STREAM,
        entry=1,
        replacement=Replacement(attrs.evolve(issued, on=day("2018-03-15"))),
        reasons="It was in March",
    )
    report = built(board.app)

    assert [] == behind(report, "responses")


def test_the_file_of_entries_names_every_figure_that_each_is_behind(demo: str) -> None:
    """For a reader who may know of every entry; a lesson's links are not for all."""
    with connect(demo, readership=EVERYTHING) as app:
        entries = written(built(app))["entries.csv"]
    rows = list(csv.DictReader(io.StringIO(entries)))
    row = next(row for row in rows if row["event"] == "TransferAccepted")

    assert ("recommendation-wscb/r-2", "2018-06-01") == (row["stream"], row["on"])
    assert {"ownership", "exposure", "survival", "standing", "funnel"} <= {*row["figures"].split()}
    requests = demo_requests(LifMapper())
    assert [str(number) for number in range(1, len(requests) + 1)] == [
        row["position"] for row in rows
    ]


def test_positions_are_told_in_short() -> None:
    assert "4, 9–17, 20" == ranges([4, *range(9, 18), 20])
    assert "" == ranges([])


# Tables in full


def test_a_table_of_csv_is_what_lif_view_writes(
    demo: str, files: Mapping[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """This holds for every table of every view that is in the report."""
    compared = 0
    for name in (
        "accountability",
        "sustainability",
        "training",
        "learning-cycle",
        "annual-report",
    ):
        view = ["view", name, "--db", demo, "--valid", "2019-06-30"]
        assert 0 == run([*view, "--format", "json"])
        tables = json.loads(capsys.readouterr().out)
        for table in [key for key in tables if isinstance(tables[key], dict | list)]:
            assert 0 == run([*view, "--table", table, "--format", "csv"])
            expected = capsys.readouterr().out
            actual = files[f"tables/{name}.{table}.csv"]
            assert list(csv.reader(io.StringIO(expected))) in (
                list(csv.reader(io.StringIO(actual))),
                [],  # of no rows, `lif view` writes no header
            )
            compared += 1

    assert 40 < compared


def test_a_text_that_a_spreadsheet_would_run_is_made_harmless() -> None:
    """Numbers below zero stay numbers."""
    board = a_board()
    reasons = '=HYPERLINK("http://evil.example")'
    declined = {"recommendation": REC, "reasons": reasons}
    board.decide(r.DeclineRecommendation, "2018-02-01", by=CHAIR, **declined)
    files = written(built(board.app))
    ((row),) = csv.DictReader(io.StringIO(files["tables/refusals.reasons.csv"]))

    assert f"'{reasons}" == row["reasons"]


def test_excel_opens_a_file_of_csv_as_it_is(tmp_path: Path) -> None:
    """A mark before the text says that it is UTF-8, and every line ends as Excel's do."""
    board = a_board()
    declined = {"recommendation": REC, "reasons": "Zoë’s\nteam"}
    board.decide(r.DeclineRecommendation, "2018-02-01", by=CHAIR, **declined)
    write(tmp_path / "r", files_of(built(board.app), MAPPER))
    header, row, end = (tmp_path / "r/tables/refusals.reasons.csv").read_bytes().split(b"\r\n")

    assert header.startswith(b"\xef\xbb\xbfreference,")
    assert row.decode().endswith('"Zoë’s\nteam"')
    assert b"" == end
    assert (tmp_path / "r/entries.csv").read_bytes().startswith(b"\xef\xbb\xbfposition,")
    assert not (tmp_path / "r/report.html").read_bytes().startswith(b"\xef\xbb\xbf")


def test_of_many_rows_the_first_are_told_in_sentences() -> None:
    """The last sentence says how many more there are."""
    sentences = [f"{number} days" for number in range(10)]

    assert (*sentences[:8], "2 more: see the table.") == first_sentences(sentences)
    assert tuple(sentences[:8]) == first_sentences(sentences[:8])


def test_days_below_zero_stay_numbers(files: Mapping[str, str]) -> None:
    rows = csv.DictReader(io.StringIO(files["tables/accountability.clocks.csv"]))

    assert ["0", "0", "2", "1", "1", "-68", "0"] == [row["slack"] for row in rows]


def test_of_a_long_table_the_most_telling_rows_are_shown() -> None:
    """The table says how many rows are left out, and where they are."""
    rows = tuple(
        BodyRow(
            body=f"wsb/{number}",
            kind=None,
            held=1,
            open=0,
            overdue_now=0,
            undated=0,
            due=0,
            ever_late=0,
            chance_low=None,
            chance_high=None,
            days_overdue_so_far=number % 7,
            explained=0,
            offered=0,
            unexplained=0,
            by_first_date=0,
            accrued=0,
            open_days=0,
            exposure=None,
        )
        for number in range(20)
    )
    full = ViewTable(columns=("body", "days_overdue_so_far"), rows=rows, row=BodyRow)
    layout = TableLayout(
        name="a.bodies", caption="Bodies", first=lambda row: row.days_overdue_so_far
    )
    table = figure_table(layout, full, {}, limit=3)

    assert [("wsb/6", "6"), ("wsb/13", "6"), ("wsb/5", "5")] == [
        tuple(cell.text for cell in row) for row in table.rows
    ]
    assert (17, "tables/a.bodies.csv") == (table.left_out, table.file)


def test_a_body_that_did_nothing_takes_no_room() -> None:
    """The table says how many there are, and where; a body with any count stays."""
    row = SeatsRow(body="wsb/lpp", seats=2)
    rows = (row, attrs.evolve(row, body="wsb/idle", seats=0))
    full = ViewTable(columns=("body", "seats"), rows=rows, row=SeatsRow)
    table = figure_table(TableLayout(name="a.seats", caption="Seats"), full, {})

    assert [("wsb/lpp", "2")] == [tuple(cell.text for cell in row) for row in table.rows]
    assert (1, 0) == (table.idle, table.left_out)


@row(key=("body",))
@attrs.frozen
class SeatsRow:
    """A *body*, and its *seats*."""

    body: str
    seats: int


def test_a_recommendation_stands_by_its_words_with_its_reference_beside_them(page: Node) -> None:
    """In tables, in sentences and in the chart; the text has no column of its own beside that."""
    words = "Update the pre-birth procedure."
    ownership = page.by_id("ownership").text

    assert f"\u201c{words}\u201d (wscb/r-2): 71 days overdue so far" in ownership
    chart = [
        node.text for svg in page.by_id("ownership").every("svg") for node in svg.every("text")
    ]
    assert {words, "wscb/r-2: 71 days overdue so far"} <= set(chart)
    assert f"{words} wscb/r-2 Law, Policy and Procedure Committee" in ownership
    for figure in ("ownership", "recommendations"):
        assert f"{words} wscb/r-2" in page.by_id(figure).text
        assert "Text" not in [node.text for node in page.by_id(figure).every("th")]


def test_long_words_are_cut_after_a_whole_one() -> None:
    assert "Say who starts\u2026" == excerpt("Say who starts an assessment", 18)
    assert "Say who" == excerpt(" Say\n who ", 18)
    assert "aaaa\u2026" == excerpt("aaaaaaa", 5)


def test_what_is_printed_is_numbered_and_of_nine_points_at_least(page: Node) -> None:
    """Letters of a chart are so on A4, which leaves 182 mm between the margins."""
    (style,) = page.every("style")
    paper = style.text.partition("@media print")[2]
    inner = 182 / 25.4 * 72

    assert "counter(page)" in paper
    assert 9 <= min(float(size) for size in re.findall(r"([\d.]+)pt\b", paper))
    assert 9 <= SMALL * inner / WIDTH
    assert {"12"} == {
        (node.attributes.get("font-size") or "12px").removesuffix("px")
        for svg in page.every("svg")
        for node in svg.every("text")
    }


def test_a_column_in_which_nothing_stands_is_left_out_and_named() -> None:
    """It is in the file; a column that is empty in some rows only stays."""
    rows = (Pair("a", None, None), Pair("b", None, 2))
    full = ViewTable(columns=("ref", "so_far", "days"), rows=rows, row=Pair)
    table = figure_table(TableLayout(name="a.pairs", caption="Pairs"), full, {})

    assert ["Ref", "Days"] == [column.title for column in table.columns]
    assert ("So far",) == table.blank
    assert [("a", "–"), ("b", "2")] == [tuple(cell.text for cell in row) for row in table.rows]


@attrs.frozen
class Pair:
    """Two numbers, of which *so_far* is one."""

    ref: str
    so_far: int | None
    days: int | None


def test_a_heading_is_that_of_a_column_that_there_is(demo: str) -> None:
    """Where it is not the word of its field, the definition says which column is meant."""
    with connect(demo, readership=TEXTS) as app:
        report = built(app)
    columns = {name: set(table.columns) for name, table in report.tables.items()}
    (figure,) = [figure for figure in report.figures if figure.id == "clocks"]

    assert [] == [
        (table, field)
        for table, fields in IN_TABLES.items()
        for field in fields
        if field not in columns[table]
    ]
    assert ("latency", "Days from start to done") in figure.tables[0].headed
    assert ("started", "Started") not in figure.tables[0].headed


def test_each_value_bears_its_heading_for_where_a_table_is_a_list(page: Node) -> None:
    """On a phone, and of a wide table on paper, each row is a list of its values."""
    table = next(page.by_id("clocks").every("table"))
    heads = [node.text for node in table.every("th") if node.attributes["scope"] == "col"]
    labels = [node.attributes["data-label"] for node in table.every("td")]

    assert heads[1:] == labels[: len(heads) - 1]


def test_a_definition_names_columns_as_they_stand_above_them() -> None:
    assert "Two numbers, of which *so far* is one." == definition(Pair)


# Texts that may tell about a person


def test_every_view_has_its_place_and_its_files() -> None:
    """A view that is kept for a role is there for that role."""
    with connect("memory:", readership=Roles(("child-death-panel", PERSONAL_TEXTS))) as app:
        report = built(app)
    shown = {figure.id for section in report.sections for figure in section.figures}

    assert {*PROJECTIONS} <= {name.partition(".")[0] for name in report.tables}
    assert {*LISTS} <= shown
    with connect("memory:", readership=TEXTS) as app:
        assert "child-death-panel" not in {n.partition(".")[0] for n in built(app).tables}


def test_every_file_is_on_the_page_that_names_them(files: Mapping[str, str]) -> None:
    """Names of files are stable: others build on them."""
    docs = Path(__file__).parents[2] / "docs"
    how_to = (docs / "how-to" / "make-a-report.md").read_text("utf-8")
    named = {*re.findall(r"`([a-z./-]+\.(?:html|md|csv))`", how_to)}
    view = ""
    for line in (docs / "reference" / "tables.md").read_text("utf-8").splitlines():
        if line.startswith("## "):
            view = line.removeprefix("## ")
            named.add(f"tables/{view}.figures.csv")
        elif table := re.match(r"\| `([a-z_.]+)` \|", line):
            named.add(f"tables/{view}.{table[1]}.csv")

    assert [] == sorted(
        name for name in files if name not in named and not name.startswith("charts/")
    )


# How decisions were taken, what was learnt, and what is public


def test_a_decision_of_an_inquorate_meeting_is_named_with_who_entered_it(demo: str) -> None:
    """In the figure, in the summary, and in the log of entries; names only where they may be."""
    with connect(demo, readership=TEXTS) as app:
        records = [replace(record, entered_by="T. Typist") for record in app.history()]
        history = History(records, AsOf(valid=END, known=None, frameworks=app.frameworks), TEXTS)
    named = written(report_of(history))
    page = page_of(named["report.html"])
    inquorate = (
        "Not quorate: escalation answered, \u201cUpdate the pre-birth procedure.\u201d (wscb/r-2)"
    )

    assert inquorate in page.by_id("decisions").text
    assert "A. Chair T. Typist" in page.by_id("decisions").text
    assert "1 of 13" in page.by_id("now").text
    entries = [*csv.DictReader(io.StringIO(named["entries.csv"]))]
    (answered,) = [row for row in entries if row["quorate"] == "False"]
    expected = ("EscalationAnswered", "wscb", "board 2018-07-05", "A. Chair", "T. Typist")
    columns = ("event", "body", "meeting", "person", "entered_by")
    assert expected == tuple(answered[name] for name in columns)
    nameless = written(report_of(history, personal=False))
    assert {"person", "entered_by"}.isdisjoint(nameless["entries.csv"].splitlines()[0].split(","))
    assert "T. Typist" not in "".join(nameless.values())


def test_a_lesson_is_shown_with_its_recurrence_to_whoever_may_know_of_it(demo: str) -> None:
    """Others see what is published of it: told once, by the review that is public."""
    texts = {}
    for role in ("wscb", "wsab"):
        with connect(demo, readership=Roles((role, PERSONAL_TEXTS))) as app:
            texts[role] = page_of(written(built(app))["report.html"]).by_id("lessons").text

    assert "was told by 2 findings, first on 16 Oct 2017" in texts["wscb"]
    assert "it recurred once, first after 97 days; 2 later findings looked at" in texts["wscb"]
    assert "was told by 1 finding" in texts["wsab"]
    assert "Family M" not in texts["wsab"]


def test_what_the_public_is_shown_is_said_to_the_board(demo: str) -> None:
    text = page_of_demo(demo).by_id("register").text

    assert "The public register shows 4 recommendations; no more of public reviews have no" in text
    assert "1 finding, 1 answer and 1 action are not worded for the public" in text


def page_of_demo(demo: str) -> Node:
    with connect(demo, readership=TEXTS) as app:
        return page_of(written(built(app))["report.html"])


def test_corrections_are_on_the_page_with_their_reasons() -> None:
    board = Board()
    board.decide(
        RegisterBody, "2018-01-01", by=CHAIR, body="wscb/x", kind=BodyKind.COMMITTEE, name="X"
    )
    board.decide(VoidEntry, "2018-02-01", by=CHAIR, stream="body-wscb/x", entry=1, reasons="Twice")

    text = looked_at(board).by_id("corrections").text
    assert "1 correction; 1 of the entries on record has no effect" in text
    assert "Twice" in text


PERSONAL = (
    "agenda.items",
    *(
        f"accountability.{name}"
        for name in ("answers", "challenges", "clocks", "duties", "escalations", "explanations")
    ),
    "accountability.notes",
    *(f"audits.{name}" for name in ("audits", "notes")),
    *(f"calendar.{name}" for name in ("due", "overdue")),
    *(f"expected-evaluations.{name}" for name in ("expected", "routing")),
    "provenance.streams",
    *(f"recommendations.{name}" for name in ("history", "recommendations")),
    *(f"conduct.{name}" for name in ("family", "findings", "holds", "leads", "reviews")),
    *(f"conduct.{name}" for name in ("scopes", "steps", "voices")),
    "decisions.decisions",
    *(f"dissemination.{name}" for name in ("disseminations", "practice", "reviews")),
    "learning-cycle.recommendations",
    "lessons.answers",
    "lessons.tellings",
    "refusals.reasons",
    "sustainability.improvements",
)
"""The tables that have such texts of the worked history."""


def marked(demo: str) -> History:
    """Return the worked history, with the canary in all that may tell about a person."""
    with connect(demo, readership=TEXTS) as app:
        records = [
            replace(record, event=with_canaries(record.event, CANARY)) for record in app.history()
        ]
        return History(records, AsOf(valid=END, known=None, frameworks=app.frameworks), TEXTS)


def test_without_personal_texts_none_is_in_any_file(demo: str) -> None:
    history = marked(demo)
    files = written(report_of(history, personal=False))

    assert [] == [name for name, text in files.items() if CANARY in text]
    assert "Without personal texts" in files["report.html"]
    assert "reasons" not in files["tables/refusals.reasons.csv"].splitlines()[0]


def test_by_default_the_reasons_are_there_and_the_page_says_for_whom_it_is(demo: str) -> None:
    """No other table has a text that may tell about a person, or a name."""
    files = written(report_of(marked(demo)))

    pages = {"report.html", "report.md", "entries.csv", "charts/ownership.svg"}
    assert pages | {f"tables/{name}.csv" for name in PERSONAL} == {
        name for name, text in files.items() if CANARY in text
    }
    assert "For the board" in files["report.html"]
    assert "they are for the board, and not to be published as they are" in files["report.html"]


# The message first

LEADS = {
    "accountability": "Of 7 statutory clocks done, 6 were met. 3 recommendations came to be owed;"
    " none is still open, and none is overdue now. Days overdue so far, of all together: 71,"
    " of which 71 unexplained and 0 explained; by the dates in force at the time 71, by those"
    " first agreed 71. 3 duties of the boards themselves are overdue now, with nothing on record.",
    "answers": "4 recommendations asked for 4 answers: 3 accepted, 1 declined, 0 pending.",
    "sustainability": "2 improvements came to be embedded; 1 has relapsed. Of 3 checks due, 3 were"
    " made. Of 3 checks made, 2 were passed.",
    "cycle": "Of 4 recommendations, 2 have come to the last stage of the cycle. As far as they"
    " have come, none of them left a stage out or took one out of order.",
    "training": "1 course was put on, and 81 people came. Of 81 asked afterwards, 40 replied.",
    "annual-report": "Wolverhampton Safeguarding Adults Board, 1 Jul 2018 to 30 Jun 2019: no"
    " reviews concluded, none under way; no recommendations made. Wolverhampton Safeguarding"
    " Children Board, 1 Jul 2018 to 30 Jun 2019: no reviews concluded, 1 under way; no"
    " recommendations made.",
    "reviews": "2 reviews made 7 findings. Of 1 concluded review, 1 was shared.",
    "learnt": "1 lesson was drawn; none has been told more than once.",
    "record": "No entry on record was corrected.",
    "lists": "The first 20 rows of each table; all of them are in its file, and in `lif view`.",
}


def test_each_section_leads_with_what_the_data_say(demo: str) -> None:
    with connect(demo, readership=TEXTS) as app:
        report = built(app)

    assert LEADS == {section.id: section.lead for section in report.sections}


def test_a_curve_of_too_few_is_said_to_be_one(page: Node) -> None:
    text = page.by_id("survival").text

    assert "How many changes last 365 days cannot be said yet: none was embedded as long" in text
    assert "2 recommendations, embedded 2 times in all, nothing is estimated: 0 were still" in text


def test_committees_of_whose_meetings_nothing_is_on_record_are_named(page: Node) -> None:
    assert (
        "Who came to the meetings of Law, Policy and Procedure Committee: none is on record."
    ) in page.by_id("not-known").text


def test_charts_call_bodies_by_their_names(page: Node) -> None:
    """The full name stands where there is room, and the framework's short name where not."""
    exposure = " ".join(node.text for node in page.by_id("exposure").every("svg"))
    ownership = " ".join(node.text for node in page.by_id("ownership").every("svg"))

    assert "Quality Assurance" in exposure
    assert "LPP: 32 days" in ownership
    assert "Joint Learning and Development Committee: 39 days" in ownership


# Safe to open


def hostile() -> Board:
    """Return a board with a reference, a name, a unit and reasons that look like markup."""
    board = Board()
    registered = {"body": "wscb/evil", "name": HOSTILE, "kind": BodyKind.AGENCY}
    board.decide(RegisterBody, "2018-01-01", by=CHAIR, **registered)
    about = {"review": "wscb/peer-2018", "kind": "lga-peer", "title": HOSTILE}
    board.decide(v.OpenReview, "2018-01-10", by=CHAIR, **about)
    ref = f"wscb/{HOSTILE}"
    issue(board, ref)
    declined = {"recommendation": ref, "reasons": HOSTILE}
    board.decide(r.DeclineRecommendation, "2018-02-01", by=CHAIR, **declined)
    named: dict[str, Any] = {"indicator": f"wscb/i{HOSTILE}", "name": HOSTILE, "unit": HOSTILE}
    kind = i.IndicatorKind.MEASUREMENT
    board.decide(i.DefineIndicator, "2018-01-01", kind=kind, higher_is_better=True, **named)
    for month in range(1, 5):
        point: dict[str, Any] = {"period": day(f"2018-{month:02}-28"), "value": 1.0 * month}
        board.decide(i.RecordPoint, "2018-06-01", indicator=named["indicator"], **point)
    return board


def test_a_text_is_shown_and_never_obeyed() -> None:
    page = looked_at(hostile())

    assert HOSTILE in page.by_id("reasons").text
    assert [] == [*page.every("script", "img", "iframe", "object", "link", "base", "form")]
    assert [] == [
        name for node in page.every() for name in node.attributes if name.startswith("on")
    ]


def test_nor_in_markdown() -> None:
    text = written(built(hostile().app))["report.md"]

    assert [] == re.findall(r"(?<!\\)<(?!/?b>)[a-z/]", text)
    assert escaped(HOSTILE) in text
    assert r"1\. x" == escaped("1. x")
    assert r"\- x" == escaped("- x")


def test_the_page_asks_for_nothing(files: Mapping[str, str], page: Node) -> None:
    """The page has no address but the names of namespaces, no script, and forbids both."""
    assert {"http://www.w3.org/2000/svg"} == {
        *re.findall(r"\w+://[^\s\"'<)]+", files["report.html"])
    }
    assert [] == [*page.every("script", "link", "img", "iframe")]
    assert [] == [
        node.attributes["href"]
        for node in page.every("a")
        if not (node.attributes["href"] or "").startswith("#")
    ]
    (policy,) = (
        node.attributes["content"]
        for node in page.every("meta")
        if node.attributes.get("http-equiv") == "Content-Security-Policy"
    )
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" == policy


# Readable by everybody


def accessible(page: Node) -> None:
    """Check what a static look can tell."""
    ids = [node.attributes["id"] or "" for node in page.every() if "id" in node.attributes]
    assert sorted(set(ids)) == sorted(ids)
    (html,) = page.every("html")
    assert "en-GB" == html.attributes["lang"]
    assert 1 == len([*page.every("main")]) == len([*page.every("h1")]) == len([*page.every("nav")])
    levels = [int(node.tag[1]) for node in page.every("h1", "h2", "h3", "h4", "h5", "h6")]
    assert 1 == levels[0]
    assert [] == [b for a, b in pairwise(levels) if b > a + 1]
    for table in page.every("table"):
        first = table.inside[1]
        assert isinstance(first, Node)
        assert "caption" == first.tag
        assert first.text
        assert {"col", "row"} >= {th.attributes["scope"] for th in table.every("th")}
        assert all([*row.every("th")] for row in table.every("tr"))
        assert all(th.text for th in table.every("th"))
    for svg in page.every("svg"):
        assert "img" == svg.attributes["role"]
        named = (svg.attributes["aria-labelledby"] or "").split()
        assert all(page.by_id(ref).text for ref in named)
        assert named
    for node in page.every():
        if "tabindex" in node.attributes and node.tag == "div":
            assert "region" == node.attributes["role"]
        if "aria-labelledby" in node.attributes:
            assert all(
                page.by_id(ref) for ref in (node.attributes["aria-labelledby"] or "").split()
            )


def test_the_page_can_be_read_by_everybody(page: Node) -> None:
    accessible(page)

    assert 6 == len([*page.every("svg")])
    assert 20 < len([*page.every("table")])


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("name", ["ink", "soft", "accent"])
@pytest.mark.parametrize("ground", ["#ffffff", "#f3f6f8", "#fff7e8"])
def test_text_stands_out_from_every_ground(page: Node, name: str, ground: str) -> None:
    """The contrast is 4.5:1 or better."""
    (style,) = page.every("style")
    (colour,) = re.findall(rf"--{name}: (#[0-9a-f]{{6}});", style.text)

    assert 4.5 <= contrast(ground, colour)


def test_text_in_charts_stands_out_as_well(page: Node) -> None:
    """It is 4.5:1 or better, on white and on the band; none stands on a fill."""
    inks = {
        node.attributes["fill"] or "" for svg in page.every("svg") for node in svg.every("text")
    }

    assert {"#1a1a1a", "#595959"} <= inks
    assert [] == [
        ink
        for ground in ("#ffffff", "#cfe3f1")
        for ink in sorted(inks)
        if contrast(ink, ground) < 4.5
    ]


def contrast(colour: str, other: str) -> float:
    low, high = sorted((luminance(colour), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_every_figure_says_when_what_and_from_which_entries(
    page: Node, files: Mapping[str, str]
) -> None:
    """Page and Markdown have its two times, the meaning of its tables, and its entries."""
    listed = {
        figure
        for row in csv.DictReader(io.StringIO(files["entries.csv"]))
        for figure in row["figures"].split()
    }
    figures = [node for node in page.every("section") if node.attributes.get("class") == "figure"]

    assert 20 < len(figures)
    for node in figures:
        ref = node.attributes["id"] or ""
        heading = page.by_id(f"{ref}-heading").text
        under = files["report.md"].split(f"### {heading}\n")[1].split("\n#")[0]
        for text in (node.text, under):
            assert re.search("s it was on (30 Jun 2019, as known from|the day)", text)
        means = [p.text for p in node.every("p") if p.attributes.get("class") == "means"]
        assert len([*node.every("table")]) == len(means)
        assert all(means)
        assert (ref in listed) == ("counted from" in node.text)
        assert f"under `{ref}`" in under


def test_what_was_known_then_rests_on_what_was_on_record_then(
    files: Mapping[str, str],
) -> None:
    rows = csv.DictReader(io.StringIO(files["entries.csv"]))
    events = [row["event"] for row in rows if "hindsight" in row["figures"].split()]

    assert ["CaseNotified", "HoldDecided", "AddresseesInformed"] == events


def test_every_chart_of_the_markdown_is_a_file_with_its_words(files: Mapping[str, str]) -> None:
    charts = re.findall(r"^!\[(.+)\]\((charts/[a-z0-9-]+\.svg)\)$", files["report.md"], re.M)

    assert {name for name in files if name.startswith("charts/")} == {file for _, file in charts}
    assert all(len(words) > 20 for words, _ in charts)


# The folder


def pieces(*names: str) -> Iterator[tuple[str, list[str]]]:
    return ((name, [f"{name} is ", "here"]) for name in names)


def test_an_earlier_report_is_replaced_and_nothing_of_it_is_left(tmp_path: Path) -> None:
    write(tmp_path / "r", pieces("report.html", "charts/xmr-1.svg", "tables/a.b.csv"))
    write(tmp_path / "r", pieces("report.html", "tables/a.c_d.csv"))

    assert ["report.html", "tables/a.c_d.csv"] == sorted(
        str(path.relative_to(tmp_path / "r")) for path in (tmp_path / "r").rglob("*.*")
    )
    assert "report.html is here" == (tmp_path / "r" / "report.html").read_text()


@pytest.mark.parametrize("other", ["notes.txt", "charts/photo.png", "tables/mine/a.csv"])
def test_a_folder_that_holds_anything_else_is_left_alone(tmp_path: Path, other: str) -> None:
    file = tmp_path / other
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("mine")
    held = sorted(tmp_path.rglob("*"))

    with pytest.raises(MalformedError, match="which is no part of a report; name a new folder"):
        write(tmp_path, pieces("report.html"))

    assert held == sorted(tmp_path.rglob("*"))


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "r").write_text("mine")

    with pytest.raises(MalformedError, match="is a file; name a folder"):
        write(tmp_path / "r", pieces("report.html"))


def test_a_report_that_could_not_be_written_whole_is_not_written(tmp_path: Path) -> None:
    """The earlier files are still there."""
    write(tmp_path / "r", pieces("report.html"))

    def failing() -> Iterator[tuple[str, list[str]]]:
        yield "report.html", ["new"]
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space left"):
        write(tmp_path / "r", failing())
    with pytest.raises(OSError, match="no space left"):
        write(tmp_path / "new", failing())

    assert [tmp_path / "r", tmp_path / "r" / "report.html"] == sorted(tmp_path.rglob("*"))
    assert "report.html is here" == (tmp_path / "r" / "report.html").read_text()


def test_what_a_run_that_was_killed_left_behind_is_gone_after_the_next(
    demo: str, tmp_path: Path
) -> None:
    """The hidden folder holds all that the report does, where nobody would look for it."""
    out = tmp_path / "r"
    code = (
        "import os, signal, sys; from pathlib import Path; from lif_adapters.report import write\n"
        "def files():\n"
        "    yield 'report.html', ['half of it']\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "write(Path(sys.argv[1]), files())"
    )
    done = subprocess.run([sys.executable, "-c", code, str(out)], check=False)
    (left,) = out.iterdir()

    assert (-9, "half of it") == (done.returncode, (left / "report.html").read_text())
    assert 0 == run(["report", "--out", str(out), "--db", demo, "--valid", "2019-06-30"])
    assert [] == [path for path in out.iterdir() if path.name.startswith(".")]


# The command


def test_it_says_which_files_it_wrote(
    demo: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without --valid the report is as at the day of --known."""
    out = tmp_path / "r"
    command = ["report", "--out", str(out), "--db", demo, "--known", "2018-03-01"]
    assert 0 == run([*command, "--format", "json"])
    answer = json.loads(capsys.readouterr().out)

    assert ("2018-03-01", "2018-03-01T23:59:59+00:00") == (answer["valid"], answer["known"])
    assert sorted(map(Path, answer["files"])) == sorted(f for f in out.rglob("*.*"))


def test_a_folder_of_other_files_is_refused_on_one_line(
    demo: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes.txt").write_text("mine")

    assert 5 == run(["report", "--out", str(tmp_path), "--db", demo])
    assert (
        f"lif: malformed: --out: {tmp_path} holds notes.txt, which is no part of a report;"
        " name a new folder\n"
    ) == capsys.readouterr().err


@pytest.mark.parametrize("module", ["vl_convert", "jinja2"])
def test_without_its_extra_it_says_how_to_get_it(demo: str, tmp_path: Path, module: str) -> None:
    code = f"import sys; sys.modules['{module}'] = None\n{LIF[-1]}"
    out = tmp_path / "r"
    done = subprocess.run(
        [sys.executable, "-c", code, "report", "--out", str(out), "--db", demo],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (
        8,
        "",
        f"lif: not installed: a report needs {module}: pip install 'lif-ledger[report]'\n",
    ) == (
        done.returncode,
        done.stdout,
        done.stderr,
    )
    assert not out.exists()


def test_other_commands_load_none_of_it() -> None:
    code = """if True:
        import sys
        from importlib import import_module
        from lif_adapters.cli.main import COMMANDS
        for where, _ in COMMANDS.values():
            import_module("lif_adapters.cli." + where.partition(":")[0])
        print({'vl_convert', 'jinja2'} & {*sys.modules})
    """
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "set()\n" == done.stdout


def test_entries_that_the_reader_may_not_know_of_are_not_among_those_left_out(demo: str) -> None:
    """A link of a lesson, and a finding compared with it, are not to be told by their number."""
    with connect(demo, readership=TEXTS) as app:
        not_known = built(app).first.not_known

    assert [] == [line for kind in not_known for line in kind.lines if "not counted" in line]


def test_no_entry_tells_of_a_link_that_the_reader_may_not_know_of() -> None:
    """The entries are those of a store where nobody ever made it, by their numbers there."""

    def entries(*, linked: bool) -> list[tuple[str, int, str]]:
        at = AsOf(valid=day("2019-12-31"), frameworks=load())
        report = report_of(History(store(linked=linked), at, Roles({"wscb", PERSONAL_TEXTS})))
        records = [entry.record for entry in report.entries]
        return [(e.stream, e.stream_position, type(e.event).__name__) for e in records]

    assert ("lesson-wscb/lesson-1", 6, "LessonLinked") in entries(linked=True)
    assert entries(linked=False) == entries(linked=True)
