"""Registers whose map says whom a row is about: their texts are erased with the person."""

import json
from pathlib import Path

import pytest

from lif_adapters.importers.sheet import REASON
from tests.adapters.test_registers import HEADER, MAP, events, listed, log, taken, text_of
from tests.command_line import Lif, Ran

NAMES = (*HEADER, "Case", "Person")
ROWS = (
    (
        "1",
        "LPP",
        "25/01/2018",
        "Ask after Quebec each week",
        "Agreed",
        "Yes",
        "c-1",
        "p-19 / p-17",
    ),
    ("2", "LPP", "26/01/2018", "Tell Romeo", "", "", "c-1", "p-18"),
    ("3", "LPP", "26/01/2018", "Train staff", "", "", "", ""),
)
OPENED = """
[[steps]]
command = "OpenReview"
once = "{Case}"
unless = { Case = [""] }
unless_known = true
[steps.fields]
review = "x/{Case|default:none}"
kind = "case"
title = "Quebec, {Case}"
on = 2010-01-01
by = { person = "p", role = "r", body = "x" }
"""
ABOUT = 'about_persons = ["x/{Person}"]\nsplit = { Person = ["/"] }\n'
FIRST = MAP.index("[[steps]]")
OF_PERSONS = ABOUT + MAP[:FIRST] + OPENED + MAP[FIRST:]
NOBODY = "about nobody who is named: 1 row"


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LIF_DB", raising=False)
    monkeypatch.setenv("LIF_BY", "A. Chair, independent chair, x")


@pytest.fixture
def _with_keys(lif: Lif, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIF_KEYS", "keys")
    monkeypatch.setenv("LIF_MASTER_KEY", "master")
    assert 0 == lif("keys", "--new").code


def month(lif: Lif, *rows: tuple[str, ...], options: tuple[str, ...] = ()) -> Ran:
    return taken(lif, text_of(NAMES, *rows), OF_PERSONS, "--on", "2018-03-01", *options)


def stored(text: str) -> list[str]:
    """Return the files of the store, and of its keys, that have *text* in them."""
    files = (
        *Path().glob("lif.db*"),
        *(each for each in Path("keys").rglob("*") if each.is_file()),
    )
    return [str(each) for each in files if text.encode() in each.read_bytes()]


@pytest.mark.usefixtures("_with_keys")
def test_what_a_register_says_about_a_person_is_erased_with_them(lif: Lif) -> None:
    """Also the case, which another row opened that names somebody else; the next version of the
    register brings back nothing, and a new row about the person is refused.
    """
    dry = month(lif, *reversed(ROWS), options=("--dry-run",))
    done = month(lif, *reversed(ROWS))
    there = log(lif)

    assert (0, "", 0, "") == (dry.code, dry.err, done.code, done.err)
    for ran in (dry, done):
        assert [*(f"about x/p-{n}: 2 rows" for n in (17, 18, 19)), NOBODY] == [
            line for line in ran.out.splitlines() if line.startswith("about")
        ]
    assert 0 == lif("save").code
    assert [] == stored("Quebec")

    erased = lif("erase", "x/p-17", "--reason", "Asked for", "--on", "2018-06-01")
    again = month(lif, *ROWS)
    grown = month(lif, *ROWS, ("4", *ROWS[0][1:]))

    assert (0, 0, 7) == (erased.code, again.code, grown.code), (erased.err, again.err)
    assert ["Train staff", "Tell Romeo", "[erased]"] == [
        each["text"] for each in events(lif, "RecommendationIssued")
    ]
    assert ["A review", "[erased]"] == [each["title"] for each in events(lif, "ReviewOpened")]
    assert ["4"] == [row["Ref"] for row in listed()]
    assert "data-subject.erased" in listed()[0][REASON]
    assert len(there) + 1 == len(log(lif))
    assert [] == stored("Quebec")


@pytest.mark.usefixtures("_with_keys")
def test_what_a_later_register_changes_is_about_whom_the_row_names(lif: Lif) -> None:
    """An amendment of a text, though the stream is about nobody so far."""
    month(lif, ROWS[2])
    changed = (*ROWS[2][:3], "Train Quebec", *ROWS[2][4:-1], "p-17")
    amended = month(lif, changed, options=("--amend",))
    erased = lif("erase", "x/p-17", "--reason", "Asked for", "--on", "2018-06-01")

    assert (0, 0) == (amended.code, erased.code)
    assert "Train Quebec" not in lif("log", "--format", "json").out
    assert "[erased] in recommendation-x/3" in erased.out


@pytest.mark.usefixtures("_with_keys")
def test_what_is_on_record_of_a_person_without_their_key_is_listed(lif: Lif) -> None:
    """As it was imported before the map named anybody, or another row names one more person."""
    taken(lif, text_of(NAMES, *ROWS[1:]), OF_PERSONS.replace(ABOUT, ""), "--on", "2018-03-01")
    named = month(lif, *ROWS[1:])
    again = month(lif, *ROWS)

    assert (0, 0) == (named.code, again.code)
    assert [
        "on record already, and not erased with x/p-18: review-x/c-1 entry 1,"
        " recommendation-x/2 entry 1"
    ] == named.err.splitlines()
    assert [
        f"on record already, and not erased with x/{person}: review-x/c-1 entry 1{more}"
        for person, more in (
            ("p-17", ""),
            ("p-18", ", recommendation-x/2 entry 1"),
            ("p-19", ""),
        )
    ] == again.err.splitlines()


def test_without_keys_it_is_said_that_nothing_can_be_erased(lif: Lif) -> None:
    """Once, wherever it is said whom a text is about: in a map, by hand, in a file."""
    done = month(lif, *ROWS)
    command = {**json.loads(lif("new", "AcceptReport").out), "about_persons": ["x/p-17"]}
    Path("two.jsonl").write_text(f"{json.dumps(command)}\n" * 2)
    in_a_file = lif("record", "two.jsonl", "--format", "json", "--keep-going", "--dry-run")
    fields = ("--body", "x/y", "--name", "Y", "--kind", "agency", "--on", "2018-01-01")
    by_hand = lif("record", "RegisterBody", *fields, "--about-person", "x/p-17", "--dry-run")

    assert 1 == in_a_file.err.count("urn:lif:warning:keys")
    assert (0, True) == (by_hand.code, "nothing can be erased" in by_hand.err)

    assert (0, 1) == (done.code, len(done.err.splitlines()))
    assert "nothing can be erased" in done.err
    assert "lif.db" in stored("Quebec")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('["x/{Person}"]', '["x/{Person"]', "about_persons[0]: 'x/{Person' has a brace"),
        ('["x/{Person}"]', '["p-17"]', "about_persons[0]: 'p-17' names a board but"),
        ('"x/{Person}"', '"x/{Persons}"', "Persons"),
        ("[before.fields]", 'about_persons = ["x/{Case}"]\n[before.fields]', "names a column"),
        ("[steps.fields]", 'about_persons = ["x"]\n[steps.fields]', "steps[0].about_persons[0]: "),
        ("[steps.fields]", '[steps.fields]\nabout_persons = "x"', "or beside the fields of a"),
    ],
)
def test_a_map_that_names_persons_wrongly_is_told_when_it_is_read(
    old: str, new: str, says: str, lif: Lif
) -> None:
    wrong = taken(lif, text_of(NAMES, *ROWS), OF_PERSONS.replace(old, new, 1))

    assert (5, "", 1) == (wrong.code, wrong.out, len(wrong.err.splitlines()))
    assert says in wrong.err


def test_a_person_whom_no_reference_names_keeps_a_row_out(lif: Lif) -> None:
    """Nothing is recorded of it that could not be erased."""
    partly = month(lif, (*ROWS[0][:-1], "p-17\x07"), ROWS[2])

    assert (7, ["1"]) == (partly.code, [row["Ref"] for row in listed()])
    assert "OpenReview.about[0]: " in listed()[0][REASON]
