"""The benchmark table is made, and compares like with like; nothing is said about time."""

import json
import sqlite3
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import attrs
import pytest

from tests.benchmarks import compare, program, raw
from tests.benchmarks.compare import BEGUN, CLOCK, Done, Work
from tests.benchmarks.floor import Floor
from tests.benchmarks.program import Command, MalformedError, RefusedError
from tests.benchmarks.recommendations import life
from tests.people import POLICE, QUALITY, by

EVENTS = 20


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    """The rows of the table, of a log of two lives."""
    printed: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("builtins.print", lambda *text, **_: printed.append(*text))
        compare.main(["--events", str(EVENTS), "--rounds", "1", "--format", "json"])
    found: list[dict[str, Any]] = json.loads(printed[0])["rows"]
    return found


def test_every_work_is_measured_on_all_sides(rows: list[dict[str, Any]]) -> None:
    """A row that is missing is a target that nobody looks at.

    The log holds 2 lives, a long one, and the commands of the first row.
    """
    log = EVENTS + compare.LONG_LIFE + (compare.SHORT_ROUNDS + 1) * compare.REPEAT
    kept, afresh = "kept", "afresh"
    others = ["stock", "raw"]

    assert [
        ("one durable command", kept, "cpu", 1, ["lif", *others]),
        ("commands from 32 threads", kept, "wall", 320, ["lif", "stock"]),
        ("bulk import, handle_all", afresh, "cpu", 20, ["lif", *others, "floor"]),
        ("bulk import with deliberations", afresh, "cpu", 20, ["lif", "without"]),
        ("bulk import with command ids", afresh, "cpu", 20, ["lif", *others]),
        ("one command in a stream of 200 entries", kept, "cpu", 1, ["lif", "short"]),
        ("rebuild an aggregate", afresh, "cpu", 100, ["lif", *others]),
        ("full log, records (stock: sections of 5000)", afresh, "cpu", log, ["lif", *others]),
        ("full log, records (stock: sections of 10)", afresh, "cpu", log, ["lif", *others]),
        ("full log, accountability, its totals", afresh, "cpu", log, ["lif", *others]),
        ("full log, accountability, every table read", afresh, "cpu", log, ["lif", *others]),
        ("full log, verified", afresh, "cpu", log + 1, ["lif", "raw"]),
    ] == [
        (
            row["work"]
            .partition(" (others")[0]
            .partition(" (lif")[0]
            .partition(" (short")[0]
            .partition(" (beside")[0]
            .partition(" (raw")[0],
            row["how"],
            row["clock"],
            row["events"],
            list(row["seconds"]),
        )
        for row in rows
    ]
    for row in rows:
        assert min(row["seconds"].values()) > 0
        for pair, ratio in row["ratios"].items():
            above, below = pair.split(" / ")

            assert ratio == row["seconds"][above] / row["seconds"][below]


def test_each_goal_is_held_against_a_ratio(rows: list[dict[str, Any]]) -> None:
    """Those of the issue."""
    assert [
        {"stock / lif": ">= 2.8"},
        {"stock / lif": ">= 7"},
        {"lif / floor": "<= 1.4"},
        {"lif / without": "<= 1.5"},
        {"stock / lif": ">= 1.3"},
        {"lif / short": "<= 1.3"},
        {"stock / lif": ">= 8"},
        {"stock / lif": ">= 3.4"},
        {},
        {"stock / lif": ">= 1.4"},
        {},
        {},
    ] == [row["goals"] for row in rows]


def test_the_projections_count_the_same(rows: list[dict[str, Any]]) -> None:
    """8 lives, 5 by the commands of the first row; those with odd numbers were implemented."""
    outcomes = [row["outcome"] for row in rows if "accountability" in row["work"]]

    first, second = outcomes
    asked_answered_open, overdue_explained = first[:3], first[3:]

    assert [8, 8, 4] == asked_answered_open
    assert min(overdue_explained) > 0
    assert first == second


# What would flatter


def work(*done: Done, events: int = 1) -> Work:
    sides = {
        name: compare.always(lambda one=one: one)  # type: ignore[misc]
        for name, one in zip(("lif", "stock", "raw"), done, strict=True)
    }
    return Work(name="a work", how="afresh", events=events, sides=sides, goals=())


def test_sides_that_differ_are_not_compared() -> None:
    """A side that drops an event would look fast."""
    unequal = work(Done((1,), 1), Done((1,), 1), Done((0,), 1))

    with pytest.raises(RuntimeError, match="not the same work"):
        compare.measure(unequal, rounds=1)


def test_sides_that_store_other_bytes_are_not_compared() -> None:
    """A side that leaves out a checksum would look fast."""
    unequal = work(Done((1,), 1, lambda: "as it should be"), Done((1,), 1), Done((1,), 1, str))

    with pytest.raises(RuntimeError, match="not the same work"):
        compare.measure(unequal, rounds=1)


def test_a_side_that_did_no_work_is_not_compared() -> None:
    """It came to the right outcome, and worked on three entries of four."""
    idle = work(Done((1,), 3), Done((1,), 4), Done((1,), 4), events=4)

    with pytest.raises(RuntimeError, match="no work was done: lif worked on 3 entries of 4"):
        compare.measure(idle, rounds=1)


def test_a_view_that_is_looked_up_in_a_cache_is_no_view_made_afresh() -> None:
    """The same application, asked again: its view is right, and nothing was read for it."""
    with compare.empty() as stores:
        stores.lif.handle_all([*life(0), *life(1)])
        app, recorder = program.open_counted(stores.path, lambda: CLOCK)
        with app:
            side = compare.always(lambda: compare.looked_at(app, recorder, tables=True))
            cached = Work(name="a view", how="afresh", events=20, sides={"lif": side}, goals=())

            with pytest.raises(RuntimeError, match="no work was done: lif worked on 0 entries"):
                compare.measure(cached, rounds=1)


def test_all_sides_are_as_durable() -> None:
    """WAL and synchronous FULL (2) on each, as the connections of a side have it."""
    expected = ("wal", 2)
    with compare.empty() as stores:
        recorders: tuple[Any, ...] = (stores.lif.recorder, stores.stock.recorder)
        for recorder in recorders:
            with recorder.datastore.transaction(commit=False) as cursor:
                assert expected == durability(cursor)

        assert expected == durability(stores.raw.cursor())


def durability(cursor: sqlite3.Cursor) -> tuple[str, int]:
    """The journal mode, and the `synchronous` level."""
    found = []
    for pragma in ("journal_mode", "synchronous"):
        cursor.execute(f"PRAGMA {pragma}")
        found.append(cursor.fetchone()[0])
    mode, level = found
    return mode, level


# The floor


def test_the_floor_stores_the_bytes_that_lif_stores() -> None:
    """Of lives of every kind there is among those imported, a command said twice among them."""
    commands = [command for number in range(6) for command in life(number)]
    commands += [commands[5], *life(7, 30)]
    with compare.empty() as stores:
        records = stores.lif.handle_all(commands)
        recorded = Floor(stores.raw, BEGUN).handle_all(commands, CLOCK)

        assert raw.digest_of(compare.rows_of(stores.lif)) == raw.digest(stores.raw)
        assert [
            (record.stream, record.stream_position, record.recorded_at, record.event)
            for record in records
        ] == [
            (record.stream, record.stream_position, record.recorded_at, record.event)
            for record in recorded
        ]


def but(number: int, **changes: Any) -> Callable[[list[Command]], list[Command]]:
    """The life up to the command of this *number*, which says these things otherwise."""

    def changed(one: list[Command]) -> list[Command]:
        command: Any = one[number]
        return [*one[:number], attrs.evolve(command, **changes)]

    return changed


LATE = timedelta(10_000)
BROKEN: dict[str, Callable[[list[Command]], list[Command]]] = {
    "recommendation.unknown": lambda one: one[1:2],
    "recommendation.reference-taken": lambda one: [one[0], but(0, text="Other")(one)[-1]],
    "recommendation.addressed-to-nobody": but(0, addressed=()),
    "recommendation.not-addressed": but(1, by=POLICE),
    "recommendation.answered-already": lambda one: [*one[:2], but(1, response="Yes")(one)[-1]],
    "recommendation.not-accepted": lambda one: [one[0], one[2]],
    "recommendation.already-planned": lambda one: [*one[:3], but(2, action="Other")(one)[-1]],
    "recommendation.due-in-the-past": but(2, due=date(2018, 1, 2)),
    "recommendation.out-of-order": but(3, on=date(2018, 2, 3), until=None),
    "recommendation.not-owed": lambda one: [*one[:2], one[3]],
    "recommendation.owner-only": but(3, by=QUALITY),
    "recommendation.explanation-ended": but(3, until=date(2018, 2, 1)),
    "recommendation.due-unchanged": lambda one: [*one[:5], but(4, reasons="So")(one)[-1]],
    "reference.unknown": but(0, source="review-wscb/other"),
    "authority.not-entitled": but(2, by=POLICE),
    "authority.not-successor": but(1, for_body="wsb/police"),
    "record.too-far-ahead": but(3, on=CLOCK.date() + LATE, until=None),
    "stream.before-opening": but(1, on=date(2017, 12, 31)),
    "recommendation.explanation-taken": lambda one: [*one[:4], but(3, reasons="So")(one)[-1]],
    "recommendation.undated": lambda one: [*but(2, due=None)(one), one[3]],
    "record.implausible-date": but(2, due=date(2119, 1, 1)),
    "reference.not-begun": but(0, on=date(2017, 11, 30)),
}


@pytest.mark.parametrize("rule", BROKEN)
def test_the_floor_refuses_what_lif_refuses(rule: str) -> None:
    """By the same rule, and nothing is recorded."""
    commands = BROKEN[rule](life(0))
    with compare.empty() as stores:
        floor = Floor(stores.raw, BEGUN)
        for handle in (stores.lif.handle_all, lambda some: floor.handle_all(some, CLOCK)):
            with pytest.raises(RefusedError) as refused:
                handle(commands)

            assert rule == refused.value.rule
        assert [] == list(compare.rows_of(stores.lif))
        assert 0 == stores.raw.execute("SELECT count(*) FROM log").fetchone()[0]


def test_the_floor_refuses_what_stands_for_a_text_as_lif_does() -> None:
    commands = but(3, reasons="[redacted]")(life(0))
    with compare.empty() as stores:
        floor = Floor(stores.raw, BEGUN)
        for handle in (stores.lif.handle_all, lambda some: floor.handle_all(some, CLOCK)):
            with pytest.raises(MalformedError):
                handle(commands)


@pytest.mark.parametrize("body", ["wsb/elsewhere"])
@pytest.mark.parametrize("number", [0, 1, 2, 3, 4])
def test_the_floor_refuses_who_is_not_on_record(number: int, body: str) -> None:
    commands = but(number, by=by(body))(life(0))
    with compare.empty() as stores, pytest.raises(RefusedError, match=r"reference\.unknown"):
        Floor(stores.raw, BEGUN).handle_all(commands, CLOCK)


# The table


def test_the_table_shows_goals_behind_ratios() -> None:
    """One line a work, in Markdown."""
    line = compare.Line(
        work="one durable command",
        how="kept",
        clock="cpu",
        events=1,
        seconds={"lif": 0.0005, "stock": 0.001, "raw": 0.00025},
        ratios={"stock / lif": 2.0, "raw / lif": 0.5},
        goals={"stock / lif": ">= 2.8"},
        outcome=(1,),
    )

    assert (
        "| one durable command | kept  | cpu   | 1       | 500 us | 1,000 us | 250 us |"
        " stock / lif 2.00 (>= 2.8); raw / lif 0.50 |"
    ) == compare.table([line]).splitlines()[2]


def test_too_few_events_are_refused() -> None:
    """Less than one life is no work."""
    with pytest.raises(SystemExit):
        compare.main(["--events", "9"])


def test_a_view_is_also_made_in_processes() -> None:
    """As many as are asked for; the row tells them from one."""
    with compare.empty() as stores:
        stores.lif.handle_all(life(0))
        stores.stock.handle_all(life(0))
        raw.append(stores.raw, list(compare.rows_of(stores.lif)))
        *_, last = compare.replays(stores, 2)

        line = compare.measure(last, rounds=1)

    assert ("wall", 10, {"one / lif": ">= 1.6"}) == (line.clock, line.events, line.goals)
