"""Speed that a benchmark asked for: folding without the garbage collector."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused(*, to_the_end: bool = False) -> Iterator[None]:
    """Pause the garbage collector while many small values are made that stay.

    Where they stay *to_the_end* of a process that is about to end, it never looks through them.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        if to_the_end:
            gc.freeze()
        gc.enable()
