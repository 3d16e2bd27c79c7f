"""A file of requests, read: JSON Lines, or objects over several lines."""

import re
import sys
from collections import Counter, deque
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import attrs
from attrs import frozen

from lif_core.errors import LifError, MalformedError
from lif_core.log.mapper import LifMapper
from lif_core.log.requests import Request, digest, load

LINE_BYTES = 4_000_000
_TOKENS = re.compile(rb'"(?:[^"\\]|\\.)*("|$)|[][{}]')


@frozen
class Line:
    """The request that begins on line *number* of a file, or the error that it is."""

    number: int
    request: Request | LifError


def read_lines(file: Path, mapper: LifMapper) -> Iterator[Line]:
    """Yield the requests of *file*; those without a command id get one from what they say.

    An object may go on over lines that do not begin with `{`.
    """
    seen: Counter[bytes] = Counter()
    lines = _PendingLines(_raw_lines(file))
    for number, text in lines:
        if isinstance(text, LifError):
            yield Line(number, text)
        elif text.strip():
            try:
                yield Line(number, _identified(_loaded(text, lines, mapper), mapper, seen))
            except MalformedError as error:
                yield Line(number, error)


class _PendingLines:
    """The lines of a file, the next of which can be looked at."""

    def __init__(self, lines: Iterator[tuple[int, bytes | LifError]]) -> None:
        self._lines = lines
        self._next: deque[tuple[int, bytes | LifError]] = deque()

    def __iter__(self) -> Iterator[tuple[int, bytes | LifError]]:
        while self._next or self._look():
            yield self._next.popleft()

    def _look(self) -> bool:
        self._next.extend(line for line in [next(self._lines, None)] if line is not None)
        return bool(self._next)

    def continuation(self) -> bytes | None:
        """Return the next line, taken, where an object may go on with it."""
        if not self._next and not self._look():
            return None
        text = self._next[0][1]
        if isinstance(text, LifError) or text.startswith(b"{"):
            return None
        self._next.popleft()
        return text


def _loaded(text: bytes, lines: _PendingLines, mapper: LifMapper) -> Request:
    """Return the request that *text* begins; it takes as many more *lines* as its object has."""
    try:
        return load(text, mapper)
    except MalformedError:
        depth = _depth(text)
        if not text.startswith(b"{") or depth <= 0:
            raise
        whole = [text]
        size = len(text)
        while depth > 0 and size <= LINE_BYTES and (more := lines.continuation()) is not None:
            whole.append(more)
            size += len(more)
            depth += _depth(more)
        if len(whole) == 1 or size > LINE_BYTES:
            raise
    return load(b"".join(whole), mapper)


def _depth(text: bytes) -> int:
    """Return how many more objects and lists begin in *text* than end."""
    brackets = [match[0] for match in _TOKENS.finditer(text) if match[0][:1] != b'"']
    begun = sum(each in (b"{", b"[") for each in brackets)
    return 2 * begun - len(brackets)


def _identified(request: Request, mapper: LifMapper, seen: Counter[bytes]) -> Request:
    """Return *request* with a command id.

    The same line in another run of the file has the same id; a second such line has another one.
    """
    if request.command_id is not None:
        return request
    content = digest(request.command, mapper)
    seen[content] += 1
    return attrs.evolve(request, command_id=f"line-{content.hex()}-{seen[content]}")


def _raw_lines(file: Path) -> Iterator[tuple[int, bytes | LifError]]:
    if str(file) == "-":
        yield from _bounded(sys.stdin.buffer)
        return
    try:
        with file.open("rb") as stream:
            yield from _bounded(stream)
    except OSError as error:
        raise MalformedError(str(file), error.strerror or str(error)) from error


def _bounded(stream: IO[bytes]) -> Iterator[tuple[int, bytes | LifError]]:
    """Yield the lines, but for those that are too long: they are never held in memory."""
    number = 0
    while text := stream.readline(LINE_BYTES + 1):
        number += 1
        if number == 1:
            text = text.removeprefix(b"\xef\xbb\xbf")
        if len(text) <= LINE_BYTES:
            yield number, text
            continue
        while text and not text.endswith(b"\n"):
            text = stream.readline(LINE_BYTES)
        yield number, MalformedError("", f"longer than {LINE_BYTES:,} bytes")
