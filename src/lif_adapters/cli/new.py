"""`lif new`: a filled example of a command, to be edited."""

import json
import re
import shlex
from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from lif_adapters.cli import output
from lif_adapters.cli.field_options import option_name
from lif_adapters.cli.options import Board, board_of, frameworks_of
from lif_adapters.extensions import catalogue
from lif_adapters.forms import FieldKind, FormField, all_fields, short_form
from lif_core.aggregates.body import BodyRegistered, RegisterBody
from lif_core.log.mapper import LifMapper
from lif_core.log.requests import JSON, command_named

NUMBERED = "~"
_WORD = re.compile(r"\w+")


def new(
    name: str,
    /,
    *,
    as_: Annotated[
        Literal["json", "options"],
        Parameter(name="--as", help="json for a file, or options for a line of `lif record`."),
    ] = "json",
    board: Board = None,
) -> None:
    """Print a filled example of a command, to be edited and given to `lif record`.

    Args:
        name: The command, such as IssueRecommendation.
        as_: How.
        board: The board that would decide it, such as wsab. Default: LIF_BOARD.
    """
    mapper = LifMapper(catalogue().registry)
    cls: Any = command_named(name, mapper)
    asker = board_of(board)
    example = example_of(cls, asker)
    others = _boards_in(example) - {asker}
    if asker is not None and others:
        names = " and ".join(sorted(others))
        help_of = f"`lif record {name} --help --board {asker}` shows what its framework allows"
        output.tell(f"no example of {asker} alone is known; this one names {names}: {help_of}")
    if as_ == "json":
        output.write_json(example)
        return
    output.say(options_of(cls, example))


def options_of(cls: Any, command: JSON) -> str:
    """Return the line of `lif record` for a *command* in JSON, on several lines of a shell."""
    lines = [f"lif record {cls.__name__}", *_options(all_fields(cls), command)]
    return " \\\n    ".join(lines)


def example_of(cls: Any, board: str | None = None) -> dict[str, JSON]:
    """Return an example of a command: out of a history in which it was taken, where there is one,
    or else one made from its types.

    It is the fullest of those that are of the *board*, where there are such, and of one board
    alone rather than of two.
    """
    decided = [each for each in _decided() if each["command"] == cls.__name__]
    fields = all_fields(cls)
    if not decided:
        return {"command": cls.__name__, **_made(fields, board or "wscb")}

    def fitness(command: JSON) -> tuple[bool, bool, bool, int]:
        boards = _boards_in(command)
        is_of_board = board is None or boards <= {board}
        return is_of_board, board in boards, len(boards) <= 1, len(command)

    taken = max(decided, key=fitness)
    members = {field.name: _first(taken[field.name]) for field in fields if field.name in taken}
    return {"command": cls.__name__, **members}


@cache
def _decided() -> list[dict[str, JSON]]:
    """Return what boards decide in the history of the tests."""
    from lif_core.testing.catalogue import everything  # only now: it is all that they decide

    return everything()


def _boards_in(command: JSON) -> frozenset[str]:
    """Return the boards that a *command* names, of those that the packs have."""
    return _boards().intersection(_WORD.findall(json.dumps(command)))


@cache
def _boards() -> frozenset[str]:
    packs = frameworks_of(()).packs
    return frozenset(name for pack in packs for name in pack.governs if pack.has_board(name))


def _first(value: JSON) -> JSON:
    """Return *value* as it is the first time that it is decided, without a number."""
    if isinstance(value, str):
        return value.replace(NUMBERED, "")
    if isinstance(value, dict):
        return {key: _first(inner) for key, inner in value.items()}
    return [_first(inner) for inner in value] if isinstance(value, list | tuple) else value


def _made(fields: tuple[FormField, ...], board: str) -> dict[str, JSON]:
    return {field.name: _value(field, board) for field in fields if field.required}


def _value(field: FormField, board: str) -> JSON:
    if field.each is not None:
        return [_value(field.each, board)]
    if field.choices:
        return field.choices[0]
    if field.fields:
        return _made(field.fields, board) or _made(field.fields[:1], board)
    if field.kind is FieldKind.JSON:
        return _replacement()
    if field.names is not None:
        ref = board if field.names == "body" else f"{board}/1"
        return f"review-{ref}" if field.names == "" else ref
    return _VALUES.get(field.kind, f"the {field.name.replace('_', ' ')}")


_VALUES: dict[FieldKind, JSON] = {
    FieldKind.DAY: "2018-01-25",
    FieldKind.INSTANT: "2018-01-25T09:30:00+00:00",
    FieldKind.NUMBER: 1,
    FieldKind.DECIMAL: 1.5,
    FieldKind.FLAG: True,
}


def _replacement() -> JSON:
    """Return what an amendment puts in the place of the registration of a body."""
    event = example_of(RegisterBody)
    del event["command"]
    return {"name": f"{BodyRegistered.__name__}.v1", "event": event}


def _options(fields: tuple[FormField, ...], value: JSON, where: str = "") -> Iterator[str]:
    """Yield the option of each field that is in *value*, as a shell takes it."""
    for field in fields:
        if field.name in value:
            path = f"{where}{field.name}"
            each, inner = field.each or field, value[field.name]
            for item in inner if field.each is not None else [inner]:
                yield from _option(each, item, path)


def _option(field: FormField, value: JSON, path: str) -> Iterator[str]:
    if not isinstance(value, dict) or not field.fields:
        yield f"{option_name(path)} {shlex.quote(_text(field, value))}"
        return
    short = [each.name for each in short_form(field)]
    if short and list(value) == short and not any("," in str(each) for each in value.values()):
        text = ", ".join(map(str, value.values()))
        yield f"{option_name(path)} {shlex.quote(text)}"
        return
    yield from _options(field.fields, value, f"{path}.")


def _text(field: FormField, value: JSON) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return output.as_json_line(value)
    if field.words:
        return field.words[field.choices.index(value)]
    return str(value)
