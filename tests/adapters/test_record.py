"""`lif record`: a file of commands taken whole or, if asked, as far as it goes, and told so."""

import io
import json
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from lif_adapters.wiring import connect
from tests.command_line import Lif, Ran
from tests.people import TEXTS

JSON: TypeAlias = Any
LIF = [sys.executable, "-c", "from lif_adapters.cli.main import main; main()"]
BY = {"person": "P. Registrar", "role": "registrar", "body": "xb"}


def command(kind: str, /, **fields: JSON) -> JSON:
    return {"command": kind, "by": BY, "on": "2018-01-01", **fields}


def body(ref: str, /, **changes: JSON) -> JSON:
    fields = {"body": ref, "name": f"Body {ref}", "kind": "agency", **changes}
    return command("RegisterBody", **fields)


def without(value: JSON, name: str) -> JSON:
    return {key: inner for key, inner in value.items() if key != name}


BOARD = body("xb", kind="board")
AGENCY = body("xb/a")
REVIEW = command("OpenReview", review="xb/r", kind="inquiry", title="Inquiry", on="2018-02-01")
ISSUE = command(
    "IssueRecommendation",
    recommendation="xb/1",
    source="review-xb/r",
    text="Do it.",
    addressed=["xb"],
    on="2018-02-01",
)
ACCEPT = command("AcceptRecommendation", recommendation="xb/1", on="2018-03-01")
PLAN = command(
    "PlanRecommendation",
    recommendation="xb/1",
    owner="xb",
    due="2018-12-31",
    action="Steps.",
    on="2018-04-01",
)
INDICATOR = command(
    "DefineIndicator",
    indicator="xb/i",
    name="Late",
    kind="measurement",
    unit="days",
    higher_is_better=False,
)
POINT = command("RecordPoint", indicator="xb/i", period="2017-12-31", value=1.5)
MEETING = command(
    "RecordMeeting", body="xb", meeting="m-1", required=["xb"], present=["xb"], quorate=True
)
VOID = command("VoidEntry", stream="body-xb", entry=1, reasons="Entered twice.")
AUDIT = command(
    "ConcludeAudit", audit="xb/a", grades=[{"grade": "good", "files": 1}], summary="Good."
)


def amended(**changes: JSON) -> JSON:
    event = {**without(BOARD, "command"), **changes}
    return command(
        "AmendEntry",
        stream="body-xb",
        entry=1,
        reasons="A slip.",
        replacement={"name": "BodyRegistered.v1", "event": event},
    )


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LIF_DB", raising=False)
    connect("sqlite:lif.db", readership=TEXTS).close()


def text_of(value: JSON | str | bytes) -> bytes:
    """A line: of JSON where *value* is no text yet."""
    if isinstance(value, bytes):
        return value
    return (value if isinstance(value, str) else json.dumps(value)).encode()


def written(values: Iterable[JSON | str | bytes], name: str = "asked.jsonl") -> Path:
    """A file with these lines."""
    file = Path(name)
    file.write_bytes(b"".join(text_of(value) + b"\n" for value in values))
    return file


def log(lif: Lif, store: str = "lif.db") -> str:
    """Every entry, in JSON; nothing where nothing was ever recorded."""
    if not Path(store).exists():
        return ""
    read = lif("log", "--format", "json", "--db", store)
    assert (0, "") == (read.code, read.err)
    return read.out


def entries(lif: Lif, store: str = "lif.db") -> list[JSON]:
    return [json.loads(line) for line in log(lif, store).splitlines()]


def receipts(store: str = "lif.db") -> int:
    """How many command ids the store remembers."""
    with closing(sqlite3.connect(store)) as connection:
        (count,) = connection.execute("SELECT count(*) FROM handled_commands").fetchone()
        return int(count)


# What is no command: exit code 5, with the file, the line and the field


MALFORMED: dict[str, tuple[JSON | str | bytes, str]] = {
    "cut off": ("{", "not JSON"),
    "two objects": ("{} {}", "not JSON"),
    "words": ("RegisterBody xb", "not JSON"),
    "an array": ([BOARD], "expected one JSON object"),
    "a number": ("5", "expected one JSON object"),
    "null": ("null", "expected one JSON object"),
    "a key twice": ('{"command": "RegisterBody", "on": "2018-01-01", "on": "2018-01-02"}', "on:"),
    "a key twice, nested": (
        json.dumps(AGENCY).replace('"role"', '"person": "X", "role"'),
        "person: given twice",
    ),
    "no command": (without(AGENCY, "command"), "command:"),
    "an unknown command": (
        command("BlameBody", body="xb"),
        "command: unknown command 'BlameBody'",
    ),
    "an event for a command": (command("BodyRegistered", body="xb"), "command: unknown command"),
    "a number for a command": (command(5), "command:"),  # type: ignore[arg-type]  # wrong on purpose
    "an unknown field": (body("xb/a", nam="A"), "nam: unknown field"),
    "an unknown field of by": (
        body("xb/a", by={**BY, "rank": "high"}),
        "by.rank: unknown field",
    ),
    "an unknown field in a list": (
        {**AUDIT, "grades": [{"grade": "good", "files": 1, "who": "x"}]},
        "grades[0].who: unknown field",
    ),
    "an unknown field of a replacement": (
        amended(nam="A"),
        "replacement.event.nam: unknown field",
    ),
    "an unknown field of by in a replacement": (
        amended(by={**BY, "rank": "high"}),
        "replacement.event.by.rank: unknown field",
    ),
    "no name": (without(AGENCY, "name"), "name:"),
    "no date": (without(AGENCY, "on"), "on:"),
    "no authority": (without(AGENCY, "by"), "by:"),
    "no person": (body("xb/a", by=without(BY, "person")), "by"),
    "a number for a text": (body("xb/a", name=5), "name:"),
    "null for a text": (body("xb/a", name=None), "name:"),
    "a text for an object": (body("xb/a", by="P. Registrar"), "by:"),
    "an unknown kind": (body("xb/a", kind="club"), "kind:"),
    "a text for a list": ({**MEETING, "present": "xb"}, "present:"),
    "a number in a list": ({**MEETING, "present": [5]}, "present[0]:"),
    "a number for a yes": ({**MEETING, "quorate": 1}, "quorate:"),
    "a text for a yes": ({**MEETING, "quorate": "yes"}, "quorate:"),
    "a text for a number": ({**POINT, "value": "1.5"}, "value:"),
    "a yes for a number": ({**POINT, "value": True}, "value:"),
    "a yes for an integer": ({**VOID, "entry": True}, "entry:"),
    "a fraction for an integer": ({**VOID, "entry": 1.5}, "entry:"),
    "zero for an ordinal": ({**VOID, "entry": 0}, "entry:"),
    "a negative count": (
        {**AUDIT, "grades": [{"grade": "good", "files": -1}]},
        "grades[0].files:",
    ),
    "a huge integer": ({**VOID, "entry": 10**30}, "entry:"),
    "an integer of 5,000 digits": (
        json.dumps(VOID).replace('"entry": 1', f'"entry": {"1" * 5000}'),
        "",
    ),
    "a float of 400 digits": (json.dumps(POINT).replace("1.5", "1" * 400), "value:"),
    "a float past the largest": (json.dumps(POINT).replace("1.5", "1e400"), "value:"),
    "not a number": (json.dumps(POINT).replace("1.5", "NaN"), "not JSON: NaN is no number"),
    "infinity": (json.dumps(POINT).replace("1.5", "Infinity"), "not JSON: Infinity is no number"),
    "minus infinity": (
        json.dumps(POINT).replace("1.5", "-Infinity"),
        "not JSON: -Infinity is no number",
    ),
    "29 February 2018": (body("xb/a", on="2018-02-29"), "on:"),
    "month 13": (body("xb/a", on="2018-13-01"), "on:"),
    "an instant for a date": (body("xb/a", on="2018-01-01T10:00:00+00:00"), "on:"),
    "a number for a date": (body("xb/a", on=20180101), "on:"),
    "a date of our own": (body("xb/a", on="01/02/2018"), "on:"),
    "a naive instant": (
        body("xb/a", recorded_at="2018-01-01T10:00:00"),
        "recorded_at: a time without a zone",
    ),
    "a date for an instant": (body("xb/a", recorded_at="2018-01-01"), "recorded_at:"),
    "a number for an instant": (body("xb/a", recorded_at=5), "recorded_at:"),
    "an instant past the last": (
        body("xb/a", recorded_at="9999-12-31T23:59:00-12:00"),
        "recorded_at:",
    ),
    "a blank id": (body("xb/a", command_id=" "), "command_id:"),
    "a number for an id": (body("xb/a", command_id=5), "command_id:"),
    "an id of two lines": (body("xb/a", command_id="a\nb"), "command_id:"),
    "a long id": (body("xb/a", command_id="a" * 201), "command_id:"),
    "a blank name": (body("xb/a", name=""), "name: must not be blank"),
    "blank reasons": ({**VOID, "reasons": " \t\n"}, "reasons: must not be blank"),
    "a blank person": (body("xb/a", by={**BY, "person": " "}), "by.person"),
    "a blank text in a replacement": (amended(name=" "), "replacement.event.name: must not be"),
    "a person of two lines": (body("xb/a", by={**BY, "person": "A\nB"}), "by.person"),
    "a reference without its board": (body("Agency A"), "body:"),
    "NUL": (body("xb/a", name="A\0B"), "name: control character U+0000"),
    "NUL as it is": (json.dumps(AGENCY).replace("Body xb", "Body\0xb"), "not JSON"),
    "escape": (body("xb/a", name="\x1b[2J"), "name: control character U+001B"),
    "delete": (body("xb/a", name="A\x7f"), "name: control character U+007F"),
    "escape in one character": (body("xb/a", name="A\x9b2J"), "name: control character U+009B"),
    "a control character in a replacement": (
        amended(name="A\x1bB"),
        "replacement.event.name: con",
    ),
    "half a character": (body("xb/a", name="\ud800"), "name: lone surrogate U+D800"),
    "half a character for a kind": (body("xb/a", kind="\ud800"), "kind:"),
    "half a character for a date": (body("xb/a", on="\udfff"), "on:"),
    "half a character for an instant": (body("xb/a", recorded_at="\ud800"), "recorded_at:"),
    "half a character for an id": (body("xb/a", command_id="\ud800"), "command_id:"),
    "half a character in a replacement": (amended(name="\ud800"), "replacement.event.name: lone"),
    "half a character for a key": (body("xb/a", **{"\ud800": 1}), ""),
    "Latin-1": (
        json.dumps(body("xb/a", name="Caf\xe9"), ensure_ascii=False).encode("latin-1"),
        "not UTF-8",
    ),
    "UTF-16": (json.dumps(AGENCY).encode("utf-16"), "not UTF-8"),
    "deep arrays": ("[" * 100_000, "nested too deeply"),
    "deep objects": ('{"by":' * 100_000, "nested too deeply"),
    "deep, but not too deep": (
        json.dumps(AGENCY).replace('"role"', f'"meeting": {"[" * 50 + "]" * 50}, "role"'),
        "by.meeting",
    ),
    "a name of a megabyte": (body("xb/a", name="x" * 1_000_000), "name: 1,000,000 characters"),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_what_is_no_command_is_told_and_nothing_is_recorded(case: str, lif: Lif) -> None:
    """With the file, the line and the field: not even the good lines before and after it."""
    bad, told = MALFORMED[case]
    file = written([BOARD, bad, INDICATOR])
    wrong = lif("record", file)
    first, last = wrong.err.splitlines()

    assert (5, "") == (wrong.code, wrong.out)
    assert first.startswith(f"asked.jsonl: line 2: {told}")
    assert "lif: malformed: 1 of 3 lines are wrong; nothing recorded" == last
    assert "" == log(lif)


@pytest.mark.parametrize("case", MALFORMED)
def test_what_is_no_command_does_not_keep_out_the_others(case: str, lif: Lif) -> None:
    """With --keep-going: its line is listed, and those before and after it are recorded."""
    bad, told = MALFORMED[case]
    file = written([BOARD, bad, INDICATOR])
    partly = lif("record", "--keep-going", file)
    first, last = partly.err.splitlines()

    assert (7, "asked.jsonl: 2 commands, 2 entries on record\n") == (partly.code, partly.out)
    assert first.startswith(f"asked.jsonl: line 2: {told}")
    assert "lif: done in part: 1 of 3 lines were left out" == last
    assert ["body-xb", "indicator-xb/i"] == [entry["stream"] for entry in entries(lif)]


@pytest.mark.parametrize(
    "key", ["a\nlif: all is well", "\x1b[2J", "\x9b2J", "a\rlif: all is well"]
)
def test_a_message_stays_on_its_line_and_says_nothing_to_the_terminal(key: str, lif: Lif) -> None:
    """What is quoted of a bad file cannot forge a line of ours, or clear the screen."""
    wrong = lif("record", written([{**BOARD, key: 1}]))

    assert 5 == wrong.code
    assert 2 == len(wrong.err.splitlines())
    assert set("\x1b\x9b\r").isdisjoint(wrong.err)


def test_no_more_than_some_wrong_lines_are_listed(lif: Lif) -> None:
    """A file of another kind does not fill the screen; how many there are is said all the same."""
    wrong = lif("record", written(["no"] * 500))

    assert 5 == wrong.code
    assert 30 > len(wrong.err.splitlines())
    assert "500 of 500 lines are wrong" in wrong.err


@pytest.mark.parametrize("name", ["missing.jsonl", "folder"])
def test_a_file_that_cannot_be_read_is_named(name: str, lif: Lif) -> None:
    """A slip in a path is no empty file."""
    Path("folder").mkdir()
    wrong = lif("record", name)

    assert (5, "") == (wrong.code, wrong.out)
    assert wrong.err.startswith(f"lif: malformed: {name}: ")
    assert "" == log(lif)


# What breaks a rule: exit code 3


REFUSED: dict[str, tuple[list[JSON], str]] = {
    "a committee that nobody knows": (
        [BOARD, {**MEETING, "present": ["xb/nobody"]}],
        "reference.unknown (field=present[], stream=body-xb/nobody)",
    ),
    "an authority that nobody knows": (
        [BOARD, body("xb/a", by={**BY, "body": "xb/nobody"})],
        "reference.unknown (field=by.body, stream=body-xb/nobody)",
    ),
    "a recommendation that nobody issued": (
        [BOARD, ACCEPT],
        "recommendation.unknown (command=AcceptRecommendation",
    ),
    "a review that nobody opened": (
        [BOARD, ISSUE],
        "reference.unknown (field=source, stream=review-xb/r)",
    ),
    "an entry that is none": ([BOARD, {**VOID, "entry": 2}], "correction."),
    "a stream of no kind": (
        [BOARD, {**VOID, "stream": "letter-xb/1"}],
        "stream.unknown-category (stream=letter-xb/1)",
    ),
    "planned before it was accepted": (
        [BOARD, REVIEW, ISSUE, ACCEPT, {**PLAN, "on": "2018-02-15"}],
        "recommendation.out-of-order",
    ),
    "planned and not accepted": (
        [BOARD, REVIEW, ISSUE, PLAN],
        "recommendation.not-accepted",
    ),
    "issued before its review was opened, as an answer": (
        [BOARD, REVIEW, ISSUE, {**ACCEPT, "on": "2018-01-31"}],
        "stream.before-opening",
    ),
    "recorded before the last": (
        [
            {**BOARD, "recorded_at": "2018-01-02T10:00:00+00:00"},
            {**AGENCY, "recorded_at": "2018-01-02T10:59:59+01:00"},
        ],
        "record.recorded-backwards",
    ),
    "an id for another command": (
        [{**BOARD, "command_id": "c-1"}, {**AGENCY, "command_id": "c-1"}],
        "record.command-id-reused (command_id=c-1)",
    ),
    "a reference for another body": (
        [BOARD, {**BOARD, "name": "Another"}],
        "body.reference-taken",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_breaks_a_rule_keeps_out_the_whole_file(case: str, lif: Lif) -> None:
    """The rule, what broke it, and the line; nothing of the file is recorded."""
    asked, told = REFUSED[case]
    refused = lif("record", written(asked))
    first, last, *notice = refused.err.splitlines()

    assert (3, "") == (refused.code, refused.out)
    assert notice[0].startswith("  ")
    assert notice[1].startswith("  What to do: ")
    assert first.startswith(f"asked.jsonl: line {len(asked)}: {told}")
    assert first.endswith("; nothing recorded")
    assert last.startswith(f"lif: refused: {told.partition(' ')[0]}")
    assert "" == log(lif)
    assert 0 == receipts()


@pytest.mark.parametrize("case", REFUSED)
def test_what_breaks_a_rule_does_not_keep_out_the_others(case: str, lif: Lif) -> None:
    """With --keep-going, the lines before it and after it are recorded."""
    asked, told = REFUSED[case]
    partly = lif("record", "--keep-going", written([*asked, INDICATOR]))
    first, last = partly.err.splitlines()
    rule, *_ = told.partition(" ")

    assert 7 == partly.code
    assert first.startswith(f"asked.jsonl: line {len(asked)}: {rule}")
    assert f"lif: done in part: 1 of {len(asked) + 1} lines were left out" == last
    assert len(asked) == len(entries(lif))
    assert "indicator-xb/i" == entries(lif)[-1]["stream"]


def test_nothing_can_be_recorded_in_the_future(lif: Lif) -> None:
    """A slip in the year would date every later entry: time never goes backwards in a log."""
    ahead = {**BOARD, "recorded_at": "2918-01-02T10:00:00+00:00"}
    refused = lif("record", written([ahead]))

    assert refused.code in (3, 5)
    assert "recorded_at" in refused.err
    assert "" == log(lif)


def test_an_id_is_for_one_command_in_later_runs_too(lif: Lif) -> None:
    """The same id with another command is refused; with the same one it is quiet."""
    lif("record", written([{**BOARD, "command_id": "c-1"}]))
    before = log(lif)
    refused = lif("record", written([{**AGENCY, "command_id": "c-1"}]))
    again = lif("record", written([{**BOARD, "command_id": "c-1"}]))

    assert 3 == refused.code
    assert "record.command-id-reused (command_id=c-1)" in refused.err
    assert (0, "") == (again.code, again.err)
    assert before == log(lif)


# Bytes


@pytest.mark.parametrize(
    "raw",
    [
        b"\xef\xbb\xbf" + text_of(BOARD) + b"\n" + text_of(AGENCY) + b"\n",
        text_of(BOARD) + b"\r\n" + text_of(AGENCY) + b"\r\n",
        b"\xef\xbb\xbf" + text_of(BOARD) + b"\r\n\r\n" + text_of(AGENCY),
        b"\n  \n" + text_of(BOARD) + b"\n\t\n" + b"  " + text_of(AGENCY) + b"  \n\n",
    ],
    ids=["a byte order mark", "CRLF", "both, no last line end", "blank lines"],
)
def test_how_lines_end_and_files_begin_does_not_matter(raw: bytes, lif: Lif) -> None:
    """The same commands from another editor are the same commands: run again, nothing is added."""
    Path("other.jsonl").write_bytes(raw)
    other = lif("record", "other.jsonl")
    before = log(lif)
    again = lif("record", written([BOARD, AGENCY]))

    assert (0, "") == (other.code, other.err)
    assert ["body-xb", "body-xb/a"] == [entry["stream"] for entry in entries(lif)]
    assert (0, before) == (again.code, log(lif))


def test_blank_lines_count_where_lines_are_named(lif: Lif) -> None:
    """An editor counts them, and so do we."""
    malformed = lif("record", written([BOARD, "", "   ", "{"]))
    refused = lif("record", written(["", BOARD, "", ACCEPT]))

    assert malformed.err.startswith("asked.jsonl: line 4: not JSON")
    assert refused.err.startswith("asked.jsonl: line 4: recommendation.unknown")


@pytest.mark.parametrize("raw", [b"", b"\n\n", b"\xef\xbb\xbf", b"   "], ids=repr)
@pytest.mark.parametrize("mode", [[], ["--keep-going"]], ids=str)
def test_an_empty_file_asks_nothing(raw: bytes, mode: list[str], lif: Lif) -> None:
    """Which is no error."""
    Path("empty.jsonl").write_bytes(raw)
    done = lif("record", "empty.jsonl", *mode)

    assert Ran(0, "empty.jsonl: 0 commands, 0 entries on record\n", "") == done
    assert "" == log(lif)


@pytest.mark.parametrize(
    "line",
    [
        b'{"command":"RegisterBody","name":"' + b"x" * 16_000_000 + b'"}',
        b"[" * 16_000_000,
        b" " * 16_000_000,
    ],
    ids=["a text", "brackets", "blanks"],
)
@pytest.mark.parametrize("mode", [[], ["--keep-going"]], ids=str)
def test_a_line_of_16_megabytes_is_told_without_much_memory(line: bytes, mode: list[str]) -> None:
    """It is skipped, not held. A small parent measures: a child starts with its parent's peak."""
    file = written([BOARD, line, AGENCY])
    measure = (
        "import resource, subprocess, sys;"
        "code = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL);"
        "print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    command = [sys.executable, "-c", measure, *LIF, "record", *mode, str(file)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    code, kilobytes = map(int, ran.stdout.split())

    assert (7 if mode else 5) == code
    assert ran.stderr.startswith("asked.jsonl: line 2: longer than")
    assert 200_000 > kilobytes


def test_a_key_twice_among_many_is_found_soon(lif: Lif) -> None:
    """Were the time for it to grow with the square of the line, this test would take minutes."""
    keys = ",".join(f'"k{n}":1' for n in range(100_000))
    wrong = lif("record", written([f'{{{keys},"k99999":2}}']))

    assert 5 == wrong.code
    assert "k99999: given twice" in wrong.err


@pytest.mark.parametrize(
    "remit", ["Rada Żółć", "العربية", "👩‍👧 and 日本", "two\nlines", "a\ttab", "É composed, É not"]
)
def test_text_comes_back_as_it_was_given(remit: str, lif: Lif) -> None:
    """Escaped or not, in any script, on any number of lines."""
    terms = {
        "command": "AdoptTerms",
        "by": BOARD["by"],
        "on": BOARD["on"],
        "body": "xb",
        "terms": "1",
        "remit": remit,
        "boards": ["xb"],
    }
    plainly = json.dumps(terms, ensure_ascii=False)
    done = lif("record", written([BOARD, plainly, {**terms, "terms": "2"}]))

    assert 0 == done.code
    assert [remit, remit] == [entry["event"]["remit"] for entry in entries(lif)[1:]]


# All or nothing, and as far as it goes


MIXED = [BOARD, "{", body("xb/a"), ACCEPT, body("xb/b"), body("xb/b", name="Another")]


def test_without_keep_going_one_wrong_line_keeps_out_all(lif: Lif) -> None:
    """Also on a store that has entries already: it is afterwards what it was before."""
    lif("record", written([INDICATOR | {"by": BY}, BOARD][::-1]))
    before = log(lif), receipts()
    malformed = lif("record", written(MIXED))
    refused = lif("record", written([line for line in MIXED if line != "{"]))

    assert (5, 3) == (malformed.code, refused.code)
    assert "asked.jsonl: line 3: recommendation.unknown" in refused.err
    assert before == (log(lif), receipts())


def test_with_keep_going_the_good_lines_are_recorded_and_the_bad_listed(lif: Lif) -> None:
    """By line number, in their order; exit code 7 says that it was not all."""
    partly = lif("record", "--keep-going", written(MIXED))
    told = partly.err.splitlines()

    assert (7, "asked.jsonl: 3 commands, 3 entries on record\n") == (partly.code, partly.out)
    assert [
        "asked.jsonl: line 2: not JSON",
        "asked.jsonl: line 4: recommendation.unknown",
        "asked.jsonl: line 6: body.reference-taken",
    ] == [
        line[: len(start)]
        for line, start in zip(
            told,
            (
                "asked.jsonl: line 2: not JSON",
                "asked.jsonl: line 4: recommendation.unknown",
                "asked.jsonl: line 6: body.reference-taken",
            ),
            strict=False,
        )
    ]
    assert ["lif: done in part: 3 of 6 lines were left out"] == told[3:]
    assert ["body-xb", "body-xb/a", "body-xb/b"] == [entry["stream"] for entry in entries(lif)]


def test_bad_lines_are_found_wherever_the_work_is_divided(lif: Lif) -> None:
    """Of 1,300 lines every hundredth is bad, the first and the last among them."""
    agencies: list[JSON] = [body(f"xb/{n}") for n in range(1, 1301)]
    asked = [BOARD, *("{" if n % 100 in (1, 0) else agencies[n - 1] for n in range(1, 1301))]
    partly = lif("record", "--keep-going", written(asked))
    bad = [n for n in range(1, 1301) if n % 100 in (1, 0)]
    told = [
        int(line.split(":")[1].removeprefix(" line ")) for line in partly.err.splitlines()[:-1]
    ]

    assert 7 == partly.code
    assert [n + 1 for n in bad] == told
    assert ["body-xb", *(f"body-xb/{n}" for n in range(1, 1301) if n not in bad)] == [
        entry["stream"] for entry in entries(lif)
    ]


def test_a_corrected_file_adds_only_what_was_left_out(lif: Lif) -> None:
    """What was recorded the first time stays where it was."""
    lif("record", "--keep-going", written([BOARD, "{", body("xb/b")]))
    before = log(lif)
    done = lif("record", "--keep-going", written([BOARD, body("xb/a"), body("xb/b")]))

    assert (0, "") == (done.code, done.err)
    assert before == "".join(log(lif).splitlines(keepends=True)[:2])
    assert "body-xb/a" == entries(lif)[2]["stream"]
    assert 3 == len(entries(lif))


@pytest.mark.parametrize("mode", [[], ["--keep-going"]], ids=str)
@pytest.mark.parametrize("ids", [True, False], ids=["with ids", "without ids"])
def test_the_same_file_twice_changes_nothing(ids: bool, mode: list[str], lif: Lif) -> None:
    """Byte for byte the same log, and the same acknowledgement of each entry."""
    asked = [BOARD, AGENCY, REVIEW, ISSUE, ACCEPT, PLAN, INDICATOR, POINT, MEETING]
    named = [{**each, "command_id": f"c-{n}"} for n, each in enumerate(asked)] if ids else asked
    file = written(named)
    first = lif("record", file, "--format", "json", *mode)
    before = log(lif)
    again = lif("record", file, "--format", "json", *mode)

    assert (0, "") == (first.code, first.err)
    assert len(asked) == len(entries(lif))
    assert first == again
    assert before == log(lif)


def test_each_entry_is_acknowledged_as_the_log_has_it(lif: Lif) -> None:
    """With --format json, position, stream and all."""
    done = lif("record", written([BOARD, AGENCY, INDICATOR]), "--format", "json")

    assert (0, "") == (done.code, done.err)
    assert 3 == len(done.out.splitlines())
    assert log(lif) == done.out


def test_the_same_line_twice_in_a_file_is_asked_twice(lif: Lif) -> None:
    """The second is decided anew: quiet here, since it says what is on record already."""
    done = lif("record", written([BOARD, BOARD, BOARD]))

    assert (0, "asked.jsonl: 3 commands, 1 entries on record\n") == (done.code, done.out)
    assert 1 == len(entries(lif))


def test_an_older_register_keeps_its_instants_and_says_so(lif: Lif) -> None:
    """In UTC, whatever their zone; and what comes after without one is marked as of today."""
    older = {**BOARD, "recorded_at": "2018-06-01T10:00:00+01:00", "correlation": "register-7"}
    lif("record", written([older, AGENCY]))
    first, second = entries(lif)

    assert ("2018-06-01T09:00:00+00:00", True, "register-7") == (
        first["recorded_at"],
        first["migrated"],
        first["correlation"],
    )
    assert "migrated" not in second
    assert first["recorded_at"] < second["recorded_at"]


def test_a_full_disk_is_not_taken_for_somebody_else(lif: Lif) -> None:
    """Trying again would not help; nothing of the file is recorded, and the store stays whole."""
    lif("record", written([BOARD]))
    before = log(lif)
    file = written([body(f"xb/{n}", name="x" * 5000) for n in range(300)])
    done = subprocess.run(
        [*LIF, "record", file],
        capture_output=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000)),
    )

    assert b"Traceback" not in done.stderr
    assert b"busy" not in done.stderr
    assert done.returncode not in (0, 4)
    assert before == log(lif)


# Standard input


def from_stdin(raw: bytes, monkeypatch: pytest.MonkeyPatch, lif: Lif, *args: str) -> Ran:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
    return lif("record", "-", *args)


def test_a_hyphen_reads_standard_input(lif: Lif, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same as from a file, run again included."""
    raw = text_of(BOARD) + b"\n" + text_of(AGENCY) + b"\n"
    done = from_stdin(raw, monkeypatch, lif)
    before = log(lif)
    again = lif("record", written([BOARD, AGENCY]))

    assert (0, "-: 2 commands, 2 entries on record\n", "") == (done.code, done.out, done.err)
    assert (0, before) == (again.code, log(lif))


def test_what_is_wrong_in_standard_input_is_told_by_its_line(
    lif: Lif, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pipe has lines too."""
    wrong = from_stdin(text_of(BOARD) + b"\n{\n", monkeypatch, lif)

    assert 5 == wrong.code
    assert wrong.err.startswith("-: line 2: not JSON")
    assert "" == log(lif)


def test_a_process_reads_its_standard_input(lif: Lif) -> None:
    """`cat commands.jsonl | lif record -`, as a script has it."""
    done = subprocess.run(
        [*LIF, "record", "-"], input=text_of(BOARD), capture_output=True, check=False
    )

    assert (0, b"") == (done.returncode, done.stderr)
    assert ["body-xb"] == [entry["stream"] for entry in entries(lif)]


# Who entered it, and how it was decided


@pytest.mark.parametrize(
    ("option", "variable", "entered"),
    [
        (["--entered-by", "M. Clerk"], "N. Clerk", "M. Clerk"),
        ([], "N. Clerk", "N. Clerk"),
        ([], "", "account"),
    ],
)
def test_who_enters_a_file_is_kept_with_each_entry(
    option: list[str],
    variable: str,
    entered: str,
    lif: Lif,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As the option says, or the environment, or else the account that runs it."""
    monkeypatch.setenv("LIF_ENTERED_BY", variable)
    monkeypatch.setenv("LOGNAME", "account")
    file = written([body("xb"), body("xb/c", on="2018-02-02")])
    for mode in ([], ["--keep-going"]):
        assert 0 == lif("record", file, *mode, *option).code

    assert [entered, entered] == [entry["entered_by"] for entry in entries(lif)]
    assert f", entered by {entered}\n" in lif("show", "body-xb").out


def test_an_account_without_a_name_enters_as_nobody(
    lif: Lif, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a container whose user is only a number."""

    def nameless() -> str:
        raise KeyError("no name")

    monkeypatch.delenv("LIF_ENTERED_BY", raising=False)
    monkeypatch.setattr("lif_adapters.cli.options.getuser", nameless)
    assert 0 == lif("record", written([body("xb")])).code

    assert ["entered_by" in entry for entry in entries(lif)] == [False]


def test_a_name_that_is_none_records_nothing(lif: Lif) -> None:
    ran = lif("record", written([body("xb")]), "--entered-by", " ")

    assert (5, "") == (ran.code, ran.out)
    assert "entered_by" in ran.err


def test_a_decision_is_shown_with_how_it_was_come_to(lif: Lif) -> None:
    """Its meeting, and that it was not quorate; reasons, options, dissent and papers."""
    deliberation = {
        "meeting": "january",
        "reasons": "It is needed",
        "options": ["Wait"],
        "dissent": [
            {"body": "xb", "person": "P. Lead", "reasons": "Too soon"},
            {"body": "xb", "reasons": "Too late"},
        ],
        "papers": [{"title": "The plan", "where": "file 7"}, {"title": "The minutes"}],
    }
    by = {"person": "A. Chair", "role": "chair", "body": "xb"}
    meeting = command(
        "RecordMeeting",
        by=by,
        on="2018-02-01",
        body="xb",
        meeting="january",
        required=[],
        present=[],
        quorate=False,
    )
    decided = {**body("xb/c", on="2018-02-02"), "by": {**by, "deliberation": deliberation}}
    ran = lif("record", written([body("xb"), meeting, decided]), "--entered-by", "M. Clerk")
    assert 0 == ran.code, ran.err
    shown = lif("show", "body-xb/c").out
    lines = [line.strip() for line in shown.splitlines()]

    assert "by A. Chair, chair, xb at january (not quorate)" in lines[1]
    assert [
        "decided because: It is needed",
        "option considered: Wait",
        "dissent: P. Lead, xb: Too soon",
        "dissent: xb: Too late",
        "rests on: The plan (file 7)",
        "rests on: The minutes",
    ] == lines[4:]
    assert deliberation == entries(lif)[-1]["event"]["by"]["deliberation"]
    assert [None, None, False] == [entry.get("quorate") for entry in entries(lif)]
    assert "at january (not quorate)" in lif("replay", "body-xb/c").out
    assert "not quorate" in lif("knew", "body-xb/c", "1").out

    void = command(
        "VoidEntry", by=by, on="2018-02-03", stream="body-xb", entry=2, reasons="Another's"
    )
    assert 0 == lif("record", written([void], "void.jsonl")).code
    assert "at january (not on record)" in lif("show", "body-xb/c").out
