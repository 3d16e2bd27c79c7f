"""A transaction in few round trips: several statements in one message.

They are sent as text, with the values in them, and not in a pipeline of the driver: that of
psycopg 3.3.8 waits for ever with a megabyte, and ends with a message that has the server forget
how long a transaction may be idle.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from psycopg import Connection, RawCursor
from psycopg.pq import Escaping
from psycopg.rows import TupleRow, tuple_row

from lif_core.errors import MalformedError

_PLACE = re.compile(r"\$(\d)")


class Transaction:
    """A transaction on *connection*, from the statement *begin* to the statement *end*.

    Where it appends, it takes the *locks* first, a statement each, in their order.

    Of the *statements*, by name, those with *prefix* before their names are prepared on the
    connection; without it, their texts are sent.
    """

    def __init__(
        self,
        connection: Connection[Any],
        begin: bytes,
        end: bytes,
        locks: tuple[bytes, ...],
        statements: Mapping[str, tuple[str, str]],
        *,
        prefix: str | None,
    ) -> None:
        self.connection = connection
        self.has_begun = False
        self.is_ending = False
        self._begin = begin
        self._end = end
        self._locks = locks
        self._statements = statements
        self._prefix = prefix
        self._escape = Escaping(connection.pgconn).escape_literal

    def call(self, name: str, *values: object) -> bytes:
        """Return the text of the statement *name* with *values*."""
        literals = [self._literal(value) for value in values]
        if self._prefix is not None:
            return b"EXECUTE %b%b(%b)" % (
                self._prefix.encode(),
                name.encode(),
                b", ".join(literals),
            )
        types, text = self._statements[name]
        typed = [
            b"%b::%b" % (literal, of.encode())
            for literal, of in zip(literals, types.split(", "), strict=True)
        ]
        return b"".join(
            part.encode() if at % 2 == 0 else typed[int(part) - 1]
            for at, part in enumerate(_PLACE.split(text))
        )

    def _literal(self, value: object) -> bytes:
        match value:
            case None:
                return b"NULL"
            case int():
                return b"%d" % value
            case bytes():
                return b"decode('%b', 'hex')" % value.hex().encode()
            case _:
                text = str(value)
                if "\0" in text:
                    raise MalformedError("text", f"{text!r} holds NUL, which PostgreSQL does not")
                return self._escape(text.encode())

    def begin(self, *statements: bytes) -> list[list[Any]]:
        """Begin, and return the rows of each of the *statements*."""
        _, *rows = self.run(self._begin, *statements)
        self.has_begun = True
        return rows

    def begin_locked(self, *statements: bytes) -> list[list[Any]]:
        """Begin, take the locks, and return the rows of each of the *statements* then."""
        return self.begin(*self._locks, *statements)[len(self._locks) :]

    def end(self, *statements: bytes) -> None:
        """Do what the *statements* say, and end."""
        self.is_ending = True
        self.run(*statements, self._end)

    def run(self, *statements: bytes) -> list[list[Any]]:
        """Return the rows of each of the *statements*, in one round trip."""
        cursor = RawCursor(self.connection, row_factory=tuple_row)
        cursor.execute(b";".join(statements), prepare=False)
        rows = [_rows(cursor)]
        while cursor.nextset():
            rows.append(_rows(cursor))
        return rows

    def execute(self, statement: bytes, *params: object) -> None:
        """Do what one *statement* says, with *params* of any size."""
        RawCursor(self.connection).execute(statement, params, prepare=False, binary=True)

    def copy(self, table: str, chunks: Iterable[bytes]) -> None:
        """Insert rows into *table* by COPY: those of *chunks*, in its binary format."""
        cursor = RawCursor(self.connection)
        with cursor.copy(f"COPY {table} FROM STDIN (FORMAT BINARY)".encode()) as copy:
            for chunk in chunks:
                copy.write(chunk)


def _rows(cursor: RawCursor[TupleRow]) -> list[TupleRow]:
    """Return the rows of the statement that *cursor* is at; none where it has none.

    To ask for the description would make an object of each column.
    """
    result = cursor.pgresult
    return cursor.fetchall() if result is not None and result.nfields else []
