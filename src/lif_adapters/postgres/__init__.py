"""The log in a schema of a PostgreSQL database; needs the extra `postgres`."""

from lif_adapters.postgres.recorder import PostgresRecorder
from lif_adapters.postgres.restoration import fill
from lif_adapters.postgres.schema import migrate

__all__ = ["PostgresRecorder", "fill", "migrate"]
