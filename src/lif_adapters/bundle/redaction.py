"""The redaction of what is handed over: by the types of fields, and by the names of other cases.

A text that may tell about a person is redacted unless the reader is granted the role for such
texts, whatever it says. What names another case is redacted from everybody.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from lif_adapters.json_values import json_value
from lif_core.decisions.corrections import EntryAmended, Replacement
from lif_core.decisions.messages import Event, UnknownEvent, event_name
from lif_core.decisions.record import Record
from lif_core.log.mapper import LifMapper
from lif_core.projection.tables import columns_of
from lif_core.queries.case import CaseHistory
from lif_core.queries.redaction import REDACTED, Redact, redacted
from lif_core.values.fields import Names, Personal, Prose, is_compound, marks_of, types_of
from lif_core.values.refs import ref_of, stream_of

ANOTHER = "[another case]"
"""The text that stands in the place of the name of another case."""

PERSONAL, ANOTHER_CASE = "personal text", "another case"
"""The grounds on which something is taken out."""

TELLING = 12
"""Words of so many characters, which are another case's, are looked for within texts as well."""

BODY = "body"
REFERENCES = frozenset({"reference", "first"})
"""Columns that hold a reference to a stream of one category or another."""
_TOKEN = re.compile(r"[^\s,;()\[\]<>\"'“”‘’]*/[^\s,;()\[\]<>\"'“”‘’]*")
_END = ".:!?"
_STEP = re.compile(r"\.\w+|\[\]")


class Redaction:
    """The gate through which every value of a *case* goes; it counts what it takes out.

    *personal*: whether the reader may read what may tell about a person. *taken_out* are the
    grounds and the fields of all that it took out, in their order; *bodies* are those named.
    """

    def __init__(self, case: CaseHistory, mapper: LifMapper, *, personal: bool) -> None:
        self._case = case
        self._mapper = mapper
        self._without_personal: Redact = (lambda value: value) if personal else redacted
        self.taken_out: list[tuple[str, str]] = []
        self.bodies: set[str] = set()
        subjects = mapper.registry.categories
        self._categories = {decider.subject: name for name, decider in subjects.items()}
        mine = {*case.streams, *map(ref_of, case.streams)}
        others = {*case.others, *(ref for ref in map(ref_of, case.others) if "/" in ref)}
        self._others = others - mine
        self._streams_called = _by_reference(case)
        shown = {
            text
            for entry in case.entries
            for text in _texts(json_value(entry.record.event, mapper))
        }
        hidden = {text for record in case.left_out for text in _prose_of(record.event)}
        hidden |= {title for title in case.others.values() if title}
        self._whole = self._others | (hidden - shown)
        within = (text for text in self._whole if " " in text and len(text) >= TELLING)
        self._within = sorted(within, key=len, reverse=True)

    # Entries

    def event(self, event: Event[Any]) -> Any:
        """Return an *event* as JSON, without what is redacted of it."""
        fields = json_value(self._without_personal(event), self._mapper)
        return self._value(fields, type(event), event_name(event))

    def operator(self, record: Record) -> str:
        """Return who entered a *record*, where that is kept."""
        return self.text(self._without_personal(record).entered_by, "entry.entered_by")

    # Rows

    def row(self, table: str, row: Any) -> dict[str, Any]:
        """Return a *row* of a *table* by its columns, as JSON, without what is redacted of it."""
        kinds = get_type_hints(type(row), include_extras=True)
        return {
            column: self._column(json_value(value, self._mapper), kinds[column], table, column)
            for column, value in columns_of(self._without_personal(row)).items()
        }

    def _column(self, value: Any, kind: Any, table: str, column: str) -> Any:
        where = f"{table}.{column}"
        category = self.category_of(column)
        if category is not None and isinstance(value, str):
            return self._name(value, category, where)
        if category is not None and isinstance(value, list):
            return [self._name(each, category, where) for each in value]
        return self._value(value, kind, where)

    def category_of(self, column: str) -> str | None:
        """Return the category of the streams whose references a *column* of a view holds."""
        for name in (column, column.removesuffix("s")):
            if (category := self._categories.get(name)) not in (None, BODY):
                return category
        return None

    # Values

    def _value(self, value: Any, kind: Any, where: str) -> Any:
        """Return a *value* in JSON's types, which is of the type *kind*, and stands *where*."""
        if value is None:
            return None
        origin = get_origin(kind)
        if origin is Annotated:
            inner, *marks = get_args(kind)
            return self._marked(value, inner, marks, where)
        if origin in (Union, UnionType):
            return self._value(value, _part(value, kind), where)
        if kind is Replacement:
            cls = self._class_named(value["name"])
            name = value["name"].rpartition(".v")[0] or value["name"]
            return {**value, "event": self._value(value["event"], cls, name)}
        if isinstance(value, list):
            inner = next(iter(get_args(kind)), object)
            return [self._value(each, inner, f"{where}[]") for each in value]
        if isinstance(value, dict):
            kinds = types_of(kind) if is_compound(kind) else {}
            return {
                name: self._value(each, kinds.get(name, object), f"{where}.{name}")
                for name, each in value.items()
            }
        return self.text(value, where) if isinstance(value, str) else value

    def _marked(self, value: Any, inner: Any, marks: list[Any], where: str) -> Any:
        for mark in marks:
            if isinstance(mark, Names) and mark.category != BODY:
                return self._name(value, mark.category, where)
            if isinstance(mark, Names):
                self.bodies.add(value)
        return self._value(value, inner, where)

    def _class_named(self, name: str) -> type:
        try:
            cls: type = self._mapper.registry.named(name)[0].cls
        except KeyError:
            return UnknownEvent
        return cls

    def _name(self, ref: str, category: str, where: str) -> str:
        """Return the reference *ref* of a stream, unless it is of another case."""
        if self._case.is_of_another(stream_of(category, ref) if category else ref):
            return self._of_another(where)
        return ref

    def text(self, text: str, where: str) -> str:
        """Return a *text* without the names of other cases, and without what is said of them in
        entries that are left out; where it stands for a personal one, count that.
        """
        if text == REDACTED:
            self.taken_out.append((PERSONAL, where))
            return text
        if text in self._whole:
            return self._of_another(where)
        for name in self._within:
            if name in text:
                text = text.replace(name, self._of_another(where))
        if "/" not in text:
            return text
        return _TOKEN.sub(lambda token: self._token(token[0], where), text)

    def _token(self, token: str, where: str) -> str:
        name = token.rstrip(_END)
        if name not in self._others:
            return token
        return self._of_another(where) + token[len(name) :]

    def _of_another(self, where: str) -> str:
        self.taken_out.append((ANOTHER_CASE, where))
        return ANOTHER

    # Names

    def streams_named(self, column: str, value: Any, *, key: bool) -> Iterator[str]:
        """Yield the streams, of this case or of another, that a *value* of a *column* names.

        In a *key*, a reference without its category is one only where the column is for such.
        """
        category = self.category_of(column)
        for text in _texts(value):
            if category is not None:
                yield stream_of(category, text)
            elif not key or column in REFERENCES:
                yield from self._streams_called.get(text, (text,))
            else:
                yield text


def _prose_of(event: Event[Any]) -> Iterator[str]:
    """Yield every text of an *event* that is free, or that may tell about a person."""
    if isinstance(event, EntryAmended):
        yield from _prose_of(event.replacement.event)
    cls: Any = type(event)
    for name, kind in types_of(cls).items():
        for path, mark in marks_of(kind):
            if isinstance(mark, Prose | Personal):
                yield from _texts_at(getattr(event, name), _STEP.findall(path))


def _texts_at(value: Any, path: Sequence[str]) -> Iterator[str]:
    """Yield the texts on a *path* of fields, and of the members of tuples, below a *value*."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from _texts_at(each, path[1:])
    elif value is not None:
        yield from _texts_at(getattr(value, path[0].removeprefix(".")), path[1:])


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


def _part(value: Any, kind: Any) -> Any:
    """Return the part of a union *kind* that a *value* in JSON's types is of."""
    parts = [part for part in get_args(kind) if part is not NoneType]
    for part in parts:
        fits = get_origin(part) is Annotated if isinstance(value, str) else is_compound(part)
        if fits:
            return part
    return parts[0]


def _by_reference(case: CaseHistory) -> Mapping[str, Sequence[str]]:
    """Return the streams that bear a reference: those of the *case*, or else those of others."""
    called: dict[str, list[str]] = {}
    for streams in (case.streams, case.others):
        for ref, same in groupby(sorted(streams, key=ref_of), ref_of):
            called.setdefault(ref, list(same))
    return called
