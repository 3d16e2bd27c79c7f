"""Packs from files of an embedder's own: read whole, or refused by file, key and reason."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lif_adapters.cli.main import run
from lif_adapters.packs import frameworks_with, read_pack
from lif_core.errors import MalformedError
from lif_core.framework import load
from lif_core.log.registry import Registry
from tests.command_line import Lif
from tests.people import day

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
OWN = """
name = "northshire"
title = "Northshire's own: größer"
extends = "wolverhampton-2017"
governs = ["nscp"]
in_force = 2018-01-01
[[bodies]]
ref = "nscp"
name = "Northshire Safeguarding Children Partnership"
kind = "board"
[[rights]]
commands = ["DraftProcedure"]
bodies = ["nscp"]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "northshire.toml"
    file.write_text(OWN, "utf-8")
    return file


def mistake(file: Path) -> tuple[str, str]:
    """What *file* says is wrong with it: where, and why."""
    with pytest.raises(MalformedError) as caught:
        read_pack(file)
    return caught.value.field, caught.value.problem


def test_a_pack_is_read_from_a_file_with_all_that_it_extends(file: Path) -> None:
    pack = read_pack(file)
    (base,) = load("wolverhampton-2017").packs

    assert ("northshire", "Northshire's own: größer") == (pack.name, pack.title)
    assert ("nscp",) == pack.governs
    assert (*base.bodies, pack.body("nscp")) == pack.bodies
    assert base.review_kinds == pack.review_kinds
    right = pack.right("DraftProcedure", None)
    assert right is not None
    assert ("nscp",) == right.bodies


def test_line_ends_of_another_system_make_no_other_pack(file: Path) -> None:
    """Files are sent about by mail."""
    pack = read_pack(file)
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))

    assert pack == read_pack(file)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    missing = tmp_path / "missing.toml"

    assert (str(missing), "cannot be read: No such file or directory") == mistake(missing)


def test_a_folder_is_no_pack(tmp_path: Path) -> None:
    assert (str(tmp_path), "cannot be read: Is a directory") == mistake(tmp_path)


def test_a_file_in_another_encoding_is_named_by_its_first_strange_byte(file: Path) -> None:
    """An umlaut as an old spreadsheet writes it."""
    file.write_bytes(OWN.encode("latin-1"))
    strange = OWN.encode("latin-1").index(b"\xf6") + 1

    assert (str(file), f"not UTF-8: byte {strange}") == mistake(file)


@pytest.mark.parametrize(
    ("right", "wrong", "where", "problem"),
    [
        ('name = "northshire"', "name =", "", "not TOML: Invalid value (at line 2, column 7)"),
        ("governs", "govern", "", "unknown key: govern @ $"),
        ('["nscp"]\nin_force', "5\nin_force", "", "@ $.governs"),
        ("2018-01-01", '"2018-01-01"', "", "expected a day @ $.in_force"),
        ('name = "northshire"\n', "", "", "missing @ $.name"),
        ("wolverhampton-2017", "birmingham", ": extends", "no pack 'birmingham'; there are: "),
        ('bodies = ["nscp"]', 'bodies = ["nsp"]', ": rights[", "not a body here: nsp"),
        ('kind = "board"', 'kind = "bored"', ": bodies[nscp].kind", "not a kind of body: bored"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.startswith(":") else None,
)
def test_a_mistake_is_named_by_file_key_and_reason(
    file: Path, right: str, wrong: str, where: str, problem: str
) -> None:
    """Whoever wrote the pack can put it right without reading any code."""
    assert 1 == OWN.count(right)
    file.write_text(OWN.replace(right, wrong), "utf-8")

    found, why = mistake(file)

    assert found.startswith(f"{file}{where}")
    assert problem in why


def test_packs_of_files_are_added_to_those_that_ship(file: Path) -> None:
    """Each governs its own boards; a namesake takes the place of what ships."""
    other = file.with_name("mine.toml")
    other.write_text(
        'name = "wolverhampton-2017"\ntitle = "Mine"\nextends = "wolverhampton-2017"\n', "utf-8"
    )

    frameworks = frameworks_with(file, other)

    assert {pack.name for pack in load().packs} | {"northshire"} == {
        pack.name for pack in frameworks.packs
    }
    assert "northshire" == frameworks.governing("nscp/1", day("2018-01-01")).name
    assert load().general is frameworks.governing("nscp/1", day("2017-12-31"))
    assert "Mine" == frameworks.governing("wscb/1", day("2018-01-01")).title
    assert load() == frameworks_with()


def test_of_several_files_the_one_with_the_mistake_is_named(file: Path) -> None:
    wrong = file.with_name("wrong.toml")
    wrong.write_text("name = 5", "utf-8")

    with pytest.raises(MalformedError) as caught:
        frameworks_with(file, wrong)

    assert str(wrong) == caught.value.field


@pytest.mark.parametrize("name", ["hospital", "partnership"])
def test_every_pack_of_the_examples_can_be_read_and_names_only_what_there_is(name: str) -> None:
    """A reader copies them."""
    file = EXAMPLES / f"{name}.toml"
    pack = read_pack(file)

    Registry().refuse_unknown_names(pack, str(file))

    assert pack.rights
    assert {pack} == {
        frameworks_with(file).governing(ref, day("2030-01-01")) for ref in pack.governs
    }


def test_packs_of_ones_own_are_listed_and_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Named in the environment, or by the option."""
    hospital = str(Path(__file__).parent.parent.parent / "examples" / "hospital.toml")

    assert 0 == run(["framework", "list", "--pack", hospital])
    assert "st-brannock" in capsys.readouterr().out
    monkeypatch.setenv("LIF_PACKS", hospital)
    assert 0 == run(["framework", "show", "st-brannock", "--table", "duties"])
    assert "duty of candour met" in capsys.readouterr().out


# The packs that a store was written under

REVIEW = {
    "command": "OpenReview", "review": "nscp/1", "kind": "lga-peer", "title": "A look",
    "by": {"person": "A. Chair", "role": "chair", "body": "nscp"}, "on": "2018-05-18",
}  # fmt: skip


def asked(tmp_path: Path, ref: str) -> Path:
    file = tmp_path / "ask.jsonl"
    file.write_text(json.dumps({**REVIEW, "review": ref}), "utf-8")
    return file


def recorded(lif: Lif, *options: str | Path) -> list[list[Any]]:
    ran = lif("framework", "recorded", *options, "--format", "json")
    return [[row["name"], row["position"], row["status"]] for row in json.loads(ran.out)]


def test_the_command_line_says_which_packs_a_store_was_written_under(
    lif: Lif, file: Path, tmp_path: Path
) -> None:
    """And warns wherever it is read with others: results stay what they were without a warning."""
    db, pack = ("--db", tmp_path / "lif.db"), ("--pack", file)
    assert "" == lif("record", asked(tmp_path, "nscp/1"), "--create", *db, *pack).err
    seen = lif("log", *db, *pack)
    assert [["general", 1, "same"], ["northshire", 1, "same"]] == recorded(lif, *db, *pack)
    digest = read_pack(file).digest
    file.write_text(f"small_counts = 3\n{OWN}", "utf-8")

    other = lif("log", *db, *pack)
    day_of = datetime.now(UTC).date().isoformat()
    assert (seen.code, seen.out) == (other.code, other.out)
    assert other.err == (
        "pack northshire: not as it was: figures may differ from those seen before"
        f" (written under {digest[:12]} since position 1, {day_of})\n"
    )
    assert [["general", 1, "same"], ["northshire", 1, "other"]] == recorded(lif, *db, *pack)
    assert lif("record", asked(tmp_path, "nscp/2"), *db, *pack).err.startswith("pack northshire:")
    assert "" == lif("log", *db, *pack).err
    assert [
        ["general", 1, "same"],
        ["northshire", 1, "replaced"],
        ["northshire", 2, "same"],
    ] == recorded(lif, *db, *pack)


def test_the_command_line_records_nothing_without_the_pack_of_the_board(
    lif: Lif, file: Path, tmp_path: Path
) -> None:
    db = ("--db", tmp_path / "lif.db")
    lif("record", asked(tmp_path, "nscp/1"), "--create", *db, "--pack", file)
    ran = lif("record", asked(tmp_path, "nscp/2"), *db)

    assert 3 == ran.code
    assert "pack northshire: missing" in ran.err
    assert "record.pack-missing" in ran.err
    assert [["general", 1, "same"], ["northshire", 1, "missing"]] == recorded(lif, *db)
    assert 1 == len(lif("log", *db).out.splitlines()) - 1


def test_a_report_says_that_a_pack_is_another_or_missing(
    lif: Lif, file: Path, tmp_path: Path
) -> None:
    """Whoever is handed it sees nothing of standard error."""
    db = ("--db", tmp_path / "lif.db")
    lif("record", asked(tmp_path, "nscp/1"), "--create", *db, "--pack", file)

    def report(*options: str | Path) -> str:
        assert 0 == lif("report", "--out", tmp_path / "report", *db, *options).code
        return (tmp_path / "report" / "report.md").read_text("utf-8")

    assert "northshire is" not in report("--pack", file)
    assert "northshire is missing: figures of nscp are without its rules" in report()
    file.write_text(f"small_counts = 3\n{OWN}", "utf-8")
    assert "northshire is not as it was when this was last recorded" in report("--pack", file)


def test_the_packs_that_there_are_show_their_digest(lif: Lif) -> None:
    rows = json.loads(lif("framework", "list", "--format", "json").out)

    assert {pack.name: pack.digest for pack in (load().general, *load().packs)} == {
        row["name"]: row["digest"] for row in rows
    }
