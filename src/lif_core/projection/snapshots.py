"""A view as it is saved: cells of bytes, good only for the program and the packs that made them.

A cell is of a kind, has a key, and belongs to a part: the rows of a part in a table, what it added
beside them, what it says and asks, from when and before when it is the same; and the counts.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any
from zlib import crc32

import msgspec
from attrs import frozen

from lif_core.errors import ConflictError
from lif_core.framework import Frameworks
from lif_core.log.board_recorder import BoardRecorder
from lif_core.log.keyring import Keyring
from lif_core.log.mapper import LifMapper
from lif_core.log.recorder import Cell, IntegrityError, Recorder, Saved, SavedCell
from lif_core.observer import LOGGER
from lif_core.projection.materialised import Materialised
from lif_core.projection.parts import Parts, StaleViewError, Tally
from lif_core.projection.projection import Address, AsOf, Columns, Name, Projection

ROWS, ADDED, SAYS, ASKS = "rows", "added", "says", "asks"
SINCE, UNTIL, COUNTS = "since", "until", "counts"
GROUP_OF_COUNTS = "="
"""Before the name of a group of counts, where it stands for a part."""
CHECKED = 4
"""So many bytes before what is saved tell whether it is what was written, and where."""
DIGEST = sha256().digest_size
"""So many bytes before a head tell the program and the packs that made it, in every version."""
Tallies = tuple[list[tuple[Name, Columns]], list[tuple[Name, Columns]]]


class Head(msgspec.Struct, kw_only=True):
    """The head of a saved view: up to *position*, of the day *valid*.

    *parts*: how many there are; *tables*: how many of them have rows in each table; *groups*: of
    what there are counts.
    """

    position: int
    valid: date
    parts: int
    tables: dict[str, int]
    groups: list[str]


@cache
def program() -> str:
    """Return what tells this program from any other: a saved view is good for its maker."""
    from importlib.metadata import distribution  # slow to import, and few programs save a view

    holidays = distribution("holidays")  # one-off bank holidays come with it
    stated = holidays.read_text("METADATA") or holidays.version  # which is slow: it is parsed
    digest = sha256(stated.encode())
    for file in _sources(files("lif_core")):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _sources(folder: Traversable) -> list[Traversable]:
    sources: list[Traversable] = []
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".py"):
            sources.append(entry)
        elif entry.is_dir():
            sources += _sources(entry)
    return sources


def _digest(
    projection: Projection[Any], frameworks: Frameworks, mapper: LifMapper, recorder: Recorder
) -> bytes:
    """Return what tells who made a view, of which log: it leaves out the events that were not
    known there, and what the board of a log may not know of.
    """
    board = recorder.board if isinstance(recorder, BoardRecorder) else None
    known = mapper.registry.stored_names
    keys = mapper.keyring is not None
    packs = frameworks.identity
    made_by = (program(), projection.edition, packs, mapper.instants, known, keys, board)
    return sha256(repr(made_by).encode()).digest()


class RefusedViews:
    """The saved views that are not as they were written, each by its name and its head.

    The logger `lif` is told once of each: it is made afresh, and no more is read of that save.
    """

    def __init__(self) -> None:
        self._heads: dict[str, bytes] = {}

    def refuse(self, name: str, head: bytes, error: object) -> StaleViewError:
        """Remember a view, and return the error that has it made afresh."""
        problem = f"the saved view {name.partition(':')[2]} is not as it was written ({error})"
        if not self.has(name, head):
            self._heads[name] = head
            LOGGER.warning("%s: it is made afresh from the log; `lif save` replaces it", problem)
        return StaleViewError(problem)

    def has(self, name: str, head: bytes | None) -> bool:
        """Return whether the save with this *head* was refused."""
        return head is not None and self._heads.get(name) == head


def _checked(maker: bytes, place: str, body: bytes) -> bytes:
    """Return *body* with a checksum of it, of its *place*, and of the digest of its *maker*."""
    start = crc32(place.encode(), crc32(maker))
    return crc32(body, start).to_bytes(CHECKED, "big") + body


def _body(maker: bytes, place: str, checked: bytes) -> bytes:
    """Return what was written at this *place*; raise `ValueError` where it was something else."""
    body = checked[CHECKED:]
    if _checked(maker, place, body) != checked:
        raise ValueError(place.replace("\n", " "))
    return body


@frozen
class ViewCipher:
    """A cipher for what is saved of views, under one *key*; without keys, none.

    The key is destroyed at the next erasure: a saved view may hold texts about anybody.
    """

    keyring: Keyring | None = None
    key: str = ""

    def encrypted(self, place: str, body: bytes) -> bytes:
        """Return *body*, encrypted where there are keys.

        Raises:
            StaleViewError: somebody was erased since.
        """
        if self.keyring is None or not body:
            return body
        try:
            return self.keyring.encrypt(body, (self.key,), place.encode())
        except ConflictError as error:
            raise StaleViewError("somebody was erased meanwhile") from error

    def decrypted(self, place: str, body: bytes) -> bytes:
        """Return what was encrypted as *body*.

        Raises:
            ValueError: it is not what was written in this *place*.
            StaleViewError: somebody was erased since.
        """
        if self.keyring is None or not body:
            return body
        content = self.keyring.decrypt(body, (self.key,), place.encode())
        if content is None:
            raise StaleViewError("somebody was erased since")
        return content


def view_cipher(keyring: Keyring | None) -> ViewCipher:
    """Return the cipher for what is saved now."""
    return ViewCipher() if keyring is None else ViewCipher(keyring, keyring.key_of_views())


def _place(name: str, kind: str, key: str, part: str) -> str:
    return "\n".join((name, kind, key, part))


class SavedParts:
    """The view *name* as one save left it, with this *head*."""

    def __init__(
        self,
        recorder: Recorder,
        name: str,
        saved: bytes,
        head: Head,
        cipher: ViewCipher,
        refused: RefusedViews,
    ) -> None:
        self._recorder = recorder
        self._refused = refused
        self._cipher = cipher
        self._name = name
        self.groups = frozenset(head.groups)
        self.head = saved
        self.size = head.parts
        self.sizes = head.tables
        self._added: dict[str, bytes | None] = {}  # what was read together
        self._rows: dict[str, dict[str, bytes]] = {}
        self._saying: dict[Address, dict[str, bytes]] = {}

    def _cells(self, kind: str, **which: Any) -> Iterable[Cell]:
        try:
            cells = self._recorder.cells(self._name, self.head, kind, **which)
        except IntegrityError as error:
            raise StaleViewError(f"{self._name} has been saved again") from error
        return cells

    def _body(self, cell: Cell, kind: str) -> bytes:
        key, part, checked = cell
        place = _place(self._name, kind, key, part)
        try:
            return self._cipher.decrypted(place, _body(self.head[:DIGEST], place, checked))
        except ValueError as error:
            raise self._damaged(error) from error

    def _damaged(self, error: object) -> StaleViewError:
        return self._refused.refuse(self._name, self.head, error)

    def rows(self, table: str) -> Mapping[str, bytes]:
        rows = {cell[1]: self._body(cell, ROWS) for cell in self._cells(ROWS, keys=[table])}
        if len(rows) != self.sizes.get(table, 0):
            raise self._damaged(f"{len(rows)} parts of {table}")
        return rows

    def read(self, parts: Collection[str]) -> None:
        self._added, self._rows, self._saying = {}, {part: {} for part in parts}, {}
        self._read_added(parts)
        for cell in self._cells(ROWS, parts=parts):
            self._rows[cell[1]][cell[0]] = self._body(cell, ROWS)

    def read_saying(self, addresses: Collection[Address]) -> None:
        names = {" ".join(address): address for address in addresses}
        self._saying |= {address: {} for address in addresses}
        for cell in self._cells(SAYS, keys=names):
            self._saying[names[cell[0]]][cell[1]] = self._body(cell, SAYS)

    def _read_added(self, parts: Collection[str]) -> None:
        """Read what *parts* added, unless it has been; it is kept until others are expected."""
        if unread := set(parts) - self._added.keys():
            self._added |= dict.fromkeys(unread)
            for cell in self._cells(ADDED, parts=unread):
                self._added[cell[1]] = self._body(cell, ADDED)

    def part(self, key: str) -> Mapping[str, bytes]:
        if key not in self._rows:
            self.read([key])
        return self._rows[key]

    def added(self, key: str) -> bytes | None:
        if key not in self._added:
            self._read_added([key])
        return self._added[key]

    def saying(self, address: Address) -> Mapping[str, bytes]:
        if address not in self._saying:
            self.read_saying([address])
        return self._saying[address]

    def asking(self, addresses: Collection[Address]) -> Collection[str]:
        return self._parts(ASKS, keys=sorted(map(" ".join, addresses)))

    def addresses(self, topic: str) -> Collection[Address]:
        facts: dict[Address, dict[str, bytes]] = {}
        for cell in self._cells(SAYS, past=f"{topic} ", until=f"{topic} \U0010ffff"):
            address = (topic, cell[0].removeprefix(f"{topic} "))
            facts.setdefault(address, {})[cell[1]] = self._body(cell, SAYS)
        self._saying |= facts
        return facts.keys()

    def outside(self, day: date) -> Collection[str]:
        if day == date.max:
            return [part for _, part, _ in self._cells(ADDED)]
        today = day.isoformat()
        return [*self._parts(UNTIL, until=today), *self._parts(SINCE, past=today)]

    def counts(self, group: str) -> tuple[Tally, Tally]:
        for cell in self._cells(COUNTS, keys=[group]):
            try:
                counts, slopes = msgspec.msgpack.decode(self._body(cell, COUNTS), type=Tallies)
            except ValueError as error:
                raise self._damaged(error) from error
            return dict(counts), dict(slopes)
        if group in self.groups:
            raise self._damaged(f"no counts of {group}")
        return {}, {}

    def _parts(self, kind: str, **which: Any) -> Collection[str]:
        return [cell[1] for cell in self._cells(kind, **which) if self._body(cell, kind) == b""]


def head_of(view: Materialised[Any], position: int) -> Head:
    """Return what is saved beside the parts of *view*, which has read the log to *position*."""
    parts = view.parts
    groups = {*parts.groups, *(parts.saved.groups if parts.saved else ())}
    return Head(
        position=position,
        valid=view.as_of.valid,
        parts=parts.size,
        tables=dict(parts.sizes),
        groups=sorted(groups),
    )


def to_save(
    name: str,
    view: Materialised[Any],
    head: Head,
    mapper: LifMapper,
    cipher: ViewCipher,
    recorder: Recorder,
    *,
    whole: bool,
) -> Saved:
    """Return what is to be saved of *view* under *name*: all of it, or what was touched since."""
    digest = _digest(view.projection, view.as_of.packs, mapper, recorder)

    def checked(kind: str, key: str, part: str, body: bytes) -> SavedCell:
        place = _place(name, kind, key, part)
        return kind, key, _checked(digest, place, cipher.encrypted(place, body))

    parts = {
        part: [checked(kind, key, part, body) for kind, key, body in cells]
        for part, cells in _cells(view.parts, whole=whole)
    }
    content = cipher.encrypted(name, msgspec.json.encode(head))
    body = _checked(digest, name, f"{cipher.key}\n".encode() + content if cipher.key else content)
    return Saved(name=name, position=head.position, head=digest + body, parts=parts)


def _cells(parts: Parts, *, whole: bool) -> Iterator[tuple[str, list[SavedCell]]]:
    for key in sorted(parts.held if whole else parts.touched):
        yield key, list(_cells_of(parts, key))
    for group in sorted(parts.groups):
        tallies = tuple(sorted(tally.items(), key=repr) for tally in parts.tallies(group))
        yield GROUP_OF_COUNTS + group, [(COUNTS, group, msgspec.msgpack.encode(tallies))]


def _cells_of(parts: Parts, key: str) -> Iterator[SavedCell]:
    if key not in parts.held:
        return  # it is no more
    span, added = parts.span(key), parts.added(key)
    yield ADDED, "", parts.encoding.encode(added)
    if span.since > date.min:
        yield SINCE, span.since.isoformat(), b""
    if span.until < date.max:
        yield UNTIL, span.until.isoformat(), b""
    for topic, to, facts in added.said:
        yield SAYS, f"{topic} {to}", bytes(facts)
    for address in added.asked:
        yield ASKS, " ".join(address), b""
    for table, rows in parts.rows_of(key).items():
        yield ROWS, table, rows


def resumed(
    projection: Projection[Any],
    name: str,
    recorder: Recorder,
    frameworks: Frameworks,
    mapper: LifMapper,
    refused: RefusedViews,
) -> tuple[SavedParts, AsOf, int] | None:
    """Return what is saved of *projection*, as of when, and up to which position.

    `None` where nothing is, where another program made it, other packs, or one that knew other
    events; and where it is not as it was written, which is then among those *refused*.
    """
    saved = recorder.saved(name)
    if saved is None or refused.has(name, saved.head):
        return None
    digest, rest = saved.head[:DIGEST], saved.head[DIGEST:]
    if digest != _digest(projection, frameworks, mapper, recorder):
        return None
    cipher = ViewCipher()
    try:
        content = _body(digest, name, rest)
        if mapper.keyring is not None:
            key, _, content = content.partition(b"\n")
            cipher = ViewCipher(mapper.keyring, key.decode("ascii"))
        head = msgspec.json.decode(cipher.decrypted(name, content), type=Head)
        if head.position != saved.position:
            raise ValueError(f"read up to {saved.position}, not {head.position}")
    except StaleViewError:
        return None
    except ValueError as error:
        refused.refuse(name, saved.head, error)
        return None
    as_of = AsOf(valid=head.valid, known=None, frameworks=frameworks)
    return SavedParts(recorder, name, saved.head, head, cipher, refused), as_of, saved.position
