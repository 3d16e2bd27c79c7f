"""Selections of entries on the command line, each against a recount of the whole log."""

import os
import pty
import re
import shlex
import subprocess
import sys
import termios
from collections.abc import Callable
from datetime import date, datetime
from fcntl import ioctl
from pathlib import Path
from struct import pack
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lif_adapters.cli import layout
from tests.command_line import Lif, answer, lines, strict

JSON: TypeAlias = Any
LIF = [sys.executable, "-c", "from lif_adapters.cli.main import main; main()"]
REVIEW = "wscb/scr-child-k"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the worked history; nothing here writes to it."""
    file = tmp_path_factory.mktemp("selections") / "demo.db"
    subprocess.run([*LIF, "demo", "--db", file], check=True, capture_output=True)
    return file


@pytest.fixture(autouse=True)
def _of_that_store(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIF_DB", str(store))


def recorded(entry: JSON) -> str:
    """Return the day in London on which an entry was recorded."""
    instant = datetime.fromisoformat(entry["recorded_at"])
    return instant.astimezone(ZoneInfo("Europe/London")).date().isoformat()


def lag(entry: JSON) -> int:
    on = date.fromisoformat(entry["event"]["on"])
    return (date.fromisoformat(recorded(entry)) - on).days


def meeting(entry: JSON) -> str | None:
    by = entry["event"]["by"]
    name = by.get("deliberation", {}).get("meeting")
    return f"{by['body']}/{name}" if name else None


SELECTIONS: dict[str, Callable[[JSON], bool]] = {
    "--since 2018-03-22 --until 2018-06-01": lambda e: "2018-03-22" <= recorded(e) <= "2018-06-01",
    "--since 2018-03-22 --until 2018-06-01 --by effective": lambda e: (
        "2018-03-22" <= e["event"]["on"] <= "2018-06-01"
    ),
    "--since 22/03/2018": lambda e: recorded(e) >= "2018-03-22",
    "--since 'wscb/board 2018-03-22'": lambda e: recorded(e) >= "2018-03-22",
    "--lag 0": lambda e: lag(e) > 0,
    "--lag 30": lambda e: lag(e) > 30,
    "--body wscb/qac": lambda e: e["event"]["by"]["body"] == "wscb/qac",
    "--capacity 'board manager'": lambda e: e["event"]["by"]["role"] == "board manager",
    "--person 'A. Chair' --body wsab": lambda e: False,
    "--meeting 'wscb/board 2018-01-25'": lambda e: meeting(e) == "wscb/board 2018-01-25",
    "--event RecommendationIssued --event ReportAccepted": lambda e: (
        e["name"].split(".")[0] in ("RecommendationIssued", "ReportAccepted")
    ),
    "--entered-by follow": lambda e: e.get("entered_by") == "follow",
}


@pytest.fixture(scope="module")
def whole(store: Path) -> list[JSON]:
    """The log, entry by entry."""
    return lines("log", "--db", str(store))


@pytest.mark.parametrize("options", SELECTIONS)
def test_a_selection_is_what_a_recount_of_the_whole_log_finds(
    options: str, whole: list[JSON]
) -> None:
    """From either end, and no more than are asked for."""
    expected = [entry for entry in whole if SELECTIONS[options](entry)]
    asked = ("log", *shlex.split(options))

    assert expected == lines(*asked)
    assert expected[::-1][:3] == lines(*asked, "--limit", "3", "--newest-first")


def test_a_review_is_asked_for_with_all_that_came_of_it(whole: list[JSON]) -> None:
    """Its chain, as `lif why` gives it, in the order of recording."""
    asked = ("log", "--review", REVIEW, "--role", "every stream", "--role", "personal texts")
    entries = lines(*asked)
    streams = {entry["stream"] for entry in entries}

    assert {f"review-{REVIEW}", "recommendation-wscb/r-1"} <= streams
    assert entries == [entry for entry in whole if entry["stream"] in streams]
    assert entries[:-4:-1] == lines(*asked, "--limit", "3", "--newest-first")


def test_without_the_role_a_review_shows_no_link_of_a_lesson_to_another() -> None:
    """Of what a reader may not know of, nothing tells that it is there."""
    entries = lines("log", "--review", REVIEW, "--event", "LessonLinked")

    assert entries  # those that are published
    assert "wscb/ttr-family-m" not in str(entries)


def test_a_board_sees_its_own_log(lif: Lif) -> None:
    """As it does everywhere else: nothing of another board's."""
    mine = {entry["stream"] for entry in lines("log", "--board", "wsab")}

    assert mine
    assert not any("-wscb/" in stream for stream in mine)
    assert 5 == lif("log", "--board", "nobody").code


@pytest.mark.parametrize(
    "command",
    [
        f"show review-{REVIEW}",
        f"why review-{REVIEW}",
        f"log review-{REVIEW}",
        f"log --review {REVIEW}",
        f"view provenance --review {REVIEW}",
        f"knew review-{REVIEW} 2",
        "knew 2",
        f"replay review-{REVIEW}",
    ],
)
def test_every_command_that_reads_looks_as_the_board(command: str, lif: Lif) -> None:
    """What is another's alone is not on record to it; what is its own, and joint, is."""
    refused = lif(*command.split(), "--board", "wsab")

    assert 0 == lif(*command.split(), "--board", "wscb").code
    assert (3, "") == (refused.code, refused.out)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (("--body", "wscb/qa"), "--body: no body 'wscb/qa' in the packs or on record"),
        (("--event", "ReportAcepted"), "near it: ReportAccepted"),
        (("--meeting", "wscb/2018"), "there are: wscb/board 2018-01-25"),
        (("--since", "yesterday"), "--since: 'yesterday'"),
        (("body-wscb", "--review", REVIEW), "give one of both"),
        (("--limit", "-1"), "limit: must be 0 or more"),
    ],
)
def test_a_slip_is_no_empty_answer(asked: tuple[str, ...], says: str, lif: Lif) -> None:
    """Whoever mistypes a name is told, and does not read that nothing was decided."""
    ran = lif("log", *asked)

    assert (5, "") == (ran.code, ran.out)
    assert says in ran.err


def test_what_was_asked_stands_above_the_answer(lif: Lif) -> None:
    """Also above none; the whole log has no title."""
    assert (
        "Entries that took effect to 2017-04-20, decided for wscb/qac, 2 at most,"
        " the newest first\n\n  none\n"
    ) == lif(
        *("log", "--until", "2017-04-20", "--by", "effective", "--body", "wscb/qac"),
        *("--limit", "2", "--newest-first"),
    ).out
    assert lif("log").out.startswith("position ")


# The rows of a view

VIEW = ("view", "accountability", "--valid", "2019-06-30")


@pytest.mark.parametrize(
    ("options", "table", "takes"),
    [
        ("--body wsb/jld", "ownership", lambda row: row["body"] == "wsb/jld"),
        ("--body wscb", "clocks", lambda row: "wscb" in row["boards"]),
        ("--review wscb/scr-child-k", "duties", lambda row: True),
        ("--review wscb/ttr-family-m", "clocks", lambda row: False),
        (
            "--where recommendation=wscb/r-2 --where body=wsb/lpp",
            "ownership",
            lambda row: (row["recommendation"], row["body"]) == ("wscb/r-2", "wsb/lpp"),
        ),
    ],
)
def test_rows_are_those_of_the_whole_table_that_say_so(
    options: str, table: str, takes: Callable[[JSON], bool], lif: Lif
) -> None:
    """And standard error says that others were left out, and what totals are of."""
    rows = answer(*VIEW, "--table", table)
    expected = [row for row in rows if takes(row)]
    ran = lif(*VIEW, "--table", table, *options.split(), "--format", "json")

    assert rows
    assert expected == strict(ran.out)
    assert (
        f"{len(rows) - len(expected) or 'none'} left out. Totals and other figures are of all."
        in ran.err
    )
    assert expected == answer(*VIEW, *options.split())[table]
    assert expected[:1] == answer(*VIEW, "--table", table, *options.split(), "--limit", "1")


def test_a_text_says_what_is_left_out_and_which_tables_cannot_be_asked(lif: Lif) -> None:
    """Whoever reads the rows of one body does not take the totals for its own."""
    *_, note, none, without = lif(*VIEW, "--body", "wsb/lpp").out.splitlines()

    assert note.startswith("Only rows that name the body wsb/lpp: ")
    assert note.endswith(" left out. Totals and other figures are of all.")
    assert none.startswith("No such row: clocks, board_duties")
    assert without.startswith("No column for it: totals, clock_totals")


def test_columns_are_chosen_in_tables_and_csv(lif: Lif) -> None:
    asked = ("--table", "ownership", "--columns", "body,since", "--limit", "1")
    columns = (*VIEW, *asked)
    log = ("log", "--limit", "1", "--columns", "event,person")

    assert "body,since\nwscb/qac,2018-01-25\n" == lif(*columns, "--format", "csv").out
    assert "\nbody      since\nwscb/qac  2018-01-25\n" in lif(*columns).out
    assert "event,person\nCaseNotified,D. Director\n" == lif(*log, "--format", "csv").out


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (("--table", "totals", "--body", "wscb"), "totals has no column that names a body"),
        (("--table", "notes", "--where", "body=x"), "notes has no column called body"),
        (("--where", "body"), "write COLUMN=VALUE"),
        (("--columns", "body"), "of which --table?"),
        (("--table", "bodies", "--columns", "x"), "no column 'x'; there are: body, kind"),
        (("--body", "wscb/qa"), "no body 'wscb/qa'"),
        (("--board", "qa"), "no body 'qa'"),
        (("--limit", "-1"), "must be 0 or more"),
    ],
)
def test_a_table_that_cannot_answer_is_named(asked: tuple[str, ...], says: str, lif: Lif) -> None:
    ran = lif(*VIEW, *asked)

    assert (5, "") == (ran.code, ran.out)
    assert says in ran.err


def test_a_board_reads_its_own_totals() -> None:
    """They are of what it sees, and not of what was left out of all."""
    reviews = [
        answer(*VIEW, "--table", "totals", *board)["reviews"]
        for board in ((), ("--board", "wscb"), ("--board", "wsab"))
    ]

    assert [2, 2, 0] == reviews


# Two meetings


@pytest.mark.parametrize(
    ("moving", "apart"),
    [
        (
            ("--since", "wscb/board 2018-03-22", "--until", "wscb/board 2018-07-05"),
            (
                *("--valid", "2018-03-22", "--known", "2018-03-22"),
                *("--to-valid", "2018-07-05", "--to-known", "2018-07-05"),
            ),
        ),
        (
            ("--since", "2017-05-18", "--until", "2017-05-18", "--to-known", "2017-05-23"),
            ("--valid", "2017-05-18", "--known", "2017-05-18", "--to-known", "2017-05-23"),
        ),
    ],
)
def test_both_times_move_together_unless_another_is_said(
    moving: tuple[str, ...], apart: tuple[str, ...]
) -> None:
    """From what was known at the end of one meeting to what was known at the end of another."""
    diff = answer("diff", "accountability", *moving)

    assert diff["changes"]
    assert answer("diff", "accountability", *apart) == diff


def test_since_a_meeting_is_until_now(lif: Lif) -> None:
    diff = answer("diff", "accountability", "--since", "wscb/board 2019-03-28")

    assert diff["before"]["valid"] == "2019-03-28"
    assert diff["after"]["known"] is None
    assert "--until: since when?" in lif("diff", "training", "--until", "2018-01-01").err


# The width of a terminal


def on_a_terminal(width: int, *args: str) -> str:
    """Return what `lif` writes on a terminal of that *width*."""
    shown, terminal = pty.openpty()
    ioctl(terminal, termios.TIOCSWINSZ, pack("HHHH", 50, width, 0, 0))
    env = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    with subprocess.Popen([*LIF, *args], stdin=terminal, stdout=terminal, env=env) as process:
        os.close(terminal)
        written = b""
        try:
            while part := os.read(shown, 65_536):
                written += part
        except OSError:  # it has ended
            pass
    os.close(shown)
    assert 0 == process.returncode
    return written.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("width", [80, 120, 200])
@pytest.mark.parametrize(
    "command", ["view decisions", "view accountability", "log", "show recommendation-wscb/r-2"]
)
def test_nothing_is_wider_than_the_terminal_and_no_word_is_broken(
    command: str, width: int, lif: Lif
) -> None:
    """Tables wrap, or are written as names and values; in a pipe they are whole."""
    whole = lif(*command.split()).out
    shown = on_a_terminal(width, *command.split())
    index = re.compile("Tables, with their rows: .*?\r?\n\r?\n", re.DOTALL)
    words = {word.rstrip(":") for word in whole.split()}

    assert [] == [line for line in shown.splitlines() if len(line) > width]
    assert [] == [
        word
        for word in index.sub("", shown).split()
        if word.strip("-") and word.rstrip(":") not in words
    ]


TEXT = st.text(st.sampled_from("ab-界 "), max_size=60).map(str.strip)


@given(text=TEXT, width=st.integers(4, 40), margin=st.sampled_from(["", "  "]))
def test_wrapping_keeps_every_word_whole(text: str, width: int, margin: str) -> None:
    wrapped = layout.wrapped(margin + text, width, hanging="    ")

    assert text.split() == " ".join(wrapped).split()
    for line in wrapped:
        assert layout.width_of(line) <= width or 1 == len(line.split())


# What is no selection


@pytest.mark.parametrize(
    ("args", "told"),
    [
        ("log --lag 1.5", "--lag: must be 0 or more, a whole number; '1.5' is none"),
        ("log --lag -1", "--lag: must be 0 or more, a whole number; '-1' is none"),
        ("log --limit -1", "--limit: must be 0 or more, a whole number; '-1' is none"),
        (
            "view recommendations --limit 1.5",
            "--limit: must be 0 or more, a whole number; '1.5' is none",
        ),
        ("log --since 2020-01-01 --until 2019-12-31", "2019-12-31 is before --since"),
        ("log --since 31/02/2018", "--since: '31/02/2018': there is no such day"),
        ("log --db sqlite:", "write sqlite:PATH"),
    ],
)
def test_a_selection_that_cannot_be_meant_is_refused(args: str, told: str, lif: Lif) -> None:
    wrong = lif(*args.split())

    assert (5, "") == (wrong.code, wrong.out)
    assert told in wrong.err


def test_a_limit_may_be_larger_than_any_log(lif: Lif) -> None:
    whole = lif("log").out.splitlines()

    assert whole == lif("log", "--limit", "9" * 23).out.splitlines()[-len(whole) :]


@pytest.mark.parametrize("command", ["log", "view recommendations"])
def test_a_review_is_taken_with_its_kind(command: str, lif: Lif) -> None:
    words = (*command.split(), "--format", "json", "--review")

    assert lif(*words, REVIEW).out == lif(*words, f"review-{REVIEW}").out


def test_a_public_edition_of_no_review_is_refused(lif: Lif, tmp_path: Path) -> None:
    out = tmp_path / "page"
    wrong = lif("report", "--public", "--review", "wscb/nosuch", "--out", out)

    assert (3, False) == (wrong.code, out.exists())
    assert "review-wscb/nosuch" in wrong.err


def test_output_that_is_closed_is_told() -> None:
    line = shlex.join([*LIF, "log"]) + " >&-"
    ran = subprocess.run(["sh", "-c", line], check=False, capture_output=True, text=True)

    assert (1, "lif: not written: standard output is closed\n") == (ran.returncode, ran.stderr)
