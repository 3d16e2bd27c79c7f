"""A report that is cut to a board, to a review or to a time: what it shows is as it is in all."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs
import pytest

from lif_adapters.cli.demo import record_demo
from lif_adapters.cli.main import run
from lif_adapters.report import build, files_of
from lif_adapters.report.history import History, read
from lif_adapters.report.scope import Scope
from lif_adapters.wiring import connect
from lif_core.aggregates import review as v
from lif_core.commands.application import Application
from lif_core.log.mapper import LifMapper
from lif_core.projection.tables import columns_of
from lif_core.queries.readership import PERSONAL_TEXTS, Roles
from lif_core.values.refs import stream_of
from lif_core.views import PROJECTIONS
from tests.adapters.test_report import accessible
from tests.board import Board
from tests.html_page import page_of
from tests.people import CHAIR, by, day

MAPPER = LifMapper()
END = day("2019-06-30")
SCR = "wscb/scr-child-k"
ITEMS = {
    "accountability.answers": "recommendation",
    "accountability.clocks": "review",
    "accountability.duties": "recommendation",
    "conduct.findings": "review",
    "dissemination.reviews": "review",
    "learning-cycle.recommendations": "recommendation",
    "register.promises": "recommendation",
    "sustainability.improvements": "recommendation",
    "sustainability.spells": "recommendation",
}
"""Tables with rows of one stream each, and the column that names it."""


@pytest.fixture(scope="module")
def demo() -> Any:
    with connect("memory:", readership=Roles((PERSONAL_TEXTS,))) as app:
        record_demo(app)
        yield app


def history(app: Application) -> History:
    return read(app, END, None, lambda count: None)


def files(app: Application, **scope: Any) -> Mapping[str, str]:
    report = build(app, valid=END, **scope)
    return {name: "".join(pieces) for name, pieces in files_of(report, MAPPER)}


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture(scope="module")
def whole(demo: Application) -> Mapping[str, str]:
    return files(demo)


@pytest.mark.parametrize(
    "scope",
    [{"review": SCR}, {"review": "wscb/ttr-family-m"}, {"since": day("2019-06-28")}],
    ids=["a review", "another", "a time"],
)
def test_what_is_shown_is_as_it_is_among_all(
    scope: dict[str, Any], demo: Application, whole: Mapping[str, str]
) -> None:
    """A row of what is shown is that of the whole report, and none is of anything else."""
    shown = Scope(**scope).of(history(demo)).shown
    cut = files(demo, **scope)

    assert shown
    for table, column in ITEMS.items():
        expected = [
            row
            for row in rows(whole[f"tables/{table}.csv"])
            if stream_of(column, row[column]) in shown
        ]
        assert expected == rows(cut[f"tables/{table}.csv"]), table
    assert {row["stream"] for row in rows(cut["entries.csv"])} <= shown
    accessible(page_of(cut["report.html"]))


def test_totals_are_of_what_is_shown(demo: Application) -> None:
    """Of the review, four answers; of the one that only began, none."""
    made = {
        review: rows(files(demo, review=review)["tables/accountability.totals.csv"])[0]["made"]
        for review in (SCR, "wscb/ttr-family-m")
    }

    assert {SCR: "4", "wscb/ttr-family-m": "0"} == made


def test_what_was_cut_is_not_said_to_be_missing(demo: Application) -> None:
    """Meetings are on record, and entries count, though a report of one review shows neither."""
    whole, cut = (
        {line for kind in report.first.not_known for line in kind.lines}
        for report in (build(demo, valid=END), build(demo, valid=END, review=SCR))
    )

    assert any(line.startswith("Who came to the meetings of Law, Policy") for line in whole)
    assert [] == [line for line in cut if line.startswith("Who came to the meetings")]
    assert [] == [line for line in cut if "not counted" in line]


def test_cut_to_everything_every_table_is_that_of_the_whole(demo: Application) -> None:
    everything = history(demo)
    shown = frozenset(everything.streams)
    cut = History(
        everything.records,
        everything.as_of,
        everything.readership,
        everything.packs,
        everything.catalogue,
        shown,
    )

    for projection in PROJECTIONS.values():
        assert columns_of_view(everything.view(projection)) == columns_of_view(
            cut.view(projection)
        )


def columns_of_view(view: Any) -> Any:
    return {
        name: [columns_of(row) for row in value] if isinstance(value, tuple) else str(value)
        for name, value in columns_of(view).items()
    }


def test_what_hangs_on_a_review_is_reached_through_no_other_review(demo: Application) -> None:
    """The lesson is of both; the other review that it was told by is not reached through it.

    Whoever may not know of its links does not reach it either.
    """
    anybodys = history(demo)
    boards = attrs.evolve(anybodys, readership=Roles(("wscb", PERSONAL_TEXTS)))
    shown = Scope(review=SCR).of(boards).shown or frozenset()

    assert {
        f"review-{SCR}",
        "recommendation-wscb/r-4",
        "audit-wscb/pre-birth-2019-06",
        "training_course-wsb/neglect-over-time",
        "indicator-wscb/neglect-pattern",
        "lesson-wscb/before-birth",
        "dissemination-wscb/spring-2018",
    } <= shown
    assert "review-wscb/ttr-family-m" not in shown
    assert "audit-wscb/maca-neglect-2018-11" not in shown
    assert shown - {"lesson-wscb/before-birth"} == Scope(review=SCR).of(anybodys).shown


def test_what_is_still_open_is_shown_however_long_ago_it_moved(demo: Application) -> None:
    """Nothing happened since; what nothing is expected of is left out."""
    shown = Scope(since=day("2019-06-28")).of(history(demo)).shown

    assert {
        "audit-wscb/maca-neglect-2018-01",  # two agencies have not acknowledged the note
        "recommendation-wscb/r-1",
        "recommendation-wscb/r-2",
        "recommendation-wscb/r-3",
        "review-wscb/ttr-family-m",
    } == shown


def test_the_page_says_what_was_cut(demo: Application, whole: Mapping[str, str]) -> None:
    text = page_of(files(demo, review=SCR, since=day("2019-06-28"))["report.html"]).text

    assert f"This report is cut to the review {SCR} and what hangs on it." in text
    assert "cut to what has moved since 28 Jun 2019 or is still open" in text
    assert "3 streams of 26 are shown; 23 are left out." in text
    assert "This report is cut" not in whole["report.html"]
    assert "This report is cut" not in whole["report.md"]


def test_another_boards_own_is_in_no_file() -> None:
    board = Board()
    for name in ("wscb", "wsab"):
        about = {"review": f"{name}/peer-1", "kind": "lga-peer", "title": f"Peers of {name}"}
        board.decide(v.OpenReview, "2018-01-10", by=by(name), **about)
    cut = files(board.app, board="wscb")

    assert "wscb/peer-1" in cut["report.html"]
    assert [] == [name for name, text in cut.items() if "wsab/peer-1" in text]
    assert "<h1>Wolverhampton Safeguarding Children Board" in cut["report.html"]
    assert (
        "cut to Wolverhampton Safeguarding Children Board: to what is its own"
        in (cut["report.md"])
    )


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (("--board", "nobody"), 5, "--board: nothing is of 'nobody'; packs name walsall-scb,"),
        (("--review", "wscb/none"), 3, "stream.unknown"),
        (("--public", "--since", "2019-01-01"), 5, "--since: a public edition shows all that"),
        (("--since", "yesterday"), 5, "--since"),
    ],
)
def test_what_there_is_nothing_of_is_refused_and_nothing_is_written(
    args: tuple[str, ...],
    code: int,
    says: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    store, out = tmp_path / "demo.db", tmp_path / "r"
    with connect(f"sqlite:{store}", readership=Roles((PERSONAL_TEXTS,))) as app:
        about: dict[str, Any] = {"review": "wscb/1", "kind": "lga-peer", "title": "Peers"}
        app.handle(v.OpenReview(by=CHAIR, on=day("2018-01-10"), **about))

    assert code == run(["report", "--out", str(out), "--db", str(store), *args])
    assert says in capsys.readouterr().err
    assert not out.exists()
