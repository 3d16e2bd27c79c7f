"""The commands that read, and `lif demo`: their formats, dates, exit codes, and damaged stores."""

import csv
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import date, datetime
from functools import cache
from importlib import import_module
from importlib.resources import files
from inspect import getdoc
from pathlib import Path
from typing import Any, TypeAlias

import jsonschema
import pytest
from cyclopts import App

import lif_adapters.sqlite
import lif_adapters.sqlite_schema
from lif_adapters.cli.main import COMMANDS
from lif_adapters.cli.output import OutputFormat
from lif_core.aggregates import recommendation as r
from lif_core.log.registry import Registry
from lif_core.views import PROJECTIONS
from tests import edge_histories
from tests.board import CHAIR, Board
from tests.command_line import Lif, Ran
from tests.edge_histories import amended, planned, reviewed, voided
from tests.people import day
from tests.store_files import rewrite

JSON: TypeAlias = Any
GOLDEN = Path(__file__).parent / "golden"
LIF = [sys.executable, "-c", "from lif_adapters.cli.main import main; main()"]
REVIEW = "review-wscb/scr-child-k"
MOVED = "recommendation-wscb/r-2"
DECLINED = "recommendation-wscb/r-4"
VIEWS = ("accountability", "sustainability", "training", "provenance")
READING = {
    "log": ("log",),
    "log of a stream": ("log", REVIEW),
    "show": ("show", REVIEW),
    "why": ("why", MOVED),
    "accountability": ("view", "accountability"),
    "sustainability": ("view", "sustainability"),
    "training": ("view", "training"),
    "provenance": ("view", "provenance"),
}
DEMO_LINES = files("lif_adapters.cli").joinpath("demo.jsonl").read_text("utf-8").splitlines()
DEMO: list[JSON] = [json.loads(line) for line in DEMO_LINES]
BOARD: JSON = {
    "command": "RegisterBody",
    "by": {"person": "P. Registrar", "role": "registrar", "body": "xb"},
    "on": "2018-01-01",
    "body": "xb",
    "name": "Board X",
    "kind": "board",
}
CANNOT_BE_DECODED = (
    "UPDATE stored_events SET state = CAST(X'00' || state AS BLOB) WHERE position = 2"
)
DAMAGES = {
    "a byte of the text": (
        "UPDATE stored_events SET state ="
        " CAST(replace(CAST(state AS TEXT), 'Neglect was', 'Neglect is ') AS BLOB)"
        " WHERE position = 2"
    ),
    "the first byte": CANNOT_BE_DECODED,
    "all its bytes gone": "UPDATE stored_events SET state = X'' WHERE position = 2",
    "text for bytes": (
        "UPDATE stored_events SET state = CAST(state AS TEXT) || '' WHERE position = 2"
    ),
    "a number for bytes": "UPDATE stored_events SET state = 5 WHERE position = 2",
    "another name": "UPDATE stored_events SET topic = 'AddresseesInformed.v1' WHERE position = 2",
    "a name of the future": "UPDATE stored_events SET topic = 'HoldDecided.v9' WHERE position = 2",
}
A_NEW_NAME = "a name of the future"
PASSING_IT_OVER = ("sustainability", "training")
"""The views that count no `HoldDecided`, which the harmed entry is."""


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("LIF_DB", "FORCE_COLOR", "TTY_COMPATIBLE", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def demo_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the worked history, for tests that only read it."""
    store = tmp_path_factory.mktemp("demo") / "demo.db"
    subprocess.run([*LIF, "demo", "--db", store], check=True, capture_output=True)
    return store


@pytest.fixture
def store(demo_store: Path, tmp_path: Path) -> Path:
    """A copy of it, for tests that harm it."""
    copy = tmp_path / "copy.db"
    shutil.copy(demo_store, copy)
    return copy


def process(*args: str | Path, **env: str) -> Ran:
    """Runs `lif` in a process of its own, its output in pipes."""
    done = subprocess.run(
        [*LIF, *args], capture_output=True, env={**os.environ, **env}, check=False
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def shell(command: str, **names: str | Path) -> Ran:
    """Runs a shell *command*, in which `lif` is our own; it fails where a part of it does."""
    words = " ".join(f"'{word}'" for word in LIF)
    done = subprocess.run(
        ["bash", "-c", f'set -o pipefail; lif() {{ {words} "$@"; }}; {command}'],
        capture_output=True,
        env={**os.environ, **{name: str(value) for name, value in names.items()}},
        check=False,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def parsed(text: str) -> JSON:
    """*text* as strict JSON, which knows no NaN and no Infinity."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    return json.loads(text, parse_constant=refuse)


def lines_of(text: str) -> list[JSON]:
    return [parsed(line) for line in text.splitlines()]


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def spaced_once(text: str) -> str:
    return " ".join(text.split())


def record(lif: Lif, store: Path, *commands: JSON) -> Ran:
    file = store.with_suffix(".jsonl")
    file.write_text("".join(json.dumps(command) + "\n" for command in commands), "utf-8")
    return lif("record", file, "--create", "--db", store)


def damage(store: Path, statement: str) -> None:
    """Change the file as someone would who has it in hand and means to."""
    assert 1 == rewrite(store, statement)


# The worked history


AS_OF = ("--valid", "2019-06-30")
Piped: TypeAlias = Callable[[tuple[str, ...]], Ran]


@pytest.fixture(scope="module")
def piped(demo_store: Path) -> Piped:
    """Runs `lif` on the worked history in a process of its own, once for the same words."""
    return cache(lambda words: process(*words, *AS_OF, "--db", demo_store))


@pytest.fixture(scope="module")
def demo_output(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What `lif demo` says, with one space between words."""
    done = subprocess.run(
        [*LIF, "demo"], cwd=tmp_path_factory.mktemp("said"), capture_output=True, check=True
    )
    return spaced_once(done.stdout.decode())


FIGURES = {
    "aware 11 Apr, notified 20 Apr": "notification 2017-04-11 2017-04-20 2017-04-20 met",
    "notified on time": "notified 2017-04-20, due 2017-04-20: met",
    "decision due 20 May": "decision whether to hold the review, due 2017-05-20",
    "latency 28 days": "taken on 2017-05-18, 28 days after notification",
    "as known on 21 May": "as known on 2017-05-21: not on record: 1 day overdue",
    "as known on 24 May": "as known on 2017-05-24: to hold it, taken on 2017-05-18",
    "recording lag": "recorded 5 days later: met",
    "panel told": "panel told 2017-05-24, due 2017-05-25: met",
    "report": "report accepted 2018-01-25, due 2017-11-18: 68 days late",
    "explained apart": "68 days late = 17 unexplained + 51 explained",
    "panel copy": "copy 2018-02-06, published 2018-02-15, on working day 7 after it; the 7th",
    "recommendations": "4 made = 3 accepted + 1 declined + 0 pending",
    "r-4 declined": "record systems. wscb declined yes",
    "r-2 due and done": "implemented wsb/jld 2018-04-30 2018-04-30 2018-07-10 no no yes yes 71",
    "r-2 shared": "wscb/r-2: 71 days overdue so far = 32 (wsb/lpp) + 39 (wsb/jld)",
    "r-1 embedded, failed": "wscb/qac relapsed 3 3 2018-07-31 2019-06-12",
    "r-1 relapse": "r-1: in place 132 days on, found gone at 316: a relapse within (132, 316]",
    "r-2 embedded": "wsb/jld embedded 2 3 2018-09-03 2019-03-01 2019-09-03",
    "r-2 censored": "wscb/r-2: last shown in place 179 days after it was embedded",
    "first audit": "from 4 of 12; 97.5% interval",
    "briefing note": "briefing note: 7 of 9 agencies acknowledged it; waiting for wsb/probation",
    "external course": "without procurement reference: course.procurement-reference",
    "fill": "course: 81 of 100 places filled (81%)",
    "turn-up": "of the booked 76/92 came (82.6%)",
    "replies": "after 3 months 40 of 81 replied; 26 changed practice",
    "changed practice": "65% of replies, at least 32.1% of attendees",
    "re-audit": "re-audit 2018-11-19: 8 of 12 files good or better",
    "its interval": "interval of the change [-0.105, 0.633]: not shown",
    "second re-audit": "re-audit 2019-05-20: 9 of 12 files good or better",
    "pooled": "17 of 24 files good or better, from 4 of 12",
    "pooled interval": "interval of the change [-0.010, 0.638]: not shown",
    "not shown": "More than doubled, from 33.3% to 70.8%, and yet not shown: 2 looks were planned",
    "indicator": "indicator wscb/neglect-pattern: mean 60, limits 52.745 and 67.255",
    "its signal": "signal of 2019-05-31: 68, better, beyond the limits",
    "escalation": "escalation of wscb/r-2 to wscb: answered in 56 days",
}


@pytest.mark.parametrize("figure", FIGURES)
def test_the_demo_says_every_figure_of_the_worked_history(figure: str, demo_output: str) -> None:
    """The figures were worked out by hand in METRICS; here the program agrees with each."""
    assert FIGURES[figure] in demo_output


@pytest.mark.parametrize(
    ("stream", "told"),
    [
        (
            REVIEW,
            "2017-05-18 HoldDecided by A. Chair, independent chair, wscb, recorded 2017-05-23",
        ),
        (REVIEW, "2017-12-05 ReviewDelayExplained"),
        (
            DECLINED,
            "by A. Chair, independent chair, wscb at board 2018-01-25 reasons: ",
        ),
        (MOVED, "2018-06-01 TransferAccepted by J. Learning, committee chair, wsb/jld"),
        (MOVED, "2018-07-10 RecommendationImplemented by J. Learning, committee chair, wsb/jld"),
        ("audit-wscb/maca-neglect-2018-01", "2018-01-15 AuditConcluded"),
        (
            "audit-wscb/maca-neglect-2018-01",
            "grades: outstanding 1, good 3, requires improvement 6, inadequate 2",
        ),
        ("audit-wscb/maca-neglect-2018-01", "2018-02-20 BriefingNoteIssued"),
        ("training_course-wsb/neglect-over-time", "2018-03-12 CourseCommissioned"),
        ("training_course-wsb/neglect-over-time", "procurement: PR-2018-014"),
        (
            "training_course-wsb/neglect-over-time",
            "booked: 92 cancelled: 7 absent: 9 walked in: 5",
        ),
    ],
)
def test_what_the_demo_does_not_print_its_streams_show(
    stream: str, told: str, lif: Lif, demo_store: Path
) -> None:
    """The rest of the worked history is on record, with its dates, reasons and counts."""
    shown = lif("show", stream, "--db", demo_store)

    assert 0 == shown.code
    assert told in spaced_once(shown.out)


def test_the_demo_again_records_nothing_and_says_the_same(lif: Lif) -> None:
    """Saying it twice records it once, the refusal of its one wrong request included."""
    first = lif("demo")
    log = lif("log", "--db", "lif-demo.db", "--format", "json")
    again = lif("demo")

    assert (0, first.out, "") == (again.code, again.out, again.err)
    assert log == lif("log", "--db", "lif-demo.db", "--format", "json")


def test_a_fictional_history_does_not_enter_a_store_that_holds_another(lif: Lif) -> None:
    """The demo is for a new store; a board's own is left as it was."""
    record(lif, Path("own.db"), BOARD)
    before = lif("log", "--db", "own.db", "--format", "json")
    refused = lif("demo", "--db", "own.db")

    assert 3 == refused.code
    assert before == lif("log", "--db", "own.db", "--format", "json")


def test_what_the_demo_suggests_to_look_at_next_can_be_run(lif: Lif) -> None:
    """Each line under "where to look next" is a command that works as it stands there."""
    _, _, suggested = lif("demo").out.partition("Where to look next:\n")
    found = [lif(*line.split()[1:]).code for line in suggested.splitlines()]

    assert [0] * 9 == found


# The formats


def test_the_log_is_the_same_entries_in_each_format(lif: Lif, demo_store: Path) -> None:
    """One object a line, one row, one line of a table: for each entry, in the same order."""
    as_json = lines_of(lif("log", "--db", demo_store, "--format", "json").out)
    as_csv = rows_of(lif("log", "--db", demo_store, "--format", "csv").out)
    header, *as_table = lif("log", "--db", demo_store).out.splitlines()

    assert [command["command_id"] for command in DEMO] == [e["command_id"] for e in as_json]
    assert list(range(1, len(DEMO) + 1)) == [entry["position"] for entry in as_json]
    assert [
        (str(e["position"]), e["stream"], str(e["entry"]), e["event"]["on"]) for e in as_json
    ] == [(row["position"], row["stream"], row["entry"], row["on"]) for row in as_csv]
    assert list(as_csv[0]) == [
        name.replace(" ", "_")
        for name in header.replace(" at", "_at").replace(" by", "_by").split()
    ]
    assert [[row["position"], row["stream"], row["event"]] for row in as_csv] == [
        [line.split()[0], line.split()[3], line.split()[5]] for line in as_table
    ]


def test_the_log_in_json_says_all_that_was_asked(lif: Lif, demo_store: Path) -> None:
    """Who, when, about what, every field given, and when it was recorded in the older register."""
    entries = lines_of(lif("log", "--db", demo_store, "--format", "json").out)
    for command, entry in zip(DEMO, entries, strict=True):
        envelope = ("command", "command_id", "recorded_at", "by")
        given = {name: value for name, value in command.items() if name not in envelope}

        assert given == {name: entry["event"][name] for name in given}
        assert command["by"] == entry["event"]["by"]
        assert command["recorded_at"] == entry["recorded_at"]
        assert entry["migrated"] is True


def test_a_stream_is_shown_in_each_format(lif: Lif, demo_store: Path) -> None:
    """JSON and CSV have the entries of that stream alone, by the day on which they took effect."""
    as_json = lines_of(lif("show", REVIEW, "--db", demo_store, "--format", "json").out)
    as_csv = rows_of(lif("show", REVIEW, "--db", demo_store, "--format", "csv").out)
    days = [entry["event"]["on"] for entry in as_json]
    expected = [c for c in DEMO if c.get("review") == "wscb/scr-child-k" and "lesson" not in c]

    assert len(expected) == len(as_json)
    assert {REVIEW} == {entry["stream"] for entry in as_json}
    assert sorted(days) == days
    assert [str(entry["position"]) for entry in as_json] == [row["position"] for row in as_csv]


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_is_the_same_figures_in_each_format(name: str, lif: Lif, demo_store: Path) -> None:
    """Each table of the JSON document is the table that --table writes, as rows or as text."""
    view = ("view", name, "--valid", "2019-06-30", "--db", demo_store)
    whole = parsed(lif(*view, "--format", "json").out)
    tables = {key: value for key, value in whole.items() if isinstance(value, list)}
    text = spaced_once(lif(*view).out)

    assert tables
    assert "2019-06-30" == whole["valid"]
    assert (
        lif(*view, "--format", "csv").out
        == lif(*view, "--table", next(iter(tables)), "--format", "csv").out
    )
    for table, rows in tables.items():
        alone = (*view, "--table", table)
        as_csv = rows_of(lif(*alone, "--format", "csv").out)

        assert rows == parsed(lif(*alone, "--format", "json").out)
        assert [list(row) for row in rows] == [list(row) for row in as_csv]
        assert [str(row[next(iter(row))]) for row in rows] == [r[next(iter(r))] for r in as_csv]
        # when it is of, its title, a header or "none", and the rows
        assert 4 + len(rows) == len(lif(*alone).out.splitlines())
        assert f"{table.replace('_', ' ').capitalize()} " in text


@pytest.mark.parametrize("name", ["training", "child-deaths"])
def test_figures_that_stand_alone_are_a_table_in_each_format(
    name: str, lif: Lif, demo_store: Path
) -> None:
    """Whatever JSON says beside its tables and groups, the text and CSV say as well."""
    view = ("view", name, "--valid", "2019-06-30", "--db", demo_store)
    whole = parsed(lif(*view, "--format", "json").out)
    figures = {
        key: value
        for key, value in whole.items()
        if not isinstance(value, dict | list) and key not in ("valid", "known")
    }
    alone = (*view, "--table", "figures")

    assert figures
    assert figures == parsed(lif(*alone, "--format", "json").out)
    assert [{key: str(value) for key, value in figures.items()}] == rows_of(
        lif(*alone, "--format", "csv").out
    )
    assert lif(*alone).out.splitlines()[2:] == lif(*view).out.splitlines()[2:5]
    assert "Figures" == lif(*alone).out.splitlines()[2]


@pytest.mark.parametrize("name", sorted(PROJECTIONS))
def test_a_view_and_a_diff_of_it_have_the_same_tables(
    name: str, lif: Lif, demo_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Groups, and the tables within them, as well."""
    monkeypatch.setenv("LIF_ROLES", "child-death-panel, every stream")
    asked = ("--table", "x", "--known", "2017-05-21", "--db", demo_store)
    of_view, of_diff = (lif(verb, name, *asked) for verb in ("view", "diff"))

    assert of_view.err == of_diff.err
    for table in of_view.err.strip().partition("there are: ")[2].split(", "):
        only = ("--table", table, *asked[2:])

        assert 0 == lif("view", name, *only).code == lif("diff", name, *only).code


def test_why_says_the_same_in_each_format(lif: Lif, demo_store: Path) -> None:
    """Three parts: in one JSON document, in rows that name their part, under three titles, after
    the chain.
    """
    whole = parsed(lif("why", MOVED, "--db", demo_store, "--format", "json").out)
    as_csv = rows_of(lif("why", MOVED, "--db", demo_store, "--format", "csv").out)
    titles = [
        line for line in lif("why", MOVED, "--db", demo_store).out.splitlines() if line[:1].strip()
    ]
    parts = ("rests_on", "entries", "rested_on_by")

    assert MOVED == whole["stream"]
    assert [(part, str(entry["position"])) for part in parts for entry in whole[part]] == [
        (row["part"], row["position"]) for row in as_csv
    ]
    assert ["The chain", "What it rests on", MOVED, "What rests on it"] == titles


def test_why_gives_the_links_of_the_chain(lif: Lif, demo_store: Path) -> None:
    """From a recommendation a reader goes to the finding, and on to the review; and to the audits
    that show whether the change lasts.
    """
    links = parsed(lif("why", MOVED, "--db", demo_store, "--format", "json").out)["links"]
    found = [link for link in links if link["later"] == MOVED]

    assert [(REVIEW, "f-2")] * 2 == [(link["earlier"], link["finding"]) for link in found]
    assert {"RecommendationIssued", "FindingAddressed"} == {link["event"] for link in found}
    assert {"AuditPlanned", "RecommendationEmbedded", "RecommendationChecked"} == {
        link["event"] for link in links if link["later"].startswith("audit-")
    }


def test_why_draws_the_chain_before_it_lists_the_entries(lif: Lif, demo_store: Path) -> None:
    """Each stream's own chain stands below it, the first time it is named."""
    course = "training_course-wsb/neglect-over-time"
    drawn = lif("why", course, "--db", demo_store).out.partition("\n\n")[0]

    expected = [
        "The chain",
        f"  {course}",
        f"    rests on {REVIEW}",
        "          2018-03-12  CourseCommissioned (arising from)",
        "    rests on recommendation-wscb/r-3",
        "          2018-03-12  CourseCommissioned (arising from)",
        f"      rests on {REVIEW} (as above)",
        "            2018-01-25  RecommendationIssued (source), finding f-3",
        "            2018-01-25  FindingAddressed (recommendation), finding f-3",
    ]

    assert expected == drawn.splitlines()


def test_a_stream_without_a_chain_says_so(lif: Lif, store: Path) -> None:
    """Nothing drawn would look like something lost."""
    record(lif, store, BOARD)
    said = lif("why", "body-xb", "--db", store).out

    assert "  rests on nothing on record, and nothing on it\n" in said


@pytest.mark.parametrize("args", [("why",), ("show",), ("knew", 3)], ids=lambda args: args[0])
def test_a_stream_may_be_named_without_its_kind(
    args: tuple[object, ...], lif: Lif, demo_store: Path
) -> None:
    """`wscb/r-1` is one stream on record; a lone `r-1` may be of several boards."""
    name, *rest = map(str, args)
    whole, short, lone = (
        lif(name, stream, *rest, "--db", demo_store)
        for stream in ("recommendation-wscb/r-1", "wscb/r-1", "r-1")
    )

    assert (0, whole.out) == (short.code, short.out)
    assert (3, True) == (lone.code, "stream.unknown" in lone.err)


def test_a_recommendation_rests_on_the_review_that_it_arose_from(
    lif: Lif, demo_store: Path
) -> None:
    """The review names it too, as the answer to a finding: that makes no effect of a cause."""
    whole = parsed(lif("why", MOVED, "--db", demo_store, "--format", "json").out)

    assert REVIEW in {entry["stream"] for entry in whole["rests_on"]}


def test_every_command_is_listed_in_each_format(lif: Lif) -> None:
    """The list is the registry's, with the aggregate and a sentence for each."""
    known = list(Registry().commands)
    as_json = parsed(lif("commands", "--format", "json").out)
    as_csv = rows_of(lif("commands", "--format", "csv").out)
    _, *as_table = lif("commands").out.splitlines()

    assert known == [row["command"] for row in as_json]
    assert as_json == as_csv
    assert known == [line.split()[0] for line in as_table]
    assert all(row["meaning"].strip() for row in as_json)


@pytest.mark.parametrize(
    ("file", "args"),
    [
        ("log.txt", ("log", "--known", "2017-06-01")),
        ("show.txt", ("show", MOVED)),
        ("why.txt", ("why", "audit-wscb/maca-neglect-2018-11", "--valid", "2018-10-01")),
        ("training.txt", ("view", "training", "--valid", "2019-06-30")),
    ],
)
def test_text_for_people_is_laid_out_as_it_was(
    file: str, args: tuple[str, ...], lif: Lif, demo_store: Path
) -> None:
    """`lif demo`, then `lif ARGS --db lif-demo.db > golden/FILE`, where a change is meant."""
    assert (GOLDEN / file).read_text("utf-8") == lif(*args, "--db", demo_store).out


# A terminal, a pipe, a closed pipe, a full disk


@pytest.mark.parametrize("args", READING.values(), ids=READING)
def test_in_a_pipe_there_are_no_escape_codes_and_no_trailing_blanks(
    args: tuple[str, ...], piped: Piped
) -> None:
    """A diff of two of them should stay clean."""
    ran = piped(args)

    assert (0, "") == (ran.code, ran.err)
    assert "\x1b" not in ran.out
    assert [line.rstrip() for line in ran.out.splitlines()] == ran.out.splitlines()


@pytest.mark.parametrize("name", ["FORCE_COLOR", "TTY_COMPATIBLE"])
@pytest.mark.parametrize("args", [READING["log"], READING["training"]], ids=["log", "view"])
def test_a_pipe_is_no_terminal_whatever_the_environment_says(
    args: tuple[str, ...], name: str, piped: Piped, demo_store: Path
) -> None:
    """Continuous integration sets such variables for everybody; tables stay plain text."""
    assert piped(args) == process(*args, *AS_OF, "--db", demo_store, **{name: "1"})


def test_a_process_writes_what_the_function_writes(
    lif: Lif, piped: Piped, demo_store: Path
) -> None:
    """The program that is installed is the one that these tests run in their own process."""
    for args in READING.values():
        assert lif(*args, *AS_OF, "--db", demo_store) == piped(args)


def test_a_reader_that_has_seen_enough_is_no_error(lif: Lif, tmp_path: Path) -> None:
    """`lif log | head -1`: one line, nothing on standard error, exit code 0."""
    agencies = [{**BOARD, "body": f"xb/{n}", "kind": "agency"} for n in range(2000)]
    record(lif, tmp_path / "big.db", BOARD, *agencies)
    for as_ in OutputFormat:
        ran = shell(f"lif log --db big.db --format {as_} | head -n 1")

        assert (0, "") == (ran.code, ran.err)
        assert 1 == len(ran.out.splitlines())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
@pytest.mark.parametrize(
    "args",
    [READING["show"], READING["training"], (*READING["log"], "--format", "json")],
    ids=["show", "view", "json"],
)
def test_a_full_disk_is_told_in_one_line(args: tuple[str, ...], demo_store: Path) -> None:
    """What was not written is never taken for written, and nobody has to read a traceback."""
    full = shell(f"lif {' '.join(args)} --db $store > /dev/full", store=demo_store)

    assert 0 != full.code
    assert 1 == len(full.err.splitlines())


@pytest.mark.parametrize("command", ["log", "show body-xb"])
def test_any_text_can_be_written_whatever_the_locale_says(
    command: str, lif: Lif, tmp_path: Path
) -> None:
    """A board's name does not keep its history from being read in a pipe of another encoding."""
    record(lif, tmp_path / "x.db", {**BOARD, "name": "Rada Żółć"})
    written = process(*command.split(), "--db", "x.db", PYTHONIOENCODING="ascii")

    assert (0, "") == (written.code, written.err)


@pytest.mark.parametrize(
    "name", [":warning: sign", "[bold]not bold[/bold]", "[a link]", "C:\\temp\\", "\\[red]"]
)
def test_text_is_shown_as_it_was_recorded(name: str, lif: Lif, tmp_path: Path) -> None:
    """What looks like the markup of some library is somebody's words."""
    record(lif, tmp_path / "x.db", {**BOARD, "name": name})

    assert f"              name: {name}\n" in lif("show", "body-xb", "--db", "x.db").out
    assert f"name: {name};" in lif("log", "--db", "x.db").out


def test_a_text_of_several_lines_cannot_pass_for_another_entry(lif: Lif, tmp_path: Path) -> None:
    """Its lines stand below the field that they belong to, not where entries stand."""
    forged = "Board X\n  [2] 2018-01-02  BodyMerged  by A. Chair, independent chair, xb"
    terms = {
        "command": "AdoptTerms",
        "by": BOARD["by"],
        "on": "2018-01-01",
        "body": "xb",
        "terms": "1",
        "remit": forged,
        "boards": ["xb"],
    }
    record(lif, tmp_path / "x.db", BOARD, terms)
    shown = lif("show", "body-xb", "--db", "x.db").out
    entries = [line for line in shown.splitlines() if line.startswith("  [")]

    assert 2 == len(entries)


def test_a_table_without_rows_says_so(lif: Lif, demo_store: Path) -> None:
    """An empty answer does not look like no answer."""
    known = ("--known", "2010-01-01", "--db", demo_store)

    assert "none" == lif("log", *known).out.strip()
    assert "" == lif("log", *known, "--format", "json").out
    assert (
        "[]"
        == lif(
            "view", "accountability", "--table", "duties", *known, "--format", "json"
        ).out.strip()
    )


# Which store


def test_the_environment_names_the_store_and_the_option_overrules_it(
    lif: Lif, demo_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LIF_DB, with or without `sqlite:`; --db; and lif.db without either."""
    log = lif("log", "--db", demo_store).out
    record(lif, Path("lif.db"), BOARD)
    record(lif, Path("other.db"), BOARD, {**BOARD, "body": "xb/a", "kind": "agency"})

    assert 2 == len(lif("log").out.splitlines())

    monkeypatch.setenv("LIF_DB", str(demo_store))

    assert log == lif("log").out
    assert 3 == len(lif("log", "--db", "other.db").out.splitlines())

    monkeypatch.setenv("LIF_DB", f"sqlite:{demo_store}")

    assert log == lif("log").out


def test_a_view_that_is_kept_for_a_role_is_refused_without_it(
    lif: Lif, demo_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LIF_ROLES, with commas; --role, which goes before it; and nobody without either."""
    asked = ("view", "child-death-panel", "--db", demo_store)
    refused = lif(*asked)

    assert (10, "") == (refused.code, refused.out)
    assert "is for readers in the role child-death-panel" in refused.err
    assert 0 == lif(*asked, "--role", "child-death-panel").code

    monkeypatch.setenv("LIF_ROLES", "auditor, child-death-panel")

    assert 0 == lif(*asked).code
    assert 10 == lif(*asked, "--role", "auditor").code


def test_all_views_are_saved_but_those_that_are_not_for_this_reader(
    lif: Lif, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def saved() -> set[str]:
        rows = json.loads(lif("save", "--db", store, "--format", "json").out)
        return {row["view"] for row in rows}

    assert {*PROJECTIONS} - {"child-death-panel"} == saved()
    assert 10 == lif("save", "child-death-panel", "--db", store).code

    monkeypatch.setenv("LIF_ROLES", "child-death-panel")

    assert {*PROJECTIONS} == saved()


@pytest.mark.parametrize("name", ["with space.db", "50%.db", "a?mode=ro.db", "a#b.db", "żółć.db"])
def test_a_store_may_have_any_file_name(name: str, lif: Lif, tmp_path: Path) -> None:
    """A path is a path, and no part of a URL."""
    recorded = record(lif, tmp_path / name, BOARD)

    assert (0, True) == (recorded.code, (tmp_path / name).is_file())
    assert 2 == len(lif("log", "--db", f"sqlite:{name}").out.splitlines())


# Two times


def test_valid_leaves_out_what_takes_effect_later(lif: Lif, demo_store: Path) -> None:
    """The chair's decision was taken on 18 May, though it was recorded on the 23rd."""
    asked = ("--db", demo_store, "--format", "json")
    before = lines_of(lif("log", "--valid", "2017-05-17", *asked).out)
    on_the_day = lines_of(lif("show", REVIEW, "--valid", "2017-05-18", *asked).out)

    assert ["CaseNotified.v1"] == [entry["name"] for entry in before]
    assert ["CaseNotified.v1", "HoldDecided.v1"] == [entry["name"] for entry in on_the_day]


@pytest.mark.parametrize(
    ("known", "count"),
    [
        ("2017-05-22", 1),
        ("2017-05-23", 2),
        ("2017-05-23T09:59:59+00:00", 1),
        ("2017-05-23T10:00:00+00:00", 2),
        ("2017-05-23T10:00:00Z", 2),
        ("2017-05-23T10:59:59+01:00", 1),
        ("2017-05-23T11:00:00+01:00", 2),
        ("0001-01-01", 0),
        ("9999-12-30", 146),
        ("9999-12-31", 146),
        ("9999-12-31T23:59:59-12:00", 146),
        ("0001-01-01T00:00:00+14:00", 0),
    ],
)
def test_known_leaves_out_what_was_recorded_later(
    known: str, count: int, lif: Lif, demo_store: Path
) -> None:
    """A date means its end; an instant, in whatever zone, means that instant, inclusive."""
    told = lif("log", "--known", known, "--db", demo_store, "--format", "json")

    assert (0, count) == (told.code, len(told.out.splitlines()))


def test_a_day_ends_in_london(lif: Lif, tmp_path: Path) -> None:
    """Half past eleven in the evening, UTC, on 1 June is 2 June in Wolverhampton."""
    late = {**BOARD, "recorded_at": "2018-06-01T23:30:00+00:00"}
    record(lif, tmp_path / "x.db", late)
    counts = [
        len(lif("log", "--known", day, "--db", "x.db", "--format", "json").out.splitlines())
        for day in ("2018-06-01", "2018-06-02")
    ]

    assert [0, 1] == counts


@pytest.mark.parametrize("args", READING.values(), ids=READING)
@pytest.mark.parametrize("day", ["0001-01-01", "2019-06-30", "9999-12-31"])
def test_any_date_that_a_calendar_has_can_be_asked(
    day: str, args: tuple[str, ...], lif: Lif, demo_store: Path
) -> None:
    """At the ends of time there is nothing, or everything, but never a crash."""
    found = lif(*args, "--valid", day, "--db", demo_store)

    assert found.code in ((0, 3) if day == "0001-01-01" else (0,))


@pytest.mark.parametrize("args", READING.values(), ids=READING)
@pytest.mark.parametrize(
    ("option", "text"),
    [
        ("--valid", "2018-02-29"),
        ("--valid", "2018-13-01"),
        ("--valid", "yesterday"),
        ("--valid", ""),
        ("--valid", "2018-01-25T10:00:00+00:00"),
        ("--known", "2018-02-29"),
        ("--known", "25.01.2018"),
        ("--known", "2018-01-25T10:00:00"),
        ("--known", "2018-01-25T25:00:00+00:00"),
        ("--known", ""),
    ],
)
def test_a_wrong_date_is_told_with_its_option(
    option: str, text: str, args: tuple[str, ...], lif: Lif, demo_store: Path
) -> None:
    """Never guessed, never taken for today."""
    wrong = lif(*args, option, text, "--db", demo_store)

    assert (5, "") == (wrong.code, wrong.out)
    assert wrong.err.startswith(f"lif: malformed: {option}: {text!r}")


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_as_known_then_stays_the_same_whatever_is_recorded_later(
    name: str, lif: Lif, store: Path
) -> None:
    """Byte for byte, in every format."""
    asked = [
        ("view", name, "--known", "2018-12-31", "--db", store, "--format", as_)
        for as_ in ("table", "json", "csv")
    ]
    before = [lif(*args) for args in asked]
    void = {
        "command": "VoidEntry",
        "by": {"person": "A. Chair", "role": "independent chair", "body": "wscb"},
        "on": "2019-07-01",
        "stream": MOVED,
        "entry": 3,
        "reasons": "Entered for another recommendation.",
    }
    record(lif, store, void)

    assert len(DEMO) + 1 == len(lines_of(lif("log", "--db", store, "--format", "json").out))
    assert before == [lif(*args) for args in asked]


# Exit codes


@pytest.mark.parametrize(
    "args",
    [
        ("unknown",),
        ("log", "--unknown"),
        ("log", "--format", "xml"),
        ("log", "a-b/c", "more"),
        ("log", "--valid"),
        ("show",),
        ("why",),
        ("view",),
        ("record",),
        ("record", "file", "--format", "csv"),
        ("import", "file"),
    ],
    ids=" ".join,
)
def test_wrong_usage_exits_2_and_says_what_is_wrong(args: tuple[str, ...], lif: Lif) -> None:
    """On standard error; a program that reads our output reads nothing."""
    wrong = lif(*args)

    assert (2, "") == (wrong.code, wrong.out)
    assert "Error" in wrong.err
    assert [] == list(Path().iterdir())


NOBODY = "lif: refused: stream.unknown\n  Nothing is on record of the stream"


@pytest.mark.parametrize(
    ("args", "code", "told"),
    [
        (("log", "body-nobody"), 3, NOBODY),
        (("show", "body-nobody"), 3, NOBODY),
        (("why", "body-nobody"), 3, NOBODY),
        (("view", "blame"), 5, "lif: malformed: name: no view 'blame'; there are: "),
        (("view", "training", "--table", "x"), 5, "lif: malformed: --table: no table 'x'; "),
        (("commands", "Blame"), 5, "lif: malformed: command: unknown command 'Blame'"),
    ],
)
def test_an_error_has_a_first_line_and_a_code_of_its_own(
    args: tuple[str, ...], code: int, told: str, lif: Lif, demo_store: Path
) -> None:
    """So that a script can tell a refusal from a slip of the pen; a refusal has its notice too."""
    db = () if args[0] == "commands" else ("--db", demo_store)
    wrong = lif(*args, *db)

    assert (code, "") == (wrong.code, wrong.out)
    assert wrong.err.startswith(told)
    assert (3 if code == 3 else 1) == len(wrong.err.splitlines())


def test_a_refusal_says_what_is_wrong_what_to_do_and_where_that_is_written(
    lif: Lif, demo_store: Path, tmp_path: Path
) -> None:
    """With the facts of the case; the same in JSON, as a program over HTTP has it."""
    command: dict[str, Any] = {"command": "CommissionCourse", "on": "2018-03-12"}
    command["by"] = {"person": "A. Chair", "role": "independent chair", "body": "wsb/jld"}
    command |= {"course": "wscb/late", "title": "Late", "provider": "P Ltd", "in_pool": False}
    file = tmp_path / "course.jsonl"
    file.write_text(json.dumps(command), "utf-8")
    args = ("record", file, "--db", demo_store)
    wrong = "A provider outside the training pool, P Ltd, is commissioned without a reference of"
    source = "Joint Learning and Improvement Framework 2017-2019, §4.7"

    refused, as_json = lif(*args), lif(*args, "--format", "json")
    document = json.loads(as_json.err.splitlines()[-1])

    assert (3, 3) == (refused.code, as_json.code)
    assert [
        "lif: refused: course.procurement-reference",
        f"  {wrong} the procurement.",
        f"  What to do: {document['remedy']}",
        f"  Source: {source}",
    ] == refused.err.splitlines()[1:]
    assert f"{wrong} the procurement." == document["detail"]
    assert ("course.procurement-reference", source) == (document["rule"], document["source"])
    assert "`procurement`" in document["remedy"]


def test_a_rule_is_explained_by_its_code_and_a_family_by_its_name(lif: Lif) -> None:
    code = "course.procurement-reference"
    explained, listed = lif("rules", code), lif("rules", "course", "--format", "json")
    unknown = lif("rules", "course.procurement")

    assert [code, "  A provider", "  What to do", "  Source: Jo"] == [
        line if line == code else line[:12] for line in explained.out.splitlines()
    ]
    assert code in [row["rule"] for row in json.loads(listed.out)]
    assert {"course"} == {row["rule"].partition(".")[0] for row in json.loads(listed.out)}
    assert (5, True) == (unknown.code, f"did you mean {code}?" in unknown.err)


def test_a_store_of_no_known_kind_is_malformed(lif: Lif) -> None:
    """`sqlite:` without a path names nothing."""
    wrong = lif("log", "--db", "sqlite:")

    assert 5 == wrong.code
    assert "sqlite:PATH" in wrong.err


def test_a_store_that_stays_busy_is_a_conflict(
    lif: Lif, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program holds the lock for longer than we wait: try again; nothing was recorded."""
    monkeypatch.setattr(lif_adapters.sqlite, "LOCK_SECONDS", 0.2)
    log = lif("log", "--db", store)
    with closing(sqlite3.connect(store, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        busy = record(lif, store, BOARD)

    assert (4, "") == (busy.code, busy.out)
    assert busy.err.startswith("lif: conflict: ")
    assert log == lif("log", "--db", store)


def test_help_and_version_are_no_errors(lif: Lif) -> None:
    """And the help of `lif` names each exit code."""
    helped = lif("--help")

    assert (0, "") == (helped.code, helped.err)
    for told in ("0 done", "2 usage", "3 refused", "4 conflict", "5 malformed", "6 unreadable"):
        assert told in spaced_once(helped.out)
    assert 0 == lif("--version").code


@pytest.mark.parametrize("command", COMMANDS)
def test_an_option_is_off_unless_it_is_given_and_help_need_not_say_so(
    command: str, lif: Lif
) -> None:
    """There is no second option to switch it off."""
    helped = spaced_once(lif(command, "--help").out)

    for word in ("--no-", "--empty-", "default: False", "default: ()", "default: None"):
        assert word not in helped


def test_the_version_is_that_of_the_distribution(
    lif: Lif, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one that is installed; a checkout says that it is none."""
    metadata = tmp_path / "lif_ledger-12.5.dist-info" / "METADATA"
    metadata.parent.mkdir()
    metadata.write_text("Metadata-Version: 2.1\nName: lif-ledger\nVersion: 12.5\n", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    installed = lif("--version").out
    monkeypatch.setattr("lif_adapters.cli.main.DISTRIBUTION", "lif-ledger-of-nobody")

    assert "lif-ledger 12.5\n" == installed
    assert "lif-ledger-of-nobody is not installed: this is a checkout of it\n" == (
        lif("--version").out
    )


# Stores that are none


@pytest.mark.parametrize("args", READING.values(), ids=READING)
def test_reading_makes_no_store(args: tuple[str, ...], lif: Lif, tmp_path: Path) -> None:
    """A slip in the path is told, not answered from an empty history."""
    missing = lif(*args, "--db", "missing.db")

    assert (6, "") == (missing.code, missing.out)
    assert missing.err.startswith("lif: unreadable: missing.db: ")
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "args", [*READING.values(), ("demo",), ("record", "-f")], ids=[*READING, "demo", "record"]
)
@pytest.mark.parametrize("kind", ["text", "foreign", "newer", "folder"])
def test_what_is_no_store_of_ours_is_left_byte_for_byte_as_it_was(
    kind: str, args: tuple[str, ...], lif: Lif, tmp_path: Path
) -> None:
    """A letter, somebody else's database, a store of a later version, a folder."""
    (tmp_path / "b.jsonl").write_text(json.dumps(BOARD))
    file = tmp_path / "other.db"
    if kind == "text":
        file.write_text("Dear board,\n" * 1000)
    elif kind == "folder":
        file.mkdir()
    else:
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("CREATE TABLE letters (text)")
            if kind == "newer":
                connection.execute(
                    f"PRAGMA application_id = {lif_adapters.sqlite_schema.APPLICATION_ID}"
                )
                connection.execute(
                    f"PRAGMA user_version = {lif_adapters.sqlite_schema.SCHEMA + 1}"
                )
            connection.commit()
    before = file.read_bytes() if file.is_file() else b""
    found = lif(
        *(("record", "b.jsonl", "--create") if args[0] == "record" else args), "--db", file
    )

    assert (6, "") == (found.code, found.out)
    assert found.err.startswith(f"lif: unreadable: {file}")
    assert 1 == len(found.err.splitlines())
    assert before == (file.read_bytes() if file.is_file() else b"")
    assert ["b.jsonl", "other.db"] == sorted(each.name for each in tmp_path.iterdir())


@pytest.mark.parametrize("size", [0, 10, 100, 4096, 10_000, 30_000])
@pytest.mark.parametrize("args", READING.values(), ids=READING)
def test_a_truncated_store_is_told_and_left_as_it_is(
    args: tuple[str, ...], size: int, lif: Lif, store: Path
) -> None:
    """Also one cut to nothing: an empty file is no empty history, and reading never writes."""
    os.truncate(store, size)
    before = store.read_bytes()
    found = lif(*args, "--db", store)

    assert (6, "") == (found.code, found.out)
    assert found.err.startswith("lif: unreadable: ")
    assert before == store.read_bytes()


HARMED = [
    pytest.param(harm, args, id=f"{harm}-{name}")
    for harm in DAMAGES
    for name, args in READING.items()
    if name not in PASSING_IT_OVER or harm == A_NEW_NAME
]


@pytest.mark.parametrize(("harm", "args"), HARMED)
def test_an_entry_changed_by_hand_is_named(
    harm: str, args: tuple[str, ...], lif: Lif, store: Path
) -> None:
    """Its stream and its number in it; nothing is computed from it, and nothing is changed."""
    damage(store, DAMAGES[harm])
    before = store.read_bytes()
    found = lif(*args, "--db", store)

    assert 6 == found.code
    assert found.err.startswith(f"lif: unreadable: {REVIEW} entry 2")
    assert 1 == len(found.err.splitlines())
    assert before == store.read_bytes()


@pytest.mark.parametrize("harm", [harm for harm in DAMAGES if harm != A_NEW_NAME])
@pytest.mark.parametrize("name", PASSING_IT_OVER)
def test_a_view_that_does_not_count_an_entry_says_the_same_when_it_is_harmed(
    harm: str, name: str, lif: Lif, store: Path
) -> None:
    """It is not read; whoever reads it is told."""
    before = lif("view", name, "--db", store)
    damage(store, DAMAGES[harm])

    assert 0 == before.code
    assert before == lif("view", name, "--db", store)


@pytest.mark.parametrize("harm", DAMAGES)
def test_nothing_is_decided_on_an_entry_changed_by_hand(harm: str, lif: Lif, store: Path) -> None:
    """A decision about that stream is refused; the rest of the store is as it was."""
    damage(store, DAMAGES[harm])
    before = store.read_bytes()
    found = record(lif, store, {**DEMO[3], "command_id": "new", "recorded_at": None})

    assert (6, "") == (found.code, found.out)
    assert f"{REVIEW} entry 2" in found.err
    assert before == store.read_bytes()


def test_other_streams_can_still_be_shown(lif: Lif, store: Path) -> None:
    """What is whole is not lost with what is not."""
    damage(store, CANNOT_BE_DECODED)

    assert 0 == lif("show", "audit-wscb/maca-neglect-2018-01", "--db", store).code


@pytest.mark.parametrize("args", READING.values(), ids=READING)
def test_an_entry_removed_by_hand_is_missed(args: tuple[str, ...], lif: Lif, store: Path) -> None:
    """No view is computed as if it had never been: what is missing is named by its position."""
    damage(store, "DELETE FROM stored_events WHERE position = 2")
    found = lif(*args, "--db", store)

    assert 6 == found.code
    assert "the entry at position 2 is missing: it was removed" in found.err


@pytest.mark.parametrize(
    "change",
    [
        "state = CAST(replace(CAST(state AS TEXT), '2019-06-25T', '3019-06-25T') AS BLOB)",
        "state = CAST(X'00' || state AS BLOB)",
    ],
    ids=["another instant", "not JSON"],
)
def test_nothing_is_recorded_after_a_last_entry_changed_by_hand(
    change: str, lif: Lif, store: Path
) -> None:
    """Its time is what the next entry's rests on, so it is read as strictly as any other."""
    damage(store, f"UPDATE stored_events SET {change} WHERE position = 146")
    before = store.read_bytes()
    found = record(lif, store, BOARD)

    assert (6, "") == (found.code, found.out)
    assert "recommendation-wscb/r-2 entry 15 (position 146)" in found.err
    assert before == store.read_bytes()


@pytest.mark.parametrize(
    "part",
    ["stored_events", "sqlite_sequence", "handled_commands", "sqlite_autoindex_stored_events_1"],
)
def test_nothing_is_recorded_in_a_store_with_a_damaged_page(
    part: str, lif: Lif, store: Path
) -> None:
    """Whichever table or index it belongs to: told in one line, and left as it is."""
    with closing(sqlite3.connect(store)) as connection:
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        (root,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = ?", (part,)
        ).fetchone()
    with store.open("r+b") as stream:
        stream.seek((root - 1) * size)
        stream.write(b"\xff" * size)
    before = store.read_bytes()
    found = record(lif, store, BOARD)

    assert (6, "") == (found.code, found.out)
    assert found.err.splitlines()[-1].startswith("lif: unreadable: ")
    assert before == store.read_bytes()


# Schemas


def schema_of(lif: Lif, name: str) -> JSON:
    shown = lif("commands", name)

    assert (0, "") == (shown.code, shown.err)
    return parsed(shown.out)


def errors(schema: JSON, value: JSON) -> list[str]:
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    found = jsonschema.Draft202012Validator(schema, format_checker=checker).iter_errors(value)
    return [error.message for error in found]


@pytest.mark.parametrize("name", Registry().commands)
def test_every_command_has_a_schema_that_is_one(name: str, lif: Lif) -> None:
    """A JSON Schema of 2020-12 that asks for this command, by whom and on which day."""
    schema = schema_of(lif, name)
    jsonschema.Draft202012Validator.check_schema(schema)

    assert name == schema["properties"]["command"]["const"]
    assert {"command", "by", "on"} <= set(schema["required"])


@pytest.mark.parametrize("name", sorted({command["command"] for command in DEMO}))
def test_the_schema_of_a_command_takes_what_the_program_takes(name: str, lif: Lif) -> None:
    """Every line of the demo; none with a key more or less, a wrong date or another name."""
    schema = schema_of(lif, name)
    for command in (each for each in DEMO if each["command"] == name):
        wrong = [
            {**command, "unknown": 1},
            {**command, "by": {**command["by"], "unknown": 1}},
            {key: value for key, value in command.items() if key != "by"},
            {**command, "on": "2018-02-29"},
            {**command, "on": 5},
            {**command, "command": "Blame"},
        ]

        assert [] == errors(schema, command)
        assert [True] * 6 == [bool(errors(schema, each)) for each in wrong]


def test_the_instants_in_every_format_have_their_zone(lif: Lif, demo_store: Path) -> None:
    """An instant without a zone is what we refuse ourselves."""
    as_json = lines_of(lif("log", "--db", demo_store, "--format", "json").out)
    as_csv = rows_of(lif("log", "--db", demo_store, "--format", "csv").out)
    instants = [datetime.fromisoformat(row["recorded_at"]) for row in (*as_json, *as_csv)]

    assert all(instant.tzinfo is not None for instant in instants)
    assert all(date.fromisoformat(row["on"]) for row in as_csv)


@pytest.mark.parametrize("missing", ["cyclopts", "rich"])
def test_without_its_extra_the_command_line_says_how_to_get_it(missing: str) -> None:
    """The core installs small; whoever then types `lif` is told one line, not a traceback."""
    code = (
        f"import sys; sys.modules[{missing!r}] = None; from lif_adapters.cli import main; main()"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert 8 == ran.returncode
    assert f"lif: the command line needs {missing}: pip install 'lif-ledger[cli]'\n" == ran.stderr


@pytest.mark.parametrize(
    ("missing", "extra", "words"),
    [
        ("psycopg", "postgres", ("log", "--db", "postgresql://nobody@localhost/none")),
        ("python_calamine", "import", ("map", "register.xlsx")),
        ("regex", "import", ("import", "register.csv", "--map", "map.toml")),
    ],
)
def test_without_another_extra_it_is_said_too(
    missing: str, extra: str, words: tuple[str, ...], tmp_path: Path
) -> None:
    """It is no malformed URL, register or map."""
    (tmp_path / "register.xlsx").write_bytes(b"PK\x03\x04")
    (tmp_path / "register.csv").write_text("a\n1\n")
    (tmp_path / "map.toml").write_text(
        "title = 'x'\nunit = '{a}'\nsteps = []\n[[clean]]\ncolumns = ['a']\npattern = 'b'\n"
        "by = ''\nbecause = 'c'\n"
    )
    code = f"import sys; sys.modules[{missing!r}] = None\n{LIF[-1]}"
    ran = subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (8, "") == (ran.returncode, ran.stdout)
    assert ran.stderr.startswith("lif: not installed: ")
    assert ran.stderr.endswith(f"pip install 'lif-ledger[{extra}]'\n")


def test_whoever_interrupts_it_as_it_loads_sees_no_traceback() -> None:
    """As from the moment at which it has loaded."""
    code = (
        "import sys\n"
        "from lif_adapters.cli import main\n"
        "class Interrupted:\n"
        "    @property\n"
        "    def main(self): raise KeyboardInterrupt\n"
        "sys.modules['lif_adapters.cli.main'] = Interrupted()\n"
        "main()\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert (130, "", "") == (ran.returncode, ran.stdout, ran.stderr)


@pytest.mark.parametrize("command", [("log",), ("doctor",), ("record", "c.json", "--create")])
def test_a_folder_is_no_store(command: tuple[str, ...], lif: Lif, tmp_path: Path) -> None:
    """SQLite says of one that the disk fails."""
    (tmp_path / "c.json").write_text("")
    words = (str(tmp_path / word) if word == "c.json" else word for word in command)
    refused = lif(*words, "--db", tmp_path)

    assert 6 == refused.code
    assert f"lif: unreadable: {tmp_path}: a folder, not a store of lif\n" == refused.err


def test_the_database_of_another_program_is_no_store(lif: Lif, tmp_path: Path) -> None:
    """The command line has no option that takes it, so another file is what it offers."""
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE readings (value)")
    before = (tmp_path / "other.db").read_bytes()
    (tmp_path / "c.json").write_text("")
    refused = lif("record", tmp_path / "c.json", "--create", "--db", tmp_path / "other.db")

    assert 6 == refused.code
    assert "other.db: a database, but not a store of lif; name another file" in refused.err
    assert before == (tmp_path / "other.db").read_bytes()


def test_what_keeps_nothing_is_offered_to_nobody_who_looks_after_a_store(lif: Lif) -> None:
    """There is nothing to examine in memory."""
    refused = lif("doctor", "--db", "memory:")

    assert 5 == refused.code
    assert "'memory:' is no store that is kept: write sqlite:PATH or postgresql:" in refused.err
    assert "or memory:" not in refused.err


def test_the_list_of_commands_loads_none_of_them() -> None:
    """Help comes at once: neither a view nor an aggregate is loaded for it."""
    code = """if True:
        import sys
        from lif_adapters.cli.main import COMMANDS, run
        run(["--help"])
        loaded = {name.rpartition(".")[0] for name in sys.modules}
        print(loaded & {"lif_core.views", "lif_core.aggregates.review", "lif_core.log"})
    """
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "set()" == ran.stdout.splitlines()[-1]
    assert "replay" in ran.stdout


def test_a_command_loads_no_other_command() -> None:
    """What they share is no command: each is loaded when it is called."""
    code = """if True:
        import sys
        from lif_adapters.cli.main import COMMANDS, run
        run(["diff", "--help"])
        modules = {where.partition(":")[0] for where, _ in COMMANDS.values()}
        print(sorted(name for name in modules if f"lif_adapters.cli.{name}" in sys.modules))
    """
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "['diff']" == ran.stdout.splitlines()[-1]


@pytest.mark.parametrize("name", COMMANDS)
def test_the_line_of_a_command_is_what_its_own_help_begins_with(name: str, lif: Lif) -> None:
    """The list is written beside the commands, and says what they say."""
    where, line = COMMANDS[name]
    module, _, function = where.partition(":")
    command = getattr(import_module(f"lif_adapters.cli.{module}"), function)
    text = command.help if isinstance(command, App) else getdoc(command)

    assert text
    paragraphs = text.partition("\n\nArgs:")[0].split("\n\n")
    told = " ".join(lif(name, "--help").out.replace("•", "-").split())

    assert line == paragraphs[0].replace("\n", " ")
    for paragraph in paragraphs:
        assert " ".join(paragraph.replace("`", "").split()) in told


# The framework


def test_the_packs_are_listed(lif: Lif) -> None:
    rows = parsed(lif("framework", "list", "--format", "json").out)

    assert ["general", "wolverhampton-2017", "working-together-2023"] == [
        row["name"] for row in rows
    ]
    assert ["wscb", "wsab", "wsb"] == rows[1]["governs"]
    assert "wolverhampton-2017" in lif("framework", "list").out


def test_a_pack_is_shown_with_what_a_board_may_write(lif: Lif) -> None:
    """The bodies, kinds and duties that commands may name."""
    shown = lif("framework", "show", "wolverhampton-2017")
    whole = parsed(lif("framework", "show", "wolverhampton-2017", "--format", "json").out)

    assert 0 == shown.code
    assert "wsb/jld Joint Learning and Development Committee committee" in spaced_once(shown.out)
    assert "wsb/jld" in {body["ref"] for body in whole["bodies"]}
    table = ("--table", "duties", "--format", "csv")
    duties = rows_of(lif("framework", "show", "wolverhampton-2017", *table).out)
    assert [duty["name"] for duty in whole["duties"]] == [duty["name"] for duty in duties]


def test_a_pack_of_ones_own_is_checked(lif: Lif, tmp_path: Path) -> None:
    """A mistake is named by file and key; what is no file at all is told so."""
    file = tmp_path / "ours.toml"
    file.write_text('name = "ours"\ntitle = "Ours"\ngoverns = ["ours"]\n', "utf-8")
    good = lif("framework", "check", file)
    file.write_text('name = "ours"\ntitle = 5\n', "utf-8")
    wrong = lif("framework", "check", file)
    missing = lif("framework", "show", "birmingham")

    assert (0, f"{file}: the pack ours: bodies 0, kinds of review 0, duties 0\n") == (
        good.code,
        good.out,
    )
    assert (5, True) == (wrong.code, "$.title" in wrong.err and str(file) in wrong.err)
    assert (5, True) == (missing.code, "wolverhampton-2017" in missing.err)


# What corrections leave


def test_show_says_what_has_no_effect_and_why(lif: Lif, tmp_path: Path) -> None:
    """The issue is void: the acceptance and the plan of it stay on record, apart."""

    def voided_issue(board: Board) -> None:
        reviewed(board)
        planned(board, "wscb/r-1")
        voided(board, "recommendation-wscb/r-1", 1)

    store = tmp_path / "voided.db"
    edge_histories.record(store, voided_issue)
    found = lif("show", "recommendation-wscb/r-1", "--db", store).out

    before, _, after = found.partition("Without effect:")
    assert "RecommendationPlanned" not in before
    assert "RecommendationPlanned" in after
    assert "(rested on entry 1, 2, which have no effect)" in after


def test_show_says_which_entries_contradict_each_other(lif: Lif, tmp_path: Path) -> None:
    """Accepted, as amended, after it was planned; and a reply from after it was withdrawn."""

    def contradicting(board: Board) -> None:
        reviewed(board)
        for ref in ("wscb/r-1", "wscb/r-2"):
            planned(board, ref)
        amended(board, "recommendation-wscb/r-1", 2, on=day("2018-02-10"))
        said: dict[str, Any] = {"by": CHAIR, "recommendation": "wscb/r-2"}
        board.decide(r.ReplyToRecommendation, "2018-03-01", **said, reply="We look into it")
        board.decide(r.WithdrawRecommendation, "2018-02-01", **said, reasons="Not wanted")

    store = tmp_path / "contradicting.db"
    edge_histories.record(store, contradicting)
    first, second = (
        lif("show", f"recommendation-wscb/r-{number}", "--db", store).out for number in (1, 2)
    )

    assert "(takes effect before what it rests on: see entries 2, 3)" in first
    assert "(comes after entry 5, which ended it)" in second
