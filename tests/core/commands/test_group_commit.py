"""Threads share a commit: nobody is forgotten, whatever happens to the one that leads."""

import threading
import time
from collections.abc import Callable, Sequence

import pytest

from lif_core.commands import group_commit
from lif_core.commands.group_commit import GroupCommit, Ticket
from lif_core.errors import ConflictError, RefusedError

T = Ticket[int, int]


class Bench:
    """Answers each ticket with what it asks, doubled, and remembers how many came together."""

    def __init__(self, act: Callable[[Sequence[T]], None] | None = None) -> None:
        self.together: list[int] = []
        self.commits: GroupCommit[int, int] = GroupCommit(act or self.act)

    def act(self, tickets: Sequence[T]) -> None:
        self.together.append(len(tickets))
        time.sleep(0.01)
        for ticket in tickets:
            ticket.answer = 2 * ticket.work

    def ask(self, asked: int) -> int:
        return self.commits.submit(asked)


def in_threads(count: int, run: Callable[[int], None]) -> None:
    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads)


def test_everybody_is_answered_and_many_together() -> None:
    bench = Bench()
    answers: dict[int, int | None] = {}

    def run(number: int) -> None:
        for step in range(5):
            asked = 10 * number + step
            answers[asked] = bench.ask(asked)

    in_threads(16, run)

    assert {10 * n + s: 2 * (10 * n + s) for n in range(16) for s in range(5)} == answers
    assert 80 == sum(bench.together)
    assert 40 > len(bench.together)


def test_whoever_acts_alone_is_answered() -> None:
    assert [0, 2, 4] == [Bench().ask(n) for n in range(3)]


def test_an_error_is_raised_where_it_happened_and_the_others_go_on() -> None:
    """Those it had acted for have no answer; those after it have theirs."""

    def act(tickets: Sequence[T]) -> None:
        if any(ticket.work == 7 for ticket in tickets):
            for ticket in tickets:
                ticket.answer = -1
            raise ZeroDivisionError
        for ticket in tickets:
            ticket.answer = ticket.work

    bench = Bench(act)
    with pytest.raises(ZeroDivisionError):
        bench.ask(7)

    assert 8 == bench.ask(8)


def test_an_error_in_the_place_of_an_answer_is_raised() -> None:
    """So is one in the place of no answer at all: whoever led was interrupted."""

    def act(tickets: Sequence[T]) -> None:
        for ticket in tickets:
            if ticket.work:
                ticket.answer = RefusedError("body.unknown")

    bench = Bench(act)
    with pytest.raises(RefusedError):
        bench.ask(1)
    with pytest.raises(ConflictError, match="interrupted"):
        bench.ask(0)


def test_an_interrupt_while_waiting_passes_the_turn_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who gives up waiting must not keep the others waiting for ever."""
    begun, go_on = threading.Event(), threading.Event()

    def act(tickets: Sequence[T]) -> None:
        begun.set()
        go_on.wait(10)
        for ticket in tickets:
            ticket.answer = ticket.work

    bench = Bench(act)
    answers: list[int | None] = []
    first = threading.Thread(target=lambda: answers.append(bench.ask(1)))
    first.start()
    begun.wait(10)

    class Interrupted(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            super().wait(10)
            raise KeyboardInterrupt

    impatient: T = Ticket(2, called=Interrupted())
    monkeypatch.setattr(group_commit, "Ticket", lambda work: impatient)
    given_up = threading.Thread(target=lambda: _interrupted(bench, impatient.work))
    given_up.start()
    while not bench.commits._waiting:
        time.sleep(0.001)
    monkeypatch.undo()
    patient = threading.Thread(target=lambda: answers.append(bench.ask(3)))
    patient.start()
    while len(bench.commits._waiting) < 2:
        time.sleep(0.001)
    go_on.set()
    for thread in (first, given_up, patient):
        thread.join(10)

    assert [1, 3] == sorted(answer for answer in answers if answer)
    assert impatient.answer is None
    assert 4 == bench.ask(4)


def _interrupted(bench: Bench, work: int) -> None:
    with pytest.raises(KeyboardInterrupt):
        bench.ask(work)
