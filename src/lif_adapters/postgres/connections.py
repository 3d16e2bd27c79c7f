"""Connections to PostgreSQL: none waits for ever, and a broken one is never used again."""

import os
import select
from collections import deque
from collections.abc import Callable, Sequence
from enum import Enum, auto
from threading import Condition
from time import monotonic
from typing import Any, TypeVar
from weakref import WeakSet, finalize

import psycopg
from psycopg import Connection, RawCursor, errors
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus
from psycopg.rows import TupleRow, tuple_row

from lif_adapters.postgres.address import Address
from lif_core.errors import (
    ConflictError,
    LifError,
    MalformedError,
    StorageFullError,
    UnreadableError,
)
from lif_core.log.recorder import IntegrityError

T = TypeVar("T")
_BUSY = frozenset(
    error.sqlstate
    for error in (
        errors.LockNotAvailable,
        errors.QueryCanceled,
        errors.TooManyConnections,
        errors.IdleInTransactionSessionTimeout,
    )
)
_ROLLED_BACK = "40"  # the class of deadlocks, and of snapshots that are too old
_SETTINGS = (
    b"SELECT set_config('lock_timeout', $1, false),"
    b" set_config('statement_timeout', $2, false),"
    b" set_config('idle_in_transaction_session_timeout', $3, false),"
    b" set_config('synchronous_commit', CASE current_setting('synchronous_commit')"
    b" WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, false),"
    b" current_setting('server_encoding')"
)


class NoAnswerError(psycopg.OperationalError):
    """A server that did not answer in time; the connection is closed."""


class Use(Enum):
    """A use of a connection.

    The driver forgets what is prepared on one, its own way and by statements, when a transaction
    on it is rolled back; but not where it has prepared nothing itself. So what reads and what
    writes are apart.
    """

    READ = auto()
    WRITE = auto()


class StoreConnection(Connection[TupleRow]):
    """A connection that waits no longer than *answer_timeout* seconds for an answer."""

    answer_timeout = 120.0
    use = Use.READ
    is_prepared = False  # the parts of transactions, with the first one

    def wait(self, gen: PQGen[T], *args: Any, **options: Any) -> T:
        try:
            return super().wait(_bounded(gen, self.answer_timeout), *args, **options)
        except NoAnswerError:
            self.pgconn.finish()
            raise


def _bounded(gen: PQGen[T], seconds: float) -> PQGen[T]:
    """Go through *gen* until *seconds* have passed."""
    deadline = monotonic() + seconds
    try:
        waits = next(gen)
        while True:
            ready = yield waits
            if not ready and monotonic() > deadline:
                raise NoAnswerError(f"no answer within {seconds:g} s")
            waits = gen.send(ready)
    except StopIteration as stop:
        result: T = stop.value
        return result


def fetch(
    connection: Connection[Any],
    statement: bytes,
    params: Sequence[object],
    *,
    prepare: bool = False,
) -> list[Any]:
    """Return the rows of one *statement*."""
    cursor = RawCursor(connection, row_factory=tuple_row)
    return cursor.execute(statement, params, prepare=prepare, binary=True).fetchall()


def is_lost(connection: Connection[Any]) -> bool:
    """Return whether the *connection* can be of no more use."""
    return connection.closed


def recorder_error(error: psycopg.Error) -> Exception:
    """Return the driver's *error* as what a recorder raises."""
    if isinstance(error, errors.IntegrityError):
        return IntegrityError(error)
    if error.sqlstate in _BUSY or (error.sqlstate or "").startswith(_ROLLED_BACK):
        return ConflictError(f"the store is busy: {_text(error)}")
    if isinstance(error, errors.DiskFull):
        return StorageFullError(f"the disk of the store is full: {_text(error)}")
    if isinstance(error, psycopg.DataError) and "0x00" in str(error):
        return MalformedError("stream", "holds the character NUL, which PostgreSQL keeps in none")
    return UnreadableError(f"the store failed: {_text(error)}")


def _text(error: psycopg.Error) -> str:
    return str(error).strip().replace("\n", " ")


class Pool:
    """The connections to the server at *address*, opened as they are needed, and kept.

    Threads may share it. It has no thread of its own, and a process that was forked opens its own
    connections.
    """

    def __init__(self, address: Address) -> None:
        self.address = address
        self._start()
        _POOLS.add(self)

    def _start(self) -> None:
        self._changed = Condition()
        self._in_use = 0
        self._idle: dict[Use, deque[StoreConnection]] = {use: deque() for use in Use}
        self._finalizer = finalize(self, close_all, *self._idle.values())

    def forget(self) -> None:
        """Begin again, in a process that was forked: what is open is the parent's."""
        self._finalizer.detach()
        _OF_PARENTS.extend(self._idle.values())
        self._start()

    def connect(self, use: Use) -> StoreConnection:
        """Return a new connection, beside those of the pool.

        Raises:
            UnreadableError: the server cannot be reached, or refuses.
            ConflictError: it has too many connections.
        """
        address = self.address
        try:
            connection = StoreConnection.connect(address.conninfo, autocommit=True)
        except psycopg.Error as error:
            if error.sqlstate in _BUSY or "too many clients" in str(error):
                raise ConflictError(f"the store is busy: {_text(error)}") from error
            problem = f"{address.place}: the store cannot be reached: {_text(error)}"
            raise UnreadableError(problem) from error
        connection.use = use
        if use is Use.WRITE:
            connection.prepare_threshold = None
        connection.answer_timeout = address.answer_timeout
        try:
            waits = (address.lock_timeout, address.answer_timeout, address.stall_timeout)
            params = [str(int(seconds * 1_000)) for seconds in waits]
            ((*_, encoding),) = fetch(connection, _SETTINGS, params)
            if encoding != "UTF8":
                raise UnreadableError(f"{address.place}: a database in {encoding}, not in UTF8")
        except psycopg.Error as error:
            connection.close()
            raise recorder_error(error) from error
        except BaseException:
            connection.close()
            raise
        return connection

    def take(self, use: Use) -> StoreConnection:
        """Return a connection for that *use*, to be given back.

        Raises:
            ConflictError: all are taken.
            UnreadableError: there is none, and the server cannot be reached.
        """
        size = self.address.pool_size
        with self._changed:
            if not self._changed.wait_for(
                lambda: self._in_use < size, timeout=self.address.pool_timeout
            ):
                raise ConflictError(f"the store is busy: all {size} connections are in use")
            self._in_use += 1
        try:
            return self._kept(use) or self.connect(use)
        except BaseException:
            self._let_go()
            raise

    def _kept(self, use: Use) -> StoreConnection | None:
        """Return a connection that was opened before, and still is."""
        while True:
            with self._changed:
                if not (idle := self._idle[use]):
                    break
                connection = idle.pop()
            if _is_alive(connection):
                return connection
            connection.close()
        with self._changed:  # no more than there may be, of all uses together
            idle = self._idle[Use.WRITE if use is Use.READ else Use.READ]
            is_full = self._in_use + len(idle) > self.address.pool_size
            spare = idle.popleft() if idle and is_full else None
        if spare is not None:
            spare.close()
        return None

    def _let_go(self) -> None:
        with self._changed:
            self._in_use -= 1
            self._changed.notify()

    def give_back(self, connection: StoreConnection) -> None:
        """Keep *connection* for the next, or close it where a transaction is open on it."""
        if connection.pgconn.transaction_status == TransactionStatus.IDLE:
            self._idle[connection.use].append(connection)
        else:
            connection.close()
        self._let_go()

    def undo(self, connection: StoreConnection) -> None:
        """Roll back what is open on *connection*, and give it back."""
        try:
            if not connection.closed:
                connection.rollback()
        except psycopg.Error:
            connection.close()
        except BaseException:
            self.drop(connection)
            raise
        self.give_back(connection)

    def drop(self, connection: StoreConnection) -> None:
        """Close *connection*, whatever it was doing: the server rolls back."""
        connection.close()
        self._let_go()

    def select(self, statement: bytes, params: Sequence[object]) -> list[Any]:
        """Return the rows of *statement*, on a new connection where the server was restarted."""
        return self.run(lambda connection: fetch(connection, statement, params, prepare=True))

    def run(self, act: Callable[[StoreConnection], T]) -> T:
        """Return what *act* returns, which only reads: once more where the connection was lost."""
        for last in (False, True):
            connection = self.take(Use.READ)
            try:
                result = act(connection)
            except psycopg.Error as error:
                lost = is_lost(connection) and not isinstance(error, NoAnswerError)
                self.undo(connection)
                if lost and not last:
                    continue
                raise recorder_error(error) from error
            except LifError:
                self.undo(connection)
                raise
            except BaseException:
                self.drop(connection)
                raise
            self.give_back(connection)
            return result
        raise AssertionError("the second time raises or returns")

    def close(self) -> None:
        """Close what is not in use."""
        close_all(*self._idle.values())


def close_all(*several: deque[StoreConnection]) -> None:
    """Close all connections in *several*, and leave none there."""
    for connections in several:
        while connections:
            connections.pop().close()


def _is_alive(connection: StoreConnection) -> bool:
    """Return whether the server has said nothing on an idle *connection*, such as that it ends."""
    if connection.closed:
        return False
    if not hasattr(select, "poll"):
        return True
    poll = select.poll()
    poll.register(connection.pgconn.socket, select.POLLIN)
    return not poll.poll(0)


_POOLS: WeakSet[Pool] = WeakSet()
_OF_PARENTS: list[deque[StoreConnection]] = []
"""Connections that a parent uses: closing one here would end it there."""


def _forget_all() -> None:
    for pool in list(_POOLS):
        pool.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)
