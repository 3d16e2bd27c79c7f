"""What of everything that boards decide on is still accepted with something left out of it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
from attrs import field, frozen
from msgspec.structs import replace

from lif_adapters.cli.demo import demo_requests
from lif_core.aggregates.ledger import LEDGER, CorrectClock
from lif_core.aggregates.recommendation import EvidenceRecorded, RecommendationReplied
from lif_core.commands.admission import Verdicts
from lif_core.commands.application import TOLERANCE, Application
from lif_core.commands.batch import Batch, Group
from lif_core.decisions.corrections import AmendEntry, Replacement, VoidEntry
from lif_core.decisions.messages import Command
from lif_core.errors import LifError
from lif_core.log.memory import MemoryRecorder
from lif_core.log.requests import load as load_request
from lif_core.testing import catalogue
from lif_core.values.refs import namespace_of, ref_of
from tests.people import CHAIR, TEXTS

NOW = datetime(2022, 1, 1, tzinfo=UTC)
OTHERS = {
    "wscb": {"another board": "wsab", "its committee": "wsab/qpc"},
    "wsab": {"another board": "wscb", "its committee": "wscb/qac"},
}
OUTSIDE = {"another board": "walsall-scb"}  # of what is joint
AGENCY = "wsb/voluntary"


def everything(app: Application) -> Iterator[Command]:
    """Every decision of the lives that boards live, and of the worked history, in their order."""
    yield from (
        load_request(json.dumps(each), app.mapper).command for each in catalogue.everything()
    )
    yield from (request.command for request in demo_requests(app.mapper))
    yield from corrections(app)


def corrections(app: Application) -> Iterator[Command]:
    """An entry is voided, another one amended, and the clock is corrected, by the board."""
    records = [record for record in app.history() if "-wscb/" in record.stream]
    last = len(list(app.history()))
    about: dict[str, Any] = {"by": CHAIR, "on": NOW.date(), "reasons": "A mistake"}
    replied = next(r for r in records if isinstance(r.event, RecommendationReplied))
    yield VoidEntry(**about, stream=replied.stream, entry=replied.stream_position)
    evidence = next(r for r in records if isinstance(r.event, EvidenceRecorded))
    amended = Replacement(attrs.evolve(evidence.event, account="Otherwise"))  # type: ignore[misc]
    yield AmendEntry(
        **about, stream=evidence.stream, entry=evidence.stream_position, replacement=amended
    )
    whole: dict[str, Any] = {"first": 1, "last": last + 2, "ledger": LEDGER}
    yield CorrectClock(**about, **whole, read_as=NOW - timedelta(hours=1))


def without(command: Command) -> Iterator[tuple[str, Command]]:
    """The *command* with each of its optional fields left out, where it says something there."""
    cls: Any = type(command)
    for each in attrs.fields(cls):
        if each.default is not attrs.NOTHING and getattr(command, each.name) != each.default:
            changed: Any = attrs.evolve(command, **{each.name: each.default})  # type: ignore[misc]
            yield each.name, changed


def by_others(command: Command, stream: str) -> Iterator[tuple[str, Command]]:
    """The *command*, decided by other bodies, and in another role."""
    others = {**OTHERS.get(namespace_of(ref_of(stream)), OUTSIDE)}
    others |= {"an agency": AGENCY, "nobody on record": "nobody/unknown"}
    for who, body in others.items():
        if body != command.by.body:
            by = replace(command.by, body=body, deliberation=None)
            yield who, attrs.evolve(command, by=by)  # type: ignore[misc]


@frozen
class Accepted:
    """What is *decided*, by name; the *fields* that may be left out of it in some place; who
    *others* are that may decide it in some place; and in which role alone some of it is decided.
    """

    decided: set[str] = field(factory=set)
    fields: set[str] = field(factory=set)
    others: set[str] = field(factory=set)
    in_role: set[str] = field(factory=set)


def accepted() -> Accepted:
    """Decide everything, and find out before each decision what else would be accepted there."""
    app = Application(MemoryRecorder(), clock=lambda: NOW, readership=TEXTS)
    outcome = Accepted()
    decided, fields, others = outcome.decided, outcome.fields, outcome.others
    for command in everything(app):
        name = type(command).__name__
        visitor: Any = attrs.evolve(command, by=replace(command.by, role="visitor"))  # type: ignore[misc]
        if not _is_accepted(app, visitor):
            outcome.in_role.add(name)
        stream = app.mapper.registry.kinds[type(command)].stream(command)
        for name_of, changed in without(command):
            if f"{name}.{name_of}" not in fields and _is_accepted(app, changed):
                fields.add(f"{name}.{name_of}")
        for who, changed in by_others(command, stream):
            if f"{name} by {who}" not in others and _is_accepted(app, changed):
                others.add(f"{name} by {who}")
        app.handle(command)
        decided.add(name)
    return outcome


def _is_accepted(app: Application, command: Command) -> bool:
    """Return whether *command* would be recorded in this place; nothing is."""
    streams = app._streams  # the log is left as it is
    batch = Batch(
        app.recorder, app.mapper, streams, app.frameworks,
        verdicts=Verdicts(), now=NOW + timedelta(hours=1), tolerance=TOLERANCE,
        head=streams.head(),
    )  # fmt: skip
    return not isinstance(batch.decide(Group((command,))), LifError)
