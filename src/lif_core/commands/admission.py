"""The rules that every command is held against first: references and rights."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any

import attrs
from attrs import define, field, frozen

from lif_core.aggregates import body
from lif_core.aggregates.succession import Passage, Succession
from lif_core.decisions.decider import Setting
from lif_core.decisions.messages import Command, Event, decided_by
from lif_core.decisions.standing import standing
from lif_core.errors import RefusedError
from lif_core.framework import Framework, Frameworks, Right
from lif_core.log.entries import Entries
from lif_core.log.kind import MessageKind, Reference
from lif_core.log.streams import Loaded, as_records
from lif_core.values.authority import Deliberation
from lif_core.values.refs import category_of, namespace_of, stream_of

KEPT = 10_000
EARLIEST = date(1900, 1, 1)
"""No day in a decision is earlier: it would be a slip of the pen."""
CENTURY = 100
"""No day in a decision is so many years after the decision itself."""


@define(eq=False)
class InForce:
    """The pack that is in force for a board, on some days; with who was found *entitled* by it."""

    framework: Framework
    entitled: set[tuple[object, ...]] = field(factory=set)


class Verdicts:
    """Verdicts about bodies alone, which hold for as long as no body's stream moves.

    *rests_on* are the streams that were read for it.
    """

    __slots__ = ("days", "earliest", "in_force", "named", "packs", "passages", "rests_on")

    def __init__(self) -> None:
        self.rests_on: set[str] = set()
        self.named: set[str] = set()  # the streams of bodies that a pack names
        self.earliest: dict[str, date] = {}  # day on which anything takes effect, by namespace
        self.days: dict[tuple[str, date], InForce] = {}
        self.in_force: dict[tuple[str, str], InForce] = {}  # by namespace, and name of the pack
        self.packs: dict[str, Framework] = {}  # that were found governing anything, by name
        self.passages: dict[str, Passage | None] = {}

    @property
    def know_a_merger(self) -> bool:
        """Return whether a body that was looked at was merged: most then depends on the day."""
        return any(self.passages.values())


def _limit(cache: set[Any] | dict[Any, Any]) -> None:
    """Empty a *cache* that has grown too large."""
    if len(cache) > KEPT:
        cache.clear()


class Admission:
    """The checks of one batch: what holds for all commands that are alike is found out once.

    `load(stream)` is a stream as the batch has it by now. After a change to who holds what, or to
    what is on record, `forget` makes the checks look again.
    """

    def __init__(
        self,
        load: Callable[[str], Loaded],
        frameworks: Frameworks,
        verdicts: Verdicts,
        kinds: Mapping[type, MessageKind],
        stamped: Callable[[int], datetime | None],
        position: Callable[[str, int], int],
    ) -> None:
        self._stamped = stamped
        self._position = position
        self._load = load
        self._kinds = kinds
        self._frameworks = frameworks
        self._verdicts = verdicts
        self._on_record: dict[str, date] = {}  # since when, by stream
        self._settings: dict[tuple[InForce, date], Setting] = {}
        self._succession = Succession(self._passage)

    def forget(self) -> None:
        """Forget what was found out about streams; what is kept for other batches stays."""
        packs = self._verdicts.packs
        self._verdicts = Verdicts()
        self._verdicts.packs = packs
        self._on_record = {}

    # Packs

    @property
    def packs(self) -> Mapping[str, Framework]:
        """The packs that were asked anything, by name."""
        return self._verdicts.packs

    def decided_by(self, namespace: str, begun: date, on: date) -> tuple[Framework, ...]:
        """Return the packs by which is decided on the day *on* in a stream that had *begun* then.

        What began it says its rules; who may decide may be said by another, and the general one
        fills what both leave open.
        """
        rules, rights = self._in_force(namespace, begun), self._binding(namespace, begun, on)
        return (self._frameworks.general, rules.framework, rights.framework)

    def _binding(self, namespace: str, begun: date, on: date) -> InForce:
        """Return the pack by whose rights is decided on the day *on* in what had *begun* before,
        as `Frameworks.binding` does.
        """
        before = self._in_force(namespace, begun)
        if begun == on or before.framework.until <= on < before.framework.transition:
            return before
        return self._in_force(namespace, on)

    # References

    def refuse_unresolved(self, kind: MessageKind, message: Command | Event[Any]) -> None:
        """Refuse a *message* that names a stream which is not on record."""
        named, on_record, on, by = self._verdicts.named, self._on_record, message.on, message.by
        deciding = "body-" + by.body
        if deciding not in named and deciding not in on_record:
            self._look_for(deciding, kind.deciding, kind, message)
        for reference in kind.others_required:
            category = reference.category
            for value in reference.values(message):
                stream = category + value
                if stream in named:
                    continue
                if stream not in on_record:
                    self._look_for(stream, reference, kind, message)
                if reference.rests and stream in on_record and on < on_record[stream]:
                    self._refuse_not_begun(stream, reference, on)
        if by.deliberation is not None:
            self._refuse_unresolved_deliberation(by.deliberation, kind, message)

    def _refuse_unresolved_deliberation(
        self, deliberation: Deliberation, kind: MessageKind, message: Command | Event[Any]
    ) -> None:
        """Refuse a meeting that the deciding body did not hold by then, and dissent of bodies that
        are not on record.
        """
        for reference in kind.deliberated:
            for value in reference.values(message):
                self._look_for(reference.category + value, reference, kind, message)
        meeting, by, on = deliberation.meeting, message.by.body, message.on
        if meeting is None:
            return
        recorded = self._body(by).meetings.get(meeting)
        if recorded is None:
            raise RefusedError("deliberation.unknown-meeting", body=by, meeting=meeting)
        if on < recorded.on:
            raise RefusedError("deliberation.before-the-meeting", on=on, meeting=recorded.on)

    def _look_for(
        self, stream: str, reference: Reference, kind: MessageKind, message: Command | Event[Any]
    ) -> None:
        if reference.own and stream == kind.stream(message):
            return
        category, _, ref = stream.partition("-")
        if category == "body" and self._is_named(ref):
            _limit(self._verdicts.named)
            self._verdicts.named.add(stream)
        elif (opening := self._load(stream).opening) is not None:
            self._on_record[stream] = opening
        else:
            raise RefusedError("reference.unknown", field=reference.path, stream=stream)

    def _refuse_not_begun(self, stream: str, reference: Reference, on: date) -> None:
        """Refuse what would take effect before what it rests on began, but for a body."""
        if category_of(stream) != "body":
            began = self._on_record[stream]
            raise RefusedError(
                "reference.not-begun", field=reference.path, stream=stream, on=on, began=began
            )

    # Dates

    def refuse_implausible(
        self, kind: MessageKind, message: Command | Event[Any], namespace: str
    ) -> None:
        """Refuse a day that can only be a slip: before any record, or a century ahead."""
        on = message.on
        earliest = self._verdicts.earliest.get(namespace) or self._earliest_of(namespace)
        if on < earliest:
            raise RefusedError("record.implausible-date", field="on", day=on, earliest=earliest)
        if not kind.days:
            return
        latest = on.year + CENTURY
        for days in kind.days:
            if days.value is not None:
                day = days.value(message)
                if day is None or (day >= EARLIEST and day.year <= latest):
                    continue
            for day in days.values(message):
                if day < EARLIEST or day.year > latest:
                    raise RefusedError("record.implausible-date", field=days.path, day=day, on=on)

    def _earliest_of(self, namespace: str) -> date:
        """Return the first day on which a decision may take effect, by the packs of the board."""
        packs = self._frameworks.of(namespace)
        earliest = max([EARLIEST, *(pack.earliest for pack in packs)])
        _limit(self._verdicts.earliest)
        self._verdicts.earliest[namespace] = earliest
        return earliest

    # Rights

    def refuse_unentitled(
        self, command: Command | Event[Any], namespace: str, loaded: Loaded
    ) -> None:
        """Refuse a body that has no right to decide this where the board is *namespace*.

        An event stands for the command that asks for it, as in an amendment.
        """
        by, on = command.by, command.on
        binding = self._binding(namespace, loaded.opening or on, on)
        kind = getattr(command if loaded.state is None else loaded.state, "kind", None)
        alike, entitled = (type(command), kind, by.body, by.role), binding.entitled
        if alike in entitled or (*alike, on) in entitled:
            return
        if self._is_entitled(command, namespace, loaded, binding.framework, kind):
            # Only after mergers does it matter on which day of the framework this is.
            _limit(entitled)
            entitled.add((*alike, on) if self._verdicts.know_a_merger else alike)

    def _is_entitled(
        self,
        command: Command | Event[Any],
        namespace: str,
        loaded: Loaded,
        framework: Framework,
        kind: str | None,
    ) -> bool:
        """Return whether the body has the right in any stream of the board, or in this alone."""
        self.refuse_merged(command)
        cls: Any = type(command)
        name: str = decided_by(cls).__name__
        right = self._frameworks.right(framework, name, kind)
        claim = _Claim(right, command.by.body, namespace, framework, self.holder(command.on))
        everywhere = self._entitles(claim, self._boards(claim))
        if not everywhere and not self._entitles_here(claim, command, loaded):
            raise RefusedError(
                "authority.not-entitled",
                command=name,
                body=claim.ref,
                entitled=(*right.kinds, *right.bodies),
                boards=() if right.any_board else tuple(sorted(self._first_boards(claim))),
            )
        if right.roles and command.by.role not in right.roles:
            raise RefusedError(
                "authority.not-in-role",
                command=name,
                role=command.by.role,
                entitled=right.roles,
            )
        return everywhere

    def refuse_merged(self, command: Command | Event[Any]) -> None:
        """Refuse a body that was merged into another, was split or has ended by that day."""
        ref = command.by.body
        if (successor := self._succession.holder(ref, command.on)) != ref:
            passage = self._passage(ref)
            if passage is not None and not passage.whole:
                raise RefusedError("authority.no-more", body=ref, on=passage.on)
            raise RefusedError("authority.merged", body=ref, into=successor)

    def _boards(self, claim: "_Claim") -> set[str]:
        """Return the boards of the namespace, by their own namespaces, and their successors."""
        boards = self._first_boards(claim)
        return boards | {namespace_of(claim.holder(board)) for board in boards}

    def _first_boards(self, claim: "_Claim") -> set[str]:
        """Return the boards of the namespace, whatever became of them since: a refusal names
        these, as one board may not know what became of another.

        A namespace that has no board of its own, and that the pack governs, is joint: its boards
        are all that the pack governs.
        """
        namespace, governs = claim.namespace, claim.framework.governs
        joint = namespace in governs and self.kind(namespace) is None
        return set(governs) if joint else {namespace}

    def _serves(self, claim: "_Claim", ref: str) -> set[str]:
        """Return the boards, by their namespaces, whose body *ref* is.

        Its pack says which it serves; otherwise they are those of its own namespace.
        """
        entry, namespace = self._frameworks.body(ref), namespace_of(ref)
        if entry is not None and entry.boards:
            return {namespace, *entry.boards}
        return {namespace, *self._boards(attrs.evolve(claim, namespace=namespace))}

    def _entitles(self, claim: "_Claim", boards: set[str]) -> bool:
        """Return whether the body has the right in streams of these *boards*.

        What a body of the pack had a right to, the body it was merged into has: as that body, not
        as what it is itself.
        """
        ref, holder = claim.ref, claim.holder
        if self._entitles_as(claim, ref, boards):
            return True
        named = (body.ref for body in claim.framework.bodies)
        merged = (body for body in named if body != ref and holder(body) == ref)
        return any(self._entitles_as(claim, body, boards) for body in merged)

    def _entitles_as(self, claim: "_Claim", ref: str, boards: set[str]) -> bool:
        """Return whether the body *ref* has the right itself.

        The body whose reference is the namespace alone has the rights of a board in it, whatever
        its kind.
        """
        right = claim.right
        is_board = "board" in right.kinds and ref == claim.namespace
        anybody = not (right.kinds or right.bodies)
        if not (anybody or is_board or ref in right.bodies or self.kind(ref) in right.kinds):
            return False
        return right.any_board or not self._serves(claim, ref).isdisjoint(boards)

    def _entitles_here(
        self, claim: "_Claim", command: Command | Event[Any], loaded: Loaded
    ) -> bool:
        """Return whether the body has the right for what is in this stream, or for what is not:
        where a namespace has no body yet, and no pack, another board may begin it.
        """
        standing, ref, holder = loaded.standing, claim.ref, claim.holder
        if isinstance(command, body.RegisterBody) and self.kind(claim.namespace) is None:
            return self.kind(ref) == "board" and not self._frameworks.of(claim.namespace)
        if not standing.length:
            return False
        if claim.right.opener and holder(standing[0].by.body) == ref:
            return True
        named = self._named_in(standing) if claim.right.named else ()
        return any(holder(body) == ref for body in named)

    def _named_in(self, standing: Entries) -> Iterator[str]:
        """Yield the bodies that the entries of a stream name, besides those that decided them."""
        for event in standing:
            for reference in self._kinds[type(event)].references:
                if reference.category == "body-" and reference.path != "by.body":
                    yield from reference.values(event)

    # Where and when it is decided

    def setting(self, namespace: str, since: date, on: date) -> Setting:
        """Return the setting of a decision on the day *on*, in a stream that began on *since*."""
        rules = self._in_force(namespace, since)
        key = (rules, on)
        setting = self._settings.get(key)
        if setting is None:
            setting = Setting(
                rules.framework,
                self.holder(on),
                self._is_named,
                self.kind,
                self._state_of,
                lambda ref, stream: self._succession.holder(ref, on, stream),
                self._frameworks.has_pack,
                self._stamped,
            )
            _limit(self._settings)
            self._settings[key] = setting
        return setting

    def kind(self, ref: str) -> str | None:
        """Return what the body *ref* is, where that is known."""
        entry = self._frameworks.body(ref)
        if entry is not None:
            return entry.kind
        registered = self._body(ref).registered
        return registered.kind if registered else None

    def _state_of(self, stream: str) -> Any:
        """Return the state of a stream, which the decision then rests on."""
        return self._load(stream).state

    def holder(self, on: date) -> Callable[[str], str]:
        """Return who holds, on the day *on*, what a body held."""
        return partial(self._succession.holder, on=on)

    def _passage(self, ref: str) -> Passage | None:
        passages = self._verdicts.passages
        try:
            return passages[ref]
        except KeyError:
            event = self._body(ref).passed
        passage = body.passage_of(event) if event else None
        if passage is not None:
            passage = passage._replace(position=self._passed_at(ref))
        passages[ref] = passage
        return passage

    def _passed_at(self, ref: str) -> int:
        """Return the position in the log of the entry by which a body passed on what it held."""
        stream = stream_of("body", ref)
        entries = standing(as_records(self._load(stream).recorded), body.decider).records
        passing = (entry for entry in entries if isinstance(entry.event, body.PassingEvent))
        last = max(passing, key=lambda entry: (entry.event.on, entry.stream_position))
        return self._position(stream, last.stream_position)

    def _body(self, ref: str) -> body.Body:
        stream = stream_of("body", ref)
        self._verdicts.rests_on.add(stream)
        return self._load(stream).state or body.Body()

    def _is_named(self, ref: str) -> bool:
        return self._frameworks.body(ref) is not None

    def _in_force(self, namespace: str, on: date) -> InForce:
        """Return the pack in force for the board of a *namespace* on the day *on*."""
        verdicts = self._verdicts
        try:
            return verdicts.days[namespace, on]
        except KeyError:
            _limit(verdicts.days)
        framework = self._frameworks.governing(namespace, on)
        for pack in (self._frameworks.general, framework):
            verdicts.packs[pack.name] = pack
        key = (namespace, framework.name)
        if key not in verdicts.in_force:
            _limit(verdicts.in_force)
            verdicts.in_force[key] = InForce(framework)
        verdicts.days[namespace, on] = in_force = verdicts.in_force[key]
        return in_force


@frozen
class _Claim:
    """The claim of a body *ref* to a *right*, in a *namespace* under its *framework*; *holder* is
    who holds, on the day of the decision, what a body held.
    """

    right: Right
    ref: str
    namespace: str
    framework: Framework
    holder: Callable[[str], str]
