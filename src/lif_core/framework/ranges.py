"""The range of a number in a pack: what is beyond it is a slip, and would turn a view's word."""

import re
from collections.abc import Mapping
from typing import Any

from attrs import frozen

from lif_core.errors import MalformedError

SHOWN = 40
MONTHS = 1_200
DAYS = 36_600
HOURS = 87_840
"""A hundred years; of hours, ten."""
HORIZON = 3_660
"""Ten years: nothing is watched for longer than that before it is said to have lasted."""
ENTRIES = 2_000
"""A list in a pack has at most so many entries."""
LEVELS = 32
"""Tables and lists of a pack are nested at most so deep."""
_TOKENS = re.compile(r"""(?P<part>[\w-]+|"[^"]*"|'[^']*'|[ \t]+)|.""")


@frozen
class Range:
    """The range of a whole number, from *low* to *high*, as the validator of a field."""

    low: int
    high: int

    def __call__(self, _: Any, attribute: Any, value: Any) -> None:
        """Refuse a *value* that is beyond it.

        Raises:
            MalformedError: naming the field.
        """
        if type(value) is not int or not self.low <= value <= self.high:
            text = repr(value) if len(str(value)) <= SHOWN else "this"
            problem = f"must be a whole number from {self.low:,} to {self.high:,}, not {text}"
            raise MalformedError(attribute.name, problem)


def refuse_long_keys(where: str, text: str) -> None:
    """Refuse a key of more parts than there are levels: reading it takes the square of them.

    Raises:
        MalformedError: naming the line.
    """
    for number, line in enumerate(text.splitlines(), start=1):
        if line.count(".") < LEVELS:
            continue
        parts = 0
        for token in _TOKENS.finditer(line):
            if token[0] == ".":
                parts += 1
            elif token.lastgroup is None:
                parts = 0
            if parts >= LEVELS:
                problem = f"a key of more than {LEVELS} parts (at line {number})"
                raise MalformedError(where, problem)


def refuse_unbounded(where: str, keys: Mapping[str, Any]) -> None:
    """Refuse a list of more than `ENTRIES` in the *keys* of a pack, or more than `LEVELS` of them.

    Raises:
        MalformedError: naming the key.
    """
    rest: list[tuple[str, Any, int]] = [("", keys, 0)]
    while rest:
        key, value, level = rest.pop()
        if level > LEVELS:
            raise MalformedError(where, "nested too deeply")
        if isinstance(value, dict):
            rest += [
                (f"{key}.{name}".lstrip("."), each, level + 1) for name, each in value.items()
            ]
        elif isinstance(value, list):
            if len(value) > ENTRIES:
                problem = f"{len(value):,} entries; a list has at most {ENTRIES:,}"
                raise MalformedError(f"{where}: {key}", problem)
            rest += [(f"{key}[{index}]", each, level + 1) for index, each in enumerate(value)]
