"""The pattern of a map: a regular expression that ends, whatever stands in a cell.

A pattern of nested repeats takes longer than anybody waits on a cell that nearly matches it, and
Python's own `re` cannot be stopped. `regex` (Apache 2.0) reads the same patterns within a time.
"""

import re
from collections.abc import Mapping
from math import prod
from typing import Any

from attrs import frozen

from lif_core.errors import MalformedError, MissingExtraError

LENGTH = 1_000
REPEATS = 100_000
"""A pattern has at most so many characters; its least numbers of repeats have such a product."""
CELL = 1_000_000
"""A cell of more characters is read by no pattern."""
SECONDS = 2.0
"""Each cell is read by a pattern within this time of the processor."""
_REPEATED = re.compile(r"\{(\d+)[,}]")


class EndlessPatternError(MalformedError):
    """A pattern that does not end in time; it would not on the next row either."""


@frozen
class CellPattern:
    """A pattern, compiled, with what replaces it: *by*."""

    text: str
    _pattern: Any
    by: str = ""

    @classmethod
    def of(cls, text: str, by: str = "") -> "CellPattern":
        """Return the pattern of a *text*.

        Raises:
            MalformedError: it is none, or too large.
            MissingExtraError: what reads it is not installed.
        """
        try:
            import regex
        except ModuleNotFoundError as error:
            problem = "patterns need regex: pip install 'lif-ledger[import]'"
            raise MissingExtraError(problem) from error
        if len(text) > LENGTH:
            raise MalformedError("pattern", f"{len(text):,} characters; at most {LENGTH:,}")
        if prod(int(least) or 1 for least in _REPEATED.findall(text)) > REPEATS:
            raise MalformedError("pattern", f"repeats more than {REPEATS:,} times; split it")
        try:
            re.compile(text)
            pattern = regex.compile(text)
        except (re.error, regex.error, OverflowError) as error:
            raise MalformedError("pattern", str(error)) from error
        except RecursionError as error:
            raise MalformedError("pattern", "nested too deeply") from error
        try:
            pattern.sub(by, "")
            re.compile(text).sub(by, "")
        except (re.error, regex.error, IndexError) as error:
            raise MalformedError("by", str(error)) from error
        return cls(text, pattern, by)

    @property
    def groups(self) -> tuple[str, ...]:
        """Return the names of its groups."""
        return tuple(self._pattern.groupindex)

    def parts(self, column: str, cell: str) -> Mapping[str, str] | None:
        """Return the parts of a *cell* by the names of the groups, if the pattern matches all of
        it.

        Raises:
            MalformedError: naming the *column*, where it takes too long.
        """
        self._refuse_long(column, cell)
        try:
            match = self._pattern.fullmatch(cell, timeout=SECONDS)
        except TimeoutError as error:
            raise self._endless(column) from error
        return None if match is None else {k: v or "" for k, v in match.groupdict().items()}

    def replaced(self, column: str, cell: str) -> str:
        """Return a *cell* in which what the pattern matches is replaced.

        Raises:
            MalformedError: naming the *column*, where it takes too long.
        """
        self._refuse_long(column, cell)
        try:
            text: str = self._pattern.sub(self.by, cell, timeout=SECONDS)
        except TimeoutError as error:
            raise self._endless(column) from error
        return text

    def _refuse_long(self, column: str, cell: str) -> None:
        if len(cell) > CELL:
            problem = f"{len(cell):,} characters; a pattern reads {CELL:,} at most"
            raise MalformedError(column, problem)

    def _endless(self, column: str) -> EndlessPatternError:
        problem = f"the pattern {self.text!r} does not end within {SECONDS:.0f} s; make it simpler"
        return EndlessPatternError(column, problem)
