"""The backup of a store: one state of it in a file, made while others write, and put back.

A backup is a store in SQLite, whatever the store is kept in. Beside it, in FILE.head, stand how
many entries it has, their root, and the digest of its bytes.
"""

import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from hashlib import sha256
from itertools import chain
from pathlib import Path

from lif_adapters import sqlite_lengths as lengths
from lif_adapters.durable_files import sync_file, sync_folder
from lif_adapters.private_files import make_file
from lif_adapters.sqlite_image import SQLiteImage
from lif_adapters.sqlite_log import recorder_error
from lif_adapters.sqlite_reader import SQLiteReader
from lif_adapters.sqlite_schema import make, tracked_row
from lif_adapters.store_image import StoreImage
from lif_adapters.trail_files import check_place, read_text, write
from lif_core.errors import AlteredError, MalformedError, StorageFullError, UnreadableError
from lif_core.log.recorder import rows_of
from lif_core.projection.cache import SAVED
from lif_core.trail.checkpoint import Checkpoint
from lif_core.trail.examination import head_of

ORIGIN = "lif backup"
BESIDE = ("-wal", "-shm", "-journal")
PAGES = 1_024  # of SQLite's, copied at once
Progress = Callable[[int, int], object]
"""Told how much is still to be done, and how much there is in all."""


def head_file(file: Path) -> Path:
    """Return the file beside a backup that says what it holds."""
    return file.with_name(f"{file.name}.head")


def back_up(
    store: StoreImage,
    file: Path,
    *,
    replace: bool = False,
    progress: Progress = lambda left, total: None,
) -> Checkpoint:
    """Write a backup of a *store* to *file*, whole, verified and durable, or nothing.

    Raises:
        MalformedError: there is such a file, and it is not to *replace* it; or no file can be
            made there.
        UnreadableError: the store, or its copy, is damaged.
        AlteredError: the copy does not have the entries of the store.
    """
    check_place(file, "FILE")
    if not replace:
        _refuse_existing(file, "FILE", "; --replace puts another in its place")
    with _new_file(file) as new:
        head = _copied(store, new, progress)
        digest = _durable(new)
        if not replace:
            _refuse_existing(file, "FILE")
        head_file(file).unlink(missing_ok=True)
        sync_folder(file.parent)  # no loss of power puts it back, beside another backup
        if replace:
            new.replace(file)
        else:
            _put(new, file, "FILE")
        sync_folder(file.parent)
        write(head_file(file), _note(head, digest))
    return head


def restore_file(
    file: Path, path: Path, *, progress: Progress = lambda left, total: None
) -> tuple[Checkpoint, bool]:
    """Put the backup in *file* where no store is, at *path*; return its head, and whether that is
    what stands beside it.

    Raises:
        MalformedError: there is a store already, or something that one left behind.
        UnreadableError: the backup is no store, or damaged.
        AlteredError: the backup is not what is said beside it.
    """
    check_place(path, "--db")
    refuse_taken(path)
    with (
        closing(SQLiteReader(file)) as reader,
        reader.image() as backup,
        _new_file(path) as new,
    ):
        expected = expected_head(file)
        head = _copied(backup, new, progress)
        _refuse_unequal(file, expected, head)
        _durable(new)
        refuse_taken(path)
        sync_folder(path.parent)  # no loss of power puts back what was moved away from there
        _put(new, path, "--db")
        sync_folder(path.parent)
    return head, expected is not None


def restore_into(file: Path, fill: Callable[[StoreImage], object]) -> tuple[Checkpoint, bool]:
    """Put the backup in *file* where *fill* does, all of it or nothing; return as `restore_file`.

    Raises:
        UnreadableError: the backup is no store, or damaged.
        AlteredError: the backup is not what is said beside it.
    """
    with closing(SQLiteReader(file)) as reader, reader.image() as backup:
        expected = expected_head(file)
        if problems := backup.integrity():
            raise UnreadableError(f"{file}: damaged: {problems[0]}")
        head = head_of(rows_of(backup), ORIGIN)
        _refuse_unequal(file, expected, head)
        fill(backup)
    return head, expected is not None


def expected_head(file: Path) -> Checkpoint | None:
    """Return the head that stands beside a backup; `None` where none does.

    Raises:
        AlteredError: the bytes of the backup are not those that it was written with.
        MalformedError: what stands there is no head.
    """
    beside = head_file(file)
    if not beside.exists():
        return None
    head = Checkpoint.of(read_text(beside, "FILE"))
    digests = [line.removeprefix("sha256 ") for line in head.extensions]
    if head.origin != ORIGIN or len(digests) != 1:
        raise MalformedError("FILE", f"{beside}: not the head of a backup")
    if digests[0] != _digest(file):
        problem = "not the bytes that it was written with: it was damaged, changed or opened"
        raise AlteredError(f"{file}: {problem}; read {beside.name} for what it held")
    return Checkpoint(head.origin, head.size, head.root)


def _refuse_unequal(file: Path, expected: Checkpoint | None, head: Checkpoint) -> None:
    if expected is not None and expected != head:
        problem = f"{head.size} entries, and not the {expected.size} that are said beside it"
        raise AlteredError(f"{file}: {problem}")


def refuse_taken(path: Path) -> None:
    """Refuse a place at which there is a store, or a file that would be taken for a part of it.

    Raises:
        MalformedError: there is.
    """
    _refuse_existing(path, "--db", "; a backup is put where no store is: move it away first")
    for suffix in BESIDE:
        if (beside := Path(f"{path}{suffix}")).exists():
            raise MalformedError(
                "--db",
                f"{beside} was left by another store, and a backup put beside it would take in"
                " entries that are not its own: move it away, with the store that it belongs to",
            )


def _refuse_existing(path: Path, field: str, advice: str = "") -> None:
    if os.path.lexists(path):
        raise MalformedError(field, f"{path}: there is such a file{advice}")


@contextmanager
def _new_file(file: Path) -> Iterator[Path]:
    """Give a new file beside *file*, its owner's alone, which is gone at the end unless it was
    put elsewhere.
    """
    new = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        new.unlink(missing_ok=True)
        make_file(new)
        yield new
    except OSError as error:
        raise MalformedError("FILE", f"{new}: {error.strerror}") from error
    finally:
        for suffix in ("", *BESIDE):
            with suppress(OSError):
                Path(f"{new}{suffix}").unlink(missing_ok=True)


def _put(new: Path, file: Path, field: str) -> None:
    """Give a *new* file its name, unless another has it meanwhile."""
    try:
        os.link(new, file)
    except FileExistsError:
        _refuse_existing(file, field)
    except OSError:  # a file system without links
        _refuse_existing(file, field)
        new.rename(file)


def _copied(store: StoreImage, new: Path, progress: Progress) -> Checkpoint:
    """Copy a *store* into the file *new*, hold one against the other, and return their head."""
    try:
        with closing(sqlite3.connect(new, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous = OFF")  # it is synced as a whole
            if isinstance(store, SQLiteImage):
                store.connection.backup(
                    connection, pages=PAGES, progress=lambda _, left, total: progress(left, total)
                )
            else:
                _fill(connection, store)
    except sqlite3.Error as error:
        if isinstance(full := recorder_error(error), StorageFullError):
            raise full from error
        raise UnreadableError(f"the copy cannot be written: {error}") from error
    with closing(SQLiteReader(new)) as reader, reader.image() as copy:
        if problems := copy.integrity():
            raise UnreadableError(f"the store is damaged, and so is its copy: {problems[0]}")
        head = head_of(rows_of(copy), ORIGIN)
    if head != head_of(rows_of(store), ORIGIN):
        raise AlteredError("the copy does not have the entries of the store: it was not kept")
    return head


def _fill(connection: sqlite3.Connection, store: StoreImage) -> None:
    """Record in a new file all that a *store* of another kind has, but for its saved views."""
    cursor = connection.cursor()
    cursor.execute("BEGIN")
    make(cursor)
    cursor.executemany("INSERT INTO stored_events VALUES (?, ?, ?, ?, ?)", rows_of(store))
    lengths.count(cursor)
    cursor.executemany(
        "INSERT INTO handled_commands VALUES (?, ?, ?, ?)",
        chain.from_iterable(store.receipts()),
    )
    cursor.executemany(
        "INSERT INTO tracking VALUES (?, ?, ?)",
        [tracked_row(*row) for row in store.trackings() if not row[0].startswith(SAVED)],
    )
    cursor.executemany(
        "INSERT INTO packs VALUES (?, ?, ?, ?, ?)",
        [
            (row.position, use.name, use.digest, use.since.isoformat(), json.dumps(use.governs))
            for row in store.packs()
            for use in (row.pack,)
        ],
    )
    if reached := store.ever_reached():
        cursor.execute("DELETE FROM sqlite_sequence WHERE name = 'stored_events'")
        cursor.execute("INSERT INTO sqlite_sequence VALUES ('stored_events', ?)", (reached,))
    cursor.execute("COMMIT")
    connection.execute("PRAGMA journal_mode = WAL")


def _note(head: Checkpoint, digest: str) -> bytes:
    return Checkpoint(head.origin, head.size, head.root, (f"sha256 {digest}",)).text.encode()


def _durable(path: Path) -> str:
    """Have the file on the disk; return the digest of its bytes."""
    sync_file(path)
    return _digest(path)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        digest = sha256()
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
