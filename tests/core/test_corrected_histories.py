"""What holds for any history with any corrections: voided and amended entries, of any stream."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date
from itertools import product
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule
from msgspec.structs import replace

from lif_core.aggregates import CATEGORIES
from lif_core.aggregates import recommendation as r
from lif_core.aggregates.body import BodyMerged
from lif_core.aggregates.data_subject import DataSubjectErased
from lif_core.commands.application import Application
from lif_core.decisions.corrections import VoidEntry, is_correction
from lif_core.decisions.messages import Event
from lif_core.decisions.record import Version
from lif_core.decisions.standing import contradictions, standing_in, supports_of
from lif_core.errors import RefusedError
from lif_core.log.memory import MemoryRecorder
from lif_core.projection.tables import Tables
from lif_core.testing.board_machine import BoardMachine
from lif_core.testing.history import append
from lif_core.testing.records import records_of
from lif_core.values.refs import category_of
from lif_core.views import PROJECTIONS
from tests.histories import FIRST, HistoryMachine
from tests.people import CHAIR, EVERYTHING, day

BEFORE = day("2017-12-31")
"""A day before anything was decided."""
OPEN = ("planned", "reopened")
ENDED = ("withdrawn", "superseded")


class CorrectedHistories(HistoryMachine):
    """Beside the corrections of any history, more of them, of any entry."""

    @precondition(lambda self: self.log)
    @rule(data=st.data())
    def void_anything(self, data: st.DataObject) -> None:
        """The first entry of a stream as well, and corrections; but for the registration of the
        other board, without which nobody could void what is its own.
        """
        stream = data.draw(st.sampled_from(sorted(self.streams.keys() - {"body-elsewhere"})))
        entry = data.draw(st.integers(1, len(self.streams[stream])))
        self.void(stream, entry)

    def void(self, stream: str, entry: int) -> None:
        """By whoever decided it, or by a chair: of the board, or of a body that took one over.
        Where a board has ended, it is as of a day before that.
        """
        about: dict[str, Any] = {"stream": stream, "entry": entry, "reasons": "Wrong"}
        merged = [event.into for event in self.log if isinstance(event, BodyMerged)]
        chairs = [replace(CHAIR, body=body) for body in merged]
        people = (self.streams[stream][entry - 1].by, CHAIR, *chairs)
        for who, on in product(people, (self.now.date(), BEFORE)):
            command = VoidEntry(by=who, on=on, **about)
            with suppress(RefusedError):
                for record in self.app.handle(command):
                    self.log.append(record.event)
                    self.streams[record.stream].append(record.event)
                return

    def view(self, name: str) -> Any:
        return self.app.view(PROJECTIONS[name], valid=self.now.date())

    # What always holds

    @invariant()
    def decisions_and_views_rest_on_the_same_entries(self) -> None:
        """The state that a command is held against is the fold of what stands."""
        for stream in self.streams:
            records = list(self.app.history(stream))
            decider = CATEGORIES[category_of(stream)]
            current = standing_in(records, CATEGORIES).records
            loaded = self.app._streams.load(stream)

            assert decider.fold(record.event for record in current) == loaded.state
            assert [record.event for record in current] == list(loaded.standing)

    @invariant()
    def an_answer_never_belongs_to_a_recommendation_issued_later(self) -> None:
        for stream in filter(lambda name: name.startswith("recommendation-"), self.streams):
            issued = None
            for record in standing_in(list(self.app.history(stream)), CATEGORIES).records:
                if isinstance(record.event, r.RecommendationIssued):
                    assert issued is None
                    issued = record
                assert issued is not None

    @invariant()
    def every_entry_counts_or_is_listed_with_a_reason(self) -> None:
        """What is recorded either stands, or corrects, or the view of corrections says why not."""
        view = self.app.view(PROJECTIONS["corrections"], valid=date.max)
        listed = {(row.stream, row.entry) for row in (*view.without_effect, *view.corrections)}
        counted = set()
        for stream in self.streams:
            records = standing_in(list(self.app.history(stream)), CATEGORIES).records
            counted |= {(stream, record.stream_position) for record in records}
        recorded = {
            (stream, number)
            for stream, events in self.streams.items()
            for number in range(1, len(events) + 1)
        }

        assert recorded == counted | listed
        assert not counted & listed

    @invariant()
    def no_two_views_contradict_each_other(self) -> None:
        """About which recommendations there are, and how far each has come."""
        recommendations_agree(self)
        reviews_agree(self)

    def teardown(self) -> None:
        """What is all void says nothing in any view, whatever it said before; what is left are
        erasures, which nobody takes back.
        """
        for stream in sorted(self.streams, key=lambda name: name.startswith("body-")):
            events = tuple(self.streams[stream])
            for entry in range(len(events), 0, -1):
                if not is_correction(events[entry - 1]):
                    self.void(stream, entry)
        erasures = only([event for event in self.log if isinstance(event, DataSubjectErased)])
        for name in PROJECTIONS.keys() - {"corrections"}:
            left = erasures.view(PROJECTIONS[name], valid=self.now.date())
            view = self.app.view(PROJECTIONS[name], valid=self.now.date())

            assert [(name, *each) for each in _sizes(left)] == [
                (name, *each) for each in _sizes(view)
            ]


def only(events: Sequence[Event[Any]]) -> Application:
    """Return an application on a log of nothing but *events*."""
    application = Application(MemoryRecorder(), clock=lambda: FIRST, readership=EVERYTHING)
    append(application.recorder, application.mapper, records_of(events))
    return application


def _sizes(view: Any) -> Iterator[tuple[str, int]]:
    """The tables that are about entries, by how many rows they have."""
    tables = Tables(view)
    for name in tables:
        if not tables.shapes[name].single:
            yield name, len(tables[name])


def recommendations_agree(machine: CorrectedHistories) -> None:
    shown = machine.view("accountability"), machine.view("sustainability")
    accountability, sustainability = shown
    findings = {row.recommendation: row.finding for row in sustainability.improvements}
    texts = {row.recommendation for row in machine.view("recommendations").recommendations}
    answered = {row.recommendation for row in accountability.answers}
    names = ("accountability", "sustainability", "recommendations", "learning-cycle", "calendar")
    listed = [inconsistent(machine.view(name), "recommendation") for name in names]

    assert findings.keys() == texts == answered
    assert len(findings) == accountability.totals.recommendations
    assert len(findings) == machine.view("learning-cycle").totals.recommendations
    assert len(findings) == sum(sustainability.standing.values())
    assert [listed[0]] * len(names) == listed
    assert not listed[0] & {f"recommendation-{ref}" for ref in findings}
    for duty in accountability.duties:
        finding = findings[duty.recommendation]
        assert duty.outcome == (finding if finding in OPEN + ENDED else "implemented")
        assert (duty.done is None) == (finding in OPEN)
    undone = sum(finding in OPEN for finding in findings.values())
    (due,) = [row for row in machine.view("calendar").counts if row.what == "recommendation"]
    assert undone == accountability.totals.duties_open == due.due + due.overdue


def reviews_agree(machine: CorrectedHistories) -> None:
    reviews = {row.review for row in machine.view("conduct").reviews}
    names = ("accountability", "conduct", "assurance")
    listed = [inconsistent(machine.view(name), "review") for name in names]

    assert len(reviews) == machine.view("accountability").totals.reviews
    assert [listed[0]] * len(names) == listed
    assert not listed[0] & {f"review-{ref}" for ref in reviews}


def inconsistent(view: Any, category: str) -> set[str]:
    return {row.stream for row in view.inconsistent if category_of(row.stream) == category}


TestCorrectedHistories = CorrectedHistories.TestCase
TestCorrectedHistories.settings = settings(max_examples=15, stateful_step_count=15)


class DecidedHistories(BoardMachine):
    """Histories without any correction."""

    corrected = False

    @invariant()
    def no_decision_contradicts_another(self) -> None:
        """By the same definition, as if each entry had been amended: the rules leave nothing."""
        for stream in self.streams:
            decider = CATEGORIES[category_of(stream)]
            records = [
                replace(record, versions=(Version(record.recorded_at, record.event),))
                for record in self.app.history(stream)
            ]

            assert [] == list(contradictions(records, supports_of(records, decider), decider))


TestDecidedHistories = DecidedHistories.TestCase
TestDecidedHistories.settings = settings(max_examples=30, stateful_step_count=30)
