"""The statements about the tables of a log in one schema."""

from collections.abc import Mapping

from lif_adapters.postgres.schema import LENGTHS, LOG_LOCK, lock_of, quoted

NEWER = 1_000  # streams of entries past the head, in one answer
PLACES = 10_000  # places of entries whose streams are not counted yet, in one answer
_NOTHING = "(SELECT NULL::text AS stream, 0::bigint AS entries WHERE false)"
"""In the place of the table of lengths: a store that has none was counted up to nowhere."""


class Statements:
    """The statements about the tables in *schema*, which are those of a *version*.

    Those in `prepared` are parts of transactions: the types of what each takes, and its text.
    """

    def __init__(self, schema: str, version: int) -> None:
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
                f" (SELECT version FROM {s}.store),"
                f" (SELECT entries FROM {s}.stream_lengths WHERE stream = '')"
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
        lengths = _NOTHING if version < LENGTHS else f"{s}.stream_lengths"
        counted = f"coalesce((SELECT entries FROM {lengths} AS known WHERE stream = ''), 0)"
        log = f"log AS (SELECT position AS reached, {counted} AS counted FROM {s}.head LIMIT 1)"
        # One after the other by the key of the position, whatever the server knows of the table.
        place = f"place, (SELECT stream FROM {s}.entries WHERE position = place) AS stream"
        held = (
            f"WITH {log}, tail AS (SELECT reached, counted, CASE WHEN counted = $2::int8"
            " AND reached >= $3::int8 THEN $3::int8 ELSE counted END AS after FROM log)"
            " SELECT reached, NULL::text, counted, NULL::text, NULL::bytea FROM tail"
            f" UNION ALL SELECT NULL, stream, entries, NULL, NULL FROM {lengths} AS known"
            " WHERE stream%s"
            f" UNION ALL SELECT {place}, NULL, NULL, NULL FROM tail,"
            f" generate_series(after + 1, least(reached, after + {PLACES})) AS place"
            f" UNION ALL SELECT %s FROM {s}.entries WHERE stream%s"
        )
        equal = " = $1"
        # The server plans this once: it knows as little of the array then as at any time.
        among = " = ANY(ARRAY(SELECT unnest($1::text[])))"
        self.stream = (held % (equal, row, equal)).encode()
        self.streams = (held % (among, row, among)).encode()
        name = "DISTINCT NULL::bigint, stream, NULL::bigint, '', ''::bytea"
        self.recorded = (held % (among, name, among)).encode()
        self.places = (
            f"SELECT {place} FROM generate_series($1::int8 + 1,"
            f" least($2::int8, $1::int8 + {PLACES})) AS place ORDER BY place"
        ).encode()
        # Counted stream by stream, by the index that finds one: the position is in no condition.
        counterparts = f"FROM {s}.entries AS own WHERE own.stream = known.stream"
        self.broken = (
            f"WITH {log} (SELECT known.stream FROM log, {lengths} AS known"
            " WHERE true%(range)b AND entries <> (SELECT count(*)"
            f" FILTER (WHERE own.position <= counted) {counterparts}) LIMIT 1)"
            " UNION ALL (SELECT known.stream FROM log, generate_series(counted + 1, reached)"
            f" AS place, LATERAL (SELECT stream, stream_position FROM {s}.entries"
            " WHERE position = place OFFSET 0) AS known"
            " WHERE true%(range)b AND NOT 1 = (SELECT count(*)"
            f" {counterparts} AND own.stream_position = known.stream_position) LIMIT 1)"
        ).encode()
        self.count = (
            f"WITH tail AS MATERIALIZED (SELECT stream, count(*) AS entries FROM {s}.entries"
            " WHERE position > %(counted)d AND position <= %(last)d GROUP BY stream),"
            f" counted AS (INSERT INTO {s}.stream_lengths AS known SELECT * FROM tail"
            " UNION ALL SELECT '', %(last)d - %(counted)d"
            " ON CONFLICT (stream) DO UPDATE SET entries = known.entries + excluded.entries)"
            " SELECT coalesce(sum(entries), 0)::int8 FROM tail"
        ).encode()
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
