"""The log as commands of the trail examine it: whole, in one state, whatever is wrong with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lif_adapters.cli.options import store_image
from lif_adapters.extensions import catalogue
from lif_adapters.trail_files import read_log
from lif_core.errors import MalformedError
from lif_core.log.mapper import LifMapper
from lif_core.log.recorder import rows_of
from lif_core.trail.examination import Examination, examine


@contextmanager
def examined_log(db: str | None, file: Path | None = None) -> Iterator[Examination]:
    """Give what the log in a store is found to be, or the one that was written to a *file*.

    Raises:
        MalformedError: both are named; or the file is no such log.
        MissingStoreError: there is no store.
    """
    mapper = LifMapper(catalogue().registry)
    if file is None:
        with store_image(db) as store:
            yield examine(lambda: rows_of(store), mapper)
    elif db is None:
        yield examine(lambda: read_log(file), mapper)
    else:
        raise MalformedError("--log", "is instead of --db")
