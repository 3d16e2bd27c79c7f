"""`lif import`: a register in CSV, by the example's mapping; what cannot be taken is listed."""

import csv
import io
import json
import shutil
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from lif_adapters.importers.takeover import Takeover
from tests.command_line import Lif, Ran

JSON: TypeAlias = Any
TAIC = Path(__file__).parents[2] / "examples" / "taic.toml"
HEADER = ("report", "reference", "recipient", "made", "text", "reply", "response")
ACCEPTED = ("Accepted", "Accepted and implemented", "Accepted and Implemented")
NO_REPLY = (
    "",
    "No reply recorded",
    "No reply recorded.",
    "No reply to SR.",
    "No reply.",
    "No reply",
)

# Made up: no line of it is from a real register.
REGISTER: tuple[tuple[str, ...], ...] = (
    ("X_2001_1", "001/01", "Harbour Ferries", "2001-03-05", "Fit alarms.", "We will.", "Accepted"),
    ("X_2001_1", "002/01", "Harbour Ferries", "2001-03-05", "Train crews.", "No.", "Rejected"),
    ("X_2001_1", "003/01", "Port Authority", "2001-03-05", "Light the\nquay.", "", ""),
    (
        "X_2002_1",
        "001/02",
        "Hill Rail",
        "2002-07-01",
        'Mend, then "test".',
        "Noted.",
        "Under consideration",
    ),
    ("X_2002_1", "002/02", "Hill Rail", "2002-08-01", "Sign the gate.", "No reply", ""),
    ("X_2002_1", "003/02", "Hill Rail", "2002-08-01", "Joint plan.", "Yes.", ACCEPTED[1]),
    (
        "X_2002_1",
        "003/02",
        "Rāwhiti Council",
        "2002-08-01",
        "Joint plan.",
        "No money.",
        "Rejected",
    ),
    (
        "X_2003_1",
        "001/03",
        "Port Authority",
        "2003-01-31",
        "Chart it,\n\nagain.",
        "Done.",
        ACCEPTED[2],
    ),
    ("X_2003_1", "002/03", "Rāwhiti Council", "2003-01-31", "Fence.", "No reply recorded.", ""),
    (
        "X_2003_2",
        "003/03",
        "Air & Sea Ltd",
        "2003-02-28",
        "Log hours.",
        "Reply received",
        "Under Consideration",
    ),
)


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LIF_DB", raising=False)
    shutil.copy(TAIC, "taic.toml")


def text_of(*rows: tuple[str, ...], header: tuple[str, ...] = HEADER) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows((header, *rows))
    return text.getvalue()


def taken(lif: Lif, text: str | bytes, *options: str) -> Ran:
    """The run that imports this *text*, by the example's mapping."""
    Path("register.csv").write_bytes(text.encode() if isinstance(text, str) else text)
    return lif("import", "register.csv", "--create", "--map", "taic.toml", *options)


def remapped(old: str, new: str) -> None:
    """Change the mapping's text."""
    text = Path("taic.toml").read_text("utf-8")
    assert old in text
    Path("taic.toml").write_text(text.replace(old, new, 1), "utf-8")


def log(lif: Lif) -> str:
    return lif("log", "--format", "json").out if Path("lif.db").exists() else ""


def events(lif: Lif, name: str) -> list[JSON]:
    entries = [json.loads(line) for line in log(lif).splitlines()]
    return [entry["event"] for entry in entries if entry["name"] == f"{name}.v1"]


NOT_IN_THE_FILE = (
    *("accepted_in_part", "ended"),
    *("timed", "overdue_now", "late", "met", "open", "not_known", "dropped"),
)
"""Counts of a body's answers that this register has no column for."""


def view(lif: Lif) -> JSON:
    return json.loads(
        lif("view", "accountability", "--valid", "2025-01-01", "--format", "json").out
    )


def rejected() -> list[tuple[int, str]]:
    with Path("register.csv.rejected.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return [(int(row["rejected: line"]), row["rejected: reason"]) for row in rows]


# What is taken


def test_what_was_taken_counts_as_a_plain_recount_of_the_file(lif: Lif) -> None:
    """Reviews, recommendations, and what each body was asked, accepted, declined and replied."""
    done = taken(lif, text_of(*REGISTER))
    with Path("register.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    made = Counter(row["recipient"] for row in rows)
    accepted = Counter(row["recipient"] for row in rows if row["response"] in ACCEPTED)
    declined = Counter(row["recipient"] for row in rows if row["response"] == "Rejected")
    replied = Counter(row["recipient"] for row in rows if row["reply"] not in NO_REPLY)
    found = view(lif)

    assert (0, "") == (done.code, done.err)
    assert "10 of 10 rows taken" in done.out
    assert len({row["report"] for row in rows}) == found["totals"]["reviews"]
    assert len({row["reference"] for row in rows}) == found["totals"]["recommendations"]
    assert {
        f"taic/{name}": {
            "body": f"taic/{name}",
            "made": made[name],
            "accepted": accepted[name],
            "declined": declined[name],
            "pending": made[name] - accepted[name] - declined[name],
            "replied": replied[name],
            **dict.fromkeys(NOT_IN_THE_FILE, 0),
        }
        for name in made
    } == {row["body"]: row for row in found["responses"]}
    assert (10, 3, 2, 5, 7) == tuple(
        found["totals"][name] for name in ("made", "accepted", "declined", "pending", "replied")
    )


def test_what_was_taken_says_what_the_file_says(lif: Lif) -> None:
    """Texts, replies and dates come through as they are, on however many lines."""
    taken(lif, text_of(*REGISTER))

    assert {(f"taic/{row[1]}", row[3], row[4]) for row in REGISTER} == {
        (event["recommendation"], event["on"], event["text"])
        for event in events(lif, "RecommendationIssued")
    }
    assert sorted(
        (f"taic/{row[2]}", row[5]) for row in REGISTER if row[5] not in NO_REPLY
    ) == sorted(
        (event["by"]["body"], event["reply"]) for event in events(lif, "RecommendationReplied")
    )


def test_a_joint_recommendation_is_one_with_two_addressees(lif: Lif) -> None:
    """Two rows with one reference in one report: each body answers for itself."""
    taken(lif, text_of(*REGISTER))
    issued = [e for e in events(lif, "RecommendationIssued") if e["text"] == "Joint plan."]
    answers = [row for row in view(lif)["answers"] if row["recommendation"] == "taic/003/02"]

    assert [["taic/Hill Rail", "taic/Rāwhiti Council"]] == [e["addressed"] for e in issued]
    assert {("taic/Hill Rail", "accepted"), ("taic/Rāwhiti Council", "declined")} == {
        (row["body"], row["answer"]) for row in answers
    }


def test_the_same_register_twice_changes_nothing(lif: Lif) -> None:
    """Byte for byte the same log."""
    first = taken(lif, text_of(*REGISTER))
    before = log(lif)
    again = taken(lif, text_of(*REGISTER))

    assert before
    assert first == again
    assert before == log(lif)


def test_a_register_that_grew_adds_only_its_new_rows(lif: Lif) -> None:
    """Also where the new row stands first, and is of an inquiry that was there before."""
    taken(lif, text_of(*REGISTER))
    before = log(lif)
    new = ("X_2003_2", "004/03", "Hill Rail", "2003-03-01", "Say why.", "", "")
    done = taken(lif, text_of(new, *REGISTER))

    assert (0, "") == (done.code, done.err)
    assert log(lif).startswith(before)
    assert 1 == len(log(lif).splitlines()) - len(before.splitlines())
    assert "taic/004/03" in {e["recommendation"] for e in events(lif, "RecommendationIssued")}


@pytest.mark.parametrize(
    "raw",
    [
        text_of(*REGISTER).encode("utf-8-sig"),
        text_of(*REGISTER).replace("\n", "\r\n").encode(),
        text_of(*REGISTER).removesuffix("\n").encode(),
    ],
    ids=["a byte order mark", "CRLF", "no last line end"],
)
def test_a_register_from_another_editor_has_the_same_counts(raw: bytes, lif: Lif) -> None:
    """However its lines end, however it begins."""
    done = taken(lif, raw)

    assert (0, "") == (done.code, done.err)
    assert (4, 9, 10) == tuple(
        view(lif)["totals"][name] for name in ("reviews", "recommendations", "made")
    )


def test_a_register_without_rows_is_no_error(lif: Lif) -> None:
    """And leaves no list of rejected rows behind."""
    done = taken(lif, text_of())

    assert (0, "") == (done.code, done.err)
    assert "0 of 0 rows taken" in done.out
    assert not Path("register.csv.rejected.csv").exists()


# What is left out


GOOD = ("X_1", "1/01", "Hill Rail", "2001-01-01", "Do it.", "Yes.", "Accepted")
BAD: dict[str, tuple[tuple[str, ...], str]] = {
    "too many values": ((*GOOD, "more"), "8 values in a row of 7 columns"),
    "29 February 2001": ((*GOOD[:3], "2001-02-29", *GOOD[4:]), "on: "),
    "a date of our own": ((*GOOD[:3], "1 May 2001", *GOOD[4:]), "on: "),
    "no date": ((*GOOD[:3], "", *GOOD[4:]), "on: "),
    "a blank text": ((*GOOD[:4], "  ", *GOOD[5:]), "IssueRecommendation.text: must not be blank"),
    "no recipient": ((*GOOD[:2], "", *GOOD[3:]), "RegisterBody.body: "),
    "no report": (("", *GOOD[1:]), "report is empty"),
    "NUL": (
        (*GOOD[:4], "Do\0it.", *GOOD[5:]),
        "IssueRecommendation.text: control character U+0000",
    ),
    "escape": (
        (*GOOD[:5], "\x1b[2J", GOOD[6]),
        "ReplyToRecommendation.reply: control character U+001B",
    ),
    "rejected without reasons": (
        (*GOOD[:5], "", "Rejected"),
        "DeclineRecommendation.reasons: must not be blank",
    ),
    "a text that is too long": (
        (*GOOD[:4], "x" * 100_001, *GOOD[5:]),
        "IssueRecommendation.text: 100,001 characters",
    ),
    "a reference of another inquiry": (
        ("X_9", "001/01", GOOD[2], "2001-03-05", *GOOD[4:]),
        "recommendation.reference-taken: Another recommendation has this reference, since 2001",
    ),
    "answered before it was made": (
        ("X_8", GOOD[1], GOOD[2], "2025-06-01", *GOOD[4:]),
        "stream.before-opening",
    ),
}


def test_an_import_that_is_interrupted_leaves_no_empty_store(
    lif: Lif, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one that fails: what is there would have to be looked into, and is nothing."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Takeover, "begin", interrupted)
    with pytest.raises(SystemExit) as ended:
        taken(lif, text_of(*REGISTER))

    assert 130 == ended.value.code
    assert [] == sorted(Path().glob("lif.db*"))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full")
def test_what_was_recorded_is_done_in_part_where_the_list_cannot_be_written(lif: Lif) -> None:
    """A list that is lost takes no entry back: it is no malformed input, which records nothing."""
    partly = taken(lif, text_of(*REGISTER, (*GOOD, "more")), "--rejected", "/dev/full")
    *_, last = partly.err.splitlines()

    assert 7 == partly.code
    assert "10 of 11 rows taken" in partly.out
    assert last.endswith(
        "/dev/full was not written: No space left on device; import again, --rejected elsewhere;"
        " 1 of 11 rows were left out"
    )
    assert 9 == len(events(lif, "RecommendationIssued"))


@pytest.mark.parametrize("case", BAD)
def test_a_row_that_cannot_be_taken_is_listed_and_the_others_are_taken(
    case: str, lif: Lif
) -> None:
    """With its line and the reason, on standard error and in a file; exit code 7."""
    bad, told = BAD[case]
    text = text_of(*REGISTER[:3], bad, *REGISTER[3:])  # the third has two lines
    partly = taken(lif, text)
    (listed,) = rejected()
    first, last = partly.err.splitlines()

    assert 7 == partly.code
    assert "10 of 11 rows taken" in partly.out
    assert 6 == listed[0]
    assert told in listed[1]
    assert f"line 6: {listed[1]}" == first
    assert "1 of 11 rows were left out; see register.csv.rejected.csv" in last
    assert (4, 9, 10) == tuple(
        view(lif)["totals"][name] for name in ("reviews", "recommendations", "made")
    )


def test_lines_are_counted_as_an_editor_counts_them(lif: Lif) -> None:
    """A quoted value may run over lines, a blank line is one; a row is named by its first."""
    text = (
        "report,reference,recipient,made,text,reply,response\n"
        'A,1,Hill Rail,2001-01-01,"one\ntwo\n\nfour",,\n'
        "\n"
        'A,2,Hill Rail,2001-01-32,"one\ntwo",,\n'
        "A,3,Hill Rail,2001-01-01,one,,,more\n"
        '"A\n",4,Hill Rail,2001-01-33,one,,\n'
    )
    partly = taken(lif, text)

    assert 7 == partly.code
    assert [7, 9, 10] == [line for line, _ in rejected()]
    assert ["line 7:", "line 9:", "line 10:"] == [
        line[: line.index(":") + 1] for line in partly.err.splitlines()[:-1]
    ]


def test_rows_of_one_recommendation_are_taken_together_or_not_at_all(lif: Lif) -> None:
    """Where they disagree, both are listed: choosing one would lose the other."""
    first = ("X_1", "1/01", "Hill Rail", "2001-01-01", "Do it.", "", "")
    second = ("X_1", "1/01", "Port Authority", "2001-01-01", "Do it soon.", "", "")
    partly = taken(lif, text_of(first, second, *REGISTER))

    assert 7 == partly.code
    assert [2, 3] == [line for line, _ in rejected()]
    assert all("another text" in reason for _, reason in rejected())
    assert 10 == view(lif)["totals"]["made"]


def test_a_body_is_registered_by_the_first_row_that_can_be_taken(lif: Lif) -> None:
    """A row that is refused takes nothing with it that others rest on."""
    refused = ("X_8", "8/01", "Only Here", "2025-06-01", "Do it.", "Yes.", "Accepted")
    fine = ("X_8", "9/01", "Only Here", "2001-01-01", "Do it.", "Yes.", "Accepted")
    partly = taken(lif, text_of(refused, fine))

    assert 7 == partly.code
    assert [2] == [line for line, _ in rejected()]
    assert ["taic/9/01"] == [e["recommendation"] for e in events(lif, "RecommendationIssued")]


def test_bad_rows_are_found_wherever_the_work_is_divided(lif: Lif) -> None:
    """Of 600 rows every fiftieth is bad, the first and the last among them."""
    rows = [
        (
            "X_1",
            f"{n}/01",
            "Hill Rail",
            "2001-13-01" if n % 50 in (0, 1) else "2001-01-01",
            "a",
            "",
            "",
        )
        for n in range(1, 601)
    ]
    partly = taken(lif, text_of(*rows))
    bad = [n for n in range(1, 601) if n % 50 in (0, 1)]

    assert 7 == partly.code
    assert [n + 1 for n in bad] == [line for line, _ in rejected()]
    assert 600 - len(bad) == view(lif)["totals"]["made"]
    assert f"and {len(bad) - 20} more, in register.csv.rejected.csv" in partly.err


def test_a_corrected_register_adds_what_was_left_out(lif: Lif) -> None:
    """And only that."""
    taken(lif, text_of(*REGISTER[:4], (*REGISTER[4], "more"), *REGISTER[5:]))
    before = log(lif)
    done = taken(lif, text_of(*REGISTER))

    assert (0, "") == (done.code, done.err)
    assert log(lif).startswith(before)
    assert 10 == view(lif)["totals"]["made"]


def test_the_list_of_what_was_left_out_goes_where_it_is_asked_to(lif: Lif) -> None:
    """By --rejected."""
    partly = taken(lif, text_of((*GOOD, "more")), "--rejected", "elsewhere.csv")
    listed = Path("elsewhere.csv").read_text("utf-8-sig").splitlines()

    assert 7 == partly.code
    assert f"rejected: line,rejected: reason,{','.join(HEADER)}" == listed[0]
    assert f"2,8 values in a row of 7 columns,{','.join(GOOD)},more" == listed[1]
    assert not Path("register.csv.rejected.csv").exists()


@pytest.mark.parametrize("place", ["missing/list.csv", "."])
def test_a_list_that_cannot_be_written_is_told(place: str, lif: Lif) -> None:
    """In one line with its path, and before anything is recorded that it should have told of."""
    wrong = taken(lif, text_of(*REGISTER, (*GOOD, "more")), "--rejected", place)

    assert wrong.code in (2, 5)
    assert place in wrong.err
    assert "" == log(lif)


def test_the_list_does_not_overwrite_the_register(lif: Lif) -> None:
    """--rejected with the register's own name is a slip that would lose it."""
    text = text_of(*REGISTER, (*GOOD, "more"))
    taken(lif, text, "--rejected", "register.csv")

    assert text == Path("register.csv").read_text("utf-8")


@pytest.mark.parametrize("option", ["--rejected", "--amendments"])
@pytest.mark.parametrize("place", ["s.db", "s.db-wal", "s.db-shm", "link.csv", "hard.csv"])
def test_a_list_does_not_overwrite_the_store(option: str, place: str, lif: Lif) -> None:
    """By its own name, by that of a file beside it, or by another name of it."""
    taken(lif, text_of(*REGISTER), "--db", "sqlite:s.db")
    Path("link.csv").symlink_to("s.db")
    Path("hard.csv").hardlink_to("s.db")
    before = Path("s.db").read_bytes()
    wrong = taken(lif, text_of((*GOOD, "more")), "--db", "sqlite:s.db", "--dry-run", option, place)

    assert (5, True) == (wrong.code, f"{option}: {place} is the store" in wrong.err)
    assert before == Path("s.db").read_bytes()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Notes of the meeting\n", "no list of amendments"),
        ("proposal,answer\np-1,no\n", "has answers"),
        ("proposal,answer\np-1,\n", ""),
        ("", ""),
    ],
)
def test_a_list_of_amendments_overwrites_nothing_that_would_be_lost(
    text: str, told: str, lif: Lif
) -> None:
    Path("a.csv").write_text(text)
    ran = taken(lif, text_of(*REGISTER), "--amendments", "a.csv")

    assert (5 if told else 0, True) == (ran.code, told in ran.err)
    assert bool(told) == (text == Path("a.csv").read_text("utf-8-sig"))


def test_a_yes_to_what_is_not_proposed_is_told(lif: Lif) -> None:
    Path("a.csv").write_text("proposal,answer\np-1,yes\np-2,no\n")
    ran = taken(lif, text_of(*REGISTER), "--amend-from", "a.csv")

    assert "a.csv: yes to p-1, and nothing of that name is proposed" in ran.err
    assert "p-2" not in ran.err


# Files that cannot be taken at all: exit code 5, naming the file


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (text_of(*REGISTER).encode() + b"X,\x81\n", "register.csv: not cp1252: byte 0x81 on line"),
        (b"\xef\xbb\xbf" + text_of().encode() + b"X,\xe9\n", "register.csv: not utf-8-sig: byte"),
        (b"", "register.csv: line 1: no column"),
        (b"report;reference;recipient\n", "register.csv: line 1: no column"),
        (
            text_of(*REGISTER).replace("made", "date").encode(),
            "register.csv: line 1: no column made",
        ),
        (text_of().encode() + b'X,1,"Hill', "register.csv: "),
        (text_of().encode() + b'X,1,"Hill"s,2001-01-01,a,,\n', "register.csv: "),
    ],
    ids=[
        "no encoding",
        "not as marked",
        "nothing",
        "semicolons",
        "a column",
        "open quote",
        "stray quote",
    ],
)
def test_a_file_that_is_no_such_register_is_told(raw: bytes, told: str, lif: Lif) -> None:
    """The whole file: nothing of it is recorded."""
    wrong = taken(lif, raw)

    assert (5, "") == (wrong.code, wrong.out)
    assert wrong.err.startswith(f"lif: malformed: {told}")
    assert 1 == len(wrong.err.splitlines())
    assert "" == log(lif)


def test_a_column_twice_is_no_silent_choice(lif: Lif) -> None:
    """Which of the two was meant is not ours to guess; one of them would be lost."""
    text = text_of((*GOOD, "Something else."), header=(*HEADER, "text"))
    wrong = taken(lif, text)

    assert (5, "") == (wrong.code, wrong.out)
    assert "register.csv: line 1" in wrong.err
    assert "text" in wrong.err
    assert "" == log(lif)


@pytest.mark.parametrize(
    ("encoding", "delimiter"), [("latin-1", ","), ("utf-16", ";"), ("cp1252", "\t")]
)
def test_the_mapping_says_how_the_file_is_written(encoding: str, delimiter: str, lif: Lif) -> None:
    """Its encoding and its delimiter."""
    remapped("title =", f"encoding = '{encoding}'\ndelimiter = '{delimiter}'\ntitle =")
    text = io.StringIO()
    row = ("X_1", "1/01", "Café Rail", "2001-01-01", "Do it.", "", "")
    csv.writer(text, delimiter=delimiter).writerows((HEADER, row))
    done = taken(lif, text.getvalue().encode(encoding))

    assert (0, "") == (done.code, done.err)
    assert "taic/Café Rail" in {event["body"] for event in events(lif, "BodyRegistered")}


@pytest.mark.parametrize("name", ["missing.csv", "folder"])
def test_a_register_that_cannot_be_read_is_named(name: str, lif: Lif) -> None:
    """A slip in a path is no empty register."""
    Path("folder").mkdir()
    wrong = lif("import", name, "--create", "--map", "taic.toml")

    assert (5, "") == (wrong.code, wrong.out)
    assert wrong.err.startswith(f"lif: malformed: {name}: ")
    assert "" == log(lif)


@pytest.mark.parametrize("name", ["missing.toml", "folder"])
def test_a_mapping_that_cannot_be_read_is_named(name: str, lif: Lif) -> None:
    """As is a mapping."""
    Path("folder").mkdir()
    Path("register.csv").write_text(text_of(*REGISTER), "utf-8")
    wrong = lif("import", "register.csv", "--create", "--map", name)

    assert (5, "") == (wrong.code, wrong.out)
    assert wrong.err.startswith(f"lif: malformed: {name}: ")
    assert "" == log(lif)


WRONG_MAPPINGS: dict[str, tuple[str, str, str]] = {
    "no TOML": ("title =", "title", "not TOML"),
    "an unknown key": ("title =", "titel = 'x'\ntitle =", "titel"),
    "an unknown key of a step": ('once = "{report}"', 'onec = "{report}"', "onec"),
    "no unit": ('unit = "{report} {reference}"', "", "unit"),
    "no fields": ('[[before]]\ncommand = "RegisterBody"\n[before.fields]', "[[before]]", "before"),
    "a number for a text": ('title = "TAIC safety recommendations"', "title = 5", "title"),
    "a text for a yes": ("unless_known = true", 'unless_known = "false"', "unless_known"),
    "a text for a list": ('collect = ["addressed"]', 'collect = "addressed"', "collect"),
    "a text for a list of values": (
        'when = { response = ["Rejected"] }',
        'when = { response = "Rejected" }',
        "when",
    ),
    "a collected field that is none": (
        'collect = ["addressed"]',
        'collect = ["adressed"]',
        "adressed",
    ),
    "a collected field that is no list": (
        'collect = ["addressed"]',
        'collect = ["text"]',
        "collect",
    ),
    "an unknown command": (
        'command = "DeclineRecommendation"',
        'command = "RefuseRecommendation"',
        "RefuseRecommendation",
    ),
    "an unknown command before": (
        '[[before]]\ncommand = "RegisterBody"',
        '[[before]]\ncommand = "RegisterBoard"',
        "RegisterBoard",
    ),
    "a wrong field before": ('kind = "board"', 'kind = "bored"', "kind"),
    "an unknown field of a command": ('reasons = "{reply}"', 'reason = "{reply}"', "reason"),
    "a field of a command missing": ('reasons = "{reply}"\n', "", "reasons"),
    "an unknown filter": ('on = "{made}"', 'on = "{made|day}"', "{made|day}"),
    "a pattern that is none": ("pattern = ' \\(012/21\\)$'", "pattern = '('", "pattern"),
    "a group that is none": ("because =", "by = '\\9'\nbecause =", "by"),
    "no delimiter": ("title =", "delimiter = ''\ntitle =", "delimiter"),
    "two delimiters": ("title =", "delimiter = ';;'\ntitle =", "delimiter"),
    "an unknown encoding": ("title =", "encoding = 'morse'\ntitle =", "morse"),
    "an encoding of bytes": ("title =", "encoding = 'hex'\ntitle =", "hex"),
    "a column that the file has not": (
        'title = "Inquiry {report}"',
        'title = "{inquiry}"',
        "inquiry",
    ),
}


@pytest.mark.parametrize("case", WRONG_MAPPINGS)
def test_a_wrong_mapping_is_told_before_anything_is_recorded(case: str, lif: Lif) -> None:
    """Once, with its file and its key; not row by row, and never taken for something else."""
    old, new, told = WRONG_MAPPINGS[case]
    remapped(old, new)
    wrong = taken(lif, text_of(*REGISTER))

    assert (5, "") == (wrong.code, wrong.out)
    assert told in wrong.err
    assert "taic.toml" in wrong.err or "register.csv" in wrong.err
    assert 1 == len(wrong.err.splitlines())
    assert "" == log(lif)


# One name, one thing


def test_a_register_is_read_in_one_spelling(lif: Lif) -> None:
    """A name that is spelt with combining characters is the same name; run again, it adds none."""
    row = ("X_2001_1", "001/01", "Rāwhiti Council", "2001-03-05", "Fit alarms.", "", "")
    apart = tuple(unicodedata.normalize("NFD", cell) for cell in row)
    assert apart != row
    assert 0 == taken(lif, text_of(row)).code
    before = lif("log", "--format", "json").out

    assert 0 == taken(lif, text_of(apart)).code
    assert before == lif("log", "--format", "json").out


def test_a_look_alike_in_a_register_is_named(lif: Lif) -> None:
    row = ("X_2001_1", "001\u200b/01", "Harbour Ferries", "2001-03-05", "Fit alarms.", "", "")
    ran = taken(lif, text_of(row))

    assert 7 == ran.code
    assert "U+200B ZERO WIDTH SPACE" in ran.err


def test_a_cell_that_shows_nothing_is_empty(lif: Lif) -> None:
    """What a mapping says of an empty cell, it says of that one."""
    row = ("X_2001_1", "001/01", "Harbour Ferries", "2001-03-05", "Fit alarms.", "", "")
    assert 0 == taken(lif, text_of(row)).code
    before = lif("log", "--format", "json").out

    hidden = (*row[:5], "\u200b", "\ufeff ")
    assert 0 == taken(lif, text_of(hidden)).code
    assert before == lif("log", "--format", "json").out


def test_a_column_whose_name_hides_a_character_is_named(lif: Lif) -> None:
    header = ("report", "refe\u200brence", *HEADER[2:])
    ran = taken(lif, text_of(header=header))

    assert 5 == ran.code
    assert "no column reference; 'refe\\u200brence' has U+200B ZERO WIDTH SPACE" in ran.err
