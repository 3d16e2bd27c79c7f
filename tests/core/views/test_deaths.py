"""What the reviews of children's deaths show together; and that it tells of no child."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import product
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lif_adapters.json_values import json_value
from lif_core.aggregates import review
from lif_core.aggregates.body import BodyKind, RegisterBody
from lif_core.decisions.corrections import VoidEntry
from lif_core.decisions.messages import Event
from lif_core.decisions.record import Record
from lif_core.framework import Frameworks, load
from lif_core.log.mapper import LifMapper
from lif_core.projection.fold import fold
from lif_core.projection.projection import AsOf
from lif_core.views.deaths import (
    ChildDeaths,
    Death,
    DeathsRow,
    PatternRow,
    _groups,
    _modifiable,
    _patterns,
    deaths,
    hidden,
)
from tests.board import Board
from tests.people import CHAIR, by, day

PANEL = by("wscb/cdop")
FACTOR = review.DeathFactor(domain="D", factor="handover", influence="2")
BOTH = ("wscb", "walsall-scb")
FRAMEWORKS = load()
YES, NO = review.Modifiable.YES, review.Modifiable.NO


def view(board: Board, valid: str = "2019-12-31", known: str | None = None) -> ChildDeaths:
    return board.app.view(deaths, valid=day(valid), known=day(known) if known else None)


class Panel:
    """A panel to which deaths are notified, so many at a time."""

    def __init__(self) -> None:
        self.board = Board()
        self.last = 0

    def notified(self, number: int, died: str = "2018-05-01", **more: Any) -> list[str]:
        """So many deaths, each notified two days later."""
        refs = []
        for _ in range(number):
            self.last += 1
            refs.append(f"wscb/cdr-{self.last}")
            fields: dict[str, Any] = {"area": "wolverhampton", "expected": True}
            self.board.decide(
                review.NotifyDeath,
                died[:-2] + f"{int(died[-2:]) + 2:02}",
                by=PANEL,
                review=refs[-1],
                kind="cdr",
                subject="A child",
                died=day(died),
                **fields | more,
            )
        return refs

    def reviewed(
        self,
        number: int,
        category: str = "8",
        modifiable: review.Modifiable = review.Modifiable.NO,
        factors: tuple[review.DeathFactor, ...] = (),
        on: str = "2018-11-01",
        **more: Any,
    ) -> list[str]:
        """So many deaths, notified and analysed."""
        refs = self.notified(number, **more)
        for ref in refs:
            self.board.decide(
                review.AnalyseDeath,
                on,
                by=PANEL,
                review=ref,
                category=category,
                modifiable=modifiable,
                factors=factors,
            )
        return refs

    def accept(self, *refs: str) -> None:
        for ref in refs:
            self.board.decide(
                review.AcceptReport, "2019-01-10", by=CHAIR, review=ref, response="Yes"
            )


@pytest.fixture
def panel() -> Panel:
    return Panel()


def counts(row: DeathsRow) -> tuple[int | None, ...]:
    return (row.notified, row.reviewed, row.concluded, row.waiting, row.stopped)


def pattern(found: ChildDeaths, name: str) -> dict[str, int | None]:
    return {row.code: row.deaths for row in found.patterns if row.pattern == name}


def answers(found: ChildDeaths, by: str) -> dict[str, tuple[int | None, ...]]:
    return {
        row.group: (row.reviewed, row.modifiable, row.not_modifiable, row.unknown)
        for row in found.modifiable
        if row.by == by
    }


# Coverage


def test_every_death_that_is_notified_is_reviewed_or_waits(panel: Panel) -> None:
    panel.reviewed(6)
    panel.notified(6)
    totals = view(panel.board).totals

    assert (12, 6, 0, 6, 0) == counts(totals)
    assert (0.5, False) == (totals.coverage, totals.suppressed)


def test_where_few_wait_the_number_notified_is_hidden_and_that_reviewed_is_shown(
    panel: Panel,
) -> None:
    """The difference would be the few; patterns are of those reviewed."""
    panel.reviewed(8)
    panel.notified(2)
    found = view(panel.board)

    assert (None, 8, 0, None, None) == counts(found.totals)
    assert (None, True) == (found.totals.coverage, found.totals.suppressed)
    assert {8} == {row.reviewed for row in found.patterns}


def test_of_few_deaths_nothing_is_shown_not_even_what_they_were_not(panel: Panel) -> None:
    """That none of four was of another category says what all four were."""
    panel.reviewed(4)
    found = view(panel.board)

    assert (None,) * 5 == counts(found.totals)
    assert {None} == {row.deaths for row in found.patterns}
    assert {None} == {row.reviewed for row in found.patterns}
    assert {None} == {row.reviewed for row in found.days}
    assert all(row.suppressed for row in found.patterns)


def test_of_few_deaths_no_year_is_shown_either(panel: Panel) -> None:
    panel.reviewed(2, died="2016-05-01")
    panel.reviewed(2, died="2018-05-01")

    assert [("2016", None), ("2017", None), ("2018", None)] == [
        (row.group, row.reviewed) for row in view(panel.board).years
    ]


def test_the_bound_itself_is_shown(panel: Panel) -> None:
    panel.reviewed(5)

    assert (5, 5, 0, 0, 0) == counts(view(panel.board).totals)


def test_a_review_is_concluded_when_the_board_has_accepted_its_report(panel: Panel) -> None:
    refs = panel.reviewed(11)
    panel.accept(*refs[:6])

    assert (11, 11, 6, 0, 0) == counts(view(panel.board).totals)
    assert 0 == view(panel.board, "2019-01-09").totals.concluded


def test_concluded_is_hidden_where_few_are_not(panel: Panel) -> None:
    refs = panel.reviewed(8)
    panel.accept(*refs[:6])

    assert (8, 8, None, 0, 0) == counts(view(panel.board).totals)


def elsewhere(board: Board, refs: list[str]) -> None:
    """Deaths notified to a board that no pack governs: it has codes and rules of its own."""
    board.decide(
        RegisterBody, "2018-01-01", by=CHAIR, body="other", name="Other", kind=BodyKind.BOARD
    )
    for ref in refs:
        board.decide(
            review.NotifyDeath,
            "2018-05-02",
            by=by("other"),
            review=ref,
            kind="own",
            subject="A child",
            died=day("2018-05-01"),
            area="there",
            expected=True,
        )


def analyse(board: Board, ref: str, category: str) -> None:
    board.decide(
        review.AnalyseDeath,
        "2018-06-01",
        by=by("other"),
        review=ref,
        category=category,
        modifiable=review.Modifiable.NO,
    )


def test_a_review_that_ended_without_an_analysis_does_not_count_as_reviewed() -> None:
    """The framework lets none end so; a board that no pack governs may."""
    board = Board()
    refs = [f"other/{number}" for number in range(10)]
    elsewhere(board, refs)
    for ref in refs[:5]:
        analyse(board, ref, "any")
    for ref in refs[5:]:
        board.decide(
            review.DiscontinueReview, "2018-12-01", by=by("other"), review=ref, reasons="None"
        )

    assert (10, 5, 0, 5, 0) == counts(view(board, "2018-11-30").totals)
    totals = view(board).totals
    assert (10, 5, 0, 0, 5) == counts(totals)
    assert 0.5 == totals.coverage


def test_a_notification_that_is_void_is_of_no_death(panel: Panel) -> None:
    refs = panel.reviewed(7)
    panel.board.decide(
        VoidEntry,
        "2019-02-01",
        by=CHAIR,
        stream=f"review-{refs[0]}",
        entry=1,
        reasons="Notified twice",
    )

    assert 6 == view(panel.board).totals.notified
    assert 7 == view(panel.board, "2019-01-31", known="2019-01-31").totals.notified


# Boards and years


def test_a_joint_death_shows_under_each_board_and_once_in_the_totals(panel: Panel) -> None:
    panel.reviewed(6, boards=("wscb",))
    panel.reviewed(5, boards=BOTH)
    panel.reviewed(7, boards=("walsall-scb",), area="walsall")
    found = view(panel.board)

    assert [("walsall-scb", 12), ("wscb", 11)] == [
        (row.group, row.notified) for row in found.boards
    ]
    assert 18 == found.totals.notified


def test_boards_that_share_few_deaths_are_hidden(panel: Panel) -> None:
    """6 + 7 + 2 = 15, and 8 and 9 under the boards: the sum would tell of the two."""
    panel.reviewed(6, boards=("wscb",))
    panel.reviewed(2, boards=BOTH)
    panel.reviewed(7, boards=("walsall-scb",), area="walsall")
    found = view(panel.board)

    assert 15 == found.totals.notified
    assert [(None, True), (None, True)] == [(row.notified, row.suppressed) for row in found.boards]


def test_a_year_is_that_of_the_death_and_a_year_without_one_is_shown(panel: Panel) -> None:
    panel.reviewed(6, died="2016-12-29")
    panel.reviewed(7, died="2018-05-01")
    found = view(panel.board)

    assert [("2016", 6), ("2017", 0), ("2018", 7)] == [
        (row.group, row.reviewed) for row in found.years
    ]


def test_a_year_of_few_deaths_hides_another_so_that_it_is_not_what_is_left(panel: Panel) -> None:
    panel.reviewed(9, died="2016-05-01")
    panel.reviewed(2, died="2017-05-01")
    panel.reviewed(7, died="2018-05-01")
    found = view(panel.board)

    assert 18 == found.totals.reviewed
    assert [("2016", 9), ("2017", None), ("2018", None)] == [
        (row.group, row.reviewed) for row in found.years
    ]


def test_where_few_wait_in_all_no_year_says_in_which_they_wait(panel: Panel) -> None:
    """If the other years said that nobody waits, all that wait would be of this one."""
    panel.reviewed(9, died="2016-05-01")
    panel.reviewed(7, died="2017-05-01")
    panel.notified(2, died="2017-06-01")
    found = view(panel.board)

    assert (None, 16) == (found.totals.notified, found.totals.reviewed)
    assert [(None, 9, None), (None, 7, None)] == [
        (row.notified, row.reviewed, row.waiting) for row in found.years
    ]


# Patterns


def test_a_small_category_hides_the_next_larger_one(panel: Panel) -> None:
    """18 in all: if only the two were hidden, they would be what is left."""
    panel.reviewed(9, category="4")
    panel.reviewed(7, category="8")
    panel.reviewed(2, category="10")
    found = pattern(view(panel.board), "category")

    assert (9, None, None) == (found["4"], found["8"], found["10"])
    assert {0} == {found[code] for code in ("1", "2", "3", "5", "6", "7", "9")}


def test_categories_are_named_as_in_the_framework(panel: Panel) -> None:
    panel.reviewed(11, category="9")
    (row,) = [row for row in view(panel.board).patterns if row.deaths and row.code == "9"]

    assert PatternRow(
        pattern="category", code="9", name="Infection", deaths=11, reviewed=11, suppressed=False
    ) == (row)


def test_modifiable_and_expected_divide_the_deaths(panel: Panel) -> None:
    panel.reviewed(6, modifiable=review.Modifiable.YES)
    panel.reviewed(5, expected=False)
    found = view(panel.board)

    assert {"modifiable factors": 6, "no modifiable factors": 5, "too little known": 0} == pattern(
        found, "modifiable"
    )
    assert {"expected": 6, "unexpected": 5} == pattern(found, "expected")


def test_that_all_but_few_were_expected_is_not_shown_either(panel: Panel) -> None:
    panel.reviewed(9)
    panel.reviewed(2, expected=False)

    assert {"expected": None, "unexpected": None} == pattern(view(panel.board), "expected")


def test_only_the_latest_analysis_of_a_death_counts(panel: Panel) -> None:
    for ref in panel.reviewed(12, category="4"):
        panel.board.decide(
            review.AnalyseDeath,
            "2018-12-01",
            by=PANEL,
            review=ref,
            category="6",
            modifiable=review.Modifiable.YES,
        )

    assert (0, 12) == tuple(pattern(view(panel.board), "category")[code] for code in ("4", "6"))
    assert 12 == pattern(view(panel.board, "2018-11-30"), "category")["4"]


def test_modifiable_factors_are_shown_by_year_and_by_category(panel: Panel) -> None:
    """Where every cell is of as many as the bound, or of none."""
    panel.reviewed(6, category="8", died="2017-05-01", on="2017-11-01", modifiable=YES)
    panel.reviewed(9, category="8", modifiable=NO)
    panel.reviewed(7, category="1", modifiable=YES)
    found = view(panel.board)

    assert {"2017": (6, 6, 0, 0), "2018": (16, 7, 9, 0)} == answers(found, "year")
    assert (15, 6, 9, 0) == answers(found, "category")["8"]
    assert (7, 7, 0, 0) == answers(found, "category")["1"]
    assert (0, 0, 0, 0) == answers(found, "category")["2"]
    assert "Chronic medical condition" in {row.name for row in found.modifiable}


def test_an_answer_that_is_small_in_a_year_hides_that_year_and_another(panel: Panel) -> None:
    """Or else the totals would tell how many it was."""
    panel.reviewed(6, died="2017-05-01", on="2017-11-01", modifiable=YES)
    panel.reviewed(9, died="2017-05-01", on="2017-11-01", modifiable=NO)
    panel.reviewed(3, modifiable=YES)
    panel.reviewed(9, modifiable=NO)
    panel.reviewed(7, died="2019-05-01", on="2019-11-01", modifiable=YES)
    found = answers(view(panel.board), "year")

    assert (None,) * 4 == found["2018"]
    assert [None] * 4 in [list(row) for year, row in found.items() if year != "2018"]


def test_a_group_that_another_table_hides_is_hidden_here(panel: Panel) -> None:
    """Two years of three and of nine deaths: neither is shown, in whatever table."""
    panel.reviewed(3, died="2017-05-01", on="2017-11-01", modifiable=YES)
    panel.reviewed(9, modifiable=YES)
    found = view(panel.board)

    assert [None, None] == [row.reviewed for row in found.years]
    assert {(None,) * 4} == {*answers(found, "year").values()}


def test_factors_are_counted_by_domain_and_influence(panel: Panel) -> None:
    stronger = attrs.evolve(FACTOR, influence="3")
    panel.reviewed(6, factors=(FACTOR,))
    panel.reviewed(7, factors=(stronger,))
    panel.reviewed(5)
    found = view(panel.board)

    assert {"A": 0, "B": 0, "C": 0, "D": 13} == pattern(found, "domain")
    assert {"D: handover: 2": 6, "D: handover: 3": 7} == pattern(found, "factor")


def test_a_death_with_two_factors_of_a_domain_counts_once_in_it(panel: Panel) -> None:
    other = attrs.evolve(FACTOR, factor="records")
    panel.reviewed(6, factors=(FACTOR, other))
    panel.reviewed(6)
    found = view(panel.board)

    assert 6 == pattern(found, "domain")["D"]
    assert {"D: handover: 2": 6, "D: records: 2": 6} == pattern(found, "factor")


def test_a_factor_of_few_deaths_is_not_even_named(panel: Panel) -> None:
    """It is named in the panel's own words, which may be of one child only."""
    rare = attrs.evolve(FACTOR, factor="a rare one")
    panel.reviewed(6, factors=(FACTOR,))
    panel.reviewed(2, factors=(rare,))
    panel.reviewed(6)
    found = view(panel.board)

    assert 8 == pattern(found, "domain")["D"]
    assert "a rare one" not in written(found)


def test_a_small_factor_hides_the_next_larger_one_of_its_domain(panel: Panel) -> None:
    """9 + 7 + 2 = 18 of the domain: the two would be what is left."""
    for factor, number in (("handover", 9), ("records", 7), ("a rare one", 2)):
        panel.reviewed(number, factors=(attrs.evolve(FACTOR, factor=factor),))
    found = view(panel.board)

    assert 18 == pattern(found, "domain")["D"]
    assert {"D: handover: 2": 9} == pattern(found, "factor")


def test_a_factor_that_all_but_few_of_its_domain_show_is_not_shown(panel: Panel) -> None:
    """Of the 13 with records, all but two have handover as well."""
    records = attrs.evolve(FACTOR, factor="records")
    panel.reviewed(11, factors=(FACTOR, records))
    panel.reviewed(2, factors=(records,))
    panel.reviewed(5)
    found = view(panel.board)

    assert 13 == pattern(found, "domain")["D"]
    assert {"D: records: 2": 13} == pattern(found, "factor")


def test_that_all_but_few_show_a_factor_is_not_shown_either(panel: Panel) -> None:
    panel.reviewed(8, factors=(FACTOR,))
    panel.reviewed(2)
    found = view(panel.board)

    assert pattern(found, "domain")["D"] is None
    assert {} == pattern(found, "factor")


def test_purposes_and_referrals_count_deaths_not_entries(panel: Panel) -> None:
    """Two findings with one purpose are of one death."""
    refs = panel.reviewed(12)
    for ref in refs[:6]:
        for finding in ("f-1", "f-2"):
            panel.board.decide(
                review.RecordFinding,
                "2018-12-01",
                by=PANEL,
                review=ref,
                finding=finding,
                factor=review.Factor.SYSTEM,
                what="What",
                why="Why",
                purpose="public-health",
            )
    for ref in refs[:2]:
        panel.board.decide(
            review.ReferCase,
            "2018-12-02",
            by=PANEL,
            review=ref,
            referral=ref.replace("cdr", "scr"),
            kind="scr",
            aware=day("2018-12-01"),
            reasons="Neglect",
        )
    found = view(panel.board)

    assert {
        "review-needed": 0,
        "area-concern": 0,
        "public-health": 6,
        "coordinated-response": 0,
    } == pattern(found, "purpose")
    assert {"scr": None, "sar": 0, "rapid-review": 0, "lcspr": 0} == pattern(found, "referred")


def test_a_code_that_no_framework_gives_is_listed_only_where_its_count_is_shown() -> None:
    """A board that no pack governs has codes of its own: one of them may be of one child."""
    board = Board()
    codes = ["usual"] * 9 + ["common"] * 7 + ["rare"] * 2
    refs = [f"other/{number}" for number in range(len(codes))]
    elsewhere(board, refs)
    for ref, code in zip(refs, codes, strict=True):
        analyse(board, ref, code)

    assert {"usual": 9} == pattern(view(board), "category")


# Days


def test_a_median_needs_as_many_as_the_bound_on_either_side(panel: Panel) -> None:
    panel.reviewed(5, on="2018-05-13")
    panel.reviewed(4, on="2018-06-02")
    hidden_yet = view(panel.board).days
    panel.reviewed(1, on="2018-06-02")
    shown = view(panel.board).days

    assert [(None, True), (None, True)] == [(row.median, row.suppressed) for row in hidden_yet]
    assert [("death to notification", 2.0), ("notification to analysis", 20.0)] == [
        (row.days, row.median) for row in shown
    ]


def test_the_days_to_the_analysis_are_those_to_the_first(panel: Panel) -> None:
    for ref in panel.reviewed(10, on="2018-05-23"):
        panel.board.decide(
            review.AnalyseDeath,
            "2018-12-01",
            by=PANEL,
            review=ref,
            category="6",
            modifiable=review.Modifiable.YES,
        )

    assert 20.0 == view(panel.board).days[1].median


# No child is told of


def test_there_is_no_row_and_no_reference_of_a_child(panel: Panel) -> None:
    refs = panel.reviewed(12, factors=(FACTOR,))
    found = written(view(panel.board))

    assert [ref for ref in refs if ref in found] == []
    assert "A child" not in found


def test_of_nothing_there_is_nothing() -> None:
    found = view(Board())

    assert ((0, 0, 0, 0, 0), None, False) == (
        counts(found.totals),
        found.totals.coverage,
        found.totals.suppressed,
    )
    assert ((), (), ()) == (found.boards, found.years, found.patterns)


def test_the_bound_is_that_of_the_governing_pack(panel: Panel) -> None:
    """A pack that hides nothing, and one that hides more."""
    panel.reviewed(1, died="2017-05-01")
    panel.reviewed(2)
    panel.reviewed(9, category="4")
    records = list(panel.board.app.history())

    def under(bound: int) -> ChildDeaths:
        packs = [attrs.evolve(pack, small_counts=bound) for pack in load().packs]
        frameworks = Frameworks(load().general, tuple(packs))
        return fold(
            deaths, records, AsOf(valid=day("2019-12-31"), known=None, frameworks=frameworks)
        )

    assert (0, 9, 3) == (
        under(0).small_counts,
        pattern(under(0), "category")["4"],
        pattern(under(0), "category")["8"],
    )
    assert (20, None) == (under(20).small_counts, under(20).totals.notified)
    assert [1, 11] == [row.notified for row in under(1).years]


def written(found: ChildDeaths) -> str:
    return json.dumps(json_value(found, LifMapper()))


Table = tuple[int, ...]


def tables(rows: int, most: int) -> Iterator[Table]:
    """Every table of so many cells that come to *most* at the most."""
    return (cells for cells in product(range(most + 1), repeat=rows) if sum(cells) <= most)


def told(
    found: Iterator[Table], publish: Callable[[Table], tuple[Any, ...]]
) -> Iterator[list[Table]]:
    """All tables that look alike once they are published: what a reader who knows the rules, but
    not the counts, has to choose from.
    """
    alike: dict[tuple[Any, ...], list[Table]] = defaultdict(list)
    for cells in found:
        alike[publish(cells)].append(cells)
    yield from alike.values()


@pytest.mark.parametrize(("rows", "bound", "most"), [(2, 5, 16), (3, 3, 14), (4, 4, 12)])
def test_no_hidden_cell_can_be_worked_out_from_the_total_and_the_others(
    rows: int, bound: int, most: int
) -> None:
    """Even by a reader who knows how cells are chosen: all tables there are have been tried."""

    def publish(cells: Table) -> tuple[Any, ...]:
        hide = hidden(cells, bound)
        total = None if 0 < sum(cells) < bound else sum(cells)
        return total, *(None if at in hide else cells[at] for at in range(rows))

    for alike in told(tables(rows, most), publish):
        for at in range(rows):
            values = {cells[at] for cells in alike}
            assert len(values) > 1 or not 0 < alike[0][at] < bound, alike


@pytest.mark.parametrize(
    "named",
    [
        # Two years: of each, how many were reviewed and how many wait
        (("2017", "reviewed"), ("2017", "waiting"), ("2018", "reviewed"), ("2018", "waiting")),
        # Two years: of each, how many were concluded, and how many of those reviewed were not
        (("2017", "concluded"), ("2017", "reviewed"), ("2018", "concluded"), ("2018", "reviewed")),
        # Three years in which nobody was reviewed yet
        (("2016", "waiting"), ("2017", "waiting"), ("2018", "waiting")),
        # Two boards: the deaths of one, of the other, and of both
        (("wscb", "reviewed"), ("walsall-scb", "reviewed"), ("both", "reviewed")),
        # Three boards, all deaths of the second being joint with the first
        (("wscb", "reviewed"), ("third", "reviewed"), ("both", "reviewed")),
    ],
)
def test_no_hidden_group_can_be_worked_out_from_the_totals_and_the_others(
    named: tuple[tuple[str, str], ...],
) -> None:
    bound = 3

    def publish(cells: Table) -> tuple[Any, ...]:
        groups: dict[str, set[str]] = defaultdict(set)
        standing: dict[str, set[str]] = defaultdict(set)
        for (group, how), count in zip(named, cells, strict=True):
            refs = {f"{group} {how} {n}" for n in range(count)}
            standing[how] |= refs
            for each in ("wscb", "walsall-scb") if group == "both" else (group,):
                groups[each] |= refs
        every = {"": set().union(*standing.values())}
        found = (*_groups(every, standing, bound), *_groups(groups, standing, bound))
        return tuple(counts(row) for row in found)

    for alike in told(tables(len(named), 11), publish):
        for at in range(len(named)):
            values = {cells[at] for cells in alike}
            shown = publish(alike[0])
            assert len(values) > 1 or not 0 < alike[0][at] < bound, (alike, shown)


def test_no_hidden_answer_can_be_worked_out_from_what_other_tables_show() -> None:
    """Two years of three answers each, all there are up to so many deaths: a reader who knows the
    totals, the years and the rules has more than one number left for each small one.
    """
    bound, most, frameworks = 3, 10, load()

    def publish(cells: Table) -> tuple[Any, ...]:
        reviewed = [
            _death(year, answer, bound)
            for (year, answer), count in zip(
                product((2017, 2018), review.Modifiable), cells, strict=True
            )
            for _ in range(count)
        ]
        by_year: dict[str, set[int]] = {"2017": set(), "2018": set()}
        for number, death in enumerate(reviewed):
            by_year[str(death.year)].add(number)
        years = _groups(by_year, {"concluded": {*range(len(reviewed))}}, bound)
        patterns = [*_patterns(reviewed, bound, frameworks)]
        shown = _modifiable(reviewed, years, patterns, bound)
        return (
            tuple(row.reviewed for row in years),
            tuple(row.deaths for row in patterns if row.pattern == "modifiable"),
            tuple(
                (row.modifiable, row.not_modifiable, row.unknown)
                for row in shown
                if row.by == "year"
            ),
        )

    for alike in told(tables(6, most), publish):
        for at in range(6):
            values = {cells[at] for cells in alike}
            assert len(values) > 1 or not 0 < alike[0][at] < bound, alike


def _death(year: int, answer: review.Modifiable, bound: int) -> Death:
    return Death(
        boards=("wscb",),
        board="wscb",
        notified=day(f"{year}-03-01"),
        small_counts=bound,
        year=year,
        standing="concluded",
        kind="cdr",
        days=2,
        days_to_analysis=30,
        shows=(("modifiable", answer.value),),
    )


REFS = [f"wscb/cdr-{n}" for n in range(40)]


@st.composite
def histories(draw: st.DrawFn) -> list[Record]:
    """Up to forty deaths, of any board, year and standing."""
    found: list[Event[Any]] = []
    for ref in REFS[: draw(st.integers(0, 40))]:
        died = day(draw(st.sampled_from(("2017-03-01", "2018-03-01", "2019-03-01"))))
        boards = draw(st.sampled_from((("wscb",), ("walsall-scb",), BOTH)))
        found.append(
            review.DeathNotified(
                by=PANEL,
                on=died,
                review=ref,
                kind="cdr",
                subject=ref,
                died=died,
                area="walsall",
                expected=draw(st.booleans()),
                boards=boards,
            )
        )
        if draw(st.integers(0, 9)):
            found.append(
                review.DeathAnalysed(
                    by=PANEL,
                    on=died,
                    review=ref,
                    category=draw(st.sampled_from(("1", "4", "8"))),
                    modifiable=draw(st.sampled_from(review.Modifiable)),
                    factors=(FACTOR,) if draw(st.booleans()) else (),
                )
            )
    at = datetime(2019, 1, 1, tzinfo=UTC)
    return [
        Record(position, f"review-{event.review}", position, at, event)
        for position, event in enumerate(found, 1)
        if isinstance(event, review.DeathNotified | review.DeathAnalysed)
    ]


@given(histories())
def test_no_small_count_is_ever_shown_nor_two_that_differ_by_one(records: list[Record]) -> None:
    """Rows add up, parts of a division come to the whole, and no child's reference is in it."""
    as_of = AsOf(valid=day("2019-12-31"), known=None, frameworks=FRAMEWORKS)
    found = fold(deaths, records, as_of)
    small = range(1, found.small_counts)

    for row in (found.totals, *found.boards, *found.years):
        assert not any(count in small for count in counts(row) if count is not None)
        if row.notified is not None:
            assert row.reviewed is not None
            assert row.notified == row.reviewed + (row.waiting or 0) + (row.stopped or 0)
        if row.reviewed is not None and row.concluded is not None:
            assert row.reviewed - row.concluded not in small
    for one in found.patterns:
        assert one.suppressed is (one.deaths is None)
        assert one.deaths not in small
        if one.deaths is not None and one.reviewed is not None:
            assert one.reviewed - one.deaths not in small
    for division in ("category", "modifiable", "expected"):
        cells = pattern(found, division)
        seen = [count for count in cells.values() if count is not None]
        if cells and len(seen) == len(cells):
            assert sum(seen) == found.totals.reviewed
        assert len(cells) - len(seen) != 1
    for each in found.modifiable:
        numbers = (each.reviewed, each.modifiable, each.not_modifiable, each.unknown)
        assert each.suppressed is (numbers == (None,) * 4)
        assert not any(number in small for number in numbers if number is not None)
        if each.reviewed is not None:
            assert each.reviewed == sum(number for number in numbers[1:] if number is not None)
    assert [ref for ref in REFS if f'"{ref}"' in written(found)] == []
