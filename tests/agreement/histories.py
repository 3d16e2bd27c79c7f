"""The looks at a history that tellers tell at random, those of the second implementation."""

from collections.abc import Iterator

from lif_core.projection.as_of import AsOf
from tests.agreement import Looks
from tests.recount.histories import history
from tests.recount.looks import times


def looks_at(seed: int) -> Iterator[Looks]:
    """All views of the history of a seed, at several pairs of times."""
    told = history(seed)
    records = list(told.app.history())
    for valid, known in times(told):
        yield Looks.at(records, AsOf(valid=valid, known=known, frameworks=told.app.frameworks))
