"""The composition root: a store's URL in, an application out."""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING
from weakref import WeakSet

from lif_adapters.extensions import installed
from lif_adapters.sqlite import SQLiteRecorder, remove_empty
from lif_adapters.sqlite_reader import SQLiteReader
from lif_adapters.sqlite_schema import is_there
from lif_adapters.store_image import StoreImage
from lif_core.catalogue import Extension
from lif_core.commands.application import Application, Clock
from lif_core.errors import MalformedError, MissingExtraError
from lif_core.framework import Frameworks
from lif_core.log.keyring import Keyring
from lif_core.log.memory import MemoryRecorder
from lif_core.log.recorder import Recorder
from lif_core.observer import Observer
from lif_core.queries.readership import NO_ROLES, Readership

if TYPE_CHECKING:
    from lif_adapters.backup import Progress
    from lif_adapters.migration import Migration
    from lif_core.trail.checkpoint import Checkpoint

KEPT = "write sqlite:PATH or postgresql://USER@HOST/DATABASE?schema=NAME"
KNOWN = f"{KEPT}, or memory:"


def utc_now() -> datetime:
    """Return the instant by the clock of the machine."""
    return datetime.now(UTC)


def connect(
    url: str,
    *,
    create: bool = True,
    read_only: bool = False,
    shared: bool = False,
    clock: Clock = utc_now,
    frameworks: Frameworks | None = None,
    readership: Readership = NO_ROLES,
    extensions: Sequence[Extension] | None = None,
    observer: Observer | None = None,
    keys: Keyring | None = None,
) -> Application:
    """Return an application over the store at *url*, to be closed, or used in a `with` block.

    Args:
        url: `sqlite:PATH`, `postgresql://USER@HOST/DATABASE?schema=NAME`, or `memory:` for one
            that is gone at the end.
        create: make the store where there is none.
        read_only: record nothing, and leave every byte of the store and of the files beside it as
            it is; one of an older schema is read without being brought up. Nothing is made.
        shared: make its tables in a file that has tables of the host already. To open them
            afterwards, it need not be said again.
        clock: the present instant; given by tests and migrations.
        frameworks: the packs in force; by default all that ship with `lif`.
        readership: who reads; by default somebody who may read nothing that is kept for a role.
        extensions: what adds to `lif`; by default all that are installed, which are found by their
            entry points.
        observer: is told what was done, and how long it took, such as
            `lif_adapters.telemetry.TracingObserver()`.
        keys: those of persons, under which texts about them are encrypted, such as
            `lif_adapters.key_store.KeyStore(folder, master_key)`. By default texts are stored as
            they are, and can never be erased.

    Raises:
        MalformedError: *url* is of no kind known here, or an extension cannot be loaded.
        UnreadableError: the store cannot be opened.
    """
    if extensions is None:
        extensions = installed()
    kind, _, path = url.partition(":")
    match kind:
        case "memory":
            recorder: Recorder = MemoryRecorder()
        case "sqlite" if path:
            recorder = _sqlite(Path(path), create=create, read_only=read_only, shared=shared)
        case "sqlite":
            raise MalformedError("url", "which file? write sqlite:PATH, such as sqlite:lif.db")
        case "postgresql" if path.startswith("//"):
            recorder = _postgres(url, create=create and not read_only, read_only=read_only)
        case _:
            raise MalformedError("url", f"{kind!r} is no kind of store: {KNOWN}")
    application = Application(
        recorder,
        clock=clock,
        frameworks=frameworks,
        readership=readership,
        extensions=extensions,
        observer=observer,
        monotonic=time.monotonic,
        keys=keys,
    )
    application.complete_erasures()
    _CONNECTED.add(application)
    return application


def migrate(url: str, *, adopt: bool = False, dry_run: bool = False) -> "Migration":
    """Bring the store at *url* up to this version of `lif`, all of it or nothing.

    Args:
        url: as for `connect`.
        adopt: take a file for a store where the mark of one is gone, as in a dump that was
            restored.
        dry_run: say what would be done; change nothing.

    Raises:
        MalformedError: *url* is none of a store that is kept.
        UnreadableError: there is no store, or one of a newer version.
    """
    from lif_adapters.migration import migrate_sqlite  # only now: few programs do so

    kind, path = _kept(url)
    if kind == "postgresql":
        migration: Migration = _postgres_module().migrate(url, dry_run=dry_run)
        return migration
    return migrate_sqlite(Path(path), adopt=adopt, dry_run=dry_run)


@contextmanager
def image(url: str) -> Iterator[StoreImage]:
    """Give one state of the store at *url*, which is only read, whatever others write meanwhile.

    Raises:
        MalformedError: *url* is none of a store that is kept.
        UnreadableError: the store cannot be opened.
    """
    kind, path = _kept(url)
    if kind == "sqlite":
        with closing(SQLiteReader(Path(path))) as reader, reader.image() as store:
            yield store
    else:
        recorder = _postgres_module().PostgresRecorder(url, create=False, read_only=True)
        with closing(recorder), recorder.image() as store:
            yield store


@contextmanager
def removed_unless_used(url: str) -> Iterator[None]:
    """Remove the store at *url* that is made within, where that fails before anything is recorded
    in it; a store that was there before stays as it is.
    """
    kind, _, path = url.partition(":")
    if kind == "postgresql":
        with _postgres_module().removed_unless_used(url):
            yield
        return
    is_new = kind == "sqlite" and not os.path.lexists(path)
    try:
        yield
    except BaseException:  # an interruption as well
        if is_new:
            remove_empty(Path(path))
        raise


def restore(
    file: Path, url: str, *, progress: "Progress" = lambda left, total: None
) -> tuple["Checkpoint", bool]:
    """Put the backup in *file* where no store is, at *url*; return its head, and whether that is
    what stands beside the backup.

    Raises:
        MalformedError: there is a store already, or something that one left behind.
        UnreadableError: the backup is no store, or damaged.
        AlteredError: the backup is not what is said beside it.
    """
    from lif_adapters.backup import restore_file, restore_into  # only now, as above

    kind, path = _kept(url)
    if kind == "sqlite":
        return restore_file(file, Path(path), progress=progress)
    return restore_into(file, partial(_postgres_module().fill, url))


def _kept(url: str) -> tuple[str, str]:
    """Return the kind of a store that is kept, and its place.

    Raises:
        MalformedError: *url* is of no such kind.
    """
    kind, _, path = url.partition(":")
    if kind not in ("sqlite", "postgresql") or not path:
        raise MalformedError("url", f"{url!r} is no store that is kept: {KEPT}")
    return kind, path


_CONNECTED: WeakSet[Application] = WeakSet()


def _after_fork() -> None:
    """Let each application begin anew: the locks of the parent's other threads are held for ever,
    and what it knows of the log may be half of a step.
    """
    for application in list(_CONNECTED):
        application.renew()


if hasattr(os, "register_at_fork"):  # not on Windows, where nothing forks
    os.register_at_fork(after_in_child=_after_fork)


def _sqlite(path: Path, *, create: bool, read_only: bool, shared: bool) -> Recorder:
    """Return the recorder of the log in the file *path*: a reader, where it cannot be written."""
    if read_only or (is_there(path) and not _may_write(path.absolute())):
        return SQLiteReader(path)
    return SQLiteRecorder(path, create=create, shared=shared)


def _may_write(path: Path) -> bool:
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def _postgres(url: str, *, create: bool, read_only: bool) -> Recorder:
    """Return the recorder of the log at *url*."""
    recorder: Recorder = _postgres_module().PostgresRecorder(
        url, create=create, read_only=read_only
    )
    return recorder


def _postgres_module() -> ModuleType:
    """Return what is loaded only for a log in PostgreSQL."""
    try:
        return import_module("lif_adapters.postgres")
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "psycopg":
            raise
        problem = "PostgreSQL needs psycopg: pip install 'lif-ledger[postgres]'"
        raise MissingExtraError(problem) from error
