"""A lease: of all processes that would do a work, the one that may do it for a while."""

from collections.abc import Callable
from datetime import datetime, timedelta
from math import ceil

from lif_core.log.recorder import IntegrityError, Recorder, Tracking

SECONDS = 33  # bits, of a second since 1970: they last until the year 2242
LONGEST = 10  # terms that a lease may seem to run on; a wrong clock has given one that runs longer


class Lease:
    """The lease called *name*, for a *term* at a time, by the clock that *now* reads.

    What is kept is one number that only grows: how often the lease was taken or given back, and
    the second up to which it runs, 0 where it was given back. Whoever moves it on holds the lease,
    and no two ever move on from the same number.

    The clocks of several machines may differ: then two may hold it at once for so long. It is for
    work that bears that, as a subscription does.
    """

    def __init__(
        self, name: str, recorder: Recorder, now: Callable[[], datetime], term: timedelta
    ) -> None:
        self._name = f"lease:{name}"
        self._recorder = recorder
        self._now = now
        self._term = ceil(term.total_seconds())
        self._held: int | None = None

    def take(self) -> bool:
        """Return whether it is held from now on for some time; it is renewed when due."""
        now = self._now().timestamp()
        if self._held is not None and _until(self._held) - now > self._term / 2:
            return True
        state = self._recorder.tracked(self._name)
        runs = now < _until(state) <= now + LONGEST * self._term + 1
        if runs and state != self._held:
            self._held = None
            return False
        return self._move(state, until=ceil(now) + self._term)

    def give_back(self) -> None:
        """Let another take it at once."""
        if self._held is not None:
            self._move(self._held, until=0)
            self._held = None

    def _move(self, state: int, *, until: int) -> bool:
        moved = ((state >> SECONDS) + 1) << SECONDS | until
        tracking = Tracking(name=self._name, after=state, position=moved)
        try:
            self._recorder.append(lambda _: (), tracking=tracking)
        except IntegrityError:
            self._held = None
            return False
        self._held = moved
        return True


def _until(state: int) -> int:
    return state & ((1 << SECONDS) - 1)
