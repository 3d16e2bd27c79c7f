"""The contract of a pack finds what it says it does, and the packs of `lif` are held to it."""

from importlib.resources import files
from pathlib import Path

import pytest

from lif_core.framework.loader import packs
from lif_core.testing.pack_contract import PackContract

TEXTS = {
    name: files("lif_core.framework").joinpath("packs", f"{name}.toml").read_text("utf-8")
    for name in packs()
}
EXAMPLES = Path(__file__).parents[3] / "examples"
TEXTS |= {file.stem: file.read_text("utf-8") for file in EXAMPLES.glob("*.toml")}
TEXTS = {name: text for name, text in TEXTS.items() if "\ngoverns = " in text}

GOOD = """
name = "ours"
title = "Our board"
governs = ["ours"]
in_force = 2020-01-01
until = 2024-01-01
bodies = [
    { ref = "ours", name = "Our board", kind = "board" },
    { ref = "ours/c", name = "Its committee", kind = "committee" },
]
channels = [{ code = "letter", name = "A letter" }]

[[rights]]
commands = ["OpenReview"]
bodies = ["ours/c"]

[[review_kinds]]
kind = "huddle"
name = "A huddle"

[[duties]]
name = "in time"
kinds = ["huddle"]
start = "opened"
stop = "report accepted"
months = 6
"""

FAULTS = (
    ('title = "Our board"', "titel = 'Our board'", "it_loads", "titel"),
    ('"OpenReview"', '"OpenTheReview"', "it_names_commands_and_events_that_there_are", "OpenThe"),
    ('bodies = ["ours/c"]', 'kinds = ["agency"]', "every_right_is_held_by_somebody", "agency"),
    (
        'name = "A huddle"',
        'name = "A huddle"\nin_force = 2024-03-01',
        "each_kind_of_review_can_begin",
        "never in force",
    ),
    (
        'bodies = ["ours/c"]',
        'kinds = ["agency"]',
        "each_kind_of_review_can_begin",
        "nobody may",
    ),
    ("months = 6", "months = 6\nin_force = 2024-03-01", "every_duty_can_start", "in time"),
    (
        'name = "A letter" }',
        'name = "A letter", until = 2019-06-30 }',
        "its_codes_are_used_on_some_day",
        "letter",
    ),
)
TESTS = [name for name in dir(PackContract) if name.startswith("test_")]


def run(pack: str, test: str) -> None:
    class Contract(PackContract):
        text = pack

    getattr(Contract(), test)()


@pytest.mark.parametrize(("line", "instead", "test", "problem"), FAULTS)
def test_a_pack_with_a_fault_fails_the_test_that_names_it(
    line: str, instead: str, test: str, problem: str
) -> None:
    assert line in GOOD
    with pytest.raises(Exception, match=problem):
        run(GOOD.replace(line, instead), f"test_{test}")


def test_every_test_of_the_contract_finds_a_fault() -> None:
    assert {f"test_{test}" for _, _, test, _ in FAULTS} == {*TESTS}


class TestThePackWithoutTheFaults(PackContract):
    text = GOOD


@pytest.mark.parametrize("test", TESTS)
@pytest.mark.parametrize("name", sorted(TEXTS))
def test_what_ships_keeps_the_contract(name: str, test: str) -> None:
    run(TEXTS[name], test)
