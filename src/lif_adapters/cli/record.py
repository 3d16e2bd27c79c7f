"""`lif record`: a file of commands, applied whole or, if asked, as far as it goes."""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import IO, Annotated

import attrs
from attrs import frozen
from cyclopts import Parameter

from lif_adapters.cli import output
from lif_adapters.cli.entries import write_recorded
from lif_adapters.cli.errors import PartlyDoneError
from lif_adapters.cli.options import Db, EnteredBy, Packs, TableOrJson, open_store, operator
from lif_adapters.cli.output import OutputFormat
from lif_adapters.problems import problem_line
from lif_core.commands.application import Application
from lif_core.decisions.record import Record
from lif_core.errors import LifError, MalformedError
from lif_core.log.mapper import LifMapper
from lif_core.log.requests import Request, dump, load

CHUNK = 500
LINE_BYTES = 4_000_000
SHOWN = 20


@frozen
class Line:
    """Line *number* of a file: the request on it, or the error that it is."""

    number: int
    request: Request | LifError


def record(
    file: Annotated[Path, Parameter(allow_leading_hyphen=True)],
    *,
    keep_going: Annotated[bool, Parameter(negative="")] = False,
    entered_by: EnteredBy = None,
    db: Db = None,
    pack: Packs = (),
    format: TableOrJson = OutputFormat.TABLE,  # noqa: A002  # the option's name
) -> None:
    """Decide the commands of a JSON Lines file, one an object, and record what they lead to.

    All are recorded or none, in one transaction. A line that was recorded before is not recorded
    again, so a file can be run again after an interruption.

    Args:
        file: The file; - reads standard input.
        keep_going: Record what can be recorded and list the lines that cannot.
        entered_by: Who enters this, kept with each entry; who decided stands in each command.
        db: Where.
        pack: More framework packs.
        format: json writes each entry on a line, as soon as it is durable.
    """
    if str(file) != "-" and not file.is_file():
        raise MalformedError(str(file), "there is no such file")
    with open_store(db, pack, create=True) as app:
        lines = read_lines(file, app.mapper)
        if keep_going:
            _record_each(app, file, lines, format, operator(entered_by))
        else:
            with output.progress("reading", None) as advance:
                read = [line for line in lines if advance(1) is None]
            _record_all(app, file, read, format, operator(entered_by))


def read_lines(file: Path, mapper: LifMapper) -> Iterator[Line]:
    """Yield the lines of *file*; those without a command id get one from what they say."""
    seen: Counter[bytes] = Counter()
    for number, text in _raw_lines(file):
        if isinstance(text, LifError):
            yield Line(number, text)
        elif text.strip():
            try:
                yield Line(number, _identified(load(text, mapper), mapper, seen))
            except MalformedError as error:
                yield Line(number, error)


def _identified(request: Request, mapper: LifMapper, seen: Counter[bytes]) -> Request:
    """Return *request* with a command id.

    The same line in another run of the file has the same id; a second such line has another one.
    """
    if request.command_id is not None:
        return request
    digest = sha256(dump(request.command, mapper)).digest()
    seen[digest] += 1
    return attrs.evolve(request, command_id=f"line-{digest.hex()[:32]}-{seen[digest]}")


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


def _record_all(
    app: Application,
    file: Path,
    lines: list[Line],
    format: OutputFormat,  # noqa: A002
    entered_by: str | None,
) -> None:
    """Record the *lines* in one transaction, and say what they came to."""
    if wrong := [line for line in lines if isinstance(line.request, LifError)]:
        for line in wrong[:SHOWN]:
            output.warn(f"{file}: line {line.number}: {line.request}")
        if len(wrong) > SHOWN:
            output.warn(f"{file}: and {len(wrong) - SHOWN} more lines")
        raise MalformedError("", f"{len(wrong)} of {len(lines)} lines are wrong; nothing recorded")
    requests = [line.request for line in lines if isinstance(line.request, Request)]
    (outcome,) = app.handle_each([requests], entered_by=entered_by)
    if isinstance(outcome, LifError):
        number = lines[outcome.at or 0].number
        output.warn(f"{file}: line {number}: {outcome}; nothing recorded")
        raise outcome
    write_recorded(app, outcome, format)
    if format is OutputFormat.TABLE:
        output.say(f"{file}: {len(lines)} commands, {len(outcome)} entries on record")


def _record_each(
    app: Application,
    file: Path,
    lines: Iterator[Line],
    format: OutputFormat,  # noqa: A002
    entered_by: str | None,
) -> None:
    """Record what can be recorded, and list the *lines* that cannot."""
    done = left_out = entries = 0
    with output.progress("recording", None) as advance:
        while chunk := list(islice(lines, CHUNK)):
            for line, outcome in _outcomes(app, chunk, entered_by):
                if isinstance(outcome, LifError):
                    left_out += 1
                    output.warn(
                        f"{file}: line {line.number}: {problem_line(outcome, app.catalogue)}"
                    )
                else:
                    done += 1
                    entries += len(outcome)
                    write_recorded(app, outcome, format)
            advance(len(chunk))
    if format is OutputFormat.TABLE:
        output.say(f"{file}: {done} commands, {entries} entries on record")
    if left_out:
        raise PartlyDoneError(f"{left_out} of {done + left_out} lines were left out")


def _outcomes(
    app: Application, chunk: Sequence[Line], entered_by: str | None
) -> Iterator[tuple[Line, tuple[Record, ...] | LifError]]:
    requests = [line.request for line in chunk if isinstance(line.request, Request)]
    groups = [[request] for request in requests]
    outcomes = iter(app.handle_each(groups, entered_by=entered_by))
    for line in chunk:
        yield line, line.request if isinstance(line.request, LifError) else next(outcomes)
