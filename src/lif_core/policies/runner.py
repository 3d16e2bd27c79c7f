"""Following the log: each policy page by page from where it was, until there is nothing new."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

import attrs

from lif_core.decisions.record import Record
from lif_core.decisions.standing import standing
from lif_core.errors import ConflictError, LifError, MalformedError, RefusedError
from lif_core.framework import Frameworks
from lif_core.log.mapper import LifMapper
from lif_core.log.recorder import Recorder, Tracking
from lif_core.log.requests import Request
from lif_core.log.streams import Streams, load_stream
from lif_core.policies.policy import (
    DayPolicy,
    Followed,
    Policy,
    Refusal,
    cause,
    reaction,
    request_of,
)
from lif_core.subscriptions.subscription import Delivery, Subscription, catch_up

if TYPE_CHECKING:
    from lif_core.views.accountability import Accountability

LONGEST = 10
"""Reactions in a row, each to the one before; the next is refused, so that no two go on for ever.
Also how often the policies of a day look again."""

Place: TypeAlias = int | str
"""The position of the entry that is reacted to, or the key of what a day asks for."""
Origin: TypeAlias = tuple[str, Place]
"""The name of a policy, and what it reacts to."""
Handle: TypeAlias = Callable[
    [Sequence[tuple[str, Request]], Tracking | None], Sequence[tuple[Record, ...] | LifError]
]


class Follower:
    """A run of following, and its result so far.

    `handle(requests, tracking)` decides each request on its own, which the policy of its name has
    entered, and records what they lead to and how far the follower has read in one transaction.
    `progress(step)` is told of each step once it is
    durable.
    """

    def __init__(
        self,
        recorder: Recorder,
        mapper: LifMapper,
        streams: Streams,
        frameworks: Frameworks,
        *,
        handle: Handle,
        now: Callable[[], datetime],
        progress: Callable[[Followed], object] | None = None,
    ) -> None:
        self._recorder = recorder
        self._mapper = mapper
        self._streams = streams
        self._frameworks = frameworks
        self._handle = handle
        self._now = now
        self._progress = progress
        self._read_to = -1
        self._read = 0
        self._records: list[Record] = []
        self._refused: list[Refusal] = []
        self._looked: set[Origin] = set()

    def follow(
        self,
        policies: Sequence[Policy],
        day_policies: Sequence[DayPolicy],
        *,
        on: date,
        page: int,
        view: Callable[[date], "Accountability"],
    ) -> Followed:
        """Follow until nothing is new, look as of the day *on*, and follow what that led to.

        Raises:
            MalformedError: two have the same name.
        """
        refuse_same_names(policies, day_policies)
        self._settle(policies, page)
        for _ in range(LONGEST if day_policies else 0):
            if not self._look(day_policies, view(on), on):
                break
            self._settle(policies, page)
        return Followed(
            read=self._read, records=tuple(self._records), refused=tuple(self._refused)
        )

    # Policies

    def _settle(self, policies: Sequence[Policy], page: int) -> None:
        """Follow until nothing is new: each policy is a subscription that notes in the transaction
        of its reactions how far it has read.
        """
        catch_up(
            [
                Subscription(
                    policy.name,
                    partial(self._follow, policy),
                    recorder=self._recorder,
                    mapper=self._mapper,
                    now=self._now,
                    term=timedelta(),
                    page=page,
                    tracked="",
                )
                for policy in policies
            ]
        )

    def _follow(self, policy: Policy, delivery: Delivery) -> None:
        """React to a page in one transaction."""
        after, records = delivery.after, delivery.records
        self._mapper.check_recognised(records)
        tracking = Tracking(name=policy.name, after=after, position=delivery.position)
        head = self._streams.sync().position
        reactions: list[tuple[Origin, Request]] = []
        refused: list[Refusal] = []
        for record in self._standing(records):
            try:
                requests = self._reaction(policy, record)
                if requests:
                    self._refuse_circle(policy, record)
            except (RefusedError, MalformedError) as error:
                refused.append(Refusal(policy.name, record.position, error))
            else:
                origin = (policy.name, record.position)
                reactions += [(origin, request) for request in requests]
        try:
            outcomes = self._handle([(policy.name, each) for _, each in reactions], tracking)
        except ConflictError:
            if self._recorder.tracked(policy.name) == after:
                raise
            return  # another follower was first, with all of it
        origins = (origin for origin, _ in reactions)
        self._tell(zip(origins, outcomes, strict=True), refused, head=head, read=records)

    def _reaction(self, policy: Policy, record: Record) -> list[Request]:
        """Return what *policy* asks because of *record*, about those whom that is about."""
        requests = reaction(policy, record, self._frameworks)
        encryption = self._mapper.encryption
        if encryption is None:
            return requests
        keys = record.about or (encryption.key_of_stream(record.stream),)
        return [attrs.evolve(each, about_keys=keys) for each in requests]

    def _standing(self, records: Iterable[Record]) -> Iterator[Record]:
        """Yield those of *records* that stand, as they stand now; no corrections."""
        standing: dict[str, Mapping[int, Record] | None] = {}
        for record in records:
            stream = record.stream
            if stream not in standing:
                standing[stream] = self._corrected(stream)
            stands = standing[stream]
            current = record if stands is None else stands.get(record.stream_position)
            if current is not None:
                yield current

    def _corrected(self, stream: str) -> Mapping[int, Record] | None:
        """Return what stands of a stream with corrections; `None` where it has none."""
        loaded = self._streams.load(stream)
        if loaded.standing is loaded.recorded:
            return None
        records = load_stream(self._recorder, self._mapper, stream)
        stands = standing(records, self._streams.decider(stream)).records
        return {record.stream_position: record for record in stands}

    def _refuse_circle(self, policy: Policy, record: Record) -> None:
        position, reactions = record.position, 0
        before = cause(record)
        while before is not None:
            reactions += 1
            if reactions == LONGEST:
                raise RefusedError("policy.chain-too-long", policy=policy.name, position=position)
            (row,) = self._recorder.rows(after=before - 1, limit=1)
            before = cause(self._mapper.to_record(row))

    # Policies of a day

    def _look(self, policies: Iterable[DayPolicy], view: "Accountability", on: date) -> bool:
        """Ask what *policies* yield, and was not asked before; return whether it made records."""
        head = self._streams.sync().position
        requests: list[tuple[Origin, Request]] = []
        refused: list[Refusal] = []
        for policy in policies:
            try:
                for key, command in policy.look(view, self._frameworks, on):
                    request = request_of(policy, key, command, on)
                    if self._is_new(policy.name, key):
                        requests.append(((policy.name, key), request))
            except (RefusedError, MalformedError) as error:
                if self._is_new(policy.name, ""):
                    refused.append(Refusal(policy.name, "", error))
        new = [
            (origin, request)
            for origin, request in requests
            if self._recorder.handled(request.command_id or "") is None
        ]
        if not new and not refused:
            return False
        outcomes = self._handle([(name, request) for (name, _), request in new], None)
        own_outcomes = [
            (origin, outcome)
            for (origin, _), outcome in zip(new, outcomes, strict=True)
            if not _done_by_another(outcome)
        ]
        return self._tell(own_outcomes, refused, head=head)

    def _is_new(self, name: str, key: str) -> bool:
        """Return whether this run has not told it yet: what was refused is told once."""
        if (name, key) in self._looked:
            return False
        self._looked.add((name, key))
        return True

    # What it has come to

    def _tell(
        self,
        outcomes: Iterable[tuple[Origin, tuple[Record, ...] | LifError]],
        refused: list[Refusal],
        *,
        head: int,
        read: Sequence[Record] = (),
    ) -> bool:
        """Add a step, and tell it; return whether it made records: those past *head*."""
        records: list[Record] = []
        for (name, place), outcome in outcomes:
            if isinstance(outcome, LifError):
                refused.append(Refusal(name, place, outcome))
            else:
                records += [record for record in outcome if record.position > head]
        count = sum(record.position > self._read_to for record in read)
        self._read_to = max([self._read_to, *(record.position for record in read)])
        self._read += count
        self._records += records
        self._refused += refused
        if self._progress is not None:
            step = Followed(read=count, records=tuple(records), refused=tuple(refused))
            self._progress(step)
        return bool(records)


def refuse_same_names(policies: Iterable[Policy], day_policies: Iterable[DayPolicy]) -> None:
    """Raise `MalformedError` where two policies have one name."""
    names = Counter([policy.name for policy in policies])
    names.update(policy.name for policy in day_policies)
    if twice := [name for name, count in names.items() if count > 1]:
        raise MalformedError("name", f"of two policies: {', '.join(twice)}")


def _done_by_another(outcome: object) -> bool:
    """Return whether another process looked on another day, and was first: it is done."""
    return isinstance(outcome, RefusedError) and outcome.rule == "record.command-id-reused"
