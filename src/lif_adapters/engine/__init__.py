"""The log on any recorder of the `eventsourcing` family."""

from lif_adapters.engine.recorder import EngineRecorder

__all__ = ["EngineRecorder"]
