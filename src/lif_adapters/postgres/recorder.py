"""The recorder of a log in PostgreSQL: many writers, one after the other."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from functools import partial
from time import monotonic
from typing import Any, TypeVar
from weakref import finalize

import psycopg

from lif_adapters.postgres.address import address_of
from lif_adapters.postgres.connections import (
    NoAnswerError,
    Pool,
    StoreConnection,
    Use,
    close_all,
    fetch,
    is_lost,
    recorder_error,
)
from lif_adapters.postgres.host import PostgresHostRecorder
from lif_adapters.postgres.image import PostgresImage
from lif_adapters.postgres.log import PostgresLog
from lif_adapters.postgres.schema import (
    MIGRATIONS,
    older,
    open_schema,
    schema_flaws,
    version_of,
)
from lif_adapters.postgres.transaction import Transaction
from lif_core.errors import ConflictError, UnreadableError
from lif_core.log.recorder import opened_to_be_read
from lif_core.observer import LOGGER

T = TypeVar("T")
BEGIN = b"BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
SNAPSHOT = (
    b"SET idle_in_transaction_session_timeout = 0; BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
)
PREFIX = "lif_"  # of prepared statements
POLL_SECONDS = 1.0  # after which a waiting follower looks, where no notification came


class PostgresRecorder(PostgresLog):
    """The recorder of the log at *url*, `postgresql://USER@HOST/DATABASE?schema=NAME`.

    Threads and processes may share the store, and threads the recorder.

    Raises:
        MalformedError: *url* is none to PostgreSQL, or has an unknown option.
        UnreadableError: the server cannot be reached; there is no store (unless *create*), or one
            of a newer version, or tables of something else.
    """

    def __init__(self, url: str, *, create: bool = True, read_only: bool = False) -> None:
        self._url = url
        self._read_only = read_only
        address = address_of(url)
        self._pool = Pool(address)
        self._waiting: deque[StoreConnection] = deque()
        finalize(self, close_all, self._waiting)
        version, self._identity = self._pool.run(
            partial(open_schema, address=address, create=create, read_only=read_only)
        )
        super().__init__(address, version)
        if version < len(MIGRATIONS):
            LOGGER.warning("%s", older(address.place))
        self._flaws = self._pool.run(partial(schema_flaws, address=address))
        if self._flaws:
            LOGGER.warning("%s", self._flawed())

    def __reduce__(self) -> Any:
        """Let another process open the same store."""
        open_again = partial(PostgresRecorder, create=False, read_only=self._read_only)
        return open_again, (self._url,)

    def _flawed(self) -> str:
        """Return what is wrong with the tables, and what to do."""
        return (
            f"{self._pool.address.place}: its tables are not as lif makes them:"
            f" {'; '.join(self._flaws)}. It can be read, and nothing is recorded in it. Hold the"
            " log against a checkpoint or a backup (`lif verify`), and then make them again"
            " (ALTER TABLE ... ENABLE TRIGGER ALL)"
        )

    def _select(self, statement: bytes, params: Sequence[object]) -> list[Any]:
        try:
            return self._pool.select(statement, params)
        except UnreadableError as error:
            self._refuse_newer(error.__cause__)
            raise

    def _refuse_newer(self, error: BaseException | None) -> None:
        """Refuse a store where the *error* of a statement is that a newer program has changed the
        tables since it was opened.

        Raises:
            UnreadableError: it has.
        """
        if isinstance(error, psycopg.ProgrammingError):
            self._pool.run(partial(version_of, address=self._pool.address))

    def _write(self, act: Callable[[Transaction], T]) -> T:
        """Return what *act* returns; it is done again where the connection was lost before it had
        begun, as after a restart of the server.

        Raises:
            ConflictError: the connection was lost; where it was being committed, the error says
                that it may have been recorded.
        """
        if self._read_only:
            raise opened_to_be_read()
        if self._flaws:
            raise UnreadableError(self._flawed())
        for last in (False, True):
            connection = self._pool.take(Use.WRITE)
            transaction = Transaction(
                connection, BEGIN, b"COMMIT", (self._sql.lock,), self._sql.prepared, prefix=PREFIX
            )
            try:
                self._prepare(connection)
                result = act(transaction)
            except psycopg.Error as error:
                lost = is_lost(connection)
                self._pool.undo(connection)
                overdue = isinstance(error, NoAnswerError)
                if lost and not (transaction.has_begun or overdue or last):
                    continue
                if lost and transaction.is_ending:
                    raise ConflictError(
                        "the connection was lost: it may have been recorded; try again with the"
                        f" same command id ({error})"
                    ) from error
                if lost and transaction.has_begun and not overdue:
                    raise ConflictError(
                        f"the connection was lost; nothing was recorded: try again ({error})"
                    ) from error
                self._refuse_newer(error)
                raise recorder_error(error) from error
            except Exception:
                self._pool.undo(connection)
                raise
            except BaseException:
                self._pool.drop(connection)
                raise
            self._pool.give_back(connection)
            return result
        raise AssertionError("the second time raises or returns")

    def _prepare(self, connection: StoreConnection) -> None:
        """Prepare the parts of transactions on a *connection* that was new."""
        if connection.is_prepared:
            return
        statements = [
            f"PREPARE {PREFIX}{name} ({types}) AS {text}"
            for name, (types, text) in self._sql.prepared.items()
        ]
        connection.execute(";".join(statements).encode())
        connection.is_prepared = True

    def wait(self, *, after: int, seconds: float) -> bool:
        """Wait for a notification of the server, on a connection beside those of the pool."""
        deadline = monotonic() + seconds
        for last in (False, True):
            connection = self._listening()
            try:
                has_moved = self._has_moved(connection, after, deadline)
            except psycopg.Error as error:
                lost = is_lost(connection)
                connection.close()
                if lost and not last:
                    continue
                self._refuse_newer(error)
                raise UnreadableError(f"the store went away: {error}") from error
            except BaseException:
                connection.close()
                raise
            self._waiting.append(connection)
            return has_moved
        raise AssertionError("the second time raises or returns")

    def _has_moved(self, connection: StoreConnection, after: int, deadline: float) -> bool:
        """Return whether there is an entry past *after*, by the *deadline*."""
        while not fetch(connection, self._sql.moved, (after,)):
            rest = deadline - monotonic()
            if rest <= 0:
                return False
            for _ in connection.notifies(timeout=min(rest, POLL_SECONDS), stop_after=1):
                pass
        return True

    def _listening(self) -> StoreConnection:
        """Return a connection that listens for what is appended."""
        with suppress(IndexError):
            return self._waiting.pop()
        connection = self._pool.connect(Use.READ)
        try:
            connection.execute(f"LISTEN {self._sql.channel}".encode())
        except psycopg.Error as error:
            connection.close()
            raise recorder_error(error) from error
        return connection

    @contextmanager
    def image(self) -> Iterator[PostgresImage]:
        """Give one state of the store, whatever others write meanwhile."""
        with closing(self._pool.connect(Use.READ)) as connection:
            try:
                connection.execute(SNAPSHOT)
                yield PostgresImage(connection, self._pool.address)
            except psycopg.Error as error:
                raise recorder_error(error) from error

    def within(self, connection: object) -> PostgresHostRecorder:
        if self._read_only:
            raise opened_to_be_read()
        return PostgresHostRecorder(connection, self._pool.address, self._identity)

    def close(self) -> None:
        self._pool.close()
        close_all(self._waiting)
