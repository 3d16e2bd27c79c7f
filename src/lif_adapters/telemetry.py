"""Traces of what `lif` does, by OpenTelemetry; it needs the extra `otel`."""

import time
from collections.abc import Mapping

from opentelemetry import trace
from opentelemetry.trace import Status, StatusCode, Tracer
from opentelemetry.util.types import AttributeValue

from lif_core.errors import LifError, RefusedError


class TracingObserver:
    """An observer that makes spans of all that it is told: `lif.handle`, `lif.view`, `lif.follow`.

    A span lies within the caller's, which is current in the thread that waited. It says how many
    and how long, and of an error its class and its rule: nothing of what is on record.

    Args:
        tracer: by default that of the host's provider, by the name `lif`.
    """

    def __init__(self, tracer: Tracer | None = None) -> None:
        self._tracer = tracer or trace.get_tracer("lif")

    def handled(
        self,
        *,
        commands: int,
        entries: int,
        attempts: int,
        seconds: float,
        error: LifError | None,
    ) -> None:
        counts = {"lif.commands": commands, "lif.entries": entries, "lif.attempts": attempts}
        self._span("lif.handle", seconds, counts, error)

    def viewed(self, *, view: str, entries: int, seconds: float) -> None:
        self._span("lif.view", seconds, {"lif.view": view, "lif.entries": entries})

    def followed(self, *, entries: int, recorded: int, refused: int, seconds: float) -> None:
        counts = {"lif.entries": entries, "lif.recorded": recorded, "lif.refused": refused}
        self._span("lif.follow", seconds, counts)

    def _span(
        self,
        name: str,
        seconds: float,
        attributes: Mapping[str, int | str],
        error: LifError | None = None,
    ) -> None:
        """Make a span that ends now, and began so many *seconds* ago."""
        end = time.time_ns()
        values: dict[str, AttributeValue] = {**attributes}
        if error is not None:
            values["error.type"] = type(error).__name__
        if isinstance(error, RefusedError):
            values["lif.rule"] = error.rule
        span = self._tracer.start_span(
            name, start_time=end - round(seconds * 1e9), attributes=values
        )
        if error is not None and not isinstance(error, RefusedError):
            span.set_status(Status(StatusCode.ERROR))
        span.end(end_time=end)
