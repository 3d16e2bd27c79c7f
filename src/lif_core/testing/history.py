"""Whole histories that the rules let through: boards that decide, correct, merge and migrate."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from attrs import frozen
from hypothesis import strategies as st

from lif_core.commands.application import Application
from lif_core.decisions.messages import fields_of
from lif_core.decisions.record import Record
from lif_core.log.mapper import LifMapper
from lif_core.log.memory import MemoryRecorder
from lif_core.log.recorder import Recorder
from lif_core.queries.readership import EVERY_STREAM, PERSONAL_TEXTS, Readership, Roles
from lif_core.testing.catalogue import NUMBERED, Catalogue, LifeStep, shipped
from lif_core.testing.chronicle import Chronicle, Episode, FieldChange, Turn, Twist
from lif_core.testing.prerequisites import Prerequisites
from lif_core.testing.strategies import World, of_type
from lif_core.values.fields import types_of
from lif_core.values.refs import category_of, ref_of

EVERYTHING = Roles(("child-death-panel", EVERY_STREAM, PERSONAL_TEXTS))
START = datetime(2017, 6, 1, 9, tzinfo=UTC)
SPACING = 37  # days from the start of what has one number to that of the next
sometimes = st.sampled_from((False,) * 7 + (True,))
RARELY = 80  # of so many decisions, one is left out
left_out = st.integers(0, RARELY)
NUMBERS = (0, 0, 0, 1)
"""The numbers under which lives are lived: mostly one, so that they meet each other."""
WIDTH, SHOWN = 160, 60
EPISODES = 15
"""So many episodes make a history of about thirty entries."""
TWISTS = (
    *(Twist.LATE, Twist.LATE, Twist.AGAIN, Twist.CHANGED, Twist.VOIDED, Twist.AMENDED),
    *(Twist.AMENDED, Twist.MERGED),
)
MANY = 3  # twists of an episode, at most
SHIFTS = tuple(timedelta(days=days) for days in (1, -1, 5, -5, 20, -20, 60, -60, 400))
CORRECTING = (Twist.VOIDED, Twist.AMENDED)
LATER = st.sampled_from((0, 1, 7, 30, 90, 400))
FURTHEST = 30  # decisions before the last one of an episode, of which one has a twist


@frozen(repr=False)
class GeneratedHistory:
    """A history that the rules let through.

    *records* are its log, in the order of recording. *application* has decided them, in memory;
    its clock stands where the history ends. *asked* is how many decisions were tried, *refused*
    how often by each rule.
    """

    records: tuple[Record, ...]
    application: Application
    asked: int
    refused: Mapping[str, int]

    @property
    def ends(self) -> date:
        """The day on which the history ends."""
        return self.application.clock().date()

    def write(self, recorder: Recorder) -> None:
        """Record the history, as it is, by the *recorder* of another store, which is empty."""
        append(recorder, self.application.mapper, self.records)

    def on(self, recorder: Recorder) -> Application:
        """Open an application on the store of *recorder*, with the rules and clock of this one."""
        application = self.application
        return Application(
            recorder,
            clock=application.clock,
            frameworks=application.frameworks,
            mapper=LifMapper(application.mapper.registry),
            readership=application.readership,
        )

    def __repr__(self) -> str:
        lines = [_line(record) for record in self.records[:SHOWN]]
        more = [f"  and {len(self.records) - SHOWN} more"] if len(self.records) > SHOWN else []
        return "\n".join((f"History of {len(self.records)} entries:", *lines, *more))


def append(recorder: Recorder, mapper: LifMapper, records: Sequence[Record]) -> None:
    """Append *records* to a log, as they are: no rule is asked."""
    if records:
        recorder.append(lambda _: [mapper.to_stored_event(record) for record in records])


def _line(record: Record) -> str:
    """Return the line that shows *record*: its days, its stream, who decided and what."""
    event = record.event
    cls: Any = type(event)
    names = [name for name in fields_of(cls).names if name not in ("by", "on")]
    values = ", ".join(f"{name}={getattr(event, name)!r}" for name in names)
    recorded = "" if record.recorded_at.date() == event.on else f" (on {event.on})"
    heading = f"  {record.recorded_at:%Y-%m-%d}{recorded} {record.stream} {type(event).__name__}"
    return f"{heading} by {event.by.body}: {values}"[:WIDTH]


def histories(
    catalogue: Catalogue | None = None,
    *,
    episodes: int = EPISODES,
    readership: Readership = EVERYTHING,
) -> st.SearchStrategy[GeneratedHistory]:
    """Return histories of boards: entries of all aggregates, back-dated, amended and voided, of
    bodies that were merged, migrated from older registers, and recorded by clocks that were wrong.

    Args:
        catalogue: the lives they are made of; by default all that `lif` ships.
        episodes: how many decisions of it they lead to, at most; `15` comes to about 30 entries.
        readership: who reads the application of the history; by default whoever may read all.
    """
    catalogue = catalogue or shipped()
    lived = episodes_of(catalogue)  # compiles here, rather than in the first draw
    return _histories(catalogue, st.lists(lived, max_size=episodes), readership)


def begun(catalogue: Catalogue, readership: Readership = EVERYTHING) -> Chronicle:
    """Return a chronicle of the *catalogue* in memory, of which nothing is on record."""
    chronicle = Chronicle(catalogue, now=START)
    chronicle.application = Application(
        MemoryRecorder(),
        clock=chronicle.clock,
        frameworks=catalogue.frameworks,
        mapper=LifMapper(catalogue.registry),
        readership=readership,
    )
    chronicle.later = {number: timedelta(days=SPACING * number) for number in NUMBERS}
    return chronicle


@st.composite
def _histories(
    draw: st.DrawFn,
    catalogue: Catalogue,
    episodes: st.SearchStrategy[list[Episode]],
    readership: Readership,
) -> GeneratedHistory:
    chronicle = begun(catalogue, readership)
    lived = draw(episodes)
    # one choice for each decision, after all others: so that few decisions are simpler than many
    lived = [
        Episode(each.number, tuple(turn for turn in each.turns if draw(left_out) < RARELY))
        for each in lived
    ]
    migrated = draw(st.integers(0, len(lived))) if draw(sometimes) else 0
    chronicle.live(*lived[:migrated], migrated=True)
    chronicle.live(*lived[migrated:])
    if chronicle.log and draw(sometimes):
        first = draw(st.integers(1, len(chronicle.log)))
        last = draw(st.integers(first, len(chronicle.log)))
        chronicle.correct_clock(first, last, draw(st.sampled_from(SHIFTS)) / 24)
    return history_of(chronicle)


def history_of(chronicle: Chronicle) -> GeneratedHistory:
    """Return the history that a *chronicle* has come to."""
    application, ended = chronicle.application, chronicle.now + timedelta(days=1)
    application.clock = lambda: ended
    return GeneratedHistory(
        records=tuple(application.history()),
        application=application,
        asked=len(chronicle.asked) + chronicle.refused.total(),
        refused=dict(chronicle.refused),
    )


@cache
def everything(catalogue: Catalogue | None = None) -> GeneratedHistory:
    """Return the one history in which all of the *catalogue* is decided once."""
    catalogue = catalogue or shipped()
    chronicle = begun(catalogue)
    chronicle.live(Episode(0, tuple(map(Turn, catalogue.steps))))
    return history_of(chronicle)


@cache
def episodes_of(catalogue: Catalogue, corrected: bool = True) -> st.SearchStrategy[Episode]:
    """Return episodes: what leads to any decision of the *catalogue*, with a twist here and there.

    Any command is as likely as any other to be the last. Unless *corrected*, no entry is.
    """
    twists = st.sampled_from([each for each in TWISTS if corrected or each not in CORRECTING])
    prerequisites = Prerequisites(catalogue)
    ways = st.sampled_from((prerequisites.few_of, prerequisites.few_of, prerequisites.all_of))
    easiest = {
        name: len(prerequisites.few_of(steps[0])) for name, steps in catalogue.by_name.items()
    }
    steps = {name: st.sampled_from(steps) for name, steps in catalogue.by_name.items()}
    names = st.sampled_from(sorted(easiest, key=lambda name: (easiest[name], name)))
    openings = {life[0] for life in catalogue.by_stream.values()}
    places = st.lists(st.integers(0, FURTHEST), max_size=MANY, unique=True)
    numbers = st.sampled_from(NUMBERS)

    @st.composite
    def episode(draw: st.DrawFn) -> Episode:
        step = draw(steps[draw(names)])
        way = draw(ways)(step)
        number = draw(numbers)
        turns = list(map(Turn, way))
        for place in draw(places):  # few choices, in any way of any length: so that it shrinks
            at = -1 - place % len(turns)
            twist = draw(twists)
            turns[at] = _twisted(draw, catalogue, turns[at].step, twist, way[at] in openings)
        return Episode(number, tuple(turns))

    return episode()


def _twisted(
    draw: st.DrawFn, catalogue: Catalogue, step: LifeStep, twist: Twist, opens: bool
) -> Turn:
    """Return a turn of *step* with a *twist*; without what *opens* it a stream has no life."""
    days = draw(LATER)
    change, into = None, ""
    cls: Any = type(step.command)
    if twist in (Twist.CHANGED, Twist.AMENDED):
        change = draw(changes(catalogue, cls))
    if twist is Twist.MERGED:
        into = draw(st.sampled_from(world(catalogue).bodies))
    if opens and twist in (Twist.CHANGED, Twist.LATE):
        return Turn(step)
    return Turn(step, twist, days, change, into)


@cache
def changes(catalogue: Catalogue, cls: Any) -> st.SearchStrategy[FieldChange]:
    """Return changes of any one field of a command of the class *cls*, but of what it is about."""
    decider = catalogue.registry.kinds[cls].decider
    subject = decider.subject if decider else "stream"
    strategies = [
        st.builds(FieldChange, st.just(name), _otherwise(kind, world(catalogue)))
        for name, kind in types_of(cls).items()
        if name not in ("by", subject)
    ]
    return st.one_of(strategies)


def _otherwise(kind: Any, world: World) -> st.SearchStrategy[Any]:
    parts = set(get_args(kind)) - {NoneType, ...} if get_origin(kind) else {kind}
    if parts == {date}:
        shifts = st.sampled_from(SHIFTS)
        optional = get_origin(kind) in (Union, UnionType)
        return st.none() | shifts if optional else shifts
    return of_type(kind, world)


@cache
def world(catalogue: Catalogue) -> World:
    """Return the names that the commands of a *catalogue* are about."""
    streams = [
        stream.replace(NUMBERED, f"-{number}")
        for stream in catalogue.by_stream
        for number in (0, 1)
    ]
    refs: dict[str, list[str]] = {}
    for stream in dict.fromkeys(streams):
        refs.setdefault(category_of(stream), []).append(ref_of(stream))
    bodies = [body.ref for pack in catalogue.frameworks.packs for body in pack.bodies]
    named = list(dict.fromkeys((*bodies, *refs.pop("body", ()))))
    return World(
        bodies=named or World().bodies,
        of_category=refs,
        streams=tuple(dict.fromkeys(streams)) or World().streams,
        registry=catalogue.registry,
    )
