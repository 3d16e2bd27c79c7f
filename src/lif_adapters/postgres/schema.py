"""The tables of a log in a schema of a PostgreSQL database, made and brought up to date.

What makes them is done under a lock and in one transaction, so that of several processes that
start at once one does it.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from functools import partial
from uuid import UUID
from zlib import crc32

import psycopg
from psycopg import Connection

from lif_adapters.migration import Migration
from lif_adapters.postgres.address import Address, address_of
from lif_adapters.postgres.connections import Pool, StoreConnection, fetch, recorder_error
from lif_core.errors import LifError, MissingStoreError, UnreadableError

LOG_LOCK = 0x6C696600  # "lif" and a zero byte: the first half of the keys of advisory locks
SCHEMA_LOCK = LOG_LOCK + 1

# One text of statements for each version; `{schema}` is the quoted name of the schema.
MIGRATIONS: Sequence[str] = (
    """
    CREATE TABLE {schema}.store (
        version integer NOT NULL,
        id uuid NOT NULL DEFAULT gen_random_uuid()
    );
    CREATE UNIQUE INDEX store_is_one ON {schema}.store ((true));
    INSERT INTO {schema}.store (version) VALUES (0);

    CREATE TABLE {schema}.head (
        position bigint NOT NULL
    ) WITH (fillfactor = 20);
    CREATE UNIQUE INDEX head_is_one ON {schema}.head ((true));
    INSERT INTO {schema}.head VALUES (0);

    CREATE TABLE {schema}.entries (
        position bigint PRIMARY KEY,
        stream text COLLATE "C" NOT NULL,
        stream_position bigint NOT NULL,
        topic text COLLATE "C" NOT NULL,
        state bytea NOT NULL,
        UNIQUE (stream, stream_position) INCLUDE (position)
    );
    CREATE TABLE {schema}.receipts (
        command_id text COLLATE "C" PRIMARY KEY,
        digest bytea NOT NULL,
        first bigint NOT NULL,
        last bigint NOT NULL
    );
    CREATE TABLE {schema}.tracking (
        name text COLLATE "C" PRIMARY KEY,
        position bigint NOT NULL
    );
    CREATE TABLE {schema}.saved_views (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        name text COLLATE "C" NOT NULL UNIQUE,
        head bytea
    );
    CREATE TABLE {schema}.saved_cells (
        view bigint NOT NULL REFERENCES {schema}.saved_views,
        kind text COLLATE "C" NOT NULL,
        key text COLLATE "C" NOT NULL,
        part text COLLATE "C" NOT NULL,
        body bytea NOT NULL,
        UNIQUE (view, kind, key, part)
    );
    CREATE INDEX saved_cells_of_parts ON {schema}.saved_cells (view, part);
    CREATE TABLE {schema}.packs (
        position bigint NOT NULL,
        name text COLLATE "C" NOT NULL,
        digest text NOT NULL,
        since text NOT NULL,
        governs text NOT NULL,
        PRIMARY KEY (position, name)
    );

    CREATE FUNCTION {schema}.refuse() RETURNS trigger LANGUAGE plpgsql AS $body$
        BEGIN
            RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation';
        END
    $body$;
    CREATE TRIGGER entries_are_never_changed BEFORE UPDATE ON {schema}.entries
        EXECUTE FUNCTION {schema}.refuse('an entry is never changed: record a correction');
    CREATE TRIGGER entries_are_never_removed BEFORE DELETE OR TRUNCATE ON {schema}.entries
        EXECUTE FUNCTION {schema}.refuse('an entry is never removed: record a correction');
    CREATE TRIGGER packs_are_never_changed BEFORE UPDATE ON {schema}.packs
        EXECUTE FUNCTION {schema}.refuse('what a log was written under is never changed');
    CREATE TRIGGER packs_are_never_removed BEFORE DELETE OR TRUNCATE ON {schema}.packs
        EXECUTE FUNCTION {schema}.refuse('what a log was written under is never removed');
    """,
    # The entries are counted by no index that may hide one; whoever may use them may use this.
    """
    CREATE TABLE {schema}.stream_lengths (
        stream text COLLATE "C" PRIMARY KEY,
        entries bigint NOT NULL
    ) WITH (fillfactor = 80);
    SET LOCAL enable_indexscan = off;
    SET LOCAL enable_indexonlyscan = off;
    INSERT INTO {schema}.stream_lengths
        SELECT stream, count(*) FROM {schema}.entries GROUP BY stream
        UNION ALL SELECT '', position FROM {schema}.head;
    SET LOCAL enable_indexscan TO DEFAULT;
    SET LOCAL enable_indexonlyscan TO DEFAULT;
    DO $body$ DECLARE held record; BEGIN
        FOR held IN
            SELECT grantee, privilege_type FROM pg_class, aclexplode(relacl)
            WHERE pg_class.oid = '{schema}.entries'::regclass AND grantee <> relowner
        LOOP
            EXECUTE format('GRANT %s ON {schema}.stream_lengths TO %s', held.privilege_type,
                CASE held.grantee WHEN 0 THEN 'PUBLIC' ELSE held.grantee::regrole::text END);
        END LOOP;
    END $body$;
    """,
)
LENGTHS = 2
"""The version from which on a store has lengths of streams."""
# From the catalog itself: functions such as `to_regclass` may not see what was just committed.
_TABLES = (
    b"SELECT relname FROM pg_class JOIN pg_namespace ON relnamespace = pg_namespace.oid"
    b" WHERE nspname = $1"
)


def lock_of(schema: str) -> int:
    """Return the second half of the keys of the advisory locks of *schema*."""
    return int.from_bytes(crc32(schema.encode()).to_bytes(4, "big"), "big", signed=True)


def open_schema(
    connection: StoreConnection,
    address: Address,
    *,
    create: bool,
    read_only: bool = False,
    migrate: bool = False,
) -> tuple[int, UUID]:
    """Return the version and the id of the store at *address*, made where there is none, where
    *create* says so, and brought up from an older version, where *migrate* does.

    Raises:
        UnreadableError: there is none, or one of a newer version, or tables of something else; or
            one of an older version, unless *read_only*.
    """
    try:
        version, identity = version_of(connection, address)
        if version == len(MIGRATIONS):
            assert identity is not None
            return version, identity
        if not version and not create:
            raise MissingStoreError(f"{address.place}: there is no store here")
        if identity is not None and read_only:
            return version, identity
        if version and not migrate:
            refuse_other(version, address.place)
        with connection.transaction():
            fetch(
                connection,
                b"SELECT pg_advisory_xact_lock($1::int4, $2::int4)",
                (SCHEMA_LOCK, lock_of(address.schema)),
            )
            return len(MIGRATIONS), _migrate(connection, address)
    except psycopg.Error as error:
        raise recorder_error(error) from error


_GUARDS = (
    b"SELECT tgname FROM pg_trigger JOIN pg_class ON tgrelid = pg_class.oid"
    b" JOIN pg_namespace ON relnamespace = pg_namespace.oid"
    b" WHERE nspname = $1 AND NOT tgisinternal AND tgenabled IN ('O', 'A')"
)
_UNSOUND = (
    b"SELECT index.relname FROM pg_index JOIN pg_class AS index ON indexrelid = index.oid"
    b" JOIN pg_namespace ON index.relnamespace = pg_namespace.oid"
    b" WHERE nspname = $1 AND NOT (indisvalid AND indisready)"
)
_TRIGGERS = frozenset(
    f"{guarded}_are_never_{done}"
    for guarded in ("entries", "packs")
    for done in ("changed", "removed")
)


def schema_flaws(connection: Connection[object], address: Address) -> Sequence[str]:
    """Return what is otherwise than this program makes it, among what guards the entries."""
    guards = {name for (name,) in fetch(connection, _GUARDS, (address.schema,))}
    unsound = fetch(connection, _UNSOUND, (address.schema,))
    return [
        *(f"the trigger {name} is missing or disabled" for name in sorted(_TRIGGERS - guards)),
        *(f"the index {name} is not valid" for (name,) in unsound),
    ]


def version_of(connection: Connection[object], address: Address) -> tuple[int, UUID | None]:
    """Return the version of the tables, 0 where there are none, and the id of the store.

    Raises:
        UnreadableError: it is newer, or these are tables of something else.
    """
    schema = quoted(address.schema)
    tables = {name for (name,) in fetch(connection, _TABLES, (address.schema,))}
    if not {"store", "head", "entries"} <= tables:
        if tables:
            problem = "a schema with tables, but not a store of lif: name another, ?schema=NAME"
            raise UnreadableError(f"{address.place}: {problem}")
        return 0, None
    ((version, identity),) = fetch(
        connection, f"SELECT version, id FROM {schema}.store".encode(), ()
    )
    if version > len(MIGRATIONS):
        refuse_other(version, address.place)
    return version, identity


def refuse_other(version: int, place: str) -> None:
    """Refuse a store that is not of the *version* of this program.

    Raises:
        UnreadableError: it is not; where it is older, it can be brought up.
    """
    if version > len(MIGRATIONS):
        raise UnreadableError(
            f"{place}: made by a newer lif (schema {version}, this one's is {len(MIGRATIONS)}):"
            " upgrade this one to read it, or to record in it"
        )
    if version < len(MIGRATIONS):
        raise UnreadableError(
            f"{place}: made by an older lif (schema {version}, this one's is"
            f" {len(MIGRATIONS)}); it can be read as it is; to record in it, back it up with `lif"
            " backup`, and then bring it up with `lif migrate`"
        )


def older(place: str) -> str:
    """Return the sentence that says of a store that is read that it is of an older version."""
    return (
        f"{place}: made by an older lif, so it has none of this one's stream lengths; it is read"
        " as it is, and `lif migrate` brings it up to this version"
    )


def _migrate(connection: StoreConnection, address: Address) -> UUID:
    """Bring the tables up to this version, where no other process has."""
    schema = quoted(address.schema)
    version, _ = version_of(connection, address)
    if not version:
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}".encode())
    else:  # nobody appends meanwhile, and whoever does then looks at the version first
        locks = (LOG_LOCK, lock_of(address.schema))
        fetch(connection, b"SELECT pg_advisory_xact_lock($1::int4, $2::int4)", locks)
    for migration in MIGRATIONS[version:]:
        connection.execute(migration.replace("{schema}", schema).encode())
    ((identity,),) = fetch(
        connection,
        f"UPDATE {schema}.store SET version = $1 RETURNING id".encode(),
        (len(MIGRATIONS),),
    )
    return UUID(str(identity))


def migrate(url: str, *, dry_run: bool = False) -> Migration:
    """Bring the store at *url* up to this version, all of it or nothing.

    Raises:
        UnreadableError: there is no store, or one of a newer version.
    """
    address = address_of(url)
    with closing(Pool(address)) as pool:
        version, _ = pool.run(partial(version_of, address=address))
        if not version:
            raise MissingStoreError(f"{address.place}: there is no store here")
        after = len(MIGRATIONS)
        steps = tuple(map(_step, MIGRATIONS[version:]))
        if steps and not dry_run:
            pool.run(partial(open_schema, address=address, create=False, migrate=True))
    return Migration(before=version, after=after, steps=steps)


def _step(migration: str) -> str:
    """Return in words what a *migration* does."""
    names = re.findall(r"CREATE TABLE \{schema\}\.(\w+)", migration)
    return f"makes the tables {', '.join(names)}" if names else "brings the tables up"


_SCHEMAS = b"SELECT FROM pg_namespace WHERE nspname = $1"


@contextmanager
def removed_unless_used(url: str) -> Iterator[None]:
    """Remove the store at *url* that is made within, where that fails before anything is recorded
    in it; so its schema, unless that was there before.
    """
    address = address_of(url)
    with closing(Pool(address)) as pool:
        version, _ = pool.run(partial(version_of, address=address))
        schemas = pool.select(_SCHEMAS, (address.schema,))
        try:
            yield
        except LifError:
            if not version:
                with suppress(LifError):  # the failure is what is told
                    pool.run(partial(_remove_empty, address=address, with_schema=not schemas))
            raise


def _remove_empty(connection: StoreConnection, address: Address, *, with_schema: bool) -> None:
    """Remove the tables, and the schema *with_schema*, unless something is recorded in them."""
    schema = quoted(address.schema)
    with connection.transaction():
        for lock in (SCHEMA_LOCK, LOG_LOCK):
            locks = (lock, lock_of(address.schema))
            fetch(connection, b"SELECT pg_advisory_xact_lock($1::int4, $2::int4)", locks)
        if not version_of(connection, address)[0]:
            return
        for table in ("entries", "receipts", "tracking"):
            if fetch(connection, f"SELECT FROM {schema}.{table} LIMIT 1".encode(), ()):
                return
        tables = fetch(connection, _TABLES + b" AND relkind = 'r'", (address.schema,))
        names = ", ".join(f"{schema}.{quoted(name)}" for (name,) in tables)
        connection.execute(f"DROP TABLE {names}; DROP FUNCTION {schema}.refuse()".encode())
        if with_schema:
            connection.execute(f"DROP SCHEMA {schema}".encode())


def quoted(name: str) -> str:
    """Return *name*, of small letters, digits and `_`, as an identifier in a statement."""
    return f'"{name}"'
