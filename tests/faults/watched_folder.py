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

from tests.faults.disk import (
    ROOT,
    Create,
    Delete,
    Link,
    Mark,
    Operation,
    Platter,
    Sync,
    Truncate,
    Write,
)

_CALLS = ("link", "mkdir", "rename", "replace", "unlink", "fsync")


class WatchedFolder:
    """A *folder* of which each look appends to a `trace` what was done in it since the last.

    At first there is what a *platter* holds, if that is given. The name of a folder in it ends
    with a slash.
    """

    def __init__(self, folder: Path, platter: Platter | None = None) -> None:
        self.folder = folder
        self.trace: list[Operation] = []
        self._names: dict[str, int] = {} if platter is None else {**platter.files()}
        self._contents = (
            {}
            if platter is None
            else {self._names[name]: content for name, content in platter.content().items()}
        )
        self._numbers = {(folder / name).stat().st_ino: file for name, file in self._names.items()}
        self._last = 0 if platter is None else max(platter.safe, default=0)

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
        if state.st_ino == self.folder.stat().st_ino:
            self.trace.append(Sync(0, ROOT))
        elif (file := self._numbers.get(state.st_ino)) is not None:
            folders = [name[:-1] for name, each in self._names.items() if each == file]
            self.trace.append(Sync(0, folders[0]) if S_ISDIR(state.st_mode) else Sync(file))

    def _look(self) -> None:
        states = {self._name(path): path.stat() for path in sorted(self.folder.rglob("*"))}
        inodes = {state.st_ino for state in states.values()}
        self._numbers = {inode: file for inode, file in self._numbers.items() if inode in inodes}
        names = {}
        for name, state in states.items():
            if (file := self._numbers.get(state.st_ino)) is None:
                self._last = file = self._numbers[state.st_ino] = self._last + 1
                self.trace.append(Create(file, name))
                self._contents[file] = b""
            elif self._names.get(name) != file:
                self.trace.append(Link(file, name))
            names[name] = file
            if not name.endswith("/"):
                self._note_content(file, (self.folder / name).read_bytes())
        self.trace += [Delete(name) for name in self._names.keys() - names.keys()]
        self._names = names

    def _name(self, path: Path) -> str:
        return f"{path.relative_to(self.folder).as_posix()}{'/' if path.is_dir() else ''}"

    def _note_content(self, file: int, content: bytes) -> None:
        before = self._contents[file]
        if content != before:
            start = len(before) if content.startswith(before) else 0
            self.trace.append(Write(file, start, content[start:]))
            if len(content) < len(before):
                self.trace.append(Truncate(file, len(content)))
            self._contents[file] = content
