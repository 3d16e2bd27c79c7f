"""The help of a command by hand: who may decide it, and what each of its fields holds."""

import re
import shutil
import textwrap
from collections.abc import Iterator, Sequence
from inspect import cleandoc
from typing import Annotated, Any

from cyclopts import Parameter

from lif_adapters.cli import output
from lif_adapters.cli.field_options import option_name
from lif_adapters.cli.options import Board, Db, Packs, board_of, open_store
from lif_adapters.cli.references import References
from lif_adapters.forms import FieldKind, FormField, all_fields, short_form
from lif_core.decisions.messages import Command
from lif_core.errors import MissingStoreError
from lif_core.framework import Right
from lif_core.log.requests import command_named
from lif_core.queries.reader import Reader

WIDTH = 99
MARGIN = 6
TERMS = 40  # at most, of a list
_SENTENCE = re.compile(r"(?<=[.:])\s+(?=[A-Z*])|;\s+(?=\*)")
_EMPHASIS = re.compile(r"\*(\w+)\*")
_HOLDS = {
    FieldKind.LABEL: "TEXT",
    FieldKind.PROSE: "TEXT",
    FieldKind.DAY: "DAY",
    FieldKind.INSTANT: "INSTANT",
    FieldKind.NUMBER: "NUMBER",
    FieldKind.DECIMAL: "NUMBER",
    FieldKind.FLAG: "yes|no",
    FieldKind.JSON: "JSON",
}
_MEANS = {
    FieldKind.LABEL: "A name or a code, on one line.",
    FieldKind.PROSE: "A text, on one line or many.",
    FieldKind.DAY: "A day: 2018-01-25, 25/01/2018 or 25 January 2018.",
    FieldKind.INSTANT: "An instant with its zone: 2018-01-25T09:30:00+00:00.",
    FieldKind.NUMBER: "A whole number.",
    FieldKind.DECIMAL: "A number.",
}

DECISION = {
    "by": "Who decides: a person, in a role, for a body. Default: LIF_BY.",
    "on": "The day on which it takes effect, which may be long before it is recorded.",
}


def field_help(
    name: str,
    /,
    *_: Annotated[str, Parameter(allow_leading_hyphen=True, show=False)],
    board: Board = None,
    db: Db = None,
    pack: Packs = (),
) -> None:
    """Show the fields of the command *name*, as options of `lif record`.

    What is on a list of the framework is listed as the packs of the board have it.
    """
    try:
        app = open_store(db, pack)
    except MissingStoreError:
        app = open_store("memory:", pack)
    with app:
        references = References(app, board_of(board))
        cls = command_named(name, app.mapper)
        for line in help_lines(cls, app, references):
            output.say(line)


def help_lines(cls: type[Command], app: Reader, references: References) -> Iterator[str]:
    """Yield the lines of the help of a command."""
    fields = all_fields_of(cls)
    yield f"lif record {cls.__name__} --FIELD VALUE ..."
    yield ""
    for paragraph in cleandoc(cls.__doc__ or "").split("\n\n"):
        yield from _wrapped(_plain(paragraph), 0)
        yield ""
    yield from _wrapped(f"Decided by {_deciders(cls, app, references)}.", 0)
    page = _FieldPage(cls, references)
    for title, wanted in (("Needed", True), ("May be left out", False)):
        if group := [each for each in fields if each.required is wanted]:
            yield ""
            yield f"{title}:"
            for each in group:
                yield from page.lines(each)
    yield ""
    yield f"An example: lif new {cls.__name__}. Other options: lif record --help."
    yield "The first command of a new store needs --create."


def all_fields_of(cls: type[Command]) -> Sequence[FormField]:
    """Return the fields of a command, what it is about first, and who decides and when last."""
    kind: Any = cls
    fields = all_fields(kind)
    return [*(f for f in fields if f.name not in ("by", "on")), *fields[:2]]


class _FieldPage:
    """The lines about each field of a command."""

    def __init__(self, cls: type[Command], references: References) -> None:
        self._cls = cls
        self._references = references
        self._sentences = _SENTENCE.split(" ".join((cls.__doc__ or "").split()))[1:]
        self._listed: set[str] = set()

    def lines(self, field: FormField) -> Iterator[str]:
        yield f"  {option_name(field.name)} {holds(field)}"
        yield from _wrapped(" ".join(self._meaning(field)), MARGIN)
        yield from self._terms(field)
        for inner in (field.each or field).fields:
            path = option_name(f"{field.name}.{inner.name}")
            need = "" if inner.required else " (may be left out)"
            within = [f".{each.name.replace('_', '-')}" for each in (inner.each or inner).fields]
            value = f"and then {', '.join(within)}" if within else holds(inner)
            yield from _wrapped(f"{path} {value}{need}", MARGIN, hang=4)
            yield from self._terms(inner)

    def _meaning(self, field: FormField) -> Iterator[str]:
        if field.name in DECISION:
            yield DECISION[field.name]
        else:
            yield from self._sentences_of(field.name)
        yield from _kind_in_words(field, self._references)
        if field.each is not None:
            yield "Give it again for each."

    def _sentences_of(self, name: str) -> Iterator[str]:
        """Yield the sentences that are about the field *name*: those that begin with it, or else
        those that name it and begin with no other; the name itself is left out at the beginning.
        """
        named = [s for s in self._sentences if f"*{name}*" in s]
        begun = [s for s in named if s.startswith(f"*{name}*")]
        for sentence in begun or [s for s in named if not s.startswith("*")]:
            yield f"{_plain(sentence).rstrip('.')}."

    def _terms(self, field: FormField) -> Iterator[str]:
        """Yield what a list of the framework has, each on a line."""
        if field.listed is None:
            return
        if field.listed in self._listed:
            yield f"{' ' * (MARGIN + 2)}as above"
            return
        self._listed.add(field.listed)
        terms = self._references.terms(field.listed)
        width = max((len(term.code) for term in terms), default=0)
        of = ""
        for term in terms[:TERMS]:
            if term.of != of:
                of = term.of
                yield f"{' ' * (MARGIN + 2)}of {of}:"
            text = f"{term.code.ljust(width)}  {term.name}".rstrip()
            yield from _wrapped(text, MARGIN + 4, hang=width + 2)
        if len(terms) > TERMS:
            yield f"{' ' * (MARGIN + 4)}and {len(terms) - TERMS} more: lif framework show"


def holds(field: FormField) -> str:
    """Return what stands after the option of *field*, in capitals."""
    if field.each is not None:
        return f"{holds(field.each)} ..."
    if field.choices:
        return "|".join(str(each).replace(" ", "-") for each in field.words or field.choices)
    if field.fields:
        names = ", ".join(each.name.upper() for each in short_form(field))
        return f'"{names}"'
    if field.names is not None:
        return "STREAM" if field.names == "" else field.names.upper()
    return "CODE" if field.listed is not None else _HOLDS[field.kind]


def _kind_in_words(field: FormField, references: References) -> Iterator[str]:
    of = field.each or field
    board = references.board
    if of.names == "body":
        yield "A body: its reference, or a name that the framework gives it."
    elif of.names == "":
        yield f"A stream, such as review-{board or 'wscb'}/NAME."
    elif of.names is not None:
        alone = f"{board}/NAME, or NAME alone" if board else "BOARD/NAME, or NAME with --board"
        yield f"{_article(of.names)}: {alone}."
    elif of.kind in _MEANS and of.listed is None:
        yield _MEANS[of.kind]


def _article(category: str) -> str:
    words = category.replace("_", " ")
    return f"{'An' if words[0] in 'aei' else 'A'} {words}"


def _plain(text: str) -> str:
    words = " ".join(text.split())
    return _EMPHASIS.sub(lambda match: match[1].replace("_", "-"), words)


def _wrapped(text: str, margin: int, *, hang: int = 0) -> Iterator[str]:
    width = min(shutil.get_terminal_size((WIDTH, 0)).columns, WIDTH)
    indent = " " * margin
    yield from textwrap.wrap(
        text,
        max(width, 40),
        initial_indent=indent,
        subsequent_indent=indent + " " * hang,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _deciders(cls: type[Command], app: Reader, references: References) -> str:
    """Return who may decide it by the pack of the board, in words."""
    packs = references.packs or (app.frameworks.general,)
    rights = dict.fromkeys(app.frameworks.right(pack, cls.__name__, None) for pack in packs[:1])
    return "; ".join(map(_right, rights))


def _right(right: Right) -> str:
    whom = [*(_OF_ITS_BOARD.get(kind, kind) for kind in right.kinds), *right.bodies]
    if right.any_board and not whom:
        return "a party to it, for itself"
    words = ", ".join(whom or ["any body of its board"])
    words += ", of any board" if right.any_board else ""
    words += ", or one that it names" if right.named else ""
    words += ", or who began it" if right.opener else ""
    return words + (f", as {' or '.join(right.roles)}" if right.roles else "")


_OF_ITS_BOARD = {"board": "its board", "committee": "its committees", "agency": "its agencies"}
