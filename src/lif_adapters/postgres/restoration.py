"""The restoration of a store in PostgreSQL from one state of another."""

import json
from collections.abc import Iterable
from contextlib import closing
from itertools import chain
from typing import Any

import psycopg

from lif_adapters.postgres.address import address_of
from lif_adapters.postgres.connections import Pool, StoreConnection, Use, fetch, recorder_error
from lif_adapters.postgres.copies import copied
from lif_adapters.postgres.image import PostgresImage
from lif_adapters.postgres.schema import MIGRATIONS, open_schema, version_of
from lif_adapters.postgres.statements import Statements
from lif_adapters.store_image import StoreImage
from lif_core.errors import AlteredError, MalformedError
from lif_core.log.recorder import rows_of
from lif_core.projection.cache import SAVED
from lif_core.trail.examination import head_of


def fill(url: str, store: StoreImage) -> None:
    """Make a store at *url* with all that another has, but for its saved views; or nothing.

    Raises:
        MalformedError: there is a store already.
        AlteredError: what was written does not have the entries of the other.
    """
    address = address_of(url)
    with closing(Pool(address)) as pool, closing(pool.connect(Use.WRITE)) as connection:
        try:
            with connection.transaction():
                if version_of(connection, address)[0]:
                    problem = "there is a store already; a backup is put where none is"
                    raise MalformedError("--db", f"{address.place}: {problem}")
                open_schema(connection, address, create=True)
                _copy(connection, store, Statements(address.schema, len(MIGRATIONS)))
                restored = PostgresImage(connection, address)
                if head_of(rows_of(restored)) != head_of(rows_of(store)):
                    raise AlteredError(f"{address.place}: not the entries of the backup: undone")
        except psycopg.Error as error:
            raise recorder_error(error) from error


def _copy(connection: StoreConnection, store: StoreImage, sql: Statements) -> None:
    _insert(connection, sql.entries, rows_of(store))
    _insert(connection, sql.receipts, chain.from_iterable(store.receipts()))
    _insert(
        connection,
        sql.tracking,
        (row for row in store.trackings() if not row[0].startswith(SAVED)),
    )
    _insert(
        connection,
        sql.packs_table,
        (
            (row.position, use.name, use.digest, use.since.isoformat(), json.dumps(use.governs))
            for row in store.packs()
            for use in (row.pack,)
        ),
    )
    reached = store.ever_reached()
    fetch(connection, sql.set_head, (reached,))
    fetch(connection, sql.count % {b"counted": 0, b"last": reached}, ())


def _insert(connection: StoreConnection, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with connection.cursor().copy(f"COPY {table} FROM STDIN (FORMAT BINARY)".encode()) as copy:
        for chunk in copied(rows):
            copy.write(chunk)
