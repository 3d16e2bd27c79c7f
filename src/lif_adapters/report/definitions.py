"""Definitions of figures, taken from the docstrings of the classes of their rows."""

import inspect
import re
from collections.abc import Iterator
from typing import Any

from lif_adapters.report.wording import EMPTY

_EMPHASISED = re.compile(r"\*[a-z_]+\*")
_MARKED = re.compile(r"\*([^*\s][^*]*)\*|`([^`]+)`")


def definition(thing: Any) -> str:
    """Return the docstring of *thing* as one paragraph.

    A dash stands for `None`, and columns are named by the words of their fields.
    """
    text = " ".join(inspect.cleandoc(thing.__doc__ or "").split()).replace("`None`", f"`{EMPTY}`")
    return _EMPHASISED.sub(lambda name: name[0].replace("_", " "), text)


def pieces(text: str) -> Iterator[tuple[str, str]]:
    """Yield *text* in pieces, each after the element that it is: `em`, `code`, or none."""
    end = 0
    for mark in _MARKED.finditer(text):
        yield "", text[end : mark.start()]
        yield ("em", mark[1]) if mark[1] else ("code", mark[2])
        end = mark.end()
    yield "", text[end:]
