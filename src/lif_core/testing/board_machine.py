"""A state machine that decides on an application, for the test suite of a host, in a few lines.

class OurBoard(BoardMachine):
    def application(self):
        return connect(f"sqlite:{self.path}", clock=self.clock, readership=EVERYTHING)

TestOurBoard = OurBoard.TestCase
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from lif_core.commands.application import Application
from lif_core.decisions.corrections import AmendEntry, VoidEntry
from lif_core.decisions.messages import Command
from lif_core.decisions.record import Record
from lif_core.errors import RefusedError
from lif_core.log.mapper import LifMapper
from lif_core.log.memory import MemoryRecorder
from lif_core.projection.projection import AnyProjection
from lif_core.testing.catalogue import Catalogue, shipped
from lif_core.testing.chronicle import Chronicle
from lif_core.testing.history import EVERYTHING, SHIFTS, changes, episodes_of, world
from lif_core.testing.strategies import commands
from lif_core.views import PROJECTIONS

RIGHTS = frozenset({"authority.not-entitled", "correction.of-another-body"})
DAYS = st.sampled_from((0, 0, 1, -30, 90, -400, 400))
"""From the day on which a view is asked for to the day that it is of."""


class BoardMachine(RuleBasedStateMachine):
    """Boards that decide, correct, merge, migrate and start again, and a host that looks at views.

    Override `application`, and add rules and invariants as to any machine of Hypothesis: `app` is
    the application, `decide` asks it for a command, `records` are what was recorded so far.

    Its own rules are `live`, `migrate`, `decide_anything`, `correct`, `merge`, `correct_clock`,
    `wait`, `retry`, `restart`, `look`, `look_back` and `save`: override one to do without it.

    *lives* are what boards decide on, by default all that `lif` ships; *projections* the views
    that are looked at; *start* the instant at which a history begins; without *corrected*, no
    entry is corrected.
    """

    lives: ClassVar[Catalogue | None] = None
    projections: ClassVar[Sequence[AnyProjection]] = tuple(PROJECTIONS.values())
    start: ClassVar[datetime] = datetime(2018, 1, 2, 9, tzinfo=UTC)
    corrected: ClassVar[bool] = True

    def __init__(self) -> None:
        super().__init__()
        self.recorder = MemoryRecorder()
        self.catalogue = self.lives or shipped()
        self.chronicle = Chronicle(self.catalogue, now=self.start, after=self.decided)
        self.chronicle.application = self.application()
        self.remembered: list[tuple[AnyProjection, date, datetime, Any]] = []

    def application(self) -> Application:
        """Open the application under test, with `clock` as its clock; on the same store each time.

        It is called at the start, and whenever the machine starts again.
        """
        return Application(
            self.recorder,
            clock=self.clock,
            frameworks=self.catalogue.frameworks,
            mapper=LifMapper(self.catalogue.registry),
            readership=EVERYTHING,
        )

    def clock(self) -> datetime:
        """Return the instant that it is in this history."""
        return self.chronicle.now

    @property
    def app(self) -> Application:
        """The application that is open."""
        return self.chronicle.application

    @property
    def now(self) -> datetime:
        """The instant that it is in this history."""
        return self.chronicle.now

    @now.setter
    def now(self, instant: datetime) -> None:
        self.chronicle.now = instant

    @property
    def records(self) -> Sequence[Record]:
        """The entries that were recorded, in their order."""
        return self.chronicle.log

    @property
    def streams(self) -> dict[str, list[Record]]:
        """The entries that were recorded, by stream."""
        streams = defaultdict(list)
        for record in self.chronicle.log:
            streams[record.stream].append(record)
        return streams

    def decide(self, command: Command) -> tuple[Record, ...]:
        """Decide *command*, and return its records: none where it was refused, or is on record."""
        return self.chronicle.decide(command)

    def decided(self, command: Command, records: tuple[Record, ...]) -> None:
        """Check what holds of every *command* that was decided: its *records* are all there is."""
        try:
            again = self.app.handle(command)
        except RefusedError as error:
            if isinstance(command, VoidEntry | AmendEntry) and error.rule in RIGHTS:
                return  # what it corrected is what entitled to correct it
            raise AssertionError(f"refused when it is decided twice: {command}") from error

        assert again == (), f"decided twice, recorded twice: {command}"

    # What boards do

    @rule(data=st.data())
    def live(self, data: st.DataObject) -> None:
        """Decide what leads to any decision of the catalogue, with a twist here and there."""
        self.chronicle.live(data.draw(episodes_of(self.catalogue, self.corrected)))

    @rule(data=st.data())
    def migrate(self, data: st.DataObject) -> None:
        """Enter what an older register recorded."""
        episode = data.draw(episodes_of(self.catalogue, self.corrected))
        before = len(self.records)
        self.chronicle.live(episode, migrated=True)
        # An older register tells of times that were looked at without it.
        first = min((record.recorded_at for record in self.records[before:]), default=self.now)
        self.remembered = [look for look in self.remembered if look[2] < first]

    @rule(data=st.data())
    def decide_anything(self, data: st.DataObject) -> None:
        """Decide any command, which is mostly refused."""
        self.decide(data.draw(commands(world(self.catalogue))))

    @precondition(lambda self: self.corrected and self.records)
    @rule(data=st.data(), void=st.booleans())
    def correct(self, data: st.DataObject, void: bool) -> None:
        """Void or amend an entry, mostly a late one."""
        back = data.draw(st.integers(0, len(self.records) - 1))
        record = self.records[-1 - back]
        cls: Any = type(record.event)
        if void:
            self.chronicle.void(record)
        else:
            self.chronicle.amend(record, data.draw(changes(self.catalogue, cls)))

    @rule(data=st.data())
    def merge(self, data: st.DataObject) -> None:
        """Merge a body into another, which decides for it from then on."""
        bodies = st.sampled_from(world(self.catalogue).bodies)
        self.chronicle.merge(data.draw(bodies), data.draw(bodies))

    @precondition(lambda self: self.records)
    @rule(data=st.data(), by=st.sampled_from(SHIFTS))
    def correct_clock(self, data: st.DataObject, by: timedelta) -> None:
        """Say of some entries that the clock was hours wrong which stamped them."""
        first = data.draw(st.integers(1, len(self.records)))
        last = data.draw(st.integers(first, len(self.records)))
        self.chronicle.correct_clock(first, last, by / 24)
        self.remembered.clear()  # entries are read as of other instants from now on

    @rule(days=st.integers(1, 120))
    def wait(self, days: int) -> None:
        """Let time pass."""
        self.now += timedelta(days=days)

    # What a host does

    @precondition(lambda self: self.chronicle.asked)
    @rule(data=st.data())
    def retry(self, data: st.DataObject) -> None:
        """Ask again under the same id: it returns what it returned, and records nothing."""
        command_id = data.draw(st.sampled_from(sorted(self.chronicle.asked)))
        command, records = self.chronicle.asked[command_id]
        again = self.app.handle(command, command_id=command_id)

        assert [(record.position, record.event) for record in records] == [
            (record.position, record.event) for record in again
        ], f"the same id again led to {again}"

    @rule()
    def restart(self) -> None:
        """Close the application, and open it again."""
        self.app.close()
        self.chronicle.application = self.application()

    @rule(data=st.data(), days=DAYS)
    def look(self, data: st.DataObject, days: int) -> None:
        """Look at a view, which is equal to one that is made from the log alone."""
        projection = data.draw(st.sampled_from(self.projections))
        valid = self.now.date() + timedelta(days=days)
        view = self.app.view(projection, valid=valid)

        assert self.app.view(projection, valid=valid, afresh=True) == view, projection.name
        self.remembered.append(
            (projection, valid, self.now, self.app.view(projection, valid=valid, known=self.now))
        )
        self.now += timedelta(seconds=1)
        for before in self.remembered[-2:-1]:
            self._look_again(*before)

    @precondition(lambda self: self.remembered)
    @rule(data=st.data())
    def look_back(self, data: st.DataObject) -> None:
        """Look at a view as it was known before: it is the same for ever."""
        back = data.draw(st.integers(0, len(self.remembered) - 1))
        self._look_again(*self.remembered[-1 - back])

    def _look_again(
        self, projection: AnyProjection, valid: date, known: datetime, view: Any
    ) -> None:
        again = self.app.view(projection, valid=valid, known=known)

        assert view == again, f"{projection.name}, as known at {known}, says otherwise now"

    @rule(data=st.data())
    def save(self, data: st.DataObject) -> None:
        """Save a view, from which the next one goes on."""
        projection = data.draw(st.sampled_from(self.projections))
        if projection.edition:
            self.app.save(projection, valid=self.now.date())

    # What always holds

    @invariant()
    def log_is_whole(self) -> None:
        """Check that the log is what was recorded, in its order, without a gap."""
        records = list(self.app.history())
        events = [record.event for record in self.records]

        assert events == [record.event for record in records], "another log than was recorded"
        positions = [record.position for record in records]
        assert sorted(set(positions)) == positions, "out of order"
        instants = [record.stamped or record.recorded_at for record in records]
        assert sorted(instants) == instants, "recorded before the entry before it"
        lengths: dict[str, int] = defaultdict(int)
        for record in records:
            lengths[record.stream] += 1
            assert lengths[record.stream] == record.stream_position, "a gap in a stream"

    def teardown(self) -> None:
        """Close the application."""
        self.app.close()
