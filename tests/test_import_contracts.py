"""A contract about imports that nothing can break says nothing: each is broken here on purpose.

What is planted follows from the contracts as pyproject.toml states them, so that a new contract,
or a new folder, is tried the day it is made.
"""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
NEW = "a_new_module"
CONTRACTS: Mapping[str, Mapping[str, Any]] = {
    contract["name"]: contract
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"][
        "importlinter"
    ]["contracts"]
}
EXCEPTIONS: Mapping[str, frozenset[str]] = {  # the folders in which a new module may do it
    "The engine is met where a log is kept, and tested": frozenset(
        {"lif_core.log", "lif_core.testing"}
    ),
}


def of_type(kind: str) -> list[str]:
    return [name for name, contract in CONTRACTS.items() if contract["type"] == kind]


def folder(module: str) -> Path:
    return ROOT / "src" / module.replace(".", "/")


def packages(root: str) -> Iterator[str]:
    """Yield the package *root* and those in it."""
    for file in sorted(folder(root).rglob("__init__.py")):
        yield ".".join(file.parent.relative_to(ROOT / "src").parts)


def broken_by(imports: Iterable[tuple[str, str]], where: Path) -> dict[str, str]:
    """Return what lint-imports says of each contract that is broken by *imports*.

    Each is of one module by another. Where the first is a package, a new module in it imports the
    other. The source is copied to the folder *where*.
    """
    shutil.copytree(ROOT / "src", where / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", where)
    for importer, imported in imports:
        path = where / folder(importer).relative_to(ROOT)
        file = path / f"{NEW}.py" if path.is_dir() else path.with_suffix(".py")
        with file.open("a", encoding="utf-8") as source:
            source.write(f"\nimport {imported}\n")
    lint = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"],
        cwd=where,
        env={**os.environ, "PYTHONPATH": str(where / "src"), "COLUMNS": "500"},
        capture_output=True,
        text=True,
        check=False,
    )
    _, _, report = lint.stdout.partition("Broken contracts\n")
    titles = "|".join(map(re.escape, CONTRACTS))
    parts = re.split(rf"^({titles})\n-+$", report, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def importers(broken: str, imported: str) -> set[str]:
    """Return the packages whose new module is told off for importing *imported*."""
    parts = re.split(r"^\S+ is not allowed to import (\S+):$", broken, flags=re.MULTILINE)
    pairs = zip(parts[1::2], parts[2::2], strict=True)
    chains = "".join(text for name, text in pairs if name == imported)
    return set(re.findall(rf"(?<![\w.])(?<!-> )([\w.]+)\.{NEW}\b", chains))


# A module that imports from the layer above it


def upward(contract: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each module of a layer, and each of the layer above it."""
    (container,) = contract["containers"]
    layers = [re.split(r"\s*[|:]\s*", layer.strip("()")) for layer in contract["layers"]]
    for above, below in pairwise(layers):
        for lower, upper in product(below, above):
            yield f"{container}.{lower}", f"{container}.{upper}"


@pytest.fixture(scope="module")
def turned_over(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What is broken where each layer imports the one above it."""
    imports = [pair for name in of_type("layers") for pair in upward(CONTRACTS[name])]
    return broken_by(imports, tmp_path_factory.mktemp("upward"))


@pytest.mark.parametrize("name", of_type("layers"))
def test_no_layer_imports_the_one_above_it(name: str, turned_over: dict[str, str]) -> None:
    broken = turned_over[name]
    unseen = [
        (lower, upper)
        for lower, upper in upward(CONTRACTS[name])
        if f"{lower} is not allowed to import {upper}:" not in broken
    ]

    assert [] == unseen


# A new module in each folder, which imports all that it may not


def unwanted() -> Iterator[tuple[str, str]]:
    for name in of_type("forbidden"):
        for package, imported in product(sources(name), CONTRACTS[name]["forbidden_modules"]):
            yield package, imported
    for name in of_type("independence"):
        parent = independent(name)
        for package in packages(parent):
            yield package, first_of(parent) if package == parent else f"{parent}.{NEW}"
    for name in of_type("layers"):
        yield CONTRACTS[name]["containers"][0], "abc"


def sources(name: str) -> list[str]:
    return [package for root in CONTRACTS[name]["source_modules"] for package in packages(root)]


def independent(name: str) -> str:
    """The package whose modules do not know each other: all of them, as a wildcard says."""
    (modules,) = CONTRACTS[name]["modules"]
    assert modules.endswith(".*")
    return str(modules.removesuffix(".*"))


def first_of(package: str) -> str:
    return min(other for other in packages(package) if other != package)


@pytest.fixture(scope="module")
def overgrown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What is broken where there is a new module in each folder."""
    return broken_by(unwanted(), tmp_path_factory.mktemp("new"))


@pytest.mark.parametrize("name", of_type("layers"))
def test_a_new_module_must_be_given_its_place(name: str, overgrown: dict[str, str]) -> None:
    (container,) = CONTRACTS[name]["containers"]

    assert f"- {container}.{NEW}\n" in overgrown[name]


@pytest.mark.parametrize("name", of_type("forbidden"))
def test_what_is_forbidden_is_seen_in_a_new_module_of_any_folder(
    name: str, overgrown: dict[str, str]
) -> None:
    """But for the folders that may do it, of which there are no more than stand here."""
    expected = {package for package in sources(name) if package not in EXCEPTIONS.get(name, ())}

    for imported in CONTRACTS[name]["forbidden_modules"]:
        assert expected == importers(overgrown[name], imported)


@pytest.mark.parametrize("name", of_type("independence"))
def test_a_new_module_knows_none_beside_it_and_none_knows_it(
    name: str, overgrown: dict[str, str]
) -> None:
    parent = independent(name)

    assert parent in importers(overgrown[name], first_of(parent))
    assert {*packages(parent)} - {parent} == importers(overgrown[name], f"{parent}.{NEW}")


def test_a_contract_is_of_a_kind_that_is_broken_here() -> None:
    kinds = {contract["type"] for contract in CONTRACTS.values()}

    assert {"layers", "forbidden", "independence"} == kinds
    assert all(CONTRACTS[name]["exhaustive"] for name in of_type("layers"))
