"""What an observer is told, and that its failure is nobody's else."""

import logging
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from lif_adapters.telemetry import TracingObserver
from lif_adapters.wiring import connect
from lif_core.aggregates.review import OpenReview
from lif_core.errors import RefusedError
from lif_core.log.memory import MemoryRecorder
from lif_core.log.recorder import IntegrityError
from lif_core.views.accountability import accountability
from tests.people import CHAIR, TEXTS, day


def opened(ref: str, title: str = "A case") -> OpenReview:
    return OpenReview(
        by=CHAIR, on=day("2018-01-20"), review=ref, kind="single-agency-review", title=title
    )


class Notes:
    """An observer that keeps what it is told, and by which thread."""

    def __init__(self) -> None:
        self.notes: list[tuple[str, Mapping[str, Any], threading.Thread]] = []

    def handled(self, **what: Any) -> None:
        self.notes.append(("handled", what, threading.current_thread()))

    def viewed(self, **what: Any) -> None:
        self.notes.append(("viewed", what, threading.current_thread()))

    def followed(self, **what: Any) -> None:
        self.notes.append(("followed", what, threading.current_thread()))


class Failing(Notes):
    """An observer that cannot be told anything."""

    def handled(self, **what: Any) -> None:
        raise OSError("no room")


def test_an_observer_is_told_what_was_done_and_how_long_it_took(tmp_path: Path) -> None:
    notes = Notes()
    with connect(f"sqlite:{tmp_path}/lif.db", observer=notes, readership=TEXTS) as app:
        app.handle_all([opened("wscb/1"), opened("wscb/2")])
        with pytest.raises(RefusedError) as caught:
            app.handle(opened("wscb/1", "Another"))
        app.view(accountability)
        app.view(accountability)
        app.follow(day_policies=())

    handled, refused, viewed, again, followed = [what for _, what, _ in notes.notes]
    assert (2, 2, 1, None) == tuple(
        handled[n] for n in ("commands", "entries", "attempts", "error")
    )
    assert (1, 0, caught.value) == (refused["commands"], refused["entries"], refused["error"])
    assert ("accountability", 2, 0) == (viewed["view"], viewed["entries"], again["entries"])
    assert (2, 0, 0) == tuple(followed[name] for name in ("entries", "recorded", "refused"))
    assert all(0 < what["seconds"] < 60 for _, what, _ in notes.notes)


def test_each_thread_is_told_of_its_own_work_and_how_often_it_was_decided() -> None:
    """Whoever led the commit for all of them; decided again where another was first."""
    notes = Notes()
    with connect("memory:", observer=notes, readership=TEXTS) as app:
        recorder, append = app.recorder, app.recorder.append
        assert isinstance(recorder, MemoryRecorder)
        failures = iter((True, False))

        def first_fails(*args: Any) -> Any:
            if next(failures, False):
                raise IntegrityError("another was first")
            return append(*args)

        recorder.append = first_fails  # type: ignore[method-assign, assignment]
        app.handle(opened("wscb/0"))
        threads = [
            threading.Thread(target=app.handle, args=(opened(f"wscb/{n}"),)) for n in range(1, 9)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert [2] + [1] * 8 == [what["attempts"] for _, what, _ in notes.notes]
    assert {*threads} == {thread for _, _, thread in notes.notes[1:]}


def test_a_failing_observer_keeps_nothing_from_being_recorded(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with (
        connect("memory:", observer=Failing(), readership=TEXTS) as app,
        caplog.at_level(logging.ERROR, "lif"),
    ):
        (record,) = app.handle(opened("wscb/1"))

    assert "review-wscb/1" == record.stream
    assert "the observer failed" in caplog.text
    assert "no room" in caplog.text


def test_spans_lie_within_the_callers() -> None:
    """And say nothing of what is on record, but a rule that refused."""
    spans, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    tracer = provider.get_tracer("host")
    with connect(
        "memory:", observer=TracingObserver(provider.get_tracer("lif")), readership=TEXTS
    ) as app:
        with tracer.start_as_current_span("request") as request:
            app.handle(opened("wscb/1"))
            with pytest.raises(RefusedError):
                app.handle(opened("wscb/1", "Another"))
            app.view(accountability)
        app.follow()

    handled, refused, viewed, outer, *_, followed = spans.get_finished_spans()
    assert ["lif.handle", "lif.handle", "lif.view", "request"] == [
        span.name for span in (handled, refused, viewed, outer)
    ]
    assert "lif.follow" == followed.name
    for span in (handled, refused, viewed):
        assert span.parent is not None
        assert request.get_span_context().span_id == span.parent.span_id
        times = [outer.start_time, span.start_time, span.end_time, outer.end_time]
        assert times == sorted(filter(None, times))
    assert {"lif.commands": 1, "lif.entries": 1, "lif.attempts": 1} == dict(
        handled.attributes or {}
    )
    assert "review.reference-taken" == (refused.attributes or {})["lif.rule"]
    assert StatusCode.UNSET is refused.status.status_code
    assert followed.parent is None
