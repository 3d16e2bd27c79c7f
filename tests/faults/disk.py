"""A disk that notes what SQLite writes to it, in its order, and what was forced down.

From such a trace follows what a process that was killed has left, and what a loss of power.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any, TypeAlias

import apsw
import attrs
from attrs import field, frozen

SECTOR = 512
ROOT = ""
"""The folder that all names are in, but for those of files in folders of it, such as keys/a."""
CREATES = apsw.SQLITE_OPEN_CREATE
JOURNALS = apsw.SQLITE_OPEN_MAIN_JOURNAL | apsw.SQLITE_OPEN_SUPER_JOURNAL | apsw.SQLITE_OPEN_WAL


@frozen
class Create:
    """A *file* that was made under its *name*."""

    file: int
    name: str


@frozen
class Link:
    """A further *name* for a *file*, instead of the file that it stood for."""

    file: int
    name: str


@frozen
class Delete:
    """A *name* that was taken away."""

    name: str


@frozen
class Write:
    """Bytes that were written to a *file*, *at* an offset."""

    file: int
    at: int
    data: bytes


@frozen
class Truncate:
    """A *file* that was cut to a *size*."""

    file: int
    size: int


@frozen
class Sync:
    """What was written to a *file* was forced down; the names in a *folder*, too, if any."""

    file: int
    folder: str | None = None


@frozen
class Mark:
    """A moment between two operations, and *what* the program had come to by then."""

    what: Any


Operation: TypeAlias = Create | Link | Delete | Write | Truncate | Sync | Mark
Change: TypeAlias = Write | Truncate


class Disk(apsw.VFS):
    """A disk of SQLite, on the real one, that appends each operation to its `trace`.

    `fails` may be set to what raises where one fails, instead of doing it. In a *folder* there may
    be what a *platter* holds.
    """

    def __init__(
        self, name: str, folder: Path | None = None, platter: "Platter | None" = None
    ) -> None:
        self.name = name
        self.trace: list[Operation] = []
        self.fails: Callable[[], None] = _works
        self.files: dict[str, int] = {}
        self.made = 0
        if folder is not None and platter is not None:
            self.files = {str(folder / name): file for name, file in platter.files().items()}
            self.made = max(platter.safe, default=0)
        super().__init__(name, "")

    def mark(self, what: object) -> None:
        """Note *what* the program has come to."""
        self.trace.append(Mark(what))

    def note_sync(self, descriptor: int) -> None:
        """Note that a file of this disk, or its folder, was forced down by a *descriptor*."""
        state = os.fstat(descriptor)
        for path, file in self.files.items():
            for place, number, folder in ((path, file, None), (Path(path).parent, 0, ROOT)):
                if Path(place).exists() and os.path.samestat(os.stat(place), state):
                    self.trace.append(Sync(number, folder))
                    return

    def xOpen(self, name: Any, flags: list[int]) -> "_File":  # noqa: N802  # as SQLite names it
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        is_new = path not in self.files or not Path(path).exists()
        if is_new:
            self.fails()
        file = _File(self, name, flags, is_in_folder=bool(flags[0] & JOURNALS))
        if is_new:
            self.made += 1
            self.files[path] = self.made
            self.trace.append(Create(self.made, Path(path).name))
        file.number = self.files[path]
        return file

    def xDelete(self, name: str, syncdir: bool) -> None:  # noqa: N802
        self.fails()
        super().xDelete(name, syncdir)
        self.trace.append(Delete(Path(name).name))
        if syncdir:
            self.trace.append(Sync(0, ROOT))


class _File(apsw.VFSFile):
    """A file on a disk. SQLite forces a journal's name down with what is first written to it."""

    def __init__(self, disk: Disk, name: Any, flags: list[int], *, is_in_folder: bool) -> None:
        self._disk = disk
        self._is_in_folder = is_in_folder
        self.number = 0
        super().__init__("", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self._disk.fails()
        super().xWrite(data, offset)
        self._disk.trace.append(Write(self.number, offset, bytes(data)))

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        self._disk.fails()
        super().xTruncate(newsize)
        self._disk.trace.append(Truncate(self.number, newsize))

    def xSync(self, flags: int) -> None:  # noqa: N802
        self._disk.fails()
        super().xSync(flags)
        self._disk.trace.append(Sync(self.number, ROOT if self._is_in_folder else None))
        self._is_in_folder = False


def _works() -> None:
    """Let each operation be done."""


@attrs.define
class Platter:
    """What a disk holds: *safe* is what was forced down; of the rest, anything may be lost.

    *waiting* are the changes of each file since it was last forced down, *names* what every name
    has stood for since the folder was: the first is safe.
    """

    safe: dict[int, bytearray] = field(factory=dict)
    waiting: dict[int, list[Change]] = field(factory=dict)
    names: dict[str, list[int | None]] = field(factory=dict)

    def take(self, operation: Operation) -> None:
        """Do what an *operation* does."""
        match operation:
            case Create(file, name):
                self.safe[file], self.waiting[file] = bytearray(), []
                self.names.setdefault(name, [None]).append(file)
            case Link(file, name):
                self.names.setdefault(name, [None]).append(file)
            case Delete(name):
                self.names.setdefault(name, [None]).append(None)
            case Write(file) | Truncate(file):
                self.waiting[file].append(operation)
            case Sync(file, folder):
                for change in self.waiting.get(file, ()):
                    _apply(self.safe[file], change)
                self.waiting[file] = []
                for name, files in self.names.items():
                    if folder_of(name) == folder:
                        del files[:-1]
            case Mark():
                pass

    def files(self) -> Mapping[str, int]:
        """Return the number of the file that each name stands for."""
        return {name: file for name, (*_, file) in self.names.items() if file is not None}

    def content(self) -> Mapping[str, bytes]:
        """Return the files by their names, as whoever reads them sees them: with all that was
        written.
        """
        return {
            name: bytes(_changed(self.safe[file], self.waiting[file]))
            for name, file in self.files().items()
        }

    def after_kill(self, torn: Write | None = None) -> "Platter":
        """Return what a killed process leaves: all that it wrote, and what a *torn* write came to.

        What waits to be forced down still does.
        """
        left = Platter(
            {file: bytearray(content) for file, content in self.safe.items()},
            {file: [*changes] for file, changes in self.waiting.items()},
            {name: [*stages] for name, stages in self.names.items()},
        )
        if torn is not None:
            left.take(torn)
        return left

    def after_power_loss(self, chance: Random) -> "Platter":
        """Return what a loss of power may leave: of what was not forced down, each sector is
        there, is not, or is rubbish; each name stands for what it stood for at any moment since.
        """
        kept, rubbish = chance.choice(((0, 0), (1, 0), (0.5, 0), (0.9, 0), (0.1, 0), (0.5, 0.2)))
        left = Platter()
        for name, stages in self.names.items():
            file = chance.choice(stages)
            folder = folder_of(name)
            if file is not None and (folder == ROOT or f"{folder}/" in left.names):
                waiting = _survivors(self.waiting[file], chance, kept, rubbish)
                left.safe[file] = _changed(self.safe[file], waiting)
                left.waiting[file] = []
                left.names[name] = [file]
        return left


def _survivors(
    changes: Sequence[Change], chance: Random, kept: float, rubbish: float
) -> Iterator[Change]:
    """Yield what a loss of power leaves of *changes*, sector by sector."""
    for change in changes:
        if isinstance(change, Truncate):
            if chance.random() < kept:
                yield change
            continue
        start, end = change.at, change.at + len(change.data)
        while start < end:
            stop = min(end, (start // SECTOR + 1) * SECTOR)
            luck = chance.random()
            if luck < kept:
                yield Write(change.file, start, change.data[start - change.at : stop - change.at])
            elif luck < kept + rubbish:
                yield Write(change.file, start, chance.randbytes(stop - start))
            start = stop


def _changed(content: bytearray, changes: Sequence[Change] | Iterator[Change]) -> bytearray:
    content = bytearray(content)
    for change in changes:
        _apply(content, change)
    return content


def _apply(content: bytearray, change: Change) -> None:
    match change:
        case Truncate(_, size):
            del content[size:]
            content.extend(bytes(size - len(content)))
        case Write(_, at, data):
            content.extend(bytes(max(0, at - len(content))))
            content[at : at + len(data)] = data


def folder_of(name: str) -> str:
    """Return the folder that a *name* is in; that of a folder ends with a slash."""
    return name.removesuffix("/").rpartition("/")[0]


def write_files(folder: Path, platter: Platter, chance: Random) -> None:
    """Write what is left on a *platter* into a *folder*.

    The index of a journal is in the memory that processes share: what is in its file is rubbish.
    """
    for name, content in sorted(platter.content().items()):
        is_index = name.endswith("-shm")
        if name.endswith("/"):
            (folder / name).mkdir()
        else:
            (folder / name).write_bytes(chance.randbytes(len(content)) if is_index else content)
