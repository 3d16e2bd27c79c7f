"""A folder that is looked at whenever a program names, removes or forces down a file in it.

What SQLite, or a stream, writes to a file is seen at the next of these: before the file is forced
down, any of it may be lost anyway.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from stat import S_ISDIR
from typing import Any
from unittest.mock import patch

from tests.faults.disk import Create, Delete, Link, Mark, Operation, Sync, Truncate, Write

_CALLS = ("link", "rename", "replace", "unlink", "fsync")


class WatchedFolder:
    """A *folder* of which each look appends to a `trace` what was done in it since the last.

    A file is called by the number that its file system gives it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.trace: list[Operation] = []
        self._names: dict[str, int] = {}
        self._contents: dict[int, bytes] = {}

    def mark(self, what: object) -> None:
        """Note *what* the program has come to."""
        self.trace.append(Mark(what))

    def taken(self) -> Sequence[Operation]:
        """Return the trace up to now, and begin another."""
        self._look()
        trace, self.trace = self.trace, []
        return trace

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Look before and after each call that names, removes or forces down a file."""
        with ExitStack() as stack:
            for name in _CALLS:
                stack.enter_context(patch(f"os.{name}", self._looking(getattr(os, name))))
            yield
            self._look()

    def _looking(self, act: Callable[..., Any]) -> Callable[..., Any]:
        def called(*args: Any, **options: Any) -> Any:
            self._look()
            result = act(*args, **options)
            self._look()
            if act.__name__ == "fsync":
                self._note_sync(*args)
            return result

        return called

    def _note_sync(self, descriptor: int) -> None:
        state = os.fstat(descriptor)
        if S_ISDIR(state.st_mode):
            if os.path.samestat(state, self.folder.stat()):
                self.trace.append(Sync(0, True))
        elif state.st_ino in self._contents:
            self.trace.append(Sync(state.st_ino, False))

    def _look(self) -> None:
        names = {entry.name: entry.inode() for entry in os.scandir(self.folder)}
        for name, file in names.items():
            if file not in self._contents:
                self.trace.append(Create(file, name))
                self._contents[file] = b""
            elif self._names.get(name) != file:
                self.trace.append(Link(file, name))
            before, content = self._contents[file], (self.folder / name).read_bytes()
            if content != before:
                self.trace.append(Write(file, 0, content))
                if len(content) < len(before):
                    self.trace.append(Truncate(file, len(content)))
                self._contents[file] = content
        self.trace += [Delete(name) for name in self._names.keys() - names.keys()]
        self._names = names
        self._contents = {file: self._contents[file] for file in names.values()}
