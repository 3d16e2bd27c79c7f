"""The rows of the views that are about a case, and those left out as they are about another."""

import inspect
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum, auto
from typing import Any

from attrs import frozen

from lif_adapters.bundle.redaction import Redaction
from lif_adapters.json_values import json_value
from lif_core.log.mapper import LifMapper
from lif_core.projection.projection import AnyProjection
from lif_core.projection.tables import Tables, columns_of, key_of
from lif_core.queries.case import CaseHistory
from lif_core.queries.reader import Reader
from lif_core.queries.readership import is_entitled

MEETING = ("body", "meeting")
"""The key of a meeting, which is shown where something of the case was decided at it."""
_MARKS = re.compile(r"[*`]")


@frozen(kw_only=True)
class CaseTable:
    """The *rows* of a *table* of a *view* that are about a case, by their columns, as JSON.

    *means* says what a row is.
    """

    view: str
    table: str
    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...]
    means: str

    @property
    def name(self) -> str:
        """The name of the view and of the table, such as `accountability.clocks`."""
        return f"{self.view}.{self.table}"


class Belonging(Enum):
    """The case that a row is about: this one, another one, or none."""

    HERE = auto()
    ANOTHER = auto()
    NONE = auto()


class CaseTables:
    """The tables of all views that the reader may see, as far as they are about a *case*.

    *meetings* are those at which something of it was decided, by body and name. *left_out* is how
    many rows of a table, by its name, are about another case; *kept* are the views that are kept
    for a role, and which.
    """

    def __init__(
        self,
        reader: Reader,
        case: CaseHistory,
        redaction: Redaction,
        meetings: frozenset[tuple[str, str]],
    ) -> None:
        self._case = case
        self._redaction = redaction
        self._meetings = meetings
        self._mine = frozenset(case.streams)
        self._hidden = {(record.stream, record.stream_position) for record in case.left_out}
        self.left_out: Counter[str] = Counter()
        projections = reader.catalogue.projections.values()
        self.kept = tuple(
            (each.name, each.readers)
            for each in projections
            if not is_entitled(each, reader.readership)
        )
        self.tables = tuple(
            table
            for each in projections
            if is_entitled(each, reader.readership)
            for table in self._of_view(each, reader)
        )

    def _of_view(self, projection: AnyProjection, reader: Reader) -> Iterator[CaseTable]:
        tables = Tables(reader.view_at(projection, self._case.at))
        for table, shape in tables.shapes.items():
            if shape.single or shape.row is None:
                continue  # figures of everything are about no case
            name = f"{projection.name}.{table}"
            rows = [
                self._redaction.row(name, row)
                for row in tables[table]
                if self._is_shown(row, name, reader.mapper)
            ]
            if rows:
                yield CaseTable(
                    view=projection.name,
                    table=table,
                    columns=shape.columns,
                    rows=tuple(rows),
                    means=_meaning(shape.row),
                )

    def _is_shown(self, row: Any, table: str, mapper: LifMapper) -> bool:
        belonging = self._belonging(row, mapper)
        if belonging is Belonging.ANOTHER:
            self.left_out[table] += 1
        return belonging is Belonging.HERE

    def _belonging(self, row: Any, mapper: LifMapper) -> Belonging:
        key = dict(key_of(row))
        if tuple(key) == MEETING:
            here = tuple(key.values()) in self._meetings
            return Belonging.HERE if here else Belonging.NONE
        in_key = self._named({name: json_value(key[name], mapper) for name in key}, key=True)
        subjects = in_key & self._mine
        if not subjects:
            return Belonging.NONE
        columns = columns_of(row)
        if in_key - subjects or self._is_of_hidden(columns):
            return Belonging.ANOTHER
        rest = {name: json_value(columns[name], mapper) for name in columns if name not in key}
        beside = self._named(rest, key=False) - subjects
        if subjects <= self._case.shared and beside and not beside & self._mine:
            return Belonging.ANOTHER
        return Belonging.HERE

    def _named(self, columns: Mapping[str, Any], *, key: bool) -> set[str]:
        """Return the streams, of this case or of another, that *columns* name."""
        named = (
            stream
            for column, value in columns.items()
            for stream in self._redaction.streams_named(column, value, key=key)
        )
        return {each for each in named if each in self._mine or self._case.is_of_another(each)}

    def _is_of_hidden(self, columns: Mapping[str, Any]) -> bool:
        """Return whether a row is of an entry that is left out."""
        stream, entry = columns.get("stream"), columns.get("entry")
        entries: Sequence[Any] = columns.get("entries") or ()
        entries = entries if isinstance(entries, tuple) else ()
        return any((stream, number) in self._hidden for number in (entry, *entries))


def _meaning(row: type) -> str:
    """Return the docstring of a class of rows as one paragraph, columns in words."""
    text = " ".join(inspect.cleandoc(row.__doc__ or "").split()).replace("`None`", "nothing")
    return _MARKS.sub("", re.sub(r"\*(\w+)\*", lambda name: name[1].replace("_", " "), text))
