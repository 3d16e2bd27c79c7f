"""The errors of the `eventsourcing` family, as those of our port."""

from collections.abc import Iterator
from contextlib import contextmanager

from eventsourcing.persistence import IntegrityError

from lif_core.errors import ConflictError, LifError, StorageFullError, UnreadableError

BUSY_STATES = frozenset({"40001", "40P01", "55P03"})  # serialisation, deadlock, lock timeout
BUSY_CODES = frozenset({5, 6})  # SQLite is busy, or a table is locked
FULL_STATE = "53100"
FULL_CODE = 13


@contextmanager
def engine_errors() -> Iterator[None]:
    """Raise the errors of the engine, and of the drivers under it, as a recorder's.

    A conflict stays as it is, a busy store is a conflict, and anything else a store that fails.
    """
    try:
        yield
    except (IntegrityError, LifError):
        raise
    except Exception as error:
        if any(map(_is_busy, _causes(error))):
            raise ConflictError(f"the store is busy: {error}") from error
        if any(map(_is_full, _causes(error))):
            raise StorageFullError(f"the disk of the store is full: {error}") from error
        raise UnreadableError(f"the store failed: {type(error).__name__}: {error}") from error


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield the *error* and what it was raised from, also as SQLAlchemy holds it."""
    while error is not None:
        yield error
        error = getattr(error, "orig", None) or error.__cause__ or error.__context__


def _is_full(error: BaseException) -> bool:
    code = getattr(error, "sqlite_errorcode", None)
    return getattr(error, "sqlstate", None) == FULL_STATE or code == FULL_CODE


def _is_busy(error: BaseException) -> bool:
    code = getattr(error, "sqlite_errorcode", None)
    return getattr(error, "sqlstate", None) in BUSY_STATES or (
        code is not None and code & 0xFF in BUSY_CODES
    )
