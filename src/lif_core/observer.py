"""The port through which a host watches what `lif` does, and the logger that it reads.

The logger is `lif`, and silent until a host gives it a handler.
"""

import logging
from collections.abc import Callable
from typing import Any, Protocol

from lif_core.errors import LifError

LOGGER = logging.getLogger("lif")
LOGGER.addHandler(logging.NullHandler())


class Observer(Protocol):
    """A watcher of an application: it is told what was done once it is, in the thread that did it.

    An error that it raises is told the logger, and changes nothing. *seconds* are those that the
    caller waited, by the application's `monotonic`.
    """

    def handled(
        self,
        *,
        commands: int,
        entries: int,
        attempts: int,
        seconds: float,
        error: LifError | None,
    ) -> None:
        """Note that *commands* were handled, and led to *entries*.

        They were decided *attempts* times, more than once where others recorded meanwhile. *error*
        is the first that kept one out; of a policy, too.
        """
        ...

    def viewed(self, *, view: str, entries: int, seconds: float) -> None:
        """Note that a *view* was made; *entries* were read from the log from its beginning, none
        where it went on from what was kept or saved.
        """
        ...

    def followed(self, *, entries: int, recorded: int, refused: int, seconds: float) -> None:
        """Note that *entries* were followed: so many were *recorded* because of them and of the
        day, and so many commands *refused*.
        """
        ...


class ProgressCounter:
    """A count of all that *progress* is told."""

    def __init__(self, progress: Callable[[int], object]) -> None:
        self._progress = progress
        self.count = 0

    def __call__(self, number: int) -> None:
        self.count += number
        self._progress(number)


def tell(note: Callable[..., None], **what: Any) -> None:
    """Call *note* of an observer; an error of its own is told the logger, and stops nobody."""
    try:
        note(**what)
    except Exception:
        LOGGER.exception("the observer failed")
