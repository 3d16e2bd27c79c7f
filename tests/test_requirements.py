"""Each thing that the framework asks for is carried by something that exists, and proved."""

import ast
import re
from functools import cache
from pathlib import Path

import attrs
import pytest

from lif_core.framework import Framework
from lif_core.log.registry import Registry
from lif_core.policies.shipped import DAY_POLICIES, POLICIES
from lif_core.views import PROJECTIONS
from tests import reference

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "reference" / "requirements.md"
ROW = re.compile(r"^\| (\d+) \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
CODE = re.compile(r"`([^`]+)`")
ROWS = {int(n): (asked, by, proof) for n, asked, by, proof in ROW.findall(PAGE.read_text("utf-8"))}


@cache
def carriers() -> frozenset[str]:
    """What a row may name: commands, events, rules, views, policies, parts of a pack."""
    registry = Registry()
    return frozenset(
        {
            *registry.commands,
            *registry.events,
            *reference.rules(),
            *(f"view {name}" for name in PROJECTIONS),
            *(f"policy {policy.name}" for policy in POLICIES),
            *(f"policy {policy.name}" for policy in DAY_POLICIES),
            *(f"pack {name}" for name in attrs.fields_dict(Framework)),
            "lif why",
            "Personal",
        }
    )


@cache
def functions_of(file: str) -> frozenset[str]:
    path = ROOT / file
    if not path.is_file():
        return frozenset()
    tree = ast.parse(path.read_text("utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_every_requirement_has_its_row_and_no_other() -> None:
    """1 to 54, each once."""
    numbers = [int(n) for n, *_ in ROW.findall(PAGE.read_text("utf-8"))]

    assert list(range(1, 55)) == numbers


@pytest.mark.parametrize("number", sorted(ROWS))
def test_what_carries_it_exists(number: int) -> None:
    named = CODE.findall(ROWS[number][1])

    assert named
    assert [] == [name for name in named if name not in carriers()]


@pytest.mark.parametrize("number", sorted(ROWS))
def test_what_proves_it_exists(number: int) -> None:
    proofs = CODE.findall(ROWS[number][2])

    assert proofs
    for proof in proofs:
        file, _, name = proof.partition("::")
        assert name in functions_of(f"tests/{file}"), proof
