"""The log in a schema of a PostgreSQL database; needs the extra `postgres`."""

from lif_adapters.postgres.recorder import PostgresRecorder

__all__ = ["PostgresRecorder"]
