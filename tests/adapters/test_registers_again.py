"""The next version of a register: what changed in it is a change, and never lost or said twice."""

from pathlib import Path

import pytest

from tests.adapters.test_registers import MAP, events, listed, log, taken, text_of
from tests.command_line import Lif, Ran

PLAN = """
[[steps]]
command = "PlanRecommendation"
when = { Status = ["Agreed", "Done"] }
[steps.fields]
recommendation = "x/{Ref}"
owner = "x/{Owner}"
action = "{Action}"
due = "{Due|date:%d/%m/%Y}"
on = "{Date|date:%d/%m/%Y}"
by = { person = "p", role = "r", body = "x" }

[[steps]]
command = "ImplementRecommendation"
when = { Status = ["Done"] }
[steps.fields]
recommendation = "x/{Ref}"
evidence = "The register says that it is done."
on = "{Done|date:%d/%m/%Y}"
by = { person = "p", role = "r", body = "x/{Owner}" }
"""
REPLY = """
[[steps]]
command = "ReplyToRecommendation"
unless = { Answer = [""] }
[steps.fields]
recommendation = "x/{Ref}"
reply = "{Answer}"
on = "{Date|date:%d/%m/%Y}"
by = { person = "p", role = "r", body = "x/{Owner}" }
"""
NAMES = ("Ref", "Owner", "Date", "Action", "Status", "Reply", "Due", "Done", "Answer")
JANUARY = {
    "1": "LPP 25/01/2018 Train Agreed  30/04/2018  ",
    "2": "JLD 26/01/2018 Write Agreed  30/04/2018  ",
    "3": "LPP 26/01/2018 Tell Agreed  30/04/2018  ",
}
"""The rows by their reference; a space parts the cells."""


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LIF_DB", raising=False)


def month(lif: Lif, rows: dict[str, str], *options: str, map: str = MAP) -> Ran:  # noqa: A002
    """Return the run that imports these *rows*, a month later."""
    cells = [(ref, *text.split(" ")) for ref, text in rows.items()]
    day = () if "--on" in options else ("--on", "2018-03-01")
    return taken(lif, text_of(NAMES, *cells), map + PLAN + REPLY, *day, *options)


def test_another_due_date_is_a_change_of_it(lif: Lif) -> None:
    """On the day of the import, by whoever planned it; run again, it changes nothing."""
    month(lif, JANUARY)
    before = len(log(lif))
    later = {**JANUARY, "1": JANUARY["1"].replace("30/04", "30/06")}
    done = month(lif, later)
    again = month(lif, later)
    (changed,) = events(lif, "DueDateChanged")

    assert (0, "", 0, "") == (done.code, done.err, again.code, again.err)
    assert ("2018-06-30", "2018-03-01", "x") == (
        changed["due"],
        changed["on"],
        changed["by"]["body"],
    )
    assert before + 1 == len(log(lif))
    assert (
        "changed: recommendation-x/1, entry 3, RecommendationPlanned: due\n"
        "  - 2018-04-30\n"
        "  + 2018-06-30\n"
    ) in done.out
    assert "changed" not in again.out


def test_a_date_that_is_set_back_is_a_change_as_well(lif: Lif) -> None:
    """Although the register said just so before."""
    june = {**JANUARY, "1": JANUARY["1"].replace("30/04", "30/06")}
    for rows, day in ((JANUARY, "2018-02-01"), (june, "2018-03-01"), (JANUARY, "2018-04-01")):
        assert 0 == month(lif, rows, "--on", day).code

    assert ["2018-06-30", "2018-04-30"] == [e["due"] for e in events(lif, "DueDateChanged")]


def test_a_date_that_somebody_changed_by_hand_is_left_alone(lif: Lif) -> None:
    """The register does not say otherwise than it did."""
    month(lif, JANUARY)
    Path("by-hand.jsonl").write_text(
        '{"command": "ChangeDueDate", "recommendation": "x/1", "due": "2018-05-31",'
        ' "reasons": "Asked for.", "on": "2018-02-10",'
        ' "by": {"person": "p", "role": "r", "body": "x"}}\n'
    )
    assert 0 == lif("record", "by-hand.jsonl", "--create").code
    before = log(lif)
    done = month(lif, JANUARY)

    assert (0, "") == (done.code, done.err)
    assert before == log(lif)


def test_what_somebody_voided_by_hand_is_decided_anew_where_the_register_changes(
    lif: Lif,
) -> None:
    """There is nothing left to change."""
    month(lif, JANUARY)
    Path("by-hand.jsonl").write_text(
        '{"command": "VoidEntry", "stream": "recommendation-x/1", "entry": 3,'
        ' "reasons": "Never agreed.", "on": "2018-02-10",'
        ' "by": {"person": "p", "role": "r", "body": "x"}}\n'
    )
    assert 0 == lif("record", "by-hand.jsonl", "--create").code
    done = month(lif, {**JANUARY, "1": JANUARY["1"].replace("30/04", "30/06")})

    assert (0, "") == (done.code, done.err)
    assert [] == events(lif, "DueDateChanged")
    assert ("x/1", "2018-06-30") == tuple(
        events(lif, "RecommendationPlanned")[-1][name] for name in ("recommendation", "due")
    )


def test_another_wording_is_proposed_and_recorded_only_for_a_yes(lif: Lif) -> None:
    month(lif, JANUARY)
    before = log(lif)
    later = {**JANUARY, "2": JANUARY["2"].replace("Write", "Rewrite")}
    shown = month(lif, later)
    unchanged = log(lif)
    done = month(lif, later, "--amend")
    again = month(lif, later)
    amended = events(lif, "EntryAmended")

    assert (7, 0, 0) == (shown.code, done.code, again.code)
    assert (
        "proposed: recommendation-x/2, entry 1, RecommendationIssued: text\n"
        "  - Write\n"
        "  + Rewrite\n"
        "proposed: recommendation-x/2, entry 3, RecommendationPlanned: action\n"
        "  - Write\n"
        "  + Rewrite\n"
    ) in shown.out
    assert "2 amendments are proposed; --amend records what is shown" in shown.err
    assert before == unchanged
    assert ["Rewrite", "Rewrite"] == [
        e["replacement"]["event"].get("text") or e["replacement"]["event"]["action"]
        for e in amended
    ]
    assert len(before) + 2 == len(log(lif))
    assert "proposed" not in again.out


def test_each_amendment_is_answered_by_itself(lif: Lif) -> None:
    """A dry run lists what is proposed; a yes is recorded, a no is not, the rest waits."""
    month(lif, JANUARY)
    before = len(log(lif))
    later = {ref: text.replace("T", "Ret").replace("W", "Rew") for ref, text in JANUARY.items()}
    listing = month(lif, later, "--dry-run", "--amendments", "amend.csv")
    header, *rows = Path("amend.csv").read_text("utf-8-sig").splitlines()
    yes, no = (rows[1].split(",")[0], rows[2].split(",")[0])
    answered = [
        row.replace(",,", ",Yes,", 1)
        if yes in row
        else row.replace(",,", ",no,", 1)
        if no in row
        else row
        for row in rows
    ]
    Path("amend.csv").write_text("\n".join((header, *answered)), "utf-8")
    done = month(lif, later, "--amend-from", "amend.csv", "--amendments", "left.csv")
    left = Path("left.csv").read_text("utf-8-sig").splitlines()
    again = month(lif, later, "--amend-from", "amend.csv")

    assert "6 amendments are proposed" in listing.err
    assert "proposal,answer,stream,entry,event,field,before,now" == header
    assert 6 == len(rows)
    assert before + 1 == len(log(lif))
    assert (1, 1, 4) == tuple(
        done.out.count(f"{word}: recommendation") for word in ("amended", "declined", "proposed")
    )
    assert "4 amendments are proposed" in done.err
    assert 5 == len(left)
    assert "4 amendments are proposed" in again.err


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("stream,entry\nx,1\n", "no column proposal or answer"),
        ("proposal,answer\np-1,perhaps\n", "line 2: 'perhaps' is no answer; write yes or no"),
        ("proposal,answer\np-1,yes\np-1,no\n", "line 3: another answer to p-1 than above"),
    ],
)
def test_a_list_of_answers_that_is_none_is_refused(lif: Lif, text: str, problem: str) -> None:
    month(lif, JANUARY)
    before = log(lif)
    Path("amend.csv").write_text(text)
    refused = month(lif, JANUARY, "--amend-from", "amend.csv")

    assert 5 == refused.code
    assert problem in refused.err
    assert before == log(lif)


def test_all_and_some_are_not_said_at_once(lif: Lif) -> None:
    assert 5 == month(lif, JANUARY, "--amend", "--amend-from", "amend.csv").code


def test_what_came_is_taken_although_the_wording_changed(lif: Lif) -> None:
    """A reply, and that it is done; the wording waits for its yes."""
    month(lif, JANUARY)
    later = {**JANUARY, "2": "JLD 26/01/2018 Rewrite Done  30/04/2018 20/02/2018 Done."}
    shown = month(lif, later)

    assert 7 == shown.code
    assert ["Done."] == [e["reply"] for e in events(lif, "RecommendationReplied")]
    assert ["2018-02-20"] == [e["on"] for e in events(lif, "RecommendationImplemented")]
    assert [] == events(lif, "EntryAmended")


def test_a_row_that_is_gone_is_listed(lif: Lif) -> None:
    """And so is what a row no longer says; neither is taken back."""
    month(lif, {**JANUARY, "2": "JLD 26/01/2018 Write Done  30/04/2018 20/02/2018 "})
    before = log(lif)
    done = month(lif, {ref: JANUARY[ref] for ref in ("1", "2")})

    assert (0, "") == (done.code, done.err)
    assert before == log(lif)
    assert [
        "on record, and no longer in the register: recommendation-x/2 (RecommendationImplemented)",
        "on record, and no longer in the register: recommendation-x/3"
        " (RecommendationIssued, RecommendationAccepted, RecommendationPlanned)",
    ] == [line for line in done.out.splitlines() if line.startswith("on record, and")]


def test_what_another_register_said_is_not_missed(lif: Lif) -> None:
    """Each is known by the title of its map, or the name that it gives."""
    month(lif, JANUARY)
    other = month(lif, {"9": JANUARY["1"]}, map="register = 'another'\n" + MAP)

    assert 0 == other.code
    assert "no longer" not in other.out


def test_a_list_of_rejected_rows_misses_nothing(lif: Lif) -> None:
    """It is no later version of the register, only a part of it."""
    month(lif, {**JANUARY, "4": "LPP soon Tell Agreed  30/04/2018  "})
    (row,) = listed()
    mended = Path("register.csv.rejected.csv").read_text("utf-8-sig").replace("soon", "27/01/2018")
    Path("mended.csv").write_text(mended, "utf-8-sig")
    done = lif("import", "mended.csv", "--create", "--map", "map.toml")

    assert "4" == row["Ref"]
    assert 0 == done.code
    assert "no longer" not in done.out


def test_a_step_may_be_said_anew(lif: Lif) -> None:
    """A note that is written over each month is one more note, where the map says so."""
    map = MAP  # noqa: A001
    reply = REPLY.replace("unless =", 'again = "new"\nunless =')
    for text in ("First", "Second"):
        cells = [("1", *(JANUARY["1"] + text).split(" "))]
        done = taken(lif, text_of(NAMES, *cells), map + PLAN + reply, "--on", "2018-03-01")

        assert (0, "") == (done.code, done.err)
    assert ["First", "Second"] == [e["reply"] for e in events(lif, "RecommendationReplied")]


def test_a_dry_run_shows_the_changes_and_records_none(lif: Lif) -> None:
    month(lif, JANUARY)
    before = log(lif)
    later = {
        "1": JANUARY["1"].replace("30/04", "30/06"),
        "2": JANUARY["2"].replace("Write", "Rewrite"),
        "4": JANUARY["3"],
    }
    dry = month(lif, later, "--dry-run")
    unchanged = log(lif)
    real = month(lif, later)

    assert (7, 7) == (dry.code, real.code)
    assert before == unchanged
    assert dry.out.replace("would be ", "") == real.out
    assert "recommendation-x/3" in real.out


def test_a_changed_date_with_another_owner_is_both(lif: Lif) -> None:
    month(lif, JANUARY)
    later = {**JANUARY, "1": "JLD 25/01/2018 Train Agreed  30/06/2018  "}
    shown = month(lif, later)

    assert 7 == shown.code
    assert ["2018-06-30"] == [e["due"] for e in events(lif, "DueDateChanged")]
    assert "RecommendationPlanned: owner\n  - x/LPP\n  + x/JLD" in shown.out
    assert "RecommendationIssued: addressed\n  - x/LPP\n  + x/JLD" in shown.out
