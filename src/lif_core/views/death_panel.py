"""Children's deaths as the panel that reviews them sees them: every count as it is, and each death
(framework §3.3).

It is for those alone who may know of each child, and is made for nobody else: a host grants the
role `child-death-panel`. The public reads `child-deaths`, in which small counts are hidden.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial, reduce
from typing import Any

from attrs import frozen
from msgspec import Struct

from lif_core.aggregates import review as r
from lif_core.decisions.record import Record
from lif_core.items.boards import boards_from
from lif_core.items.entries import entries_of
from lif_core.items.review import kind_of
from lif_core.projection.inconsistent import InconsistentRow
from lif_core.projection.projection import PROGRAM, Columns, Name, Part, Projection, Totals
from lif_core.projection.tables import Table, row

PANEL = "child-death-panel"
"""The role of those who may read it."""

# What it shows


@row(key=("review",))
class DeathRow(Struct, frozen=True, kw_only=True):
    """The review of one child's death; the name of the child is not in it.

    *standing* is `waiting`, `stopped`, `reviewed` (analysed by the panel) or `concluded`.
    *factors* are written `domain: factor: influence`.
    """

    review: str
    boards: tuple[str, ...]
    area: str
    died: date
    notified: date
    expected: bool
    standing: str
    analysed: date | None
    category: str | None
    modifiable: str | None
    factors: tuple[str, ...]
    findings: int
    referred: tuple[str, ...]


@row(key=("year", "category"))
class DeathCategoryRow(Struct, frozen=True, kw_only=True):
    """The *deaths* of a calendar year, by the category that their analysis gave them, and in how
    many the panel saw *modifiable* factors. An empty *category* is of those not analysed yet.
    """

    year: int
    category: str
    name: str
    deaths: int
    modifiable: int
    not_modifiable: int
    unknown: int


@row(key=("year", "domain", "factor", "influence"))
class DeathFactorRow(Struct, frozen=True, kw_only=True):
    """A *factor* of a domain with its influence: in how many *deaths* of a calendar year it was
    found, and in how many of these the panel saw *modifiable* factors.
    """

    year: int
    domain: str
    factor: str
    influence: str
    deaths: int
    modifiable: int


@frozen(kw_only=True)
class DeathPanel:
    """The view as of the day *valid*, by what was on record at the instant *known*; where that is
    `None`, by all entries.
    """

    valid: str
    known: str | None
    notified: int
    analysed: int
    modifiable: int
    deaths: Table[DeathRow]
    categories: Table[DeathCategoryRow]
    factors: Table[DeathFactorRow]
    inconsistent: Table[InconsistentRow]


# The parts

ANSWERS = {
    r.Modifiable.YES: "modifiable",
    r.Modifiable.NO: "not_modifiable",
    r.Modifiable.UNKNOWN: "unknown",
}


def add_death(entries: list[Record], part: Part) -> None:
    """Add a death, and count what its analysis says."""
    events: list[Any] = [entry.event for entry in entries]
    state = reduce(r.evolve, events, r.Review())
    begun, analysed = state.begun, state.analysed
    if not isinstance(begun, r.DeathNotified):
        return
    factors = [(each.domain, each.factor, each.influence) for each in _factors(analysed)]
    death = DeathRow(
        review=begun.review,
        boards=boards_from(begun.on, part, begun.boards),
        area=begun.area,
        died=begun.died,
        notified=begun.on,
        expected=begun.expected,
        standing=_standing(state),
        analysed=analysed.on if analysed else None,
        category=analysed.category if analysed else None,
        modifiable=analysed.modifiable.value if analysed else None,
        factors=tuple(": ".join(each) for each in factors),
        findings=len(state.findings),
        referred=tuple(state.referred),
    )
    part.row("deaths", death)
    code, year = (analysed.category if analysed else ""), begun.died.year
    names = {entry.code: entry.name for entry in kind_of(state, part).categories}
    columns = {"deaths": 1, **({ANSWERS[analysed.modifiable]: 1} if analysed else {})}
    part.counted("categories", year, code, names.get(code, code), columns=columns)
    seen = int(analysed is not None and analysed.modifiable is r.Modifiable.YES)
    for factor in dict.fromkeys(factors):
        part.counted("factors", year, *factor, columns={"deaths": 1, "modifiable": seen})
    part.counted(
        "all", columns={"notified": 1, "analysed": analysed is not None, "modifiable": seen}
    )


def _factors(analysed: r.DeathAnalysed | None) -> tuple[r.DeathFactor, ...]:
    return analysed.factors if analysed else ()


def _standing(state: r.Review) -> str:
    if state.analysed is None:
        return "waiting" if state.closed is None else "stopped"
    return "reviewed" if state.accepted is None else "concluded"


# The view


def total(everything: Totals) -> DeathPanel:
    figures = Counter({str(name): n for name, n in everything.columns("all").get((), {}).items()})
    return DeathPanel(
        **everything.times,
        notified=figures["notified"],
        analysed=figures["analysed"],
        modifiable=figures["modifiable"],
        deaths=everything.table("deaths"),
        categories=Table(partial(_category_rows, everything.columns("categories"))),
        factors=Table(partial(_factor_rows, everything.columns("factors"))),
    )


def _category_rows(counts: Mapping[Name, Columns]) -> Iterator[DeathCategoryRow]:
    for (year, code, name), columns in sorted(counts.items()):
        answers = {answer: columns.get(answer, 0) for answer in ANSWERS.values()}
        yield DeathCategoryRow(
            year=int(year), category=str(code), name=str(name), deaths=columns["deaths"], **answers
        )


def _factor_rows(counts: Mapping[Name, Columns]) -> Iterator[DeathFactorRow]:
    for (year, domain, factor, influence), columns in sorted(counts.items()):
        yield DeathFactorRow(
            year=int(year),
            domain=str(domain),
            factor=str(factor),
            influence=str(influence),
            deaths=columns["deaths"],
            modifiable=columns.get("modifiable", 0),
        )


death_panel = Projection(
    name="child-death-panel",
    view=DeathPanel,
    parts={entries_of("death in full", r.ReviewEvent): add_death},
    total=total,
    edition=PROGRAM,
    readers=PANEL,
)
