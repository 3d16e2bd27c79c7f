"""Histories at the edges: sensible output, no NaN, no crash, in every view and every format."""

import csv
import io
import json
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import attrs
import pytest

from lif_adapters.json_values import json_value
from lif_adapters.wiring import connect
from lif_core.commands.application import Application
from lif_core.decisions.standing import BEFORE_ITS_SUPPORT
from lif_core.views import PROJECTIONS
from tests.command_line import JSON, answer, lines, output, strict, value_at
from tests.edge_histories import HISTORIES, record
from tests.html_page import page_of
from tests.naive_view import standing_of
from tests.people import EVERYTHING, day

Named = Callable[[str], Path]
VALID = "2019-06-30"
COMPARED = ("accountability", "sustainability", "training", "provenance", "calendar")
BEFORE = day("2017-01-01")
AT: list[tuple[date, date | None]] = [
    (day(VALID), None),
    (date.min, None),
    (date.max, None),
    (BEFORE, None),
    (day(VALID), BEFORE),
    (date.max, date.min),
    (date.min, date.max),
]


@pytest.fixture(scope="module")
def store_of(tmp_path_factory: pytest.TempPathFactory) -> Named:
    """The store of a history, made once; nothing here writes to it."""
    folder = tmp_path_factory.mktemp("odd")

    def store(name: str) -> Path:
        file: Path = folder / f"{name}.db"
        if not file.exists():
            record(file, HISTORIES[name])
        return file

    return store


@pytest.fixture(scope="module", params=sorted(HISTORIES))
def store(request: pytest.FixtureRequest, store_of: Named) -> Path:
    return store_of(request.param)


@pytest.fixture(scope="module")
def report_of(tmp_path_factory: pytest.TempPathFactory, store_of: Named) -> Named:
    """The folder of the report of a history, made once."""
    folder = tmp_path_factory.mktemp("reports")

    def report(name: str) -> Path:
        out: Path = folder / name
        if not out.exists():
            store = str(store_of(name))
            output("report", "--out", str(out), "--valid", VALID, "--db", store)
        return out

    return report


@pytest.fixture(autouse=True)
def entitled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever reads here may read every view."""
    monkeypatch.setenv("LIF_ROLES", ",".join(EVERYTHING.roles))


@contextmanager
def reading(store: Path) -> Iterator[Application]:
    with closing(connect(f"sqlite:{store}", create=False, readership=EVERYTHING)) as app:
        yield app


STRANGE = re.compile(r"-?(?i:nan|inf|infinity)|None|[-\N{MINUS SIGN}]0(\.0*)?%?")


def strange(texts: Iterator[str]) -> list[str]:
    """Those that no reader should find: a number that is none, or less than none."""
    return [text for text in texts if STRANGE.fullmatch(text.strip())]


def cells(value: Any) -> Iterator[str]:
    """Every cell of comma-separated rows, what is nested in one taken apart."""
    for row in csv.reader(io.StringIO(value)):
        for cell in row:
            yield cell
            if cell.startswith(("[", "{")):
                yield from leaves(json.loads(cell))


def leaves(value: Any) -> Iterator[str]:
    match value:
        case dict():
            for inner in value.values():
                yield from leaves(inner)
        case list():
            for inner in value:
                yield from leaves(inner)
        case None:
            pass
        case _:
            yield str(value)


def test_what_is_strange_is_found() -> None:
    texts = ["nan", "-inf", "Infinity", "None", "-0", "-0.0", "-0.00%", "\N{MINUS SIGN}0"]
    fine = ["0", "0%", "-5", "-0.057", "none", "finance", "nano", "", "10"]

    assert texts == strange(iter([*texts, *fine]))


# Whatever the history


@pytest.mark.parametrize("name", sorted(PROJECTIONS))
def test_every_view_is_there_in_every_format(name: str, store: Path) -> None:
    """Strict JSON; no cell is a number that is none."""
    asked = ("view", name, "--valid", VALID, "--db", str(store))
    whole = answer(*asked)
    table = output(*asked)

    assert VALID == whole["valid"]
    assert [] == strange(leaves(whole))
    assert [] == strange(part for line in table.splitlines() for part in re.split(r"  +", line))
    assert [] == strange(cells(output(*asked, "--format", "csv")))


@pytest.mark.parametrize("name", sorted(PROJECTIONS))
def test_every_view_is_there_at_any_two_times(name: str, store: Path, store_of: Named) -> None:
    """On the first and the last day there is; before everything, it is that of an empty store."""
    with reading(store) as app, reading(store_of("nothing")) as empty:
        for valid, known in AT:
            view = app.view(PROJECTIONS[name], valid=valid, known=known)
            text = json.dumps(json_value(view, app.mapper), allow_nan=False)

            assert [] == strange(leaves(strict(text)))
            if BEFORE in (valid, known) or date.min in (valid, known):
                assert empty.view(PROJECTIONS[name], valid=valid, known=known) == view


def test_the_report_is_well_formed_and_has_no_strange_cell(store: Path, report_of: Named) -> None:
    report = report_of(store.stem)
    page = page_of((report / "report.html").read_text("utf-8"))

    shown = (node.text for node in page.every("td", "th", "dd", "text"))
    assert [] == strange(shown)
    tables = [file.read_text("utf-8") for file in sorted(report.rglob("*.csv"))]
    assert 40 < len(tables)
    assert [] == [cell for table in tables for cell in strange(cells(table))]
    rows = (report / "report.md").read_text("utf-8").splitlines()
    assert [] == strange(cell for row in rows if row.startswith("|") for cell in row.split("|"))


@pytest.mark.parametrize("by", ["position", "recorded", "effective"])
def test_it_can_be_stepped_through(by: str, store: Path) -> None:
    """Each entry comes once; by the days of effect, those that are left once corrected."""
    moments = lines("replay", "--by", by, "--view", "accountability", "--db", str(store))
    entries = lines("log", "--db", str(store))
    positions = sorted(record["position"] for one in moments for record in one["records"])

    if by == "effective":
        with reading(store) as app:
            streams = {record.stream: list(app.history(record.stream)) for record in app.history()}
        left = (one for records in streams.values() for one in standing_of(records))
        assert sorted(record.position for record in left) == positions
    else:
        assert [entry["position"] for entry in entries] == positions


@pytest.mark.parametrize("name", COMPARED)
@pytest.mark.parametrize(
    "times",
    [
        ("--valid", VALID, "--known", "2018-12-31", "--to-known", VALID),
        ("--valid", "0001-01-01", "--to-valid", "9999-12-31"),
    ],
    ids=lambda times: " ".join(times),
)
def test_a_difference_is_told_where_there_is_one(
    name: str, times: tuple[str, ...], store: Path
) -> None:
    """And none where the two views are the same, but for when they are of."""
    changes = answer("diff", name, *times, "--db", str(store))["changes"]
    told = {
        **dict.fromkeys(("--known", "--to-known")),
        **dict(zip(times[::2], times[1::2], strict=True)),
    }
    first, second = told["--valid"], told.get("--to-valid", told["--valid"])
    with reading(store) as app:
        before, after = (
            app.view(
                PROJECTIONS[name], valid=day(valid or ""), known=day(known) if known else None
            )
            for valid, known in ((first, told["--known"]), (second, told["--to-known"]))
        )

    same = attrs.evolve(before, valid=after.valid, known=after.known) == after
    assert same == (changes == [])


@pytest.mark.parametrize("name", PROJECTIONS)
def test_what_is_saved_is_what_the_log_says(name: str, store: Path, tmp_path: Path) -> None:
    """On the day that it was saved of, and on the first and the last one there is."""
    copy, projection = tmp_path / "copy.db", PROJECTIONS[name]
    shutil.copy(store, copy)
    with reading(copy) as app:
        app.save(projection, valid=day(VALID))
    for valid in (day(VALID), date.max, date.min):
        with reading(copy) as app:  # which keeps nothing yet
            resumed = app.view(projection, valid=valid)

            assert app.view(projection, valid=valid, afresh=True) == resumed


def test_the_command_line_passes_by_what_is_saved(store: Path, tmp_path: Path) -> None:
    """And says the same."""
    copy = str(shutil.copy(store, tmp_path / "copy.db"))
    output("save", COMPARED[0], "--valid", VALID, "--db", copy)
    asked = ("view", COMPARED[0], "--valid", VALID, "--db", copy)

    assert answer(*asked, "--afresh") == answer(*asked)


@pytest.mark.parametrize(
    "times",
    [
        ("--valid", "0001-01-01"),
        ("--valid", "9999-12-31"),
        ("--valid", VALID, "--known", "2000-01-01"),
    ],
    ids=lambda times: " ".join(times),
)
def test_the_worked_history_can_be_reported_of_any_two_times(
    times: tuple[str, ...], tmp_path: Path
) -> None:
    """The first day there is, the last one, and before anything was on record."""
    store = str(tmp_path / "demo.db")
    output("demo", "--db", store)
    output("report", "--out", str(tmp_path / "r"), *times, "--db", store)
    page = page_of((tmp_path / "r" / "report.html").read_text("utf-8"))
    empty = "Nothing is on record yet" in page.text

    assert empty is (times != ("--valid", "9999-12-31"))
    assert [] == strange(node.text for node in page.every("td", "th", "dd", "text"))


# What is sensible, by hand

FIGURES: dict[str, list[tuple[str, str, object]]] = {
    "nothing": [
        ("accountability", "totals.reviews", 0),
        ("accountability", "boards", []),
        ("sustainability", "survival.spells", 0),
        ("sustainability", "survival.masses", []),
        ("sustainability", "lasting.low", None),  # of no spell
        ("sustainability", "by_day_of_discovery.restricted_mean", None),
        ("sustainability", "rechecks.pass_rate", None),
        ("sustainability", "groups", []),
        ("training", "attended", 0),
    ],
    "reviewed": [
        ("accountability", "totals.reviews", 1),
        ("accountability", "boards[board=wscb].reviews", 1),
        ("accountability", "clocks", []),  # no clock runs for a peer review
        ("sustainability", "improvements", []),
    ],
    "everything_declined": [
        ("accountability", "totals.made", 3),
        ("accountability", "totals.declined", 3),
        ("accountability", "totals.duties", 0),
        ("accountability", "totals.days_overdue_so_far", 0),
        ("sustainability", "standing.declined", 3),
        ("sustainability", "survival.spells", 0),
    ],
    "everything_lasting": [
        ("sustainability", "survival.spells", 3),
        ("sustainability", "lasting.low", 0.0),  # nobody was seen in place a year on
        ("sustainability", "lasting.high", 1.0),  # and nobody found gone
        ("sustainability", "lasting.survival", None),
        ("sustainability", "by_day_of_discovery.median", None),
        ("sustainability", "by_day_of_discovery.restricted_mean", None),  # of three
        ("sustainability", "by_day_of_discovery.at_risk[day=0].at_risk", 3),
        ("sustainability", "by_day_of_discovery.at_risk[day=0].censored", 1),  # never looked at
        ("sustainability", "by_day_of_discovery.at_risk[day=180].at_risk", 1),
        ("sustainability", "by_day_of_discovery.at_risk[day=270].censored", 3),
        ("sustainability", "groups[by=board].survival", None),  # nobody was followed so far
        ("sustainability", "standing.unknown", 3),  # a year on, and nobody looked in time
    ],
    "everything_withdrawn": [
        ("sustainability", "by_day_of_discovery.withdrawn", 2),
        ("sustainability", "survival.relapses", 0),
        ("sustainability", "lasting.begun", 2),  # withdrawn before a year was over: not known
        ("sustainability", "lasting.low", 0.0),
        ("sustainability", "lasting.high", 1.0),
        ("sustainability", "spells[recommendation=wscb/r-2].first", 60),
        ("sustainability", "spells[recommendation=wscb/r-2].last", 100),
        ("accountability", "totals.duties_open", 0),
        ("accountability", "totals.days_overdue_so_far", 0),
    ],
    "everything_gone_at_once": [
        ("sustainability", "standing.relapsed", 2),
        ("sustainability", "spells[recommendation=wscb/r-1].first", 0),
        ("sustainability", "spells[recommendation=wscb/r-1].last", 0),
        ("sustainability", "lasting.high", 0.0),
        ("sustainability", "survival.masses[after=-1].mass", None),  # of two
        ("sustainability", "by_day_of_discovery.steps[day=0].at_risk", 2),
        ("sustainability", "by_day_of_discovery.steps[day=0].survival", None),  # of two
    ],
    "dates_going_backwards": [
        # Decided on 15 April, notified on the 20th: nobody decides on what was not notified.
        ("accountability", "totals.reviews", 1),  # the peer review
        ("accountability", "inconsistent[stream=review-wscb/scr-1].entries", [1, 2]),
        # Issued on 12 January, answered as it now says on the 2nd; a concern raised on 1 April,
        # and answered as it now says on 23 March.
        ("accountability", "totals.recommendations", 0),
        (
            "accountability",
            f"inconsistent[why=RecommendationAccepted {BEFORE_ITS_SUPPORT}].entries",
            [1, 2],
        ),
        (
            "accountability",
            f"inconsistent[why=EscalationAnswered {BEFORE_ITS_SUPPORT}].entries",
            [4, 5],
        ),
        ("sustainability", "improvements", []),
        ("training", "catalogue[course=wsb/c-1].waited", 0),
    ],
    "everything_void": [
        ("accountability", "totals.reviews", 0),
        ("sustainability", "improvements", []),
        ("sustainability", "indicators", []),
        ("training", "courses", 0),
        ("provenance", "streams", []),
    ],
    "mergers_in_a_circle": [
        # Due on 1 March 2018: a year, 30 days of March, 30 of April, 31 of May and 30 of June.
        ("accountability", "ownership[body=wsb/lpp].until", "2018-02-01"),
        ("accountability", "ownership[body=wsb/lpp].days_overdue_so_far", 0),
        ("accountability", "ownership[body=wsb/jld].until", None),
        ("accountability", "ownership[body=wsb/jld].days_overdue_so_far", 486),
        ("accountability", "lineages[body=wsb/jld].merged", ["wsb/lpp"]),
        ("accountability", "lineages[body=wsb/jld].days_overdue_so_far", 486),
        ("accountability", "lineages[body=wsb/jld].held", 1),
        ("accountability", "totals.days_overdue_so_far", 486),
        ("sustainability", "improvements[recommendation=wscb/r-1].owner", "wsb/jld"),
    ],
    "indicators_with_little_to_say": [
        ("sustainability", "indicators[indicator=wscb/one].points", 1),
        ("sustainability", "indicators[indicator=wscb/one].last", 61.0),
        ("sustainability", "indicators[indicator=wscb/one].chart", None),
        ("sustainability", "indicators[indicator=wscb/one].assurance", None),
        ("sustainability", "points[indicator=wscb/one].moving_range", None),
        ("sustainability", "indicators[indicator=wscb/same].chart.low", 61.0),
        ("sustainability", "indicators[indicator=wscb/same].chart.high", 61.0),
        ("sustainability", "indicators[indicator=wscb/same].signals", 0),
        ("sustainability", "indicators[indicator=wscb/same].assurance", "met consistently"),
        ("sustainability", "indicators[indicator=wscb/none].points", 0),
        ("sustainability", "indicators[indicator=wscb/none].target", 95.0),
        ("sustainability", "indicators[indicator=wscb/none].last", None),
        ("sustainability", "indicators[indicator=wscb/none].assurance", None),
    ],
    "nobody_and_nothing": [
        ("accountability", "representation[body=wscb/new].meetings", 1),
        ("accountability", "representation[body=wscb/new].required", 0),
        ("accountability", "representation[body=wscb/new].quorate", 0),
        ("sustainability", "reaudits", []),  # of no files there is no share to compare
        ("training", "sessions[session=s-1].fill", 0.0),  # 0 of 20
        ("training", "sessions[session=s-1].turn_up", None),  # 0 of 0
        ("training", "evaluations[session=s-1].reply_rate", None),
        ("training", "evaluations[session=s-1].positive_of_replies", None),
        ("training", "evaluations[session=s-1].positive_at_least", None),
    ],
    "years_mistyped": [
        # 100 years with 25 leap days are 36525 days; and from 11 to 20 April 9.
        ("accountability", "clocks[clock=notification].latency", 36534),
        ("accountability", "clocks[clock=notification].due", "1917-04-18"),
        ("accountability", "duties[recommendation=wscb/r-1].due", "2116-12-31"),
        ("accountability", "duties[recommendation=wscb/r-1].days_overdue_so_far", 0),
        ("sustainability", "improvements[recommendation=wscb/r-2].next_check", "2116-12-31"),
        ("sustainability", "improvements[recommendation=wscb/r-2].checks_due", 1),
        ("sustainability", "indicators[indicator=wscb/i-1].chart.mean", 61.0),
    ],
}


@pytest.mark.parametrize(
    ("history", "view", "at", "expected"),
    [(history, *figure) for history, figures in FIGURES.items() for figure in figures],
)
def test_what_it_says_is_what_can_be_worked_out_by_hand(
    history: str, view: str, at: str, expected: object, store_of: Named
) -> None:
    assert expected == value_at(viewed(store_of(history), view), at)


@cache
def viewed(store: Path, view: str) -> JSON:
    return answer("view", view, "--valid", VALID, "--db", str(store))


def test_each_history_has_its_figures() -> None:
    assert set(HISTORIES) == set(FIGURES)


def test_of_what_is_void_nothing_counts(store_of: Named) -> None:
    """Every view but that of corrections is that of a store in which nothing was ever decided."""
    with reading(store_of("everything_void")) as app, reading(store_of("nothing")) as empty:
        for name in PROJECTIONS.keys() - {"corrections"}:
            projection = PROJECTIONS[name]
            assert empty.view(projection, valid=day(VALID)) == (
                app.view(projection, valid=day(VALID))
            )


def test_a_relapse_on_the_day_of_the_last_pass_is_no_empty_interval(report_of: Named) -> None:
    """Within (0, 0] there is no day."""
    text = (report_of("everything_gone_at_once") / "report.md").read_text("utf-8")

    assert "(0, 0" not in text
    assert re.search(r"found gone on [0-9]+ \w+ 2018, when it was also seen in place\.", text)
