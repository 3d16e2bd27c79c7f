"""Of any history of improvements: what its parts come to, and that they add up."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lif_core.decisions.messages import Event
from lif_core.decisions.record import Record
from lif_core.framework import Framework, Horizons
from lif_core.items.improvement import Finding
from lif_core.projection.fold import RunningFold, fold
from lif_core.statistics.kaplan_meier import kaplan_meier
from lif_core.statistics.spc import ChartKind
from lif_core.statistics.spells import End, Spell, counted
from lif_core.statistics.turnbull import turnbull
from lif_core.views.sustainability import sustainability
from lif_core.views.sustainability.rows import ImprovementGroupRow, Sustainability
from tests.audits import shown
from tests.improvement_events import checked, embedded, issued
from tests.improvement_histories import (
    FIRST,
    FRAMEWORKS,
    as_of,
    histories,
    materialised,
    parts_of,
    recorded,
)
from tests.naive_view import plain_view
from tests.people import day

DAYS = st.integers(0, 3000).map(lambda n: FIRST + timedelta(days=n))
LATER = (1, 30, 100, 364, 365, 366, 700, 4000)


def viewed(records: tuple[Record, ...], valid: date) -> Sustainability:
    return fold(sustainability, records, as_of(valid))


def by(view: Sustainability, name: str) -> list[ImprovementGroupRow]:
    return [row for row in view.groups if row.by == name]


@given(records=histories(), valid=DAYS)
def test_a_settled_part_is_the_same_on_every_later_day(
    records: tuple[Record, ...], valid: date
) -> None:
    """As long as nothing else takes effect, and as far as its span says."""
    in_effect = tuple(record for record in records if record.event.on <= valid)
    view = materialised(in_effect, as_of(valid))
    parts = parts_of(view)
    for days in LATER:
        then = valid + timedelta(days=days)
        later = parts_of(materialised(in_effect, as_of(then)))

        assert parts.keys() == later.keys()
        for key, part in parts.items():
            if view.parts.span(key).has(then):
                assert part == later[key]


@given(records=histories(), valid=DAYS)
def test_a_part_that_changes_only_as_days_pass_is_not_settled_before(
    records: tuple[Record, ...], valid: date
) -> None:
    """And once it is, it stays so."""
    in_effect = tuple(record for record in records if record.event.on <= valid)
    view = materialised(in_effect, as_of(valid))
    then = valid + timedelta(days=4000)
    in_the_end = materialised(in_effect, as_of(then))

    assert all(in_the_end.parts.span(key).until == date.max for key in in_the_end.parts.held)
    changed = {
        key for key in view.parts.held if view.parts.rows_of(key) != in_the_end.parts.rows_of(key)
    }
    assert not changed & {key for key in view.parts.held if view.parts.span(key).has(then)}


@given(records=histories(), valid=DAYS, data=st.data())
def test_what_changed_can_be_taken_out_and_put_in_again(
    records: tuple[Record, ...], valid: date, data: st.DataObject
) -> None:
    """Counts of one day, less those of the items that changed, plus their new ones: the same view
    as from the beginning, and as a plain fold of them comes to.
    """
    at = as_of(valid)
    half = data.draw(st.integers(0, len(records)))
    folding = RunningFold(sustainability)
    folding.add(records[:half])
    folding.view(at)
    folding.add(records[half:])

    assert plain_view(sustainability, records, at) == folding.view(at)
    assert viewed(records, valid) == folding.view(at)


@given(records=histories(), valid=DAYS)
def test_every_row_can_be_written_and_read_again(records: tuple[Record, ...], valid: date) -> None:
    """As it is read of a view, it is what was written; and every name of a count is of texts and
    whole numbers.
    """
    view = materialised(records, as_of(valid))
    plain = plain_view(sustainability, records, as_of(valid))
    for table in sustainability.tables:
        assert getattr(plain, table) == getattr(view.view(), table)
    for key in view.parts.held:
        for name, columns in view.parts.added(key).counts:
            assert all(count > 0 for count in columns.values())
            assert {str, int} >= {type(piece) for piece in (*name, *columns)}


@given(records=histories(), valid=DAYS)
def test_the_figures_add_up(records: tuple[Record, ...], valid: date) -> None:
    """Each improvement once in the whole, once by source; a joint one under each board."""
    view = viewed(records, valid)
    rows = view.improvements

    assert len(rows) == sum(view.standing.values())
    assert Counter(row.finding for row in rows) == Counter(
        {name: n for name, n in view.standing.items() if n}
    )
    assert len(rows) == sum(row.improvements for row in by(view, "source"))
    joint = sum(len(row.boards) - 1 for row in rows)
    assert len(rows) == sum(row.improvements for row in by(view, "board")) - joint
    owned = sum(row.improvements for name in ("committee", "agency") for row in by(view, name))
    assert owned <= sum(row.owner is not None for row in rows)
    assert len(rows) <= sum(row.improvements for row in by(view, "theme"))
    for row in view.groups:
        assert row.improvements == sum(getattr(row, one.value) for one in Finding)
        assert row.spells >= row.relapses + row.ended
    for name in ("passed", "failed", "latest", "latest_passed", "on_time", "done", "due"):
        whole = getattr(view.rechecks, name)
        assert whole == sum(getattr(row, name) for row in by(view, "source"))
    assert view.survival.spells == len(view.spells)
    assert view.survival.spells == sum(row.spells for row in by(view, "source"))


@given(records=histories(), valid=DAYS)
def test_the_curves_are_those_of_the_spells(records: tuple[Record, ...], valid: date) -> None:
    """From counts, or from the rows: the same."""
    view = viewed(records, valid)
    spells, horizon = counted(view.spells), view.survival.horizon
    first = {spell.recommendation: spell for spell in reversed(view.spells)}

    assert turnbull(spells, horizon) == view.survival
    assert turnbull(counted(first.values()), horizon) == view.survival_of_first
    assert kaplan_meier(spells, horizon) == view.by_day_of_discovery
    assert (len(view.spells), len(first)) == (view.lasting.spells, view.lasting.recommendations)
    for row in view.by_day_of_discovery.at_risk:
        assert sum(last_seen(spell) >= row.day for spell in view.spells) == row.at_risk


def last_seen(spell: Spell) -> int:
    return spell.last if spell.end is End.RELAPSED else spell.first


@given(records=histories(), valid=DAYS)
def test_the_bounds_are_a_count_of_the_spells_that_began_a_horizon_ago(
    records: tuple[Record, ...], valid: date
) -> None:
    """V of n were seen then or later, R had failed; the curve of the same spells is between."""
    view = viewed(records, valid)
    row, old = view.lasting, []
    left = Counter(s.recommendation for s in viewed(records, valid - timedelta(365)).spells)
    for spell in view.spells:
        if left[spell.recommendation]:
            left[spell.recommendation] -= 1
            old.append(spell)
    verified = sum(spell.first >= 365 for spell in old if not failed(spell))

    assert (len(old), sum(map(failed, old)), verified) == (row.begun, row.failed, row.verified)
    if not old:
        assert (None, None) == (row.low, row.high)
        return
    assert row.low is not None
    assert row.high is not None
    assert verified / len(old) == row.low
    assert 1 - sum(map(failed, old)) / len(old) == pytest.approx(row.high)
    estimate = turnbull(counted(old), 365, floor=1).survival
    assert estimate is None or row.low - 1e-9 <= estimate <= row.high + 1e-9


def failed(spell: Spell) -> bool:
    return spell.end is End.RELAPSED and spell.last <= 365


@given(records=histories(), valid=DAYS)
def test_a_board_s_group_is_what_a_count_of_its_rows_comes_to(
    records: tuple[Record, ...], valid: date
) -> None:
    view = viewed(records, valid)
    rows = defaultdict(list)
    for row in view.improvements:
        for board in row.boards:
            rows[board].append(row)
    for group in by(view, "board"):
        own = rows.pop(group.group)
        refs = {row.recommendation for row in own}
        spells = [spell for spell in view.spells if spell.recommendation in refs]
        curve = turnbull(counted(spells), view.survival.horizon)

        assert len(own) == group.improvements
        assert sum(row.passed for row in own) == group.passed
        assert sum(row.checks_due for row in own) == group.due
        assert sum(spell.end is End.RELAPSED for spell in spells) == group.relapses
        assert (curve.survival, curve.reason) == (group.survival, group.reason)
        assert len({spell.recommendation for spell in spells}) == group.recommendations
        assert sum(row.latest_passed is True for row in own) == group.latest_passed
        assert sum(row.on_time for row in own) == group.on_time <= group.done <= group.due
    assert not rows


@given(records=histories(), valid=DAYS)
def test_the_levels_of_evidence_account_for_every_check(
    records: tuple[Record, ...], valid: date
) -> None:
    view = viewed(records, valid)

    assert [0, 1, 2, 3, 4] == [row.level for row in view.evidence]
    notes = sum(row.notes for row in view.improvements)
    assert view.rechecks.passed + view.rechecks.failed + notes == sum(
        row.checks for row in view.evidence
    )
    lasting = view.standing[Finding.EMBEDDED] + view.standing[Finding.SUSTAINED]
    assert lasting == sum(row.embedded for row in view.evidence)


@given(records=histories(), valid=DAYS)
def test_a_chart_can_be_drawn_from_its_points(records: tuple[Record, ...], valid: date) -> None:
    """As many points, signals and concerns as its row says, in the order of their periods."""
    view = viewed(records, valid)
    for row in view.indicators:
        points = [point for point in view.points if point.indicator == row.indicator]
        gaps = [gap for gap in view.gaps if gap.indicator == row.indicator]

        assert row.points == len(points)
        assert sorted(point.period for point in points) == [point.period for point in points]
        signals = [signal for point in points for signal in point.signals]
        signals += [signal for gap in gaps for signal in gap.signals]
        assert row.signals == len(signals)
        days = [*(p.period for p in points if p.concern), *(g.day for g in gaps if g.concern)]
        assert row.concerns == tuple(sorted(days))
        since = row.baseline or date.min
        limits = {(p.mean, p.low, p.high) for p in points if p.period >= since}
        drawn = row.chart if row.chart and row.chart.kind is ChartKind.XMR else None
        assert limits <= {(drawn.mean, drawn.low, drawn.high) if drawn else (None,) * 3}


@pytest.mark.parametrize("valid", [date.min, date(2017, 12, 31)])
@given(records=histories())
def test_before_everything_there_is_nothing(records: tuple[Record, ...], valid: date) -> None:
    view = viewed(records, valid)

    assert ((), (), (), ()) == (view.improvements, view.spells, view.points, view.groups)
    assert {0} == {*view.standing.values(), *(row.checks for row in view.evidence)}
    assert () == view.by_day_of_discovery.at_risk


@given(records=histories())
def test_nothing_is_settled_while_the_board_s_horizons_are_to_change(
    records: tuple[Record, ...],
) -> None:
    """A pack of 2030 asks for two years: until it is in force, what it governs may change."""
    pack = Framework(
        name="2030",
        title="Two years",
        governs=("wscb", "wsb", "elsewhere"),
        in_force=date(2030, 1, 1),
        open_kinds=True,
        horizons=Horizons(sustained=730, baseline=5),
    )
    at = attrs.evolve(as_of(date(2029, 1, 1)), frameworks=FRAMEWORKS.plus(pack))
    in_effect = tuple(record for record in records if record.event.on <= at.valid)
    before = materialised(in_effect, at)
    after = materialised(in_effect, attrs.evolve(at, valid=pack.in_force))
    parts, later = parts_of(before), parts_of(after)

    settled = [key for key in parts if before.parts.span(key).has(pack.in_force)]
    assert not [key for key in settled if parts[key] != later[key]]
    assert all(after.parts.span(key).until == date.max for key in later)


@pytest.mark.parametrize(("floors", "stated"), [((1, 1), True), ((1, 2), True), ((1, 3), False)])
def test_a_board_s_floor_holds_for_its_group_and_the_highest_for_all(
    floors: tuple[int, int], stated: bool
) -> None:
    """A spell of each of two boards, in place after 400 days: one of each at risk, two in all."""
    packs = FRAMEWORKS
    for board, floor in zip(("here", "there"), floors, strict=True):
        horizons = Horizons(at_risk=floor)
        known: dict[str, Any] = {"title": board, "governs": (board,), "in_force": date(2001, 1, 1)}
        packs = packs.plus(Framework(name=board, open_kinds=True, horizons=horizons, **known))
    since, later = day("2018-01-01"), timedelta(days=400)
    history: list[Event[Any]] = []
    for ref in ("here/1", "there/2"):
        history += [issued(ref), embedded(since, ref), checked(since + later, ref=ref)]
    found = materialised(
        recorded(shown(history)), attrs.evolve(as_of(day("2019-12-31")), frameworks=packs)
    ).view()
    by_board = {row.group: row.survival is not None for row in found.groups if row.by == "board"}

    assert {"here": floors[0] == 1, "there": floors[1] == 1} == by_board
    assert (stated, 2) == (found.survival.survival is not None, found.lasting.begun)
