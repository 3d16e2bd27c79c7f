"""How learning is passed on, how far it reached, and what was never shared (framework §1.1, §4).

A review counts as shared where a dissemination names it as what is learnt from, or names one of
its recommendations. Reviews of children's deaths are in no table: what is shared of them is a
pattern, never a case.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import partial, reduce
from typing import Any

from attrs import frozen
from msgspec import Struct

from lif_core.aggregates import dissemination as d
from lif_core.aggregates import review as v
from lif_core.aggregates.recommendation import RecommendationIssued
from lif_core.decisions.record import Record
from lif_core.items.boards import boards_from
from lif_core.items.entries import entries_of, of_kind
from lif_core.items.issue import issue_item
from lif_core.items.review import OutcomeEvent, is_death_review, kind_of
from lif_core.items.state import state_fold
from lif_core.items.title import TITLES, say_title, title_item, titles_of
from lif_core.projection.inconsistent import InconsistentRow
from lif_core.projection.projection import PROGRAM, Columns, Item, Name, Part, Projection, Totals
from lif_core.projection.tables import Table, row
from lif_core.values.fields import PersonalText
from lif_core.values.refs import namespace_of

# What it shows


@row(key=("dissemination",))
class DisseminationRow(Struct, frozen=True, kw_only=True):
    """Learning that a body passed on by a channel.

    *learning* are the titles of the streams that it is *learning_from*. *reached* adds up the
    latest count of each audience, and is `None` where nobody counted. It was *put_to* so many
    bodies, of which so many have *taken_up* what it says.
    """

    dissemination: str
    title: PersonalText
    channel: str
    by: str
    on: date
    learning_from: tuple[str, ...]
    learning: tuple[PersonalText, ...]
    audiences: tuple[str, ...]
    reached: int | None
    put_to: int
    taken_up: int


@row(key=("dissemination", "audience"))
class AudienceRow(Struct, frozen=True, kw_only=True):
    """An audience, and how many people of it were *reached* by the latest count."""

    dissemination: str
    audience: str
    reached: int | None
    counted: date | None


@row(key=("dissemination", "body"))
class TakeUpRow(Struct, frozen=True, kw_only=True):
    """A body that learning was put to, and what it said that it *will_do* with it."""

    dissemination: str
    body: str
    taken_up: date | None
    will_do: PersonalText | None


@row(key=("channel",))
class ChannelRow(Struct, frozen=True, kw_only=True):
    """A channel of the frameworks in force: how *often* it was used, and how many it *reached*."""

    channel: str
    name: str
    often: int
    reached: int


@row(key=("review",))
class SharedReviewRow(Struct, frozen=True, kw_only=True):
    """A review that was *concluded*: its report was accepted.

    It was *shared* for the first time on that day, and *often* since. One that never was has been
    *waiting* for so many days.
    """

    review: str
    title: PersonalText
    kind: str
    boards: tuple[str, ...]
    concluded: date
    shared: date | None
    often: int
    waiting: int | None


@row(key=("review", "finding"))
class GoodPracticeRow(Struct, frozen=True, kw_only=True):
    """Good practice that a review has *recorded*, and the disseminations that shared it.

    Where none did, it has been *waiting* for so many days.
    """

    review: str
    finding: str
    practice: PersonalText
    recorded: date
    shared: date | None
    disseminations: tuple[str, ...]
    waiting: int | None


@frozen(kw_only=True)
class Disseminations:
    """The view as of the day *valid*, by what was on record at the instant *known*; where that is
    `None`, by all entries.

    *never_shared*: how many concluded reviews, and how much good practice, nobody has shared.
    """

    valid: str
    known: str | None
    reviews_never_shared: int
    practice_never_shared: int
    disseminations: Table[DisseminationRow]
    audiences: Table[AudienceRow]
    bodies: Table[TakeUpRow]
    channels: Table[ChannelRow]
    reviews: Table[SharedReviewRow]
    practice: Table[GoodPracticeRow]
    inconsistent: Table[InconsistentRow]


# The parts

SHARED = "shared"
"""The topic on which a dissemination says that it shares a stream, to that stream."""


class Sharing(Struct, frozen=True, order=True):
    """The *dissemination* that shares a stream, *on* that day."""

    on: date
    dissemination: str


learning_item = Item("learning", d.DisseminationEvent, state_fold(d.evolve))


def add_dissemination(state: d.Dissemination, part: Part) -> None:
    """Add a dissemination, and tell the streams that it shares."""
    begun = state.begun
    if begun is None:
        return
    counted = {audience: state.reached.get(audience) for audience in begun.audiences}
    counts = [event.reached for event in counted.values() if event]
    dissemination = DisseminationRow(
        dissemination=begun.dissemination,
        title=begun.title,
        channel=begun.channel,
        by=begun.by.body,
        on=begun.on,
        learning_from=begun.learning_from,
        learning=titles_of(begun.learning_from, part),
        audiences=begun.audiences,
        reached=sum(counts) if counts else None,
        put_to=len(begun.bodies),
        taken_up=sum(body in state.taken_up for body in begun.bodies),
    )
    part.row("disseminations", dissemination)
    part.count("channels", namespace_of(part.ref), begun.channel, "often")
    part.count("channels", namespace_of(part.ref), begun.channel, "reached", number=sum(counts))
    for audience, event in counted.items():
        audience_row = AudienceRow(
            dissemination=begun.dissemination,
            audience=audience,
            reached=event.reached if event else None,
            counted=event.on if event else None,
        )
        part.row("audiences", audience_row)
    for body in begun.bodies:
        answer = state.taken_up.get(body)
        take_up = TakeUpRow(
            dissemination=begun.dissemination,
            body=body,
            taken_up=answer.on if answer else None,
            will_do=answer.will_do if answer else None,
        )
        part.row("bodies", take_up)
    for stream in begun.learning_from:
        part.say(SHARED, stream, Sharing(begun.on, begun.dissemination))


def pass_on_sharing(event: RecommendationIssued, part: Part) -> None:
    """Tell the source of a recommendation what shares the recommendation.

    One that is its own source, which no decision leads to, tells itself nothing.
    """
    for sharing in part.ask(SHARED, part.key) if event.source != part.key else ():
        part.say(SHARED, event.source, sharing)


SharedEvent = OutcomeEvent | v.FindingRecorded | v.FindingShared


def add_review(entries: list[Record], part: Part) -> None:
    """Add a review that was concluded, and the good practice that it found."""
    events: list[Any] = [entry.event for entry in entries]
    state = reduce(v.evolve, events, v.Review())
    begun = state.begun
    part.count("namespaces", namespace_of(part.ref))
    if begun is None or isinstance(begun, v.DeathNotified):
        return
    kind = kind_of(state, part)
    if is_death_review(state, kind):
        return
    shared: dict[str, list[v.FindingShared]] = {}
    for event in of_kind(entries, v.FindingShared):
        shared.setdefault(event.finding, []).append(event)
    for finding in state.findings.values():
        if finding.factor is v.Factor.GOOD_PRACTICE:
            _add_practice(finding, shared.get(finding.finding, []), part)
    if state.accepted is None:
        return
    sharings = set(part.ask(SHARED, part.key))
    part.count("never shared", "reviews", number=not sharings)
    review = SharedReviewRow(
        review=begun.review,
        title=begun.title if isinstance(begun, v.ReviewOpened) else begun.subject,
        kind=kind.name,
        boards=boards_from(begun.on, part, begun.boards),
        concluded=state.accepted.on,
        shared=min(sharings).on if sharings else None,
        often=len(sharings),
        waiting=None if sharings else part.days_since(state.accepted.on),
    )
    part.row("reviews", review)


def _add_practice(finding: v.FindingRecorded, shared: list[v.FindingShared], part: Part) -> None:
    part.count("never shared", "practice", number=not shared)
    practice = GoodPracticeRow(
        review=finding.review,
        finding=finding.finding,
        practice=finding.what,
        recorded=finding.on,
        shared=min(event.on for event in shared) if shared else None,
        disseminations=tuple(dict.fromkeys(event.dissemination for event in shared)),
        waiting=None if shared else part.days_since(finding.on),
    )
    part.row("practice", practice)


# The view


def total(everything: Totals) -> Disseminations:
    never, table = everything.columns("never shared").get((), {}), everything.table
    used = everything.columns("channels")
    return Disseminations(
        **everything.times,
        reviews_never_shared=never.get("reviews", 0),
        practice_never_shared=never.get("practice", 0),
        disseminations=table("disseminations"),
        audiences=table("audiences"),
        bodies=table("bodies"),
        channels=Table(partial(_channel_rows, used, _channel_names(everything, used))),
        reviews=table("reviews"),
        practice=table("practice"),
    )


def _channel_names(everything: Totals, used: Iterable[Name]) -> dict[str, str]:
    """Return the channels of the packs in force for the boards on record, and those *used*."""
    as_of, reviewed = everything.as_of, everything.columns("namespaces").get((), {})
    namespaces = {str(namespace) for namespace, _ in used} | {*map(str, reviewed)}
    packs = [as_of.packs.governing(namespace, as_of.valid) for namespace in sorted(namespaces)]
    names = {channel.code: channel.name for pack in packs for channel in pack.channels}
    return {str(channel): str(channel) for _, channel in sorted(used)} | names


def _channel_rows(used: Mapping[Name, Columns], names: Mapping[str, str]) -> Iterator[ChannelRow]:
    for channel, name in sorted(names.items()):
        columns = [each for (_, code), each in used.items() if code == channel]
        yield ChannelRow(
            channel=channel,
            name=name,
            often=sum(each.get("often", 0) for each in columns),
            reached=sum(each.get("reached", 0) for each in columns),
        )


dissemination = Projection(
    name="dissemination",
    view=Disseminations,
    parts={
        title_item: say_title,
        learning_item: add_dissemination,
        issue_item: pass_on_sharing,
        entries_of("review as shared", SharedEvent): add_review,
    },
    says={TITLES: str, SHARED: Sharing},
    identity=(TITLES,),
    total=total,
    edition=PROGRAM,
)
