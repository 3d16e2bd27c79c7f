"""Each warning that a decision may bear says what it means."""

import ast
from collections.abc import Iterator
from pathlib import Path

from lif_core import aggregates
from lif_core.decisions.warnings import WARNINGS, warnings_of
from tests.improvement_events import embedded

ROOT = Path(aggregates.__file__).parent


def given() -> Iterator[str]:
    """Yield the codes that the rules give: keys of what is lacking, and members of a tuple."""
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Assign(
                    targets=[ast.Name(id="warnings" | "lacking")], value=ast.Dict() as codes
                ):
                    yield from _texts(*filter(None, codes.keys))
                case ast.Assign(targets=[ast.Name(id="warnings")], value=value):
                    yield from _texts(value)
                case ast.FunctionDef(name=name) if name.startswith("warnings_of"):
                    yield from _texts(*(n for n in ast.walk(node) if isinstance(n, ast.Return)))


def _texts(*nodes: ast.AST) -> Iterator[str]:
    for tree in nodes:
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def test_every_warning_that_is_given_says_what_it_means() -> None:
    assert set(WARNINGS) == set(given())


def test_an_event_that_cannot_bear_any_has_none() -> None:
    assert {} == warnings_of(embedded())
