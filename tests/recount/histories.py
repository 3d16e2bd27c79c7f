"""A history of each seed: what a teller tells in one flavour, in some steps."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lif_core import Application
from tests.recount.generator import CASES, DUTIES, LASTING, MEASURES, Actions, Teller
from tests.recount.scenes import EDGES
from tests.recount.world import exported, rules

FLAVOURS: Sequence[Actions] = (DUTIES, LASTING, CASES, MEASURES, EDGES)


@dataclass(frozen=True)
class History:
    """A history as told: its log, and how to look at it."""

    seed: int
    log: list[dict[str, Any]]
    app: Application
    pack: Mapping[str, Any]
    refused: Counter[str]
    last: date


def history(seed: int, steps: int = 0) -> History:
    """Tell the history of a seed."""
    teller = Teller(seed)
    teller.tell(FLAVOURS, steps or teller.random.choice((30, 80, 140)))
    log = exported(teller.app)
    pack = rules(answers=teller.answers, floor=teller.floor)
    return History(seed, log, teller.app, pack, teller.refused, teller.now)
