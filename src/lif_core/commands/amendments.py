"""The rules that corrections are held to beside rights: an entry says nothing that no decision
could have said, and a body that corrects its own takes nothing of others along.

The replacement is decided again in the place of the entry, on its day and on the one before. Where
the day alone is another, what it contradicts shows in the views; all else is refused.
"""

from collections.abc import Callable, Container, Iterator, Sequence
from datetime import date
from typing import Any, TypeAlias

from attrs import frozen
from msgspec.structs import replace

from lif_core.decisions.decider import AnyDecider, Setting
from lif_core.decisions.messages import Command, Event, decided_by, evolved, fields_of
from lif_core.decisions.record import Record
from lif_core.decisions.standing import standing
from lif_core.errors import RefusedError

SettingOf: TypeAlias = Callable[[date, date], Setting]
"""The setting of a decision in a stream that began on one day, taken on another."""


@frozen
class Place:
    """The place of an *entry* in its stream: what stood before it, of the *records* there are."""

    records: Sequence[Record]
    entry: int
    decider: AnyDecider
    setting: SettingOf

    def refuse_unsayable(self, replacement: Event[Any]) -> None:
        """Refuse a *replacement* that breaks a rule which the entry as it stands does not break,
        or that says otherwise what the rules work out.
        """
        current = {
            each.stream_position: each for each in standing(self.records, self.decider).records
        }
        entry = current.get(self.entry)
        if entry is None or type(entry.event) is not type(replacement):
            return
        before = [each.event for number, each in current.items() if number < self.entry]
        broken = self._broken(entry.event, before)
        days = dict.fromkeys((entry.event.on, replacement.on))
        refusals = [self._broken(evolved(replacement, on=on), before) for on in days]
        fresh = [new for each in refusals if (new := [*self._fresh(each, broken)])]
        if len(fresh) == len(refusals):
            raise fresh[0][0]

    def _fresh(
        self, refusals: Sequence[RefusedError], broken: Sequence[RefusedError]
    ) -> Iterator[RefusedError]:
        """Yield the *refusals* by rules, and of fields, that were not *broken* before."""
        known = [(each.rule, each.facts.get("field")) for each in broken]
        yield from (each for each in refusals if (each.rule, each.facts.get("field")) not in known)

    def _broken(self, event: Event[Any], before: Sequence[Event[Any]]) -> list[RefusedError]:
        """Return the rule that *event* breaks in this place, or the fields that the rules work out
        otherwise.
        """
        opening = before[0].on if before else event.on
        command = command_of(event)
        try:
            decided = self.decider.decide(
                command, self.decider.fold(before), self.setting(opening, event.on)
            )
        except RefusedError as refusal:
            return [refusal]
        alike = [each for each in decided if type(each) is type(event)]
        kind: Any = type(event)
        names = [name for name in fields_of(kind).names if not hasattr(command, name)]
        return [
            RefusedError("correction.worked-out", field=name, by_the_rules=getattr(each, name))
            for each in alike[:1]
            for name in names
            if getattr(each, name) != getattr(event, name)
        ]


def command_of(event: Event[Any]) -> Command:
    """Return the command that asks for *event*."""
    event_kind: Any = type(event)
    kind = decided_by(event_kind)
    command: Command = kind(**{name: getattr(event, name) for name in fields_of(kind).names})
    return command


def refuse_taking_along(
    records: Sequence[Record], correction: Event[Any], decider: AnyDecider, bodies: Container[str]
) -> None:
    """Refuse a *correction* by which entries of others than these *bodies* would lapse, or come
    to be in contradiction.
    """
    place = replace(records[-1], stream_position=len(records) + 1, event=correction)
    before, after = standing(records, decider), standing((*records, place), decider)
    stand = {each.stream_position for each in after.records}
    contradicts = {each.stream_position for each in after.records if each.contradicts}
    contradicted = {each.stream_position for each in before.records if each.contradicts}
    inconsistent = not contradicts <= contradicted  # which takes the whole stream out of account
    for each in before.records:
        harmed = inconsistent or each.stream_position not in stand
        if harmed and each.event.by.body not in bodies:
            raise RefusedError(
                "correction.of-others-too", entry=each.stream_position, body=each.event.by.body
            )
