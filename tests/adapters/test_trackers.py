"""A messy tracker, taken over with a map that `lif map` writes, and again a month later."""

import json
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from tests.adapters.test_registers import HEADER as PLAIN_HEADER
from tests.adapters.test_registers import ROWS as PLAIN_ROWS
from tests.adapters.test_registers import text_of
from tests.command_line import Lif, Ran
from tests.trackers import APRIL, MERGED_IN_APRIL, write_tracker

JSON: TypeAlias = Any

NOTES = """
[[steps]]
command = "RecordProgress"
unless = { "Latest update" = [""] }
again = "new"
[steps.fields]
recommendation = "ourboard/{Ref}"
note = "{Latest update}"
on = "{Date agreed|date:%d/%m/%Y}"
by = { person = "not named in the register", role = "lead", body = "ourboard/{first_owner}" }
"""


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LIF_DB", raising=False)


def drafted(lif: Lif, file: str) -> str:
    """Return the map that `lif map` writes of *file*, with what an officer edits."""
    sheet = ("--sheet", "Actions") if file.endswith("xlsx") else ()
    draft = lif("map", file, *sheet)
    assert (0, "") == (draft.code, draft.err)
    return draft.out.replace('unused = ["Latest update"]\n', "") + NOTES


def taken(lif: Lif, file: str, *options: str) -> Ran:
    return lif("import", file, "--map", "map.toml", "--create", "--on", "2018-04-09", *options)


def events(lif: Lif) -> list[JSON]:
    lines = lif("log", "--format", "json").out.splitlines()
    return [{"name": entry["name"], **entry["event"]} for entry in map(json.loads, lines)]


def of(lif: Lif, name: str) -> list[JSON]:
    return [event for event in events(lif) if event["name"] == f"{name}.v1"]


@pytest.mark.parametrize("file", ["tracker.xlsx", "tracker.csv"])
def test_a_messy_tracker_is_taken_over_whole(file: str, lif: Lif) -> None:
    """Title, merged cells, blank rows, two owners, days in three forms, TBC and Ongoing."""
    write_tracker(Path(file))
    Path("map.toml").write_text(drafted(lif, file), "utf-8")
    done = taken(lif, file)

    assert (0, "") == (done.code, done.err)
    assert "5 of 5 rows taken" in done.out
    assert {
        "passed over, as the map says: Due date 'Ongoing', once",
        "passed over, as the map says: Due date 'TBC', once",
        "passed over, as the map says: RAG / status 'Amber', 2 times",
        "passed over, as the map says: RAG / status 'Ongoing', once",
        "passed over, as the map says: RAG / status 'Red', once",
    } == {line for line in done.out.splitlines() if line.startswith("passed over")}
    assert "not used" not in done.out
    assert [
        ("ourboard/A1", "review-ourboard/Child K", ["ourboard/LPP"], "2018-01-25"),
        (
            "ourboard/A2",
            "review-ourboard/Child K",
            ["ourboard/LPP", "ourboard/JL&D"],
            "2018-01-25",
        ),
        ("ourboard/A3", "review-ourboard/Child K", ["ourboard/Police"], "2018-01-25"),
        ("ourboard/A4", "review-ourboard/Adult M", ["ourboard/JL&D"], "2018-02-02"),
        ("ourboard/A5", "review-ourboard/Adult M", ["ourboard/Health"], "2018-02-02"),
    ] == [
        (e["recommendation"], e["source"], e["addressed"], e["on"])
        for e in of(lif, "RecommendationIssued")
    ]
    assert ["2018-04-30", "2018-06-30", None, None, "2018-05-31"] == [
        e["due"] for e in of(lif, "RecommendationPlanned")
    ]
    assert [("ourboard/A1", "2018-03-12")] == [
        (e["recommendation"], e["on"]) for e in of(lif, "RecommendationImplemented")
    ]
    assert (
        "Café owner's example – see \u201cfile 7\u201d" == of(lif, "ProgressRecorded")[-1]["note"]
    )


def test_the_workbook_and_its_csv_are_one_register(lif: Lif) -> None:
    """The same entries, so that the one can follow on the other."""
    write_tracker(Path("tracker.xlsx"))
    write_tracker(Path("tracker.csv"))
    Path("map.toml").write_text(drafted(lif, "tracker.csv"), "utf-8")
    taken(lif, "tracker.csv")
    before = events(lif)
    Path("map.toml").write_text(drafted(lif, "tracker.xlsx"), "utf-8")
    done = taken(lif, "tracker.xlsx")

    assert (0, "") == (done.code, done.err)
    assert before == events(lif)


@pytest.mark.parametrize("file", ["tracker.xlsx", "tracker.csv"])
def test_the_next_month_is_taken_as_changes(file: str, lif: Lif) -> None:
    """By the map of the first; a wording waits for its yes, what is gone is listed."""
    write_tracker(Path(file))
    Path("map.toml").write_text(drafted(lif, file), "utf-8")
    taken(lif, file)
    march = events(lif)
    write_tracker(Path(file), APRIL, MERGED_IN_APRIL)
    dry = taken(lif, file, "--dry-run")
    unchanged = events(lif)
    shown = taken(lif, file)
    april = events(lif)[len(march) :]
    done = taken(lif, file, "--amend")
    amended = events(lif)[len(march) + len(april) :]
    again = taken(lif, file)

    assert (7, 7, 0, 0) == (dry.code, shown.code, done.code, again.code)
    assert march == unchanged
    assert dry.out.replace("would be ", "") == shown.out
    assert (
        "lif: done in part: 2 amendments are proposed; --amend records what is shown,"
        " --amend-from what a list answers with yes\n"
    ) == shown.err
    assert [
        ("DueDateChanged.v1", "ourboard/A2", "2018-08-31"),
        ("DueDateChanged.v1", "ourboard/A3", "2018-06-29"),
        ("ProgressRecorded.v1", "ourboard/A3", None),
        ("RecommendationImplemented.v1", "ourboard/A4", None),
        ("RecommendationIssued.v1", "ourboard/A6", None),
        ("RecommendationAccepted.v1", "ourboard/A6", None),
        ("RecommendationPlanned.v1", "ourboard/A6", "2018-07-31"),
    ] == [(e["name"], e["recommendation"], e.get("due")) for e in april]
    assert (
        "RecommendationIssued: text\n"
        "  - Train all duty staff\n"
        "  + Train all duty staff and managers\n"
    ) in shown.out
    assert ["EntryAmended.v1"] * 2 == [e["name"] for e in amended]
    assert "on record, and no longer in the register: recommendation-ourboard/A5" in shown.out
    assert len(march) + len(april) + len(amended) == len(events(lif))


def test_a_value_that_the_map_does_not_know_next_month_is_not_lost(lif: Lif) -> None:
    """A new status; its row waits, whole, in the list."""
    write_tracker(Path("tracker.csv"))
    Path("map.toml").write_text(drafted(lif, "tracker.csv"), "utf-8")
    taken(lif, "tracker.csv")
    raw = Path("tracker.csv").read_bytes().replace(b"Amber", b"On hold")
    Path("tracker.csv").write_bytes(raw)
    partly = taken(lif, "tracker.csv")

    assert 7 == partly.code
    assert "RAG / status: 'On hold' stands there 2 times; no step takes it" in partly.err


def test_a_draft_says_what_stands_in_each_column(lif: Lif) -> None:
    """Its header, samples, the forms of days, and statuses with how often they stand there."""
    write_tracker(Path("tracker.csv"))
    draft = lif("map", "tracker.csv").out

    assert "# A first map of tracker.csv: 5 rows, header on line 4." in draft
    assert '#   Ref: 5 different values in 5 cells: "A1", "A2", "A3"\n' in draft
    assert '#   Due date: days as %d/%m/%Y or serial; and "Ongoing" (1), "TBC" (1)\n' in draft
    assert '#   RAG / status: "Amber" (2), "Green: done" (1), "Red" (1), "Ongoing" (1)\n' in draft
    assert 'fill_down = ["Case"]\n' in draft
    assert 'split = { "Lead agency" = ["/"] }\n' in draft


@pytest.mark.parametrize(
    "rows",
    [
        [PLAIN_HEADER, *PLAIN_ROWS],
        [("Text",), ("Do this",), ("Do that",)],
        [("A", "B"), ("1", "2")],
        [("Ref", "Done"), ("1", "yes"), ("2", "no")],
        [('Ref "no"', "Action {x}", "Action"), ("1", "a", "b\nc")],
        [("Ref", "Action", "No\x00te\x7f", "St\x1bate"), ("1", "a", "\x07", "x\x7f")],
    ],
)
def test_a_draft_of_any_table_can_be_run(rows: list[tuple[str, ...]], lif: Lif) -> None:
    """It is a map from the first, so that an officer edits what works."""
    Path("register.csv").write_text(text_of(*rows), "utf-8")
    draft = lif("map", "register.csv")
    Path("map.toml").write_text(draft.out, "utf-8")
    done = taken(lif, "register.csv", "--dry-run")

    assert (0, "") == (draft.code, draft.err)
    assert (0, "") == (done.code, done.err)
    assert f"{len(rows) - 1} of {len(rows) - 1} rows would be taken" in done.out


def test_a_draft_has_nobody_accept_or_plan_what_was_declined(lif: Lif) -> None:
    """It can be run as it is, and what it records then is not taken back."""
    rows = [("Ref", "Action", "Owner", "Response")]
    answers = ["Rejected", "Accepted", "Not accepted", "Implemented", "Rejected"]
    rows += [(str(n), f"Do {n}", "Police", answer) for n, answer in enumerate(answers, 1)]
    Path("register.csv").write_text(text_of(*rows), "utf-8")
    Path("map.toml").write_text(lif("map", "register.csv").out, "utf-8")
    done = taken(lif, "register.csv")
    answered = {
        (event["recommendation"], event["name"].removesuffix(".v1"))
        for event in events(lif)
        if "recommendation" in event and event["name"] != "RecommendationIssued.v1"
    }

    assert (0, "") == (done.code, done.err)
    assert {
        ("ourboard/1", "RecommendationDeclined"),
        ("ourboard/2", "RecommendationAccepted"),
        ("ourboard/2", "RecommendationPlanned"),
        ("ourboard/3", "RecommendationDeclined"),
        ("ourboard/4", "RecommendationAccepted"),
        ("ourboard/4", "RecommendationPlanned"),
        ("ourboard/4", "RecommendationImplemented"),
        ("ourboard/5", "RecommendationDeclined"),
    } == answered


def test_a_table_without_rows_has_a_draft(lif: Lif) -> None:
    Path("register.csv").write_text("Ref,Action\n", "utf-8")
    draft = lif("map", "register.csv")

    assert (0, "") == (draft.code, draft.err)
    assert "#   Ref: empty\n" in draft.out


@pytest.mark.parametrize("text", ["", "\n\n"])
def test_a_file_without_a_header_has_no_draft(text: str, lif: Lif) -> None:
    """A map of nothing is what somebody else would take a day to see through."""
    Path("register.csv").write_text(text, "utf-8")
    draft = lif("map", "register.csv")

    assert (5, "") == (draft.code, draft.out)
    assert (
        "lif: malformed: register.csv: nothing stands in it that could be a header\n" == draft.err
    )
