"""A view's parts as bytes and back: strict, and only by the very program that wrote them."""

from datetime import date
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import msgspec

from lif_core.errors import UnreadableError
from lif_core.framework import Frameworks
from lif_core.projections.folding import Standing
from lif_core.projections.projection import AsOf, Name, Part, Projection, Summary
from lif_core.recorder import Saved


def is_kept(projection: Projection[Any, Any]) -> bool:
    """Whether it is made of parts, which can be kept and saved."""
    return isinstance(projection.summarise, Summary)


class Head(msgspec.Struct, kw_only=True):
    """What a saved view is of: the day, and what its parts add up to.

    *digest*: of the program and of the packs that made it.
    """

    digest: str
    valid: date
    counts: list[tuple[Name, int]]
    unsettled: list[str]


@cache
def program() -> str:
    """Tells this program from any other: a saved view is good for the one that made it."""
    found = sha256()
    for file in _sources(files("lif_core")):
        found.update(file.read_bytes())
    return found.hexdigest()


def _sources(folder: Traversable) -> list[Traversable]:
    found: list[Traversable] = []
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            found += _sources(entry)
        elif entry.name.endswith(".py"):
            found.append(entry)
    return found


@cache
def _of_packs(frameworks: Frameworks) -> str:
    return sha256(repr(frameworks).encode()).hexdigest()


class Codec:
    """Writes and reads the parts of a `Summary`; the classes of its rows say what may be read."""

    def __init__(self, projection: Projection[Any, Any]) -> None:
        summary = projection.summarise
        assert isinstance(summary, Summary), f"{projection.name} is not made of parts"
        tables: Any = [(name, tuple[kind, ...], ()) for name, kind in summary.tables.items()]  # type: ignore[valid-type]  # known at run time only
        self._rows = msgspec.defstruct("Rows", tables, kw_only=True, omit_defaults=True)
        self._tables = tuple(summary.tables)
        self._name = projection.name
        saved = msgspec.defstruct(
            "Part",
            [("rows", self._rows), ("counts", list[tuple[Name, int]]), ("settled", date | None)],
            array_like=True,
        )
        self._saved = saved
        self._decode = msgspec.json.Decoder(saved).decode
        self._glance = msgspec.json.Decoder(tuple[msgspec.Raw, msgspec.Raw, date | None]).decode

    def _damaged(self, error: Exception) -> UnreadableError:
        problem = f"the saved view {self._name} is damaged: view it afresh, or save it anew"
        return UnreadableError(f"{problem} ({error})")

    def part(self, part: Part) -> bytes:
        rows = self._rows(**part.rows)
        return msgspec.json.encode(self._saved(rows, list(part.counts.items()), part.settled))

    def read(self, part: bytes) -> Part:
        """The part in these bytes.

        Raises:
            UnreadableError: they hold no such part.
        """
        try:
            found: Any = self._decode(part)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise self._damaged(error) from error
        rows = {name: given for name in self._tables if (given := getattr(found.rows, name))}
        return Part(rows=rows, counts=dict(found.counts), settled=found.settled)

    def settled(self, part: bytes) -> date | None:
        """From which day on the part in these bytes is the same. Raises as `read`."""
        try:
            return self._glance(part)[2]
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise self._damaged(error) from error

    def head(self, standing: Standing[Any, Any]) -> bytes:
        """What is saved beside the parts of *standing*."""
        as_of = standing.as_of
        head = Head(
            digest=program() + _of_packs(as_of.frameworks),
            valid=as_of.valid,
            counts=sorted((n, c) for n, c in standing.counts.items() if c),
            unsettled=sorted(standing.unsettled),
        )
        return msgspec.json.encode(head)

    def resume(self, standing: Standing[Any, Any], saved: Saved, frameworks: Frameworks) -> bool:
        """Bring *standing* to where *saved* was; says no where another program or other packs made
        it.
        """
        try:
            head = msgspec.json.decode(saved.head, type=Head)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise self._damaged(error) from error
        if head.digest != program() + _of_packs(frameworks):
            return False
        as_of = AsOf(valid=head.valid, known=None, frameworks=frameworks)
        standing.resume(as_of, saved.parts, dict(head.counts), head.unsettled, self)
        return True
