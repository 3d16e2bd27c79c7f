"""What a figure means, in the words of the class of its rows: said once, there."""

import inspect
import re
from collections.abc import Iterator
from typing import Any

EMPTY = "–"

_EMPHASISED = re.compile(r"\*[a-z_]+\*")
_MARKED = re.compile(r"\*([^*\s][^*]*)\*|`([^`]+)`")


def definition(thing: Any) -> str:
    """The docstring of *thing* as one paragraph; what is `None` there is shown as a dash,
    and the names of columns as they stand above them.
    """
    text = " ".join(inspect.cleandoc(thing.__doc__ or "").split()).replace("`None`", f"`{EMPTY}`")
    return _EMPHASISED.sub(lambda name: name[0].replace("_", " "), text)


def pieces(text: str) -> Iterator[tuple[str, str]]:
    """*text* in pieces, each with the element that it is: `em`, `code`, or none."""
    at = 0
    for found in _MARKED.finditer(text):
        yield "", text[at : found.start()]
        yield ("em", found[1]) if found[1] else ("code", found[2])
        at = found.end()
    yield "", text[at:]
