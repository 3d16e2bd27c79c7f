"""The counts of a fault that is tried again and again, and how long it is tried."""

import time

import attrs
from attrs import field, frozen


@frozen(kw_only=True)
class Count:
    """The outcome of so many *points*, for which so many commands were *acknowledged*.

    *recovering* are those of the points at which a recovery from another was interrupted.
    *lost* are those of them that are not on record; *partial* stores that hold a part of a
    transaction, or cannot be read; *doubled* steps that were not applied once when they were done
    again; *differing* views that are not those of a full replay; *stray* errors that are none of
    ours, or that did not come. *example* is one of all these.
    """

    points: int = 0
    recovering: int = 0
    acknowledged: int = 0
    lost: int = 0
    partial: int = 0
    doubled: int = 0
    differing: int = 0
    stray: int = 0
    example: str = ""

    def __add__(self, other: "Count") -> "Count":
        sums = {
            name: value + getattr(other, name)
            for name, value in attrs.asdict(self).items()
            if name != "example"
        }
        return Count(**sums, example=self.example or other.example)

    @property
    def wrong(self) -> int:
        """How much is wrong."""
        return self.lost + self.partial + self.doubled + self.differing + self.stray


@frozen(kw_only=True)
class Effort:
    """The effort of one fault: so many *trials* at least, or so many *seconds*; at which of the
    moments, *every* one or fewer; and the *seed* of what is left to chance.
    """

    trials: int | None = None
    seconds: float | None = None
    every: int = 1
    seed: int = 0
    start: float = field(factory=time.monotonic, init=False)

    def goes_on(self, count: Count) -> bool:
        """Return whether another trial is to follow what came to *count*."""
        if self.seconds is not None:
            return time.monotonic() < self.start + self.seconds
        return count.points < (self.trials or 0)
