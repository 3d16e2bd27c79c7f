"""The store that a check of a recorder works on, as the hooks of its adapter make it; no check
goes on without end.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from functools import cached_property, partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Barrier, Thread
from time import monotonic, sleep
from traceback import format_exc
from typing import Any, ClassVar, Protocol, TypeAlias, TypeVar
from unittest import SkipTest

from lif_core.log.recorder import Recorder

Result = TypeVar("Result")
Check: TypeAlias = Callable[[Any, "Store"], None]
PytestCheck: TypeAlias = Callable[[Any, Path], None]


class HostConnection(Protocol):
    """A connection of a host's own, as every database driver of Python has it."""

    def commit(self) -> object:
        """Commit the transaction."""
        ...

    def rollback(self) -> object:
        """Roll the transaction back."""
        ...

    def close(self) -> object:
        """Close the connection."""
        ...


class StoreHooks:
    """The hooks by which an adapter says how to make, share, break and lock a store.

    `make` is needed. A check that needs another one is skipped, and says so, unless *leaves_out*
    names the hook, with the reason why such a store cannot have it: then it is no test at all.

    Every check ends within *seconds*. Another that need not wait for a lock would be done *awhile*
    later, and one that waits for an entry is woken *soon*, both in seconds.
    """

    seconds: ClassVar[float] = 60
    awhile: ClassVar[float] = 0.2
    soon: ClassVar[float] = 5
    leaves_out: ClassVar[Mapping[str, str]] = {}

    def __init_subclass__(cls) -> None:
        for name in dir(cls):
            needs: Sequence[str] = getattr(getattr(cls, name), "needs", ())
            if any(cls.leaves_out.get(hook, "").strip() for hook in needs):
                setattr(cls, name, None)

    def make(self, tmp_path: Path) -> Recorder:
        """Make an empty store, and return its recorder."""
        raise NotImplementedError

    def open(self, tmp_path: Path) -> Recorder:
        """Open the store once more, beside every recorder that is open; make it where it is not
        there yet.
        """
        raise NotImplementedError

    def processes(self, tmp_path: Path) -> Callable[[], Recorder]:
        """Return what opens the store in another process, in a form that can be pickled; without
        it, `open` of a class that can be imported there.
        """
        if self.has("open"):
            return partial(self.open, tmp_path)
        raise NotImplementedError

    def durability(self, recorder: Recorder) -> Mapping[str, bool]:
        """Return the settings that durable commits rest on, as the very connection that writes
        has them: each with whether it is as it must be.
        """
        raise NotImplementedError

    def failing(self, recorder: Recorder, tmp_path: Path) -> AbstractContextManager[object]:
        """Have the store fail while the context lasts, and work again afterwards."""
        raise NotImplementedError

    def busy(self, recorder: Recorder, tmp_path: Path) -> AbstractContextManager[Recorder]:
        """Have another hold the lock of all appends while the context lasts, which gives a
        recorder of the store that soon gives up.
        """
        raise NotImplementedError

    def connection(self, recorder: Recorder, tmp_path: Path) -> HostConnection:
        """Return an open connection of a host's own to the store, in a transaction."""
        raise NotImplementedError

    def has(self, hook: str) -> bool:
        """Return whether the adapter has this *hook*."""
        if hook == "processes" and getattr(type(self), hook) is StoreHooks.processes:
            return self.has("open")
        return getattr(type(self), hook) is not getattr(StoreHooks, hook)


class Store:
    """The store of one check, with the recorders that were opened on it."""

    def __init__(self, hooks: StoreHooks, tmp_path: Path) -> None:
        self._hooks, self._path = hooks, tmp_path
        self._until = monotonic() + hooks.seconds
        self._opened: list[Recorder] = []
        self.awhile, self.soon = hooks.awhile, hooks.soon

    @cached_property
    def recorder(self) -> Recorder:
        """The recorder that the adapter makes, of a store that is new."""
        self._opened.append(self._hooks.make(self._path))
        return self._opened[-1]

    def open(self) -> Recorder:
        """Return one more recorder on this store."""
        _ = self.recorder  # it is made before it is opened once more
        self._opened.append(self._hooks.open(self._path))
        return self._opened[-1]

    def reopened(self) -> Recorder:
        """Close the store, and open it again."""
        self.close()
        self.recorder = self.open()
        return self.recorder

    def opener(self) -> Callable[[], Recorder]:
        """Return what opens the store in another process."""
        return self._hooks.processes(self._path)

    def durability(self) -> Mapping[str, bool]:
        """Return the settings that durable commits rest on, and whether each is right."""
        return self._hooks.durability(self.recorder)

    def failing(self) -> AbstractContextManager[object]:
        """Have the store fail."""
        return self._hooks.failing(self.recorder, self._path)

    def busy(self) -> AbstractContextManager[Recorder]:
        """Have another hold the lock."""
        return self._hooks.busy(self.recorder, self._path)

    def connection(self) -> HostConnection:
        """Return a host's own connection, in a transaction."""
        return self._hooks.connection(self.recorder, self._path)

    def close(self) -> None:
        """Close every recorder that was opened."""
        while self._opened:
            self._opened.pop().close()

    @property
    def left(self) -> float:
        """The seconds that are left to the check."""
        return max(self._until - monotonic(), 0.0)

    def at_once(self, *acts: Callable[[], Result]) -> list[Result]:
        """Do *acts* at one moment, each in a thread, and return what they returned."""
        start = Barrier(len(acts))
        running = [RunningAct(partial(_after, start, act)) for act in acts]
        return [act.result(self.left) for act in running]

    def in_processes(self, *acts: Callable[[], Result]) -> "Processes[Result]":
        """Do *acts* at one moment, each in a process of its own."""
        return Processes(acts, self.left)

    def breathe(self) -> None:
        """Let others come in between."""
        sleep(0.001)

    def elapsed(self, act: Callable[[], Result]) -> tuple[Result, float]:
        """Return what *act* returned, and after how many seconds."""
        start = monotonic()
        return act(), monotonic() - start


class RunningAct:
    """An *act* that runs in a thread."""

    def __init__(self, act: Callable[[], Any]) -> None:
        self._act = act
        self._outcome: list[Any] = []
        self._error: BaseException | None = None
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._outcome.append(self._act())
        except BaseException as error:
            self._error = error

    def ended(self, seconds: float = 0) -> bool:
        """Return whether it has ended, once *seconds* have passed or as soon as it has."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def result(self, seconds: float) -> Any:
        """Return what it returned, or raise what it raised.

        Raises:
            AssertionError: it does not end within *seconds*.
        """
        assert self.ended(seconds), f"it has not ended after {seconds:.0f} seconds"
        if self._error is not None:
            raise self._error
        return self._outcome[0]


class Processes(AbstractContextManager["Processes[Result]"]):
    """Some *acts* that run in processes, which are killed in the end if they have not ended."""

    def __init__(self, acts: Iterable[Callable[[], Result]], seconds: float) -> None:
        context = get_context("spawn")
        acts = list(acts)
        self._until = monotonic() + seconds
        self._start = start = context.Barrier(len(acts))  # gone as soon as nobody here has it
        self._receivers: list[Connection] = []
        self._processes = []
        for act in acts:
            receiver, sender = context.Pipe(duplex=False)
            process = context.Process(
                target=_answer, args=(act, start, seconds, sender), daemon=True
            )
            process.start()
            sender.close()
            self._receivers.append(receiver)
            self._processes.append(process)

    def answered(self) -> bool:
        """Return whether each has answered, or is gone."""
        return all(receiver.poll() for receiver in self._receivers)

    def results(self) -> list[Result]:
        """Return what they returned.

        Raises:
            AssertionError: one of them raised an error, was killed, or did not end in time.
        """
        results = []
        for receiver in self._receivers:
            left = max(self._until - monotonic(), 0.0)
            assert receiver.poll(left), "a process has not ended in time"
            result, error = receiver.recv()
            assert error is None, f"in another process:\n{error}"
            results.append(result)
        return results

    def __exit__(self, *_: object) -> None:
        for process, receiver in zip(self._processes, self._receivers, strict=True):
            process.kill()
            process.join()
            receiver.close()


def check(*needs: str) -> Callable[[Check], PytestCheck]:
    """Make a test of a check on a `Store`, which is skipped without the hooks that it *needs*.

    It ends by itself, also where the recorder does not.
    """

    def as_test(body: Check) -> PytestCheck:
        def test(self: StoreHooks, tmp_path: Path) -> None:
            for hook in needs:
                if not self.has(hook):
                    raise SkipTest(
                        f"not checked, as {type(self).__name__} has no hook `{hook}`: add it, or"
                        " say in `leaves_out` why such a store cannot have it"
                    )
            RunningAct(partial(_checked, self, body, tmp_path)).result(self.seconds)

        test.__name__, test.__qualname__ = body.__name__, body.__qualname__
        test.__doc__, test.__module__ = body.__doc__, body.__module__
        test.needs = needs  # type: ignore[attr-defined]  # what `StoreHooks` asks
        return test

    return as_test


def _checked(hooks: StoreHooks, body: Check, tmp_path: Path) -> None:
    store = Store(hooks, tmp_path)
    try:
        body(hooks, store)
    finally:
        store.close()


def _after(start: Barrier, act: Callable[[], Result]) -> Result:
    start.wait(60)
    return act()


def _answer(act: Callable[[], object], start: Any, seconds: float, sender: Connection) -> None:
    """Send what *act* returns, or the traceback of what it raises."""
    answer: tuple[object, str | None]
    try:
        start.wait(seconds)
        answer = (act(), None)
    except BaseException:
        answer = (None, format_exc())
    with suppress(OSError):  # nobody may be waiting any more
        sender.send(answer)
