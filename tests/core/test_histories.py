"""What holds for any history: a state machine over all commands, beside a plain model."""

import json
from collections import defaultdict
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, get_type_hints

import attrs
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    invariant,
    rule,
)
from msgspec.structs import replace

from lif_adapters.json_values import json_value
from lif_core.aggregates import DECIDERS
from lif_core.decisions.corrections import is_correction
from lif_core.decisions.messages import Event
from lif_core.decisions.record import Record
from lif_core.framework import load
from lif_core.log.recorder import pages
from lif_core.projection.as_of import AsOf
from lif_core.projection.fold import RunningFold, fold
from lif_core.projection.inconsistent import CorrectionRow
from lif_core.projection.tables import is_record, names_of
from lif_core.testing.records import records_of
from lif_core.testing.strategies import events
from lif_core.values.fields import Personal, marks_of
from lif_core.views import PROJECTIONS
from lif_core.views.accountability import accountability
from lif_core.views.sustainability import sustainability
from tests.accountability_sums import everything_adds_up
from tests.histories import DAYS, MAPPER, WORLD, HistoryMachine
from tests.people import day

FRAMEWORKS = load()


class Histories(HistoryMachine):
    """Views of any history are recounted, and remembered."""

    def __init__(self) -> None:
        super().__init__()
        self.remembered: list[tuple[str, date, datetime, Any]] = []

    @rule(name=st.sampled_from(sorted(PROJECTIONS)), valid=DAYS)
    def remember_a_view(self, name: str, valid: date) -> None:
        """What was known now must be seen the same for ever."""
        view = self.app.view(PROJECTIONS[name], valid=valid, known=self.now)
        self.remembered.append((name, valid, self.now, view))
        self.now += timedelta(seconds=1)

    # What always holds

    @invariant()
    def the_log_is_what_was_recorded(self) -> None:
        records = list(self.app.history())

        assert self.log == [record.event for record in records]
        assert list(range(1, len(records) + 1)) == [record.position for record in records]
        times = [record.recorded_at for record in records]
        assert sorted(times) == times

    @invariant()
    def what_was_known_stays_known(self) -> None:
        for name, valid, known, view in self.remembered[-3:]:
            assert view == self.app.view(PROJECTIONS[name], valid=valid, known=known)

    @invariant()
    def parts_add_up(self) -> None:
        for valid in (self.now.date(), day("2019-06-30")):
            view = self.app.view(accountability, valid=valid)

            assert view.totals.days_overdue_so_far == sum(
                row.days_overdue_so_far for row in view.bodies
            )
            for row in view.bodies:
                assert row.days_overdue_so_far == row.explained + row.unexplained
                assert min(row.days_overdue_so_far, row.explained, row.unexplained) >= 0
            for response in view.responses:
                answers = response.accepted + response.accepted_in_part + response.declined
                assert response.made == answers + response.pending + response.ended
            assert view.totals.recommendations == len({row.recommendation for row in view.answers})
            for clock in view.clocks:
                assert clock.days_overdue_so_far == clock.explained + clock.unexplained

    @invariant()
    def every_table_of_accountability_adds_up(self) -> None:
        for valid in (self.now.date(), day("2019-06-30")):
            everything_adds_up(self.app.view(accountability, valid=valid))

    @invariant()
    def survival_never_rises(self) -> None:
        view = self.app.view(sustainability, valid=day("2019-12-31"))
        for steps in (view.survival.masses, view.by_day_of_discovery.steps):
            shares = [1.0, *(step.survival for step in steps if step.survival is not None)]

            assert shares == sorted(shares, reverse=True)
            assert all(0 <= share <= 1 for share in shares)

    @invariant()
    def overdue_days_agree_with_a_recount_day_by_day(self) -> None:
        valid = self.now.date()
        view = self.app.view(accountability, valid=valid)
        records = list(self.app.history())
        if any(is_correction(record.event) for record in records):
            return  # the recount is of plain histories; corrections have their own tests

        assert recount(records, valid) == {
            row.recommendation: row.days_overdue_so_far for row in view.duties
        }

    def teardown(self) -> None:
        """Pages, one go and a saved state give one view, and no name or text about a person
        changes it, but in a column that is marked as such.
        """
        as_of = AsOf(valid=day("2019-06-30"), known=None, frameworks=self.app.frameworks)
        records = list(self.app.history())
        half = len(records) // 2
        for projection in PROJECTIONS.values():
            whole = fold(projection, records, as_of)
            paused = RunningFold(projection)
            paused.add(records[:half])
            paused.view(as_of)
            paused.add(records[half:])
            paged = RunningFold(projection)
            for page in pages(self.app.recorder, size=3):
                paged.add(map(self.app.mapper.to_record, page))

            assert whole == paused.view(as_of) == paged.view(as_of)
            erased = [replace(record, event=without_people(record.event)) for record in records]
            assert bare(whole) == bare(fold(projection, erased, as_of))
            assert written(whole)


def recount(records: list[Record], valid: date) -> dict[str, int]:
    """Overdue days by walking through every day, from the events alone."""
    found: dict[str, int] = {}
    by_ref: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        if record.stream.startswith("recommendation-") and record.event.on <= valid:
            by_ref[record.stream.partition("-")[2]].append(record)
    for ref, entries in by_ref.items():
        entries.sort(key=lambda record: (record.event.on, record.position))
        spells: list[dict[str, Any]] = []
        for record in entries:
            event: Any = record.event
            match type(event).__name__:
                case "RecommendationPlanned" | "RecommendationReopened":
                    spells.append({"due": event.due or date.max, "done": None})
                case "DueDateChanged" if spells:
                    spells[-1]["due"] = event.due
                case (
                    "RecommendationImplemented"
                    | "RecommendationWithdrawn"
                    | "RecommendationSuperseded"
                ) if spells and spells[-1]["done"] is None:
                    spells[-1]["done"] = event.on
        begun = ("RecommendationPlanned", "RecommendationImplemented")
        planned = [one for one in entries if type(one.event).__name__ in begun]
        if not planned:
            continue
        count, today = 0, planned[0].event.on
        while today < valid:
            count += sum(
                s["due"] <= today and (not s["done"] or today < s["done"]) for s in spells
            )
            today += timedelta(days=1)
        found[ref] = count
    return found


def bare(view: Any) -> Any:
    """*view* without what its rows say of people, where their columns are marked, such as the
    reasons in `annual-report`, which the law asks for.
    """
    tables: dict[str, Any] = {}
    for table in attrs.fields(type(view)):
        match getattr(view, table.name):
            case (first, *_) as rows if is_record(first):
                tables[table.name] = tuple(map(without_differences, map(without_people, rows)))
    return attrs.evolve(view, **tables)


def without_differences(row: Any) -> Any:
    """*row*, of a correction without what the entry said before and says since: these are the
    fields that differ, and texts that are blacked out in both no longer do.
    """
    return replace(row, said=(), says=()) if isinstance(row, CorrectionRow) else row


def without_people(event: Any) -> Any:
    """*event*, or a row, with every text that may tell about a person blacked out."""
    changes: dict[str, Any] = {}
    cls: Any = type(event)
    for name, kind in types_of(cls).items():
        value = getattr(event, name)
        personal = {path for path, mark in marks_of(kind) if isinstance(mark, Personal)}
        if "" in personal:
            changes[name] = None if value is None else "erased"
        elif "[]" in personal:
            changes[name] = ("erased",) * len(value)
        elif personal and isinstance(value, tuple):
            changes[name] = tuple(map(without_people, value))
        elif personal and value is not None:
            changes[name] = without_people(value)
    if isinstance(event, msgspec.Struct):
        return replace(event, **changes)
    return attrs.evolve(event, **changes)


@cache
def types_of(cls: Any) -> dict[str, Any]:
    """The types of the fields of an event or a row, with their marks."""
    hints = get_type_hints(cls, include_extras=True)
    return {name: hints[name] for name in names_of(cls)}


def written(view: object) -> str:
    """A view is plain data: it can be written as JSON, without a NaN."""
    return json.dumps(json_value(view, MAPPER), allow_nan=False)


# Whatever went before

EVENTS = tuple(cls for decider in DECIDERS for cls in decider.event_types)


@pytest.mark.parametrize("name", sorted(PROJECTIONS))
@given(history=st.lists(events(WORLD, *EVENTS), max_size=25), valid=DAYS)
def test_a_view_of_any_history_can_be_written(
    name: str, history: list[Event[Any]], valid: date
) -> None:
    """No order of events, of whatever streams, keeps a reader from the view."""
    records = records_of(history)
    as_of = AsOf(valid=valid, known=None, frameworks=FRAMEWORKS)

    assert written(fold(PROJECTIONS[name], records, as_of))


TestHistories = Histories.TestCase
TestHistories.settings = settings(stateful_step_count=30)
