"""Registers as people keep them: what is in a cell, where a table stands, how it is written."""

import csv
import io
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from tests.command_line import Lif, Ran
from tests.workbooks import FROM_1904, Value, write_workbook

JSON: TypeAlias = Any

MAP = """
title = "Actions of a board"
unit = "{Ref}"

[[before]]
command = "RegisterBody"
[before.fields]
body = "x"
name = "X"
kind = "board"
on = 2010-01-01
by = { person = "p", role = "r", body = "x" }

[[before]]
command = "OpenReview"
[before.fields]
review = "x/rev"
kind = "case"
title = "A review"
on = 2010-01-01
by = { person = "p", role = "r", body = "x" }

[[steps]]
command = "RegisterBody"
once = "{Owner}"
unless_known = true
[steps.fields]
body = "x/{Owner}"
name = "{Owner}"
kind = "agency"
on = 2010-01-01
by = { person = "p", role = "r", body = "x" }

[[steps]]
command = "IssueRecommendation"
once = "{Ref}"
collect = ["addressed"]
[steps.fields]
recommendation = "x/{Ref}"
source = "review-x/rev"
text = "{Action}"
addressed = ["x/{Owner}"]
on = "{Date|date:%d/%m/%Y;%d %b %Y;serial}"
by = { person = "p", role = "r", body = "x" }

[[steps]]
command = "AcceptRecommendation"
when = { Status = ["Agreed", "Done"] }
[steps.fields]
recommendation = "x/{Ref}"
response = "{Reply}"
on = "{Date|date:%d/%m/%Y;%d %b %Y;serial}"
by = { person = "p", role = "r", body = "x/{Owner}" }
"""
DONE = """
[[steps]]
command = "ImplementRecommendation"
when = { Status = ["Done"] }
[steps.fields]
recommendation = "x/{Ref}"
evidence = "The register says that it is done."
on = 2018-06-01
by = { person = "p", role = "r", body = "x/{Owner}" }
"""
HEADER = ("Ref", "Owner", "Date", "Action", "Status", "Reply")
ROWS = (
    ("1", "LPP", "25/01/2018", "Train staff", "Agreed", "Yes"),
    ("2", "JL&D", "26 Jan 2018", "Write it down", "Done", ""),
)


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LIF_DB", raising=False)


def text_of(*rows: Sequence[str], delimiter: str = ",") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return text.getvalue()


def taken(lif: Lif, text: str | bytes, map: str = MAP, *options: str) -> Ran:  # noqa: A002
    """Return the run that imports this *text*."""
    Path("register.csv").write_bytes(text.encode() if isinstance(text, str) else text)
    Path("map.toml").write_text(map, "utf-8")
    return lif("import", "register.csv", "--create", "--map", "map.toml", *options)


def taken_from_workbook(lif: Lif, *rows: Sequence[Value], map: str = MAP) -> Ran:  # noqa: A002
    write_workbook(Path("register.xlsx"), {"Actions": rows})
    Path("map.toml").write_text(map, "utf-8")
    return lif("import", "register.xlsx", "--create", "--map", "map.toml")


def log(lif: Lif) -> list[JSON]:
    if not Path("lif.db").exists():
        return []
    return [json.loads(line) for line in lif("log", "--format", "json").out.splitlines()]


def events(lif: Lif, name: str) -> list[JSON]:
    return [entry["event"] for entry in log(lif) if entry["name"] == f"{name}.v1"]


def view(lif: Lif, valid: str = "2018-12-31") -> JSON:
    ran = lif("view", "accountability", "--valid", valid, "--format", "json")
    return json.loads(ran.out)


def listed(name: str = "register.csv.rejected.csv") -> list[dict[str, str]]:
    with Path(name).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


# What is in a cell


def test_a_cell_of_two_bodies_is_split_as_the_map_says(lif: Lif) -> None:
    """One recommendation, addressed to two, each of whom answers; nothing else is split."""
    rows = (HEADER, ("1", "LPP / JL&D", "25/01/2018", "Train staff", "Agreed", "Yes"))
    done = taken(lif, text_of(*rows), 'split = { Owner = ["/"] }\n' + MAP)
    found = view(lif)

    assert (0, "") == (done.code, done.err)
    assert ["x/LPP", "x/JL&D"] == events(lif, "RecommendationIssued")[0]["addressed"]
    assert [("x/JL&D", 1, 1), ("x/LPP", 1, 1)] == sorted(
        (row["body"], row["made"], row["accepted"]) for row in found["responses"]
    )
    assert 1 == found["totals"]["recommendations"]


def test_numbers_are_read_to_the_digit(lif: Lif) -> None:
    """With thousands set apart or not; a number of more digits than can be kept is no guess."""
    steps = MAP[: MAP.index("[[steps]]")].replace("{Ref}", "{lgu} {year}")
    points = """
[[steps]]
command = "DefineIndicator"
unless_known = true
[steps.fields]
indicator = "x/{lgu}"
name = "Cash advances"
kind = "measurement"
unit = "PHP"
higher_is_better = false
on = 2010-01-01
by = { person = "p", role = "r", body = "x" }

[[steps]]
command = "RecordPoint"
[steps.fields]
indicator = "x/{lgu}"
period = "{year}-12-31"
value = "{unpaid|decimal}"
on = 2024-10-01
by = { person = "p", role = "r", body = "x" }
"""
    rows = (
        ("lgu", "year", "unpaid"),
        ("A", "2019", "14549706.58"),
        ("A", "2018", "684,751.62"),
        ("A", "2020", "2318012"),
        ("A", "2021", "1,23"),
        ("A", "2022", "0.1234567890123456789"),
    )
    partly = taken(lif, text_of(*rows), steps + points)

    assert 7 == partly.code
    assert [14549706.58, 684751.62, 2318012.0] == [
        e["value"] for e in events(lif, "PointRecorded")
    ]
    assert ["unpaid: '1,23' is no decimal number", "unpaid: '0.1234567890123456789' has more"] == [
        row["rejected: reason"].removesuffix(" than 15 digits") for row in listed()
    ]


def test_what_is_done_without_a_date_was_never_late(lif: Lif) -> None:
    """An action in place, on its day, without a plan."""
    done = taken(lif, text_of(HEADER, *ROWS), MAP + DONE)
    found = view(lif)

    assert (0, "") == (done.code, done.err)
    assert [("x/2", "2018-06-01")] == [
        (e["recommendation"], e["on"]) for e in events(lif, "RecommendationImplemented")
    ]
    assert (0, 0) == (found["totals"]["overdue_now"], found["totals"]["ever_late"])


def test_an_answer_in_part_is_neither_pending_nor_accepted_in_full(lif: Lif) -> None:
    part = """
[[steps]]
command = "AcceptRecommendationInPart"
when = { Status = ["In part"] }
[steps.fields]
recommendation = "x/{Ref}"
accepted = "{Reply}"
declined = "What the register does not tell apart."
on = "{Date|date:%d/%m/%Y}"
by = { person = "p", role = "r", body = "x/{Owner}" }
"""
    rows = (("1", "LPP", "25/01/2018", "Train staff", "In part", "Only new staff"),)
    taken(lif, text_of(HEADER, *rows), MAP + part)
    (row,) = view(lif)["responses"]

    assert (1, 0, 1, 0) == tuple(
        row[name] for name in ("made", "accepted", "accepted_in_part", "pending")
    )


def test_each_addressee_answers_by_the_day_that_the_register_names(lif: Lif) -> None:
    """One in time, one late, one not yet."""
    sent = """
[[steps]]
command = "SendRecommendation"
[steps.fields]
recommendation = "x/{Ref}"
to = "x/{Owner}"
answer_by = "{Due|date:%d/%m/%Y}"
on = "{Date|date:%d/%m/%Y}"
by = { person = "p", role = "r", body = "x" }

[[steps]]
command = "ReplyToRecommendation"
unless = { Answered = [""] }
[steps.fields]
recommendation = "x/{Ref}"
reply = "A reply is published."
on = "{Answered|date:%d/%m/%Y}"
by = { person = "p", role = "r", body = "x/{Owner}" }
"""
    map = MAP[: MAP.rindex("[[steps]]")] + sent  # noqa: A001
    header = ("Ref", "Owner", "Date", "Action", "Due", "Answered")
    rows = [
        ("1", body, "25/01/2018", "Train staff", "22/03/2018", answered)
        for body, answered in (("A", "01/03/2018"), ("B", "30/03/2018"), ("C", ""))
    ]
    done = taken(lif, text_of(header, *rows), map)

    assert (0, "") == (done.code, done.err)
    assert [("x/A", "met", 0), ("x/B", "late", 8), ("x/C", "overdue", 40)] == sorted(
        (row["body"], row["timing"], row["days_overdue_so_far"])
        for row in view(lif, "2018-05-01")["answers"]
    )


def test_an_empty_cell_leaves_an_optional_field_out(lif: Lif) -> None:
    """Also where the row ends before it, which is said."""
    done = taken(lif, text_of(HEADER, ROWS[1], ("3", "LPP", "25/01/2018", "Tell", "Agreed")))

    assert (0, "") == (done.code, done.err)
    assert "2 of 2 rows taken" in done.out
    assert "fewer values than columns, the last ones taken as empty: line 3\n" in done.out
    assert [None, None] == [e["response"] for e in events(lif, "RecommendationAccepted")]


def test_empty_rows_are_passed_over_and_a_row_without_its_reference_is_left_out_whole(
    lif: Lif,
) -> None:
    empty = ("",) * 6
    partly = taken(lif, text_of(HEADER, ROWS[0], empty, ("", "", "", "", "Agreed", "")))

    assert 7 == partly.code
    assert "1 of 2 rows taken" in partly.out
    assert "line 4: Ref is empty" in partly.err.splitlines()
    assert [dict(zip(HEADER, ("", "", "", "", "Agreed", ""), strict=True))] == [
        {name: row[name] for name in HEADER} for row in listed()
    ]


def test_a_part_of_a_cell_is_a_column_of_its_own(lif: Lif) -> None:
    """By a pattern that matches the whole cell; one that does not is left out."""
    parts = """
[[parts]]
column = "Case and number"
pattern = '(?P<Case>SAR-\\d+)/(?P<Ref>\\d+)'
"""
    header = ("Case and number", *HEADER[1:])
    rows = (("SAR-1/7", *ROWS[0][1:]), ("1", *ROWS[0][1:]))
    partly = taken(
        lif, text_of(header, *rows), MAP.replace("{Action}", "{Case}: {Action}") + parts
    )

    assert 7 == partly.code
    assert [("x/7", "SAR-1: Train staff")] == [
        (e["recommendation"], e["text"]) for e in events(lif, "RecommendationIssued")
    ]
    assert listed()[0]["rejected: reason"].startswith("Case and number: '1' does not match")


def test_a_default_stands_for_an_empty_cell(lif: Lif) -> None:
    map = MAP.replace("{Owner}", "{Owner|default:not named}")  # noqa: A001
    taken(lif, text_of(HEADER, ("1", "", *ROWS[0][2:])), map)

    assert ["x/not named"] == events(lif, "RecommendationIssued")[0]["addressed"]


def test_a_row_says_where_it_stands(lif: Lif) -> None:
    """By its line and its sheet."""
    map = MAP.replace("{Ref}", "{sheet}-{line}")  # noqa: A001
    done = taken_from_workbook(lif, HEADER, *ROWS, map=map)

    assert (0, "") == (done.code, done.err)
    assert ["x/Actions-2", "x/Actions-3"] == [
        e["recommendation"] for e in events(lif, "RecommendationIssued")
    ]


def test_text_without_sheets_names_none(lif: Lif) -> None:
    """Unless the map does."""
    map = MAP.replace("{Ref}", "{sheet}-{Ref}")  # noqa: A001
    wrong = taken(lif, text_of(HEADER, ROWS[0]), map)
    done = taken(lif, text_of(HEADER, ROWS[0]), "sheet = 'S'\n" + map)

    assert 7 == wrong.code
    assert "line 2: sheet: text has no sheets; say which it is in the map: sheet" in wrong.err
    assert (0, "") == (done.code, done.err)
    assert ["x/S-1"] == [e["recommendation"] for e in events(lif, "RecommendationIssued")]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("25/01/2018", "2018-01-25"),
        ("25 Jan 2018", "2018-01-25"),
        ("2018-01-25", "2018-01-25"),
        ("43125", "2018-01-25"),
    ],
)
def test_a_day_is_read_in_any_of_the_formats_of_the_map(cell: str, day: str, lif: Lif) -> None:
    """A number as Excel counts days, where the map allows for it."""
    taken(lif, text_of(HEADER, (*ROWS[0][:2], cell, *ROWS[0][3:])))

    assert [day] == [e["on"] for e in events(lif, "RecommendationIssued")]


def test_a_day_of_a_workbook_fits_also_where_the_map_names_numbers_alone(lif: Lif) -> None:
    """It is 2018-01-25 by then."""
    rows = (HEADER, ("1", "LPP", date(2018, 1, 25), *ROWS[0][3:]))
    taken_from_workbook(lif, *rows, map=MAP.replace("%d/%m/%Y;%d %b %Y;serial", "serial"))

    assert ["2018-01-25"] == [e["on"] for e in events(lif, "RecommendationIssued")]


@pytest.mark.parametrize("cell", ["01/25/2018", "60", "9999999", "2018", "soon"])
def test_a_day_in_no_format_of_the_map_is_left_out(cell: str, lif: Lif) -> None:
    """Neither the other way round, nor a number for a day that Excel counts wrongly."""
    map = MAP.replace(";serial", "") if cell == "2018" else MAP  # noqa: A001
    partly = taken(lif, text_of(HEADER, (*ROWS[0][:2], cell, *ROWS[0][3:])), map)

    assert 7 == partly.code
    assert listed()[0]["rejected: reason"].startswith(f"Date: time data '{cell}'")


# Nothing is lost in silence


def test_a_value_that_no_step_takes_is_listed_with_how_often_it_stands_there(lif: Lif) -> None:
    """And its rows are left out, whole."""
    rows = [(str(n), *ROWS[0][1:4], status, "") for n, status in enumerate(("Ongoing",) * 3, 10)]
    partly = taken(lif, text_of(HEADER, *ROWS, *rows))

    assert 7 == partly.code
    assert "2 of 5 rows taken" in partly.out
    assert "Status: 'Ongoing' stands there 3 times; no step takes it" == partly.err.splitlines()[0]
    assert [f"line {n}: Status: no step of the map takes 'Ongoing'" for n in (4, 5, 6)] == (
        partly.err.splitlines()[1:4]
    )
    assert ["10", "11", "12"] == [row["Ref"] for row in listed()]


def test_a_value_that_the_map_passes_over_is_counted(lif: Lif) -> None:
    """It is as if nothing stood there."""
    over = """
[[passed_over]]
columns = ["Status", "Reply"]
values = ["Ongoing", "TBC"]
because = "Nobody has answered."
"""
    rows = (*ROWS, ("3", "LPP", "25/01/2018", "Tell", "Ongoing", "TBC"))
    done = taken(lif, text_of(HEADER, *rows), MAP + over)

    assert (0, "") == (done.code, done.err)
    assert "passed over, as the map says: Status 'Ongoing', once\n" in done.out
    assert "passed over, as the map says: Reply 'TBC', once\n" in done.out
    assert 3 == view(lif)["totals"]["recommendations"]


def test_equal_rows_count_once_and_it_is_said(lif: Lif) -> None:
    done = taken(lif, text_of(HEADER, *ROWS, ROWS[0]))

    assert (0, "") == (done.code, done.err)
    assert "2 of 2 rows taken" in done.out
    assert "equal to an earlier row, counted once: line 4\n" in done.out


def test_columns_that_the_map_does_not_use_are_listed(lif: Lif) -> None:
    """With how much stands in them, unless the map names them."""
    rows = ((*HEADER, "Notes", ""), (*ROWS[0], "a note", "and more"), (*ROWS[1], "", ""))
    done = taken(lif, text_of(*rows))
    named = taken(lif, text_of(*rows), 'unused = ["Notes", "(column 8)"]\n' + MAP)

    assert (0, "") == (done.code, done.err)
    assert "not used by the map: Notes (1 value)" in done.out
    assert "not used" not in named.out


def test_empty_cells_past_the_last_column_are_passed_over(lif: Lif) -> None:
    """As where somebody once wrote something there."""
    done = taken(lif, text_of(HEADER, (*ROWS[0], "", " "), ROWS[1]))

    assert (0, "") == (done.code, done.err)
    assert "2 of 2 rows taken" in done.out


def test_what_a_step_takes_unless_it_says_nothing_is_no_list_of_values(lif: Lif) -> None:
    """Any words are taken, also where another step takes some of them."""
    steps = """
[[steps]]
command = "ReplyToRecommendation"
unless = { Reply = [""] }
[steps.fields]
recommendation = "x/{Ref}"
reply = "{Reply}"
on = 2018-06-01
by = { person = "p", role = "r", body = "x/{Owner}" }
"""
    map = MAP.replace('Status = ["Agreed", "Done"]', 'Reply = ["Yes"]') + steps  # noqa: A001
    done = taken(lif, text_of(HEADER, ROWS[0], (*ROWS[1][:5], "We will see")), map)

    assert (0, "") == (done.code, done.err)
    assert ["Yes", "We will see"] == [e["reply"] for e in events(lif, "RecommendationReplied")]


def test_what_was_left_out_can_be_mended_and_run_again(lif: Lif) -> None:
    """The list has the rows whole, in the form of the register, title and all."""
    title = (("Tracker of the board",), ())
    rows = (("1", *ROWS[0][1:2], "25.01.2018", *ROWS[0][3:]), ROWS[1])
    map = "header = 3\n" + MAP  # noqa: A001
    partly = taken(lif, text_of(*title, HEADER, *rows), map)
    mended = Path("register.csv.rejected.csv").read_text("utf-8-sig").replace("25.01.", "25/01/")
    Path("mended.csv").write_text(mended, "utf-8-sig")
    done = lif("import", "mended.csv", "--create", "--map", "map.toml")

    assert (7, 0, "") == (partly.code, done.code, done.err)
    assert "line 4: Date: time data '25.01.2018'" in partly.err
    assert ["x/2", "x/1"] == [e["recommendation"] for e in events(lif, "RecommendationIssued")]


def test_a_row_that_is_run_again_keeps_the_line_on_which_it_stood(lif: Lif) -> None:
    """So that what is named by its line has the same name."""
    map = MAP.replace("x/{Ref}", "x/{line}")  # noqa: A001
    taken(lif, text_of(HEADER, *ROWS, ("3", "LPP", "soon", "Tell", "Agreed", "")), map)
    mended = Path("register.csv.rejected.csv").read_text("utf-8-sig")
    Path("mended.csv").write_text(mended.replace(",soon,", ",27/01/2018,"), "utf-8-sig")
    done = lif("import", "mended.csv", "--create", "--map", "map.toml")

    assert (0, "") == (done.code, done.err)
    assert ["x/2", "x/3", "x/4"] == [
        e["recommendation"] for e in events(lif, "RecommendationIssued")
    ]


def test_a_dry_run_shows_all_and_writes_nothing(lif: Lif) -> None:
    """Neither a store, nor an entry, nor a list; what it shows is what then happens."""
    rows = (*ROWS, ("3", "LPP", "soon", "Tell", "Agreed", ""))
    dry = taken(lif, text_of(HEADER, *rows), MAP, "--dry-run")
    there = sorted(path.name for path in Path().iterdir())
    real = taken(lif, text_of(HEADER, *rows))
    before = log(lif)
    again = taken(lif, text_of(HEADER, *rows, ("4", *ROWS[0][1:])), MAP, "--dry-run")

    assert ["map.toml", "register.csv"] == there
    assert (7, 7) == (dry.code, real.code)
    assert "2 of 3 rows would be taken, 6 entries would be on record" in dry.out
    assert "2 of 3 rows taken, 6 entries on record" in real.out
    assert dry.err.splitlines()[0] == real.err.splitlines()[0]
    assert "3 of 4 rows would be taken, 8 entries would be on record" in again.out
    assert before == log(lif)


def test_a_row_that_was_mended_is_taken_although_another_opened_what_it_would_have(
    lif: Lif,
) -> None:
    """A review, say, with the day of the row that was fine."""
    review = """
[[steps]]
command = "OpenReview"
unless_known = true
[steps.fields]
review = "x/{Reply}"
kind = "case"
title = "{Reply}"
on = "{Date|date:%d/%m/%Y}"
by = { person = "p", role = "r", body = "x" }

"""
    at = MAP.index('[[steps]]\ncommand = "IssueRecommendation"')
    map = MAP[:at] + review + MAP[at:].replace("review-x/rev", "review-x/{Reply}")  # noqa: A001
    wrong = ("1", "LPP", "25/01/2018", "", "", "case-1")
    fine = ("2", "LPP", "20/01/2018", "Tell", "", "case-1")
    partly = taken(lif, text_of(HEADER, wrong, fine), map)
    mended = (*wrong[:3], "Train", *wrong[4:])
    done = taken(lif, text_of(HEADER, mended, fine), map)

    assert (7, 0) == (partly.code, done.code)
    assert ["2018-01-20"] == [e["on"] for e in events(lif, "ReviewOpened") if e["kind"] != "x"][1:]
    assert {"x/1", "x/2"} == {e["recommendation"] for e in events(lif, "RecommendationIssued")}


@pytest.mark.parametrize("chunk", [1, 2, 3, 250])
def test_how_the_work_is_divided_makes_no_difference(
    chunk: int, lif: Lif, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second row opens what the first, which is refused, would have opened otherwise."""
    monkeypatch.setattr("lif_adapters.importers.takeover.CHUNK", chunk)
    map = MAP.replace(  # noqa: A001
        'body = "x/{Owner}"\nname = "{Owner}"', 'body = "x/{Owner}"\nname = "{Reply}"'
    )
    rows = (
        ("1", "LPP", "25/01/2009", "Before the review", "", "First name"),
        ("2", "LPP", "25/01/2018", "Train", "", "Second name"),
        ("3", "LPP", "25/01/2018", "Tell", "", "Third name"),
    )
    partly = taken(lif, text_of(HEADER, *rows), map)

    assert 7 == partly.code
    assert ["1"] == [row["Ref"] for row in listed()]
    assert ["X", "Second name"] == [e["name"] for e in events(lif, "BodyRegistered")]
    assert ["x/2", "x/3"] == [e["recommendation"] for e in events(lif, "RecommendationIssued")]


# Where a table stands


def test_a_sheet_of_a_workbook_is_read_as_its_csv_is(lif: Lif) -> None:
    """Days as days, numbers as numbers, a title above the header, empty rows and columns."""
    csv_rows = (
        ("Action tracker", "", "", "", "", "", ""),
        ("", "", "", "", "", "", ""),
        (*HEADER, ""),
        ("1", "LPP", "25/01/2018", "Train staff", "Agreed", "Yes", ""),
        ("", "", "", "", "", "", ""),
        ("2", "JL&D", "43126", "Write it down", "Done", "", ""),
    )
    book_rows: list[list[Value]] = [[value or None for value in row] for row in csv_rows]
    book_rows[3][2], book_rows[5][2], book_rows[5][0] = date(2018, 1, 25), 43126, 2
    book = taken_from_workbook(lif, *book_rows)
    from_book = [entry["event"] for entry in log(lif)]
    Path("lif.db").unlink()
    text = taken(lif, text_of(*csv_rows))

    assert (0, "", 0, "") == (book.code, book.err, text.code, text.err)
    assert "register.xlsx (sheet Actions): 2 of 2 rows taken" in book.out
    assert from_book == [entry["event"] for entry in log(lif)]


def test_days_that_are_counted_from_1904_are_read_so(lif: Lif) -> None:
    """A cell that is a day says so itself; a mere number is what the map says, and never four
    years off.
    """
    rows: list[Sequence[Value]] = [
        HEADER,
        ("1", "LPP", date(2018, 1, 25), *ROWS[0][3:]),
        ("2", "LPP", (date(2018, 1, 26) - FROM_1904).days, *ROWS[1][3:]),
    ]
    write_workbook(Path("register.xlsx"), {"Actions": rows}, epoch=FROM_1904)
    Path("map.toml").write_text(MAP, "utf-8")
    refused = lif("import", "register.xlsx", "--map", "map.toml", "--create")
    Path("map.toml").write_text(MAP.replace("serial", "serial1904"), "utf-8")
    done = lif("import", "register.xlsx", "--map", "map.toml", "--create")
    issued = [event["on"] for event in events(lif, "RecommendationIssued")]
    other = taken_from_workbook(lif, HEADER, ROWS[0], map=MAP.replace("serial", "serial1904"))
    drafted = lif("map", "register.xlsx")

    assert (5, 0, 5, 0) == (refused.code, done.code, other.code, drafted.code)
    assert "the workbook counts days from 1904; write serial1904, not serial" in refused.err
    assert ["2018-01-25", "2018-01-26"] == issued
    assert "the workbook counts days from 1900; write serial, not serial1904" in other.err


def test_merged_cells_count_for_each_of_their_rows(lif: Lif) -> None:
    """In a workbook as it says; in text, where only the first has it, as the map says."""
    rows = (HEADER, ROWS[0], ("2", "", *ROWS[0][2:]), ("", "", "", "", "", ""), ROWS[1])
    book: list[list[Value]] = [[value or None for value in row] for row in rows]
    book[4][0] = "3"
    write_workbook(Path("register.xlsx"), {"Actions": book}, {"Actions": ["B2:B4"]})
    text = taken(lif, text_of(*rows[:4], ("3", *ROWS[1][1:])), 'fill_down = ["Owner"]\n' + MAP)
    issued = events(lif, "RecommendationIssued")
    Path("lif.db").unlink()
    Path("map.toml").write_text(MAP, "utf-8")
    done = lif("import", "register.xlsx", "--create", "--map", "map.toml")

    assert (0, "", 0, "") == (text.code, text.err, done.code, done.err)
    assert ["x/LPP", "x/LPP", "x/JL&D"] == [e["addressed"][0] for e in issued]
    assert issued == events(lif, "RecommendationIssued")


def test_a_filled_cell_is_in_the_list_of_what_was_left_out(lif: Lif) -> None:
    """So that the row can be run without the one above it."""
    rows = (HEADER, ROWS[0], ("2", "", "soon", *ROWS[0][3:]))
    partly = taken(lif, text_of(*rows), 'fill_down = ["Owner"]\n' + MAP)

    assert 7 == partly.code
    assert ["LPP"] == [row["Owner"] for row in listed()]


def test_of_several_sheets_the_map_names_one_unless_only_one_has_the_columns(lif: Lif) -> None:
    Path("map.toml").write_text(MAP, "utf-8")
    write_workbook(Path("register.xlsx"), {"Notes": [["Hello"]], "Actions": [HEADER, *ROWS]})
    fitting = lif("import", "register.xlsx", "--create", "--map", "map.toml", "--dry-run")
    write_workbook(Path("register.xlsx"), {"Old": [HEADER, ROWS[1]], "New": [HEADER, ROWS[0]]})
    unsure = lif("import", "register.xlsx", "--create", "--map", "map.toml", "--dry-run")
    Path("map.toml").write_text("sheet = 'New'\n" + MAP, "utf-8")
    named = lif("import", "register.xlsx", "--create", "--map", "map.toml", "--dry-run")
    Path("map.toml").write_text("sheet = 'Newer'\n" + MAP, "utf-8")
    wrong = lif("import", "register.xlsx", "--create", "--map", "map.toml", "--dry-run")

    assert (0, 5, 0, 5) == (fitting.code, unsure.code, named.code, wrong.code)
    assert "name the sheet that is meant (`sheet` in a map); there are: Old, New" in unsure.err
    assert "(sheet New): 1 of 1 rows" in named.out
    assert "no sheet 'Newer'; there are: Old, New" in wrong.err


@pytest.mark.parametrize("raw", [b"PK\x03\x04 no zip", b"\xd0\xcf\x11\xe0 nor this"])
def test_a_damaged_workbook_is_named(raw: bytes, lif: Lif) -> None:
    wrong = taken(lif, raw)

    assert (5, "") == (wrong.code, wrong.out)
    assert wrong.err.startswith("lif: malformed: register.csv: no workbook that can be read: ")


def test_a_missing_column_is_named_with_those_that_there_are(lif: Lif) -> None:
    wrong = taken(lif, text_of(("Title",), ("Ref", "Who", *HEADER[2:]), *ROWS))

    assert 5 == wrong.code
    assert (
        "register.csv: line 2: no column Owner; there are: Ref, Who, Date, Action, Status, Reply"
        in wrong.err
    )


def test_a_header_over_two_lines_is_one_name(lif: Lif) -> None:
    """As people break a line in a cell of the header."""
    header = (*HEADER[:3], "Action\n agreed", *HEADER[4:])
    done = taken(lif, text_of(header, *ROWS), MAP.replace("{Action}", "{Action agreed}"))

    assert (0, "") == (done.code, done.err)


# How a file is written


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", ""),
        ("utf-8-sig", ""),
        ("cp1252", " (read as cp1252)"),
        ("utf-16", " (read as utf-16)"),
        ("utf-16-le", " (read as utf-16-le)"),
        ("utf-16-be", " (read as utf-16-be)"),
    ],
)
def test_encodings_are_told_apart_and_named(encoding: str, said: str, lif: Lif) -> None:
    text = text_of(HEADER, ("1", "Café – North", *ROWS[0][2:]))
    done = taken(lif, text.encode(encoding))

    assert (0, "") == (done.code, done.err)
    assert f"register.csv{said}: 1 of 1 rows taken" in done.out
    assert ["x/Café – North"] == events(lif, "RecommendationIssued")[0]["addressed"]


def test_an_encoding_that_the_map_says_is_held_to(lif: Lif) -> None:
    wrong = taken(lif, text_of(HEADER, ("1", "Café")).encode("cp1252"), "encoding='utf-8'\n" + MAP)

    assert 5 == wrong.code
    assert "register.csv: not utf-8: byte 0xe9 on line 2" in wrong.err


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_the_delimiter_is_the_one_that_finds_the_columns(delimiter: str, lif: Lif) -> None:
    """Whatever else stands in the cells."""
    rows = (("1", "LPP", "25/01/2018", "Train, tell, test", "Agreed", "Yes, all"),)
    done = taken(lif, text_of(HEADER, *rows, delimiter=delimiter))

    assert (0, "") == (done.code, done.err)
    assert f"(divided by {delimiter!r})" in done.out


def test_excel_says_its_delimiter_itself(lif: Lif) -> None:
    done = taken(lif, "sep=;\n" + text_of(HEADER, *ROWS, ("3",), delimiter=";"))

    assert 7 == done.code
    assert "2 of 3 rows taken" in done.out
    assert "line 5: " in done.err


# What a map cannot say


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("{Action}", "{Action", "steps[1].fields.text: '{Action' has a brace that is not closed"),
        ("{Action}", "Action}", "steps[1].fields.text: 'Action}' closes a brace that is not open"),
        ("{Action}", "{|int}", "steps[1].fields.text: {|int} names no column"),
        ("{Action}", "{Action|upper}", "{Action|upper}: filters are int, decimal, date:FORMAT"),
        ("{Action}", "{Action|date}", "{Action|date}: filters are"),
        (
            'on = 2010-01-01\nby = { person = "p", role = "r", body = "x" }\n\n[[steps]]\n'
            'command = "IssueR',
            'on = 2010\nby = { person = "p", role = "r", body = "x" }\n\n[[steps]]\n'
            'command = "IssueR',
            "steps[0].fields.on: ",
        ),
        ('kind = "agency"', 'kind = "agent"', "steps[0].fields.kind: "),
        ('"X"', '"{Ref}"', "before[0]: names a column, but comes before the first row"),
        ("title =", "header = 0\ntitle =", "header: is the number of a line, from 1"),
        ("title =", "split = { Owner = [''] }\ntitle =", "split.Owner: must list texts"),
        (
            "text = ",
            'recorded_at = "{Date}"\ntext = ',
            "steps[1].fields.recorded_at: stands at the top of a map",
        ),
        (
            "[[before]]",
            "[[parts]]\ncolumn = 'Ref'\npattern = '[0-9]+'\n[[before]]",
            "parts[0].pattern: has no group (?P<name>...)",
        ),
    ],
)
def test_what_a_map_cannot_say_is_found_when_it_is_read(
    old: str, new: str, message: str, lif: Lif
) -> None:
    wrong = taken(lif, text_of(HEADER, *ROWS), MAP.replace(old, new, 1))

    assert (5, "") == (wrong.code, wrong.out)
    assert message in wrong.err
    assert 1 == len(wrong.err.splitlines())
    assert [] == log(lif)


def test_braces_are_doubled_to_be_meant(lif: Lif) -> None:
    taken(lif, text_of(HEADER, ROWS[0]), MAP.replace('"{Action}"', '"{{{Action}}}"'))

    assert ["{Train staff}"] == [e["text"] for e in events(lif, "RecommendationIssued")]


# When the register recorded a row


DATED = 'recorded_at = "{Added}"\n' + MAP


def dated(*rows: tuple[str, str]) -> str:
    """Return a register of rows by their references, and when each was added."""
    cells = [(ref, *ROWS[0][1:], added) for ref, added in rows]
    return text_of((*HEADER, "Added"), *cells)


def known(lif: Lif, day: str) -> int:
    ran = lif(
        "view", "accountability", "--known", day, "--valid", "2025-12-31", "--format", "json"
    )
    count: int = json.loads(ran.out)["totals"]["recommendations"]
    return count


def test_what_was_known_when_is_as_the_register_says(lif: Lif) -> None:
    """Not the day before; the clock's instant is kept as well."""
    done = taken(lif, dated(("1", "2025-09-05T00:00:00+01:00")), DATED)
    entries = log(lif)

    assert (0, "") == (done.code, done.err)
    assert (0, 1) == (known(lif, "2025-09-04"), known(lif, "2025-09-05"))
    assert all(entry["migrated"] for entry in entries)
    assert all(entry["entered_at"] > entry["recorded_at"] for entry in entries)


def test_rows_are_taken_in_the_order_in_which_they_were_recorded(lif: Lif) -> None:
    """What comes before them bears the earliest instant; a day is its beginning in London."""
    done = taken(lif, dated(("1", "2018-06-02"), ("2", "2018-06-01"), ("3", "2018-06-03")), DATED)
    entries = log(lif)

    assert (0, "") == (done.code, done.err)
    assert ["x/2", "x/1", "x/3"] == [
        e["recommendation"] for e in events(lif, "RecommendationIssued")
    ]
    assert "2018-05-31T23:00:00+00:00" == entries[0]["recorded_at"]
    assert sorted(e["recorded_at"] for e in entries) == [e["recorded_at"] for e in entries]


def test_a_row_from_before_the_last_entry_bears_the_instant_of_the_clock(lif: Lif) -> None:
    """And what the register says beside it, shown as its claim; later rows are as they were."""
    taken(lif, dated(("1", "2018-06-02")), DATED)
    later = dated(("1", "2018-06-02"), ("0", "2018-06-01"), ("2", "2018-06-03"), ("3", "bad"))
    partly = taken(lif, later, DATED)
    by_ref = {e["event"]["recommendation"]: e for e in log(lif) if "text" in e["event"]}
    shown = lif("show", "recommendation-x/0").out
    before = log(lif)
    again = taken(lif, later, DATED)

    assert (7, 7) == (partly.code, again.code)
    assert partly.out == again.out
    assert before == log(lif)
    assert "2018-05-31T23:00:00+00:00" == by_ref["x/0"]["claimed_at"]
    assert by_ref["x/0"]["recorded_at"] > "2020"
    assert "though an older register says 2018-06-01" in shown
    assert "migrated" not in by_ref["x/0"]
    assert "2018-06-02T23:00:00+00:00" == by_ref["x/2"]["claimed_at"]
    assert ["recorded_at: Invalid isoformat string: 'bad'"] == [
        row["rejected: reason"] for row in listed()
    ]


def test_rows_that_are_taken_together_are_known_once_the_last_of_them_is(lif: Lif) -> None:
    rows = ((*ROWS[0], "2018-06-01"), ("1", "JL&D", *ROWS[0][2:], "2018-06-03"))
    taken(lif, text_of((*HEADER, "Added"), *rows), DATED)
    (issued,) = [entry for entry in log(lif) if "text" in entry["event"]]

    assert "2018-06-02T23:00:00+00:00" == issued["recorded_at"]
