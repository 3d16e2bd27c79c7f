"""Histories looked at, at several pairs of times."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from tests.recount.compare import Look
from tests.recount.generator import START
from tests.recount.histories import History, history
from tests.recount.times import day, end_of, london
from tests.recount.world import VIEWS, shown

DATED = ("on", "due", "until", "answer_by")


def times(told: History) -> Iterator[tuple[date, datetime | None]]:
    """Yield pairs of times: after all, midway, in hindsight, as known then, and at edges."""
    random = Random(told.seed)
    days = (told.last - START).days + 1

    def some() -> date:
        return START + timedelta(days=random.randrange(days))

    yield told.last + timedelta(days=random.choice((0, 1, 30, 400))), None
    yield some(), None
    middle = some()
    yield middle, end_of(middle)
    yield some(), end_of(some())
    fields = [item for e in told.log for item in e["event"].items()]
    named = [day(v) for k, v in fields if k in DATED and isinstance(v, str)]
    recorded = [london(datetime.fromisoformat(e["recorded_at"])) for e in told.log]
    yield random.choice(named), None
    yield random.choice(named), end_of(random.choice(recorded))


def looks(seed: int, views: tuple[str, ...] = tuple(VIEWS)) -> Iterator[Look]:
    """Yield the looks at the history of a seed."""
    told = history(seed)
    for valid, known in times(told):
        seen: dict[str, Any] = {name: shown(told.app, name, valid, known) for name in views}
        yield Look(seed, told.log, told.pack, valid, known, seen)
