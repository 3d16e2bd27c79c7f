"""One state of a log in PostgreSQL, for whoever reads all of it: a checkup, a backup."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NoReturn, TypeVar

import psycopg
from psycopg import Connection

from lif_adapters.check_result import CheckResult, fine, note, wrong
from lif_adapters.postgres.address import Address
from lif_adapters.postgres.connections import fetch, recorder_error
from lif_adapters.postgres.log import PostgresLog
from lif_adapters.postgres.schema import MIGRATIONS, schema_flaws, version_of
from lif_adapters.postgres.transaction import Transaction
from lif_adapters.store_image import ReceiptRow, streams_check
from lif_core.log.recorder import PAGE, opened_to_be_read

T = TypeVar("T")
_SETTINGS = (
    b"SELECT current_setting('fsync'), current_setting('full_page_writes'),"
    b" current_setting('synchronous_commit')"
)


class PostgresImage(PostgresLog):
    """The log at *address* as a *connection* sees it, within a transaction that is open."""

    def __init__(self, connection: Connection[Any], address: Address) -> None:
        self._version, _ = version_of(connection, address)
        super().__init__(address, self._version)
        self.address = address
        self._connection = connection

    def _select(self, statement: bytes, params: Sequence[object]) -> list[Any]:
        try:
            return fetch(self._connection, statement, params)
        except psycopg.Error as error:
            raise recorder_error(error) from error

    def _write(self, act: Callable[[Transaction], T]) -> NoReturn:
        raise opened_to_be_read()

    def receipts(self) -> Iterator[Sequence[ReceiptRow]]:
        """Yield all receipts of commands, page by page, by the positions of their entries."""
        statement = f"SELECT command_id, digest, first, last FROM {self._sql.receipts}"
        try:
            with self._connection.cursor("lif_receipts") as cursor:
                cursor.execute(f"{statement} ORDER BY first, command_id".encode())
                while page := cursor.fetchmany(PAGE):
                    yield page
        except psycopg.Error as error:
            raise recorder_error(error) from error

    def trackings(self) -> Sequence[tuple[str, int]]:
        """Return how far each follower and each saved view has read."""
        return self._select(self._sql.trackings, ())

    def ever_reached(self) -> int:
        """Return the last position that was ever given to an entry."""
        ((position,),) = self._select(self._sql.head, ())
        return int(position)

    def checks(self) -> Iterator[CheckResult]:
        """Yield what the server tells of the store."""
        if self._version < len(MIGRATIONS):
            state = f"version {self._version}, of an older lif"
            yield note("schema", state, "back it up, and run `lif migrate`")
        else:
            yield fine("schema", f"version {self._version}")
        if flaws := schema_flaws(self._connection, self.address):
            remedy = "somebody made entries changeable: verify the log, and restore the store"
            yield wrong("triggers", "; ".join(flaws), remedy)
        else:
            yield fine("triggers", "entries and packs on record are neither changed nor removed")
        yield streams_check(self)
        ((fsync, pages, commit),) = self._select(_SETTINGS, ())
        if (fsync, pages) != ("on", "on"):
            problem = f"fsync is {fsync}, full_page_writes is {pages}"
            yield wrong("durability", problem, "set both on: a power cut would damage the store")
        else:
            yield fine("durability", f"fsync on, synchronous_commit {commit}")

    def wait(self, *, after: int, seconds: float) -> bool:
        """Return what there is at once: nothing comes to it any more."""
        return bool(self.rows(after=after, limit=1))

    def within(self, connection: object) -> NoReturn:
        raise opened_to_be_read()

    def close(self) -> None:
        """Do nothing: whoever opened the connection closes it."""
