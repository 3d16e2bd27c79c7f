"""Work that is done again and again until it is told to stop, by one process of several."""

from collections.abc import Callable
from typing import Protocol

from lif_core.errors import ParkedError
from lif_core.subscriptions.lease import Lease

LOOK_SECONDS = 1.0
"""The longest that nobody asks whether to stop."""
LONGEST_PAUSE = 60.0


class Stop(Protocol):
    """A signal to stop, such as a `threading.Event`."""

    def is_set(self) -> bool: ...
    def wait(self, timeout: float) -> object: ...


def supervise(
    work: Callable[[], bool],
    wait: Callable[[float], object],
    lease: Lease,
    stop: Stop,
    *,
    pause: float,
    on_error: Callable[[Exception], object],
) -> None:
    """Do *work* while the *lease* is held, until *stop*; take it when whoever held it is gone.

    Args:
        work: does a part of it, and returns whether there may be more.
        wait: waits for more, for so many seconds at most.
        lease: renewed between two parts, and given back at the end.
        stop: asked about once a second.
        pause: seconds until what failed is tried again; doubled each time, up to a minute.
        on_error: told of each failure: the work goes on.

    Raises:
        ParkedError: the work cannot go on without somebody's decision.
    """
    longer = pause
    try:
        while not stop.is_set():
            try:
                if not lease.take():
                    stop.wait(min(pause, LOOK_SECONDS))
                elif not work():
                    wait(LOOK_SECONDS)
                longer = pause
            except ParkedError:
                raise
            except Exception as error:
                on_error(error)
                stop.wait(longer)
                longer = min(2 * longer, LONGEST_PAUSE)
    finally:
        lease.give_back()
