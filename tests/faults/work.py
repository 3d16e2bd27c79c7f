"""A day's work on a store, in steps that can each be done again: for whatever interrupts it."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from attrs import frozen

from lif_adapters.importers.changes import Comparison
from lif_adapters.importers.importer import Importer, Reading, read_units
from lif_adapters.importers.map import BUILT_IN, RegisterMap, read_map
from lif_adapters.importers.sheet import read_sheet
from lif_adapters.importers.takeover import Takeover
from lif_core.aggregates.body import BodyKind, RegisterBody
from lif_core.aggregates.recommendation import IssueRecommendation, ReplyToRecommendation
from lif_core.aggregates.review import OpenReview
from lif_core.commands.application import Application
from lif_core.decisions.messages import Command
from lif_core.log.requests import Request
from lif_core.subscriptions.subscription import Delivery
from lif_core.views.accountability import accountability
from tests.people import by
from tests.policies import ACCEPT_AND_PLAN

BEGINNING = datetime(2025, 1, 27, 9, 30, tzinfo=UTC)
ON = date(2025, 1, 27)
MAP = Path(__file__).parents[2] / "examples" / "taic.toml"
REGISTER = """\
report,reference,recipient,made,text,reply,response
{0}_2001_1,001/01,Harbour Ferries,2001-03-05,Fit alarms.,We will.,Accepted
{0}_2001_1,003/01,Port Authority {0},2001-03-05,Light the quay.,,
{0}_2002_1,001/02,Hill Rail,2002-07-01,Mend it.,Noted.,Under consideration
{0}_2002_1,002/02,Hill Rail,2002-08-01,Sign the gate.,No reply,
{0}_2002_1,003/02,Port Authority,2002-08-01,Joint plan.,No money.,Rejected
"""


KINDS = (
    *("command", "command", "command", "batch", "reply", "save", "save"),
    *("follow", "subscription", "import", "checkpoint"),
)
_MODES = ("PASSIVE", "FULL", "RESTART", "TRUNCATE")


@frozen(kw_only=True)
class Step:
    """A step of the work: it is done by *act*, which acknowledges commands by their *ids*."""

    name: str
    act: Callable[[Application], object]
    ids: Sequence[str] = ()


@frozen
class Work:
    """Steps, one after the other, each an hour after the one before.

    *reopens* are the numbers of steps before which the store is closed and opened again.
    """

    steps: Sequence[Step]
    reopens: frozenset[int]

    def now(self, number: int) -> datetime:
        """Return the instant of the step of this *number*."""
        return BEGINNING + timedelta(hours=number)


def work(seed: int, *, size: int = 12, kinds: Sequence[str] = KINDS) -> Work:
    """Return work that *seed* determines, of so many steps of these *kinds* after the first."""
    chance = Random(seed)
    steps = [board()]
    issued = 0
    for number in range(1, size + 1):
        kind = chance.choice(kinds)
        count = chance.choice((1, 2, 12))
        match kind:
            case "command":
                steps.append(_command(number))
            case "batch":
                steps.append(_batch(number, count))
            case "reply" if issued:
                steps.append(_reply(number, chance.choice(issued_refs(steps))))
            case "save":
                steps.append(Step(name="save", act=_save))
            case "follow":
                steps.append(Step(name="follow", act=_follow))
            case "subscription":
                steps.append(Step(name="subscription", act=_subscribe))
            case "import":
                steps.append(Step(name="import", act=_Takeover(number)))
            case "checkpoint":
                steps.append(Step(name="checkpoint", act=_Checkpoint(chance.choice(_MODES))))
            case _:
                steps.append(_command(number))
        issued = len(issued_refs(steps))
    reopens = frozenset(n for n in range(1, size + 1) if chance.random() < 0.15)
    return Work(steps, reopens)


def issued_refs(steps: Sequence[Step]) -> list[str]:
    """Return what single commands among *steps* have issued."""
    return [f"xb/{each.ids[0]}" for each in steps if each.name == "command"]


def board() -> Step:
    commands: list[Command] = [
        RegisterBody(by=by("xb"), on=ON, body="xb", name="Board X", kind=BodyKind.BOARD),
        RegisterBody(by=by("xb"), on=ON, body="xb/1", name="Body 1", kind=BodyKind.COMMITTEE),
        OpenReview(by=by("xb"), on=ON, review="xb/i", kind="inquiry", title="Inquiry"),
    ]
    return _all("board", commands, "b")


def _all(name: str, commands: Sequence[Command], prefix: str) -> Step:
    requests = [
        Request(command=command, command_id=f"{prefix}-{n}") for n, command in enumerate(commands)
    ]
    ids = tuple(f"{prefix}-{n}" for n in range(len(commands)))
    return Step(name=name, act=lambda app: app.handle_all(requests), ids=ids)


def issue(ref: str, *, on: date = ON) -> IssueRecommendation:
    return IssueRecommendation(
        by=by("xb"),
        on=on,
        recommendation=f"xb/{ref}",
        source="review-xb/i",
        text=f"Do {ref}, " + "and say so to everybody whom it concerns; " * (len(ref) % 3 * 20),
        addressed=("xb/1",),
    )


def _command(number: int) -> Step:
    name = f"c{number}"
    command = issue(name)
    return Step(name="command", act=lambda app: app.handle(command, command_id=name), ids=(name,))


def _batch(number: int, count: int) -> Step:
    return _all("batch", [issue(f"r{number}-{n}") for n in range(count)], f"h{number}")


def _reply(number: int, ref: str) -> Step:
    command = ReplyToRecommendation(
        by=by("xb/1"), on=ON, recommendation=ref, reply=f"Reply {number}"
    )
    name = f"a{number}"
    return Step(name="reply", act=lambda app: app.handle(command, command_id=name), ids=(name,))


def _save(app: Application) -> None:
    app.save(accountability, valid=ON)


def _follow(app: Application) -> None:
    app.follow(ACCEPT_AND_PLAN, day_policies=(), page=5)


def _subscribe(app: Application) -> None:
    app.subscribe("crm", _look, page=4).catch_up()


def _look(_: Delivery) -> None:
    pass


@frozen
class _Checkpoint:
    mode: str

    def __call__(self, app: Application) -> None:
        app.recorder._select(f"PRAGMA wal_checkpoint({self.mode})", ())  # type: ignore[attr-defined]


@cache
def _map() -> RegisterMap:
    return read_map(MAP)


@frozen
class _Takeover:
    """The takeover of the register of a *number*, of which some share a few rows."""

    number: int

    def __call__(self, app: Application) -> None:
        mapping = _map()
        reading = _reading(mapping, REGISTER.format(f"X{self.number % 5}"))
        importer = Importer(mapping, app.mapper)
        comparison = Comparison(app, register=mapping.name, on=ON)
        takeover = Takeover(app, importer, comparison, amend=lambda _: False, entered_by=None)
        takeover.begin(importer.before(), reading.units)
        for outcome in takeover.outcomes(reading.units):
            assert outcome.error is None, outcome


def _reading(mapping: RegisterMap, text: str) -> Reading:
    """Return what the register with this *text* says by a *mapping*."""
    with TemporaryDirectory(prefix="lif-register-") as folder:
        file = Path(folder) / "register.csv"
        file.write_text(text, "utf-8")
        sheet = read_sheet(file, mapping.layout, mapping.columns() - set(BUILT_IN))
        return read_units(sheet, mapping)
