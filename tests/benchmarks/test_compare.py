"""The benchmark table is made, and compares like with like; nothing is said about time."""

import json
import sqlite3
from typing import Any

import pytest

from tests.benchmarks import compare


def rows(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    compare.main(["--events", "20", "--rounds", "1", "--format", "json"])
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["rows"]
    return found


def test_every_work_is_measured_on_all_sides(capsys: pytest.CaptureFixture[str]) -> None:
    """A row that is missing is a target that nobody looks at.

    The log holds 2 lives, a long one, and the commands of the first row.
    """
    found = rows(capsys)
    log = 20 + compare.LONG_LIFE + compare.SHORT_ROUNDS

    assert [
        ("one durable command", 1, [1]),
        ("bulk import, handle_all", 20, [20]),
        ("bulk import, handle_each with command ids", 20, [20]),
        ("rebuild an aggregate", 100, [100]),
        ("full log, typed records (stock: sections of 5000)", log, [log]),
        ("full log, typed records (stock: sections of 10)", log, [log]),
    ] == [
        (row["work"], row["events"], row["outcome"])
        for row in found
        if "accountability" not in row["work"]
    ]
    for row in found:
        assert min(row["lif"], row["stock"], row["raw"]) > 0
        assert row["ratio_to_stock"] == row["stock"] / row["lif"]
        assert row["share_of_raw"] == row["raw"] / row["lif"]


def test_the_projections_count_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    """7 lives, 4 by the commands of the first row; those with odd numbers were implemented."""
    outcomes = [row["outcome"] for row in rows(capsys) if "accountability" in row["work"]]

    first, second = outcomes
    asked_answered_open, overdue_explained = first[:3], first[3:]
    expected = [7, 7, 4]

    assert expected == asked_answered_open
    assert min(overdue_explained) > 0
    assert first == second


def test_sides_that_differ_are_not_compared() -> None:
    """A side that drops an event would look fast."""
    work = compare.Work(
        name="unequal",
        events=1,
        lif=compare.always(lambda: (1,)),
        stock=compare.always(lambda: (1,)),
        raw=compare.always(lambda: (0,)),
    )

    with pytest.raises(RuntimeError, match="not the same work"):
        compare.measure(work, rounds=1)


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


def test_the_table_shows_targets_behind_ratios() -> None:
    """One line a work, in Markdown."""
    line = compare.Line(
        work="one durable command",
        events=1,
        lif=0.0005,
        stock=0.001,
        raw=0.00025,
        ratio_to_stock=2.0,
        stock_target=2.8,
        share_of_raw=0.5,
        raw_target=None,
        outcome=(1,),
    )

    expected = (
        "| one durable command | 1      | 500 us | 1,000 us | 250 us | 2.0x (>= 2.8) | 0.50      |"
    )

    assert expected == compare.table([line]).splitlines()[2]


def test_too_few_events_are_refused() -> None:
    """Less than one life is no work."""
    with pytest.raises(SystemExit):
        compare.main(["--events", "9"])
