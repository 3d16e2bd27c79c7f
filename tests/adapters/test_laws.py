"""Laws of any history, looked at once it is over: boards counted from the entries, people erased
from every entry and correction, and views saved half-way in a database.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs
from hypothesis import settings
from msgspec.structs import replace

from lif_adapters.sqlite import SQLiteRecorder
from lif_adapters.wiring import connect
from lif_core.aggregates import recommendation as r
from lif_core.aggregates import review as v
from lif_core.commands.application import Application
from lif_core.decisions.corrections import EntryAmended, Replacement
from lif_core.decisions.messages import Event
from lif_core.decisions.record import Record
from lif_core.framework import load
from lif_core.items.boards import boards_of
from lif_core.log.recorder import Recorder
from lif_core.views.accountability import Accountability, accountability
from lif_core.views.sustainability import Sustainability, sustainability
from tests.board import Board
from tests.core.test_histories import bare, without_people
from tests.edge_histories import issued, reviewed
from tests.histories import HistoryMachine
from tests.logs import reader
from tests.naive_view import standing_of
from tests.people import CHAIR, TEXTS, day

DAYS = (day("2018-06-30"), day("2019-12-31"))
HEADLINES: tuple[Any, ...] = (accountability, sustainability)
FRAMEWORKS = load()


class Laws(HistoryMachine):
    """Whatever was recorded; what holds of it is looked at in the end."""

    def teardown(self) -> None:
        records = list(self.app.history())
        for valid in DAYS:
            boards_are_those_of_the_entries(self.app, records, valid)
        erasing_changes_no_figure(self.app, records)
        what_is_saved_half_way_is_gone_on_from(self.app, records)


TestLaws = Laws.TestCase
TestLaws.settings = settings(stateful_step_count=20)


# Totals over boards = distinct items


def begun(records: Sequence[Record], valid: date) -> dict[str, tuple[str, ...]]:
    """The boards of each review and recommendation that is on record, by the entry that began
    it; but for those that are inconsistent, which count nowhere.
    """
    streams: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        streams[record.stream].append(record)
    found = {}
    for entries in streams.values():
        said = [one for one in standing_of(entries) if one.event.on <= valid]
        if any(one.contradicts for one in said):
            continue
        for record in sorted(said, key=lambda one: (one.event.on, one.position)):
            match record.event:
                case (
                    v.CaseNotified(review=ref, boards=boards)
                    | v.DeathNotified(review=ref, boards=boards)
                    | v.ReviewOpened(review=ref, boards=boards)
                    | r.RecommendationIssued(recommendation=ref, boards=boards)
                ):
                    pack = FRAMEWORKS.governing(ref, record.event.on)
                    found[record.stream] = boards_of(ref, boards, pack)
    return found


def boards_are_those_of_the_entries(
    app: Application, records: Sequence[Record], valid: date
) -> None:
    """Each item under each of its boards; counted once where it is joint, they are the totals."""
    items = begun(records, valid)
    view = app.view(accountability, valid=valid)

    assert recounted(items) == {
        row.board: (row.reviews, row.recommendations, row.joint) for row in view.boards
    }
    assert {item: boards for item, boards in items.items() if len(boards) > 1} == {
        row.item: row.boards for row in view.joint
    }
    assert len(items) == view.totals.reviews + view.totals.recommendations
    again = sum(len(boards) - 1 for boards in items.values())
    assert len(items) == sum(row.reviews + row.recommendations for row in view.boards) - again
    the_other_view_has_the_same_boards(items, app.view(sustainability, valid=valid))


def recounted(items: dict[str, tuple[str, ...]]) -> dict[str, tuple[int, int, int]]:
    counts: Counter[tuple[str, str]] = Counter()
    for item, boards in items.items():
        for board in boards:
            counts[board, item.partition("-")[0]] += 1
            counts[board, "joint"] += len(boards) > 1
    columns = ("review", "recommendation", "joint")
    return {
        board: (counts[board, columns[0]], counts[board, columns[1]], counts[board, columns[2]])
        for board in {board for board, _ in counts}
    }


def the_other_view_has_the_same_boards(
    items: dict[str, tuple[str, ...]], view: Sustainability
) -> None:
    assert {f"recommendation-{row.recommendation}": row.boards for row in view.improvements} == {
        item: boards for item, boards in items.items() if item.startswith("recommendation-")
    }


# Erasing a person's data changes no count


def erased(event: Event[Any]) -> Event[Any]:
    """*event* without what may tell about a person, in what it replaces too."""
    if isinstance(event, EntryAmended):
        instead = Replacement(without_people(event.replacement.event))
        event = attrs.evolve(event, replacement=instead)  # type: ignore[misc]  # events are attrs classes
    bare: Event[Any] = without_people(event)
    return bare


def erasing_changes_no_figure(app: Application, records: Sequence[Record]) -> None:
    """Nor what was known half-way, before a correction of it; texts about people are marked."""
    without = reader([replace(one, event=erased(one.event)) for one in records])
    for known in (None, records[len(records) // 2].recorded_at):
        for projection in HEADLINES:
            asked: dict[str, Any] = {"valid": DAYS[-1], "known": known}

            assert bare(app.view(projection, **asked)) == bare(without.view(projection, **asked))


# Saved half-way


def what_is_saved_half_way_is_gone_on_from(app: Application, records: Sequence[Record]) -> None:
    """Another process, on a database, saves what there is; a third one has the rest to read."""
    half = len(records) // 2
    with TemporaryDirectory() as folder:
        url = f"sqlite:{Path(folder) / 'lif.db'}"
        _copied(app, records[:half], url)
        with connect(url, clock=app.clock, readership=TEXTS) as first:
            for projection in HEADLINES:
                first.save(projection, valid=DAYS[0])
        _copied(app, records[half:], url)
        with connect(url, clock=app.clock, readership=TEXTS) as other:
            for valid in (DAYS[-1], DAYS[0]):
                for projection in HEADLINES:
                    expected = app.view(projection, valid=valid, afresh=True)

                    assert expected == other.view(projection, valid=valid)


def _copied(app: Application, records: Sequence[Record], url: str) -> None:
    recorder: Recorder = SQLiteRecorder(Path(url.removeprefix("sqlite:")))
    recorder.append(lambda _: [app.mapper.to_stored_event(record) for record in records])
    recorder.close()


# By example


def joint(board: Board) -> Accountability:
    """Of the joint bodies' own reference, of one board, and of both by name."""
    reviewed(board)
    issued(board, "wsb/r-1")
    issued(board, "wscb/r-2")
    board.decide(
        r.IssueRecommendation,
        "2018-01-12",
        by=CHAIR,
        recommendation="wscb/r-3",
        source="review-wscb/peer",
        text="Meet daily",
        addressed=("wscb",),
        boards=("wscb", "wsab"),
    )
    for ref in ("wsb/r-1", "wscb/r-2", "wscb/r-3"):
        about: dict[str, Any] = {"recommendation": ref}
        board.decide(r.AcceptRecommendation, "2018-01-15", by=CHAIR, **about)
        plan: dict[str, Any] = {"owner": "wsb/lpp", "due": day("2018-03-01"), "action": "Do it"}
        board.decide(r.PlanRecommendation, "2018-01-15", by=CHAIR, **about, **plan)
    return board.accountability("2018-03-11")


def test_what_the_joint_bodies_issue_is_of_both_boards() -> None:
    """`wsb` is no board: its recommendation shows under the two that it serves, as in every other
    view. Ten days each: thirty in all, thirty of one board and twenty of the other.
    """
    board = Board()
    view = joint(board)

    assert [("wsab", 2, 2, 20), ("wscb", 3, 2, 30)] == [
        (row.board, row.recommendations, row.joint, row.days_overdue_so_far) for row in view.boards
    ]
    assert (
        30
        == view.totals.days_overdue_so_far
        == 20 + 30 - sum(row.days_overdue_so_far for row in view.joint)
    )
    assert [("wsb/r-1", ("wsab", "wscb")), ("wscb/r-2", ("wscb",))] == [
        (row.recommendation, tuple(sorted(row.boards)))
        for row in board.sustainability("2018-03-11").improvements[:2]
    ]
