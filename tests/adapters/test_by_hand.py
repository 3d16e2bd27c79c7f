"""Commands by hand: what is typed is the command that was meant, and what is wrong is told."""

import json
import os
import re
import shlex
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from lif_adapters.cli.field_help import help_lines
from lif_adapters.cli.field_options import FieldOption, option_name, read_options, typed_fields
from lif_adapters.cli.new import example_of, options_of
from lif_adapters.cli.references import References
from lif_adapters.forms import FieldKind, FormField, all_fields, as_typed
from lif_adapters.problems import problem
from lif_adapters.times import day_in
from lif_adapters.wiring import connect
from lif_core.aggregates.audit import ConcludeAudit
from lif_core.aggregates.body import RegisterBody
from lif_core.aggregates.review import DecideHold, OpenReview
from lif_core.errors import MalformedError
from lif_core.framework import load
from lif_core.framework.vocabulary import LISTS, terms
from lif_core.log.mapper import LifMapper
from lif_core.log.requests import from_json
from lif_core.values.fields import Listed, marks_of
from tests.command_line import Lif, Ran
from tests.people import TEXTS

MAPPER = LifMapper()
COMMANDS: dict[str, Any] = dict(MAPPER.registry.commands)
BY = {"person": "A. Chair", "role": "independent chair", "body": "wsab"}
CHAIR = "A. Chair, independent chair, wsab"
OPENED = (
    "OpenReview",
    "--review",
    "r",
    "--kind",
    "table-top",
    "--title",
    "T",
    "--on",
    "2018-01-25",
)


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("LIF_DB", "LIF_BOARD", "LIF_BY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LIF_ENTERED_BY", "M. Clerk")


def log(lif: Lif) -> list[Any]:
    return [json.loads(line) for line in lif("log", "--format", "json").out.splitlines()]


def typed(name: str, line: str) -> Any:
    """Return the command *name* with the options on a *line*."""
    fields = typed_fields(COMMANDS[name], list(read_options(shlex.split(line))))
    assert () == fields.errors
    return from_json({"command": name, **fields.values}, MAPPER).command


# What is typed


def test_the_example_of_each_command_is_one_and_so_is_its_line_of_options() -> None:
    """Whoever edits what `lif new` prints begins with a command that can be read."""
    for name, cls in COMMANDS.items():
        example = example_of(cls)
        written = options_of(cls, example).replace("\\\n", " ")

        assert written.startswith(f"lif record {name} ")
        assert from_json(example, MAPPER).command == typed(name, written.partition(name)[2])


def test_an_example_is_printed_as_json_or_as_options(lif: Lif) -> None:
    """Ready to be edited, and recorded."""
    example, line = lif("new", "RegisterBody"), lif("new", "RegisterBody", "--as", "options")

    assert example_of(RegisterBody) == json.loads(example.out)
    assert options_of(RegisterBody, example_of(RegisterBody)) + "\n" == line.out
    assert 5 == lif("new", "RegisterBdoy").code


def test_an_example_is_of_the_board_that_asks_for_it(
    lif: Lif, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its own criteria and bodies; and where none is known, that is said."""
    of_adults = lif("new", "DecideHold", "--board", "wsab")
    monkeypatch.setenv("LIF_BOARD", "wscb")
    of_children, none = lif("new", "DecideHold"), lif("new", "CheckImprovement")
    monkeypatch.delenv("LIF_BOARD")
    of_one = json.loads(lif("new", "PlanAudit").out)

    assert "care-and-support-needs" in json.loads(of_adults.out)["criteria"]
    assert ("wscb", "") == (json.loads(of_children.out)["by"]["body"], of_children.err)
    assert "no example of wscb alone is known; this one names wsab" in none.err
    assert {"wsab"} == {"wscb", "wsab"} & set(re.findall(r"\w+", json.dumps(of_one)))


def test_the_help_of_each_command_shows_each_field_and_whether_it_is_needed() -> None:
    with connect("memory:", readership=TEXTS) as app:
        references = References(app, "wsab")
        for cls in COMMANDS.values():
            lines = list(help_lines(cls, app, references))
            needed, _, other = "\n".join(lines).partition("May be left out:")

            for field in all_fields(cls):
                part = needed if field.required else other
                assert f"\n  {option_name(field.name)} " in part
            assert max(map(len, lines)) <= 99


def test_help_lists_what_the_framework_allows_for_the_board(lif: Lif) -> None:
    """Of the boards' own pack, and none of another's."""
    shown = lif("record", "DecideHold", "--help", "--board", "wsab").out

    assert "serious-abuse-or-neglect  The adult is alive" in shown
    assert "as above" in shown
    assert (
        "care-and-support-needs" not in lif("record", "DecideHold", "--help", "--board", "x").out
    )


def test_every_list_that_a_field_names_is_one() -> None:
    marks = {
        mark.list
        for cls in COMMANDS.values()
        for field in all_fields(cls)
        for _, mark in marks_of(cls.__annotations__.get(field.name))
        if isinstance(mark, Listed)
    }

    assert marks <= set(LISTS)
    assert all(isinstance(terms(pack, each), tuple) for pack in load().packs for each in LISTS)


def test_values_are_nested_by_dots_or_in_short_and_lists_are_repeated() -> None:
    long = typed(
        "DecideHold",
        "--by.person 'A. Chair' --by.role 'independent chair' --by.body wsab --on 25/01/2018"
        " --review wsab/r --no-hold --reasons=--none-- --not-met.criterion death"
        " --not-met.reasons 'Alive, and well' --not-met.criterion x --not-met.reasons Y",
    )
    short = typed(
        "DecideHold",
        f"--by '{CHAIR}' --on '25 January 2018' --review wsab/r --hold no --reasons=--none--"
        " --not-met 'death, Alive, and well' --not-met 'x, Y'",
    )

    assert isinstance(long, DecideHold)
    assert (date(2018, 1, 25), False, "--none--") == (long.on, long.hold, long.reasons)
    assert ["Alive, and well", "Y"] == [each.reasons for each in long.not_met]
    assert long == short


def test_the_decider_may_be_given_in_short_and_the_deliberation_beside(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """LIF_BY is whoever decides where no option says so."""
    line = "--on 2018-01-25 --audit wsab/a --grades 'good, 2' --summary Done"
    with_reasons = f"{line} --by '{CHAIR}' --by.deliberation.reasons 'Because'"
    monkeypatch.setenv("LIF_BY", CHAIR)
    plain, reasoned = typed("ConcludeAudit", line), typed("ConcludeAudit", with_reasons)

    assert isinstance(plain, ConcludeAudit)
    assert "wsab" == plain.by.body
    assert "Because" == reasoned.by.deliberation.reasons
    assert plain.grades == reasoned.grades


def test_an_enumeration_is_taken_by_its_names_in_any_spelling() -> None:
    line = (
        f"--by '{CHAIR}' --on 1.2.2018 --recommendation wsab/r --check c --passed --note N"
        " --claimed INDEPENDENT_AUDIT"
    )

    assert 3 == typed("CheckRecommendation", line).claimed
    assert typed("CheckRecommendation", line.replace("INDEPENDENT_AUDIT", "3")).passed


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2018-01-25", date(2018, 1, 25)),
        ("25/01/2018", date(2018, 1, 25)),
        ("5/1/2018", date(2018, 1, 5)),
        ("25 January 2018", date(2018, 1, 25)),
        ("25 Jan 2018", date(2018, 1, 25)),
        ("01/25/2018", None),
        ("31/02/2018", None),
        ("25/01/18", None),
    ],
)
def test_a_day_is_taken_as_people_write_it_and_never_guessed(text: str, day: date | None) -> None:
    """The month is never first, and a century is never made up."""
    assert day == day_in(text)


@pytest.mark.parametrize("field", ["pack", "board", "help"])
def test_a_field_that_is_called_as_an_option_has_a_prefix(field: str) -> None:
    (option,) = read_options([f"--field-{field}", "x"])

    assert FieldOption((field,), "x") == option
    assert f"--field-{field}" == option_name(field)


# References, completed


LABEL = FormField(name="label", kind=FieldKind.LABEL, required=True)
COMPLETED = [
    ("review", "sar-m", "wsab/sar-m"),
    ("review", "wscb/sar-m", "wscb/sar-m"),
    ("review", "review-wsab/sar-m", "wsab/sar-m"),
    ("body", "wsab", "wsab"),
    ("body", "LPP", "wsb/lpp"),
    ("body", "jl&d", "wsb/jld"),
    ("body", "West Midlands police", "wsb/police"),
    ("body", "qpc", "wsab/qpc"),
    ("body", "elsewhere", "elsewhere"),
    ("", "review-sar-m", "review-wsab/sar-m"),
    ("", "body-police", "body-wsb/police"),
    ("", "t", "review-wsab/t"),
    ("", "nothing", "nothing"),
]


def test_a_reference_is_completed_where_it_has_one_meaning(lif: Lif) -> None:
    """From the board, from the names that a pack gives a body, and from what is on record."""
    opened = (*OPENED[:2], "wsab/t", *OPENED[3:], "--threshold", "T", "--by", CHAIR)
    assert 0 == lif("record", *opened, "--create").code
    with connect("sqlite:lif.db", readership=TEXTS) as app:
        references = References(app, None)
        whole = [references.complete(evolve(LABEL, names=of), text) for of, text, _ in COMPLETED]

    assert [expected for *_, expected in COMPLETED] == whole


def test_a_code_is_found_by_its_name_and_any_spelling(lif: Lif) -> None:
    with connect("memory:", readership=TEXTS) as app:
        references = References(app, "wsab")
        (kind,) = (each for each in all_fields(OpenReview) if each.name == "kind")
        codes = [references.complete(kind, text) for text in ("Table Top", "lga_peer", "nothing")]

    assert ["table-top", "lga-peer", "nothing"] == codes


def test_the_board_is_the_only_one_on_record_or_has_to_be_said(
    lif: Lif, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIF_BY", CHAIR)
    first = lif("record", *OPENED, "--create", "--threshold", "T")
    said = lif("record", *OPENED, "--create", "--threshold", "T", "--board", "wsab")
    ended = ("record", "DiscontinueReview", "--review", "r", "--on", "1/2/2018", "--reasons", "R")
    known = lif(*ended, "--dry-run")

    assert (5, 0) == (first.code, said.code)
    assert "--review: 'r' names a board but nothing of it" in first.err
    assert "no board is known" in first.err
    assert "ReviewDiscontinued  review-wsab/r" in known.out


# What is wrong


def test_every_field_that_is_wrong_is_told_at_once() -> None:
    """By the command line, and in the problem document."""
    for name, cls in COMMANDS.items():
        fields = {field.name for field in all_fields(cls)}
        needed = {field.name for field in all_fields(cls) if field.required}
        for wrong, told in (({}, needed), ({key: {"x": 1} for key in fields}, fields)):
            with pytest.raises(MalformedError) as error:
                from_json({"command": name, **wrong}, MAPPER)
            errors = [each.field for each in error.value.errors]

            assert told == {each.partition(".")[0] for each in errors}
            assert errors == [each["field"] for each in problem(error.value)["errors"]]


def test_what_is_wrong_is_told_with_what_stands_there_and_what_is_allowed() -> None:
    value = {
        "command": "RegisterBody",
        "command_id": 5,
        "by": {**BY, "rank": 1, "role": ""},
        "on": "2018-02-30",
        "bdoy": "x",
        "kind": "agancy",
        "name": 5,
    }
    with pytest.raises(MalformedError) as error:
        from_json(value, MAPPER)
    told = {each.field: each for each in error.value.errors}

    assert {"by.rank", "by.role", "on", "bdoy", "body", "kind", "name", "command_id"} == set(told)
    assert "'2018-02-30' is no day; write 2018-01-25" == told["on"].problem
    assert told["bdoy"].problem.startswith("unknown field, did you mean body?; known: ")
    assert "missing" == told["body"].problem
    assert (
        "'agancy' is none of board, committee, agency, did you mean agency?"
        == told["kind"].problem
    )
    assert ("agancy", ("board", "committee", "agency")) == (
        told["kind"].value,
        told["kind"].allowed,
    )


def test_a_text_about_a_person_is_not_repeated_in_what_is_told() -> None:
    with pytest.raises(MalformedError) as error:
        from_json({**example_of(COMMANDS["RecordVoice"]), "voice": ["Child K"]}, MAPPER)

    assert "Child K" not in json.dumps(problem(error.value))


def test_all_that_is_wrong_with_a_line_of_options_is_told_at_once(lif: Lif) -> None:
    """A line for each field, or a problem document."""
    line = (
        *("record", "RegisterBody", "--body", "wsab/x", "--kind", "comitee", "--nmae", "X"),
        *("--on", "yesterday", "--on", "2018-01-01", "--by", "A. Chair", "--create"),
    )
    wrong, document = lif(*line), lif(*line, "--format", "json")
    *told, last = wrong.err.splitlines()
    errors = json.loads(document.err)["errors"]

    assert (5, "", 5, "") == (wrong.code, wrong.out, document.code, document.out)
    assert "5 fields are wrong, nothing recorded" in last
    assert {"nmae", "on", "by", "name", "kind"} == {text.partition(":")[0][2:] for text in told}
    assert told == [f"--{each['field']}: {each['detail']}" for each in errors]
    assert "--nmae: unknown field, did you mean name?" in wrong.err
    assert "--kind: 'comitee' is none of board, committee, agency, did you mean committee?" in told


MAP = """
title = "Register"
unit = "{ref}"
[[steps]]
command = "RegisterBody"
[steps.fields]
body = "wscb/{ref}"
name = "{name}"
kind = "{kind}"
on = 2018-01-01
by = { person = "A. Chair", role = "chair", body = "wscb" }
"""


def test_all_that_is_wrong_with_a_row_is_told_at_once(lif: Lif) -> None:
    """So that it is mended once."""
    Path("map.toml").write_text(MAP)
    Path("r.csv").write_text("ref,name,kind\na,,agancy\nb,B,agency\n")
    ran = lif("import", "r.csv", "--map", "map.toml", "--create")

    assert 7 == ran.code
    assert "RegisterBody.name: must not be blank; RegisterBody.kind: 'agancy' is none" in ran.err
    assert ["body-wscb/b"] == [entry["stream"] for entry in log(lif)]


@pytest.mark.parametrize(
    ("args", "code", "told"),
    [
        (("RegisterBdoy",), 5, "and no command, did you mean RegisterBody?"),
        (("RegisterBody", "x"), 5, "'x' follows no option"),
        (("file.jsonl", "--kind", "x"), 2, "'--kind' no option"),
        (("--kind", "x"), 5, "no such file"),
    ],
)
def test_a_slip_in_the_line_is_told(args: tuple[str, ...], code: int, told: str, lif: Lif) -> None:
    Path("file.jsonl").write_text("")
    wrong = lif("record", *args, "--create")

    assert code == wrong.code
    assert told in wrong.err


# What it comes to


def test_a_command_by_hand_is_recorded_and_twice_it_is_once(lif: Lif) -> None:
    line = ("record", *OPENED, "--threshold", "T", "--by", CHAIR, "--board", "wsab")
    done, again = lif(*line, "--create"), lif(*line)

    assert 0 == done.code
    assert done.out.split()[:4] == ["1", "2018-01-25", "ReviewOpened", "review-wsab/r"]
    assert "entered by M. Clerk" in done.out
    assert (0, "on record already; nothing new\n") == (again.code, again.out)
    assert 1 == len(log(lif))


def test_a_refusal_is_short_and_records_nothing(lif: Lif) -> None:
    refused = lif("record", *OPENED, "--by", CHAIR, "--board", "wsab", "--create")

    assert 3 == refused.code
    assert "review.threshold-reason" in refused.err
    assert [] == log(lif)


@pytest.mark.parametrize("mode", [(), ("--keep-going",)])
def test_a_dry_run_shows_what_would_be_recorded_and_records_nothing(
    mode: tuple[str, ...], lif: Lif
) -> None:
    """Of a file or of a command, in a store that is there or is not."""
    Path("asked.jsonl").write_text(json.dumps(example_of(RegisterBody)))
    nowhere = lif("record", "asked.jsonl", "--dry-run", "--create", *mode)

    assert not Path("lif.db").exists()
    connect("sqlite:lif.db", readership=TEXTS).close()
    shown = lif("record", "asked.jsonl", "--dry-run", *mode)

    assert (0, nowhere.out) == (shown.code, shown.out)
    assert "BodyRegistered" in shown.out
    assert "1 entries would be on record" in shown.out
    assert [] == log(lif)


@pytest.mark.parametrize(
    ("passed", "waits"), [("yes", ""), ("no", "run `lif follow`")], ids=["passed", "failed"]
)
def test_a_warning_is_told_as_it_is_given_and_that_a_policy_has_something_to_ask(
    passed: str, waits: str, lif: Lif
) -> None:
    """A check that shows nothing is not taken for one that was passed."""
    lif("demo")
    line = f"""--recommendation wscb/r-2 --check c-9 --passed {passed} --note Asked
    --documents Minutes --by "B. Manager, board manager, wscb" --on 2019-07-01
    --db sqlite:lif-demo.db"""
    recorded = lif("record", "CheckRecommendation", *shlex.split(line))

    assert 0 == recorded.code
    assert "warning: note: it is a note, which verifies nothing" in recorded.err
    assert waits in recorded.err
    assert bool(waits) == ("lif follow" in recorded.err)


@pytest.mark.parametrize("mode", [[], ["--keep-going"]], ids=str)
def test_the_warnings_of_a_file_are_told_once_it_is_recorded(mode: list[str], lif: Lif) -> None:
    """Also where some of its lines are left out."""
    lif("demo")
    check = {
        "command": "CheckRecommendation",
        "by": {"person": "B. Manager", "role": "board manager", "body": "wscb"},
        "on": "2019-07-01",
        "recommendation": "wscb/r-2",
        "check": "c-9",
        "passed": False,
        "note": "Asked",
        "documents": ["Minutes"],
    }
    Path("checks.jsonl").write_text(json.dumps(check), "utf-8")
    recorded = lif("record", "checks.jsonl", "--db", "sqlite:lif-demo.db", *mode)

    assert 0 == recorded.code
    assert 1 == recorded.err.count("warning: note: it is a note, which verifies nothing")
    assert 1 == recorded.err.count("run `lif follow`")


def test_an_object_may_stand_on_several_lines(lif: Lif) -> None:
    """As `lif new` prints it; one that is cut off does not take the next with it."""
    first = {**example_of(RegisterBody), "body": "wscb/one"}
    second = {**first, "body": "wscb/two", "name": 'In "quotes" {[\\'}
    text = json.dumps(first, indent=2) + "\n\n" + json.dumps(second, indent=1) + "\n"
    Path("whole.jsonl").write_text(text)
    cut = text.replace("}\n\n{", "\n\n{")
    Path("cut.jsonl").write_text(cut)
    wrong = lif("record", "cut.jsonl", "--create")
    whole = lif("record", "whole.jsonl", "--create")

    assert 5 == wrong.code
    assert "cut.jsonl: line 1: not JSON" in wrong.err
    assert "1 of 2 lines are wrong" in wrong.err
    assert "whole.jsonl: 2 commands, 2 entries on record\n" == whole.out


def test_a_fault_in_an_object_over_several_lines_is_placed_on_its_line(lif: Lif) -> None:
    Path("n.json").write_text(
        '{"command": "RegisterBody",\n "on": "2018-01-01",\n "body": oops}\n'
    )
    wrong = lif("record", "n.json", "--create")

    assert "n.json: line 1: not JSON: Expecting value, on line 3 of the object, col" in wrong.err
    assert "column 10" in wrong.err


def test_what_is_not_a_regular_file_is_read_as_well(lif: Lif) -> None:
    """A pipe, as a shell makes it of what another program writes."""
    reading, writing = os.pipe()
    os.write(writing, json.dumps(example_of(RegisterBody)).encode())
    os.close(writing)
    recorded = lif("record", f"/dev/fd/{reading}", "--create")
    os.close(reading)

    assert (0, True) == (recorded.code, "1 commands, 1 entries on record" in recorded.out)


def test_half_a_character_hides_no_other_fault() -> None:
    value = {**example_of(RegisterBody), "name": "a\ud800", "kind": "nokind", "x\ud800": 1}
    with pytest.raises(MalformedError) as raised:
        from_json(value, LifMapper())

    assert {"name", "x\ud800", "kind"} == {each.field for each in raised.value.errors}


def test_a_decider_given_twice_is_told() -> None:
    options = [FieldOption(("by",), "A, r, wsab"), FieldOption(("by", "person"), "Q")]
    twice = typed_fields(RegisterBody, options)

    assert [("by.person", "given twice, in --by as well")] == [
        (error.field, error.problem) for error in twice.errors
    ]


@pytest.mark.parametrize(
    ("variable", "told"), [("LIF_BY", "LIF_BY: 'a,b' is not"), ("LIF_BOARD", "LIF_BOARD: 'a/b'")]
)
def test_a_wrong_variable_is_named(
    variable: str, told: str, lif: Lif, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "a,b" if variable == "LIF_BY" else "a/b")
    wrong = lif("record", "RegisterBody", "--create")

    assert (5, True) == (wrong.code, told in wrong.err)
    assert "--board" not in wrong.err
    assert "--by:" not in wrong.err or variable != "LIF_BY"


@pytest.mark.parametrize(
    "args",
    [
        ("record", "RegisterBody"),
        ("record", "n.json"),
        ("record", "good.json", "--entered-by", "a\nb"),
        ("record", "n.json", "--keep-going"),
        ("import", "n.json", "--map", "map.toml"),
    ],
)
def test_a_store_in_which_nothing_was_recorded_is_not_left(
    args: tuple[str, ...], lif: Lif
) -> None:
    Path("n.json").write_text("ref,name,kind\na,,agency\n")
    Path("map.toml").write_text(MAP)
    Path("good.json").write_text(json.dumps(example_of(RegisterBody)))
    wrong = lif(*args, "--create", "--db", "new.db")

    assert wrong.code in (5, 7)
    assert [] == list(Path().glob("new.db*"))


def missing(lif: Lif, *args: str) -> Ran:
    ran = lif(*args)
    assert not Path("lif.db").exists()
    return ran


def test_a_store_that_is_not_there_is_made_only_where_that_is_meant(lif: Lif) -> None:
    """A slip in --db would begin a second register beside the first."""
    Path("asked.jsonl").write_text(json.dumps(example_of(RegisterBody)))
    Path("map.toml").write_text('title = "R"\nunit = "{a}"\nsteps = []\n')
    Path("r.csv").write_text("a\n1\n")
    for args in (
        ("record", "asked.jsonl"),
        ("record", "asked.jsonl", "--dry-run"),
        ("import", "r.csv", "--map", "map.toml"),
        ("import", "r.csv", "--map", "map.toml", "--dry-run"),
        ("follow",),
    ):
        ran = missing(lif, *args)
        assert (6, "") == (ran.code, ran.out)
        assert "--create" in ran.err

    assert 0 == lif("record", "asked.jsonl", "--create").code
    assert 0 == lif("record", "asked.jsonl", "--create").code
    assert 1 == len(log(lif))


def test_a_schema_that_is_not_there_is_made_only_where_that_is_meant(
    lif: Lif, postgres_url: str
) -> None:
    """In PostgreSQL as in a file; a dry run leaves none behind."""
    Path("asked.jsonl").write_text(json.dumps(example_of(RegisterBody)))
    line = ("record", "asked.jsonl", "--db", postgres_url)
    codes = [
        lif(*line, *options).code
        for options in ((), ("--dry-run",), ("--dry-run", "--create"), (), ("--create",), ())
    ]

    assert [6, 6, 0, 6, 0, 0] == codes


@pytest.mark.parametrize("text", ["", "\n", "\ufeff"])
def test_an_empty_file_asks_nothing_and_an_empty_register_is_none(text: str, lif: Lif) -> None:
    """As the table of exit codes has it: 0, and 5 for what has no header."""
    Path("empty.jsonl").write_text(text, "utf-8")
    Path("empty.csv").write_text(text, "utf-8")
    Path("map.toml").write_text('title = "R"\nunit = "{a}"\nsteps = []\n')

    assert 0 == lif("record", "empty.jsonl", "--create").code
    assert 0 == lif("record", "empty.jsonl", "--keep-going").code
    assert 5 == lif("import", "empty.csv", "--map", "map.toml").code
    assert [] == log(lif)


def test_what_completes_nothing_leaves_a_text_as_it_is() -> None:
    (field, *_) = all_fields(OpenReview)[2:]

    assert "r-1" == as_typed(field, "r-1")


def test_a_sentence_of_a_help_page_is_about_its_field(lif: Lif) -> None:
    """What is said of one field is not said of another that it names."""
    shown = lif("record", "InviteFamily", "--help").out
    relation = shown.partition("--relation TEXT")[2].partition("--explanation")[0]

    assert "surviving-child" not in relation
    assert "surviving-child says whether this relation is one." in shown
