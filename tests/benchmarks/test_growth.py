"""The figures of growth are made, of views that are the same; nothing is said about time."""

import json
from collections import Counter
from itertools import islice
from pathlib import Path

import attrs
import pytest

from tests.benchmarks import growth, program
from tests.benchmarks.growth import COLUMNS, HIDDEN, Logs, Look, Store
from tests.benchmarks.log import LOGS
from tests.benchmarks.machine import peak_memory
from tests.benchmarks.program import PROJECTIONS

SIZE, NEW = 1_200, 60


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Logs:
    folder = tmp_path_factory.mktemp("growth")
    return growth.write(folder, "all", SIZE, NEW, amended=True)


@pytest.mark.parametrize("view", ["accountability", "provenance"])
def test_every_way_comes_to_the_view_that_it_is_of(logs: Logs, view: str) -> None:
    """Of all, of half, of the next day, with entries more, and with one amended."""
    found = growth.growth(logs, view, growth.longest_table(view, "all"), growth.looks)

    ways = {way for process in growth.SAME for way in process}
    assert ways == found.keys()
    moved = {found[way].digest for way in ("afresh", "past", "new_kept", "back_dated", "next_day")}
    assert 5 == len(moved)
    for look in found.values():
        assert 0 < look.alone <= look.usual <= look.read
        assert look.mib > 0


def test_a_log_is_of_all_categories_in_the_order_of_its_days() -> None:
    """Most of it is about recommendations; no stream has a gap."""
    entries = list(islice(LOGS["all"](SIZE), SIZE))
    categories = Counter(entry.stream.partition("-")[0] for entry in entries)
    places: dict[str, list[int]] = {}
    for entry in entries:
        places.setdefault(entry.stream, []).append(entry.place)

    assert program.categories() - {"ledger", "lesson"} == categories.keys()
    most = [category for category, _ in categories.most_common(3)]
    assert ("recommendation", {"review", "audit"}) == (most[0], {*most[1:]})
    assert SIZE * 0.4 < categories["recommendation"] < SIZE * 0.6
    assert all(found == list(range(1, len(found) + 1)) for found in places.values())
    times = [entry.recorded_at for entry in entries]
    assert sorted(times) == times


def test_a_longer_log_is_busier_with_the_same_bodies() -> None:
    """Ten times as much happens in about as many days; reports are few."""
    short, long = (list(islice(LOGS["all"](size), size)) for size in (1_800, 12_000))
    bodies = [{e.stream for e in found if e.stream.startswith("body-")} for found in (short, long)]
    days = [(found[-1].recorded_at - found[0].recorded_at).days for found in (short, long)]
    reports = {e.stream for e in long if e.stream.startswith("annual_report-")}

    assert bodies[0] == bodies[1]
    assert days[1] < 2 * days[0]
    assert 2 <= len(reports) <= 4


def test_the_entries_of_a_log_can_be_read(logs: Logs) -> None:
    """Checksums, streams and all."""
    with program.connect(f"sqlite:{logs.folder / 'log.db'}", clock=lambda: growth.NOW) as app:
        assert SIZE == sum(1 for _ in app.history())


def test_every_entry_is_amended_as_often_as_it_is_said(logs: Logs) -> None:
    with program.connect(f"sqlite:{logs.folder / 'amended.db'}", clock=lambda: growth.NOW) as app:
        records = list(app.history())
    amendments = sum(type(record.event).__name__ == "EntryAmended" for record in records)
    whole = len(records) - amendments
    for_ever = sum(record.stream.startswith("data_subject-") for record in records)

    assert amendments == (SIZE - whole) + growth.AMENDED * (whole - for_ever)


def test_the_log_of_recommendations_is_in_two_halves() -> None:
    """One review, and lives one after the other; the second half recorded a year later."""
    entries = list(islice(LOGS["recommendations"](400), 400))
    streams = list(dict.fromkeys(entry.stream for entry in entries))

    assert ["review-wscb/scr-1", "recommendation-wscb/n-0"] == streams[:2]
    audits = [stream for stream in streams if stream.startswith("audit-")]
    assert 24 == len(streams[1:]) - len(audits)
    assert [200, 200] == list(Counter(entry.recorded_at for entry in entries).values())


# What would flatter


def look(digest: str, rows: int = 1) -> Look:
    return Look(alone=0.1, usual=0.2, read=0.3, mib=10, rows=rows, parts=0, digest=digest)


def found(**other: Look) -> dict[str, Look]:
    """All looks of a view, each as it should be, but for the *other* ones."""
    ways = {way: look(same[0]) for same in growth.SAME for way in same}
    return {**ways, **other}


def test_ways_that_agree_and_do_their_work_are_let_through() -> None:
    growth.refuse_flattery("calendar", 20, found())


def test_ways_that_differ_are_not_compared() -> None:
    """A way that drops an entry would look fast."""
    with pytest.raises(RuntimeError, match="not the same view: afresh, again"):
        growth.refuse_flattery("calendar", 20, found(resumed=look("other")))


def test_a_view_that_does_not_move_is_not_up_to_date() -> None:
    """It would be kept, and looked up, whatever is recorded."""
    stale = found(new_kept=look("afresh"), new_resumed=look("afresh"))

    with pytest.raises(RuntimeError, match="new_kept shows nothing that afresh did not"):
        growth.refuse_flattery("calendar", 20, stale)


@pytest.mark.parametrize("way", growth.READ)
def test_a_view_for_which_nothing_is_read_was_not_made(way: str) -> None:
    idle = found(**{way: attrs.evolve(found()[way], rows=0)})

    with pytest.raises(RuntimeError, match=f"{way} read no entry"):
        growth.refuse_flattery("calendar", 20, idle)


def test_a_look_that_was_looked_up_reads_nothing(logs: Logs) -> None:
    """So that the checks above have something to go by."""
    store = logs.store("again", "log", "accountability")
    looker = growth.Looker("accountability", Path(store.path), "duties")
    with looker.app:
        first, second = looker.look(), looker.look()

    assert 0 == second.rows < first.rows
    assert first.digest == second.digest


def test_each_view_has_an_entry_to_be_amended() -> None:
    """A view that is new is not left out."""
    assert {*growth.AMENDED_OF, *growth.LEFT_OUT} == {*PROJECTIONS}


# What is printed


def test_figures_are_those_of_the_issue_and_say_how_they_are_looked_at() -> None:
    figures = growth.figures(found())

    assert {"afresh": 0.2, "afresh_alone": 0.1, "afresh_read": 0.3} == {
        name: figures[name] for name in figures if name.startswith("afresh")
    }
    wanted = {"afresh", "again", "new_kept", "new_resumed", "next_day_resumed", "mib"}
    assert wanted <= figures.keys()
    assert set(COLUMNS) <= figures.keys()
    assert not set(HIDDEN) & figures.keys()


def test_the_table_has_milliseconds_and_memory_of_each_size() -> None:
    figures = growth.figures(found()) | {"saved": None}
    lines = growth.table({"calendar": {"10": figures, "200": figures}}).splitlines()

    assert ["calendar", "10", *["200.0"] * 7, "", *["200.0"] * 3, "10", "10"] == [
        cell.strip() for cell in lines[2].strip("|").split("|")
    ]


def test_results_are_in_the_form_that_the_issue_asks_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """`{"views": {name: {size: {way: seconds}}}}`; a large log is not amended."""
    amended: list[bool] = []
    monkeypatch.setattr(growth, "AMENDED_UP_TO", 100)

    def growing(logs: Logs, name: str, longest: str, run: growth.Run) -> dict[str, Look]:
        amended.append(logs.amended)
        return found()

    monkeypatch.setattr(growth, "growth", growing)
    shape = ["--sizes", "1200,40", "--new", "5", "--format", "json"]
    growth.main(["--view", "provenance", *shape, "--out", str(tmp_path / "so-far.json")])
    out = capsys.readouterr().out
    views = json.loads(out)["views"]

    assert out.strip() == (tmp_path / "so-far.json").read_text()

    assert ["provenance"] == list(views)
    assert ["40", "1200"] == list(views["provenance"])
    assert 0.2 == views["provenance"]["40"]["new_resumed"]
    assert [True, False] == amended


def test_a_child_is_a_process_of_its_own(logs: Logs) -> None:
    """It is given its store, and answers in JSON."""
    store: Store = logs.store("child", "log", "accountability")

    (way,) = growth.run("resumed", "accountability", "duties", store)

    assert "resumed" == way


def test_a_peak_is_that_of_the_process_alone() -> None:
    """Not of the one that started it, as Linux has it in `ru_maxrss`."""
    assert 5 < peak_memory() < 4_000
