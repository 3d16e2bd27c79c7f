"""The structure of a checkout, in figures, to hold one against another.

`python -m tests.structure [CHECKOUT ...]`; without any, this one.
"""

import ast
import statistics
import sys
from collections import Counter
from pathlib import Path

from tests.test_words import EMPTY, NO_VERB, functions, locals_of


def structure(checkout: Path) -> dict[str, object]:
    """Return the figures of a *checkout*, by what they count."""
    core, sources = checkout / "src" / "lif_core", sorted((checkout / "src").rglob("*.py"))
    modules = {file: ast.parse(file.read_text("utf-8")) for file in sources}
    lines = {file: len(file.read_text("utf-8").splitlines()) for file in sources}
    classes = Counter(
        node.name
        for module in modules.values()
        for node in ast.walk(module)
        if isinstance(node, ast.ClassDef)
    )
    each = [function for module in modules.values() for function in functions(module)]
    plain = [function for function in each if not function.name.startswith("test_")]
    documented = [text for function in plain if (text := ast.get_docstring(function))]
    names = [name for function in each for _, name in locals_of(function)]
    tests = (checkout / "tests").rglob("*.py")
    return {
        "rooms at the top of lif_core": len({*rooms(core)}),
        "imports from one room to another": len(arrows(core, modules)),
        "class names used twice": sum(count > 1 for count in classes.values()),
        "docstrings of functions": len(documented),
        "of these, opening with no verb": sum(map(opens_otherwise, documented)),
        "locals and parameters": len(names),
        "of these, found, one, told and the like": sum(name in EMPTY for name in names),
        "modules": len(modules),
        "lines of the median module": statistics.median(lines.values()),
        "lines of the largest module": max(lines.values()),
        "lines of src": sum(lines.values()),
        "lines of tests": sum(len(file.read_text("utf-8").splitlines()) for file in tests),
    }


def rooms(core: Path) -> list[str]:
    """Return the names of the modules and folders at the top of the core."""
    entries = [entry for entry in core.iterdir() if not entry.name.startswith("_")]
    return [entry.stem for entry in entries if entry.is_dir() or entry.suffix == ".py"]


def arrows(core: Path, modules: dict[Path, ast.Module]) -> set[tuple[str, str]]:
    """Return the pairs of rooms of which the first imports from the second."""
    pairs = set()
    for file, module in modules.items():
        if not file.is_relative_to(core):
            continue
        importer = file.relative_to(core).parts[0].removesuffix(".py")
        for node in ast.walk(module):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("lif_core"):
                _, _, path = (node.module or "").partition(".")
                imported = [path.split(".")[0]] if path else [name.name for name in node.names]
                pairs |= {(importer, room) for room in imported if room != importer}
    return pairs


def opens_otherwise(docstring: str) -> bool:
    """Return whether a *docstring* opens with no verb."""
    word = docstring.split()[0].strip("*`,.;:")
    return not word or NO_VERB.fullmatch(word) is not None


if __name__ == "__main__":
    checkouts = [Path(name) for name in sys.argv[1:]] or [Path(__file__).parent.parent]
    figures = [structure(checkout) for checkout in checkouts]
    for count in figures[0]:
        print(f"{count:42}", *(f"{found[count]!s:>9}" for found in figures))
