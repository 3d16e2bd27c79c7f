"""`lif replay`, `lif diff` and `lif knew`: what an auditor sees, and what a program reads."""

import csv
import io
import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lif_adapters.cli.main import run

LIF = [sys.executable, "-c", "from lif_adapters.cli.main import main; main()"]
REVIEW = "review-wscb/scr-child-k"
REVIEW_REF = "wscb/scr-child-k"
WHAT_IF = Path(__file__).parents[2] / "examples" / "what-if.toml"
LATE = ("--valid", "2017-05-21", "--known", "2017-05-21", "--to-known", "2017-05-24")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the worked history; nothing here writes to it."""
    file = tmp_path_factory.mktemp("replay") / "demo.db"
    subprocess.run([*LIF, "demo", "--db", file], check=True, capture_output=True)
    return file


@pytest.fixture(autouse=True)
def _reads_only(store: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Asking changes nothing in the store."""
    monkeypatch.setenv("LIF_DB", str(store))
    before = store.read_bytes()
    yield
    assert before == store.read_bytes()


def said(capsys: pytest.CaptureFixture[str], *args: str) -> str:
    capsys.readouterr()

    assert 0 == run(args)
    return capsys.readouterr().out


def lines(capsys: pytest.CaptureFixture[str], *args: str) -> list[Any]:
    return [json.loads(line) for line in said(capsys, *args, "--format", "json").splitlines()]


def document(capsys: pytest.CaptureFixture[str], *args: str) -> Any:
    return json.loads(said(capsys, *args, "--format", "json"))


def rows(capsys: pytest.CaptureFixture[str], *args: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(said(capsys, *args, "--format", "csv"))))


def refused(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str]:
    capsys.readouterr()
    code = run(args)
    return code, capsys.readouterr().err


# Replay


def test_replay_tells_what_came_and_what_it_changed(capsys: pytest.CaptureFixture[str]) -> None:
    out = said(
        capsys,
        "replay",
        "--by",
        "recorded",
        "--since",
        "2017-05-23",
        "--until",
        "2017-05-23",
        "--view",
        "accountability",
    )

    assert out.startswith(
        "2017-05-23\n       2  2017-05-18  HoldDecided  review-wscb/scr-child-k [2]"
        "  by A. Chair, independent chair, wscb, recorded 2017-05-23\n"
    )
    assert (
        "Clocks, review wscb/scr-child-k, clock decision, to (none): done (none) -> 2017-05-18;"
        " status overdue -> met;" in out
    )


@pytest.mark.parametrize(
    ("by", "places"),
    [
        ("position", [1, 2, 3]),
        ("recorded", ["2017-04-20", "2017-05-23", "2017-05-24"]),
        ("effective", ["2017-04-20", "2017-05-18", "2017-05-24"]),
    ],
)
def test_a_moment_is_a_line_of_json(
    capsys: pytest.CaptureFixture[str], by: str, places: list[Any]
) -> None:
    found = lines(capsys, "replay", "--by", by, "--until", "2017-05-24")

    assert places == [moment["place"] for moment in found]
    assert {"place", "at", "records", "meanwhile", "changes"} == set(found[0])
    assert {"valid", "known", "position", "packs"} == set(found[0]["at"])


def test_changes_say_the_row_and_its_columns(capsys: pytest.CaptureFixture[str]) -> None:
    _, decided = lines(capsys, "replay", "--until", "2", "--view", "accountability")

    clock = {"review": "wscb/scr-child-k", "clock": "decision", "to": ""}
    (meanwhile,) = (one for one in decided["meanwhile"] if one["key"] == clock)
    (with_it,) = (one for one in decided["changes"] if one["key"] == clock)
    assert {"column": "status", "before": "open", "after": "overdue"} == meanwhile["columns"][0]
    assert {"column": "status", "before": "overdue", "after": "met"} == with_it["columns"][1]
    new = [
        (one["table"], one["key"]["clock"]) for one in decided["changes"] if one["what"] == "added"
    ]
    assert [
        ("clock_totals", "completion"),
        ("clock_totals", "panel told"),
        ("clocks", "panel told"),
        ("clocks", "panel told"),
        ("clocks", "completion"),
    ] == new


def test_csv_has_an_entry_a_line_or_with_a_view_a_change(
    capsys: pytest.CaptureFixture[str],
) -> None:
    entries = rows(capsys, "replay", REVIEW, "--until", "3")
    changes = rows(capsys, "replay", REVIEW, "--until", "3", "--view", "accountability")

    assert ["CaseNotified", "HoldDecided", "AddresseesInformed"] == [
        row["event"] for row in entries
    ]
    assert ("3", "with it", "totals", "clocks_met", "3", "5") in [
        (row["place"], row["when"], row["table"], row["column"], row["before"], row["after"])
        for row in changes
    ]


def test_where_there_is_nothing_to_replay_it_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert "nothing on record\n" == said(capsys, "replay", "--until", "1999-01-01")


def test_a_replay_that_nobody_reads_on_is_no_error(store: Path) -> None:
    words = " ".join(f"'{word}'" for word in LIF)
    done = subprocess.run(
        ["bash", "-c", f"{words} replay --format json | head -1; echo ${{PIPESTATUS[0]}}"],
        capture_output=True,
        check=True,
        env={**os.environ, "LIF_DB": str(store)},
    )

    assert (b"0", b"") == (done.stdout.splitlines()[1], done.stderr)


# Diff


def test_diff_names_what_changed_and_which_entry_changed_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = said(capsys, "diff", "accountability", *LATE)

    assert "    status overdue -> met\n" in out
    assert "    because of HoldDecided (review-wscb/scr-child-k [2])\n" in out
    assert "          recorded in between\n" in out


def test_the_json_of_a_diff_has_changes_with_their_causes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = document(capsys, "diff", "accountability", *LATE)

    assert {"view", "before", "after", "changes", "entries"} == set(found)
    assert {"table", "what", "key", "columns", "row", "because"} == set(found["changes"][0])
    because = {
        "entries": [{"stream": REVIEW, "entry": 2}],
        "day": False,
        "packs": False,
        "apart": True,
    }
    assert [
        ("totals", {}),
        ("clock_totals", {"clock": "decision"}),
        ("clock_totals", {"clock": "completion"}),
        ("clock_totals", {"clock": "panel told"}),
        ("clocks", {"review": REVIEW_REF, "clock": "decision", "to": ""}),
        ("clocks", {"review": REVIEW_REF, "clock": "panel told", "to": "national-panel"}),
        ("clocks", {"review": REVIEW_REF, "clock": "panel told", "to": "ofsted"}),
        ("clocks", {"review": REVIEW_REF, "clock": "completion", "to": ""}),
        ("boards", {"board": "wscb"}),
    ] == [(one["table"], one["key"]) for one in found["changes"]]
    assert all(because == one["because"] for one in found["changes"])
    (entry,) = found["entries"]
    assert (REVIEW, 2, "recorded in between", None, []) == (
        entry["stream"],
        entry["entry"],
        entry["why"],
        entry["before"],
        entry["corrections"],
    )
    assert "HoldDecided.v1" == entry["after"]["name"]


def test_with_known_alone_it_is_hindsight(capsys: pytest.CaptureFixture[str]) -> None:
    found = document(capsys, "diff", "accountability", "--known", "2017-05-21")

    assert ("2017-05-21", "2017-05-21", None) == (
        found["before"]["valid"],
        found["after"]["valid"],
        found["after"]["known"],
    )
    assert [2] == [entry["entry"] for entry in found["entries"]]


def test_with_a_pack_alone_it_is_a_what_if(capsys: pytest.CaptureFixture[str]) -> None:
    out = said(
        capsys, "diff", "accountability", "--valid", "2019-06-30", "--to-pack", str(WHAT_IF)
    )

    assert "    days overdue so far 68 -> 0\n" in out
    assert "    because the rules are others\n" in out
    assert out.endswith("No entry counts in one and not in the other.\n")


def test_where_nothing_changed_it_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    out = said(capsys, "diff", "training", "--valid", "2017-05-21", "--to-valid", "2017-05-25")

    assert "Nothing in this view changed.\n" in out
    assert "took effect in between; it changes nothing here\n" in out


def test_csv_of_a_diff_is_a_line_a_column(capsys: pytest.CaptureFixture[str]) -> None:
    found = rows(capsys, "diff", "accountability", *LATE)

    assert ("clocks", "wscb/scr-child-k, decision, ", "status", "overdue", "met") in [
        (row["table"], row["key"], row["column"], row["before"], row["after"]) for row in found
    ]
    assert {f'["{REVIEW} 2"]'} == {row["entries"] for row in found}


def test_a_pack_that_names_what_there_is_not_is_malformed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    pack = tmp_path / "strange.toml"
    pack.write_text(
        'name = "strange"\ntitle = "Strange"\nextends = "wolverhampton-2017"\n'
        '[[rights]]\ncommands = ["Fly"]\nbodies = ["wscb"]\n'
    )
    code, err = refused(capsys, "diff", "accountability", "--to-pack", str(pack))

    assert 5 == code
    assert "no such command: Fly" in err


MOVED = ("--valid", "2018-05-23", "--to-valid", "2018-07-15")


def test_what_one_table_says_another_does_not_repeat(capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody was merged into these bodies, so each is its own lineage; JSON has both."""
    out = said(capsys, "diff", "accountability", *MOVED)
    found = document(capsys, "diff", "accountability", *MOVED)

    assert "\nLineages: 3 as in bodies\n\n" in out
    assert 3 == sum(one["table"] == "lineages" for one in found["changes"])
    assert "    days overdue so far, unexplained, by first date, accrued 23 -> 32\n" in out


def test_tables_within_a_group_are_told_in_brief_unless_they_are_asked_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A curve has many steps; they follow from the spells, which are told one by one."""
    until = (*MOVED[:3], "2019-07-15")
    brief = said(capsys, "diff", "sustainability", *until)
    steps = said(capsys, "diff", "sustainability", *until, "--table", "survival.masses")

    assert "(see --table survival.masses)\n" in brief
    assert "by theme, group (none)\n" in brief
    assert "Survival: masses\n" in steps
    assert "Rechecks" not in steps
    assert "it changes nothing here" not in steps


def test_one_table_of_a_diff_and_of_a_replay(capsys: pytest.CaptureFixture[str]) -> None:
    of_clocks = ("--table", "clocks")
    found = document(capsys, "diff", "accountability", *LATE, *of_clocks)
    moments = lines(capsys, "replay", "--until", "2", "--view", "accountability", *of_clocks)
    out = said(capsys, "replay", "--until", "2", "--view", "accountability", *of_clocks)

    assert ["clocks"] * 4 == [one["table"] for one in found["changes"]]
    assert {"clocks"} == {one["table"] for moment in moments for one in moment["changes"]}
    assert "Clocks, review wscb/scr-child-k, clock decision, to (none): new;" in out
    assert "Totals" not in out


def test_where_nothing_changed_in_the_table_it_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    out = said(capsys, "diff", "accountability", *LATE, "--table", "duties")

    assert "Nothing in this table changed.\n" in out


# Knew


def test_knew_tells_what_was_on_record_when_it_was_decided(
    capsys: pytest.CaptureFixture[str],
) -> None:
    by_position, by_entry = (said(capsys, "knew", *which) for which in (("2",), (REVIEW, "2")))

    assert by_position == by_entry
    assert "  [1] 2017-04-20  CaseNotified" in by_position
    assert "not yet known\n  nothing on record\n" in by_position


def test_a_view_is_shown_as_it_was_known_then(capsys: pytest.CaptureFixture[str]) -> None:
    """The decision had not been recorded: its clock was running."""
    found = document(capsys, "knew", REVIEW, "2", "--view", "accountability")

    assert ("2017-05-18", 1) == (found["at"]["valid"], found["at"]["position"])
    assert {"notification": "met", "notification to Ofsted": "met", "decision": "open"} == {
        row["clock"]: row["status"] for row in found["view"]["clocks"]
    }
    assert [1] == [record["position"] for record in found["on_record"]]
    assert "As it was on 2017-05-18" in said(capsys, "knew", "2", "--view", "accountability")


def test_csv_of_what_was_known_is_a_line_an_entry(capsys: pytest.CaptureFixture[str]) -> None:
    found = rows(capsys, "knew", "2")

    assert [("decision", "HoldDecided"), ("on_record", "CaseNotified")] == [
        (row["part"], row["event"]) for row in found
    ]


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (("knew", "999"), 3, "position.unknown"),
        (("knew", "99999999999999999999"), 3, "position.unknown"),
        (("knew", "review-wscb/nowhere", "1"), 3, "stream.unknown"),
        (("knew", REVIEW, "99"), 3, "stream.no-such-entry"),
        (("knew", REVIEW), 5, "give the entry's number"),
        (("knew", "2", "--view", "nothing"), 5, "no view 'nothing'"),
        (("replay", "review-wscb/nowhere"), 3, "stream.unknown"),
        (("replay", "--since", "yesterday"), 5, "--since"),
        (("replay", "--by", "effective", "--since", "2"), 5, "the steps are days"),
        (("replay", "--by", "effective", "--valid", "2017-05-21"), 5, "its own day"),
        (("diff", "accountability"), 5, "say what to compare with"),
        (
            ("diff", "coverage", *LATE, "--table", "x"),
            5,
            "no table 'x'; there are: period, lately",
        ),
        (("replay", "--table", "clocks"), 5, "of which --view?"),
        (("replay", "--view", "accountability", "--table", "x"), 5, "no table 'x'"),
        (("diff", "accountability", "--to-known", "2017-05-21T10:00"), 5, "--to-known"),
        (("diff", "accountability", "--to-pack", "nowhere.toml"), 5, "nowhere.toml"),
    ],
)
def test_what_cannot_be_answered_is_refused_by_name(
    capsys: pytest.CaptureFixture[str], args: tuple[str, ...], code: int, says: str
) -> None:
    found, err = refused(capsys, *args)

    assert code == found
    assert says in err


def test_results_stay_in_the_pipe_while_a_bar_is_shown(store: Path) -> None:
    """Standard error is a terminal, standard output is not."""
    terminal, bar = pty.openpty()
    done = subprocess.run(
        [*LIF, "replay", "--format", "json"],
        stdout=subprocess.PIPE,
        stderr=bar,
        check=True,
        env={**os.environ, "LIF_DB": str(store)},
    )
    os.close(bar)
    shown = os.read(terminal, 100_000)
    os.close(terminal)

    assert 146 == len(done.stdout.splitlines())
    assert b"replaying" in shown
    assert b"CaseNotified" not in shown
