"""The recorders do the same: each database against the in-memory one."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from eventsourcing.persistence import IntegrityError, StoredEvent
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from lif_adapters.sqlite import SQLiteRecorder
from lif_core.log.memory import MemoryRecorder
from lif_core.log.recorder import PackUse, Reads, Recorder, Tracking, pages
from lif_core.testing.samples import moved, pack, read, receipt, stored

EVENTS = st.lists(
    st.builds(
        stored, st.sampled_from(("a-x/1", "b-x/1")), st.integers(1, 4), st.binary(max_size=9)
    ),
    max_size=3,
)
IDS = st.lists(st.sampled_from(("c", "d", "e")), unique=True, max_size=2)


FOLLOWERS = ("p", "q")
TRACKING = st.none() | st.builds(
    lambda after, steps, name: moved(after, after + steps, name),
    st.integers(0, 3),
    st.integers(1, 2),
    st.sampled_from(FOLLOWERS),
)
READS = st.none() | st.builds(
    read, st.integers(0, 5), st.sampled_from(("a-x/1", "b-x/1")), st.sampled_from(("c-x/1",))
)
PACKS = st.lists(
    st.builds(pack, st.sampled_from(("p", "q")), st.sampled_from(("1", "2"))),
    unique_by=lambda use: use.name,
    max_size=2,
)


def outcome(act: Callable[[], object]) -> object:
    try:
        return act()
    except IntegrityError:
        return IntegrityError


class SQLiteAgreesWithMemory(RuleBasedStateMachine):
    @initialize()
    def empty(self) -> None:
        self.folder = TemporaryDirectory()
        self.model: Recorder = MemoryRecorder()
        self.real: Recorder = SQLiteRecorder(Path(self.folder.name) / "lif.db")

    @rule(events=EVENTS, ids=IDS, tracking=TRACKING, reads=READS, packs=PACKS)
    def append(
        self,
        events: list[StoredEvent],
        ids: list[str],
        tracking: Tracking | None,
        reads: Reads | None,
        packs: list[PackUse],
    ) -> None:
        receipts = [receipt(command_id, 0, len(events)) for command_id in ids]

        def appended(recorder: Recorder) -> list[int]:
            return list(recorder.append(lambda _: events, receipts, tracking, reads, packs))

        assert outcome(lambda: appended(self.model)) == outcome(lambda: appended(self.real))

    @rule(command_id=st.sampled_from(("c", "d", "e", "never")))
    def handled(self, command_id: str) -> None:
        assert self.model.handled(command_id) == self.real.handled(command_id)

    @rule(command_ids=st.lists(st.sampled_from(("c", "d", "e", "never"))))
    def unhandled(self, command_ids: list[str]) -> None:
        assert self.model.unhandled(command_ids) == self.real.unhandled(command_ids)

    @rule(streams=st.lists(st.sampled_from(("a-x/1", "b-x/1", "c-x/1"))))
    def unrecorded(self, streams: list[str]) -> None:
        assert self.model.unrecorded(streams) == self.real.unrecorded(streams)

    @rule(stream=st.sampled_from(("a-x/1", "b-x/1", "c-x/1")))
    def stream(self, stream: str) -> None:
        assert list(self.model.stream_rows(stream)) == list(self.real.stream_rows(stream))

    @invariant()
    def same_log(self) -> None:
        if hasattr(self, "real"):
            assert [*pages(self.model, size=2)] == [*pages(self.real, size=2)]
            assert self.model.last_row() == self.real.last_row()
            assert list(self.model.packs()) == list(self.real.packs())
            for name in FOLLOWERS:
                assert self.model.tracked(name) == self.real.tracked(name)

    def teardown(self) -> None:
        if hasattr(self, "real"):
            self.real.close()
            self.folder.cleanup()


TestSQLiteAgreesWithMemory = SQLiteAgreesWithMemory.TestCase
TestSQLiteAgreesWithMemory.settings = settings(stateful_step_count=15)
