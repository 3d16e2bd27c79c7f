"""The words of the source: a name for each thing, plain sentences, locals named by what they hold.

What is in `EMPTY`, `VAGUE` and `NO_VERB` is held to; the only exception is `PUBLIC`.
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
PUBLIC = {("lif_core/errors.py", "found")}  # beside *expected* it says what it is
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
)


@cache
def modules() -> dict[Path, ast.Module]:
    files = sorted(SOURCE.rglob("*.py"))
    return {file.relative_to(SOURCE): ast.parse(file.read_text("utf-8")) for file in files}


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


def opened_otherwise() -> list[str]:
    """Return the docstrings of functions that begin with no verb.

    A test of a contract that ships says what holds, in a sentence, and may begin with any word.
    """
    lines = []
    for file, module in modules().items():
        for node in functions(module):
            text = ast.get_docstring(node) or ""
            opening = re.match(r"\w+", text)
            if not text or node.name.startswith("test_"):
                continue
            if opening is None or NO_VERB.fullmatch(opening[0]):
                lines.append(f"{file}:{node.lineno} {text.splitlines()[0]}")
    return lines


def locals_of(node: Function) -> Iterator[tuple[int, str]]:
    """Yield the line and the name of each parameter and of each name that is bound."""
    for part in ast.walk(node):
        if isinstance(part, ast.arg):
            yield part.lineno, part.arg
        elif isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            yield part.lineno, part.id


def named_emptily() -> list[str]:
    return [
        f"{file}:{line} {name}"
        for file, module in modules().items()
        for line, name in sorted(
            {place for node in functions(module) for place in locals_of(node)}
        )
        if name in EMPTY and (str(file), name) not in PUBLIC
    ]


def named_vaguely() -> list[str]:
    return [str(file) for file in modules() if file.stem in VAGUE]


def terms() -> list[str]:
    """Return the words that the glossary explains; a row may explain several."""
    rows = re.findall(r"^\| (?!Word|---)(.+?) \|", GLOSSARY.read_text("utf-8"), re.MULTILINE)
    return [term.strip("*` ") for row in rows for term in row.split(",")]


def test_a_name_of_a_class_stands_for_one_thing() -> None:
    assert {} == {name: files for name, files in classes_by_name().items() if len(files) > 1}


def test_a_docstring_of_a_function_begins_with_what_it_does() -> None:
    assert [] == opened_otherwise()


def test_a_local_is_named_by_what_it_holds() -> None:
    assert [] == named_emptily()


def test_a_module_is_named_by_what_is_in_it() -> None:
    assert [] == named_vaguely()


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
