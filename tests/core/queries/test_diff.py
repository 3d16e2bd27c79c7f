"""What differs between two looks at one history, and which entries made the difference."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lif_adapters.cli.demo import REVIEW, demo_requests
from lif_adapters.packs import read_pack
from lif_adapters.wiring import connect
from lif_core.aggregates.body import BodyKind, BodyRegistered, RegisterBody
from lif_core.aggregates.review import RecordVoice
from lif_core.commands.application import Application
from lif_core.decisions.corrections import AmendEntry, Replacement, VoidEntry
from lif_core.decisions.record import Record
from lif_core.framework import load
from lif_core.log.memory import MemoryRecorder
from lif_core.projection.as_of import AsOf
from lif_core.projection.changes import Column, What, changes
from lif_core.projection.projection import Item, Projection, Totals
from lif_core.projection.tables import KEYS, Table, Tables, names_of, shapes_of
from lif_core.queries import diff as differing
from lif_core.queries.diff import Cause, Differences, ExplainedChange
from lif_core.queries.reader import Reader
from lif_core.views import PROJECTIONS
from lif_core.views.accountability import accountability
from lif_core.views.sustainability import sustainability
from tests.board import Board
from tests.lives import HELD, INFORM, decide
from tests.logs import DAYS, KNOWN, NOW, logs, reader
from tests.naive_view import standing_of
from tests.people import CHAIR, EVERYTHING, TEXTS, by, day

END = day("2019-06-30")
STREAM = f"review-{REVIEW}"
WHAT_IF = load().plus(read_pack(Path(__file__).parents[3] / "examples" / "what-if.toml"))


@pytest.fixture(scope="module")
def app() -> Iterator[Application]:
    with connect("memory:", readership=TEXTS) as application:
        application.handle_all(demo_requests(application.mapper))
        yield application


def at(valid: str, known: str | None = None) -> AsOf:
    return AsOf(valid=day(valid), known=day(known) if known else None)


def of(found: Differences, table: str, **key: object) -> ExplainedChange:
    """The one change of that row."""
    if table == "clocks":
        key.setdefault("to", "")
    (one,) = (c for c in found.changes if c.change.table == table and dict(c.change.key) == key)
    return one


def columns(one: ExplainedChange) -> dict[str, tuple[object, object]]:
    return {column.column: (column.before, column.after) for column in one.change.columns}


def entries(one: ExplainedChange) -> list[tuple[str, int]]:
    return [(entry.stream, entry.entry) for entry in one.entries]


# The worked history


def test_a_decision_recorded_late_turns_overdue_into_met(app: Application) -> None:
    """On 21 May 2017, as known that day and three days later."""
    found = app.diff(
        accountability, at("2017-05-21", "2017-05-21"), at("2017-05-21", "2017-05-24")
    )

    decision = of(found, "clocks", review=REVIEW, clock="decision")
    assert ("overdue", "met") == columns(decision)["status"]
    assert (None, day("2017-05-18")) == columns(decision)["done"]
    assert [(STREAM, 2)] == entries(decision)
    assert (False, False, True) == (decision.day, decision.packs, decision.apart)
    (entry,) = found.entries
    assert (Cause.RECORDED, None, day("2017-05-23")) == (
        entry.why,
        entry.before,
        entry.record.recorded_at.date(),
    )
    assert {STREAM: (entry,)} == found.by_stream()


def test_where_only_the_day_moved_on_that_is_what_is_said(app: Application) -> None:
    found = app.diff(
        accountability, at("2017-05-21", "2017-05-21"), at("2017-05-22", "2017-05-21")
    )

    decision = of(found, "clocks", review=REVIEW, clock="decision")
    longest = of(found, "clock_totals", clock="decision")
    assert {"so_far": (31, 32), "days_overdue_so_far": (1, 2), "unexplained": (1, 2)} == columns(
        decision
    )
    assert {"longest_open": (31, 32)} == columns(longest)
    changes = [each for each in found.changes if each.change.table != "board_duties"]
    assert [((), True, False)] * 2 == [(c.entries, c.day, c.packs) for c in changes]
    assert [longest, decision] == changes, "what boards owe by themselves grows by a day as well"


def test_a_total_names_the_entries_that_it_moved_by_and_no_others(app: Application) -> None:
    """Of five entries in a fortnight, the two that changed the holder's days, and the days."""
    found = app.diff(accountability, at("2018-05-23"), at("2018-06-02"))

    holder = of(found, "bodies", body="wsb/lpp")
    assert {
        "open": (1, 0),
        "overdue_now": (1, 0),
        "days_overdue_so_far": (23, 32),
        "unexplained": (23, 32),
        "by_first_date": (23, 32),
        "accrued": (23, 32),
        "open_days": (118, 127),
        "exposure": (100 * 23 / 118, 100 * 32 / 127),
    } == columns(holder)
    assert [("recommendation-wscb/r-2", 6)] == entries(holder)
    assert (Cause.TOOK_EFFECT, True) == (holder.entries[0].why, holder.day)
    assert [("recommendation-wscb/r-2", 5), ("recommendation-wscb/r-2", 6)] == [
        (entry.stream, entry.entry) for entry in found.entries
    ]


def test_what_if_changes_days_and_no_entry(app: Application) -> None:
    """With nine months instead of six, the report was in time; nothing is recorded by asking."""
    before = list(app.history())
    found = app.diff(accountability, AsOf(valid=END), AsOf(valid=END, frameworks=WHAT_IF))

    completion = of(found, "clocks", review=REVIEW, clock="completion")
    assert ("late", "met") == columns(completion)["status"]
    assert (68, 0) == columns(completion)["days_overdue_so_far"]
    assert [((), False, True)] * len(found.changes) == [
        (one.entries, one.day, one.packs) for one in found.changes
    ]
    assert ((), before) == (found.entries, list(app.history()))


def test_what_if_other_horizons_were_in_force(app: Application) -> None:
    """One check at 150 days or later would have shown that R2 lasts."""
    found = app.diff(sustainability, AsOf(valid=END), AsOf(valid=END, frameworks=WHAT_IF))

    row = of(found, "improvements", recommendation="wscb/r-2")
    assert {"finding": ("embedded", "sustained")} == columns(row)


def test_under_other_packs_everything_reads_as_if_they_were_in_force(app: Application) -> None:
    """A reader that decides nothing: it has no `handle`."""
    under = app.under(WHAT_IF)

    assert "met" == under.view(accountability, valid=END).clock(REVIEW, "completion").status
    assert "late" == app.view(accountability, valid=END).clock(REVIEW, "completion").status
    assert not isinstance(under, Application)
    assert app.view_at(accountability, AsOf(valid=END, frameworks=WHAT_IF)) == under.view(
        accountability, valid=END
    )


PAIRS = [("2017-01-01", "2018-06-01"), ("2017-05-22", "2018-02-15"), ("2018-05-23", "2019-06-02")]


@pytest.mark.parametrize(("first", "second"), PAIRS)
@pytest.mark.parametrize("name", ["accountability", "sustainability", "calendar", "assurance"])
def test_read_backwards_it_is_the_same(
    app: Application, name: str, first: str, second: str
) -> None:
    """Whichever day is named first, the same causes made the same changes."""
    one, other = at(first), AsOf(valid=day(second), frameworks=WHAT_IF)
    there = app.diff(PROJECTIONS[name], one, other)
    back = app.diff(PROJECTIONS[name], other, one)

    assert there.changes
    assert mirrored(there) == mirrored(back, back=True)


def test_other_rules_are_a_cause_of_what_only_the_second_has(app: Application) -> None:
    """Before there was a review, no rule of it showed."""
    later = AsOf(valid=day("2018-06-01"), frameworks=WHAT_IF)
    found = app.diff(accountability, at("2017-01-01"), later)

    completion = of(found, "clocks", review=REVIEW, clock="completion")
    decision = of(found, "clocks", review=REVIEW, clock="decision")
    assert (True, False) == (completion.packs, decision.packs)
    accepted_at = ("body-wscb", 1)  # the meeting: its row says that it was quorate
    assert [accepted_at, *((STREAM, n) for n in (1, 2, 21))] == entries(completion)


# Which entries


@attrs.frozen
class Met:
    """Whether a condition is met by what was registered."""

    valid: str
    met: bool


def when(condition: Callable[[set[str]], bool]) -> Projection[Met]:
    """A projection of an embedder's: *condition*, of the bodies that are registered."""

    def total(everything: Totals) -> Met:
        registered = {ref for (ref,) in everything.columns("bodies")}
        return Met(valid=everything.as_of.valid.isoformat(), met=condition(registered))

    body = Item("registered", BodyRegistered, lambda item, record: record.event)
    return Projection(
        name="when",
        view=Met,
        parts={body: lambda item, part: part.count("bodies", part.ref, "registered")},
        total=total,
    )


@pytest.mark.parametrize(
    ("condition", "named", "apart"),
    [
        (lambda there: "xb/a" in there, ["a"], True),
        (lambda there: {"xb/a", "xb/b"} <= there, ["a", "b"], True),
        (lambda there: bool({"xb/a", "xb/b"} & there), ["a", "b"], True),
        (
            lambda there: bool({"xb/a", "xb/b"} & there) and bool({"xb/c", "xb/d"} & there),
            ["a", "b", "c", "d", "e"],
            False,
        ),
    ],
    ids=["one makes it", "two make it together", "either would do", "no one alone shows"],
)
def test_an_entry_is_named_where_the_row_is_another_with_it_or_without_it(
    condition: Callable[[set[str]], bool], named: list[str], apart: bool
) -> None:
    """Where only several together make a change, all are named, and it says so."""
    board = Board()
    for ref in ("xb", "xb/a", "xb/b", "xb/c", "xb/d", "xb/e"):
        said = {"body": ref, "name": ref, "kind": BodyKind.COMMITTEE}
        board.decide(RegisterBody, "2018-01-01", by=by("xb"), **said)
    whole = at("2018-02-01")
    first = AsOf(valid=whole.valid, known=next(board.app.history()).recorded_at, position=1)
    found = board.app.diff(when(condition), first, whole)

    (one,) = found.changes
    assert [f"body-xb/{ref}" for ref in named] == [entry.stream for entry in one.entries]
    assert (apart, (Column("met", False, True),)) == (one.apart, one.change.columns)


# Corrections


def corrected_board() -> Board:
    """A decision to hold, found to have been of another day, then never to have been."""
    board = Board()
    voice = RecordVoice(by=CHAIR, on=INFORM.on, review=INFORM.review, voice="Wants to go home")
    decide(board, *HELD, voice)
    moved = Replacement(next(iter(board.app.history(after=1))).event)
    moved = Replacement(attrs.evolve(moved.event, on=day("2017-05-25")))  # type: ignore[misc]
    decide(
        board,
        AmendEntry(
            by=CHAIR,
            on=day("2017-06-01"),
            stream="review-wscb/scr-1",
            entry=2,
            replacement=moved,
            reasons="It was a week later.",
        ),
        VoidEntry(
            by=CHAIR, on=day("2017-07-01"), stream="review-wscb/scr-1", entry=2, reasons="Never."
        ),
        VoidEntry(
            by=CHAIR, on=day("2017-08-01"), stream="review-wscb/scr-1", entry=5, reasons="It was."
        ),
    )
    return board


@pytest.mark.parametrize(
    ("known", "to_known", "said", "corrections"),
    [
        ("2017-05-31", "2017-06-30", (day("2017-05-18"), day("2017-05-25")), [4]),
        ("2017-06-30", "2017-07-31", (day("2017-05-25"), None), [5]),
        ("2017-07-31", "2017-08-31", (None, day("2017-05-25")), [5, 6]),
        ("2017-05-31", "2017-07-31", (day("2017-05-18"), None), [4, 5]),
    ],
)
def test_a_correction_is_named_with_the_entry_that_it_corrects(
    known: str, to_known: str, said: tuple[object, object], corrections: list[int]
) -> None:
    """Amended, voided, and restored by voiding the voiding."""
    found = corrected_board().app.diff(
        accountability, at("2018-01-01", known), at("2018-01-01", to_known)
    )

    (entry,) = found.entries
    assert (2, Cause.CORRECTED) == (entry.entry, entry.why)
    assert said == tuple(one and one.event.on for one in (entry.before, entry.after))
    assert corrections == [one.stream_position for one in entry.corrections]
    assert (2,) == tuple(
        one.entry for one in of(found, "clocks", review="wscb/scr-1", clock="decision").entries
    )


@pytest.mark.parametrize(
    ("known", "to_known"), [("2017-05-10", "2017-06-30"), ("2017-07-31", "2017-05-10")]
)
def test_an_entry_and_its_correction_are_both_new_in_the_view_of_corrections(
    known: str, to_known: str
) -> None:
    """And both gone, the other way: without the entry, there is nothing that it corrects."""
    found = corrected_board().app.diff(
        PROJECTIONS["corrections"], at("2018-01-01", known), at("2018-01-01", to_known)
    )

    amendment = of(found, "corrections", stream=STREAM_1, entry=4)
    assert [(STREAM_1, 2), (STREAM_1, 4)] == entries(amendment)


def test_an_entry_recorded_and_voided_in_between_makes_no_difference() -> None:
    board = corrected_board()
    found = board.app.diff(
        accountability, at("2018-01-01", "2017-05-10"), at("2018-01-01", "2017-07-31")
    )

    assert [(STREAM_1, 3)] == [(entry.stream, entry.entry) for entry in found.entries]


STREAM_1 = "review-wscb/scr-1"


def test_what_lapsed_is_named_with_the_correction_of_what_it_rested_on() -> None:
    """The panel was told of a decision to hold that was found never to have been."""
    board = Board()
    decide(
        board,
        *HELD,
        INFORM,
        VoidEntry(by=CHAIR, on=day("2017-07-01"), stream=STREAM_1, entry=2, reasons="Never."),
    )
    found = board.app.diff(
        accountability, at("2018-01-01", "2017-06-30"), at("2018-01-01", "2017-07-31")
    )

    assert [(2, Cause.CORRECTED, [4]), (3, Cause.LAPSED, [4])] == [
        (one.entry, one.why, [record.stream_position for record in one.corrections])
        for one in found.entries
    ]


# Rows


def test_every_row_of_every_view_has_a_key_and_no_other_class() -> None:
    """What a row is about is never guessed: it stands beside its class."""
    rows = {row for projection in PROJECTIONS.values() for row in rows_of(projection)}
    registered = {row: key for row, key in KEYS.items() if row.__module__.startswith("lif_core.")}

    assert rows == set(registered)
    for row, key in registered.items():
        assert key
        assert set(key) <= set(names_of(row))


def rows_of(projection: Projection[Any]) -> Iterator[type]:
    """The classes of the rows in the tables of a view, and in those within its groups."""
    for shape in shapes_of(projection.view).values():
        if not shape.single:
            assert shape.row is not None
            yield shape.row


@attrs.frozen
class Plain:
    """A row of an embedder's, of which nobody has said what it is about."""

    word: str


@attrs.frozen
class Words:
    """A view of an embedder's."""

    valid: str
    many: int
    rows: tuple[Plain, ...]
    counted: dict[str, int]


def test_rows_without_a_key_are_counted() -> None:
    """And neither their order nor the time of the view is a difference."""
    before = Words("2018-01-01", 3, (Plain("a"), Plain("a"), Plain("b")), {"x": 1})
    after = Words("2019-01-01", 4, (Plain("b"), Plain("c"), Plain("a")), {"x": 1, "y": 2})

    assert [
        ("", What.CHANGED, (Column("many", 3, 4),)),
        ("rows", What.REMOVED, ()),
        ("rows", What.ADDED, ()),
        ("counted", What.CHANGED, (Column("y", None, 2),)),
    ] == [(one.table, one.what, one.columns) for one in changes(before, after)]
    assert () == changes(after, attrs.evolve(after, rows=after.rows[::-1]))


# Of any history

ATS = st.builds(AsOf, valid=DAYS, known=KNOWN, frameworks=st.sampled_from((None, WHAT_IF)))
VIEWS = st.sampled_from(sorted(PROJECTIONS))


@given(records=logs(), name=VIEWS, before=ATS, after=ATS)
def test_a_diff_is_what_the_two_views_are_and_the_other_way_round_reversed(
    records: tuple[Record, ...], name: str, before: AsOf, after: AsOf
) -> None:
    """Take from the rows of one what went, put what came: these are the rows of the other."""
    read, view = reader(records), PROJECTIONS[name]
    found, reversed_ = read.diff(view, before, after), read.diff(view, after, before)

    assert mirrored(found) == mirrored(reversed_, back=True)
    was, is_ = (Tables(read.view_at(view, one)) for one in (before, after))
    for table in {*was, *is_}:
        rows = Counter(map(repr, all_of(was, table)))
        for one in (one.change for one in found.changes if one.change.table == table):
            rows.subtract([repr(one.before)] if one.before else [])
            rows.update([repr(one.after)] if one.after else [])
        assert +rows == rows
        if not any(f"{table}.{name}" in is_ for name in field_names(all_of(is_, table))):
            assert Counter(map(repr, all_of(is_, table))) == +rows


def mirrored(found: Differences, *, back: bool = False) -> object:
    """As sets: the tables of two views may stand in another order."""
    changed = {
        (
            repr(one.change.reversed() if back else one.change),
            tuple(entry.reversed() if back else entry for entry in one.entries),
            one.day,
            one.packs,
        )
        for one in found.changes
    }
    return changed, [entry.reversed() if back else entry for entry in found.entries]


def all_of(tables: Tables, table: str) -> list[Any]:
    return [row for rows in tables.rows(table).values() for row in rows]


def field_names(rows: list[Any]) -> list[str]:
    return [] if not rows or isinstance(rows[0], Mapping) else list(names_of(type(rows[0])))


@given(records=logs(), name=VIEWS, at=ATS)
def test_nothing_differs_from_itself(records: tuple[Record, ...], name: str, at: AsOf) -> None:
    found = reader(records).diff(PROJECTIONS[name], at, at)

    assert ((), ()) == (found.changes, found.entries)


@given(records=logs(), name=VIEWS, before=ATS, after=ATS)
def test_no_change_stands_without_a_cause_and_no_cause_that_is_none(
    records: tuple[Record, ...], name: str, before: AsOf, after: AsOf
) -> None:
    """A change has entries that do not count alike, or the day, or the packs."""
    found = reader(records).diff(PROJECTIONS[name], before, after)

    for one in found.changes:
        assert one.entries or one.day or one.packs
        assert not one.day or before.valid != after.valid
        assert not one.packs or before.frameworks != after.frameworks
        assert set(one.entries) <= set(found.entries)


@given(records=logs(), name=VIEWS, before=ATS, known=KNOWN)
def test_where_the_same_counts_on_the_same_day_under_the_same_packs_nothing_differs(
    records: tuple[Record, ...], name: str, before: AsOf, known: Any
) -> None:
    found = reader(records).diff(PROJECTIONS[name], before, attrs.evolve(before, known=known))

    assert found.entries or not found.changes


@given(records=logs(), before=ATS, after=ATS)
def test_the_entries_are_those_that_a_recount_finds(
    records: tuple[Record, ...], before: AsOf, after: AsOf
) -> None:
    """One by one: what each says once corrected, and whether it had taken effect."""
    found = reader(records).diff(accountability, before, after)
    was, is_ = counted(records, before), counted(records, after)

    assert {key for key in {*was, *is_} if was.get(key) != is_.get(key)} == {
        (entry.stream, entry.entry) for entry in found.entries
    }
    for entry in found.entries:
        assert was.get((entry.stream, entry.entry)) == entry.before
        assert is_.get((entry.stream, entry.entry)) == entry.after
        assert bool(entry.corrections) >= (entry.why is Cause.CORRECTED)


def counted(records: tuple[Record, ...], at: AsOf) -> dict[tuple[str, int], Record]:
    return {
        (one.stream, one.stream_position): one
        for stream in {record.stream for record in at.on_record(records)}
        for one in standing_of([r for r in at.on_record(records) if r.stream == stream])
        if one.event.on <= at.valid
    }


def test_of_many_entries_none_is_named_where_the_day_alone_moved_a_row(
    app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many there are elsewhere."""
    monkeypatch.setattr(differing, "TRIED", 0)
    found = app.diff(accountability, at("2018-05-23"), at("2018-05-24"))

    assert ["recommendation-wscb/r-2"] == [entry.stream for entry in found.entries]
    assert [((), True)] * len(found.changes) == [(one.entries, one.day) for one in found.changes]
    longer = app.diff(accountability, at("2018-05-23"), at("2018-06-02"))
    duty = of(longer, "duties", recommendation="wscb/r-2")
    assert [("recommendation-wscb/r-2", 5), ("recommendation-wscb/r-2", 6)] == entries(duty)
    assert not duty.apart
    total = of(app.diff(accountability, at("2018-05-23"), at("2018-06-26")), "totals")
    assert (True, 5) == (total.day, len(total.entries))


@given(records=logs(), name=VIEWS, before=ATS, after=ATS)
def test_of_many_entries_a_row_has_those_of_the_streams_it_names(
    records: tuple[Record, ...], name: str, before: AsOf, after: AsOf
) -> None:
    """Too many to be tried: what changed is the same, and nothing stands without a cause."""
    read = reader(records)
    tried = read.diff(PROJECTIONS[name], before, after)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(differing, "TRIED", 0)
        named = read.diff(PROJECTIONS[name], before, after)

    assert [one.change for one in tried.changes] == [one.change for one in named.changes]
    assert tried.entries == named.entries
    for one in named.changes:
        assert one.entries or one.day or one.packs
        assert not one.apart or not named.entries


IN_PARTS = st.sampled_from((accountability, sustainability))


def whole(projection: Projection[Any]) -> Projection[Any]:
    """The same, which nothing can know to be made of parts: all rows of it are compared."""

    def total(everything: Totals) -> Any:
        view = projection.total(everything)
        shown = projection.tables.keys() - projection.facts.keys()
        tables = {name: getattr(view, name) for name in shown}
        plain = {name: Table(table.rows.__iter__) for name, table in tables.items()}
        return attrs.evolve(view, **plain)

    return attrs.evolve(projection, total=total)


@given(records=logs(), view=IN_PARTS, before=ATS, after=ATS, tried=st.sampled_from((0, 100)))
def test_made_of_parts_a_diff_is_what_it_is_of_the_whole(
    records: tuple[Record, ...], view: Projection[Any], before: AsOf, after: AsOf, tried: int
) -> None:
    """Whichever day is the later one, whatever was corrected, and with other packs."""
    read = reader(records)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(differing, "TRIED", tried)

        assert read.diff(whole(view), before, after) == read.diff(view, before, after)


@pytest.mark.parametrize(("first", "second"), PAIRS)
@pytest.mark.parametrize("view", [accountability, sustainability])
def test_of_the_worked_history_it_is_the_same_of_parts_and_of_the_whole(
    app: Application, view: Projection[Any], first: str, second: str
) -> None:
    """A later day, another time of knowing, and the other way round."""
    for one, other in (
        (at(first), at(second)),
        (at(second), at(first)),
        (at(first, first), at(first, second)),
        (at(second, first), AsOf(valid=day(second), frameworks=WHAT_IF)),
    ):
        assert app.diff(whole(view), one, other) == app.diff(view, one, other)


def test_an_empty_history_differs_in_nothing_but_what_its_packs_say() -> None:
    empty = Reader(MemoryRecorder(), clock=lambda: NOW, readership=EVERYTHING)

    for projection in PROJECTIONS.values():
        found = empty.diff(projection, at("2018-01-01"), AsOf(valid=END, frameworks=WHAT_IF))
        assert () == found.entries
        assert all(one.day or one.packs for one in found.changes)
