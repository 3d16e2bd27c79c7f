"""The statements about the tables of a log in one schema."""

from collections.abc import Mapping

from lif_adapters.postgres.schema import LOG_LOCK, lock_of, quoted

NEWER = 1_000  # streams of entries past the head, in one answer


class Statements:
    """The statements about the tables in *schema*.

    Those in `prepared` are parts of transactions: the types of what each takes, and its text.
    """

    def __init__(self, schema: str) -> None:
        s = quoted(schema)
        self.channel = f"lif_{schema}"
        row = "position, stream, stream_position, topic, state"
        # A commit that is acknowledged is on the disk, whatever the server or a host is set to.
        self.lock = (
            f"SELECT pg_advisory_xact_lock({LOG_LOCK}, {lock_of(schema)}),"
            " set_config('synchronous_commit', CASE current_setting('synchronous_commit')"
            " WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, true)"
        ).encode()
        # In a host's transaction, which may have a snapshot from before others appended.
        self.hold = f"SELECT FROM {s}.head FOR UPDATE".encode()
        self.prepared: Mapping[str, tuple[str, str]] = {
            "look": (
                "int8, text",
                f"SELECT head.position, last.*,"
                f" (SELECT name FROM {s}.packs WHERE position > $1 LIMIT 1),"
                f" (SELECT position FROM {s}.tracking WHERE name = $2),"
                f" (SELECT version FROM {s}.store)"
                f" FROM {s}.head LEFT JOIN LATERAL"
                f" (SELECT {row} FROM {s}.entries ORDER BY position DESC LIMIT 1) AS last ON true",
            ),
            "newer": (
                "int8",
                f"SELECT position, stream FROM {s}.entries WHERE position > $1"
                f" ORDER BY position LIMIT {NEWER}",
            ),
            "stored": ("int8", f"SELECT state FROM {s}.entries WHERE position = $1"),
            "entry": (
                "int8, text, int8, text, bytea",
                f"INSERT INTO {s}.entries VALUES ($1, $2, $3, $4, $5)",
            ),
            "receipt": (
                "text, bytea, int8, int8",
                f"INSERT INTO {s}.receipts VALUES ($1, $2, $3, $4)",
            ),
            "pack": (
                "int8, text, text, text, text",
                f"INSERT INTO {s}.packs VALUES ($1, $2, $3, $4, $5)",
            ),
            "track": (
                "text, int8",
                f"INSERT INTO {s}.tracking VALUES ($1, $2)"
                " ON CONFLICT (name) DO UPDATE SET position = excluded.position",
            ),
            "move": (
                "int8",
                f"WITH head AS (UPDATE {s}.head SET position = $1)"
                f" SELECT pg_notify('{self.channel}', '')",
            ),
            "view": (
                "text",
                f"INSERT INTO {s}.saved_views (name) VALUES ($1)"
                " ON CONFLICT (name) DO UPDATE SET name = excluded.name"
                f" RETURNING id, head, (SELECT version FROM {s}.store)",
            ),
        }
        self.entries = f"{s}.entries"
        self.receipts = f"{s}.receipts"
        self.tracking = f"{s}.tracking"
        self.packs_table = f"{s}.packs"
        self.set_head = f"UPDATE {s}.head SET position = $1 RETURNING position".encode()
        self.cells_table = f"{s}.saved_cells"
        self.of = f"FROM {s}.entries ".encode()
        self.row = f"SELECT {row} ".encode() + self.of
        self.last = (
            f"SELECT {row}, (SELECT position FROM {s}.head) AS reached"
            f" FROM {s}.entries ORDER BY position DESC LIMIT 1"
        ).encode()
        self.moved = f"SELECT FROM {s}.head WHERE position > $1".encode()
        self.tracked = f"SELECT position FROM {s}.tracking WHERE name = ANY($1::text[])".encode()
        self.trackings = f"SELECT name, position FROM {s}.tracking ORDER BY name".encode()
        self.head = f"SELECT position FROM {s}.head".encode()
        self.handled = (
            "SELECT digest, first, last, entries.position, stream, stream_position, topic, state"
            f" FROM {s}.receipts LEFT JOIN {s}.entries"
            " ON entries.position BETWEEN first - 1 AND last + 1"
            " WHERE command_id = ANY($1::text[]) ORDER BY entries.position"
        ).encode()
        self.recorded = (
            f"SELECT DISTINCT stream FROM {s}.entries WHERE stream = ANY($1::text[])"
        ).encode()
        self.were_handled = (
            f"SELECT command_id FROM {s}.receipts WHERE command_id = ANY($1::text[])"
        ).encode()
        self.packs = (
            f"SELECT position, name, digest, since, governs FROM {s}.packs ORDER BY position, name"
        ).encode()
        self.saved = (
            f"SELECT head, position FROM {s}.saved_views LEFT JOIN {s}.tracking USING (name)"
            " WHERE name = ANY($1::text[]) AND head IS NOT NULL"
        ).encode()
        self.cells = (
            f"WITH saved AS (SELECT id FROM {s}.saved_views WHERE name = $1 AND head = $2)"
            f" SELECT key, part, body FROM saved LEFT JOIN {s}.saved_cells"
            " ON view = saved.id AND kind = $3"
        ).encode()
        self.remove_cells = f"DELETE FROM {s}.saved_cells WHERE view = $1".encode()
        self.remove_parts = self.remove_cells + b" AND part = ANY($2::text[])"
        self.move_view = f"UPDATE {s}.saved_views SET head = $2 WHERE id = $1".encode()
