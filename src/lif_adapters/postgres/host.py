"""A log in PostgreSQL, read and written on a host's own connection, in the host's transaction."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, NoReturn, TypeVar
from uuid import UUID

import psycopg
from psycopg.pq import TransactionStatus

from lif_adapters.host_connections import driver_connection
from lif_adapters.postgres.address import Address
from lif_adapters.postgres.connections import fetch, recorder_error
from lif_adapters.postgres.log import PostgresLog
from lif_adapters.postgres.schema import MIGRATIONS, version_of
from lif_adapters.postgres.transaction import Transaction
from lif_core.errors import MalformedError

T = TypeVar("T")
_UNDO = b"ROLLBACK TO SAVEPOINT lif; RELEASE SAVEPOINT lif"


class PostgresHostRecorder(PostgresLog):
    """A recorder on the host's *connection* to the store *identity*; it never commits.

    Where the host asks for a snapshot (`REPEATABLE READ` or above), it appends nothing once
    others have, since it would not see what they appended.

    Raises:
        MalformedError: the connection is of another kind, to another store or not in UTF-8, or
            has no transaction open that is good.
    """

    def __init__(self, connection: object, address: Address, identity: UUID) -> None:
        super().__init__(address, len(MIGRATIONS))
        driver = driver_connection(connection)
        if not isinstance(driver, psycopg.Connection):
            raise MalformedError("connection", f"{type(driver).__name__} is none of psycopg 3")
        self._connection: psycopg.Connection[Any] = driver
        self._refuse_unless_open()
        if driver.info.encoding != "utf-8":
            raise MalformedError("connection", f"in {driver.info.encoding}, not in UTF-8")
        try:
            version, store = version_of(driver, address)
        except psycopg.Error as error:
            raise recorder_error(error) from error
        if version != len(MIGRATIONS) or store != identity:
            raise MalformedError("connection", f"not to the store at {address.place}")

    def __reduce__(self) -> NoReturn:
        raise TypeError("a transaction of the host is of one process")

    def _refuse_unless_open(self) -> None:
        """Refuse where no transaction is open that the host can commit, or that it begins."""
        connection = self._connection
        status = connection.pgconn.transaction_status
        if connection.closed:
            raise MalformedError("connection", "is closed")
        if status == TransactionStatus.INERROR:
            raise MalformedError("connection", "its transaction has failed: roll it back first")
        if status == TransactionStatus.IDLE and connection.autocommit:
            raise MalformedError("connection", "no transaction is open on it: begin one first")

    def _select(self, statement: bytes, params: Sequence[object]) -> list[Any]:
        try:
            return fetch(self._connection, statement, params)
        except psycopg.Error as error:
            raise recorder_error(error) from error

    def _write(self, act: Callable[[Transaction], T]) -> T:
        """Write within a savepoint; the locks that are taken are then the host's transaction's."""
        self._refuse_unless_open()
        sql = self._sql
        transaction = Transaction(
            self._connection,
            b"SAVEPOINT lif",
            b"RELEASE SAVEPOINT lif",
            (sql.lock, sql.hold),
            sql.prepared,
            prefix=None,
        )
        try:
            return act(transaction)
        except psycopg.Error as error:
            self._undo()
            raise recorder_error(error) from error
        except BaseException:
            self._undo()
            raise

    def _undo(self) -> None:
        with suppress(psycopg.Error):  # the failure is what is told
            if not self._connection.closed:
                self._connection.execute(_UNDO)

    def wait(self, *, after: int, seconds: float) -> bool:
        """Return what there is at once: notifications come to no open transaction."""
        return bool(self.rows(after=after, limit=1))

    def within(self, connection: object) -> NoReturn:
        raise MalformedError("connection", "is given within a transaction already")

    def close(self) -> None:
        """Do nothing: the connection is the host's."""
