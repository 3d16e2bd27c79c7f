"""The contract of a projection, for the test suite of a view of a host, in three lines.

class TestWaiting(ProjectionContract):
    projection = waiting
"""

import pickle
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, ClassVar

from hypothesis import given
from hypothesis import strategies as st

from lif_core.commands.application import Application
from lif_core.decisions.messages import Event
from lif_core.decisions.record import Record
from lif_core.log.memory import MemoryRecorder
from lif_core.projection.changes import changes
from lif_core.projection.projection import AnyProjection, AsOf
from lif_core.testing.catalogue import Catalogue, shipped
from lif_core.testing.history import (
    EPISODES,
    GeneratedHistory,
    append,
    begun,
    histories,
    world,
)
from lif_core.testing.records import records_of
from lif_core.testing.strategies import events

SOME_DAY = date(2018, 1, 25)
SHIFTS = st.sampled_from((0, -1, -30, -300, 1, 30, 300))


class ProjectionContract:
    """The behaviour of a `lif_core.Projection`; give a *projection*.

    However a view is come by, it says the same. *lives* are what generated histories are made of:
    give those of a host's own aggregates beside the shipped ones, where the view reads them.
    """

    projection: ClassVar[AnyProjection]
    lives: ClassVar[Catalogue | None] = None

    def test_a_view_says_the_same_each_time(self) -> None:
        """Whatever was looked at before: it depends on the entries and on the two times alone."""

        @given(self._histories(), SHIFTS)
        def look(history: GeneratedHistory, days: int) -> None:
            valid = history.ends + timedelta(days=days)
            first = self._afresh(history.application, valid)
            other = self._afresh(self._copied(history, history.records), valid)

            assert first == self._afresh(history.application, valid), "otherwise the second time"
            assert first == other, "not the same from a copy of the log"

        look()

    def test_a_view_is_gone_on_from(self) -> None:
        """Kept between two calls, it comes to what the log says, on any day."""

        @given(self._histories(), st.data())
        def look(history: GeneratedHistory, data: st.DataObject) -> None:
            application, rest = self._half_way(history, data)
            application.view(self.projection, valid=history.ends)
            append(application.recorder, application.mapper, rest)
            for days in (data.draw(SHIFTS), data.draw(SHIFTS)):
                valid = history.ends + timedelta(days=days)
                view = application.view(self.projection, valid=valid)

                assert self._afresh(application, valid) == view, f"gone on from, on {valid}"

        look()

    def test_a_saved_view_is_resumed(self) -> None:
        """Another process goes on from what was saved, with what was recorded since."""
        assert self.projection.edition, "without an edition it is kept, and never saved"

        @given(self._histories(), st.data())
        def look(history: GeneratedHistory, data: st.DataObject) -> None:
            application, rest = self._half_way(history, data)
            application.save(self.projection, valid=history.ends)
            append(application.recorder, application.mapper, rest)
            other = history.on(application.recorder)
            for days in (0, data.draw(SHIFTS)):
                valid = history.ends + timedelta(days=days)
                view = other.view(self.projection, valid=valid)

                assert self._afresh(other, valid) == view, f"resumed, on {valid}"

        look()

    def test_a_view_of_the_past_is_that_of_the_past(self) -> None:
        """As it was known at an instant, it says what it said when no more was on record."""

        @given(self._histories(), st.data())
        def look(history: GeneratedHistory, data: st.DataObject) -> None:
            if not history.records or any(record.stamped for record in history.records):
                return
            known = data.draw(st.sampled_from(history.records)).recorded_at
            valid = known.date() + timedelta(days=data.draw(SHIFTS))
            then = [record for record in history.records if record.recorded_at <= known]
            application = self._copied(history, then)
            application.clock = lambda: known
            before = application.view(self.projection, valid=valid, known=known)

            now = history.application.view(self.projection, valid=valid, known=known)
            assert before == now, f"as known at {known}, it said otherwise"

        look()

    def test_two_views_can_be_held_against_each_other(self) -> None:
        """What a comparison names is what is otherwise in the two views, and nothing of one."""

        @given(self._histories(episodes=3), SHIFTS)
        def look(history: GeneratedHistory, days: int) -> None:
            reader = history.application
            valid = history.ends, history.ends + timedelta(days=days)
            differences = reader.diff(self.projection, *(AsOf(valid=day) for day in valid))
            before, after = (reader.view(self.projection, valid=day) for day in valid)

            assert changes(before, after) == tuple(each.change for each in differences.changes)
            assert changes(before, before) == (), "not equal to itself"

        look()

    def test_a_view_pickles(self) -> None:
        """It can be sent to another process, or cached by a host, and is the same there."""

        @given(self._histories())
        def look(history: GeneratedHistory) -> None:
            view = self._afresh(history.application, history.ends)

            assert view == pickle.loads(pickle.dumps(view)), "not the same once it was pickled"

        look()

    def test_any_entries_can_be_read(self) -> None:
        """In any order, of any streams: history already happened, and a view never refuses."""

        @given(self._any_events(), SHIFTS)
        def look(entries: list[Event[Any]], days: int) -> None:
            catalogue = self._lives()
            records = records_of(entries, registry=catalogue.registry)
            application = begun(catalogue).application
            append(application.recorder, application.mapper, records)
            self._afresh(application, SOME_DAY + timedelta(days=days))

        look()

    def _lives(self) -> Catalogue:
        return self.lives or shipped()

    def _histories(self, episodes: int = EPISODES) -> st.SearchStrategy[GeneratedHistory]:
        return histories(self._lives(), episodes=episodes)

    def _any_events(self) -> st.SearchStrategy[list[Event[Any]]]:
        kinds = [cls for cls in self._lives().registry.events.values() if cls.decided]
        read = [cls for cls in kinds if cls in self.projection.events] or kinds
        anything = world(self._lives())
        return st.lists(events(anything, *read) | events(anything, *kinds), max_size=12)

    def _afresh(self, application: Application, valid: date) -> Any:
        """Return the view made from the log alone, with all of its tables read."""
        view = application.view(self.projection, valid=valid, afresh=True)
        for name in self.projection.tables.keys() - self.projection.facts.keys():
            list(getattr(view, name))
        return view

    def _copied(self, history: GeneratedHistory, records: Sequence[Record]) -> Application:
        application = history.on(MemoryRecorder())
        append(application.recorder, application.mapper, records)
        return application

    def _half_way(
        self, history: GeneratedHistory, data: st.DataObject
    ) -> tuple[Application, Sequence[Record]]:
        """Return an application on some of the history, and the rest of it."""
        place = data.draw(st.integers(0, len(history.records)))
        return self._copied(history, history.records[:place]), history.records[place:]
