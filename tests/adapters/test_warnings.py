"""Warnings on standard error: text for people, and a JSON object a line for programs."""

import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest

from lif_adapters.cli.output import WARNING_TYPES, WARNINGS
from tests.adapters.test_cli import LIF
from tests.adapters.test_packs import OWN, asked
from tests.command_line import Lif, strict
from tests.stores import ask

ROOT = Path(__file__).parents[2]
KIND = re.compile(r'output\.warn\(\s*"([^"]+)"')
FULL = Path("/dev/full")


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LIF_DB", "sqlite:lif-demo.db")


def warnings(text: str) -> dict[str, dict[str, Any]]:
    """Return the warnings on standard error by their kinds: each line is strict JSON."""
    lines = [strict(line) for line in text.splitlines()]
    for line in lines:
        assert ["type", "title", "detail"] == list(line)[:3]
    return {
        line["type"].removeprefix(WARNING_TYPES): line
        for line in lines
        if line["type"].startswith(WARNING_TYPES)
    }


def test_each_kind_of_warning_is_in_the_reference_and_given_somewhere() -> None:
    rows = re.findall(r"^\| `([\w-]+)` \|", _section("## Warnings"), re.M)
    files = (ROOT / "src/lif_adapters/cli").glob("*.py")
    given = {kind for file in files for kind in KIND.findall(file.read_text("utf-8"))}

    assert list(WARNINGS) == rows
    assert set(WARNINGS) == given


def _section(heading: str) -> str:
    page = (ROOT / "docs/reference/cli.md").read_text("utf-8")
    return page[page.index(heading) :].split("\n## ")[0]


def test_what_is_odd_about_a_store_is_json_where_json_is_asked_for(lif: Lif) -> None:
    """A pack that is another now, and tables that are not as they are made; each command says it
    as it says the rest.
    """
    pack = Path("northshire.toml")
    pack.write_text(OWN, "utf-8")
    lif("record", asked(Path(), "nscp/1"), "--create", "--pack", str(pack))
    pack.write_text(f"small_counts = 3\n{OWN}", "utf-8")
    ask(Path("lif-demo.db"), "DROP TRIGGER entries_are_never_removed")
    for words in ("log", "view accountability", "framework recorded", "knew 1"):
        text = lif(*words.split(), "--pack", str(pack))
        told = lif(*words.split(), "--pack", str(pack), "--format", "json")
        by_kind = warnings(told.err)

        assert (text.code, {"pack", "store"}) == (told.code, set(by_kind))
        assert ("northshire", "other", 1) == tuple(
            by_kind["pack"][name] for name in ("pack", "status", "position")
        )
        assert sorted(text.err.splitlines()) == sorted(e["detail"] for e in by_kind.values())


def test_what_a_decision_leads_to_is_json_where_json_is_asked_for(lif: Lif) -> None:
    lif("demo")
    check = """--recommendation wscb/r-2 --check c-9 --passed no --note Asked --documents Minutes
    --by "B. Manager, board manager, wscb" --on 2019-07-01"""
    ran = lif("record", "CheckRecommendation", *shlex.split(check), "--format", "json")
    by_kind = warnings(ran.err)

    assert (0, {"decision", "policies"}) == (ran.code, set(by_kind))
    assert ("note", "recommendation-wscb/r-2") == (
        by_kind["decision"]["code"],
        by_kind["decision"]["stream"],
    )
    assert "it is a note, which verifies nothing" in by_kind["decision"]["detail"]


def test_figures_of_more_than_is_shown_are_told_as_json_beside_json(lif: Lif) -> None:
    lif("demo")
    words = ("view", "recommendations", "--body", "wscb")
    by_kind = warnings(lif(*words, "--format", "json").err)

    assert {"selection"} == set(by_kind)
    assert by_kind["selection"]["left_out"] > 0
    assert by_kind["selection"]["detail"] == lif(*words, "--format", "csv").err.rstrip("\n")


@pytest.mark.skipif(not FULL.exists(), reason="a device of Linux")
def test_that_nothing_was_written_is_a_problem_where_json_is_asked_for() -> None:
    for place in ("> /dev/full", ">&-"):
        line = f"{shlex.join([*LIF, 'rules', '--format', 'json'])} {place}"
        ran = subprocess.run(["sh", "-c", line], check=False, capture_output=True, text=True)

        assert (1, "urn:lif:problem:not-written") == (ran.returncode, strict(ran.stderr)["type"])
