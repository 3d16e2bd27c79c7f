"""Threads take turns, and whoever's turn it is acts for all that wait: one commit for many."""

from collections.abc import Callable, Sequence
from threading import Lock
from typing import Generic, Protocol, TypeVar

from attrs import define, field

Q = TypeVar("Q")
A = TypeVar("A")


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
class Ticket(Generic[Q, A]):
    """What one thread asks, and its *answer*, `None` as long as nobody has acted for it."""

    asked: Q
    answer: A | None = None
    _called: Call = field(factory=_Call)


class Turns(Generic[Q, A]):
    """`act(tickets)` answers every one of its tickets, and is called by one thread at a time."""

    def __init__(self, act: Callable[[Sequence[Ticket[Q, A]]], None]) -> None:
        self._act = act
        self._lock = Lock()
        self._waiting: list[Ticket[Q, A]] = []
        self._taken = False

    def take(self, ticket: Ticket[Q, A]) -> None:
        """Return once *ticket* has its answer, or raise what `act` raised in this thread."""
        with self._lock:
            self._waiting.append(ticket)
            mine, self._taken = not self._taken, True
        if not mine:
            self._wait(ticket)
        if ticket.answer is None:
            self._act_for_all()

    def _wait(self, ticket: Ticket[Q, A]) -> None:
        try:
            ticket._called.wait()
        except BaseException:
            # Interrupted: if it was this thread's turn, it is the next one's.
            with self._lock:
                if ticket in self._waiting:
                    self._waiting.remove(ticket)
                    if ticket._called.is_set():
                        self._pass_on()
            raise

    def _act_for_all(self) -> None:
        with self._lock:
            tickets, self._waiting = self._waiting, []
        try:
            self._act(tickets)
        finally:
            with self._lock:
                for ticket in tickets:
                    ticket._called.set()
                self._pass_on()

    def _pass_on(self) -> None:
        if self._waiting:
            self._waiting[0]._called.set()
        else:
            self._taken = False
