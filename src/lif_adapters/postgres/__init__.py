"""The log in a schema of a PostgreSQL database; needs the extra `postgres`."""

from lif_adapters.postgres.recorder import PostgresRecorder
from lif_adapters.postgres.restoration import fill
from lif_adapters.postgres.schema import migrate, removed_unless_used

__all__ = ["PostgresRecorder", "fill", "migrate", "removed_unless_used"]
