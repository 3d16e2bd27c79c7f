"""Threads that have work at once share a commit: one of them leads, and commits for all."""

from collections.abc import Callable, Sequence
from threading import Lock
from typing import Generic, Protocol, TypeVar

from attrs import define, field

from lif_core.errors import ConflictError, LifError

W = TypeVar("W")
A = TypeVar("A")
INTERRUPTED = "interrupted; it may have been recorded: try again"


class Call(Protocol):
    """A signal that one thread waits for, and another one sends."""

    def wait(self) -> object: ...
    def set(self) -> None: ...
    def is_set(self) -> bool: ...


class _Call:
    """A `threading.Event` that is waited for by one thread: a lock, which is a tenth of it."""

    __slots__ = ("_lock", "_sent")

    def __init__(self) -> None:
        self._lock = Lock()
        self._lock.acquire()
        self._sent = False

    def wait(self) -> None:
        self._lock.acquire()

    def set(self) -> None:
        if not self._sent:
            self._sent = True
            self._lock.release()

    def is_set(self) -> bool:
        return self._sent


@define(eq=False)
class Ticket(Generic[W, A]):
    """The *work* of one thread, and the *answer* to it: `None` until somebody has led."""

    work: W
    answer: A | LifError | None = None
    _called: Call = field(factory=_Call)


class GroupCommit(Generic[W, A]):
    """Whichever thread comes first leads, and commits for all that wait meanwhile.

    `commit(tickets)` answers every one of its tickets, and is called by one thread at a time.
    """

    def __init__(self, commit: Callable[[Sequence[Ticket[W, A]]], None]) -> None:
        self._commit = commit
        self._lock = Lock()
        self._waiting: list[Ticket[W, A]] = []
        self._led = False

    def renew(self) -> None:
        """Begin anew in a process that was forked: whoever led, or waited, is not in it."""
        self._lock = Lock()
        self._waiting = []
        self._led = False

    def submit(self, work: W) -> A:
        """Return the answer to *work*, once it is committed with all that waits meanwhile.

        Raises:
            LifError: that is the answer.
            ConflictError: whoever led was interrupted; the work may have been recorded.
        """
        ticket: Ticket[W, A] = Ticket(work)
        with self._lock:
            self._waiting.append(ticket)
            leads, self._led = not self._led, True
        if not leads:
            self._wait(ticket)
        if ticket.answer is None:
            self._lead()
        if ticket.answer is None:
            raise ConflictError(INTERRUPTED)
        if isinstance(ticket.answer, LifError):
            raise ticket.answer
        return ticket.answer

    def _wait(self, ticket: Ticket[W, A]) -> None:
        try:
            ticket._called.wait()
        except BaseException:
            # Interrupted: if it was this thread that had to lead, the next one does.
            with self._lock:
                if ticket in self._waiting:
                    self._waiting.remove(ticket)
                    if ticket._called.is_set():
                        self._pass_on()
            raise

    def _lead(self) -> None:
        with self._lock:
            tickets, self._waiting = self._waiting, []
        try:
            self._commit(tickets)
        finally:
            with self._lock:
                for ticket in tickets:
                    ticket._called.set()
                self._pass_on()

    def _pass_on(self) -> None:
        if self._waiting:
            self._waiting[0]._called.set()
        else:
            self._led = False
