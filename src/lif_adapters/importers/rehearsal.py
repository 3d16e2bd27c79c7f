"""The rehearsal of an import: decided as it would be, in memory, and gone afterwards."""

from collections.abc import Sequence

from eventsourcing.persistence import StoredEvent

from lif_core.commands.application import Application
from lif_core.log.mapper import LifMapper
from lif_core.log.memory import MemoryRecorder
from lif_core.log.recorder import Handled, Recorder, pages


class RehearsalRecorder(MemoryRecorder):
    """A recorder with all that another has by now, to which nothing is ever written."""

    def __init__(self, store: Recorder) -> None:
        super().__init__()
        self._store = store
        self._packs = list(store.packs())
        for rows in pages(store):
            self._insert_events(
                [StoredEvent(stream, at, topic, state) for _, stream, at, topic, state in rows]
            )

    def handled(self, command_id: str) -> Handled | None:
        return super().handled(command_id) or self._store.handled(command_id)

    def unhandled(self, command_ids: Sequence[str]) -> set[str]:
        return set(self._store.unhandled(sorted(super().unhandled(command_ids))))


def rehearsal(app: Application) -> Application:
    """Return an application that begins where *app* is, and leaves no trace."""
    mapper = app.mapper
    if mapper.keyring is not None:
        keyring = mapper.keyring.rehearsed()
        mapper = LifMapper(mapper.registry, mapper.instants, keyring)
    return Application(
        RehearsalRecorder(app.recorder),
        clock=app.clock,
        frameworks=app.frameworks,
        mapper=mapper,
        tolerance=app.tolerance,
        readership=app.readership,
    )
