"""One state of a store, of whichever kind, for whoever reads all of it: a checkup, a backup."""

from collections.abc import Iterator, Sequence
from typing import Protocol, TypeAlias

from lif_adapters.check_result import CheckResult, fine, wrong
from lif_core.errors import UnreadableError
from lif_core.log.recorder import Recorder

ReceiptRow: TypeAlias = tuple[str, bytes, int, int]
"""The id and the digest of a command, and the first and last position of its entries."""


class StoreImage(Recorder, Protocol):
    """A recorder of one state of a store, which also tells what is kept beside the entries."""

    def receipts(self) -> Iterator[Sequence[ReceiptRow]]:
        """Yield all receipts of commands, page by page, by the positions of their entries."""
        ...

    def trackings(self) -> Sequence[tuple[str, int]]:
        """Return how far each follower and each saved view has read."""
        ...

    def ever_reached(self) -> int:
        """Return the last position that was ever given to an entry."""
        ...

    def checks(self) -> Iterator[CheckResult]:
        """Yield what is found of the store itself, as its database tells."""
        ...


def streams_check(store: StoreImage) -> CheckResult:
    """Return whether all entries of a *store* are found by the names of their streams."""
    try:
        stream = store.broken(after="", before=None, until=store.ever_reached())
    except UnreadableError as error:
        return wrong("streams", str(error), "restore a backup")
    if stream:
        remedy = "nothing is decided in it; restore a backup"
        return wrong("streams", f"not all entries of {stream} are found by its name", remedy)
    return fine("streams", "all entries are found by their names, without gaps")
