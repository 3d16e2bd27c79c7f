"""The files of a trail, which are held outside the store: checkpoints, leaves, exported logs."""

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from lif_adapters.durable_files import sync_folder
from lif_adapters.private_files import owner_only
from lif_core.errors import MalformedError
from lif_core.log.recorder import Row, misstored
from lif_core.log.requests import parse
from lif_core.trail.checkpoint import Checkpoint
from lif_core.trail.examination import altered_row
from lif_core.trail.note import SignedNote
from lif_core.trail.tree import Tree

HASH = 32  # bytes
MEMBERS = ("position", "stream", "entry", "stored_name", "stored")


def read_text(path: Path, what: str) -> str:
    """Return the text of a file.

    Raises:
        MalformedError: it cannot be read, or is no text; it names *what* was to be read.
    """
    try:
        return path.read_bytes().decode()
    except (OSError, ValueError) as error:
        if isinstance(error, UnicodeDecodeError):
            raise MalformedError(what, f"{path}: not a text in UTF-8") from error
        problem = getattr(error, "strerror", None) or error
        raise MalformedError(what, f"{path}: {problem}") from error


def read_note(path: Path, what: str = "--checkpoint") -> SignedNote:
    """Return the signed note in a file.

    Raises:
        MalformedError: it holds none; it names *what* was to be read.
    """
    text = read_text(path, what)
    try:
        return SignedNote.of(text)
    except MalformedError as error:
        raise MalformedError(what, f"{path}: {error.problem}") from error


def check_place(path: Path, what: str) -> None:
    """Refuse a *path* at which no file can be held.

    Raises:
        MalformedError: it is a folder, or in none; it names *what* is to be held.
    """
    try:
        if path.is_dir() or not path.name:
            raise MalformedError(what, f"{path}: a folder, not a file")
        if not path.parent.is_dir():
            raise MalformedError(what, f"{path}: there is no folder {path.parent}")
    except (OSError, ValueError) as error:
        if isinstance(error, MalformedError):
            raise
        raise MalformedError(what, f"{str(path)[:80]!r}: no path of a file") from error


def leaves_of(path: Path) -> Path:
    """Return the file of the leaves under the checkpoint in the file *path*."""
    return path.with_name(f"{path.name}.leaves")


def read_leaves(path: Path, checkpoint: Checkpoint) -> Sequence[bytes]:
    """Return the leaves under a *checkpoint*, from a file that may have more.

    Raises:
        MalformedError: they are not in the file.
    """
    try:
        content = path.read_bytes()[: HASH * checkpoint.size]
    except OSError as error:
        raise MalformedError("leaves", f"{path}: {error.strerror}") from error
    leaves = [content[start : start + HASH] for start in range(0, len(content), HASH)]
    if Tree(leaves).root() != checkpoint.root:
        raise MalformedError("leaves", f"{path}: not the leaves under the checkpoint")
    return leaves


def leaves_beside(file: Path, checkpoint: Checkpoint) -> Sequence[bytes]:
    """Return the leaves that are held with a checkpoint; none where there are none.

    Raises:
        MalformedError: there is such a file, and it has others.
    """
    path = leaves_of(file)
    return read_leaves(path, checkpoint) if path.exists() else ()


def write(path: Path, content: bytes) -> None:
    """Put a file in the place of the one at *path*, whole and durable, or leave that as it is."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(beside, "wb", opener=owner_only) as file:
            if path.exists():
                beside.chmod(stat.S_IMODE(path.stat().st_mode))
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
    sync_folder(path.parent)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the lock of the file *path*: of several that sign, each sees the newest checkpoint."""
    try:
        import fcntl
    except ModuleNotFoundError:  # not on Windows
        yield
        return
    with open(path.with_name(f".{path.name}.lock"), "ab", opener=owner_only) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


# A log as a file, with the stored bytes of its entries


def stored_json(row: Row) -> dict[str, Any]:
    """Return a row as it is written in an exported log, with the stored bytes as a text.

    Raises:
        AlteredError: it is not of the types that an entry has.
    """
    if problem := misstored(row):
        raise altered_row(row, problem)
    position, stream, stream_position, topic, state = row
    stored = state.decode("utf-8", "surrogateescape")
    return dict(zip(MEMBERS, (position, stream, stream_position, topic, stored), strict=True))


def read_log(path: Path) -> Iterator[Row]:
    """Yield the rows of an exported log, a line each.

    Raises:
        MalformedError: a line is no such row; it says which.
    """
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                yield _row(line, f"{path}, line {number}")
    except OSError as error:
        raise MalformedError("--log", f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise MalformedError("--log", f"{path}: not a text in UTF-8") from error


def _row(line: str, where: str) -> Row:
    try:
        members: Any = parse(line)
        position, stream, entry, topic, stored = (members[name] for name in MEMBERS)
        state = stored.encode("utf-8", "surrogateescape")
        for name in (stream, topic):
            name.encode()  # half a character is in no text that is stored
    except MalformedError as error:
        raise MalformedError(
            "--log", f"{where}: not an entry of `lif prove --entries`: {error}"
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        problem = f"{where}: not an entry of `lif prove --entries`"
        raise MalformedError("--log", problem) from error
    numbers = type(position) is int and type(entry) is int
    if not numbers or not isinstance(stream, str) or not isinstance(topic, str):
        raise MalformedError("--log", f"{where}: not an entry of `lif prove --entries`")
    return position, stream, entry, topic, state
