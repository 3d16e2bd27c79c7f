"""The names of types for people, in the words of JSON, not of Python."""

import re
from collections.abc import Mapping
from datetime import date, datetime

NAMES: Mapping[str, str] = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "date": "a day, such as 2018-01-25",
    "datetime": "an instant, such as 2018-01-25T09:30:00Z",
    "array": "a list",
    "list": "a list",
    "tuple": "a list",
    "object": "an object",
    "dict": "an object",
    "null": "null",
    "NoneType": "null",
}
_QUOTED = re.compile(r"`([A-Za-z]+)`")
_BRIEF: Mapping[type, str] = {date: "a day", datetime: "an instant"}


def type_name(kind: type) -> str:
    """Return what a value of this *kind* is called: `text`, `a whole number`, `a list`."""
    return _BRIEF.get(kind) or NAMES.get(kind.__name__, kind.__name__)


def in_words(problem: str) -> str:
    """Return the *problem* that `msgspec` states, with its names of types in words."""
    words = _QUOTED.sub(lambda match: NAMES.get(match[1], match[0]), problem)
    return words[:1].lower() + words[1:]
