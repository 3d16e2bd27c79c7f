"""A lease is held by one, goes to another when that is gone, and bears a wrong clock."""

from datetime import UTC, datetime, timedelta

from lif_core.log.memory import MemoryRecorder
from lif_core.log.recorder import Recorder
from lif_core.subscriptions.lease import Lease

START = datetime(2018, 6, 1, 10, tzinfo=UTC)
TERM = timedelta(seconds=30)


class Machine:
    """A machine with a clock of its own, that would hold the lease."""

    def __init__(self, recorder: Recorder, now: datetime = START) -> None:
        self.now = now
        self.lease = Lease("x", recorder, lambda: self.now, TERM)

    def takes(self, *, after: int = 0) -> bool:
        self.now += timedelta(seconds=after)
        return self.lease.take()


def machines() -> tuple[Machine, Machine]:
    recorder = MemoryRecorder()
    return Machine(recorder), Machine(recorder)


def test_it_is_held_by_one() -> None:
    first, second = machines()

    assert first.takes()
    assert not second.takes()
    assert first.takes(after=1)
    assert not second.takes(after=29)


def test_it_is_renewed_while_it_is_held() -> None:
    first, second = machines()

    for _ in range(10):
        assert first.takes(after=20)
        assert not second.takes(after=20)


def test_it_goes_to_another_when_nothing_is_heard() -> None:
    """Whoever held it before sees that it has gone."""
    first, second = machines()
    first.takes()

    assert second.takes(after=31)
    assert not first.takes(after=31)


def test_it_goes_to_another_at_once_when_it_is_given_back() -> None:
    first, second = machines()
    first.takes()
    first.lease.give_back()
    first.lease.give_back()

    assert second.takes()
    assert not first.takes()


def test_what_another_holds_is_not_given_back() -> None:
    first, second = machines()
    first.takes()
    second.takes(after=31)
    first.lease.give_back()

    assert not first.takes(after=31)
    assert second.takes(after=1)


def test_a_clock_that_was_years_ahead_does_not_hold_it_for_years() -> None:
    recorder = MemoryRecorder()
    Machine(recorder, datetime(2034, 1, 1, tzinfo=UTC)).takes()
    machine, other = Machine(recorder), Machine(recorder)

    assert machine.takes()
    assert machine.takes(after=1)
    assert not other.takes()
    assert other.takes(after=40)


def test_of_many_that_find_it_free_one_has_it() -> None:
    recorder = MemoryRecorder()

    assert sum(Machine(recorder).takes() for _ in range(20)) == 1
