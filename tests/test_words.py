"""The words of the source: a name for each thing, plain sentences, locals named by what they hold.

`python -m tests.test_words` prints what is not yet so, by folder.
"""

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TypeAlias

import pytest

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src"
GLOSSARY = ROOT / "docs" / "explanation" / "glossary.md"

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef

# A docstring of a function begins with what it does, in the imperative: never with one of these
NO_VERB = re.compile(
    "a|about|after|against|all|also|an|another|any|as|at|before|between|both|"
    "by|each|either|every|for|from|how|if|in|into|it|its|many|neither|no|"
    "nobody|none|nor|not|nothing|of|on|one|only|or|other|our|over|own|past|"
    "such|that|the|their|these|they|this|those|through|to|two|under|until|up|"
    "we|what|when|where|whether|which|while|who|whoever|whole|whom|whose|why|"
    "with|without|yields|raises|returns",
    re.IGNORECASE,
)
# What a local holds, none of these says
EMPTY = frozenset({"found", "one", "told", "said", "asked", "kept", "own", "given", "made"})
# Names of modules that say nothing of what is in them
VAGUE = frozenset(
    ("at", "base", "behind", "common", "helpers", "manager", "plain", "service", "utils")
)
# Words that have a meaning of their own here: each is explained in the glossary
PRIVATE = (
    "figure",
    "follow",
    "framework",
    "ground",
    "group",
    "head",
    "hindsight",
    "item",
    "kind",
    "milestone",
    "pack",
    "part",
    "policy",
    "projection",
    "recorder",
    "regime",
    "replay",
    "right",
    "snapshot",
    "spell",
    "stream",
    "succession",
    "tenure",
    "tracking",
    "watch",
)

# What is not yet so. An entry that is no longer needed fails its test; none may be added.
TWICE: frozenset[str] = frozenset(  # names of classes
    (
        "AnnualReport",
        "Column",
        "Entry",
        "Explained",
        "Format",
        "Graded",
        "Origin",
        "Reading",
        "Scale",
        "Source",
        "Span",
        "Status",
        "Step",
        "Table",
        "Totals",
        "Views",
        "What",
    )
)
OPENED_OTHERWISE: dict[str, int] = {  # docstrings, by folder
    "lif_adapters": 16,
    "lif_adapters/cli": 58,
    "lif_adapters/importers": 7,
    "lif_adapters/report": 107,
    "lif_core/aggregates": 27,
    "lif_core/commands": 3,
    "lif_core/decisions": 8,
    "lif_core/framework": 20,
    "lif_core/items": 9,
    "lif_core/log": 9,
    "lif_core/policies": 14,
    "lif_core/queries": 32,
    "lif_core/statistics": 12,
    "lif_core/values": 11,
    "lif_core/views": 20,
}
NAMED_EMPTILY: dict[str, int] = {  # locals, by folder
    "lif_adapters": 10,
    "lif_adapters/cli": 81,
    "lif_adapters/importers": 6,
    "lif_adapters/report": 78,
    "lif_core": 1,
    "lif_core/aggregates": 8,
    "lif_core/commands": 3,
    "lif_core/decisions": 5,
    "lif_core/framework": 15,
    "lif_core/items": 6,
    "lif_core/log": 11,
    "lif_core/policies": 16,
    "lif_core/projection": 19,
    "lif_core/queries": 36,
    "lif_core/statistics": 4,
    "lif_core/values": 5,
    "lif_core/views": 30,
}
NAMED_VAGUELY: frozenset[str] = frozenset(
    ("lif_adapters/plain.py", "lif_adapters/report/behind.py")
)  # modules


@cache
def modules() -> dict[Path, ast.Module]:
    files = sorted(SOURCE.rglob("*.py"))
    return {file.relative_to(SOURCE): ast.parse(file.read_text("utf-8")) for file in files}


def folder(file: Path) -> str:
    """Return the package of *file*, or the one in it: `lif_core/views`."""
    return "/".join(file.parent.parts[:2])


def functions(module: ast.AST) -> Iterator[Function]:
    """Yield the functions that do something; a property is named and described as a thing."""
    for node in ast.walk(module):
        if isinstance(node, Function) and not any(
            ast.unparse(decorator).endswith("property") for decorator in node.decorator_list
        ):
            yield node


def classes_by_name() -> dict[str, list[str]]:
    files = defaultdict(list)
    for file, module in modules().items():
        for node in ast.walk(module):
            if isinstance(node, ast.ClassDef):
                files[node.name].append(str(file))
    return files


def opened_otherwise() -> dict[str, list[str]]:
    """Return the docstrings of functions that begin with no verb, by folder.

    A test of a contract that ships says what holds, in a sentence, and may begin with any word.
    """
    lines = defaultdict(list)
    for file, module in modules().items():
        for node in functions(module):
            text = ast.get_docstring(node) or ""
            opening = re.match(r"\w+", text)
            if not text or node.name.startswith("test_"):
                continue
            if opening is None or NO_VERB.fullmatch(opening[0]):
                lines[folder(file)].append(f"{file}:{node.lineno} {text.splitlines()[0]}")
    return lines


def locals_of(node: Function) -> Iterator[tuple[int, str]]:
    """Yield the line and the name of each parameter and of each name that is bound."""
    for part in ast.walk(node):
        if isinstance(part, ast.arg):
            yield part.lineno, part.arg
        elif isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            yield part.lineno, part.id


def named_emptily() -> dict[str, list[str]]:
    lines = defaultdict(list)
    for file, module in modules().items():
        places = {place for node in functions(module) for place in locals_of(node)}
        for line, name in sorted(places):
            if name in EMPTY:
                lines[folder(file)].append(f"{file}:{line} {name}")
    return lines


def named_vaguely() -> list[str]:
    return [str(file) for file in modules() if file.stem in VAGUE]


def terms() -> list[str]:
    """Return the words that the glossary explains; a row may explain several."""
    rows = re.findall(r"^\| (?!Word|---)(.+?) \|", GLOSSARY.read_text("utf-8"), re.MULTILINE)
    return [term.strip("*` ") for row in rows for term in row.split(",")]


def test_a_name_of_a_class_stands_for_one_thing() -> None:
    twice = {name for name, files in classes_by_name().items() if len(files) > 1}

    assert set(TWICE) == twice


def test_a_docstring_of_a_function_begins_with_what_it_does() -> None:
    assert [] == beyond(opened_otherwise(), OPENED_OTHERWISE)


def test_a_local_is_named_by_what_it_holds() -> None:
    assert [] == beyond(named_emptily(), NAMED_EMPTILY)


def test_a_module_is_named_by_what_is_in_it() -> None:
    assert sorted(NAMED_VAGUELY) == named_vaguely()


@pytest.mark.parametrize("word", PRIVATE)
def test_a_word_of_our_own_is_in_the_glossary(word: str) -> None:
    """And is still used, or else it need not be on the list."""
    assert word in terms()
    assert any(re.search(rf"\b{word}", text, re.IGNORECASE) for text in texts())


def test_the_glossary_explains_what_is_written_somewhere_else() -> None:
    """A word that nobody uses any more needs no explanation; none is explained twice."""
    words = terms()
    unused = [
        word
        for word in words
        if not any(
            re.search(rf"\b{word.replace(' ', '[ _]?')}", text, re.IGNORECASE) for text in texts()
        )
    ]

    assert [] == unused
    assert [] == [word for word, count in Counter(words).items() if count > 1]


@cache
def texts() -> tuple[str, ...]:
    """Return the source and the pages, but for the glossary and what was decided in the past."""
    pages = [
        page
        for page in (ROOT / "docs").rglob("*.md")
        if page != GLOSSARY and page.parent.name != "decisions"
    ]
    return tuple(file.read_text("utf-8") for file in [*SOURCE.rglob("*.py"), *pages])


def beyond(lines: dict[str, list[str]], allowed: dict[str, int]) -> list[str]:
    """Return what is in a folder beyond what is *allowed* there, and what need not be allowed."""
    more = [
        line for name in lines if len(lines[name]) > allowed.get(name, 0) for line in lines[name]
    ]
    return [*more, *(f"{name} needs no exception" for name in allowed if name not in lines)]


if __name__ == "__main__":
    print("TWICE", sorted(name for name, files in classes_by_name().items() if len(files) > 1))
    for title, lines in (
        ("OPENED_OTHERWISE", opened_otherwise()),
        ("NAMED_EMPTILY", named_emptily()),
    ):
        print(title, {name: len(lines[name]) for name in sorted(lines)})
    print("NAMED_VAGUELY", named_vaguely())
