"""A view's parts as bytes and back: strict, and only by the very program that wrote them."""

from datetime import date
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any
from zlib import crc32

import msgspec

from lif_core.errors import UnreadableError
from lif_core.framework import Frameworks
from lif_core.views import PROJECTIONS
from lif_core.projection.materialised import Standing
from lif_core.projection.projection import AsOf, Name, Part, Projection, Summary
from lif_core.log.recorder import Saved


def is_kept(projection: Projection[Any, Any]) -> bool:
    """Whether it is made of parts, which can be kept and saved."""
    return isinstance(projection.summarise, Summary)


def is_saved(projection: Projection[Any, Any]) -> bool:
    """Whether it can be: another program's is only good where something tells its edition."""
    summary = projection.summarise
    own = PROJECTIONS.get(projection.name) is projection
    return isinstance(summary, Summary) and (own or bool(summary.edition))


class Head(msgspec.Struct, kw_only=True):
    """What a saved view is of: the day, and what its parts add up to.

    *position*: up to which it has read the log. *parts*: how many there are. *fed*: of items, the
    streams that they are of beside their own.
    """

    position: int
    valid: date
    parts: int
    fed: dict[str, list[str]]
    counts: list[tuple[Name, int]]
    unsettled: list[str]


@cache
def program() -> str:
    """Tells this program from any other: a saved view is good for the one that made it."""
    found = sha256(version("holidays").encode())  # one-off bank holidays come with it
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


DIGEST = sha256().digest_size
"""So many bytes before a head tell the program and the packs that made it, in every version."""
CHECKED = 4
"""So many bytes before what is saved tell whether it is what was written, under that name."""


def _checked(name: str, body: bytes) -> bytes:
    return crc32(body, crc32(name.encode())).to_bytes(CHECKED, "big") + body


def _body(name: str, found: bytes) -> bytes:
    """Raises `ValueError` where it is not what was written under this *name*."""
    body = found[CHECKED:]
    if _checked(name, body) != found:
        raise ValueError(f"{name}: not as it was written")
    return body


class Codec:
    """Writes and reads the parts of a `Summary`; the classes of its rows say what may be read."""

    def __init__(self, projection: Projection[Any, Any]) -> None:
        summary = projection.summarise
        assert isinstance(summary, Summary), f"{projection.name} is not made of parts"
        tables: Any = [(name, tuple[kind, ...], ()) for name, kind in summary.tables.items()]  # type: ignore[valid-type]  # known at run time only
        self._rows = msgspec.defstruct("Rows", tables, kw_only=True, omit_defaults=True)
        self._tables = tuple(summary.tables)
        self.projection = projection
        self._edition = summary.edition
        saved = msgspec.defstruct(
            "Part",
            [("rows", self._rows), ("counts", list[tuple[Name, int]]), ("settled", date | None)],
            array_like=True,
        )
        self._saved = saved
        self._decode = msgspec.json.Decoder(saved).decode
        self._glance = msgspec.json.Decoder(tuple[msgspec.Raw, msgspec.Raw, date | None]).decode

    def _damaged(self, error: Exception) -> UnreadableError:
        name = self.projection.name
        problem = f"the saved view {name} is damaged: view it afresh, or save it afresh"
        return UnreadableError(f"{problem} ({error})")

    def part(self, key: str, part: Part) -> bytes:
        saved = self._saved(self._rows(**part.rows), list(part.counts.items()), part.settled)
        return _checked(key, msgspec.json.encode(saved))

    def read(self, key: str, part: bytes) -> Part:
        """The part of *key* in these bytes.

        Raises:
            UnreadableError: they hold no such part.
        """
        try:
            found: Any = self._decode(_body(key, part))
        except ValueError as error:
            raise self._damaged(error) from error
        rows = {name: given for name in self._tables if (given := getattr(found.rows, name))}
        return Part(rows=rows, counts=dict(found.counts), settled=found.settled)

    def settled(self, key: str, part: bytes) -> date | None:
        """From which day on the part in these bytes is the same. Raises as `read`."""
        try:
            return self._glance(_body(key, part))[2]
        except ValueError as error:
            raise self._damaged(error) from error

    def _digest(self, frameworks: Frameworks) -> bytes:
        made_by = (program(), self._edition, _of_packs(frameworks))
        return sha256(repr(made_by).encode()).digest()

    def head(self, standing: Standing[Any, Any], position: int) -> bytes:
        """What is saved beside the parts of *standing*, which has read the log to *position*."""
        as_of = standing.as_of
        head = Head(
            position=position,
            valid=as_of.valid,
            parts=len(standing.made),
            fed={key: sorted(streams) for key, streams in standing.fed.items()},
            counts=sorted((n, c) for n, c in standing.counts.items() if c),
            unsettled=sorted(standing.unsettled),
        )
        body = _checked(self.projection.name, msgspec.json.encode(head))
        return self._digest(as_of.frameworks) + body

    def resume(self, standing: Standing[Any, Any], saved: Saved, frameworks: Frameworks) -> bool:
        """Bring *standing* to where *saved* was; says no where another program or other packs made
        it.
        """
        digest, rest = saved.head[:DIGEST], saved.head[DIGEST:]
        if digest != self._digest(frameworks):
            return False
        try:
            head = msgspec.json.decode(_body(self.projection.name, rest), type=Head)
            if (head.position, head.parts) != (saved.position, len(saved.parts)):
                raise ValueError(f"{len(saved.parts)} parts, up to {saved.position}")
        except ValueError as error:
            raise self._damaged(error) from error
        as_of = AsOf(valid=head.valid, known=None, frameworks=frameworks)
        standing.resume(as_of, saved.parts, dict(head.counts), head.unsettled, self, head.fed)
        return True
