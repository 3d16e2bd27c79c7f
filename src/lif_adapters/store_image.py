"""One state of a store, of whichever kind, for whoever reads all of it: a checkup, a backup."""

from collections.abc import Iterator, Sequence
from typing import Protocol, TypeAlias

from lif_adapters.check_result import CheckResult
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
