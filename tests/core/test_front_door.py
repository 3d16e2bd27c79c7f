"""`lif_core` and `lif_adapters` at their front door: every name, and nothing before it is used."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import lif_adapters
import lif_core
from lif_adapters.wiring import connect

ROOM = 32
"""So many names a newcomer can look through."""


def loaded_by(code: str) -> set[str]:
    """Return the modules that a new process has loaded once it has run *code*."""
    script = f"import json, sys\n{code}\nprint(json.dumps(sorted(sys.modules)))"
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(json.loads(result.stdout.splitlines()[-1]))


def test_every_name_leads_somewhere() -> None:
    assert len(lif_core.__all__) <= ROOM
    for name in lif_core.__all__:
        assert getattr(lif_core, name) is getattr(lif_core, name)
        assert name in dir(lif_core)


def test_type_checkers_are_told_the_names_that_there_are() -> None:
    """The imports that only they see give each name the object that a program gets."""
    tree = ast.parse(Path(str(lif_core.__file__)).read_text("utf-8"))
    (checked,) = [node.body for node in tree.body if isinstance(node, ast.If)]
    homes = {
        alias.asname or alias.name: (statement.module, alias.name)
        for statement in checked
        if isinstance(statement, ast.ImportFrom)
        for alias in statement.names
    }

    assert sorted(homes) == sorted(lif_core.__all__)
    for name, (module, there) in homes.items():
        assert getattr(lif_core, name) is getattr(sys.modules[str(module)], there)


def test_what_is_not_there_is_not_there() -> None:
    for package in (lif_core, lif_adapters):
        with pytest.raises(AttributeError, match="no attribute 'nothing'"):
            package.nothing  # noqa: B018


def test_importing_the_front_door_loads_nothing_else() -> None:
    """Neither the engine nor the aggregates, nor any other module of ours."""
    modules = loaded_by("import lif_core")

    assert "lif_core" in modules
    assert [] == [
        name
        for name in modules
        if name.split(".")[0] in ("attrs", "eventsourcing", "holidays", "msgspec", "lif_adapters")
        or name.startswith("lif_core.")
    ]


def test_a_name_loads_only_what_it_needs() -> None:
    modules = loaded_by("from lif_core import RefusedError, Authority")

    assert "eventsourcing" not in modules
    assert "lif_core.aggregates" not in modules


def test_a_store_is_opened_from_the_front_door_of_the_adapters() -> None:
    assert lif_adapters.connect is connect
    assert "connect" in dir(lif_adapters)
    assert "lif_core" not in loaded_by("import lif_adapters")
