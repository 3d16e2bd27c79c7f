"""The contract of a framework pack, for the test suite of a host, in three lines.

class TestOurPack(PackContract):
    text = Path("ours.toml").read_text()
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, ClassVar

from lif_core.aggregates.review import NotifyCase, NotifyDeath, OpenReview
from lif_core.commands.application import Application
from lif_core.decisions.messages import Command
from lif_core.errors import RefusedError
from lif_core.framework import Framework, load, parse
from lif_core.framework.entries import ReviewKind
from lif_core.log.mapper import LifMapper
from lif_core.log.memory import MemoryRecorder
from lif_core.log.registry import Registry
from lif_core.values.authority import Authority

SOME_DAY = date(2018, 1, 25)  # of a pack that has always been in force


class PackContract:
    """The behaviour of a framework pack; give its *text*, as its file has it.

    *registry* are the commands and events there are: give that of a host with aggregates of its
    own.
    """

    text: ClassVar[str]
    registry: ClassVar[Registry] = Registry()

    def test_it_loads(self) -> None:
        """Without a contradiction, beside the packs that ship; the error names the key."""
        load("general").plus(self._pack())

    def test_it_names_commands_and_events_that_there_are(self) -> None:
        """Else a right is of a decision that nobody can take, or a stage waits for ever."""
        self.registry.refuse_unknown_names(self._pack(), "pack")

    def test_every_right_is_held_by_somebody(self) -> None:
        """By a body of the pack, by any, or by one that takes part in what is decided about."""
        pack = self._pack()
        if not pack.bodies:
            return  # it is for others to extend, or its bodies are registered
        kinds = {body.kind for body in pack.bodies}
        for place, right in enumerate(pack.rights):
            anybody = not (right.kinds or right.bodies)
            takes_part = right.opener or right.named
            held = anybody or takes_part or right.bodies or kinds & {*right.kinds}

            assert held, f"rights[{place}]: nobody is one of {', '.join(right.kinds)}"

    def test_each_kind_of_review_can_begin(self) -> None:
        """A body of the pack is let do it, on some day on which the pack is in force."""
        pack = self._pack()
        for kind in pack.review_kinds:
            days = self._days(pack, kind)
            assert days, f"review_kinds[{kind.kind}]: never in force together with the pack"
            assert self._begins(pack, kind, days[0]), f"review_kinds[{kind.kind}]: nobody may"

    def test_every_duty_can_start(self) -> None:
        """On a day on which the pack, the duty and what it is of are in force together."""
        pack = self._pack()
        kinds = {kind.kind: kind for kind in pack.review_kinds}
        for duty in pack.duties:
            of = [kinds[kind] for kind in duty.kinds if kind in kinds]
            together = [self._days(pack, duty, kind) for kind in of] or [self._days(pack, duty)]

            assert any(together), f"duties[{duty.name}]: never in force together with the pack"

    def test_its_codes_are_used_on_some_day(self) -> None:
        """A code that is over before the pack begins, or begins after it, is of no use."""
        pack = self._pack()
        for key, entry in _dated(pack):
            assert self._days(pack, entry), f"{key}[{entry.code}]: never in force with the pack"

    def _pack(self) -> Framework:
        return parse(self.text, "pack")

    def _days(self, pack: Framework, *entries: Any) -> tuple[date, ...]:
        """Return the first day on which all are in force, if there is one."""
        since = max(each.in_force for each in (pack, *entries))
        until = min(each.until for each in (pack, *entries))
        since = max(since, pack.earliest)
        if since == date.min:
            since = min(SOME_DAY, until - timedelta(days=1))
        return (since,) if since < until else ()

    def _begins(self, pack: Framework, kind: ReviewKind, on: date) -> bool:
        """Return whether somebody is let begin a review of this *kind* on the day *on*."""
        application = Application(
            MemoryRecorder(),
            clock=lambda: datetime.combine(on, time(12), UTC) + timedelta(days=1),
            frameworks=load("general").plus(pack),
            mapper=LifMapper(self.registry),
        )
        for body in pack.bodies:
            for role in {"chair", *(role for right in pack.rights for role in right.roles)}:
                by = Authority(person="A. Person", role=role, body=body.ref)
                for area in {area for each in pack.bodies for area in each.areas} or {"area"}:
                    try:
                        application.handle(_beginning(pack, kind, by, on, area))
                    except RefusedError:
                        continue
                    return True
        return not pack.bodies


def _beginning(pack: Framework, kind: ReviewKind, by: Authority, on: date, area: str) -> Command:
    about: dict[str, Any] = {"by": by, "on": on, "kind": kind.kind}
    about["review"] = f"{pack.governs[0]}/trial" if pack.governs else "trial/trial"
    if kind.death:
        return NotifyDeath(**about, subject="A child", died=on, area=area, expected=False)
    if kind.case:
        return NotifyCase(**about, subject="A case", aware=on)
    return OpenReview(**about, title="A trial", threshold="As it is" if kind.threshold else None)


def _dated(pack: Framework) -> Iterator[tuple[str, Any]]:
    """Yield each code of the *pack* that is used from a day on, or to a day, with its key."""
    for key in ("channels", "routes", "plan_basis", "training_evaluations"):
        yield from ((key, entry) for entry in getattr(pack, key))
    for kind in pack.review_kinds:
        for key in ("criteria", "methodologies", "purposes", "areas", "categories"):
            where = f"review_kinds[{kind.kind}].{key}"
            yield from ((where, entry) for entry in getattr(kind, key))
