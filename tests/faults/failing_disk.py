"""A disk that is full or fails at any operation, for once or from then on; the program goes on."""

from itertools import count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import apsw
import attrs

from lif_core.commands.application import Application
from lif_core.errors import ConflictError, UnreadableError
from tests.faults.count import Count, Effort
from tests.faults.disk import Disk, Mark
from tests.faults.interruption import Recording, finished, opened, record
from tests.faults.traced import traced
from tests.faults.work import work

_NUMBERS = count()
_KINDS = (
    (apsw.FullError, True),
    (apsw.FullError, False),
    (apsw.IOError, True),
    (apsw.IOError, False),
)


@attrs.define
class Failure:
    """A failure with an *error* of each operation from the one of a *number* on, or of that alone
    where it is *once*, until it is over.
    """

    number: int
    error: type[apsw.Error]
    once: bool
    operations: int = 0
    is_over: bool = False

    def __call__(self) -> None:
        self.operations += 1
        if self.operations >= self.number and not self.is_over:
            self.is_over = self.once
            raise self.error("it fails, as planned")


def failing_disk(effort: Effort) -> Count:
    """Let each operation of work fail, in one way or another, as often as *effort* says."""
    total = Count()
    for seed in count(effort.seed):
        recording = record(work(seed))
        operations = sum(not isinstance(each, Mark) for each in recording.operations)
        chance = Random(seed)
        for number in range(chance.randint(1, effort.every), operations, effort.every):
            total += _tried(recording, Failure(number, *chance.choice(_KINDS)))
            if not effort.goes_on(total):
                return total
    raise AssertionError("numbers never end")


def _tried(recording: Recording, failure: Failure) -> Count:
    """Do the work on a disk with a *failure*, and count what is wrong in the end.

    A step that fails is done again, in the same program, on a disk that works again.
    """
    disk = Disk(f"failing-{next(_NUMBERS)}")
    disk.fails = failure
    total = Count(points=1)
    work = recording.work
    app: Application | None = None
    with TemporaryDirectory(prefix="lif-failing-") as name:
        folder = Path(name)
        with traced(disk):
            for number, step in enumerate(work.steps):
                if app is not None and number in work.reopens:
                    app.close()
                    app = None
                for is_again in (False, True):
                    try:
                        app = app or opened(folder, work, number)
                        app.clock = lambda number=number: work.now(number)  # type: ignore[misc]
                        step.act(app)
                        break
                    except Exception as error:
                        is_ours = isinstance(error, ConflictError | UnreadableError)
                        if not is_ours or is_again:
                            total += Count(stray=1, example=f"{step.name}: {error!r}")
                        failure.is_over = True
                total += Count(acknowledged=len(step.ids))
            if app is not None:
                app.close()
        return total + finished(recording, folder)
